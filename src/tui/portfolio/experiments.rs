//! Experiments among the lines of the portfolio: what each says so far, and ending one as it says.

use std::sync::Arc;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::items::Item;
use super::selected;
use crate::domain::experiment::{HOLDOUT, RANKING};
use crate::domain::money::{count, percent, rate};
use crate::domain::number::{Num, round};
use crate::domain::{Error, Playbook};
use crate::insight::experiment::ExperimentResult;
use crate::insight::experiment::result::{Action, ArmResult, Difference};
use crate::store::Dataset;
use crate::tui::event::{Effect, EndingRequest};
use crate::tui::screen::prompt::Question;
use crate::tui::state::{NoticeKind, State};
use crate::tui::widget::charts::interval;
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::text::left;
use crate::tui::widget::theme::Theme;
use crate::workspace::EndingPlan;
use crate::workspace::ending::arm_that_stays;

/// What is said where another dialog is open by the time that the change is known.
const LATER: &str = "Nothing was written: another dialog is open";

/// The experiments with those first whose assignment is broken.
pub fn in_order(results: &[ExperimentResult]) -> Vec<&ExperimentResult> {
    let (broken, sound): (Vec<_>, Vec<_>) = results.iter().partition(|result| result.srm.broken);
    broken.into_iter().chain(sound).collect()
}

/// Sign and look of what an experiment recommends.
pub fn advice(result: &ExperimentResult, theme: Theme) -> (&'static str, Style) {
    match result.recommendation.action {
        Action::Promote => ("✓", theme.good()),
        Action::Stop => ("✗", theme.bad()),
        Action::Wait => ("·", theme.quiet()),
        Action::Broken => ("!", theme.warning()),
    }
}

/// An arm as it is listed: `PB_SUP_001, control`.
pub fn arm_name(result: &ExperimentResult, arm: &ArmResult) -> String {
    let is_control = result.arms.first().is_some_and(|control| control.arm == arm.arm);
    let name = match arm.arm.as_str() {
        HOLDOUT => "Holdout",
        RANKING => "Ranking",
        id => id,
    };
    if is_control { format!("{name}, control") } else { name.to_owned() }
}

/// The interval of an arm, `30–61%`; nothing without outcomes.
pub fn arm_interval(arm: &ArmResult) -> String {
    let whole = |end: f64| Num(round(end * 100.0, 0)).to_string();
    match arm.rate {
        Some(_) => format!("{}–{}%", whole(arm.low), whole(arm.high)),
        None => String::new(),
    }
}

/// The interval of an arm as a picture.
pub fn arm_picture(arm: &ArmResult, width: usize) -> String {
    match arm.rate {
        Some(rate) => interval((arm.low, arm.high), &[(rate, '●')], width),
        None => String::new(),
    }
}

/// A number of customers or outcomes.
pub fn number(number: u64) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX))
}

/// Writes what an experiment says so far.
pub fn tell(builder: &mut DetailBuilder<'_>, result: &ExperimentResult, dataset: &Dataset) {
    let theme = builder.theme;
    let (sign, style) = advice(result, theme);
    builder.blank();
    builder.labelled("Experiment", &result.id, theme.strong());
    builder.labelled("Result", &format!("{sign} {}", result.recommendation.text), style);
    if let Some(planned) = result.planned_outcomes {
        let so_far: u64 = result.arms.iter().map(|arm| arm.outcomes).sum();
        let text = format!("{} of {} planned", number(so_far), number(planned));
        builder.labelled("Outcomes", &text, Style::new());
    }
    let srm = &result.srm;
    let filled = match srm.broken {
        true => format!("not as planned (p {}): do not rely on the outcomes", Num(round(srm.p, 4))),
        false => format!("as planned (p {})", Num(round(srm.p, 2))),
    };
    builder.labelled("Arms filled", &filled, if srm.broken { style } else { Style::new() });
    builder.heading("Rate of each arm");
    for arm in &result.arms {
        let title = dataset.playbook_number(&arm.arm).and_then(|number| dataset.playbook(number));
        let title = title.map(Playbook::title).filter(|title| *title != arm.arm);
        let name = arm_name(result, arm);
        let name = title.map_or_else(|| name.clone(), |title| format!("{title} ({name})"));
        builder.text(0, &name, theme.strong());
        let shown = match arm.rate {
            Some(share) => rate(share, Some((arm.low, arm.high))),
            None => "no outcome yet".to_owned(),
        };
        let counted = format!(
            "{shown}: {} of {} outcomes, {} customers, share {}",
            number(arm.successes),
            number(arm.outcomes),
            number(arm.assigned),
            percent(arm.share)
        );
        builder.text(2, &counted, Style::new());
        picture(builder, &arm_picture(arm, axis(builder)), ["0%", "100%"]);
    }
    builder.heading("Difference from the control");
    for one in &result.differences {
        let text = format!("{}: {}", one.arm, difference(one));
        builder.text(0, &text, Style::new());
        let half = |end: f64| f64::midpoint(end, 1.0);
        let point = one.difference.map(|difference| (half(difference), '●'));
        let marks: Vec<(f64, char)> = [(0.5, '│')].into_iter().chain(point).collect();
        let drawn = interval((half(one.low), half(one.high)), &marks, axis(builder));
        picture(builder, &drawn, ["-100", "+100"]);
    }
    builder.blank();
    let quiet = theme.quiet();
    builder.text(0, "The intervals stay valid no matter how often you check (95% confidence for all of them together).", quiet);
}

/// `+12.5 points (+2 to +23)`
pub fn difference(one: &Difference) -> String {
    let points = |share: f64| format!("{:+}", round(share * 100.0, 1) + 0.0);
    match one.difference {
        Some(difference) => {
            let (low, high) = (points(one.low), points(one.high));
            format!("{} points ({low} to {high})", points(difference))
        }
        None => "not known yet".to_owned(),
    }
}

/// Columns of an axis in the detail.
fn axis(builder: &DetailBuilder<'_>) -> usize {
    builder.width.saturating_sub(14).min(41)
}

/// An interval between the ends of its axis.
fn picture(builder: &mut DetailBuilder<'_>, drawn: &str, [begin, end]: [&str; 2]) {
    if drawn.is_empty() {
        return;
    }
    let quiet = builder.theme.quiet();
    builder.lines.push(Line::from(vec![
        Span::styled(format!("   {begin:>4} "), quiet),
        Span::styled(left(drawn, axis(builder)), builder.theme.accent()),
        Span::styled(format!(" {end}"), quiet),
    ]));
}

/// The experiment of the selected line.
fn of_line(state: &State) -> Option<&ExperimentResult> {
    match selected(state)?.1 {
        Item::Experiment(result) | Item::Arm(result, _) => Some(result),
        _ => None,
    }
}

/// Why the experiment of the selected line is not ended; empty where the line is of none.
pub(crate) fn cannot_end(state: &State) -> Option<String> {
    let Some(result) = of_line(state) else { return Some(String::new()) };
    let now = state.snapshot.as_ref().and_then(|snapshot| snapshot.why_not_changing());
    let never = || arm_that_stays(result).err().map(|error| error.message);
    now.map(|error| error.one_line()).or_else(never)
}

/// Has the change made that ends the experiment of the selected line.
pub(crate) fn plan(state: &State) -> Option<Effect> {
    let result = of_line(state)?;
    let snapshot = Arc::clone(state.snapshot.as_ref()?);
    Some(Effect::PlanEnding(EndingRequest { snapshot, id: result.id.clone() }))
}

/// Shows the change, to be confirmed.
pub(crate) fn planned(state: &mut State, plan: Result<Box<EndingPlan>, Error>) {
    match plan {
        Ok(plan) => Question::end_experiment(plan).ask(state, LATER),
        Err(error) => state.say(NoticeKind::Refused, error.one_line()),
    }
}

/// Reports that an experiment was ended, or why not.
pub(crate) fn ended(state: &mut State, plan: &EndingPlan, result: Result<(), Error>) {
    match result {
        Ok(()) => {
            state.say(NoticeKind::Done, format!("Wrote {}: {} has ended", plan.names(), plan.id));
        }
        Err(error) => state.say(NoticeKind::Refused, error.one_line()),
    }
}
