//! What each event does to the state: pure, the effects are done elsewhere.

use jiff::Timestamp;

use crate::tui::event::{Effect, Event};
use crate::tui::keys::typing;
use crate::tui::runtime::input::Colors;
use crate::tui::screen::{findings, layout};
use crate::tui::state::{NoticeKind, Overlay, State};
use crate::tui::{
    announce, decide, export, first_start, incoming, jump, memory, mouse, palette, portfolio,
    settings, views, what_if,
};

/// Takes in an event at a moment, and returns what has to be done about it.
pub fn update(state: &mut State, event: Event, now: Timestamp) -> Vec<Effect> {
    state.now = now;
    state.expire();
    let mut effects = match event {
        Event::Keys(keys) => typing::keys(state, &keys),
        Event::Paste(text) => {
            typing::paste(state, &text);
            Vec::new()
        }
        Event::Mouse(event) => mouse::update::mouse(state, &event),
        Event::Resize { width, height } => {
            state.size = (width, height);
            Vec::new()
        }
        Event::View(view) => {
            incoming::show(state, *view);
            Vec::new()
        }
        Event::RowsReady(built) => {
            if !incoming::take_rows(state, built) {
                // Outdated: nothing on the screen is another than before.
                return incoming::pending_effects(state);
            }
            Vec::new()
        }
        Event::Progress(progress) => {
            incoming::progress(state, progress);
            Vec::new()
        }
        Event::LoadEnded => {
            state.loading = None;
            Vec::new()
        }
        Event::NothingNew => {
            state.loading = None;
            state.say(NoticeKind::News, "Refreshed: nothing has changed on disk");
            Vec::new()
        }
        Event::Decided { result, view } => {
            if let Some(view) = view {
                incoming::show(state, *view);
            }
            decide::update::decided(state, result);
            Vec::new()
        }
        Event::Confirmed { each, view } => {
            if let Some(view) = view {
                incoming::show(state, *view);
            }
            decide::update::confirmed(state, &each);
            Vec::new()
        }
        Event::BulkReady(sum) => {
            decide::update::bulk_ready(state, *sum);
            Vec::new()
        }
        Event::ScenarioReady(result) => {
            what_if::update::result_ready(state, *result);
            Vec::new()
        }
        Event::NextChangeReady(result) => {
            what_if::update::search_ready(state, *result);
            Vec::new()
        }
        Event::Saved { save, result } => {
            what_if::update::saved(state, *save, result);
            Vec::new()
        }
        Event::EndingPlanned(plan) => {
            portfolio::experiments::planned(state, plan);
            Vec::new()
        }
        Event::ExperimentEnded { plan, result } => {
            portfolio::experiments::ended(state, &plan, result);
            Vec::new()
        }
        Event::NamesReady(names) => palette::update::names_ready(state, names),
        Event::ViewsChanged { change, result } => {
            views::update::changed(state, &change, result);
            Vec::new()
        }
        Event::Exported { export, result } => {
            export::update::exported(state, *export, result);
            Vec::new()
        }
        Event::SetupPlanned(plan) => {
            first_start::update::planned(state, plan);
            Vec::new()
        }
        Event::SetupWritten(result) => {
            first_start::update::written(state, result);
            Vec::new()
        }
        Event::PathCompleted(completion) => {
            first_start::update::completed(state, completion);
            Vec::new()
        }
        Event::DirectoryChecked { path, result } => {
            first_start::update::checked(state, path, result).into_iter().collect()
        }
        Event::Edited(result) => {
            if let Err(why) = result {
                state.say(NoticeKind::Refused, why);
            }
            vec![Effect::TakeBack]
        }
        Event::Caption(caption) => {
            state.caption = Some(caption);
            Vec::new()
        }
        Event::Settings(read) => {
            settings::take(state, read);
            Vec::new()
        }
        Event::Assessed | Event::Tick | Event::FigureReady => Vec::new(),
        Event::Terminate | Event::HungUp => vec![Effect::Quit],
        Event::Colors(Colors::Background(background)) => {
            state.display.background = Some(background);
            Vec::new()
        }
        Event::Colors(Colors::Answered) => Vec::new(),
        Event::Colors(Colors::Changed) => vec![Effect::AskForColors],
        Event::KeyboardProtocol => vec![Effect::UseKeyboardProtocol],
        Event::WorkerLost => {
            state.worker_lost = true;
            vec![Effect::Quit]
        }
        Event::Suspend => vec![Effect::Suspend],
        Event::Continued => vec![Effect::Retake],
    };
    jump::settle(state);
    let screen = state.screen.row();
    (screen.update.keep_selection)(state);
    // A list that is not shown keeps its place for when it is shown again.
    match layout::list_rows(state) {
        0 => {}
        height => (screen.list.scroll)(state, height),
    }
    let last_page = layout::page_overflow(state);
    state.last_page_line = last_page;
    if let Overlay::Help { scroll, .. }
    | Overlay::Findings { scroll, .. }
    | Overlay::Command { scroll }
    | Overlay::Outcome { scroll, .. } = &mut state.overlay
    {
        // The window, or the text of the page, may be another one now.
        *scroll = (*scroll).min(last_page);
    }
    findings::settle(state);
    decide::dialog_view::settle(state);
    palette::update::settle(state);
    state.redraw = true;
    // One may follow from another, as a search from a scenario.
    let pending = || (screen.update.pending_effect)(state);
    effects.extend(std::iter::from_fn(pending).take(2));
    effects.extend(decide::update::pending_effect(state));
    effects.extend(palette::update::pending_effect(state));
    effects.extend(incoming::assess(state));
    effects.extend(incoming::pending_effects(state));
    what_if::memory::store(state);
    effects.extend(announce::pending_effect(state));
    effects.extend(mouse::pending_effect(state));
    memory::store(state);
    effects.extend(state.remember());
    // Whatever else is to be done is done before the dashboard is left.
    effects.sort_by_key(|effect| matches!(effect, Effect::Quit));
    effects
}
