//! A view from what is on the screen, and what is on the screen from a view.

use crate::settings::View;
use crate::tui::customers;
use crate::tui::jump::{Destination, jump};
use crate::tui::screen::id::Screen;
use crate::tui::state::{NoticeKind, State};
use crate::tui::widget::list_order::ListOrder;
use crate::workspace::Scope;

/// Returns the screen of a view: that of its name, the Queue without one. `None` where there is no such
/// screen.
pub fn screen_of(view: &View) -> Option<Screen> {
    match view.screen.as_str() {
        "" => Some(Screen::Queue),
        name => name.parse().ok(),
    }
}

/// Returns the scope of a view; `None` where it names none.
pub fn scope_of(view: &View) -> Option<Scope> {
    view.scope.parse().ok()
}

/// Returns what is on the screen as a view.
pub fn current(state: &State, name: String) -> View {
    let screen = state.screen;
    let scope = state.list().scope.filter(|_| screen.lists_customers());
    let sort = screen.row().list.sort.as_ref().map(|field| {
        let order = (field.order)(state);
        match order == (field.usual)(state) {
            true => String::new(),
            false => order.code(&(field.columns)()),
        }
    });
    View {
        name,
        screen: <&str>::from(screen).to_owned(),
        filter: state.filter().to_owned(),
        sort: sort.unwrap_or_default(),
        scope: scope.map(|scope| <&str>::from(scope).to_owned()).unwrap_or_default(),
    }
}

/// Returns the saved view that is on the screen.
pub fn on_screen(state: &State) -> Option<&View> {
    let current = current(state, String::new());
    let same = |view: &&View| {
        let scope = view.scope.is_empty() || view.scope == current.scope;
        let sort = view.sort == current.sort;
        scope && sort && view.filter == current.filter && screen_of(view) == Some(state.screen)
    };
    state.settings.views.iter().find(same)
}

/// Shows a view.
pub(crate) fn show(state: &mut State, view: &View) {
    let Some(screen) = screen_of(view) else {
        return state
            .refuse(format!("View \"{}\": there is no screen \"{}\"", view.name, view.screen));
    };
    // Its order may be that of its scope, so both come after the filter.
    jump(state, Destination::List { screen, filter: view.filter.clone(), order: None });
    if let Some(scope) = scope_of(view).filter(|_| screen.lists_customers()) {
        customers::update::set_scope(state, scope);
    }
    if let Some(field) = &screen.row().list.sort {
        let order = ListOrder::parse(&view.sort, &(field.columns)());
        let order = order.unwrap_or_else(|| (field.usual)(state));
        (field.set)(state, order);
    }
    state.say(NoticeKind::Done, format!("View \"{}\"", view.name));
}

/// Returns what a view shows, in a line: `Queue · status:pending · by risk ↓ · My accounts`.
pub fn words(view: &View) -> String {
    let Some(screen) = screen_of(view) else { return format!("no screen \"{}\"", view.screen) };
    let row = screen.row();
    let order = row.list.sort.as_ref().and_then(|field| {
        let columns = (field.columns)();
        Some(ListOrder::parse(&view.sort, &columns)?.words(&columns).into_owned())
    });
    let scope = scope_of(view).map(|scope| scope.title().to_owned());
    let filter = (!view.filter.is_empty()).then(|| view.filter.clone());
    let parts = [Some(row.title.to_owned()), filter, order, scope];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
