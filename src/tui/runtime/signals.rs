//! Signals: those that end the dashboard, those that stop it, and the size of the window.

use std::io;
use std::sync::mpsc::SyncSender;
#[cfg(unix)]
use std::{
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
    sync::mpsc::TrySendError,
    thread,
    time::Duration,
};

#[cfg(unix)]
use rustix::{process::Signal, termios::QueueSelector};

#[cfg(unix)]
use super::{panic_guard, terminal};
use crate::tui::event::Event;

/// The program stopped itself: it takes the terminal again by itself, too.
#[cfg(unix)]
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Turns signals into events until it is dropped.
pub struct Signals {
    #[cfg(unix)]
    handle: signal_hook::iterator::Handle,
}

impl Signals {
    /// Starts to watch.
    ///
    /// # Errors
    /// Where the system does not allow it.
    #[cfg(unix)]
    pub fn watch(events: SyncSender<Event>) -> io::Result<Self> {
        use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
        let watched = [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH];
        let mut signals = signal_hook::iterator::Signals::new(watched)?;
        let handle = signals.handle();
        let guarded = events.clone();
        panic_guard::spawn(&guarded, move || {
            for signal in signals.forever() {
                let event = match signal {
                    SIGQUIT => return die(signal, &events),
                    SIGTSTP => Event::Suspend,
                    SIGCONT if STOPPED.swap(false, Ordering::AcqRel) => continue,
                    SIGCONT => Event::Continued,
                    SIGHUP => Event::HungUp,
                    SIGWINCH => match terminal::size() {
                        Ok((width, height)) => Event::Resize { width, height },
                        Err(_) => continue,
                    },
                    _ => match end(&events) {
                        true => continue,
                        false => return,
                    },
                };
                if events.send(event).is_err() {
                    return;
                }
            }
        });
        Ok(Self { handle })
    }

    /// There are none.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(unix))]
    pub fn watch(_events: SyncSender<Event>) -> io::Result<Self> {
        Ok(Self {})
    }
}

/// How often it is looked whether the terminal was given back.
#[cfg(unix)]
const LOOK: Duration = Duration::from_millis(50);
/// So many looks later the terminal takes no more output.
#[cfg(unix)]
const STALLED: u32 = 20;

/// Has the dashboard end, and returns once the terminal was given back; false where nobody listens.
/// A terminal that takes no more output would hold it up forever: what was not taken is discarded.
#[cfg(unix)]
fn end(events: &SyncSender<Event>) -> bool {
    let mut told = false;
    let mut looks = 0;
    while !told || terminal::in_use() {
        if !told {
            told = match events.try_send(Event::Terminate) {
                Ok(()) => true,
                Err(TrySendError::Full(_)) => false,
                Err(TrySendError::Disconnected(_)) => return false,
            };
        }
        thread::sleep(LOOK);
        looks += 1;
        if looks > STALLED {
            let _ = rustix::termios::tcflush(io::stdout(), QueueSelector::OFlush);
            // A write that waits for room looks again when a signal comes.
            let _ = rustix::process::kill_process(rustix::process::getpid(), Signal::WINCH);
        }
    }
    true
}

/// Gives the terminal back and lets the signal do what it does by default.
#[cfg(unix)]
fn die(signal: i32, events: &SyncSender<Event>) {
    terminal::leave();
    if signal_hook::low_level::emulate_default_handler(signal).is_err() {
        let _ = events.send(Event::Terminate);
    }
}

#[cfg(unix)]
impl Drop for Signals {
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// Stops the program and everything else of its process group, as a shell expects of a job; returns
/// when it is continued. Where no shell could continue it nothing happens, and false is returned.
///
/// # Errors
/// Where the system does not allow it.
#[cfg(unix)]
pub fn stop_job(give_back: impl FnOnce()) -> io::Result<bool> {
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

/// True where a shell with job control started the program: then its process group is not that of
/// the session's leader, and its parent is of the same session.
#[cfg(unix)]
fn has_job_control() -> bool {
    use rustix::process::{getpgid, getpgrp, getppid, getsid};
    let group = getpgrp();
    let Ok(session) = getsid(None) else { return false };
    // Without a leader, or in its group: nobody above it in the session could continue it.
    if group == session {
        return false;
    }
    let Some(parent) = getppid() else { return false };
    // A parent in the same group is a script, whose parent is the shell.
    getpgid(Some(parent)) == Ok(group) || getsid(Some(parent)) == Ok(session)
}
