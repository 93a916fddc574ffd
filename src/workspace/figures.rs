//! Figures about all customers that some screens and commands ask for: made once for a view, when
//! somebody asks.

use std::sync::{Arc, OnceLock};

use super::snapshot::Snapshot;
use crate::insight::portfolio::Parts;
use crate::insight::{Portfolio, Registry};

/// What was made so far. Shared by everybody who has the view.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    registry: Arc<OnceLock<Registry>>,
    portfolio: Arc<OnceLock<Arc<Portfolio>>>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Registry,
    Portfolio,
}

impl Snapshot {
    /// The playbooks at work. Takes its time for many customers, once.
    pub fn registry(&self) -> &Registry {
        self.figures.registry.get_or_init(|| Registry::new(&self.matching))
    }

    /// The playbooks at work, if they were asked for before.
    pub fn known_registry(&self) -> Option<&Registry> {
        self.figures.registry.get()
    }

    /// Every figure of the portfolio. Takes its time for many customers, once.
    pub fn portfolio(&self) -> &Arc<Portfolio> {
        self.figures.portfolio.get_or_init(|| Arc::new(Portfolio::new(&self.parts())))
    }

    /// Every figure of the portfolio, if they were asked for before.
    pub fn known_portfolio(&self) -> Option<&Arc<Portfolio>> {
        self.figures.portfolio.get()
    }

    /// What the figures of the portfolio are made from.
    pub fn parts(&self) -> Parts<'_> {
        Parts {
            matching: &self.matching,
            statuses: &self.statuses,
            entries: &self.history.entries,
            now: &self.now,
        }
    }

    /// Makes a figure, for whoever will ask for it.
    pub fn make(&self, figure: Figure) {
        match figure {
            Figure::Registry => {
                self.registry();
            }
            Figure::Portfolio => {
                self.portfolio();
            }
        }
    }

    /// True where a figure need not be made any more.
    pub fn has(&self, figure: Figure) -> bool {
        match figure {
            Figure::Registry => self.known_registry().is_some(),
            Figure::Portfolio => self.known_portfolio().is_some(),
        }
    }
}
