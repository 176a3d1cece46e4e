//! The version of the site that this page belongs to. Its files lie in folders that are named after what they hold, and a newer
//! version has other folders.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestInit, Response};

use super::state::Lang;

/// The sentences of a language; nothing where they cannot be fetched.
pub async fn sentences(lang: Lang) -> Option<String> {
    text(&format!("{}{}.json", folder()?, lang.tag()), RequestCache::Default).await
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
