//! What the report stands on: every figure of the unit and period, that of the year before, notes, awards, the units
//! below. Read at one moment, so that a report never mixes the state before and after an approval.

mod below;
#[cfg(test)]
pub(crate) mod sample;

use std::collections::{BTreeMap, BTreeSet};

use figures::{Apportionment, Boundaries, Engine, Frequency, Question, Source, Total};
use kernel::{Catalogue, Day, Indicator, IndicatorId, Level, Period, Qualifier, UnitId, UnitState, VersionId};
use returns::{
    AwardRow,
    figure::{Answer, AskError},
};
use store::Conn;
use web::{App, Over};

pub(crate) use below::{Below, Unit, Years};

use crate::{
    BriefError, Wording,
    wording::{Line, Template},
};

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
    /// Whose template: that of the period, of a project of several years, or of a conference's paper.
    pub wording: Wording,
    /// The issuing body in sentence case; none for the usual name of the unit's steering committee.
    pub committee: Option<String>,
    /// Where and when the conference is; empty where that is to be written by hand.
    pub held: (String, String),
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

/// What a template asks for beyond the unit's own figures.
#[derive(Debug, Default)]
pub(crate) struct Asks {
    /// Codes for the table of the units below, the telling ones first.
    pub(crate) compared: Vec<String>,
    /// Codes that are drawn over the units below.
    pub(crate) drawn: Vec<String>,
    /// Codes to be followed over so many years.
    pub(crate) years: Option<(u8, Vec<String>)>,
    /// Codes whose records are named; of every figure where the list is empty.
    pub(crate) records: Option<Vec<String>>,
}

impl Asks {
    /// What this template asks for.
    pub(crate) fn of(template: &Template) -> Asks {
        let mut asks = Asks::default();
        for (_, line) in template.parts.iter().flat_map(|it| &it.lines) {
            match line {
                Line::Children(codes) => asks.compared.extend(codes.iter().cloned()),
                Line::Chart(code) | Line::Map(code) => asks.drawn.push(code.clone()),
                Line::Years(count, codes) => asks.years = Some((*count, codes.clone())),
                Line::Records(codes) if codes.is_empty() => asks.records = Some(Vec::new()),
                Line::Records(codes) => match &mut asks.records {
                    Some(all) if all.is_empty() => {}
                    Some(some) => some.extend(codes.iter().cloned()),
                    None => asks.records = Some(codes.clone()),
                },
                _ => {}
            }
        }
        asks
    }
}

/// Everything a report stands on.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) state: UnitState,
    /// The day whose units and boundaries hold.
    pub(crate) day: Day,
    /// The full name of the unit above, for a village.
    pub(crate) above: Option<String>,
    pub(crate) figures: Vec<Figure>,
    /// Indicators that somebody owed and nobody gave.
    pub(crate) missing: Vec<Answer>,
    pub(crate) awards: Vec<AwardRow>,
    pub(crate) below: Below,
    pub(crate) years: Years,
    /// By code: what the slices hold as the records behind it.
    pub(crate) records: BTreeMap<String, Vec<String>>,
    pub(crate) versions: BTreeSet<i64>,
    /// Whether all units below are known on the day (rule 4).
    pub(crate) complete: bool,
}

/// Notes are looked for in at most so many accepted versions: a longer list is no note to a figure.
const NOTED_VERSIONS: usize = 60;

/// Reads it all.
pub(crate) async fn gather(app: &App, conn: &mut Conn, wanted: &Wanted, asks: &Asks) -> Result<Facts, BriefError> {
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
    let (read, below, years, complete) = app.totals(|engine| {
        // A report of a unit below the province goes to those above it: small counts of tips are told in sums alone.
        let small = |it: &Read| state.level > Level::Province && returns::merge::hides(&it.indicator, &it.total);
        let read = catalogue.indicators().iter().filter_map(|it| read(engine, wanted, it));
        let read: Vec<Read> = read.filter(|it| !small(it)).collect();
        let below = below::below(engine, &catalogue, wanted, asks, &names);
        let over = asks.years.as_ref();
        let years = over.map(|(count, codes)| below::years(engine, &catalogue, wanted, *count, codes));
        (read, below, years.unwrap_or_default(), engine.hierarchy().complete(wanted.unit.0, day))
    });
    let sources = || read.iter().flat_map(|it| &it.sources);
    let versions: BTreeSet<i64> = sources().map(|it| it.version).collect();
    let few = versions.len() <= NOTED_VERSIONS;
    let read_for_notes = sources().filter(|it| few || it.unit == wanted.unit.0).map(|it| it.version).collect();
    let notes = notes(conn, &read_for_notes).await?;
    let awards = awards(conn, wanted, &catalogue, &read).await?;
    let records = records(app, wanted, day, asks, &read).await?;
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
    Ok(Facts { state, day, above, figures, missing, awards, below, years, records, versions, complete })
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
    let words = forms::award_words()?;
    let place = |code: &str| words.iter().position(|it| it.code == code).unwrap_or(words.len());
    let mut sums: BTreeMap<(usize, usize, usize), AwardRow> = BTreeMap::new();
    for row in rows {
        let key = (place(&row.authority), place(&row.award), place(&row.recipient));
        sums.entry(key).and_modify(|it| it.count = it.count.saturating_add(row.count)).or_insert(row);
    }
    Ok(sums.into_values().filter(|it| it.count > 0).collect())
}

/// The names of the records that the slices hold behind the report's figures. Only of figures that were accepted: an
/// unapproved record is quoted nowhere. Never of guarded ones.
async fn records(
    app: &App,
    wanted: &Wanted,
    day: Day,
    asks: &Asks,
    read: &[Read],
) -> Result<BTreeMap<String, Vec<String>>, BriefError> {
    let mut res = BTreeMap::new();
    let Some(codes) = &asks.records else { return Ok(res) };
    let units: Vec<UnitId> = {
        let register = app.register.get();
        let below = register.descendants(wanted.unit, day);
        std::iter::once(wanted.unit).chain(below.iter().map(|it| it.id)).collect()
    };
    let over = Over { units: &units, first: wanted.period.first(), last: wanted.period.last() };
    let asked = |code: &str| codes.is_empty() || codes.iter().any(|it| it == code);
    for derive in app.slices.iter().flat_map(|it| it.derives).filter(|it| asked(it.indicator)) {
        let accepted = |it: &&Read| it.indicator.code == derive.indicator && it.total.value.is_some_and(|it| it != 0);
        if read.iter().find(accepted).is_none_or(|it| it.indicator.is_guarded()) {
            continue;
        }
        let found = (derive.records)(app, over).await.map_err(|err| BriefError::Records(err.to_string()))?;
        let mut labels: Vec<String> = found.unwrap_or_default().into_iter().map(|it| it.label).collect();
        labels.sort_by_cached_key(|it| viet::sort_key(it));
        labels.dedup();
        if !labels.is_empty() {
            res.insert(derive.indicator.to_owned(), labels);
        }
    }
    Ok(res)
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
