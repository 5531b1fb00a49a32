//! Indicators, forms and awards as data files, read once at start.

use std::collections::HashMap;

use kernel::{
    Assignment, AwardRule, Calendar, Catalogue, Day, Form, Frequency, Indicator, IndicatorId, Item, Section, WorkDays,
};
use serde::Deserialize;

/// A code of the award list and its names.
#[derive(Debug, Clone)]
pub struct AwardWord {
    /// `authority`, `award` or `recipient`.
    pub kind: String,
    /// The code in rows.
    pub code: String,
    /// Vietnamese.
    pub name_vi: String,
    /// English.
    pub name_en: String,
}

const INDICATORS: &str = include_str!("../../../data/indicators.csv");
const FORMS: &str = include_str!("../../../data/forms/forms.csv");
const ITEMS: &str = include_str!("../../../data/forms/items.csv");
const AWARDS: &str = include_str!("../../../data/forms/awards.csv");
const AWARD_WORDS: &str = include_str!("../../../data/forms/award_words.csv");

const HOLIDAYS: [(&str, &str); 4] = [
    ("holidays/2024.csv", include_str!("../../../data/holidays/2024.csv")),
    ("holidays/2025.csv", include_str!("../../../data/holidays/2025.csv")),
    ("holidays/2026.csv", include_str!("../../../data/holidays/2026.csv")),
    ("holidays/2027.csv", include_str!("../../../data/holidays/2027.csv")),
];

/// A data file that does not say what it should: which one, where, why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("data/{file}, dòng/line {line}: {why}")]
pub struct DataError {
    /// Which file, within `data`.
    pub file: &'static str,
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub why: String,
}

#[derive(Deserialize)]
struct IndicatorRow {
    id: IndicatorId,
    code: String,
    group: String,
    name_vi: String,
    name_en: String,
    unit: String,
    kind: String,
    numerator: String,
    denominator: String,
    across: String,
    over_time: String,
    may_exceed: String,
    decimals: u8,
}

#[derive(Deserialize)]
struct FormRow {
    id: i64,
    code: String,
    name: String,
    calendar: String,
    frequency: String,
    due_days: i32,
    grace_days: i32,
    awards: u8,
    open: u8,
}

#[derive(Deserialize)]
struct HolidayRow {
    day: String,
    kind: String,
}

#[derive(Deserialize)]
struct ItemRow {
    form: String,
    section: String,
    indicator: String,
    required: u8,
}

#[derive(Deserialize)]
struct AwardRuleRow {
    indicator: String,
    authority: String,
    award: String,
    recipient: String,
}

#[derive(Deserialize)]
struct AwardWordRow {
    kind: String,
    code: String,
    name_vi: String,
    name_en: String,
}

/// The catalogue as the data files have it; nobody owes anything yet.
///
/// # Errors
/// Names the file, the line and what is wrong there.
pub fn catalogue() -> Result<Catalogue, DataError> {
    let indicators = indicators()?;
    let by_code: HashMap<String, IndicatorId> = indicators.iter().map(|it| (it.code.clone(), it.id())).collect();
    let find = |file, line, code: &str| {
        by_code.get(code).copied().ok_or_else(|| DataError { file, line, why: format!("unknown indicator {code}") })
    };
    let mut forms = Vec::new();
    for (line, row) in rows::<FormRow>("forms/forms.csv", FORMS)? {
        let wrong = |why: &str| DataError { file: "forms/forms.csv", line, why: why.to_owned() };
        forms.push(Form {
            id: row.id,
            number: 1,
            owner: None,
            since: Day::BEGINNING,
            code: row.code,
            name: row.name,
            calendar: Calendar::from_prefix(&row.calendar).ok_or_else(|| wrong("unknown calendar"))?,
            frequency: Frequency::parse(&row.frequency).ok_or_else(|| wrong("unknown frequency"))?,
            due_days: row.due_days,
            grace_days: row.grace_days,
            awards: row.awards == 1,
            open: row.open == 1,
            sections: Vec::new(),
        });
    }
    for (line, row) in rows::<ItemRow>("forms/items.csv", ITEMS)? {
        let item = Item {
            indicator: find("forms/items.csv", line, &row.indicator)?,
            required: row.required == 1,
            is_grey: false,
            help: String::new(),
        };
        let form = forms.iter_mut().find(|it| it.code == row.form).ok_or_else(|| DataError {
            file: "forms/items.csv",
            line,
            why: format!("unknown form {}", row.form),
        })?;
        match form.sections.last_mut() {
            Some(section) if section.title == row.section => section.items.push(item),
            _ => form.sections.push(Section { title: row.section, help: String::new(), items: vec![item] }),
        }
    }
    let mut rules = Vec::new();
    for (line, row) in rows::<AwardRuleRow>("forms/awards.csv", AWARDS)? {
        let indicator = find("forms/awards.csv", line, &row.indicator)?;
        rules.push(AwardRule { indicator, authority: row.authority, form: row.award, recipient: row.recipient });
    }
    let mut res = Catalogue::new(indicators, forms, Vec::<Assignment>::new(), rules);
    res.work_days = work_days()?;
    Ok(res)
}

/// The days on which offices rest or work out of turn.
///
/// # Errors
/// As [`catalogue`].
fn work_days() -> Result<WorkDays, DataError> {
    let (mut closed, mut open) = (Vec::new(), Vec::new());
    for (file, text) in HOLIDAYS {
        for (line, row) in rows::<HolidayRow>(file, text)? {
            let wrong = |why: &str| DataError { file, line, why: why.to_owned() };
            let day = Day::parse(&row.day).ok_or_else(|| wrong("no day"))?;
            match row.kind.as_str() {
                "closed" => closed.push(day),
                "open" => open.push(day),
                _ => return Err(wrong("neither closed nor open")),
            }
        }
    }
    Ok(WorkDays::new(closed, open))
}

/// The names of authorities, awards and recipient kinds.
///
/// # Errors
/// As [`catalogue`].
pub fn award_words() -> Result<Vec<AwardWord>, DataError> {
    let word = |(_, it): (usize, AwardWordRow)| AwardWord {
        kind: it.kind,
        code: it.code,
        name_vi: it.name_vi,
        name_en: it.name_en,
    };
    Ok(rows::<AwardWordRow>("forms/award_words.csv", AWARD_WORDS)?.into_iter().map(word).collect())
}

fn indicators() -> Result<Vec<Indicator>, DataError> {
    let file = "indicators.csv";
    let rows = rows::<IndicatorRow>(file, INDICATORS)?;
    let ids: HashMap<&str, IndicatorId> = rows.iter().map(|(_, it)| (it.code.as_str(), it.id)).collect();
    let mut res = Vec::new();
    for (line, row) in &rows {
        let wrong = |why: String| DataError { file, line: *line, why };
        let kind = kind(&row.kind).ok_or_else(|| wrong(format!("unknown kind {}", row.kind)))?;
        let across = across(&row.across).ok_or_else(|| wrong(format!("unknown across {}", row.across)))?;
        let over_time =
            over_time(&row.over_time).ok_or_else(|| wrong(format!("unknown over_time {}", row.over_time)))?;
        res.push(Indicator {
            rule: figures::Indicator {
                id: row.id,
                kind,
                across,
                over_time,
                numerator: terms(&row.numerator, |it| ids.get(it).copied()).map_err(wrong)?,
                denominator: terms(&row.denominator, |it| ids.get(it).copied()).map_err(wrong)?,
            },
            code: row.code.clone(),
            group: row.group.clone(),
            name_vi: row.name_vi.clone(),
            name_en: row.name_en.clone(),
            measure: row.unit.clone(),
            may_exceed: row.may_exceed == "yes",
            decimals: row.decimals,
            owner: None,
            retired_from: None,
        });
    }
    Ok(res)
}

const KINDS: [(&str, figures::Kind); 5] = [
    ("count", figures::Kind::Count),
    ("stock", figures::Kind::Stock),
    ("money", figures::Kind::Money),
    ("ratio", figures::Kind::Ratio),
    ("change", figures::Kind::Change),
];
const ACROSS: [(&str, figures::Across); 3] =
    [("sum", figures::Across::Sum), ("none", figures::Across::None), ("recompute", figures::Across::Recompute)];
const OVER_TIME: [(&str, figures::OverTime); 4] = [
    ("sum", figures::OverTime::Sum),
    ("last", figures::OverTime::Last),
    ("none", figures::OverTime::None),
    ("recompute", figures::OverTime::Recompute),
];

fn of_word<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    words.iter().find(|it| it.0 == word).map(|it| it.1)
}

fn word_of<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    words.iter().find(|it| it.1 == *value).map_or("", |it| it.0)
}

/// A kind of quantity, as files and tables write it.
pub(crate) fn kind(word: &str) -> Option<figures::Kind> {
    of_word(&KINDS, word)
}

/// Writes [`kind`].
pub(crate) fn kind_word(kind: figures::Kind) -> &'static str {
    word_of(&KINDS, &kind)
}

/// How something adds up over places, as files and tables write it.
pub(crate) fn across(word: &str) -> Option<figures::Across> {
    of_word(&ACROSS, word)
}

/// Writes [`across`].
pub(crate) fn across_word(across: figures::Across) -> &'static str {
    word_of(&ACROSS, &across)
}

/// How something adds up over periods, as files and tables write it.
pub(crate) fn over_time(word: &str) -> Option<figures::OverTime> {
    of_word(&OVER_TIME, word)
}

/// Writes [`over_time`].
pub(crate) fn over_time_word(over_time: figures::OverTime) -> &'static str {
    word_of(&OVER_TIME, &over_time)
}

/// Reads `STD13+STD33-STD43`.
pub(crate) fn terms(text: &str, id_of: impl Fn(&str) -> Option<IndicatorId>) -> Result<Vec<figures::Term>, String> {
    let mut res = Vec::new();
    for part in text.split_inclusive(['+', '-']).scan(1_i8, |sign, part| {
        let mine = *sign;
        *sign = if part.ends_with('-') { -1 } else { 1 };
        Some((mine, part.trim_end_matches(['+', '-']).trim()))
    }) {
        let (sign, code) = part;
        let indicator = id_of(code).ok_or_else(|| format!("unknown indicator {code}"))?;
        res.push(figures::Term { sign, indicator });
    }
    Ok(res)
}

/// The rows of a data file with their line numbers.
///
/// # Errors
/// Names the file, the line and what is wrong there.
pub fn rows<T: serde::de::DeserializeOwned>(file: &'static str, text: &str) -> Result<Vec<(usize, T)>, DataError> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .enumerate()
        .map(|(at, row)| {
            let line = at + 2;
            row.map(|it| (line, it)).map_err(|err| DataError { file, line, why: err.to_string() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_reads_whole() {
        let it = catalogue().unwrap();
        assert_eq!(it.indicators().len(), 152);
        assert_eq!(it.by_code("STD62").unwrap().rule.numerator.len(), 4);
        assert!(it.by_code("KEY03").unwrap().may_exceed);
        assert_eq!(it.by_code("SUB05").unwrap().decimals, 2);
        assert!(it.form_by_code("cong-bo-nam").unwrap().awards);
    }

    #[test]
    fn no_form_but_the_published_figures_asks_for_crime() {
        let it = catalogue().unwrap();
        for form in it.forms.iter().filter(|it| it.code != "cong-bo-nam") {
            let asks = |item: &Item| it.indicator(item.indicator).unwrap().code.starts_with("CRM");
            assert!(!form.items().any(asks), "{}", form.code);
        }
    }

    #[test]
    fn sums_and_differences_of_codes() {
        let ids = HashMap::from([("A", 1), ("B", 2), ("C", 3)]);
        let id_of = |it: &str| ids.get(it).copied();
        let signs: Vec<(i8, u16)> = terms("A+B-C", id_of).unwrap().iter().map(|it| (it.sign, it.indicator)).collect();
        assert_eq!(signs, [(1, 1), (1, 2), (-1, 3)]);
        assert_eq!(terms("", id_of).unwrap(), []);
        assert!(terms("A+X", id_of).is_err());
    }
}
