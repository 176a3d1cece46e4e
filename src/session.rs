//! Commands in, events out: the state machine behind the page. It knows neither browser nor thread.
//!
//! Work is done in pieces of some tens of milliseconds. Between two pieces the next command is taken, so that a pause,
//! a stop or a newer text never waits long. Writing goes before training, which waits meanwhile.

mod compare;
mod corpus;
mod device;
mod evaluate;
mod examples;
mod inbox;
mod live;
pub mod parts;
mod pieces;
mod project;
pub mod project_file;
mod run;
mod sample;
mod shown;
mod sources;
pub mod storage;
mod submit_size;
mod survey;
mod tokenizer;
mod tokens;
mod write;

use std::rc::Rc;

use futures::FutureExt;
use futures::channel::mpsc::UnboundedReceiver;
use web_time::Instant;

use crate::config::Config;
use crate::error::{Error, Result};
pub use crate::gpu::Gpu;
use crate::gpu::device::Checks;
#[cfg(doc)]
use crate::protocol::storage::StorageCommand;
use crate::protocol::tokenizer::TokenizerCommand;
use crate::protocol::{Command, DeviceChoice, Event, FileId, PlanReport, RequestId, RunId, RunState};
use crate::store::Store;
use crate::train::Targets;
use crate::train::trainer::estimate;
use corpus::DescribeJob;
use device::Devices;
use evaluate::Evaluating;
use inbox::Inbox;
use live::Finding;
use parts::Parts;
use project::Project;
use run::{Run, Tuning};
use storage::{Recorder, Storage};
use write::Writing;

/// What the session needs of the place it runs in.
#[allow(async_fn_in_trait, reason = "one thread: no future of ours is sent to another")]
pub trait Host {
    type Store: Store;

    fn emit(&self, event: Event);

    /// Lets commands arrive between two pieces of computing.
    async fn yield_now(&self);

    /// Opens the graphics card. Without one the CPU computes.
    async fn open(&self) -> Result<Rc<Gpu>>;

    /// The bytes of a file that lies with the host.
    async fn read(&self, file: FileId) -> Result<Vec<u8>>;

    /// The bytes at an address; one without a scheme is a file of the site.
    async fn fetch(&self, address: &str) -> Result<Vec<u8>>;

    /// Where runs are kept. Whether this tab may write there the host says by [`StorageCommand::Held`].
    fn store(&self) -> &Self::Store;

    /// Asks that this tab keeps what is done in it, and no other.
    fn take_over(&self);

    /// GB 18030 as the WHATWG standard decodes it; nothing where a byte is wrong.
    fn decode_gb18030(&self, bytes: &[u8]) -> Option<String>;
}

/// What [`Host::open`] is, but for what a browser alone can ask for.
pub async fn open_gpu() -> Result<Rc<Gpu>> {
    Gpu::open(Checks::Checked).await
}

/// Takes commands until nobody is left who could send one. What is not here from the start is brought by `parts`.
pub async fn run<H: Host>(host: H, commands: UnboundedReceiver<Command>, parts: Parts<H>) {
    let mut session = Session {
        devices: Devices::open(&host).await,
        host: Recorder::new(host),
        storage: Storage::default(),
        inbox: Inbox::new(commands),
        parts,
        project: Project::default(),
        describe_jobs: Vec::new(),
        run: None,
        writing: None,
        evaluate: Evaluating::default(),
        finding: None,
    };
    session.introduce();
    loop {
        let command = if session.has_work() { session.inbox.take() } else { session.inbox.next().await };
        match command {
            Some(command) => session.handle(command).boxed_local().await,
            None if session.inbox.is_closed() => return,
            None => session.do_a_piece().boxed_local().await,
        }
        session.recover_a_lost_run().boxed_local().await;
        session.save_what_is_due().boxed_local().await;
    }
}

/// Everything that the engine knows and does.
pub struct Session<H> {
    host: Recorder<H>,
    parts: Parts<H>,
    storage: Storage,
    devices: Devices,
    inbox: Inbox,
    project: Project,
    describe_jobs: Vec<DescribeJob>,
    run: Option<Run>,
    writing: Option<Writing>,
    evaluate: Evaluating,
    finding: Option<Finding>,
}

impl<H: Host> Session<H> {
    fn is_busy(&self) -> bool {
        self.writing.is_some() || self.run.as_ref().is_some_and(Run::is_running)
    }

    fn has_work(&self) -> bool {
        let waits = !self.describe_jobs.is_empty() || self.project.search.is_some() || self.evaluate.has_work();
        self.is_busy() || self.finding.is_some() || self.is_time_to_measure() || waits
    }

    /// Which device is faster is asked when the page has what it shows first, before a model needs to know.
    fn is_time_to_measure(&self) -> bool {
        self.project.is_cut() && self.devices.is_measuring_due()
    }

    async fn handle_here(&mut self, command: Command) {
        match command {
            Command::LoadText { request, sources, data } => {
                if self.inbox.has(supersedes_a_text) {
                    return;
                }
                let loaded =
                    self.project.load(&self.host, &mut self.inbox, request, sources, &data).boxed_local().await;
                if let Some(loaded) = loaded.transpose() {
                    let changed = loaded.is_ok();
                    self.answer(request, loaded.map(|text| Event::TextLoaded { request, text }));
                    if changed {
                        self.save_texts().await;
                    }
                }
            }
            Command::PrepareText { request, data } => {
                if self.inbox.has(|newer| supersedes_a_text(newer) || matches!(newer, Command::PrepareText { .. })) {
                    return;
                }
                let prepared = self.project.prepare(&self.host, &mut self.inbox, &data).boxed_local().await;
                if let Some(prepared) = prepared.transpose() {
                    self.answer(request, prepared.map(|text| Event::TextLoaded { request, text }));
                }
            }
            Command::Corpus(command) => self.handle_corpus(command).boxed_local().await,
            Command::Examples(command) => self.handle_examples(command),
            Command::Live(command) => self.handle_live(command).boxed_local().await,
            Command::Evaluate(command) => self.handle_evaluate(command).boxed_local().await,
            Command::Storage(command) => self.handle_storage(command).boxed_local().await,
            // Whatever these stop has seen them in the inbox; the others of their kind are orders of a part.
            Command::Sample(_) | Command::Tokens(_) | Command::Tokenizer(_) => {}
            Command::TrainTokenizer { request, tokenizer } => {
                if self.inbox.has(supersedes_a_tokenizer) {
                    return;
                }
                let trained = self.project.train_tokenizer(&self.host, &mut self.inbox, &tokenizer).boxed_local().await;
                if let Some(trained) = trained.transpose() {
                    self.answer(request, trained.map(|tokenizer| Event::TokenizerTrained { request, tokenizer }));
                }
            }
            Command::Encode { request, text } => {
                let encoded = self.project.encode(&text);
                self.answer(request, encoded.map(|tokens| Event::Encoded { request, tokens }));
            }
            Command::Decode { request, ids } => {
                let decoded = self.project.decode(&ids);
                self.answer(request, decoded.map(|text| Event::Decoded { request, text }));
            }
            Command::Estimate { request, config } => {
                let estimated = self.estimate(*config);
                self.answer(request, estimated.map(|estimate| Event::Estimated { request, estimate }));
            }
            Command::Start { run, config } => self.start(run, *config).boxed_local().await,
            Command::Pause => self.change(Run::pause).await,
            Command::Resume => self.change(Run::resume).await,
            Command::Step => self.change(Run::step_once).await,
            Command::Amend { train } => self.change(async |run, host| run.amend(host, &train).await).await,
            Command::Stop => self.change(Run::stop).await,
            Command::Reset => {
                self.stop_writing();
                self.save_now().boxed_local().await;
                self.forget_record();
                self.run = None;
            }
            Command::Write { request, prompt, sample } => {
                self.stop_writing();
                match Writing::begin(self.run.as_mut(), request, &prompt, sample).await {
                    Ok(writing) => self.writing = Some(writing),
                    Err(error) => self.host.emit(Event::Refused { request, error }),
                }
            }
            Command::StopWriting => self.stop_writing(),
            Command::RememberKernels { kernels } => self.devices.remember_kernels(kernels),
            Command::UseKernels { name } => self.use_kernels(name).boxed_local().await,
            Command::UseDevice { choice } => self.use_device(choice).boxed_local().await,
        }
    }

    /// The most urgent piece of work.
    async fn do_a_piece(&mut self) {
        if self.is_time_to_measure() {
            return self.measure().boxed_local().await;
        }
        if self.devices.is_look_due() && self.is_busy() {
            return self.look_for_the_gpu().boxed_local().await;
        }
        self.describe_a_piece().boxed_local().await;
        if self.writing.is_none() && self.evaluate.is_urgent() {
            return self.evaluate_a_piece().boxed_local().await;
        }
        self.count_a_piece().boxed_local().await;
        if self.finding.is_some() {
            return self.find_a_piece().boxed_local().await;
        }
        if !self.is_busy() {
            return self.go_on_searching().boxed_local().await;
        }
        let Some(run) = &mut self.run else { return };
        match &mut self.writing {
            Some(writing) => {
                if writing.go_on(&self.host, run).await.is_break() {
                    self.writing = None;
                }
            }
            None => {
                run.train(&self.host).boxed_local().await;
                self.save_milestone().boxed_local().await;
            }
        }
        // Waiting for a GPU lets commands arrive; the CPU works without a pause.
        if !self.devices.device().is_gpu() {
            self.host.yield_now().await;
        }
    }

    fn answer(&self, request: RequestId, answer: Result<Event>) {
        self.host.emit(answer.unwrap_or_else(|error| Event::Refused { request, error }));
    }

    fn introduce(&self) {
        self.host.emit(Event::Ready { adapter: self.devices.adapter() });
    }

    async fn measure(&mut self) {
        self.devices.measure(&self.host).await;
        self.introduce();
    }

    fn estimate(&self, config: Config) -> Result<crate::protocol::Estimate> {
        let config = config.validated()?;
        let vocab_size = self.project.vocab_size(&config.tokenizer);
        let loader = self.project.parts(&config).map(|parts| parts.loader);
        let targets = Targets::weighted(loader.is_ok_and(|loader| loader.is_weighted()));
        let (report, refusal) = self.cost(&config, vocab_size, targets);
        Ok(crate::protocol::Estimate { report, vocab_size: vocab_size as u64, refusal })
    }

    /// What a run would cost, and why there is no room for it.
    fn cost(&self, config: &Config, vocab_size: usize, targets: Targets) -> (PlanReport, Option<Error>) {
        let (report, refusal) = estimate(config, vocab_size, targets, Some(self.devices.limits()));
        let refusal = refusal.or_else(|| self.devices.check_room(&report).err());
        (report, refusal)
    }

    /// Builds a run. The one before it ends only when nothing speaks against the new one.
    async fn start(&mut self, id: RunId, config: Config) {
        self.emit_state(id, RunState::Preparing);
        if let Err(error) = self.try_to_start(id, config).await {
            self.emit_state(id, RunState::Failed { step: 0, error });
        }
    }

    async fn try_to_start(&mut self, id: RunId, config: Config) -> Result<()> {
        let config = config.validated()?;
        let parts = self.project.parts(&config)?;
        self.get_ready().await;
        let targets = Targets::weighted(parts.loader.is_weighted());
        if let Some(refusal) = self.cost(&config, parts.tokenizer.vocab_size(), targets).1 {
            return Err(refusal);
        }
        self.end_run().await;
        self.begin_record(id, &config)?;
        let run = self.build(parts, id, config).boxed_local().await?;
        self.run.insert(run).begin(&self.host).await;
        self.save_milestone().boxed_local().await;
        self.count_for_the_run();
        Ok(())
    }

    /// Whatever a run is built on is there, and it is known how fast it is.
    async fn get_ready(&mut self) {
        self.open_again_if_lost().await;
        if self.devices.is_measuring_due() {
            self.measure().boxed_local().await;
        }
    }

    /// The run before makes room for another, and is kept.
    async fn end_run(&mut self) {
        self.stop_writing();
        self.save_now().boxed_local().await;
        self.save_the_last().await;
        self.run = None;
    }

    /// A graphics card that goes away meanwhile is opened once more; one that cannot even build a model is given up.
    async fn build(&mut self, parts: project::Parts, id: RunId, config: Config) -> Result<Run> {
        for _ in 0..2 {
            let device = self.devices.device();
            match Run::build(&self.host, &device, parts.clone(), id, config.clone(), Tuning::Run).boxed_local().await {
                Err(Error::DeviceLost { .. }) if device.is_gpu() => self.open_again_if_lost().await,
                Err(error) if error.blames_device() => self.devices.give_up(error),
                built => return built,
            }
        }
        self.introduce();
        Run::build(&self.host, &self.devices.device(), parts, id, config, Tuning::Run).boxed_local().await
    }

    async fn open_again_if_lost(&mut self) {
        if self.devices.open_again_if_lost(&self.host).await {
            self.introduce();
        }
    }

    /// A device may go away at any time: the driver restarts, the laptop changes its graphics card or was asleep. The run
    /// goes on from its last good state, on the same card or, until that is back, on the CPU.
    async fn recover_a_lost_run(&mut self) {
        let Some(mut error) = self.run.as_mut().and_then(Run::take_loss) else { return };
        let Some(mut run) = self.run.take() else { return };
        let began = Instant::now();
        self.stop_writing();
        self.emit_state(run.id(), RunState::Preparing);
        loop {
            self.replace_device(&mut run, &error).await;
            let device = self.devices.device();
            match run.build_again(&self.host, &device, Tuning::Skip).boxed_local().await {
                Ok(fresh) => {
                    fresh.emit_recovery(&self.host, run.steps_done(), error, began.elapsed());
                    self.run = Some(fresh);
                    return;
                }
                Err(again) if device.is_gpu() => error = again,
                Err(again) => {
                    return self.emit_state(run.id(), RunState::Failed { step: run.steps_done(), error: again });
                }
            }
        }
    }

    /// Opens the graphics card again, or gives it up where that would not help.
    async fn replace_device(&mut self, run: &mut Run, error: &Error) {
        let too_often = run.count_loss();
        match error {
            Error::DeviceLost { .. } if !too_often => _ = self.devices.open_again_if_lost(&self.host).await,
            Error::DeviceLost { detail } => self.devices.give_up(Error::Gpu { detail: detail.clone() }),
            error => self.devices.give_up(error.clone()),
        }
        self.introduce();
    }

    /// Whether a graphics card that went away is back; then the run moves to it.
    async fn look_for_the_gpu(&mut self) {
        if self.devices.look(&self.host).await {
            if self.move_run(Tuning::Skip).boxed_local().await.is_err() {
                self.devices.lose();
            }
            self.introduce();
        }
    }

    /// The plans that exist change over at once.
    async fn use_kernels(&mut self, name: Option<String>) {
        self.devices.use_kernels(name);
        if let Some(run) = &mut self.run {
            run.choose_kernels(&self.host).await;
        }
    }

    /// Where the model does not fit on what was chosen, everything stays as it was.
    async fn use_device(&mut self, choice: DeviceChoice) {
        let before = self.devices.choice();
        self.devices.choose(&self.host, choice).await;
        if self.run.is_some() && self.devices.is_measuring_due() {
            self.devices.measure(&self.host).await;
        }
        if let Err(error) = self.move_run(Tuning::Run).boxed_local().await {
            self.devices.choose(&self.host, before).await;
            self.host.emit(Event::Failed { error });
        }
        self.introduce();
    }

    async fn move_run(&mut self, tuning: Tuning) -> Result<()> {
        let device = self.devices.device();
        let Some(run) = self.run.as_mut().filter(|run| !run.is_on(&device)) else { return Ok(()) };
        if let Some(writing) = self.writing.take() {
            writing.stop(&self.host);
        }
        self.host.emit(Event::StateChanged { run: run.id(), state: RunState::Preparing });
        run.save(&self.host).await;
        match run.build_again(&self.host, &device, tuning).boxed_local().await {
            Ok(fresh) => self.run = Some(fresh),
            Err(error) => {
                run.emit_state(&self.host);
                return Err(error);
            }
        }
        Ok(())
    }

    async fn change(&mut self, change: impl AsyncFnOnce(&mut Run, &Recorder<H>)) {
        if let Some(run) = &mut self.run {
            change(run, &self.host).boxed_local().await;
        }
    }

    fn stop_writing(&mut self) {
        if let Some(writing) = self.writing.take() {
            writing.stop(&self.host);
        }
    }

    fn emit_state(&self, run: RunId, state: RunState) {
        self.host.emit(Event::StateChanged { run, state });
    }
}

/// Other documents: a text that is in the making need not be finished, and is not answered.
fn supersedes_a_text(newer: &Command) -> bool {
    matches!(newer, Command::LoadText { .. })
}

/// A new text or tokenizer, or the wish to stop: one that is being trained need not be finished, and is not answered.
fn supersedes_a_tokenizer(newer: &Command) -> bool {
    let ours = matches!(newer, Command::Tokenizer(TokenizerCommand::Import { .. } | TokenizerCommand::Cancel));
    ours || matches!(newer, Command::LoadText { .. } | Command::PrepareText { .. } | Command::TrainTokenizer { .. })
}

/// What is missing before a model can be built or used.
fn missing(what: &str) -> Error {
    Error::Missing { missing: what.into() }
}
