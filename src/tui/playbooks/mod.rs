//! The Playbooks screen: every playbook with its counts, and the selected one in full.

mod detail;
mod list_view;

use crate::domain::{Labels, Playbook};
use crate::filter::write::exactly;
use crate::store::SkippedRow;
use crate::tui::event::Effect;
use crate::tui::state::State;
use crate::workspace::{Figure, Snapshot};

pub use detail::{lines, title};
pub use list_view::{render, sheet};

/// A line of the list.
#[derive(Debug, Clone, Copy)]
pub enum Item<'a> {
    /// A playbook with its number.
    Playbook(usize, &'a Playbook),
    /// One whose row was skipped.
    Skipped(&'a SkippedRow),
}

/// Every playbook of the file, skipped rows last.
fn items(snapshot: &Snapshot) -> impl Iterator<Item = Item<'_>> {
    let dataset = snapshot.matching.dataset();
    let playbooks =
        dataset.playbooks().enumerate().map(|(n, playbook)| Item::Playbook(n, playbook));
    playbooks.chain(dataset.skipped_playbooks().map(Item::Skipped))
}

/// How many lines.
pub fn len(state: &State) -> usize {
    state.loaded().map_or(0, |snapshot| items(snapshot).count())
}

/// The selected line.
pub fn selected(state: &State) -> Option<Item<'_>> {
    let snapshot = state.snapshot.as_deref()?;
    items(snapshot).nth(state.playbooks.cursor)
}

/// The number of playbooks in the tab; `None` while they are being read.
pub fn count(state: &State) -> Option<usize> {
    let snapshot = state.loaded()?;
    Some(snapshot.matching.dataset().playbooks.len())
}

/// Selects a line.
pub fn select(state: &mut State, line: usize) {
    let len = len(state);
    if state.playbooks.select(line, len) {
        state.detail_scroll = 0;
    }
}

/// Moves the window so that the selection is in it.
pub fn scroll(state: &mut State, height: usize) {
    let len = len(state);
    state.playbooks.scroll(height, len);
}

/// The filter that leaves the customers for whom the selected playbook is recommended.
///
/// # Errors
/// Why there are none behind the selected line.
pub fn customers_behind(state: &State) -> Result<String, String> {
    match selected(state) {
        Some(Item::Playbook(_, playbook)) => Ok(exactly("playbook", Some(&playbook.id))),
        Some(Item::Skipped(_)) | None => Err("There are no customers behind this line".to_owned()),
    }
}

/// The counts of the playbooks, where they are not known yet.
pub fn pending_effect(state: &mut State) -> Option<Effect> {
    state.request_figure(Figure::Registry)
}

/// The label of its stage.
fn stage_name(playbook: &Playbook, labels: &Labels) -> String {
    let stage = playbook.journey_stage.as_deref();
    stage.map_or_else(|| "No stage".to_owned(), |stage| labels.stage(stage).into_owned())
}
