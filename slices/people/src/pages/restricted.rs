//! `/people/restrictions`: terms whose processing the person wants restricted, for who answers for personal data.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::{Issue, Issues, RequestId, TermId, UnitId};
use web::{App, Cover, Error, Field, Page, Result, Typed, Who};

use super::{date, span, term::term_id};
use crate::{RESTRICT, acts, post, term::Term};

#[derive(Template)]
#[template(path = "restricted.html")]
struct Main<'a> {
    p: &'a Page,
    search: Field<'a>,
    /// The number of the request that it is done at; may be empty.
    request: &'a str,
    /// The unit that was asked for.
    unit: String,
    restricted: Vec<Line>,
    others: Vec<Line>,
}

struct Line {
    id: TermId,
    revision: i64,
    post: String,
    who: String,
    place: String,
    days: String,
    since: String,
}

pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    who: Who,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    render(&app, page, &who, &Typed(asked), Issues::new()).await
}

/// Restricts a term, or lifts it.
pub(crate) async fn set<const RESTRICT: bool>(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let (id, request) = (term_id(&id)?, request(&typed)?);
    let done = acts::terms::set_restricted(&app, &who, id, typed.text("revision"), request, RESTRICT).await;
    let notice = if RESTRICT { "people-restriction-set" } else { "people-lifted" };
    let to = |unit| format!("/people/restrictions?unit={unit}&done={notice}");
    web::answered(done, to, async |issues| render(&app, page, &who, &typed, issues).await).await
}

/// The number of the request; it may be left out.
fn request(typed: &Typed) -> Result<Option<RequestId>> {
    match typed.text("request") {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Error::NotFound),
    }
}

async fn render(app: &App, page: Page, who: &Who, typed: &Typed, mut issues: Issues) -> Result<Response> {
    let (register, today, scope) = (app.register.get(), page.today, who.scope(RESTRICT)?);
    let asked = typed.text("unit");
    let unit: Option<UnitId> = match asked {
        "" => None,
        text => {
            let found = text.parse().or_else(|_| register.resolve(text, today)).ok();
            // Out of scope is not found.
            let found = found.filter(|it| scope.cover(&register, *it, today) == Cover::Full);
            let found = found.filter(|it| register.get(*it, today).is_some());
            if found.is_none() {
                issues.push(Issue::new("unit", "people-restrict-unit-unknown"));
            }
            found
        }
    };
    let of_unit = match unit {
        Some(unit) => acts::terms::for_officer(app, who, Some(unit)).await?,
        None => Vec::new(),
    };
    let restricted = acts::terms::for_officer(app, who, None).await?;
    let read = |it: &Term| it.full_name.is_some();
    if let Some(unit) = unit.filter(|_| of_unit.iter().any(read)) {
        acts::looked(app, who, unit, "").await?;
    }
    for it in restricted.iter().filter(|it| read(it)) {
        acts::looked(app, who, it.unit, &it.id.to_string()).await?;
    }
    let line = |it: &Term| Line {
        id: it.id,
        revision: it.revision,
        post: post::post(&it.post).map_or(it.post.as_str(), |it| it.name(page.lang)).to_owned(),
        who: it.full_name.clone().unwrap_or_else(|| page.t("people-name-erased")),
        place: register.path(it.unit, today),
        days: span(&page, it.from, it.until),
        since: it.restricted_at.map(|it| date(it.day())).unwrap_or_default(),
    };
    let name = unit.map_or_else(|| asked.to_owned(), |it| register.path(it, today));
    let main = Main {
        search: Field::new(&page, "unit", "people-unit", &name, &issues).kind("search", "off"),
        request: typed.text("request"),
        unit: unit.map(|it| it.to_string()).unwrap_or_default(),
        restricted: restricted.iter().map(line).collect(),
        others: of_unit.iter().filter(|it| it.restricted_at.is_none()).map(line).collect(),
        p: &page,
    };
    page.show_issues(&page.t("people-nav-restricted"), &issues, &main)
}
