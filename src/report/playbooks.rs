//! Playbooks with their counts, as `playbooks` prints them.

use std::io::{self, Write};

use compact_str::CompactString;
use serde::Serialize;

use super::fields::Fields;
use super::table::{Cell, Column};
use super::{Look, Tone, csv, table};
use crate::domain::money::{count, dollars, ratio};
use crate::domain::{Labels, Playbook, number};
use crate::insight::registry::Registered;
use crate::insight::words;
use crate::workspace::Snapshot;

/// A playbook with its counts; serialized, one of `playbooks --format json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PlaybookItem {
    /// The playbook's id.
    pub playbook_id: CompactString,
    /// The playbook's name.
    pub playbook_name: Option<CompactString>,
    /// The stage of the customer journey.
    pub journey_stage: Option<CompactString>,
    /// The segments that it is open to; `All` for every one.
    pub eligible_segments: Vec<CompactString>,
    /// The risk from which it is eligible, 0 to 1.
    #[serde(serialize_with = "number::serialize")]
    pub risk_threshold: f64,
    /// `active` for playbooks that are recommended.
    pub status: Option<CompactString>,
    /// True where it needs an approval.
    pub approval_required: bool,
    /// Customers for whom it passes every gate.
    pub eligible: usize,
    /// Customers to whom it is recommended.
    pub recommended: usize,
    /// Customers for whom another playbook ranks ahead.
    pub outranked: usize,
    /// Customers for whom only the minimum confidence is in the way.
    pub blocked: usize,
    /// Dollars, of all its recommendations.
    #[serde(serialize_with = "number::serialize")]
    pub expected_cost: f64,
    /// Dollars, of all its recommendations.
    #[serde(serialize_with = "number::serialize")]
    pub expected_value: f64,
    /// Value less cost, in dollars.
    #[serde(serialize_with = "number::serialize")]
    pub net_value: f64,
    /// The highest ROI of the segments with eligible customers, else of all segments; `None` where
    /// it is open to no segment of the data.
    #[serde(serialize_with = "number::serialize_option")]
    pub roi: Option<f64>,
}

impl PlaybookItem {
    /// Returns what is printed of a playbook.
    pub fn new(playbook: &Playbook, registered: &Registered) -> Self {
        Self {
            playbook_id: playbook.id.clone(),
            playbook_name: playbook.name.clone(),
            journey_stage: playbook.journey_stage.clone(),
            eligible_segments: playbook.segments().to_vec(),
            risk_threshold: playbook.risk_threshold(),
            status: playbook.status.clone(),
            approval_required: playbook.needs_approval(),
            eligible: registered.candidate,
            recommended: registered.wins,
            outranked: registered.losses(),
            blocked: registered.blocked,
            expected_cost: registered.cost,
            expected_value: registered.value,
            net_value: registered.net_value(),
            roi: registered.best_roi(),
        }
    }
}

/// Returns every playbook with its counts, in file order.
pub fn items(snapshot: &Snapshot) -> Vec<PlaybookItem> {
    let playbooks = snapshot.matching.dataset().playbooks().zip(&snapshot.registry().playbooks);
    playbooks.map(|(playbook, registered)| PlaybookItem::new(playbook, registered)).collect()
}

const COLUMNS: [Column; 10] = [
    Column::left("id").cut(8).kept(),
    Column::left("playbook").name(18),
    Column::left("stage").cut(10).spare(2),
    Column::left("status").cut(8).spare(1),
    Column::right("eligible").spare(3),
    Column::right("recommended"),
    Column::right("outranked").spare(4),
    Column::right("blocked").spare(5),
    Column::right("net"),
    Column::right("ROI"),
];

/// Writes an aligned table.
///
/// # Errors
/// What the writer reports.
pub fn write_table(
    out: &mut dyn Write,
    items: &[PlaybookItem],
    labels: &Labels,
    look: Look,
) -> io::Result<()> {
    let row = |item: &PlaybookItem| {
        let status = item.status.as_deref().unwrap_or_default();
        let tone = if status == "active" { Tone::Good } else { Tone::Plain };
        vec![
            Cell::new(&item.playbook_id),
            Cell::new(item.playbook_name.as_deref().unwrap_or_default()),
            Cell::new(words::stage(labels, item.journey_stage.as_deref())),
            Cell::new(status).tone(tone),
            Cell::new(count(item.eligible)),
            Cell::new(count(item.recommended)),
            Cell::new(count(item.outranked)),
            Cell::new(count(item.blocked)),
            Cell::new(dollars(item.net_value)),
            Cell::new(item.roi.map(ratio).unwrap_or_default()),
        ]
    };
    let rows: Vec<Vec<Cell>> = items.iter().map(row).collect();
    table::write(out, &COLUMNS, &rows, look)
}

/// CSV: the fields of the JSON.
///
/// # Errors
/// What the writer reports.
pub fn write_csv(out: &mut dyn Write, items: &[PlaybookItem]) -> io::Result<()> {
    let header = Fields::of(&PlaybookItem::default());
    let rows = items.iter().map(|item| {
        let fields = Fields::of(item).0.into_iter();
        fields.map(|(_, value)| value).collect()
    });
    csv::write(out, header.names(), rows)
}
