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
