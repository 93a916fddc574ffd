//! The rules of matching as pure functions, and the index that makes them fast.
//!
//! - [`risk`]: rule 1 and 7, how much a customer is at risk and how sure that makes us.
//! - [`performance`] and [`economics`]: rules 4 and 5, what a playbook costs and brings in a segment.
//! - [`ranking`]: rules 3 and 6, made once for each stage and segment and shared by its customers.
//! - [`population`]: what the rules look at of every customer, made once for the data.
//! - [`engine`]: rule 8, the recommendation of each customer.
//! - [`choice`]: another playbook in place of the recommended one.
//! - [`gates`] and [`explanation`]: every gate of every playbook for one customer, and where each
//!   number comes from; [`words`] says it to a person.
//!
//! The rules are those of the reference function; `tests/vectors/` holds its answers.

pub mod choice;
pub mod economics;
pub mod engine;
pub mod explanation;
pub mod gates;
pub mod performance;
pub mod population;
pub mod ranking;
pub mod risk;
pub mod words;

pub use economics::Economics;
pub use engine::Matching;
pub use explanation::{Candidate, Excluded, Explanation};
pub use population::Population;
pub use ranking::{Ranked, RankedList};
pub use risk::Risk;
