//! The loop: waits, takes in everything that happened, draws once if something changed.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::crossterm::event::{self, Event as Input};

use super::deciding::outcome;
use super::event::{Effect, Event};
use super::plain;
use super::state::State;
use super::terminal::{Screen, no_color};
use super::theme::Theme;
use super::update::update;
use super::view;
use super::worker::Worker;
use crate::domain::text::harmless;
use crate::workspace::{self, Workspace};

/// What the dashboard is opened with.
#[derive(Debug, Clone)]
pub struct Options {
    pub directory: PathBuf,
    /// The reviewer.
    pub by: String,
    pub workspace: workspace::Options,
}

/// How long a decision may take before it is told that it takes long.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the input thread looks whether it is still wanted.
const LOOK_UP: Duration = Duration::from_millis(250);
/// Events that may wait; whoever sends more waits for the loop.
const WAITING: usize = 1024;

/// Opens the dashboard and returns when it is left.
///
/// # Errors
/// Where the data directory cannot be used or the terminal cannot be set up.
pub fn run(options: Options) -> anyhow::Result<()> {
    Workspace::new(&options.directory, options.workspace.clone()).check_directory()?;
    let theme = Theme { colors: !no_color() };
    let (sender, events) = sync_channel(WAITING);
    let signals = Signals::watch(sender.clone()).context("cannot watch for signals")?;
    let mut screen = Screen::take(theme.colors).context("cannot set the terminal up")?;
    let size = screen.terminal.size().context("cannot ask for the terminal's size")?;
    let input = InputThread::start(sender.clone());
    let by = options.by.into();
    let worker = Worker::start(options.directory.clone(), options.workspace, &by, sender);

    let mut state = State::new(
        shown(&options.directory),
        by,
        TimeZone::system(),
        (size.width, size.height),
        Timestamp::now(),
    );
    let left = turn(&mut state, &mut screen, theme, &events, &worker);
    // The terminal is given back first: what is still to be written needs no screen.
    input.stop();
    drop(screen);
    if state.deciding {
        see_through(&events);
    }
    worker.stop();
    drop(signals);
    let lost = state.worker_lost;
    // The process ends here: to free a million customers one by one would only keep the shell waiting.
    std::mem::forget(state);
    if lost {
        anyhow::bail!(
            "a fault of this program ended it; decisions that were shown as made are on disk"
        );
    }
    left
}

/// Waits for a decision that was confirmed before the dashboard was left, and tells what came of it.
/// Where another process keeps the ledger for itself, Ctrl-C or a signal ends the wait.
fn see_through(events: &Receiver<Event>) {
    let tell = |text: &str| {
        // A shell that has gone reads nothing.
        let _ = writeln!(io::stderr(), "{}", plain::message(&harmless(text)));
    };
    let mut patient = true;
    loop {
        match events.recv_timeout(PATIENCE) {
            Ok(Event::Decided { result: Ok(each), .. }) => return tell(&outcome(&each).1),
            Ok(Event::Decided { result: Err(error), .. }) => {
                return tell(&format!("error: {error}"));
            }
            Err(RecvTimeoutError::Timeout) if patient => {
                patient = false;
                tell(
                    "the decision waits for the ledger, which another process holds; Ctrl-C ends the wait",
                );
            }
            // Right after leaving, these are echoes of what it was left for.
            Ok(Event::Terminate) if patient => {}
            Ok(Event::Terminate | Event::WorkerLost) | Err(RecvTimeoutError::Disconnected) => {
                return tell("left before the decision was on disk; `nextplay log` shows if it is");
            }
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// The data directory as the header names it: its last part.
fn shown(directory: &std::path::Path) -> String {
    let whole = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
    let name = whole.file_name().unwrap_or(whole.as_os_str());
    name.to_string_lossy().into_owned()
}

fn turn(
    state: &mut State,
    screen: &mut Screen,
    theme: Theme,
    events: &Receiver<Event>,
    worker: &Worker,
) -> anyhow::Result<()> {
    let ascii = plain::is_wanted();
    loop {
        if state.redraw {
            let draw = |frame: &mut ratatui::Frame<'_>| {
                let area = frame.area();
                state.size = (area.width, area.height);
                view::render(state, theme, frame.buffer_mut());
                if ascii {
                    plain::to_ascii(frame.buffer_mut());
                }
            };
            screen.terminal.draw(draw).context("cannot draw on the terminal")?;
            state.drawn();
        }
        let mut next = wait(state, events);
        while let Some(event) = next {
            for effect in update(state, event, Timestamp::now()) {
                match effect {
                    Effect::Quit => return Ok(()),
                    Effect::Suspend => {
                        screen.suspend().context("cannot take the terminal back")?;
                        state.redraw = true;
                    }
                    effect => worker.carry_out(effect),
                }
            }
            next = events.try_recv().ok();
        }
    }
}

/// The next event: one that arrives, or that time has passed.
fn wait(state: &State, events: &Receiver<Event>) -> Option<Event> {
    match state.next_change() {
        None => Some(events.recv().unwrap_or(Event::Terminate)),
        Some(at) => {
            let rest =
                Timestamp::now().until(at).ok().and_then(|span| Duration::try_from(span).ok());
            match events.recv_timeout(rest.unwrap_or_default()) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => Some(Event::Tick),
                Err(RecvTimeoutError::Disconnected) => Some(Event::Terminate),
            }
        }
    }
}

/// Reads keys, and stops when told to: a thread that blocks in a read would take the shell's first
/// key after the dashboard is left.
struct InputThread {
    stop: Arc<AtomicBool>,
    thread: thread::JoinHandle<()>,
}

impl InputThread {
    fn start(events: SyncSender<Event>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let event = match event::poll(LOOK_UP) {
                    Ok(false) => continue,
                    Ok(true) => event::read(),
                    Err(error) => Err(error),
                };
                let event = match event {
                    Ok(Input::Key(key)) => Event::Key(key),
                    Ok(Input::Paste(text)) => Event::Paste(text),
                    Ok(Input::Resize(width, height)) => Event::Resize { width, height },
                    Ok(Input::FocusGained | Input::FocusLost | Input::Mouse(_)) => continue,
                    // The terminal has hung up.
                    Err(_) => Event::Terminate,
                };
                let last = matches!(event, Event::Terminate);
                if events.send(event).is_err() || last {
                    return;
                }
            }
        });
        Self { stop, thread }
    }

    fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        // It ends within one look-up; leaving does not wait for that.
        drop(self.thread);
    }
}

/// Ends the dashboard on SIGTERM, SIGHUP and SIGINT, and hands the terminal over on SIGTSTP.
struct Signals {
    #[cfg(unix)]
    handle: signal_hook::iterator::Handle,
}

impl Signals {
    #[cfg(unix)]
    fn watch(events: SyncSender<Event>) -> std::io::Result<Self> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
        let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP])?;
        let handle = signals.handle();
        thread::spawn(move || {
            for signal in signals.forever() {
                let event = if signal == SIGTSTP { Event::Suspend } else { Event::Terminate };
                if events.send(event).is_err() {
                    return;
                }
            }
        });
        Ok(Self { handle })
    }

    #[cfg(not(unix))]
    fn watch(_events: SyncSender<Event>) -> std::io::Result<Self> {
        Ok(Self {})
    }
}

#[cfg(unix)]
impl Drop for Signals {
    fn drop(&mut self) {
        self.handle.close();
    }
}
