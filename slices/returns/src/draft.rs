//! What was typed into a return, kept as typed until it is read: nothing is lost because it is wrong.

mod read;

use std::collections::BTreeMap;

use forms::AwardKind;
use kernel::{Catalogue, Cell, CellKind, Coverage, Form, IndicatorId, Qualifier};
use serde::{Deserialize, Serialize};
use web::Typed;

use crate::{Origin, awards::AwardRow, records::Derived, spoken};

pub use read::Reading;
pub(crate) use read::check_shares;

/// How many award rows a page offers beyond those filled in.
const SPARE_ROWS: usize = 3;
/// The longest note on a figure, and the longest name of a source, in letters.
pub(crate) const NOTE_LENGTH: usize = 120;

/// A return's figures as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// By indicator code.
    pub cells: BTreeMap<String, RawCell>,
    /// In the order typed.
    pub awards: Vec<RawAward>,
    /// The published document that the figures were taken from; empty where the unit itself counted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// One line of the grid as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawCell {
    /// The number.
    #[serde(rename = "v", default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// The qualifier's word; empty for exact.
    #[serde(rename = "q", default, skip_serializing_if = "String::is_empty")]
    pub qualifier: String,
    /// The coverage's word; empty for own.
    #[serde(rename = "c", default, skip_serializing_if = "String::is_empty")]
    pub coverage: String,
    /// A short remark.
    #[serde(rename = "n", default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// How it came here. What a browser sends is typed, unless it is what stood here before.
    #[serde(rename = "o", default, skip_serializing_if = "Origin::is_typed")]
    pub origin: Origin,
    /// From where exactly: a file, its sheet and cell; empty where there is nothing to say.
    #[serde(rename = "w", default, skip_serializing_if = "String::is_empty")]
    pub place: String,
}

impl RawCell {
    /// Takes a number as somebody typed it, with the qualifier chosen beside it. Words before the number count where
    /// none was chosen: "gần 46 ngàn".
    pub fn say(&mut self, text: &str, chosen: &str) {
        let (number, said) = spoken::split(text);
        let spoken = said != Qualifier::Exact && number.chars().any(|it| it.is_ascii_digit());
        if spoken && Qualifier::parse(chosen).unwrap_or_default() == Qualifier::Exact {
            (self.value, self.qualifier) = (number.to_owned(), said.word().to_owned());
        } else {
            (self.value, self.qualifier) = (text.to_owned(), chosen.to_owned());
        }
    }

    /// The number with the words that say how exact it is, to be read by [`RawCell::say`] again.
    pub fn spoken(&self) -> String {
        spoken::join(&self.value, Qualifier::parse(&self.qualifier).unwrap_or_default())
    }

    /// Whether two cells say the same, wherever they came from.
    pub fn says(&self, other: &RawCell) -> bool {
        let coverage = |it: &RawCell| Coverage::parse(&it.coverage).unwrap_or_default();
        let qualifier = |it: &RawCell| Qualifier::parse(&it.qualifier).unwrap_or_default();
        self.value == other.value
            && self.note == other.note
            && coverage(self) == coverage(other)
            && qualifier(self) == qualifier(other)
    }
}

/// One award row as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawAward {
    /// Who granted.
    #[serde(rename = "a")]
    pub authority: String,
    /// What.
    #[serde(rename = "f")]
    pub award: String,
    /// To whom.
    #[serde(rename = "r")]
    pub recipient: String,
    /// How many.
    #[serde(rename = "n")]
    pub count: String,
    /// Coverage word.
    #[serde(rename = "c", default, skip_serializing_if = "String::is_empty")]
    pub coverage: String,
}

impl Draft {
    /// Reads the fields of the entry page: `v.CODE`, `q.CODE`, `c.CODE`, `n.CODE`; `a.0` … `c.0` of award rows.
    pub fn from_typed(typed: &Typed, form: &Form, catalogue: &Catalogue) -> Draft {
        let mut res = Draft { source: typed.text("source").to_owned(), ..Draft::default() };
        for indicator in form.asked().filter_map(|it| catalogue.indicator(it.indicator)) {
            let text = |field: &str| typed.text(&format!("{field}.{}", indicator.code)).to_owned();
            let mut cell = RawCell { coverage: text("c"), note: text("n"), ..RawCell::default() };
            cell.say(&text("v"), &text("q"));
            if !cell.value.is_empty() || !cell.note.is_empty() {
                res.cells.insert(indicator.code.clone(), cell);
            }
        }
        for at in 0..200 {
            let text = |field: &str| typed.text(&format!("award-{field}.{at}")).to_owned();
            let row = RawAward {
                authority: text("authority"),
                award: text("form"),
                recipient: text("recipient"),
                count: text("count"),
                coverage: typed.text("award-coverage").to_owned(),
            };
            if [&row.authority, &row.award, &row.recipient, &row.count].iter().any(|it| !it.is_empty()) {
                res.awards.push(row);
            }
        }
        res
    }

    /// Where an award's row stands among [`Draft::awards`]; `None` where it has none.
    pub fn award_at(&self, kind: &AwardKind) -> Option<usize> {
        let is = |it: &RawAward| {
            (&it.authority, &it.award, &it.recipient) == (&kind.authority, &kind.award, &kind.recipient)
        };
        self.awards.iter().position(is)
    }

    /// How often an award was granted, as typed; empty where nothing is said.
    pub fn award(&self, kind: &AwardKind) -> &str {
        self.award_at(kind).and_then(|at| self.awards.get(at)).map_or("", |it| it.count.as_str())
    }

    /// Says how often an award was granted; empty takes its row away. A new row speaks for what the others speak for.
    pub fn set_award(&mut self, kind: &AwardKind, count: &str) {
        match self.award_at(kind) {
            Some(at) if count.is_empty() => drop(self.awards.remove(at)),
            Some(at) => count.clone_into(&mut self.awards[at].count),
            None if count.is_empty() => (),
            None => self.awards.push(RawAward {
                authority: kind.authority.clone(),
                award: kind.award.clone(),
                recipient: kind.recipient.clone(),
                count: count.to_owned(),
                coverage: self.awards.first().map(|it| it.coverage.clone()).unwrap_or_default(),
            }),
        }
    }

    /// What a return opens with: the figures that records amount to.
    pub(crate) fn of_records(derived: &[Derived], catalogue: &Catalogue) -> Draft {
        let cell = |it: &Derived| {
            let indicator = catalogue.indicator(it.indicator)?;
            let value = viet::decimal(it.amount, indicator.decimals);
            Some((indicator.code.clone(), RawCell { value, origin: Origin::Computed, ..RawCell::default() }))
        };
        Draft { cells: derived.iter().filter_map(cell).collect(), ..Draft::default() }
    }

    /// Lets figures that are sent back unchanged keep the origin that they have in the store: a browser sends none.
    #[must_use]
    pub(crate) fn keeping_origins(mut self, stored: &Draft) -> Draft {
        for (code, cell) in self.cells.iter_mut().filter(|it| it.1.origin.is_typed()) {
            if let Some(known) = stored.cells.get(code).filter(|it| it.value == cell.value && !it.value.is_empty()) {
                cell.origin = known.origin;
                cell.place.clone_from(&known.place);
            }
        }
        self
    }

    /// Whether two drafts say the same, wherever their figures came from.
    pub fn says(&self, other: &Draft) -> bool {
        self.source == other.source
            && self.awards == other.awards
            && self.cells.len() == other.cells.len()
            && self.cells.iter().zip(&other.cells).all(|(one, two)| one.0 == two.0 && one.1.says(two.1))
    }

    /// The award rows a page shows: those typed and some empty ones.
    pub fn award_lines(&self) -> Vec<RawAward> {
        let spare = std::iter::repeat_with(RawAward::default).take(SPARE_ROWS);
        self.awards.iter().cloned().chain(spare).collect()
    }

    /// The draft that would give these figures: what a correction starts from.
    pub(crate) fn of_version(
        cells: &[Cell],
        rows: &[AwardRow],
        origin: &str,
        places: &[(IndicatorId, String)],
        catalogue: &Catalogue,
    ) -> Draft {
        let mut coverage = Coverage::Own;
        let mut res = Draft { source: origin.to_owned(), ..Draft::default() };
        for cell in cells {
            let Some(indicator) = catalogue.indicator(cell.indicator) else { continue };
            if indicator.is_award() {
                coverage = cell.coverage;
                continue;
            }
            let decimals = if cell.kind == CellKind::PercentOnly { 2 } else { indicator.decimals };
            let raw = RawCell {
                value: viet::decimal(cell.amount.value, decimals),
                qualifier: word_or_empty(cell.amount.qualifier == Qualifier::Exact, cell.amount.qualifier.word()),
                coverage: word_or_empty(cell.coverage == Coverage::Own, cell.coverage.word()),
                note: cell.note.clone(),
                origin: Origin::of(cell.origin),
                place: places.iter().find(|it| it.0 == cell.indicator).map(|it| it.1.clone()).unwrap_or_default(),
            };
            res.cells.insert(indicator.code.clone(), raw);
        }
        res.awards = rows
            .iter()
            .map(|it| RawAward {
                authority: it.authority.clone(),
                award: it.award.clone(),
                recipient: it.recipient.clone(),
                count: it.count.to_string(),
                coverage: word_or_empty(coverage == Coverage::Own, coverage.word()),
            })
            .collect();
        res
    }
}

fn word_or_empty(empty: bool, word: &str) -> String {
    if empty { String::new() } else { word.to_owned() }
}
