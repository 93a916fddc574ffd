//! The dialog in which a decision is confirmed: what it is about, and what has moved under it.

use std::sync::Arc;
use std::time::Instant;

use compact_str::CompactString;

use super::form::{Form, choices, choices_for_many};
use crate::approval::Request;
use crate::approval::already;
use crate::domain::time::ago;
use crate::domain::{DecisionKind, Entry, Moment, Person};
use crate::insight::Card;
use crate::insight::changes::difference;
use crate::tui::keys::action::{Action, Context};
use crate::tui::keys::keymap::Keymap;
use crate::workspace::bulk::BulkPreview;
use crate::workspace::cards::CardFor;
use crate::workspace::{DecisionRequest, HashedBasis, Snapshot};

pub use super::form::FormField;

/// What is about to be decided.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A decision about what is recommended to a customer.
    Play {
        /// The customer's id.
        customer_id: CompactString,
        /// What the decision is about, with the hash that it is held to.
        stated: Box<HashedBasis>,
        /// The last entry for the customer when the dialog was read.
        seen: Option<CompactString>,
    },
    /// To take a decision or a hand-off back.
    Undo {
        /// The entry to undo.
        entry: Arc<Entry>,
        /// The last entry for the customer when the dialog was read.
        seen: Option<CompactString>,
    },
    /// One decision about each of several customers.
    Many {
        /// Ids of the customers.
        customers: Arc<[CompactString]>,
        /// So many of them are not in the list.
        unlisted: usize,
        /// The batch that is undone; what is in force for each customer where `None`.
        batch: Option<CompactString>,
        /// What it adds up to; `None` until that is known.
        sum: Option<Box<BulkPreview>>,
        /// What it adds up to now, where that is something else.
        fresh: Option<Box<BulkPreview>>,
        /// It has to be added up, which has not been requested yet.
        wants_preview: bool,
    },
}

/// A decision that asks to be confirmed.
#[derive(Debug, Clone)]
pub struct Dialog {
    /// What is decided about.
    pub subject: Subject,
    /// What is filled in.
    pub form: Form,
    /// What changed since the dialog was reviewed; it cannot be confirmed before it is reviewed again.
    pub moved: Option<String>,
    /// Why the decision was refused, or cannot be confirmed yet.
    pub refusal: Option<String>,
    /// It is being written.
    pub sending: bool,
    /// The first line on the screen.
    pub scroll: usize,
    /// The field that has the keys has to be brought into the window.
    pub follows: bool,
    /// True once it has been on the screen.
    pub drawn: bool,
    /// Since when cost, value and ROI have been on the screen. Keys that came before confirm nothing.
    pub shown: Option<Instant>,
    /// What to do about the customer and why, as it was when the dialog was read.
    pub card: Option<Box<Card>>,
    /// What an override is about, with the hash that it is held to.
    pub chosen: Option<Box<HashedBasis>>,
    /// The proposal that it follows, as long as it is about the proposed playbook.
    pub proposal: Option<Arc<Entry>>,
}

impl Dialog {
    /// Returns a dialog about a customer's recommendation; `None` where there is none.
    pub fn play(
        kind: DecisionKind,
        snapshot: &Snapshot,
        number: usize,
        now: &Moment,
    ) -> Option<Self> {
        let stated = Box::new(snapshot.hashed_basis(number)?);
        let customer_id = stated.basis.recommendation.customer_id.clone();
        let choices = choices(kind, snapshot, number);
        let mut form = Form::new(kind, choices, snapshot, now.today());
        if kind == DecisionKind::Propose && stated.basis.recommended().is_some() {
            // What most proposals ask for; it stands first.
            form.choice = Some(0);
        }
        let seen = snapshot.last_entry(&customer_id);
        Some(Self::new(Subject::Play { customer_id, stated, seen }, form))
    }

    /// A dialog about taking an entry back.
    pub fn undo(entry: Arc<Entry>, snapshot: &Snapshot, now: &Moment) -> Self {
        let form = Form::new(DecisionKind::Undo, Vec::new(), snapshot, now.today());
        let seen = snapshot.last_entry(&entry.customer_id);
        Self::new(Subject::Undo { entry, seen }, form)
    }

    /// A dialog about several customers.
    pub fn many(
        kind: DecisionKind,
        customers: Arc<[CompactString]>,
        unlisted: usize,
        batch: Option<CompactString>,
        snapshot: &Snapshot,
        now: &Moment,
    ) -> Self {
        let choices = match kind {
            DecisionKind::Override => choices_for_many(snapshot),
            _ => Vec::new(),
        };
        let form = Form::new(kind, choices, snapshot, now.today());
        let subject = Subject::Many {
            customers,
            unlisted,
            batch,
            sum: None,
            fresh: None,
            wants_preview: true,
        };
        Self::new(subject, form)
    }

    fn new(subject: Subject, form: Form) -> Self {
        Self {
            subject,
            form,
            moved: None,
            refusal: None,
            sending: false,
            scroll: 0,
            follows: false,
            drawn: false,
            shown: None,
            card: None,
            chosen: None,
            proposal: None,
        }
    }

    /// Returns the kind of the decision.
    pub fn kind(&self) -> DecisionKind {
        self.form.kind
    }

    /// True where a playbook is assigned by hand, since none is recommended.
    pub fn assigns(&self) -> bool {
        matches!(&self.subject, Subject::Play { stated, .. } if stated.basis.recommended().is_none())
    }

    /// The customer that it is about; `None` where there are several.
    pub fn customer_id(&self) -> Option<&CompactString> {
        match &self.subject {
            Subject::Play { customer_id, .. } => Some(customer_id),
            Subject::Undo { entry, .. } => Some(&entry.customer_id),
            Subject::Many { .. } => None,
        }
    }

    /// True while keys are text.
    pub fn in_text(&self) -> bool {
        self.form.in_text() && !self.sending
    }

    /// Changes what is filled in.
    pub fn fill_in(&mut self, change: impl FnOnce(&mut Form)) {
        let before = self.form.choice;
        change(&mut self.form);
        self.refusal = None;
        self.follows = true;
        if self.form.choice == before {
            return;
        }
        // What it costs is another sum with another playbook.
        self.unseen();
        if let Subject::Many { sum, wants_preview, .. } = &mut self.subject {
            *sum = None;
            *wants_preview = true;
        }
    }

    /// Makes what the dialog shows and holds the decision to of the customer and the chosen playbook.
    pub fn make_card(&mut self, snapshot: &Snapshot, by: &CompactString, now: &Moment) {
        let Subject::Play { customer_id, .. } = &self.subject else { return };
        let Some(number) = snapshot.matching.dataset().customer_number(customer_id) else { return };
        let recommended = snapshot.matching.winner(number);
        let recommended = recommended.and_then(|ranked| snapshot.matching.playbook(ranked));
        let is_other = |id: &str| recommended.is_none_or(|playbook| playbook.id != id);
        let choice = self.form.chosen().filter(|choice| is_other(&choice.playbook_id));
        self.chosen = choice
            .and_then(|choice| snapshot.hashed_basis_with(number, &choice.playbook_id))
            .map(Box::new);
        let of = CardFor {
            reviewer: Some(&Person::new(by)),
            now: Some(now),
            choice: choice.and_then(|choice| choice.chosen.as_ref()),
        };
        self.card = snapshot.card(number, of).map(Box::new);
    }

    /// Compares what the dialog shows with a new view.
    pub fn look_again(&mut self, snapshot: &Snapshot, now: &Moment) {
        if self.sending {
            return;
        }
        if let Subject::Many { wants_preview, .. } = &mut self.subject {
            *wants_preview = true;
            return;
        }
        let moved = self.what_moved(snapshot, now);
        self.has_moved(moved);
    }

    fn has_moved(&mut self, moved: Option<String>) {
        let before = std::mem::replace(&mut self.moved, moved);
        if before.is_some() && self.moved.is_none() {
            // What had to be read first is as it was.
            self.refusal = None;
        }
    }

    fn what_moved(&self, snapshot: &Snapshot, now: &Moment) -> Option<String> {
        let (customer_id, seen) = match &self.subject {
            Subject::Play { customer_id, seen, .. } => (customer_id, seen),
            Subject::Undo { entry, seen } => (&entry.customer_id, seen),
            Subject::Many { .. } => return None,
        };
        let last = snapshot.last_entry(customer_id);
        if last != *seen {
            let entry = last.as_deref().and_then(|id| snapshot.history.entry(id));
            return Some(entry.map_or_else(
                || "the ledger was replaced".to_owned(),
                |entry| {
                    format!("{} {} this {}", entry.by, entry.kind.done(), ago(entry.at, now.at))
                },
            ));
        }
        let Subject::Play { stated, .. } = &self.subject else { return None };
        let dataset = snapshot.matching.dataset();
        let number = dataset.customer_number(customer_id);
        let current = number.and_then(|number| snapshot.hashed_basis(number));
        match current {
            None => Some("the recommendation is gone".to_owned()),
            Some(current)
                if current.basis.recommended().is_none()
                    && stated.basis.recommended().is_some() =>
            {
                Some("the recommendation is gone".to_owned())
            }
            Some(current) if current.hash != stated.hash => {
                let (was, now) = (&stated.basis.recommendation, &current.basis.recommendation);
                let risks = Some((was.risk_score, now.risk_score));
                let words =
                    difference(Some(was), Some(now), risks, &snapshot.matching.policy().labels);
                Some(words.unwrap_or_else(|| "the source of a number changed".to_owned()))
            }
            Some(_) if self.form.names_playbook() => {
                let kind = self.kind();
                let now = number.map(|number| choices(kind, snapshot, number)).unwrap_or_default();
                (now != self.form.choices).then(|| self.form.what_moved(&now))
            }
            Some(_) => None,
        }
    }

    /// Takes in what the dialog adds up to. What was on the screen before is not replaced under the
    /// reader's eyes.
    pub fn take_preview(&mut self, new: BulkPreview, snapshot: &Snapshot) {
        let Subject::Many { customers, sum, fresh, .. } = &mut self.subject else { return };
        let chosen = self.form.chosen().map(|choice| choice.playbook_id.as_str());
        let asked_for = new.kind == self.form.kind
            && Arc::ptr_eq(&new.customers, customers)
            && new.playbook.as_deref() == chosen;
        if !asked_for || self.sending {
            return;
        }
        let difference = sum.as_ref().and_then(|shown| new.difference(shown, snapshot));
        match (sum.is_some(), &difference) {
            (true, Some(_)) => *fresh = Some(Box::new(new)),
            (shown, _) => {
                *sum = Some(Box::new(new));
                *fresh = None;
                if !shown {
                    self.unseen();
                }
            }
        }
        self.has_moved(difference);
    }

    /// Takes the new numbers in.
    ///
    /// # Errors
    /// Why there is nothing left to decide.
    pub fn read_again(
        &mut self,
        snapshot: &Snapshot,
        by: &CompactString,
        now: &Moment,
    ) -> Result<(), String> {
        let request = self.request(by, now);
        self.unseen();
        self.scroll = 0;
        self.moved = None;
        self.refusal = None;
        match &mut self.subject {
            Subject::Play { customer_id, stated, seen } => {
                *seen = snapshot.last_entry(customer_id);
                let number = snapshot.matching.dataset().customer_number(customer_id);
                let current = number.and_then(|number| snapshot.hashed_basis(number));
                let standing = number.map(|number| snapshot.standing(number));
                let both = standing.zip(request);
                let already = both.and_then(|(standing, ask)| already(&ask, &standing, now.at));
                if let Some(already) = already {
                    return Err(format!("{customer_id}: {already}"));
                }
                let assigns = self.form.names_playbook();
                let current =
                    current.filter(|current| assigns || current.basis.recommended().is_some());
                let Some(current) = current else {
                    return Err(format!("{customer_id} no longer has a recommendation"));
                };
                **stated = current;
                if self.form.names_playbook() {
                    let kind = self.form.kind;
                    let chosen = self.form.chosen().map(|choice| choice.playbook_id.clone());
                    self.form.choices =
                        number.map(|number| choices(kind, snapshot, number)).unwrap_or_default();
                    let same = |id: &String| {
                        self.form.choices.iter().position(|choice| choice.playbook_id == *id)
                    };
                    self.form.choice = chosen.as_ref().and_then(same);
                }
                self.make_card(snapshot, by, now);
            }
            Subject::Undo { entry, seen } => {
                *seen = snapshot.last_entry(&entry.customer_id);
                if snapshot
                    .history
                    .of_customer(&entry.customer_id)
                    .any(|e| e.undoes.as_ref() == Some(&entry.id))
                {
                    return Err("It was already undone".to_owned());
                }
            }
            Subject::Many { sum, fresh, .. } => {
                if let Some(fresh) = fresh.take() {
                    *sum = Some(fresh);
                }
            }
        }
        Ok(())
    }

    /// Says why a key does nothing. Where that is something to choose, the keys go there, and it is
    /// brought into the window.
    pub fn refuse(&mut self, why: String, now: &Moment) {
        if self.form.missing(now.today()).as_ref() == Some(&why) {
            self.form.focus_missing();
            self.follows = true;
        }
        self.refusal = Some(why);
    }

    /// Why the dialog cannot be confirmed as it is.
    pub fn incomplete(&self, now: &Moment, keys: &Keymap) -> Option<String> {
        self.missing(now, keys).or_else(|| match (self.shown, self.drawn) {
            (Some(_), _) => None,
            (None, true) => {
                let [down, up] =
                    [Action::PageDown, Action::PageUp].map(|a| keys.key_in(Context::Dialog, a));
                Some(format!("Scroll to cost, value and ROI first ({down} {up})"))
            }
            (None, false) => Some("Review it first, then confirm".to_owned()),
        })
    }

    /// What it lacks to be confirmed, whether or not it has been on the screen.
    pub fn missing(&self, now: &Moment, keys: &Keymap) -> Option<String> {
        if self.moved.is_some() {
            let key = keys.key_in(Context::Dialog, Action::ReadAgain);
            return Some(format!("Press {key} to review the new numbers first"));
        }
        if let Some(missing) = self.form.missing(now.today()) {
            return Some(missing);
        }
        if let Subject::Many { sum, wants_preview, .. } = &self.subject {
            match sum {
                Some(sum) if sum.items.is_empty() => {
                    return Some("None of them can be decided about".to_owned());
                }
                Some(_) if !wants_preview => {}
                _ => return Some("Still calculating".to_owned()),
            }
        }
        None
    }

    /// Takes note that what it shows now has not been on the screen yet.
    pub(crate) fn unseen(&mut self) {
        self.shown = None;
        self.drawn = false;
    }

    /// The decision about one customer as it is asked for.
    fn request(&self, by: &CompactString, now: &Moment) -> Option<Request> {
        let Subject::Play { customer_id, stated, seen } = &self.subject else { return None };
        let form = &self.form;
        let mut hash = stated.hash.clone();
        let mut playbook_id = stated.basis.recommendation.playbook_id.clone();
        // Held to the numbers of the choice as well.
        if let Some(chosen) = &self.chosen {
            playbook_id = chosen.basis.playbook_id().clone();
            hash = chosen.hash.clone();
        }
        let follows = |entry: &&Arc<Entry>| entry.playbook_id == playbook_id;
        let proposal = self.proposal.as_ref().filter(follows).map(|entry| entry.id.clone());
        Some(Request {
            proposal,
            playbook_id: Some(playbook_id),
            reason: form.named_reason().map(Into::into),
            note: form.note(),
            until: form.until_day(now.today()),
            basis_hash: Some(hash),
            seen: Some(seen.clone()),
            ..Request::new(form.kind, customer_id.clone(), by.clone())
        })
    }

    /// The decisions as they are asked for.
    pub fn asks(&self, by: &CompactString, now: &Moment) -> Vec<DecisionRequest> {
        let form = &self.form;
        match &self.subject {
            Subject::Play { .. } => {
                self.request(by, now).map(DecisionRequest::Decide).into_iter().collect()
            }
            Subject::Undo { entry, seen } => vec![DecisionRequest::Undo {
                entry: entry.id.clone(),
                by: by.clone(),
                note: form.note(),
                seen: Some(seen.clone()),
            }],
            Subject::Many { sum, .. } => {
                let until = form.until_day(now.today());
                let asks = |sum: &BulkPreview| {
                    sum.asks(by, form.named_reason(), form.note().as_ref(), until)
                };
                sum.as_deref().map(asks).unwrap_or_default()
            }
        }
    }
}
