//! The year before the sample's day: made from a seed, and enough to learn from.

#[allow(dead_code)]
#[path = "../examples/history.rs"]
mod made;

use std::fs;
use std::path::Path;

use crate::common::Data;

const TODAY: &str = "2026-11-20T12:00:00Z";

fn sample() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data"))
}

/// The sample with what the policy has commented out of a kind of table.
fn with_tables(table: &str) -> Data {
    let policy = fs::read_to_string(sample().join("nextplay.toml")).unwrap();
    let mut is_in = false;
    let line = |line: &str| {
        is_in = match line.strip_prefix('#') {
            Some(text) if text.starts_with("[[") => text == format!("[[{table}]]"),
            Some(_) => is_in,
            None => false,
        };
        let begins = line.starts_with('#') && !line.starts_with("# ");
        if is_in && begins { line.trim_start_matches('#').to_owned() } else { line.to_owned() }
    };
    let policy: Vec<String> = policy.lines().map(line).collect();
    Data::sample().with("nextplay.toml", policy.join("\n"))
}

#[test]
fn the_files_of_the_sample_are_those_that_the_seed_makes() {
    for directory in ["sample_data", "examples/crm_export"] {
        for (name, made) in made::files(sample()) {
            let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory).join(name);
            assert!(
                fs::read_to_string(&kept).unwrap() == made,
                "{directory}/{name}: run `cargo run --example history`, and copy it there"
            );
        }
    }
}

#[test]
fn the_experiments_that_the_policy_has_commented_out_have_results() {
    let data = with_tables("experiment");
    let results = data.run(&["experiment", "--format", "json", "--as-of", TODAY]).json();
    let action = |at: usize| results[at]["recommendation"]["action"].as_str().unwrap();
    assert_eq!(results.as_array().unwrap().len(), 3);
    assert_eq!(results[0]["recommendation"]["text"], "Promote: PB_SUP_001 performs better");
    assert_eq!((action(1), action(2)), ("wait", "wait"));
    assert!(results[1]["recommendation"]["more_outcomes"].as_u64().unwrap() > 50);
    // Everyone who was compared got the play of the own arm.
    for result in &results.as_array().unwrap()[..2] {
        assert_eq!(result["srm"]["broken"], false);
    }
}

#[test]
fn there_is_something_to_learn_of_every_playbook_that_ran() {
    let data = with_tables("experiment");
    let learned = data.run(&["learn", "--format", "json", "--as-of", TODAY]).json();
    let rows = learned["rows"].as_array().unwrap();
    let all: Vec<_> = rows.iter().filter(|row| row["segment"] == "All").collect();
    let often = all.iter().filter(|row| row["outcomes"].as_u64().unwrap() >= 8);
    assert!(often.count() >= 10, "{learned}");
    assert!(learned["counted"].as_u64().unwrap() > 200);
    assert_eq!(learned["skipped"]["not_joined"], 0);
}
