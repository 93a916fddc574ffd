//! `nextplay match`, seen from outside.

use crate::common;

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use common::{Data, PLAYBOOKS, Ran, program};
use rstest::rstest;
use serde_json::json;

#[test]
fn json_is_an_array_of_the_twelve_fields_in_customer_order() {
    let ran = Data::good().run(&["match", "--format", "json"]).ends(0);
    assert_eq!(
        ran.json(),
        json!([
            {"customer_id": "C1", "segment": "Mid-Market", "journey_stage": "support",
             "playbook_id": "P1", "playbook_name": "Escalation",
             "recommended_action": "assign_engineer", "confidence": 1, "expected_cost": 75,
             "expected_value": 3500, "requires_human_approval": true, "risk_score": 0.98,
             "account_value": 38000},
            {"customer_id": "C2", "segment": "SMB", "journey_stage": "engagement",
             "playbook_id": "P3", "playbook_name": "Usage Call", "recommended_action": "call",
             "confidence": 0.8, "expected_cost": 29, "expected_value": 890,
             "requires_human_approval": false, "risk_score": 0.6, "account_value": 5000},
        ])
    );
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!((lines[0], lines[3], lines.len()), ("[", "]", 4), "one object a line");
    assert!(lines[1].starts_with(r#"{"customer_id":"C1","segment":"#), "fields in their order");
    assert_eq!(ran.err, "");
}

#[test]
fn the_other_formats_say_the_same() {
    let data = Data::good();
    let array = data.run(&["match", "--format", "json"]).ends(0);
    let lines = data.run(&["match", "--format", "jsonl"]).ends(0);
    let joined = format!("[\n{}\n]\n", lines.out.trim_end().replace('\n', ",\n"));
    assert_eq!(joined, array.out);

    let csv = data.run(&["match", "--format", "csv"]).ends(0);
    assert_eq!(
        csv.out,
        "customer_id,segment,journey_stage,playbook_id,playbook_name,recommended_action,\
         confidence,expected_cost,expected_value,requires_human_approval,risk_score,account_value\n"
            .to_owned()
            + r#""C1","Mid-Market","support","P1","Escalation","assign_engineer",1,75,3500,true,0.98,38000
"C2","SMB","engagement","P3","Usage Call","call",0.8,29,890,false,0.6,5000
"#
    );

    let table = data.run(&["match"]).ends(0);
    let column = |line: &str, text: &str| line.find(text).unwrap_or_else(|| panic!("{line}"));
    let lines: Vec<&str> = table.out.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(column(lines[0], "playbook"), column(lines[1], "Escalation"));
    assert_eq!(column(lines[0], "playbook"), column(lines[2], "Usage Call"));
    assert!(lines[1].ends_with("needed") && lines[2].ends_with("automatic"), "{}", table.out);
}

#[test]
fn an_empty_result_is_no_error() {
    let data = Data::good().with("customers.json", "[]");
    assert_eq!(data.run(&["match", "--format", "json"]).ends(0).out, "[]\n");
    assert_eq!(data.run(&["match", "--format", "jsonl"]).ends(0).out, "");
    let csv = data.run(&["match", "--format", "csv"]).ends(0);
    assert!(csv.out.starts_with("customer_id,") && csv.out.lines().count() == 1, "{}", csv.out);
    data.run(&["match"]).fails(0, &["nothing is recommended"]);
}

#[rstest]
#[case(&["--confidence-threshold", "0.9"], &["C1"])]
#[case(&["--confidence-threshold", "0.8"], &["C1", "C2"])]
#[case(&["--confidence-threshold", "0"], &["C1", "C2"])]
#[case(&["--confidence-threshold=1"], &["C1"])]
fn the_threshold_is_the_flags(#[case] flag: &[&str], #[case] want: &[&str]) {
    let args = [&["match", "--format", "json"], flag].concat();
    let ran = Data::good().run(&args).ends(0);
    let ids: Vec<_> =
        ran.json().as_array().unwrap().iter().map(|r| r["customer_id"].clone()).collect();
    assert_eq!(ids, want);
}

#[test]
fn threshold_zero_lets_everybody_pass() {
    // C3 has a risk of 0.1, which a playbook for no risk at all would serve.
    let playbook = PLAYBOOKS.replace(r#""risk_threshold":0.5"#, r#""risk_threshold":0.01"#);
    let data = Data::good().with("journey_playbooks.json", playbook);
    let told = |args: &[&str]| data.run(args).ends(0).json().as_array().unwrap().len();
    assert_eq!(told(&["match", "--format", "json"]), 2);
    assert_eq!(told(&["match", "--format", "json", "--confidence-threshold", "0"]), 3);
}

#[rstest]
#[case("-0.1")]
#[case("1.01")]
#[case("nan")]
#[case("inf")]
#[case("half")]
#[case("")]
fn a_threshold_outside_0_to_1_is_bad_usage(#[case] threshold: &str) {
    Data::good()
        .run(&["match", "--confidence-threshold", threshold])
        .fails(2, &["--confidence-threshold", "0 to 1"]);
}

#[test]
fn one_customer_is_told_why_there_is_nothing() {
    let data = Data::good();
    let one = data.run(&["match", "--customer", "C2", "--format", "json"]).ends(0);
    assert_eq!(one.json().as_array().unwrap().len(), 1);
    let braked = data.run(&["match", "--customer", "C3", "--format", "json"]).ends(0);
    assert_eq!(braked.out, "[]\n");
    braked.says(&["nothing is recommended for C3", "confidence 0.30 is below the 0.50 minimum"]);
    data.run(&["match", "--customer", "C4"])
        .fails(0, &["nothing is recommended for C4", "no playbook is for the expansion stage"]);
    data.run(&["match", "--customer", "c11"]).fails(2, &["no customer \"c11\"", "C1"]);
}

#[rstest]
#[case::empty(b"", "customers.json:1:1")]
#[case::half(br#"[{"customer_id":"C1"},{"custo"#, "customers.json:1:")]
#[case::null(b"null", "customers.json:1:")]
#[case::number(b"17", "customers.json:1:")]
#[case::not_a_number(br#"[{"customer_id":"C1","account_value":NaN}]"#, "customers.json:1:")]
#[case::not_utf8(b"[{\"customer_id\":\"C1\",\"name\":\"\xff\"}]", "UTF-8")]
fn a_file_that_cannot_be_read_ends_every_command_with_2(
    #[case] content: &[u8],
    #[case] place: &str,
) {
    let data = Data::good().with("customers.json", content);
    for args in [
        &["match", "--format", "json"][..],
        &["explain", "C1"],
        &["queue"],
        &["approve", "C1"],
        &["undo", "01a20a1e-ecb6"],
    ] {
        data.run(args).fails(2, &["error: customers.json", place]);
    }
    assert!(!data.path(common::LEDGER).exists(), "nothing was decided");
}

#[test]
fn five_thousand_brackets_are_an_error_like_any_other() {
    for brackets in ["[".repeat(5000), "{\"a\":".repeat(5000), "[".repeat(5000) + &"]".repeat(5000)]
    {
        let data = Data::good().with("customers.json", brackets);
        // Whole brackets are an array with one row that is no object: that row is skipped.
        let ran = data.run(&["match"]);
        assert!(ran.status == 2 || ran.err.contains("skipped"), "{ran:?}");
        ran.says(&[": customers.json:1:"]);
    }
}

#[test]
fn a_broken_optional_file_is_never_passed_over() {
    let data = Data::good()
        .with("journey_forecasts.json", r#"[{"customer_id":"C1","churn_probability":0.9}]"#)
        .with("fused_signals.json", "[{");
    data.run(&["match"]).fails(2, &["error: fused_signals.json:1:3"]);
    std::fs::remove_file(data.path("fused_signals.json")).unwrap();
    data.run(&["match"]).ends(0).prints(&["C1"]);
    std::fs::create_dir(data.path("fused_signals.json")).unwrap();
    data.run(&["match"]).fails(2, &["error: fused_signals.json: cannot be read"]);
}

#[test]
fn every_broken_file_is_told() {
    let data = Data::good().with("customers.json", "{").with("signals.json", "]");
    std::fs::remove_file(data.path("journey_playbooks.json")).unwrap();
    data.run(&["match"]).fails(
        2,
        &[
            "error: customers.json:1:",
            "journey_playbooks.json: missing in ",
            "error: signals.json:1:1",
        ],
    );
}

#[test]
fn without_data_hints_lead_to_the_demo_and_to_data_that_is_near() {
    let data = Data::empty();
    let named = "hint: name the directory with customers.json and journey_playbooks.json: --data DIR, \
                 or NEXTPLAY_DATA";
    let demo = "hint: run `nextplay demo` to see nextplay with sample data";
    for command in ["match", "queue", "report", "export"] {
        let missing = "journey_playbooks.json: missing in ";
        data.run(&[command]).fails(2, &["customers.json: missing in ", missing, named, demo]);
    }
    let east = data.path("sales east");
    std::fs::create_dir(&east).unwrap();
    for file in ["customers.json", "journey_playbooks.json"] {
        std::fs::write(east.join(file), "[]").unwrap();
    }
    let east = east.display();
    let near = format!("hint: \"{east}\" has data: --data '{east}'");
    data.run(&["match"]).fails(2, &[near.as_str(), named, demo]);
    let run = program().current_dir(data.path(".")).args(["--data", "nowhere", "match"]).output();
    let run = Ran::of(run.unwrap());
    let near = "hint: \"sales east\" has data: --data 'sales east'";
    run.fails(2, &["error: no directory \"nowhere\"\n", near, named, demo]);
}

#[test]
fn a_directory_that_cannot_be_used_is_2_for_every_command() {
    let data = Data::good();
    for (path, said) in [("nowhere", "no directory"), ("customers.json", "not a directory")] {
        for args in [
            &["match"][..],
            &["explain", "C1"],
            &["check"],
            &["queue"],
            &["approve", "C1"],
            &["reject", "C1", "--reason", "other"],
            &["undo", "01a20a1e-ecb6"],
            &["log"],
            &["verify"],
        ] {
            let output = program().arg("--data").arg(data.path(path)).args(args).output().unwrap();
            Ran::of(output).fails(2, &["error: ", said]);
        }
    }
}

#[test]
fn rows_of_the_wrong_type_are_set_aside_and_told_up_to_ten() {
    let mut rows: Vec<String> =
        (10..22).map(|n| format!(r#"{{"customer_id":"X{n}","account_value":"a lot"}}"#)).collect();
    let good = |id: &str| format!(r#"{{"customer_id":"{id}","segment":"SMB","account_value":1}}"#);
    rows.extend([good("C1"), good("C2")]);
    let data = Data::good().with("customers.json", format!("[{}]", rows.join(",\n")));
    let ran = data.run(&["match", "--format", "json"]).ends(0);
    assert_eq!(ran.json()[0]["customer_id"], "C1");
    let told = ran.err.lines().filter(|line| line.starts_with("error: customers.json:")).count();
    assert_eq!(told, 10, "{}", ran.err);
    ran.says(&[
        "customers.json:1:39",
        "account_value",
        "12 errors",
        "hint: run `nextplay check` to list them",
    ]);
}

#[test]
fn bom_crlf_and_objects_keyed_by_id_are_fine() {
    let plain = Data::good();
    let want = plain.run(&["match", "--format", "json"]).ends(0).out;
    let customers = std::fs::read_to_string(plain.path("customers.json")).unwrap();
    plain.write("customers.json", format!("\u{feff}{}", customers.replace('\n', "\r\n")));
    plain.write(
        "journey_state_log.json",
        "{\"C1\":{\"journey_stage\":\"support\"},\r\n\"C2\":{\"journey_stage\":\"engagement\"},\
         \"C3\":{\"journey_stage\":\"engagement\"},\"C4\":{\"journey_stage\":\"expansion\"}}",
    );
    let ran = plain.run(&["match", "--format", "json"]).ends(0);
    assert_eq!((ran.out, ran.err.as_str()), (want, ""));
}

#[test]
fn formulas_in_csv_are_text() {
    let playbooks =
        PLAYBOOKS.replace("Escalation", "=HYPERLINK(1)").replace("assign_engineer", "-1+1");
    let data = Data::good()
        .with("journey_playbooks.json", playbooks)
        .with("customers.json", r#"[{"customer_id":"C1","segment":"@SUM","account_value":-5}]"#);
    let ran = data.run(&["match", "--format", "csv"]).ends(0);
    assert!(
        ran.out.contains(r#""C1","'@SUM","support","P1","'=HYPERLINK(1)","'-1+1",1,"#),
        "{}",
        ran.out
    );
    assert!(ran.out.ends_with(",-5\n"), "a number stays one: {}", ran.out);
}

const HOSTILE: &str = r#"\u001b[31m\u202eevil\u0007\u009b\n"#;

#[test]
fn names_cannot_act_on_the_terminal() {
    let data = Data::good()
        .with("customers.json", format!(r#"[{{"customer_id":"C1","name":"{HOSTILE}","segment":"{HOSTILE}"}},{{"customer_id":"{HOSTILE}","account_value":"x"}}]"#))
        .with("journey_playbooks.json", PLAYBOOKS.replace("Escalation", HOSTILE));
    for args in [
        &["match"][..],
        &["match", "--format", "csv"],
        &["match", "--format", "json"],
        &["explain", "C1"],
        &["explain", "C1", "--format", "json"],
        &["queue"],
        &["queue", "--format", "csv"],
        &["queue", "--format", "jsonl"],
        &["check"],
        &["check", "--format", "json"],
    ] {
        let ran = data.run(args).escape_controls();
        assert!(ran.out.contains("evil"), "{ran:?}");
    }
    let json = data.run(&["match", "--format", "json"]).ends(0).json();
    assert_eq!(json[0]["playbook_name"], "\u{1b}[31m\u{202e}evil\u{7}\u{9b}\n", "nothing is lost");
    let name = ["approve", "C1", "--by", "\u{1b}[31mx"];
    data.run(&name).fails(2, &["--by contains the control character U+001B"]).escape_controls();
    data.run(&["approve", "C1", "--by", "\u{202e}x", "--note", "\u{202e}y"])
        .ends(0)
        .escape_controls();
    data.run(&["log"]).ends(0).escape_controls();
    data.run(&["explain", "\u{1b}[31m"]).fails(2, &["␛[31m"]).escape_controls();
    data.run(&["match", "--format", "\u{1b}[31m"]).fails(2, &["invalid value"]).escape_controls();
}

#[test]
fn a_reader_that_stops_early_is_no_error() {
    // More than a pipe holds, so that the program is still writing when the reader goes.
    let rows: Vec<String> = (0..5000).map(|n| format!(r#"{{"customer_id":"X{n}"}}"#)).collect();
    let states: Vec<String> = (0..5000)
        .map(|n| format!(r#"{{"customer_id":"X{n}","journey_stage":"support"}}"#))
        .collect();
    let fused: Vec<String> =
        (0..5000).map(|n| format!(r#"{{"customer_id":"X{n}","fused_risk_score":0.9}}"#)).collect();
    let data = Data::good()
        .with("customers.json", format!("[{}]", rows.join(",")))
        .with("journey_state_log.json", format!("[{}]", states.join(",")))
        .with("fused_signals.json", format!("[{}]", fused.join(",")));
    for args in [&["match"][..], &["match", "--format", "jsonl"], &["queue", "--format", "csv"]] {
        let mut child =
            data.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn global_flags_stand_before_or_after_and_go_before_the_environment() {
    let (data, other) = (Data::good(), Data::good().with("customers.json", "[]"));
    let dir = data.path("");
    let dir = dir.to_str().unwrap();
    let mut after = program();
    after.args(["match", "--format", "json", "--data", dir]);
    let mut before = program();
    before.args(["--data", dir, "match", "--format", "json"]).env("NEXTPLAY_DATA", other.path(""));
    let mut environment = program();
    environment.args(["match", "--format", "json"]).env("NEXTPLAY_DATA", dir);
    let mut current = program();
    current.args(["match", "--format", "json"]).env("NEXTPLAY_DATA", "").current_dir(dir);
    for mut command in [after, before, environment, current] {
        let ran = Ran::of(command.output().unwrap()).ends(0);
        assert_eq!(ran.json().as_array().unwrap().len(), 2, "{command:?}");
    }
}

#[test]
fn bad_usage_is_2() {
    let data = Data::good();
    data.run(&["frobnicate"]).fails(2, &["unrecognized subcommand"]);
    data.run(&["match", "--format", "xml"]).fails(2, &["xml", "jsonl"]);
    data.run(&["explain"]).fails(2, &["<CUSTOMER>"]);
    data.run(&[]).fails(2, &["needs a terminal", "nextplay match"]);
}
