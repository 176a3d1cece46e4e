//! Whether a pipeline is one of ours, so that the short way of encoding is open to it.

use std::collections::BTreeSet;

use serde::Serialize;
use tokenizers::{Model, ModelWrapper, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer, Tokenizer};

use super::{UNKNOWN, pipeline};
use crate::config::tokenizer::{END_OF_DOCUMENT, PADDING};
use crate::config::{Normalization, RulesConfig, TokenizerConfig, TokenizerMethod};

/// The configuration that makes such a pipeline, as far as it can be told: sizes are what came out.
pub fn config(tokenizer: &Tokenizer) -> Option<TokenizerConfig> {
    let config = methods(tokenizer.get_vocab_size(true)).find(|config| is_of(tokenizer, config))?;
    let config =
        normalizations(&config).find(|config| same(&pipeline::normalizer(config), &tokenizer.get_normalizer()))?;
    let mut added = tokenizer.get_added_tokens_decoder();
    let mut take = |wanted: &str| {
        let id = added.iter().find(|(_, it)| it.content == wanted && it.special && !it.normalized).map(|(id, _)| *id);
        id.and_then(|id| added.remove(&id)).is_some_and(|it| !it.lstrip && !it.rstrip && !it.single_word)
    };
    let config = TokenizerConfig { end_of_document: take(END_OF_DOCUMENT), padding: take(PADDING), ..config };
    // Other added tokens change what is found in a text.
    added.is_empty().then_some(config)
}

/// Whether tokens are bytes spelled as characters.
pub fn is_byte_level(tokenizer: &Tokenizer) -> bool {
    let parts = (tokenizer.get_decoder(), tokenizer.get_pre_tokenizer(), tokenizer.get_normalizer());
    serde_json::to_string(&parts).is_ok_and(|parts| parts.contains(r#""type":"ByteLevel""#))
}

/// Whether a space between two letters or digits always parts them, and a text may begin there: tried on some.
pub fn parts_words(tokenizer: &Tokenizer) -> bool {
    let normalizer = serde_json::to_string(&tokenizer.get_normalizer()).unwrap_or_default();
    let depends_on_the_beginning =
        [r#""type":"Prepend""#, r#""type":"Strip""#].iter().any(|it| normalizer.contains(it));
    let Some(pre_tokenizer) = tokenizer.get_pre_tokenizer().filter(|_| !depends_on_the_beginning) else { return false };
    ["ab cd", "12 34", "a1 2b", "中文 字x"].iter().all(|probe| {
        let mut words = PreTokenizedString::from(*probe);
        let last = probe.split(' ').next().and_then(|word| word.chars().next_back());
        let first = probe.split(' ').nth(1).and_then(|word| word.chars().next());
        pre_tokenizer.pre_tokenize(&mut words).is_ok()
            && words.get_splits(OffsetReferential::Original, OffsetType::Byte).iter().all(|(word, (from, to), _)| {
                let original = probe.get(*from..*to).unwrap_or(word);
                let holds = |character: Option<char>| character.is_some_and(|it| original.contains(it));
                !(holds(last) && holds(first))
            })
    })
}

/// The id of the model's unknown token.
pub fn unknown(tokenizer: &Tokenizer) -> Option<u32> {
    let name = match tokenizer.get_model() {
        ModelWrapper::BPE(model) => model.unk_token.clone()?,
        ModelWrapper::WordPiece(model) => model.unk_token.clone(),
        ModelWrapper::WordLevel(model) => model.unk_token.clone(),
        ModelWrapper::Unigram(_) => {
            let model = serde_json::to_value(tokenizer.get_model()).ok()?;
            return model.get("unk_id")?.as_u64().map(|id| id as u32);
        }
    };
    tokenizer.get_model().token_to_id(&name)
}

/// Every method, and rules in every choice.
fn methods(vocab_size: usize) -> impl Iterator<Item = TokenizerConfig> {
    let rules = (0..32u8).map(|bits| RulesConfig {
        punctuation: bits & 1 == 0,
        hyphens: bits & 2 == 0,
        contractions: bits & 4 == 0,
        abbreviations: bits & 8 == 0,
        numbers: bits & 16 == 0,
    });
    let config = move |method| TokenizerConfig::new(method, vocab_size);
    let rules = rules.map(move |rules| TokenizerConfig { rules, ..config(TokenizerMethod::Rules) });
    TokenizerMethod::ALL.into_iter().map(config).chain(rules)
}

fn is_of(tokenizer: &Tokenizer, config: &TokenizerConfig) -> bool {
    let (pre_tokenizer, decoder) = pipeline::parts(config);
    has_model_of(tokenizer.get_model(), config.method)
        && same(&pre_tokenizer, &tokenizer.get_pre_tokenizer())
        && same(&decoder, &tokenizer.get_decoder())
}

fn has_model_of(model: &ModelWrapper, method: TokenizerMethod) -> bool {
    match (model, method) {
        (ModelWrapper::WordLevel(_), TokenizerMethod::Whitespace | TokenizerMethod::Rules)
        | (ModelWrapper::Unigram(_), TokenizerMethod::Unigram)
        | (ModelWrapper::WordPiece(_), TokenizerMethod::WordPiece) => true,
        (ModelWrapper::BPE(model), _) => {
            let plain = model.dropout.is_none()
                && !model.byte_fallback
                && !model.fuse_unk
                && !model.ignore_merges
                && model.continuing_subword_prefix.is_none()
                && model.end_of_word_suffix.is_none();
            let vocabulary = model.get_vocab();
            let is_known = |token: &str| vocabulary.contains_key(token);
            plain
                && match method {
                    TokenizerMethod::Bpe => {
                        super::byte_level::alphabet().all(|it| is_known(it.encode_utf8(&mut [0; 4])))
                    }
                    TokenizerMethod::BpeCharacters => model.unk_token.as_deref() == Some(UNKNOWN),
                    TokenizerMethod::Bytes => (0..=255u8)
                        .zip(super::byte_level::alphabet())
                        .all(|(byte, it)| vocabulary.get(it.encode_utf8(&mut [0; 4])) == Some(&u32::from(byte))),
                    TokenizerMethod::Characters => {
                        vocabulary.get(UNKNOWN) == Some(&0)
                            && vocabulary.iter().all(|(token, id)| *id == 0 || token.chars().count() == 1)
                            && vocabulary.values().collect::<BTreeSet<_>>().len() == vocabulary.len()
                    }
                    _ => false,
                }
        }
        _ => false,
    }
}

fn normalizations(config: &TokenizerConfig) -> impl Iterator<Item = TokenizerConfig> {
    let kinds = [Normalization::None, Normalization::Nfc, Normalization::Nfkc];
    let switches = [(false, false), (false, true), (true, false), (true, true)];
    let all = kinds.into_iter().flat_map(move |kind| switches.map(|(lower, strip)| (kind, lower, strip)));
    all.map(move |(normalization, lowercase, strip_accents)| TokenizerConfig {
        normalization,
        lowercase,
        strip_accents,
        ..config.clone()
    })
}

fn same(ours: &impl Serialize, theirs: &impl Serialize) -> bool {
    serde_json::to_value(ours).ok() == serde_json::to_value(theirs).ok()
}
