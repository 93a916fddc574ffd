//! `BINDINGS`: every key of the dashboard. Dispatch, footer, help page and manual are made from it.
//!
//! A new action is a variant of [`Action`], a row in one of these files, and an arm in `act::act`.

mod overlays;
mod screens;
mod shared;

use std::sync::LazyLock;

use super::action::Action;
use super::binding::{Binding, Group, bind};
use crate::tui::screen::table::SCREENS;

/// Every key. Of two rows for one key on one screen the first counts; a test shows that there are
/// no two.
pub static BINDINGS: LazyLock<Vec<Binding>> = LazyLock::new(|| {
    let show = SCREENS.iter().map(|row| {
        let keys = std::slice::from_ref(&row.key);
        bind(Action::Show(row.screen), keys, row.help).group(Group::Screens)
    });
    let own =
        [screens::DECIDING, screens::FILTER, shared::MOVING, screens::LISTS, screens::WHAT_IF];
    let others = [shared::GENERAL, shared::KEEPING, overlays::OVERLAYS, shared::QUITTING];
    let rows = own.concat().into_iter().chain(show);
    rows.chain(others.concat()).collect()
});
