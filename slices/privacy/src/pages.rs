//! The pages of the slice; [`crate::acts`] decides.

mod incidents;
mod keeping;
mod own;
mod papers;
mod register;
mod requests;

use web::{App, Choice, Page, Result, Right, Route, Who, date, get, post};

use crate::HANDLE;

/// The ways in.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/account/data", Right::SignedIn, own::show),
        get("/account/data.json", Right::SignedIn, own::file),
        post("/account/data/requests", Right::SignedIn, own::ask),
        get("/privacy/register", Right::SignedIn, register::register),
        get("/privacy/register.csv", Right::SignedIn, register::file),
        get("/privacy/consents", Right::SignedIn, keeping::consents),
        get("/privacy/retention", Right::May(HANDLE), keeping::retention),
        get("/privacy/requests", Right::May(HANDLE), requests::list),
        post("/privacy/requests", Right::May(HANDLE), requests::add),
        get("/privacy/requests/new", Right::May(HANDLE), requests::blank),
        get("/privacy/requests/{id}", Right::May(HANDLE), requests::show),
        post("/privacy/requests/{id}/acknowledgement", Right::May(HANDLE), requests::acknowledge),
        post("/privacy/requests/{id}/extension", Right::May(HANDLE), requests::extend),
        post("/privacy/requests/{id}/restriction", Right::May(HANDLE), requests::set_restricted::<true>),
        post("/privacy/requests/{id}/restriction/removal", Right::May(HANDLE), requests::set_restricted::<false>),
        post("/privacy/requests/{id}/answer", Right::May(HANDLE), requests::answer),
        get("/privacy/incidents", Right::May(HANDLE), incidents::list),
        post("/privacy/incidents", Right::May(HANDLE), incidents::add),
        get("/privacy/incidents/new", Right::May(HANDLE), incidents::blank),
        get("/privacy/incidents/{id}", Right::May(HANDLE), incidents::show),
        post("/privacy/incidents/{id}/notice", Right::May(HANDLE), incidents::notify),
        post("/privacy/incidents/{id}/closure", Right::May(HANDLE), incidents::close),
        get("/privacy/papers", Right::May(HANDLE), papers::list),
        get("/privacy/register.docx", Right::May(HANDLE), papers::register_docx),
        get("/privacy/register.pdf", Right::May(HANDLE), papers::register_pdf),
        get("/privacy/assessment.docx", Right::May(HANDLE), papers::assessment_docx),
        get("/privacy/assessment.pdf", Right::May(HANDLE), papers::assessment_pdf),
        get("/privacy/transparency.docx", Right::May(HANDLE), papers::transparency_docx),
        get("/privacy/transparency.pdf", Right::May(HANDLE), papers::transparency_pdf),
    ]
}

/// Words of a list to choose from, none of them chosen beforehand; their texts begin with this.
fn choices(page: &Page, prefix: &str, words: &[&str]) -> Vec<Choice> {
    let none = Choice { value: String::new(), label: page.t("privacy-choose") };
    let choice = |it: &&str| Choice { value: (*it).to_owned(), label: page.t(&format!("{prefix}{it}")) };
    std::iter::once(none).chain(words.iter().map(choice)).collect()
}

/// The units of which who asks is the officer.
///
/// # Errors
/// Forbidden, if of none.
fn units(app: &App, page: &Page, who: &Who) -> Result<Vec<Choice>> {
    let register = app.register.get();
    let tops = who.scope(HANDLE)?;
    let choice = |it: &kernel::UnitId| Choice { value: it.to_string(), label: register.path(*it, page.today) };
    Ok(tops.tops().iter().map(choice).collect())
}
