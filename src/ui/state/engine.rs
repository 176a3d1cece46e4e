//! The engine as the page sees it: is it up, what is it busy with, what is it told.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::error::Error;
use crate::protocol::tokens::TokensEvent;
use crate::protocol::{Adapter, Command, DeviceChoice, DeviceKind, Event, RunState, Work};

use super::{Notice, State};

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Engine {
    #[default]
    Starting,
    /// It was started long ago and has said nothing. It may still come.
    Late {
        seconds: u64,
    },
    Ready(Rc<Adapter>),
    /// The worker did not start, or died. The page keeps everything and can start another one.
    Dead(Error),
}

impl Engine {
    pub fn adapter(&self) -> Option<&Adapter> {
        match self {
            Engine::Ready(adapter) => Some(adapter),
            _ => None,
        }
    }
}

/// Commands for the worker, numbered, so that none is sent twice.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    /// How often the engine was started again. A new one must not get the old one's commands.
    pub generation: u32,
    last: u64,
    commands: VecDeque<(u64, Rc<Command>)>,
}

impl Outbox {
    pub fn push(&mut self, command: Command) {
        self.last += 1;
        self.commands.push_back((self.last, Rc::new(command)));
    }

    /// Number of the newest command.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// The commands after number `sent`, oldest first.
    pub fn after(&self, sent: u64) -> impl Iterator<Item = &Command> {
        self.commands.iter().filter(move |(number, _)| *number > sent).map(|(_, command)| &**command)
    }

    pub(super) fn forget(&mut self, sent: u64) {
        self.commands.retain(|(number, _)| *number > sent);
    }

    fn restart(&mut self) {
        self.generation += 1;
        self.commands.clear();
    }
}

/// How far each long piece of work is, from 0 to 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress(Vec<(Work, f32)>);

impl Progress {
    pub fn of(&self, work: Work) -> Option<f32> {
        self.0.iter().find(|(other, _)| *other == work).map(|(_, done)| *done)
    }

    fn set(&mut self, work: Work, done: f32) {
        self.end(&[work]);
        self.0.push((work, done.clamp(0.0, 1.0)));
    }

    pub(super) fn end_tokenizer(&mut self) {
        self.end(&[Work::TrainingTokenizer, Work::EncodingText]);
    }

    pub(super) fn end(&mut self, works: &[Work]) {
        self.0.retain(|(work, _)| !works.contains(work));
    }
}

impl State {
    /// Whether the engine is up: it always finds something to train on.
    pub fn can_train(&self) -> bool {
        self.engine.adapter().is_some()
    }

    pub fn is_on_cpu(&self) -> bool {
        self.engine.adapter().is_some_and(|adapter| adapter.device == DeviceKind::Cpu)
    }

    /// Whether models train on a graphics card that is software: slower than the processor itself.
    pub fn is_slow(&self) -> bool {
        let software = |adapter: &Adapter| adapter.gpu.as_ref().is_ok_and(|gpu| gpu.software);
        !self.is_on_cpu() && self.engine.adapter().is_some_and(software)
    }

    pub(super) fn compute_on(&mut self, choice: DeviceChoice) {
        self.compute_on = choice;
        self.send(Command::UseDevice { choice });
    }

    /// An engine that has just started computes on what is faster, unless it is told otherwise. What fits depends on
    /// what is computed on.
    fn ready(&mut self, adapter: Adapter) {
        if self.engine.adapter().is_none() {
            self.send_kernels(&adapter);
        }
        match self.engine.adapter() {
            None if self.compute_on != DeviceChoice::Automatic => self.compute_on(self.compute_on),
            Some(before) if before.device != adapter.device => self.project.estimate.expire(),
            _ => {}
        }
        self.engine = Engine::Ready(Rc::new(adapter));
    }

    pub(super) fn on_event(&mut self, event: Event) {
        self.storage.follow(&event);
        match event {
            Event::Ready { adapter } => self.ready(adapter),
            Event::Progress { work, done } => self.progress.set(work, done),
            Event::TextLoaded { request, text } => {
                self.progress.end(&[Work::LoadingText]);
                self.text_loaded(request, text);
            }
            Event::Corpus(event) => self.on_corpus_event(event),
            Event::Sample(event) => self.on_sample_event(event),
            Event::Examples(event) => self.on_examples_event(event),
            Event::Live(event) => self.on_live_event(event),
            Event::Evaluate(event) => self.on_evaluate_event(event),
            Event::Storage(event) => self.on_storage_event(event),
            Event::Tokens(TokensEvent::Traced { request, trace }) => self.traced(request, *trace),
            Event::Tokens(TokensEvent::Compared { request, comparison }) => self.compared(request, *comparison),
            Event::Tokenizer(event) => self.on_tokenizer_event(event),
            Event::TokenizerTrained { request, tokenizer } => {
                self.progress.end_tokenizer();
                self.tokenizer_trained(request, tokenizer);
            }
            Event::Encoded { request, tokens } => _ = self.project.encoded.accept(request, tokens),
            Event::Decoded { request, text } => _ = self.project.decoded.accept(request, text),
            Event::Estimated { request, estimate } => self.estimated(request, estimate),
            Event::Started { run, report } => self.training.update(run, |it| it.report = Some(Rc::new(report))),
            Event::StateChanged { run, state } => self.run_state_changed(run, state),
            Event::Amended { run, train } => {
                self.training.update(run, |it| Rc::make_mut(&mut it.config).train = *train)
            }
            Event::Recovered { run, recovery } => self.training.update(run, |it| it.recovered(recovery)),
            Event::Stepped { run, points, pace } => self.training.update(run, |it| it.stepped(points, pace)),
            Event::Evaluated { run, evaluation } => self.training.update(run, |it| it.evaluated(evaluation)),
            Event::Sampled { run, sample } => self.training.update(run, |it| it.sampled(sample)),
            Event::Wrote { request, tokens } => self.writing.wrote(request, tokens),
            Event::WriteEnded { request, end } => self.writing.ended(request, end),
            Event::Refused { request, error } => self.refused(request, &error),
            Event::Failed { error } => self.failed(error),
            Event::KernelsMeasured { kernels } => self.kernels.fastest = kernels,
        }
    }

    pub(super) fn run_state_changed(&mut self, run: u32, state: RunState) {
        if !matches!(state, RunState::Preparing) {
            self.progress.end(&[Work::BuildingModel]);
        }
        self.training.update(run, |it| it.turn(state));
    }

    fn refused(&mut self, request: u32, error: &Error) {
        let taken = self.text_refused(request, error)
            || self.corpus_refused(request, error)
            || self.tokenizer_refused(request, error)
            || self.tokenizing_refused(request, error)
            || self.project.encoded.refuse(request, error)
            || self.project.decoded.refuse(request, error)
            || self.project.estimate.refuse(request, error)
            || self.shaping.before.refuse(request, error)
            || self.examples_refused(request, error)
            || self.trace_refused(request, error)
            || self.comparison_refused(request, error)
            || self.sample_refused(request, error)
            || self.storage_refused(request, error)
            || self.evaluate_refused(request, error)
            || self.live_refused(request, error)
            || self.writing.refused(request, error);
        if !taken {
            self.notice(Notice::Failure { error: error.clone() });
        }
    }

    /// A panic of the engine ends it; anything else is told and the engine goes on.
    fn failed(&mut self, error: Error) {
        match error {
            Error::Internal { .. } | Error::WorkerFailed { .. } => self.engine_died(error),
            error => self.notice(Notice::Failure { error }),
        }
    }

    pub(super) fn engine_died(&mut self, error: Error) {
        // What brought one engine down is not given to the next.
        if self.project.is_importing() {
            self.tokenizing.forget_import();
        }
        self.runs_lose_engine(&error);
        self.expire();
        self.training.engine_died(&error);
        self.writing.engine_died(&error);
        self.engine = Engine::Dead(error);
    }

    pub(super) fn engine_is_late(&mut self, seconds: u64) {
        if self.engine == Engine::Starting {
            self.engine = Engine::Late { seconds };
        }
    }

    pub(super) fn restart_engine(&mut self) {
        self.outbox.restart();
        self.expire();
        self.engine = Engine::Starting;
    }

    /// A new engine knows nothing of what the last one was asked.
    fn expire(&mut self) {
        self.progress = Progress::default();
        self.project.expire();
        self.shaping.before.expire();
        self.expire_corpus();
        self.examples.expire();
        self.merging.trace.expire();
        self.comparing.comparison.expire();
        self.sampling.expire();
        self.tokenizing.expire();
        self.storage.expire();
        self.evaluate.expire();
        self.live.expire();
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}
