//! The pages of the slice; [`crate::acts`] decides.

mod download;
mod index;
mod look;
mod mapping;
mod mappings;
mod pasting;
mod preview;

use axum::response::{IntoResponse, Redirect, Response};
use returns::FILL;
use web::{Page, Right, Route, get, post};

/// The ways in.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/workbooks", Right::May(FILL), index::show),
        post("/workbooks", Right::May(FILL), index::send),
        get("/workbooks/form.xlsx", Right::May(FILL), download::form),
        get("/workbooks/mappings", Right::May(FILL), mappings::show),
        post("/workbooks/mappings/{id}", Right::May(FILL), mappings::rename),
        post("/workbooks/mappings/{id}/removal", Right::May(FILL), mappings::delete),
        get("/workbooks/{id}", Right::May(FILL), preview::show),
        post("/workbooks/{id}", Right::May(FILL), preview::take),
        post("/workbooks/{id}/removal", Right::May(FILL), preview::throw_away),
        get("/workbooks/{id}/mapping", Right::May(FILL), mapping::show),
        post("/workbooks/{id}/mapping", Right::May(FILL), mapping::save),
        get("/returns/{id}/paste", Right::May(FILL), pasting::show),
        post("/returns/{id}/paste", Right::May(FILL), pasting::read),
    ]
}

fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// The way to the pages of this slice.
fn crumbs(page: Page) -> Page {
    let label = page.t("workbooks-nav");
    page.crumbs(vec![web::Crumb { label, path: "/workbooks".to_owned() }])
}
