//! An experiment ended by a change of the policy and the playbooks: what the files would be, shown first, and
//! written only on confirmation.

use std::fs;
use std::path::PathBuf;

use compact_str::CompactString;

use super::output_file::{OutputError, OutputFile, Staged};
use super::refresh::Workspace;
use super::save::Target;
use super::scenario_files;
use super::snapshot::Snapshot;
use crate::domain::{Error, ErrorKind};
use crate::insight::experiment::Ending;
use crate::insight::experiment::result::{Action, ExperimentResult};
use crate::insight::scenario::{Scenario, Setting};
use crate::intake::edit::without_experiment;
use crate::intake::load::Reread;
use crate::store::Dataset;

/// A line longer than this is shown around what changes in it.
const LONGEST: usize = 160;
/// So much of such a line is shown on both sides of the change.
const AROUND: usize = 30;

/// What ends an experiment, and what that changes.
#[derive(Debug, Clone, PartialEq)]
pub struct EndingPlan {
    /// The experiment's id.
    pub id: String,
    /// What the experiment recommends, in words.
    pub text: String,
    /// What follows for the customers who are in it, and for all others, in words.
    pub follows: [String; 2],
    /// The files, in the order in which they are written.
    files: Vec<ChangedFile>,
}

/// A file with what changes in it.
#[derive(Debug, Clone, PartialEq)]
struct ChangedFile {
    name: CompactString,
    path: PathBuf,
    before: String,
    after: String,
    changes: Vec<Change>,
}

/// Lines that are replaced.
#[derive(Debug, Clone, PartialEq)]
struct Change {
    /// What that means, where the lines do not say so: `Nudge (PB_1): active → retired`.
    words: Option<String>,
    /// The number of the first, from 1.
    line: usize,
    removed: Vec<String>,
    added: Vec<String>,
}

/// A line of a difference. Text from files in it is not escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffLine {
    /// What the lines below mean: `Nudge (PB_1): active → retired`.
    Words(String),
    /// Where the lines below stand: `nextplay.toml, line 12`.
    Place(String),
    /// A line that goes.
    Removed(String),
    /// A line that comes.
    Added(String),
}

impl EndingPlan {
    /// Returns the difference of each file.
    pub fn lines(&self) -> Vec<DiffLine> {
        let mut lines = Vec::new();
        for file in &self.files {
            for change in &file.changes {
                lines.extend(change.words.iter().cloned().map(DiffLine::Words));
                lines.push(DiffLine::Place(format!("{}, line {}", file.name, change.line)));
                lines.extend(change.removed.iter().cloned().map(DiffLine::Removed));
                lines.extend(change.added.iter().cloned().map(DiffLine::Added));
            }
        }
        lines
    }

    /// Returns how many files change.
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// Returns the names of the files: `journey_playbooks.json and nextplay.toml`.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
        names.join(" and ")
    }
}

/// Why an experiment is not ended with an arm; nothing where its result says that it should be.
///
/// # Errors
/// What the result says instead.
pub fn arm_that_stays(result: &ExperimentResult) -> Result<&str, Error> {
    let advice = &result.recommendation;
    match (advice.action, &advice.arm) {
        (Action::Promote | Action::Stop, Some(arm)) => Ok(arm),
        _ => {
            let message = format!("{} goes on: {}", result.id, advice.text);
            Err(Error::new(ErrorKind::Refused, message))
        }
    }
}

impl Workspace {
    /// Returns what ends an experiment with the arm that its result names.
    ///
    /// # Errors
    /// Where the data is broken or only read, the result names no arm, or the files cannot be changed in that
    /// way.
    pub fn plan_ending(&self, snapshot: &Snapshot, id: &str) -> Result<EndingPlan, Error> {
        if let Some(error) = snapshot.why_not_changing() {
            return Err(error);
        }
        let gone = || Error::new(ErrorKind::Usage, format!("no experiment {id:?} in the policy"));
        let result = snapshot.experiments().iter().find(|result| result.id == id);
        let result = result.ok_or_else(gone)?;
        let arm = arm_that_stays(result)?;
        let (matching, policy) = (&snapshot.matching, snapshot.matching.policy());
        let experiment = policy.experiments.iter().find(|one| one.id() == id).ok_or_else(gone)?;
        let ending = Ending::new(experiment, arm, matching.dataset())?;
        let mut files = Vec::new();
        if !ending.scenario.settings.is_empty() {
            let mut file = self.unchanged(Target::Playbooks)?;
            for setting in &ending.scenario.settings {
                let scenario = Scenario { settings: vec![setting.clone()] };
                let changed = scenario_files::playbooks(&scenario, &file.name, &file.after)
                    .map_err(super::SaveError::from)?;
                if let Some(changed) = changed {
                    file.change(changed, in_words(setting, matching.dataset()));
                }
            }
            files.push(file);
        }
        let mut policy = self.unchanged(Target::Policy)?;
        let changed = without_experiment(&policy.after, id).map_err(super::SaveError::from)?;
        policy.change(changed, None);
        files.push(policy);
        Ok(EndingPlan {
            id: id.to_owned(),
            text: result.recommendation.text.clone(),
            follows: ending.words(matching),
            files,
        })
    }

    /// Writes what ends an experiment, all of the files or none; the playbooks first: without the policy's change
    /// no customer is in it.
    ///
    /// # Errors
    /// Where the data is broken or only read, or a file is not as it was shown or cannot be written.
    pub fn end_experiment(&mut self, plan: &EndingPlan) -> Result<(), Error> {
        // The question may have been open for hours.
        let snapshot = self.refresh(Reread::Changed);
        if let Some(error) = snapshot.why_not_changing() {
            return Err(error);
        }
        let result = snapshot.experiments().iter().find(|result| result.id == plan.id);
        if let Some(now) = result.filter(|now| now.recommendation.text != plan.text) {
            let message =
                format!("{} says something else by now: {}", plan.id, now.recommendation.text);
            return Err(Error::new(ErrorKind::Refused, message).hint("nothing is written"));
        }
        let own = self.own_files();
        let prepared = plan.files.iter().map(|file| Prepared::new(file, &own));
        let prepared = prepared.collect::<Result<Vec<_>, _>>()?;
        if let Some(file) = plan.files.iter().find(|file| !file.holds(&file.before)) {
            let message = format!("{} changed since it was shown", file.name);
            let error = Error::new(ErrorKind::Refused, message);
            return Err(error.hint("nothing is written; look at the changes again"));
        }
        tracing::info!(id = plan.id, files = plan.names(), "an experiment is ended");
        put_all(prepared)
    }

    fn unchanged(&self, target: Target) -> Result<ChangedFile, Error> {
        let (name, path) = target.file(self.directory())?;
        let text = fs::read_to_string(&path)
            .map_err(|error| Error::new(ErrorKind::Io, format!("cannot read {name}: {error}")))?;
        Ok(ChangedFile { name, path, before: text.clone(), after: text, changes: Vec::new() })
    }
}

impl ChangedFile {
    /// Takes one more change, with what it means.
    fn change(&mut self, changed: String, words: Option<String>) {
        let change = Change::between(&self.after, &changed);
        self.changes.extend(change.map(|change| Change { words, ..change }));
        self.after = changed;
    }

    /// True where that is what the file holds.
    fn holds(&self, text: &str) -> bool {
        fs::read(&self.path).is_ok_and(|bytes| bytes == text.as_bytes())
    }
}

/// A file whose new and old content are beside it, so that either takes its place without more room.
struct Prepared<'a> {
    file: &'a ChangedFile,
    new: Staged,
    old: Staged,
}

impl<'a> Prepared<'a> {
    /// # Errors
    /// Where the file or its directory is not to be written.
    fn new(file: &'a ChangedFile, own: &[PathBuf]) -> Result<Self, Error> {
        let name = &file.name;
        if fs::metadata(&file.path).is_ok_and(|file| file.permissions().readonly()) {
            let error = Error::new(ErrorKind::Io, format!("{name} is write-protected"));
            return Err(error.hint(format!("nothing is written; allow writing to {name} first")));
        }
        // A directory of parts is that of its only part.
        let is_other = |own: &&PathBuf| !file.path.starts_with(own);
        let others: Vec<PathBuf> = own.iter().filter(is_other).cloned().collect();
        let target = OutputFile::new(&file.path, &others)?;
        let staged = |text: &str| target.stage(|out| out.write_all(text.as_bytes()));
        let staged = staged(&file.after).and_then(|new| Ok((new, staged(&file.before)?)));
        let (new, old) = staged.map_err(|error| error.error().hint("nothing is written"))?;
        Ok(Self { file, new, old })
    }
}

/// Puts all files into their places; where one cannot take it, those before it are put back.
fn put_all(prepared: Vec<Prepared<'_>>) -> Result<(), Error> {
    let mut done: Vec<(&ChangedFile, Staged)> = Vec::new();
    let mut not_durable = Ok(());
    for Prepared { file, new, old } in prepared {
        match new.put().map_err(|not_put| not_put.error) {
            Ok(()) => {}
            // It is there.
            Err(error @ OutputError::NotDurable { .. }) => not_durable = Err(error.error()),
            Err(error) => {
                let told = done.into_iter().rev().map(|(file, old)| put_back(file, old));
                return Err(told.fold(error.error(), Error::hint));
            }
        }
        done.push((file, old));
    }
    not_durable
}

/// Puts a file back as it was, and says so; what someone wrote meanwhile stays.
fn put_back(file: &ChangedFile, old: Staged) -> String {
    let name = &file.name;
    if !file.holds(&file.after) {
        return format!(
            "{name} was changed meanwhile and is not put back; compare it with the change"
        );
    }
    match old.put() {
        Ok(()) => format!("{name} is as it was"),
        Err(not_put) => {
            let (error, kept) = not_put.keep();
            let at = kept.map(|path| format!("; what it held is in {}", path.display()));
            format!("{name} is not put back: {error}{}", at.unwrap_or_default())
        }
    }
}

/// What a setting changes of a playbook: `Nudge (PB_1): active → retired`.
fn in_words(setting: &Setting, dataset: &Dataset) -> Option<String> {
    let (id, field, value) = setting.of_playbook()?;
    let playbook = dataset.playbook(dataset.playbook_number(id)?)?;
    let who = match playbook.title() {
        title if title == id => id.to_owned(),
        title => format!("{title} ({id})"),
    };
    if field == "eligible_segments" {
        let after: Vec<String> = serde_json::from_str(value).ok()?;
        let (was, now) = (playbook.segments().join(", "), after.join(", "));
        return Some(format!("{who}: segments {was} → {now}"));
    }
    let was = playbook.status.as_deref().unwrap_or_default();
    Some(format!("{who}: {was} → {}", setting.value()))
}

impl Change {
    /// The lines from the first to the last that differ; `None` where none does.
    fn between(before: &str, after: &str) -> Option<Self> {
        let (old, new): (Vec<&str>, Vec<&str>) =
            (before.lines().collect(), after.lines().collect());
        let same = |(a, b): &(&&str, &&str)| a == b;
        let first = old.iter().zip(&new).take_while(same).count();
        let old_rest = old.get(first..).unwrap_or_default();
        let new_rest = new.get(first..).unwrap_or_default();
        let last = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(same).count();
        let removed = old_rest.get(..old_rest.len() - last).unwrap_or_default();
        let added = new_rest.get(..new_rest.len() - last).unwrap_or_default();
        let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        let (removed, added) = match (removed, added) {
            ([], []) => return None,
            ([old], [new]) => {
                let [old, new] = around_change(old, new);
                (vec![old], vec![new])
            }
            _ => (owned(removed), owned(added)),
        };
        Some(Self { words: None, line: first + 1, removed, added })
    }
}

/// Two lines; of long ones what differs, with what is around it.
fn around_change(old: &str, new: &str) -> [String; 2] {
    if old.chars().count().max(new.chars().count()) <= LONGEST {
        return [old.to_owned(), new.to_owned()];
    }
    let (a, b): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    let same = |(a, b): &(&char, &char)| a == b;
    let first = a.iter().zip(&b).take_while(same).count();
    let left = a.len().min(b.len()) - first;
    let last = a.iter().rev().zip(b.iter().rev()).take_while(same).count().min(left);
    [a, b].map(|line| {
        let (begin, end) = (first.saturating_sub(AROUND), line.len() - last + AROUND);
        let part = line.get(begin..end.min(line.len())).unwrap_or_default();
        let before = if begin > 0 { "…" } else { "" };
        let after = if end < line.len() { "…" } else { "" };
        format!("{before}{}{after}", part.iter().collect::<String>())
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Two files that are to be changed.
    fn two(directory: &Path) -> [ChangedFile; 2] {
        ["a", "b"].map(|name| {
            let path = directory.join(name);
            fs::write(&path, "old\r\n").unwrap();
            let (before, after) = ("old\r\n".to_owned(), "new".to_owned());
            ChangedFile { name: name.into(), path, before, after, changes: Vec::new() }
        })
    }

    fn prepare(files: &[ChangedFile; 2]) -> Vec<Prepared<'_>> {
        files.iter().map(|file| Prepared::new(file, &[]).unwrap()).collect()
    }

    #[test]
    fn where_the_second_file_is_not_written_the_first_is_put_back() {
        let directory = tempfile::tempdir().unwrap();
        let files = two(directory.path());
        let prepared = prepare(&files);
        let [first, second] = &files;
        // A directory is not replaced by a file.
        fs::remove_file(&second.path).unwrap();
        fs::create_dir(&second.path).unwrap();
        let error = put_all(prepared).unwrap_err();
        assert!(error.message.starts_with("cannot write "), "{error:?}");
        assert_eq!(error.hints.last().unwrap(), "a is as it was");
        assert!(first.holds("old\r\n"));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2, "nothing is left over");
    }

    #[test]
    fn what_someone_wrote_meanwhile_is_not_put_back() {
        let directory = tempfile::tempdir().unwrap();
        let files = two(directory.path());
        let Prepared { file, old, .. } = prepare(&files).remove(0);
        fs::write(&file.path, "theirs").unwrap();
        assert_eq!(
            put_back(file, old),
            "a was changed meanwhile and is not put back; compare it with the change"
        );
        assert!(file.holds("theirs"));
        put_all(prepare(&files)).unwrap();
        assert!(files.iter().all(|file| file.holds("new")));
    }

    #[test]
    fn the_lines_from_the_first_to_the_last_that_differ_are_shown() {
        let change = Change::between("a\nb\nc\nd\n", "a\nX\nd\n").unwrap();
        assert_eq!(
            (change.line, change.removed, change.added),
            (2, vec!["b".to_owned(), "c".to_owned()], vec!["X".to_owned()])
        );
        let change = Change::between("a\na\nb\n", "a\nb\n").unwrap();
        assert_eq!((change.line, change.removed.len(), change.added.len()), (2, 1, 0));
        assert_eq!(Change::between("a\n", "a\n"), None);
    }

    #[test]
    fn of_a_long_line_only_what_is_around_the_change_is_shown() {
        let line = |status: &str| format!("{}{status}{}", "x".repeat(300), "y".repeat(300));
        let [old, new] = around_change(&line("active"), &line("retired"));
        let want = |status: &str| format!("…{}{status}{}…", "x".repeat(30), "y".repeat(30));
        assert_eq!((old, new), (want("active"), want("retired")));
        let [old, new] = around_change(&"z".repeat(200), &"z".repeat(201));
        assert!(old.chars().count() < 70 && new.chars().count() < 70, "{old} {new}");
    }
}
