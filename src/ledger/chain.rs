//! The lines of a ledger, checked one after the other: each carries the hash of the one before and
//! the next number. The first line that does not hold ends what can be trusted.

use std::fmt;
use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::entry::{self, Tail};
use crate::domain::Entry;

/// The head of a ledger without entries, and `prev` of its first entry.
pub const NO_HEAD: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The entries of a ledger, in order, up to the first line that does not hold.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Every entry before the first break; a whole last line that lacks only its newline is one.
    pub entries: Vec<Arc<Entry>>,
    /// The first bad line. While there is one, nothing may be decided on this ledger.
    pub broken: Option<Break>,
    /// The last line, where its newline is missing. Never together with `broken`.
    pub unfinished: Option<Unfinished>,
    /// Places in `entries` of each customer's.
    of_customer: FxHashMap<CompactString, Vec<usize>>,
    /// Place in `entries` of each id.
    by_id: FxHashMap<CompactString, usize>,
}

impl History {
    /// The hash of the last good entry, [`NO_HEAD`] if there is none. Whoever notes it down can
    /// later prove that no entry up to here was removed ("`verify --head HASH`").
    pub fn head(&self) -> &str {
        self.entries.last().map_or(NO_HEAD, |entry| &entry.hash)
    }

    /// The last entry for a customer, of any kind.
    pub fn last_for(&self, customer: &str) -> Option<&Arc<Entry>> {
        self.entries.get(*self.of_customer.get(customer)?.last()?)
    }

    /// The customers about whom there is an entry.
    pub fn customers(&self) -> impl Iterator<Item = &str> {
        self.of_customer.keys().map(CompactString::as_str)
    }

    /// The entry with that id.
    pub fn entry(&self, id: &str) -> Option<&Arc<Entry>> {
        self.entries.get(*self.by_id.get(id)?)
    }

    /// Place in `entries` of the one with that id.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// All entries for a customer, in order.
    pub fn of_customer<'a>(
        &'a self,
        customer: &str,
    ) -> impl DoubleEndedIterator<Item = &'a Arc<Entry>> + use<'a> {
        let places = self.of_customer.get(customer).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|place| self.entries.get(*place))
    }

    /// Reads the bytes of a ledger ("recomputes everything"). Never fails: what is wrong with them
    /// is in [`History::broken`] and [`History::unfinished`].
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut history = Self::default();
        for (line, number) in bytes.split_inclusive(|byte| *byte == b'\n').zip(1..) {
            let read = match line.strip_suffix(b"\n") {
                Some(whole) => history.next(whole),
                None => history.last(line, number),
            };
            if let Err(reason) = read {
                let head = history.head().to_owned();
                history.unfinished = None;
                history.broken = Some(Break { line: number, reason, head });
                break;
            }
        }
        history
    }

    /// Takes a line that should follow.
    fn next(&mut self, line: &[u8]) -> Result<(), String> {
        let entry = entry::parse(line)?;
        let due = self.entries.last().map_or(1, |last| last.seq + 1);
        if entry.prev != self.head() {
            return Err(format!(
                "its prev differs from the hash of the line before: lines missing, or in another \
                 order (it is entry {}, due is {due})",
                entry.seq
            ));
        }
        if entry.seq != due {
            return Err(format!("its seq differs: it is {}, due is {due}", entry.seq));
        }
        self.extend([Arc::new(entry)]);
        Ok(())
    }

    /// Takes a last line without a newline.
    fn last(&mut self, line: &[u8], number: u64) -> Result<(), String> {
        let whole = match entry::tail(line) {
            Tail::Torn => false,
            Tail::Whole => {
                self.next(line)?;
                true
            }
            Tail::Overrun => return Err("something else follows its entry".to_owned()),
            Tail::Changed => {
                return Err("its hash differs: it was changed after it was written".to_owned());
            }
            Tail::Foreign => return Err("it is no entry of a ledger".to_owned()),
        };
        self.unfinished = Some(Unfinished { line: number, bytes: line.len(), whole });
        Ok(())
    }
}

impl Extend<Arc<Entry>> for History {
    /// Adds entries as they are; only reading checks the chain.
    fn extend<I: IntoIterator<Item = Arc<Entry>>>(&mut self, entries: I) {
        for entry in entries {
            let place = self.entries.len();
            self.of_customer.entry(entry.customer_id.clone()).or_default().push(place);
            self.by_id.insert(entry.id.clone(), place);
            self.entries.push(entry);
        }
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

/// The first line of a ledger that does not hold ("names the first bad line and why"). Shown to a
/// person, it also says how to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// From 1.
    pub line: u64,
    /// Why, in words, harmless on a terminal.
    pub reason: String,
    /// Hash of the last good entry before it, [`NO_HEAD`] if there is none.
    pub head: String,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ledger broken at line {}: {}. Nothing is decided on it. To go on, move the ledger's \
             file aside and decide again: a new ledger starts",
            self.line, self.reason
        )?;
        // Nothing stands before a first line that is bad: there is no head to name.
        if self.head != NO_HEAD {
            write!(f, "; name the old head {} in the note of its first decision", self.head)?;
        }
        Ok(())
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
            write!(f, "line {line} lacks only its newline: it counts, the next decision adds it")
        } else {
            write!(
                f,
                "line {line} is unfinished ({bytes} bytes): a decision was cut off before it was \
                 made, it does not count; the next decision moves it to a file beside the ledger"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ledger::EntryIds;

    use super::*;
    use crate::domain::DecisionKind;
    use crate::ledger::Draft;
    use crate::ledger::samples::draft;

    /// The lines of these drafts, each with its newline.
    fn lines(drafts: &[Draft]) -> Vec<String> {
        let mut prev = NO_HEAD.to_owned();
        let seal = |(draft, seq)| {
            let (line, entry) = entry::seal(draft, seq, &prev, &EntryIds::default()).unwrap();
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
        (bad.line, bad.reason, history.entries.len())
    }

    #[test]
    fn nothing_is_an_empty_history() {
        let history = History::read(b"");
        assert_eq!(history.head(), "0".repeat(64));
        assert!(history.entries.is_empty() && history.broken.is_none());
        assert!(history.last_for("C1").is_none() && history.unfinished.is_none());
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
        let again: History = history.entries.iter().cloned().collect();
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
                let bad = history.broken.unwrap_or_else(|| panic!("byte {place} ^ {flip}"));
                assert_eq!(bad.line, line as u64 + 1, "byte {place} ^ {flip}: {}", bad.reason);
                assert_eq!(history.entries.len(), line);
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
        let (first, entry) =
            entry::seal(&draft("dana", "C1"), 1, NO_HEAD, &EntryIds::default()).unwrap();
        let (second, _) =
            entry::seal(&draft("dana", "C2"), 3, &entry.hash, &EntryIds::default()).unwrap();
        let (line, reason, _) = broken(&format!("{first}\n{second}\n"));
        assert_eq!((line, reason.as_str()), (2, "its seq differs: it is 3, due is 2"));
    }

    #[test]
    fn an_unfinished_last_line_counts_only_when_it_is_whole() {
        let lines = three();
        let text = lines.concat();
        let torn = History::read(&text.as_bytes()[..text.len() - 2]);
        assert_eq!(torn.entries.len(), 2);
        let bytes = lines[2].len() - 2;
        assert_eq!(torn.unfinished, Some(Unfinished { line: 3, bytes, whole: false }));
        let whole = History::read(text.trim_end().as_bytes());
        assert_eq!(whole.entries.len(), 3);
        let bytes = lines[2].len() - 1;
        assert_eq!(whole.unfinished, Some(Unfinished { line: 3, bytes, whole: true }));
        assert!(torn.broken.is_none() && whole.broken.is_none());
    }

    #[test]
    fn a_break_says_how_to_go_on() {
        let bad = |head: &str| {
            Break { line: 7, reason: "it is blank".to_owned(), head: head.to_owned() }.to_string()
        };
        assert_eq!(
            bad(NO_HEAD),
            "ledger broken at line 7: it is blank. Nothing is decided on it. To go on, move the \
             ledger's file aside and decide again: a new ledger starts"
        );
        assert!(
            bad("ab12").ends_with("; name the old head ab12 in the note of its first decision")
        );
    }
}
