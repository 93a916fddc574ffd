//! The lines of the What-if screen: what each sets, its current and its proposed value.

use std::sync::LazyLock;

use super::row_kind::{FIRST_BUDGET, RowKind, SettingSpec, ValueKind};
use crate::domain::money::dollars;
use crate::domain::number::Num;
use crate::domain::policy_key::{Measure, ValueType};
use crate::domain::policy_keys::{KEYS, find};
use crate::domain::policy_text::OFF;
use crate::domain::{Playbook, json};
use crate::insight::scenario::{Setting, SettingError};
use crate::store::PlaybookIx;
use crate::store::row::{Field, Row as _};
use crate::tui::state::State;
use crate::workspace::Snapshot;

const fn named(
    key: &'static str,
    label: &'static str,
    kind: ValueKind,
    initial: f64,
) -> SettingSpec {
    SettingSpec { key, label, kind, initial }
}

/// The keys of the policy that have a row, under the titles of their groups.
static POLICY: LazyLock<Vec<(&'static str, Vec<SettingSpec>)>> = LazyLock::new(|| {
    let mut groups: Vec<(&str, Vec<SettingSpec>)> = Vec::new();
    for (key, row) in KEYS.iter().filter_map(|key| Some((key, key.what_if?))) {
        let kind = match key.value_type() {
            ValueType::Number(Measure::Fraction | Measure::Share) => ValueKind::Fraction,
            ValueType::Number(Measure::Dollars) => ValueKind::Money,
            ValueType::Number(_) => ValueKind::Count,
            ValueType::Choice(names) => ValueKind::Choice(names),
            ValueType::Flag => ValueKind::Choice(&["true", "false"]),
            ValueType::Name | ValueType::List => ValueKind::List,
        };
        let row_of_key = named(key.name, row.label, kind, row.initial);
        match groups.last_mut() {
            Some((group, rows)) if *group == row.group => rows.push(row_of_key),
            _ => groups.push((row.group, vec![row_of_key])),
        }
    }
    groups
});

/// The fields of a playbook that bear on recommendations.
const PLAYBOOK: &[SettingSpec] = &[
    named("risk_threshold", "minimum risk", ValueKind::Fraction, 0.5),
    named("avg_cost_estimate", "cost", ValueKind::Money, 0.0),
    named("expected_value_range", "value range", ValueKind::Range, 0.0),
    named("status", "status", ValueKind::Choice(&["active", "retired"]), 0.0),
    named("eligible_segments", "segments", ValueKind::List, 0.0),
    named("approval_required", "needs approval", ValueKind::Choice(&["true", "false"]), 0.0),
];

/// A line that sets something, with its values.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingRow {
    /// Its key, as `--set` takes it.
    pub key: String,
    /// Its name on the screen.
    pub label: &'static str,
    /// How its value is changed.
    pub kind: ValueKind,
    /// The value to start from where none is set.
    pub initial: f64,
    /// The current value, as a setting takes it.
    pub current: String,
    /// Where it is changed: the number in the scenario, and the proposed value.
    pub changed: Option<(usize, String)>,
}

impl SettingRow {
    /// The proposed value, else the current one.
    pub fn value(&self) -> &str {
        self.changed.as_ref().map_or(&self.current, |(_, value)| value)
    }

    /// A value as a person reads it.
    pub fn shown(&self, value: &str) -> String {
        shown(self.kind, value)
    }
}

fn shown(kind: ValueKind, value: &str) -> String {
    match value {
        "null" => return "not set".to_owned(),
        "true" => return "yes".to_owned(),
        "false" => return "no".to_owned(),
        _ => {}
    }
    match kind {
        ValueKind::Money => value.parse().map_or_else(|_| value.to_owned(), dollars),
        ValueKind::Range => {
            let amounts: Vec<f64> = serde_json::from_str(value).unwrap_or_default();
            amounts.into_iter().map(dollars).collect::<Vec<_>>().join("–")
        }
        ValueKind::List => {
            let texts: Vec<String> = serde_json::from_str(value).unwrap_or_default();
            if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
        }
        ValueKind::Fraction | ValueKind::Count | ValueKind::Choice(_) => value.to_owned(),
    }
}

/// The view that the changes apply to.
pub fn base(state: &State) -> Option<&Snapshot> {
    state.loaded()
}

/// Every line, from the first to the last.
pub fn rows(state: &State) -> Vec<RowKind> {
    let Some(snapshot) = base(state) else { return Vec::new() };
    let mut rows = Vec::new();
    for (group, keys) in POLICY.iter() {
        rows.push(RowKind::Group(group));
        rows.extend(keys.iter().map(RowKind::Policy));
    }
    rows.extend([RowKind::Group("Budget"), RowKind::Budget]);
    let what_if = &state.what_if;
    if !what_if.named.is_empty() {
        rows.push(RowKind::Group("Scenarios"));
        rows.extend((0..what_if.named.len()).map(RowKind::Scenario));
    }
    let dataset = snapshot.matching.dataset();
    for (number, _) in dataset.playbooks().enumerate() {
        rows.push(RowKind::Playbook(number));
        rows.extend(PLAYBOOK.iter().map(|named| RowKind::Field(number, named)));
    }
    let gone = |setting: &Setting| {
        setting.of_playbook().is_some_and(|(id, ..)| dataset.playbook_by_id(id).is_none())
    };
    let settings = what_if.scenario.settings.iter().enumerate();
    let mut gone_rows =
        settings.filter(|(_, setting)| gone(setting)).map(|(n, _)| RowKind::Gone(n)).peekable();
    if gone_rows.peek().is_some() {
        rows.push(RowKind::Group("Playbooks no longer in the data"));
        rows.extend(gone_rows);
    }
    rows
}

/// What a line is about, to find it again.
pub fn identity(state: &State, row: RowKind) -> String {
    match row {
        RowKind::Group(text) => format!("= {text}"),
        RowKind::Scenario(number) => {
            let saved = state.what_if.named.get(number);
            format!("kept {}", saved.map_or("", |saved| saved.name.as_str()))
        }
        RowKind::Playbook(number) => {
            let playbook = base(state)
                .and_then(|base| base.matching.dataset().playbook(PlaybookIx::at(number)));
            format!("playbook {}", playbook.map_or("", |playbook| playbook.id.as_str()))
        }
        RowKind::Gone(number) => {
            let setting = state.what_if.scenario.settings.get(number);
            setting.map(Setting::key).unwrap_or_default()
        }
        RowKind::Policy(_) | RowKind::Field(..) | RowKind::Budget => {
            setting_row(state, row).map(|setting_row| setting_row.key).unwrap_or_default()
        }
    }
}

/// The selected line.
pub fn selected(state: &State) -> Option<RowKind> {
    rows(state).get(state.what_if.position.cursor).copied()
}

/// The values of a line; `None` of a heading or a scenario.
pub fn setting_row(state: &State, row: RowKind) -> Option<SettingRow> {
    let snapshot = base(state)?;
    let settings = &state.what_if.scenario.settings;
    let (key, named, current) = match row {
        RowKind::Policy(named) => {
            let key = find(KEYS, named.key)?;
            (named.key.to_owned(), named, key.text(snapshot.matching.policy()))
        }
        RowKind::Field(number, named) => {
            let row = snapshot.matching.dataset().playbook(PlaybookIx::at(number))?;
            let current = plain(&field(named)?.slot.json(row));
            (format!("playbook.{}.{}", row.id, named.key), named, current)
        }
        RowKind::Budget => {
            let budget = named("", "budget", ValueKind::Money, FIRST_BUDGET);
            let value = state.what_if.budget.map(|budget| Num(budget).to_string());
            return Some(SettingRow {
                key: "budget".to_owned(),
                label: budget.label,
                kind: budget.kind,
                initial: budget.initial,
                current: OFF.to_owned(),
                // It is no setting: it has no place among them.
                changed: value.map(|value| (usize::MAX, value)),
            });
        }
        RowKind::Group(_) | RowKind::Playbook(_) | RowKind::Scenario(_) | RowKind::Gone(_) => {
            return None;
        }
    };
    let row = settings.iter().position(|setting| setting.key() == key);
    let changed = row.and_then(|row| Some((row, settings.get(row)?.value())));
    let SettingSpec { label, kind, initial, .. } = *named;
    Some(SettingRow { key, label, kind, initial, current, changed })
}

fn field(named: &SettingSpec) -> Option<&'static Field<Playbook>> {
    Playbook::FIELDS.iter().find(|field| field.name == named.key)
}

/// A text without its quotes, as a setting shows its value.
fn plain(json: &str) -> String {
    serde_json::from_str::<String>(json).unwrap_or_else(|_| json.to_owned())
}

/// The setting that gives a line a value.
///
/// # Errors
/// Where the value is not one that the line takes.
pub fn setting(state: &State, row: RowKind, value: &str) -> Option<Result<Setting, SettingError>> {
    match row {
        RowKind::Policy(named) => Some(Setting::policy(find(KEYS, named.key)?, value)),
        RowKind::Field(number, named) => {
            let row = base(state)?.matching.dataset().playbook(PlaybookIx::at(number))?;
            // What was typed is a text, also where it could be read as something else.
            let status = named.key == "status" && value != "null";
            let text = if status { json::line(value) } else { value.to_owned() };
            Some(Setting::playbook(&row.id, field(named)?, &text))
        }
        _ => None,
    }
}

/// What a line takes, in words.
pub fn expected(row: RowKind) -> String {
    match row {
        RowKind::Policy(named) => {
            find(KEYS, named.key).map(|key| key.expected_text()).unwrap_or_default()
        }
        RowKind::Budget => format!("an amount in dollars, or {OFF}"),
        RowKind::Field(_, named) => match named.kind {
            ValueKind::List => "values separated by commas; All means every segment".to_owned(),
            ValueKind::Range => {
                "the lowest and the highest amount in dollars, separated by a comma".to_owned()
            }
            ValueKind::Money => "an amount in dollars per run, or null".to_owned(),
            _ => "a number, or null".to_owned(),
        },
        _ => String::new(),
    }
}

/// A value as it is edited: lists without brackets.
pub fn typed(setting_row: &SettingRow) -> String {
    let value = setting_row.value();
    match setting_row.kind {
        ValueKind::List => match serde_json::from_str::<Vec<String>>(value) {
            // What has a comma in it can only be told apart in brackets.
            Ok(texts) if !texts.iter().any(|text| text.contains(',') || text.trim() != text) => {
                texts.join(", ")
            }
            _ => value.to_owned(),
        },
        ValueKind::Range => value.trim_matches(['[', ']']).replace(',', ", "),
        _ => value.to_owned(),
    }
}
