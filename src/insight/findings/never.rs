//! `never_matches`: active playbooks that are open to no customer.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ground::Ground;
use super::survey::{Survey, Touched};
use super::words::{in_stage, listed};
use crate::domain::money::counted;
use crate::domain::{Code, Finding, Playbook};
use crate::store::PlaybookIx;

/// The customers of a stage, and their segments in order.
#[derive(Default)]
struct OfStage<'a> {
    touched: Touched,
    segments: Vec<&'a str>,
    /// The segments in words.
    listed: String,
}

/// One for each, in file order. What they touch are the customers of the playbook's stage.
pub fn findings(ground: &Ground<'_>, survey: &Survey) -> Vec<Finding> {
    let ranked = ground.lists().flat_map(|(_, list)| list.all());
    let open: FxHashSet<PlaybookIx> = ranked.map(|ranked| ranked.playbook).collect();
    let never = |number: &PlaybookIx| !open.contains(number);
    let mut stages: FxHashMap<Option<&str>, OfStage<'_>> = FxHashMap::default();
    for (_, playbook) in ground.active().filter(|(number, _)| never(number)) {
        stages.entry(playbook.journey_stage.as_deref()).or_default();
    }
    for (number, pair, _) in ground.in_use() {
        let Some(stage) = stages.get_mut(&pair.stage) else { continue };
        stage.touched.join(survey.of_pairs.get(number.index()).copied().unwrap_or_default());
        stage.segments.push(pair.segment);
    }
    for stage in stages.values_mut() {
        stage.segments.sort_unstable();
        stage.listed = listed(stage.segments.drain(..));
    }
    let finding = |(_, playbook): (PlaybookIx, &Playbook)| {
        finding(ground, stages.get(&playbook.journey_stage.as_deref())?, playbook)
    };
    ground.active().filter(|(number, _)| never(number)).filter_map(finding).collect()
}

fn finding(ground: &Ground<'_>, of_stage: &OfStage<'_>, playbook: &Playbook) -> Option<Finding> {
    let its_stage = playbook.journey_stage.as_deref();
    let (of_stage, segments) = (of_stage.touched, &of_stage.listed);
    let in_stage = in_stage(&ground.matching.policy().labels, its_stage);
    // A name without a letter is no one's segment.
    let named = || playbook.segments().iter().filter(|segment| !segment.is_empty());
    let (field, why) = if named().next().is_none() {
        ("eligible_segments", "it is open to no segment: add one or retire it".to_owned())
    } else if of_stage.customers == 0 {
        ("journey_stage", format!("no customer is {in_stage}: fix the stage or retire it"))
    } else {
        let why = format!(
            "it is open to {} only, and no such customer is {in_stage}; the {} there {} in {}: open it \
             to them or retire it",
            listed(named().map(|segment| segment.as_str())),
            counted(of_stage.customers, "customer"),
            if of_stage.customers == 1 { "is" } else { "are" },
            segments,
        );
        ("eligible_segments", why)
    };
    let message = format!("{} is active and eligible for no customer: {why}", playbook.id);
    let finding = Finding::new(Code::NeverMatches, message)
        .field(field)
        .touching(of_stage.customers, of_stage.account_value);
    Some(ground.at_playbook(finding, playbook))
}
