//! What a table brings: figures for returns, and what is wrong with it, each at its cell.

use std::collections::BTreeMap;

use kernel::{Catalogue, Form, FormId, Issue, Period, Severity, UnitId};
use returns::{Draft, RawCell};
use sheet::At;

/// Where something stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The sheet's name; empty for text files and pasted tables.
    pub(crate) sheet: String,
    /// The cell; absent if the whole sheet is meant.
    pub(crate) at: Option<At>,
}

impl Place {
    pub(crate) fn cell(sheet: &str, at: At) -> Place {
        Place { sheet: sheet.to_owned(), at: Some(at) }
    }

    pub(crate) fn sheet(sheet: &str) -> Place {
        Place { sheet: sheet.to_owned(), at: None }
    }
}

/// Something to say of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remark {
    pub(crate) place: Place,
    pub(crate) issue: Issue,
}

/// A figure that a table brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Brought {
    pub(crate) value: String,
    /// The qualifier's word; empty for exact.
    pub(crate) qualifier: String,
    /// The coverage's word, where the table says it; empty for own.
    pub(crate) coverage: Option<String>,
    /// The note, where the table has one.
    pub(crate) note: Option<String>,
    pub(crate) place: Place,
}

/// The figures that a table brings for one return, by indicator code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filling {
    pub(crate) unit: UnitId,
    pub(crate) form: FormId,
    pub(crate) period: Period,
    /// The sheet, for what is said of the return as a whole.
    pub(crate) place: Place,
    pub(crate) cells: BTreeMap<String, Brought>,
}

/// What was understood of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) fillings: Vec<Filling>,
    /// What keeps it from being taken.
    pub(crate) problems: Vec<Remark>,
    /// What should be looked at.
    pub(crate) notes: Vec<Remark>,
}

impl Taken {
    pub(crate) fn problem(&mut self, place: Place, issue: Issue) {
        self.problems.push(Remark { place, issue });
    }

    pub(crate) fn note(&mut self, place: Place, issue: Issue) {
        self.notes.push(Remark { place, issue });
    }
}

impl Filling {
    /// The draft with these figures in it; what the table does not speak of stays.
    pub(crate) fn draft_over(&self, stored: &Draft) -> Draft {
        let mut draft = stored.clone();
        for (code, brought) in &self.cells {
            let cell: &mut RawCell = draft.cells.entry(code.clone()).or_default();
            brought.put(cell);
        }
        draft
    }

    /// What keeps these figures from standing in a draft, each at its cell.
    pub(crate) fn wrong(&self, draft: &Draft, form: &Form, catalogue: &Catalogue) -> Vec<Remark> {
        let found = draft.read(form, catalogue, false).issues;
        let errors = found.into_iter().filter(|it| it.severity == Severity::Error);
        let at = |issue: Issue| {
            let brought = self.cells.get(issue.field.trim_start_matches("v."))?;
            Some(Remark { place: brought.place.clone(), issue })
        };
        errors.filter_map(at).collect()
    }
}

impl Brought {
    /// Writes the figure over a cell.
    fn put(&self, cell: &mut RawCell) {
        cell.value.clone_from(&self.value);
        cell.qualifier.clone_from(&self.qualifier);
        if let Some(coverage) = &self.coverage {
            cell.coverage.clone_from(coverage);
        }
        if let Some(note) = &self.note {
            cell.note.clone_from(note);
        }
    }
}
