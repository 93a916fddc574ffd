//! The headline figures against their targets, and the level of a segment.

use serde::Serialize;

use crate::domain::number;
use crate::domain::policy::Targets;

/// A headline figure against its target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// `customers_at_high_risk` or `revenue_at_risk`.
    pub name: &'static str,
    /// Number of customers, or dollars a year, by `name`.
    #[serde(serialize_with = "number::serialize")]
    pub actual: f64,
    /// At most so much; `None` where the policy sets no limit.
    #[serde(serialize_with = "number::serialize_option")]
    pub target: Option<f64>,
    /// `None` where there is nothing to meet.
    pub met: Option<bool>,
}

/// The portfolio against its targets; those that are not set do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No target is missed.
    OnTarget,
    /// At least one target is missed.
    AboveTarget,
}

/// How a segment's revenue at risk stands against the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// At the policy's `targets.segment_revenue_at_risk_critical` and above.
    Critical,
    /// At the policy's `targets.segment_revenue_at_risk_elevated` and above, below critical.
    Elevated,
    /// Below elevated.
    Monitor,
}

impl Level {
    /// Of a segment with that revenue at risk.
    pub fn of(revenue_at_risk: f64, targets: &Targets) -> Self {
        if revenue_at_risk >= targets.segment_revenue_at_risk_critical {
            Self::Critical
        } else if revenue_at_risk >= targets.segment_revenue_at_risk_elevated {
            Self::Elevated
        } else {
            Self::Monitor
        }
    }

    /// As in JSON and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Elevated => "elevated",
            Self::Monitor => "monitor",
        }
    }
}

/// Both headline figures, in the order of the report.
pub fn targets(at_high_risk: usize, revenue_at_risk: f64, targets: &Targets) -> Vec<Target> {
    [
        ("customers_at_high_risk", at_high_risk as f64, targets.customers_at_high_risk_max),
        ("revenue_at_risk", revenue_at_risk, targets.revenue_at_risk_max),
    ]
    .into_iter()
    .map(|(name, actual, target)| Target {
        name,
        actual,
        target,
        met: target.map(|most| actual <= most),
    })
    .collect()
}

/// Returns whether any target that is set is missed.
pub fn verdict(targets: &[Target]) -> Verdict {
    let missed = targets.iter().any(|target| target.met == Some(false));
    if missed { Verdict::AboveTarget } else { Verdict::OnTarget }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_its_limit_a_figure_is_on_target() {
        let limits = Targets {
            customers_at_high_risk_max: Some(3.0),
            revenue_at_risk_max: Some(100.0),
            ..Targets::default()
        };
        let met = |customers, revenue| {
            let all = targets(customers, revenue, &limits);
            (all.iter().map(|one| one.met).collect::<Vec<_>>(), verdict(&all))
        };
        assert_eq!(met(3, 100.0), (vec![Some(true), Some(true)], Verdict::OnTarget));
        assert_eq!(met(4, 100.0), (vec![Some(false), Some(true)], Verdict::AboveTarget));
        assert_eq!(met(3, 100.01), (vec![Some(true), Some(false)], Verdict::AboveTarget));
    }

    #[test]
    fn without_a_limit_nothing_is_judged() {
        let all = targets(1_000, 1e9, &Targets::default());
        assert!(all.iter().all(|target| target.met.is_none() && target.target.is_none()));
        assert_eq!(verdict(&all), Verdict::OnTarget);
    }

    #[test]
    fn a_level_begins_at_its_bound() {
        let level = |revenue| Level::of(revenue, &Targets::default());
        assert_eq!(level(200_000.0), Level::Critical);
        assert_eq!(level(199_999.99), Level::Elevated);
        assert_eq!(level(50_000.0), Level::Elevated);
        assert_eq!(level(49_999.99), Level::Monitor);
    }
}
