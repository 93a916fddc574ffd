//! What happens, for those who watch from outside: each thing once, told at least once.
//!
//! - [`event`]: the table of kinds, and an event as it is told.
//! - [`news`]: what has not been told yet, in order.
//! - [`journal`]: what was told, from one run to the next.

pub mod event;
pub mod journal;
pub mod news;

pub use event::{Event, EventId, EventKind};
pub use journal::{Journal, Told};
pub use news::News;
