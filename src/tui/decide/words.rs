//! The results of decisions, in words.

use crate::domain::DecisionKind;
use crate::domain::money::counted;
use crate::workspace::{DecideError, RecordedDecision, Snapshot};

/// `Approved 12 recommendations. Saved (#5 to #16)`.
pub(super) fn several_words(made: &[&RecordedDecision]) -> String {
    let (Some(first), Some(last)) = (made.first(), made.last()) else {
        return "No decision was recorded".to_owned();
    };
    let noun = match first.entry.kind {
        DecisionKind::Undo => "decision",
        _ => "recommendation",
    };
    let saved = match made.len() {
        1 => format!("#{}", first.entry.seq),
        _ => format!("#{} to #{}", first.entry.seq, last.entry.seq),
    };
    format!(
        "{} {}. Saved ({saved}){}",
        first.entry.kind.rules().did,
        counted(made.len(), noun),
        set_aside_words(first)
    )
}

/// Returns whether all decisions were made, and the results in words.
pub(crate) fn outcome(
    each: &[Result<RecordedDecision, DecideError>],
    snapshot: Option<&Snapshot>,
) -> (bool, String) {
    let made: Vec<&RecordedDecision> = each.iter().flatten().collect();
    let errors: Vec<String> =
        each.iter().filter_map(|e| e.as_ref().err()).map(|e| e.to_string()).collect();
    let mut words = match made.as_slice() {
        [] => Vec::new(),
        [one] => vec![done_words(one, snapshot)],
        many => vec![several_words(many)],
    };
    words.extend(errors.iter().cloned());
    (errors.is_empty(), words.join("; "))
}

/// `Approved Support Escalation for Acme (C1). Saved (#3)`.
fn done_words(made: &RecordedDecision, snapshot: Option<&Snapshot>) -> String {
    let entry = &made.entry;
    let what = snapshot.map_or_else(|| entry.kind.rules().did.to_owned(), |s| s.done_words(entry));
    format!("{what}. Saved (#{}){}", entry.seq, set_aside_words(made))
}

fn set_aside_words(made: &RecordedDecision) -> String {
    let words = |path: &std::path::PathBuf| {
        format!("; an unfinished line before it is kept in {}", path.display())
    };
    made.set_aside.as_ref().map(words).unwrap_or_default()
}
