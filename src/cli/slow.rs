//! What to say when the ledger makes a command take long.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::output::note;
use crate::domain::money::count;
use crate::ledger::{Activity, Doing};

/// How long a command may take before it says why it is not done.
const PATIENCE: Duration = Duration::from_millis(500);

/// Does something with a ledger, and says on stderr why if it takes long.
pub fn with_slow_notice<T>(activity: &Arc<Activity>, work: impl FnOnce() -> T) -> T {
    let (over, ended) = mpsc::channel::<()>();
    let activity = Arc::clone(activity);
    let notices = thread::spawn(move || {
        let mut shown = Doing::Nothing;
        while ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            let doing = activity.now();
            if doing != shown {
                shown = doing;
                notice(doing);
            }
        }
    });
    let done = work();
    drop(over);
    // It ends at once; a notice never comes after the result.
    if let Err(panic) = notices.join() {
        std::panic::resume_unwind(panic);
    }
    done
}

fn notice(doing: Doing) {
    match doing {
        Doing::Nothing => {}
        Doing::WaitingFor(pid) => {
            let holder = pid.map(|pid| format!(" (pid {pid})")).unwrap_or_default();
            note(&format!("another process holds the ledger{holder}; waiting for it"));
        }
        Doing::Reading(entries) => {
            let entries = usize::try_from(entries).unwrap_or(usize::MAX);
            note(&format!("reading about {} entries of the ledger", count(entries)));
        }
    }
}
