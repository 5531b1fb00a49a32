//! What was expected of a form, and what came: for a unit and each one below it.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, Query as Asks, State},
    response::Response,
};
use kernel::{Day, Form, Issue, Issues, Period, Register, UnitId};
use returns::{
    Listed, acts,
    view::{Seen, Under, View},
};
use web::{App, Choice, Error, Kind, Notice, Page, Result, Select, Who, date};

use crate::{
    completeness::{Standing, Tally},
    download,
    view::Query,
};

/// So many units are named in each list; the file of the unit below names the rest.
const NAMED: usize = 150;

#[derive(Template)]
#[template(path = "completeness.html")]
struct CompletenessPage<'a> {
    p: &'a Page,
    title: String,
    here: String,
    notices: Vec<Notice>,
    forms: Select<'a>,
    periods: Select<'a>,
    due: String,
    /// The whole in a sentence.
    summary: String,
    /// What is known, and nothing if nobody owes it.
    whole: Option<Line>,
    lines: Vec<Line>,
    /// Heading, the first names, how many more.
    lists: Vec<(String, Vec<Named>, usize)>,
    csv: String,
}

/// A unit and its numbers.
#[derive(Debug)]
struct Line {
    name: String,
    path: String,
    counts: [usize; 6],
    /// "93,2%"; empty where nothing is expected.
    share: String,
}

/// A unit whose return is late, sent back or missing.
#[derive(Debug)]
struct Named {
    name: String,
    path: String,
    note: String,
}

/// What an address asks for.
struct Wanted {
    form: Form,
    period: Period,
    issues: Issues,
}

/// `GET /units/{id}/completeness?form=&period=`
pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Asks(asks): Asks<Vec<(String, String)>>,
) -> Result<Response> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let seen = Seen::read(&id, &who, &register, page.today)?;
    let catalogue = catalogue.seen_from(&register, seen.unit, page.today);
    let wanted = wanted(&app, &seen, &Query(asks), page.today)?;
    let found = Found::read(&app, &seen, &wanted, page.today).await?;
    let day = wanted.period.last();
    let state = register.nearest(seen.unit, day).ok_or(Error::NotFound)?;
    let crumbs = View::of(seen.unit, wanted.period, Under::Then, page.today).crumbs_to(&register, &seen);
    let page = page.crumbs(crumbs).synthetic(state.synthetic);

    let mut notices = Vec::new();
    if seen.shared {
        notices.push(page.t("returns-shared"));
    }
    let known = day >= register.incomplete_before(seen.unit);
    if !known {
        notices.push(page.t("returns-incomplete"));
    }
    let address = |unit: UnitId, file: &str| {
        format!("/units/{unit}/completeness{file}?form={}&period={}", wanted.form.code, wanted.period)
    };
    let line = |(unit, tally): &(UnitId, Tally)| {
        let opens = *unit != seen.unit && seen.opens(&register, *unit, page.today);
        Line {
            name: named(&register, *unit, day),
            path: if opens { address(*unit, "") } else { String::new() },
            counts: tally.columns(),
            share: share(tally),
        }
    };
    let whole = Some((seen.unit, found.whole)).filter(|it| known && it.1.expected > 0);
    if whole.is_some_and(|it| it.1.not_due > 0) {
        notices.push(page.t1("exchange-not-due", "count", found.whole.not_due));
    }
    let form =
        |it: &&Form| catalogue.assignments.iter().any(|assigned| assigned.form == it.id) || it.id == wanted.form.id;
    let choice = |it: &Form| Choice { value: it.code.clone(), label: it.name.clone() };
    let forms = catalogue.forms.iter().filter(form).map(choice).collect();
    let due = if wanted.form.takes(wanted.period) {
        page.t1("exchange-due", "day", date(catalogue.due_on(&wanted.form, wanted.period)))
    } else {
        page.t1("exchange-due-after", "days", wanted.form.due_days)
    };
    let title = page.t1("exchange-completeness", "unit", &state.full_name);
    let main = CompletenessPage {
        p: &page,
        title: title.clone(),
        here: format!("/units/{}/completeness", seen.unit),
        notices: notices.into_iter().map(|text| Notice { kind: Kind::Info, text }).collect(),
        forms: Select::new(&page, "form", "exchange-form", &wanted.form.code, forms, &Issues::new()),
        periods: Select::grouped(
            &page,
            "period",
            "exchange-period",
            page.periods(periods(&wanted.form, page.today), Some(wanted.period)),
        ),
        due,
        summary: summary(&page, &found.whole),
        lines: if whole.is_some() { found.lines.iter().map(line).collect() } else { Vec::new() },
        lists: if whole.is_some() { lists(&page, &register, &seen, &found, day) } else { Vec::new() },
        whole: whole.as_ref().map(line),
        csv: address(seen.unit, ".csv"),
    };
    page.show_issues(&title, &wanted.issues, &main)
}

/// `GET /units/{id}/completeness.csv?form=&period=`
pub(crate) async fn csv(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Asks(asks): Asks<Vec<(String, String)>>,
) -> Result<Response> {
    let register = app.register.get();
    let seen = Seen::read(&id, &who, &register, page.today)?;
    let wanted = wanted(&app, &seen, &Query(asks), page.today)?;
    if !wanted.issues.is_empty() {
        return Err(Error::Refused(wanted.issues));
    }
    let found = Found::read(&app, &seen, &wanted, page.today).await?;
    let day = wanted.period.last();
    let known = day >= register.incomplete_before(seen.unit);
    let mut out = csv::Writer::from_writer(Vec::new());
    let internal = |err: csv::Error| Error::Internal(err.into());
    out.write_record([
        "unit_id",
        "unit_code",
        "full_name",
        "form",
        "period",
        "expected",
        "received",
        "on_time",
        "late",
        "returned",
        "missing",
    ])
    .map_err(internal)?;
    for (unit, tally) in std::iter::once(&(seen.unit, found.whole)).chain(&found.lines) {
        let code = register.nearest(*unit, day).map(|it| it.code.clone()).unwrap_or_default();
        let head =
            [unit.to_string(), code, named(&register, *unit, day), wanted.form.code.clone(), wanted.period.to_string()];
        let [expected, received, on_time, late, returned, missing] = tally.columns();
        // Where the hierarchy is not fully known, nobody knows what was expected (rule 4).
        let of_all = |it: usize| if known { it.to_string() } else { String::new() };
        let counts = [
            of_all(expected),
            received.to_string(),
            on_time.to_string(),
            late.to_string(),
            returned.to_string(),
            of_all(missing),
        ];
        out.write_record(head.iter().chain(&counts)).map_err(internal)?;
    }
    let bytes = out.into_inner().map_err(|err| Error::Internal(err.into_error().into()))?;
    let name = format!("{}-{}-{}.csv", seen.unit, wanted.form.code, wanted.period.to_string().replace(':', "-"));
    download::attached(&name, "text/csv; charset=utf-8", Body::from(bytes))
}

/// The form and period asked for; by default what the units here owed last.
fn wanted(app: &App, seen: &Seen, query: &Query, today: Day) -> Result<Wanted> {
    let catalogue = app.catalogue.get().seen_from(&app.register.get(), seen.unit, today);
    let mut issues = Issues::new();
    let asked = query.text("period");
    let period = Period::parse(asked).ok();
    if period.is_none() && !asked.is_empty() {
        issues.push(Issue::new("period", "exchange-wrong-period").with("code", asked));
    }
    let last = |form: &Form| Period::on(form.calendar, form.frequency, today).map(Period::before);
    let owed = |form: &Form, period: Period| !expected(app, form, seen.unit, period).is_empty();
    let code = query.text("form");
    let named = catalogue.form_by_code(code);
    if named.is_none() && !code.is_empty() {
        issues.push(Issue::new("form", "exchange-wrong-form").with("code", code));
    }
    let usual = || {
        let at = |form: &&Form| period.or_else(|| last(form));
        let assigned = |form: &&Form| catalogue.assignments.iter().any(|it| it.form == form.id);
        catalogue
            .forms
            .iter()
            .find(|form| at(form).is_some_and(|it| owed(form, it)))
            .or_else(|| catalogue.forms.iter().find(assigned).or(catalogue.forms.first()))
    };
    let form = named.or_else(usual).cloned().ok_or(Error::NotFound)?;
    let period = period.or_else(|| last(&form)).ok_or(Error::NotFound)?;
    Ok(Wanted { form, period, issues })
}

/// The units below that owe a form, with the period for which they owe it.
fn expected(app: &App, form: &Form, unit: UnitId, period: Period) -> Vec<(UnitId, Period)> {
    let Ok(number) = u32::try_from(form.id) else { return Vec::new() };
    app.expected_units(number, unit, period)
}

/// The periods of a form to choose from: this one and two years of those before, and their years.
fn periods(form: &Form, today: Day) -> BTreeSet<Period> {
    let mut res: BTreeSet<Period> = form.back_from(today, 2).collect();
    let longer: Vec<Period> =
        res.iter().flat_map(|it| kernel::Frequency::ALL.map(|length| it.within(length))).flatten().collect();
    res.extend(longer);
    res
}

/// What became of everything owed.
struct Found {
    whole: Tally,
    /// The unit itself, if it owes the form, and those directly below of which anything is expected.
    lines: Vec<(UnitId, Tally)>,
    /// Each owed return that is not in time: whose, for when, the return if there is one, how it stands.
    behind: Vec<(UnitId, Period, Option<kernel::ReturnId>, Standing)>,
}

impl Found {
    async fn read(app: &App, seen: &Seen, wanted: &Wanted, today: Day) -> Result<Found> {
        let (register, catalogue) = (app.register.get(), app.catalogue.get());
        let form = &wanted.form;
        let owed = expected(app, form, seen.unit, wanted.period);
        let filed = filed(app, &register, form, &owed).await?;
        let standing = |(unit, period): &(UnitId, Period)| {
            let found = filed.get(&(*unit, *period));
            (found.map(|it| it.id), Standing::of(found, catalogue.deadline(form, *unit, *period).until, today))
        };
        let tally = |owed: &[(UnitId, Period)]| {
            let mut tally = Tally::default();
            for it in owed {
                tally += standing(it).1;
            }
            tally
        };
        let own: Vec<_> = owed.iter().copied().filter(|it| it.0 == seen.unit).collect();
        let below = register.children(seen.unit, wanted.period.last());
        let below = below.into_iter().map(|it| (it.id, tally(&expected(app, form, it.id, wanted.period))));
        let lines = std::iter::once((seen.unit, tally(&own))).chain(below).filter(|it| it.1.expected > 0).collect();
        let behind = owed.iter().filter_map(|it| match standing(it) {
            (_, Standing::OnTime) => None,
            (id, standing) => Some((it.0, it.1, id, standing)),
        });
        Ok(Found { whole: tally(&owed), lines, behind: behind.collect() })
    }
}

/// What was filed for what is owed.
async fn filed(
    app: &App,
    register: &Register,
    form: &Form,
    owed: &[(UnitId, Period)],
) -> Result<HashMap<(UnitId, Period), Listed>> {
    if owed.is_empty() {
        return Ok(HashMap::new());
    }
    let province =
        |(unit, period): &(UnitId, Period)| register.province_of(*unit, acts::reporting_day(register, *unit, *period)?);
    let provinces: BTreeSet<UnitId> = owed.iter().filter_map(province).collect();
    let units: BTreeSet<UnitId> = owed.iter().map(|it| it.0).collect();
    let periods: BTreeSet<Period> = owed.iter().map(|it| it.1).collect();
    let list = |all: BTreeSet<UnitId>| all.into_iter().collect::<Vec<_>>();
    let mut conn = app.db.read().await?;
    let periods: Vec<Period> = periods.into_iter().collect();
    let found = returns::listed(&mut conn, &list(provinces), &list(units), &periods).await?;
    Ok(found.into_iter().filter(|it| it.form == form.id).map(|it| ((it.unit, it.period), it)).collect())
}

/// Who is late, sent back, missing: by name, with the way to the return.
fn lists(p: &Page, register: &Register, seen: &Seen, found: &Found, day: Day) -> Vec<(String, Vec<Named>, usize)> {
    type Kind = (&'static str, fn(&Standing) -> bool);
    let kinds: [Kind; 3] = [
        ("exchange-list-missing", |it| matches!(it, Standing::Missing(_))),
        ("exchange-list-returned", |it| matches!(it, Standing::Returned)),
        ("exchange-list-late", |it| matches!(it, Standing::Late(_))),
    ];
    let several = found.behind.iter().any(|it| Some(it.1) != found.behind.first().map(|it| it.1));
    let mut res = Vec::new();
    for (text, is) in kinds {
        let all: Vec<_> = found.behind.iter().filter(|it| is(&it.3)).collect();
        if all.is_empty() {
            continue;
        }
        let name = |(unit, period, id, standing): &(UnitId, Period, Option<kernel::ReturnId>, Standing)| {
            let path = match id {
                Some(id) if seen.opens_returns(register, *unit, p.today) => format!("/returns/{id}"),
                _ if seen.opens(register, *unit, p.today) => format!("/units/{unit}?period={period}"),
                _ => String::new(),
            };
            let mut note = Vec::new();
            if several {
                note.push(p.period(*period));
            }
            match standing {
                Standing::Late(days) => note.push(p.t1("exchange-late-days", "days", days)),
                Standing::Missing(days) => note.push(p.t1("exchange-overdue-days", "days", days)),
                Standing::OnTime | Standing::Returned | Standing::NotDue => {}
            }
            Named { name: named(register, *unit, day), path, note: note.join(", ") }
        };
        let names: Vec<Named> = all.iter().take(NAMED).map(|it| name(it)).collect();
        res.push((p.t1(text, "count", all.len()), names, all.len().saturating_sub(NAMED)));
    }
    res
}

/// "Phải nộp 44; đã nhận 41 (93,18%) …"
fn summary(p: &Page, whole: &Tally) -> String {
    let places = [
        ("expected", whole.expected.to_string()),
        ("received", whole.received().to_string()),
        ("share", share(whole)),
        ("late", whole.late.to_string()),
        ("returned", whole.returned.to_string()),
        ("missing", whole.missing.to_string()),
    ];
    p.ta("exchange-summary", &places)
}

/// How much of what is expected was received.
fn share(tally: &Tally) -> String {
    let number = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    if tally.expected == 0 {
        return String::new();
    }
    viet::percent(returns::figure::share(number(tally.received()), number(tally.expected)))
}

fn named(register: &Register, unit: UnitId, day: Day) -> String {
    register.nearest(unit, day).map(|it| it.full_name.clone()).unwrap_or_default()
}
