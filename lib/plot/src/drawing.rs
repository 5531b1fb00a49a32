use std::fmt::Write;

/// How wide every drawing is, in its own units. Text of a phone is 14 of them high.
pub const WIDTH: i64 = 400;
/// From one line of text to the next.
pub(crate) const LINE: i64 = 18;

/// The lines of what is not known.
const HATCH: &str = "M-1 7L7-1M-1 1L1-1M5 7L7 5";
/// The lines over each series but the first, which stays plain: strokes the other way, dots, uprights.
const TEXTURES: [(&str, &str); 3] =
    [("s2", "M-1-1L7 7M-1 5L1 7M5-1L7 1"), ("s3", "M1 1.5h2M4 4.5h2"), ("s4", "M3 0V6")];

/// What stands around a drawing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caption {
    /// Unique on the page, letters, digits and `-`; other characters become `-`.
    pub id: String,
    /// What is shown, of whom, for when.
    pub title: String,
    /// The same for who does not see it: how much of what, and that a table follows.
    pub desc: String,
    /// Where the numbers come from, and their date: one line.
    pub source: String,
}

/// Escapes text for XML, in content and in attributes. Characters that XML forbids become U+FFFD.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            other if other.is_control() => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

/// How wide a text will be at 14 units, a little more than it is in common fonts.
pub(crate) fn width(text: &str) -> i64 {
    let letters = text.chars().map(|it| match it {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ' ' | '\u{a0}' | '’' => 5,
        'f' | 't' | 'r' | '(' | ')' | '/' | '-' => 6,
        'm' | 'w' | 'M' | 'W' | '%' | '–' => 14,
        it if it.is_uppercase() => 11,
        _ => 9,
    });
    letters.sum()
}

/// Breaks a text at spaces into lines no wider than `limit`; a longer word stands alone. Never empty.
pub(crate) fn wrap(text: &str, limit: i64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split([' ', '\n', '\t']).filter(|it| !it.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if width(line) + 5 + width(word) <= limit => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// An SVG that grows downwards.
pub(crate) struct Drawing<'a> {
    caption: &'a Caption,
    id: String,
    body: String,
    /// Inside a group that is a quarter as large.
    quarter: bool,
    /// Where the next thing may begin.
    pub(crate) y: i64,
}

impl<'a> Drawing<'a> {
    /// Begins with the title.
    pub(crate) fn new(caption: &'a Caption) -> Drawing<'a> {
        let plain = |it: char| if it.is_ascii_alphanumeric() { it } else { '-' };
        let id = format!("p-{}", caption.id.chars().map(plain).collect::<String>());
        let mut drawing = Drawing { caption, id, body: String::new(), quarter: false, y: 0 };
        drawing.lines(0, WIDTH * 9 / 10, "head", &caption.title);
        drawing.y += 6;
        drawing
    }

    /// Text that wraps, from `self.y` on.
    pub(crate) fn lines(&mut self, x: i64, limit: i64, class: &str, text: &str) {
        for line in wrap(text, limit) {
            self.text(x, self.y + 14, class, &line);
            self.y += LINE;
        }
    }

    /// One line of text, standing on `y`. Class `end` or `mid` says where `x` is, else it is the beginning.
    pub(crate) fn text(&mut self, x: i64, y: i64, class: &str, text: &str) {
        if !text.is_empty() {
            self.put(format_args!("<text x=\"{x}\" y=\"{y}\"{}>{}</text>", class_of(class), escape(text)));
        }
    }

    /// A rectangle, with words for the pointer.
    pub(crate) fn rect(&mut self, [x, y, width, height]: [i64; 4], class: &str, title: &str) {
        let paint = self.paint(class);
        self.put(format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\"{}{paint}>{}</rect>",
            width.max(0),
            height.max(0),
            class_of(class),
            title_of(title)
        ));
    }

    /// A rectangle of a series with the texture that tells it from the others without its colour.
    pub(crate) fn textured(&mut self, [x, y, width, height]: [i64; 4], kind: &str, series: &str, title: &str) {
        self.rect([x, y, width, height], &format!("{kind} {series}"), title);
        if TEXTURES.iter().any(|it| it.0 == series) {
            let fill = format!("fill=\"url(#{}-{series})\"", self.id);
            self.put(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {fill}/>"));
        }
    }

    /// A path, with words for the pointer.
    pub(crate) fn path(&mut self, class: &str, d: &str, title: &str) {
        let paint = self.paint(class);
        self.put(format_args!("<path{}{paint} d=\"{}\">{}</path>", class_of(class), escape(d), title_of(title)));
    }

    /// A dot, with words for the pointer.
    pub(crate) fn dot(&mut self, x: i64, y: i64, class: &str, title: &str) {
        let class = class_of(class);
        self.put(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"3\"{class}>{}</circle>", title_of(title)));
    }

    /// A straight line.
    pub(crate) fn rule(&mut self, [x1, y1, x2, y2]: [i64; 4], class: &str) {
        self.put(format_args!("<path{} d=\"M{x1} {y1}L{x2} {y2}\"/>", class_of(class)));
    }

    /// Opens a group that is moved and scaled by a quarter, for geometry on a finer grid.
    pub(crate) fn open_quarter(&mut self, y: i64) {
        self.quarter = true;
        self.put(format_args!("<g transform=\"translate(0 {y}) scale(.25)\">"));
    }

    /// Closes what was opened.
    pub(crate) fn close(&mut self) {
        self.quarter = false;
        self.body.push_str("</g>");
    }

    /// A sample of a class and what it means; `x` and `y` are the sample's corner.
    pub(crate) fn key(&mut self, x: i64, y: i64, class: &str, text: &str) {
        self.rect([x, y, 14, 14], &format!("key {class}"), "");
        self.text(x + 20, y + 12, "", text);
    }

    /// Keys one after another, as many in a line as fit.
    pub(crate) fn keys(&mut self, keys: &[(String, String)]) {
        self.place_keys(keys, Drawing::key);
    }

    /// The same for series that have their textures.
    pub(crate) fn textured_keys(&mut self, keys: &[(String, String)]) {
        self.place_keys(keys, |drawing, x, y, series, text| {
            drawing.textured([x, y, 14, 14], "key", series, "");
            drawing.text(x + 20, y + 12, "", text);
        });
    }

    fn place_keys(&mut self, keys: &[(String, String)], draw: impl Fn(&mut Self, i64, i64, &str, &str)) {
        let mut x = 0;
        for (class, text) in keys {
            let wide = 20 + width(text) + 14;
            if x > 0 && x + wide > WIDTH {
                x = 0;
                self.y += 22;
            }
            draw(self, x, self.y + 2, class, text);
            x += wide;
        }
        if !keys.is_empty() {
            self.y += 26;
        }
    }

    /// What is not known is filled with this drawing's own hatch.
    fn paint(&self, class: &str) -> String {
        let unknown = class.split(' ').any(|it| it == "none");
        let hatch = if self.quarter { "q" } else { "n" };
        if unknown { format!(" fill=\"url(#{}-{hatch})\"", self.id) } else { String::new() }
    }

    fn put(&mut self, what: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.body.write_fmt(what);
    }

    /// The whole drawing, with its source below. `kind` is one more class, such as `map`.
    pub(crate) fn finish(mut self, kind: &str) -> String {
        if !self.caption.source.is_empty() {
            self.y += 4;
            self.lines(0, WIDTH - 10, "source", &self.caption.source);
        }
        let Drawing { caption, id, body, y, .. } = self;
        // A hatch inside a group of quarter size is drawn four times as large: the same lines on paper.
        let hatches = [("n", 1, "hatch", HATCH), ("q", 4, "hatch", HATCH)];
        let textures = TEXTURES.iter().map(|(name, lines)| (*name, 1, "texture", *lines));
        let pattern = |(name, scale, class, lines): (&str, i64, &str, &str)| {
            format!(
                "<pattern id=\"{id}-{name}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
                 patternTransform=\"scale({scale})\"><path class=\"{class}\" d=\"{lines}\"/></pattern>"
            )
        };
        let used = |it: &(&str, i64, &str, &str)| body.contains(&format!("url(#{id}-{})", it.0));
        let patterns: String = hatches.into_iter().chain(textures).filter(used).map(pattern).collect();
        let hatch = if patterns.is_empty() { patterns } else { format!("<defs>{patterns}</defs>") };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\" class=\"plot {kind}\" viewBox=\"0 0 {WIDTH} {}\" \
             role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title>\
             <desc id=\"{id}-d\">{}</desc>{hatch}{body}</svg>",
            y + 6,
            escape(&caption.title),
            escape(&caption.desc)
        )
    }
}

fn class_of(class: &str) -> String {
    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") }
}

fn title_of(title: &str) -> String {
    if title.is_empty() { String::new() } else { format!("<title>{}</title>", escape(title)) }
}

/// Says a value of something: "Tháng 3: 120".
pub(crate) fn said(name: &str, label: &str) -> String {
    if name.is_empty() { label.to_owned() } else { format!("{name}: {label}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("<b a=\"1\" b='2'>&\u{1}\n"), "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;\u{fffd} ");
        assert_eq!(escape("Hoàng Sa"), "Hoàng Sa");
    }

    #[test]
    fn lines_break_at_spaces_only() {
        assert_eq!(wrap("một hai ba", 60), ["một hai", "ba"]);
        assert_eq!(wrap("", 60), [""]);
        assert_eq!(wrap("rấtdàikhôngcáchnàongắt đi", 60), ["rấtdàikhôngcáchnàongắt", "đi"]);
    }

    #[test]
    fn ids_keep_to_plain_letters() {
        let caption = Caption { id: "a\"b c".to_owned(), ..Caption::default() };
        assert!(Drawing::new(&caption).finish("bars").contains(" id=\"p-a-b-c\""));
    }
}
