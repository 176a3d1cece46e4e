//! The session, driven by its channel, on the CPU where nothing else is said: what goes in, what comes out.

mod corpus;
mod device;
mod evaluate;
mod examples;
mod faults;
mod learning;
mod live;
mod parts;
mod project;
mod run;
mod sample;
mod storage;
mod tokens;

use std::cell::RefCell;
use std::rc::Rc;

use futures::FutureExt;
use futures::channel::mpsc::{UnboundedSender, unbounded};
use gptling::config::corpus::ReadConfig;
use gptling::config::{Config, ModelConfig, Source, TokenizerConfig, TokenizerMethod};
use gptling::error::{Error, Result};
use gptling::gpu::Gpu;
use gptling::protocol::storage::{LockState, StorageCommand};
use gptling::protocol::{Command, DeviceChoice, Event, FileId, TextContent, TextSource};
use gptling::session::parts::Parts;
use gptling::session::{self, Host};

use crate::store::Memory;

/// The commands that an event is answered with.
type React<'a> = &'a mut dyn FnMut(&Event) -> Vec<Command>;

/// Keeps what it is told, and may answer with new commands.
///
/// One type for all tests: the session is compiled for its host, and once is enough.
struct Listener<'a> {
    heard: &'a RefCell<Vec<Event>>,
    sender: UnboundedSender<Command>,
    react: RefCell<React<'a>>,
    /// The graphics cards that are there when one is opened, one after the other; the last comes again and again.
    cards: RefCell<Vec<Result<Rc<Gpu>>>>,
    /// What is kept, by this session and by those before it.
    store: Memory,
}

impl Host for Listener<'_> {
    type Store = Memory;

    fn emit(&self, event: Event) {
        for command in self.react.borrow_mut()(&event) {
            self.sender.unbounded_send(command).expect("the session listens");
        }
        self.heard.borrow_mut().push(event);
    }

    async fn yield_now(&self) {}

    async fn open(&self) -> Result<Rc<Gpu>> {
        let mut cards = self.cards.borrow_mut();
        if cards.len() > 1 { cards.remove(0) } else { cards[0].clone() }
    }

    async fn read(&self, file: FileId) -> Result<Vec<u8>> {
        Ok(format!("file {file}\n\nof the host").into_bytes())
    }

    async fn fetch(&self, address: &str) -> Result<Vec<u8>> {
        if address.starts_with("corpora/") {
            let path = format!("{}/static/{address}", env!("CARGO_MANIFEST_DIR"));
            return Ok(std::fs::read(path).expect("a file of the site"));
        }
        if address.contains("forbidden") {
            return Err(Error::AddressForbidden { address: address.into() });
        }
        Ok(format!("found at {address}\n\nby the host").into_bytes())
    }

    fn store(&self) -> &Memory {
        &self.store
    }

    fn take_over(&self) {
        let held = Command::Storage(StorageCommand::Held(LockState::Ours));
        self.sender.unbounded_send(held).expect("the session listens");
    }

    fn decode_gb18030(&self, bytes: &[u8]) -> Option<String> {
        crate::text::gb18030(bytes)
    }
}

/// Everything that is said until the session waits for orders that do not come.
fn drive(commands: Vec<Command>, react: impl FnMut(&Event) -> Vec<Command>) -> Vec<Event> {
    drive_with(vec![Err(no_adapter())], commands, react)
}

/// The same on this graphics card.
fn drive_on(gpu: &Rc<Gpu>, mut commands: Vec<Command>, react: impl FnMut(&Event) -> Vec<Command>) -> Vec<Event> {
    commands.insert(0, Command::UseDevice { choice: DeviceChoice::Gpu });
    drive_with(vec![Ok(Rc::clone(gpu))], commands, react)
}

fn no_adapter() -> Error {
    Error::NoAdapter { detail: "none here".into() }
}

/// The same where opening the graphics card gives these, one after the other.
fn drive_with(
    cards: Vec<Result<Rc<Gpu>>>,
    commands: Vec<Command>,
    react: impl FnMut(&Event) -> Vec<Command>,
) -> Vec<Event> {
    drive_with_store(&Memory::default(), cards, commands, react)
}

/// The same with what was kept before.
fn drive_with_store(
    store: &Memory,
    cards: Vec<Result<Rc<Gpu>>>,
    commands: Vec<Command>,
    mut react: impl FnMut(&Event) -> Vec<Command>,
) -> Vec<Event> {
    let heard = RefCell::default();
    drive_all(&heard, &mut react, store, cards, session::parts::whole, commands);
    heard.into_inner()
}

/// A session whose parts come so. What comes later lives as long as the program, and so must whoever listens.
fn drive_in_parts(
    parts: Parts<Listener<'static>>,
    commands: Vec<Command>,
    react: fn(&Event) -> Vec<Command>,
) -> Vec<Event> {
    let heard: &RefCell<Vec<Event>> = Box::leak(Box::default());
    drive_all(heard, Box::leak(Box::new(react)), &Memory::default(), vec![Err(no_adapter())], parts, commands);
    heard.take()
}

fn drive_all<'a>(
    heard: &'a RefCell<Vec<Event>>,
    react: React<'a>,
    store: &Memory,
    cards: Vec<Result<Rc<Gpu>>>,
    parts: Parts<Listener<'a>>,
    commands: Vec<Command>,
) {
    let (sender, receiver) = unbounded();
    for command in commands {
        sender.unbounded_send(command).expect("the receiver is there");
    }
    let (react, cards) = (RefCell::new(react), RefCell::new(cards));
    let host = Listener { heard, sender, react, cards, store: store.clone() };
    // Natively nothing ever waits but for a command.
    assert!(session::run(host, receiver, parts).now_or_never().is_none(), "the session must outlive its commands");
}

fn silent(_: &Event) -> Vec<Command> {
    Vec::new()
}

/// Events without progress, which may come as often as it likes.
fn events_but_progress(events: Vec<Event>) -> Vec<Event> {
    events.into_iter().filter(|event| !matches!(event, Event::Progress { .. })).collect()
}

fn load(request: u32, characters: usize) -> Command {
    load_from(request, TextSource::BuiltIn { corpus: Source::Stories, characters, seed: 1 })
}

fn load_own(request: u32, bytes: &[u8]) -> Command {
    let (content, read) = (TextContent::Bytes(bytes.to_vec()), ReadConfig::default());
    load_from(request, TextSource::Brought { name: "own.txt".into(), content, read })
}

fn load_from(request: u32, source: TextSource) -> Command {
    Command::LoadText { request, sources: vec![source], data: Box::new(Config::default().data) }
}

fn train_tokenizer(request: u32, method: TokenizerMethod, vocab_size: usize) -> Command {
    Command::TrainTokenizer { request, tokenizer: TokenizerConfig::new(method, vocab_size) }
}

fn tiny() -> Config {
    let model = ModelConfig { n_layer: 1, n_head: 2, n_embd: 16, block_size: 16, ..ModelConfig::GPT2 };
    let mut config = Config { model, ..Config::default() };
    config.train.steps = 25;
    config.train.batch_size = 4;
    config.train.warmup = 5;
    config.train.eval_every = 10;
    config.train.sample_every = 20;
    config.sample.length = 24;
    config
}
