//! Figures about all customers that some screens and commands need: computed once per view, when they
//! are first needed.

use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use super::snapshot::Snapshot;
use crate::domain::{Finding, Person};
use crate::insight::capacity::OverCapacity;
use crate::insight::experiment::ExperimentResult;
use crate::insight::learning::{Calibration, Learned};
use crate::insight::lessons::Lesson;
use crate::insight::portfolio::Parts;
use crate::insight::{Portfolio, Registry};

/// The figures computed so far, shared by all copies of a view.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    pub(super) today: Arc<OnceLock<Date>>,
    pub(super) registry: Arc<OnceLock<Registry>>,
    /// Findings about decisions.
    pub(super) decisions: Arc<OnceLock<Vec<Finding>>>,
    pub(super) over_capacity: Arc<OnceLock<OverCapacity>>,
    /// Whether a reviewer owns any customer.
    pub(super) my_accounts: Arc<OnceLock<(Person, bool)>>,
    pub(super) portfolio: Arc<OnceLock<Arc<Portfolio>>>,
    pub(super) learned: Arc<OnceLock<Learned>>,
    pub(super) experiments: Arc<OnceLock<Arc<[ExperimentResult]>>>,
    pub(super) calibration: Arc<OnceLock<Calibration>>,
    pub(super) lessons: Arc<OnceLock<Vec<Lesson>>>,
}

/// What the Portfolio screen shows.
#[derive(Debug, Clone, Copy)]
pub struct PortfolioFigures<'a> {
    /// The figures of the portfolio.
    pub portfolio: &'a Portfolio,
    /// What each experiment of the policy shows so far.
    pub experiments: &'a [ExperimentResult],
    /// How far expectations came true.
    pub calibration: &'a Calibration,
}

impl Figures {
    /// Returns what each experiment of the policy shows so far where that was counted before.
    pub fn known_experiments(&self) -> Option<&[ExperimentResult]> {
        self.experiments.get().map(|results| &**results)
    }

    /// Returns what the Portfolio screen shows where it was computed before.
    pub fn of_portfolio(&self) -> Option<PortfolioFigures<'_>> {
        Some(PortfolioFigures {
            portfolio: self.portfolio.get()?,
            experiments: self.experiments.get()?,
            calibration: self.calibration.get()?,
        })
    }
}

/// A figure that takes a while to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// The playbooks in use.
    Registry,
    /// The figures of the portfolio.
    Portfolio,
}

impl Snapshot {
    /// Returns the figures computed so far, which later ones join.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Returns the local date when this view was made.
    pub fn today(&self) -> Date {
        *self.figures.today.get_or_init(|| self.now.today())
    }

    /// Returns the playbooks in use. The first call takes a while with many customers.
    pub fn registry(&self) -> &Registry {
        self.figures.registry.get_or_init(|| Registry::new(&self.matching))
    }

    /// Returns the playbooks in use where they were computed before.
    pub fn known_registry(&self) -> Option<&Registry> {
        self.figures.registry.get()
    }

    /// Returns what outcomes say about playbooks. The first call takes a while with many outcomes.
    pub fn learned(&self) -> &Learned {
        self.figures.learned.get_or_init(|| self.learn(&[]))
    }

    /// Returns what outcomes say about playbooks where that was computed before.
    pub fn known_learned(&self) -> Option<&Learned> {
        self.figures.learned.get()
    }

    /// Returns what each experiment of the policy shows so far, in their order. The first call takes a while
    /// with many customers.
    pub fn experiments(&self) -> &Arc<[ExperimentResult]> {
        self.figures.experiments.get_or_init(|| self.count_experiments().into())
    }

    /// Returns how far expectations came true. The first call takes a while with many outcomes.
    pub fn calibration(&self) -> &Calibration {
        self.figures.calibration.get_or_init(|| self.calibrate())
    }

    /// Returns the owners who have more plays that need a decision or may run than time for them. The first call takes a
    /// while with many customers.
    pub fn over_capacity(&self) -> &OverCapacity {
        let find = || OverCapacity::new(&self.matching, &self.statuses);
        self.figures.over_capacity.get_or_init(find)
    }

    /// Returns what people's decisions say about playbooks. The first call takes a while with many decisions.
    pub fn lessons(&self) -> &[Lesson] {
        self.figures.lessons.get_or_init(|| self.learn_from_people())
    }

    /// Returns what people's decisions say about playbooks where that was computed before.
    pub fn known_lessons(&self) -> &[Lesson] {
        self.figures.lessons.get().map_or(&[], Vec::as_slice)
    }

    /// Returns the figures of the portfolio. The first call takes a while with many customers.
    pub fn portfolio(&self) -> &Arc<Portfolio> {
        self.figures.portfolio.get_or_init(|| Arc::new(Portfolio::new(&self.parts())))
    }

    /// Returns every figure of the portfolio for some customers, in ascending order.
    pub fn portfolio_of(&self, only: &[usize]) -> Portfolio {
        Portfolio::new(&Parts { only: Some(only), ..self.parts() })
    }

    /// Returns what the figures of the portfolio are computed from.
    pub fn parts(&self) -> Parts<'_> {
        Parts {
            matching: &self.matching,
            statuses: &self.statuses,
            only: None,
            committed: self.committed(),
            entries: self.history.entries().map(AsRef::as_ref).collect(),
            now: &self.now,
        }
    }

    /// Computes a figure ahead of its use.
    pub fn make(&self, figure: Figure) {
        match figure {
            Figure::Registry => {
                self.learned();
                self.lessons();
                self.experiments();
                self.registry();
            }
            Figure::Portfolio => {
                self.experiments();
                self.calibration();
                self.portfolio();
            }
        }
    }

    /// Returns true where a figure was computed before.
    pub fn has(&self, figure: Figure) -> bool {
        match figure {
            Figure::Registry => self.known_registry().is_some(),
            Figure::Portfolio => self.figures.of_portfolio().is_some(),
        }
    }
}
