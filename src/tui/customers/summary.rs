//! What a short queue adds up to: shown in the rows that it leaves free.

use crate::domain::Person;
use crate::domain::money::{counted, dollars, short_dollars};
use crate::domain::time::relative_day;
use crate::workspace::{Scope, Snapshot};

use super::columns::waited;

/// The sums of a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// What each line is about, and what it says. Text from data files is not yet escaped.
    pub lines: Vec<(&'static str, String)>,
}

impl Summary {
    /// A longer queue leaves no row free, on any screen.
    pub const MOST: usize = 500;

    /// Adds up the rows of a queue. `me` is the reviewer.
    pub fn new(rows: &[u32], snapshot: &Snapshot, me: &str) -> Self {
        let me = Person::new(me);
        let (uncovered, waiting): (Vec<usize>, Vec<usize>) = rows
            .iter()
            .map(|row| *row as usize)
            .partition(|number| snapshot.status(*number).is_uncovered());
        let at_risk = |numbers: &[usize]| -> f64 {
            numbers.iter().map(|number| snapshot.matching.revenue_at_risk(*number)).sum()
        };
        let view = |number: usize| snapshot.matching.customer(number);
        let name = |number: usize| {
            let view = view(number)?;
            Some(view.name().unwrap_or_else(|| view.id()).to_owned())
        };
        let is_mine = |number: &usize| Scope::Mine.includes(snapshot, *number, &me);
        let everyone: Vec<usize> = waiting.iter().chain(&uncovered).copied().collect();
        let mine: Vec<usize> = everyone.iter().copied().filter(is_mine).collect();
        let mut lines = vec![("At risk", dollars(at_risk(&everyone)))];
        if !mine.is_empty() {
            let customers = counted(mine.len(), "customer");
            lines.push(("Mine", format!("{customers}, {} at risk", short_dollars(at_risk(&mine)))));
        }
        let waits = waiting.iter().filter_map(|n| Some((snapshot.waits_since(*n)?, *n)));
        if let Some((since, number)) = waits.min() {
            let time = waited(since, snapshot.today);
            lines.extend(name(number).map(|name| ("Oldest", format!("{time}, {name}"))));
        }
        let renewals = everyone.iter().filter_map(|n| Some((view(*n)?.renewal_day()?, *n)));
        let next = renewals.filter(|(date, _)| *date >= snapshot.today).min();
        if let Some((date, number)) = next {
            let when = relative_day(date, snapshot.today);
            lines.extend(name(number).map(|name| ("Renewal", format!("{when}, {name}"))));
        }
        if !uncovered.is_empty() {
            let amount = short_dollars(at_risk(&uncovered));
            let customers = counted(uncovered.len(), "customer");
            lines.push(("Uncovered", format!("{customers}, {amount} at risk")));
        }
        Self { lines }
    }
}
