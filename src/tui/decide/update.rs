//! Decisions in the dashboard: whether one can be asked for, the dialog's steps, and the result.

use std::sync::Arc;

use compact_str::CompactString;

use super::dialog::{Dialog, FormField, Subject};
use super::last::{LastDecision, Undoable};
use super::words::{outcome, several_words};
use crate::approval::{Refusal, Request, rules};
use crate::domain::money::count;
use crate::domain::{DecisionKind, Entry, Error, Moment};
use crate::tui::activity::list::Item;
use crate::tui::event::Effect;
use crate::tui::keys::action::Action;
use crate::tui::keys::press::Press;
use crate::tui::screen::id::Screen;
use crate::tui::state::{NoticeKind, Outcome, Overlay, State};
use crate::workspace::bulk::{BulkPreview, BulkRequest, MAX_CUSTOMERS};
use crate::workspace::{DecideError, RecordedDecision, Snapshot};

impl State {
    /// Returns whether there is anything to undo.
    ///
    /// # Errors
    /// Where there is not; says why.
    pub fn can_undo(&self) -> Result<(), String> {
        self.deciding_possible()?;
        if self.undoes_fresh_batch() {
            return Ok(());
        }
        self.selection_settled()?;
        if self.screen.lists_customers() && self.has_selection()? {
            let snapshot = self.deciding_possible()?;
            let Some(only) = self.only_selected(snapshot) else { return Ok(()) };
            let nothing = || "There is no decision to undo here".to_owned();
            return self.undoable_of(snapshot, only)?.map(|_| ()).ok_or_else(nothing);
        }
        self.undoable().map(|_| ())
    }

    /// True where several decisions were made just now: undo is about all of them.
    fn undoes_fresh_batch(&self) -> bool {
        self.screen.lists_customers()
            && self.last_decision.as_ref().is_some_and(LastDecision::is_fresh_batch)
    }

    /// Returns what undo would be about: the decision in force for the selected customer, else what the
    /// reviewer decided last here.
    ///
    /// # Errors
    /// Where there is none; says why.
    pub(crate) fn undoable(&self) -> Result<Undoable, String> {
        let snapshot = self.deciding_possible()?;
        self.selection_settled()?;
        if self.screen == Screen::Activity {
            return self.undoable_line(snapshot).map(Undoable::Entry);
        }
        if let Some((snapshot, number)) = self.selected()
            && let Some(entry) = self.undoable_of(snapshot, number)?
        {
            return Ok(Undoable::Entry(entry));
        }
        let nothing = || "There is no decision to undo here".to_owned();
        match self.last_decision.as_ref().ok_or_else(nothing)? {
            LastDecision::Batch { .. } => Ok(Undoable::Batch),
            LastDecision::One(id) => {
                let entry = snapshot.history.entry(id).ok_or_else(nothing)?;
                let mut later = snapshot.history.of_customer(&entry.customer_id);
                match later.any(|later| later.undoes.as_deref() == Some(id)) {
                    true => Err(nothing()),
                    false => Ok(Undoable::Entry(Arc::clone(entry))),
                }
            }
        }
    }

    /// The entry on the selected line of the Activity screen, if it can be undone.
    fn undoable_line(&self, snapshot: &Snapshot) -> Result<Arc<Entry>, String> {
        let Some(Item::Entry(entry)) = self.activity.selected() else {
            return Err("This line is not a decision".to_owned());
        };
        let undoable = snapshot.may_undo_now(entry, &self.by, self.now);
        undoable.map_err(|error| about(&entry.customer_id, error.one_line()))?;
        Ok(Arc::clone(entry))
    }

    /// What can be undone for a customer; `None` where nothing was decided.
    fn undoable_of(
        &self,
        snapshot: &Snapshot,
        number: usize,
    ) -> Result<Option<Arc<Entry>>, String> {
        snapshot.undoable(number, &self.by, self.now).map_err(|error| {
            let view = snapshot.matching.customer(number);
            about(view.map(|view| view.id()).unwrap_or_default(), error.one_line())
        })
    }

    /// A dialog about one customer.
    fn dialog_about(
        &self,
        kind: DecisionKind,
        snapshot: &Snapshot,
        number: usize,
        now: &Moment,
    ) -> Option<Dialog> {
        if kind != DecisionKind::Undo {
            return Dialog::play(kind, snapshot, number, now);
        }
        let entry = self.undoable_of(snapshot, number).ok()??;
        Some(Dialog::undo(entry, snapshot, now))
    }

    /// Returns whether the selected customer can be decided about.
    ///
    /// # Errors
    /// Where that is not possible; says why.
    pub fn can_decide(&self, kind: DecisionKind) -> Result<(), String> {
        self.deciding_possible()?;
        self.selection_settled()?;
        let Some((snapshot, selected)) = self.selected() else {
            return Err("No customer is selected".to_owned());
        };
        let number = match self.has_selection()? {
            false => selected,
            true => match self.only_selected(snapshot) {
                Some(only) => only,
                // Who of them cannot be decided about is told when they are added up.
                None => return Ok(()),
            },
        };
        let view = snapshot.matching.customer(number);
        let id = view.map(|view| CompactString::from(view.id())).unwrap_or_default();
        let request = Request::new(kind, id.clone(), self.by.clone());
        let basis = snapshot.decision_basis(number);
        let standing = snapshot.standing(number);
        let policy = snapshot.matching.policy();
        rules::is_open(&request, basis.as_ref(), &standing, policy, self.now).map_err(|refusal| {
            match refusal {
                Refusal::NothingRecommended { assignable: true, .. } => {
                    let key = self.keymap.key(Action::Override);
                    format!("No recommendation for {id}; {key} assigns a playbook by hand")
                }
                Refusal::NothingRecommended { .. } => {
                    format!("No recommendation for {id}; the detail shows why")
                }
                refusal => {
                    let decides =
                        !matches!(refusal, Refusal::NotApprover { .. } | Refusal::Limits { .. });
                    let why = about(&id, Error::from(refusal).one_line());
                    match decides {
                        true => why,
                        false => format!("{why}; {} proposes it", self.keymap.key(Action::Propose)),
                    }
                }
            }
        })
    }

    /// True where customers were picked: a decision is about those then.
    ///
    /// # Errors
    /// Where they are too many for one decision.
    pub(super) fn has_selection(&self) -> Result<bool, String> {
        match self.list().selection.len() {
            more if more > MAX_CUSTOMERS => Err(format!(
                "{} customers are selected; one decision covers at most {}",
                count(more),
                count(MAX_CUSTOMERS)
            )),
            picked => Ok(picked > 0),
        }
    }

    /// The number of the customer that was picked, where it is the only one.
    pub(super) fn only_selected(&self, snapshot: &Snapshot) -> Option<usize> {
        let picked = &self.list().selection;
        let only = picked.iter().next().filter(|_| picked.len() == 1)?;
        snapshot.matching.dataset().customer_number(only)
    }

    /// The clock, and where it hangs.
    pub fn moment(&self) -> Moment {
        Moment::new(self.now, self.zone.clone())
    }

    fn deciding_possible(&self) -> Result<&Arc<Snapshot>, String> {
        let Some(snapshot) = &self.snapshot else { return Err("Still loading".to_owned()) };
        if self.deciding {
            return Err("The last decision is still being saved".to_owned());
        }
        match snapshot.why_not_deciding() {
            Some(why) => Err(why.one_line()),
            None => Ok(snapshot),
        }
    }

    /// Who is selected while a filter's rows are not there yet may be someone that the filter does
    /// not leave: a fast key never decides about the wrong customer.
    fn selection_settled(&self) -> Result<(), String> {
        match self.list().is_filtering() {
            true => Err("The list is still being filtered".to_owned()),
            false => Ok(()),
        }
    }
}

/// Why nothing is decided about a customer, with its id in front where that is not in it.
fn about(id: &str, why: String) -> String {
    if why.contains(id) { why } else { format!("{id}: {why}") }
}

pub(crate) fn ask(state: &mut State, kind: DecisionKind) {
    let now = state.moment();
    let Some(snapshot) = state.snapshot.clone() else { return };
    let fresh_batch = kind == DecisionKind::Undo && state.undoes_fresh_batch();
    let dialog = match state.has_selection() {
        _ if fresh_batch => batch_dialog(state, &snapshot, &now),
        Ok(true) if state.screen.lists_customers() => {
            // One alone is shown as what it is.
            match state.only_selected(&snapshot) {
                Some(number) => state.dialog_about(kind, &snapshot, number, &now),
                None => {
                    let (picked, unlisted) = state.list().picked(&snapshot);
                    Some(Dialog::many(kind, picked.into(), unlisted, None, &snapshot, &now))
                }
            }
        }
        Ok(_) if kind == DecisionKind::Undo => match state.undoable() {
            Ok(Undoable::Entry(entry)) => Some(Dialog::undo(entry, &snapshot, &now)),
            Ok(Undoable::Batch) => batch_dialog(state, &snapshot, &now),
            Err(_) => None,
        },
        Ok(_) => {
            let selected = state.list().selected_number();
            selected.and_then(|number| Dialog::play(kind, &snapshot, number, &now))
        }
        Err(_) => None,
    };
    if let Some(mut dialog) = dialog {
        dialog.make_card(&snapshot, &state.by, &now);
        // What is told of the decision before is not about this one.
        state.notice = None;
        state.overlay = Overlay::Decide(Box::new(dialog));
    }
}

/// A dialog about undoing what was decided together last.
fn batch_dialog(state: &State, snapshot: &Snapshot, now: &Moment) -> Option<Dialog> {
    let Some(LastDecision::Batch { id, customers, .. }) = &state.last_decision else { return None };
    let (customers, batch) = (Arc::clone(customers), Some(id.clone()));
    Some(Dialog::many(DecisionKind::Undo, customers, 0, batch, snapshot, now))
}

/// Shows what the open dialog is about with the playbook that is chosen now.
pub(crate) fn make_card(state: &mut State) {
    let (by, now) = (state.by.clone(), state.moment());
    let Some(snapshot) = state.snapshot.clone() else { return };
    with_dialog(state, |dialog| {
        let chosen = dialog.form.chosen().map(|choice| choice.playbook_id.as_str());
        let shown = dialog.chosen.as_ref().map(|stated| stated.basis.playbook_id().as_str());
        if chosen != shown {
            dialog.make_card(&snapshot, &by, &now);
        }
    });
}

pub(crate) fn close(state: &mut State) {
    if let Overlay::Decide(dialog) = &state.overlay
        && dialog.sending
    {
        return;
    }
    state.overlay = Overlay::None;
}

pub(crate) fn with_dialog(state: &mut State, change: impl FnOnce(&mut Dialog)) {
    if let Overlay::Decide(dialog) = &mut state.overlay
        && !dialog.sending
    {
        change(dialog);
    }
}

/// What a dialog about several customers has to have added up.
pub(crate) fn pending_effect(state: &mut State) -> Option<Effect> {
    let (by, now) = (state.by.clone(), state.moment());
    let snapshot = state.snapshot.clone()?;
    let Overlay::Decide(dialog) = &mut state.overlay else { return None };
    let kind = dialog.kind();
    let playbook = dialog.form.chosen().map(|choice| choice.playbook_id.as_str().into());
    let Subject::Many { customers, batch, wants_preview, .. } = &mut dialog.subject else {
        return None;
    };
    // What an override costs is not known before a playbook is chosen.
    if !*wants_preview || (kind == DecisionKind::Override && playbook.is_none()) {
        return None;
    }
    *wants_preview = false;
    let (customers, batch) = (Arc::clone(customers), batch.clone());
    Some(Effect::PreviewBulk(Box::new(BulkRequest {
        snapshot,
        kind,
        customers,
        by,
        playbook,
        batch,
        now,
    })))
}

pub(crate) fn bulk_ready(state: &mut State, sum: BulkPreview) {
    let current = state.snapshot.clone().filter(|s| s.generation == sum.generation);
    if let Overlay::Decide(dialog) = &mut state.overlay
        && let Some(snapshot) = current
    {
        dialog.take_preview(sum, &snapshot);
    }
}

pub(crate) fn confirm(state: &mut State, press: Press) -> Option<Effect> {
    let (by, now, keys) = (state.by.clone(), state.moment(), Arc::clone(&state.keymap));
    let Overlay::Decide(dialog) = &mut state.overlay else { return None };
    if dialog.sending {
        return None;
    }
    if let Some(why) = dialog.incomplete(&now, &keys).or_else(|| press.confirms(dialog.shown).err())
    {
        dialog.refuse(why, &now);
        return None;
    }
    dialog.refusal = None;
    let asks = dialog.asks(&by, &now);
    if asks.is_empty() {
        return None;
    }
    dialog.sending = true;
    state.deciding = true;
    Some(Effect::Decide(asks))
}

pub(crate) fn read_again(state: &mut State) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    let (by, now) = (state.by.clone(), state.moment());
    let Overlay::Decide(dialog) = &mut state.overlay else { return };
    if dialog.moved.is_none() {
        // Nothing to read: Enter is what it is in any form.
        return match dialog.form.focus {
            FormField::Cancel => close(state),
            _ => dialog.form.turn(true),
        };
    }
    if let Err(why) = dialog.read_again(&snapshot, &by, &now) {
        state.overlay = Overlay::None;
        state.say(NoticeKind::Refused, why);
    }
}

pub(crate) fn decided(
    state: &mut State,
    result: Result<Vec<Result<RecordedDecision, DecideError>>, DecideError>,
) {
    state.deciding = false;
    for error in result.iter().flatten().filter_map(|one| one.as_ref().err()) {
        if let DecideError::NotConfirmed { id } = error {
            state.unconfirmed.push(id.clone());
        }
    }
    if !state.unconfirmed.is_empty() && matches!(result.as_deref(), Ok([Err(_)])) {
        // The dialog has done its work: what becomes of it is told when it is known.
        state.overlay = Overlay::None;
    }
    let refusal = match result {
        Ok(each) => match took_in(state, &each) {
            None => return,
            Some(refusal) => refusal,
        },
        Err(error) => error.to_string(),
    };
    let snapshot = state.snapshot.clone();
    let now = state.moment();
    if let Overlay::Decide(dialog) = &mut state.overlay {
        dialog.sending = false;
        dialog.refusal = Some(refusal);
        if let Some(snapshot) = snapshot {
            dialog.look_again(&snapshot, &now);
        }
    } else {
        state.say(NoticeKind::Refused, refusal);
    }
}

/// Says the outcome of decisions that were not confirmed.
pub(crate) fn confirmed(state: &mut State, each: &[Result<RecordedDecision, DecideError>]) {
    state.unconfirmed.clear();
    let made: Vec<&RecordedDecision> = each.iter().flatten().collect();
    if !made.is_empty() {
        state.last_decision = LastDecision::of(&made);
    }
    let (all, text) = outcome(each, state.snapshot.as_deref());
    state.say(if all { NoticeKind::Done } else { NoticeKind::Refused }, text);
}

/// Takes in the result of each decision; the refusal of the only one is given back, to be told where
/// it was asked for.
fn took_in(state: &mut State, each: &[Result<RecordedDecision, DecideError>]) -> Option<String> {
    let made: Vec<&RecordedDecision> = each.iter().flatten().collect();
    if !made.is_empty() {
        state.last_decision = LastDecision::of(&made);
    }
    let several = match &state.overlay {
        Overlay::Decide(dialog) => match &dialog.subject {
            Subject::Many { sum: Some(sum), .. } => Some(sum.clone()),
            _ => None,
        },
        _ => None,
    };
    let Some(sum) = several else {
        return match each {
            [Err(error)] => Some(error.to_string()),
            _ => {
                state.overlay = Overlay::None;
                let mut text = outcome(each, state.snapshot.as_deref()).1;
                if let [one] = made.as_slice() {
                    state.queue.selection.remove(&one.entry.customer_id);
                    state.customers.selection.remove(&one.entry.customer_id);
                    text.push_str(still_missing(state, one));
                }
                state.say(NoticeKind::Done, text);
                None
            }
        };
    };
    let mut refused: Vec<(CompactString, String)> = sum.refused.clone();
    for (item, result) in sum.items.iter().zip(each) {
        match result {
            Err(error) => refused.push((item.customer_id.clone(), error.to_string())),
            // Who was decided about is not selected any more; the others are, to be looked at.
            Ok(_) => {
                state.queue.selection.remove(&item.customer_id);
                state.customers.selection.remove(&item.customer_id);
            }
        }
    }
    let mut told = several_words(&made);
    let half = made.iter().filter(|made| !still_missing(state, made).is_empty()).count();
    if half > 0 {
        let need = if half == 1 { "needs" } else { "need" };
        told.push_str(&format!("; {} of them {need} one more approver", count(half)));
    }
    state.overlay = Overlay::None;
    if refused.is_empty() {
        state.say(NoticeKind::Done, told);
    } else {
        let outcome = Outcome { told, refused, made: made.into_iter().cloned().collect() };
        state.overlay = Overlay::Outcome { outcome: Box::new(outcome), scroll: 0 };
    }
    None
}

/// Returns what to add where one more approver is needed.
fn still_missing(state: &State, made: &RecordedDecision) -> &'static str {
    let in_progress = || {
        let snapshot = state.snapshot.as_ref()?;
        let number = snapshot.matching.dataset().customer_number(&made.entry.customer_id)?;
        snapshot.standing(number).progress()
    };
    match made.entry.kind != DecisionKind::Undo && in_progress().is_some() {
        true => "; needs one more approver",
        false => "",
    }
}
