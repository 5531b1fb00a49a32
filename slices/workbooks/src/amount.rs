//! A figure as tables write it: a number, or words of how exact it is and a number.

use kernel::{Indicator, Issue, Qualifier};
use returns::spoken;
use sheet::Value;

/// The number as it will stand in its field, and the qualifier's word; empty for exact.
pub(crate) type Amount = (String, String);

/// The largest whole number that a workbook keeps exactly, 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What a cell says of an indicator; nothing for a dash, which stands for "no figure".
///
/// # Errors
/// Why it says no number; without a field.
pub(crate) fn read(value: &Value, indicator: &Indicator) -> Result<Option<Amount>, Issue> {
    read_as(value, if indicator.is_ratio() { 2 } else { indicator.decimals }, indicator.is_ratio())
}

fn read_as(value: &Value, decimals: u8, is_ratio: bool) -> Result<Option<Amount>, Issue> {
    let issue = |text| Issue::new("", text);
    match value {
        Value::Number(number) => of_number(*number, decimals).map(Some),
        Value::Share(share) if is_ratio => of_number(share * 100.0, decimals).map(Some),
        Value::Share(share) => Err(issue("workbooks-share").with("value", viet::percent(scaled(*share, 4)))),
        Value::Moment(_) => Err(issue("workbooks-moment")),
        Value::Flag(_) => Err(issue("workbooks-flag")),
        Value::Fault(text) if text.is_empty() => Err(issue("workbooks-formula-empty")),
        Value::Fault(text) => Err(issue("workbooks-fault").with("value", text)),
        Value::Text(text) => of_text(text, decimals, is_ratio),
    }
}

/// How often an award was granted, as a cell says: a whole number without words.
///
/// # Errors
/// As [`read`].
pub(crate) fn count(value: &Value) -> Result<Option<Amount>, Issue> {
    let found = read_as(value, 0, false)?;
    match found {
        Some((_, words)) if !words.is_empty() => Err(Issue::new("", "workbooks-award-exact")),
        found => Ok(found),
    }
}

fn of_text(text: &str, decimals: u8, percent: bool) -> Result<Option<Amount>, Issue> {
    let text = text.trim();
    if ["-", "–", "—", "…", "...", "x", "X"].contains(&text) {
        return Ok(None);
    }
    let (rest, qualifier) = spoken::split(text);
    let rest = rest.strip_suffix('%').filter(|_| percent).unwrap_or(rest).trim();
    let value = viet::parse_number(rest, decimals).map_err(|err| {
        Issue::new("", "workbooks-number").with("text", text).with("why", err.vietnamese()).with("why-en", err)
    })?;
    let word = if qualifier == Qualifier::Exact { String::new() } else { qualifier.word().to_owned() };
    Ok(Some((viet::decimal(value, decimals), word)))
}

/// Whether a text reads as a number of any indicator.
pub(crate) fn is_number(text: &str) -> bool {
    let (rest, _) = spoken::split(text.trim());
    viet::parse_number(rest.trim_end_matches('%').trim(), 2).is_ok()
}

/// A number as people write it, if a workbook keeps it exactly.
pub(crate) fn exact_number(text: &str) -> Option<f64> {
    let whole = |decimals: u8| viet::parse_number(text, decimals).ok();
    let (number, decimals) = whole(0).map(|it| (it, 0)).or_else(|| whole(2).map(|it| (it, 2)))?;
    #[expect(clippy::cast_precision_loss, reason = "what would lose precision is kept as text")]
    let number = (number.unsigned_abs() < 1 << 53).then_some(number as f64)?;
    Some(number / 10_f64.powi(decimals))
}

/// A number of a workbook as people write it. More decimals than the figure takes are refused; the last bits, in which
/// 0.1 + 0.2 differs from 0.3, are not.
fn of_number(number: f64, decimals: u8) -> Result<Amount, Issue> {
    let power = 10_f64.powi(decimals.into());
    let whole = (number * power).round();
    if whole.abs() > EXACT {
        return Err(Issue::new("", "workbooks-too-large"));
    }
    if (number * power - whole).abs() > 1e-6 * power.max(whole.abs() * 1e-6) {
        let value = viet::decimal(scaled(number, 4), 4);
        return Err(Issue::new("", "workbooks-too-fine").with("value", value).with("decimals", decimals));
    }
    Ok((viet::decimal(scaled(number, decimals), decimals), String::new()))
}

/// A number that is known to fit, times 10^decimals.
fn scaled(number: f64, decimals: u8) -> i64 {
    let whole = (number * 10_f64.powi(decimals.into())).round();
    #[expect(clippy::cast_possible_truncation, reason = "no number here is larger than 2^53")]
    let whole = whole.clamp(-EXACT, EXACT) as i64;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, value: &Value, expect: Result<Option<(&str, &str)>, &str>) {
        let catalogue = forms::catalogue().unwrap();
        let found = read(value, catalogue.by_code(code).unwrap());
        let found = found.as_ref().map(|it| it.as_ref().map(|it| (it.0.as_str(), it.1.as_str()))).map_err(|it| it.text);
        assert_eq!(found, expect, "{value:?}");
    }

    #[track_caller]
    fn text(code: &str, text: &str, expect: Result<Option<(&str, &str)>, &str>) {
        check(code, &Value::Text(text.to_owned()), expect);
    }

    #[test]
    fn numbers_as_people_write_them() {
        text("LAU01", "1.900", Ok(Some(("1.900", ""))));
        text("LAU01", "46 ngàn", Ok(Some(("46.000", ""))));
        text("LAU01", "1,3 tỷ", Ok(Some(("1.300.000.000", ""))));
        text("LAU01", "khoảng 500", Ok(Some(("500", "about"))));
        text("LAU01", "Khoang 500", Ok(Some(("500", "about"))));
        text("LAU01", "hơn  200", Ok(Some(("200", "more_than"))));
        text("LAU01", "gần 2,5 triệu", Ok(Some(("2.500.000", "almost"))));
        text("LAU01", "từ 5 trở lên", Ok(Some(("5", "at_least"))));
        text("LAU01", "ít nhất 7", Ok(Some(("7", "at_least"))));
        text("LAU01", "~30", Ok(Some(("30", "about"))));
        text("STD14", "93,75%", Ok(Some(("93,75", ""))));
        text("LAU01", "–", Ok(None));
        text("LAU01", "1,900", Err("workbooks-number"));
        text("LAU01", "nhiều", Err("workbooks-number"));
        text("LAU01", "12 cuộc", Err("workbooks-number"));
        text("LAU01", "hơn", Err("workbooks-number"));
    }

    #[test]
    fn numbers_as_workbooks_keep_them() {
        check("LAU01", &Value::Number(1900.0), Ok(Some(("1.900", ""))));
        check("LAU01", &Value::Number(-5.0), Ok(Some(("-5", ""))));
        check("SUB05", &Value::Number(0.1 + 0.2), Ok(Some(("0,3", ""))));
        check("SUB05", &Value::Number(13.85), Ok(Some(("13,85", ""))));
        check("SUB05", &Value::Number(13.855), Err("workbooks-too-fine"));
        check("LAU01", &Value::Number(1.5), Err("workbooks-too-fine"));
        check("LAU01", &Value::Number(1e17), Err("workbooks-too-large"));
        check("STD14", &Value::Share(0.9375), Ok(Some(("93,75", ""))));
        check("LAU01", &Value::Share(0.5), Err("workbooks-share"));
        check("LAU01", &Value::Moment(45000.0), Err("workbooks-moment"));
        check("LAU01", &Value::Flag(true), Err("workbooks-flag"));
        check("LAU01", &Value::Fault("#REF!".into()), Err("workbooks-fault"));
        check("LAU01", &Value::Fault(String::new()), Err("workbooks-formula-empty"));
    }
}
