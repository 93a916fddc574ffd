//! One customer explained, as `explain` prints it: to be read by a manager in 80 columns.

use std::io::{self, Write};
use std::sync::Arc;

use compact_str::CompactString;
use jiff::Timestamp;
use serde::Serialize;

use super::findings::page;
use super::queue::tone;
use super::wrap::hanging;
use super::{Look, Tone, standing};
use crate::approval::proposals::ProposalTold;
use crate::approval::signatures;
use crate::domain::labels::Labels;
use crate::domain::money::{dollars, ratio};
use crate::domain::status::{Running, UncountedTold};
use crate::domain::text::escape_controls;
use crate::domain::width::Width;
use crate::domain::{Chosen, Entry, FailedGate, Finding, Standing, Status};
use crate::insight::card::lines::LABELS;
use crate::insight::card::uncovered::why_nothing;
use crate::insight::{Card, words};
use crate::matching::words::share;
use crate::matching::{Candidate, Excluded, Explanation, Matching};
use crate::store::CustomerView;

/// An explanation with where its recommendation stands: serialized, `explain --format json`.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    /// The explanation.
    #[serde(flatten)]
    pub explanation: Explanation,
    /// Status of the recommendation.
    pub status: Status,
    /// Hash of the basis; none where nothing is recommended.
    pub basis: Option<String>,
    /// The play that runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<Running>,
    /// Approvals and choices that would stand and do not count.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uncounted: Vec<UncountedTold>,
    /// The open proposals, in order.
    pub proposals: Vec<ProposalTold>,
    /// What to do and why.
    pub card: Card,
    /// The playbooks of the customer's stage that fail at one gate alone, nearest first.
    pub near_misses: Vec<CompactString>,
}

/// What the text needs beside the explanation.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// The recommendations.
    pub matching: &'a Matching,
    /// The customer.
    pub view: CustomerView<'a>,
    /// The status and what led to it.
    pub standing: &'a Standing,
    /// Who asks for an approval, in words.
    pub asks: &'a [&'static str],
    /// The skipped rows that may bear on it.
    pub findings: &'a [&'a Finding],
    /// The current time and time zone.
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
    let labels = &beside.matching.policy().labels;
    page.excluded(explained.explanation.nearest_excluded(), labels)?;
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
        writeln!(
            self.out,
            "{}",
            hanging(&format!("{label:<13}"), &escape_controls(text), self.width)
        )
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
        writeln!(self.out, "{}", self.look.paint(Tone::Heading, &escape_controls(&title)))?;
        self.card(&explained.card)?;
        self.entry("segment", &told.segment)?;
        let labels = &beside.matching.policy().labels;
        self.entry("stage", &words::stage(labels, told.journey_stage.as_deref()))?;
        let account = match beside.view.known_account_value() {
            Some(value) => format!("{} a year", dollars(value)),
            None => "not given".to_owned(),
        };
        self.entry("account", &account)?;
        if let Some(owner) = beside.view.owner().filter(|o| !o.is_empty()) {
            self.entry("owner", owner)?;
        }
        self.blank()
    }

    /// What to do and why, before everything else.
    fn card(&mut self, card: &Card) -> io::Result<()> {
        writeln!(self.out, "{}\n", escape_controls(&card.customer.stakes()))?;
        let room = self.width.saturating_sub(LABELS);
        for row in card.rows(room) {
            let label = if row.first { row.section.label() } else { "" };
            let free = room.saturating_sub(row.text.width() + row.state.width());
            let text = match row.state.as_str() {
                "" => row.text,
                state => format!("{}{:free$}{state}", row.text, ""),
            };
            let label = format!("{label:<LABELS$}");
            let text = escape_controls(&text);
            // What stands in columns keeps its blanks.
            match text.width() <= room {
                true => writeln!(self.out, "{label}{text}")?,
                false => writeln!(self.out, "{}", hanging(&label, &text, self.width))?,
            }
        }
        self.blank()
    }

    fn numbers(&mut self, explained: &Explained, beside: Beside<'_>) -> io::Result<()> {
        let told = &explained.explanation;
        let source = beside.matching.risk_words(beside.view.number);
        self.entry("Risk", &format!("{}  from {source}", share(told.risk.score)))?;
        let words = told.confidence_words(beside.matching.policy());
        self.entry("Confidence", &words)?;
        let name = explained.status.name();
        let painted = self.look.paint(tone(explained.status), name);
        let text = standing::words(beside.standing, beside.asks, beside.now);
        // Painted after wrapping: the codes have no width.
        let line = hanging(&format!("{:<13}", "Status"), &escape_controls(&text), self.width);
        writeln!(self.out, "{}", line.replacen(name, &painted, 1))?;
        let decision = beside.standing.decision.as_ref();
        let words = |entry: &Arc<Entry>| signatures::words(entry, beside.matching.policy());
        if let Some(words) = decision.and_then(words) {
            self.entry("Signature", &words)?;
        }
        for finding in beside.findings {
            self.entry("Data", &finding.to_string())?;
        }
        match &told.recommendation {
            Some(play) => {
                let text = format!(
                    "{} ({}): {}",
                    play.playbook_title(),
                    play.playbook_id,
                    beside.matching.policy().labels.action(&play.recommended_action)
                );
                self.entry("Recommended", &text)?;
                if let Some(words) = told.stability_words() {
                    self.entry("Stability", &words)?;
                }
            }
            None => {
                let why = why_nothing(beside.matching, beside.view.number);
                self.entry("Recommended", &format!("none: {why}"))?;
            }
        }
        match chosen(beside) {
            Some(chosen) => {
                self.entry("Chosen", &chosen_words(&chosen, &beside.matching.policy().labels))
            }
            None => Ok(()),
        }
    }

    fn candidates(&mut self, told: &Explanation) -> io::Result<()> {
        self.heading("Eligible playbooks")?;
        if told.candidates.is_empty() {
            writeln!(self.out, "  none")?;
        }
        for candidate in &told.candidates {
            self.candidate(candidate, &told.segment)?;
        }
        Ok(())
    }

    fn candidate(&mut self, candidate: &Candidate, segment: &str) -> io::Result<()> {
        let approval =
            if candidate.requires_human_approval { "needs approval" } else { "automatic" };
        let title = escape_controls(&format!("{} ({})", candidate.title(), candidate.playbook_id))
            .into_owned();
        let head = hanging(&format!("{:>3}  ", candidate.rank), &title, self.width);
        let used = head.lines().last().map_or(0, Width::width);
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
            writeln!(self.out, "{}", hanging(&label, &escape_controls(words), self.width))?;
        }
        let label = format!("     {:<9} ", "evidence");
        let words = candidate.evidence_words(segment);
        writeln!(self.out, "{}", hanging(&label, &escape_controls(&words), self.width))?;
        match candidate.wins_words() {
            Some(words) => writeln!(self.out, "{}", hanging("     ", &words, self.width)),
            None => Ok(()),
        }
    }

    fn excluded(&mut self, excluded: Vec<&Excluded>, labels: &Labels) -> io::Result<()> {
        if excluded.is_empty() {
            return Ok(());
        }
        self.heading("Not eligible")?;
        let shown: Vec<(String, &Excluded)> = excluded
            .into_iter()
            .map(|playbook| {
                let id = match playbook.playbook_id.as_str() {
                    "" => String::new(),
                    id => format!(" ({id})"),
                };
                let title = format!("  {}{id}", playbook.title());
                (escape_controls(&title).into_owned(), playbook)
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
            writeln!(
                self.out,
                "{}",
                hanging(&label, &escape_controls(&playbook.words(labels)), self.width)
            )?;
        }
        Ok(())
    }
}

/// The playbook that someone chose in place of the recommended one: as it is now, or where it is gone
/// as it was then.
fn chosen(beside: Beside<'_>) -> Option<Chosen> {
    let decision = beside.standing.decision.as_ref()?;
    if matches!(beside.standing.status, Status::Automatic | Status::None | Status::Uncovered) {
        // It was about another recommendation.
        return None;
    }
    let then = decision.basis.chosen.as_deref()?;
    beside.matching.choose(beside.view.number, &then.playbook_id).or_else(|| Some(then.clone()))
}

fn chosen_words(chosen: &Chosen, labels: &Labels) -> String {
    let failed: Vec<String> = chosen.failed.iter().map(FailedGate::words).collect();
    let failed = match failed.is_empty() {
        true => String::new(),
        false => format!("; not eligible: {}", failed.join("; ")),
    };
    format!(
        "{} ({}): {}; value {}, cost {}, ROI {}{failed}",
        chosen.title(),
        chosen.playbook_id,
        labels.action(&chosen.recommended_action),
        dollars(chosen.expected_value),
        dollars(chosen.expected_cost),
        ratio(chosen.roi_ratio),
    )
}
