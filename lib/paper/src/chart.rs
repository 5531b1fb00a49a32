//! Bar charts as drawings in black and one blue: readable in print, and without colours.

use std::fmt::Write as _;

use crate::{Picture, width};

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its name, left of it.
    pub label: String,
    /// Its length, against the others; below zero counts as zero.
    pub value: i64,
    /// The number as people read it.
    pub text: String,
    /// Drawn light with a border: the year before.
    pub light: bool,
}

/// The longest label, in letters.
const LABEL: usize = 42;

/// A chart of horizontal bars, one below the other, over `width` millimetres.
pub fn bars(title: &str, bars: &[Bar], width: u16) -> Picture {
    let most = bars.iter().map(|it| it.value).max().unwrap_or(0).max(1);
    let height = 24 * bars.len() + 16;
    let mut body = String::new();
    let label_room = bars.iter().map(|it| px(&short(&it.label))).max().unwrap_or(0).clamp(60, 260);
    let text_room = bars.iter().map(|it| px(&it.text)).max().unwrap_or(0) + 14;
    let room = 640_i64.saturating_sub(label_room + text_room + 10).max(40);
    for (at, bar) in bars.iter().enumerate() {
        let top = 8 + 24 * at;
        let length = i64::try_from(i128::from(bar.value.max(0)) * i128::from(room) / i128::from(most)).unwrap_or(0);
        let fill = if bar.light { "#cfdcec" } else { "#1f4e79" };
        let (base, left) = (top + 15, label_room + 8);
        // Writing to a string cannot fail.
        let _ = write!(
            body,
            "<text x=\"{label_room}\" y=\"{base}\" text-anchor=\"end\">{}</text><rect x=\"{left}\" y=\"{}\" width=\"{}\" height=\"16\" fill=\"{fill}\" stroke=\"#1f4e79\"/><text x=\"{}\" y=\"{base}\">{}</text>",
            escaped(&short(&bar.label)),
            top + 2,
            length.max(1),
            left + length + 6,
            escaped(&bar.text),
        );
    }
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {height}\" width=\"640\" height=\"{height}\" font-family=\"serif\" font-size=\"14\" fill=\"#000\">{body}</svg>"
    );
    let told: Vec<String> = bars.iter().map(|it| format!("{}: {}", it.label, it.text)).collect();
    Picture { svg, alt: format!("{title}. {}", told.join("; ")), caption: Some(title.to_owned()), width }
}

/// Width of a text of 14 units, about.
fn px(text: &str) -> i64 {
    i64::from(width::bold(text)) * 14 / 1000
}

fn short(text: &str) -> String {
    if text.chars().count() <= LABEL {
        return text.to_owned();
    }
    text.chars().take(LABEL - 1).chain(['…']).collect()
}

fn escaped(text: &str) -> String {
    crate::lines::clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fit_and_texts_stay_texts() {
        let bar = |label: &str, value| Bar { label: label.into(), value, text: value.to_string(), light: false };
        let picture = bars("Mô hình", &[bar("Xã <Mẫu> & 01", i64::MAX), bar(&"x".repeat(200), -3)], 160);
        assert!(picture.svg.contains("Xã &lt;Mẫu&gt; &amp; 01") && picture.svg.contains("x…</text>"));
        assert!(picture.alt.starts_with("Mô hình. Xã <Mẫu> & 01: 9223372036854775807; "));
        assert!(bars("", &[], 160).svg.contains("viewBox=\"0 0 640 16\""));
    }
}
