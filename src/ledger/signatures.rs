//! Which signatures of a long ledger were checked before: a signature is checked once, not by every command.
//! Kept in the user's state directory, with the hash of the last entry that it is about, which covers
//! all entries before it. `verify` does without it.

use std::fs;
use std::io::Write;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{History, LedgerMemory};
use crate::domain::Entry;
use crate::signing::check;

/// Fewer new signatures than this are checked when someone asks for them.
const WORTH_IT: usize = 64;

/// The ending of the file beside the memory of the ledger.
const ENDING: &str = "signatures";

/// Up to where signatures were checked, by the number and the hash of the last entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CheckedSignatures {
    seq: u64,
    head: String,
    /// Numbers of the entries whose signature is not of what they say.
    bad: Vec<u64>,
}

impl CheckedSignatures {
    fn is_of(&self, history: &History) -> bool {
        history.hash_of(self.seq).is_some_and(|hash| hash == *self.head.as_str())
    }

    fn read(memory: &LedgerMemory) -> Option<Self> {
        let text = fs::read(memory.record().beside(ENDING)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Checks the signatures that are new in a history, on all cores, and returns up to where they are
    /// checked now. What this process checked before, or an earlier one, is not checked again.
    pub(crate) fn go_on(&self, history: &History, memory: Option<&LedgerMemory>) -> Self {
        if !history.is_whole() || history.broken.is_some() {
            return self.clone();
        }
        let mut known = self.clone();
        if !known.is_of(history) {
            let read = memory.and_then(Self::read).filter(|read| read.is_of(history));
            known = read.unwrap_or_default();
            let signed = history.entries().take_while(|entry| entry.seq <= known.seq);
            for entry in signed.filter(|entry| entry.sig.is_some()) {
                check::remember(entry, known.bad.binary_search(&entry.seq).is_err());
            }
        }
        let new: Vec<&Arc<Entry>> =
            history.entries().rev().take_while(|entry| entry.seq > known.seq).collect();
        let signed: Vec<&&Arc<Entry>> = new.iter().filter(|entry| entry.sig.is_some()).collect();
        if signed.len() < WORTH_IT {
            return known;
        }
        let found: Option<Vec<(u64, bool)>> =
            signed.par_iter().map(|entry| Some((entry.seq, check::holds(entry)?))).collect();
        // A line that cannot be read now is looked at again.
        let Some(found) = found else { return known };
        known.bad.extend(found.iter().filter(|(_, holds)| !holds).map(|(seq, _)| *seq));
        known.bad.sort_unstable();
        (known.seq, known.head) = (history.seq(), history.head().to_string());
        if let Some(memory) = memory
            && let Ok(text) = serde_json::to_vec(&known)
        {
            // Without it the next command only takes longer.
            let record = memory.record();
            let _ = record.locked(|| record.replace(ENDING, |file| file.write_all(&text)));
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use ssh_key::private::{Ed25519Keypair, KeypairData};
    use ssh_key::{HashAlg, LineEnding, PrivateKey};

    use super::*;
    use crate::ledger::samples::{draft, place};
    use crate::ledger::{Draft, Drafts, EntryIds, Ledger, signed_bytes};
    use crate::signing::NAMESPACE;
    use crate::state::StateDirectory;

    fn signed(note: &str, covered_note: &str) -> Draft {
        let key = PrivateKey::new(KeypairData::Ed25519(Ed25519Keypair::from_seed(&[3; 32])), "");
        let draft = draft("dana", note);
        let draft = Draft { id: Some(EntryIds::default().next(draft.at)), ..draft };
        let covered = Draft { customer_id: covered_note.into(), ..draft.clone() };
        let message = signed_bytes(&covered).unwrap();
        let sig = key.unwrap().sign(NAMESPACE, HashAlg::Sha512, &message).unwrap();
        let sig = sig.to_pem(LineEnding::LF).unwrap();
        let sig = sig.lines().filter(|line| !line.starts_with('-')).collect();
        Draft { sig: Some(sig), ..draft }
    }

    fn append(ledger: &Ledger, drafts: Vec<Draft>) {
        let drafts = drafts.into_iter().map(Ok).collect();
        let all = |_: &Arc<History>| -> Result<Drafts<'_, Infallible>, _> {
            Ok(Box::new(std::iter::once(drafts)))
        };
        assert!(ledger.append_each(None, all).unwrap().each.iter().all(Result::is_ok));
    }

    #[test]
    fn what_was_checked_is_known_for_this_ledger_and_no_other() {
        let state = tempfile::tempdir().unwrap();
        let state = StateDirectory::at(state.path());
        let (_directory, ledger) = place();
        let memory = ledger.memory(&state);
        let drafts = |forged: usize| -> Vec<Draft> {
            let draft = |n: usize| {
                let customer = format!("C{n}");
                signed(&customer, if n == forged { "other" } else { &customer })
            };
            (1..=WORTH_IT).map(draft).collect()
        };
        append(&ledger, drafts(5));
        let history = ledger.read().unwrap();
        let first = CheckedSignatures::default().go_on(&history, Some(&memory));
        assert_eq!((first.seq, &first.bad), (64, &vec![5]));
        assert_eq!(CheckedSignatures::read(&memory), Some(first.clone()));
        assert_eq!(CheckedSignatures::default().go_on(&history, Some(&memory)), first);
        append(&ledger, vec![signed("C99", "C99")]);
        let longer = ledger.read().unwrap();
        assert_eq!(first.go_on(&longer, Some(&memory)), first, "a few are checked when asked for");
        std::fs::remove_file(ledger.path().unwrap()).unwrap();
        append(&ledger, drafts(7));
        let other = ledger.read().unwrap();
        assert_eq!(first.go_on(&other, Some(&memory)).bad, [7]);
        assert_eq!(CheckedSignatures::read(&memory).unwrap().bad, [7]);
    }
}
