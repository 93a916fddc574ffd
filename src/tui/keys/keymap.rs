//! The keys in use: the table of bindings with the keys of each row, which the user may have changed.

use std::fmt;
use std::ops::Deref;

use strum::VariantArray;

use super::action::{Action, Context};
use super::binding::{Binding, Group};
use super::bindings::BINDINGS;
use super::key::Key;
use crate::tui::screen::id::Screen;

/// A row of [`BINDINGS`] with the keys that are in use for it.
#[derive(Clone)]
pub struct Bound {
    /// The row.
    pub row: &'static Binding,
    /// Its keys; the footer shows the first. Empty where the action has no key.
    pub keys: Vec<Key>,
}

impl Deref for Bound {
    type Target = Binding;

    fn deref(&self) -> &Binding {
        self.row
    }
}

impl Bound {
    /// The first key as it is written; empty where there is none.
    pub fn key_name(&self) -> String {
        match self.action {
            Action::Reason(_) | Action::NthView(_) => self.key_names(),
            _ => self.keys.first().map(Key::to_string).unwrap_or_default(),
        }
    }

    /// The first key as it is written, or the first `count` where each chooses another thing.
    pub fn hint(&self, count: usize) -> String {
        let used = self.keys.get(..count).unwrap_or(&self.keys);
        match (self.action, used) {
            (Action::Reason(_) | Action::NthView(_), [first, .., last])
                if self.keys == self.row.keys =>
            {
                format!("{first}–{last}")
            }
            (Action::Reason(_) | Action::NthView(_), used) => names(used),
            _ => self.key_name(),
        }
    }

    /// The keys as they are written, with blanks between them.
    pub fn key_names(&self) -> String {
        match self.action {
            Action::Reason(_) | Action::NthView(_) if self.keys == self.row.keys => {
                "1–9".to_owned()
            }
            _ => names(&self.keys),
        }
    }

    /// True where its keys exist in a context.
    pub fn is_in(&self, context: Context) -> bool {
        self.contexts.iter().any(|c| *c == context || *c == Context::Any)
    }

    /// The action of a key that was pressed, where it is one of its keys.
    pub(super) fn action_of(&self, is: impl Fn(&Key) -> bool) -> Option<Action> {
        let place = self.keys.iter().position(is)?;
        Some(match self.action {
            // The first key chooses the first reason, and so on.
            Action::Reason(first) => Action::Reason(first.saturating_add(place as u8)),
            Action::NthView(first) => Action::NthView(first.saturating_add(place as u8)),
            action => action,
        })
    }
}

fn names(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

/// What a list shows where its filter leaves nothing.
pub(crate) fn no_matches(keys: &Keymap) -> String {
    format!("No matches. {} clears the filter.", keys.key(Action::Back))
}

/// The keys in use, row by row.
#[derive(Clone)]
pub struct Keymap(pub(super) Vec<Bound>);

impl Default for Keymap {
    /// The keys of [`BINDINGS`].
    fn default() -> Self {
        Self(BINDINGS.iter().map(|row| Bound { row, keys: row.keys.to_vec() }).collect())
    }
}

impl fmt::Debug for Keymap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|row| (row.action, row.key_names()))).finish()
    }
}

impl Keymap {
    /// The rows, in the order of [`BINDINGS`].
    pub fn rows(&self) -> impl Iterator<Item = &Bound> {
        self.0.iter()
    }

    /// The rows by the headings of the help page, in the order of [`BINDINGS`] within each.
    pub fn by_group(&self) -> impl Iterator<Item = (Group, &Bound)> {
        Group::VARIANTS.iter().flat_map(|group| {
            self.rows().filter_map(|row| (row.group == *group).then_some((*group, row)))
        })
    }

    /// The first row of an action on a screen.
    pub fn of(&self, action: Action, screen: Screen) -> Option<&Bound> {
        self.rows().find(|row| row.action == action && row.exists_on(screen))
    }

    /// The key of an action of a screen, for a message: the first, as help and footer write it. An
    /// action without a key is called by its name.
    pub fn key(&self, action: Action) -> String {
        self.key_in(Context::Browse, action)
    }

    /// The same for an action of what lies over a screen.
    pub fn key_in(&self, context: Context, action: Action) -> String {
        let rows = || self.rows().filter(move |row| row.action == action && row.is_in(context));
        debug_assert!(rows().next().is_some(), "{action:?} in {context:?}");
        let with_key = rows().find(|row| !row.keys.is_empty()).map(Bound::key_name);
        let without = || rows().next().map(|row| format!("{} (no key)", row.name()));
        with_key.or_else(without).unwrap_or_default()
    }

    /// The key of each reason in a decision dialog, in their order.
    pub fn reasons(&self) -> impl Iterator<Item = String> {
        let reasons = self.rows().filter(|row| matches!(row.action, Action::Reason(_)));
        reasons.flat_map(|row| row.keys.iter().map(Key::to_string))
    }
}
