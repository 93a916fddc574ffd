//! What differs between two runs of matching, customer by customer.

use std::sync::Arc;

use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::money::exact_dollars;
use crate::domain::number::{Num, round};
use crate::domain::{Labels, Recommendation};
use crate::matching::Matching;
use crate::matching::population::CHUNK;
use crate::store::{CustomerView, PlayIx};

/// A customer whose play is another one than before.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerChange {
    /// The customer's id.
    pub customer_id: CompactString,
    /// What changed, as a sentence without the customer: `Usage Drop Recovery → Passive Monitoring,
    /// risk 0.56 → 0.31`. Text from data files in it is not yet escaped.
    pub words: String,
    /// It is a decision, which the ledger holds as well.
    pub decision: bool,
}

/// What differs between two runs. However much that is, only so many changes are put into words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// The first ones, in words.
    pub told: Vec<CustomerChange>,
    /// How many there are in all.
    pub count: usize,
    /// How many of them are decisions.
    pub decisions: usize,
    /// Whom they are about.
    pub customers: FxHashSet<CompactString>,
}

impl Changes {
    /// Adds a change of play or numbers, in words while there are at most `most`.
    pub fn add(&mut self, id: &str, most: usize, words: impl FnOnce() -> String) {
        self.note(id, most, false, words);
    }

    /// Adds a decision, in words while there are at most `most`.
    pub fn add_decision(&mut self, id: &str, most: usize, words: impl FnOnce() -> String) {
        self.decisions += 1;
        self.note(id, most, true, words);
    }

    fn note(&mut self, id: &str, most: usize, decision: bool, words: impl FnOnce() -> String) {
        self.count += 1;
        if self.told.len() < most {
            let change = CustomerChange { customer_id: id.into(), words: words(), decision };
            self.told.push(change);
        }
        self.customers.insert(id.into());
    }
}

/// The customers that appeared, went, or have another play or other numbers, in the order of the
/// later run, those that went last. The first `most` are told in words.
pub fn changes(before: &Matching, after: &Matching, most: usize) -> Changes {
    let mut found = Changes::default();
    let (old, new) = (before.dataset(), after.dataset());
    let labels = &after.policy().labels;
    for number in other_than_before(before, after) {
        let Some(view) = new.customer(number as usize) else { continue };
        let words = || {
            let now = after.recommendation(view.number);
            let Some(number) = old.customer_number(view.id()) else {
                return format!("new customer, {}", title(now.as_ref()));
            };
            let was = before.recommendation(number);
            let risks = before.risk_score(number).zip(after.risk_score(view.number));
            difference(was.as_ref(), now.as_ref(), risks, labels).unwrap_or_default()
        };
        found.add(view.id(), most, words);
    }
    if !Arc::ptr_eq(&old.customers, &new.customers) {
        let is_gone = |number: &u32| {
            let Some(was) = old.customer(*number as usize) else { return false };
            let here = new.customer(was.number).is_some_and(|now| now.id() == was.id());
            !here && new.customer_number(was.id()).is_none()
        };
        for number in (0..old.len() as u32).into_par_iter().filter(is_gone).collect::<Vec<_>>() {
            if let Some(view) = old.customer(number as usize) {
                found.add(view.id(), most, || gone(after, view.id()));
            }
        }
    }
    found
}

/// The customers of a run that are not in the one before, or for whom [`difference`] finds something.
/// Recommendations are only compared once for each two plays: the rest is a customer's own numbers.
fn other_than_before(before: &Matching, after: &Matching) -> Vec<u32> {
    let (old, new) = (before.dataset(), after.dataset());
    let is_other = |same_plays: &mut SamePlays<'_>, number: &u32| {
        let Some(view) = new.customer(*number as usize) else { return false };
        // Most customers stand where they stood.
        let was = old.customer(view.number).filter(|was| was.id() == view.id());
        let was = was.or_else(|| old.customer(old.customer_number(view.id())?));
        let Some(was) = was else { return true };
        if before.risk_score(was.number) != after.risk_score(view.number) {
            return true;
        }
        match (before.play(was.number), after.play(view.number)) {
            (None, None) => false,
            (Some(a), Some(b)) => {
                was.known_account_value() != view.known_account_value()
                    || !same_plays.are(a, b, &was, &view)
            }
            _ => true,
        }
    };
    let numbers: Vec<u32> = (0..new.len() as u32).collect();
    let parts = numbers.par_chunks(CHUNK).map_init(
        || SamePlays { before, after, known: FxHashMap::default() },
        |same_plays, numbers| -> Vec<u32> {
            numbers.iter().copied().filter(|number| is_other(same_plays, number)).collect()
        },
    );
    parts.collect::<Vec<_>>().concat()
}

/// Which plays of two runs are the same but for the customer.
struct SamePlays<'a> {
    before: &'a Matching,
    after: &'a Matching,
    known: FxHashMap<(PlayIx, PlayIx), bool>,
}

impl SamePlays<'_> {
    /// Asked once for each two plays, with any customers who have them.
    fn are(
        &mut self,
        a: PlayIx,
        b: PlayIx,
        was: &CustomerView<'_>,
        now: &CustomerView<'_>,
    ) -> bool {
        let Self { before, after, known } = self;
        *known.entry((a, b)).or_insert_with(|| {
            let was = before.recommendation(was.number);
            let Some(mut now) = after.recommendation(now.number) else { return false };
            let Some(was) = was else { return false };
            now.account_value = was.account_value;
            difference(Some(&was), Some(&now), None, &after.policy().labels).is_none()
        })
    }
}

/// Why a customer is not in a run any more.
fn gone(after: &Matching, id: &str) -> String {
    let mut skipped = after.dataset().tables.customers.skipped.iter();
    match skipped.find(|row| row.customer_id == id) {
        Some(row) => format!(
            "cannot be matched, its row was skipped: {} is {}, expected {}",
            row.field.as_deref().unwrap_or("it"),
            row.found,
            row.expected
        ),
        None => "removed".to_owned(),
    }
}

fn title(recommendation: Option<&Recommendation>) -> &str {
    recommendation.map_or("no recommendation", Recommendation::playbook_title)
}

/// What differs between two recommendations of one customer, in words; `None` if nothing does. `risks` are
/// told apart, for customers without a recommendation; `labels` are those of the codes.
pub fn difference(
    was: Option<&Recommendation>,
    now: Option<&Recommendation>,
    risks: Option<(f64, f64)>,
    labels: &Labels,
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
                parts.push(format!("{name} {} → {}", exact_dollars(was), exact_dollars(now)));
            }
        };
        amount("cost", was.expected_cost, now.expected_cost);
        amount("value", was.expected_value, now.expected_value);
        amount("account value", was.account_value, now.account_value);
        if was.segment != now.segment {
            parts.push(format!("segment {} → {}", was.segment, now.segment));
        }
        if was.journey_stage != now.journey_stage {
            let stage = |r: &Recommendation| match r.journey_stage.as_deref() {
                Some(code) => labels.stage(code).into_owned(),
                None => "none".to_owned(),
            };
            parts.push(format!("stage {} → {}", stage(was), stage(now)));
        }
        if was.requires_human_approval != now.requires_human_approval {
            let need = if now.requires_human_approval {
                "now needs approval"
            } else {
                "no longer needs approval"
            };
            parts.push(need.to_owned());
        }
        if was.recommended_action != now.recommended_action {
            let action = |r: &Recommendation| labels.action(&r.recommended_action).into_owned();
            parts.push(format!("action {} → {}", action(was), action(now)));
        }
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::{LabelKind, Policy};
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
        let changes = changes(&run(before), &run(after), usize::MAX);
        assert_eq!(changes.count, changes.told.len());
        assert_eq!(changes.count, changes.customers.len());
        changes.told.into_iter().map(|c| format!("{} {}", c.customer_id, c.words)).collect()
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
        assert_eq!(
            told(&[("C1", 0.56)], &[("C1", 0.1)]),
            ["C1 Weak → no recommendation, risk 0.56 → 0.1"]
        );
    }

    #[test]
    fn small_moves_are_told_in_full_and_moves_without_a_play_too() {
        assert_eq!(told(&[("C1", 0.801)], &[("C1", 0.802)]), ["C1 risk 0.801 → 0.802"]);
        assert_eq!(told(&[("C1", 0.1)], &[("C1", 0.2)]), ["C1 risk 0.1 → 0.2"]);
    }

    #[test]
    fn codes_are_told_by_their_labels() {
        let was = Recommendation {
            journey_stage: Some("churn_risk".into()),
            recommended_action: "executive_call".into(),
            ..Recommendation::default()
        };
        let now = Recommendation { recommended_action: "qbr".into(), ..Recommendation::default() };
        let mut labels = Labels::default();
        labels.set(LabelKind::Action, "qbr", "Business review").unwrap();
        let told = difference(Some(&was), Some(&now), None, &labels).unwrap();
        assert_eq!(told, "stage Churn risk → none, action Executive call → Business review");
    }

    #[test]
    fn who_comes_and_goes_is_told() {
        assert_eq!(
            told(&[("C1", 0.8), ("C2", 0.8)], &[("C3", 0.1), ("C1", 0.8)]),
            ["C3 new customer, no recommendation", "C2 removed"]
        );
    }

    #[test]
    fn of_many_only_the_first_are_put_into_words() {
        let before = [("C1", 0.8), ("C2", 0.8), ("C3", 0.8)];
        let changes = changes(&run(&before), &run(&[("C2", 0.9)]), 2);
        let told: Vec<&str> = changes.told.iter().map(|c| c.customer_id.as_str()).collect();
        assert_eq!(told, ["C2", "C1"]);
        assert_eq!((changes.count, changes.customers.len()), (3, 3));
    }
}
