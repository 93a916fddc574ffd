//! Which customers have another recommendation in one run than in another, and which.

use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::totals::{Totals, approved_anyway};
use crate::domain::{Labels, Recommendation};
use crate::insight::changes::difference;
use crate::matching::population::CHUNK;
use crate::matching::risk::reported_confidence;
use crate::matching::{Matching, Population};
use crate::store::{CustomerView, PlayIx};

/// How a customer's recommendation is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// There is one now.
    Gains,
    /// There is none any more.
    Loses,
    /// Another playbook.
    Switches,
    /// The same playbook, and another of the 12 fields.
    Numbers,
}

impl Change {
    /// Every kind, in order.
    pub const ALL: [Self; 4] = [Self::Gains, Self::Loses, Self::Switches, Self::Numbers];

    /// As in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gains => "gains",
            Self::Loses => "loses",
            Self::Switches => "switches",
            Self::Numbers => "numbers",
        }
    }

    /// What happens to this many customers, after their number: `lose their recommendation`.
    pub fn words(self, customers: usize) -> &'static str {
        match (self, customers == 1) {
            (Self::Gains, true) => "gains a recommendation",
            (Self::Gains, false) => "gain a recommendation",
            (Self::Loses, true) => "loses its recommendation",
            (Self::Loses, false) => "lose their recommendation",
            (Self::Switches, true) => "switches to another playbook",
            (Self::Switches, false) => "switch to another playbook",
            (Self::Numbers, true) => "keeps its playbook, with changes",
            (Self::Numbers, false) => "keep their playbook, with changes",
        }
    }
}

/// A customer whose recommendation is another one, by its number in either run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// What changes for the customer.
    pub change: Change,
    /// [`NOBODY`] where the customer is not in that run.
    before: u32,
    after: u32,
}

/// Stands for a customer that is not there.
const NOBODY: u32 = u32::MAX;

impl Changed {
    /// The customer's number in the run before, if it is there.
    pub fn before(&self) -> Option<usize> {
        (self.before != NOBODY).then_some(self.before as usize)
    }

    /// The customer's number in the run after, if it is there.
    pub fn after(&self) -> Option<usize> {
        (self.after != NOBODY).then_some(self.after as usize)
    }
}

/// What differs between two runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// Before the change.
    pub before: Totals,
    /// After the change.
    pub after: Totals,
    /// In file order of the run before, then those that are only in the one after.
    pub customers: Vec<Changed>,
}

/// A customer's recommendation in two runs; serialized, one of `diff --format json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CustomerChange {
    /// Id of the customer.
    pub customer_id: CompactString,
    /// What changes for the customer.
    pub change: Change,
    /// Before the change.
    pub before: Option<Recommendation>,
    /// After the change.
    pub after: Option<Recommendation>,
}

/// Compares two runs; `None` where `outdated` came true on the way.
pub fn compare(
    before: &Matching,
    after: &Matching,
    outdated: &(dyn Fn() -> bool + Sync),
) -> Option<Comparison> {
    let customers = changed(before, after, outdated)?;
    let totals = || rayon::join(|| Totals::of(before), || Totals::of(after));
    let (before, after) = if outdated() { return None } else { totals() };
    Some(Comparison { before, after, customers })
}

impl Comparison {
    /// True where no recommendation is another one.
    pub fn is_empty(&self) -> bool {
        self.customers.is_empty()
    }

    /// How many customers there are of a kind.
    pub fn count(&self, change: Change) -> usize {
        self.customers.iter().filter(|changed| changed.change == change).count()
    }

    /// A row of the list made whole, from the two runs that were compared.
    pub fn row(&self, place: usize, before: &Matching, after: &Matching) -> Option<CustomerChange> {
        self.customers.get(place)?.row(before, after)
    }
}

impl Changed {
    /// All of it, from the two runs that were compared.
    pub fn row(&self, before: &Matching, after: &Matching) -> Option<CustomerChange> {
        let was = self.before().and_then(|number| before.customer(number));
        let now = self.after().and_then(|number| after.customer(number));
        let view = was.or(now)?;
        Some(CustomerChange {
            customer_id: view.id().into(),
            change: self.change,
            before: self.before().and_then(|number| before.recommendation(number)),
            after: self.after().and_then(|number| after.recommendation(number)),
        })
    }
}

impl CustomerChange {
    /// What is another one, as a person reads it. Text from data files in it is not yet made
    /// escaped.
    pub fn words(&self, labels: &Labels) -> String {
        let (was, now) = (self.before.as_ref(), self.after.as_ref());
        let risks = was.zip(now).map(|(was, now)| (was.risk_score, now.risk_score));
        let mut parts: Vec<String> = difference(was, now, risks, labels).into_iter().collect();
        if let Some((was, now)) = was.zip(now) {
            if was.confidence != now.confidence {
                parts.push(format!("confidence {:.2} → {:.2}", was.confidence, now.confidence));
            }
            if was.playbook_id == now.playbook_id && was.playbook_name != now.playbook_name {
                let (was, now) = (was.playbook_title(), now.playbook_title());
                parts.push(format!("playbook's name {was} → {now}"));
            }
        }
        parts.join(", ")
    }
}

/// Everything but the totals.
fn changed(
    before: &Matching,
    after: &Matching,
    outdated: &(dyn Fn() -> bool + Sync),
) -> Option<Vec<Changed>> {
    let sides = Sides::new(before, after);
    let chunks = 0..before.len().div_ceil(CHUNK);
    let of_chunk = |known: &mut Known, chunk: usize| {
        if outdated() {
            return None;
        }
        let first = chunk * CHUNK;
        let last = (first + CHUNK).min(before.len());
        Some(match sides.same_customers {
            true => sides.where_they_stood(known, first),
            false => (first..last).filter_map(|number| sides.found_by_id(known, number)).collect(),
        })
    };
    let parts: Option<Vec<Vec<Changed>>> =
        chunks.into_par_iter().map_init(Known::default, of_chunk).collect();
    let mut all = parts?.concat();
    if !sides.same_customers {
        let (old, new) = (before.dataset(), after.dataset());
        let appeared = |number: &u32| {
            after.play(*number as usize).is_some()
                && new
                    .customer(*number as usize)
                    .is_some_and(|view| same_customer(old, &view).is_none())
        };
        let numbers = (0..after.len() as u32).into_par_iter().filter(appeared);
        let numbers: Vec<u32> = numbers.collect();
        let gains = |number| Changed { change: Change::Gains, before: NOBODY, after: number };
        all.extend(numbers.into_iter().map(gains));
    }
    Some(all)
}

/// True where [`compare`] would find no one: for whoever wants to know no more than that.
pub(super) fn is_same(
    before: &Matching,
    after: &Matching,
    outdated: &(dyn Fn() -> bool + Sync),
) -> Option<bool> {
    let nothing_new = std::sync::Arc::ptr_eq(before.dataset(), after.dataset())
        && std::sync::Arc::ptr_eq(before.policy(), after.policy());
    if nothing_new {
        return Some(true);
    }
    changed(before, after, outdated).map(|changed| changed.is_empty())
}

/// The customer of another dataset with the same id.
fn same_customer<'a>(
    dataset: &'a crate::store::Dataset,
    view: &CustomerView<'_>,
) -> Option<CustomerView<'a>> {
    // Most customers stand where they stood.
    let there = dataset.customer(view.number).filter(|there| there.id() == view.id());
    there.or_else(|| dataset.customer(dataset.customer_number(view.id())?))
}

/// What two plays have in common, whoever they are recommended to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plays {
    OtherPlaybook,
    OtherNumbers,
    Same,
}

/// Pairs of plays that were compared before.
type Known = FxHashMap<(PlayIx, PlayIx), Plays>;

/// Two runs, and what is the same for all their customers.
struct Sides<'a> {
    before: &'a Matching,
    after: &'a Matching,
    /// Stages, segments, risks and account values are the same, by the same numbers.
    same_customers: bool,
    same_plays: bool,
    same_margin: bool,
    /// Of each play whether it needs an approval whatever the account is worth.
    anyway: (Vec<bool>, Vec<bool>),
    /// A policy asks for approvals by the value of the account.
    by_account: bool,
}

impl<'a> Sides<'a> {
    fn new(before: &'a Matching, after: &'a Matching) -> Self {
        let margin = |matching: &Matching| matching.policy().confidence_margin;
        let limit =
            |matching: &Matching| matching.policy().approval.required_at_account_value.is_some();
        let same_customers = Population::same_inputs(before.dataset(), after.dataset());
        Self {
            before,
            after,
            same_customers,
            same_plays: before.same_plays(after),
            same_margin: margin(before) == margin(after),
            anyway: (approved_anyway(before), approved_anyway(after)),
            by_account: limit(before) || limit(after),
        }
    }

    /// The changed ones of a chunk of customers that are the same by number.
    fn where_they_stood(&self, known: &mut Known, first: usize) -> Vec<Changed> {
        let plays = self.before.plays_from(first).zip(self.after.plays_from(first)).take(CHUNK);
        let change = |(number, (was, now)): (usize, (Option<PlayIx>, Option<PlayIx>))| {
            let change = match (was, now) {
                (None, None) => return None,
                (None, Some(_)) => Change::Gains,
                (Some(_), None) => Change::Loses,
                (Some(was), Some(now)) => {
                    let plays = if self.same_plays && was == now {
                        Plays::Same
                    } else {
                        self.plays(known, (was, now), (number, number))
                    };
                    match plays {
                        Plays::OtherPlaybook => Change::Switches,
                        Plays::OtherNumbers => Change::Numbers,
                        Plays::Same if self.own_numbers_differ((was, now), number) => {
                            Change::Numbers
                        }
                        Plays::Same => return None,
                    }
                }
            };
            Some(Changed { change, before: number as u32, after: number as u32 })
        };
        (first..).zip(plays).filter_map(change).collect()
    }

    /// The change of a customer who may be another one, or elsewhere, in the run after.
    fn found_by_id(&self, known: &mut Known, number: usize) -> Option<Changed> {
        let was = self.before.customer(number)?;
        let now = same_customer(self.after.dataset(), &was);
        let plays = (self.before.play(number), now.and_then(|now| self.after.play(now.number)));
        let change = match (plays, now) {
            ((None, None), _) => return None,
            ((None, Some(_)), _) => Change::Gains,
            ((Some(was), Some(now)), Some(view)) => {
                match self.plays(known, (was, now), (number, view.number)) {
                    Plays::OtherPlaybook => Change::Switches,
                    Plays::OtherNumbers => Change::Numbers,
                    Plays::Same if self.differ(number, view.number) => Change::Numbers,
                    Plays::Same => return None,
                }
            }
            ((Some(_), _), _) => Change::Loses,
        };
        let after = now.map_or(NOBODY, |now| now.number as u32);
        Some(Changed { change, before: number as u32, after })
    }

    /// What two plays have in common, told from any customers who have them.
    fn plays(&self, known: &mut Known, plays: (PlayIx, PlayIx), numbers: (usize, usize)) -> Plays {
        let compared = || {
            let was = self.before.recommendation(numbers.0);
            let Some((was, now)) = was.zip(self.after.recommendation(numbers.1)) else {
                return Plays::OtherNumbers;
            };
            if was.playbook_id != now.playbook_id {
                return Plays::OtherPlaybook;
            }
            // What is the customer's own is not the play's.
            let now = Recommendation {
                customer_id: was.customer_id.clone(),
                confidence: was.confidence,
                requires_human_approval: was.requires_human_approval,
                risk_score: was.risk_score,
                account_value: was.account_value,
                ..now
            };
            if was == now { Plays::Same } else { Plays::OtherNumbers }
        };
        *known.entry(plays).or_insert_with(compared)
    }

    /// True where confidence or need of an approval is another one, for the same risk and account.
    fn own_numbers_differ(&self, plays: (PlayIx, PlayIx), number: usize) -> bool {
        if !self.same_margin {
            let risk = self.before.risk_score(number).unwrap_or_default();
            let reported = |matching: &Matching| reported_confidence(risk, matching.policy());
            if reported(self.before) != reported(self.after) {
                return true;
            }
        }
        let anyway =
            |all: &[bool], play: PlayIx| all.get(play.index()).copied().unwrap_or_default();
        let (was, now) = (anyway(&self.anyway.0, plays.0), anyway(&self.anyway.1, plays.1));
        if !self.by_account {
            return was != now;
        }
        let account = self.before.customer(number).and_then(|view| view.known_account_value());
        let asks = |matching: &Matching| matching.policy().approval.asks_for_account(account);
        (was || asks(self.before)) != (now || asks(self.after))
    }

    /// True where any number of two recommendations for the same play differs.
    fn differ(&self, was: usize, now: usize) -> bool {
        self.before.recommendation(was) != self.after.recommendation(now)
    }
}
