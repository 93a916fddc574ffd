//! Entries of the ledger, as `log` prints them.

use std::io::{self, Write};

use jiff::Timestamp;

use super::Look;
use super::findings::page;
use super::names::Names;
use super::table::{Cell, Column, Layout};
use super::wrap::hanging;
use crate::approval::signatures;
use crate::domain::decision::PolicyBasis;
use crate::domain::money::{dollars, ratio};
use crate::domain::money::{runs, share};
use crate::domain::number::Num;
use crate::domain::text::escape_controls;
use crate::domain::width::fit;
use crate::domain::{
    AfterFailure, ApprovalReason, Basis, Chosen, DecisionKind, Entry, Evidence, EvidenceGrade,
    FailedGate, Labels, Missing, Ranking, Recovered, RecoveredCustomers,
};
use crate::insight::words;

const COLUMNS: [Column; 10] = [
    Column::right("seq").kept(),
    Column::left("time (UTC)").spare(2),
    Column::left("by").cut(6).spare(1),
    Column::left("kind"),
    Column::left("customer").cut(8).kept(),
    Column::left("name").name(16),
    Column::left("playbook").cut(12).whole().spare(3),
    Column::left("reason").cut(8).spare(4),
    Column::left("note").cut(8).spare(5),
    // Its beginning is enough to name an entry, and so is its number.
    Column::left("id").cut_last(14).spare(6),
];

/// Longest note in a table; the whole of it is in `log --entry`.
const NOTE: usize = 32;

/// A table of entries that can go on when more come.
pub struct EntryTable {
    layout: Layout<'static>,
    names: Names,
}

impl EntryTable {
    /// Returns a table with columns as wide as these entries need.
    pub fn new<'e>(entries: impl IntoIterator<Item = &'e Entry>, names: Names, look: Look) -> Self {
        let rows: Vec<Vec<Cell>> = entries.into_iter().map(|entry| row(entry, &names)).collect();
        Self { layout: Layout::new(&COLUMNS, &rows, look), names }
    }

    /// The line of titles.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn header(&self, out: &mut dyn Write) -> io::Result<()> {
        self.layout.header(out)
    }

    /// One entry.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn row(&self, out: &mut dyn Write, entry: &Entry) -> io::Result<()> {
        self.layout.row(out, &row(entry, &self.names))
    }
}

fn row(entry: &Entry, names: &Names) -> Vec<Cell> {
    let labels = names.labels();
    vec![
        Cell::new(entry.seq.to_string()),
        Cell::new(time(entry.at)),
        Cell::new(&entry.by),
        Cell::new(entry.kind.name().replace('_', " ")),
        Cell::new(&entry.customer_id),
        Cell::new(names.customer(&entry.customer_id).unwrap_or_default()),
        Cell::new(names.playbook(&entry.playbook_id).unwrap_or(&entry.playbook_id)),
        Cell::new(entry.reason.as_deref().map(|reason| labels.reason(reason)).unwrap_or_default()),
        Cell::new(fit(entry.note.as_deref().unwrap_or_default(), NOTE)),
        Cell::new(&entry.id),
    ]
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// One entry in full: what was decided, by whom, on which numbers from which sources.
///
/// # Errors
/// What the writer reports.
pub fn write_entry(
    out: &mut dyn Write,
    entry: &Entry,
    names: &Names,
    look: Look,
) -> io::Result<()> {
    let labels = names.labels();
    let named = |id: &str, name: Option<&str>| match name {
        Some(name) => format!("{id} {name}"),
        None => id.to_owned(),
    };
    let none = "none".to_owned();
    let text = |text: Option<&str>| text.map_or_else(|| none.clone(), str::to_owned);
    let mut lines = vec![
        ("entry", format!("{} ({})", entry.id, entry.seq)),
        ("time", format!("{} UTC", time(entry.at))),
        ("by", entry.by.to_string()),
        ("kind", entry.kind.name().replace('_', " ")),
        ("customer", named(&entry.customer_id, names.customer(&entry.customer_id))),
        ("playbook", named(&entry.playbook_id, names.playbook(&entry.playbook_id))),
        ("reason", text(entry.reason.as_deref().map(|reason| labels.reason(reason)).as_deref())),
        ("note", text(entry.note.as_deref())),
    ];
    lines.extend(entry.until.map(|date| ("until", date.to_string())));
    lines.extend(entry.undoes.as_ref().map(|id| ("undoes", id.to_string())));
    lines.extend(entry.proposal.as_ref().map(|id| ("proposal", id.to_string())));
    lines.extend(entry.batch.as_ref().map(|id| ("batch", id.to_string())));
    lines.push(("previous", text(entry.after.as_deref())));
    let width = page(look);
    let mut write = |lines: Vec<(&str, String)>| {
        lines.into_iter().try_for_each(|(label, text)| {
            let line = hanging(&format!("{label:<13}"), &escape_controls(&text), width);
            writeln!(out, "{}", line.trim_end())
        })
    };
    let blank = || ("", String::new());
    write(lines)?;
    write(vec![blank()])?;
    write(match (entry.kind, entry.basis.get()) {
        (_, Some(stated)) => basis(stated, labels),
        (DecisionKind::Recover, None) => recovered(entry.recovered.as_deref()),
        (_, None) => vec![("basis", "cannot be read".to_owned())],
    })?;
    let mut last = vec![blank(), ("basis hash", entry.basis_hash.to_string())];
    last.extend(signatures::words(entry, &names.policy).map(|words| ("signature", words)));
    last.push(("prev. hash", entry.prev.to_string()));
    last.push(("hash", entry.hash.to_string()));
    write(last)
}

/// What a recovery cut off, and who needs a new decision.
fn recovered(recovered: Option<&Recovered>) -> Vec<(&'static str, String)> {
    let Some(Recovered { bytes, sha256, file, customers }) = recovered else {
        return vec![("recovered", "only the form of lines: every entry was kept".to_owned())];
    };
    let customers = match customers {
        RecoveredCustomers::All(_) => "every customer".to_owned(),
        RecoveredCustomers::Named(named) => named.join(", "),
    };
    vec![
        ("cut off", format!("{bytes} bytes")),
        ("into", file.clone()),
        ("its SHA-256", sha256.clone()),
        ("to decide", customers),
    ]
}

/// Returns whether an approval is needed, and which rule requires it.
fn needs(needed: bool, reasons: &[ApprovalReason], missing: &[Missing]) -> String {
    let reasons: Vec<&str> = reasons.iter().map(|reason| reason.words_where(missing)).collect();
    match needed {
        true => format!("needed: {}", reasons.join(", ")),
        false => "not needed".to_owned(),
    }
}

fn proof(evidence: &Evidence) -> String {
    let mut proof = evidence.grade.words().to_owned();
    if evidence.grade != EvidenceGrade::Assumed {
        proof.push_str(&format!(", {}", runs(evidence.runs)));
    }
    if let Some(rate) = evidence.success_rate {
        proof.push_str(&format!(", success rate {}", Num(rate)));
    }
    proof
}

/// The numbers that were seen, each with its source.
fn basis(basis: &Basis, labels: &Labels) -> Vec<(&'static str, String)> {
    let told = &basis.recommendation;
    let mut lines = vec![
        ("segment", told.segment.to_string()),
        ("stage", words::stage(labels, told.journey_stage.as_deref()).into_owned()),
        ("account", format!("{} a year", dollars(told.account_value))),
        ("risk", format!("{}, from {}", Num(told.risk_score), basis.risk_source.words())),
        (
            "confidence",
            format!(
                "{} (margin {}, minimum {})",
                Num(told.confidence),
                share(basis.policy.confidence_margin),
                share(basis.policy.confidence_threshold)
            ),
        ),
    ];
    let Some(told) = basis.recommended() else {
        lines.push(("recommended", "none".to_owned()));
        lines.extend(limits(&basis.policy).map(|limit| ("policy", limit)));
        return with_choice(lines, basis, labels);
    };
    lines.extend([
        (
            "recommended",
            format!("{}: {}", told.playbook_title(), labels.action(&told.recommended_action)),
        ),
        ("value", format!("{}, {}", dollars(told.expected_value), basis.value_source.words())),
        ("cost", format!("{}, {}", dollars(told.expected_cost), basis.cost_source.words())),
        ("ROI", format!("{}, {}", ratio(basis.roi_ratio), basis.roi_source.words())),
        ("evidence", proof(&basis.evidence)),
        ("approval", needs(told.requires_human_approval, &basis.approval_reasons, &basis.missing)),
    ]);
    lines.extend(limits(&basis.policy).map(|limit| ("policy", limit)));
    with_choice(lines, basis, labels)
}

/// The numbers of a playbook that a person chose after those that were seen.
fn with_choice(
    mut lines: Vec<(&'static str, String)>,
    basis: &Basis,
    labels: &Labels,
) -> Vec<(&'static str, String)> {
    if let Some(chosen) = &basis.chosen {
        lines.push(("", String::new()));
        lines.extend(instead(chosen, labels));
    }
    lines
}

/// What was chosen instead of the recommended playbook, with the gates that it does not pass.
fn instead(chosen: &Chosen, labels: &Labels) -> Vec<(&'static str, String)> {
    let failed: Vec<String> = chosen.failed.iter().map(FailedGate::words).collect();
    let failed = if failed.is_empty() { "none".to_owned() } else { failed.join("; ") };
    let (value, cost) = (dollars(chosen.expected_value), dollars(chosen.expected_cost));
    vec![
        (
            "chosen",
            format!(
                "{} ({}): {}",
                chosen.title(),
                chosen.playbook_id,
                labels.action(&chosen.recommended_action)
            ),
        ),
        ("not eligible", failed),
        ("value", format!("{value}, {}", chosen.value_source.words())),
        ("cost", format!("{cost}, {}", chosen.cost_source.words())),
        ("ROI", format!("{}, {}", ratio(chosen.roi_ratio), chosen.roi_source.words())),
        ("evidence", proof(&chosen.evidence)),
        (
            "approval",
            needs(chosen.requires_human_approval, &chosen.approval_reasons, &chosen.missing),
        ),
    ]
}

/// The policy's limits that bore on it, besides the confidence's.
fn limits(policy: &PolicyBasis) -> impl Iterator<Item = String> {
    let ranking = match policy.ranking {
        Ranking::Roi => None,
        Ranking::NetValue => Some("ranked by value − cost".to_owned()),
    };
    let from = |limit: Option<f64>, words: &str| {
        limit.map(|limit| format!("{words} {} and above", dollars(limit)))
    };
    let runs =
        policy.required_below_runs.map(|limit| format!("approval with fewer than {}", runs(limit)));
    let plays = policy.max_plays.zip(policy.per_days);
    let plays =
        plays.map(|(plays, days)| format!("at most {} plays in {} days", Num(plays), Num(days)));
    let next = policy.after_failure.filter(|after| *after == AfterFailure::Next);
    let next = next.map(|_| "the next playbook after a failure".to_owned());
    [
        ranking,
        from(policy.required_at_account_value, "approval at an account value of"),
        from(policy.required_at_cost, "approval at a cost of"),
        runs,
        from(policy.two_approvers_at_account_value, "two approvers at an account value of"),
        plays,
        policy.same_playbook_days.map(|days| format!("the same playbook after {} days", Num(days))),
        next,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::samples::{entry, overridden};
    use crate::domain::StoredBasis;

    fn told(entry: &Entry) -> String {
        let mut out = Vec::new();
        write_entry(&mut out, entry, &Names::default(), Look::default()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_override_tells_what_was_chosen_and_what_speaks_against_it() {
        let text = told(&entry(1, DecisionKind::Override, "dana", &overridden()));
        for line in [
            "playbook     P2\n",
            "recommended  Rescue: Call\n",
            "\n\nchosen       Outreach (P2): Email\nnot eligible Enterprise only\n\
             value        $900, midpoint of the expected range\n",
            "approval     not needed\n\nbasis hash",
        ] {
            assert!(text.contains(line), "{line:?} is missing in {text}");
        }
        assert!(!text.contains("policy"), "no limit bore on it: {text}");
    }

    #[test]
    fn of_a_recovery_it_tells_what_was_cut_off() {
        let mut entry = (*entry(4, DecisionKind::Recover, "dana", &overridden())).clone();
        entry.basis = StoredBasis::default();
        assert!(told(&entry).contains("recovered    only the form of lines"));
        entry.recovered = Some(Box::new(Recovered {
            bytes: 12,
            sha256: "ab".to_owned(),
            file: "decisions.jsonl.cut-x".to_owned(),
            customers: RecoveredCustomers::Named(vec!["C1".into(), "C2".into()]),
        }));
        let text = told(&entry);
        for line in [
            "cut off      12 bytes\n",
            "into         decisions.jsonl.cut-x\n",
            "to decide    C1, C2\n",
        ] {
            assert!(text.contains(line), "{line:?} is missing in {text}");
        }
        assert!(!text.contains("segment"), "{text}");
    }

    #[test]
    fn limits_that_bore_on_it_are_told() {
        let mut basis = overridden();
        basis.policy.required_at_account_value = Some(9_000.0);
        basis.policy.required_below_runs = Some(5.0);
        basis.policy.two_approvers_at_account_value = Some(10_000.0);
        basis.policy.ranking = Ranking::NetValue;
        let mut deferred = (*entry(1, DecisionKind::Defer, "dana", &basis)).clone();
        deferred.until = Some("2026-03-01".parse().unwrap());
        let text = told(&deferred);
        for line in [
            "until        2026-03-01\n",
            "policy       ranked by value − cost\n",
            "policy       approval at an account value of $9,000 and above\n",
            "policy       approval with fewer than 5 runs\n",
            "policy       two approvers at an account value of $10,000 and above\n",
        ] {
            assert!(text.contains(line), "{line:?} is missing in {text}");
        }
        assert!(!text.contains("at a cost"), "{text}");
    }
}
