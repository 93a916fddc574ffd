//! `coverage_gap`: customers at high risk whom nothing serves.

use std::cmp::Ordering;

use super::ground::Ground;
use super::survey::{Gap, Survey};
use super::words::{have, in_stage, listed};
use crate::domain::money::{counted, dollars};
use crate::domain::{Code, Finding, Playbook};
use crate::matching::RankedList;
use crate::matching::population::Pair;
use crate::matching::words::share;

/// One for each stage and segment with a gap, by the revenue at risk in it, the highest first.
pub fn findings(ground: &Ground<'_>, survey: &Survey) -> Vec<Finding> {
    let gap = |number: usize| survey.gaps.get(number).filter(|gap| gap.touched.customers > 0);
    let mut gaps: Vec<(&Pair<'_>, &RankedList, &Gap)> = ground
        .lists()
        .filter_map(|(number, pair, list)| Some((pair, list, gap(number)?)))
        .collect();
    let by_revenue = |a: f64, b: f64| b.partial_cmp(&a).unwrap_or(Ordering::Equal);
    gaps.sort_by(|(a, _, of_a), (b, _, of_b)| {
        by_revenue(of_a.revenue_at_risk, of_b.revenue_at_risk)
            .then_with(|| (a.stage, a.segment).cmp(&(b.stage, b.segment)))
    });
    gaps.into_iter().map(|(pair, list, gap)| finding(ground, pair, list, gap)).collect()
}

fn finding(ground: &Ground<'_>, pair: &Pair<'_>, list: &RankedList, gap: &Gap) -> Finding {
    let Gap { touched, revenue_at_risk } = *gap;
    let message = format!(
        "{} of {} {} at a risk of {} or more {} no candidate at all: {} of account value, {} of \
         revenue at risk; {}",
        counted(touched.customers, "customer"),
        pair.segment,
        in_stage(pair.stage),
        share(ground.matching.policy().targets.high_risk_at),
        have(touched.customers),
        dollars(touched.account_value),
        dollars(revenue_at_risk),
        why(ground, pair, list),
    );
    Finding::new(Code::CoverageGap, message).touching(touched.customers, touched.account_value)
}

/// What stands in the way, and what to do about it.
fn why(ground: &Ground<'_>, pair: &Pair<'_>, list: &RankedList) -> String {
    let lowest = list.all().iter().min_by(|a, b| a.threshold.total_cmp(&b.threshold));
    if let Some((ranked, playbook)) =
        lowest.and_then(|r| Some((r, ground.dataset.playbook(r.playbook)?)))
    {
        return format!(
            "the lowest threshold there is {} ({}): lower it, or add a playbook",
            share(ranked.threshold),
            playbook.id
        );
    }
    let fits = |playbook: &&Playbook| {
        playbook.journey_stage.as_deref() == pair.stage && playbook.accepts(pair.segment)
    };
    let asleep = listed(ground.dataset.playbooks().filter(fits).map(|p| p.id.as_str()));
    match asleep.is_empty() {
        true => "no playbook is made for them: add one, or open one to the segment".to_owned(),
        false => format!("the playbooks made for them are not active ({asleep}): add one"),
    }
}
