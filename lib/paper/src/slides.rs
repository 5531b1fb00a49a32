//! Slides for a hall, as PDF.

use serde::Serialize;
use serde_json::json;

use crate::pdf::{Sheet, write};
use crate::{Error, Fonts, Issued, Picture};

/// What is shown on the wall.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slides {
    /// A warning in capitals on the first slide.
    pub mark: Option<String>,
    /// The first slide's title.
    pub title: String,
    /// Below it.
    pub subtitle: String,
    /// Whose it is; small, on every slide.
    pub footer: String,
    /// The day, for the file.
    pub issued: Issued,
    /// The slides after the first.
    pub slides: Vec<Slide>,
}

/// One slide.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Slide {
    /// Its title.
    pub title: String,
    /// A few lines, set smaller until they fit.
    pub lines: Vec<String>,
    /// A chart.
    pub picture: Option<Picture>,
}

/// The slides as PDF.
///
/// # Errors
/// A layout that fails.
pub fn slides(show: &Slides, fonts: &Fonts) -> Result<Vec<u8>, Error> {
    let data = json!({
        "families": fonts.families(),
        "mark": show.mark,
        "title": show.title,
        "subtitle": show.subtitle,
        "footer": show.footer,
        "author": show.footer,
        "day": show.issued.file_day(),
        "slides": show.slides,
    });
    write(Sheet::Slides, data, fonts)
}
