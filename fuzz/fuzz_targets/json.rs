//! Bytes as a file of this kind: documents, or an error, and never a panic.
#![no_main]

use gptling::text::corpus::read::{inspect, read};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let config = Default::default();
    let documents = read("a.json", bytes, &config, &gb18030);
    if let Ok(corpus) = documents {
        assert!(!corpus.is_empty());
        inspect("a.json", bytes, &config, &gb18030).expect("what can be read can be looked into");
    }
});

fn gb18030(bytes: &[u8]) -> Option<String> {
    encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(String::from)
}
