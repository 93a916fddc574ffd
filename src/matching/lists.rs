//! The ranking of every stage and segment that customers have. Segments that neither a playbook nor a
//! performance row of the stage names rank alike and share one list, and so do all stages that no
//! playbook is made for: a file with a segment for every customer makes no list for each.

use rustc_hash::{FxHashMap, FxHashSet};

use super::firmness::Firmness;
use super::performance::{ALL, PerformanceIndex};
use super::population::Pair;
use super::ranking::RankedList;
use crate::domain::{Playbook, Ranking};
use crate::store::{Dataset, PairIx, PlaybookIx};

/// The playbooks of a stage, by number in file order.
#[derive(Debug, Default)]
struct OfStage<'a> {
    /// Those that accept every segment.
    all: Vec<PlaybookIx>,
    /// The others, by each segment that they name.
    by_segment: FxHashMap<&'a str, Vec<PlaybookIx>>,
    /// Segments that have a performance row of their own.
    measured: FxHashSet<&'a str>,
    /// All of these segments, each once, in the order of the files.
    named: Vec<&'a str>,
}

/// Which playbooks are open to a stage and segment, without asking every one of them.
#[derive(Debug)]
pub struct Openness<'a> {
    stages: FxHashMap<Option<&'a str>, OfStage<'a>>,
}

impl<'a> Openness<'a> {
    /// Of those playbooks that `which` takes.
    pub fn new(dataset: &'a Dataset, which: impl Fn(&Playbook) -> bool) -> Self {
        let mut stages: FxHashMap<Option<&str>, OfStage<'_>> = FxHashMap::default();
        for (number, playbook) in dataset.numbered_playbooks().filter(|(_, p)| which(p)) {
            let stage = stages.entry(playbook.journey_stage.as_deref()).or_default();
            if playbook.segments().iter().any(|segment| segment == ALL) {
                stage.all.push(number);
                continue;
            }
            for segment in playbook.segments() {
                let open = stage.by_segment.entry(segment).or_default();
                if open.is_empty() {
                    stage.named.push(segment);
                }
                if open.last() != Some(&number) {
                    open.push(number);
                }
            }
        }
        for row in dataset.performance.iter() {
            let playbook = dataset.playbook_by_id(&row.playbook_id).filter(|p| which(p));
            let stage = playbook.and_then(|p| stages.get_mut(&p.journey_stage.as_deref()));
            if let Some((stage, segment)) = stage.zip(row.segment.as_deref())
                && stage.measured.insert(segment)
                && !stage.by_segment.contains_key(segment)
            {
                stage.named.push(segment);
            }
        }
        Self { stages }
    }

    /// The segments that a playbook or a performance row of a stage names, each once, in the order of
    /// the files.
    pub fn named<'o>(&'o self, stage: Option<&'o str>) -> &'o [&'a str] {
        match self.stages.get(&stage) {
            Some(of_stage) => &of_stage.named,
            None => &[],
        }
    }

    /// True where a playbook or a performance row of the stage names the segment.
    pub fn names(&self, stage: Option<&str>, segment: &str) -> bool {
        self.stages
            .get(&stage)
            .is_some_and(|of| of.by_segment.contains_key(segment) || of.measured.contains(segment))
    }

    /// True where there is a playbook of the stage.
    pub fn has(&self, stage: Option<&str>) -> bool {
        self.stages.contains_key(&stage)
    }

    /// True where a playbook is open to a stage and segment.
    pub fn is_open(&self, stage: Option<&str>, segment: &str, playbook: PlaybookIx) -> bool {
        self.stages.get(&stage).is_some_and(|of_stage| {
            let named = of_stage.by_segment.get(segment).map_or(&[][..], Vec::as_slice);
            [&of_stage.all[..], named].iter().any(|open| open.binary_search(&playbook).is_ok())
        })
    }

    /// The playbooks open to a stage and segment, in file order.
    pub fn of(&self, stage: Option<&str>, segment: &str) -> Vec<PlaybookIx> {
        let Some(of_stage) = self.stages.get(&stage) else { return Vec::new() };
        let mut open = of_stage.all.clone();
        if let Some(named) = of_stage.by_segment.get(segment) {
            open.extend(named);
            open.sort_unstable();
        }
        open
    }
}

/// The lists, and which of them is that of each pair.
#[derive(Debug, Default)]
pub struct Lists {
    lists: Vec<RankedList>,
    /// By number of the pair.
    of_pairs: Vec<u32>,
    firmness: Firmness,
}

impl Lists {
    /// Ranks the playbooks of each stage and segment.
    pub fn new<'a>(
        dataset: &'a Dataset,
        ranking: Ranking,
        pairs: impl Iterator<Item = Option<Pair<'a>>>,
    ) -> Self {
        let performance = PerformanceIndex::new(&dataset.performance);
        let openness = Openness::new(dataset, Playbook::is_active);
        // Nothing is open to who is no one.
        let mut lists = vec![RankedList::default()];
        let mut shared: FxHashMap<Option<&str>, u32> = FxHashMap::default();
        let list_of = |pair: Option<Pair<'a>>| {
            let Some(Pair { stage, segment }) = pair.filter(|pair| openness.has(pair.stage)) else {
                return 0;
            };
            let named = openness.names(stage, segment);
            if let Some(list) = shared.get(&stage).filter(|_| !named) {
                return *list;
            }
            let number = lists.len() as u32;
            let open = openness.of(stage, segment);
            lists.push(RankedList::new(dataset, &performance, ranking, &open, segment));
            if !named {
                shared.insert(stage, number);
            }
            number
        };
        let of_pairs = pairs.map(list_of).collect();
        Self { lists, of_pairs, firmness: Firmness::default() }
    }

    /// How firmly the first of each list stands, as far as that was asked for.
    pub(super) fn firmness(&self) -> &Firmness {
        &self.firmness
    }

    /// How many lists there are, the one without playbooks included.
    pub fn count(&self) -> usize {
        self.lists.len()
    }

    /// The list of a number.
    pub fn get(&self, list: usize) -> Option<&RankedList> {
        self.lists.get(list)
    }

    /// Returns all lists, in the order of their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &RankedList> {
        self.lists.iter()
    }

    /// Number of the list of each pair.
    pub fn of_pairs(&self) -> &[u32] {
        &self.of_pairs
    }

    /// The list of a pair.
    pub fn of_pair(&self, pair: PairIx) -> Option<&RankedList> {
        self.get(*self.of_pairs.get(pair.index())? as usize)
    }
}
