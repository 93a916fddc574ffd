//! What happens to the dashboard, and what it has done elsewhere.

use std::sync::Arc;

use compact_str::CompactString;
use ratatui::crossterm::event::KeyEvent;

use crate::approval::Request;
use crate::insight::CustomerChange;
use crate::workspace::{DecideError, Decided, Snapshot, Totals};

/// Something that happened. Every one comes through the one channel.
#[derive(Debug)]
pub enum Event {
    Key(KeyEvent),
    Paste(String),
    Resize {
        width: u16,
        height: u16,
    },
    /// A new view of the data.
    View(Box<View>),
    /// A reload by hand found nothing new.
    NothingNew,
    /// A decision was made, or refused.
    Decided {
        result: Result<Box<Decided>, DecideError>,
        view: Option<Box<View>>,
    },
    /// Nothing but time has passed.
    Tick,
    /// The terminal or the session is gone, or somebody ends the program.
    Terminate,
    /// The worker is gone: nothing would ever be loaded or decided again.
    WorkerLost,
    /// The shell takes the terminal back for a while.
    Suspend,
}

/// A new view with what differs from the one before.
#[derive(Debug, Clone)]
pub struct View {
    pub snapshot: Arc<Snapshot>,
    pub totals: Totals,
    /// Customers whose play, numbers or status are other ones; none in the first view.
    pub changes: Vec<Changed>,
    /// Nothing was shown before it.
    pub first: bool,
}

/// A customer that changed.
#[derive(Debug, Clone)]
pub struct Changed {
    pub change: CustomerChange,
    /// By a decision of this reviewer here, who needs no telling.
    pub own: bool,
}

/// Something to be done elsewhere; its result comes back as an [`Event`].
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read all files again.
    Reload,
    Decide(Request),
    Undo {
        entry: CompactString,
        by: CompactString,
        seen: Option<CompactString>,
    },
    Suspend,
    Quit,
}
