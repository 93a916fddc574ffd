//! The sections below a customer's card: folded to their titles until someone opens them.

use ratatui::text::{Line, Span};
use strum::{IntoStaticStr, VariantArray};

use crate::domain::money::counted;
use crate::domain::width::Width;
use crate::insight::card::NearMisses;
use crate::tui::keys::action::Action;
use crate::tui::keys::availability::cannot_open;
use crate::tui::screen::layout;
use crate::tui::state::{NoticeKind, Pane, State};
use crate::tui::widget::detail_text::{DetailText, Heading};
use crate::tui::widget::theme::Theme;
use crate::workspace::Snapshot;

/// A section, in the order in which they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Section {
    /// The ROI breakdown, with the source of each number.
    Numbers,
    /// Playbooks of the stage that fail at one gate.
    NearMisses,
    /// Playbooks of the stage that fail at more of them.
    SameStage,
    /// Playbooks for other stages.
    OtherStages,
    /// Playbooks whose row was skipped.
    SkippedPlaybooks,
    /// The signals.
    Signals,
    /// What the customer's row, its stage and its forecast say.
    Account,
    /// Rows that were skipped and may affect the recommendation.
    SkippedRows,
    /// Interventions, outcomes and decisions.
    History,
}

impl Section {
    /// Returns the name under which it is remembered.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns its title; `None` where there is nothing in it.
    fn title(self, snapshot: &Snapshot, number: usize, misses: &NearMisses) -> Option<String> {
        let dataset = snapshot.matching.dataset();
        let some = |count: usize, title: String| (count > 0).then_some(title);
        match self {
            Self::Numbers => Some("Numbers".to_owned()),
            Self::NearMisses => match misses.near.len() {
                1 => Some("1 near miss".to_owned()),
                n => some(n, format!("{n} near misses")),
            },
            Self::SameStage => {
                let n = misses.farther.len();
                some(n, format!("{} for this stage", counted(n, "more playbook")))
            }
            Self::OtherStages => {
                let n = misses.elsewhere;
                some(n, format!("{} for other stages", counted(n, "playbook")))
            }
            Self::SkippedPlaybooks => {
                let n = misses.skipped.len();
                some(n, counted(n, "skipped playbook"))
            }
            Self::Signals => {
                let n = dataset.signals(number).count();
                some(n, format!("Signals ({n})"))
            }
            Self::Account => Some("Stage and forecast".to_owned()),
            Self::SkippedRows => {
                let n = snapshot.findings_behind(number).count();
                some(n, format!("Skipped rows ({n})"))
            }
            Self::History => {
                let id = snapshot.matching.customer(number).map(|view| view.id());
                let decisions = id.map_or(0, |id| snapshot.history.of_customer(id).count());
                let handed_off = match decisions {
                    0 => 0,
                    _ => snapshot.only_handed_off(number).len(),
                };
                let n = dataset.interventions(number).count() + handed_off + decisions;
                some(n, format!("History ({n})"))
            }
        }
    }
}

/// Puts the sections below what a detail begins with. Titles of folded ones share a line while they
/// fit; `content` gives the lines of one that is open.
pub(super) fn add(
    text: &mut DetailText,
    state: &State,
    of: (&Snapshot, usize),
    (width, theme): (u16, Theme),
    content: impl Fn(Section, &NearMisses) -> Vec<Line<'static>>,
) {
    let width = usize::from(width).saturating_sub(2);
    let (snapshot, number) = of;
    let misses = NearMisses::new(&snapshot.matching, number);
    let mut flow = Flow { text, width, used: 0, theme };
    for section in Section::VARIANTS {
        let Some(title) = section.title(snapshot, number, &misses) else { continue };
        let open = state.memory.unfolded.contains(section.name());
        flow.heading(*section, title, open);
        if open {
            flow.text.lines.extend(content(*section, &misses));
            flow.used = 0;
        }
    }
}

/// Titles after each other.
struct Flow<'t> {
    text: &'t mut DetailText,
    width: usize,
    /// Columns taken in the last line; 0 where a new line has to begin.
    used: usize,
    theme: Theme,
}

impl Flow<'_> {
    fn heading(&mut self, section: Section, title: String, open: bool) {
        const GAP: usize = 3;
        let shown = format!("{} {title}", if open { "▾" } else { "▸" });
        let wide = shown.width();
        if self.used == 0 || open || self.used + GAP + wide > self.width {
            let after_text = self.text.lines.last().is_some_and(|line| !line.spans.is_empty());
            if self.used == 0 && after_text {
                self.text.lines.push(Line::default());
            }
            self.text.lines.push(Line::from(" "));
            self.used = 0;
        }
        let gap = if self.used == 0 { 0 } else { GAP };
        let style = if open { self.theme.strong() } else { self.theme.accent() };
        if let Some(line) = self.text.lines.last_mut() {
            line.spans.extend([Span::raw(" ".repeat(gap)), Span::styled(shown, style)]);
        }
        self.text.headings.push(Heading {
            section: section.name(),
            title,
            line: self.text.lines.len() - 1,
            columns: (1 + self.used + gap, wide),
        });
        self.used += gap + wide;
    }
}

/// Opens or folds the section that the keys act on.
pub(crate) fn fold(state: &mut State) {
    let rows = layout::detail_rows(state);
    let text = layout::detail_text(state);
    let reading = state.reading();
    let current = text.current(reading.section, reading.scroll, rows);
    let Some(heading) = current.and_then(|place| text.headings.get(place)) else {
        let key = state.keymap.key(Action::Down);
        state.say(NoticeKind::Refused, format!("No section is in view; {key} goes on to the next"));
        return;
    };
    toggle(state, heading.section);
}

/// Opens or folds a section.
pub(crate) fn toggle(state: &mut State, name: &'static str) {
    let (rows, reading) = (layout::detail_rows(state), state.reading());
    if !state.memory.unfolded.remove(name) {
        state.memory.unfolded.insert(name.to_owned());
    }
    let text = layout::detail_text(state);
    state.read(reading.reveal(&text, rows, name));
}

/// Opens all sections; folds all where none is folded.
pub(crate) fn fold_all(state: &mut State) {
    let names = || Section::VARIANTS.iter().map(|section| section.name());
    let all_open = names().all(|name| state.memory.unfolded.contains(name));
    state.memory.unfolded = match all_open {
        true => Default::default(),
        false => names().map(str::to_owned).collect(),
    };
    let rows = layout::detail_rows(state);
    let text = layout::detail_text(state);
    let reading = state.reading();
    state.read(match reading.section {
        Some(section) if reading.scroll > 0 => reading.reveal(&text, rows, section),
        _ => reading,
    });
    state.detail_scroll = state.detail_scroll.min(text.overflow(rows));
}

/// Why sections cannot be folded: the detail is not on the screen.
pub(crate) fn cannot_fold_all(state: &State) -> Option<String> {
    cannot_open(state).or_else(|| {
        let hidden = layout::areas(state).detail.is_none();
        let [open, all] = [Action::Open, Action::FoldAll].map(|action| state.keymap.key(action));
        hidden.then(|| format!("{open} opens the detail, where {all} opens all sections"))
    })
}

/// Why no single section can be folded: the keys are in the list.
pub(crate) fn cannot_fold(state: &State) -> Option<String> {
    cannot_open(state).or_else(|| {
        let in_list = state.pane != Pane::Detail;
        let [detail, fold] =
            [Action::SwitchPane, Action::Fold].map(|action| state.keymap.key(action));
        in_list.then(|| format!("{detail} goes to the detail, where {fold} folds a section"))
    })
}
