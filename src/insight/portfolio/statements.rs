//! Sentences of fact, for people to repeat. Each says what was counted, none is made without a figure. Text from data files in them is not yet escaped.

use rustc_hash::FxHashMap;

use super::groups::falling;
use super::tally::{Cell, Tally};
use crate::domain::history::Outcome;
use crate::domain::money::{self, counted, dollars, ratio};
use crate::domain::{Labels, Playbook, Status, Sum};
use crate::matching::Matching;
use crate::matching::performance::{ALL, PerformanceIndex};
use crate::store::Dataset;
use crate::store::row::{Row as _, position};

const SAVED: usize = position(Outcome::NAMES, "estimated_revenue_saved");
/// The most sentences of one kind.
const MOST: usize = 3;
/// A lead of less is none worth a sentence; it would round to 1.0×.
const LEAD: f64 = 1.05;

/// What outcomes say was saved.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Saved {
    /// Outcomes that saved anything.
    pub outcomes: usize,
    /// Dollars.
    pub revenue: Sum,
}

impl Saved {
    /// Adds up what outcomes saved.
    pub fn of(dataset: &Dataset) -> Self {
        let outcomes = &dataset.tables.outcomes;
        let amounts = outcomes.numbers(SAVED);
        let mut saved = Self::default();
        for amount in (0..outcomes.len).filter_map(|row| amounts.get(row)).filter(|a| *a > 0.0) {
            saved.outcomes += 1;
            saved.revenue.add(amount);
        }
        saved
    }
}

/// Returns the statements about a portfolio.
pub fn statements(matching: &Matching, tally: &Tally, saved: Saved) -> Vec<String> {
    let mut all = recommended(tally, &matching.policy().labels);
    all.extend(outperforming(matching.dataset()));
    all.extend(preserved(tally, saved));
    if let Some(least) = tally.smallest_account.filter(|least| *least > 0.0) {
        all.push(format!(
            "The smallest account that needs approval is worth {} a year",
            dollars(least)
        ));
    }
    all
}

/// Where most is recommended: `18 SMB recommendations in the Onboarding stage`.
fn recommended(tally: &Tally, labels: &Labels) -> Vec<String> {
    let mut cells: Vec<&Cell> =
        tally.cells.iter().filter(|cell| cell.count.recommendations > 0).collect();
    // By name where there are as many.
    cells.sort_by(|a, b| {
        let most_first = b.count.recommendations.cmp(&a.count.recommendations);
        most_first.then_with(|| (&a.segment, &a.stage).cmp(&(&b.segment, &b.stage)))
    });
    let sentence = |cell: &Cell| {
        let Cell { segment, stage, count } = cell;
        let number = money::count(count.recommendations);
        let noun = if count.recommendations == 1 { "recommendation" } else { "recommendations" };
        match stage {
            Some(stage) => {
                format!("{number} {segment} {noun} in the {} stage", labels.stage(stage))
            }
            None => format!("{number} {segment} {noun} without a stage"),
        }
    };
    cells.into_iter().take(MOST).map(sentence).collect()
}

/// One playbook's measured ROI against the next one's of its stage, both active and measured in the
/// same segment: of each stage the widest lead.
fn outperforming(dataset: &Dataset) -> Vec<String> {
    struct Measured<'a> {
        playbook: &'a Playbook,
        roi: f64,
    }
    struct Lead<'a> {
        stage: &'a str,
        times: f64,
        sentence: String,
    }
    let index = PerformanceIndex::new(&dataset.performance);
    let mut groups: FxHashMap<(&str, &str), Vec<Measured<'_>>> = FxHashMap::default();
    let mut segments: Vec<&str> =
        dataset.performance.iter().filter_map(|row| row.segment.as_deref()).collect();
    segments.sort_unstable();
    segments.dedup();
    for playbook in dataset.playbooks().filter(|playbook| playbook.is_active()) {
        let Some(stage) = playbook.journey_stage.as_deref() else { continue };
        for segment in &segments {
            let row = index.exact_row(&playbook.id, segment);
            if let Some(roi) = row.and_then(|row| row.roi_ratio).filter(|roi| *roi > 0.0) {
                groups.entry((stage, segment)).or_default().push(Measured { playbook, roi });
            }
        }
    }
    let lead = |((stage, segment), mut measured): ((_, &str), Vec<Measured<'_>>)| {
        measured
            .sort_by(|a, b| falling(a.roi, b.roi).then_with(|| a.playbook.id.cmp(&b.playbook.id)));
        let [first, second, ..] = measured.as_slice() else { return None };
        let times = first.roi / second.roi;
        let segment = if segment == ALL { "all segments" } else { segment };
        let sentence = format!(
            "{} has {} the ROI of {} in {segment} ({} and {})",
            first.playbook.title(),
            ratio(times),
            second.playbook.title(),
            ratio(first.roi),
            ratio(second.roi),
        );
        (times >= LEAD).then_some(Lead { stage, times, sentence })
    };
    let mut leads: Vec<Lead<'_>> = groups.into_iter().filter_map(lead).collect();
    leads.sort_by(|a, b| falling(a.times, b.times).then_with(|| a.sentence.cmp(&b.sentence)));
    let mut told: Vec<&str> = Vec::new();
    leads.retain(|lead| {
        let first = !told.contains(&lead.stage);
        told.push(lead.stage);
        first
    });
    leads.into_iter().take(MOST).map(|lead| lead.sentence).collect()
}

/// What approved plays are to bring, and what outcomes say was saved.
fn preserved(tally: &Tally, saved: Saved) -> Vec<String> {
    let approved = tally.of_status(Status::Approved).copied().unwrap_or_default();
    let mut all = Vec::new();
    if approved.customers > 0 && approved.value.value() > 0.0 {
        all.push(format!(
            "{} expected to preserve {}",
            match approved.customers {
                1 => "1 approved play is".to_owned(),
                plays => format!("{} are", counted(plays, "approved play")),
            },
            dollars(approved.value.value())
        ));
    }
    if saved.outcomes > 0 {
        all.push(format!(
            "{} saved an estimated {} (gross)",
            counted(saved.outcomes, "outcome"),
            dollars(saved.revenue.value())
        ));
    }
    all
}
