//! Both splits as ids, and what is known of them.

use gptling::config::{TokenizerConfig, TokenizerMethod};
use gptling::error::Error;
use gptling::text::Text;
use gptling::text::dataset::{Cutting, Dataset};
use gptling::text::tokenizer::Training;

/// The text cut into characters, half of it held out.
pub fn by_characters(content: &str) -> Dataset {
    let text = Text::own("test".into(), content.as_bytes(), 0.5).expect("a text");
    let config = TokenizerConfig::new(TokenizerMethod::Characters, 0);
    let mut training = Training::new(&text, &config);
    while training.advance() < 1.0 {}
    let tokenizer = training.finish().expect("a tokenizer");
    let mut cutting = Cutting::new(&text, &tokenizer);
    while cutting.advance() < 1.0 {}
    cutting.finish()
}

#[test]
fn splits_hold_the_text_and_their_statistics_are_right() {
    let dataset = by_characters("abab小小小小");
    assert_eq!((dataset.train.as_slice(), dataset.validation.as_slice()), (&[1, 2, 1, 2][..], &[3, 3, 3, 3][..]));
    assert_eq!(dataset.counts(), [0, 2, 2, 4]);
    assert!((dataset.unigram_entropy() - std::f64::consts::LN_2).abs() < 1e-12);
    assert_eq!(dataset.bytes_per_token(), 16.0 / 8.0);
    assert!((dataset.bits_per_byte(std::f64::consts::LN_2) - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn a_split_shorter_than_one_example_is_named() {
    let dataset = by_characters("abcdefgh");
    assert_eq!(dataset.check(3), Ok(()));
    let short = |split: &str| Error::TextTooShort { split: split.into(), tokens: 4, needed: 5 };
    assert_eq!(dataset.check(4), Err(short("train")));
    let longer = Dataset { train: vec![1; 5], ..dataset };
    assert_eq!(longer.check(4), Err(short("validation")));
}
