//! What follows from many recommendations.
//!
//! - [`revenue`]: revenue at risk of a customer.
//! - [`risk_band`]: how much attention a risk needs.
//! - [`capacity`]: who has more plays than time for them.
//! - [`card`]: what to do about a customer and why, before everything else.
//! - [`queue`]: what needs a decision.
//! - [`urgency`]: revenue at risk by the time left; [`mod@since`]: since when a customer waits.
//! - [`registry`]: the playbooks in use.
//! - [`findings`]: what is weak in the strategy.
//! - [`decision_findings`]: what is wrong with who decides.
//! - [`experiment`]: what experiments show.
//! - [`export`]: what may run now.
//! - [`learning`]: what outcomes say about playbooks.
//! - [`lessons`]: what people's rejections and overrides say about playbooks.
//! - [`portfolio`]: the figures of the portfolio as a whole.
//! - [`mod@changes`]: what differs between two runs.
//! - [`mod@policy_change`]: what differs between two policies.
//! - [`plan`]: the plays that bring the most for a sum of money.
//! - [`scenario`]: what changes to policy and playbooks would change.

pub mod capacity;
pub mod card;
pub mod changes;
pub mod decision_findings;
pub mod experiment;
pub mod export;
pub mod findings;
pub mod learning;
pub mod lessons;
#[cfg(test)]
mod limited_tests;
pub mod plan;
pub mod policy_change;
pub mod portfolio;
pub mod queue;
pub mod registry;
pub mod revenue;
pub mod risk_band;
#[cfg(test)]
mod samples;
pub mod scenario;
pub mod since;
pub mod urgency;
pub mod words;

pub use card::Card;
pub use changes::{Changes, CustomerChange, changes};
pub use export::ExportRow;
pub use findings::strategy_findings;
pub use policy_change::policy_change;
pub use portfolio::Portfolio;
pub use queue::{CustomerItem, QueueItem};
pub use registry::Registry;
pub use revenue::revenue_at_risk;
pub use risk_band::RiskBand;
pub use since::since;
