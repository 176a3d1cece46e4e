//! What a student brings: bytes that must turn out to be text.

use std::borrow::Cow;

use crate::error::{Error, Result};

/// Bytes of text that are taken at most.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// UTF-8 text with line feeds alone between its lines; `name` is what the errors call it.
pub fn read(name: &str, bytes: &[u8]) -> Result<String> {
    let named = || name.to_string();
    if bytes.len() > MAX_BYTES {
        return Err(Error::TextTooLarge { name: named(), bytes: bytes.len() as u64, limit: MAX_BYTES as u64 });
    }
    let start = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let bytes = &bytes[start..];
    if let Some(offset) = bytes.iter().position(|byte| is_binary(*byte)) {
        return Err(Error::TextBinary { name: named(), offset: (start + offset) as u64 });
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Error::TextNotUtf8 { name: named(), offset: (start + error.valid_up_to()) as u64 })?;
    if text.trim().is_empty() {
        return Err(Error::TextEmpty { name: named() });
    }
    Ok(with_line_feeds(Cow::Borrowed(text)).into_owned())
}

/// Control characters that no text has. Tab, line feed, form feed, carriage return and escape (coloured logs) are text.
fn is_binary(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | 0x1B)
}

/// Refuses decoded text with characters that no text has, or with white space alone.
pub fn check(name: &str, text: &str) -> Result<()> {
    match text.bytes().position(is_binary) {
        Some(offset) => Err(Error::TextBinary { name: name.into(), offset: offset as u64 }),
        None if text.trim().is_empty() => Err(Error::TextEmpty { name: name.into() }),
        None => Ok(()),
    }
}

/// Line feeds alone between the lines.
pub fn with_line_feeds(text: Cow<str>) -> Cow<str> {
    match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => text,
    }
}
