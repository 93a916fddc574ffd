//! `nextplay check`, seen from outside.

use crate::common;

use common::Data;
use serde_json::json;

#[test]
fn good_data_is_0() {
    let data = Data::sound();
    data.run(&["check", "--strict"]).ends(0).prints(&["nothing wrong was found"]);
    assert_eq!(data.run(&["check", "--format", "json"]).ends(0).out, "[]\n");
}

#[test]
fn a_warning_fails_only_where_it_is_asked_to() {
    let data = Data::sound()
        .with("journey_forecasts.json", r#"[{"customer_id":"C9","churn_probability":0.5}]"#);
    data.run(&["check"])
        .ends(0)
        .prints(&["warning: journey_forecasts.json:1:2: \"C9\" is not", "1 warning"]);
    data.run(&["check", "--strict"]).ends(1);
}

#[test]
fn a_row_of_the_wrong_type_is_an_error_with_its_place() {
    let data = Data::sound().with(
        "fused_signals.json",
        "[\n{\"customer_id\":\"C1\",\"fused_risk_score\":\"high\"},\n\
         {\"customer_id\":\"C2\",\"fused_risk_score\":0.6}\n]",
    );
    let ran = data.run(&["check", "--format", "json"]).ends(1);
    let finding = &ran.json()[0];
    let message = finding["message"].as_str().unwrap();
    assert!(message.contains("high") && message.contains("expected a number"), "{message}");
    assert_eq!(
        *finding,
        json!({
            "code": "bad_row", "severity": "error", "message": message,
            "file": "fused_signals.json", "line": 2, "column": 40,
            "field": "fused_risk_score", "playbook_id": null, "customers": finding["customers"],
            "account_value": finding["account_value"],
        })
    );
    data.run(&["check"]).ends(1).prints(&["error: fused_signals.json:2:40: ", "1 error\n"]);
}

#[test]
fn files_that_cannot_be_read_are_findings_here() {
    let data = Data::good().with("customers.json", "[{]").with("signals.json", "");
    std::fs::remove_file(data.path("journey_playbooks.json")).unwrap();
    let ran = data.run(&["check", "--format", "json"]).ends(1);
    let told: Vec<_> = ran
        .json()
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["code"] == "bad_file")
        .map(|finding| finding["file"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, ["customers.json", "journey_playbooks.json", "signals.json"]);
}

#[test]
fn a_finding_is_one_line_off_a_terminal() {
    let name = "a very long name ".repeat(20);
    let data = Data::one(&format!(r#"{{"customer_id":"C1","name":17,"segment":"{name}"}}"#));
    let ran = data.run(&["check"]).ends(1);
    assert!(ran.out.lines().all(|line| !line.starts_with(' ')), "{}", ran.out);
}

#[test]
fn rows_are_not_strangers_where_the_file_that_knows_them_cannot_be_read() {
    for file in ["customers.json", "journey_playbooks.json"] {
        let data = Data::good().with(file, "[{");
        let ran = data.run(&["check", "--format", "json"]).ends(1);
        let codes: Vec<_> =
            ran.json().as_array().unwrap().iter().map(|f| f["code"].clone()).collect();
        assert_eq!(codes, ["bad_file"], "{file}");
    }
}
