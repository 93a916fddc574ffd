//! Who decided what lately, and why.

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;

use crate::domain::{self, DecisionKind, Entry, Moment};

/// So far back.
pub const DAYS: i64 = 7;

/// The entries of the ledger in the last [`DAYS`] days of 24 hours, but proposals. Every entry counts as
/// it was made: one that was undone later, and the undo, too.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decided {
    /// Number of decisions.
    pub entries: usize,
    /// The busiest first, then by name.
    pub people: Vec<Person>,
    /// The reasons named, the most frequent first, then by name.
    pub reasons: Vec<(CompactString, usize)>,
}

/// What someone decided.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Person {
    /// Name of the person.
    pub by: CompactString,
    /// Number of decisions.
    pub entries: usize,
    /// Number of approvals.
    pub approved: usize,
    /// Number of rejections.
    pub rejected: usize,
    /// Number of deferrals.
    pub deferred: usize,
    /// Number of overrides.
    pub overridden: usize,
    /// Number of decisions undone.
    pub undone: usize,
    /// Number of hand-offs.
    pub handed_off: usize,
    /// Ledgers put in order.
    pub recovered: usize,
}

impl Decided {
    /// From all entries of a ledger.
    pub fn lately<'a>(entries: impl IntoIterator<Item = &'a Entry>, now: &Moment) -> Self {
        let from = now.at.checked_sub(SignedDuration::from_hours(24 * DAYS));
        let from = from.unwrap_or(Timestamp::MIN);
        let mut people: FxHashMap<String, Person> = FxHashMap::default();
        let mut reasons: FxHashMap<&str, usize> = FxHashMap::default();
        let mut count = 0;
        // In the order of the ledger, which is not always that of the clocks.
        for entry in entries.into_iter().filter(|entry| entry.at > from) {
            let times: fn(&mut Person) -> &mut usize = match entry.kind {
                DecisionKind::Approve => |person| &mut person.approved,
                DecisionKind::Reject => |person| &mut person.rejected,
                DecisionKind::Defer => |person| &mut person.deferred,
                DecisionKind::Override => |person| &mut person.overridden,
                DecisionKind::Undo => |person| &mut person.undone,
                DecisionKind::HandOff => |person| &mut person.handed_off,
                DecisionKind::Recover => |person| &mut person.recovered,
                // It decides nothing.
                DecisionKind::Propose | DecisionKind::Enroll => continue,
            };
            count += 1;
            // However someone's name was spelled.
            let key = domain::Person::new(&entry.by).key().to_owned();
            let person = people
                .entry(key)
                .or_insert_with(|| Person { by: entry.by.clone(), ..Person::default() });
            person.entries += 1;
            *times(person) += 1;
            if let Some(reason) = &entry.reason {
                *reasons.entry(reason).or_default() += 1;
            }
        }
        let mut people: Vec<Person> = people.into_values().collect();
        people.sort_by(|a, b| b.entries.cmp(&a.entries).then_with(|| a.by.cmp(&b.by)));
        let mut reasons: Vec<_> =
            reasons.into_iter().map(|(reason, times)| (reason.into(), times)).collect();
        reasons.sort_by(|a: &(CompactString, usize), b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Self { entries: count, people, reasons }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::samples::{basis, entry, now};

    #[test]
    fn the_last_days_are_counted_by_person_and_reason() {
        let now = now();
        let at = |kind, by: &str, hours: i64, reason: Option<&str>| Entry {
            at: now.at - SignedDuration::from_hours(hours),
            reason: reason.map(Into::into),
            ..Entry::clone(&entry(1, kind, by, &basis()))
        };
        let entries = [
            at(DecisionKind::Approve, "old", 24 * 7, None),
            at(DecisionKind::Approve, "sam", 24 * 7 - 1, None),
            at(DecisionKind::Reject, "dana", 3, Some("budget")),
            at(DecisionKind::Undo, "dana", 2, None),
            at(DecisionKind::Propose, "bot", 2, Some("budget")),
            at(DecisionKind::Defer, "dana", 1, Some("bad_timing")),
            // By a clock that runs ahead.
            at(DecisionKind::Override, "ali", -1, Some("budget")),
        ];
        let decided = Decided::lately(&entries, &now);
        assert_eq!(decided.entries, 5);
        let names: Vec<&str> = decided.people.iter().map(|person| person.by.as_str()).collect();
        assert_eq!(names, ["dana", "ali", "sam"]);
        let dana = &decided.people[0];
        assert_eq!((dana.rejected, dana.undone, dana.deferred, dana.approved), (1, 1, 1, 0));
        assert_eq!(decided.reasons, [("budget".into(), 2), ("bad_timing".into(), 1)]);
    }
}
