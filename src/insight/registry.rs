//! The playbooks at work: for whom each is a candidate, where it wins and against whom it loses, and
//! what its wins cost and bring.

use std::borrow::Cow;
use std::iter;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::money::count;
use crate::matching::performance::{ALL, PerformanceIndex};
use crate::matching::population::CHUNK;
use crate::matching::risk::MinimumConfidence;
use crate::matching::{Economics, Matching, Ranked, RankedList};
use crate::store::PlaybookIx;

/// What is known of every playbook, by its number in the dataset.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Registry {
    /// One for each playbook, in the order of the dataset.
    pub playbooks: Vec<Registered>,
}

/// One playbook at work.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Registered {
    /// Customers for whom it passes every gate.
    pub candidate: usize,
    /// Customers to whom it is recommended.
    pub wins: usize,
    /// Customers for whom it would win, were their confidence not below the minimum.
    pub blocked: usize,
    /// Customers for whom it ranks first, and who are in an experiment that gives them another playbook.
    pub other_arm: usize,
    /// Customers for whom another playbook ranks ahead and to whom it is not recommended, by that one's
    /// number, the most first.
    pub loses_to: Vec<(PlaybookIx, usize)>,
    /// Expected cost of its wins, in dollars.
    pub cost: f64,
    /// Expected value of its wins, in dollars.
    pub value: f64,
    /// What it costs and brings in each segment that it accepts and the data names, by the segment.
    pub segments: Vec<InSegment>,
}

/// A playbook in a segment.
#[derive(Debug, Clone, PartialEq)]
pub struct InSegment {
    /// The segment's name.
    pub segment: String,
    /// What the playbook costs and brings there.
    pub economics: Economics,
    /// Customers of the segment for whom it passes every gate.
    pub candidate: usize,
    /// Those to whom it is recommended.
    pub wins: usize,
}

impl Registered {
    /// Customers for whom another playbook ranks ahead and to whom it is not recommended.
    pub fn losses(&self) -> usize {
        self.loses_to.iter().map(|(_, customers)| customers).sum()
    }

    /// Expected value of its wins less their cost, in dollars.
    pub fn net_value(&self) -> f64 {
        self.value - self.cost
    }

    /// The highest ROI of the segments with eligible customers, else of all segments; `None` where it
    /// accepts no segment of the data.
    pub fn best_roi(&self) -> Option<f64> {
        let counts = |segment: &&InSegment| self.candidate == 0 || segment.candidate > 0;
        self.segments.iter().filter(counts).map(|segment| segment.economics.roi).reduce(f64::max)
    }
}

/// Segments that rank alike are told apart where there are no more of them than this.
const APART: usize = 64;

/// Customers of one list of playbooks, and what their segment is called.
struct Group<'a> {
    list: usize,
    segment: Cow<'a, str>,
}

/// The groups, and the number of that of each pair; [`NO_GROUP`] where nothing is open to it.
fn groups(matching: &Matching) -> (Vec<Group<'_>>, Vec<u32>) {
    let lists = matching.lists();
    let mut sizes = vec![0usize; lists.count()];
    let in_use = matching.pairs().zip(lists.of_pairs()).filter(|(pair, _)| pair.is_some());
    for (_, list) in in_use {
        if let Some(size) = sizes.get_mut(*list as usize) {
            *size += 1;
        }
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut together: FxHashMap<u32, u32> = FxHashMap::default();
    let mut of_pairs = Vec::with_capacity(lists.of_pairs().len());
    for (pair, list) in matching.pairs().zip(lists.of_pairs()) {
        let is_empty = lists.get(*list as usize).is_none_or(|list| list.all().is_empty());
        let Some(pair) = pair.filter(|_| !is_empty) else {
            of_pairs.push(NO_GROUP);
            continue;
        };
        let next = groups.len() as u32;
        let size = sizes.get(*list as usize).copied().unwrap_or_default();
        let (number, segment) = match size > APART {
            true => {
                (*together.entry(*list).or_insert(next), format!("{} others", count(size)).into())
            }
            false => (next, pair.segment.into()),
        };
        if number == next {
            groups.push(Group { list: *list as usize, segment });
        }
        of_pairs.push(number);
    }
    (groups, of_pairs)
}

const NO_GROUP: u32 = u32::MAX;

/// The customers of a group between two neighboring thresholds: the same candidates in the same order
/// for all of them.
#[derive(Debug, Clone, Copy, Default)]
struct Band {
    customers: usize,
    /// Those whose confidence passes the minimum.
    passing: usize,
}

/// The thresholds of a list, rising, each once.
fn thresholds(list: &RankedList) -> Vec<f64> {
    let mut thresholds: Vec<f64> = list.all().iter().map(|ranked| ranked.threshold).collect();
    thresholds.sort_by(f64::total_cmp);
    thresholds.dedup();
    thresholds
}

/// How many customers there are in each band of each group, by the group's thresholds; the first band is
/// below every threshold.
///
/// Those for whom a contact limit stops a candidate, and those in an experiment, are in none.
fn bands(matching: &Matching, of_pairs: &[u32], thresholds: &[&Vec<f64>]) -> Vec<Vec<Band>> {
    let empty = || -> Vec<Vec<Band>> {
        thresholds.iter().map(|group| vec![Band::default(); group.len() + 1]).collect()
    };
    let minimum = MinimumConfidence::of(matching.policy());
    // A part has at least as many customers as bands, so that the bands take no more room than they.
    let size = (CHUNK * 4).max(thresholds.iter().map(|group| group.len() + 1).sum());
    let parts: Vec<usize> = (0..matching.len()).step_by(size).collect();
    let count = |first: &usize| {
        let mut bands = empty();
        for (number, (pair, risk)) in (*first..).zip(matching.pairs_and_risks(*first, size)) {
            if matching.is_contacted(number) || matching.experiment(number).is_some() {
                continue;
            }
            let group = of_pairs.get(pair.index()).map_or(usize::MAX, |group| *group as usize);
            let Some(reached) = thresholds.get(group) else { continue };
            let at = reached.partition_point(|threshold| *threshold <= risk);
            if let Some(band) = bands.get_mut(group).and_then(|bands| bands.get_mut(at)) {
                band.customers += 1;
                band.passing += usize::from(minimum.passes(risk));
            }
        }
        bands
    };
    let sum = |mut a: Vec<Vec<Band>>, b: Vec<Vec<Band>>| {
        for (a, b) in a.iter_mut().flatten().zip(b.into_iter().flatten()) {
            a.customers += b.customers;
            a.passing += b.passing;
        }
        a
    };
    parts.par_iter().map(count).reduce(empty, sum)
}

/// What is counted of a playbook in a segment.
fn of_segment<'s, 'a>(
    segments: &'s mut FxHashMap<(PlaybookIx, &'a str), InSegment>,
    ranked: &Ranked,
    segment: &'a str,
) -> &'s mut InSegment {
    segments.entry((ranked.playbook, segment)).or_insert_with(|| InSegment {
        segment: segment.to_owned(),
        economics: ranked.economics.clone(),
        candidate: 0,
        wins: 0,
    })
}

/// What is counted of playbooks while customers are gone through.
struct Counts<'a> {
    playbooks: Vec<Registered>,
    /// Of a playbook and the one that ranks ahead of it.
    loses_to: FxHashMap<(PlaybookIx, PlaybookIx), usize>,
    segments: FxHashMap<(PlaybookIx, &'a str), InSegment>,
}

impl<'a> Counts<'a> {
    /// Adds customers with the same candidates, best first. `arm` is what an experiment recommends to
    /// them instead of the first.
    fn add<'r>(
        &mut self,
        mut candidates: impl Iterator<Item = &'r Ranked>,
        arm: Option<&Ranked>,
        band: Band,
        segment: &'a str,
    ) {
        let Some(best) = candidates.next() else { return };
        let arm = arm.filter(|arm| arm.playbook != best.playbook);
        let recommended = arm.unwrap_or(best);
        for ranked in iter::once(best).chain(candidates) {
            let is_recommended = ranked.playbook == recommended.playbook;
            let wins = if is_recommended { band.passing } else { 0 };
            let in_segment = of_segment(&mut self.segments, ranked, segment);
            in_segment.candidate += band.customers;
            in_segment.wins += wins;
            let Some(playbook) = self.playbooks.get_mut(ranked.playbook.index()) else { continue };
            playbook.candidate += band.customers;
            if is_recommended {
                playbook.wins += wins;
                playbook.blocked += band.customers - wins;
                playbook.cost += ranked.economics.cost * wins as f64;
                playbook.value += ranked.economics.value * wins as f64;
            } else if ranked.playbook == best.playbook {
                playbook.other_arm += band.customers;
            } else {
                let lost = self.loses_to.entry((ranked.playbook, best.playbook));
                *lost.or_default() += band.customers;
            }
        }
    }
}

impl Registry {
    /// Returns the counts and sums of every playbook in a run.
    pub fn new(matching: &Matching) -> Self {
        let dataset = matching.dataset();
        let thresholds: Vec<Vec<f64>> = matching.lists().iter().map(thresholds).collect();
        let (groups, of_pairs) = groups(matching);
        let of_groups: Vec<&Vec<f64>> =
            groups.iter().filter_map(|group| thresholds.get(group.list)).collect();
        let bands = bands(matching, &of_pairs, &of_groups);
        let mut counts = Counts {
            playbooks: vec![Registered::default(); dataset.playbooks.len()],
            loses_to: FxHashMap::default(),
            segments: FxHashMap::default(),
        };
        for (group, (thresholds, bands)) in groups.iter().zip(of_groups.iter().zip(&bands)) {
            let Some(list) = matching.lists().get(group.list) else { continue };
            for (at, band) in bands.iter().enumerate().skip(1).filter(|(_, b)| b.customers > 0) {
                let Some(threshold) = thresholds.get(at - 1) else { continue };
                counts.add(list.candidates(*threshold), None, *band, &group.segment);
            }
        }
        let minimum = MinimumConfidence::of(matching.policy());
        let contacted = matching.contacted().iter().map(|number| *number as usize);
        let mut apart: Vec<usize> = contacted.chain(matching.in_experiments()).collect();
        apart.sort_unstable();
        apart.dedup();
        for number in apart {
            let of = matching.pairs_and_risks(number, 1).next().and_then(|(pair, risk)| {
                Some((groups.get(*of_pairs.get(pair.index())? as usize)?, risk))
            });
            let Some((group, risk)) = of else { continue };
            let band = Band { customers: 1, passing: usize::from(minimum.passes(risk)) };
            let arm = matching.best_candidate(number);
            counts.add(matching.candidates(number), arm, band, &group.segment);
        }
        let Counts { mut playbooks, loses_to, segments } = counts;
        for ((loser, winner), customers) in loses_to {
            if let Some(playbook) = playbooks.get_mut(loser.index()) {
                playbook.loses_to.push((winner, customers));
            }
        }
        for ((playbook, _), in_segment) in segments {
            if let Some(playbook) = playbooks.get_mut(playbook.index()) {
                playbook.segments.push(in_segment);
            }
        }
        add_unmatched_segments(matching, &mut playbooks);
        for playbook in &mut playbooks {
            playbook.loses_to.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
            playbook.segments.sort_by(|a, b| a.segment.cmp(&b.segment));
        }
        Self { playbooks }
    }
}

/// The segments that a playbook accepts and that customers have, where it is no one's candidate; of a
/// playbook for all segments where there are not too many of them.
fn add_unmatched_segments(matching: &Matching, playbooks: &mut [Registered]) {
    let dataset = matching.dataset();
    let index = PerformanceIndex::new(&dataset.performance);
    let known: FxHashSet<&str> = matching.pairs().flatten().map(|pair| pair.segment).collect();
    for (playbook, registered) in dataset.playbooks().zip(playbooks) {
        let for_all = playbook.segments().iter().any(|segment| segment == ALL);
        let mut accepted: Vec<&str> = match for_all {
            true if known.len() > APART => Vec::new(),
            true => known.iter().copied().collect(),
            false => playbook.segments().iter().map(|segment| segment.as_str()).collect(),
        };
        accepted.sort_unstable();
        accepted.dedup();
        let told: FxHashSet<String> =
            registered.segments.iter().map(|told| told.segment.clone()).collect();
        for segment in accepted.into_iter().filter(|s| known.contains(s) && !told.contains(*s)) {
            registered.segments.push(InSegment {
                segment: segment.to_owned(),
                economics: Economics::of(playbook, segment, &index),
                candidate: 0,
                wins: 0,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use jiff::civil::date;

    use super::*;
    use crate::domain::Policy;
    use crate::domain::experiment::Experiment;
    use crate::domain::policy::Contact;
    use crate::intake::Loader;
    use crate::intake::load::Reread;
    use crate::matching::{Past, PastPlay};
    use crate::store::Dataset;

    #[test]
    fn it_agrees_with_every_customer_explained() {
        let matching = Matching::new(sample(), Arc::default());
        let registry = agrees(&matching);
        assert!(registry.playbooks.iter().any(|playbook| playbook.losses() > 0));
        assert!(registry.playbooks.iter().all(|playbook| playbook.other_arm == 0));
    }

    /// Also where some had the play of their arm lately.
    #[test]
    fn in_experiments_what_is_recommended_counts_as_such() {
        let experiment = |stage: &str, arms: [&str; 2]| Experiment {
            id: Some(stage.into()),
            stage: Some(stage.into()),
            arms: arms.map(str::to_owned).to_vec(),
            share: vec![0.5, 0.5],
            starts: Some(date(2026, 1, 5)),
            ..Experiment::default()
        };
        let experiments = vec![
            experiment("support", ["PB_SUP_003", "PB_SUP_001"]),
            experiment("retention", ["holdout", "ranking"]),
        ];
        let limits = Contact { same_playbook_days: Some(200.0), ..Contact::default() };
        for contact in [Contact::default(), limits] {
            let dataset = sample();
            let play = |number: usize| PastPlay {
                playbook: Some(PlaybookIx((number % dataset.playbooks.len()) as u32)),
                date: Some(date(2026, 11, 1)),
                failed_in_stage: false,
            };
            let plays = (0..dataset.len()).map(|number| (number as u32, vec![play(number)]));
            let past = Past::new(date(2026, 11, 20), plays.collect());
            let policy = Policy { experiments: experiments.clone(), contact, ..Policy::default() };
            let matching = Matching::new(dataset, Arc::new(policy)).after(Some(Arc::new(past)));
            let registry = agrees(&matching);
            assert!(registry.playbooks.iter().any(|playbook| playbook.other_arm > 0));
        }
    }

    fn sample() -> Arc<Dataset> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
        Loader::new(directory).load(Reread::All).dataset
    }

    fn agrees(matching: &Matching) -> Registry {
        let dataset = matching.dataset();
        let registry = Registry::new(matching);
        let mut want = vec![Registered::default(); dataset.playbooks.len()];
        let mut lost = vec![FxHashMap::<PlaybookIx, usize>::default(); want.len()];
        for number in 0..matching.len() {
            let told = matching.explain(number).unwrap();
            let numbers: Vec<PlaybookIx> =
                told.candidates.iter().map(|c| dataset.playbook_numbers[&c.playbook_id]).collect();
            for (rank, (playbook, candidate)) in numbers.iter().zip(&told.candidates).enumerate() {
                let entry = &mut want[playbook.index()];
                entry.candidate += 1;
                let recommended = told.recommendation.as_ref().map(|told| &told.playbook_id);
                match (rank, told.confidence.passes) {
                    _ if recommended == Some(&candidate.playbook_id) => {
                        entry.wins += 1;
                        entry.cost += candidate.cost.amount;
                        entry.value += candidate.value.amount;
                    }
                    (0, true) => entry.other_arm += 1,
                    (0, false) => entry.blocked += 1,
                    _ => *lost[playbook.index()].entry(numbers[0]).or_default() += 1,
                }
            }
        }
        for ((got, want), lost) in registry.playbooks.iter().zip(&want).zip(lost) {
            assert_eq!(
                (got.candidate, got.wins, got.blocked, got.other_arm),
                (want.candidate, want.wins, want.blocked, want.other_arm)
            );
            assert!((got.cost - want.cost).abs() < 1e-6 && (got.value - want.value).abs() < 1e-6);
            assert_eq!(got.loses_to.iter().copied().collect::<FxHashMap<_, _>>(), lost);
            assert_eq!(got.candidate, got.wins + got.blocked + got.losses() + got.other_arm);
            assert_eq!(got.segments.iter().map(|s| s.candidate).sum::<usize>(), got.candidate);
            assert_eq!(got.segments.iter().map(|s| s.wins).sum::<usize>(), got.wins);
        }
        registry
    }
}
