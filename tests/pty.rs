//! The dashboard as a user meets it: the program on a terminal, files that change under it, signals.

use crate::common::dashboard;
use crate::common::terminal;
use crate::common::{CONFIG, STATE};

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use dashboard::{copy_sample_data, replace};
use portable_pty::CommandBuilder;
use rstest::rstest;
use tempfile::TempDir;
use terminal::Terminal;

fn sample_data() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    copy_sample_data(directory.path());
    directory
}

/// The program as a command on that data, with nothing of this process's surroundings.
fn nextplay(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nextplay"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("NEXTPLAY_") {
            command.env_remove(name);
        }
    }
    command.env("XDG_STATE_HOME", STATE).env("XDG_CONFIG_HOME", CONFIG);
    command.env("TZ", "UTC").env("LC_ALL", "C.UTF-8").arg("--data").arg(data);
    command
}

/// Rewrites a file of the data, by rename.
fn edit(data: &Path, name: &str, was: &str, now: &str) {
    let text = fs::read_to_string(data.join(name)).unwrap();
    assert!(text.contains(was), "{was} is not in {name}");
    replace(data, name, text.replace(was, now));
}

#[test]
fn it_opens_on_the_queue() {
    let data = sample_data();
    let terminal = Terminal::dashboard(data.path());
    terminal.wait_for("● live");
    terminal.wait_for_line(&["▸", "C006", "Meridian Health", "$527k"]);
    terminal.wait_for("[1 Queue 10]");
    terminal.wait_for_line(&["6 Activity", "dana"]);
    assert!(terminal.look(vt100::Screen::alternate_screen));
    assert!(terminal.look(vt100::Screen::hide_cursor));
}

#[test]
fn the_palette_finds_a_customer_by_name_and_shows_it() {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for("● live");
    terminal.send("\u{10}");
    terminal.wait_for("╔ Palette");
    // More at once would be a paste, and Enter right after it a part of that.
    terminal.send("pe");
    terminal.wait_for("> pe");
    terminal.send("mb");
    terminal.wait_for_line(&["▸ customer", "Pemberton Legal", "C029"]);
    terminal.send("\r");
    terminal.wait_gone("╔ Palette");
    terminal.wait_for("[2 Customers");
    terminal.wait_for_line(&["C029", "Pemberton Legal"]);
}

#[test]
fn a_terminal_without_utf_8_gets_ascii() {
    let data = sample_data();
    let mut terminal = Terminal::with(data.path(), &[("LC_ALL", "C")]);
    terminal.wait_for("* live");
    terminal.wait_for_line(&["|>", "C006", "$527k"]);
    terminal.send("mm2/lodz");
    terminal.wait_for("Lodz");
    assert!(terminal.bytes().is_ascii());
}

#[test]
fn a_change_on_disk_is_shown_without_a_key_and_the_selection_stays() {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("mm");
    terminal.wait_for("[All]");
    terminal.wait_for("C019");
    terminal.send("j");
    terminal.wait_for_line(&["▸", "C031"]);
    edit(data.path(), "fused_signals.json", "0.983", "0.861");
    terminal.wait_for_line(&["◆", "C005", "0.86"]);
    terminal.wait_for("C005 risk 0.98 → 0.86");
    terminal.wait_for_line(&["▸", "C031"]);
    // One that comes to stand above the others pushes the selected row down, not aside.
    let forecasts = fs::read_to_string(data.path().join("journey_forecasts.json")).unwrap();
    let line = forecasts.lines().find(|line| line.contains("\"C014\"")).unwrap();
    let number = line.split("\"revenue_at_risk\": ").nth(1).unwrap().split(',').next().unwrap();
    let raised = line.replace(number, "900000");
    replace(data.path(), "journey_forecasts.json", forecasts.replace(line, &raised));
    terminal.wait_for_line(&["C014", "$900k"]);
    terminal.wait_for_line(&["▸", "C031"]);
    let contents = terminal.contents();
    let at = |text: &str| contents.lines().position(|line| line.contains(text)).unwrap();
    assert_eq!((at("C014"), at("C031")), (4, 6), "{contents}");
}

#[test]
fn a_half_written_file_raises_a_banner_that_goes_when_it_is_mended() {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    let whole = fs::read_to_string(data.path().join("customers.json")).unwrap();
    let half = &whole[..whole.find("\"C003\"").unwrap()];
    // In place, as careless writers do.
    fs::write(data.path().join("customers.json"), half).unwrap();
    terminal.wait_for("▲ customers.json:4:");
    terminal.wait_for("▲ stopped");
    terminal.wait_for_line(&["▸", "C006", "$527k"]);
    terminal.send("a");
    terminal.wait_for("✗ customers.json:4:");
    fs::write(data.path().join("customers.json"), whole).unwrap();
    terminal.wait_gone("▲");
    terminal.wait_for("● live");
    terminal.send("a");
    terminal.wait_for("Approve?");
}

#[test]
fn a_directory_that_goes_and_comes_back_is_told_and_forgiven() {
    let data = sample_data();
    let away = data.path().with_extension("away");
    let terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    fs::rename(data.path(), &away).unwrap();
    terminal.wait_for("no directory");
    terminal.wait_for_line(&["▸", "C006"]);
    fs::rename(&away, data.path()).unwrap();
    terminal.wait_gone("no directory");
    edit(data.path(), "fused_signals.json", "0.983", "0.861");
    terminal.wait_for_line(&["C005", "0.86"]);
}

#[test]
fn an_approval_is_on_disk_when_it_says_so() {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("approve as dana");
    terminal.confirm();
    terminal.wait_for("Approved Executive Outreach for Meridian Health Systems (C006). Saved (#1)");
    let ledger = fs::read_to_string(data.path().join("decisions.jsonl")).unwrap();
    assert_eq!(ledger.lines().count(), 1);
    for told in ["\"by\":\"dana\"", "\"kind\":\"approve\"", "\"customer_id\":\"C006\""] {
        assert!(ledger.contains(told), "{told} is not in {ledger}");
    }
    nextplay(data.path()).arg("verify").assert().success();
    terminal.wait_for("[1 Queue 9]");
    terminal.send("q");
    assert!(terminal.exit().success());
}

#[test]
fn a_rejection_with_reason_and_note_is_in_the_ledger_as_typed() {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("r4\t");
    terminal.wait_for("[4 Budget]");
    // A paste with a line break in it: text, and no key.
    terminal.send("\x1b[200~too dear,\ryes\x1b[201~");
    terminal.wait_for("too dear, yes");
    terminal.send("\t");
    terminal.confirm();
    terminal.wait_for("Rejected Executive Outreach for Meridian Health Systems (C006). Saved (#1)");
    let log = nextplay(data.path()).args(["log", "--format", "jsonl"]).assert().success();
    let log = String::from_utf8(log.get_output().stdout.clone()).unwrap();
    assert!(log.contains(r#""reason":"budget","note":"too dear, yes""#), "{log}");
}

#[test]
fn what_another_reviewer_decides_elsewhere_is_on_the_screen() {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("Approve?");
    let mut sam = nextplay(data.path());
    sam.args(["--by", "sam", "reject", "C006", "--reason", "budget"]).assert().success();
    terminal.wait_for("sam rejected this");
    terminal.confirm();
    terminal.wait_for("Press Enter to review");
    terminal.send("\x1b");
    terminal.wait_gone("Approve?");
    terminal.wait_for("[1 Queue 9]");
    terminal.wait_for_line(&["▸", "C015"]);
    assert_eq!(fs::read_to_string(data.path().join("decisions.jsonl")).unwrap().lines().count(), 1);
}

#[rstest]
#[case("q")]
#[case("\x03")]
fn quitting_ends_with_0_and_gives_the_terminal_back(#[case] key: &str) {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send(key);
    assert!(terminal.exit().success());
    terminal.wait_restored();
    assert_eq!(terminal.contents().trim(), "", "nothing is left on the shell's screen");
    assert!(!data.path().join("decisions.jsonl").exists(), "looking leaves no ledger behind");
}

#[rstest]
#[case("TERM")]
#[case("HUP")]
#[case("INT")]
fn a_signal_ends_it_and_gives_the_terminal_back(#[case] signal: &str) {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("Approve?");
    terminal.signal(signal);
    terminal.exit();
    terminal.wait_restored();
}

#[test]
fn a_window_that_is_closed_ends_it() {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.hang_up();
    terminal.exit();
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_until_it_is_called_back() {
    let data = sample_data();
    let mut command = CommandBuilder::new("sh");
    command.arg("-i");
    let program = env!("CARGO_BIN_EXE_nextplay");
    let mut terminal = Terminal::run(
        command,
        &[("PS1", "shell: "), ("ENV", ""), ("DATA", &data.path().to_string_lossy())],
    );
    terminal.wait_for("shell: ");
    terminal.send(&format!("'{program}' --by dana --data \"$DATA\"\r"));
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("j\x1a");
    terminal.wait("the shell", |screen| {
        let shell = screen.contents().trim_end().ends_with("shell:");
        !screen.alternate_screen() && !screen.hide_cursor() && shell
    });
    terminal.send("echo 'I am' back\r");
    terminal.wait_for("\nI am back");
    terminal.send("fg\r");
    terminal.wait_for_line(&["▸", "C015"]);
    assert!(terminal.look(vt100::Screen::alternate_screen));
    terminal.send("q");
    terminal.wait("the shell again", |screen| {
        !screen.alternate_screen() && screen.contents().trim_end().ends_with("shell:")
    });
    terminal.send("echo \"ended with $?\"; exit\r");
    terminal.wait_for("\nended with 0");
    terminal.exit();
}

#[test]
fn the_window_may_change_its_size_at_any_time() {
    let data = sample_data();
    let terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    assert!(!terminal.contents().contains("CAUTION"));
    terminal.resize(120, 40);
    terminal.wait_for_line(&["▸", "C006", "││"]);
    terminal.wait_for("CAUTION");
    terminal.resize(50, 12);
    terminal.wait_for("nextplay needs 60 columns and 16 rows");
    terminal.resize(80, 24);
    terminal.wait_for_line(&["▸", "C006", "Meridian Health"]);
    terminal.wait_gone("CAUTION");
}

/// The parameters of every sequence that sets how text looks.
fn looks(bytes: &[u8]) -> Vec<u32> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    for part in text.split("\x1b[").skip(1) {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ';' && c != ':');
        if let Some(end) = end.filter(|end| part[*end..].starts_with('m')) {
            found.extend(part[..end].split([';', ':']).map(|n| n.parse::<u32>().unwrap_or(0)));
        }
    }
    found
}

fn is_color(look: &u32) -> bool {
    matches!(look, 30..=38 | 40..=48 | 58 | 90..=97 | 100..=107)
}

#[test]
fn no_color_means_no_colour_and_the_selection_is_still_seen() {
    let data = sample_data();
    let mut terminal = Terminal::with(data.path(), &[("NO_COLOR", "1")]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("Approve?");
    terminal.confirm();
    terminal.wait_for("Saved (#");
    terminal.send("j");
    terminal.wait_for_line(&["▸", "C015"]);
    let looks = looks(&terminal.bytes());
    assert_eq!(looks.iter().copied().find(is_color), None);
    let (row, reversed) = terminal.look(|screen| {
        let contents = screen.contents();
        let row = contents.lines().position(|line| line.contains('▸')).unwrap() as u16;
        let reversed = (1..79).all(|column| screen.cell(row, column).unwrap().inverse());
        (row, reversed)
    });
    assert!(reversed, "row {row} is not in reverse video");
}

#[test]
fn an_ordinary_terminal_gets_colours() {
    let data = sample_data();
    let terminal = Terminal::with(data.path(), &[("NO_COLOR", "")]);
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.wait_for("quit");
    assert!(looks(&terminal.bytes()).iter().any(is_color));
}

#[test]
fn a_directory_that_is_not_there_is_told_and_the_screen_is_not_taken() {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(&data.path().join("nowhere"));
    assert_eq!(terminal.exit().exit_code(), 2);
    terminal.wait_for("no directory");
    let bytes = String::from_utf8(terminal.bytes()).unwrap();
    assert!(!bytes.contains("\x1b["), "{bytes:?}");
    terminal.wait_restored();
}

#[test]
fn without_a_terminal_it_says_what_to_do_instead() {
    let data = sample_data();
    let told = nextplay(data.path()).assert().code(2);
    let error = String::from_utf8(told.get_output().stderr.clone()).unwrap();
    assert!(error.contains("needs a terminal") && error.contains("nextplay match"), "{error}");
}

#[test]
fn killed_in_the_middle_it_starts_again_with_every_decision_that_it_told() {
    let data = sample_data();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for_line(&["▸", "C006"]);
    terminal.send("a");
    terminal.wait_for("Approve?");
    terminal.confirm();
    terminal.wait_for("Saved (#");
    terminal.send("a");
    terminal.wait_for("Approve?");
    terminal.signal("KILL");
    terminal.exit();
    nextplay(data.path()).arg("verify").assert().success();

    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for("[1 Queue 9]");
    terminal.wait_for_line(&["▸", "C015"]);
    terminal.send("a");
    terminal.wait_for("Approve?");
    terminal.confirm();
    terminal.wait_for("Saved (#2)");
    nextplay(data.path()).arg("verify").assert().success();
}

#[rstest]
#[case("")]
#[case("null")]
#[case("[[[[[[[[")]
#[case("{\"half")]
#[case("[{\"customer_id\": NaN}]")]
#[case("\u{feff}\r\n")]
fn bad_files_at_the_start_are_told_and_mended_under_its_eyes(#[case] text: &str) {
    let data = sample_data();
    let whole = fs::read_to_string(data.path().join("customers.json")).unwrap();
    fs::write(data.path().join("customers.json"), text).unwrap();
    let mut terminal = Terminal::dashboard(data.path());
    terminal.wait_for("▲ customers.json");
    terminal.send("a2j?");
    terminal.wait_for("Approve the recommended playbook");
    terminal.send("\x1b");
    terminal.wait_gone("Approve the recommended playbook");
    terminal.send("1");
    replace(data.path(), "customers.json", whole);
    terminal.wait_for_line(&["C006", "Meridian Health"]);
    terminal.send("q");
    assert!(terminal.exit().success());
    terminal.wait_restored();
}

#[test]
fn a_scenario_survives_a_kill_and_is_offered_again() {
    let (data, state) = (sample_data(), tempfile::tempdir().unwrap());
    let variables = [("XDG_STATE_HOME", state.path().to_str().unwrap())];
    let mut terminal = Terminal::with(data.path(), &variables);
    terminal.wait_for("● live");
    terminal.send("5");
    terminal.wait_for("[5 What-if]");
    terminal.send("\x1b[1;2C");
    terminal.wait_for("0.50 → 0.51");
    terminal.send("n");
    terminal.wait_for("Name of the scenario");
    terminal.send("z");
    terminal.wait_for("║ z ");
    terminal.pause(300);
    terminal.send("\r");
    terminal.wait_for("Added scenario \"z\"");
    let is_saved = || {
        let files = walkdir(state.path());
        files
            .iter()
            .any(|file| fs::read_to_string(file).is_ok_and(|text| text.contains(r#""name":"z""#)))
    };
    terminal.wait("the scenario in the state directory", |_| is_saved());
    terminal.signal("KILL");
    terminal.exit();
    let mut terminal = Terminal::with(data.path(), &variables);
    terminal.wait_for("● live");
    terminal.send("5");
    terminal.wait_for("Scenario \"z\" from ");
    terminal.wait_for_line(&["Minimum confidence", "0.50"]);
    terminal.send("p");
    terminal.wait_for("0.50 → 0.51");
    terminal.send("q");
    assert!(terminal.exit().success());
}

/// Every file under a directory.
fn walkdir(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { walkdir(&path) } else { vec![path] }).collect()
}
