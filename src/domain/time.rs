//! Times as people read them, and what time it is.

use std::fmt;
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// So far two clocks may differ.
pub const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// Returns the time that an entry's id was made with; `None` of an id that is no UUID of version 7.
pub fn time_of_id(id: &str) -> Option<Timestamp> {
    let id = id.parse::<Uuid>().ok().filter(|id| id.get_version_num() == 7)?;
    let (seconds, nanoseconds) = id.get_timestamp()?.to_unix();
    Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanoseconds).ok()?).ok()
}

/// Tells the time, and what day that is here.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The time zone.
    pub zone: Zone,
}

/// A time zone. That of the machine is found when it is first needed: that takes longer than to match
/// a thousand customers.
#[derive(Debug, Clone, PartialEq)]
pub enum Zone {
    /// That of the machine.
    System,
    /// Another one.
    Other(TimeZone),
}

impl Zone {
    /// Returns the time zone itself; that of the machine is the same as long as the program runs.
    pub fn get(&self) -> TimeZone {
        static SYSTEM: LazyLock<TimeZone> = LazyLock::new(TimeZone::system);
        match self {
            Self::System => SYSTEM.clone(),
            Self::Other(zone) => zone.clone(),
        }
    }
}

impl From<TimeZone> for Zone {
    fn from(zone: TimeZone) -> Self {
        Self::Other(zone)
    }
}

impl Clock {
    /// The clock and the time zone of the machine.
    pub fn system() -> Self {
        Self { now: Arc::new(Timestamp::now), zone: Zone::System }
    }

    /// A clock of one's own.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static, zone: impl Into<Zone>) -> Self {
        Self { now: Arc::new(now), zone: zone.into() }
    }

    /// Returns the time now.
    pub fn now(&self) -> Moment {
        Moment { at: (self.now)(), zone: self.zone.clone() }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("zone", &self.zone).finish_non_exhaustive()
    }
}

/// A point in time, and where: what day it is hangs on that.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// The point in time.
    pub at: Timestamp,
    /// The time zone.
    pub zone: Zone,
}

impl Moment {
    /// Returns a point in time in a time zone.
    pub fn new(at: Timestamp, zone: impl Into<Zone>) -> Self {
        Self { at, zone: zone.into() }
    }

    /// The local date.
    pub fn today(&self) -> Date {
        self.day_of(self.at)
    }

    /// The local date of another point in time.
    pub fn day_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.get()).date()
    }

    /// When a local date begins; `None` for one outside of time.
    pub fn start_of(&self, date: Date) -> Option<Timestamp> {
        date.to_zoned(self.zone.get()).ok().map(|zoned| zoned.timestamp())
    }
}

/// The date that a text of a file begins with, as in `2025-01-31` and `2025-01-31T10:00:00Z`; `None` of
/// anything else.
pub fn date_of(text: &str) -> Option<Date> {
    text.trim().get(..10)?.parse().ok()
}

/// Returns the days from a date to another; negative where that is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// Returns a date as people read it from `today`: `in 63 days`, `today`, `11 days ago`.
pub fn relative_day(date: Date, today: Date) -> String {
    match days_between(today, date) {
        0 => "today".to_owned(),
        1 => "in 1 day".to_owned(),
        -1 => "1 day ago".to_owned(),
        days if days > 0 => format!("in {days} days"),
        days => format!("{} days ago", -days),
    }
}

/// So many days of 24 hours after a point in time; `None` where that is beyond all dates.
pub fn days_after(at: Timestamp, days: f64) -> Option<Timestamp> {
    let span = SignedDuration::try_from_secs_f64(days * 86_400.0).ok()?;
    at.checked_add(span).ok()
}

/// How long ago something was: `just now`, `40 s ago`, `3 min ago`, `5 h ago`, `12 days ago`. A time
/// in the future (another machine's clock) is `just now`.
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(then.as_second());
    match seconds {
        ..5 => "just now".to_owned(),
        5..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        86_400..172_800 => "1 day ago".to_owned(),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_one_is() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let late = Moment::new("2026-02-03T16:00:00Z".parse().unwrap(), zone);
        assert_eq!(late.today().to_string(), "2026-02-04");
        let start = late.start_of(late.today()).unwrap();
        assert_eq!(start.to_string(), "2026-02-03T15:00:00Z");
    }

    #[test]
    fn days_have_24_hours_and_an_end() {
        let at: Timestamp = "2026-02-03T14:00:00Z".parse().unwrap();
        assert_eq!(days_after(at, 1.5).unwrap().to_string(), "2026-02-05T02:00:00Z");
        assert_eq!(days_after(at, 1e300), None);
    }

    #[test]
    fn days_are_told_from_today_in_either_direction() {
        let today = jiff::civil::date(2026, 2, 3);
        for (date, days, want) in [
            ("2026-02-03", 0, "today"),
            ("2026-02-04", 1, "in 1 day"),
            ("2026-04-07", 63, "in 63 days"),
            ("2026-02-02", -1, "1 day ago"),
            ("2026-01-23", -11, "11 days ago"),
            ("2025-02-03", -365, "365 days ago"),
        ] {
            let date: Date = date.parse().unwrap();
            assert_eq!(days_between(today, date), days);
            assert_eq!(relative_day(date, today), want);
        }
    }

    #[test]
    fn times_are_told_in_the_largest_unit_that_fits() {
        let then: Timestamp = "2026-02-03T14:00:00Z".parse().unwrap();
        for (seconds, want) in [
            (-30, "just now"),
            (4, "just now"),
            (59, "59 s ago"),
            (60, "1 min ago"),
            (3_599, "59 min ago"),
            (3_600, "1 h ago"),
            (86_400, "1 day ago"),
            (1_000_000, "11 days ago"),
        ] {
            let now = then + jiff::SignedDuration::from_secs(seconds);
            assert_eq!(ago(then, now), want);
        }
    }
}
