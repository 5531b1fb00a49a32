//! One sheet for many units: a row for each of them, a column for each indicator and each award; and beside it one for the
//! notes, laid out alike.

use kernel::{Issue, UnitId};
use sheet::At;

use super::{CODES, OF_ALL, Ours, Reader};
use crate::{
    filling::{Filling, Place, Remark, Said, Taken},
    names::Asked,
    paste,
};

/// A grid of units and of what is asked.
struct Grid<'a> {
    columns: Vec<(u32, Asked<'a>)>,
    /// The column of what all figures of a unit speak for, if there is one.
    of_all: Option<u32>,
    rows: Vec<(u32, UnitId)>,
}

impl<'a> Grid<'a> {
    /// Finds the codes; what stands where no unit or two columns of one meaning are is told.
    fn find(reader: &Reader<'_>, ours: &'a Ours<'a>, taken: &mut Taken) -> Option<Grid<'a>> {
        let sheet = ours.sheet;
        let column = |cell: &sheet::Cell| Some((cell.at.column, ours.asked(sheet.text(cell.at)?)?));
        let Some((head, cells)) = sheet.rows().find(|it| it.1.iter().any(|it| column(it).is_some())) else {
            taken.problem(Place::sheet(&sheet.name), Issue::new("", "workbooks-codes-missing"));
            return None;
        };
        let columns: Vec<(u32, Asked<'_>)> = cells.iter().filter_map(column).collect();
        for (at, (column, asked)) in columns.iter().enumerate() {
            if columns.iter().take(at).any(|it| it.1.code() == asked.code()) {
                let place = Place::cell(&sheet.name, At::new(head, *column));
                taken.problem(place, asked.named_in(Issue::new("", "workbooks-twice")));
            }
        }
        let of_all = cells.iter().find(|it| sheet.text(it.at) == Some(OF_ALL)).map(|it| it.at.column);
        let is_asked = |it: u32| columns.iter().any(|column| column.0 == it) || of_all == Some(it);
        let day = ours.period.last();
        let below: Vec<UnitId> = reader.register.children(ours.unit, day).iter().map(|it| it.id).collect();
        let mut rows = Vec::new();
        for (row, cells) in sheet.rows().filter(|it| it.0 > head) {
            let text = sheet.text(At::new(row, CODES)).unwrap_or_default();
            match text.parse::<UnitId>().ok().filter(|it| below.contains(it)) {
                Some(unit) => rows.push((row, unit)),
                None if cells.iter().any(|it| is_asked(it.at.column)) => {
                    let place = Place::cell(&sheet.name, At::new(row, CODES));
                    taken.problem(place, Issue::new("", "workbooks-row-unit").with("text", text));
                }
                None => (),
            }
        }
        Some(Grid { columns, of_all, rows })
    }
}

pub(super) fn read(reader: &Reader<'_>, ours: &Ours<'_>, taken: &mut Taken) {
    let Some(grid) = Grid::find(reader, ours, taken) else { return };
    let place = |at| Place::cell(&ours.sheet.name, at);
    for (row, unit) in grid.rows {
        let mut filling = Filling::new(unit, ours.form.id, ours.period, place(At::new(row, CODES)));
        for (column, asked) in &grid.columns {
            let at = At::new(row, *column);
            if let Some(amount) = ours.read(at, *asked, taken) {
                filling.put(*asked, amount, place(at));
            }
        }
        if let Some(at) = grid.of_all.map(|it| At::new(row, it))
            && let Ok(Some(text)) = ours.coverage(at, taken)
        {
            filling.coverage = Some(Said { text, place: place(at) });
        }
        taken.fillings.push(filling);
    }
}

/// The notes of a sheet, for each unit; awards have none.
pub(super) fn notes(reader: &Reader<'_>, ours: &Ours<'_>, taken: &mut Taken) -> Vec<Filling> {
    let Some(grid) = Grid::find(reader, ours, taken) else { return Vec::new() };
    let mut res = Vec::new();
    for (row, unit) in grid.rows {
        let place = Place::cell(&ours.sheet.name, At::new(row, CODES));
        let mut filling = Filling::new(unit, ours.form.id, ours.period, place);
        for (column, asked) in grid.columns.iter().filter(|it| matches!(it.1, Asked::Figure(_))) {
            let at = At::new(row, *column);
            let Some(text) = ours.cell(at, taken).map(|it| paste::shown(&it.value)) else { continue };
            let place = Place::cell(&ours.sheet.name, at);
            filling.notes.insert(asked.code().to_owned(), Said { text: text.trim().to_owned(), place });
        }
        res.push(filling);
    }
    res
}

/// Puts notes beside the figures of the same return.
pub(super) fn beside(notes: Filling, taken: &mut Taken) {
    let key = |it: &Filling| (it.unit, it.form, it.period);
    let same = taken.fillings.iter_mut().find(|it| key(it) == key(&notes));
    match same {
        None if notes.notes.is_empty() => (),
        None => taken.fillings.push(notes),
        Some(figures) => {
            for (code, note) in notes.notes {
                let place = note.place.clone();
                if figures.notes.insert(code, note).is_some() {
                    taken.problems.push(Remark { place, issue: Issue::new("", "workbooks-note-twice") });
                }
            }
        }
    }
}
