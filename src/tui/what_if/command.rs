//! The commands that are equivalent to the changes.

use ratatui::text::Line;

use crate::domain::number::Num;
use crate::insight::scenario::Scenario;
use crate::tui::state::State;
use crate::tui::widget::text::wrap;

/// The equivalent commands, as a page.
pub fn lines(state: &State, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width).saturating_sub(2);
    let settings = &state.what_if.scenario.settings;
    // One setting a line, so that none is broken apart and the lines are still one command.
    let set = settings.iter().map(|setting| {
        let alone = Scenario { settings: vec![setting.clone()] }.command_line();
        alone.replacen("nextplay diff", " ", 1)
    });
    let set: Vec<String> = set.collect();
    let mut texts = vec![whole("nextplay diff".to_owned(), &set)];
    if let Some(budget) = state.what_if.budget {
        texts.push(vec!["For the budget:".to_owned()]);
        texts.push(whole(format!("nextplay plan --budget {}", Num(budget)), &set));
    }
    texts.push(vec!["Run it in the data directory, or add --data DIR.".to_owned()]);
    let mut lines: Vec<Line<'static>> = Vec::new();
    for text in texts {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        let wrapped = text.iter().flat_map(|line| wrap(line, width));
        lines.extend(wrapped.map(|line| Line::from(format!(" {line}"))));
    }
    lines
}

/// The equivalent commands as they are copied, one a line.
pub fn text(state: &State) -> String {
    let diff = state.what_if.scenario.command_line();
    let plan = state.what_if.budget.map(|budget| {
        diff.replacen("nextplay diff", &format!("nextplay plan --budget {}", Num(budget)), 1)
    });
    [Some(diff), plan].into_iter().flatten().map(|line| line + "\n").collect()
}

/// The lines of one command.
fn whole(begins: String, set: &[String]) -> Vec<String> {
    let mut lines = vec![begins];
    for setting in set {
        if let Some(before) = lines.last_mut() {
            before.push_str(" \\");
        }
        lines.push(setting.clone());
    }
    lines
}
