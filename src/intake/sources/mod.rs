//! Tables that are read from files of the user's: an export of another program, a spreadsheet.
//!
//! - [`mapping`]: what `sources.toml` says, as plain types; [`sources_file`]: its text to them;
//!   [`keys`]: the table of its keys; [`state`]: the file on disk, and the last good one.
//! - [`find`]: the file that a pattern stands for.
//! - `decode`: its bytes to text; `feed`: the text in blocks of whole rows; `delimited`, `json_rows`:
//!   rows of cells in a block; `workbook`: those of a sheet; `missing`: columns that are not there.
//! - `cell`: what stands in a cell, whatever the format; `value`: a cell to the value of a field;
//!   `date_text`: the date that a text stands for; `dates`: dates that all rows together tell how to read.
//! - [`guess`]: which file holds which table, where no sources file says so.
//! - `row_taker`: rows of cells to rows of a table; `plain_rows`: the fast path of that; `block_rows`: those of a block; `mapped`: the table, put
//!   together from its blocks.

mod block_rows;
mod cell;
mod date_text;
mod dates;
mod decode;
mod delimited;
mod feed;
pub mod find;
pub mod guess;
mod json_rows;
pub mod keys;
pub(super) mod mapped;
pub mod mapping;
mod missing;
mod plain_rows;
mod row_taker;
pub mod sources_file;
pub mod state;
#[cfg(test)]
mod tests;
mod value;
mod workbook;

use std::path::{Path, PathBuf};

use super::stamp::Reread;
pub use mapping::{Sources, TableMapping};
pub use sources_file::SOURCES_FILE;
pub use state::SourcesState;

/// What the sources file of a data directory says now; nothing where it cannot be read.
fn read(directory: &Path) -> SourcesState {
    let mut state = SourcesState::new(directory);
    state.look(Reread::All);
    state
}

/// Returns the files that the sources file of a data directory maps to tables.
pub fn files(directory: &Path) -> Vec<PathBuf> {
    let state = read(directory);
    let tables = state.sources().tables.iter();
    let files = tables.filter_map(|mapping| find::find(directory, &mapping.pattern).ok());
    files.map(|file| file.path).collect()
}

/// Returns where these files are.
pub fn directories(directory: &Path) -> Vec<PathBuf> {
    let state = read(directory);
    let tables = state.sources().tables.iter();
    tables.map(|mapping| find::directory_of(directory, &mapping.pattern)).collect()
}
