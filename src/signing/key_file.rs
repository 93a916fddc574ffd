//! Keys in files: private ones that sign, and public ones whose private key is in an agent.

use std::fs;
use std::path::Path;

use ssh_key::public::KeyData;
use ssh_key::{PrivateKey, PublicKey};

use super::passphrase;
use crate::domain::text::escape_controls;
use crate::domain::{Error, ErrorKind};

/// A key that a file names.
#[derive(Clone)]
pub enum KeyFile {
    /// A private key, which may still be encrypted.
    Private(Box<PrivateKey>),
    /// A public key: an agent has to have the private one.
    Public(Box<PublicKey>),
}

impl KeyFile {
    /// Reads a file.
    ///
    /// # Errors
    /// Where it cannot be read, or has no key of OpenSSH.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let refused = |message: String| Error::new(ErrorKind::Refused, message);
        let shown = path.display();
        let text = fs::read_to_string(path)
            .map_err(|error| refused(format!("cannot read the key \"{shown}\": {error}")))?;
        if text.trim_start().starts_with("-----BEGIN") {
            let key = PrivateKey::from_openssh(text.trim_start()).map_err(|_| {
                refused(format!("\"{shown}\" is not a private key in OpenSSH's format"))
                    .hint(format!("`ssh-keygen -p -f {shown}` rewrites older formats"))
                    // Some ECDSA keys are shorter than the crate that reads them expects.
                    .hint(format!("any other key works from the SSH agent: `ssh-add {shown}`"))
            })?;
            return Ok(Self::Private(Box::new(key)));
        }
        let key = PublicKey::from_openssh(text.trim());
        key.map(|key| Self::Public(Box::new(key))).map_err(|_| {
            refused(format!("\"{shown}\" has no SSH key"))
                .hint("name a private key, or a .pub file whose key is in your SSH agent")
        })
    }

    /// Returns the public key; that of an encrypted one stands in its file as well.
    pub fn public(&self) -> &KeyData {
        match self {
            Self::Private(key) => key.public_key().key_data(),
            Self::Public(key) => key.key_data(),
        }
    }
}

/// How often a passphrase is asked for.
const TRIES: usize = 3;

/// Returns a private key that can sign: asks for the passphrase of an encrypted one on the terminal.
///
/// # Errors
/// Where there is no terminal, no one answers, or the passphrase is wrong.
pub fn unlocked(key: &PrivateKey, path: &Path) -> Result<PrivateKey, Error> {
    if !key.is_encrypted() {
        return Ok(key.clone());
    }
    let shown = path.display().to_string();
    let refused = |message: String| Error::new(ErrorKind::Refused, message);
    for turn in 1..=TRIES {
        let question = match TRIES + 1 - turn {
            TRIES => format!("Passphrase of \"{shown}\": "),
            1 => "Wrong passphrase; 1 more try: ".to_owned(),
            left => format!("Wrong passphrase; {left} more tries: "),
        };
        let typed = passphrase::ask(&escape_controls(&question)).map_err(|_| {
            refused(format!(
                "the key \"{shown}\" has a passphrase, and there is no terminal to ask for it"
            ))
            .hint("add the key to your SSH agent: ssh-add")
        })?;
        let Some(typed) = typed else {
            return Err(refused(format!("no passphrase was given for the key \"{shown}\"")));
        };
        match key.decrypt(typed.as_bytes()) {
            Ok(key) => return Ok(key),
            Err(_) if turn < TRIES => {}
            Err(_) => break,
        }
    }
    Err(refused(format!("wrong passphrase for the key \"{shown}\"")))
}
