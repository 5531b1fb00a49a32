//! Figures from a file: `unit_code,on,period,indicator,value,qualifier,coverage`. Whole file or nothing.
//!
//! Each (unit, period) of the file becomes one accepted version of the built-in form `import`, marked "imported, not
//! reviewed" wherever it is shown (rule 26). A second file may add cells to it, never change one.
//!
//! A country's year passes here in one go, so every step is one pass: lines are read into groups ([`read`]), each group
//! is checked and encoded, the rows are inserted many at a time in one transaction, and once that is true the same
//! encoded rows are handed to the engine.

mod read;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt,
    io::Read,
    sync::Arc,
};

use kernel::{Catalogue, Cell, Coverage, FormId, Level, Period, Register, ReturnId, UnitId, VersionId};
use store::Conn;
use web::App;

use crate::{
    follow, locks,
    store::{self as rows, Accepted, Latest, LedgerRow, Lock},
};
use read::Group;

/// What came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// Figures.
    pub figures: usize,
    /// Accepted versions: one for each unit and period.
    pub versions: usize,
}

/// Why nothing came in: every bad line with its reason, or a failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Bad lines.
    #[error("{0}")]
    Lines(BadLines),
    /// Not the user's fault.
    #[error("không ghi được, chưa có gì được nhập / cannot be written, nothing was imported: {0}")]
    Failed(#[from] web::Error),
}

impl From<store::Error> for ImportError {
    fn from(err: store::Error) -> ImportError {
        ImportError::Failed(err.into())
    }
}

/// Bad lines, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BadLines(pub Vec<(usize, String)>);

impl fmt::Display for BadLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "chưa nhập gì: {} dòng sai / nothing was imported: {} bad lines", self.0.len(), self.0.len())?;
        self.0.iter().try_for_each(|(line, why)| write!(f, "\n  dòng/line {line}: {why}"))
    }
}

/// Imports a file's figures as the user of the command line.
///
/// # Errors
/// Every bad line; then nothing was written.
pub async fn figures(app: &App, user: &str, file: &str, input: impl Read) -> Result<Imported, ImportError> {
    let (app, user, file) = (app.clone(), user.to_owned(), file.to_owned());
    let groups = read::read(&app.register.get(), &app.catalogue.get(), input).map_err(ImportError::Lines)?;
    // In a task of its own: once committed, the totals follow even if the caller has gone.
    tokio::spawn(async move { enter(&app, &user, &file, groups).await }).await.map_err(web::Error::from)?
}

async fn enter(app: &App, user: &str, file: &str, mut groups: Vec<Group>) -> Result<Imported, ImportError> {
    let catalogue = app.catalogue.get();
    let form = catalogue.form_by_code("import").ok_or(web::Error::NotFound)?.id;
    let register = app.register.get();
    let now = app.clock.now();
    // A province's rows stand together in its ledger.
    groups.sort_unstable_by_key(|it| (it.province, it.period, it.unit));
    let mut tx = app.db.write().await?;
    // Ledgers are locked in the order of their provinces, so that two imports cannot wait for each other.
    let provinces: BTreeSet<UnitId> = groups.iter().map(|it| it.province).collect();
    let above_all = |it: &UnitId| register.get(*it, now.day()).is_some_and(|it| it.level == Level::Nation);
    if provinces.iter().any(above_all) {
        rows::lock_all_ledgers(&mut tx).await?;
    }
    let mut next: HashMap<UnitId, i64> = HashMap::new();
    for province in provinces {
        let seq = rows::next_in_ledger(&mut tx, province.0).await?;
        follow::catch_up_before(app, &mut tx, province.0, seq).await?;
        next.insert(province, seq);
    }
    let mut check = Check::new(app, &register, &catalogue, &groups);
    check.locks = rows::locks_in(&mut tx, periods(&groups)).await?;
    check.latest = latest(&mut tx, form, &groups, &check.held).await?;
    let counted = groups.iter().map(|it| it.entries.len()).sum();
    let mut fresh = Vec::with_capacity(groups.len());
    for group in groups {
        let seq = next.entry(group.province).or_insert(1);
        if let Some(row) = check.row(app, &group, *seq)? {
            fresh.push(row);
            *seq += 1;
        }
    }
    let Check { mut bad, .. } = check;
    if !bad.0.is_empty() {
        bad.0.sort();
        return Err(ImportError::Lines(bad));
    }
    rows::insert_accepted(&mut tx, &fresh, &Accepted { form, origin: file, by: user, at: now }).await?;
    for (province, seq) in &next {
        rows::set_ledger(&mut tx, province.0, seq - 1).await?;
        let entry = audit::Entry {
            province: province.0,
            at: now,
            actor: audit::Actor { account: None, name: user },
            act: "returns.imported",
            unit: Some(*province),
            object: file,
        };
        audit::append(&mut tx, &entry).await?;
    }
    tx.commit().await?;
    follow::take(app, &fresh).await?;
    follow::catch_up(app, &mut app.db.read().await?).await?;
    Ok(Imported { figures: counted, versions: fresh.len() })
}

/// The versions that this file adds to: only in periods of which the engine holds figures can there be any.
async fn latest(
    conn: &mut Conn,
    form: FormId,
    groups: &[Group],
    held: &HashSet<Period>,
) -> Result<HashMap<(UnitId, Period), Latest>, ImportError> {
    let mut found = HashMap::new();
    for some in groups.chunk_by(|a, b| (a.province, a.period) == (b.province, b.period)) {
        let Some(first) = some.first().filter(|it| held.contains(&it.period)) else { continue };
        let units = some.iter().map(|it| it.unit.0);
        for it in rows::latest_versions(conn, first.province.0, form, first.period, units).await? {
            found.insert((it.unit, first.period), it);
        }
    }
    Ok(found)
}

/// The periods of the file, each once.
fn periods(groups: &[Group]) -> impl Iterator<Item = Period> {
    groups.iter().map(|it| it.period).collect::<HashSet<_>>().into_iter()
}

/// Checks groups against the ledger and against the rest of the file.
struct Check<'a> {
    register: &'a Register,
    catalogue: &'a Catalogue,
    /// The file's periods of which the engine holds figures, or figures of a longer or a shorter period.
    held: HashSet<Period>,
    latest: HashMap<(UnitId, Period), Latest>,
    /// What was closed and opened of the file's periods.
    locks: Vec<Lock>,
    /// Knows only this file: finds figures that its own lines would count twice. Absent where no two lines can: one
    /// length of period, nothing that speaks for what lies below it.
    beside: Option<figures::Engine>,
    bad: BadLines,
}

impl<'a> Check<'a> {
    fn new(app: &App, register: &'a Register, catalogue: &'a Catalogue, groups: &[Group]) -> Check<'a> {
        let periods: HashSet<Period> = groups.iter().map(|it| it.period).collect();
        let overlap = |a: Period, b: Period| a == b || a.contains(b) || b.contains(a);
        let known = app.periods();
        let held = periods.iter().copied().filter(|it| known.iter().any(|known| overlap(*it, *known))).collect();
        let mixed = periods.iter().any(|a| periods.iter().any(|b| a != b && overlap(*a, *b)));
        let wholes = || groups.iter().flat_map(|it| &it.entries).any(|it| it.coverage == Coverage::Whole);
        let rules = || catalogue.indicators().iter().map(|it| it.rule.clone()).collect();
        let beside = (mixed || wholes())
            .then(|| app.figures.look(|it| figures::Engine::new(Arc::clone(it.hierarchy()), rules())));
        Check { register, catalogue, held, latest: HashMap::new(), locks: Vec::new(), beside, bad: BadLines::default() }
    }

    /// Lines of a closed period: closed is what a form asks for that was closed above the unit.
    fn closed(&self, app: &App, group: &Group) -> Vec<(usize, String)> {
        let mut res = Vec::new();
        if self.locks.is_empty() {
            return res;
        }
        let tops = locks::tops_over(self.register, group.unit, group.day, app.clock.today());
        let forms: HashSet<FormId> = self.locks.iter().map(|it| it.form).collect();
        for form in forms {
            let Some(lock) = locks::closed(&self.locks, form, group.period, &tops) else { continue };
            let Some(form) = self.catalogue.form_for(form, group.period) else { continue };
            let top = self.register.latest(lock.top).map(|it| it.full_name.as_str()).unwrap_or_default();
            for it in group.entries.iter().filter(|it| form.asked().any(|item| item.indicator == it.indicator)) {
                let (name, period) = (&form.name, group.period);
                let why = format!(
                    "kỳ {period} của «{name}» đã khóa tại {top}; cấp đã khóa cần mở khóa trước / {period} of “{name}” is closed at {top}; it must be opened there first"
                );
                res.push((it.line(), why));
            }
        }
        res
    }

    /// The group as a row of the ledger; what is wrong with it goes to `bad`.
    fn row(&mut self, app: &App, group: &Group, seq: i64) -> Result<Option<LedgerRow>, ImportError> {
        let wrong = self.bad.0.len();
        let existing = self.latest.get(&(group.unit, group.period));
        let before = existing.map(|it| it.cells().map_err(web::Error::from)).transpose()?.unwrap_or_default();
        let fresh: Vec<Cell> = group.entries.iter().map(|it| it.cell(self.catalogue)).collect();
        for it in &group.entries {
            if let Some(version) = existing.map(|it| it.id).filter(|_| holds(&before, it.indicator)) {
                let why = format!(
                    "ô này đã được duyệt trong phiên bản {version} / this cell is accepted already in version {version}"
                );
                self.bad.0.push((it.line(), why));
            }
        }
        self.bad.0.extend(self.closed(app, group));
        let mut cells = fresh.clone();
        cells.retain(|it| !holds(&before, it.indicator));
        cells.extend(before.iter().cloned());
        cells.sort_by_key(|it| it.indicator);
        let id = VersionId(app.new_id());
        let until = (group.day != group.period.last()).then_some(group.day);
        let change = |before, after| figures::Change {
            unit: group.unit.0,
            period: group.period,
            until,
            version: id.0,
            before,
            after,
        };
        let mut found = Vec::new();
        if self.held.contains(&group.period) {
            found = app.totals(|it| it.conflicts(&change(&before, &cells)))?;
        }
        if let Some(beside) = &self.beside {
            found.extend(beside.conflicts(&change(&[], &fresh)));
        }
        for it in found {
            let other = self.register.latest(UnitId(it.unit)).map(|it| it.full_name.as_str()).unwrap_or_default();
            let (period, version) = (it.period, VersionId(it.version));
            let why = format!(
                "sẽ tính hai lần với số của {other}, kỳ {period}, phiên bản {version} / would be counted twice with {other}, {period}, version {version}"
            );
            self.bad.0.push((line_of(group, it.indicator), why));
        }
        for issue in crate::draft::check_shares(&cells, self.catalogue) {
            if issue.severity == kernel::Severity::Error {
                let say = |lang| app.texts.issue(lang, &issue);
                let code = issue.field.trim_start_matches("v.");
                let line = self.catalogue.by_code(code).map_or(0, |it| line_of(group, it.id()));
                self.bad.0.push((line, format!("{} / {}", say(web::Lang::Vi), say(web::Lang::En))));
            }
        }
        if self.bad.0.len() > wrong {
            return Ok(None);
        }
        if let Some(beside) = &mut self.beside {
            beside.apply(&change(&[], &fresh)).map_err(|err| web::Error::Internal(err.into()))?;
        }
        Ok(Some(LedgerRow {
            province: group.province.0,
            seq,
            id,
            // An import has no working copy: its first version's number is its return's.
            return_id: existing.map_or(ReturnId(id.0), |it| it.return_id),
            number: existing.map_or(1, |it| it.number + 1),
            unit: group.unit,
            period: group.period,
            until,
            cells: figures::codec::encode(&cells),
            replaced: existing.map(|it| (it.id, it.encoded.clone())),
        }))
    }
}

fn holds(cells: &[Cell], indicator: kernel::IndicatorId) -> bool {
    cells.iter().any(|it| it.indicator == indicator)
}

fn line_of(group: &Group, indicator: kernel::IndicatorId) -> usize {
    group.entries.iter().find(|it| it.indicator == indicator).map_or(0, |it| it.line())
}
