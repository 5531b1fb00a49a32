use axum::response::{IntoResponse, Redirect, Response};
use kernel::Issues;

use crate::{Error, Result};

/// What follows an act: on to where its result leads, or its form again with what is wrong.
///
/// # Errors
/// Those of the act that are not refusals; those of the form.
pub async fn answered<T>(
    done: Result<T>,
    to: impl FnOnce(T) -> String,
    again: impl AsyncFnOnce(Issues) -> Result<Response>,
) -> Result<Response> {
    match done {
        Ok(it) => Ok(Redirect::to(&to(it)).into_response()),
        Err(Error::Refused(issues)) => again(issues).await,
        Err(err) => Err(err),
    }
}
