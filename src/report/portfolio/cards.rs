//! What to do about each customer that needs a decision, and why.

use super::document::{CardText, Text};
use crate::insight::Card;
use crate::insight::card::CardSection;

/// Returns a card as the report has it: what to do, why, and what to be careful about.
pub fn card(card: &Card) -> CardText {
    let sections = [CardSection::Do, CardSection::Why, CardSection::Caution];
    // Each caution is a sentence of its own.
    let texts = |section: CardSection| match section {
        CardSection::Caution => card.caution.iter().map(|one| one.text.clone()).collect(),
        section => vec![card.text_of(section)],
    };
    let rows = |section: CardSection| {
        texts(section).into_iter().map(move |text| (label(section), Text::from(text)))
    };
    CardText {
        title: format!("{}, {}", card.customer.title(), card.customer.facts()).into(),
        facts: card.customer.stakes().into(),
        rows: sections.into_iter().flat_map(rows).filter(|(_, text)| !text.is_empty()).collect(),
        command: None,
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
