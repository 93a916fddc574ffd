//! The fields that a filter can compare, and where each takes its value from.

use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::domain::Status;
use crate::domain::time::days_between;
use crate::matching::risk::confidence;
use crate::matching::stability::Stability;
use crate::workspace::Snapshot;

/// A field by its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Compared with `<`, `<=`, `=`, `>=` and `>`.
    Number(NumberField),
    /// Compared with `:` and `=`.
    Text(TextField),
}

/// A field that holds a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case", ascii_case_insensitive)]
pub enum NumberField {
    /// The customer's risk, from 0 to 1.
    Risk,
    /// The account's value, in dollars a year.
    Value,
    /// Value divided by cost of the recommendation.
    Roi,
    /// Expected cost of the recommendation, in dollars.
    Cost,
    /// Revenue at risk, in dollars.
    AtRisk,
    /// Risk with the policy's margin, from 0 to 1.
    Confidence,
    /// Revenue at risk by the weeks until the renewal, in dollars a week.
    Urgency,
    /// Days until the renewal; none once it has passed.
    Renews,
    /// The probability that the recommended playbook is the best, from 0 to 1.
    PBest,
}

/// A field that holds a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "snake_case", ascii_case_insensitive)]
pub enum TextField {
    /// The customer's segment.
    Segment,
    /// The code of the stage of the customer journey.
    Stage,
    /// The status of the recommendation.
    Status,
    /// Who is responsible for the customer.
    Owner,
    /// Id of the recommended playbook; `:` compares its name as well.
    Playbook,
    /// The customer's name.
    Name,
    /// The customer's id.
    Id,
    /// Where the forecast sees the customer go, as [`super::write::path_text`] writes it.
    Path,
    /// `yes` where something is recommended, else `no`.
    Play,
    /// How firmly the recommendation stands, as `explain` has it.
    Stability,
    /// Id of the experiment that the customer is in.
    Experiment,
    /// The customer's arm in it.
    Arm,
    /// `yes` where someone proposed a playbook and nobody has decided since, else `no`.
    Proposed,
}

impl Field {
    /// Returns the field of a name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        let number = || name.parse().ok().map(Self::Number);
        number().or_else(|| name.parse().ok().map(Self::Text))
    }

    /// Returns the name of every field.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NumberField::VARIANTS.iter().chain(TextField::VARIANTS).copied()
    }
}

impl NumberField {
    /// Returns a customer's number; `None` where there is none.
    pub fn value(self, snapshot: &Snapshot, number: usize) -> Option<f64> {
        let matching = &snapshot.matching;
        match self {
            Self::Risk => matching.risk_score(number),
            Self::Value => matching.customer(number).map(|view| view.account_value()),
            Self::AtRisk => Some(matching.revenue_at_risk(number)),
            Self::Confidence => {
                matching.risk_score(number).map(|risk| confidence(risk, matching.policy()))
            }
            Self::Urgency => snapshot.urgency(number),
            Self::Renews => {
                let renewal = matching.customer(number)?.renewal_day()?;
                let days = days_between(snapshot.today(), renewal);
                (days >= 0).then_some(days as f64)
            }
            Self::Roi => matching.winner(number).map(|ranked| ranked.economics.roi),
            Self::Cost => matching.winner(number).map(|ranked| ranked.economics.cost),
            Self::PBest => matching.firm(number)?.1,
        }
    }
}

impl TextField {
    /// True where words are searched in it.
    pub fn is_searched(self) -> bool {
        matches!(self, Self::Id | Self::Name | Self::Segment | Self::Stage | Self::Playbook)
    }

    /// Returns a customer's text as it is stored; `None` where there is none. A path is stored as
    /// JSON.
    pub fn stored(self, snapshot: &Snapshot, number: usize) -> Option<&str> {
        let matching = &snapshot.matching;
        let view = || matching.customer(number);
        match self {
            Self::Segment => view().map(|view| view.segment()),
            Self::Stage => view()?.stage(),
            Self::Status => Some(snapshot.status(number).name()),
            Self::Owner => view()?.owner(),
            Self::Playbook => {
                matching.playbook(matching.winner(number)?).map(|playbook| playbook.id.as_str())
            }
            Self::Name => view()?.name(),
            Self::Id => view().map(|view| view.id()),
            Self::Path => view()?.path(),
            Self::Play => Some(yes_or_no(matching.winner(number).is_some())),
            Self::Experiment => matching.experiment(number).map(|(experiment, _)| experiment.id()),
            Self::Arm => matching.experiment(number).map(|(_, arm)| arm),
            Self::Stability => matching.firm(number).map(|(stability, _)| stability.name()),
            Self::Proposed => Some(yes_or_no(!snapshot.proposals(number).is_empty())),
        }
    }

    /// Returns every text that the field can have, where these are known.
    pub(super) fn values(self) -> Option<Vec<&'static str>> {
        match self {
            Self::Status => Some(Status::ALL.iter().map(|status| status.name()).collect()),
            Self::Play | Self::Proposed => Some(vec!["yes", "no"]),
            Self::Stability => Some(Stability::VARIANTS.to_vec()),
            _ => None,
        }
    }
}

fn yes_or_no(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}
