//! A sheet for one unit: a row for each indicator.

use std::collections::BTreeMap;

use forms::AwardKind;
use kernel::{Issue, Qualifier};
use sheet::At;

use super::{CODES, FIGURES, Ours, QUALIFIERS, choice};
use crate::{
    filling::{Award, Brought, Filling, Place, Said, Taken},
    names::Asked,
};

pub(super) fn read(ours: &Ours<'_>, taken: &mut Taken) {
    let sheet = ours.sheet;
    let mut cells: BTreeMap<String, Brought> = BTreeMap::new();
    let mut notes: BTreeMap<String, Said> = BTreeMap::new();
    let mut awards: Vec<Award> = Vec::new();
    for (row, _) in sheet.rows().skip(1) {
        let at = |column| At::new(row, column);
        let Some(code) = sheet.text(at(CODES)) else { continue };
        let indicator = match ours.asked(code) {
            Some(Asked::Figure(it)) => it,
            Some(Asked::Award(kind)) => {
                awards.extend(award(ours, row, kind, taken));
                continue;
            }
            None => {
                // Headings stand here too; a row that holds a figure is no heading.
                if sheet.cell(at(FIGURES)).is_some() && looks_like_code(code) {
                    taken.problem(
                        Place::cell(&sheet.name, at(CODES)),
                        Issue::new("", "workbooks-code-unknown").with("code", code).with("form", &ours.form.name),
                    );
                }
                continue;
            }
        };
        let asked = Asked::Figure(indicator);
        let Some((value, spoken)) = ours.read(at(FIGURES), asked, taken) else { continue };
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
        let Ok(coverage) = ours.coverage(at(FIGURES + 2), taken) else { continue };
        let note = Some(text(FIGURES + 3)).filter(|it| !it.is_empty()).map(str::to_owned);
        if let Some(text) = note {
            let place = Place::cell(&sheet.name, at(FIGURES + 3));
            notes.insert(indicator.code.clone(), Said { text, place });
        }
        let brought = Brought { value, qualifier, coverage, place: place.clone() };
        if cells.insert(indicator.code.clone(), brought).is_some() {
            taken.problem(place, asked.named_in(Issue::new("", "workbooks-twice")));
        }
    }
    for (at, award) in awards.iter().enumerate() {
        let before = awards.iter().take(at);
        if before.clone().any(|it| it.kind == award.kind) {
            let issue = Asked::Award(&award.kind).named_in(Issue::new("", "workbooks-twice"));
            taken.problem(award.place.clone(), issue);
        }
        let said = |it: &Award| it.coverage.clone();
        if let (Some(this), Some(first)) = (said(award), before.clone().find_map(said))
            && this != first
        {
            taken.problem(award.place.clone(), Issue::new("", "workbooks-award-coverage"));
        }
    }
    let filling = Filling::new(ours.unit, ours.form.id, ours.period, Place::sheet(&sheet.name));
    taken.fillings.push(Filling { cells, notes, awards, ..filling });
}

/// How often an award was granted, if its row says so.
fn award(ours: &Ours<'_>, row: u32, kind: &AwardKind, taken: &mut Taken) -> Option<Award> {
    let at = At::new(row, FIGURES);
    let (count, _) = ours.read(at, Asked::Award(kind), taken)?;
    let coverage = ours.coverage(At::new(row, FIGURES + 2), taken).ok()?;
    Some(Award { kind: kind.clone(), count, coverage, place: Place::cell(&ours.sheet.name, at) })
}

fn looks_like_code(text: &str) -> bool {
    text.len() <= 12
        && text.starts_with(|it: char| it.is_ascii_uppercase())
        && text.ends_with(|it: char| it.is_ascii_digit())
}
