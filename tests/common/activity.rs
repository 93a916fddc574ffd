//! A dashboard on which something happened, and what its Activity screen then shows.

use nextplay::domain::DecisionKind;
use nextplay::tui::activity::list::Item;

use super::dashboard::{Desk, ROWS, Row};

/// Three decisions, then a reload that changed C2 and C3; three minutes lie between.
pub fn busy() -> Desk {
    let mut desk = Desk::new();
    desk.other_decides("sam", DecisionKind::Approve, "C1", 3000);
    desk.other_decides("sam", DecisionKind::Reject, "C5", 3);
    desk.look();
    desk.press("r 4 Tab");
    desk.type_text("not this year");
    desk.press("Enter y");
    desk.carry_out();
    desk.pass(180);
    let mut rows = ROWS;
    rows[1].value = 120_000;
    rows[1].risk = 0.82;
    rows[2].risk = 0.1;
    desk.write_rows(&rows);
    desk.look();
    desk.press("6");
    desk
}

/// The lines of the list, each in a few words.
pub fn lines(desk: &Desk) -> Vec<String> {
    let activity = &desk.state.activity;
    let line = |place| match activity.item(place).unwrap() {
        Item::Entry(entry) => {
            format!("{} {} {}", entry.by, entry.kind.name(), entry.customer_id)
        }
        Item::Change(told) => {
            format!("◆ {} {}", told.customer_id.as_deref().unwrap_or("-"), told.words)
        }
        Item::Dropped(number) => format!("{number} dropped"),
    };
    (0..activity.len()).map(line).collect()
}

pub fn selected_line(desk: &Desk) -> String {
    lines(desk).get(desk.state.activity.cursor).cloned().unwrap_or_default()
}

/// The line of the screen with a text in it.
pub fn line_with(desk: &Desk, text: &str) -> String {
    let screen = desk.screen();
    let found = screen.lines().find(|line| line.contains(text)).map(str::to_owned);
    found.unwrap_or_else(|| panic!("no {text} in\n{screen}"))
}

/// A desk on which so many customers appeared in one reload.
pub fn many_changes(number: usize) -> Desk {
    let mut desk = Desk::new();
    desk.pass(60);
    let rows = (0..number).map(|n| {
        let id: &'static str = format!("N{n}").leak();
        Row { id, ..ROWS[0] }
    });
    let rows: Vec<Row> = ROWS.into_iter().chain(rows).collect();
    desk.write_rows(&rows);
    desk.look();
    desk
}

/// The screen without ids and hashes, which are others each time.
pub fn without_ids(desk: &Desk) -> String {
    let screen = desk.screen();
    let hidden = |word: &str| {
        let hex = word.len() > 12 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        if hex { "#".repeat(word.len()) } else { word.to_owned() }
    };
    let line = |line: &str| line.split(' ').map(hidden).collect::<Vec<_>>().join(" ");
    screen.lines().map(line).collect::<Vec<_>>().join("\n")
}
