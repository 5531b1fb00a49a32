//! The fixed list of posts that a roster may name.

use std::sync::LazyLock;

use kernel::Level;
use serde::Deserialize;
use web::Lang;

use crate::team::Kind;

const FILE: &str = include_str!("../../../data/people/posts.csv");

/// An appointed public post of the movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Post {
    /// `village-head`; what is stored.
    pub(crate) code: String,
    /// What it belongs to: `committee`, `village`, `organisation`, `team`.
    pub(crate) body: String,
    name_vi: String,
    name_en: String,
    levels: Vec<Level>,
    /// At most one holder at a time in a unit, or in a team.
    pub(crate) single: bool,
    /// The kind of team whose post it is.
    pub(crate) team: Option<Kind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: String,
    body: String,
    name_vi: String,
    name_en: String,
    levels: String,
    seats: String,
    team: String,
}

impl Post {
    /// Its name in a language.
    pub(crate) fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.name_vi,
            Lang::En => &self.name_en,
        }
    }

    /// Whether units of a level have it.
    pub(crate) fn is_at(&self, level: Level) -> bool {
        self.levels.contains(&level)
    }
}

/// All posts, in the order of rosters. A line that does not read is left out; a test finds it.
pub(crate) fn posts() -> &'static [Post] {
    static POSTS: LazyLock<Vec<Post>> = LazyLock::new(|| rows().filter_map(|row| read(row.ok()?)).collect());
    &POSTS
}

/// The post with this code.
pub(crate) fn post(code: &str) -> Option<&'static Post> {
    posts().iter().find(|it| it.code == code)
}

/// The name of the post with this code, in a language; the code itself if the list has it no more.
pub fn post_name(code: &str, lang: Lang) -> &str {
    post(code).map_or(code, |it| it.name(lang))
}

fn rows() -> impl Iterator<Item = Result<Row, csv::Error>> {
    csv::Reader::from_reader(FILE.as_bytes()).into_deserialize()
}

fn read(row: Row) -> Option<Post> {
    let level = |it: &str| Level::from_number(it.parse().ok()?);
    let team = if row.team.is_empty() { None } else { Some(Kind::parse(&row.team)?) };
    Some(Post {
        levels: row.levels.split(' ').map(level).collect::<Option<_>>()?,
        single: match row.seats.as_str() {
            "one" => true,
            "many" => false,
            _ => return None,
        },
        team,
        code: row.code,
        body: row.body,
        name_vi: row.name_vi,
        name_en: row.name_en,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_reads_and_no_code_stands_twice() {
        let all = posts();
        assert_eq!(all.len(), rows().count());
        assert_eq!(all.iter().map(|it| &it.code).collect::<BTreeSet<_>>().len(), all.len());
        for it in all {
            assert_eq!(it.team.is_some(), it.body == "team", "{it:?}");
            assert!(["committee", "village", "organisation", "team"].contains(&it.body.as_str()), "{it:?}");
        }
    }

    #[test]
    fn no_post_tells_what_a_person_is_or_believes() {
        // Public posts only; who is respected, old or a dignitary is counted (FOR14).
        let banned =
            ["uy tin", "gia lang", "chuc sac", "chuc viec", "tu si", "linh muc", "muc su", "chi bo", "dang uy"];
        for it in posts() {
            let name = viet::fold(&it.name_vi);
            assert!(!banned.iter().any(|word| name.contains(word)), "{name}");
        }
    }
}
