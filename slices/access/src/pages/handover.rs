use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Issues, Register};
use web::{App, Choice, Crumb, Empty, Error, Field, Page, Radios, Result, Typed, Who};

use super::{Line, account::account_id, date};
use crate::acts::{
    follow::{self, Following},
    handover::{self, Kind, Plan},
};

#[derive(Template)]
#[template(path = "handover.html")]
struct Blank<'a> {
    p: &'a Page,
    action: String,
    kind: Radios<'a>,
    to: Field<'a>,
    until: Field<'a>,
    rights: Vec<(Line, Field<'a>)>,
}

#[derive(Template)]
#[template(path = "handover_preview.html")]
struct Preview<'a> {
    p: &'a Page,
    action: String,
    said: String,
    /// A right, and what becomes of it.
    moves: Vec<(Line, String)>,
    fields: &'a [(String, String)],
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    render(&app, page, &who, &id, &Typed::default(), &Issues::new()).await
}

/// Shows what would happen; does it when told that this was seen.
pub(crate) async fn hand_over(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let account = account_id(&id)?;
    if typed.text("sure") != "yes" {
        let planned = handover::plan(&app, &mut app.db.read().await?, &who, account, &typed).await;
        return match planned {
            Ok(plan) => preview(&app, page, &who, &id, &plan, &typed).await,
            Err(Error::Refused(issues)) => render(&app, page, &who, &id, &typed, &issues).await,
            Err(err) => Err(err),
        };
    }
    let done = handover::hand_over(&app, &who, account, &typed).await;
    let to = |kind| match kind {
        Kind::Leaving => "/accounts?done=left".to_owned(),
        Kind::Deputy | Kind::Transfer => format!("/accounts/{id}?done=handed-over"),
    };
    web::answered(done, to, async |issues| render(&app, page, &who, &id, &typed, &issues).await).await
}

/// The page with the way back to the account.
async fn with_way(app: &App, page: Page, who: &Who, id: &str) -> Result<(Page, Vec<crate::grant::Grant>, String)> {
    let register = app.register.get();
    let mut conn = app.db.read().await?;
    let (account, rights) = handover::rights(&mut conn, &register, who, account_id(id)?, page.today).await?;
    let accounts = Crumb { label: page.t("access-accounts"), path: "/accounts".to_owned() };
    let own = Crumb { label: account.full_name.clone(), path: format!("/accounts/{id}") };
    let title = page.t1("access-handover-title", "name", &account.full_name);
    Ok((page.crumbs(vec![accounts, own]), rights, title))
}

async fn render(app: &App, page: Page, who: &Who, id: &str, typed: &Typed, issues: &Issues) -> Result<Response> {
    let (page, rights, title) = with_way(app, page, who, id).await?;
    let register = app.register.get();
    let choice =
        |it: Kind| Choice { value: it.word().to_owned(), label: page.t(&format!("access-handover-{}", it.word())) };
    let names: Vec<String> = rights.iter().map(handover::field).collect();
    let own = rights.iter().zip(&names).map(|(right, name)| {
        let field = Field::new(&page, name, "access-handover-to-this", typed.text(name), issues);
        (Line::new(&page, &register, right), field)
    });
    let main = Blank {
        p: &page,
        action: format!("/accounts/{id}/handover"),
        kind: Radios::new(
            &page,
            "kind",
            "access-handover-kind",
            typed.text("kind"),
            Kind::ALL.map(choice).to_vec(),
            issues,
        ),
        to: Field::new(&page, "to", "access-handover-to", typed.text("to"), issues)
            .hint(page.t("access-handover-to-hint")),
        until: Field::new(&page, "until", "access-handover-until", typed.text("until"), issues)
            .kind("date", "off")
            .hint(page.t("access-handover-until-hint")),
        rights: own.collect(),
    };
    page.show_issues(&title, issues, &main)
}

async fn preview(app: &App, page: Page, who: &Who, id: &str, plan: &Plan, typed: &Typed) -> Result<Response> {
    let (page, _, title) = with_way(app, page, who, id).await?;
    let register = app.register.get();
    let becomes = |it: &handover::Move| match (&it.to, &it.new) {
        (None, _) => page.t("access-handover-to-nobody"),
        (Some(to), None) => page.t1("access-handover-has-it", "name", &to.full_name),
        (Some(to), Some(_)) => page.t1("access-handover-to-whom", "name", &to.full_name),
    };
    let line = |it: &handover::Move| (Line::new(&page, &register, &it.right), becomes(it));
    let until = plan.last.map(date).unwrap_or_default();
    let main = Preview {
        p: &page,
        action: format!("/accounts/{id}/handover"),
        said: page.t1(&format!("access-handover-said-{}", plan.kind.word()), "until", until),
        moves: plan.moves.iter().map(line).collect(),
        fields: &typed.0,
    };
    page.show(&title, &main)
}

#[derive(Template)]
#[template(path = "followings.html")]
struct Followings<'a> {
    p: &'a Page,
    clear: Vec<Followed>,
    open: Vec<Followed>,
    digest: String,
}

/// A right at a unit that is no more, in words.
struct Followed {
    account: kernel::AccountId,
    name: String,
    role: String,
    unit: String,
    heirs: String,
}

impl Followed {
    fn new(page: &Page, register: &Register, it: &Following) -> Followed {
        let role = it.new.map_or(it.right.role, |new| new.role);
        let path = |it: &kernel::UnitId| register.path(*it, page.today);
        Followed {
            account: it.account.id,
            name: it.account.full_name.clone(),
            role: super::role_name(page, role),
            unit: register.latest(it.right.unit).map(|it| it.full_name.clone()).unwrap_or_default(),
            heirs: it.heirs.iter().map(path).collect::<Vec<_>>().join("; "),
        }
    }
}

/// The rights at units that are no more, and where they would go.
pub(crate) async fn followings(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    let all = follow::following(&app, &mut app.db.read().await?, &who).await?;
    let register = app.register.get();
    let (clear, open): (Vec<&Following>, Vec<&Following>) = all.iter().partition(|it| it.new.is_some());
    let in_words = |it: Vec<&Following>| it.into_iter().map(|it| Followed::new(&page, &register, it)).collect();
    let (clear, open, digest) = (in_words(clear), in_words(open), follow::digest(&all));
    let way = vec![Crumb { label: page.t("access-accounts"), path: "/accounts".to_owned() }];
    let page = page.clone().crumbs(way);
    page.show(&page.t("access-followings"), &Followings { p: &page, clear, open, digest })
}

/// Lets the clear ones follow.
pub(crate) async fn follow(State(app): State<App>, who: Who, typed: Typed) -> Result<Response> {
    follow::follow(&app, &who, typed.text("seen")).await?;
    Ok(Redirect::to("/accounts/successions?done=rights-followed").into_response())
}
