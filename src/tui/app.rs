//! The loop: waits, takes in everything that happened, draws once if something changed.

use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::ascii::ascii;
use crate::domain::text::escape_controls;
use crate::domain::{Error, ErrorKind};
use crate::intake::nearby;
use crate::ledger::Ledger;
use crate::settings::{Notify, Reading, SettingsFile};
use crate::starter::init::{exports, may_begin};
use crate::tui::customers::list::List;
use crate::tui::decide::words::outcome;
use crate::tui::event::{Effect, Event, Opening};
use crate::tui::first_start::FirstStart;
use crate::tui::keys::action::Action;
use crate::tui::memory::{self, Memory};
use crate::tui::mouse::MouseState;
use crate::tui::runtime::demo_worker::{Demo, DemoWorker};
use crate::tui::runtime::editor::Editing;
use crate::tui::runtime::escape::{self, Desktop, Multiplexer};
use crate::tui::runtime::file_worker::Files;
use crate::tui::runtime::inbox::Inbox;
use crate::tui::runtime::plain;
use crate::tui::runtime::settings_watcher;
use crate::tui::runtime::signals::Signals;
use crate::tui::runtime::terminal::{self, Screen, size};
use crate::tui::runtime::worker::Worker;
use crate::tui::screen::render;
use crate::tui::settings;
use crate::tui::state::{NoticeKind, State};
use crate::tui::update::update;
use crate::tui::widget::theme::chosen::Chosen;
use crate::tui::widget::theme::display::Display;
use crate::workspace::{self, DecideError, Workspace};

/// What the dashboard is opened with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data directory.
    pub directory: PathBuf,
    /// The reviewer.
    pub by: String,
    /// What is remembered of earlier runs is ignored.
    pub fresh: bool,
    /// How the workspace is opened.
    pub workspace: workspace::Options,
    /// What the settings file says.
    pub settings: Reading,
    /// The settings file, to be watched; `None` where the user has no directory for it.
    pub settings_file: Option<SettingsFile>,
    /// The demo to be played in the directory, if one is.
    pub demo: Option<Demo>,
}

/// How the dashboard was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// Everything that was confirmed is done.
    Done,
    /// A decision that was confirmed was not recorded.
    Undone,
    /// To open something else in its place.
    Open(Opening),
}

/// How long a decision may take before the program says that it is waiting.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long the first frame waits for the terminal to say what its background is. Later answers
/// count too.
const ANSWER_WITHIN: Duration = Duration::from_millis(100);
/// Events that may wait; whoever sends more waits for the loop.
const WAITING: usize = 1024;

/// Opens the dashboard and returns when it is left.
///
/// # Errors
/// Where the data directory cannot be used or the terminal cannot be set up, and where the program
/// has a fault.
pub fn run(options: Options) -> Result<Left, Error> {
    let failed = |what: &str| {
        let what = what.to_owned();
        move |error: io::Error| Error::new(ErrorKind::Io, format!("{what}: {error}"))
    };
    let workspace = Workspace::new(&options.directory, options.workspace.clone());
    workspace.check_directory()?;
    let settings_path = options.settings_file.as_ref().map(|file| file.path().to_owned());
    let files = Files::new(workspace.own_files(), settings_path.clone());
    // The demo leaves nothing behind.
    let files = if options.demo.is_some() { files.with_fixed_settings() } else { files };
    let mut display = Display::of(|name| std::env::var_os(name));
    display.background = terminal::background(&display);
    let (sender, events) = sync_channel(WAITING);
    let signals = Signals::watch(sender.clone()).map_err(failed("cannot watch for signals"))?;
    let mut screen = Screen::take(cfg!(unix) && display.is_asked())
        .map_err(failed("cannot set up the terminal"))?;
    let size = size().map_err(failed("cannot get the size of the terminal"))?;
    let mut editing = Editing::start(options.directory.clone(), settings_path, sender.clone())
        .map_err(failed("cannot read the terminal"))?;
    let by = options.by.into();
    let state_directory = options.workspace.state.as_ref();
    let record = state_directory.map(|state| state.record(memory::RECORD, &options.directory));
    let remembered = match &record {
        Some(record) if !options.fresh => record.read::<Memory>(),
        _ => Ok(None),
    };

    let mut state =
        State::new(shown(&options.directory), by, TimeZone::system(), size, Timestamp::now());
    state.display = display;
    settings::start(&mut state, &options.settings);
    state.first_start = FirstStart {
        nearby: nearby::data_directories(&options.directory),
        has_files: may_begin(&options.directory),
        exports: exports(&options.directory),
        directory: options.directory.clone(),
        ..FirstStart::default()
    };
    let damaged = remembered.as_ref().err().map(ToString::to_string);
    memory::restore(&mut state, remembered.ok().flatten().unwrap_or_default());
    if let Some(note) = damaged {
        state.say(NoticeKind::News, format!("Starting as at first: {note}"));
    }
    if let Some(file) = options.settings_file {
        settings_watcher::start(file, options.settings, sender.clone());
    }
    let requests = [&state.queue, &state.customers].map(List::request);
    let worker = Worker::start(
        options.directory.clone(),
        options.workspace,
        requests.to_vec(),
        record,
        state.remembered.clone(),
        files,
        sender.clone(),
    );
    let demo = options.demo.map(|demo| DemoWorker::start(demo, sender));
    let turned = catch_unwind(AssertUnwindSafe(|| {
        turn(&mut state, &mut screen, &events, &worker, &mut editing);
    }));
    // The terminal is given back first: what is still to be written needs no screen.
    drop(editing);
    drop(screen);
    drop(demo);
    let ledger = worker.ledger();
    let at_work = worker.stop();
    let mut done = !state.deciding || (at_work && see_through(&events, &state, &ledger));
    for id in &state.unconfirmed {
        done = false;
        tell(&state, &DecideError::NotConfirmed { id: id.clone() }.to_string());
    }
    #[cfg_attr(not(unix), expect(clippy::drop_non_drop, reason = "there are no signals"))]
    drop(signals);
    let lost = state.worker_lost || turned.is_err();
    let opening = state.opening.take();
    // The process ends here: to free a million customers one by one would only keep the shell waiting.
    std::mem::forget(state);
    if lost {
        return Err(Error::crashed());
    }
    Ok(match opening {
        _ if !done => Left::Undone,
        Some(opening) => Left::Open(opening),
        None => Left::Done,
    })
}

/// Completes a decision that was confirmed before the dashboard was left, and prints its result:
/// true where it was made. Where another process keeps the ledger for itself, or its server does not answer,
/// Ctrl-C or a signal ends the wait; a terminal that is gone does not.
fn see_through(events: &Receiver<Event>, state: &State, ledger: &Ledger) -> bool {
    let tell = |text: &str| tell(state, text);
    let mut patient = true;
    loop {
        match events.recv_timeout(PATIENCE) {
            Ok(Event::Decided { result: Ok(each), .. }) => {
                let (all, text) = outcome(&each, state.snapshot.as_deref());
                tell(&text);
                return all;
            }
            Ok(Event::Decided { result: Err(error), .. }) => {
                tell(&format!("error: {error}"));
                return false;
            }
            Err(RecvTimeoutError::Timeout) if patient => {
                patient = false;
                tell(match ledger.path() {
                    Some(_) => {
                        "Waiting for the ledger, which another process is using; Ctrl-C ends the wait"
                    }
                    None => "Waiting for the server of the ledger; Ctrl-C ends the wait",
                });
            }
            // Right after leaving, these are echoes of what it was left for.
            Ok(Event::Terminate) if patient => {}
            Ok(Event::Terminate | Event::WorkerLost) | Err(RecvTimeoutError::Disconnected) => {
                let sent = ledger.unconfirmed();
                if sent.is_empty() {
                    tell(
                        "The dashboard was closed before the decision was saved; check with `nextplay log`",
                    );
                }
                sent.into_iter().for_each(|id| tell(&DecideError::NotConfirmed { id }.to_string()));
                return false;
            }
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Prints a line once the terminal is given back. A shell that has gone reads nothing.
fn tell(state: &State, text: &str) {
    let text = escape_controls(text);
    let _ = match state.display.draws_ascii(&state.settings) {
        true => writeln!(io::stderr(), "{}", ascii(&text)),
        false => writeln!(io::stderr(), "{text}"),
    };
}

/// The data directory as the header names it: its last part.
fn shown(directory: &std::path::Path) -> String {
    let whole = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
    let name = whole.file_name().unwrap_or(whole.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Draws and takes events in until the dashboard is left or its terminal is gone.
fn turn(
    state: &mut State,
    screen: &mut Screen,
    events: &Receiver<Event>,
    worker: &Worker,
    editing: &mut Editing,
) {
    let mut chosen = Chosen::default();
    // The first frame waits for the background that it is drawn on.
    let asked = cfg!(unix) && state.display.is_asked();
    let mut held_until = asked.then(|| Instant::now() + ANSWER_WITHIN);
    let multiplexer = Multiplexer::of_environment();
    state.mouse = MouseState::new(state.settings.mouse);
    if screen.report_mouse(state.settings.mouse).is_err() {
        return;
    }
    let mut inbox = Inbox::new(events);
    loop {
        worker.announce(state.settings.notify != Notify::Off);
        held_until = held_until.filter(|until| Instant::now() < *until);
        if state.redraw && held_until.is_none() {
            let draw = |frame: &mut ratatui::Frame<'_>| {
                let theme = chosen.theme(&state.settings, state.display);
                render::render(state, theme, frame.buffer_mut());
                if state.display.draws_ascii(&state.settings) {
                    plain::to_ascii(frame.buffer_mut());
                }
            };
            if screen.draw(state.size, draw).is_err() {
                return;
            }
            state.drawn(Instant::now());
        }
        let mut next = match held_until {
            None => wait(state, &mut inbox),
            Some(until) => inbox.next(Some(until.saturating_duration_since(Instant::now()))).ok(),
        };
        while let Some(event) = next {
            held_until = held_until.filter(|_| !matches!(event, Event::Colors(_)));
            if editing.is_running() && event.is_input() {
                // They were pressed for the editor.
                next = inbox.waiting();
                continue;
            }
            for effect in update(state, event, Timestamp::now()) {
                let gone = match effect {
                    Effect::Quit => return,
                    Effect::Suspend => match screen.suspend() {
                        Ok(true) => resized(state),
                        Ok(false) => {
                            let why = "Cannot suspend: no shell could continue nextplay";
                            state.say(NoticeKind::Refused, why);
                            false
                        }
                        Err(_) => true,
                    },
                    Effect::Retake => screen.retake().is_err() || resized(state),
                    Effect::Redraw => screen.clear().is_err() || resized(state),
                    Effect::AskForColors => screen.ask_for_colors().is_err(),
                    Effect::Copy(text) => {
                        let copied = screen.send(&multiplexer.copy(&text)).is_err();
                        if multiplexer == Multiplexer::Tmux {
                            escape::copy_by_tmux(text);
                        }
                        copied
                    }
                    Effect::Announce(how, text) => screen
                        .send(&multiplexer.announce(how, &text, Desktop::of_environment()))
                        .is_err(),
                    Effect::Edit(file) => {
                        let key = state.keymap.key(Action::EditFile);
                        if let Err(why) = editing.edit(&file, screen, &key) {
                            state.say(NoticeKind::Refused, why);
                        }
                        false
                    }
                    Effect::TakeBack => editing.take_back(screen).is_err() || resized(state),
                    Effect::UseKeyboardProtocol => screen.use_keyboard_protocol().is_err(),
                    Effect::ReportMouse(reported) => screen.report_mouse(reported).is_err(),
                    effect => {
                        worker.carry_out(effect);
                        false
                    }
                };
                if gone {
                    return;
                }
            }
            next = inbox.waiting();
        }
    }
}

/// Asks how large the window is now; true where there is none any more.
fn resized(state: &mut State) -> bool {
    state.redraw = true;
    size().map(|size| state.size = size).is_err()
}

/// The next event: one that arrives, or that time has passed.
fn wait(state: &State, inbox: &mut Inbox<'_>) -> Option<Event> {
    match state.next_change() {
        None => Some(inbox.next(None).unwrap_or(Event::Terminate)),
        Some(at) => {
            let rest =
                Timestamp::now().until(at).ok().and_then(|span| Duration::try_from(span).ok());
            match inbox.next(Some(rest.unwrap_or_default())) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => Some(Event::Tick),
                Err(RecvTimeoutError::Disconnected) => Some(Event::Terminate),
            }
        }
    }
}
