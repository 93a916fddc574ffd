//! The lines of the What-if screen: what each sets, and what stands in it today and here.

use std::sync::LazyLock;

use super::row_kind::{FIRST_BUDGET, Kind, Named, Place};
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

const fn named(key: &'static str, label: &'static str, kind: Kind, at_first: f64) -> Named {
    Named { key, label, kind, at_first }
}

/// The keys of the policy that have a row, under the titles of their groups.
static POLICY: LazyLock<Vec<(&'static str, Vec<Named>)>> = LazyLock::new(|| {
    let mut groups: Vec<(&str, Vec<Named>)> = Vec::new();
    for (key, row) in KEYS.iter().filter_map(|key| Some((key, key.what_if?))) {
        let kind = match key.value_type() {
            ValueType::Number(Measure::Fraction | Measure::Share) => Kind::Fraction,
            ValueType::Number(Measure::Dollars) => Kind::Money,
            ValueType::Number(_) => Kind::Count,
            ValueType::Choice(names) => Kind::Choice(names),
            ValueType::Flag => Kind::Choice(&["true", "false"]),
            ValueType::Name | ValueType::List => Kind::List,
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
const PLAYBOOK: &[Named] = &[
    named("risk_threshold", "from risk", Kind::Fraction, 0.5),
    named("avg_cost_estimate", "cost", Kind::Money, 0.0),
    named("expected_value_range", "value range", Kind::Range, 0.0),
    named("status", "status", Kind::Choice(&["active", "retired"]), 0.0),
    named("eligible_segments", "segments", Kind::List, 0.0),
    named("approval_required", "needs approval", Kind::Choice(&["true", "false"]), 0.0),
];

/// A line with what stands in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Dial {
    pub key: String,
    pub label: &'static str,
    pub kind: Kind,
    pub at_first: f64,
    /// As a setting takes it.
    pub today: String,
    /// Where it is changed here: the place in the scenario, and the value.
    pub changed: Option<(usize, String)>,
}

impl Dial {
    /// What stands in it here.
    pub fn value(&self) -> &str {
        self.changed.as_ref().map_or(&self.today, |(_, value)| value)
    }

    /// A value as a person reads it.
    pub fn shown(&self, value: &str) -> String {
        shown(self.kind, value)
    }
}

fn shown(kind: Kind, value: &str) -> String {
    match value {
        "null" => return "not given".to_owned(),
        "true" => return "yes".to_owned(),
        "false" => return "no".to_owned(),
        _ => {}
    }
    match kind {
        Kind::Money => value.parse().map_or_else(|_| value.to_owned(), dollars),
        Kind::Range => {
            let amounts: Vec<f64> = serde_json::from_str(value).unwrap_or_default();
            amounts.into_iter().map(dollars).collect::<Vec<_>>().join("–")
        }
        Kind::List => {
            let texts: Vec<String> = serde_json::from_str(value).unwrap_or_default();
            if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
        }
        Kind::Fraction | Kind::Count | Kind::Choice(_) => value.to_owned(),
    }
}

/// The view that is tried out on.
pub fn base(state: &State) -> Option<&Snapshot> {
    state.loaded()
}

/// Every line, from the first to the last.
pub fn places(state: &State) -> Vec<Place> {
    let Some(snapshot) = base(state) else { return Vec::new() };
    let mut places = Vec::new();
    for (group, keys) in POLICY.iter() {
        places.push(Place::Group(group));
        places.extend(keys.iter().map(Place::Policy));
    }
    places.extend([Place::Group("Budget"), Place::Budget]);
    let what_if = &state.what_if;
    if !what_if.kept.is_empty() {
        places.push(Place::Group("Kept variants"));
        places.extend((0..what_if.kept.len()).map(Place::Kept));
    }
    let dataset = snapshot.matching.dataset();
    for (number, _) in dataset.playbooks().enumerate() {
        places.push(Place::Playbook(number));
        places.extend(PLAYBOOK.iter().map(|named| Place::Field(number, named)));
    }
    let gone = |setting: &Setting| {
        setting.of_playbook().is_some_and(|(id, ..)| dataset.playbook_by_id(id).is_none())
    };
    let settings = what_if.scenario.settings.iter().enumerate();
    let mut elsewhere =
        settings.filter(|(_, setting)| gone(setting)).map(|(n, _)| Place::Elsewhere(n)).peekable();
    if elsewhere.peek().is_some() {
        places.push(Place::Group("No longer there"));
        places.extend(elsewhere);
    }
    places
}

/// What a line is about, for finding it again.
pub fn identity(state: &State, place: Place) -> String {
    match place {
        Place::Group(text) => format!("= {text}"),
        Place::Kept(number) => {
            let kept = state.what_if.kept.get(number);
            format!("kept {}", kept.map_or("", |kept| kept.name.as_str()))
        }
        Place::Playbook(number) => {
            let playbook = base(state)
                .and_then(|base| base.matching.dataset().playbook(PlaybookIx::at(number)));
            format!("playbook {}", playbook.map_or("", |playbook| playbook.id.as_str()))
        }
        Place::Elsewhere(number) => {
            let setting = state.what_if.scenario.settings.get(number);
            setting.map(Setting::key).unwrap_or_default()
        }
        Place::Policy(_) | Place::Field(..) | Place::Budget => {
            dial(state, place).map(|dial| dial.key).unwrap_or_default()
        }
    }
}

/// The selected line.
pub fn selected(state: &State) -> Option<Place> {
    places(state).get(state.what_if.position.cursor).copied()
}

/// What stands in a line; `None` of a title or a variant.
pub fn dial(state: &State, place: Place) -> Option<Dial> {
    let snapshot = base(state)?;
    let settings = &state.what_if.scenario.settings;
    let (key, named, today) = match place {
        Place::Policy(named) => {
            let key = find(KEYS, named.key)?;
            (named.key.to_owned(), named, key.text(snapshot.matching.policy()))
        }
        Place::Field(number, named) => {
            let row = snapshot.matching.dataset().playbook(PlaybookIx::at(number))?;
            let today = plain(&field(named)?.slot.json(row));
            (format!("playbook.{}.{}", row.id, named.key), named, today)
        }
        Place::Budget => {
            let budget = named("", "budget", Kind::Money, FIRST_BUDGET);
            let value = state.what_if.budget.map(|budget| Num(budget).to_string());
            return Some(Dial {
                key: "budget".to_owned(),
                label: budget.label,
                kind: budget.kind,
                at_first: budget.at_first,
                today: OFF.to_owned(),
                // It is no setting: it has no place among them.
                changed: value.map(|value| (usize::MAX, value)),
            });
        }
        Place::Group(_) | Place::Playbook(_) | Place::Kept(_) | Place::Elsewhere(_) => return None,
    };
    let place = settings.iter().position(|setting| setting.key() == key);
    let changed = place.and_then(|place| Some((place, settings.get(place)?.value())));
    let Named { label, kind, at_first, .. } = *named;
    Some(Dial { key, label, kind, at_first, today, changed })
}

fn field(named: &Named) -> Option<&'static Field<Playbook>> {
    Playbook::FIELDS.iter().find(|field| field.name == named.key)
}

/// A text without its quotes, as a setting tells its value.
fn plain(json: &str) -> String {
    serde_json::from_str::<String>(json).unwrap_or_else(|_| json.to_owned())
}

/// The setting that gives a line a value.
///
/// # Errors
/// Where the value does not belong there, or the line sets nothing.
pub fn setting(state: &State, place: Place, value: &str) -> Option<Result<Setting, SettingError>> {
    match place {
        Place::Policy(named) => Some(Setting::policy(find(KEYS, named.key)?, value)),
        Place::Field(number, named) => {
            let row = base(state)?.matching.dataset().playbook(PlaybookIx::at(number))?;
            // What was typed is a text, also where it could be read as something else.
            let status = named.key == "status" && value != "null";
            let text = if status { json::line(value) } else { value.to_owned() };
            Some(Setting::playbook(&row.id, field(named)?, &text))
        }
        _ => None,
    }
}

/// What belongs into a line, in words.
pub fn expected(place: Place) -> String {
    match place {
        Place::Policy(named) => {
            find(KEYS, named.key).map(|key| key.expected_text()).unwrap_or_default()
        }
        Place::Budget => format!("an amount in dollars, or {OFF}"),
        Place::Field(_, named) => match named.kind {
            Kind::List => "texts with commas between them; All is every segment".to_owned(),
            Kind::Range => {
                "the least and the most, in dollars, with a comma between them".to_owned()
            }
            Kind::Money => "an amount in dollars a run, or null".to_owned(),
            _ => "a number, or null".to_owned(),
        },
        _ => String::new(),
    }
}

/// A value as it stands in a text field: lists without brackets.
pub fn typed(dial: &Dial) -> String {
    let value = dial.value();
    match dial.kind {
        Kind::List => match serde_json::from_str::<Vec<String>>(value) {
            // What has a comma in it can only be told apart in brackets.
            Ok(texts) if !texts.iter().any(|text| text.contains(',') || text.trim() != text) => {
                texts.join(", ")
            }
            _ => value.to_owned(),
        },
        Kind::Range => value.trim_matches(['[', ']']).replace(',', ", "),
        _ => value.to_owned(),
    }
}
