//! The lines of the What-if screen: what each sets, its current and its proposed value.

use std::sync::LazyLock;

use super::row_kind::{ChangeIx, FIRST_BUDGET, RowKind, ScenarioIx, SettingSpec, ValueKind};
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
            // What customers do not change at one by one.
            ValueType::Number(_) if key.section() == "contact" => ValueKind::Limit,
            ValueType::Number(Measure::Fraction | Measure::Share) => ValueKind::Fraction,
            ValueType::Number(Measure::Dollars) => ValueKind::Money,
            ValueType::Number(_) => ValueKind::Count,
            ValueType::Choice(names) => ValueKind::Choice(names),
            ValueType::Flag => ValueKind::Choice(&["true", "false"]),
            ValueType::Name | ValueType::List | ValueType::Text | ValueType::SigningKeys => {
                ValueKind::List
            }
        };
        let row_of_key = named(key.name, row.label, kind, row.initial);
        match groups.last_mut() {
            Some((group, rows)) if *group == row.group => rows.push(row_of_key),
            _ => groups.push((row.group, vec![row_of_key])),
        }
    }
    groups
});

/// Key of the budget's line. It is no setting.
pub const BUDGET: &str = "budget";

/// The fields of a playbook that bear on recommendations.
const PLAYBOOK: &[SettingSpec] = &[
    named("risk_threshold", "Minimum risk", ValueKind::Fraction, 0.5),
    named("avg_cost_estimate", "Cost", ValueKind::Money, 0.0),
    named("expected_value_range", "Value range", ValueKind::Range, 0.0),
    named("status", "Status", ValueKind::Choice(&["active", "retired"]), 0.0),
    named("eligible_segments", "Segments", ValueKind::List, 0.0),
    named("approval_required", "Needs approval", ValueKind::Choice(&["true", "false"]), 0.0),
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
    /// Where it is changed: the place in the scenario, and the proposed value.
    pub changed: Option<(ChangeIx, String)>,
}

impl SettingRow {
    /// The proposed value, else the current one.
    pub fn value(&self) -> &str {
        self.changed.as_ref().map_or(&self.current, |(_, value)| value)
    }

    /// A value as a person reads it.
    pub fn shown(&self, value: &str) -> String {
        self.kind.shown(value)
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
        rows.extend((0..what_if.named.len()).map(ScenarioIx).map(RowKind::Scenario));
    }
    let dataset = snapshot.matching.dataset();
    for (number, _) in dataset.playbooks().enumerate() {
        let playbook = PlaybookIx::at(number);
        rows.push(RowKind::Playbook(playbook));
        rows.extend(PLAYBOOK.iter().map(|named| RowKind::Field(playbook, named)));
    }
    let gone = |setting: &Setting| {
        setting.of_playbook().is_some_and(|(id, ..)| dataset.playbook_by_id(id).is_none())
    };
    let settings = what_if.scenario.settings.iter().enumerate();
    let gone_rows =
        settings.filter(|(_, setting)| gone(setting)).map(|(n, _)| RowKind::Gone(ChangeIx(n)));
    let mut gone_rows = gone_rows.peekable();
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
        RowKind::Scenario(place) => {
            let saved = state.what_if.named.get(place.0);
            format!("kept {}", saved.map_or("", |saved| saved.name.as_str()))
        }
        RowKind::Playbook(number) => {
            let playbook = base(state).and_then(|base| base.matching.dataset().playbook(number));
            format!("playbook {}", playbook.map_or("", |playbook| playbook.id.as_str()))
        }
        RowKind::Gone(place) => {
            let setting = state.what_if.scenario.settings.get(place.0);
            setting.map(Setting::key).unwrap_or_default()
        }
        RowKind::Policy(_) | RowKind::Field(..) | RowKind::Budget => {
            setting_row(state, row).map(|setting_row| setting_row.key).unwrap_or_default()
        }
    }
}

/// The nearest line to `wanted` that is no heading; further on in the direction from `from`, where there
/// is one.
pub fn settable(rows: &[RowKind], from: usize, wanted: usize) -> usize {
    let wanted = wanted.min(rows.len().saturating_sub(1));
    let is_settable = |line: &usize| rows.get(*line).is_some_and(|row| !row.is_heading());
    let after = (wanted..rows.len()).find(is_settable);
    let before = (0..=wanted).rev().find(is_settable);
    let (first, second) = if wanted < from { (before, after) } else { (after, before) };
    first.or(second).unwrap_or(wanted)
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
            let row = snapshot.matching.dataset().playbook(number)?;
            let current = plain(&field(named)?.slot.json(row));
            (format!("playbook.{}.{}", row.id, named.key), named, current)
        }
        RowKind::Budget => {
            let budget = named("", "Budget", ValueKind::Money, FIRST_BUDGET);
            let value = state.what_if.budget.map(|budget| Num(budget).to_string());
            return Some(SettingRow {
                key: BUDGET.to_owned(),
                label: budget.label,
                kind: budget.kind,
                initial: budget.initial,
                current: OFF.to_owned(),
                // It is no setting: it has no place among them.
                changed: value.map(|value| (ChangeIx(usize::MAX), value)),
            });
        }
        RowKind::Group(_) | RowKind::Playbook(_) | RowKind::Scenario(_) | RowKind::Gone(_) => {
            return None;
        }
    };
    let row = settings.iter().position(|setting| setting.key() == key);
    let changed = row.and_then(|row| Some((ChangeIx(row), settings.get(row)?.value())));
    let SettingSpec { label, kind, initial, .. } = *named;
    Some(SettingRow { key, label, kind, initial, current, changed })
}

/// A setting as a person reads it: `Usage Drop Recovery: minimum risk 0.50 → 0.60`; `KEY=VALUE` where no
/// line sets it.
pub fn in_words(state: &State, setting: &Setting) -> String {
    let change = |row| {
        let row = setting_row(state, row)?;
        Some((row.label, row.shown(&row.current), row.shown(row.value())))
    };
    let in_words = || {
        let Some((id, field, _)) = setting.of_playbook() else {
            let key = setting.key();
            let named = POLICY.iter().flat_map(|(_, rows)| rows).find(|named| named.key == key)?;
            let (label, current, proposed) = change(RowKind::Policy(named))?;
            return Some(format!("{label} {current} → {proposed}"));
        };
        let dataset = base(state)?.matching.dataset();
        let number = dataset.playbook_number(id)?;
        let named = PLAYBOOK.iter().find(|named| named.key == field)?;
        let (label, current, proposed) = change(RowKind::Field(number, named))?;
        let title = dataset.playbook(number)?.title();
        Some(format!("{title}: {} {current} → {proposed}", label.to_lowercase()))
    };
    in_words().unwrap_or_else(|| setting.to_string())
}

/// The name of a line where it stands alone: `Usage Drop Recovery: minimum risk`.
pub fn full_name(state: &State, row: RowKind, label: &str) -> String {
    let RowKind::Field(number, _) = row else { return label.to_owned() };
    let playbook = base(state).and_then(|base| base.matching.dataset().playbook(number));
    let title = playbook.map_or("", Playbook::title);
    format!("{title}: {}", label.to_lowercase())
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
            let row = base(state)?.matching.dataset().playbook(number)?;
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
