//! Figures about all customers that some screens and commands ask for: made once for a view, when
//! somebody asks.

use std::sync::{Arc, OnceLock};

use super::snapshot::Snapshot;
use crate::insight::Registry;

/// What was made so far. Shared by everybody who has the view.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    registry: Arc<OnceLock<Registry>>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Registry,
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

    /// Makes a figure, for whoever will ask for it.
    pub fn make(&self, figure: Figure) {
        match figure {
            Figure::Registry => {
                self.registry();
            }
        }
    }

    /// True where a figure need not be made any more.
    pub fn has(&self, figure: Figure) -> bool {
        match figure {
            Figure::Registry => self.known_registry().is_some(),
        }
    }
}
