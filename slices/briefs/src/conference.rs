//! The yearly conference: every paper of the day from the same figures, in one file. What is said stands in the wordings
//! of `data/briefs`, which a unit may make its own.

mod award;
mod wall;

use std::io::{Cursor, Write};

use ed25519_dalek::SigningKey;
use kernel::{Day, Period};
use paper::{Document, Error};
use serde::Deserialize;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{Brief, BriefError, Figure, Format, Wording, render, render::fonts, words::span};

/// The conference's papers that are worded, in the order of the day.
pub(crate) const PAPERS: [Wording; 6] =
    [Wording::Programme, Wording::Speech, Wording::Awards, Wording::Appeal, Wording::Pledge, Wording::Invitation];
/// So many certificates at once, and letters in a name.
pub(crate) const MOST_RECIPIENTS: usize = 300;
pub(crate) const LONGEST_NAME: usize = 200;

/// Which conference, by its period.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    pub(crate) period: Option<String>,
}

/// What is typed for the pack.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) place: String,
    pub(crate) time: String,
    /// Who gets a certificate, one a line; used once and not kept.
    pub(crate) recipients: Vec<String>,
}

/// Everything at hand for the pack.
pub(crate) struct Pack {
    pub(crate) report: Brief,
    pub(crate) papers: Vec<(Wording, Document)>,
    pub(crate) plan: Plan,
    pub(crate) key: SigningKey,
    pub(crate) today: Day,
}

impl Pack {
    fn period(&self) -> Period {
        self.report.wanted.period
    }

    /// Packs it: each paper for Word and as PDF, the tables for Excel, slides and certificates as PDF.
    ///
    /// # Errors
    /// When a paper cannot be laid out or packed.
    pub(crate) fn zip(&self) -> Result<Vec<u8>, BriefError> {
        let mut file = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        let failed = |it: String| BriefError::Paper(Error::Package(it));
        let mut add = |name: &str, bytes: &[u8]| {
            file.start_file(name, options).map_err(|err| failed(err.to_string()))?;
            file.write_all(bytes).map_err(|err| failed(err.to_string()))
        };
        for (name, document) in self.documents() {
            add(&format!("{name}.docx"), &paper::docx(&document, fonts())?)?;
            add(&format!("{name}.pdf"), &paper::pdf(&document, fonts())?)?;
        }
        add("8-trinh-chieu.pdf", &paper::slides(&wall::slides(&self.report, self.period()), fonts())?)?;
        add("9-phu-luc-so-lieu.xlsx", &render(&self.report, Format::Xlsx)?)?;
        let (certificates, texts) = award::certificates(self);
        if !certificates.is_empty() {
            add("10-giay-khen.pdf", &paper::certificates(&certificates, fonts())?)?;
        }
        let decision = award::decision(self);
        if let Some((document, _)) = &decision {
            add("10-quyet-dinh-khen-thuong.docx", &paper::docx(document, fonts())?)?;
            add("10-quyet-dinh-khen-thuong.pdf", &paper::pdf(document, fonts())?)?;
        }
        // What the codes hold, to go with copies that have no paper: `binhyen verify FILE` reads them.
        for (at, text) in texts.iter().enumerate() {
            add(&format!("ma-kiem-tra/giay-khen-{}.txt", at + 1), text.as_bytes())?;
        }
        if let Some((_, text)) = &decision {
            add("ma-kiem-tra/quyet-dinh.txt", text.as_bytes())?;
        }
        Ok(file.finish().map_err(|err| failed(err.to_string()))?.into_inner())
    }

    /// The papers with their file names, in the order of the day.
    fn documents(&self) -> Vec<(&'static str, Document)> {
        let mut res = vec![("1-bao-cao", self.report.document.clone())];
        res.extend(self.papers.iter().map(|(wording, document)| {
            let name = match wording {
                Wording::Programme => "2-chuong-trinh",
                Wording::Speech => "3-de-cuong-phat-bieu",
                Wording::Awards => "4-danh-sach-khen-thuong",
                Wording::Appeal => "5-loi-phat-dong",
                Wording::Pledge => "6-giao-uoc",
                _ => "7-giay-moi",
            };
            (name, document.clone())
        }));
        res
    }

    /// "năm 2026".
    fn span(&self) -> String {
        span(self.period())
    }
}

/// The figures that are shown large: the most telling of each group that may be shown in a hall.
const SHOWN: [&str; 10] = ["LAU01", "LAU02", "OUT01", "OUT02", "MOD00", "MOD02", "MOD04", "STD14", "FES01", "LAU07"];

/// The figures for the hall, as far as there are any; never a guarded one.
pub(crate) fn shown(brief: &Brief) -> impl Iterator<Item = &Figure> {
    let of = |code: &str| brief.figures.iter().find(|it| it.code() == code);
    SHOWN.iter().filter_map(move |it| of(it)).filter(|it| !it.answer.indicator.is_guarded())
}
