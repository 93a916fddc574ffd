//! One customer explained, as `explain` prints it: to be read by a manager in 80 columns.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::findings::page;
use super::queue::tone;
use super::wrap::hanging;
use super::{Look, Tone};
use crate::domain::money::{dollars, ratio};
use crate::domain::text::harmless;
use crate::domain::time::ago;
use crate::domain::{CustomerView, FailedGate, Finding, Standing, Status};
use crate::matching::words::share;
use crate::matching::{Candidate, Excluded, Explanation, Matching};

/// An explanation with where its recommendation stands: serialized, `explain --format json`.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    #[serde(flatten)]
    pub explanation: Explanation,
    pub status: Status,
    /// Hash of the basis; none where nothing is recommended.
    pub basis: Option<String>,
}

/// What the text needs beside the explanation.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    pub matching: &'a Matching,
    pub view: CustomerView<'a>,
    pub standing: &'a Standing,
    /// The rows set aside that may bear on it.
    pub findings: &'a [&'a Finding],
    pub now: Timestamp,
}

/// Writes the text.
///
/// # Errors
/// What the writer reports.
pub fn write_text(
    out: &mut dyn Write,
    explained: &Explained,
    beside: Beside<'_>,
    look: Look,
) -> io::Result<()> {
    let mut page = Page { out, look, width: page(look) };
    page.customer(explained, beside)?;
    page.numbers(explained, beside)?;
    page.candidates(&explained.explanation)?;
    page.excluded(explained.explanation.nearest_excluded())?;
    if let Some(basis) = &explained.basis {
        page.blank()?;
        let line = look.paint(Tone::Faint, &format!("basis {basis}"));
        writeln!(page.out, "{line}")?;
    }
    Ok(())
}

/// The column in which the reasons against a playbook start at the latest.
const REASONS_AT: usize = 44;

struct Page<'a> {
    out: &'a mut dyn Write,
    look: Look,
    width: usize,
}

impl Page<'_> {
    fn blank(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    /// A label and a text behind it, wrapped.
    fn entry(&mut self, label: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", hanging(&format!("{label:<13}"), &harmless(text), self.width))
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        self.blank()?;
        writeln!(self.out, "{}", self.look.paint(Tone::Heading, text))
    }

    fn customer(&mut self, explained: &Explained, beside: Beside<'_>) -> io::Result<()> {
        let told = &explained.explanation;
        let mut title = told.customer_id.to_string();
        if let Some(name) = beside.view.name() {
            title.push_str("  ");
            title.push_str(name);
        }
        writeln!(self.out, "{}", self.look.paint(Tone::Heading, &harmless(&title)))?;
        self.entry("segment", &told.segment)?;
        self.entry("stage", told.journey_stage.as_deref().unwrap_or("none"))?;
        self.entry("account", &format!("{} a year", dollars(told.account_value)))?;
        if let Some(owner) = beside.view.owner().filter(|o| !o.is_empty()) {
            self.entry("owner", owner)?;
        }
        self.blank()
    }

    fn numbers(&mut self, explained: &Explained, beside: Beside<'_>) -> io::Result<()> {
        let told = &explained.explanation;
        let source = beside.matching.risk_words(beside.view.number);
        self.entry("Risk", &format!("{}  from {source}", share(told.risk.score)))?;
        let words = told.confidence_words(beside.matching.policy());
        self.entry("Confidence", &format!("{:.2}  = {words}", told.confidence.value))?;
        let name = explained.status.name();
        let painted = self.look.paint(tone(explained.status), name);
        let text = status(explained, beside);
        // Painted after wrapping: the codes have no width.
        let line = hanging(&format!("{:<13}", "Status"), &harmless(&text), self.width);
        writeln!(self.out, "{}", line.replacen(name, &painted, 1))?;
        for finding in beside.findings {
            self.entry("Data", &finding.to_string())?;
        }
        match &told.recommendation {
            Some(play) => {
                let text = format!(
                    "{} ({}): {}",
                    play.playbook_title(),
                    play.playbook_id,
                    play.recommended_action
                );
                self.entry("Recommended", &text)
            }
            None => self.entry("Recommended", &format!("nothing: {}", why_nothing(told))),
        }
    }

    fn candidates(&mut self, told: &Explanation) -> io::Result<()> {
        self.heading("Candidates")?;
        if told.candidates.is_empty() {
            writeln!(self.out, "  none: no playbook passes every gate")?;
        }
        for candidate in &told.candidates {
            self.candidate(candidate, &told.segment)?;
        }
        Ok(())
    }

    fn candidate(&mut self, candidate: &Candidate, segment: &str) -> io::Result<()> {
        let approval =
            if candidate.requires_human_approval { "needs approval" } else { "automatic" };
        let title =
            harmless(&format!("{} ({})", candidate.title(), candidate.playbook_id)).into_owned();
        let head = hanging(&format!("{:>3}  ", candidate.rank), &title, self.width);
        let used = head.lines().last().map_or(0, UnicodeWidthStr::width);
        let room = self.width.saturating_sub(approval.len());
        if used + 2 <= room {
            writeln!(self.out, "{head}{:1$}{approval}", "", room - used)?;
        } else {
            writeln!(self.out, "{head}\n{:1$}{approval}", "", room)?;
        }
        let lines = [
            ("value", dollars(candidate.value.amount), candidate.value_words(segment)),
            ("cost", dollars(candidate.cost.amount), candidate.cost_words(segment)),
            ("ROI", ratio(candidate.roi.ratio), candidate.roi_words(segment)),
            ("net", dollars(candidate.net_value), "value − cost".to_owned()),
        ];
        let amounts = lines.iter().map(|(_, amount, _)| amount.width()).max().unwrap_or(0);
        for (label, amount, words) in &lines {
            let free = amounts.saturating_sub(amount.width());
            let label = format!("     {label:<9} {:free$}{amount}  ", "");
            writeln!(self.out, "{}", hanging(&label, &harmless(words), self.width))?;
        }
        let label = format!("     {:<9} ", "evidence");
        let words = candidate.evidence_words(segment);
        writeln!(self.out, "{}", hanging(&label, &harmless(&words), self.width))
    }

    fn excluded(&mut self, excluded: Vec<&Excluded>) -> io::Result<()> {
        if excluded.is_empty() {
            return Ok(());
        }
        self.heading("Why not")?;
        let shown: Vec<(String, &Excluded)> = excluded
            .into_iter()
            .map(|playbook| {
                let id = match playbook.playbook_id.as_str() {
                    "" => String::new(),
                    id => format!(" ({id})"),
                };
                let title = format!("  {}{id}", playbook.title());
                (harmless(&title).into_owned(), playbook)
            })
            .collect();
        let widest = shown.iter().map(|(title, _)| title.width() + 2).max().unwrap_or(0);
        let reasons_at = widest.min(REASONS_AT);
        for (mut label, playbook) in shown {
            if label.width() + 2 > reasons_at {
                writeln!(self.out, "{label}")?;
                label.clear();
            }
            label.push_str(&" ".repeat(reasons_at.saturating_sub(label.width())));
            let reasons: Vec<String> = playbook.failed.iter().map(FailedGate::words).collect();
            let reasons = reasons.join("; ");
            writeln!(self.out, "{}", hanging(&label, &harmless(&reasons), self.width))?;
        }
        Ok(())
    }
}

/// Why nothing is recommended.
pub fn why_nothing(told: &Explanation) -> String {
    if told.confidence.passes {
        "no playbook passes every gate".to_owned()
    } else {
        format!(
            "the confidence {} is below the brake at {}",
            share(told.confidence.value),
            share(told.confidence.threshold)
        )
    }
}

/// The status and what led to it.
fn status(explained: &Explained, beside: Beside<'_>) -> String {
    let Beside { standing, now, .. } = beside;
    let mut text = explained.status.name().to_owned();
    match explained.status {
        Status::Pending => text.push_str(", needs approval"),
        Status::Held => text.push_str(", a row behind it was set aside: somebody has to look"),
        _ => {}
    }
    let Some(decision) = &standing.decision else { return text };
    text.push_str(&format!(
        "; {} {} by {} at {:.0} ({})",
        decision.playbook_id,
        decision.kind.done(),
        decision.by,
        decision.at,
        ago(decision.at, now)
    ));
    if let Some(reason) = &decision.reason {
        text.push_str(&format!(", {reason}"));
    }
    if let Some(note) = &decision.note {
        text.push_str(&format!(", “{note}”"));
    }
    let changes: Vec<String> = standing
        .changed
        .iter()
        .map(|c| {
            format!("{} {} → {}", c.field, super::csv::written(&c.was), super::csv::written(&c.now))
        })
        .collect();
    if !changes.is_empty() {
        text.push_str(&format!("; since then {}", changes.join(", ")));
    }
    text
}
