//! Plays the demo, on a thread of its own.

use std::sync::mpsc::{RecvTimeoutError, Sender, SyncSender, TrySendError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::demo::Player;
use crate::demo::player::Caption;
use crate::demo::script::STEPS;
use crate::tui::event::Event;
use crate::tui::runtime::panic_guard;

/// A demo to be played beside the dashboard.
#[derive(Debug, Clone)]
pub struct Demo {
    /// Who carries out its steps.
    pub player: Player,
    /// How long a beat is: the time between two steps.
    pub beat: Duration,
}

/// The thread that plays, from outside. When it is dropped, the step that is being carried out is the
/// last one.
pub struct DemoWorker {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl DemoWorker {
    /// Starts to play.
    pub fn start(demo: Demo, events: SyncSender<Event>) -> Self {
        let (stop, stopped) = channel::<()>();
        let thread = panic_guard::spawn(&events.clone(), move || {
            let Demo { mut player, beat } = demo;
            for (step, row) in STEPS.iter().enumerate() {
                let pause = beat.saturating_mul(row.beats);
                if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                let (caption, goes_on) = match player.play(step) {
                    Ok(Some(caption)) => (caption, true),
                    Ok(None) => return,
                    Err(error) => {
                        let text = format!("The demo ends here: {error}");
                        (Caption { step, steps: STEPS.len().saturating_sub(1), text }, false)
                    }
                };
                // A dashboard that is being left takes no events: it must not be waited for.
                let sent = events.try_send(Event::Caption(caption));
                if matches!(sent, Err(TrySendError::Disconnected(_))) || !goes_on {
                    return;
                }
            }
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for DemoWorker {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic was reported by its guard.
            let _ = thread.join();
        }
    }
}
