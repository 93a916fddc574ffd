//! The card of a customer in a view.

use super::Snapshot;
use crate::domain::{Chosen, Finding, Moment, Person, Standing};
use crate::insight::Card;
use crate::insight::card::CardRequest;

/// For whom and when a card is made.
#[derive(Debug, Clone, Copy, Default)]
pub struct CardFor<'a> {
    /// The reviewer; without one no limit is looked at.
    pub reviewer: Option<&'a Person>,
    /// The current time, where that is later than the view.
    pub now: Option<&'a Moment>,
    /// A playbook that the reviewer is about to choose in place of what is proposed.
    pub choice: Option<&'a Chosen>,
}

impl Snapshot {
    /// Returns what to do about a customer and why; `None` if there is no customer of that number.
    pub fn card(&self, number: usize, of: CardFor<'_>) -> Option<Card> {
        self.card_of(number, &self.standing(number), of)
    }

    /// Returns the card, where it is known how the customer stands.
    pub fn card_of(&self, number: usize, standing: &Standing, of: CardFor<'_>) -> Option<Card> {
        let findings: Vec<&Finding> = self.findings_behind(number).collect();
        Card::new(&CardRequest {
            matching: &self.matching,
            number,
            standing,
            findings: &findings,
            reviewer: of.reviewer,
            now: of.now.unwrap_or(&self.now),
            proposals: &self.proposals_with(number, standing),
            choice: of.choice,
        })
    }
}
