//! The policy file: its text to a policy, with a place for everything that is wrong with it. Which
//! keys there are is in [`policy_keys`](crate::domain::policy_keys); here is how they are
//! written.

use crate::domain::text::short;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::policy_labels;
use crate::domain::capacity::Capacity;
use crate::domain::experiment::Experiment;
use crate::domain::labels::LABELS;
use crate::domain::place::Cursor;
use crate::domain::policy_block::Block;
use crate::domain::policy_key::{Key, Unfit, ValueType};
use crate::domain::policy_keys::{BLOCKS, KEYS, alike, find, names, sections};
use crate::domain::{Approver, Code, Finding, Policy, number};
use crate::toml_text::{Problem, Syntax, Value, describe, given, not_a_table, whole};

/// Name of the policy file in the data directory.
pub const POLICY_FILE: &str = "nextplay.toml";

/// Reads a policy file.
///
/// # Errors
/// Everything that is wrong with it, each finding with file, line and column.
pub fn parse(text: &str) -> Result<Policy, Vec<Finding>> {
    // A byte order mark is no character of the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    let syntax = Syntax::new(text, document.get_ref(), &errors);
    let mut reader = Reader { text, policy: Policy::default(), problems: Vec::new() };
    reader.document(document.get_ref(), syntax.is_torn());

    // What no longer is as it was written says nothing about what was meant.
    reader.problems.retain(|problem| !syntax.is_in_doubt(problem.offset));
    let mut problems = reader.problems;
    problems.extend(syntax.problems);
    if problems.is_empty() {
        return Ok(reader.policy);
    }
    // Stable: where both the reader and the syntax have something to say, the reader knows better.
    problems.sort_by_key(|problem| problem.offset);
    problems.dedup_by_key(|problem| problem.offset);
    let mut cursor = Cursor::new(text);
    let finding = |problem: Problem| {
        let finding = Finding::new(Code::BadPolicy, problem.message).in_file(POLICY_FILE);
        let finding = finding.at(cursor.at(problem.offset));
        match &problem.field {
            Some(field) => finding.field(field),
            None => finding,
        }
    };
    Err(problems.into_iter().map(finding).collect())
}

/// The key of a name that stands in no table.
fn at_the_top(own: &str) -> Option<&'static Key<Policy>> {
    find(KEYS, own).filter(|key| key.section().is_empty())
}

const CONTACT: &str = "contact";
const MAX_PLAYS: &str = "max_plays";
const PER_DAYS: &str = "per_days";

type Name<'i> = Spanned<DeString<'i>>;

struct Reader<'i> {
    text: &'i str,
    policy: Policy,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, offset: usize, field: &str, message: String) {
        self.problems.push(Problem { offset, field: Some(field.to_owned()), message });
    }

    /// `torn`: something may be missing that was written.
    fn document(&mut self, document: &DeTable<'_>, torn: bool) {
        for (name, value) in document {
            match name.get_ref().as_ref() {
                Approver::NAME => self.blocks::<Approver>(value, torn),
                Capacity::NAME => self.blocks::<Capacity>(value, torn),
                Experiment::NAME => self.blocks::<Experiment>(value, torn),
                LABELS => {}
                own if let Some(key) = at_the_top(own) => {
                    self.problems.extend(set(self.text, key, &mut self.policy, value));
                }
                section if sections().contains(&section) => self.section(section, value, torn),
                _ => self.unknown("", name, value),
            }
        }
        // Last: the reasons have to be known.
        if let Some(labels) = document.get(LABELS) {
            self.problems.extend(policy_labels::read(self.text, labels, &mut self.policy));
        }
    }

    fn section(&mut self, section: &str, value: &Value<'_>, torn: bool) {
        if let DeValue::Table(table) = value.get_ref() {
            for (name, value) in table {
                match find(KEYS, &format!("{section}.{}", name.get_ref())) {
                    Some(key) => {
                        let problems = set(self.text, key, &mut self.policy, value);
                        self.problems.extend(problems);
                    }
                    None => self.unknown(section, name, value),
                }
            }
            // Plays in no time at all are no limit that anyone could mean.
            let limit = |own: &str| table.iter().find(|(name, _)| name.get_ref() == own);
            if let (Some(_), Some((name, _)), None, false) =
                (self.policy.contact.max_plays, limit(MAX_PLAYS), limit(PER_DAYS), torn)
                && section == CONTACT
            {
                let message = format!(
                    "{CONTACT}.{MAX_PLAYS} is set without {CONTACT}.{PER_DAYS}, expected both; add \
                     {PER_DAYS} = 30 or another number of days"
                );
                self.problem(name.span().start, "contact.max_plays", message);
            }
            return;
        }
        self.problems.push(not_a_table(self.text, section, value));
    }

    fn blocks<B: Block>(&mut self, value: &Value<'_>, torn: bool) {
        let (name, each) = (B::NAME, B::EACH);
        let (found, advice) = match value.get_ref() {
            DeValue::Array(blocks) if !blocks.is_empty() => {
                blocks.iter().for_each(|block| self.block::<B>(block, torn));
                return;
            }
            DeValue::Table(_) => {
                (format!("found [{name}], a single table"), "write it with two brackets")
            }
            // An empty list, too: whoever writes one does not mean that anybody may decide.
            _ => (
                format!("{name} is {}", describe(self.text, value)),
                "write such blocks, or remove it",
            ),
        };
        let message = format!("{found}, expected a block [[{name}]] {each}; {advice}");
        self.problem(value.span().start, name, message);
    }

    fn block<B: Block>(&mut self, block: &Value<'_>, torn: bool) {
        let name = B::NAME;
        let DeValue::Table(table) = block.get_ref() else {
            let found = describe(self.text, block);
            let message = format!("{name} has {found}, expected a block [[{name}]]; write it so");
            return self.problem(block.span().start, name, message);
        };
        let mut read = B::default();
        let before = self.problems.len();
        for (own, value) in table {
            match find(B::KEYS, &format!("{name}.{}", own.get_ref())) {
                Some(key) => self.problems.extend(set(self.text, key, &mut read, value)),
                None => self.unknown(name, own, value),
            }
        }
        for key in B::KEYS.iter().filter(|key| key.is_needed() && !torn) {
            if !table.iter().any(|(name, _)| name.get_ref() == key.own_name()) {
                let own = key.own_name();
                let example = if key.value_type() == ValueType::Name { "\"…\"" } else { "5" };
                let expected = key.expected();
                let message =
                    format!("{name} has no {own}, expected {expected}; add {own} = {example}");
                self.problem(block.span().start, key.name, message);
            }
        }
        // What could not be read would only be said again to be missing.
        if !torn && self.problems.len() == before {
            for (key, message) in read.objections(B::all(&mut self.policy)) {
                let given =
                    table.iter().find(|(own, _)| format!("{name}.{}", own.get_ref()) == key);
                let at = given.map_or(block.span().start, |(_, value)| value.span().start);
                self.problem(at, key, message);
            }
        }
        B::all(&mut self.policy).push(read);
    }

    /// A name that is none in that table; at the top where `section` is empty.
    fn unknown(&mut self, section: &str, name: &Name<'_>, value: &Value<'_>) {
        let own = name.get_ref().as_ref();
        let (full, known) = if section.is_empty() {
            let tables: Vec<String> =
                sections().into_iter().map(|section| format!("[{section}]")).collect();
            let (tables, blocks) = (tables.join(", "), BLOCKS.join("]], [["));
            (own.to_owned(), format!("the tables are {tables}, [{LABELS}], [[{blocks}]]"))
        } else {
            let names: Vec<&str> = names()
                .filter_map(|name| name.rsplit_once('.'))
                .filter(|(its, _)| *its == section)
                .map(|(_, own)| own)
                .collect();
            (format!("{section}.{own}"), format!("its keys are {}", names.join(", ")))
        };
        let what = match value.get_ref() {
            DeValue::Table(_) => format!("unknown table [{}]", short(&full)),
            _ => format!("unknown key {}", short(&full)),
        };
        let meant = if section.is_empty() && find(KEYS, own).is_some() {
            "write it without quotes".to_owned()
        } else if let Some(meant) = alike(&full) {
            format!("did you mean {meant}?")
        } else {
            known
        };
        self.problem(name.span().start, &full, format!("{what}; {meant}"));
    }
}

/// Keeps the value of a key; everything that is wrong with it.
fn set<T: Clone + Default>(
    text: &str,
    key: &Key<T>,
    kept: &mut T,
    value: &Value<'_>,
) -> Vec<Problem> {
    let problem = |at: &Value<'_>, has: &str, expected: &str| {
        let found = describe(text, at);
        let instead = match key.is_needed() {
            true => String::new(),
            false => format!("; the default is {}", key.default()),
        };
        Problem {
            offset: at.span().start,
            field: Some(key.name.to_owned()),
            message: format!("{} {has} {found}, expected {expected}{instead}", key.name),
        }
    };
    let unfit = |Unfit { element, expected }| {
        let elements = value.get_ref().as_array();
        match element.and_then(|element| elements?.get(element)) {
            Some(element) => problem(element, "has", &expected),
            None => problem(value, "is", &(expected + too_large(value))),
        }
    };
    match key.set(kept, &given(value)) {
        Err(all) => all.into_iter().map(unfit).collect(),
        Ok(()) if is_changed(value) => {
            let most = number::EXACT_WHOLE;
            let expected = format!("a number that can be kept exactly (whole ones up to {most})");
            vec![problem(value, "is", &expected)]
        }
        Ok(()) => Vec::new(),
    }
}

/// True for a whole number that would silently become another one.
fn is_changed(value: &Value<'_>) -> bool {
    whole(value).is_some_and(|whole| whole as f64 as i128 != whole)
}

/// What to add to what is expected instead of a number that no double holds.
fn too_large(value: &Value<'_>) -> &'static str {
    let no_end = |float: &toml::de::DeFloat<'_>| {
        let digits = float.as_str().contains(|c: char| c.is_ascii_digit());
        digits && float.as_str().parse().is_ok_and(f64::is_infinite)
    };
    if value.get_ref().as_float().is_some_and(no_end) { ", below 1.8e308" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{DecisionKind, Ranking};

    /// Everything that is told of a text, each with its place and key.
    fn told(text: &str) -> Vec<String> {
        let line = |finding: &Finding| {
            assert_eq!(finding.code, Code::BadPolicy);
            format!("{finding} <{}>", finding.field.as_deref().unwrap_or("-"))
        };
        parse(text).err().unwrap_or_default().iter().map(line).collect()
    }

    /// The one thing that is told of a text.
    #[track_caller]
    fn only(text: &str, said: &str) {
        let told = told(text);
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(told[0].contains(said), "{said:?} is missing in {:?}", told[0]);
    }

    #[test]
    fn nothing_written_is_the_defaults() {
        for empty in ["", "\u{feff}", "# nothing\r\n", "[matching]\n[approval]\n[targets]\n"] {
            assert_eq!(parse(empty).unwrap(), Policy::default(), "{empty:?}");
        }
    }

    #[test]
    fn the_defaults_written_out_are_the_defaults() {
        let keys = KEYS.iter().filter(|key| key.value_type() != ValueType::Text);
        let (off, written): (Vec<_>, Vec<_>) = keys.partition(|key| key.default() == "off");
        let line = |key: &&Key<Policy>| format!("{} = {}\n", key.name, key.default());
        let text: String = written.iter().map(line).collect();
        assert_eq!(parse(&text).unwrap(), Policy::default());
        for key in off {
            let days = if key.name == "contact.max_plays" { "contact.per_days = 1\n" } else { "" };
            let text = format!("{days}{} = 1", key.name);
            assert_ne!(parse(&text).unwrap(), parse(days).unwrap());
        }
    }

    #[test]
    fn every_key_is_read() {
        let text = "\u{feff}[matching]\r\nconfidence_threshold = 0\r\nranking = \"net_value\"\r\n\
            [approval]\r\nrequired_at_cost = 1_000\r\nreason_required = [\"approve\"]\r\n\
            [[approver]]\r\nname = \"dana\"\r\nsegments = [\"SMB\", \"Mid-Market\"]\r\n\
            [[approver]]\r\nname = \"dana\"\r\ncost_up_to = 2.5e2\r\n\
            [targets]\r\nrevenue_at_risk_max = 3_000_000\r\n";
        let policy = parse(text).unwrap();
        assert_eq!((policy.confidence_threshold, policy.ranking), (0.0, Ranking::NetValue));
        assert_eq!(policy.approval.required_at_cost, Some(1000.0));
        assert_eq!(policy.approval.reason_required, [DecisionKind::Approve]);
        assert_eq!(policy.targets.revenue_at_risk_max, Some(3e6));
        let [first, second] = &policy.approvers[..] else { panic!("{policy:?}") };
        assert_eq!(first.segments.as_ref().unwrap().len(), 2);
        assert_eq!((second.name.name().as_str(), second.cost_up_to), ("dana", Some(250.0)));
        let same = "approver = [{ name = \"dana\" }]\nmatching.ranking = \"net_value\"";
        assert_eq!(parse(same).unwrap().approvers.len(), 1, "another way to write it");
    }

    const EXPERIMENT: &str = "[[experiment]]\nid = \"q1\"\nstage = \"support\"\n\
        arms = [\"A\", \"B\"]\nshare = [0.5, 0.5]\nstarts = 2027-01-05\n";

    #[test]
    fn experiments_are_read() {
        let policy = parse(EXPERIMENT).unwrap();
        let [experiment] = &policy.experiments[..] else { panic!("{policy:?}") };
        assert_eq!((experiment.id(), experiment.exposure), ("q1", 1.0));
        assert_eq!(experiment.playbooks().collect::<Vec<_>>(), ["A", "B"]);
        assert!(experiment.is_for(Some("support"), "SMB") && !experiment.is_for(None, "SMB"));
        let three = EXPERIMENT
            .replace("\"B\"]", "\"B\", \"C\"]")
            .replace("[0.5, 0.5]", "[0.3333, 0.3333, 0.3334]");
        assert_eq!(parse(&three).unwrap().experiments[0].share.len(), 3);
    }

    #[test]
    fn what_makes_no_experiment_is_told_with_its_place() {
        let with = |from: &str, to: &str| EXPERIMENT.replace(from, to);
        only(
            &with("id = \"q1\"\n", ""),
            "nextplay.toml:1:1: experiment has no id, expected a name",
        );
        only(
            &with("q1", "q:1"),
            "nextplay.toml:2:6: experiment.id is \"q:1\", expected a name without",
        );
        only(&format!("{EXPERIMENT}{EXPERIMENT}"), "experiment.id is \"q1\" twice");
        only(&with("\"B\"", "\"A\""), "experiment has no arms, expected two or more playbooks");
        only(&with("\"B\"", "\"ranking\""), "experiment.arms mixes playbooks and \"holdout\"");
        only(
            &with("\"A\", \"B\"", "\"holdout\", \"ranking\""),
            "a holdout has no plays that succeed",
        );
        only(
            &with("0.5, 0.5", "0.5, 0.4"),
            "has 2 shares that add up to 0.9, expected one for each of 2",
        );
        only(&with("0.5, 0.5", "0.12345, 0.87655"), "up to four decimals");
        only(&with("starts = 2027-01-05", "starts = \"soon\""), "experiment.starts is the text");
        only(&format!("{EXPERIMENT}outcome = \"retained\"\n"), "experiment has no horizon_days");
        only(&format!("{EXPERIMENT}baseline = 0.95\n"), "experiment.detect is out of range");
    }

    #[test]
    fn an_owner_has_time_for_so_many_plays_a_week() {
        let capacity = |owner: &str, plays: &str| {
            format!("[[capacity]]\nowner = {owner:?}\nplays_per_week = {plays}\n")
        };
        let both = capacity("dana", "5") + &capacity("sam", "12");
        let plays = parse(&both).unwrap().capacities;
        let plays: Vec<_> =
            plays.iter().map(|one| (one.owner.name(), one.plays_per_week)).collect();
        assert_eq!(plays, [(&"dana".into(), 5.0), (&"sam".into(), 12.0)]);
        for wrong in ["0", "-1", "2.5", "\"5\""] {
            let said = "expected a whole number of 1 or more";
            only(&capacity("dana", wrong), said);
            assert!(!told(&capacity("dana", wrong))[0].contains("default"), "there is none");
        }
        only(
            "[[capacity]]\nowner = \"dana\"\n",
            "capacity has no plays_per_week, expected a whole number of 1 or more; add \
             plays_per_week = 5",
        );
        only("[[capacity]]\nplays_per_week = 5\n", "capacity has no owner");
        only(
            &(capacity("dana", "5") + &capacity("Dana", "6")),
            "nextplay.toml:5:9: capacity.owner is \"Dana\" twice, expected each owner once; remove",
        );
    }

    #[test]
    fn everything_wrong_is_told_with_its_place() {
        let text = "\u{feff}[matching]\r\nconfidence_threshold = 7\r\n  confidence_treshold = 0.5\r\n\
            [approval]\r\nreason_required = [\"reject\", \"undo\",\r\n \"hand_off\"]\r\n\
            [aproval]\r\nx = 1\r\n[[approver]]\r\nnam = \"dana\"\r\n";
        assert_eq!(
            told(text),
            [
                "nextplay.toml:2:24: matching.confidence_threshold is the number 7, expected a \
                 number from 0 to 1; the default is 0.50 \
                 <matching.confidence_threshold>",
                "nextplay.toml:3:3: unknown key matching.confidence_treshold; did you mean \
                 confidence_threshold? <matching.confidence_treshold>",
                "nextplay.toml:5:30: approval.reason_required has the text \"undo\", expected \
                 approve, reject, defer, override or propose; the default is \
                 [\"reject\", \"override\", \"defer\"] <approval.reason_required>",
                "nextplay.toml:6:2: approval.reason_required has the text \"hand_off\", expected \
                 approve, reject, defer, override or propose; the default is \
                 [\"reject\", \"override\", \"defer\"] <approval.reason_required>",
                "nextplay.toml:7:2: unknown table [aproval]; did you mean [approval]? <aproval>",
                "nextplay.toml:9:1: approver has no name, expected a name in quotes, 1 to 64 \
                 characters, without control characters or spaces around it; add name = \"…\" \
                 <approver.name>",
                "nextplay.toml:10:1: unknown key approver.nam; did you mean name? <approver.nam>",
            ]
        );
    }

    #[test]
    fn no_key_takes_a_value_of_another_type() {
        let number = ["true", "\"1\"", "nan", "-inf", "inf", "[0.5]", "{}", "2026-02-03", "-0.1"];
        let list = ["true", "\"x\"", "nan", "1", "[1]", "[[\"x\"]]", "{}", "10:00:00"];
        let text = ["true", "0.5", "nan", "[\"roi\"]", "{}", "2026-02-03T10:00:00Z", "\"x\""];
        for key in KEYS {
            let wrong: &[&str] = match key.value_type() {
                ValueType::Flag => &number[1..],
                ValueType::List => &list,
                ValueType::Choice(_) | ValueType::Name => &text,
                ValueType::Text | ValueType::SigningKeys => &text[..6],
                ValueType::Number(_) => &number,
            };
            for wrong in wrong {
                only(&format!("{} = {wrong}", key.name), &format!("<{}>", key.name));
            }
        }
        only(
            "contact.parallel = 1",
            "parallel is the number 1, expected true or false; the default",
        );
        for (key, wrong) in [
            ("name", "\"\""),
            ("name", "1"),
            ("segments", "[]"),
            ("segments", "\"SMB\""),
            ("account_value_up_to", "nan"),
            ("cost_up_to", "-1"),
            ("cost_up_to", "true"),
        ] {
            let name = if key == "name" { "" } else { "name = \"x\"\n" };
            only(&format!("[[approver]]\n{name}{key} = {wrong}"), &format!("<approver.{key}>"));
        }
    }

    #[test]
    fn what_was_found_is_told_as_it_is_written() {
        let cost =
            |value: &str, said: &str| only(&format!("approval.required_at_cost = {value}"), said);
        cost("nan", "is nan, expected an amount in dollars");
        cost("true", "is true, expected");
        cost("\"5\"", "is the text \"5\", expected");
        cost("-1_000", "is the number -1_000, expected");
        cost("1e999", "of 0 or more, below 1.8e308; the default is off");
        cost("9007199254740993", "kept exactly (whole ones up to 9007199254740992)");
        cost("99999999999999999999999999999999999999999999", "is the number 9999");
        cost("{}", "is a table, expected");
        only("approval.expires_after_days = 0", "expected a number of days above 0");
        only("approval.reasons = []", "is the list [], expected a list of one or more texts");
        let long = format!("matching.ranking = \"{}\"", "x".repeat(99));
        only(&long, "xxx…, expected roi or net_value");
    }

    #[test]
    fn a_number_of_plays_needs_its_days() {
        only(
            "[contact]\nparallel = true\nmax_plays = 2",
            "toml:3:1: contact.max_plays is set without contact.per_days, expected both; add \
             per_days = 30",
        );
        only("[contact]\nmax_plays = 2\nper_days = 0", "3:12: contact.per_days is the number 0");
        let policy = parse("contact.max_plays = 2\ncontact.per_days = 30").unwrap();
        assert_eq!(policy.contact.most_plays(), Some((2.0, 30.0)));
        assert!(!parse("contact.per_days = 30").unwrap().contact.limits_plays());
    }

    #[test]
    fn tables_written_another_way_are_told() {
        only("matching = 5", "toml:1:12: matching is the number 5, expected a table; write [match");
        only("[[targets]]\nhigh_risk_at = 0.1", "targets is a list of tables, expected a table");
        only(
            "[approver]\nname = \"x\"",
            "[approver], a single table, expected a block [[approver]]",
        );
        only("approver = []", "approver is the list [], expected a block [[approver]]");
        only("approver = \"dana\"", "approver is the text \"dana\"");
        only("approver = [\"dana\"]", "approver has the text \"dana\"");
        only("[approval.reasons]\na = 1", "approval.reasons is a table, expected a list");
        only("[zzz]\na = 1\nb = 2", "unknown table [zzz]; the tables are [matching], [appr");
        only(
            "[matching]\nzzz = 1",
            "its keys are confidence_threshold, confidence_margin, ranking",
        );
        only("\"matching.ranking\" = \"roi\"", "write it without quotes");
        only("ranking = \"roi\"", "did you mean matching.ranking?");
    }

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";

    #[test]
    fn an_approver_has_keys_with_the_time_in_which_each_is_in_use() {
        let text = format!(
            "ledger_id = \"acme/2027\"\n[[approver]]\nname = \"dana\"\nkeys = [\n\
             {{ key = \"{KEY} dana@work\", from = 2027-01-01, until = 2028-01-01T09:00:00+01:00 }},\n\
             {{ key = \"{KEY}\" }}]\n[[approver]]\nname = \"Dana\"\n[[approver.keys]]\nkey = \"{KEY}\"\n"
        );
        let policy = parse(&text).unwrap();
        assert_eq!(policy.ledger_id.as_deref(), Some("acme/2027"));
        let keys = policy.keys_of(&"DANA".into());
        assert_eq!(keys.len(), 3, "those of all blocks with the name");
        assert_eq!(keys[0].key.to_string(), KEY);
        assert_eq!(keys[0].from.as_ref().unwrap().at.to_string(), "2027-01-01T00:00:00Z");
        assert_eq!(keys[0].until.as_ref().unwrap().at.to_string(), "2028-01-01T08:00:00Z");
        let key = find(Approver::KEYS, "approver.keys").unwrap();
        let written = key.written(&policy.approvers[0]).unwrap();
        let again = format!("[[approver]]\nname = \"dana\"\nkeys = {written}");
        assert_eq!(parse(&again).unwrap().approvers[0].keys, policy.approvers[0].keys);
    }

    #[test]
    fn a_bad_key_is_told_with_its_place() {
        let keys = |keys: &str, said: &str| {
            only(&format!("[[approver]]\nname = \"dana\"\nkeys = {keys}"), said);
        };
        keys("\"x\"", "3:8: approver.keys is the text \"x\", expected a list of { key =");
        keys("[\"x\"]", "toml:3:9: approver.keys has the text \"x\", expected a table { key =");
        keys("[{}]", "toml:3:9: approver.keys has a table, expected a key: key =");
        keys("[{ key = \"AAAA\" }]", "expected key to be a public key as in a .pub file");
        keys("[{ key = 1 }]", "expected key to be a public key in quotes");
        let with = |rest: &str, said: &str| keys(&format!("[{{ key = \"{KEY}\", {rest} }}]"), said);
        with("from = \"2027-01-01\"", "expected from to be a date such as 2027-01-01");
        with("until = 09:30:00", "expected until to be a date such as");
        with("from = 2027-01-02, until = 2027-01-02", "expected from to be before until");
        with("to = 2027-01-02", "expected key, from and until, and no to;");
        only(
            "ledger_id = \"a b\"",
            "1:13: ledger_id is the text \"a b\", expected 1 to 64 letters",
        );
        only("[matching]\nledger_id = \"a\"", "did you mean ledger_id at the top of the file?");
    }

    #[test]
    fn what_is_given_twice_is_told_with_both_places() {
        only(
            "[matching]\nranking = \"roi\"\n\nranking = \"roi\"",
            "nextplay.toml:4:1: matching.ranking is set twice, first on line 2; remove one",
        );
        only("matching.ranking = \"roi\"\nmatching . ranking = \"roi\"", "first on line 1");
        only("[matching]\n[approval]\n[matching]", "toml:3:2: matching is set twice");
        only("[[approver]]\nname = \"a\"\nname = \"b\"", "<approver.name>");
        only("approver = [{ name = \"a\", name = \"b\" }]", "name is set twice");
        let both = told("[approver]\nname = \"a\"\n[[approver]]\nname = \"b\"");
        assert!(both.len() == 2 && both[0].contains("write it with two brackets"), "{both:#?}");
    }

    #[test]
    fn of_very_many_errors_the_first_are_told_and_how_many_more_there_are() {
        for (line, first) in [
            ("= = [\n", "toml:1:"),
            ("x = y z\n", "toml:1:5"),
            ("[matching]\n", "toml:2:2: matching is set twice"),
            ("matching.ranking = \"roi\"\n", "is set twice, first on line 1"),
            ("[[approver]\n", "toml:1:"),
            ("x = \"\n", "toml:1:"),
        ] {
            let told = told(&line.repeat(2_000));
            assert!((2..=51).contains(&told.len()), "{}", told.len());
            assert!(told[0].contains(first), "{}", told[0]);
            let last = told.last().unwrap();
            assert!(last.contains("more TOML errors follow"), "{last}");
        }
    }

    #[test]
    fn what_is_not_toml_is_told_and_not_what_follows_from_it() {
        only("[matching]\nranking = roi", "toml:2:11: found \"roi\": string values must be quoted");
        only(
            "[matching\nranking = \"roi\"",
            "toml:1:10: found the end of the line: unclosed table",
        );
        only(
            "[approval]\nreasons = [\"a\"\nrisk_tolerance = 0.1\n[targets]\nhigh_risk_at = 7",
            "nextplay.toml:3:1: found 'r': missing comma",
        );
        only("x = \"\"\"ü", "found the end of the file");
        only("[[approver]\nname = \"x\"", "nextplay.toml:1:");
        let two = told("[matching]\nconfidence_threshold = 0,5\n[targets]\nhigh_risk_at = 7\n");
        assert_eq!(two.len(), 2, "{two:#?}");
        assert!(two[0].starts_with("nextplay.toml:2:25: found ','"), "{}", two[0]);
        assert!(two[1].starts_with("nextplay.toml:4:16: targets.high_risk_at"), "{}", two[1]);
    }
}
