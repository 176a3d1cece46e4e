//! Orders in, facts out: the state machine behind the page. It knows neither browser nor thread.
//!
//! Work is done in pieces of some tens of milliseconds. Between two pieces the next order is taken, so that a pause,
//! a stop or a newer text never waits long. Writing goes before training, which waits meanwhile.

mod inbox;
mod portion;
mod project;
mod shown;
mod training;
mod writing;

use futures::channel::mpsc::UnboundedReceiver;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::gpu::Gpu;
use crate::gpu::device::Checks;
use crate::protocol::{Adapter, Command, Event, RequestId, RunId, RunState};
pub use crate::train::Device;
use crate::train::trainer::estimate;
use inbox::Inbox;
use project::Project;
use training::Run;
use writing::Writing;

/// What the session needs of the place it runs in.
#[allow(async_fn_in_trait, reason = "one thread: no future of ours is sent to another")]
pub trait Host {
    fn tell(&self, event: Event);

    /// Lets orders arrive between two pieces of computing.
    async fn breathe(&self);

    /// Opens what models train on.
    async fn open(&self) -> Result<Device>;
}

/// What [`Host::open`] is in the page's worker.
pub async fn open_gpu() -> Result<Device> {
    Gpu::open(Checks::Checked).await.map(Device::Gpu)
}

/// Takes orders until nobody is left who could send one.
pub async fn run(host: impl Host, commands: UnboundedReceiver<Command>) {
    let mut session = Session {
        device: host.open().await,
        host,
        inbox: Inbox::new(commands),
        project: Project::default(),
        run: None,
        writing: None,
    };
    session.introduce();
    loop {
        let command = if session.is_busy() { session.inbox.take() } else { session.inbox.next().await };
        match command {
            Some(command) => session.obey(command).await,
            None if session.inbox.is_closed() => return,
            None => session.do_a_piece().await,
        }
        session.recover_a_lost_run().await;
    }
}

struct Session<H> {
    host: H,
    device: Result<Device>,
    inbox: Inbox,
    project: Project,
    run: Option<Run>,
    writing: Option<Writing>,
}

impl<H: Host> Session<H> {
    fn is_busy(&self) -> bool {
        self.writing.is_some() || self.run.as_ref().is_some_and(Run::is_running)
    }

    async fn obey(&mut self, command: Command) {
        match command {
            Command::LoadText { request, text, validation } => {
                if self.inbox.has(|newer| matches!(newer, Command::LoadText { .. })) {
                    return;
                }
                let loaded = self.project.load(&self.host, text, validation);
                self.answer(request, loaded.map(|text| Event::TextLoaded { request, text }));
            }
            Command::TrainTokenizer { request, tokenizer } => {
                if self.inbox.has(makes_a_tokenizer_pointless) {
                    return;
                }
                let trained = self.project.train_tokenizer(&self.host, &mut self.inbox, &tokenizer).await;
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
            Command::Start { run, config } => self.start(run, *config).await,
            Command::Pause => self.change(Run::pause).await,
            Command::Resume => self.change(Run::resume).await,
            Command::Step => self.change(Run::step_once).await,
            Command::Stop => self.change(Run::stop).await,
            Command::Reset => {
                self.stop_writing();
                self.run = None;
            }
            Command::Write { request, prompt, sample } => {
                self.stop_writing();
                match Writing::begin(self.run.as_mut(), request, &prompt, sample) {
                    Ok(writing) => self.writing = Some(writing),
                    Err(error) => self.host.tell(Event::Refused { request, error }),
                }
            }
            Command::StopWriting => self.stop_writing(),
        }
    }

    /// The most urgent piece of work.
    async fn do_a_piece(&mut self) {
        let Some(run) = &mut self.run else { return };
        match &mut self.writing {
            Some(writing) => {
                if writing.go_on(&self.host, run).await.is_break() {
                    self.writing = None;
                }
            }
            None => run.train(&self.host).await,
        }
        // Waiting for a GPU lets orders arrive; the CPU works without a pause.
        if !matches!(self.device, Ok(Device::Gpu(_))) {
            self.host.breathe().await;
        }
    }

    fn answer(&self, request: RequestId, answer: Result<Event>) {
        self.host.tell(answer.unwrap_or_else(|error| Event::Refused { request, error }));
    }

    fn introduce(&self) {
        let adapter = match &self.device {
            Ok(device) => shown::adapter(device),
            Err(error) => Adapter::None { error: error.clone() },
        };
        self.host.tell(Event::Ready { adapter });
    }

    fn estimate(&self, config: Config) -> Result<crate::protocol::Estimate> {
        let config = config.validated()?;
        let vocab_size = self.project.vocab_size(&config.tokenizer);
        let limits = self.device.as_ref().ok().and_then(shown::limits);
        let (report, refusal) = estimate(&config, vocab_size, limits);
        Ok(crate::protocol::Estimate { report, vocab_size: vocab_size as u64, refusal })
    }

    /// Builds a run. The one before it ends only when nothing speaks against the new one.
    async fn start(&mut self, id: RunId, config: Config) {
        self.tell_state(id, RunState::Preparing);
        if let Err(error) = self.try_to_start(id, config).await {
            self.tell_state(id, RunState::Failed { step: 0, error });
        }
    }

    async fn try_to_start(&mut self, id: RunId, config: Config) -> Result<()> {
        let config = config.validated()?;
        let parts = self.project.parts(&config)?;
        self.open_again_if_lost().await;
        let device = self.device.clone()?;
        if let Some(refusal) = estimate(&config, parts.tokenizer.vocab_size(), shown::limits(&device)).1 {
            return Err(refusal);
        }
        self.stop_writing();
        self.run = None;
        let run = Run::build(&self.host, &device, parts, id, config).await?;
        self.run.insert(run).begin(&self.host).await;
        Ok(())
    }

    async fn open_again_if_lost(&mut self) {
        let lost = match &self.device {
            Ok(Device::Gpu(gpu)) => gpu.health().is_err(),
            Ok(_) => false,
            Err(_) => true,
        };
        if lost {
            self.device = self.host.open().await;
            self.introduce();
        }
    }

    /// A device may go away at any time: the driver restarts, the laptop changes its graphics card.
    async fn recover_a_lost_run(&mut self) {
        let Some(run) = self.run.take_if(|run| run.has_lost_its_device()) else { return };
        let id = run.id();
        self.stop_writing();
        self.tell_state(id, RunState::Preparing);
        self.open_again_if_lost().await;
        let rebuilt = match &self.device {
            Ok(device) => run.rebuild(&self.host, device).await,
            Err(error) => Err(error.clone()),
        };
        match rebuilt {
            Ok(run) => self.run = Some(run),
            Err(error) => self.tell_state(id, RunState::Failed { step: 0, error }),
        }
    }

    async fn change(&mut self, change: impl AsyncFnOnce(&mut Run, &H)) {
        if let Some(run) = &mut self.run {
            change(run, &self.host).await;
        }
    }

    fn stop_writing(&mut self) {
        if let Some(writing) = self.writing.take() {
            writing.stop(&self.host);
        }
    }

    fn tell_state(&self, run: RunId, state: RunState) {
        self.host.tell(Event::StateChanged { run, state });
    }
}

/// A new text or tokenizer: one that is being trained need not be finished, and is not answered.
fn makes_a_tokenizer_pointless(newer: &Command) -> bool {
    matches!(newer, Command::LoadText { .. } | Command::TrainTokenizer { .. })
}

/// What is missing before a model can be built or used.
fn missing(what: &str) -> Error {
    Error::Missing { missing: what.into() }
}
