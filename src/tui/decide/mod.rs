//! Decisions: the dialog, what is filled in, decisions about several customers, and their results.

pub mod basis;

pub mod dialog;
pub mod dialog_view;
pub mod form;
pub mod outcome;
pub mod update;
pub mod words;
