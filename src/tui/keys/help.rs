//! The help page: the keys of the screen, from the one table; the filter's terms; and the signs.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use rustc_hash::FxHashSet;
use strum::VariantArray;
use tui_input::Input;

use super::action::Context;
use super::binding::Group;
use super::keymap::Bound;
use super::lookup::unavailable;
use crate::domain::Status;
use crate::domain::text::escape_controls;
use crate::tui::mouse::gestures::{self, GESTURES};
use crate::tui::screen::id::Screen;
use crate::tui::state::{Overlay, State};
use crate::tui::widget::text::{fit, left, wrap};
use crate::tui::widget::theme::{IN_EXPERIMENT, NOT_MINE, Theme, sign};
use crate::tui::widget::words::Words;

/// Columns of the keys.
const KEYS: usize = 18;

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

/// What the page of keys shows.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// The keys of all screens, not only those of this one.
    pub all: bool,
    /// The words that narrow it.
    pub search: Input,
    /// They are being typed.
    pub typing: bool,
}

impl Shown {
    /// Returns the title of the page.
    pub fn title(&self, state: &State) -> String {
        let title = match self.all {
            true => "Keys of all screens".to_owned(),
            false => format!("Keys of {}", state.screen.row().title),
        };
        match self.search.value().trim() {
            "" => title,
            words => format!("{title} /{}", escape_controls(words)),
        }
    }
}

/// Opens the page of keys, or shows other keys on it.
pub(crate) fn open(state: &mut State, all: bool) {
    let shown = Box::new(Shown { all, ..Shown::default() });
    state.overlay = Overlay::Help { scroll: 0, shown };
}

/// Changes what the open page of keys shows.
pub(crate) fn with(state: &mut State, change: impl FnOnce(&mut Shown)) {
    if let Overlay::Help { shown, .. } = &mut state.overlay {
        change(shown);
    }
}

/// Shows all of the page again.
pub(crate) fn clear(state: &mut State) {
    if let Overlay::Help { scroll, shown } = &mut state.overlay {
        (*scroll, shown.search, shown.typing) = (0, Input::default(), false);
    }
}

/// True where a search narrows the page of keys.
pub(crate) fn is_narrowed(state: &State) -> bool {
    matches!(&state.overlay, Overlay::Help { shown, .. } if !shown.search.value().is_empty())
}

/// The lines of the help page: the keys of the screen that is shown, dimmed with the reason where one
/// is not available now; what the signs and the filter mean; then the keys of what opens on a list.
/// The page of all keys has those of the other screens after those of this one, and those of
/// everything that opens.
pub fn lines(state: &State, shown: &Shown, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let width = usize::from(width).saturating_sub(2);
    let screen = state.screen.row();
    let words = Words::new(shown.search.value());
    let mut lines: Vec<Line<'static>> = Vec::new();
    // What stops many keys is said once, at the first of them.
    let mut said = FxHashSet::default();
    let mut section = |title: &str, rows: Vec<Line<'static>>| {
        if rows.is_empty() {
            return;
        }
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::from(Span::styled(format!(" {title}"), theme.strong())));
        lines.extend(rows.into_iter().map(|line| words.mark(line, theme.matched())));
    };
    let found = |row: &&Bound| words.are_in(&[row.key_names(), row.help.to_owned()]);
    let is_found = |line: &Line<'static>| words.are_in(&[line.to_string()]);
    let mut keys = |belongs: &dyn Fn(&Bound) -> bool| {
        let rows = state.keymap.rows().filter(|row| belongs(row)).filter(found);
        rows.flat_map(|binding| row(binding, state, theme, width, &mut said)).collect::<Vec<_>>()
    };
    let here = |row: &Bound| row.exists_on(state.screen);
    let (of_screen, mut over_it): (Vec<Group>, Vec<Group>) =
        Group::VARIANTS.iter().partition(|group| group.is_of_screen());
    for group in of_screen {
        section(&group.title(screen.title), keys(&|row| row.group == group && here(row)));
        let others = Screen::ALL.iter().filter(|_| shown.all && group == Group::Screen);
        for other in others.filter(|other| **other != state.screen) {
            let only_there =
                |row: &Bound| row.group.is_of_screen() && row.exists_on(*other) && !here(row);
            section(other.row().title, keys(&only_there));
        }
    }
    if let Some(filter) = &screen.list.filter {
        section("Signs", signs().filter(is_found).collect());
        let text = wrap(filter.help, width.saturating_sub(2)).into_iter();
        let text = text.map(|line| Line::from(format!("  {line}"))).filter(is_found);
        section("Filter terms", text.collect());
    }
    if state.settings.mouse {
        let found = GESTURES.iter().filter(|gesture| words.are_in(&[gesture.name, gesture.help]));
        let rows = found.flat_map(|gesture| {
            entry(gesture.name, wrap(gesture.help, words_room(width)), theme.strong(), Style::new())
        });
        section(gestures::TITLE, rows.collect());
    }
    // What confirms a decision comes first.
    over_it.sort_by_key(|group| *group != Group::Dialog);
    for group in over_it {
        let is_shown = |row: &Bound| shown.all || (group.is_of_list() && here(row));
        let belongs = |row: &Bound| row.group == group && is_shown(row);
        section(&group.title(screen.title), keys(&belongs));
    }
    if lines.is_empty() {
        let none = format!(" No key matches \"{}\"", escape_controls(shown.search.value().trim()));
        lines.push(Line::from(Span::styled(none, theme.quiet())));
    }
    lines
}

fn signs() -> impl Iterator<Item = Line<'static>> {
    let statuses = [
        (Status::Pending, "needs approval"),
        (Status::HeldOut, "left alone by an experiment, to compare others with"),
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
        (IN_EXPERIMENT, "in an experiment, which chose the playbook or leaves it as it is"),
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
    // What lies over a screen, or is on another one, has keys of its own; whether they are available
    // is seen there.
    let is_here = binding.contexts.contains(&Context::Browse) && binding.exists_on(state.screen);
    let why = unavailable(binding, state).filter(|_| is_here);
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
            Span::styled(left(keys, KEYS - 1), strong),
            Span::raw(" "),
            Span::styled(words, style),
        ])
    };
    words.into_iter().enumerate().map(line).collect()
}
