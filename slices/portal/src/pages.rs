use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Issues, UnitId};
use web::{App, Error, Field, Page, Result};

#[derive(Template)]
#[template(path = "front.html")]
struct Front<'a> {
    p: &'a Page,
    search: Field<'a>,
    units: Vec<(UnitId, String)>,
}

/// What Bình Yên is, a search for a unit, and the way on.
pub(crate) async fn front(State(app): State<App>, page: Page) -> Result<Response> {
    let register = app.register.get();
    let mut units: Vec<UnitId> = page.who.iter().flat_map(|it| it.grants.iter().map(|grant| grant.1)).collect();
    units.sort_unstable();
    units.dedup();
    let main = Front {
        p: &page,
        search: Field::new(&page, "q", "portal-search", "", &Issues::new())
            .kind("search", "off")
            .hint(page.t("portal-search-hint")),
        units: units.into_iter().map(|it| (it, register.path(it, page.today))).collect(),
    };
    page.show(&page.t("portal-title"), &main)
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

/// Search engines may list the front page; all else is work.
pub(crate) async fn robots() -> Response {
    plain(StatusCode::OK, "User-agent: *\nAllow: /$\nDisallow: /\n".to_owned())
}

fn plain(status: StatusCode, text: String) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, text).into_response()
}
