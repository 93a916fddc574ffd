//! `dominated`: playbooks that can never win, whoever the customers are.
//!
//! A playbook wins in a segment at its own threshold or nowhere: whatever ranks ahead of it there and
//! already qualifies does so at every higher risk too. That is what the staircase of the segment's
//! ranking tells. And segments that no playbook and no performance row of the stage names are all
//! alike, so one stands for all of them.

use std::collections::BTreeMap;

use super::ground::Ground;
use super::survey::{Touched, Watch};
use super::words::listed;
use crate::domain::money::{dollars, ratio};
use crate::domain::{Code, Finding, Playbook, Ranking};
use crate::matching::{Economics, Ranked, RankedList};

const ALL: &str = "All";

/// A playbook that never wins.
pub struct Dominated {
    playbook: usize,
    /// Who ranks ahead, in each segment that makes a difference.
    ahead: Vec<Ahead>,
}

struct Ahead {
    /// `None` for any segment that is not named.
    segment: Option<String>,
    /// The number of the playbook that wins at the threshold of the one that does not.
    winner: usize,
    numbers: String,
}

/// All of them, in file order.
pub fn find(ground: &Ground<'_>) -> Vec<Dominated> {
    let mut stages: Vec<Option<&str>> = Vec::new();
    for (_, playbook) in ground.active() {
        let stage = playbook.journey_stage.as_deref();
        if !stages.contains(&stage) {
            stages.push(stage);
        }
    }
    let mut found: Vec<Dominated> =
        stages.into_iter().flat_map(|stage| of_stage(ground, stage)).collect();
    found.sort_by_key(|dominated| dominated.playbook);
    found
}

fn of_stage(ground: &Ground<'_>, stage: Option<&str>) -> Vec<Dominated> {
    let named = named_segments(ground, stage);
    let other = unnamed(&named);
    let segments = named.iter().map(|segment| (*segment, Some((*segment).to_owned())));
    let segments = segments.chain([(other.as_str(), None)]);

    let here = |playbook: &Playbook| playbook.journey_stage.as_deref() == stage;
    let mut beaten: BTreeMap<usize, Dominated> = ground
        .active()
        .filter(|(_, playbook)| here(playbook))
        .map(|(playbook, _)| (playbook, Dominated { playbook, ahead: Vec::new() }))
        .collect();
    for (segment, name) in segments {
        let ranking = ground.matching.policy().ranking;
        let list = RankedList::new(ground.dataset, &ground.performance, ranking, stage, segment);
        for winner in list.winners() {
            beaten.remove(&winner.playbook);
        }
        for entry in list.all() {
            if let Some(dominated) = beaten.get_mut(&entry.playbook)
                && let Some(winner) = list.winner(entry.threshold)
            {
                dominated.ahead.push(Ahead {
                    segment: name.clone(),
                    winner: winner.playbook,
                    numbers: numbers(ranking, winner, entry),
                });
            }
        }
    }
    // Where nothing ranks ahead, no segment is eligible: that one never matches.
    beaten.into_values().filter(|dominated| !dominated.ahead.is_empty()).collect()
}

/// The segments that make a difference in a stage, each once. No customer's segment is empty, and
/// one called `All` is like any that is not named.
fn named_segments<'a>(ground: &Ground<'a>, stage: Option<&str>) -> Vec<&'a str> {
    let here =
        |playbook: &Playbook| playbook.is_active() && playbook.journey_stage.as_deref() == stage;
    let eligible = ground.dataset.playbooks().filter(|p| here(p)).flat_map(Playbook::segments);
    let measured = ground.dataset.performance.iter().filter_map(|row| {
        let playbook = ground.dataset.playbook_by_id(&row.playbook_id)?;
        row.segment.as_ref().filter(|_| here(playbook))
    });
    let mut seen = rustc_hash::FxHashSet::default();
    eligible
        .chain(measured)
        .map(|segment| segment.as_str())
        .filter(|segment| !segment.is_empty() && *segment != ALL && seen.insert(*segment))
        .collect()
}

/// A segment that is none of these.
fn unnamed(named: &[&str]) -> String {
    let mut other = "another".to_owned();
    while named.contains(&other.as_str()) {
        other.push('\'');
    }
    other
}

/// `ROI 29.7× against 17.5×`: by which number the first ranks ahead of the second.
fn numbers(ranking: Ranking, first: &Ranked, second: &Ranked) -> String {
    let (first, second) = (&first.economics, &second.economics);
    let roi = |e: &Economics| (e.roi, "ROI", ratio(e.roi));
    let value = |e: &Economics| (e.value, "value", dollars(e.value));
    let net = |e: &Economics| (e.net_value(), "net value", dollars(e.net_value()));
    let compared = match ranking {
        Ranking::Roi => [(roi(first), roi(second)), (value(first), value(second))],
        Ranking::NetValue => [(net(first), net(second)), (roi(first), roi(second))],
    };
    let decides = compared.into_iter().find(|((a, ..), (b, ..))| a != b);
    match decides {
        // What differs too little to be seen is no comparison.
        Some(((_, name, a), (_, _, b))) if a != b => format!("{name} {a} against {b}"),
        Some(((_, name, _), _)) => format!("{name} a little higher"),
        None => "the same numbers, earlier in the file".to_owned(),
    }
}

impl Dominated {
    /// Asks for the customers for whom it is a candidate.
    pub fn watch(&self, ground: &Ground<'_>) -> Watch {
        let playbook = ground.dataset.playbook(self.playbook);
        let from = playbook.map_or(f64::INFINITY, Playbook::risk_threshold);
        Watch { playbook: self.playbook, from, to: f64::INFINITY }
    }

    pub fn finding(&self, ground: &Ground<'_>, candidate_of: Touched) -> Finding {
        let id = |number| ground.dataset.playbook(number).map_or("", |p| p.id.as_str());
        let ahead: Vec<String> = self
            .ahead
            .iter()
            .map(|Ahead { segment, winner, numbers }| match segment {
                Some(segment) => format!("{} in {segment} ({numbers})", id(*winner)),
                None => format!("{} in any other segment ({numbers})", id(*winner)),
            })
            .collect();
        let message = format!(
            "{} can never win: wherever it qualifies, another playbook of its stage does too and ranks \
             ahead: {}; retire it, or give it a lower threshold or better numbers",
            id(self.playbook),
            listed(ahead.iter().map(String::as_str)),
        );
        let finding = Finding::new(Code::Dominated, message)
            .touching(candidate_of.customers, candidate_of.account_value);
        match ground.dataset.playbook(self.playbook) {
            Some(playbook) => ground.at_playbook(finding, playbook),
            None => finding,
        }
    }
}
