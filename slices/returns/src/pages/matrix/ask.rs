//! What the columns of the screen for many units ask, and reading what was typed into them.

use forms::AwardKind;
use kernel::{Catalogue, Indicator, UnitId};
use web::{Error, Result, Typed};

use super::Asked;
use crate::{Draft, Origin};

/// What a column asks of every unit.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    /// A figure of the form.
    Figure(Indicator),
    /// How often an award was granted.
    Award(AwardKind),
}

impl Ask {
    /// What the section that is shown asks, in order. After the form's own sections comes that of the awards.
    pub(super) fn all(asked: &Asked, catalogue: &Catalogue) -> Result<Vec<Ask>> {
        if asked.is_awards() {
            let kinds = forms::award_kinds(catalogue).map_err(|err| Error::Internal(err.into()))?;
            return Ok(kinds.into_iter().map(Ask::Award).collect());
        }
        let items = asked.form.sections.get(asked.section).map(|it| it.items.as_slice()).unwrap_or_default();
        let figures = items.iter().filter(|it| !it.is_grey).filter_map(|it| catalogue.indicator(it.indicator));
        Ok(figures.cloned().map(Ask::Figure).collect())
    }

    /// What it is called in fields.
    pub(super) fn code(&self) -> &str {
        match self {
            Ask::Figure(it) => &it.code,
            Ask::Award(it) => &it.code,
        }
    }

    /// The indicator, unless it is an award.
    pub(super) fn figure(&self) -> Option<&Indicator> {
        match self {
            Ask::Figure(it) => Some(it),
            Ask::Award(_) => None,
        }
    }

    /// What stands in a draft: the number with the words that say how exact it is, and the note.
    pub(super) fn stored(&self, draft: &Draft) -> (String, String) {
        match self {
            Ask::Figure(it) => draft.cells.get(&it.code).map(|it| (it.spoken(), it.note.clone())).unwrap_or_default(),
            Ask::Award(it) => (draft.award(it).to_owned(), String::new()),
        }
    }

    /// The field of a return's own page that an award's count stands in: `award-count.2`.
    pub(super) fn award_field(&self, draft: &Draft) -> Option<String> {
        match self {
            Ask::Figure(_) => None,
            Ask::Award(it) => draft.award_at(it).map(|at| format!("award-count.{at}")),
        }
    }
}

/// A unit's draft with the section as it was typed; the other sections and all coverages stay as they are.
pub(super) fn typed_for(asks: &[Ask], typed: &Typed, unit: UnitId, stored: &Draft) -> Draft {
    // A field that was not there was not emptied.
    let field = |mark: &str, code: &str| {
        let name = format!("{mark}.{unit}.{code}");
        typed.0.iter().any(|it| it.0 == name).then(|| typed.text(&name))
    };
    let mut draft = stored.clone();
    for ask in asks {
        let code = ask.code();
        match ask {
            Ask::Award(kind) => {
                if let Some(count) = field("v", code) {
                    draft.set_award(kind, count);
                }
            }
            Ask::Figure(_) => {
                let mut cell = draft.cells.remove(code).unwrap_or_default();
                if let Some(text) = field("v", code).filter(|it| *it != cell.spoken()) {
                    cell.say(text, "");
                    (cell.origin, cell.place) = (Origin::Typed, String::new());
                }
                if let Some(note) = field("n", code) {
                    note.clone_into(&mut cell.note);
                }
                if !cell.value.is_empty() || !cell.note.is_empty() {
                    draft.cells.insert(code.to_owned(), cell);
                }
            }
        }
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RawCell;

    #[test]
    fn what_is_typed_in_words_is_kept_and_what_was_not_there_stays() {
        let catalogue = forms::catalogue().unwrap();
        let asks: Vec<Ask> =
            ["LAU01", "LAU02", "OUT01"].map(|it| Ask::Figure(catalogue.by_code(it).unwrap().clone())).into();
        let unit = UnitId(7);
        let mut stored = Draft::default();
        let cell = |value: &str, qualifier: &str| {
            let place = "a.xlsx, F6".to_owned();
            RawCell { value: value.into(), qualifier: qualifier.into(), place, ..RawCell::default() }
        };
        stored.cells.insert("LAU01".into(), cell("500", "about"));
        stored.cells.insert("OUT01".into(), cell("9", ""));
        let fields = [("v.{}.LAU01", "khoảng 500"), ("n.{}.LAU01", "ước"), ("v.{}.LAU02", "hơn 46 ngàn")];
        let fields = fields.map(|it| (it.0.replace("{}", &unit.to_string()), it.1.to_owned()));
        let draft = typed_for(&asks, &Typed(fields.to_vec()), unit, &stored);
        let (first, second) = (&draft.cells["LAU01"], &draft.cells["LAU02"]);
        assert_eq!(
            (first.spoken().as_str(), first.note.as_str(), first.place.as_str()),
            ("khoảng 500", "ước", "a.xlsx, F6")
        );
        assert_eq!((second.value.as_str(), second.qualifier.as_str()), ("46 ngàn", "more_than"));
        assert_eq!(draft.cells["OUT01"], stored.cells["OUT01"]);
    }
}
