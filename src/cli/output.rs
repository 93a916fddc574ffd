//! Results to stdout, messages to stderr.

use std::borrow::Cow;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;
use std::time::Duration;

use super::errors::unwritten;
use crate::domain::ascii::{self, AsciiWriter};
use crate::domain::text::escape_controls;
use crate::domain::{Error, Finding};
use crate::report::Look;
use crate::settings::Ascii;

/// How stdout may look: colors only on a terminal, and only if `NO_COLOR` is unset or empty.
pub fn look() -> Look {
    if !io::stdout().is_terminal() {
        return Look::default();
    }
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let size = ratatui::crossterm::terminal::size();
    Look {
        color: !set("NO_COLOR") && !dumb,
        // A terminal that does not know its size says 0.
        width: size.ok().map(|(columns, _)| usize::from(columns)).filter(|columns| *columns > 0),
    }
}

/// Whether text is ASCII, as the settings say.
static ASCII: OnceLock<Ascii> = OnceLock::new();

/// Takes over whether the settings ask for ASCII. Text that is written before is in ASCII where
/// nothing else can be shown.
pub fn use_ascii(ascii: Ascii) {
    // The settings are read once.
    let _ = ASCII.set(ascii);
}

/// True where text for people is written in ASCII; `terminal` is false where it goes elsewhere.
fn is_ascii(terminal: bool) -> bool {
    match ASCII.get().copied().unwrap_or_default() {
        Ascii::Auto => ascii::is_wanted(|name| std::env::var_os(name), terminal),
        Ascii::On => true,
        Ascii::Off => false,
    }
}

/// Writes a result. A reader who closed the pipe has what it wanted.
///
/// # Errors
/// Where stdout cannot be written.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    match stream(write) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| unwritten(&error)),
    }
}

/// As [`print()`], for people: in ASCII where nothing else can be shown.
///
/// # Errors
/// Where stdout cannot be written.
pub fn print_text(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    print(|out| text(out, write))
}

/// Writes text for people to stdout: in ASCII where nothing else can be shown.
///
/// # Errors
/// What the writer reports.
pub fn text(
    out: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    if !is_ascii(io::stdout().is_terminal()) {
        return write(out);
    }
    let mut out = AsciiWriter::new(out);
    write(&mut out)?;
    out.flush()
}

/// Writes a part of a result; unlike [`print()`] it reports a closed pipe.
///
/// # Errors
/// What stdout reports.
pub fn stream(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    write(&mut out).and_then(|()| out.flush())
}

/// Waits, and returns early with true if the reader of stdout has gone: without a new entry there
/// is no write that would tell.
#[cfg(unix)]
pub fn wait_or_closed(pause: Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdout = io::stdout();
    // Nothing is asked for: an error or a hang-up is told anyway.
    let mut stdout = [PollFd::new(&stdout, PollFlags::empty())];
    let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(pause.subsec_nanos()) };
    if poll(&mut stdout, Some(&timeout)).is_err() {
        std::thread::sleep(pause);
        return false;
    }
    let [stdout] = stdout;
    stdout.revents().intersects(PollFlags::ERR | PollFlags::HUP)
}

#[cfg(not(unix))]
pub fn wait_or_closed(pause: Duration) -> bool {
    std::thread::sleep(pause);
    false
}

/// Prints an error and its hints to stderr.
pub fn error(error: &Error) {
    tracing::error!(kind = ?error.kind, hints = ?error.hints, "{}", error.message);
    print_stderr("error", &error.message);
    hints(&error.hints);
}

/// Prints a warning to stderr.
pub fn warning(text: &str) {
    tracing::warn!("{text}");
    print_stderr("warning", text);
}

/// Prints an error as a warning, with its hints, to stderr.
pub fn warn_of(error: &Error) {
    warning(&error.message);
    hints(&error.hints);
}

/// Prints a note to stderr.
pub fn note(text: &str) {
    print_stderr("note", text);
}

/// Prints what to do about the message before, to stderr.
pub fn hint(text: &str) {
    print_stderr("hint", text);
}

/// Prints hints to stderr, one per line.
pub fn hints(hints: &[String]) {
    hints.iter().for_each(|text| hint(text));
}

/// Prints a finding to stderr, with its severity.
pub fn finding(finding: &Finding) {
    print_stderr(finding.severity.name(), &finding.to_string());
}

/// Prints one line to stderr: a label and a text. Where that is not possible no one can be reached.
fn print_stderr(label: &str, text: &str) {
    let line = format!("{label}: {text}");
    let line = escape_controls(&line);
    let shown = if is_ascii(io::stderr().is_terminal()) {
        ascii::ascii(&line)
    } else {
        Cow::Borrowed(&*line)
    };
    let _ = writeln!(io::stderr().lock(), "{shown}");
}
