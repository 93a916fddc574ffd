//! Decisions in the dashboard: whether one can be asked for, the dialog's steps, and what came of it.

use std::sync::Arc;

use compact_str::CompactString;

use super::dialog::{Dialog, Field, Subject};
use super::event::Effect;
use super::state::{NoticeKind, Overlay, State};
use crate::approval::{Request, rules};
use crate::domain::{DecisionKind, Entry};
use crate::workspace::{Ask, DecideError, Made, Snapshot};

impl State {
    /// The decision that undo would take back: the one that stands for the selected customer, else
    /// the reviewer's last one here.
    ///
    /// # Errors
    /// Why there is none.
    pub fn undoable(&self) -> Result<Arc<Entry>, String> {
        let snapshot = self.deciding_possible()?;
        self.selection_settled()?;
        if let Some((snapshot, number)) = self.selected()
            && let Some(decision) = snapshot.standing(number).decision
        {
            return Ok(decision);
        }
        let last = self.last_decision.as_deref().and_then(|id| snapshot.history.entry(id));
        let undone =
            |id: &str| snapshot.history.entries.iter().any(|e| e.undoes.as_deref() == Some(id));
        match last {
            Some(entry) if !undone(&entry.id) => Ok(Arc::clone(entry)),
            _ => Err("no decision stands here that could be taken back".to_owned()),
        }
    }

    /// Looks whether the selected customer can be decided about.
    ///
    /// # Errors
    /// Why not.
    pub fn can_decide(&self, kind: DecisionKind) -> Result<(), String> {
        self.deciding_possible()?;
        self.selection_settled()?;
        let Some((snapshot, number)) = self.selected() else {
            return Err("no customer is selected".to_owned());
        };
        let view = snapshot.matching.customer(number);
        let id = view.map(|view| CompactString::from(view.id())).unwrap_or_default();
        let request = Request::new(kind, id.clone(), self.by.clone());
        let basis = snapshot.matching.basis(number);
        let standing = snapshot.standing(number);
        let policy = snapshot.matching.policy();
        rules::is_open(&request, basis.as_ref(), &standing, policy, self.now)
            .map_err(|refusal| format!("{id}: {refusal}"))
    }

    fn deciding_possible(&self) -> Result<&Arc<Snapshot>, String> {
        let Some(snapshot) = &self.snapshot else { return Err("still loading".to_owned()) };
        if self.deciding {
            return Err("the last decision is still being written".to_owned());
        }
        match snapshot.why_not_deciding() {
            Some(why) => Err(why),
            None => Ok(snapshot),
        }
    }

    /// Who is selected while a filter's rows are not there yet may be somebody that the filter does
    /// not leave: nobody decides about the wrong customer by being fast.
    fn selection_settled(&self) -> Result<(), String> {
        match self.list().is_filtering() {
            true => Err("the list is still being filtered".to_owned()),
            false => Ok(()),
        }
    }
}

pub(super) fn ask(state: &mut State, kind: DecisionKind) {
    let dialog =
        state.selected().and_then(|(snapshot, number)| Dialog::play(kind, snapshot, number));
    if let Some(dialog) = dialog {
        state.overlay = Overlay::Decide(Box::new(dialog));
    }
}

pub(super) fn ask_undo(state: &mut State) {
    if let (Ok(entry), Some(snapshot)) = (state.undoable(), &state.snapshot) {
        state.overlay = Overlay::Decide(Box::new(Dialog::undo(entry, snapshot)));
    }
}

pub(super) fn close(state: &mut State) {
    if let Overlay::Decide(dialog) = &state.overlay
        && dialog.sending
    {
        return;
    }
    state.overlay = Overlay::None;
}

pub(super) fn with_dialog(state: &mut State, change: impl FnOnce(&mut Dialog)) {
    if let Overlay::Decide(dialog) = &mut state.overlay
        && !dialog.sending
    {
        change(dialog);
    }
}

pub(super) fn confirm(state: &mut State) -> Option<Effect> {
    let by = state.by.clone();
    let Overlay::Decide(dialog) = &mut state.overlay else { return None };
    if dialog.sending {
        return None;
    }
    dialog.refusal = dialog.incomplete();
    if dialog.refusal.is_some() {
        return None;
    }
    let ask = match &dialog.subject {
        Subject::Play { .. } => Ask::Decide(dialog.request(&by)?),
        Subject::Undo { entry } => {
            Ask::Undo { entry: entry.id.clone(), by, note: None, seen: Some(dialog.seen.clone()) }
        }
    };
    dialog.sending = true;
    state.deciding = true;
    Some(Effect::Decide(vec![ask]))
}

pub(super) fn read_again(state: &mut State) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    let (by, now) = (state.by.clone(), state.now);
    let Overlay::Decide(dialog) = &mut state.overlay else { return };
    if dialog.moved.is_none() {
        // Nothing to read: Enter is what it is in any form.
        return match dialog.focus {
            Field::Cancel => close(state),
            Field::Reason | Field::Note => dialog.turn(true),
        };
    }
    if let Err(why) = dialog.read_again(&snapshot, &by, now) {
        state.overlay = Overlay::None;
        state.say(NoticeKind::Refused, why);
    }
}

pub(super) fn decided(
    state: &mut State,
    result: Result<Vec<Result<Made, DecideError>>, DecideError>,
) {
    state.deciding = false;
    let refusal = match result {
        Ok(each) => {
            let (made, text) = outcome(&each);
            if made {
                let last = each.iter().rev().find_map(|made| made.as_ref().ok());
                let entry = last.map(|made| &made.entry);
                let decision = entry.filter(|entry| entry.kind != DecisionKind::Undo);
                state.last_decision = decision.map(|entry| entry.id.clone());
                state.overlay = Overlay::None;
                return state.say(NoticeKind::Done, text);
            }
            text
        }
        Err(error) => error.to_string(),
    };
    let snapshot = state.snapshot.clone();
    let now = state.now;
    if let Overlay::Decide(dialog) = &mut state.overlay {
        dialog.sending = false;
        dialog.refusal = Some(refusal);
        if let Some(snapshot) = snapshot {
            dialog.look_again(&snapshot, now);
        }
    } else {
        state.say(NoticeKind::Refused, refusal);
    }
}

/// Whether all decisions were made, and what is told of them.
pub(super) fn outcome(each: &[Result<Made, DecideError>]) -> (bool, String) {
    let mut words = Vec::new();
    let mut all = true;
    for made in each {
        match made {
            Ok(made) => words.push(done_words(made)),
            Err(error) => {
                all = false;
                words.push(error.to_string());
            }
        }
    }
    (all, words.join("; "))
}

/// What is told of a decision that is on disk.
fn done_words(made: &Made) -> String {
    let entry = &made.entry;
    let what = match entry.kind {
        DecisionKind::Undo => "took back the decision on",
        kind => kind.done(),
    };
    let mut text = format!(
        "{what} {} for {}: entry {} is on disk",
        entry.basis.recommendation.playbook_title(),
        entry.customer_id,
        entry.seq
    );
    if let Some(path) = &made.set_aside {
        text.push_str(&format!(
            "; an unfinished line that stood before it is kept in {}",
            path.display()
        ));
    }
    text
}
