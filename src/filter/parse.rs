//! What is typed into the filter, parsed.

use super::amount::{amount, is_grouped_by_points};
use super::field::{Field, NumberField, TextField};
use super::problem::FilterProblem;
use super::token::{Token, joined, split};
use crate::domain::letters::searched;
use crate::domain::{Error, Person};

/// A parsed filter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// As they are searched.
    pub(super) words: Vec<String>,
    pub(super) terms: Vec<Term>,
    /// The first thing that is not understood, or may be meant otherwise.
    problem: Option<FilterProblem>,
}

/// A condition on one field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    Number {
        field: NumberField,
        comparison: Comparison,
        than: f64,
    },
    Text {
        field: TextField,
        starts_with: Vec<String>,
    },
    /// The whole text, in its case; none at all where that is `None`.
    Exactly {
        field: TextField,
        text: Option<String>,
    },
    /// Customers of one owner, by the whole name.
    Owner(Person),
    /// What needs a decision that this person may make.
    For(Person),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Comparison {
    /// Every comparison with its sign; a sign stands before those that begin like it.
    const SIGNS: [(&str, Self); 5] = [
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("<", Self::Less),
        (">", Self::More),
        ("=", Self::Equal),
    ];

    /// Returns true where the comparison holds.
    pub(super) fn holds(self, number: f64, than: f64) -> bool {
        match self {
            Self::Less => number < than,
            Self::AtMost => number <= than,
            Self::Equal => number == than,
            Self::AtLeast => number >= than,
            Self::More => number > than,
        }
    }
}

impl Filter {
    /// Parses what was typed. `me` is the reviewer, for `owner:me`. A term that is not finished
    /// (`risk>`) or not understood leaves every customer; any other text is a word to search for.
    pub fn parse(text: &str, me: &str) -> Self {
        let mut filter = Self::default();
        for token in joined(split(text)) {
            let (term, problem) = match term(&token, me) {
                Parsed::Word => {
                    filter.words.push(searched(&token.text).into_owned());
                    (None, odd_word(&token.text).filter(|_| !token.quoted))
                }
                Parsed::Term(term) => (Some(term), None),
                Parsed::Doubtful(term, problem) => (Some(term), Some(problem)),
                Parsed::Not(problem) => (None, Some(problem)),
            };
            filter.terms.extend(term);
            filter.problem = filter.problem.or(problem);
        }
        filter
    }

    /// Parses a filter that is given once and whole, as on the command line. `me` is the reviewer, for
    /// `owner:me`.
    ///
    /// # Errors
    /// Where [`Filter::problem`] would return something: a term is not finished or not understood, or
    /// a word looks like a term of a field that does not exist.
    pub fn parse_strict(text: &str, me: &str) -> Result<Self, Error> {
        let mut filter = Self::parse(text, me);
        match filter.problem.take() {
            Some(problem) => Err(problem.into()),
            None => Ok(filter),
        }
    }

    /// Returns true where every customer matches.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.terms.is_empty()
    }

    /// Returns the words that are searched, in the order in which they were typed; as they are
    /// searched.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Returns the first thing that is not understood, or may be meant otherwise.
    pub fn problem(&self) -> Option<&FilterProblem> {
        self.problem.as_ref()
    }

    /// Returns true where every customer that matches this matched an earlier filter too, so that only
    /// those need to be looked at.
    pub fn narrows(&self, earlier: &Self) -> bool {
        let has_term = |term| self.terms.contains(term);
        // A word finds its letters in their order, with anything between them: more letters find
        // no more.
        let has_word =
            |word: &String| self.words.iter().any(|other| other.starts_with(word.as_str()));
        earlier.terms.iter().all(has_term) && earlier.words.iter().all(has_word)
    }
}

/// What a token is.
enum Parsed {
    Word,
    Term(Term),
    /// Understood in one of two ways that it may be meant in.
    Doubtful(Term, FilterProblem),
    /// Not finished, or not understood.
    Not(FilterProblem),
}

fn term(token: &Token, me: &str) -> Parsed {
    let Token { text: token, quoted } = token;
    if let Some((name, value)) = token.split_once(':') {
        match (name, Field::named(name)) {
            ("for", _) => return decided_by(token, value, me),
            (_, Some(Field::Text(field))) => return text_term(token, field, value, me),
            (_, Some(Field::Number(_))) if !quoted => {
                let (field, value) = (name.to_owned(), value.to_owned());
                return Parsed::Not(FilterProblem::Uncompared { field, value });
            }
            _ => {}
        }
    }
    let Some(at) = token.find(['<', '>', '=']) else { return Parsed::Word };
    let (name, rest) = token.split_at(at);
    match Field::named(name) {
        Some(Field::Text(field)) => match rest.strip_prefix('=') {
            Some(text) => {
                let text = (*quoted || !text.is_empty()).then(|| text.to_owned());
                Parsed::Term(Term::Exactly { field, text })
            }
            None => Parsed::Word,
        },
        Some(Field::Number(field)) => number_term(token, field, rest),
        None => Parsed::Word,
    }
}

/// `for:me`, `for:sam`.
fn decided_by(token: &str, name: &str, me: &str) -> Parsed {
    let person = Person::new(if name == "me" { me } else { name });
    match person.is_nobody() {
        true => Parsed::Not(FilterProblem::NeedsValue(token.to_owned())),
        false => Parsed::Term(Term::For(person)),
    }
}

/// `segment:smb`, `status:pending,held`, `owner:me`.
fn text_term(token: &str, field: TextField, value: &str, me: &str) -> Parsed {
    if value.is_empty() {
        return Parsed::Not(FilterProblem::NeedsValue(token.to_owned()));
    }
    if field == TextField::Owner && value.eq_ignore_ascii_case("me") {
        return Parsed::Term(Term::Owner(Person::new(me)));
    }
    let parts = value.split(',').filter(|part| !part.is_empty());
    let starts_with: Vec<String> = parts.map(|part| searched(part).into_owned()).collect();
    let unknown = field.values().and_then(|known| {
        let is_known = |start: &String| known.iter().any(|name| name.starts_with(start.as_str()));
        let value = starts_with.iter().find(|start| !is_known(start))?.clone();
        Some(FilterProblem::UnknownValue { field: field.into(), value, known })
    });
    let term = Term::Text { field, starts_with };
    match unknown {
        Some(unknown) => Parsed::Doubtful(term, unknown),
        None => Parsed::Term(term),
    }
}

/// `risk>0.7`; `rest` begins with the sign.
fn number_term(token: &str, field: NumberField, rest: &str) -> Parsed {
    let sign = |(sign, how)| Some((how, rest.strip_prefix(sign)?));
    let found = Comparison::SIGNS.into_iter().find_map(sign);
    let Some((comparison, value)) = found.filter(|(_, value)| !value.is_empty()) else {
        return Parsed::Not(FilterProblem::NeedsValue(token.to_owned()));
    };
    let number = |than| Term::Number { field, comparison, than };
    let value = value.to_owned();
    match amount(&value) {
        Some(than) if is_grouped_by_points(&value) => {
            Parsed::Doubtful(number(than), FilterProblem::GroupedByPoints { value, read_as: than })
        }
        Some(than) => Parsed::Term(number(than)),
        None => {
            let point = value.replacen(',', ".", 1);
            let meant = (value.contains(',') && amount(&point).is_some()).then_some(point);
            Parsed::Not(FilterProblem::NotANumber { value, meant })
        }
    }
}

/// Returns what is wrong with a word that looks like a term.
pub(crate) fn odd_word(word: &str) -> Option<FilterProblem> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let name = word.split(|c| !is_name(c)).next().unwrap_or_default();
    let has_operator = word.contains(['<', '>', '='])
        || (!name.is_empty()
            && name.chars().any(char::is_alphabetic)
            && word.get(name.len()..).is_some_and(|rest| rest.starts_with(':')));
    has_operator.then(|| FilterProblem::UnknownField(word.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::write::exactly;
    use super::*;

    #[test]
    fn words_and_terms_are_told_apart() {
        let filter = Filter::parse("acme risk>0.7 value>=$50k segment:smb x:y owner:me", "Dana");
        assert_eq!(filter.words, ["acme", "x:y"]);
        assert_eq!(filter.terms.len(), 4);
        assert_eq!(filter.terms[3], Term::Owner("Dana".into()));
        assert_eq!(
            filter.terms[1],
            Term::Number {
                field: NumberField::Value,
                comparison: Comparison::AtLeast,
                than: 50_000.0
            }
        );
    }

    #[test]
    fn what_is_not_finished_does_not_narrow() {
        for text in ["", "  ", "risk>", "risk>=", "risk>x", "segment:", "\""] {
            assert!(Filter::parse(text, "").is_empty(), "{text:?}");
        }
    }

    #[test]
    fn what_is_typed_on_narrows_unless_it_means_something_else() {
        let narrows = |later: &str, earlier: &str| {
            Filter::parse(later, "dana").narrows(&Filter::parse(earlier, "dana"))
        };
        for (later, earlier) in [
            ("acme", "acm"),
            ("acme", ""),
            ("acme tools", "acme"),
            ("acme tools", "tool"),
            ("acme risk>0.7", "acme"),
            ("risk>0.7 ac", "ac risk>0.7"),
            ("risk>0.7", "risk>"),
            ("straße x", "straße"),
            ("straße", "stra"),
        ] {
            assert!(narrows(later, earlier), "{later:?} after {earlier:?}");
        }
        for (later, earlier) in [
            ("acm", "acme"),
            ("risk>0.7", "risk"),
            ("segment:s", "segment"),
            ("risk>0.71", "risk>0.7"),
            ("segment:sm", "segment:s"),
            ("xacme", "acme"),
        ] {
            assert!(!narrows(later, earlier), "{later:?} after {earlier:?}");
        }
    }

    #[test]
    fn a_decision_term_names_who_may_decide() {
        let filter = Filter::parse("for:me for:Sam for:", "Dana");
        assert_eq!(filter.terms, [Term::For("Dana".into()), Term::For("Sam".into())]);
    }

    #[test]
    fn an_exact_text_is_the_whole_one_in_its_case() {
        let terms = |text: &str| {
            let filter = Filter::parse(text, "dana");
            assert!(filter.words.is_empty() && filter.problem.is_none(), "{text:?}: {filter:?}");
            filter.terms
        };
        let exact = |field, text: Option<&str>| Term::Exactly { field, text: text.map(Into::into) };
        assert_eq!(terms("segment=SMB"), [exact(TextField::Segment, Some("SMB"))]);
        assert_eq!(terms("stage="), [exact(TextField::Stage, None)]);
        assert_eq!(
            terms("path=a>b stage=\"\""),
            [exact(TextField::Path, Some("a>b")), exact(TextField::Stage, Some(""))]
        );
        assert_eq!(
            terms("play:yes"),
            [Term::Text { field: TextField::Play, starts_with: vec!["yes".to_owned()] }]
        );
        for text in ["SMB", "", "a b", "say \"so\"", "\"", "a:b=c<d>e", "  two  blanks "] {
            let written = exactly("stage", Some(text));
            assert_eq!(terms(&written), [exact(TextField::Stage, Some(text))], "{written}");
        }
        assert_eq!(terms(&exactly("stage", None)), [exact(TextField::Stage, None)]);
    }

    #[test]
    fn quotes_keep_blanks() {
        let filter = Filter::parse("playbook:\"usage drop\" \"two words\"", "");
        assert_eq!(filter.words, ["two words"]);
        assert_eq!(
            filter.terms,
            [Term::Text { field: TextField::Playbook, starts_with: vec!["usage drop".to_owned()] }]
        );
    }

    #[test]
    fn blanks_around_an_operator_do_not_matter() {
        let parsed = |text: &str| Filter::parse(text, "dana");
        for (spaced, plain) in [
            ("risk > 0.7", "risk>0.7"),
            ("risk> 0.7 acme", "risk>0.7 acme"),
            ("risk >0.7", "risk>0.7"),
            ("value >= 50k risk <= 1", "value>=50k risk<=1"),
            ("segment : smb", "segment:smb"),
            ("segment = SMB", "segment=SMB"),
            ("playbook = \"usage drop\"", "playbook=\"usage drop\""),
        ] {
            assert_eq!(parsed(spaced), parsed(plain), "{spaced}");
        }
        let apart = parsed("stage= acme");
        assert_eq!((apart.words.len(), apart.terms.len()), (1, 1));
        assert_eq!(parsed("\"risk\" > x").terms, []);
    }

    fn message_of(text: &str) -> Option<String> {
        Filter::parse(text, "dana").problem().map(FilterProblem::message)
    }

    #[test]
    fn what_is_not_understood_is_said_and_narrows_nothing() {
        for (text, message) in [
            ("risk>", "\"risk>\" needs a value"),
            ("segment:", "\"segment:\" needs a value"),
            ("for: x", "\"for:\" needs a value"),
            ("risk>abc", "\"abc\" is not a number"),
            ("risk>0,7", "\"0,7\" is not a number; write 0.7"),
            ("value>=50.000,00", "\"50.000,00\" is not a number"),
            ("value>=1,5k", "\"1,5k\" is not a number; write 1.5k"),
            ("risk=>0.7", "\">0.7\" is not a number"),
            ("urgency:5", "urgency is a number; write urgency>5 or urgency<5"),
            ("Risk:>=0.7", "Risk is a number; write Risk>=0.7"),
            ("roi:", "roi is a number; compare it with > or <"),
        ] {
            let filter = Filter::parse(text, "dana");
            assert_eq!(message_of(text).as_deref(), Some(message));
            assert!(filter.terms.is_empty(), "{text}");
        }
    }

    #[test]
    fn what_may_not_be_meant_so_is_said() {
        for (text, message) in [
            ("foo:bar", "\"foo:bar\": unknown field; searching as text"),
            ("risk!=0.7", "\"risk!=0.7\": unknown field; searching as text"),
            ("account_value>5", "\"account_value>5\": unknown field; searching as text"),
            ("> 5", "\">\": unknown field; searching as text"),
            ("value>=50.000", "\"50.000\" is read as 50; write thousands as 50,000 or 50k"),
            ("play:maybe", "no play \"maybe\"; one of yes, no"),
        ] {
            assert_eq!(message_of(text).as_deref(), Some(message), "{text}");
        }
        let message = message_of("status:pendign").unwrap_or_default();
        assert!(message.starts_with("no status \"pendign\"; one of none, "), "{message}");
        for text in
            ["risk>0.7 segment:smb acme", "status:pending,held", "14:02", "value>50,000", "\"a>b\""]
        {
            assert_eq!(message_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_filter_given_whole_is_refused_with_hints() {
        assert!(Filter::parse_strict("risk>0.7 acme \"a>b\"", "dana").is_ok());
        for (text, message, hint) in [
            ("risk>", "\"risk>\" needs a value", "for example risk>0.7 or segment:SMB"),
            ("foo:bar", "unknown field in \"foo:bar\"", "fields are risk, value, roi, "),
            (
                "urgency:5",
                "urgency is a number, so \"urgency:5\" is not understood",
                "write urgency>5 or urgency<5",
            ),
            ("status:pendign", "no status \"pendign\"", "did you mean pending"),
            ("risk>0,7", "\"0,7\" is not a number", "write 0.7"),
            ("value>50.000", "\"50.000\" could mean two amounts", "write 50, or 50,000"),
        ] {
            let error = Filter::parse_strict(text, "dana").unwrap_err();
            assert_eq!(error.message, message);
            assert!(error.hints.first().is_some_and(|said| said.starts_with(hint)), "{error:?}");
        }
    }
}
