//! What the terminal says of its colors, and what it gets to show: on a pseudo-terminal.

use crate::common::dashboard::copy_sample_data;
use crate::common::terminal::Terminal;

use nextplay::tui::widget::theme::color::Rgb;
use nextplay::tui::widget::theme::roles::{Column, Role, of};
use ratatui::style::Color;
use rstest::rstest;
use tempfile::TempDir;

const QUESTION: &str = "\x1b]11;?\x07";
const TRUE_COLOR: (&str, &str) = ("COLORTERM", "truecolor");

fn sample_data() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    copy_sample_data(directory.path());
    directory
}

fn rgb(column: Column, role: Role) -> vt100::Color {
    match of(&column.palette(), role) {
        Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
        other => panic!("{other}"),
    }
}

/// Colors of a quiet word in the line of keys, and of what is behind it.
fn colors(screen: &vt100::Screen) -> Option<(vt100::Color, vt100::Color)> {
    let row = screen.size().0.get() - 1;
    let cells: Vec<&vt100::Cell> = (0..80).filter_map(|x| screen.cell(row, x)).collect();
    let text = |cells: &[&vt100::Cell]| cells.iter().map(|c| c.contents()).collect::<String>();
    let word = cells.windows(5).find(|cells| text(cells) == " help")?;
    word.last().map(|cell| (cell.fgcolor(), cell.bgcolor()))
}

#[test]
fn on_a_light_terminal_it_is_light_and_keeps_the_background() {
    let data = sample_data();
    let mut terminal = Terminal::with(data.path(), &[TRUE_COLOR]);
    terminal.wait_for_bytes(QUESTION);
    terminal.send("\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;22c");
    terminal.wait_for_line(&["▸", "C006"]);
    let light = (rgb(Column::Light, Role::Quiet), vt100::Color::Default);
    terminal.wait("light colors", |screen| colors(screen) == Some(light));
    let dark = Rgb::hex(0x0d_11_17);
    let painted = format!("48;2;{};{};{}", dark.0, dark.1, dark.2);
    assert!(!String::from_utf8_lossy(&terminal.bytes()).contains(&painted), "never dark before");
    terminal.send("q");
    assert!(terminal.exit().success());
    terminal.wait_restored();
}

#[test]
fn a_terminal_that_does_not_answer_gets_dark_and_a_late_answer_counts() {
    let data = sample_data();
    let mut terminal = Terminal::with(data.path(), &[TRUE_COLOR]);
    terminal.wait_for_line(&["▸", "C006"]);
    let column = Column::Dark;
    let dark = (rgb(column, Role::Quiet), rgb(column, Role::Background));
    terminal.wait("dark colors", |screen| colors(screen) == Some(dark));
    terminal.send("\x1b]11;rgb:fdfd/f6f6/e3e3\x07");
    let light = (rgb(Column::Light, Role::Quiet), vt100::Color::Default);
    terminal.wait("light colors", |screen| colors(screen) == Some(light));
    // No byte of it was a key.
    assert!(terminal.contents().contains("[1 Queue 10]"));
    // The system goes dark in the evening: it asks again.
    terminal.send("\x1b[?997;1n");
    terminal.wait_for_count(QUESTION, 2);
}

#[test]
fn with_no_color_or_few_colors_nothing_is_asked() {
    let data = sample_data();
    for variable in [("NO_COLOR", "1"), ("TERM", "xterm"), ("TERM", "linux"), ("TERM", "dumb")] {
        let terminal = Terminal::with(data.path(), &[variable]);
        terminal.wait_for("C006");
        let bytes = String::from_utf8_lossy(&terminal.bytes()).into_owned();
        assert!(!bytes.contains("\x1b]11;?") && !bytes.contains("\x1b[?2031h"), "{variable:?}");
    }
}

#[test]
fn a_terminal_of_256_colors_gets_no_others() {
    let data = sample_data();
    let terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.wait("colors of the 256", |screen| {
        let of_256 = |color| matches!(color, vt100::Color::Idx(16..));
        colors(screen).is_some_and(|(quiet, background)| of_256(quiet) && of_256(background))
    });
    assert!(!String::from_utf8_lossy(&terminal.bytes()).contains("48;2;"));
}

#[rstest]
#[case::locale(&[("LC_ALL", "C")])]
#[case::console(&[("TERM", "linux"), ("LC_ALL", "C.UTF-8")])]
#[case::vt100(&[("TERM", "vt100"), ("LC_ALL", "C.UTF-8")])]
#[case::dumb(&[("TERM", "dumb"), ("LC_ALL", "C.UTF-8")])]
#[case::settings(&[("LC_ALL", "C.UTF-8")])]
fn no_byte_beyond_ascii_is_ever_written_to_a_plain_terminal(#[case] variables: &[(&str, &str)]) {
    let data = sample_data();
    let mut variables = variables.to_vec();
    let config = tempfile::tempdir().unwrap();
    let home = config.path().to_str().unwrap();
    if variables.len() == 1 && variables[0].1 == "C.UTF-8" {
        std::fs::create_dir(config.path().join("nextplay")).unwrap();
        std::fs::write(config.path().join("nextplay/config.toml"), "ascii = true\n").unwrap();
        variables.push(("XDG_CONFIG_HOME", home));
    }
    let mut terminal = Terminal::with(data.path(), &variables);
    terminal.wait_for_line(&["|>", "C006"]);
    for (keys, seen) in [
        ("?", "Keys"),
        ("\x1b", "C006"),
        ("4", "[4 Portfolio]"),
        ("5+", "+"),
        ("6", "[6 Activity"),
        ("2", "Grupo Salud del Pacifico"),
        ("!", "Findings"),
        ("\x1b", "C006"),
        ("1a", "Approve?"),
    ] {
        terminal.send(keys);
        terminal.wait_for(seen);
        terminal.pause(60);
    }
    terminal.confirm();
    terminal.wait_for("(#1)");
    terminal.send("q");
    assert!(terminal.exit().success());
    terminal.wait_restored();
    let bytes = terminal.bytes();
    let beyond = bytes.iter().position(|byte| !byte.is_ascii());
    let near = beyond.map(|at| String::from_utf8_lossy(&bytes[at.saturating_sub(40)..at + 4]));
    assert_eq!(near, None);
}

#[test]
fn a_theme_of_the_settings_holds_at_once_when_the_file_changes() {
    let data = sample_data();
    let config = tempfile::tempdir().unwrap();
    let file = config.path().join("nextplay/config.toml");
    std::fs::create_dir(config.path().join("nextplay")).unwrap();
    std::fs::write(&file, "theme = \"light\"\n").unwrap();
    let home = ("XDG_CONFIG_HOME", config.path().to_str().unwrap());
    let terminal = Terminal::with(data.path(), &[TRUE_COLOR, home]);
    let of = |column| Some((rgb(column, Role::Quiet), rgb(column, Role::Background)));
    terminal.wait("light colors", |screen| colors(screen) == of(Column::Light));
    std::fs::write(&file, "theme = \"colorblind\"\n").unwrap();
    terminal.wait("other colors", |screen| colors(screen) == of(Column::ColorblindDark));
    std::fs::write(
        &file,
        "theme = \"mine\"\n[themes.mine]\nbase = \"light\"\nquiet = \"#123456\"\n",
    )
    .unwrap();
    let own = (vt100::Color::Rgb(0x12, 0x34, 0x56), rgb(Column::Light, Role::Background));
    terminal.wait("own colors", |screen| colors(screen) == Some(own));
}
