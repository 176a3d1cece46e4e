//! Written tokens put together again, and beginnings to try.

use crate::protocol::Token;

/// The text of tokens in a row. Bytes that are no whole characters alone are joined with their neighbours.
pub fn joined<'a>(tokens: impl IntoIterator<Item = &'a Token>) -> String {
    let bytes: Vec<u8> = tokens.into_iter().flat_map(bytes).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn bytes(token: &Token) -> Vec<u8> {
    if !token.partial {
        return token.text.clone().into_bytes();
    }
    let mut bytes = Vec::new();
    let mut rest = token.text.as_str();
    while let Some(first) = rest.chars().next() {
        let escaped = rest.strip_prefix("\\x").and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok());
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[4..];
            }
            None => {
                bytes.extend(first.to_string().into_bytes());
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    bytes
}

/// The beginnings of the first sentences, each different, cut after a few words.
pub fn beginnings(text: &str, most: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let sentences = text.split(['\n', '.', '!', '?', '"', '。', '！', '？', '“', '”']).map(str::trim);
    for sentence in sentences.filter(|sentence| sentence.chars().count() > 3) {
        let beginning = beginning(sentence);
        if !found.contains(&beginning) {
            found.push(beginning);
        }
        if found.len() == most {
            break;
        }
    }
    found
}

/// Up to three words; where words are not parted by spaces, up to four characters.
fn beginning(sentence: &str) -> String {
    let words: Vec<&str> = sentence.split(' ').take(3).collect();
    let start = words.join(" ");
    match start.chars().count() {
        0..=24 if words.len() > 1 => start,
        _ => sentence.chars().take(4).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str, partial: bool) -> Token {
        Token { id: 0, text: text.into(), partial }
    }

    #[test]
    fn parts_of_a_character_become_one_again() {
        let tokens = [token("a\\x", false), token("\\xE4\\xBD", true), token("\\xA0", true), token("好", false)];
        assert_eq!(joined(&tokens), "a\\x你好");
        assert_eq!(joined(&[token("\\xE4", true)]), "\u{fffd}");
    }

    #[test]
    fn beginnings_are_short_and_different() {
        let text = "Once there was a fox.\n\nOnce there was a hen.\nThe sun rose.\n从前有一只小狐狸。\n";
        assert_eq!(beginnings(text, 3), ["Once there was", "The sun rose", "从前有一"]);
        assert_eq!(beginnings("", 3), Vec::<String>::new());
    }
}
