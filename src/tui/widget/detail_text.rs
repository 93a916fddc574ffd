//! The text of a detail pane: lines, and the headings of sections among them.

use ratatui::text::Line;

/// A heading that a key can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The name of its section.
    pub section: &'static str,
    /// Its title, as the pane's frame shows it while the heading itself is out of sight.
    pub title: String,
    /// The line that it stands on.
    pub line: usize,
    /// Its first column, and how many it takes.
    pub columns: (usize, usize),
}

/// Lines, each at most as wide as the pane.
#[derive(Debug, Clone, Default)]
pub struct DetailText {
    /// The lines.
    pub lines: Vec<Line<'static>>,
    /// The headings, in order; none where nothing can be folded.
    pub headings: Vec<Heading>,
}

impl From<Vec<Line<'static>>> for DetailText {
    fn from(lines: Vec<Line<'static>>) -> Self {
        Self { lines, headings: Vec::new() }
    }
}

impl DetailText {
    /// Returns how many lines do not fit in so many rows.
    pub fn overflow(&self, rows: usize) -> usize {
        self.lines.len().saturating_sub(rows)
    }

    /// Returns the place of the heading that the keys act on, in a window of `rows` lines from `scroll`
    /// on: the selected one while it is in sight, else the one whose section the window begins with,
    /// else the first one in sight.
    pub fn current(&self, selected: Option<&str>, scroll: usize, rows: usize) -> Option<usize> {
        let in_sight = |heading: &Heading| is_in_sight(heading, scroll, rows);
        let selected = |heading: &Heading| selected == Some(heading.section) && in_sight(heading);
        self.headings
            .iter()
            .position(selected)
            .or_else(|| self.headings.iter().rposition(|heading| heading.line < scroll))
            .or_else(|| self.headings.iter().position(in_sight))
    }
}

/// True where a heading stands in a window of `rows` lines from `scroll` on.
pub fn is_in_sight(heading: &Heading, scroll: usize, rows: usize) -> bool {
    (scroll..scroll + rows).contains(&heading.line)
}

/// Where a detail is scrolled to, and which heading is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The first line in sight.
    pub scroll: usize,
    /// The section of the selected heading.
    pub section: Option<&'static str>,
}

impl Reading {
    /// Moves by a line: to the next heading where that is in sight, else by scrolling, so that
    /// everything between two headings is read on the way.
    pub fn step(self, text: &DetailText, rows: usize, down: bool) -> Self {
        let current = text.current(self.section, self.scroll, rows);
        let next = match (current, down) {
            (None, true) => text.headings.iter().position(|h| is_in_sight(h, self.scroll, rows)),
            (None, false) => None,
            (Some(place), true) => Some(place + 1),
            (Some(place), false) => place.checked_sub(1),
        };
        let next = next.and_then(|place| text.headings.get(place));
        if let Some(heading) = next.filter(|heading| is_in_sight(heading, self.scroll, rows)) {
            return Self { section: Some(heading.section), ..self };
        }
        let section = current.and_then(|place| text.headings.get(place)).map(|h| h.section);
        let by = if down { 1 } else { -1 };
        let scroll = self.scroll.saturating_add_signed(by).min(text.overflow(rows));
        Self { scroll, section: section.or(self.section) }
    }

    /// Moves by more than a line; the ends of the scale are the first and the last line.
    pub fn jump(self, text: &DetailText, rows: usize, by: isize) -> Self {
        let scroll = self.scroll.saturating_add_signed(by).min(text.overflow(rows));
        let end = if by > 0 { text.headings.last() } else { text.headings.first() };
        let section = match scroll == self.scroll || by == isize::MAX || by == isize::MIN {
            true => end.map(|heading| heading.section),
            false => self.section,
        };
        Self { scroll, section }
    }

    /// Scrolls as little as it takes for a section to be in sight, from its heading to the next one.
    pub fn reveal(self, text: &DetailText, rows: usize, section: &'static str) -> Self {
        let place = text.headings.iter().position(|heading| heading.section == section);
        let Some(heading) = place.and_then(|place| text.headings.get(place)) else { return self };
        let later = text.headings.iter().skip(place.unwrap_or_default() + 1);
        let next = later.map(|heading| heading.line).find(|line| *line > heading.line);
        let end = next.unwrap_or(text.lines.len());
        let scroll = self.scroll.max(end.saturating_sub(rows)).min(heading.line);
        Self { scroll: scroll.min(text.overflow(rows)), section: Some(section) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `lines` lines with headings at some of them.
    fn text(lines: usize, headings: &[(&'static str, usize)]) -> DetailText {
        let heading = |(section, line): &(&'static str, usize)| Heading {
            section,
            title: String::new(),
            line: *line,
            columns: (0, 1),
        };
        let headings = headings.iter().map(heading).collect();
        DetailText { lines: vec![Line::default(); lines], headings }
    }

    const TOP: Reading = Reading { scroll: 0, section: None };

    #[test]
    fn down_goes_from_heading_to_heading_and_scrolls_where_none_is_in_sight() {
        let text = text(30, &[("a", 5), ("b", 6), ("c", 20)]);
        let mut reading = TOP;
        let mut seen = Vec::new();
        for _ in 0..40 {
            reading = reading.step(&text, 10, true);
            let current = text.current(reading.section, reading.scroll, 10).unwrap();
            seen.push((text.headings[current].section, reading.scroll));
        }
        // From "b" on the window moves until "c" is in sight.
        assert_eq!(seen[..3], [("b", 0), ("b", 1), ("b", 2)]);
        let at = seen.iter().position(|place| place.0 == "c").unwrap();
        assert_eq!(seen[at], ("c", 11));
        assert_eq!(seen.last().unwrap(), &("c", 20));
        for _ in 0..60 {
            reading = reading.step(&text, 10, false);
        }
        assert_eq!(reading, Reading { scroll: 0, section: Some("a") });
    }

    #[test]
    fn without_headings_the_keys_scroll() {
        let text = text(30, &[]);
        assert_eq!(TOP.step(&text, 10, true).scroll, 1);
        assert_eq!(TOP.jump(&text, 10, isize::MAX).scroll, 20);
        assert_eq!(text.current(None, 0, 10), None);
    }

    #[test]
    fn an_opened_section_is_scrolled_into_sight_from_its_heading_on() {
        let tall = text(40, &[("a", 5), ("b", 30)]);
        let reading = Reading { scroll: 0, section: Some("a") }.reveal(&tall, 10, "a");
        assert_eq!(reading.scroll, 5, "its heading stays");
        let short = text(14, &[("a", 5), ("b", 12)]);
        assert_eq!(TOP.reveal(&short, 10, "a").scroll, 2);
        assert_eq!(
            Reading { scroll: 4, section: None }.reveal(&text(9, &[("a", 3)]), 10, "a").scroll,
            0
        );
    }
}
