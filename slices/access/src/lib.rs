//! Who may sign in, and what they may do where: local accounts, rights, sessions.
//!
//! An account has a name, a password kept only as a hash, and rights: a role at a unit between two days. Administrators
//! manage the accounts whose rights lie within their own reach, and give no right that lies above or outside it. The
//! first administrator is made through a link that the server prints while there is no account at all.
//!
//! Every act is written to the chain of the audit in the transaction that does it. The chain's head is locked first, so
//! that acts on accounts follow each other and "the last administrator" means the same to all of them. No password, link
//! or cookie is ever part of an entry, a log line or a `Debug` text.

mod account;
mod acts;
mod breached;
mod grant;
mod next;
mod openid;
mod pages;
mod password;
mod recovery;
mod store;
mod throttle;
mod totp;

pub use account::NewAccount;
pub use acts::{
    Came, Decision, First, Held, HeldIdentity, HeldPasskey, HeldRight, HeldSession, Kept, Past, SignedIn, account_at,
    account_named, add_account, change_password, close_account, closed_before, count_accounts, find_account,
    first_link, forget, grant, held, kept, owner, reset_factors, revoke, seal_anew, set_password, set_restricted,
    sign_in, sign_out, use_first_link,
};
pub use grant::NewGrant;

use web::{Duty, Nav, Permission, Right, Slice, get, post};

/// Managing accounts and their rights.
pub const MANAGE: Permission = Permission("access.manage");

/// Whether this program was built to ask an identity provider (the build feature `oidc`).
pub const ASKS_PROVIDERS: bool = openid::BUILT;

/// The password of all accounts that the demo makes. The sign-in page of a demo says it.
pub const DEMO_PASSWORD: &str = "binhyen-demo";

/// Accounts, rights, sessions.
pub const SLICE: Slice = Slice {
    name: "access",
    routes: || {
        vec![
            get("/sign-in", Right::Public, pages::session::show),
            post("/sign-in", Right::Public, pages::session::sign_in),
            post("/sign-out", Right::Entering, pages::session::sign_out),
            get("/sign-in/code", Right::Entering, pages::second::ask),
            post("/sign-in/code", Right::Entering, pages::second::show),
            post("/sign-in/passkey/question", Right::Public, pages::passkeys::ask_any),
            post("/sign-in/passkey", Right::Public, pages::passkeys::sign_in),
            get("/sign-in/provider", Right::Public, pages::provider::go),
            get(acts::provider::BACK, Right::Public, pages::provider::come),
            get("/account/factors", Right::Entering, pages::factors::list),
            post("/account/passkeys/question", Right::Entering, pages::passkeys::ask_new),
            post("/account/passkeys", Right::Entering, pages::passkeys::add),
            post("/account/passkeys/removal", Right::SignedIn, pages::passkeys::remove),
            post("/account/guide/removal", Right::SignedIn, pages::session::close_guide),
            post("/account/sessions/removal", Right::SignedIn, pages::factors::end_sessions),
            get("/account/factors/app", Right::Entering, pages::factors::blank),
            post("/account/factors/app", Right::Entering, pages::factors::add),
            post("/account/factors/app/removal", Right::SignedIn, pages::factors::remove),
            post("/account/factors/codes", Right::SignedIn, pages::factors::renew),
            post("/account/provider", Right::SignedIn, pages::provider::link),
            post("/account/provider/confirmation", Right::SignedIn, pages::provider::confirm),
            post("/account/provider/removal", Right::SignedIn, pages::provider::unlink),
            get("/first", Right::Public, pages::first::show),
            post("/first", Right::Public, pages::first::make),
            get("/account/password", Right::SignedIn, pages::password::show),
            post("/account/password", Right::SignedIn, pages::password::change),
            get("/accounts", Right::May(MANAGE), pages::accounts::list),
            post("/accounts", Right::May(MANAGE), pages::accounts::add),
            get("/accounts/new", Right::May(MANAGE), pages::accounts::blank),
            get("/accounts/successions", Right::May(MANAGE), pages::handover::followings),
            post("/accounts/successions", Right::May(MANAGE), pages::handover::follow),
            get("/accounts/{id}", Right::May(MANAGE), pages::account::show),
            get("/accounts/{id}/handover", Right::May(MANAGE), pages::handover::show),
            post("/accounts/{id}/handover", Right::May(MANAGE), pages::handover::hand_over),
            post("/accounts/{id}/rights", Right::May(MANAGE), pages::account::give),
            post("/accounts/{id}/rights/removal", Right::May(MANAGE), pages::account::take),
            post("/accounts/{id}/factors/removal", Right::May(MANAGE), pages::account::reset),
            post("/accounts/{id}/provider", Right::May(MANAGE), pages::provider::propose),
            post("/accounts/{id}/provider/removal", Right::May(MANAGE), pages::provider::withdraw),
            post("/accounts/{id}/closure", Right::May(MANAGE), pages::account::close),
        ]
    },
    nav: &[
        Nav { text: "access-nav-accounts", path: "/accounts", right: Right::May(MANAGE) },
        Nav { text: "access-nav-factors", path: "/account/factors", right: Right::Entering },
        Nav { text: "access-nav-password", path: "/account/password", right: Right::SignedIn },
    ],
    permissions: &[(MANAGE, &[Duty::Administrator])],
    derives: &[],
    texts: (include_str!("../texts/vi.ftl"), include_str!("../texts/en.ftl")),
};
