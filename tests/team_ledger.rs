//! The commands over a ledger in a database: the same entries, the same answers, and what is said where
//! the server, the network or the role do not allow it.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::common::postgres::{OWNER, Options, PASSWORD};
use crate::common::proxy::{Fate, Proxy};
use crate::common::team::{TEAM, Team};
use crate::common::{Data, Ran};

/// Runs a command on a ledger, where nothing was seen before.
fn run(data: &Data, ledger: &str, args: &[&str]) -> Ran {
    with(data, ledger, args, &[])
}

fn with(data: &Data, ledger: &str, args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = data.command(&["--ledger", ledger]);
    command.args(args).env("XDG_STATE_HOME", data.path("state")).env_remove("NEXTPLAY_REVIEWER");
    command.envs(variables.iter().copied());
    Ran::of(command.output().unwrap())
}

#[test]
fn a_team_decides_in_a_database_as_in_a_file() {
    let Some(team) = Team::start() else { return };
    let data = Data::good();
    let [dana, sam, hal] = ["dana", "sam", "hal"].map(|role| team.url(role));
    run(&data, &dana, &["log"]).ends(0).says(&["no decisions yet"]);
    run(&data, &dana, &["queue"]).ends(0).prints(&["C1", "pending"]);
    run(&data, &dana, &["approve", "C1"]).ends(0).prints(&["as dana, saved as #1"]);
    run(&data, &sam, &["queue"]).fails(0, &["nothing needs a decision"]);
    run(&data, &sam, &["undo", "1", "--note", "not \"yet\" ☂"])
        .ends(0)
        .prints(&["as sam, saved as #2"]);
    let line = run(&data, &sam, &["approve", "C1", "--format", "json"]).ends(0).out;
    assert_eq!(line, team.lines().lines().nth(2).unwrap().to_owned() + "\n");
    let plays = run(&data, &hal, &["export", "--hand-off"]).ends(0);
    plays.says(&["2 plays are handed off, as entries 4 to 5"]);
    let running = run(&data, &dana, &["explain", "C1", "--format", "json"]).ends(0).json();
    assert_eq!(running["status"], "running");
    run(&data, &dana, &["log", "--customer", "C1"]).ends(0).prints(&["not \"yet\" ☂", "hand off"]);

    // Byte for byte the lines of a file.
    let exported = run(&data, &dana, &["log", "--format", "jsonl"]).ends(0).out;
    assert_eq!(exported, team.lines());
    let file = data.path("copy.jsonl");
    fs::write(&file, &exported).unwrap();
    let of_file = run(&data, file.to_str().unwrap(), &["verify"]).ends(0).out;
    let of_team = run(&data, &dana, &["verify"]).ends(0).out;
    assert_eq!(of_file.lines().next(), of_team.lines().next());
    assert!(of_team.starts_with("5 entries, chain whole, head "), "{of_team}");
}

#[test]
fn of_two_who_saw_the_same_one_decides_and_the_other_is_told_who() {
    let Some(team) = Team::start() else { return };
    let data = Data::good();
    let queue = run(&data, &team.url("dana"), &["queue", "--format", "json"]).ends(0).json();
    let basis = queue[0]["basis"].as_str().unwrap().to_owned();
    run(&data, &team.url("sam"), &["reject", "C1", "--reason", "budget"]).ends(0);
    let late = run(&data, &team.url("dana"), &["approve", "C1", "--basis", &basis]);
    // The command looks before it decides: the approval replaces the rejection and says so.
    late.ends(0).prints(&["replaces sam's rejection"]);
    assert_eq!(team.lines().lines().count(), 2);
}

#[test]
fn nobody_decides_in_another_name_or_without_the_role() {
    let Some(team) = Team::start() else { return };
    let data = Data::good();
    let approve =
        |role: &str, by: &[&str]| run(&data, &team.url(role), &[&["approve", "C1"], by].concat());
    approve("dana", &["--by", "sam"]).fails(1, &["\"sam\" cannot decide as role \"dana\""]);
    approve("rita", &[]).fails(1, &["role \"rita\" may only read", "nextplay_reviewer"]);
    approve("hal", &[]).fails(1, &["role \"hal\" may only hand off", "nextplay_reviewer"]);
    approve("otto", &[]).fails(2, &["role \"otto\" may not use the ledger", "nextplay_reader"]);
    run(&data, &team.url("rita"), &["export", "--hand-off"])
        .fails(1, &["role \"rita\" may only read", "nextplay_handoff"]);
    assert_eq!(team.lines(), "");
    run(&data, &team.url("rita"), &["queue"]).ends(0);
    // The variable names whoever sits here, the role is who decides.
    with(
        &data,
        &team.url("dana"),
        &["approve", "C1", "--by", "Dana"],
        &[("NEXTPLAY_REVIEWER", "kim")],
    )
    .ends(0)
    .prints(&["as dana"]);
}

#[test]
fn a_server_that_is_not_there_or_has_no_ledger_is_named() {
    let Some(team) = Team::start() else { return };
    let data = Data::good();
    team.0.database("empty");
    let hint = "nextplay ledger init --apply";
    run(&data, &team.0.url("dana", "empty"), &["approve", "C1"])
        .fails(2, &["the database \"empty\" at", "has no ledger", hint]);
    let nobody = "postgres://dana:s3cret@127.0.0.1:1/cs";
    for args in [&["verify"][..], &["log"], &["queue"], &["approve", "C1"], &["log", "--follow"]] {
        let ran = run(&data, nobody, args);
        assert!(!ran.err.contains("s3cret") && !ran.out.contains("s3cret"), "{ran:?}");
        ran.fails(2, &["cannot reach the database \"cs\" at 127.0.0.1:1"]);
    }
}

#[test]
fn the_password_comes_from_a_file_or_the_environment_and_is_shown_nowhere() {
    let options = Options { tcp: true, password: true, ..Options::default() };
    let Some(team) = Team::with(&options) else { return };
    let data = Data::good();
    let url = team.0.tcp_url("dana", TEAM);
    let hint = "PGPASSFILE";
    run(&data, &url, &["verify"]).fails(2, &["password", hint]);
    with(&data, &url, &["verify"], &[("PGPASSWORD", PASSWORD)]).ends(0);
    let wrong = with(&data, &url, &["verify"], &[("PGPASSWORD", "wr0ng")]);
    assert!(!wrong.err.contains("wr0ng"), "{}", wrong.err);
    wrong.fails(2, &["password authentication failed", hint]);
    let file = data.path("passwords");
    fs::write(&file, format!("*:*:{TEAM}:dana:{PASSWORD}\n")).unwrap();
    std::process::Command::new("chmod").arg("600").arg(&file).status().unwrap();
    let file = file.to_str().unwrap();
    with(&data, &url, &["approve", "C1"], &[("PGPASSFILE", file)]).ends(0);
    let words =
        format!("host=127.0.0.1 port={} user=sam dbname={TEAM} password={PASSWORD}", team.0.port());
    run(&data, &words, &["verify"]).ends(0).prints(&["1 entry, chain whole"]);
    let config = data.path("config/nextplay");
    fs::create_dir_all(&config).unwrap();
    let ledger = url.replace("dana@", &format!("dana:{PASSWORD}@"));
    let path = data.path("");
    fs::write(
        config.join("config.toml"),
        format!("[[data]]\npath = {path:?}\nledger = \"{ledger}\"\n"),
    )
    .unwrap();
    let mut command = data.command(&["config"]);
    command.env("XDG_CONFIG_HOME", data.path("config"));
    let shown = Ran::of(command.output().unwrap()).ends(0);
    assert!(shown.out.contains(&url) && !shown.out.contains(PASSWORD), "{}", shown.out);
    let mut command = data.command(&["verify"]);
    command.env("XDG_CONFIG_HOME", data.path("config")).env("XDG_STATE_HOME", data.path("state"));
    Ran::of(command.output().unwrap()).ends(0).prints(&["1 entry, chain whole"]);
}

#[test]
fn history_that_the_owner_rewrote_is_told() {
    let Some(team) = Team::start() else { return };
    let data = Data::good();
    let dana = team.url("dana");
    run(&data, &dana, &["approve", "C1"]).ends(0);
    run(&data, &dana, &["undo", "1"]).ends(0);
    let owner = |sql: &str| {
        let sql = format!(
            "set session_replication_role = replica; alter table nextplay.decisions disable trigger all; {sql}"
        );
        team.0.ok(OWNER, TEAM, &sql);
    };
    let whole = team.lines();
    // A changed line.
    owner(
        "update nextplay.decisions set line = replace(line, '\"by\":\"dana\"', '\"by\":\"eve\"') where seq = 1",
    );
    run(&data, &dana, &["verify"]).ends(1).says(&["its hash differs"]);
    run(&data, &dana, &["approve", "C1"]).fails(1, &["ledger broken at line 1"]);
    owner(
        "update nextplay.decisions set line = replace(line, '\"by\":\"eve\"', '\"by\":\"dana\"') where seq = 1",
    );
    assert_eq!(team.lines(), whole);
    run(&data, &dana, &["verify"]).ends(0);
    // A last entry that is gone, from the table alone and then from the head, too.
    owner("delete from nextplay.decisions where seq = 2");
    run(&data, &dana, &["verify"]).ends(1).says(&["entries are missing"]);
    owner(
        "update nextplay.head set seq = 1, hash = (select hash from nextplay.decisions where seq = 1)",
    );
    run(&data, &dana, &["verify"]).ends(1).says(&["the ledger was rewritten"]);
    run(&data, &dana, &["approve", "C1"]).fails(1, &["the ledger was rewritten"]);
    let head = run(&data, &dana, &["verify"]).out;
    let head = head.split_once("head ").unwrap().1.lines().next().unwrap().to_owned();
    run(&data, &dana, &["ledger", "accept", "--head", &head]).ends(0);
    run(&data, &dana, &["verify"]).ends(0);
    run(&data, &dana, &["undo", "1"]).ends(0);
}

/// A proxy whose first connection is cut when the client has sent so many bytes; the others are refused,
/// or not.
fn cut_first(proxy: &Proxy, bytes: u64, refuse: bool) {
    let number = Arc::new(AtomicU64::new(0));
    proxy.set(move |_| match number.fetch_add(1, Ordering::SeqCst) {
        0 => Fate { cut_to_server: Some(bytes), ..Fate::default() },
        _ => Fate { refuse, ..Fate::default() },
    });
}

#[test]
fn an_answer_that_is_lost_is_asked_for_again_and_never_made_up() {
    let Some(team) = Team::start() else { return };
    let data = Data::good();
    let proxy = Proxy::new(&team.0);
    let mut made = 0;
    // The same decision in a new ledger each time.
    let mut approve = |bytes: u64, refuse: bool| {
        made += 1;
        let name = format!("t{made:03}");
        team.0.ok(OWNER, "postgres", &format!("create database {name} template {TEAM}"));
        cut_first(&proxy, bytes, refuse);
        let before = proxy.connections();
        let ran = run(&data, &proxy.url("dana", &name), &["approve", "C1"]);
        let entries = team.0.ok(OWNER, &name, "select id::text from nextplay.decisions");
        let ids: Vec<String> = entries.iter().map(|row| row[0].clone().unwrap()).collect();
        (ran, ids, proxy.connections() - before)
    };
    // Up to how many bytes the answer is lost: the whole request has arrived then.
    let (mut lost, mut answered) = (1, 1 << 16);
    while answered - lost > 1 {
        let middle = (lost + answered) / 2;
        let (ran, ids, connections) = approve(middle, false);
        // Made once or, where not even the ledger could be read, not at all; and said so.
        assert_eq!(ids.len(), usize::from(ran.status == 0), "{middle} bytes: {ran:?}");
        if connections > 1 || ran.status != 0 { lost = middle } else { answered = middle }
    }
    let begun = Instant::now();
    let (ran, ids, _) = approve(lost, true);
    assert!(begun.elapsed() >= Duration::from_secs(7), "{:?}", begun.elapsed());
    assert_eq!(ids.len(), 1, "the request had arrived");
    ran.fails(1, &[&format!("error: Not confirmed. Check the ledger for entry {}", ids[0])]);
}

#[test]
fn a_lock_that_somebody_holds_is_waited_for_and_nothing_is_written() {
    let Some(team) = Team::start() else { return };
    let data = Data::good();
    let mut keeper = team.client(crate::common::team::KEEPER);
    let mut holder = keeper.transaction().unwrap();
    holder.execute("select 1 from nextplay.head for update", &[]).unwrap();
    let ran = run(&data, &team.url("dana"), &["--wait", "0", "approve", "C1"]);
    ran.fails(1, &["nothing was recorded: another process holds the ledger"]);
    holder.rollback().unwrap();
    assert_eq!(team.lines(), "");
    run(&data, &team.url("dana"), &["--wait", "0", "approve", "C1"]).ends(0);
}

#[test]
fn a_long_ledger_is_not_read_again_for_one_decision() {
    let Some(team) = Team::start() else { return };
    let data = Data::good();
    let mut client = team.client("sam");
    for part in 0..3 {
        let asks: Vec<_> = (0..400)
            .map(|n| crate::common::team::Ask::approve(&format!("X{part}-{n}"), None))
            .collect();
        crate::common::team::append(&mut client, &asks).unwrap();
    }
    let dana = team.url("dana");
    run(&data, &dana, &["approve", "C1"]).ends(0).prints(&["#1201"]);
    // What was verified is not asked for any more: a line that is damaged there is seen by `verify` only.
    let sql = "alter table nextplay.decisions disable trigger all; \
               update nextplay.decisions set line = replace(line, 'X0-7', 'X0-8') where seq = 8";
    team.0.ok(OWNER, TEAM, sql);
    run(&data, &dana, &["undo", "1201"]).ends(0).prints(&["#1202"]);
    run(&data, &dana, &["explain", "C1", "--format", "json"]).ends(0);
    run(&data, &dana, &["verify"]).ends(1).says(&["line 8"]);
}
