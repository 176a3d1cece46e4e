//! The version of the site that this page belongs to. Its files lie in folders that are named after what they hold, and a newer
//! version has other folders.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestInit, Response};

use super::state::Lang;

/// Sentences of a language: those of the first view, or the `-rest`. Nothing where they cannot be fetched.
pub async fn sentences(lang: Lang, which: &str) -> Option<String> {
    text(&format!("{}{}{which}.json", folder()?, lang.tag()), RequestCache::Default).await
}

/// Takes a style sheet into the page; nothing where it cannot be fetched.
pub async fn style(name: &str) -> Option<()> {
    let document = gloo::utils::document();
    let link = document.create_element("link").ok()?;
    link.set_attribute("rel", "stylesheet").ok()?;
    link.set_attribute("href", &format!("{}{name}", folder()?)).ok()?;
    let loaded = Promise::new(&mut |loaded, failed| {
        _ = link.add_event_listener_with_callback("load", &loaded);
        _ = link.add_event_listener_with_callback("error", &failed);
    });
    document.head()?.append_child(&link).ok()?;
    let loaded = JsFuture::from(loaded).await;
    // It is tried again with another.
    loaded.map(|_| ()).inspect_err(|_| link.remove()).ok()
}

/// Lets the browser fetch a part of the engine before the engine is asked.
pub fn engine_ahead(part: &str) {
    let ahead = Reflect::get(&js_sys::global(), &"engineAhead".into());
    _ = ahead
        .ok()
        .and_then(|ahead| ahead.dyn_into::<Function>().ok())
        .map(|ahead| ahead.call1(&JsValue::NULL, &part.into()));
}

/// Whether the site has a newer version than this page.
pub async fn is_outdated() -> bool {
    let Some(folder) = folder() else { return false };
    text("./", RequestCache::NoStore)
        .await
        .is_some_and(|page| page.contains("name=\"locales\"") && !page.contains(&folder))
}

/// Where this page's own files are, as the build wrote it into the page.
fn folder() -> Option<String> {
    let meta = gloo::utils::document().query_selector("meta[name=locales]").ok()??;
    meta.get_attribute("content").filter(|name| !name.is_empty())
}

async fn text(address: &str, cache: RequestCache) -> Option<String> {
    let init = RequestInit::new();
    init.set_cache(cache);
    let answer = JsFuture::from(gloo::utils::window().fetch_with_str_and_init(address, &init)).await.ok()?;
    let answer: Response = answer.unchecked_into();
    let text = answer.ok().then(|| answer.text().ok()).flatten()?;
    JsFuture::from(text).await.ok()?.as_string()
}
