//! Built-in themes can be read, by everyone, on every terminal.

use std::collections::BTreeMap;

use ratatui::style::Color;
use rstest::rstest;
use strum::{IntoEnumIterator, VariantArray as _, VariantNames as _};

use super::chosen::{BuiltIn, problems, theme};
use super::color::Rgb;
use super::display::{Depth, Display};
use super::roles::{ROLES, Role};
use super::{IN_EXPERIMENT, NOT_MINE, Theme, sign};
use crate::domain::Status;
use crate::domain::ascii::ascii;
use crate::settings::Settings;

const WHITE: u32 = 0xff_ff_ff;

fn settings(theme: &str, own: &[(&str, &[(&str, &str)])]) -> Settings {
    let roles = |roles: &[(&str, &str)]| -> BTreeMap<String, String> {
        roles.iter().map(|(role, color)| ((*role).to_owned(), (*color).to_owned())).collect()
    };
    let themes = own.iter().map(|(name, parts)| ((*name).to_owned(), roles(parts))).collect();
    Settings { theme: theme.to_owned(), themes, ..Settings::default() }
}

fn display(depth: Depth, background: Option<u32>) -> Display {
    Display { depth, background: background.map(Rgb::hex), ..Display::default() }
}

/// Backgrounds that terminals have: none that is known, and those of well-known themes.
const BACKGROUNDS: [Option<u32>; 12] = [
    None,
    Some(0),
    Some(WHITE),
    Some(0x1e_1e_1e),
    Some(0x28_2c_34),
    Some(0x00_2b_36),
    Some(0x2e_34_40),
    Some(0x30_0a_24),
    Some(0xfd_f6_e3),
    Some(0xef_f1_f5),
    Some(0x80_80_80),
    Some(0x00_00_ff),
];

/// Every theme with colors of its own, on every background, with its name and the background that text
/// stands on.
fn every_theme() -> impl Iterator<Item = (String, &'static str, Theme, Rgb)> {
    let names = BuiltIn::VARIANTS.iter().copied().filter(|name| *name != "terminal");
    names.flat_map(|name| {
        BACKGROUNDS.into_iter().flat_map(move |background| {
            [Depth::Many, Depth::All].map(|depth| {
                let theme = theme(&settings(name, &[]), &display(depth, background));
                let own = Rgb::of(theme.color(Role::Background));
                let behind = own.or(background.map(Rgb::hex)).expect("a background that is known");
                (format!("{name} on {background:06x?}, {depth:?}"), name, theme, behind)
            })
        })
    })
}

#[test]
fn text_of_every_built_in_theme_has_enough_contrast() {
    for (what, name, theme, behind) in every_theme() {
        let least = if name == "high-contrast" { 7.0 } else { 4.5 };
        for role in Role::iter().filter(|role| role.is_on_background()) {
            // Text that keeps the terminal's own color is as readable as all other programs are.
            let Some(color) = Rgb::of(theme.color(role)) else {
                assert_eq!((role, name), (Role::Text, "auto"), "{what}");
                continue;
            };
            let contrast = color.contrast(behind);
            assert!(contrast >= least, "{what}: {role:?} has {contrast:.2}");
        }
        let color = |role| Rgb::of(theme.color(role)).unwrap();
        let selection = color(Role::Selection);
        let contrast = color(Role::SelectionText).contrast(selection);
        assert!(contrast >= least, "{what}: selected text has {contrast:.2}");
        // Bars and frames are no text.
        for role in [Role::Accent, Role::RiskHigh, Role::RiskMedium, Role::RiskLow] {
            let contrast = color(role).contrast(selection);
            assert!(
                contrast >= 3.0,
                "{what}: a bar of {role:?} on the selection has {contrast:.2}"
            );
        }
        let own = theme.color(Role::Background) != Color::Reset;
        let contrast = color(Role::Border).contrast(behind);
        assert!(!own || contrast >= 2.9, "{what}: frames have {contrast:.2}");
    }
}

/// How people without one kind of cones see (Machado, Oliveira and Fernandes 2009), on linear light.
const PROTANOPIA: [[f64; 3]; 3] = [
    [0.152_286, 1.052_583, -0.204_868],
    [0.114_503, 0.786_281, 0.099_216],
    [-0.003_882, -0.048_116, 1.051_998],
];
const DEUTERANOPIA: [[f64; 3]; 3] = [
    [0.367_322, 0.860_646, -0.227_968],
    [0.280_085, 0.672_501, 0.047_413],
    [-0.011_820, 0.042_940, 0.968_881],
];

fn seen_as(color: Rgb, eyes: [[f64; 3]; 3]) -> Rgb {
    let light = color.linear();
    let [red, green, blue] = eyes.map(|row| {
        let part: f64 = row.into_iter().zip(light).map(|(a, b)| a * b).sum();
        let part = part.clamp(0.0, 1.0);
        let part =
            if part <= 0.003_130_8 { 12.92 * part } else { 1.055 * part.powf(1.0 / 2.4) - 0.055 };
        (part * 255.0).round() as u8
    });
    Rgb(red, green, blue)
}

/// The smallest difference between two states of a theme, for these eyes.
fn least_difference(theme: Theme, eyes: Option<[[f64; 3]; 3]>) -> f64 {
    let states = [Role::Good, Role::Warning, Role::Bad, Role::Changed, Role::Accent];
    let color = |role| Rgb::of(theme.color(role)).unwrap();
    let seen = states.map(|role| eyes.map_or(color(role), |eyes| seen_as(color(role), eyes)));
    let pairs = seen
        .iter()
        .enumerate()
        .flat_map(|(at, one)| seen.iter().skip(at + 1).map(move |other| one.difference(*other)));
    pairs.fold(f64::MAX, f64::min)
}

#[rstest]
fn states_of_the_colorblind_theme_differ_for_all_eyes(
    #[values(0, WHITE)] background: u32,
    #[values(None, Some(PROTANOPIA), Some(DEUTERANOPIA))] eyes: Option<[[f64; 3]; 3]>,
) {
    let display = display(Depth::All, Some(background));
    let least = |name| least_difference(theme(&settings(name, &[]), &display), eyes);
    assert!(least("colorblind") >= 0.075, "{}", least("colorblind"));
    // As the others do not, which is why there is one more.
    assert!(eyes.is_none() || least("auto") < 0.075, "{}", least("auto"));
}

/// A theme's background, as a choice of settings and terminal makes it.
fn background(theme_name: &str, display: &Display) -> Color {
    theme(&settings(theme_name, &[]), display).color(Role::Background)
}

#[test]
fn auto_is_dark_or_light_as_the_terminal_is_and_keeps_its_background_and_text() {
    for (behind, like) in [(0x1e_1e_2e, "dark"), (0xfd_f6_e3, "light")] {
        let display = display(Depth::All, Some(behind));
        let auto = theme(&settings("auto", &[]), &display);
        assert_eq!(auto.color(Role::Background), Color::Reset);
        assert_eq!(auto.color(Role::Text), Color::Reset);
        let named = theme(&settings(like, &[]), &display);
        assert_eq!(auto.color(Role::Quiet), named.color(Role::Quiet));
        assert_eq!(named.color(Role::Background), Color::Reset, "{like} needs no other background");
    }
    // A terminal that does not answer: dark, on a background of its own.
    let unknown = display(Depth::All, None);
    assert_eq!(background("auto", &unknown), Color::Rgb(0x0d, 0x11, 0x17));
    let light = Display { shade: super::display::Shade::Light, ..unknown };
    assert_eq!(background("auto", &light), Color::Rgb(0xff, 0xff, 0xff));
}

#[test]
fn a_theme_against_the_terminals_background_brings_its_own() {
    let on = |behind| display(Depth::All, Some(behind));
    assert_eq!(background("light", &on(0)), Color::Rgb(0xff, 0xff, 0xff));
    assert_eq!(background("dark", &on(WHITE)), Color::Rgb(0x0d, 0x11, 0x17));
    assert_eq!(background("auto", &on(0x80_80_80)), Color::Rgb(0xff, 0xff, 0xff));
    assert_eq!(background("high-contrast", &on(0x40_40_40)), Color::Rgb(0, 0, 0));
}

#[test]
fn a_terminal_with_fewer_colors_gets_those_that_it_has() {
    let with = |depth, name| theme(&settings(name, &[]), &display(depth, Some(0)));
    for name in BuiltIn::VARIANTS {
        assert_eq!(with(Depth::None, name), Theme::plain(), "{name}");
        assert_eq!(with(Depth::Sixteen, name), Theme::terminal(), "{name}");
        for role in Role::iter() {
            let color = with(Depth::Many, name).color(role);
            assert!(!matches!(color, Color::Rgb(..)), "{name}: {role:?} is {color}");
        }
    }
    assert_eq!(with(Depth::All, "terminal"), Theme::terminal());
}

#[test]
fn an_own_theme_changes_what_it_names_of_its_base() {
    let own: &[(&str, &[(&str, &str)])] = &[
        ("mine", &[("base", "light"), ("accent", "#5fafff"), ("bad", "214"), ("good", "green")]),
        ("plain", &[("accent", "bright-blue"), ("bad", "#ff0000")]),
    ];
    let all = display(Depth::All, Some(0));
    let mine = theme(&settings("mine", own), &all);
    let light = theme(&settings("light", own), &all);
    assert_eq!(mine.color(Role::Accent), Color::Rgb(0x5f, 0xaf, 0xff));
    assert_eq!(mine.color(Role::Bad), Color::Indexed(214));
    assert_eq!(mine.color(Role::Good), Color::Green);
    assert_eq!(mine.color(Role::Warning), light.color(Role::Warning));
    assert_eq!(
        theme(&settings("mine", own), &display(Depth::Many, Some(0))).color(Role::Accent),
        Color::Indexed(75)
    );
    // Of the 16 colors, those that it names.
    let few = theme(&settings("plain", own), &display(Depth::Sixteen, None));
    assert_eq!((few.color(Role::Accent), few.color(Role::Bad)), (Color::LightBlue, Color::Red));
    assert_eq!(theme(&settings("mine", own), &display(Depth::None, None)), Theme::plain());
}

#[test]
fn what_is_wrong_with_themes_is_said_with_what_there_is() {
    let own: &[(&str, &[(&str, &str)])] =
        &[("dark", &[]), ("mine", &[("acent", "red"), ("bad", "crimson"), ("base", "drak")])];
    let found = problems(&settings("solarized", own));
    let found: Vec<String> =
        found.iter().map(|p| format!("{}: {}", p.path.join("."), p.message)).collect();
    assert_eq!(
        found,
        [
            "theme: no theme \"solarized\"; themes: auto, dark, light, high-contrast, colorblind, terminal, mine",
            "themes.dark: \"dark\" is a built-in theme; choose another name",
            "themes.mine.acent: a theme has no \"acent\"; did you mean \"accent\"?",
            "themes.mine.bad: \"crimson\" is not a color; use one such as \"#5fafff\", \"bright-blue\" or a number from 0 to 255",
            "themes.mine.base: no built-in theme \"drak\"; themes: auto, dark, light, high-contrast, colorblind, terminal",
        ]
    );
    assert_eq!(problems(&Settings::default()), []);
}

#[test]
fn roles_are_listed_once_each() {
    let mut names: Vec<&str> = ROLES.iter().map(|row| row.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ROLES.len());
}

#[test]
fn signs_are_different_in_ascii_too() {
    let differ = |what: &str, signs: &[&str]| {
        let mut seen: Vec<String> = signs.iter().map(|sign| ascii(sign).into_owned()).collect();
        let all = seen.len();
        assert!(seen.iter().all(|sign| sign.len() == 1), "{what}: {seen:?}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), all, "{what}: {seen:?}");
    };
    let statuses: Vec<&str> = Status::VARIANTS.iter().map(|status| sign(*status)).collect();
    differ("statuses", &statuses);
    differ("marks of a row", &["▸", "◆", "●", NOT_MINE, IN_EXPERIMENT, "✓"]);
    differ("sections", &["▸", "▾", "✓"]);
    differ("figures", &["✓", "✗", "!", "▴", "·", "◆", "?", "→"]);
    differ("directions", &["↗", "→", "↘", "·"]);
    differ("shades", &["░", "▒", "▓", "█", "┃"]);
    differ("decisions", &["✓", "✗", "»", "⇄", "↶", "▶", "+"]);
}
