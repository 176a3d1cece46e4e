//! Texts of one's own outlive a reload of the page, in the tab's own storage, and what to
//! compute on, and how, outlives the visit: nothing leaves the browser.

use std::rc::Rc;

use serde::{Deserialize, Serialize};
use web_sys::Storage;
use yew::prelude::*;

use crate::config::corpus::ReadConfig;
use crate::protocol::{DeviceChoice, pack, unpack};
use crate::ui::export::save_bytes;
use crate::ui::state::storage::ProjectFile;
use crate::ui::state::{Content, KnownKernels, UserText};

const TEXTS: &str = "gptling.texts";
const DEVICE: &str = "gptling.device";
const KERNELS: &str = "gptling.kernels";
/// Browsers give a tab about five million characters.
pub const LIMIT_BYTES: usize = 2_000_000;

/// A text as it is kept. Files that stay where they are, and addresses, are not: the browser gives a file to one page
/// only, and nothing is fetched unasked.
#[derive(Serialize, Deserialize)]
struct Kept {
    name: String,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
    read: ReadConfig,
}

/// The texts that this tab had before it was reloaded.
pub fn saved_texts() -> Vec<UserText> {
    let kept = storage().and_then(|storage| storage.get_item(TEXTS).ok()?);
    let bytes = kept.and_then(|kept| kept.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect());
    let texts = bytes.and_then(|bytes: Vec<u8>| unpack::<Vec<Kept>>(&bytes).ok()).unwrap_or_default();
    let text = |Kept { name, bytes, read }| UserText { id: 0, name, content: Content::Bytes(bytes.into()), read };
    texts.into_iter().map(text).collect()
}

/// Where there is no storage, or no room in it, the texts live as long as the page.
#[hook]
pub fn use_saved_texts(own: &[Rc<UserText>]) {
    use_effect_with(own.to_vec(), |own| {
        let Some(storage) = storage() else { return };
        let texts = kept(own);
        _ = match texts.is_empty() {
            // A character for each byte: a storage holds nothing but text.
            false => storage.set_item(TEXTS, &pack(&texts).into_iter().map(char::from).collect::<String>()),
            true => storage.remove_item(TEXTS),
        };
    });
}

/// The first texts that fit into the storage.
fn kept(own: &[Rc<UserText>]) -> Vec<Kept> {
    let mut room = LIMIT_BYTES;
    let kept = own.iter().filter_map(|text| match &text.content {
        Content::Bytes(bytes) if bytes.len() <= room => {
            room -= bytes.len();
            Some(Kept { name: text.name.clone(), bytes: bytes.to_vec(), read: text.read.clone() })
        }
        _ => None,
    });
    kept.collect()
}

/// What this browser computed on before.
pub fn saved_choice() -> DeviceChoice {
    let name = lasting_storage().and_then(|storage| storage.get_item(DEVICE).ok()?);
    name.and_then(|name| DeviceChoice::named(&name)).unwrap_or_default()
}

#[hook]
pub fn use_saved_choice(choice: DeviceChoice) {
    use_effect_with(choice, |choice| {
        _ = lasting_storage().map(|storage| storage.set_item(DEVICE, choice.name()));
    });
}

/// What this browser, in this version, has measured of its graphics card before.
pub fn saved_kernels() -> KnownKernels {
    let text = lasting_storage().and_then(|storage| storage.get_item(KERNELS).ok()?);
    let own = text.as_deref().and_then(|text| text.strip_prefix(&browser())?.strip_prefix('\n'));
    own.map(KnownKernels::from_text).unwrap_or_default()
}

#[hook]
pub fn use_saved_kernels(kernels: &KnownKernels) {
    use_effect_with((kernels.card.clone(), kernels.fastest.clone()), {
        let kernels = kernels.clone();
        move |_| {
            let text = format!("{}\n{}", browser(), kernels.to_text());
            if !kernels.fastest.is_empty() {
                _ = lasting_storage().map(|storage| storage.set_item(KERNELS, &text));
            }
        }
    });
}

/// Gives a project that the engine has made into a file to the browser, once.
#[hook]
pub fn use_project_file(file: Option<Rc<ProjectFile>>) {
    use_effect_with(file.as_ref().map(|file| file.request), move |_| {
        if let Some(file) = file {
            save_bytes(&file.name, "application/zip", &file.bytes);
        }
    });
}

/// Name and version.
fn browser() -> String {
    gloo::utils::window().navigator().user_agent().unwrap_or_default()
}

fn lasting_storage() -> Option<Storage> {
    gloo::utils::window().local_storage().ok()?
}

/// A frame of another site may be forbidden to keep anything.
fn storage() -> Option<Storage> {
    gloo::utils::window().session_storage().ok()?
}
