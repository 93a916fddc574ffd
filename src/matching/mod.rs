//! The rules of matching as pure functions, and the index that makes them fast.
//!
//! - [`risk`]: rule 1 and 7, how much a customer is at risk and how sure that makes us.
//! - [`performance`] and [`economics`]: rules 4 and 5, what a playbook costs and brings in a segment.
//! - [`ranking`] and [`lists`]: rules 3 and 6, made once for each stage and segment and shared by its
//!   customers, and by all segments that rank alike.
//! - [`population`]: what the rules look at of every customer, made once for the data.
//! - `plays`: which playbook is each customer's best one; [`engine`]: the recommendation of each
//!   customer.
//! - [`past`]: what was done for customers before; [`contact`]: the gate that looks at it; `limited`:
//!   the best candidates with it.
//! - [`assignment`] and [`assigned`]: who gets which arm of an experiment, and the ranking with it.
//! - [`choice`]: another playbook in place of the recommended one.
//! - [`gates`] and [`explanation`]: every gate of every playbook for one customer, and where each
//!   number comes from; [`words`] and [`flip_words`] say it to a person.
//! - [`flips`], [`wins_if`]: what would have to change for another playbook to qualify, or to win.
//! - [`staircase`]: the strategy alone, as ranges of risk, for engines that only compare.
//! - [`evidence`], [`stability`], [`firmness`]: how sure the runs behind the numbers make us of the winner.
//!
//! The rules are those of the reference function; `tests/vectors/` holds its answers.

pub mod assigned;
pub mod assignment;
pub mod choice;
pub mod contact;
pub mod economics;
pub mod engine;
pub mod evidence;
pub mod explanation;
pub mod firmness;
pub mod flip_words;
pub mod flips;
pub mod gates;
mod kinds;
mod limited;
pub mod lists;
pub mod past;
pub mod performance;
mod plays;
pub mod population;
pub mod ranking;
pub mod risk;
pub mod stability;
pub mod staircase;
pub mod wins_if;
pub mod words;

pub use economics::Economics;
pub use engine::Matching;
pub use explanation::{Candidate, Excluded, Explanation};
pub use past::{Past, PastPlay};
pub use population::Population;
pub use ranking::{Ranked, RankedList};
pub use risk::Risk;
pub use staircase::Staircase;
