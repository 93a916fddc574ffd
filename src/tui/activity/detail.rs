//! One line of the Activity screen in full: an entry of the ledger with its basis beside the current
//! numbers, or what a reload changed.

use std::sync::Arc;

use jiff::Timestamp;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::journal::{done_about, local};
use super::list::{ChangeLine, Item, MOST_KEPT};
use crate::approval::signatures;
use crate::domain::Entry;
use crate::domain::money::{count, dollars, ratio};
use crate::domain::time::ago;
use crate::matching::words::share;
use crate::tui::decide::basis;
use crate::tui::state::State;
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::text::{fit, wrap};
use crate::tui::widget::theme::Theme;
use crate::workspace::Snapshot;

/// The title of the detail's pane.
pub fn title(state: &State, theme: Theme) -> Line<'static> {
    let (what, id) = match state.activity.selected() {
        None => return Line::from(" No line "),
        Some(Item::Entry(entry)) => (format!("  #{}", entry.seq), Some(&entry.customer_id)),
        Some(Item::Change(told)) => ("  changed".to_owned(), told.customer_id.as_ref()),
        Some(Item::Dropped(_)) => ("Older changes".to_owned(), None),
    };
    let id = id.map(|id| fit(id, 30)).unwrap_or_default();
    Line::from(vec![
        Span::raw(" "),
        Span::styled(id, theme.strong()),
        Span::raw(format!("{what} ")),
    ])
}

/// Returns the detail of the selected line, in lines of at most `width` columns.
pub fn lines(state: &State, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let Some(item) = state.activity.selected() else { return Vec::new() };
    let Some(snapshot) = &state.snapshot else { return Vec::new() };
    let mut builder = DetailBuilder::new(width, theme, state.now, &state.zone);
    match item {
        Item::Entry(entry) => whole_entry(&mut builder, snapshot, entry),
        Item::Change(told) => whole_change(&mut builder, snapshot, told),
        Item::Dropped(number) => {
            let text = format!(
                "{} older changes of this session are no longer listed: the list holds the last {}.",
                count(usize::try_from(number).unwrap_or(usize::MAX)),
                count(MOST_KEPT)
            );
            builder.text(0, &text, Style::new());
        }
    }
    builder.lines
}

fn whole_entry(builder: &mut DetailBuilder<'_>, snapshot: &Snapshot, entry: &Arc<Entry>) {
    headline(builder, &sentence(entry, name(snapshot, &entry.customer_id)));
    when(builder, entry.at);
    let plain = Style::new();
    if let Some(reason) = &entry.reason {
        let labels = &snapshot.matching.policy().labels;
        builder.labelled("Reason", &labels.reason(reason), plain);
    }
    if let Some(note) = &entry.note {
        builder.labelled("Note", &format!("“{note}”"), plain);
    }
    if let Some(until) = entry.until {
        builder.labelled("Until", &until.to_string(), plain);
    }
    if let Some(id) = &entry.undoes {
        let text = match snapshot.history.entry(id) {
            Some(undone) => in_short(builder, undone),
            None => format!("entry {id}, which is not in this ledger"),
        };
        builder.labelled("Undoes", &text, plain);
    }
    let undoes_it = |other: &&Arc<Entry>| other.undoes.as_ref() == Some(&entry.id);
    if let Some(undo) = snapshot.history.of_customer(&entry.customer_id).rev().find(undoes_it) {
        let text = format!("by {}", in_short(builder, undo));
        builder.labelled("Undone", &text, builder.theme.warning());
    }
    current(builder, snapshot, &entry.customer_id, Some(entry));
    basis::compare(builder, snapshot, entry);
    builder.heading("In the ledger");
    builder.labelled("Entry", &format!("#{}, {}", entry.seq, entry.id), plain);
    if let Some(batch) = &entry.batch {
        builder.labelled("Batch", batch, plain);
    }
    let after = match &entry.after {
        Some(id) => match snapshot.history.entry(id) {
            Some(before) => format!("#{}, {id}", before.seq),
            None => format!("{id}, which is not in this ledger"),
        },
        None => "the first entry for this customer".to_owned(),
    };
    builder.labelled("After", &after, plain);
    builder.labelled("Basis hash", &entry.basis_hash.to_string(), plain);
    let policy = snapshot.matching.policy();
    if let Some(words) = signatures::words(entry, policy) {
        let holds = signatures::fault(entry, policy).is_none();
        let style = if holds { plain } else { builder.theme.warning() };
        builder.labelled("Signature", &words, style);
    }
    builder.labelled("Previous", &entry.prev.to_string(), plain);
    builder.labelled("Hash", &entry.hash.to_string(), plain);
}

fn whole_change(builder: &mut DetailBuilder<'_>, snapshot: &Snapshot, told: &ChangeLine) {
    let customer = told.customer_id.as_deref().map(|id| match name(snapshot, id) {
        Some(name) => format!("{name} ({id}) "),
        None => format!("{id} "),
    });
    headline(builder, &format!("◆ {}{}", customer.unwrap_or_default(), told.words));
    when(builder, told.at);
    if let Some(id) = &told.customer_id {
        current(builder, snapshot, id, None);
    }
}

fn headline(builder: &mut DetailBuilder<'_>, text: &str) {
    let style = builder.theme.strong();
    for line in wrap(text, builder.width.max(1)) {
        builder.lines.push(Line::from(Span::styled(format!(" {line}"), style)));
    }
}

fn when(builder: &mut DetailBuilder<'_>, at: Timestamp) {
    let text = format!("{}, {}", local(at, builder.zone), ago(at, builder.now));
    builder.labelled("When", &text, Style::new());
}

/// Returns who did what for whom.
fn sentence(entry: &Entry, name: Option<&str>) -> String {
    let (by, done, id) = (&entry.by, done_about(entry), &entry.customer_id);
    match name {
        Some(name) => format!("{by} {done} for {name} ({id})"),
        None => format!("{by} {done} for {id}"),
    }
}

/// The name of a customer, where it has one.
fn name<'a>(snapshot: &'a Snapshot, id: &str) -> Option<&'a str> {
    let matching = &snapshot.matching;
    matching.customer(matching.dataset().customer_number(id)?)?.name()
}

/// `#7: sam rejected Usage Recovery, 2026-11-23 14:02:11`
fn in_short(builder: &DetailBuilder<'_>, entry: &Entry) -> String {
    format!("#{}: {} {}, {}", entry.seq, entry.by, done_about(entry), local(entry.at, builder.zone))
}

/// What is known about the customer now, and which decision is in force.
fn current(
    builder: &mut DetailBuilder<'_>,
    snapshot: &Snapshot,
    id: &str,
    shown: Option<&Arc<Entry>>,
) {
    builder.heading(&format!("{} now", fit(id, 40)));
    if snapshot.partial {
        return builder.text(0, "Loading…", builder.theme.quiet());
    }
    let matching = &snapshot.matching;
    let number = matching.dataset().customer_number(id);
    let Some((number, view)) = number.and_then(|number| Some((number, matching.customer(number)?)))
    else {
        return builder.text(0, "Not in the data", builder.theme.warning());
    };
    let mut facts: Vec<String> = view.name().map(str::to_owned).into_iter().collect();
    facts.push(view.segment().to_owned());
    let stage = view.stage().map(|code| matching.policy().labels.stage(code).into_owned());
    facts.push(stage.unwrap_or_else(|| "No stage".to_owned()));
    facts.push(format!("{} a year", dollars(view.account_value())));
    facts.extend(matching.risk_score(number).map(|risk| format!("risk {}", share(risk))));
    let winner = matching.winner(number);
    match winner.and_then(|ranked| matching.playbook(ranked)) {
        Some(playbook) => facts.push(playbook.title().to_owned()),
        None => facts.push("no recommendation".to_owned()),
    }
    facts.extend(winner.map(|ranked| format!("ROI {}", ratio(ranked.economics.roi))));
    facts.push(format!("{} at risk", dollars(matching.revenue_at_risk(number))));
    builder.text(0, &facts.join(" · "), Style::new());
    let standing = snapshot.standing(number);
    builder.status(snapshot, number, &standing);
    builder.skipped_rows(snapshot, number);
    if let Some(entry) = shown {
        let in_force = match &standing.decision {
            None => "none".to_owned(),
            Some(decision) if decision.id == entry.id => "this decision".to_owned(),
            Some(decision) => in_short(builder, decision),
        };
        builder.labelled("In force", &in_force, Style::new());
    }
}
