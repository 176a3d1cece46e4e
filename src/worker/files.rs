//! The student's files as the page has passed them on: handles, whose bytes are read here when a text is made of them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::error::{Error, Result};
use crate::protocol::FileId;

#[derive(Clone, Default)]
pub struct Files(Rc<RefCell<BTreeMap<FileId, File>>>);

impl Files {
    /// Takes a message that passes files on: `[id, file, id, file, ...]`. Every other message is a command.
    pub fn take(&self, message: &JsValue) -> bool {
        let Some(message) = message.dyn_ref::<Array>() else { return false };
        for pair in message.to_vec().chunks_exact(2) {
            if let (Some(id), Some(file)) = (pair[0].as_f64(), pair[1].dyn_ref::<File>()) {
                self.0.borrow_mut().insert(id as FileId, file.clone());
            }
        }
        true
    }

    /// # Errors
    /// A file that was changed, moved or deleted since it was chosen, or that nobody has passed on.
    pub async fn read(&self, id: FileId) -> Result<Vec<u8>> {
        let file = self.0.borrow().get(&id).cloned();
        let file = file.ok_or_else(|| Error::Internal { detail: format!("there is no file {id}") })?;
        let content = JsFuture::from(file.array_buffer()).await;
        let unreadable = |error: JsValue| Error::TextUnreadable { name: file.name(), detail: message_of(&error) };
        content.map(|content| Uint8Array::new(&content).to_vec()).map_err(unreadable)
    }
}

/// What a browser's exception says.
pub fn message_of(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    message.unwrap_or_else(|| format!("{error:?}"))
}
