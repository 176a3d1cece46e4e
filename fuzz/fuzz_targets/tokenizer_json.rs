//! Bytes as a tokenizer.json: a tokenizer that cuts and puts together, or an error, and never a panic.
#![no_main]

use gptling::text::tokenizer::import::tokenizer_json;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(tokenizer) = tokenizer_json("a.json", bytes) {
        let ids = tokenizer.encode("a b ab  \n中文 🌱 don't 3.5 <unk>");
        tokenizer.decode(&ids).expect("ids of its own");
    }
});
