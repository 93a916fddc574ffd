//! Where each part of a settings file stands in its text.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::table::{KEYS, THEMES};
use crate::domain::place::Cursor;
use crate::toml_text::Value;

/// The offset of each part in bytes, by the keys and places that lead to it.
#[derive(Debug, Default)]
pub(super) struct Places(BTreeMap<Vec<String>, usize>);

impl Places {
    pub fn of(document: &DeTable<'_>) -> Self {
        let mut places = Self::default();
        places.table(document, &[]);
        places
    }

    /// The place of a part; of the nearest one around it, where it does not stand in the file.
    pub fn offset(&self, path: &[String]) -> usize {
        let around = (0..=path.len()).rev().filter_map(|length| path.get(..length));
        around.filter_map(|path| self.0.get(path)).next().copied().unwrap_or_default()
    }

    fn table(&mut self, table: &DeTable<'_>, path: &[String]) {
        for (name, value) in table {
            let path = [path, &[name.get_ref().to_string()]].concat();
            // A name that the user chose may be what is wrong.
            let of_user = path.len() > 1
                && path.first().is_some_and(|top| [KEYS, THEMES].contains(&top.as_str()));
            let own = of_user || value.get_ref().is_table();
            let offset = if own { name.span().start } else { value.span().start };
            self.0.insert(path.clone(), offset);
            self.value(value, &path);
        }
    }

    fn value(&mut self, value: &Value<'_>, path: &[String]) {
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, path),
            DeValue::Array(list) => {
                for (place, element) in list.iter().enumerate() {
                    let path = [path, &[place.to_string()]].concat();
                    self.0.insert(path.clone(), element.span().start);
                    self.value(element, &path);
                }
            }
            _ => {}
        }
    }
}

impl Places {
    /// The line of each part, by the keys and places that lead to it with dots between them.
    pub fn lines(&self, text: &str) -> BTreeMap<String, u32> {
        let mut offsets: Vec<(usize, String)> =
            self.0.iter().map(|(path, offset)| (*offset, path.join("."))).collect();
        offsets.sort_unstable();
        let mut cursor = Cursor::new(text);
        offsets.into_iter().map(|(offset, name)| (name, cursor.at(offset).line)).collect()
    }
}
