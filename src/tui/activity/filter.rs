//! What is typed into the filter of the Activity screen, and which lines it leaves.
//!
//! Words are matched fuzzily, each against everything that a line shows; times as they are. `by:dana`, `by:me`,
//! `kind:approve`, `kind:change`, `customer:C005` and `playbook:PB_X` narrow; `kind:approve,reject`
//! means either. Everything that is typed has to hold.

use super::journal::Piece;
use crate::domain::letters::searched;
use crate::domain::{DecisionKind, Person};
use crate::filter::parse::odd_word;
use crate::filter::{FilterProblem, tokens};
use crate::tui::widget::words::Words;

/// What the filter takes, in few words.
pub const HINT: &str = "by:dana kind:approve customer:C005 playbook:PB_X by:me kind:change";

/// The kind of a line about a change.
pub const CHANGE: &str = "change";

const KINDS: [DecisionKind; 8] = [
    DecisionKind::Approve,
    DecisionKind::Reject,
    DecisionKind::Defer,
    DecisionKind::Override,
    DecisionKind::Undo,
    DecisionKind::HandOff,
    DecisionKind::Propose,
    DecisionKind::Enroll,
];

/// A parsed filter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ActivityFilter {
    /// As the records are searched.
    words: Vec<String>,
    terms: Vec<Term>,
    /// The first thing that is not understood.
    problem: Option<FilterProblem>,
}

/// Texts that a piece may begin with, or be.
#[derive(Debug, Clone, PartialEq)]
struct Term {
    field: LineField,
    any: Vec<String>,
    whole: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineField {
    By,
    Kind,
    Customer,
    Playbook,
}

impl LineField {
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "by" => Self::By,
            "kind" => Self::Kind,
            "customer" => Self::Customer,
            "playbook" => Self::Playbook,
            _ => return None,
        })
    }

    fn pieces(self) -> &'static [Piece] {
        match self {
            Self::By => &[Piece::By],
            Self::Kind => &[Piece::Kind, Piece::Done],
            Self::Customer => &[Piece::Customer],
            Self::Playbook => &[Piece::Playbook, Piece::PlaybookTitle],
        }
    }
}

impl ActivityFilter {
    /// Parses what was typed. `me` is the reviewer, for `by:me`.
    pub fn parse(text: &str, me: &str) -> Self {
        let mut filter = Self::default();
        for token in tokens(text) {
            let named = token
                .split_once(':')
                .and_then(|(name, value)| Some((LineField::named(name)?, searched(value))));
            let Some((field, value)) = named else {
                filter.problem = filter.problem.or_else(|| odd_word(&token));
                filter.words.push(searched(&token).into_owned());
                continue;
            };
            let written = |part: &str| match field {
                LineField::By => Person::new(part).key().to_owned(),
                _ => part.to_owned(),
            };
            let any = value.split(',').map(written).filter(|part| !part.is_empty());
            let any: Vec<String> = any.collect();
            if any.is_empty() {
                filter.problem =
                    filter.problem.or_else(|| Some(FilterProblem::NeedsValue(token.clone())));
            } else if field == LineField::By && value == "me" {
                let me = Person::new(me);
                let me = searched(me.key()).into_owned();
                filter.terms.push(Term { field, any: vec![me], whole: true });
            } else {
                filter.terms.push(Term { field, any, whole: false });
            }
        }
        filter
    }

    /// What a line that matches shows: words, and what fields narrow to.
    pub fn words(&self) -> Words {
        let of_terms = self.terms.iter().flat_map(|term| &term.any);
        Words::of(self.words.iter().chain(of_terms).map(String::as_str))
    }

    /// Returns true where every line matches.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.terms.is_empty()
    }

    /// Returns the first thing that is not understood: an unknown kind before all else.
    pub fn problem(&self) -> Option<FilterProblem> {
        let kinds = self.terms.iter().filter(|term| term.field == LineField::Kind);
        match kinds.flat_map(|term| &term.any).find(|kind| !is_a_kind(kind)) {
            Some(kind) => Some(FilterProblem::UnknownValue {
                field: "kind",
                value: kind.clone(),
                known: KINDS.into_iter().map(DecisionKind::name).chain([CHANGE]).collect(),
            }),
            None => self.problem.clone(),
        }
    }

    /// Returns true where every line that matches this matched an earlier filter too.
    pub fn narrows(&self, earlier: &Self) -> bool {
        // A word finds its letters in their order, with anything between them: more letters find
        // no more.
        let goes_on =
            |word: &String| self.words.iter().any(|other| other.starts_with(word.as_str()));
        earlier.terms.iter().all(|term| self.terms.contains(term))
            && earlier.words.iter().all(goes_on)
    }

    /// Returns true where everything that was typed holds for a record.
    pub fn matches(&self, record: &str) -> bool {
        let narrowed = self.terms.is_empty() || {
            let mut pieces = [""; Piece::COUNT];
            pieces.iter_mut().zip(record.split('\n')).for_each(|(slot, piece)| *slot = piece);
            self.terms.iter().all(|term| term.holds(&pieces))
        };
        narrowed && self.words.iter().all(|word| is_in(word, record))
    }
}

impl Term {
    fn holds(&self, pieces: &[&str; Piece::COUNT]) -> bool {
        let of_field = self.field.pieces().iter();
        of_field.filter_map(|piece| pieces.get(*piece as usize)).any(|piece| {
            self.any.iter().any(|text| match self.whole {
                true => piece == text,
                false => piece.starts_with(text.as_str()),
            })
        })
    }
}

fn is_a_kind(text: &str) -> bool {
    let kinds = KINDS.into_iter().flat_map(|kind| [kind.name(), super::journal::done(kind)]);
    kinds.chain([CHANGE]).any(|kind| kind.starts_with(text))
}

/// True where a piece of the record has the word's letters in their order, or its time has the word
/// as it is: figures with others between them are another time.
fn is_in(word: &str, record: &str) -> bool {
    let Some((texts, time)) = record.rsplit_once('\n') else { return false };
    let may_be_time = word.bytes().all(|byte| byte.is_ascii_digit() || b"-: ".contains(&byte));
    (may_be_time && time.contains(word)) || letters_are_in(word, texts)
}

fn letters_are_in(word: &str, record: &str) -> bool {
    if !word.is_ascii() {
        return record.split('\n').any(|piece| {
            let mut rest = piece.chars();
            word.chars().all(|letter| rest.any(|c| c == letter))
        });
    }
    // No byte of a longer character is an ASCII letter.
    let letters = word.as_bytes();
    let mut found = 0;
    for byte in record.bytes() {
        if byte == b'\n' {
            found = 0;
        } else if letters.get(found) == Some(&byte) {
            found += 1;
            if found == letters.len() {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::journal::record;
    use super::*;

    fn matches(filter: &str) -> bool {
        let text = record([
            "Dana",
            "approve",
            "approved",
            "C005",
            "Acme",
            "PB_SUP",
            "Support Escalation",
            "budget",
            "später, sagt Ürsel",
            "2026-11-23 14:02:11",
        ]);
        ActivityFilter::parse(filter, "Dana").matches(&text)
    }

    #[test]
    fn everything_that_is_typed_has_to_hold() {
        for filter in [
            "",
            "dana",
            "DAN",
            "sprtesc",
            "by:da",
            "by:me",
            "kind:approve",
            "kind:approved",
            "kind:reject,approve",
            "customer:c005",
            "playbook:pb_sup",
            "playbook:support",
            "by:dana kind:approve budget",
            "11-23",
            "14:02",
            "ürsel",
            "kind:",
        ] {
            assert!(matches(filter), "{filter}");
        }
        for filter in [
            "sam",
            "anad",
            "danabudget",
            "by:sam",
            "by:ana",
            "kind:change",
            "by:dana kind:reject",
            "customer:C006",
            "ürsil",
            "11-21",
        ] {
            assert!(!matches(filter), "{filter}");
        }
    }

    #[test]
    fn me_is_the_whole_name() {
        let text = record(["Danae", "", "", "", "", "", "", "", "", ""]);
        assert!(!ActivityFilter::parse("by:me", "Dana").matches(&text));
        assert!(ActivityFilter::parse("by:dana", "Dana").matches(&text));
        let zoe = record([Person::new("Zoë").key(), "", "", "", "", "", "", "", "", ""]);
        for filter in ["by:zoe\u{308}", "by:ZOË", "by:me"] {
            assert!(ActivityFilter::parse(filter, "ZOE\u{308}").matches(&zoe), "{filter}");
        }
    }

    #[test]
    fn what_is_not_understood_is_reported() {
        let message = |text: &str| {
            let problem = ActivityFilter::parse(text, "dana").problem();
            problem.map(|problem| problem.message()).unwrap_or_default()
        };
        assert_eq!(message("by:dana kind:change acme"), "");
        assert_eq!(message("by:"), "\"by:\" needs a value");
        assert_eq!(message("owner:dana"), "\"owner:dana\": unknown field; searching as text");
        assert!(message("kind:foo").starts_with("no kind \"foo\"; one of approve, reject"));
        assert_eq!(message("14:02"), "");
    }

    #[test]
    fn what_is_typed_on_narrows_unless_it_means_something_else() {
        let narrows = |later: &str, earlier: &str| {
            ActivityFilter::parse(later, "dana").narrows(&ActivityFilter::parse(earlier, "dana"))
        };
        for (later, earlier) in
            [("bud", "bu"), ("bud by:sam", "bud"), ("x", ""), ("by:sam bud", "by:sam")]
        {
            assert!(narrows(later, earlier), "{later} after {earlier}");
        }
        for (later, earlier) in [("b", "bu"), ("by:dana", "by:dan"), ("", "x"), ("kind:x", "kin")] {
            assert!(!narrows(later, earlier), "{later} after {earlier}");
        }
    }
}
