//! Dates as people say them: `fri`, `next mon`, `2w`, `eom`. All of them are later than today.

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::error::{Error, ErrorKind};

/// What a date can be, for hints.
pub const ACCEPTED: &str = "2026-12-18, tomorrow, fri, next mon, 10d, 2w, eom";

/// How many days a deferral is where no one names a date, before it is moved past a weekend.
const USUAL_DAYS: i64 = 7;

/// Why a text is no date to defer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UntilError {
    /// It says no date.
    Unknown(String),
    /// It says a date that is not after today.
    NotLater(Date),
}

impl fmt::Display for UntilError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(text) if text.trim().is_empty() => f.write_str("no date is given"),
            Self::Unknown(text) => write!(f, "\"{}\" is not a date", text.trim()),
            Self::NotLater(date) => write!(f, "{date} is not after today"),
        }
    }
}

impl std::error::Error for UntilError {}

impl From<UntilError> for Error {
    fn from(error: UntilError) -> Self {
        let kind = match error {
            UntilError::Unknown(_) => ErrorKind::Usage,
            UntilError::NotLater(_) => ErrorKind::Refused,
        };
        let hint = match error {
            UntilError::Unknown(_) => format!("expected a date: {ACCEPTED}"),
            UntilError::NotLater(_) => format!("name a later date: {ACCEPTED}"),
        };
        Self::new(kind, error.to_string()).hint(hint)
    }
}

/// Returns the date that a text says, in any case and with any spaces: a date; a weekday, the first one
/// after today; `next` and a weekday, the one of the next ISO week; `tomorrow`; a number of days (`10d`,
/// `+10`) or weeks (`2w`); `eom`, the last day of this month, of the next one if that is today.
///
/// # Errors
/// Where it says none, or one that is not after today.
pub fn parse(text: &str, today: Date) -> Result<Date, UntilError> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let date = match words.as_slice() {
        ["tomorrow"] => today.tomorrow().ok(),
        ["eom"] => end_of_month(today),
        ["next", day] => weekday(day).and_then(|day| in_next_week(day, today)),
        [] => None,
        words => {
            // `2 w` is `2w`.
            let word = words.concat();
            let day = weekday(&word).and_then(|day| today.nth_weekday(1, day).ok());
            day.or_else(|| word.parse().ok()).or_else(|| in_days(&word, today))
        }
    };
    match date {
        None => Err(UntilError::Unknown(text.to_owned())),
        Some(date) if date <= today => Err(UntilError::NotLater(date)),
        Some(date) => Ok(date),
    }
}

/// Returns the date to which a deferral goes unless another one is named: in a week, or the Monday after
/// that where it is a weekend.
pub fn usual(today: Date) -> Date {
    let date = today.saturating_add(USUAL_DAYS.days());
    match date.weekday() {
        Weekday::Saturday => date.saturating_add(2.days()),
        Weekday::Sunday => date.saturating_add(1.day()),
        _ => date,
    }
}

/// Returns a date as it is shown while it is typed: `Fri 2026-12-04, in 4 days`.
pub fn words(date: Date, today: Date) -> String {
    let days = match (date - today).get_days() {
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    };
    format!("{}, {days}", date.strftime("%a %Y-%m-%d"))
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "mon" | "monday" => Weekday::Monday,
        "tue" | "tues" | "tuesday" => Weekday::Tuesday,
        "wed" | "wednesday" => Weekday::Wednesday,
        "thu" | "thur" | "thurs" | "thursday" => Weekday::Thursday,
        "fri" | "friday" => Weekday::Friday,
        "sat" | "saturday" => Weekday::Saturday,
        "sun" | "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// A weekday of the ISO week after that of today.
fn in_next_week(day: Weekday, today: Date) -> Option<Date> {
    let monday = today.nth_weekday(1, Weekday::Monday).ok()?;
    monday.checked_add(i64::from(day.to_monday_zero_offset()).days()).ok()
}

fn end_of_month(today: Date) -> Option<Date> {
    match today.last_of_month() {
        last if last > today => Some(last),
        _ => Some(today.tomorrow().ok()?.last_of_month()),
    }
}

/// `10d`, `2w` and `+10`, from today.
fn in_days(word: &str, today: Date) -> Option<Date> {
    let (digits, days_each) = match (word.strip_suffix('d'), word.strip_suffix('w')) {
        (Some(digits), _) => (digits, 1),
        (_, Some(digits)) => (digits, 7),
        _ => (word.strip_prefix('+')?, 1),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let days = digits.parse::<i64>().ok().filter(|count| *count < 100_000)? * days_each;
    today.checked_add(days.days()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// 2026-11-30 is a Monday, 2026-12-04 a Friday, 2026-12-06 a Sunday.
    #[rstest]
    #[case("2026-11-30", "2026-12-18", "2026-12-18")]
    #[case("2026-11-30", " 2026-12-18 ", "2026-12-18")]
    #[case("2026-11-30", "tomorrow", "2026-12-01")]
    #[case("2026-11-30", "fri", "2026-12-04")]
    #[case("2026-11-30", "Friday", "2026-12-04")]
    #[case("2026-12-04", "FRI", "2026-12-11")]
    #[case("2026-11-30", "mon", "2026-12-07")]
    #[case("2026-11-30", "next mon", "2026-12-07")]
    #[case("2026-11-30", "Next  Friday", "2026-12-11")]
    #[case("2026-12-06", "next mon", "2026-12-07")]
    #[case("2026-12-06", "next sun", "2026-12-13")]
    #[case("2026-12-06", "sun", "2026-12-13")]
    #[case("2026-11-30", "2w", "2026-12-14")]
    #[case("2026-11-30", "2 W", "2026-12-14")]
    #[case("2026-11-30", "10d", "2026-12-10")]
    #[case("2026-11-30", "+10", "2026-12-10")]
    #[case("2026-11-29", "eom", "2026-11-30")]
    #[case("2026-11-30", "EOM", "2026-12-31")]
    #[case("2027-01-31", "eom", "2027-02-28")]
    #[case("2026-12-31", "tomorrow", "2027-01-01")]
    fn dates_are_said_in_words(#[case] today: &str, #[case] text: &str, #[case] want: &str) {
        assert_eq!(parse(text, date(today)), Ok(date(want)));
    }

    #[rstest]
    #[case("")]
    #[case("soon")]
    #[case("next")]
    #[case("next week")]
    #[case("next 2w")]
    #[case("2026-02-30")]
    #[case("2x")]
    #[case("d")]
    #[case("-1d")]
    #[case("99999999999999999999d")]
    #[case("monfri")]
    fn what_says_no_date_is_refused(#[case] text: &str) {
        assert_eq!(parse(text, date("2026-11-30")), Err(UntilError::Unknown(text.to_owned())));
    }

    #[rstest]
    #[case("2026-11-30")]
    #[case("2020-01-01")]
    #[case("0d")]
    #[case("+0")]
    fn today_is_not_later(#[case] text: &str) {
        let error = parse(text, date("2026-11-30")).unwrap_err();
        assert!(matches!(error, UntilError::NotLater(_)), "{error:?}");
        assert_eq!(Error::from(error).kind, ErrorKind::Refused);
    }

    #[test]
    fn the_usual_date_is_no_weekend() {
        for (today, want) in [
            ("2026-11-30", "2026-12-07"),
            ("2026-12-04", "2026-12-11"),
            ("2026-12-05", "2026-12-14"),
            ("2026-12-06", "2026-12-14"),
        ] {
            assert_eq!(usual(date(today)), date(want), "{today}");
        }
        assert_eq!(words(date("2026-12-04"), date("2026-11-30")), "Fri 2026-12-04, in 4 days");
        assert_eq!(words(date("2026-12-01"), date("2026-11-30")), "Tue 2026-12-01, tomorrow");
    }

    proptest! {
        #[test]
        fn words_say_the_day_that_they_name(days in -700_000_i64..2_900_000, at in 0_usize..7) {
            let today = date("2026-11-30").saturating_add(days.days());
            let name = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][at];
            let first = parse(name, today).unwrap();
            prop_assert_eq!(usize::from(first.weekday().to_monday_zero_offset().unsigned_abs()), at);
            prop_assert!((1..=7).contains(&(first - today).get_days()));
            let next = parse(&format!("next {name}"), today).unwrap();
            let week = today.saturating_add(7.days()).iso_week_date();
            let is = next.iso_week_date();
            prop_assert_eq!((is.year(), is.week()), (week.year(), week.week()));
            prop_assert_eq!(next.weekday(), first.weekday());
            let end = parse("eom", today).unwrap();
            prop_assert_eq!(end, end.last_of_month());
            prop_assert!((1..=31).contains(&(end - today).get_days()));
        }

        #[test]
        fn a_date_is_always_later(
            days in -700_000_i64..2_900_000,
            text in "(next )?(mon|TUE|wed|Thursday|fri|sat|sun|tomorrow|eom)|[0-9]{1,6}[dw]|\\+[0-9]{1,6}|[ -~]{0,12}",
        ) {
            let today = date("2026-11-30").saturating_add(days.days());
            if let Ok(date) = parse(&text, today) {
                prop_assert!(date > today, "{text} on {today} is {date}");
            }
            let later = usual(today);
            prop_assert!(later > today || today == Date::MAX || later == Date::MAX);
        }
    }
}
