//! Loading, matching and deciding, on a thread of their own; filtering and sorting on another.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, SyncSender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::answerer::Answerer;
use super::file_worker::{FileJob, FileWorker, Files};
use super::memory_worker::MemoryWorker;
use super::panic_guard;
use super::preparation::{Own, Preparation};
use super::rows_worker::RowsWorker;
use crate::intake::load::Reread;
use crate::intake::{Listener, Progress};
use crate::ledger::{Ledger, WAIT};
use crate::starter::init::Plan;
use crate::state::Record;
use crate::store::Dataset;
use crate::tui::customers::list::RowsRequest;
use crate::tui::event::{Effect, EndingRequest, Event, FigureRequest, Garbage, View};
use crate::tui::first_start::paths;
use crate::tui::memory::Memory;
use crate::tui::palette::names::NamesRequest;
use crate::tui::what_if::request::ScenarioRequest;
use crate::tui::what_if::search::SearchRequest;
use crate::workspace::follow::{self, Follower, Jobs, Next};
use crate::workspace::{
    DecideError, DecisionRequest, EndingPlan, Options, RecordedDecision, Save, Snapshot, Workspace,
};

/// How long lies between two attempts to write to a ledger that another process holds.
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(50);

/// Something for the worker to do.
enum Job {
    Reload,
    Decide(Vec<DecisionRequest>),
    Save(Box<Save>),
    PlanEnding(EndingRequest),
    EndExperiment(Box<EndingPlan>),
    Stop,
}

/// The worker's thread, from outside.
pub struct Worker {
    ledger: Ledger,
    jobs: Jobs<Job>,
    /// Asked for again before it has begun, all is still read once.
    reload: Arc<AtomicBool>,
    rows_worker: RowsWorker,
    scenarios: Answerer<ScenarioRequest>,
    searches: Answerer<SearchRequest>,
    names: Answerer<NamesRequest>,
    memory_worker: MemoryWorker,
    file_worker: FileWorker,
    garbage: Sender<Garbage>,
    events: SyncSender<Event>,
    announces: Arc<AtomicBool>,
}

impl Worker {
    /// Sets whether new customers to decide about are announced.
    pub fn announce(&self, wanted: bool) {
        self.announces.store(wanted, Ordering::Relaxed);
    }

    /// Starts to load a data directory; views with the requested rows, and results, arrive as events.
    /// What the dashboard remembers goes into `record`, from which `memory` was read; `files` are those
    /// that files are written beside.
    pub fn start(
        directory: PathBuf,
        options: Options,
        requests: Vec<RowsRequest>,
        record: Option<Record>,
        memory: Memory,
        files: Files,
        events: SyncSender<Event>,
    ) -> Self {
        let rows_worker = RowsWorker::start(requests, events.clone());
        let scenarios = Answerer::start(&events, |request: &ScenarioRequest, outdated, tell| {
            request.compute(outdated, &mut |result| tell(Event::ScenarioReady(Box::new(result))));
        });
        let searches = Answerer::start(&events, |request: &SearchRequest, outdated, tell| {
            request.compute(outdated, &mut |result| tell(Event::NextChangeReady(Box::new(result))));
        });
        let names = Answerer::start(&events, |request: &NamesRequest, outdated, tell| {
            request.find(outdated).into_iter().for_each(|names| tell(Event::NamesReady(names)));
        });
        let file_worker = FileWorker::start(files, &events);
        let memory_worker = MemoryWorker::start(record, memory, &events);
        let requests = Box::new(rows_worker.newest());
        let (garbage, bin) = channel::<Garbage>();
        panic_guard::spawn(&events, move || bin.into_iter().for_each(drop));
        let (jobs, mut follower) = follow::queue();
        let for_watcher = jobs.clone();
        let reload = Arc::new(AtomicBool::new(false));
        let for_engine = Arc::clone(&reload);
        let for_sums = events.clone();
        let preparation = Preparation::default();
        let announces = Arc::clone(&preparation.announces);
        let patience = options.wait.unwrap_or(WAIT);
        // The ledger is tried without waiting: the data has to keep refreshing meanwhile.
        let options = Options { wait: Some(Duration::ZERO), ..options };
        let workspace = Workspace::new(&directory, options);
        let ledger = workspace.ledger();
        panic_guard::spawn(&for_sums, move || {
            follower.watch(&workspace, &for_watcher);
            let reload = for_engine;
            Engine { workspace, patience, events, reload, requests, preparation }
                .run(&mut follower);
        });
        Self {
            announces,
            ledger,
            jobs,
            reload,
            rows_worker,
            scenarios,
            searches,
            names,
            memory_worker,
            file_worker,
            garbage,
            events: for_sums,
        }
    }

    /// The ledger in which it decides.
    pub fn ledger(&self) -> Ledger {
        self.ledger.clone()
    }

    /// Has an effect done, if it is one of the worker's.
    pub fn carry_out(&self, effect: Effect) {
        let job = match effect {
            Effect::Reload if self.reload.swap(true, Ordering::AcqRel) => return,
            Effect::Reload => Job::Reload,
            Effect::Decide(asks) => Job::Decide(asks),
            Effect::BuildRows(request) => {
                let before = self.rows_worker.request(request);
                return before.into_iter().for_each(|before| self.free(Garbage(before.snapshot)));
            }
            Effect::RunScenario(question) => {
                let before = self.scenarios.request(*question);
                return before.into_iter().for_each(|before| self.free(Garbage(before.snapshot)));
            }
            Effect::FindNextChange(request) => {
                let before = self.searches.request(*request);
                return before.into_iter().for_each(|before| self.free(Garbage(before.snapshot)));
            }
            Effect::FindNames(request) => {
                let before = self.names.request(*request);
                return before.into_iter().for_each(|before| self.free(Garbage(before.snapshot)));
            }
            Effect::Save(save) => Job::Save(save),
            Effect::PlanEnding(request) => Job::PlanEnding(request),
            Effect::EndExperiment(plan) => Job::EndExperiment(plan),
            Effect::Export(export) => return self.file_worker.write(FileJob::Export(export)),
            Effect::ChangeViews(change) => return self.file_worker.write(FileJob::Views(change)),
            Effect::Remember(memory) => return self.memory_worker.remember(*memory),
            Effect::Free(garbage) => return self.free(garbage),
            Effect::ComputeFigure(FigureRequest { snapshot, figure }) => {
                let events = self.events.clone();
                panic_guard::spawn(&self.events, move || {
                    snapshot.make(figure);
                    let _ = events.send(Event::FigureReady);
                });
                return;
            }
            Effect::PreviewBulk(request) => {
                let events = self.events.clone();
                panic_guard::spawn(&self.events, move || {
                    // A screen that has gone needs no sum.
                    let _ = events.send(Event::BulkReady(Box::new(request.sum())));
                });
                return;
            }
            Effect::PlanSetup(directory) => {
                let events = self.events.clone();
                panic_guard::spawn(&self.events, move || {
                    let plan = Plan::of(&directory, &[]).map(Box::new);
                    let _ = events.send(Event::SetupPlanned(plan));
                });
                return;
            }
            Effect::WriteSetup(plan) => {
                let events = self.events.clone();
                panic_guard::spawn(&self.events, move || {
                    let _ = events.send(Event::SetupWritten(plan.write()));
                });
                return;
            }
            Effect::CompletePath(typed) => {
                let events = self.events.clone();
                panic_guard::spawn(&self.events, move || {
                    let _ = events.send(Event::PathCompleted(paths::complete(typed)));
                });
                return;
            }
            Effect::CheckDirectory(path) => {
                let events = self.events.clone();
                panic_guard::spawn(&self.events, move || {
                    let result = paths::check(&path);
                    let _ = events.send(Event::DirectoryChecked { path, result });
                });
                return;
            }
            Effect::Assess(queued) => {
                let events = self.events.clone();
                panic_guard::spawn(&self.events, move || {
                    queued.look();
                    // A screen that has gone needs no findings.
                    let _ = events.send(Event::Assessed);
                });
                return;
            }
            Effect::Copy(_)
            | Effect::Announce(..)
            | Effect::Edit(_)
            | Effect::Redraw
            | Effect::AskForColors
            | Effect::UseKeyboardProtocol
            | Effect::ReportMouse(_)
            | Effect::TakeBack
            | Effect::Retake
            | Effect::Suspend
            | Effect::Quit => return,
        };
        // A worker that has gone has said so.
        self.jobs.send(job);
    }

    fn free(&self, garbage: Garbage) {
        // Without the thread for it, it is freed here.
        let _ = self.garbage.send(garbage);
    }

    /// Has it end once it has done what it was queued for. False where it is gone already.
    pub fn stop(self) -> bool {
        let at_work = self.jobs.send(Job::Stop);
        self.memory_worker.stop();
        self.file_worker.stop();
        at_work
    }
}

/// So long nothing is said of a load: most are over by then, and the screen would only flicker.
const QUIET_LOAD: Duration = Duration::from_millis(80);

/// Shows on the screen how a load comes along.
struct Audience<'a> {
    events: &'a SyncSender<Event>,
    preparation: Mutex<&'a mut Preparation>,
    requests: &'a (dyn Fn() -> Vec<RowsRequest> + Send + Sync),
    begun: Instant,
    told: AtomicBool,
}

impl Listener for Audience<'_> {
    fn progress(&self, progress: Progress) {
        // A screen that is busy hears of it the next time.
        if self.events.try_send(Event::Progress(progress)).is_ok() {
            self.told.store(true, Ordering::Relaxed);
        }
    }

    fn customers(&self, dataset: &mut dyn FnMut() -> Dataset) {
        if self.begun.elapsed() < QUIET_LOAD {
            return;
        }
        let snapshot = Arc::new(Snapshot::partial(dataset()));
        let mut preparation = self.preparation.lock().unwrap_or_else(PoisonError::into_inner);
        let view = preparation.next(&snapshot, &Own::default(), &(self.requests)());
        if let Some(view) = view {
            // Without a screen the load comes to its end all the same, and then to this.
            let _ = self.events.send(Event::View(Box::new(view)));
        }
    }
}

/// About whom decisions were made.
fn customers_of(each: &[Result<RecordedDecision, DecideError>]) -> Own {
    each.iter().flatten().map(|made| made.entry.customer_id.clone()).collect()
}

struct Engine {
    workspace: Workspace,
    /// How long a decision waits for a ledger that another process holds.
    patience: Duration,
    events: SyncSender<Event>,
    reload: Arc<AtomicBool>,
    /// What each list shall show.
    requests: Box<dyn Fn() -> Vec<RowsRequest> + Send + Sync>,
    preparation: Preparation,
}

impl Engine {
    fn run(&mut self, follower: &mut Follower<Job>) {
        if !self.look(Reread::Changed) {
            return;
        }
        loop {
            let goes_on = match follower.wait() {
                Next::Look => self.look(Reread::Changed) && self.ask_again(),
                Next::Job(Job::Reload) => self.reload(),
                Next::Job(Job::Decide(asks)) => self.decide(&asks),
                Next::Job(Job::Save(save)) => self.save(save),
                Next::Job(Job::PlanEnding(request)) => {
                    let plan = self.workspace.plan_ending(&request.snapshot, &request.id);
                    self.events.send(Event::EndingPlanned(plan.map(Box::new))).is_ok()
                }
                Next::Job(Job::EndExperiment(plan)) => {
                    // What changed until now is shown; then it is asked whether the result is the same.
                    let is_shown = self.look(Reread::Changed);
                    let result = self.workspace.end_experiment(&plan);
                    // What follows is news; what was written is said last, so that it is seen.
                    is_shown
                        && self.look(Reread::Changed)
                        && self.events.send(Event::ExperimentEnded { plan, result }).is_ok()
                }
                Next::Job(Job::Stop) | Next::End => return,
            };
            if !goes_on {
                return;
            }
        }
    }

    /// Reads what changed and shows it. Returns false where the dashboard has gone.
    fn look(&mut self, reread: Reread) -> bool {
        let (snapshot, told) = self.refresh(reread);
        match self.view(snapshot, &Own::default()) {
            Some(view) => self.events.send(Event::View(Box::new(view))).is_ok(),
            // What was told to be read is read, also where it gave nothing new.
            None if told => self.events.send(Event::LoadEnded).is_ok(),
            None => true,
        }
    }

    /// Returns what is on disk now, and whether progress was reported meanwhile.
    fn refresh(&mut self, reread: Reread) -> (Arc<Snapshot>, bool) {
        let audience = Audience {
            events: &self.events,
            preparation: Mutex::new(&mut self.preparation),
            requests: &self.requests,
            begun: Instant::now(),
            told: AtomicBool::new(false),
        };
        let snapshot = self.workspace.refresh_telling(reread, &audience);
        (snapshot, audience.told.into_inner())
    }

    fn reload(&mut self) -> bool {
        self.reload.store(false, Ordering::Release);
        let (snapshot, _) = self.refresh(Reread::All);
        let event = match self.view(snapshot, &Own::default()) {
            Some(view) => Event::View(Box::new(view)),
            None => Event::NothingNew,
        };
        self.events.send(event).is_ok()
    }

    /// Makes decisions. While another process holds the ledger, the data keeps refreshing.
    fn decide(&mut self, asks: &[DecisionRequest]) -> bool {
        let deadline = Instant::now() + self.patience;
        let result = loop {
            match self.workspace.decide_each(asks) {
                Err(DecideError::Busy(_)) if Instant::now() < deadline => {}
                result => break result.map(|decided| decided.each),
            }
            thread::sleep(BETWEEN_ATTEMPTS);
            if !self.look(Reread::Changed) {
                return false;
            }
        };
        let own = customers_of(result.as_deref().unwrap_or_default());
        // Also where it was refused: what it was refused for may not be on the screen yet.
        let snapshot = self.workspace.refresh(Reread::Changed);
        let view = self.view(snapshot, &own).map(Box::new);
        self.events.send(Event::Decided { result, view }).is_ok()
    }

    /// Asks for decisions that are not confirmed. Returns false where the dashboard has gone.
    fn ask_again(&mut self) -> bool {
        let Some(decided) = self.workspace.ask_again() else { return true };
        let own = customers_of(&decided.each);
        let view = self.view(decided.snapshot, &own).map(Box::new);
        self.events.send(Event::Confirmed { each: decided.each, view }).is_ok()
    }

    fn save(&mut self, save: Box<Save>) -> bool {
        let result = self.workspace.save(&save);
        self.events.send(Event::Saved { save, result }).is_ok()
    }

    /// The view of a snapshot, ready for the screen; `None` where it is the one shown.
    fn view(&mut self, snapshot: Arc<Snapshot>, own: &Own) -> Option<View> {
        self.preparation.next(&snapshot, own, &(self.requests)())
    }
}
