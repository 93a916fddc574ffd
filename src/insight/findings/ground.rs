//! What findings about the strategy look at: the data, the stages and segments that customers have,
//! and where the rows stand.

use rustc_hash::FxHashMap;

use crate::domain::{DataFile, Finding, Location, PerformanceRow, Playbook};
use crate::matching::performance::PerformanceIndex;
use crate::matching::population::Pair;
use crate::matching::{Matching, Ranked, RankedList};
use crate::store::dataset::fields;
use crate::store::{Dataset, PairIx, PlayIx, PlaybookIx};

pub struct Ground<'a> {
    pub matching: &'a Matching,
    pub dataset: &'a Dataset,
    pub performance: PerformanceIndex<'a>,
    /// The stages and segments that customers have, by number; `None` for one not in use.
    pub pairs: Vec<Option<Pair<'a>>>,
    /// The row that counts of each playbook, in the file's table.
    playbook_rows: FxHashMap<&'a str, usize>,
}

impl<'a> Ground<'a> {
    pub fn new(matching: &'a Matching) -> Self {
        let dataset: &Dataset = matching.dataset();
        let table = &dataset.tables.playbooks;
        let ids = table.texts(fields::PLAYBOOK_ID);
        // Of an id that comes twice the later row counts, and is kept here.
        let rows = (0..table.len).filter_map(|row| Some((ids.get(row)?, row)));
        Self {
            matching,
            dataset,
            performance: PerformanceIndex::new(&dataset.performance),
            pairs: matching.population().pairs(dataset).collect(),
            playbook_rows: rows.collect(),
        }
    }

    /// The active playbooks with their numbers, in file order.
    pub fn active(&self) -> impl Iterator<Item = (PlaybookIx, &'a Playbook)> {
        self.dataset.numbered_playbooks().filter(|(_, playbook)| playbook.is_active())
    }

    /// Each stage and segment that customers have, with its number and the playbooks open to it.
    pub fn in_use(&self) -> impl Iterator<Item = (PairIx, &Pair<'a>, &'a RankedList)> {
        self.pairs.iter().enumerate().filter_map(|(number, pair)| {
            let number = PairIx::at(number);
            Some((number, pair.as_ref()?, self.matching.list_of_pair(number)?))
        })
    }

    /// Each list of playbooks once, with one of the stages and segments that it is for: as far as
    /// playbooks and performance rows are concerned all of these are alike.
    pub fn lists(&self) -> impl Iterator<Item = (&Pair<'a>, &'a RankedList)> {
        let lists = self.matching.lists();
        let mut seen = vec![false; lists.count()];
        lists.of_pairs().iter().zip(&self.pairs).filter_map(move |(list, pair)| {
            let (list, pair) = (*list as usize, pair.as_ref()?);
            let is_new = !std::mem::replace(seen.get_mut(list)?, true);
            is_new.then_some((pair, lists.get(list)?))
        })
    }

    /// Each play with its number, whom it is for, and its place in the ranking there.
    pub fn plays(&self) -> impl Iterator<Item = (PlayIx, &Pair<'a>, &'a Ranked)> {
        self.matching.play_numbers().filter_map(|play| {
            let pair = self.pairs.get(self.matching.pair_of_play(play)?.index())?.as_ref()?;
            Some((play, pair, self.matching.ranked(play)?))
        })
    }

    /// The number of the performance row that serves a playbook in a segment.
    pub fn performance_row(&self, playbook: PlaybookIx, segment: &str) -> Option<usize> {
        let (row, _) = self.performance.row(&self.dataset.playbook(playbook)?.id, segment)?;
        self.number_of(row)
    }

    /// The number of a performance row of the index.
    pub fn number_of(&self, row: &PerformanceRow) -> Option<usize> {
        self.dataset.performance.element_offset(row)
    }

    /// Where a playbook's row stands.
    pub fn place_of(&self, playbook: &Playbook) -> Option<Location> {
        let row = self.playbook_rows.get(playbook.id.as_str())?;
        self.dataset.tables.playbooks.places.locate(*row)
    }

    /// Points a finding at a playbook's row.
    pub fn at_playbook(&self, finding: Finding, playbook: &Playbook) -> Finding {
        let finding = finding.in_file(DataFile::Playbooks.name()).of_playbook(&playbook.id);
        self.place_of(playbook).into_iter().fold(finding, Finding::located)
    }

    /// Points a finding at a performance row.
    pub fn at_performance(&self, finding: Finding, row: usize) -> Finding {
        let mut finding = finding.in_file(DataFile::Performance.name());
        if let Some(row) = self.dataset.performance.get(row) {
            finding = finding.of_playbook(&row.playbook_id);
        }
        self.dataset.tables.performance.at_row(finding, row)
    }
}
