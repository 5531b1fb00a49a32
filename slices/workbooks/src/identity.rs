//! What a workbook of ours says of itself: which form in which version, which period, which unit.
//!
//! It stands as one text in the first cell of every sheet, in a hidden row, so that it outlives being saved as .ods, .xls
//! or .csv. Its last part is a sum over the rest: who changes it by hand is told. It grants nothing: whose figures may be
//! entered is asked of the person, not of the file.

use kernel::{Catalogue, Form, Period, UnitId, hex};
use sha2::{Digest, Sha256};

/// The first part: what the text is, and how the sheet is laid out.
const MARK: &str = "BINHYEN1";

/// How a sheet is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A sheet for each unit, a row for each indicator.
    Sheet,
    /// One sheet, a row for each unit below the one named, a column for each indicator.
    Rows,
    /// The notes beside [`Shape::Rows`], laid out alike.
    Notes,
}

/// What a sheet of ours is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The form's code.
    pub(crate) form: String,
    /// [`version`] of the form when the workbook was made.
    pub(crate) version: String,
    pub(crate) period: Period,
    pub(crate) unit: UnitId,
    pub(crate) shape: Shape,
}

impl Identity {
    pub(crate) fn new(form: &Form, catalogue: &Catalogue, period: Period, unit: UnitId, shape: Shape) -> Identity {
        Identity { form: form.code.clone(), version: version(form, catalogue), period, unit, shape }
    }

    /// As the first cell holds it.
    pub(crate) fn text(&self) -> String {
        let shape = match self.shape {
            Shape::Sheet => "sheet",
            Shape::Rows => "rows",
            Shape::Notes => "notes",
        };
        let body = format!("{MARK}|{}|{}|{}|{}|{shape}", self.form, self.version, self.period, self.unit);
        let sum = sum(&body);
        format!("{body}|{sum}")
    }

    /// Reads [`Identity::text`]; nothing if the text is no identity at all.
    ///
    /// # Errors
    /// It was one and is damaged.
    pub(crate) fn parse(text: &str) -> Option<Result<Identity, Damaged>> {
        text.starts_with("BINHYEN").then(|| Identity::read(text).ok_or(Damaged))
    }

    fn read(text: &str) -> Option<Identity> {
        let (body, last) = text.trim().rsplit_once('|')?;
        let parts: Vec<&str> = body.split('|').collect();
        let [MARK, form, version, period, unit, shape] = parts.as_slice() else { return None };
        let shape = match *shape {
            "sheet" => Shape::Sheet,
            "rows" => Shape::Rows,
            "notes" => Shape::Notes,
            _ => return None,
        };
        let read = Identity {
            form: (*form).to_owned(),
            version: (*version).to_owned(),
            period: Period::parse(period).ok()?,
            unit: unit.parse().ok()?,
            shape,
        };
        (sum(body) == last).then_some(read)
    }
}

/// An identity that was changed by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damaged;

/// A word that changes when the form asks for something else, in another order or in other units of measure.
pub(crate) fn version(form: &Form, catalogue: &Catalogue) -> String {
    let mut asked = vec![form.code.clone()];
    for section in &form.sections {
        let indicators = section.items.iter().filter_map(|it| catalogue.indicator(it.indicator));
        asked.extend(indicators.map(|it| format!("{} {} {}", it.code, it.decimals, it.measure)));
        asked.push(String::new());
    }
    sum(&asked.join("\n"))
}

fn sum(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes())).chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_read_as_it_was_written_and_not_after_it_was_changed() {
        let catalogue = forms::catalogue().unwrap();
        let form = catalogue.form_by_code("thang").unwrap();
        let period = Period::parse("adm:2026-M10").unwrap();
        for shape in [Shape::Sheet, Shape::Rows, Shape::Notes] {
            let identity = Identity::new(form, &catalogue, period, UnitId(77), shape);
            assert_eq!(Identity::parse(&identity.text()), Some(Ok(identity.clone())));
            let changed = identity.text().replace("M10", "M09");
            assert_eq!(Identity::parse(&changed), Some(Err(Damaged)));
        }
        assert_eq!(Identity::parse("Số liệu"), None);
        assert_eq!(Identity::parse("BINHYEN1|"), Some(Err(Damaged)));
    }

    #[test]
    fn a_form_that_asks_for_something_else_has_another_version() {
        let catalogue = forms::catalogue().unwrap();
        let form = catalogue.form_by_code("thang").unwrap();
        let mut other = form.clone();
        other.sections[0].items.pop();
        assert_ne!(version(form, &catalogue), version(&other, &catalogue));
        assert_eq!(version(form, &catalogue), version(&form.clone(), &catalogue));
    }
}
