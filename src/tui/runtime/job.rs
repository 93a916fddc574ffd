//! Ctrl-Z: the program as a job of its shell.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use std::{io, thread};

use rustix::process::Signal;

/// The program stopped itself: it takes the terminal again by itself, too.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Returns true, once, after the program stopped itself.
pub fn take_stopped() -> bool {
    STOPPED.swap(false, Ordering::AcqRel)
}

/// Stops the program and everything else of its process group, as a shell expects of a job; returns
/// when it is continued. Where no shell could continue it nothing happens, and false is returned.
///
/// # Errors
/// Where the system does not allow it.
pub fn stop(give_back: impl FnOnce()) -> io::Result<bool> {
    if !has_job_control() {
        return Ok(false);
    }
    let continued = Arc::new(AtomicBool::new(false));
    let watch = signal_hook::flag::register(signal_hook::consts::SIGCONT, Arc::clone(&continued))?;
    STOPPED.store(true, Ordering::Release);
    give_back();
    // SIGSTOP, as SIGTSTP is handled here and would come back as an event.
    rustix::process::kill_current_process_group(Signal::STOP)?;
    // Where another thread takes the signal, this one may run on for a moment.
    while !continued.load(Ordering::Acquire) {
        thread::sleep(Duration::from_millis(5));
    }
    signal_hook::low_level::unregister(watch);
    Ok(true)
}

/// Returns true where a shell with job control started the program: then its process group is not that of
/// the session's leader, and its parent is of the same session.
fn has_job_control() -> bool {
    use rustix::process::{getpgid, getpgrp, getppid, getsid};
    let group = getpgrp();
    let Ok(session) = getsid(None) else { return false };
    // Without a leader, or in its group: no one above it in the session could continue it.
    if group == session {
        return false;
    }
    let Some(parent) = getppid() else { return false };
    // A parent in the same group is a script, whose parent is the shell.
    getpgid(Some(parent)) == Ok(group) || getsid(Some(parent)) == Ok(session)
}
