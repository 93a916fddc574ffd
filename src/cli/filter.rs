//! `--filter EXPR`: some customers instead of all of them, in the language of the dashboard's filter.

use super::session::Session;
use crate::domain::Error;
use crate::filter::Filter;
use crate::workspace::Snapshot;

/// Option of the commands that can show some customers only.
#[derive(Debug, Clone, clap::Args)]
pub struct FilterArgs {
    /// Show only customers that match, as in the dashboard: `segment:SMB risk>0.7`
    #[arg(id = "filter", long = "filter", value_name = "EXPR")]
    expression: Option<String>,
}

/// Customers that match a filter.
#[derive(Debug)]
pub struct Filtered {
    /// The filter as it was given.
    pub expression: String,
    /// Numbers of the customers that match, in ascending order.
    pub rows: Vec<usize>,
}

impl FilterArgs {
    /// True where a filter was given.
    pub fn is_given(&self) -> bool {
        self.expression.is_some()
    }

    /// Parses the filter; `None` where none was given.
    ///
    /// # Errors
    /// Where a field is unknown or lacks a value.
    pub fn parse(&self, session: &Session) -> Result<Option<Filter>, Error> {
        let Some(text) = &self.expression else { return Ok(None) };
        let parsed = Filter::parse_strict(text, &session.by);
        parsed.map(Some).map_err(|error| match error.hints.is_empty() {
            true => error.context("--filter").hint("for example segment:SMB or risk>0.7"),
            false => error.context("--filter"),
        })
    }

    /// Returns the customers that match a parsed filter.
    pub fn rows(&self, filter: Option<&Filter>, snapshot: &Snapshot) -> Option<Filtered> {
        let expression = self.expression.clone()?;
        Some(Filtered { expression, rows: filter?.rows(snapshot) })
    }
}
