//! Results as text for the command line: tables, CSV, JSON, explanations.
//!
//! - [`look`]: color and width, decided once by whoever opens the output.
//! - [`table`]: aligned columns; [`wrap`]: sentences that fit.
//! - [`fields`]: a value's fields in their order; [`csv`] and [`json`] are made from them.
//! - [`prepared`]: recommendations as JSON, many at a time.
//! - [`names`]: names and labels where there are only ids.
//! - [`standing`]: where a recommendation stands, in words.
//! - [`portfolio`]: the report on the portfolio as a whole; [`whole`]: put together from a snapshot.
//! - [`data_files`]: what was read, as the files of a data directory.
//! - [`recommendations`], [`queue`], [`export`], [`explanation`], [`findings`], [`entries`], [`learned`], [`lessons`], [`experiments`],
//!   [`comparison`], [`plan`]: one result each.
//!
//! Everything is written to a writer, row by row. Texts that come from data go through
//! [`domain::text`](crate::domain::text) here or, in JSON, are escaped by
//! [`domain::json`](crate::domain::json).

pub mod comparison;
pub mod csv;
pub mod data_files;
pub mod entries;
pub mod experiments;
pub mod explanation;
pub mod export;
pub mod fields;
pub mod findings;
pub mod json;
pub mod learned;
pub mod lessons;
pub mod look;
pub mod names;
pub mod plan;
pub mod playbooks;
pub mod portfolio;
pub mod prepared;
pub mod queue;
pub mod recommendations;
pub mod standing;
pub mod table;
pub mod whole;
pub mod wrap;

pub use look::{Look, Tone};
