//! `thin_evidence`: playbooks that are recommended with hardly any runs behind their numbers.

use std::collections::BTreeMap;

use super::ground::Ground;
use super::survey::{Survey, Touched};
use super::words::listed;
use crate::domain::money::counted;
use crate::domain::{Code, Finding};
use crate::matching::words::runs;
use crate::store::PlaybookIx;

/// Fewer runs than this are thin.
const ENOUGH: f64 = 5.0;

/// To whom a playbook is recommended, their segments, and the runs behind it.
type Thin<'a> = (Touched, Vec<&'a str>, f64);

/// One for each playbook and each performance row that its numbers come from, or none; in the order
/// of the files.
pub fn findings(ground: &Ground<'_>, survey: &Survey) -> Vec<Finding> {
    let mut thin: BTreeMap<(PlaybookIx, Option<usize>), Thin<'_>> = BTreeMap::new();
    for (play, pair, ranked) in ground.plays() {
        let touched = survey.of_plays.get(play.index()).copied().unwrap_or_default();
        let runs = ranked.economics.evidence.runs;
        if touched.customers == 0 || runs >= ENOUGH {
            continue;
        }
        let row = ground.performance_row(ranked.playbook, pair.segment);
        let of =
            thin.entry((ranked.playbook, row)).or_insert((Touched::default(), Vec::new(), runs));
        of.0.join(touched);
        of.1.push(pair.segment);
    }
    let finding = |((playbook, row), (touched, segments, n)): (_, Thin<'_>)| {
        let playbook = ground.dataset.playbook(playbook)?;
        let evidence = match row {
            Some(_) if n == 0.0 => "its row has no runs".to_owned(),
            Some(_) => format!("its numbers come from only {}", runs(n)),
            None => "its numbers are assumed, no runs yet".to_owned(),
        };
        let message = format!(
            "{} is recommended to {} in {}, but {evidence}; approval.required_below_runs requires an \
             approval for such plays",
            playbook.id,
            counted(touched.customers, "customer"),
            listed(segments),
        );
        let finding = Finding::new(Code::ThinEvidence, message)
            .touching(touched.customers, touched.account_value);
        Some(match row {
            Some(row) => ground.at_performance(finding, row).field("runs"),
            None => ground.at_playbook(finding, playbook),
        })
    };
    thin.into_iter().filter_map(finding).collect()
}
