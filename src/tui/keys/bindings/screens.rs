//! Keys that are particular to some screens.

use ratatui::crossterm::event::KeyCode;

use crate::tui::activity::update::cannot_go_to_customer;
use crate::tui::customers::sections::{cannot_fold, cannot_fold_all};
use crate::tui::customers::update::{at_first_column, no_more_columns};
use crate::tui::keys::action::Action;
use crate::tui::keys::availability::*;
use crate::tui::keys::binding::{Binding, Group, bind};
use crate::tui::keys::key::{Key, ch, key, shifted};
use crate::tui::portfolio::experiments::cannot_end;
use crate::tui::screen::id::Screen::{
    self, Activity, Customers, Playbooks, Portfolio, Queue, WhatIf,
};
use crate::tui::what_if::availability::*;
use crate::workspace::Target;

const fn screen_key(action: Action, keys: &'static [Key], help: &'static str) -> Binding {
    bind(action, keys, help).group(Group::Screen)
}

/// The screens that list customers.
const LISTED: &[Screen] = &[Queue, Customers];

/// The screens whose list can be filtered and sorted.
const SORTED: &[Screen] = &[Queue, Customers, Playbooks, Portfolio, Activity];

/// Decisions, and what they are about.
pub(super) const DECIDING: &[Binding] = &[
    screen_key(Action::Approve, &[ch('a')], "Approve the recommended playbook")
        .on(LISTED)
        .label("approve")
        .unless(cannot_approve),
    screen_key(
        Action::Reject,
        &[ch('r')],
        "Reject the recommendation, with a reason; also stops an automatic play",
    )
    .on(LISTED)
    .label("reject")
    .unless(cannot_reject),
    screen_key(Action::Override, &[ch('o')], "Override with a different playbook, and say why")
        .on(LISTED)
        .label("override")
        .unless(cannot_override),
    screen_key(Action::Defer, &[ch('d')], "Defer to a later date")
        .on(LISTED)
        .label("defer")
        .unless(cannot_defer),
    screen_key(
        Action::FollowProposal,
        &[ch('p')],
        "Decide as proposed: approve, or override with the proposed playbook",
    )
    .on(LISTED)
    .label("follow proposal")
    .unless(cannot_follow),
    screen_key(Action::Propose, &[ch('P')], "Propose a playbook; an approver then decides")
        .on(LISTED)
        .unless(cannot_propose),
    screen_key(
        Action::Undo,
        &[ch('u')],
        "Undo the decision for the selected customer or line, else your last decision",
    )
    .on(&[Queue, Customers, Activity])
    .label("undo")
    .unless(cannot_undo),
    screen_key(
        Action::Pick,
        &[ch(' ')],
        "Toggle selection; a decision is then about all selected customers",
    )
    .on(LISTED)
    .label("select")
    .unless(cannot_enter),
    screen_key(Action::PickRange, &[ch('v')], "Select all from the last toggled customer to here")
        .on(LISTED)
        .unless(cannot_enter),
    screen_key(Action::PickAll, &[ch('A')], "Select all customers that match the filter, or none")
        .on(LISTED)
        .unless(cannot_enter),
];

/// What narrows a list.
pub(super) const FILTER: &[Binding] = &[
    screen_key(Action::Filter, &[ch('/')], "Filter as you type")
        .on(SORTED)
        .label("filter")
        .unless(still_loading),
    screen_key(
        Action::NextScope,
        &[ch('m')],
        "Next scope: all, my accounts, or what I can approve",
    )
    .on(LISTED)
    .label("scope")
    .unless(cannot_narrow),
];

/// Order, kinds, and ways from one list to another.
pub(super) const LISTS: &[Binding] = &[
    screen_key(Action::Sort, &[ch('s')], "Choose the column to sort by")
        .on(SORTED)
        .label("sort")
        .unless(still_loading),
    screen_key(Action::ReverseSort, &[ch('S')], "Reverse the order")
        .on(SORTED)
        .unless(still_loading),
    screen_key(Action::Columns, &[ch('C')], "Choose the columns and their order")
        .on(LISTED)
        .unless(still_loading),
    screen_key(Action::ScrollRight, &[ch('>')], "Scroll the columns to the right")
        .on(LISTED)
        .unless(no_more_columns),
    screen_key(Action::ScrollLeft, &[ch('<')], "Scroll the columns to the left")
        .on(LISTED)
        .unless(at_first_column),
    screen_key(Action::Fold, &[ch('z')], "Open or fold the selected section of the detail")
        .on(LISTED)
        .label("fold")
        .unless(cannot_fold),
    screen_key(Action::FoldAll, &[ch('Z')], "Open all sections of the detail, or fold them")
        .on(LISTED)
        .unless(cannot_fold_all),
    screen_key(Action::Kinds, &[ch('t')], "Show decisions only, changes only, or both")
        .on(&[Activity])
        .label("kinds")
        .unless(still_loading),
    screen_key(Action::GoToCustomer, &[ch('c')], "Go to the customer of the line")
        .on(&[Activity])
        .label("customer")
        .unless(cannot_go_to_customer),
    screen_key(
        Action::EndExperiment,
        &[ch('p')],
        "End the experiment as it says: promote the better arm, or stop; shows the change first",
    )
    .on(&[Portfolio])
    .label("end experiment")
    .unless(cannot_end),
    screen_key(Action::ShowCustomers, &[key(KeyCode::Enter)], "List the customers behind the line")
        .named("open-customers")
        .on(&[Portfolio])
        .label("customers")
        .unless(no_customers_behind),
    screen_key(Action::ShowCustomers, &[ch('c')], "List the customers behind the line")
        .on(&[Playbooks, Portfolio, WhatIf])
        .label("customers")
        .unless(no_customers_behind),
];

/// Settings tried out.
pub(super) const WHAT_IF: &[Binding] = &[
    screen_key(Action::Edit, &[key(KeyCode::Enter)], "Edit the setting, or apply the scenario")
        .on(&[WhatIf])
        .label("edit")
        .unless(cannot_edit),
    screen_key(Action::RoundMore, &[shifted(KeyCode::Right)], "Raise the value by a round step")
        .on(&[WhatIf])
        .unless(cannot_round_up),
    screen_key(Action::RoundLess, &[shifted(KeyCode::Left)], "Lower the value by a round step")
        .on(&[WhatIf])
        .unless(cannot_round_down),
    screen_key(
        Action::More,
        &[ch('+'), ch('='), ch('l'), key(KeyCode::Right)],
        "Raise the value to the next change, or choose the next value",
    )
    .on(&[WhatIf])
    .label("more")
    .unless(cannot_step_up),
    screen_key(
        Action::Less,
        &[ch('-'), ch('h'), key(KeyCode::Left)],
        "Lower the value to the next change, or choose the previous value",
    )
    .on(&[WhatIf])
    .label("less")
    .unless(cannot_step_down),
    screen_key(
        Action::Clear,
        &[ch('x'), key(KeyCode::Backspace)],
        "Reset the setting to its current value, or delete the scenario",
    )
    .on(&[WhatIf])
    .label("reset line")
    .unless(cannot_clear),
    screen_key(Action::Reset, &[ch('X')], "Reset all settings; scenarios stay")
        .on(&[WhatIf])
        .label("reset all")
        .unless(nothing_changed),
    screen_key(Action::Keep, &[ch('n')], "Name the changes as a scenario")
        .on(&[WhatIf])
        .label("name")
        .unless(nothing_changed),
    screen_key(Action::ApplyLast, &[ch('p')], "Apply the scenario saved last")
        .on(&[WhatIf])
        .unless(cannot_apply_last),
    screen_key(
        Action::Compare,
        &[ch('b')],
        "Compare with the selected scenario, or stop comparing",
    )
    .on(&[WhatIf])
    .label("compare")
    .unless(cannot_compare),
    screen_key(Action::Command, &[ch('e')], "Show the equivalent command")
        .on(&[WhatIf])
        .label("command")
        .unless(no_command),
    screen_key(Action::Write(Target::Policy), &[ch('w')], "Write the changed policy to a file")
        .on(&[WhatIf])
        .label("write policy")
        .unless(nothing_for_policy),
    screen_key(
        Action::Write(Target::Playbooks),
        &[ch('W')],
        "Write the changed playbooks to a file",
    )
    .on(&[WhatIf])
    .label("write playbooks")
    .unless(nothing_for_playbooks),
];
