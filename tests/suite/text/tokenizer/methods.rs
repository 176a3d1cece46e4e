//! Every method, in every setting: held equal to its own pipeline in the crate, and to what it promises.

use std::collections::BTreeMap;

use gptling::config::{Normalization, RulesConfig, TokenizerConfig, TokenizerMethod};
use gptling::error::Error;
use gptling::text::Text;
use gptling::text::tokenizer::{Encoder, Tokenizer, Training, UNKNOWN};

use super::{HARD, chinese, stories};

fn trained(text: &Text, config: &TokenizerConfig) -> Tokenizer {
    let mut training = Training::new(text, config);
    while training.advance() < 1.0 {}
    training.finish().unwrap_or_else(|error| panic!("{config:?}: {error}"))
}

fn own(content: &str) -> Text {
    Text::own("own.txt".into(), content.as_bytes(), 0.1).expect("a text")
}

fn tokens(tokenizer: &Tokenizer, text: &str) -> Vec<String> {
    tokenizer.encode(text).iter().map(|id| tokenizer.show(*id).expect("an id of its own").text).collect()
}

/// All methods with the settings that change the pipeline.
fn configs() -> Vec<TokenizerConfig> {
    let mut configs: Vec<TokenizerConfig> = TokenizerMethod::ALL.map(|method| TokenizerConfig::new(method, 900)).into();
    let normal =
        [(Normalization::Nfc, false, false), (Normalization::Nfkc, true, true), (Normalization::None, true, true)];
    for method in TokenizerMethod::ALL {
        configs.extend(normal.map(|(normalization, lowercase, strip_accents)| TokenizerConfig {
            normalization,
            lowercase,
            strip_accents,
            end_of_document: true,
            padding: lowercase,
            ..TokenizerConfig::new(method, 900)
        }));
    }
    configs.extend(
        (1..32u8)
            .map(|bits| TokenizerConfig { rules: rules(bits), ..TokenizerConfig::new(TokenizerMethod::Rules, 900) }),
    );
    configs
}

fn rules(bits: u8) -> RulesConfig {
    let [punctuation, hyphens, contractions, abbreviations, numbers] = [0, 1, 2, 3, 4].map(|bit| bits >> bit & 1 == 0);
    RulesConfig { punctuation, hyphens, contractions, abbreviations, numbers }
}

#[test]
fn the_short_way_gives_the_ids_of_the_whole_pipeline() {
    for text in [stories(12_000), chinese(6_000)] {
        for config in configs() {
            let tokenizer = trained(&text, &config);
            let pipeline: tokenizers::Tokenizer = tokenizer.to_json().parse().expect("our own JSON");
            let some = &text.content()[..text.content().floor_char_boundary(3_000)];
            for string in HARD.into_iter().chain([some]) {
                let whole = pipeline.encode(string, false).expect("text can be encoded");
                let ids = tokenizer.encode(string);
                assert_eq!(ids, whole.get_ids(), "{config:?} of {string:.60?}");
                let back = pipeline.decode(&ids, false).expect("ids of its own");
                assert_eq!(tokenizer.decode(&ids), Ok(back), "{config:?} of {string:.60?}");
            }
            let loaded = Tokenizer::from_json(&tokenizer.to_json()).expect("our own JSON");
            let found = loaded.config().unwrap_or_else(|| panic!("{config:?} is not recognised"));
            assert_eq!(
                TokenizerConfig { vocab_size: 0, ..found.clone() },
                TokenizerConfig { vocab_size: 0, ..config.relevant() }
            );
            assert_eq!(loaded.encode(some), tokenizer.encode(some));
        }
    }
}

#[test]
fn what_loses_nothing_gives_every_known_text_back() {
    use TokenizerMethod::{Bpe, BpeCharacters, Bytes, Characters, Unigram};
    for text in [stories(30_000), chinese(15_000)] {
        for method in [Bpe, BpeCharacters, Bytes, Characters, Unigram] {
            let tokenizer = trained(&text, &TokenizerConfig::new(method, 900));
            let ids = tokenizer.encode(text.content());
            assert_eq!(tokenizer.decode(&ids).as_deref(), Ok(text.content()), "{method:?}");
            let told: String =
                ids.iter().map(|id| tokenizer.show_in_text(*id).expect("an id of its own").text).collect();
            if !method.is_byte_level() {
                assert_eq!(told, text.content(), "{method:?}");
            }
        }
    }
}

#[test]
fn words_stand_in_a_text_with_the_spaces_before_them() {
    let text = own(&"I don't know Dr. Who, 小明 said: 3.5 cats.\n".repeat(9));
    let cases = [
        (TokenizerMethod::Whitespace, " I don't know Dr. Who, 小明 said: 3.5 cats."),
        (TokenizerMethod::Rules, " I don't know Dr. Who,小明 said: 3.5 cats."),
        (TokenizerMethod::WordPiece, " I don ' t know Dr. Who,小明 said: 3. 5 cats."),
    ];
    for (method, wanted) in cases {
        let tokenizer = trained(&text, &TokenizerConfig::new(method, 400));
        let ids = tokenizer.encode("I don't know Dr. Who, 小明 said: 3.5 cats.");
        assert_eq!(tokenizer.decode(&ids).as_deref(), Ok(wanted.trim_start()), "{method:?}");
        let told: String = ids.iter().map(|id| tokenizer.show_in_text(*id).expect("an id of its own").text).collect();
        assert_eq!(told, wanted, "{method:?}");
    }
}

#[test]
fn each_rule_does_what_its_example_says() {
    let example = "Dr. Lee didn't sell a well-known U.S.A. atlas, at 3.50: 小明很高兴。";
    let text = own(&format!("{example}\n").repeat(9));
    let cut = |rules| {
        let config = TokenizerConfig { rules, ..TokenizerConfig::new(TokenizerMethod::Rules, 400) };
        tokens(&trained(&text, &config), example).join("|")
    };
    let all = RulesConfig::default();
    let cases = [
        (all, "Dr.|Lee|did|n't|sell|a|well|-|known|U.S.A.|atlas|,|at|3.50|:|小|明|很|高|兴|。"),
        (
            RulesConfig { hyphens: false, ..all },
            "Dr.|Lee|did|n't|sell|a|well-known|U.S.A.|atlas|,|at|3.50|:|小|明|很|高|兴|。",
        ),
        (
            RulesConfig { contractions: false, ..all },
            "Dr.|Lee|didn't|sell|a|well|-|known|U.S.A.|atlas|,|at|3.50|:|小|明|很|高|兴|。",
        ),
        (
            RulesConfig { abbreviations: false, ..all },
            "Dr|.|Lee|did|n't|sell|a|well|-|known|U|.|S|.|A|.|atlas|,|at|3.50|:|小|明|很|高|兴|。",
        ),
        (
            RulesConfig { numbers: false, ..all },
            "Dr.|Lee|did|n't|sell|a|well|-|known|U.S.A.|atlas|,|at|3|.|50|:|小|明|很|高|兴|。",
        ),
        (
            RulesConfig { punctuation: false, ..all },
            "Dr.|Lee|did|n't|sell|a|well|-|known|U.S.A.|atlas,|at|3.50|:|小|明|很|高|兴|。",
        ),
    ];
    for (rules, wanted) in cases {
        assert_eq!(cut(rules), wanted, "{rules:?}");
    }
}

/// What the page shows beside each switch is what the switch does.
#[test]
fn the_examples_of_the_page_are_what_the_rules_do() {
    let all = RulesConfig::default();
    let without = [
        ("punctuation", RulesConfig { punctuation: false, ..all }),
        ("hyphens", RulesConfig { hyphens: false, ..all }),
        ("contractions", RulesConfig { contractions: false, ..all }),
        ("abbreviations", RulesConfig { abbreviations: false, ..all }),
        ("numbers", RulesConfig { numbers: false, ..all }),
    ];
    let locales = [
        include_str!("../../../../static/locales/en/tokens.json"),
        include_str!("../../../../static/locales/zh-CN/tokens.json"),
    ];
    for locale in locales {
        let sentences: BTreeMap<String, String> = serde_json::from_str(locale).expect("a locale");
        for (rule, off) in without {
            let example = &sentences[&format!("tokens.rule.{rule}")];
            let text = own(&format!("{example}\n").repeat(9));
            for (way, rules) in [("on", all), ("off", off)] {
                let config = TokenizerConfig { rules, ..TokenizerConfig::new(TokenizerMethod::Rules, 400) };
                let cut = tokens(&trained(&text, &config), example).join("|");
                assert_eq!(cut, sentences[&format!("tokens.rule.{rule}.{way}")], "{rule} {way}");
            }
        }
    }
}

#[test]
fn a_document_ends_with_its_mark_and_no_token_reaches_over_it() {
    let config =
        TokenizerConfig { end_of_document: true, padding: true, ..TokenizerConfig::new(TokenizerMethod::Bpe, 400) };
    let tokenizer = trained(&stories(30_000), &config);
    let (end, padding) = (tokenizer.end_of_document().expect("it is on"), tokenizer.padding().expect("it is on"));
    assert_eq!((end, padding, tokenizer.vocab_size()), (398, 399, 400));
    let documents = ["the end", " of the ", "", "time"];
    let mut encoder = Encoder::new(&tokenizer, "");
    let mut wanted = Vec::new();
    for document in documents {
        encoder.go_on(document);
        while encoder.advance() < 1.0 {}
        encoder.end_document();
        wanted.extend(tokenizer.encode(document));
        wanted.push(end);
        assert_eq!(encoder.count(), wanted.len());
    }
    assert_eq!(encoder.finish(), wanted);
    assert_eq!(tokens(&tokenizer, "a<|endoftext|>b").join("|"), "a|<|endoftext|>|b", "as the crate does");
}

#[test]
fn characters_that_do_not_fit_are_told_with_their_number() {
    let text = own(&('一'..='龥').take(500).collect::<String>());
    for method in [TokenizerMethod::BpeCharacters, TokenizerMethod::Unigram, TokenizerMethod::WordPiece] {
        let mut training = Training::new(&text, &TokenizerConfig::new(method, 300));
        while training.advance() < 1.0 {}
        let Err(Error::VocabularyTooSmall { requested: 300, needed }) = training.finish() else { panic!("{method:?}") };
        trained(&text, &TokenizerConfig::new(method, needed as usize));
    }
}

#[test]
fn rare_words_are_unknown_and_the_vocabulary_is_no_larger_than_asked() {
    let text = own(&format!("{}once", "one two three two three three\n".repeat(30)));
    for method in [TokenizerMethod::Whitespace, TokenizerMethod::Rules] {
        let tokenizer = trained(&text, &TokenizerConfig::new(method, 1000));
        assert_eq!(tokens(&tokenizer, "three two one once"), ["three", "two", "one", UNKNOWN]);
        assert_eq!(tokenizer.encode("three two one"), [1, 2, 3], "the most frequent first");
        let tokenizer = trained(&text, &TokenizerConfig::new(method, 3));
        assert_eq!(tokens(&tokenizer, "three two one"), ["three", "two", UNKNOWN]);
    }
}

/// Against the crate's trainer, whose merges byte-level BPE must find.
#[test]
fn merges_are_those_of_the_crate() {
    use tokenizers::models::bpe::{BPE, BpeTrainer};
    for text in [stories(60_000), chinese(30_000), own(&"aaaa aaa aa a aaaaaaa bbbbab abab\n".repeat(20))] {
        let config = TokenizerConfig::new(TokenizerMethod::BpeCharacters, 800);
        let mut training = Training::new(&text, &config);
        while training.advance() < 1.0 {}
        let counts = training.words().iter().map(|(word, count)| (word.as_str().into(), *count)).collect();
        let merges = training.merges().expect("merges");
        let trainer = BpeTrainer::builder()
            .special_tokens(vec![tokenizers::AddedToken::from(UNKNOWN, true)])
            .initial_alphabet(text.content().chars().collect())
            .vocab_size(800)
            .min_frequency(2)
            .show_progress(false)
            .build();
        let mut model = BPE::default();
        trainer.do_train(&counts, &mut model).expect("a model");
        let vocabulary = model.get_vocab();
        assert_eq!(vocabulary.len(), merges.tokens.len());
        for (id, token) in (0u32..).zip(&merges.tokens) {
            assert_eq!(vocabulary.get(&**token), Some(&id), "{token:?}");
        }
    }
}
