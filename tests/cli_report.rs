//! `nextplay report`, seen from outside: its numbers against a calculation of their own.

use crate::common;
use crate::figures;

use std::path::{Path, PathBuf};

use common::{Data, LEDGER, Ran};
use figures::{calculated, generated, money};
use serde_json::{Value, json};

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data")
}

/// The program on a directory, with a ledger elsewhere: the sample may have one of its own.
fn run(directory: &Path, args: &[&str]) -> Ran {
    let ledger = directory.join("no-such-ledger.jsonl");
    let mut command = common::program();
    command.arg("--data").arg(directory).arg("--ledger").arg(ledger).args(args);
    Ran::of(command.output().unwrap())
}

fn report(directory: &Path, format: &str) -> Ran {
    run(directory, &["report", "--format", format]).ends(0)
}

/// As equal as sums in another order can be: to a thousandth of a cent and far beyond.
#[track_caller]
fn assert_same(found: &Value, wanted: &Value, path: &str) {
    match (found, wanted) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = |object: &serde_json::Map<String, Value>| {
                object.keys().cloned().collect::<Vec<_>>()
            };
            let (mut a_keys, mut b_keys) = (keys(a), keys(b));
            a_keys.sort();
            b_keys.sort();
            assert_eq!(a_keys, b_keys, "{path}");
            for (key, value) in b {
                assert_same(&a[key], value, &format!("{path}.{key}"));
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{path}: {found} {wanted}");
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                assert_same(a, b, &format!("{path}[{n}]"));
            }
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            assert!((a - b).abs() <= 1e-5 + 1e-12 * b.abs(), "{path}: {a} is not {b}");
        }
        _ => assert_eq!(found, wanted, "{path}"),
    }
}

#[track_caller]
fn agrees(directory: &Path) {
    let mut found = report(directory, "json").json();
    let object = found.as_object_mut().unwrap();
    let at = object.remove("generated_at").unwrap();
    assert!(at.as_str().unwrap().ends_with('Z'), "{at}");
    let findings = object.remove("findings").unwrap();
    assert_eq!(
        findings,
        run(directory, &["check", "--format", "json"]).json(),
        "as `check` has them"
    );
    let queue = run(directory, &["queue", "--format", "json"]).json();
    assert_eq!(object["awaiting_decision"], queue.as_array().unwrap().len());
    let statements = object.remove("statements").unwrap();
    assert!(!statements.as_array().unwrap().is_empty());
    // By the clock; `cli_committed` has it.
    object.remove("committed").unwrap();
    // `cli_calibration` has it.
    object.remove("calibration").unwrap();
    assert_same(&found, &calculated(directory), "report");
}

/// Where nothing runs, what is committed is what `export` gives.
#[test]
fn what_is_committed_of_a_large_portfolio_is_what_may_run() {
    let directory = generated(3_000);
    let export = run(directory.path(), &["export"]).ends(0).json();
    let sum = |field: &str| -> f64 {
        let rows = export.as_array().unwrap().iter();
        rows.map(|row| row[field].as_f64().unwrap()).sum()
    };
    let (cost, value) = (sum("expected_cost"), sum("expected_value"));
    let wanted = json!({
        "expected_cost": cost, "expected_value": value, "net_benefit": value - cost,
        "roi_percent": (value - cost) / cost * 100.0,
    });
    let found = report(directory.path(), "json").json();
    assert_same(&found["committed"], &wanted, "committed");
}

#[test]
fn the_numbers_of_the_sample_are_those_of_the_raw_files() {
    agrees(&sample());
}

#[test]
fn the_numbers_of_a_large_portfolio_are_those_of_the_raw_files() {
    agrees(generated(3_000).path());
}

#[test]
fn the_same_with_any_number_of_threads() {
    let directory = generated(3_000);
    let run = |threads: &str| {
        let mut command = common::program();
        command.env("RAYON_NUM_THREADS", threads).arg("--data").arg(directory.path());
        let mut json =
            Ran::of(command.args(["report", "--format", "json"]).output().unwrap()).json();
        json.as_object_mut().unwrap().remove("generated_at");
        json
    };
    assert_eq!(run("1"), run("7"));
}

#[test]
fn the_keys_come_in_their_order() {
    let out = report(&sample(), "json").out;
    let keys = [
        "{\"generated_at\":",
        ",\"customers\":",
        ",\"customers_at_high_risk\":",
        ",\"revenue_at_risk\":",
        ",\"recommendations\":",
        ",\"awaiting_decision\":",
        ",\"verdict\":",
        ",\"targets\":",
        ",\"investment\":",
        ",\"committed\":",
        ",\"segments\":",
        ",\"stages\":",
        ",\"paths\":",
        ",\"leaderboard\":",
        ",\"under_review\":",
        ",\"kpis\":",
        ",\"trend\":",
        ",\"statements\":",
        ",\"findings\":",
    ];
    let mut rest = out.as_str();
    for key in keys {
        let at = rest.find(key).unwrap_or_else(|| panic!("{key} is missing or too early"));
        rest = &rest[at + key.len() - 1..];
    }
    assert_eq!(out.lines().count(), 1);
}

#[test]
fn statements_of_the_sample_are_true() {
    let json = report(&sample(), "json").json();
    let statements: Vec<&str> =
        json["statements"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
    let want = [
        "4 Enterprise recommendations in the Retention stage",
        "SMB Onboarding Rescue has 2.3× the ROI of Guided Setup Sprint in SMB (23.5× and 10.2×)",
        "174 outcomes saved an estimated $562,260 (gross)",
        "The smallest account that needs approval is worth $4,800 a year",
    ];
    for sentence in want {
        assert!(statements.contains(&sentence), "{sentence:?} is not in {statements:#?}");
    }
}

/// Every figure that all three formats have, as people read it.
fn as_read(json: &Value) -> Vec<String> {
    let number = |value: &Value| value.as_f64().unwrap();
    let mut all = vec![money(number(&json["revenue_at_risk"]))];
    for key in ["customers_at_high_risk", "recommendations", "awaiting_decision"] {
        all.push(money(number(&json[key])).replace('$', ""));
    }
    for key in ["expected_cost", "expected_value", "net_benefit"] {
        all.push(money(number(&json["investment"][key])));
        all.push(money(number(&json["committed"][key])));
    }
    for list in ["segments", "stages", "paths"] {
        for row in json[list].as_array().unwrap() {
            all.push(money(number(&row["revenue_at_risk"])));
        }
    }
    for row in json["leaderboard"].as_array().unwrap() {
        all.extend(row["roi_ratio"].as_f64().map(|roi| format!("{roi:.1}×")));
        all.extend(row["avg_value"].as_f64().map(money));
    }
    for row in json["trend"]["snapshots"].as_array().unwrap() {
        all.push(money(number(&row["revenue_at_risk"])));
    }
    for text in json["statements"].as_array().unwrap() {
        all.push(text.as_str().unwrap().to_owned());
    }
    all
}

#[test]
fn all_formats_have_the_same_numbers() {
    let generated = generated(3_000);
    for directory in [sample().as_path(), generated.path()] {
        let json = report(directory, "json").json();
        let (md, html) = (report(directory, "md").out, report(directory, "html").out);
        for figure in as_read(&json) {
            assert!(md.contains(&figure), "{figure} is not in the Markdown");
            assert!(html.contains(&figure), "{figure} is not on the page");
        }
    }
}

/// The first point of a line over time is as high as its amount, seen from the axis.
#[test]
fn lines_over_time_start_at_zero() {
    let data = Data::good();
    let row = |day: &str, customers: u32| json!({"snapshot_id": day, "generated_at": day, "customers_at_high_risk": customers});
    let rows = json!([row("2026-01-01", 100), row("2026-02-01", 75), row("2026-03-01", 50)]);
    data.write("portfolio_snapshots.json", rows.to_string());
    let page = data.run(&["report", "--format", "html"]).ends(0).out;
    assert!(page.contains("axis starts at 0"));
    let line = page.split("class=\"trend\" points=\"").nth(1).unwrap().split('"').next().unwrap();
    let y = |at: usize| -> f64 {
        line.split(' ').nth(at).unwrap().split(',').nth(1).unwrap().parse().unwrap()
    };
    let axis = page.split("class=\"rule\"").nth(1).unwrap().split("y1=\"").nth(1).unwrap();
    let axis: f64 = axis.split('"').next().unwrap().parse().unwrap();
    assert!((axis - y(0) - 2.0 * (axis - y(2))).abs() < 0.3, "{line} over {axis}");
}

#[test]
fn markdown_tells_levels_and_verdicts_by_sign_and_word() {
    report(&sample(), "md").prints(&[
        "# Portfolio report\n",
        "**🟡 1 KPI off target, Enterprise critical**",
        "| Enterprise |        11 |     9 |             6 |      $2,399,000 | 🔴 critical |",
        "🟡 elevated",
        "🟢 monitor",
        "1. Decide on 10 recommendations with $1.5M revenue at risk",
        "The portfolio is improving: customers at high risk -9.4%",
        "| Average days to outcome |            6.7 | 282 outcomes |   5 or less | 🔴 at risk  |",
        "| PB_RET_003 | SMB     | 🟡 success rate 38%, below 50%; ROI 4.3×, below 15.0× |",
        "Retention → Churn risk",
        "## Needs a decision",
        "10 recommendations with $1,465,192 revenue at risk: 9 pending, 1 held.",
    ]);
}

/// Every element is closed where it should be; nothing is fetched, nothing runs.
#[track_caller]
fn is_sound(html: &str) {
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    let lower = html.to_lowercase();
    for bad in ["http://", "https://", "<script", "<link", "<img", "<iframe", "@import", "url("] {
        assert!(!lower.contains(bad), "{bad}");
    }
    let mut open: Vec<&str> = Vec::new();
    let mut rest = &html["<!DOCTYPE html>".len()..];
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').expect("a tag that ends");
        let (tag, after) = (&rest[..end], &rest[end + 1..]);
        assert!(!tag.contains('<'), "{tag}");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "closed");
            continue;
        }
        let name = tag.split([' ', '\n']).next().unwrap();
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric()), "{name}");
        // What stands in quotes is no attribute.
        let unquoted: String = tag.split('"').step_by(2).collect::<Vec<_>>().join(" ");
        let handler = unquoted.split_whitespace().any(|attribute| attribute.starts_with("on"));
        assert!(!handler, "{tag}");
        if name != "meta" {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

#[test]
fn the_page_is_sound_and_needs_nothing_else() {
    let generated = generated(3_000);
    for directory in [sample().as_path(), generated.path()] {
        let html = report(directory, "html").escape_controls().out;
        is_sound(&html);
        for part in
            ["<svg ", "<caption>", "<h1>", "<h2 ", "prefers-color-scheme:dark", "@media print"]
        {
            assert!(html.contains(part), "{part}");
        }
    }
}

const HOSTILE: &str = r#"<img src=x onerror=alert(1)>&\"'|`*[a](b)\u001b[2J\u202e"#;

#[test]
fn hostile_names_are_text() {
    let good = Data::good();
    let read = |file: &str| std::fs::read_to_string(good.path(file)).unwrap();
    let swap = |file: &str, from: &str| read(file).replace(from, HOSTILE);
    let playbooks = swap("journey_playbooks.json", "Escalation").replace("P3", HOSTILE);
    let performance = read("playbook_performance_log.json").replace("P3", HOSTILE);
    let data = Data::good()
        .with("customers.json", swap("customers.json", "Mid-Market").replace("Acme", HOSTILE))
        .with("journey_state_log.json", swap("journey_state_log.json", "expansion"))
        .with("journey_playbooks.json", playbooks)
        .with("playbook_performance_log.json", performance)
        .with(
            "journey_forecasts.json",
            format!(r#"[{{"customer_id":"C1","predicted_path":["{HOSTILE}"]}},{{"customer_id":"{HOSTILE}"}}]"#),
        )
        .with(
            "portfolio_snapshots.json",
            format!(r#"[{{"snapshot_id":"a","generated_at":"2026-01-01","top_leaking_stage":"{HOSTILE}"}}]"#),
        );
    let html = data.run(&["report", "--format", "html"]).ends(0).escape_controls().out;
    is_sound(&html);
    let shown = "&lt;img src=x onerror=alert(1)&gt;&amp;&quot;'|`*[a](b)␛[2J&lt;U+202E&gt;";
    assert!(html.matches(shown).count() >= 8, "{html}");
    let md = data.run(&["report"]).ends(0).escape_controls().out;
    assert!(
        !md.replace(r"\<", "").contains('<') && md.contains(r"\<img src=x onerror=alert(1)\>"),
        "{md}"
    );
    for line in md.lines().filter(|line| line.starts_with('|')) {
        let free = line.replace(r"\\", "").replace(r"\|", "");
        assert!(free.ends_with('|'), "{line}");
    }
    data.run(&["report", "--format", "json"]).ends(0).escape_controls().json();
}

#[test]
fn approved_plays_and_decisions_are_told() {
    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    data.run(&["reject", "C2", "--reason", "budget"]).ends(0);
    let json = data.run(&["report", "--format", "json"]).ends(0).json();
    assert_eq!(json["awaiting_decision"], 0);
    let approved = "1 approved play is expected to preserve $3,500";
    assert!(json["statements"].as_array().unwrap().contains(&json!(approved)), "{json}");
    data.run(&["report"]).ends(0).prints(&[
        approved,
        "| dana |        1 |        1 |        0 |          0 |      0 |          0 |",
        "| Budget |         1 |",
        "Nothing needs a decision.",
    ]);
}

#[test]
fn without_targets_nothing_is_judged() {
    let data = Data::good();
    let json = data.run(&["report", "--format", "json"]).ends(0).json();
    assert_eq!(json["verdict"], "on_target");
    assert_eq!(
        json["targets"][1],
        json!({
            "name": "revenue_at_risk", "actual": json["revenue_at_risk"], "target": null, "met": null
        })
    );
    data.run(&["report"]).ends(0).prints(&["**No targets set**", "There are no snapshots yet."]);
}

#[test]
fn a_portfolio_without_anybody_is_reported_too() {
    let data = Data::empty().with("customers.json", "[]").with("journey_playbooks.json", "[]");
    let json = data.run(&["report", "--format", "json"]).ends(0).json();
    assert_eq!((&json["customers"], &json["statements"]), (&json!(0), &json!([])));
    assert_eq!(json["investment"]["roi_percent"], Value::Null);
    is_sound(&data.run(&["report", "--format", "html"]).ends(0).out);
    data.run(&["report"])
        .ends(0)
        .prints(&["There are no recommendations.", "There are no customers."]);
}

#[test]
fn a_file_is_written_whole_and_never_over_the_data() {
    let data = Data::good();
    let path = data.path("report.html");
    let name = path.to_str().unwrap();
    let ran = data.run(&["report", "--format", "html", "-o", name]).ends(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
    is_sound(&std::fs::read_to_string(&path).unwrap());
    for own in ["customers.json", "portfolio_snapshots.json", "nextplay.toml", LEDGER] {
        let own = data.path(own);
        data.run(&["report", "-o", own.to_str().unwrap()])
            .fails(2, &["is a file that nextplay reads here"]);
    }
}

#[test]
fn without_good_data_and_policy_there_is_no_report() {
    let data = Data::good().with("customers.json", "[{");
    data.run(&["report"]).fails(2, &["customers.json"]);
    let data = Data::good().with("nextplay.toml", "[targets]\nrevenue = 1\n");
    data.run(&["report"]).fails(2, &["nextplay.toml"]);
    let data = Data::good();
    data.run(&["report", "--format", "pdf"]).fails(2, &["pdf"]);
}

#[test]
fn a_broken_ledger_is_told_in_the_report() {
    let data = Data::good();
    data.run(&["approve", "C1"]).ends(0);
    data.write(LEDGER, data.ledger().replace("\"approve\"", "\"reject\""));
    data.run(&["report"]).ends(0).prints(&["> ⚠ Decisions may be missing in this report: "]);
    let html = data.run(&["report", "--format", "html"]).ends(0);
    is_sound(&html.out);
    html.prints(&["<p class=\"warning\">"]);
}
