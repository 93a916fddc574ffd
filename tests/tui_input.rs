//! What keys do that arrive in pieces, too soon, or as pasted text.

use crate::common::dashboard;

use std::time::{Duration, Instant};

use dashboard::{Desk, key};
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::runtime::input::{Decoder, Input, Keys, Pace, Stroke};
use nextplay::tui::screen::id::Screen;
use nextplay::tui::state::Overlay;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use rstest::rstest;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn char_stroke(c: char) -> Stroke {
    KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE).into()
}

/// Keys that arrive together.
fn arrive(desk: &mut Desk, text: &str, pace: Pace) {
    desk.pressed += ms(1_000);
    let stroke = |c| match c {
        '\r' => key("Enter").into(),
        c => char_stroke(c),
    };
    let strokes = text.chars().map(stroke).collect();
    desk.event(Event::Keys(Keys { strokes, at: desk.pressed, pace }));
}

fn decides(desk: &Desk) -> bool {
    desk.effects.iter().any(|effect| matches!(effect, Effect::Decide(_)))
}

#[test]
fn a_dialog_is_confirmed_150_ms_after_it_was_drawn_and_not_before() {
    let mut desk = Desk::new();
    desk.press("a");
    desk.key_after(ms(149), key("y"));
    assert!(!decides(&desk));
    assert!(desk.screen().contains("came too soon to confirm; press it again"));
    desk.key_after(ms(1), key("y"));
    assert!(decides(&desk));
}

#[test]
fn new_numbers_in_a_dialog_have_to_stand_as_long() {
    let mut desk = Desk::new();
    desk.press("a");
    desk.write_rows(&dashboard::ROWS.map(|row| dashboard::Row { value: row.value + 7, ..row }));
    desk.look();
    desk.press("Enter");
    desk.key_after(ms(100), key("y"));
    assert!(!decides(&desk));
    desk.press("y");
    assert!(decides(&desk));
}

#[test]
fn only_a_key_by_itself_confirms() {
    let mut desk = Desk::new();
    desk.press("a");
    arrive(&mut desk, "y", Pace::Quick);
    assert!(desk.screen().contains("came together with others"));
    arrive(&mut desk, "y", Pace::Pasted);
    arrive(&mut desk, "ay", Pace::Quick);
    arrive(&mut desk, "pay", Pace::Pasted);
    assert!(!decides(&desk));
    desk.press("y");
    assert!(decides(&desk));
}

#[rstest]
#[case("may we play")]
#[case("o1\ry a4y d\ry u")]
#[case("  Avy")]
#[case("q")]
fn pasted_keys_decide_nothing_and_it_is_said(#[case] text: &str) {
    let mut desk = Desk::new();
    arrive(&mut desk, text, Pace::Pasted);
    assert!(desk.effects.is_empty(), "{:?}", desk.effects);
    assert!(!desk.dialog_is_open());
    assert!(desk.state.list().selection.is_empty());
    let screen = desk.screen();
    assert!(screen.contains("Keys in pasted text do not decide; ignored \""), "{screen}");
}

#[test]
fn pasted_keys_may_move_and_search() {
    let mut desk = Desk::new();
    arrive(&mut desk, "jj2/elm\r", Pace::Pasted);
    assert_eq!(desk.state.screen, Screen::Customers);
    assert_eq!(desk.rows(), ["C5"]);
    assert!(matches!(desk.state.overlay, Overlay::None));
    assert_eq!(desk.notice(), "");
}

#[test]
fn pasted_keys_change_nothing_on_what_if_and_write_no_file() {
    let mut desk = Desk::new();
    desk.press("5");
    arrive(&mut desk, "+-x\rn\rwX", Pace::Pasted);
    assert!(desk.effects.is_empty(), "{:?}", desk.effects);
    assert!(desk.state.what_if.is_unchanged());
    desk.press("Shift-Right w");
    let Overlay::Prompt(_) = &desk.state.overlay else { panic!("{:?}", desk.state.overlay) };
    arrive(&mut desk, "notes.toml\r", Pace::Pasted);
    assert!(desk.effects.is_empty(), "{:?}", desk.effects);
    let screen = desk.screen();
    assert!(screen.contains("notes.toml"), "{screen}");
    desk.press("Enter");
    assert!(matches!(desk.effects.as_slice(), [Effect::Save(_)]));
}

#[test]
fn pasted_keys_are_text_in_a_field() {
    let mut desk = Desk::new();
    desk.press("r 4 Tab");
    arrive(&mut desk, "too dear,\ryes", Pace::Pasted);
    assert_eq!(desk.dialog().form.note().as_deref(), Some("too dear, yes"));
    assert!(!decides(&desk));
}

#[test]
fn a_long_text_that_is_poured_in_moves_nothing_either() {
    let mut desk = Desk::new();
    desk.press("Enter");
    let began = Instant::now();
    arrive(&mut desk, &"j ?k2".repeat(200_000), Pace::Pasted);
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(desk.notice(), "Pasted text was ignored: no text field is open");
    assert_eq!(desk.state.screen, Screen::Queue);
    // A key that was held down on a slow line is no text.
    let held = format!("{}2", "j".repeat(200));
    arrive(&mut desk, &held, Pace::Pasted);
    assert_eq!(desk.state.screen, Screen::Customers);
}

#[test]
fn pasted_text_without_a_field_is_ignored_and_it_is_said() {
    let mut desk = Desk::new();
    desk.event(Event::Paste("ay\rq".into()));
    assert_eq!(desk.notice(), "Pasted text was ignored: no text field is open");
    assert!(desk.effects.is_empty());
}

#[rstest]
#[case("/", "filter", 500)]
#[case("r 4 Tab", "note", 2_000)]
fn a_field_takes_a_long_paste_at_once_as_far_as_it_goes(
    #[case] open: &str,
    #[case] name: &str,
    #[case] most: usize,
    #[values(false, true)] marked: bool,
) {
    let mut desk = Desk::new();
    desk.press(open);
    let text = "lorem ipsum ".repeat(100_000);
    let began = Instant::now();
    match marked {
        true => desk.event(Event::Paste(text)),
        false => arrive(&mut desk, &text, Pace::Pasted),
    }
    // A thousand times what it takes; with the square of the length it was a quarter of an hour.
    assert!(began.elapsed() < Duration::from_secs(20));
    let length = match &desk.state.overlay {
        Overlay::Filter { input, .. } => input.value().chars().count(),
        _ => desk.dialog().form.note.value().chars().count(),
    };
    assert_eq!(length, most);
    let told = format!("The {name} holds at most {most} characters; the rest was left out");
    assert!(desk.screen().contains(&told), "{}", desk.screen());
    // It stays full, and text can still be taken out of it.
    desk.press("x Backspace");
    let length = match &desk.state.overlay {
        Overlay::Filter { input, .. } => input.value().chars().count(),
        _ => desk.dialog().form.note.value().chars().count(),
    };
    assert_eq!(length, most - 1);
}

#[test]
fn a_paste_stands_where_the_cursor_is() {
    let mut desk = Desk::new();
    desk.press("/ e k Left");
    desk.event(Event::Paste("ä\tö".into()));
    desk.press("x");
    let Overlay::Filter { input, .. } = &desk.state.overlay else { panic!("no filter is open") };
    assert_eq!(input.value(), "eä öxk");
}

#[test]
fn a_letter_of_another_layout_says_that_no_key_is_bound_to_it() {
    let mut desk = Desk::new();
    desk.key(char_stroke('ф'));
    assert_eq!(desk.notice(), "No key is bound to \"ф\"; switch to a Latin keyboard layout");
    desk.press("j");
    assert_eq!(desk.notice(), "");
    desk.press("a");
    desk.key(char_stroke('н'));
    assert!(desk.screen().contains("No key is bound to \"н\""), "{}", desk.screen());
    // In a field it is text.
    desk.press("Esc /");
    desk.key(char_stroke('ф'));
    assert_eq!(desk.notice(), "");
    assert_eq!(desk.state.filter(), "ф");
}

#[test]
fn the_base_layout_counts_outside_the_latin_script_and_outside_of_fields() {
    let on = |c, base| Stroke { base: Some(base), ..char_stroke(c) };
    let mut desk = Desk::new();
    desk.key(on('ф', 'a'));
    assert!(desk.dialog_is_open());
    desk.key(on('н', 'y'));
    assert!(decides(&desk));
    // Shift counts as well.
    let mut desk = Desk::new();
    desk.key(on('Ф', 'a'));
    assert_eq!(desk.state.list().selection.len(), desk.rows().len(), "A selects all");
    // A French keyboard types q where the base layout has a: the letter counts.
    let mut desk = Desk::new();
    desk.key(on('q', 'a'));
    assert_eq!(desk.effects, [Effect::Quit]);
    let mut desk = Desk::new();
    desk.press("/");
    desk.key(on('ф', 'a'));
    assert_eq!(desk.state.filter(), "ф");
}

#[test]
fn a_dialog_that_closed_leaves_no_key_behind() {
    let mut desk = Desk::new();
    desk.press("a");
    assert!(desk.state.dialog_closed_within(ms(500), desk.pressed), "it is open");
    desk.press("Esc");
    let closed = desk.pressed;
    assert!(desk.state.dialog_closed_within(ms(500), closed + ms(499)));
    assert!(!desk.state.dialog_closed_within(ms(500), closed + ms(500)));
    desk.key_after(ms(100), key("y"));
    assert!(desk.effects.is_empty() && desk.notice().is_empty());
}

#[test]
fn the_screen_is_drawn_again_on_demand() {
    let mut desk = Desk::new();
    desk.press("Ctrl-L");
    desk.press("a Ctrl-L");
    assert_eq!(desk.effects, [Effect::Redraw, Effect::Redraw]);
    assert!(desk.dialog_is_open());
    desk.press("Esc ?");
    let help = desk.screen();
    desk.resize(120, 200);
    assert!(desk.screen().contains("Redraw the screen"), "{help}");
}

#[rstest]
#[case(Event::HungUp)]
#[case(Event::Terminate)]
fn a_terminal_that_is_gone_ends_it(#[case] event: Event) {
    let mut desk = Desk::new();
    desk.event(event);
    assert_eq!(desk.effects, [Effect::Quit]);
}

/// Bytes on their way into the dashboard, as the reader brings them.
struct Line {
    desk: Desk,
    decoder: Decoder,
}

impl Line {
    fn new() -> Self {
        let desk = Desk::new();
        Self { decoder: Decoder::new(desk.pressed), desk }
    }

    /// Lets time pass, as the reader does: asleep until the next deadline.
    fn pass(&mut self, pause: Duration) {
        let until = self.desk.pressed + pause;
        while let Some(deadline) = self.decoder.deadline().filter(|at| *at <= until) {
            let mut heard = Vec::new();
            self.decoder.expire(deadline, &mut |input| heard.push(input));
            self.hear(heard, deadline);
        }
        self.desk.pressed = until;
    }

    fn send(&mut self, bytes: &[u8]) {
        let mut heard = Vec::new();
        self.decoder.feed(bytes, self.desk.pressed, &mut |input| heard.push(input));
        self.hear(heard, self.desk.pressed);
    }

    fn hear(&mut self, heard: Vec<Input>, at: Instant) {
        self.desk.pressed = at;
        for input in heard {
            match input {
                Input::Keys(keys) => self.desk.event(Event::Keys(keys)),
                Input::Paste(text) => self.desk.event(Event::Paste(text)),
                Input::Mouse(mouse) => self.desk.event(Event::Mouse(mouse)),
                Input::KeyboardProtocol | Input::Colors(_) => {}
            }
        }
    }
}

const PROSE: &str = "Hello all, the payday call is on Friday, they may stay away until May. A day \
    later we pay. Say it today, they delay. A play on Monday may pay.\rAnyway, stay away from the \
    railway.\ryay\r4y a1y d y u y";

#[test]
fn esc_and_the_next_key_at_once_cancel_and_move() {
    let mut line = Line::new();
    line.send(b"a");
    line.pass(ms(300));
    line.send(b"\x1bj");
    line.pass(ms(300));
    assert!(!line.desk.dialog_is_open());
    assert_eq!(line.desk.selected(), "C5");
}

#[test]
fn an_answer_of_the_terminal_opens_nothing() {
    let mut line = Line::new();
    for byte in b"\x1b]11;rgb:2e2e/3434/3636\x1b\\" {
        line.send(&[*byte]);
        line.pass(ms(45));
    }
    assert!(matches!(line.desk.state.overlay, Overlay::None));
    assert_eq!(line.desk.state.screen, Screen::Queue);
}

/// Bytes that terminals send, and some that they do not.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let known: &[&[u8]] = &[
        b"a",
        b"r",
        b"o",
        b"d",
        b"u",
        b"y",
        b"4",
        b"j",
        b"5",
        b"+",
        b"w",
        b"/",
        b" ",
        b"A",
        b"\r",
        b"\t",
        b"\x1b",
        b"\x1b[A",
        b"\x1b[",
        b"\x1b]11;rgb:yy/ay/ya",
        b"\x1b\\",
        b"\x1b[200~",
        b"\x1b[201~",
        b"\x1b[1092::97;;1092u",
        b"\x0c",
        b"\xd1",
        b"\x84",
    ];
    let known = prop::sample::select(known).prop_map(<[u8]>::to_vec);
    prop_oneof![4 => known, 1 => prop::collection::vec(any::<u8>(), 1..6)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    /// Any bytes at any time: a decision leaves only by `y` alone, after the numbers stood on the
    /// screen, and nothing panics.
    #[test]
    fn nothing_is_decided_by_bytes_that_are_no_confirmation(
        pieces in prop::collection::vec((any_bytes(), 0_u64..700), 1..60),
    ) {
        let mut line = Line::new();
        for (bytes, pause) in pieces {
            line.send(&bytes);
            line.pass(ms(pause));
            if decides(&line.desk) {
                prop_assert_eq!(bytes, b"y");
            }
            line.desk.effects.clear();
            line.desk.screen();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    /// Text that is poured in without marks, in pieces such as a slow line makes, decides nothing.
    #[test]
    fn prose_in_pieces_decides_nothing(pieces in prop::collection::vec((3_usize..40, 0_u64..450), 100)) {
        let mut line = Line::new();
        let mut rest = PROSE.as_bytes();
        for (length, pause) in pieces {
            let (piece, more) = rest.split_at(length.min(rest.len()));
            line.send(piece);
            line.pass(ms(pause));
            rest = more;
        }
        line.pass(ms(1_000));
        prop_assert!(!decides(&line.desk));
        prop_assert!(!line.desk.effects.contains(&Effect::Quit));
    }

    /// Nor does text that comes byte by byte, faster than anybody types.
    #[test]
    fn prose_that_trickles_decides_nothing(pauses in prop::collection::vec(0_u64..58, 8..300)) {
        let mut line = Line::new();
        for (byte, pause) in PROSE.bytes().cycle().zip(pauses) {
            line.send(&[byte]);
            line.pass(ms(pause));
        }
        line.pass(ms(1_000));
        prop_assert!(!decides(&line.desk));
    }
}
