//! The server's side of a team's ledger: what it takes, what it refuses, and who may do what.

use std::sync::Barrier;
use std::thread;

use rstest::rstest;
use uuid::Uuid;

use crate::common::postgres::{OWNER, Options, Server};
use crate::common::team::{Answer, Ask, KEEPER, TEAM, Team, append};
use crate::common::{Data, Ran, program};

#[test]
fn without_apply_the_schema_is_printed_and_no_server_is_needed() {
    let mut command = program();
    command.args(["ledger", "init"]);
    let printed = Ran::of(command.output().unwrap()).ends(0);
    assert!(printed.err.is_empty());
    let Some(team) = Team::bare(&Options::default()) else { return };
    team.0.ok(KEEPER, TEAM, &printed.out);
    team.init(&["--apply"]).ends(0).prints(&["Nothing changed: database \"team\" has a ledger"]);
}

#[test]
fn what_was_made_is_listed_and_the_second_time_nothing_changes() {
    let Some(team) = Team::bare(&Options::default()) else { return };
    team.init(&["--apply"]).ends(0).prints(&[
        "Made role nextplay_reader\n",
        "Made role nextplay_reviewer\n",
        "Made role nextplay_handoff\n",
        "Made schema nextplay\n",
        "Made table nextplay.decisions\n",
        "Made function nextplay.append\n",
        "Made trigger never on nextplay.decisions\n",
    ]);
    let state = || {
        team.0.ok(
            KEEPER,
            TEAM,
            "select oid, xmin, proname from pg_proc where prosrc like '%nextplay%'",
        )
    };
    let before = state();
    let again = team.init(&["--apply"]).ends(0);
    assert_eq!(again.out, "Nothing changed: database \"team\" has a ledger\n");
    assert_eq!(state(), before);
    team.0.ok(KEEPER, TEAM, "revoke select on nextplay.decisions from nextplay_reader; drop trigger never on nextplay.head");
    let mended = team.init(&["--apply"]).ends(0);
    assert_eq!(
        mended.out,
        "Changed table nextplay.decisions\nMade trigger never on nextplay.head\nDatabase \"team\" has a ledger\n"
    );
}

#[test]
fn roles_that_are_there_are_kept_and_who_may_not_make_them_is_told() {
    let Some(team) = Team::bare(&Options::default()) else { return };
    team.0.ok(
        OWNER,
        "postgres",
        "alter role keeper nocreaterole; create role nextplay_reader login",
    );
    team.init(&["--apply"]).fails(
        2,
        &[
            "role \"nextplay_reviewer\" does not exist, and role \"keeper\" may not create roles",
            "hint: ask an administrator to run: CREATE ROLE nextplay_reader NOLOGIN;",
        ],
    );
    team.0.ok(OWNER, "postgres", "create role nextplay_reviewer; create role nextplay_handoff");
    team.init(&["--apply"]).ends(0);
    let login = "select rolcanlogin from pg_roles where rolname = 'nextplay_reader'";
    assert_eq!(team.0.value(OWNER, TEAM, login), "t");
}

#[test]
fn a_database_of_another_encoding_or_another_owner_is_refused() {
    let Some(server) = Server::start() else { return };
    server.ok(OWNER, "postgres", "create database latin encoding 'LATIN1' template template0");
    server.database("other");
    server.role("eve", "");
    let init = |role: &str, database: &str| {
        let mut command = program();
        command.args(["ledger", "init", "--apply", "--ledger", &server.url(role, database)]);
        Ran::of(command.output().unwrap())
    };
    init(OWNER, "latin").fails(
        2,
        &["the encoding of database \"latin\" is LATIN1, not UTF8", "hint: create a database with"],
    );
    init(OWNER, "other").ends(0);
    init("eve", "other").fails(2, &["hint: run it as the role that owns the ledger"]);
    let mut command = program();
    command.args(["ledger", "init", "--apply"]);
    Ran::of(command.output().unwrap())
        .fails(2, &["--apply needs a database", "hint: name it with --ledger postgres://"]);
}

/// The lines are those that a file has: what a file's lines say from `kind` on comes back in the same bytes,
/// sealed the same way.
#[test]
fn lines_are_byte_for_byte_those_of_a_file() {
    let Some(team) = Team::start() else { return };
    let data = Data::good();
    data.run(&["approve", "C1", "--note", "Zürich 日本 \u{202e} \"quoted\" \\ line\nbreak"])
        .ends(0);
    data.run(&["reject", "C2", "--reason", "other", "--note", "no"]).ends(0);
    data.run(&["defer", "C1", "--until", "2099-01-31", "--reason", "bad_timing"]).ends(0);
    let last: serde_json::Value =
        serde_json::from_str(data.ledger().lines().last().unwrap()).unwrap();
    data.run(&["undo", last["id"].as_str().unwrap()]).ends(0);
    let file = data.ledger();
    let mut client = team.client("dana");
    for line in file.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let id = |name: &str| entry[name].as_str().map(|id| id.parse::<Uuid>().unwrap());
        let rest = &line[line.find("\"kind\":").unwrap()..line.find(",\"prev\":").unwrap()];
        let ask = Ask {
            id: id("id").unwrap(),
            customer: entry["customer_id"].as_str().unwrap().to_owned(),
            after: id("after"),
            rest: rest.to_owned(),
            sig: None,
        };
        append(&mut client, &[ask]).unwrap();
    }
    let lines = team.lines();
    // All but the time, and the hashes that cover it.
    let plain = |text: &str| -> Vec<String> {
        let cut = |line: &str| {
            let at = line.find("\"at\":\"").unwrap() + 6;
            assert_eq!(&line[at + 23..at + 25], "Z\"", "{line}");
            format!("{}{}", &line[..at], &line[at + 23..line.find(",\"prev\":").unwrap()])
        };
        text.lines().map(cut).collect()
    };
    assert_eq!(plain(&lines), plain(&file));
    let exported = Data::good().with("decisions.jsonl", &lines).forgotten();
    exported.run(&["verify"]).ends(0).prints(&["4 entries"]);
    let head = team.0.value(KEEPER, TEAM, "select seq || ' ' || hash from nextplay.head");
    assert_eq!(head, format!("4 {}", &lines[lines.len() - 67..lines.len() - 3]));
}

#[test]
fn optional_members_and_a_signature_have_their_places() {
    let Some(team) = Team::start() else { return };
    let mut ask = Ask::approve("C1", None)
        .saying("\"until\":null", "\"until\":\"2026-03-01\",\"until_at\":\"2026-03-01T07:00:00Z\"")
        .saying("\"after\":null", "\"after\":null,\"batch\":\"0199\",\"proposal\":\"01a0\"");
    ask.sig = Some("U1NIU0lH+/==".into());
    let line = team.append("dana", &ask).unwrap().line.unwrap();
    let rest = &ask.rest;
    assert!(
        line.contains(&format!(
            "\"by\":\"dana\",{rest},\"sig\":\"U1NIU0lH+/==\",\"prev\":\"{}\"",
            "0".repeat(64)
        )),
        "{line}"
    );
    let exported = Data::good().with("decisions.jsonl", line + "\n").forgotten();
    exported.run(&["verify"]).ends(0);
}

#[rstest]
#[case::no_json("\"kind\"", "kind", "invalid input syntax for type json")]
#[case::line_break("\"note\":null", "\"note\":\n null", "has control characters")]
#[case::control("\"note\":null", "\"note\":\"\u{202e}\"", "has control characters")]
#[case::blank("\"note\":null", "\"note\": null", "does not have the members of an entry")]
#[case::order(
    "\"reason\":null,\"note\":null",
    "\"note\":null,\"reason\":null",
    "does not have the members"
)]
#[case::missing("\"reason\":null,", "", "does not have the members")]
#[case::twice("\"reason\":null", "\"reason\":null,\"reason\":null", "does not have the members")]
#[case::unknown("\"after\":null", "\"after\":null,\"more\":1", "does not have the members")]
#[case::escaped_name("\"reason\":null", "\"\\u0072eason\":null", "does not have the members")]
#[case::type_of_note("\"note\":null", "\"note\":7", "does not have the members")]
#[case::type_of_playbook(
    "\"playbook_id\":\"P1\"",
    "\"playbook_id\":null",
    "does not have the members"
)]
#[case::no_proposal(
    "\"after\":null",
    "\"after\":null,\"proposal\":null",
    "does not have the members"
)]
#[case::sealed("\"basis_hash\"", "\"prev\":\"\",\"basis_hash\"", "does not have the members")]
#[case::basis("\"basis\":{", "\"basis\":{\"more\":1,", "the basis_hash of decision")]
#[case::surrogate(
    "\"note\":null",
    "\"note\":\"\\ud800\"",
    "Unicode high surrogate must not follow"
)]
#[case::kind(
    "\"approve\"",
    "\"obliterate\"",
    "is of kind \"obliterate\", which cannot be appended"
)]
#[case::recover("\"approve\"", "\"recover\"", "is of kind \"recover\", which cannot be appended")]
#[case::customer("\"C1\"", "\"C2\"", "says another customer")]
#[case::after(
    "\"after\":null",
    "\"after\":\"0198ee7e-0000-7000-8000-000000000000\"",
    "or another entry before it"
)]
#[case::day("\"until\":null", "\"until\":\"2026-02-31\"", "date/time field value out of range")]
#[case::date("\"until\":null", "\"until\":\"tomorrow\"", "a date that cannot be read")]
#[case::moment(
    "\"until\":null",
    "\"until\":null,\"until_at\":\"2026-03-01T24:00:00Z\"",
    "a date that cannot be read"
)]
#[case::late(
    "\"until\":null",
    "\"until\":null,\"until_at\":\"9999-12-31T23:00:00Z\"",
    "a date that cannot be read"
)]
fn what_no_one_could_read_back_is_refused(#[case] from: &str, #[case] to: &str, #[case] why: &str) {
    let Some(team) = shared() else { return };
    let said = team.append("dana", &Ask::approve("C1", None).saying(from, to)).unwrap_err();
    // A lone surrogate is told by versions in different words.
    let said = said.replace(
        "Unicode low surrogate must follow a high surrogate",
        "Unicode high surrogate must not follow",
    );
    assert!(
        said.contains(why) || (why.contains("surrogate") && said.contains("type json")),
        "{said}"
    );
    assert_eq!(team.lines(), "");
}

/// A team for tests that change nothing.
fn shared() -> Option<&'static Team> {
    use std::sync::OnceLock;
    static TEAM: OnceLock<Option<Team>> = OnceLock::new();
    TEAM.get_or_init(Team::start).as_ref()
}

#[test]
fn arrays_that_do_not_fit_are_refused() {
    let Some(team) = shared() else { return };
    let call = |args: &str| {
        let said = team.execute("dana", &format!("select * from nextplay.append({args})"));
        said.map(|rows| rows.len())
    };
    let id = "0198ee7e-0000-7000-8000-000000000000";
    let refused = |args: &str, why: &str| {
        let said = call(args).unwrap_err();
        assert!(said.contains(why), "{args}: {said}");
    };
    assert_eq!(call("'{}', '{}', '{}', '{}', '{}'"), Ok(0));
    refused(&format!("'{{{id}}}', '{{}}', '{{}}', '{{}}', '{{}}'"), "differ in length");
    refused(&format!("'{{{id}}}', '{{C1}}', '{{NULL}}', '{{x}}', '{{}}'"), "differ in length");
    refused(&format!("'{{{id}}}', '{{C1}}', '{{NULL}}', '{{x}}', NULL"), "differ in length");
    refused(
        &format!("'{{{{{id}}}}}', '{{C1}}', '{{NULL}}', '{{x}}', '{{NULL}}'"),
        "differ in length",
    );
    refused("'{NULL}', '{C1}', '{NULL}', '{x}', '{NULL}'", "no id, no customer or no content");
    refused(&format!("'{{{id}}}', '{{NULL}}', '{{NULL}}', '{{x}}', '{{NULL}}'"), "no customer");
    refused(&format!("'{{{id}}}', '{{C1}}', '{{NULL}}', '{{NULL}}', '{{NULL}}'"), "no content");
    refused(
        &format!("'{{{id},{id}}}', '{{C1,C2}}', '{{NULL,NULL}}', '{{x,x}}', '{{NULL,NULL}}'"),
        "two decisions of one call have the same id",
    );
    let long = Ask::approve("C1", None)
        .saying("\"note\":null", &format!("\"note\":\"{}\"", "x".repeat(1 << 20)));
    assert!(team.append("dana", &long).unwrap_err().contains("is longer than 1048576 bytes"));
    for sig in ["a b", "", "x\n", "\"", "===", "é"] {
        let signed = Ask { sig: Some(sig.into()), ..Ask::approve("C1", None) };
        assert!(
            team.append("dana", &signed).unwrap_err().contains("not one line of base64"),
            "{sig:?}"
        );
    }
    assert_eq!(team.lines(), "");
}

#[test]
fn a_known_id_is_answered_with_its_line_to_whoever_sent_the_same() {
    let Some(team) = Team::start() else { return };
    let ask = Ask::approve("C1", None);
    let first = team.append("dana", &ask).unwrap();
    // Also when it is no longer the customer's last entry.
    team.append("sam", &Ask::approve("C1", Some(ask.id))).unwrap().line.unwrap();
    assert_eq!(team.append("dana", &ask).unwrap(), first);
    let mut others = vec![("sam", ask.clone())];
    others.push(("dana", ask.clone().saying("\"note\":null", "\"note\":\"x\"")));
    others.push(("dana", Ask { id: ask.id, ..Ask::approve("C2", None) }));
    others.push(("dana", Ask { sig: Some("AAAA".into()), ..ask.clone() }));
    others.push(("dana", Ask { id: ask.id, ..Ask::of("reject", "C1", None) }));
    for (role, other) in others {
        let said = team.append(role, &other).unwrap_err();
        assert!(
            said.contains("is in the ledger with another content or by another name"),
            "{said}"
        );
    }
    assert_eq!(team.lines().lines().count(), 2);
}

#[test]
fn a_decision_made_without_knowing_the_last_is_not_made_and_a_proposal_is_no_decision() {
    let Some(team) = Team::start() else { return };
    let nothing = Uuid::nil();
    let outrun = |by| Answer { line: None, outrun_by: Some(by) };
    let unknown = Ask::approve("C1", Some(Uuid::now_v7()));
    assert_eq!(team.append("dana", &unknown).unwrap(), outrun(nothing));
    let proposal = Ask::of("propose", "C1", None);
    team.append("sam", &proposal).unwrap().line.unwrap();
    let first = Ask::approve("C1", None);
    team.append("dana", &first).unwrap().line.unwrap();
    assert_eq!(team.append("sam", &Ask::approve("C1", None)).unwrap(), outrun(first.id));
    let after_proposal = Ask::approve("C1", Some(proposal.id));
    assert_eq!(team.append("sam", &after_proposal).unwrap(), outrun(first.id));
    // In one call each is made or not by itself, and sees those before it.
    let second = Ask::of("hand_off", "C1", Some(first.id));
    let asks = [
        second.clone(),
        Ask::approve("C1", Some(first.id)),
        Ask::approve("C2", None),
        Ask::of("undo", "C1", Some(second.id)),
    ];
    let answers = append(&mut team.client("dana"), &asks).unwrap();
    let made: Vec<bool> = answers.iter().map(|answer| answer.line.is_some()).collect();
    assert_eq!(made, [true, false, true, true]);
    assert_eq!(answers[1], outrun(second.id));
    let exported = Data::good().with("decisions.jsonl", team.lines()).forgotten();
    exported.run(&["verify"]).says(&[]);
}

#[test]
fn of_four_reviewers_who_race_on_one_customer_one_wins() {
    let Some(team) = Team::start() else { return };
    let names = ["dana", "sam", "kim", "lee"];
    let start = Barrier::new(names.len());
    let mut last: Option<Uuid> = None;
    for _ in 0..10 {
        let asks: Vec<Ask> = names.iter().map(|_| Ask::approve("C1", last)).collect();
        let answers: Vec<Answer> = thread::scope(|scope| {
            let all: Vec<_> = names
                .iter()
                .zip(&asks)
                .map(|(name, ask)| {
                    let (team, start) = (&team, &start);
                    scope.spawn(move || {
                        let mut client = team.client(name);
                        start.wait();
                        append(&mut client, std::slice::from_ref(ask)).unwrap().remove(0)
                    })
                })
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let winners: Vec<usize> =
            (0..names.len()).filter(|at| answers[*at].line.is_some()).collect();
        assert_eq!(winners.len(), 1, "{answers:?}");
        last = Some(asks[winners[0]].id);
        assert!(
            answers
                .iter()
                .filter(|answer| answer.line.is_none())
                .all(|answer| answer.outrun_by == last)
        );
    }
    let exported = Data::good().with("decisions.jsonl", team.lines()).forgotten();
    exported.run(&["verify"]).ends(0).prints(&["10 entries"]);
}

#[test]
fn each_role_may_do_what_it_is_for_and_nothing_else() {
    let Some(team) = Team::start() else { return };
    let first = Ask::approve("C1", None);
    team.append("dana", &first).unwrap().line.unwrap();
    let denied = |role: &str, sql: &str, why: &str| {
        let said = team.execute(role, sql).unwrap_err();
        assert!(said.contains(why), "{role}: {sql}: {said}");
    };
    let writes = [
        "insert into nextplay.decisions values (9, gen_random_uuid(), 'C1', 'h', 'l')",
        "update nextplay.decisions set line = 'x'",
        "delete from nextplay.decisions",
        "truncate nextplay.decisions",
        "update nextplay.head set seq = 0",
        "delete from nextplay.head",
        "truncate nextplay.head",
        "insert into nextplay.cut values (gen_random_uuid(), 1, 'l')",
        "select * from nextplay.head for update",
        "alter table nextplay.decisions disable trigger all",
        "drop table nextplay.decisions",
        "create table nextplay.mine (n int)",
        "create or replace function nextplay.never() returns trigger language plpgsql as 'begin return new; end'",
    ];
    for role in ["dana", "hal", "rita", "otto"] {
        for sql in writes {
            let said = team.execute(role, sql).unwrap_err();
            assert!(
                said.contains("permission denied") || said.contains("must be owner"),
                "{role}: {sql}: {said}"
            );
        }
    }
    for role in ["dana", "hal", "rita"] {
        for table in ["decisions", "head", "cut"] {
            team.execute(role, &format!("select * from nextplay.{table}")).unwrap();
        }
    }
    denied("otto", "select * from nextplay.decisions", "permission denied for schema nextplay");
    let call = "select * from nextplay.append('{}', '{}', '{}', '{}', '{}')";
    denied("otto", call, "permission denied");
    denied("rita", call, "permission denied for function append");
    let next = |kind: &str| Ask::of(kind, "C1", Some(first.id));
    for kind in ["approve", "reject", "defer", "override", "undo", "propose"] {
        let said = team.append("hal", &next(kind)).unwrap_err();
        assert!(said.contains("role \"hal\" may only hand off") && said.contains(kind), "{said}");
    }
    let handed = next("hand_off");
    team.append("hal", &handed).unwrap().line.unwrap();
    team.append("hal", &Ask::of("enroll", "C7", None)).unwrap().line.unwrap();
    // Both roles: all of it.
    team.0.ok(OWNER, TEAM, "grant nextplay_reviewer to hal");
    team.append("hal", &Ask::approve("C1", Some(handed.id))).unwrap().line.unwrap();
    // Nothing is changed or removed, by the owner and by a superuser neither.
    for role in [KEEPER, OWNER] {
        for sql in
            writes.iter().filter(|sql| !sql.starts_with("insert") && !sql.contains("head set"))
        {
            if ["update", "delete", "truncate"].iter().any(|verb| sql.starts_with(verb)) {
                denied(role, sql, "entries of the ledger are never changed or removed");
            }
        }
        // Nor past the triggers, as a replica is.
        if role == OWNER {
            denied(
                role,
                "set session_replication_role = replica; delete from nextplay.decisions",
                "never changed",
            );
        }
    }
    assert_eq!(team.lines().lines().count(), 4);
}

/// Who decides is who logged in, whatever a session says it is.
#[test]
fn a_decision_is_in_the_name_of_the_role_that_logged_in() {
    let Some(team) = Team::start() else { return };
    let quoted = "Zoë \"Z\" O'Neil\\";
    team.0.role(quoted, "nextplay_reviewer");
    let ask = Ask::approve("C1", None);
    let mut client = team.client(quoted);
    client.batch_execute("set role nextplay_reviewer").unwrap();
    let line = append(&mut client, &[ask]).unwrap().remove(0).line.unwrap();
    assert!(line.contains(r#","by":"Zoë \"Z\" O'Neil\\","kind":"#), "{line}");
    let exported = Data::good().with("decisions.jsonl", line + "\n").forgotten();
    exported.run(&["verify"]).ends(0);
    exported.run(&["log"]).ends(0).prints(&["Zoë \"Z\" O'Neil\\"]);
    for name in [
        "da\u{200b}na",
        " dana",
        "dana\u{a0}",
        "da\u{7f}na",
        "da\u{1b}na",
        "dana\u{fe0f}",
        "\u{2800}dana",
    ] {
        team.0.role(name, "nextplay_reviewer");
        let said = team.append(name, &Ask::approve("C2", None)).unwrap_err();
        assert!(said.contains("cannot stand in a decision"), "{name:?}: {said}");
    }
}

/// What a session sets, or puts before the functions of the system, changes nothing of what is recorded.
#[test]
fn a_session_cannot_change_what_append_does() {
    let Some(team) = Team::start() else { return };
    team.0.ok(
        OWNER,
        TEAM,
        "create schema evil authorization dana; grant temporary on database team to dana",
    );
    let mut client = team.client("dana");
    client
        .batch_execute(
            "create function evil.encode(bytea, text) returns text language sql as $$ select 'forged'::text $$;
             create function pg_temp.to_json(text) returns json language sql as $$ select '\"sam\"'::json $$;
             create temp table decisions (line text);
             create operator evil.|| (leftarg = text, rightarg = text, function = pg_catalog.textcat);
             set search_path = evil, pg_temp, pg_catalog;
             set standard_conforming_strings = off; set backslash_quote = on; set escape_string_warning = off;
             set synchronous_commit = off; set timezone = 'Pacific/Kiritimati'; set datestyle = 'German, DMY';
             set intervalstyle = 'sql_standard'; set bytea_output = 'escape'; set client_encoding = 'UTF8';",
        )
        .unwrap();
    let ask = Ask::approve("C1", None).saying("\"note\":null", r#""note":"a\\\"b""#);
    let line = append(&mut client, &[ask]).unwrap().remove(0).line.unwrap();
    let exported = Data::good().with("decisions.jsonl", line.clone() + "\n").forgotten();
    exported.run(&["verify"]).ends(0).prints(&["1 entry"]);
    assert!(line.contains("\"by\":\"dana\""), "{line}");
    let bad = Ask::approve("C2", None).saying("\"note\":null", "\"note\":\"\u{1b}\"");
    assert!(append(&mut client, &[bad]).unwrap_err().contains("control characters"));
    // What is answered waits for the disk.
    let mut transaction = client.transaction().unwrap();
    transaction
        .batch_execute("select * from nextplay.append('{}', '{}', '{}', '{}', '{}')")
        .unwrap();
    let kept = transaction.query_one("select current_setting('synchronous_commit')", &[]).unwrap();
    assert_eq!(kept.get::<_, String>(0), "on");
    transaction.rollback().unwrap();
}

#[test]
fn whoever_listens_is_told_of_new_entries() {
    let Some(team) = Team::start() else { return };
    let mut listener = team.client("rita");
    listener.batch_execute("listen nextplay").unwrap();
    let ask = Ask::approve("C1", None);
    team.append("dana", &ask).unwrap();
    use postgres::fallible_iterator::FallibleIterator as _;
    let told =
        listener.notifications().timeout_iter(std::time::Duration::from_secs(30)).next().unwrap();
    assert_eq!(told.unwrap().channel(), "nextplay");
}

/// Whether a customer has been decided on is looked up, not searched for, however many proposals there are.
#[test]
fn the_last_decision_of_a_customer_is_found_by_the_index() {
    let Some(team) = Team::start() else { return };
    let plan = team.0.ok(
        OWNER,
        TEAM,
        "set enable_seqscan = off; set plan_cache_mode = force_generic_plan;
         prepare q(text) as select d.id from nextplay.decisions d where d.customer_id = $1
           and substr(d.line, strpos(d.line, ',\"kind\":\"') + 9, 8) <> 'propose\"'
           order by d.seq desc limit 1;
         explain execute q('C1')",
    );
    let plan: String = plan.iter().map(|row| row[0].clone().unwrap() + "\n").collect();
    assert!(
        plan.contains("Index Scan Backward using decisions_customer") && !plan.contains("Filter"),
        "{plan}"
    );
}
