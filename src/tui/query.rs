//! What is typed into the filter. Which customers it leaves is for the `sieve` to tell.
//!
//! Words are matched fuzzily, each against id, name, segment, stage and playbook. `risk>0.7`,
//! `value>=50000`, `segment:SMB`, `stage:support`, `status:pending`, `owner:dana` and `owner:me`
//! narrow; `status:pending,held` means either;
//! `for:me` leaves what waits and the reviewer may decide. `segment=SMB` is that text exactly and in its
//! case, `stage=` none at all. Everything that is typed has to hold.

use crate::domain::Person;

/// A parsed filter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    pub(super) words: Vec<String>,
    pub(super) terms: Vec<Term>,
    /// Terms that do not narrow, as typed: not finished, or not a number.
    unread: Vec<String>,
}

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
    /// What waits and this person may decide.
    For(Person),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum NumberField {
    Risk,
    Value,
    Roi,
    Cost,
    AtRisk,
    Confidence,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum TextField {
    Segment,
    Stage,
    Status,
    Owner,
    Playbook,
    Name,
    Id,
    /// Where the forecast sees the customer go, as [`path_text`] writes it.
    Path,
    /// `yes` where something is recommended, else `no`.
    Play,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Query {
    /// Parses what was typed. `me` is the reviewer, for `owner:me`. A term that is not finished
    /// (`risk>`) does not narrow yet; what is no term is a word.
    pub fn parse(text: &str, me: &str) -> Self {
        let mut query = Self::default();
        for token in split(text) {
            match term(&token, me) {
                Some(Some(term)) => query.terms.push(term),
                Some(None) => query.unread.push(token.text),
                None => query.words.push(token.text),
            }
        }
        query
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.terms.is_empty()
    }

    /// What of it does not do what it looks like, in words; `None` where all is well.
    pub fn remark(&self) -> Option<String> {
        if let Some(term) = self.unread.first() {
            return Some(format!("{term} does not narrow yet"));
        }
        let odd = |word: &&String| {
            let name = word.split([':', '<', '>', '=']).next().unwrap_or_default();
            name.len() < word.len() && !name.is_empty() && name.chars().all(char::is_alphabetic)
        };
        let word = self.words.iter().find(odd)?;
        Some(format!("{word} names no field: looked for as a word"))
    }

    /// True where every customer that this leaves was left by an earlier filter too, so that only
    /// those need to be looked at.
    pub fn narrows(&self, earlier: &Self) -> bool {
        let has_term = |term| self.terms.contains(term);
        // A word finds its letters in their order, with anything between them: more letters find
        // no more. How letters that are not ASCII are compared may hang on the whole word.
        let has_word = |word: &String| {
            let goes_on = |other: &String| {
                other == word || (other.is_ascii() && other.starts_with(word.as_str()))
            };
            self.words.iter().any(goes_on)
        };
        earlier.terms.iter().all(has_term) && earlier.words.iter().all(has_word)
    }
}

/// A filter with a term more, or without it where it has it.
pub fn toggled(filter: &str, term: &str) -> String {
    let words: Vec<&str> = filter.split_whitespace().collect();
    if words.contains(&term) {
        let rest = words.into_iter().filter(|word| *word != term);
        return rest.collect::<Vec<_>>().join(" ");
    }
    let blank = if filter.is_empty() || filter.ends_with(' ') { "" } else { " " };
    format!("{filter}{blank}{term}")
}

/// The term that leaves the customers whose text is exactly this one; those without any for `None`.
pub fn exactly(field: &str, text: Option<&str>) -> String {
    let Some(text) = text else { return format!("{field}=") };
    if text.is_empty() || text.contains('"') || text.contains(char::is_whitespace) {
        format!("{field}=\"{}\"", text.replace('"', "\"\""))
    } else {
        format!("{field}={text}")
    }
}

/// A predicted path as a text: its stages with `>` between them. A `>` or `\` that is in a stage has a
/// `\` before it, so that no two paths have the same text.
pub fn path_text<T: AsRef<str>>(path: &[T]) -> String {
    let stage = |stage: &T| stage.as_ref().replace('\\', "\\\\").replace('>', "\\>");
    path.iter().map(stage).collect::<Vec<_>>().join(">")
}

/// What stands between blanks.
#[derive(Debug, Default)]
struct Token {
    text: String,
    /// Some of it, or nothing at all, was in double quotes.
    quoted: bool,
}

/// Splits at blanks, double quotes taken away.
pub(super) fn tokens(text: &str) -> Vec<String> {
    split(text).into_iter().map(|token| token.text).collect()
}

/// Splits at blanks; a blank within double quotes does not split, and two double quotes there are one
/// of the text.
fn split(text: &str) -> Vec<Token> {
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

/// `None` for a word, `Some(None)` for a term that is not finished.
fn term(token: &Token, me: &str) -> Option<Option<Term>> {
    let Token { text: token, quoted } = token;
    if let Some(("for", value)) = token.split_once(':') {
        let person = Person::new(if value == "me" { me } else { value });
        return Some((!person.is_nobody()).then_some(Term::For(person)));
    }
    if let Some((name, value)) = token.split_once(':')
        && let Some(field) = text_field(name)
    {
        let value = value.to_lowercase();
        return Some(match (field, value.as_str()) {
            (_, "") => None,
            (TextField::Owner, "me") => Some(Term::Owner(Person::new(me))),
            _ => {
                let written = |part: &str| match field {
                    TextField::Owner => Person::new(part).key().to_owned(),
                    _ => part.to_owned(),
                };
                let any = value.split(',').map(written).filter(|part| !part.is_empty());
                Some(Term::Text { field, starts_with: any.collect() })
            }
        });
    }
    let at = token.find(['<', '>', '='])?;
    let (name, rest) = token.split_at(at);
    if let Some((field, text)) = text_field(name).zip(rest.strip_prefix('=')) {
        let text = (*quoted || !text.is_empty()).then(|| text.to_owned());
        return Some(Some(Term::Exactly { field, text }));
    }
    let field = number_field(name)?;
    let (comparison, value) = [
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("<", Comparison::Less),
        (">", Comparison::More),
        ("=", Comparison::Equal),
    ]
    .into_iter()
    .find_map(|(sign, comparison)| Some((comparison, rest.strip_prefix(sign)?)))?;
    Some(amount(value).map(|than| Term::Number { field, comparison, than }))
}

/// An amount as people type it: `50000`, `50k`, `1.5m`, `$50,000`.
pub(super) fn amount(text: &str) -> Option<f64> {
    let text = text.trim_start_matches('$').replace([',', '_'], "").to_lowercase();
    let (digits, unit) = match text.strip_suffix('k') {
        Some(digits) => (digits, 1e3),
        None => text.strip_suffix('m').map_or((text.as_str(), 1.0), |digits| (digits, 1e6)),
    };
    digits.parse::<f64>().ok().filter(|x| x.is_finite()).map(|x| x * unit)
}

fn text_field(name: &str) -> Option<TextField> {
    Some(match name.to_lowercase().as_str() {
        "segment" => TextField::Segment,
        "stage" => TextField::Stage,
        "status" => TextField::Status,
        "owner" => TextField::Owner,
        "playbook" => TextField::Playbook,
        "name" => TextField::Name,
        "id" => TextField::Id,
        "path" => TextField::Path,
        "play" => TextField::Play,
        _ => return None,
    })
}

fn number_field(name: &str) -> Option<NumberField> {
    Some(match name.to_lowercase().as_str() {
        "risk" => NumberField::Risk,
        "value" => NumberField::Value,
        "roi" => NumberField::Roi,
        "cost" => NumberField::Cost,
        "at_risk" => NumberField::AtRisk,
        "confidence" => NumberField::Confidence,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_terms_are_told_apart() {
        let query = Query::parse("acme risk>0.7 value>=$50k segment:smb x:y owner:me", "Dana");
        assert_eq!(query.words, ["acme", "x:y"]);
        assert_eq!(query.terms.len(), 4);
        assert_eq!(query.terms[3], Term::Owner("Dana".into()));
        assert_eq!(
            query.terms[1],
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
            assert!(Query::parse(text, "").is_empty(), "{text:?}");
        }
    }

    #[test]
    fn what_is_typed_on_narrows_unless_it_means_something_else() {
        let narrows = |later: &str, earlier: &str| {
            Query::parse(later, "dana").narrows(&Query::parse(earlier, "dana"))
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
            ("straße", "stra"),
        ] {
            assert!(!narrows(later, earlier), "{later:?} after {earlier:?}");
        }
    }

    #[test]
    fn a_term_is_put_on_and_taken_off() {
        assert_eq!(toggled("", "for:me"), "for:me");
        assert_eq!(toggled("acme", "for:me"), "acme for:me");
        assert_eq!(toggled("for:me acme", "for:me"), "acme");
        let query = Query::parse("for:me for:Sam for:", "Dana");
        assert_eq!(query.terms, [Term::For("Dana".into()), Term::For("Sam".into())]);
    }

    #[test]
    fn an_exact_text_is_the_whole_one_in_its_case() {
        let terms = |text: &str| {
            let query = Query::parse(text, "dana");
            assert!(query.words.is_empty() && query.unread.is_empty(), "{text:?}: {query:?}");
            query.terms
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
    fn no_two_paths_have_the_same_text() {
        assert_eq!(path_text(&["support", "churn_risk"]), "support>churn_risk");
        let paths: [&[&str]; 6] =
            [&["a", "b"], &["a>b"], &["a\\", "b"], &["a\\>b"], &[""], &["", ""]];
        let texts: std::collections::HashSet<String> =
            paths.iter().map(|path| path_text(path)).collect();
        assert_eq!(texts.len(), paths.len(), "{texts:?}");
    }

    #[test]
    fn quotes_keep_blanks() {
        let query = Query::parse("playbook:\"usage drop\" \"two words\"", "");
        assert_eq!(query.words, ["two words"]);
        assert_eq!(
            query.terms,
            [Term::Text { field: TextField::Playbook, starts_with: vec!["usage drop".to_owned()] }]
        );
    }

    #[test]
    fn what_does_not_do_what_it_looks_like_is_told() {
        let remark = |text: &str| Query::parse(text, "").remark();
        assert_eq!(remark("risk>0.7 segment:smb acme"), None);
        assert_eq!(remark("status:pending,held"), None);
        assert_eq!(remark("risk>abc").as_deref(), Some("risk>abc does not narrow yet"));
        let foo = remark("foo:bar");
        assert_eq!(foo.as_deref(), Some("foo:bar names no field: looked for as a word"));
    }
}
