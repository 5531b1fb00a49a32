//! A .docx that people edited by hand comes back: read with limits, and its changed figures found.

use std::io::{Cursor, Read};

use serde::{Deserialize, Serialize};
use zip::ZipArchive;

/// The largest file taken, what may come out of it, and how many parts it may have.
pub(crate) const LARGEST: usize = 10 << 20;
const UNPACKED: u64 = 40 << 20;
const MOST_PARTS: usize = 2_000;

/// Why a file was not taken, in words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error(
        "Đây không phải tệp Word .docx; hãy lưu lại bằng định dạng .docx. / This is no .docx file; save it as .docx."
    )]
    NotWord,
    #[error("Tệp nở ra quá lớn khi mở nên không được nhận. / The file unpacks to too much and is not taken.")]
    Bomb,
}

/// A paragraph of the report, or the cells of a row of a table: what comes back is compared with these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Line {
    /// Its stretches, one after the other.
    Text(Vec<Stretch>),
    /// The cells that hold anything, from left to right.
    Row(Vec<Stretch>),
}

/// A stretch of a paragraph, or a cell, as the report was written: from a figure, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stretch {
    pub(crate) text: String,
    pub(crate) code: Option<String>,
}

/// A figure that reads otherwise in the file than it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) code: String,
    pub(crate) written: String,
    pub(crate) found: Option<String>,
    /// The paragraph in the file, for the eye.
    pub(crate) paragraph: String,
}

/// The paragraphs of a .docx that has passed [`web::File::checked`], as plain text; deleted text of tracked changes is left out.
///
/// # Errors
/// Why it is not taken.
pub(crate) fn read(file: &[u8]) -> Result<Vec<String>, Refused> {
    let mut parts = ZipArchive::new(Cursor::new(file)).map_err(|_| Refused::NotWord)?;
    if parts.len() > MOST_PARTS {
        return Err(Refused::Bomb);
    }
    let mut left = UNPACKED;
    let mut document = None;
    for at in 0..parts.len() {
        let mut part = parts.by_index(at).map_err(|_| Refused::NotWord)?;
        let name = part.name().to_owned();
        // What the directory says is not believed: every part is unpacked, up to what is left.
        let mut text = Vec::new();
        let keep = name == "word/document.xml";
        let mut limited = part.by_ref().take(left + 1);
        let read = if keep {
            limited.read_to_end(&mut text).map(|it| u64::try_from(it).unwrap_or(u64::MAX))
        } else {
            std::io::copy(&mut limited, &mut std::io::sink())
        };
        let read = read.map_err(|_| Refused::NotWord)?;
        left = left.checked_sub(read).ok_or(Refused::Bomb)?;
        if keep {
            document = Some(String::from_utf8(text).map_err(|_| Refused::NotWord)?);
        }
    }
    let document = document.ok_or(Refused::NotWord)?;
    Ok(texts(&document))
}

/// The text of each `w:p`, tabs and breaks as spaces.
fn texts(xml: &str) -> Vec<String> {
    let mut res = vec![String::new()];
    let mut inside = false;
    for tag in xml.split('<').skip(1) {
        let Some((name, text)) = tag.split_once('>') else { continue };
        let bare = name.split([' ', '/']).find(|it| !it.is_empty()).unwrap_or_default();
        match (bare, name.starts_with('/')) {
            ("w:p", true) => res.push(String::new()),
            ("w:t", false) => inside = !name.ends_with('/'),
            ("w:t", true) => inside = false,
            ("w:tab" | "w:br", false) => {
                if let Some(last) = res.last_mut() {
                    last.push(' ');
                }
            }
            _ => {}
        }
        if inside && let Some(last) = res.last_mut() {
            last.push_str(&unescaped(text));
        }
    }
    let clean = |it: &String| viet::composed(it.trim());
    res.iter().map(clean).filter(|it| !it.is_empty()).collect()
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

/// What the report says in paragraphs and rows with figures, for later comparison.
pub(crate) fn lines(document: &paper::Document) -> Vec<Line> {
    let of = |run: &paper::Run| Stretch { text: viet::composed(&run.text), code: run.source.clone() };
    let cell = |cell: &paper::Cell| Stretch {
        text: viet::composed(&cell.text()),
        code: cell.runs.iter().find_map(|it| it.source.clone()),
    };
    let row =
        |cells: &Vec<paper::Cell>| Line::Row(cells.iter().map(cell).filter(|it| !it.text.trim().is_empty()).collect());
    let mut res = Vec::new();
    for block in &document.blocks {
        match block {
            paper::Block::Paragraph(runs) | paper::Block::Item(runs) => {
                res.push(Line::Text(runs.iter().map(of).collect()));
            }
            paper::Block::Table(table) => res.extend(table.rows.iter().map(row)),
            _ => {}
        }
    }
    let has_figure = |it: &Line| {
        let (Line::Text(all) | Line::Row(all)) = it;
        all.iter().any(|it| it.code.is_some())
    };
    res.retain(has_figure);
    res
}

/// The figures that read otherwise in the file than in the report.
pub(crate) fn changed(lines: &[Line], paragraphs: &[String]) -> Vec<Changed> {
    let plain: Vec<String> = paragraphs.iter().map(|it| plain(it)).collect();
    let mut used = vec![false; plain.len()];
    let of = |line: &Line| match line {
        Line::Text(stretches) => in_text(stretches, &plain, &mut used),
        Line::Row(cells) => in_row(cells, &plain),
    };
    lines.iter().flat_map(of).collect()
}

/// Spaces of every kind as one.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A row is as many paragraphs one after the other; the one whose other cells are most alike is meant.
fn in_row(cells: &[Stretch], paragraphs: &[String]) -> Vec<Changed> {
    let written: Vec<String> = cells.iter().map(|it| plain(&it.text)).collect();
    let alike = |window: &[String]| {
        let all = cells.iter().zip(&written).zip(window);
        all.filter(|((cell, text), found)| cell.code.is_none() && *text == *found).count()
    };
    let names = cells.iter().filter(|it| it.code.is_none()).count();
    let windows = paragraphs.windows(cells.len().max(1));
    let best = windows.max_by_key(|it| alike(it)).filter(|it| alike(it) * 2 > names);
    let told = |(at, (cell, text)): (usize, (&Stretch, &String))| {
        let code = cell.code.clone()?;
        let found = best.and_then(|it| it.get(at)).cloned();
        let place = written.iter().zip(cells).filter(|(_, it)| it.code.is_none()).map(|(it, _)| it.as_str());
        (found.as_deref() != Some(text)).then(|| Changed {
            code,
            written: cell.text.clone(),
            found,
            paragraph: place.collect::<Vec<_>>().join(" · "),
        })
    };
    cells.iter().zip(&written).enumerate().filter_map(told).collect()
}

fn in_text(line: &[Stretch], paragraphs: &[String], used: &mut [bool]) -> Vec<Changed> {
    let whole = plain(&line.iter().map(|it| it.text.as_str()).collect::<String>());
    let best = paragraphs
        .iter()
        .enumerate()
        .filter(|(at, _)| !used.get(*at).copied().unwrap_or(true))
        .map(|(at, it)| (likeness(&whole, it), at))
        .max_by_key(|(alike, at)| (*alike, std::cmp::Reverse(*at)))
        .filter(|(alike, _)| *alike >= 500);
    let Some((_, at)) = best else {
        return line.iter().filter_map(|it| missing(it, &whole)).collect();
    };
    if let Some(used) = used.get_mut(at) {
        *used = true;
    }
    let text = paragraphs.get(at).cloned().unwrap_or_default();
    if text == whole {
        return Vec::new();
    }
    // Between two unchanged words around a figure stands what the file says.
    let mut res = Vec::new();
    let mut from = 0;
    for (index, stretch) in line.iter().enumerate() {
        let Some(code) = &stretch.code else { continue };
        let before =
            line.get(..index).and_then(<[Stretch]>::last).map(|it| tail(&plain_edges(&it.text))).unwrap_or_default();
        let after = line.get(index + 1).map(|it| head(&plain_edges(&it.text))).unwrap_or_default();
        let rest = text.get(from..).unwrap_or_default();
        let start = if before.is_empty() { Some(0) } else { rest.find(&before).map(|it| it + before.len()) };
        let found = start.and_then(|start| {
            let rest = rest.get(start..)?;
            let end = if after.is_empty() { Some(rest.len()) } else { rest.find(&after) }?;
            from += start + end;
            rest.get(..end).map(|it| it.trim().to_owned())
        });
        if found.as_deref().map(plain).as_deref() != Some(plain(&stretch.text).as_str()) {
            res.push(Changed {
                code: code.clone(),
                written: stretch.text.clone(),
                found: found.filter(|it| it.chars().count() <= 80),
                paragraph: text.clone(),
            });
        }
    }
    res
}

fn missing(stretch: &Stretch, whole: &str) -> Option<Changed> {
    let code = stretch.code.clone()?;
    Some(Changed { code, written: stretch.text.clone(), found: None, paragraph: whole.to_owned() })
}

/// Inner white space as one space each; the edges stay.
fn plain_edges(text: &str) -> String {
    text.chars().map(|it| if it.is_whitespace() { ' ' } else { it }).collect()
}

/// The last, and the first, few letters of a text.
fn tail(text: &str) -> String {
    let count = text.chars().count();
    text.chars().skip(count.saturating_sub(18)).collect()
}

fn head(text: &str) -> String {
    text.chars().take(12).collect()
}

/// How alike two texts are, in thousandths: their common words against all.
fn likeness(one: &str, other: &str) -> usize {
    let (mut a, mut b): (Vec<&str>, Vec<&str>) = (one.split(' ').collect(), other.split(' ').collect());
    a.sort_unstable();
    b.sort_unstable();
    let (mut i, mut j, mut common) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    2000 * common / (a.len() + b.len()).max(1)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut file = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            file.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            file.write_all(content).unwrap();
        }
        file.finish().unwrap().into_inner()
    }

    #[track_caller]
    fn check_refused(parts: &[(&str, &[u8])], expect: Refused) {
        assert_eq!(read(&packed(parts)), Err(expect));
    }

    #[test]
    fn dangerous_files_are_refused() {
        let body: (&str, &[u8]) = ("word/document.xml", b"<w:p><w:t>x</w:t></w:p>");
        check_refused(&[("word/other.xml", b"x")], Refused::NotWord);
        let zeros = vec![0; 45 << 20];
        check_refused(&[body, ("word/media/image1.png", &zeros)], Refused::Bomb);
        assert_eq!(read(b"no zip"), Err(Refused::NotWord));
    }

    #[test]
    fn paragraphs_are_read_as_people_read_them() {
        let xml = "<w:body><w:p><w:r><w:t xml:space=\"preserve\">Có 5 </w:t></w:r><w:del><w:delText>cũ</w:delText></w:del><w:r><w:t>xã &amp; &lt;phường&gt;</w:t></w:r></w:p><w:p><w:t/></w:p></w:body>";
        assert_eq!(texts(xml), ["Có 5 xã & <phường>"]);
    }

    fn line(parts: &[(&str, &str)]) -> Vec<Stretch> {
        let code = |it: &str| (!it.is_empty()).then(|| it.to_owned());
        parts.iter().map(|(text, it)| Stretch { text: (*text).into(), code: code(it) }).collect()
    }

    #[test]
    fn changed_figures_are_found() {
        let lines = [
            Line::Text(line(&[
                ("Đã tổ chức ", ""),
                ("1.750", "LAU01"),
                (" cuộc phát động với ", ""),
                ("gần\u{a0}300", "LAU02"),
                (" lượt người.", ""),
            ])),
            Line::Row(line(&[("1", ""), ("Mô hình", ""), ("mô hình", ""), ("48", "MOD00")])),
        ];
        let file =
            |text: &str, cell: &str| vec![text.to_owned(), "1".into(), "Mô hình".into(), "mô hình".into(), cell.into()];
        let same = "Đã tổ chức 1.750 cuộc phát động với gần 300 lượt người.";
        assert_eq!(changed(&lines, &file(same, "48")), []);
        let found = changed(&lines, &file("Đã tổ chức 1.800 cuộc phát động với gần 300 lượt người.", "49"));
        let told: Vec<_> = found.iter().map(|it| (it.code.as_str(), it.found.as_deref())).collect();
        assert_eq!(told, [("LAU01", Some("1.800")), ("MOD00", Some("49"))]);
        let gone = changed(&lines, &["Một đoạn khác hẳn.".to_owned()]);
        assert_eq!(gone.iter().filter(|it| it.found.is_none()).count(), 3);
    }
}
