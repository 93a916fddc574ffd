//! The ids that someone may have meant.

use std::fmt;

use super::form::{difference, folded};

/// So many characters of an id are compared: the time is by the square of them.
const COMPARED: usize = 64;
/// So many suggestions at most.
const MOST: usize = 3;

/// A known id like one that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The known id.
    pub id: String,
    /// What differs, where that is only the form: `trailing space`.
    pub differs: Option<String>,
    /// The name of what has the id, where that helps a reader.
    pub name: Option<String>,
}

impl Suggestion {
    /// Returns a suggestion of an id, without its name.
    pub fn of(id: &str) -> Self {
        Self { id: id.to_owned(), differs: None, name: None }
    }
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.differs, &self.name) {
            (Some(differs), _) => write!(f, "\"{}\" ({differs})", shortened(&self.id)),
            (None, Some(name)) => write!(f, "{} ({})", shortened(&self.id), shortened(name)),
            (None, None) => f.write_str(&shortened(&self.id)),
        }
    }
}

/// The known ids most like one that is not known, at most three: those that differ only in their form
/// first, then the most alike.
pub fn suggestions<'a>(id: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<Suggestion> {
    let known: Vec<&str> = known.into_iter().collect();
    let form = folded(id);
    let same = known.iter().filter_map(|known| {
        // Plain ids need only the fast comparison: there may be a million of them.
        let plain = id.is_ascii() && known.is_ascii();
        let differs = (!plain || folded(known) == form).then(|| difference(id, known)).flatten()?;
        Some(Suggestion { differs: Some(differs), ..Suggestion::of(known) })
    });
    let same: Vec<Suggestion> = same.take(MOST).collect();
    if !same.is_empty() {
        return same;
    }
    most_similar(id, known).iter().map(|id| Suggestion::of(id)).collect()
}

/// The same, but those that are nearly the same stand alone: `AR` means `ARR`, not `Account ID`.
pub fn close_suggestions<'a>(
    id: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Vec<Suggestion> {
    let mut found = suggestions(id, known);
    let wanted = beginning(id);
    let is_close = |one: &Suggestion| {
        one.differs.is_some() || strsim::jaro_winkler(&wanted, &beginning(&one.id)) >= NEARLY
    };
    if found.iter().any(is_close) {
        found.retain(is_close);
    }
    found
}

/// The known names most like one that is not known, at most three, the most alike first.
pub fn most_similar<'a>(id: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted = beginning(id);
    let mut alike: Vec<(f64, &str)> = known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&wanted, &beginning(known)), known))
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    alike.into_iter().take(MOST).map(|(_, known)| known.to_owned()).collect()
}

/// The beginning of a text, in lower case.
fn beginning(text: &str) -> String {
    text.chars().take(COMPARED).flat_map(char::to_lowercase).collect()
}

/// Returns how much what someone typed is like an id or a name, from 0 to 1. A word of the name alone
/// is meant for the name.
pub fn named_alike(typed: &str, id: &str, name: Option<&str>) -> f64 {
    let wanted = beginning(typed);
    let score = |text: &str| strsim::jaro_winkler(&wanted, text);
    let name = name.map(beginning).unwrap_or_default();
    let words = name.split_whitespace().filter(|word| word.chars().count() > 3);
    let best_word = words.map(score).fold(0.0, f64::max);
    score(&beginning(id)).max(score(&name)).max(best_word)
}

/// From this on a text is nearly another one: others are not suggested beside it.
const NEARLY: f64 = 0.85;

/// Returns what is most alike by its score, at most three: those that are nearly the same alone.
pub fn alike<T: Ord>(mut scores: Vec<(f64, T)>) -> Vec<T> {
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let nearly = scores.iter().filter(|(score, _)| *score >= NEARLY).count();
    let most = if nearly > 0 { nearly.min(MOST) } else { MOST };
    scores.into_iter().take(most).map(|(_, one)| one).collect()
}

/// `did you mean A, B or C?`; `None` where nothing is known.
pub fn did_you_mean<T: fmt::Display>(suggestions: &[T]) -> Option<String> {
    let texts: Vec<String> = suggestions.iter().map(ToString::to_string).collect();
    let (last, before) = texts.split_last()?;
    Some(match before {
        [] => format!("did you mean {last}?"),
        _ => format!("did you mean {} or {last}?", before.join(", ")),
    })
}

/// A text for a message, cut where it is longer than anybody reads.
pub fn shortened(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_the_same_stands_alone() {
        let columns = ["ARR", "Renewal Date", "Account ID"];
        let of = |id| did_you_mean(&close_suggestions(id, columns)).unwrap();
        assert_eq!(of("AR"), "did you mean ARR?");
        assert_eq!(
            of("renewal date"),
            "did you mean \"Renewal Date\" (differs in upper and lower case)?"
        );
        assert!(of("Wert").starts_with("did you mean") && of("Wert").contains(" or "));
    }

    #[test]
    fn the_most_alike_come_first() {
        let known = ["X9", "C001", "C010", "C002"];
        assert_eq!(most_similar("c001", known), ["C001", "C010", "C002"]);
        assert_eq!(most_similar("zzz", known).len(), 3);
        assert!(most_similar("zzz", []).is_empty());
    }

    #[test]
    fn an_id_that_differs_only_in_form_is_suggested_alone_with_what_differs() {
        let hint = |id, known: &[&'static str]| {
            did_you_mean(&suggestions(id, known.iter().copied())).unwrap_or_default()
        };
        assert_eq!(hint("A1", &["A1 ", "A2"]), "did you mean \"A1 \" (trailing space)?");
        assert_eq!(hint("A3", &["A1", "A2"]), "did you mean A1 or A2?");
        assert_eq!(hint("A3", &[]), "");
    }

    #[test]
    fn very_long_ids_are_compared_by_their_beginning() {
        // All of it against all of it would be 10^12 steps.
        let long = "x".repeat(1 << 20);
        let other = format!("{long}y");
        let known = [other.as_str(), "C1"];
        let hint = did_you_mean(&suggestions(&long, known)).unwrap_or_default();
        assert!(hint.len() < 400, "{}", hint.len());
    }
}
