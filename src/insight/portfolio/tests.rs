//! All figures of a small portfolio, computed by hand.

use super::leaderboard::ReviewReason;
use super::*;
use crate::approval::samples::now;
use crate::domain::Policy;
use crate::domain::policy::Targets;
use crate::insight::samples::matching;
use crate::insight::words::{Health, headline};

const CUSTOMERS: &str = r#"[
{"customer_id":"A","segment":"SMB","account_value":1000.10},
{"customer_id":"B","segment":"SMB","account_value":2000},
{"customer_id":"C","segment":"Enterprise","account_value":500000},
{"customer_id":"D","account_value":300},
{"customer_id":"E","segment":"Enterprise"}
]"#;
const STATES: &str = r#"[
{"customer_id":"A","journey_stage":"onboarding"},{"customer_id":"B","journey_stage":"onboarding"},
{"customer_id":"C","journey_stage":"support"},{"customer_id":"D","journey_stage":"support"}
]"#;
/// Risk: A 0.5, B 0.7, C 0.9, D 0.4, E none.
const FUSED: &str = r#"[
{"customer_id":"A","fused_risk_score":0.5},{"customer_id":"B","fused_risk_score":0.7},
{"customer_id":"C","fused_risk_score":0.9},{"customer_id":"D","fused_risk_score":0.4}
]"#;
/// Of A and C; that of B leaves the revenue to account value × risk.
const FORECASTS: &str = r#"[
{"customer_id":"A","revenue_at_risk":100.10,"predicted_path":["churn_risk"]},
{"customer_id":"B","predicted_path":["support","churn_risk"]},
{"customer_id":"C","revenue_at_risk":250000,"predicted_path":["churn_risk"]},
{"customer_id":"D","revenue_at_risk":0,"predicted_path":[]}
]"#;
const PLAYBOOKS: &str = r#"[
{"playbook_id":"P1","name":"One","journey_stage":"onboarding","eligible_segments":["SMB"],"risk_threshold":0.5,"approval_required":false,"status":"active"},
{"playbook_id":"P2","journey_stage":"onboarding","eligible_segments":["SMB"],"risk_threshold":0.6,"approval_required":false,"avg_cost_estimate":5,"status":"active"},
{"playbook_id":"P3","name":"Three","journey_stage":"support","eligible_segments":["All"],"risk_threshold":0.5,"approval_required":true,"avg_cost_estimate":99.99,"expected_value_range":[1000,3000],"status":"active"}
]"#;
const PERFORMANCE: &str = r#"[
{"playbook_id":"P1","segment":"SMB","runs":30,"success_rate":0.5,"avg_cost":10.1,"avg_value":400.2,"roi_ratio":40},
{"playbook_id":"P2","segment":"SMB","runs":10,"success_rate":0.4,"avg_cost":5,"avg_value":80,"roi_ratio":16},
{"playbook_id":"P9","runs":60,"success_rate":0.9,"roi_ratio":14.9},
{"playbook_id":"P3","segment":null,"success_rate":0.1}
]"#;
const OUTCOMES: &str = r#"[
{"outcome_id":"1","customer_id":"A","human_override":true,"resolution_time_days":4,"estimated_revenue_saved":100.5},
{"outcome_id":"2","customer_id":"B","human_override":false,"resolution_time_days":7,"estimated_revenue_saved":0},
{"outcome_id":"3","customer_id":"B","resolution_time_days":null,"estimated_revenue_saved":200.25},
{"outcome_id":"4","customer_id":"Z","human_override":false}
]"#;

fn small(policy: Policy) -> Matching {
    let files = [
        ("customers.json", CUSTOMERS),
        ("journey_state_log.json", STATES),
        ("fused_signals.json", FUSED),
        ("journey_forecasts.json", FORECASTS),
        ("journey_playbooks.json", PLAYBOOKS),
        ("playbook_performance_log.json", PERFORMANCE),
        ("outcomes.json", OUTCOMES),
    ];
    matching(&files, policy)
}

fn of(matching: &Matching, statuses: &[Status]) -> Portfolio {
    let parts = Parts {
        matching,
        statuses,
        only: None,
        committed: Vec::new(),
        entries: Vec::new(),
        now: &now(),
    };
    Portfolio::new(&parts)
}

/// B waits, though its play needs no approval; C's is approved.
fn figures() -> Portfolio {
    use Status::{Approved, Automatic, Held, None};
    let policy = Policy {
        targets: Targets { revenue_at_risk_max: Some(250_000.0), ..Targets::default() },
        ..Policy::default()
    };
    of(&small(policy), &[Automatic, Held, Approved, None, None])
}

#[test]
fn counts_and_targets() {
    let figures = figures();
    assert_eq!((figures.customers, figures.customers_at_high_risk), (5, 3));
    // 100.10 + 2000 × 0.7 + 250,000 + 0 + nothing of E.
    assert_eq!(figures.revenue_at_risk, 251_500.1);
    assert_eq!(figures.recommendations, 3);
    assert_eq!(figures.verdict, Verdict::AboveTarget);
    let targets: Vec<_> = figures.targets.iter().map(|t| (t.name, t.actual, t.met)).collect();
    let want = [("customers_at_high_risk", 3.0, None), ("revenue_at_risk", 251_500.1, Some(false))];
    assert_eq!(targets, want);
}

#[test]
fn the_headline_begins_with_what_is_off() {
    let targets = |targets: Targets| {
        let policy = Policy { targets, ..Policy::default() };
        headline(&of(&small(policy), &[Status::Automatic; 5]))
    };
    let met = Targets { revenue_at_risk_max: Some(1e6), ..Targets::default() };
    assert_eq!(
        targets(met.clone()),
        (Health::Watch, "1 KPI off target, Enterprise critical".to_owned())
    );
    let missed = Targets {
        revenue_at_risk_max: Some(1.0),
        customers_at_high_risk_max: Some(1.0),
        segment_revenue_at_risk_critical: 1.0,
        ..Targets::default()
    };
    assert_eq!(
        targets(missed),
        (
            Health::AboveTarget,
            "Customers at high risk and revenue at risk above target, 1 KPI off target, Enterprise \
             and SMB critical"
                .to_owned()
        )
    );
    let calm = Targets {
        success_rate_min: 0.0,
        override_rate_max: 1.0,
        resolution_days_max: 100.0,
        segment_revenue_at_risk_critical: 1e9,
        ..met
    };
    assert_eq!(targets(calm.clone()), (Health::OnTarget, "On target".to_owned()));
    let none = Targets { revenue_at_risk_max: None, ..calm };
    assert_eq!(targets(none), (Health::NoTargets, "No targets set".to_owned()));
}

#[test]
fn what_is_committed_is_what_may_run() {
    // A's at 10.10 for 400.20, and C's at 99.99 for 2,000; B is held.
    let committed = figures().committed;
    assert_eq!((committed.plays, committed.beside), (2, 0));
    assert_eq!(committed.investment.expected_cost, 110.09);
    assert_eq!(committed.investment.expected_value, 2_400.2);
}

#[test]
fn investment_and_plays_by_playbook() {
    let figures = figures();
    let Investment { expected_cost, expected_value, net_benefit, roi_percent } = figures.investment;
    // Twice P1 at 10.10 for 400.20, once P3 at 99.99 for 2,000.
    assert_eq!((expected_cost, expected_value, net_benefit), (120.19, 2_800.4, 2_680.21));
    assert_eq!(roi_percent, Some(2_680.21 / 120.19 * 100.0));
    let plays: Vec<_> = figures
        .playbooks
        .iter()
        .map(|p| (p.title.as_str(), p.recommendations, p.expected_cost, p.expected_value))
        .collect();
    assert_eq!(plays, [("Three", 1, 99.99, 2_000.0), ("One", 2, 20.2, 800.4)]);
}

#[test]
fn segments_stages_and_their_grid() {
    let figures = figures();
    let segments: Vec<_> = figures
        .segments
        .iter()
        .map(|s| (&*s.segment, s.customers, s.recommendations, s.need_approval, s.revenue_at_risk))
        .collect();
    let want = [("Enterprise", 2, 1, 1, 250_000.0), ("SMB", 3, 2, 0, 1_500.1)];
    assert_eq!(segments, want, "D has no segment and counts as SMB");
    assert_eq!(figures.segments[0].level, Level::Critical);
    assert_eq!(figures.segments[1].level, Level::Monitor);
    let stages: Vec<_> = figures
        .stages
        .iter()
        .map(|s| (s.stage.as_deref(), s.customers, s.revenue_at_risk))
        .collect();
    let want = [(Some("support"), 2, 250_000.0), (Some("onboarding"), 2, 1_500.1), (None, 1, 0.0)];
    assert_eq!(stages, want);
    let cells: Vec<_> = figures
        .grid
        .filled()
        .map(|(stage, segment, count)| (stage, segment, count.customers, count.revenue.value()))
        .collect();
    let want = [
        (Some("support"), "Enterprise", 1, 250_000.0),
        (Some("support"), "SMB", 1, 0.0),
        (Some("onboarding"), "SMB", 2, 1_500.1),
        (None, "Enterprise", 1, 0.0),
    ];
    assert_eq!(cells, want);
    assert_eq!(figures.grid.cell(0, 1).unwrap().customers, 1);
    assert_eq!(figures.grid.cell(0, 2), None);
}

#[test]
fn a_path_is_one_however_it_is_written() {
    let forecasts = r#"[
{"customer_id":"A","predicted_path":["support","churn_risk"]},
{"customer_id":"B","predicted_path":[ "support", "churn_risk" ]},
{"customer_id":"\u0043","predicted_path":["support","churn\u005frisk"]}
]"#;
    let matching = matching(
        &[
            ("customers.json", CUSTOMERS),
            ("journey_forecasts.json", forecasts),
            ("journey_playbooks.json", PLAYBOOKS),
        ],
        Policy::default(),
    );
    let figures = of(&matching, &[Status::None; 5]);
    let paths = figures.paths;
    let told: Vec<_> = paths.iter().map(|path| (path.path.join(" "), path.customers)).collect();
    assert_eq!(told, [("support churn_risk".to_owned(), 3)]);
}

#[test]
fn paths_count_who_has_one() {
    let paths: Vec<_> = figures()
        .paths
        .iter()
        .map(|p| (p.path.join(" "), p.customers, p.revenue_at_risk))
        .collect();
    let want =
        [("churn_risk".to_owned(), 2, 250_100.1), ("support churn_risk".to_owned(), 1, 1_400.0)];
    assert_eq!(paths, want);
}

#[test]
fn leaderboard_and_review() {
    let figures = figures();
    let leaders: Vec<_> =
        figures.leaderboard.iter().map(|l| (&*l.playbook_id, l.segment.as_deref())).collect();
    let want = [("P1", Some("SMB")), ("P2", Some("SMB")), ("P9", Some("All")), ("P3", None)];
    assert_eq!(leaders, want);
    assert_eq!(figures.leaderboard[0].playbook_name.as_deref(), Some("One"));
    assert_eq!(figures.leaderboard[2].playbook_name, None);
    let review: Vec<_> =
        figures.under_review.iter().map(|r| (&*r.playbook_id, r.reasons.clone())).collect();
    let want = [
        ("P2", vec![ReviewReason::SuccessRate]),
        ("P9", vec![ReviewReason::RoiRatio]),
        ("P3", vec![ReviewReason::SuccessRate]),
    ];
    assert_eq!(review, want);
}

#[test]
fn kpis_are_weighted_and_null_where_nothing_is_known() {
    let told = |portfolio: &Portfolio| {
        let kpi = |kpi: &Kpi| (kpi.actual, kpi.target, kpi.status);
        portfolio.kpis.iter().map(kpi).collect::<Vec<_>>()
    };
    let want = [
        // (30 × 0.5 + 10 × 0.4 + 60 × 0.9) ÷ 100; the row without runs has no weight.
        (Some(0.73), 0.6, Some(KpiStatus::OnTrack)),
        // 1 of 4 outcomes says little.
        (Some(0.25), 0.2, Some(KpiStatus::Inconclusive)),
        (Some(5.5), 5.0, Some(KpiStatus::AtRisk)),
    ];
    assert_eq!(told(&figures()), want);
    let empty =
        matching(&[("customers.json", "[]"), ("journey_playbooks.json", "[]")], Policy::default());
    let empty = of(&empty, &[]);
    assert_eq!(told(&empty), [(None, 0.6, None), (None, 0.2, None), (None, 5.0, None)]);
    assert_eq!((empty.revenue_at_risk, empty.investment.roi_percent), (0.0, None));
    assert!(empty.statements.is_empty() && empty.segments.is_empty() && empty.stages.is_empty());
    assert_eq!(empty.grid.rows().count(), 0);
}

#[test]
fn the_row_for_all_segments_counts_only_with_what_is_in_no_other() {
    let rate = |rows: &str| {
        let files = [
            ("customers.json", "[]"),
            ("journey_playbooks.json", "[]"),
            ("playbook_performance_log.json", rows),
        ];
        let kpi = of(&matching(&files, Policy::default()), &[]).kpis.remove(0);
        (kpi.actual.unwrap(), kpi.count)
    };
    let row = |segment: &str, runs: u32, rate: f64| {
        format!(
            r#"{{"playbook_id":"P","segment":"{segment}","runs":{runs},"success_rate":{rate}}}"#
        )
    };
    let (smb, edu) = (row("SMB", 30, 0.5), row("EDU", 10, 0.9));
    assert_eq!(rate(&format!("[{smb},{edu}]")), (24.0 / 40.0, 40.0));
    let all = row("All", 60, 0.5);
    assert_eq!(rate(&format!("[{smb},{all},{edu}]")), (30.0 / 60.0, 60.0));
    assert_eq!(rate(&format!("[{smb},{},{edu}]", row("All", 20, 0.9))), (24.0 / 40.0, 40.0));
    assert_eq!(rate(&format!("[{smb},{},{edu}]", row("All", 50, 0.9))), (34.0 / 50.0, 50.0));
}

#[test]
fn what_waits() {
    let awaiting = figures().awaiting;
    assert_eq!((awaiting.plays, awaiting.held, awaiting.pending), (1, 1, 0));
    assert_eq!(awaiting.revenue_at_risk, 1_400.0);
}

#[test]
fn statements_say_what_was_counted() {
    let want = [
        "2 SMB recommendations in the Onboarding stage",
        "1 Enterprise recommendation in the Support stage",
        "One has 2.5× the ROI of P2 in SMB (40.0× and 16.0×)",
        "1 approved play is expected to preserve $2,000",
        "2 outcomes saved an estimated $300.75 (gross)",
        "The smallest account that needs approval is worth $500,000 a year",
    ];
    assert_eq!(figures().statements, want);
}

#[test]
fn an_account_may_ask_for_approval_too() {
    let mut policy = Policy::default();
    policy.approval.required_at_account_value = Some(2_000.0);
    let segments = of(&small(policy), &[]).segments;
    assert_eq!(segments.iter().map(|s| s.need_approval).collect::<Vec<_>>(), [1, 1]);
}

/// More customers than one thread counts at a time, each with a segment of its own.
#[test]
fn many_places_are_counted_as_few_are() {
    let rows: Vec<String> = (0..70_000)
        .map(|n| format!(r#"{{"customer_id":"{n}","segment":"S{n}","account_value":0.1}}"#))
        .collect();
    let forecasts: Vec<String> = (0..70_000)
        .map(|n| {
            let path = n % 3;
            format!(r#"{{"customer_id":"{n}","revenue_at_risk":0.1,"predicted_path":["{path}"]}}"#)
        })
        .collect();
    let files = [
        ("customers.json", format!("[{}]", rows.join(","))),
        ("journey_forecasts.json", format!("[{}]", forecasts.join(","))),
        ("journey_playbooks.json", "[]".to_owned()),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let figures = of(&matching(&files, Policy::default()), &[]);
    assert_eq!(figures.revenue_at_risk, 7_000.0);
    assert_eq!((figures.segments.len(), figures.stages.len()), (70_000, 1));
    let paths: Vec<_> = figures.paths.iter().map(|p| (p.customers, p.revenue_at_risk)).collect();
    assert_eq!(paths, [(23_334, 2_333.4), (23_333, 2_333.3), (23_333, 2_333.3)]);
}
