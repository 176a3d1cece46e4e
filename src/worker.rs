//! The session behind a dedicated worker: commands come in as messages, events go out as messages.

mod fetch;
mod files;
mod store;
mod tab_lock;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::pin;
use std::rc::Rc;

use futures::channel::mpsc::{UnboundedSender, unbounded};
use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo::timers::future::TimeoutFuture;
use js_sys::{Array, Reflect, Uint8Array, global};
use wasm_bindgen::prelude::*;
use web_sys::{
    DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort, TextDecodeOptions, TextDecoder,
    TextDecoderOptions,
};

use crate::error::{Error, Result};
use crate::protocol::{Command, Event, FileId, pack, unpack};
use crate::session::parts::Parts;
use crate::session::{self, Gpu, Host};
use files::Files;
use store::Folder;
use tab_lock::TabLock;

/// How long opening the graphics card may take.
const PATIENCE_MS: u32 = 8000;

/// Runs the session for as long as the worker lives.
pub fn start(parts: Parts<Worker>) {
    report_panics();
    let (sender, commands) = unbounded();
    let files = Files::default();
    let (given, tab_lock, folder) = (files.clone(), TabLock::new(sender.clone()), Folder::default());
    tab_lock.start(folder.clone());
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        if !given.take(&message.data()) {
            receive(&sender, message.data());
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let worker = Worker { yielder: Yielder::new(), files, tab_lock, folder };
    // The worker's end is the only end it has.
    on_message.forget();
    wasm_bindgen_futures::spawn_local(session::run(worker, commands, parts));
}

/// The browser's thread as the session sees it.
pub struct Worker {
    yielder: Yielder,
    files: Files,
    tab_lock: TabLock,
    folder: Folder,
}

/// Lets other tasks of the worker run: a message to itself comes after those that wait already, and without the four
/// milliseconds that a timer takes at least.
struct Yielder {
    outside: MessagePort,
    held: Rc<RefCell<VecDeque<oneshot::Sender<()>>>>,
    _on_message: Closure<dyn Fn()>,
}

impl Yielder {
    fn new() -> Self {
        let channel = MessageChannel::new().expect("a worker has message channels");
        let held: Rc<RefCell<VecDeque<oneshot::Sender<()>>>> = Rc::default();
        let waiting = Rc::clone(&held);
        let on_message = Closure::<dyn Fn()>::new(move || {
            let first = waiting.borrow_mut().pop_front();
            _ = first.map(|sender| sender.send(()));
        });
        channel.port1().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Self { outside: channel.port2(), held, _on_message: on_message }
    }

    async fn take(&self) {
        let (sender, receiver) = oneshot::channel();
        self.held.borrow_mut().push_back(sender);
        if self.outside.post_message(&JsValue::NULL).is_ok() {
            _ = receiver.await;
        }
    }
}

impl Host for Worker {
    type Store = Folder;

    fn emit(&self, event: Event) {
        post(&event);
    }

    /// Messages arrive between two tasks of the worker, not between two steps of a promise.
    async fn yield_now(&self) {
        self.yielder.take().await;
    }

    /// Some drivers never answer: then there is no graphics card.
    async fn open(&self) -> Result<Rc<Gpu>> {
        match select(pin!(open_gpu()), TimeoutFuture::new(PATIENCE_MS)).await {
            Either::Left((opened, _)) => opened,
            Either::Right(_) => Err(Error::NoAdapter { detail: format!("no answer within {PATIENCE_MS} ms") }),
        }
    }

    async fn read(&self, file: FileId) -> Result<Vec<u8>> {
        self.files.read(file).await
    }

    async fn fetch(&self, address: &str) -> Result<Vec<u8>> {
        fetch::bytes(address).await
    }

    fn store(&self) -> &Folder {
        &self.folder
    }

    fn take_over(&self) {
        self.tab_lock.take_over();
    }

    fn decode_gb18030(&self, bytes: &[u8]) -> Option<String> {
        decode_gb18030(bytes)
    }
}

/// Piece by piece: the browser's own text takes two bytes a character.
fn decode_gb18030(bytes: &[u8]) -> Option<String> {
    const PIECE: usize = 1 << 20;
    let options = TextDecoderOptions::new();
    options.set_fatal(true);
    let decoder = TextDecoder::new_with_label_and_options("gb18030", &options).ok()?;
    let goes_on = TextDecodeOptions::new();
    goes_on.set_stream(true);
    let mut text = String::with_capacity(bytes.len());
    for piece in bytes.chunks(PIECE) {
        text.push_str(&decoder.decode_with_u8_array_and_options(piece, &goes_on).ok()?);
    }
    text.push_str(&decoder.decode().ok()?);
    Some(text)
}

/// Opens the graphics card, with the subgroups that `scripts/subgroups.js` asks for in this thread.
///
/// # Errors
/// There is none, or it fails.
pub async fn open_gpu() -> Result<Rc<Gpu>> {
    let gpu = session::open_gpu().await?;
    if Reflect::get(&global(), &"hasSubgroups".into()).is_ok_and(|has| has.is_truthy()) {
        gpu.offer_subgroups().await?;
    }
    Ok(gpu)
}

fn receive(sender: &UnboundedSender<Command>, message: JsValue) {
    match unpack(&Uint8Array::new(&message).to_vec()) {
        Ok(command) => _ = sender.unbounded_send(command),
        Err(error) => post(&Event::Failed { error: Error::Internal { detail: format!("a command: {error}") } }),
    }
}

fn post(event: &Event) {
    let message = Uint8Array::from(&*pack(event));
    if let Err(error) = scope().post_message_with_transfer(&message, &Array::of1(&message.buffer())) {
        log::error!("a message could not be posted: {error:?}");
    }
}

/// A panic ends the engine; the page is told why, so that it can keep what there is and start another.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        post(&Event::Failed { error: Error::Internal { detail: panic.to_string() } });
    }));
}

fn scope() -> DedicatedWorkerGlobalScope {
    global().unchecked_into()
}
