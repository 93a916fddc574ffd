//! The gate `contact`: how often a customer may be contacted, how soon a playbook may be repeated, and
//! what follows a failure (`learning.md`, *Contact limits, capacity, what follows a failure*).

use jiff::Span;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::past::{Past, PastPlay};
use crate::domain::decision::ContactLimits;
use crate::domain::number::Num;
use crate::domain::policy::Contact;
use crate::domain::time::days_between;
use crate::domain::{AfterFailure, FailedGate, Gate};
use crate::store::PlaybookIx;

/// The gate of one customer on one day.
#[derive(Debug, Clone, Copy)]
pub struct ContactGate<'p> {
    contact: Contact,
    today: Date,
    /// In ascending order of their playbooks.
    plays: &'p [PastPlay],
    /// How many plays count, where that is enough.
    too_many: Option<usize>,
}

impl<'p> ContactGate<'p> {
    /// The gate of a customer, by number.
    pub fn new(contact: Contact, past: &'p Past, customer: usize) -> Self {
        let mut gate =
            Self { contact, today: past.today, plays: past.plays(customer), too_many: None };
        gate.too_many = contact.most_plays().and_then(|(most, days)| {
            let count = gate.plays.iter().filter(|play| gate.counts(play.date, days)).count();
            (count as f64 >= most).then_some(count)
        });
        gate
    }

    /// True of a date later than so many days before today, be it in the future.
    fn counts(&self, date: Option<Date>, days: f64) -> bool {
        date.is_some_and(|date| (days_between(date, self.today) as f64) < days)
    }

    fn of(&self, playbook: PlaybookIx) -> &'p [PastPlay] {
        let first = self.plays.partition_point(|play| play.playbook < Some(playbook));
        let rest = self.plays.get(first..).unwrap_or_default();
        let len = rest.partition_point(|play| play.playbook == Some(playbook));
        rest.get(..len).unwrap_or_default()
    }

    /// The last date of a playbook that is too near to repeat it, with the days that have to pass.
    fn too_soon(&self, playbook: PlaybookIx) -> Option<(Date, f64)> {
        let days = self.contact.same_playbook_days?;
        let last = self.of(playbook).iter().filter_map(|play| play.date).max();
        last.filter(|last| self.counts(Some(*last), days)).map(|last| (last, days))
    }

    fn failed_before(&self, playbook: PlaybookIx) -> bool {
        self.contact.after_failure == AfterFailure::Next
            && self.of(playbook).iter().any(|play| play.failed_in_stage)
    }

    /// The limits that stop a playbook.
    pub fn limits(&self, playbook: PlaybookIx) -> ContactLimits {
        ContactLimits {
            plays: self.too_many.is_some(),
            same_playbook: self.too_soon(playbook).is_some(),
            failure: self.failed_before(playbook),
        }
    }

    /// True where any limit stops a playbook.
    pub fn stops(&self, playbook: PlaybookIx) -> bool {
        self.too_many.is_some() || self.too_soon(playbook).is_some() || self.failed_before(playbook)
    }

    /// The gate as a playbook fails at it: the limits that stop it, and the first day on which none
    /// does; no day where time alone is not enough. `None` where it passes.
    pub fn failed(&self, playbook: PlaybookIx) -> Option<FailedGate> {
        let mut found = Map::new();
        // Of every limit that stops it, the first day on which it no longer does.
        let mut ends: Vec<Option<Date>> = Vec::new();
        if let Some(((most, days), count)) = self.contact.most_plays().zip(self.too_many) {
            found.insert("plays".into(), count.into());
            found.insert("per_days".into(), number(days));
            ends.push(self.fewer_from(most, days, count));
        }
        if let Some((last, days)) = self.too_soon(playbook) {
            found.insert("last".into(), last.to_string().into());
            found.insert("same_playbook_days".into(), number(days));
            ends.push(days_later(last, days));
        }
        if self.failed_before(playbook) {
            found.insert("failed".into(), true.into());
            ends.push(None);
        }
        if ends.is_empty() {
            return None;
        }
        found.insert("today".into(), self.today.to_string().into());
        let ends: Option<Vec<Date>> = ends.into_iter().collect();
        let needs = ends.and_then(|ends| ends.into_iter().max());
        let needs = needs.map_or(Value::Null, |day| day.to_string().into());
        Some(FailedGate { gate: Gate::Contact, found: found.into(), needs })
    }

    /// The first day on which fewer than so many of the counted plays still count.
    fn fewer_from(&self, most: f64, days: f64, count: usize) -> Option<Date> {
        let most = most.ceil() as usize;
        let mut dates: Vec<Date> = self.plays.iter().filter_map(|play| play.date).collect();
        dates.retain(|date| self.counts(Some(*date), days));
        dates.sort_unstable();
        // So many have to be gone that one less than the limit is left.
        let gone = (count + 1).checked_sub(most.max(1)).filter(|_| most > 0)?;
        days_later(*dates.get(gone.checked_sub(1)?)?, days)
    }
}

/// The first day from which a date no longer counts.
fn days_later(date: Date, days: f64) -> Option<Date> {
    // More days than there are saturate.
    let span = Span::new().try_days(days.ceil() as i64).ok()?;
    date.checked_add(span).ok()
}

fn number(x: f64) -> Value {
    serde_json::to_value(Num(x)).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    const P: PlaybookIx = PlaybookIx(1);
    const OTHER: PlaybookIx = PlaybookIx(0);

    fn play(playbook: PlaybookIx, day: &str) -> PastPlay {
        let date = (!day.is_empty()).then(|| day.parse().unwrap());
        PastPlay { playbook: Some(playbook), date, failed_in_stage: false }
    }

    fn past(today: Date, plays: &[PastPlay]) -> Past {
        Past::new(today, vec![(3, plays.to_vec())])
    }

    fn contact(max_plays: f64, per_days: f64) -> Contact {
        Contact { max_plays: Some(max_plays), per_days: Some(per_days), ..Contact::default() }
    }

    /// `needs` of the failed gate, on the last day of November 2026.
    fn needs(contact: Contact, plays: &[PastPlay]) -> Option<Value> {
        let past = past(date(2026, 11, 30), plays);
        let failed = ContactGate::new(contact, &past, 3).failed(P);
        // It passes on the day that is told, and not on the day before.
        if let Some(day) = failed.as_ref().and_then(|failed| failed.needs.as_str()) {
            let day: Date = day.parse().unwrap();
            let on = |today| ContactGate::new(contact, &self::past(today, plays), 3).stops(P);
            assert!(!on(day) && on(day.yesterday().unwrap()), "{day}");
        }
        failed.map(|failed| failed.needs)
    }

    #[test]
    fn a_play_counts_from_the_day_after_the_days_began() {
        let one = |day: &str| needs(contact(1.0, 30.0), &[play(OTHER, day)]);
        assert_eq!(one("2026-10-31"), None, "exactly 30 days ago");
        assert_eq!(one("2026-11-01"), Some(json!("2026-12-01")));
        assert_eq!(one("2026-11-30"), Some(json!("2026-12-30")), "today");
        assert_eq!(one("2027-02-01"), Some(json!("2027-03-03")), "dated in the future");
        assert_eq!(one(""), None, "without a date");
        assert_eq!(needs(contact(1.0, 0.5), &[play(P, "2026-11-29")]), None);
        assert_eq!(needs(contact(1.0, 0.5), &[play(P, "2026-11-30")]), Some(json!("2026-12-01")));
    }

    #[test]
    fn it_takes_until_enough_plays_are_old() {
        let plays =
            ["2026-11-20", "2026-11-03", "2026-11-10", "2026-01-01"].map(|d| play(OTHER, d));
        assert_eq!(needs(contact(4.0, 30.0), &plays), None);
        assert_eq!(needs(contact(3.0, 30.0), &plays), Some(json!("2026-12-03")));
        assert_eq!(needs(contact(2.0, 30.0), &plays), Some(json!("2026-12-10")));
        assert_eq!(needs(contact(1.5, 30.0), &plays), Some(json!("2026-12-10")));
        assert_eq!(needs(contact(1.0, 30.0), &plays), Some(json!("2026-12-20")));
        assert_eq!(needs(contact(0.0, 30.0), &plays), Some(Value::Null), "never");
        assert_eq!(needs(contact(0.0, 30.0), &[]), Some(Value::Null), "nor anybody else");
        assert_eq!(needs(contact(1.0, 1e9), &plays), Some(Value::Null), "beyond all dates");
        assert_eq!(needs(contact(1.0, 1e300), &plays), Some(Value::Null));
    }

    #[test]
    fn the_same_playbook_waits_for_its_own_last_date() {
        let same = Contact { same_playbook_days: Some(10.0), ..Contact::default() };
        let plays = [play(P, "2026-11-01"), play(P, "2026-11-25"), play(OTHER, "2026-11-29")];
        assert_eq!(needs(same, &plays), Some(json!("2026-12-05")));
        assert_eq!(needs(same, &[play(P, "2026-11-20"), play(OTHER, "2026-11-29")]), None);
        let both = Contact { same_playbook_days: Some(10.0), ..contact(1.0, 30.0) };
        assert_eq!(needs(both, &plays), Some(json!("2026-12-29")), "the latest decides");
    }

    #[test]
    fn what_failed_is_taken_out_for_good() {
        let next = Contact { after_failure: AfterFailure::Next, ..contact(1.0, 30.0) };
        let failed = |playbook| PastPlay { failed_in_stage: true, ..play(playbook, "2026-11-29") };
        assert_eq!(needs(next, &[failed(P)]), Some(Value::Null));
        assert_eq!(needs(next, &[failed(OTHER)]), Some(json!("2026-12-29")));
        let same = Contact { after_failure: AfterFailure::Same, ..next };
        assert_eq!(needs(same, &[failed(P)]), Some(json!("2026-12-29")));
    }

    #[test]
    fn what_is_in_no_file_counts_for_the_number_alone() {
        let gone = PastPlay { playbook: None, ..play(P, "2026-11-29") };
        assert_eq!(needs(contact(1.0, 2.0), &[gone]), Some(json!("2026-12-01")));
        let same = Contact { same_playbook_days: Some(10.0), ..Contact::default() };
        assert_eq!(needs(same, &[gone]), None);
    }
}
