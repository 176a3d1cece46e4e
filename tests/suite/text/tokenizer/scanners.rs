//! What is cut by hand against the patterns that tell how: on every character, and on many strings of every script.

use fancy_regex::Regex;
use gptling::text::classes::{is_letter, is_number};
use gptling::text::tokenizer::special::Special;
use gptling::text::tokenizer::words;

use super::dice::Dice;

const STRINGS: usize = 20_000;
/// What patterns treat apart: contractions, white space of one and more bytes, digits and letters of several scripts, marks
/// that combine, joiners, both sides of the surrogates, and the ends of the planes.
const PARTS: [&str; 40] = [
    " ",
    " ",
    "  ",
    "\n",
    "\t",
    "\r\n",
    "\u{a0}",
    "\u{3000}",
    "\u{85}",
    "\u{2028}",
    "\u{200b}",
    "'",
    "'s",
    "'re",
    "'LL",
    "’t",
    "a",
    "Zz",
    "é",
    "e\u{301}",
    "\u{301}",
    "ш",
    "ש",
    "ع",
    "한",
    "ᄒ",
    "ク",
    "中",
    "ไ\u{e49}",
    "7",
    "٣",
    "Ⅷ",
    "½",
    ".",
    "—",
    "🌱",
    "👩\u{200d}👧",
    "\0",
    "\u{d7ff}\u{e000}",
    "\u{ffff}\u{10ffff}",
];

impl Dice {
    /// Now and then any character of Unicode stands among the parts.
    fn string(&mut self) -> String {
        let any = |dice: &mut Self| char::from_u32(dice.below(0x11_0000) as u32).map(String::from).unwrap_or_default();
        let length = self.below(12);
        (0..length)
            .map(|_| if self.below(8) == 0 { any(self) } else { PARTS[self.below(PARTS.len())].to_string() })
            .collect()
    }
}

fn strings() -> impl Iterator<Item = String> {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    (0..STRINGS).map(move |_| dice.string())
}

fn by_hand(text: &str) -> Vec<&str> {
    let (mut words, mut at) = (Vec::new(), 0);
    while let Some(word) = words::next(text, at) {
        at = word.end;
        words.push(&text[word]);
    }
    words
}

fn by_pattern<'a>(pattern: &Regex, text: &'a str) -> Vec<&'a str> {
    pattern.find_iter(text).map(|found| found.expect("few steps of going back").as_str()).collect()
}

#[test]
fn letters_and_numbers_are_those_of_patterns() {
    let (letter, number) = (regex::Regex::new(r"\p{L}").unwrap(), regex::Regex::new(r"\p{N}").unwrap());
    for character in '\0'..=char::MAX {
        let text = character.to_string();
        assert_eq!(is_letter(character), letter.is_match(&text), "{:?} as a letter", character);
        assert_eq!(is_number(character), number.is_match(&text), "{:?} as a number", character);
    }
}

#[test]
fn words_cut_by_hand_are_those_of_the_pattern() {
    let pattern = Regex::new(words::PATTERN).expect("a valid pattern");
    for text in strings() {
        assert_eq!(by_hand(&text), by_pattern(&pattern, &text), "{text:?}");
    }
}

#[test]
fn each_part_of_the_pattern_is_in_the_strings() {
    let parts: Vec<&str> = words::PATTERN.split('|').collect();
    for left_out in [0, 2, 7, 8, 9, 10] {
        let rest: Vec<&str> =
            parts.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, part)| *part).collect();
        let pattern = Regex::new(&rest.join("|")).expect("a valid pattern");
        assert!(strings().any(|text| by_hand(&text) != by_pattern(&pattern, &text)), "without {}", parts[left_out]);
    }
}

#[test]
fn special_tokens_are_found_where_the_pattern_of_them_all_finds_them() {
    let tokens = ["<|end|>", "<|en", "<|end|>x", "ié", "é", "中中", "<"];
    let list = || (0u32..).zip(tokens).map(|(id, text)| (text.to_string(), id)).collect::<Vec<_>>();
    let special = Special::new(list().into_iter().rev().chain([(String::new(), 9)]).collect());
    let pattern = regex::Regex::new(&tokens.map(regex::escape).join("|")).expect("a valid pattern");
    let parts = ["<", "<|en", "d|>", "x", "i", "é", "中", "\u{e8}", " "];
    let (mut dice, mut found_ids) = (Dice(7), std::collections::BTreeSet::new());
    for _ in 0..STRINGS {
        let length = dice.below(9);
        let text: String = (0..length).map(|_| parts[dice.below(parts.len())]).collect();
        let wanted = pattern.find(&text).map(|found| (found.range(), special.id(found.as_str()).expect("a token")));
        assert_eq!(special.find(&text), wanted, "{text:?}");
        found_ids.extend(wanted.map(|(_, id)| id));
    }
    assert_eq!(found_ids.len(), 6, "all but the one that a shorter one with a lower id hides: {found_ids:?}");
}
