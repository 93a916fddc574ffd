//! The dialog in which a decision is confirmed.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use tui_input::Input;

use crate::approval::Request;
use crate::approval::rules::already;
use crate::domain::time::ago;
use crate::domain::{DecisionKind, Entry, Policy};
use crate::insight::changes::difference;
use crate::workspace::{Snapshot, Stated};

/// What is about to be decided.
#[derive(Debug, Clone)]
pub enum Subject {
    /// To approve or reject what is recommended.
    Play { kind: DecisionKind, stated: Box<Stated> },
    /// To take a decision back.
    Undo { entry: Arc<Entry> },
}

/// Where the keys go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Cancel,
    Reason,
    Note,
}

/// A decision that asks to be confirmed.
#[derive(Debug, Clone)]
pub struct Dialog {
    pub subject: Subject,
    pub customer_id: CompactString,
    /// The last entry for the customer when the dialog was read.
    pub seen: Option<CompactString>,
    /// The reasons that may be named.
    pub reasons: Vec<String>,
    pub reason_required: bool,
    /// Index into `reasons`.
    pub reason: Option<usize>,
    pub note: Input,
    pub focus: Field,
    /// What has moved since the dialog was read; it cannot be confirmed until it is read again.
    pub moved: Option<String>,
    /// Why the decision was refused, or cannot be confirmed yet.
    pub refusal: Option<String>,
    /// It is being written.
    pub sending: bool,
    /// What it shows has been on the screen. Keys that came before that confirm nothing.
    pub shown: bool,
}

impl Dialog {
    /// A dialog about the play of a customer; `None` where nothing is recommended.
    pub fn play(kind: DecisionKind, snapshot: &Snapshot, number: usize) -> Option<Self> {
        let stated = Box::new(snapshot.stated(number)?);
        let customer_id = stated.basis.recommendation.customer_id.clone();
        let policy = snapshot.matching.policy();
        Some(Self::new(Subject::Play { kind, stated }, kind, customer_id, snapshot, policy))
    }

    /// A dialog about taking a decision back.
    pub fn undo(entry: Arc<Entry>, snapshot: &Snapshot) -> Self {
        let customer_id = entry.customer_id.clone();
        let policy = snapshot.matching.policy();
        Self::new(Subject::Undo { entry }, DecisionKind::Undo, customer_id, snapshot, policy)
    }

    fn new(
        subject: Subject,
        kind: DecisionKind,
        customer_id: CompactString,
        snapshot: &Snapshot,
        policy: &Policy,
    ) -> Self {
        let reason_required = policy.approval.needs_reason(kind);
        Self {
            seen: snapshot.last_entry(&customer_id),
            reasons: policy.approval.reasons.clone(),
            reason_required,
            reason: None,
            note: Input::default(),
            // Never a text field: the confirming key has to work from where the dialog opens.
            focus: if reason_required { Field::Reason } else { Field::Cancel },
            moved: None,
            refusal: None,
            sending: false,
            shown: false,
            subject,
            customer_id,
        }
    }

    pub fn kind(&self) -> DecisionKind {
        match &self.subject {
            Subject::Play { kind, .. } => *kind,
            Subject::Undo { .. } => DecisionKind::Undo,
        }
    }

    /// True while keys are text of the note.
    pub fn in_note(&self) -> bool {
        self.focus == Field::Note && !self.sending
    }

    /// True where the dialog has reason and note.
    pub fn has_fields(&self) -> bool {
        matches!(self.subject, Subject::Play { .. })
    }

    /// Moves to another field.
    pub fn turn(&mut self, forward: bool) {
        if !self.has_fields() {
            return;
        }
        self.focus = match (self.focus, forward) {
            (Field::Cancel, true) | (Field::Note, false) => Field::Reason,
            (Field::Reason, true) | (Field::Cancel, false) => Field::Note,
            (Field::Note, true) | (Field::Reason, false) => Field::Cancel,
        };
    }

    /// Chooses the reason after or before the one chosen.
    pub fn step_reason(&mut self, forward: bool) {
        if !self.has_fields() || self.reasons.is_empty() {
            return;
        }
        let last = self.reasons.len() - 1;
        self.reason = Some(match (self.reason, forward) {
            (None, true) => 0,
            (None, false) => last,
            (Some(at), true) => (at + 1).min(last),
            (Some(at), false) => at.saturating_sub(1),
        });
        self.focus = Field::Reason;
        self.refusal = None;
    }

    /// Chooses a reason by its number, from 1.
    pub fn choose_reason(&mut self, number: u8) {
        let index = usize::from(number).saturating_sub(1);
        if self.has_fields() && index < self.reasons.len() {
            // The same number again takes the choice back.
            self.reason = (self.reason != Some(index)).then_some(index);
            self.focus = Field::Reason;
            self.refusal = None;
        }
    }

    /// Compares what the dialog shows with a new view.
    pub fn look_again(&mut self, snapshot: &Snapshot, now: Timestamp) {
        if self.sending {
            return;
        }
        let moved = self.what_moved(snapshot, now);
        let before = std::mem::replace(&mut self.moved, moved);
        if before.is_some() && self.moved.is_none() {
            // What had to be read first is as it was.
            self.refusal = None;
        }
    }

    fn what_moved(&self, snapshot: &Snapshot, now: Timestamp) -> Option<String> {
        let last = snapshot.last_entry(&self.customer_id);
        if last != self.seen {
            let entry = last.as_deref().and_then(|id| snapshot.history.entry(id));
            return Some(entry.map_or_else(
                || "the ledger is another one now".to_owned(),
                |entry| format!("{} {} this {}", entry.by, entry.kind.done(), ago(entry.at, now)),
            ));
        }
        let Subject::Play { stated, .. } = &self.subject else { return None };
        let dataset = snapshot.matching.dataset();
        let number = dataset.customer_number(&self.customer_id);
        let current = number.and_then(|number| snapshot.stated(number));
        match current {
            None => Some("nothing is recommended any more".to_owned()),
            Some(current) if current.hash != stated.hash => {
                let (was, now) = (&stated.basis.recommendation, &current.basis.recommendation);
                let risks = Some((was.risk_score, now.risk_score));
                let words = difference(Some(was), Some(now), risks);
                Some(words.unwrap_or_else(|| "the source of its numbers is another one".to_owned()))
            }
            Some(_) => None,
        }
    }

    /// Takes the new numbers in.
    ///
    /// # Errors
    /// Why there is nothing left to decide.
    pub fn read_again(
        &mut self,
        snapshot: &Snapshot,
        by: &CompactString,
        now: Timestamp,
    ) -> Result<(), String> {
        let request = self.request(by);
        self.seen = snapshot.last_entry(&self.customer_id);
        self.shown = false;
        self.moved = None;
        self.refusal = None;
        match &mut self.subject {
            Subject::Play { stated, .. } => {
                let number = snapshot.matching.dataset().customer_number(&self.customer_id);
                let current = number.and_then(|number| snapshot.stated(number));
                let standing = number.map(|number| snapshot.standing(number));
                let both = standing.zip(request);
                let already = both.and_then(|(standing, ask)| already(&ask, &standing, now));
                if let Some(already) = already {
                    return Err(format!("{}: {already}", self.customer_id));
                }
                match current {
                    Some(current) => **stated = current,
                    None => {
                        return Err(format!(
                            "nothing is recommended for {} any more",
                            self.customer_id
                        ));
                    }
                }
            }
            Subject::Undo { entry } => {
                if snapshot
                    .history
                    .of_customer(&self.customer_id)
                    .any(|e| e.undoes.as_ref() == Some(&entry.id))
                {
                    return Err("it was already taken back".to_owned());
                }
            }
        }
        Ok(())
    }

    /// Why the dialog cannot be confirmed as it is.
    pub fn incomplete(&self) -> Option<String> {
        if self.moved.is_some() {
            return Some("read the new numbers first: Enter shows them".to_owned());
        }
        if !self.shown {
            return Some("read it first, then confirm".to_owned());
        }
        (self.reason_required && self.reason.is_none())
            .then(|| format!("choose a reason first: 1–{}", self.reasons.len().min(9)))
    }

    /// The decision as it is asked for.
    pub fn request(&self, by: &CompactString) -> Option<Request> {
        let Subject::Play { kind, stated } = &self.subject else { return None };
        let note = self.note.value().trim();
        Some(Request {
            kind: *kind,
            customer_id: self.customer_id.clone(),
            by: by.clone(),
            playbook_id: Some(stated.basis.recommendation.playbook_id.clone()),
            reason: self.reason.and_then(|at| self.reasons.get(at)).map(Into::into),
            note: (!note.is_empty()).then(|| note.to_owned()),
            until: None,
            basis_hash: Some(stated.hash.clone()),
            seen: Some(self.seen.clone()),
        })
    }
}
