//! Every kind of finding against any data: what is said is refuted where that is possible, and where
//! nothing is said it is shown why not. What the engine recommends to each customer is asked one by
//! one, by explanations, or told by walking the rules without an index.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::Value;

use super::any_data::{Files, SEGMENTS, files, matching, policy};
use super::strategy_findings;
use crate::domain::{Code, DataFile, Finding, Gate, Playbook, Policy, Ranking};
use crate::matching::performance::PerformanceIndex;
use crate::matching::ranking::order;
use crate::matching::{Economics, Explanation, Matching};
use crate::store::Dataset;

fn of(findings: &[Finding], code: Code) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.code == code).collect()
}

fn playbooks_of(findings: &[Finding], code: Code) -> Vec<String> {
    of(findings, code).iter().map(|f| f.playbook_id.as_deref().unwrap().to_owned()).collect()
}

fn explanations(matching: &Matching) -> Vec<Explanation> {
    (0..matching.len()).map(|number| matching.explain(number).unwrap()).collect()
}

/// Count and account value of some customers.
fn sum<'a>(customers: impl Iterator<Item = &'a Explanation>) -> (Option<usize>, Option<f64>) {
    let (count, value) = customers.fold((0, 0.0), |(n, v), c| (n + 1, v + c.account_value));
    (Some(count), Some(value))
}

fn touched(finding: &Finding) -> (Option<usize>, Option<f64>) {
    (finding.customers, finding.account_value)
}

/// The only gate at which a playbook fails for a customer may be the risk.
fn is_open(customer: &Explanation, playbook: &Playbook) -> bool {
    let candidate = customer.candidates.iter().any(|c| c.playbook_id == playbook.id);
    let by_risk = |excluded: &crate::matching::Excluded| {
        excluded.playbook_id == playbook.id && excluded.failed.iter().all(|f| f.gate == Gate::Risk)
    };
    candidate || customer.excluded.iter().any(by_risk)
}

/// The winner among all playbooks by the rules alone: no index of stages and segments, no staircase.
fn winner<'a>(
    dataset: &'a Dataset,
    ranking: Ranking,
    stage: Option<&str>,
    segment: &str,
    risk: f64,
) -> Option<&'a Playbook> {
    let index = PerformanceIndex::new(&dataset.performance);
    let mut best: Option<(&Playbook, Economics)> = None;
    for playbook in dataset.playbooks() {
        let passes = playbook.is_active()
            && playbook.journey_stage.as_deref() == stage
            && playbook.accepts(segment)
            && risk >= playbook.risk_threshold();
        let economics = Economics::of(playbook, segment, &index);
        let ahead = best.as_ref().is_none_or(|(_, best)| order(ranking, &economics, best).is_lt());
        if passes && ahead {
            best = Some((playbook, economics));
        }
    }
    best.map(|(playbook, _)| playbook)
}

/// Segments that customers may have, with some that no one names anywhere.
fn any_segments() -> impl Iterator<Item = &'static str> {
    SEGMENTS.into_iter().chain(["All", "another", "another'", "nobody's"])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whoever the customer were: a dominated playbook never wins, and any other one that is open to
    /// someone wins somewhere.
    #[test]
    fn dominated_playbooks_and_only_they_never_win(files in files(), policy in policy()) {
        let matching = matching(&files, &policy);
        let dataset = matching.dataset();
        let findings = strategy_findings(&matching);
        let said = playbooks_of(&findings, Code::Dominated);
        let mut risks: Vec<f64> = dataset.playbooks().map(Playbook::risk_threshold).collect();
        risks.extend((-2..=13).map(|n| f64::from(n) / 10.0));
        risks.extend([f64::MAX, 0.5f64.next_down(), 0.6f64.next_up()]);
        for playbook in dataset.playbooks().filter(|playbook| playbook.is_active()) {
            let stage = playbook.journey_stage.as_deref();
            let wins = any_segments().any(|segment| {
                risks.iter().any(|risk| {
                    let winner = winner(dataset, policy.ranking, stage, segment, *risk);
                    winner.is_some_and(|winner| winner.id == playbook.id)
                })
            });
            let may_win = any_segments().any(|segment| playbook.accepts(segment));
            prop_assert_eq!(said.contains(&playbook.id.to_string()), may_win && !wins, "{}", playbook.id);
        }
        let all = explanations(&matching);
        for finding in of(&findings, Code::Dominated) {
            let id = finding.playbook_id.as_ref().unwrap();
            let candidate = |c: &&Explanation| c.candidates.iter().any(|p| p.playbook_id == *id);
            prop_assert_eq!(touched(finding), sum(all.iter().filter(candidate)));
        }
    }

    /// Each stage and segment in which someone at high risk has no candidate, with those who have none.
    #[test]
    fn gaps_are_where_customers_at_high_risk_have_no_candidate(files in files(), policy in policy()) {
        let matching = matching(&files, &policy);
        let all = explanations(&matching);
        let in_gap = |c: &&Explanation| {
            c.risk.score >= policy.targets.high_risk_at && c.candidates.is_empty()
        };
        let findings = strategy_findings(&matching);
        let gaps = of(&findings, Code::CoverageGap);
        let pairs: BTreeSet<_> =
            all.iter().filter(in_gap).map(|c| (c.journey_stage.clone(), c.segment.clone())).collect();
        prop_assert_eq!(gaps.len(), pairs.len());
        let mut want: Vec<_> = pairs
            .iter()
            .map(|(stage, segment)| {
                let here = |c: &&Explanation| c.journey_stage == *stage && c.segment == *segment;
                let of = |c: &Explanation| {
                    let number = matching.dataset().customer_number(&c.customer_id).unwrap();
                    matching.revenue_at_risk(number)
                };
                let here: Vec<_> = all.iter().filter(in_gap).filter(here).collect();
                let revenue: f64 = here.iter().map(|c| of(c)).sum();
                (revenue, stage.clone(), segment.clone(), sum(here.into_iter()))
            })
            .collect();
        want.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (&a.1, &a.2).cmp(&(&b.1, &b.2))));
        for (gap, (revenue, stage, segment, sum)) in gaps.iter().zip(want) {
            prop_assert_eq!(touched(gap), sum);
            for told in [
                format!("in {segment} {} with a risk", super::words::in_stage(&Default::default(), stage.as_deref())),
                format!("{} revenue at risk", crate::domain::money::dollars(revenue)),
            ] {
                prop_assert!(gap.message.contains(&told), "{} has no {}", gap.message, told);
            }
        }
    }

    /// The playbooks recommended to large accounts at high risk for less than a hundredth of them.
    #[test]
    fn weak_plays_are_all_that_large_accounts_get(files in files(), policy in policy()) {
        let matching = matching(&files, &policy);
        let all = explanations(&matching);
        let large = policy.approval.required_at_account_value.unwrap_or(50_000.0);
        let weak = |c: &&Explanation| {
            let net = c.recommendation.as_ref().map(|r| r.expected_value - r.expected_cost);
            c.risk.score >= policy.targets.high_risk_at
                && c.account_value >= large
                && net.is_some_and(|net| net * 100.0 < c.account_value)
        };
        let findings = strategy_findings(&matching);
        let said = playbooks_of(&findings, Code::WeakOnly);
        let id = |c: &Explanation| c.recommendation.as_ref().unwrap().playbook_id.to_string();
        let want: BTreeSet<_> = all.iter().filter(weak).map(id).collect();
        prop_assert_eq!(said.iter().cloned().collect::<BTreeSet<_>>(), want);
        for (finding, playbook) in of(&findings, Code::WeakOnly).into_iter().zip(said) {
            let here = all.iter().filter(weak).filter(|c| id(c) == playbook);
            prop_assert_eq!(touched(finding), sum(here));
        }
    }

    /// Active and open to no customer; a threshold of 0, and whom it leaves out.
    #[test]
    fn what_never_matches_and_what_says_0_is_told(files in files(), policy in policy()) {
        let matching = matching(&files, &policy);
        let dataset = matching.dataset();
        let all = explanations(&matching);
        let findings = strategy_findings(&matching);
        let active = || dataset.playbooks().filter(|playbook| playbook.is_active());
        let never: Vec<String> = active()
            .filter(|playbook| !all.iter().any(|customer| is_open(customer, playbook)))
            .map(|playbook| playbook.id.to_string())
            .collect();
        prop_assert_eq!(playbooks_of(&findings, Code::NeverMatches), never);
        for finding in of(&findings, Code::NeverMatches) {
            let playbook = dataset.playbook_by_id(finding.playbook_id.as_ref().unwrap()).unwrap();
            let of_stage = || all.iter().filter(|c| c.journey_stage == playbook.journey_stage);
            prop_assert_eq!(touched(finding), sum(of_stage()));
            let because = if playbook.segments().iter().all(|segment| segment.is_empty()) {
                "it is open to no segment"
            } else if of_stage().count() == 0 {
                "eligible for no customer: no customer is "
            } else {
                ", and no such customer is "
            };
            prop_assert!(finding.message.contains(because), "{}", finding.message);
        }
        let zero: Vec<String> = active()
            .filter(|playbook| playbook.risk_threshold == Some(0.0))
            .map(|playbook| playbook.id.to_string())
            .collect();
        prop_assert_eq!(playbooks_of(&findings, Code::ThresholdZero), zero);
        for finding in of(&findings, Code::ThresholdZero) {
            let playbook = dataset.playbook_by_id(finding.playbook_id.as_ref().unwrap()).unwrap();
            let left_out = |c: &&Explanation| is_open(c, playbook) && (0.0..0.5).contains(&c.risk.score);
            prop_assert_eq!(touched(finding), sum(all.iter().filter(left_out)));
        }
    }

    /// Winners with fewer than 5 runs, rows that no one looks up, rows below the policy.
    #[test]
    fn notes_are_true_and_complete(files in files(), policy in policy()) {
        let matching = matching(&files, &policy);
        let dataset = matching.dataset();
        let all = explanations(&matching);
        let findings = strategy_findings(&matching);

        let thin = |c: &&Explanation| {
            c.recommendation.is_some() && c.candidates[0].evidence.runs < 5.0
        };
        let notes = of(&findings, Code::ThinEvidence);
        let ids: BTreeSet<_> =
            all.iter().filter(thin).map(|c| c.candidates[0].playbook_id.to_string()).collect();
        let said = playbooks_of(&findings, Code::ThinEvidence).into_iter().collect::<BTreeSet<_>>();
        prop_assert_eq!(said, ids);
        let counted = |f: fn(&Finding) -> f64| notes.iter().map(|note| f(note)).sum::<f64>();
        let (count, value) = sum(all.iter().filter(thin));
        prop_assert_eq!(counted(|f| f.customers.unwrap() as f64), count.unwrap() as f64);
        prop_assert_eq!(counted(|f| f.account_value.unwrap()), value.unwrap());

        // Line n of the file holds row n.
        let lines = |code| of(&findings, code).iter().map(|f| f.line.unwrap() as usize - 1).collect();
        prop_assert_eq!(files.performance.len(), dataset.performance.len());
        let unused: Vec<usize> = lines(Code::UnusedPerformance);
        for number in 0..dataset.performance.len() {
            // A row is used where the numbers of a playbook for some customer would be other ones
            // with a mark on it.
            let mut marked = dataset.performance.to_vec();
            marked[number].override_rate = Some(0.123);
            let index = PerformanceIndex::new(&marked);
            let looks_up = |customer: &Explanation| {
                dataset.playbooks().any(|playbook| {
                    let row = index.row(&playbook.id, &customer.segment).map(|(row, _)| row);
                    is_open(customer, playbook)
                        && row.is_some_and(|row| row.override_rate == Some(0.123))
                })
            };
            prop_assert_eq!(unused.contains(&number), !all.iter().any(looks_up), "row {}", number);
        }
        let review: Vec<usize> = lines(Code::UnderReview);
        for (number, row) in files.performance.iter().enumerate() {
            let number_of = |field: &str| row[field].as_f64();
            let given = |field: &str| number_of(field).filter(|x| *x != 0.0);
            let roi = given("roi_ratio")
                .or_else(|| Some(given("avg_value")? / given("avg_cost")?))
                .or(number_of("roi_ratio"));
            let below = number_of("success_rate").is_some_and(|rate| rate < 0.5)
                || roi.is_some_and(|roi| roi < 15.0);
            prop_assert_eq!(review.contains(&number), below, "row {}", number);
        }
    }

    /// Warnings before notes, the same each time, and every place that of a row of that playbook.
    #[test]
    fn findings_are_in_order_and_point_at_rows(files in files(), policy in policy()) {
        let matching = matching(&files, &policy);
        let findings = strategy_findings(&matching);
        prop_assert!(findings.is_sorted_by_key(|finding| finding.code));
        prop_assert!(findings.is_sorted_by_key(|finding| finding.severity));
        prop_assert_eq!(&findings, &strategy_findings(&matching));
        for finding in findings {
            let Some(line) = finding.line else {
                prop_assert_eq!(finding.code, Code::CoverageGap);
                continue;
            };
            let rows = match finding.file.as_deref().unwrap() {
                name if name == DataFile::Playbooks.name() => &files.playbooks,
                _ => &files.performance,
            };
            let id = finding.playbook_id.as_deref().unwrap();
            let same = |row: &Value| row["playbook_id"] == *id;
            let at = line as usize - 1;
            prop_assert!(same(&rows[at]));
            if finding.file.as_deref() == Some(DataFile::Playbooks.name()) {
                prop_assert!(!rows[at + 1..].iter().any(same), "the later row counts");
            }
        }
    }
}

/// Data without anything to find would prove nothing.
#[test]
fn any_data_has_every_kind_of_finding_now_and_then() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..200 {
        let mut any = |strategy: BoxedStrategy<(Files, Policy)>| {
            strategy.new_tree(&mut runner).unwrap().current()
        };
        let (files, policy) = any((files(), policy()).boxed());
        let findings = strategy_findings(&matching(&files, &policy));
        let codes: BTreeSet<Code> = findings.iter().map(|finding| finding.code).collect();
        codes.into_iter().for_each(|code| *seen.entry(code).or_insert(0) += 1);
    }
    assert_eq!(seen.len(), 9, "{seen:?}");
    assert!(seen.values().all(|times| *times >= 5), "{seen:?}");
}
