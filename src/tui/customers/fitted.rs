//! Which columns of a list stand on the screen, in which order, and how wide each is.

use super::columns::{COLUMNS, Column, ColumnId, Show, WidthRule};
use super::list::Sort;
use crate::domain::width::Width;
use crate::tui::screen::id::Screen;

/// Blank columns of the terminal between two columns of the list.
pub const GAP: usize = 1;
/// A name up to this length is readable as a whole before the playbook grows.
const NAME: usize = 32;
/// Columns behind this place in the order of dropping are there only where such a name is whole.
const EXTRA: u8 = 5;
/// Place in the order of dropping that the sorted column has at least: behind name, id, revenue at
/// risk and risk.
const SORTED: u8 = 4;
/// Columns of the terminal that the bar of the risk takes.
const BAR: usize = 5;

/// The columns of a list: their order, and which are on. The name is always on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen(Vec<(ColumnId, bool)>);

impl Chosen {
    /// Returns what a list shows unless someone chose otherwise.
    pub fn initial(screen: Screen) -> Self {
        let shown = COLUMNS.iter().filter_map(|column| Some((column.id, column.show.as_ref()?)));
        Self(shown.map(|(id, show)| (id, show.on.contains(&screen))).collect())
    }

    /// Returns these columns, in this order, and the name; all others are off.
    pub fn only(on: impl Iterator<Item = ColumnId>, screen: Screen) -> Self {
        let mut columns: Vec<(ColumnId, bool)> = on.map(|id| (id, true)).collect();
        if columns.iter().all(|(id, _)| *id != ColumnId::Name) {
            columns.push((ColumnId::Name, true));
        }
        let others = Self::initial(screen).0.into_iter().map(|(id, _)| (id, false));
        let others: Vec<_> =
            others.filter(|(id, _)| columns.iter().all(|(on, _)| on != id)).collect();
        columns.extend(others);
        Self(columns)
    }

    /// Returns what was remembered, by name. A column that is not among it, as it is of a later
    /// version, stands where it stands at first.
    pub fn restored<'a>(remembered: impl Iterator<Item = (&'a str, bool)>, screen: Screen) -> Self {
        let initial = Self::initial(screen);
        let mut columns: Vec<(ColumnId, bool)> = Vec::new();
        for (name, on) in remembered {
            let known = name.parse().ok().filter(|id: &ColumnId| id.column().show.is_some());
            if let Some(id) = known.filter(|id| columns.iter().all(|(other, _)| other != id)) {
                columns.push((id, on || id == ColumnId::Name));
            }
        }
        for (place, (id, on)) in initial.0.into_iter().enumerate() {
            if columns.iter().all(|(other, _)| *other != id) {
                columns.insert(place.min(columns.len()), (id, on));
            }
        }
        Self(columns)
    }

    /// Returns every column with whether it is on, in order.
    pub fn all(&self) -> impl ExactSizeIterator<Item = (ColumnId, bool)> {
        self.0.iter().copied()
    }

    /// Turns the column at a place on or off; the name stays on.
    pub fn toggle(&mut self, place: usize) {
        if let Some((id, on)) = self.0.get_mut(place) {
            *on = !*on || *id == ColumnId::Name;
        }
    }

    /// Moves the column at a place up or down by one, and returns its new place.
    pub fn shift(&mut self, place: usize, by: isize) -> usize {
        let to = place.saturating_add_signed(by).min(self.0.len().saturating_sub(1));
        if place < self.0.len() {
            self.0.swap(place, to);
        }
        to
    }
}

/// A column on the screen.
#[derive(Clone, Copy)]
pub struct FittedColumn {
    /// Its row of the table.
    pub column: &'static Column,
    /// How it is shown.
    pub show: &'static Show,
    /// How wide it is, without the bar of the risk.
    pub width: usize,
}

/// The columns that fit into a width.
pub struct Fitted {
    /// The columns, from left to right.
    pub columns: Vec<FittedColumn>,
    /// Columns of the terminal that the risk's bar takes; 0 where there is no room for it.
    pub bar: usize,
    /// Columns are hidden to the left.
    pub more_left: bool,
    /// Columns are hidden, between those shown or to the right.
    pub more_right: bool,
}

/// A column that is wanted, with the widths that it can have.
struct Candidate {
    fitted: FittedColumn,
    /// Its place in the order of dropping: the one with the highest goes first.
    keep: (u8, bool),
    least: usize,
    good: usize,
    full: usize,
}

impl Candidate {
    fn is_pinned(&self) -> bool {
        matches!(self.fitted.column.id, ColumnId::Name | ColumnId::Customer)
    }
}

impl Fitted {
    /// Fits the columns that are on into `width` columns of the terminal. `longest` measures the texts
    /// of a column.
    ///
    /// Scrolled by 0, columns are added in the order in which they are kept, while those before have
    /// what they need. Scrolled by more, name and id stay, and of the others those stand there that
    /// follow, from the first one on for 1.
    pub fn new(
        width: usize,
        chosen: &[ColumnId],
        sort: Sort,
        scrolled: usize,
        longest: impl Fn(&'static Show) -> usize,
    ) -> Self {
        let candidates: Vec<Candidate> =
            chosen.iter().filter_map(|id| candidate(*id, sort, &longest)).collect();
        let (mut shown, more_left, more_right) = match scrolled {
            0 => {
                let shown = kept(&candidates, width);
                let more = shown.len() < candidates.len();
                (shown, false, more)
            }
            _ => {
                let (shown, more) = window(&candidates, width, scrolled - 1);
                (shown, true, more)
            }
        };
        let everything = !more_left && !more_right;
        let room = grow(&mut shown, &candidates, width);
        let full = |(number, given): &(usize, usize)| {
            candidates.get(*number).is_some_and(|candidate| *given >= candidate.full)
        };
        let has_risk = chosen.contains(&ColumnId::Risk);
        let bar = match everything && has_risk && shown.iter().all(full) && room >= BAR + GAP {
            true => BAR,
            false => 0,
        };
        let left = room - if bar > 0 { BAR + GAP } else { 0 };
        shown.sort_by_key(|(number, _)| *number);
        let columns = shown.into_iter().filter_map(|(number, width)| {
            let fitted = candidates.get(number)?.fitted;
            // The name takes the room that is left over.
            let more = if fitted.column.id == ColumnId::Name { left } else { 0 };
            Some(FittedColumn { width: width + more, ..fitted })
        });
        Self { columns: columns.collect(), bar, more_left, more_right }
    }
}

fn candidate(
    id: ColumnId,
    sort: Sort,
    longest: &impl Fn(&'static Show) -> usize,
) -> Option<Candidate> {
    let column = id.column();
    let show = column.show.as_ref()?;
    // The sorted column has an arrow behind its title.
    let title = column.title.width() + usize::from(sort.key == id);
    let (least, good, full) = match show.width {
        WidthRule::Fixed(width) => (width, width, width),
        WidthRule::Text { least, good, most } => {
            let full = longest(show).max(title).min(most);
            (least.min(full), good.min(full), full)
        }
    };
    let fitted = FittedColumn { column, show, width: 0 };
    let floor = if id == ColumnId::Name { 0 } else { title };
    let is_sorted = sort.key == id;
    let keep = if is_sorted { show.keep.min(SORTED) } else { show.keep };
    Some(Candidate {
        fitted,
        keep: (keep, !is_sorted),
        least: least.max(floor),
        good: good.max(floor),
        full: full.max(floor),
    })
}

/// The columns that are kept, by number, each with the least that it needs.
fn kept(candidates: &[Candidate], width: usize) -> Vec<(usize, usize)> {
    let mut order: Vec<(usize, &Candidate)> = candidates.iter().enumerate().collect();
    order.sort_by_key(|(_, candidate)| candidate.keep);
    let mut used = 0;
    let name = candidates.iter().find(|c| c.fitted.column.id == ColumnId::Name);
    let name = name.map_or(0, |name| name.full.min(NAME).saturating_sub(name.good));
    let fits = |(number, candidate): &(usize, &Candidate)| {
        let gap = if used == 0 { 0 } else { GAP };
        let name = if candidate.keep.0 > EXTRA { name } else { 0 };
        let fits = used == 0 || used + gap + candidate.least + name <= width;
        used += gap + candidate.good;
        fits.then_some((*number, candidate.least.min(width)))
    };
    order.iter().map_while(fits).collect()
}

/// Name and id, and the other columns from a place on; and whether more follow.
fn window(candidates: &[Candidate], width: usize, from: usize) -> (Vec<(usize, usize)>, bool) {
    let numbered = || candidates.iter().enumerate();
    let pinned = numbered().filter(|(_, candidate)| candidate.is_pinned());
    let others: Vec<_> = numbered().filter(|(_, candidate)| !candidate.is_pinned()).collect();
    let from = from.min(others.len().saturating_sub(1));
    let mut shown: Vec<(usize, usize)> = Vec::new();
    let mut used = 0;
    for (number, candidate) in pinned {
        shown.push((number, candidate.least.min(width)));
        used += candidate.good + GAP;
    }
    let mut more = false;
    for (place, (number, candidate)) in others.into_iter().skip(from).enumerate() {
        if more || place > 0 && used + candidate.least > width {
            more = true;
            continue;
        }
        shown.push((number, candidate.least));
        used += candidate.good + GAP;
    }
    (shown, more)
}

/// Gives the name what it would fill up to [`NAME`], then the columns what they need, then what they would fill, those
/// first that are dropped last; returns what is left over.
fn grow(shown: &mut [(usize, usize)], candidates: &[Candidate], width: usize) -> usize {
    let gaps = shown.len().saturating_sub(1) * GAP;
    let used: usize = shown.iter().map(|(_, width)| width).sum();
    let mut room = width.saturating_sub(used + gaps);
    let keep = |number: usize| candidates.get(number).map(|c| c.keep);
    shown.sort_by_key(|(number, _)| keep(*number));
    let name = |c: &Candidate| match c.fitted.column.id {
        ColumnId::Name => c.full.min(NAME),
        _ => c.least,
    };
    for wanted in [name, |c: &Candidate| c.good, |c: &Candidate| c.full] {
        for (number, given) in shown.iter_mut() {
            let wanted = candidates.get(*number).map_or(0, wanted);
            let more = wanted.saturating_sub(*given).min(room);
            *given += more;
            room -= more;
        }
    }
    room
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of 23 columns, other texts of 12.
    fn longest(show: &Show) -> usize {
        if show.keep == 0 { 23 } else { 12 }
    }

    fn on(screen: Screen) -> Vec<ColumnId> {
        Chosen::initial(screen).all().filter(|(_, on)| *on).map(|(id, _)| id).collect()
    }

    fn fit(width: usize, chosen: &[ColumnId]) -> Fitted {
        Fitted::new(width, chosen, Sort::by(ColumnId::AtRisk), 0, longest)
    }

    fn ids(fitted: &Fitted) -> Vec<ColumnId> {
        fitted.columns.iter().map(|fitted| fitted.column.id).collect()
    }

    fn used(fitted: &Fitted) -> usize {
        let widths: usize = fitted.columns.iter().map(|fitted| fitted.width).sum();
        let bar = if fitted.bar > 0 { fitted.bar + GAP } else { 0 };
        widths + GAP * (fitted.columns.len() - 1) + bar
    }

    #[test]
    fn names_go_last_before_them_id_revenue_at_risk_and_risk_and_no_room_is_wasted() {
        use ColumnId::{AtRisk, Customer, Name, Risk};
        let everything: Vec<ColumnId> =
            Chosen::initial(Screen::Queue).all().map(|(id, _)| id).collect();
        for chosen in [everything, on(Screen::Queue), on(Screen::Customers)] {
            let mut before: Vec<ColumnId> = Vec::new();
            for width in 1..=250 {
                let fitted = fit(width, &chosen);
                let shown = ids(&fitted);
                assert_eq!(used(&fitted), width, "all of {width} is used: {shown:?}");
                for (place, id) in [Name, Customer, AtRisk, Risk].into_iter().enumerate() {
                    let kept = shown.contains(&id);
                    assert!(kept || shown.len() <= place, "{id:?} at {width}: {shown:?}");
                }
                assert!(
                    before.iter().all(|id| shown.contains(id)),
                    "more room hides none: {width}"
                );
                let name = fitted.columns.iter().find(|f| f.column.id == Name).unwrap();
                assert!(shown.len() == 1 || name.width >= 20, "{} of {width}", name.width);
                if fitted.bar > 0 {
                    assert_eq!(shown.len(), chosen.len(), "{width}");
                }
                before = shown;
            }
        }
    }

    #[test]
    fn the_bar_comes_when_every_column_has_its_full_width() {
        let chosen = on(Screen::Queue);
        let first = (1..250).find(|width| fit(*width, &chosen).bar > 0).unwrap();
        let fitted = fit(first, &chosen);
        let full = |f: &FittedColumn| match f.show.width {
            WidthRule::Fixed(width) => f.width >= width,
            WidthRule::Text { most, .. } => f.width >= longest(f.show).min(most),
        };
        assert!(fitted.columns.iter().all(full) && ids(&fitted) == chosen);
        let name = |width| {
            let fitted = fit(width, &chosen);
            fitted.columns.iter().find(|f| f.column.id == ColumnId::Name).unwrap().width
        };
        assert_eq!((name(first), name(first + 9)), (23, 32), "what is left over is the name's");
    }

    #[test]
    fn a_name_has_its_full_length_before_the_playbook_grows() {
        let chosen = on(Screen::Queue);
        let longest = |show: &Show| if show.keep == 0 { 23 } else { 27 };
        for width in 1..250 {
            let fitted = Fitted::new(width, &chosen, Sort::by(ColumnId::AtRisk), 0, longest);
            let of = |id| fitted.columns.iter().find(|f| f.column.id == id).map(|f| f.width);
            let (name, playbook) = (of(ColumnId::Name).unwrap(), of(ColumnId::Playbook));
            assert!(name >= 23 || playbook.is_none_or(|width| width == 12), "{name} of {width}");
        }
    }

    #[test]
    fn the_sorted_column_is_seen_while_a_wider_one_is_not() {
        let chosen = on(Screen::Queue);
        let sorted = Fitted::new(60, &chosen, Sort::by(ColumnId::PerWeek), 0, longest);
        use ColumnId::{AtRisk, Customer, Name, PerWeek, Risk};
        assert_eq!(ids(&sorted), [Customer, Name, Risk, AtRisk, PerWeek]);
        assert!(!ids(&fit(60, &chosen)).contains(&PerWeek));
    }

    #[test]
    fn each_column_is_reached_by_scrolling() {
        let chosen: Vec<ColumnId> =
            Chosen::initial(Screen::Queue).all().map(|(id, _)| id).collect();
        for width in [40, 56, 73, 120] {
            let mut seen = Vec::new();
            let mut scrolled = 0;
            loop {
                let fitted =
                    Fitted::new(width, &chosen, Sort::by(ColumnId::AtRisk), scrolled, longest);
                assert!(used(&fitted) <= width.max(41), "{width} by {scrolled}");
                assert_eq!(fitted.more_left, scrolled > 0);
                seen.extend(ids(&fitted));
                if !fitted.more_right {
                    break;
                }
                scrolled += 1;
            }
            assert!(chosen.iter().all(|id| seen.contains(id)), "{width}: {seen:?}");
        }
    }

    #[test]
    fn columns_are_remembered_by_name_and_new_ones_stand_where_they_do_at_first() {
        let initial = Chosen::initial(Screen::Queue);
        let restored =
            |names: &[(&str, bool)]| Chosen::restored(names.iter().copied(), Screen::Queue);
        assert_eq!(restored(&[]), initial);
        let mut chosen = initial.clone();
        chosen.toggle(1);
        assert_eq!(chosen.all().nth(1), Some((ColumnId::Name, true)));
        chosen.toggle(4);
        assert_eq!((chosen.shift(4, -1), chosen.shift(0, -1)), (3, 0));
        let all: Vec<(&str, bool)> = chosen.all().map(|(id, on)| (id.into(), on)).collect();
        assert_eq!(restored(&all), chosen);
        let odd = restored(&[("gone", true), ("risk", false), ("risk", true), ("name", false)]);
        assert_eq!(odd.all().count(), initial.all().count());
        let first: Vec<_> = odd.all().filter(|(id, _)| *id == ColumnId::Risk).collect();
        assert_eq!(first, [(ColumnId::Risk, false)]);
        assert!(odd.all().any(|(id, on)| id == ColumnId::Name && on));
    }
}
