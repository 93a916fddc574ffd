//! The portfolio on the screen: what it looks like, that its numbers are those of the report, and that
//! each of them leads to exactly the customers behind it.

use crate::common::dashboard;

use dashboard::{Desk, ROWS, text};
use insta::assert_snapshot;
use nextplay::domain::money::{count, dollars};
use nextplay::tui::event::{Effect, Event};
use nextplay::tui::portfolio;
use nextplay::tui::portfolio::customers;
use nextplay::tui::screen::id::Screen;
use nextplay::tui::widget::theme::Theme;
use nextplay::workspace::Figure;
use ratatui::style::Modifier;

fn on_sample_data(width: u16, height: u16) -> Desk {
    let mut desk = Desk::on_sample_data().sized(width, height);
    // With the targets of the sample.
    let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data/nextplay.toml");
    desk.write("nextplay.toml", &std::fs::read_to_string(policy).unwrap());
    desk.look();
    desk.press("4");
    desk
}

/// Moves the selection to the first line with this text.
fn go_to(desk: &mut Desk, text: &str) {
    desk.press("g");
    for _ in 0..portfolio::len(&desk.state) {
        if selected_row(desk).contains(text) {
            return;
        }
        desk.press("j");
    }
    panic!("no line has {text:?}");
}

fn row(desk: &Desk, place: usize) -> String {
    let sheet = portfolio::sheet(&desk.state, 100, Theme::terminal());
    sheet.rows.get(place).map(ToString::to_string).unwrap_or_default()
}

fn selected_row(desk: &Desk) -> String {
    row(desk, desk.state.portfolio.position.cursor)
}

#[test]
fn the_list() {
    assert_snapshot!("portfolio_80x24", on_sample_data(80, 24).screen());
    let mut desk = on_sample_data(80, 24);
    desk.press("PgDn");
    assert_snapshot!("portfolio_80x24_next", desk.list_pane());
    desk.press("G");
    assert_snapshot!("portfolio_80x24_end", desk.list_pane());
    assert_snapshot!("portfolio_60x16", on_sample_data(60, 16).screen());
}

#[test]
fn list_and_charts() {
    let mut desk = on_sample_data(140, 40);
    assert_snapshot!("portfolio_140x40", desk.screen());
    for (line, name) in [
        ("Expected cost", "portfolio_run_140x40"),
        ("Gross success rate", "portfolio_kpis_140x40"),
        ("Enterprise", "portfolio_segment_140x40"),
        ("Support → Churn risk", "portfolio_path_140x40"),
        ("1 Executive", "portfolio_leader_140x40"),
        ("Win-back Discount", "portfolio_review_140x40"),
        ("Direction", "portfolio_trend_140x40"),
    ] {
        go_to(&mut desk, line);
        assert_snapshot!(name, desk.detail_pane());
    }
}

#[test]
fn the_detail_in_a_small_window() {
    let mut desk = on_sample_data(80, 24);
    desk.press("Tab");
    assert_snapshot!("portfolio_detail_80x24", desk.detail_pane());
    let mut desk = on_sample_data(60, 16);
    go_to(&mut desk, "1 Executive");
    desk.press("Tab");
    assert_snapshot!("portfolio_detail_60x16", desk.detail_pane());
}

#[test]
fn decisions_of_the_week() {
    let mut desk = Desk::on_sample_data().sized(140, 40);
    desk.press("a y");
    desk.carry_out();
    desk.press("r 4 y");
    desk.carry_out();
    desk.press("4");
    go_to(&mut desk, "dana");
    assert_snapshot!("portfolio_decided_140x40", desk.detail_pane());
}

/// Every number has behind it just as many customers as the list then shows.
fn each_number_leads_to_its_customers(desk: &mut Desk) -> usize {
    let len = portfolio::len(&desk.state);
    let mut led = 0;
    let mut places = Vec::new();
    desk.press("g");
    for _ in 0..len {
        let place = desk.state.portfolio.position.cursor;
        if places.last() == Some(&place) {
            break;
        }
        places.push(place);
        let line = selected_row(desk);
        let behind = customers(&desk.state);
        desk.press("Enter");
        match behind {
            None => {
                assert_eq!(desk.state.screen, Screen::Portfolio, "{line}");
                assert!(!desk.notice().is_empty(), "{line}: says why not");
            }
            Some(behind) => {
                led += 1;
                assert_eq!(desk.state.screen, Screen::Customers, "{line}");
                let filter = desk.state.filter().to_owned();
                assert_eq!(desk.rows().len(), behind, "{line}: {filter}");
                // Money is said of all of them: the number beside it is another one.
                let words = ["Expected", "Net", "Return", "Revenue"];
                let is_money = words.iter().any(|word| line.trim_start().contains(word));
                assert!(is_money || line.contains(&count(behind)), "{line}: {behind}");
                desk.press("4");
                assert_eq!(selected_row(desk), line, "the selection stays");
            }
        }
        desk.press("j");
    }
    let headings = (0..len).filter(|place| !places.contains(place));
    for place in headings {
        assert!(row(desk, place).contains('─'), "only headings are passed over: {place}");
    }
    led
}

#[test]
fn each_number_of_the_sample_leads_to_its_customers() {
    let led = each_number_leads_to_its_customers(&mut on_sample_data(140, 40));
    assert!(led > 30, "{led}");
}

/// Names that begin alike, differ in case, or look like what the filter takes.
#[test]
fn odd_names_lead_to_their_customers_too() {
    const SEGMENTS: [&str; 8] =
        ["SMB", "smb", "SMB2", "a \"b\" c", "two  blanks", "risk>0.5", "=x", "\u{1b}[31m"];
    const STAGES: [&str; 7] = ["support", "support2", "Support", "a,b", "", "s:t", "née \" x"];
    const PATHS: [&str; 6] =
        [r#"["a","b"]"#, r#"["a>b"]"#, r#"["a\\","b"]"#, r#"["a b","\"q\""]"#, r#"[""]"#, "[]"];
    let mut desk = Desk::empty();
    let (mut customers, mut states, mut fused, mut forecasts) = (vec![], vec![], vec![], vec![]);
    for n in 0..300 {
        let segment = SEGMENTS[n % SEGMENTS.len()];
        customers.push(format!(
            r#"{{"customer_id":"C{n}","segment":{},"account_value":{}}}"#,
            serde_json::to_string(segment).unwrap(),
            n * 1_003
        ));
        if n % 8 > 0 {
            let stage = serde_json::to_string(STAGES[n % STAGES.len()]).unwrap();
            states.push(format!(r#"{{"customer_id":"C{n}","journey_stage":{stage}}}"#));
        }
        let risk = (n % 21) as f64 / 20.0;
        fused.push(format!(r#"{{"customer_id":"C{n}","fused_risk_score":{risk}}}"#));
        if n % 5 > 0 {
            let path = PATHS[n % PATHS.len()];
            forecasts.push(format!(r#"{{"customer_id":"C{n}","predicted_path":{path}}}"#));
        }
    }
    let playbook = |id: &str, stage: &str, approval: bool| {
        format!(
            r#"{{"playbook_id":"{id}","name":"PB_1","journey_stage":"{stage}","eligible_segments":["All"],"risk_threshold":0.3,"approval_required":{approval},"avg_cost_estimate":75,"expected_value_range":[1000,6000],"status":"active"}}"#
        )
    };
    let playbooks = [
        playbook("PB_1", "support", true),
        playbook("PB_10", "support2", false),
        playbook("pb_1", "s:t", true),
    ];
    let all = [
        ("customers.json", customers),
        ("journey_state_log.json", states),
        ("fused_signals.json", fused),
        ("journey_forecasts.json", forecasts),
        ("journey_playbooks.json", playbooks.to_vec()),
    ];
    for (name, rows) in all {
        desk.write(name, &format!("[{}]", rows.join(",\n")));
    }
    desk.write("nextplay.toml", "[targets]\nhigh_risk_at = 0.65\n");
    desk.look();
    desk.resize(140, 40);
    desk.press("4");
    let led = each_number_leads_to_its_customers(&mut desk);
    assert!(led > 25, "{led}");
    assert!(!desk.screen().contains('\u{1b}'));
}

#[test]
fn the_numbers_are_those_of_the_report() {
    let desk = on_sample_data(140, 40);
    let figures = std::sync::Arc::clone(desk.snapshot().portfolio());
    let sheet = portfolio::sheet(&desk.state, 100, Theme::terminal());
    let lines: Vec<String> = sheet.rows.iter().map(ToString::to_string).collect();
    let has = |label: &str, number: &str| {
        let found = lines.iter().any(|line| line.contains(label) && line.contains(number));
        assert!(found, "{label}: {number} in\n{}", lines.join("\n"));
    };
    has("At high risk", &count(figures.customers_at_high_risk));
    has("Revenue at risk", &dollars(figures.revenue_at_risk));
    has("Recommendations", &count(figures.recommendations));
    has("Need a decision", &count(figures.awaiting.plays));
    has("Expected cost", &dollars(figures.investment.expected_cost));
    has("Net benefit", &dollars(figures.investment.net_benefit));
    for row in &figures.segments {
        has(&row.segment, row.level.name());
        has(&row.segment, &count(row.customers));
    }
    for row in &figures.stages {
        let labels = &desk.snapshot().matching.policy().labels;
        let stage = row.stage.as_deref().map(|stage| labels.stage(stage).into_owned());
        has(stage.as_deref().unwrap_or("No stage"), &dollars(row.revenue_at_risk.round()));
    }
}

/// The map is read without colors; the verdict and each level have a word and a sign.
#[test]
fn nothing_is_told_by_colour_alone() {
    let desk = on_sample_data(140, 40);
    let plain = desk.buffer(Theme::plain());
    assert_eq!(text(&plain), desk.screen());
    for cell in plain.content() {
        assert_eq!(cell.fg, ratatui::style::Color::Reset);
    }
    let screen = desk.screen();
    assert!(screen.contains("✓ on target") || screen.contains("✗ above target"), "{screen}");
    assert!(["░░", "▒▒", "▓▓", "██"].iter().all(|shade| screen.contains(shade)), "{screen}");
    let selected = screen.lines().position(|line| line.contains("▸ ")).unwrap();
    let buffer = desk.buffer(Theme::terminal());
    let style = buffer[(4, selected as u16)].style();
    assert!(style.add_modifier.contains(Modifier::REVERSED));
}

#[test]
fn what_is_being_counted_is_said_and_the_last_figures_stay() {
    let mut desk = Desk::new();
    desk.makes = false;
    desk.press("4");
    assert!(desk.screen().contains("Counting…"), "{}", desk.screen());
    desk.press("Enter");
    assert_eq!(desk.notice(), "Still counting");
    desk.makes = true;
    for effect in std::mem::take(&mut desk.effects) {
        let Effect::ComputeFigure(make) = effect else { panic!("{effect:?}") };
        make.snapshot.make(make.figure);
        desk.event(Event::FigureReady);
    }
    go_to(&mut desk, "Retention");
    desk.makes = false;
    desk.effects.clear();
    let mut rows = ROWS;
    // Enough to come before all others.
    rows[5].value = 5_000_000;
    desk.write_rows(&rows);
    desk.look();
    assert!(desk.screen().contains("updating…"), "{}", desk.screen());
    assert!(selected_row(&desk).contains("Retention"));
    let before = desk.state.portfolio.position.cursor;
    desk.snapshot().make(Figure::Portfolio);
    desk.event(Event::FigureReady);
    assert!(selected_row(&desk).contains("Retention"), "the selection stays on its line");
    assert!(desk.state.portfolio.position.cursor < before);
}

#[test]
fn without_customers_there_is_still_a_screen() {
    let mut desk = Desk::with(&[]);
    desk.press("4 G");
    each_number_leads_to_its_customers(&mut desk);
    assert!(desk.screen().contains("Portfolio ─ 0 customers"), "{}", desk.screen());
}

/// The terms that the lines' filters are made of may be typed too, and begun only.
#[test]
fn paths_and_plays_can_be_typed() {
    let mut desk = on_sample_data(140, 40);
    let figures = std::sync::Arc::clone(desk.snapshot().portfolio());
    let left = |desk: &mut Desk, filter: &str| {
        desk.press("2 Esc Esc /");
        desk.type_text(filter);
        desk.press("Enter");
        desk.rows().len()
    };
    let from_support = figures.paths.iter().filter(|path| path.path[0] == "support");
    let from_support: usize = from_support.map(|path| path.customers).sum();
    assert!(from_support > 0);
    assert_eq!(left(&mut desk, "path:SUPPORT"), from_support);
    assert_eq!(left(&mut desk, "play:n"), figures.customers - figures.recommendations);
    assert_eq!(left(&mut desk, "segment=smb"), 0, "an exact text has its case");
    let with_path: usize = figures.paths.iter().map(|path| path.customers).sum();
    assert_eq!(left(&mut desk, "path="), figures.customers - with_path);
}

#[test]
fn targets_that_cannot_be_read_are_not_told_as_not_set() {
    let mut desk = Desk::new().sized(80, 24);
    desk.press("4");
    assert!(desk.screen().contains("No targets set"), "{}", desk.screen());
    let mut desk = Desk::new().sized(80, 24);
    desk.write("nextplay.toml", "[targets]\nrevenue_at_risk_max = 1\n[matching]\nranking = 7\n");
    desk.opens_with(|options| options);
    desk.press("4");
    assert!(desk.screen().contains("nextplay.toml cannot be read"), "{}", desk.screen());
}

fn list_lines(desk: &Desk) -> Vec<String> {
    let pane = desk.list_pane();
    let rows = pane.lines().skip(2).map(|line| line.trim_matches(['│', ' ', '▸']).to_owned());
    rows.filter(|line| !line.is_empty() && !line.starts_with('╰')).collect()
}

#[test]
fn the_filter_leaves_lines_with_their_headings() {
    let mut desk = on_sample_data(80, 24);
    desk.press("/");
    desk.type_text("mid-market");
    let lines = list_lines(&desk);
    let headings: Vec<&str> = lines
        .iter()
        .filter(|line| line.contains("──"))
        .map(|line| line.split(" ─").next().unwrap())
        .collect();
    assert_eq!(headings, ["Segments", "Hot spots", "Play performance"], "{lines:#?}");
    let others = lines.iter().filter(|line| !line.contains("──"));
    assert!(others.clone().all(|line| line.contains("Mid-Market")), "{lines:#?}");
    assert!(desk.list_pane().contains("─ /mid-market "), "{}", desk.list_pane());
    // Enter keeps it; the line leads to its customers as ever.
    desk.press("Enter");
    go_to(&mut desk, "Mid-Market");
    assert_eq!(customers(&desk.state), Some(13));
    desk.press("Esc");
    assert!(!desk.list_pane().contains("/mid"));
    assert!(selected_row(&desk).contains("Mid-Market"), "the selection stays");
    desk.press("/");
    desk.type_text("nosuchline");
    assert!(desk.list_pane().contains("No matches. Esc clears the filter."));
    desk.resize(140, 42);
    assert!(desk.detail_pane().contains("No line is selected"), "{}", desk.detail_pane());
    desk.press("Esc");
    assert!(selected_row(&desk).contains("Mid-Market"), "a filter without matches is a detour");
}

#[test]
fn matches_are_highlighted() {
    let mut desk = on_sample_data(80, 24);
    desk.press("/");
    desk.type_text("enterp");
    let buffer = desk.buffer(Theme::plain());
    let marked: String = buffer
        .content()
        .iter()
        .filter(|cell| cell.modifier.contains(Modifier::UNDERLINED))
        .map(|cell| cell.symbol())
        .collect();
    assert!(marked.starts_with("EnterpEnterp"), "{marked}");
}

#[test]
fn the_lines_of_a_group_are_sorted_by_name_count_or_amount() {
    let mut desk = on_sample_data(80, 40);
    let segments = |desk: &Desk| -> String {
        let rows = portfolio::sheet(&desk.state, 100, Theme::terminal()).rows;
        let lines: Vec<String> = rows.iter().map(ToString::to_string).collect();
        let start = lines.iter().position(|line| line.starts_with("Segments")).unwrap();
        let names = lines[start + 1..start + 4]
            .iter()
            .map(|line| line.split_whitespace().nth(1).unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(segments(&desk), "Enterprise Mid-Market SMB");
    desk.press("s j j Enter");
    assert!(desk.list_pane().contains("by count ↓"), "{}", desk.list_pane());
    assert_eq!(segments(&desk), "SMB Mid-Market Enterprise");
    desk.press("S");
    assert_eq!(segments(&desk), "Enterprise Mid-Market SMB");
    assert!(list_lines(&desk)[0].contains("At high risk"), "headline figures keep their places");
}
