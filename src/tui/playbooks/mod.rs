//! The registry: every playbook at work, and the selected one in full.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::money::{self, counted, dollars, ratio, short_dollars};
use crate::domain::number::Num;
use crate::domain::{Finding, Playbook, Severity};
use crate::filter::write::exactly;
use crate::insight::registry::{InSegment, Registered};
use crate::matching::words::runs;
use crate::store::SkippedRow;
use crate::tui::event::Effect;
use crate::tui::state::{Pane, State};
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::line_list::{self, line_width};
use crate::tui::widget::pane::Sheet;
use crate::tui::widget::text::{bar, fit, left, right};
use crate::tui::widget::theme::Theme;
use crate::workspace::{Figure, Snapshot};

/// A line of the registry.
#[derive(Debug, Clone, Copy)]
pub enum Item<'a> {
    /// A playbook with its number.
    Playbook(usize, &'a Playbook),
    /// One whose row was set aside.
    SetAside(&'a SkippedRow),
}

/// Every playbook of the file, those that were set aside last.
fn items(snapshot: &Snapshot) -> impl Iterator<Item = Item<'_>> {
    let dataset = snapshot.matching.dataset();
    let playbooks =
        dataset.playbooks().enumerate().map(|(n, playbook)| Item::Playbook(n, playbook));
    playbooks.chain(dataset.skipped_playbooks().map(Item::SetAside))
}

/// How many lines.
pub fn len(state: &State) -> usize {
    state.loaded().map_or(0, |snapshot| items(snapshot).count())
}

/// The selected line.
pub fn selected(state: &State) -> Option<Item<'_>> {
    let snapshot = state.snapshot.as_deref()?;
    items(snapshot).nth(state.playbooks.cursor)
}

/// The number of playbooks in the tab; `None` while they are being read.
pub fn count(state: &State) -> Option<usize> {
    let snapshot = state.loaded()?;
    Some(snapshot.matching.dataset().playbooks.len())
}

/// Selects a line.
pub fn select(state: &mut State, line: usize) {
    let len = len(state);
    if state.playbooks.select(line, len) {
        state.detail_scroll = 0;
    }
}

/// Moves the window so that the selection is in it.
pub fn scroll(state: &mut State, height: usize) {
    let len = len(state);
    state.playbooks.scroll(height, len);
}

/// The filter that leaves the customers for whom the selected playbook is recommended.
///
/// # Errors
/// Why there are none behind the selected line.
pub fn customers_behind(state: &State) -> Result<String, String> {
    match selected(state) {
        Some(Item::Playbook(_, playbook)) => Ok(exactly("playbook", Some(&playbook.id))),
        Some(Item::SetAside(_)) | None => Err("there are no customers behind this line".to_owned()),
    }
}

/// The counts of the playbooks, where they are not known yet.
pub fn pending_effect(state: &mut State) -> Option<Effect> {
    state.request_figure(Figure::Registry)
}

/// Draws the list.
pub fn render(state: &State, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let sheet = sheet(state, line_width(area), theme);
    let focused = state.is_focused(Pane::List);
    line_list::render(&sheet, state.playbooks, focused, theme, area, buffer);
}

const NUMBER: usize = 7;

pub fn sheet(state: &State, width: u16, theme: Theme) -> Sheet {
    let width = usize::from(width);
    let Some(snapshot) = state.loaded() else {
        return Sheet::empty("Playbooks", "Loading…", theme);
    };
    if items(snapshot).next().is_none() {
        return Sheet::empty(
            "Playbooks",
            "No playbook can be read from journey_playbooks.json.",
            theme,
        );
    }
    let registry = snapshot.known_registry();
    let stage = if width >= 58 { 11 } else { 0 };
    let numbers = if width >= 66 { 5 } else { 4 };
    let title = width.saturating_sub(4 + stage + usize::from(stage > 0) + numbers * (NUMBER + 1));
    let names: &[&str] = &["matched", "won", "lost", "net", "ROI"];
    let mut titles = format!("    {} ", left("playbook", title.saturating_sub(1)));
    if stage > 0 {
        titles.push_str(&format!("{} ", left("stage", stage)));
    }
    for name in names.iter().take(numbers) {
        titles.push_str(&format!("{} ", right(name, NUMBER)));
    }
    let rows = items(snapshot)
        .map(|item| match item {
            Item::Playbook(number, playbook) => {
                let registered = registry.and_then(|registry| registry.playbooks.get(number));
                let sign = if playbook.is_active() { "✓" } else { "·" };
                let style = if playbook.is_active() { theme.good() } else { theme.quiet() };
                let known = |told: &dyn Fn(&Registered) -> String| {
                    right(&registered.map_or("…".to_owned(), told), NUMBER)
                };
                let mut text = format!("{} ", left(playbook.title(), title.saturating_sub(1)));
                if stage > 0 {
                    let of = playbook.journey_stage.as_deref().unwrap_or("no stage");
                    text.push_str(&format!("{} ", left(of, stage)));
                }
                let cells: [&dyn Fn(&Registered) -> String; 5] = [
                    &|r| money::count(r.candidate),
                    &|r| money::count(r.wins),
                    &|r| money::count(r.losses()),
                    &|r| short_dollars(r.net_value()),
                    &|r| best_roi(r).map(ratio).unwrap_or_default(),
                ];
                for cell in cells.iter().take(numbers) {
                    text.push_str(&format!("{} ", known(cell)));
                }
                Line::from(vec![
                    Span::styled(format!("{sign} "), style),
                    Span::styled(
                        text,
                        if playbook.is_active() { Style::new() } else { theme.quiet() },
                    ),
                ])
            }
            Item::SetAside(row) => {
                let name = row.name.as_deref().unwrap_or(&row.playbook_id);
                let name = if name.is_empty() { "a playbook without a readable id" } else { name };
                Line::from(vec![
                    Span::styled("! ", theme.warning()),
                    Span::raw(left(name, title.saturating_sub(1))),
                    Span::styled(" its row was set aside", theme.warning()),
                ])
            }
        })
        .collect();
    Sheet {
        title: Line::from(vec![
            Span::raw(" "),
            Span::styled("Playbooks", theme.strong()),
            Span::raw(" ─ as in the file "),
        ]),
        titles: Some(Line::from(Span::styled(titles, theme.quiet()))),
        rows,
    }
}

/// The highest ROI of any segment in which customers could have it.
fn best_roi(registered: &Registered) -> Option<f64> {
    let matched = registered.segments.iter().filter(|segment| segment.candidate > 0);
    let all = if registered.candidate > 0 {
        matched.collect::<Vec<_>>()
    } else {
        registered.segments.iter().collect()
    };
    all.into_iter().map(|segment| segment.economics.roi).reduce(f64::max)
}

pub fn title(state: &State, theme: Theme) -> Line<'static> {
    let (id, stage) = match selected(state) {
        Some(Item::Playbook(_, playbook)) => {
            (playbook.id.to_string(), playbook.journey_stage.as_deref().unwrap_or("no stage"))
        }
        Some(Item::SetAside(row)) => (row.playbook_id.to_string(), "set aside"),
        None => return Line::from(" No playbook "),
    };
    Line::from(vec![
        Span::raw(" "),
        Span::styled(fit(&id, 30), theme.strong()),
        Span::raw(format!("  {} ", fit(stage, 30))),
    ])
}

pub fn lines(state: &State, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let mut builder = DetailBuilder::new(width, theme, state.now, &state.zone);
    let Some(snapshot) = state.snapshot.as_deref() else { return Vec::new() };
    match selected(state) {
        None => {}
        Some(Item::SetAside(row)) => {
            builder.text(0, "Its row was set aside: nobody is matched with it.", theme.warning());
            let field = row.field.as_deref().unwrap_or("it");
            let text = format!("{field} is {}, expected {}", row.found, row.expected);
            builder.text(0, &text, Style::new());
        }
        Some(Item::Playbook(number, playbook)) => {
            what_it_is(&mut builder, playbook);
            match snapshot.known_registry().and_then(|registry| registry.playbooks.get(number)) {
                None => {
                    builder.text(0, "being counted…", theme.quiet());
                    health(&mut builder, snapshot, playbook);
                }
                Some(registered) => {
                    at_work(&mut builder, snapshot, registered);
                    health(&mut builder, snapshot, playbook);
                    in_segments(&mut builder, registered);
                    against_others(&mut builder, snapshot, number, playbook, registered);
                }
            }
        }
    }
    builder.lines
}

fn what_it_is(builder: &mut DetailBuilder<'_>, playbook: &Playbook) {
    let theme = builder.theme;
    builder.lines.push(Line::from(Span::styled(
        format!(" {}", fit(playbook.title(), builder.width)),
        theme.strong(),
    )));
    let status = playbook.status.as_deref().unwrap_or("none");
    let active = playbook.is_active();
    let style = if active { theme.good() } else { theme.warning() };
    let words = if active { status.to_owned() } else { format!("{status}: matches nobody") };
    builder.labelled("Status", &words, style);
    let segments = match playbook.segments() {
        [] => "none: matches nobody".to_owned(),
        all => all.join(", "),
    };
    builder.labelled("Segments", &segments, Style::new());
    let threshold = playbook.risk_threshold();
    let from = match playbook.risk_threshold {
        Some(0.0) => format!("risk {} (the file's 0 acts as 0.5)", Num(threshold)),
        None => format!("risk {}, as none is given", Num(threshold)),
        Some(_) => format!("risk {}", Num(threshold)),
    };
    builder.labelled("From", &from, Style::new());
    let need = if playbook.needs_approval() { "needs approval" } else { "needs none" };
    builder.labelled("Approval", need, Style::new());
    builder.labelled("Action", playbook.action(), Style::new());
    let range = playbook.expected_value_range.as_deref().unwrap_or_default();
    let range: Vec<String> = range.iter().map(|amount| dollars(*amount)).collect();
    let cost = playbook.avg_cost_estimate.map_or("no cost".to_owned(), dollars);
    let estimate = format!(
        "{cost} a run, value {}",
        if range.is_empty() { "not given".to_owned() } else { range.join("–") }
    );
    builder.labelled("Estimate", &estimate, Style::new());
}

fn at_work(builder: &mut DetailBuilder<'_>, snapshot: &Snapshot, registered: &Registered) {
    builder.heading("At work");
    let candidate = format!("a candidate for {}", counted(registered.candidate, "customer"));
    builder.text(0, &candidate, Style::new());
    let won = format!(
        "recommended to {}: cost {}, value {}, net {}",
        money::count(registered.wins),
        dollars(registered.cost),
        dollars(registered.value),
        dollars(registered.net_value())
    );
    builder.text(0, &won, Style::new());
    if registered.blocked > 0 {
        let text =
            format!("best for {} below the brake", counted(registered.blocked, "more customer"));
        builder.text(0, &text, builder.theme.quiet());
    }
    if registered.losses() > 0 {
        let text = format!("loses {} of them", money::count(registered.losses()));
        builder.text(0, &text, Style::new());
    }
    let dataset = snapshot.matching.dataset();
    for (winner, customers) in registered.loses_to.iter().take(6) {
        let title = dataset.playbook(*winner).map_or("", |playbook| playbook.title());
        builder.text(2, &format!("{} to {title}", money::count(*customers)), Style::new());
    }
}

fn in_segments(builder: &mut DetailBuilder<'_>, registered: &Registered) {
    if registered.segments.is_empty() {
        return;
    }
    builder.heading("By segment");
    let highest = registered.segments.iter().map(|s| s.economics.roi).fold(0.0, f64::max);
    for segment in &registered.segments {
        in_segment(builder, segment, highest);
    }
}

fn in_segment(builder: &mut DetailBuilder<'_>, segment: &InSegment, highest: f64) {
    let theme = builder.theme;
    let economics = &segment.economics;
    let share = if highest > 0.0 && highest.is_finite() { economics.roi / highest } else { 0.0 };
    let wide = (builder.width / 3).clamp(6, 20);
    builder.lines.push(Line::from(vec![
        Span::raw(format!(" {} {} ", left(&segment.segment, 12), right(&ratio(economics.roi), 8))),
        Span::styled(left(&bar(share, wide), wide), theme.accent()),
        Span::raw(fit(
            &format!(" won {} of {}", money::count(segment.wins), money::count(segment.candidate)),
            builder.width.saturating_sub(wide + 24),
        )),
    ]));
    let evidence = &economics.evidence;
    let rate = evidence.success_rate.map(|rate| {
        format!(", {} % succeeded", Num(crate::domain::number::round(rate * 100.0, 1)))
    });
    let text = format!(
        "value {}, cost {}; {}{}",
        dollars(economics.value),
        dollars(economics.cost),
        runs(evidence.runs),
        rate.unwrap_or_default()
    );
    builder.text(3, &text, theme.quiet());
}

/// How it does against the others of its stage, where both can be had.
fn against_others(
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
                format!("outperforms {} {:.1}× in {}", its.title(), a / b, mine.segment)
            } else {
                format!("{} outperforms it {:.1}× in {}", its.title(), b / a, mine.segment)
            };
            told.push(words);
        }
    }
    if told.is_empty() {
        return;
    }
    builder.heading("Against others of its stage, by ROI");
    for words in told.iter().take(8) {
        builder.text(0, words, Style::new());
    }
    if told.len() > 8 {
        let more = format!("and {} more", money::count(told.len() - 8));
        builder.text(0, &more, builder.theme.quiet());
    }
}

fn health(builder: &mut DetailBuilder<'_>, snapshot: &Snapshot, playbook: &Playbook) {
    let about = |finding: &&Finding| finding.playbook_id.as_ref() == Some(&playbook.id);
    let theme = builder.theme;
    builder.heading("Health");
    let before = builder.lines.len();
    for finding in snapshot.findings().filter(about) {
        builder.text(0, &format!("{}: {finding}", finding.code.name()), theme.warning());
    }
    match (snapshot.why_no_strategy(), snapshot.strategy_known()) {
        (Some(why), _) => builder.text(0, why, theme.quiet()),
        (None, None) => builder.text(0, "being looked at…", theme.quiet()),
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
        builder.text(0, "nothing to say", theme.quiet());
    }
}
