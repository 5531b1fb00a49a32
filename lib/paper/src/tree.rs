//! The document tree: what stands on the paper, without any of how it is drawn.

use serde::Serialize;

use crate::Issued;

/// One official document, A4 portrait, margins 20 mm top and bottom, 30 mm left, 15 mm right.
///
/// Texts are plain: no markup is read in them. Line feeds and tabs become spaces, other control characters vanish,
/// letters are composed (NFC); no-break spaces stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Document {
    /// Nation, motto, issuing body, number, place and date.
    pub header: Header,
    /// A warning in capitals above everything and in the top margin of each further page, such as "DỮ LIỆU MẪU".
    pub mark: Option<String>,
    /// Name of the kind in capitals, "BÁO CÁO"; `None` is an official letter (công văn): no title, and the subject
    /// stands small under the number.
    pub kind: Option<String>,
    /// What it is about (trích yếu), in sentence case.
    pub subject: String,
    /// Whom it is addressed to ("Kính gửi"); may be empty.
    pub addressees: Vec<String>,
    /// Who decides, in capitals above the bases of a decision: "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ MẪU".
    pub authority: Option<String>,
    /// Legal bases (căn cứ), without end marks: [`Document::base_lines`] sets them.
    pub bases: Vec<String>,
    /// What stands centred and bold between bases and body: "QUYẾT ĐỊNH:".
    pub resolution: Option<String>,
    /// The body. The caller closes the last text with "./.".
    pub blocks: Vec<Block>,
    /// Who signs, right half of the page.
    pub signature: Signature,
    /// Recipients (Nơi nhận) without dashes and end marks: [`Document::recipient_lines`] sets them.
    pub recipients: Vec<String>,
    /// What goes with the document, each on pages of its own with numbers of its own.
    pub appendices: Vec<Appendix>,
}

/// A Phụ lục. Two or more are numbered in Roman figures by the writers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Appendix {
    /// Its title, in capitals.
    pub title: String,
    /// On pages lying on their long side.
    pub landscape: bool,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// The header block on the first page.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Header {
    /// The body above the issuing one, capitals, upright.
    pub parent_body: Option<String>,
    /// The issuing body, capitals, bold, ruled below.
    pub issuing_body: String,
    /// The registry's number; `None` leaves room to write it in.
    pub number: Option<u32>,
    /// What follows the number: "BC-BCĐ".
    pub symbol: String,
    /// Place name before the date: "Điện Biên".
    pub place: String,
    /// Day of issue, or blanks to fill in.
    pub issued: Issued,
}

/// One piece of the body.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum Block {
    /// A numbered title as it is to be read, "I. KẾT QUẢ"; level 1 and 2 bold, 3 bold italic, 4 and below italic.
    Heading {
        /// 1 is the highest.
        level: u8,
        /// With its number.
        text: String,
    },
    /// A justified paragraph with first-line indent.
    Paragraph(Vec<Run>),
    /// A line that begins with a dash; the writers set the dash.
    Item(Vec<Run>),
    /// A Phần or Chương: number and title centred on two lines.
    Chapter {
        /// "Chương I".
        number: String,
        /// In capitals.
        title: String,
    },
    /// A table over the whole text width.
    Table(Table),
    /// A chart or a map.
    Picture(Picture),
}

/// A drawing: lines in the PDF, pixels in Word.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Picture {
    /// The drawing as SVG without outside references; `font-family="serif"` is set in the document's type.
    pub svg: String,
    /// What it shows, for who cannot see it.
    pub alt: String,
    /// Printed below.
    pub caption: Option<String>,
    /// Width on the paper in millimetres, at most the text's.
    pub width: u16,
}

/// A stretch of text in one style.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Run {
    /// The text.
    pub text: String,
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
    /// Where the figure in this run comes from: an opaque target for pages; paper ignores it.
    pub source: Option<String>,
}

/// A table; the header rows repeat on each page, no row is split over two pages.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Table {
    /// Printed above.
    pub caption: Option<String>,
    /// At least one.
    pub columns: Vec<Column>,
    /// Bold and centred; may be empty.
    pub header: Vec<Vec<Cell>>,
    /// The body rows.
    pub rows: Vec<Vec<Cell>>,
    /// Lines printed small below, such as the source or "trong đó có số ước".
    pub notes: Vec<String>,
    /// On pages of its own that lie on their long side. Never the last block of a body: the signature follows that.
    pub landscape: bool,
}

/// A column of a [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Column {
    /// Share of the text width, in the same unit for all columns of the table; at least 1.
    pub width: u32,
    /// Where the body cells put their text.
    pub align: Align,
}

/// Horizontal place of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// At the left edge: names.
    #[default]
    Left,
    /// In the middle: ordinals.
    Center,
    /// At the right edge: amounts.
    Right,
}

/// A cell of a [`Table`].
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// The text.
    pub runs: Vec<Run>,
    /// How many columns it covers; at least 1.
    pub columns: usize,
    /// How many rows it covers; at least 1. More than one is kept on one page only in the header.
    pub rows: usize,
}

/// The signature block.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Signature {
    /// Authority, prefix and post from top to bottom, capitals: "TM. BAN CHỈ ĐẠO", "KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN".
    pub lines: Vec<String>,
    /// Full name without titles; `None` leaves it to be written.
    pub name: Option<String>,
}

impl Block {
    /// A paragraph of one plain run.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Paragraph(vec![Run::plain(text)])
    }

    /// A title of the given level.
    pub fn heading(level: u8, text: impl Into<String>) -> Self {
        Self::Heading { level, text: text.into() }
    }
}

impl Run {
    /// Upright, regular, no source.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Bold, no source.
    pub fn bold(text: impl Into<String>) -> Self {
        Self { bold: true, ..Self::plain(text) }
    }

    /// Italic, no source.
    pub fn italic(text: impl Into<String>) -> Self {
        Self { italic: true, ..Self::plain(text) }
    }

    /// The same run with the target that shows where its figure comes from.
    #[must_use]
    pub fn from_source(self, source: impl Into<String>) -> Self {
        Self { source: Some(source.into()), ..self }
    }
}

impl Column {
    /// A column of this share of the width.
    pub fn new(width: u32, align: Align) -> Self {
        Self { width, align }
    }
}

impl Cell {
    /// A cell over one column and one row.
    pub fn new(runs: Vec<Run>) -> Self {
        Self { runs, columns: 1, rows: 1 }
    }

    /// The same cell over so many columns and rows.
    #[must_use]
    pub fn over(self, columns: usize, rows: usize) -> Self {
        Self { columns, rows, ..self }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(vec![Run::plain(text)])
    }
}
