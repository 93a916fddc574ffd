//! Woken by the server when somebody decides. Only to look sooner: whoever watches looks now and then
//! anyway, so nothing is missed where a server has no such thing or the connection is lost.

use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use postgres::fallible_iterator::FallibleIterator;

use crate::postgres::{PATIENT_LIMIT, ServerError, ServerUrl, Trouble};

/// The channel on which the server tells that there is a new entry.
const LISTEN: &str = "LISTEN nextplay";
/// How long it is listened before somebody looks whether it is still wanted.
const PIECE: Duration = Duration::from_secs(1);
/// How long lies between two connections.
const BETWEEN: Duration = Duration::from_secs(3);

/// Listens as long as this is kept.
#[derive(Debug)]
pub struct LedgerWatch {
    _wanted: Arc<()>,
}

/// Listens on a thread of its own, and calls `changed` for what is heard.
pub(in super::super) fn watch(
    url: &Arc<ServerUrl>,
    changed: impl Fn() + Send + 'static,
) -> LedgerWatch {
    let wanted = Arc::new(());
    let (url, still_wanted) = (Arc::clone(url), Arc::downgrade(&wanted));
    thread::spawn(move || {
        while still_wanted.strong_count() > 0 {
            match listen(&url, &still_wanted, &changed) {
                Err(error) if error.trouble == Trouble::Refused => {
                    tracing::info!("the ledger is looked at now and then: {error}");
                    return;
                }
                _ => thread::sleep(BETWEEN),
            }
        }
    });
    LedgerWatch { _wanted: wanted }
}

fn listen(url: &ServerUrl, wanted: &Weak<()>, changed: &impl Fn()) -> Result<(), ServerError> {
    let failed = |error: postgres::Error| ServerError::of(url, &error);
    let mut client = url.connect("nextplay, waiting for changes", PATIENT_LIMIT)?;
    client.batch_execute(LISTEN).map_err(failed)?;
    // What came while no one listened.
    changed();
    while wanted.strong_count() > 0 {
        let heard = client.notifications().timeout_iter(PIECE).next().map_err(failed)?;
        if heard.is_some() {
            changed();
        } else if client.is_closed() {
            return Ok(());
        }
    }
    Ok(())
}
