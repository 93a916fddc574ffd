//! What a short queue adds up to: shown in the rows that it leaves free.

use crate::domain::Person;
use crate::domain::money::{counted, dollars};
use crate::domain::time::relative_day;
use crate::insight::capacity::Workload;
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

    /// Adds up the rows of a queue in a scope. `me` is the reviewer.
    pub fn new(rows: &[u32], snapshot: &Snapshot, scope: Scope, me: &str) -> Self {
        let me = Person::new(me);
        let (uncovered, waiting): (Vec<usize>, Vec<usize>) = rows
            .iter()
            .map(|row| *row as usize)
            .partition(|number| snapshot.status(*number).is_uncovered());
        let at_risk = |numbers: &[usize]| {
            let each = numbers.iter().map(|number| snapshot.matching.revenue_at_risk(*number));
            let customers = counted(numbers.len(), "customer");
            format!("{}, {customers}", dollars(each.sum::<f64>()))
        };
        let view = |number: usize| snapshot.matching.customer(number);
        let name = |number: usize| {
            let view = view(number)?;
            Some(view.name().unwrap_or_else(|| view.id()).to_owned())
        };
        let is_mine = |number: &usize| Scope::Mine.includes(snapshot, *number, &me);
        let everyone: Vec<usize> = waiting.iter().chain(&uncovered).copied().collect();
        let mine: Vec<usize> = everyone.iter().copied().filter(is_mine).collect();
        let mut lines = vec![("At risk", at_risk(&everyone))];
        if scope != Scope::Mine && !mine.is_empty() {
            lines.push(("My accounts", at_risk(&mine)));
        }
        let waits = waiting.iter().filter_map(|n| Some((snapshot.waits_since(*n)?, *n)));
        if let Some((since, number)) = waits.min() {
            let time = waited(since, snapshot.today());
            lines.extend(name(number).map(|name| ("Waiting longest", format!("{time}, {name}"))));
        }
        let renewals = everyone.iter().filter_map(|n| Some((view(*n)?.renewal_day()?, *n)));
        let next = renewals.filter(|(date, _)| *date >= snapshot.today()).min();
        if let Some((date, number)) = next {
            let when = relative_day(date, snapshot.today());
            lines.extend(name(number).map(|name| ("Next renewal", format!("{when}, {name}"))));
        }
        let over = snapshot.over_capacity().among(&snapshot.matching, &everyone);
        let over: Vec<String> = over.into_iter().map(Workload::words).collect();
        if !over.is_empty() {
            lines.push(("Over capacity", over.join("; ")));
        }
        if !uncovered.is_empty() {
            lines.push(("No eligible playbook", at_risk(&uncovered)));
        }
        Self { lines }
    }
}
