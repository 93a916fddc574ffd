//! The columns of a list of customers: what each shows, what it sorts by, and when it is dropped.
//!
//! A column is one variant of [`ColumnId`] and one row of [`COLUMNS`].

use ratatui::style::Style;
use strum::EnumCount;

use crate::domain::RiskSource;
use crate::domain::money::{ratio, short_dollars};
use crate::domain::time::days_between;
use crate::filter::{Field, NumberField, TextField};
use crate::store::CustomerView;
use crate::tui::screen::id::Screen;
use crate::tui::widget::text::bar;
use crate::tui::widget::theme::Theme;
use crate::workspace::Snapshot;

/// A column of a list of customers, or another value that it can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumCount)]
pub enum ColumnId {
    /// The customer's id.
    Customer,
    /// The customer's name.
    Name,
    /// The customer's segment.
    Segment,
    /// The stage of the customer journey.
    Stage,
    /// The risk, from 0 to 1.
    Risk,
    /// The risk as a bar.
    Bar,
    /// The account's value, in dollars a year.
    AccountValue,
    /// The recommended playbook.
    Playbook,
    /// Value divided by cost of the recommendation.
    Roi,
    /// Revenue at risk, in dollars.
    AtRisk,
    /// The status of the recommendation.
    Status,
    /// For how long a decision has been needed.
    Waiting,
    /// The customer's place in the file.
    FileOrder,
}

/// What is known of a column.
pub struct Column {
    /// Which column it is.
    pub id: ColumnId,
    /// The title over the column.
    pub title: &'static str,
    /// The name in sentences and in the choice of the sort order.
    pub name: &'static str,
    /// What it sorts by; `None` where another column does.
    pub sort: Option<SortBy>,
    /// True where the largest is of most interest.
    pub largest_first: bool,
    /// The field that a filter compares it by.
    pub filter: Option<Field>,
    /// How it is shown; `None` where it is only for sorting.
    pub show: Option<Show>,
}

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
    /// When it gives way, on a screen.
    pub drop: fn(Screen) -> Drop,
    /// What stands there while the data is still being loaded; `None` where it is known already.
    pub loading: Option<&'static str>,
    /// The text and the style of a customer's cell, for a width in columns.
    pub cell: fn(&Row<'_>, usize) -> (String, Style),
}

/// How wide a column is, in columns of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WidthRule {
    /// Always this wide.
    Fixed(usize),
    /// As wide as the longest id that is seen, within these bounds.
    Id(usize, usize),
    /// At least this wide; shares what is left over.
    Grows(usize),
}

/// When a column gives way to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drop {
    /// Never.
    Never,
    /// The greater `rank` first. The column is shown where at least `spare` columns of the terminal
    /// are left over besides it.
    When {
        /// Its place among the columns that can be dropped; the first to be added has the lowest.
        rank: u8,
        /// Columns of the terminal that must be left over.
        spare: usize,
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
    fn risk(&self) -> Option<f64> {
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

    /// Returns every column that a list can be sorted by, in the order of the choice.
    pub fn sortable() -> impl Iterator<Item = Self> + Clone {
        COLUMNS.iter().filter(|column| column.sort.is_some()).map(|column| column.id)
    }
}

const NEVER: fn(Screen) -> Drop = |_| Drop::Never;

/// The order that a list has without any other.
const FILE_ORDER: Column = Column {
    id: ColumnId::FileOrder,
    title: "",
    name: "file order",
    sort: Some(SortBy::FileOrder),
    largest_first: false,
    filter: None,
    show: None,
};

/// Every column, in the order in which they stand.
pub static COLUMNS: [Column; ColumnId::COUNT] = [
    Column {
        id: ColumnId::Customer,
        title: "ID",
        name: "customer ID",
        sort: Some(SortBy::Text(TextField::Id)),
        largest_first: false,
        filter: Some(Field::Text(TextField::Id)),
        show: Some(Show {
            width: WidthRule::Id(4, 14),
            right: false,
            drop: NEVER,
            loading: None,
            cell: |row, _| (row.view.id().to_owned(), row.theme.strong()),
        }),
    },
    Column {
        id: ColumnId::Name,
        title: "Name",
        name: "name",
        sort: Some(SortBy::Text(TextField::Name)),
        largest_first: false,
        filter: Some(Field::Text(TextField::Name)),
        show: Some(Show {
            width: WidthRule::Grows(12),
            right: false,
            drop: |_| Drop::When { rank: 0, spare: 0 },
            loading: None,
            cell: |row, _| (row.view.name().unwrap_or_default().to_owned(), Style::new()),
        }),
    },
    Column {
        id: ColumnId::Segment,
        title: "Segment",
        name: "segment",
        sort: Some(SortBy::SharedText(TextField::Segment)),
        largest_first: false,
        filter: Some(Field::Text(TextField::Segment)),
        show: None,
    },
    Column {
        id: ColumnId::Stage,
        title: "Stage",
        name: "stage",
        sort: Some(SortBy::SharedText(TextField::Stage)),
        largest_first: false,
        filter: Some(Field::Text(TextField::Stage)),
        show: Some(Show {
            width: WidthRule::Fixed(10),
            right: false,
            drop: NEVER,
            loading: Some("…"),
            cell: |row, _| match row.view.stage() {
                Some(stage) => {
                    let labels = &row.snapshot.matching.policy().labels;
                    (labels.stage(stage).into_owned(), Style::new())
                }
                None => ("No stage".to_owned(), row.theme.quiet()),
            },
        }),
    },
    Column {
        id: ColumnId::Risk,
        title: "Risk",
        name: "risk",
        sort: Some(SortBy::Number(|snapshot, number| NumberField::Risk.value(snapshot, number))),
        largest_first: true,
        filter: Some(Field::Number(NumberField::Risk)),
        show: Some(Show {
            width: WidthRule::Fixed(4),
            right: true,
            drop: NEVER,
            loading: Some("…"),
            cell: |row, _| match row.risk() {
                Some(risk) => (format!("{risk:.2}"), Style::new()),
                None => ("–".to_owned(), row.theme.quiet()),
            },
        }),
    },
    Column {
        id: ColumnId::Bar,
        title: "",
        name: "risk",
        sort: None,
        largest_first: true,
        filter: None,
        show: Some(Show {
            width: WidthRule::Fixed(5),
            right: false,
            drop: |_| Drop::When { rank: 2, spare: 8 },
            loading: Some(""),
            cell: |row, width| {
                let risk = row.risk().unwrap_or_default();
                (bar(risk, width), row.theme.risk(risk))
            },
        }),
    },
    Column {
        id: ColumnId::AccountValue,
        title: "Value",
        name: "account value",
        sort: Some(SortBy::Number(|snapshot, number| NumberField::Value.value(snapshot, number))),
        largest_first: true,
        filter: Some(Field::Number(NumberField::Value)),
        show: None,
    },
    Column {
        id: ColumnId::Playbook,
        title: "Playbook",
        name: "playbook",
        sort: Some(SortBy::PlaybookName),
        largest_first: false,
        filter: Some(Field::Text(TextField::Playbook)),
        show: Some(Show {
            width: WidthRule::Grows(11),
            right: false,
            drop: NEVER,
            loading: Some("…"),
            cell: |row, _| {
                let matching = &row.snapshot.matching;
                let winner = matching.winner(row.number);
                match winner.and_then(|ranked| matching.playbook(ranked)) {
                    Some(playbook) => (playbook.title().to_owned(), Style::new()),
                    None => ("None".to_owned(), row.theme.quiet()),
                }
            },
        }),
    },
    Column {
        id: ColumnId::Roi,
        title: "ROI",
        name: "ROI",
        sort: Some(SortBy::Number(|snapshot, number| NumberField::Roi.value(snapshot, number))),
        largest_first: true,
        filter: Some(Field::Number(NumberField::Roi)),
        show: Some(Show {
            width: WidthRule::Fixed(7),
            right: true,
            drop: NEVER,
            loading: Some("…"),
            cell: |row, _| {
                let roi = NumberField::Roi.value(row.snapshot, row.number);
                (roi.map(ratio).unwrap_or_default(), Style::new())
            },
        }),
    },
    Column {
        id: ColumnId::AtRisk,
        title: "At risk",
        name: "revenue at risk",
        sort: Some(SortBy::Number(|snapshot, number| NumberField::AtRisk.value(snapshot, number))),
        largest_first: true,
        filter: Some(Field::Number(NumberField::AtRisk)),
        show: Some(Show {
            width: WidthRule::Fixed(7),
            right: true,
            drop: NEVER,
            loading: Some("…"),
            cell: |row, _| {
                let at_risk = row.snapshot.matching.revenue_at_risk(row.number);
                (short_dollars(at_risk), Style::new())
            },
        }),
    },
    Column {
        id: ColumnId::Status,
        title: "Status",
        name: "status",
        sort: Some(SortBy::Rank(|snapshot, number| Some(snapshot.status(number) as u32))),
        largest_first: false,
        filter: Some(Field::Text(TextField::Status)),
        show: Some(Show {
            width: WidthRule::Fixed(9),
            right: false,
            // In the queue the sign of the status says enough before the risk's bar is shown.
            drop: |screen| match screen {
                Screen::Customers => Drop::When { rank: 1, spare: 0 },
                _ => Drop::When { rank: 3, spare: 12 },
            },
            loading: Some("…"),
            cell: |row, _| {
                let status = row.snapshot.status(row.number);
                (status.name().to_owned(), row.theme.status(status))
            },
        }),
    },
    Column {
        id: ColumnId::Waiting,
        title: "Waiting",
        name: "waiting time",
        sort: Some(SortBy::Number(|snapshot, number| {
            Some(days_between(snapshot.waits_since(number)?, snapshot.today) as f64)
        })),
        largest_first: true,
        filter: None,
        show: None,
    },
    FILE_ORDER,
];

/// The columns that fit into a width, each with its own.
pub struct Fitted(pub Vec<(&'static Column, &'static Show, usize)>);

impl Fitted {
    /// Blank columns of the terminal between two columns of the list.
    pub const GAP: usize = 1;

    /// Returns the columns that fit on a screen's list of `width` columns of the terminal. Those that
    /// can be dropped are added by rank while there is room; what is left over goes to those that
    /// grow.
    pub fn new(width: usize, screen: Screen, longest_id: usize) -> Self {
        let width_of = |show: &Show| match show.width {
            WidthRule::Fixed(width) | WidthRule::Grows(width) => width,
            WidthRule::Id(least, most) => longest_id.clamp(least, most),
        };
        let mut candidates: Vec<_> = COLUMNS
            .iter()
            .filter_map(|column| column.show.as_ref().map(|show| (column, show, width_of(show))))
            .collect();
        let rank = |show: &Show| match (show.drop)(screen) {
            Drop::Never => None,
            Drop::When { rank, .. } => Some(rank),
        };
        candidates.sort_by_key(|(_, show, _)| rank(show));
        let mut room = width;
        let mut shown: Vec<_> = candidates
            .into_iter()
            .filter(|(_, show, width)| {
                let spare = match (show.drop)(screen) {
                    Drop::Never => {
                        room = room.saturating_sub(width + Self::GAP);
                        return true;
                    }
                    Drop::When { spare, .. } => spare,
                };
                let fits = room >= width + Self::GAP + spare;
                if fits {
                    room -= width + Self::GAP;
                }
                fits
            })
            .collect();
        shown.sort_by_key(|(column, ..)| column.id as usize);
        let grows = |show: &Show| matches!(show.width, WidthRule::Grows(_));
        let mut growing = shown.iter().filter(|(_, show, _)| grows(show)).count();
        for (_, show, width) in &mut shown {
            if grows(show) {
                let share = room / growing;
                *width += share;
                room -= share;
                growing -= 1;
            }
        }
        Self(shown)
    }
}

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
    fn columns_never_need_more_room_than_there_is() {
        for screen in Screen::LISTS {
            for width in 50..200 {
                let columns = Fitted::new(width, screen, 5).0;
                let used: usize = columns.iter().map(|(.., width)| width + Fitted::GAP).sum();
                assert!(used <= width, "{used} of {width}");
            }
        }
    }

    #[test]
    fn a_wide_list_shows_everything_once() {
        for screen in Screen::LISTS {
            let columns = Fitted::new(120, screen, 5).0;
            let ids: Vec<ColumnId> = columns.iter().map(|(column, ..)| column.id).collect();
            use ColumnId::{AtRisk, Bar, Customer, Name, Playbook, Risk, Roi, Stage, Status};
            assert_eq!(ids, [Customer, Name, Stage, Risk, Bar, Playbook, Roi, AtRisk, Status]);
        }
    }
}
