//! A workbook of ours that was filled in.

mod rows;
mod single;

use forms::AwardKind;
use kernel::{Catalogue, Coverage, Form, FormId, Issue, Period, Qualifier, Register, UnitId};
use sheet::{At, Book, Cell, Sheet};

use crate::{
    amount::Amount,
    filling::{Place, Taken},
    identity::{self, Identity, Shape},
    names::Asked,
};

/// What stands in the row of codes above the coverage of all a unit's figures.
pub(crate) const OF_ALL: &str = "phạm vi";
/// What stands in the first cell of sheets that are only to be looked at.
pub(crate) const ONLY_SHOWN: &str = "binhyen: chỉ để xem";
/// The column of an indicator's code, and of a unit's id.
pub(crate) const CODES: u32 = 0;
/// The column of this period's figures in [`Shape::Sheet`]; after it come qualifier, coverage and note.
pub(crate) const FIGURES: u32 = 5;

/// The one return that a workbook is asked for, if it was sent from that return's page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub(crate) unit: UnitId,
    pub(crate) form: FormId,
    pub(crate) period: Period,
}

/// What sheets are read with.
pub(crate) struct Reader<'a> {
    pub(crate) register: &'a Register,
    pub(crate) catalogue: &'a Catalogue,
    /// Every award that may be counted; in forms that take them.
    pub(crate) awards: &'a [AwardKind],
    pub(crate) expected: Option<Expected>,
}

/// A sheet of ours, and what it is for.
struct Ours<'a> {
    sheet: &'a Sheet,
    form: &'a Form,
    period: Period,
    unit: UnitId,
    /// What the form asks for.
    asked: Vec<Asked<'a>>,
}

impl Reader<'_> {
    /// What a workbook of ours brings; nothing if no sheet of it is ours.
    pub(crate) fn read(&self, book: &Book) -> Option<Taken> {
        let first = |sheet: &Sheet| sheet.text(At::new(0, 0)).map(str::to_owned);
        let identities: Vec<_> = book.sheets.iter().map(|it| first(it).and_then(|it| Identity::parse(&it))).collect();
        if identities.iter().all(Option::is_none) {
            return None;
        }
        let mut taken = Taken::default();
        if let Some(legacy) = book.legacy {
            taken.note(Place::sheet(""), Issue::new("", "workbooks-legacy").with("name", legacy.name()));
        }
        let mut notes = Vec::new();
        for (sheet, identity) in book.sheets.iter().zip(identities) {
            let place = Place::sheet(&sheet.name);
            match identity {
                None if first(sheet).as_deref() == Some(ONLY_SHOWN) || sheet.cells.is_empty() => (),
                None => taken.note(place, Issue::new("", "workbooks-sheet-other")),
                Some(Err(identity::Damaged)) => taken.problem(place, Issue::new("", "workbooks-identity-damaged")),
                Some(Ok(_)) if sheet.hidden => taken.problem(place, Issue::new("", "workbooks-sheet-hidden")),
                Some(Ok(identity)) => match self.fits(&identity, sheet) {
                    Err(issue) => taken.problem(place, issue),
                    Ok(ours) => match identity.shape {
                        Shape::Rows => rows::read(self, &ours, &mut taken),
                        Shape::Sheet => single::read(&ours, &mut taken),
                        Shape::Notes => notes.extend(rows::notes(self, &ours, &mut taken)),
                    },
                },
            }
        }
        // The sheets may stand in any order.
        for it in notes {
            rows::beside(it, &mut taken);
        }
        twice(&mut taken);
        Some(taken)
    }

    /// Whether a sheet is for what is asked: this form as it is for the period, this period, this unit.
    fn fits<'a>(&'a self, identity: &Identity, sheet: &'a Sheet) -> Result<Ours<'a>, Issue> {
        let form = self.catalogue.form_by_code(&identity.form);
        let Some(form) = form.and_then(|it| self.catalogue.form_for(it.id, identity.period)) else {
            return Err(Issue::new("", "workbooks-form-unknown").with("form", &identity.form));
        };
        if identity::version(form, self.catalogue) != identity.version {
            return Err(Issue::new("", "workbooks-other-version").with("form", &form.name));
        }
        let Some(name) = self.name(identity.unit, identity.period) else {
            return Err(Issue::new("", "workbooks-unit-unknown").with("unit", identity.unit));
        };
        if let Some(expected) = self.expected
            && (expected.unit, expected.form, expected.period) != (identity.unit, form.id, identity.period)
        {
            let wanted = self.catalogue.form(expected.form).map(|it| it.name.clone()).unwrap_or_default();
            return Err(Issue::new("", "workbooks-other-return")
                .with("form", &form.name)
                .with("period", identity.period)
                .with("unit", name)
                .with("wanted-form", wanted)
                .with("wanted-period", expected.period)
                .with("wanted-unit", self.name(expected.unit, expected.period).unwrap_or_default()));
        }
        let asked = Asked::all(form, self.catalogue, self.awards);
        Ok(Ours { sheet, form, period: identity.period, unit: identity.unit, asked })
    }

    fn name(&self, unit: UnitId, period: Period) -> Option<String> {
        let state = self.register.nearest(unit, period.last())?;
        Some(state.full_name.clone())
    }
}

impl Ours<'_> {
    /// What is asked by this code.
    fn asked(&self, code: &str) -> Option<Asked<'_>> {
        self.asked.iter().find(|it| it.code() == code).copied()
    }

    /// A cell in which something stands, alone and in sight; else it is told.
    fn cell(&self, at: At, taken: &mut Taken) -> Option<&Cell> {
        let place = Place::cell(&self.sheet.name, at);
        if let Some(area) = self.sheet.merged_around(at) {
            let area = format!("{}:{}", area.first, area.last);
            taken.problem(place, Issue::new("", "workbooks-merged").with("area", area));
            return None;
        }
        let cell = self.sheet.cell(at)?;
        if self.sheet.is_concealed(at) {
            taken.problem(place, Issue::new("", "workbooks-concealed"));
            return None;
        }
        Some(cell)
    }

    /// The word of the coverage that a cell names; empty for own, nothing where it says nothing.
    fn coverage(&self, at: At, taken: &mut Taken) -> Result<Option<String>, Unreadable> {
        let text = self.sheet.text(at).unwrap_or_default();
        match choice(text, &COVERAGES) {
            _ if text.is_empty() => Ok(None),
            Some(Coverage::Own) => Ok(Some(String::new())),
            Some(it) => Ok(Some(it.word().to_owned())),
            None => {
                let place = Place::cell(&self.sheet.name, at);
                taken.problem(place, Issue::new("", "workbooks-coverage").with("text", text));
                Err(Unreadable)
            }
        }
    }

    /// What a cell says of what is asked, if anything, with all that makes it doubtful told.
    fn read(&self, at: At, asked: Asked<'_>, taken: &mut Taken) -> Option<Amount> {
        let cell = self.cell(at, taken)?;
        let place = Place::cell(&self.sheet.name, at);
        match asked.read(&cell.value) {
            Ok(Some(amount)) => {
                if cell.formula {
                    taken.note(place, Issue::new("", "workbooks-formula").with("value", &amount.0));
                }
                Some(amount)
            }
            Ok(None) => None,
            Err(issue) => {
                taken.problem(place, issue);
                None
            }
        }
    }
}

/// What was said of it already.
struct Unreadable;

/// Two sheets, or two rows, for one return: which one is meant, nobody can tell.
fn twice(taken: &mut Taken) {
    let key = |it: &crate::filling::Filling| (it.unit, it.form, it.period);
    for at in 0..taken.fillings.len() {
        let (before, rest) = taken.fillings.split_at(at);
        let Some(this) = rest.first() else { return };
        if let Some(first) = before.iter().find(|it| key(it) == key(this)) {
            let issue = Issue::new("", "workbooks-unit-twice").with("first", &first.place.sheet);
            let place = this.place.clone();
            taken.problem(place, issue);
        }
    }
}

/// The words of the drop-down lists. They stand in files, so they do not follow the language of the page.
pub(crate) const QUALIFIERS: [(&str, Qualifier); 5] = [
    ("chính xác", Qualifier::Exact),
    ("gần", Qualifier::Almost),
    ("hơn", Qualifier::MoreThan),
    ("từ … trở lên", Qualifier::AtLeast),
    ("khoảng", Qualifier::About),
];
/// See [`QUALIFIERS`].
pub(crate) const COVERAGES: [(&str, Coverage); 3] =
    [("của riêng đơn vị", Coverage::Own), ("gồm cả cấp dưới", Coverage::Whole), ("chỉ đối chiếu", Coverage::Control)];

/// The word of the choice that a text names.
fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Option<T> {
    let folded = viet::fold(text);
    choices.iter().find(|it| viet::fold(it.0) == folded).map(|it| it.1)
}
