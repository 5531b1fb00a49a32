//! Whether the stylesheet's colours can be told from what lies under them, in the light, in the dark and on paper.

use std::collections::HashMap;

/// Text on its ground: at least 4.5 to 1 (WCAG 2.2, 1.4.3).
const TEXT: [(&str, &str); 23] = [
    ("text", "page"),
    ("text", "surface"),
    ("text", "info-soft"),
    ("muted", "page"),
    ("muted", "surface"),
    ("link", "page"),
    ("link", "surface"),
    ("link", "info-soft"),
    ("danger", "page"),
    ("danger", "surface"),
    ("danger", "danger-soft"),
    ("warn", "page"),
    ("warn", "warn-soft"),
    ("ok", "page"),
    ("ok", "ok-soft"),
    ("info", "page"),
    ("info", "info-soft"),
    ("on-brand", "brand"),
    ("on-action", "action"),
    ("on-action", "action-deep"),
    ("on-action", "stop"),
    ("on-focus", "focus"),
    ("page", "c5"),
];

/// Edges, marks and shades beside their ground: at least 3 to 1 (WCAG 2.2, 1.4.11).
const MARKS: [(&str, &str); 5] =
    [("edge", "page"), ("edge", "surface"), ("action", "page"), ("c5", "page"), ("c4", "page")];

type Tokens = HashMap<String, [f64; 3]>;

/// The `--name: #rrggbb` of every `:root` block whose enclosing rule `applies`.
fn tokens(css: &str, applies: impl Fn(&str) -> bool) -> Tokens {
    let mut found = Tokens::new();
    for (at, _) in css.match_indices(":root {") {
        let enclosing = enclosing(&css[..at]);
        if !applies(enclosing) {
            continue;
        }
        let block = css[at..].split_once('}').unwrap().0;
        for declared in block.split(['{', ';']) {
            let Some((name, value)) = declared.trim().strip_prefix("--").and_then(|it| it.split_once(':')) else {
                continue;
            };
            if let Some(colour) = colour(value.trim()) {
                found.insert(name.to_owned(), colour);
            }
        }
    }
    found
}

/// The `@media` that is still open at the end of a text; empty for none.
fn enclosing(before: &str) -> &str {
    let depth = before.matches('{').count() - before.matches('}').count();
    if depth == 0 { "" } else { before.rsplit_once("@media").map_or("", |it| it.1) }
}

fn colour(value: &str) -> Option<[f64; 3]> {
    let hex = value.strip_prefix('#')?;
    let wide: String = if hex.len() == 3 { hex.chars().flat_map(|it| [it, it]).collect() } else { hex.to_owned() };
    let part = |at: usize| Some(f64::from(u8::from_str_radix(wide.get(at..at + 2)?, 16).ok()?) / 255.0);
    Some([part(0)?, part(2)?, part(4)?])
}

/// As WCAG defines it: between 1 and 21.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let light = |it: [f64; 3]| {
        let [red, green, blue] =
            it.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (one, other) = (light(one) + 0.05, light(other) + 0.05);
    one.max(other) / one.min(other)
}

#[track_caller]
fn check(scheme: &str, tokens: &Tokens) {
    for (pairs, least) in [(&TEXT[..], 4.5), (&MARKS[..], 3.0)] {
        for (over, under) in pairs {
            let of = |name: &str| *tokens.get(name).unwrap_or_else(|| panic!("{scheme}: no colour --{name}"));
            let found = contrast(of(over), of(under));
            assert!(found >= least, "{scheme}: --{over} on --{under} is {found:.2} to 1, wanted {least}");
        }
    }
}

#[test]
fn colours_are_told_apart_in_the_light_in_the_dark_and_on_paper() {
    let css = crate::statics::CSS;
    check("light", &tokens(css, str::is_empty));
    check("dark", &tokens(css, |it| it.is_empty() || it.contains("prefers-color-scheme: dark")));
    check("print", &tokens(css, |it| it.is_empty() || it.contains("print")));
}

#[test]
fn contrast_is_that_of_the_standard() {
    let of = |a: &str, b: &str| contrast(colour(a).unwrap(), colour(b).unwrap());
    assert!((of("#000", "#ffffff") - 21.0).abs() < 0.001);
    assert!((of("#777777", "#fff") - 4.478).abs() < 0.001);
    assert!((of("#12523a", "#12523a") - 1.0).abs() < 0.001);
}
