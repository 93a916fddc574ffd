//! What a decision about several customers adds up to, before it is confirmed: made off the input
//! path, since there may be thousands of them.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::civil::Date;
use rayon::prelude::*;

use super::recorded::replaced;
use super::{DecisionRequest, Snapshot};
use crate::approval::{Refusal, Request, rules};
use crate::domain::money::count;
use crate::domain::{DecisionKind, Entry, Error, ErrorKind, Moment, Status};

/// The most customers that one confirmation may be about: more cannot be reviewed.
pub const MAX_CUSTOMERS: usize = 10_000;

/// What shall be added up.
#[derive(Debug, Clone)]
pub struct BulkRequest {
    /// The view.
    pub snapshot: Arc<Snapshot>,
    /// The kind of decision.
    pub kind: DecisionKind,
    /// The customers.
    pub customers: Arc<[CompactString]>,
    /// The reviewer.
    pub by: CompactString,
    /// The playbook that an override chooses.
    pub playbook: Option<CompactString>,
    /// The batch whose entries an undo undoes; what is in force for each customer where `None`.
    pub batch: Option<CompactString>,
    /// The time.
    pub now: Moment,
}

impl PartialEq for BulkRequest {
    fn eq(&self, other: &Self) -> bool {
        self.snapshot.generation == other.snapshot.generation
            && (self.kind, &self.customers, &self.by, &self.playbook, &self.batch)
                == (other.kind, &other.customers, &other.by, &other.playbook, &other.batch)
    }
}

/// One customer about whom something can be decided, as it was shown.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkItem {
    /// The customer.
    pub customer_id: CompactString,
    /// The last entry for the customer that is known.
    pub seen: Option<CompactString>,
    /// What is decided about.
    pub about: BulkTarget,
    /// Expected cost, in dollars.
    pub cost: f64,
    /// Expected value, in dollars.
    pub value: f64,
}

/// What a decision about one of several is about.
#[derive(Debug, Clone, PartialEq)]
pub enum BulkTarget {
    /// A play, by the hash of its basis.
    Play {
        /// Hash of the basis that was shown.
        basis_hash: String,
        /// The playbook.
        playbook_id: CompactString,
    },
    /// An entry that is undone.
    Entry(CompactString),
}

/// What was added up.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkPreview {
    /// The view that it was made of.
    pub generation: u64,
    /// The kind of decision.
    pub kind: DecisionKind,
    /// The customers.
    pub customers: Arc<[CompactString]>,
    /// Of an override the playbook.
    pub playbook: Option<CompactString>,
    /// Those about whom it can be decided, in the order of the data.
    pub items: Vec<BulkItem>,
    /// Expected cost of all items, in dollars.
    pub cost: f64,
    /// Expected value of all items, in dollars.
    pub value: f64,
    /// The largest account among the items, in dollars a year.
    pub largest: Option<(CompactString, f64)>,
    /// Those about whom it cannot, each with why not.
    pub refused: Vec<(CompactString, String)>,
    /// What the reviewer should know of the items.
    pub told: BulkNotes,
}

/// What there is to know of several items before one decision is made about all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BulkNotes {
    /// Decisions of others and of the reviewer that it replaces: of each kind how many, and an example.
    pub replaces: Vec<(DecisionKind, usize, CompactString)>,
    /// Plays that need no approval.
    pub automatic: usize,
    /// Plays whose source data has a skipped row.
    pub held: usize,
    /// Items that need one more approver.
    pub first_of_two: usize,
    /// Customers for whom the chosen playbook does not pass every gate.
    pub fails_gates: usize,
}

impl BulkNotes {
    fn add(&mut self, facts: &Facts) {
        self.automatic += usize::from(facts.status == Status::Automatic);
        self.held += usize::from(facts.status == Status::Held);
        self.first_of_two += usize::from(facts.first_of_two);
        self.fails_gates += usize::from(facts.fails_gates);
        let Some(before) = &facts.replaces else { return };
        match self.replaces.iter_mut().find(|(kind, ..)| *kind == before.kind) {
            Some((_, count, _)) => *count += 1,
            None => {
                let example =
                    compact_str::format_compact!("{} by {}", before.customer_id, before.by);
                self.replaces.push((before.kind, 1, example));
            }
        }
    }

    /// Each as a sentence.
    pub fn sentences(&self, kind: DecisionKind) -> Vec<String> {
        let mut sentences = Vec::new();
        for (replaced, times, example) in &self.replaces {
            let more = match times {
                1 => String::new(),
                many => format!(" and {} more", count(*many - 1)),
            };
            let done = replaced.done();
            sentences.push(format!("Replaces {done} decisions: {example}{more}"));
        }
        let mut add = |times: usize, words: &str| {
            if times > 0 {
                sentences.push(format!("{} {words}", count(times)));
            }
        };
        add(self.held, "held: the source data has an error");
        if kind == DecisionKind::Approve {
            add(self.automatic, "would run without approval");
        }
        add(self.first_of_two, "will need one more approver");
        add(self.fails_gates, "for which the chosen playbook is not eligible");
        sentences
    }
}

/// What there is to know of one item.
#[derive(Debug)]
struct Facts {
    status: Status,
    replaces: Option<Arc<Entry>>,
    first_of_two: bool,
    fails_gates: bool,
}

/// One item with the account value, in dollars.
type Weighed = (BulkItem, f64, Facts);

impl BulkRequest {
    /// Adds up.
    pub fn sum(&self) -> BulkPreview {
        let dataset = self.snapshot.matching.dataset();
        let weighed: Vec<(&CompactString, Result<Weighed, String>)> = self
            .customers
            .par_iter()
            .map(|id| {
                let gone = || "no longer in the data".to_owned();
                let number = dataset.customer_number(id).ok_or_else(gone);
                (id, number.and_then(|number| self.weigh(number, id)))
            })
            .collect();
        let mut sum = BulkPreview {
            generation: self.snapshot.generation,
            kind: self.kind,
            customers: Arc::clone(&self.customers),
            playbook: self.playbook.clone(),
            items: Vec::with_capacity(weighed.len()),
            cost: 0.0,
            value: 0.0,
            largest: None,
            refused: Vec::new(),
            told: BulkNotes::default(),
        };
        for (id, weighed) in weighed {
            match weighed {
                Ok((item, account, facts)) => {
                    sum.told.add(&facts);
                    sum.cost += item.cost;
                    sum.value += item.value;
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
        let mut facts = Facts {
            status: standing.status,
            replaces: replaced(&standing, *kind, self.playbook.as_deref()),
            first_of_two: false,
            fails_gates: false,
        };
        if *kind == DecisionKind::Undo {
            let entry = self.undone(number, id).map_err(|error| error.one_line())?;
            let (basis, about) = (&entry.basis, BulkTarget::Entry(entry.id.clone()));
            let (cost, value) = (basis.cost(), basis.value());
            let item = BulkItem { customer_id: id.clone(), seen, about, cost, value };
            return Ok((item, basis.recommendation.account_value, facts));
        }
        let stated = snapshot.hashed_basis(number);
        let chosen = match (kind, &self.playbook) {
            (DecisionKind::Override, Some(id)) => snapshot.hashed_basis_with(number, id),
            _ => None,
        };
        if let Some(chosen) = &chosen {
            let run = snapshot.run_of(number, chosen.basis.playbook_id());
            rules::may_choose(id, run.as_ref(), now.at).map_err(one_line)?;
        }
        let request = Request {
            playbook_id: self.playbook.clone(),
            // What the form asks for once for all of them is not to be found missing here.
            reason: policy.approval.reasons_of(*kind).first().map(Into::into),
            until: (*kind == DecisionKind::Defer).then_some(Date::MAX),
            ..Request::new(*kind, id.clone(), by.clone())
        };
        let basis = stated.as_ref().map(|stated| (&stated.basis, stated.hash.as_str()));
        let choice = chosen.as_ref().map(|stated| (&stated.basis, stated.hash.as_str()));
        rules::may_decide(&request, basis, choice, &standing, policy, now).map_err(one_line)?;
        let stated = chosen.or(stated).ok_or("no recommendation")?;
        let basis = &stated.basis;
        let account = basis.recommendation.account_value;
        let (cost, value) = (basis.cost(), basis.value());
        let playbook_id = basis.playbook_id().clone();
        let about = BulkTarget::Play { basis_hash: stated.hash.clone(), playbook_id };
        let joins = facts.replaces.is_none() && standing.progress().is_some();
        let needed = policy.approval.approvers_needed(basis.stake().account_value);
        facts.first_of_two = kind.lets_run() && !joins && needed > 1;
        facts.fails_gates = basis.chosen.as_ref().is_some_and(|chosen| !chosen.failed.is_empty());
        Ok((BulkItem { customer_id: id.clone(), seen, about, cost, value }, account, facts))
    }

    /// The entry that an undo is about.
    fn undone(&self, number: usize, id: &CompactString) -> Result<Arc<Entry>, Error> {
        let Self { snapshot, by, now, .. } = self;
        let nothing = || Error::new(ErrorKind::Refused, "no decision to undo");
        let Some(batch) = &self.batch else {
            return snapshot.undoable(number, by, now.at)?.ok_or_else(nothing);
        };
        let is_of = |entry: &&Arc<Entry>| entry.batch.as_deref() == Some(batch.as_str());
        let entry = snapshot.history.of_customer(id).rev().find(is_of).ok_or_else(nothing)?;
        snapshot.may_undo_now(entry, by, now.at)?;
        Ok(Arc::clone(entry))
    }
}

/// A refusal with its hints, for a list whose lines name the customer.
fn one_line(refusal: Refusal) -> String {
    match refusal {
        Refusal::NothingRecommended { assignable: true, .. } => {
            "no recommendation; o assigns a playbook by hand".to_owned()
        }
        Refusal::NothingRecommended { .. } => "no recommendation".to_owned(),
        refusal => Error::from(refusal).one_line(),
    }
}

impl BulkPreview {
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
    ) -> Vec<DecisionRequest> {
        let ask = |item: &BulkItem| match &item.about {
            BulkTarget::Entry(entry) => DecisionRequest::Undo {
                entry: entry.clone(),
                by: by.clone(),
                note: note.cloned(),
                seen: Some(item.seen.clone()),
            },
            BulkTarget::Play { basis_hash, playbook_id } => DecisionRequest::Decide(Request {
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

    /// What of it is another than in an earlier sum, in words; `None` where nothing is. `snapshot` is
    /// what this sum was made of.
    pub fn difference(&self, before: &Self, snapshot: &Snapshot) -> Option<String> {
        if self.items == before.items && self.refused == before.refused && self.told == before.told
        {
            return None;
        }
        let was: rustc_hash::FxHashMap<&str, &BulkItem> =
            before.items.iter().map(|item| (item.customer_id.as_str(), item)).collect();
        let other = |item: &&BulkItem| was.get(item.customer_id.as_str()) != Some(item);
        let now: rustc_hash::FxHashMap<&str, &BulkItem> =
            self.items.iter().map(|item| (item.customer_id.as_str(), item)).collect();
        let changed = self.items.iter().filter(other).map(|item| item.customer_id.as_str());
        let gone = before.items.iter().map(|item| item.customer_id.as_str());
        let gone = gone.filter(|id| !now.contains_key(id));
        let ids: Vec<&str> = changed.chain(gone).collect();
        // Someone's decision says more than that something moved.
        let told = |id: &&str| {
            let last = snapshot.history.last_for(id);
            let seen = was.get(*id).and_then(|item| item.seen.as_ref());
            match last.filter(|entry| seen != Some(&entry.id)) {
                Some(entry) => format!("{id} was {} by {}", entry.kind.done(), entry.by),
                None => format!("the numbers of {id} changed"),
            }
        };
        let words: Vec<String> = ids.iter().take(2).map(told).collect();
        Some(match ids.len() {
            0 => "the reasons for refusals changed".to_owned(),
            1 | 2 => words.join(", "),
            many => format!("{}, and {} more", words.join(", "), count(many - 2)),
        })
    }
}
