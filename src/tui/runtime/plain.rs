//! The screen of a terminal without UTF-8.

use ratatui::buffer::Buffer;

use crate::domain::ascii::ascii_cluster;
use crate::domain::width::Width;

/// Draws everything in ASCII; each text keeps its columns.
pub fn to_ascii(buffer: &mut Buffer) {
    let area = buffer.area;
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            let Some(cell) = buffer.cell((x, y)).filter(|cell| !cell.symbol().is_ascii()) else {
                continue;
            };
            let style = cell.style();
            let symbol = ascii_cluster(cell.symbol(), cell.symbol().width());
            for (x, c) in (x..area.right()).zip(symbol.chars()) {
                if let Some(cell) = buffer.cell_mut((x, y)) {
                    cell.set_char(c).set_style(style);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn a_screen_is_ascii_in_the_same_columns() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 16, 2));
        buffer.set_string(0, 0, "│日本│Łódź│42.2×│", Style::new());
        buffer.set_string(0, 1, "╰────────────╯", Style::new());
        to_ascii(&mut buffer);
        assert_eq!(buffer, Buffer::with_lines(["|RiBe|Lodz|42.2x", "+------------+  "]));
    }
}
