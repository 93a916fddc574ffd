//! The columns of other programs' exports, as `known_columns.toml` has them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

const TEXT: &str = include_str!("known_columns.toml");

/// Everything that is known.
static KNOWN: LazyLock<Known> = LazyLock::new(|| match toml::from_str(TEXT) {
    Ok(known) => known,
    Err(error) => {
        debug_assert!(false, "{error}");
        tracing::error!(%error, "known columns");
        Known::default()
    }
});

/// Texts that stand for one value.
pub type Names = BTreeMap<String, Vec<String>>;

/// What is known of the columns of exports.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Which fields a file must have for a table.
    pub needs: BTreeMap<String, Needs>,
    /// Objects within a row whose members are custom fields, so that these have names of the user's.
    pub custom_fields: Vec<String>,
    /// What texts stand for, of segments.
    pub segments: Names,
    /// Of stages.
    pub stages: Names,
    /// Of statuses of subscriptions.
    pub billing: Names,
    /// Of risks.
    pub risks: Names,
    /// The exports.
    pub export: Vec<Export>,
}

/// Which fields a file must have for a table.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// All of these.
    pub all: Vec<String>,
    /// One of these, where there are any.
    #[serde(default)]
    pub any: Vec<String>,
    /// None of these.
    #[serde(default)]
    pub not: Vec<String>,
}

/// An export of a program.
#[derive(Debug, Deserialize)]
pub struct Export {
    /// What it is called.
    pub name: String,
    /// Columns by which a file is known as it; none where it is asked beside the others.
    pub signs: Vec<String>,
    /// Columns with the customer's id.
    pub id: Vec<String>,
    /// The fields of each table.
    #[serde(flatten)]
    pub tables: BTreeMap<String, BTreeMap<String, KnownColumn>>,
}

/// The columns that a field may be.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum KnownColumn {
    /// By their names.
    Names(Vec<String>),
    /// By their names, with how they are meant.
    Meant {
        /// The names.
        columns: Vec<String>,
        /// How the values are meant.
        #[serde(rename = "as")]
        meaning: Option<Meaning>,
        /// What to check about it.
        note: Option<String>,
        /// The only column that the note is about, where it is not about each.
        note_of: Option<String>,
    },
}

impl KnownColumn {
    /// Returns the names, the likeliest first.
    pub fn names(&self) -> &[String] {
        match self {
            Self::Names(names) | Self::Meant { columns: names, .. } => names,
        }
    }

    /// Returns how the values are meant, where that is known.
    pub fn meaning(&self) -> Option<Meaning> {
        match self {
            Self::Names(_) => None,
            Self::Meant { meaning, .. } => *meaning,
        }
    }

    /// Returns what to check about a column of that name.
    pub fn note(&self, name: &str) -> Option<&str> {
        match self {
            Self::Meant { note, note_of, .. } if note_of.as_deref().is_none_or(|of| of == name) => {
                note.as_deref()
            }
            _ => None,
        }
    }
}

/// How the values of a column are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Meaning {
    /// A scale on which more is better.
    Health,
    /// A scale on which more is worse.
    Risk,
    /// An amount a month.
    Monthly,
    /// An amount in cents.
    Cents,
    /// A status of a subscription.
    Billing,
    /// A stage.
    #[serde(skip)]
    Stage,
    /// A segment.
    #[serde(skip)]
    Segment,
}

impl Known {
    /// Returns the own name of a custom field, of a column within an object that holds such.
    pub fn custom_field<'c>(&self, column: &'c str) -> Option<&'c str> {
        let (outer, inner) = column.split_once('.')?;
        self.custom_fields.iter().any(|known| known == outer).then_some(inner)
    }
}

/// Returns everything that is known.
pub fn known() -> &'static Known {
    &KNOWN
}

/// Returns a name as names are compared: without case, blanks, punctuation and the mark of custom fields.
pub fn key(name: &str) -> String {
    let name = name.strip_suffix("__c").unwrap_or(name);
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns what a text stands for.
pub fn stands_for<'k>(names: &'k Names, text: &str) -> Option<&'k str> {
    let wanted = key(text);
    let found = names.iter().find(|(_, texts)| texts.iter().any(|known| key(known) == wanted));
    found.map(|(name, _)| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DataFile;
    use crate::intake::sources::mapping::fields;

    #[test]
    fn the_data_file_names_tables_and_fields_that_there_are() {
        let known: Known = toml::from_str(TEXT).unwrap();
        let of = |stem: &str| {
            let table = DataFile::ALL.into_iter().find(|table| table.stem() == stem);
            table.map_or_else(|| panic!("no table {stem}"), fields)
        };
        let all_fields: Vec<&str> =
            DataFile::ALL.into_iter().flat_map(fields).map(|(name, _)| name).collect();
        for (stem, needs) in &known.needs {
            of(stem);
            for field in needs.all.iter().chain(&needs.any).chain(&needs.not) {
                assert!(all_fields.contains(&field.as_str()) || field == "forecast_id", "{field}");
            }
        }
        for export in &known.export {
            assert!(export.signs.is_empty() || export.signs.len() >= 5, "{}", export.name);
            for (stem, columns) in &export.tables {
                assert!(known.needs.contains_key(stem), "{stem}");
                for (field, column) in columns {
                    let is_there = of(stem).iter().any(|(name, _)| name == field);
                    assert!(
                        is_there && !column.names().is_empty(),
                        "{}: {stem}.{field}",
                        export.name
                    );
                }
            }
        }
        for number in known.risks.keys() {
            assert!((0.0..=1.0).contains(&number.parse::<f64>().unwrap()));
        }
    }

    #[test]
    fn names_are_compared_by_their_letters() {
        for name in
            ["Company name", "company_name", "CompanyName", "COMPANY NAME ", "Company_Name__c"]
        {
            assert_eq!(key(name), "companyname");
        }
        assert_eq!(stands_for(&known().segments, "tier-1"), Some("Enterprise"));
        assert_eq!(stands_for(&known().stages, "In support"), Some("support"));
        assert_eq!(stands_for(&known().stages, "Parked"), None);
    }
}
