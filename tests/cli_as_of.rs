//! `--as-of`: commands that only read repeat byte for byte; whatever decides refuses it.

use crate::common;

use common::Data;

/// After everything that happens here, and long before what it is compared with.
const LATER: [&str; 2] = ["--as-of", "2999-01-02T03:04:05Z"];

#[test]
fn what_only_reads_repeats_byte_for_byte() {
    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    data.run(&["export", "--hand-off"]).ends(0);
    let reads: &[&[&str]] = &[
        &["match"],
        &["explain", "C1"],
        &["check"],
        &["queue"],
        &["export"],
        &["report"],
        &["report", "--format", "html"],
        &["log"],
        &["log", "--entry", "1"],
        &["verify"],
        &["plan", "--budget", "1000"],
        &["diff", "--set", "matching.confidence_threshold=0.4"],
    ];
    let run = |args: &[&str]| {
        let mut command = data.command(args);
        // Nobody has looked at this ledger yet, the second time either.
        let ran = command.args(LATER).env("XDG_STATE_HOME", data.path("state")).output().unwrap();
        (ran.status.code(), ran.stdout, ran.stderr)
    };
    for args in reads {
        let first = run(args);
        assert!(first.0 != Some(2), "{args:?}");
        assert_eq!(first, run(args), "{args:?}");
    }
    let explained = String::from_utf8(run(&["explain", "C1"]).1).unwrap();
    assert!(!explained.contains("just now"), "{explained}");
}

#[test]
fn what_decides_refuses_it_whatever_else_is_wrong() {
    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    data.write("decisions.jsonl", data.ledger() + "broken\n");
    let head = "0".repeat(64);
    let decides: &[&[&str]] = &[
        &["approve", "C1"],
        &["reject", "C1", "--reason", "other"],
        &["defer", "C1", "--until", "2999-01-01", "--reason", "other"],
        &["override", "C1", "--playbook", "P2", "--reason", "other"],
        &["undo", "1"],
        &["export", "--hand-off"],
        &["ledger", "recover", "--yes"],
        &["ledger", "accept", "--head", &head],
    ];
    for args in decides {
        data.run(&[args, &LATER[..]].concat())
            .fails(2, &["--as-of works only with commands that record nothing"]);
    }
}
