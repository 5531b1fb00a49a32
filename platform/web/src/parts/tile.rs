use askama::{Template, filters::HtmlSafe};

/// One thing to see at a glance, or one way on.
#[derive(Debug, Clone, Default)]
pub struct Tile {
    /// What it is.
    pub heading: String,
    /// The number or word that is read first; may be empty.
    pub value: String,
    /// What follows the value: "cuộc".
    pub measure: String,
    /// Where it leads; empty for nowhere. With a value the value is the link, else the heading.
    pub path: String,
    /// What else is said, a line each.
    pub lines: Vec<String>,
    /// What is said more quietly, a line each.
    pub quiet: Vec<String>,
}

/// Tiles beside each other.
#[derive(Debug, Template)]
#[template(path = "tiles.html")]
pub struct Tiles {
    /// In the order in which they are read.
    pub tiles: Vec<Tile>,
}

impl HtmlSafe for Tiles {}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Behind.
    Done,
    /// Here.
    Now,
    /// Ahead.
    Ahead,
}

/// One step of a way.
#[derive(Debug, Clone)]
pub struct Step {
    /// What is done in it.
    pub label: String,
    /// Where it is done; empty for nowhere.
    pub path: String,
    /// How far it is.
    pub stage: Stage,
}

/// The steps of a way, in their order.
#[derive(Debug, Clone, Template)]
#[template(path = "steps.html")]
pub struct Steps {
    /// The steps.
    pub steps: Vec<Step>,
}

impl HtmlSafe for Steps {}
