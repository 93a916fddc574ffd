//! The events that the loop takes, those of the mouse that belong together as one.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::tui::event::Event;

/// The receiving end of the channel of events.
///
/// A wheel and a drag send far more events than frames can be drawn: of those that are there already,
/// notches of the wheel in one place are added up, and of a drag the last place counts.
pub struct Inbox<'a> {
    events: &'a Receiver<Event>,
    /// The event that was taken out to see whether it belongs to the one before.
    ahead: Option<Event>,
}

impl<'a> Inbox<'a> {
    /// Returns the inbox of a channel.
    pub fn new(events: &'a Receiver<Event>) -> Self {
        Self { events, ahead: None }
    }

    /// Waits for the next event, for a time or without end.
    ///
    /// # Errors
    /// Where none came in time, or none will come any more.
    pub fn next(&mut self, wait: Option<Duration>) -> Result<Event, RecvTimeoutError> {
        if let Some(event) = self.waiting() {
            return Ok(event);
        }
        let event = match wait {
            Some(wait) => self.events.recv_timeout(wait)?,
            None => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected)?,
        };
        Ok(self.joined(event))
    }

    /// Returns the next event that is there already.
    pub fn waiting(&mut self) -> Option<Event> {
        let event = self.ahead.take().or_else(|| self.events.try_recv().ok())?;
        Some(self.joined(event))
    }

    fn joined(&mut self, mut event: Event) -> Event {
        let Event::Mouse(mouse) = &mut event else { return event };
        while let Ok(later) = self.events.try_recv() {
            match later {
                Event::Mouse(later) if mouse.join(&later) => {}
                later => {
                    self.ahead = Some(later);
                    break;
                }
            }
        }
        event
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Instant;

    use super::*;
    use crate::tui::runtime::input::{Mouse, MouseKind};

    #[test]
    fn a_flood_of_the_wheel_or_of_a_drag_is_one_event() {
        use MouseKind::{Drag, Press, Release, Wheel};
        let at = Instant::now();
        let (sender, events) = channel();
        let send = |kind, column| {
            let mouse = Mouse { kind, column, row: 7, control: false, at };
            sender.send(Event::Mouse(mouse)).unwrap();
        };
        (0..100).for_each(|_| send(Wheel(1), 5));
        (0..3).for_each(|_| send(Wheel(-1), 5));
        sender.send(Event::Tick).unwrap();
        send(Press, 5);
        (0..100).for_each(|column| send(Drag, column));
        send(Release, 99);
        // Each press counts.
        send(Press, 5);
        send(Press, 5);
        let mut inbox = Inbox::new(&events);
        let mut told = Vec::new();
        while let Some(event) = inbox.waiting() {
            told.push(match event {
                Event::Mouse(mouse) => format!("{:?} {}", mouse.kind, mouse.column),
                other => format!("{other:?}"),
            });
        }
        let want = ["Wheel(100) 5", "Wheel(-3) 5", "Tick", "Press 5", "Drag 99", "Release 99"];
        assert_eq!(told[..6], want);
        assert_eq!(told[6..], ["Press 5", "Press 5"]);
        assert!(matches!(inbox.next(Some(Duration::ZERO)), Err(RecvTimeoutError::Timeout)));
        drop(sender);
        assert!(matches!(inbox.next(None), Err(RecvTimeoutError::Disconnected)));
    }
}
