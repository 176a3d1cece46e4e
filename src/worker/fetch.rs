//! Bytes from an address. The worker fetches, not the page, whose policy allows its own site alone.

use futures::future::{Either, select};
use gloo::timers::future::TimeoutFuture;
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, ReferrerPolicy, RequestCredentials, RequestInit, RequestMode,
    Response, Url,
};

use super::scope;
use crate::error::{Error, Result};

/// Bytes that are read at most: a text may not be larger.
const LIMIT_BYTES: u64 = 64 * 1024 * 1024;
/// How long an answer may take, from one piece to the next.
const PATIENCE_MS: u32 = 30_000;
const PATIENCE_SECONDS: u64 = PATIENCE_MS as u64 / 1000;

/// Everything at an address; one without a scheme is a file of the site.
///
/// # Errors
/// What cannot be fetched, with the reason as far as a browser tells it.
pub async fn bytes(address: &str) -> Result<Vec<u8>> {
    let here = scope().location();
    let url = match address.contains("://") {
        true => Url::new(address),
        // The engine has a folder of its own in the site.
        false => Url::new_with_base(&format!("../{address}"), &here.href()),
    };
    let named = || address.to_string();
    let url = url.map_err(|_| Error::AddressUnknown { address: named() })?;
    match url.protocol().as_str() {
        "https:" => (),
        "http:" if here.protocol() != "https:" || is_this_machine(&url.hostname()) => (),
        "http:" => return Err(Error::AddressInsecure { address: named() }),
        _ => return Err(Error::AddressUnknown { address: named() }),
    }
    Fetch { address, url: url.href(), abort: AbortController::new().ok() }.run().await
}

/// Browsers take these for as safe as https.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]"
}

struct Fetch<'a> {
    /// As it was typed.
    address: &'a str,
    url: String,
    abort: Option<AbortController>,
}

impl Fetch<'_> {
    async fn run(&self) -> Result<Vec<u8>> {
        let answer = self.in_time(self.request("GET", RequestMode::Cors)).await?;
        let Ok(answer) = answer else { return Err(self.why_refused().await) };
        let response: Response = answer.unchecked_into();
        match response.ok() {
            true => self.read(&response).await,
            false => Err(Error::AddressStatus { address: self.named(), status: response.status().into() }),
        }
    }

    /// A browser tells a page neither whether a site forbids reading nor whether it is there at all. A request that may
    /// not be read still tells whether anything answers.
    async fn why_refused(&self) -> Error {
        match self.in_time(self.request("HEAD", RequestMode::NoCors)).await {
            Ok(Ok(_)) => Error::AddressForbidden { address: self.named() },
            Ok(Err(_)) => Error::AddressUnreachable { address: self.named() },
            Err(slow) => slow,
        }
    }

    fn request(&self, method: &str, mode: RequestMode) -> Promise {
        let init = RequestInit::new();
        init.set_method(method);
        init.set_mode(mode);
        init.set_credentials(RequestCredentials::Omit);
        init.set_referrer_policy(ReferrerPolicy::NoReferrer);
        init.set_signal(self.abort.as_ref().map(AbortController::signal).as_ref());
        scope().fetch_with_str_and_init(&self.url, &init)
    }

    async fn read(&self, response: &Response) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let Some(body) = response.body() else { return Ok(bytes) };
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        loop {
            let piece = self.in_time(reader.read()).await?;
            let piece = piece.map_err(|_| Error::AddressUnreachable { address: self.named() })?;
            let value = Reflect::get(&piece, &"value".into()).unwrap_or(JsValue::UNDEFINED);
            let Some(value) = value.dyn_ref::<Uint8Array>() else { return Ok(bytes) };
            let size = bytes.len() as u64 + u64::from(value.length());
            if size > LIMIT_BYTES {
                self.stop();
                return Err(Error::TextTooLarge { name: self.named(), bytes: size, limit: LIMIT_BYTES });
            }
            bytes.extend(value.to_vec());
        }
    }

    /// What a promise gives, unless it takes too long.
    async fn in_time(&self, promise: Promise) -> Result<std::result::Result<JsValue, JsValue>> {
        match select(JsFuture::from(promise), TimeoutFuture::new(PATIENCE_MS)).await {
            Either::Left((answer, _)) => Ok(answer),
            Either::Right(_) => {
                self.stop();
                Err(Error::AddressSlow { address: self.named(), seconds: PATIENCE_SECONDS })
            }
        }
    }

    fn stop(&self) {
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }

    fn named(&self) -> String {
        self.address.to_string()
    }
}
