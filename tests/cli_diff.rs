//! `diff`: what other data, another policy or other settings change.

use crate::common;

use std::fs;

use common::{Data, PLAYBOOKS, Ran};
use rstest::rstest;
use serde_json::{Value, json};

fn diff(data: &Data, args: &[&str]) -> Ran {
    data.run(&[&["diff"], args].concat())
}

fn path(data: &Data, file: &str) -> String {
    data.path(file).to_str().unwrap().to_owned()
}

/// `ID CHANGE PLAYBOOK>PLAYBOOK` of each customer.
fn told(ran: &Ran) -> Vec<String> {
    let play = |side: &Value| side["playbook_id"].as_str().unwrap_or("-").to_owned();
    let customer = |row: &Value| {
        let text = |field: &str| row[field].as_str().unwrap().to_owned();
        let (was, now) = (play(&row["before"]), play(&row["after"]));
        format!("{} {} {was}>{now}", text("customer_id"), text("change"))
    };
    ran.json()["customers"].as_array().unwrap().iter().map(customer).collect()
}

#[test]
fn a_setting_is_compared_in_the_shape_of_the_json() {
    let data = Data::good();
    let ran = diff(&data, &["--set", "playbook.P1.status=retired", "--format", "json"]).ends(1);
    assert_eq!(ran.err, "");
    let before = json!({
        "recommendations": 2, "need_approval": 1, "expected_cost": 104, "expected_value": 4390,
        "net_benefit": 4286
    });
    let mut told = ran.json();
    assert_eq!(told["before"], before);
    assert_eq!(told["after"]["recommendations"], 2);
    assert_eq!(told["after"]["need_approval"], 0);
    let rows = told["customers"].take();
    let [row] = rows.as_array().unwrap().as_slice() else { panic!("{rows}") };
    let recommended = data.run(&["match", "--format", "json"]).json();
    assert_eq!(row["before"], recommended[0], "all 12 fields");
    assert_eq!((&row["customer_id"], &row["change"]), (&json!("C1"), &json!("switches")));
    assert_eq!(row["after"]["playbook_id"], "P2");
    let names: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["after", "before", "customers"]);
    assert!(ran.out.starts_with("{\"before\":{\"recommendations\":2,"), "{}", ran.out);
}

#[test]
fn settings_are_applied_from_left_to_right_and_idle_ones_say_why() {
    let data = Data::good();
    let json = |args: &[&str]| diff(&data, &[args, &["--format", "json"]].concat());
    let ran = json(&["--set", "matching.confidence_threshold=1"]).ends(1);
    assert_eq!(told(&ran), ["C2 loses P3>-"]);
    let both =
        ["--set", "matching.confidence_threshold=1", "--set", "matching.confidence_threshold=0.3"];
    let ran = json(&both).ends(0);
    assert_eq!(told(&ran), [""; 0]);
    ran.says(&[
        "note: matching.confidence_threshold=1 changes nothing: a later setting of the same key counts\n",
        "note: matching.confidence_threshold=0.3 changes nothing: no customer with an eligible playbook",
    ]);
    json(&["--set", "playbook.P3.avg_cost_estimate=99"])
        .ends(0)
        .says(&["the ROI of P3 for SMB is measured: avg_cost_estimate is not used\n"]);
    let ran = json(&["--set", "performance.P3.SMB.avg_value=900"]).ends(1);
    assert_eq!(told(&ran), ["C2 numbers P3>P3"]);
    let ran = json(&[
        "--set",
        "playbook.P3.risk_threshold=0.05",
        "--set",
        "matching.confidence_margin=0.9",
    ]);
    assert_eq!(told(&ran.ends(1)), ["C2 numbers P3>P3", "C3 gains ->P3"]);
}

#[rstest]
#[case(&[], "required")]
#[case(&["--set", "matching.confidence_threshold"], "expected KEY=VALUE")]
#[case(&["--set", "matching.confidence_threshold=2"], "is the number 2, expected a number from 0 to 1")]
#[case(&["--set", "matching.treshold=0.2"], "error: --set: no policy key \"matching.treshold\"\nhint: did you mean matching.")]
#[case(&["--set", "playbook.P9.status=active"], "error: --set: no playbook \"P9\" in the data\nhint: did you mean P")]
#[case(&["--set", "playbook.P1.risk=0.2"], "did you mean risk_threshold?")]
#[case(&["--set", "performance.P1.SMB.runs=2"], "\"P1\" has no performance row for \"SMB\"")]
#[case(&["nowhere"], "cannot read \"nowhere\" to compare with it")]
#[case(&[""], "OTHER is empty")]
fn what_cannot_be_compared_says_why(#[case] args: &[&str], #[case] said: &str) {
    diff(&Data::good(), args).fails(2, &[said]).escape_controls();
}

#[test]
fn another_directory_is_compared_by_id_with_its_own_policy() {
    let data = Data::good();
    let other = Data::good();
    diff(&data, &[&path(&other, ""), "--format", "json"]).ends(0);
    // C2 goes, C3 is at risk now, C0 comes, and all of them stand elsewhere in the file.
    other.write(
        "customers.json",
        r#"[{"customer_id":"C0","segment":"SMB"},{"customer_id":"C3","segment":"SMB"},
        {"customer_id":"C1","segment":"Mid-Market","account_value":38001}]"#,
    );
    other.write(
        "journey_state_log.json",
        r#"[{"customer_id":"C0","journey_stage":"engagement"},
        {"customer_id":"C3","journey_stage":"engagement"},{"customer_id":"C1","journey_stage":"support"}]"#,
    );
    other.write(
        "fused_signals.json",
        r#"[{"customer_id":"C0","fused_risk_score":0.6},{"customer_id":"C3","fused_risk_score":0.7},
        {"customer_id":"C1","fused_risk_score":0.98}]"#,
    );
    let ran = diff(&data, &[&path(&other, ""), "--format", "json"]).ends(1);
    let want = ["C1 numbers P1>P1", "C2 loses P3>-", "C3 gains ->P3", "C0 gains ->P3"];
    assert_eq!(told(&ran), want);
    other.write("nextplay.toml", "[matching]\nconfidence_threshold = 1\n");
    let ran = diff(&data, &[&path(&other, ""), "--format", "json"]).ends(1);
    assert_eq!(told(&ran), ["C1 numbers P1>P1", "C2 loses P3>-"]);
    other.write("customers.json", "[");
    diff(&data, &[&path(&other, "")]).fails(2, &["error: customers.json:1:2"]);
}

#[test]
fn a_playbook_file_is_compared_on_the_same_customers() {
    let data = Data::good();
    let other = Data::empty().with("new.json", PLAYBOOKS.replace("\"P2\"", "\"P9\""));
    let ran = diff(&data, &[&path(&other, "new.json"), "--format", "json"]).ends(0);
    assert_eq!(told(&ran), [""; 0], "it wins for nobody");
    other.write(
        "new.json",
        PLAYBOOKS.replace("\"approval_required\":true", "\"approval_required\":false"),
    );
    let ran = diff(&data, &[&path(&other, "new.json"), "--format", "json"]).ends(1);
    assert_eq!(told(&ran), ["C1 numbers P1>P1"]);
    let set = ["--set", "playbook.P1.approval_required=true", "--format", "json"];
    diff(&data, &[&[path(&other, "new.json").as_str()], &set[..]].concat()).ends(0);
    // Told by what it is, whatever its name.
    other.write("plays", "[]");
    let ran = diff(&data, &[&path(&other, "plays"), "--format", "json"]).ends(1);
    assert_eq!(told(&ran), ["C1 loses P1>-", "C2 loses P3>-"]);
    let customers = path(&data, "customers.json");
    diff(&data, &[&customers])
        .fails(2, &["customers.json:2:1: none of its 4 rows can be used; row without playbook_id"]);
    other.write("new.json", "[{");
    diff(&data, &[&path(&other, "new.json")]).fails(2, &["error: new.json:1:3"]);
    other.write(
        "new.json",
        PLAYBOOKS.replace("\"approval_required\":true", "\"approval_required\":\"yes\""),
    );
    let ran = diff(&data, &[&path(&other, "new.json"), "--format", "json"]).ends(1);
    assert_eq!(told(&ran), ["C1 switches P1>P2"], "a skipped row is no playbook");
    ran.says(&["error: new.json:2:", "approval_required"]);
    assert_eq!(fs::read_to_string(data.path("journey_playbooks.json")).unwrap(), PLAYBOOKS);
}

#[test]
fn a_policy_file_is_compared_in_place_of_the_directorys() {
    let data = Data::good().with("nextplay.toml", "[matching]\nconfidence_threshold = 0.9\n");
    let other =
        Data::empty().with("strict.toml", "[approval]\nrequired_at_account_value = 5_000\n");
    let ran = diff(&data, &[&path(&other, "strict.toml"), "--format", "json"]).ends(1);
    assert_eq!(told(&ran), ["C2 gains ->P3"]);
    assert_eq!(ran.json()["after"]["need_approval"], 2);
    other.write("strict.toml", "[matching]\nconfidence_threshold = 7\n");
    diff(&data, &[&path(&other, "strict.toml")])
        .fails(2, &["error: strict.toml:2:24", "is the number 7"]);
}

#[test]
fn people_read_totals_and_a_line_for_each_customer() {
    let data = Data::good();
    let args =
        ["--set", "playbook.P1.status=retired", "--set", "matching.confidence_threshold=0.9"];
    let ran = diff(&data, &args).ends(1);
    assert_eq!(
        ran.out,
        "                 current  proposed   change
recommendations        2         1       -1
needs approval         1         0       -1
expected cost       $104        $4    -$100
expected value    $4,390      $100  -$4,290
net benefit       $4,286       $96  -$4,190

2 customers affected: 1 loses its recommendation, 1 switches to another playbook

id  customer  change    details
C1  Acme      switches  Escalation → Nudge, cost $75 → $4, value $3,500 → $100, no longer needs approval, action Assign engineer → Send article
C2  Birch     loses     Usage Call → no recommendation
"
    );
    diff(&data, &["--set", "matching.ranking=roi"])
        .ends(0)
        .prints(&["No recommendation changes.\n"])
        .says(&["it is already roi"]);
    let csv = diff(&data, &[&args[..], &["--format", "csv"]].concat()).ends(1).out;
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("customer_id,change,before_segment,before_journey_stage,"));
    assert!(lines[0].ends_with(",after_risk_score,after_account_value"), "{}", lines[0]);
    assert!(lines[2].starts_with(
        r#""C2","loses","SMB","engagement","P3","Usage Call","call",0.8,29,890,false,0.6,5000,,,"#
    ));
}

#[test]
fn names_from_data_do_no_harm() {
    let data = Data::good().with(
        "journey_playbooks.json",
        PLAYBOOKS.replace("Escalation", "\\u001b[2J\\u202ex").replace("\"P2\"", "\"P\\u001b\""),
    );
    let ran = diff(&data, &["--set", "playbook.P1.status=retired"]).ends(1).escape_controls();
    ran.prints(&["␛[2J<U+202E>x → Nudge"]);
    diff(&data, &["--set", "playbook.P1.name=\u{1b}[2J"]).escape_controls();
}
