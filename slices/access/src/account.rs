use kernel::{AccountId, Instant, Issue, Issues, UnitId};
use serde::Deserialize;
use web::Role;

use crate::breached;

/// How many characters a name has.
const NAME: std::ops::RangeInclusive<usize> = 2..=40;
/// How many characters a password has at least.
pub(crate) const PASSWORD_MIN: usize = 10;
/// How many it may have: longer ones only cost time.
pub(crate) const PASSWORD_MAX: usize = 200;
/// How long a person's name and post may be.
const TEXT_MAX: usize = 100;

/// An account as it is stored, without its password.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) name: String,
    pub(crate) full_name: String,
    pub(crate) post: String,
    pub(crate) closed_at: Option<Instant>,
    /// Since when its data are kept and not used.
    pub(crate) restricted_at: Option<Instant>,
}

impl Account {
    /// Why it takes nothing new, no right and no identity; the text's id.
    pub(crate) fn takes_nothing(&self) -> Option<&'static str> {
        let closed = self.closed_at.map(|_| "access-account-is-closed");
        closed.or(self.restricted_at.map(|_| "access-account-is-restricted"))
    }
}

/// What an account is made from. Has no `Debug`, because of the password.
#[derive(Clone)]
pub struct NewAccount {
    /// The sign-in name: 2 to 40 letters, digits, `.`, `-`, `_`; unique without marks and case.
    pub name: String,
    /// The person's name, as papers print it.
    pub full_name: String,
    /// The person's post; may be empty.
    pub post: String,
    /// The first right's role.
    pub role: Role,
    /// The first right's unit.
    pub unit: UnitId,
    /// The first password: 10 to 200 characters, not the name.
    pub password: String,
}

/// The same as it was typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypedAccount {
    pub(crate) name: String,
    pub(crate) full_name: String,
    pub(crate) post: String,
    pub(crate) role: String,
    pub(crate) unit: String,
    pub(crate) password: String,
}

/// All that is wrong with a new account, its right aside.
pub(crate) fn issues(name: &str, full_name: &str, post: &str, password: &str) -> Issues {
    let post_issue = (length(post) > TEXT_MAX).then(|| Issue::new("post", "access-post-long").with("max", TEXT_MAX));
    let all = [name_issue(name), full_name_issue(full_name), post_issue, password_issue("password", password, name)];
    all.into_iter().flatten().collect()
}

/// What a name is compared by: without marks and case.
pub(crate) fn folded(name: &str) -> String {
    viet::fold(name)
}

/// What is wrong with a sign-in name. Only letters that fold to a Latin one: others could imitate them.
pub(crate) fn name_issue(name: &str) -> Option<Issue> {
    if !NAME.contains(&length(name)) {
        let issue = Issue::new("name", "access-name-length");
        return Some(issue.with("min", NAME.start()).with("max", NAME.end()));
    }
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, '.' | '-' | '_');
    (!folded(name).chars().all(plain)).then(|| Issue::new("name", "access-name-letters"))
}

/// What is wrong with a person's name.
pub(crate) fn full_name_issue(full_name: &str) -> Option<Issue> {
    let known = (1..=TEXT_MAX).contains(&length(full_name));
    (!known).then(|| Issue::new("full_name", "access-full-name-length").with("max", TEXT_MAX))
}

/// What is wrong with a new password of the account with this name.
pub(crate) fn password_issue(field: &str, password: &str, name: &str) -> Option<Issue> {
    match length(password) {
        PASSWORD_MAX.. if length(password) > PASSWORD_MAX => {
            Some(Issue::new(field, "access-password-long").with("max", PASSWORD_MAX))
        }
        PASSWORD_MIN.. if folded(password) == folded(name) => Some(Issue::new(field, "access-password-is-name")),
        PASSWORD_MIN.. if breached::is_common(password) => Some(Issue::new(field, "access-password-common")),
        PASSWORD_MIN.. => None,
        _ => Some(Issue::new(field, "access-password-short").with("min", PASSWORD_MIN)),
    }
}

/// What is wrong with a new password that was typed twice.
pub(crate) fn password_issues(password: &str, again: &str, name: &str) -> Issues {
    let differs = viet::composed(password) != viet::composed(again);
    let issue = password_issue("password", password, name);
    issue.into_iter().chain(differs.then(|| Issue::new("again", "access-password-differs"))).collect()
}

/// In characters, as they are stored.
pub(crate) fn length(text: &str) -> usize {
    viet::composed(text).chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn name(name: &str, expect: Option<&str>) {
        assert_eq!(name_issue(name).map(|it| it.text), expect, "{name:?}");
    }

    #[test]
    fn names_are_three_to_forty_latin_letters_digits_and_marks() {
        name("a", Some("access-name-length"));
        name(" a ", Some("access-name-length"));
        name("", Some("access-name-length"));
        name(&"a".repeat(40), None);
        name(&"a".repeat(41), Some("access-name-length"));
        name("Ba-Đồn.2_ghi", None);
        name("ba đồn", Some("access-name-letters"));
        name("cli:root", Some("access-name-letters"));
        name("???", Some("access-name-letters"));
        // Cyrillic а and о.
        name("b\u{430}d\u{43e}n", Some("access-name-letters"));
    }

    #[test]
    fn names_are_one_without_marks_and_case() {
        assert_eq!(folded("Thủy.Lê"), folded("thuy.le"));
        assert_eq!(folded("Thu\u{309}y.Le\u{302}"), folded("thuy.le"));
        assert_ne!(folded("thuy.le"), folded("thuy-le"));
    }

    #[track_caller]
    fn password(password: &str, expect: Option<&str>) {
        assert_eq!(password_issue("password", password, "thuy.nguyen").map(|it| it.text), expect, "{password:?}");
    }

    #[test]
    fn passwords_are_ten_to_two_hundred_characters_and_not_the_name() {
        password("", Some("access-password-short"));
        password("chín ký tự", None);
        password("chín ký t", Some("access-password-short"));
        // Spaces at the ends do not count.
        password("  ngắn quá  ", Some("access-password-short"));
        password(&"ẩđượ".repeat(50), None);
        password(&"ẩ".repeat(201), Some("access-password-long"));
        password("Thủy.Nguyễn", Some("access-password-is-name"));
        password("thuy.nguyen1", None);
    }

    #[test]
    fn a_password_typed_twice_must_be_the_same_text() {
        let texts =
            |password, again| password_issues(password, again, "x").iter().map(|it| it.text).collect::<Vec<_>>();
        assert!(texts("lời hứa mùa hè", "lời hứa mùa hè").is_empty());
        // The same text from a keyboard that sends marks apart.
        assert!(texts("mùa hè năm nay", "mu\u{300}a he\u{300} năm nay").is_empty());
        assert_eq!(texts("lời hứa mùa hè", "lời hứa mùa Hè"), ["access-password-differs"]);
        assert_eq!(texts("ngắn", ""), ["access-password-short", "access-password-differs"]);
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let fields: Vec<String> = issues("", "", &"x".repeat(101), "").into_iter().map(|it| it.field).collect();
        assert_eq!(fields, ["name", "full_name", "post", "password"]);
    }
}
