//! The theme that the settings choose, made for the terminal at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use ratatui::style::Color;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::Theme;
use super::color::{Rgb, parse};
use super::display::{Depth, Display, Shade};
use super::roles::{Column, Palette, ROLES, Role, TERMINAL, of};
use crate::domain::suggestion::most_similar;
use crate::settings::{Problem, Settings};

/// The part of an own theme that names the theme it starts from.
const BASE: &str = "base";
/// The least contrast of text that the terminal's own background has to give.
const READABLE: f64 = 4.5;
/// The same for high contrast.
const HIGH: f64 = 7.0;

/// The built-in themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum BuiltIn {
    /// Dark or light, as the terminal is.
    Auto,
    /// Light text on a dark background.
    Dark,
    /// Dark text on a light background.
    Light,
    /// Contrast of at least 7:1.
    HighContrast,
    /// Colors that people with any color vision can distinguish, by Okabe and Ito.
    Colorblind,
    /// The terminal's own 16 colors.
    Terminal,
}

impl BuiltIn {
    /// Returns the column of its colors on a background; `None` for the terminal's own colors.
    fn column(self, shade: Shade) -> Option<Column> {
        let by = |dark, light| if shade == Shade::Dark { dark } else { light };
        Some(match self {
            Self::Auto => by(Column::Dark, Column::Light),
            Self::Dark => Column::Dark,
            Self::Light => Column::Light,
            Self::HighContrast => by(Column::ContrastDark, Column::ContrastLight),
            Self::Colorblind => by(Column::ColorblindDark, Column::ColorblindLight),
            Self::Terminal => return None,
        })
    }

    fn least_contrast(self) -> f64 {
        if self == Self::HighContrast { HIGH } else { READABLE }
    }
}

/// The theme in use, with what it was made from: to find the nearest of 256 colors for each frame would
/// take a good part of the time that a frame has.
#[derive(Debug, Default)]
pub struct Chosen(Option<(Arc<Settings>, Display, Theme)>);

impl Chosen {
    /// Returns the theme for settings and terminal, rebuilt only where these are others than before.
    pub fn theme(&mut self, settings: &Arc<Settings>, display: Display) -> Theme {
        match &self.0 {
            Some((of, on, theme)) if Arc::ptr_eq(of, settings) && *on == display => *theme,
            _ => {
                let theme = theme(settings, &display);
                self.0 = Some((Arc::clone(settings), display, theme));
                theme
            }
        }
    }
}

/// Returns the theme that the settings choose. What cannot be used in them counts as `auto`.
pub fn theme(settings: &Settings, display: &Display) -> Theme {
    let own = settings.themes.get(&settings.theme);
    let name = match own {
        Some(roles) => roles.get(BASE).map(String::as_str),
        None => Some(settings.theme.as_str()),
    };
    let base = name.and_then(|name| name.parse().ok()).unwrap_or(BuiltIn::Auto);
    let shade = display.background.map_or(display.shade, Shade::of);
    let column = base.column(shade).filter(|_| display.depth >= Depth::Many);
    let mut palette = match (display.depth, column) {
        (Depth::None, _) => return Theme::plain(),
        (_, Some(column)) => column.palette(),
        (_, None) => TERMINAL,
    };
    if let Some(roles) = own {
        for (role, color) in ROLES.iter().zip(&mut palette) {
            let wanted = roles.get(role.name).and_then(|text| parse(text));
            if let Some(wanted) = wanted.filter(|wanted| is_shown(*wanted, display.depth)) {
                *color = wanted;
            }
        }
    }
    if display.depth == Depth::Many {
        palette = palette.map(of_256);
    }
    let own_background = own.is_some_and(|roles| roles.contains_key("background"));
    if column.is_some() && !own_background && fits(&palette, base, display) {
        set(&mut palette, Role::Background, Color::Reset);
        // Where nothing else was asked for, text has the color that its user chose for all programs.
        if base == BuiltIn::Auto && !own.is_some_and(|roles| roles.contains_key("text")) {
            set(&mut palette, Role::Text, Color::Reset);
        }
    }
    Theme::of(palette)
}

/// True where a terminal of this depth has the color.
fn is_shown(color: Color, depth: Depth) -> bool {
    depth >= Depth::Many || !matches!(color, Color::Rgb(..) | Color::Indexed(16..))
}

fn of_256(color: Color) -> Color {
    match color {
        Color::Rgb(red, green, blue) => Color::Indexed(Rgb(red, green, blue).nearest_of_256()),
        color => color,
    }
}

/// True where the terminal's own background may stay: all text of the palette is readable on it.
fn fits(palette: &Palette, base: BuiltIn, display: &Display) -> bool {
    let Some(background) = display.background else { return false };
    let mut texts = ROLES.iter().filter(|row| row.role.is_on_background());
    texts.all(|row| {
        let color = Rgb::of(of(palette, row.role));
        color.is_none_or(|color| color.contrast(background) >= base.least_contrast())
    })
}

fn set(palette: &mut Palette, role: Role, color: Color) {
    if let Some(place) = palette.get_mut(role as usize) {
        *place = color;
    }
}

/// Checks `theme` and `[themes.NAME]`.
pub fn problems(settings: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    let own = settings.themes.keys().map(String::as_str);
    let own = own.filter(|name| !BuiltIn::VARIANTS.contains(name));
    let names: Vec<&str> = BuiltIn::VARIANTS.iter().copied().chain(own).collect();
    if !names.contains(&settings.theme.as_str()) {
        let message = format!("no theme \"{}\"; themes: {}", settings.theme, names.join(", "));
        problems.push(Problem { path: vec!["theme".into()], message });
    }
    for (name, roles) in &settings.themes {
        let path = |part: &str| ["themes", name, part].map(str::to_owned).to_vec();
        if BuiltIn::VARIANTS.contains(&name.as_str()) {
            let message = format!("\"{name}\" is a built-in theme; choose another name");
            problems.push(Problem { path: vec!["themes".into(), name.clone()], message });
        }
        let found = role_problems(roles);
        problems.extend(found.map(|(part, message)| Problem { path: path(part), message }));
    }
    problems
}

/// What of a theme cannot be used: the part, and why.
fn role_problems(roles: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, String)> {
    let names = || ROLES.iter().map(|row| row.name).chain([BASE]);
    roles.iter().filter_map(move |(part, value)| {
        let message = match part.as_str() {
            BASE if value.parse::<BuiltIn>().is_ok() => return None,
            BASE => {
                format!("no built-in theme \"{value}\"; themes: {}", BuiltIn::VARIANTS.join(", "))
            }
            part if !names().any(|name| name == part) => {
                let like = most_similar(part, names());
                let meant = like.first().map(|name| format!("; did you mean \"{name}\"?"));
                format!("a theme has no \"{part}\"{}", meant.unwrap_or_default())
            }
            _ if parse(value).is_some() => return None,
            _ => format!(
                "\"{value}\" is not a color; use one such as \"#5fafff\", \"bright-blue\" or a \
                 number from 0 to 255"
            ),
        };
        Some((part.as_str(), message))
    })
}
