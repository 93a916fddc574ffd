//! What differs between two runs of matching, customer by customer.

use compact_str::CompactString;

use crate::domain::Recommendation;
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
        let words = match before.dataset().customer_number(&view.customer.id) {
            None => Some(format!("appeared, {}", title(now.as_ref()))),
            Some(number) => {
                let was = before.recommendation(number);
                let risks = before.risk(number).zip(after.risk(view.number));
                let risks = risks.map(|(was, now)| (was.score, now.score));
                difference(was.as_ref(), now.as_ref(), risks)
            }
        };
        let customer_id = view.customer.id.clone();
        found.extend(words.map(|words| CustomerChange { customer_id, words }));
    }
    for view in before.dataset().customers() {
        if after.dataset().customer_number(&view.customer.id).is_none() {
            let words = "is gone".to_owned();
            found.push(CustomerChange { customer_id: view.customer.id.clone(), words });
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
    let mut number = |name: &str, was: f64, now: f64| {
        if was != now {
            // Two decimals, unless they hide the difference.
            let (short_was, short_now) = (round(was, 2), round(now, 2));
            let (was, now) =
                if short_was == short_now { (was, now) } else { (short_was, short_now) };
            parts.push(format!("{name} {} → {}", Num(was), Num(now)));
        }
    };
    if let Some((was, now)) = risks {
        number("risk", was, now);
    }
    if let (Some(was), Some(now)) = (was, now) {
        number("cost", was.expected_cost, now.expected_cost);
        number("value", was.expected_value, now.expected_value);
        number("account value", was.account_value, now.account_value);
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
