//! What is filled in before a decision is made: the playbook that is chosen, the day, the reason, the
//! note.

use jiff::ToSpan as _;
use jiff::civil::Date;
use tui_input::Input;

use crate::domain::decision_kind::PlaybookRule;
use crate::domain::money::{dollars, ratio};
use crate::domain::until::{self, UntilError};
use crate::domain::{Chosen, DecisionKind, FailedGate};
use crate::workspace::Snapshot;

/// Where the keys go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormField {
    /// The button that closes the dialog.
    Cancel,
    /// The list of playbooks.
    Playbook,
    /// The date until which a deferral holds.
    Until,
    /// The list of reasons.
    Reason,
    /// The note.
    Note,
}

/// A playbook that may be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The playbook's id.
    pub playbook_id: String,
    /// The playbook's name.
    pub title: String,
    /// What it would be for the customer; `None` where it is chosen for several.
    pub chosen: Option<Chosen>,
}

impl Choice {
    /// Returns what it costs and brings: `$75 → $3,500  ROI 46.7×`.
    pub fn figures(&self) -> Option<String> {
        let chosen = self.chosen.as_ref()?;
        let (cost, value) = (dollars(chosen.expected_cost), dollars(chosen.expected_value));
        Some(format!("{cost} → {value}  ROI {}", ratio(chosen.roi_ratio)))
    }

    /// Returns why it is not eligible: `not eligible: Support stage only`.
    pub fn not_eligible(&self) -> Option<String> {
        let chosen = self.chosen.as_ref().filter(|chosen| !chosen.failed.is_empty())?;
        let failed: Vec<String> = chosen.failed.iter().map(FailedGate::words).collect();
        Some(format!("not eligible: {}", failed.join("; ")))
    }
}

/// The fields of a decision's dialog. Which of them there are hangs on the decision.
#[derive(Debug, Clone)]
pub struct Form {
    /// The kind of the decision.
    pub kind: DecisionKind,
    /// The playbooks that an override may choose.
    pub choices: Vec<Choice>,
    /// Index into `choices`.
    pub choice: Option<usize>,
    /// The day until which a deferral holds, as it is typed.
    pub until: Input,
    /// True once someone typed a day: the next text no longer replaces what stands there.
    pub until_typed: bool,
    /// The reasons that may be named.
    pub reasons: Vec<String>,
    /// True where a reason has to be chosen.
    pub reason_required: bool,
    /// Index into `reasons`.
    pub reason: Option<usize>,
    /// The note, as it is typed.
    pub note: Input,
    /// The field that has the keys.
    pub focus: FormField,
}

impl Form {
    /// An empty form. A deferral begins with the usual date.
    pub fn new(kind: DecisionKind, choices: Vec<Choice>, snapshot: &Snapshot, today: Date) -> Self {
        let rules = &snapshot.matching.policy().approval;
        let until = match kind.rules().needs_until {
            true => until::usual(today).to_string(),
            false => String::new(),
        };
        Self {
            kind,
            choices,
            choice: None,
            until: Input::new(until),
            until_typed: false,
            reasons: rules.reasons_offered(kind).to_vec(),
            reason_required: rules.needs_reason(kind),
            reason: None,
            note: Input::default(),
            // Never a text field: the confirming key has to work from where the dialog opens.
            focus: FormField::Cancel,
        }
    }

    /// True where a playbook is chosen.
    pub fn names_playbook(&self) -> bool {
        self.kind.rules().playbook.is_named()
    }

    /// The fields that there are, in the order of Tab.
    fn fields(&self) -> impl Iterator<Item = FormField> + Clone + use<> {
        let has = |field| match field {
            FormField::Playbook => self.names_playbook(),
            FormField::Until => self.kind.rules().needs_until,
            FormField::Reason => !self.reasons.is_empty(),
            FormField::Note | FormField::Cancel => true,
        };
        let all = [
            FormField::Cancel,
            FormField::Playbook,
            FormField::Until,
            FormField::Reason,
            FormField::Note,
        ]
        .map(|f| (f, has(f)));
        all.into_iter().filter_map(|(field, has)| has.then_some(field))
    }

    /// True where there is a list to choose from, or a date.
    pub fn has_list(&self) -> bool {
        let steps = [FormField::Playbook, FormField::Reason];
        self.focus == FormField::Until || self.fields().any(|field| steps.contains(&field))
    }

    /// True while keys are text.
    pub fn in_text(&self) -> bool {
        matches!(self.focus, FormField::Note | FormField::Until)
    }

    /// The text field that has the keys.
    pub fn text(&mut self) -> Option<&mut Input> {
        match self.focus {
            FormField::Note => Some(&mut self.note),
            FormField::Until => Some(&mut self.until),
            FormField::Cancel | FormField::Playbook | FormField::Reason => None,
        }
    }

    /// Moves to another field.
    pub fn turn(&mut self, forward: bool) {
        let at = self.fields().position(|field| field == self.focus).unwrap_or_default();
        let count = self.fields().count().max(1);
        let next = if forward { at + 1 } else { at + count - 1 } % count;
        self.focus = self.fields().nth(next).unwrap_or(FormField::Cancel);
    }

    /// Changes what is chosen where the keys go: the playbook, the reason, or the day by one. Where
    /// they go to no list, the first one takes them.
    pub fn step(&mut self, forward: bool, today: Date) {
        if self.focus == FormField::Cancel {
            let list = |field: &FormField| matches!(field, FormField::Playbook | FormField::Reason);
            let first = self.fields().find(list);
            let Some(first) = first else { return };
            self.focus = first;
        }
        match self.focus {
            FormField::Playbook => self.choice = stepped(self.choice, self.choices.len(), forward),
            FormField::Reason => self.reason = stepped(self.reason, self.reasons.len(), forward),
            FormField::Until => {
                let date = self.day(today).unwrap_or_else(|_| until::usual(today));
                let days = if forward { 1 } else { -1 };
                let date = date.saturating_add(days.days());
                // Not before tomorrow.
                let date = today.tomorrow().map_or(date, |tomorrow| date.max(tomorrow));
                self.until = Input::new(date.to_string());
                self.until_typed = false;
            }
            FormField::Cancel | FormField::Note => {}
        }
    }

    /// Chooses a reason by its number, from 1.
    pub fn choose_reason(&mut self, number: u8) {
        let index = usize::from(number).saturating_sub(1);
        if index < self.reasons.len() {
            // The same number again takes the choice back.
            self.reason = (self.reason != Some(index)).then_some(index);
            self.focus = FormField::Reason;
        }
    }

    /// The day that is typed.
    ///
    /// # Errors
    /// Where the text says none, or one that is not after today.
    pub fn day(&self, today: Date) -> Result<Date, UntilError> {
        until::parse(self.until.value(), today)
    }

    /// The day until which the decision holds, where it names one.
    pub fn until_day(&self, today: Date) -> Option<Date> {
        self.kind.rules().needs_until.then(|| self.day(today).ok()).flatten()
    }

    /// What is chosen to run instead.
    pub fn chosen(&self) -> Option<&Choice> {
        self.choices.get(self.choice?)
    }

    /// What is other about the playbooks that could be chosen, the chosen one before all.
    pub fn what_moved(&self, now: &[Choice]) -> String {
        let any = || "the list of playbooks changed".to_owned();
        let Some(chosen) = self.chosen() else { return any() };
        let Some(other) = now.iter().find(|other| other.playbook_id == chosen.playbook_id) else {
            return format!("{} can no longer be chosen", chosen.title);
        };
        let (Some(was), Some(now)) = (&chosen.chosen, &other.chosen) else { return any() };
        let mut parts = Vec::new();
        let amounts = [
            ("cost", was.expected_cost, now.expected_cost),
            ("value", was.expected_value, now.expected_value),
        ];
        for (name, was, now) in amounts.into_iter().filter(|(_, was, now)| was != now) {
            parts.push(format!("{name} {} → {}", dollars(was), dollars(now)));
        }
        if was == now {
            return any();
        }
        if parts.is_empty() {
            parts.push("its numbers or gates changed".to_owned());
        }
        format!("{} {}", chosen.title, parts.join(", "))
    }

    /// What is named as the reason.
    pub fn named_reason(&self) -> Option<&String> {
        self.reasons.get(self.reason?)
    }

    /// The note, if there is one.
    pub fn note(&self) -> Option<String> {
        let note = self.note.value().trim();
        (!note.is_empty()).then(|| note.to_owned())
    }

    /// Gives the keys to the list in which something still has to be chosen.
    pub fn focus_missing(&mut self) {
        if self.names_playbook() && self.chosen().is_none() {
            self.focus = FormField::Playbook;
        } else if self.reason_required && self.reason.is_none() {
            self.focus = FormField::Reason;
        }
    }

    /// What is still to be filled in.
    pub fn missing(&self, today: Date) -> Option<String> {
        if self.names_playbook() && self.chosen().is_none() {
            return Some(match self.choices.is_empty() {
                true => "No other playbook can be chosen".to_owned(),
                false => "Choose a playbook first (j and k)".to_owned(),
            });
        }
        if self.kind.rules().needs_until
            && let Err(error) = self.day(today)
        {
            return Some(match error {
                UntilError::Unknown(_) => format!("{error}; enter {}", until::ACCEPTED),
                UntilError::NotLater(_) => format!("{error}; enter a later date"),
            });
        }
        (self.reason_required && self.reason.is_none())
            .then(|| format!("Choose a reason first (1–{})", self.reasons.len().min(9)))
    }
}

fn stepped(at: Option<usize>, len: usize, forward: bool) -> Option<usize> {
    let last = len.checked_sub(1)?;
    Some(match (at, forward) {
        (None, true) => 0,
        (None, false) => last,
        (Some(at), true) => (at + 1).min(last),
        (Some(at), false) => at.saturating_sub(1),
    })
}

/// The playbooks that may be chosen for a customer, for an override instead of the recommended one:
/// candidates in their order, then the excluded ones, the nearest first. A skipped row is none of them:
/// its numbers are not known.
pub fn choices(kind: DecisionKind, snapshot: &Snapshot, number: usize) -> Vec<Choice> {
    let matching = &snapshot.matching;
    let explained = kind.rules().playbook.is_named().then(|| matching.explain(number)).flatten();
    let Some(told) = explained else { return Vec::new() };
    let another = kind.rules().playbook == PlaybookRule::Another;
    let recommended = told.recommendation.as_ref().filter(|_| another);
    let recommended = recommended.map(|play| play.playbook_id.clone());
    let candidates = told.candidates.iter().map(|candidate| &candidate.playbook_id);
    let excluded = told.nearest_excluded().into_iter().map(|excluded| &excluded.playbook_id);
    candidates
        .chain(excluded)
        .filter(|id| Some(*id) != recommended.as_ref())
        .filter_map(|id| {
            let chosen = matching.choose(number, id)?;
            Some(Choice {
                playbook_id: id.to_string(),
                title: chosen.title().to_owned(),
                chosen: Some(chosen),
            })
        })
        .collect()
}

/// The playbooks that may be chosen for several customers at once.
pub fn choices_for_many(snapshot: &Snapshot) -> Vec<Choice> {
    let choice = |playbook: &crate::domain::Playbook| Choice {
        playbook_id: playbook.id.to_string(),
        title: playbook.title().to_owned(),
        chosen: None,
    };
    snapshot.matching.dataset().playbooks().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{Options, Workspace};

    fn form(kind: DecisionKind) -> Form {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data");
        let snapshot =
            Workspace::new(directory, Options::default()).refresh(crate::intake::load::Reread::All);
        Form::new(kind, Vec::new(), &snapshot, today())
    }

    fn today() -> Date {
        "2026-02-03".parse().unwrap()
    }

    #[test]
    fn a_deferral_begins_in_a_week_and_takes_any_later_date() {
        let mut form = form(DecisionKind::Defer);
        assert_eq!(form.until.value(), "2026-02-10");
        form.until = Input::new("next fri".to_owned());
        assert_eq!(form.until_day(today()), Some("2026-02-13".parse().unwrap()));
        for (typed, told) in [("soon", "\"soon\" is not a date"), ("+0", "not after today")] {
            form.until = Input::new(typed.to_owned());
            assert!(form.missing(today()).unwrap().contains(told), "{typed}");
        }
        form.until = Input::new("tomorrow".to_owned());
        form.focus = FormField::Until;
        form.step(false, today());
        assert_eq!(form.until.value(), "2026-02-04", "never today");
        form.step(true, today());
        assert_eq!(form.until.value(), "2026-02-05");
    }

    #[test]
    fn tab_goes_through_the_fields_that_there_are() {
        let round = |kind| {
            let mut form = form(kind);
            let mut fields = vec![form.focus];
            loop {
                form.turn(true);
                if form.focus == FormField::Cancel {
                    return fields;
                }
                fields.push(form.focus);
            }
        };
        use FormField::{Cancel, Note, Playbook, Reason, Until};
        assert_eq!(round(DecisionKind::Approve), [Cancel, Note]);
        assert_eq!(round(DecisionKind::Reject), [Cancel, Reason, Note]);
        assert_eq!(round(DecisionKind::Override), [Cancel, Playbook, Reason, Note]);
        assert_eq!(round(DecisionKind::Defer), [Cancel, Until, Reason, Note]);
        assert_eq!(round(DecisionKind::Undo), [Cancel, Note]);
        let mut form = form(DecisionKind::Approve);
        form.turn(false);
        assert_eq!(form.focus, Note);
    }
}
