pub(crate) mod desk;
pub(crate) mod feedback;
pub(crate) mod front;
pub(crate) mod news;
pub(crate) mod open;
pub(crate) mod search;

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Register, UnitId};
use web::{App, Duty, Error, Page, Result, Stage, Step, Steps};

/// Paragraphs of the page about the movement.
const MOVEMENT: [&str; 6] = ["what", "who", "do", "festival", "standard", "report"];

#[derive(Template)]
#[template(path = "movement.html")]
struct Movement<'a> {
    p: &'a Page,
    parts: Vec<(String, String)>,
}

/// `GET /movement`: what this is all about, in plain words.
pub(crate) async fn movement(page: Page) -> Result<Response> {
    let part = |it: &str| (page.t(&format!("portal-movement-{it}")), page.t(&format!("portal-movement-{it}-text")));
    let main = Movement { p: &page, parts: MOVEMENT.map(part).into() };
    page.clone().describes(page.t("portal-movement-lead")).show(&page.t("portal-nav-movement"), &main)
}

#[derive(Template)]
#[template(path = "help.html")]
struct Help<'a> {
    p: &'a Page,
    /// Heading and first steps of each role the asker has; of all, if nobody is signed in.
    roles: Vec<(String, Steps)>,
}

/// First steps of each role: role, then text and address.
const FIRST: [(Duty, &[(&str, &str)]); 8] = [
    (Duty::Recorder, &[("portal-first-work", "/work"), ("portal-first-type", "/work"), ("portal-first-send", "/work")]),
    (
        Duty::Approver,
        &[("portal-first-waiting", "/work"), ("portal-first-board", "/work/board"), ("portal-first-brief", "/")],
    ),
    (Duty::Reader, &[("portal-first-unit", "/"), ("portal-first-drill", "/"), ("portal-first-compare", "/")]),
    (Duty::Administrator, &[("portal-first-factor", "/account/factors"), ("portal-first-accounts", "/accounts")]),
    (Duty::Auditor, &[("portal-first-audit", "/audit")]),
    (Duty::DataOfficer, &[("portal-first-privacy", "/privacy")]),
    (Duty::Publisher, &[("portal-first-news", "/news/desk"), ("portal-first-feedback", "/feedback/desk")]),
    (Duty::Commendation, &[("portal-first-conference", "/"), ("portal-first-certificates", "/certificates")]),
];

/// `GET /help`: the first steps of whoever asks.
pub(crate) async fn help(page: Page) -> Result<Response> {
    let held = |duty: Duty| page.who.iter().flat_map(|it| &it.grants).any(|it| it.0.has(duty));
    let signed_in = page.who.is_some();
    let roles = FIRST.iter().filter(|it| !signed_in || held(it.0));
    let steps = |it: &(Duty, &[(&str, &str)])| {
        let step = |(text, path): &(&str, &str)| Step {
            label: page.t(text),
            path: if signed_in { (*path).to_owned() } else { String::new() },
            stage: Stage::Ahead,
        };
        (page.t(&format!("portal-role-{}", it.0.word())), Steps { steps: it.1.iter().map(step).collect() })
    };
    let main = Help { p: &page, roles: roles.map(steps).collect() };
    page.show(&page.t("portal-help"), &main)
}

/// For whoever watches the server: `ok` while the database answers.
pub(crate) async fn health(State(app): State<App>) -> Response {
    let asked = async {
        crate::store::answers(&mut app.db.read().await?).await?;
        Ok::<(), Error>(())
    };
    match asked.await {
        Ok(()) => plain(StatusCode::OK, "ok\n".to_owned()),
        // The reason stands in the log of the database's next real question; a watcher needs the word only.
        Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n".to_owned()),
    }
}

/// Search engines may list what is written for everybody; all else is work.
pub(crate) async fn robots() -> Response {
    let text = "User-agent: *\nAllow: /$\nAllow: /movement\nAllow: /news\nAllow: /open\nAllow: /static/\n\
                Disallow: /news/desk\nDisallow: /news/new\nDisallow: /\n";
    plain(StatusCode::OK, text.to_owned())
}

fn plain(status: StatusCode, text: String) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, text).into_response()
}

/// "nay thuộc Phường Ba Đồn, Phường Bắc Gianh": which units hold a closed one today.
fn heirs(page: &Page, register: &Register, unit: UnitId) -> String {
    let heirs = register.heirs(unit, page.today);
    let names = heirs.iter().filter_map(|it| register.get(*it, page.today)).map(|it| it.full_name.as_str());
    let first: Vec<&str> = names.take(3).collect();
    match heirs.len() {
        0 => String::new(),
        1..=3 => page.t1("portal-now-in", "names", first.join(", ")),
        _ => page.t1("portal-now-in", "names", first.join(", ") + ", …"),
    }
}
