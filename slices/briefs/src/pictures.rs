//! Charts and maps of the units directly below, as pictures in the report. In the order of names: no ranking.

use figures::Total;
use kernel::{Indicator, Level};
use paper::{Bar, Picture};
use plot::{Caption, Choropleth, Classes, Outlines, Shade};
use returns::figure::in_words;

use crate::{
    BriefError,
    gather::{Below, Facts},
    words::Words,
};

/// As many bars as fit on a page.
const MOST_BARS: usize = 34;
/// Fewer cells than these are no map.
const FEWEST_CELLS: usize = 5;
/// Millimetres.
const WIDTH: u16 = 160;
const MAP_WIDTH: u16 = 120;

/// The figure of the units below, as bars; more units than fit are said in the table only.
pub(crate) fn chart(below: &Below, code: &str, words: &Words) -> Option<Picture> {
    let (column, indicator) = drawn(below, code)?;
    let bar = |(unit, totals): &(crate::gather::Unit, Vec<Total>)| {
        let total = totals.get(column)?;
        let (value, text) = (returns::figure::amount(total)?, in_words(total, indicator)?);
        Some(Bar { label: unit.full_name.clone(), value, text, light: false })
    };
    let bars: Vec<Bar> = below.units.iter().filter_map(bar).collect();
    (!bars.is_empty() && bars.len() <= MOST_BARS).then(|| paper::bars(&title(indicator, words), &bars, WIDTH))
}

/// The figure of the units below, as a map: the nation over outlines, others as numbered cells that claim no place.
///
/// # Errors
/// When the outlines are broken.
pub(crate) fn map(facts: &Facts, code: &str, words: &Words) -> Result<Option<Picture>, BriefError> {
    let Some((column, indicator)) = drawn(&facts.below, code) else { return Ok(None) };
    let shade = |(unit, totals): &(crate::gather::Unit, Vec<Total>)| {
        let total = totals.get(column);
        Shade {
            code: unit.code.clone(),
            name: unit.full_name.clone(),
            value: total.and_then(returns::figure::amount),
            label: total.and_then(|it| in_words(it, indicator)).unwrap_or_else(|| NONE.to_owned()),
        }
    };
    let shades: Vec<Shade> = facts.below.units.iter().map(shade).collect();
    let nation = facts.state.level == Level::Nation;
    if shades.iter().all(|it| it.value.is_none()) || (!nation && shades.len() < FEWEST_CELLS) {
        return Ok(None);
    }
    let outlines = if nation {
        maps::provinces(facts.day).map_err(|err| BriefError::Map(err.to_string()))?
    } else {
        Outlines::cells(shades.iter().map(|it| it.code.as_str()))
    };
    let title = title(indicator, words);
    let known = shades.iter().filter(|it| it.value.is_some()).count();
    let alt = format!("Bản đồ: {title}. {known}/{} đơn vị có số liệu; số liệu từng đơn vị ở bảng.", shades.len());
    let numbers = |it: i64| returns::figure::amount_in_words(indicator, it);
    let note = if nation {
        "Ranh giới giản lược."
    } else {
        "Mỗi ô là một đơn vị, đánh số như trong bảng; không chỉ vị trí."
    };
    let drawing = Choropleth {
        caption: Caption { id: format!("map-{code}"), desc: alt.clone(), ..Caption::default() },
        outlines: &outlines,
        classes: Classes::of(shades.iter().filter_map(|it| it.value)),
        shades,
        numbers: &numbers,
        none: NONE.to_owned(),
        notes: vec![note.to_owned()],
    };
    Ok(Some(Picture { svg: plot::printed(&drawing.svg()), alt, caption: Some(title), width: MAP_WIDTH }))
}

const NONE: &str = "chưa có số liệu";

fn drawn<'a>(below: &'a Below, code: &str) -> Option<(usize, &'a Indicator)> {
    below.drawn.iter().enumerate().find(|(_, it)| it.code == code)
}

fn title(indicator: &Indicator, words: &Words) -> String {
    format!("{} {}", words.name(indicator), words.span)
}
