//! The languages that are here. The page fetches the one that it is read in, and the other when it is asked for; tests have both
//! from the start.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::ui::state::Lang;

/// Sentences by key.
pub type Sentences = BTreeMap<&'static str, &'static str>;

/// What stands for a sentence that is not there: on the page three dots until it comes, in tests its key, which they look for.
pub fn unknown(key: &str) -> String {
    String::from(if cfg!(target_arch = "wasm32") { "…" } else { key })
}

thread_local! {
    static KNOWN: RefCell<[Option<Rc<Sentences>>; Lang::ALL.len()]> = RefCell::new(included());
}

/// The sentences of `lang`, or of the language that is here.
pub fn sentences(lang: Lang) -> (Lang, Rc<Sentences>) {
    let of = |lang: Lang| KNOWN.with_borrow(|known| Some((lang, known[lang as usize].clone()?)));
    of(lang).or_else(|| Lang::ALL.into_iter().find_map(of)).unwrap_or_default()
}

pub fn is_known(lang: Lang) -> bool {
    KNOWN.with_borrow(|known| known[lang as usize].is_some())
}

/// Takes sentences of a language to those that are here. They stay as long as the page.
pub fn learn(lang: Lang, json: String) {
    let mut all = KNOWN.with_borrow(|known| known[lang as usize].as_deref().cloned()).unwrap_or_default();
    all.extend(pairs(json.leak()));
    KNOWN.with_borrow_mut(|known| known[lang as usize] = Some(Rc::new(all)));
}

/// The pairs of a locale file. Its sentences hold no `"` and no escapes, which a test makes sure of, so that the page
/// needs no reader of JSON.
fn pairs(json: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut strings = json.split('"').skip(1).step_by(2);
    std::iter::from_fn(move || Some((strings.next()?, strings.next()?)))
}

#[cfg(target_arch = "wasm32")]
fn included() -> [Option<Rc<Sentences>>; Lang::ALL.len()] {
    Default::default()
}

#[cfg(not(target_arch = "wasm32"))]
fn included() -> [Option<Rc<Sentences>>; Lang::ALL.len()] {
    Lang::ALL.map(|lang| Some(Rc::new(files(lang).iter().copied().flat_map(pairs).collect())))
}

/// The files of a language, by area.
#[cfg(not(target_arch = "wasm32"))]
macro_rules! locale {
    ($lang:literal) => {
        locale!($lang: "page" "text" "corpus" "sample" "tokens" "merges" "compare" "examples" "fields" "errors" "model" "train"
            "runs" "evaluate" "storage" "faults")
    };
    ($lang:literal: $($area:literal)+) => {
        &[$(include_str!(concat!("../../../static/locales/", $lang, "/", $area, ".json"))),+]
    };
}

#[cfg(not(target_arch = "wasm32"))]
pub fn files(lang: Lang) -> &'static [&'static str] {
    match lang {
        Lang::En => locale!("en"),
        Lang::Zh => locale!("zh-CN"),
    }
}
