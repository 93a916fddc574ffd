//! The dashboard without a terminal: a real workspace on a directory of its own, a state that takes
//! events, and a clock that only the test moves.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use nextplay::approval::Request;
use nextplay::domain::{Clock, DecisionKind};
use nextplay::intake::load::Reread;
use nextplay::settings::Notify;
use nextplay::tui::customers::rows::build_rows;
use nextplay::tui::decide::dialog::Dialog;
use nextplay::tui::decide::dialog_view;
use nextplay::tui::event::{Effect, Event, View};
use nextplay::tui::keys::key::Key;
use nextplay::tui::memory::{self, ListsMemory, Memory};
use nextplay::tui::runtime::file_worker::{FileJob, Files};
use nextplay::tui::runtime::input::{Keys, Mouse, MouseKind, Stroke};
use nextplay::tui::runtime::preparation::{Own, Preparation};
use nextplay::tui::screen::{layout, render};
use nextplay::tui::state::{Overlay, State};
use nextplay::tui::update::update;
use nextplay::tui::widget::theme::Theme;
use nextplay::workspace::{DecisionRequest, Options, Snapshot, Workspace};
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::Rect;
use tempfile::TempDir;

/// The wall clock of every test.
pub const NOW: &str = "2026-11-23T14:02:11Z";

/// A customer of the test data, as it comes to stand in three files.
#[derive(Clone, Copy)]
pub struct Row {
    pub id: &'static str,
    pub name: &'static str,
    pub segment: &'static str,
    pub stage: &'static str,
    pub owner: &'static str,
    pub value: u32,
    pub risk: f64,
}

const fn row(
    id: &'static str,
    name: &'static str,
    segment: &'static str,
    stage: &'static str,
    owner: &'static str,
    value: u32,
    risk: f64,
) -> Row {
    Row { id, name, segment, stage, owner, value, risk }
}

/// Plays in support wait for an approval, plays in engagement run by themselves; in retention there
/// is no playbook. By revenue at risk the queue is C2, C5, C1, C4.
pub const ROWS: [Row; 6] = [
    row("C1", "Acme Tools", "SMB", "support", "dana", 10_000, 0.9),
    row("C2", "Borealis Foods", "Enterprise", "support", "sam", 90_000, 0.8),
    row("C3", "Cobalt Games", "SMB", "engagement", "dana", 20_000, 0.7),
    row("C4", "Dorado Travel", "SMB", "support", "sam", 8_000, 0.6),
    row("C5", "Elm Street Bank", "Mid-Market", "support", "lee", 50_000, 0.95),
    row("C6", "Fjord Line", "SMB", "retention", "lee", 5_000, 0.8),
];

pub const PLAYBOOKS: &str = r#"[
{"playbook_id":"PB_SUP","name":"Support Escalation","journey_stage":"support","eligible_segments":["SMB","Mid-Market","Enterprise"],"risk_threshold":0.5,"default_actions":["call"],"approval_required":true,"avg_cost_estimate":75,"expected_value_range":[1000,6000],"status":"active"},
{"playbook_id":"PB_ENG","name":"Usage Recovery","journey_stage":"engagement","eligible_segments":["SMB"],"risk_threshold":0.5,"default_actions":["campaign"],"approval_required":false,"avg_cost_estimate":30,"expected_value_range":[300,1800],"status":"active"}
]"#;

/// A dashboard and the directory that it shows.
pub struct Desk {
    pub dir: TempDir,
    pub workspace: Workspace,
    pub state: State,
    pub now: Timestamp,
    /// When the last key was pressed; nothing else moves it.
    pub pressed: Instant,
    /// What the keys asked for and was not carried out yet.
    pub effects: Vec<Effect>,
    /// Rows that are asked for are made at once, as on a machine that is fast.
    pub arranges: bool,
    /// As is what several decisions add up to.
    pub sums: bool,
    /// And what is weak in the strategy.
    pub assesses: bool,
    /// And the figures that a screen is made of.
    pub makes: bool,
    /// And what other settings would change.
    pub answers: bool,
    /// And the customers and playbooks that the palette's text names.
    pub finds: bool,
    /// What the workspace's clock says, in milliseconds.
    clock: Arc<AtomicI64>,
    preparation: Preparation,
}

/// What is remembered of a reviewer who looked at all customers.
fn all_customers() -> Memory {
    let lists = ListsMemory { scope: Some("all".into()), ..ListsMemory::default() };
    Memory { lists, ..Memory::default() }
}

/// A clock that only the test moves.
fn with_hand(clock: &Arc<AtomicI64>) -> Clock {
    let hand = Arc::clone(clock);
    let time = move || Timestamp::from_millisecond(hand.load(Ordering::Relaxed)).unwrap();
    Clock::new(time, TimeZone::UTC)
}

impl Desk {
    /// A dashboard for dana on the test data, loaded, with room for list and detail.
    pub fn new() -> Self {
        Self::with(&ROWS)
    }

    pub fn with(rows: &[Row]) -> Self {
        let mut desk = Self::empty();
        desk.write_rows(rows);
        desk.write("journey_playbooks.json", PLAYBOOKS);
        desk.look();
        desk
    }

    /// A dashboard on a copy of the sample data, without decisions.
    pub fn on_sample_data() -> Self {
        let mut desk = Self::empty();
        copy_sample_data(desk.dir.path());
        desk.look();
        desk
    }

    /// Nothing in the directory, nothing read yet; the reviewer looked at all customers before.
    pub fn empty() -> Self {
        let mut desk = Self::at_first_start();
        memory::restore(&mut desk.state, all_customers());
        desk
    }

    /// Nothing in the directory, nothing read yet, nothing remembered.
    pub fn at_first_start() -> Self {
        Self::at_first_start_of("dana")
    }

    /// As [`Desk::at_first_start`], for another reviewer.
    pub fn at_first_start_of(by: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let now: Timestamp = NOW.parse().unwrap();
        let clock = Arc::new(AtomicI64::new(now.as_millisecond()));
        let options = Options { clock: with_hand(&clock), ..Options::default() };
        Self {
            workspace: Workspace::new(dir.path(), options),
            clock,
            state: State::new("data".into(), by.into(), TimeZone::UTC, (120, 40), now),
            dir,
            now,
            pressed: Instant::now(),
            effects: Vec::new(),
            arranges: true,
            sums: true,
            assesses: true,
            makes: true,
            answers: true,
            finds: true,
            preparation: Preparation::default(),
        }
    }

    /// Starts the dashboard again on the same data, with what it remembers.
    pub fn starts_again(&mut self) {
        let memory = serde_json::to_string(&self.state.memory).unwrap();
        let State { by, size, .. } = &self.state;
        self.state = State::new("data".into(), by.clone(), TimeZone::UTC, *size, self.now);
        memory::restore(&mut self.state, serde_json::from_str(&memory).unwrap());
        self.opens_with(|options| options);
    }

    /// Opens the directory anew with other options.
    pub fn opens_with(&mut self, change: impl FnOnce(Options) -> Options) {
        let options = Options { clock: with_hand(&self.clock), ..Options::default() };
        self.workspace = Workspace::new(self.dir.path(), change(options));
        self.state.snapshot = None;
        self.preparation = Preparation::default();
        self.look();
    }

    pub fn sized(mut self, width: u16, height: u16) -> Self {
        self.resize(width, height);
        self
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        self.event(Event::Resize { width, height });
    }

    /// Writes a file as careful writers do, by rename.
    pub fn write(&self, name: &str, text: &str) {
        replace(self.dir.path(), name, text);
    }

    /// Writes the three files that the rows stand in.
    pub fn write_rows(&self, rows: &[Row]) {
        let array = |row: &dyn Fn(&Row) -> String| {
            format!("[\n{}\n]", rows.iter().map(row).collect::<Vec<_>>().join(",\n"))
        };
        self.write(
            "customers.json",
            &array(&|r| {
                format!(
                    r#"{{"customer_id":{:?},"name":{:?},"segment":{:?},"account_value":{},"owner":{:?}}}"#,
                    r.id, r.name, r.segment, r.value, r.owner
                )
            }),
        );
        self.write(
            "journey_state_log.json",
            &array(&|r| format!(r#"{{"customer_id":{:?},"journey_stage":{:?}}}"#, r.id, r.stage)),
        );
        self.write(
            "fused_signals.json",
            &array(&|r| {
                format!(
                    r#"{{"customer_id":{:?},"fused_risk_score":{},"total_signals":1}}"#,
                    r.id, r.risk
                )
            }),
        );
    }

    /// Reads what is on disk now and shows it, as after `R`.
    pub fn look(&mut self) {
        if let Some(view) = self.view(&Own::default(), Reread::All) {
            self.event(Event::View(view));
        }
    }

    /// Shows what changed on disk, as by itself.
    pub fn notices_changes(&mut self) {
        if let Some(view) = self.view(&Own::default(), Reread::Changed) {
            self.event(Event::View(view));
        }
    }

    fn view(&mut self, own: &Own, reread: Reread) -> Option<Box<View>> {
        self.set_clock();
        let snapshot = (*self.workspace.refresh(reread)).clone();
        self.prepare(snapshot, own)
    }

    /// A snapshot made ready for the screen, as the worker does.
    pub fn prepare(&mut self, snapshot: Snapshot, own: &Own) -> Option<Box<View>> {
        let wanted = [self.state.queue.requested.clone(), self.state.customers.requested.clone()];
        let announces = self.state.settings.notify != Notify::Off;
        self.preparation.announces.store(announces, Ordering::Relaxed);
        self.preparation.next(&Arc::new(snapshot), own, &wanted).map(Box::new)
    }

    pub fn event(&mut self, event: Event) {
        self.update(event);
        self.state.drawn(self.pressed);
    }

    fn update(&mut self, event: Event) {
        for effect in update(&mut self.state, event, self.now) {
            match effect {
                Effect::Free(_) | Effect::Remember(_) => {}
                Effect::ComputeFigure(make) if self.makes => {
                    make.snapshot.make(make.figure);
                    self.update(Event::FigureReady);
                }
                Effect::PreviewBulk(request) if self.sums => {
                    self.update(Event::BulkReady(Box::new(request.sum())));
                }
                Effect::Assess(asked) if self.assesses => {
                    asked.look();
                    self.update(Event::Assessed);
                }
                Effect::RunScenario(question) if self.answers => {
                    let mut answers = Vec::new();
                    question.compute(&|| false, &mut |answer| answers.push(answer));
                    for answer in answers {
                        self.update(Event::ScenarioReady(Box::new(answer)));
                    }
                }
                Effect::FindNextChange(request) if self.answers => {
                    let mut found = Vec::new();
                    request.compute(&|| false, &mut |result| found.push(result));
                    for result in found {
                        self.update(Event::NextChangeReady(Box::new(result)));
                    }
                }
                Effect::FindNames(request) if self.finds => {
                    let names = request.find(&|| false).unwrap();
                    self.update(Event::NamesReady(names));
                }
                Effect::BuildRows(request) if self.arranges => {
                    let shown = std::slice::from_ref(&request.shown);
                    let rows = build_rows(&request.request, &request.snapshot, shown, &|| false);
                    self.update(Event::RowsReady(rows.unwrap()));
                }
                effect => self.effects.push(effect),
            }
        }
    }

    /// Has the rows made that were asked for and are still to be made: all, or the first of them.
    pub fn build_rows(&mut self, first_only: bool) {
        let mut wanted = std::mem::take(&mut self.effects).into_iter();
        for effect in wanted.by_ref() {
            let Effect::BuildRows(request) = effect else {
                self.effects.push(effect);
                continue;
            };
            let rows = build_rows(&request.request, &request.snapshot, &[], &|| false);
            self.event(Event::RowsReady(rows.unwrap()));
            if first_only {
                break;
            }
        }
        self.effects.splice(0..0, wanted);
    }

    /// The customers alone, as while everything else is still being read.
    pub fn shows_customers_only(&mut self, rows: &[Row]) {
        self.write_rows(rows);
        for name in ["journey_state_log.json", "fused_signals.json"] {
            fs::remove_file(self.dir.path().join(name)).unwrap();
        }
        let mut snapshot = (*self.workspace.refresh(Reread::All)).clone();
        snapshot.partial = true;
        snapshot.problems.clear();
        let view = self.prepare(snapshot, &Own::default()).unwrap();
        self.event(Event::View(view));
    }

    /// Presses keys, named as the help names them and separated by blanks.
    pub fn press(&mut self, keys: &str) {
        for name in keys.split_whitespace() {
            self.key(key(name));
        }
    }

    /// Presses a key as somebody does who looks at the screen first.
    pub fn key(&mut self, key: impl Into<Stroke>) {
        self.key_after(Duration::from_secs(1), key);
    }

    /// Presses a key so long after what happened last.
    pub fn key_after(&mut self, pause: Duration, key: impl Into<Stroke>) {
        self.pressed += pause;
        self.event(Event::Keys(Keys::single(key, self.pressed)));
    }

    /// Clicks a place, as somebody does who looks at the screen first.
    pub fn click(&mut self, column: u16, row: u16) {
        self.click_after(Duration::from_secs(1), column, row);
    }

    /// Clicks a place so long after what happened last.
    pub fn click_after(&mut self, pause: Duration, column: u16, row: u16) {
        self.pressed += pause;
        for kind in [MouseKind::Press, MouseKind::Release] {
            self.mouse(kind, column, row);
        }
    }

    /// Clicks a place twice, fast.
    pub fn double_click(&mut self, column: u16, row: u16) {
        self.click(column, row);
        self.click_after(Duration::from_millis(200), column, row);
    }

    /// Clicks where a text stands on the screen, on its first character.
    pub fn click_on(&mut self, text: &str) {
        let (column, row) = self.find(text);
        self.click(column, row);
    }

    /// Where a text stands on the screen first.
    pub fn find(&self, text: &str) -> (u16, u16) {
        let screen = self.screen();
        let mut lines = screen.lines().enumerate();
        let found = lines.find_map(|(row, line)| Some((row, line.split_once(text)?.0)));
        let (row, before) = found.unwrap_or_else(|| panic!("{text:?} is not on\n{screen}"));
        (unicode_width::UnicodeWidthStr::width(before) as u16, row as u16)
    }

    /// Turns the wheel over a place by some notches, down where that is more than 0.
    pub fn wheel(&mut self, notches: i32, column: u16, row: u16) {
        self.pressed += Duration::from_secs(1);
        self.mouse(MouseKind::Wheel(notches), column, row);
    }

    /// Drags from one place to another; the button is still held.
    pub fn drag(&mut self, from: (u16, u16), to: (u16, u16)) {
        self.pressed += Duration::from_secs(1);
        self.mouse(MouseKind::Press, from.0, from.1);
        self.mouse(MouseKind::Drag, to.0, to.1);
    }

    /// The mouse does something, without Ctrl.
    pub fn mouse(&mut self, kind: MouseKind, column: u16, row: u16) {
        let at = self.pressed;
        self.event(Event::Mouse(Mouse { kind, column, row, control: false, at }));
    }

    /// Presses keys so fast that nothing is drawn between them.
    pub fn burst(&mut self, keys: &str) {
        for name in keys.split_whitespace() {
            self.update(Event::Keys(Keys::single(key(name), self.pressed)));
        }
        self.state.drawn(self.pressed);
    }

    /// Types text, key by key.
    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
        }
    }

    /// A key that is held down.
    pub fn hold(&mut self, name: &str) {
        let key = KeyEvent { kind: KeyEventKind::Repeat, ..key(name) };
        self.key(key);
    }

    /// Does what the keys asked for, as the worker does.
    pub fn carry_out(&mut self) {
        for effect in std::mem::take(&mut self.effects) {
            if let Effect::Save(save) = effect {
                let result = self.workspace.save(&save);
                self.event(Event::Saved { save, result });
                continue;
            }
            if let Effect::PlanEnding(request) = effect {
                let plan = self.workspace.plan_ending(&request.snapshot, &request.id);
                self.event(Event::EndingPlanned(plan.map(Box::new)));
                continue;
            }
            if let Effect::EndExperiment(plan) = effect {
                let result = self.workspace.end_experiment(&plan);
                self.event(Event::ExperimentEnded { plan, result });
                continue;
            }
            let job = match effect.clone() {
                Effect::Export(export) => Some(FileJob::Export(export)),
                Effect::ChangeViews(change) => Some(FileJob::Views(change)),
                _ => None,
            };
            if let Some(job) = job {
                let settings = Some(self.dir.path().join("config/config.toml"));
                let files = Files::new(self.workspace.own_files(), settings);
                self.event(files.carry_out(job));
                continue;
            }
            let Effect::Decide(asks) = effect else {
                panic!("{effect:?} is nothing that this test carries out")
            };
            self.set_clock();
            let result = self.workspace.decide_each(&asks).map(|decided| decided.each);
            let made = result.iter().flatten().flatten();
            let own = made.map(|made| made.entry.customer_id.clone()).collect();
            let view = self.view(&own, Reread::All);
            self.event(Event::Decided { result, view });
        }
    }

    /// Another reviewer decides, in another process; this dashboard has not looked yet.
    pub fn other_decides(&self, by: &str, kind: DecisionKind, id: &str, minutes_ago: i64) {
        let mut request = Request::new(kind, id, by);
        if kind == DecisionKind::Reject {
            request.reason = Some("budget".into());
        }
        self.other_asks(DecisionRequest::Decide(request), minutes_ago);
    }

    /// Somebody asks for something in another process.
    pub fn other_asks(&self, ask: DecisionRequest, minutes_ago: i64) {
        let at = self.now - SignedDuration::from_mins(minutes_ago);
        let options =
            Options { clock: Clock::new(move || at, TimeZone::UTC), ..Options::default() };
        Workspace::new(self.dir.path(), options).decide(ask).unwrap();
    }

    fn set_clock(&self) {
        self.clock.store(self.now.as_millisecond(), Ordering::Relaxed);
    }

    /// Lets time pass.
    pub fn pass(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
        self.event(Event::Tick);
    }

    /// Ids of the customers in the list, in order; in the queue, of those that need a decision.
    pub fn rows(&self) -> Vec<String> {
        let list = self.state.list();
        self.ids(&list.rows[..list.heading().unwrap_or(list.rows.len())])
    }

    /// Ids of the customers that the queue lists under the heading, in order.
    pub fn uncovered(&self) -> Vec<String> {
        let list = self.state.list();
        self.ids(&list.rows[list.heading().unwrap_or(list.rows.len())..])
    }

    fn ids(&self, rows: &[u32]) -> Vec<String> {
        let Some(snapshot) = &self.state.snapshot else { return Vec::new() };
        let id = |row: &u32| snapshot.matching.customer(*row as usize).unwrap().id().to_string();
        rows.iter().map(id).collect()
    }

    /// Id of the selected customer.
    pub fn selected(&self) -> String {
        let Some((snapshot, number)) = self.state.selected() else { return String::new() };
        snapshot.matching.customer(number).unwrap().id().to_owned()
    }

    /// The message at the foot.
    pub fn notice(&self) -> &str {
        self.state.notice.as_ref().map_or("", |notice| notice.text.as_str())
    }

    /// The dialog, which has to be open.
    pub fn dialog(&self) -> &Dialog {
        match &self.state.overlay {
            Overlay::Decide(dialog) => dialog,
            other => panic!("no dialog is open but {other:?}"),
        }
    }

    pub fn dialog_is_open(&self) -> bool {
        matches!(self.state.overlay, Overlay::Decide(_))
    }

    pub fn buffer(&self, theme: Theme) -> Buffer {
        draw(&self.state, theme)
    }

    /// The screen as text, without blanks at the ends of the lines.
    pub fn screen(&self) -> String {
        text(&self.buffer(Theme::terminal()))
    }

    /// The detail pane alone, as text.
    pub fn detail_pane(&self) -> String {
        self.crop(layout::areas(&self.state).detail.expect("the detail is shown"))
    }

    /// The list pane alone, as text.
    pub fn list_pane(&self) -> String {
        self.crop(layout::areas(&self.state).list.expect("the list is shown"))
    }

    /// The open page alone, as text.
    pub fn page(&self) -> String {
        self.crop(layout::page(&self.state))
    }

    /// The open dialog alone, as text.
    pub fn dialog_pane(&self) -> String {
        self.crop(dialog_view::area(&self.state))
    }

    pub fn crop(&self, area: Rect) -> String {
        let whole = self.buffer(Theme::terminal());
        let mut part = Buffer::empty(area);
        for position in area.positions() {
            part[position] = whole[position].clone();
        }
        text(&part)
    }

    /// What the ledger holds: who did what to whom.
    pub fn ledger(&self) -> Vec<String> {
        let history = Arc::clone(&self.snapshot().history);
        let told = |e: &Arc<nextplay::domain::Entry>| {
            format!("{} {} {}", e.by, e.kind.name(), e.customer_id)
        };
        history.entries().map(told).collect()
    }

    pub fn snapshot(&self) -> &Snapshot {
        self.preparation.shown().unwrap()
    }
}

pub fn draw(state: &State, theme: Theme) -> Buffer {
    let (width, height) = state.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    render::render(state, theme, &mut buffer);
    buffer
}

/// A buffer as text; the cell behind a wide character is no blank.
pub fn text(buffer: &Buffer) -> String {
    let lines = buffer.area.rows().map(|line| {
        let mut text = String::new();
        let mut hidden = 0;
        for position in line.positions() {
            let symbol = buffer[position].symbol();
            if hidden == 0 {
                text.push_str(symbol);
                hidden = unicode_width::UnicodeWidthStr::width(symbol).max(1);
            }
            hidden -= 1;
        }
        text.trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Replaces a file by rename.
pub fn replace(directory: &Path, name: &str, text: impl AsRef<[u8]>) {
    let part = directory.join(".part");
    fs::write(&part, text).unwrap();
    fs::rename(part, directory.join(name)).unwrap();
}

/// Copies the data files of the sample, not the decisions that somebody took there.
pub fn copy_sample_data(to: &Path) {
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/sample_data")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

/// A key by its name.
pub fn key(name: &str) -> KeyEvent {
    Key::read(name).unwrap().pressed()
}
