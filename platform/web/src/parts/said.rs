use askama::{Template, filters::HtmlSafe};

/// How a sentence is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// To know.
    Info,
    /// Done.
    Ok,
    /// To mind.
    Warn,
}

impl Kind {
    /// The class that colours it.
    pub const fn class(self) -> &'static str {
        match self {
            Kind::Info => "",
            Kind::Ok => " ok",
            Kind::Warn => " warn",
        }
    }

    const fn role(self) -> &'static str {
        if matches!(self, Kind::Ok) { "status" } else { "note" }
    }
}

/// A sentence that stands out.
#[derive(Debug, Template)]
#[template(source = "<p class=\"notice{{ kind.class() }}\" role=\"{{ kind.role() }}\">{{ text }}</p>", ext = "html")]
pub struct Notice {
    /// How it is meant.
    pub kind: Kind,
    /// What it says.
    pub text: String,
}

impl HtmlSafe for Notice {}

impl Notice {
    /// To know.
    pub fn info(text: String) -> Notice {
        Notice { kind: Kind::Info, text }
    }

    /// To mind.
    pub fn warn(text: String) -> Notice {
        Notice { kind: Kind::Warn, text }
    }

    /// Sentences to mind, one below the other.
    pub fn warnings(texts: Vec<String>) -> Vec<Notice> {
        texts.into_iter().map(Notice::warn).collect()
    }
}

/// Several sentences that stand out together, below what they are.
#[derive(Debug, Template)]
#[template(
    source = "<div class=\"notice{{ kind.class() }}\" role=\"{{ kind.role() }}\"><p><strong>{{ title }}</strong></p>{% if lines.len() == 1 %}{% for line in lines %}<p>{{ line }}</p>{% endfor %}{% else %}<ul>{% for line in lines %}<li>{{ line }}</li>{% endfor %}</ul>{% endif %}</div>",
    ext = "html"
)]
pub struct NoticeList {
    /// How they are meant.
    pub kind: Kind,
    /// What they are.
    pub title: String,
    /// What they say, a line each.
    pub lines: Vec<String>,
}

impl HtmlSafe for NoticeList {}

/// What stands where there is nothing, and the way on.
#[derive(Debug, Template)]
#[template(
    source = "<p class=\"empty\">{{ text }}{% if !path.is_empty() %} <a href=\"{{ path }}\">{{ label }}</a>{% endif %}</p>",
    ext = "html"
)]
pub struct Empty {
    /// Why there is nothing.
    pub text: String,
    /// What can be done; may be empty.
    pub label: String,
    /// Where; empty for nowhere.
    pub path: String,
}

impl HtmlSafe for Empty {}

impl Empty {
    /// Nothing, and nowhere to go.
    pub fn new(text: String) -> Empty {
        Empty { text, label: String::new(), path: String::new() }
    }
}

/// A word about a state. The class is one of the stylesheet's: `submitted`, `returned`, `approved`, `late` or empty.
#[derive(Debug, Template)]
#[template(
    source = "<span class=\"badge{% if !class.is_empty() %} {{ class }}{% endif %}\">{{ words }}</span>",
    ext = "html"
)]
pub struct Badge {
    /// The word.
    pub words: String,
    /// How it is coloured.
    pub class: &'static str,
}

impl HtmlSafe for Badge {}

impl Badge {
    /// A word about a state, coloured by this class.
    pub fn new(words: impl Into<String>, class: &'static str) -> Badge {
        Badge { words: words.into(), class }
    }
}

/// All that is wrong with a form, each with the way to its field. The one on a page stands on top.
#[derive(Debug, Template)]
#[template(path = "error_summary.html")]
pub struct ErrorSummary {
    /// "Có điều cần sửa".
    pub title: String,
    /// The field's id, empty for none; what is wrong.
    pub errors: Vec<(String, String)>,
}

impl HtmlSafe for ErrorSummary {}
