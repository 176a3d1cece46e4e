//! The bridge to the engine's worker: commands out, events in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent, Worker};
use yew::prelude::*;

use crate::error::Error;
use crate::protocol::{Event, FileId, pack, unpack};
use crate::ui::state::{Action, Content, Handle, Shared, UserText};

/// Where the worker is when the page does not say.
const LOADER: &str = "./worker_loader.js";
/// So long a worker may take before the visitor is told that something is wrong.
const PATIENCE_SECONDS: u64 = 20;

/// Keeps one worker running, gives it the commands of the outbox once each, and dispatches what it says.
///
/// A new generation of the outbox ends the worker and starts another.
#[hook]
pub fn use_worker(state: &Shared, dispatch: &Callback<Action>) {
    let bridge = use_mut_ref(|| None::<Bridge>);
    {
        let (bridge, dispatch) = (bridge.clone(), dispatch.clone());
        use_effect_with(state.outbox.generation, move |_| {
            match Bridge::start(&dispatch) {
                Ok(started) => *bridge.borrow_mut() = Some(started),
                Err(error) => dispatch.emit(Action::EngineDied(worker_failed(&error))),
            }
            move || *bridge.borrow_mut() = None
        });
    }
    let (shared, dispatch) = (state.clone(), dispatch.clone());
    use_effect_with((state.outbox.generation, state.outbox.last()), move |_| {
        if let Some(bridge) = &mut *bridge.borrow_mut() {
            bridge.send(&shared, &dispatch);
        }
    });
}

/// A running worker; dropping it ends it.
struct Bridge {
    worker: Worker,
    sent: u64,
    /// The files up to this number have been passed on.
    files: FileId,
    _listeners: [EventListener; 3],
    _patience: Timeout,
}

impl Bridge {
    fn start(dispatch: &Callback<Action>) -> Result<Self, JsValue> {
        let worker = Worker::new(&loader())?;
        let inbox = Rc::new(Inbox { dispatch: dispatch.clone(), events: RefCell::default(), waiting: Cell::default() });
        let on_message = EventListener::new(&worker, "message", move |event| {
            inbox.receive(event.unchecked_ref::<MessageEvent>().data());
        });
        let died = |dispatch: Callback<Action>| {
            move |event: &web_sys::Event| dispatch.emit(Action::EngineDied(worker_failed(event)))
        };
        let on_error = EventListener::new(&worker, "error", died(dispatch.clone()));
        let on_message_error = EventListener::new(&worker, "messageerror", died(dispatch.clone()));
        let dispatch = dispatch.clone();
        let late = move || dispatch.emit(Action::EngineWaited(PATIENCE_SECONDS));
        let patience = Timeout::new(1000 * PATIENCE_SECONDS as u32, late);
        let listeners = [on_message, on_error, on_message_error];
        Ok(Bridge { worker, sent: 0, files: 0, _listeners: listeners, _patience: patience })
    }

    fn send(&mut self, state: &Shared, dispatch: &Callback<Action>) {
        let last = state.outbox.last();
        if last == self.sent {
            return;
        }
        let mut posted = self.pass_files_on(&state.project.own);
        for command in state.outbox.after(self.sent) {
            let message = Uint8Array::from(&*pack(command));
            let moved = Array::of1(&message.buffer());
            posted = posted.and_then(|()| self.worker.post_message_with_transfer(&message, &moved));
        }
        if let Err(error) = posted {
            dispatch.emit(Action::EngineDied(worker_failed(&error)));
        }
        self.sent = last;
        dispatch.emit(Action::Sent(last));
    }

    /// Files that stay where they are go to the worker as what they are, before a command that names them.
    fn pass_files_on(&mut self, own: &[Rc<UserText>]) -> Result<(), JsValue> {
        let message = Array::new();
        for text in own.iter().filter(|text| text.id > self.files) {
            if let Content::File(Handle(file), _) = &text.content
                && let Some(file) = file.downcast_ref::<File>()
            {
                message.push(&text.id.into());
                message.push(file);
            }
        }
        self.files = own.iter().map(|text| text.id).max().unwrap_or(0).max(self.files);
        if message.length() == 0 { Ok(()) } else { self.worker.post_message(&message) }
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// Collects what the worker says between two frames, so that the page is drawn once for all of it.
struct Inbox {
    dispatch: Callback<Action>,
    events: RefCell<Vec<Event>>,
    waiting: Cell<bool>,
}

impl Inbox {
    fn receive(self: &Rc<Self>, message: JsValue) {
        match unpack::<Event>(&Uint8Array::new(&message).to_vec()) {
            Ok(event) => self.events.borrow_mut().push(event),
            Err(error) => {
                let detail = format!("a message of the engine cannot be read: {error}");
                return self.dispatch.emit(Action::EngineDied(Error::WorkerFailed { detail }));
            }
        }
        if !self.waiting.replace(true) {
            let inbox = self.clone();
            before_next_frame(move || {
                inbox.waiting.set(false);
                let events = inbox.events.take();
                inbox.dispatch.emit(Action::Events(events));
            });
        }
    }
}

/// A hidden tab draws no frames, but its timers still run.
fn before_next_frame(work: impl FnOnce() + 'static) {
    let window = gloo::utils::window();
    if gloo::utils::document().hidden() {
        Timeout::new(50, work).forget();
    } else {
        let callback = Closure::once_into_js(work);
        _ = window.request_animation_frame(callback.unchecked_ref());
    }
}

/// The built page names the worker's file, which changes with its content.
fn loader() -> String {
    let meta = gloo::utils::document().query_selector("meta[name=worker]").ok().flatten();
    meta.and_then(|meta| meta.get_attribute("content")).filter(|name| !name.is_empty()).unwrap_or_else(|| LOADER.into())
}

/// What a failure says about itself: error events and exceptions carry a `message`, a script that did not load nothing.
fn worker_failed(cause: &JsValue) -> Error {
    let message = Reflect::get(cause, &"message".into()).ok().and_then(|message| message.as_string());
    Error::WorkerFailed { detail: message.filter(|message| !message.is_empty()).unwrap_or_else(loader) }
}
