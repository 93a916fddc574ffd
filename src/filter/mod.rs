//! The filter language: what is typed to narrow a list of customers, and which customers it leaves.
//! Dashboard and command line both use it.

pub mod matcher;
pub mod parse;

pub use matcher::FilterMatcher;
pub use parse::Filter;
