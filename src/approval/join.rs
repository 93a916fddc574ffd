//! Which intervention an outcome is about, and which outcome of an intervention is the one that says (`learning.md`,
//! *outcomes to a performance file*). Contact limits and what is learned join alike.

use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::store::CustomerKey;

/// Interventions, found by what an outcome says. A place is that of an intervention in its list.
#[derive(Debug, Clone, Default)]
pub struct Started<'a> {
    all: Vec<Traits<'a>>,
    /// The last place by id, customer and playbook.
    by_id: FxHashMap<(&'a str, CustomerKey, &'a str), u32>,
    /// Other ids of some of them, with customer and place.
    others: Vec<(&'a str, CustomerKey, u32)>,
    /// The same under any playbook, once an outcome that names none asks.
    by_id_alone: OnceLock<FxHashMap<(&'a str, CustomerKey), u32>>,
    /// By customer, playbook, date and place, once an outcome asks that no id finds.
    by_date: OnceLock<Vec<(CustomerKey, &'a str, Date, u32)>>,
}

/// What an intervention is found by: its id, customer, playbook and day. `None` of what is not known; an id that is
/// empty is none.
pub type Traits<'a> = (&'a str, Option<CustomerKey>, &'a str, Option<Date>);

impl<'a> Started<'a> {
    /// Of interventions in their order.
    pub fn new(all: impl Iterator<Item = Traits<'a>>) -> Self {
        let all: Vec<Traits<'a>> = all.collect();
        let mut by_id = FxHashMap::default();
        by_id.reserve(all.len());
        by_id.extend(
            Self::named(&all)
                .map(|(place, id, customer, playbook)| ((id, customer, playbook), place)),
        );
        Self { all, by_id, ..Self::default() }
    }

    /// Those that have an id and a customer, with their places.
    fn named(all: &[Traits<'a>]) -> impl Iterator<Item = (u32, &'a str, CustomerKey, &'a str)> {
        (0u32..).zip(all).filter(|(_, (id, ..))| !id.is_empty()).filter_map(
            |(place, (id, customer, playbook, _))| Some((place, *id, (*customer)?, *playbook)),
        )
    }

    /// Adds another id of one of them: that of the hand-off, where a row of the data reports the run under an id of its own.
    /// Of several of the customer and playbook it is the first from that day on, else the last.
    pub fn also(&mut self, id: &'a str, customer: CustomerKey, playbook: &'a str, day: Date) {
        let all = self.by_date();
        let from = all
            .partition_point(|(key, of, date, _)| (*key, *of, *date) < (customer, playbook, day));
        let is_it =
            |(key, of, ..): &&(CustomerKey, &str, Date, u32)| *key == customer && *of == playbook;
        let before = || all.get(from.checked_sub(1)?).filter(is_it);
        let Some((.., place)) = all.get(from).filter(is_it).or_else(before).copied() else {
            return;
        };
        self.by_id.entry((id, customer, playbook)).or_insert(place);
        self.others.push((id, customer, place));
        self.by_id_alone = OnceLock::new();
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
        let own = || match playbook {
            _ if id.is_empty() => None,
            "" => self.by_id_alone().get(&(id, customer)).copied(),
            _ => {
                // A row without a playbook does not contradict any.
                let of = |playbook| self.by_id.get(&(id, customer, playbook)).copied();
                of(playbook).or_else(|| of(""))
            }
        };
        let by_date = || {
            let (all, measured) = (self.by_date(), measured?);
            let until = all.partition_point(|(key, of, date, _)| {
                (*key, *of, *date) <= (customer, playbook, measured)
            });
            let (key, of, _, place) = all.get(until.checked_sub(1)?)?;
            (*key == customer && *of == playbook).then_some(*place)
        };
        own().or_else(by_date).map(|place| place as usize)
    }

    fn by_id_alone(&self) -> &FxHashMap<(&'a str, CustomerKey), u32> {
        self.by_id_alone.get_or_init(|| {
            let others = self.others.iter().map(|(id, customer, place)| ((*id, *customer), *place));
            let own =
                Self::named(&self.all).map(|(place, id, customer, _)| ((id, customer), place));
            others.chain(own).collect()
        })
    }

    fn by_date(&self) -> &[(CustomerKey, &'a str, Date, u32)] {
        self.by_date.get_or_init(|| {
            let known = |(place, (_, customer, playbook, date)): (u32, &Traits<'a>)| {
                Some(((*customer)?, *playbook, (*date)?, place))
            };
            let all =
                (0u32..).zip(&self.all).filter(|(_, (_, _, playbook, _))| !playbook.is_empty());
            let mut all: Vec<_> = all.filter_map(known).collect();
            // On this thread alone: others wait for it.
            all.sort_unstable();
            all
        })
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
        // A day alone has no time.
        let text = day.and(text).map(str::trim).filter(|text| text.len() > "2027-01-31".len());
        Self(day, text.and_then(|text| text.parse().ok()))
    }
}
