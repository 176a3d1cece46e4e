//! Bytes in every encoding: a text, or the offset of a byte that is there.
#![no_main]

use gptling::config::corpus::Encoding;
use gptling::error::Error;
use gptling::text::corpus::encoding::{decode, guess};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    guess(bytes);
    for encoding in Encoding::ALL {
        match decode("a", bytes, encoding, &gb18030) {
            Ok(_) => (),
            Err(Error::TextNotEncoded { offset, .. }) => assert!((offset as usize) < bytes.len()),
            Err(error) => panic!("{error}"),
        }
    }
});

fn gb18030(bytes: &[u8]) -> Option<String> {
    encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes).map(String::from)
}
