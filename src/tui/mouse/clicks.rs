//! Presses of the button as clicks: alone, the second of a double click, or close to another.

use std::time::{Duration, Instant};

use crate::tui::widget::canvas::Spot;

/// Two presses on the same spot within this time are a double click.
const DOUBLE: Duration = Duration::from_millis(400);

/// A press in the same place within this time, where something else was then, may be the second of a
/// slow double click.
const SLOW: Duration = Duration::from_secs(1);

/// What a press is, seen with the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Click {
    /// No other press came shortly before.
    Single,
    /// The second of a double click.
    Double,
    /// One of several in a row.
    Another,
    /// One shortly after another in the same place, where something else was then: what it is meant
    /// for has gone.
    Stale,
}

#[derive(Debug, Clone, Copy)]
struct Last {
    /// `None` where the wheel was turned since.
    spot: Option<Spot>,
    place: (u16, u16),
    at: Instant,
    double: bool,
}

/// The last press.
#[derive(Debug, Clone, Default)]
pub struct Clicks(Option<Last>);

impl Clicks {
    /// Takes in a press on a spot.
    pub fn press(&mut self, spot: Spot, place: (u16, u16), at: Instant) -> Click {
        let within = |time| move |last: &Last| at.saturating_duration_since(last.at) < time;
        // The hand is not that steady.
        let near = |last: &Last| last.place.0.abs_diff(place.0) <= 2 && last.place.1 == place.1;
        let is_slow = |last: &Last| near(last) && last.spot.is_some_and(|before| before != spot);
        let click = match self.0.filter(within(DOUBLE)) {
            None if self.0.filter(within(SLOW)).as_ref().is_some_and(is_slow) => Click::Another,
            None => Click::Single,
            Some(Last { spot: before, double: false, .. }) if before == Some(spot) => Click::Double,
            Some(Last { spot: Some(before), place: there, .. })
                if before != spot && there == place =>
            {
                Click::Stale
            }
            Some(_) => Click::Another,
        };
        self.0 = Some(Last { spot: Some(spot), place, at, double: click == Click::Double });
        click
    }

    /// Takes in that the wheel was turned: the same place may show something else.
    pub fn wheel(&mut self) {
        if let Some(last) = &mut self.0 {
            last.spot = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keys::action::Action;

    #[test]
    fn a_double_click_is_two_presses_on_one_spot_within_400_ms() {
        let start = Instant::now();
        let mut clicks = Clicks::default();
        let mut press = |row, y, milliseconds| {
            let at = start + Duration::from_millis(milliseconds);
            clicks.press(Spot::Row(row), (3, y), at)
        };
        assert_eq!(press(1, 5, 0), Click::Single);
        assert_eq!(press(1, 5, 399), Click::Double);
        // A third one is no second double click.
        assert_eq!(press(1, 5, 700), Click::Another);
        assert_eq!(press(1, 5, 1_000), Click::Double);
        assert_eq!(press(1, 5, 1_400), Click::Single);
        assert_eq!(press(2, 6, 1_500), Click::Another);
        // The list moved under the pointer.
        assert_eq!(press(7, 6, 1_600), Click::Stale);
        assert_eq!(press(7, 6, 2_000), Click::Single);
    }

    #[test]
    fn a_slow_second_press_is_not_alone_where_something_else_was_before() {
        let start = Instant::now();
        let confirm = Spot::Key(Action::Confirm);
        let second = |spot, place, milliseconds| {
            let mut clicks = Clicks::default();
            clicks.press(Spot::MenuLine(3), (30, 5), start);
            clicks.press(spot, place, start + Duration::from_millis(milliseconds))
        };
        assert_eq!(second(confirm, (30, 5), 600), Click::Another);
        assert_eq!(second(confirm, (32, 5), 999), Click::Another);
        assert_eq!(second(confirm, (33, 5), 600), Click::Single);
        assert_eq!(second(confirm, (30, 6), 600), Click::Single);
        assert_eq!(second(confirm, (30, 5), 1_000), Click::Single);
        assert_eq!(second(Spot::MenuLine(3), (30, 5), 600), Click::Single);
    }

    #[test]
    fn what_the_wheel_brought_under_the_pointer_can_be_clicked_at_once() {
        let at = Instant::now();
        let mut clicks = Clicks::default();
        clicks.press(Spot::Row(1), (3, 5), at);
        clicks.wheel();
        assert_eq!(clicks.press(Spot::Row(4), (3, 5), at), Click::Another);
    }
}
