//! What follows from many recommendations.
//!
//! - [`revenue`]: revenue at risk of a customer.
//! - [`queue`]: what waits for a decision.
//! - [`findings`]: what is weak in the strategy.
//! - [`export`]: what may run now.
//! - [`mod@changes`]: what differs between two runs.
//! - [`mod@policy_change`]: what differs between two policies.

pub mod changes;
pub mod export;
pub mod findings;
pub mod policy_change;
pub mod queue;
pub mod revenue;

pub use changes::{Changes, CustomerChange, changes};
pub use export::ExportRow;
pub use findings::strategy_findings;
pub use policy_change::policy_change;
pub use queue::QueueItem;
pub use revenue::revenue_at_risk;
