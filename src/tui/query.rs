//! What is typed into the filter, and the customers that it leaves.
//!
//! Words are matched fuzzily, each against id, name, segment, stage and playbook. `risk>0.7`,
//! `value>=50000`, `segment:SMB`, `stage:support`, `status:pending`, `owner:dana` and `owner:me`
//! narrow; `status:pending,held` means either. Everything that is typed has to hold.

use frizbee::{CaseMatching, Config, Matcher};

use crate::matching::Matching;
use crate::workspace::Snapshot;

/// A parsed filter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    words: Vec<String>,
    terms: Vec<Term>,
    /// Terms that do not narrow, as typed: not finished, or not a number.
    unread: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Term {
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
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum NumberField {
    Risk,
    Value,
    Roi,
    Cost,
    AtRisk,
    Confidence,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum TextField {
    Segment,
    Stage,
    Status,
    Owner,
    Playbook,
    Name,
    Id,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Comparison {
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

    /// Keeps the customers for which everything holds, in the order given.
    pub fn retain(&self, snapshot: &Snapshot, rows: &mut Vec<u32>) {
        let matching = &snapshot.matching;
        for term in &self.terms {
            rows.retain(|row| holds(term, snapshot, matching, *row as usize));
        }
        let config = Config::default().casing(CaseMatching::Ignore);
        for word in &self.words {
            let mut matcher = Matcher::new(word.as_str(), &config);
            let mut hits = |text: &str| matcher.match_one(text, 0).is_some();
            rows.retain(|row| any_field(matching, *row as usize, &mut hits));
        }
    }
}

/// Splits at blanks; a blank within double quotes does not split.
fn tokens(text: &str) -> Vec<String> {
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

fn holds(term: &Term, snapshot: &Snapshot, matching: &Matching, number: usize) -> bool {
    match term {
        Term::Number { field, comparison, than } => {
            let found = number_of(matching, *field, number);
            found.is_some_and(|x| match comparison {
                Comparison::Less => x < *than,
                Comparison::AtMost => x <= *than,
                Comparison::Equal => x == *than,
                Comparison::AtLeast => x >= *than,
                Comparison::More => x > *than,
            })
        }
        Term::Text { field, starts_with } => text_of(snapshot, *field, number, &mut |text| {
            let text = text.to_lowercase();
            starts_with.iter().any(|start| text.starts_with(start))
        }),
        Term::Owner(name) => {
            text_of(snapshot, TextField::Owner, number, &mut |text| text.to_lowercase() == *name)
        }
    }
}

fn number_of(matching: &Matching, field: NumberField, number: usize) -> Option<f64> {
    match field {
        NumberField::Risk => matching.risk(number).map(|risk| risk.score),
        NumberField::Value => matching.customer(number).map(|view| view.account_value()),
        NumberField::AtRisk => Some(matching.revenue_at_risk(number)),
        NumberField::Confidence => {
            matching.risk(number).map(|risk| risk.confidence(matching.policy()))
        }
        NumberField::Roi => matching.winner(number).map(|ranked| ranked.economics.roi),
        NumberField::Cost => matching.winner(number).map(|ranked| ranked.economics.cost),
    }
}

/// Asks about a text of a customer; a missing one is asked about as `none`.
fn text_of(
    snapshot: &Snapshot,
    field: TextField,
    number: usize,
    ask: &mut dyn FnMut(&str) -> bool,
) -> bool {
    let matching = &snapshot.matching;
    let Some(view) = matching.customer(number) else { return false };
    let or_none = |text: Option<&str>| text.unwrap_or("none").to_owned();
    match field {
        TextField::Segment => ask(view.segment()),
        TextField::Stage => ask(&or_none(view.stage())),
        TextField::Status => ask(snapshot.status(number).name()),
        TextField::Owner => ask(&or_none(view.owner())),
        TextField::Name => ask(&or_none(view.name())),
        TextField::Id => ask(view.id()),
        TextField::Playbook => {
            let playbook = matching.winner(number).and_then(|ranked| matching.playbook(ranked));
            playbook.is_some_and(|playbook| ask(&playbook.id) || ask(playbook.title()))
        }
    }
}

fn any_field(matching: &Matching, number: usize, hits: &mut dyn FnMut(&str) -> bool) -> bool {
    let Some(view) = matching.customer(number) else { return false };
    hits(view.id())
        || view.name().is_some_and(&mut *hits)
        || hits(view.segment())
        || view.stage().is_some_and(&mut *hits)
        || matching
            .winner(number)
            .and_then(|ranked| matching.playbook(ranked))
            .is_some_and(|playbook| hits(playbook.title()) || hits(&playbook.id))
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
