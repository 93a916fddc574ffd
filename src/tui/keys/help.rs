//! The help page: the keys of the screen, from the one table; the filter's terms; and the signs.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use rustc_hash::FxHashSet;
use strum::VariantArray;

use super::action::Context;
use super::binding::Group;
use super::keymap::Bound;
use super::lookup::unavailable;
use crate::domain::Status;
use crate::tui::mouse::gestures::{self, GESTURES};
use crate::tui::state::State;
use crate::tui::widget::text::{fit, left, wrap};
use crate::tui::widget::theme::{NOT_MINE, Theme, sign};

/// Columns of the keys.
const KEYS: usize = 17;

impl Group {
    /// The heading; `screen` is the title of the screen that is shown.
    pub fn title(self, screen: &str) -> String {
        match self {
            Self::Screen => screen,
            Self::Moving => "Moving",
            Self::Screens => "Screens",
            Self::General => "General",
            Self::Keeping => "Views and exports",
            Self::FirstStart => "Where there is no data",
            Self::Filter => "While typing the filter",
            Self::Sort => "In the sort menu",
            Self::Columns => "In the menu of columns",
            Self::Palette => "In the palette",
            Self::Views => "In the menu of views",
            Self::Dialog => "In a decision dialog",
            Self::Field => "In a text field, and before something is replaced",
            Self::Page => "On a page of text",
        }
        .to_owned()
    }
}

/// The lines of the help page: what exists on the screen that is shown, dimmed with the reason where
/// it is not available now.
pub fn lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let theme = Theme::plain();
    let width = usize::from(width).saturating_sub(2);
    let screen = state.screen.row();
    let mut lines = Vec::new();
    // What stops many keys is said once, at the first of them.
    let mut said = FxHashSet::default();
    let heading = |lines: &mut Vec<Line<'static>>, text: &str| {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::from(Span::styled(format!(" {text}"), theme.strong())));
    };
    for group in Group::VARIANTS {
        let mut rows = state
            .keymap
            .rows()
            .filter(|binding| binding.group == *group && binding.exists_on(state.screen))
            .peekable();
        if rows.peek().is_some() {
            heading(&mut lines, &group.title(screen.title));
            lines.extend(rows.flat_map(|binding| row(binding, state, theme, width, &mut said)));
        }
    }
    if state.settings.mouse {
        heading(&mut lines, gestures::TITLE);
        lines.extend(GESTURES.iter().flat_map(|gesture| {
            entry(gesture.name, wrap(gesture.help, words_room(width)), theme.strong(), Style::new())
        }));
    }
    if let Some(filter) = &screen.list.filter {
        heading(&mut lines, "Filter terms");
        let text = wrap(filter.help, width.saturating_sub(2));
        lines.extend(text.into_iter().map(|line| Line::from(format!("  {line}"))));
        heading(&mut lines, "Signs");
        lines.extend(signs());
    }
    lines
}

fn signs() -> impl Iterator<Item = Line<'static>> {
    let statuses = [
        (Status::Pending, "needs approval"),
        (Status::Held, "source data has an error; review before acting"),
        (Status::Stale, "data changed since the decision"),
        (Status::Expired, "the approval is older than the policy allows"),
        (Status::Approved, "may run"),
        (Status::Overridden, "another playbook was chosen; may run"),
        (Status::Rejected, "must not run"),
        (Status::Deferred, "deferred to a later date"),
        (Status::Automatic, "runs without approval"),
        (Status::Running, "handed off, or already running"),
        (Status::Done, "has an outcome, or its time is over"),
        (Status::Uncovered, "high risk without a recommendation"),
        (Status::None, "no recommendation"),
    ];
    let line = |(status, words): (Status, &str)| {
        Line::from(format!("  {}  {} {words}", sign(status), left(status.name(), 10)))
    };
    let marks = [
        ("◆", "just changed on disk"),
        ("●", "selected"),
        (NOT_MINE, "needs a decision that you may not make: above your limit, or approved by you"),
    ];
    let mark = |(sign, words): (&str, &str)| Line::from(format!("  {sign}  {words}"));
    statuses.map(line).into_iter().chain(marks.map(mark))
}

fn row(
    binding: &Bound,
    state: &State,
    theme: Theme,
    width: usize,
    said: &mut FxHashSet<String>,
) -> Vec<Line<'static>> {
    // What lies over a screen has keys of its own; whether they are available is seen there.
    let of_screen = binding.contexts.contains(&Context::Browse);
    let why = unavailable(binding, state).filter(|_| of_screen);
    let (strong, style) = match why {
        Some(_) => (theme.quiet(), theme.quiet()),
        None => (theme.strong(), Style::new()),
    };
    let keys = match binding.key_names() {
        none if none.is_empty() => "in the palette".to_owned(),
        keys => keys,
    };
    let room = words_room(width);
    let mut words = wrap(binding.help, room);
    let new = why.filter(|why| !why.is_empty() && said.insert(why.clone()));
    words.extend(new.map(|why| fit(&why, room)));
    entry(&keys, words, strong, style)
}

/// Columns of what keys do.
fn words_room(width: usize) -> usize {
    width.saturating_sub(KEYS + 2)
}

/// Keys, and beside them what they do.
fn entry(keys: &str, words: Vec<String>, strong: Style, style: Style) -> Vec<Line<'static>> {
    let line = |(number, words): (usize, String)| {
        let keys = if number == 0 { keys } else { "" };
        Line::from(vec![
            Span::raw("  "),
            Span::styled(left(keys, KEYS), strong),
            Span::styled(words, style),
        ])
    };
    words.into_iter().enumerate().map(line).collect()
}
