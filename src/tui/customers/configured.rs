//! The columns that the user's settings name: `[columns]`. They are the usual ones of a list; `C`
//! changes them, and its reset goes back to them.

use super::columns::{COLUMNS, Column, ColumnId};
use super::fitted::Chosen;
use crate::domain::suggestion::{did_you_mean, most_similar, shortened};
use crate::settings::{Problem, Settings};
use crate::tui::screen::id::Screen;
use crate::tui::state::State;

/// Returns what in `[columns]` names no column, or one twice.
pub(crate) fn problems(settings: &Settings) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (list, columns) in &settings.columns {
        let mut named = Vec::new();
        for (place, name) in columns.iter().enumerate() {
            let message = match column(name) {
                None => unknown(name),
                Some(id) if named.contains(&id) => {
                    format!("the column {:?} is named twice; remove one of them", shortened(name))
                }
                Some(id) => {
                    named.push(id);
                    continue;
                }
            };
            let path = vec!["columns".to_owned(), list.clone(), place.to_string()];
            problems.push(Problem { path, message });
        }
    }
    problems
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = shown().map(|column| column.id.into()).collect();
    let alike = most_similar(name, names.iter().copied());
    let near = alike.first().filter(|near| strsim::jaro_winkler(near, &normal(name)) >= 0.8);
    let meant = near.and_then(|near| did_you_mean(&[near]));
    let meant = meant.unwrap_or_else(|| format!("the columns are {}", names.join(", ")));
    format!("unknown column {:?}; {meant}", shortened(name))
}

/// The columns that a list can show.
fn shown() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|column| column.show.is_some())
}

/// The column of a name: its code, its title or its name in sentences, in any case, with blanks,
/// hyphens or underscores.
fn column(name: &str) -> Option<ColumnId> {
    let name = normal(name);
    let is_named = |column: &&Column| {
        [column.id.into(), column.title, column.name].iter().any(|known| normal(known) == name)
    };
    shown().find(is_named).map(|column| column.id)
}

fn normal(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Returns the columns that a list has until someone chooses others.
pub(crate) fn usual(settings: &Settings, screen: Screen) -> Chosen {
    match settings.columns.get(<&str>::from(screen)) {
        Some(names) => Chosen::only(names.iter().filter_map(|name| column(name)), screen),
        None => Chosen::initial(screen),
    }
}

/// Shows the columns of new settings, where those of a list are others than `before`. What was chosen
/// with `C` for that list no longer counts.
pub(crate) fn settings_changed(state: &mut State, before: &Settings) {
    let settings = std::sync::Arc::clone(&state.settings);
    for screen in Screen::LISTS {
        let name: &str = screen.into();
        if settings.columns.get(name) == before.columns.get(name) {
            continue;
        }
        let (list, remembered) = match screen {
            Screen::Queue => (&mut state.queue, &mut state.memory.lists.queue),
            _ => (&mut state.customers, &mut state.memory.lists.customers),
        };
        list.columns = usual(&settings, screen);
        list.scrolled = 0;
        remembered.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(queue: &[&str]) -> Settings {
        let columns = queue.iter().map(ToString::to_string).collect();
        Settings { columns: [("queue".to_owned(), columns)].into(), ..Settings::default() }
    }

    #[test]
    fn the_columns_named_are_shown_in_that_order_and_the_name_always() {
        let on = |names: &[&str]| {
            let chosen = usual(&settings(names), Screen::Queue);
            chosen.all().filter(|(_, on)| *on).map(|(id, _)| id.into()).collect::<Vec<&str>>()
        };
        assert_eq!(
            on(&["risk", "name", "At risk", "per-week"]),
            ["risk", "name", "at_risk", "per_week"]
        );
        assert_eq!(on(&["ID"]), ["customer", "name"]);
        let chosen = usual(&settings(&["risk"]), Screen::Queue);
        assert_eq!(chosen.all().len(), Chosen::initial(Screen::Queue).all().len());
        assert_eq!(usual(&settings(&[]), Screen::Customers), Chosen::initial(Screen::Customers));
    }

    #[test]
    fn a_column_that_there_is_not_or_that_comes_twice_is_named() {
        let told = |names: &[&str]| {
            let problems = problems(&settings(names)).into_iter();
            problems
                .map(|problem| format!("{}: {}", problem.path.join("."), problem.message))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            told(&["name", "rsk"]),
            ["columns.queue.1: unknown column \"rsk\"; did you mean risk?"]
        );
        assert_eq!(
            told(&["risk", "Risk"]),
            ["columns.queue.1: the column \"Risk\" is named twice; remove one of them"]
        );
        assert!(told(&["zzz"])[0].contains("the columns are customer, name, owner"));
        assert_eq!(told(&["file_order"]).len(), 1, "it cannot be shown");
    }
}
