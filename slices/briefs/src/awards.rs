//! Awards in the report: a sentence and a table by authority, form and recipient.

use forms::AwardWord;
use kernel::Catalogue;
use paper::{Align, Cell, Column, Run, Table};
use returns::AwardRow;

use crate::{
    sentence::joined,
    tables::NOTHING,
    words::{Words, lower_first},
};

/// Awards by authority and form down, by recipient across.
pub(crate) fn table(rows: &[AwardRow], names: &[AwardWord], words: &Words) -> Option<Table> {
    if rows.is_empty() {
        return None;
    }
    let recipients: Vec<&AwardWord> =
        names.iter().filter(|it| it.kind == "recipient" && rows.iter().any(|row| row.recipient == it.code)).collect();
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for row in rows {
        if !pairs.contains(&(&row.authority, &row.award)) {
            pairs.push((&row.authority, &row.award));
        }
    }
    let sum = |of: &dyn Fn(&AwardRow) -> bool| -> Cell {
        let found: Vec<i64> = rows.iter().filter(|it| of(it)).map(|it| it.count).collect();
        if found.is_empty() { NOTHING.into() } else { viet::number(found.iter().sum()).into() }
    };
    let mut header: Vec<Cell> = vec!["TT".into(), "Cấp khen thưởng".into(), "Hình thức khen thưởng".into()];
    header.extend(recipients.iter().map(|it| it.name_vi.as_str().into()));
    let mut body = Vec::new();
    for (at, (authority, award)) in pairs.iter().enumerate() {
        let mut row: Vec<Cell> =
            vec![(at + 1).to_string().into(), name(names, authority).into(), name(names, award).into()];
        let of =
            |to: &str| sum(&|it: &AwardRow| it.authority == *authority && it.award == *award && it.recipient == to);
        row.extend(recipients.iter().map(|it| of(&it.code)));
        body.push(row);
    }
    let mut columns = vec![Column::new(10, Align::Center), Column::new(50, Align::Left), Column::new(50, Align::Left)];
    columns.extend(recipients.iter().map(|_| Column::new(22, Align::Right)));
    Some(Table {
        caption: Some(format!("Khen thưởng {}", words.span)),
        columns,
        header: vec![header],
        rows: body,
        notes: Vec::new(),
        landscape: false,
    })
}

/// The sentence on awards: by authority, then form, then recipient. Counts lead to the figures they enter.
pub(crate) fn sentence(
    rows: &[AwardRow],
    names: &[AwardWord],
    words: &Words,
    catalogue: &Catalogue,
) -> Option<Vec<Run>> {
    let first = rows.first()?;
    let mut runs = vec![Run::plain(format!("Kết quả khen thưởng {}: ", words.span))];
    let (mut authority, mut award) = ("", "");
    for (at, row) in rows.iter().enumerate() {
        let next = rows.get(at + 1).is_some_and(|it| it.authority == row.authority && it.award == row.award);
        let lead = if row.authority != authority {
            let between = if row == first { "" } else { "; " };
            format!("{between}{} tặng {} cho ", name(names, &row.authority), award_name(names, &row.award))
        } else if row.award != award {
            format!(", tặng {} cho ", award_name(names, &row.award))
        } else if next {
            ", ".to_owned()
        } else {
            " và ".to_owned()
        };
        runs.push(Run::plain(lead));
        let count = Run::plain(viet::number(row.count));
        runs.push(match code_of(row, catalogue) {
            Some(code) => count.from_source(code),
            None => count,
        });
        runs.push(Run::plain(format!(" {}", name(names, &row.recipient).to_lowercase())));
        (authority, award) = (&row.authority, &row.award);
    }
    runs.push(Run::plain("."));
    Some(joined(runs))
}

/// The indicator that counts the row.
pub(crate) fn code_of<'a>(row: &AwardRow, catalogue: &'a Catalogue) -> Option<&'a str> {
    let counts = |rule: &&kernel::AwardRule| {
        rule.authority == row.authority
            && rule.form == row.award
            && (rule.recipient.is_empty() || rule.recipient == row.recipient)
    };
    let rule = catalogue.award_rules.iter().find(counts)?;
    catalogue.indicator(rule.indicator).map(|it| it.code.as_str())
}

/// A word of the award list, without what stands in parentheses.
fn name<'a>(names: &'a [AwardWord], code: &'a str) -> &'a str {
    let word = names.iter().find(|it| it.code == code).map_or(code, |it| it.name_vi.as_str());
    word.split(" (").next().unwrap_or(word)
}

/// The award inside a sentence: a title ("danh hiệu") is written small, certificates keep their capitals.
fn award_name(names: &[AwardWord], code: &str) -> String {
    let name = name(names, code);
    if name.starts_with("Danh hiệu") { lower_first(name) } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gather::sample;

    fn row(authority: &str, award: &str, recipient: &str, count: i64) -> AwardRow {
        AwardRow { authority: authority.into(), award: award.into(), recipient: recipient.into(), count }
    }

    #[track_caller]
    fn check_awards(rows: &[AwardRow], expect: &str) {
        let (names, catalogue) = (forms::award_words().unwrap(), forms::catalogue().unwrap());
        let runs = sentence(rows, &names, &sample::words(), &catalogue).unwrap();
        assert_eq!(runs.iter().map(|it| it.text.as_str()).collect::<String>(), expect);
    }

    #[test]
    fn awards_in_one_sentence() {
        check_awards(
            &[
                row("province_committee", "certificate_of_merit", "collective", 2),
                row("province_committee", "certificate_of_merit", "individual", 1),
                row("province_committee", "determined_unit", "collective", 1),
                row("district_committee", "certificate", "collective", 3),
            ],
            "Kết quả khen thưởng năm 2021: Ủy ban nhân dân tỉnh tặng Bằng khen cho 2 tập thể và 1 cá nhân, tặng danh \
             hiệu Đơn vị quyết thắng cho 1 tập thể; Ủy ban nhân dân huyện tặng Giấy khen cho 3 tập thể.",
        );
        check_awards(
            &[
                row("commune_committee", "certificate", "collective", 1),
                row("commune_committee", "certificate", "individual", 2),
                row("commune_committee", "certificate", "household", 3),
            ],
            "Kết quả khen thưởng năm 2021: Ủy ban nhân dân xã tặng Giấy khen cho 1 tập thể, 2 cá nhân và 3 hộ gia đình.",
        );
    }

    #[test]
    fn the_table_of_awards_has_the_recipients_there_are() {
        let names = forms::award_words().unwrap();
        let rows = [
            row("ministry_police", "certificate_of_merit", "collective", 10),
            row("province_police", "certificate", "individual", 56),
        ];
        let found = table(&rows, &names, &sample::words()).unwrap();
        assert_eq!(found.columns.len(), 5);
        let texts: Vec<&str> = found.rows.iter().flatten().map(|it| it.runs[0].text.as_str()).collect();
        let expect = ["1", "Bộ Công an", "Bằng khen", "10", "–", "2", "Giám đốc Công an tỉnh", "Giấy khen", "–", "56"];
        assert_eq!(texts, expect);
        assert_eq!(table(&[], &names, &sample::words()), None);
    }
}
