//! Buttons that save the project to a file and open one.

use std::rc::Rc;

use gloo::file::futures::read_as_bytes;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::{Sign, icon};
use crate::error::Error;
use crate::ui::i18n::I18n;
use crate::ui::state::{Action, StorageAction};

/// Bytes of a project file that are taken at most.
const LIMIT_BYTES: u64 = 1 << 30;

#[derive(Clone, PartialEq, Properties)]
pub struct ProjectFilesProps {
    /// A project is being made into a file.
    pub is_saving: bool,
    pub dispatch: Callback<Action>,
    pub t: I18n,
}

#[component]
pub fn ProjectFiles(props: &ProjectFilesProps) -> Html {
    let (dispatch, t) = (&props.dispatch, &props.t);
    let choose = {
        let dispatch = dispatch.clone();
        move |_: MouseEvent| choose(&dispatch)
    };
    let save = dispatch.reform(|_: MouseEvent| Action::Storage(StorageAction::Save(None)));
    html! {
        <>
            <button class="button" data-kind="quiet" type="button" disabled={props.is_saving} onclick={save}>
                { icon(Sign::Download) }{ t.say("storage.save") }
            </button>
            <button class="button" data-kind="quiet" type="button" onclick={choose}>
                { icon(Sign::Upload) }{ t.say("storage.open") }
            </button>
        </>
    }
}

/// Lets the visitor choose a file.
fn choose(dispatch: &Callback<Action>) {
    let Ok(input) = gloo::utils::document().create_element("input") else { return };
    let input: HtmlInputElement = input.unchecked_into();
    input.set_type("file");
    input.set_accept(".zip");
    let (chosen, dispatch) = (input.clone(), dispatch.clone());
    let onchange = Closure::once_into_js(move || {
        if let Some(file) = chosen.files().and_then(|files| files.get(0)) {
            open(file, &dispatch);
        }
    });
    input.set_onchange(Some(onchange.unchecked_ref()));
    input.click();
}

fn open(file: File, dispatch: &Callback<Action>) {
    let (name, dispatch) = (file.name(), dispatch.clone());
    let bytes = file.size() as u64;
    if bytes > LIMIT_BYTES {
        let error = Error::ProjectEntryLarge { entry: name.clone(), name, bytes, limit: LIMIT_BYTES };
        return dispatch.emit(Action::Storage(StorageAction::Unreadable(error)));
    }
    spawn_local(async move {
        dispatch.emit(Action::Storage(match read_as_bytes(&file.into()).await {
            Ok(bytes) => StorageAction::Open(name, Rc::from(bytes)),
            Err(error) => StorageAction::Unreadable(Error::TextUnreadable { name, detail: error.to_string() }),
        }));
    });
}
