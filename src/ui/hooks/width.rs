//! How wide an element is, now and after every change.

use wasm_bindgen::prelude::*;
use yew::prelude::*;

/// Width of the element in whole pixels; `None` until it was measured.
#[hook]
pub fn use_width(node: &NodeRef) -> Option<u32> {
    let width = use_state_eq(|| None);
    {
        let width = width.setter();
        let node = node.clone();
        use_effect_with((), move |()| {
            let watched = node.clone();
            let changed = Closure::<dyn Fn()>::new(move || {
                if let Some(element) = watched.cast::<web_sys::Element>() {
                    width.set(Some(element.client_width().max(0) as u32));
                }
            });
            let observer = web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(element)) = (&observer, node.cast::<web_sys::Element>()) {
                observer.observe(&element);
            }
            move || {
                if let Some(observer) = observer {
                    observer.disconnect();
                }
                drop(changed);
            }
        });
    }
    *width
}
