//! Playbooks to begin with, over the stages and segments that the data has. Their numbers are assumed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::form::folded;
use crate::domain::json;
use crate::domain::number::Num;
use crate::store::Dataset;

/// So many playbooks are written.
pub const PLAYBOOKS: usize = 8;
/// With more segments than this, playbooks are for all of them.
const MOST_SEGMENTS: usize = 12;
/// What is said of the numbers, in a field that matching ignores.
pub const NOTE: &str = "starter: cost and value are assumed; replace them with your own";

/// What the data says that playbooks are about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Survey {
    /// The stages, those with the most customers first.
    pub stages: Vec<Stage>,
    /// The segments, those with the largest accounts first.
    pub segments: Vec<Segment>,
}

/// A stage of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// The segments that its customers are in, as places in [`Survey::segments`].
    pub segments: Vec<usize>,
}

/// A segment of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// Its name.
    pub name: String,
    /// The average account value, in dollars a year, where it is known.
    pub value: Option<f64>,
}

impl Survey {
    /// Returns which stages and segments the customers are in.
    pub fn of(dataset: &Dataset) -> Self {
        let mut stages: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
        let mut segments: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for customer in dataset.customers() {
            if let Some(stage) = customer.stage() {
                let (customers, of_stage) = stages.entry(stage).or_default();
                *customers += 1;
                of_stage.insert(customer.segment());
            }
            let (sum, count) = segments.entry(customer.segment()).or_default();
            if let Some(value) = customer.known_account_value().filter(|value| *value > 0.0) {
                *sum += value;
                *count += 1.0;
            }
        }
        let mut segments: Vec<Segment> = segments
            .into_iter()
            .map(|(name, (sum, count))| Segment {
                name: name.to_owned(),
                value: (count > 0.0).then(|| sum / count),
            })
            .collect();
        segments.sort_by(|a, b| b.value.unwrap_or(0.0).total_cmp(&a.value.unwrap_or(0.0)));
        let mut stages: Vec<_> = stages.into_iter().collect();
        stages.sort_by_key(|(_, (customers, _))| std::cmp::Reverse(*customers));
        let stage = |(name, (_, of_stage)): (&str, (usize, BTreeSet<&str>))| Stage {
            name: name.to_owned(),
            segments: (0..segments.len())
                .filter(|at| {
                    segments.get(*at).is_some_and(|of| of_stage.contains(of.name.as_str()))
                })
                .collect(),
        };
        let stages = stages.into_iter().map(stage).collect();
        Self { stages, segments }
    }
}

/// A kind of work with a customer.
struct Kind {
    /// Its stage where the data has none for it.
    stage: &'static str,
    /// Other names of that stage.
    also: &'static [&'static str],
    low: Play,
    high: Play,
}

/// What is done, by name and by its actions.
struct Play {
    name: &'static str,
    actions: &'static [&'static str],
}

const KINDS: [Kind; 5] = [
    Kind {
        stage: "onboarding",
        also: &["implementation", "setup", "launch", "trial", "new"],
        low: Play {
            name: "Onboarding checklist",
            actions: &["send_onboarding_checklist", "webinar_invite"],
        },
        high: Play {
            name: "Guided onboarding",
            actions: &["guided_setup_call", "onboarding_plan"],
        },
    },
    Kind {
        stage: "adoption",
        also: &["engagement", "usage", "customer", "active", "live"],
        low: Play { name: "Usage tips", actions: &["reengagement_campaign", "feature_tips"] },
        high: Play { name: "Adoption review", actions: &["usage_review_call", "success_plan"] },
    },
    Kind {
        stage: "support",
        also: &["escalation", "escalated", "service"],
        low: Play { name: "Support follow-up", actions: &["support_follow_up", "help_article"] },
        high: Play { name: "Support escalation", actions: &["assign_engineer", "executive_call"] },
    },
    Kind {
        stage: "renewal",
        also: &["retention", "at risk", "renewing", "save"],
        low: Play { name: "Renewal reminder", actions: &["renewal_reminder", "value_summary"] },
        high: Play { name: "Renewal call", actions: &["executive_call", "value_review"] },
    },
    Kind {
        stage: "expansion",
        also: &["growth", "upsell", "cross-sell"],
        low: Play { name: "Upgrade offer", actions: &["upgrade_offer", "case_study"] },
        high: Play { name: "Expansion workshop", actions: &["expansion_workshop", "account_plan"] },
    },
];

/// What is done in a stage of another name.
const OTHER: (Play, Play) = (
    Play { name: "Check-in by email", actions: &["check_in_email", "help_article"] },
    Play { name: "Check-in call", actions: &["check_in_call", "success_plan"] },
);

/// A row of the playbook file.
#[derive(Debug, Serialize)]
struct Playbook<'a> {
    playbook_id: String,
    name: String,
    journey_stage: Option<&'a str>,
    eligible_segments: Vec<&'a str>,
    risk_threshold: f64,
    default_actions: &'static [&'static str],
    approval_required: bool,
    avg_cost_estimate: Num,
    expected_value_range: [Num; 2],
    status: &'static str,
    note: &'static str,
}

/// How much work a play takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touch {
    Low,
    High,
}

/// Returns the text of a playbook file: eight playbooks, of low and of high touch. Stages that the data
/// does not have get drafts.
pub fn text(survey: &Survey) -> String {
    let is_over =
        |stage: &str| ["churn", "lost", "former"].iter().any(|word| folded(stage).contains(word));
    let names = survey.stages.iter().map(|stage| stage.name.as_str());
    let mut found: Vec<Option<&str>> = names.filter(|stage| !is_over(stage)).map(Some).collect();
    if survey.stages.is_empty() {
        // Customers without a stage get playbooks without one.
        found.push(None);
    }
    found.truncate(PLAYBOOKS);
    let pairs = (PLAYBOOKS - found.len()).min(found.len());
    let mut rows = Vec::new();
    for (number, stage) in found.iter().enumerate() {
        rows.push(row(survey, *stage, Touch::Low, number >= pairs, "active"));
        if number < pairs {
            rows.push(row(survey, *stage, Touch::High, false, "active"));
        }
    }
    let is_there = |kind: &Kind| found.iter().flatten().any(|stage| kind.is_for(stage));
    for touch in [Touch::High, Touch::Low] {
        for kind in KINDS.iter().filter(|kind| !is_there(kind)) {
            rows.push(row(survey, Some(kind.stage), touch, false, "draft"));
        }
    }
    rows.truncate(PLAYBOOKS);
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for row in &mut rows {
        let times = taken.entry(row.playbook_id.clone()).or_default();
        *times += 1;
        if *times > 1 {
            row.playbook_id = format!("{}_{times}", row.playbook_id);
        }
    }
    let rows: Vec<String> = rows.iter().map(json::line).collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

impl Kind {
    fn is_for(&self, stage: &str) -> bool {
        let words = folded(stage).replace(['_', '-'], " ");
        let is_named = |name: &str| {
            let is_word = |word: &str| word == name || name.len() > 4 && word.starts_with(name);
            name.contains(' ') && words.contains(name) || words.split(' ').any(is_word)
        };
        std::iter::once(&self.stage).chain(self.also).any(|name| is_named(&name.replace('-', " ")))
    }
}

fn row<'a>(
    survey: &'a Survey,
    stage: Option<&'a str>,
    touch: Touch,
    alone: bool,
    status: &'static str,
) -> Playbook<'a> {
    let kind = stage.and_then(|stage| KINDS.iter().find(|kind| kind.is_for(stage)));
    let (low, high) = kind.map_or((&OTHER.0, &OTHER.1), |kind| (&kind.low, &kind.high));
    let play = if touch == Touch::Low { low } else { high };
    // The largest accounts get the work that takes more; with one segment, the higher risks.
    let all: Vec<usize> = (0..survey.segments.len()).collect();
    let own = survey.stages.iter().find(|of| Some(of.name.as_str()) == stage);
    let own = own.map_or(&all, |of| &of.segments);
    let last_large = own.get((own.len() / 2).max(1) - 1).copied().unwrap_or_default();
    let (large, small) = survey.segments.split_at((last_large + 1).min(all.len()));
    let is_split = own.len() > 1 && all.len() <= MOST_SEGMENTS && !alone;
    let meant = match (is_split, touch) {
        (false, _) => survey.segments.as_slice(),
        (true, Touch::High) => large,
        (true, Touch::Low) => small,
    };
    let eligible_segments = match is_split {
        true => meant.iter().map(|segment| segment.name.as_str()).collect(),
        false => vec!["All"],
    };
    let known: Vec<f64> = meant.iter().filter_map(|segment| segment.value).collect();
    let value = match (known.is_empty(), touch) {
        (false, _) => known.iter().sum::<f64>() / known.len() as f64,
        (true, Touch::Low) => 12_000.0,
        (true, Touch::High) => 120_000.0,
    };
    let (least, cost, from, to) = match touch {
        Touch::Low => (5.0, 0.002, 0.02, 0.10),
        Touch::High => (50.0, 0.004, 0.05, 0.30),
    };
    let risk_threshold = match touch {
        Touch::High if !is_split => 0.75,
        _ => 0.5,
    };
    let slug: String = stage
        .unwrap_or("any")
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .take(24)
        .flat_map(char::to_uppercase)
        .collect();
    let name = match (kind, stage) {
        (None, Some(stage)) => format!("{} ({stage})", play.name),
        _ => play.name.to_owned(),
    };
    Playbook {
        playbook_id: format!("PB_{slug}_{}", if touch == Touch::Low { "LOW" } else { "HIGH" }),
        name,
        journey_stage: stage,
        eligible_segments,
        risk_threshold,
        default_actions: play.actions,
        approval_required: touch == Touch::High,
        avg_cost_estimate: Num(about(value * cost).max(least)),
        expected_value_range: [Num(about(value * from)), Num(about(value * to))],
        status,
        note: NOTE,
    }
}

/// An amount with one digit that is not 0, or two that end in 5.
fn about(amount: f64) -> f64 {
    if !(amount.is_finite() && amount >= 1.0) {
        return 1.0;
    }
    let step = 10_f64.powi(amount.log10().floor() as i32) / 2.0;
    ((amount / step).round() * step).round()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn survey(stages: &[&str], segments: &[(&str, Option<f64>)]) -> Survey {
        Survey {
            stages: stages
                .iter()
                .map(|stage| Stage {
                    name: (*stage).to_owned(),
                    segments: (0..segments.len()).collect(),
                })
                .collect(),
            segments: segments
                .iter()
                .map(|(name, value)| Segment { name: (*name).to_owned(), value: *value })
                .collect(),
        }
    }

    fn rows(survey: &Survey) -> Vec<Value> {
        serde_json::from_str(&text(survey)).unwrap()
    }

    fn told(rows: &[Value]) -> Vec<String> {
        let text = |row: &Value, field: &str| row[field].as_str().unwrap_or("none").to_owned();
        rows.iter()
            .map(|row| {
                let id = text(row, "playbook_id");
                format!(
                    "{id} {} {} {}",
                    text(row, "journey_stage"),
                    row["eligible_segments"],
                    text(row, "status")
                )
            })
            .collect()
    }

    #[test]
    fn the_stages_of_the_data_get_low_and_high_touch() {
        let segments = [
            ("Enterprise", Some(400_000.0)),
            ("Mid-Market", Some(40_000.0)),
            ("SMB", Some(5_000.0)),
        ];
        let rows = rows(&survey(&["Onboarding", "retention", "Churned"], &segments));
        assert_eq!(
            told(&rows),
            [
                "PB_ONBOARDING_LOW Onboarding [\"Mid-Market\",\"SMB\"] active",
                "PB_ONBOARDING_HIGH Onboarding [\"Enterprise\"] active",
                "PB_RETENTION_LOW retention [\"Mid-Market\",\"SMB\"] active",
                "PB_RETENTION_HIGH retention [\"Enterprise\"] active",
                "PB_ADOPTION_HIGH adoption [\"Enterprise\"] draft",
                "PB_SUPPORT_HIGH support [\"Enterprise\"] draft",
                "PB_EXPANSION_HIGH expansion [\"Enterprise\"] draft",
                "PB_ADOPTION_LOW adoption [\"Mid-Market\",\"SMB\"] draft",
            ]
        );
        assert_eq!(rows[1]["avg_cost_estimate"], 1500);
        assert_eq!(rows[1]["expected_value_range"], serde_json::json!([20_000, 100_000]));
        assert!(rows.iter().all(|row| row["note"].as_str().unwrap().contains("assumed")));
        assert_eq!(rows[3]["name"], "Renewal call");
    }

    #[test]
    fn many_stages_get_one_each_and_none_gets_playbooks_without_one() {
        let many: Vec<String> = (0..12).map(|n| format!("Phase {n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let all = rows(&survey(&many, &[("A", None), ("B", None)]));
        assert_eq!(all.len(), PLAYBOOKS);
        assert_eq!(told(&all)[7], "PB_PHASE_7_LOW Phase 7 [\"All\"] active");
        assert_eq!(all[0]["name"], "Check-in by email (Phase 0)");
        let five = rows(&survey(&["a", "b", "c", "d", "e"], &[]));
        assert_eq!((five.len(), told(&five)[1].as_str()), (8, "PB_A_HIGH a [\"All\"] active"));
        let none = rows(&survey(&[], &[("SMB", None)]));
        assert_eq!(
            told(&none)[..2],
            ["PB_ANY_LOW none [\"All\"] active", "PB_ANY_HIGH none [\"All\"] active"]
        );
        assert_eq!((none.len(), none[1]["risk_threshold"].clone()), (8, 0.75.into()));
    }

    #[test]
    fn a_stage_is_split_between_the_segments_in_it() {
        let values = [("Enterprise", Some(9e5)), ("Mid-Market", Some(9e4)), ("SMB", Some(9e3))];
        let mut survey = survey(&["onboarding", "renewal"], &values);
        survey.stages[0].segments = vec![2];
        survey.stages[1].segments = vec![1, 2];
        assert_eq!(
            told(&rows(&survey))[..4],
            [
                "PB_ONBOARDING_LOW onboarding [\"All\"] active",
                "PB_ONBOARDING_HIGH onboarding [\"All\"] active",
                "PB_RENEWAL_LOW renewal [\"SMB\"] active",
                "PB_RENEWAL_HIGH renewal [\"Enterprise\",\"Mid-Market\"] active",
            ]
        );
    }

    #[test]
    fn stages_are_known_by_their_words() {
        let kind =
            |stage: &str| KINDS.iter().find(|kind| kind.is_for(stage)).map(|kind| kind.stage);
        for (stage, is) in [
            ("Renewals", Some("renewal")),
            ("New customer", Some("onboarding")),
            ("at_risk", Some("renewal")),
            ("Cross-sell", Some("expansion")),
            ("Newsletter", None),
        ] {
            assert_eq!(kind(stage), is, "{stage}");
        }
    }

    #[test]
    fn ids_are_unlike_each_other() {
        let rows = rows(&survey(&["a b", "a_b", "a-b"], &[("SMB", None)]));
        let mut ids: Vec<String> = rows.iter().map(|row| row["playbook_id"].to_string()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), PLAYBOOKS);
    }

    #[test]
    fn amounts_are_round() {
        for (amount, round) in
            [(0.1, 1.0), (13.0, 15.0), (812.0, 800.0), (61_234.0, 60_000.0), (f64::NAN, 1.0)]
        {
            assert_eq!(about(amount), round, "{amount}");
        }
    }
}
