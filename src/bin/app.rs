//! The page.

#[cfg(target_arch = "wasm32")]
fn main() {
    use yew::prelude::*;

    #[component]
    fn Page() -> Html {
        html! { <main><h1>{ "Gptling" }</h1></main> }
    }

    console_error_panic_hook::set_once();
    let root = gloo::utils::document().get_element_by_id("app").expect("index.html has an element #app");
    yew::Renderer::<Page>::with_root(root).render();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
