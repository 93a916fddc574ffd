//! Results to stdout, messages to stderr.

use std::borrow::Cow;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

use anyhow::Context;

use crate::domain::ascii::{self, AsciiWriter};
use crate::domain::text::harmless;
use crate::report::Look;

/// How stdout may look: colours only on a terminal, and only if `NO_COLOR` is unset or empty.
pub fn look() -> Look {
    if !io::stdout().is_terminal() {
        return Look::default();
    }
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let size = ratatui::crossterm::terminal::size();
    Look {
        colour: !set("NO_COLOR") && !dumb,
        // A terminal that does not know its size says 0.
        width: size.ok().map(|(columns, _)| usize::from(columns)).filter(|columns| *columns > 0),
    }
}

/// Writes a result. A reader who closed the pipe has what it wanted.
///
/// # Errors
/// Where stdout cannot be written.
pub fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    match stream(write) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the output cannot be written"),
    }
}

/// As [`print()`], for people: in ASCII where nothing else can be shown.
///
/// # Errors
/// Where stdout cannot be written.
pub fn print_text(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
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
    if !ascii::is_wanted(|name| std::env::var_os(name), io::stdout().is_terminal()) {
        return write(out);
    }
    let mut out = AsciiWriter::new(out);
    write(&mut out)?;
    out.flush()
}

/// Writes a part of a result; unlike [`print()`] it tells of a closed pipe.
///
/// # Errors
/// What stdout reports.
pub fn stream(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    write(&mut out).and_then(|()| out.flush())
}

/// Writes a message of one line to stderr. Where even that is not possible there is nobody to tell.
pub fn tell(line: &str) {
    let line = harmless(line);
    let plain = ascii::is_wanted(|name| std::env::var_os(name), io::stderr().is_terminal());
    let shown = if plain { ascii::ascii(&line) } else { Cow::Borrowed(&*line) };
    let _ = writeln!(io::stderr().lock(), "{shown}");
}
