//! The banner: what is broken.

use crate::domain::Finding;
use crate::domain::text::capitalized;
use crate::domain::width::Width;
use crate::intake::DataFile;
use crate::intake::policy::POLICY_FILE;
use crate::tui::first_start;
use crate::tui::keys::action::Action;
use crate::tui::state::State;
use crate::tui::widget::text::{fit, wrap};
use crate::workspace::Snapshot;

/// The most lines that a banner takes from the screen.
const MOST: usize = 4;

/// What is broken, in lines as wide as the screen; none while nothing is.
pub fn lines(state: &State) -> Vec<String> {
    let width = usize::from(state.size.0).saturating_sub(4);
    let settings = kept_settings(state).map(|text| signed(&text, width)).unwrap_or_default();
    let Some(snapshot) = &state.snapshot else { return settings };
    let key = |action| state.keymap.key(action);
    let mut broken: Vec<String> = Vec::new();
    broken.extend(snapshot.directory_problem.clone());
    broken.extend(snapshot.ledger_problem.as_ref().map(|problem| problem.error().one_line()));
    // A page says which files are missing, and what to do.
    let page = first_start::shown(state).map(|snapshot| snapshot.missing.as_slice());
    let said = |problem: &&Finding| {
        let file = |file: &DataFile| problem.is_in(*file);
        page.is_some_and(|missing| missing.iter().any(file))
    };
    let problems = snapshot.problems.iter().filter(|problem| !said(problem));
    broken.extend(problems.map(Finding::to_string));
    if snapshot.policy.never_good {
        broken.extend(snapshot.policy.problems.iter().map(Finding::to_string));
    }
    let gone: Vec<String> = snapshot
        .vanished
        .iter()
        .filter(|file| !file.required())
        .map(|file| {
            format!(
                "\"{}\" is gone, so its data is no longer used. Press {} to dismiss.",
                file.name(),
                key(Action::Reload)
            )
        })
        .chain(snapshot.policy.gone.then(|| {
            format!(
                "\"{POLICY_FILE}\" is gone; the last good policy stays in use. Press {} to continue \
                 without a policy.",
                key(Action::Reload)
            )
        }))
        .chain(kept_policy(state, snapshot))
        .chain(snapshot.new_ledger.as_ref().map(|new| {
            format!(
                "{}. Nothing is exported until you accept it with `nextplay ledger accept`; \
                 `nextplay verify` shows its head.",
                capitalized(&new.words())
            )
        }))
        .flat_map(|text| signed(&text, width))
        .chain(settings)
        .collect();
    if broken.is_empty() {
        return gone;
    }
    let mut lines = Vec::new();
    for text in &broken {
        lines.extend(signed(text, width));
    }
    if lines.len() >= MOST {
        lines.truncate(MOST - 1);
        let more = match broken.len() {
            1 => format!("; press {} for all of it", key(Action::Findings)),
            all => format!("; {all} in all; press {} to list them", key(Action::Findings)),
        };
        if let Some(last) = lines.last_mut() {
            let room = usize::from(state.size.0).saturating_sub(more.width());
            *last = fit(&format!("{last} …"), room) + &more;
        }
    }
    let rest = if nothing_was_good(snapshot) {
        [
            "   What can be read is shown. Decisions are paused until this is fixed.",
            "   What can be read is shown; decisions are paused.",
        ]
    } else {
        [
            "   The last good data is shown. Decisions are paused until this is fixed.",
            "   Last good data shown; decisions are paused.",
        ]
    };
    let fits = rest.iter().find(|text| text.width() <= usize::from(state.size.0));
    lines.extend(fits.or(rest.last()).map(ToString::to_string));
    lines.extend(gone);
    lines
}

/// True where of something broken there is no earlier good content to show: at the start, or where
/// the file was broken from its beginning.
fn nothing_was_good(snapshot: &Snapshot) -> bool {
    let tables = &snapshot.matching.dataset().tables;
    let never_read =
        |finding: &Finding| finding.table().is_some_and(|table| !tables.is_present(table));
    snapshot.is_empty() || snapshot.policy.never_good || snapshot.problems.iter().any(never_read)
}

/// What the banner says of a policy that went bad after it was good.
fn kept_policy(state: &State, snapshot: &Snapshot) -> Option<String> {
    let first = snapshot.policy.problems.first().filter(|_| !snapshot.policy.never_good)?;
    let more = match snapshot.policy.problems.len() {
        1 => String::new(),
        many => {
            format!(" ({many} in all; press {} to list them)", state.keymap.key(Action::Findings))
        }
    };
    Some(format!("{first}{more}. The last good policy stays in use, also for decisions."))
}

/// What the banner says of a settings file that cannot be used.
fn kept_settings(state: &State) -> Option<String> {
    let first = state.settings_mistakes.first()?;
    let more = match state.settings_mistakes.len() {
        1 => String::new(),
        many => {
            format!(" ({many} in all; press {} to list them)", state.keymap.key(Action::Findings))
        }
    };
    let rest = match state.settings_never_good {
        true => "The settings without errors are in use.",
        false => "The last good settings stay in use.",
    };
    Some(format!("{first}{more}. {rest}"))
}

/// Text in lines, a sign before the first.
fn signed(text: &str, width: usize) -> Vec<String> {
    let signs = ["▲"].into_iter().chain(std::iter::repeat(" "));
    let lines = wrap(text, width).into_iter().zip(signs);
    lines.map(|(line, sign)| format!(" {sign} {line}")).collect()
}
