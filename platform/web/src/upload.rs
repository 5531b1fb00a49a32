//! The room that every file passes which somebody sends, before a slice reads it: is it what it says, does it run
//! something, does it bear the stamp of a state secret.

mod kind;
mod stamp;

pub use kind::FileKind;

use kernel::Issue;

use crate::{Error, File, Result};

/// A file that has passed. Only [`File::checked`] makes one.
#[derive(Debug, Clone)]
pub struct Checked {
    name: String,
    bytes: Vec<u8>,
}

impl Checked {
    /// Its name without folders, and its bytes.
    pub fn into_parts(self) -> (String, Vec<u8>) {
        (self.name, self.bytes)
    }
}

impl File {
    /// Lets a file pass that is of one of these kinds and has at most so many bytes. Its name may not say otherwise, nothing
    /// in it may run (macros, embedded programs), it may have no password, and neither name nor content may bear the stamp
    /// of a state secret. There is no other way to a file's bytes.
    ///
    /// # Errors
    /// Refused, with the one issue to show at this field.
    pub async fn checked(self, field: &'static str, kinds: &'static [FileKind], most: usize) -> Result<Checked> {
        let done = tokio::task::spawn_blocking(move || {
            let File { name, bytes } = self;
            if bytes.is_empty() {
                return Err(Issue::new(field, "web-upload-none"));
            }
            if bytes.len() > most {
                return Err(Issue::new(field, "web-upload-large").with("max", most >> 20));
            }
            kind::must_be(field, &name, &bytes, kinds)?;
            stamp::refuse_secret(field, &name, &bytes)?;
            Ok(Checked { name, bytes })
        });
        done.await?.map_err(|issue| Error::Refused(vec![issue]))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::kind::COMPOUND;

    /// A packed file of these parts.
    pub(super) fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// An old file of Office with one text in it, where the name of a part would stand.
    pub(super) fn old(text: &str) -> Vec<u8> {
        [COMPOUND, &[0; 120], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(), &[0; 64]].concat()
    }
}
