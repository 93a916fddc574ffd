//! Entries signed by their maker. What asks a person (a passphrase, a touch of a security key) or another
//! program (an agent) is done before the ledger's lock is taken, so that no one else waits for it. Under
//! the lock, what was signed is compared with what is to be written, byte for byte.

use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use crate::approval::signatures;
use crate::domain::time::CLOCK_TOLERANCE;
use crate::domain::{Entry, Error, ErrorKind, Person, Policy};
use crate::ledger::{Draft, EntryIds, LedgerError, signed_bytes};
use crate::signing::Signer;
use crate::signing::signer::Hand;

/// The signatures of one operation.
pub(super) struct Signing {
    by: CompactString,
    /// When the ids were made.
    began: Timestamp,
    /// Entries have to be signed.
    needed: bool,
    /// The id that is planned for each draft, in their order.
    ids: Vec<Option<CompactString>>,
    /// The batch of all of them, if they have one.
    batch: Option<CompactString>,
    /// What was signed, without time, id and batch; `None` where a draft was refused.
    asked: Vec<Option<Draft>>,
    /// By the id of the entry: the hash of what was signed, and the signature.
    signed: FxHashMap<CompactString, ([u8; 32], String)>,
}

impl Signing {
    /// Of entries by a reviewer; nothing is signed yet.
    pub fn new(by: CompactString, began: Timestamp) -> Self {
        let (ids, asked, signed) = Default::default();
        Self { by, began, needed: false, ids, batch: None, asked, signed }
    }

    /// Signs drafts, if the reviewer's entries have to be signed, before the lock is taken. Where all are
    /// refused, no one is asked for anything.
    ///
    /// # Errors
    /// Where they have to be signed and cannot.
    pub fn sign_all<E>(
        &mut self,
        signer: &Signer,
        policy: &Policy,
        drafts: Vec<Result<Draft, E>>,
    ) -> Result<(), Error> {
        if drafts.iter().all(Result::is_err) {
            return Ok(());
        }
        let Some(hand) = self.hand(signer, policy)? else { return Ok(()) };
        self.asked = drafts.iter().map(|draft| draft.as_ref().ok().map(plain)).collect();
        let made = EntryIds::default();
        let mut with_ids = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let draft = draft.ok().map(|draft| {
                let id = draft.id.clone().unwrap_or_else(|| made.next(self.began));
                Draft { id: Some(id), ..draft }
            });
            self.ids.push(draft.as_ref().and_then(|draft| draft.id.clone()));
            with_ids.extend(draft);
        }
        self.batch = with_ids.iter().find_map(|draft| draft.batch.clone());
        self.sign(&hand, &with_ids)
    }

    /// Gets hold of the key; `None` where the reviewer's entries need no signature.
    ///
    /// # Errors
    /// Where they do, and there is no way to sign.
    pub fn hand(&mut self, signer: &Signer, policy: &Policy) -> Result<Option<Hand>, Error> {
        let hand = signer.hand(&self.by, policy, self.began).map_err(not_signed)?;
        self.needed = hand.is_some();
        Ok(hand)
    }

    /// Signs drafts that have their ids.
    ///
    /// # Errors
    /// Where one cannot be signed.
    pub fn sign(&mut self, hand: &Hand, drafts: &[Draft]) -> Result<(), Error> {
        let messages: Result<Vec<Vec<u8>>, Error> = drafts.par_iter().map(message).collect();
        let messages = messages?;
        let sigs = hand.sign_all(&messages).map_err(not_signed)?;
        for ((draft, message), sig) in drafts.iter().zip(&messages).zip(sigs) {
            let id = draft.id.clone().unwrap_or_default();
            self.signed.insert(id, (Sha256::digest(message).into(), sig));
        }
        Ok(())
    }

    /// Returns true where these drafts are what was signed, so that no one has to sign twice.
    pub fn is_of<E>(&self, drafts: &[Result<Draft, E>]) -> bool {
        let same = |(asked, draft): (&Option<Draft>, &Result<Draft, E>)| {
            *asked == draft.as_ref().ok().map(plain)
        };
        self.asked.len() == drafts.len() && self.asked.iter().zip(drafts).all(same)
    }

    /// Puts id and signature into the draft at a place among those of [`Signing::sign_all`], made again under
    /// the lock.
    ///
    /// # Errors
    /// As [`Signing::attach`].
    pub fn attach_at(&self, place: usize, draft: Draft, policy: &Policy) -> Result<Draft, Error> {
        let mut draft = draft;
        if self.needed {
            draft.id = self.ids.get(place).cloned().flatten();
            draft.batch.clone_from(&self.batch);
        }
        self.attach(draft, policy)
    }

    /// Returns true while an entry made at that time may have an id that was made when signing began.
    pub fn is_fresh(&self, at: Timestamp) -> bool {
        at.duration_since(self.began).abs() <= CLOCK_TOLERANCE
    }

    /// Returns true where entries have to be signed.
    pub fn is_needed(&self) -> bool {
        self.needed
    }

    /// Puts the signature into a draft as it is to be written, under the lock; leaves alone what needs
    /// none.
    ///
    /// # Errors
    /// Where it has to be signed under the policy as it is now, and what was signed is something else.
    pub fn attach(&self, draft: Draft, policy: &Policy) -> Result<Draft, Error> {
        let own = draft.by == self.by;
        if !(self.needed && own || has_to_be_signed(&draft, policy)) {
            return Ok(draft);
        }
        let changed = || {
            let message = "the data or the policy changed while the decision was being signed";
            let error = Error::new(ErrorKind::Refused, message);
            error.hint("nothing was recorded; review and decide again")
        };
        if !self.is_fresh(draft.at) {
            let message = "signing took more than 5 minutes";
            let error = Error::new(ErrorKind::Refused, message);
            return Err(error.hint("nothing was recorded; decide again"));
        }
        let id = draft.id.clone().unwrap_or_default();
        let (hash, sig) = self.signed.get(&id).filter(|_| own).ok_or_else(changed)?;
        let same = *hash == <[u8; 32]>::from(Sha256::digest(message(&draft)?));
        if !same {
            return Err(changed());
        }
        Ok(Draft { sig: Some(sig.clone()), ..draft })
    }
}

/// Returns an entry that was just recorded, if its signature lets it count: what counts for nothing is never
/// called made.
///
/// # Errors
/// Why it does not count.
pub(super) fn counted(entry: Arc<Entry>, policy: &Policy) -> Result<Arc<Entry>, Error> {
    let Some(fault) = signatures::fault(&entry, policy) else { return Ok(entry) };
    let message = format!("{} {}; it is recorded and does not count", entry.words(), fault.words());
    Err(Error::new(ErrorKind::Refused, message).hint("decide again"))
}

/// Returns true where a key of its maker is in use when it is made.
fn has_to_be_signed(draft: &Draft, policy: &Policy) -> bool {
    policy.has_keys()
        && policy.keys_of(&Person::new(&draft.by)).iter().any(|key| key.is_valid_at(draft.at))
}

/// What a draft asks for, whenever it is made.
fn plain(draft: &Draft) -> Draft {
    Draft { id: None, batch: None, at: Timestamp::UNIX_EPOCH, ..draft.clone() }
}

fn message(draft: &Draft) -> Result<Vec<u8>, Error> {
    signed_bytes(draft).map_err(|error| {
        let error = Error::from(LedgerError::Draft(error));
        Error { kind: ErrorKind::Refused, ..error }
    })
}

fn not_signed(error: Error) -> Error {
    error.context("nothing was recorded")
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use ssh_key::private::{Ed25519Keypair, KeypairData};
    use ssh_key::{LineEnding, PrivateKey};

    use super::*;
    use crate::ledger::samples::{draft, place};

    fn drafts(notes: &[&str]) -> Vec<Result<Draft, ()>> {
        let draft = |note: &&str| Draft { note: Some((*note).into()), ..draft("dana", "C1") };
        notes.iter().map(draft).map(Ok).collect()
    }

    #[test]
    fn what_is_recorded_and_does_not_count_is_no_success() {
        let (_directory, ledger) = place();
        let unsigned = ledger.append(|_| Ok::<_, Infallible>(draft("dana", "C1"))).unwrap().entry;
        assert!(counted(Arc::clone(&unsigned), &Policy::default()).is_ok());
        let pair = Ed25519Keypair::from_seed(&[1; 32]);
        let key = PrivateKey::new(KeypairData::Ed25519(pair), "").unwrap();
        let public = key.public_key().to_openssh().unwrap();
        let text = format!("[[approver]]\nname = \"dana\"\nkeys = [{{ key = \"{public}\" }}]");
        let policy = crate::intake::policy::parse(&text).unwrap();
        let error = counted(unsigned, &policy).unwrap_err();
        let said = "dana's approval #1 is not signed; it is recorded and does not count";
        assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Refused, said));
    }

    #[test]
    fn what_was_signed_is_what_is_written_or_nothing_is() {
        let directory = tempfile::tempdir().unwrap();
        let pair = Ed25519Keypair::from_seed(&[1; 32]);
        let key = PrivateKey::new(KeypairData::Ed25519(pair), "").unwrap();
        let path = directory.path().join("key");
        key.write_openssh_file(&path, LineEnding::LF).unwrap();
        let public = key.public_key().to_openssh().unwrap();
        let text = format!("[[approver]]\nname = \"dana\"\nkeys = [{{ key = \"{public}\" }}]");
        let policy = crate::intake::policy::parse(&text).unwrap();
        let signer = Signer::new(Some(path), true);
        let began = draft("dana", "C1").at;
        let mut signing = Signing::new("dana".into(), began);
        signing.sign_all(&signer, &policy, drafts(&["a", "b"])).unwrap();
        assert!(signing.is_of(&drafts(&["a", "b"])) && !signing.is_of(&drafts(&["a", "c"])));
        assert!(!signing.is_of(&drafts(&["a"])));
        let attach = |place, draft: Draft| signing.attach_at(place, draft, &policy);
        let note = |note: &str| drafts(&[note]).remove(0).unwrap();
        let signed = attach(0, note("a")).unwrap();
        assert!(signed.sig.is_some() && signed.id.is_some());
        assert!(attach(1, note("b")).unwrap().sig.is_some());
        let changed = attach(1, note("a")).unwrap_err();
        assert!(changed.message.contains("changed while the decision was being signed"));
        let late = Draft { at: began + jiff::SignedDuration::from_mins(6), ..note("a") };
        assert!(attach(0, late).unwrap_err().message.contains("more than 5 minutes"));
        // The policy has a key by now: what is not signed is not written.
        let unsigned = Signing::new("dana".into(), began);
        assert!(unsigned.attach(note("a"), &policy).is_err());
        assert!(unsigned.attach(note("a"), &Policy::default()).unwrap().sig.is_none());
    }
}
