//! How many units have sent what they owe: the board on the page of work, and `GET /work/board` with the units.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use kernel::{Catalogue, Day, FormId, Period, ReturnId, UnitId};
use web::{App, Badge, Chart, Choice, Cover, Crumb, Empty, Error, Page, Result, Select, Tile, Tiles, Typed, Who};

use super::{completeness, extension, lock, words};
use crate::{
    APPROVE, READ, acts,
    duties::{self, Duty},
    store::{self as rows, Listed},
};

/// So many units are shown at once.
const ROWS: usize = 150;
/// So many lines of the board are drawn.
const DRAWN: usize = 12;

/// How one unit stands to what it owes.
#[expect(clippy::struct_excessive_bools, reason = "each is a number of the board")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    sent: bool,
    approved: bool,
    /// Sent after the due day.
    late: bool,
    /// Sent back and not sent again.
    returned: bool,
}

fn standing(found: Option<&Listed>, due: Day) -> Standing {
    let sent = found.is_some_and(Listed::is_sent);
    let late = found.and_then(|it| it.sent_at).is_some_and(|it| it.day() > due);
    let returned = !sent && found.is_some_and(|it| it.state == crate::State::Returned);
    Standing { sent, approved: found.is_some_and(|it| it.accepted), late: sent && late, returned }
}

/// What a number of the board counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only {
    Sent,
    Approved,
    Late,
    Returned,
    Missing,
}

impl Only {
    const ALL: [Only; 5] = [Only::Sent, Only::Approved, Only::Late, Only::Returned, Only::Missing];

    const fn word(self) -> &'static str {
        match self {
            Only::Sent => "sent",
            Only::Approved => "approved",
            Only::Late => "late",
            Only::Returned => "returned",
            Only::Missing => "missing",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Only::Sent => "returns-board-sent",
            Only::Approved => "returns-board-approved",
            Only::Late => "returns-board-late",
            Only::Returned => "returns-state-returned",
            Only::Missing => "returns-board-missing",
        }
    }

    fn counts(self, it: Standing) -> bool {
        match self {
            Only::Sent => it.sent,
            Only::Approved => it.approved,
            Only::Late => it.late,
            Only::Returned => it.returned,
            Only::Missing => !it.sent,
        }
    }
}

/// A form and period on the board.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) form: String,
    pub(super) period: String,
    pub(super) due: String,
    pub(super) running: bool,
    pub(super) path: String,
    pub(super) expected: usize,
    pub(super) counts: Vec<Count>,
    /// The same returns by their state, each once, in the order of [`STATES`].
    states: [usize; 4],
}

impl Line {
    /// What is expected, and each of the numbers.
    fn tiles(&self, p: &Page) -> Tiles {
        let tile = |heading: String, number: usize, path: &str| Tile {
            heading,
            value: number.to_string(),
            path: path.to_owned(),
            ..Tile::default()
        };
        let all = tile(p.t("returns-board-expected"), self.expected, &self.path);
        let counts = self.counts.iter().map(|it| tile(it.label.clone(), it.number, &it.path));
        Tiles { tiles: std::iter::once(all).chain(counts).collect() }
    }
}

/// What a return on the board is, exactly one of these.
const STATES: [&str; 4] =
    ["returns-state-approved", "returns-state-submitted", "returns-state-returned", "returns-board-never"];

impl Standing {
    /// Its place in [`STATES`].
    fn state(self) -> usize {
        match (self.approved, self.sent, self.returned) {
            (true, ..) => 0,
            (_, true, _) => 1,
            (.., true) => 2,
            _ => 3,
        }
    }
}

/// A number of the board and the way to the units it counts.
#[derive(Debug)]
pub(super) struct Count {
    pub(super) label: String,
    pub(super) number: usize,
    pub(super) path: String,
}

/// The board: one line for each form and period that several units owe, the latest period first.
pub(super) fn lines(
    p: &Page,
    catalogue: &Catalogue,
    owed: &[Duty],
    filed: &HashMap<(UnitId, FormId, Period), &Listed>,
) -> Vec<Line> {
    let mut groups: Vec<(FormId, Period, Day, Vec<Standing>)> = Vec::new();
    for it in owed {
        let standing = standing(filed.get(&(it.unit, it.form, it.period)).copied(), it.deadline.until);
        match groups.iter_mut().find(|group| (group.0, group.1) == (it.form, it.period)) {
            Some(group) => group.3.push(standing),
            None => groups.push((it.form, it.period, it.deadline.due, vec![standing])),
        }
    }
    groups.retain(|it| it.3.len() > 1);
    groups.sort_by_key(|it| (it.0, std::cmp::Reverse(it.1.first())));
    let line = |(form, period, due, all): (FormId, Period, Day, Vec<Standing>)| {
        let form = catalogue.form(form)?;
        let path = format!("/work/board?form={}&period={period}", form.code);
        let count = |only: Only| Count {
            label: p.t(only.text()),
            number: all.iter().filter(|it| only.counts(**it)).count(),
            path: format!("{path}&only={}", only.word()),
        };
        Some(Line {
            form: form.name.clone(),
            period: p.period(period),
            due: web::date(due),
            running: p.today <= period.last(),
            expected: all.len(),
            states: std::array::from_fn(|at| all.iter().filter(|it| it.state() == at).count()),
            counts: Only::ALL.into_iter().map(count).collect(),
            path,
        })
    };
    groups.into_iter().filter_map(line).collect()
}

/// The board as bars; nothing where there is none.
pub(super) fn chart(p: &Page, lines: &[Line]) -> Option<Chart> {
    // Where there is one form only, the period says enough.
    let alike = lines.windows(2).all(|it| matches!(it, [one, next] if one.form == next.form));
    let name = |it: &Line| if alike { it.period.clone() } else { format!("{}, {}", it.period, it.form) };
    let bar = |it: &Line| (name(it), it.states);
    completeness::bars(p, &STATES, lines.iter().take(DRAWN).map(bar).collect())
}

#[derive(Template)]
#[template(path = "board.html")]
struct Main<'a> {
    p: &'a Page,
    title: String,
    days: String,
    due: String,
    line: Option<Line>,
    shown: String,
    rows: Vec<Row>,
    more: usize,
    form_code: &'a str,
    period_code: Period,
    only: &'static str,
    within: Option<Select<'a>>,
    /// For who approves: what may be asked for, and where the period is closed.
    approves: bool,
    asks: bool,
    lock: String,
    locked: Option<String>,
    map: Option<Chart>,
}

struct Row {
    unit: UnitId,
    name: String,
    id: Option<ReturnId>,
    state: Option<Badge>,
    sent: String,
    late: bool,
    missing: bool,
    /// Where more time is granted, for who may; who may, also reminds.
    extension: Option<String>,
}

pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Typed(asked);
    let (register, catalogue, today) = (app.register.get(), app.catalogue.get(), page.today);
    let scope = who.scope(READ)?;
    let form = catalogue.form_by_code(asked.text("form")).ok_or(Error::NotFound)?;
    let period = Period::parse(asked.text("period")).map_err(|_| Error::NotFound)?;
    let only = Only::ALL.into_iter().find(|it| it.word() == asked.text("only"));
    let due = catalogue.due_on(form, period);
    let until = |unit: UnitId| catalogue.deadline(form, unit, period).until;
    let mut units = duties::owing_form(&register, &catalogue, form, period);
    units.retain(|it| scope.cover(&register, *it, today) == Cover::Full);
    let day = period.last();
    let choices = completeness::groups(&register, scope.tops(), &units, day);
    let within = asked.text("within").parse::<UnitId>().ok().filter(|it| choices.contains(it));
    if let Some(top) = within {
        units.retain(|it| register.contains(top, *it, acts::reporting_day(&register, *it, period).unwrap_or(day)));
    }
    if units.is_empty() {
        return Err(Error::NotFound);
    }
    let ledgers = duties::ledgers(&register, &scope, today);
    let filed = rows::listed(&mut app.db.read().await?, &ledgers, &units, &[period]).await?;
    let filed: HashMap<(UnitId, FormId, Period), &Listed> =
        filed.iter().map(|it| ((it.unit, it.form, it.period), it)).collect();
    let owed: Vec<Duty> = units
        .iter()
        .map(|it| Duty { form: form.id, unit: *it, period, deadline: catalogue.deadline(form, *it, period) })
        .collect();
    let approve = who.scope(APPROVE).ok();
    let grants = |unit: UnitId| {
        let day = acts::reporting_day(&register, unit, period).unwrap_or(period.last());
        approve.as_ref().is_some_and(|scope| acts::stands_above(&register, scope, unit, day, today))
    };
    let row = |unit: UnitId| {
        let found = filed.get(&(unit, form.id, period)).copied();
        let standing = standing(found, until(unit));
        let state = register.nearest(unit, period.last());
        Row {
            unit,
            name: state.map(|it| it.full_name.clone()).unwrap_or_default(),
            id: found.map(|it| it.id),
            state: found.map(|it| words::state(&page, it.state)),
            sent: found.filter(|it| it.is_sent()).and_then(|it| it.sent_at).map(web::moment).unwrap_or_default(),
            late: standing.late,
            missing: !standing.sent && today > until(unit),
            extension: (!standing.sent && grants(unit)).then(|| extension::path(unit, form, period)),
        }
    };
    let meant = |it: &&UnitId| {
        only.is_none_or(|only| only.counts(standing(filed.get(&(**it, form.id, period)).copied(), until(**it))))
    };
    let mut rows: Vec<Row> = units.iter().filter(meant).map(|it| row(*it)).collect();
    rows.sort_by_cached_key(|it| viet::sort_key(&it.name));
    let total = rows.len();
    rows.truncate(ROWS);
    let chosen = within.map(|it| it.to_string()).unwrap_or_default();
    let name = |unit: UnitId| register.nearest(unit, day).map(|it| it.full_name.clone()).unwrap_or_default();
    let all = Choice { value: String::new(), label: page.t("returns-board-within-all") };
    let listed = choices.iter().map(|it| Choice { value: it.to_string(), label: name(*it) });
    let listed: Vec<Choice> = std::iter::once(all).chain(listed).collect();
    let tops = within.map_or_else(|| scope.tops().to_vec(), |it| vec![it]);
    let sent = |unit: UnitId| filed.get(&(unit, form.id, period)).is_some_and(|it| it.is_sent());
    let map = match only {
        None => completeness::map(&page, &register, &tops, &units, period, sent),
        Some(_) => None,
    };
    let asks = units.iter().any(|it| !sent(*it) && grants(*it));
    let locked = match approve.as_ref().and_then(|it| it.tops().first()) {
        Some(top) => lock::closed_at(&app, *top, form, period).await?,
        None => false,
    };
    let invented = units.iter().all(|it| register.latest(*it).is_some_and(|it| it.synthetic));
    let way = vec![Crumb { label: page.t("returns-nav-work"), path: "/work".to_owned() }];
    let page = page.clone().crumbs(way).synthetic(invented);
    let main = Main {
        title: format!("{}, {}", form.name, page.period(period)),
        days: words::days(&page, period, None),
        due: web::date(due),
        line: lines(&page, &catalogue, &owed, &filed).into_iter().next(),
        shown: only.map_or_else(|| page.t("returns-board-all"), |it| page.t(it.text())),
        more: total - rows.len(),
        rows,
        form_code: &form.code,
        period_code: period,
        only: only.map_or("", Only::word),
        within: (listed.len() > 2)
            .then(|| Select::new(&page, "within", "returns-board-within", &chosen, listed, &kernel::Issues::new())),
        approves: approve.is_some(),
        asks,
        lock: lock::path(form, period),
        locked: locked.then(|| page.t("returns-lock-closed")),
        map,
        p: &page,
    };
    let title = main.title.clone();
    page.show(&title, &main)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::State as ReturnState;
    use kernel::Instant;

    #[track_caller]
    fn check(state: ReturnState, accepted: bool, sent_on: Option<&str>, expect: (bool, bool, bool)) {
        let day = |text: &str| Day::parse(text).unwrap();
        let found = Listed {
            id: ReturnId(1),
            unit: UnitId(11),
            form: 2,
            period: Period::parse("2026-M05").unwrap(),
            closes_on: None,
            state,
            late_entry: false,
            accepted,
            sent_at: sent_on.map(|it| Instant::at(day(it), 600)),
            returned_why: None,
            changed_at: Instant::at(day("2026-07-01"), 600),
        };
        let it = standing(Some(&found), day("2026-06-03"));
        assert_eq!(it.returned, state == ReturnState::Returned);
        assert_eq!((it.sent, it.approved, it.late), expect);
        let state = match (it.approved, it.sent, it.returned) {
            (true, ..) => "returns-state-approved",
            (false, true, _) => "returns-state-submitted",
            (_, _, true) => "returns-state-returned",
            _ => "returns-board-never",
        };
        assert_eq!(STATES[it.state()], state);
    }

    #[test]
    fn what_is_sent_late_or_missing() {
        check(ReturnState::Submitted, false, Some("2026-06-03"), (true, false, false));
        check(ReturnState::Submitted, false, Some("2026-06-04"), (true, false, true));
        check(ReturnState::Approved, true, Some("2026-06-01"), (true, true, false));
        // What was sent back has not been sent, whenever that was.
        check(ReturnState::Returned, false, Some("2026-06-04"), (false, false, false));
        check(ReturnState::Correcting, true, Some("2026-06-02"), (true, true, false));
        check(ReturnState::Draft, false, None, (false, false, false));
        let nothing = standing(None, Day::parse("2026-06-03").unwrap());
        assert!(!nothing.sent && !nothing.late);
    }
}
