//! Slides for the hall: the year's charts.

use kernel::Period;
use paper::{Bar, Issued, Picture, Slide, Slides};

use super::shown;
use crate::{Brief, Figure, tables::upper_first, words::span};

/// So many charts are on the slides.
const CHARTS: usize = 5;
/// How wide a chart is set, in millimetres.
const WIDTH: u16 = 200;

/// The slides: each telling figure with its chart, this year beside the last.
pub(super) fn slides(brief: &Brief, period: Period) -> Slides {
    let slides = shown(brief).take(CHARTS).map(|it| Slide {
        title: it.answer.indicator.name_vi.clone(),
        lines: vec![said(it)],
        picture: chart(it, period),
    });
    Slides {
        mark: brief.document.mark.clone(),
        title: format!("Hội nghị tổng kết {}", span(period)),
        subtitle: brief.document.subject.clone(),
        footer: brief.unit.full_name.clone(),
        issued: Issued::Year(u16::try_from(period.year()).unwrap_or(2000)),
        slides: slides.collect(),
    }
}

fn said(figure: &Figure) -> String {
    let indicator = &figure.answer.indicator;
    let number = returns::figure::in_words(&figure.answer.total, indicator).unwrap_or_default();
    if indicator.is_ratio() { format!("{number}.") } else { format!("{number} {}.", indicator.measure) }
}

fn chart(figure: &Figure, period: Period) -> Option<Picture> {
    let indicator = &figure.answer.indicator;
    let bar = |period: Period, total: &figures::Total, light| {
        let text = returns::figure::in_words(total, indicator)?;
        Some(Bar { label: upper_first(&span(period)), value: returns::figure::amount(total)?, text, light })
    };
    let before = figure.before.as_ref().and_then(|it| bar(period.year_before(), it, true));
    let bars: Vec<Bar> = before.into_iter().chain(bar(period, &figure.answer.total, false)).collect();
    (!bars.is_empty()).then(|| paper::bars(&indicator.name_vi, &bars, WIDTH))
}
