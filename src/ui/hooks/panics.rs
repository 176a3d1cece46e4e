//! A panic of the page itself: our bug, told instead of hidden.

use gloo::utils::document;

use super::browser_language;
use crate::ui::i18n::I18n;

/// After a panic the page's state cannot be trusted. The address still holds the experiment, so a reload brings it back.
pub fn watch_panics() {
    yew::set_custom_panic_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        show(&info.to_string());
    }));
}

/// Plain document calls: nothing of ours may be relied on here.
fn show(detail: &str) {
    let t = I18n::new(browser_language());
    let Ok(notice) = document().create_element("div") else { return };
    notice.set_class_name("crash");
    _ = notice.set_attribute("role", "alert");
    notice.set_text_content(Some(&t.fill("error.page", &[("detail", &detail)])));
    _ = document().body().map(|body| body.prepend_with_node_1(&notice));
}
