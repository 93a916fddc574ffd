//! A saved view put into the text of the settings file or taken out of it, with everything else as it was.

use toml_edit::{Array, Document, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use super::{SETTINGS_FILE, View};
use crate::domain::{Error, ErrorKind};
use crate::toml_text::without_table;

/// A change of the saved views.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewChange {
    /// Adds a view; one of that name is replaced.
    Put(View),
    /// Removes the view of a name.
    Remove(String),
}

/// The key of the views.
const KEY: &str = "view";

impl ViewChange {
    /// Returns the name of the view.
    pub fn name(&self) -> &str {
        match self {
            Self::Put(view) => &view.name,
            Self::Remove(name) => name,
        }
    }

    /// Changes a list of views in the same way.
    pub fn apply(&self, views: &mut Vec<View>) {
        match self {
            Self::Put(view) => match views.iter_mut().find(|known| known.name == view.name) {
                Some(known) => known.clone_from(view),
                None => views.push(view.clone()),
            },
            Self::Remove(name) => views.retain(|known| known.name != *name),
        }
    }

    /// Returns the text of the settings file with the change; an absent file is an empty text.
    ///
    /// # Errors
    /// Where the text is not TOML, or `view` in it is no list of tables.
    pub fn edit(&self, text: &str) -> Result<String, Error> {
        // The editor writes its own line ends, and no byte order mark.
        let (mark, body) = match text.strip_prefix('\u{feff}') {
            Some(body) => ("\u{feff}", body),
            None => ("", text),
        };
        let windows = body.contains("\r\n");
        let unix = if windows { body.replace("\r\n", "\n") } else { body.to_owned() };
        let parsed = Document::parse(unix.as_str()).map_err(|error| {
            let line = error.span().map(|span| {
                let before = unix.get(..span.start).unwrap_or_default();
                format!(" on line {}", before.matches('\n').count() + 1)
            });
            refused(format!("{SETTINGS_FILE} has an error{}", line.unwrap_or_default()))
                .hint("fix it first; the file was not changed")
        })?;
        let views = parsed.get(KEY);
        let changed = match (self, views) {
            (Self::Remove(_), None) => unix.clone(),
            // Behind everything, with the comments that end the file.
            (Self::Put(view), None) => {
                let mut table = Table::new();
                fill(&mut table, view);
                let break_after = if unix.is_empty() || unix.ends_with('\n') { "" } else { "\n" };
                let blank = if unix.is_empty() { "" } else { "\n" };
                format!("{unix}{break_after}{blank}[[{KEY}]]\n{table}")
            }
            (Self::Remove(name), Some(Item::ArrayOfTables(tables))) => {
                let table = tables.iter().find(|table| is_named(*table, name));
                table.map_or_else(|| unix.clone(), |table| without_table(&unix, table))
            }
            _ => {
                let mut document = parsed.into_mut();
                self.change(&mut document)?;
                document.to_string()
            }
        };
        let changed = if windows { changed.replace('\n', "\r\n") } else { changed };
        Ok(format!("{mark}{changed}"))
    }

    fn change(&self, document: &mut DocumentMut) -> Result<(), Error> {
        let wrong = || {
            refused(format!("\"{KEY}\" in {SETTINGS_FILE} is not a list of views"))
                .hint("write each view as a table that begins with [[view]]")
        };
        match document.get_mut(KEY) {
            Some(Item::ArrayOfTables(tables)) => {
                let Self::Put(view) = self else { return Ok(()) };
                let place = tables.iter().position(|table| is_named(table, &view.name));
                if let Some(table) = place.and_then(|place| tables.get_mut(place)) {
                    fill(table, view);
                } else {
                    let mut table = Table::new();
                    fill(&mut table, view);
                    tables.push(table);
                }
            }
            Some(Item::Value(Value::Array(list))) => self.change_inline(list).ok_or_else(wrong)?,
            _ => return Err(wrong()),
        }
        Ok(())
    }

    /// As [`Self::change`], for `view = [{ name = "…" }]`; `None` where something else is in it.
    fn change_inline(&self, list: &mut Array) -> Option<()> {
        if !list.iter().all(Value::is_inline_table) {
            return None;
        }
        let is_it = |value: &Value| {
            value.as_inline_table().is_some_and(|table| is_named(table, self.name()))
        };
        let place = list.iter().position(is_it);
        match (self, place) {
            (Self::Put(view), Some(place)) => {
                fill(list.get_mut(place)?.as_inline_table_mut()?, view);
            }
            (Self::Put(view), None) => {
                let mut table = InlineTable::new();
                fill(&mut table, view);
                list.push(table);
            }
            (Self::Remove(_), Some(place)) => drop(list.remove(place)),
            (Self::Remove(_), None) => {}
        }
        Some(())
    }
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::Data, message)
}

fn is_named(table: &dyn TableLike, name: &str) -> bool {
    table.get("name").and_then(Item::as_str) == Some(name)
}

/// Sets the keys of a view; what is empty has none. A value that stays keeps how it is written.
fn fill(table: &mut dyn TableLike, view: &View) {
    let View { name, screen, filter, sort, scope } = view;
    let parts =
        [("name", name), ("screen", screen), ("filter", filter), ("sort", sort), ("scope", scope)];
    for (key, text) in parts {
        let before = table.get(key).and_then(Item::as_str);
        if before == Some(text.as_str()) {
            continue;
        }
        if text.is_empty() {
            table.remove(key);
            continue;
        }
        match table.get_mut(key).and_then(Item::as_value_mut) {
            Some(there) => {
                // What stands behind it, such as a comment, stays.
                let decor = there.decor().clone();
                *there = Value::from(text.as_str());
                *there.decor_mut() = decor;
            }
            None => drop(table.insert(key, value(text.as_str()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str, screen: &str, filter: &str) -> View {
        View { name: name.into(), screen: screen.into(), filter: filter.into(), ..View::default() }
    }

    fn put(text: &str, view: View) -> String {
        ViewChange::Put(view).edit(text).unwrap()
    }

    const FILE: &str = "# mine\ntheme  =   'dark' # at night\n\n[[view]] # the first\nname = \"Hot\"\nfilter = 'risk>0.8'   # very\n\n[keys]\napprove = [ \"f5\" ]\n# the end\n";

    #[test]
    fn a_new_view_comes_after_the_others_and_everything_else_stays() {
        let changed = put(FILE, view("Mine", "customers", "owner:me \"x\""));
        let added =
            "\n[[view]]\nname = \"Mine\"\nscreen = \"customers\"\nfilter = 'owner:me \"x\"'\n";
        let (before, after) = FILE.split_at(FILE.find("\n[keys]").unwrap());
        assert_eq!(changed, format!("{before}{added}{after}"));
        assert_eq!(ViewChange::Remove("Mine".into()).edit(&changed).unwrap(), FILE);
    }

    #[test]
    fn the_first_view_stands_at_the_end_of_the_file() {
        assert_eq!(
            put("", view("Mine", "queue", "")),
            "[[view]]\nname = \"Mine\"\nscreen = \"queue\"\n"
        );
        let without = "theme = \"dark\"\n\n[keys]\napprove = [\"f5\"]\n";
        assert_eq!(
            put(without, view("Mine", "", "")),
            format!("{without}\n[[view]]\nname = \"Mine\"\n")
        );
        assert_eq!(put("# mine", view("Mine", "", "")), "# mine\n\n[[view]]\nname = \"Mine\"\n");
    }

    #[test]
    fn a_view_that_is_replaced_stays_where_it_is_with_its_comments() {
        let changed = put(FILE, view("Hot", "queue", "risk>0.9"));
        let wanted = FILE.replace(
            "filter = 'risk>0.8'   # very\n",
            "filter = \"risk>0.9\"   # very\nscreen = \"queue\"\n",
        );
        assert_eq!(changed, wanted);
        assert_eq!(put(&changed, view("Hot", "queue", "risk>0.9")), changed);
        let cleared = put(&changed, view("Hot", "queue", ""));
        assert!(!cleared.contains("risk") && cleared.contains("theme  =   'dark' # at night"));
    }

    #[test]
    fn a_view_is_removed_with_its_own_comments_only() {
        let remove = |text: &str, name: &str| ViewChange::Remove(name.into()).edit(text).unwrap();
        let text = "# mine\n\n# of a\n[[view]] # a\nname = \"a\"\nfilter = \"x\" # y\n# after\n\n[[view]]\nname = \"b\"\n\n[keys]\n";
        assert_eq!(remove(text, "a"), "# mine\n# after\n\n[[view]]\nname = \"b\"\n\n[keys]\n");
        assert_eq!(remove(text, "b"), text.replace("\n[[view]]\nname = \"b\"\n", ""));
        assert_eq!(remove(text, "c"), text);
        assert_eq!(remove("[[view]]\nname = \"a\"\n\n[keys]\n", "a"), "[keys]\n");
        assert_eq!(remove("[[view]]\nname = \"a\"", "a"), "");
    }

    #[test]
    fn line_ends_and_a_byte_order_mark_stay() {
        let windows = format!("\u{feff}{}", FILE.replace('\n', "\r\n"));
        let changed = put(&windows, view("Mine", "", ""));
        assert!(changed.starts_with("\u{feff}# mine\r\ntheme  =   'dark' # at night\r\n"));
        assert!(!changed.replace("\r\n", "").contains('\n'));
    }

    #[test]
    fn views_in_one_line_are_changed_too() {
        let text = "view = [{ name = \"Hot\", filter = \"x\" }] # few\n";
        let changed = put(text, view("Mine", "", "y"));
        assert!(changed.contains("{ name = \"Hot\", filter = \"x\" }"), "{changed}");
        assert!(changed.contains("name = \"Mine\"") && changed.ends_with("# few\n"), "{changed}");
        let removed = ViewChange::Remove("Hot".into()).edit(&changed).unwrap();
        assert!(!removed.contains("Hot") && removed.contains("Mine"), "{removed}");
    }

    #[test]
    fn a_file_with_errors_is_refused_with_the_line() {
        for (text, what) in [
            ("theme = \"dark\"\n[[view\n", "config.toml has an error on line 2"),
            ("view = 3\n", "\"view\" in config.toml is not a list of views"),
            ("[view]\nname = \"x\"\n", "\"view\" in config.toml is not a list of views"),
            ("view = [1]\n", "\"view\" in config.toml is not a list of views"),
        ] {
            let error = ViewChange::Put(view("Mine", "", "")).edit(text).unwrap_err();
            assert_eq!(error.message, what, "{text}");
        }
    }
}
