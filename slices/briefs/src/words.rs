//! Words that follow the unit, the period and the figure.

use figures::{Frequency, Kind};
use kernel::{Calendar, Day, Indicator, Level, Period, Qualifier, UnitState};
use returns::figure::{in_words, share};

use crate::gather::Figure;

/// The words that a sentence may ask for.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    /// "năm 2021".
    pub(crate) span: String,
    /// "năm 2026 (từ ngày 15/12/2025 đến ngày 14/12/2026)": as the title says it.
    pub(crate) full_span: String,
    /// The same period a year before: "năm 2020".
    pub(crate) before: String,
    /// "tỉnh Nam Định".
    pub(crate) unit: String,
    /// "toàn tỉnh".
    pub(crate) whole: String,
    /// What communes were called on the period's last day.
    pub(crate) communes: &'static str,
    /// "Đến hết năm 2021", or "Đến nay" while the period lasts.
    pub(crate) end: String,
    /// "năm 2022": the same period a year later.
    pub(crate) next: String,
    /// Where and when the conference is; dots to be filled in, unless told.
    pub(crate) place: String,
    pub(crate) time: String,
    /// The period has not ended.
    pub(crate) running: bool,
}

/// Every word that a sentence may ask for.
pub(crate) const WORDS: [&str; 9] = ["span", "unit", "whole", "communes", "end", "before", "next", "place", "time"];
/// Stand where place and time are to be written by hand.
const PLACE: &str = "……………………………………";
const TIME: &str = "…… giờ ……, ngày …… tháng …… năm ………";

/// Communes and special zones instead of towns, and no districts: the first day.
const TWO_LEVELS: &str = "2025-07-01";

impl Words {
    pub(crate) fn new(state: &UnitState, period: Period, today: Day) -> Words {
        let span = span(period);
        let running = period.last() >= today;
        let two_levels = Day::parse(TWO_LEVELS).is_some_and(|it| it <= period.last());
        Words {
            full_span: full_span(period),
            before: self::span(period.year_before()),
            next: year_after(period).map(self::span).unwrap_or_default(),
            unit: in_text(state),
            whole: whole(state),
            communes: if two_levels { "xã, phường, đặc khu" } else { "xã, phường, thị trấn" },
            end: if running { "Đến nay".to_owned() } else { format!("Đến hết {span}") },
            place: PLACE.to_owned(),
            time: TIME.to_owned(),
            span,
            running,
        }
    }

    /// The same for a conference there and then; empty words leave their dots.
    pub(crate) fn held(mut self, place: &str, time: &str) -> Words {
        for (word, told) in [(&mut self.place, place), (&mut self.time, time)] {
            if !told.is_empty() {
                told.clone_into(word);
            }
        }
        self
    }

    /// The word of this name in a sentence.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        match name {
            "span" => Some(&self.span),
            "unit" => Some(&self.unit),
            "whole" => Some(&self.whole),
            "communes" => Some(self.communes),
            "end" => Some(&self.end),
            "before" => Some(&self.before),
            "next" => Some(&self.next),
            "place" => Some(&self.place),
            "time" => Some(&self.time),
            _ => None,
        }
    }

    /// An indicator's name, with communes called as they were.
    pub(crate) fn name(&self, indicator: &Indicator) -> String {
        let name = indicator.name_vi.replace("xã, phường, đặc khu", self.communes);
        name.strip_suffix(" (đến 30/6/2025)").map_or(name.clone(), str::to_owned)
    }

    /// The same inside a sentence.
    pub(crate) fn name_in_text(&self, indicator: &Indicator) -> String {
        lower_first(&self.name(indicator))
    }
}

/// The same period a year later.
fn year_after(period: Period) -> Option<Period> {
    Period::new(period.calendar(), period.year() + 1, period.frequency(), period.ordinal())
}

/// "năm 2021"; a year that does not begin in January with its days.
pub(crate) fn full_span(period: Period) -> String {
    let span = span(period);
    match period.calendar() {
        Calendar::Civil => span,
        _ => format!("{span} (từ ngày {} đến ngày {})", web::date(period.first()), web::date(period.last())),
    }
}

/// "năm 2021", "quý II năm 2021".
pub(crate) fn span(period: Period) -> String {
    const ROMAN: [&str; 4] = ["I", "II", "III", "IV"];
    let year = period.year();
    match (period.frequency(), period.ordinal()) {
        (Frequency::Year, _) => format!("năm {year}"),
        (Frequency::Half, 1) => format!("6 tháng đầu năm {year}"),
        (Frequency::Half, _) => format!("6 tháng cuối năm {year}"),
        (Frequency::Quarter, at) => {
            format!("quý {} năm {year}", ROMAN.get(usize::from(at) - 1).copied().unwrap_or_default())
        }
        (Frequency::Month, at) => format!("tháng {at} năm {year}"),
    }
}

/// The unit's full name inside a sentence: "tỉnh Nam Định", but "Thành phố Hồ Chí Minh".
pub(crate) fn in_text(state: &UnitState) -> String {
    match state.full_name.as_str() {
        _ if state.level == Level::Nation => "cả nước".to_owned(),
        "Thành phố Hồ Chí Minh" => state.full_name.clone(),
        name => lower_first(name),
    }
}

fn whole(state: &UnitState) -> String {
    if state.level == Level::Nation {
        return "cả nước".to_owned();
    }
    let kind = state.full_name.strip_suffix(&state.name).map(str::trim).filter(|it| !it.is_empty());
    kind.map_or_else(|| "toàn đơn vị".to_owned(), |it| format!("toàn {}", it.to_lowercase()))
}

/// The same text with a small first letter, unless it begins with an abbreviation.
pub(crate) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), second) if !second.is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

/// The figure inside a sentence, before its noun; `None` if nothing was reported, or zero, which is said apart.
pub(crate) fn said(figure: &Figure) -> Option<String> {
    let (total, indicator) = (&figure.answer.total, &figure.answer.indicator);
    if total.value? == 0 && total.of.is_none() && !total.percent_only {
        return None;
    }
    if total.qualifier == Some(Qualifier::AtLeast) && !total.percent_only {
        // "từ 80 trở lên" would part the number from its noun.
        let plain = figures::Total { qualifier: Some(Qualifier::Exact), ..total.clone() };
        return in_words(&plain, indicator).map(|it| format!("ít nhất\u{a0}{it}"));
    }
    in_words(total, indicator)
}

/// How a figure changed against the same period a year before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    difference: i64,
    /// In hundredths; none if the year before was zero or the figure is itself a share.
    percent: Option<i64>,
    points: bool,
    about: bool,
    decimals: u8,
}

/// The change of a figure, if one may be told: never for guarded indicators, and only between complete figures.
pub(crate) fn change(figure: &Figure) -> Option<Change> {
    let (now, before, indicator) = (&figure.answer.total, figure.before.as_ref()?, &figure.answer.indicator);
    let complete = |it: &figures::Total| {
        it.exact && it.not_separable == 0 && it.expected.is_none_or(|expected| expected <= it.reported)
    };
    if indicator.is_guarded() || indicator.rule.kind == Kind::Change || !complete(now) || !complete(before) {
        return None;
    }
    let qualifiers = [now.qualifier?, before.qualifier?];
    if qualifiers.contains(&Qualifier::AtLeast) {
        return None;
    }
    let about = qualifiers.iter().any(|it| *it != Qualifier::Exact);
    if indicator.is_ratio() {
        let percent = |it: &figures::Total| match it.of {
            Some(of) if of > 0 => it.value.map(|value| share(value, of)),
            Some(_) => None,
            None => it.value,
        };
        let difference = percent(now)?.checked_sub(percent(before)?)?;
        return Some(Change { difference, percent: None, points: true, about, decimals: 2 });
    }
    let (value, was) = (now.value?, before.value?);
    let difference = value.checked_sub(was)?;
    let percent = (was != 0).then(|| share(difference.saturating_abs(), was.saturating_abs()));
    Some(Change { difference, percent, points: false, about, decimals: indicator.decimals })
}

impl Change {
    /// It grew.
    pub(crate) fn is_up(&self) -> bool {
        self.difference > 0
    }

    /// It shrank.
    pub(crate) fn is_down(&self) -> bool {
        self.difference < 0
    }

    /// In a sentence: "tăng 150 cuộc (8,57%)".
    pub(crate) fn sentence(&self, measure: &str) -> String {
        if self.difference == 0 {
            return if self.about { "xấp xỉ bằng".to_owned() } else { "không thay đổi".to_owned() };
        }
        let verb = if self.difference > 0 { "tăng" } else { "giảm" };
        let about = if self.about { "khoảng\u{a0}" } else { "" };
        let number = viet::decimal(self.difference.saturating_abs(), self.decimals);
        let noun = if self.points { "điểm phần trăm" } else { measure };
        let percent = self.percent.map(|it| format!(" ({about}{})", viet::percent(it))).unwrap_or_default();
        format!("{verb} {about}{number} {noun}{percent}")
    }

    /// In the table: "+150 (+8,57%)".
    pub(crate) fn cell(&self) -> String {
        if self.difference == 0 {
            return "0".to_owned();
        }
        let sign = if self.difference > 0 { "+" } else { "-" };
        let about = if self.about { "khoảng\u{a0}" } else { "" };
        let number = viet::decimal(self.difference.saturating_abs(), self.decimals);
        let noun = if self.points { " điểm %" } else { "" };
        let percent = self.percent.map(|it| format!(" ({sign}{})", viet::percent(it))).unwrap_or_default();
        format!("{about}{sign}{number}{noun}{percent}")
    }
}

/// How many of those who owe a figure gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) reported: u32,
    pub(crate) expected: u32,
    /// How often it is owed; `None` if once in the period.
    pub(crate) every: Option<Frequency>,
}

impl Share {
    /// Of a figure that is not complete.
    pub(crate) fn of(figure: &Figure) -> Option<Share> {
        let total = &figure.answer.total;
        let expected = total.expected.filter(|it| *it > total.reported && total.value.is_some())?;
        Some(Share { reported: total.reported, expected, every: figure.every })
    }

    /// "41/44 đơn vị", "430/528 báo cáo": for the table.
    pub(crate) fn short(self) -> String {
        let noun = if self.every.is_some() { "báo cáo" } else { "đơn vị" };
        format!("{} {noun}", self.numbers())
    }

    fn numbers(self) -> String {
        format!("{}/{}", viet::number(self.reported.into()), viet::number(self.expected.into()))
    }

    /// "41/44 đơn vị đã báo cáo", "430/528 báo cáo tháng đã được duyệt".
    pub(crate) fn words(self) -> String {
        let numbers = self.numbers();
        match self.every {
            None => format!("{numbers} đơn vị đã báo cáo"),
            Some(every) => format!("{numbers} báo cáo {} đã được duyệt", frequency(every)),
        }
    }
}

/// "tháng", "quý".
pub(crate) fn frequency(every: Frequency) -> &'static str {
    match every {
        Frequency::Month => "tháng",
        Frequency::Quarter => "quý",
        Frequency::Half => "6 tháng",
        Frequency::Year => "năm",
    }
}

/// Items as a sentence lists them: two by "và", more by semicolons, for items have commas of their own.
pub(crate) fn between(at: usize, count: usize) -> &'static str {
    match (at, count) {
        (0, _) => "",
        (_, 2) => " và ",
        _ => "; ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gather::sample;

    #[test]
    fn periods_in_words() {
        let words = |code: &str| span(Period::parse(code).unwrap());
        assert_eq!(words("2021"), "năm 2021");
        assert_eq!(words("2021-H2"), "6 tháng cuối năm 2021");
        assert_eq!(words("2021-Q2"), "quý II năm 2021");
        assert_eq!(words("adm:2026-M07"), "tháng 7 năm 2026");
    }

    #[test]
    fn administrative_years_tell_their_days() {
        let words = Words::new(&sample::unit("Tỉnh Mẫu", "Mẫu"), Period::parse("adm:2026").unwrap(), sample::today());
        assert_eq!(words.full_span, "năm 2026 (từ ngày 15/12/2025 đến ngày 14/12/2026)");
        assert_eq!(words.end, "Đến nay");
        assert_eq!(words.communes, "xã, phường, đặc khu");
        assert_eq!(words.whole, "toàn tỉnh");
    }

    #[test]
    fn units_in_text() {
        assert_eq!(in_text(&sample::unit("Thị xã Ba Đồn", "Ba Đồn")), "thị xã Ba Đồn");
        assert_eq!(in_text(&sample::unit("Thành phố Hồ Chí Minh", "Hồ Chí Minh")), "Thành phố Hồ Chí Minh");
        assert_eq!(whole(&sample::unit("Thị xã Ba Đồn", "Ba Đồn")), "toàn thị xã");
        assert_eq!(lower_first("Đạn được giao nộp"), "đạn được giao nộp");
        assert_eq!(lower_first("KDC an toàn"), "KDC an toàn");
    }

    #[track_caller]
    fn check_change(code: &str, now: i64, before: i64, sentence: &str, cell: &str) {
        let mut figure = sample::figure(code, now);
        figure.before = Some(sample::figure(code, before).answer.total);
        let change = change(&figure).unwrap();
        assert_eq!(change.sentence(&figure.answer.indicator.measure), sentence);
        assert_eq!(change.cell(), cell);
    }

    #[test]
    fn changes_are_told_in_numbers_and_per_cent() {
        check_change("LAU01", 1900, 1750, "tăng 150 cuộc (8,57%)", "+150 (+8,57%)");
        check_change("LAU01", 90, 100, "giảm 10 cuộc (10%)", "-10 (-10%)");
        check_change("LAU01", 90, 90, "không thay đổi", "0");
        check_change("LAU01", 5, 0, "tăng 5 cuộc", "+5");
        check_change("SUB05", 1385, 1000, "tăng 3,85 kg (38,5%)", "+3,85 (+38,5%)");
    }

    #[test]
    fn shares_change_by_points() {
        let mut figure = sample::ratio("STD14", 92, 95);
        figure.before = Some(sample::ratio("STD14", 90, 95).answer.total);
        assert_eq!(change(&figure).unwrap().sentence("%"), "tăng 2,1 điểm phần trăm");
    }

    #[test]
    fn guarded_figures_and_incomplete_ones_are_not_compared() {
        let mut tips = sample::figure("TIP02", 20);
        tips.before = Some(sample::figure("TIP02", 10).answer.total);
        assert_eq!(change(&tips), None);
        let mut late = sample::figure("LAU01", 20);
        late.before = Some(sample::figure("LAU01", 10).answer.total);
        assert!(change(&late).is_some());
        late.answer.total.expected = Some(44);
        late.answer.total.reported = 41;
        assert_eq!(change(&late), None);
        assert_eq!(Share::of(&late).unwrap().words(), "41/44 đơn vị đã báo cáo");
        late.every = Some(Frequency::Month);
        assert_eq!(Share::of(&late).unwrap().words(), "41/44 báo cáo tháng đã được duyệt");
    }

    #[test]
    fn estimates_stay_estimates() {
        let mut figure = sample::figure("LAU01", 1900);
        figure.answer.total.qualifier = Some(Qualifier::Almost);
        assert_eq!(said(&figure).unwrap(), "gần\u{a0}1.900");
        figure.answer.total.qualifier = Some(Qualifier::AtLeast);
        assert_eq!(said(&figure).unwrap(), "ít nhất\u{a0}1.900");
        assert_eq!(said(&sample::figure("LAU01", 0)), None);
    }
}
