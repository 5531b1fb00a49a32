//! `/account/data`: what is held about who asks, as a page and as a file, and requests about it.

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use kernel::{Day, Instant, Issues};
use web::{App, Error, Page, Result, Select, Typed, Who, date, moment};

use super::choices;
use crate::{
    acts::requests as acts,
    clock::clocks,
    own::{Own, own},
    request::OWN_ABOUT,
};

/// So many sign-ins stand on the page; the file has more.
const ROWS: usize = 20;

#[derive(Template)]
#[template(path = "own.html")]
struct Main<'a> {
    p: &'a Page,
    here: &'static str,
    own: &'a Own,
    restricted_since: Option<String>,
    /// What its owner called each, and when it was added and used.
    passkeys: Vec<(&'a str, String)>,
    /// When each was linked and used.
    identities: Vec<(&'a access::HeldIdentity, String)>,
    rights: Vec<(String, String, String)>,
    /// Post, unit, and what else stands there.
    posts: Vec<(String, String, String)>,
    sign_ins: Vec<(String, String)>,
    acts: Vec<(String, i64)>,
    waiting: Vec<(String, String)>,
    kind: Select<'a>,
    about: Select<'a>,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    render(&app, page, &who, &Typed::default(), &Issues::new()).await
}

/// The same as a file of JSON; whoever is signed in takes their own only.
pub(crate) async fn file(State(app): State<App>, who: Who) -> Result<Response> {
    let own = own(&app, &who).await?;
    let json = serde_json::to_vec_pretty(&own).map_err(|err| Error::Internal(Box::new(err)))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""),
    ];
    Ok((headers, json).into_response())
}

pub(crate) async fn ask(State(app): State<App>, page: Page, who: Who, typed: Typed) -> Result<Response> {
    let done = acts::add_own(&app, &who, typed.text("kind"), typed.text("about")).await;
    let to = |()| "/account/data?done=privacy-own-asked".to_owned();
    web::answered(done, to, async |issues| render(&app, page, &who, &typed, &issues).await).await
}

async fn render(app: &App, page: Page, who: &Who, typed: &Typed, issues: &Issues) -> Result<Response> {
    let own = own(app, who).await?;
    let day = |text: &str| Day::parse(text).map(date).unwrap_or_default();
    let days = |from: &str, until: Option<&str>| match until.and_then(Day::parse) {
        None => page.t1("privacy-own-since", "from", day(from)),
        Some(until) => page.ta("privacy-own-span", &[("from", day(from)), ("last", date(until.plus(-1)))]),
    };
    let right = |it: &access::HeldRight| {
        let days = days(&it.from, it.until.as_deref());
        (page.t(&format!("access-role-{}", it.role)), it.unit_name.clone(), days)
    };
    let post = |it: &people::OwnTerm| {
        let post = people::post_name(&it.post, page.lang).to_owned();
        let consent = [("version", it.consent_version.to_string()), ("day", day(&it.consented_on))];
        let trained = it.trained_on.as_deref().map(|it| page.t1("privacy-own-trained", "day", day(it)));
        let restricted = it.restricted.then(|| page.t("people-restricted"));
        let all = [Some(days(&it.from, it.until.as_deref())), trained, Some(page.ta("people-consent-given", &consent))];
        let told: Vec<String> = all.into_iter().flatten().chain(restricted).collect();
        (post, it.unit_name.clone(), told.join("; "))
    };
    let kinds: Vec<&str> = clocks().iter().map(|it| it.kind.as_str()).collect();
    let waiting = acts::own_waiting(app, who).await?;
    let waiting = waiting.iter().map(|it| (page.t(&format!("privacy-kind-{}", it.kind)), date(it.due_on)));
    let times = |first: Instant, used: Option<Instant>| {
        [Some(first), used].into_iter().flatten().map(moment).collect::<Vec<_>>().join(" – ")
    };
    let main = Main {
        here: "own",
        restricted_since: own.account.restricted_since.map(moment),
        passkeys: own.account.passkeys.iter().map(|it| (it.name.as_str(), times(it.added, it.used))).collect(),
        identities: own.account.identities.iter().map(|it| (it, times(it.linked, it.used))).collect(),
        rights: own.account.rights.iter().map(right).collect(),
        posts: own.posts.iter().map(post).collect(),
        sign_ins: own.sign_ins.iter().take(ROWS).map(|it| (moment(it.at), page.act(&it.act))).collect(),
        acts: own.acts.iter().map(|it| (page.act(&it.act), it.times)).collect(),
        waiting: waiting.collect(),
        kind: Select::new(
            &page,
            "kind",
            "privacy-kind",
            typed.text("kind"),
            choices(&page, "privacy-kind-", &kinds),
            issues,
        ),
        about: Select::new(
            &page,
            "about",
            "privacy-about-what",
            typed.text("about"),
            choices(&page, "privacy-about-", &OWN_ABOUT),
            issues,
        ),
        own: &own,
        p: &page,
    };
    page.show_issues(&page.t("privacy-own"), issues, &main)
}
