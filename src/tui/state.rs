//! Everything that the screen is drawn from.

use std::sync::Arc;
use std::time::{Duration, Instant};

use compact_str::CompactString;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tui_input::Input;

use crate::demo::player::Caption;
use crate::settings::{Mistake, Settings};
use crate::tui::activity::list::Activity;
use crate::tui::announce::Announcements;
use crate::tui::customers::list::List;
use crate::tui::customers::marks::Marks;
use crate::tui::decide::dialog::Dialog;
use crate::tui::decide::dialog_view::{self, shows_amounts};
use crate::tui::decide::last::LastDecision;
use crate::tui::event::{Effect, FigureRequest, Garbage, Opening};
use crate::tui::first_start::FirstStart;
use crate::tui::jump::Jumps;
use crate::tui::keys::help::Shown;
use crate::tui::keys::keymap::Keymap;
use crate::tui::memory::Memory;
use crate::tui::mouse::MouseState;
use crate::tui::palette::state::Palette;
use crate::tui::playbooks::state::PlaybooksState;
use crate::tui::portfolio::state::PortfolioState;
use crate::tui::screen::id::Screen;
use crate::tui::screen::layout::{self, Split};
use crate::tui::screen::loading::Loading;
use crate::tui::screen::prompt::{Prompt, Question};
use crate::tui::screen::prompt_view;
use crate::tui::what_if::state::WhatIf;
use crate::tui::widget::detail_text::Reading;
use crate::tui::widget::theme::display::Display;
use crate::workspace::{Figure, RecordedDecision, Snapshot, Totals};

/// How long a changed row carries its mark.
const MARKED_FOR: SignedDuration = SignedDuration::from_secs(10);
/// How long a message stays.
const NOTICE_FOR: SignedDuration = SignedDuration::from_secs(8);
/// How often "3 min ago" is updated.
const AGO_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// The least that the dashboard needs, in columns and rows.
pub const SMALLEST: (u16, u16) = (60, 16);

/// Which pane the moving keys move in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// The list, on the left or above.
    #[default]
    List,
    /// The detail, on the right or below.
    Detail,
}

/// What lies over the screen and takes the keys.
#[derive(Debug, Clone, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The filter is being typed; what it was before, for going back.
    Filter {
        /// What is typed.
        input: Input,
        /// The filter before.
        before: String,
    },
    /// The sort column is being chosen.
    Sort {
        /// Place of the highlighted column.
        cursor: usize,
    },
    /// The columns are being chosen.
    Columns {
        /// Place of the highlighted column.
        cursor: usize,
    },
    /// Everything that can be done or gone to.
    Palette(Box<Palette>),
    /// The saved views.
    Views {
        /// Place of the highlighted view.
        cursor: usize,
    },
    /// The keys.
    Help {
        /// First line on the screen.
        scroll: usize,
        /// Which keys.
        shown: Box<Shown>,
    },
    /// What is wrong or suspicious in data and strategy.
    Findings {
        /// First line on the screen.
        scroll: usize,
        /// The selected finding, from 0.
        selected: usize,
    },
    /// The command that repeats what is tried out.
    Command {
        /// First line on the screen.
        scroll: usize,
    },
    /// A value, a name or a path is being typed.
    Prompt(Box<Prompt>),
    /// Something would be replaced or deleted.
    Question(Box<Question>),
    /// A decision asks to be confirmed.
    Decide(Box<Dialog>),
    /// The result of a decision about several customers, where not all of it went through.
    Outcome {
        /// The result of the decision.
        outcome: Box<Outcome>,
        /// First line on the screen.
        scroll: usize,
    },
}

/// The result of a decision about several customers.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What went through, in a sentence.
    pub told: String,
    /// Who was not decided about, and why.
    pub refused: Vec<(CompactString, String)>,
    /// The decisions that were recorded.
    pub made: Vec<RecordedDecision>,
}

/// A short message at the foot of the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// The message.
    pub text: String,
    /// What it is about.
    pub kind: NoticeKind,
    /// When it disappears.
    pub until: Timestamp,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something was done.
    Done,
    /// Something happened.
    News,
    /// Something cannot be done, and why.
    Refused,
}

/// When a decision's dialog was to be seen last.
#[derive(Debug, Clone, Copy)]
pub enum OnScreen {
    /// It has not been on the screen.
    Never,
    /// It is on the screen.
    Now,
    /// It was, until then.
    Until(Instant),
}

/// The state of the dashboard. Changed by `update` alone.
#[derive(Debug)]
pub struct State {
    /// Name of the data directory, as shown.
    pub directory: String,
    /// The reviewer.
    pub by: CompactString,
    /// The local time zone.
    pub zone: TimeZone,
    /// The time of the last event.
    pub now: Timestamp,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// `None` until the first load is through.
    pub snapshot: Option<Arc<Snapshot>>,
    /// The figures of the header.
    pub totals: Totals,
    /// The screen that is shown.
    pub screen: Screen,
    /// The screen with a list of customers that was shown last.
    pub listed: Screen,
    /// The list of the Queue screen.
    pub queue: List,
    /// The list of the Customers screen.
    pub customers: List,
    /// The Activity screen.
    pub activity: Activity,
    /// The Playbooks screen.
    pub playbooks: PlaybooksState,
    /// The Portfolio screen.
    pub portfolio: PortfolioState,
    /// The What-if screen.
    pub what_if: WhatIf,
    /// Where jumps came from.
    pub jumps: Jumps,
    /// The pane that has the keys.
    pub pane: Pane,
    /// Where there is room for one pane only: the detail is the one shown.
    pub detail_open: bool,
    /// First line of the detail on the screen.
    pub detail_scroll: usize,
    /// The section of the detail whose heading is selected.
    pub detail_section: Option<&'static str>,
    /// What is kept of the mouse.
    pub mouse: MouseState,
    /// Where the divider between list and detail was put.
    pub split: Split,
    /// The user's settings: the last that could be used.
    pub settings: Arc<Settings>,
    /// What the terminal can show.
    pub display: Display,
    /// No settings of the file were ever good here: what in it has no error is in use.
    pub settings_never_good: bool,
    /// What is wrong with the settings file as it is now.
    pub settings_mistakes: Vec<Mistake>,
    /// The keys in use.
    pub keymap: Arc<Keymap>,
    /// What lies over the screen.
    pub overlay: Overlay,
    /// The line of the open page at which the last of its lines are on the screen.
    pub last_page_line: usize,
    /// When a decision's dialog was to be seen last.
    pub dialog: OnScreen,
    /// Changed customers and until when they are marked.
    pub marks: Marks,
    /// The step of the demo, where one is played.
    pub caption: Option<Caption>,
    /// A load that takes long.
    pub loading: Option<Loading>,
    /// Large values that are no longer used: freed elsewhere.
    pub garbage: Vec<Garbage>,
    /// The message at the foot of the screen.
    pub notice: Option<Notice>,
    /// What is to be announced.
    pub announcements: Announcements,
    /// The reviewer's last decision here, to undo it.
    pub last_decision: Option<LastDecision>,
    /// The figure that was requested last, with the generation of its view.
    pub figure_requested: Option<(u64, Figure)>,
    /// Generation of the view whose strategy findings were requested last.
    pub strategy_requested: Option<u64>,
    /// What is remembered until the next run.
    pub memory: Memory,
    /// What of it was written last.
    pub remembered: Memory,
    /// A decision is being written.
    pub deciding: bool,
    /// Decisions of which it is not known whether they are recorded, by the ids of their entries.
    pub unconfirmed: Vec<CompactString>,
    /// Loading and deciding have come to an end because a thread crashed.
    pub worker_lost: bool,
    /// The page that is shown where the needed files are missing.
    pub first_start: FirstStart,
    /// What is opened once the dashboard is left.
    pub opening: Option<Opening>,
    /// Something that the screen shows has changed since it was drawn.
    pub redraw: bool,
}

impl State {
    /// Returns the state before anything is loaded.
    pub fn new(
        directory: String,
        by: CompactString,
        zone: TimeZone,
        size: (u16, u16),
        now: Timestamp,
    ) -> Self {
        Self {
            directory,
            zone,
            now,
            size,
            snapshot: None,
            totals: Totals::default(),
            screen: Screen::Queue,
            listed: Screen::Queue,
            queue: List::new(Screen::Queue, by.clone()),
            customers: List::new(Screen::Customers, by.clone()),
            activity: Activity::default(),
            by,
            playbooks: PlaybooksState::default(),
            portfolio: PortfolioState::default(),
            what_if: WhatIf::default(),
            jumps: Jumps::default(),
            pane: Pane::List,
            detail_open: false,
            detail_scroll: 0,
            detail_section: None,
            mouse: MouseState::new(Settings::default().mouse),
            split: Split::default(),
            settings: Arc::default(),
            display: Display::default(),
            settings_never_good: false,
            settings_mistakes: Vec::new(),
            keymap: Arc::default(),
            overlay: Overlay::None,
            last_page_line: 0,
            dialog: OnScreen::Never,
            marks: Marks::default(),
            caption: None,
            loading: None,
            garbage: Vec::new(),
            notice: None,
            announcements: Announcements::default(),
            last_decision: None,
            figure_requested: None,
            strategy_requested: None,
            memory: Memory::default(),
            remembered: Memory::default(),
            deciding: false,
            unconfirmed: Vec::new(),
            worker_lost: false,
            first_start: FirstStart::default(),
            opening: None,
            redraw: true,
        }
    }

    /// The work of writing what is remembered, where it is not what was written last.
    pub fn remember(&mut self) -> Option<Effect> {
        if self.memory == self.remembered {
            return None;
        }
        self.remembered = self.memory.clone();
        Some(Effect::Remember(Box::new(self.memory.clone())))
    }

    /// Where the detail is scrolled to, and which heading in it is selected.
    pub fn reading(&self) -> Reading {
        Reading { scroll: self.detail_scroll, section: self.detail_section }
    }

    /// Reads on elsewhere in the detail.
    pub fn read(&mut self, reading: Reading) {
        self.detail_scroll = reading.scroll;
        self.detail_section = reading.section;
    }

    /// The view, once all of it is loaded.
    pub fn loaded(&self) -> Option<&Snapshot> {
        self.snapshot.as_deref().filter(|snapshot| !snapshot.partial)
    }

    /// True once all of the view is loaded.
    pub fn is_loaded(&self) -> bool {
        self.loaded().is_some()
    }

    /// The work of making a figure of the view, where it is not known and was not requested yet.
    pub fn request_figure(&mut self, figure: Figure) -> Option<Effect> {
        let snapshot = self.snapshot.as_ref().filter(|snapshot| !snapshot.partial)?;
        let requested = Some((snapshot.generation, figure));
        if snapshot.has(figure) || self.figure_requested == requested {
            return None;
        }
        self.figure_requested = requested;
        Some(Effect::ComputeFigure(FigureRequest { snapshot: Arc::clone(snapshot), figure }))
    }

    /// True where a pane has the keys.
    pub fn is_focused(&self, pane: Pane) -> bool {
        self.pane == pane && matches!(self.overlay, Overlay::None | Overlay::Filter { .. })
    }

    /// True where the terminal is too small to work in.
    pub fn too_small(&self) -> bool {
        self.size.0 < SMALLEST.0 || self.size.1 < SMALLEST.1
    }

    /// The list of customers on the screen; where there is none on it, the one that was shown last.
    pub fn list(&self) -> &List {
        match self.listed {
            Screen::Queue => &self.queue,
            Screen::Customers
            | Screen::Playbooks
            | Screen::Portfolio
            | Screen::WhatIf
            | Screen::Activity => &self.customers,
        }
    }

    /// Returns [`State::list`] to be changed.
    pub fn list_mut(&mut self) -> &mut List {
        match self.listed {
            Screen::Queue => &mut self.queue,
            Screen::Customers
            | Screen::Playbooks
            | Screen::Portfolio
            | Screen::WhatIf
            | Screen::Activity => &mut self.customers,
        }
    }

    /// Returns the selected customer: the view and the number in it. `None` where no list of customers is
    /// on the screen: what is not seen is not decided about.
    pub fn selected(&self) -> Option<(&Arc<Snapshot>, usize)> {
        if !self.screen.lists_customers() {
            return None;
        }
        self.snapshot.as_ref().zip(self.list().selected_number())
    }

    /// Shows a notice, in place of the one before.
    pub fn say(&mut self, kind: NoticeKind, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), kind, until: self.now + NOTICE_FOR });
    }

    /// Says why a key does nothing, where the user looks: in the open dialog or text field, else in
    /// the notice.
    pub fn refuse(&mut self, why: impl Into<String>) {
        let now = self.moment();
        match &mut self.overlay {
            Overlay::Decide(dialog) => dialog.refuse(why.into(), &now),
            Overlay::Prompt(prompt) => prompt.refusal = Some(why.into()),
            Overlay::Palette(palette) => palette.refusal = Some(why.into()),
            Overlay::None
            | Overlay::Filter { .. }
            | Overlay::Sort { .. }
            | Overlay::Columns { .. }
            | Overlay::Views { .. }
            | Overlay::Help { .. }
            | Overlay::Findings { .. }
            | Overlay::Command { .. }
            | Overlay::Question(_)
            | Overlay::Outcome { .. } => self.say(NoticeKind::Refused, why),
        }
    }

    /// Takes note of when the state has been drawn.
    pub fn drawn(&mut self, at: Instant) {
        self.redraw = false;
        let unseen = |dialog: &Dialog| dialog.shown.is_none() && !shows_amounts(self, dialog);
        let unseen = matches!(&self.overlay, Overlay::Decide(dialog) if unseen(dialog));
        let area = match &self.overlay {
            Overlay::Decide(_) => Some(dialog_view::area(self)),
            Overlay::Question(_) => Some(layout::body(self)),
            _ => None,
        };
        self.mouse.drawn(area, at);
        let (last, _) = prompt_view::scrolling(self);
        match &mut self.overlay {
            Overlay::Decide(dialog) => {
                dialog.drawn = true;
                if !unseen {
                    dialog.shown.get_or_insert(at);
                }
            }
            Overlay::Question(question) if question.scroll >= last => {
                question.shown.get_or_insert(at);
            }
            _ => {}
        }
        self.dialog = match (&self.overlay, self.dialog) {
            (Overlay::Decide(_), _) => OnScreen::Now,
            (_, OnScreen::Now) => OnScreen::Until(at),
            (_, before) => before,
        };
    }

    /// Has what is to be confirmed read once more: a key may have another meaning now.
    pub(crate) fn unseen(&mut self) {
        match &mut self.overlay {
            Overlay::Decide(dialog) => dialog.unseen(),
            Overlay::Question(question) => question.shown = None,
            _ => {}
        }
    }

    /// True where at that moment a dialog was still to be seen, or had been a short time before.
    pub fn dialog_closed_within(&self, time: Duration, at: Instant) -> bool {
        match self.dialog {
            OnScreen::Never => false,
            OnScreen::Now => true,
            OnScreen::Until(closed) => at < closed + time,
        }
    }

    /// Until when what changes now is marked.
    pub fn marked_until(&self) -> Timestamp {
        self.now + MARKED_FOR
    }

    /// Takes away what has had its time.
    pub fn expire(&mut self) {
        let now = self.now;
        for marks in self.marks.expire(now) {
            self.garbage.push(Garbage(marks));
            self.redraw = true;
        }
        if self.notice.as_ref().is_some_and(|notice| notice.until <= now) {
            self.notice = None;
            self.redraw = true;
        }
    }

    /// When the screen changes next by time alone; `None` while it stays as it is.
    pub fn next_change(&self) -> Option<Timestamp> {
        let marks = self.marks.until();
        let notice = self.notice.as_ref().map(|notice| notice.until);
        let line = self.screen == Screen::Activity && !self.activity.is_empty();
        let shows_age = line
            || self.selected().is_some_and(|(snapshot, number)| {
                let view = snapshot.matching.customer(number);
                view.is_some_and(|view| snapshot.history.last_for(view.id()).is_some())
            });
        let ago = shows_age.then(|| self.now + AGO_EVERY);
        let slow = self.list().slow_at().filter(|at| *at > self.now);
        let announcement = self.announcements.due();
        [marks, notice, ago, slow, announcement].into_iter().flatten().min()
    }
}
