//! Frames and bars as geometry, so that they join without gaps whatever the font.

/// Width and height of a cell, in pixels.
pub const CELL: (u16, u16) = (9, 20);

/// A character that is drawn rather than written.
pub enum Shape {
    /// Lines: the data of a path that is stroked.
    Line(String),
    /// An area, with its opacity in percent: the data of a path that is filled.
    Area(String, u8),
}

/// Returns the shape of a run of `count` equal characters whose first cell begins at `(x, y)`, or
/// nothing where the character is text.
pub fn shape(symbol: &str, count: u16, x: u16, y: u16) -> Option<Shape> {
    let (cell_width, height) = CELL;
    let (width, right, bottom) = (cell_width * count, x + cell_width * count, y + height);
    let (middle, center) = (f32::from(x) + 4.5, y + height / 2);
    let (before, after, above, below) = (middle - 1.5, middle + 1.5, center - 2, center + 2);
    let area =
        |x: f32, y: f32, width: f32, height: f32| format!("M{x} {y}h{width}v{height}h-{width}z");
    let eighths = |parts: f32| f32::from(width) * parts / 8.0;
    let (left, top) = (f32::from(x), f32::from(y));
    let all = || area(left, top, f32::from(width), f32::from(height));
    let full = |data| Shape::Area(data, 100);
    let line = Shape::Line;
    Some(match symbol {
        "─" => line(format!("M{x} {center}h{width}")),
        "═" => line(format!("M{x} {above}h{width}M{x} {below}h{width}")),
        _ if count > 1 && !"█░▒▓".contains(symbol) => return None,
        "│" => line(format!("M{middle} {y}v{height}")),
        "╭" => line(format!("M{middle} {bottom}v-5q0 -5 4.5 -5")),
        "╮" => line(format!("M{middle} {bottom}v-5q0 -5 -4.5 -5")),
        "╰" => line(format!("M{middle} {y}v5q0 5 4.5 5")),
        "╯" => line(format!("M{middle} {y}v5q0 5 -4.5 5")),
        "║" => line(format!("M{before} {y}v{height}M{after} {y}v{height}")),
        "╔" => {
            line(format!("M{before} {bottom}V{above}H{right}M{after} {bottom}V{below}H{right}"))
        }
        "╗" => line(format!("M{after} {bottom}V{above}H{x}M{before} {bottom}V{below}H{x}")),
        "╚" => line(format!("M{before} {y}V{below}H{right}M{after} {y}V{above}H{right}")),
        "╝" => line(format!("M{after} {y}V{below}H{x}M{before} {y}V{above}H{x}")),
        "┃" => full(area(middle - 1.0, top, 2.0, f32::from(height))),
        "█" => full(all()),
        "░" => Shape::Area(all(), 25),
        "▒" => Shape::Area(all(), 50),
        "▓" => Shape::Area(all(), 75),
        _ => {
            if let Some(parts) =
                ["▏", "▎", "▍", "▌", "▋", "▊", "▉"].iter().position(|s| *s == symbol)
            {
                full(area(left, top, eighths(parts as f32 + 1.0), f32::from(height)))
            } else {
                let levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇"];
                let level = levels.iter().position(|s| *s == symbol)? as f32 + 1.0;
                let filled = f32::from(height) * level / 8.0;
                full(area(left, f32::from(bottom) - filled, f32::from(width), filled))
            }
        }
    })
}

/// True where equal neighbors are drawn as one.
pub fn merges(symbol: &str) -> bool {
    "─═█░▒▓".contains(symbol)
}
