//! Decisions a second in a ledger in a database: `cargo bench --bench team -- URL WRITERS SECONDS`. Each
//! writer has a connection of its own and decides about customers of its own, one after the other, each
//! decision knowing the one before. The database has to be set up (`nextplay ledger init --apply`), and is
//! best thrown away afterwards: entries are never removed.

// What cannot go on fails, and may print what it found.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used
)]

use std::convert::Infallible;
use std::ffi::OsStr;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use nextplay::domain::DecisionKind;
use nextplay::ledger::{Draft, Drafts, History, Ledger, LedgerPlace};

const BASIS: &str = include_str!("../tests/ledger_basis.json");

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let [url, writers, seconds] = args.as_slice() else {
        // `cargo bench` runs every bench target; without a database there is nothing to time.
        return ExitCode::SUCCESS;
    };
    let place = LedgerPlace::parse(OsStr::new(url)).unwrap();
    let length = Duration::from_secs(seconds.parse().unwrap());
    let writers: Vec<_> = (0..writers.parse::<usize>().unwrap())
        .map(|writer| {
            let place = place.clone();
            thread::spawn(move || write(&place, writer, length))
        })
        .collect();
    let mut times: Vec<Duration> =
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    println!(
        "{:.0} decisions a second; each took {:.1?} (median), {:.1?} (one in a hundred longer)",
        times.len() as f64 / length.as_secs_f64(),
        at(50),
        at(99)
    );
    ExitCode::SUCCESS
}

/// Decides for so long, and returns how long each decision took.
fn write(place: &LedgerPlace, writer: usize, length: Duration) -> Vec<Duration> {
    let ledger = Ledger::new(place.clone());
    let role = place.role().unwrap_or("dana").to_owned();
    let mut history = Arc::new(ledger.read().unwrap());
    let (mut times, begun) = (Vec::new(), Instant::now());
    while begun.elapsed() < length {
        let started = Instant::now();
        let customer = format!("W{writer}-{}", times.len() % 100);
        let draft = |history: &Arc<History>| -> Result<Drafts<'_, Infallible>, Infallible> {
            let about = (customer.as_str().into(), "PB_SUP_001".into());
            let basis = BASIS.trim_end().to_owned();
            let mut draft =
                Draft::new(DecisionKind::Approve, role.as_str(), about, basis, Timestamp::now());
            draft.after = history.last_for(&customer).map(|entry| entry.id.clone());
            Ok(Box::new(std::iter::once(vec![Ok(draft)])))
        };
        let recorded = ledger.append_each(Some(&history), draft).unwrap();
        assert!(recorded.each.iter().all(Result::is_ok), "{:?}", recorded.each);
        history = recorded.history;
        times.push(started.elapsed());
    }
    times
}
