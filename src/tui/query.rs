//! What is typed into the filter. Which customers it leaves is for the `sieve` to tell.
//!
//! Words are matched fuzzily, each against id, name, segment, stage and playbook. `risk>0.7`,
//! `value>=50000`, `segment:SMB`, `stage:support`, `status:pending`, `owner:dana` and `owner:me`
//! narrow; `status:pending,held` means either;
//! `for:me` leaves what waits and the reviewer may decide. Everything that is typed has to hold.

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
    /// Customers of one owner, by the whole name.
    Owner(String),
    /// What waits and a person of that name may decide.
    For(String),
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
        for token in tokens(text) {
            match term(&token, me) {
                Some(Some(term)) => query.terms.push(term),
                Some(None) => query.unread.push(token),
                None => query.words.push(token),
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

/// Splits at blanks; a blank within double quotes does not split.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut token = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                if !token.is_empty() {
                    tokens.push(std::mem::take(&mut token));
                }
            }
            c => token.push(c),
        }
    }
    if !token.is_empty() {
        tokens.push(token);
    }
    tokens
}

/// `None` for a word, `Some(None)` for a term that is not finished.
fn term(token: &str, me: &str) -> Option<Option<Term>> {
    if let Some(("for", value)) = token.split_once(':') {
        // Names of reviewers are told apart by case.
        let name = if value == "me" { me } else { value };
        return Some((!name.is_empty()).then(|| Term::For(name.to_owned())));
    }
    if let Some((name, value)) = token.split_once(':')
        && let Some(field) = text_field(name)
    {
        let value = value.to_lowercase();
        return Some(match (field, value.as_str()) {
            (_, "") => None,
            (TextField::Owner, "me") => Some(Term::Owner(me.to_lowercase())),
            _ => {
                let any = value.split(',').filter(|part| !part.is_empty()).map(str::to_owned);
                Some(Term::Text { field, starts_with: any.collect() })
            }
        });
    }
    let at = token.find(['<', '>', '='])?;
    let (name, rest) = token.split_at(at);
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

/// `50000`, `50k`, `1.5m`, `$50,000`.
fn amount(text: &str) -> Option<f64> {
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
        assert_eq!(query.terms[3], Term::Owner("dana".to_owned()));
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
        assert_eq!(query.terms, [Term::For("Dana".to_owned()), Term::For("Sam".to_owned())]);
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
