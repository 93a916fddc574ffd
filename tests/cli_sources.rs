//! Tables that are read from exports of other programs, seen from outside.

use std::fs;

use crate::common;

use common::Data;
use serde_json::Value;

const SOURCES: &str = r#"
[customers]
file = "companies*.csv"
[customers.columns]
customer_id   = "Record ID"
name          = "Company name"
segment       = { column = "Tier", values = { "Tier 1" = "Enterprise", "Tier 2" = "Mid-Market" }, otherwise = "SMB" }
account_value = { column = "Annual Revenue", number = "us" }
renewal_date  = { column = "Renewal Date", date = "%m/%d/%Y" }

[journey_state_log]
file = "companies*.csv"
columns = { customer_id = "Record ID", journey_stage = { column = "Stage", values = { "Needs help" = "support", "Uses it" = "engagement" } } }

[fused_signals]
file = "health.csv"
[fused_signals.columns]
customer_id      = "Record ID"
fused_risk_score = { column = "Health Score", from = [0, 100], to = [1, 0] }
"#;

const COMPANIES: &str = "Record ID,Company name,Tier,Annual Revenue,Renewal Date,Stage\n\
    C1,Acme,Tier 2,\"$38,000.00\",03/31/2027,Needs help\n\
    C2,\"Birch, \"\"the\nold\"\" one\",,\"$5,000\",,Uses it\n\
    C3,,,\"4,000\",,Uses it\n\
    C4,,,9000,12/01/2026,\n";

const HEALTH: &str = "Record ID;Health Score\nC1;2\nC2;40\nC3;90\nC4;30\n";

/// The playbooks of the good data beside exports of other programs.
fn exports() -> Data {
    let data = Data::good();
    for table in ["customers", "journey_state_log", "fused_signals"] {
        fs::remove_file(data.path(&format!("{table}.json"))).unwrap();
    }
    data.with("sources.toml", SOURCES)
        .with("companies-2.csv", "Record ID\nold\n")
        .with("companies-10.csv", COMPANIES)
        .with("health.csv", HEALTH)
}

/// The finding of a code: where it is, and what it says.
fn told(data: &Data, code: &str) -> Vec<String> {
    let findings = data.run(&["check", "--format", "json"]).json();
    let of_code = |finding: &&Value| finding["code"] == code;
    let text = |finding: &Value| {
        let place = |key: &str| match &finding[key] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            number => format!(":{number}"),
        };
        let message = finding["message"].as_str().unwrap();
        format!("{}{}{} {message}", place("file"), place("line"), place("column"))
    };
    findings.as_array().unwrap().iter().filter(of_code).map(text).collect()
}

/// `check` tells one finding of the code, and it holds all of this.
#[track_caller]
fn tells(data: &Data, code: &str, said: &[&str]) {
    let told = told(data, code);
    assert_eq!(told.len(), 1, "{told:#?}");
    for text in said {
        assert!(told[0].contains(text), "{text:?} is missing in {told:#?}");
    }
}

#[test]
fn exports_give_what_the_same_rows_as_json_give() {
    let data = exports();
    let json = Data::good()
        .with(
            "customers.json",
            r#"[{"customer_id":"C1","name":"Acme","segment":"Mid-Market","account_value":38000,"renewal_date":"2027-03-31"},
            {"customer_id":"C2","name":"Birch, \"the\nold\" one","segment":null,"account_value":5000},
            {"customer_id":"C3","account_value":4000},
            {"customer_id":"C4","account_value":9000,"renewal_date":"2026-12-01"}]"#,
        )
        .with(
            "journey_state_log.json",
            r#"[{"customer_id":"C1","journey_stage":"support"},{"customer_id":"C2","journey_stage":"engagement"},
            {"customer_id":"C3","journey_stage":"engagement"},{"customer_id":"C4"}]"#,
        )
        .with(
            "fused_signals.json",
            r#"[{"customer_id":"C1","fused_risk_score":0.98},{"customer_id":"C2","fused_risk_score":0.6},
            {"customer_id":"C3","fused_risk_score":0.1},{"customer_id":"C4","fused_risk_score":0.7}]"#,
        );
    for args in [
        &["match", "--format", "json"][..],
        &["match", "--format", "csv"],
        &["queue", "--format", "json"],
        &["explain", "C1", "--format", "json"],
        &["explain", "C2", "--format", "json"],
    ] {
        assert_eq!(data.run(args).ends(0).out, json.run(args).ends(0).out, "{args:?}");
    }
    let other = json.path("").display().to_string();
    data.run(&["diff", &other]).ends(0).prints(&["No recommendation"]);
    assert_eq!(told(&data, "bad_row"), [""; 0]);
}

#[test]
fn check_says_what_was_guessed() {
    let data = exports();
    let told = told(&data, "source");
    assert_eq!(
        told,
        [
            "companies-10.csv customers and journey_state_log are read from this file: the last of 2 \
             files that match, csv, utf-8, delimiter ',', header in line 1",
            "health.csv fused_signals is read from this file: csv, utf-8, delimiter ';', header in line 1",
        ]
    );
    data.run(&["check", "--strict"])
        .prints(&["customers and journey_state_log are read from this file"]);
}

#[test]
fn a_mapped_table_is_read_from_its_mapping_only() {
    let data = exports().with("customers.json", "[broken");
    data.run(&["match"]).ends(0);
    fs::remove_file(data.path("companies-10.csv")).unwrap();
    fs::remove_file(data.path("companies-2.csv")).unwrap();
    data.run(&["match"])
        .fails(2, &["sources.toml:3:8: no file matches \"companies*.csv\" in the data directory"]);
}

#[test]
fn a_broken_sources_file_ends_with_2_and_its_place() {
    let data =
        exports().with("sources.toml", SOURCES.replace("[customers]\nfile", "[customers]\nfil"));
    for command in ["match", "queue", "export"] {
        data.run(&[command]).fails(2, &["sources.toml:2:2: [customers] has no file"]);
    }
    let told = told(&data, "bad_file");
    assert_eq!(told.len(), 2, "nothing else is said of the tables: {told:#?}");
}

#[test]
fn a_column_that_is_not_there_lists_the_nearest() {
    let data =
        exports().with("companies-10.csv", COMPANIES.replace("Company name", "Company Name"));
    let said =
        "companies-10.csv:1:1: no column \"Company name\" for name (did you mean \"Company Name\"";
    data.run(&["match"]).fails(2, &[said]);
}

#[test]
fn rows_that_do_not_fit_are_told_with_their_place() {
    let data = exports().with(
        "companies-10.csv",
        COMPANIES.replace("\"4,000\"", "\"4,00\"").replace(
            "C4,,,9000,12/01/2026,",
            "C4,,,9000,12/01/2026\n,,,,,\nC5,,,1,2/30/2027,Sleeps",
        ),
    );
    data.run(&["match"]).ends(0);
    let rows = told(&data, "bad_row");
    assert_eq!(rows.len(), 2, "{rows:#?}");
    assert_eq!(
        rows[0],
        "companies-10.csv:5:6 row of C3 skipped: account_value from \"Annual Revenue\" is the text \
         \"4,00\", expected a number such as $1,234.50; if it is one, set number = \"eu\""
    );
    let ragged = "companies-10.csv:6:1 row of C4 skipped: 5 cells, expected 6 as in the header on line 1; the \
         file feeds customers and journey_state_log";
    assert_eq!(rows[1], ragged);
    tells(
        &data,
        "bad_date",
        &["companies-10.csv:8:1 renewal_date is 2/30/2027, expected a date as in %m/%d/%Y"],
    );
    tells(
        &data,
        "unlisted_value",
        &["companies-10.csv:8:18 \"Sleeps\" is not among the values of journey_stage"],
    );
}

#[test]
fn dates_that_can_be_read_both_ways_ask_for_a_pattern() {
    let guessed = SOURCES.replace(", date = \"%m/%d/%Y\"", "");
    let data = exports().with("sources.toml", &guessed);
    data.run(&["match"]).ends(0);
    data.write("companies-10.csv", COMPANIES.replace("03/31/2027", "03/04/2027"));
    data.run(&["match"]).fails(
        2,
        &["companies-10.csv:2:1: renewal_date may have the month or the day first in every row, such as \
           03/04/2027, expected one reading; set date = \"%m/%d/%Y\" or date = \"%d/%m/%Y\""],
    );
    data.write("companies-10.csv", COMPANIES.replace("12/01/2026", "13/01/2026"));
    data.run(&["match"])
        .fails(2, &["the month first in 03/31/2027 and the day first in 13/01/2026"]);
}

#[test]
fn a_file_of_other_rows_is_refused() {
    let text = format!("Record ID;Health Score\n{}", "C1;much\n".repeat(11) + "C2;5\n");
    let data = exports().with("health.csv", text);
    data.run(&["match"]).fails(
        2,
        &["health.csv:2:4: only 1 of its 12 rows can be used; row of C1 skipped: fused_risk_score from \
           \"Health Score\" is the text \"much\", expected a number"],
    );
}

#[test]
fn results_are_not_written_over_an_export() {
    let data = exports();
    let path = data.path("companies-10.csv").display().to_string();
    data.run(&["match", "-o", &path]).ends(2);
    assert_eq!(fs::read_to_string(path).unwrap(), COMPANIES);
}

#[test]
fn playbooks_come_from_a_spreadsheet() {
    let data = Data::good()
        .with(
            "sources.toml",
            "[journey_playbooks]\nfile = \"plays.csv\"\n[journey_playbooks.columns]\nplaybook_id = \"Play\"\n\
             name = \"Title\"\njourney_stage = \"Stage\"\nstatus = { value = \"active\" }\n\
             eligible_segments = { column = \"Segments\", split = \";\" }\ndefault_actions = { value = [\"call\"] }\n\
             approval_required = { column = \"Approval\", true = [\"Required\"] }\n\
             expected_value_range = { column = \"Value\", split = \"-\", number = \"us\" }\n",
        )
        .with(
            "plays.csv",
            "Play,Title,Stage,Segments,Approval,Value\nP1,Escalation,support,All,Required,\"$1,000 - $6,000\"\n\
             P3,Usage Call,engagement,SMB; Mid-Market,No,300-1800\n",
        );
    let plays = data.run(&["match", "--format", "json"]).ends(0).json();
    let of = |customer: &str| {
        plays
            .as_array()
            .unwrap()
            .iter()
            .find(|play| play["customer_id"] == customer)
            .cloned()
            .unwrap()
    };
    assert_eq!(of("C1")["requires_human_approval"], true);
    assert_eq!(of("C1")["expected_value"], 3500);
    assert_eq!(of("C2")["recommended_action"], "call");
    assert_eq!(of("C2")["requires_human_approval"], false);
}

#[test]
fn a_name_with_a_dot_leads_into_an_object() {
    let data = Data::good()
        .with(
            "sources.toml",
            "[customers]\nfile = \"organizations.json\"\npath = \"organizations\"\n[customers.columns]\n\
             customer_id = \"id\"\nname = \"name\"\nsegment = \"organization_fields.tier\"\nowner = \"team.lead.name\"\n",
        )
        .with(
            "organizations.json",
            r#"{"organizations":[{"id":"C1","name":"Acme","team":{"lead":{"name":"dana"}},"organization_fields":{"tier":"SMB","arr":5}},
{"id":"C2","name":"Birch","organization_fields":{"tier":7}}],"next_page":null}"#,
        );
    data.run(&["explain", "C1"]).ends(0).prints(&["SMB", "dana"]);
    let data = data.with(
        "sources.toml",
        "[customers]\nfile = \"organizations.json\"\npath = \"organizations\"\n[customers.columns]\n\
         customer_id = \"id\"\nsegment = \"organization_fields.teir\"\n",
    );
    data.run(&["match"]).fails(
        2,
        &["no column \"organization_fields.teir\" for segment (did you mean organization_fields.tier"],
    );
}
