//! Files and folders that a student drops or chooses, up to what the page needs of them.

use std::rc::Rc;

use gloo::file::futures::read_as_bytes;
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

use super::keep::LIMIT_BYTES;
use crate::error::Error;
use crate::ui::state::{Brought, Content, Handle};

/// Files that are taken at once at most.
const MAX_FILES: usize = 500;
/// Ends of the names of texts: other files of a folder are not even read.
pub const TEXTS: [&str; 20] = [
    "txt", "md", "csv", "tsv", "tab", "json", "jsonl", "ndjson", "html", "htm", "xml", "tex", "srt", "log", "py", "rs",
    "js", "c", "java", "rst",
];

/// What was found: texts, and how many files were left out because they are none, or too many.
#[derive(Default)]
pub struct Found {
    pub texts: Vec<Brought>,
    pub left_out: usize,
    pub unreadable: Option<Error>,
}

/// A file with its name, or its path where it lies in a folder.
type Named = (String, File);

/// The files of a list, as a button gives them: single ones as they are, of a folder the texts alone.
pub async fn chosen(files: FileList) -> Found {
    let all = (0..files.length()).filter_map(|at| files.get(at)).map(|file| (path(&file), file)).collect();
    found(all).await
}

/// Files and folders that were dropped. The browser lends them for the time of the event alone, so what they are is asked
/// before anything is waited for.
pub fn dropped(transfer: &DataTransfer) -> impl Future<Output = Found> + use<> {
    let items = transfer.items();
    let items = (0..items.length()).filter_map(|at| items.get(at)).filter(|item| item.kind() == "file");
    let entries: Vec<_> = items.map(|item| (item.webkit_get_as_entry().ok().flatten(), item.get_as_file())).collect();
    async move {
        let mut all = Vec::new();
        for (entry, file) in entries {
            match (entry, file) {
                (Some(entry), _) if entry.is_directory() => walk(entry, &mut all).await,
                (_, Ok(Some(file))) => all.push((file.name(), file)),
                _ => (),
            }
        }
        found(all).await
    }
}

/// Every file below a folder.
async fn walk(folder: FileSystemEntry, all: &mut Vec<Named>) {
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in entries(folder.unchecked_into()).await {
            if entry.is_directory() {
                folders.push(entry);
            } else if all.len() <= MAX_FILES
                && let Some(file) = file(entry.clone().unchecked_into()).await
            {
                all.push((entry.full_path().trim_start_matches('/').to_string(), file));
            }
        }
    }
}

/// A browser gives the entries of a folder a hundred at a time.
async fn entries(folder: FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let next = promised(|given, failed| {
            _ = reader.read_entries_with_callback_and_callback(given, failed);
        });
        let next: Array = next.await.map_or_else(|_| Array::new(), JsCast::unchecked_into);
        if next.length() == 0 || all.len() > 10 * MAX_FILES {
            return all;
        }
        all.extend(next.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

async fn file(entry: FileSystemFileEntry) -> Option<File> {
    let file = promised(|given, failed| entry.file_with_callback_and_callback(given, failed)).await;
    file.ok().map(JsCast::unchecked_into)
}

/// A call with two callbacks as a promise.
async fn promised(mut call: impl FnMut(&js_sys::Function, &js_sys::Function)) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::new(&mut |given, failed| call(&given, &failed))).await
}

/// Small files are read, so that they outlive a reload; others are left where they are.
async fn found(all: Vec<Named>) -> Found {
    let mut found = Found::default();
    let mut room = LIMIT_BYTES as f64;
    for (name, file) in all {
        if found.texts.len() == MAX_FILES || name.contains('/') && !is_text(&name) {
            found.left_out += 1;
            continue;
        }
        if file.size() > room {
            let size = file.size() as u64;
            found.texts.push((name, Content::File(Handle(Rc::new(file)), size)));
            continue;
        }
        room -= file.size();
        match read_as_bytes(&file.into()).await {
            Ok(bytes) => found.texts.push((name, Content::Bytes(bytes.into()))),
            Err(error) => found.unreadable = Some(Error::TextUnreadable { name, detail: error.to_string() }),
        }
    }
    found
}

fn is_text(name: &str) -> bool {
    let end = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    !name.rsplit('/').next().unwrap_or_default().starts_with('.') && TEXTS.contains(&end.as_str())
}

/// The path within the folder that was chosen, or the name.
fn path(file: &File) -> String {
    let path = js_sys::Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
    path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name())
}
