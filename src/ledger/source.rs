//! The file of a ledger, kept open to read lines again.

use std::fs::File;
use std::io;
use std::sync::Arc;

use super::entry::basis_digest;
use crate::domain::{Digest, LineSource};

/// An open file whose lines stay where they are.
pub(super) struct OpenFile(pub(super) File);

impl OpenFile {
    pub(super) fn shared(file: &File) -> io::Result<Arc<dyn LineSource>> {
        Ok(Arc::new(Self(file.try_clone()?)))
    }

    /// Reads up to `into.len()` bytes from `offset` on; fewer only at the end of the file.
    pub(super) fn read_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut done = 0;
        while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match read_some(file, rest, offset + done as u64) {
                Ok(0) => break,
                Ok(read) => done += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }
}

#[cfg(unix)]
fn read_some(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, offset)
}

#[cfg(windows)]
fn read_some(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, offset)
}

impl LineSource for OpenFile {
    fn bytes(&self, offset: u64, len: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; len];
        let read = Self::read_at(&self.0, &mut bytes, offset).ok()?;
        (read == len).then_some(bytes)
    }

    fn is_basis(&self, text: &str, hash: &Digest) -> bool {
        basis_digest(text.as_bytes()) == *hash
    }
}

#[cfg(test)]
impl LineSource for Vec<u8> {
    fn bytes(&self, offset: u64, len: usize) -> Option<Vec<u8>> {
        let start = usize::try_from(offset).ok()?;
        self.get(start..start.checked_add(len)?).map(<[u8]>::to_vec)
    }

    fn is_basis(&self, text: &str, hash: &Digest) -> bool {
        basis_digest(text.as_bytes()) == *hash
    }
}
