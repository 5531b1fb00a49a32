//! The serif faces a PDF is set in: found once, used for every document.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use typst::foundations::Bytes;
use typst::syntax::Source;
use typst::text::{Font, FontBook, FontStyle, FontWeight};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};
use unicode_normalization::UnicodeNormalization;

use crate::pdf::Sheet;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Fonts and typesetter, ready to use. Make one when the program starts and share it: it is read-only.
pub struct Fonts {
    pub(crate) library: LazyHash<Library>,
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) faces: Vec<Font>,
    templates: [Source; 3],
    drawing: Arc<resvg::usvg::fontdb::Database>,
    family: String,
    note: Option<String>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fonts").field("family", &self.family).field("faces", &self.faces.len()).finish_non_exhaustive()
    }
}

/// What font the letters that the chosen family lacks come from; always there.
const LAST_RESORT: &str = "Libertinus Serif";

/// Families in the order of preference, with the beginning of their file names (lower case, without "-_ ").
/// The embedded Tinos stands after the first: it needs no look at the disk.
const PREFERRED: (&str, &str) = ("Times New Roman", "times");
const METRIC_TWINS: [(&str, &str); 2] = [("Tinos", "tinos"), ("Liberation Serif", "liberationserif")];

impl Fonts {
    /// Looks in the usual font folders of the machine, then among the embedded fonts, for a complete family with every
    /// Vietnamese letter: Times New Roman, else one of the same metrics, else Typst's own serif (see [`Fonts::note`]).
    pub fn find() -> Self {
        Self::from_folders(&system_folders())
    }

    /// The same, looking only in these folders and below them.
    pub fn from_folders(folders: &[PathBuf]) -> Self {
        let embedded = || complete("Tinos", EMBEDDED.iter().flat_map(|data| Font::iter(Bytes::new(*data))));
        let on_disk = |(family, prefix): (&str, &str)| complete(family, read(folders, prefix));
        let chosen = on_disk(PREFERRED).or_else(embedded).or_else(|| METRIC_TWINS.into_iter().find_map(on_disk));
        let note = chosen.is_none().then(|| {
            "Không có phông Times New Roman, Tinos hay Liberation Serif 2 trên máy, nên bản PDF dùng Libertinus Serif; \
             hãy cài gói fonts-liberation2 hoặc dựng lại chương trình khi có npm. / None of the fonts Times New Roman, \
             Tinos or Liberation Serif 2 was found, so PDF files use Libertinus Serif; install the package \
             fonts-liberation2, or build the program with npm."
                .to_owned()
        });
        let mut faces = chosen.unwrap_or_default();
        let family = faces.first().map_or(LAST_RESORT, |face| face.info().family.as_str()).to_owned();
        faces.extend(
            typst_assets::fonts()
                .flat_map(|data| Font::iter(Bytes::new(data)))
                .filter(|face| face.info().family == LAST_RESORT),
        );
        let mut drawing = resvg::usvg::fontdb::Database::new();
        for face in &faces {
            drawing.load_font_data(face.data().to_vec());
        }
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&faces)),
            faces,
            templates: [
                Source::detached(include_str!("template.typ")),
                Source::detached(include_str!("certificate.typ")),
                Source::detached(include_str!("slides.typ")),
            ],
            drawing: Arc::new(drawing),
            family,
            note,
        }
    }

    /// The family documents are set in.
    pub fn family(&self) -> &str {
        &self.family
    }

    /// What is plainer than it should be and how to mend it; `None` when all is well.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The template of a sheet.
    pub(crate) fn template(&self, sheet: Sheet) -> &Source {
        let [document, certificate, slides] = &self.templates;
        match sheet {
            Sheet::Document => document,
            Sheet::Certificate => certificate,
            Sheet::Slides => slides,
        }
    }

    /// The text with "□" for each letter that no face has: an archive takes no file with letters left out.
    pub(crate) fn printable(&self, text: &str) -> String {
        let known = |letter: char| {
            letter == '\u{200b}' || self.faces.iter().any(|it| it.info().coverage.contains(letter.into()))
        };
        let private = |letter: char| matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
        text.chars().map(|it| if known(it) && !private(it) { it } else { '□' }).collect()
    }

    /// A drawing set in the document's type.
    pub(crate) fn in_type(&self, svg: &str) -> String {
        svg.replace("font-family=\"serif\"", &format!("font-family=\"{}\"", self.family))
    }

    /// A drawing as a PNG file of about 200 dots an inch when it is `width` millimetres wide, and its size in dots.
    ///
    /// # Errors
    /// What is wrong with the drawing.
    pub(crate) fn png(&self, svg: &str, width: u16) -> Result<(Vec<u8>, u32, u32), String> {
        let options = resvg::usvg::Options { fontdb: Arc::clone(&self.drawing), ..Default::default() };
        let tree = resvg::usvg::Tree::from_str(&self.in_type(svg), &options).map_err(|e| e.to_string())?;
        let (across, down) = (tree.size().width(), tree.size().height());
        let scale = f32::from(width.clamp(5, 300)) * 200.0 / 25.4 / across;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few thousand dots, never below one"
        )]
        let dots = |length: f32| (length * scale).ceil().clamp(1.0, 6000.0) as u32;
        let mut canvas = resvg::tiny_skia::Pixmap::new(dots(across), dots(down)).ok_or("no room")?;
        canvas.fill(resvg::tiny_skia::Color::WHITE);
        resvg::render(&tree, resvg::tiny_skia::Transform::from_scale(scale, scale), &mut canvas.as_mut());
        Ok((canvas.encode_png().map_err(|e| e.to_string())?, canvas.width(), canvas.height()))
    }

    /// Families for the template, the chosen one first.
    pub(crate) fn families(&self) -> [&str; 2] {
        [&self.family, LAST_RESORT]
    }
}

/// Regular, bold, italic and bold italic of this family, or `None` if one is missing or lacks a Vietnamese letter.
fn complete(family: &str, candidates: impl Iterator<Item = Font>) -> Option<Vec<Font>> {
    let mut faces: [Option<Font>; 4] = Default::default();
    for font in candidates.filter(|font| font.info().family == family && covers_vietnamese(font)) {
        let variant = font.info().variant;
        let place = match (variant.style, variant.weight) {
            (FontStyle::Normal, FontWeight::REGULAR) => 0,
            (FontStyle::Normal, FontWeight::BOLD) => 1,
            (FontStyle::Italic, FontWeight::REGULAR) => 2,
            (FontStyle::Italic, FontWeight::BOLD) => 3,
            _ => continue,
        };
        faces[place] = Some(font);
    }
    faces.into_iter().collect()
}

/// Whether the face holds every letter of Vietnamese with every tone, both cases.
fn covers_vietnamese(font: &Font) -> bool {
    let tones = ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"];
    let letters = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY".chars().flat_map(|vowel| tones.map(|tone| format!("{vowel}{tone}")));
    letters.flat_map(|letter| letter.nfc().collect::<Vec<_>>()).chain(['đ', 'Đ']).all(|letter| {
        let coverage = &font.info().coverage;
        coverage.contains(letter.into())
    })
}

/// The fonts in files below `folders` whose name begins with `prefix`.
fn read(folders: &[PathBuf], prefix: &str) -> impl Iterator<Item = Font> {
    let mut files = Vec::new();
    for folder in folders {
        collect(folder, prefix, 5, &mut files);
    }
    files.sort();
    files.into_iter().filter_map(|file| fs::read(file).ok()).flat_map(|data| Font::iter(Bytes::new(data)))
}

/// Adds the font files of a folder; `depth` ends loops of links.
fn collect(folder: &Path, prefix: &str, depth: u8, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return }; // No such folder on this system.
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            if depth > 0 {
                collect(&path, prefix, depth - 1, files);
            }
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase().replace(['-', '_', ' '], "");
        let is_font = [".ttf", ".otf", ".ttc"].iter().any(|end| name.ends_with(end));
        if is_font && name.starts_with(prefix) {
            files.push(path);
        }
    }
}

fn system_folders() -> Vec<PathBuf> {
    let fixed = ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts"];
    let below = |variable: &str, folders: &[&str]| -> Vec<PathBuf> {
        std::env::var_os(variable)
            .map(|root| folders.iter().map(|folder| Path::new(&root).join(folder)).collect())
            .unwrap_or_default()
    };
    let mut all: Vec<PathBuf> = fixed.iter().map(PathBuf::from).collect();
    all.extend(below("HOME", &[".local/share/fonts", ".fonts", "Library/Fonts"]));
    all.extend(below("WINDIR", &["Fonts"]));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_any_font_says_so_or_uses_the_embedded() {
        let fonts = Fonts::from_folders(&[]);
        if EMBEDDED.is_empty() {
            assert_eq!(fonts.family(), "Libertinus Serif");
            assert!(fonts.note().is_some_and(|note| note.contains("fonts-liberation2")));
        } else {
            assert_eq!((fonts.family(), fonts.note()), ("Tinos", None));
        }
    }

    #[test]
    fn a_family_must_be_complete() {
        let serif = || typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data)));
        // Libertinus Serif Bold Italic has no ơ and no ư, so the family does not pass.
        assert!(complete("Libertinus Serif", serif()).is_none());
        assert!(complete("No Such Family", serif()).is_none());
    }
}
