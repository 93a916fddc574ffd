//! The filter language: what is typed to narrow a list of customers, and which customers match.
//! Dashboard and command line both use it.
//!
//! Words are matched fuzzily, each against id, name, segment, stage and playbook. `risk>0.7`,
//! `value>=50000`, `segment:SMB`, `stage:support`, `status:pending`, `owner:dana` and `owner:me`
//! narrow; `status:pending,held` means either; `for:me` matches what the reviewer may decide
//! now. `segment=SMB` is that text exactly and in its case, `stage=` none at all. Everything that
//! is typed has to hold. Otherwise case and accents do not matter (`lodz` finds Łódź), nor do blanks
//! around an operator.
//!
//! - [`field`]: the fields, and where each takes its value from.
//! - [`parse`]: a text to a [`Filter`]; `token` splits it, [`amount`] reads numbers, [`problem`] says
//!   what is wrong.
//! - [`matcher`]: a filter applied to the customers of a snapshot.
//! - [`write`]: terms written by the program.

pub mod amount;
pub mod field;
pub mod matcher;
pub mod parse;
pub mod problem;
mod token;
pub mod write;

pub use field::{Field, NumberField, TextField};
pub use matcher::FilterMatcher;
pub use parse::Filter;
pub use problem::FilterProblem;
pub(crate) use token::tokens;
