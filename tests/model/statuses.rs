//! Any order of decisions, proposals, undos, hand-offs and changes of who may approve, against the rules: what may
//! run was approved by enough people who may do so today, was not stopped, and does not run already.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use compact_str::CompactString;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use nextplay::approval::Request;
use nextplay::domain::{Clock, DecisionKind, Status};
use nextplay::intake::load::Reread;
use nextplay::state::StateDirectory;
use nextplay::workspace::{DecisionRequest, Options, Workspace};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::directory;

/// One needs an approval, one needs two, one none; to two others nothing is recommended, of whom one
/// needs two approvers.
const CUSTOMERS: [&str; 5] = ["ONE", "TWO", "AUTO", "BARE", "BARE2"];
/// From here on nothing is recommended.
const BARE: usize = 3;
/// `sam` approves small accounts only, `eve` nothing; `lee` comes and goes.
const PEOPLE: [&str; 4] = ["dana", "lee", "sam", "eve"];
const DEFERRED_DAYS: i64 = 2;

#[derive(Debug, Clone)]
struct Decision {
    kind: DecisionKind,
    by: &'static str,
    /// The day on which a deferral ends.
    until: i64,
    undone: bool,
}

#[derive(Debug, Clone, Default)]
struct Customer {
    /// In order, without undos.
    decisions: Vec<Decision>,
}

#[derive(Debug, Clone)]
struct Model {
    customers: [Customer; CUSTOMERS.len()],
    lee_approves: bool,
    day: i64,
    /// What the last step has to answer: whether it was made, or the customers that were handed off.
    made: bool,
    handed_off: Vec<&'static str>,
}

#[derive(Debug, Clone)]
enum Step {
    Decide(usize, DecisionKind, &'static str),
    /// Takes a customer's decision of that number back.
    Undo(usize, usize),
    HandOff(&'static str),
    /// Asks for a playbook: whatever comes of it, no status and no decision may be another one.
    Propose(usize, &'static str),
    /// Whether `lee` is an approver from now on.
    Lee(bool),
    Day,
}

impl Model {
    fn may_approve(&self, by: &str, customer: usize) -> bool {
        match by {
            "dana" => true,
            "lee" => self.lee_approves,
            "sam" => Self::needed(customer) == 1,
            _ => false,
        }
    }

    fn needed(customer: usize) -> usize {
        if matches!(customer, 1 | 4) { 2 } else { 1 }
    }

    fn in_force(&self, customer: usize) -> impl DoubleEndedIterator<Item = &Decision> {
        self.customers[customer].decisions.iter().filter(|decision| !decision.undone)
    }

    fn runs(&self, customer: usize) -> bool {
        self.in_force(customer).any(|decision| decision.kind == DecisionKind::HandOff)
    }

    /// The decisions that are told of: an approval by who may not give it is as good as none, and
    /// without a recommendation a choice as well, which has nothing to stop.
    fn counted(&self, customer: usize) -> Vec<&Decision> {
        let counts = |decision: &&Decision| {
            let stops = decision.kind != DecisionKind::Approve && customer < BARE;
            stops || self.may_approve(decision.by, customer)
        };
        self.in_force(customer).filter(counts).collect()
    }

    /// The people who approve what stands, or choose the same.
    fn approvals(&self, customer: usize) -> Vec<&'static str> {
        let counted = self.counted(customer);
        let Some(last) = counted.last().filter(|last| last.kind.lets_run()) else {
            return Vec::new();
        };
        let same = counted.iter().rev().take_while(|decision| decision.kind == last.kind);
        let mut people: Vec<&str> = same.map(|decision| decision.by).collect();
        people.retain(|by| self.may_approve(by, customer));
        people.sort_unstable();
        people.dedup();
        people
    }

    fn status(&self, customer: usize) -> Status {
        let undecided = match customer {
            2 => Status::Automatic,
            BARE.. => Status::Uncovered,
            _ => Status::Pending,
        };
        if self.runs(customer) {
            return Status::Running;
        }
        let enough = self.approvals(customer).len() >= Self::needed(customer);
        match self.counted(customer).last() {
            None => undecided,
            Some(last) => match last.kind {
                DecisionKind::Reject => Status::Rejected,
                DecisionKind::Defer if self.day < last.until => Status::Deferred,
                DecisionKind::Approve if enough => Status::Approved,
                DecisionKind::Override if enough => Status::Overridden,
                DecisionKind::Approve => undecided,
                // Somebody stopped what would run by itself.
                _ => Status::Pending,
            },
        }
    }

    fn may_decide(&self, customer: usize, kind: DecisionKind, by: &str) -> bool {
        if self.runs(customer) || !self.may_approve(by, customer) {
            return false;
        }
        if customer >= BARE && kind != DecisionKind::Override {
            return false;
        }
        let counted = self.counted(customer);
        let Some(last) = counted.last().filter(|last| last.kind == kind) else { return true };
        let own = self.approvals(customer).contains(&by);
        !match (kind, self.status(customer)) {
            (DecisionKind::Approve, Status::Approved) => true,
            (DecisionKind::Approve, _) => own,
            (DecisionKind::Override, Status::Overridden) => true,
            (DecisionKind::Override, _) => own,
            (DecisionKind::Reject, Status::Rejected) => true,
            (DecisionKind::Defer, Status::Deferred) => last.until == self.day + DEFERRED_DAYS,
            _ => false,
        }
    }

    /// What stands, or one of the approvals that stand together; and where it runs, the hand-off.
    fn may_undo(&self, customer: usize, number: usize) -> bool {
        let decisions = &self.customers[customer].decisions;
        let Some(decision) = decisions.get(number).filter(|decision| !decision.undone) else {
            return false;
        };
        if decision.kind == DecisionKind::HandOff {
            return true;
        }
        if self.runs(customer) {
            return false;
        }
        let later = decisions[number + 1..].iter().filter(|later| !later.undone);
        let mut later = later.filter(|later| later.kind != DecisionKind::HandOff);
        let together = decision.kind.lets_run() && Self::needed(customer) > 1;
        later.all(|later| together && later.kind == decision.kind)
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self {
            customers: Default::default(),
            lee_approves: true,
            day: 0,
            made: false,
            handed_off: Vec::new(),
        })
        .boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        use DecisionKind::{Approve, Defer, Override, Reject};
        let kinds = vec![Approve, Approve, Approve, Override, Override, Reject, Defer];
        let (kind, person) = (prop::sample::select(kinds), prop::sample::select(&PEOPLE[..]));
        prop_oneof![
            10 => (0..CUSTOMERS.len(), kind, person.clone()).prop_map(|(c, k, by)| Step::Decide(c, k, by)),
            5 => (0..CUSTOMERS.len(), 0..6_usize).prop_map(|(customer, number)| Step::Undo(customer, number)),
            2 => person.clone().prop_map(Step::HandOff),
            3 => (0..CUSTOMERS.len(), person).prop_map(|(customer, by)| Step::Propose(customer, by)),
            2 => any::<bool>().prop_map(Step::Lee),
            1 => Just(Step::Day),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.handed_off.clear();
        match *step {
            Step::Decide(customer, kind, by) => {
                state.made = state.may_decide(customer, kind, by);
                let until = state.day + DEFERRED_DAYS;
                if state.made {
                    let decision = Decision { kind, by, until, undone: false };
                    state.customers[customer].decisions.push(decision);
                }
            }
            Step::Undo(customer, number) => {
                state.made = state.may_undo(customer, number);
                if state.made {
                    state.customers[customer].decisions[number].undone = true;
                }
            }
            Step::HandOff(by) => {
                // Approvers, whatever their limits, and nobody else.
                state.made = by != "eve" && (by != "lee" || state.lee_approves);
                let may_run = |customer: &usize| state.status(*customer).may_run();
                let all =
                    (0..CUSTOMERS.len()).filter(may_run).filter(|_| state.made).collect::<Vec<_>>();
                for customer in all {
                    let kind = DecisionKind::HandOff;
                    let decision = Decision { kind, by, until: 0, undone: false };
                    state.customers[customer].decisions.push(decision);
                    state.handed_off.push(CUSTOMERS[customer]);
                }
            }
            Step::Propose(customer, _) => state.made = !state.runs(customer),
            Step::Lee(approves) => state.lee_approves = approves,
            Step::Day => state.day += 1,
        }
        state
    }
}

/// The program's own workspace on a small data directory.
struct Real {
    directory: TempDir,
    workspace: Workspace,
    day: Arc<AtomicI64>,
    /// Of each customer the ids of its entries, without undos.
    entries: [Vec<CompactString>; CUSTOMERS.len()],
}

fn rows(directory: &TempDir, file: &str, rows: Value) {
    fs::write(directory.path().join(file), rows.to_string()).unwrap();
}

fn policy(directory: &TempDir, lee_approves: bool) {
    let lee = if lee_approves { "[[approver]]\nname = \"lee\"\n" } else { "" };
    let text = format!(
        "[approval]\ntwo_approvers_at_account_value = 50000\n\n[[approver]]\nname = \"dana\"\n{lee}\
         [[approver]]\nname = \"sam\"\naccount_value_up_to = 10000\n"
    );
    fs::write(directory.path().join("nextplay.toml"), text).unwrap();
}

fn data() -> TempDir {
    let directory = directory();
    let customer = |id: &str, value: u32| json!({"customer_id": id, "account_value": value});
    let customers = json!(
        CUSTOMERS
            .map(|id| customer(id, if ["TWO", "BARE2"].contains(&id) { 90_000 } else { 9_000 }))
    );
    rows(&directory, "customers.json", customers);
    let state = |id: &str, stage: &str| json!({"customer_id": id, "journey_stage": stage, "state_entered_at": "2026-01-01"});
    let states = json!([
        state("ONE", "s"),
        state("TWO", "s"),
        state("AUTO", "t"),
        state("BARE", "u"),
        state("BARE2", "u")
    ]);
    rows(&directory, "journey_state_log.json", states);
    let risk = |id: &str| json!({"customer_id": id, "fused_risk_score": 0.9});
    rows(&directory, "fused_signals.json", json!(CUSTOMERS.map(risk)));
    let playbook = |id: &str, stage: &str, cost: u32, asks: bool| {
        json!({"playbook_id": id, "journey_stage": stage, "eligible_segments": ["All"],
            "risk_threshold": 0.5, "expected_value_range": [100, 200], "avg_cost_estimate": cost,
            "approval_required": asks, "status": "active"})
    };
    let playbooks = json!([
        playbook("P1", "s", 10, true),
        playbook("P2", "s", 11, true),
        playbook("P3", "t", 10, false),
        playbook("P4", "t", 11, false)
    ]);
    rows(&directory, "journey_playbooks.json", playbooks);
    policy(&directory, true);
    directory
}

impl Real {
    fn ask(&self, customer: usize, kind: DecisionKind, by: &str) -> DecisionRequest {
        let mut request = Request::new(kind, CUSTOMERS[customer], by);
        if kind != DecisionKind::Approve {
            request.reason = Some("other".into());
        }
        if matches!(kind, DecisionKind::Override | DecisionKind::Propose) {
            request.playbook_id = Some(if customer == 2 { "P4" } else { "P2" }.into());
        }
        if kind == DecisionKind::Defer {
            request.until = Some(today(self.day.load(Ordering::Relaxed) + DEFERRED_DAYS));
        }
        DecisionRequest::Decide(request)
    }
}

fn noon(day: i64) -> Timestamp {
    let first: Timestamp = "2026-02-01T12:00:00Z".parse().unwrap();
    first + SignedDuration::from_hours(24 * day)
}

fn today(day: i64) -> jiff::civil::Date {
    noon(day).to_zoned(TimeZone::UTC).date()
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(_: &Model) -> Self {
        let directory = data();
        let day = Arc::new(AtomicI64::new(0));
        let hand = Arc::clone(&day);
        let clock = Clock::new(move || noon(hand.load(Ordering::Relaxed)), TimeZone::UTC);
        let state = Some(StateDirectory::at(&directory.path().join("state")));
        let options = Options { clock, state, ..Options::default() };
        let workspace = Workspace::new(directory.path(), options);
        Self { directory, workspace, day, entries: Default::default() }
    }

    fn apply(mut real: Self, model: &Model, step: Step) -> Self {
        match step {
            Step::Decide(customer, kind, by) => {
                let ask = real.ask(customer, kind, by);
                let made = real.workspace.decide(ask);
                assert_eq!(made.is_ok(), model.made, "{made:?}");
                real.entries[customer].extend(made.map(|made| made.entry.id.clone()));
            }
            Step::Undo(customer, number) => {
                let entry = real.entries[customer].get(number).cloned();
                let entry = entry.unwrap_or_else(|| "00000000-none".into());
                let ask =
                    DecisionRequest::Undo { entry, by: "dana".into(), note: None, seen: None };
                let made = real.workspace.decide(ask);
                assert_eq!(made.is_ok(), model.made, "{made:?}");
            }
            Step::HandOff(by) => {
                let handed_off = real.workspace.hand_off(by, |_| Ok(()));
                assert_eq!(handed_off.is_ok(), model.made, "{handed_off:?}");
                let rows = handed_off.map(|handed_off| handed_off.rows).unwrap_or_default();
                let ids: Vec<&str> = rows.iter().map(|row| row.customer_id.as_str()).collect();
                assert_eq!(ids, model.handed_off);
                for row in rows.iter() {
                    let customer = CUSTOMERS.iter().position(|id| row.customer_id == *id);
                    real.entries[customer.unwrap()].extend(row.intervention_id.clone());
                }
            }
            Step::Propose(customer, by) => {
                let made = real.workspace.decide(real.ask(customer, DecisionKind::Propose, by));
                // Who asks again is told so.
                assert!(model.made || made.is_err(), "{made:?}");
            }
            Step::Lee(approves) => policy(&real.directory, approves),
            Step::Day => drop(real.day.fetch_add(1, Ordering::Relaxed)),
        }
        let snapshot = real.workspace.refresh(Reread::Changed);
        for (number, id) in CUSTOMERS.iter().enumerate() {
            let status = snapshot.status(number);
            assert_eq!(status, model.status(number), "{id}: {:#?}", model.customers[number]);
            // What the list says, the customer's own view says; what may run is exported, once.
            assert_eq!(snapshot.standing(number).status, status, "{id}");
            assert_eq!(snapshot.export(number).is_some(), status.may_run(), "{id}");
            let asked = !snapshot.proposals(number).is_empty();
            assert!(!(asked && status == Status::Running), "{id}: what runs is not asked for");
        }
        real
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        rng_seed: RngSeed::Fixed(14),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_may_run_was_approved_and_not_stopped(sequential 1..28 => Real);
}
