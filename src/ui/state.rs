//! The page's one state, its one reducer, and everything that can happen to it. Pure: no browser here.
//!
//! Components show a [`State`] and dispatch [`Action`]s. What the engine is asked follows from the state alone: after
//! each action `sync` compares what the page wants to know with what was asked, and puts the missing
//! [`Command`]s into the outbox. A hook carries them to the worker, another brings its events back as
//! [`Action::Heard`]. So a slider may move as fast as it likes: the latest question wins, and a worker that was
//! started again is asked everything anew.

pub mod compare;
pub mod corpus;
pub mod engine;
pub mod evaluate;
pub mod examples;
pub mod kernels;
pub mod live;
pub mod merges;
pub mod model;
pub mod project;
pub mod question;
pub mod run;
pub mod runs;
pub mod sample;
pub mod storage;
pub mod sweep;
pub mod tokenizer;
pub mod tour;
pub mod user_text;
pub mod view;
pub mod write;

use std::ops::Deref;
use std::rc::Rc;

use crate::config::fields::{Field, Section, Value};
use crate::config::presets::Preset;
use crate::config::{Config, Source};
use crate::error::Error;
use crate::protocol::{Command, DeviceChoice, Event, RequestId, RunId};
use model::What;

pub use compare::{CompareAction, Comparing, SideChoice};
pub use corpus::CorpusAction;
pub use engine::{Engine, Outbox, Progress};
pub use evaluate::{EvaluateAction, Evaluating, Ground, Side};
pub use examples::{Examples, ExamplesAction};
pub use kernels::KnownKernels;
pub use live::{Live, LiveAction, UpdateRatios};
pub use merges::{MergesAction, Merging, TracedText};
pub use model::{ModelAction, Shaping};
pub use project::Project;
pub use question::Question;
pub use run::{Run, Training};
pub use runs::{Runs, RunsAction};
pub use sample::{SampleAction, Sampling};
pub use storage::{Storage, StorageAction};
pub use sweep::SweepAction;
pub use tokenizer::{TokenizerAction, Tokenizing};
pub use tour::Tour;
pub use user_text::{Brought, Content, Handle, UserText};
pub use view::{Lang, Notice, Part, Station, StationStatus, Theme, View};
pub use write::{Draft, Writing};

/// Everything the page knows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Where the visitor is and how the page looks.
    pub view: View,
    /// The experiment, always valid.
    pub config: Config,
    pub engine: Engine,
    /// What the visitor wants models to be computed on.
    pub compute_on: DeviceChoice,
    /// What is known of the graphics card's kernels.
    pub kernels: KnownKernels,
    /// Text and tokens: stations Text and Tokens, and what Model asks.
    pub project: Project,
    /// What the model is shown: station Tokens, part Examples.
    pub examples: Examples,
    /// Training by merges, looked at: station Tokens, part Merges.
    pub merging: Merging,
    /// Tokenizers side by side: station Tokens, part Compare.
    pub comparing: Comparing,
    /// Part Sample of station Text.
    pub sampling: Sampling,
    /// The tokenizer by itself: import, export, vocabulary.
    pub tokenizing: Tokenizing,
    /// The network and its boxes: station Model.
    pub shaping: Shaping,
    /// The training run, if there is one: station Train.
    pub training: Training,
    pub live: Live,
    /// All runs, and sweeps.
    pub runs: Runs,
    pub evaluate: Evaluating,
    pub storage: Storage,
    /// What the model writes: station Write.
    pub writing: Writing,
    /// The first visit's guided way through all stations.
    pub tour: Tour,
    /// Long pieces of work and how far they are.
    pub progress: Progress,
    /// What the page has to tell about the link it was opened with, and about failures.
    pub notices: Vec<Notice>,
    /// Orders that the worker has not been given yet.
    pub outbox: Outbox,
    last_request: RequestId,
    last_run: RunId,
}

/// Everything that can happen.
#[derive(Clone, Debug)]
pub enum Action {
    // The view.
    Go(Station),
    /// Open a part of a station.
    Open(Part),
    SetLang(Option<Lang>),
    SetTheme(Theme),
    /// The address changed under us: back, forward, or a link typed in.
    Followed(String),
    Dismiss(Notice),

    // The experiment.
    Set(&'static Field, Value),
    /// Take the model, tokenizer and training of a preset; text and sampling stay.
    UsePreset(Preset),
    Model(ModelAction),

    // Text and Tokens.
    UseBuiltIn(Source),
    Corpus(CorpusAction),
    /// The browser could not even read what was brought.
    TextRefused(Error),
    TrainTokenizer,
    TryText(String),
    TryIds(String),
    Examples(ExamplesAction),
    Merges(MergesAction),
    Compare(CompareAction),
    Sample(SampleAction),
    Tokenizer(TokenizerAction),

    // Train.
    Start,
    Pause,
    Resume,
    Step,
    /// Go on with another value of a setting, from where all was well.
    Amend(&'static Field, Value),
    Stop,
    Reset,

    Live(LiveAction),
    Runs(RunsAction),
    Evaluate(EvaluateAction),
    Storage(StorageAction),

    // Write.
    Prompt(String),
    Write,
    StopWriting,

    // The first visit.
    Grow,
    /// A station of the tour was shown long enough.
    TourAdvanced(Station),
    /// On to the next station at once.
    SkipAhead,
    LeaveTour,

    // The engine.
    ComputeOn(DeviceChoice),
    /// Take these kernels wherever they are offered; with nothing, the fastest.
    UseKernels(Option<String>),
    Events(Vec<Event>),
    EngineDied(Error),
    /// The engine was started so many seconds ago.
    EngineWaited(u64),
    RestartEngine,
    /// The worker has all orders up to this number.
    Sent(u64),
}

impl State {
    /// The page as a link describes it; `browser` is the language of the browser, `own` are texts that are still there.
    pub fn open(hash: &str, browser: Lang, own: Vec<UserText>) -> Self {
        let mut state = State::default();
        state.view.browser_lang = browser;
        state.project.take_saved(own);
        state.follow(hash);
        if hash.trim_start_matches('#').is_empty() && browser == Lang::Zh {
            state.config.data.source = Source::StoriesZh;
        }
        state
    }

    /// The same with a choice that the visitor made before.
    pub fn computing_on(mut self, choice: DeviceChoice) -> Self {
        self.compute_on = choice;
        self
    }

    /// The state after `action`, with every question asked that now needs an answer.
    pub fn after(mut self, action: Action) -> Self {
        self.apply(action);
        self.sync();
        self
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::Go(station) => self.go(station),
            Action::Open(part) => self.open_part(part),
            Action::SetLang(lang) => self.view.lang = lang,
            Action::SetTheme(theme) => self.view.theme = theme,
            Action::Followed(hash) => self.follow(&hash),
            Action::Dismiss(notice) => self.notices.retain(|other| *other != notice),

            Action::Set(field, value) => self.set(field, &value),
            Action::UsePreset(preset) => self.use_preset(preset),
            Action::Model(action) => self.act_on_model(action),

            Action::UseBuiltIn(source) => self.use_built_in(source),
            Action::Corpus(action) => self.act_on_corpus(action),
            Action::TextRefused(error) => self.project.unread = Some(error),
            Action::TrainTokenizer => self.project.tokenizer_wanted = true,
            Action::TryText(text) => self.project.try_text = text,
            Action::TryIds(ids) => self.project.try_ids = ids,
            Action::Examples(action) => self.act_on_examples(action),
            Action::Merges(action) => self.act_on_merges(action),
            Action::Compare(action) => self.act_on_compare(action),
            Action::Sample(action) => self.act_on_sample(action),
            Action::Tokenizer(action) => self.act_on_tokenizer(action),

            Action::Start => self.start(),
            Action::Pause => self.send(Command::Pause),
            Action::Resume => self.send(Command::Resume),
            Action::Step => self.step(),
            Action::Amend(field, value) => self.amend(field, &value),
            Action::Stop => self.stop(),
            Action::Reset => self.reset(),

            Action::Live(action) => self.act_on_live(action),
            Action::Runs(action) => self.act_on_runs(action),
            Action::Evaluate(action) => self.act_on_evaluate(action),
            Action::Storage(action) => self.act_on_storage(action),

            Action::Prompt(prompt) => self.writing.prompt = prompt,
            Action::Write => self.write(),
            Action::StopWriting => self.send(Command::StopWriting),

            Action::Grow => self.grow(),
            Action::TourAdvanced(station) => self.tour.dwell(station),
            Action::SkipAhead => self.skip_ahead(),
            Action::LeaveTour => self.tour = Tour::Off,

            Action::ComputeOn(choice) => self.compute_on(choice),
            Action::UseKernels(name) => self.use_kernels(name),
            Action::Events(events) => events.into_iter().for_each(|event| self.on_event(event)),
            Action::EngineDied(error) => self.engine_died(error),
            Action::EngineWaited(seconds) => self.engine_is_late(seconds),
            Action::RestartEngine => self.restart_engine(),
            Action::Sent(number) => self.outbox.forget(number),
        }
    }

    fn sync(&mut self) {
        if matches!(self.engine, Engine::Ready(_)) {
            self.sync_project();
            self.sync_examples();
            self.sync_merges();
            self.sync_comparison();
            self.sync_storage();
            self.sync_runs();
            self.sync_start();
            self.sync_live();
            self.sync_evaluate();
        }
        self.sync_tour();
    }

    fn set(&mut self, field: &'static Field, value: &Value) {
        let before = (field.section == Section::Model).then(|| self.model_now());
        // Controls only send what is in range; a value from elsewhere is refused by the field and changes nothing.
        if field.set(&mut self.config, value).is_ok() {
            if field.section == Section::Tokenizer {
                self.tokenizing.forget_import();
            }
            self.keep_heads_dividing(field.key);
            if let Some(before) = before {
                self.note_change(What::Setting(field.key), before);
            }
        }
    }

    /// Width and heads must fit each other: whichever the visitor moved stays, the other follows.
    fn keep_heads_dividing(&mut self, moved: &str) {
        let model = &mut self.config.model;
        match moved {
            "n_embd" => {
                while !model.n_embd.is_multiple_of(model.n_head) {
                    model.n_head -= 1;
                }
            }
            "n_head" => {
                let (head, widest) = (model.n_head, 1024 / model.n_head * model.n_head);
                model.n_embd = model.n_embd.next_multiple_of(head).min(widest);
            }
            _ => {}
        }
    }

    fn use_preset(&mut self, preset: Preset) {
        let before = self.model_now();
        let Config { tokenizer, model, train, .. } = preset.config();
        let prompt = std::mem::take(&mut self.config.train.sample_prompt);
        self.config.tokenizer = tokenizer;
        self.tokenizing.forget_import();
        self.config.model = self.config.model.sized_like(&model);
        self.config.train = train;
        self.config.train.sample_prompt = prompt;
        self.note_change(What::Size, before);
    }

    fn next_request(&mut self) -> RequestId {
        self.last_request += 1;
        self.last_request
    }

    fn send(&mut self, command: Command) {
        self.outbox.push(command);
    }
}

/// A state that many components show at once: cheap to clone, equal when it is the very same.
#[derive(Clone, Debug)]
pub struct Shared(Rc<State>);

impl Shared {
    pub fn new(state: State) -> Self {
        Shared(Rc::new(state))
    }

    pub fn after(&self, action: Action) -> Self {
        Shared::new(State::clone(&self.0).after(action))
    }
}

impl Deref for Shared {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
#[path = "state/tests.rs"]
mod tests;
