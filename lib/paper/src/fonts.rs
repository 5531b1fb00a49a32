//! The serif faces a PDF is set in: found once, used for every document.

use std::fs;
use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::syntax::Source;
use typst::text::{Font, FontBook, FontStyle, FontWeight};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt};
use unicode_normalization::UnicodeNormalization;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Fonts and typesetter, ready to use. Make one when the program starts and share it: it is read-only.
pub struct Fonts {
    pub(crate) library: LazyHash<Library>,
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) faces: Vec<Font>,
    pub(crate) template: Source,
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
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&faces)),
            faces,
            template: Source::detached(include_str!("template.typ")),
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
