//! The ledger of a team, in PostgreSQL.
//!
//! - `schema`: what there has to be in the database, and making it.

mod schema;

pub use schema::{Change, Made, apply, script};
