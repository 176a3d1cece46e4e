//! The page's root: it owns the state, runs the effects, and shows the station that the visitor is at.

use std::rc::Rc;

use yew::prelude::*;

use super::components::arrived;
use super::hooks::{
    browser_language, current_hash, saved_choice, saved_kernels, saved_texts, use_address, use_ahead, use_document,
    use_dropped_files, use_escape, use_saved_choice, use_saved_kernels, use_saved_texts, use_sweep_clock,
    use_tour_clock, use_worker, watch_panics,
};
use super::i18n::{self, I18n};
use super::pages::PageProps;
use super::pages::text::TextPage;
use super::parts::{Parts, Place, use_library};
use super::shell::Shell;
use super::state::{Action, Lang, Shared, State, Station};

/// Puts the page into the document. `sentences` are those of the language with this tag, which has been fetched; what comes
/// later is brought by `parts`.
pub fn mount(tag: &str, sentences: String, parts: Parts) {
    let language = Lang::tagged(tag).unwrap_or_default();
    i18n::learn(language, sentences);
    watch_panics();
    let root = gloo::utils::document().get_element_by_id("app").expect("index.html has an element #app");
    root.set_text_content(None);
    yew::Renderer::<App>::with_root_and_props(root, AppProps { parts, language }).render();
}

#[derive(Clone, Properties)]
struct AppProps {
    parts: Parts,
    language: Lang,
}

/// The root is drawn with the same table and the same language always.
impl PartialEq for AppProps {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[component]
fn App(props: &AppProps) -> Html {
    let store = use_reducer(|| {
        let state = State::open(&current_hash(), browser_language(), saved_texts());
        Store(Shared::new(state.computing_on(saved_choice()).knowing_kernels(saved_kernels())))
    });
    let state = store.0.clone();
    // The very same one every time: a part whose settings have not changed is not drawn anew, whatever the engine tells.
    let dispatch = Callback::clone(&use_memo((), |()| Callback::from(store.dispatcher())));
    let library = use_library(props.parts, props.language, &state.view);
    let t = I18n::new(state.view.lang());

    use_worker(&state, &dispatch);
    use_address(&state, &dispatch);
    use_document(&state.view, &t);
    use_ahead(&library, &state);
    use_tour_clock(&state, &dispatch);
    use_sweep_clock(&state, &dispatch);
    use_escape(&state, &dispatch);
    use_saved_texts(&state.project.own);
    use_saved_choice(state.compute_on);
    use_saved_kernels(&state.kernels);
    use_dropped_files();

    let page = PageProps { state, dispatch, t, library, children: Html::default() };
    html! { <Shell ..page.clone()>{ station(page) }</Shell> }
}

fn station(page: PageProps) -> Html {
    match page.state.view.station {
        Station::Text => html! { <TextPage ..page /> },
        station => arrived(Place::Station(station), &page),
    }
}

/// The reducer of [`State`] in the form that Yew wants.
struct Store(Shared);

impl Reducible for Store {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(Store(self.0.after(action)))
    }
}
