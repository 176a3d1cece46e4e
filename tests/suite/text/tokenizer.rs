//! Our tokenizers against the `tokenizers` crate, against the Python package, and against themselves.

mod dice;
mod hostile;
mod imports;
mod methods;
mod python;
mod scanners;

use gptling::config::{Source, TokenizerConfig, TokenizerMethod};
use gptling::error::{Error, Result};
use gptling::text::Text;
use gptling::text::tokenizer::{Encoder, Shown, Tokenizer, Training};
use serde::Deserialize;

const FIRST: [TokenizerMethod; 2] = [TokenizerMethod::Characters, TokenizerMethod::Bpe];
const HARD: [&str; 8] = [
    "",
    "   ",
    "  two   three \t tab \n\n x",
    "don't we'll 'twas DON'T",
    "小明住在海边。日本語 ไทย",
    "🌱 e\u{301} x\u{a0}y\u{3000}z ² Ⅷ ٣",
    "<unk> <|endoftext|> snake_case",
    "\n line \n",
];

fn train(text: &Text, method: TokenizerMethod, vocab_size: usize) -> Result<Tokenizer> {
    let mut training = Training::new(text, &TokenizerConfig::new(method, vocab_size));
    while training.advance() < 1.0 {}
    training.finish()
}

fn stories(characters: usize) -> Text {
    Text::built_in(Source::Stories, characters, 1, 0.1).expect("a built-in corpus")
}

fn chinese(characters: usize) -> Text {
    Text::built_in(Source::StoriesZh, characters, 1, 0.1).expect("a built-in corpus")
}

#[test]
fn what_is_encoded_comes_back() {
    let text = stories(40_000);
    for method in FIRST {
        let tokenizer = train(&text, method, 400).expect("a tokenizer");
        let back = tokenizer.decode(&tokenizer.encode(text.content())).expect("ids of its own");
        assert_eq!(back, text.content());
    }
    let bpe = train(&text, TokenizerMethod::Bpe, 400).expect("a tokenizer");
    for string in HARD {
        assert_eq!(bpe.decode(&bpe.encode(string)).as_deref(), Ok(string));
    }
}

#[test]
fn a_large_text_is_encoded_in_pieces_with_the_same_ids() {
    let text = stories(1_300_000);
    for method in FIRST {
        let tokenizer = train(&text, method, 500).expect("a tokenizer");
        let mut encoder = Encoder::new(&tokenizer, text.content());
        let mut shares = vec![encoder.advance()];
        while shares[shares.len() - 1] < 1.0 {
            shares.push(encoder.advance());
        }
        assert!(shares.len() > 2 && shares.is_sorted(), "{shares:?}");
        let lines: Vec<u32> = text.content().split_inclusive("\n\n").flat_map(|part| tokenizer.encode(part)).collect();
        let whole = encoder.finish();
        match method {
            TokenizerMethod::Characters => assert_eq!(whole, lines),
            _ => assert_eq!(tokenizer.decode(&whole), tokenizer.decode(&lines)),
        }
    }
}

#[test]
fn characters_are_in_the_order_of_their_code_points_after_the_unknown_one() {
    let text = Text::own("a".into(), "banana 小\n".repeat(9).as_bytes(), 0.1).expect("a text");
    let tokenizer = train(&text, TokenizerMethod::Characters, 0).expect("a tokenizer");
    let shown: Vec<String> = (0..tokenizer.vocab_size() as u32).map(|id| show(&tokenizer, id).text).collect();
    assert_eq!(shown, ["<unk>", "\n", " ", "a", "b", "n", "小"]);
    assert_eq!(tokenizer.encode("ab?\u{10FFFF}"), [3, 4, 0, 0], "what the text does not have is told");
    assert_eq!(tokenizer.decode(&[3, 0]).as_deref(), Ok("a<unk>"));
}

fn show(tokenizer: &Tokenizer, id: u32) -> Shown {
    tokenizer.show(id).expect("an id of its own")
}

#[test]
fn bytes_that_are_no_character_are_shown_as_bytes() {
    let text = stories(40_000);
    let tokenizer = train(&text, TokenizerMethod::Bpe, 300).expect("a tokenizer");
    let shown: Vec<Shown> = tokenizer.encode("a小").iter().map(|id| show(&tokenizer, *id)).collect();
    let token = |text: &str, partial| Shown { text: text.into(), partial };
    assert_eq!(shown, [token("a", false), token("\\xE5", true), token("\\xB0", true), token("\\x8F", true)]);
    let unknown = Error::UnknownId { id: 300, vocab_size: 300 };
    assert_eq!(tokenizer.show(300), Err(unknown.clone()));
    assert_eq!(tokenizer.decode(&[1, 300]), Err(unknown));
}

#[test]
fn more_tokens_than_the_text_has_are_refused_with_the_number_it_has() {
    let text = Text::own("a".into(), "one two three one two three\n".repeat(4).as_bytes(), 0.1).expect("a text");
    let Err(Error::VocabularyTooLarge { requested: 2000, possible }) = train(&text, TokenizerMethod::Bpe, 2000) else {
        panic!("2000 tokens cannot be found in twelve words");
    };
    let tokenizer = train(&text, TokenizerMethod::Bpe, possible as usize).expect("as many as were said to be possible");
    assert_eq!(tokenizer.vocab_size() as u64, possible);
}

#[test]
fn training_twice_gives_the_same_tokenizer_and_its_json_loads() {
    for method in TokenizerMethod::ALL {
        let first = train(&chinese(60_000), method, 1000).expect("a tokenizer").to_json();
        let second = train(&chinese(60_000), method, 1000).expect("a tokenizer").to_json();
        assert!(first == second, "{method:?}");
        let loaded = Tokenizer::from_json(&first).expect("our own JSON");
        assert!(loaded.method() == Some(method) && loaded.to_json() == first);
    }
    for wrong in ["", "{}", "[1]"] {
        assert!(matches!(Tokenizer::from_json(wrong), Err(Error::Tokenizer { .. })), "{wrong}");
    }
}

#[derive(Deserialize)]
struct Golden {
    tokenizer: serde_json::Value,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<u32>,
}

/// `tests/golden/tokenizers/make.py` made these with the Python package.
#[test]
fn the_python_package_agrees() {
    let text = Text::own("text.txt".into(), include_bytes!("../../golden/tokenizers/text.txt"), 0.0).expect("a text");
    for (method, golden) in FIRST.into_iter().zip([
        include_str!("../../golden/tokenizers/characters.json"),
        include_str!("../../golden/tokenizers/bpe.json"),
    ]) {
        let golden: Golden = serde_json::from_str(golden).expect("a golden file");
        let loaded = Tokenizer::from_json(&golden.tokenizer.to_string()).expect("a tokenizer.json");
        let trained = train(&text, method, loaded.vocab_size()).expect("a tokenizer");
        for case in &golden.cases {
            assert_eq!(loaded.encode(&case.text), case.ids, "loaded {method:?} of {:.60?}", case.text);
            assert_eq!(trained.encode(&case.text), case.ids, "trained {method:?} of {:.60?}", case.text);
        }
        for id in 0..loaded.vocab_size() as u32 {
            assert_eq!(trained.piece(id), loaded.piece(id), "{method:?} {id}");
        }
    }
}
