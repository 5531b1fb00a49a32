//! Figures from a file: `unit_code,on,period,indicator,value,qualifier,coverage`. Whole file or nothing.
//!
//! Each (unit, period) of the file becomes one accepted version of the built-in form `import`, marked "imported, not
//! reviewed" wherever it is shown (rule 26). A second file may add cells to it, never change one.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    sync::Arc,
};

use kernel::{
    Amount, Catalogue, Cell, CellKind, Coverage, Day, Indicator, Level, Period, Qualifier, Register, ReturnId, UnitId,
    VersionId,
};
use store::Conn;
use web::App;

use crate::{
    Origin,
    acts::{province_of, reporting_day},
    follow,
    store::{self as rows, NewVersion},
};

/// The first line of every file.
const HEADER: [&str; 7] = ["unit_code", "on", "period", "indicator", "value", "qualifier", "coverage"];

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

/// The cells of one unit and period, with the lines they stand on.
struct Group {
    unit: UnitId,
    period: Period,
    day: Day,
    province: UnitId,
    cells: Vec<(usize, Cell)>,
}

/// Imports a file's figures as the user of the command line.
///
/// # Errors
/// Every bad line; then nothing was written.
pub async fn figures(app: &App, user: &str, file: &str, bytes: &[u8]) -> Result<Imported, ImportError> {
    let (app, user, file) = (app.clone(), user.to_owned(), file.to_owned());
    let groups = read(&app.register.get(), &app.catalogue.get(), bytes).map_err(ImportError::Lines)?;
    // In a task of its own: once committed, the totals follow even if the caller has gone.
    tokio::spawn(async move { enter(&app, &user, &file, groups).await }).await.map_err(web::Error::from)?
}

fn read(register: &Register, catalogue: &Catalogue, bytes: &[u8]) -> Result<Vec<Group>, BadLines> {
    let mut bad = BadLines::default();
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let header_is_ours = reader.headers().is_ok_and(|it| it.iter().eq(HEADER));
    if !header_is_ours {
        let why = format!("dòng đầu phải là / the header must be {}", HEADER.join(","));
        return Err(BadLines(vec![(1, why)]));
    }
    let mut groups: BTreeMap<(UnitId, Period), Group> = BTreeMap::new();
    let mut days: HashMap<(String, String), Result<UnitId, String>> = HashMap::new();
    for record in reader.records() {
        let line = record.as_ref().map_or_else(
            |err| err.position().map_or(0, csv::Position::line),
            |it| it.position().map_or(0, csv::Position::line),
        );
        let line = usize::try_from(line).unwrap_or(0);
        let read = record
            .map_err(|err| {
                if err.is_io_error() {
                    err.to_string()
                } else {
                    format!("dòng không đọc được, tệp phải là UTF-8 / unreadable, the file must be UTF-8 ({err})")
                }
            })
            .and_then(|it| read_line(register, catalogue, &mut days, &it));
        match read {
            Ok((unit, period, day, province, cell)) => {
                let group = groups.entry((unit, period)).or_insert_with(|| Group {
                    unit,
                    period,
                    day,
                    province,
                    cells: Vec::new(),
                });
                match group.cells.iter().find(|(_, it)| {
                    it.indicator == cell.indicator
                        && it.coverage != Coverage::Control
                        && cell.coverage != Coverage::Control
                }) {
                    Some((first, _)) => bad
                        .0
                        .push((line, format!("ô này đã có ở dòng {first} / this cell stands on line {first} already"))),
                    None => group.cells.push((line, cell)),
                }
            }
            Err(why) => bad.0.push((line, why)),
        }
    }
    if groups.is_empty() && bad.0.is_empty() {
        bad.0.push((2, "tệp không có dòng số liệu nào / the file has no figures".to_owned()));
    }
    if bad.0.is_empty() { Ok(groups.into_values().collect()) } else { Err(bad) }
}

type Line = (UnitId, Period, Day, UnitId, Cell);

fn read_line(
    register: &Register,
    catalogue: &Catalogue,
    days: &mut HashMap<(String, String), Result<UnitId, String>>,
    record: &csv::StringRecord,
) -> Result<Line, String> {
    let fields: Vec<&str> = record.iter().collect();
    let [code, on, period, indicator, value, qualifier, coverage] = fields.as_slice() else {
        return Err(format!("phải có 7 cột, dòng này có {} / 7 columns wanted, {} found", fields.len(), fields.len()));
    };
    let unit = days.entry(((*code).to_owned(), (*on).to_owned())).or_insert_with(|| {
        let day = Day::parse(on).ok_or_else(|| format!("«{on}» không phải một ngày / is no day (2025-07-01)"))?;
        register
            .by_code(code, day)
            .map(|it| it.id)
            .ok_or_else(|| format!("không có đơn vị mã {code} trong ngày {day} / no unit has the code {code} on {day}"))
    });
    let unit = unit.clone()?;
    let period = Period::parse(period).map_err(|err| err.to_string())?;
    let day = reporting_day(register, unit, period).ok_or_else(|| {
        format!("đơn vị mã {code} không có trong kỳ {period} / the unit {code} does not exist in {period}")
    })?;
    let province = province_of(register, unit, day)
        .ok_or_else(|| format!("không rõ tỉnh của {code} / the province of {code} is not known"))?;
    let indicator = catalogue
        .by_code(indicator)
        .ok_or_else(|| format!("không có chỉ tiêu {indicator} / no indicator {indicator}"))?;
    let value = read_value(value, indicator)?;
    let qualifier = Qualifier::parse(if qualifier.is_empty() { "exact" } else { qualifier })
        .ok_or_else(|| format!("«{qualifier}»: phải là / must be exact, almost, more_than, at_least, about"))?;
    let coverage = Coverage::parse(if coverage.is_empty() { "own" } else { coverage })
        .ok_or_else(|| format!("«{coverage}»: phải là / must be own, whole, control"))?;
    let kind = if indicator.is_ratio() { CellKind::PercentOnly } else { CellKind::Quantity };
    let amount = Amount { value, qualifier };
    let cell = Cell {
        indicator: indicator.id(),
        amount,
        coverage,
        kind,
        origin: Origin::Imported.number(),
        note: String::new(),
    };
    Ok((unit, period, day, province, cell))
}

/// A plain number, with a decimal point where the indicator has decimals. A ratio's value is a bare percentage.
fn read_value(text: &str, indicator: &Indicator) -> Result<i64, String> {
    let decimals = if indicator.is_ratio() { 2 } else { indicator.decimals };
    let wrong = |why: &str| Err(format!("«{text}» ({}): {why}", indicator.code));
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |it| (true, it));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = !whole.is_empty()
        && whole.bytes().chain(rest.bytes()).all(|it| it.is_ascii_digit())
        && digits.contains('.') != rest.is_empty();
    if !plain {
        return wrong(
            "phải là số, dấu chấm thập phân, không dấu phân cách / must be a plain number such as 1900 or 13.85",
        );
    }
    if rest.len() > usize::from(decimals) {
        return wrong(&format!("nhiều nhất {decimals} chữ số lẻ / at most {decimals} decimals"));
    }
    let scaled = format!("{whole}{rest:0<width$}", width = usize::from(decimals));
    let Ok(value) = scaled.parse::<i64>() else { return wrong("số quá lớn / too large") };
    let may_be_negative = indicator.rule.kind == figures::Kind::Change;
    if negative && !may_be_negative {
        return wrong("không được âm / must not be negative");
    }
    if indicator.rule.kind == figures::Kind::Ratio && !indicator.may_exceed && value > 10_000 {
        return wrong("tỷ lệ không được quá 100% / a share cannot exceed 100%");
    }
    Ok(if negative { -value } else { value })
}

async fn enter(app: &App, user: &str, file: &str, groups: Vec<Group>) -> Result<Imported, ImportError> {
    let catalogue = app.catalogue.get();
    let form = catalogue.form_by_code("import").ok_or(web::Error::NotFound)?.id;
    let register = app.register.get();
    let now = app.clock.now();
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
    let mut bad = BadLines::default();
    let mut versions = Vec::new();
    // Knows only this file: finds figures that its own lines would count twice.
    let mut beside = app.totals(|it| figures::Engine::new(Arc::clone(it.hierarchy()), rules(&catalogue)));
    for group in &groups {
        let seq = next.get(&group.province).copied().unwrap_or(1);
        if let Some(version) = prepare(app, &mut tx, &mut beside, form, group, &mut bad).await? {
            versions.push((
                NewVersion {
                    accepted_by: user.to_owned(),
                    submitted_by: user.to_owned(),
                    origin: file.to_owned(),
                    ..version
                },
                seq,
            ));
            next.insert(group.province, seq + 1);
        }
    }
    if !bad.0.is_empty() {
        bad.0.sort();
        return Err(ImportError::Lines(bad));
    }
    for (version, seq) in &versions {
        rows::insert_version(&mut tx, version, *seq, now).await?;
    }
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
    follow::catch_up(app, &mut app.db.read().await?).await?;
    Ok(Imported { figures: groups.iter().map(|it| it.cells.len()).sum(), versions: versions.len() })
}

fn rules(catalogue: &Catalogue) -> Vec<figures::Indicator> {
    catalogue.indicators().iter().map(|it| it.rule.clone()).collect()
}

/// Checks one group against the ledger and the rest of the file; what is wrong goes to `bad`.
async fn prepare(
    app: &App,
    tx: &mut Conn,
    beside: &mut figures::Engine,
    form: i64,
    group: &Group,
    bad: &mut BadLines,
) -> Result<Option<NewVersion>, ImportError> {
    let register = app.register.get();
    let existing = rows::latest_version(tx, group.province.0, group.unit, form, group.period).await?;
    let before = match existing {
        Some((id, ..)) => rows::version(tx, id).await?.map(|(cells, _)| cells).unwrap_or_default(),
        None => Vec::new(),
    };
    let wrong = bad.0.len();
    let closes_on = (group.day != group.period.last()).then_some(group.day);
    let mut cells = before.clone();
    for (line, cell) in &group.cells {
        if before.iter().any(|it| it.indicator == cell.indicator) {
            let version = existing.map_or(VersionId(0), |it| it.0);
            bad.0.push((
                *line,
                format!(
                    "ô này đã được duyệt trong phiên bản {version} / this cell is accepted already in version {version}"
                ),
            ));
        } else {
            cells.push(cell.clone());
        }
    }
    cells.sort_by_key(|it| it.indicator);
    let line_of = |indicator| group.cells.iter().find(|(_, it)| it.indicator == indicator).map_or(0, |it| it.0);
    let named = |unit: i64| register.latest(UnitId(unit)).map(|it| it.full_name.clone()).unwrap_or_default();
    let fresh: Vec<Cell> = group.cells.iter().map(|it| it.1.clone()).collect();
    let id = VersionId(app.new_id());
    let change = |before, after| figures::Change {
        unit: group.unit.0,
        period: group.period,
        until: closes_on,
        version: id.0,
        before,
        after,
    };
    let mut found = app.totals(|it| it.conflicts(&change(&before, &cells)));
    found.extend(beside.conflicts(&change(&[], &fresh)));
    for it in found {
        let (other, version) = (named(it.unit), VersionId(it.version));
        bad.0.push((
            line_of(it.indicator),
            format!(
                "sẽ tính hai lần với số của {other}, kỳ {}, phiên bản {version} / would be counted twice with {other}, {}, version {version}",
                it.period, it.period
            ),
        ));
    }
    for issue in crate::draft::check_shares(&cells, &app.catalogue.get()) {
        if issue.severity == kernel::Severity::Error {
            let say = |lang| app.texts.say(lang, issue.text, &issue.args);
            let code = issue.field.trim_start_matches("v.");
            let line = app.catalogue.get().by_code(code).map_or(0, |it| line_of(it.id()));
            bad.0.push((line, format!("{} / {}", say(web::Lang::Vi), say(web::Lang::En))));
        }
    }
    if bad.0.len() > wrong {
        return Ok(None);
    }
    beside.apply(&change(&[], &fresh)).map_err(|err| web::Error::Internal(err.into()))?;
    Ok(Some(NewVersion {
        province: group.province.0,
        id,
        // An import has no working copy: its first version's number is its return's.
        return_id: existing.map_or(ReturnId(id.0), |it| it.1),
        unit: group.unit,
        form,
        period: group.period,
        closes_on,
        cells,
        awards: Vec::new(),
        replaces: existing.map(|it| it.0),
        reason: String::new(),
        origin: String::new(),
        submitted_at: None,
        submitted_by: String::new(),
        accepted_by: String::new(),
    }))
}
