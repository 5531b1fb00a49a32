//! Text files and pasted text.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1258};

use crate::{At, Book, Sheet, SheetError, Value, book::Meter};

/// So many bytes are looked at to tell what a text is.
const LOOK: usize = 4_096;

pub(crate) fn read(bytes: &[u8], meter: &mut Meter) -> Result<Book, SheetError> {
    let text = decode(bytes)?;
    let head: String = text.chars().take(LOOK).collect::<String>().to_lowercase();
    if head.trim_start().starts_with('<')
        && ["<html", "<table", "<!doctype", "<?xml"].iter().any(|it| head.contains(it))
    {
        // Old programs export web pages under the name .xls.
        return Err(SheetError::Other("trang web hoặc XML đổi tên", "a web page or XML under another name"));
    }
    Ok(Book { sheets: vec![table(&text, delimiter(&text), meter)?], legacy: None })
}

/// The cells of a text whose cells are parted by this letter. A field in quotes may hold it, line ends and doubled quotes;
/// an empty line is a row.
pub(crate) fn table(text: &str, delimiter: char, meter: &mut Meter) -> Result<Sheet, SheetError> {
    let mut sheet = Sheet::default();
    let mut at = At::new(0, 0);
    let mut field = String::new();
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    loop {
        let letter = letters.next();
        match letter {
            Some('"') if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            Some('"') if quoted => quoted = false,
            Some('"') if field.is_empty() => quoted = true,
            Some(it) if quoted || it != delimiter && it != '\n' => field.push(it),
            _ => {
                if !field.trim().is_empty() {
                    meter.cell("", at)?;
                    sheet.push(at, Value::Text(std::mem::take(&mut field)), false);
                }
                field.clear();
                at = match letter {
                    None => return Ok(sheet),
                    Some('\n') => At::new(at.row.saturating_add(1), 0),
                    Some(_) => At::new(at.row, at.column.saturating_add(1)),
                };
            }
        }
    }
}

/// Comma, semicolon (Excel writes it where the comma is the decimal sign) or tab: what parts the first lines most.
fn delimiter(text: &str) -> char {
    let count = |it: char| -> usize {
        text.lines().take(20).map(|line| line.chars().filter(|letter| *letter == it).count()).sum()
    };
    // A decimal comma is no delimiter where there are others.
    let best = ['\t', ';', ','].into_iter().max_by_key(|it| count(*it) * if *it == ',' { 1 } else { 2 });
    best.filter(|it| count(*it) > 0).unwrap_or(',')
}

/// The text of a file: UTF-8, UTF-16, one of the old Vietnamese encodings, or Windows-1258.
fn decode(bytes: &[u8]) -> Result<String, SheetError> {
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return Ok(UTF_16LE.decode_without_bom_handling(rest).0.into_owned());
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return Ok(UTF_16BE.decode_without_bom_handling(rest).0.into_owned());
    }
    let head = bytes.get(..LOOK.min(bytes.len())).unwrap_or(bytes);
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|it| **it == 0).count();
    match (zeros(0), zeros(1)) {
        (0, 0) => (),
        // Every second byte of Latin text in UTF-16 is nought.
        (even, odd) if odd > 4 * even && odd * 4 > head.len() => {
            return Ok(UTF_16LE.decode_without_bom_handling(bytes).0.into_owned());
        }
        (even, odd) if even > 4 * odd && even * 4 > head.len() => {
            return Ok(UTF_16BE.decode_without_bom_handling(bytes).0.into_owned());
        }
        _ => return Err(SheetError::Other("tệp nhị phân", "a binary file")),
    }
    if let Ok(text) = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
        return Ok(text.to_owned());
    }
    // The old encodings look like Western letters; which one it is, is told later from the words they make.
    let western: String = bytes.iter().map(|it| char::from(*it)).collect();
    if viet::legacy(&western).is_some() {
        return Ok(western);
    }
    let (text, _, failed) = WINDOWS_1258.decode(bytes);
    if !failed && viet::reads_well(&text) { Ok(text.into_owned()) } else { Err(SheetError::Encoding) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    #[track_caller]
    fn check(bytes: &[u8], expect: &[(&str, &str)]) {
        let book = crate::read(bytes, &Limits::default()).unwrap();
        let found: Vec<(String, &str)> = book.sheets[0]
            .cells
            .iter()
            .map(|it| (it.at.to_string(), if let Value::Text(text) = &it.value { text.as_str() } else { "" }))
            .collect();
        let found: Vec<(&str, &str)> = found.iter().map(|it| (it.0.as_str(), it.1)).collect();
        assert_eq!(found, expect);
    }

    const CELLS: [(&str, &str); 4] = [("A1", "Chỉ tiêu"), ("B1", "Số lượng"), ("A2", "Hộ"), ("B2", "1.900")];

    #[test]
    fn text_files_in_the_encodings_of_offices() {
        let text = "Chỉ tiêu;Số lượng\r\nHộ;1.900\r\n";
        check(text.as_bytes(), &CELLS);
        check(format!("\u{feff}{text}").as_bytes(), &CELLS);
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&utf_16, &CELLS);
        check(&[b"\xff\xfe".to_vec(), utf_16].concat(), &CELLS);
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&[b"\xfe\xff".to_vec(), big].concat(), &CELLS);
        // Windows-1258: Chi + hook, tiêu, Sô + acute, lưo + dot below.
        check(b"Chi\xd2 ti\xeau;S\xf4\xec l\xfd\xf5\xf2ng\nH\xf4\xf2;1.900", &CELLS);
        // TCVN3 and VNI.
        check(b"Ch\xd8 ti\xaau;S\xe8 l\xad\xeeng\nH\xe9;1.900", &CELLS);
        check(b"Ch\xe6 tie\xe2u;So\xe1 l\xf6\xf4\xefng\nHo\xe4;1.900", &CELLS);
    }

    #[test]
    fn commas_semicolons_and_tabs_part_cells() {
        check(b"a,b\n1,2", &[("A1", "a"), ("B1", "b"), ("A2", "1"), ("B2", "2")]);
        check(b"a;13,85\nb;2,5", &[("A1", "a"), ("B1", "13,85"), ("A2", "b"), ("B2", "2,5")]);
        check(b"a\tb,c\n\n\"x\ny\"\t2", &[("A1", "a"), ("B1", "b,c"), ("A3", "x y"), ("B3", "2")]);
        check(b"one", &[("A1", "one")]);
    }
}
