//! The policy file on disk: the last good policy stays, whatever becomes of the file
//!.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::policy::{POLICY_FILE, parse};
use super::stamp::{Reread, Seen};
use crate::domain::{Code, Finding, Policy};
use crate::toml_text;

/// A policy file, and what was last read from it.
#[derive(Debug)]
pub struct PolicyFile {
    path: PathBuf,
    /// Goes before the file's `matching.confidence_threshold`.
    confidence_threshold: Option<f64>,
    seen: Option<Seen>,
    /// The stamp may hide a later change.
    doubtful: bool,
    state: PolicyState,
}

/// The policy in force, and what is wrong with the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicyState {
    /// The policy.
    pub policy: Arc<Policy>,
    /// The text that it was read from; `None` where the defaults are in force.
    pub text: Option<Arc<str>>,
    /// What is wrong with the file as it is now; the policy is the last good one then.
    pub problems: Vec<Finding>,
    /// No policy of this file was ever good: what is in force is not what someone meant.
    pub never_good: bool,
    /// The file is gone; the last good policy stays until it is read again by hand.
    pub gone: bool,
}

impl PolicyFile {
    /// Nothing is read yet. `confidence_threshold` goes before the file's.
    pub fn new(directory: &Path, confidence_threshold: Option<f64>) -> Self {
        Self {
            path: directory.join(POLICY_FILE),
            confidence_threshold,
            seen: None,
            doubtful: false,
            state: PolicyState::default(),
        }
    }

    /// What was last read.
    pub fn state(&self) -> &PolicyState {
        &self.state
    }

    /// The policy of what is on disk now, and whether anything is another than before.
    pub fn look(&mut self, reread: Reread) -> (&PolicyState, bool) {
        let now = SystemTime::now();
        let seen = Seen::at(&self.path);
        let first = self.seen.is_none();
        let same = self.seen.as_ref() == Some(&seen) && !self.doubtful;
        if same && reread == Reread::Changed {
            return (&self.state, false);
        }
        self.doubtful = seen.may_hide_a_change(now);
        let next = self.next(&seen, first, reread);
        self.seen = Some(seen);
        let changed = first || next != self.state;
        self.state = next;
        (&self.state, changed)
    }

    fn next(&self, seen: &Seen, first: bool, reread: Reread) -> PolicyState {
        let before = &self.state;
        if *seen == Seen::Absent {
            // Without a file there is nothing to be wrong: the defaults are meant. But a file that
            // was there and good is not forgotten before someone has seen that it is gone.
            let had = !first && !before.never_good && (before.gone || self.was_there());
            if had && reread == Reread::Changed {
                return PolicyState { problems: Vec::new(), gone: true, ..before.clone() };
            }
            return self.good(Policy::default(), None);
        }
        let read = text(&self.path).and_then(|text| Ok((parsed(&self.path, &text)?, text)));
        match read {
            Ok((policy, text)) => self.good(policy, Some(text.into())),
            Err(problems) => PolicyState {
                problems,
                never_good: first || before.never_good,
                gone: false,
                ..match first {
                    true => self.good(Policy::default(), None),
                    false => before.clone(),
                }
            },
        }
    }

    fn was_there(&self) -> bool {
        !matches!(self.seen, None | Some(Seen::Absent))
    }

    fn good(&self, mut policy: Policy, text: Option<Arc<str>>) -> PolicyState {
        if let Some(threshold) = self.confidence_threshold {
            policy.confidence_threshold = threshold;
        }
        PolicyState { policy: Arc::new(policy), text, ..PolicyState::default() }
    }
}

/// Reads the policy of a file, wherever it is.
///
/// # Errors
/// Everything that is wrong with it, each finding with the name of the file.
pub fn read(path: &Path) -> Result<Policy, Vec<Finding>> {
    parsed(path, &text(path)?)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn parsed(path: &Path, text: &str) -> Result<Policy, Vec<Finding>> {
    let in_file = |finding: Finding| finding.in_file(&name(path));
    parse(text).map_err(|findings| findings.into_iter().map(in_file).collect())
}

fn text(path: &Path) -> Result<String, Vec<Finding>> {
    let bad = |message: String| vec![Finding::new(Code::BadPolicy, message).in_file(&name(path))];
    toml_text::read(path, "a policy file").map_err(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_good_policy_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(POLICY_FILE);
        let mut file = PolicyFile::new(dir.path(), None);
        let (state, changed) = file.look(Reread::Changed);
        assert!(changed && *state.policy == Policy::default() && !state.never_good);
        assert!(!file.look(Reread::Changed).1);
        let write = |text: &str| std::fs::write(&path, text).unwrap();
        let threshold = |state: &PolicyState| state.policy.confidence_threshold;

        write("[matching]\nconfidence_threshold = 0.7\n");
        let (state, changed) = file.look(Reread::Changed);
        assert_eq!((threshold(state), changed), (0.7, true));
        write("[matching]\nconfidence_threshold = 7\n");
        let (state, _) = file.look(Reread::Changed);
        assert_eq!((threshold(state), state.never_good), (0.7, false));
        assert_eq!(state.problems.len(), 1);
        std::fs::remove_file(&path).unwrap();
        let (state, _) = file.look(Reread::Changed);
        assert!(state.gone && state.problems.is_empty() && threshold(state) == 0.7);
        let (state, _) = file.look(Reread::All);
        assert!(!state.gone && threshold(state) == 0.5);
    }

    #[test]
    fn a_policy_that_was_never_good_is_the_defaults_and_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(POLICY_FILE);
        std::fs::write(&path, b"x = \xff").unwrap();
        let mut file = PolicyFile::new(dir.path(), Some(0.9));
        let (state, _) = file.look(Reread::Changed);
        assert!(state.never_good && state.policy.confidence_threshold == 0.9);
        assert_eq!(
            state.problems[0].to_string(),
            "nextplay.toml: line 1 is not UTF-8 text; save it as UTF-8"
        );
        std::fs::remove_file(&path).unwrap();
        let (state, _) = file.look(Reread::Changed);
        assert!(!state.never_good && !state.gone, "without a file the defaults are meant");
    }
}
