//! `under_review`: performance rows below what the policy expects (`strategy.md`, *Figures of
//! portfolio and report*).

use super::ground::Ground;
use super::survey::{Survey, Touched};
use crate::domain::money::{counted, percent, ratio};
use crate::domain::number::truthy;
use crate::domain::policy::Targets;
use crate::domain::{Code, Finding, PerformanceRow};

/// Why a performance row is under review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The field of the row that it is told from.
    pub field: &'static str,
    /// `success rate 41% is below 50%`.
    pub words: String,
}

/// Why a performance row is under review; nothing where it is not. What was not measured is not held
/// against it.
pub fn below_policy(row: &PerformanceRow, targets: &Targets) -> Vec<Reason> {
    let times = |x: f64| ratio(x);
    let mut reasons = Vec::new();
    let mut look = |field, name, found: Option<f64>, least: f64, told: &dyn Fn(f64) -> String| {
        if let Some(found) = found.filter(|found| *found < least) {
            let (found, least) = (told(found), told(least));
            // What differs too little to be seen would read as a mistake.
            let words = match found == least {
                true => format!("{name} is just below {least}"),
                false => format!("{name} {found} is below {least}"),
            };
            reasons.push(Reason { field, words });
        }
    };
    let least = targets.review_below_success_rate;
    look("success_rate", "success rate", row.success_rate, least, &percent);
    look("roi_ratio", "ROI", measured_roi(row), targets.review_below_roi, &times);
    reasons
}

/// The row's ROI as the engine reads it (`matching.md`, rule 5), as far as the row itself tells it.
pub fn measured_roi(row: &PerformanceRow) -> Option<f64> {
    let computed = || Some(truthy(row.avg_value)? / truthy(row.avg_cost)?);
    // A ROI of 0 counts as missing to the engine; where there is no other number it is what was
    // measured.
    truthy(row.roi_ratio).or_else(computed).or(row.roi_ratio)
}

/// One for each row, in file order. What they touch are the customers who get the playbook on the
/// row's numbers.
pub fn findings(ground: &Ground<'_>, survey: &Survey) -> Vec<Finding> {
    let targets = &ground.matching.policy().targets;
    let rows = &ground.dataset.performance;
    let mut of_rows = vec![Touched::default(); rows.len()];
    for (play, pair, ranked) in ground.plays() {
        let row = ground.performance_row(ranked.playbook, pair.segment);
        let touched =
            survey.of_plays.get(play.index()).zip(row.and_then(|row| of_rows.get_mut(row)));
        if let Some((touched, of_row)) = touched {
            of_row.join(*touched);
        }
    }
    let finding = |((number, row), touched): ((usize, &PerformanceRow), Touched)| {
        let reasons = below_policy(row, targets);
        let field = reasons.first()?.field;
        let words: Vec<&str> = reasons.iter().map(|reason| reason.words.as_str()).collect();
        let of = match row.segment.as_deref() {
            Some("All") => "across segments".to_owned(),
            Some(segment) => format!("for {segment}"),
            None => "for no segment".to_owned(),
        };
        let playbook = ground.dataset.playbook_by_id(&row.playbook_id);
        let what = match playbook.is_some_and(|playbook| playbook.is_active()) {
            true => format!(
                "recommended to {} based on these numbers; improve or retire it",
                counted(touched.customers, "customer")
            ),
            false => "it is not active; review it before activating it".to_owned(),
        };
        let message =
            format!("{} {of} is under review: {}; {what}", row.playbook_id, words.join(" and "));
        let finding = Finding::new(Code::UnderReview, message)
            .field(field)
            .touching(touched.customers, touched.account_value);
        Some(ground.at_performance(finding, number))
    };
    rows.iter().enumerate().zip(of_rows).filter_map(finding).collect()
}
