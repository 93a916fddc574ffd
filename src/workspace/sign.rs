//! Entries signed by their maker. What asks a person (a passphrase, a touch of a security key) or another
//! program (an agent) is done before the ledger's lock is taken, so that no one else waits for it. Under
//! the lock, what was signed is compared with what is to be written, byte for byte.

use compact_str::CompactString;
use jiff::Timestamp;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use super::decide::DecideError;
use crate::approval::authority::CLOCK_TOLERANCE;
use crate::domain::{Error, ErrorKind, Person, Policy};
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
    /// By the id of the entry: the hash of what was signed, and the signature.
    signed: FxHashMap<CompactString, ([u8; 32], String)>,
}

impl Signing {
    /// Of entries by a reviewer; nothing is signed yet.
    pub fn new(by: CompactString, began: Timestamp) -> Self {
        let (ids, signed) = Default::default();
        Self { by, began, needed: false, ids, batch: None, signed }
    }

    /// Signs drafts, if the reviewer's entries have to be signed, before the lock is taken. Where all are
    /// refused, no one is asked for anything.
    ///
    /// # Errors
    /// Where they have to be signed and cannot.
    pub fn sign_all(
        &mut self,
        signer: &Signer,
        policy: &Policy,
        drafts: Vec<Result<Draft, DecideError>>,
    ) -> Result<(), DecideError> {
        if drafts.iter().all(Result::is_err) {
            return Ok(());
        }
        let Some(hand) = self.hand(signer, policy)? else { return Ok(()) };
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
    pub fn hand(&mut self, signer: &Signer, policy: &Policy) -> Result<Option<Hand>, DecideError> {
        let hand = signer.hand(&self.by, policy, self.began).map_err(not_signed)?;
        self.needed = hand.is_some();
        Ok(hand)
    }

    /// Signs drafts that have their ids.
    ///
    /// # Errors
    /// Where one cannot be signed.
    pub fn sign(&mut self, hand: &Hand, drafts: &[Draft]) -> Result<(), DecideError> {
        let messages: Result<Vec<Vec<u8>>, DecideError> = drafts.par_iter().map(message).collect();
        let messages = messages?;
        let sigs = hand.sign_all(&messages).map_err(not_signed)?;
        for ((draft, message), sig) in drafts.iter().zip(&messages).zip(sigs) {
            let id = draft.id.clone().unwrap_or_default();
            self.signed.insert(id, (Sha256::digest(message).into(), sig));
        }
        Ok(())
    }

    /// Puts ids and signatures into the drafts of [`Signing::sign_all`], made again under the lock.
    pub fn attach_all(
        &self,
        drafts: Vec<Result<Draft, DecideError>>,
        policy: &Policy,
    ) -> Vec<Result<Draft, DecideError>> {
        let attach = |(place, draft): (usize, Result<Draft, DecideError>)| {
            let mut draft = draft?;
            if self.needed {
                draft.id = self.ids.get(place).cloned().flatten();
                draft.batch.clone_from(&self.batch);
            }
            self.attach(draft, policy)
        };
        drafts.into_iter().enumerate().map(attach).collect()
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
    pub fn attach(&self, draft: Draft, policy: &Policy) -> Result<Draft, DecideError> {
        let own = draft.by == self.by;
        if !(self.needed && own || has_to_be_signed(&draft, policy)) {
            return Ok(draft);
        }
        let changed = || {
            let message = "the data or the policy changed while the decision was being signed";
            let error = Error::new(ErrorKind::Refused, message);
            DecideError::NotRecorded(error.hint("nothing was recorded; review and decide again"))
        };
        if draft.at.duration_since(self.began).abs() > CLOCK_TOLERANCE {
            let message = "signing took more than 5 minutes";
            let error = Error::new(ErrorKind::Refused, message);
            return Err(DecideError::NotRecorded(error.hint("nothing was recorded; decide again")));
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

/// Returns true where a key of its maker is in use when it is made.
fn has_to_be_signed(draft: &Draft, policy: &Policy) -> bool {
    policy.has_keys()
        && policy.keys_of(&Person::new(&draft.by)).iter().any(|key| key.is_valid_at(draft.at))
}

fn message(draft: &Draft) -> Result<Vec<u8>, DecideError> {
    signed_bytes(draft).map_err(|error| {
        let error = Error::from(LedgerError::Draft(error));
        DecideError::NotRecorded(Error { kind: ErrorKind::Refused, ..error })
    })
}

fn not_signed(error: Error) -> DecideError {
    DecideError::NotRecorded(error.context("nothing was recorded"))
}
