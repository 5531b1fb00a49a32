//! The Word writer: the same boxes as the PDF, in real styles that a clerk can change.

mod parts;
mod table;

use docx_rs::{
    Docx, Header as PageHeader, LineSpacing, PageMargin, PageNum, Paragraph, Run as WordRun, SpecialIndentType, Table,
    TableCell, TableLayoutType, TableRow, WidthType,
};

use crate::lines::{MOTTO, NATION, clean};
use crate::{Block, Document, Error, Run, width};

/// The page in twips (1/1440 inch): A4, and the text width that the margins leave.
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGIN: PageMargin =
    PageMargin { top: 1134, bottom: 1134, left: 1701, right: 850, header: 454, footer: 567, gutter: 0 };
const TEXT_WIDTH: u32 = 9355;
/// Columns of the header block and of the signature row.
const HEADER_GRID: [u32; 2] = [3742, 5613];
const SIGNATURE_GRID: [u32; 2] = [4422, 4933];
/// Room for the signature itself: 24 mm.
const SIGNING_ROOM: u32 = 1361;

/// The document as a .docx file; equal documents give equal bytes, the file's date is the day of issue.
pub fn docx(document: &Document) -> Result<Vec<u8>, Error> {
    document.check()?;
    let mut word = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(MARGIN)
        .first_header(PageHeader::new().add_paragraph(styled("Header")))
        .header(page_header(document));
    if let Some(mark) = &document.mark {
        let side = i32::try_from(TEXT_WIDTH.saturating_sub(twips(mark, 13) + 240) / 2).unwrap_or(0);
        word = word.add_paragraph(line("Mark", mark).indent(Some(side), None, Some(side), None));
    }
    word = word.add_table(header_block(document));
    for paragraph in title(document).into_iter().chain(addressees(document)) {
        word = word.add_paragraph(paragraph);
    }
    for base in document.base_lines() {
        word = word.add_paragraph(line("Bases", &base));
    }
    for (at, block) in document.blocks.iter().enumerate() {
        word = add(word, block, at + 1 == document.blocks.len());
    }
    word = word.add_paragraph(gap(14)).add_table(signature_row(document)).add_paragraph(gap(1));
    parts::pack(word, document)
}

/// Adds a block of the body. The last one stays with the signature, so that this never stands alone on a page.
fn add(word: Docx, block: &Block, last: bool) -> Docx {
    match block {
        Block::Heading { level, text } => {
            word.add_paragraph(line(&format!("Heading{}", (*level).clamp(1, 4)), text).keep_next(true))
        }
        Block::Paragraph(runs) => word.add_paragraph(with(styled("BodyText"), runs).keep_next(last)),
        Block::Item(runs) => word.add_paragraph(with(styled("BodyText").add_run(word_run("- ")), runs).keep_next(last)),
        Block::Table(table) => table::add(word, table, last),
    }
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
