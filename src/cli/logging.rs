//! The log for support: what the program did, in a file that only the user can read. Nothing of it is
//! ever printed to the screen.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;

use super::output;
use crate::domain::text::escape_controls;
use crate::state::StateDirectory;

/// Name of the log in the state directory.
const LOG: &str = "nextplay.log";
/// Name of the log before it.
const PREVIOUS: &str = "nextplay.log.1";
/// Length in bytes at which a log becomes the previous one.
const LONGEST: u64 = 4 << 20;

/// Path of the log, once there is one.
static PATH: OnceLock<PathBuf> = OnceLock::new();

/// How much is written to the log. Each level includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// Nothing; there is no log
    #[value(alias = "")]
    Off,
    /// Errors and crashes
    Error,
    /// Warnings as well
    Warn,
    /// What was run, read and decided as well
    Info,
    /// How long each step took as well
    Debug,
    /// Everything
    Trace,
}

impl From<LogLevel> for LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Off => Self::OFF,
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}

/// Starts the log. Where it cannot be written the program works without one, with a warning.
pub fn start(level: LogLevel) {
    if level == LogLevel::Off {
        return;
    }
    let log = StateDirectory::of_user()
        .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
        .and_then(LogFile::open);
    match log {
        Ok(log) => {
            let _ = PATH.set(log.path(LOG));
            let subscriber = tracing_subscriber::fmt()
                .with_max_level(LevelFilter::from(level))
                .with_ansi(false)
                .with_target(false)
                .with_thread_names(true)
                .with_writer(Mutex::new(log))
                .finish();
            // Only another subscriber of this process could be in the way, and there is none.
            let _ = tracing::subscriber::set_global_default(subscriber);
        }
        Err(error) => output::warning(&format!("cannot write a log: {error}")),
    }
}

/// Returns what to do about a crash: where the log is, or how to get one.
pub fn hint() -> String {
    match PATH.get() {
        Some(path) => format!("details are in {}", path.display()),
        None => "add --log-level debug to write a log the next time".to_owned(),
    }
}

/// The log and the one before it; neither grows without end.
struct LogFile {
    state: StateDirectory,
    file: File,
}

impl LogFile {
    fn open(state: StateDirectory) -> io::Result<Self> {
        let file = state.open_private(LOG)?;
        Ok(Self { state, file })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.state.path().join(name)
    }

    /// Begins a new log where this one is full. Another process may have done so already.
    fn rotate(&mut self) -> io::Result<()> {
        let is_full = |path: &Path| fs::metadata(path).is_ok_and(|file| file.len() >= LONGEST);
        if self.file.metadata()?.len() < LONGEST {
            return Ok(());
        }
        if is_full(&self.path(LOG)) {
            fs::rename(self.path(LOG), self.path(PREVIOUS))?;
        }
        self.file = self.state.open_private(LOG)?;
        Ok(())
    }
}

impl Write for LogFile {
    /// Writes one line. A control character in it is shown instead of written.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        self.rotate()?;
        // In one piece, so that lines of two processes do not mix.
        self.file.write_all(format!("{}\n", escape_controls(text.trim_end())).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_log_becomes_the_previous_one_and_no_control_character_is_written() {
        let home = tempfile::tempdir().unwrap();
        let mut log = LogFile::open(StateDirectory::at(&home.path().join("state"))).unwrap();
        log.write_all(b"a\x1b[31mb\n").unwrap();
        assert_eq!(fs::read_to_string(log.path(LOG)).unwrap(), "a␛[31mb\n");
        log.file.set_len(LONGEST).unwrap();
        log.write_all(b"next\n").unwrap();
        assert_eq!(fs::read_to_string(log.path(LOG)).unwrap(), "next\n");
        assert_eq!(fs::metadata(log.path(PREVIOUS)).unwrap().len(), LONGEST);
    }
}
