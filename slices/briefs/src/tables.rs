//! The tables of the report.

use figures::Total;
use kernel::Indicator;
use paper::{Align, Cell, Column, Run, Table};
use returns::figure::in_words;

use crate::{
    gather::{Below, Figure, Years},
    words::{Share, Words, change, span},
};

/// Stands where nothing was reported.
pub(crate) const NOTHING: &str = "–";

/// Marks the figures that were made of what most were made of.
const USUAL: &str = "(*)";

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
/// What many incomplete figures share is told below the table once.
pub(crate) fn figures(figures: &[Figure], words: &Words, usual: Option<Share>) -> Table {
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
            Cell::new(vec![number(figure)]),
        ];
        if compared {
            row.push(figure.before.as_ref().and_then(|it| in_words(it, indicator)).unwrap_or_default().into());
            row.push(change(figure).map(|it| it.cell()).unwrap_or_default().into());
        }
        row.push(remarks(figure, usual, &mut footnotes).into());
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
        notes: notes(figures, compared, usual, &footnotes, words),
        landscape: false,
    }
}

/// Figures over several years; `None` if there are none.
pub(crate) fn years(years: &Years) -> Option<Table> {
    if years.rows.is_empty() {
        return None;
    }
    let mut header: Vec<Cell> = vec!["TT".into(), "Chỉ tiêu".into(), "Đơn vị tính".into()];
    header.extend(years.periods.iter().map(|it| Cell::from(upper_first(&span(*it)))));
    let row = |(at, (indicator, totals)): (usize, &(Indicator, Vec<Option<Total>>))| {
        let mut row: Vec<Cell> =
            vec![(at + 1).to_string().into(), indicator.name_vi.as_str().into(), indicator.measure.as_str().into()];
        row.extend(totals.iter().map(|it| {
            let words = it.as_ref().and_then(|it| in_words(it, indicator));
            Cell::from(words.unwrap_or_else(|| NOTHING.to_owned()))
        }));
        row
    };
    let mut columns = vec![Column::new(8, Align::Center), Column::new(44, Align::Left), Column::new(18, Align::Left)];
    columns.extend(years.periods.iter().map(|_| Column::new(24, Align::Right)));
    Some(Table {
        caption: Some("Kết quả qua các năm".to_owned()),
        columns,
        header: vec![header],
        rows: years.rows.iter().enumerate().map(row).collect(),
        notes: vec![format!("{NOTHING}: chưa có số liệu.")],
        landscape: years.periods.len() > 5,
    })
}

/// The catalogue's heading without its code: "MOD Mô hình tự quản" is "Mô hình tự quản".
fn group_name(group: &str) -> &str {
    group.split_once(' ').map_or(group, |(_, name)| name)
}

fn number(figure: &Figure) -> Run {
    let text = in_words(&figure.answer.total, &figure.answer.indicator).unwrap_or_else(|| NOTHING.to_owned());
    Run::plain(text).from_source(figure.code())
}

/// What stands beside a figure: who reported, estimates, what could not be added, and the number of its footnotes.
fn remarks<'a>(figure: &'a Figure, usual: Option<Share>, footnotes: &mut Vec<&'a str>) -> String {
    let total = &figure.answer.total;
    let mut res = Vec::new();
    match Share::of(figure) {
        Some(share) if Some(share) == usual => res.push(USUAL.to_owned()),
        Some(share) => res.push(share.short()),
        None => {}
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

fn notes(figures: &[Figure], compared: bool, usual: Option<Share>, footnotes: &[&str], words: &Words) -> Vec<String> {
    let mut notes: Vec<String> = usual.iter().map(|it| format!("{USUAL} {}", it.words())).collect();
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
pub(crate) fn children(children: &Below, figures: &[Figure], words: &Words) -> Option<Table> {
    let columns = u32::try_from(children.indicators.len()).ok().filter(|it| *it > 0)?;
    let owed = children.rows.iter().any(|(_, totals)| totals.iter().any(|it| it.expected.is_some()));
    let of = |it: &Indicator| figures.iter().find(|figure| figure.answer.indicator.id() == it.id());
    let mut header: Vec<Cell> = vec!["TT".into(), "Đơn vị".into()];
    let mut whole = vec![Cell::new(vec![Run::bold(upper_first(&words.whole))]).over(2, 1)];
    let mut widths = vec![Column::new(9 * columns, Align::Center), Column::new(40 * columns, Align::Left)];
    if owed {
        header.push("Báo cáo".into());
        let first = children.indicators.first().and_then(of).map(|it| reports(&it.answer.total));
        whole.push(Cell::new(vec![Run::bold(first.unwrap_or_default())]));
        widths.push(Column::new(17 * columns, Align::Center));
    }
    header.extend(children.indicators.iter().map(|it| format!("{} ({})", words.name(it), it.measure).into()));
    whole.extend(children.indicators.iter().map(|it| {
        let run = of(it).map_or_else(|| Run::plain(NOTHING), number);
        Cell::new(vec![Run { bold: true, ..run }])
    }));
    widths.extend((0..columns).map(|_| Column::new(99, Align::Right)));
    let mut rows = vec![whole];
    for (at, (name, totals)) in children.rows.iter().enumerate() {
        let mut row: Vec<Cell> = vec![(at + 1).to_string().into(), name.as_str().into()];
        row.extend(totals.first().filter(|_| owed).map(|it| reports(it).into()));
        let amount = |(total, it)| in_words(total, it).unwrap_or_else(|| NOTHING.to_owned()).into();
        row.extend(totals.iter().zip(&children.indicators).map(amount));
        rows.push(row);
    }
    let mut notes = Vec::new();
    if owed {
        notes.push("Báo cáo: số báo cáo đã được duyệt trên số phải gửi, theo chỉ tiêu đầu tiên của bảng.".to_owned());
    }
    if children.rows.iter().any(|(_, totals)| totals.iter().any(|it| it.value.is_none())) {
        notes.push(format!("Dấu “{NOTHING}”: chưa có số liệu."));
    }
    let caption = Some(format!("Một số chỉ tiêu theo đơn vị {}", words.span));
    Some(Table { caption, columns: widths, header: vec![header], rows, notes, landscape: false })
}

/// "10/12": reports that came and that are owed.
fn reports(total: &Total) -> String {
    let number = |it: u32| viet::number(it.into());
    total.expected.map_or_else(|| NOTHING.to_owned(), |it| format!("{}/{}", number(total.reported), number(it)))
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

    #[test]
    fn footnotes_are_numbered_once() {
        let mut first = sample::percent("STD24", 6400);
        first.notes = vec!["chỉ tính các xã".into()];
        let mut second = sample::figure("STD23", 16);
        second.notes = vec!["chỉ tính các xã".into(), "số sơ bộ".into()];
        let table = figures(&[first, second], &sample::words(), None);
        let last = |row: usize| table.rows[row].last().unwrap().runs[0].text.clone();
        assert_eq!((last(1), last(2)), ("(1)".to_owned(), "(1); (2)".to_owned()));
        assert_eq!(table.notes[..2], ["(1) chỉ tính các xã", "(2) số sơ bộ"]);
        assert_eq!(table.notes[2], "Không có số liệu năm 2020 để so sánh.");
    }

    #[test]
    fn what_many_figures_share_is_told_once() {
        let late = |code: &str, reported: u32| {
            let mut figure = sample::figure(code, 5);
            figure.answer.total.reported = reported;
            figure.answer.total.expected = Some(44);
            figure
        };
        let all = [late("LAU01", 41), late("LAU02", 41), late("OUT01", 41), late("OUT02", 40)];
        let table = figures(&all, &sample::words(), usual(&all));
        let last = |row: usize| table.rows[row].last().unwrap().runs[0].text.clone();
        assert_eq!([last(1), last(2), last(4), last(5)], ["(*)", "(*)", "(*)", "40/44 đơn vị"]);
        assert_eq!(table.notes[0], "(*) 41/44 đơn vị đã báo cáo");
        assert_eq!(usual(&all[2..]), None);
    }

    #[test]
    fn units_below_stand_in_order_with_what_they_sent() {
        let launches = sample::figure("LAU01", 7);
        let sent = Total { reported: 10, expected: Some(12), ..launches.answer.total.clone() };
        let nothing = Total { expected: Some(12), ..Total::default() };
        let below = Below {
            indicators: vec![launches.answer.indicator.clone()],
            rows: vec![("Xã Mẫu 01".into(), vec![sent]), ("Xã Mẫu 02".into(), vec![nothing])],
            ..Below::default()
        };
        let table = children(&below, &[launches], &sample::words()).unwrap();
        let texts: Vec<&str> = table.rows[1..].iter().flatten().map(|it| it.runs[0].text.as_str()).collect();
        assert_eq!(texts, ["1", "Xã Mẫu 01", "10/12", "7", "2", "Xã Mẫu 02", "0/12", "–"]);
        assert_eq!(table.notes[1], "Dấu “–”: chưa có số liệu.");
        assert_eq!(children(&Below::default(), &[], &sample::words()), None);
    }

    #[test]
    fn guarded_figures_have_no_change_in_the_table() {
        let mut launches = sample::figure("LAU01", 20);
        launches.before = Some(sample::figure("LAU01", 10).answer.total);
        let tips = sample::figure("TIP01", 20);
        let table = figures(&[launches, tips], &sample::words(), None);
        assert_eq!(table.rows[1][5].runs[0].text, "+10 (+100%)");
        assert!(table.rows[3][4].runs[0].text.is_empty() && table.rows[3][5].runs[0].text.is_empty());
        assert!(table.notes.iter().any(|it| it.starts_with("Không so sánh")));
    }
}
