use axum::{handler::Handler, routing::MethodRouter};

use crate::{App, Derive, Duty, Permission};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Anybody, signed in or not.
    Public,
    /// Who has given a password, even if the second factor is still to be shown or set up.
    Entering,
    /// Anybody who has come in fully.
    SignedIn,
    /// Who has this permission somewhere; the handler then asks [`crate::Who::scope`] where.
    May(Permission),
}

/// A way in. None exists without its right.
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path, as axum writes it.
    pub path: &'static str,
    /// Who may use it.
    pub right: Right,
    pub(crate) handler: MethodRouter<App>,
}

/// A page.
pub fn get<H: Handler<T, App>, T: 'static>(path: &'static str, right: Right, handler: H) -> Route {
    Route { method: "GET", path, right, handler: axum::routing::get(handler) }
}

/// An act.
pub fn post<H: Handler<T, App>, T: 'static>(path: &'static str, right: Right, handler: H) -> Route {
    Route { method: "POST", path, right, handler: axum::routing::post(handler) }
}

/// An entry of the menu; one whose path holds `{id}` is about a unit and stands on that unit's page.
#[derive(Debug, Clone, Copy)]
pub struct Nav {
    /// The text's id.
    pub text: &'static str,
    /// Where it leads.
    pub path: &'static str,
    /// Who sees it.
    pub right: Right,
}

/// A feature of the application, as a value. Listed once, in `app/src/slices.rs`.
#[derive(Clone, Copy)]
pub struct Slice {
    /// The crate's name.
    pub name: &'static str,
    /// Its ways in.
    pub routes: fn() -> Vec<Route>,
    /// Its entries in the menu.
    pub nav: &'static [Nav],
    /// Its permissions, and the duties they come with.
    pub permissions: &'static [(Permission, &'static [Duty])],
    /// The indicators that its records amount to.
    pub derives: &'static [Derive],
    /// What it says, Vietnamese and English (Fluent).
    pub texts: (&'static str, &'static str),
}

impl std::fmt::Debug for Slice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
