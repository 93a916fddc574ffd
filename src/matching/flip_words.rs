//! What would have to change, as a person reads it: one wording for `explain` and for the dashboard's
//! detail. A number that is rounded for the eye is still enough. Text from data files in it is not yet
//! escaped.

use serde_json::Value;

use super::explanation::{Candidate, Excluded, Explanation};
use super::flips::{Flip, change, in_order};
use super::stability::Stability;
use super::wins_if::{TunedField, WinsIf};
use super::words::{runs, share};
use crate::domain::gate::value_words;
use crate::domain::money::{exact_dollars, ratio};
use crate::domain::number::{Num, round};
use crate::domain::{FailedGate, Gate, RoiSource};

impl Excluded {
    /// `risk 0.58 → 0.65 (+0.07); segment SMB → Enterprise or Mid-Market`.
    pub fn words(&self) -> String {
        let words: Vec<String> = in_order(&self.failed).into_iter().map(gate_words).collect();
        words.join("; ")
    }
}

fn gate_words(failed: &FailedGate) -> String {
    match change(failed) {
        Some(flip) => flip.words(),
        None => failed.without_remedy(),
    }
}

impl Flip {
    /// `risk 0.58 → 0.65 (+0.07)`, `status draft → active`.
    pub fn words(&self) -> String {
        let risks = self.from.as_f64().zip(self.to.as_f64());
        match (self.field, risks) {
            (Gate::Risk, Some((from, to))) => risk_words(from, to),
            (field, _) => {
                let said = |value: &Value| value_words(value);
                format!("{} {} → {}", field.name(), said(&self.from), said(&self.to))
            }
        }
    }
}

fn risk_words(from: f64, to: f64) -> String {
    let whole = |x: f64| if round(x, 4) == x { share(x) } else { Num(x).to_string() };
    if round(from, 4) >= round(to, 4) {
        // Too near for a rounded number to tell them apart.
        return format!("risk {} → {}", Num(from), whole(to));
    }
    let missing = to - from;
    let mut shown = round(missing, 4);
    // A difference of two decimal fractions is itself off by far less than a billionth.
    if missing - shown > 1e-9 {
        shown = round(shown + 0.0001, 4);
    }
    format!("risk {} → {} (+{})", share(from), whole(to), share(shown))
}

impl Candidate {
    /// `wins with a value of at least $4,700, or a cost of at most $85.71`; `None` of the first, which
    /// wins as it is.
    pub fn wins_words(&self) -> Option<String> {
        let entries = self.wins_if.as_ref()?;
        if entries.is_empty() {
            // Any cost that is small enough would do, so there is no bound to tell.
            let undivided = self.cost.amount == 0.0 && self.roi.source == RoiSource::Computed;
            let words = match undivided {
                true => "no value makes it win: no cost to divide by",
                false => "no single number would make it win",
            };
            return Some(words.to_owned());
        }
        let entries: Vec<String> = entries.iter().map(WinsIf::words).collect();
        Some(format!("wins with {}", entries.join(", or ")))
    }
}

impl WinsIf {
    /// `a cost of at most $41`, `an ROI of at least 23.2×`.
    pub fn words(&self) -> String {
        let up = self.to > self.from;
        let bound = if up { "at least" } else { "at most" };
        match self.field {
            TunedField::RoiRatio => {
                format!("an ROI of {bound} {}", beyond(self.to, up, 1, ratio, "", "×"))
            }
            TunedField::AvgValue => {
                format!("a value of {bound} {}", beyond(self.to, up, 2, exact_dollars, "$", ""))
            }
            TunedField::AvgCost => {
                format!("a cost of {bound} {}", beyond(self.to, up, 2, exact_dollars, "$", ""))
            }
        }
    }
}

/// A bound with so many decimals, rounded to the side on which it is enough; with more of them where
/// that would be 0, which is something else.
fn beyond(
    x: f64,
    up: bool,
    decimals: usize,
    usual: fn(f64) -> String,
    before: &str,
    after: &str,
) -> String {
    if x == 0.0 {
        return usual(0.0);
    }
    match rounded_beyond(x, up, decimals) {
        Some(shown) => usual(shown),
        None => {
            let more = (decimals + 1..=20).find_map(|decimals| rounded_beyond(x, up, decimals));
            let exact = more.map_or_else(|| format!("{:e}", x.abs()), |x| Num(x.abs()).to_string());
            format!("{}{before}{exact}{after}", if x < 0.0 { "-" } else { "" })
        }
    }
}

/// The nearest number of so many decimals on that side; `None` where it is 0 or there is none.
fn rounded_beyond(x: f64, up: bool, decimals: usize) -> Option<f64> {
    let enough = |shown: f64| if up { shown >= x } else { shown <= x };
    let near = round(x, decimals);
    let unit = 10f64.powi(-(decimals as i32));
    let next = round(if up { near + unit } else { near - unit }, decimals);
    [near, next].into_iter().find(|shown| enough(*shown)).filter(|shown| *shown != 0.0)
}

impl Explanation {
    /// `holds: 42 runs`, `assumed: nobody has run this for Mid-Market yet`; `None` where nothing is
    /// recommended.
    pub fn stability_words(&self) -> Option<String> {
        let winner = self.candidates.first()?;
        Some(match self.stability? {
            Stability::Holds => format!("holds: {}", runs(winner.evidence.runs)),
            Stability::CouldFlip => format!("could flip: {}", runs(winner.evidence.runs)),
            Stability::Assumed => {
                let runner_up = self.candidates.get(1).filter(|_| winner.evidence.runs > 0.0);
                let what = runner_up.map_or("this", Candidate::title);
                format!("assumed: nobody has run {what} for {} yet", self.segment)
            }
            Stability::Only => "only candidate".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn flip(field: Gate, from: Value, to: Value) -> String {
        Flip { field, from, to }.words()
    }

    #[test]
    fn flips_say_from_what_to_what() {
        assert_eq!(
            flip(Gate::Segment, json!("SMB"), json!(["Enterprise", "Mid-Market"])),
            "segment SMB → Enterprise or Mid-Market"
        );
        assert_eq!(flip(Gate::Stage, json!("support"), json!(null)), "stage support → none");
        assert_eq!(flip(Gate::Stage, json!(""), json!("x")), "stage \"\" → x");
        assert_eq!(flip(Gate::Status, json!("draft"), json!("active")), "status draft → active");
    }

    #[test]
    fn a_missing_risk_is_never_told_smaller_than_it_is() {
        for (from, to, want) in [
            (0.58, 0.65, "risk 0.58 → 0.65 (+0.07)"),
            (0.1, 0.5, "risk 0.10 → 0.50 (+0.40)"),
            (0.0, 0.5, "risk 0.00 → 0.50 (+0.50)"),
            (0.5625, 0.65, "risk 0.5625 → 0.65 (+0.0875)"),
            (0.123_456, 0.65, "risk 0.1235 → 0.65 (+0.5266)"),
            (0.2, 0.650_01, "risk 0.20 → 0.65001 (+0.4501)"),
            (0.649_999_9, 0.65, "risk 0.6499999 → 0.65"),
            (-0.25, 0.5, "risk -0.25 → 0.50 (+0.75)"),
        ] {
            assert_eq!(flip(Gate::Risk, json!(from), json!(to)), want);
        }
    }

    #[test]
    fn a_bound_rounded_for_the_eye_is_still_enough() {
        let words = |field, from, to| WinsIf { field, from, to }.words();
        for (from, to, want) in [
            (75.0, 41.0, "a cost of at most $41"),
            (75.0, 41.239_9, "a cost of at most $41.23"),
            (75.0, 75f64.next_down(), "a cost of at most $74.99"),
            (75.0, 0.004_19, "a cost of at most $0.004"),
            (75.0, 1e-14, "a cost of at most $0.00000000000001"),
            (75.0, 5e-324, "a cost of at most $5e-324"),
            (-5.0, -7.001, "a cost of at most -$7.01"),
        ] {
            assert_eq!(words(TunedField::AvgCost, from, to), want);
        }
        for (from, to, want) in [
            (12.0, 23.1, "an ROI of at least 23.1×"),
            (12.0, 23.1f64.next_up(), "an ROI of at least 23.2×"),
            (-3.0, -0.01, "an ROI of at least -0.01×"),
            (-3.0, 0.0, "an ROI of at least 0.0×"),
            (0.0, 0.01, "an ROI of at least 0.1×"),
        ] {
            assert_eq!(words(TunedField::RoiRatio, from, to), want);
        }
        let value = words(TunedField::AvgValue, 100.0, 4_666.666_6);
        assert_eq!(value, "a value of at least $4,666.67");
        let large = words(TunedField::AvgValue, 100.0, 1e18f64.next_up());
        assert_eq!(large, "a value of at least $1,000,000,000,000,000,128");
    }
}
