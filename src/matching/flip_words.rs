//! What would have to change for another recommendation: one wording for `explain` and for the
//! dashboard's detail. A bound is rounded to the side on which it is still enough. Text from data files
//! in it is not yet escaped.

use super::explanation::{Candidate, Excluded, Explanation};
use super::flips::in_order;
use super::stability::Stability;
use super::wins_if::{TunedField, WinsIf};
use crate::domain::labels::Labels;
use crate::domain::money::{dollars, percent, ratio, runs};
use crate::domain::number::{Num, round};
use crate::domain::{Recommendation, RoiSource};

impl Excluded {
    /// Returns why the playbook is not eligible, what is changed most easily first: `risk 0.58 is below
    /// the 0.65 minimum (+0.07); Enterprise and Mid-Market only`.
    pub fn words(&self, labels: &Labels) -> String {
        let failed = in_order(&self.failed).into_iter();
        failed.map(|failed| failed.labeled(labels)).collect::<Vec<_>>().join("; ")
    }
}

impl Candidate {
    /// Returns what would rank it first: `would rank first at a value of $4,667 or more, or a cost of
    /// $85.71 or less`; `None` of the first, which is.
    pub fn wins_words(&self) -> Option<String> {
        let entries = self.wins_if.as_ref()?;
        if entries.is_empty() {
            // Any cost that is small enough would do, so there is no bound to show.
            let undivided = self.cost.amount == 0.0 && self.roi.source == RoiSource::Computed;
            let words = match undivided {
                true => "cannot rank first by ROI: it has no cost",
                false => "no single change would rank it first",
            };
            return Some(words.to_owned());
        }
        let entries: Vec<String> = entries.iter().map(WinsIf::words).collect();
        Some(format!("would rank first at {}", entries.join(", or ")))
    }
}

impl WinsIf {
    /// Returns the bound: `a cost of $41 or less`, `ROI 23.2× or more`.
    pub fn words(&self) -> String {
        let up = self.to > self.from;
        let bound = if up { "or more" } else { "or less" };
        // From $1,000 up no cents are shown.
        let cents = if self.to.abs() < 999.0 { 2 } else { 0 };
        match self.field {
            TunedField::RoiRatio => {
                format!("ROI {} {bound}", beyond(self.to, up, 1, ratio, "", "×"))
            }
            TunedField::AvgValue => {
                format!("a value of {} {bound}", beyond(self.to, up, cents, dollars, "$", ""))
            }
            TunedField::AvgCost => {
                format!("a cost of {} {bound}", beyond(self.to, up, cents, dollars, "$", ""))
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

/// Returns how probable it is that a play is the best: `72% likely to be the best`. Never more certain than it is.
pub fn likely_words(p_best: f64) -> String {
    let words = match likely(p_best) {
        short if short.starts_with('<') => "less than 1%".to_owned(),
        short if short.starts_with('>') => "more than 99%".to_owned(),
        short => short,
    };
    format!("{words} likely to be the best")
}

/// The same where there is no room for words: `72%`, `<1%`, `>99%`.
pub fn likely(p_best: f64) -> String {
    match p_best {
        p if p < 0.005 => "<1%".to_owned(),
        p if p > 0.995 => ">99%".to_owned(),
        p => percent(round(p, 2)),
    }
}

impl Explanation {
    /// Returns how well the recommendation is supported: `stable: 42 runs`, `low evidence: 3 runs`;
    /// `None` where nothing is recommended.
    pub fn stability_words(&self) -> Option<String> {
        let winner = self.candidates.first()?;
        let is_first = |play: &Recommendation| play.playbook_id == winner.playbook_id;
        if let (Some(experiment), false) =
            (&self.experiment, self.recommendation.as_ref().is_some_and(is_first))
        {
            return Some(format!("chosen by the experiment {}", experiment.id));
        }
        Some(match self.stability? {
            Stability::Holds => format!("stable: {}", runs(winner.evidence.runs)),
            Stability::CouldFlip => {
                let runs = runs(winner.evidence.runs);
                let likely = self.p_best.map(|p_best| format!("; {}", likely_words(p_best)));
                format!("low evidence: {runs}{}", likely.unwrap_or_default())
            }
            Stability::Assumed => {
                match self.candidates.get(1).filter(|_| winner.evidence.runs > 0.0) {
                    Some(second) => {
                        format!("assumed: {} has no runs for {} yet", second.title(), self.segment)
                    }
                    None => format!("assumed: no runs for {} yet", self.segment),
                }
            }
            Stability::Only => "only eligible playbook".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounded_bound_is_still_enough() {
        let words = |field, from, to| WinsIf { field, from, to }.words();
        for (from, to, want) in [
            (75.0, 41.0, "a cost of $41 or less"),
            (75.0, 41.239_9, "a cost of $41.23 or less"),
            (75.0, 75f64.next_down(), "a cost of $74.99 or less"),
            (75.0, 0.004_19, "a cost of $0.004 or less"),
            (75.0, 1e-14, "a cost of $0.00000000000001 or less"),
            (75.0, 5e-324, "a cost of $5e-324 or less"),
            (-5.0, -7.001, "a cost of -$7.01 or less"),
        ] {
            assert_eq!(words(TunedField::AvgCost, from, to), want);
        }
        for (from, to, want) in [
            (12.0, 23.1, "ROI 23.1× or more"),
            (12.0, 23.1f64.next_up(), "ROI 23.2× or more"),
            (-3.0, -0.01, "ROI -0.01× or more"),
            (-3.0, 0.0, "ROI 0.0× or more"),
            (0.0, 0.01, "ROI 0.1× or more"),
        ] {
            assert_eq!(words(TunedField::RoiRatio, from, to), want);
        }
        let value = words(TunedField::AvgValue, 100.0, 4_666.666_6);
        assert_eq!(value, "a value of $4,667 or more");
        let large = words(TunedField::AvgValue, 100.0, 1e18f64.next_up());
        assert_eq!(large, "a value of $1,000,000,000,000,000,128 or more");
    }
}
