//! A view made ready for the screen, so that to show it costs the same however many customers there
//! are: what is news in it, the rows of the lists.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::waiting::Waiting;
use crate::domain::Person;
use crate::insight::policy_change;
use crate::tui::activity::journal::Journal;
use crate::tui::customers::list::{Rows, RowsRequest};
use crate::tui::customers::rows::build_rows;
use crate::tui::event::{Changed, NewForMe, News, View};
use crate::workspace::Snapshot;
use crate::workspace::scope::my_accounts_exist;

/// The most changes that a view puts into words.
const MOST_TOLD: usize = 200;

/// The customers about whom the reviewer here has just decided.
pub type Own = FxHashSet<CompactString>;

/// Makes views ready, each after the one before.
#[derive(Debug, Default)]
pub struct Preparation {
    /// The view on the screen.
    shown: Option<Arc<Snapshot>>,
    /// The ledger of the view before.
    journal: Arc<Journal>,
    /// True where new customers to decide about are announced. To find them takes a walk over all.
    pub announces: Arc<AtomicBool>,
    /// Whom the reviewer could decide about in the last view that was looked at for that.
    waiting: Option<Waiting>,
}

impl Preparation {
    /// The view of a snapshot; `None` where it is the one on the screen. `requests` is what
    /// each list shall show.
    pub fn next(
        &mut self,
        snapshot: &Arc<Snapshot>,
        own: &Own,
        requests: &[RowsRequest],
    ) -> Option<View> {
        let before = self.shown.take();
        if before.as_ref().is_some_and(|before| before.generation == snapshot.generation) {
            self.shown = before;
            return None;
        }
        // What is only the beginning of a load is nothing to compare with.
        let before = before.filter(|before| !before.partial);
        let first = before.is_none();
        let news = before.as_ref().map(|before| news(before, snapshot, own)).unwrap_or_default();
        // At the beginning of a load the ledger has not been read; it is as it was.
        if !snapshot.partial {
            let data = snapshot.matching.dataset();
            let name = |id: &str| data.customer(data.customer_number(id)?)?.name();
            let zone = snapshot.now.zone.get();
            self.journal = Journal::next(&self.journal, &snapshot.history, name, &zone);
        }
        if !snapshot.partial {
            // The first frame asks for days of some customers, which takes as long as all of them.
            snapshot.matching.dataset().read_days();
        }
        let rows = |request: &RowsRequest| {
            let request = match snapshot.partial {
                true => request.clone(),
                false => request
                    .clone()
                    .with_scope(|| my_accounts_exist(snapshot, &Person::new(&request.me))),
            };
            build_rows(&request, snapshot, &[], &|| false)
        };
        let lists: Vec<Rows> = requests.iter().filter_map(rows).collect();
        let me = requests.first().map(|request| Person::new(&request.me)).unwrap_or_default();
        let view = View {
            for_me: self.new_for_me(before.as_deref(), snapshot, &me, own),
            totals: snapshot.totals(),
            lists,
            news,
            journal: Arc::clone(&self.journal),
            first,
            snapshot: Arc::clone(snapshot),
        };
        self.shown = Some(Arc::clone(snapshot));
        Some(view)
    }

    /// The customers that the reviewer may decide about and could not before. None the first time, nor
    /// while something is broken.
    fn new_for_me(
        &mut self,
        before: Option<&Snapshot>,
        snapshot: &Snapshot,
        me: &Person,
        own: &Own,
    ) -> NewForMe {
        if !self.announces.load(Ordering::Relaxed) {
            self.waiting = None;
            return NewForMe::default();
        }
        if snapshot.partial || me.is_nobody() || snapshot.what_is_broken().is_some() {
            return NewForMe::default();
        }
        let now = Waiting::new(snapshot, me);
        let usable = before.filter(|before| before.what_is_broken().is_none());
        let last = self.waiting.replace(now.clone());
        match last.or_else(|| usable.map(|before| Waiting::new(before, me))) {
            Some(before) => now.new_since(&before, snapshot, own),
            None => NewForMe::default(),
        }
    }

    /// The snapshot on the screen.
    pub fn shown(&self) -> Option<&Arc<Snapshot>> {
        self.shown.as_ref()
    }
}

fn news(before: &Snapshot, after: &Snapshot, own: &Own) -> News {
    let mut changes = after.changes_since(before, MOST_TOLD);
    let own_changed = own.iter().filter(|id| changes.customers.remove(*id)).count();
    let told: Vec<Changed> = changes
        .told
        .into_iter()
        .map(|change| Changed { own: own.contains(&change.customer_id), change })
        .collect();
    let own_told = told.iter().filter(|changed| changed.own).count();
    let count = changes.count.saturating_sub(own_told.max(own_changed));
    let moved = changes.count.saturating_sub(changes.decisions);
    let policy = policy_change(before.matching.policy(), after.matching.policy());
    News { told, count, moved, policy, customers: Arc::new(changes.customers) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::load::Reread;
    use crate::store::dataset::fields;
    use crate::workspace::{Options, Workspace};

    #[test]
    fn dates_are_read_before_the_first_frame_asks_for_a_day() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
        let snapshot = Workspace::new(directory, Options::default()).refresh(Reread::All);
        let tables = &snapshot.matching.dataset().tables;
        let columns =
            [tables.customers.texts(fields::RENEWAL), tables.states.texts(fields::ENTERED)];
        let view = Preparation::default().next(&snapshot, &Own::default(), &[]);
        assert!(view.is_some() && columns.iter().all(|texts| texts.days_are_read()));
    }
}
