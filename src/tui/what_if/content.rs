//! Other settings, and what they would change against today.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::request::{Answer, Planned};
use super::row_kind::Place;
use super::setting_row;
use super::setting_row::{base, dial, places};
use super::state::WhatIf;
use crate::domain::money::{count, counted, dollars};
use crate::domain::number::Num;
use crate::domain::text::escape_controls;
use crate::domain::width::Width;
use crate::filter::write::exactly;
use crate::insight::scenario::{Change, Scenario, Totals};
use crate::store::PlaybookIx;
use crate::tui::customers::detail::Story;
use crate::tui::state::{Pane, State};
use crate::tui::widget::line_list::{self, line_width};
use crate::tui::widget::pane::Sheet;
use crate::tui::widget::text::{fit, left, right, wrap};
use crate::tui::widget::theme::Theme;

/// How many lines.
pub fn len(state: &State) -> usize {
    places(state).len()
}

/// The filter that leaves the customers for whom the line's playbook is recommended today.
///
/// # Errors
/// Why there are none behind the selected line.
pub fn customers_behind(state: &State) -> Result<String, String> {
    let playbook = match setting_row::selected(state) {
        Some(Place::Playbook(number) | Place::Field(number, _)) => {
            base(state).and_then(|base| base.matching.dataset().playbook(PlaybookIx::at(number)))
        }
        _ => None,
    };
    playbook
        .map(|playbook| exactly("playbook", Some(&playbook.id)))
        .ok_or_else(|| "there are no customers behind this line".to_owned())
}

/// Draws the list.
pub fn render(state: &State, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let sheet = sheet(state, line_width(area), theme);
    let focused = state.is_focused(Pane::List);
    line_list::render(&sheet, state.what_if.position, focused, theme, area, buffer);
}

/// Columns of a line's name.
const LABEL: usize = 21;

pub fn sheet(state: &State, width: u16, theme: Theme) -> Sheet {
    if base(state).is_none() {
        return Sheet::empty("What-if", "Loading…", theme);
    }
    let width = usize::from(width).saturating_sub(2);
    let what_if = &state.what_if;
    let told = match what_if.name() {
        Some(name) => fit(name, 30),
        None if what_if.is_today() => "as today".to_owned(),
        None => counted(changes(what_if), "change"),
    };
    let room = width.saturating_sub(told.width() + 14);
    let effect = effect(what_if).into_iter().flatten().find(|text| text.width() <= room);
    let effect = effect.unwrap_or_default();
    // Only what may be seen is made.
    let top = what_if.position.top;
    let seen = top..top + usize::from(state.size.1);
    let row = |(number, place)| match seen.contains(&number) {
        true => line(state, place, width, theme),
        false => Line::default(),
    };
    Sheet {
        title: Line::from(vec![
            Span::raw(" "),
            Span::styled("What-if", theme.strong()),
            Span::raw(format!(" ─ {told}{effect} ")),
        ]),
        titles: Some(Line::from(Span::styled(
            format!("      {} today → here", left("setting", LABEL)),
            theme.quiet(),
        ))),
        rows: places(state).into_iter().enumerate().map(row).collect(),
    }
}

/// What the changes come to against today, for where the table is not seen beside the list:
/// `: plays -6, net -$6,463, 6 feel it`; and shorter, for where that has no room.
fn effect(what_if: &WhatIf) -> Option<[String; 3]> {
    let any = !what_if.scenario.settings.is_empty();
    let answer = what_if.answer.as_deref().filter(|_| any)?;
    let (before, after) = (&answer.before, &answer.after);
    let waits = if what_if.waits() { " …" } else { "" };
    if answer.customers() == 0 {
        return Some([": nobody feels it", ": nobody", ""].map(|text| format!("{text}{waits}")));
    }
    let plays = more_or_less(before.recommendations, after.recommendations);
    let net = dearer(before.net_benefit, after.net_benefit);
    Some([
        format!(": plays {plays}, net {net}, {} feel it{waits}", count(answer.customers())),
        format!(": plays {plays}, net {net}{waits}"),
        format!(": plays {plays}{waits}"),
    ])
}

/// How many things are not as today.
fn changes(what_if: &WhatIf) -> usize {
    what_if.scenario.settings.len() + usize::from(what_if.budget.is_some())
}

fn line(state: &State, place: Place, width: usize, theme: Theme) -> Line<'static> {
    let title = |text: &str| Line::from(Span::styled(fit(text, width), theme.strong()));
    match place {
        Place::Group(text) => title(text),
        Place::Playbook(number) => {
            let playbook = base(state)
                .and_then(|base| base.matching.dataset().playbook(PlaybookIx::at(number)));
            playbook.map_or_else(Line::default, |playbook| {
                title(&format!("{}  {}", playbook.id, playbook.title()))
            })
        }
        Place::Kept(number) => kept(state, number, width, theme),
        Place::Elsewhere(number) => {
            let setting = state.what_if.scenario.settings.get(number);
            let text = setting.map(ToString::to_string).unwrap_or_default();
            let text = fit(&text, width.saturating_sub(2));
            Line::from(Span::styled(format!("! {text}"), theme.warning()))
        }
        Place::Policy(_) | Place::Field(..) | Place::Budget => {
            let Some(dial) = dial(state, place) else { return Line::default() };
            let today = dial.shown(&dial.today);
            let label = left(dial.label, LABEL);
            let room = width.saturating_sub(LABEL + 3);
            match &dial.changed {
                None => Line::from(format!("  {label} {}", fit(&today, room))),
                Some((_, value)) => {
                    let text = fit(&format!("{today} → {}", dial.shown(value)), room);
                    Line::from(vec![
                        Span::styled("◆ ", theme.changed()),
                        Span::raw(format!("{label} ")),
                        Span::styled(text, theme.changed()),
                    ])
                }
            }
        }
    }
}

fn kept(state: &State, number: usize, width: usize, theme: Theme) -> Line<'static> {
    let what_if = &state.what_if;
    let Some(kept) = what_if.kept.get(number) else { return Line::default() };
    let beside = what_if.beside.as_ref() == Some(&kept.name);
    let sign = if beside { "‖ " } else { "  " };
    let here = if what_if.name() == Some(&kept.name) { ", here" } else { "" };
    let changes = kept.scenario.settings.len() + usize::from(kept.budget.is_some());
    let words = format!(
        "{}{here}{}",
        counted(changes, "change"),
        if beside { ", laid beside" } else { "" }
    );
    let name = left(&kept.name, LABEL);
    Line::from(vec![
        Span::styled(sign, theme.accent()),
        Span::raw(format!("{name} ")),
        Span::styled(fit(&words, width.saturating_sub(LABEL + 3)), theme.quiet()),
    ])
}

pub fn title(state: &State, theme: Theme) -> Line<'static> {
    let waits = if state.what_if.waits() { " …" } else { "" };
    Line::from(vec![
        Span::raw(" "),
        Span::styled("Against today", theme.strong()),
        Span::raw(format!("{waits} ")),
        Span::styled(selected(state), theme.quiet()),
    ])
}

/// The selected line, for where the list is not seen beside.
fn selected(state: &State) -> String {
    let dial = setting_row::selected(state).and_then(|place| dial(state, place));
    let told = |dial: setting_row::Dial| {
        let text = format!("{} {}", dial.label, dial.shown(dial.value()));
        format!("─ {} ", fit(&text, 36))
    };
    dial.map(told).unwrap_or_default()
}

pub fn lines(state: &State, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let mut story = Story::new(state, width, theme);
    let what_if = &state.what_if;
    let Some(answer) = what_if.answer.as_deref() else {
        story.text(0, "being compared…", theme.quiet());
        return story.lines;
    };
    totals(&mut story, what_if, answer);
    if what_if.is_today() {
        story.blank();
        story.text(
            0,
            "Nothing is changed yet. + and - move the selected line a step, Enter edits it; what that \
             would change is told here. Nothing of it touches the data.",
            theme.quiet(),
        );
    }
    plans(&mut story, what_if, answer);
    if !what_if.is_today() {
        who(&mut story, what_if, answer);
    }
    settings(&mut story, state, answer);
    one_by_one(&mut story, answer);
    story.lines
}

/// The columns of the table: today, here, and the change or the variant laid beside.
struct Table {
    label: usize,
    column: usize,
}

impl Table {
    fn new(width: usize) -> Self {
        let column = (width.saturating_sub(15) / 3).clamp(8, 14);
        Self { label: width.saturating_sub(3 * (column + 1)).min(16), column }
    }

    fn row(&self, story: &mut Story<'_>, label: &str, cells: [String; 3], styles: [Style; 3]) {
        let mut spans =
            vec![Span::styled(format!(" {}", left(label, self.label)), story.theme.quiet())];
        for (cell, style) in cells.into_iter().zip(styles) {
            spans.push(Span::styled(format!(" {}", right(&cell, self.column)), style));
        }
        story.lines.push(Line::from(spans));
    }

    fn head(&self, story: &mut Story<'_>, what_if: &WhatIf, beside: Option<&str>) {
        let here = what_if.name().unwrap_or(if what_if.is_today() { "as today" } else { "here" });
        let last = beside.unwrap_or("change");
        let quiet = story.theme.quiet();
        self.row(story, "", ["today".to_owned(), here.to_owned(), last.to_owned()], [quiet; 3]);
    }
}

/// A row of a table: its name, and where its number is.
type Of<T, N> = (&'static str, fn(&T) -> N);

fn totals(story: &mut Story<'_>, what_if: &WhatIf, answer: &Answer) {
    let table = Table::new(story.width);
    let beside = what_if.answer_beside();
    table.head(story, what_if, beside.map(|beside| beside.name.as_str()));
    let (before, after) = (&answer.before, &answer.after);
    let counts: [Of<Totals, usize>; 2] =
        [("plays", |t| t.recommendations), ("need approval", |t| t.need_approval)];
    let plain = Style::new();
    for (label, of) in counts {
        let (was, now) = (of(before), of(after));
        let last = beside.map_or_else(|| more_or_less(was, now), |b| count(of(&b.totals)));
        let style = if was == now { plain } else { story.theme.changed() };
        table.row(story, label, [count(was), count(now), last], [plain, style, plain]);
    }
    let amounts: [Of<Totals, f64>; 3] = [
        ("cost", |t| t.expected_cost),
        ("value", |t| t.expected_value),
        ("net", |t| t.net_benefit),
    ];
    for (label, of) in amounts {
        let (was, now) = (of(before), of(after));
        let last = beside.map_or_else(|| dearer(was, now), |b| dollars(of(&b.totals)));
        let style = if was == now { plain } else { story.theme.changed() };
        table.row(story, label, [dollars(was), dollars(now), last], [plain, style, plain]);
    }
}

/// `+3`, `-12`
fn more_or_less(was: usize, now: usize) -> String {
    match now.cmp(&was) {
        std::cmp::Ordering::Greater => format!("+{}", count(now - was)),
        std::cmp::Ordering::Less => format!("-{}", count(was - now)),
        std::cmp::Ordering::Equal => "0".to_owned(),
    }
}

fn dearer(was: f64, now: f64) -> String {
    let change = dollars(now - was);
    if now > was { format!("+{change}") } else { change }
}

fn plans(story: &mut Story<'_>, what_if: &WhatIf, answer: &Answer) {
    let Some(budget) = what_if.budget else { return };
    story.heading(&format!("The best plan for {}", dollars(budget)));
    let theme = story.theme;
    let Some((today, here)) = &answer.plans else {
        return story.text(0, "being planned…", theme.quiet());
    };
    let table = Table::new(story.width);
    let beside = what_if.answer_beside().and_then(|beside| beside.plan.as_ref());
    let plain = Style::new();
    let amounts: [Of<Planned, f64>; 5] = [
        ("spent", |p| p.figures.spent),
        ("net value", |p| p.figures.net_value),
        ("at most", |p| p.figures.bound),
        ("gap", |p| p.figures.gap),
        ("next $1,000", |p| p.figures.next_1000),
    ];
    let plays = |plan: &Planned| count(plan.plays);
    let last = beside.map_or_else(|| more_or_less(today.plays, here.plays), plays);
    table.row(story, "plays", [plays(today), plays(here), last], [plain; 3]);
    for (label, of) in amounts {
        let last = beside.map_or_else(|| dearer(of(today), of(here)), |b| dollars(of(b)));
        table.row(story, label, [dollars(of(today)), dollars(of(here)), last], [plain; 3]);
    }
}

/// The sign of a change, its words, and how it looks.
fn kind(change: Change, theme: Theme) -> (&'static str, &'static str, Style) {
    match change {
        Change::Gains => ("+", "gain a play", theme.good()),
        Change::Loses => ("-", "lose it", theme.bad()),
        Change::Switches => ("⇄", "change to another", theme.warning()),
        Change::Numbers => ("~", "keep it, other numbers", Style::new()),
    }
}

fn who(story: &mut Story<'_>, what_if: &WhatIf, answer: &Answer) {
    let theme = story.theme;
    story.heading(&format!("{} would feel it", counted(answer.customers(), "customer")));
    let beside = what_if.answer_beside();
    for (place, (change, customers)) in Change::ALL.into_iter().zip(answer.counts).enumerate() {
        let (sign, words, style) = kind(change, theme);
        let style = if customers == 0 { theme.quiet() } else { style };
        let of_other = beside.and_then(|b| Some((b.counts.get(place)?, &b.name)));
        let of_other = of_other.map(|(n, name)| format!("; {} under {name}", count(*n)));
        let text = format!(" {sign} {} {words}", right(&count(customers), 7));
        let text = fit(&format!("{text}{}", of_other.unwrap_or_default()), story.width);
        story.lines.push(Line::from(Span::styled(text, style)));
    }
}

/// Every change, and why nobody feels it where nobody does.
fn settings(story: &mut Story<'_>, state: &State, answer: &Answer) {
    let settings = &state.what_if.scenario.settings;
    if settings.is_empty() {
        return;
    }
    let theme = story.theme;
    story.heading("Changes");
    for setting in settings {
        let key = setting.key();
        match answer.why_idle(&key) {
            Some(why) => {
                story.text(0, &format!("· {setting}"), theme.quiet());
                story.text(2, &format!("nobody feels it: {why}"), theme.warning());
            }
            None => story.text(0, &format!("◆ {setting}"), Style::new()),
        }
    }
}

/// The first customers, each with what would be another one.
fn one_by_one(story: &mut Story<'_>, answer: &Answer) {
    if answer.told.is_empty() {
        return;
    }
    let theme = story.theme;
    story.heading(&match answer.customers() {
        all if all > answer.told.len() => {
            format!("The first {} of {}", count(answer.told.len()), count(all))
        }
        _ => "One by one".to_owned(),
    });
    let ids = answer.told.iter().map(|told| escape_controls(&told.customer_id).width()).max();
    let id = ids.unwrap_or_default().min(16);
    let room = story.width.saturating_sub(id + 4).max(8);
    for told in answer.told.iter() {
        let (sign, _, style) = kind(told.change, theme);
        for (number, words) in wrap(&told.words, room).into_iter().enumerate() {
            let first = number == 0;
            let (sign, name) = if first { (sign, told.customer_id.as_str()) } else { (" ", "") };
            story.lines.push(Line::from(vec![
                Span::styled(format!(" {sign} "), style),
                Span::styled(format!("{} ", left(name, id)), theme.strong()),
                Span::raw(words),
            ]));
        }
    }
}

/// The commands that repeat what is tried out, as a page.
pub fn command(state: &State, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width).saturating_sub(2);
    let settings = &state.what_if.scenario.settings;
    // A setting a line, so that none is torn apart and the lines are one command all the same.
    let set = settings.iter().map(|setting| {
        let alone = Scenario { settings: vec![setting.clone()] }.command_line();
        alone.replacen("nextplay diff", " ", 1)
    });
    let set: Vec<String> = set.collect();
    let mut texts = vec![whole("nextplay diff".to_owned(), &set)];
    if let Some(budget) = state.what_if.budget {
        texts.push(vec!["The plan for the budget:".to_owned()]);
        texts.push(whole(format!("nextplay plan --budget {}", Num(budget)), &set));
    }
    texts.push(vec!["Run it where the data is, or with --data DIR.".to_owned()]);
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
