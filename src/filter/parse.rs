//! What is typed into the filter. Which customers it leaves is for the `FilterMatcher` to tell.
//!
//! Words are matched fuzzily, each against id, name, segment, stage and playbook. `risk>0.7`,
//! `value>=50000`, `segment:SMB`, `stage:support`, `status:pending`, `owner:dana` and `owner:me`
//! narrow; `status:pending,held` means either;
//! `for:me` leaves what waits and the reviewer may decide. `segment=SMB` is that text exactly and in its
//! case, `stage=` none at all. Everything that is typed has to hold. Else case and accents do not matter
//! (`lodz` finds Łódź), nor do blanks around an operator.

use crate::domain::letters::searched;
use crate::domain::{Error, ErrorKind, Person, Status};

/// A parsed filter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// As they are searched.
    pub(crate) words: Vec<String>,
    pub(crate) terms: Vec<Term>,
    /// What of it is not understood, or not as it may be meant, in words.
    remark: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Term {
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
pub(crate) enum NumberField {
    Risk,
    Value,
    Roi,
    Cost,
    AtRisk,
    Confidence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextField {
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

impl TextField {
    /// Every text that it can be, where these are known.
    fn names(self) -> Option<Vec<&'static str>> {
        match self {
            Self::Status => Some(Status::ALL.into_iter().map(Status::name).collect()),
            Self::Play => Some(vec!["yes", "no"]),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Filter {
    /// Parses what was typed. `me` is the reviewer, for `owner:me`. A term that is not finished
    /// (`risk>`) or not understood does not narrow; what is no term is a word.
    pub fn parse(text: &str, me: &str) -> Self {
        let mut filter = Self::default();
        for token in joined(split(text)) {
            let (term, remark) = match term(&token, me) {
                Read::Word => {
                    filter.words.push(searched(&token.text).into_owned());
                    (None, odd_word(&token.text).filter(|_| !token.quoted))
                }
                Read::Term(term) => (Some(term), None),
                Read::Doubtful(term, remark) => (Some(term), Some(remark)),
                Read::Not(remark) => (None, Some(remark)),
            };
            filter.terms.extend(term);
            filter.remark = filter.remark.or(remark);
        }
        filter
    }

    /// Parses a filter that is given once and whole, as on the command line. `me` is the reviewer, for
    /// `owner:me`.
    ///
    /// # Errors
    /// Where a term is not finished or not understood, or a word looks like a term with an unknown
    /// field.
    pub fn parse_strict(text: &str, me: &str) -> Result<Self, Error> {
        let filter = Self::parse(text, me);
        match &filter.remark {
            Some(remark) => {
                let message = remark.strip_suffix("; searching as text").unwrap_or(remark);
                Err(Error::new(ErrorKind::Usage, message))
            }
            None => Ok(filter),
        }
    }

    /// True where every customer matches.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.terms.is_empty()
    }

    /// What of it is not understood, or not as it may be meant, in words; `None` where all is well.
    pub fn remark(&self) -> Option<String> {
        self.remark.clone()
    }

    /// True where every customer that this leaves was left by an earlier filter too, so that only
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
pub(crate) fn tokens(text: &str) -> Vec<String> {
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

const OPERATORS: [&str; 6] = ["<=", ">=", "<", ">", "=", ":"];

/// Takes blanks around operators away: `risk > 0.7` is one term. Before a value only where it stands
/// behind the operator of a number, or the operator alone: `stage= acme` is a term and a word.
fn joined(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::new();
    // The last token waits for a value.
    let mut open = false;
    for token in tokens {
        let operator = OPERATORS.into_iter().find(|sign| token.text.starts_with(sign));
        let last = joined.last_mut().filter(|last| !last.quoted);
        let is_field = |name: &str| number_field(name).is_some() || text_field(name).is_some();
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
                open = ends && number_field(name).is_some();
                joined.push(token);
            }
        }
    }
    joined
}

/// What a token is.
enum Read {
    Word,
    Term(Term),
    /// Understood in one of two ways that it may be meant in.
    Doubtful(Term, String),
    /// Not finished, or not understood; with what is wrong.
    Not(String),
}

fn term(token: &Token, me: &str) -> Read {
    let Token { text: token, quoted } = token;
    let needs_value = || Read::Not(format!("{token} needs a value"));
    if let Some(("for", value)) = token.split_once(':') {
        let person = Person::new(if value == "me" { me } else { value });
        return match person.is_nobody() {
            true => needs_value(),
            false => Read::Term(Term::For(person)),
        };
    }
    if let Some((name, value)) = token.split_once(':')
        && let Some(field) = text_field(name)
    {
        if value.is_empty() {
            return needs_value();
        }
        if field == TextField::Owner && value.eq_ignore_ascii_case("me") {
            return Read::Term(Term::Owner(Person::new(me)));
        }
        let parts = value.split(',').filter(|part| !part.is_empty());
        let starts_with: Vec<String> = parts.map(|part| searched(part).into_owned()).collect();
        let unknown = field.names().and_then(|names| {
            let known = |start: &String| names.iter().any(|name| name.starts_with(start.as_str()));
            let unknown = starts_with.iter().find(|start| !known(start))?;
            Some(format!("{name} {unknown} is unknown: {}", names.join(", ")))
        });
        let term = Term::Text { field, starts_with };
        return match unknown {
            Some(unknown) => Read::Doubtful(term, unknown),
            None => Read::Term(term),
        };
    }
    let Some(at) = token.find(['<', '>', '=']) else { return Read::Word };
    let (name, rest) = token.split_at(at);
    if let Some((field, text)) = text_field(name).zip(rest.strip_prefix('=')) {
        let text = (*quoted || !text.is_empty()).then(|| text.to_owned());
        return Read::Term(Term::Exactly { field, text });
    }
    let Some(field) = number_field(name) else { return Read::Word };
    let signs = [
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("<", Comparison::Less),
        (">", Comparison::More),
        ("=", Comparison::Equal),
    ];
    let found = signs.into_iter().find_map(|(sign, how)| Some((how, rest.strip_prefix(sign)?)));
    let Some((comparison, value)) = found.filter(|(_, value)| !value.is_empty()) else {
        return needs_value();
    };
    let number = |than| Term::Number { field, comparison, than };
    match amount(value) {
        Some(than) if looks_grouped_by_points(value) => {
            let remark = format!("{value} is read as {than}; write thousands as 50,000 or 50k");
            Read::Doubtful(number(than), remark)
        }
        Some(than) => Read::Term(number(than)),
        None => {
            let point = value.replacen(',', ".", 1);
            let hint = match amount(&point) {
                Some(_) if value.contains(',') => format!("; write {point}"),
                _ => String::new(),
            };
            Read::Not(format!("{value} is not a number{hint}"))
        }
    }
}

/// What is wrong with a word that looks like a term.
pub(crate) fn odd_word(word: &str) -> Option<String> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let name = word.split(|c| !is_name(c)).next().unwrap_or_default();
    let has_operator = word.contains(['<', '>', '='])
        || (!name.is_empty()
            && name.chars().any(char::is_alphabetic)
            && word.get(name.len()..).is_some_and(|rest| rest.starts_with(':')));
    has_operator.then(|| format!("{word}: unknown field; searching as text"))
}

/// An amount as people type it: `50000`, `50k`, `1.5m`, `$50,000`. A comma separates thousands and
/// nothing else.
pub(crate) fn amount(text: &str) -> Option<f64> {
    let text = text.trim_start_matches('$').replace('_', "").to_lowercase();
    let (digits, unit) = match text.strip_suffix('k') {
        Some(digits) => (digits, 1e3),
        None => text.strip_suffix('m').map_or((text.as_str(), 1.0), |digits| (digits, 1e6)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default().trim_start_matches(['-', '+']);
    let mut later = groups.peekable();
    let grouped = later.peek().is_none()
        || ((1..=3).contains(&first.len()) && later.all(|group| group.len() == 3));
    let digits = digits.replace(',', "");
    let number =
        digits.parse::<f64>().ok().filter(|x| grouped && !part.contains(',') && x.is_finite());
    number.map(|x| x * unit)
}

/// True for `50.000`, which many write for fifty thousand.
fn looks_grouped_by_points(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = text.trim_start_matches('$').split_once('.');
    parts.is_some_and(|(whole, rest)| {
        (1..=3).contains(&whole.len())
            && digits(whole)
            && !whole.starts_with('0')
            && rest.len() == 3
            && digits(rest)
    })
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
    fn a_term_is_put_on_and_taken_off() {
        assert_eq!(toggled("", "for:me"), "for:me");
        assert_eq!(toggled("acme", "for:me"), "acme for:me");
        assert_eq!(toggled("for:me acme", "for:me"), "acme");
        let filter = Filter::parse("for:me for:Sam for:", "Dana");
        assert_eq!(filter.terms, [Term::For("Dana".into()), Term::For("Sam".into())]);
    }

    #[test]
    fn an_exact_text_is_the_whole_one_in_its_case() {
        let terms = |text: &str| {
            let filter = Filter::parse(text, "dana");
            assert!(filter.words.is_empty() && filter.remark.is_none(), "{text:?}: {filter:?}");
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

    #[test]
    fn what_is_not_understood_is_said_and_narrows_nothing() {
        for (text, remark) in [
            ("risk>", "risk> needs a value"),
            ("segment:", "segment: needs a value"),
            ("for: x", "for: needs a value"),
            ("risk>abc", "abc is not a number"),
            ("risk>0,7", "0,7 is not a number; write 0.7"),
            ("value>=50.000,00", "50.000,00 is not a number"),
            ("value>=1,5k", "1,5k is not a number; write 1.5k"),
            ("risk=>0.7", ">0.7 is not a number"),
        ] {
            let filter = Filter::parse(text, "dana");
            assert_eq!(filter.remark().as_deref(), Some(remark));
            assert!(filter.terms.is_empty(), "{text}");
        }
    }

    #[test]
    fn what_may_not_be_meant_so_is_said() {
        for (text, remark) in [
            ("foo:bar", "foo:bar: unknown field; searching as text"),
            ("risk!=0.7", "risk!=0.7: unknown field; searching as text"),
            ("account_value>5", "account_value>5: unknown field; searching as text"),
            ("> 5", ">: unknown field; searching as text"),
            ("value>=50.000", "50.000 is read as 50; write thousands as 50,000 or 50k"),
            ("play:maybe", "play maybe is unknown: yes, no"),
        ] {
            assert_eq!(Filter::parse(text, "dana").remark().as_deref(), Some(remark), "{text}");
        }
        let remark = Filter::parse("status:pendign", "").remark().unwrap_or_default();
        assert!(remark.starts_with("status pendign is unknown: none, "), "{remark}");
        for text in
            ["risk>0.7 segment:smb acme", "status:pending,held", "14:02", "value>50,000", "\"a>b\""]
        {
            assert_eq!(Filter::parse(text, "").remark(), None, "{text}");
        }
    }

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (text, number) in [
            ("50000", 50_000.0),
            ("$50,000", 50_000.0),
            ("1,234,567.5", 1_234_567.5),
            ("50k", 50_000.0),
            ("1.5m", 1_500_000.0),
            ("-5", -5.0),
            ("0.7", 0.7),
            ("1_000", 1_000.0),
        ] {
            assert_eq!(amount(text), Some(number), "{text}");
        }
        for text in ["0,7", "50,00", "1,2345", ",5", "5,", "1,,000", "", "k", "inf", "1e400"] {
            assert_eq!(amount(text), None, "{text}");
        }
    }
}
