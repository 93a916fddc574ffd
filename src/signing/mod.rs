//! Signatures of entries, in the format of `ssh-keygen -Y` (SSHSIG).
//!
//! - [`message`]: the bytes that a signature covers.
//! - [`check`]: whether a signature holds.
//! - [`agent`]: keys in an SSH agent; [`key_file`]: keys in files; [`passphrase`]: their passphrases.
//! - [`signer`]: signs for a reviewer with one of the keys that the policy names.
//! - [`allowed`]: the keys of the policy as `ssh-keygen -Y verify` takes them.
//!
//! A signature covers who made an entry, its id, and what it says. Number, time and place in the chain
//! are added when the entry is written: they are covered by the chain alone.

pub mod agent;
pub mod allowed;
pub mod check;
pub mod key_file;
pub mod message;
pub mod passphrase;
pub mod signer;

/// What the signatures are for: one that was made for anything else is none of an entry.
pub const NAMESPACE: &str = "nextplay-decision";

pub use check::{SignatureError, Signed};
pub use signer::Signer;
