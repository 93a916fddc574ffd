//! Signed decisions, seen from outside: what is signed counts, and what somebody forged does not.

use crate::common;

use std::fs;

use common::signed::{
    self, covered, file, key, policy, public, reseal, sig_of, sign, with_basis, with_sig,
};
use common::{Data, LEDGER};
use rstest::rstest;
use serde_json::{Value, json};

const NAMESPACE: &str = "nextplay-decision";

fn explained(data: &Data, id: &str) -> Value {
    data.run(&["explain", id, "--format", "json"]).ends(0).json()
}

fn status(data: &Data) -> String {
    explained(data, "C1")["status"].as_str().unwrap().to_owned()
}

fn findings(data: &Data, code: &str) -> Vec<Value> {
    let all = data.run(&["check", "--format", "json"]).json();
    all.as_array().unwrap().iter().filter(|finding| finding["code"] == code).cloned().collect()
}

/// Runs a command as dana, with her key.
fn dana(data: &Data, args: &[&str]) -> common::Ran {
    let file = file(data, "dana");
    data.run(&[args, &["--by", "dana", "--sign-with", &file]].concat())
}

/// The one line that an approval by dana leaves.
fn approved(data: &Data) -> String {
    dana(data, &["approve", "C1", "--note", "as agreed"]).ends(0);
    data.ledger().trim_end().to_owned()
}

/// Puts a ledger of these lines there, sealed anew.
fn forge(data: &Data, lines: &[&str]) {
    fs::write(data.path(LEDGER), reseal(lines.iter().copied())).unwrap();
}

/// The entry with that number does not count, and everything says why.
#[track_caller]
fn does_not_count(data: &Data, number: u64, why: &str, code: &str) {
    let told = explained(data, "C1");
    assert_eq!(told["status"], "pending", "{told:#}");
    let uncounted = told["uncounted"].as_array().unwrap().last().unwrap();
    assert_eq!((&uncounted["by"], &uncounted["why"]), (&json!("dana"), &json!(code)));
    let text = data.run(&["explain", "C1"]).ends(0).out.replace("\n             ", " ");
    assert!(text.contains(&format!("dana's approval {why}")), "{why}: {text}");
    data.run(&["verify"]).ends(1).says(&[&format!("error: entry {number}: dana's approval {why}")]);
    let found = findings(data, "bad_signature");
    assert_eq!((found.len(), &found[0]["severity"]), (1, &json!("error")), "{found:#?}");
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.contains(&format!("entry {number}:")) && message.contains(why), "{message}");
    let exported = data.run(&["export", "--format", "json"]).ends(0).out;
    assert!(!exported.contains("\"C1\""), "{exported}");
}

#[test]
fn what_is_signed_counts_and_is_told_with_its_key() {
    let data = signed::data();
    let line = approved(&data);
    assert_eq!(status(&data), "approved");
    assert!(line.contains(&format!("\",\"sig\":\"{}\",\"prev\":\"", sig_of(&line).unwrap())));
    assert!(line.contains("\"ledger_id\":\"test\""), "{line}");
    data.run(&["verify"]).ends(0).prints(&["1 entry, chain whole", "1 of 1 entry is signed\n"]);
    let print = key(1).fingerprint(ssh_key::HashAlg::Sha256).to_string();
    let entry = data.run(&["log", "--entry", "1"]).ends(0).out.replace("\n             ", " ");
    assert!(entry.contains(&format!("signed with {print}; the signature is valid")), "{entry}");
    let told = data.run(&["explain", "C1"]).ends(0).out.replace("\n             ", " ");
    assert!(told.contains(&format!("signed with {print}; the signature is valid")), "{told}");
    assert!(findings(&data, "bad_signature").is_empty());
}

#[test]
fn the_basis_that_was_shown_is_the_one_that_is_signed() {
    let data = signed::data();
    let basis = explained(&data, "C1")["basis"].as_str().unwrap().to_owned();
    dana(&data, &["approve", "C1", "--basis", &basis]).ends(0);
    assert!(data.ledger().contains(&format!("\"basis_hash\":\"{basis}\",\"sig\":")));
}

/// A change that a forger makes to the line of a signed approval.
#[rstest]
#[case::unsigned(&|line: &str| with_sig(line, None), "is not signed", "not_signed")]
#[case::damaged(&|line: &str| with_sig(line, Some("U1NIU0lH")), "has a damaged signature", "not_a_signature")]
#[case::empty(&|line: &str| with_sig(line, Some("")), "has a damaged signature", "not_a_signature")]
#[case::other_key(
    &|line: &str| with_sig(line, Some(&sign(&key(2), NAMESPACE, &covered(line)))),
    "is signed with a key that is not theirs", "other_key"
)]
#[case::other_namespace(
    &|line: &str| with_sig(line, Some(&sign(&key(1), "file", &covered(line)))),
    "has a damaged signature", "not_a_signature"
)]
#[case::other_hash(
    &|line: &str| {
        let sig = key(1).sign(NAMESPACE, ssh_key::HashAlg::Sha256, covered(line).as_bytes());
        let pem = sig.unwrap().to_pem(ssh_key::LineEnding::LF).unwrap();
        let sig: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        with_sig(line, Some(&sig))
    },
    "has a damaged signature", "not_a_signature"
)]
#[case::no_time(
    // Signed by dana herself, with an id that has no time.
    &|line: &str| {
        let version = line.find("\"id\":\"").unwrap() + 6 + 14;
        let line = format!("{}4{}", &line[..version], &line[version + 1..]);
        with_sig(&line, Some(&sign(&key(1), NAMESPACE, &covered(&line))))
    },
    "is dated more than 5 minutes from when it was signed", "other_time"
)]
#[case::note(&|line: &str| line.replace("as agreed", "as told"), "does not match its signature", "other_text")]
#[case::playbook(
    &|line: &str| line.replacen("\"playbook_id\":\"P1\"", "\"playbook_id\":\"P2\"", 1),
    "does not match its signature", "other_text"
)]
#[case::basis(
    &|line: &str| with_basis(line, "\"account_value\":38000", "\"account_value\":37999"),
    "does not match its signature", "other_text"
)]
#[case::id(
    // A digit of its random part.
    &|line: &str| {
        let last = line.find("\",\"at\":").unwrap() - 1;
        let other = if line.as_bytes()[last] == b'0' { "1" } else { "0" };
        format!("{}{other}{}", &line[..last], &line[last + 1..])
    },
    "does not match its signature", "other_text"
)]
#[case::more(
    &|line: &str| line.replace(",\"sig\":", ",\"more\":1,\"sig\":"),
    "does not match its signature", "other_text"
)]
#[case::dated_back(
    // Within the time of the key.
    &|line: &str| {
        let at = line.find("\"at\":\"").unwrap() + 6;
        format!("{}2020{}", &line[..at], &line[at + 4..])
    },
    "is dated more than 5 minutes from when it was signed", "other_time"
)]
fn a_forged_approval_does_not_count(
    #[case] change: &dyn Fn(&str) -> String,
    #[case] why: &str,
    #[case] code: &str,
) {
    let data = signed::data();
    let line = approved(&data);
    let changed = change(&line);
    assert_ne!(changed, line);
    forge(&data, &[&changed]);
    does_not_count(&data, 1, why, code);
    // Whoever decides now decides anew.
    dana(&data, &["approve", "C1"]).ends(0);
    assert_eq!(status(&data), "approved");
}

#[test]
fn a_name_that_was_changed_is_found_out() {
    let both = policy().replace(
        "name = \"lee\"\n",
        &format!("name = \"lee\"\nkeys = [{{ key = \"{}\" }}]\n", public(&key(2))),
    );
    let data = signed::data().with("nextplay.toml", both);
    let other = file(&data, "other");
    data.run(&["approve", "C1", "--by", "lee", "--sign-with", &other]).ends(0);
    let line = data.ledger().replace("\"by\":\"lee\"", "\"by\":\"dana\"");
    forge(&data, &[line.trim_end()]);
    does_not_count(&data, 1, "is signed with a key that is not theirs", "other_key");
    // With the same key under both names, it is another text.
    data.write("nextplay.toml", policy().replace(&public(&key(1)), &public(&key(2))));
    does_not_count(&data, 1, "does not match its signature", "other_text");
}

#[test]
fn the_signature_of_another_entry_does_not_fit() {
    let data = signed::data();
    let first = approved(&data);
    dana(&data, &["undo", "1"]).ends(0);
    dana(&data, &["approve", "C1", "--note", "as agreed"]).ends(0);
    let ledger = data.ledger();
    let lines: Vec<&str> = ledger.lines().collect();
    let moved = with_sig(lines[2], sig_of(&first).as_deref());
    forge(&data, &[lines[0], lines[1], &moved]);
    does_not_count(&data, 3, "does not match its signature", "other_text");
}

#[test]
fn a_repeated_entry_breaks_the_chain() {
    let data = signed::data();
    let line = approved(&data);
    dana(&data, &["undo", "1"]).ends(0);
    let ledger = data.ledger();
    let undone: Vec<&str> = ledger.lines().collect();
    forge(&data, &[&line, undone[1], &line]);
    let why = "its id is that of entry 1: the entry is repeated";
    data.run(&["verify"]).ends(1).prints(&["broken at line 3", why]);
    dana(&data, &["approve", "C1"]).fails(1, &["ledger broken at line 3"]);
}

#[test]
fn an_entry_of_another_ledger_does_not_count_in_this_one() {
    let other = signed::data();
    other.write("nextplay.toml", policy().replace("\"test\"", "\"elsewhere\""));
    let line = approved(&other);
    assert_eq!(status(&other), "approved");
    let data = signed::data();
    forge(&data, &[&line]);
    does_not_count(&data, 1, "was signed for another ledger", "other_ledger");
}

#[test]
fn a_key_that_was_revoked_signs_no_more() {
    let data = signed::data();
    let line = approved(&data);
    // Whoever stole the key goes on with it: another key is in use by then.
    let at = "until = 2021-01-01";
    data.write(
        "nextplay.toml",
        policy().replace(
            "from = 2020-01-01 }",
            &format!(
                "from = 2020-01-01, {at} }}, {{ key = \"{}\", from = 2021-01-01 }}",
                public(&key(2))
            ),
        ),
    );
    forge(&data, &[&line]);
    does_not_count(&data, 1, "is signed with a key that is not theirs", "other_key");
    let stolen = dana(&data, &["approve", "C1"]);
    stolen.fails(1, &["is not in use now: from 2020-01-01 until 2021-01-01"]);
    let new = file(&data, "other");
    data.run(&["approve", "C1", "--sign-with", &new]).ends(0);
    assert_eq!(status(&data), "approved");
}

#[test]
fn what_was_decided_before_the_key_counts_unsigned_and_is_a_warning() {
    let data = Data::good().with("nextplay.toml", "[[approver]]\nname = \"dana\"\n").forgotten();
    data.run(&["approve", "C1"]).ends(0);
    data.write("nextplay.toml", policy().replace("2020-01-01", "2099-01-01"));
    assert_eq!(status(&data), "approved");
    data.run(&["verify"]).ends(0).prints(&["names are as given by --by"]);
    let found = findings(&data, "unsigned_before_key");
    assert_eq!((found.len(), &found[0]["severity"]), (1, &json!("warning")));
    assert!(found[0]["message"].as_str().unwrap().contains("entry 1"), "{found:#?}");
    // No key is in use now: nothing has to be signed.
    data.run(&["undo", "1"]).ends(0);
}

#[test]
fn a_date_before_the_key_behind_entries_made_since_is_told() {
    let data = signed::data();
    let line = approved(&data);
    let at = line.find("\"at\":\"").unwrap() + 6;
    let back = format!("{}2019{}", &line[..at], &line[at + 4..]);
    let back = with_sig(&back.replace("\"id\":\"0", "\"id\":\"1"), None);
    forge(&data, &[&line, &back]);
    data.run(&["verify"])
        .ends(0)
        .says(&["warning: entry 2 by dana is not signed", "behind entry 1"]);
    let found = findings(&data, "unsigned_before_key");
    assert!(found[0]["message"].as_str().unwrap().contains("dated back"), "{found:#?}");
}

#[test]
fn whoever_has_no_key_needs_no_signature() {
    let data = signed::data();
    data.run(&["approve", "C1", "--by", "lee"]).ends(0);
    assert!(sig_of(&data.ledger()).is_none());
    assert_eq!(status(&data), "approved");
    data.run(&["verify"]).ends(0);
}

#[rstest]
#[case::rejected(&["reject", "C1", "--reason", "other"], "rejected")]
#[case::deferred(&["defer", "C1", "--reason", "other", "--until", "2w"], "deferred")]
#[case::overridden(&["override", "C1", "--playbook", "P2", "--reason", "other"], "overridden")]
fn every_decision_is_signed_and_unsigned_does_nothing(#[case] args: &[&str], #[case] wanted: &str) {
    let data = signed::data();
    dana(&data, args).ends(0);
    let line = data.ledger();
    assert!(sig_of(&line).is_some());
    assert_eq!(status(&data), wanted);
    forge(&data, &[&with_sig(line.trim_end(), None)]);
    assert_eq!(status(&data), "pending");
    data.run(&["verify"]).ends(1).says(&["entry 1: dana's"]);
}

#[test]
fn what_was_decided_before_the_ledger_had_a_name_can_be_undone() {
    let data = Data::good().with("nextplay.toml", "[[approver]]\nname = \"dana\"\n").forgotten();
    data.run(&["approve", "C1", "--by", "dana"]).ends(0);
    // Before the key, too.
    let line = data.ledger();
    let at = line.find("\"at\":\"").unwrap() + 6;
    let before = format!("{}2019{}", &line[..at], line[at + 4..].trim_end());
    data.write("nextplay.toml", policy());
    signed::write(data.path("").as_path(), "dana", &key(1));
    forge(&data, &[&before]);
    assert_eq!(status(&data), "approved");
    dana(&data, &["undo", "1"]).ends(0);
    assert_eq!(status(&data), "pending");
    data.run(&["verify"]).ends(0).prints(&["1 of 2 entries is signed"]);
}

#[test]
fn undo_hand_off_and_proposal_are_signed_and_unsigned_do_nothing() {
    let data = signed::data();
    let line = approved(&data);
    dana(&data, &["undo", "1"]).ends(0);
    assert_eq!(status(&data), "pending");
    let ledger = data.ledger();
    let undo = ledger.lines().nth(1).unwrap();
    assert!(sig_of(undo).is_some());
    forge(&data, &[&line, &with_sig(undo, None)]);
    assert_eq!(status(&data), "approved");

    forge(&data, &[&line]);
    dana(&data, &["export", "--hand-off"]).ends(0);
    let ledger = data.ledger();
    let lines: Vec<&str> = ledger.lines().collect();
    assert!(lines.len() > 2 && lines.iter().all(|line| sig_of(line).is_some()), "{ledger}");
    assert_eq!(status(&data), "running");
    let unsigned: Vec<String> = lines[1..].iter().map(|line| with_sig(line, None)).collect();
    let unsigned: Vec<&str> = unsigned.iter().map(String::as_str).collect();
    forge(&data, &[&[lines[0]], &unsigned[..]].concat());
    assert_eq!(status(&data), "approved");

    forge(&data, &[]);
    dana(&data, &["propose", "C1", "--playbook", "P2", "--reason", "other"]).ends(0);
    let proposal = data.ledger();
    assert!(sig_of(&proposal).is_some());
    assert_eq!(explained(&data, "C1")["proposals"].as_array().unwrap().len(), 1);
    forge(&data, &[&with_sig(proposal.trim_end(), None)]);
    assert_eq!(explained(&data, "C1")["proposals"].as_array().map_or(0, Vec::len), 0);
}

#[test]
fn a_recovery_is_signed() {
    let data = signed::data();
    approved(&data);
    let mut ledger = data.ledger();
    ledger.push_str("no entry\n");
    fs::write(data.path(LEDGER), &ledger).unwrap();
    data.run(&["ledger", "recover", "--yes", "--by", "dana"])
        .ends(1)
        .says(&["nothing was changed"]);
    assert_eq!(data.ledger(), ledger);
    dana(&data, &["ledger", "recover", "--yes"]).ends(0);
    let recovered = data.ledger();
    assert!(sig_of(recovered.lines().last().unwrap()).is_some(), "{recovered}");
    data.run(&["verify"]).ends(0).prints(&["2 of 2 entries are signed"]);
}

#[test]
fn a_policy_that_cannot_be_read_leaves_signatures_unchecked() {
    let data = signed::data();
    approved(&data);
    data.write("nextplay.toml", "x");
    data.run(&["verify"]).ends(1).says(&["warning: signatures are not checked"]);
}

#[cfg(all(unix, feature = "team"))]
#[test]
fn a_database_keeps_the_same_signed_line_and_an_export_holds() {
    let Some(team) = common::team::Team::start() else { return };
    let data = signed::data();
    let url = team.url("dana");
    let key = file(&data, "dana");
    let run = |args: &[&str]| data.run(&[args, &["--ledger", &url]].concat());
    run(&["approve", "C1"]).fails(1, &["entries by dana have to be signed"]);
    run(&["approve", "C1", "--sign-with", &key]).ends(0);
    // A role without a key needs none.
    data.run(&["undo", "1", "--ledger", &team.url("lee")]).ends(0);
    run(&["reject", "C2", "--reason", "other", "--sign-with", &key]).ends(0);
    let lines = team.lines();
    assert_eq!(
        lines.lines().map(|line| sig_of(line).is_some()).collect::<Vec<_>>(),
        [true, false, true]
    );
    run(&["verify"]).ends(0).prints(&["2 of 3 entries are signed"]);
    fs::write(data.path(LEDGER), &lines).unwrap();
    data.run(&["verify"]).ends(0).prints(&["2 of 3 entries are signed"]);
    // Who has dana's role and not her key cannot decide as dana.
    let other = file(&data, "other");
    run(&["approve", "C1", "--sign-with", &other]).fails(1, &["is not in the policy for dana"]);
    assert_eq!(team.lines(), lines);
}

/// From when on the clock of the server runs ahead of the signatures of dana.
#[cfg(all(unix, feature = "team"))]
fn ahead(team: &common::team::Team, when: &str) {
    let sql = format!(
        "create schema late; grant usage on schema late to public; \
         create function late.clock_timestamp() returns timestamptz language sql security definer as $$ \
         select pg_catalog.clock_timestamp() + case when {when} then '295 s' else '0 s' end::interval $$; \
         alter role dana set search_path = late, pg_catalog"
    );
    team.0.ok(common::postgres::OWNER, common::team::TEAM, &sql);
}

#[cfg(all(unix, feature = "team"))]
#[test]
fn a_signature_that_is_too_old_for_the_server_is_never_sealed() {
    let Some(team) = common::team::Team::start() else { return };
    let data = signed::data();
    let (url, key) = (team.url("dana"), file(&data, "dana"));
    let approve = || data.run(&["approve", "C1", "--ledger", &url, "--sign-with", &key]);
    ahead(&team, "true");
    let why = "nothing was recorded: by the clock of the ledger's server, the decision was not signed \
               within the last 5 minutes";
    approve().fails(1, &[why, "hint: decide again"]);
    assert_eq!(team.lines(), "");
    // Who signs nothing is of no age.
    data.run(&["reject", "C2", "--reason", "other", "--ledger", &team.url("lee")]).ends(0);
    team.0.ok(common::postgres::OWNER, common::team::TEAM, "alter role dana reset search_path");
    approve().ends(0).prints(&["saved as #2"]);
}

#[cfg(all(unix, feature = "team"))]
#[test]
fn a_signed_decision_that_arrived_is_found_however_late_it_is_asked_for() {
    use common::postgres::OWNER;
    use common::proxy::{Fate, Proxy};
    use common::team::{KEEPER, TEAM, Team};
    let Some(team) = Team::start() else { return };
    let data = signed::data();
    let proxy = Proxy::new(&team.0);
    let (url, key) = (proxy.url("dana", TEAM), file(&data, "dana"));
    ahead(&team, "exists (select from nextplay.decisions)");
    let mut keeper = team.client(KEEPER);
    keeper.batch_execute("begin; select 1 from nextplay.head for update").unwrap();
    let ran = std::thread::scope(|scope| {
        let ran =
            scope.spawn(|| data.run(&["approve", "C1", "--ledger", &url, "--sign-with", &key]));
        let waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";
        while team.0.value(OWNER, TEAM, waits) == "0" {
            std::thread::yield_now();
        }
        // The request is there, the answer will not come.
        proxy.set(|_| Fate { refuse: true, ..Fate::default() });
        proxy.cut_all();
        keeper.batch_execute("rollback").unwrap();
        while team.lines().is_empty() {
            std::thread::yield_now();
        }
        proxy.set(|_| Fate::default());
        ran.join().unwrap()
    });
    ran.ends(0).prints(&["saved as #1"]);
    assert_eq!(team.lines().lines().count(), 1);
    assert_eq!(status_in(&data, &url), "approved");
}

#[cfg(all(unix, feature = "team"))]
fn status_in(data: &Data, ledger: &str) -> Value {
    let told = data.run(&["explain", "C1", "--format", "json", "--ledger", ledger]);
    told.ends(0).json()["status"].clone()
}
