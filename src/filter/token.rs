//! The parts of a filter as it is typed: what stands between blanks.

use super::field::Field;

/// What stands between blanks.
#[derive(Debug, Default)]
pub(super) struct Token {
    pub(super) text: String,
    /// Some of it, or nothing at all, was in double quotes.
    pub(super) quoted: bool,
}

/// Splits at blanks, and takes double quotes away.
pub(crate) fn tokens(text: &str) -> Vec<String> {
    split(text).into_iter().map(|token| token.text).collect()
}

/// Splits at blanks; a blank within double quotes does not split, and two double quotes there are one
/// of the text.
pub(super) fn split(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut token = Token::default();
    let mut within = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if within && characters.next_if_eq(&'"').is_some() => token.text.push('"'),
            '"' => {
                within = !within;
                token.quoted = true;
            }
            c if c.is_whitespace() && !within => tokens.push(std::mem::take(&mut token)),
            c => token.text.push(c),
        }
    }
    tokens.push(token);
    tokens.retain(|token| !token.text.is_empty());
    tokens
}

const OPERATORS: [&str; 6] = ["<=", ">=", "<", ">", "=", ":"];

/// Takes blanks around operators away: `risk > 0.7` is one term. Before a value only where it stands
/// behind the operator of a number, or the operator alone: `stage= acme` is a term and a word.
pub(super) fn joined(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::new();
    // The last token waits for a value.
    let mut open = false;
    for token in tokens {
        let operator = OPERATORS.into_iter().find(|sign| token.text.starts_with(sign));
        let last = joined.last_mut().filter(|last| !last.quoted);
        let is_field = |name: &str| Field::named(name).is_some();
        match (last, operator.filter(|_| !token.quoted)) {
            (Some(last), Some(operator)) if is_field(&last.text) => {
                open = operator.len() == token.text.len();
                last.text.push_str(&token.text);
            }
            (Some(last), None) if open => {
                last.text.push_str(&token.text);
                last.quoted |= token.quoted;
                open = false;
            }
            _ => {
                let name = token.text.trim_end_matches(['<', '>', '=']);
                let ends = name.len() < token.text.len() && !token.quoted;
                open = ends && matches!(Field::named(name), Some(Field::Number(_)));
                joined.push(token);
            }
        }
    }
    joined
}
