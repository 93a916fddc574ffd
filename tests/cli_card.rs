//! The card of a customer as `explain` and `report` print it.

use crate::common::{self, dashboard};

use common::Data;
use dashboard::copy_sample_data;
use insta::assert_snapshot;

const AS_OF: [&str; 2] = ["--as-of", "2026-11-29T12:00:00Z"];

fn printed(args: &[&str]) -> String {
    let data = Data::empty();
    copy_sample_data(&data.path(""));
    data.run(&[args, &AS_OF].concat()).ends(0).out
}

/// The lines before the first one that begins so.
fn before<'t>(text: &'t str, line: &str) -> &'t str {
    text.split_once(&format!("\n{line}")).expect("there is such a line").0
}

#[test]
fn explain_begins_with_what_to_do_and_why() {
    let text = printed(&["explain", "C006", "--by", "dana"]);
    assert_snapshot!("explain_c006", before(&text, "Eligible playbooks"));
    let text = printed(&["explain", "C009", "--by", "dana"]);
    assert_snapshot!("explain_c009", before(&text, "segment "));
}

#[test]
fn explain_as_json_has_the_card_and_the_near_misses() {
    let text = printed(&["explain", "C009", "--by", "dana", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(told["card"]["do"]["play"].is_null());
    let why = told["card"]["do"]["why_none"].as_str().unwrap();
    assert!(why.starts_with("1 SMB retention playbook: 1 retired"), "{why}");
    assert_eq!(told["near_misses"], serde_json::json!(["PB_RET_003", "PB_RET_001", "PB_RET_002"]));
    assert_eq!(told["card"]["customer"]["renews_in_days"], 32);
}

#[test]
fn the_report_says_what_to_do_about_each_that_waits() {
    let text = printed(&["report"]);
    let waiting = text.split("## Needs a decision").nth(1).unwrap();
    let card = "\
**Meridian Health Systems, C006 · Enterprise · owner dana**  \n\
$620,000 a year · $527k at risk · renews in 63 days\n\
\n\
- Do: Executive call (Executive Outreach), needs approval; $900 → $38,000 expected · net $37,100 · ROI 42.2×\n\
- Why: Risk 0.83: exec disengaged, low adoption, renewal silence; Retention stage for 62 days · forecast: churn risk\n\
- Caution: Low evidence: 3 runs; ranks first only if 67% holds up; below 57.9% success, Renewal Value Review ranks first; 61% likely to be the best\n";
    assert!(waiting.replace('\\', "").contains(card), "{waiting}");
    let first = waiting.find("**Meridian").unwrap();
    let second = waiting.find("**Continental Rail").unwrap();
    assert!(first < second, "most at risk first");
    assert_eq!(waiting.matches("- Do: ").count(), 10);
    let page = printed(&["report", "--format", "html"]);
    assert_eq!(page.matches("<article class=\"card\">").count(), 10);
    assert!(page.contains("<dt>Do</dt><dd>Executive call (Executive Outreach), needs approval"));
}
