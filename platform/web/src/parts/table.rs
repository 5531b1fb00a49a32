use askama::{Template, filters::HtmlSafe};

/// A heading of a [`Table`].
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// What is read.
    pub label: String,
    /// Whether numbers stand in it.
    pub numeric: bool,
}

impl Column {
    /// A column of words.
    pub fn words(label: String) -> Column {
        Column { label, numeric: false }
    }

    /// A column of numbers.
    pub fn numbers(label: String) -> Column {
        Column { label, numeric: true }
    }
}

/// What stands in one place of a [`Table`].
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// What is read; empty is shown as a dash.
    pub text: String,
    /// Where it leads; empty for nowhere.
    pub path: String,
    /// What must be known about it, a line each.
    pub notes: Vec<String>,
    /// The class of the badge that the text is shown as, `late`; `None` for plain words.
    pub badge: Option<&'static str>,
}

impl Cell {
    /// Words or a number.
    pub fn new(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }

    /// The same as a link; with an empty path, no link.
    pub fn link(text: impl Into<String>, path: String) -> Cell {
        Cell { text: text.into(), path, ..Cell::default() }
    }

    /// How something stands: a badge, marked where it is late.
    pub fn state(text: impl Into<String>, late: bool) -> Cell {
        Cell { text: text.into(), badge: Some(if late { "late" } else { "" }), ..Cell::default() }
    }

    /// The same with a word to mind.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Cell {
        self.notes.push(note.into());
        self
    }
}

/// A row: its first cell is its heading.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// One cell per column.
    pub cells: Vec<Cell>,
}

/// A table that a phone shows as cards.
#[derive(Debug, Default, Template)]
#[template(path = "table.html")]
pub struct Table {
    /// What it shows; empty where the heading above says it.
    pub caption: String,
    /// The headings.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// A last row that holds the whole.
    pub foot: Option<Row>,
}

impl HtmlSafe for Table {}

impl Table {
    fn cells<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'a Cell, &'a Column)> {
        row.cells.iter().zip(&self.columns)
    }
}

/// What was looked for: a table, or a word that there is nothing; and the way to what did not fit.
#[derive(Debug, Default, Template)]
#[template(
    source = "{% if table.rows.is_empty() %}<p class=\"empty\">{{ empty }}</p>{% else %}{{ table }}{% endif %}{% if let Some((label, path)) = more %}<p class=\"actions\"><a rel=\"next\" href=\"{{ path }}\">{{ label }}</a></p>{% endif %}",
    ext = "html"
)]
pub struct List {
    table: Table,
    empty: String,
    more: Option<(String, String)>,
}

impl HtmlSafe for List {}

impl List {
    /// Rows under these headings. `empty` says that there are none.
    pub fn new(columns: Vec<Column>, rows: impl IntoIterator<Item = Vec<Cell>>, empty: String) -> List {
        let rows = rows.into_iter().map(|cells| Row { cells }).collect();
        List { table: Table { columns, rows, ..Table::default() }, empty, more: None }
    }

    /// The way to the rest, if there is more: label and address.
    #[must_use]
    pub fn more(self, more: Option<(String, String)>) -> List {
        List { more, ..self }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.table.rows.is_empty()
    }
}

/// A few facts, name and value.
#[derive(Debug, Template)]
#[template(
    source = "<dl class=\"facts\">{% for (name, value) in facts %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>",
    ext = "html"
)]
pub struct Facts {
    /// In the order in which they are read; those without a value are left out.
    pub facts: Vec<(String, String)>,
}

impl HtmlSafe for Facts {}

impl Facts {
    /// Those that are known.
    pub fn new(facts: impl IntoIterator<Item = (String, String)>) -> Facts {
        Facts { facts: facts.into_iter().filter(|it| !it.1.is_empty()).collect() }
    }
}
