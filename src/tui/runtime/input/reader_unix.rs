//! The thread that reads the terminal.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, read};

use super::decoder::{Decoder, Input};
use crate::tui::event::Event;
use crate::tui::runtime::panic_guard;

/// How often the thread looks whether it is still wanted.
const LOOK_UP: Duration = Duration::from_millis(250);
/// Bytes that are read at once.
const BUFFER: usize = 64 * 1024;

/// Reads keys until it is dropped: a thread that went on reading would take the shell's first key.
pub struct Reader {
    stop: Arc<AtomicBool>,
}

impl Reader {
    /// Starts to read standard input; what comes is sent as events, at last that the terminal is
    /// gone.
    pub fn start(events: SyncSender<Event>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let guarded = events.clone();
        panic_guard::spawn(&guarded, move || {
            let mut decoder = Decoder::new(Instant::now());
            let mut buffer = vec![0; BUFFER];
            while !stopped.load(Ordering::Relaxed) {
                let mut heard = Vec::new();
                let open =
                    step(&mut decoder, &mut buffer, &stopped, &mut |input| heard.push(input));
                for input in heard {
                    let event = match input {
                        Input::Keys(keys) => Event::Keys(keys),
                        Input::Paste(text) => Event::Paste(text),
                        Input::Mouse(mouse) => Event::Mouse(mouse),
                        Input::KeyboardProtocol => Event::KeyboardProtocol,
                        Input::Colors(colors) => Event::Colors(colors),
                    };
                    if events.send(event).is_err() {
                        return;
                    }
                }
                if !open {
                    let _ = events.send(Event::HungUp);
                    return;
                }
            }
        });
        Self { stop }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // It ends within one look-up; leaving does not wait for that.
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Waits for bytes or for the decoder's next deadline. False where the terminal is gone.
fn step(
    decoder: &mut Decoder,
    buffer: &mut [u8],
    stopped: &AtomicBool,
    sink: &mut dyn FnMut(Input),
) -> bool {
    let now = Instant::now();
    let until_deadline = decoder.deadline().map(|at| at.saturating_duration_since(now));
    let wait = until_deadline.map_or(LOOK_UP, |rest| rest.min(LOOK_UP));
    // Rounded up: a wait that ends a moment too early would be repeated.
    let wait = Timespec::try_from(wait + Duration::from_micros(1)).ok();
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
    match poll(&mut fds, wait.as_ref()) {
        Ok(0) | Err(Errno::INTR) => {
            decoder.expire(Instant::now(), sink);
            return true;
        }
        Ok(_) => {}
        Err(_) => return false,
    }
    let [polled] = fds;
    if !polled.revents().contains(PollFlags::IN) {
        // Nothing to read, and nothing will come: hung up, or closed.
        return false;
    }
    if stopped.load(Ordering::Relaxed) {
        // What is there belongs to the shell.
        return true;
    }
    match read(&stdin, &mut *buffer) {
        Ok(0) => false,
        Ok(length) => {
            let bytes = buffer.get(..length).unwrap_or_default();
            decoder.feed(bytes, Instant::now(), sink);
            true
        }
        Err(Errno::INTR | Errno::AGAIN) => true,
        Err(_) => false,
    }
}
