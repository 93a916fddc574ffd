//! The strategy as SQL: the staircase against the engine, and the statement against `match`.

mod awkward;
mod engines;
mod equal;
mod steps;
