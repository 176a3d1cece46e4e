//! The browser's own file system for this site, which no other site and no person looks into: one folder of ours.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemReadWriteOptions, FileSystemSyncAccessHandle,
};

use super::files::message_of;
use super::scope;
use crate::error::{Error, Result};
use crate::store::Store;

const FOLDER: &str = "gptling";
/// A tab that has just lost its hold may still be writing; its file is free a moment later.
const TRIES: u32 = 20;
const PAUSE_MS: u32 = 50;

#[derive(Clone, Default)]
pub struct Folder(Rc<RefCell<Option<FileSystemDirectoryHandle>>>);

impl Folder {
    /// Opens the folder, or says why the browser keeps nothing for this page.
    pub async fn open(&self) -> Result<()> {
        let storage = Reflect::get(&scope().navigator(), &"storage".into()).unwrap_or(JsValue::UNDEFINED);
        if storage.is_undefined() {
            return Err(Error::StorageRefused { detail: "no storage".into() });
        }
        let root = done(scope().navigator().storage().get_directory()).await?;
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let root: FileSystemDirectoryHandle = root.unchecked_into();
        let folder = done(root.get_directory_handle_with_options(FOLDER, &options)).await?;
        *self.0.borrow_mut() = Some(folder.unchecked_into());
        Ok(())
    }

    fn folder(&self) -> Result<FileSystemDirectoryHandle> {
        self.0.borrow().clone().ok_or_else(|| Error::StorageRefused { detail: "no folder".into() })
    }
}

impl Store for Folder {
    async fn list(&self) -> Result<Vec<String>> {
        let (keys, mut names) = (self.folder()?.keys(), Vec::new());
        loop {
            let next = done(keys.next().map_err(|error| refused(&error))?).await?;
            match Reflect::get(&next, &"value".into()).ok().and_then(|name| name.as_string()) {
                Some(name) => names.push(name),
                None => return Ok(names),
            }
        }
    }

    async fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let file = match JsFuture::from(self.folder()?.get_file_handle(name)).await {
            Ok(file) => file.unchecked_into::<FileSystemFileHandle>(),
            Err(error) if is(&error, "NotFoundError") => return Ok(None),
            Err(error) => return Err(refused(&error)),
        };
        let file: File = done(file.get_file()).await?.unchecked_into();
        Ok(Some(Uint8Array::new(&done(file.array_buffer()).await?).to_vec()))
    }

    async fn write(&self, name: &str, parts: &[&[u8]]) -> Result<()> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let file = done(self.folder()?.get_file_handle_with_options(name, &options)).await;
        let bytes = parts.iter().map(|part| part.len() as u64).sum();
        let file: FileSystemFileHandle = file.map_err(|error| sized(error, bytes))?.unchecked_into();
        let access = access(&file).await.map_err(|error| sized(error, bytes))?;
        let written = write(&access, parts).map_err(|error| sized(error, bytes));
        if written.is_err() {
            // It holds nothing whole any more, so it gives its room back.
            _ = access.truncate_with_u32(0);
        }
        access.close();
        written
    }

    async fn delete(&self, name: &str) -> Result<()> {
        match JsFuture::from(self.folder()?.remove_entry(name)).await {
            Err(error) if !is(&error, "NotFoundError") => Err(refused(&error)),
            _ => Ok(()),
        }
    }
}

/// The right to write, which one tab has at a time.
async fn access(file: &FileSystemFileHandle) -> Result<FileSystemSyncAccessHandle> {
    let mut tries = 0;
    loop {
        match JsFuture::from(file.create_sync_access_handle()).await {
            Ok(access) => return Ok(access.unchecked_into()),
            Err(error) if is(&error, "NoModificationAllowedError") && tries < TRIES => tries += 1,
            Err(error) => return Err(refused(&error)),
        }
        TimeoutFuture::new(PAUSE_MS).await;
    }
}

/// Over what the file holds, so that a file of the same size needs no more room.
fn write(access: &FileSystemSyncAccessHandle, parts: &[&[u8]]) -> Result<()> {
    let mut at = 0.0;
    for part in parts {
        let options = FileSystemReadWriteOptions::new();
        options.set_at(at);
        let written = access.write_with_u8_array_and_options(part, &options).map_err(|error| refused(&error))?;
        if written < part.len() as f64 {
            return Err(Error::StorageFull { bytes: 0 });
        }
        at += written;
    }
    access.truncate_with_f64(at).and_then(|()| access.flush()).map_err(|error| refused(&error))
}

/// What a promise gives.
async fn done<T: wasm_bindgen::convert::FromWasmAbi + JsCast + 'static>(promise: js_sys::Promise<T>) -> Result<JsValue>
where
    JsFuture<T>: Future<Output = std::result::Result<T, JsValue>>,
{
    JsFuture::from(promise).await.map(Into::into).map_err(|error| refused(&error))
}

fn refused(error: &JsValue) -> Error {
    match is(error, "QuotaExceededError") {
        true => Error::StorageFull { bytes: 0 },
        false => Error::StorageRefused { detail: message_of(error) },
    }
}

/// With the size of what there was no room for.
fn sized(error: Error, bytes: u64) -> Error {
    match error {
        Error::StorageFull { .. } => Error::StorageFull { bytes },
        error => error,
    }
}

fn is(error: &JsValue, name: &str) -> bool {
    error.dyn_ref::<DomException>().is_some_and(|error| error.name() == name)
}
