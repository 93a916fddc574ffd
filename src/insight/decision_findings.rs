//! What is wrong with who decides: people who may not, names that look alike, clocks that differ, and
//! plays that no one can approve (`trust.md`, 6 and 8 to 10).

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::approval::authority::{Authority, is_ahead};
use crate::approval::limits::may_hand_off;
use crate::approval::signatures::SignatureReport;
use crate::domain::money::count;
use crate::domain::status::{RunBegan, WhyUncounted};
use crate::domain::text::escape_controls;
use crate::domain::time::CLOCK_TOLERANCE;
use crate::domain::{
    Approver, Code, DecisionKind, Entry, Finding, Missing, Person, Policy, Stake, Standing, Status,
};
use crate::matching::Matching;
use crate::store::PlaybookIx;

/// So many entries, customers and names are told of one by one.
const TOLD: usize = 5;

/// Of one customer's entries those that matter and are by people who may not decide about it.
/// `entries` are all of the customer's.
pub fn unauthorized(
    entries: &[&Arc<Entry>],
    standing: &Standing,
    authority: &Authority<'_>,
) -> Vec<Arc<Entry>> {
    let may_not = |entry: &Entry| {
        authority.against(entry, entry.basis.stake()) == Some(WhyUncounted::NotAuthorized)
    };
    let mut found: Vec<&Arc<Entry>> = Vec::new();
    let uncounted = standing.uncounted.iter();
    let uncounted = uncounted.filter(|uncounted| uncounted.why == WhyUncounted::NotAuthorized);
    found.extend(uncounted.map(|uncounted| &uncounted.entry));
    let last = standing.decision.as_ref().filter(|_| standing.status != Status::Done);
    found.extend(last.filter(|decision| may_not(decision)));
    if let Some(RunBegan::HandedOff(entry)) = standing.run.as_ref().map(|run| &run.began)
        && standing.status == Status::Running
        && may_hand_off(authority.policy, &Person::new(&entry.by)).is_err()
    {
        found.push(entry);
    }
    found.extend(entries.iter().filter(|undo| {
        let undone = entries.iter().find(|entry| undo.undoes.as_ref() == Some(&entry.id));
        let ahead = is_ahead(undo.at, authority.now);
        undone.is_some_and(|undone| !ahead && !authority.lifts(undo, undone))
    }));
    let mut found: Vec<Arc<Entry>> = found.into_iter().map(Arc::clone).collect();
    found.sort_by_key(|entry| entry.seq);
    found.dedup_by_key(|entry| entry.seq);
    found
}

/// One finding for each person who may not decide.
pub fn not_approvers(mut entries: Vec<Arc<Entry>>) -> Vec<Finding> {
    entries.sort_by_key(|entry| entry.seq);
    let mut by_person: Vec<(Person, Vec<&Arc<Entry>>)> = Vec::new();
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    for entry in &entries {
        let person = Person::new(&entry.by);
        let place = *places.entry(person.key().to_owned()).or_insert(by_person.len());
        match by_person.get_mut(place) {
            Some((_, of_person)) => of_person.push(entry),
            None => by_person.push((person, vec![entry])),
        }
    }
    let finding = |(person, entries): (Person, Vec<&Arc<Entry>>)| {
        let told = entries.iter().map(|entry| {
            let (seq, customer) = (entry.seq, &entry.customer_id);
            format!("entry {seq} ({} {customer})", entry.kind.done())
        });
        let stops =
            |entry: &&&Arc<Entry>| matches!(entry.kind, DecisionKind::Reject | DecisionKind::Defer);
        let effect = match entries.iter().filter(stops).count() {
            0 => "these decisions do not count",
            all if all == entries.len() => "rejected and deferred plays stay stopped",
            _ => "approvals do not count; rejected and deferred plays stay stopped",
        };
        let message = format!(
            "{person} is not allowed to decide this by the policy: {}; {effect}",
            listed(told, entries.len())
        );
        let mut customers: Vec<&CompactString> =
            entries.iter().map(|entry| &entry.customer_id).collect();
        customers.sort_unstable();
        customers.dedup();
        Finding { customers: Some(customers.len()), ..Finding::new(Code::NotAnApprover, message) }
    };
    by_person.into_iter().map(finding).collect()
}

/// What the signatures of the ledger say: one finding for each entry that does not count, up to a number
/// of them, and one for each person whose key begins after unsigned entries.
pub fn signatures(report: &SignatureReport<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for (entry, fault) in report.faults.iter().take(FAULTS) {
        let (seq, by, noun) = (entry.seq, &entry.by, entry.kind.rules().noun);
        let message = format!(
            "entry {seq}: {by}'s {noun} {}; it does not count{}",
            fault.words(),
            if entry.customer_id.is_empty() {
                String::new()
            } else {
                format!(" ({})", entry.customer_id)
            },
        );
        findings.push(Finding::new(Code::BadSignature, message));
    }
    if report.faults.len() > FAULTS {
        let more = count(report.faults.len() - FAULTS);
        let message = format!("{more} more entries do not count; `nextplay verify` names each");
        findings.push(Finding::new(Code::BadSignature, message));
    }
    let mut people: Vec<(Person, Vec<String>)> = Vec::new();
    for (entry, since) in &report.before_key {
        let told = match since {
            None => format!("entry {}", entry.seq),
            Some(since) => format!(
                "entry {} (dated back: it stands behind entry {}, made when the key was in use)",
                entry.seq, since.seq
            ),
        };
        let person = Person::new(&entry.by);
        match people.iter_mut().find(|(known, _)| known.is(&person)) {
            Some((_, entries)) => entries.push(told),
            None => people.push((person, vec![told])),
        }
    }
    findings.extend(people.into_iter().map(|(person, entries)| {
        let all = entries.len();
        let message = format!(
            "entries by {person} from before their key are not signed, and count: {}",
            listed(entries.into_iter(), all)
        );
        Finding::new(Code::UnsignedBeforeKey, message)
    }));
    findings
}

/// So many entries that are not rightly signed are findings of their own.
const FAULTS: usize = 100;

/// Names in policy and ledger that differ and look the same.
pub fn look_alikes<'e>(
    policy: &Policy,
    entries: impl Iterator<Item = &'e Arc<Entry>>,
) -> Vec<Finding> {
    let named = policy.approvers.iter().map(|approver| approver.name.clone());
    let mut people: Vec<Person> = named.chain(policy.hand_off.by.iter().cloned()).collect();
    let mut seen: rustc_hash::FxHashSet<&str> = rustc_hash::FxHashSet::default();
    let new = entries.filter(|entry| seen.insert(&entry.by));
    people.extend(new.map(|entry| Person::new(&entry.by)));
    let mut known: FxHashMap<CompactString, Person> = FxHashMap::default();
    let mut told: Vec<(String, String)> = Vec::new();
    let mut findings = Vec::new();
    for person in people.into_iter().filter(|person| !person.is_nobody()) {
        for look in person.looks() {
            let first = known.entry(look).or_insert_with(|| person.clone());
            let pair = (first.key().to_owned(), person.key().to_owned());
            if first.is(&person) || told.contains(&pair) {
                continue;
            }
            told.push(pair);
            let message = format!(
                "{} and {} are different names that look the same: they count as one person where two \
                 approvers are required; use one of them",
                spelled(first),
                spelled(&person)
            );
            findings.push(Finding::new(Code::LookAlikeNames, message));
        }
    }
    findings
}

/// A name in quotes, behind it its characters that are not ASCII.
fn spelled(person: &Person) -> String {
    let name = person.name();
    let codes: Vec<String> =
        name.chars().filter(|c| !c.is_ascii()).map(|c| format!("U+{:04X}", c as u32)).collect();
    match codes.is_empty() {
        true => format!("{name:?}"),
        false => format!("\"{}\" (with {})", escape_controls(name), codes.join(" ")),
    }
}

/// Entries dated later than now, and entries dated before the one that stands before them.
pub fn clocks<'e>(
    entries: impl Iterator<Item = &'e Arc<Entry>> + Clone,
    now: Timestamp,
) -> Vec<Finding> {
    let ahead: Vec<&Arc<Entry>> = entries.clone().filter(|entry| is_ahead(entry.at, now)).collect();
    let back: Vec<(&Arc<Entry>, &Arc<Entry>)> = entries
        .clone()
        .zip(entries.skip(1))
        .filter(|(before, entry)| before.at.duration_since(entry.at) > CLOCK_TOLERANCE)
        .collect();
    let mut findings = Vec::new();
    if !ahead.is_empty() {
        let told = ahead.iter().map(|entry| {
            let (seq, by, customer) = (entry.seq, &entry.by, &entry.customer_id);
            format!("entry {seq} (by {by} for {customer}, {:.0})", entry.at)
        });
        let message = format!(
            "entries dated in the future: {}; their approvals do not count until then: fix the clock \
             and decide again",
            listed(told, ahead.len())
        );
        findings.push(Finding::new(Code::Clock, message));
    }
    if !back.is_empty() {
        let told = back.iter().map(|(before, entry)| {
            let (seq, by) = (entry.seq, &entry.by);
            let (at, was) = (entry.at, before.at);
            format!(
                "entry {seq} (by {by}, {at:.0}) is dated before entry {} ({was:.0})",
                before.seq
            )
        });
        let message = format!(
            "a clock went back by more than 5 minutes: {}; check the clocks of the reviewers",
            listed(told, back.len())
        );
        findings.push(Finding::new(Code::Clock, message));
    }
    findings
}

/// Customers of a playbook whom no one can decide about, for one reason.
#[derive(Default)]
struct Stuck {
    customers: usize,
    /// Dollars.
    account_value: f64,
    told: Vec<CompactString>,
}

/// Why no one can, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cause {
    no_account_value: bool,
    no_cost: bool,
    /// How many can, and how many have to.
    able: usize,
    needed: usize,
}

/// Waiting plays that fewer people can approve than have to: one finding for each playbook and cause.
pub fn nobody_can_approve(matching: &Matching, waiting: &[usize]) -> Vec<Finding> {
    let policy = matching.policy();
    if policy.approvers.is_empty() {
        return Vec::new();
    }
    let deciders = Deciders::new(policy);
    let mut stuck: BTreeMap<(PlaybookIx, Cause), Stuck> = BTreeMap::new();
    for number in waiting {
        let both = matching.winner(*number).zip(matching.customer(*number));
        let Some((ranked, view)) = both else { continue };
        let stake = Stake {
            segment: view.segment(),
            account_value: view.known_account_value(),
            cost: ranked.economics.known_cost(),
        };
        let needed = policy.approval.approvers_needed(stake.account_value);
        let able = deciders.able(stake);
        if able >= needed {
            continue;
        }
        let cause = Cause {
            no_account_value: stake.account_value.is_none(),
            no_cost: stake.cost.is_none(),
            able,
            needed,
        };
        let stuck = stuck.entry((ranked.playbook, cause)).or_default();
        stuck.customers += 1;
        stuck.account_value += view.account_value();
        if stuck.told.len() < TOLD {
            stuck.told.push(view.id().into());
        }
    }
    let finding = |((playbook, cause), stuck): ((PlaybookIx, Cause), Stuck)| {
        let playbook = &matching.dataset().playbook(playbook)?.id;
        let customers = listed(stuck.told.iter().map(ToString::to_string), stuck.customers);
        let message = format!("{} {playbook} for {customers}: {}", cause.who(), cause.why());
        let finding = Finding::new(Code::NobodyCanApprove, message).of_playbook(playbook);
        Some(finding.touching(stuck.customers, stuck.account_value))
    };
    stuck.into_iter().filter_map(finding).collect()
}

impl Cause {
    fn who(self) -> String {
        match self.able {
            0 => "no approver in the policy can approve".to_owned(),
            able => format!("only {able} of {} required approvers can approve", self.needed),
        }
    }

    fn why(self) -> String {
        let missing = [
            (self.no_account_value, Missing::AccountValue.words(), "account_value_up_to"),
            (self.no_cost, Missing::Cost.words(), "cost_up_to"),
        ];
        let missing: Vec<String> = missing
            .into_iter()
            .filter(|(lacks, ..)| *lacks)
            .map(|(_, input, key)| format!("{input} is missing, so a limit ({key})"))
            .collect();
        match missing.is_empty() {
            true => "it is above every approver's limits; raise a limit or add an [[approver]]"
                .to_owned(),
            false => format!(
                "{} cannot be checked; add it, or an [[approver]] without that limit",
                missing.join(" and ")
            ),
        }
    }
}

/// The policy's approvers, those who count as one person together.
struct Deciders<'p> {
    /// With the number of the person.
    approvers: Vec<(usize, &'p Approver)>,
}

impl<'p> Deciders<'p> {
    fn new(policy: &'p Policy) -> Self {
        let mut people: Vec<&Person> = Vec::new();
        let mut number = |person: &'p Person| {
            let known = people.iter().position(|known| known.looks_like(person));
            known.unwrap_or_else(|| {
                people.push(person);
                people.len() - 1
            })
        };
        let approvers = policy.approvers.iter();
        Self { approvers: approvers.map(|one| (number(&one.name), one)).collect() }
    }

    /// How many people may decide about it, counted up to two.
    fn able(&self, stake: Stake<'_>) -> usize {
        let mut able = self.approvers.iter().filter(|(_, one)| one.allows(stake));
        match able.next() {
            None => 0,
            Some((first, _)) if able.any(|(other, _)| other != first) => 2,
            Some(_) => 1,
        }
    }
}

/// The first few of so many, with commas.
fn listed(told: impl Iterator<Item = String>, all: usize) -> String {
    let mut text = told.take(TOLD).collect::<Vec<_>>().join(", ");
    if all > TOLD {
        text.push_str(&format_compact!(" and {} more", all - TOLD));
    }
    text
}
