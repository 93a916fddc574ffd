//! What counts say and how sure one can be of it: numbers alone, of nothing in particular.
//!
//! - [`mod@wilson`]: the interval of a rate.
//! - [`rate`]: a rate as a distribution; [`best`]: how probable it is that an option is the best one.
//! - [`mixture`]: intervals that hold however often one looks; [`size`]: how much they take.
//! - [`chi_square`]: whether counts are as shares say.
//! - integrals are in [`quadrature`].

pub mod best;
pub mod chi_square;
pub mod mixture;
pub mod quadrature;
pub mod rate;
pub mod size;
pub mod wilson;

pub use best::{Score, probability_of_best};
pub use wilson::wilson;
