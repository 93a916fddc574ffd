//! What people's decisions say, as `lessons` prints it.

use std::io::{self, Write};

use crate::domain::text::escape_controls;
use crate::insight::lessons::{Lesson, words};
use crate::matching::Matching;

/// For people: each playbook with its lessons, and what follows from them.
///
/// # Errors
/// What the writer reports.
pub fn write_text(out: &mut dyn Write, all: &[Lesson], matching: &Matching) -> io::Result<()> {
    let (dataset, labels) = (matching.dataset(), &matching.policy().labels);
    let mut playbook = None;
    for lesson in all {
        let mut line = |text: &str| writeln!(out, "{}", escape_controls(text));
        let id = &lesson.playbook_id;
        if playbook != Some(id) {
            let name = dataset.playbook_by_id(id).and_then(|playbook| playbook.name.as_deref());
            if playbook.is_some() {
                line("")?;
            }
            line(&match name {
                Some(name) => format!("{name} ({id})"),
                None => id.clone(),
            })?;
            playbook = Some(id);
        }
        line(&format!("  {}", words::lesson(lesson, labels)))?;
        if let Some(proposal) = &lesson.proposal {
            line(&format!("    {}", words::proposal(lesson, proposal, dataset)))?;
            line(&format!("    {}", proposal.command))?;
        }
    }
    Ok(())
}
