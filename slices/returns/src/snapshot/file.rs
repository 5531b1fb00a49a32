//! The file itself: written front to back, read front to back, everything hashed on the way.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, Read, Write},
    path::Path,
};

use sha2::{Digest, Sha256};

use super::Unfit;

/// The last three bytes count the format; every change of what is written counts it up.
const MAGIC: &[u8; 16] = b"BinhYenTotals002";
/// More provinces than any country has: a number beyond is no number.
const PROVINCES: u64 = 10_000;
/// More years than anybody has counted.
const YEARS: u64 = 10_000;

/// What comes before the figures.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) identity: [u8; 32],
    pub(super) meaning: [u8; 32],
    pub(super) marks: Vec<Mark>,
    /// Whose figures are in it.
    pub(super) years: Vec<i32>,
}

/// A province's ledger: how far, and what stands there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) province: i64,
    pub(super) seq: i64,
    pub(super) row: [u8; 32],
}

/// Writes beside the file and puts it in its place when all is on the disk.
pub(super) fn write(path: &Path, head: &Head, count: usize, books: impl Iterator<Item = Vec<u8>>) -> io::Result<()> {
    // By process: two servers that were given one file shall at least not write into each other's.
    let beside = path.with_added_extension(std::process::id().to_string());
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = Hashing { inner: BufWriter::with_capacity(1 << 16, options.open(&beside)?), hash: Sha256::new() };
    out.write_all(MAGIC)?;
    out.write_all(&head.identity)?;
    out.write_all(&head.meaning)?;
    out.write_all(&(head.marks.len() as u64).to_le_bytes())?;
    for it in &head.marks {
        out.write_all(&it.province.to_le_bytes())?;
        out.write_all(&it.seq.to_le_bytes())?;
        out.write_all(&it.row)?;
    }
    out.write_all(&(head.years.len() as u64).to_le_bytes())?;
    for it in &head.years {
        out.write_all(&it.to_le_bytes())?;
    }
    out.write_all(&(count as u64).to_le_bytes())?;
    for book in books {
        out.write_all(&(book.len() as u64).to_le_bytes())?;
        out.write_all(&book)?;
    }
    let Hashing { mut inner, hash } = out;
    inner.write_all(&hash.finalize())?;
    inner.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(beside, path)
}

/// Opens a file and reads what comes before the figures. None of it is proven before [`Body::end`].
pub(super) fn open(path: &Path) -> Result<(Head, Body), Unfit> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let inner = BufReader::with_capacity(1 << 16, file);
    let mut body = Body { input: Hashing { inner, hash: Sha256::new() }, length, left: 0, buffer: Vec::new() };
    if body.array::<16>().ok().as_ref() != Some(MAGIC) {
        return Err(Unfit::Format);
    }
    let (identity, meaning, count) = (body.array()?, body.array()?, body.number()?);
    if count > PROVINCES {
        return Err(Unfit::Checksum);
    }
    let mut marks = Vec::new();
    for _ in 0..count {
        let province = i64::from_le_bytes(body.array()?);
        marks.push(Mark { province, seq: i64::from_le_bytes(body.array()?), row: body.array()? });
    }
    let count = body.number()?;
    if count > YEARS {
        return Err(Unfit::Checksum);
    }
    let years = (0..count).map(|_| body.array().map(i32::from_le_bytes)).collect::<Result<_, _>>()?;
    body.left = body.number()?;
    Ok((Head { identity, meaning, marks, years }, body))
}

/// The figures, one book after another.
pub(super) struct Body {
    input: Hashing<BufReader<File>>,
    length: u64,
    left: u64,
    buffer: Vec<u8>,
}

impl Body {
    /// The next book.
    pub(super) fn book(&mut self) -> Result<Option<&[u8]>, Unfit> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let length = self.number()?;
        if length > self.length {
            return Err(Unfit::Checksum);
        }
        self.buffer.clear();
        let read = Read::by_ref(&mut self.input).take(length).read_to_end(&mut self.buffer)?;
        if read as u64 == length { Ok(Some(&self.buffer)) } else { Err(Unfit::Checksum) }
    }

    /// Whether all that was read is what was written.
    pub(super) fn end(mut self) -> Result<(), Unfit> {
        let expected: [u8; 32] = self.input.hash.clone().finalize().into();
        let same = self.array::<32>()? == expected && self.input.inner.read(&mut [0])? == 0;
        if same { Ok(()) } else { Err(Unfit::Checksum) }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Unfit> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes).map_err(|err| match err.kind() {
            io::ErrorKind::UnexpectedEof => Unfit::Checksum,
            _ => Unfit::Unreadable(err),
        })?;
        Ok(bytes)
    }

    fn number(&mut self) -> Result<u64, Unfit> {
        self.array().map(u64::from_le_bytes)
    }
}

/// Hashes what passes.
struct Hashing<T> {
    inner: T,
    hash: Sha256,
}

impl<T: Read> Read for Hashing<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        Ok(read)
    }
}

impl<T: Write> Write for Hashing<T> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.hash.update(&buffer[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        Head {
            identity: [1; 32],
            meaning: [2; 32],
            marks: vec![Mark { province: 7, seq: 40, row: [3; 32] }],
            years: vec![2026, 2019],
        }
    }

    fn written() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("totals");
        write(&path, &head(), 2, [vec![1, 2, 3], Vec::new()].into_iter()).unwrap();
        (folder, path)
    }

    fn read(path: &Path) -> Result<(Head, Vec<Vec<u8>>), Unfit> {
        let (head, mut body) = open(path)?;
        let mut books = Vec::new();
        while let Some(book) = body.book()? {
            books.push(book.to_vec());
        }
        body.end()?;
        Ok((head, books))
    }

    #[test]
    fn what_is_written_is_read() {
        let (_folder, path) = written();
        assert_eq!(read(&path).unwrap(), (head(), vec![vec![1, 2, 3], Vec::new()]));
    }

    #[test]
    fn a_file_that_was_cut_edited_or_lengthened_is_not_taken() {
        let (_folder, path) = written();
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            std::fs::write(&path, &whole[..at]).unwrap();
            assert!(matches!(read(&path), Err(Unfit::Format | Unfit::Checksum)), "cut at {at}");
            let mut edited = whole.clone();
            edited[at] ^= 4;
            std::fs::write(&path, &edited).unwrap();
            assert!(matches!(read(&path), Err(Unfit::Format | Unfit::Checksum)), "edited at {at}");
        }
        std::fs::write(&path, [&whole[..], &[0]].concat()).unwrap();
        assert!(matches!(read(&path), Err(Unfit::Checksum)));
    }

    #[test]
    fn a_file_that_is_not_there_is_said_so() {
        assert!(matches!(read(Path::new("/nowhere/totals")), Err(Unfit::Unreadable(_))));
    }
}
