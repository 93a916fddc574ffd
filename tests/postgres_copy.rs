//! A ledger copied from a file into a database and back, and a broken one in a database recovered.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::common::postgres::OWNER;
use crate::common::team::{Ask, KEEPER, TEAM, Team};
use crate::common::{Data, Ran};

/// A ledger with three entries about two customers.
fn decided() -> Data {
    let data = Data::good();
    data.run(&["approve", "C1", "--note", "Zürich\t\u{202e} \\n \\. \"quoted\""]).ends(0);
    data.run(&["reject", "C2", "--reason", "other", "--note", "no"]).ends(0);
    data.run(&["reject", "C1", "--reason", "bad_timing"]).ends(0);
    data
}

fn copy(data: &Data, from: &str, to: &str) -> Ran {
    data.run(&["ledger", "copy", from, to])
}

fn file(data: &Data, name: &str) -> String {
    data.path(name).to_str().unwrap().to_owned()
}

#[test]
fn a_copy_into_a_database_and_back_has_the_same_bytes() {
    let Some(team) = Team::start() else { return };
    let data = decided();
    let (from, url) = (file(&data, "decisions.jsonl"), team.url(KEEPER));
    copy(&data, &from, &url).ends(0).prints(&["Copied 3 entries to ", "head "]);
    assert_eq!(team.lines(), data.ledger());
    copy(&data, &from, &url).ends(0).prints(&["Nothing to copy: ", "has the same 3 entries"]);
    let back = file(&data, "back.jsonl");
    copy(&data, &team.url("rita"), &back).ends(0).prints(&["Copied 3 entries"]);
    assert_eq!(fs::read_to_string(&back).unwrap(), data.ledger());
    assert_eq!(fs::metadata(&back).unwrap().permissions().mode() & 0o777, 0o644);
    // Who decides goes on where the file ended, and the file takes what is new.
    let last: serde_json::Value =
        serde_json::from_str(data.ledger().lines().last().unwrap()).unwrap();
    let next = Ask::approve("C1", Some(last["id"].as_str().unwrap().parse().unwrap()));
    team.append("dana", &next).unwrap().line.unwrap();
    fs::set_permissions(&back, fs::Permissions::from_mode(0o640)).unwrap();
    copy(&data, &team.url("rita"), &back)
        .ends(0)
        .prints(&["Added 1 entry to ", "has the same 4 entries"]);
    assert_eq!(fs::read_to_string(&back).unwrap(), team.lines());
    assert_eq!(fs::metadata(&back).unwrap().permissions().mode() & 0o777, 0o640);
    data.run(&["--ledger", &back, "verify"]).ends(0).prints(&["4 entries"]);
    // Nothing else is left beside it.
    let beside = fs::read_dir(data.path("")).unwrap();
    let copies =
        beside.filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().contains("back"));
    assert_eq!(copies.count(), 1);
}

#[test]
fn a_ledger_with_other_entries_is_left_as_it_is() {
    let Some(team) = Team::start() else { return };
    let data = decided();
    let (from, url) = (file(&data, "decisions.jsonl"), team.url(KEEPER));
    team.append("dana", &Ask::approve("C9", None)).unwrap();
    let before = team.lines();
    let said = &[
        "nothing was copied: the ledger to copy to has other entries",
        "hint: copy to an empty ledger",
    ];
    copy(&data, &from, &url).fails(1, said);
    assert_eq!(team.lines(), before);
    copy(&data, &url, &from).fails(1, said);
    // More entries than the one to copy are others, too.
    let short: String = data.ledger().split_inclusive('\n').take(2).collect();
    data.write("short.jsonl", &short);
    let whole = data.ledger();
    copy(&data, &file(&data, "short.jsonl"), &from).fails(1, said);
    assert_eq!(data.ledger(), whole);
    // What is no ledger at all.
    copy(&data, &from, &file(&data, "customers.json"))
        .fails(1, &["nothing was copied: the ledger to copy to: ledger broken"]);
    copy(&data, &file(&data, "missing.jsonl"), &url).fails(2, &["there is no ledger"]);
}

#[test]
fn a_broken_ledger_is_not_copied_and_an_unfinished_line_is_left_out() {
    let Some(team) = Team::start() else { return };
    let data = decided().forgotten();
    let url = team.url(KEEPER);
    let whole = data.ledger();
    data.write("broken.jsonl", whole.replace("\"C2\"", "\"C3\""));
    copy(&data, &file(&data, "broken.jsonl"), &url)
        .fails(1, &["nothing was copied: the ledger to copy: ledger broken at line 2"]);
    assert_eq!(team.lines(), "");
    let first = whole.lines().next().unwrap();
    data.write("torn.jsonl", format!("{first}\n{}", &whole.lines().nth(1).unwrap()[..200]));
    let copied = copy(&data, &file(&data, "torn.jsonl"), &url).ends(0).prints(&["Copied 1 entry"]);
    copied.says(&["line 2 is unfinished: it does not count and was not copied"]);
    // Whole but for its newline: it counts, from and to.
    data.write("open.jsonl", whole.trim_end());
    copy(&data, &file(&data, "open.jsonl"), &url).ends(0).prints(&["Added 2 entries"]);
    assert_eq!(team.lines(), whole);
    data.write("to.jsonl", first);
    copy(&data, &url, &file(&data, "to.jsonl")).ends(0).prints(&["Added 2 entries"]);
    assert_eq!(fs::read_to_string(data.path("to.jsonl")).unwrap(), whole);
    data.write("half.jsonl", &first[..300]);
    copy(&data, &url, &file(&data, "half.jsonl"))
        .fails(1, &["the last line of the ledger to copy to is unfinished"]);
}

#[test]
fn only_the_owner_copies_into_a_database() {
    let Some(team) = Team::start() else { return };
    let data = decided();
    let from = file(&data, "decisions.jsonl");
    for role in ["dana", "rita", "hal"] {
        let why = format!("role \"{role}\" does not own the ledger in the database \"team\"");
        copy(&data, &from, &team.url(role))
            .fails(1, &[&why, "hint: copy as the role that owns it"]);
    }
    assert_eq!(team.lines(), "");
}

#[test]
fn the_owner_recovers_a_broken_ledger_and_what_was_cut_off_is_kept() {
    let Some(team) = Team::start() else { return };
    let data = decided().with("nextplay.toml", "").forgotten();
    let url = team.url(KEEPER);
    copy(&data, &file(&data, "decisions.jsonl"), &url).ends(0);
    let recover = |role: &str, more: &[&str]| {
        let url = team.url(role);
        let args = [&["--ledger", &url, "--by", role, "ledger", "recover"], more].concat();
        data.run(&args)
    };
    recover(KEEPER, &[]).ends(0).prints(&["The ledger is sound"]);
    // Somebody who may do anything on the server changes an entry.
    let tamper = "alter table nextplay.decisions disable trigger never; \
         update nextplay.decisions set line = replace(line, '\"C2\"', '\"C4\"') where seq = 2; \
         alter table nextplay.decisions enable always trigger never";
    team.0.ok(OWNER, TEAM, tamper);
    let before = team.lines();
    data.run(&["--ledger", &url, "verify"]).ends(1);
    recover("dana", &["--yes"]).fails(
        1,
        &["role \"dana\" does not own the ledger", "hint: recover it as the role that owns it"],
    );
    let planned = recover(KEEPER, &[]).ends(1);
    planned.prints(&[
        "Would keep 1 entry",
        "from line 2 on: its hash differs",
        "Need a new decision: C1, C4",
    ]);
    assert_eq!(team.lines(), before);
    recover(KEEPER, &["--yes"]).ends(0).prints(&[
        "Kept 1 entry",
        "What was cut off is in nextplay.cut",
        "Saved (#2)",
    ]);
    data.run(&["--ledger", &url, "verify"]).ends(0).prints(&["2 entries"]);
    let lines = team.lines();
    assert_eq!(lines.lines().next(), before.lines().next());
    let entry: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(entry["kind"], "recover");
    assert_eq!(entry["by"], KEEPER);
    assert_eq!(entry["recovered"]["file"], "nextplay.cut");
    let cut = team.0.ok(KEEPER, TEAM, "select line, recovered_by from nextplay.cut order by seq");
    let text: String = cut.iter().map(|row| row[0].clone().unwrap() + "\n").collect();
    assert!(before.ends_with(&text) && cut.len() == 2);
    assert_eq!(entry["recovered"]["bytes"], text.len());
    assert_eq!(cut[0][1].as_deref(), entry["id"].as_str());
    // The triggers are back, and deciding goes on.
    assert!(team.execute(OWNER, "delete from nextplay.decisions").is_err());
    team.append("dana", &Ask::approve("C4", None)).unwrap().line.unwrap();
    data.run(&["--ledger", &url, "verify"]).ends(0).prints(&["3 entries"]);
}
