//! Texts of any length in the dashboard: what is shown is cut, and nothing takes longer than the text
//! is long.

use crate::common::dashboard;

use std::time::{Duration, Instant};

use dashboard::Desk;
use rstest::rstest;
use serde_json::{Value, json};

/// A million characters: by the square of that, nothing would end today.
const LONG: usize = 1_000_000;
/// Signals of one customer.
const MANY: usize = 100_000;
/// Far more than all of a test takes on a slow machine, far less than time by the square would take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The first row of a file with a field set.
fn set(desk: &Desk, file: &str, field: &str, value: Value) {
    let text = std::fs::read_to_string(desk.dir.path().join(file)).unwrap();
    let mut rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    rows.iter_mut().for_each(|row| row[field] = value.clone());
    desk.write(file, &serde_json::to_string(&rows).unwrap());
}

/// Goes over every screen, its details, the dialog and the filter.
fn use_everything(desk: &mut Desk) {
    desk.look();
    for screen in ["1", "2", "3", "4", "5", "6"] {
        desk.press(screen);
        desk.screen();
        desk.press("j Enter");
        desk.screen();
        desk.press("G");
        desk.screen();
        desk.press("Esc");
    }
    desk.press("1 a");
    desk.screen();
    desk.press("Esc ! j");
    desk.screen();
    desk.press("Esc /");
    desk.type_text("xx name:x");
    desk.screen();
}

#[rstest]
#[case("journey_playbooks.json", "name", "x".repeat(LONG))]
#[case("journey_playbooks.json", "name", "word ".repeat(LONG / 5))]
#[case("journey_playbooks.json", "name", format!("e{}", "\u{301}".repeat(LONG / 2)))]
#[case("journey_playbooks.json", "name", "\u{644}\u{627}".repeat(LONG / 4))]
#[case("journey_playbooks.json", "name", "\u{200b}".repeat(LONG / 3))]
#[case("customers.json", "name", "x".repeat(LONG))]
#[case("customers.json", "owner", "x".repeat(LONG))]
fn long_texts_are_cut(#[case] file: &str, #[case] field: &str, #[case] text: String) {
    let started = Instant::now();
    let mut desk = Desk::new().sized(140, 40);
    set(&desk, file, field, text.into());
    use_everything(&mut desk);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

#[test]
fn many_signals_of_one_customer_are_shown_by_their_number() {
    let started = Instant::now();
    let mut desk = Desk::new().sized(140, 40);
    let signal = |n| json!({"signal_id": format!("S{n}"), "customer_id": "C1", "signal_type": "x"});
    let signals: Vec<Value> = (0..MANY).map(signal).collect();
    desk.write("signals.json", &serde_json::to_string(&signals).unwrap());
    use_everything(&mut desk);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}
