//! `dominated`: playbooks that can never win, whoever the customers are.
//!
//! A playbook wins in a segment at its own threshold or nowhere: whatever ranks ahead of it there and
//! already qualifies does so at every higher risk too. That is what the staircase of the segment's
//! ranking tells. And segments that no playbook and no performance row of the stage names are all
//! alike, so one stands for all of them.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::ground::Ground;
use super::survey::{Touched, Watch};
use super::words::{MOST, listed};
use crate::domain::money::{count, dollars, ratio};
use crate::domain::{Code, Finding, Playbook, Ranking};
use crate::matching::lists::Openness;
use crate::matching::{Economics, Ranked, RankedList};
use crate::store::PlaybookIx;

const ALL: &str = "All";

/// A playbook that never wins.
pub struct Dominated {
    playbook: PlaybookIx,
    /// Who ranks ahead, in the first segments that make a difference.
    ahead: Vec<Ahead>,
    /// In how many more of them someone does.
    more: usize,
}

struct Ahead {
    /// `None` for any segment that is not named.
    segment: Option<String>,
    /// The number of the playbook that wins at the threshold of the one that does not.
    winner: PlaybookIx,
    numbers: String,
}

/// All of them, in file order. What an experiment compares is recommended whatever its rank.
pub fn find(ground: &Ground<'_>) -> Vec<Dominated> {
    let openness = Openness::new(ground.dataset, Playbook::is_active);
    let compared = ground.matching.compared();
    let mut active: FxHashMap<Option<&str>, Vec<PlaybookIx>> = FxHashMap::default();
    for (number, playbook) in ground.active().filter(|(number, _)| !compared.contains(number)) {
        active.entry(playbook.journey_stage.as_deref()).or_default().push(number);
    }
    let of_stage = |(stage, active)| of_stage(ground, &openness, stage, active);
    let mut found: Vec<Dominated> = active.into_iter().flat_map(of_stage).collect();
    found.sort_by_key(|dominated| dominated.playbook);
    found
}

fn of_stage(
    ground: &Ground<'_>,
    openness: &Openness<'_>,
    stage: Option<&str>,
    active: Vec<PlaybookIx>,
) -> Vec<Dominated> {
    let named = named_segments(openness, stage);
    let other = unnamed(&named);
    let segments = named.iter().map(|segment| (*segment, Some(*segment)));
    let segments = segments.chain([(other.as_str(), None)]);

    let dominated = |playbook| (playbook, Dominated { playbook, ahead: Vec::new(), more: 0 });
    let mut beaten: BTreeMap<PlaybookIx, Dominated> = active.into_iter().map(dominated).collect();
    for (segment, name) in segments {
        let ranking = ground.matching.policy().ranking;
        let open = openness.of(stage, segment);
        let list = RankedList::new(ground.dataset, &ground.performance, ranking, &open, segment);
        for winner in list.winners() {
            beaten.remove(&winner.playbook);
        }
        for entry in list.all() {
            let Some(dominated) = beaten.get_mut(&entry.playbook) else { continue };
            if dominated.ahead.len() == MOST {
                dominated.more += 1;
            } else if let Some(winner) = list.winner(entry.threshold) {
                dominated.ahead.push(Ahead {
                    segment: name.map(str::to_owned),
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
fn named_segments<'a>(openness: &Openness<'a>, stage: Option<&str>) -> Vec<&'a str> {
    let named = openness.named(stage).iter().copied();
    named.filter(|name| !name.is_empty() && *name != ALL).collect()
}

/// A segment that is none of these.
fn unnamed(named: &[&str]) -> String {
    let mut other = "another".to_owned();
    while named.contains(&other.as_str()) {
        other.push('\'');
    }
    other
}

/// `ROI 29.7× vs. 17.5×`: by which number the first ranks ahead of the second.
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
        Some(((_, name, a), (_, _, b))) if a != b => format!("{name} {a} vs. {b}"),
        Some(((_, name, _), _)) => format!("slightly higher {name}"),
        None => "same numbers, earlier in the file".to_owned(),
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
                Some(segment) => format!("{} for {segment} ({numbers})", id(*winner)),
                None => format!("{} for any other segment ({numbers})", id(*winner)),
            })
            .collect();
        let ahead = match self.more {
            0 => listed(ahead.iter().map(String::as_str)),
            more => format!("{} and {} more", ahead.join(", "), count(more)),
        };
        let message = format!(
            "{} can never rank first: wherever it is eligible, another playbook of its stage ranks \
             ahead: {}; retire it, lower its threshold or improve its numbers",
            id(self.playbook),
            ahead,
        );
        let finding = Finding::new(Code::Dominated, message)
            .touching(candidate_of.customers, candidate_of.account_value);
        match ground.dataset.playbook(self.playbook) {
            Some(playbook) => ground.at_playbook(finding, playbook),
            None => finding,
        }
    }
}
