//! The entries of a ledger, linked one to the other: each carries the hash of the one before and the
//! next number. The first line that does not hold ends what can be trusted.

use std::fmt;
use std::sync::{Arc, OnceLock};

use compact_str::CompactString;
use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::domain::{Digest, Entry, Error, ErrorKind};

/// The head of a ledger without entries, and `prev` of its first entry, as it is shown.
pub const NO_HEAD: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// How many entries may follow the base before they become a part of it, at least: few enough to
/// copy with every view, many enough that the base is rarely rebuilt.
const RECENT: usize = 1024;
/// The same as a part of the base, so that a long history is not copied over and over.
const RECENT_SHARE: usize = 16;

/// The entries of a ledger, in order, up to the first line that does not hold. Copies share what
/// they have in common, so one that goes on from another costs only what is new.
#[derive(Debug, Clone, Default)]
pub struct History {
    base: Arc<Segment>,
    recent: Arc<Segment>,
    /// The first bad line. While there is one, nothing may be decided on this ledger.
    pub broken: Option<Break>,
    /// The last line, where its newline is missing. Never together with `broken`.
    pub unfinished: Option<Unfinished>,
    /// Number and hash of the last good entry.
    seq: u64,
    head: Digest,
    /// Bytes up to the end of the last good line, its newline included where it has one.
    end: u64,
    /// Where the last good line begins, and its length without the newline.
    last_line: (u64, usize),
    /// When the last good entry was made.
    made: Option<Timestamp>,
    /// The entry with the greatest id.
    greatest: Option<Arc<Entry>>,
    /// The file system cannot lock the ledger: what was read twice the same is here.
    pub unlocked: bool,
    /// Only some customers' entries are here; number, hash and end are those of the whole.
    partial: bool,
    /// Number and hash of the last entry of which only some customers' are here.
    since: (u64, Digest),
}

impl History {
    /// Entries of some customers out of a ledger whose last good entry is `last`.
    pub(super) fn partial(entries: Vec<Arc<Entry>>, last: &Entry) -> Self {
        let base = Arc::new(Segment { entries, ..Segment::default() });
        let mut history = Self { base, partial: true, ..Self::default() };
        history.note_last(last);
        history.since = (history.seq, history.head);
        history
    }

    fn note_last(&mut self, last: &Entry) {
        (self.seq, self.head, self.made) = (last.seq, last.hash, Some(last.at));
        if let Some(place) = last.basis.place() {
            self.last_line = (place.offset, place.len);
            self.end = place.offset + place.len as u64 + 1;
        }
    }

    /// False where only some customers' entries are here.
    pub fn is_whole(&self) -> bool {
        !self.partial
    }

    /// Number of the last entry of which only some customers' are here; 0 where all are.
    pub(super) fn since(&self) -> u64 {
        self.since.0
    }

    /// The hash of the last good entry, zeros if there is none. Whoever notes it down can later prove
    /// that no entry up to here was removed ("`verify --head HASH`").
    pub fn head(&self) -> Digest {
        self.head
    }

    /// The number of the last good entry, 0 if there is none.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// When the last good entry was made.
    pub(super) fn made(&self) -> Option<Timestamp> {
        self.made
    }

    /// Bytes up to the end of the last good line.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Where the last good line begins, and its length without the newline.
    pub(super) fn last_line(&self) -> (u64, usize) {
        self.last_line
    }

    /// How many entries are here.
    pub fn len(&self) -> usize {
        self.base.entries.len() + self.recent.entries.len()
    }

    /// Returns true where there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every entry before the first break, in order; a whole last line that lacks only its newline
    /// is one.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry>> + Clone {
        self.base.entries.iter().chain(&self.recent.entries)
    }

    /// The entry at a place, counted from 0.
    pub fn get(&self, place: usize) -> Option<&Arc<Entry>> {
        match place.checked_sub(self.base.entries.len()) {
            None => self.base.entries.get(place),
            Some(recent) => self.recent.entries.get(recent),
        }
    }

    /// Returns the last entry.
    pub fn last(&self) -> Option<&Arc<Entry>> {
        self.recent.entries.last().or_else(|| self.base.entries.last())
    }

    /// The entry with that number.
    pub fn numbered(&self, seq: u64) -> Option<&Arc<Entry>> {
        let at_its_place = usize::try_from(seq).ok()?.checked_sub(1).and_then(|at| self.get(at));
        at_its_place
            .filter(|entry| entry.seq == seq)
            .or_else(|| self.entries().find(|entry| entry.seq == seq))
    }

    /// The hash of the entry with that number, as far as it is here; zeros of number 0.
    pub fn hash_of(&self, seq: u64) -> Option<Digest> {
        match seq {
            0 => Some(Digest::ZERO),
            seq if seq == self.seq => Some(self.head),
            seq if seq == self.since.0 => Some(self.since.1),
            seq => self.numbered(seq).map(|entry| entry.hash),
        }
    }

    /// Returns the last entry for a customer that is not a proposal: what a decision follows.
    pub fn last_for(&self, customer: &str) -> Option<&Arc<Entry>> {
        self.recent.last_for(customer).or_else(|| self.base.last_for(customer))
    }

    /// Returns true where something was proposed for any customer, at any time.
    pub fn has_proposals(&self) -> bool {
        self.recent.by_customer().proposed || self.base.by_customer().proposed
    }

    /// Returns true where something was proposed for a customer, at any time.
    pub fn is_proposed_for(&self, customer: &str) -> bool {
        let proposed = |segment: &Segment| {
            segment.by_customer().last.get(customer).is_some_and(|last| last.proposed)
        };
        proposed(&self.recent) || proposed(&self.base)
    }

    /// The customers about whom there is an entry.
    pub fn customers(&self) -> impl Iterator<Item = &str> {
        let known = |id: &&CompactString| !self.base.by_customer().last.contains_key(*id);
        let base = self.base.by_customer().last.keys();
        base.chain(self.recent.by_customer().last.keys().filter(known)).map(CompactString::as_str)
    }

    /// The entry with that id.
    pub fn entry(&self, id: &str) -> Option<&Arc<Entry>> {
        self.get(self.place(id)?)
    }

    /// Place in [`History::entries`] of the one with that id.
    pub fn place(&self, id: &str) -> Option<usize> {
        let recent = self.recent.by_id().get(id).map(|at| self.base.entries.len() + *at as usize);
        recent.or_else(|| self.base.by_id().get(id).map(|at| *at as usize))
    }

    /// All entries for a customer, in order.
    pub fn of_customer<'a>(&'a self, customer: &str) -> std::vec::IntoIter<&'a Arc<Entry>> {
        let mut entries = Vec::new();
        self.recent.collect(customer, &mut entries);
        self.base.collect(customer, &mut entries);
        entries.reverse();
        entries.into_iter()
    }

    /// The entries that put a broken ledger in order, in order.
    pub fn recoveries(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.of_customer("")
    }

    /// Takes the entry of a line that should follow; `end` is where the line ends.
    ///
    /// # Errors
    /// Why it does not follow.
    pub(super) fn link(&mut self, entry: Arc<Entry>, end: u64) -> Result<(), String> {
        let due = self.seq + 1;
        if entry.prev != self.head {
            return Err(format!(
                "its prev differs from the hash of the line before: lines missing, or in another \
                 order (it is entry {}, due is {due})",
                entry.seq
            ));
        }
        if entry.seq != due {
            return Err(format!("its seq differs: it is {}, due is {due}", entry.seq));
        }
        if let Some(before) = self.with_id_of(&entry) {
            return Err(format!("its id is that of entry {}: the entry is repeated", before.seq));
        }
        self.push(entry);
        self.end = end;
        Ok(())
    }

    /// The entry before that has the same id. Ids grow with time: mostly none is looked up.
    fn with_id_of(&self, entry: &Entry) -> Option<&Arc<Entry>> {
        let may_be = self.partial || self.greatest.as_ref().is_some_and(|id| entry.id <= id.id);
        may_be.then(|| self.entry(&entry.id)).flatten()
    }

    /// Adds an entry as it is.
    pub(super) fn push(&mut self, entry: Arc<Entry>) {
        self.note_last(&entry);
        if self.greatest.as_ref().is_none_or(|greatest| greatest.id < entry.id) {
            self.greatest = Some(Arc::clone(&entry));
        }
        // A first read goes into the base at once.
        match Arc::get_mut(&mut self.base).filter(|_| self.recent.entries.is_empty()) {
            Some(base) => base.push(entry),
            None => {
                Arc::make_mut(&mut self.recent).push(entry);
                if self.recent.entries.len() > RECENT.max(self.base.entries.len() / RECENT_SHARE) {
                    self.settle();
                }
            }
        }
    }

    /// Makes the recent entries a part of the base.
    fn settle(&mut self) {
        let recent = std::mem::take(&mut self.recent);
        Arc::make_mut(&mut self.base).extend(&recent.entries);
    }

    /// Notes the place where a whole last line ends whose newline is missing.
    pub(super) fn set_end(&mut self, end: u64) {
        self.end = end;
    }
}

impl FromIterator<Arc<Entry>> for History {
    /// A history of these entries as they are; only reading checks the chain.
    fn from_iter<I: IntoIterator<Item = Arc<Entry>>>(entries: I) -> Self {
        let mut history = Self::default();
        history.extend(entries);
        history
    }
}

impl Extend<Arc<Entry>> for History {
    /// Adds entries as they are; only reading checks the chain.
    fn extend<I: IntoIterator<Item = Arc<Entry>>>(&mut self, entries: I) {
        entries.into_iter().for_each(|entry| self.push(entry));
    }
}

/// Entries in order. Where those of a customer or an id are is found out when someone asks.
#[derive(Debug, Clone, Default)]
struct Segment {
    entries: Vec<Arc<Entry>>,
    by_id: OnceLock<FxHashMap<CompactString, u32>>,
    by_customer: OnceLock<ByCustomer>,
}

/// Places of entries, by customer.
#[derive(Debug, Clone, Default)]
struct ByCustomer {
    /// The last entry of each.
    last: FxHashMap<CompactString, Last>,
    /// Of each entry the one before it for the same customer.
    before: Vec<Option<u32>>,
    /// One of the entries is a proposal.
    proposed: bool,
}

/// Places of a customer's last entries.
#[derive(Debug, Clone, Copy)]
struct Last {
    entry: u32,
    /// The last one that is not a proposal.
    decision: Option<u32>,
    /// One of the entries is a proposal.
    proposed: bool,
}

impl ByCustomer {
    fn push(&mut self, entry: &Entry, at: u32) {
        let decision = entry.kind.decides().then_some(at);
        let proposed = decision.is_none();
        self.proposed |= proposed;
        match self.last.get_mut(&entry.customer_id) {
            Some(last) => {
                self.before.push(Some(last.entry));
                last.entry = at;
                last.decision = decision.or(last.decision);
                last.proposed |= proposed;
            }
            None => {
                self.before.push(None);
                self.last.insert(entry.customer_id.clone(), Last { entry: at, decision, proposed });
            }
        }
    }
}

impl Segment {
    /// The entries with their places. Four billion are beyond what a file of lines holds in practice;
    /// later ones would only not be found.
    fn placed(&self) -> impl Iterator<Item = (&Arc<Entry>, u32)> {
        self.entries.iter().zip(0..)
    }

    fn by_id(&self) -> &FxHashMap<CompactString, u32> {
        self.by_id.get_or_init(|| self.placed().map(|(e, at)| (e.id.clone(), at)).collect())
    }

    fn by_customer(&self) -> &ByCustomer {
        self.by_customer.get_or_init(|| {
            let mut map = ByCustomer::default();
            map.before.reserve(self.entries.len());
            self.placed().for_each(|(entry, at)| map.push(entry, at));
            map
        })
    }

    fn push(&mut self, entry: Arc<Entry>) {
        let at = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        if let Some(map) = self.by_id.get_mut() {
            map.insert(entry.id.clone(), at);
        }
        if let Some(map) = self.by_customer.get_mut() {
            map.push(&entry, at);
        }
        self.entries.push(entry);
    }

    fn extend(&mut self, entries: &[Arc<Entry>]) {
        entries.iter().for_each(|entry| self.push(Arc::clone(entry)));
    }

    fn last_for(&self, customer: &str) -> Option<&Arc<Entry>> {
        self.entries.get(self.by_customer().last.get(customer)?.decision? as usize)
    }

    /// A customer's entries, the last first.
    fn collect<'a>(&'a self, customer: &str, into: &mut Vec<&'a Arc<Entry>>) {
        let map = self.by_customer();
        let mut next = map.last.get(customer).map(|last| last.entry);
        while let Some(at) = next {
            into.extend(self.entries.get(at as usize));
            next = map.before.get(at as usize).copied().flatten();
        }
    }
}

/// The first line of a ledger that does not hold ("names the first bad line and why"). Shown to a
/// person, it also says how to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// From 1.
    pub line: u64,
    /// Why, in words, safe on a terminal.
    pub reason: String,
    /// Hash of the last good entry before it, zeros if there is none.
    pub head: Digest,
    /// The line would hold without what another program did to its form: a carriage return at its
    /// end, a byte-order mark before it, a blank line.
    pub only_form: bool,
}

impl fmt::Display for Break {
    /// The message and the hint in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Error::from(self.clone()).one_line())
    }
}

impl From<Break> for Error {
    fn from(broken: Break) -> Self {
        let Break { line, reason, only_form, .. } = broken;
        let message = format!("ledger broken at line {line}: {reason}");
        let hint = "nothing can be decided or exported until it is recovered; \
                    `nextplay ledger recover` shows what would be kept";
        let error = Self::new(ErrorKind::Refused, message).hint(hint);
        match only_form {
            true => error.hint("only line endings or other form changed: every entry can be kept"),
            false => error,
        }
    }
}

/// A last line whose newline is missing: a writer was cut off ("at most one unfinished last
/// line"). No error: shown to a person, it is a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfinished {
    /// From 1.
    pub line: u64,
    /// Its length.
    pub bytes: usize,
    /// True where only the newline is missing: the entry counts.
    pub whole: bool,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, bytes, whole } = self;
        if *whole {
            write!(f, "line {line} lacks only its newline: it counts; the next decision adds it")
        } else {
            write!(
                f,
                "line {line} is unfinished ({bytes} bytes): a decision was interrupted before it was \
                 saved and does not count; the next decision moves the line to a file beside the ledger"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DecisionKind;
    use crate::ledger::Draft;
    use crate::ledger::samples::{draft, seal};

    /// The lines of these drafts, each with its newline.
    fn lines(drafts: &[Draft]) -> Vec<String> {
        let mut prev = Digest::ZERO;
        let seal = |(draft, seq)| {
            let (line, entry) = seal(draft, seq, prev);
            prev = entry.hash;
            line + "\n"
        };
        drafts.iter().zip(1..).map(seal).collect()
    }

    fn three() -> Vec<String> {
        lines(&[draft("dana", "C1"), draft("sam", "C2"), draft("ürsel", "C1")])
    }

    fn broken(text: &str) -> (u64, String, usize) {
        let history = History::read(text.as_bytes());
        assert!(history.unfinished.is_none());
        let bad = history.broken.clone().unwrap();
        assert_eq!(bad.head, history.head());
        (bad.line, bad.reason, history.len())
    }

    #[test]
    fn nothing_is_an_empty_history() {
        let history = History::read(b"");
        assert_eq!(history.head(), "0".repeat(64));
        assert!(history.is_empty() && history.broken.is_none());
        assert!(history.last_for("C1").is_none() && history.unfinished.is_none());
    }

    #[test]
    fn the_last_entry_for_a_customer_is_no_proposal() {
        let proposal = |customer| Draft { kind: DecisionKind::Propose, ..draft("bot", customer) };
        let drafts = [draft("dana", "C1"), proposal("C1"), proposal("C2"), proposal("C1")];
        let whole = History::read(lines(&drafts).concat().as_bytes());
        let mut parts = History::default();
        for entry in whole.entries() {
            // Asked between, so that some entries are recent ones.
            parts.last_for("C1");
            parts.push(Arc::clone(entry));
        }
        for history in [whole, parts] {
            assert_eq!(history.last_for("C1").unwrap().seq, 1);
            assert!(history.last_for("C2").is_none());
            assert_eq!(history.of_customer("C1").len(), 3);
            assert!(history.has_proposals() && history.is_proposed_for("C2"));
            assert!(!history.is_proposed_for("C3"));
        }
        assert!(!History::read(three().concat().as_bytes()).has_proposals());
    }

    #[test]
    fn entries_are_found_by_customer_and_id() {
        let mut undo = draft("sam", "C1");
        undo.kind = DecisionKind::Undo;
        let text = lines(&[draft("dana", "C1"), draft("dana", "C2"), undo]).concat();
        let history = History::read(text.as_bytes());
        assert!(history.broken.is_none() && history.unfinished.is_none());
        let seqs = |id| history.of_customer(id).map(|entry| entry.seq).collect::<Vec<_>>();
        assert_eq!((seqs("C1"), seqs("C2"), seqs("C3")), (vec![1, 3], vec![2], vec![]));
        let last = history.last_for("C1").unwrap();
        assert_eq!((last.seq, last.kind), (3, DecisionKind::Undo));
        assert_eq!(history.entry(&last.id), Some(last));
        assert_eq!(history.entry("C1"), None);
        assert_eq!(history.head(), last.hash);
        let again: History = history.entries().cloned().collect();
        assert_eq!(again.last_for("C1"), Some(last));
    }

    #[test]
    fn a_changed_byte_is_found_in_its_line() {
        let lines = three();
        let text = lines.concat().into_bytes();
        let ends: Vec<usize> = lines
            .iter()
            .scan(0, |end, line| {
                *end += line.len();
                Some(*end)
            })
            .collect();
        for place in 0..text.len() {
            for flip in [0x01, 0x20, 0x80] {
                let mut changed = text.clone();
                changed[place] ^= flip;
                let history = History::read(&changed);
                let line = ends.iter().position(|end| place < *end).unwrap();
                let bad = history.broken.clone().unwrap_or_else(|| panic!("byte {place} ^ {flip}"));
                assert_eq!(bad.line, line as u64 + 1, "byte {place} ^ {flip}: {}", bad.reason);
                assert_eq!(history.len(), line);
            }
        }
    }

    #[test]
    fn a_byte_more_or_less_is_found_in_its_line() {
        let lines = three();
        let text = lines.concat();
        let second = lines[0].len()..lines[0].len() + lines[1].len() - 1;
        for place in second.filter(|place| text.is_char_boundary(*place)) {
            let mut more = text.clone();
            more.insert(place, ' ');
            assert_eq!(broken(&more).0, 2);
            let mut less = text.clone();
            less.remove(place);
            assert_eq!(broken(&less).0, 2);
        }
    }

    #[test]
    fn moved_and_missing_lines_are_found() {
        let [a, b, c] = <[String; 3]>::try_from(three()).unwrap();
        let missing = "its prev differs from the hash of the line before: lines missing, or in \
                       another order";
        for (text, line, want) in [
            (format!("{a}{c}{b}"), 2, missing),
            (format!("{b}{a}{c}"), 1, missing),
            (format!("{a}{c}"), 2, missing),
            (format!("{b}{c}"), 1, missing),
            (format!("{a}{b}{b}{c}"), 3, missing),
            (format!("{a}\n{b}{c}"), 2, "it is blank"),
            (format!("{a}{b}{c}\n"), 4, "it is blank"),
            (format!("\n{a}"), 1, "it is blank"),
            (format!("{a}  \n"), 2, "it is blank"),
            (format!("\u{feff}{a}"), 1, "its hash differs"),
            (format!("{}{c}", a.trim_end()), 1, "its hash differs"),
            (format!("{a}{}x", b.trim_end()), 2, "something else follows its entry"),
            // A whole entry is no torn one, only because its newline is missing.
            (format!("{a}{}", c.trim_end()), 2, missing),
        ] {
            let (found, reason, good) = broken(&text);
            assert_eq!(found, line, "{reason}");
            assert!(reason.starts_with(want), "{reason}");
            assert_eq!(good as u64, line - 1);
        }
        // A shorter chain is a chain: only a head noted earlier tells.
        assert!(History::read(format!("{a}{b}").as_bytes()).broken.is_none());
    }

    #[test]
    fn a_number_out_of_turn_is_found_though_the_hashes_are_right() {
        let (first, entry) = seal(&draft("dana", "C1"), 1, Digest::ZERO);
        let (second, _) = seal(&draft("dana", "C2"), 3, entry.hash);
        let (line, reason, _) = broken(&format!("{first}\n{second}\n"));
        assert_eq!((line, reason.as_str()), (2, "its seq differs: it is 3, due is 2"));
    }

    #[test]
    fn an_unfinished_last_line_counts_only_when_it_is_whole() {
        let lines = three();
        let text = lines.concat();
        let torn = History::read(&text.as_bytes()[..text.len() - 2]);
        assert_eq!(torn.len(), 2);
        let bytes = lines[2].len() - 2;
        assert_eq!(torn.unfinished, Some(Unfinished { line: 3, bytes, whole: false }));
        let whole = History::read(text.trim_end().as_bytes());
        assert_eq!(whole.len(), 3);
        let bytes = lines[2].len() - 1;
        assert_eq!(whole.unfinished, Some(Unfinished { line: 3, bytes, whole: true }));
        assert!(torn.broken.is_none() && whole.broken.is_none());
    }

    #[test]
    fn a_break_says_how_to_go_on() {
        let bad = |text: &str| History::read(text.as_bytes()).broken.unwrap();
        let lines = three();
        let foreign = bad("not a line\n");
        assert_eq!(
            foreign.to_string(),
            "ledger broken at line 1: it is not JSON: expected ident; nothing can be decided or \
             exported until it is recovered; `nextplay ledger recover` shows what would be kept"
        );
        for form in [lines.concat().replace('\n', "\r\n"), format!("\u{feff}{}", lines[0])] {
            assert!(bad(&form).only_form);
            assert!(bad(&form).to_string().contains("line endings"), "{}", bad(&form));
        }
    }

    #[test]
    fn a_history_that_goes_on_shares_what_it_has_and_finds_the_same() {
        let names: Vec<String> = (0..50).map(|number| format!("C{}", number % 7)).collect();
        let drafts: Vec<Draft> = names.iter().map(|name| draft("dana", name)).collect();
        let whole = History::read(lines(&drafts).concat().as_bytes());
        let mut parts: History = whole.entries().take(20).cloned().collect();
        // Looked up before it goes on, and by a view that stays.
        assert!(parts.last_for("C1").is_some());
        let view = parts.clone();
        whole.entries().skip(20).for_each(|entry| parts.push(Arc::clone(entry)));
        assert_eq!((view.len(), parts.len(), parts.head()), (20, 50, whole.head()));
        assert!(parts.entries().eq(whole.entries()));
        let mut customers: Vec<&str> = parts.customers().collect();
        customers.sort_unstable();
        assert_eq!(customers, ["C0", "C1", "C2", "C3", "C4", "C5", "C6"]);
        for name in customers {
            assert!(parts.of_customer(name).eq(whole.of_customer(name)));
            assert_eq!(parts.last_for(name), whole.last_for(name));
        }
        for (place, entry) in whole.entries().enumerate() {
            assert_eq!(parts.place(&entry.id), Some(place));
            assert_eq!(parts.numbered(entry.seq), Some(entry));
        }
    }
}
