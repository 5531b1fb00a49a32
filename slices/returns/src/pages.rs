//! The pages of the slice; [`crate::acts`] decides.

mod approval;
mod board;
mod completeness;
mod entry;
mod extension;
mod figure;
mod grid;
mod head;
mod indicator;
mod lines;
mod lock;
mod matrix;
mod opening;
mod reminding;
mod renewal;
mod review;
mod shown;
mod words;
mod work;

use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Form, Issue, Issues, ReturnId};
use web::{App, Error, Result, Right, Route, Typed, get, post};

use crate::{APPROVE, COMMENT, FILL, READ, store::ReturnLine};

/// The ways in.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/work", Right::May(READ), work::show),
        get("/work/board", Right::May(READ), board::show),
        get("/work/matrix", Right::May(FILL), matrix::show),
        post("/work/matrix", Right::May(FILL), matrix::save),
        post("/work/matrix/draft", Right::May(FILL), matrix::keep),
        get("/work/approval", Right::May(APPROVE), approval::show),
        post("/work/approval", Right::May(APPROVE), approval::approve),
        get("/work/extension", Right::May(APPROVE), extension::show),
        post("/work/extension", Right::May(APPROVE), extension::grant),
        get("/work/lock", Right::May(APPROVE), lock::show),
        post("/work/lock", Right::May(APPROVE), lock::change),
        post("/work/reminders", Right::May(APPROVE), reminding::remind),
        get("/returns/new", Right::May(FILL), opening::blank),
        post("/returns", Right::May(FILL), opening::open),
        get("/returns/{id}", Right::May(READ), entry::show),
        post("/returns/{id}", Right::May(FILL), entry::save),
        post("/returns/{id}/draft", Right::May(FILL), entry::keep),
        get("/returns/{id}/version", Right::May(FILL), renewal::show),
        post("/returns/{id}/version", Right::May(FILL), renewal::renew),
        get("/offline", Right::Public, entry::offline),
        get("/returns/{id}/review", Right::May(APPROVE), review::show),
        post("/returns/{id}/approval", Right::May(APPROVE), review::approve),
        post("/returns/{id}/sending-back", Right::May(APPROVE), review::send_back),
        post("/returns/{id}/correction", Right::May(FILL), shown::correct),
        get("/returns/{id}/figures/{code}", Right::May(READ), figure::show),
        post("/returns/{id}/figures/{code}", Right::May(COMMENT), figure::comment),
        get("/indicators/{code}", Right::SignedIn, indicator::show),
    ]
}

fn return_id(text: &str) -> Result<ReturnId> {
    text.parse().map_err(|_| Error::NotFound)
}

/// The revision that the page was made from.
fn revision(typed: &Typed) -> Result<i64> {
    typed.text("revision").parse().map_err(|_| Error::Bad("no revision"))
}

fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// The form of a return, in the version that it was opened with.
fn form(app: &App, line: &ReturnLine) -> Result<Form> {
    line.asks(&app.catalogue.get()).cloned().ok_or(Error::NotFound)
}

fn only(issue: Issue) -> Issues {
    vec![issue]
}
