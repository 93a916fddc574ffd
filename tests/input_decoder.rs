//! The terminal's bytes as keys and pastes, with times that the test gives.

use std::time::{Duration, Instant};

use nextplay::tui::runtime::input::{Colors, Decoder, Input, Keys, Mouse, Pace};
use nextplay::tui::widget::theme::color::Rgb;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use rstest::rstest;

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Feeds bytes, each after a pause, and lets a long time pass behind them.
fn inputs(pieces: &[(u64, &[u8])]) -> Vec<Input> {
    let mut now = Instant::now();
    let mut decoder = Decoder::new(now);
    let mut inputs = Vec::new();
    for (pause, bytes) in pieces {
        now += ms(*pause);
        decoder.feed(bytes, now, &mut |input| inputs.push(input));
    }
    decoder.expire(now + ms(5_000), &mut |input| inputs.push(input));
    assert_eq!(decoder.deadline(), None, "nothing is left that waits");
    inputs
}

/// A key as the help names it.
fn name(key: KeyEvent) -> String {
    let mut name = String::new();
    for (modifier, prefix) in [
        (KeyModifiers::CONTROL, "Ctrl-"),
        (KeyModifiers::ALT, "Alt-"),
        (KeyModifiers::SHIFT, "Shift-"),
    ] {
        // Shift is in a letter already.
        let told = modifier != KeyModifiers::SHIFT || !matches!(key.code, KeyCode::Char(_));
        if key.modifiers.contains(modifier) && told {
            name.push_str(prefix);
        }
    }
    match key.code {
        KeyCode::Char(c) => name.push(c),
        KeyCode::F(number) => name.push_str(&format!("F{number}")),
        code => name.push_str(&format!("{code:?}")),
    }
    name
}

fn names(inputs: &[Input]) -> Vec<String> {
    let mut names = Vec::new();
    for input in inputs {
        match input {
            Input::Keys(keys) => names.extend(keys.strokes.iter().map(|s| name(s.key))),
            Input::Paste(text) => names.push(format!("<{text}>")),
            Input::Mouse(Mouse { kind, column, row, control, .. }) => {
                let control = if *control { "Ctrl-" } else { "" };
                names.push(format!("{control}{kind:?}@{column},{row}"));
            }
            Input::KeyboardProtocol => names.push("protocol".to_owned()),
            Input::Colors(_) => {}
        }
    }
    names
}

fn typed(pieces: &[(u64, &[u8])]) -> String {
    names(&inputs(pieces)).join(" ")
}

/// Keys with how they arrived: `!` for pasted, `~` for close to others.
fn paced(pieces: &[(u64, &[u8])]) -> String {
    let keys = inputs(pieces).into_iter().filter_map(|input| match input {
        Input::Keys(keys) => Some(keys),
        _ => None,
    });
    let told = keys.map(|Keys { strokes, pace, .. }| {
        let mark = match pace {
            Pace::Single => "",
            Pace::Quick => "~",
            Pace::Pasted => "!",
        };
        let names: Vec<String> = strokes.iter().map(|stroke| name(stroke.key)).collect();
        format!("{mark}{}", names.concat())
    });
    told.collect::<Vec<_>>().join(" ")
}

#[rstest]
#[case(b"j", "j")]
#[case(b"G", "G")]
#[case("é".as_bytes(), "é")]
#[case("ф".as_bytes(), "ф")]
#[case("😀".as_bytes(), "😀")]
#[case(b"\r", "Enter")]
#[case(b"\t", "Tab")]
#[case(b"\x7f", "Backspace")]
#[case(b"\x03", "Ctrl-c")]
#[case(b"\x0c", "Ctrl-l")]
#[case(b"\x00", "Ctrl- ")]
#[case(b"\x1f", "Ctrl-7")]
#[case(b"\x1b", "Esc")]
#[case(b"\x1b[A", "Up")]
#[case(b"\x1bOB", "Down")]
#[case(b"\x1b[1;5C", "Ctrl-Right")]
#[case(b"\x1b[H", "Home")]
#[case(b"\x1b[4~", "End")]
#[case(b"\x1b[5~", "PageUp")]
#[case(b"\x1b[6;2~", "Shift-PageDown")]
#[case(b"\x1b[Z", "Shift-BackTab")]
#[case(b"\x1bOP", "F1")]
#[case(b"\x1b[[C", "F3")]
#[case(b"\x1b[24~", "F12")]
#[case(b"\x1bOq", "1")]
#[case(b"\x1b[27;5;99~", "Ctrl-c")]
fn keys_are_read_as_terminals_send_them(#[case] bytes: &[u8], #[case] want: &str) {
    assert_eq!(typed(&[(0, bytes)]), want);
}

#[rstest]
#[case(b"\x1bj", "Esc j")]
#[case(b"\x1by", "Esc y")]
#[case(b"\x1b\x1b", "Esc Esc")]
#[case(b"\x1b\x1b[A", "Esc Up")]
#[case(b"\x1b\r", "Esc Enter")]
#[case(b"\x1b\x7f", "Esc Backspace")]
#[case("\x1bф".as_bytes(), "Esc ф")]
#[case(b"\x1b[", "Esc [")]
#[case(b"\x1bO", "Esc O")]
#[case(b"\x1b]", "Esc ]")]
#[case(b"\x1bX", "Esc X")]
#[case(b"\x1bP", "Esc P")]
#[case(b"\x1b[\x1b", "Esc [ Esc")]
fn esc_and_a_key_in_one_read_are_both_keys(#[case] bytes: &[u8], #[case] want: &str) {
    assert_eq!(typed(&[(0, bytes)]), want);
}

#[test]
fn an_unfinished_sequence_is_held_for_50_ms() {
    let now = Instant::now();
    let mut decoder = Decoder::new(now);
    let mut heard = Vec::new();
    decoder.feed(b"\x1b", now, &mut |input| heard.push(input));
    decoder.expire(now + ms(49), &mut |input| heard.push(input));
    assert!(heard.is_empty());
    assert_eq!(decoder.deadline(), Some(now + ms(50)));
    decoder.expire(now + ms(50), &mut |input| heard.push(input));
    assert_eq!(names(&heard), ["Esc"]);
    assert_eq!(typed(&[(0, b"\x1b"), (49, b"[A")]), "Up");
    // A slow line: Esc was told by then, but the rest is no text.
    assert_eq!(typed(&[(0, b"\x1b"), (100, b"[A")]), "Esc Up");
    assert_eq!(typed(&[(0, b"\x1b["), (100, b"A")]), "Esc [ Up");
    assert_eq!(typed(&[(0, b"\x1b"), (100, b"j"), (100, b"A")]), "Esc j A");
    assert_eq!(typed(&[(0, b"\x1b"), (100, b"["), (600, b"A")]), "Esc [ A");
}

/// What terminals answer, and what they report by themselves.
const ANSWERS: &[&[u8]] = &[
    b"\x1b]11;rgb:2e2e/3434/3636\x1b\\",
    b"\x1b]11;rgb:ffff/ffff/ffff\x07",
    b"\x1b]4;7;rgb:aaaa/yyyy/aaaa\x1b\\",
    b"\x1b]52;c;YXl5YXl5\x07",
    b"\x1bP>|tmux 3.4\x1b\\",
    b"\x1bP1+r544e=787465726d\x1b\\",
    b"\x1bP1$r0 q\x1b\\",
    b"\x1bP!|00000000\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b^ay\x1b\\",
    b"\x1bXay\x1b\\",
    b"\x1b[?62;4;6;22c",
    b"\x1b[>1;4402;0c",
    b"\x1b[12;40R",
    b"\x1b[?12;40R",
    b"\x1b[0n",
    b"\x1b[?2026;2$y",
    b"\x1b[4;1$y",
    b"\x1b[I",
    b"\x1b[O",
    b"\x1b[8;24;80t",
    b"\x1b[?997;1n",
    b"\x1b[<35;10;10M",
    b"\x1b[M ay",
    b"\x1b[M  \x7f",
    b"\x1b[<2;10;10M",
    b"\x1b[<0;10M",
    b"\x1b[<;;M",
    b"\x1b[<0;0;0M",
    b"\x1b[<0;1;1;1M",
    b"\x1b[<99999999999;1;1M",
    b"\x1b[<64;1;1m",
    b"\x1b[<4;1;1M",
    b"\x1b[?1;2S",
    b"\x1b[=0;1u",
];

#[test]
fn answers_are_swallowed_whole_wherever_they_are_split() {
    for answer in ANSWERS {
        for pause in [0, 4, 20, 49] {
            for at in 0..answer.len() {
                let (first, second) = answer.split_at(at);
                let told = typed(&[(0, first), (pause, second), (600, b"j")]);
                assert_eq!(told, "j", "{:?} {at} {pause}", answer.escape_ascii().to_string());
            }
        }
        let bytes: Vec<(u64, &[u8])> = answer.chunks(1).map(|byte| (30, byte)).collect();
        assert_eq!(typed(&bytes), "", "{:?}", answer.escape_ascii().to_string());
    }
}

#[test]
fn on_a_slow_line_an_answer_is_at_most_esc_and_the_bracket_behind_it() {
    // SOS and PM are no answers, and begin like keys.
    let answers = ANSWERS.iter().filter(|answer| !matches!(answer[1], b'X' | b'^' | b'_'));
    for answer in answers {
        for pause in [51, 120, 450] {
            for at in 3..answer.len() {
                let (first, second) = answer.split_at(at);
                let told = typed(&[(0, first), (pause, second)]);
                assert!(told.is_empty() || told == "Esc", "{told} {at} {pause}");
            }
            let bytes: Vec<(u64, &[u8])> = answer.chunks(1).map(|byte| (pause, byte)).collect();
            let told = typed(&bytes);
            let known = ["Esc", "Esc [", "Esc ]", "Esc P", "Esc ] Esc", "Esc P Esc"];
            let x10 = told == "Esc [" || answer.starts_with(b"\x1b[M");
            assert!(known.contains(&told.as_str()) || x10, "{told}");
        }
    }
}

#[rstest]
#[case(b"\x1b]11;rgb:2e2e/34")]
#[case(b"\x1bP>|xterm")]
#[case(b"\x1b[?62;4")]
#[case(b"\x1b_G")]
fn an_answer_that_never_ends_is_over_after_a_while(#[case] begun: &[u8]) {
    assert_eq!(typed(&[(0, begun), (501, b"j")]), "j");
    // Nobody has to wait to get out.
    assert_eq!(typed(&[(0, begun), (10, b"\x03")]), "Ctrl-c");
    // What is cut off by a key is no key, but the key is.
    assert_eq!(typed(&[(0, begun), (10, b"\x1b[A")]), "Up");
}

#[test]
fn the_terminal_says_that_it_knows_the_keyboard_protocol() {
    assert_eq!(typed(&[(0, b"\x1b[?0u")]), "protocol");
    assert_eq!(typed(&[(0, b"\x1b[?"), (30, b"29u")]), "protocol");
}

#[rstest]
#[case(b"\x1b[97;;97u", "a")]
#[case(b"\x1b[97:65;2;65u", "A")]
#[case(b"\x1b[97:65;2u", "A")]
#[case(b"\x1b[99;5u", "Ctrl-c")]
#[case(b"\x1b[1089::99;5u", "Ctrl-c")]
#[case(b"\x1b[27u", "Esc")]
#[case(b"\x1b[13u", "Enter")]
#[case(b"\x1b[9;2u", "Shift-BackTab")]
#[case(b"\x1b[57417u", "Left")]
#[case(b"\x1b[57400u", "1")]
#[case(b"\x1b[97;1:3u", "")]
#[case(b"\x1b[57441;2u", "")]
#[case(b"\x1b[0;;233:225u", "é á")]
#[case(b"\x1b[97;129;97u", "a")]
fn keys_are_read_in_the_form_of_the_keyboard_protocol(#[case] bytes: &[u8], #[case] want: &str) {
    assert_eq!(typed(&[(0, bytes)]), want);
}

#[test]
fn the_base_layout_is_kept_beside_the_letter() {
    let heard = inputs(&[(0, b"\x1b[1092::97;;1092u")]);
    let [Input::Keys(keys)] = heard.as_slice() else { panic!("{heard:?}") };
    assert_eq!(keys.strokes[0].printable(), Some('ф'));
    assert_eq!(keys.strokes[0].base, Some('a'));
    let heard = inputs(&[(0, b"\x1b[121;1:2;121u")]);
    let [Input::Keys(keys)] = heard.as_slice() else { panic!("{heard:?}") };
    assert_eq!(keys.strokes[0].key.kind, KeyEventKind::Repeat);
}

#[rstest]
#[case(b"\x1b[<0;1;1M", "Press@0,0")]
#[case(b"\x1b[<0;12;40m", "Release@11,39")]
#[case(b"\x1b[<32;300;5M", "Drag@299,4")]
#[case(b"\x1b[<64;3;4M", "Wheel(-1)@2,3")]
#[case(b"\x1b[<65;3;4M", "Wheel(1)@2,3")]
#[case(b"\x1b[<66;3;4M\x1b[<67;3;4M", "Sideways(-1)@2,3 Sideways(1)@2,3")]
#[case(b"\x1b[<16;3;4M", "Ctrl-Press@2,3")]
#[case(b"\x1b[<8;3;4M", "Press@2,3")]
#[case(b"\x1b[<0;4294967295;70000M", "Press@65535,65535")]
#[case(b"\x9b<0;1;1M", "Press@0,0")]
fn what_the_mouse_does_is_read_wherever_it_is_split(#[case] bytes: &[u8], #[case] want: &str) {
    for at in 0..bytes.len() {
        let (first, second) = bytes.split_at(at);
        for pause in [0, 30] {
            assert_eq!(typed(&[(0, first), (pause, second)]), want, "{at} {pause}");
        }
    }
}

#[test]
fn the_mouse_is_no_key_for_the_rule_of_pastes_and_comes_in_its_order() {
    const CLICK: &[u8] = b"\x1b[<0;1;1M\x1b[<0;1;1m";
    let with = |before: &[u8], after: &[u8]| [before, CLICK, after].concat();
    assert_eq!(typed(&[(0, &with(b"j", b"k"))]), "j Press@0,0 Release@0,0 k");
    // One key is one key, however many clicks are around it.
    assert_eq!(paced(&[(0, &with(CLICK, &with(b"y", b"")))]), "y");
    // Three keys are a paste, also where a click splits them.
    assert_eq!(paced(&[(0, &with(b"pa", b"y"))]), "~pa !y");
    assert_eq!(paced(&[(0, &with(b"", b"pay"))]), "!pay");
    assert_eq!(paced(&[(0, &with(b"pa", b"")), (600, b"y")]), "~pa y");
}

#[test]
fn pasted_text_clicks_nothing() {
    const CLICK: &[u8] = b"\x1b[<0;1;1M\x1b[<0;1;1m";
    let text = [b"pasted" as &[u8], CLICK].concat();
    assert_eq!(typed(&[(0, &text)]), "p a s t e d");
    assert_eq!(typed(&[(0, b"pasted"), (400, CLICK)]), "p a s t e d");
    assert_eq!(typed(&[(0, b"pasted"), (600, CLICK)]), "p a s t e d Press@0,0 Release@0,0");
    let marked = [b"\x1b[200~" as &[u8], CLICK, b"\x1b[201~"].concat();
    assert!(!typed(&[(0, &marked)]).contains("Press"));
}

#[test]
fn a_character_may_come_in_two_reads() {
    let bytes = "日ф😀".as_bytes();
    for at in 0..bytes.len() {
        let (first, second) = bytes.split_at(at);
        assert_eq!(typed(&[(0, first), (40, second)]), "日 ф 😀");
    }
    // Half of one is none, and what is no UTF-8 is no key.
    assert_eq!(typed(&[(0, &bytes[..2]), (60, b"j")]), "j");
    assert_eq!(typed(&[(0, b"\xff\xfe\x80j\xc3j\xc2\x85k")]), "j j k");
    // But for what begins a sequence, as terminals with 8-bit controls send it.
    assert_eq!(typed(&[(0, b"\x9bA\xc2\x9bB\x9b?62;4cj\x9d11;rgb:yy\x07k")]), "Up Down j k");
}

#[test]
fn a_paste_with_marks_is_text_wherever_it_is_split() {
    let paste = b"\x1b[200~ay\r\x1b[A\x1b[20\x1b[201~j";
    for pause in [0, 100, 400] {
        for at in 6..paste.len() - 1 {
            let (first, second) = paste.split_at(at);
            let told = typed(&[(0, first), (pause, second)]);
            assert_eq!(told, "<ay\r\x1b[A\x1b[20> j", "{at} {pause}");
        }
    }
}

#[test]
fn a_paste_that_never_ends_is_over_after_500_ms_and_its_rest_is_no_key() {
    assert_eq!(typed(&[(0, b"\x1b[200~a"), (501, b"q")]), "<a> q");
    assert_eq!(paced(&[(0, b"\x1b[200~a"), (501, b"q")]), "!q", "may be its rest");
    assert_eq!(paced(&[(0, b"\x1b[200~a"), (1_100, b"q")]), "q");
    // Ctrl-C by itself is somebody who wants to get out.
    assert_eq!(typed(&[(0, b"\x1b[200~a"), (60, b"\x03")]), "<a> Ctrl-c");
    assert_eq!(typed(&[(0, b"\x1b[200~a\x03b\x1b[201~")]), "<a\x03b>");
    // A mark that comes too late is nothing.
    assert_eq!(typed(&[(0, b"\x1b[200~a"), (600, b"\x1b[201~")]), "<a>");
}

#[test]
fn three_keys_together_are_a_paste_two_are_not() {
    assert_eq!(paced(&[(0, b"y")]), "y");
    assert_eq!(paced(&[(0, b"ay")]), "~ay");
    assert_eq!(paced(&[(0, b"pay")]), "!pay");
    assert_eq!(paced(&[(0, b"p"), (4, b"a"), (4, b"y")]), "!pay");
    assert_eq!(paced(&[(0, b"p"), (6, b"a"), (6, b"y")]), "p ~a ~y");
    assert_eq!(paced(&[(0, b"a"), (99, b"y")]), "a ~y");
    assert_eq!(paced(&[(0, b"a"), (101, b"y")]), "a y");
    // A line break behind a key is another key.
    assert_eq!(paced(&[(0, b"y\r")]), "~yEnter");
    // With a key that types nothing, it did not come alone either.
    assert_eq!(paced(&[(0, b"y\x03")]), "~y Ctrl-c");
    assert_eq!(paced(&[(0, b"y"), (6, b"\x03")]), "y Ctrl-c");
    assert_eq!(paced(&[(0, b"\x1b[By")]), "Down ~y");
    assert_eq!(paced(&[(0, b"\x1b[B"), (101, b"y")]), "Down y");
}

#[test]
fn what_follows_a_paste_closely_belongs_to_it() {
    assert_eq!(paced(&[(0, b"Hello al"), (200, b"y"), (290, b"y")]), "!Hello al !y !y");
    assert_eq!(paced(&[(0, b"Hello al"), (510, b"y")]), "!Hello al y");
    // Until somebody presses Esc.
    assert_eq!(paced(&[(0, b"Hello al"), (100, b"\x1b"), (200, b"y")]), "!Hello al Esc y");
    // A key that is held down is no paste when it is let go.
    assert_eq!(paced(&[(0, b"jjjj"), (200, b"a")]), "!jjjj a");
    // Enter after a pasted text is pressed by somebody, once nothing more comes.
    assert_eq!(paced(&[(0, b"tighter"), (600, b"\r")]), "!tighter Enter");
}

#[test]
fn text_that_trickles_in_is_a_paste() {
    let slow: Vec<(u64, &[u8])> = b"play today".chunks(1).map(|byte| (40, byte)).collect();
    assert_eq!(paced(&slow), "p ~l ~a ~y ~  !t !o !d !a !y");
    // Somebody who types fast is not.
    let fast: Vec<(u64, &[u8])> = b"play today".chunks(1).map(|byte| (110, byte)).collect();
    assert_eq!(paced(&fast), "p l a y   t o d a y");
    // Nor is a key that repeats, nor two of them.
    let held: Vec<(u64, &[u8])> = b"jjjjjjkkkkkkkk".chunks(1).map(|byte| (30, byte)).collect();
    assert!(!paced(&held).contains('!'));
}

#[test]
fn a_flood_of_keys_is_passed_on_in_large_pieces() {
    let text = vec![b'x'; 1 << 20];
    let heard = inputs(&[(0, &text)]);
    assert!(heard.len() <= (1 << 20) / 4096 + 1, "{}", heard.len());
    assert_eq!(names(&heard).len(), 1 << 20);
}

/// Bytes that look like what terminals send.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(ANSWERS).prop_map(<[u8]>::to_vec),
        prop::sample::select(&[
            b"\x1b[A" as &[u8],
            b"\x1b",
            b"\x1b[",
            b"\x1b]",
            b"\x1bO",
            b"\x1bP",
            b"y",
            b"ay",
            b"\r",
            b"\x1b[200~",
            b"\x1b[201~",
            b"\x1b\\",
            b"\x07",
            b"\x03",
            b"\x18",
            b"\x1b[[",
            b"\x1b[M",
            b"\x1b[<0;5;5M",
            b"\x1b[<65;5;5M",
            b"\x1b[<",
        ])
        .prop_map(<[u8]>::to_vec),
        "\\PC{0,4}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    /// However reads split the bytes of one moment, the same things happened.
    #[test]
    fn splits_change_nothing(bytes in any_bytes(), at in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let now = Instant::now();
        let run = |ends: &[usize]| {
            let mut decoder = Decoder::new(now);
            let mut heard = Vec::new();
            let mut from = 0;
            for end in ends {
                decoder.feed(&bytes[from..*end], now, &mut |input| heard.push(input));
                from = *end;
            }
            decoder.expire(now + ms(5_000), &mut |input| heard.push(input));
            heard
        };
        let mut ends: Vec<usize> = at.iter().map(|at| at.index(bytes.len() + 1)).collect();
        ends.push(bytes.len());
        ends.sort_unstable();
        prop_assert_eq!(run(&ends), run(&[bytes.len()]));
    }

    /// No bytes at no times keep the decoder from coming to rest, and it never waits in vain.
    #[test]
    fn it_comes_to_rest(pieces in prop::collection::vec((0_u64..700, any_bytes()), 0..12)) {
        let mut now = Instant::now();
        let mut decoder = Decoder::new(now);
        for (pause, bytes) in pieces {
            // As the reader does: asleep until the next deadline.
            let next = now + ms(pause);
            while let Some(deadline) = decoder.deadline().filter(|deadline| *deadline <= next) {
                decoder.expire(deadline, &mut |_| ());
                prop_assert_ne!(decoder.deadline(), Some(deadline));
            }
            now = next;
            decoder.feed(&bytes, now, &mut |_| ());
        }
        decoder.expire(now + ms(2_000), &mut |_| ());
        prop_assert_eq!(decoder.deadline(), None);
    }

    /// Between keys an answer leaves no trace, wherever a pause splits it.
    #[test]
    fn an_answer_between_keys_leaves_no_trace(
        answer in prop::sample::select(ANSWERS),
        at in any::<prop::sample::Index>(),
        pause in 0_u64..50,
    ) {
        let (first, second) = answer.split_at(at.index(answer.len()));
        prop_assert_eq!(typed(&[(0, b"j"), (200, first), (pause, second), (200, b"k")]), "j k");
    }
}

/// What the terminal says of its colors; no part of it is a key.
#[rstest]
#[case(&[(0, "\x1b]11;rgb:ffff/ffff/ffff\x07\x1b[?62;22c")], &[Colors::Background(Rgb(255, 255, 255)), Colors::Answered])]
#[case(&[(0, "\x1b]11;rgb:1e1e/1e1e"), (30, "/2e2e\x1b"), (10, "\\")], &[Colors::Background(Rgb(0x1e, 0x1e, 0x2e))])]
#[case(&[(0, "\x1b[?6c")], &[Colors::Answered])]
#[case(&[(0, "\x1b[?997;2n")], &[Colors::Changed])]
#[case(&[(0, "\x1b]10;rgb:ffff/ffff/ffff\x07\x1b]11;rgb:zz/00/00\x07\x1bP1+r\x1b\\")], &[])]
fn the_terminal_can_say_what_its_colors_are(
    #[case] pieces: &[(u64, &str)],
    #[case] expected: &[Colors],
) {
    let pieces: Vec<(u64, &[u8])> =
        pieces.iter().map(|(at, text)| (*at, text.as_bytes())).collect();
    let inputs = inputs(&pieces);
    let colors: Vec<Colors> = inputs
        .iter()
        .filter_map(|input| match input {
            Input::Colors(colors) => Some(*colors),
            _ => None,
        })
        .collect();
    assert_eq!(colors, expected);
    assert_eq!(names(&inputs), Vec::<String>::new());
}
