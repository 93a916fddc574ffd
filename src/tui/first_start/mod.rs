//! What the dashboard shows where the files are missing without which nothing can be matched: which
//! they are and what they hold, the demo, and other directories. It goes once the files are there.

pub mod paths;
pub mod update;
pub mod view;

use std::path::PathBuf;

use crate::tui::event::Opening;
use crate::tui::state::State;
use crate::workspace::Snapshot;

/// The page of a first start.
#[derive(Debug, Clone, Default)]
pub struct FirstStart {
    /// The data directory, as it was named.
    pub directory: PathBuf,
    /// Directories near it that hold data.
    pub nearby: Vec<PathBuf>,
    /// Place of the selected choice.
    pub cursor: usize,
    /// The page was closed: what is there is shown.
    pub closed: bool,
}

/// Something to do about missing files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Open something in place of the data directory.
    Open(Opening),
    /// Ask for the path of another directory.
    Ask,
}

impl FirstStart {
    /// Returns what can be done, in its order.
    pub fn choices(&self) -> Vec<Choice> {
        let nearby = self.nearby.iter().cloned().map(Opening::Directory);
        nearby.chain([Opening::Demo]).map(Choice::Open).chain([Choice::Ask]).collect()
    }
}

/// Returns the view whose files are missing, where the page is shown for it.
pub fn shown(state: &State) -> Option<&Snapshot> {
    let snapshot = state.loaded().filter(|snapshot| !snapshot.missing.is_empty())?;
    let gone = state.first_start.closed || snapshot.directory_problem.is_some();
    (!gone).then_some(snapshot)
}
