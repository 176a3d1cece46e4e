//! A text of one's own outlives a reload of the page, in the tab's own storage, and what to
//! compute on, and how, outlives the visit: nothing leaves the browser.

use std::rc::Rc;

use web_sys::Storage;
use yew::prelude::*;

use crate::protocol::DeviceChoice;
use crate::ui::state::{KnownKernels, OwnText};

const NAME: &str = "gptling.text.name";
const TEXT: &str = "gptling.text";
const DEVICE: &str = "gptling.device";
const KERNELS: &str = "gptling.kernels";
/// Browsers give a tab about five million characters.
const LIMIT_BYTES: usize = 2_000_000;

/// The text that this tab had before it was reloaded.
pub fn kept_text() -> Option<OwnText> {
    let storage = storage()?;
    let name = storage.get_item(NAME).ok()??;
    let text = storage.get_item(TEXT).ok()??;
    Some(OwnText { name, bytes: text.into_bytes() })
}

/// Where there is no storage, or no room in it, the text lives as long as the page.
#[hook]
pub fn use_kept_text(own: &Option<Rc<OwnText>>) {
    use_effect_with(own.clone(), |own| {
        let Some(storage) = storage() else { return };
        let text = own.as_ref().filter(|own| own.bytes.len() <= LIMIT_BYTES);
        _ = match text.and_then(|own| Some((&own.name, std::str::from_utf8(&own.bytes).ok()?))) {
            Some((name, text)) => storage.set_item(NAME, name).and_then(|()| storage.set_item(TEXT, text)),
            None => storage.remove_item(TEXT),
        };
    });
}

/// What this browser computed on before.
pub fn kept_choice() -> DeviceChoice {
    let name = lasting_storage().and_then(|storage| storage.get_item(DEVICE).ok()?);
    name.and_then(|name| DeviceChoice::named(&name)).unwrap_or_default()
}

#[hook]
pub fn use_kept_choice(choice: DeviceChoice) {
    use_effect_with(choice, |choice| {
        _ = lasting_storage().map(|storage| storage.set_item(DEVICE, choice.name()));
    });
}

/// What this browser, in this version, has measured of its graphics card before.
pub fn kept_kernels() -> KnownKernels {
    let text = lasting_storage().and_then(|storage| storage.get_item(KERNELS).ok()?);
    let own = text.as_deref().and_then(|text| text.strip_prefix(&browser())?.strip_prefix('\n'));
    own.map(KnownKernels::from_text).unwrap_or_default()
}

#[hook]
pub fn use_kept_kernels(kernels: &KnownKernels) {
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
