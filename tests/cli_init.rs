//! `nextplay init`: from an export to a directory that works.

use std::fs;
use std::path::Path;

use nextplay::domain::text::is_control;

use crate::common::{Data, Ran, program};

const ACCOUNTS: &str = "\
Account ID,Account Name,Account Owner,ARR,Renewal Date,Journey Stage,Tier,Health Score
A1,Acme,dana,\"$620,000.00\",01/31/2027,Renewal,Tier 1,12
A2,Birch,sam,\"$5,400.00\",02/10/2027,Onboarding,Tier 3,35
A3,Cobalt,sam,\"$4,000.00\",08/21/2027,Onboarding,Tier 3,90
A4,Dorado,lee,\"$38,000.00\",09/30/2027,Renewal,Tier 2,20
";

fn exported() -> Data {
    Data::empty().with("accounts-2026-11-20.csv", ACCOUNTS)
}

/// The names in a directory.
fn names(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn an_export_becomes_a_directory_with_recommendations() {
    let data = exported();
    let ran = data.run(&["init"]).ends(0);
    ran.prints(&[
        "accounts-2026-11-20.csv: customers, journey_state_log, journey_forecasts\n",
        "Wrote sources.toml: 10 columns, guessed; a comment says why for each\n",
        "Wrote journey_playbooks.json: 8 starter playbooks; costs and values are assumed, so replace them with your own",
        "Wrote nextplay.toml: every setting is a comment\n",
        "\nNext: nextplay --data ",
    ]);
    let matched = data.run(&["match", "--format", "json"]).ends(0).json();
    let told: Vec<String> = matched
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {} {}", row["customer_id"], row["playbook_id"], row["risk_score"]))
        .collect();
    assert_eq!(
        told,
        [
            "\"A1\" \"PB_RENEWAL_HIGH\" 0.88",
            "\"A2\" \"PB_ONBOARDING_LOW\" 0.65",
            "\"A4\" \"PB_RENEWAL_LOW\" 0.8"
        ]
    );
    // The next export is read by itself.
    data.write("accounts-2026-12-20.csv", ACCOUNTS.replace("A1,Acme", "A1,Acme Corp"));
    let explained = data.run(&["explain", "A1"]).ends(0);
    assert!(explained.out.contains("Acme Corp"), "{}", explained.out);
}

#[test]
fn a_command_on_an_export_names_init() {
    let data = exported();
    data.run(&["match"]).fails(2, &["hint: set it up with the files in it: nextplay init "]);
}

#[test]
fn a_second_run_writes_nothing() {
    let data = exported();
    data.run(&["init"]).ends(0);
    let before: Vec<(String, Vec<u8>)> = names(data.path("").as_path())
        .into_iter()
        .map(|name| (name.clone(), fs::read(data.path(&name)).unwrap()))
        .collect();
    data.run(&["init"]).ends(0).prints(&[
        "sources.toml is already there; it is not changed\n",
        "Playbooks are already there; they are not changed\n",
        "Nothing was written\n",
    ]);
    for (name, bytes) in &before {
        assert_eq!(&fs::read(data.path(name)).unwrap(), bytes, "{name}");
    }
    assert_eq!(names(data.path("").as_path()).len(), before.len());
    data.run(&["init", "--from", "accounts-2026-11-20.csv"])
        .fails(2, &["sources.toml is already there, so --from has no effect"]);
}

#[test]
fn only_what_is_missing_is_written() {
    let data = exported().with("nextplay.toml", "[matching]\nconfidence_threshold = 0.9\n");
    data.run(&["init"]).ends(0).prints(&["nextplay.toml is already there"]);
    assert!(fs::read_to_string(data.path("nextplay.toml")).unwrap().starts_with("[matching]"));
    // Where the data is ours there is nothing to map.
    let data = Data::good();
    fs::remove_file(data.path("journey_playbooks.json")).unwrap();
    let ran = data.run(&["init"]);
    ran.prints(&["Wrote journey_playbooks.json"]);
    assert!(!data.path("sources.toml").exists());
    data.run(&["match"]).ends(0).prints(&["Support escalation"]);
}

#[test]
fn what_is_not_sure_is_said() {
    let data = Data::empty().with(
        "a.csv",
        "Account ID,Account Name,Renewal Date\n1,Acme,03/04/2027\n2,Birch,05/06/2027\n",
    );
    data.run(&["init"]).prints(&["can be read in more than one way: customers.renewal_date\n"]);
    let sources = fs::read_to_string(data.path("sources.toml")).unwrap();
    assert!(
        sources
            .contains("\n#renewal_date = { column = \"Renewal Date\", date = \"%m/%d/%Y\" }  # ")
    );
}

#[test]
fn files_are_named_with_from() {
    let data = exported().with("other.csv", ACCOUNTS.replace("A1,Acme", "B1,Other"));
    data.run(&["init", "--from", data.path("other.csv").to_str().unwrap()]);
    let sources = fs::read_to_string(data.path("sources.toml")).unwrap();
    assert!(
        sources.contains("file = \"other.csv\"") && !sources.contains("accounts-"),
        "{sources}"
    );
    let outside = Data::empty().with("far.csv", ACCOUNTS);
    let data = exported();
    data.run(&["init", "--from", outside.path("far.csv").to_str().unwrap()])
        .fails(2, &["far.csv\" is not a file in \"", "hint: copy the file there"]);
    data.run(&["init", "--from", "nothing.csv"]).fails(2, &["error: no file \"nothing.csv\"\n"]);
    assert_eq!(names(data.path("").as_path()), ["accounts-2026-11-20.csv"]);
}

#[test]
fn a_directory_without_customers_says_what_is_missing() {
    let data = Data::empty();
    data.run(&["init"])
        .fails(2, &["no export in \"", "hint: put an export of your customers there"]);
    let data = Data::empty()
        .with("notes.csv", "Note,Author\nhello,dana\n")
        .with("x.csv", b"a,b\n\xff\x00,2\n");
    data.run(&["init"]).fails(
        2,
        &[
            "seems to list customers",
            "hint: notes.csv: it has no column for the id of a customer",
            "hint: x.csv: it is no text",
        ],
    );
    assert_eq!(names(data.path("").as_path()), ["notes.csv", "x.csv"]);
    let none = data.path("none");
    Ran::of(program().args(["init", none.to_str().unwrap()]).output().unwrap())
        .fails(2, &["error: no directory \""]);
    data.run(&["init", none.to_str().unwrap()]).fails(2, &["DIR and --data both name a directory"]);
}

#[test]
fn texts_of_files_act_on_no_terminal() {
    let evil = "\u{1b}[31m\u{202e}\" # x";
    let row = format!("A1,\"{}\",Tier 1\n", evil.replace('"', "\"\""));
    let data =
        Data::empty().with("evil\u{1b}.csv", format!("Account ID,Account Name,\"Tier\"\n{row}"));
    data.run(&["init"]).escape_controls();
    let sources = fs::read_to_string(data.path("sources.toml")).unwrap();
    assert!(!sources.contains(|c: char| c != '\n' && is_control(c)), "{sources:?}");
    let names = data.run(&["match", "--format", "json"]).ends(0);
    assert_eq!(names.out, "[]\n");
}

#[test]
fn the_two_exports_of_the_sample_match_to_the_same_bytes() {
    let matched = |directory: &str| {
        let mut command = program();
        command.args(["--data", directory, "match", "--format", "json"]);
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        Ran::of(command.output().unwrap()).ends(0)
    };
    let (sample, exported) = (matched("sample_data"), matched("examples/crm_export"));
    assert_eq!(sample.json().as_array().unwrap().len(), 29);
    assert_eq!(exported.out, sample.out);
    exported.says(&[
        "crm-accounts-2026-11-20.csv:",
        "churn_probability from \"Health Score\" is the text \"n/a\"",
    ]);
    // What is beside the mapping is as in the sample.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in [
        "journey_playbooks.json",
        "playbook_performance_log.json",
        "interventions.json",
        "outcomes.json",
        "portfolio_snapshots.json",
        "nextplay.toml",
    ] {
        let read = |directory: &str| fs::read_to_string(root.join(directory).join(name)).unwrap();
        assert_eq!(read("examples/crm_export"), read("sample_data"), "{name}");
    }
}

#[test]
fn the_guess_for_the_two_exports_finds_their_columns() {
    let data = Data::empty();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/crm_export");
    for name in names(&root).iter().filter(|name| *name != "sources.toml" && *name != "README.md") {
        fs::copy(root.join(name), data.path(name)).unwrap();
    }
    data.run(&["init"]);
    let sources = fs::read_to_string(data.path("sources.toml")).unwrap();
    for line in [
        "file = \"crm-accounts*.csv\"",
        "account_value = { column = \"ARR\", number = \"us\" }",
        "renewal_date = { column = \"Renewal Date\", date = \"%m/%d/%Y\" }",
        "file = \"support-signals.jsonl\"",
        "signal_strength = \"severity\"",
        "predicted_next_stage = { column = \"Predicted Next Stage\", values = { \"Churn risk\" = \"churn_risk\"",
        "churn_probability = { column = \"Health Score\", from = [0, 100], to = [1, 0] }",
    ] {
        assert!(sources.contains(line), "{line} is missing in {sources}");
    }
    // Signals name a customer again and again: they are no list of customers.
    assert!(!sources.contains("name it here"), "{sources}");
}

#[test]
fn what_is_passed_over_or_not_used_is_named() {
    let export = "Record ID,Company name,Tier,Renewal Date,Next Call,Annual Revenue\n\
        1,Acme,SMB,01/31/2027,x,many\n2,Bar,SMB,12/15/2026,y,few\n3,Foo,SMB,13/13/2027,z,some\n";
    let data = Data::empty().with("hubspot-companies.csv", export);
    data.run(&["init"]);
    let sources = std::fs::read_to_string(data.path("sources.toml")).unwrap();
    for said in [
        "renewal_date = { column = \"Renewal Date\", date = \"%m/%d/%Y\" }",
        "1 of 3 first values are no dates, such as \"13/13/2027\"",
        "# account_value: \"Annual Revenue\" was skipped: most of its values are no numbers",
        "# Columns of hubspot-companies.csv that are not used: \"Next Call\", \"Annual Revenue\".",
    ] {
        let unwrapped = sources.replace("\n# ", " ");
        assert!(sources.contains(said) || unwrapped.contains(said), "{said}: {sources}");
    }
}

/// A report as Salesforce writes it: titles above the header, totals and a footer below the rows.
const REPORT: &str = "Accounts with Renewals\nAs of 2026-11-30 \u{2022} Generated by Dana\n\n\
    \"Account ID\",\"Account Name\",\"Account Owner\",\"ARR\",\"Customer Stage\"\n\
    \"A1\",\"Acme\",\"dana\",\"$620,000.00\",\"Renewal\"\n\
    \"A2\",\"Birch\",\"sam\",\"$5,400.00\",\"Onboarding\"\n\
    \"Grand Totals (2 records)\",\"\",\"\",\"$625,400.00\",\"\"\n\n\
    \"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.\"\n\
    \"Confidential Information - Do Not Distribute\",\"\",\"\",\"\",\"\"\n";

#[test]
fn totals_and_footers_of_a_report_are_no_customers() {
    let data = Data::empty().with("report1732980000123.csv", REPORT);
    let ran = data.run(&["init"]).ends(0);
    let times = |said: &str| ran.out.matches(said).count();
    for said in [
        "warning: report1732980000123.csv:7:1: \"Grand Totals (2 records)\" is a totals line, not a row; it is skipped\n",
        ":9:1: \"Copyright (c) 2000-2026 salesforce.com, …\" stands alone below the rows",
        ":10:1: \"Confidential Information - Do Not Distri…\" stands alone below the rows; it is skipped",
        "customers and journey_state_log are read from this file: csv, utf-8",
    ] {
        assert_eq!(times(said), 1, "{said}: {}", ran.out);
    }
    ran.prints(&[
        "No column was found for: segment, renewal date, risk. Add it to the export",
        "3 warnings",
    ]);
    let table = data.run(&["explain", "Confidential Information - Do Not Distribute"]);
    assert_ne!(table.status, 0);
}

#[test]
fn a_torn_row_is_said_once_for_all_tables_of_its_file() {
    let torn = ACCOUNTS.replace("A2,Birch,sam,", "A2,Birch,\nsam,");
    let data = Data::empty().with("accounts.csv", &torn);
    let ran = data.run(&["init"]).ends(1);
    let said = "row of A2 skipped: 3 cells, expected 8 as in the header on line 1; the file feeds customers, \
        journey_state_log and journey_forecasts";
    assert_eq!(ran.out.matches(said).count(), 1, "{}", ran.out);
    assert_eq!(ran.out.matches("accounts.csv:3:1").count(), 1, "{}", ran.out);
}

#[test]
fn a_text_alone_between_rows_and_an_id_alone_are_rows() {
    let alone = ACCOUNTS.replace("A2,Birch", "Acme North,,,,,,,\nA2,Birch");
    let data = Data::empty().with("accounts.csv", format!("{alone}A9,,,,,,,\n"));
    data.run(&["init"]);
    for id in ["Acme North", "A9"] {
        data.run(&["explain", id]).ends(0);
    }
}

#[test]
fn a_second_run_goes_on_where_one_was_stopped() {
    let data = exported();
    data.run(&["init"]).ends(0);
    let written = |name: &str| fs::read(data.path(name)).unwrap();
    let (sources, playbooks) = (written("sources.toml"), written("journey_playbooks.json"));
    // Stopped behind the first file.
    for name in ["journey_playbooks.json", "nextplay.toml"] {
        fs::remove_file(data.path(name)).unwrap();
    }
    data.run(&["init"]).ends(0).prints(&[
        "sources.toml is already there; it is not changed\n",
        "Wrote journey_playbooks.json",
        "Wrote nextplay.toml",
    ]);
    assert_eq!((written("sources.toml"), written("journey_playbooks.json")), (sources, playbooks));
}
