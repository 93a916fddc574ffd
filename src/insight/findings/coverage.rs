//! `coverage_gap`: customers at high risk whom nothing serves.

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use super::ground::Ground;
use super::survey::{Gap, Survey};
use super::words::{have, in_stage, listed};
use crate::domain::money::{counted, dollars};
use crate::domain::{Code, Finding};
use crate::matching::RankedList;
use crate::matching::lists::Openness;
use crate::matching::population::Pair;
use crate::matching::words::share;
use crate::store::PairIx;

/// One for each stage and segment with a gap, by the revenue at risk in it, the highest first.
pub fn findings(ground: &Ground<'_>, survey: &Survey) -> Vec<Finding> {
    let gap = |pair: PairIx| survey.gaps.get(pair.index()).filter(|gap| gap.touched.customers > 0);
    let mut gaps: Vec<(&Pair<'_>, &RankedList, &Gap)> = ground
        .in_use()
        .filter_map(|(number, pair, list)| Some((pair, list, gap(number)?)))
        .collect();
    let by_revenue = |a: f64, b: f64| b.partial_cmp(&a).unwrap_or(Ordering::Equal);
    gaps.sort_by(|(a, _, of_a), (b, _, of_b)| {
        by_revenue(of_a.revenue_at_risk, of_b.revenue_at_risk)
            .then_with(|| (a.stage, a.segment).cmp(&(b.stage, b.segment)))
    });
    let mut reasons = Reasons::new(ground);
    let finding = |(pair, list, gap)| finding(ground, pair, gap, reasons.why(pair, list));
    gaps.into_iter().map(finding).collect()
}

fn finding(ground: &Ground<'_>, pair: &Pair<'_>, gap: &Gap, why: &str) -> Finding {
    let Gap { touched, revenue_at_risk } = *gap;
    let message = format!(
        "{} in {} {} with a risk of {} or more {} no eligible playbook: {} account value, {} \
         revenue at risk; {}",
        counted(touched.customers, "customer"),
        pair.segment,
        in_stage(&ground.matching.policy().labels, pair.stage),
        share(ground.matching.policy().targets.high_risk_at),
        have(touched.customers),
        dollars(touched.account_value),
        dollars(revenue_at_risk),
        why,
    );
    Finding::new(Code::CoverageGap, message).touching(touched.customers, touched.account_value)
}

/// What stands in the way, and what to do about it: the same for many stages and segments.
struct Reasons<'g, 'a> {
    ground: &'g Ground<'a>,
    /// Of every playbook, active or not.
    openness: Openness<'a>,
    /// By stage, and by segment where one is named.
    told: FxHashMap<(Option<&'a str>, Option<&'a str>), String>,
}

impl<'g, 'a> Reasons<'g, 'a> {
    fn new(ground: &'g Ground<'a>) -> Self {
        let openness = Openness::new(ground.dataset, |_| true);
        Self { ground, openness, told: FxHashMap::default() }
    }

    fn why(&mut self, pair: &Pair<'a>, list: &RankedList) -> &str {
        // A stage that no playbook is made for is like any other such.
        let stage = pair.stage.filter(|_| self.openness.has(pair.stage));
        let named = self.openness.names(pair.stage, pair.segment);
        let key = (stage, named.then_some(pair.segment));
        let (ground, openness) = (self.ground, &self.openness);
        self.told.entry(key).or_insert_with(|| why(ground, openness, pair, list))
    }
}

fn why(ground: &Ground<'_>, all: &Openness<'_>, pair: &Pair<'_>, list: &RankedList) -> String {
    let lowest = list.all().iter().min_by(|a, b| a.threshold.total_cmp(&b.threshold));
    if let Some((ranked, playbook)) =
        lowest.and_then(|r| Some((r, ground.dataset.playbook(r.playbook)?)))
    {
        return format!(
            "the lowest risk threshold is {} ({}): lower it or add a playbook",
            share(ranked.threshold),
            playbook.id
        );
    }
    let made_for_them = all.of(pair.stage, pair.segment);
    let asleep = made_for_them.iter().filter_map(|number| ground.dataset.playbook(*number));
    let asleep = listed(asleep.map(|playbook| playbook.id.as_str()));
    match asleep.is_empty() {
        true => "no playbook covers them: add one or open one to the segment".to_owned(),
        false => {
            format!("the playbooks that cover them are not active ({asleep}): activate or add one")
        }
    }
}
