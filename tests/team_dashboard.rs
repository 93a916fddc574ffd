//! The dashboard over a ledger in a database, on a terminal.

use portable_pty::CommandBuilder;
use postgres::Client;

use crate::common::dashboard::copy_sample_data;
use crate::common::proxy::{Fate, Proxy};
use crate::common::team::Team;
use crate::common::terminal::Terminal;
use crate::common::{Ran, program};

struct Place {
    data: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        copy_sample_data(data.path());
        Self { data }
    }

    fn dashboard(&self, ledger: &str) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_nextplay"));
        command.args(["--data".as_ref(), self.data.path().as_os_str()]);
        command.args(["--ledger", ledger]);
        let state = self.data.path().join("state");
        Terminal::run(command, &[("XDG_STATE_HOME", state.to_str().unwrap())])
    }
}

#[test]
fn a_reviewer_decides_and_sees_what_others_decide() {
    let Some(team) = Team::start() else { return };
    let place = Place::new();
    let mut terminal = place.dashboard(&team.url("dana"));
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.wait_for("dana");
    terminal.send("a");
    terminal.wait_for("approve as dana");
    terminal.confirm();
    terminal.wait_for("Approved Executive Outreach for Meridian Health Systems (C006). Saved (#1)");
    let lines = team.lines();
    assert!(
        lines.contains("\"by\":\"dana\",\"kind\":\"approve\",\"customer_id\":\"C006\""),
        "{lines}"
    );
    let mut sam = program();
    sam.arg("--data").arg(place.data.path()).args(["--ledger", &team.url("sam")]);
    sam.args(["reject", "C015", "--reason", "budget"]);
    Ran::of(sam.output().unwrap()).ends(0);
    terminal.send("6");
    terminal.wait_for_line(&["sam", "C015"]);
    terminal.send("q");
    assert!(terminal.exit().success());
}

#[test]
fn a_server_that_is_gone_stops_deciding_until_it_is_back() {
    let Some(mut team) = Team::start() else { return };
    let place = Place::new();
    let mut terminal = place.dashboard(&team.url("dana"));
    terminal.wait_for_line(&["▸", "C006"]);
    team.0.kill_9();
    terminal.wait_for("cannot reach the database");
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("✗");
    team.0.restart();
    terminal.wait_gone("cannot reach the database");
    terminal.send("a");
    terminal.wait_for("approve as dana");
    terminal.confirm();
    terminal.wait_for("Saved (#1)");
    terminal.send("q");
    assert!(terminal.exit().success());
}

#[test]
fn a_decision_that_is_not_confirmed_is_asked_for_until_it_is() {
    let Some(mut team) = Team::start() else { return };
    let place = Place::new();
    let proxy = Proxy::new(&team.0);
    let mut terminal = place.dashboard(&proxy.url("dana", crate::common::team::TEAM));
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("approve as dana");
    // Somebody holds the lock, so the request arrives and is not answered; then the network is gone.
    let mut keeper = team.client(crate::common::team::KEEPER);
    keeper.batch_execute("begin; select 1 from nextplay.head for update").unwrap();
    terminal.confirm();
    let waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";
    while team.0.value(crate::common::postgres::OWNER, crate::common::team::TEAM, waits) == "0" {
        std::thread::yield_now();
    }
    proxy.set(|_| Fate { refuse: true, ..Fate::default() });
    proxy.cut_all();
    terminal.wait_for("Not confirmed. Check the ledger for entry");
    drop(keeper);
    proxy.set(|_| Fate::default());
    terminal.wait_for("Saved (#1)");
    assert_eq!(team.lines().lines().count(), 1);
    terminal.wait_gone("Not confirmed");
    terminal.send("q");
    assert!(terminal.exit().success());
    team.0.stop();
}

#[test]
fn leaving_before_a_decision_is_confirmed_says_what_to_check() {
    let Some(team) = Team::start() else { return };
    let (mut terminal, _kept) = sent_and_lost(&team);
    terminal.wait_for("Not confirmed. Check the ledger for entry");
    terminal.send("q");
    assert_eq!(terminal.exit().exit_code(), 1);
    terminal.wait_for("Not confirmed. Check the ledger for entry");
}

#[test]
fn leaving_while_a_decision_is_sent_names_its_entry() {
    let Some(team) = Team::start() else { return };
    let (mut terminal, _kept) = sent_and_lost(&team);
    terminal.send("\u{3}");
    terminal.wait_for("Waiting for the server of the ledger; Ctrl-C ends the wait");
    terminal.send("\u{3}");
    assert_eq!(terminal.exit().exit_code(), 1);
    terminal.wait_for("Not confirmed. Check the ledger for entry 0");
}

#[test]
fn a_reader_is_told_which_role_decides() {
    let Some(team) = Team::start() else { return };
    let place = Place::new();
    let mut terminal = place.dashboard(&team.url("rita"));
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("nextplay_reviewer");
    terminal.send("q");
    assert!(terminal.exit().success());
}

/// A dashboard that sent a decision, and whose server is then not reached any more; and what must outlive it.
fn sent_and_lost(team: &Team) -> (Terminal, (Place, Proxy, Client)) {
    let place = Place::new();
    let proxy = Proxy::new(&team.0);
    let mut terminal = place.dashboard(&proxy.url("dana", crate::common::team::TEAM));
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("approve as dana");
    let mut keeper = team.client(crate::common::team::KEEPER);
    keeper.batch_execute("begin; select 1 from nextplay.head for update").unwrap();
    terminal.confirm();
    let waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";
    while team.0.value(crate::common::postgres::OWNER, crate::common::team::TEAM, waits) == "0" {
        std::thread::yield_now();
    }
    proxy.set(|_| Fate { refuse: true, ..Fate::default() });
    proxy.cut_all();
    (terminal, (place, proxy, keeper))
}
