//! What is wrong or suspicious, as `check` prints it and as commands tell it in passing.

use std::io::{self, Write};

use super::wrap::{PAGE, wrap};
use super::{Look, Tone};
use crate::domain::money::count;
use crate::domain::text::escape_controls;
use crate::domain::{Finding, Severity};

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Number of errors.
    pub errors: usize,
    /// Number of warnings.
    pub warnings: usize,
    /// Number of notes.
    pub notes: usize,
}

impl Counts {
    /// Counts findings by severity.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            match finding.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Note => counts.notes += 1,
            }
        }
        counts
    }

    /// `2 errors and 5 warnings`; `None` where there is nothing to count.
    pub fn words(self) -> Option<String> {
        let parts: Vec<String> =
            [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")]
                .into_iter()
                .filter(|(n, _)| *n > 0)
                .map(|(n, what)| format!("{} {what}{}", count(n), if n == 1 { "" } else { "s" }))
                .collect();
        let (last, before) = parts.split_last()?;
        Some(if before.is_empty() {
            last.clone()
        } else {
            format!("{} and {last}", before.join(", "))
        })
    }
}

/// `error: customers.json:3:17: …`, escaped.
pub fn line(finding: &Finding) -> String {
    format!("{}: {}", finding.severity.name(), escape_controls(&finding.to_string()))
}

/// One paragraph a finding, then how many there are.
///
/// # Errors
/// What the writer reports.
pub fn write_text(out: &mut dyn Write, findings: &[&Finding], look: Look) -> io::Result<()> {
    for finding in findings {
        let tone = match finding.severity {
            Severity::Error => Tone::Bad,
            Severity::Warning => Tone::Attention,
            Severity::Note => Tone::Faint,
        };
        let line = line(finding);
        let name = finding.severity.name();
        let rest = line.strip_prefix(name).unwrap_or(&line);
        // Off a terminal a finding stays on one line, for `grep`.
        let text = match look.width {
            Some(width) => wrap(rest, width.saturating_sub(name.len())).join("\n  "),
            None => rest.to_owned(),
        };
        writeln!(out, "{}{text}", look.paint(tone, name))?;
    }
    match Counts::of(findings.iter().copied()).words() {
        Some(words) => writeln!(out, "{words}"),
        None => writeln!(out, "nothing wrong was found"),
    }
}

/// The width that text is wrapped to.
pub fn page(look: Look) -> usize {
    look.width.unwrap_or(PAGE).clamp(40, 100)
}
