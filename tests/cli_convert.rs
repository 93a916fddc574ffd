//! `nextplay convert`: what was read, as JSON files on which matching gives the same.

use std::fs;

use crate::common::{Data, Ran, program};

/// What `match` prints for a directory.
fn matched(directory: &std::path::Path) -> String {
    let ran = program().arg("--data").arg(directory).args(["match", "--format", "json"]).output();
    String::from_utf8(ran.unwrap().stdout).unwrap()
}

#[test]
fn the_copy_matches_to_the_same_bytes() {
    let data = Data::good()
        .with("nextplay.toml", "[matching]\nconfidence_threshold = 0.9\n")
        .with("journey_forecasts.jsonl", "{\"customer_id\":\"C1\",\"churn_probability\":0.3}\n");
    fs::remove_file(data.path("journey_state_log.json")).unwrap();
    fs::create_dir(data.path("journey_state_log")).unwrap();
    for (part, id) in [("a", "C1"), ("b", "C2")] {
        let row = format!("{{\"customer_id\":\"{id}\",\"journey_stage\":\"support\"}}\n");
        data.write(&format!("journey_state_log/{part}.jsonl"), row);
    }
    let out = data.path("copies/json");
    fs::create_dir(data.path("copies")).unwrap();
    let ran = data.run(&["convert", "-o", out.to_str().unwrap()]).ends(0);
    ran.prints(&["copies/json\"\n", "  customers.json  4 rows\n", "  nextplay.toml\n"]);
    let (before, after) = (matched(data.path("").as_path()), matched(&out));
    assert!(before.contains("C1"), "{before}");
    assert_eq!(after, before);
    let mut names: Vec<_> =
        fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "customers.json",
            "fused_signals.json",
            "journey_forecasts.json",
            "journey_playbooks.json",
            "journey_state_log.json",
            "nextplay.toml",
            "playbook_performance_log.json"
        ]
    );
    // Nothing half-written is left beside it.
    assert_eq!(fs::read_dir(data.path("copies")).unwrap().count(), 1);
}

#[test]
fn the_copy_of_the_sample_data_matches_to_the_same_bytes() {
    let data = Data::empty();
    let out = data.path("json");
    let mut convert = program();
    convert.args(["--data", "sample_data", "convert", "-o", out.to_str().unwrap()]);
    convert.current_dir(env!("CARGO_MANIFEST_DIR"));
    Ran::of(convert.output().unwrap())
        .ends(0)
        .says(&["warning: 1 row could not be read and is left out"]);
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data");
    assert_eq!(matched(&out), matched(&sample));
}

#[test]
fn nothing_is_written_over_anything() {
    let data = Data::good();
    let here = data.path("");
    data.run(&["convert", "-o", here.to_str().unwrap()])
        .fails(2, &["\" is not empty\n", "hint: name a directory that does not exist"]);
    data.write("file", "x");
    data.run(&["convert", "-o", data.path("file").to_str().unwrap()])
        .fails(2, &["file\" is not a directory\n"]);
    data.run(&["convert", "-o", data.path("no/such").to_str().unwrap()])
        .fails(2, &["error: cannot write \""]);
    let broken = Data::good().with("customers.json", "[");
    broken
        .run(&["convert", "-o", broken.path("out").to_str().unwrap()])
        .fails(2, &["customers.json"]);
    assert!(!broken.path("out").exists());
}
