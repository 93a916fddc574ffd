//! Why a field of a playbook, or of a performance row, changes no recommendation.

use super::idle_pairs::{Nobody, Pairs};
use crate::domain::money::dollars;
use crate::domain::number::{Num, or, truthy};
use crate::domain::{CostSource, PerformanceRow, Playbook, RoiSource, ValueSource};
use crate::matching::Matching;
use crate::matching::economics::Economics;
use crate::matching::performance::ALL;
use crate::store::{PairIx, PlaybookIx};

/// What is always true of two runs that recommend the same.
const THE_SAME: &str = "every recommendation is the same with it";

/// A playbook in two runs that recommend the same to everyone.
struct Both<'a> {
    id: &'a str,
    number: PlaybookIx,
    without: &'a Matching,
    after: &'a Matching,
    was: &'a Playbook,
    now: &'a Playbook,
}

impl<'a> Both<'a> {
    fn of(id: &'a str, without: &'a Matching, after: &'a Matching) -> Option<Self> {
        let number = *without.dataset().playbook_numbers.get(id)?;
        let was = without.dataset().playbook(number)?;
        let now = after.dataset().playbook(number)?;
        Some(Self { id, number, without, after, was, now })
    }

    /// The pairs to which the playbook is open in one of the runs at least.
    fn open(&self) -> Pairs {
        let open = |matching: &Matching, pair| self.economics(matching, pair).is_some();
        let pairs = (0..self.without.lists().of_pairs().len()).map(PairIx::at);
        Pairs(pairs.map(|pair| open(self.without, pair) || open(self.after, pair)).collect())
    }

    /// Its numbers in a pair to which it is open.
    fn economics(&self, matching: &'a Matching, pair: PairIx) -> Option<&'a Economics> {
        // At a risk without end everyone qualifies.
        let mut all = matching.list_of_pair(pair)?.candidates(f64::INFINITY);
        all.find(|ranked| ranked.playbook == self.number).map(|ranked| &ranked.economics)
    }

    /// The segments of pairs, each once.
    fn segments(&self, pairs: &Pairs) -> Vec<&'a str> {
        let all = self.without.population().pairs(self.without.dataset()).enumerate();
        let of_pairs = all.filter(|(number, _)| pairs.has(PairIx::at(*number)));
        let mut segments: Vec<&str> =
            of_pairs.filter_map(|(_, pair)| Some(pair?.segment)).collect();
        segments.sort_unstable();
        segments.dedup();
        segments
    }

    /// Why no one of these pairs is recommended it in either run; `None` where someone is. Where it
    /// is open to others, too, it is told of whom that is said.
    fn why_nobody(&self, pairs: &Pairs, open: &Pairs) -> Option<String> {
        let (whom, place) = match pairs == open {
            true => ("its stage and segments".to_owned(), "everywhere".to_owned()),
            false => {
                let segments = list(&self.segments(pairs));
                (format!("its stage in {segments}"), format!("in {segments}"))
            }
        };
        let nobody = |matching: &Matching, playbook: &Playbook| {
            // To whom it is not open it is not recommended for that.
            let active = playbook.is_active();
            if active { pairs.why_nobody(matching, self.number).map(Some) } else { Some(None) }
        };
        let both = (nobody(self.without, self.was)?, nobody(self.after, self.now)?);
        let threshold = self.was.risk_threshold().min(self.now.risk_threshold());
        let limited = [self.without, self.after].iter().any(|run| !run.contacted().is_empty());
        Some(match both.0.max(both.1)? {
            Nobody::Reaches => {
                format!("none of {whom} reaches its minimum risk of {}", Num(threshold))
            }
            Nobody::Passes => format!(
                "all of {whom} that reach its minimum risk are below the minimum confidence"
            ),
            Nobody::Wins if limited => {
                format!("another playbook ranks ahead, or a contact limit stops it, {place}")
            }
            Nobody::Wins => format!("another playbook ranks ahead {place}"),
        })
    }
}

/// Why a field of a playbook changes nothing.
pub fn why(id: &str, field: &str, without: &Matching, after: &Matching) -> String {
    let Some(both) = Both::of(id, without, after) else {
        return format!("there is no playbook {id}");
    };
    let Both { was, now, .. } = both;
    if let Some(words) = same_meaning(field, was, now) {
        return words;
    }
    if !was.is_active() && !now.is_active() {
        return format!("{id} is not active");
    }
    let open = both.open();
    if open.is_empty() {
        return "no customer has its stage and segment".to_owned();
    }
    let of_field = match field {
        "avg_cost_estimate" | "expected_value_range" => not_used(&both, &open, field),
        "eligible_segments" | "journey_stage" => {
            let moved = Pairs(
                (0..open.0.len())
                    .map(PairIx::at)
                    .map(|pair| {
                        both.economics(without, pair).is_some()
                            != both.economics(after, pair).is_some()
                    })
                    .collect(),
            );
            moved.is_empty().then(|| "no customer is in what this adds or takes away".to_owned())
        }
        "risk_threshold" => {
            let (a, b) = (was.risk_threshold(), now.risk_threshold());
            let (low, high) = (a.min(b), a.max(b));
            let between = open.anybody(without, |risk| (low..high).contains(&risk));
            (!between).then(|| {
                format!(
                    "no customer in its stage and segments has a risk between {} and {}",
                    Num(low),
                    Num(high)
                )
            })
        }
        _ => None,
    };
    let words = of_field.or_else(|| both.why_nobody(&open, &open));
    words.unwrap_or_else(|| {
        match field {
            "approval_required" => "the policy asks for an approval of each of its plays anyway",
            "avg_cost_estimate" => {
                "where it is recommended its cost is measured, elsewhere it is not recommended"
            }
            "expected_value_range" => {
                "where it is recommended its value is measured, elsewhere it is not recommended"
            }
            _ => THE_SAME,
        }
        .to_owned()
    })
}

/// What to say where a field was given another value that means the same.
fn same_meaning(field: &str, was: &Playbook, now: &Playbook) -> Option<String> {
    let value = |playbook: &Playbook| {
        let range = playbook.expected_value_range.as_deref().unwrap_or_default();
        range.iter().sum::<f64>() / 2.0
    };
    let cost = |playbook: &Playbook| or(playbook.avg_cost_estimate, 0.0);
    match field {
        "risk_threshold" if was.risk_threshold() == now.risk_threshold() => Some(format!(
            "its risk threshold is {} either way: 0 and none mean 0.5",
            Num(now.risk_threshold())
        )),
        "approval_required" if was.needs_approval() == now.needs_approval() => {
            Some("it asks for no approval either way".to_owned())
        }
        "default_actions" if was.action() == now.action() => {
            Some(format!("its first action is {} either way", now.action()))
        }
        "avg_cost_estimate" if cost(was) == cost(now) => {
            Some("0 and none mean the same".to_owned())
        }
        "expected_value_range" if value(was) == value(now) => {
            Some(format!("half of its sum is {} either way", dollars(value(now))))
        }
        _ => None,
    }
}

/// What to say where an estimate is used nowhere, as everything was measured.
fn not_used(both: &Both<'_>, open: &Pairs, field: &str) -> Option<String> {
    let all: Vec<&Economics> = (0..open.0.len())
        .map(PairIx::at)
        .filter(|pair| open.has(*pair))
        .filter_map(|pair| both.economics(both.after, pair))
        .collect();
    let measured = |economics: &&Economics| match field {
        "avg_cost_estimate" => {
            !matches!(economics.cost_source, CostSource::Estimate | CostSource::None)
        }
        _ => !matches!(economics.value_source, ValueSource::ExpectedRange | ValueSource::None),
    };
    if all.is_empty() || !all.iter().all(measured) {
        return None;
    }
    let what = match field {
        _ if all.iter().all(|economics| economics.roi_source != RoiSource::Computed) => "ROI",
        "avg_cost_estimate" => "cost",
        _ => "value",
    };
    let segments = list(&both.segments(open));
    Some(format!("the {what} of {} for {segments} is measured: {field} is not used", both.id))
}

/// `SMB, Mid-Market and Enterprise`, `5 segments`
fn list(names: &[&str]) -> String {
    const MOST: usize = 3;
    match names.split_last() {
        Some(_) if names.len() > MOST => format!("{} segments", names.len()),
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}

/// Why a field of the performance row for a segment changes nothing.
pub fn why_of_row(
    id: &str,
    segment: &str,
    field: &str,
    without: &Matching,
    after: &Matching,
) -> String {
    let Some(both) = Both::of(id, without, after) else {
        return format!("there is no playbook {id}");
    };
    if matches!(field, "success_rate" | "override_rate") {
        return format!("no recommendation depends on {field}");
    }
    if field == "runs" && without.policy().approval.required_below_runs.is_none() {
        return "runs bear on a recommendation only where approval.required_below_runs is set"
            .to_owned();
    }
    if same_number(field, without, after) {
        return "0 and none mean the same".to_owned();
    }
    if !both.was.is_active() {
        return format!("{id} is not active");
    }
    let open = both.open();
    if open.is_empty() {
        return "no customer has its stage and segment".to_owned();
    }
    let rows = &without.dataset().performance;
    let of_segment = |segment: &str| {
        rows.iter().any(|row| row.playbook_id == id && row.segment.as_deref() == Some(segment))
    };
    let pairs = without.population().pairs(without.dataset()).enumerate();
    let served = Pairs(
        pairs
            .map(|(number, pair)| {
                let serves = |its: &str| its == segment || (segment == ALL && !of_segment(its));
                open.has(PairIx::at(number)) && pair.is_some_and(|pair| serves(pair.segment))
            })
            .collect(),
    );
    if served.is_empty() {
        return match segment {
            ALL => "every segment that it serves has a row of its own".to_owned(),
            _ => format!("it is open to no customer of the segment {segment}"),
        };
    }
    let words = both.why_nobody(&served, &open);
    words.unwrap_or_else(|| {
        match field {
            "roi_ratio" => "the ROI only puts candidates in order, and the first ones stay",
            _ => THE_SAME,
        }
        .to_owned()
    })
}

/// True where the field of the row that differs counts the same.
fn same_number(field: &str, without: &Matching, after: &Matching) -> bool {
    let value = |row: &PerformanceRow| {
        truthy(match field {
            "runs" => row.runs,
            "avg_cost" => row.avg_cost,
            "avg_value" => row.avg_value,
            _ => row.roi_ratio,
        })
    };
    let rows = without.dataset().performance.iter().zip(after.dataset().performance.iter());
    let mut others = rows.filter(|(was, now)| was != now);
    others.all(|(was, now)| value(was) == value(now))
}
