//! Whether a decision may be made, and why not (`decisions.md`).

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::Date;

use super::authority::Authority;
use super::entries::{InForce, last_hand_off, taken_back_by};
use super::limits::{may_hand_off, who_could, within_limits};
use super::refusal::Refusal;
use crate::domain::status::RunBegan;
use crate::domain::time::ago;
use crate::domain::{
    Basis, DecisionKind, Entry, Moment, Person, Policy, Run, Stake, Standing, Status,
};

/// A decision that somebody asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub kind: DecisionKind,
    pub customer_id: CompactString,
    pub by: CompactString,
    /// Of an override, the playbook that is chosen. Of any other decision the playbook that the
    /// reviewer means; whatever is recommended where `None`.
    pub playbook_id: Option<CompactString>,
    pub reason: Option<CompactString>,
    pub note: Option<String>,
    /// The local date until which a deferral holds.
    pub until: Option<Date>,
    /// Hash of the basis that the reviewer saw; what is on disk where `None`.
    pub basis_hash: Option<String>,
    /// The last entry for the customer that the reviewer saw; `None` where nothing was shown.
    pub seen: Option<Option<CompactString>>,
}

impl Request {
    /// A decision of which nothing more is said.
    pub fn new(
        kind: DecisionKind,
        customer_id: impl Into<CompactString>,
        by: impl Into<CompactString>,
    ) -> Self {
        Self {
            kind,
            customer_id: customer_id.into(),
            by: by.into(),
            playbook_id: None,
            reason: None,
            note: None,
            until: None,
            basis_hash: None,
            seen: None,
        }
    }
}

/// Looks at everything about a decision but the ledger's order. `basis` is what stands with its hash,
/// `chosen` the same with what an override chooses in it, where that is known. A reviewer may have
/// seen either.
///
/// # Errors
/// The first rule that speaks against it.
pub fn may_decide(
    request: &Request,
    basis: Option<(&Basis, &str)>,
    chosen: Option<(&Basis, &str)>,
    standing: &Standing,
    policy: &Policy,
    now: &Moment,
) -> Result<(), Refusal> {
    let id = &request.customer_id;
    let refuse = |text: String| Err(Refusal(text));
    let by = somebody(&request.by)?;
    let Some((basis, hash)) = basis else {
        return refuse(format!(
            "nothing is recommended for {id}, so there is nothing to decide; \
             `nextplay explain {id}` says why"
        ));
    };
    if let Some(runs) = runs_already(standing, now.at) {
        return refuse(format!("{id}: {runs}"));
    }
    let recommended = &basis.recommendation.playbook_id;
    let is_override = request.kind == DecisionKind::Override;
    if let Some(meant) = &request.playbook_id
        && !is_override
        && meant != recommended
    {
        return refuse(format!(
            "the recommendation for {id} is {recommended}, not {meant}; look again and decide \
             about that"
        ));
    }
    if let Some(seen) = &request.basis_hash
        && seen != hash
        && chosen.is_none_or(|(_, hash)| seen != hash)
    {
        return refuse(format!(
            "what stands for {id} is no longer what was seen: its basis is {hash}, not {seen}; \
             look again and decide about that"
        ));
    }
    let stake = match is_override {
        true => choice(request, basis, chosen.map(|(basis, _)| basis))?.stake(),
        false => basis.stake(),
    };
    open_to(request, &by, stake, standing, policy, now.at)?;
    reason(request, policy)?;
    until(request, now)
}

/// Looks whether a reviewer may make a kind of decision at all about what stands, before anybody has
/// said the rest: what [`may_decide`] would refuse whatever is filled in.
///
/// # Errors
/// The first rule that speaks against it.
pub fn is_open(
    request: &Request,
    basis: Option<&Basis>,
    standing: &Standing,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), Refusal> {
    let id = &request.customer_id;
    let by = somebody(&request.by)?;
    let Some(basis) = basis else {
        let text = format!("nothing is recommended for {id}, so there is nothing to decide");
        return Err(Refusal(text));
    };
    if let Some(runs) = runs_already(standing, now) {
        return Err(Refusal(runs));
    }
    if request.kind == DecisionKind::Override {
        // What it would cost is known when the playbook is; the rest is now.
        let stake = Stake { cost: Some(f64::NEG_INFINITY), ..basis.stake() };
        return within_limits(policy, &by, stake, &standing.approvals);
    }
    open_to(request, &by, basis.stake(), standing, policy, now)
}

/// Looks whether it is this reviewer's to decide, and not decided so already.
fn open_to(
    request: &Request,
    by: &Person,
    stake: Stake<'_>,
    standing: &Standing,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), Refusal> {
    within_limits(policy, by, stake, &standing.approvals)?;
    let Some(already) = already(request, standing, now) else { return Ok(()) };
    let others = standing.progress().map(|progress| {
        let who = who_could(policy, stake, &standing.approvals);
        format!(" ({progress}); {who}")
    });
    Err(Refusal(format!("{already}{}", others.unwrap_or_default())))
}

/// What an override chooses, if it may be chosen.
fn choice<'c>(
    request: &Request,
    basis: &Basis,
    chosen: Option<&'c Basis>,
) -> Result<&'c Basis, Refusal> {
    let (id, recommended) = (&request.customer_id, &basis.recommendation.playbook_id);
    let Some(meant) = &request.playbook_id else {
        let text =
            format!("name the playbook to run for {id} instead of {recommended}: --playbook");
        return Err(Refusal(text));
    };
    if meant == recommended {
        let text = format!("{meant} is what is recommended for {id}; approve it instead");
        return Err(Refusal(text));
    }
    chosen.ok_or_else(|| {
        Refusal(format!(
            "{meant} cannot be chosen: its row was set aside, so its numbers are not known; \
             `nextplay check` says what is wrong with it"
        ))
    })
}

/// Looks whether a playbook may be chosen of which `run` is known: what ran since the customer entered
/// its stage is not run again.
///
/// # Errors
/// Where it ran or runs.
pub fn may_choose(customer: &str, run: Option<&Run>, now: Timestamp) -> Result<(), Refusal> {
    match run {
        None => Ok(()),
        Some(run) => Err(Refusal(format!(
            "{customer}: {} since the customer entered its stage; choose another playbook",
            runs_words(run, now)
        ))),
    }
}

/// The reviewer of a name.
///
/// # Errors
/// Where it is no name of a person.
pub fn somebody(by: &str) -> Result<Person, Refusal> {
    let refusal =
        |error| Refusal(format!("the reviewer's name {error}; name the reviewer with --by NAME"));
    Person::parse(by).map_err(refusal)
}

/// Looks whether somebody is an approver, whatever their limits; anybody is where the policy names none.
///
/// # Errors
/// Where they are not, with who is.
pub fn is_approver(policy: &Policy, by: &str) -> Result<(), Refusal> {
    let by = somebody(by)?;
    let approvers = || policy.approvers.iter().map(|approver| &approver.name);
    if policy.approvers.is_empty() || approvers().any(|approver| approver.is(&by)) {
        return Ok(());
    }
    let names: Vec<&str> = approvers().map(|approver| approver.name().as_str()).collect();
    Err(Refusal(format!("{by} is not an approver; approvers are {}", names.join(", "))))
}

/// What is told of a play that runs or ran, about which nothing is decided any more; `None` where
/// none does.
pub fn runs_already(standing: &Standing, now: Timestamp) -> Option<String> {
    let run = standing.run.as_ref().filter(|_| standing.status != Status::None)?;
    let why = if run.over { "" } else { "one play at a time, so " };
    Some(format!("{}; {why}there is nothing left to decide", runs_words(run, now)))
}

/// `PB_SUP_001 was handed off by ops 3 min ago`, `PB_ENG_001 ran (I003, 2025-02-02), improved`.
pub fn runs_words(run: &Run, now: Timestamp) -> String {
    let began = match &run.began {
        RunBegan::HandedOff(entry) => {
            format!("was handed off by {} {}", entry.by, ago(entry.at, now))
        }
        RunBegan::InData { id, at } => {
            let at = at.as_ref().map(|at| format!(", {at}")).unwrap_or_default();
            let runs = if run.over { "ran" } else { "runs" };
            format!("{runs} ({id}{at})")
        }
    };
    let outcome = match &run.outcome {
        Some(outcome) => format!(", {outcome}"),
        None if run.over => ", outcome unknown".to_owned(),
        None => String::new(),
    };
    format!("{} {began}{outcome}", run.playbook_id)
}

/// Why the same decision cannot be made again: "already approved by sam 3 min ago".
pub fn already(request: &Request, standing: &Standing, now: Timestamp) -> Option<String> {
    let decision = standing.decision.as_ref().filter(|d| d.kind == request.kind)?;
    let of_own = || approval_of(&request.by, standing).is_some();
    let same = match (request.kind, standing.status) {
        (DecisionKind::Approve, Status::Approved) | (DecisionKind::Reject, Status::Rejected) => {
            true
        }
        (DecisionKind::Approve, status) if status.is_open() => of_own(),
        (DecisionKind::Defer, Status::Deferred) => request.until == decision.until,
        (DecisionKind::Override, Status::Overridden | Status::Pending | Status::Expired) => {
            request.playbook_id.as_ref() == Some(&decision.playbook_id)
                && (standing.status == Status::Overridden || of_own())
        }
        _ => false,
    };
    same.then(|| already_words(decision, &request.by, standing, now))
}

/// The approval that counts as this reviewer's: names that nobody can tell apart count as one.
fn approval_of<'s>(by: &str, standing: &'s Standing) -> Option<&'s CompactString> {
    let by = Person::new(by);
    standing.approvals.iter().find(|name| Person::new(name).looks_like(&by))
}

/// Of two approvals, the reviewer's own is the one to be told of.
fn already_words(decision: &Entry, by: &str, standing: &Standing, now: Timestamp) -> String {
    let done = decision.kind.done();
    let own = approval_of(by, standing).filter(|_| standing.status.is_open());
    let who = own.unwrap_or(&decision.by);
    let when = match *who == decision.by {
        true => format!(" {}", ago(decision.at, now)),
        false => String::new(),
    };
    let until = decision.until.map(|until| format!(" until {until}")).unwrap_or_default();
    let alike = match Person::new(who).is(&Person::new(by)) || own.is_none() {
        true => String::new(),
        false => format!(", whose name looks like {by}"),
    };
    format!("already {done}{until} by {who}{when}{alike}")
}

fn reason(request: &Request, policy: &Policy) -> Result<(), Refusal> {
    let rules = &policy.approval;
    let allowed = rules.reasons.join(", ");
    match &request.reason {
        None if rules.needs_reason(request.kind) => Err(Refusal(format!(
            "to {} needs a reason: --reason with one of {allowed}",
            request.kind.name()
        ))),
        Some(reason) if !rules.reasons.iter().any(|known| known == reason) => {
            Err(Refusal(format!("{reason:?} is not one of the reasons; use one of {allowed}")))
        }
        _ => Ok(()),
    }
}

/// Looks whether a deferral ends on a day to come.
fn until(request: &Request, now: &Moment) -> Result<(), Refusal> {
    if request.kind != DecisionKind::Defer {
        return Ok(());
    }
    let today = now.today();
    match request.until {
        None => Err(Refusal("name the day until which it is deferred: --until DATE".to_owned())),
        Some(until) if until <= today => {
            Err(Refusal(format!("{until} is not after today, {today}; defer until a day to come")))
        }
        Some(_) => Ok(()),
    }
}

/// Looks whether an entry can be taken back by this person: it has to be the decision, or the
/// hand-off, that stands for its customer. `runs` is what is told of a play that runs.
///
/// # Errors
/// What the entry is instead, or why it is not this person's to take back.
pub fn may_undo<'e>(
    entry: &Entry,
    by: &str,
    entries: impl IntoIterator<Item = &'e Arc<Entry>> + Clone,
    runs: Option<String>,
    policy: &Policy,
    now: Timestamp,
) -> Result<(), Refusal> {
    let id = &entry.id;
    let refuse = |text: String| Err(Refusal(text));
    let person = somebody(by)?;
    let authority = Authority { policy, now };
    if entry.kind == DecisionKind::Undo {
        return refuse(format!("{id} is an undo, which is not undone; decide again instead"));
    }
    if let Some(undo) = taken_back_by(entry, entries.clone(), &authority) {
        return refuse(format!("{id} was already taken back by {} {}", undo.by, ago(undo.at, now)));
    }
    let stand: Vec<&Arc<Entry>> = match entry.kind {
        DecisionKind::HandOff => last_hand_off(entries.clone(), &authority).into_iter().collect(),
        _ => InForce::new(entries.clone(), &authority).standing_together(&authority),
    };
    match stand.last() {
        Some(_) if stand.iter().any(|standing| standing.id == *id) => {}
        Some(standing) => {
            return refuse(format!(
                "{id} no longer stands: {} {} {} {} ({}); take that one back",
                standing.by,
                standing.kind.done(),
                standing.customer_id,
                ago(standing.at, now),
                standing.id
            ));
        }
        None => return refuse(format!("{id} is no decision that stands")),
    }
    if let Some(runs) = runs.filter(|_| entry.kind != DecisionKind::HandOff) {
        let hand_off = last_hand_off(entries, &authority).map(|entry| {
            format!("; whoever stops it takes the hand-off back first ({})", entry.id)
        });
        return refuse(format!("{}: {runs}{}", entry.customer_id, hand_off.unwrap_or_default()));
    }
    let nobody: &[&str] = &[];
    match entry.kind {
        DecisionKind::HandOff => may_hand_off(policy, &person),
        _ => within_limits(policy, &person, entry.basis.stake(), nobody),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{basis, choice, entry, now, overridden, undo};
    use super::super::standing::{Subject, standing};
    use super::*;
    use crate::domain::Approver;

    fn request(kind: DecisionKind) -> Request {
        Request::new(kind, "C1", "lee")
    }

    fn stands(basis: Option<&Basis>, policy: &Policy, entries: &[Arc<Entry>]) -> Standing {
        let choose = |id: &str| (id == "P2").then(choice);
        let subject = Subject {
            basis,
            doubtful: false,
            choose: &choose,
            runs: &|_| Vec::new(),
            recovered: None,
        };
        standing(&subject, policy, entries, &now())
    }

    fn under(policy: &Policy, request: &Request, entries: &[Arc<Entry>]) -> Option<String> {
        let basis = basis();
        let standing = stands(Some(&basis), policy, entries);
        let chosen = request.playbook_id.as_deref().filter(|id| *id == "P2").map(|_| overridden());
        let chosen = chosen.as_ref().map(|basis| (basis, "def"));
        let stated = Some((&basis, "abc"));
        let decided = may_decide(request, stated, chosen, &standing, policy, &now());
        decided.err().map(|refusal| refusal.0)
    }

    fn refused(request: &Request, entries: &[Arc<Entry>]) -> Option<String> {
        under(&Policy::default(), request, entries)
    }

    fn taken_back(entry: &Entry, entries: &[Arc<Entry>]) -> Result<(), String> {
        let policy = Policy::default();
        may_undo(entry, "lee", entries, None, &policy, now().at).map_err(|refusal| refusal.0)
    }

    #[test]
    fn an_approval_of_what_stands_is_open() {
        assert_eq!(refused(&request(DecisionKind::Approve), &[]), None);
    }

    #[test]
    fn the_same_decision_again_says_who_and_when() {
        let entries = [entry(1, DecisionKind::Approve, "sam", &basis())];
        let again = refused(&request(DecisionKind::Approve), &entries).unwrap();
        assert_eq!(again, "already approved by sam 3 min ago");
        let other = Request { reason: Some("budget".into()), ..request(DecisionKind::Reject) };
        assert_eq!(refused(&other, &entries), None, "another decision replaces it");
    }

    #[test]
    fn a_rejection_needs_a_reason_that_the_policy_knows() {
        let bare = refused(&request(DecisionKind::Reject), &[]).unwrap();
        assert!(bare.contains("needs a reason") && bare.contains("bad_timing"), "{bare}");
        let odd = Request { reason: Some("mood".into()), ..request(DecisionKind::Reject) };
        assert!(refused(&odd, &[]).unwrap().contains("\"mood\" is not one of the reasons"));
        let odd = Request { reason: Some("mood".into()), ..request(DecisionKind::Approve) };
        assert!(refused(&odd, &[]).is_some(), "also where none is needed");
    }

    #[test]
    fn what_was_seen_has_to_be_what_stands() {
        let seen = |hash: &str| Request {
            basis_hash: Some(hash.to_owned()),
            ..request(DecisionKind::Approve)
        };
        assert_eq!(refused(&seen("abc"), &[]), None);
        assert!(refused(&seen("xyz"), &[]).unwrap().contains("no longer what was seen"));
        let meant = Request { playbook_id: Some("P2".into()), ..request(DecisionKind::Approve) };
        assert!(refused(&meant, &[]).unwrap().contains("is P1, not P2"));
    }

    #[test]
    fn nobody_and_nothing_cannot_decide() {
        let nobody = Request { by: " ".into(), ..request(DecisionKind::Approve) };
        assert_eq!(
            refused(&nobody, &[]).unwrap(),
            "the reviewer's name is empty; name the reviewer with --by NAME"
        );
        let policy = Policy::default();
        let none = stands(None, &policy, &[]);
        let approve = request(DecisionKind::Approve);
        let refusal = may_decide(&approve, None, None, &none, &policy, &now());
        assert!(refusal.unwrap_err().0.contains("nothing is recommended for C1"));
    }

    #[test]
    fn only_the_decision_that_stands_can_be_taken_back() {
        let basis = basis();
        let approved = entry(1, DecisionKind::Approve, "dana", &basis);
        let rejected = entry(2, DecisionKind::Reject, "sam", &basis);
        let entries = [approved.clone(), rejected.clone()];
        assert!(taken_back(&rejected, &entries).is_ok());
        let replaced = taken_back(&approved, &entries).unwrap_err();
        assert!(replaced.contains("no longer stands: sam rejected C1"), "{replaced}");
        let entries = [approved.clone(), undo(2, 1, &basis)];
        let twice = taken_back(&approved, &entries).unwrap_err();
        assert!(twice.contains("already taken back by dana 3 min ago"), "{twice}");
        let undone = taken_back(&entries[1], &entries).unwrap_err();
        assert!(undone.contains("an undo, which is not undone"), "{undone}");
    }

    fn until(date: &str) -> Request {
        Request {
            until: Some(date.parse().unwrap()),
            reason: Some("budget".into()),
            ..request(DecisionKind::Defer)
        }
    }

    #[test]
    fn a_deferral_ends_on_a_day_to_come() {
        assert_eq!(refused(&until("2026-02-04"), &[]), None);
        for past in ["2026-02-03", "2025-12-31"] {
            assert!(refused(&until(past), &[]).unwrap().contains("not after today, 2026-02-03"));
        }
        let mut deferred = (*entry(1, DecisionKind::Defer, "sam", &basis())).clone();
        deferred.until = Some("2026-02-09".parse().unwrap());
        let entries = [Arc::new(deferred)];
        let again = refused(&until("2026-02-09"), &entries).unwrap();
        assert_eq!(again, "already deferred until 2026-02-09 by sam 3 min ago");
        assert_eq!(
            refused(&until("2026-02-10"), &entries),
            None,
            "another day is another decision"
        );
    }

    #[test]
    fn an_override_names_another_playbook_and_a_reason() {
        let choose = |id: &str| Request {
            playbook_id: Some(id.into()),
            reason: Some("relationship".into()),
            ..request(DecisionKind::Override)
        };
        assert_eq!(refused(&choose("P2"), &[]), None);
        let seen = |hash: &str| Request { basis_hash: Some(hash.to_owned()), ..choose("P2") };
        assert_eq!(refused(&seen("abc"), &[]), None, "what stands was seen");
        assert_eq!(refused(&seen("def"), &[]), None, "with the choice in it");
        assert!(refused(&seen("xyz"), &[]).unwrap().contains("no longer what was seen"));
        assert!(refused(&choose("P1"), &[]).unwrap().contains("approve it instead"));
        assert!(refused(&choose("P3"), &[]).unwrap().contains("its row was set aside"));
        assert!(refused(&request(DecisionKind::Override), &[]).unwrap().contains("--playbook"));
        let mut policy = Policy::default();
        policy.approval.reason_required.clear();
        let bare = Request { reason: None, ..choose("P2") };
        assert!(under(&policy, &bare, &[]).unwrap().contains("needs a reason"));
    }

    #[test]
    fn limits_look_at_what_would_run_and_say_who_could_decide() {
        let approver = |name: &str, cost: f64| Approver {
            name: name.into(),
            cost_up_to: Some(cost),
            ..Approver::default()
        };
        let policy = Policy {
            approvers: vec![approver("lee", 150.0), approver("ines", 500.0)],
            ..Policy::default()
        };
        assert_eq!(under(&policy, &request(DecisionKind::Approve), &[]), None);
        let dear = Request {
            playbook_id: Some("P2".into()),
            reason: Some("other".into()),
            ..request(DecisionKind::Override)
        };
        assert_eq!(
            under(&policy, &dear, &[]).unwrap(),
            "cost $200 is above the limit of $150 for lee (cost_up_to); ines could decide this"
        );
        let approved = entry(1, DecisionKind::Approve, "ines", &basis());
        let back =
            |by| may_undo(&approved, by, [&approved], None, &policy, now().at).map_err(|why| why.0);
        assert_eq!(back("lee"), Ok(()), "could have made it");
        assert!(back("dana").unwrap_err().contains("not among the policy's approvers"));
    }

    #[test]
    fn the_second_of_two_approvers_is_somebody_else() {
        let mut policy = Policy::default();
        policy.approval.two_approvers_at_account_value = Some(0.0);
        let first = [entry(1, DecisionKind::Approve, "lee", &basis())];
        assert_eq!(
            under(&policy, &request(DecisionKind::Approve), &first).unwrap(),
            "already approved by lee 3 min ago (1 of 2, lee); anybody else could decide this"
        );
        let other = Request { by: "sam".into(), ..request(DecisionKind::Approve) };
        assert_eq!(under(&policy, &other, &first), None);
        let both = [first[0].clone(), entry(2, DecisionKind::Approve, "sam", &basis())];
        let again = under(&policy, &request(DecisionKind::Approve), &both).unwrap();
        assert_eq!(again, "already approved by sam 3 min ago");
        let back = |entry: &Entry, policy: &Policy| {
            may_undo(entry, "lee", &both, None, policy, now().at).map_err(|why| why.0)
        };
        assert_eq!(back(&both[0], &policy), Ok(()), "each of the two stands");
        assert_eq!(back(&both[1], &policy), Ok(()));
        let one = Policy::default();
        assert!(back(&both[0], &one).unwrap_err().contains("no longer stands"));
    }

    #[test]
    fn about_what_runs_nothing_is_left_to_decide() {
        let policy = Policy::default();
        let basis = basis();
        let mut standing = stands(Some(&basis), &policy, &[]);
        let hand_off = entry(7, DecisionKind::HandOff, "ops", &basis);
        standing.status = Status::Running;
        standing.run = Some(Run {
            playbook_id: "P1".into(),
            instead_of: None,
            began: RunBegan::HandedOff(Arc::clone(&hand_off)),
            outcome: None,
            until: None,
            over: false,
        });
        let approve = request(DecisionKind::Approve);
        let why = may_decide(&approve, Some((&basis, "abc")), None, &standing, &policy, &now());
        assert_eq!(
            why.unwrap_err().0,
            "C1: P1 was handed off by ops 3 min ago; one play at a time, so there is nothing left to \
             decide"
        );
        let approved = entry(1, DecisionKind::Approve, "lee", &basis);
        let entries = [approved.clone(), hand_off.clone()];
        let runs = runs_already(&standing, now().at);
        let back =
            |entry: &Entry| may_undo(entry, "lee", &entries, runs.clone(), &policy, now().at);
        assert!(back(&approved).unwrap_err().0.contains("takes the hand-off back first (e7)"));
        assert_eq!(back(&hand_off), Ok(()));
    }
}
