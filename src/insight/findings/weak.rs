//! `weak_only`: large accounts at high risk to whom next to nothing is recommended.

use std::collections::BTreeMap;

use super::ground::Ground;
use super::survey::{Survey, Weak, large_account};
use super::words::listed;
use crate::domain::money::{counted, dollars};
use crate::domain::{Code, Finding};
use crate::matching::words::share;
use crate::store::PlaybookIx;

/// Whom a playbook is too weak for, their segments, and the most that it brings net.
type Found<'a> = (Weak, Vec<&'a str>, f64);

/// One for each playbook, in file order.
pub fn findings(ground: &Ground<'_>, survey: &Survey) -> Vec<Finding> {
    let mut of_playbooks: BTreeMap<PlaybookIx, Found<'_>> = BTreeMap::new();
    for (play, pair, ranked) in ground.plays() {
        let Some(weak) = survey.weak.get(play.index()).filter(|weak| weak.touched.customers > 0)
        else {
            continue;
        };
        let of = of_playbooks.entry(ranked.playbook).or_insert((
            Weak::default(),
            Vec::new(),
            f64::NEG_INFINITY,
        ));
        of.0.join(*weak);
        of.1.push(pair.segment);
        of.2 = of.2.max(ranked.economics.net_value());
    }
    let finding = |(playbook, (weak, segments, net_value)): (PlaybookIx, Found<'_>)| {
        let playbook = ground.dataset.playbook(playbook)?;
        let largest = weak.largest.and_then(|(number, value)| {
            let id = ground.dataset.customer(number)?.id();
            Some(format!(" (largest: {id}, {})", dollars(value)))
        });
        let message = format!(
            "{} has a net value of {} at most, less than 1% of the account, and is the only \
             recommendation for {} in {} with {} or more and a risk of {} or more{}: add a stronger \
             playbook",
            playbook.id,
            dollars(net_value),
            counted(weak.touched.customers, "customer"),
            listed(segments),
            dollars(large_account(ground)),
            share(ground.matching.policy().targets.high_risk_at),
            largest.unwrap_or_default(),
        );
        let finding = Finding::new(Code::WeakOnly, message)
            .touching(weak.touched.customers, weak.touched.account_value);
        Some(ground.at_playbook(finding, playbook))
    };
    of_playbooks.into_iter().filter_map(finding).collect()
}
