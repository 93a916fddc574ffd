//! The What-if screen: settings tried out, what they would change, and that nothing else changes.

#[path = "common/dashboard.rs"]
mod dashboard;

use dashboard::Desk;
use insta::assert_snapshot;

/// The sample data on the What-if screen.
fn desk(width: u16, height: u16) -> Desk {
    let mut desk = Desk::on_sample_data().sized(width, height);
    desk.press("5");
    desk
}

#[test]
fn looks() {
    for (width, height) in [(60, 16), (80, 24), (140, 40)] {
        let mut desk = desk(width, height);
        desk.press("j + + +");
        println!("{}", desk.screen());
        desk.press("Tab");
        println!("{}", desk.screen());
    }
    let mut desk = desk(140, 40);
    desk.press("j");
    for _ in 0..25 { desk.press("+"); }
    desk.press("j j + j j j j j + ? Esc");
    println!("{}", desk.screen());
    desk.press("n"); desk.type_text("careful"); desk.press("Enter X e");
    println!("{}", desk.screen());
}
