//! Which tab keeps: the one that holds a lock of the site. A tab that dies lets it go, whatever it died of.

use std::pin::pin;

use futures::channel::mpsc::UnboundedSender;
use futures::future::{Either, select};
use gloo::timers::future::TimeoutFuture;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::scope;
use super::store::Folder;
use crate::error::Error;
use crate::protocol::Command;
use crate::protocol::storage::{LockState, StorageCommand};

const LOCK: &str = "gptling";
/// A page that was reloaded a moment ago may still have the lock: it is asked for so often before it counts as another
/// tab's.
const TRIES: u32 = 8;
const PAUSE_MS: u32 = 100;
/// How long a browser may think about whether it keeps anything.
const PATIENCE_MS: u32 = 10_000;

#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(method)]
    fn request(this: &LockManager, name: &str, options: &Object, then: &Function) -> Promise;
}

/// How the lock is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variant {
    /// Only if nobody has it, with so many tries left.
    Politely(u32),
    /// As soon as nobody has it any more.
    Patiently,
    /// Whoever has it.
    Firmly,
}

/// Tells the session what it holds, by commands.
#[derive(Clone)]
pub struct TabLock {
    sender: UnboundedSender<Command>,
}

impl TabLock {
    pub fn new(sender: UnboundedSender<Command>) -> Self {
        Self { sender }
    }

    /// Opens the folder and asks for the lock.
    pub fn start(&self, folder: Folder) {
        let tab_lock = self.clone();
        spawn_local(async move {
            let opened = match select(pin!(folder.open()), TimeoutFuture::new(PATIENCE_MS)).await {
                Either::Left((opened, _)) => opened,
                Either::Right(_) => Err(Error::StorageRefused { detail: "no answer".into() }),
            };
            match opened {
                Ok(()) => tab_lock.ask(Variant::Politely(TRIES)),
                Err(error) => tab_lock.emit(LockState::Refused { error }),
            }
        });
    }

    /// Takes the lock from the tab that has it.
    pub fn take_over(&self) {
        self.ask(Variant::Firmly);
    }

    fn emit(&self, hold: LockState) {
        _ = self.sender.unbounded_send(Command::Storage(StorageCommand::Held(hold)));
    }

    fn ask(&self, way: Variant) {
        let locks = Reflect::get(&scope().navigator(), &"locks".into()).unwrap_or(JsValue::UNDEFINED);
        if locks.is_undefined() {
            // A browser without locks: several tabs are not told apart, and each slot is whole or is not.
            return self.emit(LockState::Ours);
        }
        let options = Object::new();
        let option = match way {
            Variant::Politely(_) => "ifAvailable",
            Variant::Firmly => "steal",
            Variant::Patiently => "",
        };
        if !option.is_empty() {
            _ = Reflect::set(&options, &option.into(), &JsValue::TRUE);
        }
        let tab_lock = self.clone();
        let then = Closure::once_into_js(move |lock: JsValue| tab_lock.answered(way, &lock));
        let held = locks.unchecked_into::<LockManager>().request(LOCK, &options, then.unchecked_ref());
        let tab_lock = self.clone();
        spawn_local(async move {
            // A lock that was taken away ends with an error; one that is kept never ends.
            if JsFuture::from(held).await.is_err() {
                tab_lock.wait();
            }
        });
    }

    /// The lock, or nothing where another tab has it. It is held until the promise ends.
    fn answered(&self, way: Variant, lock: &JsValue) -> Promise {
        if !lock.is_null() {
            self.emit(LockState::Ours);
            return Promise::new(&mut |_, _| ());
        }
        match way {
            Variant::Politely(tries @ 1..) => self.ask_again(tries - 1),
            _ => self.wait(),
        }
        Promise::resolve(&JsValue::NULL)
    }

    fn ask_again(&self, tries: u32) {
        let tab_lock = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(PAUSE_MS).await;
            tab_lock.ask(Variant::Politely(tries));
        });
    }

    fn wait(&self) {
        self.emit(LockState::Elsewhere);
        self.ask(Variant::Patiently);
    }
}
