//! Where a customer's recommendation stands.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use strum::{IntoStaticStr, VariantArray};

use super::decision::{Chosen, Entry};
use super::decision_kind::DecisionKind;
use super::labels::Labels;
use super::money::exact_dollars;

/// The status of a customer's recommendation. A pure function of recommendation, policy and ledger.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// No recommendation.
    #[default]
    None,
    /// No recommendation for a customer at high risk: a person has to find something.
    Uncovered,
    /// An experiment leaves the customer alone, to compare others with: nothing runs, and nobody decides.
    HeldOut,
    /// Needs no approval, and no one stopped it.
    Automatic,
    /// Needs no approval, but the source data has an error: needs a review before acting.
    Held,
    /// Needs approval; no decision stands.
    Pending,
    /// Approved by as many people as have to.
    Approved,
    /// Stopped.
    Rejected,
    /// Put on hold until a date.
    Deferred,
    /// Another playbook was chosen.
    Overridden,
    /// The last decision was about something else than what stands now.
    Stale,
    /// The approval is older than the policy allows.
    Expired,
    /// The play runs.
    Running,
    /// The play ran.
    Done,
}

impl Status {
    /// Every status, in the order in which they are listed.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// Returns its name in JSON, filters and tables.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// True where the queue holds it: a person has to decide.
    pub fn waits(self) -> bool {
        matches!(self, Self::Pending | Self::Stale | Self::Expired | Self::Held)
    }

    /// True where no playbook is recommended to a customer at high risk. Work for a person, but no
    /// decision: [`Status::waits`] is false.
    pub fn is_uncovered(self) -> bool {
        self == Self::Uncovered
    }

    /// True where people may still have to decide, or to look: no one stopped it, and it does not run.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Expired | Self::Automatic | Self::Held)
    }

    /// True where `export` gives it: it may run now, and does not yet.
    pub fn may_run(self) -> bool {
        matches!(self, Self::Automatic | Self::Approved | Self::Overridden)
    }
}

/// One field that moved between a decision and now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Its name in the basis: `account_value`.
    pub field: &'static str,
    /// Its value then.
    pub was: Value,
    /// Its value now.
    pub now: Value,
}

impl Change {
    /// As a person reads it: `account value $90,000 → $120,000`, `stage Support → Churn risk`. Text from
    /// data files in it is not yet escaped.
    pub fn words(&self) -> String {
        self.labeled(&Labels::default())
    }

    /// As [`Change::words`], with the policy's labels.
    pub fn labeled(&self, labels: &Labels) -> String {
        let field = self.field.strip_prefix("chosen.").unwrap_or(self.field);
        let money = matches!(field, "expected_cost" | "expected_value" | "account_value");
        let label = |code: &str| match field {
            "recommended_action" => labels.action(code).into_owned(),
            "journey_stage" => labels.stage(code).into_owned(),
            _ => code.to_owned(),
        };
        let told = |value: &Value| match value {
            Value::Null => "none".to_owned(),
            Value::String(text) => label(text),
            Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Value::Number(number) => match number.as_f64() {
                Some(amount) if money => exact_dollars(amount),
                _ => number.to_string(),
            },
            Value::Array(all) if all.is_empty() => "none".to_owned(),
            Value::Array(all) => {
                let texts = all.iter().map(|one| one.as_str().unwrap_or_default());
                texts.collect::<Vec<_>>().join(" and ")
            }
            other => other.to_string(),
        };
        let name = match self.field {
            "playbook_id" => "playbook",
            "chosen.playbook_id" => "chosen playbook",
            "chosen.recommended_action" => "chosen playbook's action",
            "chosen.requires_human_approval" => "chosen playbook needs approval",
            "chosen.expected_cost" => "chosen playbook's cost",
            "chosen.expected_value" => "chosen playbook's value",
            "chosen.failed" => "gates that the chosen playbook does not pass",
            "recommended_action" => "action",
            "journey_stage" => "stage",
            "requires_human_approval" => "needs approval",
            "expected_cost" => "cost",
            "expected_value" => "value",
            "account_value" => "account value",
            "risk_score" => "risk",
            other => other,
        };
        format!("{name} {} → {}", told(&self.was), told(&self.now))
    }
}

/// A play that was handed off, or is in `interventions.json`, since the customer entered its stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The playbook.
    pub playbook_id: CompactString,
    /// The recommended playbook in whose place a person chose this one.
    pub instead_of: Option<CompactString>,
    /// What says that it runs.
    pub began: RunBegan,
    /// Its outcome in `outcomes.json`; `None` while there is none.
    pub outcome: Option<CompactString>,
    /// When it counts as done without an outcome; `None` where no date says.
    pub until: Option<Timestamp>,
    /// There is an outcome, or no time left to wait for one.
    pub over: bool,
}

impl Run {
    /// True where it is about one of these playbooks.
    pub fn is_of(&self, playbooks: &[&str]) -> bool {
        let of = |id: &CompactString| playbooks.contains(&id.as_str());
        of(&self.playbook_id) || self.instead_of.as_ref().is_some_and(of)
    }
}

/// A play that runs, as `explain --format json` has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Running {
    /// The playbook.
    pub playbook_id: CompactString,
    /// The time of the hand-off, or the date as the file has it.
    pub since: Option<CompactString>,
    /// Who, or what says so.
    #[serde(flatten)]
    pub by: RunningBy,
}

/// What says that a play runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunningBy {
    /// Id of the entry that records the hand-off.
    Entry(CompactString),
    /// Id of the row of `interventions.json`.
    InterventionId(CompactString),
}

/// An approval, or the choice of another playbook, that does not count.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncounted {
    /// The entry.
    pub entry: Arc<Entry>,
    /// Why it does not count.
    pub why: WhyUncounted,
}

/// Why an approval does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyUncounted {
    /// Under today's policy its maker may not decide about it.
    NotAuthorized,
    /// It is dated later than now.
    DatedInFuture,
    /// Its maker has a key, and it is not signed with it.
    #[serde(untagged)]
    Signature(SignatureFault),
}

/// Why an entry in the name of someone who has a key does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureFault {
    /// It has no signature.
    NotSigned,
    /// What it has is no signature of an entry: damaged, or made for something else.
    NotASignature,
    /// It was signed with a key that is none of its maker's at that time.
    OtherKey,
    /// Something else was signed.
    OtherText,
    /// It is dated further from the time in its id than clocks may differ.
    OtherTime,
    /// It was signed for another ledger.
    OtherLedger,
}

impl SignatureFault {
    /// `is not signed`
    pub fn words(self) -> &'static str {
        match self {
            Self::NotSigned => "is not signed",
            Self::NotASignature => "has a damaged signature",
            Self::OtherKey => "is signed with a key that is not theirs",
            Self::OtherText => "does not match its signature",
            Self::OtherTime => "is dated more than 5 minutes from when it was signed",
            Self::OtherLedger => "was signed for another ledger",
        }
    }
}

impl Uncounted {
    /// `Dana approved on 2026-02-03 but is no longer authorized`. Text from data files in it is not
    /// yet escaped.
    pub fn words(&self) -> String {
        let entry = &self.entry;
        let date = entry.at.strftime("%Y-%m-%d");
        let did = match entry.kind {
            DecisionKind::Override => format!("chose {}", entry.playbook_id),
            kind => kind.done().to_owned(),
        };
        let by = &entry.by;
        match self.why {
            WhyUncounted::NotAuthorized => {
                format!("{by} {did} on {date} but is no longer authorized")
            }
            WhyUncounted::DatedInFuture => {
                format!("{by} {did} on {date}, which is dated in the future and does not count")
            }
            WhyUncounted::Signature(fault) => {
                let (noun, seq) = (entry.kind.rules().noun, entry.seq);
                format!("{by}'s {noun} {} (#{seq}, {date})", fault.words())
            }
        }
    }
}

/// An uncounted approval as JSON has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UncountedTold {
    /// Id of the ledger entry.
    pub entry: CompactString,
    /// The kind of decision.
    pub kind: DecisionKind,
    /// Who, or what says so.
    pub by: CompactString,
    /// When.
    pub at: Timestamp,
    /// Why it does not count.
    pub why: WhyUncounted,
}

impl From<&Uncounted> for UncountedTold {
    fn from(Uncounted { entry, why }: &Uncounted) -> Self {
        let (id, by) = (entry.id.clone(), entry.by.clone());
        Self { entry: id, kind: entry.kind, by, at: entry.at, why: *why }
    }
}

/// Where it is said that a play runs.
#[derive(Debug, Clone, PartialEq)]
pub enum RunBegan {
    /// The entry that records the hand-off.
    HandedOff(Arc<Entry>),
    /// A row of `interventions.json`, or where there is none, of `outcomes.json`: its id and its date
    /// as the file has them.
    InData {
        /// Its id.
        id: CompactString,
        /// Its date, as the file has it.
        at: Option<CompactString>,
    },
}

/// A status with what led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The status.
    pub status: Status,
    /// The decision in force for the customer, without those that were undone; it may be stale.
    pub decision: Option<Arc<Entry>>,
    /// Who has approved what stands now.
    pub approvals: Vec<CompactString>,
    /// How many different people have to.
    pub needed: usize,
    /// Approvals and choices that would stand and do not count.
    pub uncounted: Vec<Uncounted>,
    /// The entry that put a broken ledger in order, where decisions about this customer may have been
    /// among what it cut off: those before it count no more.
    pub recovered: Option<Arc<Entry>>,
    /// What has moved since the decision; empty unless `stale`.
    pub changed: Vec<Change>,
    /// What runs or ran: with the status `running` or `done` why it is that; with `none`, what runs
    /// although nothing is recommended.
    pub run: Option<Run>,
    /// When the status becomes another one by time alone.
    pub next_change: Option<Timestamp>,
    /// Since when it needs a decision, where a date says so: a deferral that ended, an approval that
    /// expired.
    pub since: Option<Timestamp>,
    /// When the last decision that was undone was undone.
    pub undone: Option<Timestamp>,
}

impl Standing {
    /// No one has decided anything.
    pub fn undecided(status: Status) -> Self {
        Self {
            status,
            decision: None,
            approvals: Vec::new(),
            needed: 1,
            uncounted: Vec::new(),
            recovered: None,
            changed: Vec::new(),
            run: None,
            next_change: None,
            since: None,
            undone: None,
        }
    }

    /// The play that runs now.
    pub fn running(&self) -> Option<Running> {
        let run = self.run.as_ref().filter(|run| !run.over)?;
        let (since, by) = match &run.began {
            RunBegan::HandedOff(entry) => {
                // As the ledger has it.
                let since = compact_str::format_compact!("{:.3}", entry.at);
                (Some(since), RunningBy::Entry(entry.id.clone()))
            }
            RunBegan::InData { id, at } => (at.clone(), RunningBy::InterventionId(id.clone())),
        };
        Some(Running { playbook_id: run.playbook_id.clone(), since, by })
    }

    /// Returns the override that needs more approvers, or that expired.
    pub fn pending_choice(&self) -> Option<&Arc<Entry>> {
        let waits = match self.status {
            Status::Pending => !self.approvals.is_empty(),
            status => status == Status::Expired,
        };
        self.decision.as_ref().filter(|decision| waits && decision.basis.chosen.is_some())
    }

    /// `approved by dana; needs one more approver` while some have approved and more have to; `None`
    /// else.
    pub fn progress_words(&self) -> Option<String> {
        let more = self.approvers_missing()?;
        let verb = match self.choice() {
            Some((chosen, true)) => format!("{} chosen instead", chosen.title()),
            Some((chosen, false)) => format!("{} assigned by hand", chosen.title()),
            None => "approved".to_owned(),
        };
        Some(format!("{verb} by {}; needs {more}", self.approvals.join(" and ")))
    }

    /// `one more approver` while some have approved and more have to; `None` else.
    pub fn approvers_missing(&self) -> Option<String> {
        self.progress()?;
        Some(match self.needed.saturating_sub(self.approvals.len()) {
            0 | 1 => "one more approver".to_owned(),
            more => format!("{more} more approvers"),
        })
    }

    /// `1 of 2, dana` while some have approved and more have to; `None` else.
    pub fn progress(&self) -> Option<String> {
        let so_far = self.approvals.len();
        if !self.status.is_open() || so_far == 0 {
            return None;
        }
        let mut text = format!("{so_far} of {}, {}", self.needed, self.approvals.join(", "));
        // Whoever chose another playbook did not approve the recommended one.
        if let Some((chosen, is_instead)) = self.choice() {
            let instead = if is_instead { " instead" } else { "" };
            text.push_str(&format!(", for {}{instead}", chosen.title()));
        }
        Some(text)
    }

    /// What was chosen by fewer people than have to, and whether instead of a recommendation.
    fn choice(&self) -> Option<(&Chosen, bool)> {
        let basis = &self.pending_choice()?.basis;
        Some((basis.chosen.as_deref()?, basis.recommended().is_some()))
    }
}
