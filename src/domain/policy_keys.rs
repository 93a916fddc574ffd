//! The keys of the policy file, one row each: the one table that the file's reader and writer, `--set`,
//! the What-if screen, the notes about a changed policy and the documentation are made from.
//!
//! A new key is a row here and a field of [`Policy`] with its default.

use super::capacity::Capacity;
use super::experiment::{Endpoint, Experiment};
use super::labels::{LABELS, LabelKind};
use super::policy::{AfterFailure, Approver, OutOfRange, Policy, Ranking};
use super::policy_key::{BearsOn, Choice, Key, Measure, Slot, WhatIf, split};

/// `keys! { "full.name": Type => field; help: "…"; bears_on: …, what_if: …; … }`
macro_rules! keys {
    ($($name:literal: $slot:ident $(($of:ident))? => $($place:ident).+;
       help: $help:literal;
       bears_on: $bears_on:ident, what_if: $what_if:tt;)*) => {
        &[$(Key {
            name: $name,
            help: $help,
            bears_on: BearsOn::$bears_on,
            what_if: keys!(@what_if $what_if),
            slot: keys!(@slot $slot $(($of))? => $($place).+),
        }),*]
    };
    (@what_if none) => { None };
    (@what_if ($group:literal, $label:literal, $initial:literal)) => {
        Some(WhatIf { group: $group, label: $label, initial: $initial })
    };
    (@slot Choice($of:ident) => $($place:ident).+) => {
        Slot::Choice(Choice {
            names: <$of as strum::VariantNames>::VARIANTS,
            get: |kept| kept.$($place).+.name(),
            set: |kept, text| text.parse().map(|named: $of| kept.$($place).+ = named).is_ok(),
        })
    };
    (@slot $slot:ident $(($measure:ident))? => $($place:ident).+) => {
        Slot::$slot($(Measure::$measure,)? |kept| &mut kept.$($place).+)
    };
}

/// Every key but those of the approvers, in the order in which they are documented.
pub const KEYS: &[Key<Policy>] = keys! {
    "ledger_id": Id => ledger_id;
        help: "a name for this ledger, unlike that of any other; every basis carries it, and a signed decision whose basis has another one does not count. Stands at the top of the file, before the first table";
        bears_on: Decisions, what_if: none;

    "matching.confidence_threshold": Number(Fraction) => confidence_threshold;
        help: "minimum confidence: nothing is recommended below it";
        bears_on: Recommendations, what_if: ("Matching", "Minimum confidence", 0.5);

    "matching.confidence_margin": Number(Fraction) => confidence_margin;
        help: "added to the risk score to get the confidence, which is capped at 1";
        bears_on: Recommendations, what_if: ("Matching", "Confidence margin", 0.2);

    "matching.ranking": Choice(Ranking) => ranking;
        help: "what eligible playbooks are ranked by: ROI, or `\"net_value\"` for value − cost";
        bears_on: Recommendations, what_if: ("Matching", "Ranking", 0.0);

    "approval.required_at_account_value": Limit(Dollars) => approval.required_at_account_value;
        help: "an approval is required at this account value and above";
        bears_on: Approvals, what_if: ("Needs approval", "From account value", 1e5);

    "approval.required_at_cost": Limit(Dollars) => approval.required_at_cost;
        help: "an approval is required at this expected cost and above";
        bears_on: Approvals, what_if: ("Needs approval", "From cost", 100.0);

    "approval.required_below_runs": Limit(Count) => approval.required_below_runs;
        help: "an approval is required where a playbook has fewer runs";
        bears_on: Approvals, what_if: ("Needs approval", "Below runs", 10.0);

    "approval.two_approvers_at_account_value": Limit(Dollars) => approval.two_approvers_at_account_value;
        help: "two approvers are required at this account value and above";
        bears_on: Approvals, what_if: none;

    "approval.expires_after_days": Limit(SomeDays) => approval.expires_after_days;
        help: "an approval expires after this many days";
        bears_on: Decisions, what_if: none;

    "approval.risk_tolerance": Number(Fraction) => approval.risk_tolerance;
        help: "a decision becomes stale when the risk changes by more";
        bears_on: Decisions, what_if: none;

    "approval.money_tolerance": Number(Share) => approval.money_tolerance;
        help: "a decision becomes stale when cost, value or account value changes by more than this share";
        bears_on: Decisions, what_if: none;

    "approval.reason_required": Kinds => approval.reason_required;
        help: "decisions that require a reason: `approve`, `reject`, `defer`, `propose`; `override` always does";
        bears_on: Decisions, what_if: none;

    "approval.reasons": Reasons => approval.reasons;
        help: "the reasons to choose from when rejecting, overriding or deferring";
        bears_on: Decisions, what_if: none;

    "approval.approve_reasons": Texts => approval.approve_reasons;
        help: "the reasons to choose from when approving; with none, approving offers `approval.reasons` only where `approval.reason_required` lists it";
        bears_on: Decisions, what_if: none;

    "contact.parallel": Flag => contact.parallel;
        help: "whether a second play can run for a customer while one runs";
        bears_on: Decisions, what_if: none;

    "contact.running_days": Number(Days) => contact.running_days;
        help: "a play without an outcome counts as done after this many days";
        bears_on: Decisions, what_if: none;

    "contact.per_days": Limit(SomeDays) => contact.per_days;
        help: "the days, today included, in which `contact.max_plays` counts plays";
        bears_on: Recommendations, what_if: ("Contact limits", "Days that count", 30.0);

    "contact.max_plays": Limit(Count) => contact.max_plays;
        help: "nothing is recommended to a customer who had this many plays in the last `contact.per_days` days, which has to be set too";
        bears_on: Recommendations, what_if: ("Contact limits", "Most plays", 2.0);

    "contact.same_playbook_days": Limit(SomeDays) => contact.same_playbook_days;
        help: "a playbook is recommended to a customer again after this many days";
        bears_on: Recommendations, what_if: ("Contact limits", "Same play after", 90.0);

    "contact.after_failure": Choice(AfterFailure) => contact.after_failure;
        help: "whether a playbook whose last play failed in the customer's stage can be recommended again there: `\"same\"`, or `\"next\"` for the next one in the ranking";
        bears_on: Recommendations, what_if: ("Contact limits", "After failure", 0.0);

    "hand_off.by": Names => hand_off.by;
        help: "who can hand off plays besides the approvers; anyone can where there is no approver";
        bears_on: Decisions, what_if: none;

    "agents.may_hand_off": Flag => agents.may_hand_off;
        help: "whether agents can hand off plays that are cleared to run, where `hand_off.by` names them";
        bears_on: Decisions, what_if: none;

    "agents.may_report": Flag => agents.may_report;
        help: "whether agents can report the outcomes of plays that were handed off";
        bears_on: Decisions, what_if: none;

    "targets.high_risk_at": Number(Fraction) => targets.high_risk_at;
        help: "customers at this risk and above are at high risk";
        bears_on: Targets, what_if: ("Targets", "High risk at", 0.5);

    "targets.customers_at_high_risk_max": Limit(Count) => targets.customers_at_high_risk_max;
        help: "target: at most this many customers at high risk";
        bears_on: Targets, what_if: none;

    "targets.revenue_at_risk_max": Limit(Dollars) => targets.revenue_at_risk_max;
        help: "target: at most this much revenue at risk";
        bears_on: Targets, what_if: none;

    "targets.segment_revenue_at_risk_elevated": Number(Dollars) => targets.segment_revenue_at_risk_elevated;
        help: "a segment's revenue at risk is elevated from this amount";
        bears_on: Targets, what_if: none;

    "targets.segment_revenue_at_risk_critical": Number(Dollars) => targets.segment_revenue_at_risk_critical;
        help: "a segment's revenue at risk is critical from this amount";
        bears_on: Targets, what_if: none;

    "targets.success_rate_min": Number(Fraction) => targets.success_rate_min;
        help: "target: at least this success rate of all runs";
        bears_on: Targets, what_if: none;

    "targets.override_rate_max": Number(Fraction) => targets.override_rate_max;
        help: "target: at most this share of outcomes overridden by a person";
        bears_on: Targets, what_if: none;

    "targets.resolution_days_max": Number(Days) => targets.resolution_days_max;
        help: "target: at most this many average days to outcome";
        bears_on: Targets, what_if: none;

    "targets.review_below_success_rate": Number(Fraction) => targets.review_below_success_rate;
        help: "a playbook below this success rate is under review";
        bears_on: Targets, what_if: none;

    "targets.review_below_roi": Number(Ratio) => targets.review_below_roi;
        help: "a playbook below this ROI is under review";
        bears_on: Targets, what_if: none;

    "learning.prior_runs": Number(Count) => learning.prior_runs;
        help: "how many runs the rate of all plays counts for in each playbook, and that of a playbook in each of its segments";
        bears_on: Targets, what_if: none;

    "learning.maturity_days": Number(Days) => learning.maturity_days;
        help: "nothing is learned from a play that is younger";
        bears_on: Targets, what_if: none;

    "data.out_of_range": Choice(OutOfRange) => data.out_of_range;
        help: "rows with a number out of range (a share outside 0 to 1, a negative cost): `\"use\"` them with a warning, or `\"skip\"` them";
        bears_on: Data, what_if: none;
};

/// The keys of a `[[approver]]`.
pub const APPROVER_KEYS: &[Key<Approver>] = keys! {
    "approver.name": Name => name;
        help: "a person who can decide; where any approver is named, only approvers can";
        bears_on: Decisions, what_if: none;

    "approver.segments": Segments => segments;
        help: "only for customers in these segments";
        bears_on: Decisions, what_if: none;

    "approver.account_value_up_to": Limit(Dollars) => account_value_up_to;
        help: "only for accounts up to this value";
        bears_on: Decisions, what_if: none;

    "approver.cost_up_to": Limit(Dollars) => cost_up_to;
        help: "only for plays up to this expected cost";
        bears_on: Decisions, what_if: none;

    "approver.keys": SigningKeys => keys;
        help: "SSH public keys that this person's entries are signed with, each with the time in which it is in use: `from` (inclusive) and `until` (exclusive) are dates, midnight in UTC, or dates with a time. See [signatures](signatures.md)";
        bears_on: Decisions, what_if: none;
};

/// The keys of a `[[capacity]]`.
pub const CAPACITY_KEYS: &[Key<Capacity>] = keys! {
    "capacity.owner": Name => owner;
        help: "an owner of accounts, as customers name it";
        bears_on: Targets, what_if: none;

    "capacity.plays_per_week": Number(Whole) => plays_per_week;
        help: "at most this many plays of this owner in a plan; the Queue names an owner with more plays that need a decision or may run. An owner without a block has no limit";
        bears_on: Targets, what_if: none;
};

/// The keys of an `[[experiment]]`.
pub const EXPERIMENT_KEYS: &[Key<Experiment>] = keys! {
    "experiment.id": Id => id;
        help: "a unique name, without `:`. Who gets which arm depends on it and on the customer's id alone";
        bears_on: Recommendations, what_if: none;

    "experiment.stage": Text => stage;
        help: "only for customers in this stage";
        bears_on: Recommendations, what_if: none;

    "experiment.segments": Segments => segments;
        help: "only for customers in these segments";
        bears_on: Recommendations, what_if: none;

    "experiment.arms": Texts => arms;
        help: "the playbooks that are compared, the control first; or `[\"holdout\", \"ranking\"]`: nothing done against the recommended play";
        bears_on: Recommendations, what_if: none;

    "experiment.share": Shares => share;
        help: "the share of customers in each arm, 1 together";
        bears_on: Recommendations, what_if: none;

    "experiment.exposure": Number(Fraction) => exposure;
        help: "the part of eligible customers that takes part. It alone may grow while the experiment runs";
        bears_on: Recommendations, what_if: none;

    "experiment.outcome": Choice(Endpoint) => outcome;
        help: "what the arms are compared by: `\"success\"` of plays, or `\"retained\"`: customers who do not churn within `horizon_days`";
        bears_on: Recommendations, what_if: none;

    "experiment.horizon_days": Limit(SomeDays) => horizon_days;
        help: "with `outcome = \"retained\"`: the days after which a customer counts as retained";
        bears_on: Recommendations, what_if: none;

    "experiment.starts": Date => starts;
        help: "the first day";
        bears_on: Recommendations, what_if: none;

    "experiment.baseline": Number(Fraction) => baseline;
        help: "the rate that is expected of the control. It says how many outcomes are needed";
        bears_on: Recommendations, what_if: none;

    "experiment.detect": Number(Fraction) => detect;
        help: "the smallest difference that matters. It says how many outcomes are needed";
        bears_on: Recommendations, what_if: none;
};

/// The table of the approvers.
pub const APPROVER: &str = "approver";
/// The table of what owners have time for.
pub const CAPACITY: &str = "capacity";
/// The table of the experiments.
pub const EXPERIMENT: &str = "experiment";
/// The tables of which there may be several, in the order in which they are documented.
pub const BLOCKS: [&str; 3] = [APPROVER, CAPACITY, EXPERIMENT];

/// The key of a full name.
pub fn find<T: Clone>(keys: &'static [Key<T>], name: &str) -> Option<&'static Key<T>> {
    keys.iter().find(|key| key.name == name)
}

/// The full names of all keys, those of [`KEYS`] first.
pub fn names() -> impl Iterator<Item = &'static str> {
    let blocks = APPROVER_KEYS.iter().map(|key| key.name);
    let blocks = blocks.chain(CAPACITY_KEYS.iter().map(|key| key.name));
    let blocks = blocks.chain(EXPERIMENT_KEYS.iter().map(|key| key.name));
    KEYS.iter().map(|key| key.name).chain(blocks)
}

/// The tables that hold [`KEYS`], in their order.
pub fn sections() -> Vec<&'static str> {
    let sections = KEYS.iter().map(Key::section).filter(|section| !section.is_empty());
    let mut sections: Vec<&str> = sections.collect();
    sections.dedup();
    sections
}

/// Below this two names are not alike.
const ALIKE: f64 = 0.85;

/// The key that someone may have meant by one that there is not, as it has to be written: its own
/// name in the same table, the full name in another; a table as its header.
pub fn alike(unknown: &str) -> Option<String> {
    let (section, own) = split(unknown);
    let own = own.to_lowercase();
    let score = |name: &str| {
        // A part of a long name is meant for it, however little it looks like the whole.
        let part = own.len() > 3 && name.contains(&own);
        strsim::jaro_winkler(&own, name).max(if part { ALIKE } else { 0.0 })
    };
    let keys = names().map(|name| {
        let (its_section, its_own) = split(name);
        let same = its_section == section;
        // Of equals, the one in the same table.
        let nearer = if same { 0.01 } else { 0.0 };
        let told = match (same, its_section) {
            (false, "") => format!("{its_own} at the top of the file"),
            (true, _) => its_own.to_owned(),
            (false, _) => name.to_owned(),
        };
        (score(its_own) + nearer, told)
    });
    let headers = sections().into_iter().map(|name| (name, format!("[{name}]")));
    let headers = headers.chain(BLOCKS.map(|name| (name, format!("[[{name}]]"))));
    let headers = headers.chain([(LABELS, format!("[{LABELS}]"))]);
    let labels = LabelKind::ALL.map(|kind| (kind.table(), format!("[{LABELS}.{}]", kind.table())));
    let headers = headers.chain(labels);
    let headers = headers
        .filter(|_| section.is_empty())
        .map(|(name, header)| (strsim::jaro_winkler(&own, name), header));
    let best = keys.chain(headers).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(score, _)| *score >= ALIKE).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::super::decision::{ContactLimits, PolicyBasis};
    use super::super::recommendation::ApprovalReason;
    use super::*;

    #[test]
    fn names_are_there_once_and_in_a_table() {
        let mut names: Vec<&str> = names().collect();
        assert!(names.iter().all(|name| !split(name).0.is_empty() || *name == "ledger_id"));
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert_eq!(
            sections(),
            [
                "matching", "approval", "contact", "hand_off", "agents", "targets", "learning",
                "data"
            ]
        );
    }

    /// What bears on a recommendation or its approval is stored with every decision, and nothing else.
    #[test]
    fn the_basis_of_a_decision_has_the_keys_that_bear_on_it() {
        let mut policy = Policy::default();
        let limits = KEYS.iter().filter(|key| key.is_limit());
        limits.for_each(|key| key.set_text(&mut policy, "1").unwrap());
        let asked = [ApprovalReason::AccountValue, ApprovalReason::Cost, ApprovalReason::Evidence];
        policy.contact.after_failure = AfterFailure::Next;
        let contact = ContactLimits { plays: true, same_playbook: true, failure: true };
        let basis = PolicyBasis::new(&policy, &asked, Some(1e9)).limited(&policy.contact, contact);
        let basis = serde_json::to_value(basis).unwrap();
        let mut stored: Vec<&str> = basis.as_object().unwrap().keys().map(String::as_str).collect();
        let mut keys: Vec<&str> =
            KEYS.iter().filter(|key| key.bears_on.is_in_basis()).map(Key::own_name).collect();
        stored.sort_unstable();
        keys.sort_unstable();
        assert_eq!(stored, keys);
    }

    #[test]
    fn the_key_that_was_meant() {
        let meant = |unknown: &str| alike(unknown).unwrap_or_default();
        assert_eq!(meant("matching.confidence_treshold"), "confidence_threshold");
        assert_eq!(meant("matching.threshold"), "confidence_threshold");
        assert_eq!(meant("approval.Risk-Tolerance"), "risk_tolerance");
        assert_eq!(meant("approval.ranking"), "matching.ranking");
        assert_eq!(meant("confidence_threshold"), "matching.confidence_threshold");
        assert_eq!(meant("approvers"), "[[approver]]");
        assert_eq!(meant("target"), "[targets]");
        assert_eq!(meant("approver.segment"), "segments");
        for unlike in ["matching.zzz", "x", "", "."] {
            assert_eq!(alike(unlike), None, "{unlike:?}");
        }
    }
}
