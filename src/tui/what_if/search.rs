//! The search for the next value of the selected line at which a customer changes.

use std::sync::Arc;

use super::row_kind::ValueKind;
use crate::insight::scenario::{NextChange, Precision, Scenario, Search, Setting};
use crate::workspace::Snapshot;

/// What a search is about: the view, the changes in it, and the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Generation of the view.
    pub generation: u64,
    /// Counts up with every change.
    pub number: u64,
    /// Key of the line's setting.
    pub key: String,
}

/// A search in both directions. Its parts come from one moment.
#[derive(Debug, Clone)]
pub struct SearchRequest {
    /// What it is about.
    pub subject: Subject,
    /// The view that it is about.
    pub snapshot: Arc<Snapshot>,
    /// The changes.
    pub scenario: Scenario,
    /// What goes further.
    pub start: Start,
}

/// What a search starts from.
#[derive(Debug, Clone)]
pub enum Start {
    /// A setting with its value.
    Setting {
        /// The setting.
        setting: Setting,
        /// What its values are multiples of.
        precision: Precision,
        /// The number to start from where the value is not set.
        initial: f64,
    },
    /// A budget in dollars.
    Budget(f64),
}

impl PartialEq for SearchRequest {
    fn eq(&self, other: &Self) -> bool {
        self.subject == other.subject
    }
}

/// What is found in one direction.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchResult {
    /// What it is about.
    pub subject: Subject,
    /// True where higher values were tried.
    pub up: bool,
    /// The next value, or that there is none.
    pub found: NextChange,
}

impl SearchRequest {
    /// Searches upwards, then downwards, and reports each result. Ends early once `outdated` returns
    /// true.
    pub fn compute(
        &self,
        outdated: &(dyn Fn() -> bool + Sync),
        tell: &mut dyn FnMut(SearchResult),
    ) {
        let mut told = |up: bool, found: NextChange| {
            tell(SearchResult { subject: self.subject.clone(), up, found });
        };
        let scenario = &self.scenario;
        let current = &*self.snapshot.before([scenario]);
        match &self.start {
            Start::Setting { setting, precision, initial } => {
                let (precision, initial) = (*precision, *initial);
                for up in [true, false] {
                    let search = Search { current, scenario, setting, precision, initial, up };
                    let Some(found) = search.find(outdated) else { return };
                    // A value that the setting does not take is none that can be gone to.
                    told(up, found.unwrap_or(NextChange::AtTheEnd));
                }
            }
            Start::Budget(budget) => {
                let planner = self.snapshot.under(Arc::new(scenario.run(current))).planner();
                for up in [true, false] {
                    let Some(found) = planner.next_change(*budget, up, outdated) else { return };
                    told(up, found);
                }
            }
        }
    }
}

/// The last search, and which of its results a key waits for.
#[derive(Debug, Clone, Default)]
pub struct Searching {
    /// What is searched for.
    subject: Option<Subject>,
    /// What was found, upwards and downwards.
    found: [Option<NextChange>; 2],
    /// The direction in which the line goes as soon as the result is there.
    pub wanted: Option<bool>,
}

impl Searching {
    /// Notes a new subject. Returns false where it is the one that is searched for already.
    pub fn begin(&mut self, subject: Option<&Subject>) -> bool {
        let new = self.subject.as_ref() != subject;
        if new {
            *self = Self { subject: subject.cloned(), ..Self::default() };
        }
        new
    }

    /// Takes a result, if it is about what is searched for. Returns true where a key waits for it.
    pub fn take(&mut self, result: SearchResult) -> bool {
        if self.subject.as_ref() != Some(&result.subject) {
            return false;
        }
        if let Some(found) = self.found.get_mut(usize::from(!result.up)) {
            *found = Some(result.found);
        }
        self.wanted.take_if(|up| *up == result.up).is_some()
    }

    /// What was found for a line in one direction, if it is known already.
    pub fn found(&self, number: u64, key: &str, up: bool) -> Option<&NextChange> {
        let same = |subject: &&Subject| subject.number == number && subject.key == key;
        self.subject.as_ref().filter(same)?;
        self.found.get(usize::from(!up))?.as_ref()
    }
}

/// `next change at 0.62: 3 customers`
pub fn words(found: &NextChange, kind: ValueKind, up: bool) -> Option<String> {
    use crate::domain::money::counted;
    match found {
        NextChange::At { value, customers } => Some(format!(
            "next change at {}: {}",
            kind.shown(value),
            counted(*customers, "customer")
        )),
        NextChange::NoneUpTo(last) => {
            let to = if up { "up to" } else { "down to" };
            Some(format!("no further change {to} {}", kind.shown(last)))
        }
        NextChange::AtTheEnd => None,
    }
}
