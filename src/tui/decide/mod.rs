//! Decisions: the dialog, what is filled in, decisions about several customers, and their results.

pub mod basis;

mod content;
pub mod dialog;
pub mod dialog_view;
pub mod form;
pub mod last;
pub mod outcome;
pub mod propose;
mod refused;
pub mod update;
pub mod words;
