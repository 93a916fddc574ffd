//! Who the customer is: the head of a card.

use compact_str::CompactString;
use serde::Serialize;

use super::Subject;
use crate::domain::money::{counted, dollars, short_dollars};
use crate::domain::number;
use crate::domain::time::{date_of, days_between};

/// Days from which on a renewal is shown as its date.
const FAR: i64 = 180;

/// The customer and what is at stake.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    /// The customer's id.
    #[serde(rename = "customer_id")]
    pub id: CompactString,
    /// The customer's name.
    pub name: Option<CompactString>,
    /// The customer's segment.
    pub segment: CompactString,
    /// The customer success manager in charge.
    pub owner: Option<CompactString>,
    /// Dollars a year; `None` where the file does not say.
    #[serde(serialize_with = "number::serialize_option")]
    pub account_value: Option<f64>,
    /// Dollars; `None` while the risk is not read yet.
    #[serde(serialize_with = "number::serialize_option")]
    pub revenue_at_risk: Option<f64>,
    /// Days from today to the renewal date, negative once it has passed; `None` without a date.
    pub renews_in_days: Option<i64>,
    /// When it renews, in words; empty without a date.
    #[serde(skip)]
    pub renewal: String,
}

impl Profile {
    pub(super) fn new(subject: &Subject<'_>) -> Self {
        let customer = subject.view.customer();
        let renewal = customer.renewal_date.filter(|text| !text.trim().is_empty());
        let date = renewal.as_deref().and_then(date_of);
        let days = date.map(|date| days_between(subject.request.now.today(), date));
        Self {
            id: subject.view.id().into(),
            name: customer.name.filter(|name| !name.is_empty()),
            segment: subject.view.segment().into(),
            owner: customer.owner.filter(|owner| !owner.is_empty()),
            account_value: subject.view.known_account_value(),
            revenue_at_risk: Some(subject.request.matching.revenue_at_risk(subject.request.number)),
            renews_in_days: days,
            renewal: match (days, renewal) {
                (Some(days), Some(text)) => renewal_words(days, &text),
                (None, Some(text)) => format!("renewal date \"{text}\""),
                _ => String::new(),
            },
        }
    }

    /// Returns the name, or the id of a customer without one.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }

    /// Returns what stands beside the name: `C006 · Enterprise · owner dana`.
    pub fn facts(&self) -> String {
        let id = self.name.as_ref().map(|_| self.id.to_string());
        let owner = self.owner.as_ref().map(|owner| format!("owner {owner}"));
        let facts: Vec<String> =
            id.into_iter().chain([self.segment.to_string()]).chain(owner).collect();
        facts.join(" · ")
    }

    /// Returns what is at stake: `$620,000 a year · $527k at risk · renews in 63 days`.
    pub fn stakes(&self) -> String {
        let account = match self.account_value {
            Some(value) => format!("{} a year", dollars(value)),
            None => "account value not given".to_owned(),
        };
        let at_risk =
            self.revenue_at_risk.map(|at_risk| format!("{} at risk", short_dollars(at_risk)));
        let renewal = Some(self.renewal.clone()).filter(|renewal| !renewal.is_empty());
        let facts: Vec<String> = [Some(account), at_risk, renewal].into_iter().flatten().collect();
        facts.join(" · ")
    }
}

/// `renews in 63 days`; one that is far away by its date, as the file has it.
fn renewal_words(days: i64, date: &str) -> String {
    match days {
        ..0 => {
            let ago = counted(usize::try_from(-days).unwrap_or_default(), "day");
            format!("renewal date passed {ago} ago")
        }
        0 => "renews today".to_owned(),
        1..=FAR => {
            format!("renews in {}", counted(usize::try_from(days).unwrap_or_default(), "day"))
        }
        _ => format!("renews on {}", date.trim().get(..10).unwrap_or(date)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renewal_is_told_by_days_while_it_is_near() {
        let told = |date: &str| {
            let today = "2026-11-29".parse().unwrap();
            renewal_words(days_between(today, date.parse().unwrap()), date)
        };
        assert_eq!(told("2027-01-31"), "renews in 63 days");
        assert_eq!(told("2026-11-30"), "renews in 1 day");
        assert_eq!(told("2026-11-29"), "renews today");
        assert_eq!(told("2026-11-26"), "renewal date passed 3 days ago");
        assert_eq!(told("2026-11-28"), "renewal date passed 1 day ago");
        assert_eq!(told("2028-02-29"), "renews on 2028-02-29");
    }
}
