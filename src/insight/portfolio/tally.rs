//! One pass over all customers.

use rayon::prelude::*;

use crate::domain::{Status, Sum};
use crate::insight::revenue_at_risk;
use crate::matching::Matching;
use crate::matching::population::CHUNK;
use crate::store::Dataset;
use crate::store::dataset::fields;

/// Customers that are counted by one thread at a time.
const PART: usize = 4 * CHUNK;
/// A part has at least so many customers for each thing that it counts apart, so that the counts take
/// less room than the customers.
const LEAST: usize = 16;

/// Some customers, counted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Count {
    /// Number of customers.
    pub customers: usize,
    /// At the policy's `targets.high_risk_at` and above.
    pub high_risk: usize,
    /// With a recommendation.
    pub recommendations: usize,
    /// With a recommendation that needs a person's approval, decided or not.
    pub need_approval: usize,
    /// Revenue at risk, in dollars.
    pub revenue: Sum,
    /// That of customers at high risk alone, in dollars.
    pub high_revenue: Sum,
}

impl Count {
    /// Adds other customers.
    pub fn join(&mut self, other: &Self) {
        self.customers += other.customers;
        self.high_risk += other.high_risk;
        self.recommendations += other.recommendations;
        self.need_approval += other.need_approval;
        self.revenue.join(other.revenue);
        self.high_revenue.join(other.high_revenue);
    }
}

/// Customers of one status.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct InStatus {
    /// Number of customers.
    pub customers: usize,
    /// Revenue at risk, in dollars.
    pub revenue: Sum,
    /// Expected cost of the recommended plays, in dollars.
    pub cost: Sum,
    /// Expected value of the recommended plays, in dollars.
    pub value: Sum,
}

/// The statuses that are counted apart.
pub const COUNTED: [Status; 6] = [
    Status::Pending,
    Status::Stale,
    Status::Expired,
    Status::Held,
    Status::Automatic,
    Status::Approved,
];

/// All customers, counted.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// By stage and segment, those that customers have.
    pub cells: Vec<Cell>,
    /// By number of the predicted path's text.
    pub paths: Vec<(usize, Sum)>,
    /// As in [`COUNTED`].
    pub statuses: [InStatus; COUNTED.len()],
    /// The smallest account value behind a recommendation that needs approval.
    pub smallest_account: Option<f64>,
}

/// The customers of a stage and segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The stage; `None` for customers without one.
    pub stage: Option<compact_str::CompactString>,
    /// The segment.
    pub segment: compact_str::CompactString,
    /// Its customers.
    pub count: Count,
}

/// What one thread counts.
struct Part {
    pairs: Vec<Count>,
    paths: Vec<(usize, Sum)>,
    statuses: [InStatus; COUNTED.len()],
    smallest_account: f64,
}

impl Part {
    fn new(pairs: usize, paths: usize) -> Self {
        Self {
            pairs: vec![Count::default(); pairs],
            paths: vec![Default::default(); paths],
            statuses: Default::default(),
            smallest_account: f64::INFINITY,
        }
    }

    fn join(mut self, other: Self) -> Self {
        self.pairs.iter_mut().zip(&other.pairs).for_each(|(a, b)| a.join(b));
        for (a, b) in self.paths.iter_mut().zip(&other.paths) {
            a.0 += b.0;
            a.1.join(b.1);
        }
        for (a, b) in self.statuses.iter_mut().zip(&other.statuses) {
            a.customers += b.customers;
            a.revenue.join(b.revenue);
            a.cost.join(b.cost);
            a.value.join(b.value);
        }
        self.smallest_account = self.smallest_account.min(other.smallest_account);
        self
    }
}

/// What is the same for every customer of a play.
#[derive(Clone, Copy, Default)]
struct OfPlay {
    /// Needs approval whatever the account.
    asks: bool,
    /// Dollars.
    cost: f64,
    /// Dollars.
    value: f64,
}

impl Tally {
    /// Counts the customers in `only`, which are in ascending order; all of them where it is `None`.
    pub fn new(matching: &Matching, statuses: &[Status], only: Option<&[usize]>) -> Self {
        let dataset = matching.dataset();
        let population = matching.population();
        let places: Vec<_> = population.pairs(dataset).collect();
        let paths = path_texts(dataset);
        let plays: Vec<OfPlay> = matching
            .play_numbers()
            .map(|play| {
                matching.ranked(play).map_or_else(OfPlay::default, |ranked| OfPlay {
                    asks: !matching.asked_for_any_account(ranked).is_empty(),
                    cost: ranked.economics.cost,
                    value: ranked.economics.value,
                })
            })
            .collect();
        // By the data alone, never by the number of threads.
        let size = PART.max(LEAST * places.len().max(paths));
        let parts: Vec<Part> = (0..matching.len())
            .step_by(size)
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|first| {
                let mut part = Part::new(places.len(), paths);
                let numbers = first..(first + size).min(matching.len());
                count(&mut part, matching, statuses, &plays, numbers, only);
                part
            })
            .collect();
        let empty = Part::new(places.len(), paths);
        let whole = parts.into_iter().fold(empty, Part::join);
        let cells = places.into_iter().zip(whole.pairs).filter_map(|(place, count)| {
            let place = place.filter(|_| count.customers > 0)?;
            Some(Cell { stage: place.stage.map(Into::into), segment: place.segment.into(), count })
        });
        Self {
            cells: cells.collect(),
            paths: whole.paths,
            statuses: whole.statuses,
            smallest_account: Some(whole.smallest_account).filter(|value| value.is_finite()),
        }
    }

    /// All customers together.
    pub fn total(&self) -> Count {
        let mut total = Count::default();
        self.cells.iter().for_each(|cell| total.join(&cell.count));
        total
    }

    /// Those of a status; `None` for one that is not counted apart.
    pub fn of_status(&self, status: Status) -> Option<&InStatus> {
        let at = COUNTED.iter().position(|counted| *counted == status)?;
        self.statuses.get(at)
    }
}

/// How many texts there are for predicted paths.
fn path_texts(dataset: &Dataset) -> usize {
    dataset.tables.forecasts.texts(fields::PREDICTED_PATH).pool().len()
}

fn count(
    part: &mut Part,
    matching: &Matching,
    statuses: &[Status],
    plays: &[OfPlay],
    numbers: std::ops::Range<usize>,
    only: Option<&[usize]>,
) {
    let (dataset, policy) = (matching.dataset(), matching.policy());
    let population = matching.population();
    let pairs = population.pair_of.get(numbers.clone()).unwrap_or_default();
    let risks = population.risks.get(numbers.clone()).unwrap_or_default();
    let of_plays = matching.plays_from(numbers.start);
    let high = policy.targets.high_risk_at;
    let by_account = policy.approval.required_at_account_value.is_some();
    let customers = numbers.zip(pairs).zip(risks).zip(of_plays);
    for (((number, pair), risk), play) in customers {
        if only.is_some_and(|only| only.binary_search(&number).is_err()) {
            continue;
        }
        let Some(view) = dataset.customer(number) else { continue };
        let Some(count) = part.pairs.get_mut(pair.index()) else { continue };
        let revenue = revenue_at_risk(&view, *risk);
        count.customers += 1;
        if *risk >= high {
            count.high_risk += 1;
            count.high_revenue.add(revenue);
        }
        count.revenue.add(revenue);
        if let Some(path) = view.path_code().and_then(|code| part.paths.get_mut(code as usize)) {
            path.0 += 1;
            path.1.add(revenue);
        }
        let status = statuses.get(number).copied().unwrap_or_default();
        let of_status = COUNTED.iter().zip(&mut part.statuses).find(|(one, _)| **one == status);
        // A playbook that was assigned by hand waits without a recommendation.
        let of_status = of_status.map(|(_, of_status)| {
            of_status.customers += 1;
            of_status.revenue.add(revenue);
            of_status
        });
        let Some(play) = play.and_then(|play| plays.get(play.index())) else { continue };
        count.recommendations += 1;
        let by_value = || policy.approval.asks_for_account(view.known_account_value());
        let asks = play.asks || (by_account && by_value());
        if asks {
            count.need_approval += 1;
            part.smallest_account = part.smallest_account.min(view.account_value());
        }
        if let Some(of_status) = of_status {
            of_status.cost.add(play.cost);
            of_status.value.add(play.value);
        }
    }
}
