//! Which intervention an outcome is about, and which outcome of an intervention is the one that says (`learning.md`,
//! *outcomes to a performance file*). Contact limits and what is learned join alike.

use jiff::Timestamp;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::store::CustomerKey;

/// Interventions, found by what an outcome says. A place is that of an intervention in its list.
#[derive(Debug, Clone, Default)]
pub struct Started<'a> {
    /// The last place by id, customer and playbook, and by id and customer under no playbook.
    by_id: FxHashMap<(&'a str, CustomerKey, &'a str), u32>,
    /// Places by customer and playbook, by date and then by place.
    by_pair: FxHashMap<(CustomerKey, &'a str), Vec<(Date, u32)>>,
}

/// What an intervention is found by: its id, customer, playbook and day. `None` of what is not known; an id that is
/// empty is none.
pub type Traits<'a> = (&'a str, Option<CustomerKey>, &'a str, Option<Date>);

impl<'a> Started<'a> {
    /// Of interventions in their order.
    pub fn new(all: impl Iterator<Item = Traits<'a>>) -> Self {
        let mut started = Self::default();
        for (place, (id, customer, playbook, date)) in (0u32..).zip(all) {
            if let Some(customer) = customer.filter(|_| !id.is_empty()) {
                started.by_id.insert((id, customer, playbook), place);
                started.by_id.insert((id, customer, ""), place);
            }
            if let Some((customer, date)) = customer.zip(date) {
                started.by_pair.entry((customer, playbook)).or_default().push((date, place));
            }
        }
        started.by_pair.values_mut().for_each(|of_pair| of_pair.sort_unstable());
        started
    }

    /// Returns the place of the intervention that an outcome is about: the one of its id where customer and
    /// playbook do not contradict, else the latest one of the same customer and playbook on or before its day, the
    /// last of equals. `None` where there is none.
    pub fn of_outcome(
        &self,
        id: &str,
        customer: CustomerKey,
        playbook: &str,
        measured: Option<Date>,
    ) -> Option<usize> {
        let own = self.by_id.get(&(id, customer, playbook)).filter(|_| !id.is_empty());
        let by_date = || {
            let of_pair = self.by_pair.get(&(customer, playbook))?;
            let measured = measured?;
            let until = of_pair.partition_point(|(date, _)| *date <= measured);
            of_pair.get(until.checked_sub(1)?).map(|(_, place)| place)
        };
        own.or_else(by_date).map(|place| *place as usize)
    }
}

/// Of several outcomes of each intervention the one that counts: that which was measured last, of equals the last.
/// Given are the outcomes that belong to any, in order, each with the place of its intervention.
pub fn last_of_each<O>(
    interventions: usize,
    outcomes: impl Iterator<Item = (usize, Measured, O)>,
) -> Vec<Option<O>> {
    let mut last: Vec<Option<(Measured, O)>> = Vec::new();
    last.resize_with(interventions, || None);
    for (place, measured, outcome) in outcomes {
        let Some(slot) = last.get_mut(place) else { continue };
        if slot.as_ref().is_none_or(|(before, _)| *before <= measured) {
            *slot = Some((measured, outcome));
        }
    }
    last.into_iter().map(|one| one.map(|(_, outcome)| outcome)).collect()
}

/// When something was measured, as far as that is known: by the day, then by the time of day where a text has
/// one; before everything else where it has none.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Measured(Option<Date>, Option<Timestamp>);

impl Measured {
    /// By the day of a text and the text itself.
    pub fn new(day: Option<Date>, text: Option<&str>) -> Self {
        Self(day, day.and(text).and_then(|text| text.trim().parse().ok()))
    }
}
