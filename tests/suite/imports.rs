//! Who may name whom: imports go down only, and what belongs to one machine stays in its files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The house. A module may name those behind it, and itself.
const MAY_USE: &[(&str, &[&str])] = &[
    // Where a program is cut into parts, its binary names what is in them.
    ("bin", &["ui", "worker", "session", "error"]),
    ("ui", &["protocol", "config", "error"]),
    ("worker", &["session", "store", "protocol", "error"]),
    ("session", &["store", "train", "nn", "gpu", "cpu", "text", "config", "protocol", "error", "rng"]),
    ("train", &["nn", "optim", "gpu", "cpu", "ops", "graph", "text", "protocol", "config", "rng", "error"]),
    ("gpu", &["ops", "graph", "error"]),
    ("cpu", &["ops", "graph", "error"]),
    ("optim", &["ops", "graph", "config", "rng"]),
    ("nn", &["ops", "graph", "config", "rng"]),
    ("ops", &["graph", "config", "rng"]),
    ("text", &["config", "rng", "error"]),
    ("store", &["error"]),
    ("protocol", &["config", "error"]),
    ("config", &["error"]),
    ("graph", &[]),
    ("rng", &[]),
    ("error", &[]),
    ("lib", &[]),
];

/// Words that only some files may say.
const BELONGS: &[(&str, &[&str])] = &[
    ("wgpu", &["gpu.rs", "gpu/"]),
    ("web_sys", &["ui.rs", "ui/", "worker.rs", "worker/", "bin/"]),
    ("js_sys", &["ui.rs", "ui/", "worker.rs", "worker/", "bin/"]),
    ("wasm_bindgen", &["ui.rs", "ui/", "worker.rs", "worker/", "bin/"]),
    ("yew", &["ui.rs", "ui/", "bin/"]),
    ("gloo", &["ui.rs", "ui/", "worker.rs", "worker/", "bin/"]),
    // Which languages are in the program, and which are fetched.
    ("target_arch", &["lib.rs", "gpu/device.rs", "graph/op.rs", "bin/", "ui/i18n/known.rs"]),
];

/// Files below `src` by their path, without comments.
fn sources() -> BTreeMap<String, String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder can be read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    let code =
        |text: String| text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    let named = |path: PathBuf| {
        let name = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
        (name, code(std::fs::read_to_string(&path).expect("a text")))
    };
    found.into_iter().map(named).collect()
}

/// The module that a file belongs to: `gpu` for `gpu.rs` and `gpu/plan.rs`.
fn module(file: &str) -> &str {
    file.split(['/', '.']).next().expect("a name")
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The modules that a text names behind `crate::` or `gptling::`.
fn named(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for root in ["crate::", "gptling::"] {
        for (at, _) in text.match_indices(root) {
            if text[..at].ends_with(is_word) {
                continue;
            }
            let rest = &text[at + root.len()..];
            match rest.strip_prefix('{') {
                None => names.push(rest.split(|c| !is_word(c)).next().unwrap_or_default().to_string()),
                Some(list) => names.extend(first_of_each(list)),
            }
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// `a` and `c` of `a::b, c::{d, e}}`.
fn first_of_each(list: &str) -> Vec<String> {
    let (mut depth, mut names, mut fresh) = (0, Vec::new(), true);
    for (at, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            character if fresh && is_word(character) => {
                names.push(list[at..].split(|c| !is_word(c)).next().unwrap_or_default().to_string());
                fresh = false;
            }
            _ => (),
        }
    }
    names
}

/// Whether a text has these words, whole.
fn says(text: &str, words: &str) -> bool {
    let whole = |at: usize| !text[..at].ends_with(is_word) && !text[at + words.len()..].starts_with(is_word);
    text.match_indices(words).any(|(at, _)| whole(at))
}

/// What a file names and may not.
fn violations(file: &str, text: &str) -> Vec<String> {
    let own = module(file);
    let allowed = MAY_USE.iter().find(|(name, _)| *name == own);
    let (_, allowed) = allowed.unwrap_or_else(|| panic!("{file}: the house has no module {own}"));
    let mut found: Vec<String> = named(text)
        .into_iter()
        .filter(|name| {
            name != own && !allowed.contains(&name.as_str()) && MAY_USE.iter().any(|(known, _)| known == name)
        })
        .map(|name| format!("{file} names {name}"))
        .collect();
    let root = "super::".repeat(1 + file.matches('/').count());
    let climbs = MAY_USE.iter().find(|(name, _)| says(text, &format!("{root}{name}")));
    found.extend(climbs.map(|(name, _)| format!("{file} climbs to {name}")));
    for (word, homes) in BELONGS {
        let at_home = homes.iter().any(|home| if home.ends_with('/') { file.starts_with(home) } else { file == *home });
        found.extend((says(text, word) && !at_home).then(|| format!("{file} says {word}")));
    }
    found
}

#[test]
fn imports_go_down() {
    let sources = sources();
    assert!(sources.len() > 30, "{} files", sources.len());
    let found: Vec<String> = sources.iter().flat_map(|(file, text)| violations(file, text)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_goes_up_is_found() {
    for (file, text) in [
        ("graph/op.rs", "use crate::ops::linear;"),
        ("ui/app.rs", "use crate::{config::Config, train::{Trainer, Model}};"),
        ("ops/linear.rs", "let device = wgpu::Device;"),
        ("nn.rs", "fn f() { crate::gpu::open() }"),
        ("text/loader.rs", "#[cfg(target_arch = \"wasm32\")]"),
        ("cpu.rs", "use super::gpu;"),
        ("graph/op.rs", "use super::super::ops::linear;"),
    ] {
        assert_eq!(violations(file, text).len(), 1, "{file}: {text}");
    }
    assert!(violations("gpu/plan.rs", "use crate::graph::{Graph, Layout}; use wgpu::Device;").is_empty());
}
