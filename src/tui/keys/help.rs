//! The keys, from the one table; and the signs.

use ratatui::text::{Line, Span};

use super::lookup::{BINDINGS, Binding, Context};
use crate::domain::Status;
use crate::tui::state::State;
use crate::tui::widget::text::{left, wrap};
use crate::tui::widget::theme::{Theme, sign};

const SECTIONS: &[(&str, &[Context])] = &[
    ("On the screen", &[Context::Browse]),
    ("In the filter", &[Context::Filter]),
    ("Choosing the sort column", &[Context::Sort]),
    ("In a decision's dialog", &[Context::Dialog, Context::Text]),
    ("On What-if, in a text field", &[Context::Prompt, Context::WriteOver]),
    ("Anywhere", &[Context::Any]),
];

const FILTER: &str = "Words are looked for, letter by letter and with gaps, in id, name, segment, \
    stage and playbook. risk>0.7  value>=50k  at_risk>=10k  roi>20  cost<100  confidence>=0.9  \
    segment:SMB  stage:support  status:pending,held  playbook:usage  path:support  play:yes  \
    owner:dana  owner:me narrow; with = the whole text has to be the same, in its case: segment=SMB  \
    playbook=PB_X  path=\"support>churn_risk\", and stage= leaves those without one; \
    for:me leaves what waits and you may decide; all of them have to hold. value is the account value; roi and cost are the play's.";

const ACTIVITY_FILTER: &str = "On Activity, words are looked for in everything that a line shows. \
    by:dana  by:me  kind:approve,reject  kind:change  customer:C005  playbook:PB_X narrow; the kinds \
    are approve, reject, defer, override, undo, hand_off and change.";

/// The help page.
pub fn lines(_state: &State, width: u16) -> Vec<Line<'static>> {
    let theme = Theme { colors: false };
    let width = usize::from(width).saturating_sub(2);
    let mut lines = Vec::new();
    let heading = |lines: &mut Vec<Line<'static>>, text: &'static str| {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::from(Span::styled(format!(" {text}"), theme.strong())));
    };
    for (title, contexts) in SECTIONS {
        heading(&mut lines, title);
        let rows = BINDINGS
            .iter()
            .filter(|b| !b.help.is_empty() && b.contexts.iter().any(|c| contexts.contains(c)));
        lines.extend(rows.flat_map(|binding| row(binding, theme, width)));
    }
    heading(&mut lines, "What the filter takes");
    for text in [FILTER, ACTIVITY_FILTER] {
        lines.extend(
            wrap(text, width.saturating_sub(2)).into_iter().map(|l| Line::from(format!("  {l}"))),
        );
    }
    heading(&mut lines, "Signs");
    for (status, words) in [
        (Status::Pending, "needs an approval"),
        (Status::Held, "needs none, but a row behind it was set aside: look at it"),
        (Status::Stale, "was decided about something else than what stands now"),
        (Status::Expired, "was approved, longer ago than the policy allows"),
        (Status::Approved, "may run"),
        (Status::Overridden, "another playbook was chosen, and may run"),
        (Status::Rejected, "does not run"),
        (Status::Deferred, "was put off until a day to come"),
        (Status::Automatic, "runs without an approval"),
        (Status::Running, "was handed off, or runs already"),
        (Status::Done, "ran: an outcome is known, or its time is over"),
        (Status::None, "nothing is recommended"),
    ] {
        lines.push(Line::from(format!("  {}  {} {words}", sign(status), left(status.name(), 10))));
    }
    lines.push(Line::from("  ◆  changed on disk a moment ago"));
    lines.push(Line::from("  ●  selected for a decision about several"));
    lines
}

fn row(binding: &Binding, theme: Theme, width: usize) -> Vec<Line<'static>> {
    const KEYS: usize = 15;
    let keys: Vec<&str> = binding.keys.iter().map(|key| key.name).collect();
    let keys = keys.join(" ");
    let words = wrap(binding.help, width.saturating_sub(KEYS + 2));
    let line = |(number, words): (usize, String)| {
        let keys = if number == 0 { keys.as_str() } else { "" };
        Line::from(vec![
            Span::raw("  "),
            Span::styled(left(keys, KEYS), theme.strong()),
            Span::raw(words),
        ])
    };
    words.into_iter().enumerate().map(line).collect()
}
