//! The portfolio report: the same figures as JSON, as Markdown and as a page of HTML.
//!
//! - [`json`]: the figures as `strategy.md` has them.
//! - [`document`]: a report as sections of text, tables and charts, whatever it is written as.
//! - [`content`], [`tables`], [`charts`], [`steps`], [`learned`]: the figures as such a document.
//! - [`cards`]: what to do about those that need a decision, and why.
//! - [`markdown`], [`html`]: a document written down; [`svg`] draws its charts, [`style`] is its look.
//! - [`words`]: figures as people read them.

pub mod cards;
pub mod charts;
pub mod content;
pub mod document;
pub mod html;
pub mod json;
pub mod learned;
pub mod markdown;
mod markdown_text;
pub mod steps;
pub mod style;
pub mod svg;
pub mod tables;
pub mod words;

use crate::domain::{Finding, Moment, Status};
use crate::insight::experiment::ExperimentResult;
use crate::insight::learning::{Calibration, Learned};
use crate::insight::lessons::Lesson;
use crate::insight::portfolio::Wait;
use crate::insight::{Card, Portfolio};
use crate::matching::Matching;

/// What a report is made from.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The name of the data directory.
    pub name: &'a str,
    /// The current time and time zone.
    pub now: &'a Moment,
    /// The filter that its customers match; `None` for all customers.
    pub filter: Option<&'a str>,
    /// The figures.
    pub portfolio: &'a Portfolio,
    /// How far expectations came true.
    pub calibration: &'a Calibration,
    /// What else was learned; `None` where only the figures are asked for.
    pub learning: Option<Learning<'a>>,
    /// The recommendations.
    pub matching: &'a Matching,
    /// Of each customer.
    pub statuses: &'a [Status],
    /// By revenue at risk, the highest first.
    pub waits: &'a [Wait],
    /// What to do about the first of them, and why.
    pub cards: &'a [Card],
    /// Findings about data and strategy.
    pub findings: &'a [&'a Finding],
    /// What speaks against the figures as a whole, in sentences.
    pub warnings: &'a [String],
}

/// What outcomes, experiments and people say.
#[derive(Debug, Clone, Copy)]
pub struct Learning<'a> {
    /// The rates of playbooks.
    pub learned: &'a Learned,
    /// What each experiment shows so far.
    pub experiments: &'a [ExperimentResult],
    /// What rejections and overrides say.
    pub lessons: &'a [Lesson],
}
