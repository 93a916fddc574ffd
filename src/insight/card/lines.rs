//! The card as rows of text.

use super::{Card, Play};
use crate::domain::width::Width;

/// A part of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardSection {
    /// What is decided about.
    Do,
    /// Signals, stage and forecast.
    Why,
    /// What speaks against it.
    Caution,
    /// Other eligible playbooks.
    Or,
}

impl CardSection {
    /// Returns its label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Do => "DO",
            Self::Why => "WHY",
            Self::Caution => "CAUTION",
            Self::Or => "OR",
        }
    }
}

/// Columns of the labels, with the blanks behind them.
pub const LABELS: usize = 9;

/// A row of a card: a text, and perhaps another one at the end of the line.
#[derive(Debug, Clone, PartialEq)]
pub struct CardRow {
    /// The part it belongs to.
    pub section: CardSection,
    /// True for the first row of its part: the label stands before it.
    pub first: bool,
    /// True for the name of what is done.
    pub headline: bool,
    /// The text. Text from data files in it is not yet escaped.
    pub text: String,
    /// What stands at the right end of the row; may be empty.
    pub aside: String,
}

impl Card {
    /// Returns the rows below the head, made for `width` columns of text beside the labels. Rows may
    /// be wider: whoever shows them breaks them.
    pub fn rows(&self, width: usize) -> Vec<CardRow> {
        let mut rows = Vec::new();
        let mut add = |section, headline, text: String, aside: String| {
            let first = rows.last().is_none_or(|row: &CardRow| row.section != section);
            rows.push(CardRow { section, first, headline, text, aside });
        };
        let proposal = &self.proposal;
        match &proposal.play {
            Some(play) => {
                add(CardSection::Do, true, play.headline(), proposal.state.clone());
                if let Some(amounts) = play.amounts_words(width) {
                    add(CardSection::Do, false, amounts, String::new());
                }
            }
            None => add(CardSection::Do, true, self.nothing().to_owned(), String::new()),
        }
        if let Some(why) = &proposal.why_none {
            add(CardSection::Do, false, with_capital(why), String::new());
        }
        for why in &self.why {
            add(CardSection::Why, false, why.clone(), String::new());
        }
        for caution in &self.caution {
            add(CardSection::Caution, false, caution.text.clone(), String::new());
        }
        let titles = self.options.iter().map(|play| play.title.width()).max().unwrap_or(0);
        for play in &self.options {
            for text in option_rows(play, titles, width) {
                add(CardSection::Or, false, text, String::new());
            }
        }
        rows
    }

    /// What stands in place of a play.
    fn nothing(&self) -> &'static str {
        match self.options.is_empty() {
            true => "No eligible playbook",
            false => "No recommendation",
        }
    }

    /// Returns a part of the card as one text, for places that have no rows: `Executive call (Executive
    /// Outreach), needs approval · $900 → $38,000 expected …`.
    pub fn text_of(&self, section: CardSection) -> String {
        let rows = self.rows(usize::MAX).into_iter().filter(|row| row.section == section);
        let rows = rows.map(|row| match row.aside.as_str() {
            "" => row.text,
            aside => format!("{}, {aside}", row.text),
        });
        rows.collect::<Vec<_>>().join(if section == CardSection::Do { " · " } else { "; " })
    }
}

/// An option in one row, or in two where that is too wide.
fn option_rows(play: &Play, titles: usize, width: usize) -> Vec<String> {
    let Some(amounts) = play.option_words(width.saturating_sub(titles + 2)) else {
        return vec![play.title.to_string()];
    };
    let free = titles.saturating_sub(play.title.width());
    let one = format!("{}{:free$}  {amounts}", play.title, "");
    if one.width() <= width {
        return vec![one];
    }
    let amounts = play.option_words(width.saturating_sub(2)).unwrap_or_default();
    vec![play.title.to_string(), format!("  {amounts}")]
}

fn with_capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
