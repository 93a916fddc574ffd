//! The real program on a pseudo-terminal. Tests wait for what the user would see, never for a time:
//! the deadline only matters where something is wrong.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};

/// When a test gives up. Far more than a crowded machine needs.
const DEADLINE: Duration = Duration::from_secs(60);

/// What has come from the program so far.
struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
}

/// A terminal in which a program runs.
pub struct Terminal {
    master: Option<Box<dyn MasterPty + Send>>,
    /// Kept open, so that the terminal's settings can be asked for when the program has ended.
    slave: Option<Box<dyn SlavePty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    reader: Option<thread::JoinHandle<()>>,
    /// The reader is not wanted any more.
    deaf: Arc<AtomicBool>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    exit: Receiver<portable_pty::ExitStatus>,
    ended: bool,
    pid: u32,
    /// The terminal's settings before the program came.
    settings: String,
}

impl Terminal {
    /// Opens the dashboard on a directory in a terminal of 80 by 24.
    pub fn dashboard(data: &Path) -> Self {
        Self::with(data, &[])
    }

    /// The same with further environment variables.
    pub fn with(data: &Path, variables: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_nextplay"));
        command.args(["--data".as_ref(), data.as_os_str()]);
        command.args(["--by", "dana"]);
        Self::run(command, variables)
    }

    /// Runs a program with nothing but these variables and the few that a terminal has.
    pub fn run(mut command: CommandBuilder, variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.cwd(std::env::temp_dir());
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("TZ", "UTC");
        command.env("XDG_STATE_HOME", super::STATE);
        command.env("XDG_CONFIG_HOME", super::CONFIG);
        for (name, value) in variables {
            command.env(name, value);
        }
        let settings = settings(&*pair.master);
        let mut child = pair.slave.spawn_command(command).unwrap();
        let pid = child.process_id().unwrap();
        let (told, exit) = channel();
        thread::spawn(move || told.send(child.wait().unwrap()));

        let size = |n| NonZeroU16::new(n).unwrap();
        let parser = vt100::Parser::new(size(24), size(80), 0);
        let seen = Arc::new((Mutex::new(Seen { parser, bytes: Vec::new() }), Condvar::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let shared = Arc::clone(&seen);
        let deaf = Arc::new(AtomicBool::new(false));
        let gone = Arc::clone(&deaf);
        let reader = thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut bytes)
                && !gone.load(Ordering::Relaxed)
            {
                let mut seen = shared.0.lock().unwrap();
                seen.parser.process(&bytes[..read]);
                seen.bytes.extend_from_slice(&bytes[..read]);
                shared.1.notify_all();
            }
        });
        Self {
            reader: Some(reader),
            deaf,
            writer: Some(pair.master.take_writer().unwrap()),
            master: Some(pair.master),
            slave: Some(pair.slave),
            seen,
            exit,
            ended: false,
            pid,
            settings,
        }
    }

    /// Sends bytes as keys would.
    pub fn send(&mut self, keys: &str) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Lets time pass that the program counts.
    pub fn pause(&self, milliseconds: u64) {
        thread::sleep(Duration::from_millis(milliseconds));
    }

    /// Confirms the dialog on the screen, as somebody does who read it first: sooner than a moment
    /// after it was drawn, or together with other keys, `y` confirms nothing.
    pub fn confirm(&mut self) {
        thread::sleep(Duration::from_millis(300));
        self.send("y");
    }

    /// Waits until the screen is as wanted; `what` is told where it never gets so.
    pub fn wait(&self, what: &str, mut wanted: impl FnMut(&vt100::Screen) -> bool) {
        let give_up = Instant::now() + DEADLINE;
        let mut seen = self.seen.0.lock().unwrap();
        while !wanted(seen.parser.screen()) {
            let rest = give_up.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                let contents = seen.parser.screen().contents();
                drop(seen);
                panic!("waited in vain for {what}; the screen is\n{contents}");
            }
            seen = self.seen.1.wait_timeout(seen, rest).unwrap().0;
        }
    }

    /// Waits until a text is on the screen.
    pub fn wait_for(&self, text: &str) {
        self.wait(&format!("{text:?}"), |screen| screen.contents().contains(text));
    }

    /// Waits until a text has gone from the screen.
    pub fn wait_gone(&self, text: &str) {
        self.wait(&format!("{text:?} to go"), |screen| !screen.contents().contains(text));
    }

    /// Waits until one line of the screen has all of these texts.
    pub fn wait_for_line(&self, texts: &[&str]) {
        self.wait(&format!("a line with {texts:?}"), |screen| {
            let contents = screen.contents();
            contents.lines().any(|line| texts.iter().all(|text| line.contains(text)))
        });
    }

    pub fn contents(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// Everything that came from the program.
    pub fn bytes(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().bytes.clone()
    }

    /// Looks at the screen as it is.
    pub fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self.seen.0.lock().unwrap().parser.screen())
    }

    pub fn resize(&self, cols: u16, rows: u16) {
        let size = |n| NonZeroU16::new(n).unwrap();
        self.seen.0.lock().unwrap().parser.screen_mut().set_size(size(rows), size(cols));
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    /// Has the terminal tell no size, as a serial line does. The program is told that it changed.
    pub fn lose_size(&self, cols: u16, rows: u16) {
        let size = |n| NonZeroU16::new(n).unwrap();
        self.seen.0.lock().unwrap().parser.screen_mut().set_size(size(rows), size(cols));
        let none = PtySize { rows: 0, cols: 0, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().unwrap().resize(none).unwrap();
    }

    /// Writes on the screen as another program does that has the same terminal.
    pub fn write_over(&self, bytes: &str) {
        let name = self.master.as_ref().unwrap().tty_name().unwrap();
        let mut terminal = std::fs::OpenOptions::new().write(true).open(name).unwrap();
        terminal.write_all(bytes.as_bytes()).unwrap();
    }

    /// Waits until these bytes have come from the program.
    pub fn wait_for_bytes(&self, bytes: &str) {
        self.wait_for_count(bytes, 1);
    }

    /// Waits until these bytes have come so many times.
    pub fn wait_for_count(&self, bytes: &str, count: usize) {
        let give_up = Instant::now() + DEADLINE;
        let mut seen = self.seen.0.lock().unwrap();
        let is = |part: &&[u8]| *part == bytes.as_bytes();
        while seen.bytes.windows(bytes.len()).filter(is).count() < count {
            let rest = give_up.saturating_duration_since(Instant::now());
            assert!(!rest.is_zero(), "waited in vain for {bytes:?}");
            seen = self.seen.1.wait_timeout(seen, rest).unwrap().0;
        }
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let kill = Command::new("kill").args([&format!("-{name}"), &self.pid.to_string()]).status();
        assert!(kill.unwrap().success());
    }

    /// Reads no more, so that the program's output comes to a standstill.
    pub fn stall(&mut self) {
        self.deaf.store(true, Ordering::Relaxed);
        self.resize(81, 24);
        self.reader.take().unwrap().join().unwrap();
    }

    /// Closes the window: the terminal is gone.
    pub fn hang_up(&mut self) {
        // The reader holds the terminal open too.
        self.stall();
        self.writer = None;
        self.slave = None;
        self.master = None;
    }

    /// Waits for the program's end.
    pub fn exit(&mut self) -> portable_pty::ExitStatus {
        let status = self.exit.recv_timeout(DEADLINE);
        let status = status.unwrap_or_else(|_| panic!("it does not end:\n{}", self.contents()));
        self.ended = true;
        status
    }

    /// Waits until the terminal is the shell's again, in every respect.
    pub fn wait_restored(&self) {
        self.wait("the terminal as it was", |screen| {
            !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
        });
        assert_eq!(settings(&**self.master.as_ref().unwrap()), self.settings);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if !self.ended {
            let mut kill = Command::new("kill");
            let _ = kill.args(["-KILL", &self.pid.to_string()]).stderr(Stdio::null()).status();
        }
    }
}

/// Echo, line editing and the rest of what `stty` shows.
fn settings(master: &dyn MasterPty) -> String {
    let settings = master.get_termios().unwrap();
    format!(
        "{:?} {:?} {:?} {:?}",
        settings.input_flags, settings.output_flags, settings.control_flags, settings.local_flags
    )
}
