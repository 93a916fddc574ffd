//! The labels of a policy file: `[labels.actions]`, `[labels.signals]`, `[labels.stages]` and
//! `[labels.reasons]`, each with `code = "Label"`; or `[labels]` with `code = "Label"` for a code of
//! whatever kind.

use crate::domain::text::short;
use toml::Spanned;
use toml::de::{DeString, DeValue};

use crate::domain::labels::{LABELS, LabelError, MAX_LABEL_CHARS};
use crate::domain::{LabelKind, Policy};
use crate::toml_text::{Problem, Value, describe, not_a_table};

/// A code with the label that is written for it.
type Written<'d, 'i> = (LabelKind, &'d Spanned<DeString<'i>>, &'d Value<'i>);

/// Reads `[labels]` into a policy whose reasons are already read; returns what is wrong with it.
pub(super) fn read(text: &str, labels: &Value<'_>, policy: &mut Policy) -> Vec<Problem> {
    let DeValue::Table(tables) = labels.get_ref() else {
        return vec![not_a_table(text, LABELS, labels)];
    };
    let mut problems = Vec::new();
    let mut written: Vec<Written<'_, '_>> = Vec::new();
    for (name, value) in tables {
        let own = name.get_ref().as_ref();
        let full = format!("{LABELS}.{own}");
        let kind = LabelKind::ALL.into_iter().find(|kind| kind.table() == own);
        match (kind, value.get_ref()) {
            (Some(kind), DeValue::Table(table)) => {
                written.extend(table.iter().map(|(code, label)| (kind, code, label)));
            }
            (Some(_), _) => problems.push(not_a_table(text, &full, value)),
            (None, DeValue::String(_)) => {
                written.extend(LabelKind::ALL.map(|kind| (kind, name, value)));
            }
            (None, _) => {
                let known = LabelKind::ALL.map(|kind| format!("[{LABELS}.{}]", kind.table()));
                let known = known.join(", ");
                let message =
                    format!("unknown table [{}]; codes are labeled in {known}", short(&full));
                let offset = name.span().start;
                problems.push(Problem { offset, field: Some(full), message });
            }
        }
    }
    // In the order of the file, so that the second of two codes with one label is at fault.
    written.sort_by_key(|(_, code, _)| code.span().start);
    for one in &written {
        problems.extend(set(text, *one, policy));
    }
    let reasons = written.iter().filter(|(kind, ..)| *kind == LabelKind::Reason);
    problems.extend(reasons.filter_map(|one| clash_of_reason(*one, policy)));
    // A label for every kind has one problem, not one for each.
    problems.sort_by_key(|problem| problem.offset);
    problems.dedup_by_key(|problem| problem.offset);
    problems
}

/// Keeps a label, or returns why it cannot be one.
fn set(text: &str, (kind, code, value): Written<'_, '_>, policy: &mut Policy) -> Option<Problem> {
    let full = full_name(kind, code.get_ref());
    let error = match value.get_ref() {
        DeValue::String(label) => policy.labels.set(kind, code.get_ref(), label).err()?,
        _ => LabelError::Blank,
    };
    let message = match error {
        LabelError::Taken { by } => taken(kind, &full, &by),
        LabelError::Blank | LabelError::TooLong => format!(
            "{} is {}, expected a text in quotes of 1 to {MAX_LABEL_CHARS} characters",
            short(&full),
            describe(text, value)
        ),
    };
    Some(Problem { offset: value.span().start, field: Some(full), message })
}

/// The reasons of a policy are all known: none may be shown as another one is.
fn clash_of_reason((kind, code, label): Written<'_, '_>, policy: &Policy) -> Option<Problem> {
    let rules = &policy.approval;
    let reasons = rules.reasons.iter().chain(&rules.approve_reasons).map(String::as_str);
    let other = policy.labels.same_label(kind, code.get_ref(), reasons)?;
    let full = full_name(kind, code.get_ref());
    let message = taken(kind, &full, other);
    Some(Problem { offset: label.span().start, field: Some(full), message })
}

/// `labels.actions.executive_call`
fn full_name(kind: LabelKind, code: &str) -> String {
    format!("{LABELS}.{}.{code}", kind.table())
}

fn taken(kind: LabelKind, full: &str, by: &str) -> String {
    let other = full_name(kind, by);
    format!("{} has the label of {}; give each its own", short(full), short(&other))
}

#[cfg(test)]
mod tests {
    use crate::domain::Policy;
    use crate::intake::policy::parse;

    fn messages(text: &str) -> Vec<String> {
        parse(text).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn labels_are_read_by_kind() {
        let text = "[labels.actions]\nexecutive_call = \"Call by a VP\"\n\
            [labels]\nstages.churn_risk = \"At risk\"\nsignals = { \"odd code\" = \"At risk\" }\n";
        let labels = parse(text).unwrap().labels;
        assert_eq!(labels.action("executive_call"), "Call by a VP");
        assert_eq!(labels.stage("churn_risk"), "At risk");
        assert_eq!(labels.signal("odd code"), "At risk");
        assert_eq!(parse("[labels]\n[labels.reasons]\n").unwrap(), Policy::default());
    }

    #[test]
    fn a_label_without_a_kind_holds_for_every_kind() {
        let labels = parse("[labels]\nchurn_risk = \"At risk\"\nstages.trial = \"Try-out\"\n");
        let labels = labels.unwrap().labels;
        assert_eq!(labels.stage("churn_risk"), "At risk");
        assert_eq!(labels.signal("churn_risk"), "At risk");
        assert_eq!(labels.stage("trial"), "Try-out");
        let twice = messages("[labels]\na_call = \"Call\"\nz_call = \"Call\"\nlong = \" \"\n");
        assert_eq!(twice.len(), 2, "{twice:#?}");
        assert!(twice[0].starts_with("nextplay.toml:3:10: labels."), "{twice:?}");
    }

    #[test]
    fn what_is_wrong_with_a_label_has_its_place() {
        let text = "[labels.actions]\nz_call = \"Call\"\na_call = \" CALL\"\nblank = \" \"\n\
            number = 1\nlong = \"12345678901234567890123456789012345678901\"\n\
            [labels.playbooks]\nP1 = \"One\"\n";
        let messages = messages(text);
        let starts = [
            "nextplay.toml:3:10: labels.actions.a_call has the label of labels.actions.z_call; give",
            "nextplay.toml:4:9: labels.actions.blank is the text \" \", expected a text in quotes of",
            "nextplay.toml:5:10: labels.actions.number is the number 1, expected a text in quotes",
            "nextplay.toml:6:8: labels.actions.long is the text",
            "nextplay.toml:7:9: unknown table [labels.playbooks]; codes are labeled in [labels.act",
        ];
        assert_eq!(messages.len(), starts.len(), "{messages:#?}");
        for (message, start) in messages.iter().zip(starts) {
            assert!(message.starts_with(start), "{message}");
        }
    }

    #[test]
    fn a_reason_is_never_shown_as_another_one() {
        let told = messages("[labels.reasons]\nbudget = \"Bad timing\"\n");
        assert_eq!(
            told,
            ["nextplay.toml:2:10: labels.reasons.budget has the label of \
              labels.reasons.bad_timing; give each its own"]
        );
        // Reasons may change places.
        let swapped = "[labels.reasons]\nbudget = \"Bad timing\"\nbad_timing = \"Budget\"\n";
        assert!(parse(swapped).is_ok());
        let gone = "labels.reasons.budget = \"Bad timing\"\napproval.reasons = [\"budget\"]\n";
        assert!(parse(gone).is_ok());
    }

    #[test]
    fn a_table_written_another_way_is_named() {
        assert!(messages("labels = 5")[0].contains("labels is the number 5, expected a table"));
        assert!(messages("labels.stages = 5")[0].contains("labels.stages is the number 5"));
        assert!(messages("[label]\nx = 1")[0].contains("did you mean [labels]?"));
        assert!(messages("[actions]\nx = 1")[0].contains("did you mean [labels.actions]?"));
    }
}
