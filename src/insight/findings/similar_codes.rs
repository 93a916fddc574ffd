//! `near_miss`: codes (stages, segments, statuses, ids of playbooks) that differ only in their form from
//! others of the same kind, and a status that is not known. Codes compare exactly: one that is a letter or
//! a blank off silently means something else.

use std::borrow::Cow;
use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::ground::Ground;
use crate::domain::form::{difference, folded};
use crate::domain::money::counted;
use crate::domain::text::short;
use crate::domain::{
    Code, DataFile, Finding, Intervention, Location, PerformanceRow, Place, Playbook,
};
use crate::matching::performance::ALL;
use crate::store::column::Texts;
use crate::store::dataset::{DEFAULT_SEGMENT, fields};
use crate::store::row::{Row, position};
use crate::store::{CustomerView, Dataset};

/// What a playbook may be; only the first one plays.
const STATUSES: [&str; 8] =
    ["active", "draft", "inactive", "paused", "retired", "archived", "disabled", "deprecated"];

/// One for each spelling in each file that is not the usual one.
pub fn findings(ground: &Ground<'_>) -> Vec<Finding> {
    let dataset = ground.dataset;
    let mut findings = statuses(ground);
    for kind in [stages(dataset), segments(ground), playbook_ids(dataset)] {
        findings.extend(kind.findings());
    }
    findings
}

/// Playbooks that silently never play: their status is none that is known.
fn statuses(ground: &Ground<'_>) -> Vec<Finding> {
    let finding = |playbook: &Playbook| {
        let status = playbook.status.as_deref()?;
        if STATUSES.contains(&status) {
            return None;
        }
        let like = STATUSES.iter().find(|known| folded(known) == folded(status));
        let what = match like.and_then(|known| Some((known, difference(known, status)?))) {
            Some((known, differs)) => format!("did you mean \"{known}\" ({differs})"),
            None => format!("expected one of {}", STATUSES.join(", ")),
        };
        let message = format!(
            "the status of {} is \"{}\"; {what}; only active playbooks are recommended",
            playbook.id,
            short(status)
        );
        let finding = Finding::new(Code::NearMiss, message).field("status");
        Some(ground.at_playbook(finding, playbook))
    };
    ground.dataset.playbooks().filter_map(finding).collect()
}

/// A spelling of a code in one file.
struct Spelling<'a> {
    text: &'a str,
    /// Where it stands; `None` for one that the rules know.
    place: Option<(DataFile, &'static str, Option<Location>)>,
    rows: usize,
}

/// All spellings of the codes of a kind.
#[derive(Default)]
struct Kind<'a>(Vec<Spelling<'a>>);

impl<'a> Kind<'a> {
    /// A code that the rules know.
    fn known(mut self, text: &'a str) -> Self {
        self.0.push(Spelling { text, place: None, rows: usize::MAX });
        self
    }

    /// Those of a column. `place` tells where a row stands.
    fn column(
        mut self,
        (file, field): (DataFile, &'static str),
        texts: &'a Texts,
        rows: usize,
        place: impl Fn(usize) -> Option<Location>,
    ) -> Self {
        // The number of rows of each text, and the first of them.
        let mut of_words = vec![(0, 0); texts.pool().len()];
        for row in (0..rows).rev() {
            if let Some(word) = texts.code(row).and_then(|code| of_words.get_mut(code as usize)) {
                *word = (word.0 + 1, row);
            }
        }
        for (text, (rows, first)) in texts.pool().iter().zip(of_words).filter(|(_, of)| of.0 > 0) {
            self.0.push(Spelling { text, place: Some((file, field, place(first))), rows });
        }
        self
    }

    /// In each group of codes that fold to one, a finding for every spelling but the most usual one.
    fn findings(self) -> Vec<Finding> {
        let mut groups: FxHashMap<Cow<'_, str>, Vec<Spelling<'a>>> = FxHashMap::default();
        for spelling in self.0 {
            groups.entry(folded(spelling.text)).or_default().push(spelling);
        }
        let mut found: Vec<(Place, Finding)> = Vec::new();
        for group in groups.into_values() {
            let mut rows: FxHashMap<&str, usize> = FxHashMap::default();
            for spelling in &group {
                let rows = rows.entry(spelling.text).or_default();
                *rows = rows.saturating_add(spelling.rows);
            }
            // Of equally usual ones the plainest: blanks and full width make a text longer, and capitals
            // come first in the alphabet.
            let usual =
                rows.iter().max_by_key(|(text, rows)| (**rows, Reverse(text.len()), **text));
            let Some((usual, most)) = usual.filter(|_| rows.len() > 1) else { continue };
            // What the rules know means what it says.
            let odd = |text: &str| text != *usual && rows.get(text) != Some(&usize::MAX);
            for spelling in group.iter().filter(|spelling| odd(spelling.text)) {
                found.extend(spelling.finding(usual, *most));
            }
        }
        found.sort_by(|(a, of_a), (b, of_b)| {
            (&of_a.file, a, &of_a.message).cmp(&(&of_b.file, b, &of_b.message))
        });
        found.into_iter().map(|(_, finding)| finding).collect()
    }
}

impl Spelling<'_> {
    fn finding(&self, usual: &str, most: usize) -> Option<(Place, Finding)> {
        let (file, field, location) = self.place.as_ref()?;
        let differs = difference(usual, self.text)?;
        let known = match most {
            usize::MAX => String::new(),
            rows => format!(" in {}", counted(rows, "row")),
        };
        let message = format!(
            "{field} is \"{}\" in {}, similar to \"{}\"{known} ({differs}); they count as different",
            short(self.text),
            counted(self.rows, "row"),
            short(usual),
        );
        let finding = Finding::new(Code::NearMiss, message).in_file(file.name()).field(field);
        let place = location.as_ref().map_or_else(Place::default, |location| location.place);
        Some((place, location.iter().cloned().fold(finding, Finding::located)))
    }
}

fn of_table<'a, R: Row>(
    kind: Kind<'a>,
    file: DataFile,
    table: &'a crate::store::Table<R>,
    field: usize,
) -> Kind<'a> {
    let name = R::NAMES.get(field).copied().unwrap_or_default();
    kind.column((file, name), table.texts(field), table.len, |row| table.places.locate(row))
}

fn stages(dataset: &Dataset) -> Kind<'_> {
    const OF_PLAYBOOK: usize = position(Playbook::NAMES, "journey_stage");
    const OF_INTERVENTION: usize = position(Intervention::NAMES, "journey_stage");
    let tables = &dataset.tables;
    let kind = of_table(Kind::default(), DataFile::States, &tables.states, fields::STAGE);
    let kind = of_table(kind, DataFile::Playbooks, &tables.playbooks, OF_PLAYBOOK);
    of_table(kind, DataFile::Interventions, &tables.interventions, OF_INTERVENTION)
}

fn segments<'a>(ground: &Ground<'a>) -> Kind<'a> {
    const MEASURED: usize = position(PerformanceRow::NAMES, "segment");
    let dataset = ground.dataset;
    let tables = &dataset.tables;
    let given = tables.customers.texts(fields::SEGMENT);
    let is_default =
        |view: CustomerView<'_>| given.get(view.row().index()).is_none_or(str::is_empty);
    let kind = Kind::default().known(ALL);
    let kind = match dataset.customers().any(is_default) {
        true => kind.known(DEFAULT_SEGMENT),
        false => kind,
    };
    let kind = of_table(kind, DataFile::Customers, &tables.customers, fields::SEGMENT);
    let mut kind = of_table(kind, DataFile::Performance, &tables.performance, MEASURED);
    let mut eligible: FxHashMap<&str, (&Playbook, usize)> = FxHashMap::default();
    for playbook in dataset.playbooks() {
        for segment in playbook.segments() {
            eligible.entry(segment).or_insert((playbook, 0)).1 += 1;
        }
    }
    kind.0.extend(eligible.into_iter().map(|(text, (first, rows))| {
        let place = (DataFile::Playbooks, "eligible_segments", ground.place_of(first));
        Spelling { text, place: Some(place), rows }
    }));
    kind
}

fn playbook_ids(dataset: &Dataset) -> Kind<'_> {
    const MEASURED: usize = position(PerformanceRow::NAMES, "playbook_id");
    let tables = &dataset.tables;
    let ids = dataset.playbooks().map(|playbook| playbook.id.as_str());
    let kind = ids.fold(Kind::default(), Kind::known);
    let kind = of_table(kind, DataFile::Performance, &tables.performance, MEASURED);
    let field = fields::INTERVENTION_PLAYBOOK;
    let kind = of_table(kind, DataFile::Interventions, &tables.interventions, field);
    of_table(kind, DataFile::Outcomes, &tables.outcomes, fields::OUTCOME_PLAYBOOK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Policy;
    use crate::insight::findings::strategy_findings;
    use crate::insight::samples::matching;

    /// What is told of these files, as `file:line field`.
    fn told(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let matching = matching(files, Policy::default());
        let found = strategy_findings(&matching);
        let found = found.into_iter().filter(|finding| finding.code == Code::NearMiss);
        found
            .map(|finding| {
                let field = finding.field.clone().unwrap_or_default();
                (format!("{} {field}", finding.location()), finding.message)
            })
            .collect()
    }

    const CUSTOMERS: &str = r#"[{"customer_id":"A","segment":"Mid-Market"},
{"customer_id":"B","segment":"Mid-Market"},
{"customer_id":"C"}]"#;
    const STATES: &str = r#"[{"customer_id":"A","journey_stage":"onboarding"},
{"customer_id":"B","journey_stage":"onboarding"},
{"customer_id":"C","journey_stage":"retention"}]"#;

    fn playbooks(status: &str, stage: &str, segment: &str) -> String {
        format!(
            "[{{\"playbook_id\":\"P1\",\"status\":\"active\",\"journey_stage\":\"retention\",\
             \"eligible_segments\":[\"All\"]}},\n{{\"playbook_id\":\"P2\",\"status\":\"{status}\",\
             \"journey_stage\":\"{stage}\",\"eligible_segments\":[\"Mid-Market\",\"{segment}\"]}}]"
        )
    }

    fn with_playbook(status: &str, stage: &str, segment: &str) -> Vec<(String, String)> {
        let playbooks = playbooks(status, stage, segment);
        told(&[
            ("customers.json", CUSTOMERS),
            ("journey_state_log.json", STATES),
            ("journey_playbooks.json", &playbooks),
        ])
    }

    #[test]
    fn codes_a_letter_or_a_blank_off_are_told_with_what_they_look_like() {
        assert_eq!(with_playbook("active", "onboarding", "SMB"), []);
        for (status, stage, segment, field, said) in [
            ("Active", "onboarding", "SMB", "status", "did you mean \"active\" (differs in upper"),
            ("active ", "onboarding", "SMB", "status", "(trailing space)"),
            ("ａｃｔｉｖｅ", "onboarding", "SMB", "status", "full-width"),
            ("\u{200b}active", "onboarding", "SMB", "status", "with invisible U+200B"),
            ("live", "onboarding", "SMB", "status", "expected one of active, draft"),
            ("active", "Onboarding", "SMB", "journey_stage", "similar to \"onboarding\" in 2 rows"),
            ("active", " onboarding", "SMB", "journey_stage", "(leading space)"),
            (
                "active",
                "onboarding",
                "SMB ",
                "eligible_segments",
                "similar to \"SMB\" (trailing space)",
            ),
            (
                "active",
                "onboarding",
                "mid-market",
                "eligible_segments",
                "is \"mid-market\" in 1 row",
            ),
            ("active", "onboarding", "ALL", "eligible_segments", "similar to \"All\" (differs"),
        ] {
            let told = with_playbook(status, stage, segment);
            assert_eq!(told.len(), 1, "{told:?}");
            assert_eq!(told[0].0, format!("journey_playbooks.json:2:1 {field}"));
            assert!(told[0].1.contains(said), "{said:?}: {}", told[0].1);
        }
        for known in STATUSES {
            assert_eq!(with_playbook(known, "onboarding", "SMB"), []);
        }
    }

    #[test]
    fn the_spelling_with_fewer_rows_is_the_odd_one_whichever_file_it_is_in() {
        let states = STATES.replacen("\"onboarding\"", "\"Onboarding\"", 1);
        let customers = CUSTOMERS.replacen("Mid-Market", "Mid-Market\u{a0}", 1);
        let playbooks = playbooks("active", "onboarding", "SMB");
        let performance = r#"[{"playbook_id":"p2","segment":"smb"},{"playbook_id":"P2"}]"#;
        let interventions = r#"[{"customer_id":"A","playbook_id":"P2 "},
{"customer_id":"B","playbook_id":"P2 "}]"#;
        let told = told(&[
            ("customers.json", &customers),
            ("journey_state_log.json", &states),
            ("journey_playbooks.json", &playbooks),
            ("playbook_performance_log.json", performance),
            ("interventions.json", interventions),
        ]);
        let places: Vec<&str> = told.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(
            places,
            [
                "journey_state_log.json:1:2 journey_stage",
                "customers.json:1:2 segment",
                "playbook_performance_log.json:1:2 segment",
                "interventions.json:1:2 playbook_id",
                "playbook_performance_log.json:1:2 playbook_id",
            ]
        );
        assert!(told[3].1.contains("\"P2 \" in 2 rows, similar to \"P2\" (trailing"), "{told:?}");
    }

    #[test]
    fn one_spelling_all_through_is_no_near_miss_whatever_it_is() {
        let all =
            |text: &str| text.replace("Mid-Market", "smb").replace("onboarding", "ONBOARDING");
        let customers = all(&CUSTOMERS
            .replace("{\"customer_id\":\"C\"}", "{\"customer_id\":\"C\",\"segment\":\"smb\"}"));
        let playbooks = all(&playbooks("active", "onboarding", "Enterprise"));
        let told = told(&[
            ("customers.json", &customers),
            ("journey_state_log.json", &all(STATES)),
            ("journey_playbooks.json", &playbooks),
        ]);
        assert_eq!(told, []);
    }
}
