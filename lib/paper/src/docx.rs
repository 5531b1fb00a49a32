//! The Word writer: the same boxes as the PDF, in real styles that a clerk can change.

mod parts;
mod table;

use docx_rs::{
    Docx, Header as PageHeader, LineSpacing, PageMargin, PageNum, PageNumType, PageOrientationType, PageSize,
    Paragraph, Pic, Run as WordRun, SectionProperty, SpecialIndentType, Table, TableCell, TableLayoutType, TableRow,
    WidthType,
};

use crate::lines::{MOTTO, NATION, clean};
use crate::{Block, Document, Error, Fonts, Picture, Run, width};

/// The page in twips (1/1440 inch): A4, and the text width that the margins leave.
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGIN: PageMargin =
    PageMargin { top: 1134, bottom: 1134, left: 1701, right: 850, header: 454, footer: 567, gutter: 0 };
const TEXT_WIDTH: u32 = 9355;
const LANDSCAPE_WIDTH: u32 = PAGE.1 - 1701 - 850;
/// Columns of the header block and of the signature row.
const HEADER_GRID: [u32; 2] = [3742, 5613];
const SIGNATURE_GRID: [u32; 2] = [4422, 4933];
/// Room for the signature itself: 24 mm.
const SIGNING_ROOM: u32 = 1361;

/// The document as a .docx file; equal documents give equal bytes, the file's date is the day of issue. The fonts only
/// draw the letters inside pictures.
pub fn docx(document: &Document, fonts: &Fonts) -> Result<Vec<u8>, Error> {
    document.check()?;
    let mut word =
        Docx::new().first_header(PageHeader::new().add_paragraph(styled("Header"))).header(page_header(document));
    if let Some(mark) = &document.mark {
        let side = i32::try_from(TEXT_WIDTH.saturating_sub(twips(mark, 13) + 240) / 2).unwrap_or(0);
        word = word.add_paragraph(line("Mark", mark).indent(Some(side), None, Some(side), None));
    }
    word = word.add_table(header_block(document));
    for paragraph in title(document).into_iter().chain(addressees(document)) {
        word = word.add_paragraph(paragraph);
    }
    if let Some(authority) = &document.authority {
        let paragraph = balanced(line("Title", authority), authority, 14, TEXT_WIDTH);
        word = word.add_paragraph(paragraph).add_paragraph(gap(10));
    }
    for base in document.base_lines() {
        word = word.add_paragraph(line("Bases", &base));
    }
    if let Some(resolution) = &document.resolution {
        word = word.add_paragraph(gap(6)).add_paragraph(line("Title", resolution)).add_paragraph(gap(6));
    }
    let mut section = Section { first: true, numbered_anew: false, landscape: false };
    for (at, block) in document.blocks.iter().enumerate() {
        let lies = matches!(block, Block::Table(table) if table.landscape);
        if lies {
            word = word.add_paragraph(section.close());
            section = Section { first: false, numbered_anew: false, landscape: true };
        }
        word = add(word, block, at + 1 == document.blocks.len(), section.width(), fonts)?;
        if lies {
            word = word.add_paragraph(section.close());
            section = Section { first: false, numbered_anew: false, landscape: false };
        }
    }
    word = word.add_paragraph(gap(14)).add_table(signature_row(document)).add_paragraph(gap(1));
    for (at, appendix) in document.appendices.iter().enumerate() {
        word = word.add_paragraph(section.close());
        section = Section { first: true, numbered_anew: true, landscape: appendix.landscape };
        let (name, with) = document.appendix_lines(at);
        word = word
            .add_paragraph(line("Title", &name))
            .add_paragraph(balanced(line("Subtitle", &appendix.title), &appendix.title, 14, section.width()))
            .add_paragraph(styled("HeaderBlock").add_run(word_run(&with).italic()))
            .add_paragraph(gap(10));
        for block in &appendix.blocks {
            word = add(word, block, false, section.width(), fonts)?;
        }
    }
    parts::pack(section.finish(word), document)
}

/// A stretch of pages that lie the same way and are counted together.
#[derive(Clone, Copy)]
struct Section {
    /// Its first page is a first page: no number on it.
    first: bool,
    /// Its pages are counted from 1.
    numbered_anew: bool,
    /// Its pages lie on their long side.
    landscape: bool,
}

impl Section {
    fn width(self) -> u32 {
        if self.landscape { LANDSCAPE_WIDTH } else { TEXT_WIDTH }
    }

    fn size(self) -> PageSize {
        let (short, long) = PAGE;
        if self.landscape {
            PageSize::new().size(long, short).orient(PageOrientationType::Landscape)
        } else {
            PageSize::new().size(short, long)
        }
    }

    /// The paragraph that ends it.
    fn close(self) -> Paragraph {
        let mut property = SectionProperty::new().page_size(self.size()).page_margin(MARGIN);
        if self.first {
            property = property.title_pg();
        }
        if self.numbered_anew {
            property.page_num_type = Some(PageNumType::new().start(1));
        }
        gap(1).keep_next(false).section_property(property)
    }

    /// The document, which ends with it.
    fn finish(self, word: Docx) -> Docx {
        let (short, long) = PAGE;
        let mut word = if self.landscape {
            word.page_size(long, short).page_orient(PageOrientationType::Landscape)
        } else {
            word.page_size(short, long)
        }
        .page_margin(MARGIN);
        word.document.section_property.title_pg = self.first;
        if self.numbered_anew {
            word = word.page_num_type(PageNumType::new().start(1));
        }
        word
    }
}

/// Adds a block of the body. The last one stays with the signature, so that this never stands alone on a page.
fn add(word: Docx, block: &Block, last: bool, width: u32, fonts: &Fonts) -> Result<Docx, Error> {
    Ok(match block {
        Block::Heading { level, text } => {
            word.add_paragraph(line(&format!("Heading{}", (*level).clamp(1, 4)), text).keep_next(true))
        }
        Block::Chapter { number, title } => word
            .add_paragraph(gap(8))
            .add_paragraph(line("Title", number))
            .add_paragraph(line("Title", title).keep_next(true))
            .add_paragraph(gap(4)),
        Block::Paragraph(runs) => word.add_paragraph(with(styled("BodyText"), runs).keep_next(last)),
        Block::Item(runs) => word.add_paragraph(with(styled("BodyText").add_run(word_run("- ")), runs).keep_next(last)),
        Block::Table(table) => table::add(word, table, last, width),
        Block::Picture(picture) => add_picture(word, picture, last, width, fonts)?,
    })
}

/// English metric units, 36,000 a millimetre: what drawings are measured in.
const EMU: u32 = 36_000;

fn add_picture(word: Docx, picture: &Picture, last: bool, width: u32, fonts: &Fonts) -> Result<Docx, Error> {
    let failed = |what| Error::Picture { picture: picture.alt.chars().take(80).collect(), what };
    let (png, across, down) = fonts.png(&picture.svg, picture.width).map_err(failed)?;
    // 1440 twips are 25.4 mm.
    let wide = (u32::from(picture.width) * EMU).min(width * 635);
    let high = u64::from(wide) * u64::from(down) / u64::from(across.max(1));
    let drawn = Pic::new_with_dimensions(png, across, down).size(wide, u32::try_from(high).unwrap_or(u32::MAX));
    let paragraph = styled("HeaderBlock").add_run(WordRun::new().add_image(drawn));
    let word = word.add_paragraph(paragraph.keep_next(last || picture.caption.is_some()));
    Ok(match &picture.caption {
        Some(caption) => word.add_paragraph(line("Caption", caption).keep_next(last)),
        None => word,
    })
}

fn page_header(document: &Document) -> PageHeader {
    let mut header = PageHeader::new().add_paragraph(styled("Header").add_page_num(PageNum::new()));
    if let Some(mark) = &document.mark {
        header = header.add_paragraph(styled("Header").add_run(word_run(mark).bold().size(20)));
    }
    header
}

fn header_block(document: &Document) -> Table {
    let header = &document.header;
    let [left, right] = HEADER_GRID;
    let mut issuing = TableCell::new();
    if let Some(parent) = &header.parent_body {
        let parent = balanced(styled("HeaderBlock").add_run(word_run(parent).size(24)), parent, 12, left);
        issuing = issuing.add_paragraph(parent);
    }
    let body = styled("HeaderBlock").add_run(word_run(&header.issuing_body).bold().size(24));
    issuing = issuing
        .add_paragraph(balanced(body, &header.issuing_body, 12, left))
        .add_paragraph(rule(left, longest_line(&header.issuing_body, 12, left) * 40 / 100));
    let nation = TableCell::new()
        .add_paragraph(styled("HeaderBlock").add_run(word_run(NATION).bold().size(24)))
        .add_paragraph(styled("HeaderBlock").add_run(word_run(MOTTO).bold().size(26)))
        .add_paragraph(rule(right, twips(MOTTO, 13)));
    let mut number = TableCell::new().add_paragraph(line("HeaderBlock", &header.number_line()));
    if let Some(subject) = document.letter_subject() {
        number = number.add_paragraph(styled("HeaderBlock").add_run(word_run(&subject).size(24)));
    }
    let date = TableCell::new().add_paragraph(styled("HeaderBlock").add_run(word_run(&header.date_line()).italic()));
    plain_table(HEADER_GRID, vec![[issuing, nation], [number, date]])
}

/// A two-column table without borders or cell margins.
fn plain_table(grid: [u32; 2], rows: Vec<[TableCell; 2]>) -> Table {
    let [left, right] = grid.map(|column| column as usize);
    let rows = rows.into_iter().map(|[first, second]| {
        TableRow::new(vec![first.width(left, WidthType::Dxa), second.width(right, WidthType::Dxa)]).cant_split()
    });
    Table::without_borders(rows.collect())
        .set_grid(vec![left, right])
        .layout(TableLayoutType::Fixed)
        .width(left + right, WidthType::Dxa)
        .margins(docx_rs::TableCellMargins::new().margin(0, 0, 0, 0))
}

fn title(document: &Document) -> Vec<Paragraph> {
    let Some(kind) = &document.kind else { return vec![gap(14)] };
    let length = longest_line(&document.subject, 14, TEXT_WIDTH) * 40 / 100;
    let subject = balanced(line("Subtitle", &document.subject), &document.subject, 14, TEXT_WIDTH);
    vec![gap(14), line("Title", kind), subject, rule(TEXT_WIDTH, length), gap(10)]
}

fn addressees(document: &Document) -> Vec<Paragraph> {
    let lines = document.addressee_lines();
    match lines.as_slice() {
        [] => Vec::new(),
        [one] => vec![line("Addressee", &format!("Kính gửi: {one}")).align(docx_rs::AlignmentType::Center), gap(10)],
        many => {
            let mut all = vec![line("Addressee", "Kính gửi:").indent(Some(1417), None, None, None)];
            all.extend(many.iter().map(|text| {
                line("Addressee", text).indent(Some(2835), Some(SpecialIndentType::Hanging(170)), None, None)
            }));
            all.push(gap(10));
            all
        }
    }
}

fn signature_row(document: &Document) -> Table {
    let mut left = TableCell::new();
    if document.recipients.is_empty() {
        left = left.add_paragraph(styled("Recipients"));
    } else {
        left = left.add_paragraph(styled("Recipients").add_run(word_run("Nơi nhận:").bold().italic().size(24)));
    }
    for recipient in document.recipient_lines() {
        left = left.add_paragraph(line("Recipients", &recipient));
    }
    let mut right = TableCell::new();
    for text in &document.signature.lines {
        right = right.add_paragraph(line("Signature", text));
    }
    let name = document.signature.name.as_deref().unwrap_or_default();
    right = right.add_paragraph(line("Signature", name).line_spacing(LineSpacing::new().before(SIGNING_ROOM)));
    plain_table(SIGNATURE_GRID, vec![[left, right]])
}

/// Length in twips of a bold text of so many points.
fn twips(text: &str, points: u32) -> u32 {
    width::bold(text).saturating_mul(points) / 50 // 20 twips a point, widths in thousandths.
}

/// Length in twips of the longest line of a bold text whose lines are about equally long.
fn longest_line(text: &str, points: u32, column: u32) -> u32 {
    width::balanced(text, column * 50 / points).map_or_else(|| twips(text, points), |ems| ems * points / 50).min(column)
}

/// Indents a centred paragraph that is too long for one line of its column, so that its lines are equally long.
fn balanced(paragraph: Paragraph, text: &str, points: u32, column: u32) -> Paragraph {
    if twips(text, points) <= column {
        return paragraph;
    }
    let narrow = longest_line(text, points, column) + points * 6; // A little more: the widths are estimates.
    let side = i32::try_from(column.saturating_sub(narrow) / 2).unwrap_or(0);
    paragraph.indent(Some(side), None, Some(side), None)
}

/// A centred rule of `length` twips in a column of `column` twips.
fn rule(column: u32, length: u32) -> Paragraph {
    let side = i32::try_from(column.saturating_sub(length) / 2).unwrap_or(0);
    styled("Rule").indent(Some(side), None, Some(side), None)
}

/// An empty line of so many points, which stays with what follows.
fn gap(points: u32) -> Paragraph {
    let exact = LineSpacing::new().line_rule(docx_rs::LineSpacingType::Exact);
    let height = i32::try_from(points * 20).unwrap_or(20);
    Paragraph::new().keep_next(true).line_spacing(exact.line(height)).size(2)
}

fn styled(style: &str) -> Paragraph {
    Paragraph::new().style(style)
}

fn line(style: &str, text: &str) -> Paragraph {
    styled(style).add_run(word_run(text))
}

fn word_run(text: &str) -> WordRun {
    WordRun::new().add_text(clean(text))
}

/// The paragraph with these runs added.
fn with(paragraph: Paragraph, runs: &[Run]) -> Paragraph {
    runs.iter().fold(paragraph, |paragraph, run| {
        let mut word = word_run(&run.text);
        if run.bold {
            word = word.bold();
        }
        if run.italic {
            word = word.italic();
        }
        paragraph.add_run(word)
    })
}
