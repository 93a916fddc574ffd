//! The customers whom a scenario affects most, by money.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::comparison::{Change, Changed, Comparison};
use crate::matching::Matching;
use crate::matching::population::CHUNK;
use crate::store::PlayIx;

/// A customer with another recommendation, or on another side of high risk. A scenario leaves customers
/// where they are, so both runs have the same number for them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affected {
    /// Number of the customer in both runs.
    pub number: usize,
    /// What changes about the recommendation, if anything.
    pub changed: Option<Changed>,
    /// Whether the customer comes to be at high risk or no longer is, if either.
    pub high_risk: Option<bool>,
    /// What the net value of the recommendation changes by, in dollars.
    pub net_change: f64,
    /// Revenue at risk, in dollars.
    pub at_risk: f64,
}

impl Affected {
    /// What kind of change of the recommendation it is, if any.
    pub fn change(&self) -> Option<Change> {
        self.changed.map(|changed| changed.change)
    }

    /// The largest change of net value first; of equal ones the most revenue at risk; then as in the
    /// file.
    fn order(&self, other: &Self) -> Ordering {
        let size = other.net_change.abs().total_cmp(&self.net_change.abs());
        let at_risk = || other.at_risk.total_cmp(&self.at_risk);
        size.then_with(at_risk).then(self.number.cmp(&other.number))
    }
}

/// The affected customers: how many are newly at high risk, how many no longer are, and the first
/// `most` by money.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MostAffected {
    /// How many are newly at high risk.
    pub to_high_risk: usize,
    /// How many are no longer at high risk.
    pub from_high_risk: usize,
    /// The first by money, the largest change first.
    pub first: Vec<Affected>,
}

impl MostAffected {
    /// Finds those whom a comparison of two runs of the same customers is about.
    pub fn of(comparison: &Comparison, before: &Matching, after: &Matching, most: usize) -> Self {
        let (was_net, is_net) = (nets(before), nets(after));
        let net = |nets: &[f64], play: Option<PlayIx>| {
            play.and_then(|play| nets.get(play.index()).copied()).unwrap_or_default()
        };
        let affected = |number: usize, changed: Option<Changed>, high_risk: Option<bool>| {
            let was = net(&was_net, before.play(number));
            let is = net(&is_net, after.play(number));
            let at_risk = before.revenue_at_risk(number);
            Affected { number, changed, high_risk, net_change: is - was, at_risk }
        };
        let crossing = crossing(before, after);
        let side = |number: usize| {
            let found = crossing.binary_search_by_key(&number, |(number, _)| *number).ok()?;
            crossing.get(found).map(|(_, high)| *high)
        };
        let changed = comparison.customers.par_iter().filter_map(|changed| {
            let number = changed.before()?;
            Some(affected(number, Some(*changed), side(number)))
        });
        let mut all: Vec<Affected> = changed.collect();
        // Both are in file order.
        let is_known = |number: usize| {
            let place = |changed: &Changed| changed.before().unwrap_or(usize::MAX);
            comparison.customers.binary_search_by_key(&number, place).is_ok()
        };
        let others = crossing.iter().filter(|(number, _)| !is_known(*number));
        let others: Vec<Affected> =
            others.map(|(number, high)| affected(*number, None, Some(*high))).collect();
        all.extend(others);
        if all.len() > most {
            all.select_nth_unstable_by(most, Affected::order);
            all.truncate(most);
        }
        all.sort_unstable_by(Affected::order);
        let to_high_risk = crossing.iter().filter(|(_, high)| *high).count();
        Self { to_high_risk, from_high_risk: crossing.len() - to_high_risk, first: all }
    }
}

/// Net value of each play, in dollars a run.
fn nets(run: &Matching) -> Vec<f64> {
    let net = |play| run.ranked(play).map_or(0.0, |ranked| ranked.economics.net_value());
    run.play_numbers().map(net).collect()
}

/// The customers on another side of high risk, in file order: whether they are newly at high risk.
fn crossing(before: &Matching, after: &Matching) -> Vec<(usize, bool)> {
    let limit = |run: &Matching| run.policy().targets.high_risk_at;
    let (was, is) = (limit(before), limit(after));
    if was == is {
        return Vec::new();
    }
    let chunks = before.population().risks.par_chunks(CHUNK).enumerate();
    let of_chunk = |(chunk, risks): (usize, &[f64])| -> Vec<(usize, bool)> {
        let risks = (chunk * CHUNK..).zip(risks);
        let crossing = risks.filter(|(_, risk)| (**risk >= was) != (**risk >= is));
        crossing.map(|(number, risk)| (number, *risk >= is)).collect()
    };
    let parts: Vec<Vec<(usize, bool)>> = chunks.map(of_chunk).collect();
    parts.concat()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::insight::samples::{customer, dataset, playbook};
    use crate::insight::scenario::exposure::Exposure;
    use crate::insight::scenario::{Scenario, Setting, compare};

    fn run() -> Matching {
        let customers = [
            customer("C1", "SMB", "s", 0.9, 100.0),
            customer("C2", "SMB", "s", 0.4, 200.0),
            customer("C3", "SMB", "s", 0.42, 900.0),
            customer("C4", "SMB", "t", 0.6, 1_000.0),
        ];
        let playbooks =
            [playbook("A", &["SMB"], 0.7, 10.0, 500.0), playbook("B", &["All"], 0.3, 10.0, 50.0)];
        Matching::new(dataset(&customers, &playbooks, &[]), Arc::default())
    }

    fn affected(before: &Matching, texts: &[&str], most: usize) -> (MostAffected, Matching) {
        let setting = |text: &&str| Setting::parse(text, before.dataset()).unwrap();
        let scenario = Scenario { settings: texts.iter().map(setting).collect() };
        let after = scenario.run(before);
        let comparison = compare(before, &after, &|| false).unwrap();
        (MostAffected::of(&comparison, before, &after, most), after)
    }

    #[test]
    fn the_largest_change_of_net_comes_first_then_the_most_revenue_at_risk() {
        let before = run();
        let (found, _) = affected(&before, &["matching.confidence_threshold=1"], 10);
        let told = |found: &MostAffected| -> Vec<(usize, f64)> {
            found.first.iter().map(|one| (one.number, one.net_change)).collect()
        };
        // C2 and C3 lose as much; C3 is the larger account.
        assert_eq!(told(&found), [(2, -40.0), (1, -40.0)]);
        assert_eq!((found.to_high_risk, found.from_high_risk), (0, 0));
        let retired = ["playbook.A.status=retired", "matching.confidence_threshold=1"];
        let (found, _) = affected(&before, &retired, 2);
        assert_eq!(told(&found), [(0, -450.0), (2, -40.0)], "no more than were asked for");
    }

    #[test]
    fn who_is_at_high_risk_and_uncovered_is_counted() {
        let before = run();
        let settings = ["targets.high_risk_at=0.41", "matching.confidence_threshold=0.7"];
        let (found, after) = affected(&before, &settings, 10);
        assert_eq!((found.to_high_risk, found.from_high_risk), (1, 0));
        let third = found.first.iter().find(|one| one.number == 2).unwrap();
        assert_eq!((third.change(), third.high_risk), (Some(Change::Loses), Some(true)));
        let of = |run| Exposure::of(run);
        assert_eq!(
            of(&before),
            Exposure { high_risk: 2, uncovered: 1, uncovered_at_risk: 600.0 },
            "C4 has no playbook"
        );
        assert_eq!(of(&after), Exposure { high_risk: 3, uncovered: 2, uncovered_at_risk: 978.0 });
    }
}
