//! The reference function's answers on 88 cases: every one has to come out equal.

use std::path::Path;
use std::sync::Arc;
use std::{fs, iter};

use nextplay::domain::{Policy, json};
use nextplay::intake::Loader;
use nextplay::intake::load::Reread;
use nextplay::matching::Matching;
use serde_json::Value;

fn answer(case: &Value) -> Vec<Value> {
    let dir = tempfile::tempdir().unwrap();
    for (name, rows) in case["files"].as_object().unwrap() {
        fs::write(dir.path().join(name), rows.to_string()).unwrap();
    }
    let loaded = Loader::new(dir.path()).load(Reread::All);
    assert_eq!(loaded.problems, []);
    let policy = Policy {
        confidence_threshold: case["confidence_threshold"].as_f64().unwrap(),
        ..Policy::default()
    };
    let matching = Matching::new(loaded.dataset, Arc::new(policy));
    let lines: Vec<String> = matching.recommendations().map(|r| json::line(&r)).collect();
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Equal as JSON, numbers by their value: 58 is 58.0.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| equal(value, other)))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && iter::zip(a, b).all(|(a, b)| equal(a, b))
        }
        _ => a == b,
    }
}

#[test]
fn every_vector_comes_out_equal() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let case: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let got = Value::Array(answer(&case));
        assert!(
            equal(&got, &case["expected"]),
            "{}: {}\n got {got}\nwant {}",
            path.display(),
            case["rule"],
            case["expected"]
        );
        count += 1;
    }
    assert_eq!(count, 88);
}
