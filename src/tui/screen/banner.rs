//! What stands above everything while something is broken.

use crate::domain::Finding;
use crate::domain::width::Width;
use crate::intake::policy::POLICY_FILE;
use crate::tui::state::State;
use crate::tui::widget::text::{fit, wrap};
use crate::workspace::Snapshot;

/// The most lines that a banner takes from the screen.
const MOST: usize = 4;

/// What is broken, in lines as wide as the screen; none while nothing is.
pub fn lines(state: &State) -> Vec<String> {
    let Some(snapshot) = &state.snapshot else { return Vec::new() };
    let width = usize::from(state.size.0).saturating_sub(4);
    let mut broken: Vec<String> = Vec::new();
    broken.extend(snapshot.directory_problem.clone());
    broken.extend(snapshot.ledger_problem.as_ref().map(|problem| problem.error().one_line()));
    broken.extend(snapshot.problems.iter().map(Finding::to_string));
    if snapshot.policy.never_good {
        broken.extend(snapshot.policy.problems.iter().map(Finding::to_string));
    }
    let gone: Vec<String> = snapshot
        .vanished
        .iter()
        .filter(|file| !file.required())
        .map(|file| {
            format!(
                "{} is gone: what it told no longer counts. Press R once you have seen this.",
                file.name()
            )
        })
        .chain(snapshot.policy.gone.then(|| {
            format!(
                "{POLICY_FILE} is gone: the last good policy stays. Press R to go on without one."
            )
        }))
        .chain(kept_policy(snapshot))
        .chain(snapshot.new_ledger.as_ref().map(|new| {
            format!(
                "{}. Nothing is exported until a person accepts it with `nextplay ledger accept`; \
                 `nextplay verify` shows its head.",
                first_letter_large(&new.words())
            )
        }))
        .flat_map(|text| signed(&text, width))
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
            1 => "; ! tells it all".to_owned(),
            all => format!("; {all} in all; ! lists them"),
        };
        if let Some(last) = lines.last_mut() {
            let room = usize::from(state.size.0).saturating_sub(more.width());
            *last = fit(&format!("{last} …"), room) + &more;
        }
    }
    // At the start there may be nothing good yet.
    let nothing_yet = snapshot.is_empty();
    let rest = if nothing_yet || snapshot.policy.never_good {
        ["   What can be read is shown, and nothing is decided until this is mended."; 2]
    } else {
        [
            "   The last good data stays up, and nothing is decided until this is mended.",
            "   The last good data stays; nothing is decided meanwhile.",
        ]
    };
    let fits = rest.iter().find(|text| text.width() <= usize::from(state.size.0));
    lines.extend(fits.or(rest.last()).map(ToString::to_string));
    lines.extend(gone);
    lines
}

/// What is told of a policy file that went bad after it was good.
fn kept_policy(snapshot: &Snapshot) -> Option<String> {
    let first = snapshot.policy.problems.first().filter(|_| !snapshot.policy.never_good)?;
    let more = match snapshot.policy.problems.len() {
        1 => String::new(),
        many => format!(" ({many} in all; ! lists them)"),
    };
    Some(format!("{first}{more}. The last good policy stays, and decisions go on under it."))
}

/// A sentence that stands by itself.
fn first_letter_large(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// Text in lines, a sign before the first.
fn signed(text: &str, width: usize) -> Vec<String> {
    let signs = ["▲"].into_iter().chain(std::iter::repeat(" "));
    let lines = wrap(text, width).into_iter().zip(signs);
    lines.map(|(line, sign)| format!(" {sign} {line}")).collect()
}
