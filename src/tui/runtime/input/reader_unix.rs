//! The thread that reads the terminal.

use std::io::{self, PipeReader, PipeWriter};
use std::sync::mpsc::SyncSender;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, read};

use super::decoder::{Decoder, Input};
use crate::tui::event::Event;
use crate::tui::runtime::panic_guard;

/// The longest wait where nothing comes.
const LONGEST: Duration = Duration::from_secs(3600);
/// Bytes that are read at once.
const BUFFER: usize = 64 * 1024;

/// Reads keys until it is dropped: a thread that went on reading would take the shell's first key.
pub struct Reader {
    /// Closed, it ends the thread.
    wanted: PipeWriter,
    thread: JoinHandle<()>,
}

impl Reader {
    /// Starts to read standard input; what comes is sent as events, at last that the terminal is
    /// gone.
    ///
    /// # Errors
    /// Where the system has no room for it.
    pub fn start(events: SyncSender<Event>) -> io::Result<Self> {
        let (stop, wanted) = io::pipe()?;
        let guarded = events.clone();
        let thread = panic_guard::spawn(&guarded, move || {
            let mut decoder = Decoder::new(Instant::now());
            let mut buffer = vec![0; BUFFER];
            loop {
                let mut heard = Vec::new();
                let next = step(&mut decoder, &mut buffer, &stop, &mut |input| heard.push(input));
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
                match next {
                    Next::Goes => {}
                    Next::Stopped => return,
                    Next::Gone => {
                        let _ = events.send(Event::HungUp);
                        return;
                    }
                }
            }
        });
        Ok(Self { wanted, thread })
    }

    /// Stops reading, and returns what ends once nothing is read any more: from then on what comes
    /// belongs to others. Its events have to be taken meanwhile.
    pub fn stop(self) -> JoinHandle<()> {
        drop(self.wanted);
        self.thread
    }
}

/// The result of a step.
enum Next {
    Goes,
    /// The reader is not wanted any more.
    Stopped,
    /// The terminal is gone.
    Gone,
}

/// Waits for bytes or for the decoder's next deadline.
fn step(
    decoder: &mut Decoder,
    buffer: &mut [u8],
    stop: &PipeReader,
    sink: &mut dyn FnMut(Input),
) -> Next {
    let now = Instant::now();
    let until_deadline = decoder.deadline().map(|at| at.saturating_duration_since(now));
    let wait = until_deadline.map_or(LONGEST, |rest| rest.min(LONGEST));
    // Rounded up: a wait that ends a moment too early would be repeated.
    let wait = Timespec::try_from(wait + Duration::from_micros(1)).ok();
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::IN), PollFd::new(stop, PollFlags::IN)];
    match poll(&mut fds, wait.as_ref()) {
        Ok(0) | Err(Errno::INTR) => {
            decoder.expire(Instant::now(), sink);
            return Next::Goes;
        }
        Ok(_) => {}
        Err(_) => return Next::Gone,
    }
    let [polled, stopped] = fds;
    if !stopped.revents().is_empty() {
        // What is there belongs to the shell, or to the editor.
        return Next::Stopped;
    }
    if !polled.revents().contains(PollFlags::IN) {
        // Nothing to read, and nothing will come: hung up, or closed.
        return Next::Gone;
    }
    match read(&stdin, &mut *buffer) {
        Ok(0) => Next::Gone,
        Ok(length) => {
            let bytes = buffer.get(..length).unwrap_or_default();
            decoder.feed(bytes, Instant::now(), sink);
            Next::Goes
        }
        Err(Errno::INTR | Errno::AGAIN) => Next::Goes,
        Err(_) => Next::Gone,
    }
}
