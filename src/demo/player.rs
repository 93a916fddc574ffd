//! Carries a step of the demo out in the copy of the sample data.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use jiff::civil::Date;

use super::script::{Change, Decide, SEED, STEPS, Scene};
use crate::approval::Request;
use crate::domain::{Person, Status};
use crate::intake::load::Reread;
use crate::workspace::{DecisionRequest, Options, Workspace};

/// What a person who watches the demo is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption {
    /// Number of the step, from 0 for the greeting.
    pub step: usize,
    /// How many steps there are behind the greeting.
    pub steps: usize,
    /// What happens.
    pub text: String,
}

/// Plays the demo in a directory.
#[derive(Debug, Clone)]
pub struct Player {
    directory: PathBuf,
    you: Person,
    options: Options,
    today: Date,
    /// The whole text of a file that was left half written.
    whole: Option<String>,
}

impl Player {
    /// Plays in a directory that holds the sample data, for a reviewer. Decisions of the other reviewer
    /// are made with these options.
    pub fn new(directory: PathBuf, you: &str, options: Options) -> Self {
        let today = options.clock.now().today();
        Self { directory, you: Person::new(you), options, today, whole: None }
    }

    /// Carries out the step of that number and returns its caption; `None` behind the last one.
    ///
    /// # Errors
    /// Where a file of the demo cannot be read or written.
    pub fn play(&mut self, step: usize) -> io::Result<Option<Caption>> {
        let Some(row) = STEPS.get(step) else { return Ok(None) };
        let mut text = row.caption.replace("{you}", self.you.name());
        match &row.change {
            Change::Nothing => {}
            Change::Edit(edits) => {
                let scene = Scene { seed: SEED, today: self.today };
                for edit in *edits {
                    let before = fs::read_to_string(self.directory.join(edit.file))?;
                    self.replace(edit.file, &(edit.text)(&before, scene))?;
                }
            }
            Change::Break(file) => {
                let path = self.directory.join(file);
                let whole = fs::read(&path)?;
                // In place, as careless writers do.
                fs::write(path, whole.get(..whole.len() / 2).unwrap_or_default())?;
                self.whole = String::from_utf8(whole).ok();
            }
            Change::Repair(file) => {
                if let Some(whole) = self.whole.take() {
                    self.replace(file, &whole)?;
                }
            }
            Change::Decide(decide) => {
                let by = decide.by.into_iter().find(|by| Person::new(by) != self.you);
                let by = by.unwrap_or_default();
                text = match self.decide(decide, by) {
                    Some(customer) => text.replace("{customer}", &customer),
                    None => decide.otherwise.to_owned(),
                };
                text = text.replace("{by}", by);
            }
        }
        Ok(Some(Caption { step, steps: STEPS.len().saturating_sub(1), text }))
    }

    /// Writes a file as careful writers do: it is there whole at once.
    fn replace(&self, name: &str, text: &str) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.directory)?;
        file.write_all(text.as_bytes())?;
        file.persist(self.directory.join(name))?;
        Ok(())
    }

    /// Has the other reviewer decide; returns the customer in words, or nothing where no play
    /// needs a decision.
    fn decide(&self, decide: &Decide, by: &str) -> Option<String> {
        let mut workspace = Workspace::new(&self.directory, self.options.clone());
        let snapshot = workspace.refresh(Reread::Changed);
        let waits = |customer: &&str| {
            let number = snapshot.matching.dataset().customer_number(customer);
            number.and_then(|number| snapshot.statuses.get(number)) == Some(&Status::Pending)
        };
        decide.order(SEED).filter(waits).find_map(|customer| {
            let mut request = Request::new(decide.kind, customer, by);
            request.reason = Some(decide.reason.into());
            let decided = workspace.decide_each(&[DecisionRequest::Decide(request)]).ok()?;
            let recorded = decided.each.into_iter().next()?.ok()?;
            Some(decided.snapshot.customer_words(&recorded.entry.customer_id))
        })
    }
}
