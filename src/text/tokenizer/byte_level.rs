//! GPT-2's spelling of bytes as visible characters (Radford et al., 2019), in which its `vocab.json` is written.
//!
//! Printable bytes of Latin-1 stand for themselves; the other 68 are given the characters from U+0100 on, in order.

use std::sync::LazyLock;

static SPELLING: LazyLock<[char; 256]> = LazyLock::new(|| {
    let mut next = 0x100;
    std::array::from_fn(|byte| {
        let code = if is_printable(byte as u8) {
            byte as u32
        } else {
            next += 1;
            next - 1
        };
        char::from_u32(code).expect("below the surrogates")
    })
});

static READING: LazyLock<Vec<Option<u8>>> = LazyLock::new(|| {
    let mut bytes = vec![None; 0x100 + 256];
    for (byte, character) in SPELLING.iter().enumerate() {
        bytes[*character as usize] = Some(byte as u8);
    }
    bytes
});

fn is_printable(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF)
}

/// One character for each of the 256 bytes, in the order of the bytes.
pub fn alphabet() -> impl Iterator<Item = char> {
    SPELLING.iter().copied()
}

pub fn spell(text: &str) -> String {
    text.bytes().map(|byte| SPELLING[byte as usize]).collect()
}

/// The bytes of a spelled token; nothing if it holds a character that spells no byte.
pub fn read(token: &str) -> Option<Box<[u8]>> {
    token.chars().map(|character| READING.get(character as usize).copied().flatten()).collect()
}
