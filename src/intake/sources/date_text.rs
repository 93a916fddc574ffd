//! The date that a text of a file stands for: by the form that is set, and in the ways it can be read.

use std::ops::Range;

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::{Timestamp, civil};

use super::mapping::DateForm;
use crate::domain::time::date_of;

/// A date and time as texts of files have them; without the time where the day begins.
pub fn iso(date: DateTime) -> String {
    match date.time() == civil::Time::midnight() {
        true => date.date().to_string(),
        false => date.to_string(),
    }
}

/// The date that a text stands for by the form that is set, in ISO form.
pub fn date(form: &DateForm, text: &str) -> Option<String> {
    let by_form = match form {
        DateForm::Iso => None,
        DateForm::EpochSeconds => epoch(text).and_then(|at| Timestamp::from_second(at).ok()),
        DateForm::EpochMilliseconds => epoch(text)
            .filter(|at| !SECONDS_OF_TODAY.contains(at))
            .and_then(|at| Timestamp::from_millisecond(at).ok()),
        // Before ISO dates, as 2025-02-01 may be a day of January.
        DateForm::Pattern(pattern) => return by_pattern(pattern, text).or_else(|| as_it_is(text)),
    };
    by_form.map(|at| at.to_string()).or_else(|| as_it_is(text))
}

/// An ISO date as it is.
fn as_it_is(text: &str) -> Option<String> {
    date_of(text).map(|_| text.to_owned())
}

/// Seconds since 1970 of this century: what is written in milliseconds is not that small.
const SECONDS_OF_TODAY: Range<i64> = 946_684_800..4_102_444_800;

/// A time since 1970; what is below its unit decides over no day.
fn epoch(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    fraction.bytes().all(|b| b.is_ascii_digit()).then(|| whole.parse().ok())?
}

fn by_pattern(pattern: &str, text: &str) -> Option<String> {
    let read = strtime::parse(pattern, text).ok()?;
    if let Ok(at) = read.to_zoned() {
        return Some(at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
    }
    match read.to_datetime() {
        Ok(date) => Some(iso(date)),
        Err(_) => read.to_date().ok().map(|date| date.to_string()),
    }
}

/// The order in which the parts of a date are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `01/31/2025`
    MonthFirst,
    /// `31/01/2025`
    DayFirst,
}

/// What a date may be that is written as three numbers, in one order and in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readings {
    /// With the month first.
    pub month_first: Option<Date>,
    /// With the day first.
    pub day_first: Option<Date>,
    /// It may begin with the last two digits of the year, as in `25-01-31`.
    pub year_first: bool,
}

impl Readings {
    /// Returns the readings of a text such as `01/31/2025`, also with a time behind it; `None` where it is
    /// no date at all.
    pub fn of(text: &str) -> Option<Self> {
        let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
        let time = time.trim_start();
        // Behind `12/31/2025 - 1/31/2026` there is another date.
        let is_time = time.starts_with(|c: char| c.is_ascii_digit())
            && time.contains(':')
            && !time.contains('/');
        if !time.is_empty() && !is_time {
            return None;
        }
        let date = date.trim_end_matches(',');
        let separator = ['/', '.', '-'].into_iter().find(|c| date.contains(*c))?;
        let parts: Vec<&str> = date.split(separator).collect();
        let number = |part: &str| {
            let digits = part.bytes().all(|b| b.is_ascii_digit()) && (1..=4).contains(&part.len());
            digits.then(|| part.parse::<i16>().ok()).flatten()
        };
        let [first, second, third] = parts.as_slice() else { return None };
        let date = |year: i16, month: i16, day: i16| {
            Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        };
        if first.len() == 4 {
            let only = date(number(first)?, number(second)?, number(third)?)?;
            let (month_first, day_first) = (Some(only), Some(only));
            return Some(Self { month_first, day_first, year_first: false });
        }
        let year = match (third.len(), number(third)?) {
            (4, year) => year,
            (2, year @ ..69) => 2000 + year,
            (2, year) => 1900 + year,
            _ => return None,
        };
        let is_year = separator == '-' && first.len() == 2 && third.len() == 2;
        let (first, second, third) = (number(first)?, number(second)?, number(third)?);
        let (month_first, day_first) = (date(year, first, second), date(year, second, first));
        let year_first = is_year && date(2000 + first, second, third).is_some();
        let is_date = month_first.is_some() || day_first.is_some() || year_first;
        is_date.then_some(Self { month_first, day_first, year_first })
    }

    /// Returns the date in an order.
    pub fn get(self, order: Order) -> Option<Date> {
        match order {
            Order::MonthFirst => self.month_first,
            Order::DayFirst => self.day_first,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_one_or_two_readings() {
        let of = |text: &str| {
            Readings::of(text).map(|readings| {
                let date_text =
                    |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
                assert_eq!(readings.year_first, text.starts_with("25-"), "{text:?}");
                (date_text(readings.month_first), date_text(readings.day_first))
            })
        };
        let told = |month: &str, day: &str| Some((month.to_owned(), day.to_owned()));
        assert_eq!(of("01/31/2025"), told("2025-01-31", ""));
        assert_eq!(of("31.1.2025"), told("", "2025-01-31"));
        assert_eq!(of("3/4/25 10:00 AM"), told("2025-03-04", "2025-04-03"));
        assert_eq!(of("2025/1/31"), told("2025-01-31", "2025-01-31"));
        assert_eq!(of("1/1/70"), told("1970-01-01", "1970-01-01"));
        assert_eq!(of("25-01-31"), told("", "2031-01-25"));
        for none in [
            "45/45/2025",
            "1/2",
            "1/2/3/4",
            "a/b/c",
            "Jan 31, 2025",
            "",
            "1/2/025",
            "2025/257/1",
            "1/31/2025 - 2/28/2026",
            "1/31/2025 cancelled",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn dates_are_read_by_their_form() {
        let pattern = |pattern: &str| DateForm::Pattern(pattern.into());
        for (form, text, date_read) in [
            (pattern("%m/%d/%Y"), "01/31/2025", Some("2025-01-31")),
            (pattern("%m/%d/%Y"), "31/01/2025", None),
            (pattern("%m/%d/%Y"), "2025-01-31T10:00:00Z", Some("2025-01-31T10:00:00Z")),
            (pattern("%d.%m.%y"), "31.01.25", Some("2025-01-31")),
            (pattern("%b %d, %Y"), "Jan 31, 2025", Some("2025-01-31")),
            (pattern("%m/%d/%Y %H:%M"), "01/31/2025 10:30", Some("2025-01-31T10:30:00")),
            (
                pattern("%Y-%m-%dT%H:%M:%S%z"),
                "2025-01-31T10:00:00+0200",
                Some("2025-01-31T10:00:00+02:00"),
            ),
            (
                pattern("%d/%m/%Y %H:%M %z"),
                "31/01/2025 23:00 -0500",
                Some("2025-01-31T23:00:00-05:00"),
            ),
            (pattern("%Y-%d-%m"), "2025-02-01", Some("2025-01-02")),
            (pattern("%d/%m/%Y"), "01/13/2025", None),
            (DateForm::EpochSeconds, "1736640000.5", Some("2025-01-12T00:00:00Z")),
            (DateForm::EpochSeconds, "1736640000000", None),
            (DateForm::EpochSeconds, "0", Some("1970-01-01T00:00:00Z")),
            (DateForm::EpochMilliseconds, "1736640000", None),
            (DateForm::EpochMilliseconds, "1.7E+12", None),
            (DateForm::EpochSeconds, "1736640000", Some("2025-01-12T00:00:00Z")),
            (DateForm::EpochMilliseconds, "1736640000000.0", Some("2025-01-12T00:00:00Z")),
            (DateForm::EpochSeconds, "soon", None),
            (DateForm::Iso, "01/31/2025", None),
            (DateForm::Iso, "2025-01-31", Some("2025-01-31")),
        ] {
            assert_eq!(date(&form, text).as_deref(), date_read, "{form:?} {text}");
        }
    }
}
