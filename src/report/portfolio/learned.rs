//! What we learned: how far expectations came true, what outcomes and experiments say, and what people do.

use super::Report;
use super::document::{Block, CardText, Column, Layout, Section, Table, Text};
use super::tables::table;
use super::words::or_none;
use crate::domain::money::{count, counted, dollars, percent, rate, whole_percent};
use crate::domain::text::capitalized;
use crate::insight::experiment::ExperimentResult;
use crate::insight::experiment::holdout::{self, against_holdout};
use crate::insight::learning::calibration::Saved;
use crate::insight::learning::{LearnedRow, words};
use crate::insight::lessons::{Lesson, words as lesson_words};
use crate::insight::portfolio::kpis::reported_rate;
use crate::insight::words::{NONE, number};
use crate::matching::performance::{ALL, PerformanceIndex};
use crate::statistics::wilson;

/// Returns the section.
pub fn section(report: &Report<'_>) -> Section {
    let mut blocks: Vec<Block> = Vec::new();
    let rates = rates(report);
    if !rates.rows.is_empty() {
        blocks.push(Block::Table(rates));
        let words = "With few outcomes, a learned rate stays close to the average of all plays.";
        blocks.push(Block::Paragraph(words.into()));
    }
    if let Some(words) = words::saved(&report.calibration.all) {
        blocks.push(Block::Paragraph(format!("{}.", capitalized(&words)).into()));
        blocks.push(Block::Table(expected(report)));
    }
    if let Some(churn) = &report.calibration.churn {
        blocks.push(Block::Paragraph(words::churn(churn).into()));
    }
    blocks.extend(experiments(report));
    blocks.extend(lessons(report));
    if blocks.is_empty() {
        blocks.push(Block::Paragraph("There is nothing to learn from yet.".into()));
    }
    Section { title: "What we learned", blocks, layout: Layout::Whole }
}

/// A playbook's name, and its id where it has none.
fn title<'a>(report: &'a Report<'_>, id: &'a str) -> &'a str {
    report.matching.dataset().playbook_by_id(id).map_or(id, |playbook| playbook.title())
}

/// Reported against learned success rates.
fn rates(report: &Report<'_>) -> Table {
    let rows = PerformanceIndex::new(&report.matching.dataset().performance);
    let of_all = |row: &&LearnedRow| row.segment == ALL;
    let learned = report.learning.iter().flat_map(|all| &all.learned.rows).filter(of_all);
    let rows = learned.map(|row| {
        let (runs, successes) = reported_rate(&rows, &row.playbook_id);
        let reported = (runs > 0.0).then(|| successes / runs);
        let with = |share: f64, interval| rate(share, interval);
        let playbook = report.matching.dataset().playbook_by_id(&row.playbook_id);
        let results = report.learning.as_ref().map_or(&[][..], |all| all.experiments);
        let holdout = playbook
            .and_then(|playbook| against_holdout(playbook, ALL, report.matching.policy(), results));
        // What followed a play is gross until a holdout says what would have followed anyway.
        let said = |rate: String| match holdout {
            Some(difference) => format!("{rate}; {}", holdout::words(difference)),
            None => format!("{rate} gross"),
        };
        vec![
            title(report, &row.playbook_id).into(),
            row.playbook_id.as_str().into(),
            or_none(reported, |share| said(with(share, wilson(share, runs)))).into(),
            number(runs).into(),
            or_none(row.raw_rate, |share| with(share, row.low.zip(row.high))).into(),
            count(row.outcomes).into(),
            or_none(row.success_rate, percent).into(),
        ]
    });
    let columns = [
        Column::left("Playbook"),
        Column::left("ID"),
        Column::right("Reported rate"),
        Column::right("Runs"),
        Column::right("Rate from outcomes"),
        Column::right("Outcomes"),
        Column::right("Learned rate"),
    ];
    table("Reported against learned success rates, with 95% intervals", &columns, rows)
}

/// What plays saved against what was expected of them.
fn expected(report: &Report<'_>) -> Table {
    let rows = report.calibration.playbooks.iter().map(|of| {
        let Saved { outcomes, expected, saved, ratio, low, high } = of.saved;
        let share = ratio.zip(low.zip(high)).map(|(ratio, interval)| {
            format!("{} ({})", whole_percent(ratio), words::interval_of(interval))
        });
        vec![
            title(report, &of.playbook_id).into(),
            of.playbook_id.as_str().into(),
            count(outcomes).into(),
            dollars(expected).into(),
            dollars(saved).into(),
            share.as_deref().unwrap_or(NONE).into(),
        ]
    });
    let columns = [
        Column::left("Playbook"),
        Column::left("ID"),
        Column::right("Outcomes"),
        Column::right("Expected"),
        Column::right("Gross saved"),
        Column::right("Saved ÷ expected"),
    ];
    table("Saved against expected, from 8 outcomes on", &columns, rows)
}

/// What each experiment shows so far.
fn experiments(report: &Report<'_>) -> Option<Block> {
    let item = |one: &ExperimentResult| -> Text {
        let arms = one.arms.iter().map(|arm| {
            let of = counted(usize::try_from(arm.outcomes).unwrap_or(usize::MAX), "outcome");
            match arm.rate {
                Some(share) => {
                    format!("{} {} of {of}", arm.arm, rate(share, Some((arm.low, arm.high))))
                }
                None => format!("{} no outcomes", arm.arm),
            }
        });
        let arms: Vec<String> = arms.collect();
        format!("Experiment {}. {}. {}.", one.id, one.recommendation.text, arms.join(", ")).into()
    };
    let items: Vec<Text> =
        report.learning.iter().flat_map(|all| all.experiments).map(item).collect();
    (!items.is_empty()).then_some(Block::List(items))
}

/// What people's decisions propose.
fn lessons(report: &Report<'_>) -> Vec<Block> {
    let all = report.learning.map_or(&[][..], |all| all.lessons);
    let (dataset, labels) = (report.matching.dataset(), &report.matching.policy().labels);
    let card = |lesson: &Lesson| {
        let proposal = lesson.proposal.as_ref()?;
        Some(CardText {
            title: title(report, &lesson.playbook_id).into(),
            facts: lesson_words::lesson(lesson, labels).into(),
            rows: vec![("Proposal", lesson_words::proposal(lesson, proposal, dataset).into())],
            command: Some(proposal.command.as_str().into()),
        })
    };
    let cards: Vec<CardText> = all.iter().filter_map(card).collect();
    if cards.is_empty() {
        return Vec::new();
    }
    let intro = format!(
        "Past decisions suggest {}. Nothing changes by itself; the command shows the effect.",
        counted(cards.len(), "change")
    );
    vec![Block::Paragraph(intro.into()), Block::Cards(cards)]
}
