//! Pipelines of the `tokenizers` crate for the methods: how text is normalized, cut into units and put together again.

use tokenizers::decoders::fuse::Fuse;
use tokenizers::decoders::sequence::Sequence as Decoders;
use tokenizers::decoders::wordpiece::WordPiece as WordPieceDecoder;
use tokenizers::normalizers::replace::{Replace, ReplacePattern};
use tokenizers::normalizers::utils::{Lowercase, Sequence as Normalizers};
use tokenizers::normalizers::{NFC, NFD, NFKC, NFKD};
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::fixed_length::FixedLength;
use tokenizers::pre_tokenizers::sequence::Sequence as PreTokenizers;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::pre_tokenizers::whitespace::WhitespaceSplit;
use tokenizers::{
    AddedToken, DecoderWrapper, ModelWrapper, NormalizerWrapper, PreTokenizerWrapper, SplitDelimiterBehavior,
};

use super::merging::CONTINUES;
use super::{rules, words};
use crate::config::{Normalization, TokenizerConfig, TokenizerMethod};
use crate::error::Result;

/// Characters of a word for WordPiece; a longer one is cut, for the model would call it unknown as a whole.
const MAX_WORD_LENGTH: usize = 100;

/// The whole pipeline of a configuration around its trained model.
pub fn pipeline(config: &TokenizerConfig, model: ModelWrapper) -> Result<tokenizers::Tokenizer> {
    let mut pipeline = tokenizers::Tokenizer::new(model);
    pipeline.with_normalizer(normalizer(config)).map_err(super::refused)?;
    pipeline.with_pre_tokenizer(pre_tokenizer(config)).with_decoder(decoder(config.method));
    let special = config.special_tokens().into_iter().map(|token| AddedToken::from(token, true));
    pipeline.add_special_tokens(special).map_err(super::refused)?;
    Ok(pipeline)
}

/// Accents are what the block of combining diacritical marks holds: vowels and tones of other scripts are no ornament.
pub fn normalizer(config: &TokenizerConfig) -> Option<NormalizerWrapper> {
    let mut steps: Vec<NormalizerWrapper> = Vec::new();
    if config.lowercase {
        steps.push(Lowercase.into());
    }
    if config.strip_accents {
        steps.push(if config.normalization == Normalization::Nfkc { NFKD.into() } else { NFD.into() });
        let accents = ReplacePattern::Regex(r"[\x{300}-\x{36F}]".into());
        steps.push(Replace::new(accents, "").expect("a valid pattern").into());
    }
    match config.normalization {
        Normalization::Nfkc => steps.push(NFKC.into()),
        Normalization::Nfc => steps.push(NFC.into()),
        Normalization::None if config.strip_accents => steps.push(NFC.into()),
        Normalization::None => {}
    }
    match steps.len() {
        0 | 1 => steps.pop(),
        _ => Some(Normalizers::new(steps).into()),
    }
}

/// What comes before and after the model.
pub fn parts(config: &TokenizerConfig) -> (Option<PreTokenizerWrapper>, Option<DecoderWrapper>) {
    (pre_tokenizer(config), decoder(config.method))
}

pub fn pre_tokenizer(config: &TokenizerConfig) -> Option<PreTokenizerWrapper> {
    let in_order = |steps| Some(PreTokenizers::new(steps).into());
    match config.method {
        TokenizerMethod::Characters => None,
        TokenizerMethod::Whitespace => Some(WhitespaceSplit.into()),
        TokenizerMethod::Rules => in_order(vec![WhitespaceSplit.into(), cut_by(rules::pattern(&config.rules))]),
        TokenizerMethod::Bytes => Some(ByteLevel::new(false, true, false).into()),
        TokenizerMethod::Bpe => Some(ByteLevel::new(false, true, true).into()),
        TokenizerMethod::BpeCharacters | TokenizerMethod::Unigram => Some(cut_by(words::PATTERN.into())),
        TokenizerMethod::WordPiece => in_order(vec![BertPreTokenizer.into(), FixedLength::new(MAX_WORD_LENGTH).into()]),
    }
}

fn cut_by(pattern: String) -> PreTokenizerWrapper {
    let pattern = SplitPattern::Regex(pattern);
    Split::new(pattern, SplitDelimiterBehavior::Isolated, false).expect("a valid pattern").into()
}

fn decoder(method: TokenizerMethod) -> Option<DecoderWrapper> {
    match method {
        // Without a decoder, tokens are joined by spaces.
        TokenizerMethod::Whitespace => None,
        TokenizerMethod::Characters | TokenizerMethod::BpeCharacters | TokenizerMethod::Unigram => {
            Some(Fuse::new().into())
        }
        TokenizerMethod::Bytes | TokenizerMethod::Bpe => Some(ByteLevel::new(false, true, true).into()),
        TokenizerMethod::Rules | TokenizerMethod::WordPiece => {
            let needless = ReplacePattern::Regex(rules::needless_space());
            let needless = Replace::new(needless, "").expect("a valid pattern");
            let spaced = WordPieceDecoder::new(CONTINUES.into(), false);
            Some(Decoders::new(vec![spaced.into(), needless.into()]).into())
        }
    }
}
