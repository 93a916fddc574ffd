//! How far expectations came true, as the report says it.

use serde_json::{Value, json};

use crate::common::Data;

/// Ten plays that were each to bring $1,000; eight of P3 saved `saved` dollars, two of P1 nothing.
fn ten(saved: [i32; 8]) -> Data {
    let playbook = |n: usize| if n < 8 { ("C2", "P3") } else { ("C1", "P1") };
    let interventions = (0..10).map(|n| {
        let (customer, playbook) = playbook(n);
        json!({"intervention_id": n.to_string(), "customer_id": customer, "playbook_id": playbook,
            "expected_cost": 30, "expected_value": 1000, "generated_at": "2026-05-01"})
    });
    let outcomes = (0..10).map(|n: usize| {
        let (customer, playbook) = playbook(n);
        json!({"intervention_id": n.to_string(), "customer_id": customer, "playbook_id": playbook,
            "playbook_success": true, "measured_at": "2026-06-01",
            "estimated_revenue_saved": saved.get(n).copied().unwrap_or(0)})
    });
    Data::good()
        .with("interventions.json", Value::from_iter(interventions).to_string())
        .with("outcomes.json", Value::from_iter(outcomes).to_string())
}

#[test]
fn the_report_says_how_much_of_what_was_expected_plays_saved() {
    let data = ten([700, 900, 700, 900, 700, 900, 700, 900]);
    let at = ["--as-of", "2026-11-30T12:00:00Z"];
    let json = data.run(&[&["report", "--format", "json"][..], &at].concat()).ends(0).json();
    let found = &json["calibration"];
    // Each of P3 is off by $100.
    let half = 1.96 * (8.0f64 / 7.0 * 8.0 * 1e4).sqrt() / 8_000.0;
    let p3 = &found["playbooks"][1];
    assert_eq!((&p3["playbook_id"], &p3["ratio"]), (&json!("P3"), &json!(0.8)));
    assert!((p3["low"].as_f64().unwrap() - (0.8 - half)).abs() < 1e-12, "{p3}");
    assert!((p3["high"].as_f64().unwrap() - (0.8 + half)).abs() < 1e-12, "{p3}");
    let p1 = json!({"playbook_id": "P1", "outcomes": 2, "expected": 2000, "saved": 0,
        "ratio": null, "low": null, "high": null});
    assert_eq!((&found["playbooks"][0], &found["churn"]), (&p1, &Value::Null));
    let words = "lays saved 64% of what was expected (42% to 86%, 10 outcomes).";
    data.run(&[&["report"][..], &at].concat()).ends(0).prints(&["## What we learned", words]);
    data.run(&[&["report", "--format", "html"][..], &at].concat()).ends(0).prints(&[words]);
}

#[test]
fn forecasts_of_churn_are_held_against_what_happened() {
    let data = Data::good()
        .with(
            "customers.json",
            r#"[{"customer_id":"C1","churned_at":"2026-04-01"},{"customer_id":"C2"}]"#,
        )
        .with(
            "journey_forecasts.json",
            r#"[{"customer_id":"C1","churn_probability":0.9,"generated_at":"2026-03-01"},
                {"customer_id":"C2","churn_probability":0.3,"generated_at":"2026-03-01"}]"#,
        );
    let at = ["--as-of", "2026-11-30T12:00:00Z"];
    let json = data.run(&[&["report", "--format", "json"][..], &at].concat()).ends(0).json();
    let churn = &json["calibration"]["churn"];
    assert_eq!((&churn["horizon_days"], &churn["customers"]), (&json!(90), &json!(2)));
    assert!((churn["brier"].as_f64().unwrap() - 0.05).abs() < 1e-12, "{churn}");
    data.run(&[&["report"][..], &at].concat()).ends(0).prints(&[
        "Churn forecast error (Brier score): 0.050; 0.250 if everyone got the average churn rate",
        "1 of 2 customers churned within 90 days",
    ]);
}
