//! How the cells of an accepted version are stored: three to four bytes a cell.
//!
//! ```text
//! version   1 byte, 1
//! count     varint
//! a cell    varint   its indicator minus the indicator before it (the first: minus 0; later ones at least 1)
//!           1 byte   flags: bits 0-2 qualifier, 3-4 coverage (both as numbered in `ALL`), 5 percentage without parts,
//!                    6 origin follows, 7 note follows
//!           varint   the value, zigzag
//!           1 byte   origin, never 0, if flagged
//!           varint   length of the note in bytes, never 0, then UTF-8, if flagged
//! ```
//! A varint is little-endian, seven bits a byte, as short as can be. So every list of cells has exactly one encoding, and
//! everything else is refused.

use crate::{Amount, Cell, CellKind, Coverage, IndicatorId, Qualifier};

const VERSION: u8 = 1;

/// Why bytes are no cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The first byte is not a version this program knows.
    #[error("số liệu ghi theo phiên bản mã hóa lạ {0} / cells encoded in unknown version {0}")]
    Version(u8),
    /// The bytes end within a cell.
    #[error("số liệu bị cắt cụt / the cells are cut short")]
    Truncated,
    /// Bytes follow the last cell.
    #[error("thừa dữ liệu sau ô cuối / bytes follow the last cell")]
    Trailing,
    /// Not the one way to write it, or no possible cell.
    #[error("số liệu mã hóa sai tại byte {0} / the cells are not well-formed at byte {0}")]
    Malformed(usize),
}

/// A cell as [`visit`] shows it: its note is borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen<'a> {
    /// What is measured.
    pub indicator: IndicatorId,
    /// How much.
    pub amount: Amount,
    /// For whom it speaks.
    pub coverage: Coverage,
    /// Quantity or bare percentage.
    pub kind: CellKind,
    /// Where it came from.
    pub origin: u8,
    /// The remark; empty if none.
    pub note: &'a str,
}

/// Writes cells in the order of their indicators, whatever order they come in. Of two cells with one indicator, which no
/// return can hold, the first is kept.
pub fn encode(cells: &[Cell]) -> Vec<u8> {
    let mut sorted: Vec<&Cell> = cells.iter().collect();
    sorted.sort_by_key(|it| it.indicator);
    sorted.dedup_by_key(|it| it.indicator);
    let mut out = Vec::with_capacity(4 + sorted.len() * 4);
    out.push(VERSION);
    push(&mut out, sorted.len() as u64);
    let mut last = 0;
    for cell in sorted {
        push(&mut out, u64::from(cell.indicator - last));
        last = cell.indicator;
        let mut flags = number(&Qualifier::ALL, &cell.amount.qualifier) | number(&Coverage::ALL, &cell.coverage) << 3;
        flags |= u8::from(cell.kind == CellKind::PercentOnly) << 5;
        flags |= u8::from(cell.origin != 0) << 6;
        flags |= u8::from(!cell.note.is_empty()) << 7;
        out.push(flags);
        push(&mut out, zigzag(cell.amount.value));
        if cell.origin != 0 {
            out.push(cell.origin);
        }
        if !cell.note.is_empty() {
            push(&mut out, cell.note.len() as u64);
            out.extend_from_slice(cell.note.as_bytes());
        }
    }
    out
}

/// Reads what [`encode`] wrote.
pub fn decode(bytes: &[u8]) -> Result<Vec<Cell>, CodecError> {
    let mut cells = Vec::new();
    visit(bytes, |it| {
        cells.push(Cell {
            indicator: it.indicator,
            amount: it.amount,
            coverage: it.coverage,
            kind: it.kind,
            origin: it.origin,
            note: it.note.to_owned(),
        });
    })?;
    Ok(cells)
}

/// Reads without copying. If it fails, cells before the fault have been shown.
pub fn visit<'a>(bytes: &'a [u8], mut with: impl FnMut(Seen<'a>)) -> Result<(), CodecError> {
    let mut reader = Reader { bytes, at: 0 };
    let version = reader.byte()?;
    if version != VERSION {
        return Err(CodecError::Version(version));
    }
    let count = reader.varint()?;
    let mut last = None;
    for _ in 0..count {
        let start = reader.at;
        let malformed = CodecError::Malformed(start);
        let step = IndicatorId::try_from(reader.varint()?).map_err(|_| malformed)?;
        let indicator = match last {
            None => step,
            Some(_) if step == 0 => return Err(malformed),
            Some(last) => IndicatorId::checked_add(last, step).ok_or(malformed)?,
        };
        last = Some(indicator);
        let flags = reader.byte()?;
        let qualifier = *Qualifier::ALL.get(usize::from(flags & 7)).ok_or(malformed)?;
        let coverage = *Coverage::ALL.get(usize::from(flags >> 3 & 3)).ok_or(malformed)?;
        let kind = if flags >> 5 & 1 == 1 { CellKind::PercentOnly } else { CellKind::Quantity };
        let value = unzigzag(reader.varint()?);
        let origin = if flags >> 6 & 1 == 1 { reader.byte()? } else { 0 };
        if flags >> 6 & 1 == 1 && origin == 0 {
            return Err(malformed);
        }
        let note = if flags >> 7 == 1 { reader.text()? } else { "" };
        with(Seen { indicator, amount: Amount { value, qualifier }, coverage, kind, origin, note });
    }
    if reader.at == bytes.len() { Ok(()) } else { Err(CodecError::Trailing) }
}

fn number<T: PartialEq>(all: &[T], it: &T) -> u8 {
    all.iter().position(|other| other == it).and_then(|it| u8::try_from(it).ok()).unwrap_or(0)
}

fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

fn push(out: &mut Vec<u8>, mut value: u64) {
    while let Some(low) = u8::try_from(value & 0x7f).ok().filter(|_| value > 0x7f) {
        out.push(low | 0x80);
        value >>= 7;
    }
    out.extend(u8::try_from(value));
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, CodecError> {
        let byte = *self.bytes.get(self.at).ok_or(CodecError::Truncated)?;
        self.at += 1;
        Ok(byte)
    }

    fn varint(&mut self) -> Result<u64, CodecError> {
        let start = self.at;
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let mut value = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                // A last byte of 0 says nothing; the tenth has room for one bit.
                let canonical = byte != 0 && (shift < 63 || byte == 1);
                return if canonical { Ok(value) } else { Err(CodecError::Malformed(start)) };
            }
        }
        Err(CodecError::Malformed(start))
    }

    fn text(&mut self) -> Result<&'a str, CodecError> {
        let start = self.at;
        let length = usize::try_from(self.varint()?).map_err(|_| CodecError::Truncated)?;
        let end = self.at.checked_add(length).ok_or(CodecError::Truncated)?;
        let bytes = self.bytes.get(self.at..end).ok_or(CodecError::Truncated)?;
        self.at = end;
        let text = std::str::from_utf8(bytes).map_err(|_| CodecError::Malformed(start))?;
        if text.is_empty() { Err(CodecError::Malformed(start)) } else { Ok(text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expect: Result<usize, CodecError>) {
        assert_eq!(decode(bytes).map(|it| it.len()), expect, "{bytes:?}");
    }

    #[test]
    fn only_the_one_encoding_is_read() {
        check(&[1, 0], Ok(0));
        check(&[1, 2, 7, 0, 10, 1, 0x49, 3, 4], Ok(2));
        check(&[], Err(CodecError::Truncated));
        check(&[2, 0], Err(CodecError::Version(2)));
        check(&[1, 0, 0], Err(CodecError::Trailing));
        check(&[1, 1, 7, 0], Err(CodecError::Truncated));
        check(&[1, 2, 7, 0, 10], Err(CodecError::Truncated));
        // The same indicator twice; a number written longer than need be; past the last indicator.
        check(&[1, 2, 7, 0, 10, 0, 0, 10], Err(CodecError::Malformed(5)));
        check(&[1, 1, 0x87, 0, 0, 10], Err(CodecError::Malformed(2)));
        check(&[1, 1, 0xff, 0xff, 4, 0, 10], Err(CodecError::Malformed(2)));
        // A qualifier and a coverage that do not exist.
        check(&[1, 1, 7, 5, 10], Err(CodecError::Malformed(2)));
        check(&[1, 1, 7, 0x18, 10], Err(CodecError::Malformed(2)));
        // Flagged, but no origin; an empty note; a note that is no text.
        check(&[1, 1, 7, 0x40, 10, 0], Err(CodecError::Malformed(2)));
        check(&[1, 1, 7, 0x80, 10, 0], Err(CodecError::Malformed(5)));
        check(&[1, 1, 7, 0x80, 10, 1, 0xff], Err(CodecError::Malformed(5)));
        // More than 64 bits; a note longer than the world.
        check(&[1, 1, 7, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2], Err(CodecError::Malformed(4)));
        check(
            &[1, 1, 7, 0x80, 10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            Err(CodecError::Truncated),
        );
    }

    #[test]
    fn a_cell_takes_three_to_four_bytes() {
        let cell = |indicator| Cell {
            indicator,
            amount: Amount { value: i64::from(indicator) * 20, qualifier: Qualifier::Exact },
            ..Cell::default()
        };
        let cells: Vec<Cell> = (1..=60).map(cell).collect();
        assert_eq!(encode(&cells).len(), 2 + 60 * 3 + 57);
    }
}
