//! Tables of the command line say whom they are about: the customer's name beside the id, and the name of
//! the playbook.

use crate::common;

use common::Data;

/// `C1` is Acme, for whom Escalation (`P1`) is recommended.
fn decided() -> Data {
    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    data
}

#[test]
fn log_names_customers_and_playbooks() {
    let data = decided();
    data.run(&["log"]).ends(0).prints(&["customer  name  playbook", "C1        Acme  Escalation"]);
    data.run(&["log", "--entry", "1"])
        .ends(0)
        .prints(&["customer     C1 Acme\n", "playbook     P1 Escalation\n"]);
}

#[test]
fn log_needs_no_data_for_its_entries() {
    let data = decided();
    let whole = data.run(&["log", "--format", "jsonl"]).ends(0).out;
    assert!(!whole.contains("Acme") || whole == data.ledger());
    for broken in ["{", "[]"] {
        data.write("customers.json", broken);
        data.write("journey_playbooks.json", broken);
        let ran = data.run(&["log"]).ends(0);
        assert_eq!(ran.err, "", "nothing is said of the data");
        assert!(ran.out.contains("C1") && ran.out.contains("P1") && !ran.out.contains("Acme"));
    }
    std::fs::remove_file(data.path("customers.json")).unwrap();
    assert_eq!(data.run(&["log", "--format", "jsonl"]).ends(0).out, whole);
    data.run(&["log"]).ends(0).prints(&["C1"]);
}

#[test]
fn diff_names_customers() {
    let data = Data::good();
    data.run(&["diff", "--set", "playbook.P1.status=retired"])
        .ends(1)
        .prints(&["id  customer", "C1  Acme"]);
}

#[test]
fn match_names_customers() {
    let ran = Data::good().run(&["match"]).ends(0);
    assert!(ran.out.lines().any(|line| line.starts_with("C1  Acme")), "{}", ran.out);
}
