//! What follows from a lesson: a setting, and what it would have changed.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use serde::Serialize;
use strum::IntoStaticStr;

use super::judged::Judged;
use super::lesson::Lesson;
use crate::domain::number::Num;
use crate::domain::{Policy, json, number};
use crate::insight::scenario::Scenario;
use crate::matching::performance::ALL;
use crate::store::Dataset;
use crate::store::dataset::{DEFAULT_SEGMENT, fields};

/// Fewer decisions than this propose nothing.
const DECISIONS: usize = 8;
/// The low end of the share has to be above this.
const SHARE: f64 = 0.2;
/// A list of more segments than this is of no use to anyone.
const SEGMENTS: usize = 100;
/// At most this part of the rejected is left at or above a threshold.
const LEFT: f64 = 0.2;

/// What a proposal changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ProposalKind {
    /// The playbook's risk threshold.
    RiskThreshold,
    /// The playbook's segments, as another playbook is chosen there.
    OtherPlaybook,
    /// The cost from which a play needs approval.
    ApprovalLimit,
}

/// A setting to try.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// What it changes.
    pub kind: ProposalKind,
    /// The threshold, or the limit in dollars.
    #[serde(serialize_with = "number::serialize_option")]
    pub value: Option<f64>,
    /// The playbook that is chosen most often instead.
    pub playbook_id: Option<String>,
    /// `KEY=VALUE`, as `--set` takes it.
    pub set: String,
    /// The decisions that it would have touched.
    pub would_change: WouldChange,
    /// The command that shows its effect, quoted for a shell.
    #[serde(skip)]
    pub command: String,
    /// True where the strategy asks for as much already.
    #[serde(skip)]
    pub in_force: bool,
}

/// How many decisions a proposal would have touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WouldChange {
    /// Of all.
    pub decisions: usize,
    /// Of the rejections and overrides with the reason.
    pub against: usize,
}

impl Proposal {
    /// Returns what follows from a lesson of these decisions, of which some are against the playbook for the
    /// lesson's reason. `None` also where the playbook is not in the data: there is nothing to set.
    pub(super) fn new(
        lesson: &Lesson,
        dataset: &Dataset,
        policy: &Policy,
        all: &[&Judged],
        against: &[&Judged],
    ) -> Option<Self> {
        if lesson.decisions < DECISIONS || lesson.low <= SHARE {
            return None;
        }
        let id = &lesson.playbook_id;
        let playbook = dataset.playbook_by_id(id);
        match lesson.reason.as_str() {
            "bad_timing" => {
                let least = least_risk(all, against)?;
                let text = format!("playbook.{id}.risk_threshold={}", Num(least));
                let touched = |one: &Judged| one.risk < least;
                let made =
                    Self::of(ProposalKind::RiskThreshold, &text, dataset, all, against, touched);
                let in_force = playbook?.risk_threshold() >= least;
                Some(Self { value: Some(least), in_force, ..made? })
            }
            "wrong_playbook" => {
                let chosen = most_chosen(against, dataset)?;
                let segments = segments_without(dataset, id, &lesson.segment)?;
                let text = format!("playbook.{id}.eligible_segments={}", json::line(&segments));
                let made =
                    Self::of(ProposalKind::OtherPlaybook, &text, dataset, all, against, |_| true);
                let in_force = !playbook?.accepts(&lesson.segment);
                Some(Self { playbook_id: Some(chosen.to_owned()), in_force, ..made? })
            }
            "budget" => {
                let limit = against.iter().filter_map(|one| one.cost).reduce(f64::min)?;
                let text = format!("approval.required_at_cost={}", Num(limit));
                // A cost that no one knows needs approval, too.
                let touched = |one: &Judged| one.cost.is_none_or(|cost| cost >= limit);
                let made =
                    Self::of(ProposalKind::ApprovalLimit, &text, dataset, all, against, touched);
                let in_force = policy.approval.required_at_cost.is_some_and(|now| now <= limit);
                Some(Self { value: Some(limit), in_force, ..made? })
            }
            _ => None,
        }
    }

    /// `None` where the setting is none in this data.
    fn of(
        kind: ProposalKind,
        text: &str,
        dataset: &Dataset,
        all: &[&Judged],
        against: &[&Judged],
        touched: impl Fn(&Judged) -> bool,
    ) -> Option<Self> {
        let scenario = Scenario::parse(&[text.to_owned()], dataset).ok()?;
        let count = |some: &[&Judged]| some.iter().filter(|one| touched(one)).count();
        Some(Self {
            kind,
            value: None,
            playbook_id: None,
            set: scenario.settings.first()?.to_string(),
            would_change: WouldChange { decisions: count(all), against: count(against) },
            command: scenario.command_line(),
            in_force: false,
        })
    }
}

/// The least risk of all with at most a fifth of those against at or above it.
fn least_risk(all: &[&Judged], against: &[&Judged]) -> Option<f64> {
    let most = LEFT * against.len() as f64;
    let mut risks: Vec<f64> = all.iter().map(|one| one.risk).collect();
    risks.sort_by(f64::total_cmp);
    let mut rejected: Vec<f64> = against.iter().map(|one| one.risk).collect();
    rejected.sort_by(f64::total_cmp);
    let left = |least: f64| rejected.len() - rejected.partition_point(|risk| *risk < least);
    risks.into_iter().find(|least| left(*least) as f64 <= most)
}

/// The playbook that is chosen most often, of equals the first of the file.
fn most_chosen<'a>(against: &[&'a Judged], dataset: &Dataset) -> Option<&'a str> {
    let mut times: FxHashMap<&str, usize> = FxHashMap::default();
    for chosen in against.iter().filter_map(|one| one.chosen.as_deref()) {
        *times.entry(chosen).or_default() += 1;
    }
    let place =
        |id: &str| dataset.playbook_number(id).map_or(usize::MAX, |number| number.0 as usize);
    let order =
        |(id, times): &(&str, usize)| (std::cmp::Reverse(*times), place(id), (*id).to_owned());
    times.into_iter().min_by_key(order).map(|(id, _)| id)
}

/// A playbook's segments without one of them. Where it is open to all, these are the segments of the customers, in
/// the order of the alphabet.
fn segments_without(dataset: &Dataset, id: &str, segment: &str) -> Option<Vec<String>> {
    let playbook = dataset.playbook_by_id(id)?;
    let own = playbook.segments().iter().map(|own| own.as_str());
    let others = |all: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        all.filter(|one| *one != segment).map(str::to_owned).collect()
    };
    if segment == ALL || !own.clone().any(|own| own == ALL) {
        return Some(others(&mut own.into_iter()));
    }
    let named = own.filter(|own| *own != ALL);
    let segments = dataset.tables.customers.texts(fields::SEGMENT).pool();
    let mut every: BTreeSet<&str> = segments.iter().chain(named).collect();
    if dataset.customers().any(|view| view.segment() == DEFAULT_SEGMENT) {
        every.insert(DEFAULT_SEGMENT);
    }
    (every.len() <= SEGMENTS).then(|| others(&mut every.into_iter()))
}
