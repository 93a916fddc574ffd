//! A text field over the screen: a value, a name, or where to write a file; and the question whether
//! something that is there may be replaced or deleted.

use std::path::{Path, PathBuf};
use std::time::Instant;

use tui_input::Input;

use crate::domain::money::counted;
use crate::tui::event::Effect;
use crate::tui::keys::press::Press;
use crate::tui::screen::prompt_view::scrolling;
use crate::tui::state::{Overlay, State};
use crate::tui::what_if::row_kind::RowKind;
use crate::tui::{export, views, what_if};
use crate::workspace::{DiffLine, EndingPlan, Target};

/// What the text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The value of a line of What-if.
    Value(RowKind),
    /// The name of a scenario.
    Name,
    /// The path of a file to write a scenario to.
    Path(Target),
    /// The name of a view.
    ViewName,
    /// The path of a file to write the list to.
    ListPath,
    /// The path of a file to write the report to.
    ReportPath,
    /// The path of a data directory to open.
    Directory,
}

impl Purpose {
    /// Returns what Enter does with the text.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Value(_) => "apply",
            Self::Name | Self::ViewName => "save",
            Self::Path(_) | Self::ListPath | Self::ReportPath => "write",
            Self::Directory => "open",
        }
    }
}

/// A text field that has the keys.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What the text is for.
    pub purpose: Purpose,
    /// What to type.
    pub title: String,
    /// What is expected, in words.
    pub expected: String,
    /// What is typed.
    pub input: Input,
    /// Why the text was not applied.
    pub refusal: Option<String>,
}

impl Prompt {
    /// A text field with a text in it.
    pub fn new(purpose: Purpose, title: String, expected: String, text: String) -> Self {
        Self { purpose, title, expected, input: Input::new(text), refusal: None }
    }

    /// Opens it over the screen.
    pub fn open(self, state: &mut State) {
        state.overlay = Overlay::Prompt(Box::new(self));
    }
}

/// What follows from a text that was applied.
#[derive(Debug, Clone)]
pub enum Applied {
    /// Nothing more.
    Done,
    /// Something to be done elsewhere.
    Effect(Effect),
    /// A question to be answered first.
    Question(Box<Question>),
}

/// Applies what was typed, or says why it cannot be applied.
pub(crate) fn apply(state: &mut State) -> Option<Effect> {
    let Overlay::Prompt(prompt) = &state.overlay else { return None };
    let (purpose, text) = (prompt.purpose, prompt.input.value().trim().to_owned());
    let applied = match purpose {
        Purpose::Value(row) => what_if::update::apply_value(state, row, &text),
        _ if text.is_empty() => Err("Type a name or a path first".to_owned()),
        Purpose::Name => Ok(what_if::update::apply_name(state, text)),
        Purpose::Directory => Ok(Applied::Effect(Effect::CheckDirectory(path(&text)))),
        Purpose::Path(target) => Ok(what_if::update::apply_path(state, target, path(&text))),
        Purpose::ViewName => views::update::apply_name(state, text),
        Purpose::ListPath => export::update::apply_list_path(state, path(&text)),
        Purpose::ReportPath => export::update::apply_report_path(state, path(&text)),
    };
    match applied {
        Ok(applied) => {
            state.overlay = Overlay::None;
            match applied {
                Applied::Done => {}
                Applied::Effect(effect) => return Some(effect),
                Applied::Question(question) => state.overlay = Overlay::Question(question),
            }
        }
        Err(why) => {
            if let Overlay::Prompt(prompt) = &mut state.overlay {
                prompt.refusal = Some(why);
            }
        }
    }
    None
}

/// Returns the path of a text as a shell would read it: `~` is the user's home directory.
pub(crate) fn path(text: &str) -> PathBuf {
    match text.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(rest) => match etcetera::home_dir() {
            Ok(home) => home.join(rest.trim_start_matches('/')),
            Err(_) => PathBuf::from(text),
        },
        None => PathBuf::from(text),
    }
}

/// What is said of a file that would be overwritten.
pub const CONTENT_LOST: &str = "Its current content would be lost.";
/// What is said where the question cannot be asked.
pub const ALREADY_EXISTS: &str = "Nothing was written: the file already exists";

/// A question that has to be answered before something is done that cannot be undone here.
#[derive(Debug, Clone)]
pub struct Question {
    /// The question in a word or two.
    pub title: &'static str,
    /// What is there now.
    pub found: String,
    /// What would change, line by line; it scrolls where it does not fit.
    pub changes: Vec<DiffLine>,
    /// Lines of it above the window.
    pub scroll: usize,
    /// What a yes would do to it.
    pub warning: String,
    /// What a yes does, in few words.
    pub yes: String,
    /// The work that a yes begins.
    pub effect: Effect,
    /// Since when the question has been on the screen; earlier keys confirm nothing.
    pub shown: Option<Instant>,
}

impl Question {
    /// Returns the question whether a change that ends an experiment may be written.
    pub fn end_experiment(plan: Box<EndingPlan>) -> Box<Self> {
        Box::new(Self {
            title: "End the experiment?",
            found: plan.text.clone(),
            changes: plan.lines(),
            scroll: 0,
            warning: format!(
                "! {}. The change takes effect for everyone at once.",
                plan.follows.join(". ")
            ),
            yes: format!("write {}", counted(plan.file_count(), "file")),
            effect: Effect::EndExperiment(plan),
            shown: None,
        })
    }

    /// Returns the question whether a file may be overwritten.
    pub fn overwrite(path: &Path, warning: String, effect: Effect) -> Box<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Box::new(Self {
            title: "Overwrite?",
            found: format!("\"{}\" already exists.", path.display()),
            changes: Vec::new(),
            scroll: 0,
            warning,
            yes: format!("overwrite {}", crate::tui::widget::text::fit(&name, 30)),
            effect,
            shown: None,
        })
    }

    /// Asks it, unless something else is open by now, which is not interrupted.
    pub fn ask(self: Box<Self>, state: &mut State, else_say: &str) {
        match state.overlay {
            Overlay::None => state.overlay = Overlay::Question(self),
            _ => state.say(crate::tui::state::NoticeKind::Refused, else_say),
        }
    }
}

/// Says yes to the question, once it has been on the screen.
pub(crate) fn yes(state: &mut State, press: Press) -> Option<Effect> {
    let Overlay::Question(question) = &state.overlay else { return None };
    if question.shown.is_none() && question.scroll < scrolling(state).0 {
        state.refuse("Scroll to the end of the changes first");
        return None;
    }
    if let Err(why) = press.confirms(question.shown) {
        state.refuse(why);
        return None;
    }
    let effect = question.effect.clone();
    state.overlay = Overlay::None;
    Some(effect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_directory_and_any_other_text_is_as_it_is() {
        let home = etcetera::home_dir().unwrap();
        assert_eq!(path("~/a/b.csv"), home.join("a/b.csv"));
        assert_eq!(path("~"), home);
        for text in ["a~b.csv", "~dana/x.csv", "./~", "/tmp/x.csv"] {
            assert_eq!(path(text), PathBuf::from(text));
        }
    }
}
