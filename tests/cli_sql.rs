//! `nextplay sql`: what it takes, what it refuses, and the text for every dialect. What engines make of
//! the text is in `sql/`.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use nextplay::warehouse::DIALECTS;

use crate::common::{Data, PLAYBOOKS, program};

const HEADER: &str = "no_stage,stage,other_segment,segment,risk_from,risk_below,playbook_id,\
                      playbook_name,recommended_action,expected_cost,expected_value,asks";

/// A directory without customers.
fn strategy() -> Data {
    Data::empty().with("journey_playbooks.json", PLAYBOOKS)
}

fn sample(args: &[&str]) -> String {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    let output = program().arg("--data").arg(directory).arg("sql").args(args).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_text_for_every_dialect() {
    for dialect in DIALECTS {
        assert_snapshot!(format!("sql_{}", dialect.name), sample(&["--dialect", dialect.name]));
    }
    assert_snapshot!(
        "sql_from_values_waiting",
        sample(&["--from", "crm.Customers", "--stairs", "values", "--waiting"])
    );
    assert_snapshot!("sql_checks", sample(&["--from", "crm.customer_360", "--checks"]));
    assert_snapshot!(
        "sql_checks_redshift",
        sample(&["--dialect", "redshift", "--from", "c", "--checks"])
    );
}

#[test]
fn no_customer_file_is_needed_and_a_playbook_file_is() {
    let data = strategy();
    let ran = data.run(&["sql"]).ends(0);
    assert_eq!(ran.err, "");
    assert!(ran.out.starts_with("WITH ") && !ran.out.contains(';'), "{}", ran.out);
    assert_eq!(
        data.run(&["sql", "--logs", "--stairs", "inline", "--dialect", "postgres"]).out,
        ran.out
    );
    Data::empty().run(&["sql"]).fails(2, &["journey_playbooks.json: missing in"]);
    strategy()
        .with("journey_playbooks.json", "[{\"playbook_id\":")
        .run(&["sql"])
        .fails(2, &["error: journey_playbooks.json:1:"]);
    strategy()
        .with("playbook_performance_log.json", "{")
        .run(&["sql"])
        .fails(2, &["error: playbook_performance_log.json:1:"]);
}

#[test]
fn skipped_rows_are_reported_as_match_reports_them() {
    let bad = PLAYBOOKS.replace("\"risk_threshold\":0.6", "\"risk_threshold\":\"high\"");
    let data = Data::good().with("journey_playbooks.json", bad);
    let of = |command: &str| {
        let err = data.run(&[command]).ends(0).err;
        err.lines().find(|line| line.contains("P1")).unwrap_or_default().to_owned()
    };
    assert_ne!(of("match"), "");
    assert_eq!(of("sql"), of("match"));
    assert!(!data.run(&["sql"]).out.contains("'P1'"));
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let data = strategy();
    let names: Vec<&str> = DIALECTS.iter().map(|dialect| dialect.name).collect();
    data.run(&["sql", "--dialect", "oracle"]).fails(2, &["'oracle'", &names.join(", ")]);
    for args in [
        &["--logs", "--from", "v"][..],
        &["--checks"],
        &["--from", "v", "--checks", "--waiting"],
        &["--from", ".v"],
        &["--from", ""],
        &["--stairs", ""],
        &["--stairs", "elsewhere/customers.json"],
        &["--stairs", "values", "--dialect", "bigquery"],
    ] {
        let args = [&["sql"], args].concat();
        data.run(&args).fails(2, &["error: ", "hint: "]);
    }
}

#[test]
fn a_policy_that_needs_the_ledger_is_refused_with_its_key() {
    for (policy, key) in [
        ("[contact]\nmax_plays = 1\nper_days = 30\n", "max_plays"),
        ("[contact]\nsame_playbook_days = 90\n", "same_playbook_days"),
        ("[contact]\nafter_failure = \"next\"\n", "after_failure"),
        ("[[experiment]]\nid = \"x\"\n", "experiment"),
    ] {
        let data = strategy().with("nextplay.toml", policy);
        for args in [&["sql"][..], &["sql", "--from", "v", "--checks"]] {
            data.run(args).fails(2, &[key]);
        }
    }
    let free = "[contact]\nparallel = true\nrunning_days = 10\n";
    strategy().with("nextplay.toml", free).run(&["sql"]).ends(0);
}

#[test]
fn the_strategy_as_a_file() {
    let data = strategy();
    let name = data.path("Stairs 2027.csv").to_str().unwrap().to_owned();
    let out = data.run(&["sql", "--stairs", &name]).ends(0).out;
    assert!(out.contains("FROM \"Stairs 2027\"") && !out.contains("'P1'"), "{out}");
    let csv = fs::read_to_string(&name).unwrap();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(
        lines,
        [
            HEADER,
            "0,\"support\",1,\"\",0.6,,\"P1\",\"Escalation\",\"assign_engineer\",75.0,3500.0,1",
            "0,\"support\",1,\"\",0.5,0.6,\"P2\",\"Nudge\",\"send_article\",4.0,100.0,0",
            "0,\"engagement\",0,\"SMB\",0.5,,\"P3\",\"Usage Call\",\"call\",30.0,1050.0,0",
        ]
    );
    let nameless = PLAYBOOKS
        .replace("\"name\":\"Escalation\"", "\"name\":null")
        .replace("Nudge", "a \\\"b\\\",\\nc");
    let data = data.with("journey_playbooks.json", nameless);
    data.run(&["sql", "--stairs", &name, "-o", data.path("sql.sql").to_str().unwrap()]).ends(0);
    let csv = fs::read_to_string(&name).unwrap();
    assert!(csv.contains(",\"P1\",,\"assign_engineer\","), "{csv}");
    assert!(csv.contains(",\"P2\",\"a \"\"b\"\",\nc\",\"send_article\","), "{csv}");
    assert!(fs::read_to_string(data.path("sql.sql")).unwrap().starts_with("WITH "));
}

#[test]
fn no_file_is_put_in_the_place_of_data_or_a_ledger() {
    let data = Data::good();
    data.run(&["reject", "C2", "--reason", "other"]).ends(0);
    let elsewhere = data.path("kept.csv");
    fs::copy(data.path("decisions.jsonl"), &elsewhere).unwrap();
    for name in
        ["customers.json", "journey_playbooks.json", "decisions.jsonl", "kept.csv", "nextplay.toml"]
    {
        let path = data.path(name);
        let before = fs::read(&path).ok();
        let path = path.to_str().unwrap();
        data.run(&["sql", "--stairs", path]).fails(2, &[name]);
        data.run(&["sql", "-o", path]).fails(2, &[name]);
        assert_eq!(fs::read(path).ok(), before, "{name}");
    }
    let both = data.path("both.csv").to_str().unwrap().to_owned();
    data.run(&["sql", "--stairs", &both, "-o", &both]).fails(2, &["--stairs and --output"]);
    data.run(&["sql", "--stairs", data.path(".").to_str().unwrap()]).fails(2, &["error: "]);
    // A bad strategy leaves what was there.
    fs::write(&both, "before").unwrap();
    let data = data.with("journey_playbooks.json", "[");
    data.run(&["sql", "--stairs", &both]).fails(2, &["journey_playbooks.json"]);
    assert_eq!(fs::read_to_string(&both).unwrap(), "before");
}

/// Every risk has a confidence of its own here, and there are very many segments.
#[test]
fn a_statement_that_names_a_table_is_short_and_one_that_is_too_long_is_refused() {
    let segments: Vec<String> = (0..9_000).map(|n| format!("\"segment {n} of many\"")).collect();
    let playbooks = PLAYBOOKS
        .replace("[\"SMB\"]", &format!("[{}]", segments.join(",")))
        .replace("0.5,", "0.001,");
    let data = strategy().with("journey_playbooks.json", playbooks).with(
        "nextplay.toml",
        "[matching]\nconfidence_threshold = 0\nconfidence_margin = 0.001\n\
         [approval]\nrequired_at_account_value = 99.99\n[data]\nout_of_range = \"skip\"\n",
    );
    let file = data.path("nextplay_stairs.csv").to_str().unwrap().to_owned();
    for dialect in DIALECTS {
        let name = dialect.name;
        for source in [&["--logs"][..], &["--from", "analytics.customer_360", "--waiting"]] {
            let args = [&["sql", "--dialect", name, "--stairs", &file], source].concat();
            let out = data.run(&args).ends(0).out;
            assert!(out.len() < 16_000, "{name}: {} bytes", out.len());
            assert!(out.contains("FROM nextplay_stairs\n"), "{out}");
        }
        let inline = data.run(&["sql", "--dialect", name]);
        match dialect.longest.is_some_and(|longest| longest < 2_000_000) {
            true => drop(inline.fails(2, &[name, "--stairs FILE"])),
            false => drop(inline.ends(0)),
        }
    }
}

#[test]
fn texts_are_safe_on_a_terminal_and_those_that_cannot_be_kept_are_refused() {
    let named =
        |name: &str| strategy().with("journey_playbooks.json", PLAYBOOKS.replace("Nudge", name));
    for dialect in DIALECTS {
        let ran = named("\\u001b[31m\\u202e\\u0085'\\\\").run(&["sql", "--dialect", dialect.name]);
        ran.ends(0).escape_controls();
    }
    let ran = named("a\\u0000b").run(&["sql", "--dialect", "duckdb"]);
    ran.fails(2, &["playbook_name", "\"P2\"", "U+0000"]).escape_controls();
    let blank = PLAYBOOKS.replace("[\"SMB\"]", "[\"SMB \"]");
    let data = strategy().with("journey_playbooks.json", blank);
    data.run(&["sql", "--dialect", "redshift"]).fails(2, &["\"SMB \"", "redshift"]);
    data.run(&["sql"]).ends(0);
}
