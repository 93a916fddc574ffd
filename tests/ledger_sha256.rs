//! A ledger can be checked without this program: with the text before `,"hash":` and `sha256sum`.

use std::convert::Infallible;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use nextplay::domain::DecisionKind;
use nextplay::ledger::{Draft, Ledger};

const BASIS: &str = include_str!("ledger_basis.json");

/// What the program `sha256sum` says about these bytes.
fn sha256sum(bytes: &[u8]) -> String {
    let mut program = Command::new("sha256sum")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("sha256sum is part of coreutils");
    program.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
}

#[test]
fn sha256sum_agrees_with_every_hash_of_a_line() {
    let directory = tempfile::tempdir().unwrap();
    let ledger = Ledger::new(directory.path().join("decisions.jsonl"));
    for (customer, note) in [
        ("C001", "plain"),
        ("C002", "Zürich 日本 👩‍💻, line 1\nline 2 \u{202e}\u{1b}[31m"),
        ("C003", r#"a note that looks like a seal: ","hash":"00"}"#),
    ] {
        let draft = Draft {
            id: None,
            by: "dana".into(),
            kind: DecisionKind::Reject,
            customer_id: customer.into(),
            playbook_id: "PB_SUP_001".into(),
            reason: Some("bad_timing".into()),
            note: Some(note.to_owned()),
            until: None,
            until_at: None,
            recovered: None,
            undoes: None,
            after: None,
            batch: None,
            proposal: None,
            sig: None,
            basis: BASIS.trim_end().to_owned(),
            at: "2026-02-03T14:02:11.123Z".parse().unwrap(),
        };
        ledger.append(|_| Ok::<_, Infallible>(draft)).unwrap();
    }

    let text = fs::read_to_string(ledger.path().unwrap()).unwrap();
    let history = ledger.read().unwrap();
    assert_eq!(text.lines().count(), 3);
    let mut prev = "0".repeat(64);
    for (line, entry) in text.lines().zip(history.entries()) {
        let covered = &line[..line.rfind(r#","hash":"#).unwrap()];
        let hash = sha256sum(covered.as_bytes());
        assert_eq!(line, format!(r#"{covered},"hash":"{hash}"}}"#));
        assert!(covered.ends_with(&format!(r#","prev":"{prev}""#)));
        assert_eq!(entry.hash, hash);
        let from = line.find(r#""basis":"#).unwrap() + r#""basis":"#.len();
        let to = line.rfind(r#","basis_hash":"#).unwrap();
        assert_eq!(entry.basis_hash, sha256sum(&line.as_bytes()[from..to]));
        prev = hash;
    }
    assert_eq!(ledger.verify().unwrap().head, prev);
}
