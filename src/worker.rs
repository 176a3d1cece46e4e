//! The session behind a dedicated worker: orders come in as messages, facts go out as messages.

use futures::channel::mpsc::{UnboundedSender, unbounded};
use js_sys::{Array, Uint8Array, global};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::error::{Error, Result};
use crate::protocol::{Command, Event, pack, unpack};
use crate::session::{self, Device, Host};

/// Runs the session for as long as the worker lives.
pub fn start() {
    tell_of_panics();
    let (orders, commands) = unbounded();
    let on_message =
        Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| receive(&orders, message.data()));
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker's end is the only end it has.
    on_message.forget();
    wasm_bindgen_futures::spawn_local(session::run(Worker, commands));
}

struct Worker;

impl Host for Worker {
    fn tell(&self, event: Event) {
        post(&event);
    }

    /// Messages arrive between two tasks of the worker, not between two steps of a promise.
    async fn breathe(&self) {
        gloo::timers::future::TimeoutFuture::new(0).await;
    }

    async fn open(&self) -> Result<Device> {
        session::open_gpu().await
    }
}

fn receive(orders: &UnboundedSender<Command>, message: JsValue) {
    match unpack(&Uint8Array::new(&message).to_vec()) {
        Ok(command) => _ = orders.unbounded_send(command),
        Err(error) => post(&Event::Failed { error: Error::Internal { detail: format!("an order: {error}") } }),
    }
}

fn post(event: &Event) {
    let message = Uint8Array::from(&*pack(event));
    if let Err(error) = scope().post_message_with_transfer(&message, &Array::of1(&message.buffer())) {
        log::error!("a message could not be posted: {error:?}");
    }
}

/// A panic ends the engine; the page is told why, so that it can keep what there is and start another.
fn tell_of_panics() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        post(&Event::Failed { error: Error::Internal { detail: panic.to_string() } });
    }));
}

fn scope() -> DedicatedWorkerGlobalScope {
    global().unchecked_into()
}
