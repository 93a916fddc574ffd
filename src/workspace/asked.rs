//! What somebody asks of a view: its figures, made when they are asked for.

use std::sync::Arc;

use super::figures::Figure;
use super::snapshot::Snapshot;
use crate::insight::portfolio::Parts;
use crate::insight::{Portfolio, Registry};

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

    /// Returns every figure of the portfolio for some customers, in ascending order.
    pub fn portfolio_of(&self, only: &[usize]) -> Portfolio {
        Portfolio::new(&Parts { only: Some(only), ..self.parts() })
    }

    /// What the figures of the portfolio are made from.
    pub fn parts(&self) -> Parts<'_> {
        Parts {
            matching: &self.matching,
            statuses: &self.statuses,
            only: None,
            entries: self.history.entries().map(AsRef::as_ref).collect(),
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
