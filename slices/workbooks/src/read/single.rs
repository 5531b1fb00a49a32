//! A sheet for one unit: a row for each indicator.

use std::collections::BTreeMap;

use kernel::{Coverage, Issue, Qualifier};
use sheet::At;

use super::{CODES, COVERAGES, FIGURES, Ours, QUALIFIERS, choice};
use crate::filling::{Brought, Filling, Place, Taken};

pub(super) fn read(ours: &Ours<'_>, taken: &mut Taken) {
    let sheet = ours.sheet;
    let mut cells: BTreeMap<String, Brought> = BTreeMap::new();
    for (row, _) in sheet.rows().skip(1) {
        let at = |column| At::new(row, column);
        let Some(code) = sheet.text(at(CODES)) else { continue };
        let Some(indicator) = ours.asked.iter().find(|it| it.code == code) else {
            // Headings stand here too; a row that holds a figure is no heading.
            if sheet.cell(at(FIGURES)).is_some() && looks_like_code(code) {
                taken.problem(
                    Place::cell(&sheet.name, at(CODES)),
                    Issue::new("", "workbooks-code-unknown").with("code", code).with("form", &ours.form.name),
                );
            }
            continue;
        };
        let Some((value, spoken)) = ours.figure(at(FIGURES), indicator, taken) else { continue };
        let place = Place::cell(&sheet.name, at(FIGURES));
        let text = |column| sheet.text(at(column)).unwrap_or_default();
        let mut chosen = |column, issue| {
            let place = Place::cell(&sheet.name, at(column));
            taken.problem(place, Issue::new("", issue).with("text", text(column)));
        };
        let qualifier = match (text(FIGURES + 1), choice(text(FIGURES + 1), &QUALIFIERS)) {
            ("", _) | (_, Some(Qualifier::Exact)) => spoken,
            (_, Some(it)) => it.word().to_owned(),
            (_, None) => {
                chosen(FIGURES + 1, "workbooks-qualifier");
                continue;
            }
        };
        let coverage = match (text(FIGURES + 2), choice(text(FIGURES + 2), &COVERAGES)) {
            ("", _) => None,
            (_, Some(Coverage::Own)) => Some(String::new()),
            (_, Some(it)) => Some(it.word().to_owned()),
            (_, None) => {
                chosen(FIGURES + 2, "workbooks-coverage");
                continue;
            }
        };
        let note = Some(text(FIGURES + 3)).filter(|it| !it.is_empty()).map(str::to_owned);
        let brought = Brought { value, qualifier, coverage, note, place: place.clone() };
        if cells.insert(indicator.code.clone(), brought).is_some() {
            let issue = Issue::new("", "workbooks-twice").with("name", &indicator.name_vi);
            taken.problem(place, issue.with("name-en", &indicator.name_en));
        }
    }
    let place = Place::sheet(&sheet.name);
    taken.fillings.push(Filling { unit: ours.unit, form: ours.form.id, period: ours.period, place, cells });
}

fn looks_like_code(text: &str) -> bool {
    text.len() <= 12
        && text.starts_with(|it: char| it.is_ascii_uppercase())
        && text.ends_with(|it: char| it.is_ascii_digit())
}
