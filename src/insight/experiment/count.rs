//! Who counts in an experiment, and the result of each.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::result::ArmCount;
use crate::approval::join::Measured;
use crate::domain::experiment::{Endpoint, Experiment};
use crate::domain::time::days_between;
use crate::insight::learning::{Joined, Plays};
use crate::matching::Matching;
use crate::matching::assignment::arm;
use crate::store::dataset::fields;
use crate::store::{CustomerKey, Dataset};

/// What experiments are counted from.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The recommendations, with who is in which experiment now.
    pub matching: &'a Matching,
    /// What ran.
    pub plays: &'a Plays<'a>,
    /// Its outcomes.
    pub joined: &'a Joined,
    /// Of each experiment with a holdout who was enrolled, and on which day first: by an entry of their own, or
    /// by a hand-off of what is recommended anyway.
    pub enrolled: FxHashMap<&'a str, FxHashMap<CustomerKey, Date>>,
    /// The day.
    pub today: Date,
}

impl Evidence<'_> {
    /// Returns the counts of an experiment's arms, in their order.
    pub fn counts(&self, experiment: &Experiment) -> Vec<ArmCount> {
        let mut counts = vec![ArmCount::default(); experiment.arms.len()];
        let dataset = self.matching.dataset();
        let members = match experiment.has_holdout() {
            true => self.enrolled.get(experiment.id()).cloned().unwrap_or_default(),
            false => self.contacted(experiment),
        };
        let succeeded = match experiment.outcome {
            Endpoint::Success => self.first_results(experiment),
            Endpoint::Retained => FxHashMap::default(),
        };
        let in_now = (0..self.matching.len()).filter_map(|number| {
            let (now, _) = self.matching.experiment(number)?;
            // Those of a holdout count from their enrollment on.
            let is_it = now.id() == experiment.id() && !experiment.has_holdout();
            is_it.then(|| dataset.customer(number).map(|view| view.key))?
        });
        let waiting = in_now.filter(|key| !members.contains_key(key)).map(|key| (key, None));
        let all = members.iter().map(|(key, day)| (*key, Some(*day))).chain(waiting);
        for (key, day) in all {
            let Some(id) = dataset.ids.id(key) else { continue };
            let Some(count) = arm(experiment, id).and_then(|arm| counts.get_mut(arm)) else {
                continue;
            };
            count.assigned += 1;
            let result = match experiment.outcome {
                Endpoint::Success => succeeded.get(&key).map(|(_, _, success)| *success),
                Endpoint::Retained => {
                    day.and_then(|day| self.retained(dataset, key, day, experiment))
                }
            };
            if let Some(success) = result {
                count.outcomes += 1;
                count.successes += u64::from(success);
            }
        }
        counts
    }

    /// True of a play of one of the experiment's playbooks since it started.
    fn is_of(experiment: &Experiment, playbook: &str, date: Option<Date>) -> bool {
        let since = experiment.starts.zip(date).is_some_and(|(starts, date)| date >= starts);
        since && experiment.playbooks().any(|one| one == playbook)
    }

    /// Customers for whom one of the playbooks ran since the experiment started, with the first day.
    fn contacted(&self, experiment: &Experiment) -> FxHashMap<CustomerKey, Date> {
        let mut first: FxHashMap<CustomerKey, Date> = FxHashMap::default();
        for play in self.plays.all() {
            if let Some((customer, date)) = play.customer.zip(play.date)
                && Self::is_of(experiment, play.playbook, play.date)
            {
                first.entry(customer).and_modify(|day| *day = date.min(*day)).or_insert(date);
            }
        }
        first
    }

    /// Of each customer the first outcome with a result of such a play, those that a person overrode included.
    fn first_results(
        &self,
        experiment: &Experiment,
    ) -> FxHashMap<CustomerKey, (Measured, usize, bool)> {
        let table = &self.matching.dataset().tables.outcomes;
        let successes = table.flags(fields::OUTCOME_SUCCESS);
        let dates = table.texts(fields::OUTCOME_AT);
        let mut first: FxHashMap<CustomerKey, (Measured, usize, bool)> = FxHashMap::default();
        for (row, place) in self.joined.play_of.iter().enumerate() {
            let play = place.and_then(|place| self.plays.all().get(place));
            let Some((play, success)) = play.zip(successes.get(row)) else { continue };
            let Some(customer) = play.customer else { continue };
            if !Self::is_of(experiment, play.playbook, play.date) {
                continue;
            }
            let measured = Measured::new(dates.day(row), dates.get(row));
            let is_earlier = first.get(&customer).is_none_or(|(before, _, _)| measured < *before);
            if is_earlier {
                first.insert(customer, (measured, row, success));
            }
        }
        first
    }

    /// Whether a customer was still one after the horizon; `None` before that is known.
    fn retained(
        &self,
        dataset: &Dataset,
        key: CustomerKey,
        enrolled: Date,
        experiment: &Experiment,
    ) -> Option<bool> {
        let horizon = experiment.horizon_days?;
        let view = dataset.customer(dataset.number_of_key(key)?)?;
        let churned = dataset.tables.customers.texts(fields::CHURNED).day(view.row().index());
        let churned = churned.filter(|day| *day <= self.today);
        match churned.map(|day| days_between(enrolled, day) as f64) {
            Some(days) if days <= horizon => Some(false),
            _ => (days_between(enrolled, self.today) as f64 >= horizon).then_some(true),
        }
    }
}
