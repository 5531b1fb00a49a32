//! `binhyen reform`: shows what a reform file would do, and applies it.

use std::collections::BTreeMap;

use anyhow::Context;
use kernel::{Indicator, Register, UnitId, UnitState};
use units::reform::{Line, Part};
use web::App;

use crate::{
    cli::ReformAct,
    commands::{everyone, in_words, say},
};

/// So many successors are named in a line.
const NAMED: usize = 8;

/// Previews or applies a file.
///
/// # Errors
/// Every line of the file that cannot stand; then nothing is changed.
pub(crate) async fn run(app: &App, act: &ReformAct) -> anyhow::Result<()> {
    let (ReformAct::Preview { file } | ReformAct::Apply { file }) = act;
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("không đọc được tệp / cannot read {}", file.display()))?;
    match act {
        ReformAct::Preview { .. } => preview(app, &text).await,
        ReformAct::Apply { .. } => {
            let applied = units::apply_reform(app, &everyone(app), &text).await.map_err(|err| in_words(app, err))?;
            say(&format!(
                "đã áp dụng / applied: {} mới/begin, {} kết thúc/end, {} thay đổi/changed, từ/from {}",
                applied.began, applied.ended, applied.continued, applied.first_day
            ));
            Ok(())
        }
    }
}

async fn preview(app: &App, text: &str) -> anyhow::Result<()> {
    let it = units::preview_reform(app, &everyone(app), text).await.map_err(|err| in_words(app, err))?;
    let before = it.reform.first_day().plus(-1);
    for unit in it.reform.ended() {
        if let Some(state) = it.before.nearest(unit, before) {
            tell("-", &it.before, state);
        }
    }
    it.reform.begun().for_each(|state| tell("+", &it.after, state));
    it.reform.continued().for_each(|state| tell("~", &it.after, state));
    let name = |unit: UnitId| it.after.latest(unit).map(|it| it.full_name.clone()).unwrap_or_default();
    for it in &it.handed {
        let to: Vec<String> = it.to.iter().map(|it| name(*it)).collect();
        say(&format!("> {}: {} → {}", it.form, name(it.from), to.join(", ")));
    }
    for it in &it.inherited {
        let to: Vec<String> = it.to.iter().map(|it| name(*it)).collect();
        say(&format!("> riêng / own: {}: {} → {}", it.name, name(it.from), to.join(", ")));
    }
    for it in &it.closings {
        let (form, period, until) = (&it.form, it.period, it.until);
        say(&format!("! khóa sổ / closing return: {form}, {period}, {} → {until}", name(it.unit)));
    }
    let catalogue = app.catalogue.get();
    for ((period, id), line) in &it.effect.lines {
        if let Some(indicator) = catalogue.indicator(*id) {
            figures(&it.after, &period.to_string(), indicator, line);
        }
    }
    let (exact, shared, stay) = it.effect.counts();
    say(&format!(
        "số liệu / figures: {exact} chính xác/exact, {shared} không tách được/not separable, {stay} chỉ theo địa giới cũ/old boundaries only"
    ));
    say("chưa có gì thay đổi / nothing has changed");
    Ok(())
}

fn tell(mark: &str, register: &Register, state: &UnitState) {
    say(&format!("{mark} {}  {}  {}", state.from, state.code, register.path(state.id, state.from)));
}

fn figures(register: &Register, period: &str, indicator: &Indicator, line: &Line) {
    let amount = |part: Part| viet::decimal(i64::try_from(part.amount).unwrap_or(i64::MAX), indicator.decimals);
    let named = |parts: &BTreeMap<UnitId, Part>| {
        let name = |unit: &UnitId| register.latest(*unit).map(|it| it.full_name.clone()).unwrap_or_default();
        let some = parts.iter().take(NAMED).map(|(unit, part)| format!("{} {}", name(unit), amount(*part)));
        let more = if parts.len() > NAMED { ", …" } else { "" };
        format!("{}{more}", some.collect::<Vec<_>>().join(", "))
    };
    let mut text = format!("{} {period}: {}", indicator.code, amount(line.before));
    for (word, part, places) in [
        ("chính xác / exact", line.exact, &line.exact_at),
        ("không tách được / not separable", line.shared, &line.shared_by),
    ] {
        if part.count > 0 {
            text = format!("{text}; {word} {} ({})", amount(part), named(places));
        }
    }
    if line.stay > 0 {
        text = format!("{text}; chỉ theo địa giới cũ / old boundaries only: {}", line.stay);
    }
    say(&text);
}
