use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::approval::samples::entry;
use crate::domain::status::{Change, Run, RunBegan};
use crate::domain::{Approver, DecisionKind, Entry, Policy, Status};
use crate::insight::samples::{customer, dataset, matching, playbook};
use crate::intake::Loader;
use crate::intake::load::Reread;

/// The sample data under a policy.
struct Desk {
    matching: Matching,
    now: Moment,
}

impl Desk {
    fn new() -> Self {
        Self::under(Policy::default())
    }

    fn under(policy: Policy) -> Self {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
        let dataset = Loader::new(directory).load(Reread::All).dataset;
        Self {
            matching: Matching::new(dataset, Arc::new(policy)),
            now: Moment::new("2026-11-29T09:00:00Z".parse().unwrap(), jiff::tz::TimeZone::UTC),
        }
    }

    fn number(&self, id: &str) -> usize {
        self.matching.dataset().customer_number(id).unwrap()
    }

    fn card(&self, id: &str, standing: &Standing) -> Card {
        self.card_for(id, standing, None)
    }

    fn card_for(&self, id: &str, standing: &Standing, reviewer: Option<&str>) -> Card {
        let person = reviewer.map(Person::new);
        Card::new(&CardRequest {
            matching: &self.matching,
            number: self.number(id),
            standing,
            findings: &[],
            reviewer: person.as_ref(),
            now: &self.now,
            proposals: &[],
            choice: None,
        })
        .unwrap()
    }
}

fn stands(status: Status) -> Standing {
    Standing::undecided(status)
}

fn text(card: &Card, width: usize) -> String {
    let rows = card.rows(width).into_iter().map(|row| {
        let label = if row.first { row.section.label() } else { "" };
        format!("{label:<9}{} | {}", row.text, row.state).trim_end_matches(" | ").to_owned()
    });
    rows.collect::<Vec<_>>().join("\n")
}

fn cautions(card: &Card) -> Vec<&str> {
    card.caution.iter().map(|caution| caution.text.as_str()).collect()
}

/// Standing with a decision of dana's, made three days ago.
fn decided(desk: &Desk, id: &str, status: Status, kind: DecisionKind) -> Standing {
    let basis = desk.matching.basis(desk.number(id)).unwrap();
    let mut entry = Entry::clone(&entry(1, kind, "dana", &basis));
    entry.at = "2026-11-26T08:00:00Z".parse().unwrap();
    entry.reason = Some("budget".into());
    entry.until = Some("2026-12-18".parse().unwrap());
    Standing { decision: Some(Arc::new(entry)), ..stands(status) }
}

#[test]
fn a_card_says_what_to_do_why_and_what_else() {
    let card = Desk::new().card("C006", &stands(Status::Pending));
    assert_eq!(card.customer.title(), "Meridian Health Systems");
    assert_eq!(card.customer.facts(), "C006 · Enterprise · owner dana");
    assert_eq!(card.customer.stakes(), "$620,000 a year · $527k at risk · renews in 63 days");
    let want = "\
DO       Executive call (Executive Outreach) | needs approval
         $900 → $38,000 expected · net $37,100 · ROI 42.2×
WHY      Risk 0.83: exec disengaged, low adoption, renewal silence
         Retention stage for 62 days · forecast: churn risk
CAUTION  Low evidence: 3 runs; ranks first only if 67% holds up; below 57.9% success, Renewal Value Review ranks first; 61% likely to be the best
OR       Renewal Value Review  $230 → $8,400 · net $8,170 · ROI 36.5× (124 runs)";
    assert_eq!(text(&card, 80), want);
}

#[test]
fn where_there_is_little_room_the_amounts_take_fewer_words() {
    let narrow = text(&Desk::new().card("C006", &stands(Status::Pending)), 42);
    assert!(narrow.contains("$900 → $38,000 · net $37,100 · ROI 42.2×"), "{narrow}");
    let option = "OR       Renewal Value Review\n           $230 → $8,400 · ROI 36.5× (124 runs)";
    assert!(narrow.contains(option), "{narrow}");
}

#[test]
fn the_state_says_how_far_the_decision_is() {
    let desk = Desk::new();
    let state = |standing: &Standing| desk.card("C006", standing).proposal.state;
    assert_eq!(state(&stands(Status::Automatic)), "cleared to run");
    assert_eq!(state(&stands(Status::Held)), "needs a review before it runs");
    assert_eq!(state(&stands(Status::Pending)), "needs approval");
    let of = |status, kind| state(&decided(&desk, "C006", status, kind));
    assert_eq!(of(Status::Approved, DecisionKind::Approve), "approved by dana 3 days ago");
    assert_eq!(of(Status::Rejected, DecisionKind::Reject), "rejected by dana 3 days ago: Budget");
    assert_eq!(of(Status::Deferred, DecisionKind::Defer), "deferred until 2026-12-18 by dana");
    assert_eq!(of(Status::Stale, DecisionKind::Approve), "data changed since dana approved it");
    let ended = of(Status::Pending, DecisionKind::Defer);
    assert_eq!(ended, "needs a decision: the deferral ended on 2026-12-18");
    let mut expired = decided(&desk, "C006", Status::Expired, DecisionKind::Approve);
    expired.since = Some("2026-11-29T06:00:00Z".parse().unwrap());
    assert_eq!(state(&expired), "approval expired 3 h ago");
    let mut half = decided(&desk, "C006", Status::Pending, DecisionKind::Approve);
    (half.approvals, half.needed) = (vec!["dana".into()], 2);
    assert_eq!(state(&half), "1 of 2: approved by dana");
    half.approvals.push("sam".into());
    half.status = Status::Approved;
    assert_eq!(state(&half), "approved by dana and sam");
    let mut policy = Policy::default();
    policy.approval.two_approvers_at_account_value = Some(600_000.0);
    let card = Desk::under(policy).card("C006", &stands(Status::Pending));
    assert_eq!(card.proposal.state, "needs 2 approvers");
}

#[test]
fn what_a_person_chose_is_what_is_to_be_done() {
    let desk = Desk::new();
    let number = desk.number("C006");
    let mut standing = decided(&desk, "C006", Status::Overridden, DecisionKind::Override);
    let mut entry = Entry::clone(standing.decision.as_ref().unwrap());
    let mut basis = desk.matching.basis(number).unwrap();
    basis.chosen = desk.matching.choose(number, "PB_RET_003").map(Box::new);
    entry.playbook_id = "PB_RET_003".into();
    entry.basis = basis.into();
    standing.decision = Some(Arc::new(entry));
    let card = desk.card("C006", &standing);
    let want = "\
DO       Offer renewal discount (Win-back Discount)
         $90 → $550 expected · net $460 · ROI 6.1×
         chosen by dana 3 days ago: Budget, instead of Executive Outreach
WHY      Risk 0.83: exec disengaged, low adoption, renewal silence
         Retention stage for 62 days · forecast: churn risk
CAUTION  Not eligible: not active (status: retired); SMB and Mid-Market only
         No evidence: no runs for Enterprise yet; cost and value are assumed
OR       Executive Outreach    $900 → $38,000 · net $37,100 · ROI 42.2× (3 runs)
         Renewal Value Review  $230 → $8,400 · net $8,170 · ROI 36.5× (124 runs)";
    assert_eq!(text(&card, 80), want);
    let choice = desk.matching.choose(number, "PB_RET_002").unwrap();
    let chooses = Card::new(&CardRequest {
        matching: &desk.matching,
        number,
        standing: &stands(Status::Pending),
        findings: &[],
        reviewer: None,
        now: &desk.now,
        proposals: &[],
        choice: Some(&choice),
    });
    let chooses = chooses.unwrap();
    assert_eq!(chooses.proposal.state, "instead of Executive Outreach");
    assert_eq!(chooses.proposal.play.unwrap().title, "Renewal Value Review");
    assert_eq!(chooses.options[0].title, "Executive Outreach");
}

#[test]
fn a_playbook_assigned_by_hand_is_what_is_to_be_done() {
    let approver = Approver { name: "sam".into(), cost_up_to: Some(200.0), ..Approver::default() };
    let desk = Desk::under(Policy { approvers: vec![approver], ..Policy::default() });
    let number = desk.number("C009");
    let choice = desk.matching.choose(number, "PB_RET_001").unwrap();
    let sam = Person::new("sam");
    let mut standing = stands(Status::Uncovered);
    let assigns = CardRequest {
        matching: &desk.matching,
        number,
        standing: &standing,
        findings: &[],
        reviewer: Some(&sam),
        now: &desk.now,
        proposals: &[],
        choice: Some(&choice),
    };
    let card = Card::new(&assigns).unwrap();
    assert_eq!(card.proposal.state, "assigned by hand");
    let limit = "Cost $850 is above the limit of $200 for sam (cost_up_to); no approver in the policy \
                 can decide this";
    assert_eq!(cautions(&card)[..2], [limit, "Not eligible: Enterprise only"]);

    let mut basis = desk.matching.uncovered_basis(number).unwrap();
    basis.chosen = Some(Box::new(choice));
    let mut entry = Entry::clone(&entry(1, DecisionKind::Override, "dana", &basis));
    entry.at = "2026-11-26T08:00:00Z".parse().unwrap();
    standing = Standing { decision: Some(Arc::new(entry)), ..stands(Status::Overridden) };
    let card = desk.card("C009", &standing);
    assert_eq!(card.proposal.play.as_ref().unwrap().title, "Executive Outreach");
    assert_eq!(card.proposal.state, "assigned by dana 3 days ago");
}

#[test]
fn a_play_that_runs_or_ran_leaves_nothing_to_choose() {
    let desk = Desk::new();
    let in_data = RunBegan::InData { id: "I012".into(), at: Some("2026-11-02".into()) };
    let mut run = Run {
        playbook_id: "PB_SUP_002".into(),
        instead_of: None,
        began: in_data,
        outcome: None,
        until: None,
        over: false,
    };
    let stand = |run: &Run, status| Standing { run: Some(run.clone()), ..stands(status) };
    let card = desk.card("C021", &stand(&run, Status::Running));
    assert_eq!(card.proposal.state, "running since 2026-11-02");
    assert_eq!(card.proposal.play.as_ref().unwrap().title, "Ticket Queue Jump");
    assert_eq!((card.options.len(), cautions(&card).len()), (0, 0));
    run.over = true;
    run.outcome = Some("partial_improvement".into());
    let card = desk.card("C021", &stand(&run, Status::Done));
    assert_eq!(card.proposal.state, "done: partial improvement");
    run.playbook_id = "PB_GONE".into();
    let card = desk.card("C021", &stand(&run, Status::Done));
    let rows = card.rows(60);
    assert_eq!((rows[0].text.as_str(), rows[1].section), ("PB_GONE", CardSection::Why));
}

#[test]
fn without_a_recommendation_the_card_says_why() {
    let desk = Desk::new();
    let nothing = |id: &str| desk.card(id, &stands(Status::None)).rows(80);
    let rows = nothing("C009");
    assert_eq!(rows[0].text, "No eligible playbook");
    let want = "1 SMB retention playbook: 1 retired; 2 more for other segments only";
    assert_eq!(rows[1].text, want);
    let rows = nothing("C024");
    assert_eq!(rows[0].text, "No recommendation");
    assert_eq!(rows[1].text, "Confidence 0.484 is below the 0.50 minimum");
    assert_eq!(nothing("C040")[1].text, "No playbook is for customers without a stage");
}

#[test]
fn why_none_is_eligible_counts_each_playbook_once() {
    let retired = |id: &str, threshold| {
        let mut row = playbook(id, &["SMB"], threshold, 1.0, 2.0);
        row["status"] = "retired".into();
        row
    };
    let why = |segment: &str, playbooks: &[serde_json::Value]| {
        let dataset = dataset(&[customer("C", segment, "s", 0.6, 1.0)], playbooks, &[]);
        uncovered::why_uncovered(&Matching::new(dataset, Arc::default()), 0)
    };
    let high = |id: &str, threshold| playbook(id, &["All"], threshold, 1.0, 2.0);
    assert_eq!(
        why("SMB", &[retired("A", 0.9), high("B", 0.8), high("D", 0.7)]),
        "3 SMB s playbooks: 1 retired, 2 need risk 0.70 or more"
    );
    let other = [playbook("A", &["EDU"], 0.5, 1.0, 2.0)];
    assert_eq!(why("SMB", &other), "1 s playbook, none of them for SMB");
    let mut elsewhere = other;
    elsewhere[0]["journey_stage"] = "t".into();
    assert_eq!(why("SMB", &elsewhere), "no playbook is for the s stage");
}

#[test]
fn a_limit_that_will_refuse_names_who_can_decide() {
    let person = |name: &str, up_to: Option<f64>| Approver {
        name: name.into(),
        cost_up_to: up_to,
        ..Approver::default()
    };
    let approvers = vec![person("sam", Some(500.0)), person("lee", None)];
    let desk = Desk::under(Policy { approvers, ..Policy::default() });
    let told = |status, by: &str| {
        let card = desk.card_for("C006", &stands(status), Some(by));
        let limit = card.caution.into_iter().find(|caution| caution.kind == CautionKind::Limit);
        limit.map(|caution| caution.text)
    };
    assert_eq!(
        told(Status::Pending, "sam").unwrap(),
        "Cost $900 is above the limit of $500 for sam (cost_up_to); lee can decide this"
    );
    let stranger = told(Status::Pending, "dana").unwrap();
    assert_eq!(stranger, "dana is not an approver in the policy; lee can decide this");
    assert_eq!(told(Status::Pending, "lee"), None);
    assert_eq!(told(Status::Automatic, "sam"), None, "nothing waits for a decision");
}

#[test]
fn what_changed_since_the_decision_is_told_field_by_field() {
    let desk = Desk::new();
    let mut standing = decided(&desk, "C006", Status::Stale, DecisionKind::Approve);
    standing.changed = vec![
        Change { field: "journey_stage", was: "engagement".into(), now: "churn_risk".into() },
        Change { field: "account_value", was: 90_000.into(), now: 620_000.into() },
    ];
    let card = desk.card("C006", &standing);
    assert_eq!(
        cautions(&card)[0],
        "Changed since the decision: stage Engagement → Churn risk, account value $90,000 → $620,000"
    );
}

#[test]
fn an_approval_that_expires_soon_is_pointed_out() {
    let mut policy = Policy::default();
    policy.approval.expires_after_days = Some(14.0);
    let desk = Desk::under(policy);
    let told = |status, end: &str| {
        let mut standing = decided(&desk, "C028", status, DecisionKind::Approve);
        standing.approvals = vec!["dana".into()];
        standing.next_change = Some(end.parse().unwrap());
        cautions(&desk.card("C028", &standing)).first().map(|text| (*text).to_owned())
    };
    assert_eq!(
        told(Status::Approved, "2026-12-01T10:00:00Z").unwrap(),
        "The approval expires in 2 days, on 2026-12-01"
    );
    assert_eq!(
        told(Status::Pending, "2026-11-29T10:00:00Z").unwrap(),
        "The approval expires within 24 hours, on 2026-11-29"
    );
    assert_eq!(told(Status::Approved, "2026-12-04T10:00:00Z"), None);
    assert_eq!(told(Status::Rejected, "2026-11-30T10:00:00Z"), None);
}

#[test]
fn a_ledger_that_was_recovered_and_what_does_not_count_are_told() {
    let desk = Desk::new();
    let mut standing = decided(&desk, "C006", Status::Pending, DecisionKind::Approve);
    let approval = standing.decision.clone().unwrap();
    standing.recovered = Some(Arc::clone(&approval));
    let why = crate::domain::status::WhyUncounted::NotAuthorized;
    standing.uncounted = vec![crate::domain::status::Uncounted { entry: approval, why }];
    let card = desk.card("C006", &standing);
    assert_eq!(
        cautions(&card)[..2],
        [
            "Earlier decisions may be lost: the ledger was recovered (#1)",
            "dana approved on 2026-11-26 but is no longer authorized"
        ]
    );
}

/// One customer in stage `s` with one playbook, `P`, whose action is `call`.
const ONE: [(&str, &str); 3] = [
    (
        "customers.json",
        r#"[{"customer_id":"C","name":"Acme","account_value":1000,"renewal_date":"soon"}]"#,
    ),
    (
        "journey_state_log.json",
        r#"[{"customer_id":"C","journey_stage":"s","state_entered_at":"2026-11-29"}]"#,
    ),
    (
        "journey_playbooks.json",
        r#"[{"playbook_id":"P","name":"Phone","journey_stage":"s","eligible_segments":["All"],
            "default_actions":["call"],"risk_threshold":0.3,"avg_cost_estimate":10,
            "expected_value_range":[50,150],"status":"active"},
           {"playbook_id":"Q","name":"Ring","journey_stage":"t","eligible_segments":["All"],
            "default_actions":["call"],"status":"active"}]"#,
    ),
];

fn card_of(more: &[(&str, &str)]) -> Card {
    let files = [&ONE[..], more].concat();
    let now = Moment::new("2026-11-29T09:00:00Z".parse().unwrap(), jiff::tz::TimeZone::UTC);
    Desk { matching: matching(&files, Policy::default()), now }
        .card("C", &stands(Status::Automatic))
}

#[test]
fn a_play_like_it_that_failed_before_is_told() {
    let risk = ("fused_signals.json", r#"[{"customer_id":"C","fused_risk_score":0.6}]"#);
    let failed = |playbook: &str, success: bool| {
        let outcomes = format!(
            r#"[{{"outcome_id":"O","intervention_id":"I","customer_id":"C","playbook_id":"{playbook}",
                "outcome":"no_change","playbook_success":{success},"measured_at":"2026-09-04"}}]"#
        );
        let card = card_of(&[risk, ("outcomes.json", &outcomes)]);
        let told = card.caution.into_iter().find(|told| told.kind == CautionKind::FailedBefore);
        told.map(|told| told.text)
    };
    let want = "Phone did not succeed for this customer before (2026-09-04): no change";
    assert_eq!(failed("P", false).unwrap(), want);
    let alike = failed("Q", false).unwrap();
    assert!(alike.starts_with("Ring did not succeed"), "it has the same action: {alike}");
    assert_eq!(failed("P", true), None);
    assert_eq!(failed("X", false), None);
}

#[test]
fn sources_that_disagree_are_told() {
    let told = |at_risk: f64| {
        let forecast = format!(r#"[{{"customer_id":"C","revenue_at_risk":{at_risk}}}]"#);
        let risk = ("fused_signals.json", r#"[{"customer_id":"C","fused_risk_score":0.6}]"#);
        let card = card_of(&[risk, ("journey_forecasts.json", &forecast)]);
        let told = card.caution.into_iter().find(|told| told.kind == CautionKind::Sources);
        told.map(|told| told.text)
    };
    assert_eq!(
        told(900.0).unwrap(),
        "Revenue at risk is $900 by the forecast; account value × risk 0.60 is $600"
    );
    assert_eq!(told(620.0), None, "within what money may move");
}

#[test]
fn signals_are_grouped_and_the_most_important_comes_first() {
    let signals = r#"[
        {"customer_id":"C","signal_type":"positive_feedback","normalized_strength":1,"risk_weight":0.7},
        {"customer_id":"C","signal_type":"usage_drop","normalized_strength":0.5},
        {"customer_id":"C","signal_type":"escalation","signal_strength":0.4,"risk_weight":2},
        {"customer_id":"C","signal_type":"usage_drop","normalized_strength":0.3},
        {"customer_id":"C","signal_type":"a","normalized_strength":0.2},
        {"customer_id":"C","signal_type":"b","normalized_strength":0.1}]"#;
    let fused = ("fused_signals.json", r#"[{"customer_id":"C","fused_risk_score":0.6}]"#);
    let card = card_of(&[("signals.json", signals), fused]);
    assert_eq!(card.why[0], "Risk 0.60: escalation, usage drop (2), a, b, 1 more");
    assert_eq!(card.why[1], "S stage since today");
    assert_eq!(card.customer.stakes(), "$1,000 a year · $600 at risk · renewal date \"soon\"");
    let unknown = card_of(&[]);
    assert_eq!(unknown.why[0], "Risk unknown: no signals and no forecast");
    let forecast = r#"[{"customer_id":"C","churn_probability":0.64}]"#;
    let card = card_of(&[("journey_forecasts.json", forecast)]);
    assert_eq!(
        card.why,
        ["Risk 0.64, from the forecast", "S stage since today · forecast: churn probability 0.64"]
    );
}

#[test]
fn near_misses_are_those_of_the_stage_that_fail_at_one_gate() {
    let desk = Desk::new();
    let misses = NearMisses::new(&desk.matching, desk.number("C009"));
    let near: Vec<&str> = misses.near.iter().map(|miss| miss.playbook_id.as_str()).collect();
    assert_eq!(near, ["PB_RET_003", "PB_RET_001", "PB_RET_002"]);
    assert_eq!(misses.elsewhere, desk.matching.dataset().playbooks.len() - 3);
    assert_eq!(NearMisses::elsewhere(&desk.matching, desk.number("C009")).len(), misses.elsewhere);

    let mut retired = playbook("A", &["All"], 0.5, 1.0, 2.0);
    retired["status"] = "retired".into();
    let both = playbook("B", &["EDU"], 0.9, 1.0, 2.0);
    let playbooks = [
        both,
        retired,
        playbook("D", &["EDU"], 0.5, 1.0, 2.0),
        playbook("F", &["All"], 0.9, 1.0, 2.0),
        playbook("G", &["All"], 0.7, 1.0, 2.0),
        playbook("H", &["All"], 0.5, 1.0, 2.0),
    ];
    let data = dataset(&[customer("C", "SMB", "s", 0.6, 1.0)], &playbooks, &[]);
    let misses = NearMisses::new(&Matching::new(data, Arc::default()), 0);
    let ids = |misses: &[near_misses::Miss]| -> Vec<String> {
        misses.iter().map(|miss| miss.playbook_id.to_string()).collect()
    };
    assert_eq!(ids(&misses.near), ["G", "F", "A", "D"]);
    assert_eq!(ids(&misses.farther), ["B"]);
    assert_eq!(misses.elsewhere, 0);
}
