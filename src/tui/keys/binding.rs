//! A row of the table of keys: what a key does, where it exists, and when it is not available.

use super::action::{Action, Context};
use super::key::Key;
use crate::tui::screen::id::Screen;
use crate::tui::state::State;

/// Keys with the same meaning.
#[derive(Clone, Copy)]
pub struct Binding {
    /// What they do.
    pub action: Action,
    /// Their name in the settings, where it is not made from action and group.
    pub own_name: Option<&'static str>,
    /// The keys at first, until the user changes them.
    pub keys: &'static [Key],
    /// What they do, in one sentence, for the help page and the manual.
    pub help: &'static str,
    /// What they do in a word or two, for the footer; empty where it does not show them.
    pub label: &'static str,
    /// What has the keys while they exist.
    pub contexts: &'static [Context],
    /// The screens on which they exist.
    pub screens: &'static [Screen],
    /// Under which heading of the help page they stand.
    pub group: Group,
    /// Why they are not available now, if so; empty where that needs no message.
    pub unavailable: fn(&State) -> Option<String>,
}

/// A heading of the help page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::VariantArray)]
pub enum Group {
    /// What is particular to some screens.
    Screen,
    /// Moving in the list and in the detail.
    Moving,
    /// Going from screen to screen.
    Screens,
    /// What is there on every screen.
    General,
    /// Views and files, which the palette has too.
    Keeping,
    /// While the needed files are missing.
    FirstStart,
    /// While the filter is typed.
    Filter,
    /// In the menu of sort columns.
    Sort,
    /// In the menu of columns.
    Columns,
    /// In the palette.
    Palette,
    /// In the menu of views.
    Views,
    /// In a decision dialog.
    Dialog,
    /// In a text field, and before something is replaced or deleted.
    Field,
    /// On a page of text.
    Page,
}

impl Group {
    /// True for the keys of a screen itself, not of what lies over it.
    pub fn is_of_screen(self) -> bool {
        matches!(self, Self::Screen | Self::Moving | Self::Screens | Self::General | Self::Keeping)
    }

    /// True for what opens to work with a list: filter, menus and decisions.
    pub fn is_of_list(self) -> bool {
        matches!(self, Self::Filter | Self::Sort | Self::Columns | Self::Dialog)
    }

    /// What the names of shared actions begin with; `None` for the screens themselves.
    fn prefix(self) -> Option<&'static str> {
        match self {
            Self::Screen | Self::Moving | Self::Screens | Self::General | Self::Keeping => None,
            Self::FirstStart => Some("start"),
            Self::Filter => Some("filter"),
            Self::Sort => Some("sort"),
            Self::Columns => Some("columns"),
            Self::Palette => Some("palette"),
            Self::Views => Some("views"),
            Self::Dialog => Some("dialog"),
            Self::Field => Some("field"),
            Self::Page => Some("read"),
        }
    }
}

/// Keys of a screen itself, on every screen, always available, and not in the footer. The methods
/// change that.
pub(super) const fn bind(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    Binding {
        action,
        own_name: None,
        keys,
        help,
        label: "",
        contexts: &[Context::Browse],
        screens: Screen::ALL,
        group: Group::General,
        unavailable: |_| None,
    }
}

impl Binding {
    pub(super) const fn label(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    pub(super) const fn named(self, name: &'static str) -> Self {
        Self { own_name: Some(name), ..self }
    }

    pub(super) const fn on(self, screens: &'static [Screen]) -> Self {
        Self { screens, ..self }
    }

    pub(super) const fn in_context(self, contexts: &'static [Context], group: Group) -> Self {
        Self { contexts, group, ..self }
    }

    pub(super) const fn group(self, group: Group) -> Self {
        Self { group, ..self }
    }

    pub(super) const fn unless(self, unavailable: fn(&State) -> Option<String>) -> Self {
        Self { unavailable, ..self }
    }

    /// The name of the row in the settings: that of its action, with what the action is about, and
    /// with what lies over the screen where the screen has an action of that name, too.
    pub fn name(&self) -> String {
        let action: &str = self.action.into();
        match (self.own_name, self.action, self.group.prefix()) {
            (Some(own), ..) => own.to_owned(),
            (_, Action::Show(screen), _) => format!("{action}-{}", <&str>::from(screen)),
            (_, Action::Write(target), _) => format!("{action}-{}", <&str>::from(target)),
            (_, shared, Some(prefix)) if shared.is_shared() => format!("{prefix}-{action}"),
            _ => action.to_owned(),
        }
    }

    /// True where the keys exist on a screen.
    pub fn exists_on(&self, screen: Screen) -> bool {
        self.screens.contains(&screen)
    }
}
