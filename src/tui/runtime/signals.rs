//! Signals: those that end the dashboard, those that stop it, and the size of the window.

use std::io;
use std::sync::mpsc::SyncSender;
#[cfg(unix)]
use std::{sync::mpsc::TrySendError, thread, time::Duration};

#[cfg(unix)]
use rustix::{process::Signal, termios::QueueSelector};

#[cfg(unix)]
use super::{editor, job, panic_guard, terminal};
use crate::tui::event::Event;

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
        let watched = [SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT, SIGWINCH];
        let mut signals = signal_hook::iterator::Signals::new(watched.iter().chain(&DEADLY))?;
        let handle = signals.handle();
        let guarded = events.clone();
        panic_guard::spawn(&guarded, move || {
            for signal in signals.forever() {
                // What is typed in the editor is the editor's.
                if matches!(signal, SIGINT | SIGQUIT) && editor::is_running() {
                    continue;
                }
                let event = match signal {
                    deadly if DEADLY.contains(&deadly) => return die(deadly, &events),
                    SIGTSTP => Event::Suspend,
                    SIGCONT if job::take_stopped() => continue,
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

/// Signals that end a program at once. No shell could be used with the terminal as it is then: raw, and
/// reporting the mouse.
#[cfg(unix)]
const DEADLY: [i32; 7] = {
    use signal_hook::consts::{SIGALRM, SIGPROF, SIGQUIT, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU};
    [SIGQUIT, SIGALRM, SIGPROF, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU]
};

/// How often it is looked whether the terminal was given back.
#[cfg(unix)]
const LOOK: Duration = Duration::from_millis(50);
/// So many looks later the terminal takes no more output.
#[cfg(unix)]
const STALLED: u32 = 20;

/// Has the dashboard end, and returns once the terminal was given back; false where no one listens.
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
