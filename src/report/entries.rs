//! Entries of the ledger, as `log` prints them.

use std::io::{self, Write};

use jiff::Timestamp;

use super::Look;
use super::findings::page;
use super::table::{Cell, Column, Layout};
use super::wrap::hanging;
use crate::domain::money::{dollars, ratio};
use crate::domain::number::Num;
use crate::domain::text::harmless;
use crate::domain::{Basis, Entry, EvidenceGrade};
use crate::matching::words::{runs, share};

const COLUMNS: [Column; 9] = [
    Column::right("seq"),
    Column::left("time (UTC)"),
    Column::left("by").cut(6),
    Column::left("kind"),
    Column::left("customer").cut(8),
    Column::left("playbook").cut(8),
    Column::left("reason").cut(6).spare(1),
    Column::left("note").cut(6).spare(2),
    // Its beginning is enough to name an entry.
    Column::left("id").cut_last(14),
];

/// Longest note in a table; the whole of it is in `log --entry`.
const NOTE: usize = 32;

/// A table of entries that can go on when more come.
pub struct EntryTable(Layout<'static>);

impl EntryTable {
    /// Columns as wide as these entries need.
    pub fn new<'e>(entries: impl IntoIterator<Item = &'e Entry>, look: Look) -> Self {
        let rows: Vec<Vec<Cell>> = entries.into_iter().map(row).collect();
        Self(Layout::new(&COLUMNS, &rows, look))
    }

    /// The line of titles.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn header(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.header(out)
    }

    /// One entry.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn row(&self, out: &mut dyn Write, entry: &Entry) -> io::Result<()> {
        self.0.row(out, &row(entry))
    }
}

fn row(entry: &Entry) -> Vec<Cell> {
    vec![
        Cell::new(entry.seq.to_string()),
        Cell::new(time(entry.at)),
        Cell::new(&entry.by),
        Cell::new(entry.kind.name()),
        Cell::new(&entry.customer_id),
        Cell::new(&entry.playbook_id),
        Cell::new(entry.reason.as_deref().unwrap_or_default()),
        Cell::new(shortened(entry.note.as_deref().unwrap_or_default())),
        Cell::new(&entry.id),
    ]
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn shortened(note: &str) -> String {
    let mut chars = note.chars();
    let mut text: String = chars.by_ref().take(NOTE).collect();
    if chars.next().is_some() {
        text.pop();
        text.push('…');
    }
    text
}

/// One entry in full: what was decided, by whom, on which numbers from which sources.
///
/// # Errors
/// What the writer reports.
pub fn write_entry(out: &mut dyn Write, entry: &Entry, look: Look) -> io::Result<()> {
    let none = "none".to_owned();
    let text = |text: Option<&str>| text.map_or_else(|| none.clone(), str::to_owned);
    let mut lines = vec![
        ("entry", format!("{} ({})", entry.id, entry.seq)),
        ("time", format!("{} UTC", time(entry.at))),
        ("by", entry.by.to_string()),
        ("kind", entry.kind.name().to_owned()),
        ("customer", entry.customer_id.to_string()),
        ("playbook", entry.playbook_id.to_string()),
        ("reason", text(entry.reason.as_deref())),
        ("note", text(entry.note.as_deref())),
    ];
    lines.extend(entry.until.map(|date| ("until", date.to_string())));
    lines.extend(entry.undoes.as_ref().map(|id| ("takes back", id.to_string())));
    lines.push(("after", text(entry.after.as_deref())));
    let width = page(look);
    let mut write = |lines: Vec<(&str, String)>| {
        lines.into_iter().try_for_each(|(label, text)| {
            let line = hanging(&format!("{label:<13}"), &harmless(&text), width);
            writeln!(out, "{}", line.trim_end())
        })
    };
    let blank = || ("", String::new());
    write(lines)?;
    write(vec![blank()])?;
    write(basis(&entry.basis))?;
    write(vec![
        blank(),
        ("basis hash", entry.basis_hash.clone()),
        ("hash before", entry.prev.clone()),
        ("hash", entry.hash.clone()),
    ])
}

/// The numbers that were seen, each with its source.
fn basis(basis: &Basis) -> Vec<(&'static str, String)> {
    let told = &basis.recommendation;
    let reasons: Vec<&str> = basis.approval_reasons.iter().map(|reason| reason.words()).collect();
    let needs = match told.requires_human_approval {
        true => format!("needed: {}", reasons.join(", ")),
        false => "not needed".to_owned(),
    };
    let evidence = &basis.evidence;
    let mut proof = evidence.grade.words().to_owned();
    if evidence.grade != EvidenceGrade::Assumed {
        proof.push_str(&format!(", {}", runs(evidence.runs)));
    }
    if let Some(rate) = evidence.success_rate {
        proof.push_str(&format!(", success rate {}", Num(rate)));
    }
    vec![
        ("segment", told.segment.to_string()),
        ("stage", told.journey_stage.as_deref().unwrap_or("none").to_owned()),
        ("account", format!("{} a year", dollars(told.account_value))),
        ("risk", format!("{}, from {}", Num(told.risk_score), basis.risk_source.words())),
        (
            "confidence",
            format!(
                "{}, margin {}, brake {}",
                Num(told.confidence),
                share(basis.policy.confidence_margin),
                share(basis.policy.confidence_threshold)
            ),
        ),
        ("play", format!("{}: {}", told.playbook_title(), told.recommended_action)),
        ("value", format!("{}, {}", dollars(told.expected_value), basis.value_source.words())),
        ("cost", format!("{}, {}", dollars(told.expected_cost), basis.cost_source.words())),
        ("ROI", format!("{}, {}", ratio(basis.roi_ratio), basis.roi_source.words())),
        ("evidence", proof),
        ("approval", needs),
    ]
}
