//! Four reviewers decide over a network that loses connections, on a server that crashes, with commands that
//! are killed: what was acknowledged is in the ledger, and nothing is decided twice.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::faults::{spread, waiting};
use crate::common::postgres::{OWNER, Options, Server};
use crate::common::proxy::{Fate, Proxy};
use crate::common::team::{TEAM, Team};
use crate::common::{Data, Ran, program};

/// How long a reviewer tries to decide about one customer: a server that crashed takes a while to start.
const PATIENCE: Duration = Duration::from_secs(120);

/// A network that loses two of three connections, each after another number of bytes.
fn unreliable(number: u64) -> Fate {
    let bytes = |most: f64| Some(1 + (spread(usize::try_from(number).unwrap()) * most) as u64);
    match number % 6 {
        0 | 3 => Fate { cut_to_client: bytes(6_000.0), ..Fate::default() },
        1 => Fate { cut_to_server: bytes(3_000.0), ..Fate::default() },
        2 => Fate { refuse: true, ..Fate::default() },
        _ => Fate::default(),
    }
}

fn decide_all(customers: usize, crashes: usize) {
    let options = Options { durable: true, ..Options::default() };
    let Some(mut team) = Team::with(&options) else { return };
    let data = waiting(customers).forgotten();
    let proxy = Proxy::new(&team.0);
    proxy.set(unreliable);
    let (next, done, killed) = (AtomicUsize::new(1), AtomicUsize::new(0), AtomicUsize::new(0));
    let acknowledged = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let reviewers: Vec<_> = ["dana", "sam", "kim", "lee"]
            .into_iter()
            .map(|name| {
                let (data, proxy, next, done) = (&data, &proxy, &next, &done);
                let (killed, acknowledged) = (&killed, &acknowledged);
                scope.spawn(move || {
                    let url = proxy.url(name, TEAM);
                    loop {
                        let number = next.fetch_add(1, Ordering::SeqCst);
                        if number > customers {
                            return;
                        }
                        let customer = format!("C{number}");
                        let (begun, mut last) = (Instant::now(), String::new());
                        for attempt in 0.. {
                            assert!(
                                begun.elapsed() < PATIENCE,
                                "{customer} is not decided: {last}"
                            );
                            let args = ["--ledger", &url, "approve", &customer, "--format", "json"];
                            let mut command = data.command(&args);
                            command.env("NEXTPLAY_REVIEWER", name);
                            command.stdout(Stdio::piped()).stderr(Stdio::piped());
                            let mut child = command.spawn().unwrap();
                            // Now and then at any moment of its life.
                            if (number + attempt) % 5 == 0 && attempt < 3 {
                                thread::sleep(Duration::from_millis(
                                    (spread(number) * 300.0) as u64,
                                ));
                                child.kill().unwrap();
                                killed.fetch_add(1, Ordering::SeqCst);
                            }
                            let output = child.wait_with_output().unwrap();
                            if output.status.code().is_none() {
                                let line = String::from_utf8(output.stdout).unwrap();
                                if line.ends_with('\n') {
                                    acknowledged.lock().unwrap().push(line);
                                }
                                continue;
                            }
                            let ran = Ran::of(output);
                            if ran.status == 0 {
                                acknowledged.lock().unwrap().push(ran.out);
                                break;
                            }
                            assert!(!ran.err.contains("panicked"), "{ran:#?}");
                            last.clone_from(&ran.err);
                            if ran.err.contains("already") {
                                break;
                            }
                        }
                        done.fetch_add(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        for crash in 1..=crashes {
            let due = customers * crash / (crashes + 1);
            while done.load(Ordering::SeqCst) < due && !reviewers.iter().all(|r| r.is_finished()) {
                thread::sleep(Duration::from_millis(5));
            }
            team.0.kill_9();
            team.0.restart();
        }
    });
    let lines = team.lines();
    let acknowledged = acknowledged.into_inner().unwrap();
    for line in &acknowledged {
        assert!(lines.contains(line.as_str()), "lost: {line}");
    }
    let mut of_customer: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        *of_customer.entry(entry["customer_id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(of_customer.len(), customers, "all are decided");
    assert!(of_customer.values().all(|times| *times == 1), "twice: {of_customer:?}");
    let exported = Data::good().with("decisions.jsonl", &lines).forgotten();
    exported.run(&["verify"]).ends(0);
    println!(
        "{customers} decisions, {} acknowledged, {} connections lost, {crashes} crashes of the server, {} commands \
         killed: 0 lost, 0 twice",
        acknowledged.len(),
        proxy.cuts(),
        killed.into_inner()
    );
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_decided_twice() {
    let begun = Instant::now();
    decide_all(16, 1);
    println!("in {:?}", begun.elapsed());
}

/// A standby that has to have each decision is gone: no one can say what becomes of it. When the standby is
/// no longer waited for, it is there, and is not made again.
#[test]
fn a_decision_that_waits_for_a_standby_is_not_confirmed() {
    let settings = vec!["synchronous_standby_names = 'gone'"];
    let options = Options { settings, ..Options::default() };
    let Some(server) = Server::with(&options) else { return };
    // Only what `append` answers waits.
    let all = "set synchronous_commit = local; alter role all set synchronous_commit = local";
    server.ok(OWNER, "postgres", all);
    server.ok(OWNER, "postgres", "create role dana login");
    server.database(TEAM);
    let mut init = program();
    init.args(["ledger", "init", "--apply", "--ledger", &server.url(OWNER, TEAM)]);
    Ran::of(init.output().unwrap()).ends(0);
    server.ok(OWNER, TEAM, "grant nextplay_reviewer to dana");
    let data = waiting(1).forgotten();
    let url = server.url("dana", TEAM);
    let said = data.run(&["--ledger", &url, "approve", "C1"]);
    said.fails(1, &["Not confirmed. Check the ledger for entry "]);
    server.ok(OWNER, TEAM, "alter system set synchronous_standby_names = ''");
    server.ok(OWNER, TEAM, "select pg_reload_conf()");
    let count = "select count(*) from nextplay.decisions";
    let begun = Instant::now();
    while server.value(OWNER, TEAM, count) != "1" {
        assert!(begun.elapsed() < Duration::from_secs(60), "it arrived");
        thread::sleep(Duration::from_millis(20));
    }
    data.run(&["--ledger", &url, "approve", "C1"]).fails(1, &["already"]);
}

/// `cargo test --test runner postgres_crashes -- --ignored --nocapture`
#[test]
#[ignore = "takes minutes"]
fn nothing_is_lost_in_a_long_run_either() {
    decide_all(4_000, 6);
}
