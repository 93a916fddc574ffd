//! `never_matches`: active playbooks that are open to no customer.

use super::ground::Ground;
use super::survey::{Survey, Touched};
use super::words::{in_stage, listed};
use crate::domain::money::counted;
use crate::domain::{Code, Finding, Playbook};

/// One for each, in file order. What they touch are the customers of the playbook's stage.
pub fn findings(ground: &Ground<'_>, survey: &Survey) -> Vec<Finding> {
    ground.active().filter_map(|(_, playbook)| finding(ground, survey, playbook)).collect()
}

fn finding(ground: &Ground<'_>, survey: &Survey, playbook: &Playbook) -> Option<Finding> {
    let its_stage = playbook.journey_stage.as_deref();
    let mut of_stage = Touched::default();
    let mut segments = Vec::new();
    for (number, pair, _) in ground.lists().filter(|(_, pair, _)| pair.stage == its_stage) {
        if playbook.accepts(pair.segment) {
            return None;
        }
        of_stage.join(survey.of_pairs.get(number).copied().unwrap_or_default());
        segments.push(pair.segment);
    }
    segments.sort_unstable();
    let in_stage = in_stage(its_stage);
    // A name without a letter is nobody's segment.
    let named = || playbook.segments().iter().filter(|segment| !segment.is_empty());
    let (field, why) = if named().next().is_none() {
        ("eligible_segments", "no segment is eligible: name some, or retire it".to_owned())
    } else if of_stage.customers == 0 {
        ("journey_stage", format!("no customer is {in_stage}: mend the stage, or retire it"))
    } else {
        let why = format!(
            "it is for {}, of which no customer is {in_stage}; the {} there {} of {}: open it to them, \
             or retire it",
            listed(named().map(|segment| segment.as_str())),
            counted(of_stage.customers, "customer"),
            if of_stage.customers == 1 { "is" } else { "are" },
            listed(segments),
        );
        ("eligible_segments", why)
    };
    let message = format!("{} is active and matches nobody: {why}", playbook.id);
    let finding = Finding::new(Code::NeverMatches, message)
        .field(field)
        .touching(of_stage.customers, of_stage.account_value);
    Some(ground.at_playbook(finding, playbook))
}
