//! Where in a long ledger the entries of each customer are, so that a decision on one customer does
//! not read the others'. Kept in the user's state directory and never trusted over the ledger: every
//! page carries a checksum, every line that is looked up is checked by its own hash, and what is
//! damaged or missing is rebuilt.
//!
//! A header, then records sorted by key in pages. Each entry has three records: by customer, by id and
//! by number. Entries that came after the checkpoint are read from the ledger itself.

use std::borrow::Borrow;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::memory::LedgerMemory;
use super::seal::sha256;
use super::source::OpenFile;
use super::{History, entry};
use crate::domain::{Entry, LineSource};

/// What an entry is looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'a> {
    /// All entries of a customer.
    Customer(&'a str),
    /// The whole id.
    Id(&'a str),
    /// The entry with a number.
    Number(u64),
}

impl Key<'_> {
    fn hash(self) -> u64 {
        let digest = match self {
            Self::Customer(id) => sha256(format!("customer {id}").as_bytes()),
            Self::Id(id) => sha256(format!("id {id}").as_bytes()),
            Self::Number(number) => sha256(format!("number {number}").as_bytes()),
        };
        let (first, _) = digest.bytes().as_chunks::<8>();
        first.first().map_or(0, |bytes| u64::from_be_bytes(*bytes))
    }

    fn is_of(self, entry: &Entry) -> bool {
        match self {
            Self::Customer(id) => entry.customer_id == id,
            Self::Id(id) => entry.id == id,
            Self::Number(number) => entry.seq == number,
        }
    }
}

/// Ledgers with fewer entries are read whole: that takes no longer.
const WORTH_IT: u64 = 1_000;
/// How many entries may follow the checkpoint before it is rebuilt, at least and at most: reading
/// them is a part of every decision.
const TAIL: (u64, u64) = (1_000, 4_000);
/// The same as a part of all entries.
const TAIL_SHARE: u64 = 64;

const RECORD: usize = 24;
const PER_PAGE: usize = 170;
const CHECKSUM: usize = 16;
const PAGE: usize = PER_PAGE * RECORD + CHECKSUM;
const HEADER: usize = 512;
const VERSION: u32 = 1;

/// Where an entry's line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    key: u64,
    offset: u64,
    len: u32,
}

impl Line {
    fn bytes(self) -> [u8; RECORD] {
        let mut bytes = [0; RECORD];
        let fields = self.key.to_be_bytes().into_iter().chain(self.offset.to_be_bytes());
        let fields = fields.chain(self.len.to_be_bytes());
        bytes.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
        bytes
    }

    fn read(bytes: &[u8; RECORD]) -> Self {
        let number = |from: usize, len: usize| {
            let digits = bytes.iter().skip(from).take(len);
            digits.fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
        };
        Self { key: number(0, 8), offset: number(8, 8), len: number(16, 4) as u32 }
    }
}

/// What a checkpoint covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    version: u32,
    /// Number of the last entry that is covered.
    seq: u64,
    /// Its hash.
    head: String,
    /// Where its line is.
    offset: u64,
    len: u32,
    records: u64,
}

impl Header {
    fn pages(&self) -> u64 {
        self.records.div_ceil(PER_PAGE as u64)
    }
}

/// A checkpoint that is open.
struct Checkpoint {
    file: File,
    header: Header,
}

/// Why a checkpoint is of no use.
fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the checkpoint is damaged")
}

impl Checkpoint {
    fn open(memory: &LedgerMemory) -> io::Result<Self> {
        let file = File::open(memory.record().beside("checkpoint"))?;
        let mut header = [0; HEADER];
        if OpenFile::read_at(&file, &mut header, 0)? != HEADER {
            return Err(damaged());
        }
        let text = str::from_utf8(&header).map_err(|_| damaged())?;
        let (text, check) = text.trim_end().rsplit_once('#').ok_or_else(damaged)?;
        if sha256(text.as_bytes()) != check {
            return Err(damaged());
        }
        let header: Header = serde_json::from_str(text)?;
        if header.version != VERSION {
            return Err(damaged());
        }
        Ok(Self { file, header })
    }

    fn page(&self, number: u64) -> io::Result<Vec<Line>> {
        let mut page = vec![0; PAGE];
        let read = OpenFile::read_at(&self.file, &mut page, HEADER as u64 + number * PAGE as u64)?;
        if read != PAGE {
            return Err(damaged());
        }
        let in_it = self.header.records - (number * PER_PAGE as u64).min(self.header.records);
        lines_of(&page, number, in_it)
    }

    /// The lines with that key, found by halving.
    fn lines(&self, key: u64) -> io::Result<Vec<Line>> {
        let (mut low, mut high) = (0, self.header.pages());
        // The first page whose last record is not before the key.
        while low < high {
            let middle = low + (high - low) / 2;
            match self.page(middle)?.last() {
                Some(last) if last.key < key => low = middle + 1,
                _ => high = middle,
            }
        }
        let mut found = Vec::new();
        while low < self.header.pages() {
            let page = self.page(low)?;
            found.extend(page.iter().filter(|line| line.key == key));
            if page.last().is_none_or(|last| last.key > key) {
                break;
            }
            low += 1;
        }
        Ok(found)
    }
}

/// The records of a page of which so many are in use from its beginning on.
fn lines_of(page: &[u8], number: u64, in_use: u64) -> io::Result<Vec<Line>> {
    let (records, check) = page.split_at_checked(PER_PAGE * RECORD).ok_or_else(damaged)?;
    if checksum(records, number) != check {
        return Err(damaged());
    }
    let (records, _) = records.as_chunks::<RECORD>();
    let in_use = usize::try_from(in_use).unwrap_or(PER_PAGE);
    Ok(records.iter().take(in_use).map(Line::read).collect())
}

/// Covers the page's number too: a page in another one's place is damage.
fn checksum(records: &[u8], number: u64) -> [u8; CHECKSUM] {
    let whole = sha256(&[records, &number.to_be_bytes()].concat());
    whole.bytes().first_chunk().copied().unwrap_or_default()
}

impl History {
    /// What one key stands for in a file of `len` bytes, by the checkpoint, and all that came later.
    /// `None` where that does not work out.
    ///
    /// # Errors
    /// What reading the file reports.
    pub(super) fn about(
        file: &File,
        len: u64,
        memory: &LedgerMemory,
        key: Key<'_>,
    ) -> io::Result<Option<Self>> {
        let found = Self::looked_up(file, memory, &[key]).filter(|found| found.end() <= len);
        let Some(mut history) = found else { return Ok(None) };
        history.read_on(file, len)?;
        Ok(Some(history).filter(|history| history.broken.is_none()))
    }

    /// The entry that a key stands for, where the checkpoint does not cover it: of its customer only
    /// what came later is here.
    pub(super) fn made_since_checkpoint(&self, key: Key<'_>) -> Option<Arc<Entry>> {
        let entry = match key {
            Key::Customer(_) => return None,
            Key::Id(id) => self.entry(id)?,
            Key::Number(number) => self.numbered(number)?,
        };
        (entry.seq > self.since()).then(|| Arc::clone(entry))
    }

    /// The entries of a ledger that these keys and the customers of what they find stand for, by the
    /// checkpoint; those that came later are all there once it is read on. `None` where there is no
    /// checkpoint that fits the file.
    fn looked_up(file: &File, memory: &LedgerMemory, keys: &[Key<'_>]) -> Option<Self> {
        let checkpoint = Checkpoint::open(memory).ok()?;
        let source = OpenFile::shared(file).ok()?;
        let header = &checkpoint.header;
        let last = read_line(&source, header.offset, header.len)?;
        let newline = source.bytes(header.offset + u64::from(header.len), 1)?;
        if last.hash != header.head.as_str() || last.seq != header.seq || newline != b"\n" {
            return None;
        }
        let look_up = |key: Key<'_>| -> Option<Vec<Entry>> {
            let lines = checkpoint.lines(key.hash()).ok()?;
            let entries = lines.iter().map(|line| read_line(&source, line.offset, line.len));
            let entries: Option<Vec<Entry>> = entries.collect();
            Some(entries?.into_iter().filter(|entry| key.is_of(entry)).collect())
        };
        let mut customers = vec![String::new()];
        for key in keys {
            match key {
                Key::Customer(id) => customers.push((*id).to_owned()),
                key => customers.extend(look_up(*key)?.iter().map(|e| e.customer_id.to_string())),
            }
        }
        customers.sort_unstable();
        customers.dedup();
        let mut entries = Vec::new();
        for customer in &customers {
            let mut own = look_up(Key::Customer(customer))?;
            own.sort_unstable_by_key(|entry| entry.seq);
            if !follows(&own) {
                return None;
            }
            entries.extend(own);
        }
        entries.sort_unstable_by_key(|entry| entry.seq);
        let entries: Vec<Arc<Entry>> = entries.into_iter().map(Arc::new).collect();
        Some(Self::partial(entries, &last))
    }

    /// Makes the checkpoint anew where too much follows it.
    ///
    /// # Errors
    /// Where the state directory cannot be written; the one before stays.
    pub(crate) fn update_checkpoint(&self, memory: &LedgerMemory) -> io::Result<()> {
        if self.seq() < WORTH_IT || self.broken.is_some() || self.unfinished.is_some() {
            return Ok(());
        }
        let before = Checkpoint::open(memory).ok();
        let covered = before.as_ref().filter(|checkpoint| {
            self.hash_of(checkpoint.header.seq)
                .is_some_and(|h| h == checkpoint.header.head.as_str())
        });
        let tail = self.seq() - covered.map_or(0, |covered| covered.header.seq.min(self.seq()));
        let allowed = (self.seq() / TAIL_SHARE).clamp(TAIL.0, TAIL.1);
        if covered.is_some() && tail <= allowed || covered.is_none() && !self.is_whole() {
            return Ok(());
        }
        let since = covered.map_or(0, |covered| covered.header.seq);
        let new: Vec<&Arc<Entry>> = self.entries().filter(|entry| entry.seq > since).collect();
        let mut lines: Vec<Line> = new.par_iter().flat_map_iter(|entry| lines_for(entry)).collect();
        lines.par_sort_unstable();
        let (offset, len) = self.last_line();
        let header = Header {
            version: VERSION,
            seq: self.seq(),
            head: self.head().to_string(),
            offset,
            len: u32::try_from(len).map_err(|_| damaged())?,
            records: lines.len() as u64 + covered.map_or(0, |covered| covered.header.records),
        };
        memory.record().locked(|| {
            memory.record().replace("checkpoint", |file| write(file, &header, covered, &lines))
        })
    }
}

/// Returns true where each entry of a customer follows the decision before it: one that is missing
/// between them would be a decision that no one sees.
pub(super) fn follows<E: Borrow<Entry>>(own: &[E]) -> bool {
    let mut last: Option<&Entry> = None;
    own.iter().map(Borrow::borrow).all(|entry| {
        let follows = |last: &Entry| entry.after.as_ref().is_none_or(|id| *id == last.id);
        let holds = last.is_none_or(follows);
        last = Some(entry).filter(|entry| entry.kind.decides()).or(last);
        holds
    })
}

/// The records of an entry.
fn lines_for(entry: &Entry) -> impl Iterator<Item = Line> + use<> {
    let keys = [Key::Customer(&entry.customer_id), Key::Id(&entry.id), Key::Number(entry.seq)]
        .map(Key::hash);
    let place = entry.basis.place().map(|place| (place.offset, place.len));
    // A line longer than that is not written by this program.
    let place = place.and_then(|(offset, len)| Some((offset, u32::try_from(len).ok()?)));
    place
        .into_iter()
        .flat_map(move |(offset, len)| keys.into_iter().map(move |key| Line { key, offset, len }))
}

/// Reads a line and checks it.
fn read_line(source: &Arc<dyn LineSource>, offset: u64, len: u32) -> Option<Entry> {
    let line = source.bytes(offset, len as usize)?;
    entry::parse(&line, offset, source).ok()
}

/// Writes header and pages: the records of the checkpoint before, and the new ones among them.
fn write(
    file: &mut File,
    header: &Header,
    before: Option<&Checkpoint>,
    new: &[Line],
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 18, file);
    let text = serde_json::to_string(header)?;
    let text = format!("{text}#{}", sha256(text.as_bytes()));
    out.write_all(format!("{text:<HEADER$}").as_bytes())?;
    let mut pages = Pages { out, page: Vec::with_capacity(PAGE), number: 0 };
    let mut new = new.iter().copied().peekable();
    if let Some(before) = before {
        let mut input = BufReader::with_capacity(1 << 18, &before.file);
        io::copy(&mut Read::by_ref(&mut input).take(HEADER as u64), &mut io::sink())?;
        let mut page = vec![0; PAGE];
        for number in 0..before.header.pages() {
            input.read_exact(&mut page)?;
            let in_use = before.header.records - number * PER_PAGE as u64;
            for line in lines_of(&page, number, in_use)? {
                while let Some(earlier) = new.next_if(|new| *new < line) {
                    pages.push(earlier)?;
                }
                pages.push(line)?;
            }
        }
    }
    new.try_for_each(|line| pages.push(line))?;
    pages.finish()
}

/// Puts records into pages.
struct Pages<W: Write> {
    out: W,
    page: Vec<u8>,
    number: u64,
}

impl<W: Write> Pages<W> {
    fn push(&mut self, line: Line) -> io::Result<()> {
        self.page.extend_from_slice(&line.bytes());
        if self.page.len() == PER_PAGE * RECORD { self.end_page() } else { Ok(()) }
    }

    fn end_page(&mut self) -> io::Result<()> {
        self.page.resize(PER_PAGE * RECORD, 0);
        let check = checksum(&self.page, self.number);
        self.out.write_all(&self.page)?;
        self.out.write_all(&check)?;
        self.page.clear();
        self.number += 1;
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        if !self.page.is_empty() {
            self.end_page()?;
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::domain::DecisionKind;
    use crate::ledger::samples::{draft, place};
    use crate::ledger::{Draft, Drafts, EntryIds};
    use crate::state::StateDirectory;

    #[test]
    fn of_one_customer_decisions_follow_decisions_with_proposals_between() {
        let (directory, ledger) = place();
        let memory = ledger.memory(&StateDirectory::at(&directory.path().join("state")));
        let ids = EntryIds::default();
        let mut last = None;
        let mut drafts = Vec::new();
        for number in 0..WORTH_IT {
            let kind = if number % 3 == 0 { DecisionKind::Approve } else { DecisionKind::Propose };
            let mut next = Draft { kind, after: last.clone(), ..draft("dana", "C1") };
            next.id = Some(ids.next(next.at));
            last = if kind.decides() { next.id.clone() } else { last };
            drafts.push(Ok(next));
        }
        let all = |_: &Arc<History>| -> Result<Drafts<'static, Infallible>, Infallible> {
            Ok(Box::new(std::iter::once(drafts)))
        };
        assert!(ledger.append_each(None, all).unwrap().each.iter().all(Result::is_ok));
        ledger.read().unwrap().update_checkpoint(&memory).unwrap();
        let file = File::open(ledger.path().unwrap()).unwrap();
        let found = History::looked_up(&file, &memory, &[Key::Customer("C1")]).unwrap();
        assert_eq!(found.len() as u64, WORTH_IT);
        assert_eq!(found.last_for("C1").map(|entry| entry.id.clone()), last);
    }
}
