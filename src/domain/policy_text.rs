//! The keys of the policy set from a text on a command line or a screen, and told as one:
//! `matching.confidence_threshold=0.7`, `approval.required_at_cost=off`. What belongs to which key is
//! in [`policy_key`](super::policy_key).

use super::money::exact_dollars;
use super::number::{EXACT_WHOLE, Num, round};
use super::policy_key::{Given, Key, Measure, Slot, Unfit};
use super::policy_keys::APPROVER;
use super::signing_key::{ApproverKey, Instant};

/// What switches a limit off.
pub const OFF: &str = "off";

impl<T: Clone> Key<T> {
    /// Keeps what a text says: a number, a name with quotes or without, a list as JSON or with commas;
    /// `off` where a limit may be.
    ///
    /// # Errors
    /// What belongs there instead, in words; what was kept before stays then.
    pub fn set_text(&self, kept: &mut T, text: &str) -> Result<(), Unfit> {
        let text = text.trim();
        let unfit = || Unfit { element: None, expected: self.expected_text() };
        if let (Slot::Limit(_, place), OFF) = (&self.slot, text) {
            *place(kept) = None;
            return Ok(());
        }
        if let (Slot::Id(place), OFF) = (&self.slot, text) {
            *place(kept) = None;
            return Ok(());
        }
        let items: Vec<String>;
        let given = match &self.slot {
            Slot::Number(..) | Slot::Limit(..) => Given::Number(number(text).ok_or_else(unfit)?),
            Slot::Flag(_) => Given::Flag(text.parse().map_err(|_| unfit())?),
            Slot::Choice(_) | Slot::Name(_) | Slot::Id(_) => Given::Text(unquoted(text)),
            // They stand in the file alone.
            Slot::SigningKeys(_) | Slot::Shares(_) | Slot::Text(_) | Slot::Date(_) => {
                return Err(unfit());
            }
            Slot::Kinds(_)
            | Slot::Reasons(_)
            | Slot::Texts(_)
            | Slot::Names(_)
            | Slot::Segments(_) => {
                items = list(text).ok_or_else(unfit)?;
                Given::List(items.iter().map(|item| Given::Text(item)).collect())
            }
        };
        self.set(kept, &given).map_err(|all| match all.as_slice() {
            [Unfit { element: Some(element), expected }, ..] => {
                let number = element + 1;
                let expected =
                    format!("{}; element {number} has to be {expected}", self.expected_text());
                Unfit { element: Some(*element), expected }
            }
            _ => unfit(),
        })
    }

    /// What belongs there in such a text, in words.
    pub fn expected_text(&self) -> String {
        let expected = self.expected().replace(", in quotes", "").replace(" in quotes", "");
        match &self.slot {
            Slot::Limit(..) => format!("{expected}, or {OFF}"),
            Slot::Kinds(_)
            | Slot::Reasons(_)
            | Slot::Texts(_)
            | Slot::Names(_)
            | Slot::Segments(_) => {
                format!("{expected}, with commas between them")
            }
            _ => expected,
        }
    }

    /// The value as [`Key::set_text`] takes it.
    pub fn text(&self, kept: &T) -> String {
        match &self.slot {
            Slot::Choice(choice) => (choice.get)(kept).to_owned(),
            Slot::Name(place) => place(&mut kept.clone()).to_string(),
            _ => self.written(kept).unwrap_or_else(|| OFF.to_owned()),
        }
    }

    /// The value as the policy file has it; `None` where nothing stands there that means it.
    pub fn written(&self, kept: &T) -> Option<String> {
        let kept = &mut kept.clone();
        // JSON's texts and lists are TOML's, too.
        match &self.slot {
            Slot::Number(_, place) => Some(plain(*place(kept))),
            Slot::Limit(_, place) => place(kept).map(plain),
            Slot::Choice(choice) => Some(super::json::line((choice.get)(kept))),
            Slot::Kinds(place) => {
                let names: Vec<&str> = place(kept).iter().map(|kind| kind.name()).collect();
                Some(spaced(&names))
            }
            Slot::Reasons(place) | Slot::Texts(place) => Some(spaced(place(kept))),
            Slot::Flag(place) => Some(place(kept).to_string()),
            Slot::Name(place) => Some(super::json::line(place(kept).name())),
            Slot::Names(place) => {
                let names: Vec<&str> = place(kept).iter().map(|p| p.name().as_str()).collect();
                Some(spaced(&names))
            }
            Slot::Segments(place) => place(kept).as_ref().map(|segments| spaced(segments)),
            Slot::Id(place) | Slot::Text(place) => place(kept).as_ref().map(super::json::line),
            Slot::Shares(place) => {
                let shares: Vec<String> = place(kept).iter().map(|share| plain(*share)).collect();
                Some(format!("[{}]", shares.join(", "))).filter(|_| !shares.is_empty())
            }
            Slot::Date(place) => place(kept).map(|date| date.to_string()),
            Slot::SigningKeys(place) => {
                Some(place(kept)).filter(|keys| !keys.is_empty()).map(|keys| {
                    let member = |name: &str, instant: &Option<Instant>| match instant {
                        Some(instant) => format!(", {name} = {}", instant.written),
                        None => String::new(),
                    };
                    let keys = keys.iter().map(|ApproverKey { key, from, until }| {
                        let (from, until) = (member("from", from), member("until", until));
                        format!("{{ key = \"{key}\"{from}{until} }}")
                    });
                    format!("[{}]", keys.collect::<Vec<_>>().join(", "))
                })
            }
        }
    }

    /// Returns the value in words for a note: amounts in dollars, numbers, names and flags. `None` of
    /// lists, which are too long for one.
    pub fn short(&self, kept: &T) -> Option<String> {
        let kept = &mut kept.clone();
        match &self.slot {
            Slot::Number(Measure::Dollars, place) => Some(exact_dollars(*place(kept))),
            Slot::Limit(Measure::Dollars, place) => {
                Some(place(kept).map_or(OFF.to_owned(), exact_dollars))
            }
            Slot::Number(..) | Slot::Limit(..) | Slot::Choice(_) | Slot::Flag(_) => {
                Some(self.text(kept))
            }
            Slot::Name(_) | Slot::Kinds(_) | Slot::Reasons(_) | Slot::Texts(_) => None,
            Slot::Names(_) | Slot::Segments(_) | Slot::SigningKeys(_) | Slot::Shares(_) => None,
            Slot::Id(_) | Slot::Text(_) | Slot::Date(_) => {
                Some(self.written(kept).unwrap_or_else(|| self.absent().to_owned()))
            }
        }
    }

    /// Returns what holds where the key is not given: as it would be written, in words where nothing
    /// can be written for it.
    pub fn default(&self) -> String
    where
        T: Default,
    {
        let kept = &mut T::default();
        match &self.slot {
            _ if self.is_needed() => "required".to_owned(),
            Slot::Number(measure, place) => measure.written(*place(kept)),
            _ => self.written(kept).unwrap_or_else(|| self.absent().to_owned()),
        }
    }

    /// What a key means that is not there, in words.
    pub fn absent(&self) -> &'static str {
        match &self.slot {
            Slot::Segments(_) => "all",
            Slot::SigningKeys(_)
            | Slot::Shares(_)
            | Slot::Date(_)
            | Slot::Id(_)
            | Slot::Text(_) => "none",
            Slot::Limit(..) if self.section() == APPROVER => "no limit",
            _ => OFF,
        }
    }

    /// True where the key may be off.
    pub fn is_limit(&self) -> bool {
        matches!(self.slot, Slot::Limit(..) | Slot::Id(_))
    }

    /// True where it holds one number, or none.
    pub fn is_number(&self) -> bool {
        matches!(self.slot, Slot::Limit(..) | Slot::Number(..))
    }
}

/// A number as people type it: underscores between digits as in the policy file. Whole numbers that a
/// double would change are none.
fn number(text: &str) -> Option<f64> {
    let inside = |(at, _): (usize, &str)| {
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let (before, after) = text.split_at(at);
        digit(before.chars().next_back()) && digit(after.chars().nth(1))
    };
    if !text.match_indices('_').all(inside) {
        return None;
    }
    let digits = text.replace('_', "");
    let number: f64 = digits.parse().ok()?;
    let whole = digits.bytes().all(|b| b.is_ascii_digit());
    let changed = whole && digits.parse() != Ok(number as i128);
    (!changed).then_some(number)
}

fn unquoted(text: &str) -> &str {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

/// The elements of a list: JSON where it begins with `[`, else texts between commas. `None` where it
/// is neither.
pub fn list(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    if text.starts_with('[') {
        return serde_json::from_str(text).ok();
    }
    if text.is_empty() {
        return Some(Vec::new());
    }
    let items: Vec<String> = text.split(',').map(|item| item.trim().to_owned()).collect();
    (!items.iter().any(String::is_empty)).then_some(items)
}

/// Whole numbers without a fraction, as far as TOML's and a double's whole numbers are the same.
fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() <= EXACT_WHOLE {
        return Num(number).to_string();
    }
    format!("{number:?}")
}

impl Measure {
    /// A number as people write one of this unit: `0.50`, `50_000`.
    fn written(self, number: f64) -> String {
        match self {
            Self::Fraction | Self::Share if round(number, 2) == number => format!("{number:.2}"),
            Self::Dollars => super::money::plain(number).replace(',', "_"),
            _ => plain(number),
        }
    }
}

fn spaced<S: AsRef<str>>(texts: &[S]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| super::json::line(text.as_ref())).collect();
    format!("[{}]", texts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy_keys::{KEYS, find};
    use crate::domain::{DecisionKind, Policy};

    fn set(name: &str, text: &str) -> Result<Policy, Unfit> {
        let mut policy = Policy::default();
        find(KEYS, name).unwrap().set_text(&mut policy, text).map(|()| policy)
    }

    #[test]
    fn every_key_takes_the_text_that_it_tells() {
        for key in KEYS {
            let mut policy = Policy::default();
            if key.is_number() {
                key.set_text(&mut policy, "0.25").unwrap();
                assert_eq!(key.text(&policy), "0.25");
            }
            let mut again = Policy::default();
            key.set_text(&mut again, &key.text(&policy)).unwrap();
            assert_eq!(again, policy, "{}", key.name);
            let off = key.set_text(&mut policy, OFF);
            // A reason and a person may have any name.
            let named =
                matches!(key.name, "approval.reasons" | "approval.approve_reasons" | "hand_off.by");
            assert_eq!(off.is_ok(), key.is_limit() || named, "{}", key.name);
        }
    }

    #[test]
    fn numbers_are_read_as_in_the_file() {
        let cost =
            |text| set("approval.required_at_cost", text).map(|p| p.approval.required_at_cost);
        assert_eq!(cost("1_000"), Ok(Some(1000.0)));
        assert_eq!(cost(" 2.5e2 "), Ok(Some(250.0)));
        assert_eq!(cost("off"), Ok(None));
        for wrong in ["", "_1", "1_", "1__0", "-1", "nan", "inf", "$5", "9007199254740993", "OFF"] {
            let unfit = cost(wrong).unwrap_err();
            assert_eq!(
                unfit.expected, "an amount in dollars, a number of 0 or more, or off",
                "{wrong}"
            );
        }
    }

    #[test]
    fn names_and_lists_need_no_quotes() {
        for text in ["net_value", "\"net_value\"", "'net_value'"] {
            assert_eq!(set("matching.ranking", text).unwrap().ranking.name(), "net_value");
        }
        assert_eq!(set("matching.ranking", "NET").unwrap_err().expected, "roi or net_value");
        for text in ["approve, defer", r#"["approve","defer"]"#] {
            let policy = set("approval.reason_required", text).unwrap();
            let want = [DecisionKind::Approve, DecisionKind::Defer];
            assert_eq!(policy.approval.reason_required, want);
        }
        assert_eq!(set("approval.reason_required", "").unwrap().approval.reason_required, []);
        let wrong = set("approval.reason_required", "approve,undo").unwrap_err().expected;
        assert!(wrong.contains("element 2 has to be approve, reject"), "{wrong}");
        assert!(set("approval.reasons", "a,,b").is_err());
    }
}
