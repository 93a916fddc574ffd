//! One consistent view of data, recommendations and decisions.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;

use super::figures::Figures;
use super::statuses::{only_handed_off, run_of, standing, statuses};
use crate::approval::{Authority, signatures};
use crate::domain::decision::PolicyBasis;
use crate::domain::{
    Basis, Code, DecisionKind, Entry, Error, ErrorKind, Finding, Moment, Run, Standing, Status,
};
use crate::insight::experiment;
use crate::insight::plan::{May, Plan, Planner};
use crate::insight::portfolio::Wait;
use crate::insight::queue::Asked;
use crate::insight::{self, Changes, CustomerItem, QueueItem, changes, strategy_findings};
use crate::intake::file::Feeds;
use crate::intake::sources::SOURCES_FILE;
use crate::intake::{DataFile, PolicyState};
use crate::ledger::{self, Continuity, History, NewLedger};
use crate::matching::Matching;
use crate::store::Dataset;

/// Everything that screens and commands show, as of one moment. Never changes once made; what is
/// the same as in the view before is shared with it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Counts up with every view of a workspace.
    pub generation: u64,
    /// When it was made, and where.
    pub now: Moment,
    /// Only the customers are known so far; everything else is still being loaded.
    pub partial: bool,
    /// The recommendations.
    pub matching: Arc<Matching>,
    /// The ledger.
    pub history: Arc<History>,
    /// Of each customer, in file order.
    pub statuses: Arc<[Status]>,
    /// When the first of them becomes another one by time alone.
    pub next_change: Option<Timestamp>,
    /// Files that cannot be read now; of those the last good content is shown.
    pub problems: Vec<Finding>,
    /// The policy file, with what is wrong with it.
    pub policy: PolicyState,
    /// Files that were there and are gone.
    pub vanished: Vec<DataFile>,
    /// Files without which nothing can be matched, and which have never been there.
    pub missing: Vec<DataFile>,
    /// Why the data directory cannot be used, if so.
    pub directory_problem: Option<String>,
    /// Why the ledger cannot be read or trusted, if so.
    pub ledger_problem: Option<LedgerProblem>,
    /// The ledger stands where another one was: nothing is exported until a person accepts it.
    pub new_ledger: Option<NewLedger>,
    /// What else is to be said of the ledger, as warnings.
    pub notes: Vec<String>,
    /// Why nothing can be written to the ledger, if so; all else works.
    pub cannot_write: Option<Error>,
    /// Why nothing can be decided here, though plays may be handed off.
    pub cannot_decide: Option<Error>,
    /// Why the policy and the playbooks in use are not changed here, if so.
    pub cannot_change: Option<Error>,
    /// Figures about all customers, as far as someone asked for them.
    pub(super) figures: Figures,
    /// Findings about the strategy, once someone has asked; shared by all views of one matching.
    pub(super) strategy: Arc<OnceLock<Vec<Finding>>>,
}

/// Why nothing is decided on a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerProblem {
    /// What was decided is not known: no status can be told.
    Unreadable(Error),
    /// A line does not hold; what stands before it is known.
    Broken(Error),
    /// Entries that were in it are gone or changed.
    Rewritten(Error),
    /// Another process holds it: no status can be told.
    Busy(Error),
}

impl From<LedgerProblem> for Error {
    fn from(problem: LedgerProblem) -> Self {
        problem.error().clone()
    }
}

impl LedgerProblem {
    /// Returns it as a person reads it.
    pub fn error(&self) -> &Error {
        match self {
            Self::Unreadable(error)
            | Self::Broken(error)
            | Self::Rewritten(error)
            | Self::Busy(error) => error,
        }
    }
}

/// A basis with its text as the ledger would store it, and the hash of that.
#[derive(Debug, Clone, PartialEq)]
pub struct HashedBasis {
    /// The basis.
    pub basis: Basis,
    /// Its text as the ledger stores it.
    pub text: String,
    /// SHA-256 of that text.
    pub hash: String,
}

impl HashedBasis {
    /// Returns a basis with its text and hash.
    pub fn new(basis: Basis) -> Self {
        let text = ledger::basis_text(&basis);
        let hash = ledger::basis_hash(&text);
        Self { basis, text, hash }
    }
}

/// The figures of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// How many customers.
    pub customers: usize,
    /// Customers with a recommendation.
    pub plays: usize,
    /// How many customers need a decision.
    pub waiting: usize,
    /// Errors and warnings about the data.
    pub findings: usize,
}

impl Snapshot {
    /// The view of a load that is still going on: who the customers are, and nothing about them yet.
    pub fn partial(dataset: Dataset) -> Self {
        let matching = Matching::new(Arc::new(dataset), Arc::default());
        let now = Moment::new(Timestamp::now(), TimeZone::UTC);
        Self {
            generation: Self::PARTIAL,
            now,
            partial: true,
            statuses: vec![Status::None; matching.len()].into(),
            matching: Arc::new(matching),
            history: Arc::default(),
            next_change: None,
            problems: Vec::new(),
            policy: PolicyState::default(),
            vanished: Vec::new(),
            missing: Vec::new(),
            directory_problem: None,
            ledger_problem: None,
            new_ledger: None,
            notes: Vec::new(),
            cannot_write: None,
            cannot_decide: None,
            cannot_change: None,
            figures: Figures::default(),
            strategy: Arc::default(),
        }
    }

    /// The generation of a view before the first whole one.
    const PARTIAL: u64 = u64::MAX;

    /// How many customers.
    pub fn len(&self) -> usize {
        self.matching.len()
    }

    /// Returns true where there are no customers.
    pub fn is_empty(&self) -> bool {
        self.matching.is_empty()
    }

    /// Returns the status of a customer.
    pub fn status(&self, number: usize) -> Status {
        self.statuses.get(number).copied().unwrap_or(Status::None)
    }

    /// Status of a customer with what led to it.
    pub fn standing(&self, number: usize) -> Standing {
        standing(&self.matching, &self.history, number, &self.now)
    }

    /// What runs or ran of a playbook for a customer since it entered its stage.
    pub fn run_of(&self, number: usize, playbook: &str) -> Option<Run> {
        run_of(&self.matching, &self.history, number, playbook, &self.now)
    }

    /// The hand-offs of a customer that no intervention in the data tells of as well.
    pub fn only_handed_off(&self, number: usize) -> Vec<Arc<Entry>> {
        only_handed_off(&self.matching, &self.history, number, &self.now)
    }

    /// What a decision about the customer would be about: the recommendation, or the customer itself
    /// where nothing is recommended and a playbook may be assigned by hand. `None` where nothing can be
    /// decided.
    pub fn decision_basis(&self, number: usize) -> Option<Basis> {
        let assignable = || {
            let id = self.matching.customer(number)?.id();
            let is_open = self.status(number) != Status::None
                || self.matching.is_high_risk(number)
                || self.history.last_for(id).is_some();
            is_open.then(|| self.matching.uncovered_basis(number))?
        };
        self.matching.basis(number).or_else(assignable)
    }

    /// [`Snapshot::decision_basis`] with its text and hash.
    pub fn hashed_basis(&self, number: usize) -> Option<HashedBasis> {
        self.decision_basis(number).map(HashedBasis::new)
    }

    /// Id of the last entry known for a customer.
    pub fn last_entry(&self, customer_id: &str) -> Option<CompactString> {
        self.history.last_for(customer_id).map(|entry| entry.id.clone())
    }

    /// A basis in which another playbook was chosen; `None` where nothing can be decided or there is no
    /// such playbook.
    pub fn hashed_basis_with(&self, number: usize, playbook_id: &str) -> Option<HashedBasis> {
        let mut basis = self.decision_basis(number)?;
        let chosen = self.matching.choose(number, playbook_id)?;
        // What bore on either of the two playbooks.
        let reasons = [&basis.approval_reasons[..], &chosen.approval_reasons].concat();
        let account_value = basis.stake().account_value;
        let policy = self.matching.policy();
        let limits = self.matching.contact_limits(number, Some(playbook_id));
        basis.policy = PolicyBasis::new(policy, &reasons, account_value);
        basis.policy = basis.policy.limited(&policy.contact, limits);
        basis.chosen = Some(Box::new(chosen));
        Some(HashedBasis::new(basis))
    }

    /// Returns the day since which a customer needs a decision or a playbook, as
    /// [`since`](insight::since()) defines it. `None` where it needs neither, or no date is known.
    pub fn waits_since(&self, number: usize) -> Option<Date> {
        let status = self.status(number);
        if !status.waits() && !status.is_uncovered() {
            return None;
        }
        let decided = self.history.last_for(self.matching.customer(number)?.id()).is_some();
        let standing = decided.then(|| self.standing(number));
        insight::since(&self.matching, number, standing.as_ref(), &self.now, self.today())
    }

    /// Returns a customer's revenue at risk ÷ weeks until its renewal, in dollars a week; `None` if
    /// there is no customer of that number.
    pub fn urgency(&self, number: usize) -> Option<f64> {
        self.matching.urgency(number, self.today())
    }

    /// Returns the customers that need a decision, by revenue at risk, the highest first.
    pub fn waiting(&self) -> Vec<usize> {
        self.by_revenue_at_risk(Status::waits)
    }

    /// Returns the uncovered customers, by revenue at risk, the highest first.
    pub fn uncovered(&self) -> Vec<usize> {
        self.by_revenue_at_risk(Status::is_uncovered)
    }

    fn by_revenue_at_risk(&self, wanted: impl Fn(Status) -> bool) -> Vec<usize> {
        let mut numbers: Vec<(usize, f64)> = (0..self.len())
            .filter(|number| wanted(self.status(*number)))
            .map(|number| (number, self.matching.revenue_at_risk(number)))
            .collect();
        numbers.sort_by(|a, b| b.1.partial_cmp(&a.1).unwrap_or(Ordering::Equal));
        numbers.into_iter().map(|(number, _)| number).collect()
    }

    /// Returns the item of a customer in the queue; `None` where neither a decision nor a playbook is
    /// needed.
    pub fn queue_item(&self, number: usize) -> Option<QueueItem> {
        let HashedBasis { basis, hash, .. } = self.hashed_basis(number)?;
        let standing = self.standing(number);
        let asked = Asked {
            number,
            standing: &standing,
            proposals: &self.proposals_with(number, &standing),
            basis,
            basis_hash: hash,
            over_capacity: self.over_capacity().of(&self.matching, number).map(Into::into),
            since: self.waits_since(number),
            today: self.today(),
        };
        QueueItem::new(&self.matching, asked)
    }

    /// Returns the item of a customer in the list of all; `None` if there is no customer of that number.
    pub fn customer_item(&self, number: usize) -> Option<CustomerItem> {
        let basis = self.hashed_basis(number).map(|stated| stated.hash);
        CustomerItem::new(&self.matching, number, self.status(number), basis)
    }

    /// Returns the queue with since when each customer needs a decision, by revenue at risk, the highest
    /// first.
    pub fn waits(&self) -> Vec<Wait> {
        let wait = |number| Wait { number, since: self.waits_since(number) };
        self.waiting().into_par_iter().map(wait).collect()
    }

    /// The best plan for a budget in dollars, finite and not negative: among customers whose play may
    /// run or waits, where another one was chosen that one and no other.
    pub fn plan(&self, budget: f64) -> Plan {
        self.planner().plan(budget)
    }

    /// Returns what makes the plan for any budget, as [`Snapshot::plan`].
    pub fn planner(&self) -> Planner {
        let may = |number: usize| match self.status(number) {
            Status::Overridden => match self.standing(number).decision {
                Some(entry) => May::Only(entry.playbook_id.clone()),
                None => May::Nothing,
            },
            status if status.may_run() || status.waits() => match self.pending_choice(number) {
                Some(playbook) => May::Only(playbook),
                None => May::Candidates,
            },
            _ => May::Nothing,
        };
        Planner::new(&self.matching, may)
    }

    /// Returns the playbook of an override that needs more approvers, or that expired.
    fn pending_choice(&self, number: usize) -> Option<CompactString> {
        let id = self.matching.customer(number)?.id();
        self.history.last_for(id)?;
        self.standing(number).pending_choice().map(|decision| decision.playbook_id.clone())
    }

    /// The same data and decisions under another run, with where everyone would stand.
    pub fn under(&self, matching: Arc<Matching>) -> Self {
        let (statuses, next_change) = statuses(&matching, &self.history, &self.now);
        Self {
            matching,
            statuses,
            next_change,
            figures: Figures::default(),
            strategy: Arc::default(),
            ..self.clone()
        }
    }

    /// Returns the totals.
    pub fn totals(&self) -> Totals {
        let plays = self.matching.customers_by_play().iter().sum();
        Totals {
            customers: self.len(),
            plays,
            waiting: self.statuses.iter().filter(|status| status.waits()).count(),
            findings: self.findings().count(),
        }
    }

    /// Everything wrong or suspicious in the data: files first, then rows, then what files say of each
    /// other.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        let files = self.problems.iter().chain(&self.policy.problems);
        files.chain(&self.matching.dataset().findings)
    }

    /// What is weak in the strategy, looked for when it is first asked for, which takes its time with
    /// very many customers. Nothing where [`Snapshot::why_no_strategy`] says so.
    pub fn strategy_findings(&self) -> &[Finding] {
        match self.why_no_strategy() {
            Some(_) => &[],
            None => self.strategy.get_or_init(|| strategy_findings(&self.matching)),
        }
    }

    /// [`Snapshot::strategy_findings`], if that takes no time now.
    pub fn strategy_known(&self) -> Option<&[Finding]> {
        match self.why_no_strategy() {
            Some(_) => Some(&[]),
            None => self.strategy.get().map(Vec::as_slice),
        }
    }

    /// What is wrong with who decides, by policy and ledger; looked for when it is first asked for.
    /// Nothing before the data is read.
    pub fn decision_findings(&self) -> &[Finding] {
        match self.partial || self.directory_problem.is_some() {
            true => &[],
            false => self.figures.decisions.get_or_init(|| self.find_about_decisions()),
        }
    }

    /// [`Snapshot::decision_findings`], if that takes no time now.
    pub fn decisions_known(&self) -> Option<&[Finding]> {
        match self.partial || self.directory_problem.is_some() {
            true => Some(&[]),
            false => self.figures.decisions.get().map(Vec::as_slice),
        }
    }

    fn find_about_decisions(&self) -> Vec<Finding> {
        use crate::insight::decision_findings as find;
        let policy = self.matching.policy();
        let authority = Authority { policy, now: self.now.at };
        let of_customer = |id: &str| {
            let number = self.matching.dataset().customer_number(id)?;
            let entries: Vec<_> = self.history.of_customer(id).collect();
            Some(find::unauthorized(&entries, &self.standing(number), &authority))
        };
        // Without approvers anybody may decide.
        let customers: Vec<&str> = match policy.approvers.is_empty() {
            true => Vec::new(),
            false => self.history.customers().collect(),
        };
        let unauthorized = customers.into_par_iter().filter_map(of_customer).flatten().collect();
        let waits = |number: &usize| self.status(*number).waits();
        let waiting: Vec<usize> = (0..self.len()).filter(waits).collect();
        let mut findings = find::nobody_can_approve(&self.matching, &waiting);
        findings.extend(find::not_approvers(unauthorized));
        if policy.has_keys() {
            let entries: Vec<_> = self.history.entries().collect();
            findings.extend(find::signatures(&signatures::report(&entries, policy)));
        }
        findings.extend(find::look_alikes(policy, self.history.entries()));
        let entries = self.history.entries();
        findings.extend(experiment::changed::findings(policy, entries, &self.now));
        findings.extend(find::clocks(self.history.entries(), self.now.at));
        findings
    }

    /// Why nothing is said of the strategy: on half of the data, or under another policy than the one
    /// that is meant, most of it would be false.
    pub fn why_no_strategy(&self) -> Option<&'static str> {
        let needed = |problem: &Finding| {
            // Where the sources file cannot be read, any table may be another one.
            problem.file.as_deref().is_none_or(|file| file == SOURCES_FILE)
                || problem.table().is_some_and(|data| data.feeds() == Feeds::Matching)
        };
        if self.partial || self.directory_problem.is_some() {
            Some("not looked at before the data is read")
        } else if self.problems.iter().any(needed) {
            Some("not looked at while a file cannot be read")
        } else if self.policy.never_good && !self.policy.problems.is_empty() {
            Some("not looked at without the policy that is meant")
        } else {
            None
        }
    }

    /// Returns the skipped rows that may affect a customer's recommendation: the customer's own, and
    /// those of the recommended playbook's performance.
    pub fn findings_behind(&self, number: usize) -> impl Iterator<Item = &Finding> {
        let customer = self.matching.customer(number).map(|view| view.id());
        let ranked = self.matching.winner(number);
        let playbook = ranked.and_then(|ranked| self.matching.playbook(ranked)).map(|p| &p.id);
        let doubtful = self.matching.is_doubtful(number);
        let all = if doubtful { &self.matching.dataset().findings[..] } else { &[] };
        all.iter().filter(move |finding| {
            let own = customer.is_some() && finding.customer_id.as_deref() == customer;
            let of_playbook = playbook.is_some()
                && finding.playbook_id.as_ref() == playbook
                && finding.is_in(DataFile::Performance);
            finding.code == Code::BadRow && (own || of_playbook)
        })
    }

    /// What differs from an earlier view: customers whose play or numbers are other ones, and those
    /// about whom someone decided. The first `most` are told in words.
    pub fn changes_since(&self, before: &Self, most: usize) -> Changes {
        let mut found = if Arc::ptr_eq(&before.matching, &self.matching) {
            Changes::default()
        } else {
            changes(&before.matching, &self.matching, most)
        };
        if before.history.head() != self.history.head() {
            let new = self.history.entries().filter(|e| before.history.entry(&e.id).is_none());
            for entry in new {
                let words = || match entry.kind {
                    DecisionKind::Propose => format!("has a new proposal by {}", entry.by),
                    kind => format!("was {} by {}", kind.done(), entry.by),
                };
                found.add_decision(&entry.customer_id, most, words);
            }
        }
        // The policy or the clock may have made another status of what no one touched.
        for id in self.history.customers() {
            let dataset = self.matching.dataset();
            let now = dataset.customer_number(id).map(|number| self.status(number));
            let earlier = before.matching.dataset().customer_number(id);
            let was = earlier.map(|number| before.status(number));
            if let (Some(was), Some(now)) = (was, now)
                && was != now
                && !found.customers.contains(id)
            {
                found.add(id, most, || format!("{} → {}", was.name(), now.name()));
            }
        }
        found
    }

    /// Returns why data or policy cannot be used as they are now: the first of several.
    pub fn data_problem(&self) -> Option<Error> {
        let data = |message: String| Error::new(ErrorKind::Data, message);
        let mut problems = self.problems.iter().chain(&self.policy.problems);
        let directory = self.directory_problem.clone();
        directory.or_else(|| problems.next().map(ToString::to_string)).map(data)
    }

    /// Why no one can decide anything now.
    pub fn why_not_deciding(&self) -> Option<Error> {
        self.why_not_recording().or_else(|| self.cannot_decide.clone())
    }

    /// Why nothing can be recorded now, be it a hand-off.
    pub fn why_not_recording(&self) -> Option<Error> {
        self.what_is_broken().or_else(|| self.cannot_write.clone())
    }

    /// Why no experiment is ended now, which changes the policy and the playbooks in use: its result is from data and
    /// ledger.
    pub fn why_not_changing(&self) -> Option<Error> {
        let new = || {
            let new = Continuity::New(self.new_ledger.clone()?);
            let error = new.error(self.history.head())?;
            Some(Error { kind: ErrorKind::Refused, ..error })
        };
        self.what_is_broken().or_else(new).or_else(|| self.cannot_change.clone())
    }

    /// What has to be fixed before anything can be decided.
    pub fn what_is_broken(&self) -> Option<Error> {
        let data = |message: String| Some(Error::new(ErrorKind::Data, message));
        if self.partial {
            return Some(Error::new(ErrorKind::Refused, "Still loading"));
        }
        if let Some(problem) = &self.directory_problem {
            return data(problem.clone());
        }
        if let Some(problem) = self.problems.first() {
            return data(problem.to_string())
                .map(|error| error.hint("no decision can be made while a file cannot be read"));
        }
        if let Some(problem) = self.policy.problems.first().filter(|_| self.policy.never_good) {
            return data(problem.to_string())
                .map(|error| error.hint("no decision can be made without a valid policy"));
        }
        self.ledger_problem.as_ref().map(|problem| problem.error().clone())
    }
}
