//! The customers and playbooks that the text of the palette names, found on a thread of their own: of very
//! many customers a letter typed waits for none.

use std::sync::Arc;

use compact_str::CompactString;
use rayon::prelude::*;

use super::query::{Query, Rank};
use crate::workspace::Snapshot;

/// The most customers, and the most playbooks, that are listed.
pub const MOST: usize = 40;
/// Customers between two looks at whether they are still wanted.
const CHUNK: usize = 16 * 1024;

/// A text whose customers and playbooks are wanted.
#[derive(Debug, Clone)]
pub struct NamesRequest {
    /// The view that they belong to.
    pub snapshot: Arc<Snapshot>,
    /// What is typed.
    pub text: String,
    /// What was found for a shorter text of the same view: nothing else is looked at.
    pub from: Option<Arc<[u32]>>,
}

impl PartialEq for NamesRequest {
    fn eq(&self, other: &Self) -> bool {
        self.snapshot.generation == other.snapshot.generation && self.text == other.text
    }
}

/// A customer or a playbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Its id.
    pub id: CompactString,
    /// Its name, if it has one.
    pub name: Option<String>,
}

impl Name {
    /// Returns its name, else its id. Text from data files is not yet escaped.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Of the view.
    pub generation: u64,
    /// What was typed.
    pub text: String,
    /// The customers that fit best, the best first.
    pub customers: Vec<Name>,
    /// The playbooks that fit best, the best first.
    pub playbooks: Vec<Name>,
    /// How many more customers fit.
    pub more_customers: usize,
    /// How many more playbooks fit.
    pub more_playbooks: usize,
    /// The numbers of all customers that fit, in file order.
    all: Arc<[u32]>,
}

impl Names {
    /// Returns the customers to look at for a text of a view; `None` where that is all of them.
    pub fn for_text(&self, text: &str, generation: u64) -> Option<Arc<[u32]>> {
        // What is typed on finds no more.
        let longer = self.generation == generation && text.starts_with(&self.text);
        (longer && !self.text.is_empty()).then(|| Arc::clone(&self.all))
    }
}

impl NamesRequest {
    /// Finds the names; `None` where `outdated` came true on the way.
    pub fn find(&self, outdated: &(dyn Fn() -> bool + Sync)) -> Option<Names> {
        let query = Query::new(&self.text);
        let dataset = self.snapshot.matching.dataset();
        let rank = |row: u32| {
            let view = dataset.customer(row as usize)?;
            match view.name() {
                Some(name) => query.rank(&[name, view.id()], &[]),
                None => query.rank(&[view.id()], &[]),
            }
        };
        let ranked = |rows: &mut dyn Iterator<Item = u32>| {
            let found = rows.filter_map(|row| Some((rank(row)?, row)));
            (!outdated()).then(|| found.collect::<Vec<_>>())
        };
        let chunks: Option<Vec<Vec<(Rank, u32)>>> = match &self.from {
            Some(rows) => {
                rows.par_chunks(CHUNK).map(|rows| ranked(&mut rows.iter().copied())).collect()
            }
            None => {
                let rows: Vec<u32> = (0..self.snapshot.len() as u32).collect();
                rows.par_chunks(CHUNK).map(|rows| ranked(&mut rows.iter().copied())).collect()
            }
        };
        let mut found = chunks?.concat();
        let all = found.iter().map(|(_, row)| *row).collect();
        let more_customers = keep_best(&mut found);
        let customer = |(_, row): (Rank, u32)| {
            let view = dataset.customer(row as usize)?;
            Some(Name { id: view.id().into(), name: view.name().map(str::to_owned) })
        };
        let playbooks = dataset.playbooks().enumerate();
        let mut playbooks: Vec<(Rank, usize)> = playbooks
            .filter_map(|(place, one)| Some((query.rank(&[one.title(), &one.id], &[])?, place)))
            .collect();
        let more_playbooks = keep_best(&mut playbooks);
        let playbook = |(_, place): (Rank, usize)| {
            let one = dataset.playbooks().nth(place)?;
            Some(Name { id: one.id.as_str().into(), name: Some(one.title().to_owned()) })
        };
        if outdated() {
            return None;
        }
        Some(Names {
            generation: self.snapshot.generation,
            text: self.text.clone(),
            customers: found.into_iter().filter_map(customer).collect(),
            playbooks: playbooks.into_iter().filter_map(playbook).collect(),
            more_customers,
            more_playbooks,
            all,
        })
    }
}

/// Keeps the best of what was found, in order, and returns how many were left out.
fn keep_best<T: Ord>(found: &mut Vec<T>) -> usize {
    let more = found.len().saturating_sub(MOST);
    if more > 0 {
        found.select_nth_unstable(MOST);
        found.truncate(MOST);
    }
    found.sort_unstable();
    more
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::load::Reread;
    use crate::workspace::{Options, Workspace};

    fn snapshot(customers: usize) -> (tempfile::TempDir, Arc<Snapshot>) {
        let dir = tempfile::tempdir().unwrap();
        let row = |n: usize| {
            let name = ["Meridian", "Omerta", "Kansas"][n % 3];
            format!(
                r#"{{"customer_id":"C{n}","name":"{name} {n}","segment":"SMB","account_value":1}}"#
            )
        };
        let rows: Vec<String> = (0..customers).map(row).collect();
        std::fs::write(dir.path().join("customers.json"), format!("[{}]", rows.join(","))).unwrap();
        std::fs::write(
            dir.path().join("journey_playbooks.json"),
            r#"[{"playbook_id":"PB_M","name":"Merger Check","journey_stage":"support"}]"#,
        )
        .unwrap();
        let snapshot = Workspace::new(dir.path(), Options::default()).refresh(Reread::All);
        (dir, snapshot)
    }

    fn find(snapshot: &Arc<Snapshot>, text: &str, from: Option<Arc<[u32]>>) -> Names {
        let request = NamesRequest { snapshot: Arc::clone(snapshot), text: text.into(), from };
        request.find(&|| false).unwrap()
    }

    #[test]
    fn the_best_few_are_listed_and_the_others_counted() {
        let (_dir, snapshot) = snapshot(300);
        let names = find(&snapshot, "mer", None);
        assert_eq!((names.customers.len(), names.more_customers), (MOST, 200 - MOST));
        let titles: Vec<&str> = names.customers.iter().take(2).map(Name::title).collect();
        assert_eq!(titles, ["Meridian 0", "Meridian 3"], "in file order");
        assert_eq!(names.playbooks.len() + names.more_playbooks, 1);
        let names = find(&snapshot, "c7", None);
        assert_eq!(names.customers[0].id, "C7", "the whole id comes before C70");
    }

    #[test]
    fn a_longer_text_is_looked_for_in_what_was_found_and_finds_the_same() {
        let (_dir, snapshot) = snapshot(300);
        let short = find(&snapshot, "mer", None);
        let from = short.for_text("merid 2", snapshot.generation);
        assert_eq!(from.as_ref().map(|rows| rows.len()), Some(200));
        let longer = find(&snapshot, "merid 2", from);
        let anew = find(&snapshot, "merid 2", None);
        assert_eq!(longer.customers, anew.customers);
        assert_eq!(longer.more_customers, anew.more_customers);
        assert!(short.for_text("me", snapshot.generation).is_none());
        assert!(short.for_text("merid", snapshot.generation + 1).is_none());
    }

    #[test]
    fn an_outdated_request_is_given_up() {
        let (_dir, snapshot) = snapshot(3);
        let request = NamesRequest { snapshot, text: "mer".into(), from: None };
        assert!(request.find(&|| true).is_none());
    }
}
