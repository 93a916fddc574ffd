//! Proposals in the dashboard: to make one, and to turn an open one into the reviewer's own decision.

use std::sync::Arc;

use tui_input::Input;

use super::dialog::Dialog;
use crate::approval::Proposal;
use crate::approval::proposals::one_line;
use crate::domain::DecisionKind;
use crate::domain::text::escape_controls;
use crate::domain::width::fit;
use crate::tui::state::{Overlay, State};
use crate::workspace::Snapshot;

/// The longest note that is quoted, in columns.
const QUOTED: usize = 400;

impl State {
    /// Returns whether a playbook can be proposed for the selected customer.
    ///
    /// # Errors
    /// Where that is not possible; says why.
    pub fn can_propose(&self) -> Result<(), String> {
        self.only_one()?;
        self.can_decide(DecisionKind::Propose)
    }

    /// Returns whether there is a proposal that the reviewer can follow.
    ///
    /// # Errors
    /// Where there is none, or the reviewer may not decide so; says why.
    pub fn can_follow(&self) -> Result<(), String> {
        self.only_one()?;
        let (kind, _) = self.proposed()?;
        self.can_decide(kind)
    }

    /// Checks that no more than one customer is selected.
    fn only_one(&self) -> Result<(), String> {
        match self.screen.lists_customers() && self.list().selection.len() > 1 {
            true => Err("Select one customer: proposals are decided one at a time".to_owned()),
            false => Ok(()),
        }
    }

    /// The customer that a proposal is about.
    fn one_customer(&self) -> Option<(&Arc<Snapshot>, usize)> {
        let (snapshot, selected) = self.selected()?;
        match self.list().selection.is_empty() {
            true => Some((snapshot, selected)),
            false => Some((snapshot, self.only_selected(snapshot)?)),
        }
    }

    /// The proposal to follow, with the decision that it asks for.
    fn proposed(&self) -> Result<(DecisionKind, Proposal), String> {
        let (snapshot, number) = self.one_customer().ok_or("No customer is selected")?;
        let id = snapshot.matching.customer(number).map(|view| view.id()).unwrap_or_default();
        let proposal = snapshot.proposal_to_follow(number);
        let proposal = proposal.ok_or_else(|| format!("Nothing is proposed for {id}"))?;
        let winner = snapshot.matching.winner(number);
        let recommended = winner.and_then(|ranked| snapshot.matching.playbook(ranked));
        let is_recommended = recommended.is_some_and(|r| r.id == proposal.entry.playbook_id);
        let kind = if is_recommended { DecisionKind::Approve } else { DecisionKind::Override };
        Ok((kind, proposal))
    }
}

/// Opens the dialog of the decision that was proposed, with what the proposal says filled in.
pub(crate) fn follow(state: &mut State) {
    let (Ok((kind, proposal)), now) = (state.proposed(), state.moment()) else { return };
    let Some((snapshot, number)) = state.one_customer() else { return };
    let snapshot = Arc::clone(snapshot);
    let Some(mut dialog) = Dialog::play(kind, &snapshot, number, &now) else { return };
    let entry = proposal.entry;
    let form = &mut dialog.form;
    form.choice =
        form.choices.iter().position(|choice| choice.playbook_id == entry.playbook_id.as_str());
    let reason = entry.reason.as_deref();
    form.reason = form.reasons.iter().position(|known| Some(known.as_str()) == reason);
    // As the words of whoever proposed it: the reviewer signs the decision.
    if let Some(note) = entry.note.as_deref().map(one_line).filter(|note| !note.is_empty()) {
        let quoted = fit(&escape_controls(&format!("{}: {note}", entry.by)), QUOTED);
        form.note = Input::new(quoted);
    }
    dialog.proposal = Some(entry);
    dialog.make_card(&snapshot, &state.by, &now);
    state.notice = None;
    state.overlay = Overlay::Decide(Box::new(dialog));
}
