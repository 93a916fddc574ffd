//! What the dashboard shows where the files are missing without which nothing can be matched: which
//! they are and what they hold, the demo, and other directories; and the dialog that sets the directory up
//! with the files in it. It goes once the files are there.

pub mod paths;
pub mod setup_view;
pub mod update;
pub mod view;

use std::path::PathBuf;

use crate::domain::Error;
use crate::starter::init::Plan;
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
    /// There are files in it that may hold rows.
    pub has_files: bool,
    /// The names of those that are exports of other programs.
    pub exports: Vec<String>,
    /// Place of the selected choice.
    pub cursor: usize,
    /// The dialog that sets the directory up, where it is open.
    pub setup: Option<Setup>,
    /// The page was closed: what is there is shown.
    pub closed: bool,
}

/// What the dialog shows that sets a directory up.
#[derive(Debug, Clone)]
pub enum Setup {
    /// The files are being looked at.
    Looking,
    /// What would be written.
    Ready {
        /// The plan.
        plan: Box<Plan>,
        /// First line on the screen.
        scroll: usize,
    },
    /// Why nothing can be written.
    Refused(Error),
}

/// Something to do about missing files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Set the directory up with the files in it.
    SetUp,
    /// Open something in place of the data directory.
    Open(Opening),
    /// Ask for the path of another directory.
    Ask,
}

impl FirstStart {
    /// Returns what can be done, in its order.
    pub fn choices(&self) -> Vec<Choice> {
        let nearby = self.nearby.iter().cloned().map(Opening::Directory);
        let mut choices: Vec<Choice> =
            nearby.chain([Opening::Demo]).map(Choice::Open).chain([Choice::Ask]).collect();
        // With files it is what is meant; without any it tells which are needed.
        choices.insert(if self.has_files { 0 } else { choices.len() }, Choice::SetUp);
        choices
    }
}

/// Returns the view whose files are missing, where the page is shown for it.
pub fn shown(state: &State) -> Option<&Snapshot> {
    let snapshot = state.loaded().filter(|snapshot| !snapshot.missing.is_empty())?;
    let gone = state.first_start.closed || snapshot.directory_problem.is_some();
    (!gone).then_some(snapshot)
}
