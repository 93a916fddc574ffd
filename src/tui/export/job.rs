//! What a worker writes, and where.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use super::table::Table;
use crate::report::portfolio::{document::Document, html};
use crate::report::whole::with_report;
use crate::workspace::save::write_to;
use crate::workspace::{SaveError, Snapshot};

/// What is to be written, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// What is written.
    pub what: Exported,
    /// Where to.
    pub path: PathBuf,
    /// Also where a file is there already.
    pub over: bool,
}

/// What is written.
#[derive(Debug, Clone)]
pub enum Exported {
    /// A list, as CSV.
    List(Table),
    /// The report on a view, as HTML.
    Report {
        /// The view.
        snapshot: Arc<Snapshot>,
        /// The name of the data directory.
        name: String,
    },
}

impl PartialEq for Exported {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Report { snapshot: a, .. }, Self::Report { snapshot: b, .. }) => {
                a.generation == b.generation
            }
            (Self::List(_) | Self::Report { .. }, _) => false,
        }
    }
}

impl Export {
    /// Writes it, whole or not at all; returns the full path. `own` are the files that nextplay reads
    /// here.
    ///
    /// # Errors
    /// Where the path is one of those or any ledger, a file is there and may not be overwritten, or it
    /// cannot be written.
    pub fn write(&self, own: &[PathBuf]) -> Result<PathBuf, SaveError> {
        let write = |out: &mut dyn Write| match &self.what {
            Exported::List(table) => table.write_csv(out),
            Exported::Report { snapshot, name } => {
                with_report(snapshot, name, None, true, |report| {
                    html::write(out, &Document::new(report))
                })
            }
        };
        write_to(&self.path, own, self.over, write)
    }
}
