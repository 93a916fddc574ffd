//! The terminal: taken over, and given back as it was after quitting, a panic or a signal.

use std::io::{self, BufWriter, Stdout, Write};
use std::mem::ManuallyDrop;
use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::style::Print;
use ratatui::crossterm::terminal::{
    DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use ratatui::crossterm::{cursor, execute, style};
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};

use super::anchored::Anchored;
use crate::intake::caught::is_caught;
use crate::tui::widget::theme::color::Rgb;
use crate::tui::widget::theme::display::Display;

/// Bytes gathered before they go to the terminal: a full screen in one write.
const BUFFER: usize = 64 * 1024;
/// The size where the terminal tells none.
const USUAL: (u16, u16) = (80, 24);
/// The largest size that is drawn. No screen is larger, whatever it says.
const LARGEST: (u16, u16) = (1_000, 500);

/// Asks whether the terminal knows the kitty keyboard protocol. One that does not says nothing.
const ASK_FOR_PROTOCOL: &str = "\x1b[?u";
/// Turns it on: keys that are told apart, the letter of the base layout, every key as a sequence
/// with its text (1 + 4 + 8 + 16). And back.
const USE_PROTOCOL: &str = "\x1b[>29u";
const END_PROTOCOL: &str = "\x1b[<u";

/// Turns on reports of presses, of drags, and of both in a form that has room for any place. And back.
/// Motion without a button is not asked for: it would report every cell that the pointer crosses.
#[cfg(unix)]
const REPORT_MOUSE: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
#[cfg(unix)]
const KEEP_MOUSE: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// Asks for the background (OSC 11), for an answer that every terminal gives (DA1), which comes after
/// it, and to be told when the colors change (mode 2031). And back.
const ASK_FOR_COLORS: &str = "\x1b]11;?\x07\x1b[c\x1b[?2031h";
const END_COLORS: &str = "\x1b[?2031l";

/// The dashboard has the terminal.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Something of the dashboard's is still to be restored.
static IN_USE: AtomicBool = AtomicBool::new(false);
/// The terminal knows the kitty keyboard protocol.
static PROTOCOL: AtomicBool = AtomicBool::new(false);
/// The terminal is to report the mouse.
static MOUSE: AtomicBool = AtomicBool::new(false);
/// The terminal is asked for its colors.
static COLORS: AtomicBool = AtomicBool::new(false);

/// The terminal while the dashboard has it. Given back when dropped.
pub struct Screen {
    // Never dropped: it would show the cursor, which `leave` has done, and panic if the terminal is
    // gone.
    terminal: ManuallyDrop<Terminal<Anchored<CrosstermBackend<BufWriter<Stdout>>>>>,
    /// Another program has the terminal.
    lent: bool,
}

impl Screen {
    /// Takes the terminal over, and asks it for its colors where they matter.
    ///
    /// # Errors
    /// Where it is no terminal, or does not do as it is told.
    pub fn take(ask_for_colors: bool) -> io::Result<Self> {
        COLORS.store(ask_for_colors, Ordering::Release);
        give_back_on_panic();
        // Else crossterm would send a bare reset where NO_COLOR is set, which cancels reverse video.
        style::force_color_output(true);
        enter()?;
        let backend = CrosstermBackend::new(BufWriter::with_capacity(BUFFER, io::stdout()));
        let made = size().and_then(|(width, height)| {
            let area = Rect::new(0, 0, width, height);
            let viewport = Viewport::Fixed(area);
            Terminal::with_options(Anchored::new(backend, area), TerminalOptions { viewport })
        });
        match made {
            Ok(terminal) => Ok(Self { terminal: ManuallyDrop::new(terminal), lent: false }),
            Err(error) => {
                leave();
                Err(error)
            }
        }
    }

    /// Draws a frame of a size, unless the terminal was given back.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn draw(
        &mut self,
        size: (u16, u16),
        render: impl FnOnce(&mut Frame<'_>),
    ) -> io::Result<()> {
        if !TAKEN.load(Ordering::Acquire) {
            return Ok(());
        }
        let area = Rect::new(0, 0, size.0, size.1);
        if self.terminal.get_frame().area() != area {
            self.terminal.backend_mut().set_area(area);
            self.terminal.resize(area)?;
        }
        self.terminal.draw(render).map(|_| ())
    }

    /// Empties the screen, so that the next frame is drawn whole.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn clear(&mut self) -> io::Result<()> {
        // Not `Terminal::clear`, which asks for the cursor's place: the thread that reads the input
        // would take the answer.
        if self.lent {
            return Ok(());
        }
        let area = self.terminal.get_frame().area();
        self.terminal.resize(area)
    }

    /// Gives the terminal to the shell until the program is continued; false where there is no shell
    /// that could do that.
    ///
    /// # Errors
    /// Where it cannot be restored.
    pub fn suspend(&mut self) -> io::Result<bool> {
        #[cfg(unix)]
        if super::job::stop(leave)? {
            return self.retake().map(|()| true);
        }
        Ok(false)
    }

    /// Takes the terminal over again: a shell may have had it meanwhile.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn retake(&mut self) -> io::Result<()> {
        if self.lent {
            return Ok(());
        }
        // What is set already would not be set again, nor is it to be set twice.
        leave();
        enter()?;
        self.clear()
    }

    /// Gives the terminal to another program.
    pub fn lend(&mut self) {
        leave();
        self.lent = true;
    }

    /// Takes the terminal back from the program that had it.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn take_back(&mut self) -> io::Result<()> {
        self.lent = false;
        self.retake()
    }

    /// Sends a sequence that changes nothing on the screen.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn send(&mut self, sequence: &str) -> io::Result<()> {
        match TAKEN.load(Ordering::Acquire) {
            true => execute!(io::stdout(), Print(sequence)),
            false => Ok(()),
        }
    }

    /// Has the terminal report keys by the kitty keyboard protocol.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn use_keyboard_protocol(&mut self) -> io::Result<()> {
        if TAKEN.load(Ordering::Acquire) && !PROTOCOL.swap(true, Ordering::AcqRel) {
            execute!(io::stdout(), Print(USE_PROTOCOL))?;
        }
        Ok(())
    }

    /// Has the terminal report the mouse, or keep it for itself.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn report_mouse(&mut self, reported: bool) -> io::Result<()> {
        if MOUSE.swap(reported, Ordering::AcqRel) != reported && TAKEN.load(Ordering::Acquire) {
            report_mouse(reported)?;
        }
        Ok(())
    }

    /// Asks the terminal for its colors again.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn ask_for_colors(&mut self) -> io::Result<()> {
        match TAKEN.load(Ordering::Acquire) && COLORS.load(Ordering::Acquire) {
            true => execute!(io::stdout(), Print(ASK_FOR_COLORS)),
            false => Ok(()),
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// Returns the terminal's background, where that has to be known before the input is read; elsewhere
/// the answer comes with the input.
#[cfg(unix)]
pub fn background(_: &Display) -> Option<Rgb> {
    None
}

/// Returns the terminal's background, where that has to be known before the input is read; elsewhere
/// the answer comes with the input.
#[cfg(not(unix))]
pub fn background(display: &Display) -> Option<Rgb> {
    let mut options = terminal_colorsaurus::QueryOptions::default();
    options.timeout = std::time::Duration::from_millis(100);
    let color = display.is_asked().then(|| terminal_colorsaurus::background_color(options))?;
    let (red, green, blue) = color.ok()?.scale_to_8bit();
    Some(Rgb(red, green, blue))
}

/// Returns columns and rows of the terminal. Where it tells none, those of `COLUMNS` and `LINES`,
/// else 80 and 24.
///
/// # Errors
/// Where there is no terminal.
pub fn size() -> io::Result<(u16, u16)> {
    #[cfg(unix)]
    let told =
        rustix::termios::tcgetwinsize(io::stdout()).map(|size| (size.ws_col, size.ws_row))?;
    #[cfg(not(unix))]
    let told = ratatui::crossterm::terminal::size()?;
    let variable = |name| std::env::var(name).ok()?.trim().parse().ok();
    Ok(sized(told, (variable("COLUMNS"), variable("LINES"))))
}

fn sized(told: (u16, u16), variables: (Option<u16>, Option<u16>)) -> (u16, u16) {
    let one = |told: u16, variable: Option<u16>, usual: u16, largest: u16| {
        let told = Some(told).filter(|told| *told > 0);
        let size = told.or(variable.filter(|size| *size > 0)).unwrap_or(usual);
        size.min(largest)
    };
    (one(told.0, variables.0, USUAL.0, LARGEST.0), one(told.1, variables.1, USUAL.1, LARGEST.1))
}

#[cfg(unix)]
fn report_mouse(reported: bool) -> io::Result<()> {
    execute!(io::stdout(), Print(if reported { REPORT_MOUSE } else { KEEP_MOUSE }))
}

#[cfg(not(unix))]
fn report_mouse(reported: bool) -> io::Result<()> {
    use ratatui::crossterm::event::{DisableMouseCapture, EnableMouseCapture};
    match reported {
        true => execute!(io::stdout(), EnableMouseCapture),
        false => execute!(io::stdout(), DisableMouseCapture),
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::Release);
    IN_USE.store(true, Ordering::Release);
    // The shell's screen keeps its own keyboard protocol.
    let protocol = if PROTOCOL.load(Ordering::Acquire) { USE_PROTOCOL } else { ASK_FOR_PROTOCOL };
    let colors = if COLORS.load(Ordering::Acquire) { ASK_FOR_COLORS } else { "" };
    // What a terminal draws wider than it was measured never runs on into the next line.
    let entered = execute!(
        io::stdout(),
        EnterAlternateScreen,
        DisableLineWrap,
        EnableBracketedPaste,
        Print(protocol),
        Print(colors),
        cursor::Hide
    );
    let entered = entered.and_then(|()| match MOUSE.load(Ordering::Acquire) {
        true => report_mouse(true),
        false => Ok(()),
    });
    if entered.is_err() {
        leave();
    }
    entered
}

/// Gives the terminal back, once. What cannot be given back (a terminal that has hung up) is past
/// helping.
pub fn leave() {
    if !TAKEN.swap(false, Ordering::AcqRel) {
        return;
    }
    let mut out = io::stdout();
    if MOUSE.load(Ordering::Acquire) {
        let _ = report_mouse(false);
    }
    if PROTOCOL.load(Ordering::Acquire) {
        let _ = execute!(out, Print(END_PROTOCOL));
    }
    if COLORS.load(Ordering::Acquire) {
        let _ = execute!(out, Print(END_COLORS));
    }
    let _ =
        execute!(out, DisableBracketedPaste, EnableLineWrap, LeaveAlternateScreen, cursor::Show);
    let _ = out.flush();
    let _ = disable_raw_mode();
    IN_USE.store(false, Ordering::Release);
}

/// True until the terminal was given back in every respect.
pub fn in_use() -> bool {
    IN_USE.load(Ordering::Acquire)
}

/// A panic message belongs on the shell's screen, not into the dashboard's.
fn give_back_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !is_caught() {
                leave();
            }
            before(info);
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_without_a_size_has_the_one_of_the_variables_or_the_usual_one() {
        let none = (None, None);
        assert_eq!(sized((120, 30), (Some(80), Some(24))), (120, 30));
        assert_eq!(sized((0, 0), (Some(100), Some(50))), (100, 50));
        assert_eq!(sized((0, 0), none), (80, 24));
        assert_eq!(sized((0, 40), (Some(0), None)), (80, 40));
        assert_eq!(sized((132, 0), none), (132, 24));
        assert_eq!(sized((u16::MAX, u16::MAX), none), LARGEST);
    }
}
