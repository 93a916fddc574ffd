//! What can be hit stands where it is drawn: on each screen, at any size, with whatever lies over it.

use crate::common::dashboard;

use std::collections::HashSet;

use dashboard::{Desk, text};
use nextplay::tui::customers::columns::ColumnId;
use nextplay::tui::keys::action::Action;
use nextplay::tui::screen::id::Screen;
use nextplay::tui::screen::table::SCREENS;
use nextplay::tui::screen::{layout, render};
use nextplay::tui::state::Overlay;
use nextplay::tui::widget::canvas::{Spot, at};
use nextplay::tui::widget::theme::Theme;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The text of a part of the screen.
fn crop(whole: &Buffer, area: Rect) -> String {
    let mut part = Buffer::empty(area);
    for position in area.positions() {
        part[position] = whole[position].clone();
    }
    text(&part)
}

/// The spots of the screen that lie under nothing else, each with the text that stands there.
fn seen(desk: &Desk) -> Vec<(Rect, Spot, String)> {
    let buffer = desk.buffer(Theme::terminal());
    let spots = render::spots(&desk.state);
    let on_top = |area: &Rect, spot: &Spot| {
        area.positions().all(|place| at(&spots, place.x, place.y).next() == Some(*spot))
    };
    let seen = spots.iter().filter(|(area, spot)| on_top(area, spot));
    seen.map(|(area, spot)| (*area, *spot, crop(&buffer, *area))).collect()
}

/// What is wrong with a spot, by the text that stands there.
fn check(desk: &Desk, area: Rect, spot: Spot, text: &str) -> Result<(), String> {
    let state = &desk.state;
    let holds = match spot {
        Spot::Key(Action::Show(screen)) => text.contains(&screen.row().key_name(&state.keymap)),
        Spot::Key(Action::Findings) => text.contains('⚠') || text.contains('▲') || text == "!",
        Spot::Key(Action::NextScope) => {
            ["reviewer", "dana", "[All]", "[My accounts]", "[I can approve]", "m", "scope"]
                .iter()
                .any(|word| text.contains(word))
        }
        Spot::Key(Action::Confirm) => {
            text.contains(" as dana ]") || text == "y" || text == " confirm"
        }
        Spot::Key(Action::Close) => {
            ["Esc", "cancel", "close", "Cancel"].iter().any(|word| text.contains(word))
        }
        // The digits of the reasons that there are.
        Spot::Key(Action::Reason(_)) => text.starts_with("1–") || text.contains("reason"),
        Spot::Key(action) => {
            let rows: Vec<_> = state.keymap.rows().filter(|row| row.action == action).collect();
            let names = rows.iter().flat_map(|row| [row.key_name(), row.label.to_owned()]);
            names.filter(|name| !name.is_empty()).any(|name| text.contains(&name))
        }
        Spot::Row(place) => match state.screen {
            Screen::Queue | Screen::Customers => {
                let list = state.list();
                let number = list.rows[place] as usize;
                let view = desk.snapshot().matching.customer(number).unwrap();
                let name: String = view.name().unwrap_or_default().chars().take(5).collect();
                text.contains(view.id()) || text.contains(&name)
            }
            _ => ((state.screen.row().list.cursor)(state) == place) == text.contains('▸'),
        },
        Spot::Title(sort) => {
            let columns = (state.screen.row().list.sort.as_ref().unwrap().columns)();
            let name = columns[sort].name.to_lowercase();
            let shown = text.trim_end_matches(['↑', '↓', ' ']).trim_start().to_lowercase();
            let title = match state.screen {
                Screen::Queue | Screen::Customers => {
                    ColumnId::sortable().nth(sort).unwrap().column().title.to_lowercase()
                }
                Screen::Portfolio => shown.clone(),
                _ => name.clone(),
            };
            !shown.is_empty()
                && (title.starts_with(&shown)
                    || [
                        ("when", "newest first"),
                        ("by", "person"),
                        ("id", "customer"),
                        ("name", "customer"),
                        ("net", "net value"),
                        ("playbook", "name"),
                        ("playbook", "playbook"),
                    ]
                    .contains(&(shown.as_str(), name.as_str())))
        }
        Spot::Section(_) => text.starts_with('▸') || text.starts_with('▾'),
        Spot::Divider => layout::divider(state) == Some(area),
        Spot::MenuLine(place) => match state.overlay {
            Overlay::Sort { cursor } | Overlay::Columns { cursor } => {
                (cursor == place) == text.contains('▸')
            }
            _ => false,
        },
        Spot::Reason(place) => {
            text.trim_start_matches(['[', ' ']).starts_with(&format!("{}", place + 1))
        }
        Spot::Choice(place) => {
            let title = &desk.dialog().form.choices[place].title;
            text.contains(title.as_str()) || text.contains("not eligible")
        }
        Spot::Field(_) | Spot::Text(..) => true,
        Spot::Pane(_) | Spot::Inside | Spot::Outside => true,
    };
    if holds { Ok(()) } else { Err(format!("{spot:?} at {area:?} is {text:?}")) }
}

/// Every key that leads to something to hit.
const KEYS: &[&str] = &[
    "j", "G", "Enter", "Tab", "Z", "s", "C", "?", "!", "a", "r", "d", "o", "/", "m", "S", ">",
    "Space", "Esc", "PgDn", "e", "n", "+", "w", "k", "1", "u", "t", "Down",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_hit_is_what_is_seen(
        screen in 0..SCREENS.len(),
        keys in prop::collection::vec(prop::sample::select(KEYS), 0..6),
        (width, height) in (60_u16..160, 16_u16..60),
        split in prop::option::of((0_u16..160, 0_u16..60)),
    ) {
        let mut desk = Desk::on_sample_data().sized(width, height);
        desk.press(&SCREENS[screen].key.to_string());
        for key in &keys {
            desk.press(key);
        }
        if let Some((column, row)) = split {
            desk.state.split = layout::split_at(&desk.state, column, row);
        }
        desk.resize(width, height);
        let screen = Rect::new(0, 0, width, height);
        for (area, spot, text) in seen(&desk) {
            prop_assert_eq!(area.intersection(screen), area);
            let checked = check(&desk, area, spot, &text);
            prop_assert!(checked.is_ok(), "{:?}: {}\n{}", keys, checked.unwrap_err(), desk.screen());
        }
    }
}

#[test]
fn each_part_of_each_screen_is_hit() {
    for (size, keys) in [((140, 40), ""), ((80, 24), ""), ((60, 16), ""), ((90, 50), "")] {
        for row in &SCREENS {
            let mut desk = Desk::on_sample_data().sized(size.0, size.1);
            desk.press(&row.key.to_string());
            desk.press(keys);
            let spots = seen(&desk);
            let has = |spot: Spot| spots.iter().any(|(_, found, _)| *found == spot);
            for other in &SCREENS {
                assert!(has(Spot::Key(Action::Show(other.screen))), "{:?}", other.screen);
            }
            assert!(has(Spot::Key(Action::Help)) && has(Spot::Key(Action::Leave)));
            let all = render::spots(&desk.state);
            let rows = all.iter().filter(|(_, spot)| matches!(spot, Spot::Row(_))).count();
            let want = layout::list_rows(&desk.state).min((row.list.len)(&desk.state));
            assert!(rows.abs_diff(want) <= 1, "{rows} of {want} on {:?}", row.screen);
            let titles = spots.iter().filter_map(|(_, spot, _)| match spot {
                Spot::Title(sort) => Some(*sort),
                _ => None,
            });
            let titles: HashSet<usize> = titles.collect();
            // In a low window the portfolio's headings with numbers are further down.
            let want = match row.screen {
                Screen::WhatIf => 0,
                Screen::Activity => 0,
                Screen::Portfolio => 1,
                Screen::Queue | Screen::Customers | Screen::Playbooks => 2,
            };
            assert!(titles.len() >= want, "{titles:?} on {:?}", row.screen);
            let both = layout::divider(&desk.state).is_some();
            assert_eq!(both, has(Spot::Divider));
        }
    }
}

#[test]
fn nothing_behind_a_page_a_menu_or_a_dialog_is_hit_but_the_keys() {
    for (keys, covers) in [("?", "Keys"), ("s", "Sort by"), ("C", "Columns"), ("a", "Approve?")] {
        let mut desk = Desk::on_sample_data().sized(140, 40);
        desk.press(keys);
        assert!(desk.screen().contains(covers));
        for (area, spot, _) in seen(&desk) {
            let behind = matches!(
                spot,
                Spot::Row(_) | Spot::Title(_) | Spot::Section(_) | Spot::Pane(_) | Spot::Divider
            );
            assert!(!behind, "{spot:?} at {area:?} under {covers}");
            let tab = matches!(spot, Spot::Key(Action::Show(_)));
            assert!(!tab, "a tab under {covers}");
        }
    }
}

#[test]
fn each_column_of_a_text_field_is_the_character_there() {
    let mut desk = Desk::new().sized(80, 24);
    desk.press("/");
    desk.type_text("elm street");
    let (x, y) = desk.find("/ elm street");
    let x = x + 2;
    let spots = render::spots(&desk.state);
    for place in 0..10 {
        let column = x + place as u16;
        assert_eq!(at(&spots, column, y).next(), Some(Spot::Text(None, place)));
    }
}
