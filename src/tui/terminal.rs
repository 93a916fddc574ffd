//! The terminal: taken over, and given back as it was after quitting, a panic or a signal.

use std::io::{self, BufWriter, Stdout, Write};
use std::panic;
use std::sync::Once;

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::terminal::{
    DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use ratatui::crossterm::{cursor, execute, style};

use super::anchored::Anchored;

/// Bytes gathered before they go to the terminal: a full screen in one write.
const BUFFER: usize = 64 * 1024;

/// The terminal while the dashboard has it. Given back when dropped.
pub struct Screen {
    pub terminal: Terminal<Anchored<CrosstermBackend<BufWriter<Stdout>>>>,
}

impl Screen {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// Where it is no terminal, or does not do as it is told.
    pub fn take(colors: bool) -> io::Result<Self> {
        give_back_on_panic();
        // Without colours crossterm would send a bare reset instead, which cancels reverse video.
        style::force_color_output(colors || no_color());
        enter()?;
        let backend = CrosstermBackend::new(BufWriter::with_capacity(BUFFER, io::stdout()));
        match Terminal::new(Anchored::new(backend)) {
            Ok(terminal) => Ok(Self { terminal }),
            Err(error) => {
                leave();
                Err(error)
            }
        }
    }

    /// Gives the terminal to the shell until the program is continued.
    ///
    /// # Errors
    /// Where it cannot be taken back.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        #[cfg(unix)]
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        enter()?;
        // Clears like `Terminal::clear`, which asks for the cursor's place: the thread that reads the
        // input would take the answer.
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// True where the user asked for no colours.
pub fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    // What a terminal draws wider than it was measured never runs on into the next line.
    let entered = execute!(
        io::stdout(),
        EnterAlternateScreen,
        DisableLineWrap,
        EnableBracketedPaste,
        cursor::Hide
    );
    if entered.is_err() {
        leave();
    }
    entered
}

/// What cannot be given back (a terminal that has hung up) is past helping.
fn leave() {
    let mut out = io::stdout();
    let _ =
        execute!(out, DisableBracketedPaste, EnableLineWrap, LeaveAlternateScreen, cursor::Show);
    let _ = out.flush();
    let _ = disable_raw_mode();
}

/// A panic message belongs on the shell's screen, not into the dashboard's.
fn give_back_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            leave();
            before(info);
        }));
    });
}
