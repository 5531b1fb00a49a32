//! Asking for one figure: a unit by name, a period, an indicator, boundaries. Pages, documents and the command line
//! ask here; the engine answers.

use figures::{Apportionment, Boundaries, Question, Refusal, Total};
use kernel::{Coverage, Day, Indicator, Period, Qualifier, Register, Resolve, UnitId};
use serde_json::{Value, json};
use web::App;

/// A question in words, as a command line or an address has it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Full name, code or id of the unit.
    pub unit: &'a str,
    /// The day on which that name or code meant the unit; by default the period's last day, or today under the
    /// boundaries of now (rule 21).
    pub on: Option<Day>,
    /// The period's code.
    pub period: &'a str,
    /// The indicator's code.
    pub indicator: &'a str,
    /// `then`, `now` or a day.
    pub boundaries: &'a str,
}

/// The answer, with what was understood.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The unit.
    pub unit: UnitId,
    /// Its code on that day.
    pub code: String,
    /// Its full name on that day.
    pub full_name: String,
    /// The day on which the unit was looked up.
    pub on: Day,
    /// The period.
    pub period: Period,
    /// The indicator.
    pub indicator: Indicator,
    /// `then`, or the day whose boundaries hold.
    pub boundaries: Boundaries,
    /// The boundaries in the asker's word.
    pub boundaries_word: String,
    /// The figure.
    pub total: Total,
}

/// Why there is no answer, in words for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// No unit of this name, code or id.
    #[error(
        "không có đơn vị hành chính «{0}»; hãy ghi tên đầy đủ (ví dụ «Xã Tân Tiến, Tỉnh Đồng Nai»), mã hoặc mã u-… / no unit “{0}”; give its full name, its code or its u-… id"
    )]
    NoUnit(String),
    /// Several units of this name.
    #[error(
        "«{name}» có {count} đơn vị trong ngày {on}; hãy ghi thêm tên cấp trên hoặc dùng mã / {count} units are called “{name}” on {on}; add the unit above or use the id:\n{candidates}"
    )]
    Ambiguous {
        /// What was asked.
        name: String,
        /// On which day.
        on: Day,
        /// How many.
        count: usize,
        /// One line each.
        candidates: String,
    },
    /// The name or code means a unit on other days only.
    #[error(
        "«{name}» không phải tên hoặc mã của đơn vị nào trong ngày {on}; đơn vị {full_name} mang tên hoặc mã này từ {from} đến hết {last}. Hãy dùng --on với một ngày trong khoảng đó / “{name}” names no unit on {on}; {full_name} was called so from {from} to {last}. Use --on with a day in that span"
    )]
    NotOn {
        /// What was asked.
        name: String,
        /// On which day.
        on: Day,
        /// The unit that has the name on other days.
        full_name: String,
        /// First day of the name.
        from: String,
        /// Last day of the name.
        last: String,
    },
    /// Under `then`, the unit does not exist on the period's last day.
    #[error(
        "{full_name} không có hiệu lực ngày {day}, ngày cuối kỳ {period}; hãy hỏi theo địa giới hiện hành bằng --boundaries now / {full_name} is not in force on {day}, the last day of {period}; ask with --boundaries now"
    )]
    NotThen {
        /// The unit.
        full_name: String,
        /// The period's last day.
        day: Day,
        /// The period.
        period: Period,
    },
    /// Under the boundaries of a day, the unit does not exist on that day.
    #[error(
        "{full_name} không có hiệu lực ngày {day}; hãy hỏi với --boundaries then hoặc chọn đơn vị có hiệu lực ngày đó / {full_name} is not in force on {day}; ask with --boundaries then, or for a unit in force on that day"
    )]
    NotIn {
        /// The unit.
        full_name: String,
        /// The day.
        day: Day,
    },
    /// No such indicator.
    #[error("không có chỉ tiêu «{0}» trong danh mục / no indicator “{0}” in the catalogue")]
    NoIndicator(String),
    /// No such period.
    #[error("{0}")]
    NoPeriod(#[from] kernel::PeriodError),
    /// Neither `then`, `now` nor a day.
    #[error("«{0}» không phải then, now hay một ngày (2025-07-01) / “{0}” is not then, now or a day (2025-07-01)")]
    NoBoundaries(String),
    /// The sum does not fit.
    #[error("tổng vượt giới hạn lưu trữ / the total is too large")]
    Overflow,
    /// A year that is not in memory could not be read.
    #[error(
        "chưa đọc được số liệu năm cũ từ sổ cái; hãy thử lại sau ít phút / figures of an older year could not be read from the ledger; try again in a few minutes"
    )]
    Unread,
}

impl From<web::Error> for AskError {
    fn from(error: web::Error) -> AskError {
        tracing::error!(%error, "a year could not be read from the ledger");
        AskError::Unread
    }
}

/// Understands a question and answers it.
///
/// # Errors
/// Says what was not understood, and how to put it.
pub fn ask(app: &App, asked: &Asked<'_>) -> Result<Answer, AskError> {
    let period = Period::parse(asked.period)?;
    let boundaries = boundaries(app, asked.boundaries)?;
    let on = asked.on.unwrap_or(match boundaries {
        Boundaries::Then => period.last(),
        Boundaries::On(day) => day,
    });
    let unit = resolve(&app.register.get(), asked.unit, on)?;
    let catalogue = app.catalogue.get().seen_from(&app.register.get(), unit, app.clock.today());
    let indicator =
        catalogue.by_code(asked.indicator).ok_or_else(|| AskError::NoIndicator(asked.indicator.to_owned()))?;
    let total = total(app, unit, indicator, period, boundaries)?;
    let register = app.register.get();
    let state = register.get(unit, on).or_else(|| register.latest(unit));
    Ok(Answer {
        unit,
        code: state.map(|it| it.code.clone()).unwrap_or_default(),
        full_name: state.map(|it| it.full_name.clone()).unwrap_or_default(),
        on,
        period,
        indicator: indicator.clone(),
        boundaries,
        boundaries_word: asked.boundaries.to_owned(),
        total,
    })
}

/// The boundaries that a word or a day means.
///
/// # Errors
/// Neither `then`, `now` nor a day.
pub fn boundaries(app: &App, word: &str) -> Result<Boundaries, AskError> {
    Ok(match word {
        "then" => Boundaries::Then,
        "now" => Boundaries::On(app.clock.today()),
        day => Boundaries::On(Day::parse(day).ok_or_else(|| AskError::NoBoundaries(day.to_owned()))?),
    })
}

/// The unit that a text names on a day.
///
/// # Errors
/// Unknown, ambiguous (with the candidates), or known on other days only.
pub fn resolve(register: &Register, name: &str, on: Day) -> Result<UnitId, AskError> {
    register.resolve(name, on).map_err(|err| match err {
        Resolve::Unknown => AskError::NoUnit(name.to_owned()),
        Resolve::Ambiguous(units) => {
            let line = |unit: &UnitId| {
                let code = register.get(*unit, on).map(|it| it.code.clone()).unwrap_or_default();
                format!("  {unit}  {code}  {}", register.path(*unit, on))
            };
            AskError::Ambiguous {
                name: name.to_owned(),
                on,
                count: units.len(),
                candidates: units.iter().map(line).collect::<Vec<_>>().join("\n"),
            }
        }
        Resolve::NotOn { unit, from, until } => AskError::NotOn {
            name: name.to_owned(),
            on,
            full_name: full_name(register, unit, from),
            from: if from == Day::BEGINNING { "…".to_owned() } else { from.to_string() },
            last: if until == Day::NEVER { "…".to_owned() } else { until.plus(-1).to_string() },
        },
    })
}

/// One figure.
///
/// # Errors
/// When the unit is not in force under these boundaries, or the sum does not fit.
pub fn total(
    app: &App,
    unit: UnitId,
    indicator: &Indicator,
    period: Period,
    boundaries: Boundaries,
) -> Result<Total, AskError> {
    let question =
        Question { unit: unit.0, indicator: indicator.id(), period, boundaries, apportionment: Apportionment::None };
    app.totals(|engine| engine.total(&question))?.map_err(|it| refused(&app.register.get(), it, period, boundaries))
}

/// An engine's refusal in words.
pub fn refused(register: &Register, refusal: Refusal, period: Period, boundaries: Boundaries) -> AskError {
    match refusal {
        Refusal::UnknownUnit(unit) => AskError::NoUnit(UnitId(unit).to_string()),
        Refusal::UnknownIndicator(indicator) => AskError::NoIndicator(indicator.to_string()),
        Refusal::Overflow => AskError::Overflow,
        Refusal::NotInForce { unit, on: day } => {
            let full_name = full_name(register, UnitId(unit), day);
            match boundaries {
                Boundaries::Then => AskError::NotThen { full_name, day, period },
                Boundaries::On(_) => AskError::NotIn { full_name, day },
            }
        }
    }
}

fn full_name(register: &Register, unit: UnitId, day: Day) -> String {
    let state = register.get(unit, day).or_else(|| register.latest(unit));
    state.map_or_else(|| unit.to_string(), |it| it.full_name.clone())
}

impl Answer {
    /// The object that scripts read (rule 28).
    pub fn to_json(&self) -> Value {
        let total = &self.total;
        let decimals = decimals(total, &self.indicator);
        json!({
            "unit": { "id": self.unit.to_string(), "code": self.code, "full_name": self.full_name },
            "indicator": self.indicator.code,
            "on": self.on.to_string(),
            "period": self.period.to_string(),
            "value": total.value.map(|it| scaled(it, decimals)),
            "of": total.of,
            "qualifier": total.qualifier.map(Qualifier::word),
            "unit_of_measure": measure(total, &self.indicator),
            "coverage": total.coverage.map(Coverage::word),
            "reported": total.reported,
            "expected": total.expected,
            "boundaries": self.boundaries_word,
            "exact": total.exact,
            "not_separable": scaled(total.not_separable, decimals),
        })
    }
}

/// How many decimal places the integers of a total have.
pub fn decimals(total: &Total, indicator: &Indicator) -> u8 {
    match (total.percent_only, indicator.is_ratio()) {
        (true, _) => 2,
        (false, true) => 0,
        (false, false) => indicator.decimals,
    }
}

/// What a total is measured in (rule 28).
pub fn measure<'a>(total: &Total, indicator: &'a Indicator) -> &'a str {
    if total.of.is_some() || total.percent_only { "%" } else { &indicator.measure }
}

/// An integer amount with decimals as a JSON number: whole ones stay integers.
fn scaled(value: i64, decimals: u8) -> Value {
    let unit = 10_i64.pow(u32::from(decimals));
    if value % unit == 0 {
        return json!(value / unit);
    }
    // Through the decimal text, so that 13.85 is written 13.85.
    let sign = if value < 0 { "-" } else { "" };
    let (whole, rest) = (value.unsigned_abs() / unit.unsigned_abs(), value.unsigned_abs() % unit.unsigned_abs());
    let text = format!("{sign}{whole}.{rest:0width$}", width = usize::from(decimals));
    text.parse::<f64>().map_or(Value::Null, |it| json!(it))
}

/// A figure as people read it: qualifier and number joined by a no-break space, shares as `x/y (z%)`.
pub fn in_words(total: &Total, indicator: &Indicator) -> Option<String> {
    let value = total.value?;
    let qualifier = match total.qualifier.unwrap_or_default() {
        Qualifier::Exact => "",
        Qualifier::Almost => "gần\u{a0}",
        Qualifier::MoreThan => "hơn\u{a0}",
        Qualifier::AtLeast => "từ\u{a0}",
        Qualifier::About => "khoảng\u{a0}",
    };
    let after = if total.qualifier == Some(Qualifier::AtLeast) { " trở lên" } else { "" };
    let number = match total.of {
        Some(of) if of > 0 => {
            let share = viet::percent(share(value, of));
            format!("{}/{} ({share})", viet::number(value), viet::number(of))
        }
        Some(of) => format!("{}/{}", viet::number(value), viet::number(of)),
        None if total.percent_only => viet::percent(value),
        None => viet::decimal(value, indicator.decimals),
    };
    Some(format!("{qualifier}{number}{after}"))
}

/// A share in hundredths of a per cent, rounded half away from zero.
pub fn share(value: i64, of: i64) -> i64 {
    if of == 0 {
        return 0;
    }
    let (value, of) = (i128::from(value) * 10_000, i128::from(of));
    let half = if (value < 0) == (of < 0) { of / 2 } else { -of / 2 };
    i64::try_from((value + half) / of).unwrap_or(i64::MAX)
}

/// The number that is coloured or drawn: a quantity, or a share in hundredths of a per cent.
pub fn amount(total: &Total) -> Option<i64> {
    match (total.value, total.of) {
        (Some(value), Some(of)) => (of > 0).then(|| share(value, of)),
        (value, None) => value,
        (None, Some(_)) => None,
    }
}

/// Such a number in words.
pub fn amount_in_words(indicator: &Indicator, amount: i64) -> String {
    if indicator.is_ratio() { viet::percent(amount) } else { viet::decimal(amount, indicator.decimals) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_drawn_as_per_cents_and_unknown_ones_not_at_all() {
        let total = |value, of| Total { value, of, ..Total::default() };
        assert_eq!(amount(&total(Some(15), Some(16))), Some(9375));
        assert_eq!(amount(&total(Some(0), Some(0))), None);
        assert_eq!(amount(&total(Some(0), None)), Some(0));
        assert_eq!(amount(&total(None, None)), None);
    }

    #[test]
    fn scaled_numbers_stay_what_they_are() {
        assert_eq!(scaled(1385, 2).to_string(), "13.85");
        assert_eq!(scaled(-1218, 2).to_string(), "-12.18");
        assert_eq!(scaled(8500, 2).to_string(), "85");
        assert_eq!(scaled(-5, 2).to_string(), "-0.05");
        assert_eq!(scaled(i64::MAX, 0).to_string(), i64::MAX.to_string());
    }

    #[test]
    fn shares_round_half_away_from_zero() {
        assert_eq!(share(3066, 4054), 7563);
        assert_eq!(share(15, 16), 9375);
        assert_eq!(share(1, 3), 3333);
        assert_eq!(share(2, 3), 6667);
        assert_eq!(share(-1, 8), -1250);
        assert_eq!(share(1, 0), 0);
    }

    #[track_caller]
    fn check(total: &Total, expect: &str) {
        let catalogue = forms::catalogue().unwrap();
        assert_eq!(in_words(total, catalogue.by_code("LAU01").unwrap()).unwrap(), expect);
    }

    #[test]
    fn figures_in_words_keep_the_qualifier_with_the_number() {
        let total =
            |value, of, qualifier| Total { value: Some(value), of, qualifier: Some(qualifier), ..Total::default() };
        check(&total(1900, None, Qualifier::Almost), "gần\u{a0}1.900");
        check(&total(15, Some(16), Qualifier::Exact), "15/16 (93,75%)");
        let percent = Total { percent_only: true, ..total(8000, None, Qualifier::AtLeast) };
        check(&percent, "từ\u{a0}80% trở lên");
    }
}
