//! The tables of the report.

use figures::Total;
use kernel::Catalogue;
use paper::{Align, Cell, Column, Run, Table};
use returns::{AwardRow, AwardWord, figure::in_words};

use crate::{
    gather::{Children, Figure},
    words::{Share, Words, change},
};

/// Stands where nothing was reported.
const NOTHING: &str = "–";

/// Short forms in the names of indicators.
const SHORT_FORMS: [(&str, &str); 6] = [
    ("ANTT", "an ninh, trật tự"),
    ("KDC", "khu dân cư"),
    ("TDBVANTQ", "Toàn dân bảo vệ an ninh Tổ quốc"),
    ("TDP", "tổ dân phố"),
    ("TTXH", "trật tự xã hội"),
    ("UBND", "Ủy ban nhân dân"),
];

/// All figures, by group of the catalogue.
pub(crate) fn figures(figures: &[Figure], words: &Words) -> Table {
    let compared = figures.iter().any(|it| it.before.is_some());
    let widths: &[u32] = if compared { &[9, 42, 17, 30, 26, 24, 17] } else { &[10, 66, 24, 35, 30] };
    let mut header = vec!["TT".into(), "Chỉ tiêu".into(), "Đơn vị tính".into(), Cell::from(upper_first(&words.span))];
    if compared {
        header.push(upper_first(&words.before).into());
        header.push("Tăng, giảm".into());
    }
    header.push("Ghi chú".into());
    let mut rows = Vec::new();
    let mut footnotes: Vec<&str> = Vec::new();
    let mut group = "";
    for (at, figure) in figures.iter().enumerate() {
        let indicator = &figure.answer.indicator;
        if indicator.group != group {
            group = &indicator.group;
            rows.push(vec![Cell::new(vec![Run::bold(group_name(group))]).over(widths.len(), 1)]);
        }
        let mut row = vec![
            Cell::from((at + 1).to_string()),
            words.name(indicator).into(),
            indicator.measure.as_str().into(),
            number(&figure.answer.total, figure),
        ];
        if compared {
            row.push(figure.before.as_ref().and_then(|it| in_words(it, indicator)).unwrap_or_default().into());
            row.push(change(figure).map(|it| it.cell()).unwrap_or_default().into());
        }
        row.push(remarks(figure, &mut footnotes).into());
        rows.push(row);
    }
    let aligns = [Align::Center, Align::Left, Align::Left, Align::Right, Align::Right, Align::Right];
    let align =
        |at: usize| if at + 1 == widths.len() { Align::Left } else { aligns.get(at).copied().unwrap_or_default() };
    Table {
        caption: Some(format!("Số liệu {}", words.span)),
        columns: widths.iter().enumerate().map(|(at, width)| Column::new(*width, align(at))).collect(),
        header: vec![header],
        rows,
        notes: notes(figures, compared, &footnotes, words),
    }
}

/// The catalogue's heading without its code: "MOD Mô hình tự quản" is "Mô hình tự quản".
fn group_name(group: &str) -> &str {
    group.split_once(' ').map_or(group, |(_, name)| name)
}

fn number(total: &Total, figure: &Figure) -> Cell {
    let text = in_words(total, &figure.answer.indicator).unwrap_or_else(|| NOTHING.to_owned());
    Cell::new(vec![Run::plain(text).from_source(figure.code())])
}

/// What stands beside a figure: who reported, estimates, what could not be added, and the number of its footnotes.
fn remarks<'a>(figure: &'a Figure, footnotes: &mut Vec<&'a str>) -> String {
    let total = &figure.answer.total;
    let mut res = Vec::new();
    if let Some(share) = Share::of(figure) {
        let noun = if share.every.is_some() { "báo cáo" } else { "đơn vị" };
        res.push(format!("{}/{} {noun}", viet::number(share.reported.into()), viet::number(share.expected.into())));
    }
    if figure.estimated {
        res.push("có số ước".to_owned());
    }
    if total.not_separable != 0 {
        let number = viet::decimal(total.not_separable, figure.answer.indicator.decimals);
        res.push(format!("chưa gồm {number} không tách được theo địa giới"));
    }
    if !total.percent_children.is_empty() {
        res.push(format!("{} đơn vị chỉ có tỷ lệ, không cộng được", total.percent_children.len()));
    }
    for note in &figure.notes {
        let at = footnotes.iter().position(|it| it == note).unwrap_or_else(|| {
            footnotes.push(note);
            footnotes.len() - 1
        });
        res.push(format!("({})", at + 1));
    }
    res.join("; ")
}

fn notes(figures: &[Figure], compared: bool, footnotes: &[&str], words: &Words) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    notes.extend(footnotes.iter().enumerate().map(|(at, it)| format!("({}) {it}", at + 1)));
    if figures.iter().any(|it| it.estimated) {
        notes.push("Có số ước: tổng có những số kèm chữ gần, hơn, khoảng hoặc từ … trở lên.".to_owned());
    }
    if compared && figures.iter().any(|it| it.answer.indicator.is_guarded()) {
        notes.push(
            "Không so sánh số liệu về nguồn tin của Nhân dân, giáo dục, cảm hóa, địa bàn trọng điểm và tội phạm."
                .to_owned(),
        );
    }
    if !compared {
        notes.push(format!("Không có số liệu {} để so sánh.", words.before));
    }
    let used = |form: &str| figures.iter().any(|it| it.answer.indicator.name_vi.split([' ', ',']).any(|it| it == form));
    let forms: Vec<String> =
        SHORT_FORMS.iter().filter(|(form, _)| used(form)).map(|(form, long)| format!("{form}: {long}")).collect();
    if !forms.is_empty() {
        notes.push(format!("Chữ viết tắt: {}.", forms.join("; ")));
    }
    notes
}

/// The units directly below, the whole unit first. In the order of their names: no ranking.
pub(crate) fn children(children: &Children, figures: &[Figure], words: &Words) -> Option<Table> {
    let columns = u32::try_from(children.indicators.len()).ok().filter(|it| *it > 0)?;
    let mut header: Vec<Cell> = vec!["TT".into(), "Đơn vị".into()];
    header.extend(children.indicators.iter().map(|it| format!("{} ({})", words.name(it), it.measure).into()));
    let mut whole = vec![Cell::new(vec![Run::bold(upper_first(&words.whole))]).over(2, 1)];
    whole.extend(children.indicators.iter().map(|it| {
        let figure = figures.iter().find(|figure| figure.answer.indicator.id() == it.id());
        let text = figure.and_then(|it| in_words(&it.answer.total, &it.answer.indicator));
        Cell::new(vec![Run {
            bold: true,
            ..figure
                .map_or_else(|| Run::plain(NOTHING), |it| Run::plain(text.unwrap_or_default()).from_source(it.code()))
        }])
    }));
    let mut rows = vec![whole];
    for (at, (name, totals)) in children.rows.iter().enumerate() {
        let mut row: Vec<Cell> = vec![(at + 1).to_string().into(), name.as_str().into()];
        let amount = |(total, it)| in_words(total, it).unwrap_or_else(|| NOTHING.to_owned()).into();
        row.extend(totals.iter().zip(&children.indicators).map(amount));
        rows.push(row);
    }
    let nothing = children.rows.iter().any(|(_, totals)| totals.iter().any(|it| it.value.is_none()));
    let mut widths = vec![Column::new(10 * columns, Align::Center), Column::new(45 * columns, Align::Left)];
    widths.extend((0..columns).map(|_| Column::new(110, Align::Right)));
    Some(Table {
        caption: Some(format!("Một số chỉ tiêu theo đơn vị {}", words.span)),
        columns: widths,
        header: vec![header],
        rows,
        notes: nothing.then(|| format!("Dấu “{NOTHING}”: chưa có số liệu.")).into_iter().collect(),
    })
}

/// Awards by authority and form down, by recipient across.
pub(crate) fn awards(rows: &[AwardRow], names: &[AwardWord], words: &Words) -> Option<Table> {
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
    })
}

/// The sentence on awards: by authority, then form, then recipient. Counts lead to the figures they enter.
pub(crate) fn awards_sentence(
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
    Some(crate::sentence::joined(runs))
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
    if name.starts_with("Danh hiệu") { crate::words::lower_first(name) } else { name.to_owned() }
}

/// The same text with a capital first letter.
pub(crate) fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|it| it.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The incomplete share that most incomplete figures have, if it is worth saying once for all.
pub(crate) fn usual(figures: &[Figure]) -> Option<Share> {
    let shares: Vec<Share> = figures.iter().filter_map(Share::of).collect();
    let count = |share: &Share| shares.iter().filter(|it| *it == share).count();
    shares.iter().copied().max_by_key(count).filter(|it| count(it) >= 3)
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
        let (names, catalogue) = (returns::award_words().unwrap(), returns::catalogue().unwrap());
        let runs = awards_sentence(rows, &names, &sample::words(), &catalogue).unwrap();
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
        let names = returns::award_words().unwrap();
        let rows = [
            row("ministry_police", "certificate_of_merit", "collective", 10),
            row("province_police", "certificate", "individual", 56),
        ];
        let table = awards(&rows, &names, &sample::words()).unwrap();
        assert_eq!(table.columns.len(), 5);
        let texts: Vec<&str> = table.rows.iter().flatten().map(|it| it.runs[0].text.as_str()).collect();
        let expect = ["1", "Bộ Công an", "Bằng khen", "10", "–", "2", "Giám đốc Công an tỉnh", "Giấy khen", "–", "56"];
        assert_eq!(texts, expect);
        assert_eq!(awards(&[], &names, &sample::words()), None);
    }

    #[test]
    fn footnotes_are_numbered_once() {
        let mut first = sample::percent("STD24", 6400);
        first.notes = vec!["chỉ tính các xã".into()];
        let mut second = sample::figure("STD23", 16);
        second.notes = vec!["chỉ tính các xã".into(), "số sơ bộ".into()];
        let table = figures(&[first, second], &sample::words());
        let last = |row: usize| table.rows[row].last().unwrap().runs[0].text.clone();
        assert_eq!((last(1), last(2)), ("(1)".to_owned(), "(1); (2)".to_owned()));
        assert_eq!(table.notes[..2], ["(1) chỉ tính các xã", "(2) số sơ bộ"]);
        assert_eq!(table.notes[2], "Không có số liệu năm 2020 để so sánh.");
    }

    #[test]
    fn guarded_figures_have_no_change_in_the_table() {
        let mut launches = sample::figure("LAU01", 20);
        launches.before = Some(sample::figure("LAU01", 10).answer.total);
        let tips = sample::figure("TIP01", 20);
        let table = figures(&[launches, tips], &sample::words());
        assert_eq!(table.rows[1][5].runs[0].text, "+10 (+100%)");
        assert!(table.rows[3][4].runs[0].text.is_empty() && table.rows[3][5].runs[0].text.is_empty());
        assert!(table.notes.iter().any(|it| it.starts_with("Không so sánh")));
    }
}
