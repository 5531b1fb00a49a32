//! What a table brings: figures for returns, and what is wrong with it, each at its cell.

use std::collections::BTreeMap;

use forms::AwardKind;
use kernel::{Catalogue, Form, FormId, Issue, Period, Severity, UnitId};
use returns::{Draft, Origin, RawCell};
use sheet::At;

use crate::{amount::Amount, names::Asked};

/// The longest place that a figure's origin keeps, in letters.
const PLACE: usize = 120;

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

    /// The place with its file, as a figure's origin keeps it: `thang-10.xlsx, Xã Mẫu 01, D14`.
    fn in_file(&self, file: &str) -> String {
        let at = self.at.map(|it| it.to_string()).unwrap_or_default();
        let room = PLACE.saturating_sub(at.chars().count() + self.sheet.chars().count() + 4);
        let file: String = file.chars().take(room).collect();
        let parts = [file.as_str(), &self.sheet, &at].into_iter().filter(|it| !it.is_empty());
        parts.collect::<Vec<_>>().join(", ").chars().take(PLACE).collect()
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
    pub(crate) place: Place,
}

/// Some words that a table brings, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) place: Place,
}

/// What a table brings for one return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filling {
    pub(crate) unit: UnitId,
    pub(crate) form: FormId,
    pub(crate) period: Period,
    /// The sheet, for what is said of the return as a whole.
    pub(crate) place: Place,
    /// Figures, by the indicator's code.
    pub(crate) cells: BTreeMap<String, Brought>,
    /// Notes, by the code of the indicator beside whose figure they stand.
    pub(crate) notes: BTreeMap<String, Said>,
    /// The counts of awards that it brings, in the order of the table.
    pub(crate) awards: Vec<Award>,
    /// The word of the one coverage of all the unit's figures, where the table says it; empty for own.
    pub(crate) coverage: Option<Said>,
}

/// How often an award was granted, as a table says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Award {
    pub(crate) kind: AwardKind,
    pub(crate) count: String,
    /// The coverage's word, where the table says it; empty for own. All awards of a return have one.
    pub(crate) coverage: Option<String>,
    pub(crate) place: Place,
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
    /// Nothing yet.
    pub(crate) fn new(unit: UnitId, form: FormId, period: Period, place: Place) -> Filling {
        let (cells, notes) = (BTreeMap::new(), BTreeMap::new());
        Filling { unit, form, period, place, cells, notes, awards: Vec::new(), coverage: None }
    }

    /// Whether it brings no number.
    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.awards.is_empty()
    }

    /// Takes a number of what is asked; says whether there was one already.
    pub(crate) fn put(&mut self, asked: Asked<'_>, (value, qualifier): Amount, place: Place) -> bool {
        match asked {
            Asked::Figure(it) => {
                let brought = Brought { value, qualifier, coverage: None, place };
                self.cells.insert(it.code.clone(), brought).is_some()
            }
            Asked::Award(it) => {
                let twice = self.awards.iter().any(|award| award.kind == *it);
                self.awards.push(Award { kind: it.clone(), count: value, coverage: None, place });
                twice
            }
        }
    }

    /// The draft with these figures in it; what the table does not speak of stays.
    pub(crate) fn draft_over(&self, stored: &Draft, source: Source<'_>) -> Draft {
        let mut draft = stored.clone();
        for (code, brought) in &self.cells {
            let cell: &mut RawCell = draft.cells.entry(code.clone()).or_default();
            brought.put(cell, source);
        }
        for award in &self.awards {
            draft.set_award(&award.kind, &award.count);
        }
        for (code, note) in &self.notes {
            draft.cells.entry(code.clone()).or_default().note.clone_from(&note.text);
        }
        if let Some(coverage) = &self.coverage {
            let figures = draft.cells.values_mut().filter(|it| !it.value.is_empty());
            figures.for_each(|it| it.coverage.clone_from(&coverage.text));
        }
        let of_awards = self.awards.iter().find_map(|it| it.coverage.as_ref());
        if let Some(coverage) = of_awards.or(self.coverage.as_ref().map(|it| &it.text)) {
            draft.awards.iter_mut().for_each(|it| it.coverage.clone_from(coverage));
        }
        draft
    }

    /// What keeps these figures from standing in a draft, each at its cell.
    pub(crate) fn wrong(&self, draft: &Draft, form: &Form, catalogue: &Catalogue) -> Vec<Remark> {
        let found = draft.read(form, catalogue, false).issues;
        let errors = found.into_iter().filter(|it| it.severity == Severity::Error);
        let award = |issue: &Issue| {
            let at: usize = issue.field.strip_prefix("award-count.")?.parse().ok()?;
            self.awards.iter().find(|it| draft.award_at(&it.kind) == Some(at))
        };
        let at = |issue: Issue| {
            let code = issue.field.trim_start_matches("v.");
            let note = self.notes.get(code).filter(|_| issue.text == "returns-note-long").map(|it| &it.place);
            let place = note.or(self.cells.get(code).map(|it| &it.place));
            let place = place.or(award(&issue).map(|it| &it.place))?.clone();
            Some(Remark { place, issue })
        };
        errors.filter_map(at).collect()
    }
}

impl Brought {
    /// Writes the figure over a cell. One that says the same keeps where it came from.
    fn put(&self, cell: &mut RawCell, source: Source<'_>) {
        let mut next = cell.clone();
        next.value.clone_from(&self.value);
        next.qualifier.clone_from(&self.qualifier);
        if let Some(coverage) = &self.coverage {
            next.coverage.clone_from(coverage);
        }
        if !next.says(cell) {
            (next.origin, next.place) = match source {
                Source::File(name) => (Origin::Imported, self.place.in_file(name)),
                Source::Pasted => (Origin::Pasted, String::new()),
            };
            *cell = next;
        }
    }
}

/// Where a table comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    /// A file of this name.
    File(&'a str),
    /// The clipboard.
    Pasted,
}
