//! What happens to the dashboard, and what it has done elsewhere.

use std::any::Any;
use std::path::PathBuf;
use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::FxHashSet;

use crate::demo::player::Caption;
use crate::domain::Error;
use crate::insight::CustomerChange;
use crate::intake::progress::Progress;
use crate::settings::{Mistake, Notify, Settings, ViewChange};
use crate::starter::init::{Plan, Written};
use crate::tui::activity::journal::Journal;
use crate::tui::customers::list::{Rows, RowsRequest};
use crate::tui::edit::ToEdit;
use crate::tui::export::job::Export;
use crate::tui::memory::Memory;
use crate::tui::palette::names::{Names, NamesRequest};
use crate::tui::runtime::input::{Colors, Keys, Mouse};
use crate::tui::what_if::request::{ScenarioRequest, ScenarioResult};
use crate::tui::what_if::search::{SearchRequest, SearchResult};
use crate::workspace::bulk::{BulkPreview, BulkRequest};
use crate::workspace::{
    DecideError, DecisionRequest, EndingPlan, Figure, RecordedDecision, Save, SaveError, Snapshot,
    Totals,
};

/// Something that happened. Every one comes through the one channel.
#[derive(Debug)]
pub enum Event {
    /// Keys that arrived together.
    Keys(Keys),
    /// Text that the terminal says was pasted.
    Paste(String),
    /// Something that the mouse did.
    Mouse(Mouse),
    /// The terminal knows the kitty keyboard protocol.
    KeyboardProtocol,
    /// The terminal says something about its colors.
    Colors(Colors),
    /// The size of the terminal changed.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// A new view of the data.
    View(Box<View>),
    /// The rows of a list that were asked for.
    RowsReady(Rows),
    /// A load takes long, and has come so far.
    Progress(Progress),
    /// The load that reported progress has ended, and brought nothing new.
    LoadEnded,
    /// A reload by hand found nothing new.
    NothingNew,
    /// Of each decision that was asked for, its result; or why none could be made.
    Decided {
        /// The result of each decision, or why none could be made.
        result: Result<Vec<Result<RecordedDecision, DecideError>>, DecideError>,
        /// The view after it, where it is a new one.
        view: Option<Box<View>>,
    },
    /// The outcome of decisions that were not confirmed.
    Confirmed {
        /// Of each, in the order in which they were asked for.
        each: Vec<Result<RecordedDecision, DecideError>>,
        /// The view after it, where it is a new one.
        view: Option<Box<View>>,
    },
    /// What a decision about several customers adds up to.
    BulkReady(Box<BulkPreview>),
    /// A figure was made.
    FigureReady,
    /// What was asked of the strategy is known now.
    Assessed,
    /// What other settings would change, as far as it is found out.
    ScenarioReady(Box<ScenarioResult>),
    /// Where the selected setting next changes something for a customer.
    NextChangeReady(Box<SearchResult>),
    /// The customers and playbooks that the palette's text names.
    NamesReady(Names),
    /// The result of writing a file.
    Saved {
        /// What was to be written.
        save: Box<Save>,
        /// The path that was written, or why none was.
        result: Result<PathBuf, SaveError>,
    },
    /// What ends an experiment, or why nothing does.
    EndingPlanned(Result<Box<EndingPlan>, Error>),
    /// The result of ending an experiment.
    ExperimentEnded {
        /// What was to be written.
        plan: Box<EndingPlan>,
        /// Why it was not.
        result: Result<(), Error>,
    },
    /// The result of saving or deleting a view: the settings file, or why it was not changed.
    ViewsChanged {
        /// What was to be changed.
        change: Box<ViewChange>,
        /// The path that was written, or why none was.
        result: Result<PathBuf, Error>,
    },
    /// The result of writing a list or the report.
    Exported {
        /// What was to be written.
        export: Box<Export>,
        /// The path that was written, or why none was.
        result: Result<PathBuf, SaveError>,
    },
    /// What a directory could be set up with, or why it cannot.
    SetupPlanned(Result<Box<Plan>, Error>),
    /// What was written to set it up, or why nothing more was.
    SetupWritten(Result<Written, Error>),
    /// How a path goes on that is being typed.
    PathCompleted(Completion),
    /// Whether a directory that was named can be opened.
    DirectoryChecked {
        /// The directory.
        path: PathBuf,
        /// Why it cannot.
        result: Result<(), String>,
    },
    /// The user's editor ended, or why it did not edit anything.
    Edited(Result<(), String>),
    /// The demo goes on to its next step.
    Caption(Caption),
    /// The settings file was read again: what it says, or all that is wrong with it.
    Settings(Result<Arc<Settings>, Vec<Mistake>>),
    /// Nothing but time has passed.
    Tick,
    /// Someone ends the program.
    Terminate,
    /// The terminal or the session is gone.
    HungUp,
    /// A thread that does the work is gone: nothing would ever be loaded, decided or found again.
    WorkerLost,
    /// The shell takes the terminal back for a while.
    Suspend,
    /// The program runs again after someone stopped it.
    Continued,
}

impl Event {
    /// True for what was done with keyboard or mouse.
    pub fn is_input(&self) -> bool {
        matches!(self, Self::Keys(_) | Self::Paste(_) | Self::Mouse(_))
    }
}

/// How a path goes on that is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What was typed.
    pub typed: String,
    /// The same, as far on as only one directory is meant.
    pub path: String,
    /// Names of the directories that it may go on to, or the first of them.
    pub choices: Vec<String>,
}

/// What is to be opened in place of the data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// The demo.
    Demo,
    /// Another data directory.
    Directory(PathBuf),
}

/// A new view with what differs from the one before.
#[derive(Debug, Clone)]
pub struct View {
    /// The view.
    pub snapshot: Arc<Snapshot>,
    /// The figures of the header.
    pub totals: Totals,
    /// What differs from the view before.
    pub news: News,
    /// What the reviewer may decide now, and could not before.
    pub for_me: NewForMe,
    /// The ledger's entries, ready to be listed and searched.
    pub journal: Arc<Journal>,
    /// The rows of each list in this view.
    pub lists: Vec<Rows>,
    /// Nothing was shown before it, or not all that there is.
    pub first: bool,
}

/// What the reviewer may decide now, and could not in the view before; not by a decision of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewForMe {
    /// How many customers.
    pub count: usize,
    /// The name of the one with the most revenue at risk, else its id; not yet escaped.
    pub first: CompactString,
}

/// What differs from the view before; nothing in the first one.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// The first changes, in words.
    pub told: Vec<Changed>,
    /// How many there are in all, those of this reviewer here aside.
    pub count: usize,
    /// How many customers have another play or other numbers, whoever decided about them.
    pub moved: usize,
    /// What became another setting of the policy, in words.
    pub policy: Option<String>,
    /// Whom they are about, the reviewer's own aside.
    pub customers: Arc<FxHashSet<CompactString>>,
}

/// A customer that changed.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The change.
    pub change: CustomerChange,
    /// By a decision of this reviewer here, who needs no telling.
    pub own: bool,
}

/// Something to be done elsewhere; its result comes back as an [`Event`].
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Make the rows of a list anew.
    BuildRows(RowsJob),
    /// Let go of something large: to free a million customers takes longer than a frame may.
    Free(Garbage),
    /// Make a figure of a view.
    ComputeFigure(FigureRequest),
    /// Read all files again.
    Reload,
    /// Make decisions, each by itself, all at once.
    Decide(Vec<DecisionRequest>),
    /// Look for what is weak in the strategy of a view.
    Assess(Assess),
    /// Add up what a decision about several customers is about.
    PreviewBulk(Box<BulkRequest>),
    /// Find out what other settings would change.
    RunScenario(Box<ScenarioRequest>),
    /// Find out where a setting next changes something for a customer.
    FindNextChange(Box<SearchRequest>),
    /// Find the customers and playbooks that the palette's text names.
    FindNames(Box<NamesRequest>),
    /// Save or delete a view.
    ChangeViews(Box<ViewChange>),
    /// Write a list or the report to a file.
    Export(Box<Export>),
    /// Write a scenario into a file.
    Save(Box<Save>),
    /// Find out what ends an experiment.
    PlanEnding(EndingRequest),
    /// Write what ends an experiment.
    EndExperiment(Box<EndingPlan>),
    /// Write what is remembered until the next run.
    Remember(Box<Memory>),
    /// Put a text into the clipboard, through the terminal.
    Copy(String),
    /// Announce something through the terminal, by its bell or as a notification of the desktop.
    Announce(Notify, String),
    /// Open a file in the user's editor, which has the terminal until it ends.
    Edit(ToEdit),
    /// Look which files a directory can be set up with.
    PlanSetup(PathBuf),
    /// Write what a directory lacks.
    WriteSetup(Box<Plan>),
    /// Find out how a path to a directory goes on.
    CompletePath(String),
    /// Check whether a directory can be opened.
    CheckDirectory(PathBuf),
    /// Draw everything again on an empty screen.
    Redraw,
    /// Have the terminal report keys by the kitty keyboard protocol.
    UseKeyboardProtocol,
    /// Have the terminal report the mouse, or keep it for itself.
    ReportMouse(bool),
    /// Ask the terminal for its background.
    AskForColors,
    /// Take the terminal back from the editor.
    TakeBack,
    /// Take the terminal over again, whatever has become of it meanwhile.
    Retake,
    /// Stop the program, as Ctrl-Z does.
    Suspend,
    /// Leave the dashboard.
    Quit,
}

/// A view whose strategy is asked about.
#[derive(Debug, Clone)]
pub struct Assess(pub Arc<Snapshot>);

impl Assess {
    /// Looks for findings and keeps them in the view.
    pub fn look(&self) {
        self.0.decision_findings();
        self.0.strategy_findings();
    }
}

impl PartialEq for Assess {
    fn eq(&self, other: &Self) -> bool {
        self.0.generation == other.0.generation
    }
}

/// An experiment to be ended.
#[derive(Debug, Clone)]
pub struct EndingRequest {
    /// The view that shows it.
    pub snapshot: Arc<Snapshot>,
    /// Its id.
    pub id: String,
}

impl PartialEq for EndingRequest {
    fn eq(&self, other: &Self) -> bool {
        self.snapshot.generation == other.snapshot.generation && self.id == other.id
    }
}

/// Rows that are request of a view.
#[derive(Debug, Clone)]
pub struct RowsJob {
    /// The view that the rows belong to.
    pub snapshot: Arc<Snapshot>,
    /// Which rows.
    pub request: RowsRequest,
    /// The rows that are there until then, to start from.
    pub shown: Rows,
}

impl PartialEq for RowsJob {
    fn eq(&self, other: &Self) -> bool {
        self.snapshot.generation == other.snapshot.generation && self.request == other.request
    }
}

/// A figure of a view.
#[derive(Debug, Clone)]
pub struct FigureRequest {
    /// The view that the figure belongs to.
    pub snapshot: Arc<Snapshot>,
    /// Which figure.
    pub figure: Figure,
}

impl PartialEq for FigureRequest {
    fn eq(&self, other: &Self) -> bool {
        self.snapshot.generation == other.snapshot.generation && self.figure == other.figure
    }
}

/// Something that is no longer used.
#[derive(Debug, Clone)]
pub struct Garbage(pub Arc<dyn Any + Send + Sync>);

impl PartialEq for Garbage {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
