//! What comes in from the threads that load, match, filter and sort, and what they are asked for.
//! Nothing here costs more the more customers there are.

use std::sync::Arc;

use crate::intake::progress::Progress;
use crate::tui::customers::list::{List, Rows};
use crate::tui::event::{Assess, Effect, Garbage, News, RowsJob, View};
use crate::tui::screen::id::Screen;
use crate::tui::screen::layout;
use crate::tui::screen::loading::Loading;
use crate::tui::state::{NoticeKind, Overlay, State};
use crate::tui::{activity, announce};
use crate::workspace::Snapshot;

/// A new view with the rows of its lists: the selection stays on its customer, what changed is
/// marked.
pub(crate) fn show(state: &mut State, view: View) {
    let View { snapshot, totals, news, for_me, journal, lists, first } = view;
    announce::take(state, for_me);
    if !first {
        tell(state, &news);
    }
    let stopped =
        |snapshot: &Arc<Snapshot>| !snapshot.partial && snapshot.what_is_broken().is_some();
    if state.snapshot.as_ref().is_some_and(stopped) && !stopped(&snapshot) {
        state.say(NoticeKind::News, "All files can be read now; you can make decisions");
    }
    activity::update::take(state, journal, &news, &snapshot);
    if stopped(&snapshot) && state.notice.as_ref().is_some_and(|n| n.kind == NoticeKind::News) {
        // A banner says what counts now.
        state.notice = None;
    }
    let until = state.marked_until();
    state.marks.add(news.customers, until);
    let before = state.list().selected.clone();
    for built in lists {
        let list = match built.request.screen {
            screen if screen == state.queue.screen => &mut state.queue,
            _ => &mut state.customers,
        };
        list.requested = built.request.clone();
        list.take(built, &snapshot);
    }
    if state.list().selected != before {
        state.detail_scroll = 0;
    }
    let now = state.moment();
    if let Overlay::Decide(dialog) = &mut state.overlay {
        dialog.look_again(&snapshot, &now);
    }
    if !snapshot.partial {
        state.loading = None;
    }
    state.totals = totals;
    if let Some(before) = state.snapshot.replace(snapshot) {
        state.garbage.push(Garbage(before));
    }
    state.detail_scroll = state.detail_scroll.min(layout::detail_overflow(state));
}

/// Says what is news.
fn tell(state: &mut State, news: &News) {
    let mut told = news.told.iter().filter(|changed| !changed.own).map(|changed| &changed.change);
    let Some(one) = told.next() else { return };
    let text = match news.count {
        0 | 1 => format!("{} {}", one.customer_id, one.words),
        count => format!(
            "{count} customers changed: {} {}, and {} more",
            one.customer_id,
            one.words,
            count - 1
        ),
    };
    state.say(NoticeKind::News, text);
}

/// Takes the rows of a list, if they are still what is request of the view on the screen.
pub(crate) fn take_rows(state: &mut State, built: Rows) -> bool {
    let Some(snapshot) = state.snapshot.clone() else { return false };
    let on_screen = built.request.screen == state.screen;
    let list = match built.request.screen {
        screen if screen == state.queue.screen => &mut state.queue,
        _ => &mut state.customers,
    };
    if built.generation != snapshot.generation || built.request != list.request() {
        return false;
    }
    let before = list.selected.clone();
    list.take(built, &snapshot);
    if on_screen && list.selected != before {
        state.detail_scroll = 0;
    }
    true
}

/// A load takes long.
pub(crate) fn progress(state: &mut State, progress: Progress) {
    // What is less than before is another load.
    let same = |loading: &Loading| {
        loading.progress.bytes <= progress.bytes
            && loading.progress.bytes_total == progress.bytes_total
    };
    state.loading = Some(match state.loading.filter(same) {
        Some(loading) => loading.went_on(progress, state.now),
        None => Loading::new(progress, state.now),
    });
}

/// The question about the strategy, where its findings are on the screen and not known yet.
pub(crate) fn assess(state: &mut State) -> Option<Effect> {
    let all = matches!(state.overlay, Overlay::Findings { .. });
    let on_screen = all || matches!(state.screen, Screen::Playbooks);
    let snapshot = state.snapshot.as_ref().filter(|_| on_screen)?;
    let generation = Some(snapshot.generation);
    let decisions_known = !all || snapshot.decisions_known().is_some();
    let known = decisions_known && snapshot.strategy_known().is_some();
    if state.strategy_requested == generation || known {
        return None;
    }
    state.strategy_requested = generation;
    Some(Effect::Assess(Assess(Arc::clone(snapshot))))
}

/// What the other threads have to do: rows that are request and neither there nor asked for, and
/// what is to be freed.
pub(crate) fn pending_effects(state: &mut State) -> Vec<Effect> {
    let mut effects: Vec<Effect> = state.garbage.drain(..).map(Effect::Free).collect();
    let Some(snapshot) = &state.snapshot else { return effects };
    let now = state.now;
    let ask = |list: &mut List| {
        let request = list.request();
        list.waits_since = (list.built.request != request).then(|| list.waits_since.unwrap_or(now));
        let ask = list.requested != request;
        ask.then(|| {
            list.requested.clone_from(&request);
            let shown = Rows { generation: snapshot.generation, ..list.built.clone() };
            Effect::BuildRows(RowsJob { snapshot: Arc::clone(snapshot), request, shown })
        })
    };
    effects.extend([&mut state.queue, &mut state.customers].into_iter().filter_map(ask));
    effects
}
