//! What the terminal can show: how many colors, on which background, and whether more than ASCII.

use std::ffi::OsString;

use super::color::Rgb;
use crate::domain::ascii;
use crate::settings::{Ascii, Settings};

/// How many colors a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Depth {
    /// None, or none are wanted.
    None,
    /// The 16 that its user sets.
    #[default]
    Sixteen,
    /// 256.
    Many,
    /// Any.
    All,
}

/// Whether a background is dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shade {
    /// Light text on it.
    #[default]
    Dark,
    /// Dark text on it.
    Light,
}

impl Shade {
    /// Returns the shade of a background: what black or white text is easier to read on.
    pub fn of(background: Rgb) -> Self {
        let (black, white) = (Rgb::hex(0), Rgb::hex(0xff_ff_ff));
        match background.contrast(black) > background.contrast(white) {
            true => Self::Light,
            false => Self::Dark,
        }
    }
}

/// What is known of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Display {
    /// How many colors it has.
    pub depth: Depth,
    /// What the environment says of its background (`COLORFGBG`).
    pub shade: Shade,
    /// Its background, once it has answered.
    pub background: Option<Rgb>,
    /// True where it shows little else than ASCII.
    pub is_plain: bool,
}

impl Display {
    /// Returns what the environment says. `variable` gives one of its variables.
    pub fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let text = |name: &str| variable(name).map(|value| value.to_string_lossy().to_lowercase());
        Self {
            depth: depth(text),
            shade: text("COLORFGBG").map(|colors| shade(&colors)).unwrap_or_default(),
            background: None,
            is_plain: ascii::is_wanted(variable, true),
        }
    }

    /// Returns whether the screen is drawn in ASCII.
    pub fn draws_ascii(&self, settings: &Settings) -> bool {
        match settings.ascii {
            Ascii::Auto => self.is_plain,
            Ascii::On => true,
            Ascii::Off => false,
        }
    }

    /// True where the answer about its background matters: it has colors that fit one.
    pub fn is_asked(&self) -> bool {
        self.depth >= Depth::Many
    }
}

/// Terminals whose name promises any color, wherever the other variables are lost, as over ssh.
const TRUE_COLOR: [&str; 8] =
    ["xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour", "rio", "st-24bit"];
/// Terminals without colors.
const COLORLESS: [&str; 8] =
    ["dumb", "vt52", "vt100", "vt102", "vt220", "vt320", "vt420", "xterm-mono"];

fn depth(text: impl Fn(&str) -> Option<String>) -> Depth {
    if text("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return Depth::None;
    }
    let term = text("TERM").unwrap_or_default();
    let is = |name: &&str| term == **name || term.starts_with(&format!("{name}-"));
    if COLORLESS.iter().any(&is) {
        return Depth::None;
    }
    let promised = text("COLORTERM").is_some_and(|c| c.contains("truecolor") || c == "24bit");
    let many = term.contains("256color");
    match () {
        // The console takes any color and shows the nearest of its 16.
        () if term == "linux" => Depth::Sixteen,
        // GNU screen inherits the promise of the terminal around it and cannot keep it.
        () if is(&"screen") && text("TMUX").is_none() && many => Depth::Many,
        () if is(&"screen") && text("TMUX").is_none() => Depth::Sixteen,
        () if promised || term.ends_with("-direct") => Depth::All,
        () if TRUE_COLOR.iter().any(is) => Depth::All,
        () if many => Depth::Many,
        // The Windows console.
        () if cfg!(windows) && term.is_empty() => Depth::All,
        () => Depth::Sixteen,
    }
}

/// The shade that `COLORFGBG` gives: `15;0`, `0;default;15`, the last part being the number of the
/// background.
fn shade(colors: &str) -> Shade {
    match colors.rsplit(';').next() {
        Some("7" | "9" | "10" | "11" | "12" | "13" | "14" | "15") => Shade::Light,
        _ => Shade::Dark,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn display(variables: &[(&str, &str)]) -> Display {
        Display::of(|name| {
            variables.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).into())
        })
    }

    #[rstest]
    #[case(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], Depth::All)]
    #[case(&[("TERM", "xterm-256color"), ("COLORTERM", "24bit")], Depth::All)]
    #[case(&[("TERM", "xterm-256color")], Depth::Many)]
    #[case(&[("TERM", "xterm-kitty")], Depth::All)]
    #[case(&[("TERM", "foot-extra")], Depth::All)]
    #[case(&[("TERM", "tmux-256color")], Depth::Many)]
    #[case(&[("TERM", "screen-256color"), ("COLORTERM", "truecolor")], Depth::Many)]
    #[case(&[("TERM", "screen-256color"), ("COLORTERM", "truecolor"), ("TMUX", "x")], Depth::All)]
    #[case(&[("TERM", "screen")], Depth::Sixteen)]
    #[case(&[("TERM", "xterm")], Depth::Sixteen)]
    #[case(&[("TERM", "linux"), ("COLORTERM", "truecolor")], Depth::Sixteen)]
    #[case(&[("TERM", "unheard-of")], Depth::Sixteen)]
    #[case(&[("TERM", "vt100")], Depth::None)]
    #[case(&[("TERM", "dumb"), ("COLORTERM", "truecolor")], Depth::None)]
    #[case(&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")], Depth::None)]
    #[case(&[("TERM", "xterm-kitty"), ("NO_COLOR", "")], Depth::All)]
    fn a_terminal_has_the_colors_that_it_promises(
        #[case] variables: &[(&str, &str)],
        #[case] depth: Depth,
    ) {
        assert_eq!(display(variables).depth, depth);
    }

    #[rstest]
    #[case("0;15", Shade::Light)]
    #[case("0;default;7", Shade::Light)]
    #[case("15;0", Shade::Dark)]
    #[case("7;8", Shade::Dark)]
    #[case("default;default", Shade::Dark)]
    fn the_environment_can_say_whether_the_background_is_light(
        #[case] colors: &str,
        #[case] shade: Shade,
    ) {
        assert_eq!(display(&[("COLORFGBG", colors)]).shade, shade);
    }
}
