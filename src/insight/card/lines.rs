//! The card as rows of text.

use super::{Card, Play};
use crate::domain::text::capitalized;
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
/// Columns between a headline and the state beside it, with the sign of the status.
const SIGN: usize = 4;

/// A row of a card.
#[derive(Debug, Clone, PartialEq)]
pub struct CardRow {
    /// The part it belongs to.
    pub section: CardSection,
    /// True for the first row of its part: the label stands before it.
    pub first: bool,
    /// What the text says.
    pub kind: RowKind,
    /// The text. Text from data files in it is not yet escaped.
    pub text: String,
    /// How far the decision is, at the right end of the row; empty where that has a row of its own.
    pub state: String,
}

/// What the text of a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// What is done.
    Headline,
    /// Cost, value, net and ROI of what is done.
    Amounts,
    /// How far the decision is.
    State,
    /// Anything else.
    Plain,
}

impl Card {
    /// Returns the rows below the head, made for `width` columns of text beside the labels. Rows may
    /// be wider: whoever shows them breaks them.
    pub fn rows(&self, width: usize) -> Vec<CardRow> {
        let mut rows: Vec<CardRow> = Vec::new();
        let mut add = |section, kind, text: String, state: String| {
            let first = rows.last().is_none_or(|row| row.section != section);
            rows.push(CardRow { section, first, kind, text, state });
        };
        let none = String::new;
        let proposal = &self.proposal;
        match &proposal.play {
            Some(play) => {
                let headline = play.headline();
                let is_beside = headline.width() + proposal.state.width() + SIGN <= width;
                let state = proposal.state.clone();
                let (beside, below) = if is_beside { (state, none()) } else { (none(), state) };
                add(CardSection::Do, RowKind::Headline, headline, beside);
                if let Some(amounts) = play.amounts_words(width) {
                    add(CardSection::Do, RowKind::Amounts, amounts, none());
                }
                if !below.is_empty() {
                    add(CardSection::Do, RowKind::State, below, none());
                }
            }
            None => add(CardSection::Do, RowKind::Headline, self.nothing().to_owned(), none()),
        }
        if let Some(why) = &proposal.why_none {
            add(CardSection::Do, RowKind::Plain, capitalized(why), none());
        }
        for proposed in &self.proposed {
            add(CardSection::Do, RowKind::Plain, proposed.clone(), none());
        }
        for why in &self.why {
            add(CardSection::Why, RowKind::Plain, why.clone(), none());
        }
        for caution in &self.caution {
            add(CardSection::Caution, RowKind::Plain, caution.text.clone(), none());
        }
        let titles = self.options.iter().map(|play| play.title.width()).max().unwrap_or(0);
        for play in &self.options {
            for text in option_rows(play, titles, width) {
                add(CardSection::Or, RowKind::Plain, text, none());
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
    /// Outreach), needs approval; $900 → $38,000 expected · net $37,100 · ROI 42.2×`.
    pub fn text_of(&self, section: CardSection) -> String {
        let rows = self.rows(usize::MAX).into_iter().filter(|row| row.section == section);
        let rows = rows.map(|row| match row.state.as_str() {
            "" => row.text,
            state => format!("{}, {state}", row.text),
        });
        rows.collect::<Vec<_>>().join("; ")
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
