//! What the report stands on: every figure of the unit and period, that of the year before, notes, awards, the units
//! below. Read at one moment, so that a report never mixes the state before and after an approval.

use std::collections::{BTreeMap, BTreeSet};

use figures::{Apportionment, Boundaries, Engine, Frequency, Question, Source, Total};
use kernel::{Catalogue, Day, Indicator, IndicatorId, Period, Qualifier, UnitId, UnitState, VersionId};
use returns::{
    AwardRow,
    figure::{Answer, AskError},
};
use store::Conn;
use web::App;

use crate::BriefError;

/// What a report is asked of.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The unit.
    pub unit: UnitId,
    /// The day on which the asker named it.
    pub on: Day,
    /// The period, usually a year.
    pub period: Period,
    /// Under whose boundaries.
    pub boundaries: Boundaries,
    /// The same in the asker's word: `then`, `now` or a day.
    pub boundaries_word: String,
    /// The issuing body in sentence case; none for the usual name of the unit's steering committee.
    pub committee: Option<String>,
}

/// A figure of the report.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The figure; its total has a value.
    pub answer: Answer,
    /// That of the same period a year before, if it has a value.
    pub before: Option<Total>,
    /// What people remarked on it.
    pub notes: Vec<String>,
    /// It is a sum with estimates among its parts.
    pub estimated: bool,
    /// It is added up from what other units reported, and nothing says that these are all.
    pub partial: bool,
    /// How often it is owed, if more often than once in the period.
    pub every: Option<Frequency>,
}

impl Figure {
    /// The indicator's code.
    pub fn code(&self) -> &str {
        &self.answer.indicator.code
    }
}

/// The units directly below and their totals, in the order of their names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Children {
    pub(crate) indicators: Vec<Indicator>,
    pub(crate) rows: Vec<(String, Vec<Total>)>,
}

/// Everything a report stands on.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) state: UnitState,
    /// The full name of the unit above, for a village.
    pub(crate) above: Option<String>,
    pub(crate) figures: Vec<Figure>,
    /// Indicators that somebody owed and nobody gave.
    pub(crate) missing: Vec<Answer>,
    pub(crate) awards: Vec<AwardRow>,
    pub(crate) children: Children,
    pub(crate) versions: BTreeSet<i64>,
    /// Whether all units below are known on the day (rule 4).
    pub(crate) complete: bool,
}

/// Notes are looked for in at most so many accepted versions: a longer list is no note to a figure.
const NOTED_VERSIONS: usize = 60;

/// So many columns fit upright on the page beside the names.
const CHILD_COLUMNS: usize = 3;

/// Reads it all. `compared` are the codes for the table of units below, the telling ones first.
pub(crate) async fn gather(
    app: &App,
    conn: &mut Conn,
    wanted: &Wanted,
    compared: &[String],
) -> Result<Facts, BriefError> {
    let register = app.register.get();
    let catalogue = app.catalogue.get().seen_from(&register, wanted.unit, app.clock.today());
    let day = match wanted.boundaries {
        Boundaries::Then => wanted.period.last(),
        Boundaries::On(day) => day,
    };
    // The first question finds a unit that is not in force, in words for people.
    if let Some(first) = catalogue.indicators().first() {
        returns::figure::total(app, wanted.unit, first, wanted.period, wanted.boundaries)?;
    }
    let state = register.nearest(wanted.unit, day).cloned().ok_or_else(|| no_unit(wanted))?;
    let above = register.ancestors(wanted.unit, day).first().map(|it| it.full_name.clone());
    let names = register.children(wanted.unit, day);
    let (read, children, complete) = app.totals(|engine| {
        let read: Vec<Read> = catalogue.indicators().iter().filter_map(|it| read(engine, wanted, it)).collect();
        let children = children(engine, &catalogue, wanted, compared, &names);
        (read, children, engine.hierarchy().complete(wanted.unit.0, day))
    });
    let sources = || read.iter().flat_map(|it| &it.sources);
    let versions: BTreeSet<i64> = sources().map(|it| it.version).collect();
    let few = versions.len() <= NOTED_VERSIONS;
    let read_for_notes = sources().filter(|it| few || it.unit == wanted.unit.0).map(|it| it.version).collect();
    let notes = notes(conn, &read_for_notes).await?;
    let awards = awards(conn, wanted, &catalogue, &read).await?;
    let (mut figures, mut missing) = (Vec::new(), Vec::new());
    for read in read {
        let Read { indicator, total, before, sources } = read;
        let answer = Answer {
            unit: wanted.unit,
            code: state.code.clone(),
            full_name: state.full_name.clone(),
            on: wanted.on,
            period: wanted.period,
            boundaries: wanted.boundaries,
            boundaries_word: wanted.boundaries_word.clone(),
            indicator,
            total,
        };
        if answer.total.value.is_none() {
            missing.push(answer);
            continue;
        }
        let mut of: Vec<String> = Vec::new();
        for note in sources.iter().filter_map(|it| notes.get(&(it.version, it.indicator))) {
            if !of.contains(note) {
                of.push(note.clone());
            }
        }
        let parts: BTreeSet<(UnitId, Period)> = sources.iter().map(|it| (UnitId(it.unit), it.period)).collect();
        let qualifier = answer.total.qualifier.unwrap_or_default();
        figures.push(Figure {
            estimated: qualifier != Qualifier::Exact && parts.len() > 1,
            partial: answer.total.expected.is_none() && parts.iter().any(|(unit, _)| *unit != wanted.unit),
            every: every(&catalogue, &answer.indicator, wanted.period),
            notes: of,
            before,
            answer,
        });
    }
    Ok(Facts { state, above, figures, missing, awards, children, versions, complete })
}

fn no_unit(wanted: &Wanted) -> BriefError {
    AskError::NoUnit(wanted.unit.to_string()).into()
}

/// What the engine says of one indicator.
struct Read {
    indicator: Indicator,
    total: Total,
    before: Option<Total>,
    sources: Vec<Source>,
}

/// A figure that exists or is owed; nothing for all others.
fn read(engine: &Engine, wanted: &Wanted, indicator: &Indicator) -> Option<Read> {
    let question = Question {
        unit: wanted.unit.0,
        indicator: indicator.id(),
        period: wanted.period,
        boundaries: wanted.boundaries,
        apportionment: Apportionment::None,
    };
    let total = engine.total(&question).ok()?;
    if total.value.is_none() {
        let owed = total.expected.is_some_and(|it| it > 0) && !indicator.is_ratio();
        return owed.then(|| Read { indicator: indicator.clone(), total, before: None, sources: Vec::new() });
    }
    let before = engine.total(&Question { period: wanted.period.year_before(), ..question }).ok();
    Some(Read {
        indicator: indicator.clone(),
        total,
        before: before.filter(|it| it.value.is_some() && !indicator.is_guarded()),
        sources: engine.sources(&question).unwrap_or_default(),
    })
}

/// The totals of the units below, of the first indicators that any of them gave.
fn children(
    engine: &Engine,
    catalogue: &Catalogue,
    wanted: &Wanted,
    compared: &[String],
    names: &[&UnitState],
) -> Children {
    let open = |it: &&Indicator| !it.is_guarded();
    let asked: Vec<&Indicator> = compared.iter().filter_map(|it| catalogue.by_code(it)).filter(open).collect();
    let ids: Vec<IndicatorId> = asked.iter().map(|it| it.id()).collect();
    let Ok(table) = engine.totals_of_children(wanted.unit.0, &ids, wanted.period, wanted.boundaries) else {
        return Children::default();
    };
    let given = |column: &usize| table.rows().any(|(_, row)| row.get(*column).is_some_and(|it| it.value.is_some()));
    let columns: Vec<usize> = (0..ids.len()).filter(given).take(CHILD_COLUMNS).collect();
    if columns.is_empty() {
        return Children::default();
    }
    let mut by_unit: BTreeMap<i64, &[Total]> = table.rows().collect();
    let pick = |row: &[Total]| columns.iter().filter_map(|it| row.get(*it).cloned()).collect();
    // Where nothing is owed, a unit that gave nothing has nothing to say.
    let speaks = |row: &[Total]| {
        columns
            .iter()
            .filter_map(|it| row.get(*it))
            .any(|it| it.value.is_some() || it.expected.is_some_and(|it| it > 0))
    };
    by_unit.retain(|_, row| speaks(row));
    let rows = names.iter().filter_map(|it| by_unit.remove(&it.id.0).map(|row| (it.full_name.clone(), pick(row))));
    Children {
        rows: rows.collect(),
        indicators: columns.iter().filter_map(|it| asked.get(*it)).map(|it| (*it).clone()).collect(),
    }
}

/// The remarks on cells, by version and indicator.
async fn notes(
    conn: &mut Conn,
    versions: &BTreeSet<i64>,
) -> Result<BTreeMap<(i64, IndicatorId), String>, store::Error> {
    let mut res = BTreeMap::new();
    for version in versions {
        let (cells, _) = returns::version(conn, VersionId(*version)).await?.unwrap_or_default();
        let noted = cells.into_iter().filter(|it| !it.note.trim().is_empty());
        res.extend(noted.map(|it| ((*version, it.indicator), it.note.trim().to_owned())));
    }
    Ok(res)
}

/// The award rows that the award figures are made of, equal ones added up, in the order of the word list.
async fn awards(
    conn: &mut Conn,
    wanted: &Wanted,
    catalogue: &Catalogue,
    read: &[Read],
) -> Result<Vec<AwardRow>, BriefError> {
    let mut rows = match wanted.boundaries {
        Boundaries::Then => returns::awards_of(conn, wanted.unit, wanted.period).await?,
        Boundaries::On(_) => Vec::new(),
    };
    let is_award = |id: IndicatorId| catalogue.indicator(id).is_some_and(Indicator::is_award);
    let own =
        |it: &&Source| it.unit == wanted.unit.0 && it.period == wanted.period && wanted.boundaries == Boundaries::Then;
    let of_awards = read.iter().flat_map(|it| &it.sources).filter(|it| is_award(it.indicator) && it.separable);
    let others: BTreeSet<i64> = of_awards.filter(|it| !own(it)).map(|it| it.version).collect();
    for version in others {
        rows.extend(returns::version(conn, VersionId(version)).await?.unwrap_or_default().1);
    }
    let words = returns::award_words()?;
    let place = |code: &str| words.iter().position(|it| it.code == code).unwrap_or(words.len());
    let mut sums: BTreeMap<(usize, usize, usize), AwardRow> = BTreeMap::new();
    for row in rows {
        let key = (place(&row.authority), place(&row.award), place(&row.recipient));
        sums.entry(key).and_modify(|it| it.count = it.count.saturating_add(row.count)).or_insert(row);
    }
    Ok(sums.into_values().filter(|it| it.count > 0).collect())
}

/// How often the indicator is owed within the period, if more often than once.
fn every(catalogue: &Catalogue, indicator: &Indicator, period: Period) -> Option<Frequency> {
    let mut ids: Vec<IndicatorId> = vec![indicator.id()];
    ids.extend(indicator.rule.numerator.iter().chain(&indicator.rule.denominator).map(|it| it.indicator));
    let forms = catalogue.assignments.iter().filter_map(|it| catalogue.form(it.form));
    let holding =
        forms.filter(|form| form.calendar == period.calendar() && form.items().any(|it| ids.contains(&it.indicator)));
    holding.map(|it| it.frequency).min().filter(|it| *it < period.frequency())
}

#[cfg(test)]
pub(crate) mod sample {
    //! A small invented world for the tests of the wording.

    use kernel::{Coverage, Level};

    use super::*;
    use crate::words::Words;

    pub(crate) fn today() -> Day {
        Day::parse("2026-11-21").unwrap()
    }

    pub(crate) fn unit(full_name: &str, name: &str) -> UnitState {
        UnitState {
            id: UnitId(1),
            code: "MAU".into(),
            name: name.into(),
            full_name: full_name.into(),
            kind: "tinh".into(),
            level: Level::Province,
            parent: None,
            from: Day::BEGINNING,
            until: Day::NEVER,
            synthetic: false,
            source: String::new(),
        }
    }

    pub(crate) fn words() -> Words {
        Words::new(&unit("Tỉnh Mẫu", "Mẫu"), Period::parse("2021").unwrap(), today())
    }

    pub(crate) fn figure(code: &str, value: i64) -> Figure {
        let indicator = returns::catalogue().unwrap().by_code(code).unwrap().clone();
        let total = Total {
            value: Some(value),
            qualifier: Some(Qualifier::Exact),
            coverage: Some(Coverage::Own),
            reported: 1,
            exact: true,
            ..Total::default()
        };
        let answer = Answer {
            unit: UnitId(1),
            code: "MAU".into(),
            full_name: "Tỉnh Mẫu".into(),
            on: today(),
            period: Period::parse("2021").unwrap(),
            indicator,
            boundaries: Boundaries::Then,
            boundaries_word: "then".into(),
            total,
        };
        Figure { answer, before: None, notes: Vec::new(), estimated: false, partial: false, every: None }
    }

    pub(crate) fn ratio(code: &str, value: i64, of: i64) -> Figure {
        let mut figure = figure(code, value);
        figure.answer.total.of = Some(of);
        figure
    }

    pub(crate) fn percent(code: &str, hundredths: i64) -> Figure {
        let mut figure = figure(code, hundredths);
        figure.answer.total.percent_only = true;
        figure
    }
}
