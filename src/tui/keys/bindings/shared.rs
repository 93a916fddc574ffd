//! Keys that are the same on every screen.

use ratatui::crossterm::event::KeyCode;

use crate::tui::copy;
use crate::tui::export::update::cannot_export_list;
use crate::tui::jump;
use crate::tui::keys::action::{Action, Context};
use crate::tui::keys::availability::*;
use crate::tui::keys::binding::{Binding, Group, bind};
use crate::tui::keys::key::{Key, ch, ctrl, key};
use crate::tui::screen::id::Screen::{Activity, Customers, Playbooks, Portfolio, Queue};
use crate::tui::views::update::cannot_save;

use Context::{Any, Browse, FirstStart, Page, TooSmall};

const fn moving(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).group(Group::Moving)
}

/// Moving in the list and in the detail.
pub(super) const MOVING: &[Binding] = &[
    moving(Action::Down, &[ch('j'), key(KeyCode::Down)], "Down"),
    moving(Action::Up, &[ch('k'), key(KeyCode::Up)], "Up"),
    moving(Action::PageDown, &[key(KeyCode::PageDown), ctrl('d')], "Page down"),
    moving(Action::PageUp, &[key(KeyCode::PageUp), ctrl('u')], "Page up"),
    moving(Action::First, &[ch('g'), key(KeyCode::Home)], "Go to the first line"),
    moving(Action::Last, &[ch('G'), key(KeyCode::End)], "Go to the last line"),
    moving(Action::Open, &[key(KeyCode::Enter)], "Open the detail; the moving keys then scroll it")
        .on(&[Queue, Customers, Playbooks, Activity])
        .label("open")
        .unless(cannot_enter),
    moving(Action::SwitchPane, &[key(KeyCode::Tab)], "Switch between list and detail")
        .label("pane")
        .unless(cannot_open),
    moving(
        Action::Back,
        &[key(KeyCode::Esc)],
        "Back to the list; in the list, clear the selection, then the filter",
    )
    .label("back")
    .unless(cannot_go_back),
    moving(Action::JumpBack, &[ctrl('o')], "Go back to where you came from")
        .label("go back")
        .unless(jump::cannot_go_back),
    moving(Action::JumpBack, &[key(KeyCode::Backspace)], "Go back to where you came from")
        .named("go-back")
        .on(&[Queue, Customers, Playbooks, Portfolio, Activity])
        .label("go back")
        .unless(jump::cannot_go_back),
];

/// What is there on every screen.
pub(super) const GENERAL: &[Binding] = &[
    bind(Action::Findings, &[ch('!')], "List the findings about data, decisions and strategy")
        .unless(findings_unknown),
    bind(
        Action::Copy,
        &[ch('y')],
        "Copy the id of the selected line; on What-if the equivalent command",
    )
    .unless(copy::no_id),
    bind(Action::CopyDetail, &[ch('Y')], "Copy the detail as text").unless(copy::no_detail),
    bind(Action::Reload, &[ch('R')], "Read all files again")
        .in_context(&[Browse, FirstStart], Group::General),
    bind(
        Action::Palette,
        &[ch(':'), ctrl('p')],
        "Open the palette: find any action, customer, playbook, view or scenario by typing",
    )
    .label("palette"),
    bind(Action::HelpAll, &[key(KeyCode::F(1))], "Show the keys of all screens")
        .in_context(&[Browse, FirstStart, Page], Group::General)
        .unless(covers_page),
    bind(Action::Help, &[ch('?')], "Show the keys of this screen")
        .in_context(&[Browse, FirstStart], Group::General)
        .label("help"),
];

/// Views and files. What has no key is found in the palette.
pub(super) const KEEPING: &[Binding] = &[
    keeping(Action::Views, &[ch('V')], "List the saved views"),
    keeping(Action::SaveView, &[], "Save the current view as…")
        .unless(|state| still_loading(state).or_else(|| cannot_save(state))),
    keeping(Action::ExportList, &[], "Export this list as CSV…").unless(cannot_export_list),
    keeping(Action::ExportReport, &[], "Export the report as HTML…").unless(findings_unknown),
];

const fn keeping(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).group(Group::Keeping)
}

/// The ways out, last in the footer.
pub(super) const QUITTING: &[Binding] = &[
    bind(Action::Leave, &[ch('q')], "Close what is open; on a screen, quit")
        .in_context(&[Browse, FirstStart, TooSmall], Group::General)
        .label("quit"),
    bind(Action::Quit, &[ctrl('c')], "Quit at once, also while text is typed")
        .in_context(&[Any], Group::General),
    bind(Action::Redraw, &[ctrl('l')], "Redraw the screen").in_context(&[Any], Group::General),
    bind(Action::Suspend, &[ctrl('z')], "Suspend nextplay and return to the shell")
        .in_context(&[Any], Group::General),
];
