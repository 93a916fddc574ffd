use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::approval::Authority;
use crate::approval::samples::{basis, entry, now, overridden, uncovered, undo};
use crate::domain::{Basis, DecisionKind, Entry, Missing, Policy};
use crate::insight::samples::{customer, dataset, playbook};
use crate::insight::scenario::Setting;
use crate::store::Dataset;
use DecisionKind::{Approve, Defer, Override, Reject};

const REASONS: [&str; 4] = ["bad_timing", "wrong_playbook", "budget", "other"];

fn data() -> Arc<Dataset> {
    let customers =
        ["SMB", "Mid.Market", "Enterprise"].map(|s| customer(s, s, "support", 0.5, 100.0));
    let playbooks = [
        playbook("P.2", &["SMB", "Enterprise"], 0.5, 10.0, 50.0),
        playbook("P1", &["All"], 0.5, 10.0, 50.0),
    ];
    dataset(&customers, &playbooks, &[])
}

/// A playbook, a segment, a kind of decision, a reason, a choice, a risk and a cost.
type Chance = (usize, usize, usize, usize, usize, u32, u32);

fn made((playbook, segment, kind, reason, chosen, risk, cost): Chance) -> Judged {
    let ids = ["P1", "P.2", "gone"];
    let kind = [Approve, Reject, Reject, Override][kind];
    Judged {
        playbook: ids[playbook].into(),
        segment: ["SMB", "Mid.Market"][segment].into(),
        kind,
        reason: (reason < 4).then(|| REASONS[reason].into()),
        chosen: (kind == Override).then(|| ids[chosen].into()),
        risk: f64::from(risk) / 10.0,
        cost: (cost > 0).then(|| f64::from(cost) * 12.5),
    }
}

fn chance() -> impl Strategy<Value = Chance> {
    let playbook = prop_oneof![8 => Just(0usize), 3 => Just(1usize), 1 => Just(2usize)];
    // Mostly one reason, so that proposals follow.
    let reason = prop_oneof![4 => 0..3usize, 1 => 3..5usize];
    (playbook, 0..2usize, 0..4usize, reason, 0..3usize, 0u32..=10, 0u32..6)
}

/// The proposal as the rules have it, from the decisions one by one.
fn calculated(reason: &str, id: &str, segment: &str, all: &[&Judged]) -> serde_json::Value {
    let is_against = |one: &&&Judged| one.kind != Approve && one.reason.as_deref() == Some(reason);
    let x: Vec<&Judged> = all.iter().filter(is_against).copied().collect();
    let touched = |touches: &dyn Fn(&Judged) -> bool| {
        let count = |some: &[&Judged]| some.iter().filter(|one| touches(one)).count();
        json!({"decisions": count(all), "against": count(&x)})
    };
    match reason {
        "bad_timing" if id != "gone" => {
            let fits = |risk: f64| {
                let above = x.iter().filter(|one| one.risk >= risk).count();
                above as f64 <= 0.2 * x.len() as f64
            };
            let risks = all.iter().map(|one| one.risk).filter(|risk| fits(*risk));
            let Some(least) = risks.reduce(f64::min) else { return json!(null) };
            // Whole numbers have no fraction.
            let value = if least == 1.0 { json!(1) } else { json!(least) };
            json!({"kind": "risk_threshold", "value": value, "playbook_id": null,
                "set": format!("playbook.{id}.risk_threshold={value}"),
                "would_change": touched(&|one| one.risk < least)})
        }
        "wrong_playbook" if id != "gone" => {
            let mut best = ("", 0);
            for id in ["P.2", "P1", "gone"] {
                let times = x.iter().filter(|one| one.chosen.as_deref() == Some(id)).count();
                if times > best.1 {
                    best = (id, times);
                }
            }
            if best.1 == 0 {
                return json!(null);
            }
            let own = if id == "P1" {
                vec!["Enterprise", "Mid.Market", "SMB"]
            } else {
                vec!["SMB", "Enterprise"]
            };
            let left: Vec<&str> = own.into_iter().filter(|one| *one != segment).collect();
            json!({"kind": "other_playbook", "value": null, "playbook_id": best.0,
                "set": format!("playbook.{id}.eligible_segments={}", json!(left)),
                "would_change": touched(&|_| true)})
        }
        "budget" => {
            let costs = x.iter().filter_map(|one| one.cost);
            let Some(limit) = costs.reduce(f64::min) else { return json!(null) };
            let value = if limit.fract() == 0.0 { json!(limit as u64) } else { json!(limit) };
            json!({"kind": "approval_limit", "value": value, "playbook_id": null,
                "set": format!("approval.required_at_cost={value}"),
                "would_change": touched(&|one| one.cost.is_none_or(|cost| cost >= limit))})
        }
        _ => json!(null),
    }
}

proptest! {
    #[test]
    fn lessons_are_those_of_the_plain_calculation(chances in proptest::collection::vec(chance(), 0..120)) {
        let all: Vec<Judged> = chances.into_iter().map(made).collect();
        let dataset = data();
        let found = lessons(&dataset, &Policy::default(), &all);
        let mut want = Vec::new();
        for id in ["P.2", "P1", "gone"] {
            for segment in ["Mid.Market", "SMB"] {
                let of: Vec<&Judged> =
                    all.iter().filter(|one| one.playbook == id && one.segment == segment).collect();
                for reason in ["bad_timing", "budget", "other", "wrong_playbook"] {
                    let against = |one: &&&Judged| {
                        one.kind != Approve && one.reason.as_deref() == Some(reason)
                    };
                    let x = of.iter().filter(against).count();
                    if x == 0 {
                        continue;
                    }
                    let (p, n, z) = (x as f64 / of.len() as f64, of.len() as f64, 1.959_963_984_540_054_f64);
                    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
                    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
                    let proposal = match of.len() >= 8 && middle - half > 0.2 {
                        true => calculated(reason, id, segment, &of),
                        false => json!(null),
                    };
                    want.push(((id, segment, reason), (of.len(), x), (p, middle - half, middle + half), proposal));
                }
            }
        }
        prop_assert_eq!(found.len(), want.len());
        for (found, ((id, segment, reason), counts, (share, low, high), proposal)) in found.iter().zip(want) {
            let Lesson { playbook_id, segment: in_segment, reason: why, .. } = found;
            prop_assert_eq!((playbook_id.as_str(), in_segment.as_str(), why.as_str()), (id, segment, reason));
            prop_assert_eq!((found.decisions, found.against), counts);
            for (found, want) in [(found.share, share), (found.low, low), (found.high, high)] {
                prop_assert!((found - want).abs() < 1e-9, "{} {}", found, want);
            }
            let printed = serde_json::to_value(&found.proposal).unwrap();
            prop_assert_eq!(&printed, &proposal);
            if let Some(proposal) = &found.proposal {
                let setting = Setting::parse(&proposal.set, &dataset).unwrap();
                prop_assert_eq!(setting.to_string(), proposal.set.as_str());
            }
        }
    }
}

fn with_reason(entry: &Arc<Entry>, reason: &str) -> Arc<Entry> {
    let mut entry = Entry::clone(entry);
    entry.reason = Some(reason.into());
    Arc::new(entry)
}

fn counts(entries: &[Arc<Entry>]) -> Vec<(String, DecisionKind, Option<String>)> {
    let policy = Policy::default();
    let at: Timestamp = now().at;
    let all = judged(entries, &Authority { policy: &policy, now: at });
    let told = |one: Judged| (one.playbook.to_string(), one.kind, one.reason.map(String::from));
    all.into_iter().map(told).collect()
}

#[test]
fn the_latest_decision_about_a_playbook_that_was_not_undone_counts() {
    let (play, choice) = (basis(), overridden());
    let reject = with_reason(&entry(2, Reject, "dana", &play), "budget");
    let all = [
        entry(1, Approve, "dana", &play),
        reject,
        entry(3, Defer, "dana", &play),
        entry(4, Override, "dana", &choice),
        undo(5, 4, &choice),
    ];
    let budget = Some("budget".to_owned());
    assert_eq!(counts(&all), [("P1".to_owned(), Reject, budget)]);
    assert_eq!(counts(&all[..4]), [("P1".to_owned(), Override, None)], "of the recommended one");
    assert_eq!(counts(&all[..1]), [("P1".to_owned(), Approve, None)]);
}

#[test]
fn each_recommended_playbook_has_its_own_decision() {
    let other = Basis {
        recommendation: crate::domain::Recommendation {
            playbook_id: "P9".into(),
            ..basis().recommendation
        },
        missing: vec![Missing::Cost],
        ..basis()
    };
    let all = [entry(1, Reject, "dana", &other), entry(2, Approve, "dana", &basis())];
    let ids: Vec<String> = counts(&all).into_iter().map(|(id, _, _)| id).collect();
    assert_eq!(ids, ["P1", "P9"]);
    let policy = Policy::default();
    let told = judged(&all, &Authority { policy: &policy, now: now().at });
    assert_eq!((told[0].cost, told[1].cost), (Some(100.0), None));
    // Nothing was recommended.
    assert_eq!(counts(&[entry(1, Override, "dana", &uncovered())]), []);
}
