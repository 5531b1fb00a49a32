//! Days, periods and names in words.

use kernel::{Day, Deadline, Issue, Period, Severity};
use web::{Badge, Choice, Kind, Lang, NoticeList, Page, date};

use crate::State;

use forms::AwardWord;

/// A state as a badge.
pub(super) fn state(p: &Page, state: State) -> Badge {
    Badge::new(p.t(state.text()), state.word())
}

/// What only wants a second look, as one notice; nothing if nothing does.
pub(super) fn warnings(p: &Page, issues: &[Issue]) -> Option<NoticeList> {
    let lines: Vec<String> =
        issues.iter().filter(|it| it.severity == Severity::Warning).map(|it| p.issue(it)).collect();
    (!lines.is_empty()).then(|| NoticeList { kind: Kind::Warn, title: p.t("returns-warnings"), lines })
}

/// "từ 15/02/2026 đến hết 14/03/2026".
pub(super) fn days(p: &Page, period: Period, until: Option<Day>) -> String {
    let last = until.unwrap_or(period.last());
    p.ta("returns-period-days", &[("first", date(period.first())), ("last", date(last))])
}

/// An award word in the page's language; the code itself for a word that is no longer known.
pub(super) fn award(p: &Page, words: &[AwardWord], kind: &str, code: &str) -> String {
    words.iter().find(|it| it.kind == kind && it.code == code).map_or_else(|| code.to_owned(), |it| award_name(p, it))
}

fn award_name(p: &Page, word: &AwardWord) -> String {
    match p.lang {
        Lang::Vi => word.name_vi.clone(),
        Lang::En => word.name_en.clone(),
    }
}

/// The award words of a kind to choose from, none of them chosen beforehand.
pub(super) fn award_choices(p: &Page, words: &[AwardWord], kind: &str) -> Vec<Choice> {
    let none = Choice { value: String::new(), label: p.t("returns-choose") };
    let choice = |it: &AwardWord| Choice { value: it.code.clone(), label: award_name(p, it) };
    std::iter::once(none).chain(words.iter().filter(|it| it.kind == kind).map(choice)).collect()
}

/// The due day, and until when it is not late where that is another day.
pub(super) fn deadline(p: &Page, it: Deadline) -> String {
    if it.until == it.due {
        return date(it.due);
    }
    p.ta("returns-due-until", &[("due", date(it.due)), ("until", date(it.until))])
}

/// How a due day stands to today: "muộn 3 ngày", "còn 5 ngày"; the second value says whether it has passed.
pub(super) fn due(p: &Page, due: Day) -> (String, bool) {
    match due.number().saturating_sub(p.today.number()) {
        left @ ..0 => (p.t1("returns-due-late", "days", -left), true),
        0 => (p.t("returns-due-today"), false),
        left => (p.t1("returns-due-left", "days", left), false),
    }
}
