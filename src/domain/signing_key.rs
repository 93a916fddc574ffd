//! Keys of approvers: what a signature is checked with, and when each is in use.

use std::fmt;

use compact_str::CompactString;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use ssh_key::{HashAlg, PublicKey, public::KeyData};

/// The shortest RSA key that is accepted, in bits.
const RSA_BITS: usize = 2048;

/// A public key in OpenSSH's form, without its comment.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(PublicKey);

/// Why a text is no key that signatures can be checked with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is not a public key.
    #[error("a public key as in a .pub file: \"ssh-ed25519 AAAA…\"")]
    NotAKey,
    /// It is a key that somebody certified.
    #[error("the key itself, not a certificate: \"ssh-ed25519 AAAA…\"")]
    Certificate,
    /// It is the private part.
    #[error("the public key from the .pub file; never put a private key here")]
    Private,
    /// Signatures of this type are not checked here.
    #[error("a key of the type ed25519, ecdsa, rsa, sk-ed25519 or sk-ecdsa")]
    Type,
    /// An RSA key of so few bits.
    #[error("an RSA key of {RSA_BITS} bits or more")]
    Short,
}

impl SigningKey {
    /// Reads a key as it stands in a `.pub` file; a comment behind it is left out.
    ///
    /// # Errors
    /// Where it is no public key, or of a type whose signatures cannot be checked.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        if text.contains("PRIVATE KEY") {
            return Err(KeyError::Private);
        }
        if text.split_whitespace().next().is_some_and(|kind| kind.contains("-cert-")) {
            return Err(KeyError::Certificate);
        }
        let mut key = PublicKey::from_openssh(text.trim()).map_err(|_| KeyError::NotAKey)?;
        key.set_comment("");
        Self::new(key)
    }

    /// Returns the key of a public key.
    ///
    /// # Errors
    /// Where it is of a type whose signatures cannot be checked.
    pub fn new(key: PublicKey) -> Result<Self, KeyError> {
        match key.key_data() {
            KeyData::Rsa(rsa) => {
                let bits = rsa.n.as_positive_bytes().map_or(0, |bytes| {
                    let zeros = bytes.first().map_or(0, |first| first.leading_zeros() as usize);
                    (bytes.len() * 8).saturating_sub(zeros)
                });
                if bits < RSA_BITS {
                    return Err(KeyError::Short);
                }
            }
            KeyData::Ed25519(_)
            | KeyData::Ecdsa(_)
            | KeyData::SkEd25519(_)
            | KeyData::SkEcdsaSha2NistP256(_) => {}
            _ => return Err(KeyError::Type),
        }
        Ok(Self(key))
    }

    /// Returns the key itself.
    pub fn data(&self) -> &KeyData {
        self.0.key_data()
    }

    /// Returns the fingerprint as `ssh-keygen -l` prints it: `SHA256:…`.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.data())
    }
}

/// Returns the fingerprint of a key as `ssh-keygen -l` prints it: `SHA256:…`.
pub fn fingerprint(key: &KeyData) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

impl fmt::Display for SigningKey {
    /// As in a `.pub` file, without a comment.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_openssh().unwrap_or_default().trim_end())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fingerprint())
    }
}

/// A key of an approver, and the time in which it is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproverKey {
    /// The key.
    pub key: SigningKey,
    /// The first moment; from the beginning where `None`.
    pub from: Option<Instant>,
    /// The moment from which it is no longer in use; never where `None`.
    pub until: Option<Instant>,
}

impl ApproverKey {
    /// Returns true where the key is in use at that time: from `from` on, and before `until`.
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        self.from.as_ref().is_none_or(|from| from.at <= at)
            && self.until.as_ref().is_none_or(|until| at < until.at)
    }
}

/// A date or a time of the policy, as it was written. A date is the beginning of that day in UTC; a time
/// without an offset is in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instant {
    /// The moment.
    pub at: Timestamp,
    /// As it was written.
    pub written: CompactString,
}

impl Instant {
    /// Reads a date, a date and time, or a date and time with an offset, as TOML writes them.
    pub fn parse(text: &str) -> Option<Self> {
        let written = CompactString::from(text);
        let in_utc =
            |time: DateTime| time.to_zoned(TimeZone::UTC).ok().map(|time| time.timestamp());
        let at = text
            .parse::<Date>()
            .ok()
            .filter(|_| text.len() == "2027-01-01".len())
            .and_then(|date| in_utc(date.at(0, 0, 0, 0)))
            .or_else(|| text.parse::<Timestamp>().ok())
            .or_else(|| text.parse::<DateTime>().ok().and_then(in_utc))?;
        Some(Self { at, written })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";

    #[test]
    fn a_key_is_read_with_its_comment_and_written_without() {
        let key = SigningKey::parse(&format!(" {KEY} dana@laptop\n")).unwrap();
        assert_eq!(key.to_string(), KEY);
        assert_eq!(key, SigningKey::parse(KEY).unwrap());
        assert!(key.fingerprint().starts_with("SHA256:"), "{}", key.fingerprint());
    }

    #[test]
    fn what_is_no_key_is_told_apart() {
        let error = |text: &str| SigningKey::parse(text).unwrap_err();
        for text in ["", "dana", "ssh-ed25519", "ssh-ed25519 AAAA", "no-touch ssh-ed25519 AAAA"] {
            assert_eq!(error(text), KeyError::NotAKey, "{text:?}");
        }
        assert_eq!(error("-----BEGIN OPENSSH PRIVATE KEY-----"), KeyError::Private);
        let certified = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAx";
        assert_eq!(error(certified), KeyError::Certificate);
        let dsa = "ssh-dss AAAAB3NzaC1kc3MAAACBAJx9v6Q4t7R5tNUQcx16bwFRANkFigpJf/+RwrfVQm/ViKKMrqiQVSCbsgEzxWRfjYY4L7dUvZraw0w/sB00IxZc0x2IXNHB5hFP4yinmr4LPQxJhxquIT9+dL3uWSbC0shZPspf/haCeKv+T+nA0ZQnL3M3cbIDnK7XS/xzD1eBAAAAFQDFp7RYM23fL7ARbOFyQ/QqedE4mQAAAIASLgJTMMD8Yig7vKWMxgpyjmxDueJ7zwc0b+jIMieEhG5TFRiR5mlQPYl3YXFCSXt0lR3klLpEizzKGlf2VmK64vrZPD33suU481TVmMe32BNPpCc/vdS453tbJNygzZdPBhpvfL3grqU6tSdYEYHQS3O7272w9ezMO62gvhmAigAAAIAMS/fwZQb7dntIWxnFV65XeMNvpEJ5+f9RJ/4XsNHeUnJm32LMbMW2kRnHztpgpEUPcdeQDynDTxcmY1/yB0h/MMdSnA0V+RBEHTUqH0eUIOcJe60J5MQZ5WP4BdhgZOEHKRn1Ecnd8d6FOeihJwr5Fw40nfmQzp9c62yYDUw2XQ==";
        assert_eq!(error(dsa), KeyError::Type);
        // 1024 bits.
        let short = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDAu7tvIvX6ZHrRXuZNfkR3XLHSsuCK9Zn3X58lxBcQzuo5xZgB6vRwwm/QtJuF+zZPtY5hsQILBLmF+BZ5WpKZp1jBeSjH2G7lxet9kbcH+kIVj0tPFEoyKI9wvWqIwC4prx/WVk2wLTJjzBAhyNxfEq7C9CeiX9pQEbEqJfkKCQ==";
        assert_eq!(error(short), KeyError::Short);
    }

    #[test]
    fn a_date_is_midnight_in_utc() {
        let at = |text: &str| Instant::parse(text).map(|instant| instant.at.to_string());
        assert_eq!(at("2027-01-01").as_deref(), Some("2027-01-01T00:00:00Z"));
        assert_eq!(at("2027-01-01T09:30:00").as_deref(), Some("2027-01-01T09:30:00Z"));
        assert_eq!(at("2027-01-01T09:30:00+02:00").as_deref(), Some("2027-01-01T07:30:00Z"));
        for text in ["", "09:30:00", "2027-13-01", "soon"] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_is_in_use_from_its_first_moment_and_before_its_last() {
        let key = ApproverKey {
            key: SigningKey::parse(KEY).unwrap(),
            from: Instant::parse("2027-01-01"),
            until: Instant::parse("2027-02-01"),
        };
        let valid = |text: &str| key.is_valid_at(text.parse().unwrap());
        assert!(valid("2027-01-01T00:00:00Z") && valid("2027-01-31T23:59:59.999Z"));
        assert!(!valid("2026-12-31T23:59:59.999Z") && !valid("2027-02-01T00:00:00Z"));
    }
}
