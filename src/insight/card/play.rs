//! A playbook with its amounts for one customer.

use compact_str::CompactString;
use serde::Serialize;

use super::Subject;
use crate::domain::money::{dollars, ratio, runs};
use crate::domain::width::Width;
use crate::domain::{Chosen, EvidenceGrade, number};
use crate::matching::ranking::Ranked;

/// A playbook as a card shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Play {
    /// The playbook's id.
    pub playbook_id: CompactString,
    /// The playbook's name, or its id where it has none.
    pub title: CompactString,
    /// The label of its action.
    pub action: String,
    /// What it costs and brings; `None` where the playbook is gone from the data.
    #[serde(flatten)]
    pub amounts: Option<Amounts>,
}

/// What a playbook costs and brings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Amounts {
    /// Dollars a run.
    #[serde(serialize_with = "number::serialize")]
    pub cost: f64,
    /// Dollars a run.
    #[serde(serialize_with = "number::serialize")]
    pub value: f64,
    /// Value − cost, in dollars a run.
    #[serde(serialize_with = "number::serialize")]
    pub net_value: f64,
    /// Value ÷ cost.
    #[serde(serialize_with = "number::serialize")]
    pub roi: f64,
    /// Runs behind these numbers.
    #[serde(serialize_with = "number::serialize")]
    pub runs: f64,
    /// Where these numbers come from.
    pub evidence: EvidenceGrade,
}

impl Play {
    /// An eligible playbook.
    pub(super) fn ranked(subject: &Subject<'_>, ranked: &Ranked) -> Option<Self> {
        let matching = subject.request.matching;
        let playbook = matching.playbook(ranked)?;
        let economics = &ranked.economics;
        Some(Self {
            playbook_id: playbook.id.clone(),
            title: playbook.title().into(),
            action: matching.policy().labels.action(playbook.action()).into_owned(),
            amounts: Some(Amounts {
                cost: economics.cost,
                value: economics.value,
                net_value: economics.net_value(),
                roi: economics.roi,
                runs: economics.evidence.runs,
                evidence: economics.evidence.grade,
            }),
        })
    }

    /// A playbook that a person chose.
    pub(super) fn chosen(subject: &Subject<'_>, chosen: &Chosen) -> Self {
        let labels = &subject.request.matching.policy().labels;
        Self {
            playbook_id: chosen.playbook_id.clone(),
            title: chosen.title().into(),
            action: labels.action(&chosen.recommended_action).into_owned(),
            amounts: Some(Amounts {
                cost: chosen.expected_cost,
                value: chosen.expected_value,
                net_value: chosen.expected_value - chosen.expected_cost,
                roi: chosen.roi_ratio,
                runs: chosen.evidence.runs,
                evidence: chosen.evidence.grade,
            }),
        }
    }

    /// A playbook of which only the id is known.
    pub(super) fn gone(playbook_id: &CompactString) -> Self {
        let title = playbook_id.clone();
        Self { playbook_id: title.clone(), title, action: String::new(), amounts: None }
    }

    /// Returns what is done: `Executive call (Executive Outreach)`.
    pub fn headline(&self) -> String {
        match self.action.as_str() {
            "" => self.title.to_string(),
            action if *action == *self.title => action.to_owned(),
            action => format!("{action} ({})", self.title),
        }
    }

    /// Returns the amounts: `$900 → $38,000 expected · net $37,100 · ROI 42.2×`, in fewer words where
    /// that takes more than `width` columns.
    pub fn amounts_words(&self, width: usize) -> Option<String> {
        let amounts = self.amounts.as_ref()?;
        let (cost, value) = (dollars(amounts.cost), dollars(amounts.value));
        let rest = format!("net {} · ROI {}", dollars(amounts.net_value), ratio(amounts.roi));
        let full = format!("{cost} → {value} expected · {rest}");
        let short = || format!("{cost} → {value} · {rest}");
        Some(if full.width() <= width { full } else { short() })
    }

    /// Returns the same of another option, with its runs: `$230 → $8,400 · net $8,170 · ROI 36.5× (124
    /// runs)`, without the net value where that takes more than `width` columns.
    pub fn option_words(&self, width: usize) -> Option<String> {
        let amounts = self.amounts.as_ref()?;
        let money = format!("{} → {}", dollars(amounts.cost), dollars(amounts.value));
        let rest = format!("ROI {} ({})", ratio(amounts.roi), runs(amounts.runs));
        let full = format!("{money} · net {} · {rest}", dollars(amounts.net_value));
        Some(if full.width() <= width { full } else { format!("{money} · {rest}") })
    }
}
