//! `/terms/{id}/handover`: the end of a term, and who follows.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Issues, TermId};
use web::{App, Error, Field, Form, Page, Result, Who};

use super::{
    may, span,
    term::{Signed, term_id},
    way,
};
use crate::{
    RECORD, acts,
    place::holder,
    post,
    term::{Stage, TypedTerm},
};

#[derive(Template)]
#[template(path = "handover.html")]
struct Main<'a> {
    p: &'a Page,
    id: TermId,
    revision: i64,
    post: String,
    who: &'a str,
    unit_name: String,
    days: String,
    last: Field<'a>,
    next: Field<'a>,
    signed: Signed<'a>,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    render(&app, page, &who, term_id(&id)?, &TypedTerm::default(), &Issues::new()).await
}

pub(crate) async fn hand_over(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Form(typed): Form<TypedTerm>,
) -> Result<Response> {
    let id = term_id(&id)?;
    let done = acts::terms::hand_over(&app, &who, id, &typed).await;
    let to = |next: Option<TermId>| match next {
        Some(next) => format!("/terms/{next}?done=people-handed-over"),
        None => format!("/terms/{id}?done=people-term-ended"),
    };
    web::answered(done, to, async |issues| render(&app, page, &who, id, &typed, &issues).await).await
}

async fn render(app: &App, page: Page, who: &Who, id: TermId, typed: &TypedTerm, issues: &Issues) -> Result<Response> {
    let term = acts::terms::find(app, who, id).await?;
    let (register, today) = (app.register.get(), page.today);
    // What was split is given to an heir first; what is over is over.
    let home = holder(&register, term.unit, today).ok_or(Error::NotFound)?;
    if !may(app, who, RECORD, home) || term.stage(today) == Stage::Over {
        return Err(Error::NotFound);
    }
    if term.full_name.is_some() {
        acts::looked(app, who, term.unit, &id.to_string()).await?;
    }
    let main = Main {
        id,
        revision: term.revision,
        post: post::post(&term.post).map_or(term.post.as_str(), |it| it.name(page.lang)).to_owned(),
        who: term.full_name.as_deref().unwrap_or_default(),
        unit_name: register.path(home, today),
        days: span(&page, term.from, term.until),
        last: Field::new(&page, "until", "people-last-day", &typed.until, issues).kind("date", "off"),
        next: Field::new(&page, "full_name", "people-next-name", &typed.full_name, issues)
            .hint(page.t("people-next-name-hint")),
        signed: Signed::new(&page, typed, issues),
        p: &page,
    };
    let synthetic = register.latest(term.unit).is_some_and(|it| it.synthetic);
    let framed = page.clone().crumbs(way(&page, &register, home)).synthetic(synthetic);
    framed.show_issues(&page.t("people-handover"), issues, &main)
}
