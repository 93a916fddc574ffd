//! What has not been sent yet: entries of the ledger in their order, then what needs a
//! decision, by revenue at risk.

use std::sync::Arc;

use rayon::prelude::*;

use super::event::{Event, EventId, EventKind, Source};
use super::journal::{Place, Sent};
use crate::domain::{Entry, Error};
use crate::workspace::{LedgerProblem, Snapshot};

/// One thing to tell.
#[derive(Debug, Clone)]
pub struct Item {
    /// The event; `None` where only the ledger was read further.
    pub id: Option<EventId>,
    /// How far the ledger is sent with it.
    pub place: Option<Place>,
    about: About,
}

#[derive(Debug, Clone)]
enum About {
    Entry(Arc<Entry>, EventKind),
    Customer(usize, EventKind),
    Nothing,
}

impl Item {
    /// True where it is about a customer's status, not about the ledger.
    pub fn is_status(&self) -> bool {
        matches!(self.about, About::Customer(..))
    }
}

/// What is new in a view.
#[derive(Debug)]
pub struct News {
    snapshot: Arc<Snapshot>,
    /// In the order in which to send it.
    pub items: Vec<Item>,
}

/// Returns why statuses and entries are not to be relied on now: nothing is sent then.
pub fn held(snapshot: &Snapshot) -> Option<Error> {
    let problem = snapshot.ledger_problem.as_ref()?;
    match problem {
        // It is over in a moment.
        LedgerProblem::Busy(_) => None,
        problem => Some(problem.error().clone()),
    }
}

impl News {
    /// Finds what was not sent. Without `statuses` only entries count: the data was never good.
    pub fn new(snapshot: &Arc<Snapshot>, kinds: &[EventKind], sent: &Sent, statuses: bool) -> Self {
        let mut items = Vec::new();
        if snapshot.ledger_problem.is_some() {
            return Self { snapshot: Arc::clone(snapshot), items };
        }
        if kinds.iter().any(|kind| matches!(kind.source(), Source::Entry(_))) {
            entries(snapshot, kinds, sent, &mut items);
        }
        if statuses {
            let waiting = snapshot.waiting().into_par_iter();
            let waits = waiting.filter_map(|number| waits(snapshot, kinds, sent, number));
            items.extend(waits.collect::<Vec<_>>());
        }
        Self { snapshot: Arc::clone(snapshot), items }
    }

    /// Returns the event of an item; `None` where there is nothing to tell.
    pub fn event(&self, item: &Item) -> Option<Event> {
        match &item.about {
            About::Entry(entry, kind) => Some(Event::of_entry(&self.snapshot, *kind, entry)),
            About::Customer(number, kind) => {
                Event::of_status(&self.snapshot, *kind, item.id?, *number)
            }
            About::Nothing => None,
        }
    }
}

/// Adds the entries behind the place that was sent; of another ledger, those that were never sent.
fn entries(snapshot: &Snapshot, kinds: &[EventKind], sent: &Sent, items: &mut Vec<Item>) {
    let history = &snapshot.history;
    let known = sent.place();
    let same = known.filter(|known| history.hash_of(known.seq) == Some(known.hash));
    let from = same.map_or(0, |known| known.seq);
    let mut last = None;
    // From the end, so that a long ledger is not walked through for one new entry.
    let new: Vec<&Arc<Entry>> =
        history.entries().rev().take_while(|entry| entry.seq > from).collect();
    for entry in new.into_iter().rev() {
        let place = Some(Place { seq: entry.seq, hash: entry.hash });
        last = place;
        let Some(kind) = EventKind::of_entry(entry).filter(|kind| kinds.contains(kind)) else {
            continue;
        };
        let id = EventId::of_entry(kind, entry);
        if !sent.contains(id) {
            items.push(Item { id: Some(id), place, about: About::Entry(Arc::clone(entry), kind) });
        }
    }
    // Entries of other kinds are passed over once.
    let is_sent = items.last().is_some_and(|item| item.place == last);
    if last.is_some() && !is_sent {
        items.push(Item { id: None, place: last, about: About::Nothing });
    }
}

fn waits(snapshot: &Snapshot, kinds: &[EventKind], sent: &Sent, number: usize) -> Option<Item> {
    let kind = EventKind::of_status(snapshot.status(number)).filter(|kind| kinds.contains(kind))?;
    let basis = snapshot.hashed_basis(number)?.hash;
    let customer = snapshot.matching.customer(number)?.id();
    let last = snapshot.history.last_for(customer).map(Arc::as_ref);
    let id = EventId::of_status(kind, customer, &basis, last);
    let item = Item { id: Some(id), place: None, about: About::Customer(number, kind) };
    (!sent.contains(id)).then_some(item)
}
