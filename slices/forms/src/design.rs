//! A version of a form while it is drawn up: what stands where, kept as it is written.

use kernel::{Catalogue, Day, Form, IndicatorId, Issue, Issues, Item, Register, Section, UnitId};
use serde::{Deserialize, Serialize};
use web::Typed;

use crate::guard;

/// The longest name of a form and heading of a section, in letters.
const NAME: usize = 150;
/// The longest word of help, in letters.
const HELP: usize = 240;
/// So many sections at most.
const SECTIONS: usize = 30;
/// So many lines at most.
const LINES: usize = 300;
/// No form is due later than so many days after its period, and no grace is longer.
const DAYS: i32 = 366;

/// A version of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// Vietnamese name.
    pub name: String,
    /// Days from the period's end to the due day.
    pub due_days: i32,
    /// Days after the due day that are not late yet.
    pub grace_days: i32,
    /// Whether it takes award rows.
    #[serde(default)]
    pub awards: bool,
    /// The sections in order.
    pub sections: Vec<Part>,
}

/// A section.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Vietnamese heading.
    pub title: String,
    /// A word of help.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// The lines in order.
    pub lines: Vec<Line>,
}

/// A line: one indicator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The indicator's code.
    pub indicator: String,
    /// Whether a return cannot be sent without it.
    #[serde(default)]
    pub required: bool,
    /// Whether it is only shown.
    #[serde(default)]
    pub grey: bool,
    /// What is meant.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
}

impl Design {
    /// The design that a form was made from.
    pub fn of(form: &Form, catalogue: &Catalogue) -> Design {
        let line = |it: &Item| {
            let indicator = catalogue.indicator(it.indicator)?.code.clone();
            Some(Line { indicator, required: it.required, grey: it.is_grey, help: it.help.clone() })
        };
        let part = |it: &Section| Part {
            title: it.title.clone(),
            help: it.help.clone(),
            lines: it.items.iter().filter_map(line).collect(),
        };
        Design {
            name: form.name.clone(),
            due_days: form.due_days,
            grace_days: form.grace_days,
            awards: form.awards,
            sections: form.sections.iter().map(part).collect(),
        }
    }

    /// Gives a form what this design says; lines of unknown indicators are left out.
    pub(crate) fn put_into(&self, form: &mut Form, id_of: impl Fn(&str) -> Option<IndicatorId>) {
        form.name.clone_from(&self.name);
        form.due_days = self.due_days;
        form.grace_days = self.grace_days;
        form.awards = self.awards;
        let item = |it: &Line| {
            Some(Item {
                indicator: id_of(&it.indicator)?,
                required: it.required && !it.grey,
                is_grey: it.grey,
                help: it.help.clone(),
            })
        };
        let section = |it: &Part| Section {
            title: it.title.clone(),
            help: it.help.clone(),
            items: it.lines.iter().filter_map(item).collect(),
        };
        form.sections = self.sections.iter().map(section).collect();
    }

    /// Reads the fields of the builder's page: `name`, `due`, `grace`, `awards`; of section i `t.i`, `h.i`; of its
    /// line j `c.i.j`, `r.i.j`, `g.i.j`, `h.i.j`. Numbers that do not read keep what stood there and are told.
    pub fn from_typed(typed: &Typed, before: &Design) -> (Design, Issues) {
        let mut issues = Issues::new();
        let mut number = |field: &'static str, before: i32| {
            typed.text(field).parse::<i32>().ok().filter(|it| (0..=DAYS).contains(it)).unwrap_or_else(|| {
                issues.push(Issue::new(field, "forms-days").with("most", DAYS));
                before
            })
        };
        let (due_days, grace_days) = (number("due", before.due_days), number("grace", before.grace_days));
        let there = |field: &str| typed.0.iter().any(|(name, _)| name == field);
        let text = |field: String| viet::composed(typed.text(&field));
        let line = |i: usize, j: usize| Line {
            indicator: text(format!("c.{i}.{j}")),
            required: there(&format!("r.{i}.{j}")),
            grey: there(&format!("g.{i}.{j}")),
            help: text(format!("h.{i}.{j}")),
        };
        let part = |i: usize| Part {
            title: text(format!("t.{i}")),
            help: text(format!("h.{i}")),
            lines: (0..LINES).take_while(|j| there(&format!("c.{i}.{j}"))).map(|j| line(i, j)).collect(),
        };
        let design = Design {
            name: viet::composed(typed.text("name")),
            due_days,
            grace_days,
            awards: there("awards"),
            sections: (0..SECTIONS).take_while(|i| there(&format!("t.{i}"))).map(part).collect(),
        };
        (design, issues)
    }

    /// Carries out what a button of the builder's page says: `up.2`, `down.2.0`, `drop.1.3`, `add.1` with the code to
    /// add, `section`. Anything else changes nothing.
    pub fn turn(&mut self, what: &str, code: &str) {
        let mut parts = what.split('.');
        let verb = parts.next().unwrap_or_default();
        let places: Vec<usize> = parts.filter_map(|it| it.parse().ok()).collect();
        match (verb, places.as_slice()) {
            ("section", []) if self.sections.len() < SECTIONS => self.sections.push(Part::default()),
            ("add", [i]) if !code.is_empty() => {
                if let Some(part) = self.sections.get_mut(*i) {
                    part.lines.push(Line { indicator: code.to_owned(), ..Line::default() });
                }
            }
            (verb, [i]) => shift(&mut self.sections, verb, *i),
            (verb, [i, j]) => {
                if let Some(part) = self.sections.get_mut(*i) {
                    shift(&mut part.lines, verb, *j);
                }
            }
            _ => (),
        }
    }

    /// Everything that is wrong with it, for a form of this owner. What is missing is asked for only when it is
    /// published.
    pub fn check(
        &self,
        catalogue: &Catalogue,
        register: &Register,
        form: &Form,
        today: Day,
        publishing: bool,
    ) -> Issues {
        let mut issues = Issues::new();
        name(&mut issues, "name", &self.name, NAME, true);
        let mut seen: Vec<&str> = Vec::new();
        for (i, part) in self.sections.iter().enumerate() {
            name(&mut issues, &format!("t.{i}"), &part.title, NAME, publishing);
            name(&mut issues, &format!("h.{i}"), &part.help, HELP, false);
            if publishing && part.lines.is_empty() {
                issues.push(Issue::new(format!("t.{i}"), "forms-section-empty").with("title", &part.title));
            }
            for (j, line) in part.lines.iter().enumerate() {
                name(&mut issues, &format!("h.{i}.{j}"), &line.help, HELP, false);
                let wrong = |text| Issue::new(format!("h.{i}.{j}"), text).with("code", &line.indicator);
                if seen.contains(&line.indicator.as_str()) {
                    issues.push(wrong("forms-line-twice"));
                }
                seen.push(&line.indicator);
                issues.extend(asks(catalogue, register, form, &line.indicator, today).map(wrong));
            }
        }
        if publishing && self.sections.is_empty() {
            issues.push(Issue::new("name", "forms-empty"));
        }
        if seen.len() > LINES {
            issues.push(Issue::new("name", "forms-lines-many").with("most", LINES));
        }
        issues
    }
}

/// Why a form may not ask for an indicator.
fn asks(catalogue: &Catalogue, register: &Register, form: &Form, code: &str, today: Day) -> Option<&'static str> {
    let Some(indicator) = catalogue.by_code(code) else { return Some("forms-line-unknown") };
    let reaches = |owner: UnitId| form.owner.is_some_and(|it| register.holds(owner, it, today));
    if !indicator.owner.is_none_or(reaches) {
        return Some("forms-line-elsewhere");
    }
    if indicator.is_award() {
        return Some("forms-line-award");
    }
    // Crime is known from what was published, and is not collected from anybody.
    (code.starts_with("CRM") && !form.open).then_some("forms-line-crime")
}

fn shift<T>(of: &mut Vec<T>, verb: &str, at: usize) {
    match verb {
        "up" if at > 0 && at < of.len() => of.swap(at, at - 1),
        "down" if at + 1 < of.len() => of.swap(at, at + 1),
        "drop" if at < of.len() => {
            of.remove(at);
        }
        _ => (),
    }
}

/// What is wrong with a name, a heading or a word of help.
pub(crate) fn name(issues: &mut Issues, field: &str, text: &str, most: usize, needed: bool) {
    if needed && text.is_empty() {
        issues.push(Issue::new(field, "forms-name-missing"));
    }
    if text.chars().count() > most {
        issues.push(Issue::new(field, "forms-name-long").with("most", most));
    }
    if let Some(word) = guard::forbidden(text) {
        issues.push(Issue::new(field, "forms-name-forbidden").with("word", word));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn design(parts: &[&[&str]]) -> Design {
        let line = |it: &&str| Line { indicator: (*it).to_owned(), ..Line::default() };
        let part =
            |it: &&[&str]| Part { title: "Mục".into(), lines: it.iter().map(line).collect(), ..Part::default() };
        Design { name: "Biểu".into(), sections: parts.iter().map(part).collect(), ..Design::default() }
    }

    #[track_caller]
    fn check(what: &str, expect: &[&[&str]]) {
        let mut it = design(&[&["A", "B"], &["C"]]);
        it.turn(what, "D");
        assert_eq!(it, design(expect), "{what}");
    }

    #[test]
    fn buttons_move_take_away_and_add() {
        check("up.0.1", &[&["B", "A"], &["C"]]);
        check("down.0.0", &[&["B", "A"], &["C"]]);
        check("down.0", &[&["C"], &["A", "B"]]);
        check("up.0", &[&["A", "B"], &["C"]]);
        check("down.0.1", &[&["A", "B"], &["C"]]);
        check("drop.0.0", &[&["B"], &["C"]]);
        check("drop.1", &[&["A", "B"]]);
        check("add.1", &[&["A", "B"], &["C", "D"]]);
        for nothing in ["", "up", "up.9", "drop.9.9", "add.7", "save", "up.x"] {
            check(nothing, &[&["A", "B"], &["C"]]);
        }
    }

    #[test]
    fn a_design_is_written_as_it_is_read() {
        let catalogue = crate::catalogue().unwrap();
        for form in &catalogue.forms {
            let it = Design::of(form, &catalogue);
            let text = serde_json::to_string(&it).unwrap();
            assert_eq!(serde_json::from_str::<Design>(&text).unwrap(), it);
            let mut again = form.clone();
            again.sections.clear();
            it.put_into(&mut again, |code| catalogue.by_code(code).map(kernel::Indicator::id));
            assert_eq!(format!("{:?}", again.sections), format!("{:?}", form.sections));
        }
    }
}
