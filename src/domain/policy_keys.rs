//! The keys of the policy file: name, default, what belongs there, where it is kept. The one
//! definition from which the file is read and checked and the README's table is made
//! (`decisions.md`, *Policy*).

use std::hash::Hash;

use compact_str::CompactString;
use rustc_hash::FxHashSet;

use super::decision_kind::DecisionKind;
use super::labels::{LABELS, LabelKind};
use super::person::Person;
use super::policy::{Approver, OutOfRange, Policy, Ranking};

/// A key: its full name, and its type with the place where it is kept.
pub struct Key<T> {
    /// `approval.risk_tolerance`; of an approver's key `approver.name`.
    pub name: &'static str,
    /// What holds where the key is not given, as it would be written; in words where it cannot be.
    pub default: &'static str,
    /// What it sets, in a few words.
    pub sets: &'static str,
    pub(super) slot: Slot<T>,
}

/// The types of keys.
pub(super) enum Slot<T> {
    Number(Measure, fn(&mut T) -> &mut f64),
    /// Off where it is not given.
    Limit(Measure, fn(&mut T) -> &mut Option<f64>),
    Flag(fn(&mut T) -> &mut bool),
    Ranking(fn(&mut T) -> &mut Ranking),
    OutOfRange(fn(&mut T) -> &mut OutOfRange),
    /// Kinds of decisions.
    Kinds(fn(&mut T) -> &mut Vec<DecisionKind>),
    /// Texts of which there has to be one.
    Reasons(fn(&mut T) -> &mut Vec<String>),
    Name(fn(&mut T) -> &mut Person),
    /// Names of people; nobody where it is not given.
    Names(fn(&mut T) -> &mut Vec<Person>),
    /// Texts of which there has to be one; all where it is not given.
    Segments(fn(&mut T) -> &mut Option<Vec<CompactString>>),
}

/// What a number counts, and with it which numbers make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    Fraction,
    Share,
    Dollars,
    Count,
    Days,
    /// Days of which there are some.
    SomeDays,
    Ratio,
}

impl Measure {
    fn words(self) -> &'static str {
        match self {
            Self::Fraction => "a number from 0 to 1",
            Self::Share => "a share, a number of 0 or more (0.10 is 10 %)",
            Self::Dollars => "an amount in dollars, a number of 0 or more",
            Self::Count | Self::Ratio => "a number of 0 or more",
            Self::Days => "a number of days, 0 or more",
            Self::SomeDays => "a number of days above 0",
        }
    }

    fn holds(self, number: f64) -> bool {
        let least = match self {
            Self::SomeDays => number > 0.0,
            _ => number >= 0.0,
        };
        number.is_finite() && least && (self != Self::Fraction || number <= 1.0)
    }
}

/// What is given for a key, wherever it was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Given<'a> {
    Number(f64),
    Flag(bool),
    Text(&'a str),
    List(Vec<Given<'a>>),
    /// Of a type that no key takes.
    Other,
}

/// Something that was given and does not belong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// Which element of a list; the whole value where `None`.
    pub element: Option<usize>,
    /// What belongs there instead, in words.
    pub expected: String,
}

/// The kinds of decisions that may be asked to name a reason.
const WITH_REASON: [DecisionKind; 4] =
    [DecisionKind::Approve, DecisionKind::Reject, DecisionKind::Override, DecisionKind::Defer];

/// `keys! { "name", default, what it sets: Type => place; … }`
macro_rules! keys {
    ($($name:literal, $default:literal, $sets:literal:
        $slot:ident $(($measure:ident))? => $($place:ident).+;)*) => {
        &[$(Key {
            name: $name,
            default: $default,
            sets: $sets,
            slot: Slot::$slot($(Measure::$measure,)? |kept| &mut kept.$($place).+),
        }),*]
    };
}

/// Every key but those of the approvers, in the order in which they are told.
pub const KEYS: &[Key<Policy>] = keys! {
    "matching.confidence_threshold", "0.50", "nothing is recommended below this confidence":
        Number(Fraction) => confidence_threshold;
    "matching.confidence_margin", "0.20", "added to the risk to give the confidence":
        Number(Fraction) => confidence_margin;
    "matching.ranking", "\"roi\"", "what puts one candidate before another; or `\"net_value\"`: value − cost":
        Ranking => ranking;
    "approval.required_at_account_value", "off", "an approval is needed at this account value and above":
        Limit(Dollars) => approval.required_at_account_value;
    "approval.required_at_cost", "off", "an approval is needed at this expected cost and above":
        Limit(Dollars) => approval.required_at_cost;
    "approval.required_below_runs", "off", "an approval is needed where fewer runs are behind the numbers":
        Limit(Count) => approval.required_below_runs;
    "approval.two_approvers_at_account_value", "off", "two different people have to approve at this account value and above":
        Limit(Dollars) => approval.two_approvers_at_account_value;
    "approval.expires_after_days", "off", "an approval no longer holds after so many days":
        Limit(SomeDays) => approval.expires_after_days;
    "approval.risk_tolerance", "0.05", "a decision holds while the risk moves by no more":
        Number(Fraction) => approval.risk_tolerance;
    "approval.money_tolerance", "0.10", "a decision holds while cost, value and account value move by no more than this share":
        Number(Share) => approval.money_tolerance;
    "approval.reason_required", "[\"reject\", \"override\", \"defer\"]", "which of `approve`, `reject`, `override` and `defer` have to name a reason; an override always has to":
        Kinds => approval.reason_required;
    "approval.reasons", "[\"wrong_playbook\", \"bad_timing\", \"relationship\", \"budget\", \"data_wrong\", \"other\"]", "the reasons that may be named":
        Reasons => approval.reasons;
    "contact.parallel", "false", "whether another play may run for a customer while one runs":
        Flag => contact.parallel;
    "contact.running_days", "30", "a play without an outcome runs for so many days":
        Number(Days) => contact.running_days;
    "hand_off.by", "[]", "who may hand off besides the approvers; anybody may where there is no approver":
        Names => hand_off.by;
    "targets.high_risk_at", "0.5", "a customer at this risk and above is at high risk":
        Number(Fraction) => targets.high_risk_at;
    "targets.customers_at_high_risk_max", "off", "the target for customers at high risk: at most so many":
        Limit(Count) => targets.customers_at_high_risk_max;
    "targets.revenue_at_risk_max", "off", "the target for revenue at risk: at most so much":
        Limit(Dollars) => targets.revenue_at_risk_max;
    "targets.segment_revenue_at_risk_elevated", "50_000", "from here on a segment's revenue at risk is elevated":
        Number(Dollars) => targets.segment_revenue_at_risk_elevated;
    "targets.segment_revenue_at_risk_critical", "200_000", "from here on a segment's revenue at risk is critical":
        Number(Dollars) => targets.segment_revenue_at_risk_critical;
    "targets.success_rate_min", "0.60", "the target for the success rate of all runs: at least this":
        Number(Fraction) => targets.success_rate_min;
    "targets.override_rate_max", "0.20", "the target for the share of outcomes that a person overrode: at most this":
        Number(Fraction) => targets.override_rate_max;
    "targets.resolution_days_max", "5", "the target for the days to an outcome, on average: at most so many":
        Number(Days) => targets.resolution_days_max;
    "targets.review_below_success_rate", "0.50", "numbers of a playbook with a success rate below this are under review":
        Number(Fraction) => targets.review_below_success_rate;
    "targets.review_below_roi", "15", "numbers of a playbook with an ROI below this are under review":
        Number(Ratio) => targets.review_below_roi;
    "data.out_of_range", "\"use\"", "rows with a number out of range (a share outside 0 to 1, a negative cost): used with a warning; or `\"skip\"`: skipped":
        OutOfRange => data.out_of_range;
};

/// The keys of a `[[approver]]`.
pub const APPROVER_KEYS: &[Key<Approver>] = keys! {
    "approver.name", "needed", "somebody who may decide; where anybody is named, nobody else may":
        Name => name;
    "approver.segments", "all", "only about customers of these segments":
        Segments => segments;
    "approver.account_value_up_to", "no limit", "only about accounts up to this value":
        Limit(Dollars) => account_value_up_to;
    "approver.cost_up_to", "no limit", "only about plays up to this expected cost":
        Limit(Dollars) => cost_up_to;
};

/// The table of the approvers.
pub const APPROVER: &str = "approver";

/// The key of a full name.
pub fn find<T>(keys: &'static [Key<T>], name: &str) -> Option<&'static Key<T>> {
    keys.iter().find(|key| key.name == name)
}

/// The tables that hold [`KEYS`], in their order.
pub fn sections() -> Vec<&'static str> {
    let mut sections: Vec<&str> = KEYS.iter().map(Key::section).collect();
    sections.dedup();
    sections
}

impl<T> Key<T> {
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
        matches!(self.slot, Slot::Name(_))
    }

    /// What belongs there, in words.
    pub fn expected(&self) -> String {
        match &self.slot {
            Slot::Number(measure, _) | Slot::Limit(measure, _) => measure.words().to_owned(),
            Slot::Flag(_) => "true or false".to_owned(),
            Slot::Ranking(_) => format!("{} in quotes", or(Ranking::ALL.map(Ranking::name))),
            Slot::OutOfRange(_) => {
                format!("{} in quotes", or(OutOfRange::ALL.map(OutOfRange::name)))
            }
            Slot::Kinds(_) => {
                format!("a list of {}, in quotes", or(WITH_REASON.map(DecisionKind::name)))
            }
            Slot::Reasons(_) => "a list with a text or more, none of them empty".to_owned(),
            Slot::Name(_) => NAME.to_owned(),
            Slot::Names(_) => "a list of names in quotes".to_owned(),
            Slot::Segments(_) => "a list with a segment's name or more, in quotes".to_owned(),
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
            (Slot::Ranking(place), Given::Text(text)) => {
                let named = Ranking::ALL.into_iter().find(|ranking| ranking.name() == *text);
                *place(kept) = named.ok_or_else(unfit)?;
            }
            (Slot::OutOfRange(place), Given::Text(text)) => {
                let named = OutOfRange::ALL.into_iter().find(|what| what.name() == *text);
                *place(kept) = named.ok_or_else(unfit)?;
            }
            (Slot::Kinds(place), Given::List(list)) => {
                let expected = or(WITH_REASON.map(DecisionKind::name));
                let kind = |text: &str| WITH_REASON.into_iter().find(|kind| kind.name() == text);
                *place(kept) = each(list, &expected, kind)?;
            }
            (Slot::Reasons(place), Given::List(list)) if !list.is_empty() => {
                let reason = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
                *place(kept) = each(list, "a text that is not empty", reason)?;
            }
            (Slot::Name(place), Given::Text(text)) => {
                *place(kept) = name(text).ok_or_else(unfit)?;
            }
            (Slot::Names(place), Given::List(list)) => *place(kept) = each(list, NAME, name)?,
            (Slot::Segments(place), Given::List(list)) if !list.is_empty() => {
                *place(kept) =
                    Some(each(list, "a segment's name in quotes", |text| Some(text.into()))?);
            }
            _ => return Err(unfit()),
        }
        Ok(())
    }
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

/// What belongs where a person is named, in words.
const NAME: &str =
    "a name in quotes, of 1 to 64 characters, without control characters or spaces around it";

/// The person of a name that is written as it is meant.
fn name(text: &str) -> Option<Person> {
    Person::parse(text).ok().filter(|person| person.name() == text)
}

/// Without the sign of a negative zero.
fn plain(number: f64) -> f64 {
    number + 0.0
}

/// `approve, reject or defer`
fn or<const N: usize>(names: [&str; N]) -> String {
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => names.concat(),
    }
}

/// Table and own name of a full name; no table where it stands in none.
fn split(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}

/// Below this two names are not alike.
const ALIKE: f64 = 0.85;

/// The key that somebody may have meant by one that there is not, as it has to be written: its own
/// name in the same table, the full name in another; a table as its header.
pub fn alike(unknown: &str) -> Option<String> {
    let (section, own) = split(unknown);
    let own = own.to_lowercase();
    let score = |name: &str| {
        // A part of a long name is meant for it, however little it looks like the whole.
        let part = own.len() > 3 && name.contains(&own);
        strsim::jaro_winkler(&own, name).max(if part { ALIKE } else { 0.0 })
    };
    let names = KEYS.iter().map(|key| key.name).chain(APPROVER_KEYS.iter().map(|key| key.name));
    let keys = names.map(|name| {
        let (its_section, its_own) = split(name);
        let same = its_section == section;
        // Of equals, the one in the same table.
        let nearer = if same { 0.01 } else { 0.0 };
        (score(its_own) + nearer, if same { its_own.to_owned() } else { name.to_owned() })
    });
    let headers = sections().into_iter().map(|name| (name, format!("[{name}]")));
    let headers =
        headers.chain([(APPROVER, format!("[[{APPROVER}]]")), (LABELS, format!("[{LABELS}]"))]);
    let labels = LabelKind::ALL.map(|kind| (kind.table(), format!("[{LABELS}.{}]", kind.table())));
    let headers = headers.chain(labels);
    let headers = headers
        .filter(|_| section.is_empty())
        .map(|(name, header)| (strsim::jaro_winkler(&own, name), header));
    let best = keys.chain(headers).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(score, _)| *score >= ALIKE).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, given: &Given<'_>) -> Result<Policy, Vec<Unfit>> {
        let mut policy = Policy::default();
        find(KEYS, name).unwrap().set(&mut policy, given).map(|()| policy)
    }

    fn fits(name: &str, number: f64) -> bool {
        set(name, &Given::Number(number)).is_ok()
    }

    #[test]
    fn names_are_there_once_and_in_a_table() {
        let mut names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        names.extend(APPROVER_KEYS.iter().map(|key| key.name));
        assert!(names.iter().all(|name| !split(name).0.is_empty()));
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert_eq!(sections(), ["matching", "approval", "contact", "hand_off", "targets", "data"]);
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
        assert_eq!(wrong[0].expected, "approve, reject, override or defer");
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

    #[test]
    fn the_key_that_was_meant() {
        let meant = |unknown: &str| alike(unknown).unwrap_or_default();
        assert_eq!(meant("matching.confidence_treshold"), "confidence_threshold");
        assert_eq!(meant("matching.threshold"), "confidence_threshold");
        assert_eq!(meant("approval.Risk-Tolerance"), "risk_tolerance");
        assert_eq!(meant("approval.ranking"), "matching.ranking");
        assert_eq!(meant("confidence_threshold"), "matching.confidence_threshold");
        assert_eq!(meant("approvers"), "[[approver]]");
        assert_eq!(meant("target"), "[targets]");
        assert_eq!(meant("approver.segment"), "segments");
        for unlike in ["matching.zzz", "x", "", "."] {
            assert_eq!(alike(unlike), None, "{unlike:?}");
        }
    }
}
