//! What the recommendations cost and bring, as a whole and by playbook.

use compact_str::CompactString;
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::groups::falling;
use crate::domain::{Sum, number};
use crate::matching::Matching;
use crate::store::PlaybookIx;

/// All recommendations together, decided or not.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Investment {
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub expected_cost: f64,
    /// Dollars.
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
        let (expected_cost, net) = (cost.value(), value.minus(cost).value());
        Self {
            expected_cost,
            expected_value: value.value(),
            net_benefit: net,
            roi_percent: (expected_cost != 0.0).then(|| net / expected_cost * 100.0),
        }
    }
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
    /// The playbook's id.
    pub playbook_id: CompactString,
    /// The name, or the id of a playbook without one.
    pub title: CompactString,
    /// Number of customers to whom it is recommended.
    pub recommendations: usize,
    /// Dollars, of all its recommendations.
    pub expected_cost: f64,
    /// Dollars, of all its recommendations.
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
