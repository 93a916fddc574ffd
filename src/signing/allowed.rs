//! The keys of the policy as `ssh-keygen -Y verify` takes them: a file of allowed signers.

use jiff::{SignedDuration, Timestamp};

use super::NAMESPACE;
use crate::domain::{ApproverKey, Policy};

/// The lines of the file, and the names that cannot stand in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedSigners {
    /// One line a key, in the order of the policy.
    pub lines: Vec<String>,
    /// Names with other characters than letters, digits and `._@+-`: `ssh-keygen` takes some of them for
    /// patterns.
    pub left_out: Vec<String>,
}

impl AllowedSigners {
    /// Returns the keys of a policy.
    pub fn of(policy: &Policy) -> Self {
        let mut signers = Self::default();
        for approver in policy.approvers.iter().filter(|approver| !approver.keys.is_empty()) {
            let name = approver.name.name();
            if is_plain(name) {
                signers.lines.extend(approver.keys.iter().map(|key| line(name, key)));
            } else if !signers.left_out.iter().any(|known| known == name) {
                signers.left_out.push(name.to_string());
            }
        }
        signers
    }
}

fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._@+-".contains(&byte))
}

fn line(name: &str, key: &ApproverKey) -> String {
    let mut options = format!("namespaces=\"{NAMESPACE}\"");
    if let Some(from) = &key.from {
        options.push_str(&format!(",valid-after=\"{}\"", stamp(from.at)));
    }
    if let Some(until) = &key.until {
        // `ssh-keygen` takes the second itself for one in which the key is in use.
        let last = until.at.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(until.at);
        options.push_str(&format!(",valid-before=\"{}\"", stamp(last)));
    }
    format!("{name} {options} {}", key.key)
}

/// `20270101000000Z`
fn stamp(at: Timestamp) -> String {
    at.strftime("%Y%m%d%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::policy::parse;

    #[test]
    fn each_key_is_a_line_and_odd_names_are_left_out() {
        const KEY: &str =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
        let policy = parse(&format!(
            "[[approver]]\nname = \"dana@acme.com\"\nkeys = [{{ key = \"{KEY} x\", from = 2027-01-01, \
             until = 2028-01-01 }}, {{ key = \"{KEY}\" }}]\n[[approver]]\nname = \"*\"\nkeys = [{{ key \
             = \"{KEY}\" }}]\n[[approver]]\nname = \"lee\"\n"
        ));
        let signers = AllowedSigners::of(&policy.unwrap());
        assert_eq!(
            signers.lines,
            [
                format!(
                    "dana@acme.com namespaces=\"nextplay-decision\",valid-after=\"20270101000000Z\",\
                     valid-before=\"20271231235959Z\" {KEY}"
                ),
                format!("dana@acme.com namespaces=\"nextplay-decision\" {KEY}"),
            ]
        );
        assert_eq!(signers.left_out, ["*"]);
    }
}
