use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::Recommendation;
use crate::insight::samples::{
    IDS, SEGMENTS, STAGES, amount, any_matching, customer, dataset, playbook, share,
};
use crate::matching::gates;

/// `A` wins above 0.7 and is measured for SMB; `B` is weaker; `B.x` has a dot in its id and is a
/// draft; `W` is worse than `B` everywhere.
fn sample() -> Matching {
    let customers = [
        customer("C1", "SMB", "s", 0.9, 100.0),
        customer("C2", "SMB", "s", 0.4, 200.0),
        customer("C3", "Mid.Market", "s", 0.6, 300.0),
        customer("C4", "SMB", "other", 0.9, 400.0),
    ];
    let mut draft = playbook("B.x", &["All"], 0.3, 1.0, 900.0);
    draft["status"] = "draft".into();
    let playbooks = [
        playbook("A", &["SMB"], 0.7, 10.0, 500.0),
        playbook("B", &["All"], 0.3, 10.0, 50.0),
        draft,
        playbook("W", &["All"], 0.3, 10.0, 40.0),
    ];
    let performance = [
        json!({"playbook_id": "A", "segment": "SMB", "runs": 9, "success_rate": 0.5,
            "avg_cost": 20, "avg_value": 400, "roi_ratio": 20}),
        json!({"playbook_id": "A", "segment": "SMB", "avg_cost": 1, "roi_ratio": 6}),
        json!({"playbook_id": "B", "segment": "Mid.Market", "avg_value": 60}),
    ];
    Matching::new(dataset(&customers, &playbooks, &performance), Arc::default())
}

fn scenario(before: &Matching, texts: &[&str]) -> Scenario {
    let setting = |text: &&str| Setting::parse(text, before.dataset()).unwrap();
    Scenario { settings: texts.iter().map(setting).collect() }
}

/// Who has another recommendation, in words.
fn told(texts: &[&str]) -> Vec<String> {
    let before = sample();
    let after = scenario(&before, texts).run(&before);
    let compared = compare(&before, &after, &|| false).unwrap();
    let rows = (0..compared.customers.len()).map(|place| {
        let row = compared.row(place, &before, &after).unwrap();
        format!("{} {} {}", row.customer_id, row.change.name(), row.words(&after.policy().labels))
    });
    rows.collect()
}

/// Why one setting changes nothing.
#[track_caller]
fn why(text: &str) -> String {
    let before = sample();
    let scenario = scenario(&before, &[text]);
    let idle = scenario.idle(&before, &scenario.run(&before), &|| false).unwrap();
    assert_eq!(idle.len(), 1, "{text}: {:?}", told(&[text]));
    idle[0].why.clone()
}

fn error(text: &str) -> String {
    Setting::parse(text, sample().dataset()).unwrap_err().to_string()
}

#[test]
fn settings_change_what_they_name() {
    assert_eq!(
        told(&["matching.confidence_threshold=0.9"]),
        ["C2 loses The B → no recommendation", "C3 loses The B → no recommendation"]
    );
    assert_eq!(
        told(&["playbook.A.risk_threshold=0.35"]),
        ["C2 switches The B → The A, cost $10 → $20, value $50 → $400"]
    );
    assert_eq!(told(&["performance.A.SMB.avg_cost=30"]), ["C1 numbers cost $20 → $30"]);
    assert_eq!(
        told(&["performance.A.SMB.roi_ratio=2"]),
        ["C1 numbers cost $20 → $1, value $400 → $500"],
        "the other row counts then"
    );
    assert_eq!(told(&["performance.B.Mid.Market.avg_value=70"]), ["C3 numbers value $60 → $70"]);
    assert_eq!(told(&["playbook.B.x.status=active"]).len(), 3);
    assert_eq!(told(&["playbook.A.name=\"=x\""]), ["C1 numbers playbook's name The A → =x"]);
    assert_eq!(told(&["playbook.W.journey_stage=other"]), ["C4 gains no recommendation → The W"]);
    assert_eq!(
        told(&["playbook.A.default_actions=write, call"]),
        ["C1 numbers action Call → Write"]
    );
    assert_eq!(told(&["playbook.B.approval_required=true"]).len(), 2);
    assert_eq!(told(&["matching.confidence_margin=0.3"]).len(), 2, "1 is as high as it goes");
    assert_eq!(
        told(&["approval.required_at_account_value=250"]),
        ["C3 numbers now needs approval"]
    );
    assert_eq!(told(&["playbook.A.status=retired", "playbook.A.status=active"]), [""; 0]);
}

#[test]
fn the_totals_are_those_of_all_recommendations() {
    let before = sample();
    let scenario = scenario(&before, &["approval.required_at_account_value=250"]);
    let after = scenario.run(&before);
    let compared = compare(&before, &after, &|| false).unwrap();
    let want = Totals {
        recommendations: 3,
        need_approval: 0,
        expected_cost: 40.0,
        expected_value: 510.0,
        net_benefit: 470.0,
    };
    assert_eq!(compared.before, want);
    assert_eq!(compared.after, Totals { need_approval: 1, ..want });
    assert_eq!(compare(&before, &after, &|| true), None, "nobody wants to know");
}

#[test]
fn what_changes_nothing_says_why() {
    for (text, reason) in [
        ("matching.confidence_threshold=0.50", "it is already 0.5"),
        (
            "matching.confidence_threshold=0.55",
            "no customer with an eligible playbook has a confidence from 0.5 to below 0.55",
        ),
        ("targets.high_risk_at=0.7", "it only sets a target"),
        ("approval.reasons=a,b", "it bears on decisions"),
        (
            "approval.required_at_account_value=500",
            "no recommendation is for an account worth $500 or more",
        ),
        ("approval.required_at_cost=21", "no recommendation is at a cost of $21 or more"),
        ("matching.ranking=net_value", "every customer gets the same playbook either way"),
        (
            "playbook.A.avg_cost_estimate=99",
            "the ROI of A for SMB is measured: avg_cost_estimate is not used",
        ),
        (
            "playbook.A.expected_value_range=1,2",
            "the ROI of A for SMB is measured: expected_value_range is not used",
        ),
        ("playbook.B.x.risk_threshold=0.5", "B.x is not active"),
        (
            "playbook.A.risk_threshold=0.8",
            "no customer in its stage and segments has a risk between 0.7 and 0.8",
        ),
        ("playbook.W.avg_cost_estimate=9", "another playbook ranks ahead everywhere"),
        ("playbook.A.eligible_segments=SMB,Enterprise", "no customer is in what this adds"),
        ("playbook.A.default_actions=call,write", "its first action is call either way"),
        ("playbook.A.approval_required=false", "it asks for no approval either way"),
        ("performance.A.SMB.success_rate=0.1", "no recommendation depends on success_rate"),
        ("performance.A.SMB.runs=1", "only where approval.required_below_runs is set"),
        ("performance.A.SMB.roi_ratio=19", "the ROI only puts candidates in order"),
    ] {
        let why = why(text);
        assert!(why.contains(reason), "{text}: {why}");
    }
    let before = sample();
    let twice = scenario(&before, &["playbook.A.status=draft", "playbook.A.status=retired"]);
    let idle = twice.idle(&before, &twice.run(&before), &|| false).unwrap();
    let why: Vec<&str> = idle.iter().map(|idle| idle.why.as_str()).collect();
    assert_eq!(why, ["a later setting of the same key counts"]);
}

#[test]
fn errors_say_what_is_meant() {
    for (text, said) in [
        ("matching.ranking", "expected KEY=VALUE"),
        ("matching.confidence_treshold=1", "did you mean matching.confidence_threshold?"),
        ("matching.confidence_threshold=2", "is the number 2, expected a number from 0 to 1"),
        ("approver.name=dana", "approvers change no recommendation"),
        ("confidence_threshold=1", "did you mean matching.confidence_threshold?"),
        (
            "zzz=1",
            "expected a key of the policy (matching.…, approval.…, contact.…, hand_off.…, agents.…, targets.…, learning.…), playbook.<id>",
        ),
        ("playbook.a.status=x", "no playbook \"a\" in the data; did you mean \"A\" (differs"),
        ("playbook.A.stats=x", "no field \"stats\" that can be set; did you mean status?"),
        ("playbook.A.playbook_id=x", "no field \"playbook_id\" that can be set"),
        ("playbook.A.risk_threshold=high", "playbook.A.risk_threshold is high, expected a number"),
        ("playbook.A.risk_threshold=", "is empty, expected a number"),
        ("playbook.A.approval_required=yes", "is yes, expected true or false"),
        ("playbook.A.expected_value_range=1,x", "expected numbers with commas"),
        ("playbook.A.expected_value_range=1e308,1e308", "numbers whose sum is a number"),
        ("playbook.A.eligible_segments=[1]", "expected texts with commas"),
        ("performance.Z.SMB.runs=1", "no playbook \"Z\" in the data"),
        ("performance.B.SMB.runs=1", "has no performance row for \"SMB\""),
        ("performance.B.SMB.runs=1", "it has one for Mid.Market"),
        ("performance.A.SMB.segment=x", "no field \"segment\" that can be set"),
        ("performance.A.SMB.runs=many", "is many, expected a number"),
    ] {
        let error = error(text);
        assert!(error.contains(said), "{text}: {error}");
    }
}

#[test]
fn a_scenario_is_repeated_by_its_command() {
    let before = sample();
    let texts = [
        "matching.confidence_threshold=0.70",
        "approval.required_at_cost=off",
        "playbook.A.name=It's new",
        "playbook.A.eligible_segments=SMB, All",
        "playbook.A.status=\"null\"",
    ];
    let scenario = scenario(&before, &texts);
    assert_eq!(
        scenario.command_line(),
        "nextplay diff --set matching.confidence_threshold=0.7 --set approval.required_at_cost=off \
         --set 'playbook.A.name=It'\\''s new' --set 'playbook.A.eligible_segments=[\"SMB\",\"All\"]' \
         --set 'playbook.A.status=\"null\"'"
    );
    let odd = ["name=", "name=[x]", "name=\"\\u001b\"", "status=\" a\"", "name=null", "name=a=b"];
    let odd =
        odd.map(|text| Setting::parse(&format!("playbook.B.x.{text}"), before.dataset()).unwrap());
    assert!(odd[2].to_string().ends_with(r#"name="\u001b""#), "{}", odd[2]);
    for setting in scenario.settings.iter().chain(&odd) {
        assert_eq!(Setting::parse(&setting.to_string(), before.dataset()).as_ref(), Ok(setting));
    }
}

#[test]
fn what_nothing_changes_is_shared() {
    let before = sample();
    let only_policy = scenario(&before, &["matching.confidence_threshold=0.7"]);
    let after = only_policy.run(&before);
    assert!(Arc::ptr_eq(before.dataset(), after.dataset()) && before.same_plays(&after));
    let nothing = scenario(&before, &["playbook.A.status=active", "matching.ranking=roi"]);
    let (dataset, policy) = nothing.apply(before.dataset(), before.policy());
    assert!(Arc::ptr_eq(before.dataset(), &dataset) && Arc::ptr_eq(before.policy(), &policy));
    let mut put = Scenario::default();
    put.put(only_policy.settings[0].clone());
    put.put(Setting::parse("matching.confidence_threshold=0.8", before.dataset()).unwrap());
    assert_eq!(put.settings.len(), 1, "of one key there is one setting");
}

fn any_text() -> impl Strategy<Value = String> {
    let policy = prop_oneof![
        share().prop_map(|x| format!("matching.confidence_threshold={x}")),
        share().prop_map(|x| format!("matching.confidence_margin={x}")),
        Just("matching.ranking=net_value".to_owned()),
        amount().prop_map(|x| format!("approval.required_at_account_value={x}")),
        amount().prop_map(|x| format!("approval.required_at_cost={x}")),
        amount().prop_map(|x| format!("approval.required_below_runs={x}")),
        Just("approval.required_at_cost=off".to_owned()),
        Just("targets.high_risk_at=0.3".to_owned()),
    ];
    let field = prop_oneof![
        share().prop_map(|x| format!("risk_threshold={x}")),
        amount().prop_map(|x| format!("avg_cost_estimate={x}")),
        (amount(), amount()).prop_map(|(a, b)| format!("expected_value_range={a},{b}")),
        (0..3usize).prop_map(|n| format!("status={}", ["active", "draft", "null"][n])),
        (0..3usize)
            .prop_map(|n| format!("eligible_segments={}", ["SMB", "SMB,Mid.Market", "All"][n])),
        any::<bool>().prop_map(|flag| format!("approval_required={flag}")),
        (0..2usize).prop_map(|n| format!("journey_stage={}", STAGES[n])),
        (0..2usize).prop_map(|n| format!("default_actions={}", ["call", "write,call"][n])),
        Just("name=New".to_owned()),
    ];
    let of_playbook =
        (0..4usize, field).prop_map(|(id, field)| format!("playbook.{}.{field}", IDS[id]));
    let of_row = (0..4usize, 0..3usize, 0..5usize, amount()).prop_map(|(id, segment, field, x)| {
        let field = ["runs", "avg_cost", "avg_value", "roi_ratio", "success_rate"][field];
        format!("performance.{}.{}.{field}={x}", IDS[id], SEGMENTS[segment])
    });
    prop_oneof![policy, of_playbook, of_row]
}

/// What is said of the two runs holds, as far as it can be told customer by customer.
fn holds(why: &str, id: &str, runs: [&Matching; 2]) -> bool {
    let of_each = |test: &dyn Fn(&Matching, usize) -> bool| {
        runs.iter().all(|run| (0..run.len()).all(|number| test(run, number)))
    };
    let is_candidate = |run: &Matching, number: usize| {
        let told = run.explain(number).unwrap();
        told.candidates.iter().any(|candidate| candidate.playbook_id == id)
    };
    let wins = |run: &Matching, number: usize| {
        run.recommendation(number).is_some_and(|told| told.playbook_id == id)
    };
    let passes = |run: &Matching, number: usize| run.explain(number).unwrap().confidence.passes;
    let misses = |run: &Matching, number: usize| {
        let playbook = run.dataset().playbook_by_id(id).unwrap();
        let view = run.customer(number).unwrap();
        !gates::open_to(playbook, view.stage(), view.segment())
    };
    // Of whom it is said, where that is not everyone.
    let told = why.split_once(" in ").map(|(_, segments)| segments);
    let is_told = |run: &Matching, number: usize| {
        told.is_none_or(|told| told.contains(run.customer(number).unwrap().segment()))
    };
    if why.contains("ranks ahead ") {
        let somewhere = runs.iter().any(|run| {
            (0..run.len()).any(|number| {
                is_told(run, number) && is_candidate(run, number) && passes(run, number)
            })
        });
        return somewhere && of_each(&|run, number| !is_told(run, number) || !wins(run, number));
    }
    if why.contains("no customer has its stage") || why.ends_with("is not active") {
        return of_each(&misses);
    }
    if why.contains("reaches its risk threshold of") {
        return of_each(&|run, n| !is_told(run, n) || !wins(run, n));
    }
    if why.contains("is not used") {
        let chosen = |run: &Matching, number| {
            let chosen = run.choose(number, id).unwrap();
            (chosen.expected_cost, chosen.expected_value, chosen.roi_ratio)
        };
        return (0..runs[0].len()).all(|number| {
            misses(runs[0], number) || chosen(runs[0], number) == chosen(runs[1], number)
        });
    }
    if why.contains("is below the confidence threshold") {
        return of_each(&|run, number| {
            !is_told(run, number) || !is_candidate(run, number) || !passes(run, number)
        });
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn changes_are_those_of_recommendations_and_reasons_are_given_for_none(
        before in any_matching(),
        texts in proptest::collection::vec(any_text(), 1..4),
    ) {
        let settings: Vec<Setting> =
            texts.iter().filter_map(|text| Setting::parse(text, before.dataset()).ok()).collect();
        let scenario = Scenario { settings };
        let after = scenario.run(&before);
        let anew = Matching::new(Arc::clone(after.dataset()), Arc::clone(after.policy()));
        let all = |run: &Matching| -> Vec<Option<Recommendation>> {
            (0..run.len()).map(|number| run.recommendation(number)).collect()
        };
        prop_assert_eq!(all(&after), all(&anew));
        let compared = compare(&before, &after, &|| false).unwrap();

        let pairs = || all(&before).into_iter().zip(all(&after)).filter(|(was, now)| was != now);
        prop_assert_eq!(compared.customers.len(), pairs().count());
        for (place, (was, now)) in pairs().enumerate() {
            let row = compared.row(place, &before, &after).unwrap();
            let change = match (&was, &now) {
                (None, _) => Change::Gains,
                (_, None) => Change::Loses,
                (Some(was), Some(now)) if was.playbook_id != now.playbook_id => Change::Switches,
                _ => Change::Numbers,
            };
            prop_assert_eq!((row.change, &row.before, &row.after), (change, &was, &now));
            prop_assert!(!row.words(&after.policy().labels).is_empty());
        }
        for (totals, run) in [(compared.before, &before), (compared.after, &after)] {
            let told: Vec<Recommendation> = run.recommendations().collect();
            prop_assert_eq!(totals.recommendations, told.len());
            let need = told.iter().filter(|told| told.requires_human_approval).count();
            prop_assert_eq!(totals.need_approval, need);
            let net: f64 = told.iter().map(Recommendation::net_value).sum();
            prop_assert!((totals.net_benefit - net).abs() < 1e-6);
        }

        let idle = scenario.idle(&before, &after, &|| false).unwrap();
        for (place, setting) in scenario.settings.iter().enumerate() {
            let without = scenario.without(place).run(&before);
            let same = all(&without) == all(&after);
            let told = idle.iter().find(|idle| idle.setting == place);
            prop_assert_eq!(told.is_some(), same, "{} {:?}", setting, told);
            if let Some(told) = told {
                let truth = holds(&told.why, &setting.playbook_id, [&without, &after]);
                prop_assert!(truth, "{}: {}", setting, told.why);
            }
        }
    }
}
