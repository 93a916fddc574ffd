//! What there has to be in a database before it can hold a ledger. The server's side of it is
//! `schema.sql`.

use std::collections::BTreeMap;

use postgres::Transaction;

use crate::domain::Error;
use crate::postgres::{CONNECT_LIMIT, ServerError, ServerUrl};

/// Run again, it changes nothing.
const SCHEMA: &str = include_str!("schema.sql");

/// Lists what there is, with its definition.
const OBJECTS: &str = include_str!("objects.sql");

/// Two who set up one database wait for each other. Notices say what is there already.
const BEFORE: &str = "SET LOCAL client_min_messages = warning;
SET LOCAL standard_conforming_strings = on;
SELECT pg_advisory_xact_lock(hashtext('nextplay ledger init'));
";

/// The server does not allow something to the role.
const NOT_ALLOWED: &str = "42501";

/// What was done to something in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
pub enum Change {
    /// It was not there.
    Made,
    /// It was there with another definition or other privileges.
    Changed,
}

/// Something that was made or changed: `Made table nextplay.decisions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// What was done.
    pub change: Change,
    /// What it is, and its name.
    pub what: String,
}

/// Returns the statements that set up a ledger, as one transaction.
pub fn script() -> String {
    format!("BEGIN;\n{BEFORE}\n{SCHEMA}\nCOMMIT;\n")
}

/// Sets up a ledger in a database, as the role that is to own it, and returns what was made or changed;
/// all of it or nothing.
///
/// # Errors
/// Where the server is not reached, or does not allow it.
pub fn apply(url: &ServerUrl) -> Result<Vec<Made>, Error> {
    let failed = |error: ServerError| {
        let not_allowed = error.is_code(&[NOT_ALLOWED]);
        let error = error.error();
        match not_allowed && error.hints.is_empty() {
            true => error.hint("run it as the role that owns the ledger, or the database"),
            false => error,
        }
    };
    let mut client = url.connect("nextplay ledger init", CONNECT_LIMIT).map_err(failed)?;
    apply_in(&mut client).map_err(|error| failed(ServerError::of(url, &error)))
}

fn apply_in(client: &mut postgres::Client) -> Result<Vec<Made>, postgres::Error> {
    let mut transaction = client.transaction()?;
    transaction.batch_execute(BEFORE)?;
    let before = objects(&mut transaction)?;
    transaction.batch_execute(SCHEMA)?;
    let after = objects(&mut transaction)?;
    let made: Vec<Made> = after
        .into_iter()
        .filter_map(|(what, definition)| {
            let change = match before.get(&what) {
                None => Change::Made,
                Some(was) if *was != definition => Change::Changed,
                Some(_) => return None,
            };
            Some(Made { change, what })
        })
        .collect();
    match made.is_empty() {
        true => transaction.rollback()?,
        false => transaction.commit()?,
    }
    Ok(made)
}

/// What there is, each with its definition.
fn objects(transaction: &mut Transaction<'_>) -> Result<BTreeMap<String, String>, postgres::Error> {
    let rows = transaction.query(OBJECTS, &[])?;
    let object = |row: postgres::Row| {
        let what = format!("{} {}", row.try_get::<_, &str>(0)?, row.try_get::<_, &str>(1)?);
        Ok((what, row.try_get(2)?))
    };
    rows.into_iter().map(object).collect()
}
