//! What the palette can list: a kind, a text to find it by, and what Enter does.

use compact_str::CompactString;
use strum::IntoStaticStr;

use super::names::Name;
use super::query::{Query, Rank};
use crate::tui::keys::action::{Action, Context};
use crate::tui::keys::binding::Group;
use crate::tui::keys::keymap::Bound;
use crate::tui::keys::lookup;
use crate::tui::state::State;
use crate::tui::views::saved;
use crate::tui::what_if;

/// What kind of thing an entry is. The text of each is its name, on the screen and where it is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// An action of the screen.
    Action,
    /// A saved view, or saving one.
    View,
    /// A scenario of What-if.
    Scenario,
    /// Writing what is shown to a file.
    Export,
    /// A playbook.
    Playbook,
    /// A customer.
    Customer,
}

/// What Enter does.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// As the key of an action.
    Action(Action),
    /// Shows the view of a name.
    View(String),
    /// Applies the scenario of a name.
    Scenario(String),
    /// Shows the playbook of an id.
    Playbook(CompactString),
    /// Shows the customer of an id.
    Customer(CompactString),
}

/// A line of the palette. Text from data and settings in it is not yet escaped.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What kind of thing it is.
    pub kind: Kind,
    /// What Enter does.
    pub target: Target,
    /// The name by which it is remembered: that of an action, view or scenario, the id of anything else.
    pub name: CompactString,
    /// What it is called.
    pub title: String,
    /// Its id, key or screen, at the right.
    pub right: String,
    /// An action in a word or two; empty of everything else.
    pub label: &'static str,
    /// More about it; what is typed may be in it too.
    pub about: String,
    /// How it fits what is typed.
    pub rank: Option<Rank>,
}

impl Entry {
    fn new(kind: Kind, target: Target, name: &str, title: &str) -> Self {
        Self {
            kind,
            target,
            name: name.into(),
            title: title.to_owned(),
            right: String::new(),
            label: "",
            about: String::new(),
            rank: None,
        }
    }

    /// Returns the entry of a customer.
    pub fn customer(name: &Name) -> Self {
        let target = Target::Customer(name.id.clone());
        Self {
            right: name.id.to_string(),
            ..Self::new(Kind::Customer, target, &name.id, name.title())
        }
    }

    /// Returns the entry of a playbook.
    pub fn playbook(name: &Name) -> Self {
        let target = Target::Playbook(name.id.clone());
        Self {
            right: name.id.to_string(),
            ..Self::new(Kind::Playbook, target, &name.id, name.title())
        }
    }

    /// True where it is found by its name and its id, also with gaps between the letters; else by its
    /// label, and by what stands together in sentences.
    pub fn has_name(&self) -> bool {
        !matches!(self.target, Target::Action(_))
    }

    /// Returns how it fits a query.
    pub fn rank(&self, query: &Query) -> Option<Rank> {
        match self.has_name() {
            true => query.rank(&[&self.title, &self.right], &[&self.about]),
            false => query.rank(&[self.label], &[&self.title, &self.about]),
        }
    }

    /// Returns why Enter would do nothing, if so; empty where that needs no message.
    pub fn unavailable(&self, state: &State) -> Option<String> {
        match &self.target {
            Target::Action(action) => lookup::unavailable(row_of(state, *action)?, state),
            Target::Scenario(_) => what_if::availability::changes_would_be_lost(state),
            Target::View(_) | Target::Playbook(_) | Target::Customer(_) => None,
        }
    }
}

/// The row of an action on the screen that is shown.
fn row_of(state: &State, action: Action) -> Option<&Bound> {
    rows(state).find(|row| row.action == action)
}

/// The rows of the actions that the screen has.
fn rows(state: &State) -> impl Iterator<Item = &Bound> {
    let of_screen = |row: &&Bound| {
        let here = row.contexts.iter().any(|c| matches!(c, Context::Browse | Context::Any));
        here && row.exists_on(state.screen) && row.action != Action::Palette
    };
    state.keymap.rows().filter(of_screen)
}

/// Returns every entry but customers and playbooks, in the order in which they stand where nothing is
/// typed.
pub fn all(state: &State) -> Vec<Entry> {
    let action = |row: &Bound| {
        let kind = match row.action {
            Action::ExportList | Action::ExportReport => Kind::Export,
            Action::Views | Action::SaveView => Kind::View,
            _ => Kind::Action,
        };
        // The first sentence of the help; the rest is said below.
        let title = row.help.split_once(';').map_or(row.help, |(first, _)| first);
        let right = row.key_name();
        let about = row.help.to_owned();
        Entry {
            right,
            about,
            label: row.label,
            ..Entry::new(kind, Target::Action(row.action), &row.name(), title)
        }
    };
    // What moves by a line is there too, but no one looks for it here.
    let (moving, others): (Vec<&Bound>, Vec<&Bound>) =
        rows(state).partition(|row| row.group == Group::Moving);
    let views = state.settings.views.iter().map(|view| {
        let target = Target::View(view.name.clone());
        Entry {
            about: saved::words(view),
            ..Entry::new(Kind::View, target, &view.name, &view.name)
        }
    });
    let scenarios = state.what_if.named.iter().map(|scenario| {
        let target = Target::Scenario(scenario.name.clone());
        let about = format!("Apply the scenario from {} and show What-if", scenario.saved);
        Entry { about, ..Entry::new(Kind::Scenario, target, &scenario.name, &scenario.name) }
    });
    let mut entries: Vec<Entry> = others.into_iter().map(action).collect();
    entries.extend(views);
    entries.extend(scenarios);
    entries.extend(moving.into_iter().map(action));
    entries
}
