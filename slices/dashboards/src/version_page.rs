//! An accepted version of a return: every cell as it was signed.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use figures::Total;
use kernel::{Catalogue, Cell, CellKind, UnitId, VersionId};
use returns::{AwardRow, Origin, VersionHead, figure::in_words, merge, view::Seen};
use web::{App, Crumb, Error, Lang, Page, Result, Who, moment};

use crate::drill::coverage;

#[derive(Template)]
#[template(path = "version.html")]
struct VersionPage<'a> {
    p: &'a Page,
    head: &'a VersionHead,
    unit: &'a str,
    unit_path: String,
    form: String,
    period: String,
    origin: String,
    submitted: String,
    accepted: String,
    shared: bool,
    /// Number and address of the version that is in force, if this one was replaced.
    newer: Option<(i64, String)>,
    sections: Vec<(String, Vec<Line>)>,
    awards: Vec<Award>,
    others: Vec<Other>,
}

/// A cell in words.
#[derive(Debug)]
struct Line {
    name: String,
    value: String,
    measure: String,
    coverage: String,
    origin: String,
    unverified: bool,
    note: String,
}

/// An award row in words.
#[derive(Debug)]
struct Award {
    authority: String,
    kind: String,
    recipient: String,
    count: String,
}

/// Another version of the same return.
#[derive(Debug)]
struct Other {
    number: i64,
    path: String,
    accepted: String,
    reason: String,
}

/// `GET /versions/{id}`
pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    let (register, catalogue) = (app.register.get(), app.catalogue.get());
    let id: VersionId = id.parse().map_err(|_| Error::NotFound)?;
    let mut conn = app.db.read().await?;
    let head = returns::version_head(&mut conn, id).await?.ok_or(Error::NotFound)?;
    let seen = Seen::read(&head.unit.to_string(), &who, &register, page.today)?;
    let (cells, awards) = returns::version(&mut conn, id).await?.ok_or(Error::NotFound)?;
    let all = match returns::find(&mut conn, head.return_id).await? {
        Some(line) => returns::versions_of(&mut conn, &line).await?,
        None => Vec::new(),
    };
    drop(conn);

    let state = register.nearest(head.unit, head.period.last()).ok_or(Error::NotFound)?;
    let mut crumbs: Vec<Crumb> = Vec::new();
    let path = |unit: UnitId| format!("/units/{unit}?period={}", head.period);
    let day = head.period.last().min(state.last_day()).max(state.from);
    for above in register.ancestors(head.unit, day).iter().rev() {
        if seen.opens(&register, above.id, page.today) {
            crumbs.push(Crumb { label: above.full_name.clone(), path: path(above.id) });
        }
    }
    crumbs.push(Crumb { label: state.full_name.clone(), path: path(head.unit) });
    let page = page.crumbs(crumbs).synthetic(state.synthetic);
    let form = catalogue.form(head.form).map(|it| it.name.clone()).unwrap_or_default();
    let newest = all.iter().find(|it| it.number > head.number);
    let other = |it: &VersionHead| Other {
        number: it.number,
        path: format!("/versions/{}", it.id),
        accepted: moment(it.accepted_at),
        reason: it.reason.clone(),
    };
    let main = VersionPage {
        p: &page,
        unit: &state.full_name,
        unit_path: path(head.unit),
        period: page.period_and_days(head.period),
        origin: match head.origin.as_str() {
            "" | "typed" => page.t("dashboards-origin-typed"),
            "import" => page.t("dashboards-origin-import"),
            document => page.t1("dashboards-origin-document", "name", document),
        },
        submitted: head.submitted_at.map(moment).unwrap_or_default(),
        accepted: moment(head.accepted_at),
        shared: seen.shared,
        newer: newest.map(|it| (it.number, format!("/versions/{}", it.id))),
        sections: sections(&page, &catalogue, &head, &cells, seen.from_above(&register, head.unit, page.today)),
        awards: award_lines(&page, &awards)?,
        others: all.iter().filter(|it| it.id != head.id).map(other).collect(),
        form: form.clone(),
        head: &head,
    };
    page.show(&format!("{form} – {}", state.full_name), &main)
}

/// The cells under the headings of the form; what the form does not ask for, under the catalogue's.
fn sections(
    p: &Page,
    catalogue: &Catalogue,
    head: &VersionHead,
    cells: &[Cell],
    from_above: bool,
) -> Vec<(String, Vec<Line>)> {
    let mut left: Vec<&Cell> = cells.iter().collect();
    let mut found: Vec<(String, Vec<Line>)> = Vec::new();
    for section in catalogue.form(head.form).iter().flat_map(|it| &it.sections) {
        let mut lines = Vec::new();
        for item in &section.items {
            let (here, rest) = left.into_iter().partition::<Vec<_>, _>(|it| it.indicator == item.indicator);
            left = rest;
            lines.extend(here.into_iter().filter_map(|it| line(p, catalogue, it, from_above)));
        }
        if !lines.is_empty() {
            found.push((section.title.clone(), lines));
        }
    }
    for cell in left {
        let title = catalogue.indicator(cell.indicator).map(kernel::Indicator::heading).unwrap_or_default();
        let Some(line) = line(p, catalogue, cell, from_above) else { continue };
        match found.last_mut() {
            Some((last, lines)) if last == title => lines.push(line),
            _ => found.push((title.to_owned(), vec![line])),
        }
    }
    found
}

fn line(p: &Page, catalogue: &Catalogue, cell: &Cell, from_above: bool) -> Option<Line> {
    let indicator = catalogue.indicator(cell.indicator)?;
    let total = Total {
        value: Some(cell.amount.value),
        qualifier: Some(cell.amount.qualifier),
        percent_only: cell.kind == CellKind::PercentOnly,
        ..Total::default()
    };
    let hidden = from_above && merge::hides(indicator, &total);
    let name = p.indicator(indicator);
    Some(Line {
        name: name.to_owned(),
        value: if hidden { p.t("returns-merged") } else { in_words(&total, indicator)? },
        measure: if total.percent_only || hidden { String::new() } else { indicator.measure.clone() },
        coverage: p.t(coverage(cell.coverage)),
        unverified: cell.origin == Origin::Imported.number(),
        origin: p.t(Origin::text(cell.origin)),
        note: cell.note.clone(),
    })
}

fn award_lines(p: &Page, rows: &[AwardRow]) -> Result<Vec<Award>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let words = forms::award_words().map_err(|err| Error::Internal(err.into()))?;
    let name = |kind: &str, code: &str| {
        let word = words.iter().find(|it| it.kind == kind && it.code == code);
        word.map_or_else(
            || code.to_owned(),
            |it| if p.lang == Lang::En { it.name_en.clone() } else { it.name_vi.clone() },
        )
    };
    let award = |it: &AwardRow| Award {
        authority: name("authority", &it.authority),
        kind: name("award", &it.award),
        recipient: name("recipient", &it.recipient),
        count: viet::number(it.count),
    };
    Ok(rows.iter().map(award).collect())
}
