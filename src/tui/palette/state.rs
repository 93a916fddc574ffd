//! What is typed into the palette, and what it lists.

use tui_input::Input;

use super::entries::{self, Entry, Kind, Target};
use super::names::{Name, Names};
use super::query::Query;
use crate::tui::keys::press::Press;
use crate::tui::state::State;
use crate::tui::widget::line_list::Position;

/// The palette.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What is typed.
    pub input: Input,
    /// What fits, the best first.
    pub entries: Vec<Entry>,
    /// The highlighted entry, and the first one on the screen.
    pub position: Position,
    /// True where the highlighted entry was chosen, so that it stays where others come in.
    pub chosen: bool,
    /// The customers and playbooks that were found last.
    pub names: Names,
    /// The view and the text whose customers and playbooks were requested last.
    pub requested: Option<(u64, String)>,
    /// Why the highlighted entry was not run.
    pub refusal: Option<String>,
    /// Enter was pressed before everything was found.
    pub(crate) waiting: Option<Press>,
}

impl Palette {
    /// The highlighted entry.
    pub fn selected(&self) -> Option<&Entry> {
        self.entries.get(self.position.cursor)
    }

    /// What is typed, as it is searched for.
    pub fn text(&self) -> &str {
        self.input.value().trim()
    }

    /// True while customers and playbooks for the text are still being looked for.
    pub fn is_searching(&self) -> bool {
        let requested = self.requested.as_ref();
        !self.text().is_empty()
            && requested.is_some_and(|(generation, text)| {
                (*generation, text.as_str()) != (self.names.generation, self.names.text.as_str())
            })
    }

    /// True while it is not known which entry will be the first, and none was chosen.
    pub fn waits(&self) -> bool {
        self.is_searching() && !self.chosen
    }

    /// Selects an entry, or the last one.
    pub fn select(&mut self, place: usize) {
        self.position.select(place, self.entries.len());
        self.chosen = true;
        self.refusal = None;
        self.waiting = None;
    }

    /// Lists what fits now.
    pub fn list(&mut self, state: &State) {
        let selected = self.selected().map(|entry| entry.target.clone()).filter(|_| self.chosen);
        let query = Query::new(self.text());
        self.entries = listed(state, &query, &self.names);
        let is_it = |target: &Target| self.entries.iter().position(|one| one.target == *target);
        let place = selected.as_ref().and_then(is_it);
        self.chosen = place.is_some();
        self.position = Position { cursor: place.unwrap_or_default(), ..self.position };
        if place.is_none() {
            self.position.top = 0;
        }
    }
}

/// The entries that fit: the best first; of those that fit alike what was used last, then by kind. Where
/// nothing is typed, what was used last comes before everything else.
fn listed(state: &State, query: &Query, names: &Names) -> Vec<Entry> {
    let mut entries = entries::all(state);
    if query.is_empty() {
        entries.extend(used_names(state));
    } else {
        // Those of a shorter text stand in until the new ones are there.
        entries.extend(names.playbooks.iter().map(Entry::playbook));
        entries.extend(names.customers.iter().map(Entry::customer));
        for entry in &mut entries {
            entry.rank = entry.rank(query);
        }
        entries.retain(|entry| entry.rank.is_some());
    }
    let recent = &state.memory.palette;
    entries.sort_by_cached_key(|entry| {
        let used = recent.place(entry.kind.into(), &entry.name).unwrap_or(usize::MAX);
        (entry.rank, used, (!query.is_empty()).then_some(entry.kind))
    });
    entries
}

/// The customers and playbooks that were used and are still there.
fn used_names(state: &State) -> Vec<Entry> {
    let Some(snapshot) = &state.snapshot else { return Vec::new() };
    let dataset = snapshot.matching.dataset();
    let used = state.memory.palette.0.iter();
    let entry = |kind: &str, id: &str| {
        if kind == <&str>::from(Kind::Customer) {
            let view = dataset.customer(dataset.customer_number(id)?)?;
            let name = view.name().map(str::to_owned);
            return Some(Entry::customer(&Name { id: id.into(), name }));
        }
        if kind != <&str>::from(Kind::Playbook) {
            return None;
        }
        let playbook = dataset.playbook_by_id(id)?;
        let name = Some(playbook.title().to_owned());
        Some(Entry::playbook(&Name { id: id.into(), name }))
    };
    used.filter_map(|used| entry(&used.kind, &used.name)).collect()
}
