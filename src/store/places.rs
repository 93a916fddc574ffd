//! Where rows stand: in which file of their table, and where in it. Rows mostly follow each other at the
//! same distance, so what is kept is where that begins and ends.

use compact_str::CompactString;

use crate::domain::{DataFile, Location, Place};

/// Rows of one column, each the same number of lines after the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    first_row: u32,
    place: Place,
    lines_a_row: u32,
}

impl Run {
    fn place(&self, row: u32) -> Place {
        let line = self.lines_a_row.saturating_mul(row.saturating_sub(self.first_row));
        Place { line: self.place.line.saturating_add(line), column: self.place.column }
    }
}

/// One of the files that a table was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    first_row: u32,
    name: CompactString,
    /// The sheet of it, where it is a workbook.
    sheet: Option<CompactString>,
}

/// The place of each row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    runs: Vec<Run>,
    rows: u32,
    /// Where the next row stands if the last run goes on; one row alone does not show it.
    next: Option<Place>,
    lines_to_next: u32,
    /// In the order of their rows.
    parts: Vec<Part>,
    /// What the table is called where no single row is meant: `customers.json`, `customers/`.
    table: CompactString,
}

impl Places {
    /// Returns the places of no rows, of a table of that name.
    pub fn of_table(name: &str) -> Self {
        Self { table: name.into(), ..Self::default() }
    }

    /// Says that the rows to come are those of another file of the table.
    pub fn begin_part(&mut self, name: &str) {
        self.parts.push(Part { first_row: self.rows, name: name.into(), sheet: None });
    }

    /// Says that the rows of the last file are in a sheet of it.
    pub fn in_sheet(&mut self, sheet: &str) {
        if let Some(part) = self.parts.last_mut() {
            part.sheet = Some(sheet.into());
        }
    }

    /// Returns the number of the file that rows are added from.
    pub fn last_part(&self) -> u32 {
        self.parts.len().saturating_sub(1) as u32
    }

    /// Returns the places of some rows, in their order.
    pub fn select(&self, rows: &[usize]) -> Self {
        let mut selected = Self::of_table(&self.table);
        let mut parts = self.parts.iter().peekable();
        for row in rows {
            while let Some(part) = parts.next_if(|part| part.first_row as usize <= *row) {
                selected.parts.push(Part { first_row: selected.rows, ..part.clone() });
            }
            selected.push(self.get(*row).unwrap_or_default());
        }
        let first_row = selected.rows;
        selected.parts.extend(parts.map(|part| Part { first_row, ..part.clone() }));
        selected
    }

    /// Returns the name of the table: that of its file, or of the directory that holds its parts.
    pub fn table(&self, file: DataFile) -> &str {
        if self.table.is_empty() { file.name() } else { &self.table }
    }

    /// Returns the name of a file of the table by its number.
    pub fn part(&self, number: u32) -> Option<&str> {
        self.parts.get(number as usize).map(|part| part.name.as_str())
    }

    /// Returns the number of the first row of a file of the table, where it is one.
    pub fn first_of(&self, name: &str) -> Option<usize> {
        let part = self.parts.iter().find(|part| part.name == name)?;
        Some(part.first_row as usize)
    }

    /// Returns what orders rows: the number of the row's file, and its place there.
    pub fn in_order(&self, row: usize) -> Option<(u32, Place)> {
        let place = self.get(row)?;
        let after = self.parts.partition_point(|part| part.first_row as usize <= row);
        Some((after.saturating_sub(1) as u32, place))
    }

    /// Returns the file and the place of a row.
    pub fn locate(&self, row: usize) -> Option<Location> {
        let (part, place) = self.in_order(row)?;
        self.location(part, place)
    }

    /// Returns a place in a file of the table, by the file's number.
    pub fn location(&self, part: u32, place: Place) -> Option<Location> {
        let Part { name, sheet, .. } = self.parts.get(part as usize)?;
        Some(Location { file: name.clone(), sheet: sheet.clone(), place })
    }

    /// Adds the place of the next row.
    #[inline]
    pub fn push(&mut self, place: Place) {
        match &mut self.next {
            Some(next) if *next == place => {
                self.rows += 1;
                next.line = next.line.saturating_add(self.lines_to_next);
            }
            _ => self.push_otherwise(place),
        }
    }

    /// Adds the place of a row that is the second one of a run, or begins one.
    fn push_otherwise(&mut self, place: Place) {
        let row = self.rows;
        let second = match self.runs.last_mut() {
            Some(last) if last.first_row + 1 == row && last.place.column == place.column => {
                last.lines_a_row = place.line.saturating_sub(last.place.line);
                last.place(row) == place
            }
            _ => false,
        };
        if !second {
            self.runs.push(Run { first_row: row, place, lines_a_row: 0 });
        }
        self.add_rows(1);
    }

    /// So many rows more are in the last run.
    fn add_rows(&mut self, rows: u32) {
        self.rows += rows;
        let last = self.runs.last().filter(|run| self.rows > run.first_row + 1);
        self.next = last.map(|run| run.place(self.rows));
        self.lines_to_next = last.map_or(0, |run| run.lines_a_row);
    }

    /// Adds the places of later rows, which are told from `base` on.
    pub fn append(&mut self, base: Place, later: &Self) {
        for (number, run) in later.runs.iter().enumerate() {
            let end = later.runs.get(number + 1).map_or(later.rows, |next| next.first_row);
            // The first two rows of a run tell where it joins on; the rest follow by themselves.
            let place_of = |row| base.plus(run.place(row));
            self.push(place_of(run.first_row));
            if end - run.first_row > 1 {
                self.push(place_of(run.first_row + 1));
                let rest = end - run.first_row - 2;
                let goes_on = self.next == Some(place_of(run.first_row + 2));
                if rest > 0 && goes_on && run.lines_a_row > 0 {
                    self.add_rows(rest);
                } else {
                    (0..rest).for_each(|row| self.push(place_of(run.first_row + 2 + row)));
                }
            }
        }
    }

    /// Returns the place of a row.
    pub fn get(&self, row: usize) -> Option<Place> {
        let row = u32::try_from(row).ok().filter(|row| *row < self.rows)?;
        let after = self.runs.partition_point(|run| run.first_row <= row);
        self.runs.get(after.checked_sub(1)?).map(|run| run.place(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(all: &[(u32, u32)]) -> Places {
        let mut places = Places::default();
        all.iter().for_each(|(line, column)| places.push(Place { line: *line, column: *column }));
        places
    }

    #[test]
    fn rows_at_the_same_distance_are_one_run() {
        let all: Vec<(u32, u32)> =
            std::iter::once((1, 2)).chain((2..999).map(|l| (l, 1))).collect();
        let regular = places(&all);
        assert_eq!(regular.runs.len(), 2);
        let pretty: Vec<(u32, u32)> = (0..999).map(|row| (2 + row * 5, 3)).collect();
        assert_eq!(places(&pretty).runs.len(), 1);
        for (all, kept) in [(all, regular), (pretty.clone(), places(&pretty))] {
            for (row, (line, column)) in all.iter().enumerate() {
                assert_eq!(kept.get(row), Some(Place { line: *line, column: *column }));
            }
            assert_eq!(kept.get(all.len()), None);
        }
    }

    #[test]
    fn any_places_come_back_as_they_were_also_in_parts() {
        let all: Vec<(u32, u32)> = (0..200u32)
            .scan((1, 1), |at, n| {
                *at = match n % 17 % 5 {
                    0 => (at.0, at.1 + n % 7 + 1),
                    1 => (at.0 + n % 3 + 1, 4),
                    _ => (at.0 + 1, 1),
                };
                Some(*at)
            })
            .collect();
        for cut in 0..all.len() {
            let (first, later) = all.split_at(cut);
            // Told from where the later part begins.
            let base = later[0];
            let relative: Vec<(u32, u32)> = later
                .iter()
                .map(|(line, column)| {
                    let same_line = *line == base.0;
                    (line - base.0 + 1, if same_line { column - base.1 + 1 } else { *column })
                })
                .collect();
            let mut put_together = places(first);
            put_together.append(Place { line: base.0, column: base.1 }, &places(&relative));
            for (row, (line, column)) in all.iter().enumerate() {
                let want = Place { line: *line, column: *column };
                assert_eq!(put_together.get(row), Some(want), "cut {cut}, row {row}");
            }
        }
    }
}
