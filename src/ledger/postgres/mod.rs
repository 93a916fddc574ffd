//! The ledger of a team, in PostgreSQL, from the side of a client: the server says who and when, and makes
//! the line; everything it says is checked here.
//!
//! - `session`: a connection on a thread of its own; `store`: the handle, and what becomes of a
//!   connection that is lost.
//! - `read`: lines to a history; `scratch`: where the lines are kept.
//! - `append`: decisions, asked for until they are answered.
//! - `owner`: what only the owner of the ledger does.
//! - `schema`: what there has to be in the database, and making it.
//! - `watch`: woken when somebody decides.

mod append;
mod owner;
mod read;
mod schema;
mod scratch;
mod session;
mod store;
mod watch;

pub use schema::{Change, Made, apply, script};
pub(super) use store::PostgresStore;
pub use watch::LedgerWatch;
pub(super) use watch::watch;
