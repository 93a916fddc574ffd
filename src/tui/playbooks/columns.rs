//! The columns of the list of playbooks: what each shows, what it sorts by, and when it is dropped.

use serde_json::Value;

use super::{Item, stage_name};
use crate::domain::Playbook;
use crate::domain::money::{count, percent, ratio, short_dollars};
use crate::insight::learning::LearnedRow;
use crate::insight::registry::Registered;
use crate::matching::performance::{ALL, counting_row};
use crate::tui::export::table as export;
use crate::tui::export::table::text;
use crate::tui::widget::charts::interval;
use crate::tui::widget::list_order::{SortColumn, SortKey};
use crate::workspace::Snapshot;

/// A line as its columns see it.
pub struct Row<'a> {
    pub item: Item<'a>,
    snapshot: &'a Snapshot,
    /// `None` while its counts are not known.
    registered: Option<&'a Registered>,
}

impl<'a> Row<'a> {
    pub fn new(item: Item<'a>, snapshot: &'a Snapshot) -> Self {
        let registered = match item {
            Item::Playbook(number, _) => {
                snapshot.known_registry().and_then(|registry| registry.playbooks.get(number))
            }
            Item::Skipped(_) => None,
        };
        Self { item, snapshot, registered }
    }

    /// The playbook; `None` of a row that was skipped.
    fn playbook(&self) -> Option<&'a Playbook> {
        match self.item {
            Item::Playbook(_, playbook) => Some(playbook),
            Item::Skipped(_) => None,
        }
    }

    /// A number for a file.
    fn value(&self, of: impl Fn(&Registered) -> Option<f64>) -> Value {
        export::number(self.registered.and_then(of))
    }

    fn number(&self, number: impl Fn(&Registered) -> Option<f64>) -> SortKey {
        SortKey::Number(self.registered.and_then(number))
    }

    /// A number of a playbook; a sign in its place while it is being counted.
    fn cell(&self, cell: impl Fn(&Registered) -> String) -> String {
        match (self.item, self.registered) {
            (Item::Skipped(_), _) => String::new(),
            (Item::Playbook(..), None) => "…".to_owned(),
            (Item::Playbook(..), Some(registered)) => cell(registered),
        }
    }

    /// What outcomes say, over all segments.
    fn learned(&self) -> Option<&'a LearnedRow> {
        self.snapshot.known_learned()?.exact_row(&self.playbook()?.id, ALL)
    }

    fn learned_rate(&self) -> Option<f64> {
        self.learned()?.success_rate
    }

    /// The success rate that was reported over all segments.
    fn reported(&self) -> Option<f64> {
        let rows = &self.snapshot.matching.dataset().performance;
        rows.get(counting_row(rows, &self.playbook()?.id, ALL)?)?.success_rate
    }

    fn stage(&self) -> String {
        match self.item {
            Item::Playbook(_, playbook) => {
                stage_name(playbook, &self.snapshot.matching.policy().labels)
            }
            Item::Skipped(_) => String::new(),
        }
    }
}

/// What was reported (○) and learned (●) on an axis from 0 to 100%, with the 95% interval of the outcomes.
pub fn picture(reported: Option<f64>, learned: &LearnedRow, width: usize) -> String {
    let Some(ends) = learned.low.zip(learned.high) else { return String::new() };
    let marks = [(reported, '○'), (learned.success_rate, '●')];
    let marks: Vec<(f64, char)> =
        marks.into_iter().filter_map(|(rate, sign)| Some((rate?, sign))).collect();
    interval(ends, &marks, width)
}

/// The value of a field in a file.
type Field = fn(&Row<'_>) -> Value;

/// A column.
pub struct Column {
    pub title: &'static str,
    pub sort_column: SortColumn,
    pub sort: fn(&Row<'_>) -> SortKey,
    /// What stands of it in a file: names, and values.
    pub export: &'static [(&'static str, Field)],
    /// How it is shown; `None` where it is only for sorting.
    pub show: Option<Show>,
}

/// How a column is shown.
pub struct Show {
    /// In columns of the screen, a blank before it not counted; the name takes what is left over.
    pub width: usize,
    /// The lower, the longer it stays where there is little room; 0 always.
    pub priority: usize,
    /// True where it ends at its right edge, as numbers do.
    pub right: bool,
    pub cell: fn(&Row<'_>) -> String,
}

const fn by(code: &'static str, name: &'static str, largest_first: bool) -> SortColumn {
    SortColumn { code, name, largest_first }
}

const fn number(width: usize, priority: usize, cell: fn(&Row<'_>) -> String) -> Option<Show> {
    Some(Show { width, priority, right: true, cell })
}

/// Every column, in the order in which they stand. The first is the order that the file has.
pub static COLUMNS: [Column; 11] = [
    Column {
        title: "",
        sort_column: by("file_order", "file order", false),
        sort: |_| SortKey::Number(None),
        export: &[],
        show: None,
    },
    Column {
        title: "Playbook",
        sort_column: by("name", "name", false),
        sort: |row| SortKey::text(row.item.title()),
        export: &[
            ("playbook_id", |row| {
                text(match row.item {
                    Item::Playbook(_, playbook) => playbook.id.as_str(),
                    Item::Skipped(skipped) => skipped.playbook_id.as_str(),
                })
            }),
            ("playbook_name", |row| text(row.item.title())),
            ("status", |row| text(row.playbook().and_then(|it| it.status.as_deref()))),
        ],
        show: Some(Show {
            width: 20,
            priority: 0,
            right: false,
            cell: |row| row.item.title().to_owned(),
        }),
    },
    Column {
        title: "Stage",
        sort_column: by("stage", "stage", false),
        sort: |row| SortKey::text(&row.stage()),
        export: &[("journey_stage", |row| {
            text(row.playbook().and_then(|it| it.journey_stage.as_deref()))
        })],
        show: Some(Show { width: 10, priority: 5, right: false, cell: |row| row.stage() }),
    },
    Column {
        title: "Eligible",
        sort_column: by("eligible", "eligible", true),
        sort: |row| row.number(|r| Some(r.candidate as f64)),
        export: &[("eligible", |row| row.value(|r| Some(r.candidate as f64)))],
        show: number(8, 8, |row| row.cell(|r| count(r.candidate))),
    },
    Column {
        title: "Recommended",
        sort_column: by("recommended", "recommended", true),
        sort: |row| row.number(|r| Some(r.wins as f64)),
        export: &[("recommended", |row| row.value(|r| Some(r.wins as f64)))],
        show: number(11, 1, |row| row.cell(|r| count(r.wins))),
    },
    Column {
        title: "Outranked",
        sort_column: by("outranked", "outranked", true),
        sort: |row| row.number(|r| Some(r.losses() as f64)),
        export: &[("outranked", |row| row.value(|r| Some(r.losses() as f64)))],
        show: number(9, 7, |row| row.cell(|r| count(r.losses()))),
    },
    Column {
        title: "Blocked",
        sort_column: by("blocked", "blocked", true),
        sort: |row| row.number(|r| Some(r.blocked as f64)),
        export: &[("blocked", |row| row.value(|r| Some(r.blocked as f64)))],
        show: number(7, 9, |row| row.cell(|r| count(r.blocked))),
    },
    Column {
        title: "Net",
        sort_column: by("net", "net value", true),
        sort: |row| row.number(|r| Some(r.net_value())),
        export: &[("net_value", |row| row.value(|r| Some(r.net_value())))],
        show: number(6, 2, |row| row.cell(|r| short_dollars(r.net_value()))),
    },
    Column {
        title: "ROI",
        sort_column: by("roi", "ROI", true),
        sort: |row| row.number(Registered::best_roi),
        export: &[("roi", |row| row.value(Registered::best_roi))],
        show: number(6, 3, |row| row.cell(|r| r.best_roi().map(ratio).unwrap_or_default())),
    },
    Column {
        title: "Learned",
        sort_column: by("learned", "learned rate", true),
        sort: |row| SortKey::Number(row.learned_rate()),
        export: &[("learned_rate", |row| export::number(row.learned_rate()))],
        show: number(7, 4, |row| row.learned_rate().map(percent).unwrap_or_default()),
    },
    Column {
        title: "Interval",
        sort_column: by("interval", "interval", true),
        sort: |row| {
            let learned = row.learned();
            SortKey::Number(learned.and_then(|row| Some(row.high? - row.low?)))
        },
        export: &[
            ("learned_low", |row| export::number(row.learned().and_then(|row| row.low))),
            ("learned_high", |row| export::number(row.learned().and_then(|row| row.high))),
        ],
        show: Some(Show {
            width: 11,
            priority: 6,
            right: false,
            cell: |row| {
                let learned = row.learned();
                learned.map(|learned| picture(row.reported(), learned, 11)).unwrap_or_default()
            },
        }),
    },
];
