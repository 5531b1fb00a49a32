use super::{Details, Operation, Row};
use csv::StringRecord;
use kernel::{Day, Extent, Issue, Issues, Level};
use sha2::{Digest, Sha256};

/// The first line of a reform file.
pub const COLUMNS: &str = "operation,effective_on,old_code,new_code,name,full_name,kind,level,parent_code,extent,\
                                  population_share,instrument";

/// What makes two files the same, whatever editor saved them: SHA-256 without the mark at the beginning, carriage
/// returns, spaces at the ends of lines and empty lines.
pub(crate) fn fingerprint(text: &str) -> String {
    let mut sum = Sha256::new();
    for line in bare(text).lines().map(str::trim_end).filter(|it| !it.is_empty()) {
        sum.update(line);
        sum.update("\n");
    }
    format!("{:x}", sum.finalize())
}

fn bare(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim_start()
}

/// The rows of a file, each understood on its own.
pub(super) fn rows(text: &str) -> Result<Vec<Row>, Issues> {
    let text: Vec<String> = bare(text).lines().map(viet::composed).collect();
    let text = text.join("\n");
    if text.lines().next().map(str::trim_end) != Some(COLUMNS) {
        return Err(vec![Issue::new("file", "units-bad-columns").with("expected", COLUMNS)]);
    }
    let (mut rows, mut issues) = (Vec::new(), Issues::new());
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    for (at, record) in reader.records().enumerate() {
        let guess = u64::try_from(at + 2).unwrap_or(u64::MAX);
        let line = record.as_ref().ok().and_then(StringRecord::position).map_or(guess, csv::Position::line);
        let cells = Cells { line, record: record.unwrap_or_default() };
        if cells.record.len() != COLUMNS.split(',').count() {
            issues.push(wrong(line, "units-bad-row"));
            continue;
        }
        match cells.row() {
            Ok(row) => rows.push(row),
            Err(found) => issues.extend(found),
        }
    }
    if rows.is_empty() && issues.is_empty() {
        issues.push(Issue::new("file", "units-bad-empty"));
    }
    if issues.is_empty() { Ok(rows) } else { Err(issues) }
}

/// Something to say of a line.
pub(super) fn wrong(line: u64, text: &'static str) -> Issue {
    Issue::new("file", text).with("line", line)
}

/// The cells of a line.
struct Cells {
    line: u64,
    record: StringRecord,
}

impl Cells {
    /// The cell's text; `None` if it is empty.
    fn text(&self, column: &str) -> Option<&str> {
        let at = COLUMNS.split(',').position(|it| it == column)?;
        self.record.get(at).filter(|it| !it.is_empty())
    }

    /// Reads a cell that may be empty; says so if it is not understood.
    fn read<T>(
        &self,
        column: &'static str,
        text: &'static str,
        read: impl Fn(&str) -> Option<T>,
        issues: &mut Issues,
    ) -> Option<T> {
        let cell = self.text(column)?;
        let value = read(cell);
        if value.is_none() {
            issues.push(wrong(self.line, text).with("value", cell));
        }
        value
    }

    fn row(&self) -> Result<Row, Issues> {
        let mut issues = Issues::new();
        let level = |text: &str| text.parse().ok().and_then(Level::from_number).filter(|it| *it != Level::Nation);
        let operation = self.read("operation", "units-bad-operation", Operation::parse, &mut issues);
        let on = self.read("effective_on", "units-bad-day", Day::parse, &mut issues);
        let level = self.read("level", "units-bad-level", level, &mut issues);
        let extent = self.read("extent", "units-bad-extent", Extent::parse, &mut issues);
        let population = self.read("population_share", "units-bad-share", share, &mut issues);
        let Some(operation) = operation else {
            if self.text("operation").is_none() {
                issues.push(wrong(self.line, "units-bad-missing").with("column", "operation"));
            }
            return Err(issues);
        };
        for column in needed(operation).iter().copied().chain(["effective_on", "instrument"]) {
            if self.text(column).is_none() {
                issues.push(wrong(self.line, "units-bad-missing").with("column", column));
            }
        }
        for column in idle(operation).iter().copied().filter(|it| self.text(it).is_some()) {
            issues.push(wrong(self.line, "units-bad-surplus").with("column", column));
        }
        self.agree(operation, extent, &mut issues);
        let text = |column| self.text(column).map(str::to_owned);
        let instrument = text("instrument").unwrap_or_default();
        let details = Details { name: text("name"), full_name: text("full_name"), kind: text("kind"), level };
        match on {
            Some(on) if issues.is_empty() => Ok(Row {
                line: self.line,
                operation,
                on,
                old: text("old_code"),
                new: text("new_code"),
                details,
                parent: text("parent_code"),
                extent,
                population,
                source: (operation != Operation::Keep).then(|| instrument.clone()),
                instrument,
            }),
            _ => Err(issues),
        }
    }

    /// What the cells of one line say to each other.
    fn agree(&self, operation: Operation, extent: Option<Extent>, issues: &mut Issues) {
        let whole = extent == Some(Extent::Whole);
        if operation == Operation::Merge && extent.is_some_and(|it| it != Extent::Whole) {
            issues.push(wrong(self.line, "units-bad-merge-extent"));
        }
        if operation == Operation::Split && whole {
            issues.push(wrong(self.line, "units-bad-split-extent"));
        }
        if operation == Operation::Close && self.text("new_code").is_some() != self.text("extent").is_some() {
            issues.push(wrong(self.line, "units-bad-close-extent"));
        }
        let changes = ["new_code", "name", "full_name", "kind", "level", "parent_code"];
        if operation == Operation::Rename && changes.iter().all(|it| self.text(it).is_none()) {
            issues.push(wrong(self.line, "units-bad-nothing"));
        }
        // A unit is described whole or, as one that is described elsewhere or goes on, not at all.
        let described = ["name", "full_name", "kind", "level"];
        let begins = matches!(operation, Operation::Merge | Operation::Split | Operation::Close);
        let told = described.iter().filter(|it| self.text(it).is_some()).count();
        if begins && self.text("new_code").is_some() && told > 0 {
            for column in described.iter().chain(&["parent_code"]).filter(|it| self.text(it).is_none()) {
                issues.push(wrong(self.line, "units-bad-missing").with("column", column));
            }
        }
    }
}

fn needed(operation: Operation) -> &'static [&'static str] {
    match operation {
        Operation::Merge => &["old_code", "new_code"],
        Operation::Split => &["old_code", "new_code", "extent"],
        Operation::Keep | Operation::Rename | Operation::Close => &["old_code"],
        Operation::Transfer => &["old_code", "parent_code"],
        Operation::Create => &["new_code", "name", "full_name", "kind", "level", "parent_code"],
    }
}

fn idle(operation: Operation) -> &'static [&'static str] {
    match operation {
        Operation::Merge | Operation::Split | Operation::Close => &[],
        Operation::Rename | Operation::Transfer => &["extent", "population_share"],
        Operation::Create => &["old_code", "extent", "population_share"],
        Operation::Keep => {
            &["new_code", "name", "full_name", "kind", "level", "parent_code", "extent", "population_share"]
        }
    }
}

/// A known share of people: none or all.
fn share(text: &str) -> Option<u16> {
    match text {
        "0" => Some(0),
        "1" => Some(10_000),
        _ => None,
    }
}
