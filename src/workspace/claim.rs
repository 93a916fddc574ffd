//! The hand-off of named plays to an agent: exactly those, each on the numbers that the agent saw, and
//! once however often it is asked for.
//!
//! The entries of a claim have a batch in common that is made from the agent's name and the claim's key,
//! and their note holds what was asked and what was refused. So whoever asks again, after a lost answer
//! or a restart, gets the same answer from the ledger alone.

use std::path::PathBuf;
use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::decide::{DecideError, decide_error, internal, outcome};
use super::hand_off::not_accepted;
use super::refresh::Workspace;
use super::sign::Signing;
use super::snapshot::Snapshot;
use crate::approval::words::status_words;
use crate::approval::{Refusal, limits, rules, signatures};
use crate::domain::{Basis, DecisionKind, Entry, Error, ErrorKind, Moment, Person, Policy, number};
use crate::insight::ExportRow;
use crate::ledger::{self, Draft, Drafts, EntryIds, History, Recorded};

/// The most plays of one claim.
pub const MAX_PLAYS: usize = 20;

/// The longest key of a claim, in characters.
pub const LONGEST_KEY: usize = 128;

/// A play that is cleared to run, as `list_cleared_plays` gives it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClearedPlay {
    /// What `export` gives of it.
    #[serde(flatten)]
    pub play: ExportRow,
    /// Hash of the basis, to be named in a claim.
    pub basis: String,
}

/// A play that an agent asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlayClaim {
    /// The customer's id.
    pub customer_id: String,
    /// Hash of the basis that the agent saw, as `queue`, `explain` and the cleared plays have it.
    pub basis: String,
}

/// The answer to a claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Claimed {
    /// Of each play asked for, in that order.
    pub plays: Vec<ClaimedPlay>,
    /// Where an unfinished last line of the ledger was moved to, if there was one.
    #[serde(skip)]
    pub set_aside: Option<PathBuf>,
}

/// The outcome of one play of a claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimedPlay {
    /// The customer's id, as it was asked for.
    pub customer_id: String,
    /// The hash of the basis, as it was asked for.
    pub basis: String,
    /// True where the play is handed off.
    pub handed_off: bool,
    /// The play, where it is handed off.
    pub play: Option<HandedOffPlay>,
    /// Why it is not.
    pub refused: Option<String>,
}

/// A play that was handed off, as its entry in the ledger has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HandedOffPlay {
    /// Id of the entry, and of the intervention that begins with it.
    pub intervention_id: CompactString,
    /// When it was handed off.
    pub handed_off_at: CompactString,
    /// The playbook to run.
    pub playbook_id: CompactString,
    /// Its name, where it has one.
    pub playbook_name: Option<CompactString>,
    /// Code of the action to take.
    pub recommended_action: CompactString,
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub expected_cost: f64,
    /// Dollars.
    #[serde(serialize_with = "number::serialize")]
    pub expected_value: f64,
}

impl From<&Entry> for HandedOffPlay {
    fn from(entry: &Entry) -> Self {
        let basis: &Basis = &entry.basis;
        let name = match &basis.chosen {
            Some(chosen) => &chosen.playbook_name,
            None => &basis.recommendation.playbook_name,
        };
        Self {
            intervention_id: entry.id.clone(),
            handed_off_at: format_compact!("{:.3}", entry.at),
            playbook_id: entry.playbook_id.clone(),
            playbook_name: name.clone(),
            recommended_action: basis.action().into(),
            expected_cost: basis.cost(),
            expected_value: basis.value(),
        }
    }
}

/// What the note of a claim's entries holds, behind [`NOTE`]: what the entries do not say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct ClaimNote {
    key: String,
    /// SHA-256 of the plays asked for.
    plays: String,
    /// The places of those that were refused, from 0, with why.
    refused: Vec<(usize, String)>,
}

const NOTE: &str = "claim ";

impl ClaimNote {
    fn of(entry: &Entry) -> Option<Self> {
        serde_json::from_str(entry.note.as_deref()?.strip_prefix(NOTE)?).ok()
    }
}

impl Snapshot {
    /// Returns the numbers of the customers with a play that is cleared to run, in file order.
    ///
    /// # Errors
    /// Where the ledger cannot be trusted, or nobody has accepted it yet.
    pub fn cleared(&self) -> Result<Vec<usize>, DecideError> {
        if let Some(problem) = &self.ledger_problem {
            let error = problem.error().clone().context("nothing was exported");
            return Err(DecideError::NotRecorded(Error { kind: ErrorKind::Refused, ..error }));
        }
        if let Some(new) = &self.new_ledger {
            return Err(not_accepted(new, self));
        }
        Ok((0..self.len()).filter(|number| self.status(*number).may_run()).collect())
    }

    /// Returns the play of a customer that is cleared to run, as `export` lists it, with its basis.
    pub fn cleared_play(&self, number: usize) -> Option<ClearedPlay> {
        let play = self.export(number)?;
        let basis = self.basis_of(number, &play)?;
        Some(ClearedPlay { play, basis })
    }

    /// Hash of the basis on which a play is cleared.
    fn basis_of(&self, number: usize, play: &ExportRow) -> Option<String> {
        let recommended = self.hashed_basis(number)?;
        if recommended.basis.recommendation.playbook_id == play.playbook_id {
            return Some(recommended.hash);
        }
        self.hashed_basis_with(number, &play.playbook_id).map(|stated| stated.hash)
    }

    /// The play of a claim, if it is cleared to run on the basis that the agent saw.
    fn claimed(&self, claim: &PlayClaim, now: &Moment) -> Result<ExportRow, DecideError> {
        let number = self.find_customer(&claim.customer_id)?;
        let not_cleared = || {
            let asks = self.hashed_basis(number).map(|stated| stated.basis.asks());
            let status = status_words(&self.standing(number), &asks.unwrap_or_default(), now.at);
            let customer_id = claim.customer_id.as_str().into();
            DecideError::from(Refusal::NotCleared { customer_id, status })
        };
        let play = self.export(number).ok_or_else(not_cleared)?;
        let cleared = self.basis_of(number, &play).unwrap_or_default();
        let seen = self.hashed_basis(number).map(|stated| stated.hash);
        if claim.basis != cleared && seen.is_none_or(|hash| claim.basis != hash) {
            return Err(DecideError::from(Refusal::BasisChanged {
                customer_id: claim.customer_id.as_str().into(),
                current: cleared,
                seen: claim.basis.clone(),
            }));
        }
        Ok(play)
    }
}

impl Workspace {
    /// Hands off these plays to an agent: exactly those, each on the basis that the agent saw, or
    /// refused with its reason. Asked again with the same key and plays it answers the same and hands
    /// nothing off; a claim of which nothing was handed off leaves no trace and is tried again.
    ///
    /// # Errors
    /// Where the policy does not let this agent hand off plays, the key was used for other plays, there
    /// are none or more than [`MAX_PLAYS`], data cannot be read, or the ledger cannot be trusted or
    /// written: nothing is handed off then.
    pub fn claim_plays(
        &mut self,
        by: &str,
        plays: &[PlayClaim],
        key: &str,
    ) -> Result<Claimed, DecideError> {
        let agent = rules::reviewer(by)?;
        check(plays, key)?;
        let before = self.ready()?;
        limits::agent_may_hand_off(before.matching.policy(), &agent)?;
        // A claim is small, and no person answers it: it is signed under the lock.
        let mut signing = Signing::new(by.into(), self.clock.now().at);
        let hand = match self.signer.may_sign(before.matching.policy()) {
            true => signing
                .hand(&self.signer, before.matching.policy())
                .map_err(DecideError::NotRecorded)?,
            false => None,
        };
        drop(before);
        let batch = batch_of(&agent, key);
        let digest = digest_of(plays);
        let ledger = self.ledger.ledger.clone();
        let read = self.ledger.known();
        let mut answer: Option<(Vec<ClaimedPlay>, Arc<Snapshot>)> = None;
        let recorded = ledger.append_each(read.as_deref(), |history| {
            let snapshot = self.ready_under(history)?;
            if let Some(new) = &snapshot.new_ledger {
                return Err(not_accepted(new, &snapshot));
            }
            limits::agent_may_hand_off(snapshot.matching.policy(), &agent)?;
            let policy = snapshot.matching.policy();
            let asked = Asked { agent: &agent, batch: &batch, key, digest: &digest, plays };
            if let Some(before) = answered(history, policy, &asked)? {
                answer = Some((before, Arc::clone(&snapshot)));
                return Ok(Box::new(std::iter::empty()) as Drafts<'_, DecideError>);
            }
            let now = self.clock.now();
            let ids = EntryIds::default();
            let mut seen = FxHashSet::default();
            let mut drafts = Vec::new();
            let mut each = Vec::new();
            for claim in plays {
                let play = match seen.insert(claim.customer_id.as_str()) {
                    true => snapshot.claimed(claim, &now),
                    false => Err(Refusal::ClaimedTwice {
                        customer_id: claim.customer_id.as_str().into(),
                    }
                    .into()),
                };
                let draft = play.and_then(|mut play| {
                    play.intervention_id = Some(ids.next(now.at));
                    snapshot.hand_off(&play, by, &now)
                });
                match draft {
                    Ok(draft) => {
                        each.push(refused(claim, String::new()));
                        drafts.push(draft);
                    }
                    Err(error) => each.push(refused(claim, Error::from(error).one_line())),
                }
            }
            let note = note(key, &digest, &each)?;
            for draft in &mut drafts {
                (draft.batch, draft.note) = (Some(batch.clone()), Some(note.clone()));
            }
            answer = Some((each, Arc::clone(&snapshot)));
            if let Some(hand) = &hand {
                signing.sign(hand, &drafts).map_err(DecideError::NotRecorded)?;
            }
            let attach = |draft| signing.attach(draft, policy).map_err(DecideError::NotRecorded);
            let drafts: Vec<Result<Draft, DecideError>> = drafts.into_iter().map(attach).collect();
            Ok(Box::new(std::iter::once(drafts)) as Drafts<'_, DecideError>)
        });
        let Recorded { each, torn, history } = recorded.map_err(decide_error)?;
        self.ledger.take(&history, self.clock.now().at);
        let (mut plays, snapshot) = answer.ok_or_else(|| internal("a claim without an answer"))?;
        let policy = snapshot.matching.policy();
        let mut recorded = each.into_iter();
        for play in plays.iter_mut().filter(|play| play.refused.as_deref() == Some("")) {
            match recorded.next().map(|recorded| outcome(recorded, policy)) {
                Some(Ok(entry)) => *play = handed_off(play, &entry),
                // No one knows yet; the same claim gets the answer once it is known.
                Some(Err(error @ DecideError::NotConfirmed { .. })) => return Err(error),
                Some(Err(error)) => play.refused = Some(Error::from(error).one_line()),
                None => return Err(internal("a hand-off was lost")),
            }
        }
        tracing::info!(plays = plays.len(), "claim answered");
        Ok(Claimed { plays, set_aside: torn })
    }
}

/// Checks what is asked for, before anything is read.
fn check(plays: &[PlayClaim], key: &str) -> Result<(), DecideError> {
    let usage =
        |message: String| Err(DecideError::Unreadable(Error::new(ErrorKind::Usage, message)));
    if plays.is_empty() || plays.len() > MAX_PLAYS {
        return usage(format!("a claim is for 1 to {MAX_PLAYS} plays, not for {}", plays.len()));
    }
    if key.trim().is_empty() || key.chars().count() > LONGEST_KEY {
        return usage(format!("the key of a claim has 1 to {LONGEST_KEY} characters"));
    }
    Ok(())
}

/// The batch of a claim: a version 8 UUID made from the agent's name and the key.
fn batch_of(agent: &Person, key: &str) -> CompactString {
    let hash = Sha256::digest(format!("nextplay claim\n{}\n{key}", agent.key()));
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    format_compact!("{}", uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

fn digest_of(plays: &[PlayClaim]) -> String {
    ledger::basis_hash(&serde_json::to_string(plays).unwrap_or_default())
}

fn note(key: &str, digest: &str, each: &[ClaimedPlay]) -> Result<String, DecideError> {
    let refused = each.iter().enumerate().filter_map(|(place, play)| {
        Some((place, play.refused.clone().filter(|why| !why.is_empty())?))
    });
    let note =
        ClaimNote { key: key.to_owned(), plays: digest.to_owned(), refused: refused.collect() };
    let text = serde_json::to_string(&note).map_err(|_| internal("the note of a claim"))?;
    Ok(format!("{NOTE}{text}"))
}

/// What is asked for.
struct Asked<'a> {
    agent: &'a Person,
    batch: &'a str,
    key: &'a str,
    digest: &'a str,
    plays: &'a [PlayClaim],
}

/// The answer to a claim that was made before under this key; `None` where none was. Entries that somebody
/// forged in the agent's name answer nothing.
///
/// # Errors
/// Where it was for other plays.
fn answered(
    history: &History,
    policy: &Policy,
    asked: &Asked<'_>,
) -> Result<Option<Vec<ClaimedPlay>>, DecideError> {
    let Asked { agent, batch, key, digest, plays } = *asked;
    let is_of = |entry: &&Arc<Entry>| {
        entry.batch.as_deref() == Some(batch)
            && entry.kind == DecisionKind::HandOff
            && Person::new(&entry.by).is(agent)
            && signatures::fault(entry, policy).is_none()
    };
    let entries: Vec<&Arc<Entry>> = history.entries().filter(is_of).collect();
    let Some(note) = entries.first().and_then(|entry| ClaimNote::of(entry)) else {
        return Ok(None);
    };
    if note.key != key || note.plays != digest {
        return Err(Refusal::KeyUsed { key: key.to_owned() }.into());
    }
    let answer = plays.iter().enumerate().map(|(place, claim)| {
        if let Some((_, why)) = note.refused.iter().find(|(refused, _)| *refused == place) {
            return refused(claim, why.clone());
        }
        match entries.iter().find(|entry| entry.customer_id == claim.customer_id) {
            Some(entry) => handed_off(&refused(claim, String::new()), entry),
            None => refused(claim, "it was not recorded; claim it under another key".to_owned()),
        }
    });
    Ok(Some(answer.collect()))
}

fn refused(claim: &PlayClaim, why: String) -> ClaimedPlay {
    ClaimedPlay {
        customer_id: claim.customer_id.clone(),
        basis: claim.basis.clone(),
        handed_off: false,
        play: None,
        refused: Some(why),
    }
}

fn handed_off(play: &ClaimedPlay, entry: &Entry) -> ClaimedPlay {
    let play = play.clone();
    ClaimedPlay { handed_off: true, play: Some(entry.into()), refused: None, ..play }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::domain::Status;
    use crate::intake::load::Reread;
    use crate::workspace::Options;
    use crate::workspace::samples::directory;

    const POLICY: &str = "[agents]\nmay_hand_off = true\n[hand_off]\nby = [\"bot\"]\n";

    fn open(directory: &tempfile::TempDir, policy: &str) -> Workspace {
        fs::write(directory.path().join("nextplay.toml"), policy).unwrap();
        Workspace::new(directory.path(), Options::default())
    }

    /// What is cleared, as an agent asks for it.
    fn cleared(workspace: &mut Workspace) -> Vec<PlayClaim> {
        let snapshot = workspace.refresh(Reread::Changed);
        let cleared = snapshot.cleared().unwrap().into_iter();
        let cleared: Vec<ClearedPlay> =
            cleared.filter_map(|number| snapshot.cleared_play(number)).collect();
        let ask = |play: &ClearedPlay| PlayClaim {
            customer_id: play.play.customer_id.to_string(),
            basis: play.basis.clone(),
        };
        cleared.iter().map(ask).collect()
    }

    fn why(result: Result<Claimed, DecideError>) -> String {
        Error::from(result.unwrap_err()).one_line()
    }

    fn entries(directory: &tempfile::TempDir) -> usize {
        let text = fs::read_to_string(directory.path().join("decisions.jsonl"));
        text.map_or(0, |text| text.lines().count())
    }

    #[test]
    fn exactly_the_named_plays_are_handed_off_once() {
        let directory = directory();
        let mut workspace = open(&directory, POLICY);
        let plays = cleared(&mut workspace);
        assert_eq!(plays.len(), 2);
        let ask = vec![
            plays[0].clone(),
            PlayClaim { basis: "0".repeat(64), ..plays[1].clone() },
            PlayClaim { customer_id: "C1".into(), basis: plays[0].basis.clone() },
            PlayClaim { customer_id: "nobody".into(), basis: String::new() },
            plays[0].clone(),
        ];
        let first = workspace.claim_plays("bot", &ask, "k1").unwrap();
        let outcome: Vec<bool> = first.plays.iter().map(|play| play.handed_off).collect();
        assert_eq!(outcome, [true, false, false, false, false]);
        let refused = |place: usize| first.plays[place].refused.as_deref().unwrap_or_default();
        assert!(refused(1).starts_with("the recommendation for"), "{}", refused(1));
        assert!(refused(2).starts_with("C1 is not cleared to run: pending"), "{}", refused(2));
        assert!(refused(3).starts_with("no customer \"nobody\""), "{}", refused(3));
        assert!(refused(4).contains("is named twice"), "{}", refused(4));
        assert_eq!(entries(&directory), 1);
        let snapshot = workspace.refresh(Reread::Changed);
        let number = snapshot.find_customer(&ask[0].customer_id).unwrap();
        assert_eq!(snapshot.status(number), Status::Running);
        let entry = snapshot.history.last().unwrap();
        assert_eq!(first.plays[0].play.as_ref().unwrap().intervention_id, entry.id);

        // Asked again, by another process too, it is the same answer.
        for mut again in [workspace, open(&directory, POLICY)] {
            assert_eq!(again.claim_plays("Bot", &ask, "k1").unwrap(), first);
            assert!(
                why(again.claim_plays("bot", &plays, "k1")).contains("was used for other plays")
            );
            assert_eq!(entries(&directory), 1);
        }
        // Another agent's key is another key.
        let policy = "[agents]\nmay_hand_off = true\n[hand_off]\nby = [\"bot\", \"other\"]\n";
        let mut workspace = open(&directory, policy);
        let other = workspace.claim_plays("other", &plays[1..], "k1").unwrap();
        assert!(other.plays[0].handed_off);
        assert_eq!(entries(&directory), 2);
    }

    #[test]
    fn a_claim_of_which_nothing_was_handed_off_is_tried_again() {
        let directory = directory();
        let mut workspace = open(&directory, POLICY);
        let plays = cleared(&mut workspace);
        let wrong = [PlayClaim { basis: "0".repeat(64), ..plays[0].clone() }];
        assert!(!workspace.claim_plays("bot", &wrong, "k").unwrap().plays[0].handed_off);
        assert_eq!(entries(&directory), 0);
        assert!(workspace.claim_plays("bot", &plays[..1], "k").unwrap().plays[0].handed_off);
    }

    #[test]
    fn only_an_agent_that_the_policy_names_and_lets_may_claim() {
        let directory = directory();
        let plays = cleared(&mut open(&directory, ""));
        let refused =
            |policy: &str, by: &str| why(open(&directory, policy).claim_plays(by, &plays, "k"));
        let not_let = "the policy does not let agents hand off plays; `agents.may_hand_off = true` in \
                       the policy lets them";
        assert_eq!(refused("", "bot"), not_let);
        assert_eq!(refused("[hand_off]\nby = [\"bot\"]\n", "bot"), not_let);
        for policy in [
            "[agents]\nmay_hand_off = true\n".to_owned(),
            format!("{POLICY}[[approver]]\nname = \"dana\"\n"),
        ] {
            assert!(refused(&policy, "dana").contains("dana may not hand off plays: not named in"));
        }
        assert_eq!(entries(&directory), 0);
        let mut workspace = open(&directory, POLICY);
        let many: Vec<PlayClaim> = plays.iter().cycle().take(21).cloned().collect();
        assert!(
            why(workspace.claim_plays("bot", &many, "k")).contains("1 to 20 plays, not for 21")
        );
        assert!(why(workspace.claim_plays("bot", &[], "k")).contains("1 to 20 plays"));
        assert!(why(workspace.claim_plays("bot", &plays, " ")).contains("key of a claim"));
    }
}
