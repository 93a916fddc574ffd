//! What the recommendations cost and bring, as a whole and by playbook, and what of it is committed:
//! cleared to run or running.

use compact_str::CompactString;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::groups::falling;
use super::tally::Tally;
use crate::domain::{Status, Sum, number};
use crate::matching::Matching;
use crate::store::PlaybookIx;

/// What plays cost and bring together: of all recommendations, or of what is cleared to run or running.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Investment {
    /// Expected cost, in dollars.
    #[serde(serialize_with = "number::serialize")]
    pub expected_cost: f64,
    /// Expected value, in dollars.
    #[serde(serialize_with = "number::serialize")]
    pub expected_value: f64,
    /// Value less cost.
    #[serde(serialize_with = "number::serialize")]
    pub net_benefit: f64,
    /// Net ÷ cost × 100; `None` where nothing is spent.
    #[serde(serialize_with = "number::serialize_option")]
    pub roi_percent: Option<f64>,
}

impl Investment {
    /// Returns the sums over all plays; `by_play` has the number of customers of each.
    pub fn of(matching: &Matching, by_play: &[usize]) -> Self {
        let (mut cost, mut value) = (Sum::default(), Sum::default());
        for (play, customers) in matching.play_numbers().zip(by_play.iter().copied()) {
            if let Some(ranked) = matching.ranked(play).filter(|_| customers > 0) {
                cost.add_times(ranked.economics.cost, customers);
                value.add_times(ranked.economics.value, customers);
            }
        }
        Self::new(cost, value)
    }

    fn new(cost: Sum, value: Sum) -> Self {
        let (expected_cost, net) = (cost.value(), value.minus(cost).value());
        Self {
            expected_cost,
            expected_value: value.value(),
            net_benefit: net,
            roi_percent: (expected_cost != 0.0).then(|| net / expected_cost * 100.0),
        }
    }
}

/// A play that runs, or may run by an override, and costs something else than what is recommended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Committed {
    /// The customer's.
    pub number: usize,
    /// It runs beside what the customer's status is about: nothing is recommended any more, or several
    /// plays may run at a time.
    pub beside: bool,
    /// Dollars.
    pub cost: f64,
    /// Dollars.
    pub value: f64,
}

/// What is cleared to run or running: one play a customer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CommittedPlays {
    /// Number of plays.
    pub plays: usize,
    /// Of those, the ones that run beside what the customer's status is about.
    pub beside: usize,
    /// Their cost and value.
    pub investment: Investment,
}

/// Returns what is cleared to run or running: the automatic and approved plays as recommended, and
/// those given `apart`, of the customers in `only`.
pub fn committed(tally: &Tally, apart: &[Committed], only: Option<&[usize]>) -> CommittedPlays {
    let (mut plays, mut beside) = (0, 0);
    let (mut cost, mut value) = (Sum::default(), Sum::default());
    for one in [Status::Automatic, Status::Approved].into_iter().filter_map(|s| tally.of_status(s))
    {
        plays += one.customers;
        cost.join(one.cost);
        value.join(one.value);
    }
    let counts = |one: &&Committed| only.is_none_or(|only| only.binary_search(&one.number).is_ok());
    for one in apart.iter().filter(counts) {
        plays += 1;
        beside += usize::from(one.beside);
        cost.add(one.cost);
        value.add(one.value);
    }
    CommittedPlays { plays, beside, investment: Investment::new(cost, value) }
}

/// Returns how many of some customers each play is recommended to.
pub fn customers_by_play(matching: &Matching, only: &[usize]) -> Vec<usize> {
    let mut counts = vec![0; matching.plays()];
    for play in only.iter().filter_map(|number| matching.play(*number)) {
        if let Some(count) = counts.get_mut(play.index()) {
            *count += 1;
        }
    }
    counts
}

/// The recommendations of a playbook.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaybookPlays {
    /// Id of the playbook.
    pub playbook_id: CompactString,
    /// The name, or the id of a playbook without one.
    pub title: CompactString,
    /// Number of recommendations.
    pub recommendations: usize,
    /// Expected cost, in dollars.
    pub expected_cost: f64,
    /// Expected value, in dollars.
    pub expected_value: f64,
}

/// Playbooks that are recommended to someone, the most value first, then in file order.
pub fn by_playbook(matching: &Matching, by_play: &[usize]) -> Vec<PlaybookPlays> {
    let mut of_playbook: FxHashMap<PlaybookIx, (usize, Sum, Sum)> = FxHashMap::default();
    for (play, customers) in matching.play_numbers().zip(by_play.iter().copied()) {
        if let Some(ranked) = matching.ranked(play).filter(|_| customers > 0) {
            let (count, cost, value) = of_playbook.entry(ranked.playbook).or_default();
            *count += customers;
            cost.add_times(ranked.economics.cost, customers);
            value.add_times(ranked.economics.value, customers);
        }
    }
    let mut all: Vec<_> = of_playbook.into_iter().collect();
    all.sort_by(|(a, of_a), (b, of_b)| {
        falling(of_a.2.value(), of_b.2.value()).then_with(|| a.cmp(b))
    });
    let row = |(number, (recommendations, cost, value)): (PlaybookIx, (usize, Sum, Sum))| {
        let playbook = matching.dataset().playbook(number)?;
        Some(PlaybookPlays {
            playbook_id: playbook.id.clone(),
            title: playbook.title().into(),
            recommendations,
            expected_cost: cost.value(),
            expected_value: value.value(),
        })
    };
    all.into_iter().filter_map(row).collect()
}
