use audit::{Place, Search};
use kernel::{Day, Instant, Issue, Issues, Register, UnitId};
use serde::{Deserialize, Serialize};

use crate::scope::Reach;

/// How many days are searched if nothing else is asked.
const DAYS: i32 = 30;
/// The longest word that is looked for.
const WORD: usize = 60;

/// What the address asks.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) unit: String,
    pub(crate) actor: String,
    pub(crate) act: String,
    pub(crate) object: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) after: String,
}

impl Asked {
    /// The days as they were typed, or those that are meant where nothing was.
    pub(crate) fn days(&self, today: Day) -> (String, String) {
        let or = |text: &str, day: Day| if text.trim().is_empty() { day.to_string() } else { text.to_owned() };
        (or(&self.from, today.plus(-DAYS)), or(&self.until, today))
    }

    /// The same question from its beginning at another address.
    pub(crate) fn address(&self, path: &str) -> String {
        let query = serde_urlencoded::to_string(Asked { after: String::new(), ..self.clone() }).unwrap_or_default();
        format!("{path}?{query}")
    }

    /// The same question, going on after an entry.
    pub(crate) fn after(&self, path: &str, last: Place) -> String {
        let after = format!("{}.{}.{}", last.at.micros(), last.province, last.seq);
        let query = serde_urlencoded::to_string(Asked { after, ..self.clone() }).unwrap_or_default();
        format!("{path}?{query}")
    }

    /// The entry after which to go on, as [`Asked::after`] writes it.
    fn place(&self) -> Option<Place> {
        let mut parts = self.after.split('.').map(|it| it.parse::<i64>().ok());
        Some(Place { at: Instant::from_micros(parts.next()??), province: parts.next()??, seq: parts.next()?? })
    }
}

/// What is wanted, read.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) unit: Option<UnitId>,
    units: Vec<UnitId>,
    from: Day,
    last: Day,
}

impl Wanted {
    /// Reads a question; or all that is wrong with it.
    pub(crate) fn read(asked: &Asked, register: &Register, reach: &Reach, today: Day) -> Result<Wanted, Issues> {
        let mut issues = Issues::new();
        let (from, last) = asked.days(today);
        let mut day = |text: &str, field: &str| {
            let read = Day::parse(text.trim());
            if read.is_none() {
                issues.push(Issue::new(field, "auditing-day-wrong"));
            }
            read.unwrap_or(today)
        };
        let (from, last) = (day(&from, "from"), day(&last, "until"));
        let unit = match asked.unit.trim() {
            "" => None,
            text => {
                let found = text.parse().or_else(|_| register.resolve(text, today));
                // Out of scope is not found.
                let found = found.ok().filter(|it| reach.units.contains(it));
                if found.is_none() {
                    issues.push(Issue::new("unit", "auditing-unit-unknown"));
                }
                found
            }
        };
        for (field, text) in [("actor", &asked.actor), ("act", &asked.act), ("object", &asked.object)] {
            if text.chars().count() > WORD {
                issues.push(Issue::new(field, "auditing-word-long").with("max", WORD));
            }
        }
        let units = unit.map_or_else(|| reach.units.clone(), |it| vec![it]);
        if issues.is_empty() { Ok(Wanted { unit, units, from, last }) } else { Err(issues) }
    }

    /// What the audit is asked.
    pub(crate) fn search<'a>(&'a self, asked: &'a Asked, reach: &Reach, limit: i64) -> Search<'a> {
        Search {
            units: &self.units,
            without_unit: reach.whole && self.unit.is_none(),
            from: Instant::at(self.from, 0),
            until: Instant::at(self.last.plus(1), 0),
            actor: asked.actor.trim(),
            act: asked.act.trim(),
            object: asked.object.trim(),
            after: asked.place(),
            limit,
        }
    }

    /// What was asked, for the audit: letters that a name, an act or an id may have, nothing else.
    pub(crate) fn in_words(&self, asked: &Asked) -> String {
        let plain = |it: &char| it.is_ascii_alphanumeric() || ".-_:".contains(*it);
        let word = |text: &str| viet::fold(text).chars().filter(plain).collect::<String>();
        let mut res = format!("{}/{}", self.from, self.last);
        for (name, text) in [("actor", &asked.actor), ("act", &asked.act), ("object", &asked.object)] {
            if !text.trim().is_empty() {
                res.extend([" ", name, "=", &word(text)]);
            }
        }
        res
    }
}
