//! Reading a ledger: in blocks, the lines of each on all cores, linked in order.

use std::fs::File;
use std::io;
use std::sync::Arc;

use memchr::{memchr_iter, memrchr};
use rayon::prelude::*;

use super::chain::{Break, History, Unfinished};
use super::entry;
use super::seal::{Tail, seal_of, tail};
use super::source::OpenFile;
use crate::domain::{Entry, LineSource};

/// Bytes that are read and parsed at once. A longer line makes the block grow to hold it.
const BLOCK: usize = 1 << 20;

/// Lines that one thread parses at a time.
const LINES: usize = 64;

impl History {
    /// The history of a file of `len` bytes: goes on from one that is known, where the file still has
    /// that, else reads all of it.
    ///
    /// # Errors
    /// What reading the file reports.
    pub(super) fn of_file(file: &File, known: Option<&Self>, len: u64) -> io::Result<Self> {
        if let Some(mut history) = known.and_then(|known| known.found_in(file, len)) {
            history.read_on(file, len)?;
            if history.broken.is_none() {
                return Ok(history);
            }
        }
        // What is broken is told in full.
        let mut history = Self::default();
        history.read_on(file, len)?;
        Ok(history)
    }

    /// This history, ready to go on, if its last line stands where it stood. Its hash covers the hash
    /// of the line before, so what stands before it is what was read.
    fn found_in(&self, file: &File, len: u64) -> Option<Self> {
        if self.broken.is_some() || self.end() > len || self.seq() == 0 {
            return None;
        }
        let (offset, line_len) = self.last_line();
        let mut line = vec![0; line_len + 1];
        let read = OpenFile::read_at(file, &mut line, offset).ok()?;
        let after = (read > line_len).then(|| line.pop()).flatten();
        line.truncate(read.min(line_len));
        if seal_of(&line) != Some(self.head()) || after.is_some_and(|byte| byte != b'\n') {
            return None;
        }
        let mut found = self.clone();
        found.set_end(offset + line_len as u64 + u64::from(after.is_some()));
        let unfinished = Unfinished { line: self.seq(), bytes: line_len, whole: true };
        found.unfinished = after.is_none().then_some(unfinished);
        Some(found)
    }

    /// Reads on from where this history ends, up to `len` bytes into the file. Never fails for what
    /// is in the file: what is wrong with it is in [`History::broken`] and [`History::unfinished`].
    ///
    /// # Errors
    /// What reading the file reports.
    pub(super) fn read_on(&mut self, file: &File, len: u64) -> io::Result<()> {
        let source = OpenFile::shared(file)?;
        let mut at = self.end();
        if at < len {
            self.unfinished = None;
        }
        // Two blocks take turns: one is parsed while the other is read.
        let (mut block, mut spare) = (Vec::new(), Vec::new());
        grow_by(file, &mut block, at, len, BLOCK)?;
        while !block.is_empty() && self.broken.is_none() {
            let after = at + block.len() as u64;
            let lines = memrchr(b'\n', &block).map_or(0, |newline| newline + 1);
            if lines == 0 && after < len {
                // A line longer than the block.
                grow(file, &mut block, at, len)?;
                continue;
            }
            let (whole, rest) = block.split_at(lines);
            // The next block begins with what is left of this one.
            let next = at + lines as u64;
            spare.clear();
            spare.extend_from_slice(rest);
            let (entries, read) = rayon::join(
                || parse(whole, at, &source),
                || grow_by(file, &mut spare, next, len, BLOCK),
            );
            self.take(entries, whole, at);
            if after == len {
                self.take_last(rest, next, &source);
                return Ok(());
            }
            read?;
            std::mem::swap(&mut block, &mut spare);
            at = next;
        }
        Ok(())
    }

    /// Links the entries of whole lines.
    pub(super) fn take(
        &mut self,
        entries: Vec<Result<(Arc<Entry>, u64), String>>,
        whole: &[u8],
        at: u64,
    ) {
        for entry in entries {
            let linked = entry.and_then(|(entry, end)| self.link(entry, end));
            if let Err(reason) = linked {
                let start = usize::try_from(self.end() - at).unwrap_or(usize::MAX);
                let rest = whole.get(start..).unwrap_or_default();
                self.break_at(reason, rest.split(|byte| *byte == b'\n').next().unwrap_or_default());
                return;
            }
        }
    }

    /// Takes a last line without a newline.
    fn take_last(&mut self, line: &[u8], at: u64, source: &Arc<dyn LineSource>) {
        if line.is_empty() || self.broken.is_some() {
            return;
        }
        let whole = match tail(line) {
            Tail::Torn => Ok(false),
            Tail::Whole => {
                let end = at + line.len() as u64;
                entry::parse(line, at, source)
                    .and_then(|entry| self.link(Arc::new(entry), end))
                    .map(|()| true)
            }
            Tail::Overrun => Err("something else follows its entry".to_owned()),
            Tail::Changed => {
                Err("its hash differs: it was changed after it was written".to_owned())
            }
            Tail::Foreign => Err("it is no entry of a ledger".to_owned()),
        };
        let number = self.seq() + u64::from(!matches!(whole, Ok(true)));
        match whole {
            Ok(whole) => {
                self.unfinished = Some(Unfinished { line: number, bytes: line.len(), whole });
            }
            Err(reason) => self.break_at(reason, line),
        }
    }

    fn break_at(&mut self, reason: String, line: &[u8]) {
        self.unfinished = None;
        self.broken = Some(Break {
            line: self.seq() + 1,
            reason,
            head: self.head(),
            only_form: super::recover::is_only_form(line),
        });
    }

    /// Reads the bytes of a ledger, as [`History::read_on`] does.
    #[cfg(test)]
    pub(super) fn read(bytes: &[u8]) -> Self {
        use std::io::Write as _;
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let mut history = Self::default();
        history.read_on(&file, bytes.len() as u64).unwrap();
        history
    }
}

/// The entries of whole lines, each with where its line ends, up to the first that is none.
pub(super) fn parse(
    whole: &[u8],
    at: u64,
    source: &Arc<dyn LineSource>,
) -> Vec<Result<(Arc<Entry>, u64), String>> {
    let mut lines = Vec::with_capacity(whole.len() / 1024 + 1);
    let mut start = 0;
    for newline in memchr_iter(b'\n', whole) {
        lines.push((start, newline));
        start = newline + 1;
    }
    let parsed = lines.par_iter().with_min_len(LINES).map(|(start, newline)| {
        let line = whole.get(*start..*newline).unwrap_or_default();
        let entry = entry::parse(line, at + *start as u64, source)?;
        Ok((Arc::new(entry), at + *newline as u64 + 1))
    });
    parsed.collect()
}

/// Makes a block twice as long.
fn grow(file: &File, block: &mut Vec<u8>, at: u64, len: u64) -> io::Result<()> {
    let more = block.len().max(BLOCK);
    grow_by(file, block, at, len, more)
}

/// Adds up to `more` bytes to a block that begins at `at`.
fn grow_by(file: &File, block: &mut Vec<u8>, at: u64, len: u64, more: usize) -> io::Result<()> {
    let had = block.len();
    let from = at + had as u64;
    let more = usize::try_from(len.saturating_sub(from)).unwrap_or(more).min(more);
    block.resize(had + more, 0);
    let read = OpenFile::read_at(file, block.get_mut(had..).unwrap_or_default(), from)?;
    if read < more {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it became shorter meanwhile"));
    }
    Ok(())
}
