use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use kernel::Issues;
use web::{App, Empty, Field, Page, Result, Typed};

use super::news::Line;
use crate::store::{news, open};

/// So many of each kind.
const SHOWN: usize = 8;
/// So many news are looked through, the latest.
const LOOKED_THROUGH: i64 = 300;

#[derive(Template)]
#[template(path = "search.html")]
struct Found<'a> {
    p: &'a Page,
    q: &'a str,
    field: Field<'a>,
    groups: Vec<(String, Vec<Hit>)>,
    empty: Option<Empty>,
}

/// Something found.
struct Hit {
    name: String,
    path: String,
    /// What else is said about it.
    said: String,
}

/// Whether a text holds every word of a folded query: whole words, but for the last one, which may still be being typed.
fn holds(text: &str, query: &str) -> bool {
    let text = viet::fold(text);
    let words: Vec<&str> = text.split(|it: char| !it.is_alphanumeric()).collect();
    let mut asked = query.split_whitespace().rev();
    let Some(last) = asked.next() else { return false };
    words.iter().any(|it| it.starts_with(last)) && asked.all(|it| words.contains(&it))
}

/// `GET /search?q=`: pages, places by any of their names, news, published indicators. What citizens wrote to us is not
/// looked through.
pub(crate) async fn show(
    State(app): State<App>,
    page: Page,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response> {
    let asked = Typed(asked);
    let q: String = viet::composed(asked.text("q")).chars().take(200).collect();
    let folded = viet::fold(&q);
    let holds = |text: &str| holds(text, &folded);
    let register = app.register.get();
    let mut conn = app.db.read().await?;

    let titled = [
        ("portal-nav-movement", "portal-movement-lead", "/movement"),
        ("portal-nav-news", "portal-way-news", "/news"),
        ("portal-nav-open", "portal-way-open", "/open"),
        ("portal-way-place-title", "portal-way-place", "/units"),
        ("portal-feedback", "portal-way-feedback", "/feedback"),
        ("portal-help", "portal-help-lead", "/help"),
    ];
    let pages = titled.iter().map(|it| (page.t(it.0), page.t(it.1), it.2));
    let pages = pages.filter(|it| holds(&format!("{} {}", it.0, it.1)));
    let pages = pages.map(|(name, said, path)| Hit { name, path: path.to_owned(), said }).collect();

    let place = |it: &&kernel::UnitState| {
        let now = register.get(it.id, page.today).is_none();
        let above = register.ancestors(it.id, it.last_day());
        let above: Vec<&str> = above.iter().filter(|it| it.parent.is_some()).map(|it| it.full_name.as_str()).collect();
        let heirs = if now { super::heirs(&page, &register, it.id) } else { String::new() };
        let said = [above.join(", "), heirs].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" – ");
        Hit { name: it.full_name.clone(), path: format!("/places/{}", it.id), said }
    };
    let places = register.search(&q, None, SHOWN).iter().map(place).collect();

    let news = news::published(&mut conn, LOOKED_THROUGH, 0).await?;
    let spoken = |it: &&crate::news::Item| {
        let (title, body, _) = it.words(page.lang);
        holds(&format!("{title} {body}"))
    };
    let news = news.iter().filter(spoken).take(SHOWN).map(|it| Line::of(&page, &register, it));
    let news = news.map(|it| Hit { name: it.title, path: it.path, said: it.by }).collect();

    let mut figures = Vec::new();
    if let Some(latest) = open::releases(&mut conn).await?.first() {
        for it in app.catalogue.get().indicators().iter().filter(|it| crate::open::is_open(it)) {
            if figures.len() < SHOWN && holds(&format!("{} {}", it.name_vi, it.name_en)) {
                let path = format!("/open/{}?indicator={}", latest.id, it.code);
                figures.push(Hit { name: page.indicator(it).to_owned(), path, said: page.period(latest.period) });
            }
        }
    }
    let groups: Vec<(String, Vec<Hit>)> = [
        ("portal-search-pages", pages),
        ("portal-search-places", places),
        ("portal-nav-news", news),
        ("portal-nav-open", figures),
    ]
    .into_iter()
    .filter(|it: &(&str, Vec<Hit>)| !it.1.is_empty())
    .map(|it| (page.t(it.0), it.1))
    .collect();
    let none = groups.is_empty() && !q.is_empty();
    let main = Found {
        p: &page,
        q: &q,
        field: Field::new(&page, "q", "portal-search", &q, &Issues::new())
            .kind("search", "off")
            .hint(page.t("portal-search-hint"))
            .most(200),
        empty: none.then(|| Empty {
            text: page.t1("portal-search-none", "q", &q),
            label: page.t("portal-feedback"),
            path: "/feedback".to_owned(),
        }),
        groups,
    };
    page.show(&page.t("portal-search"), &main)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_without_marks() {
        assert!(holds("Ngày hội ở Xã Mẫu 01", "ngay hoi"));
        assert!(holds("Ngày hội ở Xã Mẫu 01", "mau nga"));
        assert!(!holds("Người bị truy nã bắt, vận động đầu thú", "ba don"), "ba is no word of it");
        assert!(!holds("Ngày hội", ""));
    }
}
