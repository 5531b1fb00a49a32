//! `GET /workbooks`: workbooks to be filled in, and files on their way; `POST /workbooks` sends one.

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{Instant, Issue, Issues, ReturnId};
use returns::{FILL, askable};
use web::{App, Choice, Error, Field, Page, Result, Select, Sent, Typed, Who, moment};

use crate::{acts, store as rows};

#[derive(Template)]
#[template(path = "index.html")]
struct Main<'a> {
    p: &'a Page,
    unit: Field<'a>,
    form: Select<'a>,
    period: Select<'a>,
    shape: Select<'a>,
    file_issue: Option<String>,
    waiting: Vec<Waiting>,
}

/// A file that was sent and not yet taken.
struct Waiting {
    path: String,
    file: String,
    at: String,
}

pub(crate) async fn show(State(app): State<App>, page: Page, who: Who) -> Result<Response> {
    render(&app, page, &who, Typed::default(), &Issues::new()).await
}

pub(crate) async fn send(State(app): State<App>, page: Page, who: Who, sent: Sent) -> Result<Response> {
    let return_id = match sent.typed.text("return") {
        "" => None,
        id => Some(id.parse::<ReturnId>().map_err(|_| Error::NotFound)?),
    };
    if let Some(id) = return_id {
        acts::fillable(&app, &who, &id.to_string()).await?;
    }
    let done = acts::keep(&app, &who, sent.file, return_id).await;
    let to = |id| format!("/workbooks/{}", ReturnId(id));
    web::answered(done, to, async |issues| render(&app, page, &who, Typed::default(), &issues).await).await
}

/// The page, with what was typed into its question for a workbook.
pub(super) async fn render(app: &App, page: Page, who: &Who, mut typed: Typed, issues: &Issues) -> Result<Response> {
    let scope = who.scope(FILL)?;
    let register = app.register.get();
    let catalogue = app.catalogue.get();
    let mut or = |name: &str, value: Option<String>| {
        if typed.text(name).is_empty() {
            typed.0.extend(value.map(|it| (name.to_owned(), it)));
        }
    };
    if let [only] = scope.tops() {
        or("unit", Some(register.path(*only, page.today)));
    }
    let asked: Vec<_> = catalogue.forms.iter().filter(|it| !it.sections.is_empty()).collect();
    let usual = asked.iter().find(|it| !it.open).or(asked.first());
    or("form", usual.map(|it| it.code.clone()));
    let before = usual.and_then(|it| it.back_from(page.today, 1).nth(1));
    or("period", before.map(|it| it.to_string()));
    let forms = asked.iter().map(|it| Choice { value: it.code.clone(), label: it.name.clone() }).collect();
    let shapes = ["sheet", "sheets", "rows"]
        .map(|it| Choice { value: it.to_owned(), label: page.t(&format!("workbooks-shape-{it}")) });
    let sent = rows::uploads(&mut app.db.read().await?, who.account, acts::since(app)).await?;
    let waiting = sent.into_iter().map(|(id, file, at)| Waiting {
        path: format!("/workbooks/{}", ReturnId(id)),
        file,
        at: moment(Instant::from_micros(at)),
    });
    let main = Main {
        unit: Field::new(&page, "unit", "workbooks-unit", typed.text("unit"), issues)
            .hint(page.t("workbooks-unit-hint")),
        form: Select::new(&page, "form", "workbooks-form", typed.text("form"), forms, issues),
        period: Select::grouped(
            &page,
            "period",
            "workbooks-period",
            askable::periods(&page, asked.iter().copied(), typed.text("period")),
        )
        .issues(&page, issues),
        shape: Select::new(&page, "shape", "workbooks-shape", typed.text("shape"), shapes.to_vec(), issues),
        file_issue: issues.iter().find(|it| it.field == "file").map(|it: &Issue| page.issue(it)),
        waiting: waiting.collect(),
        p: &page,
    };
    page.show_issues(&page.t("workbooks-title"), issues, &main)
}
