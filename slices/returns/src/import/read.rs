//! The file's lines, each read once: what a line shares with the line before it is not looked up again.

use std::{
    collections::HashMap,
    io::{BufReader, Read},
};

use kernel::{
    Amount, Catalogue, Cell, CellKind, Coverage, Day, Indicator, IndicatorId, Period, Qualifier, Register, UnitId,
};

use super::BadLines;
use crate::{Origin, acts::reporting_day};

/// The first line of every file.
const HEADER: [&str; 7] = ["unit_code", "on", "period", "indicator", "value", "qualifier", "coverage"];
/// How much of the file is read at once.
const BUFFER: usize = 1 << 18;

/// The cells of one unit and period, with the lines they stand on.
pub(super) struct Group {
    pub(super) unit: UnitId,
    pub(super) period: Period,
    /// The day for which it reports: the period's last, or the unit's own.
    pub(super) day: Day,
    pub(super) province: UnitId,
    pub(super) entries: Vec<Entry>,
    /// The highest number of an indicator among the entries.
    highest: Option<IndicatorId>,
}

/// A cell of the file in 16 bytes: a national year of villages is 65 million of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    value: i64,
    line: u32,
    pub(super) indicator: IndicatorId,
    qualifier: Qualifier,
    pub(super) coverage: Coverage,
}

impl Entry {
    pub(super) fn line(self) -> usize {
        usize::try_from(self.line).unwrap_or(0)
    }

    pub(super) fn cell(self, catalogue: &Catalogue) -> Cell {
        let percentage = catalogue.indicator(self.indicator).is_some_and(Indicator::is_ratio);
        Cell {
            indicator: self.indicator,
            amount: Amount { value: self.value, qualifier: self.qualifier },
            coverage: self.coverage,
            kind: if percentage { CellKind::PercentOnly } else { CellKind::Quantity },
            origin: Origin::Imported.number(),
            note: String::new(),
        }
    }
}

/// All lines, by unit and period in the order in which they first appear; or every line that is wrong.
pub(super) fn read(register: &Register, catalogue: &Catalogue, input: impl Read) -> Result<Vec<Group>, BadLines> {
    let input = BufReader::with_capacity(BUFFER, input);
    let mut reader = csv::ReaderBuilder::new().flexible(true).buffer_capacity(BUFFER).from_reader(input);
    let header_is_ours =
        reader.headers().is_ok_and(|it| it.iter().map(|it| it.trim_start_matches('\u{feff}').trim()).eq(HEADER));
    if !header_is_ours {
        let why = format!("dòng đầu phải là / the header must be {}", HEADER.join(","));
        return Err(BadLines(vec![(1, why)]));
    }
    let mut bad = BadLines::default();
    let mut lines = Lines::new(register, catalogue);
    let mut record = csv::StringRecord::new();
    loop {
        let read = match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = line_of(record.position());
                lines.add(line, &record).map_err(|why| (line, why))
            }
            Err(err) if err.is_io_error() => Err((line_of(err.position()), err.to_string())),
            Err(err) => {
                let why =
                    format!("dòng không đọc được, tệp phải là UTF-8 / unreadable, the file must be UTF-8 ({err})");
                Err((line_of(err.position()), why))
            }
        };
        if let Err((line, why)) = read {
            bad.0.push((usize::try_from(line).unwrap_or(0), why));
        }
    }
    if lines.groups.is_empty() && bad.0.is_empty() {
        bad.0.push((2, "tệp không có dòng số liệu nào / the file has no figures".to_owned()));
    }
    if bad.0.is_empty() { Ok(lines.groups) } else { Err(bad) }
}

/// Without white space at either end, of which most fields have none.
fn trimmed(text: &str) -> &str {
    let plain = |it: Option<&u8>| it.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if plain(bytes.first()) && plain(bytes.last()) { text } else { text.trim() }
}

fn line_of(position: Option<&csv::Position>) -> u32 {
    position.and_then(|it| u32::try_from(it.line()).ok()).unwrap_or(0)
}

/// What the lines so far have made known.
struct Lines<'a> {
    register: &'a Register,
    catalogue: &'a Catalogue,
    groups: Vec<Group>,
    by_key: HashMap<(UnitId, Period), usize>,
    /// By `on`, then by code.
    units: HashMap<String, HashMap<String, Result<UnitId, String>>>,
    periods: HashMap<String, Result<Period, String>>,
    /// The first three columns of the line before, and its group.
    last: (String, String, String),
    group: Option<usize>,
    /// The indicators of a group, by place.
    usual: Vec<&'a Indicator>,
}

impl<'a> Lines<'a> {
    fn new(register: &'a Register, catalogue: &'a Catalogue) -> Lines<'a> {
        Lines {
            register,
            catalogue,
            groups: Vec::new(),
            by_key: HashMap::new(),
            units: HashMap::new(),
            periods: HashMap::new(),
            last: Default::default(),
            group: None,
            usual: Vec::new(),
        }
    }

    fn add(&mut self, line: u32, record: &csv::StringRecord) -> Result<(), String> {
        let mut fields = [""; 7];
        if record.len() != fields.len() {
            return Err(format!(
                "phải có 7 cột, dòng này có {} / 7 columns wanted, {} found",
                record.len(),
                record.len()
            ));
        }
        for (field, text) in fields.iter_mut().zip(record) {
            *field = trimmed(text);
        }
        let [code, on, period, indicator, value, qualifier, coverage] = fields;
        let at = match self.group {
            Some(at) if self.last.0 == code && self.last.1 == on && self.last.2 == period => at,
            _ => self.group_of(code, on, period)?,
        };
        let indicator = self
            .indicator(indicator, at)
            .filter(|it| self.groups.get(at).is_some_and(|group| it.is_for(self.register, group.unit, group.day)))
            .ok_or_else(|| format!("không có chỉ tiêu {indicator} / no indicator {indicator}"))?;
        let entry = Entry {
            value: read_value(value, indicator)?,
            line,
            indicator: indicator.id(),
            qualifier: Qualifier::parse(if qualifier.is_empty() { "exact" } else { qualifier })
                .ok_or_else(|| format!("«{qualifier}»: phải là / must be exact, almost, more_than, at_least, about"))?,
            coverage: Coverage::parse(if coverage.is_empty() { "own" } else { coverage })
                .ok_or_else(|| format!("«{coverage}»: phải là / must be own, whole, control"))?,
        };
        let Some(group) = self.groups.get_mut(at) else { return Ok(()) };
        // A version holds one cell of an indicator, so the list stays short however long the file is; and most files name
        // the indicators of each unit in order.
        if group.highest < Some(entry.indicator) {
            group.highest = Some(entry.indicator);
        } else if let Some(first) = group.entries.iter().find(|it| it.indicator == entry.indicator) {
            return Err(format!("ô này đã có ở dòng {} / this cell stands on line {} already", first.line, first.line));
        }
        group.entries.push(entry);
        Ok(())
    }

    /// The indicator with this code. Most files name the same ones in the same order for each unit: the one at this place
    /// of the group before is tried first.
    fn indicator(&mut self, code: &str, group: usize) -> Option<&'a Indicator> {
        let place = self.groups.get(group)?.entries.len();
        if let Some(known) = self.usual.get(place).filter(|it| it.code == code) {
            return Some(known);
        }
        let found = self.catalogue.by_code(code)?;
        match self.usual.get_mut(place) {
            Some(usual) => *usual = found,
            None => self.usual.push(found),
        }
        Some(found)
    }

    /// The group of these three columns; made if it is new.
    fn group_of(&mut self, code: &str, on: &str, period: &str) -> Result<usize, String> {
        self.group = None;
        let unit = self.unit(code, on)?;
        let known = self.periods.get(period).cloned();
        let read = known.unwrap_or_else(|| {
            let read = Period::parse(period).map_err(|err| err.to_string());
            self.periods.insert(period.to_owned(), read.clone());
            read
        });
        let key = (unit, read?);
        let at = match self.by_key.get(&key) {
            Some(at) => *at,
            None => self.new_group(code, key.0, key.1)?,
        };
        for (kept, text) in [(&mut self.last.0, code), (&mut self.last.1, on), (&mut self.last.2, period)] {
            kept.clear();
            kept.push_str(text);
        }
        self.group = Some(at);
        Ok(at)
    }

    fn unit(&mut self, code: &str, on: &str) -> Result<UnitId, String> {
        if let Some(known) = self.units.get(on).and_then(|it| it.get(code)) {
            return known.clone();
        }
        let find = || {
            let day = Day::parse(on).ok_or_else(|| format!("«{on}» không phải một ngày / is no day (2025-07-01)"))?;
            self.register.by_code(code, day).map(|it| it.id).ok_or_else(|| {
                format!("không có đơn vị mã {code} trong ngày {day} / no unit has the code {code} on {day}")
            })
        };
        let found = find();
        self.units.entry(on.to_owned()).or_default().insert(code.to_owned(), found.clone());
        found
    }

    fn new_group(&mut self, code: &str, unit: UnitId, period: Period) -> Result<usize, String> {
        let day = reporting_day(self.register, unit, period).ok_or_else(|| {
            format!("đơn vị mã {code} không có trong kỳ {period} / the unit {code} does not exist in {period}")
        })?;
        let province = self
            .register
            .province_of(unit, day)
            .ok_or_else(|| format!("không rõ tỉnh của {code} / the province of {code} is not known"))?;
        let at = self.groups.len();
        self.groups.push(Group { unit, period, day, province, entries: Vec::new(), highest: None });
        self.by_key.insert((unit, period), at);
        Ok(at)
    }
}

/// A plain number, with a decimal point where the indicator has decimals. A ratio's value is a bare percentage.
fn read_value(text: &str, indicator: &Indicator) -> Result<i64, String> {
    let decimals = if indicator.is_ratio() { 2 } else { indicator.decimals };
    if decimals == 0
        && (1..=15).contains(&text.len())
        && let Some(value) = text.bytes().try_fold(0_i64, |sum, it| {
            let digit = it.wrapping_sub(b'0');
            (digit < 10).then(|| sum * 10 + i64::from(digit))
        })
    {
        return Ok(value);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(indicator: &str, text: &str, expect: Option<i64>) {
        let catalogue = forms::catalogue().unwrap();
        let indicator = catalogue.by_code(indicator).unwrap();
        assert_eq!(read_value(text, indicator).ok(), expect, "{text}");
    }

    #[test]
    fn values_are_plain_numbers() {
        check("LAU01", "0", Some(0));
        check("LAU01", "007", Some(7));
        check("LAU01", "123456789012345", Some(123_456_789_012_345));
        check("LAU01", "9223372036854775807", Some(i64::MAX));
        check("SUB05", "13.85", Some(1385));
        check("SUB05", "13", Some(1300));
        check("STD14", "93.75", Some(9375));
        for text in ["", "-", "-5", "1.5", "1,5", "1 000", "+5", "5.", "9223372036854775808", "/", ":"] {
            check("LAU01", text, None);
        }
        check("SUB05", "1.234", None);
        check("STD14", "100.01", None);
    }
}
