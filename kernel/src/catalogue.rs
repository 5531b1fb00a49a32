use std::{collections::HashMap, sync::Arc};

use figures::{Calendar, Day, Frequency, IndicatorId, Period};

use crate::{Extensions, Register, UnitId, WorkDays};

/// A form's fixed number.
pub type FormId = i64;

/// One statistical indicator ("chỉ tiêu thống kê") of the catalogue `data/indicators.csv`.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// How it adds up.
    pub rule: figures::Indicator,
    /// Stable code, `LAU01`.
    pub code: String,
    /// Group heading, Vietnamese.
    pub group: String,
    /// Vietnamese name.
    pub name_vi: String,
    /// English name.
    pub name_en: String,
    /// Unit of measure, Vietnamese ("cuộc", "lượt người", "%", "đồng").
    pub measure: String,
    /// Whether a ratio above 1 is true sometimes (rule 15).
    pub may_exceed: bool,
    /// Decimal places kept in the integer amounts.
    pub decimals: u8,
    /// The unit that added it for itself and all below; absent for those that everyone shares.
    pub owner: Option<UnitId>,
    /// No period that begins on this day or later asks for it any more.
    pub retired_from: Option<Day>,
}

impl Indicator {
    /// Its number.
    pub fn id(&self) -> IndicatorId {
        self.rule.id
    }

    /// Whether it is recomputed and never typed (rule 12).
    pub fn is_ratio(&self) -> bool {
        matches!(self.rule.kind, figures::Kind::Ratio | figures::Kind::Change)
    }

    /// Whether it is computed from award rows and never typed (rule 24).
    pub fn is_award(&self) -> bool {
        self.code.starts_with("AWA")
    }

    /// Whether it is asked of a unit on a day: shared by all, or added by the unit or one above it, or by one that went
    /// on in these.
    pub fn is_for(&self, register: &Register, unit: UnitId, day: Day) -> bool {
        self.owner.is_none_or(|owner| register.holds(owner, unit, day))
    }

    /// Counts of denunciation, people reformed, crime and key areas: never ranked, mapped or made a target.
    pub fn is_guarded(&self) -> bool {
        ["TIP", "REF", "CRM", "KEY"].iter().any(|it| self.code.starts_with(it))
    }

    /// Its group's heading, without the letters that the codes begin with.
    pub fn heading(&self) -> &str {
        self.group.split_once(' ').map_or(self.group.as_str(), |it| it.1)
    }
}

/// A form ("biểu mẫu"): ordered sections of indicators that a kind of unit fills in for each period. A form has one
/// version or several; a return keeps the one it was opened with.
#[derive(Debug, Clone)]
pub struct Form {
    /// Its number, the same for all its versions.
    pub id: FormId,
    /// Which version of it this is, from 1.
    pub number: i64,
    /// The unit that made it for itself and all below; absent for those that everyone shares.
    pub owner: Option<UnitId>,
    /// This version is asked for periods that begin on this day or later.
    pub since: Day,
    /// Stable code, `PT-THANG`.
    pub code: String,
    /// Vietnamese name.
    pub name: String,
    /// The calendar of its periods.
    pub calendar: Calendar,
    /// The length of its periods.
    pub frequency: Frequency,
    /// How many days after the period's last day it is due; a day on which offices rest makes it the next working day.
    pub due_days: i32,
    /// How many days after the due day it is not yet called late.
    pub grace_days: i32,
    /// Whether it takes award rows (rule 24).
    pub awards: bool,
    /// Whether any unit above the village may open it without owing it.
    pub open: bool,
    /// Its sections, in order.
    pub sections: Vec<Section>,
}

impl Form {
    /// Whether the period is one of this form's.
    pub fn takes(&self, period: Period) -> bool {
        period.calendar() == self.calendar && period.frequency() == self.frequency
    }

    /// The period that runs on a day and those before it, over so many years; the latest first.
    pub fn back_from(&self, day: Day, years: usize) -> impl Iterator<Item = Period> + use<> {
        let running = Period::on(self.calendar, self.frequency, day);
        let count = years * 12 / usize::from(self.frequency.months());
        std::iter::successors(running, |it| Some(it.before())).take(count + 1)
    }

    /// The first day of the first of its periods that begins on a day or later.
    fn first_from(&self, day: Day) -> Option<Day> {
        let running = Period::on(self.calendar, self.frequency, day)?;
        Some(if running.first() == day { day } else { running.after().first() })
    }

    /// Whether a unit may see it on a day: shared by all, or made by the unit or one above it, or by one that went on in
    /// these.
    pub fn is_for(&self, register: &Register, unit: UnitId, day: Day) -> bool {
        self.owner.is_none_or(|owner| register.holds(owner, unit, day))
    }

    /// The lines that are filled in, in order.
    pub fn asked(&self) -> impl Iterator<Item = &Item> {
        self.items().filter(|it| !it.is_grey)
    }

    /// Its items, in order.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|it| &it.items)
    }
}

/// A heading of a form and what stands under it.
#[derive(Debug, Clone)]
pub struct Section {
    /// Vietnamese heading.
    pub title: String,
    /// A word of help under it; mostly empty.
    pub help: String,
    /// Its lines.
    pub items: Vec<Item>,
}

/// A line of a form.
#[derive(Debug, Clone)]
pub struct Item {
    /// What is asked.
    pub indicator: IndicatorId,
    /// Whether the return cannot be sent without it.
    pub required: bool,
    /// Whether it is only shown: a grey cell, filled in elsewhere or not at all.
    pub is_grey: bool,
    /// What is meant, in a sentence; mostly empty.
    pub help: String,
}

/// Who owes a form, and from when to when.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// What is owed.
    pub form: FormId,
    /// The level that owes it, as `Level as u8`.
    pub class: u8,
    /// Only in this unit and below.
    pub top: UnitId,
    /// First day.
    pub from: Day,
    /// The day after the last.
    pub until: Day,
}

/// Which award rows an AWA indicator counts (rule 24).
#[derive(Debug, Clone)]
pub struct AwardRule {
    /// The indicator.
    pub indicator: IndicatorId,
    /// Who grants: a word of `data/awards.csv`.
    pub authority: String,
    /// What is granted.
    pub form: String,
    /// To whom: `collective`, `individual`, `household`; empty for any.
    pub recipient: String,
}

/// Everything that is asked: indicators, forms, who owes them, and how awards are counted.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    indicators: Vec<Indicator>,
    by_code: HashMap<String, usize>,
    by_id: HashMap<IndicatorId, usize>,
    /// All forms, each in its latest published version.
    pub forms: Vec<Form>,
    /// The versions before those.
    pub earlier: Vec<Form>,
    /// The same versions without the lines of retired indicators, each from the first period on that no longer asks.
    pruned: Vec<Form>,
    /// All assignments.
    pub assignments: Vec<Assignment>,
    /// All award rules.
    pub award_rules: Vec<AwardRule>,
    /// When offices work.
    pub work_days: WorkDays,
    /// Who was granted more time.
    pub extensions: Extensions,
    /// The version of the tables that it was read from.
    pub version: i64,
}

impl Catalogue {
    /// A catalogue of these.
    pub fn new(
        indicators: Vec<Indicator>,
        forms: Vec<Form>,
        assignments: Vec<Assignment>,
        award_rules: Vec<AwardRule>,
    ) -> Catalogue {
        let by_code = indicators.iter().enumerate().map(|(at, it)| (it.code.clone(), at)).collect();
        let by_id = indicators.iter().enumerate().map(|(at, it)| (it.id(), at)).collect();
        Catalogue { indicators, by_code, by_id, forms, assignments, award_rules, ..Catalogue::default() }
    }

    /// The same, marked with the version of the tables that it was read from.
    #[must_use]
    pub fn at_version(self, version: i64) -> Catalogue {
        Catalogue { version, ..self }
    }

    /// What can be asked about a unit: without the indicators and forms of other units' own. What was made by a unit above
    /// is in sight on the unit's last day, if that is past.
    #[must_use]
    pub fn seen_from(self: Arc<Catalogue>, register: &Register, unit: UnitId, today: Day) -> Arc<Catalogue> {
        let shared = |it: &Form| it.owner.is_none();
        if self.indicators.iter().all(|it| it.owner.is_none()) && self.forms.iter().all(shared) {
            return self;
        }
        let day = register.nearest(unit, today).map_or(today, |it| today.min(it.last_day()).max(it.from));
        let indicators = self.indicators.iter().filter(|it| it.is_for(register, unit, day)).cloned().collect();
        let forms = |of: &[Form]| of.iter().filter(|it| it.is_for(register, unit, day)).cloned().collect();
        let mut res = Catalogue::new(indicators, forms(&self.forms), Vec::new(), self.award_rules.clone());
        let owed = self.assignments.iter().filter(|it| res.form(it.form).is_some()).cloned();
        res.assignments = owed.collect();
        res.earlier = forms(&self.earlier);
        res.pruned = forms(&self.pruned);
        res.work_days = self.work_days.clone();
        res.extensions.clone_from(&self.extensions);
        Arc::new(res.at_version(self.version))
    }

    /// The same with all forms read as the days on which indicators are retired ask. Needed once all versions are there.
    #[must_use]
    pub fn with_retirements(mut self) -> Catalogue {
        let mut pruned = Vec::new();
        for form in self.forms.iter().chain(&self.earlier) {
            let next = self.versions(form.id).filter(|it| it.number > form.number).map(|it| it.since).min();
            let retired = |it: &Item| self.indicator(it.indicator).and_then(|it| it.retired_from);
            let mut days: Vec<Day> = form
                .items()
                .filter_map(retired)
                .filter_map(|it| form.first_from(it))
                .map(|it| it.max(form.since))
                .collect();
            days.sort_unstable();
            days.dedup();
            for since in days.into_iter().filter(|it| next.is_none_or(|next| *it < next)) {
                let mut it = Form { since, ..form.clone() };
                for section in &mut it.sections {
                    section.items.retain(|item| retired(item).is_none_or(|day| since < day));
                }
                it.sections.retain(|section| !section.items.is_empty());
                pruned.push(it);
            }
        }
        self.pruned = pruned;
        self
    }

    /// All indicators, in the catalogue's order.
    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// The indicator with this code.
    pub fn by_code(&self, code: &str) -> Option<&Indicator> {
        self.by_code.get(code).and_then(|at| self.indicators.get(*at))
    }

    /// The indicator with this number.
    pub fn indicator(&self, id: IndicatorId) -> Option<&Indicator> {
        self.by_id.get(&id).and_then(|at| self.indicators.get(*at))
    }

    /// Whether an indicator may be set side by side, drawn or mapped: neither guarded nor made of anything guarded.
    pub fn is_free(&self, indicator: &Indicator) -> bool {
        let terms = indicator.rule.numerator.iter().chain(&indicator.rule.denominator);
        let mut parts = terms.filter_map(|it| self.indicator(it.indicator));
        !indicator.is_guarded() && !parts.any(Indicator::is_guarded)
    }

    /// The form with this number, in its latest version.
    pub fn form(&self, id: FormId) -> Option<&Form> {
        self.forms.iter().find(|it| it.id == id)
    }

    /// All published versions of a form as they are asked, one after another: where an indicator was retired meanwhile, a
    /// version stands here twice, the second time without it.
    pub fn asked_versions(&self, id: FormId) -> impl Iterator<Item = &Form> {
        self.versions(id).chain(self.pruned.iter().filter(move |it| it.id == id))
    }

    /// One version of a form as it is asked for a period: without what was retired before it began.
    pub fn form_version_for(&self, id: FormId, number: i64, period: Period) -> Option<&Form> {
        let pruned = self.pruned.iter().filter(|it| it.id == id && it.number == number && it.since <= period.first());
        pruned.max_by_key(|it| it.since).or_else(|| self.form_version(id, number))
    }

    /// All published versions of a form.
    pub fn versions(&self, id: FormId) -> impl Iterator<Item = &Form> {
        self.forms.iter().chain(&self.earlier).filter(move |it| it.id == id)
    }

    /// One version of a form.
    pub fn form_version(&self, id: FormId, number: i64) -> Option<&Form> {
        self.versions(id).find(|it| it.number == number)
    }

    /// The version of a form that is asked for a period; `None` before the first one begins.
    pub fn form_for(&self, id: FormId, period: Period) -> Option<&Form> {
        let begun = |it: &&Form| it.since <= period.first();
        self.asked_versions(id).filter(begun).max_by_key(|it| (it.since, it.number))
    }

    /// The form with this code, in its latest version.
    pub fn form_by_code(&self, code: &str) -> Option<&Form> {
        self.forms.iter().find(|it| it.code == code)
    }
}
