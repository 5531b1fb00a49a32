//! Pivots as files, streamed.

use axum::{
    body::Body,
    extract::{Path, Query as Asks, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use returns::view::Seen;
use web::{App, Error, Page, Result, Who};

use crate::{Asked, Format, Pieces, Pivot, view::Query};

type Pairs = Asks<Vec<(String, String)>>;

/// `GET /units/{id}/figures.csv?below=&period=&indicators=&boundaries=&order=`
pub(crate) async fn csv(app: State<App>, page: Page, who: Who, id: Path<String>, asks: Pairs) -> Result<Response> {
    file(&app, &page, &who, &id, Query(asks.0), Format::Csv)
}

/// `GET /units/{id}/figures.json`, the same question.
pub(crate) async fn json(app: State<App>, page: Page, who: Who, id: Path<String>, asks: Pairs) -> Result<Response> {
    file(&app, &page, &who, &id, Query(asks.0), Format::Json)
}

/// `GET /units/{id}/figures.xlsx`, the same question.
pub(crate) async fn xlsx(app: State<App>, page: Page, who: Who, id: Path<String>, asks: Pairs) -> Result<Response> {
    file(&app, &page, &who, &id, Query(asks.0), Format::Xlsx)
}

fn file(app: &App, page: &Page, who: &Who, id: &str, query: Query, format: Format) -> Result<Response> {
    let register = app.register.get();
    let seen = Seen::read(id, who, &register, page.today)?;
    let or = |text: &str, other: &'static str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let asked = Asked {
        below: &or(query.text("below"), "children"),
        periods: &query.list("period"),
        indicators: &query.list("indicators"),
        boundaries: &or(query.text("boundaries"), "then"),
        order: query.text("order"),
    };
    let sees = |register: &kernel::Register, unit| seen.opens(register, unit, page.today);
    let above = |register: &kernel::Register, unit| seen.from_above(register, unit, page.today);
    let pivot = match Pivot::new(app, seen.unit, &asked, sees, above) {
        Ok(it) => it,
        // To a script as much as to a person: one line that says what to mend.
        Err(err) => return Ok((StatusCode::UNPROCESSABLE_ENTITY, format!("{err}\n")).into_response()),
    };
    let first = pivot.periods().next().map(|it| it.to_string().replace(':', "-")).unwrap_or_default();
    let name = format!("{}-{first}.{}", seen.unit, format.word());
    let body = Body::from_stream(Pieces::new(app.clone(), pivot, format));
    attached(&name, format.content_type(), body)
}

/// A file to keep.
pub(crate) fn attached(name: &str, content_type: &'static str, body: Body) -> Result<Response> {
    let attached = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_DISPOSITION, attached.map_err(|_| Error::Bad("a file name"))?);
    Ok(response)
}
