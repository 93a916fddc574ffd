//! Every test that runs the whole program or the whole dashboard, in one test program: the library is
//! linked once.

// What cannot go on fails, and may print what it found.
#![allow(
    // The fuzz targets, which are run here for a moment, load the dashboard by themselves.
    clippy::duplicate_mod,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc
)]

mod cli_approvals;
mod cli_as_of;
mod cli_authority;
mod cli_calibration;
mod cli_card;
mod cli_check;
mod cli_committed;
#[cfg(unix)]
mod cli_completions;
mod cli_config;
mod cli_contact;
mod cli_convert;
mod cli_data;
mod cli_decisions;
mod cli_diff;
mod cli_experiment;
mod cli_experiment_numbers;
mod cli_explain;
mod cli_export;
mod cli_filter;
mod cli_findings;
mod cli_flips;
mod cli_forms;
mod cli_hand_off;
mod cli_help;
mod cli_init;
mod cli_keys;
mod cli_learn;
mod cli_lessons;
mod cli_logging;
#[cfg(unix)]
mod cli_look;
mod cli_match;
mod cli_names;
mod cli_one_play;
mod cli_plan;
mod cli_playbooks;
mod cli_policy;
mod cli_propose;
#[cfg(all(unix, feature = "team"))]
mod cli_pull;
mod cli_ran;
mod cli_report;
mod cli_sentences;
mod cli_signatures;
mod cli_signing;
mod cli_sources;
mod cli_sql;
mod cli_uncovered;
#[cfg(unix)]
mod cli_watch;
mod cli_workbooks;
mod common;
mod faults_damage;
#[cfg(unix)]
mod faults_killed;
mod figures;
mod flips;
mod fuzz_short;
mod history;
mod input_decoder;
mod keys_docs;
mod ledger_sha256;
mod links;
#[cfg(feature = "agents")]
mod mcp;
#[cfg(feature = "agents")]
mod mcp_client;
#[cfg(unix)]
mod model;
mod pictures;
mod policy_docs;
#[cfg(all(unix, feature = "team"))]
mod postgres_copy;
#[cfg(all(unix, feature = "team"))]
mod postgres_crashes;
#[cfg(all(unix, feature = "team"))]
mod postgres_schema;
#[cfg(all(unix, feature = "team"))]
mod postgres_server;
#[cfg(unix)]
mod pty;
#[cfg(unix)]
mod pty_announce;
#[cfg(unix)]
mod pty_busy;
#[cfg(unix)]
mod pty_copy;
#[cfg(unix)]
mod pty_demo;
#[cfg(unix)]
mod pty_editor;
#[cfg(unix)]
mod pty_input;
#[cfg(unix)]
mod pty_looks;
#[cfg(unix)]
mod pty_memory;
#[cfg(unix)]
mod pty_mouse;
#[cfg(unix)]
mod pty_settings;
mod settings_docs;
mod simulation;
mod sources_docs;
#[cfg(all(unix, feature = "team"))]
mod sql;
#[cfg(all(unix, feature = "team"))]
mod team_dashboard;
#[cfg(all(unix, feature = "team"))]
mod team_ledger;
mod theme_docs;
mod tui_activity;
mod tui_activity_detail;
mod tui_announce;
mod tui_any_keys;
mod tui_copy;
mod tui_decide;
mod tui_demo;
mod tui_edit;
mod tui_experiments;
mod tui_export;
mod tui_first_start;
mod tui_folds;
mod tui_help;
mod tui_input;
mod tui_jumps;
mod tui_keys;
mod tui_lists;
mod tui_loading;
mod tui_long_texts;
mod tui_looks;
mod tui_mapped;
mod tui_memory;
mod tui_mouse;
mod tui_mouse_spots;
mod tui_other_decisions;
mod tui_own_keys;
mod tui_palette;
mod tui_playbooks;
mod tui_portfolio;
mod tui_propose;
mod tui_rows;
mod tui_screens;
mod tui_settings;
mod tui_several;
mod tui_views;
mod tui_what_if;
mod tui_workbooks;
mod vectors;
mod words;
