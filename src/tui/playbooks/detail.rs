//! The selected playbook in full: definition, counts, findings, and its ROI by segment.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::columns::picture;
use super::{Item, selected, stage_name};
use crate::domain::money::{self, count, counted, dollars, ratio, share};
use crate::domain::{Finding, Labels, Playbook, Severity};
use crate::insight::experiment::holdout::{self, against_holdout};
use crate::insight::experiment::result::Difference;
use crate::insight::learning::LearnedRow;
use crate::insight::lessons::{Lesson, words};
use crate::insight::registry::{InSegment, Registered};
use crate::insight::words::{number, percent};
use crate::matching::words::runs;
use crate::statistics::wilson;
use crate::tui::state::State;
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::text::{bar, fit, left, right};
use crate::tui::widget::theme::Theme;
use crate::workspace::Snapshot;

/// The title of the detail.
pub fn title(state: &State, theme: Theme) -> Line<'static> {
    let (id, stage) = match selected(state) {
        Some(Item::Playbook(_, playbook)) => {
            let policy = state.loaded().map(|snapshot| snapshot.matching.policy());
            let stage = policy.map(|policy| stage_name(playbook, &policy.labels));
            (playbook.id.to_string(), stage.unwrap_or_default())
        }
        Some(Item::Skipped(row)) => (row.playbook_id.to_string(), "skipped row".to_owned()),
        None => return Line::from(" No playbook "),
    };
    Line::from(vec![
        Span::raw(" "),
        Span::styled(fit(&id, 30), theme.strong()),
        Span::raw(format!("  {} ", fit(&stage, 30))),
    ])
}

/// The lines of the detail, each at most `width` columns wide.
pub fn lines(state: &State, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let mut builder = DetailBuilder::new(width, theme, state.now, &state.zone);
    let Some(snapshot) = state.snapshot.as_deref() else { return Vec::new() };
    match selected(state) {
        None => {}
        Some(Item::Skipped(row)) => {
            builder.text(
                0,
                "Skipped row: this playbook is eligible for no customer.",
                theme.warning(),
            );
            let field = row.field.as_deref().unwrap_or("it");
            let text = format!("{field} is {}; expected {}", row.found, row.expected);
            builder.text(0, &text, Style::new());
        }
        Some(Item::Playbook(number, playbook)) => {
            definition(&mut builder, playbook, &snapshot.matching.policy().labels);
            match snapshot.known_registry().and_then(|registry| registry.playbooks.get(number)) {
                None => {
                    builder.text(0, "Counting…", theme.quiet());
                    findings(&mut builder, snapshot, playbook);
                }
                Some(registered) => {
                    in_use(&mut builder, snapshot, registered);
                    findings(&mut builder, snapshot, playbook);
                    lessons(&mut builder, snapshot, playbook);
                    in_segments(&mut builder, snapshot, playbook, registered);
                    compared(&mut builder, snapshot, number, playbook, registered);
                }
            }
        }
    }
    builder.lines
}

fn definition(builder: &mut DetailBuilder<'_>, playbook: &Playbook, labels: &Labels) {
    let theme = builder.theme;
    builder.lines.push(Line::from(Span::styled(
        format!(" {}", fit(playbook.title(), builder.width)),
        theme.strong(),
    )));
    let status = playbook.status.as_deref().unwrap_or("none");
    let active = playbook.is_active();
    let style = if active { theme.good() } else { theme.warning() };
    let words =
        if active { status.to_owned() } else { format!("{status}: eligible for no customer") };
    builder.labelled("Status", &words, style);
    let segments = match playbook.segments() {
        [] => "none: eligible for no customer".to_owned(),
        all => all.join(", "),
    };
    builder.labelled("Segments", &segments, Style::new());
    let threshold = playbook.risk_threshold();
    let from = match playbook.risk_threshold {
        Some(0.0) => format!("{} (0 in the file counts as 0.50)", share(threshold)),
        None => format!("{} (default)", share(threshold)),
        Some(_) => share(threshold),
    };
    builder.labelled("Min. risk", &from, Style::new());
    let need = if playbook.needs_approval() { "required" } else { "not required" };
    builder.labelled("Approval", need, Style::new());
    builder.labelled("Action", &labels.action(playbook.action()), Style::new());
    let range = playbook.expected_value_range.as_deref().unwrap_or_default();
    let range: Vec<String> = range.iter().map(|amount| dollars(*amount)).collect();
    let cost = playbook.avg_cost_estimate.map_or("no cost set".to_owned(), dollars);
    let estimate = format!(
        "{cost} per run, value {}",
        if range.is_empty() { "not set".to_owned() } else { range.join("–") }
    );
    builder.labelled("Estimate", &estimate, Style::new());
}

fn in_use(builder: &mut DetailBuilder<'_>, snapshot: &Snapshot, registered: &Registered) {
    builder.heading("In use");
    let candidate = format!("eligible for {}", counted(registered.candidate, "customer"));
    builder.text(0, &candidate, Style::new());
    let won = format!(
        "recommended for {}: cost {}, value {}, net {}",
        count(registered.wins),
        dollars(registered.cost),
        dollars(registered.value),
        dollars(registered.net_value())
    );
    builder.text(0, &won, Style::new());
    if registered.blocked > 0 {
        let text = format!(
            "blocked for {} by the minimum confidence",
            counted(registered.blocked, "customer")
        );
        builder.text(0, &text, builder.theme.quiet());
    }
    if registered.other_arm > 0 {
        let customers = counted(registered.other_arm, "customer");
        let text = format!("ranks first for {customers} who are in another arm of an experiment");
        builder.text(0, &text, Style::new());
    }
    if registered.losses() > 0 {
        let text = format!("outranked for {}", counted(registered.losses(), "customer"));
        builder.text(0, &text, Style::new());
    }
    let dataset = snapshot.matching.dataset();
    for (winner, customers) in registered.loses_to.iter().take(6) {
        let title = dataset.playbook(*winner).map_or("", |playbook| playbook.title());
        builder.text(2, &format!("{} by {title}", count(*customers)), Style::new());
    }
}

/// What people's decisions say, with what follows and the command that shows its effect.
fn lessons(builder: &mut DetailBuilder<'_>, snapshot: &Snapshot, playbook: &Playbook) {
    let of = snapshot.known_lessons().iter().filter(|lesson| lesson.playbook_id == playbook.id);
    let of: Vec<&Lesson> = of.collect();
    if of.is_empty() {
        return;
    }
    builder.heading("Lessons from decisions");
    let (dataset, labels) = (snapshot.matching.dataset(), &snapshot.matching.policy().labels);
    for lesson in of {
        builder.text(0, &words::lesson(lesson, labels), Style::new());
        if let Some(proposal) = &lesson.proposal {
            builder.text(2, &words::proposal(lesson, proposal, dataset), Style::new());
            builder.text(2, &proposal.command, builder.theme.accent());
        }
    }
}

fn in_segments(
    builder: &mut DetailBuilder<'_>,
    snapshot: &Snapshot,
    playbook: &Playbook,
    registered: &Registered,
) {
    if registered.segments.is_empty() {
        return;
    }
    builder.heading("By segment");
    let theme = builder.theme;
    let highest = registered.segments.iter().map(|s| s.economics.roi).fold(0.0, f64::max);
    let mut has_picture = false;
    for segment in &registered.segments {
        let results = snapshot.figures().known_experiments().unwrap_or_default();
        let policy = snapshot.matching.policy();
        let holdout = against_holdout(playbook, &segment.segment, policy, results);
        in_segment(builder, segment, highest, holdout);
        let learned = snapshot.known_learned();
        if let Some(row) = learned.and_then(|all| all.exact_row(&playbook.id, &segment.segment)) {
            let reported = segment.economics.evidence;
            builder.text(
                3,
                &learned_words(reported.success_rate, reported.runs, row),
                theme.quiet(),
            );
            let axis = builder.width.saturating_sub(16).min(41);
            builder.lines.push(Line::from(vec![
                Span::styled("    0% ", theme.quiet()),
                Span::styled(picture(reported.success_rate, row, axis), theme.accent()),
                Span::styled(" 100%", theme.quiet()),
            ]));
            has_picture = true;
        }
    }
    if has_picture {
        let text = "○ reported, ● learned, ├─┤ 95% interval of the outcomes";
        builder.text(3, text, theme.quiet());
    }
}

/// `reported 64% of 51, learned 58% of 63`.
fn learned_words(reported: Option<f64>, runs: f64, learned: &LearnedRow) -> String {
    let of = |rate: Option<f64>, runs: f64| match rate {
        Some(rate) => format!("{} of {}", percent(rate), number(runs)),
        None => "nothing".to_owned(),
    };
    format!("reported {}, learned {}", of(reported, runs), of(learned.success_rate, learned.runs))
}

fn in_segment(
    builder: &mut DetailBuilder<'_>,
    segment: &InSegment,
    highest: f64,
    holdout: Option<&Difference>,
) {
    let theme = builder.theme;
    let economics = &segment.economics;
    let share = if highest > 0.0 && highest.is_finite() { economics.roi / highest } else { 0.0 };
    let wide = (builder.width / 3).clamp(6, 20);
    builder.lines.push(Line::from(vec![
        Span::raw(format!(" {} {} ", left(&segment.segment, 12), right(&ratio(economics.roi), 8))),
        Span::styled(left(&bar(share, wide), wide), theme.accent()),
        Span::raw(fit(
            &format!(" recommended for {} of {}", count(segment.wins), count(segment.candidate)),
            builder.width.saturating_sub(wide + 24),
        )),
    ]));
    let evidence = &economics.evidence;
    let rate = evidence.success_rate.map(|rate| {
        // What is compared with doing nothing says what the plays change.
        let gross = if holdout.is_some() { "" } else { "gross " };
        format!("; {} {gross}success rate", money::rate(rate, wilson(rate, evidence.runs)))
    });
    let text = format!(
        "value {}, cost {}; {}{}",
        dollars(economics.value),
        dollars(economics.cost),
        runs(evidence.runs),
        rate.unwrap_or_default()
    );
    builder.text(3, &text, theme.quiet());
    if let Some(difference) = holdout {
        builder.text(3, &holdout::words(difference), Style::new());
    }
}

/// Its ROI beside that of the others of its stage, where both are eligible.
fn compared(
    builder: &mut DetailBuilder<'_>,
    snapshot: &Snapshot,
    number: usize,
    playbook: &Playbook,
    registered: &Registered,
) {
    let Some(registry) = snapshot.known_registry() else { return };
    let dataset = snapshot.matching.dataset();
    let mut told = Vec::new();
    let others = dataset.playbooks().enumerate().zip(&registry.playbooks);
    for ((other, its), its_numbers) in others {
        let comparable = other != number
            && its.is_active()
            && playbook.is_active()
            && its.journey_stage == playbook.journey_stage;
        if !comparable {
            continue;
        }
        for mine in &registered.segments {
            let its_segment = its_numbers.segments.iter().find(|s| s.segment == mine.segment);
            let Some(theirs) = its_segment else { continue };
            let (a, b) = (mine.economics.roi, theirs.economics.roi);
            if a <= 0.0 || b <= 0.0 || !a.is_finite() || !b.is_finite() || a == b {
                continue;
            }
            let words = if a > b {
                format!("{:.1}× the ROI of {} in {}", a / b, its.title(), mine.segment)
            } else {
                format!("{} has {:.1}× its ROI in {}", its.title(), b / a, mine.segment)
            };
            told.push(words);
        }
    }
    if told.is_empty() {
        return;
    }
    builder.heading("Compared by ROI with the other playbooks of its stage");
    for words in told.iter().take(8) {
        builder.text(0, words, Style::new());
    }
    if told.len() > 8 {
        let more = format!("and {} more", count(told.len() - 8));
        builder.text(0, &more, builder.theme.quiet());
    }
}

fn findings(builder: &mut DetailBuilder<'_>, snapshot: &Snapshot, playbook: &Playbook) {
    let about = |finding: &&Finding| finding.playbook_id.as_ref() == Some(&playbook.id);
    let theme = builder.theme;
    builder.heading("Findings");
    let before = builder.lines.len();
    for finding in snapshot.findings().filter(about) {
        builder.text(0, &format!("{}: {finding}", finding.code.name()), theme.warning());
    }
    match (snapshot.why_no_strategy(), snapshot.strategy_known()) {
        (Some(why), _) => builder.text(0, why, theme.quiet()),
        (None, None) => builder.text(0, "Checking…", theme.quiet()),
        (None, Some(strategy)) => {
            for finding in strategy.iter().filter(about) {
                let style = match finding.severity {
                    Severity::Note => Style::new(),
                    Severity::Warning | Severity::Error => theme.warning(),
                };
                builder.text(0, &format!("{}: {finding}", finding.code.name()), style);
            }
        }
    }
    if builder.lines.len() == before {
        builder.text(0, "No issues", theme.quiet());
    }
}
