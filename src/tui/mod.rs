//! The dashboard.

use std::path::PathBuf;

/// What the dashboard is opened with.
#[derive(Debug, Clone)]
pub struct Options {
    pub directory: PathBuf,
    /// The reviewer.
    pub by: String,
}

/// Opens the dashboard and returns when it is left.
///
/// # Errors
/// Where the data directory cannot be used or the terminal cannot be set up.
pub fn run(_options: Options) -> anyhow::Result<()> {
    Ok(())
}
