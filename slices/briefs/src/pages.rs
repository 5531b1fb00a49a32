//! The report on the screen, and its files.

pub(crate) mod attendance;
pub(crate) mod certificates;
pub(crate) mod conference;
pub(crate) mod frozen;
pub(crate) mod template;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use figures::{Apportionment, Boundaries, Frequency, Question};
use kernel::{Issues, Period, UnitId};
use serde::Deserialize;
use web::{App, Choice, Cover, Crumb, Error, Field, Lang, Page, Result, Select, Typed, Who};

use crate::{
    Brief, BriefError, COMMEND, EDIT, Format, Wanted, Wording,
    render::{Links, PaperHtml, render_apart},
    summary::boundaries,
    words::{full_span, span},
    write,
};

/// The longest name of an issuing body, in letters.
const COMMITTEE_LENGTH: usize = 200;

/// What is asked of a unit's report.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    period: Option<String>,
    boundaries: Option<String>,
    committee: Option<String>,
    /// Which wording; that of the period without it.
    wording: Option<String>,
}

impl Asked {
    /// A period and a wording, under the boundaries of the time.
    pub(crate) fn of(period: Option<String>, wording: Option<String>) -> Asked {
        Asked { period, boundaries: None, committee: None, wording }
    }
}

/// Which wording: the one asked for, if it speaks of such periods; else the period's own report.
fn wording_of(period: Period, word: Option<&str>) -> Wording {
    let asked = word.and_then(Wording::parse).filter(|it| it.frequency() == period.frequency());
    asked.unwrap_or(Wording::of(period.frequency()))
}

#[derive(Template)]
#[template(path = "preview.html")]
struct Preview<'a> {
    p: &'a Page,
    unit: UnitId,
    query: String,
    period: Select<'a>,
    boundaries: Select<'a>,
    committee: Field<'a>,
    may_edit: bool,
    may_commend: bool,
    /// What was typed to freeze it was refused.
    sent_back: bool,
    number: Field<'a>,
    signed_on: Field<'a>,
    signer: Field<'a>,
    wording: &'static str,
    problems: Vec<String>,
    period_code: &'a str,
    said: std::result::Result<PaperHtml<'a>, String>,
}

/// The report as it will look on paper; each figure leads to its source.
pub(crate) async fn preview(
    State(app): State<App>,
    page: Page,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (unit, _) = covered(&app, &who, &id)?;
    let wanted = understood(&app, unit, &asked, &periods(&app))?;
    show(&app, page, &who, &wanted, &Typed::default(), &Issues::new()).await
}

/// The same, with what was typed for the registry and what is wrong with it.
pub(crate) async fn show(
    app: &App,
    page: Page,
    who: &Who,
    wanted: &Wanted,
    typed: &Typed,
    issues: &Issues,
) -> Result<Response> {
    let (unit, cover) = covered(app, who, &wanted.unit.to_string())?;
    let said = written(app, wanted).await?;
    let register = app.register.get();
    let state = register.nearest(unit, wanted.on).ok_or(Error::NotFound)?;
    let unit_page = Crumb { label: state.full_name.clone(), path: format!("/units/{unit}") };
    let mut page = page.synthetic(state.synthetic).crumbs(vec![unit_page]);
    if cover == Cover::Heir {
        let shared = page.t("briefs-shared");
        page = page.notice(shared);
    }
    let query = query(wanted);
    let (period, word) = (wanted.period.to_string(), wanted.boundaries_word.as_str());
    let committee = wanted.committee.as_deref().unwrap_or_default();
    let links = Links { before: format!("/units/{unit}/figures/"), after: format!("?{}", place(wanted)) };
    let none = Issues::new();
    let preview = Preview {
        p: &page,
        unit,
        query,
        period: Select::new(
            &page,
            "period",
            "briefs-period",
            &period,
            period_choices(&page, wanted.period, &periods(app)),
            &none,
        ),
        boundaries: Select::new(&page, "boundaries", "briefs-boundaries", word, boundary_choices(&page, word), &none),
        committee: Field::new(&page, "committee", "briefs-committee", committee, &none)
            .hint(page.t("briefs-committee-hint")),
        may_edit: who.may(EDIT),
        may_commend: who.may(COMMEND),
        sent_back: !issues.is_empty(),
        number: Field::new(&page, "number", "briefs-signing-number", typed.text("number"), issues)
            .hint(page.t("briefs-signing-number-hint"))
            .most(5),
        signed_on: Field::new(&page, "signed_on", "briefs-signing-day", typed.text("signed_on"), issues)
            .kind("date", "off"),
        signer: Field::new(&page, "signer", "briefs-signing-name", typed.text("signer"), issues)
            .hint(page.t("briefs-signing-name-hint"))
            .most(60),
        wording: wanted.wording.word(),
        problems: said.as_ref().map(|it| it.problems.iter().map(ToString::to_string).collect()).unwrap_or_default(),
        period_code: &period,
        said: said.as_ref().map(|it| PaperHtml::new(&it.document, Some(links))).map_err(Clone::clone),
    };
    let title = page.t1("briefs-of", "span", span(wanted.period));
    page.show_issues(&format!("{title} – {}", state.full_name), issues, &preview)
}

/// The report for Word.
pub(crate) async fn docx(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    file(&app, &who, &id, &asked, Format::Docx).await
}

/// The report's tables for Excel.
pub(crate) async fn xlsx(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    file(&app, &who, &id, &asked, Format::Xlsx).await
}

/// The report as PDF.
pub(crate) async fn pdf(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    file(&app, &who, &id, &asked, Format::Pdf).await
}

async fn file(app: &App, who: &Who, id: &str, asked: &Asked, format: Format) -> Result<Response> {
    let (unit, _) = covered(app, who, id)?;
    let wanted = understood(app, unit, asked, &periods(app))?;
    let Ok(brief) = written(app, &wanted).await? else { return Err(Error::NotFound) };
    let bytes = render_apart(app, brief, format).await.map_err(failed)?;
    Ok(download(format.media_type(), &file_name(app, &wanted, format), bytes))
}

/// A file to keep. The name holds no quotes.
pub(crate) fn download(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}

/// The page with the way back to a unit's page, marked if the unit is invented.
pub(crate) fn about(app: &App, page: Page, unit: UnitId) -> Page {
    let register = app.register.get();
    let Some(state) = register.latest(unit) else { return page };
    let way = vec![Crumb { label: state.full_name.clone(), path: format!("/units/{unit}") }];
    page.crumbs(way).synthetic(state.synthetic)
}

/// The report, or why there is none in words for the asker.
pub(crate) async fn written(app: &App, wanted: &Wanted) -> Result<std::result::Result<Brief, String>> {
    let mut conn = app.db.read().await?;
    match write(app, &mut conn, wanted).await {
        Ok(brief) => Ok(Ok(brief)),
        Err(BriefError::Asked(why)) => Ok(Err(why.to_string())),
        Err(why @ BriefError::Wording(_)) => Ok(Err(why.to_string())),
        Err(other) => Err(failed(other)),
    }
}

pub(crate) fn failed(err: BriefError) -> Error {
    Error::Internal(err.into())
}

/// The unit, if it is within what the asker may read. The past of a split unit is open to its heirs.
pub(crate) fn covered(app: &App, who: &Who, id: &str) -> Result<(UnitId, Cover)> {
    let unit: UnitId = id.parse().map_err(|_| Error::NotFound)?;
    match who.scope(returns::READ)?.cover(&app.register.get(), unit, app.clock.today()) {
        Cover::None => Err(Error::NotFound),
        cover => Ok((unit, cover)),
    }
}

/// What the address asks for; the latest year with a figure of the unit, if it names none.
pub(crate) fn understood(app: &App, unit: UnitId, asked: &Asked, periods: &[Period]) -> Result<Wanted> {
    let period = match asked.period.as_deref().filter(|it| !it.is_empty()) {
        Some(code) => Period::parse(code).map_err(|_| Error::NotFound)?,
        None => latest(app, unit, periods)?.ok_or(Error::NotFound)?,
    };
    let word = asked.boundaries.as_deref().filter(|it| !it.is_empty()).unwrap_or("then");
    let boundaries = boundaries(word, app.clock.today()).map_err(|_| Error::NotFound)?;
    let committee = asked.committee.as_deref().map(str::trim).filter(|it| !it.is_empty());
    Ok(Wanted {
        unit,
        on: match boundaries {
            Boundaries::Then => period.last(),
            Boundaries::On(day) => day,
        },
        period,
        wording: wording_of(period, asked.wording.as_deref()),
        boundaries,
        boundaries_word: word.to_owned(),
        committee: committee.map(|it| it.chars().take(COMMITTEE_LENGTH).collect()),
        held: <(String, String)>::default(),
    })
}

/// The years of which figures are held, the latest first, and the year before today.
pub(crate) fn periods(app: &App) -> Vec<Period> {
    let mut res: Vec<Period> = app.periods().into_iter().filter_map(|it| it.within(Frequency::Year)).collect();
    res.extend(Period::year_of(kernel::Calendar::Civil, app.clock.today().year() - 1));
    res.sort_by_key(|it| (std::cmp::Reverse(it.last()), *it));
    res.dedup();
    res
}

/// The latest year in which the unit has any figure; else the latest of all.
fn latest(app: &App, unit: UnitId, periods: &[Period]) -> Result<Option<Period>> {
    let catalogue = app.catalogue.get();
    let has_figure = |period: &Period| {
        app.totals(|engine| {
            catalogue.indicators().iter().any(|it| {
                let question = Question {
                    unit: unit.0,
                    indicator: it.id(),
                    period: *period,
                    boundaries: Boundaries::Then,
                    apportionment: Apportionment::None,
                };
                engine.total(&question).is_ok_and(|it| it.value.is_some())
            })
        })
    };
    for it in periods {
        if has_figure(it)? {
            return Ok(Some(*it));
        }
    }
    Ok(periods.first().copied())
}

pub(crate) fn period_choices(page: &Page, chosen: Period, periods: &[Period]) -> Vec<Choice> {
    let label = |it: Period| if page.lang == Lang::Vi { full_span(it) } else { it.to_string() };
    let other = (!periods.contains(&chosen)).then_some(chosen);
    let all = other.into_iter().chain(periods.iter().copied());
    all.map(|it| Choice { value: it.to_string(), label: label(it) }).collect()
}

fn boundary_choices(page: &Page, chosen: &str) -> Vec<Choice> {
    let mut res = vec![
        Choice { value: "then".to_owned(), label: page.t("briefs-boundaries-then") },
        Choice { value: "now".to_owned(), label: page.t("briefs-boundaries-now") },
    ];
    if res.iter().all(|it| it.value != chosen) {
        res.push(Choice { value: chosen.to_owned(), label: chosen.to_owned() });
    }
    res
}

/// Period and boundaries as an address has them.
fn place(wanted: &Wanted) -> String {
    let period = wanted.period.to_string();
    encoded(&[("period", &period), ("boundaries", &wanted.boundaries_word)])
}

/// The same with the issuing body, for the files.
pub(crate) fn query(wanted: &Wanted) -> String {
    let mut query = place(wanted);
    if let Some(committee) = &wanted.committee {
        query = format!("{query}&{}", encoded(&[("committee", committee)]));
    }
    if wanted.wording != Wording::of(wanted.period.frequency()) {
        query = format!("{query}&wording={}", wanted.wording.word());
    }
    query
}

pub(crate) fn encoded(pairs: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}

/// `bao-cao-tong-ket-tinh-nam-dinh-2021.docx`: letters that every system takes.
pub(crate) fn file_name(app: &App, wanted: &Wanted, format: Format) -> String {
    let register = app.register.get();
    let unit = register.nearest(wanted.unit, wanted.on).map(|it| it.full_name.clone()).unwrap_or_default();
    format!("{}.{}", slug(&format!("bao cao tong ket {unit} {}", wanted.period)), format.extension())
}

/// Words as a file's name has them: `tinh-nam-dinh`.
pub(crate) fn slug(text: &str) -> String {
    let plain: String = viet::fold(text).chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect();
    plain.split('-').filter(|it| !it.is_empty()).collect::<Vec<_>>().join("-")
}
