//! Zip packages, unpacked within a budget.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::{Limits, SheetError};

/// The parts of a workbook that is a zip file.
pub(crate) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
    most: u64,
}

impl<'a> Package<'a> {
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Package<'a>, SheetError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Broken("zip".into()))?;
        Ok(Package { zip, left: limits.unpacked, most: limits.unpacked })
    }

    /// The names of all parts.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.zip.file_names()
    }

    /// A part as text. What is unpacked counts, whatever the file says of its own size.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<String>, SheetError> {
        let broken = || SheetError::Broken(name.to_owned());
        let name = name.trim_start_matches('/');
        let Some(at) = self.zip.index_for_name(name) else { return Ok(None) };
        let file = self.zip.by_index(at).map_err(|err| match err {
            zip::result::ZipError::UnsupportedArchive(_) => SheetError::Locked,
            _ => broken(),
        })?;
        let mut bytes = Vec::new();
        file.take(self.left + 1).read_to_end(&mut bytes).map_err(|_| broken())?;
        self.left = u64::try_from(bytes.len())
            .ok()
            .and_then(|it| self.left.checked_sub(it))
            .ok_or(SheetError::Unpacks(self.most))?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
        String::from_utf8(bytes).map(Some).map_err(|_| broken())
    }

    /// A part that must be there.
    pub(crate) fn must(&mut self, name: &str) -> Result<String, SheetError> {
        self.part(name)?.ok_or_else(|| SheetError::Broken(name.to_owned()))
    }
}
