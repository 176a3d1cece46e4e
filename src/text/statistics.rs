//! Counting the characters of a text.

/// What a text is made of.
pub struct Statistics {
    pub characters: usize,
    /// Lines, the last one counted also where no line feed ends it.
    pub lines: usize,
    /// Every character that occurs, in the order of the code points, with how often it does.
    pub counts: Vec<(char, u64)>,
}

impl Statistics {
    pub fn of(text: &str) -> Self {
        let mut counts = vec![0u64; 128];
        for character in text.chars() {
            let code = character as usize;
            if code >= counts.len() {
                counts.resize(code + 1, 0);
            }
            counts[code] += 1;
        }
        let counts: Vec<(char, u64)> = (0u32..)
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .map(|(code, count)| (char::from_u32(code).expect("it was a character"), count))
            .collect();
        Self { characters: counts.iter().map(|(_, count)| *count as usize).sum(), lines: text.lines().count(), counts }
    }

    /// The `most` most frequent characters, most frequent first; among equals the lower code point.
    pub fn frequent(&self, most: usize) -> Vec<(char, u64)> {
        let mut counts = self.counts.clone();
        counts.sort_by_key(|(character, count)| (std::cmp::Reverse(*count), *character));
        counts.truncate(most);
        counts
    }
}

/// The first lines of a text, at most `characters` characters, cut at the end of a line where there is one.
pub fn head(text: &str, characters: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(characters) else {
        return text;
    };
    match text[..end].rfind('\n') {
        Some(line) => &text[..line],
        None => &text[..end],
    }
}
