//! Figures about all customers that some screens and commands ask for: made once for a view, when
//! somebody asks.

use std::sync::{Arc, OnceLock};

use crate::domain::Finding;
use crate::insight::{Portfolio, Registry};

/// What was made so far. Shared by everybody who has the view.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    pub(super) registry: Arc<OnceLock<Registry>>,
    /// What is wrong with who decides.
    pub(super) decisions: Arc<OnceLock<Vec<Finding>>>,
    pub(super) portfolio: Arc<OnceLock<Arc<Portfolio>>>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Registry,
    Portfolio,
}
