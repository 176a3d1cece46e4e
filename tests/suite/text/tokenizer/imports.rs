//! Tokenizers from files: those in use give what the Python package gives, and the others are refused with the place.

use std::path::Path;

use gptling::error::Error;
use gptling::text::tokenizer::Tokenizer;
use gptling::text::tokenizer::import::{gpt2, tokenizer_json};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Golden {
    name: String,
    tokenizer: Value,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<u32>,
    decoded: String,
}

/// `tests/golden/tokenizers/make_imports.py` made these with the Python package.
fn golden() -> impl Iterator<Item = Golden> {
    let lines = include_str!("../../../golden/tokenizers/imports.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("a golden line"))
}

fn import(json: &Value) -> Result<Tokenizer, Error> {
    tokenizer_json("tokenizer.json", json.to_string().as_bytes())
}

#[test]
fn tokenizers_in_use_give_the_ids_and_texts_of_the_python_package() {
    let mut names = Vec::new();
    for golden in golden() {
        let tokenizer = import(&golden.tokenizer).unwrap_or_else(|error| panic!("{}: {error}", golden.name));
        for case in &golden.cases {
            assert_eq!(tokenizer.encode(&case.text), case.ids, "{} of {:.60?}", golden.name, case.text);
            assert_eq!(
                tokenizer.decode(&case.ids).as_ref(),
                Ok(&case.decoded),
                "{} of {:.60?}",
                golden.name,
                case.text
            );
        }
        names.push(golden.name);
    }
    assert_eq!(names, ["bert", "t5", "llama", "gpt4", "words"]);
}

#[test]
fn gpt2_files_are_the_bpe_that_they_describe() {
    let golden: Value =
        serde_json::from_str(include_str!("../../../golden/tokenizers/bpe.json")).expect("a golden file");
    let model = &golden["tokenizer"]["model"];
    let merges = model["merges"].as_array().expect("merges").iter();
    let lines: Vec<String> =
        merges.map(|pair| format!("{} {}", pair[0].as_str().expect("text"), pair[1].as_str().expect("text"))).collect();
    let merges = format!("#version: 0.2\n{}\n", lines.join("\n"));
    let vocab = model["vocab"].to_string();
    let tokenizer = gpt2(("vocab.json", vocab.as_bytes()), ("merges.txt", merges.as_bytes())).expect("GPT-2's files");
    for case in golden["cases"].as_array().expect("cases") {
        let ids: Vec<u32> = serde_json::from_value(case["ids"].clone()).expect("ids");
        assert_eq!(tokenizer.encode(case["text"].as_str().expect("text")), ids);
    }
    let wrong = |merges: &str| gpt2(("vocab.json", vocab.as_bytes()), ("merges.txt", merges.as_bytes())).err();
    let broken = |line, detail: &str| {
        Some(Error::TokenizerBroken { name: "merges.txt".into(), line, column: 1, detail: detail.into() })
    };
    let first = &lines[0];
    assert_eq!(wrong(&format!("#version: 0.2\n{first}\nthe\n")), broken(3, "the"));
    assert_eq!(wrong("t h e\n"), broken(1, "t h e"));
    let missing = |token: &str, line| {
        let (name, place) = ("merges.txt".into(), format!("merges.txt:{line}"));
        Some(Error::TokenizerTokenMissing { name, place, token: token.into() })
    };
    assert_eq!(wrong(&format!("{first}\nt qzx\n")), missing("qzx", 2));
    assert_eq!(wrong("q x\n"), missing("qx", 1), "what a merge makes must be a token too");
    assert!(matches!(gpt2(("v", b"[1]"), ("m", b"")), Err(Error::TokenizerEntryWrong { .. })));
    assert!(matches!(gpt2(("v", b"{}"), ("m", b"")), Err(Error::TokenizerEntryMissing { .. })));
}

/// A small BPE with one thing changed.
fn changed(change: impl Fn(&mut Value)) -> Value {
    let mut json = json!({
        "version": "1.0",
        "added_tokens": [],
        "normalizer": null,
        "pre_tokenizer": { "type": "Whitespace" },
        "post_processor": null,
        "decoder": null,
        "model": { "type": "BPE", "unk_token": "?", "vocab": { "?": 0, "a": 1, "b": 2, "ab": 3 }, "merges": [["a", "b"]] },
    });
    change(&mut json);
    json
}

/// The place and the kind of the error for one thing changed.
fn refused(change: impl Fn(&mut Value)) -> (&'static str, String) {
    match import(&changed(change)) {
        Err(error) => {
            let place = error.arguments().into_iter().find(|(name, _)| *name == "place");
            (error.code(), place.map(|(_, place)| place).unwrap_or_default())
        }
        Ok(_) => panic!("it was taken"),
    }
}

#[test]
fn what_contradicts_itself_is_refused_with_its_place() {
    assert_eq!(import(&changed(|_| {})).expect("a sound file").encode("ab ba"), [3, 2, 1]);
    let cases: Vec<((&str, String), &str, &str)> = vec![
        (refused(|it| it["model"]["merges"][0] = json!(["a", "c"])), "tokenizer_token_missing", "model.merges[0]"),
        (refused(|it| it["model"]["merges"] = json!([["b", "a"]])), "tokenizer_token_missing", "model.merges[0]"),
        (refused(|it| it["model"]["merges"] = json!(["a b", "a  b"])), "tokenizer_entry_wrong", "model.merges[1]"),
        (refused(|it| it["model"]["merges"] = json!(7)), "tokenizer_entry_wrong", "model.merges"),
        (refused(|it| it["model"]["vocab"]["b"] = json!(1)), "tokenizer_entry_wrong", ""),
        (refused(|it| it["model"]["vocab"]["b"] = json!(-1)), "tokenizer_entry_wrong", ""),
        (refused(|it| it["model"]["vocab"]["b"] = json!(4_000_000_000u32)), "tokenizer_entry_wrong", ""),
        (refused(|it| it["model"]["unk_token"] = json!("<unk>")), "tokenizer_token_missing", "model.unk_token"),
        (refused(|it| it["model"]["type"] = json!("Magic")), "tokenizer_entry_wrong", "model.type"),
        (refused(|it| it["model"] = json!(null)), "tokenizer_entry_missing", "model.type"),
        (refused(|it| it["version"] = json!("2.0")), "tokenizer_entry_wrong", "version"),
        (refused(|it| it["added_tokens"] = json!([{ "id": 1 }])), "tokenizer_entry_missing", "added_tokens[0].content"),
        (
            refused(|it| it["pre_tokenizer"] = json!({ "type": "FixedLength", "length": 0 })),
            "tokenizer_entry_wrong",
            "pre_tokenizer.length",
        ),
        (
            refused(|it| it["decoder"] = json!({ "type": "Strip", "content": " ", "start": 0, "stop": 9 })),
            "tokenizer_entry_wrong",
            "decoder.stop",
        ),
        (
            refused(|it| it["normalizer"] = json!({ "type": "Precompiled", "precompiled_charsmap": "AAAA" })),
            "tokenizer_entry_wrong",
            "normalizer.precompiled_charsmap",
        ),
        (
            refused(|it| {
                it["normalizer"] = json!({ "type": "Precompiled", "precompiled_charsmap": "CAAAAP8BAAAAAAAAYQ==" })
            }),
            "tokenizer_entry_wrong",
            "normalizer.precompiled_charsmap",
        ),
        (refused(|it| it["normalizer"] = json!({ "type": "Dance" })), "tokenizer_entry_wrong", "tokenizer.json"),
    ];
    for ((code, place), wanted_code, wanted_place) in cases {
        assert_eq!(code, wanted_code, "{place}");
        assert!(place.starts_with(wanted_place), "{place} is not {wanted_place}");
    }
}

#[test]
fn what_is_too_much_is_refused_before_it_is_read() {
    let grow = |content: &str| json!({ "type": "Replace", "pattern": { "String": "a" }, "content": content });
    let many = |count: usize| json!({ "type": "Sequence", "normalizers": vec![grow("aaaaaaaa"); count] });
    assert!(import(&changed(|it| it["normalizer"] = many(3))).is_ok());
    let cases = [
        refused(|it| it["normalizer"] = many(5)),
        refused(|it| {
            it["normalizer"] = json!({ "type": "Sequence", "normalizers": vec![json!({ "type": "NFC" }); 50] })
        }),
        refused(|it| it["normalizer"] = grow(&"a".repeat(100))),
        refused(|it| it["model"]["vocab"]["x".repeat(5000)] = json!(4)),
        refused(|it| it["added_tokens"] = json!(vec![json!({ "content": "x" }); 30_000])),
    ];
    for (code, place) in cases {
        assert_eq!(code, "tokenizer_too_much", "{place}");
    }
    let bytes = vec![b' '; gptling::text::tokenizer::import::MAX_BYTES + 1];
    assert!(matches!(tokenizer_json("t", &bytes), Err(Error::TokenizerTooMuch { .. })));
    let deep = "[".repeat(100_000);
    assert!(matches!(tokenizer_json("t", deep.as_bytes()), Err(Error::TokenizerBroken { .. })));
    let Err(Error::TokenizerBroken { line: 2, column: 3, .. }) = tokenizer_json("t", b"{\n  ?}") else {
        panic!("the place of a wrong character")
    };
}

#[test]
fn patterns_that_could_take_for_ever_are_refused() {
    let split = |pattern: &str| json!({ "type": "Split", "pattern": { "Regex": pattern }, "behavior": "Isolated", "invert": false });
    let gpt4 = r"(?i:'s|'t)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    for pattern in [gpt4, r"\w+|[^\w\s]+", "(a+)+$", r"\s+(?!\S)"] {
        assert!(import(&changed(|it| it["pre_tokenizer"] = split(pattern))).is_ok(), "{pattern}");
    }
    let hard = [r"(\w+)\1+x", r"(a|a)*\1b", r"(?:a|aa)+(?<!a)b", "(", r"(\p{L}{500}){500}"];
    let taken: Vec<_> =
        hard.iter().filter(|hard| import(&changed(|it| it["pre_tokenizer"] = split(hard))).is_ok()).collect();
    assert!(taken.is_empty(), "{taken:?}");
    assert_eq!(
        refused(|it| it["pre_tokenizer"] = split(hard[3])),
        ("tokenizer_pattern", "pre_tokenizer.pattern".into())
    );
    assert_eq!(refused(|it| it["pre_tokenizer"] = split(&"a?".repeat(600))).0, "tokenizer_too_much");
}

/// What fuzzing has found, and what it began with: none may end the engine. The fuzz targets read the same folders.
#[test]
fn stored_files_are_read_or_refused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut replayed = [0; 2];
    for bytes in files(&root.join("tokenizer_json")) {
        if let Ok(tokenizer) = tokenizer_json("stored", &bytes) {
            try_out(&tokenizer);
        }
        replayed[0] += 1;
    }
    for bytes in files(&root.join("gpt2_files")) {
        let cut = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        if let Ok(tokenizer) =
            gpt2(("vocab.json", &bytes[..cut]), ("merges.txt", bytes.get(cut + 1..).unwrap_or_default()))
        {
            try_out(&tokenizer);
        }
        replayed[1] += 1;
    }
    assert!(replayed[0] >= 12 && replayed[1] >= 4, "{replayed:?} files");
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a file")).collect()
}

fn try_out(tokenizer: &Tokenizer) {
    let ids = tokenizer.encode("a b ab  \n中文 🌱 don't 3.5 <unk>");
    tokenizer.decode(&ids).expect("ids of its own");
    for id in 0..tokenizer.vocab_size().min(500) as u32 {
        tokenizer.show(id).expect("an id of its own");
        tokenizer.show_in_text(id).expect("an id of its own");
        tokenizer.kind(id).expect("an id of its own");
        _ = tokenizer.decode(&[id]);
    }
}
