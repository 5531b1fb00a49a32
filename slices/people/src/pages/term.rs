//! A term: entering it, reading it, mending it.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Issues, TermId, UnitId};
use web::{App, Choice, Error, Field, Form, Page, Result, Select, Typed, Who};

use super::{Origin, date, issue_at, may, span, unit_id, way};
use crate::{
    RECORD, acts, consent,
    place::{Area, holder},
    post::{self, posts},
    store::teams,
    team::Team,
    term::{Stage, Term, TypedTerm},
};

/// The box that says that somebody has signed, never ticked beforehand.
#[derive(Template)]
#[template(path = "consent.html")]
pub(super) struct Signed<'a> {
    p: &'a Page,
    text: &'a str,
    version: i64,
    ticked: bool,
    issue: Option<String>,
    day: Field<'a>,
}

impl askama::filters::HtmlSafe for Signed<'_> {}

impl<'a> Signed<'a> {
    pub(super) fn new(p: &'a Page, typed: &'a TypedTerm, issues: &Issues) -> Signed<'a> {
        let current = consent::current(p.today);
        Signed {
            p,
            text: current.text(p.lang),
            version: current.version,
            ticked: typed.consent.trim().parse() == Ok(current.version),
            issue: issue_at(p, issues, "consent"),
            day: Field::new(p, "consented_on", "people-consented-on", &typed.consented_on, issues)
                .kind("date", "off")
                .hint(p.t("people-consented-on-hint")),
        }
    }
}

#[derive(Template)]
#[template(path = "term_new.html")]
struct Blank<'a> {
    p: &'a Page,
    unit: UnitId,
    post: Select<'a>,
    team: Option<Select<'a>>,
    full_name: Field<'a>,
    from: Field<'a>,
    until: Field<'a>,
    trained_on: Field<'a>,
    signed: Signed<'a>,
}

pub(crate) async fn blank(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    render_new(&app, page, &who, unit_id(&id)?, &TypedTerm::default(), &Issues::new()).await
}

pub(crate) async fn add(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Form(typed): Form<TypedTerm>,
) -> Result<Response> {
    let unit = unit_id(&id)?;
    let done = acts::terms::add(&app, &who, unit, &typed).await;
    let to = |_| format!("/units/{unit}/people?done=people-term-added");
    web::answered(done, to, async |issues| render_new(&app, page, &who, unit, &typed, &issues).await).await
}

async fn render_new(
    app: &App,
    page: Page,
    who: &Who,
    unit: UnitId,
    typed: &TypedTerm,
    issues: &Issues,
) -> Result<Response> {
    let place = acts::place(app, who, RECORD, unit)?;
    let (register, today) = (app.register.get(), page.today);
    let mut found = teams::of(&mut app.db.read().await?, &Area::new(&register, [unit])).await?;
    found.retain(|it| it.works_on(today) && holder(&register, it.unit, today) == Some(unit));
    let at_level = posts().iter().filter(|it| it.is_at(place.level));
    // Posts of a team can be given once there is such a team.
    let open = at_level.filter(|it| it.team.is_none_or(|kind| found.iter().any(|team| team.kind == kind)));
    let choice = |it: &post::Post| Choice { value: it.code.clone(), label: it.name(page.lang).to_owned() };
    let choices = std::iter::once(none(&page)).chain(open.map(choice)).collect();
    let team = |it: &Team| Choice { value: it.id.to_string(), label: it.name(&register, today) };
    let team_choices = std::iter::once(none(&page)).chain(found.iter().map(team)).collect();
    let state = register.get(unit, today).ok_or(Error::NotFound)?;
    let main = Blank {
        p: &page,
        unit,
        post: Select::new(&page, "post", "people-post", &typed.post, choices, issues),
        team: (!found.is_empty())
            .then(|| Select::new(&page, "team", "people-team-of-post", &typed.team, team_choices, issues)),
        full_name: name_field(&page, &typed.full_name, issues),
        from: Field::new(&page, "from", "people-from", &typed.from, issues).kind("date", "off"),
        until: Field::new(&page, "until", "people-until", &typed.until, issues)
            .kind("date", "off")
            .hint(page.t("people-until-hint")),
        trained_on: Field::new(&page, "trained_on", "people-trained-on", &typed.trained_on, issues).kind("date", "off"),
        signed: Signed::new(&page, typed, issues),
    };
    let page = page.clone().crumbs(way(&page, &register, unit)).synthetic(state.synthetic);
    page.show_issues(&page.t("people-term-new"), issues, &main)
}

fn none(page: &Page) -> Choice {
    Choice { value: String::new(), label: page.t("people-choose") }
}

fn name_field<'a>(page: &Page, value: &'a str, issues: &Issues) -> Field<'a> {
    Field::new(page, "full_name", "people-full-name", value, issues).hint(page.t("people-full-name-hint")).most(60)
}

#[derive(Template)]
#[template(path = "term.html")]
#[expect(clippy::struct_excessive_bools, reason = "what the template asks for")]
struct Shown<'a> {
    p: &'a Page,
    id: TermId,
    revision: i64,
    post: String,
    who: &'a str,
    withdrawn: String,
    unit: UnitId,
    unit_name: String,
    team: Option<(String, String)>,
    days: String,
    trained: String,
    consent: String,
    consent_text: &'a str,
    ending: bool,
    over: bool,
    origin: Origin,
    heirs: Option<Select<'a>>,
    record: bool,
    /// The form was sent back.
    sent_back: bool,
    full_name: Option<Field<'a>>,
    from: Field<'a>,
    until: Field<'a>,
    trained_on: Field<'a>,
    /// Whose account it is: sign-in name and name; empty if nobody's.
    owner: String,
    /// Whose account it is to be, where that can be said.
    account: Option<Field<'a>>,
    sent_account: bool,
}

/// What was sent and is shown again.
#[derive(Default)]
struct Sent<'a> {
    change: Option<&'a TypedTerm>,
    account: Option<&'a str>,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    let id = term_id(&id)?;
    render(&app, page, &who, id, Sent::default(), &Issues::new()).await
}

pub(crate) async fn change(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Form(typed): Form<TypedTerm>,
) -> Result<Response> {
    let id = term_id(&id)?;
    let done = acts::terms::change(&app, &who, id, &typed).await;
    answer(&app, page, &who, id, Sent { change: Some(&typed), ..Sent::default() }, done.map(|()| "people-term-changed"))
        .await
}

pub(crate) async fn withdraw(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = term_id(&id)?;
    let done = acts::terms::withdraw(&app, &who, id, typed.text("revision")).await;
    answer(&app, page, &who, id, Sent::default(), done.map(|()| "people-withdrawn")).await
}

pub(crate) async fn give(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = term_id(&id)?;
    let to = typed.text("unit").parse().unwrap_or(UnitId(0));
    let done = acts::terms::give(&app, &who, id, typed.text("revision"), to).await;
    answer(&app, page, &who, id, Sent::default(), done.map(|()| "people-given")).await
}

/// Says whose account the term is, or that it is nobody's.
pub(crate) async fn link(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let (id, account) = (term_id(&id)?, typed.text("account"));
    let done = acts::links::link(&app, &who, id, typed.text("revision"), account).await;
    let sent = Sent { account: Some(account), ..Sent::default() };
    answer(&app, page, &who, id, sent, done.map(|()| "people-linked")).await
}

pub(super) fn term_id(text: &str) -> Result<TermId> {
    text.parse().map_err(|_| Error::NotFound)
}

/// Back to the term when it is done, or the term with what is wrong.
async fn answer(app: &App, page: Page, who: &Who, id: TermId, sent: Sent<'_>, done: Result<&str>) -> Result<Response> {
    let to = |notice| format!("/terms/{id}?done={notice}");
    web::answered(done, to, async |issues| render(app, page, who, id, sent, &issues).await).await
}

async fn render(app: &App, page: Page, who: &Who, id: TermId, sent: Sent<'_>, issues: &Issues) -> Result<Response> {
    let term = acts::terms::find(app, who, id).await?;
    let (register, today) = (app.register.get(), page.today);
    let team = match term.team {
        Some(team) => teams::find(&mut app.db.read().await?, team).await?,
        None => None,
    };
    if term.full_name.is_some() {
        acts::looked(app, who, term.unit, &id.to_string()).await?;
    }
    let origin = Origin::new(&page, &register, term.unit);
    let home = holder(&register, term.unit, today).unwrap_or(term.unit);
    let record = if origin.heirs.is_empty() {
        may(app, who, RECORD, home)
    } else {
        origin.heirs.iter().any(|it| may(app, who, RECORD, it.0))
    };
    // Whose account it is, is for who keeps the roster.
    let owner = match term.account.filter(|_| record) {
        Some(account) => access::owner(&mut app.db.read().await?, account).await?,
        None => None,
    };
    let name = owner.as_ref().map(|it| it.0.clone()).unwrap_or_default();
    let account = sent.account.unwrap_or(&name);
    let may_link = term.full_name.is_some() && term.stage(today) != Stage::Over;
    let heirs = origin.heirs.iter().map(|it| Choice { value: it.0.to_string(), label: it.1.clone() }).collect();
    let post = post::post_name(&term.post, page.lang).to_owned();
    let signed = consent::consents().iter().find(|it| it.version == term.consent_version);
    let stored = stored(&term);
    let of_change = sent.change.unwrap_or(&stored);
    let main = Shown {
        id,
        revision: term.revision,
        who: term.full_name.as_deref().unwrap_or_default(),
        withdrawn: term.withdrawn_at.map(|it| date(it.day())).unwrap_or_default(),
        unit: home,
        unit_name: register.path(home, today),
        team: team.map(|it| (format!("/teams/{}", it.id), it.name(&register, today))),
        days: span(&page, term.from, term.until),
        trained: term.trained_on.map(date).unwrap_or_default(),
        consent: page.ta(
            "people-consent-given",
            &[("version", term.consent_version.to_string()), ("day", date(term.consented_on))],
        ),
        consent_text: signed.map(|it| it.text(page.lang)).unwrap_or_default(),
        ending: term.stage(today) == Stage::Ending,
        over: term.stage(today) == Stage::Over,
        heirs: (!origin.heirs.is_empty()).then(|| Select::new(&page, "unit", "people-place-to", "", heirs, issues)),
        origin,
        record,
        sent_back: sent.change.is_some(),
        sent_account: sent.account.is_some(),
        full_name: term.full_name.as_ref().map(|_| name_field(&page, &of_change.full_name, issues)),
        from: Field::new(&page, "from", "people-from", &of_change.from, issues).kind("date", "off"),
        until: Field::new(&page, "until", "people-until", &of_change.until, issues).kind("date", "off"),
        trained_on: Field::new(&page, "trained_on", "people-trained-on", &of_change.trained_on, issues)
            .kind("date", "off"),
        account: may_link.then(|| Field::new(&page, "account", "people-link-account", account, issues).most(40)),
        owner: owner.map(|(name, full_name)| format!("{name} ({full_name})")).unwrap_or_default(),
        post,
        p: &page,
    };
    let synthetic = register.latest(term.unit).is_some_and(|it| it.synthetic);
    let framed = page.clone().crumbs(way(&page, &register, home)).synthetic(synthetic);
    framed.show_issues(&main.post, issues, &main)
}

/// A term as its form shows it.
fn stored(term: &Term) -> TypedTerm {
    TypedTerm {
        full_name: term.full_name.clone().unwrap_or_default(),
        from: term.from.to_string(),
        until: term.until.map(|it| it.plus(-1).to_string()).unwrap_or_default(),
        trained_on: term.trained_on.map(|it| it.to_string()).unwrap_or_default(),
        ..TypedTerm::default()
    }
}
