//! Proposals: which of them are open, and whether one may be made or followed. A proposal asks an
//! approver to let a playbook run; it decides nothing, and anyone may make one.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::Serialize;

use super::authority::Authority;
use super::drift::drift;
use super::entries::InForce;
use super::refusal::{Already, Refusal};
use super::request::Request;
use super::rules::{about_something, is_basis_seen, not_held_out, not_started, reviewer, started};
use crate::domain::time::ago;
use crate::domain::width::fit;
use crate::domain::{
    Basis, Change, Chosen, DecisionKind, Entry, Labels, Moment, Person, Policy, Standing,
};

/// A proposal that is open: it was not undone, and no decision followed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Its entry.
    pub entry: Arc<Entry>,
    /// What changed since it was made, as for a decision; nothing where it is still about what stands.
    pub changed: Vec<Change>,
    /// True where the numbers that it was made on cannot be read.
    pub unreadable: bool,
}

/// A proposal as JSON has it. The reason and the note are text of whoever made it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProposalTold {
    /// Id of the ledger entry.
    pub entry: CompactString,
    /// Who proposed.
    pub by: CompactString,
    /// When, as the ledger has it.
    pub at: CompactString,
    /// The proposed playbook.
    pub playbook_id: CompactString,
    /// One of the policy's reasons.
    pub reason: Option<CompactString>,
    /// Free text.
    pub note: Option<String>,
    /// True where the data changed since.
    pub stale: bool,
}

/// The longest note that a line shows, in columns.
const NOTE: usize = 240;

impl Proposal {
    /// Returns true where the data changed since it was made by more than the policy tolerates.
    pub fn is_stale(&self) -> bool {
        self.unreadable || !self.changed.is_empty()
    }

    /// Returns the proposal as JSON has it.
    pub fn told(&self) -> ProposalTold {
        let entry = &self.entry;
        ProposalTold {
            entry: entry.id.clone(),
            by: entry.by.clone(),
            at: compact_str::format_compact!("{:.3}", entry.at),
            playbook_id: entry.playbook_id.clone(),
            reason: entry.reason.clone(),
            note: entry.note.clone(),
            stale: self.is_stale(),
        }
    }

    /// `renewals-agent proposes Executive outreach`. Text from the ledger in it is not yet escaped.
    pub fn short_words(&self) -> String {
        let stale = if self.is_stale() { " (data changed since)" } else { "" };
        format!("{} proposes {}{stale}", self.entry.by, self.playbook_title())
    }

    /// Returns the name of the proposed playbook, or its id where it has none.
    pub fn playbook_title(&self) -> &str {
        match self.entry.basis.playbook_title() {
            "" => &self.entry.playbook_id,
            title => title,
        }
    }

    /// `Proposed by renewals-agent, 2 h ago: Executive outreach; usage fell 40% since the call`. Without
    /// a note the reason stands in its place. Text from the ledger in it is not yet escaped.
    pub fn words(&self, labels: &Labels, now: Timestamp) -> String {
        let entry = &self.entry;
        let reason = || entry.reason.as_deref().map(|code| labels.reason(code).into_owned());
        let note = entry.note.as_deref().map(one_line).filter(|note| !note.is_empty());
        let why = note.map(|note| fit(&note, NOTE)).or_else(reason);
        let why = why.map(|why| format!("; {why}")).unwrap_or_default();
        let stale = if self.is_stale() { " (data changed since)" } else { "" };
        let (by, when) = (&entry.by, ago(entry.at, now));
        format!("Proposed by {by}, {when}: {}{why}{stale}", self.playbook_title())
    }
}

/// Returns a text of several lines in one.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a customer's open proposals, in order. One is answered by a later approval, override or
/// rejection in force, or by a later hand-off; approvals and overrides count once enough people who may
/// decide made them. A deferral answers nothing. Nothing is open while the play runs, or after it ran.
///
/// `basis` is what stands now, and `choose` what a playbook would be for the customer.
pub fn open_proposals<'e>(
    basis: Option<&Basis>,
    choose: &dyn Fn(&str) -> Option<Chosen>,
    standing: &Standing,
    policy: &Policy,
    entries: impl IntoIterator<Item = &'e Arc<Entry>>,
    now: &Moment,
) -> Vec<Proposal> {
    if started(standing).is_some() {
        return Vec::new();
    }
    let authority = Authority { policy, now: now.at };
    let InForce { decisions, hand_offs, proposals, .. } = InForce::new(entries, &authority);
    let counts = |decision: &&&Arc<Entry>| match decision.kind {
        DecisionKind::Defer => false,
        kind if kind.lets_run() => {
            standing.progress().is_none()
                && authority.against(decision, decision.basis.stake()).is_none()
        }
        _ => true,
    };
    let answers = decisions.iter().filter(counts).chain(&hand_offs.standing);
    let answered = answers.map(|entry| entry.seq).max().unwrap_or(0);
    let open = proposals.into_iter().filter(|proposal| proposal.seq > answered);
    open.map(|entry| Proposal {
        changed: changed(entry, basis, choose, policy),
        unreadable: entry.basis.get().is_none() || basis.is_none(),
        entry: Arc::clone(entry),
    })
    .collect()
}

fn changed(
    proposal: &Entry,
    basis: Option<&Basis>,
    choose: &dyn Fn(&str) -> Option<Chosen>,
    policy: &Policy,
) -> Vec<Change> {
    let Some(basis) = basis else { return Vec::new() };
    let chosen = proposal.basis.chosen.as_ref();
    let chosen = chosen.and_then(|chosen| choose(&chosen.playbook_id)).map(Box::new);
    drift(&proposal.basis, &Basis { chosen, ..basis.clone() }, policy)
}

/// Checks everything about a proposal but the order of the ledger. `basis` is what stands with its
/// hash, `chosen` the same with the proposed playbook where that is not the recommended one, `open` the
/// customer's open proposals.
///
/// # Errors
/// The first rule that does not allow it.
pub fn may_propose(
    request: &Request,
    basis: Option<(&Basis, &str)>,
    chosen: Option<(&Basis, &str)>,
    standing: &Standing,
    open: &[Proposal],
    policy: &Policy,
    now: &Moment,
) -> Result<(), Refusal> {
    let customer_id = || request.customer_id.clone();
    let by = reviewer(&request.by)?;
    let Some((basis, hash)) = basis else {
        return Err(Refusal::NothingRecommended { customer_id: customer_id(), assignable: false });
    };
    not_started(request, standing, now.at)?;
    not_held_out(request, standing)?;
    about_something(request, basis, standing, now.at)?;
    let recommended = basis.recommendation.playbook_id.clone();
    let Some(meant) = &request.playbook_id else {
        let kind = request.kind;
        return Err(Refusal::NeedsPlaybook { kind, customer_id: customer_id(), recommended });
    };
    if *meant != recommended && chosen.is_none() {
        return Err(Refusal::ChoseSkipped { playbook_id: meant.clone() });
    }
    is_basis_seen(request, hash, chosen.map(|(_, hash)| hash))?;
    let same = |proposal: &&Proposal| {
        !proposal.is_stale()
            && proposal.entry.playbook_id == *meant
            && Person::new(&proposal.entry.by).is(&by)
    };
    if let Some(Proposal { entry, .. }) = open.iter().find(same) {
        let already = Already {
            kind: request.kind,
            until: None,
            by: entry.by.clone(),
            when: Some(ago(entry.at, now.at)),
            looks_like: None,
        };
        return Err(Refusal::AlreadyDecided { already: Box::new(already), more: None });
    }
    reason(request, policy)
}

/// A proposal may name a reason of either decision that would follow it.
fn reason(request: &Request, policy: &Policy) -> Result<(), Refusal> {
    let rules = &policy.approval;
    let allowed: Vec<String> =
        rules.reasons_of(request.kind).iter().chain(&rules.approve_reasons).cloned().collect();
    match &request.reason {
        None if rules.needs_reason(request.kind) => {
            Err(Refusal::NeedsReason { kind: request.kind, allowed })
        }
        Some(reason) if !allowed.iter().any(|known| known == reason) => {
            Err(Refusal::UnknownReason { kind: request.kind, reason: reason.clone(), allowed })
        }
        _ => Ok(()),
    }
}

/// Checks that a decision about this playbook may name this entry as the proposal that it follows.
///
/// # Errors
/// Where the entry is none, is about something else, or was undone.
pub fn may_follow<'e>(
    request: &Request,
    playbook: &str,
    proposal: &Entry,
    entries: impl IntoIterator<Item = &'e Arc<Entry>>,
    authority: &Authority<'_>,
) -> Result<(), Refusal> {
    let entry = proposal.words();
    if proposal.kind != DecisionKind::Propose {
        return Err(Refusal::NotAProposal { entry });
    }
    if proposal.customer_id != request.customer_id || proposal.playbook_id != playbook {
        return Err(Refusal::OtherProposal {
            entry,
            customer_id: proposal.customer_id.clone(),
            playbook_id: proposal.playbook_id.clone(),
        });
    }
    let undo = super::entries::undone_by(proposal, entries, authority);
    match undo {
        None => Ok(()),
        Some(undo) => Err(Refusal::AlreadyUndone {
            entry,
            by: undo.by.clone(),
            at: undo.at,
            now: authority.now,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{basis, choice, entry, now, overridden, undo};
    use super::super::standing::{Subject, standing};
    use super::*;
    use crate::domain::Approver;
    use DecisionKind::{Approve, Defer, HandOff, Override, Propose, Reject};

    fn choose(id: &str) -> Option<Chosen> {
        (id == "P2").then(choice)
    }

    fn stands(basis: &Basis, policy: &Policy, entries: &[Arc<Entry>]) -> Standing {
        let subject = Subject {
            held_out: false,
            kept_back: None,
            basis: Some(basis),
            at_high_risk: false,
            doubtful: false,
            choose: &choose,
            runs: &|_| Vec::new(),
            recovered: None,
        };
        standing(&subject, policy, entries, &now())
    }

    fn open(basis: &Basis, policy: &Policy, entries: &[Arc<Entry>]) -> Vec<Proposal> {
        let standing = stands(basis, policy, entries);
        open_proposals(Some(basis), &choose, &standing, policy, entries, &now())
    }

    fn seqs(policy: &Policy, entries: &[Arc<Entry>]) -> Vec<u64> {
        open(&basis(), policy, entries).iter().map(|proposal| proposal.entry.seq).collect()
    }

    #[test]
    fn a_proposal_changes_no_status_and_replaces_no_decision() {
        let policy = Policy::default();
        for kind in [Approve, Reject] {
            let decided = [entry(1, kind, "dana", &basis())];
            let proposed = [decided[0].clone(), entry(2, Propose, "bot", &overridden())];
            let (before, after) =
                (stands(&basis(), &policy, &decided), stands(&basis(), &policy, &proposed));
            assert_eq!(before, after);
        }
        let alone = stands(&basis(), &policy, &[entry(1, Propose, "bot", &basis())]);
        assert_eq!(alone, stands(&basis(), &policy, &[]));
        // Nor does taking one back count as a decision that was undone.
        let back = [entry(1, Propose, "dana", &basis()), undo(2, 1, &basis())];
        assert_eq!(stands(&basis(), &policy, &back), alone);
    }

    #[test]
    fn it_is_open_until_a_decision_follows_it() {
        let policy = Policy::default();
        let mut entries =
            vec![entry(1, Propose, "bot", &basis()), entry(2, Propose, "agent", &overridden())];
        assert_eq!(seqs(&policy, &entries), [1, 2]);
        let mut deferred = Entry::clone(&entry(3, Defer, "dana", &basis()));
        deferred.until = Some("2026-03-01".parse().unwrap());
        entries.push(Arc::new(deferred));
        assert_eq!(seqs(&policy, &entries), [1, 2], "later is no answer");
        for kind in [Approve, Reject, Override, HandOff] {
            let basis = if kind == Override { overridden() } else { basis() };
            let mut answered = entries.clone();
            answered.push(entry(4, kind, "dana", &basis));
            assert_eq!(seqs(&policy, &answered), [0; 0], "{kind:?}");
            answered.push(entry(5, Propose, "bot", &basis));
            assert_eq!(seqs(&policy, &answered), [5], "{kind:?}");
        }
        entries.push(entry(4, Override, "dana", &overridden()));
        entries.push(undo(5, 4, &overridden()));
        assert_eq!(seqs(&policy, &entries), [1, 2], "what was undone answers nothing");
    }

    #[test]
    fn its_maker_and_nobody_else_takes_it_back() {
        let policy = Policy::default();
        let own = [entry(1, Propose, "dana", &basis()), undo(2, 1, &basis())];
        assert_eq!(seqs(&policy, &own), [0; 0]);
        let other = [entry(1, Propose, "bot", &basis()), undo(2, 1, &basis())];
        assert_eq!(seqs(&policy, &other), [1]);
    }

    #[test]
    fn decisions_that_do_not_count_answer_nothing() {
        let lee = Approver { name: "lee".into(), ..Approver::default() };
        let mut policy = Policy { approvers: vec![lee], ..Policy::default() };
        let proposed = entry(1, Propose, "bot", &basis());
        let by = |name| [proposed.clone(), entry(2, Approve, name, &basis())];
        assert_eq!(seqs(&policy, &by("mallory")), [1]);
        assert_eq!(seqs(&policy, &by("lee")), [0; 0]);
        policy.approval.two_approvers_at_account_value = Some(1.0);
        assert_eq!(seqs(&policy, &by("lee")), [1], "one of two");
    }

    #[test]
    fn it_is_stale_like_a_decision() {
        let policy = Policy::default();
        let entries = [entry(1, Propose, "bot", &basis()), entry(2, Propose, "bot", &overridden())];
        let stale = |change: fn(&mut Basis)| -> Vec<bool> {
            let mut now = basis();
            change(&mut now);
            open(&now, &policy, &entries).iter().map(Proposal::is_stale).collect()
        };
        assert_eq!(stale(|_| {}), [false, false]);
        assert_eq!(stale(|now| now.recommendation.risk_score = 0.9), [true, true]);
        assert_eq!(stale(|now| now.recommendation.playbook_id = "P9".into()), [true, true]);
    }

    #[test]
    fn it_reads_as_a_sentence() {
        let mut proposal = Entry::clone(&entry(1, Propose, "renewals-agent", &overridden()));
        proposal.at = now().at - jiff::SignedDuration::from_hours(2);
        proposal.note = Some("usage fell 40% since the call".to_owned());
        let words = |proposal: &Entry| {
            let open = open(&basis(), &Policy::default(), &[Arc::new(proposal.clone())]);
            open[0].words(&Labels::default(), now().at)
        };
        assert_eq!(
            words(&proposal),
            "Proposed by renewals-agent, 2 h ago: Outreach; usage fell 40% since the call"
        );
        (proposal.note, proposal.reason) = (None, Some("bad_timing".into()));
        assert_eq!(words(&proposal), "Proposed by renewals-agent, 2 h ago: Outreach; Bad timing");
        proposal.reason = None;
        assert_eq!(words(&proposal), "Proposed by renewals-agent, 2 h ago: Outreach");
    }

    #[test]
    fn anyone_may_propose_any_playbook_once() {
        let lee = Approver { name: "lee".into(), ..Approver::default() };
        let policy = Policy { approvers: vec![lee], ..Policy::default() };
        let may = |by: &str, playbook: &str, reason: Option<&str>, entries: &[Arc<Entry>]| {
            let request = Request {
                playbook_id: Some(playbook.into()),
                reason: reason.map(Into::into),
                ..Request::new(Propose, "C1", by)
            };
            let (basis, chosen) = (basis(), overridden());
            let chosen = (playbook == "P2").then_some((&chosen, "b"));
            let standing = stands(&basis, &policy, entries);
            let open = open(&basis, &policy, entries);
            may_propose(&request, Some((&basis, "a")), chosen, &standing, &open, &policy, &now())
                .map_err(|refusal| refusal.message())
        };
        for playbook in ["P1", "P2"] {
            assert_eq!(may("bot", playbook, Some("bad_timing"), &[]), Ok(()));
        }
        let proposed = [entry(1, Propose, "bot", &basis())];
        assert!(may("Bot", "P1", None, &proposed).unwrap_err().starts_with("already proposed by"));
        assert_eq!(may("bot", "P2", None, &proposed), Ok(()));
        assert_eq!(may("sam", "P1", None, &proposed), Ok(()));
        assert!(may("bot", "P1", Some("whim"), &[]).unwrap_err().contains("is not a reason"));
        assert!(may("bot", "P3", None, &[]).unwrap_err().contains("cannot be chosen"));
    }

    #[test]
    fn a_decision_follows_a_proposal_of_its_own_customer_and_playbook() {
        let policy = Policy::default();
        let authority = Authority { policy: &policy, now: now().at };
        let proposed = entry(1, Propose, "dana", &basis());
        let follow =
            |customer: &str, playbook: &str, entry: &Arc<Entry>, entries: &[Arc<Entry>]| {
                let request = Request::new(Approve, customer, "dana");
                may_follow(&request, playbook, entry, entries, &authority).map_err(|r| r.message())
            };
        assert_eq!(follow("C1", "P1", &proposed, &[]), Ok(()));
        let about_other = "dana's proposal #1 is about P1 for C1";
        assert_eq!(follow("C2", "P1", &proposed, &[]).unwrap_err(), about_other);
        assert_eq!(follow("C1", "P2", &proposed, &[]).unwrap_err(), about_other);
        let approved = entry(2, Approve, "dana", &basis());
        assert_eq!(
            follow("C1", "P1", &approved, &[]).unwrap_err(),
            "dana's approval #2 is not a proposal"
        );
        let undone = follow("C1", "P1", &proposed, &[proposed.clone(), undo(2, 1, &basis())]);
        assert!(undone.unwrap_err().contains("already undone by dana"));
    }
}
