//! Whether a signature holds.

use std::sync::{LazyLock, RwLock};

use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};
use ssh_key::public::KeyData;
use ssh_key::{HashAlg, SshSig};

use super::{NAMESPACE, message};
use crate::domain::signing_key::fingerprint;
use crate::domain::{ApproverKey, Digest, Entry};

/// Why a signature does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureError {
    /// It is no signature of an entry: damaged, or made for something else.
    NotOne,
    /// It was made with a key that is not one of these.
    OtherKey,
    /// It was made of something else than what the entry says.
    OtherText,
}

/// A signature as it is read.
#[derive(Debug, Clone)]
pub struct Signed(SshSig);

impl Signed {
    /// Reads the `sig` of an entry: an SSHSIG blob in base64, with SHA-512, in the namespace of entries.
    pub fn parse(sig: &str) -> Option<Self> {
        let read = SshSig::from_pem(pem(sig)).ok()?;
        let fits = read.namespace() == NAMESPACE
            && read.hash_alg() == HashAlg::Sha512
            && read.version() == SshSig::VERSION
            && read.reserved().is_empty();
        fits.then_some(Self(read))
    }

    /// Returns the key that it says it was made with.
    pub fn key(&self) -> &KeyData {
        self.0.public_key()
    }

    /// Returns the fingerprint of that key: `SHA256:…`.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.key())
    }

    /// Returns true where it was made of these bytes with its key.
    pub fn is_of(&self, message: &[u8]) -> bool {
        let key = ssh_key::PublicKey::new(self.key().clone(), "");
        key.verify(NAMESPACE, message, &self.0).is_ok()
    }
}

/// What `ssh-keygen -Y verify` takes: the blob between two lines.
pub fn pem(sig: &str) -> String {
    let mut text = "-----BEGIN SSH SIGNATURE-----\n".to_owned();
    let mut rest = sig;
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(70).unwrap_or((rest, ""));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END SSH SIGNATURE-----\n");
    text
}

/// Checks the signature of an entry against the keys that may have made it.
///
/// # Errors
/// Why it does not hold.
pub fn check(entry: &Entry, keys: &[&ApproverKey]) -> Result<(), SignatureError> {
    let signed = Signed::parse(entry.sig.as_deref().unwrap_or_default());
    let signed = signed.ok_or(SignatureError::NotOne)?;
    if !keys.iter().any(|key| key.key.data() == signed.key()) {
        return Err(SignatureError::OtherKey);
    }
    match holds_with(entry, &signed) {
        Some(true) => Ok(()),
        Some(false) | None => Err(SignatureError::OtherText),
    }
}

/// Returns whether an entry's signature is of what the entry says, by whatever key; `None` where its line
/// cannot be read now.
pub fn holds(entry: &Entry) -> Option<bool> {
    match Signed::parse(entry.sig.as_deref().unwrap_or_default()) {
        Some(signed) => holds_with(entry, &signed),
        None => Some(false),
    }
}

/// Remembers for this process what was found for an entry before.
pub fn remember(entry: &Entry, holds: bool) {
    if let Ok(mut found) = FOUND.write() {
        found.insert(entry.hash, holds);
    }
}

/// What was found for each line, by its hash: it covers the signature and all that is signed, so the
/// same line is never checked twice by a process.
static FOUND: LazyLock<RwLock<FxHashMap<Digest, bool>>> = LazyLock::new(RwLock::default);

fn holds_with(entry: &Entry, signed: &Signed) -> Option<bool> {
    if let Some(found) = FOUND.read().ok().and_then(|found| found.get(&entry.hash).copied()) {
        return Some(found);
    }
    // What cannot be read now may be later, and other bytes than those of the entry tell nothing.
    let line = entry.basis.line().filter(|line| is_line_of(line, entry))?;
    let sig = entry.sig.as_deref().unwrap_or_default();
    let holds = message::of_line(&line, sig).is_some_and(|message| signed.is_of(&message));
    remember(entry, holds);
    Some(holds)
}

/// True where these bytes are the line that the entry was read from.
fn is_line_of(line: &[u8], entry: &Entry) -> bool {
    let end = format!(",\"hash\":\"{}\"}}", entry.hash);
    let covered = line.strip_suffix(end.as_bytes());
    covered.is_some_and(|covered| {
        Digest::from(<[u8; 32]>::from(Sha256::digest(covered))) == entry.hash
    })
}
