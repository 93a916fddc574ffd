//! Why a decision is refused: the rule, what was found, and who could decide. The text of every refusal
//! is made here.

use std::fmt;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;

use super::words::run_words;
use crate::domain::money::exact_dollars;
use crate::domain::person::NameError;
use crate::domain::policy::Objection;
use crate::domain::time::ago;
use crate::domain::until;
use crate::domain::{DecisionKind, Error, ErrorKind, Person, Run};

/// A rule that does not allow a decision. Text from data files in its message is not escaped.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// The reviewer's name is not a name of a person.
    Name(NameError),
    /// Nothing is recommended for the customer.
    NothingRecommended {
        /// The customer.
        customer_id: CompactString,
        /// A playbook may be assigned by hand.
        assignable: bool,
    },
    /// An experiment leaves the customer alone.
    HeldOut {
        /// The customer.
        customer_id: CompactString,
    },
    /// The recommended play already runs or ran; `hand_off` is the number of the entry to undo first,
    /// where an undo was asked for and there is one.
    Started {
        /// The customer.
        customer_id: CompactString,
        /// What runs or ran.
        run: Box<Run>,
        /// The entry that records the hand-off.
        hand_off: Option<u64>,
        /// The time from which "3 min ago" counts.
        now: Timestamp,
    },
    /// The reviewer means another playbook than the recommended one.
    OtherPlaybook {
        /// The customer.
        customer_id: CompactString,
        /// The recommended playbook.
        recommended: CompactString,
        /// The playbook that the reviewer means.
        meant: CompactString,
    },
    /// The numbers are no longer those that the reviewer saw.
    BasisChanged {
        /// The customer.
        customer_id: CompactString,
        /// Hash of the basis now.
        current: String,
        /// Hash of the basis that the reviewer saw.
        seen: String,
    },
    /// An override or a proposal that names no playbook.
    NeedsPlaybook {
        /// The decision.
        kind: DecisionKind,
        /// The customer.
        customer_id: CompactString,
        /// The recommended playbook; empty where there is none.
        recommended: CompactString,
    },
    /// An override that names the recommended playbook.
    ChoseRecommended {
        /// The customer.
        customer_id: CompactString,
        /// The recommended playbook.
        recommended: CompactString,
    },
    /// An override that names a playbook whose row was skipped.
    ChoseSkipped {
        /// The playbook.
        playbook_id: CompactString,
    },
    /// An override that names a playbook that already ran or runs in the customer's stage.
    ChoseStarted {
        /// The customer.
        customer_id: CompactString,
        /// What runs or ran.
        run: Box<Run>,
        /// The time from which "3 min ago" counts.
        now: Timestamp,
    },
    /// The same decision is already made.
    AlreadyDecided {
        /// What was decided, by whom and when.
        already: Box<Already>,
        /// Where more people have to decide: how far that is, and who can.
        more: Option<(String, Able)>,
    },
    /// The reviewer is not an approver of the policy.
    NotApprover {
        /// The reviewer.
        by: Person,
        /// Who can.
        able: Able,
    },
    /// A limit of the approver.
    Limits {
        /// Every limit that stands in the way, with what was found.
        limits: Vec<Limit>,
        /// Who can.
        able: Able,
    },
    /// The reviewer may not hand off plays.
    MayNotHandOff {
        /// The reviewer.
        by: Person,
        /// Who may.
        allowed: Vec<Person>,
    },
    /// A decision that has to name a reason.
    NeedsReason {
        /// The decision.
        kind: DecisionKind,
        /// The reasons of the policy.
        allowed: Vec<String>,
    },
    /// A reason that the policy does not have.
    UnknownReason {
        /// The decision.
        kind: DecisionKind,
        /// The reason.
        reason: CompactString,
        /// The reasons of the policy.
        allowed: Vec<String>,
    },
    /// A deferral without a date.
    NeedsUntil,
    /// A deferral until today or earlier.
    PastUntil {
        /// The date.
        until: Date,
        /// The date today.
        today: Date,
    },
    /// An undo of an undo.
    UndoOfUndo {
        /// The entry, as "dana's approval #3".
        entry: String,
    },
    /// An entry that was undone before.
    AlreadyUndone {
        /// The entry, as "dana's approval #3".
        entry: String,
        /// Who undid it.
        by: CompactString,
        /// When.
        at: Timestamp,
        /// The time from which "3 min ago" counts.
        now: Timestamp,
    },
    /// An entry that a later decision replaced.
    Replaced {
        /// The entry, as "dana's approval #3".
        entry: String,
        /// What holds now, as "sam rejected C1 (#5) 3 min ago".
        current: String,
        /// Number of the entry that holds now.
        current_seq: u64,
    },
    /// An entry that is not a decision in force.
    NotInForce {
        /// The entry, as "dana's approval #3".
        entry: String,
    },
    /// A decision that names an entry which is not a proposal.
    NotAProposal {
        /// The entry, as "dana's approval #3".
        entry: String,
    },
    /// A decision that names a proposal about another customer or playbook.
    OtherProposal {
        /// The entry, as "bot's proposal #3".
        entry: String,
        /// The customer of the proposal.
        customer_id: CompactString,
        /// The proposed playbook.
        playbook_id: CompactString,
    },
    /// The undo of a proposal by someone else than its maker.
    NotItsMaker {
        /// The entry, as "bot's proposal #3".
        entry: String,
        /// Who made it.
        maker: CompactString,
    },
    /// Something that the policy does not let agents do.
    AgentsMayNot {
        /// What.
        what: &'static str,
        /// The key of the policy that lets them.
        key: &'static str,
    },
    /// A claim of a play that is not cleared to run.
    NotCleared {
        /// The customer.
        customer_id: CompactString,
        /// The status, in words.
        status: String,
    },
    /// A claim that names a customer before.
    ClaimedTwice {
        /// The customer.
        customer_id: CompactString,
    },
    /// The key of a claim was used for other plays.
    KeyUsed {
        /// The key.
        key: String,
    },
    /// An outcome of a play that does not run.
    NoIntervention {
        /// The id that was given.
        intervention_id: CompactString,
    },
    /// An outcome of a play that has one in the data.
    HasOutcome {
        /// The intervention.
        intervention_id: CompactString,
        /// Its outcome.
        outcome: CompactString,
    },
    /// Another outcome than the one that was reported before.
    OtherOutcome {
        /// The intervention.
        intervention_id: CompactString,
        /// The outcome that was reported.
        outcome: CompactString,
        /// Who reported it.
        by: CompactString,
    },
    /// A hand-off by an agent that the policy does not name.
    AgentNotNamed {
        /// The agent.
        by: Person,
    },
    /// A decision of a kind that follows no proposal.
    FollowsNothing {
        /// The decision.
        kind: DecisionKind,
    },
}

/// A decision that is already made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Already {
    /// The kind.
    pub kind: DecisionKind,
    /// Of a deferral the date.
    pub until: Option<Date>,
    /// Who decided.
    pub by: CompactString,
    /// How long ago, where it is the last decision.
    pub when: Option<String>,
    /// The reviewer, where the names only look alike.
    pub looks_like: Option<CompactString>,
}

impl fmt::Display for Already {
    /// `already approved by sam 3 min ago`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "already {}", self.kind.done())?;
        if let Some(until) = self.until {
            write!(f, " until {until}")?;
        }
        write!(f, " by {}", self.by)?;
        if let Some(when) = &self.when {
            write!(f, " {when}")?;
        }
        match &self.looks_like {
            Some(by) => write!(f, ", whose name is confusable with {by}"),
            None => Ok(()),
        }
    }
}

/// A limit of an approver, and what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The approver.
    pub approver: Person,
    /// The limit.
    pub objection: Objection,
    /// Of a limit in dollars what was found; `None` where it is missing.
    pub found: Option<f64>,
    /// The segment of the customer.
    pub segment: CompactString,
    /// The segments that the approver decides about.
    pub segments: Vec<CompactString>,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.approver;
        let (what, key, limit) = match self.objection {
            Objection::Segment => {
                let segments = match self.segments.split_last() {
                    Some((last, others)) if !others.is_empty() => {
                        format!("{} and {last}", others.join(", "))
                    }
                    _ => self.segments.concat(),
                };
                return write!(
                    f,
                    "{name} decides only about {segments}, not about {}",
                    self.segment
                );
            }
            Objection::AccountValue(limit) => ("account value", "account_value_up_to", limit),
            Objection::Cost(limit) => ("cost", "cost_up_to", limit),
        };
        let limit = exact_dollars(limit);
        match self.found.map(exact_dollars) {
            Some(found) => {
                write!(f, "{what} {found} is above the limit of {limit} for {name} ({key})")
            }
            None => write!(
                f,
                "{what} is missing, so the limit of {limit} for {name} cannot be checked ({key})"
            ),
        }
    }
}

/// Who can decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Able {
    /// Anyone else: the policy names no approver.
    AnyoneElse,
    /// No approver of the policy.
    Nobody,
    /// These people.
    People(Vec<Person>),
}

impl fmt::Display for Able {
    /// `dana or sam can decide this`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnyoneElse => write!(f, "anyone else can decide this"),
            Self::Nobody => write!(f, "no approver in the policy can decide this"),
            Self::People(people) => write!(f, "{} can decide this", either(people)),
        }
    }
}

impl Refusal {
    /// Returns what was found, without a full stop.
    pub fn message(&self) -> String {
        match self {
            Self::Name(NameError::Empty) => "--by is empty".to_owned(),
            Self::Name(error) => format!("--by {error}"),
            Self::NothingRecommended { customer_id, .. } => {
                format!("no recommendation for {customer_id}")
            }
            Self::HeldOut { customer_id } => {
                format!("{customer_id} is held out: an experiment compares others with it")
            }
            Self::Started { customer_id, run, now, .. } => {
                format!("{customer_id}: {}", run_words(run, *now))
            }
            Self::OtherPlaybook { customer_id, recommended, meant } => {
                format!("the recommendation for {customer_id} is {recommended}, not {meant}")
            }
            Self::BasisChanged { customer_id, current, seen } => format!(
                "the recommendation for {customer_id} changed: its basis is {current}, not {seen}"
            ),
            Self::NeedsPlaybook { kind, .. } => format!("`{}` needs --playbook", kind.name()),
            Self::ChoseRecommended { customer_id, recommended } => {
                format!("{recommended} is already recommended for {customer_id}")
            }
            Self::ChoseSkipped { playbook_id } => {
                format!("{playbook_id} cannot be chosen: its row was skipped")
            }
            Self::ChoseStarted { customer_id, run, now } => format!(
                "{customer_id}: {} since the customer entered its stage",
                run_words(run, *now)
            ),
            Self::AlreadyDecided { already, more } => match more {
                Some((progress, _)) => format!("{already} ({progress})"),
                None => already.to_string(),
            },
            Self::NotApprover { by, .. } => format!("{by} is not an approver in the policy"),
            Self::Limits { limits, .. } => {
                limits.iter().map(Limit::to_string).collect::<Vec<_>>().join("; ")
            }
            Self::MayNotHandOff { by, .. } => format!(
                "{by} may not hand off plays or undo that: not an approver and not in hand_off.by"
            ),
            Self::NeedsReason { kind, .. } => format!("`{}` needs --reason", kind.name()),
            Self::UnknownReason { reason, .. } => {
                format!("{reason:?} is not a reason in the policy")
            }
            Self::NeedsUntil => "`defer` needs --until".to_owned(),
            Self::PastUntil { until, today } => format!("{until} is not after today, {today}"),
            Self::UndoOfUndo { entry } => format!("{entry} cannot be undone"),
            Self::AlreadyUndone { entry, by, at, now } => {
                format!("{entry} was already undone by {by} {}", ago(*at, *now))
            }
            Self::Replaced { entry, current, .. } => {
                format!("{entry} is no longer in force: {current}")
            }
            Self::NotInForce { entry } => format!("{entry} is not a decision in force"),
            Self::NotAProposal { entry } => format!("{entry} is not a proposal"),
            Self::OtherProposal { entry, customer_id, playbook_id } => {
                format!("{entry} is about {playbook_id} for {customer_id}")
            }
            Self::NotItsMaker { entry, maker } => {
                format!("{entry} can be undone only by {maker}")
            }
            Self::AgentsMayNot { what, .. } => format!("the policy does not let agents {what}"),
            Self::NotCleared { customer_id, status } => {
                format!("{customer_id} is not cleared to run: {status}")
            }
            Self::ClaimedTwice { customer_id } => {
                format!("{customer_id} is named twice in this claim")
            }
            Self::KeyUsed { key } => format!("the key {key:?} was used for other plays"),
            Self::NoIntervention { intervention_id: id } => format!("no intervention {id:?}"),
            Self::HasOutcome { intervention_id, outcome } => {
                format!("the intervention {intervention_id:?} has the outcome {outcome:?} already")
            }
            Self::OtherOutcome { intervention_id, outcome, by } => {
                format!("{by} already reported {outcome:?} for {intervention_id:?}")
            }
            Self::AgentNotNamed { by } => {
                format!("{by} may not hand off plays: not named in hand_off.by")
            }
            Self::FollowsNothing { kind } => {
                format!("`{}` cannot name a proposal", kind.name())
            }
        }
    }

    /// Returns what to do about it, and who could decide.
    pub fn hints(&self) -> Vec<String> {
        let allowed = |allowed: &[String]| format!("use one of {}", allowed.join(", "));
        let hint = match self {
            Self::Name(_) => "set your name with --by NAME".to_owned(),
            Self::NothingRecommended { assignable: true, .. } => {
                "`override` assigns a playbook by hand".to_owned()
            }
            Self::NothingRecommended { customer_id, .. } => {
                format!("`nextplay explain {customer_id}` shows why")
            }
            Self::HeldOut { .. } => {
                "to decide about it, end the experiment in nextplay.toml".to_owned()
            }
            Self::Started { hand_off: Some(entry), .. } => {
                format!("to stop it, undo the hand-off first (#{entry})")
            }
            Self::Started { run, .. } if run.over => return Vec::new(),
            Self::Started { .. } => "one play runs at a time".to_owned(),
            Self::OtherPlaybook { .. } | Self::BasisChanged { .. } => {
                "review the recommendation again, then decide".to_owned()
            }
            Self::NeedsPlaybook { kind: DecisionKind::Propose, customer_id, .. } => {
                format!("name the playbook to propose for {customer_id}: --playbook P")
            }
            Self::NeedsPlaybook { customer_id, recommended, .. } if recommended.is_empty() => {
                format!("name the playbook to run for {customer_id}: --playbook P")
            }
            Self::NeedsPlaybook { customer_id, recommended, .. } => format!(
                "name the playbook to run for {customer_id} instead of {recommended}: --playbook P"
            ),
            Self::ChoseRecommended { .. } => "approve it instead".to_owned(),
            Self::ChoseSkipped { .. } => {
                "its numbers are not known; `nextplay check` shows what is wrong with it".to_owned()
            }
            Self::ChoseStarted { .. } => "name a playbook that has not run".to_owned(),
            Self::AlreadyDecided { more: Some((_, able)), .. }
            | Self::NotApprover { able, .. }
            | Self::Limits { able, .. } => able.to_string(),
            Self::MayNotHandOff { allowed, .. } => format!("{} may", either(allowed)),
            Self::NeedsReason { allowed: reasons, .. }
            | Self::UnknownReason { allowed: reasons, .. } => allowed(reasons),
            Self::NeedsUntil => format!("add --until DATE: {}", until::ACCEPTED),
            Self::PastUntil { .. } => "defer to a later date".to_owned(),
            Self::UndoOfUndo { .. } => "decide again instead".to_owned(),
            Self::NotAProposal { .. } => {
                "`nextplay explain CUSTOMER` lists the open proposals".to_owned()
            }
            Self::OtherProposal { .. } => {
                "name a proposal of this customer and playbook".to_owned()
            }
            Self::NotItsMaker { .. } => {
                "a decision about the customer answers the proposal".to_owned()
            }
            Self::AgentsMayNot { key, .. } => format!("`{key} = true` in the policy lets them"),
            Self::NotCleared { .. } => {
                "`nextplay export` lists the plays that are cleared to run".to_owned()
            }
            Self::KeyUsed { .. } => "use another key for another claim".to_owned(),
            Self::ClaimedTwice { .. } => "name each customer once".to_owned(),
            Self::NoIntervention { .. } => {
                "name the intervention_id of a play that was handed off and not undone".to_owned()
            }
            Self::HasOutcome { .. } | Self::OtherOutcome { .. } => {
                "an outcome is reported once; correct it in outcomes.json".to_owned()
            }
            Self::AgentNotNamed { .. } => "the policy names who can".to_owned(),
            Self::FollowsNothing { .. } => "only `approve` and `override` do".to_owned(),
            Self::Replaced { current_seq, .. } => format!("undo #{current_seq} instead"),
            Self::AlreadyDecided { more: None, .. }
            | Self::AlreadyUndone { .. }
            | Self::NotInForce { .. } => return Vec::new(),
        };
        vec![hint]
    }
}

impl fmt::Display for Refusal {
    /// The message alone; hints are shown on lines of their own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self { kind: ErrorKind::Refused, message: refusal.message(), hints: refusal.hints() }
    }
}

/// `dana, sam or lee`
fn either(people: &[Person]) -> String {
    let names: Vec<&str> = people.iter().map(|person| person.name().as_str()).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
    }
}
