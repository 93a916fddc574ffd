//! What to do about each customer that needs a decision, and why.

use super::document::{CardText, Text};
use crate::insight::Card;
use crate::insight::card::CardSection;

/// Returns a card as the report has it: what to do, why, and what to be careful about.
pub fn card(card: &Card) -> CardText {
    let sections = [CardSection::Do, CardSection::Why, CardSection::Caution];
    let row = |section: CardSection| (label(section), Text::from(card.text_of(section)));
    CardText {
        title: format!("{}, {}", card.customer.title(), card.customer.facts()).into(),
        facts: card.customer.stakes().into(),
        rows: sections.map(row).into_iter().filter(|(_, text)| !text.is_empty()).collect(),
    }
}

/// The label of a part, in sentence case.
fn label(section: CardSection) -> &'static str {
    match section {
        CardSection::Do => "Do",
        CardSection::Why => "Why",
        CardSection::Caution => "Caution",
        CardSection::Or => "Or",
    }
}
