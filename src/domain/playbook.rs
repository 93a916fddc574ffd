//! Playbooks, and what each has brought so far.

use compact_str::CompactString;

/// A row of `journey_playbooks.json`. An empty `id` is no id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Playbook {
    /// The playbook's id.
    pub id: CompactString,
    /// The playbook's name.
    pub name: Option<CompactString>,
    /// The stage of the customer journey.
    pub journey_stage: Option<CompactString>,
    /// The segments that it is open to; `All` for every one.
    pub eligible_segments: Option<Vec<CompactString>>,
    /// The risk from which it is eligible; 0.5 where it is missing or 0.
    pub risk_threshold: Option<f64>,
    /// Actions, codes; the first one is recommended.
    pub default_actions: Option<Vec<CompactString>>,
    /// True where it needs an approval.
    pub approval_required: Option<bool>,
    /// Dollars a run.
    pub avg_cost_estimate: Option<f64>,
    /// Dollars a run; the value is half the sum.
    pub expected_value_range: Option<Vec<f64>>,
    /// `active` for playbooks that are recommended.
    pub status: Option<CompactString>,
}

impl Playbook {
    /// The risk from which the playbook qualifies: `risk_threshold or 0.5`.
    pub fn risk_threshold(&self) -> f64 {
        super::number::or(self.risk_threshold, 0.5)
    }

    /// The first of `default_actions`, else `follow_playbook`.
    pub fn action(&self) -> &str {
        self.default_actions
            .as_deref()
            .and_then(<[_]>::first)
            .map_or("follow_playbook", CompactString::as_str)
    }

    /// `eligible_segments or []`.
    pub fn segments(&self) -> &[CompactString] {
        self.eligible_segments.as_deref().unwrap_or_default()
    }

    /// `"All"` or the segment is eligible.
    pub fn accepts(&self, segment: &str) -> bool {
        self.segments().iter().any(|s| s == "All" || s == segment)
    }

    /// Only `true` asks for approval.
    pub fn needs_approval(&self) -> bool {
        self.approval_required == Some(true)
    }

    /// Returns true where its status is `active`.
    pub fn is_active(&self) -> bool {
        self.status.as_deref() == Some("active")
    }

    /// The name, or the id of a playbook without one.
    pub fn title(&self) -> &str {
        self.name.as_deref().filter(|n| !n.is_empty()).unwrap_or(&self.id)
    }
}

/// A row of `playbook_performance_log.json`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PerformanceRow {
    /// The playbook's id.
    pub playbook_id: CompactString,
    /// `None` where the file says `null`, which serves no one. A row without the key reads as
    /// `Some("All")`.
    pub segment: Option<CompactString>,
    /// How many runs were measured.
    pub runs: Option<f64>,
    /// 0 to 1.
    pub success_rate: Option<f64>,
    /// Dollars a run.
    pub avg_cost: Option<f64>,
    /// Dollars a run.
    pub avg_value: Option<f64>,
    /// Value a dollar of cost.
    pub roi_ratio: Option<f64>,
    /// 0 to 1.
    pub override_rate: Option<f64>,
    /// When the row was updated, as the file has it.
    pub last_updated: Option<CompactString>,
}
