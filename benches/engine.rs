//! Loading, matching and drawing, at sizes that a company has. `cargo bench` prints the times; the
//! README's figures come from here.

// What cannot go on fails, and may print what it found.
#![allow(
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

mod desk;
mod portfolio;

use std::sync::Arc;

use divan::{Bencher, black_box};
use nextplay::approval::Request;
use nextplay::domain::{DecisionKind, Policy};
use nextplay::insight::plan::{May, plan};
use nextplay::insight::scenario::{Precision, Scenario, Search, Setting, Totals, compare};
use nextplay::insight::{Portfolio, changes, strategy_findings};
use nextplay::intake::Loader;
use nextplay::intake::load::Reread;
use nextplay::matching::Matching;
use nextplay::report::prepared::{self, Shape};
use nextplay::store::Dataset;
use nextplay::tui::customers::columns::ColumnId;
use nextplay::tui::customers::list::{RowsRequest, Sort};
use nextplay::tui::customers::rows::build_rows;
use nextplay::tui::screen::id::Screen;
use nextplay::tui::state::State;
use nextplay::workspace::statuses::statuses;
use nextplay::workspace::{DecisionRequest, Options, Scope, Workspace};
use ratatui::crossterm::event::KeyCode;
use rayon::prelude::*;

/// A policy with contact limits that stop about every second play.
const CONTACT: &str = "[contact]\nsame_playbook_days = 4000\nper_days = 10\nmax_plays = 2\n";

const SIZES: [usize; 3] = [40, 1_000, 10_000];

/// The sizes at which everything is timed; a million customers, which take a while to make, only where
/// `NEXTPLAY_BENCH_LARGE` is set.
fn sizes() -> Vec<usize> {
    let large = std::env::var_os("NEXTPLAY_BENCH_LARGE").is_some();
    SIZES.into_iter().chain(large.then_some(1_000_000)).collect()
}

fn main() {
    divan::main();
}

/// Files on disk to a joined dataset.
#[divan::bench(args = sizes())]
fn load(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    bencher.bench(|| Loader::new(directory.path()).load(Reread::All));
}

/// A joined dataset to the best playbook of every customer.
#[divan::bench(args = sizes())]
fn match_all(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    bencher.bench(|| Matching::new(Arc::clone(&dataset), Arc::default()));
}

/// The same after a change of playbooks, when stages, segments and risks are as before.
#[divan::bench(args = sizes())]
fn rematch(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let before = Matching::new(Arc::clone(&dataset), Arc::default());
    // Another dataset with the same customers.
    let changed = Arc::new(Dataset::clone(&dataset));
    bencher.bench(|| before.again(Arc::clone(&changed), Arc::default()));
}

/// Another confidence threshold, to the plays and what they add up to.
#[divan::bench(args = sizes())]
fn threshold_moved(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let before = Matching::new(Arc::clone(&dataset), Arc::default());
    let policy = Arc::new(Policy { confidence_threshold: 0.75, ..Policy::default() });
    bencher.bench(|| {
        let after = before.again(Arc::clone(&dataset), Arc::clone(&policy));
        let counts = after.customers_by_play();
        let cost = |(play, count): (usize, &usize)| {
            after
                .ranked(nextplay::store::PlayIx::at(play))
                .map_or(0.0, |ranked| ranked.economics.cost * *count as f64)
        };
        black_box((counts.iter().sum::<usize>(), counts.iter().enumerate().map(cost).sum::<f64>()))
    });
}

/// How likely every customer's recommendation is the best one, worked out anew.
#[divan::bench(args = sizes())]
fn p_best_of_all(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let matching = || Matching::new(Arc::clone(&dataset), Arc::default());
    let numbers = || (0..customers).into_par_iter();
    bencher.with_inputs(matching).bench_values(|matching| {
        numbers().filter_map(|number| matching.firm(number)?.1).sum::<f64>()
    });
}

/// The same where contact limits leave fewer options to many.
#[divan::bench(args = sizes())]
fn p_best_with_contact_limits(bencher: Bencher<'_, '_>, customers: usize) {
    let numbers = || (0..customers).into_par_iter();
    let directory = portfolio::learned(customers);
    std::fs::write(directory.path().join("nextplay.toml"), CONTACT)
        .expect("a directory of our own");
    let snapshot = Workspace::new(directory.path(), Options::default()).refresh(Reread::All);
    let matching = || {
        snapshot.matching.again_after(
            Arc::new(Dataset::clone(snapshot.matching.dataset())),
            Arc::clone(snapshot.matching.policy()),
            snapshot.matching.past().cloned(),
        )
    };
    bencher.with_inputs(matching).bench_values(|matching| {
        numbers().filter_map(|number| matching.firm(number)?.1).sum::<f64>()
    });
}

/// What contact limits add to a match.
#[divan::bench(args = sizes())]
fn match_with_contact_limits(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::learned(customers);
    std::fs::write(directory.path().join("nextplay.toml"), CONTACT)
        .expect("a directory of our own");
    let snapshot = Workspace::new(directory.path(), Options::default()).refresh(Reread::All);
    let matching = &snapshot.matching;
    let before = matching.after(None);
    bencher.bench(|| before.after(matching.past().cloned()));
}

/// Outcomes, one of each customer, to learned rates, values and costs.
#[divan::bench(args = sizes())]
fn learn(bencher: Bencher<'_, '_>, outcomes: usize) {
    let directory = portfolio::learned(outcomes);
    let snapshot = Workspace::new(directory.path(), Options::default()).refresh(Reread::All);
    bencher.bench(|| snapshot.learn(&[]));
}

/// What is weak in the strategy.
#[divan::bench(args = sizes())]
fn findings_of_all(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let matching = Matching::new(dataset, Arc::default());
    bencher.bench(|| strategy_findings(&matching));
}

/// Every recommendation as JSON.
#[divan::bench(args = sizes())]
fn write_json(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let matching = Matching::new(dataset, Arc::default());
    bencher.bench(|| {
        prepared::write(&mut std::io::sink(), &matching, 0..matching.len(), Shape::Array)
    });
}

/// Files on disk to everything that the screens show: what a start, and a change of every file, cost.
#[divan::bench(args = sizes())]
fn load_and_match(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    bencher.bench(|| Workspace::new(directory.path(), Options::default()).refresh(Reread::All));
}

/// A governed portfolio with a ledger of up to a thousand decisions.
fn governed(customers: usize) -> (tempfile::TempDir, Workspace) {
    let directory = portfolio::governed(customers);
    let mut workspace = Workspace::new(directory.path(), Options::default());
    let snapshot = workspace.refresh(Reread::All);
    let asks: Vec<DecisionRequest> = snapshot
        .waiting()
        .into_iter()
        .filter(|number| snapshot.waits_for(*number, &"dana".into()))
        .take(1_000)
        .filter_map(|number| snapshot.matching.customer(number))
        .map(|view| DecisionRequest::Decide(Request::new(DecisionKind::Approve, view.id(), "dana")))
        .collect();
    workspace.decide_each(&asks).expect("a temporary directory can be written");
    (directory, workspace)
}

/// The status of every customer, under a policy with limits, with interventions and decisions.
#[divan::bench(args = sizes())]
fn statuses_of_all(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut workspace) = governed(customers);
    let snapshot = workspace.refresh(Reread::All);
    bencher.bench(|| statuses(&snapshot.matching, &snapshot.history, &snapshot.now).0);
}

/// Every figure of the portfolio.
#[divan::bench(args = sizes())]
fn portfolio_figures(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut workspace) = governed(customers);
    let snapshot = workspace.refresh(Reread::All);
    bencher.bench(|| Portfolio::new(&snapshot.parts()));
}

/// The rows of the queue that a reviewer with limits may decide.
#[divan::bench(args = sizes())]
fn queue_of_a_reviewer(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut workspace) = governed(customers);
    let snapshot = workspace.refresh(Reread::All);
    let all = RowsRequest::initial(Screen::Queue, "dana".into());
    let mine = RowsRequest { scope: Some(Scope::CanApprove), ..all };
    bencher.bench(|| build_rows(&mine, &snapshot, &[], &|| false));
}

/// Dollars a week at risk of every customer.
#[divan::bench(args = sizes())]
fn urgency_of_all(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut workspace) = governed(customers);
    let snapshot = workspace.refresh(Reread::All);
    let numbers = || (0..snapshot.len()).into_par_iter();
    bencher
        .bench(|| numbers().filter_map(|number| snapshot.urgency(number)).max_by(f64::total_cmp));
}

/// The day since which every customer waits.
#[divan::bench(args = sizes())]
fn waiting_since_of_all(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut workspace) = governed(customers);
    let snapshot = workspace.refresh(Reread::All);
    let numbers = || (0..snapshot.len()).into_par_iter();
    bencher.bench(|| numbers().filter_map(|number| snapshot.waits_since(number)).min());
}

/// One decision, from the request until it is on the disk and in the next view.
#[divan::bench(args = sizes())]
fn one_decision(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut workspace) = governed(customers);
    let snapshot = workspace.refresh(Reread::All);
    let waits =
        snapshot.waiting().into_iter().find(|number| snapshot.waits_for(*number, &"sam".into()));
    let view = waits.and_then(|number| snapshot.matching.customer(number));
    let Some(id) = view.map(|view| view.id().to_owned()) else { return };
    let mut reject = true;
    bencher.bench_local(|| {
        let kind = if reject { DecisionKind::Reject } else { DecisionKind::Approve };
        let mut request = Request::new(kind, id.as_str(), "sam");
        request.reason = Some("other".into());
        reject = !reject;
        workspace.decide_each(&[DecisionRequest::Decide(request)]).map(|decided| decided.each.len())
    });
}

/// What differs between two runs.
#[divan::bench(args = sizes())]
fn compare_two_runs(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let run = || Matching::new(Arc::clone(&dataset), Arc::default());
    let (before, after) = (run(), run());
    bencher.bench(|| changes(&before, &after, 200).count);
}

/// One step of a scenario: a playbook's threshold moved, to the recommendations and their totals.
#[divan::bench(args = sizes())]
fn scenario_step(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let before = Matching::new(dataset, Arc::default());
    let setting = Setting::parse("playbook.PB_007.risk_threshold=0.05", before.dataset());
    let scenario = Scenario { settings: setting.into_iter().collect() };
    bencher.bench(|| Totals::of(&scenario.run(&before)));
}

/// Who gets what in a scenario: every customer of two runs compared.
#[divan::bench(args = sizes())]
fn compare_scenarios(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let before = Matching::new(dataset, Arc::default());
    let texts = ["playbook.PB_007.risk_threshold=0.05", "matching.confidence_threshold=0.7"];
    let settings = texts.iter().filter_map(|text| Setting::parse(text, before.dataset()).ok());
    let after = Scenario { settings: settings.collect() }.run(&before);
    bencher.bench(|| compare(&before, &after, &|| false).map(|found| found.customers.len()));
}

/// The nearest value of a setting at which a customer changes, in both directions.
#[divan::bench(args = sizes())]
fn next_change(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let current = Matching::new(dataset, Arc::default());
    // No cost in dollars changes anyone before it is far from this one.
    let setting = Setting::parse("playbook.PB_007.avg_cost_estimate=100", current.dataset());
    let setting = setting.expect("it is a playbook of the portfolio");
    let scenario = Scenario::default();
    bencher.bench(|| {
        [true, false].map(|up| {
            let precision = Precision::Dollars;
            let (current, scenario, setting) = (&current, &scenario, &setting);
            let search = Search { current, scenario, setting, precision, initial: 0.0, up };
            search.find(&|| false)
        })
    });
}

/// Why two settings that change nothing do not.
#[divan::bench(args = sizes())]
fn idle_settings(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let before = Matching::new(dataset, Arc::default());
    let texts = ["playbook.PB_007.approval_required=null", "targets.high_risk_at=0.7"];
    let settings = texts.iter().filter_map(|text| Setting::parse(text, before.dataset()).ok());
    let scenario = Scenario { settings: settings.collect() };
    let after = scenario.run(&before);
    bencher.bench(|| scenario.idle(&before, &after, &|| false).map(|idle| idle.len()));
}

/// The best plays for five dollars a customer.
#[divan::bench(args = sizes())]
fn plan_of_all(bencher: Bencher<'_, '_>, customers: usize) {
    let directory = portfolio::directory(customers);
    let dataset = Loader::new(directory.path()).load(Reread::All).dataset;
    let matching = Matching::new(dataset, Arc::default());
    let budget = customers as f64 * 5.0;
    bencher.bench(|| plan(&matching, budget, |_| May::Candidates).plays.len());
}

/// The dashboard on a portfolio of its own.
fn dashboard(customers: usize) -> (tempfile::TempDir, State) {
    let directory = portfolio::directory(customers);
    let state = desk::open(directory.path());
    (directory, state)
}

/// A key that moves the selection, and the screen drawn after it.
#[divan::bench(args = sizes())]
fn key_to_frame(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    let mut screen = desk::screen();
    let mut down = true;
    bencher.bench_local(|| {
        let key = if down { 'j' } else { 'k' };
        desk::press_and_draw(&mut state, KeyCode::Char(key), &mut screen);
        down = !down;
    });
}

/// A letter typed into the filter and taken back, each to the new list.
#[divan::bench(args = sizes())]
fn letter_in_the_filter(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    desk::press(&mut state, KeyCode::Char('/'));
    bencher.bench_local(|| {
        desk::press(&mut state, KeyCode::Char('s'));
        desk::press(&mut state, KeyCode::Backspace);
    });
}

/// A word typed into the filter and taken back, each to the new list with what fits best first.
#[divan::bench(args = sizes())]
fn ranked_word(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    state.customers.sort = Sort::by(ColumnId::AccountValue);
    desk::press(&mut state, KeyCode::Char('/'));
    bencher.bench_local(|| {
        "sup".chars().for_each(|c| desk::press(&mut state, KeyCode::Char(c)));
        (0..3).for_each(|_| desk::press(&mut state, KeyCode::Backspace));
    });
}

/// The list sorted by account value, in the other direction each time.
#[divan::bench(args = sizes())]
fn sort(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    state.customers.sort = Sort::by(ColumnId::AccountValue);
    bencher.bench_local(|| desk::press(&mut state, KeyCode::Char('S')));
}

/// The list sorted by revenue at risk a week, in the other direction each time.
#[divan::bench(args = sizes())]
fn sort_by_urgency(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    state.customers.sort = Sort::by(ColumnId::PerWeek);
    bencher.bench_local(|| desk::press(&mut state, KeyCode::Char('S')));
}

/// The next scope, to its list.
#[divan::bench(args = sizes())]
fn next_scope(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    bencher.bench_local(|| desk::press(&mut state, KeyCode::Char('m')));
}

/// The card of the selected customer with the titles of the sections below it, as lines.
#[divan::bench(args = sizes())]
fn card(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, state) = dashboard(customers);
    bencher.bench(|| desk::detail(&state));
}

/// A dialog opened about the selected customer, its frame, and closed.
#[divan::bench(args = sizes())]
fn dialog(bencher: Bencher<'_, '_>, customers: usize) {
    let (_directory, mut state) = dashboard(customers);
    let mut screen = desk::screen();
    desk::press(&mut state, KeyCode::Char('1'));
    bencher.bench_local(|| {
        desk::press_and_draw(&mut state, KeyCode::Char('a'), &mut screen);
        desk::press(&mut state, KeyCode::Esc);
    });
}
