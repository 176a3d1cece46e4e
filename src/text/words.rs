//! Words as they are counted: runs of letters, digits and marks; a character of a script without spaces is a word.

/// The words of a text, as they stand in it. An apostrophe between letters belongs to its word.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = &rest[rest.find(is_letter)?..];
        let end = match rest.chars().next().filter(|first| stands_alone(*first)) {
            Some(first) => first.len_utf8(),
            None => end_of_run(rest),
        };
        let (word, tail) = rest.split_at(end);
        rest = tail;
        Some(word)
    })
}

/// Where the run of letters at the beginning of a text ends.
fn end_of_run(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let joins = matches!(character, '\'' | '’')
            && characters.peek().is_some_and(|(_, next)| is_letter(*next) && !stands_alone(*next));
        if stands_alone(character) || !(is_letter(character) || joins) {
            return at;
        }
    }
    text.len()
}

fn is_letter(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || matches!(character, '\u{300}'..='\u{36F}')
}

/// Han, kana and Thai are written without spaces between words: every character counts as one.
fn stands_alone(character: char) -> bool {
    matches!(character,
        '\u{0E00}'..='\u{0E7F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}
