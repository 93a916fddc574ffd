//! What of the saved views cannot be used.

use super::saved::screen_of;
use crate::settings::{Problem, Settings};
use crate::tui::screen::id::Screen;
use crate::tui::widget::list_order::ListOrder;
use crate::workspace::Scope;

/// Returns what is wrong with the views: screens, columns and scopes that do not exist, and filters that
/// are not understood.
pub(crate) fn problems(settings: &Settings) -> Vec<Problem> {
    let me = settings.reviewer.as_deref().unwrap_or_default();
    let mut found = Vec::new();
    for (place, view) in settings.views.iter().enumerate() {
        let mut add = |key: &str, message: String| {
            let path = ["view", &place.to_string(), key].map(str::to_owned).to_vec();
            found.push(Problem { path, message });
        };
        let Some(screen) = screen_of(view) else {
            let names: Vec<&str> = Screen::ALL.iter().map(|screen| screen.into()).collect();
            add("screen", one_of("screen", &view.screen, &names));
            continue;
        };
        let row = screen.row();
        if let Some(problem) = match &row.list.filter {
            None => (!view.filter.is_empty()).then(|| format!("{} has no filter", row.title)),
            Some(field) => (field.problem)(me, &view.filter),
        } {
            add("filter", problem);
        }
        if !view.sort.is_empty() {
            match &row.list.sort {
                None => add("sort", format!("{} has no order to choose", row.title)),
                Some(field) => {
                    let columns = (field.columns)();
                    if ListOrder::parse(&view.sort, &columns).is_none() {
                        let codes: Vec<&str> = columns.iter().map(|column| column.code).collect();
                        add("sort", one_of("sort column", &view.sort, &codes));
                    }
                }
            }
        }
        if !view.scope.is_empty() {
            if !screen.lists_customers() {
                add("scope", format!("{} has no scope", row.title));
            } else if view.scope.parse::<Scope>().is_err() {
                let names: Vec<&str> = Scope::ALL.iter().map(|scope| scope.into()).collect();
                add("scope", one_of("scope", &view.scope, &names));
            }
        }
    }
    found
}

/// `there is no screen "queu"; one of queue, customers, …`.
fn one_of(what: &str, found: &str, known: &[&str]) -> String {
    format!("there is no {what} \"{found}\"; one of {}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::View;

    fn view(name: &str, screen: &str, filter: &str, sort: &str, scope: &str) -> View {
        let [name, screen, filter, sort, scope] =
            [name, screen, filter, sort, scope].map(str::to_owned);
        View { name, screen, filter, sort, scope }
    }

    fn messages(views: Vec<View>) -> Vec<String> {
        let problems = problems(&Settings { views, ..Settings::default() });
        problems.into_iter().map(|p| format!("{}: {}", p.path.join("."), p.message)).collect()
    }

    #[test]
    fn views_that_can_be_used_have_no_problems() {
        assert_eq!(
            messages(vec![
                view("a", "", "", "", ""),
                view("b", "customers", "risk>0.7 owner:me", "-per_week", "mine"),
                view("c", "activity", "by:me kind:approve", "person", ""),
                view("d", "portfolio", "SMB", "amount", ""),
                view("e", "what-if", "", "", ""),
                view("f", "queue", "", "At risk", "can_approve"),
            ]),
            [""; 0]
        );
    }

    #[test]
    fn each_part_that_cannot_be_used_is_named() {
        assert_eq!(
            messages(vec![
                view("a", "queu", "", "", ""),
                view("A", "queue", "risk>", "", "owner"),
                view(" ", "playbooks", "", "rio", "mine"),
                view("b", "what-if", "x", "risk", ""),
            ]),
            [
                "view.0.screen: there is no screen \"queu\"; one of queue, customers, playbooks, portfolio, what-if, activity",
                "view.1.filter: \"risk>\" needs a value",
                "view.1.scope: there is no scope \"owner\"; one of all, mine, can_approve",
                "view.2.sort: there is no sort column \"rio\"; one of file_order, name, stage, eligible, \
                 recommended, outranked, blocked, net, roi, learned, uncertainty",
                "view.2.scope: Playbooks has no scope",
                "view.3.filter: What-if has no filter",
                "view.3.sort: What-if has no order to choose",
            ]
        );
    }
}
