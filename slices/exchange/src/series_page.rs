//! One indicator of one unit over the periods held.

use askama::Template;
use axum::{
    extract::{Path, Query as Asks, State},
    response::Response,
};
use figures::{Apportionment, Boundaries, Question, Refusal, Total};
use kernel::{Calendar, Day, Frequency, Indicator, Issue, Issues, Period, UnitId};
use returns::{
    figure::in_words,
    merge,
    view::{Seen, Under},
};
use web::{App, Error, Notice, Page, Result, Select, Who, date};

use crate::{
    PivotError,
    change::moved,
    table_page,
    view::{self, Query},
};

#[derive(Template)]
#[template(path = "series.html")]
struct SeriesPage<'a> {
    p: &'a Page,
    title: String,
    unit: &'a str,
    here: String,
    notices: Vec<Notice>,
    from: Select<'a>,
    to: Select<'a>,
    boundaries: Select<'a>,
    under: String,
    change: bool,
    /// Calendar and length in words, then the periods, the latest first.
    tables: Vec<(String, Vec<Line>)>,
    csv: String,
}

/// A period's figure.
#[derive(Debug)]
struct Line {
    period: String,
    days: String,
    value: String,
    path: String,
    change: String,
    notes: Vec<String>,
}

/// Whose figure under which boundaries.
struct Wanted<'a> {
    unit: UnitId,
    indicator: &'a Indicator,
    boundaries: Boundaries,
    /// The asker stands above the unit.
    from_above: bool,
}

impl Wanted<'_> {
    fn total(&self, app: &App, period: Period) -> Result<std::result::Result<Total, Refusal>> {
        let question = Question {
            unit: self.unit.0,
            indicator: self.indicator.id(),
            period,
            boundaries: self.boundaries,
            apportionment: Apportionment::None,
        };
        app.totals(|engine| engine.total(&question))
    }
}

/// `GET /units/{id}/series/{code}?from=&to=&boundaries=`
pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path((id, code)): Path<(String, String)>,
    Asks(asks): Asks<Vec<(String, String)>>,
) -> Result<Response> {
    let (register, catalogue, query) = (app.register.get(), app.catalogue.get(), Query(asks));
    let seen = Seen::read(&id, &who, &register, page.today)?;
    let catalogue = catalogue.seen_from(&register, seen.unit, page.today);
    let indicator = catalogue.by_code(&code).ok_or(Error::NotFound)?;
    let mut issues = Issues::new();
    let mut read = |field: &'static str| {
        let code = query.text(field);
        let period = Period::parse(code).ok();
        if period.is_none() && !code.is_empty() {
            issues.push(Issue::new(field, "exchange-wrong-period").with("code", code));
        }
        period
    };
    let (from, to) = (read("from"), read("to"));
    let today = page.today;
    let in_force = register.get(seen.unit, today).is_some();
    let word = match query.text("boundaries") {
        "" => "then",
        other => other,
    };
    let boundaries = returns::figure::boundaries(&app, word).unwrap_or_else(|err| {
        issues.push(PivotError::Ask(err).issue());
        Boundaries::Then
    });
    let day = if let Boundaries::On(day) = boundaries { day } else { today };
    let state = register.nearest(seen.unit, day).ok_or(Error::NotFound)?;
    let page = page.crumbs(seen.crumbs(&register, state, day, today)).synthetic(state.synthetic);

    let from_above = seen.from_above(&register, seen.unit, today);
    let wanted = Wanted { unit: seen.unit, indicator, boundaries, from_above };
    let held = view::held(&app);
    let first = from.map_or(Day::BEGINNING, Period::first);
    let last = to.map_or(Day::NEVER, Period::last);
    let within = held.iter().copied().filter(|it| first <= it.first() && it.last() <= last);
    let mut found = Vec::new();
    let (mut outside, mut too_large) = (0, 0);
    for period in within {
        match wanted.total(&app, period)? {
            Ok(total) if total.value.is_some() || total.not_separable != 0 => found.push((period, total)),
            Ok(_) => {}
            Err(Refusal::Overflow) => too_large += 1,
            Err(Refusal::NotInForce { .. } | Refusal::UnknownUnit(_) | Refusal::UnknownIndicator(_)) => outside += 1,
        }
    }
    let mut notices = Vec::new();
    if seen.shared {
        notices.push(page.t("returns-shared"));
    }
    if outside > 0 {
        notices.push(page.t1("exchange-series-outside", "count", outside));
    }
    if too_large > 0 {
        notices.push(page.t("exchange-too-large"));
    }
    let codes: Vec<String> = found.iter().map(|it| it.0.to_string()).collect();
    let line = |(period, total): &(Period, Total)| line(&app, &page, &wanted, word, *period, total);
    let kinds =
        Calendar::ALL.into_iter().flat_map(|it| Frequency::ALL.into_iter().rev().map(move |length| (it, length)));
    let table = |(calendar, frequency): (Calendar, Frequency)| -> Result<_> {
        let mut of: Vec<&(Period, Total)> =
            found.iter().filter(|it| (it.0.calendar(), it.0.frequency()) == (calendar, frequency)).collect();
        of.sort_by_key(|it| std::cmp::Reverse(it.0.first()));
        Ok((page.kind_of_period(calendar, frequency), of.into_iter().map(line).collect::<Result<Vec<_>>>()?))
    };
    let mut tables: Vec<_> = kinds.map(table).collect::<Result<_>>()?;
    tables.retain(|it| !it.1.is_empty());
    let title = format!("{} – {}", page.indicator(indicator), state.full_name);
    let file = format!(
        "/units/{}/figures.csv?below=self&indicators={code}&boundaries={word}&period={}",
        seen.unit,
        codes.join(",")
    );
    let end = |name: &'static str, label: &str, shown: Option<Period>| {
        Select::grouped(&page, name, label, page.periods(held.clone(), shown)).or_none(page.t("exchange-any"))
    };
    let main = SeriesPage {
        p: &page,
        title: title.clone(),
        unit: &state.full_name,
        here: format!("/units/{}/series/{code}", seen.unit),
        notices: Notice::warnings(notices),
        from: end("from", "exchange-from", from),
        to: end("to", "exchange-to", to),
        boundaries: table_page::boundaries(&page, word),
        under: match boundaries {
            Boundaries::Then if in_force => page.t("exchange-under-each"),
            Boundaries::Then => page.t("exchange-under-each-closed"),
            Boundaries::On(_) => Under::parse(word).unwrap_or(Under::Now).words(&page, day),
        },
        change: !indicator.is_guarded(),
        csv: if codes.is_empty() { String::new() } else { file },
        tables,
    };
    page.show_issues(&title, &issues, &main)
}

fn line(app: &App, p: &Page, wanted: &Wanted<'_>, word: &str, period: Period, total: &Total) -> Result<Line> {
    let indicator = wanted.indicator;
    let before = wanted.total(app, period.year_before())?.ok();
    let change = before.and_then(|it| moved(total, &it, indicator)).map(|moved| {
        let sign = if moved < 0 { "−" } else { "+" };
        let size = moved.saturating_abs();
        let points = || p.t1("exchange-points", "value", viet::decimal(size, 2));
        format!("{sign}{}", if indicator.is_ratio() { points() } else { viet::percent(size) })
    });
    let mut notes = Vec::new();
    if let Some(expected) = total.expected {
        let places = [("reported", total.reported.to_string()), ("expected", expected.to_string())];
        notes.push(p.ta("exchange-reported", &places));
    }
    if total.not_separable != 0 {
        let held = viet::decimal(total.not_separable, returns::figure::decimals(total, indicator));
        notes.push(p.t1("exchange-not-separable", "value", held));
    }
    let measured = |it: String| {
        if indicator.is_ratio() { it } else { format!("{it} {}", indicator.measure) }
    };
    Ok(Line {
        period: p.period(period),
        days: format!("{} – {}", date(period.first()), date(period.last())),
        value: if wanted.from_above && merge::hides(indicator, total) {
            p.t("returns-merged")
        } else {
            in_words(total, indicator).map(measured).unwrap_or_default()
        },
        path: format!("/units/{}/figures/{}?period={period}&boundaries={word}", wanted.unit, indicator.code),
        change: change.unwrap_or_default(),
        notes,
    })
}
