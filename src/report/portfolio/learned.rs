//! What we learned: how far expectations came true.

use super::Report;
use super::document::{Block, Column, Layout, Section, Table};
use super::tables::table;
use super::words::or_none;
use crate::domain::money::{count, dollars, whole_percent};
use crate::domain::text::capitalized;
use crate::insight::learning::calibration::Saved;
use crate::insight::learning::words;

/// Returns the section.
pub fn section(report: &Report<'_>) -> Section {
    let calibration = report.calibration;
    let mut blocks: Vec<Block> = Vec::new();
    if let Some(words) = words::saved(&calibration.all) {
        blocks.push(Block::Paragraph(format!("{}.", capitalized(&words)).into()));
        blocks.push(Block::Table(expected(report)));
    }
    if let Some(churn) = &calibration.churn {
        blocks.push(Block::Paragraph(words::churn(churn).into()));
    }
    if blocks.is_empty() {
        blocks.push(Block::Paragraph("There are too few outcomes to learn from.".into()));
    }
    Section { title: "What we learned", blocks, layout: Layout::Whole }
}

/// What plays saved against what was expected of them.
fn expected(report: &Report<'_>) -> Table {
    let dataset = report.matching.dataset();
    let rows = report.calibration.playbooks.iter().map(|of| {
        let Saved { outcomes, expected, saved, ratio, low, high } = of.saved;
        let name = dataset.playbook_by_id(&of.playbook_id).map(|playbook| playbook.title());
        let share = ratio.zip(low.zip(high)).map(|(ratio, interval)| {
            format!("{} ({})", whole_percent(ratio), words::interval_of(interval))
        });
        vec![
            name.unwrap_or_default().into(),
            of.playbook_id.as_str().into(),
            count(outcomes).into(),
            dollars(expected).into(),
            dollars(saved).into(),
            or_none(share, |share| share).into(),
        ]
    });
    let columns = [
        Column::left("Playbook"),
        Column::left("ID"),
        Column::right("Outcomes"),
        Column::right("Expected"),
        Column::right("Gross saved"),
        Column::right("Saved of expected"),
    ];
    table("Saved against expected, from 8 outcomes on", &columns, rows)
}
