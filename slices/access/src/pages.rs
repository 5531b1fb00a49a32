//! The pages of the slice; [`crate::acts`] decides.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod factors;
pub(crate) mod first;
pub(crate) mod handover;
pub(crate) mod passkeys;
pub(crate) mod password;
pub(crate) mod provider;
pub(crate) mod second;
pub(crate) mod session;

use std::fmt::Write;

use axum::{
    http::header,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use kernel::{Day, Issues, Register, UnitId};
use web::{Choice, Duty, Field, Page, Role};

use crate::grant::{Grant, role_text};

/// Goes on elsewhere with another session cookie.
fn with_cookie(cookie: String, path: &str) -> Response {
    with_cookies(vec![cookie], path)
}

fn with_cookies(cookies: Vec<String>, path: &str) -> Response {
    let cookies = cookies.into_iter().map(|it| (header::SET_COOKIE, it));
    (AppendHeaders(cookies), Redirect::to(path)).into_response()
}

/// Where work begins for who has these roles.
fn home(roles: &[Role]) -> &'static str {
    Duty::ALL.into_iter().find(|duty| roles.iter().any(|it| it.has(*duty))).map_or("/", web::home)
}

/// A role in words.
fn role_name(page: &Page, role: Role) -> String {
    page.t(&role_text(role))
}

/// The roles to choose from, none of them chosen beforehand; not those that have ceased.
fn roles(page: &Page) -> Vec<Choice> {
    let none = Choice { value: String::new(), label: page.t("access-role-choose") };
    let choice = |role: Role| Choice { value: role.word().to_owned(), label: role_name(page, role) };
    let held = Role::all().filter(|it| page.today < it.until());
    std::iter::once(none).chain(held.map(choice)).collect()
}

/// A text as a part of an address.
fn escaped(text: &str) -> String {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"-._~".contains(&it);
    text.bytes().fold(String::with_capacity(text.len()), |mut res, it| {
        if plain(it) {
            res.push(char::from(it));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(res, "%{it:02X}");
        }
        res
    })
}

/// A new password, for a form.
fn new_password<'a>(page: &Page, name: &'a str, label: &str, issues: &Issues) -> Field<'a> {
    Field::new(page, name, label, "", issues).kind("password", "new-password")
}

/// A right in words.
struct Line {
    role: Role,
    role_name: String,
    unit: UnitId,
    unit_name: String,
    days: String,
}

impl Line {
    fn new(page: &Page, register: &Register, grant: &Grant) -> Line {
        let days = if grant.deputy_for.is_some() {
            let last = grant.until.map_or(grant.from, |it| it.plus(-1).max(grant.from));
            page.ta("access-days-deputy", &[("from", date(grant.from)), ("until", date(last))])
        } else {
            span(page, grant)
        };
        Line {
            role: grant.role,
            role_name: role_name(page, grant.role),
            unit: grant.unit,
            unit_name: register.path(grant.unit, page.today),
            days,
        }
    }
}

/// The days of a right.
fn span(page: &Page, grant: &Grant) -> String {
    match grant.until {
        None => page.t1("access-days-open", "from", date(grant.from)),
        Some(until) => {
            let last = date(until.plus(-1).max(grant.from));
            page.ta("access-days-span", &[("from", date(grant.from)), ("until", last)])
        }
    }
}

fn date(day: Day) -> String {
    let (year, month, day) = day.civil();
    viet::date_short(year, month, day)
}
