//! A key of the policy file: its name, what belongs there, what it is for, and the field of the policy
//! that holds it. The keys themselves are in [`policy_keys`](super::policy_keys).

use std::fmt;
use std::hash::Hash;

use compact_str::CompactString;
use jiff::civil::Date;
use rustc_hash::FxHashSet;

use super::decision_kind::DecisionKind;
use super::person::Person;
use super::signing_key::{ApproverKey, Instant, SigningKey};

/// A key of the policy file: a row of [`KEYS`](super::policy_keys::KEYS). `T` is what holds its value.
pub struct Key<T: 'static> {
    /// The full name: `approval.risk_tolerance`; of an approver's key `approver.name`.
    pub name: &'static str,
    /// What it sets, in a few words, as Markdown.
    pub help: &'static str,
    /// What depends on it.
    pub bears_on: BearsOn,
    /// Its row on the What-if screen, where it has one.
    pub what_if: Option<WhatIf>,
    pub(super) slot: Slot<T>,
}

/// What depends on a key of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BearsOn {
    /// Which playbook is recommended. It is part of the basis of every decision.
    Recommendations,
    /// Who has to approve a recommendation. It is part of the basis of every decision it bore on.
    Approvals,
    /// What becomes of decisions: who may make them, how long they hold.
    Decisions,
    /// What the portfolio is measured against.
    Targets,
    /// Which rows of the data are used.
    Data,
}

impl BearsOn {
    /// Returns true where the value of such a key is part of a decision's basis, and with it of its
    /// hash.
    pub fn is_in_basis(self) -> bool {
        matches!(self, Self::Recommendations | Self::Approvals)
    }
}

/// A row of the What-if screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WhatIf {
    /// The title that the row stands under.
    pub group: &'static str,
    /// The name of the row.
    pub label: &'static str,
    /// The value with which a key that is off begins.
    pub initial: f64,
}

/// What a key holds, for whoever edits it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// A number of this unit; off, where the key [can be off](Key::is_limit).
    Number(Measure),
    /// One of these names.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A name of a person.
    Name,
    /// A list of texts.
    List,
    /// A text.
    Text,
    /// A list of keys that signatures are checked with.
    SigningKeys,
}

/// The types of keys, each with the field that holds the value.
pub(super) enum Slot<T: 'static> {
    Number(Measure, fn(&mut T) -> &mut f64),
    /// Off where it is not given.
    Limit(Measure, fn(&mut T) -> &mut Option<f64>),
    Flag(fn(&mut T) -> &mut bool),
    Choice(Choice<T>),
    /// Kinds of decisions.
    Kinds(fn(&mut T) -> &mut Vec<DecisionKind>),
    /// Texts of which there has to be one.
    Reasons(fn(&mut T) -> &mut Vec<String>),
    /// Texts; none where it is not given.
    Texts(fn(&mut T) -> &mut Vec<String>),
    Name(fn(&mut T) -> &mut Person),
    /// Names of people; no one where it is not given.
    Names(fn(&mut T) -> &mut Vec<Person>),
    /// Texts of which there has to be one; all where it is not given.
    Segments(fn(&mut T) -> &mut Option<Vec<CompactString>>),
    /// A text that names something; nothing where it is not given.
    Id(fn(&mut T) -> &mut Option<CompactString>),
    /// A text; nothing where it is not given.
    Text(fn(&mut T) -> &mut Option<CompactString>),
    /// Parts of a whole.
    Shares(fn(&mut T) -> &mut Vec<f64>),
    /// A day; none where it is not given.
    Date(fn(&mut T) -> &mut Option<Date>),
    /// Keys with the time in which each is in use; none where it is not given.
    SigningKeys(fn(&mut T) -> &mut Vec<ApproverKey>),
}

/// A field that holds one of a few names.
pub(super) struct Choice<T> {
    pub names: &'static [&'static str],
    pub get: fn(&T) -> &'static str,
    /// False where the text is none of the names.
    pub set: fn(&mut T, &str) -> bool,
}

/// What a number counts, and with it which numbers make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// From 0 to 1.
    Fraction,
    /// A share, 0 or more.
    Share,
    /// An amount in dollars, 0 or more.
    Dollars,
    /// How many, 0 or more.
    Count,
    /// Days of 24 hours, 0 or more.
    Days,
    /// Days of 24 hours, more than 0.
    SomeDays,
    /// A multiple, 0 or more.
    Ratio,
    /// A whole number, 1 or more; without a default.
    Whole,
}

impl Measure {
    fn words(self) -> &'static str {
        match self {
            Self::Fraction => "a number from 0 to 1",
            Self::Share => "a share, a number of 0 or more (0.10 is 10%)",
            Self::Dollars => "an amount in dollars, a number of 0 or more",
            Self::Count | Self::Ratio => "a number of 0 or more",
            Self::Days => "a number of days, 0 or more",
            Self::SomeDays => "a number of days above 0",
            Self::Whole => "a whole number of 1 or more",
        }
    }

    fn holds(self, number: f64) -> bool {
        let least = match self {
            Self::SomeDays => number > 0.0,
            Self::Whole => number >= 1.0 && number.fract() == 0.0,
            _ => number >= 0.0,
        };
        number.is_finite() && least && (self != Self::Fraction || number <= 1.0)
    }
}

/// What is given for a key, wherever it was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Given<'a> {
    /// A number, whole or not.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
    /// A text in quotes.
    Text(&'a str),
    /// Values in brackets.
    List(Vec<Given<'a>>),
    /// A date, or a date and time, as it is written.
    Date(String),
    /// Values with names.
    Table(Vec<(&'a str, Given<'a>)>),
}

/// Something that was given and does not belong there. Shown as what belongs there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// Which element of a list, from 0; the whole value where `None`.
    pub element: Option<usize>,
    /// What belongs there instead, in words.
    pub expected: String,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.expected)
    }
}

impl std::error::Error for Unfit {}

impl<T: Clone> Key<T> {
    /// The table that it stands in.
    pub fn section(&self) -> &'static str {
        split(self.name).0
    }

    /// Its name in that table.
    pub fn own_name(&self) -> &'static str {
        split(self.name).1
    }

    /// True where it has to be given.
    pub fn is_needed(&self) -> bool {
        matches!(self.slot, Slot::Name(_) | Slot::Number(Measure::Whole, _))
    }

    /// What kind of value belongs there.
    pub fn value_type(&self) -> ValueType {
        match &self.slot {
            Slot::Number(measure, _) | Slot::Limit(measure, _) => ValueType::Number(*measure),
            Slot::Choice(choice) => ValueType::Choice(choice.names),
            Slot::Flag(_) => ValueType::Flag,
            Slot::Name(_) => ValueType::Name,
            Slot::Kinds(_)
            | Slot::Reasons(_)
            | Slot::Texts(_)
            | Slot::Names(_)
            | Slot::Shares(_)
            | Slot::Segments(_) => ValueType::List,
            Slot::Id(_) | Slot::Text(_) | Slot::Date(_) => ValueType::Text,
            Slot::SigningKeys(_) => ValueType::SigningKeys,
        }
    }

    /// What belongs there, in words.
    pub fn expected(&self) -> String {
        match &self.slot {
            Slot::Number(measure, _) | Slot::Limit(measure, _) => measure.words().to_owned(),
            Slot::Flag(_) => "true or false".to_owned(),
            Slot::Choice(choice) => format!("{} in quotes", or(choice.names)),
            Slot::Kinds(_) => format!("a list of {}, in quotes", or(&kind_names())),
            Slot::Reasons(_) => "a list of one or more texts, none empty".to_owned(),
            Slot::Texts(_) => "a list of texts, none empty".to_owned(),
            Slot::Name(_) => NAME.to_owned(),
            Slot::Names(_) => "a list of names in quotes".to_owned(),
            Slot::Segments(_) => "a list of one or more segment names, in quotes".to_owned(),
            Slot::Id(_) => ID.to_owned(),
            Slot::Text(_) => "a text in quotes".to_owned(),
            Slot::Shares(_) => SHARES.to_owned(),
            Slot::Date(_) => "a date such as 2027-01-05, without quotes".to_owned(),
            Slot::SigningKeys(_) => "a list of { key = \"ssh-ed25519 AAAA…\", from = DATE, \
                                     until = DATE }; from and until are optional"
                .to_owned(),
        }
    }

    /// Keeps what is given.
    ///
    /// # Errors
    /// Everything about it that does not belong there; what was kept before stays then.
    pub fn set(&self, kept: &mut T, given: &Given<'_>) -> Result<(), Vec<Unfit>> {
        let unfit = || vec![Unfit { element: None, expected: self.expected() }];
        match (&self.slot, given) {
            (Slot::Number(measure, place), Given::Number(number)) if measure.holds(*number) => {
                *place(kept) = plain(*number);
            }
            (Slot::Limit(measure, place), Given::Number(number)) if measure.holds(*number) => {
                *place(kept) = Some(plain(*number));
            }
            (Slot::Flag(place), Given::Flag(flag)) => *place(kept) = *flag,
            (Slot::Choice(choice), Given::Text(text)) => {
                if !(choice.set)(kept, text) {
                    return Err(unfit());
                }
            }
            (Slot::Kinds(place), Given::List(list)) => {
                let kind =
                    |text: &str| DecisionKind::with_reason().find(|kind| kind.name() == text);
                *place(kept) = each(list, &or(&kind_names()), kind)?;
            }
            (Slot::Reasons(place), Given::List(list)) if !list.is_empty() => {
                *place(kept) = each(list, TEXT, not_empty)?;
            }
            (Slot::Texts(place), Given::List(list)) => *place(kept) = each(list, TEXT, not_empty)?,
            (Slot::Name(place), Given::Text(text)) => {
                *place(kept) = name(text).ok_or_else(unfit)?;
            }
            (Slot::Names(place), Given::List(list)) => *place(kept) = each(list, NAME, name)?,
            (Slot::Segments(place), Given::List(list)) if !list.is_empty() => {
                *place(kept) =
                    Some(each(list, "a segment name in quotes", |text| Some(text.into()))?);
            }
            (Slot::Id(place), Given::Text(text)) if is_id(text) => {
                *place(kept) = Some((*text).into());
            }
            (Slot::Text(place), Given::Text(text)) => *place(kept) = Some((*text).into()),
            (Slot::Shares(place), Given::List(list)) => {
                let share = |given: &Given<'_>| match given {
                    Given::Number(share) if is_share(*share) => Some(plain(*share)),
                    _ => None,
                };
                *place(kept) = list.iter().map(share).collect::<Option<_>>().ok_or_else(unfit)?;
            }
            (Slot::Date(place), Given::Date(text)) => {
                *place(kept) = Some(text.parse().map_err(|_| unfit())?);
            }
            (Slot::SigningKeys(place), Given::List(list)) => *place(kept) = signing_keys(list)?,
            _ => return Err(unfit()),
        }
        Ok(())
    }
}

/// What belongs where something is named for machines, in words.
const ID: &str = "1 to 64 letters, digits or ._:/@+- in quotes";

/// What belongs where a whole is split, in words.
const SHARES: &str = "a list of numbers from 0 to 1 with up to four decimals";

fn is_share(share: f64) -> bool {
    (0.0..=1.0).contains(&share) && (share * 1e4 - (share * 1e4).round()).abs() < 1e-9
}

fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/@+-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

fn signing_keys(list: &[Given<'_>]) -> Result<Vec<ApproverKey>, Vec<Unfit>> {
    let mut keys: Vec<ApproverKey> = Vec::new();
    let mut unfit = Vec::new();
    for (element, given) in list.iter().enumerate() {
        match signing_key(given) {
            Ok(key) if keys.contains(&key) => {}
            Ok(key) => keys.push(key),
            Err(expected) => unfit.push(Unfit { element: Some(element), expected }),
        }
    }
    if unfit.is_empty() { Ok(keys) } else { Err(unfit) }
}

/// One key with its time, or what belongs there instead.
fn signing_key(given: &Given<'_>) -> Result<ApproverKey, String> {
    let Given::Table(members) = given else {
        return Err("a table { key = \"ssh-ed25519 AAAA…\" }".to_owned());
    };
    let (mut key, mut from, mut until) = (None, None, None);
    let instant = |name: &str, given: &Given<'_>| {
        let read = if let Given::Date(text) = given { Instant::parse(text) } else { None };
        let expected = "a date such as 2027-01-01, or a date and time, without quotes";
        read.map(Some).ok_or_else(|| format!("{name} to be {expected}"))
    };
    for (name, given) in members {
        match (*name, given) {
            ("key", Given::Text(text)) => {
                key = Some(SigningKey::parse(text).map_err(|error| format!("key to be {error}"))?);
            }
            ("key", _) => return Err("key to be a public key in quotes".to_owned()),
            ("from", given) => from = instant("from", given)?,
            ("until", given) => until = instant("until", given)?,
            (other, _) => {
                let other = super::text::short(other);
                return Err(format!("key, from and until, and no {other}"));
            }
        }
    }
    let key = key.ok_or_else(|| "a key: key = \"ssh-ed25519 AAAA…\"".to_owned())?;
    if let (Some(from), Some(until)) = (&from, &until)
        && from.at >= until.at
    {
        return Err("from to be before until".to_owned());
    }
    Ok(ApproverKey { key, from, until })
}

/// The elements of a list, each of them once.
fn each<V: Clone + Eq + Hash>(
    list: &[Given<'_>],
    expected: &str,
    value: impl Fn(&str) -> Option<V>,
) -> Result<Vec<V>, Vec<Unfit>> {
    let mut values = Vec::new();
    let mut seen = FxHashSet::default();
    let mut unfit = Vec::new();
    for (element, given) in list.iter().enumerate() {
        let fits = if let Given::Text(text) = given { value(text) } else { None };
        match fits {
            Some(fits) if seen.insert(fits.clone()) => values.push(fits),
            Some(_) => {}
            None => unfit.push(Unfit { element: Some(element), expected: expected.to_owned() }),
        }
    }
    if unfit.is_empty() { Ok(values) } else { Err(unfit) }
}

/// The names of the kinds of decisions that may be asked to name a reason.
fn kind_names() -> Vec<&'static str> {
    DecisionKind::with_reason().map(DecisionKind::name).collect()
}

/// What belongs where a text is listed, in words.
const TEXT: &str = "a text that is not empty";

fn not_empty(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// What belongs where a person is named, in words.
const NAME: &str =
    "a name in quotes, 1 to 64 characters, without control characters or spaces around it";

/// The person of a name that is written as it is meant.
fn name(text: &str) -> Option<Person> {
    Person::parse(text).ok().filter(|person| person.name() == text)
}

/// Without the sign of a negative zero.
fn plain(number: f64) -> f64 {
    number + 0.0
}

/// `approve, reject or defer`
fn or(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => names.concat(),
    }
}

/// Table and own name of a full name; no table where it stands in none.
pub(super) fn split(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}

#[cfg(test)]
mod tests {
    use super::super::policy::{Approver, Policy, Ranking};
    use super::super::policy_keys::{APPROVER_KEYS, KEYS, find};
    use super::*;

    fn set(name: &str, given: &Given<'_>) -> Result<Policy, Vec<Unfit>> {
        let mut policy = Policy::default();
        find(KEYS, name).unwrap().set(&mut policy, given).map(|()| policy)
    }

    fn fits(name: &str, number: f64) -> bool {
        set(name, &Given::Number(number)).is_ok()
    }

    #[test]
    fn every_number_has_its_range() {
        for key in KEYS {
            let (Slot::Number(measure, _) | Slot::Limit(measure, _)) = &key.slot else { continue };
            for never in [-1.0, f64::NAN, f64::INFINITY, -f64::MIN_POSITIVE] {
                assert!(!fits(key.name, never), "{} {never}", key.name);
            }
            assert!(fits(key.name, 1.0) && fits(key.name, 0.5), "{}", key.name);
            let fraction = *measure == Measure::Fraction;
            assert_eq!(fits(key.name, 1.01), !fraction, "{}", key.name);
            assert_eq!(fits(key.name, 0.0), *measure != Measure::SomeDays, "{}", key.name);
        }
        assert!(fits("approval.money_tolerance", 2.5));
    }

    #[test]
    fn negative_zero_is_zero() {
        let policy = set("matching.confidence_margin", &Given::Number(-0.0)).unwrap();
        assert!(policy.confidence_margin.is_sign_positive());
    }

    #[test]
    fn lists_tell_which_element_is_wrong() {
        let list =
            |texts: &[&'static str]| Given::List(texts.iter().map(|t| Given::Text(t)).collect());
        let required = "approval.reason_required";
        let twice = set(required, &list(&["approve", "defer", "approve"])).unwrap();
        assert_eq!(twice.approval.reason_required, [DecisionKind::Approve, DecisionKind::Defer]);
        assert_eq!(set(required, &list(&[])).unwrap().approval.reason_required, []);
        let wrong = set(required, &list(&["undo", "approve", "hand_off"])).unwrap_err();
        let elements: Vec<_> = wrong.iter().map(|unfit| unfit.element).collect();
        assert_eq!(elements, [Some(0), Some(2)]);
        assert_eq!(wrong[0].expected, "approve, reject, defer, override or propose");
        for wrong in [list(&[]), list(&["a", " "]), Given::Text("a")] {
            assert!(set("approval.reasons", &wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_was_kept_stays_where_something_is_wrong() {
        let mut policy = Policy::default();
        let key = find(KEYS, "matching.ranking").unwrap();
        key.set(&mut policy, &Given::Text("net_value")).unwrap();
        let wrong = key.set(&mut policy, &Given::Text("NET_VALUE")).unwrap_err();
        assert_eq!(wrong[0].expected, "roi or net_value in quotes");
        assert_eq!(policy.ranking, Ranking::NetValue);
    }

    #[test]
    fn an_approver_has_a_name_and_may_have_limits() {
        let set = |name: &str, given: Given<'_>| {
            let mut approver = Approver::default();
            find(APPROVER_KEYS, name).unwrap().set(&mut approver, &given).map(|()| approver)
        };
        assert_eq!(set("approver.name", Given::Text("dana")).unwrap().name.name(), "dana");
        for wrong in ["", " ", "dana ", "da\u{200b}na", "a\u{7}", &"x".repeat(65)] {
            assert!(set("approver.name", Given::Text(wrong)).is_err());
        }
        assert!(set("approver.segments", Given::List(Vec::new())).is_err(), "nobody's");
        let free = set("approver.cost_up_to", Given::Number(0.0)).unwrap();
        assert_eq!(free.cost_up_to, Some(0.0), "a limit of nothing is a limit");
    }
}
