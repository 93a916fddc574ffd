//! A table that is read from a file of the user's: blocks of it are parsed on all threads and put
//! together in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use compact_str::CompactString;

use super::block_rows::{
    ColumnsSeen, Rest, delimited_rows, json_columns, json_lines, json_rows, sheet_rows,
};
use super::dates;
use super::feed::{self, BLOCK, Feed, Form, Opened};
use super::find::ChosenFile;
use super::mapping::TableMapping;
use super::missing;
use super::row_taker::{Alone, MOST_FINDINGS, RowTaker, Unlisted};
use super::workbook::Stopped;
use crate::domain::money::count;
use crate::domain::place::place_of;
use crate::domain::{Code, Finding, Place};
use crate::intake::batch::{Batch, CustomerKeys, Ids};
use crate::intake::file::DataFile;
use crate::intake::part::Part;
use crate::intake::reading::{Shared, TableReading, append_file, settled};
use crate::intake::shape;
use crate::intake::stream::{Pieces, lock, try_lock};
use crate::store::Table;
use crate::store::places::Places;
use crate::store::row::{Kind, Row};

/// So many rows that cannot be used are read before it is asked whether any can.
const MANY_UNUSABLE: usize = 100_000;

/// A footer has so many lines at most.
const LONGEST_FOOTER: usize = 20;

/// A mapped table that is being read.
pub struct MappedReading<'a, R> {
    mapping: Arc<TableMapping>,
    file: ChosenFile,
    /// Files with further rows, as JSON.
    beside: Vec<Part>,
    shared: Shared<'a>,
    block: usize,
    source: Mutex<Source>,
    whole: Mutex<Whole<R>>,
    /// Blocks that were not put together yet, by their numbers.
    waiting: Mutex<BTreeMap<usize, Parsed<R>>>,
    /// Batches whose rows were taken: their memory is used for the next ones.
    spare: Mutex<Vec<Batch<R>>>,
    /// Nothing more has to be read.
    stopped: AtomicBool,
}

/// The file, from which one thread at a time takes a block.
enum Source {
    Unopened,
    Open { opened: Arc<Opened>, feed: Option<Box<Feed>>, next: usize },
    Ended,
}

/// What one block holds.
struct Parsed<R> {
    batch: Batch<R>,
    ids: Ids,
    rest: Rest,
    /// How many bytes of the file it took.
    bytes: u64,
}

/// What has been put together so far.
struct Whole<R> {
    batch: Batch<R>,
    unlisted: Unlisted,
    columns: Option<ColumnsSeen>,
    /// Lines with a text alone, behind which no row came so far.
    alone: Vec<Alone>,
    /// Findings that are not kept.
    more: usize,
    next: usize,
    place: Place,
    opened: Option<Arc<Opened>>,
    problem: Option<Box<Finding>>,
}

impl<R> Whole<R> {
    fn of(batch: Batch<R>) -> Self {
        Self {
            batch,
            unlisted: Unlisted::default(),
            columns: None,
            alone: Vec::new(),
            more: 0,
            next: 0,
            place: Place::START,
            opened: None,
            problem: None,
        }
    }
}

impl<'a, R: Row> MappedReading<'a, R> {
    /// A table that is mapped to that file.
    pub fn new(
        mapping: Arc<TableMapping>,
        file: ChosenFile,
        beside: Vec<Part>,
        shared: Shared<'a>,
    ) -> Self {
        let mut whole = Whole::of(Self::empty(&mapping, shared));
        whole.batch.table.places = Places::of_table(&file.name);
        whole.batch.table.places.begin_part(&file.name);
        Self {
            mapping,
            file,
            beside,
            shared,
            block: BLOCK,
            source: Mutex::new(Source::Unopened),
            whole: Mutex::new(whole),
            waiting: Mutex::default(),
            spare: Mutex::default(),
            stopped: AtomicBool::new(false),
        }
    }

    /// In blocks of so many bytes: what comes out may not depend on it.
    #[cfg(any(test, feature = "fuzzing"))]
    pub fn in_blocks_of(self, block: usize) -> Self {
        Self { block, ..self }
    }

    fn empty(mapping: &TableMapping, shared: Shared<'_>) -> Batch<R> {
        let mut batch = Batch::new(shared.keep);
        batch.look_up_in(shared.known);
        // Whether a date can be read is told by all of them.
        let dates = mapping.columns.iter().filter(|rule| rule.kind == Kind::Date);
        dates.for_each(|rule| batch.keep_also(rule.number_of_field));
        batch
    }

    /// A `bad_file` finding, with the file and the table that it is about.
    fn problem(&self, finding: Finding) -> Box<Finding> {
        let finding = match finding.file {
            Some(_) => finding,
            None => finding.in_file(&self.file.name),
        };
        Box::new(finding.of_table(self.mapping.table))
    }

    /// Takes the next block, if there is one: its number and what is known of it.
    fn take(&self, buffer: &mut Vec<u8>) -> Option<(usize, Arc<Opened>, Option<feed::Taken>)> {
        let mut source = lock(&self.source);
        if matches!(*source, Source::Unopened) {
            *source = match feed::open(&self.mapping, &self.file, self.block) {
                Ok((opened, feed)) => {
                    let opened = Arc::new(opened);
                    let mut whole = lock(&self.whole);
                    whole.place = opened.place;
                    if let Form::Workbook(header) = &opened.form {
                        whole.batch.table.places.in_sheet(&header.sheet);
                    }
                    whole.opened = Some(Arc::clone(&opened));
                    Source::Open { opened, feed: feed.map(Box::new), next: 0 }
                }
                Err(problem) => {
                    lock(&self.whole).problem = Some(self.problem(*problem));
                    self.stopped.store(true, Ordering::Relaxed);
                    Source::Ended
                }
            };
        }
        let Source::Open { opened, feed, next } = &mut *source else { return None };
        let number = *next;
        *next += 1;
        let opened = Arc::clone(opened);
        let taken = match feed {
            Some(feed) => feed.next(&opened.form, buffer),
            // A workbook is one block.
            None if number == 0 => return Some((0, opened, None)),
            None => None,
        };
        if taken.is_none() {
            *source = Source::Ended;
        }
        taken.map(|taken| (number, opened, Some(taken)))
    }

    /// Parses a block.
    fn parse(&self, opened: &Opened, trouble: Option<String>, bytes: &[u8]) -> Parsed<R> {
        let spare = lock(&self.spare).pop();
        let mut batch = spare.unwrap_or_else(|| Self::empty(&self.mapping, self.shared));
        batch.clear();
        let taker = RowTaker::new::<R>(&self.mapping, &self.file.name);
        let mut rest = Rest { end: Place::START, ..Rest::default() };
        let (text, invalid) = match simdutf8::compat::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
                let text = std::str::from_utf8(good).unwrap_or_default();
                (
                    text,
                    Some(format!(
                        "found the byte 0x{byte:02X}, which is not UTF-8; save the file as UTF-8, or set encoding = \"windows-1252\" in sources.toml if it is that"
                    )),
                )
            }
        };
        match &opened.form {
            Form::Delimited(header) => delimited_rows(&taker, header, text, &mut batch, &mut rest),
            Form::Lines => json_lines(&taker, &self.mapping, text, &mut batch, &mut rest),
            Form::Document(shape) => {
                json_rows(&taker, &self.mapping, shape, text, &mut batch, &mut rest);
            }
            Form::Columns => json_columns(&taker, &self.mapping, text, &mut batch, &mut rest),
            Form::Workbook(header) => {
                let workbook = lock(&opened.workbook).take();
                if let Some(Err(Stopped(place, why))) = workbook.map(|mut workbook| {
                    sheet_rows(&taker, (&mut workbook, header), &mut batch, &mut rest)
                }) {
                    rest.trouble = Some((place, why));
                }
            }
        }
        // What ends the text comes before what is wrong with a row that is torn by it.
        if let Some(why) = invalid.or(trouble) {
            rest.trouble = Some((place_of(text, text.len()), why));
        }
        rest.more = taker.more.get();
        let ids = batch.ids(self.shared.known, self.mapping.table);
        Parsed { batch, ids, rest, bytes: 0 }
    }

    /// Puts together what has its turn.
    fn put_together(&self, whole: &mut Whole<R>) {
        loop {
            let in_turn = lock(&self.waiting).remove(&whole.next);
            let Some(mut parsed) = in_turn else { return };
            whole.next += 1;
            if whole.problem.is_some() {
                continue;
            }
            let base = whole.place;
            whole.place = base.plus(parsed.rest.end);
            whole.unlisted.append(base, parsed.rest.unlisted);
            if let Some(columns) = parsed.rest.columns {
                whole.columns.get_or_insert_default().append(columns);
            }
            let mut keys = lock(self.shared.keys);
            if parsed.rest.has_others {
                self.take_alone(whole, &mut keys);
            }
            let later = parsed.rest.alone.into_iter();
            whole.alone.extend(later.map(|alone| Alone { place: base.plus(alone.place), ..alone }));
            whole.batch.append(&mut parsed.batch, base, parsed.ids, &mut keys);
            drop(keys);
            lock(&self.spare).push(parsed.batch);
            let findings = &mut whole.batch.table.findings;
            whole.more += parsed.rest.more + findings.len().saturating_sub(MOST_FINDINGS);
            findings.truncate(MOST_FINDINGS);
            if let Some((place, why)) = parsed.rest.trouble {
                let finding = Finding::new(Code::BadFile, why).at(base.plus(place));
                whole.problem = Some(self.problem(finding));
            } else if whole.batch.table.unusable > MANY_UNUSABLE {
                whole.problem = self.refusal(&whole.batch.table);
            }
            if whole.problem.is_some() {
                self.stopped.store(true, Ordering::Relaxed);
            }
            if whole.next == 1 {
                self.make_room(whole, parsed.bytes);
            }
        }
    }

    /// Takes in lines with a text alone behind which a row came.
    fn take_alone(&self, whole: &mut Whole<R>, keys: &mut CustomerKeys) {
        if whole.alone.is_empty() {
            return;
        }
        let mut batch = Self::empty(&self.mapping, self.shared);
        let taker = RowTaker::new::<R>(&self.mapping, &self.file.name);
        taker.take_alone(&mut batch, &mut whole.unlisted, whole.alone.drain(..));
        let ids = batch.ids(self.shared.known, self.mapping.table);
        whole.batch.append(&mut batch, Place::START, ids, keys);
    }

    /// What becomes of lines with a text alone behind which no row came: a few are the footer of a report.
    fn end_alone(&self, whole: &mut Whole<R>) {
        if whole.batch.table.len == 0 || whole.alone.len() > LONGEST_FOOTER {
            self.take_alone(whole, &mut lock(self.shared.keys));
            return;
        }
        let taker = RowTaker::new::<R>(&self.mapping, &self.file.name);
        let findings = taker.skip_alone(std::mem::take(&mut whole.alone));
        whole.batch.table.findings.extend(findings);
    }

    /// As many rows as the first block lets expect: growing step by step costs twice the memory.
    fn make_room(&self, whole: &mut Whole<R>, bytes: u64) {
        let rows = whole.batch.table.len as u64;
        let expected = rows.saturating_mul(self.file.seen.length()) / bytes.max(1);
        let more = usize::try_from(expected.saturating_sub(rows)).unwrap_or_default();
        // What a small file inflates to is not known.
        let more = more.min(1 << 24);
        whole.batch.reserve(more + more / 64);
        if self.mapping.table == DataFile::Customers && self.shared.known.is_empty() {
            lock(self.shared.keys).reserve(more + more / 64);
        }
    }

    /// Mapped columns that no row has, where the file has no header that tells.
    fn missing(&self, whole: &Whole<R>) -> Option<Box<Finding>> {
        let columns = whole.columns.as_ref()?;
        let table = &whole.batch.table;
        if table.len + table.without_id + table.unusable == 0 {
            return None;
        }
        let id = self.mapping.id_column();
        let names = self.mapping.names.iter().enumerate();
        let missing = names.filter(|(number, name)| {
            let is_key = columns.keyed && id == Some(name.as_str());
            columns.seen.get(*number) != Some(&true) && !is_key
        });
        let missing: Vec<usize> = missing.map(|(number, _)| number).collect();
        if missing.is_empty() {
            return None;
        }
        let message = missing::missing_columns(&self.mapping, &missing, &columns.others);
        let place = whole.opened.as_ref().map_or(Place::START, |opened| opened.place);
        Some(self.problem(Finding::new(Code::BadFile, message).at(place)))
    }

    fn refusal(&self, table: &Table<R>) -> Option<Box<Finding>> {
        shape::refusal(self.mapping.table, table, |_| None).map(|refusal| self.problem(refusal))
    }
}

impl<R: Row> TableReading<R> for MappedReading<'_, R> {
    fn finish(self: Box<Self>) -> Result<Table<R>, Box<Finding>> {
        self.put_together(&mut lock(&self.whole));
        let none = Whole::of(Self::empty(&self.mapping, self.shared));
        let mut whole = std::mem::replace(&mut *lock(&self.whole), none);
        let name = self.file.name.as_str();
        if whole.problem.is_none() {
            self.end_alone(&mut whole);
        }
        let sheet = whole.opened.as_ref().and_then(|opened| match &opened.form {
            Form::Workbook(header) => Some(header.sheet.clone()),
            _ => None,
        });
        let usable = match whole.problem.take() {
            Some(problem) => Err(problem),
            None => match self.missing(&whole).or_else(|| self.refusal(&whole.batch.table)) {
                Some(problem) => Err(problem),
                None => whole
                    .batch
                    .change(|table| dates::settle(&self.mapping, table))
                    .map_err(|problem| self.problem(*problem))
                    .map(|()| whole.batch),
            },
        };
        let usable = usable.map_err(|problem| match problem.sheet {
            Some(_) => problem,
            None => Box::new(problem.in_sheet(sheet.as_deref())),
        });
        let usable = usable.and_then(|mut batch| {
            for part in &self.beside {
                append_file(self.mapping.table, part, &mut batch, &self.shared)?;
            }
            Ok(batch)
        });
        let mut table = settled(self.mapping.table, name, usable, &self.shared)?;
        if let (true, Some(last)) = (whole.more > 0, table.findings.last().cloned()) {
            let message = format!("{} more rows of the file are ignored", count(whole.more));
            table.findings.push(Finding { message, line: None, column: None, ..last });
        }
        table.findings.extend(whole.unlisted.findings::<R>(name));
        table.findings.extend(whole.opened.and_then(|opened| self.guessed(&opened)));
        for finding in &mut table.findings {
            finding.table = Some(self.mapping.table);
            if finding.file.as_deref() == Some(name) {
                finding.sheet = sheet.as_deref().map(CompactString::from);
            }
        }
        Ok(table)
    }
}

impl<R> MappedReading<'_, R> {
    /// What was guessed of the file, for whoever checks.
    fn guessed(&self, opened: &Opened) -> Option<Finding> {
        let mut words = opened.guessed.clone();
        if self.file.matches > 1 {
            words.insert(0, format!("the last of {} files that match", self.file.matches));
        }
        if words.is_empty() {
            return None;
        }
        let stem = self.mapping.table.stem();
        let message = format!("{stem} is read from this file: {}", words.join(", "));
        Some(Finding::new(Code::Source, message).in_file(&self.file.name))
    }
}

impl<R: Row> Pieces for MappedReading<'_, R> {
    fn count(&self) -> usize {
        // Each piece is a thread's share of the blocks: how many there are is known at the end alone.
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let blocks = self.file.seen.length().div_ceil(self.block.max(1) as u64);
        threads.min(usize::try_from(blocks).unwrap_or(threads)).max(1)
    }

    fn bytes(&self) -> u64 {
        self.file.seen.length()
    }

    fn work(&self, _: usize, buffer: &mut Vec<u8>) {
        while !self.stopped.load(Ordering::Relaxed) {
            let Some((number, opened, taken)) = self.take(buffer) else { return };
            let (trouble, bytes) = taken.map_or((None, 0), |taken| (taken.trouble, taken.bytes));
            let parsed = Parsed { bytes, ..self.parse(&opened, trouble, buffer) };
            self.shared.meter.add(bytes, parsed.batch.table.len);
            lock(&self.waiting).insert(number, parsed);
            // Where another thread does so, that one or the next one takes this block.
            if let Some(mut whole) = try_lock(&self.whole) {
                self.put_together(&mut whole);
            }
        }
    }
}
