//! The ledger's entries made ready to be listed and searched. Done once for each entry, in the
//! background: what a key press then looks at stands together in memory, however long the ledger is.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::letters::searched;
use crate::domain::{DecisionKind, Entry, Person};
use crate::ledger::History;

/// What each line of a record is, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// The name as people are compared by it.
    By,
    /// The kind of the decision, by its code.
    Kind,
    /// The kind as the list words it.
    Done,
    /// The customer's id.
    Customer,
    /// The customer's name.
    Name,
    /// The playbook's id.
    Playbook,
    /// The playbook's name.
    PlaybookTitle,
    /// The code of the reason.
    Reason,
    /// The note.
    Said,
    /// The local time.
    Time,
}

impl Piece {
    /// How many pieces a record has.
    pub const COUNT: usize = Self::Time as usize + 1;
}

/// Returns what has been done, as the list words it.
pub fn done(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Undo => "undid",
        DecisionKind::Override => "overrode",
        kind => kind.done(),
    }
}

/// Returns what has been done, with the playbooks it was about: `approved Usage Recovery`, `overrode
/// Support Escalation with Usage Recovery`.
pub fn done_about(entry: &Entry) -> String {
    let recommended = entry.basis.recommendation.playbook_title();
    match (entry.kind, &entry.basis.chosen) {
        (DecisionKind::Override, Some(chosen)) if entry.basis.recommended().is_none() => {
            format!("assigned {}", chosen.title())
        }
        (DecisionKind::Override, Some(chosen)) => {
            format!("overrode {recommended} with {}", chosen.title())
        }
        (DecisionKind::Undo, _) => {
            let about = entry.basis.recommended().map(|r| r.playbook_title());
            format!("undid a decision about {}", about.unwrap_or(entry.basis.playbook_title()))
        }
        (DecisionKind::Enroll, _) => {
            let of = entry.basis.experiment.as_ref().map(|of| format!(" ({})", of.id));
            format!("held back {}{}", entry.basis.playbook_title(), of.unwrap_or_default())
        }
        (kind, _) => format!("{} {}", done(kind), entry.basis.playbook_title()),
    }
}

/// Returns a local time in full.
pub fn local(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Returns a text to be searched: pieces as they are searched, a line each.
pub fn record(pieces: [&str; Piece::COUNT]) -> String {
    let mut text = String::new();
    append(&mut text, pieces);
    text
}

fn append(text: &mut String, pieces: [&str; Piece::COUNT]) {
    for (number, piece) in pieces.into_iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        // A line break within a piece would look like the next piece.
        text.extend(searched(piece).chars().map(|c| if c == '\n' { ' ' } else { c }));
    }
}

/// A ledger with the text to search of each entry.
#[derive(Debug, Default)]
pub struct Journal {
    /// The ledger.
    pub history: Arc<History>,
    /// The records of all entries, one after the other.
    text: String,
    /// Of each entry: where its record ends, and when it was made.
    index: Vec<(usize, Timestamp)>,
}

impl Journal {
    /// The journal of a history that comes after the one before: only new entries cost something.
    /// `name` gives the name of a customer.
    pub fn next<'a>(
        before: &Arc<Self>,
        history: &Arc<History>,
        name: impl Fn(&str) -> Option<&'a str>,
        zone: &TimeZone,
    ) -> Arc<Self> {
        if Arc::ptr_eq(&before.history, history) {
            return Arc::clone(before);
        }
        let known = before.history.len();
        let last = known.checked_sub(1);
        let hash_at =
            |history: &History| last.and_then(|last| history.get(last)).map(|entry| entry.hash);
        // The hash of an entry covers all entries before it.
        let goes_on = known <= history.len() && hash_at(&before.history) == hash_at(history);
        let (text, index, from) = match goes_on {
            true => (before.text.clone(), before.index.clone(), known),
            false => (String::new(), Vec::new(), 0),
        };
        let mut journal = Self { history: Arc::clone(history), text, index };
        for entry in history.entries().skip(from) {
            journal.push(entry, name(&entry.customer_id), zone);
        }
        Arc::new(journal)
    }

    fn push(&mut self, entry: &Entry, name: Option<&str>, zone: &TimeZone) {
        let basis = entry.basis.once();
        let by = Person::new(&entry.by);
        let pieces = [
            by.key(),
            entry.kind.name(),
            done(entry.kind),
            &entry.customer_id,
            name.unwrap_or_default(),
            basis.playbook_id(),
            basis.playbook_title(),
            entry.reason.as_deref().unwrap_or_default(),
            entry.note.as_deref().unwrap_or_default(),
            &local(entry.at, zone),
        ];
        append(&mut self.text, pieces);
        self.index.push((self.text.len(), entry.at));
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Returns true where there are no entries.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// The entry at a place of the ledger, from 0.
    pub fn entry(&self, place: usize) -> Option<&Arc<Entry>> {
        self.history.get(place)
    }

    /// When the entry at a place was made.
    pub fn at(&self, place: usize) -> Option<Timestamp> {
        self.index.get(place).map(|(_, at)| *at)
    }

    /// The record of the entry at a place.
    pub fn record(&self, place: usize) -> &str {
        let end = |place: usize| self.index.get(place).map(|(end, _)| *end);
        let start = place.checked_sub(1).map_or(Some(0), end);
        let range = start.zip(end(place)).map(|(start, end)| start..end);
        range.and_then(|range| self.text.get(range)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_in_a_note_is_no_new_piece() {
        let text = record(["Dana", "", "", "", "", "", "", "", "two\nlines", ""]);
        assert_eq!(text.split('\n').count(), Piece::COUNT);
        assert!(text.contains("two lines") && text.starts_with("dana\n"));
    }
}
