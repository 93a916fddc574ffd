//! The columns of a list of customers: what each shows, what it sorts by, and when it is dropped.
//!
//! A column is one variant of [`ColumnId`] and one row of [`COLUMNS`]. Which of them stand on the
//! screen, and how wide, is in [`super::fitted`].

use std::borrow::Cow;

use compact_str::CompactString;
use jiff::civil::Date;
use ratatui::style::Style;
use serde_json::Value;
use strum::{EnumCount, EnumString, IntoStaticStr};

use crate::domain::money::{count, counted, ratio, short_dollars};
use crate::domain::time::days_between;
use crate::domain::{Playbook, RiskSource};
use crate::filter::{Field, NumberField, TextField};
use crate::matching::flip_words::likely;
use crate::store::CustomerView;
use crate::tui::export::table as export;
use crate::tui::export::table::{json, text};
use crate::tui::screen::id::Screen::{self, Customers, Queue};
use crate::tui::widget::theme::Theme;
use crate::workspace::Snapshot;

/// A column of a list of customers, or another value that it can be sorted by. The text of each is its
/// name where it is remembered between runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumCount, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ColumnId {
    /// The customer's id.
    Customer,
    /// The customer's name.
    Name,
    /// Who is responsible for the customer.
    Owner,
    /// The customer's segment.
    Segment,
    /// The stage of the customer journey.
    Stage,
    /// The risk, from 0 to 1; as a bar too where there is room.
    Risk,
    /// The recommended playbook.
    Playbook,
    /// Value divided by cost of the recommendation.
    Roi,
    /// Value less cost of the recommendation, in dollars.
    Net,
    /// Expected cost of the recommendation, in dollars.
    Cost,
    /// The probability that the recommended playbook is the best.
    PBest,
    /// Revenue at risk, in dollars.
    AtRisk,
    /// Revenue at risk by the weeks until the renewal, in dollars a week.
    PerWeek,
    /// The date of the renewal.
    Renews,
    /// For how long a decision has been needed.
    Waiting,
    /// The status of the recommendation.
    Status,
    /// How many have approved, of how many who have to.
    Approvals,
    /// Who proposed a playbook that nobody has decided about.
    Proposed,
    /// The account's value, in dollars a year.
    AccountValue,
    /// The customer's place in the file.
    FileOrder,
}

/// What is known of a column.
pub struct Column {
    /// Which column it is.
    pub id: ColumnId,
    /// The title over the column.
    pub title: &'static str,
    /// The name in sentences, in the menu of sort columns and in the one of shown columns.
    pub name: &'static str,
    /// What it sorts by.
    pub sort: SortBy,
    /// True where the largest is of most interest.
    pub largest_first: bool,
    /// The field that a filter compares it by.
    pub filter: Option<Field>,
    /// What stands of it in a file.
    pub export: &'static [ExportedField],
    /// How it is shown; `None` where it is only for sorting.
    pub show: Option<Show>,
}

/// A field of a customer in a file: its name, as in the JSON of the command line, and its value.
pub type ExportedField = (&'static str, fn(&Snapshot, usize) -> Value);

/// How rows are compared.
pub enum SortBy {
    /// By their place in the file.
    FileOrder,
    /// By a number; rows without one come last.
    Number(fn(&Snapshot, usize) -> Option<f64>),
    /// By a text of which most are different.
    Text(TextField),
    /// By a text that many rows share.
    SharedText(TextField),
    /// By the name of the recommended playbook.
    PlaybookName,
    /// By a whole number that many rows share.
    Rank(fn(&Snapshot, usize) -> Option<u32>),
}

/// How a column is shown.
pub struct Show {
    /// How wide it is.
    pub width: WidthRule,
    /// True where it ends at its right edge, as numbers do.
    pub right: bool,
    /// When it is dropped: where room gets short, the column with the greatest number goes first.
    pub keep: u8,
    /// The lists that show it unless someone chose otherwise.
    pub on: &'static [Screen],
    /// False where nothing could ever stand in it.
    pub applies: fn(&Snapshot) -> bool,
    /// What stands there while the data is still being loaded; `None` where it is known already.
    pub loading: Option<&'static str>,
    /// The text and the style of a customer's cell.
    pub cell: for<'a> fn(&Row<'a>) -> (Cow<'a, str>, Style),
}

/// How wide a column is, in columns of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WidthRule {
    /// Always this wide.
    Fixed(usize),
    /// As wide as its longest text, within bounds.
    Text {
        /// It is shown where there is this much room for it.
        least: usize,
        /// No column that is dropped before it is shown where it has less than this.
        good: usize,
        /// It grows no wider.
        most: usize,
    },
}

/// A customer as a row of the list.
pub struct Row<'a> {
    /// The view that is shown.
    pub snapshot: &'a Snapshot,
    /// The customer's number in it.
    pub number: usize,
    /// The customer's data.
    pub view: CustomerView<'a>,
    /// How things look.
    pub theme: Theme,
}

impl Row<'_> {
    /// Returns the risk where something is known of it, which is not the same as no risk.
    pub fn risk(&self) -> Option<f64> {
        let risk = self.snapshot.matching.risk(self.number)?;
        (risk.source != RiskSource::None).then_some(risk.score)
    }
}

impl ColumnId {
    /// Returns the row of the table.
    pub fn column(self) -> &'static Column {
        // The array has one row for each variant, in their order.
        COLUMNS.get(self as usize).unwrap_or(&FILE_ORDER)
    }

    /// Returns every column that a list can be sorted by, in the order of the menu.
    pub fn sortable() -> impl Iterator<Item = Self> + Clone {
        COLUMNS.iter().map(|column| column.id)
    }
}

/// A cell without emphasis.
fn plain<'a>(text: impl Into<Cow<'a, str>>) -> (Cow<'a, str>, Style) {
    (text.into(), Style::new())
}

/// A cell with an amount in dollars; empty without one.
fn amount<'a>(amount: Option<f64>) -> (Cow<'a, str>, Style) {
    plain(amount.map(short_dollars).unwrap_or_default())
}

/// `today`, `12 days`: how long a decision has been needed.
pub fn waited(since: Date, today: Date) -> String {
    match days_between(since, today) {
        ..1 => "today".to_owned(),
        days => counted(days.unsigned_abs() as usize, "day"),
    }
}

/// What the recommendation costs or brings.
fn economics(snapshot: &Snapshot, number: usize, of: fn(f64, f64) -> f64) -> Option<f64> {
    let economics = &snapshot.matching.winner(number)?.economics;
    Some(of(economics.value, economics.cost))
}

/// A text of a customer as it is stored.
fn field_text(snapshot: &Snapshot, number: usize, field: TextField) -> Value {
    text(field.stored(snapshot, number))
}

/// A number of a customer as it is computed.
fn field_number(snapshot: &Snapshot, number: usize, field: NumberField) -> Value {
    export::number(field.value(snapshot, number))
}

/// How many have approved of how many who have to; `None` where one is enough.
fn approvals(snapshot: &Snapshot, number: usize) -> Option<(usize, usize)> {
    if !asks_for_two(snapshot) || !snapshot.status(number).waits() {
        return None;
    }
    let standing = snapshot.standing(number);
    (standing.needed > 1).then_some((standing.approvals.len(), standing.needed))
}

/// Who made the proposal that a reviewer would follow.
fn proposer(snapshot: &Snapshot, number: usize) -> Option<CompactString> {
    Some(snapshot.proposal_to_follow(number)?.entry.by.clone())
}

fn asks_for_two(snapshot: &Snapshot) -> bool {
    snapshot.matching.policy().approval.two_approvers_at_account_value.is_some()
}

/// The order that a list has without any other.
const FILE_ORDER: Column = Column {
    id: ColumnId::FileOrder,
    title: "",
    name: "file order",
    sort: SortBy::FileOrder,
    largest_first: false,
    filter: None,
    export: &[],
    show: None,
};

const NUMBER: Show = Show {
    width: WidthRule::Fixed(7),
    right: true,
    keep: u8::MAX,
    on: &[],
    applies: |_| true,
    loading: Some("…"),
    cell: |_| (Cow::Borrowed(""), Style::new()),
};
const TEXT: Show = Show { right: false, ..NUMBER };
const BOTH: &[Screen] = &[Queue, Customers];

/// Every column, in the order in which they stand unless someone chose another.
pub static COLUMNS: [Column; ColumnId::COUNT] = [
    Column {
        id: ColumnId::Customer,
        title: "ID",
        name: "customer ID",
        sort: SortBy::Text(TextField::Id),
        largest_first: false,
        filter: Some(Field::Text(TextField::Id)),
        export: &[("customer_id", |snapshot, number| field_text(snapshot, number, TextField::Id))],
        show: Some(Show {
            width: WidthRule::Text { least: 4, good: 14, most: 14 },
            keep: 1,
            on: BOTH,
            loading: None,
            cell: |row| (row.view.id().into(), row.theme.strong()),
            ..TEXT
        }),
    },
    Column {
        id: ColumnId::Name,
        title: "Name",
        name: "name",
        sort: SortBy::Text(TextField::Name),
        largest_first: false,
        filter: Some(Field::Text(TextField::Name)),
        export: &[("name", |snapshot, number| field_text(snapshot, number, TextField::Name))],
        show: Some(Show {
            width: WidthRule::Text { least: 1, good: 24, most: 60 },
            keep: 0,
            on: BOTH,
            loading: None,
            cell: |row| plain(row.view.name().unwrap_or_default()),
            ..TEXT
        }),
    },
    Column {
        id: ColumnId::Owner,
        title: "Owner",
        name: "owner",
        sort: SortBy::SharedText(TextField::Owner),
        largest_first: false,
        filter: Some(Field::Text(TextField::Owner)),
        export: &[("owner", |snapshot, number| field_text(snapshot, number, TextField::Owner))],
        show: Some(Show {
            width: WidthRule::Text { least: 6, good: 10, most: 20 },
            keep: 12,
            on: &[Customers],
            loading: None,
            cell: |row| plain(row.view.owner().unwrap_or_default()),
            ..TEXT
        }),
    },
    Column {
        id: ColumnId::Segment,
        title: "Segment",
        name: "segment",
        sort: SortBy::SharedText(TextField::Segment),
        largest_first: false,
        filter: Some(Field::Text(TextField::Segment)),
        export: &[("segment", |snapshot, number| field_text(snapshot, number, TextField::Segment))],
        show: Some(Show {
            width: WidthRule::Text { least: 7, good: 10, most: 16 },
            keep: 13,
            loading: None,
            cell: |row| plain(row.view.segment()),
            ..TEXT
        }),
    },
    Column {
        id: ColumnId::Stage,
        title: "Stage",
        name: "stage",
        sort: SortBy::SharedText(TextField::Stage),
        largest_first: false,
        filter: Some(Field::Text(TextField::Stage)),
        export: &[("journey_stage", |snapshot, number| {
            field_text(snapshot, number, TextField::Stage)
        })],
        show: Some(Show {
            width: WidthRule::Text { least: 10, good: 10, most: 18 },
            keep: 9,
            on: BOTH,
            cell: |row| match row.view.stage() {
                Some(stage) => plain(row.snapshot.matching.policy().labels.stage(stage)),
                None => ("No stage".into(), row.theme.quiet()),
            },
            ..TEXT
        }),
    },
    Column {
        id: ColumnId::Risk,
        title: "Risk",
        name: "risk",
        sort: SortBy::Number(|snapshot, number| NumberField::Risk.value(snapshot, number)),
        largest_first: true,
        filter: Some(Field::Number(NumberField::Risk)),
        export: &[("risk_score", |snapshot, number| {
            field_number(snapshot, number, NumberField::Risk)
        })],
        show: Some(Show {
            width: WidthRule::Fixed(4),
            keep: 3,
            on: BOTH,
            cell: |row| match row.risk() {
                Some(risk) => plain(format!("{risk:.2}")),
                None => ("–".into(), row.theme.quiet()),
            },
            ..NUMBER
        }),
    },
    Column {
        id: ColumnId::Playbook,
        title: "Playbook",
        name: "playbook",
        sort: SortBy::PlaybookName,
        largest_first: false,
        filter: Some(Field::Text(TextField::Playbook)),
        export: &[
            ("playbook_id", |snapshot, number| field_text(snapshot, number, TextField::Playbook)),
            ("playbook_name", |snapshot, number| {
                let matching = &snapshot.matching;
                let playbook = matching.winner(number).and_then(|ranked| matching.playbook(ranked));
                text(playbook.map(Playbook::title))
            }),
        ],
        show: Some(Show {
            width: WidthRule::Text { least: 12, good: 18, most: 40 },
            keep: 5,
            on: BOTH,
            cell: |row| {
                let matching = &row.snapshot.matching;
                let winner = matching.winner(row.number);
                match winner.and_then(|ranked| matching.playbook(ranked)) {
                    Some(playbook) => plain(playbook.title()),
                    None => ("None".into(), row.theme.quiet()),
                }
            },
            ..TEXT
        }),
    },
    Column {
        id: ColumnId::Roi,
        title: "ROI",
        name: "ROI",
        sort: SortBy::Number(|snapshot, number| NumberField::Roi.value(snapshot, number)),
        largest_first: true,
        filter: Some(Field::Number(NumberField::Roi)),
        export: &[("roi", |snapshot, number| field_number(snapshot, number, NumberField::Roi))],
        show: Some(Show {
            width: WidthRule::Text { least: 5, good: 7, most: 10 },
            keep: 10,
            on: BOTH,
            cell: |row| {
                let roi = NumberField::Roi.value(row.snapshot, row.number);
                plain(roi.map(ratio).unwrap_or_default())
            },
            ..NUMBER
        }),
    },
    Column {
        id: ColumnId::Net,
        title: "Net",
        name: "net value",
        sort: SortBy::Number(|snapshot, number| {
            economics(snapshot, number, |value, cost| value - cost)
        }),
        largest_first: true,
        filter: None,
        export: &[("net_value", |snapshot, number| {
            export::number(economics(snapshot, number, |value, cost| value - cost))
        })],
        show: Some(Show {
            keep: 14,
            cell: |row| amount(economics(row.snapshot, row.number, |value, cost| value - cost)),
            ..NUMBER
        }),
    },
    Column {
        id: ColumnId::Cost,
        title: "Cost",
        name: "cost",
        sort: SortBy::Number(|snapshot, number| NumberField::Cost.value(snapshot, number)),
        largest_first: true,
        filter: Some(Field::Number(NumberField::Cost)),
        export: &[
            ("expected_cost", |snapshot, number| field_number(snapshot, number, NumberField::Cost)),
            ("expected_value", |snapshot, number| {
                export::number(economics(snapshot, number, |value, _| value))
            }),
        ],
        show: Some(Show {
            keep: 15,
            cell: |row| amount(NumberField::Cost.value(row.snapshot, row.number)),
            ..NUMBER
        }),
    },
    Column {
        id: ColumnId::PBest,
        title: "Likely",
        name: "likely the best",
        sort: SortBy::Number(|snapshot, number| NumberField::PBest.value(snapshot, number)),
        largest_first: false,
        filter: Some(Field::Number(NumberField::PBest)),
        export: &[
            ("p_best", |snapshot, number| field_number(snapshot, number, NumberField::PBest)),
            ("stability", |snapshot, number| field_text(snapshot, number, TextField::Stability)),
        ],
        show: Some(Show {
            width: WidthRule::Fixed(6),
            keep: 17,
            cell: |row| {
                let p_best = NumberField::PBest.value(row.snapshot, row.number);
                plain(p_best.map(likely).unwrap_or_default())
            },
            ..NUMBER
        }),
    },
    Column {
        id: ColumnId::AtRisk,
        title: "At risk",
        name: "revenue at risk",
        sort: SortBy::Number(|snapshot, number| NumberField::AtRisk.value(snapshot, number)),
        largest_first: true,
        filter: Some(Field::Number(NumberField::AtRisk)),
        export: &[("revenue_at_risk", |snapshot, number| {
            field_number(snapshot, number, NumberField::AtRisk)
        })],
        show: Some(Show {
            keep: 2,
            on: BOTH,
            cell: |row| amount(NumberField::AtRisk.value(row.snapshot, row.number)),
            ..NUMBER
        }),
    },
    Column {
        id: ColumnId::PerWeek,
        title: "Per week",
        name: "at risk per week",
        sort: SortBy::Number(|snapshot, number| NumberField::Urgency.value(snapshot, number)),
        largest_first: true,
        filter: Some(Field::Number(NumberField::Urgency)),
        export: &[("urgency", |snapshot, number| {
            field_number(snapshot, number, NumberField::Urgency)
        })],
        show: Some(Show {
            width: WidthRule::Fixed(8),
            keep: 6,
            on: BOTH,
            cell: |row| amount(row.snapshot.urgency(row.number)),
            ..NUMBER
        }),
    },
    Column {
        id: ColumnId::Renews,
        title: "Renews",
        name: "renewal date",
        sort: SortBy::Number(|snapshot, number| NumberField::Renews.value(snapshot, number)),
        largest_first: false,
        filter: Some(Field::Number(NumberField::Renews)),
        export: &[("renewal_date", |snapshot, number| {
            text(snapshot.matching.customer(number).and_then(|view| view.renewal_date()))
        })],
        show: Some(Show {
            width: WidthRule::Fixed(10),
            keep: 11,
            cell: |row| {
                plain(row.view.renewal_day().map(|date| date.to_string()).unwrap_or_default())
            },
            ..TEXT
        }),
    },
    Column {
        id: ColumnId::Waiting,
        title: "Waiting",
        name: "waiting time",
        sort: SortBy::Number(|snapshot, number| {
            Some(days_between(snapshot.waits_since(number)?, snapshot.today()) as f64)
        }),
        largest_first: true,
        filter: None,
        export: &[("since", |snapshot, number| json(snapshot.waits_since(number)))],
        show: Some(Show {
            width: WidthRule::Text { least: 7, good: 8, most: 9 },
            keep: 8,
            on: &[Queue],
            cell: |row| {
                let since = row.snapshot.waits_since(row.number);
                plain(since.map(|since| waited(since, row.snapshot.today())).unwrap_or_default())
            },
            ..NUMBER
        }),
    },
    Column {
        id: ColumnId::Status,
        title: "Status",
        name: "status",
        sort: SortBy::Rank(|snapshot, number| Some(snapshot.status(number) as u32)),
        largest_first: false,
        filter: Some(Field::Text(TextField::Status)),
        export: &[("status", |snapshot, number| field_text(snapshot, number, TextField::Status))],
        show: Some(Show {
            width: WidthRule::Text { least: 7, good: 9, most: 10 },
            keep: 7,
            on: &[Customers],
            cell: |row| {
                let status = row.snapshot.status(row.number);
                (status.name().into(), row.theme.status(status))
            },
            ..TEXT
        }),
    },
    Column {
        id: ColumnId::Approvals,
        title: "Appr.",
        name: "approvals",
        sort: SortBy::Rank(|snapshot, number| {
            let (so_far, needed) = approvals(snapshot, number)?;
            Some(needed.saturating_sub(so_far) as u32)
        }),
        largest_first: false,
        filter: None,
        export: &[
            ("approvals", |snapshot, number| json(approvals(snapshot, number).map(|it| it.0))),
            ("approvals_needed", |snapshot, number| {
                json(approvals(snapshot, number).map(|it| it.1))
            }),
        ],
        show: Some(Show {
            width: WidthRule::Fixed(6),
            keep: 4,
            on: BOTH,
            applies: asks_for_two,
            cell: |row| match approvals(row.snapshot, row.number) {
                Some((so_far, needed)) => plain(format!("{} of {}", count(so_far), count(needed))),
                None => plain(""),
            },
            ..TEXT
        }),
    },
    Column {
        id: ColumnId::Proposed,
        title: "Proposed",
        name: "proposed by",
        sort: SortBy::Rank(|snapshot, number| Some(snapshot.proposals(number).len() as u32)),
        largest_first: true,
        filter: Some(Field::Text(TextField::Proposed)),
        export: &[("proposed_by", |snapshot, number| text(proposer(snapshot, number).as_deref()))],
        show: Some(Show {
            width: WidthRule::Text { least: 8, good: 10, most: 16 },
            keep: 16,
            on: BOTH,
            applies: |snapshot| snapshot.history.has_proposals(),
            cell: |row| plain(proposer(row.snapshot, row.number).unwrap_or_default().into_string()),
            ..TEXT
        }),
    },
    Column {
        id: ColumnId::AccountValue,
        title: "Value",
        name: "account value",
        sort: SortBy::Number(|snapshot, number| NumberField::Value.value(snapshot, number)),
        largest_first: true,
        filter: Some(Field::Number(NumberField::Value)),
        export: &[("account_value", |snapshot, number| {
            field_number(snapshot, number, NumberField::Value)
        })],
        show: None,
    },
    FILE_ORDER,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_row_for_each_column_in_their_order() {
        for (place, column) in COLUMNS.iter().enumerate() {
            assert_eq!(column.id as usize, place, "{:?}", column.id);
        }
    }

    #[test]
    fn each_column_has_a_place_of_its_own_in_the_order_of_dropping() {
        let shown = COLUMNS.iter().filter_map(|c| c.show.as_ref().map(|show| (show.keep, c.id)));
        let mut order: Vec<(u8, ColumnId)> = shown.collect();
        order.sort_by_key(|(keep, _)| *keep);
        use ColumnId::{AtRisk, Customer, Name, Risk};
        assert!(order.iter().map(|(_, id)| *id).take(4).eq([Name, Customer, AtRisk, Risk]));
        assert!(order.windows(2).all(|pair| pair[0].0 < pair[1].0), "{order:?}");
    }

    #[test]
    fn a_wait_is_in_days() {
        let today: Date = "2026-11-23".parse().unwrap();
        let told = |since: &str| waited(since.parse().unwrap(), today);
        assert_eq!([told("2026-12-01"), told("2026-11-23")], ["today", "today"]);
        assert_eq!([told("2026-11-22"), told("2026-10-24")], ["1 day", "30 days"]);
    }
}
