//! Codes of the data and of the policy as a person reads them: `executive_call` is shown as
//! "Executive call", or as the policy's `[labels]` table says. Filters, JSON and CSV keep the code.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::letters::searched;
use super::text::escape_controls;

/// What a code names. Ids, names, segments and people are not codes: they have no labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelKind {
    /// What a playbook does: `executive_call`.
    Action,
    /// What a signal reports: `exec_disengaged`.
    Signal,
    /// A stage of the customer journey: `churn_risk`.
    Stage,
    /// Why someone decided as they did: `bad_timing`.
    Reason,
}

impl LabelKind {
    /// Every kind, in the order in which messages list them.
    pub const ALL: [Self; 4] = [Self::Action, Self::Signal, Self::Stage, Self::Reason];

    /// Returns the name of the table of the policy that holds the labels: `actions` of
    /// `[labels.actions]`.
    pub fn table(self) -> &'static str {
        match self {
            Self::Action => "actions",
            Self::Signal => "signals",
            Self::Stage => "stages",
            Self::Reason => "reasons",
        }
    }
}

/// Most characters in a label of the policy.
pub const MAX_LABEL_CHARS: usize = 40;

/// The table of the policy that holds the labels.
pub const LABELS: &str = "labels";

/// Why a text cannot be a label of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelError {
    /// There is nothing to see in it.
    Blank,
    /// It has more than [`MAX_LABEL_CHARS`] characters as it would be shown.
    TooLong,
    /// Another code of the same kind is shown with this label.
    Taken {
        /// The other code.
        by: String,
    },
}

/// The labels that the policy sets in place of the words of a code.
///
/// Every text returned can be shown on a screen as it is: control characters are escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    actions: BTreeMap<String, String>,
    signals: BTreeMap<String, String>,
    stages: BTreeMap<String, String>,
    reasons: BTreeMap<String, String>,
}

impl Labels {
    /// Returns the label of an action.
    pub fn action<'a>(&'a self, code: &'a str) -> Cow<'a, str> {
        self.label(LabelKind::Action, code)
    }

    /// Returns the label of a signal.
    pub fn signal<'a>(&'a self, code: &'a str) -> Cow<'a, str> {
        self.label(LabelKind::Signal, code)
    }

    /// Returns the label of a stage.
    pub fn stage<'a>(&'a self, code: &'a str) -> Cow<'a, str> {
        self.label(LabelKind::Stage, code)
    }

    /// Returns the label of a reason.
    pub fn reason<'a>(&'a self, code: &'a str) -> Cow<'a, str> {
        self.label(LabelKind::Reason, code)
    }

    /// Returns the label of a code: the policy's, else the [words](words) of the code.
    pub fn label<'a>(&'a self, kind: LabelKind, code: &'a str) -> Cow<'a, str> {
        match self.of(kind).get(code) {
            Some(label) => Cow::Borrowed(label),
            None => words(code),
        }
    }

    /// Returns the label of a code for use inside a sentence: the policy's as it is written, else the
    /// words of the code without the capital letter (`executive call`).
    pub fn inline<'a>(&'a self, kind: LabelKind, code: &'a str) -> Cow<'a, str> {
        match self.of(kind).get(code) {
            Some(label) => Cow::Borrowed(label),
            None => inline_words(code),
        }
    }

    /// Sets the label of a code. Blanks around it are dropped, control characters escaped.
    ///
    /// # Errors
    /// Where it cannot be the label of that code; the labels stay as they were.
    pub fn set(&mut self, kind: LabelKind, code: &str, label: &str) -> Result<(), LabelError> {
        let label = escape_controls(label.trim()).into_owned();
        if searched(&label).trim().is_empty() {
            return Err(LabelError::Blank);
        }
        if label.chars().count() > MAX_LABEL_CHARS {
            return Err(LabelError::TooLong);
        }
        let others = self.of(kind).iter().filter(|(other, _)| *other != code);
        if let Some((other, _)) = others.into_iter().find(|(_, taken)| is_same(taken, &label)) {
            return Err(LabelError::Taken { by: other.clone() });
        }
        self.of_mut(kind).insert(code.to_owned(), label);
        Ok(())
    }

    /// Returns the first code among `codes` other than `code` that is shown with the same label.
    pub fn same_label<'c>(
        &self,
        kind: LabelKind,
        code: &str,
        codes: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        let label = self.label(kind, code);
        codes.into_iter().find(|other| *other != code && is_same(&self.label(kind, other), &label))
    }

    /// Returns the codes of a kind that the policy labels, in alphabetical order.
    pub fn codes(&self, kind: LabelKind) -> impl Iterator<Item = &str> {
        self.of(kind).keys().map(String::as_str)
    }

    fn of(&self, kind: LabelKind) -> &BTreeMap<String, String> {
        match kind {
            LabelKind::Action => &self.actions,
            LabelKind::Signal => &self.signals,
            LabelKind::Stage => &self.stages,
            LabelKind::Reason => &self.reasons,
        }
    }

    fn of_mut(&mut self, kind: LabelKind) -> &mut BTreeMap<String, String> {
        match kind {
            LabelKind::Action => &mut self.actions,
            LabelKind::Signal => &mut self.signals,
            LabelKind::Stage => &mut self.stages,
            LabelKind::Reason => &mut self.reasons,
        }
    }
}

/// True where two labels are one to a search: case, accents and invisible characters aside.
fn is_same(a: &str, b: &str) -> bool {
    searched(a) == searched(b)
}

/// Returns a code as words: `executive_call` and `executive-call` as "Executive call". A code in any
/// other form (capitals, blanks, letters beyond ASCII, empty parts) stays as it is, with control
/// characters escaped.
pub fn words(code: &str) -> Cow<'_, str> {
    if !is_code(code) {
        return escape_controls(code);
    }
    let mut words = code.replace(['_', '-'], " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Cow::Owned(words)
}

/// Returns a code as words inside a sentence: `executive_call` as "executive call".
fn inline_words(code: &str) -> Cow<'_, str> {
    match is_code(code) && code.contains(['_', '-']) {
        true => Cow::Owned(code.replace(['_', '-'], " ")),
        false => escape_controls(code),
    }
}

/// True for lower-case ASCII letters and digits in parts between `_`, or between `-`.
fn is_code(code: &str) -> bool {
    let separator = if code.contains('-') { '-' } else { '_' };
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    code.split(separator).all(is_word)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("executive_call", "Executive call")]
    #[case("executive-call", "Executive call")]
    #[case("churn", "Churn")]
    #[case("qbr_2_weeks", "Qbr 2 weeks")]
    #[case("24h_call", "24h call")]
    #[case("QBR", "QBR")]
    #[case("Executive_call", "Executive_call")]
    #[case("execCall", "execCall")]
    #[case("executive call", "executive call")]
    #[case("a_b-c", "a_b-c")]
    #[case("_private", "_private")]
    #[case("a__b", "a__b")]
    #[case("-", "-")]
    #[case("", "")]
    #[case("útil_ano", "útil_ano")]
    #[case("a\u{1b}[31m", "a␛[31m")]
    fn codes_are_shown_in_words(#[case] code: &str, #[case] words: &str) {
        for kind in LabelKind::ALL {
            assert_eq!(Labels::default().label(kind, code), words);
        }
    }

    #[test]
    fn inside_a_sentence_there_is_no_capital() {
        let mut labels = Labels::default();
        assert_eq!(labels.inline(LabelKind::Stage, "churn_risk"), "churn risk");
        assert_eq!(labels.inline(LabelKind::Stage, "churn"), "churn");
        assert_eq!(labels.inline(LabelKind::Stage, "At Risk"), "At Risk");
        labels.set(LabelKind::Stage, "churn_risk", "CSM alert").unwrap();
        assert_eq!(labels.inline(LabelKind::Stage, "churn_risk"), "CSM alert");
    }

    #[test]
    fn a_label_replaces_the_words_of_its_kind_only() {
        let mut labels = Labels::default();
        labels.set(LabelKind::Action, "exec_call", "  Call by a VP\u{1b} ").unwrap();
        assert_eq!(labels.action("exec_call"), "Call by a VP␛");
        assert_eq!(labels.signal("exec_call"), "Exec call");
        assert_eq!(labels.codes(LabelKind::Action).collect::<Vec<_>>(), ["exec_call"]);
        let long = "é".repeat(MAX_LABEL_CHARS);
        labels.set(LabelKind::Stage, "x", &long).unwrap();
        assert_eq!(labels.stage("x"), long);
    }

    #[test]
    fn two_codes_of_a_kind_never_have_one_label() {
        let mut labels = Labels::default();
        labels.set(LabelKind::Reason, "budget", "No budget").unwrap();
        labels.set(LabelKind::Signal, "other", "No budget").unwrap();
        labels.set(LabelKind::Reason, "budget", "Budget").unwrap();
        let taken = LabelError::Taken { by: "budget".to_owned() };
        assert_eq!(labels.set(LabelKind::Reason, "money", "BUDGÉT "), Err(taken));
        labels.set(LabelKind::Reason, "money", "Bad timing").unwrap();
        let codes = ["budget", "money", "bad_timing"];
        assert_eq!(labels.same_label(LabelKind::Reason, "money", codes), Some("bad_timing"));
        assert_eq!(labels.same_label(LabelKind::Reason, "budget", codes), None);
    }

    #[test]
    fn a_label_has_something_to_see_and_fits() {
        let mut labels = Labels::default();
        for blank in ["", "  ", "\u{301}"] {
            assert_eq!(labels.set(LabelKind::Stage, "x", blank), Err(LabelError::Blank));
        }
        let long = "x".repeat(MAX_LABEL_CHARS + 1);
        assert_eq!(labels.set(LabelKind::Stage, "x", &long), Err(LabelError::TooLong));
        assert_eq!(labels, Labels::default());
    }
}
