//! The Playbooks screen: what each playbook does, that its numbers are those of the matching, the
//! findings about it, and that it leads to the customers behind it.

use crate::common::dashboard;

use dashboard::{Desk, ROWS, Row, text};
use insta::assert_snapshot;
use nextplay::approval::Request;
use nextplay::domain::DecisionKind;
use nextplay::domain::money::{count, counted, dollars};
use nextplay::store::PlaybookIx;
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::playbooks;
use nextplay::tui::screen::id::Screen;
use nextplay::tui::widget::theme::Theme;
use nextplay::workspace::DecisionRequest;

const COLORS: Theme = Theme::terminal();

fn on_sample_data(width: u16, height: u16) -> Desk {
    let mut desk = Desk::on_sample_data().sized(width, height);
    desk.press("3");
    desk
}

/// Moves the selection to the first playbook with this text.
fn go_to(desk: &mut Desk, text: &str) {
    desk.press("g");
    for _ in 0..playbooks::len(&desk.state) {
        if selected_row(desk).contains(text) {
            return;
        }
        desk.press("j");
    }
    panic!("no line has {text:?}");
}

fn selected_row(desk: &Desk) -> String {
    let sheet = playbooks::sheet(&desk.state, 100, COLORS);
    let row = sheet.rows.get(desk.state.playbooks.position.cursor);
    row.map(ToString::to_string).unwrap_or_default()
}

/// The detail of the selected playbook as running text.
fn detail(desk: &Desk) -> String {
    let lines = nextplay::tui::playbooks::lines(&desk.state, 100, COLORS);
    let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
    text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_list() {
    assert_snapshot!("playbooks_80x24", on_sample_data(80, 24).screen());
    let mut desk = on_sample_data(80, 24);
    desk.press("G Enter");
    assert_snapshot!("playbooks_80x24_detail", desk.detail_pane());
    assert_snapshot!("playbooks_60x16", on_sample_data(60, 16).screen());
}

#[test]
fn what_was_reported_stands_beside_what_was_learned() {
    let mut desk = on_sample_data(200, 40);
    go_to(&mut desk, "Guided Setup Sprint");
    assert!(detail(&desk).contains("reported 66% of 58, learned 67.7% of 2"), "{}", detail(&desk));
    assert!(desk.list_pane().contains("Learned"), "{}", desk.list_pane());
    assert!(selected_row(&desk).contains("64.5%"), "{}", selected_row(&desk));
    let detail = desk.detail_pane();
    let picture = detail.lines().find(|line| line.contains("├──") && line.contains('○'));
    assert!(picture.is_some_and(|line| line.contains('●') && line.contains("100%")), "{detail}");
    assert!(detail.contains("○ reported, ● learned"), "{detail}");
    desk.resize(140, 40);
    assert!(desk.list_pane().contains("Learned"), "{}", desk.list_pane());
}

#[test]
fn lessons_from_decisions_come_with_what_follows_and_how_to_try_it() {
    let ids = ["C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8"];
    let rows = ids.map(|id| Row { id, segment: "SMB", stage: "support", ..ROWS[0] });
    let mut desk = Desk::with(&rows).sized(200, 60);
    desk.press("3");
    assert!(!detail(&desk).contains("Lessons from decisions"), "{}", detail(&desk));
    for id in ids {
        let mut reject = Request::new(DecisionKind::Reject, id, "sam");
        reject.reason = Some("budget".into());
        desk.other_asks(DecisionRequest::Decide(reject), 0);
    }
    desk.look();
    let words = "Lessons from decisions Budget in SMB: rejected 8 of 8 (68% to 100%) Require approval for any play \
                 that costs $75 or more. That would have included all 8 decisions, all of them rejected. \
                 nextplay diff --set approval.required_at_cost=75";
    assert!(detail(&desk).contains(words), "{}", detail(&desk));
}

#[test]
fn list_and_detail_beside_each_other() {
    let mut desk = on_sample_data(140, 40);
    go_to(&mut desk, "Knowledge Base Nudge");
    assert_snapshot!("playbooks_140x40", desk.screen());
}

#[test]
fn every_number_is_that_of_the_matching() {
    let mut desk = on_sample_data(140, 40);
    let playbooks = desk.snapshot().matching.dataset().playbooks().count();
    assert!(playbooks > 10);
    for number in 0..playbooks {
        desk.press("g");
        (0..number).for_each(|_| desk.press("j"));
        let told = detail(&desk);
        let matching = &desk.snapshot().matching;
        let ix = PlaybookIx::at(number);
        let playbook = matching.dataset().playbook(ix).unwrap();
        // Each customer asked again, one by one.
        let (mut candidate, mut wins, mut cost) = (0, 0, 0.0);
        for customer in 0..desk.snapshot().len() {
            let explanation = matching.explain(customer).unwrap();
            let passes = explanation.candidates.iter().any(|c| c.playbook_id == playbook.id);
            candidate += usize::from(passes);
            let ranked = matching.winner(customer).filter(|ranked| ranked.playbook == ix);
            if let Some(ranked) = ranked {
                wins += 1;
                cost += ranked.economics.cost;
            }
        }
        let expected = format!("eligible for {}", counted(candidate, "customer"));
        assert!(told.contains(&expected), "{}: {expected}: {told}", playbook.id);
        let expected = format!("recommended for {}: cost {}", count(wins), dollars(cost));
        assert!(told.contains(&expected), "{}: {expected}: {told}", playbook.id);
    }
}

#[test]
fn findings_about_a_playbook_stand_in_its_detail() {
    let mut desk = on_sample_data(140, 40);
    go_to(&mut desk, "Re-engagement Newsletter");
    let told = detail(&desk);
    assert!(told.contains("Findings"), "{told}");
    assert!(told.contains("PB_ENG_004 can never rank first"), "{told}");
    assert!(!told.contains("PB_SUP_003"), "only what is about it: {told}");
    // Also where nothing does.
    go_to(&mut desk, "Adoption Coaching");
    assert!(detail(&desk).contains("Findings No issues By segment"), "{}", detail(&desk));
}

#[test]
fn findings_are_looked_for_in_the_background() {
    let mut desk = Desk::on_sample_data().sized(140, 40);
    desk.assesses = false;
    desk.press("3");
    assert!(detail(&desk).contains("Checking…"), "{}", detail(&desk));
    let Some(Effect::Assess(asked)) = desk.effects.pop() else { panic!("{:?}", desk.effects) };
    desk.press("j k");
    assert_eq!(desk.effects, [], "it is asked once");
    asked.look();
    desk.event(Event::Assessed);
    assert!(!detail(&desk).contains("Checking…"), "{}", detail(&desk));
}

#[test]
fn a_playbook_leads_to_the_customers_it_is_recommended_for() {
    let mut desk = on_sample_data(140, 40);
    go_to(&mut desk, "Support Escalation Mitigation");
    let told = detail(&desk);
    desk.press("c");
    assert_eq!(desk.state.screen, Screen::Customers);
    let rows = desk.rows().len();
    assert!(rows > 0);
    assert!(told.contains(&format!("recommended for {rows}:")), "{told}");
    for row in desk.rows() {
        let customer = desk.snapshot().matching.dataset().customer_number(&row).unwrap();
        let recommendation = desk.snapshot().matching.recommendation(customer).unwrap();
        assert_eq!(recommendation.playbook_id, "PB_SUP_001");
    }
}

#[test]
fn an_inactive_playbook_is_marked() {
    let mut desk = on_sample_data(140, 40);
    go_to(&mut desk, "Win-back Discount");
    assert!(detail(&desk).contains("retired: eligible for no customer"), "{}", detail(&desk));
    let sheet = playbooks::sheet(&desk.state, 100, COLORS);
    let row = &sheet.rows[desk.state.playbooks.position.cursor];
    assert!(row.to_string().starts_with('·'), "{row}");
    assert!(row.spans.iter().all(|span| span.style == COLORS.quiet()), "{row:?}");
}

#[test]
fn no_playbooks_is_said() {
    let mut desk = Desk::new().sized(80, 24);
    desk.write("journey_playbooks.json", "[]");
    desk.look();
    desk.press("3");
    assert!(desk.screen().contains("No playbooks in"), "{}", desk.screen());
}

#[test]
fn a_skipped_row_is_listed_with_its_error() {
    let mut desk = Desk::new().sized(140, 40);
    desk.write(
        "journey_playbooks.json",
        r#"[{"id": "P\u001b[31m9", "avg_cost_estimate": "much"}, {"playbook_id": "PB_ENG"}]"#,
    );
    desk.look();
    desk.press("3 G");
    let screen = text(&desk.buffer(COLORS));
    assert!(screen.contains("skipped row"), "{screen}");
    assert!(screen.contains("avg_cost_estimate is the text \"much\""), "{screen}");
    assert!(!screen.contains('\u{1b}'));
}

/// The playbooks of the list, each by the beginning of its name.
fn names(desk: &Desk) -> Vec<String> {
    let sheet = playbooks::sheet(&desk.state, 100, COLORS);
    let name = |row: String| row.chars().skip(2).take(9).collect::<String>().trim().to_owned();
    sheet.rows.iter().map(|row| name(row.to_string())).collect()
}

#[test]
fn the_list_is_sorted_by_its_columns() {
    let mut desk = on_sample_data(120, 36);
    let in_file = names(&desk);
    go_to(&mut desk, "Adoption Coaching");
    desk.press("s j Enter");
    assert!(desk.list_pane().contains("Playbooks ─ by name ↑"), "{}", desk.list_pane());
    assert!(selected_row(&desk).contains("Adoption Coaching"), "the selection stays");
    let mut sorted = in_file.clone();
    sorted.sort_by_key(|name| name.to_lowercase());
    assert_eq!(names(&desk), sorted);
    // The last column but two is the ROI, the largest first; what is not counted comes last.
    desk.press("s G k k Enter");
    assert!(desk.list_pane().contains("by ROI ↓"), "{}", desk.list_pane());
    assert_eq!(names(&desk)[..2], ["Support E", "Executive"]);
    desk.press("S");
    assert_eq!(names(&desk)[0], "Passive M", "without a cost it has no ROI");
    desk.press("s g Enter");
    assert_eq!(names(&desk), in_file);
}

#[test]
fn the_filter_finds_names_ids_stages_and_status() {
    let mut desk = on_sample_data(120, 36);
    let filtered = |desk: &mut Desk, text: &str| {
        desk.press("Esc /");
        desk.type_text(text);
        desk.press("Enter");
        names(desk)
    };
    assert_eq!(filtered(&mut desk, "adoption"), ["Adoption"]);
    assert_eq!(filtered(&mut desk, "pb_ret_001"), ["Executive"]);
    assert_eq!(filtered(&mut desk, "retired"), ["Win-back"]);
    assert_eq!(filtered(&mut desk, "onboarding rescue"), ["SMB Onboa"]);
    assert!(desk.list_pane().contains("─ /onboarding rescue 1 of 16 "), "{}", desk.list_pane());
    desk.press("Tab");
    assert!(detail(&desk).contains("PB_ONB_001") || desk.detail_pane().contains("PB_ONB_001"));
    desk.press("Tab");
    assert!(filtered(&mut desk, "nosuch")[0].starts_with("matches."));
    desk.press("Esc");
    assert!(selected_row(&desk).contains("SMB Onboarding"), "a filter without matches is a detour");
    assert_eq!(names(&desk).len(), 16);
}
