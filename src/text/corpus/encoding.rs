//! Bytes to text: guessing the encoding, and decoding without guessing.

use std::borrow::Cow;

use encoding_rs::DecoderResult;

use crate::config::corpus::Encoding;
use crate::error::{Error, Result};

/// Bytes that a guess looks at.
const LOOKED_AT: usize = 1 << 16;
/// Bytes that are taken for UTF-16 without a mark at least.
const LEAST_UTF_16: usize = 16;
/// Bytes by which the decoded text grows at once.
const GROWTH: usize = 1 << 16;

/// The likeliest encoding: what the byte order mark says, else UTF-8 if the beginning is valid, else by how often bytes
/// make pairs that Chinese has.
pub fn guess(bytes: &[u8]) -> Encoding {
    let marked =
        Encoding::ALL.into_iter().find(|encoding| !mark(*encoding).is_empty() && bytes.starts_with(mark(*encoding)));
    let beginning = &bytes[..bytes.len().min(LOOKED_AT)];
    marked.or_else(|| utf_16(beginning)).unwrap_or_else(|| {
        match std::str::from_utf8(beginning) {
            Ok(_) => Encoding::Utf8,
            // Cut in the middle of a character.
            Err(error) if error.error_len().is_none() => Encoding::Utf8,
            Err(_) if is_chinese(beginning) => Encoding::Gb18030,
            Err(_) => Encoding::Latin1,
        }
    })
}

/// The text that these bytes are, without its byte order mark. The error names the first byte that cannot be read.
pub fn decode<'a>(name: &str, bytes: &'a [u8], encoding: Encoding) -> Result<Cow<'a, str>> {
    let mark = if bytes.starts_with(mark(encoding)) { mark(encoding).len() } else { 0 };
    let bytes = &bytes[mark..];
    let refuse = |offset: usize| Error::TextNotEncoded {
        name: name.into(),
        encoding: encoding.name().into(),
        offset: (mark + offset) as u64,
    };
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| refuse(error.valid_up_to())),
        Encoding::Utf16Le => decoded(bytes, encoding_rs::UTF_16LE).map_err(refuse),
        Encoding::Utf16Be => decoded(bytes, encoding_rs::UTF_16BE).map_err(refuse),
        Encoding::Gb18030 => decoded(bytes, encoding_rs::GB18030).map_err(refuse),
        Encoding::Latin1 => decoded(bytes, encoding_rs::WINDOWS_1252).map_err(refuse),
    }
}

/// The text, or the offset of the first byte that is wrong.
fn decoded<'a>(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> std::result::Result<Cow<'a, str>, usize> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let (mut text, mut read) = (String::new(), 0);
    loop {
        text.reserve(GROWTH);
        let (result, consumed) = decoder.decode_to_string_without_replacement(&bytes[read..], &mut text, true);
        read += consumed;
        match result {
            DecoderResult::InputEmpty => return Ok(Cow::Owned(text)),
            DecoderResult::OutputFull => (),
            DecoderResult::Malformed(wrong, after) => return Err(read - usize::from(wrong) - usize::from(after)),
        }
    }
}

fn mark(encoding: Encoding) -> &'static [u8] {
    match encoding {
        Encoding::Utf8 => b"\xEF\xBB\xBF",
        Encoding::Utf16Le => b"\xFF\xFE",
        Encoding::Utf16Be => b"\xFE\xFF",
        Encoding::Gb18030 => b"\x84\x31\x95\x33",
        Encoding::Latin1 => b"",
    }
}

/// Without a mark: one of the two bytes of a character is the same for most of them, 0 for Latin, 0x4E to 0x9F for Han.
fn utf_16(bytes: &[u8]) -> Option<Encoding> {
    let units = (bytes.len() / 2).max(1) as f64;
    let zeros = |at: usize| bytes.chunks_exact(2).filter(|unit| unit[at] == 0).count() as f64 / units;
    let han = |at: usize| {
        let high =
            |unit: &&[u8]| unit[at] == 0 || unit[at] == 0x30 || unit[at] == 0xFF || (0x4E..=0x9F).contains(&unit[at]);
        bytes.chunks_exact(2).filter(high).count() as f64 / units
    };
    // A zero byte is in no text of another encoding; a few bytes say nothing.
    if bytes.len() < LEAST_UTF_16 || zeros(0) + zeros(1) == 0.0 {
        return None;
    }
    let likes = |high: usize| zeros(high) > 0.3 && zeros(1 - high) < 0.05 || han(high) > 0.95 && han(1 - high) < 0.8;
    match (likes(1), likes(0)) {
        (true, false) => Some(Encoding::Utf16Le),
        (false, true) => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// Whether most bytes above 127 come in the pairs of GB 2312, whose first halves are frequent characters and punctuation.
fn is_chinese(bytes: &[u8]) -> bool {
    let (mut at, mut pairs, mut single) = (0, 0, 0);
    while at < bytes.len() {
        let pair = bytes[at] >= 0xA1 && bytes.get(at + 1).is_some_and(|next| *next >= 0xA1);
        let frequent = matches!(bytes[at], 0xA1..=0xA3 | 0xB0..=0xD7);
        match (bytes[at] > 127, pair && frequent) {
            (true, true) => pairs += 1,
            (true, false) => single += 1,
            _ => (),
        }
        at += if pair { 2 } else { 1 };
    }
    pairs > 4 * single
}
