//! Keys of what lies over a screen: the filter, the sort menu, pages, dialogs and text fields.

use ratatui::crossterm::event::KeyCode;

use crate::tui::copy;
use crate::tui::customers::update::{cannot_toggle, columns_as_usual};
use crate::tui::edit;
use crate::tui::first_start::update::{all_shown, cannot_write};
use crate::tui::keys::action::{Action, Context};
use crate::tui::keys::availability::*;
use crate::tui::keys::binding::{Binding, Group, bind};
use crate::tui::keys::key::{Key, ch, ctrl, key};
use crate::tui::screen::id::Screen::{
    self, Activity, Customers, Playbooks, Portfolio, Queue, WhatIf,
};

use crate::tui::palette::update::{at_first, at_last, cannot_run};
use crate::tui::views::update::{cannot_delete, cannot_save, no_views};
use Context::{
    Columns, Dialog, Filter, FirstStart, Page, Palette, Prompt, Question, Search, Setup, Sort,
    Text, Views,
};

/// The screens on which a decision can be made or undone.
const DECIDED: &[Screen] = &[Queue, Customers, Activity];
/// The screens whose list can be filtered and sorted.
const SORTED: &[Screen] = &[Queue, Customers, Playbooks, Portfolio, Activity];

/// The screens with a choice of columns.
const LISTED: &[Screen] = &[Queue, Customers];

const ENTER: Key = key(KeyCode::Enter);
const ESC: Key = key(KeyCode::Esc);
const DOWN: Key = key(KeyCode::Down);
const UP: Key = key(KeyCode::Up);
/// The first of them chooses the first reason, and so on.
const DIGITS: &[Key] =
    &[ch('1'), ch('2'), ch('3'), ch('4'), ch('5'), ch('6'), ch('7'), ch('8'), ch('9')];
const CLOSE: &[Key] = &[ESC, ch('q'), ch('?'), ch('s'), ch('!')];

pub(super) const OVERLAYS: &[Binding] = &[
    first_start(Action::OpenChoice, &[ENTER], "Do what is selected").label("select"),
    first_start(Action::Down, &[ch('j'), DOWN], "Down"),
    first_start(Action::Up, &[ch('k'), UP], "Up"),
    first_start(Action::SetUp, &[ch('i')], "Set up the directory with the files in it")
        .label("set up"),
    first_start(Action::OpenDemo, &[ch('d')], "Open the demo").label("demo"),
    first_start(Action::AskDirectory, &[ch('o')], "Open another directory")
        .label("other directory"),
    first_start(Action::Close, &[ESC], "Close the page and show what is there").label("close"),
    setup(Action::WriteSetup, &[ENTER], "Write the files that are shown")
        .label("write")
        .unless(cannot_write),
    setup(Action::Down, &[ch('j'), DOWN], "Down")
        .named("setup-down")
        .label("down")
        .unless(all_shown),
    setup(Action::Up, &[ch('k'), UP], "Up").named("setup-up"),
    setup(Action::Close, &[ESC], "Write nothing").named("setup-cancel").label("cancel"),
    filter(Action::KeepFilter, &[ENTER], "Keep the filter").label("keep"),
    filter(Action::DropFilter, &[ESC], "Clear the filter").label("clear"),
    filter(Action::Down, &[DOWN], "Down, while typing"),
    filter(Action::Up, &[UP], "Up, while typing"),
    sort(Action::Choose, &[ENTER], "Sort by the column; a second time reverses").label("sort"),
    sort(Action::Down, &[ch('j'), DOWN], "Down").label("down").unless(at_end),
    sort(Action::Up, &[ch('k'), UP], "Up").label("up").unless(at_start),
    sort(Action::First, &[ch('g'), key(KeyCode::Home)], "Go to the first column"),
    sort(Action::Last, &[ch('G'), key(KeyCode::End)], "Go to the last column"),
    sort(Action::Close, CLOSE, "Close the menu").label("close"),
    columns(
        Action::ToggleColumn,
        &[ch(' '), ENTER],
        "Show or hide the column; the name is always shown",
    )
    .label("show/hide")
    .unless(cannot_toggle),
    columns(Action::ColumnUp, &[ch('K'), ch('<')], "Move the column to the left")
        .label("move left")
        .unless(at_start),
    columns(Action::ColumnDown, &[ch('J'), ch('>')], "Move the column to the right")
        .label("move right")
        .unless(at_end),
    columns(Action::Down, &[ch('j'), DOWN], "Down").label("down").unless(at_end),
    columns(Action::Up, &[ch('k'), UP], "Up").label("up").unless(at_start),
    columns(Action::First, &[ch('g'), key(KeyCode::Home)], "Go to the first column"),
    columns(Action::Last, &[ch('G'), key(KeyCode::End)], "Go to the last column"),
    columns(Action::ResetColumns, &[ch('x')], "Reset the columns")
        .label("reset")
        .unless(columns_as_usual),
    columns(Action::Close, &[ESC, ch('q'), ch('C'), ch('?')], "Close the menu").label("close"),
    palette(Action::RunEntry, &[ENTER], "Do it, or go there").label("run").unless(cannot_run),
    palette(Action::Down, &[DOWN, ctrl('n')], "Down").label("down").unless(at_last),
    palette(Action::Up, &[UP, ctrl('p')], "Up").label("up").unless(at_first),
    palette(Action::PageDown, &[key(KeyCode::PageDown)], "Page down"),
    palette(Action::PageUp, &[key(KeyCode::PageUp)], "Page up"),
    palette(Action::First, &[key(KeyCode::Home)], "Go to the first entry"),
    palette(Action::Last, &[key(KeyCode::End)], "Go to the last entry"),
    palette(Action::Close, &[ESC], "Close the palette").label("close"),
    views(Action::ShowView, &[ENTER], "Show the view").label("show").unless(no_views),
    views(Action::NthView(1), DIGITS, "Show the view with that number").unless(no_views),
    views(Action::Down, &[ch('j'), DOWN], "Down").label("down").unless(at_end),
    views(Action::Up, &[ch('k'), UP], "Up").label("up").unless(at_start),
    views(Action::First, &[ch('g'), key(KeyCode::Home)], "Go to the first view"),
    views(Action::Last, &[ch('G'), key(KeyCode::End)], "Go to the last view"),
    views(Action::SaveView, &[ch('n')], "Save the current view as…")
        .named("views-save")
        .label("save current view")
        .unless(cannot_save),
    views(Action::DeleteView, &[ch('x')], "Delete the view").label("delete").unless(cannot_delete),
    views(Action::Close, &[ESC, ch('q'), ch('V'), ch('?')], "Close the menu").label("close"),
    page(Action::Down, &[ch('j'), DOWN], "Down").label("down").unless(at_end),
    page(Action::Up, &[ch('k'), UP], "Up").label("up").unless(at_start),
    page(Action::PageDown, &[key(KeyCode::PageDown), ch(' '), ctrl('d')], "Page down")
        .label("page down")
        .unless(at_end),
    page(Action::PageUp, &[key(KeyCode::PageUp), ctrl('u')], "Page up")
        .label("page up")
        .unless(at_start),
    page(Action::First, &[ch('g'), key(KeyCode::Home)], "Go to the beginning"),
    page(Action::Last, &[ch('G'), key(KeyCode::End)], "Go to the end"),
    page(Action::Search, &[ch('/')], "Search the keys").label("search").unless(cannot_search),
    page(Action::Close, CLOSE, "Clear the search, then close the page").label("close"),
    page(Action::KeepSearch, &[ENTER], "Keep the search")
        .in_context(&[Search], Group::Page)
        .label("keep"),
    page(Action::DropSearch, &[ESC], "Clear the search")
        .in_context(&[Search], Group::Page)
        .label("clear"),
    page(Action::Down, &[DOWN], "Down, while typing the search")
        .named("search-down")
        .in_context(&[Search], Group::Page),
    page(Action::Up, &[UP], "Up, while typing the search")
        .named("search-up")
        .in_context(&[Search], Group::Page),
    page(
        Action::EditFile,
        &[ch('E')],
        "Open the file of the selected finding in $VISUAL or $EDITOR",
    )
    .named("edit-finding")
    .label("edit file")
    .unless(edit::no_file),
    page(Action::Copy, &[ch('y')], "Copy the equivalent command, where the page shows it")
        .on(&[WhatIf])
        .label("copy")
        .unless(copy::no_command_on_page),
    dialog(Action::Confirm, &[ch('y')], "Confirm the decision")
        .label("confirm")
        .unless(cannot_confirm),
    dialog(Action::Close, &[ESC], "Cancel; no decision is recorded")
        .named("dialog-cancel")
        .in_context(&[Dialog, Text], Group::Dialog)
        .label("cancel"),
    dialog(Action::Close, &[ch('n'), ch('q')], "Cancel, while no text is typed").named("dialog-no"),
    dialog(Action::Reason(1), DIGITS, "Choose the reason")
        .label("reason")
        .unless(nothing_to_choose),
    dialog(Action::NextChoice, &[ch('j'), DOWN], "Next playbook or reason; otherwise scroll down"),
    dialog(
        Action::PreviousChoice,
        &[ch('k'), UP],
        "Previous playbook or reason; otherwise scroll up",
    ),
    dialog(Action::PageDown, &[key(KeyCode::PageDown)], "Scroll down")
        .in_context(&[Dialog, Text], Group::Dialog)
        .label("more")
        .unless(dialog_at_end),
    dialog(Action::PageUp, &[key(KeyCode::PageUp)], "Scroll up")
        .in_context(&[Dialog, Text], Group::Dialog)
        .unless(dialog_at_start),
    dialog(
        Action::NextField,
        &[key(KeyCode::Tab)],
        "Next field: playbook, date, reason, note, cancel",
    )
    .in_context(&[Dialog, Text], Group::Dialog)
    .label("next field"),
    dialog(Action::PreviousField, &[key(KeyCode::BackTab)], "Previous field")
        .in_context(&[Dialog, Text], Group::Dialog),
    dialog(Action::NextChoice, &[DOWN], "In the date: one day later")
        .named("next-day")
        .in_context(&[Text], Group::Dialog),
    dialog(Action::PreviousChoice, &[UP], "In the date: one day earlier")
        .named("previous-day")
        .in_context(&[Text], Group::Dialog),
    dialog(
        Action::ReadAgain,
        &[ENTER],
        "Review the new numbers where they changed; else the next field",
    )
    .in_context(&[Dialog, Text], Group::Dialog),
    field(Action::Apply, &[ENTER], "Apply what is typed").label("apply").unless(cannot_apply),
    field(Action::CompletePath, &[key(KeyCode::Tab)], "Complete the path of a directory")
        .label("complete")
        .unless(completes_nothing),
    field(
        Action::Yes,
        &[ch('y')],
        "Yes: write what is shown, overwrite the file that is named, or replace or delete the view",
    )
    .in_context(&[Question], Group::Field)
    .label("yes"),
    field(Action::Down, &[ch('j'), DOWN], "Down, where the changes do not fit")
        .in_context(&[Question], Group::Field)
        .unless(question_at_end),
    field(Action::Up, &[ch('k'), UP], "Up, where the changes do not fit")
        .in_context(&[Question], Group::Field)
        .unless(question_at_start),
    field(Action::PageDown, &[key(KeyCode::PageDown), ch(' ')], "Page down in the changes")
        .in_context(&[Question], Group::Field)
        .label("more")
        .unless(question_at_end),
    field(Action::PageUp, &[key(KeyCode::PageUp)], "Page up in the changes")
        .in_context(&[Question], Group::Field)
        .unless(question_at_start),
    field(Action::Close, &[ESC], "Cancel; nothing is changed or written")
        .named("field-cancel")
        .in_context(&[Prompt, Question], Group::Field)
        .label("cancel"),
    field(Action::Close, &[ch('n'), ch('q')], "No: everything stays as it is")
        .named("no")
        .in_context(&[Question], Group::Field),
];

const fn first_start(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).in_context(&[FirstStart], Group::FirstStart)
}

const fn setup(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).in_context(&[Setup], Group::FirstStart)
}

const fn filter(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).in_context(&[Filter], Group::Filter).on(SORTED)
}

const fn sort(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).in_context(&[Sort], Group::Sort).on(SORTED)
}

const fn columns(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).in_context(&[Columns], Group::Columns).on(LISTED)
}

const fn palette(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).in_context(&[Palette], Group::Palette)
}

const fn views(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).in_context(&[Views], Group::Views)
}

const fn page(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).in_context(&[Page], Group::Page)
}

const fn dialog(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).in_context(&[Dialog], Group::Dialog).on(DECIDED)
}

const fn field(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).in_context(&[Prompt], Group::Field)
}
