//! The hash at the end of a line, and what an unfinished last line is.

use memchr::memmem;
use sha2::{Digest as _, Sha256};

use crate::domain::Digest;

/// What stands between the bytes that a line's hash covers and the hash.
pub(super) const MARK: &[u8] = br#","hash":"#;

pub(super) fn sha256(bytes: &[u8]) -> Digest {
    Digest::from(<[u8; 32]>::from(Sha256::digest(bytes)))
}

/// A place in a line that looks like its end.
pub(super) struct Seal<'a> {
    /// The bytes that the hash covers.
    pub covered: &'a [u8],
    pub hash: &'a [u8],
    /// What follows; nothing, where this is the end.
    rest: &'a [u8],
}

impl<'a> Seal<'a> {
    /// The seal whose mark starts at this byte; `None` where no hash stands behind the mark.
    fn at(line: &'a [u8], mark: usize) -> Option<Self> {
        let (covered, sealed) = line.split_at_checked(mark)?;
        let (hash, rest) =
            sealed.strip_prefix(MARK)?.strip_prefix(b"\"")?.split_at_checked(Digest::DIGITS)?;
        Some(Self { covered, hash, rest: rest.strip_prefix(b"\"}")? })
    }

    /// The seal that ends the line, right or wrong. Always the last mark: members of the basis may
    /// be called `hash` too.
    pub fn last(line: &'a [u8]) -> Option<Self> {
        let mark = line.len().checked_sub(MARK.len() + Digest::DIGITS + 3)?;
        Self::at(line, mark).filter(|seal| seal.rest.is_empty())
    }
}

/// The hash of a line that ends with the right one.
pub(super) fn seal_of(line: &[u8]) -> Option<Digest> {
    let seal = Seal::last(line)?;
    let hash = sha256(seal.covered);
    (Digest::parse(seal.hash) == Some(hash)).then_some(hash)
}

/// What a last line without a newline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    /// Whole, with the right hash: only the newline was not written any more.
    Whole,
    /// Broken off before its end.
    Torn,
    /// It ends as an entry does, and its hash is another: it was changed, not cut off.
    Changed,
    /// It does not begin as an entry does: some other file.
    Foreign,
    /// An entry that was whole once and goes on with something else. No writer that was cut off
    /// leaves that behind, so it must not pass for unfinished: an acknowledged decision would
    /// vanish without a word.
    Overrun,
}

/// Classifies a last line without a newline. Every place that looks like its end is checked, with
/// one hash that goes along: the cost is linear however many there are.
pub(super) fn tail(bytes: &[u8]) -> Tail {
    let mut hasher = Sha256::new();
    let mut hashed = 0;
    for mark in memmem::find_iter(bytes, MARK) {
        let Some(seal) = Seal::at(bytes, mark) else { continue };
        hasher.update(seal.covered.get(hashed..).unwrap_or_default());
        hashed = mark;
        let hash = Digest::from(<[u8; 32]>::from(hasher.clone().finalize()));
        if Digest::parse(seal.hash) == Some(hash) {
            return if seal.rest.is_empty() { Tail::Whole } else { Tail::Overrun };
        }
    }
    if Seal::last(bytes).is_some() {
        Tail::Changed
    } else if begins_as_an_entry(bytes) {
        Tail::Torn
    } else {
        Tail::Foreign
    }
}

/// True of what a writer that was cut off may leave: the beginning of an entry, or the zeros of a
/// block that was given to the file and never written.
fn begins_as_an_entry(bytes: &[u8]) -> bool {
    const BEGINNING: &[u8] = br#"{"seq":"#;
    bytes.starts_with(BEGINNING) || BEGINNING.starts_with(bytes) || bytes.first() == Some(&0)
}
