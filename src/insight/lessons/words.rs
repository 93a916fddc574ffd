//! Lessons in the words that report, dashboard and command line share. Text from data files in them is not yet
//! escaped.

use super::lesson::Lesson;
use super::proposal::{Proposal, ProposalKind};
use crate::domain::Labels;
use crate::domain::money::{count, exact_dollars, share};
use crate::insight::learning::words::interval_of;
use crate::store::Dataset;

/// Returns what people say: `Bad timing in SMB: rejected 9 of 14 (39% to 84%)`.
pub fn lesson(lesson: &Lesson, labels: &Labels) -> String {
    format!(
        "{} in {}: {} {} of {} ({})",
        labels.reason(&lesson.reason),
        lesson.segment,
        verb(lesson),
        count(lesson.against),
        count(lesson.decisions),
        interval_of((lesson.low, lesson.high))
    )
}

/// Returns what follows, and what it would have changed.
pub fn proposal(lesson: &Lesson, proposal: &Proposal, dataset: &Dataset) -> String {
    let Proposal { kind, value, would_change, .. } = proposal;
    let decisions = match would_change.decisions == lesson.decisions {
        true => format!("all {}", count(lesson.decisions)),
        false => format!("{} of these {}", count(would_change.decisions), count(lesson.decisions)),
    };
    let against = match would_change.against == would_change.decisions {
        true => "all of them".to_owned(),
        false => format!("{} of them", count(would_change.against)),
    };
    let of = format!("{decisions} decisions, {against} {}", verb(lesson));
    let value = value.unwrap_or_default();
    let words = match kind {
        ProposalKind::RiskThreshold => {
            format!("Raise its minimum risk to {}. That would have left out {of}.", share(value))
        }
        ProposalKind::OtherPlaybook => {
            let id = proposal.playbook_id.as_deref().unwrap_or_default();
            let name = dataset.playbook_by_id(id).map_or(id, |playbook| playbook.title());
            let segment = &lesson.segment;
            format!(
                "Exclude the {segment} segment: people most often choose {name} instead. That would have left out {of}."
            )
        }
        ProposalKind::ApprovalLimit => format!(
            "Require approval for any play that costs {} or more. That would have included {of}.",
            exact_dollars(value)
        ),
    };
    if proposal.in_force { format!("{words} The current settings already do this.") } else { words }
}

fn verb(lesson: &Lesson) -> &'static str {
    match lesson.overridden {
        0 => "rejected",
        all if all == lesson.against => "overridden",
        _ => "rejected or overridden",
    }
}
