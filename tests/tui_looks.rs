//! What text snapshots do not show: emphasis and colors, text from data files that would act on
//! the terminal, and columns that stay columns.

use crate::common::dashboard;

use compact_str::CompactString;
use dashboard::{Desk, text};
use nextplay::approval::Request;
use nextplay::domain::DecisionKind;
use nextplay::domain::text::is_control;
use nextplay::tui::event::Event;
use nextplay::tui::runtime::plain::to_ascii;
use nextplay::tui::widget::theme::Theme;
use nextplay::tui::widget::theme::color::Rgb;
use nextplay::tui::widget::theme::roles::Column;
use nextplay::workspace::DecisionRequest;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use rstest::rstest;
use serde_json::json;
use strum::IntoEnumIterator as _;
use unicode_width::UnicodeWidthStr;

const COLOURED: Theme = Theme::terminal();
const PLAIN: Theme = Theme::plain();

/// The row of the screen in which a text stands.
fn row_of(buffer: &Buffer, wanted: &str) -> u16 {
    let screen = text(buffer);
    let found = screen.lines().position(|line| line.contains(wanted));
    found.unwrap_or_else(|| panic!("no {wanted:?} in\n{screen}")) as u16
}

/// Every screen in color and without, each under a name: pages, dialogs and states that somebody can
/// come upon.
fn every_screen(desk: Desk) -> Vec<(String, Buffer, Buffer)> {
    let mut seen = Vec::new();
    look_at_every_screen(desk, |way, desk| {
        seen.push((way.to_owned(), desk.buffer(COLOURED), desk.buffer(PLAIN)));
    });
    seen
}

fn look_at_every_screen(mut desk: Desk, mut look: impl FnMut(&str, &Desk)) {
    let keys = [
        "",
        "Enter",
        "G",
        "Esc",
        "2 g",
        "Enter",
        "G",
        "Esc Esc",
        "?",
        "G",
        "Esc",
        "!",
        "G",
        "Esc",
        "s",
        "Esc",
        "/",
        "Esc",
        "1 g",
        "a",
        "Tab Tab",
        "Esc",
        "r",
        "1",
        "Tab",
        "Esc",
        "2 g u",
        "Esc",
        "G",
        "r",
        "Esc",
        "6 g",
        "Enter",
        "G",
        "Esc",
        "G",
        "/",
        "Esc",
        "c",
        "5 j +",
        "Enter",
        "Esc",
        "e",
        "Esc",
        "n",
        "x",
        "Enter",
        "Tab",
        "Esc",
        "w",
        "Esc",
        "3 g",
        "G",
        "4 g",
        "G",
        ":",
        "Esc",
        "2 V",
        "Esc",
        "C",
        "Esc",
        "Space j Space",
        "/ a",
        "Enter",
        "a",
        "Esc",
        "Esc",
    ];
    let mut way = String::new();
    for (width, height) in [(120, 40), (80, 24), (60, 16), (90, 50), (50, 12)] {
        desk.resize(width, height);
        for pressed in keys {
            desk.press(pressed);
            way = format!("{way} {pressed}");
            look(&format!("{width}×{height} after{way}"), &desk);
            desk.effects.clear();
        }
        way.clear();
    }
}

#[rstest]
fn the_selected_row_alone_is_reversed_with_and_without_colours(
    #[values(COLOURED, PLAIN)] theme: Theme,
) {
    let mut desk = Desk::on_sample_data().sized(80, 24);
    desk.press("2 g j j");
    let buffer = desk.buffer(theme);
    let selected = row_of(&buffer, "▸");
    assert_eq!(row_of(&buffer, "C003"), selected);
    for y in 4..20 {
        let reversed = (1..79).filter(|x| buffer[(*x, y)].modifier.contains(Modifier::REVERSED));
        assert_eq!(reversed.count(), if y == selected { 78 } else { 0 }, "row {y}");
    }
}

#[test]
fn the_selected_row_has_one_look_and_its_bar_keeps_color_and_meaning() {
    let mut desk = Desk::on_sample_data().sized(290, 50);
    desk.press("2 g");
    let buffer = desk.buffer(COLOURED);
    let selected = row_of(&buffer, "▸");
    let x = (0..290)
        .find(|x| buffer[(*x, selected)].symbol() == "█")
        .unwrap_or_else(|| panic!("a bar is drawn:\n{}", desk.list_pane()));
    for (y, color) in [(selected, Color::Red), (selected + 1, Color::Yellow)] {
        let cell = &buffer[(x, y)];
        let (drawn_in, behind) = match y == selected {
            true => (cell.bg, cell.fg),
            false => (cell.fg, cell.bg),
        };
        assert_eq!((cell.symbol(), drawn_in, behind), ("█", color, Color::Reset), "row {y}");
    }
    let inner = 1..(0..290).rev().find(|x| buffer[(*x, selected)].symbol() == "│").unwrap() / 2;
    for x in inner.filter(|x| !"█▉▊▋▌▍▎▏".contains(buffer[(*x, selected)].symbol()))
    {
        let cell = &buffer[(x, selected)];
        assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "column {x}");
        assert!(
            cell.modifier.contains(Modifier::REVERSED) && !cell.modifier.contains(Modifier::DIM)
        );
    }
}

#[test]
fn a_row_that_only_others_may_decide_is_dimmed_and_has_a_sign() {
    let mut desk = Desk::new();
    let policy = "[[approver]]\nname = \"dana\"\naccount_value_up_to = 60000\n\n\
                  [[approver]]\nname = \"sam\"\n";
    desk.write("nextplay.toml", policy);
    desk.look();
    desk.press("G");
    let buffer = desk.buffer(COLOURED);
    let dimmed = |id: &str| {
        let y = row_of(&buffer, id);
        let x = (0..60).find(|x| buffer[(*x, y)].symbol() == "C").unwrap();
        (
            buffer[(x - 1, y)].symbol().to_owned(),
            buffer[(x + 4, y)].modifier.contains(Modifier::DIM),
        )
    };
    assert_eq!(dimmed("C2 "), ("⊘".to_owned(), true), "above dana's limit");
    assert_eq!(dimmed("C5 "), (" ".to_owned(), false));
    desk.resize(100, 170);
    desk.press("?");
    assert!(desk.page().contains("⊘"));
}

#[test]
fn letters_that_a_filter_matches_are_underlined_in_the_cells_that_it_matches_best() {
    let mut desk = Desk::new();
    desk.press("2 /");
    desk.type_text("acm");
    let buffer = desk.buffer(COLOURED);
    let marked = |buffer: &Buffer, y: u16| -> String {
        let underlined =
            (0..60).filter(|x| buffer[(*x, y)].modifier.contains(Modifier::UNDERLINED));
        underlined.map(|x| buffer[(x, y)].symbol().to_owned()).collect()
    };
    assert_eq!(marked(&buffer, row_of(&buffer, "C1 Acme Tools")), "Acm");
    desk.press("Esc /");
    desk.type_text("sup");
    let buffer = desk.buffer(COLOURED);
    let row = row_of(&buffer, "C5 Elm Street Bank");
    assert_eq!(
        marked(&buffer, row),
        "Sup",
        "of the playbook, and no letters with gaps of the name"
    );
}

#[rstest]
#[case("C005", "?", "pending")]
#[case("C027", "!", "held")]
#[case("C006", "✓", "approved")]
#[case("C014", "✗", "rejected")]
#[case("C001", "→", "automatic")]
#[case("C023", "·", "none")]
#[case("C009", "∅", "uncovered")]
fn every_status_has_a_sign_and_a_word_without_any_colour(
    #[case] id: &str,
    #[case] sign: &str,
    #[case] word: &str,
) {
    let mut desk = Desk::on_sample_data().sized(200, 60);
    desk.other_decides("sam", DecisionKind::Approve, "C006", 3);
    desk.other_decides("sam", DecisionKind::Reject, "C014", 3);
    desk.look();
    desk.press("2 /");
    desk.type_text(&format!("id:{id}"));
    desk.press("Enter Z");
    let list = text(&desk.buffer(PLAIN));
    let row = list.lines().find(|line| line.contains(&format!("{sign} {id}")));
    let row = row.unwrap_or_else(|| panic!("no {sign} {id} in\n{list}"));
    let narrow = text(&desk_at(&mut desk, 80, 24).buffer(PLAIN));
    assert!(row.contains(word) || narrow.contains(word), "{row}");
    let detail = format!("Status  {sign}");
    assert!(list.lines().any(|line| line.contains(&detail)), "{list}");
}

fn desk_at(desk: &mut Desk, width: u16, height: u16) -> &Desk {
    desk.resize(width, height);
    desk
}

#[test]
fn without_colours_no_cell_of_any_screen_has_one() {
    for (way, colored, plain) in every_screen(Desk::on_sample_data()) {
        for position in plain.area.positions() {
            let cell = &plain[position];
            assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "{way} at {position}");
        }
        assert_eq!(text(&colored), text(&plain), "{way}: colors add no text and hide none");
    }
}

#[test]
fn only_the_sixteen_colours_of_the_terminal_are_used() {
    for (way, colored, _) in every_screen(Desk::on_sample_data()) {
        for position in colored.area.positions() {
            for color in [colored[position].fg, colored[position].bg] {
                let own = !matches!(color, Color::Rgb(..) | Color::Indexed(_));
                assert!(own, "{way}: {color} at {position}");
            }
        }
    }
}

#[test]
fn every_text_on_every_screen_has_enough_contrast() {
    let columns: Vec<Column> = Column::iter().collect();
    look_at_every_screen(Desk::on_sample_data(), |way, desk| {
        for column in &columns {
            let high = matches!(column, Column::ContrastDark | Column::ContrastLight);
            let buffer = desk.buffer(Theme::of(column.palette()));
            for position in buffer.area.positions() {
                let cell = &buffer[position];
                let what = || format!("{column:?}, {way} at {position}: {:?}", cell.symbol());
                assert!(!cell.modifier.contains(Modifier::DIM), "{} is dim", what());
                let [text, behind] = [cell.fg, cell.bg].map(|color| Rgb::of(color).unwrap());
                let least = match cell.symbol().chars().next() {
                    None | Some(' ') => continue,
                    Some('─'..='╿') => 2.9,
                    // Bars and what they are made of.
                    Some('▀'..='▟' | '⠀'..='⣿') => 3.0,
                    Some(_) if high => 7.0,
                    Some(_) => 4.5,
                };
                let contrast = text.contrast(behind);
                assert!(contrast >= least, "{} has {contrast:.2}", what());
            }
        }
    });
}

/// Text that recolours, clears, moves, rings and reverses, if it is let.
const NASTY: &str = "\u{1b}[31m\u{1b}[2J\u{7}\u{8}\r\n\t\u{202e}evil\u{202c}\u{2066}x\u{2069}\u{200b}\u{9b}1m\u{7f}\u{feff}";

/// A data directory with that text in every field that the dashboard shows.
fn nasty_desk() -> Desk {
    let mut desk = Desk::empty();
    let nasty = |what: &str| format!("{what}{NASTY}");
    let id = nasty("C1");
    let files = [
        (
            "customers.json",
            json!([
                {"customer_id": id, "name": nasty("name"), "segment": nasty("seg"), "account_value": 1e5,
                 "owner": nasty("owner"), "risk_tier": nasty("tier"), "renewal_date": nasty("date")},
                {"customer_id": nasty("C2"), "name": nasty("two"), "segment": nasty("seg"),
                 "account_value": nasty("bad")},
            ]),
        ),
        (
            "journey_playbooks.json",
            json!([
                {"playbook_id": nasty("P1"), "name": nasty("play"), "journey_stage": nasty("stage"),
                 "eligible_segments": [nasty("seg")], "risk_threshold": 0.1, "status": "active",
                 "default_actions": [nasty("act")], "approval_required": true,
                 "avg_cost_estimate": 5, "expected_value_range": [10, 20]},
                {"playbook_id": nasty("P2"), "name": nasty("other"), "journey_stage": nasty("else"),
                 "eligible_segments": [nasty("none")], "risk_threshold": 0.9, "status": nasty("odd"),
                 "default_actions": [], "approval_required": false},
            ]),
        ),
        (
            "journey_state_log.json",
            json!([{"customer_id": id, "journey_stage": nasty("stage"), "state_entered_at": nasty("at"),
                    "previous_stage": nasty("prev"), "predicted_next_stage": nasty("next")}]),
        ),
        (
            "fused_signals.json",
            json!([{"customer_id": id, "fused_risk_score": 0.9, "signal_types": [nasty("type")]}]),
        ),
        (
            "signals.json",
            json!([{"signal_id": nasty("S1"), "customer_id": id, "signal_type": nasty("type"),
                    "normalized_strength": 0.5, "detected_at": nasty("when"), "source": nasty("src")},
                   {"signal_id": "S2", "customer_id": nasty("stranger")}]),
        ),
        (
            "journey_forecasts.json",
            json!([{"customer_id": id, "churn_probability": 0.5, "generated_at": nasty("gen"),
                    "predicted_path": [nasty("path"), nasty("way")]}]),
        ),
        (
            "interventions.json",
            json!([{"intervention_id": nasty("I1"), "customer_id": id, "playbook_id": nasty("P9"),
                    "recommended_action": nasty("did"), "generated_at": nasty("day")}]),
        ),
        (
            "outcomes.json",
            json!([{"intervention_id": nasty("I1"), "customer_id": id, "outcome": nasty("out"),
                    "measured_at": nasty("measured")}]),
        ),
    ];
    for (name, rows) in files {
        desk.write(name, &rows.to_string());
    }
    desk.state.by = nasty("me").into();
    desk.state.directory = nasty("dir");
    desk.look();
    desk
}

fn assert_escaped(way: &str, buffer: &Buffer) {
    for position in buffer.area.positions() {
        let symbol = buffer[position].symbol();
        let control = symbol.chars().find(|c| is_control(*c));
        assert_eq!(control, None, "{way} at {position}: {symbol:?}");
    }
}

#[test]
fn text_that_acts_on_terminals_is_seen_and_does_not_act_on_any_screen() {
    let mut desk = nasty_desk();
    assert!(desk.screen().contains("name"), "{}", desk.screen());
    // A decision with such a note is in the ledger, and another reviewer's change is told.
    let customer = CompactString::new(format!("C1{NASTY}"));
    let mut request = Request::new(DecisionKind::Reject, customer, "sam");
    request.reason = Some("budget".into());
    request.note = Some(format!("note{NASTY}"));
    desk.workspace.decide(DecisionRequest::Decide(request)).unwrap();
    desk.look();
    assert!(desk.notice().contains("sam"));
    let screens = every_screen(desk);
    for (way, colored, plain) in &screens {
        assert_escaped(way, colored);
        assert_escaped(way, plain);
    }
    for told in ["name␛[31m␛[2J␇␈␍␊␉", "<U+202E>evil", "seg␛", "note␛"] {
        let seen = screens.iter().any(|(_, buffer, _)| text(buffer).contains(told));
        assert!(seen, "{told} is on no screen");
    }
}

#[test]
fn text_that_acts_on_terminals_is_escaped_in_messages_banners_and_fields() {
    let mut desk = nasty_desk();
    desk.press("/");
    desk.event(Event::Paste(NASTY.into()));
    assert_escaped("filter", &desk.buffer(COLOURED));
    desk.press("Enter");
    assert_escaped("filter kept", &desk.buffer(COLOURED));
    desk.press("Esc a Tab Tab");
    desk.event(Event::Paste(NASTY.into()));
    assert_escaped("note", &desk.buffer(COLOURED));
    desk.press("Left Left Left Home");
    assert_escaped("note, cursor at the start", &desk.buffer(COLOURED));
    desk.write("customers.json", "[{\"customer_id\": \u{202e}\u{9b}]");
    desk.look();
    assert_escaped("banner", &desk.buffer(COLOURED));
    assert!(desk.screen().contains("customers.json:1:"), "{}", desk.screen());
}

#[test]
fn wide_characters_leave_the_columns_where_they_are() {
    for (width, height) in [(80, 50), (160, 60), (200, 60)] {
        let mut desk = Desk::on_sample_data().sized(width, height);
        desk.press("2 g");
        let buffer = desk.buffer(COLOURED);
        let cells = |y: u16| (0..width).map(move |x| (x, y));
        let titles = row_of(&buffer, "Risk");
        let at = |word: &str| {
            let row: Vec<&str> = cells(titles).map(|at| buffer[at].symbol()).collect();
            (0..row.len()).find(|x| row[*x..].concat().starts_with(word)).unwrap() as u16
        };
        let (risk, playbook) = (at("Risk"), at("Playbook"));
        let wide = row_of(&buffer, "株式会社");
        assert_eq!(buffer[(risk, wide)].symbol(), "0", "the risk begins where it should");
        for y in titles..wide + 3 {
            for x in [risk, playbook] {
                assert_eq!(buffer[(x - 1, y)].symbol(), " ", "row {y} at {width} columns");
                assert_ne!(buffer[(x, y)].symbol(), " ", "row {y} at {width} columns");
            }
        }
    }
}

#[test]
fn no_line_of_any_screen_is_wider_than_the_window() {
    for desk in [Desk::on_sample_data(), nasty_desk()] {
        for (way, buffer, _) in every_screen(desk) {
            for line in text(&buffer).lines() {
                assert!(line.width() <= usize::from(buffer.area.width), "{way}: {line}");
            }
        }
    }
}

#[rstest]
fn any_window_can_be_drawn(
    #[values(0, 1, 2, 5, 59, 60, 61, 109, 110, 300)] width: u16,
    #[values(0, 1, 2, 15, 16, 17, 34, 35, 100)] height: u16,
) {
    let mut desk = nasty_desk().sized(width, height);
    for keys in ["", "2", "Enter", "Esc ?", "Esc !", "Esc s", "Esc 1 a", "Esc r 1 Tab"] {
        desk.press(keys);
        desk.screen();
    }
    desk.write("customers.json", "[");
    desk.look();
    desk.screen();
}

#[test]
fn every_screen_is_ascii_where_that_is_asked_for_with_all_columns_where_they_were() {
    let mut desk = Desk::on_sample_data();
    let file = desk.dir.path().join("customers.json");
    let mut customers = std::fs::read_to_string(file).unwrap();
    for (was, now) in [
        ("Brightside Dental", "Zażółć gęślą jaźń 🙂👩‍👩‍👧"),
        ("Meridian Health Systems", "شركة الأفق للصحة"),
        ("Cobalt & Finch", "日本株式会社テスト"),
    ] {
        assert!(customers.contains(was));
        customers = customers.replace(was, now);
    }
    desk.write("customers.json", &customers);
    desk.look();
    let (mut frames, mut wide) = (0, 0);
    for (way, buffer, _) in every_screen(desk) {
        let mut plain = buffer.clone();
        to_ascii(&mut plain);
        for position in buffer.area.positions() {
            let (was, now) = (buffer[position].symbol(), plain[position].symbol());
            assert!(now.is_ascii() && now.len() == 1, "{way} at {position}: {now:?}");
            assert!(!was.is_ascii() || was == now || was == " ", "{way} at {position}: {was:?}");
            if "│║┃".contains(was) {
                assert_eq!(now, "|", "{way} at {position}");
                frames += 1;
            }
            wide += usize::from(was.width() > 1);
        }
        let line = text(&plain);
        assert!(line.lines().all(|line| line.len() <= usize::from(plain.area.width)), "{way}");
    }
    assert!(frames > 1000 && wide > 100, "{frames} frames, {wide} wide characters");
}
