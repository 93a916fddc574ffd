//! Signs the entries of a reviewer with one of the keys that the policy names.

use std::fmt;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use base64ct::{Base64, Encoding};
use jiff::Timestamp;
use rayon::prelude::*;
use ssh_key::private::RsaKeypair;
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, Signature, SshSig};

use super::NAMESPACE;
use super::agent::{Agent, put};
use super::check::Signed;
use super::key_file::{KeyFile, unlocked};
use crate::domain::signing_key::fingerprint;
use crate::domain::{ApproverKey, Error, ErrorKind, Person, Policy};

/// What a reviewer signs with.
#[derive(Clone, Default)]
pub struct Signer {
    /// The file of the key that the reviewer named; what the agent has where `None`.
    named: Option<PathBuf>,
    /// Named for this one run: a key that is of no use here is an error.
    strict: bool,
    /// A passphrase is asked for where it is needed.
    asks: bool,
    /// Never signs: what has to be signed is refused.
    absent: bool,
    /// The private key of the named file, once its passphrase was given.
    unlocked: Arc<Mutex<Option<PrivateKey>>>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("named", &self.named).finish_non_exhaustive()
    }
}

/// A key at hand.
pub struct Hand(With);

enum With {
    Private(Box<PrivateKey>),
    Agent(Mutex<Agent>, KeyData),
}

impl Signer {
    /// Signs with the key of a file, or with what the agent has. `strict`: it is an error if the policy
    /// does not name the file's key for the reviewer.
    pub fn new(named: Option<PathBuf>, strict: bool) -> Self {
        Self { named, strict, asks: true, ..Self::default() }
    }

    /// Returns one that signs nothing: what has to be signed is refused.
    pub fn absent() -> Self {
        Self { absent: true, ..Self::default() }
    }

    /// The same, which asks for no passphrase from now on; one that was given stays.
    #[must_use]
    pub fn without_asking(self) -> Self {
        Self { asks: false, ..self }
    }

    /// Returns true where entries may have to be signed under a policy.
    pub fn may_sign(&self, policy: &Policy) -> bool {
        policy.has_keys() || (self.strict && self.named.is_some())
    }

    /// Returns the key to sign with at a time; `None` where the policy names none for the reviewer that
    /// is in use then, so that nothing has to be signed.
    ///
    /// # Errors
    /// Where something has to be signed and there is no way to, with what was tried.
    pub fn hand(&self, by: &str, policy: &Policy, at: Timestamp) -> Result<Option<Hand>, Error> {
        let keys = policy.keys_of(&Person::new(by));
        let usable: Vec<&ApproverKey> =
            keys.iter().copied().filter(|key| key.is_valid_at(at)).collect();
        if usable.is_empty() && !(self.strict && self.named.is_some()) {
            return Ok(None);
        }
        if self.absent {
            return Err(refused(format!(
                "entries by {by} have to be signed, which is not done here"
            )));
        }
        let with = match &self.named {
            Some(path) => self.of_file(path, by, &keys, at)?,
            None => of_agent(by, &usable)?,
        };
        Ok(Some(Hand(with)))
    }

    /// Asks for the passphrase of the named key now, if one is needed to sign for this reviewer.
    ///
    /// # Errors
    /// As [`Signer::hand`].
    pub fn unlock(&self, by: &str, policy: &Policy, at: Timestamp) -> Result<(), Error> {
        match &self.named {
            Some(_) => self.hand(by, policy, at).map(|_| ()),
            None => Ok(()),
        }
    }

    fn of_file(
        &self,
        path: &Path,
        by: &str,
        keys: &[&ApproverKey],
        at: Timestamp,
    ) -> Result<With, Error> {
        let file = KeyFile::read(path)?;
        let public = file.public();
        let shown = format!("the key \"{}\" ({})", path.display(), fingerprint(public));
        let same: Vec<&&ApproverKey> = keys.iter().filter(|k| k.key.data() == public).collect();
        if same.is_empty() {
            return Err(refused(format!("{shown} is not in the policy for {by}"))
                .hint(in_policy(keys.iter().copied())));
        }
        if !same.iter().any(|key| key.is_valid_at(at)) {
            let times: Vec<String> = same.iter().map(|key| times(key)).collect();
            return Err(refused(format!("{shown} is not in use now: {}", times.join("; "))));
        }
        let key = match file {
            KeyFile::Private(key) if !key.is_encrypted() && !is_on_a_device(public) => {
                return Ok(With::Private(key));
            }
            KeyFile::Private(key) => key,
            KeyFile::Public(key) => {
                return with_agent(key.key_data()).map_err(|why| {
                    refused(format!("cannot sign with {shown}: {why}"))
                        .hint("add the key to your SSH agent (ssh-add), or name the private key")
                });
            }
        };
        let of_before = self.unlocked.lock().ok().and_then(|unlocked| unlocked.clone());
        if let Some(unlocked) =
            of_before.filter(|k| k.public_key().key_data() == key.public_key().key_data())
        {
            return Ok(With::Private(Box::new(unlocked)));
        }
        // As ssh does: whoever added the key to the agent is not asked again.
        let agent = with_agent(key.public_key().key_data());
        let why = match agent {
            Ok(with) => return Ok(with),
            Err(why) => why,
        };
        if is_on_a_device(key.public_key().key_data()) {
            return Err(refused(format!("cannot sign with {shown}: {why}"))
                .hint("a key on a device signs through the SSH agent: ssh-add"));
        }
        if !self.asks {
            return Err(refused(format!(
                "{shown} has a passphrase, which is not asked for here; {why}"
            ))
            .hint("add the key to your SSH agent: ssh-add"));
        }
        if !io::stdin().is_terminal() && !io::stderr().is_terminal() {
            return Err(refused(format!(
                "{shown} has a passphrase, and there is no terminal to ask for it; {why}"
            ))
            .hint("add the key to your SSH agent: ssh-add"));
        }
        let open = unlocked(&key, path)?;
        if let Ok(mut kept) = self.unlocked.lock() {
            *kept = Some(open.clone());
        }
        Ok(With::Private(Box::new(open)))
    }
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::Refused, message)
}

/// True of a key whose private part is on a security key.
fn is_on_a_device(key: &KeyData) -> bool {
    key.is_sk_ed25519() || key.is_sk_ecdsa_p256()
}

fn in_policy<'k>(keys: impl Iterator<Item = &'k ApproverKey>) -> String {
    let keys: Vec<String> = keys.map(|key| key.key.fingerprint()).collect();
    match keys.is_empty() {
        true => "the policy has no key for this name".to_owned(),
        false => format!("the policy has {}", keys.join(", ")),
    }
}

/// `from 2027-01-01 until 2028-01-01`
fn times(key: &ApproverKey) -> String {
    let side = |word: &str, instant: &Option<crate::domain::signing_key::Instant>| {
        instant.as_ref().map(|instant| format!("{word} {}", instant.written))
    };
    let sides: Vec<String> =
        [side("from", &key.from), side("until", &key.until)].into_iter().flatten().collect();
    sides.join(" ")
}

/// The agent, if it has the key; else why it is of no use.
fn with_agent(key: &KeyData) -> Result<With, String> {
    let mut agent = Agent::of_user().map_err(|error| error.to_string())?;
    let keys = agent.keys().map_err(|error| format!("the SSH agent does not answer: {error}"))?;
    match keys.contains(key) {
        true => Ok(With::Agent(Mutex::new(agent), key.clone())),
        false => Err("the SSH agent does not have it".to_owned()),
    }
}

/// The first of these keys that the agent has.
fn of_agent(by: &str, usable: &[&ApproverKey]) -> Result<With, Error> {
    let none = |why: String| {
        refused(format!("entries by {by} have to be signed: {why}"))
            .hint(in_policy(usable.iter().copied()))
            .hint("add the key to your SSH agent (ssh-add), or name its file with --sign-with")
    };
    let mut agent = Agent::of_user().map_err(|error| none(error.to_string()))?;
    let keys = agent.keys();
    let keys = keys.map_err(|error| none(format!("the SSH agent does not answer: {error}")))?;
    let found = usable.iter().find(|key| keys.contains(key.key.data()));
    match found {
        Some(key) => Ok(With::Agent(Mutex::new(agent), key.key.data().clone())),
        None => Err(none(format!("the SSH agent has none of the keys of {by} in the policy"))),
    }
}

impl Hand {
    /// Returns the signature of each of these messages, as an entry keeps it.
    ///
    /// # Errors
    /// Where one cannot be signed; nothing is to be recorded then.
    pub fn sign_all(&self, messages: &[Vec<u8>]) -> Result<Vec<String>, Error> {
        match &self.0 {
            With::Private(_) => messages.par_iter().map(|message| self.sign(message)).collect(),
            With::Agent(..) => messages.iter().map(|message| self.sign(message)).collect(),
        }
    }

    /// Returns the signature of a message, as an entry keeps it.
    ///
    /// # Errors
    /// Where it cannot be signed.
    pub fn sign(&self, message: &[u8]) -> Result<String, Error> {
        let sig = match &self.0 {
            With::Private(key) => by_key(key, message).map_err(|error| {
                refused(format!(
                    "cannot sign with the key {}: {error}",
                    fingerprint(key.public_key().key_data())
                ))
            })?,
            With::Agent(agent, key) => {
                let lost = || io::Error::other("it was used by something that failed");
                let signed = agent
                    .lock()
                    .map_err(|_| lost())
                    .and_then(|mut a| by_agent(&mut a, key, message));
                signed.map_err(|error| {
                    refused(format!("cannot sign with the key {}: {error}", fingerprint(key)))
                        .hint("unlock the agent or confirm the signature, then try again")
                })?
            }
        };
        // What no one could check later is not written down.
        match Signed::parse(&sig).is_some_and(|signed| signed.is_of(message)) {
            true => Ok(sig),
            false => Err(refused("the signature that was made is not valid".to_owned())),
        }
    }
}

fn by_key(key: &PrivateKey, message: &[u8]) -> Result<String, ssh_key::Error> {
    let signed = match key.key_data().rsa() {
        None => key.sign(NAMESPACE, HashAlg::Sha512, message)?,
        Some(rsa) => by_rsa(rsa, message)?,
    };
    let pem = signed.to_pem(LineEnding::LF)?;
    Ok(pem.lines().filter(|line| !line.starts_with('-')).collect())
}

fn by_rsa(key: &RsaKeypair, message: &[u8]) -> Result<SshSig, ssh_key::Error> {
    use rsa::signature::{SignatureEncoding, Signer};
    let number = |part: &ssh_key::Mpint| rsa::BigUint::try_from(part);
    let primes = vec![number(&key.private.p)?, number(&key.private.q)?];
    let (n, e) = (number(&key.public.n)?, number(&key.public.e)?);
    let private = rsa::RsaPrivateKey::from_components(n, e, number(&key.private.d)?, primes)
        .map_err(|_| ssh_key::Error::Crypto)?;
    let signer = rsa::pkcs1v15::SigningKey::<rsa::sha2::Sha512>::new(private);
    let covered = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, message)?;
    let made = signer.try_sign(&covered).map_err(|_| ssh_key::Error::Crypto)?;
    let algorithm = Algorithm::Rsa { hash: Some(HashAlg::Sha512) };
    let signature = Signature::new(algorithm, made.to_vec())?;
    SshSig::new(key.public.clone().into(), NAMESPACE, HashAlg::Sha512, signature)
}

/// The blob is put together from what the agent gave, as it gave it.
fn by_agent(agent: &mut Agent, key: &KeyData, message: &[u8]) -> io::Result<String> {
    let covered = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, message);
    let signature = agent.sign(key, &covered.map_err(io::Error::other)?)?;
    let public = PublicKey::new(key.clone(), "").to_bytes().map_err(io::Error::other)?;
    let mut blob = b"SSHSIG".to_vec();
    blob.extend(SshSig::VERSION.to_be_bytes());
    for part in [&public[..], NAMESPACE.as_bytes(), b"", b"sha512", &signature] {
        put(&mut blob, part)?;
    }
    Ok(Base64::encode_string(&blob))
}
