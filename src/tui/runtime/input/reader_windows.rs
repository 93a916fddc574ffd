//! The thread that reads the terminal, by crossterm: the console reports keys, not bytes.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ratatui::crossterm::event::{
    self, Event as Heard, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::mouse::{Mouse, MouseKind};
use super::pace::{Gatherer, Keys};
use crate::tui::event::Event;
use crate::tui::runtime::panic_guard;

/// How often the thread looks whether it is still wanted.
const LOOK_UP: Duration = Duration::from_millis(250);

/// Reads keys until it is dropped: a thread that went on reading would take the shell's first key.
pub struct Reader {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    /// Starts to read; what comes is sent as events, at last that the terminal is gone.
    ///
    /// # Errors
    /// Never.
    pub fn start(events: SyncSender<Event>) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let guarded = events.clone();
        let thread = panic_guard::spawn(&guarded, move || {
            let mut gatherer = Gatherer::default();
            while !stopped.load(Ordering::Relaxed) {
                let mut heard = Vec::new();
                let mut keys = |keys: Keys| heard.push(Event::Keys(keys));
                let wait =
                    gatherer.deadline().map(|at| at.saturating_duration_since(Instant::now()));
                let read = match event::poll(wait.map_or(LOOK_UP, |wait| wait.min(LOOK_UP))) {
                    Ok(true) => event::read().map(Some),
                    Ok(false) => Ok(None),
                    Err(error) => Err(error),
                };
                gatherer.expire(Instant::now(), &mut keys);
                match read {
                    Ok(Some(Heard::Key(key))) if key.is_release() => {}
                    Ok(Some(Heard::Key(key))) => {
                        gatherer.take(key.into(), Instant::now(), &mut keys);
                    }
                    Ok(Some(Heard::Paste(text))) => {
                        gatherer.flush(&mut keys);
                        heard.push(Event::Paste(text));
                    }
                    Ok(Some(Heard::Mouse(heard_of))) => {
                        if let Some(mouse) = mouse(heard_of, Instant::now()) {
                            gatherer.interrupt(&mut keys);
                            heard.push(Event::Mouse(mouse));
                        }
                    }
                    Ok(Some(Heard::Resize(width, height))) => {
                        heard.push(Event::Resize { width, height });
                    }
                    Ok(_) => {}
                    Err(_) => heard.push(Event::HungUp),
                }
                for event in heard {
                    let last = matches!(event, Event::HungUp);
                    if events.send(event).is_err() || last {
                        return;
                    }
                }
            }
        });
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Stops reading, and returns what ends once nothing is read any more: from then on what comes
    /// belongs to others. Its events have to be taken meanwhile.
    pub fn stop(mut self) -> JoinHandle<()> {
        self.stop.store(true, Ordering::Relaxed);
        // There is one until here.
        self.thread.take().unwrap_or_else(|| thread::spawn(|| ()))
    }
}

/// What the mouse did, as the console reports it. `None` for another button, and with Shift held.
fn mouse(heard: MouseEvent, at: Instant) -> Option<Mouse> {
    let MouseEvent { kind, column, row, modifiers } = heard;
    if modifiers.contains(KeyModifiers::SHIFT) {
        return None;
    }
    let kind = match kind {
        MouseEventKind::Down(MouseButton::Left) => MouseKind::Press,
        MouseEventKind::Up(MouseButton::Left) => MouseKind::Release,
        MouseEventKind::Drag(MouseButton::Left) => MouseKind::Drag,
        MouseEventKind::ScrollUp => MouseKind::Wheel(-1),
        MouseEventKind::ScrollDown => MouseKind::Wheel(1),
        MouseEventKind::ScrollLeft => MouseKind::Sideways(-1),
        MouseEventKind::ScrollRight => MouseKind::Sideways(1),
        _ => return None,
    };
    let control = modifiers.contains(KeyModifiers::CONTROL);
    Some(Mouse { kind, column, row, control, at })
}

impl Drop for Reader {
    fn drop(&mut self) {
        // It ends within one look-up; leaving does not wait for that.
        self.stop.store(true, Ordering::Relaxed);
    }
}
