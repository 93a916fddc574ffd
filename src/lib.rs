//! `nextplay`: governed customer interventions in a terminal.
//!
//! Data flows one way, and the modules are its stations:
//!
//! ```text
//! files on disk ─▶ intake ─▶ matching ─▶ approval ─▶ insight ─▶ workspace ─▶ tui / cli / report
//!                                            ▲                      │
//!                                         ledger ◀──── decide ──────┘   (domain: the words they share)
//! ```
//!
//! - [`domain`]: the words of the business as plain data. No I/O, no screen; knows no one.
//! - [`store`]: how data is kept in memory: columns, interned texts, the dataset.
//! - [`intake`]: a data directory to a checked dataset: reading, diagnostics, watching.
//! - [`matching`]: the rules as pure functions: gates, economics, ranking, recommendation,
//!   explanation.
//! - [`warehouse`]: the strategy as one SQL statement, in the dialect of each engine.
//! - [`signing`]: signatures of entries: made with SSH keys, and checked.
//! - [`approval`]: pure: recommendation × policy × decisions to a status; what may be decided.
//! - [`postgres`]: how a PostgreSQL server is named and reached.
//! - [`ledger`]: decisions on disk: entry, hash chain, file with locks.
//! - [`insight`]: what follows from many recommendations: the queue, what may run, the portfolio's
//!   figures, what is weak in the strategy, changes, scenarios, plans.
//! - [`workspace`]: all of these held together over one data directory; takes decisions.
//! - [`report`]: results as text: tables, CSV, JSON, the portfolio report.
//! - [`demo`]: a throw-away copy of the sample data, and the script that plays on it.
//! - [`watch`]: what happens, told to other programs.
//! - `mcp`: tools and resources for programs that ask.
//! - [`cli`]: one file a command.
//! - [`tui`]: the dashboard: state, update, actions, screens.
//!
//! Imports point one way, from the bottom of this list to its top; `tui`, `cli` and `report` could
//! be deleted and the rest would compile.

// A test that cannot go on fails.
#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unwrap_used
    )
)]

pub mod approval;
pub mod cli;
pub mod demo;
pub mod domain;
pub mod filter;
pub mod insight;
pub mod intake;
pub mod ledger;
pub mod matching;
#[cfg(feature = "agents")]
pub mod mcp;
pub mod postgres;
#[cfg(feature = "team")]
pub mod pull;
pub mod report;
pub mod settings;
pub mod signing;
pub mod starter;
pub mod state;
pub mod statistics;
pub mod store;
pub mod toml_text;
pub mod tui;
pub mod warehouse;
pub mod watch;
pub mod workspace;
