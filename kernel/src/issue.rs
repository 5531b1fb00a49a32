/// How much an issue weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Severity {
    /// It must be mended first.
    #[default]
    Error,
    /// It may stand, but somebody should look.
    Warning,
}

/// Something to say of what was entered. Not a failure: the page is shown again with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The field it belongs to, as the form names it; empty for the whole form.
    pub field: String,
    /// The text's id, in the slice's `texts/`.
    pub text: &'static str,
    /// What the text's places hold.
    pub args: Vec<(&'static str, String)>,
    /// The places that hold another text, by its id: it is said in the language of who reads.
    pub texts: Vec<(&'static str, String)>,
    /// How much it weighs.
    pub severity: Severity,
}

impl Issue {
    /// An error at a field.
    pub fn new(field: impl Into<String>, text: &'static str) -> Issue {
        Issue { field: field.into(), text, args: Vec::new(), texts: Vec::new(), severity: Severity::Error }
    }

    /// Fills a place of the text.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Issue {
        self.args.push((name, value.to_string()));
        self
    }

    /// Fills a place of the text with another text, by its id.
    #[must_use]
    pub fn with_text(mut self, name: &'static str, id: impl Into<String>) -> Issue {
        self.texts.push((name, id.into()));
        self
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(self) -> Issue {
        Issue { severity: Severity::Warning, ..self }
    }
}

/// All there is to say, at once.
pub type Issues = Vec<Issue>;
