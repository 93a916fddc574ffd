//! Passphrases, asked for on the terminal: never on standard input, and never shown.

use std::io;

/// Returns what a person types on the terminal behind a question; `None` where they cancel.
///
/// # Errors
/// Where the process has no terminal.
#[cfg(unix)]
pub fn ask(question: &str) -> io::Result<Option<String>> {
    use std::fs::OpenOptions;
    use std::io::{Read, Write};

    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let before = tcgetattr(&terminal)?;
    let mut silent = before.clone();
    // Without signals, too: one that ends the process would leave the terminal silent.
    silent.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
    tcsetattr(&terminal, OptionalActions::Flush, &silent)?;
    let mut typed = Vec::new();
    let answer = (|| {
        terminal.write_all(question.as_bytes())?;
        terminal.flush()?;
        loop {
            let mut byte = [0];
            if terminal.read(&mut byte)? == 0 {
                return Ok(false);
            }
            match byte {
                [b'\n' | b'\r'] => return Ok(true),
                // Ctrl-C, Ctrl-D, Ctrl-\, Ctrl-Z.
                [3 | 4 | 26 | 28] => return Ok(false),
                [8 | 127] => {
                    // A character of several bytes goes as a whole.
                    while typed.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
                }
                [21] => typed.clear(),
                [byte] => typed.push(byte),
            }
        }
    })();
    let restored = tcsetattr(&terminal, OptionalActions::Flush, &before);
    let _ = terminal.write_all(b"\n");
    restored?;
    let entered: io::Result<bool> = answer;
    Ok(entered?.then(|| String::from_utf8_lossy(&typed).into_owned()))
}

/// Returns what a person types on the terminal behind a question.
///
/// # Errors
/// Always: on this system, use an agent.
#[cfg(not(unix))]
pub fn ask(_question: &str) -> io::Result<Option<String>> {
    Err(io::Error::other("passphrases are not asked for on this system; use an SSH agent"))
}
