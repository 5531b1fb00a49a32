//! Forms and indicators as one JSON file: taken out, and brought in with the difference shown first.

use kernel::{Form, Issue, UnitId};
use serde::{Deserialize, Serialize};
use web::{App, Error, Result, Scope, Who};

use super::{NewForm, begin, create, insert_indicator, look, save, sees};
use crate::{
    BUILD, Design,
    indicator::{self, Wanted},
};

/// What the file says it is.
const FORMAT: &str = "binhyen-forms-1";

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// What it is.
    pub format: String,
    /// The unit whose own things these are, `u-…`.
    pub owner: String,
    /// Indicators of its own.
    pub indicators: Vec<Wanted>,
    /// Forms of its own.
    pub forms: Vec<Shipped>,
}

/// A form in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shipped {
    /// The part of the code after the unit's.
    pub code: String,
    /// The prefix of its calendar; empty for the civil one.
    pub calendar: String,
    /// The word of its frequency.
    pub frequency: String,
    /// What stands in it.
    pub design: Design,
}

/// One thing that bringing a file in would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A new indicator.
    Indicator(Wanted),
    /// An indicator that is there under this code and reads otherwise; it stays as it is, for codes are forever.
    Kept(Wanted),
    /// A new form.
    Form(Shipped),
    /// A form that is there: a draft of its next version, with what is different, a line each.
    Version(Shipped, Vec<String>),
}

/// What was brought in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// New indicators.
    pub indicators: usize,
    /// New forms and new drafts.
    pub forms: usize,
}

/// The own part of a form's code.
fn own_part(code: &str) -> &str {
    code.split_once('-').map_or(code, |it| it.1)
}

/// All indicators and forms that a unit made, the forms in their latest published version.
///
/// # Errors
/// Not found when the unit is out of sight.
pub fn export(app: &App, who: &Who, owner: UnitId) -> Result<Package> {
    let scope = who.scope(BUILD)?;
    if !sees(app, &scope, Some(owner)) {
        return Err(Error::NotFound);
    }
    let catalogue = app.catalogue.get();
    let own = catalogue.indicators().iter().filter(|it| it.owner == Some(owner));
    let shipped = |it: &Form| Shipped {
        code: own_part(&it.code).to_owned(),
        calendar: it.calendar.prefix().to_owned(),
        frequency: it.frequency.word().to_owned(),
        design: Design::of(it, &catalogue),
    };
    Ok(Package {
        format: FORMAT.to_owned(),
        owner: owner.to_string(),
        indicators: own.map(|it| Wanted::of(it, &catalogue)).collect(),
        forms: catalogue.forms.iter().filter(|it| it.owner == Some(owner)).map(shipped).collect(),
    })
}

fn read(text: &str, owner: UnitId) -> Result<Package> {
    let mut package: Package = serde_json::from_str(text).map_err(|err| {
        let (line, column) = (err.line(), err.column());
        let why = Issue::new("file", "forms-file-shape").with("line", line).with("column", column);
        Error::Refused(vec![why])
    })?;
    if package.format != FORMAT {
        return Err(Error::Refused(vec![Issue::new("file", "forms-file-format").with("format", FORMAT)]));
    }
    // What was another unit's becomes this one's: the codes inside follow.
    let Ok(before) = package.owner.parse::<UnitId>() else {
        return Err(Error::Refused(vec![Issue::new("file", "forms-file-owner").with("owner", &package.owner)]));
    };
    let (from, to) = (format!("{}_", indicator::prefix(before)), format!("{}_", indicator::prefix(owner)));
    for it in &mut package.indicators {
        it.numerator = it.numerator.replace(&from, &to);
        it.denominator = it.denominator.replace(&from, &to);
    }
    for line in package.forms.iter_mut().flat_map(|it| &mut it.design.sections).flat_map(|it| &mut it.lines) {
        if let Some(own) = line.indicator.strip_prefix(&from) {
            line.indicator = format!("{to}{own}");
        }
    }
    Ok(package)
}

/// What bringing a file in for a unit would do. Changes nothing.
///
/// # Errors
/// Not found when the unit is out of reach; refused when the file does not read.
pub fn difference(app: &App, who: &Who, owner: UnitId, text: &str) -> Result<Vec<Step>> {
    reach(app, &who.scope(BUILD)?, owner)?;
    let package = read(text, owner)?;
    let catalogue = app.catalogue.get();
    let mut steps = Vec::new();
    for it in package.indicators {
        match catalogue.by_code(&indicator::code(owner, &it.code)) {
            None => steps.push(Step::Indicator(it)),
            Some(known) if Wanted::of(known, &catalogue) != it => steps.push(Step::Kept(it)),
            Some(_) => (),
        }
    }
    for it in package.forms {
        match catalogue.form_by_code(&full_code(owner, &it.code)) {
            None => steps.push(Step::Form(it)),
            Some(known) => {
                let lines = differing(&Design::of(known, &catalogue), &it.design);
                if !lines.is_empty() {
                    steps.push(Step::Version(it, lines));
                }
            }
        }
    }
    Ok(steps)
}

fn full_code(owner: UnitId, own: &str) -> String {
    format!("{}-{own}", indicator::prefix(owner).to_ascii_lowercase())
}

fn reach(app: &App, scope: &Scope, owner: UnitId) -> Result<()> {
    scope.must_cover(&app.register.get(), owner, app.clock.today())
}

/// What is different, a line each: `- ` for what goes, `+ ` for what comes.
fn differing(before: &Design, after: &Design) -> Vec<String> {
    let flat = |it: &Design| {
        let mut res = vec![format!("{} | +{} +{} | {}", it.name, it.due_days, it.grace_days, u8::from(it.awards))];
        for part in &it.sections {
            res.push(format!("{} | {}", part.title, part.help));
            res.extend(part.lines.iter().map(|line| {
                let marks = [(line.required, "*"), (line.grey, "#")];
                let marks: String = marks.into_iter().filter(|it| it.0).map(|it| it.1).collect();
                format!("    {}{marks} {}", line.indicator, line.help)
            }));
        }
        res
    };
    let (old, new) = (flat(before), flat(after));
    let gone = old.iter().filter(|it| !new.contains(it)).map(|it| format!("- {it}"));
    let come = new.iter().filter(|it| !old.contains(it)).map(|it| format!("+ {it}"));
    let mut res: Vec<String> = gone.chain(come).collect();
    if res.is_empty() && old != new {
        res.push("~".to_owned());
    }
    res
}

/// Brings a file in: indicators are added, forms become drafts, which somebody publishes. Indicators whole or not at all;
/// a form that does not stand stops there, and what came before it stays.
///
/// # Errors
/// As [`difference`]; refused with everything that is wrong with an indicator or a form.
pub async fn apply(app: &App, who: &Who, owner: UnitId, text: &str) -> Result<Applied> {
    let steps = difference(app, who, owner, text)?;
    let mut res = Applied::default();
    let mut tx = app.db.write().await?;
    for wanted in steps.iter().filter_map(|it| if let Step::Indicator(it) = it { Some(it) } else { None }) {
        insert_indicator(app, &mut tx, who, owner, wanted).await?;
        res.indicators += 1;
    }
    tx.commit().await?;
    super::catch_up(app).await?;
    for step in steps {
        let (shipped, fresh) = match step {
            Step::Form(it) => (it, true),
            Step::Version(it, _) => (it, false),
            Step::Indicator(_) | Step::Kept(_) => continue,
        };
        let code = full_code(owner, &shipped.code);
        let there = fresh && is_there(app, who, &code).await?;
        if fresh && !there {
            let new = NewForm {
                owner: Some(owner),
                code: shipped.code.clone(),
                name: shipped.design.name.clone(),
                calendar: shipped.calendar.clone(),
                frequency: shipped.frequency.clone(),
                copy: String::new(),
            };
            create(app, who, &new).await?;
        } else {
            begin(app, who, &code).await?;
        }
        let shown = look(app, &mut app.db.read().await?, &who.scope(BUILD)?, &code).await?;
        let revision = shown.draft().map_or(1, |it| it.revision);
        save(app, who, &code, revision, shipped.design).await?;
        res.forms += 1;
    }
    Ok(res)
}

/// Whether a form of this code is there that nobody has published.
async fn is_there(app: &App, who: &Who, code: &str) -> Result<bool> {
    match look(app, &mut app.db.read().await?, &who.scope(BUILD)?, code).await {
        Ok(_) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(err) => Err(err),
    }
}
