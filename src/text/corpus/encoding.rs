//! Bytes to text: guessing the encoding, and decoding without guessing.
//!
//! The tables of GB 18030 are as large as all the rest; every host has them already, and lends them as a [`Decoder`].

use std::borrow::Cow;

use crate::config::corpus::Encoding;
use crate::error::{Error, Result};

/// Bytes that a guess looks at.
const LOOKED_AT: usize = 1 << 16;
/// Bytes that are taken for UTF-16 without a mark at least.
const MIN_UTF_16: usize = 16;

/// What decodes GB 18030 as the WHATWG standard says; nothing where it cannot.
pub type Decoder<'d> = &'d dyn Fn(&[u8]) -> Option<String>;

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
pub fn decode<'a>(name: &str, bytes: &'a [u8], encoding: Encoding, gb18030: Decoder) -> Result<Cow<'a, str>> {
    let mark = if bytes.starts_with(mark(encoding)) { mark(encoding).len() } else { 0 };
    let bytes = &bytes[mark..];
    let decoded = match encoding {
        Encoding::Utf8 => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| error.valid_up_to()),
        Encoding::Utf16Le => utf_16_text(bytes, u16::from_le_bytes).map(Cow::Owned),
        Encoding::Utf16Be => utf_16_text(bytes, u16::from_be_bytes).map(Cow::Owned),
        Encoding::Gb18030 => match first_wrong(bytes) {
            Some(offset) => Err(offset),
            None => gb18030(bytes).map(Cow::Owned).ok_or(0),
        },
        Encoding::Latin1 => Ok(Cow::Owned(bytes.iter().copied().map(western).collect())),
    };
    decoded.map_err(|offset| Error::TextNotEncoded {
        name: name.into(),
        encoding: encoding.name().into(),
        offset: (mark + offset) as u64,
    })
}

/// The text, or the offset of a surrogate without its other half, or of a byte without its other one.
fn utf_16_text(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> std::result::Result<String, usize> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut text = String::with_capacity(bytes.len());
    let mut offset = 0;
    for character in char::decode_utf16(units) {
        let character = character.map_err(|_| offset)?;
        offset += 2 * character.len_utf16();
        text.push(character);
    }
    if bytes.len().is_multiple_of(2) { Ok(text) } else { Err(offset) }
}

/// Where GB 18030 is broken: a byte that begins nothing, a character cut off, four bytes that mean nothing.
fn first_wrong(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < bytes.len() {
        let character = &bytes[at..];
        at += match *character {
            // 0x80 is the euro sign of old Chinese Windows.
            [0..=0x80, ..] => 1,
            [0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE, ..] => 2,
            [0x81..=0xFE, 0x30..=0x39, 0x81..=0xFE, 0x30..=0x39, ..] if means(character) => 4,
            _ => return Some(at),
        };
    }
    None
}

/// Whether four bytes of GB 18030 stand for a code point: they count through those that two bytes leave out, and from
/// 189,000 on through those above U+FFFF.
fn means(bytes: &[u8]) -> bool {
    let digit = |at: usize, first: u8| usize::from(bytes[at] - first);
    let pointer = ((digit(0, 0x81) * 10 + digit(1, 0x30)) * 126 + digit(2, 0x81)) * 10 + digit(3, 0x30);
    matches!(pointer, 0..=39_419 | 189_000..=1_237_575)
}

/// A byte of windows-1252. Five have no meaning there; the web reads them as the control characters of their number.
fn western(byte: u8) -> char {
    const FROM_80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', //
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => FROM_80[usize::from(byte) - 0x80],
        _ => char::from(byte),
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
    if bytes.len() < MIN_UTF_16 || zeros(0) + zeros(1) == 0.0 {
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
