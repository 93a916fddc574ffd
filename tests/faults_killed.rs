//! Writers that are killed at any moment, and several at once. `NEXTPLAY_FAULTS=1000` kills more
//! often, `-- --nocapture` shows the figures.

use crate::common;
use crate::common::faults;

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::ops::Range;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use common::{Data, LEDGER, Ran};
use faults::{ledger, set_aside, sound, spread, times, waiting};
use nextplay::domain::{DecisionKind, Entry};
use nextplay::ledger::{AppendError, Appended, Draft, Drafts, History, Ledger};

/// What came of the kills.
#[derive(Default)]
struct Tally {
    kills: usize,
    acknowledged: usize,
    /// Recorded, and killed before that was said.
    unsaid: usize,
    torn: usize,
    without_newline: usize,
}

impl Tally {
    fn tell(&self, what: &str) {
        let Self { kills, acknowledged, unsaid, torn, without_newline } = self;
        println!(
            "{what}: {kills} kills, {acknowledged} decisions acknowledged, {unsaid} recorded and \
             not acknowledged, {torn} torn lines found, {without_newline} whole lines without \
             newline, 0 lost, 0 decided twice"
        );
    }

    /// Counts what a killed writer left at the end of a ledger.
    fn look_at(&mut self, history: &History) {
        if let Some(tail) = history.unfinished {
            *(if tail.whole { &mut self.without_newline } else { &mut self.torn }) += 1;
        }
    }
}

/// When a writer is killed.
enum Moment {
    After(Duration),
    /// As soon as the ledger is another length than this: while a line is on its way to the disk,
    /// or right after.
    Grown(u64),
}

impl Moment {
    /// Waits for the moment, or for the end of the process.
    fn wait(&self, child: &mut Child, ledger: &Path) {
        match self {
            Self::After(time) => thread::sleep(*time),
            Self::Grown(before) => {
                while length(ledger) == *before && child.try_wait().unwrap().is_none() {}
            }
        }
    }
}

/// Length of a ledger, 0 where there is none.
fn length(ledger: &Path) -> u64 {
    fs::metadata(ledger).map_or(0, |metadata| metadata.len())
}

/// Ends the process at once; true where it had not ended before.
fn kill(child: &mut Child) -> bool {
    child.kill().unwrap();
    child.wait().unwrap().signal() == Some(9)
}

/// Customers of one directory; a longer ledger would only make the test slower.
const CUSTOMERS: usize = 8;

/// A directory on which one command after the other is killed.
struct Killed {
    data: Data,
    /// What the ledger held last, entry by entry.
    known: History,
    /// Where a killed command's output goes: a pipe might fill up and hold it.
    output: tempfile::NamedTempFile,
}

impl Killed {
    fn new() -> Self {
        let output = tempfile::NamedTempFile::new().unwrap();
        Self { data: waiting(CUSTOMERS), known: History::default(), output }
    }

    /// The next decision: each customer is approved, then rejected, then that is undone.
    fn next(&self, note: &str) -> Option<Vec<String>> {
        let (customer, step) = (self.known.len() / 3 + 1, self.known.len() % 3);
        let id = format!("C{customer}");
        let args = match step {
            _ if customer > CUSTOMERS => return None,
            0 => vec!["approve", &id, "--note", note],
            1 => vec!["reject", &id, "--reason", "other", "--note", note],
            _ => vec!["undo", &self.known.last()?.id],
        };
        // The line of the ledger is what the test compares.
        let args = args.into_iter().chain(["--format", "json"]);
        Some(args.map(str::to_owned).collect())
    }

    /// Leaves part of a line at the end of the ledger, as a writer before may have.
    fn tear(&self, number: usize) -> Vec<u8> {
        let bytes = fs::read(self.data.path(LEDGER)).unwrap();
        let last = bytes.split_inclusive(|byte| *byte == b'\n').next_back().unwrap();
        let part = 1 + ((last.len() - 3) as f64 * spread(number)) as usize;
        let mut file = File::options().append(true).open(self.data.path(LEDGER)).unwrap();
        file.write_all(&last[..part]).unwrap();
        last[..part].to_vec()
    }

    /// Runs a command and kills it. Returns what it acknowledged, if it did, and whether it was
    /// killed.
    fn kill_at(&self, moment: &Moment, args: &[&str]) -> (Option<String>, bool) {
        self.output.as_file().set_len(0).unwrap();
        let output = File::options().append(true).open(self.output.path()).unwrap();
        let mut command = self.data.command(args);
        let mut child = command.stdout(output).stderr(Stdio::null()).spawn().unwrap();
        moment.wait(&mut child, &self.data.path(LEDGER));
        let killed = kill(&mut child);
        let said = fs::read_to_string(self.output.path()).unwrap();
        (said.ends_with('\n').then_some(said), killed)
    }
}

/// The moments are fractions of the time that such a command took the last time, so that they lie
/// anywhere in its life, however fast the machine is; and now and then the one at which it writes.
#[test]
fn a_command_killed_at_any_moment_loses_nothing_and_decides_nothing_twice() {
    let wanted = times(150);
    let (mut tally, mut planted, mut life) = (Tally::default(), 0, Duration::ZERO);
    let mut here = Killed::new();
    for number in 0.. {
        if tally.kills == wanted {
            break;
        }
        // Longer lines are longer on their way to the disk.
        let note = "why ".repeat([1, 6_000, 200][number % 3]);
        let Some(args) = here.next(&note) else {
            here.data.run(&["verify"]).ends(0).prints(&["24 entries, chain whole"]);
            here = Killed::new();
            continue;
        };
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let before = here.known.len();
        let whole = here.known.unfinished.is_none() && before > 0;
        let tear = if number % 4 == 0 && whole { here.tear(number) } else { Vec::new() };

        let moment = match number % 5 {
            0 => Moment::Grown(length(&here.data.path(LEDGER))),
            _ => Moment::After(life.mul_f64(1.1 * spread(number))),
        };
        let (acknowledged, killed) = here.kill_at(&moment, &args);
        let history = sound(&ledger(&here.data));
        assert!(
            history.entries().take(before).eq(here.known.entries()),
            "nothing is lost or replaced"
        );
        let recorded = history.len() > before;
        if let Some(line) = &acknowledged {
            assert!(recorded, "acknowledged is recorded");
            let stored = here.data.ledger();
            assert!(stored.ends_with(line), "as it was shown");
        }
        if !tear.is_empty() {
            planted += 1;
            let stays = here.data.ledger().as_bytes().ends_with(&tear);
            assert!(stays || set_aside(&here.data).contains(&tear), "torn bytes are kept");
        } else if killed {
            tally.look_at(&history);
        }
        tally.kills += usize::from(killed);
        tally.acknowledged += usize::from(acknowledged.is_some());
        tally.unsaid += usize::from(recorded && acknowledged.is_none());

        // The same again: refused if it was recorded, whether or not that was said; else made.
        let left = history.unfinished.filter(|tail| !tail.whole);
        let start = Instant::now();
        let again = here.data.run(&args);
        life = start.elapsed();
        if recorded {
            let already = ["already approved by dana", "already rejected by dana"];
            let already = already.get(before % 3).unwrap_or(&"already undone by dana");
            again.fails(1, &[already]);
        } else if let Some(tail) = left {
            tally.acknowledged += 1;
            let torn = set_aside(&here.data).pop().unwrap();
            assert_eq!(torn.len(), tail.bytes);
            again
                .ends(0)
                .says(&["last line was unfinished and was moved to", "decisions.jsonl.torn-"]);
        } else {
            tally.acknowledged += 1;
            assert!(!again.ends(0).err.contains("unfinished"));
        }
        here.known = sound(&ledger(&here.data));
        assert_eq!(here.known.len(), before + 1, "decided once");
    }
    tally.tell("commands killed");
    println!("commands killed: {planted} of them had a torn line to mend");
}

const BASIS: &str = include_str!("ledger_basis.json");

/// Names the ledger that a child process writes to.
const TARGET: &str = "NEXTPLAY_TEST_LEDGER";
/// The first customer that it decides on.
const FIRST: &str = "NEXTPLAY_TEST_FIRST";

/// Decides on customers at once, on each if nobody did. Some lines are 40,000 bytes long: only the
/// writing of many pages is ever broken off.
fn decide_on(ledger: &Ledger, numbers: Range<usize>) -> Vec<Appended> {
    let draft = |history: &History, number: usize| {
        let id = format!("C{number}");
        match history.last_for(&id) {
            Some(_) => Err("already decided"),
            None => Ok(Draft {
                id: None,
                until_at: None,
                batch: None,
                proposal: None,
                sig: None,
                recovered: None,
                by: "dana".into(),
                kind: DecisionKind::Approve,
                customer_id: id.as_str().into(),
                playbook_id: "PB_SUP_001".into(),
                reason: None,
                note: Some("because ".repeat([1, 300, 2_000, 5_000][number % 4])),
                until: None,
                undoes: None,
                after: None,
                basis: BASIS.trim_end().to_owned(),
                at: "2026-02-03T14:02:11.123Z".parse().unwrap(),
            }),
        }
    };
    let drafts = |history: &Arc<History>| -> Result<Drafts<'_, &str>, &str> {
        let drafts = numbers.map(|number| draft(history, number)).collect();
        Ok(Box::new(std::iter::once(drafts)))
    };
    let recorded = ledger.append_each(None, drafts).unwrap_or_else(|error| panic!("{error}"));
    let mut torn = recorded.torn;
    let made = |made: Result<Arc<Entry>, AppendError<&str>>| match made {
        Ok(entry) => Some(Appended { entry, torn: torn.take() }),
        Err(AppendError::Refused(_)) => None,
        Err(error) => panic!("{error}"),
    };
    recorded.each.into_iter().filter_map(made).collect()
}

fn decide_once(ledger: &Ledger, number: usize) -> Option<Appended> {
    decide_on(ledger, number..number + 1).pop()
}

/// The part of a child process, which is this test program again: decides on one customer, or on up
/// to three at once, after the other and says each only once it is made. Does nothing when it is run
/// as an ordinary test.
#[test]
fn writer() {
    let Ok(path) = env::var(TARGET) else { return };
    let ledger = Ledger::new(path);
    let mut number: usize = env::var(FIRST).unwrap().parse().unwrap();
    loop {
        let next = number + 1 + number % 3;
        for made in decide_on(&ledger, number..next) {
            println!("made {}", made.entry.id);
        }
        number = next;
    }
}

fn start_writer(ledger: &Path, first: usize) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "faults_killed::writer", "--nocapture", "--test-threads=1"])
        .env(TARGET, ledger)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The id of the entry that a writer says it made. The test harness writes on the same output, and
/// the last line may be half a line.
fn made(line: &str) -> Option<String> {
    let id = line.split_once("made ")?.1.trim();
    (id.len() == 36).then(|| id.to_owned())
}

/// Kills of a writer on one ledger, then a new one.
const KILLS_EACH: usize = 5;

#[test]
fn a_writer_killed_between_and_within_entries_loses_nothing_that_it_acknowledged() {
    let wanted = times(100);
    let mut tally = Tally::default();
    while tally.kills < wanted {
        let directory = tempfile::tempdir().unwrap();
        let ledger = Ledger::new(directory.path().join(LEDGER));
        let (mut acknowledged, mut unsaid) = (Vec::<String>::new(), 0);
        for _ in 0..KILLS_EACH.min(wanted - tally.kills) {
            let known = sound(&ledger).len();
            // One number back: an entry that was recorded before must be refused.
            let mut child = start_writer(ledger.path().unwrap(), known.max(1));
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            // Killed at some moment of the entry that comes after these.
            let entries = 1 + tally.kills % 3;
            let mut since = Instant::now();
            let mut took = Duration::ZERO;
            let mut grown = 0;
            for id in lines.by_ref().filter_map(|line| made(&line.unwrap())).take(entries) {
                acknowledged.push(id);
                took = since.elapsed();
                since = Instant::now();
                grown = length(ledger.path().unwrap());
            }
            let moment = match tally.kills % 2 {
                0 => Moment::Grown(grown),
                _ => Moment::After(took.mul_f64(spread(tally.kills))),
            };
            moment.wait(&mut child, ledger.path().unwrap());
            assert!(kill(&mut child), "a writer goes on until it is killed");
            tally.kills += 1;
            // What it still said before the blow counts too.
            acknowledged.extend(lines.map_while(Result::ok).filter_map(|line| made(&line)));

            let history = sound(&ledger);
            tally.look_at(&history);
            for id in &acknowledged {
                assert!(history.entry(id).is_some(), "{id} was acknowledged");
            }
            let recorded = history.len();
            unsaid += recorded - acknowledged.len();
            let torn = history.unfinished.filter(|tail| !tail.whole);

            assert_eq!(decide_once(&ledger, recorded), None, "recorded is decided");
            let next = decide_once(&ledger, recorded + 1).unwrap();
            assert_eq!(next.entry.seq, recorded as u64 + 1);
            let aside = next.torn.map(|path| fs::read(path).unwrap().len());
            assert_eq!(aside, torn.map(|tail| tail.bytes), "torn bytes are kept");
            acknowledged = sound(&ledger).entries().map(|e| e.id.to_string()).collect();
        }
        let history = sound(&ledger);
        tally.acknowledged += history.len() - unsaid;
        tally.unsaid += unsaid;
        for (entry, number) in history.entries().zip(1..) {
            assert_eq!(entry.customer_id, format!("C{number}"), "each once, none left out");
        }
    }
    tally.tell("writers killed");
}

/// All reviewers run this command at the same moment, each in their own name.
fn at_once(data: &Data, reviewers: &[&'static str], args: &[&str]) -> Vec<(&'static str, Ran)> {
    let start = Barrier::new(reviewers.len());
    thread::scope(|scope| {
        let run = |by: &'static str| {
            let (start, mut command) = (&start, data.command(args));
            command.args(["--by", by]);
            scope.spawn(move || {
                start.wait();
                (by, Ran::of(command.output().unwrap()))
            })
        };
        let running: Vec<_> = reviewers.iter().map(|by| run(by)).collect();
        running.into_iter().map(|run| run.join().unwrap()).collect()
    })
}

/// One of them did it; all others hear who did what, and when. Returns the entry's id.
#[track_caller]
fn one_wins(ran: Vec<(&'static str, Ran)>, done: &str) -> String {
    let winners: Vec<_> = ran.iter().filter(|(_, ran)| ran.status == 0).collect();
    let [(winner, entry)] = winners[..] else { panic!("{ran:#?}") };
    let entry = entry.json();
    assert_eq!(entry["by"], *winner);
    let customer = entry["customer_id"].as_str().unwrap();
    let already = format!("already {done} by {winner} ");
    let meanwhile = format!("nothing was recorded: {customer} was {done} by {winner} at 20");
    for (_, loser) in ran.iter().filter(|(by, _)| by != winner) {
        assert_eq!((loser.status, loser.out.as_str()), (1, ""), "{loser:#?}");
        let when = loser.err.split_once(&already).map(|(_, when)| when.trim());
        let ago = when.is_some_and(|when| when == "just now" || when.ends_with(" ago"));
        assert!(ago || loser.err.contains(&meanwhile), "{loser:#?}");
    }
    entry["id"].as_str().unwrap().to_owned()
}

#[test]
fn of_several_at_once_one_decides_and_the_others_hear_who_what_and_when() {
    const REVIEWERS: [&str; 4] = ["sam", "lee", "ines", "dana"];
    let items = times(10).min(100);
    for reviewers in [&REVIEWERS[..2], &REVIEWERS] {
        let data = waiting(items);
        for item in 1..=items {
            let id = format!("C{item}");
            let approve = ["approve", &id, "--format", "json"];
            let entry = one_wins(at_once(&data, reviewers, &approve), "approved");
            let undo = ["undo", &entry, "--format", "json"];
            one_wins(at_once(&data, reviewers, &undo), "undone");
        }
        let entries = sound(&ledger(&data)).len();
        assert_eq!(entries, 2 * items);
        data.run(&["verify"]).ends(0).prints(&["chain whole"]);
        println!(
            "{} at once: {items} items decided and taken back, {entries} entries, {} refused",
            reviewers.len(),
            entries * (reviewers.len() - 1)
        );
    }
}

#[test]
fn several_at_once_on_their_own_items_all_decide() {
    const EACH: usize = 5;
    let data = waiting(4 * EACH);
    thread::scope(|scope| {
        for reviewer in 0..4 {
            let data = &data;
            scope.spawn(move || {
                for item in 1..=EACH {
                    let id = format!("C{}", reviewer * EACH + item);
                    data.run(&["approve", &id]).ends(0);
                }
            });
        }
    });
    assert_eq!(sound(&ledger(&data)).len(), 4 * EACH);
    data.run(&["verify"]).ends(0).prints(&["20 entries, chain whole"]);
}
