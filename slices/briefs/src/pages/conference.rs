//! The page on which a conference is prepared: one click makes all its papers.

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Issue, Issues, Period, UnitId};
use web::{App, Choice, Error, Field, Page, Result, Select, Typed, Who};

use super::{Asked, about, download, failed, period_choices, periods, understood, written};
use crate::{
    Wanted, Wording, acts, certificate,
    conference::{LONGEST_NAME, MOST_RECIPIENTS, PAPERS, Pack, Plan, Which},
    store::attendance,
};

#[derive(askama::Template)]
#[template(path = "conference.html")]
struct ConferencePage<'a> {
    p: &'a Page,
    unit: UnitId,
    period: String,
    choice: Select<'a>,
    place: Field<'a>,
    time: Field<'a>,
    recipients: &'a str,
    issue: Option<String>,
    wordings: &'static [Wording],
    door: Option<Door>,
}

/// The door of the day: where it is and how many came.
struct Door {
    path: String,
    address: Option<String>,
    qr: String,
    count: i64,
}

/// What to type for the pack, and the door of the day.
pub(crate) async fn page(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response> {
    let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
    acts::commendable(&app, &who, unit)?;
    let wanted = understood(&app, unit, &Asked::of(which.period, None), &periods(&app))?;
    show(&app, page, &wanted, &Typed::default(), &Issues::new()).await
}

async fn show(app: &App, page: Page, wanted: &Wanted, typed: &Typed, issues: &Issues) -> Result<Response> {
    let (unit, period) = (wanted.unit, wanted.period.to_string());
    let mut conn = app.db.read().await?;
    let door = attendance::of_unit(&mut conn, unit, &period).await?;
    drop(conn);
    let door = door.map(|(code, count)| {
        let path = format!("/attendance/{code}");
        let address = app.settings.address(&path);
        let qr = address.as_deref().and_then(|it| paper::qr(it, it, 60)).map(|it| it.svg).unwrap_or_default();
        Door { path, address, qr, count }
    });
    let page = about(app, page, unit);
    let choices: Vec<Choice> = period_choices(&page, wanted.period, &periods(app));
    let content = ConferencePage {
        p: &page,
        unit,
        choice: Select::new(&page, "period", "briefs-period", &period, choices, &Issues::new()),
        place: Field::new(&page, "place", "briefs-conference-place", typed.text("place"), issues),
        time: Field::new(&page, "time", "briefs-conference-time", typed.text("time"), issues)
            .hint(page.t("briefs-conference-time-hint")),
        recipients: typed.text("recipients"),
        issue: issues.iter().find(|it| it.field == "recipients").map(|it| page.issue(it)),
        wordings: &PAPERS,
        door,
        period: period.clone(),
    };
    page.show_issues(&page.t("briefs-conference"), issues, &content)
}

/// All papers of the conference in one file.
pub(crate) async fn pack(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(which): Query<Which>,
    typed: Typed,
) -> Result<Response> {
    let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
    acts::commendable(&app, &who, unit)?;
    let wanted = understood(&app, unit, &Asked::of(which.period, None), &periods(&app))?;
    let plan = match read(&typed) {
        Ok(it) => it,
        Err(issues) => return show(&app, page, &wanted, &typed, &issues).await,
    };
    let Ok(report) = written(&app, &wanted).await? else { return Err(Error::NotFound) };
    let mut papers = Vec::new();
    for wording in PAPERS {
        let held = (plan.place.clone(), plan.time.clone());
        if let Ok(brief) = written(&app, &Wanted { wording, held, ..wanted.clone() }).await? {
            papers.push((wording, brief.document));
        }
    }
    let signed = plan.recipients.len();
    let key = certificate::key(&app).await?;
    let pack = Pack { report, papers, plan, key, today: app.clock.today() };
    let leave = app.heavy.clone().acquire_owned().await;
    let packed = tokio::task::spawn_blocking(move || pack.zip()).await?.map_err(failed)?;
    drop(leave);
    if signed > 0 {
        acts::note_signed(&app, &who, unit, wanted.period, signed).await?;
    }
    Ok(download("application/zip", &format!("hoi-nghi-{}.zip", wanted.period.year()), packed))
}

/// Reads what was typed, or says what is wrong with it.
fn read(typed: &Typed) -> std::result::Result<Plan, Issues> {
    let mut issues = Issues::new();
    let too_long = |it: &str| it.chars().count() > LONGEST_NAME;
    for field in ["place", "time"].into_iter().filter(|it| too_long(typed.text(it))) {
        issues.push(Issue::new(field, "briefs-conference-too-long").with("most", LONGEST_NAME));
    }
    let lines = typed.text("recipients").lines().map(viet::composed);
    let recipients: Vec<String> = lines.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
    if let Some(at) = recipients.iter().position(|it| too_long(it)) {
        let issue = Issue::new("recipients", "briefs-conference-name-too-long");
        issues.push(issue.with("line", at + 1).with("most", LONGEST_NAME));
    }
    if recipients.len() > MOST_RECIPIENTS {
        let issue = Issue::new("recipients", "briefs-conference-too-many");
        issues.push(issue.with("count", recipients.len()).with("most", MOST_RECIPIENTS));
    }
    if !issues.is_empty() {
        return Err(issues);
    }
    Ok(Plan { place: typed.text("place").to_owned(), time: typed.text("time").to_owned(), recipients })
}

/// Opens the door that counts.
pub(crate) async fn open_door(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(which): Query<Which>,
    _form: Typed,
) -> Result<Response> {
    let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
    acts::commendable(&app, &who, unit)?;
    let period = which.period.as_deref().and_then(|it| Period::parse(it).ok()).ok_or(Error::NotFound)?;
    acts::open_door(&app, &who, unit, period).await?;
    Ok(Redirect::to(&format!("/units/{unit}/conference?period={period}&done=door")).into_response())
}
