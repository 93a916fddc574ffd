//! The files of a data directory, in one table.

use std::fmt;

/// The table of input files, in reading order.
///
/// Everything that enumerates the files is made from it: [`DataFile`], the tables in memory, the
/// loader, the joins by customer, the comparison of both reading paths and the fuzz targets. To add a
/// file, add a row here, its row type in `domain`, and the type's fields in `store::fields`.
///
/// A row reads `Variant field: RowType, Join { … }`:
///
/// - `holds` says in a few words what the file holds.
/// - `Join` says how its rows belong to customers, see `store::joined`: [`LastRow`] (the last row of a
///   customer counts), [`EveryRow`] (all rows count), [`OwnIds`] (the file says which ids there are)
///   or [`NoCustomer`] (rows are not about customers).
/// - `keyed_by` is the id field by which the file may be one object instead of an array.
/// - `required` is true where nothing can be matched without the file.
/// - `feeds` says what is derived from it.
///
/// `data_files!(expand)` calls the macro `expand!` with all rows.
///
/// [`LastRow`]: crate::store::joined::LastRow
/// [`EveryRow`]: crate::store::joined::EveryRow
/// [`OwnIds`]: crate::store::joined::OwnIds
/// [`NoCustomer`]: crate::store::joined::NoCustomer
macro_rules! data_files {
    ($expand:ident) => {
        $expand! {
            Customers customers: crate::domain::Customer, OwnIds {
                name: "customers.json",
                holds: "customers: id, name, segment, account value",
                keyed_by: Some("customer_id"),
                required: true,
                feeds: Feeds::Matching,
            }
            Playbooks playbooks: crate::domain::Playbook, OwnIds {
                name: "journey_playbooks.json",
                holds: "playbooks: stage, segments, cost, value",
                keyed_by: Some("playbook_id"),
                required: true,
                feeds: Feeds::Matching,
            }
            States states: crate::domain::JourneyState, LastRow {
                name: "journey_state_log.json",
                holds: "the journey stage of each customer",
                keyed_by: Some("customer_id"),
                required: false,
                feeds: Feeds::Matching,
            }
            Fused fused: crate::domain::FusedSignals, LastRow {
                name: "fused_signals.json",
                holds: "the risk score of each customer",
                keyed_by: Some("customer_id"),
                required: false,
                feeds: Feeds::Matching,
            }
            Signals signals: crate::domain::Signal, EveryRow {
                name: "signals.json",
                holds: "signals, such as less usage",
                keyed_by: None,
                required: false,
                feeds: Feeds::Matching,
            }
            Forecasts forecasts: crate::domain::Forecast, LastRow {
                name: "journey_forecasts.json",
                holds: "forecasts: churn, revenue at risk",
                keyed_by: Some("customer_id"),
                required: false,
                feeds: Feeds::Matching,
            }
            Performance performance: crate::domain::PerformanceRow, NoCustomer {
                name: "playbook_performance_log.json",
                holds: "how playbooks did: runs, cost, value",
                keyed_by: None,
                required: false,
                feeds: Feeds::Matching,
            }
            Interventions interventions: crate::domain::Intervention, EveryRow {
                name: "interventions.json",
                holds: "plays that were started",
                keyed_by: None,
                required: false,
                feeds: Feeds::Plays,
            }
            Outcomes outcomes: crate::domain::Outcome, EveryRow {
                name: "outcomes.json",
                holds: "results of plays",
                keyed_by: None,
                required: false,
                feeds: Feeds::Plays,
            }
            Snapshots snapshots: crate::domain::PortfolioSnapshot, NoCustomer {
                name: "portfolio_snapshots.json",
                holds: "figures of the portfolio over time",
                keyed_by: None,
                required: false,
                feeds: Feeds::Trend,
            }
        }
    };
}
pub(crate) use data_files;

/// How the name of a file ends that is one JSON array, or one object keyed by id.
pub const ENDING: &str = ".json";
/// How the name of a file ends that holds one JSON object a line.
pub const LINES_ENDING: &str = ".jsonl";
/// The file to which agents report outcomes, one line each; its rows are read beside those of
/// [`DataFile::Outcomes`].
pub const REPORTED_OUTCOMES: &str = "outcomes.reported.jsonl";

/// What is derived from a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feeds {
    /// Recommendations, and what is said of the strategy.
    Matching,
    /// Which plays run or are done.
    Plays,
    /// The portfolio's trend.
    Trend,
}

/// The row of the table for one file.
#[derive(Debug)]
struct Properties {
    name: &'static str,
    holds: &'static str,
    keyed_by: Option<&'static str>,
    required: bool,
    feeds: Feeds,
}

macro_rules! data_file {
    ($($file:ident $field:ident: $row:ty, $join:ident { $($properties:tt)* })*) => {
        /// One of the files that are read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum DataFile {
            $(#[doc = concat!("Rows of [`", stringify!($row), "`].")] $file,)*
        }

        impl DataFile {
            /// All files, in reading order.
            pub const ALL: [Self; [$(stringify!($file)),*].len()] = [$(Self::$file),*];

            const fn properties(self) -> &'static Properties {
                match self {
                    $(Self::$file => &Properties { $($properties)* },)*
                }
            }
        }
    };
}
data_files!(data_file);

impl DataFile {
    /// Returns the file's name in the data directory.
    pub const fn name(self) -> &'static str {
        self.properties().name
    }

    /// Returns the name of the table that the file holds: that of the file without its ending.
    pub const fn stem(self) -> &'static str {
        let (stem, _) = self.name().split_at(self.name().len() - ENDING.len());
        stem
    }

    /// Returns the table that a file of the data directory belongs to, whatever form the table has:
    /// `customers.json`, `customers.jsonl` or `customers/part-1.json`.
    pub fn holding(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|file| {
            let rest = name.strip_prefix(file.stem());
            rest.is_some_and(|rest| rest == ENDING || rest == LINES_ENDING || rest.starts_with('/'))
        })
    }

    /// Returns what the file holds, in a few words.
    pub const fn holds(self) -> &'static str {
        self.properties().holds
    }

    /// Returns true where nothing can be matched without the file.
    pub const fn required(self) -> bool {
        self.properties().required
    }

    /// Returns what is derived from the file.
    pub const fn feeds(self) -> Feeds {
        self.properties().feeds
    }

    /// Returns the id field by which the file may be one object instead of an array.
    pub const fn keyed_by(self) -> Option<&'static str> {
        self.properties().keyed_by
    }

    /// Returns what the JSON of the file has to be, in words.
    pub const fn shape(self) -> &'static str {
        match self.keyed_by() {
            Some(_) => "a JSON array of objects, or one object keyed by id",
            None => "a JSON array of objects",
        }
    }
}

impl fmt::Display for DataFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_known_by_every_form_of_its_files() {
        for file in DataFile::ALL {
            let stem = file.stem();
            assert_eq!(format!("{stem}.json"), file.name());
            for name in [format!("{stem}.json"), format!("{stem}.jsonl"), format!("{stem}/a.json")]
            {
                assert_eq!(DataFile::holding(&name), Some(file), "{name}");
            }
            assert_eq!(DataFile::holding(&format!("{stem}.csv")), None);
        }
        assert_eq!(DataFile::holding("decisions.jsonl"), None);
        assert_eq!(DataFile::holding("outcomes.reported.jsonl"), None);
    }

    #[test]
    fn the_documentation_lists_every_file_and_whether_it_is_required() {
        let page = include_str!("../../docs/data.md");
        for file in DataFile::ALL {
            let name = format!("`{file}`");
            let row = page.lines().find(|line| {
                line.starts_with('|') && line.split('|').nth(1).is_some_and(|c| c.contains(&name))
            });
            let required = row.and_then(|row| row.split('|').nth(2)).map(str::trim);
            let expected = if file.required() { "yes" } else { "no" };
            assert_eq!(required, Some(expected), "docs/data.md: {file}");
        }
    }
}
