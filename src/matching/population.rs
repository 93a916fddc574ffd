//! What the rules look at of every customer: stage, segment and risk. The same for every set of
//! playbooks and every policy, so it is made once for the data and shared.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::kinds::Kinds;
use crate::domain::number::truthy;
use crate::store::dataset::{DEFAULT_SEGMENT, fields};
use crate::store::interned::TextPool;
use crate::store::lookup::Lookup;
use crate::store::{CustomerIx, CustomerView, Dataset, PairIx, RowIx};

/// Customers done by one thread at a time.
pub const CHUNK: usize = 1 << 14;
/// So many (stage, segment) pairs are told by multiplication, more of them are looked up.
const DENSE: usize = 1 << 16;

/// A stage and a segment that some customer has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The stage; `None` for customers without one.
    pub stage: Option<&'a str>,
    /// The segment.
    pub segment: &'a str,
}

/// Stage, segment and risk of every customer, by number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Population {
    /// For each pair a customer who has it; `None` for a number that is not in use.
    examples: Vec<Option<CustomerIx>>,
    /// Number of each customer's pair.
    pub pair_of: Vec<PairIx>,
    /// Risk score of each customer (`matching.md`, rule 1).
    pub risks: Vec<f64>,
    kinds: LaterKinds,
}

/// The kinds of customers, from the second time on that they are gone through; `None` where there are too
/// many. Says nothing that the others do not.
#[derive(Debug, Clone, Default)]
struct LaterKinds(OnceLock<Option<Kinds>>);

impl PartialEq for LaterKinds {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Population {
    /// Finds stage, segment and risk of every customer.
    pub fn new(dataset: &Dataset) -> Self {
        let len = dataset.len();
        let mut pair_of = vec![PairIx(0); len];
        let mut risks = vec![0f64; len];
        let numbering = Numbering::new(dataset);
        let mut examples: Vec<Option<CustomerIx>> = match &numbering {
            Some(numbering) => {
                let chunks = pair_of.par_chunks_mut(CHUNK).zip(risks.par_chunks_mut(CHUNK));
                chunks
                    .enumerate()
                    .map(|(chunk, (pairs, risks))| {
                        let first = chunk * CHUNK;
                        fill_risks(dataset, first, risks);
                        numbering.fill(dataset, first, pairs)
                    })
                    .reduce(Vec::new, earlier)
            }
            None => Vec::new(),
        };
        if numbering.is_none() {
            risks.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, risks)| {
                fill_risks(dataset, chunk * CHUNK, risks);
            });
            let mut numbers: FxHashMap<(Option<&str>, &str), PairIx> = FxHashMap::default();
            for (view, pair) in dataset.customers().zip(&mut pair_of) {
                *pair = *numbers.entry((view.stage(), view.segment())).or_insert_with(|| {
                    examples.push(Some(CustomerIx::at(view.number)));
                    PairIx::at(examples.len() - 1)
                });
            }
        }
        Self { examples, pair_of, risks, kinds: LaterKinds::default() }
    }

    /// Finds the kinds of customers, the first time.
    pub fn find_kinds(&self) {
        self.kinds.0.get_or_init(|| Kinds::of(&self.pair_of, &self.risks));
    }

    /// The kinds of customers, where they were found.
    pub(super) fn kinds(&self) -> Option<&Kinds> {
        self.kinds.0.get()?.as_ref()
    }

    /// True where another load has the same customers with the same stages, segments and risks.
    pub fn same_inputs(before: &Dataset, now: &Dataset) -> bool {
        let scores = match (&before.fused_scores, &now.fused_scores) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        scores
            && before.fused_source == now.fused_source
            && Arc::ptr_eq(&before.customers, &now.customers)
            && Arc::ptr_eq(&before.tables.customers, &now.tables.customers)
            && Arc::ptr_eq(&before.tables.states, &now.tables.states)
            && Arc::ptr_eq(&before.tables.fused, &now.tables.fused)
            && Arc::ptr_eq(&before.tables.forecasts, &now.tables.forecasts)
    }

    /// How many customers.
    pub fn len(&self) -> usize {
        self.risks.len()
    }

    /// Returns true where there is none.
    pub fn is_empty(&self) -> bool {
        self.risks.is_empty()
    }

    /// Each pair by its number; `None` where that is not in use.
    pub fn pairs<'a>(&self, dataset: &'a Dataset) -> impl Iterator<Item = Option<Pair<'a>>> {
        self.examples.iter().map(|example| {
            let view = dataset.customer((*example)?.index())?;
            Some(Pair { stage: view.stage(), segment: view.segment() })
        })
    }
}

/// `fused_risk_score or churn_probability or 0` (`matching.md`, rule 1).
pub fn risk_score(view: &CustomerView<'_>) -> f64 {
    truthy(view.fused_score()).or_else(|| truthy(view.churn_probability())).unwrap_or(0.0)
}

fn fill_risks(dataset: &Dataset, first: usize, risks: &mut [f64]) {
    // As `risk_score`, with every column found once for all customers.
    let fused = dataset.tables.fused.numbers(fields::FUSED_SCORE);
    let churn = dataset.tables.forecasts.numbers(fields::CHURN);
    let row = |rows: &Lookup<CustomerIx, RowIx>, customer| rows.get(customer).map(RowIx::index);
    for (customer, risk) in (first as u32..).map(CustomerIx).zip(risks) {
        let fused = match &dataset.fused_scores {
            Some(scores) => scores.get(customer.index()).copied().flatten(),
            None => row(&dataset.rows.fused, customer).and_then(|row| fused.get(row)),
        };
        let churn = || row(&dataset.rows.forecasts, customer).and_then(|row| churn.get(row));
        *risk = truthy(fused).or_else(|| truthy(churn())).unwrap_or(0.0);
    }
}

/// The earlier example of each pair.
fn earlier(mut a: Vec<Option<CustomerIx>>, b: Vec<Option<CustomerIx>>) -> Vec<Option<CustomerIx>> {
    if a.len() < b.len() {
        return earlier(b, a);
    }
    for (a, b) in a.iter_mut().zip(b) {
        *a = match (*a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    a
}

/// Numbers of pairs from the numbers of their texts.
struct Numbering {
    /// Number from 1 of each text's stage; 0 is no stage.
    stages: Vec<u32>,
    /// Number of each text's segment.
    segments: Vec<u32>,
    default_segment: u32,
    segments_len: u32,
    len: usize,
}

impl Numbering {
    /// `None` where there are too many stages and segments.
    fn new(dataset: &Dataset) -> Option<Self> {
        let stage_pool = dataset.tables.states.texts(fields::STAGE).pool();
        let segment_pool = dataset.tables.customers.texts(fields::SEGMENT).pool();
        if (stage_pool.len() + 1).saturating_mul(segment_pool.len() + 1) > DENSE {
            return None;
        }
        let (stages, stages_len) = distinct(stage_pool, |stage| stage);
        let no_segment = |segment: &'_ str| segment.is_empty();
        let (mut segments, segments_len) =
            distinct(segment_pool, |s| if no_segment(s) { DEFAULT_SEGMENT } else { s });
        let default = segment_pool
            .iter()
            .position(|segment| segment == DEFAULT_SEGMENT || no_segment(segment));
        let default_segment =
            default.and_then(|at| segments.get(at).copied()).unwrap_or(segments_len);
        segments.shrink_to_fit();
        Some(Self {
            stages: stages.into_iter().map(|stage| stage + 1).collect(),
            segments,
            default_segment,
            segments_len: segments_len + 1,
            len: (stages_len as usize + 1) * (segments_len as usize + 1),
        })
    }

    /// Sets the pairs of customers from `first` on, and gives an example of each.
    fn fill(
        &self,
        dataset: &Dataset,
        first: usize,
        pairs: &mut [PairIx],
    ) -> Vec<Option<CustomerIx>> {
        let stage_texts = dataset.tables.states.texts(fields::STAGE);
        let segment_texts = dataset.tables.customers.texts(fields::SEGMENT);
        let mut seen = vec![false; self.len];
        let mut examples = vec![None; self.len];
        for (customer, pair) in (first as u32..).map(CustomerIx).zip(pairs) {
            let code_of_stage =
                dataset.rows.states.get(customer).and_then(|row| stage_texts.code(row.index()));
            let code_of_segment = dataset
                .customers
                .rows
                .get(customer)
                .and_then(|row| segment_texts.code(row.index()));
            let stage = code_of_stage.and_then(|code| self.stages.get(code as usize).copied());
            let segment =
                code_of_segment.and_then(|code| self.segments.get(code as usize).copied());
            *pair = PairIx(
                stage.unwrap_or(0) * self.segments_len + segment.unwrap_or(self.default_segment),
            );
            if let Some(seen @ false) = seen.get_mut(pair.index()) {
                *seen = true;
                if let Some(example) = examples.get_mut(pair.index()) {
                    *example = Some(customer);
                }
            }
        }
        examples
    }
}

/// A number for each text, the same for texts that mean the same, and how many numbers there are.
fn distinct<'a>(words: &'a TextPool, meaning: impl Fn(&'a str) -> &'a str) -> (Vec<u32>, u32) {
    let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
    let all = words.iter().map(|word| {
        let next = numbers.len() as u32;
        *numbers.entry(meaning(word)).or_insert(next)
    });
    let all = all.collect();
    (all, numbers.len() as u32)
}
