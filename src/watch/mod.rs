//! What happens, for those who watch from outside: each thing once, sent at least once.
//!
//! - [`event`]: the table of kinds, and an event as it is sent.
//! - [`news`]: what has not been sent yet, in order.
//! - [`journal`]: what was sent, from one run to the next.

pub mod event;
pub mod journal;
pub mod news;

pub use event::{Event, EventId, EventKind};
pub use journal::{Journal, Sent};
pub use news::News;
