use std::sync::Arc;

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use kernel::{Day, Issue, Issues, Severity};

use crate::{
    App, Duty, Entered, Error, ErrorSummary, Kind, Lang, Notice, Result, Right, SessionKey, Steps, Texts, Who, cookie,
    form,
    guide::{self, Guide},
    statics,
};

/// A step of the way to a page.
#[derive(Debug, Clone)]
pub struct Crumb {
    /// What is read.
    pub label: String,
    /// Where it leads.
    pub path: String,
}

/// What a page knows before its slice says anything: language, texts, who asks, the way here.
#[derive(Debug, Clone)]
pub struct Page {
    /// The language.
    pub lang: Lang,
    /// Who asks, if signed in.
    pub who: Option<Who>,
    /// The hidden word of this session's forms: `<input type="hidden" name="csrf" value="{{ p.csrf }}">`.
    pub csrf: String,
    /// Today.
    pub today: Day,
    /// Whether this is the demo.
    pub demo: bool,
    /// The path asked for.
    pub path: String,
    /// The key of [`App::new_browser`], if this browser sent that cookie.
    pub browser: Option<SessionKey>,
    /// This page in the other language.
    pub(crate) other_language: String,
    texts: Arc<Texts>,
    nav: Vec<(String, &'static str)>,
    about_unit: Vec<(String, &'static str)>,
    crumbs: Vec<Crumb>,
    notice: Option<String>,
    /// Seconds until the page turns, and to which address: of a screen on a wall.
    turning: Option<(u32, String)>,
    /// What the page is, for search engines; empty for pages that none should list.
    describes: String,
    synthetic: bool,
    /// The first steps of who asks, where their work begins.
    guide: Option<Guide>,
    /// The language was chosen in this address: the cookie that makes the browser remember it.
    language_cookie: Option<String>,
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Layout<'a> {
    p: &'a Page,
    title: &'a str,
    errors: Option<ErrorSummary>,
    css: &'static str,
    main: &'a str,
}

impl Page {
    /// The text with this id.
    pub fn t(&self, id: &str) -> String {
        self.texts.say(self.lang, id, &[])
    }

    /// The text with this id and one place filled.
    pub fn t1(&self, id: &str, name: &'static str, value: impl ToString) -> String {
        self.texts.say(self.lang, id, &[(name, value.to_string())])
    }

    /// The text with this id and its places filled.
    pub fn ta(&self, id: &str, args: &[(&'static str, String)]) -> String {
        self.texts.say(self.lang, id, args)
    }

    /// An issue in words.
    pub fn issue(&self, issue: &Issue) -> String {
        self.texts.issue(self.lang, issue)
    }

    /// What the slices offer about a unit: label and address, with this query (`period=2021`).
    pub fn about_unit(&self, unit: kernel::UnitId, query: &str) -> Vec<(String, String)> {
        let address = |path: &str| format!("{}?{query}", path.replace("{id}", &unit.to_string()));
        self.about_unit.iter().map(|(label, path)| (label.clone(), address(path))).collect()
    }

    /// What `aria-current` says of an entry of the menu: this page is it, or stands below it.
    fn current(&self, path: &str) -> Option<&'static str> {
        let below = |it: &str| self.path.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let nearest = self.nav.iter().map(|it| it.1).filter(|it| below(it)).max_by_key(|it| it.len());
        (nearest == Some(path)).then_some(if path == self.path { "page" } else { "true" })
    }

    /// The first steps of a duty, as links for who is signed in.
    pub fn first_steps(&self, duty: Duty) -> Steps {
        guide::first_steps(&self.texts, self.lang, duty, self.who.is_some())
    }

    /// Sets the way here.
    #[must_use]
    pub fn crumbs(self, crumbs: Vec<Crumb>) -> Page {
        Page { crumbs, ..self }
    }

    /// Marks the page as showing invented data.
    #[must_use]
    pub fn synthetic(self, synthetic: bool) -> Page {
        Page { synthetic, ..self }
    }

    /// A sentence on top of the page.
    #[must_use]
    pub fn notice(self, notice: String) -> Page {
        Page { notice: Some(notice), ..self }
    }

    /// Makes the page turn to another by itself, after so many seconds: only if the reader asked for it, and with a way
    /// to stand still (WCAG 2.2, 2.2.1 and 2.2.2).
    #[must_use]
    pub fn turning(self, seconds: u32, path: String) -> Page {
        Page { turning: Some((seconds, path)), ..self }
    }

    /// Lets search engines list the page under this sentence.
    #[must_use]
    pub fn describes(self, describes: String) -> Page {
        Page { describes, ..self }
    }

    /// Puts a slice's template into the frame that all pages share.
    ///
    /// # Errors
    /// When the template cannot be rendered.
    pub fn show(&self, title: &str, main: &impl Template) -> Result<Response> {
        self.show_with(StatusCode::OK, title, &Issues::new(), main)
    }

    /// The same with what is wrong on top: 422 if any of it is an error.
    ///
    /// # Errors
    /// When the template cannot be rendered.
    pub fn show_issues(&self, title: &str, issues: &Issues, main: &impl Template) -> Result<Response> {
        let wrong = issues.iter().any(|it| it.severity == Severity::Error);
        let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        self.show_with(status, title, issues, main)
    }

    /// The same with a status of its own.
    ///
    /// # Errors
    /// When the template cannot be rendered.
    pub fn show_with(
        &self,
        status: StatusCode,
        title: &str,
        issues: &Issues,
        main: &impl Template,
    ) -> Result<Response> {
        let main = main.render()?;
        let wrong = issues.iter().filter(|it| it.severity == Severity::Error);
        let errors: Vec<(String, String)> = wrong.map(|it| (it.field.clone(), self.issue(it))).collect();
        let title_of = |errors| ErrorSummary { title: self.t("web-error-summary"), errors };
        let errors = Some(errors).filter(|it| !it.is_empty()).map(title_of);
        let html = Layout { p: self, title, errors, css: statics::CSS_PATH, main: &main }.render()?;
        let tag = self.lang.tag();
        let mut response = (status, [(header::CONTENT_LANGUAGE, tag)], Html(html)).into_response();
        if let Some((seconds, path)) = &self.turning {
            let turn = format!("{seconds}; url={path}").parse().map_err(|_| Error::Bad("address"))?;
            response.headers_mut().insert(header::REFRESH, turn);
        }
        if let Some(cookie) = &self.language_cookie {
            response.headers_mut().append(header::SET_COOKIE, cookie.parse().map_err(|_| Error::Bad("language"))?);
        }
        Ok(response)
    }
}

impl FromRequestParts<App> for Page {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Page> {
        let who = parts.extensions.get::<Who>().cloned();
        let query: Vec<(String, String)> =
            parts.uri.query().and_then(|it| serde_urlencoded::from_str(it).ok()).unwrap_or_default();
        let asked = |name: &str| query.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
        let lang = match asked("lang").or_else(|| cookie::value(&parts.headers, "lang")) {
            Some("en") => Lang::En,
            _ => Lang::Vi,
        };
        // What was just done is named in the address; only texts that exist are said.
        let notice = asked("done")
            .map(|it| format!("done-{it}"))
            .filter(|it| app.texts.has(Lang::Vi, it))
            .map(|it| app.texts.say(lang, &it, &[]));
        let csrf = match &who {
            Some(_) => cookie::of_session(&parts.headers, &app.settings).map(form::hidden_word).unwrap_or_default(),
            None => String::new(),
        };
        let sees = |right: Right| match (right, &who) {
            (Right::Public, _) | (Right::Entering, Some(_)) => true,
            (Right::SignedIn, Some(who)) => who.entered == Entered::Fully,
            (Right::May(permission), Some(who)) => who.entered == Entered::Fully && who.may(permission),
            (Right::Entering | Right::SignedIn | Right::May(_), None) => false,
        };
        let entries = app.slices.iter().flat_map(|it| it.nav).filter(|it| sees(it.right));
        let named = entries.map(|it| (app.texts.say(lang, it.text, &[]), it.path));
        let (about_unit, nav) = named.partition(|(_, path)| path.contains("{id}"));
        let kept = query.iter().filter(|(name, _)| name != "lang" && name != "done");
        let other = ("lang".to_owned(), if lang == Lang::Vi { "en" } else { "vi" }.to_owned());
        let kept: Vec<&(String, String)> = kept.chain([&other]).collect();
        let other_language = format!("{}?{}", parts.uri.path(), serde_urlencoded::to_string(kept).unwrap_or_default());
        let browser = cookie::of_browser(&parts.headers, &app.settings).map(cookie::key);
        let guide = match &who {
            Some(who) => Guide::of(app, who, parts.uri.path(), lang, &csrf).await?,
            None => None,
        };
        Ok(Page {
            lang,
            browser,
            who,
            csrf,
            today: app.clock.today(),
            demo: app.settings.demo,
            path: parts.uri.path().to_owned(),
            other_language,
            texts: Arc::clone(&app.texts),
            nav,
            about_unit,
            crumbs: Vec::new(),
            notice,
            turning: None,
            describes: String::new(),
            synthetic: false,
            guide,
            language_cookie: asked("lang").map(|_| {
                let secure = if app.settings.secure { "; Secure" } else { "" };
                format!("lang={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}", lang.tag())
            }),
        })
    }
}
