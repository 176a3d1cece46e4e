//! Two files with a zero byte between them as GPT-2's: a tokenizer that cuts and puts together, or an error.
#![no_main]

use gptling::text::tokenizer::import::gpt2;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let cut = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let merges = bytes.get(cut + 1..).unwrap_or_default();
    if let Ok(tokenizer) = gpt2(("vocab.json", &bytes[..cut]), ("merges.txt", merges)) {
        let ids = tokenizer.encode("a b ab  \n中文 🌱 don't 3.5 <unk>");
        tokenizer.decode(&ids).expect("ids of its own");
    }
});
