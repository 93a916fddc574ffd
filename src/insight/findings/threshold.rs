//! `threshold_zero`: a threshold of 0 reads as if everyone were meant, and acts as 0.5
//! (`matching.md`, *Rules*).

use super::ground::Ground;
use super::survey::{Touched, Watch};
use crate::domain::money::counted;
use crate::domain::{Code, Finding};
use crate::matching::words::share;
use crate::store::PlaybookIx;

/// The numbers of the active playbooks with such a threshold.
pub fn find(ground: &Ground<'_>) -> Vec<PlaybookIx> {
    let zero = |threshold: Option<f64>| threshold == Some(0.0);
    ground.active().filter(|(_, p)| zero(p.risk_threshold)).map(|(number, _)| number).collect()
}

/// Asks for those who would get the playbook looked at if 0 were 0.
pub fn watch(playbook: PlaybookIx) -> Watch {
    let acts_as = crate::domain::Playbook::default().risk_threshold();
    Watch { playbook, from: 0.0, to: acts_as }
}

pub fn finding(ground: &Ground<'_>, playbook: PlaybookIx, below: Touched) -> Finding {
    let finding = |id: &str, acts_as: f64| {
        let message = format!(
            "the risk threshold of {id} is 0, which counts as {acts_as}: customers with a lower risk \
             are not eligible (currently {}); set {acts_as} or a small number such as 0.01",
            counted(below.customers, "customer"),
            acts_as = share(acts_as),
        );
        Finding::new(Code::ThresholdZero, message)
            .field("risk_threshold")
            .touching(below.customers, below.account_value)
    };
    match ground.dataset.playbook(playbook) {
        Some(found) => ground.at_playbook(finding(&found.id, found.risk_threshold()), found),
        None => finding("", 0.5),
    }
}
