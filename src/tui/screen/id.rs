//! The screens of the dashboard. What each of them shows and does is in `SCREENS`.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// A screen of the dashboard. The text of each is its name in settings and in what is remembered:
/// `queue`, `what-if`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, VariantArray, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Screen {
    /// The customers that need a decision.
    #[default]
    Queue,
    /// Every customer.
    Customers,
    /// Every playbook, with its counts and what speaks against it.
    Playbooks,
    /// Headline figures, where the risk is, what the plays cost and bring.
    Portfolio,
    /// What other settings would change.
    WhatIf,
    /// What was decided, and what reloads changed.
    Activity,
}

impl Screen {
    /// Every screen, in the order of the tabs.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;
    /// The screens that list customers.
    pub const LISTS: [Self; 2] = [Self::Queue, Self::Customers];

    /// True where a customer can be selected and decided about.
    pub fn lists_customers(self) -> bool {
        Self::LISTS.contains(&self)
    }
}
