//! What stands above every return: whose, which form, which period, where it stands.

use kernel::{Day, Form, UnitId};
use web::{App, Badge, Cover, Crumb, Page};

use super::words;
use crate::{State, store::ReturnLine};

/// The head of a return's page.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) form: String,
    pub(super) unit: UnitId,
    pub(super) unit_name: String,
    pub(super) period: String,
    pub(super) days: String,
    /// Absent where nobody owes the form.
    pub(super) due: Option<String>,
    pub(super) due_left: Option<String>,
    pub(super) overdue: bool,
    pub(super) state: Badge,
    pub(super) late_entry: bool,
    pub(super) closes_on: Option<String>,
    pub(super) closed: Option<String>,
    pub(super) heir: bool,
    pub(super) returned_why: Option<String>,
}

impl Head {
    pub(super) fn new(p: &Page, app: &App, line: &ReturnLine, form: &Form, cover: Cover) -> Head {
        let register = app.register.get();
        let day = line.closes_on.unwrap_or(line.period.last());
        let deadline = app.catalogue.get().deadline(form, line.unit, line.period);
        let waits = !form.open && line.version.is_none() && line.state.is_open();
        let (due_left, overdue) = words::due(p, deadline.until);
        Head {
            form: form.name.clone(),
            unit: line.unit,
            unit_name: register.path(line.unit, day),
            period: p.period(line.period),
            days: words::days(p, line.period, None),
            due: (!form.open).then(|| words::deadline(p, deadline)),
            due_left: waits.then_some(due_left),
            overdue: overdue && waits,
            state: words::state(p, line.state),
            late_entry: line.late_entry,
            closes_on: line.closes_on.map(web::date),
            closed: closed(p, app, line.unit),
            heir: cover == Cover::Heir,
            returned_why: line.returned_why.clone().filter(|_| line.state == State::Returned),
        }
    }

    /// The page's title: what, who, when.
    pub(super) fn title(&self) -> String {
        format!("{}, {}, {}", self.form, self.unit_name, self.period)
    }
}

/// The page of a return: the way there, and the mark of invented data.
pub(super) fn page(p: Page, app: &App, line: &ReturnLine) -> Page {
    let invented = app.register.get().latest(line.unit).is_some_and(|it| it.synthetic);
    let way = vec![Crumb { label: p.t("returns-nav-work"), path: "/work".to_owned() }];
    p.crumbs(way).synthetic(invented)
}

/// That a unit is no longer in force, and what holds it today.
fn closed(p: &Page, app: &App, unit: UnitId) -> Option<String> {
    let register = app.register.get();
    if register.get(unit, p.today).is_some() {
        return None;
    }
    let (_, until) = register.life(unit)?;
    let last = if until == Day::NEVER { String::new() } else { web::date(until.plus(-1)) };
    let heirs = register.heirs(unit, p.today);
    let names: Vec<&str> =
        heirs.iter().filter_map(|it| register.get(*it, p.today)).map(|it| it.full_name.as_str()).collect();
    Some(match names.as_slice() {
        [] => p.t1("returns-unit-closed", "last", last),
        names => p.ta("returns-unit-closed-into", &[("last", last), ("names", names.join(", "))]),
    })
}
