//! What a decision about several customers adds up to, before it is confirmed: made off the input
//! path, since there may be thousands of them.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::civil::Date;
use rayon::prelude::*;

use crate::approval::{Request, rules};
use crate::domain::{DecisionKind, Moment};
use crate::workspace::{Ask, Snapshot};

/// The most customers that one confirmation may be about: nobody oversees more.
pub const MOST: usize = 10_000;

/// What shall be added up.
#[derive(Debug, Clone)]
pub struct SumRequest {
    pub snapshot: Arc<Snapshot>,
    pub kind: DecisionKind,
    pub customers: Arc<[CompactString]>,
    pub by: CompactString,
    /// The playbook that an override chooses.
    pub playbook: Option<CompactString>,
    pub now: Moment,
}

impl PartialEq for SumRequest {
    fn eq(&self, other: &Self) -> bool {
        self.snapshot.generation == other.snapshot.generation
            && (self.kind, &self.customers, &self.by, &self.playbook)
                == (other.kind, &other.customers, &other.by, &other.playbook)
    }
}

/// One customer about whom something can be decided, as it was shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub customer_id: CompactString,
    /// The last entry for the customer that is known.
    pub seen: Option<CompactString>,
    pub about: About,
}

/// What a decision about one of several is about.
#[derive(Debug, Clone, PartialEq)]
pub enum About {
    /// A play, by the hash of its basis.
    Play { basis_hash: String, playbook_id: CompactString },
    /// An entry that is taken back.
    Entry(CompactString),
}

/// What was added up.
#[derive(Debug, Clone, PartialEq)]
pub struct Sum {
    /// The view that it was made of.
    pub generation: u64,
    pub kind: DecisionKind,
    pub customers: Arc<[CompactString]>,
    pub playbook: Option<CompactString>,
    /// Those about whom it can be decided, in the order of the data.
    pub items: Vec<Item>,
    /// Expected cost of all items, in dollars.
    pub cost: f64,
    /// Expected value of all items, in dollars.
    pub value: f64,
    /// The largest account among the items, in dollars a year.
    pub largest: Option<(CompactString, f64)>,
    /// Those about whom it cannot, each with why not.
    pub refused: Vec<(CompactString, String)>,
}

/// One item with its money: cost, value and account value, in dollars.
type Weighed = (Item, [f64; 3]);

impl SumRequest {
    /// Adds up.
    pub fn sum(&self) -> Sum {
        let dataset = self.snapshot.matching.dataset();
        let mut numbered: Vec<(Option<usize>, &CompactString)> =
            self.customers.iter().map(|id| (dataset.customer_number(id), id)).collect();
        numbered.sort_unstable();
        let weighed: Vec<(&CompactString, Result<Weighed, String>)> = numbered
            .into_par_iter()
            .map(|(number, id)| {
                let gone = || "is not in the data any more".to_owned();
                (id, number.ok_or_else(gone).and_then(|number| self.weigh(number, id)))
            })
            .collect();
        let mut sum = Sum {
            generation: self.snapshot.generation,
            kind: self.kind,
            customers: Arc::clone(&self.customers),
            playbook: self.playbook.clone(),
            items: Vec::with_capacity(weighed.len()),
            cost: 0.0,
            value: 0.0,
            largest: None,
            refused: Vec::new(),
        };
        for (id, weighed) in weighed {
            match weighed {
                Ok((item, [cost, value, account])) => {
                    sum.cost += cost;
                    sum.value += value;
                    if sum.largest.as_ref().is_none_or(|(_, largest)| account > *largest) {
                        sum.largest = Some((id.clone(), account));
                    }
                    sum.items.push(item);
                }
                Err(why) => sum.refused.push((id.clone(), why)),
            }
        }
        sum
    }

    fn weigh(&self, number: usize, id: &CompactString) -> Result<Weighed, String> {
        let Self { snapshot, kind, by, now, .. } = self;
        let policy = snapshot.matching.policy();
        let standing = snapshot.standing(number);
        let seen = snapshot.last_entry(id);
        if *kind == DecisionKind::Undo {
            let runs = rules::runs_already(&standing, now.at);
            let decision = standing.decision.ok_or("no decision stands")?;
            let entries = snapshot.history.of_customer(id).collect::<Vec<_>>();
            let entries = entries.iter().copied();
            rules::may_undo(&decision, by, entries, runs, policy, now.at).map_err(|why| why.0)?;
            let basis = &decision.basis;
            let account = basis.recommendation.account_value;
            let about = About::Entry(decision.id.clone());
            let item = Item { customer_id: id.clone(), seen, about };
            return Ok((item, [basis.cost(), basis.value(), account]));
        }
        let stated = snapshot.stated(number);
        let chosen = match (kind, &self.playbook) {
            (DecisionKind::Override, Some(id)) => snapshot.stated_with(number, id),
            _ => None,
        };
        if let Some(chosen) = &chosen {
            let run = snapshot.run_of(number, chosen.basis.playbook_id());
            rules::may_choose(id, run.as_ref(), now.at).map_err(|why| why.0)?;
        }
        let request = Request {
            playbook_id: self.playbook.clone(),
            // What the form asks for once for all of them is not to be found missing here.
            reason: policy.approval.reasons.first().map(Into::into),
            until: (*kind == DecisionKind::Defer).then_some(Date::MAX),
            ..Request::new(*kind, id.clone(), by.clone())
        };
        let basis = stated.as_ref().map(|stated| (&stated.basis, stated.hash.as_str()));
        let choice = chosen.as_ref().map(|stated| (&stated.basis, stated.hash.as_str()));
        rules::may_decide(&request, basis, choice, &standing, policy, now).map_err(|why| why.0)?;
        let stated = chosen.or(stated).ok_or("nothing is recommended")?;
        let basis = &stated.basis;
        let account = basis.recommendation.account_value;
        let money = [basis.cost(), basis.value(), account];
        let playbook_id = basis.playbook_id().clone();
        let about = About::Play { basis_hash: stated.hash.clone(), playbook_id };
        Ok((Item { customer_id: id.clone(), seen, about }, money))
    }
}

impl Sum {
    /// Expected value less expected cost of all items, in dollars.
    pub fn net_value(&self) -> f64 {
        self.value - self.cost
    }

    /// The decisions as they are asked for, each held to what was shown.
    pub fn asks(
        &self,
        by: &CompactString,
        reason: Option<&String>,
        note: Option<&String>,
        until: Option<Date>,
    ) -> Vec<Ask> {
        let ask = |item: &Item| match &item.about {
            About::Entry(entry) => Ask::Undo {
                entry: entry.clone(),
                by: by.clone(),
                note: note.cloned(),
                seen: Some(item.seen.clone()),
            },
            About::Play { basis_hash, playbook_id } => Ask::Decide(Request {
                playbook_id: Some(playbook_id.clone()),
                reason: reason.map(Into::into),
                note: note.cloned(),
                until,
                basis_hash: Some(basis_hash.clone()),
                seen: Some(item.seen.clone()),
                ..Request::new(self.kind, item.customer_id.clone(), by.clone())
            }),
        };
        self.items.iter().map(ask).collect()
    }

    /// What of it is another than in an earlier sum, in words; `None` where nothing is.
    pub fn difference(&self, before: &Self) -> Option<String> {
        if self.items == before.items && self.refused == before.refused {
            return None;
        }
        let was: rustc_hash::FxHashMap<&str, &Item> =
            before.items.iter().map(|item| (item.customer_id.as_str(), item)).collect();
        let other = |item: &&Item| was.get(item.customer_id.as_str()) != Some(item);
        let now: rustc_hash::FxHashSet<&str> =
            self.items.iter().map(|item| item.customer_id.as_str()).collect();
        let changed = self.items.iter().filter(other).map(|item| item.customer_id.as_str());
        let gone = before.items.iter().map(|item| item.customer_id.as_str());
        let gone = gone.filter(|id| !now.contains(id));
        let ids: Vec<&str> = changed.chain(gone).collect();
        Some(match ids.as_slice() {
            [] => "why some may not be decided is another reason now".to_owned(),
            [one] => (*one).to_owned(),
            [a, b] => format!("{a} and {b}"),
            [a, b, rest @ ..] => format!("{a}, {b} and {} more", rest.len()),
        })
    }
}
