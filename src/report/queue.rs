//! What needs a decision, as `queue` prints it.

use std::io::{self, Write};

use jiff::civil::Date;
use serde_json::Value;

use super::fields::Fields;
use super::recommendations::stage;
use super::table::{Cell, Column};
use super::{Look, Tone, csv, table};
use crate::domain::money::{counted, dollars, ratio};
use crate::domain::time::days_between;
use crate::domain::{Change, Status};
use crate::insight::QueueItem;
use crate::insight::card::uncovered::why_nothing;
use crate::matching::Matching;

const COLUMNS: [Column; 16] = [
    Column::left("id").cut(8).kept(),
    Column::left("customer").name(18),
    Column::left("status"),
    Column::left("owner").cut(6).spare(8),
    Column::left("segment").cut(10).spare(4),
    Column::left("stage").cut(10).spare(3),
    Column::right("risk").spare(1),
    Column::right("at risk"),
    Column::right("per week").spare(7),
    Column::left("renews").spare(9),
    Column::right("waiting").spare(10),
    Column::left("playbook").cut(20).whole(),
    Column::right("ROI"),
    Column::right("cost").spare(6),
    Column::right("value").spare(5),
    Column::left("reason").cut(12).spare(2),
];

/// The fields that CSV shows in columns of its own, in words.
const IN_WORDS: [&str; 5] = ["stale", "chosen", "uncounted", "proposals", "over_capacity"];

/// Writes an aligned table.
///
/// # Errors
/// What the writer reports.
pub fn write_table(
    out: &mut dyn Write,
    items: impl Iterator<Item = QueueItem>,
    matching: &Matching,
    today: Date,
    look: Look,
) -> io::Result<()> {
    let row = |item: QueueItem| {
        let told = &item.recommendation;
        let number = matching.dataset().customer_number(&told.customer_id);
        let waiting = item.since.map(|since| days_between(since, today).max(0) as usize);
        let is_play = !told.playbook_id.is_empty();
        let dollars_of_play = |amount| if is_play { dollars(amount) } else { String::new() };
        let roi = number.and_then(|number| Some(matching.winner(number)?.economics.roi));
        vec![
            Cell::new(&told.customer_id),
            Cell::new(item.name.as_deref().unwrap_or_default()),
            Cell::new(item.status.name()).tone(tone(item.status)),
            Cell::new(item.owner.as_deref().unwrap_or_default()),
            Cell::new(&told.segment),
            stage(told, &matching.policy().labels),
            Cell::new(format!("{:.2}", told.risk_score)),
            Cell::new(dollars(item.revenue_at_risk)),
            Cell::new(dollars(item.urgency)),
            Cell::new(item.renewal_date.as_deref().unwrap_or_default()),
            Cell::new(waiting.map(|days| counted(days, "day")).unwrap_or_default()),
            Cell::new(told.playbook_title()),
            Cell::new(roi.map(ratio).unwrap_or_default()),
            Cell::new(dollars_of_play(told.expected_cost)),
            Cell::new(dollars_of_play(told.expected_value)),
            Cell::new(match number.filter(|_| item.status.is_uncovered()) {
                // Who has chosen something without being allowed to goes first.
                Some(number) => {
                    let why = why_nothing(matching, number);
                    item.remarks.iter().cloned().chain([why]).collect::<Vec<_>>().join("; ")
                }
                None => why(&item),
            }),
        ]
    };
    let rows: Vec<Vec<Cell>> = items.map(row).collect();
    table::write(out, &COLUMNS, &rows, look)
}

/// The color of a status; its name always stands beside it.
pub(super) fn tone(status: Status) -> Tone {
    match status {
        Status::Automatic | Status::Approved | Status::Running | Status::Done => Tone::Good,
        Status::Held | Status::Pending | Status::Deferred | Status::Expired | Status::Uncovered => {
            Tone::Attention
        }
        Status::Rejected | Status::Stale => Tone::Bad,
        Status::None | Status::HeldOut | Status::Overridden => Tone::Plain,
    }
}

/// Why an item waits.
fn why(item: &QueueItem) -> String {
    match item.status {
        Status::Stale => format!("decided before {}", changed(item)),
        Status::Held => "source data has an error; review before acting".to_owned(),
        _ => {
            // Who has approved goes first: it is what is left when the column is cut.
            let said = item.progress.iter().chain(&item.remarks).map(String::as_str);
            let asks = item.asks.join(", ");
            let asks = Some(asks.as_str()).filter(|asks| !asks.is_empty());
            said.chain(asks).collect::<Vec<_>>().join("; ")
        }
    }
}

/// What moved since the decision, `risk 0.6 → 0.8; …`; empty unless stale.
fn changed(item: &QueueItem) -> String {
    let changes = item.stale.iter().flat_map(|stale| &stale.changed);
    changes.map(Change::words).collect::<Vec<_>>().join("; ")
}

/// CSV: the fields of the JSON, then the id of a playbook that needs more approvers,
/// with who has, approvals that do not count, and what moved since a stale decision.
///
/// # Errors
/// What the writer reports.
pub fn write_csv(out: &mut dyn Write, items: impl Iterator<Item = QueueItem>) -> io::Result<()> {
    let header = Fields::of(&QueueItem::default());
    let rows = items.map(|item| {
        let fields = Fields::of(&item).0.into_iter();
        let fields = fields.filter(|(name, _)| !IN_WORDS.contains(&name.as_str()));
        let chosen = item.chosen.as_ref();
        let id = chosen.map(|chosen| chosen.chosen.playbook_id.to_string()).unwrap_or_default();
        let by = chosen.map(|chosen| chosen.approvals.join(" ")).unwrap_or_default();
        let words = [id, by, item.remarks.join("; "), changed(&item)];
        fields.map(|(_, value)| value).chain(words.map(Value::from)).collect()
    });
    let more = ["chosen_playbook_id", "chosen_by", "uncounted", "changed"];
    csv::write(out, header.names().chain(more), rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ApprovalReason;

    #[test]
    fn who_has_approved_stands_before_who_asks() {
        let item = QueueItem {
            status: Status::Pending,
            approval_reasons: vec![ApprovalReason::Playbook],
            asks: vec![ApprovalReason::Playbook.words()],
            approvals: vec!["dana".into()],
            progress: Some("1 of 2, dana".to_owned()),
            ..QueueItem::default()
        };
        assert_eq!(why(&item), "1 of 2, dana; required by the playbook");
        let assigned = QueueItem { asks: Vec::new(), ..item.clone() };
        assert_eq!(why(&assigned), "1 of 2, dana", "no one asked for what was assigned by hand");
        assert!(!Fields::of(&item).names().any(|name| name == "progress"));
    }
}
