use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{AccountId, Issue, Issues};
use web::{App, Cover, Crumb, Empty, Error, Facts, Field, Form, Page, Result, Role, Select, Typed, Who};

use super::{
    Line, date,
    provider::{Linked, linked},
    roles,
};
use crate::{
    MANAGE, NewGrant,
    account::Account,
    acts,
    grant::{self, Grant, Reach},
};

#[derive(Template)]
#[template(path = "account.html")]
struct Shown<'a> {
    p: &'a Page,
    account: &'a Account,
    facts: Facts,
    rights: Vec<Line>,
    ended: Vec<Line>,
    others: bool,
    whole: bool,
    role: Select<'a>,
    unit: Field<'a>,
    /// The identity provider's name, and the account's link to it.
    provider: Option<(String, Option<Linked>)>,
    subject: Field<'a>,
    wrong_subject: bool,
    from: Field<'a>,
    until: Field<'a>,
}

/// What stands in the fields of the page's forms.
#[derive(Default)]
pub(super) struct Written {
    pub(super) right: NewGrant,
    /// Who this person is to the identity provider.
    pub(super) subject: String,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who, Path(id): Path<String>) -> Result<Response> {
    let id = account_id(&id)?;
    let shown = render(&app, page, &who, id, &Written::default(), &Issues::new()).await?;
    app.note(&who, "access.account-read", None, &id.to_string()).await?;
    Ok(shown)
}

pub(crate) async fn give(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Form(new): Form<NewGrant>,
) -> Result<Response> {
    let id = account_id(&id)?;
    let done = acts::grant(&app, &who, id, &new).await;
    answer(&app, page, &who, id, &Written { right: new, ..Written::default() }, done, "right-given").await
}

pub(crate) async fn take(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response> {
    let id = account_id(&id)?;
    let done = match (Role::parse(typed.text("role")), typed.text("unit").parse()) {
        (Some(role), Ok(unit)) => acts::revoke(&app, &who, id, role, unit).await,
        _ => Err(Error::Refused(vec![Issue::new("role", "access-role-missing")])),
    };
    answer(&app, page, &who, id, &Written::default(), done, "right-taken").await
}

pub(crate) async fn close(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    _typed: Typed,
) -> Result<Response> {
    let id = account_id(&id)?;
    let done = acts::close_account(&app, &who, id).await;
    answer(&app, page, &who, id, &Written::default(), done, "account-closed").await
}

pub(crate) async fn reset(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    _typed: Typed,
) -> Result<Response> {
    let id = account_id(&id)?;
    let done = acts::reset_factors(&app, &who, id).await;
    answer(&app, page, &who, id, &Written::default(), done, "factors-reset").await
}

pub(super) fn account_id(text: &str) -> Result<AccountId> {
    text.parse().map_err(|_| Error::NotFound)
}

/// Back to the account when it is done, or the account with what is wrong.
pub(super) async fn answer(
    app: &App,
    page: Page,
    who: &Who,
    id: AccountId,
    typed: &Written,
    done: Result<()>,
    notice: &str,
) -> Result<Response> {
    let to = |()| format!("/accounts/{id}?done={notice}");
    web::answered(done, to, async |issues| render(app, page, who, id, typed, &issues).await).await
}

async fn render(app: &App, page: Page, who: &Who, id: AccountId, typed: &Written, issues: &Issues) -> Result<Response> {
    let (register, today, scope) = (app.register.get(), page.today, who.scope(MANAGE)?);
    let mut conn = app.db.read().await?;
    let (account, grants) = acts::reached(&mut conn, &register, who, id, today, Reach::Part).await?;
    drop(conn);
    let way = vec![Crumb { label: page.t("access-accounts"), path: "/accounts".to_owned() }];
    let page = page.crumbs(way);
    let within = |it: &&Grant| scope.cover(&register, it.unit, today) == Cover::Full;
    let in_words = |it: &Grant| Line::new(&page, &register, it);
    let (ended, live): (Vec<&Grant>, Vec<&Grant>) = grants.iter().filter(within).partition(|it| it.ended(today));
    let main = Shown {
        p: &page,
        account: &account,
        facts: Facts::new([
            (page.t("access-name"), account.name.clone()),
            (page.t("access-post"), account.post.clone()),
            (page.t("access-state"), state(&page, &account)),
        ]),
        rights: live.into_iter().map(in_words).collect(),
        ended: ended.into_iter().map(in_words).collect(),
        others: grants.iter().any(|it| !it.ended(today) && !within(&it)),
        whole: grant::reach(&grants, &register, &scope, today) == Reach::Whole,
        role: Select::new(&page, "role", "access-role", &typed.right.role, roles(&page), issues),
        unit: Field::new(&page, "unit", "access-unit", &typed.right.unit, issues).hint(page.t("access-unit-hint")),
        provider: linked(app, id).await?,
        subject: Field::new(&page, "subject", "access-provider-subject", &typed.subject, issues)
            .hint(page.t("access-provider-subject-hint")),
        wrong_subject: issues.iter().any(|it| it.field == "subject"),
        from: Field::new(&page, "from", "access-from", &typed.right.from, issues)
            .kind("date", "off")
            .hint(page.t("access-from-hint")),
        until: Field::new(&page, "until", "access-until", &typed.right.until, issues)
            .kind("date", "off")
            .hint(page.t("access-until-hint")),
    };
    page.show_issues(&account.full_name, issues, &main)
}

/// Whether an account is used, closed, restricted.
fn state(page: &Page, account: &Account) -> String {
    let state = page.t(if account.closed_at.is_some() { "access-closed" } else { "access-open" });
    match account.restricted_at {
        Some(since) => format!("{state}. {}", page.t1("access-restricted-since", "day", date(since.day()))),
        None => state,
    }
}
