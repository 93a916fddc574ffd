//! What can be done with the mouse, for the help page and the manual.

/// A gesture, and what it does.
pub struct Gesture {
    /// What is done with the mouse.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub help: &'static str,
}

/// The heading over the gestures.
pub const TITLE: &str = "With the mouse";

/// Every gesture.
pub static GESTURES: [Gesture; 8] = [
    gesture(
        "Click",
        "Select a line, show a tab, sort by a column title, fold a section, choose in a menu",
    ),
    gesture("Click a key", "Do what the key does: in the footer, in a dialog"),
    gesture("Double click", "Open or edit a line"),
    gesture("Ctrl-click", "Toggle selection of a customer"),
    gesture("Wheel", "Scroll what is under the pointer"),
    gesture("Drag", "Move the divider between list and detail; a double click resets it"),
    gesture("Click in text", "Move the cursor there"),
    gesture("Shift", "Hold it to select text as the terminal does"),
];

const fn gesture(name: &'static str, help: &'static str) -> Gesture {
    Gesture { name, help }
}
