//! One area, one word: what the page and the engine speak about has the same name in protocol, session, state, sentences and styles.

use std::collections::BTreeSet;
use std::path::Path;

/// What a student does, or looks at.
const AREAS: &[&str] = &[
    "text",
    "tokenizer",
    "merges",
    "compare",
    "examples",
    "sample",
    "model",
    "run",
    "runs",
    "sweep",
    "live",
    "evaluate",
    "storage",
    "write",
    "device",
    "tour",
];

/// Where an area may have a file or a folder, and what else stands there because it belongs to none.
const LAYERS: &[(&str, &[&str])] = &[
    ("src/protocol", &[]),
    ("src/session", &["inbox", "parts", "pieces", "shown", "sources", "survey", "submit_size", "project_file"]),
    ("src/ui/state", &["engine", "question", "view", "tests", "user_text"]),
    ("static/locales/en", &["page", "fields", "errors", "faults"]),
    ("static/css", &["tokens", "base", "layout", "components", "charts", "stations"]),
];

/// Second words for an area that the house still has, by the layer. This list may only become shorter.
const STILL: &[(&str, &str, &str)] = &[
    ("src/protocol", "corpus", "text"),
    ("src/protocol", "tokens", "tokenizer"),
    ("src/session", "corpus", "text"),
    ("src/session", "project", "text"),
    ("src/session", "tokens", "tokenizer"),
    ("src/ui/state", "corpus", "text"),
    ("src/ui/state", "project", "text"),
    ("src/ui/state", "kernels", "device"),
    ("static/locales/en", "corpus", "text"),
    ("static/locales/en", "tokens", "tokenizer"),
    ("static/locales/en", "train", "run"),
    ("static/css", "corpus", "text"),
    ("static/css", "train", "run"),
];

/// The names in a folder, without their endings, each once.
fn names(layer: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(layer);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{layer}: {error}"));
    entries
        .map(|entry| entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned())
        .collect()
}

/// What is neither an area's word nor one of the layer's own.
fn strangers(layer: &str, found: &BTreeSet<String>) -> Vec<String> {
    let (_, own) = LAYERS.iter().find(|(known, _)| *known == layer).expect("a layer");
    let is_known = |name: &str| {
        AREAS.contains(&name) || own.contains(&name) || STILL.iter().any(|(at, word, _)| (*at, *word) == (layer, name))
    };
    found.iter().filter(|name| !is_known(name)).map(|name| format!("{layer}/{name}")).collect()
}

#[test]
fn an_area_has_one_word() {
    let found: Vec<String> = LAYERS.iter().flat_map(|(layer, _)| strangers(layer, &names(layer))).collect();
    assert!(found.is_empty(), "neither an area nor known to the layer: {}", found.join(", "));
}

#[test]
fn a_second_word_that_is_gone_does_not_come_back() {
    for (layer, word, area) in STILL {
        assert!(AREAS.contains(area), "{word} stands for {area}, which is no area");
        assert!(names(layer).contains(*word), "{layer}/{word} is gone: take it off the list");
    }
}

#[test]
fn a_new_word_is_noticed() {
    let found = |name: &str| strangers("src/session", &BTreeSet::from([name.to_string()]));
    for word in ["keeping", "watching", "evaluating", "sampling", "devices", "writing"] {
        assert_eq!(found(word).len(), 1, "{word}");
    }
    assert!(found("storage").is_empty() && found("inbox").is_empty());
    assert_eq!(
        strangers("src/protocol", &BTreeSet::from(["inbox".to_string()])).len(),
        1,
        "a layer's own word is no other's"
    );
}

#[test]
fn an_area_with_commands_is_known_to_engine_and_page() {
    for area in names("src/protocol").into_iter().filter(|area| AREAS.contains(&area.as_str())) {
        // A run's record and its sweep are the page's; text and device are spoken of by their halves still.
        if ["runs", "text", "device"].contains(&area.as_str()) {
            continue;
        }
        for layer in ["src/session", "src/ui/state"] {
            assert!(names(layer).contains(&area), "{layer} has no {area}");
        }
    }
}
