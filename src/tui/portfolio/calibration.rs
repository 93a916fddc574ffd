//! What plays saved against what was expected of them, among the lines of the portfolio.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Shown;
use crate::domain::money::{count, dollars, whole_percent};
use crate::domain::text::capitalized;
use crate::insight::learning::calibration::{SHOWN_FROM, Saved};
use crate::insight::learning::words;
use crate::store::Dataset;
use crate::tui::widget::charts::interval;
use crate::tui::widget::detail_builder::DetailBuilder;
use crate::tui::widget::text::left;

/// The name of a line: that of a playbook, else its id; all plays where there is none.
pub fn name<'a>(playbook_id: Option<&'a str>, dataset: &'a Dataset) -> &'a str {
    let Some(id) = playbook_id else { return "All plays" };
    dataset.playbook_by_id(id).map_or(id, |playbook| playbook.title())
}

/// `87%`, and the ends of its interval: `72% to 102%`.
pub fn ratio(saved: &Saved) -> Option<(String, String)> {
    let (ratio, ends) = saved.ratio.zip(saved.low.zip(saved.high))?;
    Some((whole_percent(ratio), words::interval_of(ends)))
}

/// Writes what was saved in full.
pub fn tell(builder: &mut DetailBuilder<'_>, shown: Shown<'_>) {
    let calibration = shown.calibration;
    let (theme, quiet) = (builder.theme, builder.theme.quiet());
    builder.heading("Saved against expected");
    if let Some(words) = words::saved(&calibration.all) {
        builder.text(0, &format!("{}.", capitalized(&words)), Style::new());
    }
    builder.text(0, "Gross: without a comparison group.", quiet);
    // The axis reaches as far as the intervals; 100% is marked.
    let ends = calibration.playbooks.iter().filter_map(|of| of.saved.high);
    let most = ends.chain(calibration.all.high).fold(1.0, f64::max) * 1.05;
    let axis = builder.width.saturating_sub(4).min(48);
    let all = [(None, &calibration.all)].into_iter();
    let playbooks = calibration.playbooks.iter();
    for (id, saved) in all.chain(playbooks.map(|of| (Some(of.playbook_id.as_str()), &of.saved))) {
        builder.blank();
        builder.text(0, name(id, shown.dataset), theme.strong());
        let amounts = format!(
            "{} of {} in {} outcomes",
            dollars(saved.saved),
            dollars(saved.expected),
            count(saved.outcomes)
        );
        let Some((ratio, ends)) = ratio(saved) else {
            let text = format!("{amounts}; a share is shown from {SHOWN_FROM} on");
            builder.text(2, &text, quiet);
            continue;
        };
        builder.text(2, &format!("{ratio} ({ends}): {amounts}"), Style::new());
        let at = |share: Option<f64>| share.unwrap_or_default() / most;
        let marks = [(1.0 / most, '│'), (at(saved.ratio), '●')];
        let drawn = interval((at(saved.low), at(saved.high)), &marks, axis);
        builder.lines.push(Line::from(vec![
            Span::raw("   "),
            Span::styled(left(&drawn, axis), theme.accent()),
        ]));
    }
    builder.blank();
    builder.text(0, "│ marks 100%: all that was expected; ├─┤ is the 95% interval.", quiet);
    if let Some(churn) = &calibration.churn {
        builder.heading("Forecasts of churn");
        builder.text(0, &words::churn(churn), Style::new());
    }
}
