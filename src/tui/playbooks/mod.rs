//! The Playbooks screen: every playbook with its counts, and the selected one in full.

mod columns;
mod detail;
mod list_view;
pub mod state;

use self::columns::{COLUMNS, Row};
use crate::domain::{Labels, Playbook};
use crate::filter::write::exactly;
use crate::store::SkippedRow;
use crate::tui::event::Effect;
use crate::tui::export::table::Table;
use crate::tui::state::State;
use crate::tui::subject::Subject;
use crate::tui::widget::list_order::SortColumn;
use crate::tui::widget::words::Words;
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

impl Item<'_> {
    /// Its name, else its id.
    fn title(&self) -> &str {
        match self {
            Self::Playbook(_, playbook) => playbook.title(),
            Self::Skipped(row) => {
                let name = row.name.as_deref().unwrap_or(&row.playbook_id);
                if name.is_empty() { "a playbook without an id" } else { name }
            }
        }
    }

    /// What the line is about, to find it again among other lines.
    fn about(&self) -> (bool, String) {
        match self {
            Self::Playbook(_, playbook) => (true, playbook.id.to_string()),
            Self::Skipped(row) => (false, row.playbook_id.to_string()),
        }
    }

    /// True of the playbook with that id.
    pub fn is_playbook(&self, id: &str) -> bool {
        matches!(self, Self::Playbook(_, playbook) if playbook.id == id)
    }

    /// True where the filter's words are in what is known of it.
    fn matches(&self, words: &Words, labels: &Labels) -> bool {
        match self {
            Self::Playbook(_, playbook) => words.are_in(&[
                playbook.title(),
                &playbook.id,
                &stage_name(playbook, labels),
                &labels.action(playbook.action()),
                playbook.status.as_deref().unwrap_or_default(),
            ]),
            Self::Skipped(row) => words.are_in(&[self.title(), &row.playbook_id, "skipped row"]),
        }
    }
}

/// Every playbook of the file, skipped rows last.
fn all_items(snapshot: &Snapshot) -> impl Iterator<Item = Item<'_>> {
    let dataset = snapshot.matching.dataset();
    let playbooks =
        dataset.playbooks().enumerate().map(|(n, playbook)| Item::Playbook(n, playbook));
    playbooks.chain(dataset.skipped_playbooks().map(Item::Skipped))
}

/// The lines that the filter leaves, in their order.
fn items<'a>(state: &State, snapshot: &'a Snapshot) -> Vec<Item<'a>> {
    let words = Words::new(&state.playbooks.filter);
    let labels = &snapshot.matching.policy().labels;
    let matches = |item: &Item<'_>| words.is_empty() || item.matches(&words, labels);
    let mut items: Vec<Item<'_>> = all_items(snapshot).filter(matches).collect();
    let order = state.playbooks.order;
    if let Some(column) = COLUMNS.get(order.column) {
        order.sort(&mut items, |item| (column.sort)(&Row::new(*item, snapshot)));
    }
    items
}

/// The columns that the list can be sorted by.
pub fn sort_columns() -> Vec<SortColumn> {
    COLUMNS.iter().map(|column| column.sort_column).collect()
}

/// How many lines.
pub fn len(state: &State) -> usize {
    state.loaded().map_or(0, |snapshot| items(state, snapshot).len())
}

/// The selected line.
pub fn selected(state: &State) -> Option<Item<'_>> {
    let snapshot = state.snapshot.as_deref()?;
    items(state, snapshot).get(state.playbooks.position.cursor).copied()
}

/// The number of playbooks in the tab; `None` while they are being read.
pub fn count(state: &State) -> Option<usize> {
    let snapshot = state.loaded()?;
    Some(snapshot.matching.dataset().playbooks.len())
}

/// Selects a line.
pub fn select(state: &mut State, line: usize) {
    let len = len(state);
    if state.playbooks.position.select(line, len) {
        state.detail_scroll = 0;
    }
    if len > 0 {
        // A filter that leaves other lines is a detour, until one of them is selected.
        state.playbooks.about = selected(state).map(|item| item.about());
    }
}

/// Keeps the selection on its playbook where the lines are other ones now.
pub fn keep_selection(state: &mut State) {
    let Some(snapshot) = state.loaded() else { return };
    let about = state.playbooks.about.as_ref();
    let items = items(state, snapshot);
    let is_it = |item: &Item<'_>| about.is_some_and(|about| item.about() == *about);
    // Several may have the same id.
    let cursor = state.playbooks.position.cursor;
    let here = items.get(cursor).is_some_and(is_it).then_some(cursor);
    let line = here.or_else(|| items.iter().position(is_it)).unwrap_or(cursor);
    state.playbooks.position.cursor = line.min(items.len().saturating_sub(1));
}

/// Moves the window so that the selection is in it.
pub fn scroll(state: &mut State, height: usize) {
    let len = len(state);
    state.playbooks.position.scroll(height, len);
}

/// Moves the window by some lines.
pub fn wheel(state: &mut State, by: isize, height: usize) {
    let len = len(state);
    if let Some(line) = state.playbooks.position.wheel(by, height, len) {
        select(state, line);
    }
}

/// The playbook of the selected line.
pub fn subject(state: &State) -> Option<Subject> {
    Some(match selected(state)? {
        Item::Playbook(_, playbook) => Subject::Playbook(playbook.id.clone()),
        Item::Skipped(row) => {
            let dataset = state.snapshot.as_ref().map(|snapshot| snapshot.matching.dataset());
            let place = dataset.and_then(|data| data.tables.playbooks.locate_skipped(row));
            Subject::SkippedPlaybook(row.playbook_id.clone(), place)
        }
    })
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

/// Returns the lines as a table.
///
/// # Errors
/// Where their numbers are still being counted.
pub fn export(state: &State) -> Result<Table, String> {
    let snapshot = state.loaded().filter(|snapshot| snapshot.known_registry().is_some());
    let snapshot = snapshot.ok_or("Still counting; try again")?;
    let fields = || COLUMNS.iter().flat_map(|column| column.export);
    let row = |item| {
        let row = Row::new(item, snapshot);
        fields().map(|(_, value)| value(&row)).collect()
    };
    let rows = items(state, snapshot).into_iter().map(row).collect();
    Ok(Table::of_rows(fields().map(|(name, _)| *name).collect(), rows))
}

/// The counts of the playbooks, where they are not known yet.
pub fn pending_effect(state: &mut State) -> Option<Effect> {
    state.request_figure(Figure::Registry)
}

/// The label of its stage.
fn stage_name(playbook: &Playbook, labels: &Labels) -> String {
    crate::insight::words::stage(labels, playbook.journey_stage.as_deref()).into_owned()
}
