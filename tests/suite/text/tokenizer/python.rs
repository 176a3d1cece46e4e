//! Every method as a `tokenizer.json`, and what is made of 10,000 strings: held equal to the crate, which reads that file,
//! and left for the Python package. `tests/golden/tokenizers/check.py` compares there; `scripts/test.sh python` runs both.

use std::fmt::Write as _;
use std::path::Path;

use gptling::config::{Normalization, RulesConfig, TokenizerConfig, TokenizerMethod};
use gptling::text::Text;
use gptling::text::tokenizer::{Tokenizer, Training};

use super::dice::Dice;
use super::{chinese, stories};

const STRINGS: usize = 10_000;

fn configs() -> Vec<(&'static str, TokenizerConfig)> {
    use TokenizerMethod::{Bpe, BpeCharacters, Bytes, Characters, Rules, Unigram, Whitespace, WordPiece};
    let plain = |method| TokenizerConfig::new(method, 1200);
    let none =
        RulesConfig { punctuation: false, hyphens: false, contractions: false, abbreviations: false, numbers: false };
    let normal = |method| TokenizerConfig {
        normalization: Normalization::Nfkc,
        lowercase: true,
        strip_accents: true,
        ..plain(method)
    };
    vec![
        ("whitespace", plain(Whitespace)),
        ("rules", plain(Rules)),
        ("rules-none", TokenizerConfig { rules: RulesConfig { punctuation: true, ..none }, ..plain(Rules) }),
        ("characters", plain(Characters)),
        ("bytes", plain(Bytes)),
        ("bpe", plain(Bpe)),
        ("bpe-special", TokenizerConfig { end_of_document: true, padding: true, ..normal(Bpe) }),
        ("bpe-characters", plain(BpeCharacters)),
        (
            "bpe-characters-nfc",
            TokenizerConfig { normalization: Normalization::Nfc, end_of_document: true, ..plain(BpeCharacters) },
        ),
        ("wordpiece", plain(WordPiece)),
        ("unigram", plain(Unigram)),
        ("unigram-normal", normal(Unigram)),
    ]
}

impl Dice {
    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn letter(&mut self, from: u32, count: usize) -> char {
        char::from_u32(from + self.below(count) as u32).unwrap_or('?')
    }
}

const GAPS: [&str; 16] = [
    " ",
    " ",
    " ",
    " ",
    "",
    "",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "\r\n",
    "\u{a0}",
    "\u{3000}",
    "\u{2003}\u{200b}",
    "\u{85}",
    " \n \t",
];
const MARKS: [&str; 18] =
    [".", ",", "!", "?", "'", "\"", "-", "—", "(", ")", "。", "，", "！", "“", "”", "…", "##", "%"];
const SHORT: [&str; 16] = [
    "don't",
    "we'll",
    "DON'T",
    "it’s",
    "U.S.A.",
    "Dr.",
    "e.g.",
    "well-known",
    "1,234.50",
    "12:30",
    "3.",
    "50%",
    "snake_case",
    "C++",
    "２",
    "½",
];
const EMOJI: [&str; 8] =
    ["🌱", "👩\u{200d}👩\u{200d}👧", "🇩🇪", "👍🏽", "❤\u{fe0f}", "🏳\u{fe0f}\u{200d}🌈", "1\u{fe0f}\u{20e3}", "😀😀"];
const SPECIAL: [&str; 6] = ["<|endoftext|>", "<|padding|>", "<unk>", "<|endof", "text|>", "##ing"];

fn string(dice: &mut Dice, english: &[&str], han: &[char]) -> String {
    let mut text = String::new();
    for _ in 0..dice.below(14) {
        match dice.below(16) {
            0..=4 => text.push_str(dice.one_of(english)),
            5 | 6 => (0..1 + dice.below(8)).for_each(|_| text.push(han[dice.below(han.len())])),
            7 => text.push_str(dice.one_of(&SHORT)),
            8 => text.push_str(dice.one_of(&EMOJI)),
            9 => (0..1 + dice.below(6)).for_each(|_| text.push(dice.letter(0x5d0, 27))),
            10 => (0..1 + dice.below(6)).for_each(|_| text.push(dice.letter(0x627, 20))),
            11 => (0..1 + dice.below(3)).for_each(|_| {
                text.push(dice.letter(u32::from('a'), 26));
                text.push(dice.letter(0x300, 0x30));
            }),
            12 => _ = write!(text, "{}", dice.below(10_000_000)),
            13 => text.push(dice.letter(0, 0x20)),
            14 => {
                let script = [0xc0, 0x3b1, 0x430, 0x3042, 0xac00, 0xe01, 0x4e00, 0x915][dice.below(8)];
                text.push(dice.letter(script, 24));
            }
            _ => text.push_str(dice.one_of(&SPECIAL)),
        }
        let between: &[&str] = if dice.below(3) == 0 { &MARKS } else { &GAPS };
        text.push_str(dice.one_of(between));
    }
    text
}

fn trained(text: &Text, config: &TokenizerConfig) -> Tokenizer {
    let mut training = Training::new(text, config);
    while training.advance() < 1.0 {}
    training.finish().unwrap_or_else(|error| panic!("{config:?}: {error}"))
}

#[test]
fn every_exported_method_gives_in_the_crate_the_ids_and_texts_that_it_gives_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let (english, zh) = (stories(60_000), chinese(30_000));
    let text = format!("{}\n{}\nnaïve café 3.50 ½ 🌱\n", english.content(), zh.content());
    let text = Text::own("both.txt".into(), text.as_bytes(), 0.1).expect("a text");
    let words: Vec<&str> = english.content().split_whitespace().take(400).collect();
    let han: Vec<char> = zh.content().chars().filter(|it| !it.is_whitespace()).take(2000).collect();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let strings: Vec<String> = (0..STRINGS).map(|_| string(&mut dice, &words, &han)).collect();
    for (name, config) in configs() {
        let tokenizer = trained(&text, &config);
        let json = tokenizer.to_json();
        let reader: tokenizers::Tokenizer = json.parse().expect("our own JSON");
        let mut lines = String::new();
        for text in &strings {
            let ids = tokenizer.encode(text);
            let decoded = tokenizer.decode(&ids).expect("ids of its own");
            let theirs = reader.encode_fast(text.as_str(), false).expect("text can be encoded");
            assert_eq!(ids, theirs.get_ids(), "{name} of {text:?}");
            assert_eq!(Ok(&decoded), reader.decode(&ids, false).as_ref().map_err(drop), "{name} of {text:?}");
            let line = serde_json::json!({ "text": text, "ids": ids, "decoded": decoded });
            writeln!(lines, "{line}").expect("a string takes everything");
        }
        std::fs::write(folder.join(format!("{name}.jsonl")), lines).expect("a file can be written");
        std::fs::write(folder.join(format!("{name}.json")), json).expect("a file can be written");
    }
}
