//! A sheet for one unit: a row for each indicator.

use std::collections::BTreeMap;

use forms::AwardKind;
use kernel::{Coverage, Issue, Qualifier};
use sheet::At;

use super::{CODES, COVERAGES, FIGURES, Ours, QUALIFIERS, choice};
use crate::{
    filling::{Award, Brought, Filling, Place, Taken},
    names::Asked,
};

pub(super) fn read(ours: &Ours<'_>, taken: &mut Taken) {
    let sheet = ours.sheet;
    let mut cells: BTreeMap<String, Brought> = BTreeMap::new();
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
        let Ok(coverage) = coverage(ours, row, taken) else { continue };
        let note = Some(text(FIGURES + 3)).filter(|it| !it.is_empty()).map(str::to_owned);
        let brought = Brought { value, qualifier, coverage, note, place: place.clone() };
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
    let place = Place::sheet(&sheet.name);
    taken.fillings.push(Filling { unit: ours.unit, form: ours.form.id, period: ours.period, place, cells, awards });
}

/// How often an award was granted, if its row says so.
fn award(ours: &Ours<'_>, row: u32, kind: &AwardKind, taken: &mut Taken) -> Option<Award> {
    let at = At::new(row, FIGURES);
    let (count, _) = ours.read(at, Asked::Award(kind), taken)?;
    let coverage = coverage(ours, row, taken).ok()?;
    Some(Award { kind: kind.clone(), count, coverage, place: Place::cell(&ours.sheet.name, at) })
}

/// What the figure of a row speaks for, as a coverage's word; empty for own, nothing where the row does not say.
fn coverage(ours: &Ours<'_>, row: u32, taken: &mut Taken) -> Result<Option<String>, Unreadable> {
    let at = At::new(row, FIGURES + 2);
    let text = ours.sheet.text(at).unwrap_or_default();
    match choice(text, &COVERAGES) {
        _ if text.is_empty() => Ok(None),
        Some(Coverage::Own) => Ok(Some(String::new())),
        Some(it) => Ok(Some(it.word().to_owned())),
        None => {
            taken.problem(Place::cell(&ours.sheet.name, at), Issue::new("", "workbooks-coverage").with("text", text));
            Err(Unreadable)
        }
    }
}

/// What was said of it already.
struct Unreadable;

fn looks_like_code(text: &str) -> bool {
    text.len() <= 12
        && text.starts_with(|it: char| it.is_ascii_uppercase())
        && text.ends_with(|it: char| it.is_ascii_digit())
}
