//! What differs between two runs of matching, customer by customer.

use compact_str::CompactString;

use crate::domain::Recommendation;
use crate::domain::money::dollars;
use crate::domain::number::{Num, round};
use crate::matching::Matching;

/// A customer whose play is another one than before.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerChange {
    pub customer_id: CompactString,
    /// What changed, as a sentence without the customer: `Usage Drop Recovery → Passive Monitoring,
    /// risk 0.56 → 0.31`. Text from data files in it is not yet made harmless.
    pub words: String,
}

/// The customers that appeared, went, or have another play or other numbers, in the order of the
/// later run, those that went last.
pub fn changes(before: &Matching, after: &Matching) -> Vec<CustomerChange> {
    let mut found = Vec::new();
    for view in after.dataset().customers() {
        let now = after.recommendation(view.number);
        let words = match before.dataset().customer_number(view.id()) {
            None => Some(format!("appeared, {}", title(now.as_ref()))),
            Some(number) => {
                let was = before.recommendation(number);
                let risks = before.risk(number).zip(after.risk(view.number));
                let risks = risks.map(|(was, now)| (was.score, now.score));
                difference(was.as_ref(), now.as_ref(), risks)
            }
        };
        found.extend(words.map(|words| CustomerChange { customer_id: view.id().into(), words }));
    }
    for view in before.dataset().customers() {
        if after.dataset().customer_number(view.id()).is_none() {
            let id = view.id();
            let mut set_aside = after.dataset().tables.customers.set_aside.iter();
            let words = match set_aside.find(|row| row.customer_id == id) {
                Some(row) => format!(
                    "cannot be matched, its row was set aside: {} is {}, expected {}",
                    row.field.as_deref().unwrap_or("it"),
                    row.found,
                    row.expected
                ),
                None => "is gone".to_owned(),
            };
            found.push(CustomerChange { customer_id: id.into(), words });
        }
    }
    found
}

fn title(recommendation: Option<&Recommendation>) -> &str {
    recommendation.map_or("no play", Recommendation::playbook_title)
}

/// What differs between two recommendations of one customer, in words; `None` if nothing does. `risks` are
/// told apart, for customers without a recommendation.
pub fn difference(
    was: Option<&Recommendation>,
    now: Option<&Recommendation>,
    risks: Option<(f64, f64)>,
) -> Option<String> {
    let mut parts = Vec::new();
    if was.map(|r| &r.playbook_id) != now.map(|r| &r.playbook_id) {
        parts.push(format!("{} → {}", title(was), title(now)));
    }
    if let Some((was, now)) = risks
        && was != now
    {
        // Two decimals, unless they hide the difference.
        let (short_was, short_now) = (round(was, 2), round(now, 2));
        let (was, now) = if short_was == short_now { (was, now) } else { (short_was, short_now) };
        parts.push(format!("risk {} → {}", Num(was), Num(now)));
    }
    if let (Some(was), Some(now)) = (was, now) {
        let mut amount = |name: &str, was: f64, now: f64| {
            if was != now {
                parts.push(format!("{name} {} → {}", dollars(was), dollars(now)));
            }
        };
        amount("cost", was.expected_cost, now.expected_cost);
        amount("value", was.expected_value, now.expected_value);
        amount("account value", was.account_value, now.account_value);
        if was.segment != now.segment {
            parts.push(format!("segment {} → {}", was.segment, now.segment));
        }
        if was.journey_stage != now.journey_stage {
            let stage = |r: &Recommendation| r.journey_stage.clone().unwrap_or("none".into());
            parts.push(format!("stage {} → {}", stage(was), stage(now)));
        }
        if was.requires_human_approval != now.requires_human_approval {
            let need = if now.requires_human_approval {
                "needs approval now"
            } else {
                "needs no approval now"
            };
            parts.push(need.to_owned());
        }
        if was.recommended_action != now.recommended_action {
            parts.push(format!("action {} → {}", was.recommended_action, now.recommended_action));
        }
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::Policy;
    use crate::intake::Loader;
    use crate::intake::load::Reread;

    /// A run over customers `(id, risk)`, all in one stage with two playbooks.
    fn run(customers: &[(&str, f64)]) -> Matching {
        let dir = tempfile::tempdir().unwrap();
        let rows = |row: &dyn Fn(&str, f64) -> String| {
            let rows: Vec<String> = customers.iter().map(|(id, risk)| row(id, *risk)).collect();
            format!("[{}]", rows.join(",\n"))
        };
        let write = |name: &str, text: String| std::fs::write(dir.path().join(name), text).unwrap();
        write("customers.json", rows(&|id, _| format!(r#"{{"customer_id":"{id}"}}"#)));
        write(
            "journey_state_log.json",
            rows(&|id, _| format!(r#"{{"customer_id":"{id}","journey_stage":"s"}}"#)),
        );
        write(
            "fused_signals.json",
            rows(&|id, risk| format!(r#"{{"customer_id":"{id}","fused_risk_score":{risk}}}"#)),
        );
        let playbook = |id: &str, name: &str, threshold: f64, value: f64| {
            format!(
                r#"{{"playbook_id":"{id}","name":"{name}","journey_stage":"s","eligible_segments":["All"],
                "risk_threshold":{threshold},"avg_cost_estimate":10,"expected_value_range":[{value},{value}],"status":"active"}}"#
            )
        };
        let (strong, weak) =
            (playbook("A", "Strong", 0.7, 500.0), playbook("B", "Weak", 0.3, 50.0));
        write("journey_playbooks.json", format!("[{strong},{weak}]"));
        let loaded = Loader::new(dir.path()).load(Reread::All);
        assert_eq!(loaded.problems, []);
        Matching::new(loaded.dataset, Arc::new(Policy::default()))
    }

    fn told(before: &[(&str, f64)], after: &[(&str, f64)]) -> Vec<String> {
        let told = changes(&run(before), &run(after));
        told.into_iter().map(|c| format!("{} {}", c.customer_id, c.words)).collect()
    }

    #[test]
    fn the_same_is_no_change() {
        assert_eq!(told(&[("C1", 0.8), ("C2", 0.1)], &[("C2", 0.1), ("C1", 0.8)]), [""; 0]);
    }

    #[test]
    fn another_play_tells_which_and_why() {
        assert_eq!(
            told(&[("C1", 0.56)], &[("C1", 0.81)]),
            ["C1 Weak → Strong, risk 0.56 → 0.81, value $50 → $500"]
        );
        assert_eq!(told(&[("C1", 0.56)], &[("C1", 0.1)]), ["C1 Weak → no play, risk 0.56 → 0.1"]);
    }

    #[test]
    fn small_moves_are_told_in_full_and_moves_without_a_play_too() {
        assert_eq!(told(&[("C1", 0.801)], &[("C1", 0.802)]), ["C1 risk 0.801 → 0.802"]);
        assert_eq!(told(&[("C1", 0.1)], &[("C1", 0.2)]), ["C1 risk 0.1 → 0.2"]);
    }

    #[test]
    fn who_comes_and_goes_is_told() {
        assert_eq!(
            told(&[("C1", 0.8), ("C2", 0.8)], &[("C3", 0.1), ("C1", 0.8)]),
            ["C3 appeared, no play", "C2 is gone"]
        );
    }
}
