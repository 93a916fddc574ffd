//! The detail of one customer: the card, then sections that fold.

use ratatui::text::{Line, Span};

use super::card_view::card_lines;
use super::{section_lines, sections};
use crate::domain::Person;
use crate::tui::state::State;
use crate::tui::widget::detail_text::DetailText;
use crate::tui::widget::text::fit;
use crate::tui::widget::theme::Theme;
use crate::workspace::cards::CardFor;

/// Returns the detail of the selected customer, in lines of at most `width` columns.
pub fn text(state: &State, width: u16, theme: Theme) -> DetailText {
    let Some((snapshot, number)) = state.selected() else { return DetailText::default() };
    let standing = snapshot.standing(number);
    let (reviewer, now) = (Person::new(&state.by), state.moment());
    let of = CardFor { reviewer: Some(&reviewer), now: Some(&now), choice: None };
    let card = snapshot.card_of(number, &standing, of);
    let Some(mut card) = card else { return DetailText::default() };
    if snapshot.partial {
        // Who the customer is is known before what to do.
        card.customer.revenue_at_risk = None;
        let mut lines = super::card_view::head_lines(&card, width, theme);
        lines.extend([Line::default(), Line::from(Span::styled(" Loading…", theme.quiet()))]);
        return lines.into();
    }
    let mut text = DetailText::from(card_lines(&card, width, theme, &state.keymap));
    sections::add(&mut text, state, (snapshot, number), (width, theme), |section, misses| {
        let of = (&**snapshot, number, &standing);
        section_lines::lines(section, state, of, misses, (width, theme))
    });
    text
}

/// Returns the title of the detail: id and name.
pub fn title(state: &State, theme: Theme) -> Line<'static> {
    let selected =
        state.selected().and_then(|(snapshot, number)| snapshot.matching.customer(number));
    let Some(view) = selected else { return Line::from(" No customer ") };
    let name = view.name().filter(|name| !name.is_empty()).unwrap_or_default();
    Line::from(vec![
        Span::raw(" "),
        Span::styled(fit(view.id(), 30), theme.strong()),
        Span::raw(format!("  {} ", fit(name, 40))),
    ])
}
