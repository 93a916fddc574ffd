//! What each action does to the state.

use jiff::civil::Date;
use std::sync::Arc;
use tui_input::Input;

use crate::domain::DecisionKind;
use crate::tui::customers::list::List;
use crate::tui::decide::form::Form;
use crate::tui::event::{Effect, Opening};
use crate::tui::jump::{self, Destination, jump};
use crate::tui::keys::action::{Action, Context};
use crate::tui::keys::help;
use crate::tui::keys::press::Press;
use crate::tui::screen::id::Screen;
use crate::tui::screen::{findings, layout, prompt, prompt_view, sorting};
use crate::tui::state::{NoticeKind, Overlay, Pane, State};
use crate::tui::{
    activity, copy, customers, decide, edit, export, first_start, palette, portfolio, views,
    what_if,
};
use crate::workspace::Snapshot;

pub(crate) fn fill_in(state: &mut State, change: impl FnOnce(&mut Form, Date)) {
    let today = state.moment().today();
    decide::update::with_dialog(state, |dialog| dialog.fill_in(|form| change(form, today)));
    decide::update::make_card(state);
}

fn pick(state: &mut State, pick: impl FnOnce(&mut List, &Snapshot) -> Result<(), String>) {
    let Some(snapshot) = state.snapshot.clone() else { return };
    if let Err(why) = pick(state.list_mut(), &snapshot) {
        state.say(NoticeKind::Refused, why);
    }
}

/// Takes note that something else than undoing the decisions made just now is done on the screen.
pub(crate) fn leave_batch(state: &mut State) {
    if matches!(state.overlay, Overlay::None)
        && let Some(last) = &mut state.last_decision
    {
        last.is_left_behind();
    }
}

pub(crate) fn act(state: &mut State, action: Action, press: Press) -> Vec<Effect> {
    // From the palette undoing is chosen, too.
    if !matches!(action, Action::Undo | Action::Palette) {
        leave_batch(state);
    }
    match action {
        Action::Down => step(state, 1),
        Action::Up => step(state, -1),
        Action::PageDown => step(state, page(state)),
        Action::PageUp => step(state, -page(state)),
        Action::First => step(state, isize::MIN),
        Action::Last => step(state, isize::MAX),
        Action::Open => jump(state, Destination::Detail),
        Action::JumpBack => jump::go_back(state),
        Action::Back => back(state),
        Action::SwitchPane => match state.pane {
            Pane::List => {
                state.pane = Pane::Detail;
                state.detail_open = true;
            }
            Pane::Detail => {
                state.pane = Pane::List;
                state.detail_open = false;
            }
        },
        Action::Show(screen) => show_screen(state, screen),
        Action::Kinds => activity::update::next_kinds(state),
        Action::ShowCustomers => show_customers(state),
        Action::EndExperiment => {
            return portfolio::experiments::plan(state).into_iter().collect();
        }
        Action::Edit => what_if::update::edit(state),
        Action::GoToCustomer => activity::update::go_to_customer(state),
        Action::Approve => decide::update::ask(state, DecisionKind::Approve),
        Action::Override => decide::update::ask(state, DecisionKind::Override),
        Action::Defer => decide::update::ask(state, DecisionKind::Defer),
        Action::Reject => decide::update::ask(state, DecisionKind::Reject),
        Action::FollowProposal => decide::propose::follow(state),
        Action::Propose => decide::update::ask(state, DecisionKind::Propose),
        Action::Undo => decide::update::ask(state, DecisionKind::Undo),
        Action::More => what_if::update::change_by_step(state, true),
        Action::Less => what_if::update::change_by_step(state, false),
        Action::RoundMore => what_if::update::change_by_round_step(state, true),
        Action::RoundLess => what_if::update::change_by_round_step(state, false),
        Action::Clear => what_if::update::clear(state),
        Action::Reset => state.what_if.reset(),
        Action::ApplyLast => what_if::update::apply_last(state),
        Action::Keep => what_if::update::ask_name(state),
        Action::Compare => what_if::update::compare(state),
        Action::Command => state.overlay = Overlay::Command { scroll: 0 },
        Action::Write(target) => what_if::update::ask_path(state, target),
        Action::Apply => return prompt::apply(state).into_iter().collect(),
        Action::Yes => return prompt::yes(state, press).into_iter().collect(),
        Action::SetUp => return first_start::update::set_up(state).into_iter().collect(),
        Action::WriteSetup => return first_start::update::write(state).into_iter().collect(),
        Action::OpenChoice => return first_start::update::choose(state).into_iter().collect(),
        Action::OpenDemo => {
            return first_start::update::open(state, Opening::Demo).into_iter().collect();
        }
        Action::AskDirectory => first_start::update::ask(state),
        Action::CompletePath => {
            return first_start::update::complete(state).into_iter().collect();
        }
        Action::Pick => {
            state.list_mut().toggle_selected();
            step(state, 1);
        }
        Action::PickRange => {
            let keys = Arc::clone(&state.keymap);
            pick(state, |list, snapshot| list.select_range(snapshot, &keys));
        }
        Action::PickAll => pick(state, List::select_all),
        Action::NextScope => customers::update::next_scope(state),
        Action::Filter => {
            let before = state.filter().to_owned();
            let input = Input::new(before.clone());
            state.overlay = Overlay::Filter { input, before };
            state.pane = Pane::List;
            state.detail_open = false;
        }
        Action::KeepFilter => state.overlay = Overlay::None,
        Action::DropFilter => {
            state.overlay = Overlay::None;
            set_filter(state, String::new());
        }
        Action::Sort => sorting::open(state),
        Action::Choose => sorting::choose(state),
        Action::ReverseSort => sorting::reverse(state),
        Action::Columns => state.overlay = Overlay::Columns { cursor: 0 },
        Action::ToggleColumn => customers::update::toggle_column(state),
        Action::ColumnUp => customers::update::shift_column(state, -1),
        Action::ColumnDown => customers::update::shift_column(state, 1),
        Action::ResetColumns => customers::update::reset_columns(state),
        Action::ScrollRight => customers::update::scroll_right(state),
        Action::ScrollLeft => customers::update::scroll_left(state),
        Action::Palette => palette::update::open(state),
        Action::RunEntry => return palette::update::run(state, press),
        Action::Views => views::update::open(state),
        Action::ShowView => views::update::show_selected(state),
        Action::NthView(number) => views::update::show_nth(state, number),
        Action::SaveView => views::update::ask_name(state),
        Action::DeleteView => views::update::ask_delete(state),
        Action::ExportList => export::update::ask_list_path(state),
        Action::ExportReport => export::update::ask_report_path(state),
        Action::Findings => state.overlay = Overlay::Findings { scroll: 0, selected: 0 },
        Action::Help => help::open(state, false),
        Action::HelpAll => help::open(state, true),
        Action::Search => help::with(state, |shown| shown.typing = true),
        Action::KeepSearch => help::with(state, |shown| shown.typing = false),
        Action::DropSearch => help::clear(state),
        Action::Close if Context::of(state) == Context::Setup => state.first_start.setup = None,
        Action::Close if Context::of(state) == Context::FirstStart => {
            state.first_start.closed = true;
        }
        // What narrows a page is cleared first.
        Action::Close if help::is_narrowed(state) => help::clear(state),
        Action::Close => decide::update::close(state),
        Action::Fold => customers::sections::fold(state),
        Action::FoldAll => customers::sections::fold_all(state),
        Action::EditFile => return edit::open(state).into_iter().collect(),
        Action::Copy => return copy::copy_id(state).into_iter().collect(),
        Action::CopyDetail => return copy::copy_detail(state).into_iter().collect(),
        Action::Reload => return vec![Effect::Redraw, Effect::Reload],
        Action::Redraw => return vec![Effect::Redraw],
        Action::Suspend => return vec![Effect::Suspend],
        // Where the detail covers the list, it is what is open.
        Action::Leave if !state.too_small() && layout::areas(state).list.is_none() => back(state),
        Action::Leave | Action::Quit => return vec![Effect::Quit],
        Action::Confirm => return decide::update::confirm(state, press).into_iter().collect(),
        Action::ReadAgain => decide::update::read_again(state),
        Action::NextField => fill_in(state, |form, _| form.turn(true)),
        Action::PreviousField => fill_in(state, |form, _| form.turn(false)),
        Action::NextChoice if has_no_choice(state) => step(state, 1),
        Action::PreviousChoice if has_no_choice(state) => step(state, -1),
        Action::NextChoice => fill_in(state, |form, today| form.step(true, today)),
        Action::PreviousChoice => fill_in(state, |form, today| form.step(false, today)),
        Action::Reason(number) => fill_in(state, |form, _| form.choose_reason(number)),
    }
    Vec::new()
}

/// True where the open dialog has no list: the keys that choose from one scroll it.
fn has_no_choice(state: &State) -> bool {
    matches!(&state.overlay, Overlay::Decide(dialog) if !dialog.form.has_list())
}

fn is_page(overlay: &Overlay) -> bool {
    matches!(
        overlay,
        Overlay::Help { .. }
            | Overlay::Findings { .. }
            | Overlay::Command { .. }
            | Overlay::Outcome { .. }
    )
}

fn page(state: &State) -> isize {
    if matches!(state.overlay, Overlay::Decide(_)) {
        let (_, rows) = decide::dialog_view::scrolling(state);
        return isize::try_from(rows).unwrap_or(1);
    }
    if matches!(state.overlay, Overlay::Question(_)) {
        return isize::try_from(prompt_view::scrolling(state).1).unwrap_or(1);
    }
    let rows = match state.pane {
        _ if matches!(state.overlay, Overlay::Palette(_)) => palette::view::rows(state),
        _ if is_page(&state.overlay) => layout::page_rows(state),
        Pane::Detail => layout::detail_rows(state),
        _ => layout::list_rows(state),
    };
    // One row stays in sight, so that the eye finds its place.
    isize::try_from(rows.saturating_sub(1).max(1)).unwrap_or(1)
}

/// Moves whatever moves now. The ends of the scale are the first and the last.
pub(crate) fn step(state: &mut State, by: isize) {
    let last = match &state.overlay {
        page if is_page(page) => layout::page_overflow(state),
        Overlay::Decide(_) => decide::dialog_view::scrolling(state).0,
        Overlay::Question(_) => prompt_view::scrolling(state).0,
        _ => 0,
    };
    let columns = state.list().columns.all().len().saturating_sub(1);
    let views = state.settings.views.len().saturating_sub(1);
    let sort_columns = sorting::len(state).saturating_sub(1);
    let on_first_start = first_start::shown(state).is_some();
    match &mut state.overlay {
        Overlay::Help { scroll, .. }
        | Overlay::Command { scroll }
        | Overlay::Outcome { scroll, .. } => {
            *scroll = moved(*scroll, by, last);
        }
        Overlay::Findings { .. } => findings::step(state, by),
        Overlay::Sort { cursor } => *cursor = moved(*cursor, by, sort_columns),
        Overlay::Columns { cursor } => *cursor = moved(*cursor, by, columns),
        Overlay::Views { cursor } => *cursor = moved(*cursor, by, views),
        Overlay::Palette(palette) => {
            let last = palette.entries.len().saturating_sub(1);
            palette.select(moved(palette.position.cursor, by, last));
        }
        Overlay::Decide(dialog) => dialog.scroll = moved(dialog.scroll, by, last),
        Overlay::Question(question) => question.scroll = moved(question.scroll, by, last),
        Overlay::Prompt(_) => {}
        Overlay::None if on_first_start => first_start::update::step(state, by),
        Overlay::None if state.pane == Pane::Detail => read_on(state, by),
        Overlay::None | Overlay::Filter { .. } => {
            let list = &state.screen.row().list;
            let last = (list.len)(state).saturating_sub(1);
            let line = moved((list.cursor)(state), by, last);
            (list.select)(state, line);
        }
    }
}

/// Moves in the detail: by a line from heading to heading, else by scrolling.
fn read_on(state: &mut State, by: isize) {
    let (text, rows) = (layout::detail_text(state), layout::detail_rows(state));
    let reading = state.reading();
    state.read(match by {
        1 | -1 => reading.step(&text, rows, by > 0),
        _ => reading.jump(&text, rows, by),
    });
}

fn moved(place: usize, by: isize, last: usize) -> usize {
    place.saturating_add_signed(by).min(last)
}

fn back(state: &mut State) {
    if state.pane == Pane::Detail || state.detail_open {
        state.pane = Pane::List;
        state.detail_open = false;
    } else if !state.list().selection.is_empty() {
        state.list_mut().selection.clear();
    } else {
        set_filter(state, String::new());
    }
}

pub(crate) fn show_screen(state: &mut State, screen: Screen) {
    if screen == state.screen {
        return;
    }
    // The other list shows the same customer, where it has it.
    let selected = state.list().selected.clone();
    state.screen = screen;
    state.pane = Pane::List;
    state.detail_open = false;
    state.detail_scroll = 0;
    if !screen.lists_customers() {
        return;
    }
    state.listed = screen;
    if let Some(snapshot) = state.snapshot.clone() {
        let list = state.list_mut();
        if selected.is_some() {
            list.selected = selected;
        }
        list.select_again(&snapshot);
    }
}

/// Shows the customers behind the selected line.
fn show_customers(state: &mut State) {
    let behind = state.screen.row().list.customers;
    let Some(Ok(filter)) = behind.map(|behind| behind(state)) else { return };
    jump(state, Destination::Customers(filter));
}

/// Sets the filter of the list on the screen, where it has one.
pub(crate) fn set_filter(state: &mut State, filter: String) {
    if let Some(field) = &state.screen.row().list.filter {
        (field.set)(state, filter);
        state.detail_scroll = 0;
    }
}
