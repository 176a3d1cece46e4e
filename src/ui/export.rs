//! Files that the student keeps: made in the page, saved by the browser, sent nowhere.

use std::rc::Rc;

use js_sys::{Array, Date, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Url,
};
use yew::prelude::{Callback, MouseEvent};

use crate::ui::i18n::I18n;
use crate::ui::kit::chart::Shown;
use crate::ui::kit::scene::Scene;

/// Pixels of a PNG per pixel of the picture: sharp on paper and on a projector.
const SHARPNESS: f64 = 2.0;

pub fn save_text(name: &str, mime: &str, text: &str) {
    let bag = BlobPropertyBag::new();
    bag.set_type(mime);
    match Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &bag) {
        Ok(blob) => save(name, &blob),
        Err(error) => log::error!("{name} could not be saved: {error:?}"),
    }
}

pub fn save_bytes(name: &str, mime: &str, bytes: &[u8]) {
    let bag = BlobPropertyBag::new();
    bag.set_type(mime);
    match Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(bytes).into()), &bag) {
        Ok(blob) => save(name, &blob),
        Err(error) => log::error!("{name} could not be saved: {error:?}"),
    }
}

/// Buttons that save a scene as a picture, for [`Saves`](crate::ui::kit::saves::Saves).
pub fn pictures(name: &'static str, title: String, scene: &Rc<Scene>) -> Vec<(&'static str, Callback<MouseEvent>)> {
    let png = {
        let (title, scene) = (title.clone(), scene.clone());
        Callback::from(move |_: MouseEvent| save_png(format!("{name}.png"), &title, &scene))
    };
    let scene = scene.clone();
    let svg = Callback::from(move |_: MouseEvent| save_svg(&format!("{name}.svg"), &title, &scene));
    vec![("PNG", png), ("SVG", svg)]
}

/// The button that saves its numbers.
pub fn csv(name: &'static str, shown: Shown) -> Callback<MouseEvent> {
    Callback::from(move |_: MouseEvent| save_text(&format!("{name}.csv"), "text/csv", &shown.chart().csv()))
}

fn save_svg(name: &str, title: &str, scene: &Scene) {
    save_text(name, "image/svg+xml", &scene.to_svg(title));
}

fn save_png(name: String, title: &str, scene: &Scene) {
    let svg = scene.to_svg(title);
    let size = (scene.width * SHARPNESS, scene.height * SHARPNESS);
    spawn_local(async move {
        if let Err(error) = painted(&name, &svg, size).await {
            log::error!("{name} could not be saved: {error:?}");
        }
    });
}

async fn painted(name: &str, svg: &str, (width, height): (f64, f64)) -> Result<(), JsValue> {
    let bag = BlobPropertyBag::new();
    bag.set_type("image/svg+xml");
    let address =
        Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&Array::of1(&svg.into()), &bag)?)?;
    let image = HtmlImageElement::new()?;
    image.set_src(&address);
    let loaded = JsFuture::from(image.decode()).await;
    Url::revoke_object_url(&address)?;
    loaded?;
    let canvas: HtmlCanvasElement = gloo::utils::document().create_element("canvas")?.unchecked_into();
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or("no 2d context")?.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)?;
    let name = name.to_string();
    let done = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            save(&name, &blob);
        }
    });
    canvas.to_blob(done.unchecked_ref())
}

/// Milliseconds since 1970 as files have them: ISO 8601.
pub fn date(milliseconds: u64) -> String {
    Date::new(&JsValue::from_f64(milliseconds as f64)).to_iso_string().into()
}

/// The same as people of a language read it, with the hour.
pub fn moment(milliseconds: u64, t: &I18n) -> String {
    let date = Date::new(&JsValue::from_f64(milliseconds as f64));
    let options = js_sys::Object::new();
    for (key, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        _ = js_sys::Reflect::set(&options, &key.into(), &value.into());
    }
    date.to_locale_string(t.lang.tag(), &options).into()
}

fn save(name: &str, blob: &Blob) {
    let Ok(address) = Url::create_object_url_with_blob(blob) else { return };
    if let Ok(link) = gloo::utils::document().create_element("a") {
        let link: HtmlAnchorElement = link.unchecked_into();
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    // The browser reads the address when it starts to save; a moment later it is not needed any more.
    gloo::timers::callback::Timeout::new(10_000, move || _ = Url::revoke_object_url(&address)).forget();
}
