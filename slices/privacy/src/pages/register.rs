//! The register of processing.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use web::{Error, Page, Result};

use crate::register::{Declared, FILE};

#[derive(Template)]
#[template(path = "register.html")]
struct Shown<'a> {
    p: &'a Page,
    here: &'static str,
    tables: Vec<Table>,
    personal: usize,
    columns: usize,
}

struct Table {
    name: String,
    groups: Vec<Group>,
}

/// Columns of a table that are declared alike.
struct Group {
    columns: String,
    purpose: String,
    basis: String,
    retention: String,
    readers: String,
}

/// `GET /privacy/register`: the personal columns, those declared alike together.
pub(crate) async fn register(page: Page) -> Result<Response> {
    let all = crate::register().map_err(|err| Error::Internal(err.into()))?;
    let columns = all.len();
    let personal: Vec<Declared> = all.into_iter().filter(Declared::is_personal).collect();
    let mut tables: BTreeMap<&str, BTreeMap<_, Vec<&str>>> = BTreeMap::new();
    for it in &personal {
        tables.entry(&it.table).or_default().entry(it.codes()).or_default().push(&it.column);
    }
    let said = |(kind, code): (&str, &str)| page.t(&format!("privacy-{kind}-{code}"));
    let group = |(codes, columns): (_, Vec<&str>)| {
        let [purpose, basis, retention, readers] = <[(&str, &str); 4]>::map(codes, said);
        Group { columns: columns.join(", "), purpose, basis, retention, readers }
    };
    let table = |(name, groups): (&str, BTreeMap<_, _>)| Table {
        name: name.to_owned(),
        groups: groups.into_iter().map(group).collect(),
    };
    let tables = tables.into_iter().map(table).collect();
    page.show(
        &page.t("privacy-title"),
        &Shown { p: &page, here: "register", tables, personal: personal.len(), columns },
    )
}

/// `GET /privacy/register.csv`: the register as it stands in the repository.
pub(crate) async fn file() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"register.csv\""),
    ];
    (headers, FILE).into_response()
}
