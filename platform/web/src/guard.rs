use audit::Entry;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use kernel::UnitId;

use crate::{App, Entered, Error, Result, Right, SessionKey, Who, cookie, limit::Gate, slice, statics, store, ui};

/// The largest form that is read from who is not signed in.
const STRANGERS_FORM: usize = 64 * 1024;

/// All ways in, each behind its right.
pub fn router(app: App) -> Router {
    let mut res = Router::new()
        .route(statics::CSS_PATH, axum::routing::get(statics::css))
        .route(statics::PASSKEY_JS, axum::routing::get(statics::passkey))
        .route(statics::ENTRY_JS, axum::routing::get(statics::entry))
        .route(statics::KEEP_JS, axum::routing::get(statics::keep))
        .route(statics::WORKER_JS, axum::routing::get(statics::worker))
        .route("/manifest.webmanifest", axum::routing::get(statics::manifest))
        .route("/.well-known/security.txt", axum::routing::get(statics::security));
    for (path, kind, bytes) in statics::ICONS {
        res = res.route(path, axum::routing::get(move || async move { statics::icon(kind, bytes) }));
    }
    let gallery = slice::get("/ui", Right::Public, ui::show);
    let gate = app.settings.limits.map(Gate::new);
    for route in app.slices.iter().flat_map(|it| (it.routes)()).chain([gallery]) {
        let (right, gate) = (route.right, gate.clone());
        let check = move |State(app): State<App>, request: Request, next: Next| {
            let gate = gate.clone();
            async move { check(&app, gate.as_ref(), right, request, next).await }
        };
        res = res.route(route.path, route.handler.layer(from_fn_with_state(app.clone(), check)));
    }
    res.fallback(|| async { Error::NotFound }).layer(from_fn_with_state(app.clone(), harden)).with_state(app)
}

/// Finds out who asks, whether there is room for them, whether they may, and whether an act comes from one of our own
/// pages.
async fn check(app: &App, gate: Option<&Gate>, right: Right, request: Request, next: Next) -> Result<Response> {
    if request.method() == Method::POST && !is_ours(request.headers()) {
        return Err(Error::Bad("from another site"));
    }
    // No text of ours holds a zero byte, and PostgreSQL takes none.
    if request.uri().query().is_some_and(|it| it.contains("%00")) {
        return Err(Error::Bad("a zero byte"));
    }
    let who = match cookie::of_session(request.headers(), &app.settings).map(cookie::key) {
        Some(key) => ask(app, key).await?,
        None => None,
    };
    match (gate, who.as_ref().and_then(|it| it.session.as_ref())) {
        (None, _) => answer(app, who, right, request, next).await,
        (Some(gate), Some(session)) => {
            gate.session(session, app.clock.now())?;
            answer(app, who, right, request, next).await
        }
        (Some(gate), None) => {
            // Read before there is a place: who sends slowly holds up nobody.
            let request = gate.in_time(gathered(request)).await??;
            let place = gate.stranger().await?;
            gate.in_time(place.during(answer(app, who, right, request, next))).await?
        }
    }
}

/// A stranger's request with all that it sends.
async fn gathered(request: Request) -> Result<Request> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, STRANGERS_FORM).await.map_err(|_| Error::Bad("form too large"))?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Lets in who may.
async fn answer(app: &App, mut who: Option<Who>, right: Right, mut request: Request, next: Next) -> Result<Response> {
    if right == Right::Public {
        // Halfway in is outside.
        who = who.filter(|it| it.entered == Entered::Fully);
    }
    match (right, &who) {
        (Right::Public, _) | (Right::Entering, Some(_)) => (),
        (_, Some(who)) if who.entered != Entered::Fully => {
            return Err(Error::SecondFactor(who.entered == Entered::MustShow));
        }
        (Right::SignedIn, Some(_)) => (),
        (Right::Entering | Right::SignedIn | Right::May(_), None) => {
            let asked = request.uri().path_and_query().map_or("/", |it| it.as_str());
            let next = if request.method() == Method::GET { asked } else { "/" };
            return Err(Error::SignIn(next.to_owned()));
        }
        (Right::May(permission), Some(who)) if who.may(permission) => (),
        (Right::May(_), Some(_)) => return Err(Error::Forbidden),
    }
    let asker = who.clone();
    let path = request.uri().path().to_owned();
    let private = who.is_some();
    if let Some(who) = who {
        request.extensions_mut().insert(who);
    }
    let mut response = next.run(request).await;
    if let Some(who) = asker.filter(|_| is_file(&response)) {
        // Nothing leaves before it is written down who took it.
        let unit = path.split('/').find_map(|it| it.parse().ok());
        app.note(&who, "export.taken", unit, &path).await?;
    }
    if private && !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// Whether an answer is a file to keep rather than a page to read.
fn is_file(response: &Response) -> bool {
    response.status().is_success() && response.headers().contains_key(header::CONTENT_DISPOSITION)
}

impl App {
    /// Writes down that somebody read what is protected: about which unit, which object (an id, never a person's words).
    ///
    /// # Errors
    /// When the database fails; then nothing is to be shown.
    pub async fn note(&self, who: &Who, act: &'static str, unit: Option<UnitId>, object: &str) -> Result<()> {
        let mut tx = self.db.write().await?;
        let entry = Entry { province: 0, at: self.clock.now(), actor: who.actor(), act, unit, object };
        audit::append(&mut tx, &entry).await?;
        Ok(tx.commit().await?)
    }
}

async fn ask(app: &App, key: SessionKey) -> Result<Option<Who>> {
    let now = app.clock.now();
    let mut conn = app.db.read().await?;
    let Some((who, due)) = store::who(&mut conn, &key, now, now.day(), app.slices, app.settings.demo).await? else {
        return Ok(None);
    };
    if due {
        store::touch(&mut conn, &key, now).await?;
    }
    Ok(Some(who))
}

/// Whether a browser says that the request comes from our own page. Programs that are no browsers send neither header.
fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|it| it.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin" || site == "none";
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, it)| it == host),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

/// Whether a request gives our name, where we know it; the port does not matter.
fn is_for_us(headers: &HeaderMap, host: Option<&str>) -> bool {
    let Some(host) = host else { return true };
    let mut asked = headers.get_all(header::HOST).iter();
    let (Some(name), None) = (asked.next().and_then(|it| it.to_str().ok()), asked.next()) else { return false };
    let name = name.rsplit_once(':').filter(|it| it.1.bytes().all(|it| it.is_ascii_digit())).map_or(name, |it| it.0);
    name.eq_ignore_ascii_case(host)
}

/// What every answer carries.
async fn harden(State(app): State<App>, request: Request, next: Next) -> Response {
    // No page is made from the name that the request gives, nor from any X-Forwarded-*; a wrong one is a trick.
    let mut response = if is_for_us(request.headers(), app.settings.host.as_deref()) {
        next.run(request).await.into_response()
    } else {
        StatusCode::MISDIRECTED_REQUEST.into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
             manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.settings.secure {
        // Two years: a browser that came once never again tries without https.
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
    response
}
