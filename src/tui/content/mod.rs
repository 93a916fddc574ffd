//! The texts of the screen, line by line, before anybody knows how many of them fit: layout counts
//! them, view draws them.

pub mod banner;
pub mod detail;
pub mod findings;
pub mod help;
pub mod outcome;
