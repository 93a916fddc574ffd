//! The screens of the dashboard. What each of them shows and does is in `SCREENS`.

use strum::VariantArray;

/// A screen of the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, VariantArray)]
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

    /// True where the screen is a list of lines, one of them selected.
    pub fn is_board(self) -> bool {
        matches!(self, Self::Playbooks | Self::Portfolio | Self::WhatIf)
    }

    /// The title of the screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Queue => "Queue",
            Self::Customers => "Customers",
            Self::Playbooks => "Playbooks",
            Self::Portfolio => "Portfolio",
            Self::WhatIf => "What-if",
            Self::Activity => "Activity",
        }
    }

    /// The key that shows the screen.
    pub fn key(self) -> char {
        match self {
            Self::Queue => '1',
            Self::Customers => '2',
            Self::Playbooks => '3',
            Self::Portfolio => '4',
            Self::WhatIf => '5',
            Self::Activity => '6',
        }
    }
}
