//! The user's editor: which one, how it takes a line, and its run with the terminal to itself.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::input::Reader;
use super::panic_guard;
use super::terminal::Screen;
use crate::tui::edit::ToEdit;
use crate::tui::event::Event;

/// How an editor is told to begin at a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TakesLine {
    /// `+LINE FILE`.
    Plus,
    /// `FILE:LINE`.
    Suffix,
    /// `-g FILE:LINE`, and `-w` to be waited for.
    Goto,
    /// `FILE:LINE`, and `--wait` to be waited for.
    SuffixAndWait,
}

/// The editors that are known to take a line, by the name of their program. Any other is given the
/// file alone.
const EDITORS: &[(&[&str], TakesLine)] = &[
    (&["vi", "vim", "nvim", "view", "vim.basic", "vim.tiny", "vim.nox"], TakesLine::Plus),
    (&["nano", "pico", "emacs", "emacsclient", "mg", "joe", "ne", "zile"], TakesLine::Plus),
    (&["micro", "kak"], TakesLine::Plus),
    (&["hx", "helix"], TakesLine::Suffix),
    (&["code", "code-insiders", "codium", "cursor"], TakesLine::Goto),
    (&["subl", "zed"], TakesLine::SuffixAndWait),
];

/// An editor as a command.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Editor {
    program: String,
    given: Vec<String>,
}

impl Editor {
    /// The editor of `VISUAL`, else of `EDITOR`. `None` where neither is set.
    ///
    /// # Errors
    /// Where a variable cannot be split into words as a shell does.
    fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        for name in ["VISUAL", "EDITOR"] {
            let Some(text) = variable(name).filter(|text| !text.trim().is_empty()) else {
                continue;
            };
            let mut words = shell_words::split(&text).unwrap_or_default().into_iter();
            let Some(program) = words.next().filter(|program| !program.is_empty()) else {
                return Err(format!(
                    "${name} is \"{text}\", which is no command; check its quotes"
                ));
            };
            return Ok(Some(Self { program, given: words.collect() }));
        }
        Ok(None)
    }

    /// Its arguments to open a file at a line.
    fn arguments(&self, file: &Path, line: Option<u32>) -> Vec<OsString> {
        let program = Path::new(&self.program);
        let stem = program.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stem = stem.strip_suffix(".exe").unwrap_or(stem);
        let known = EDITORS.iter().find(|(names, _)| names.contains(&stem)).map(|known| known.1);
        let at_line = || {
            let mut text = file.as_os_str().to_owned();
            text.push(line.map(|line| format!(":{line}")).unwrap_or_default());
            text
        };
        let file = || file.as_os_str().to_owned();
        let own: Vec<OsString> = match known {
            Some(TakesLine::Plus) => {
                line.map(|line| format!("+{line}").into()).into_iter().chain([file()]).collect()
            }
            Some(TakesLine::Suffix) => vec![at_line()],
            Some(TakesLine::Goto) => vec!["-g".into(), at_line(), "-w".into()],
            Some(TakesLine::SuffixAndWait) => vec!["--wait".into(), at_line()],
            None => vec![file()],
        };
        let given = self.given.iter().map(OsString::from);
        given.chain(own).collect()
    }
}

/// Beginnings of files that are compressed.
const COMPRESSED: [&[u8]; 5] =
    [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ", b"PK\x03\x04"];
/// So much of a file shows whether it is text.
const BEGINNING: u64 = 8 * 1024;

/// Returns the absolute path of a file that an editor can open.
///
/// # Errors
/// Why not: it is not there, no regular file, binary or compressed.
fn editable(path: &Path) -> Result<PathBuf, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let refused = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => format!("There is no \"{name}\""),
        _ => format!("Cannot open \"{name}\": {error}"),
    };
    let path = std::path::absolute(path).map_err(refused)?;
    if !path.metadata().map_err(refused)?.is_file() {
        return Err(format!("\"{name}\" is no regular file"));
    }
    let mut beginning = Vec::new();
    let file = File::open(&path).map_err(refused)?;
    file.take(BEGINNING).read_to_end(&mut beginning).map_err(refused)?;
    if COMPRESSED.iter().any(|magic| beginning.starts_with(magic)) {
        return Err(format!("\"{name}\" is compressed; an editor cannot open it"));
    }
    if beginning.contains(&0) {
        return Err(format!("\"{name}\" is binary; an editor cannot open it"));
    }
    Ok(path)
}

/// An editor that runs, until it has ended.
type Running = Arc<Mutex<Option<Child>>>;

/// An editor has the terminal.
static RUNNING: AtomicBool = AtomicBool::new(false);

/// True while an editor has the terminal.
#[cfg(unix)]
pub fn is_running() -> bool {
    RUNNING.load(Ordering::Acquire)
}

/// Who reads the terminal: the dashboard's thread, or an editor.
pub struct Editing {
    data: PathBuf,
    settings: Option<PathBuf>,
    events: SyncSender<Event>,
    reader: Option<Reader>,
    running: Option<Running>,
}

impl Editing {
    /// Starts to read the terminal, for a data directory and a settings file.
    ///
    /// # Errors
    /// Where the system has no room for it.
    pub fn start(
        data: PathBuf,
        settings: Option<PathBuf>,
        events: SyncSender<Event>,
    ) -> io::Result<Self> {
        let reader = Some(Reader::start(events.clone())?);
        Ok(Self { data, settings, events, reader, running: None })
    }

    /// True while an editor has the terminal.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Gives the terminal to the user's editor, and has it open a file. That it ended arrives as an
    /// event. `key` is the key that was pressed.
    ///
    /// # Errors
    /// Why nothing can be opened.
    pub fn edit(&mut self, file: &ToEdit, screen: &mut Screen, key: &str) -> Result<(), String> {
        let Some(reader) = self.reader.take() else { return Ok(()) };
        let found = self.command(file, key);
        let (name, mut command) = match found {
            Ok(found) => found,
            Err(why) => {
                self.reader = Some(reader);
                return Err(why);
            }
        };
        RUNNING.store(true, Ordering::Release);
        screen.lend();
        let reader = reader.stop();
        let running = Running::default();
        self.running = Some(Arc::clone(&running));
        let events = self.events.clone();
        panic_guard::spawn(&self.events, move || {
            // Until then it may take keys, which are the editor's from now on.
            let _ = reader.join();
            let result = run(&mut command, &running)
                .map_err(|error| format!("Cannot start the editor \"{name}\": {error}"));
            let result = result.and_then(|status| match status.success() {
                true => Ok(()),
                false => Err(format!("The editor \"{name}\" failed ({status})")),
            });
            // A dashboard that has gone needs no telling.
            let _ = events.send(Event::Edited(result));
        });
        Ok(())
    }

    fn command(&self, file: &ToEdit, key: &str) -> Result<(String, Command), String> {
        let editor = Editor::of(|name| std::env::var(name).ok())?
            .ok_or_else(|| format!("{key} needs $VISUAL or $EDITOR; no editor is set"))?;
        let (path, line) = file.locate(&self.data, self.settings.as_deref());
        let path = editable(&path)?;
        let mut command = Command::new(&editor.program);
        command.args(editor.arguments(&path, line));
        Ok((editor.program, command))
    }

    /// Takes the terminal back from the editor, which has ended.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn take_back(&mut self, screen: &mut Screen) -> io::Result<()> {
        self.running = None;
        RUNNING.store(false, Ordering::Release);
        screen.take_back()?;
        self.reader = Some(Reader::start(self.events.clone())?);
        Ok(())
    }
}

impl Drop for Editing {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            // It ends at once; leaving does not wait for that.
            drop(reader.stop());
        }
        if let Some(running) = self.running.take() {
            end(&running);
        }
    }
}

/// How long an editor that has to end may take to save what it needs for recovery.
const TO_END: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(10);

/// Has an editor end: without the program it would fight with the shell for the terminal.
fn end(running: &Running) {
    let lock = || running.lock().unwrap_or_else(PoisonError::into_inner);
    #[cfg(unix)]
    if let Some(child) = &*lock() {
        let pid = rustix::process::Pid::from_child(child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
    let begun = Instant::now();
    while lock().is_some() && begun.elapsed() < TO_END {
        thread::sleep(LOOK);
    }
}

/// Runs an editor to its end. While it runs, its process is there to be signaled.
fn run(command: &mut Command, running: &Running) -> io::Result<ExitStatus> {
    let lock = || running.lock().unwrap_or_else(PoisonError::into_inner);
    let child = command.spawn()?;
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let pid = Pid::from_child(&child);
        *lock() = Some(child);
        // The process stays known until the lock is held, so that no other one is signaled.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::Pid(pid), options), Err(Errno::INTR)) {}
        let mut child = lock();
        let status = child.as_mut().map(Child::wait);
        *child = None;
        status.unwrap_or_else(|| Err(io::ErrorKind::NotFound.into()))
    }
    #[cfg(not(unix))]
    {
        let mut child = child;
        let _ = lock;
        child.wait()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(editor: &str, line: Option<u32>) -> String {
        let of = |name: &str| (name == "EDITOR").then(|| editor.to_owned());
        let editor = Editor::of(of).unwrap().unwrap();
        let words = editor.arguments(Path::new("/data/customers.json"), line);
        let words = words.iter().map(|word| word.to_str().unwrap());
        [editor.program.as_str()].into_iter().chain(words).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_line_is_given_to_editors_that_take_one() {
        for (editor, command) in [
            ("vi", "vi +12 /data/customers.json"),
            ("/usr/bin/nvim -p", "/usr/bin/nvim -p +12 /data/customers.json"),
            ("emacsclient -nw", "emacsclient -nw +12 /data/customers.json"),
            ("hx", "hx /data/customers.json:12"),
            ("code", "code -g /data/customers.json:12 -w"),
            ("zed", "zed --wait /data/customers.json:12"),
            ("'/my apps/ed it' -x", "/my apps/ed it -x /data/customers.json"),
        ] {
            assert_eq!(arguments(editor, Some(12)), command);
        }
        assert_eq!(arguments("vim", None), "vim /data/customers.json");
        assert_eq!(arguments("hx", None), "hx /data/customers.json");
        assert_eq!(arguments("code", None), "code -g /data/customers.json -w");
    }

    #[test]
    fn visual_comes_first_and_an_empty_variable_is_none() {
        let of = |visual: &str, editor: &str| {
            Editor::of(|name| Some(if name == "VISUAL" { visual } else { editor }.to_owned()))
        };
        assert_eq!(of("kak", "nano").unwrap().unwrap().program, "kak");
        assert_eq!(of(" ", "nano").unwrap().unwrap().program, "nano");
        assert_eq!(of("", "").unwrap(), None);
        let wrong = of("vim 'x", "").unwrap_err();
        assert_eq!(wrong, "$VISUAL is \"vim 'x\", which is no command; check its quotes");
    }

    #[test]
    fn no_shell_reads_the_variable() {
        assert_eq!(arguments("vi; rm $HOME", None), "vi; rm $HOME /data/customers.json");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("customers.json");
        assert_eq!(editable(&path).unwrap_err(), "There is no \"customers.json\"");
        for (content, why) in
            [(&b"\x1f\x8b\x08rest"[..], "is compressed"), (b"[\0]", "is binary"), (b"[]", "")]
        {
            std::fs::write(&path, content).unwrap();
            match editable(&path) {
                Ok(path) => assert!(why.is_empty() && path.is_absolute()),
                Err(text) => assert!(!why.is_empty() && text.contains(why), "{text}"),
            }
        }
        assert!(editable(directory.path()).unwrap_err().contains("is no regular file"));
    }
}
