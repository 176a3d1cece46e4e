//! Text to token ids and back, on the `tokenizers` crate, so that our `tokenizer.json` works everywhere.
//!
//! Every method is a pipeline of the crate ([`pipeline`]): normalizer, pre-tokenizer, model, decoder. Encoding a whole corpus
//! takes a short way of our own ([`Encoder`]), which the tests hold equal to the crate's; learning is our own where it is
//! what there is to see ([`merging`], [`unigram`]), and gives the crate's models.

mod byte_level;
pub mod comparison;
mod encoder;
pub mod import;
pub mod merging;
mod normalizer;
pub mod pipeline;
mod reading;
mod recognise;
pub mod roundtrip;
pub mod rules;
pub mod special;
pub mod trace;
mod training;
pub mod unigram;
pub mod units;
pub mod vocabulary;
pub mod words;

use std::cell::OnceCell;

use tokenizers::{
    Decoder, DecoderWrapper, Model, ModelWrapper, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer,
};

use crate::config::tokenizer::{END_OF_DOCUMENT, PADDING};
use crate::config::{TokenizerConfig, TokenizerMethod};
use crate::error::{Error, Result};
pub use encoder::Encoder;
use normalizer::Normalizer;
use special::Special;
pub use training::Training;
use units::Units;
use vocabulary::Parts;

/// What stands for whatever the vocabulary does not have. Its id is 0; training never meets it.
pub const UNKNOWN: &str = "<unk>";

/// A trained tokenizer. Ids count from 0 to `vocab_size` - 1.
pub struct Tokenizer {
    /// What it was made with; nothing if it is none of ours.
    config: Option<TokenizerConfig>,
    /// The whole pipeline: what is saved, and what the short way must agree with.
    pipeline: tokenizers::Tokenizer,
    /// The bytes of every token, as they stand in the vocabulary; empty where an imported one leaves out an id.
    pieces: Vec<Box<[u8]>>,
    cutter: ShortWay,
    special: Special,
    unknown: Option<u32>,
    /// What each token was merged from, once somebody asks.
    parts: OnceCell<Parts>,
}

/// The short way of encoding.
enum ShortWay {
    /// Ids by code point; 0 where there is none.
    Characters(Vec<u32>),
    /// The id is the byte.
    Bytes,
    /// Unit by unit, each remembered.
    Units(Units),
}

/// A token as one can show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its text, with bytes that are no whole character written as `\xE4`.
    pub text: String,
    /// Such bytes are in it.
    pub partial: bool,
}

impl Tokenizer {
    /// The method that it was made with; nothing if it is none of ours.
    pub fn method(&self) -> Option<TokenizerMethod> {
        self.config.as_ref().map(|config| config.method)
    }

    /// What it was made with, as far as one sees it; nothing if it is none of ours.
    pub fn config(&self) -> Option<&TokenizerConfig> {
        self.config.as_ref()
    }

    /// V.
    pub fn vocab_size(&self) -> usize {
        self.pieces.len()
    }

    /// The id of what the vocabulary does not have.
    pub fn unknown(&self) -> Option<u32> {
        self.unknown
    }

    /// The id that stands behind every document.
    pub fn end_of_document(&self) -> Option<u32> {
        self.special.id(END_OF_DOCUMENT)
    }

    /// The id of places without text.
    pub fn padding(&self) -> Option<u32> {
        self.special.id(PADDING)
    }

    /// Whether an id is that of a special token.
    pub fn is_special(&self, id: u32) -> bool {
        self.special.has(id)
    }

    /// Where units go through the whole pipeline, it normalizes them itself.
    fn normalizer(&self) -> Option<Normalizer> {
        self.config.as_ref().and_then(Normalizer::new)
    }

    /// Ids of a short text; for a corpus see [`Encoder`].
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut encoder = Encoder::new(self, text);
        while encoder.advance() < 1.0 {}
        encoder.finish()
    }

    /// The ids from which a model begins when nothing is given to it: those of a new line, or the end of another document.
    pub fn beginning(&self) -> Vec<u32> {
        let line = self.encode("\n");
        if line.is_empty() { vec![self.end_of_document().or(self.unknown).unwrap_or(0)] } else { line }
    }

    /// The text of these ids; bytes that do not make a character become U+FFFD.
    pub fn decode(&self, ids: &[u32]) -> Result<String> {
        let mut bytes = Vec::new();
        for id in ids {
            bytes.extend_from_slice(self.piece(*id)?);
        }
        match self.pipeline.get_decoder() {
            Some(DecoderWrapper::ByteLevel(_) | DecoderWrapper::Fuse(_)) => {
                Ok(String::from_utf8_lossy(&bytes).into_owned())
            }
            // Some decoders cannot do with nothing.
            _ if bytes.is_empty() => Ok(String::new()),
            _ => self.pipeline.decode(ids, false).map_err(refused),
        }
    }

    /// A token as it stands in the vocabulary.
    pub fn show(&self, id: u32) -> Result<Shown> {
        Ok(shown(self.piece(id)?))
    }

    /// A token as it stands in a text behind others: with the space that goes before a word.
    pub fn show_in_text(&self, id: u32) -> Result<Shown> {
        const BEFORE: &str = "a";
        let token = String::from_utf8_lossy(self.piece(id)?).into_owned();
        let spelled = self.pipeline.id_to_token(id).unwrap_or_default();
        match self.pipeline.get_decoder() {
            Some(DecoderWrapper::ByteLevel(_) | DecoderWrapper::Fuse(_)) => self.show(id),
            None => Ok(Shown { text: format!(" {token}"), partial: false }),
            Some(decoder) => {
                let text = decoder.decode_chain(vec![BEFORE.into(), spelled]).map_err(refused)?.concat();
                Ok(Shown { text: text.strip_prefix(BEFORE).unwrap_or(&token).into(), partial: false })
            }
        }
    }

    /// The bytes of a token, as they stand in the vocabulary.
    pub fn piece(&self, id: u32) -> Result<&[u8]> {
        let unknown = Error::UnknownId { id: u64::from(id), vocab_size: self.vocab_size() as u64 };
        self.pieces.get(id as usize).map(|piece| &**piece).ok_or(unknown)
    }

    /// The pipeline as a `tokenizer.json`.
    pub fn to_json(&self) -> String {
        self.pipeline.to_string(true).expect("a tokenizer of ours can be written as JSON")
    }

    /// Reads a `tokenizer.json` that is known to be harmless, such as [`Tokenizer::to_json`] wrote.
    pub fn from_json(json: &str) -> Result<Self> {
        Self::of_pipeline(json.parse().map_err(refused)?)
    }

    /// A tokenizer of the crate's, by the short way where it is one of ours.
    pub fn of_pipeline(mut pipeline: tokenizers::Tokenizer) -> Result<Self> {
        pipeline.with_truncation(None).map_err(refused)?.with_padding(None);
        let config = recognise::config(&pipeline);
        let byte_level = recognise::is_byte_level(&pipeline);
        let pieces = pieces(&pipeline, byte_level);
        let cutter = match config.as_ref().map(|config| config.method) {
            None if recognise::parts_words(&pipeline) => ShortWay::Units(Units::Stretches),
            None => ShortWay::Units(Units::Passages),
            Some(TokenizerMethod::Characters) => ShortWay::Characters(by_character(&pieces, &pipeline)),
            Some(TokenizerMethod::Bytes) => ShortWay::Bytes,
            Some(TokenizerMethod::Bpe | TokenizerMethod::BpeCharacters | TokenizerMethod::Unigram) => {
                ShortWay::Units(Units::Words)
            }
            Some(TokenizerMethod::Whitespace | TokenizerMethod::Rules | TokenizerMethod::WordPiece) => {
                ShortWay::Units(Units::Chunks)
            }
        };
        let special = special(&pipeline);
        let unknown = recognise::unknown(&pipeline);
        Ok(Self { config, pipeline, pieces, cutter, special, unknown, parts: OnceCell::new() })
    }

    /// The tokenizer of a trained model.
    fn new(config: &TokenizerConfig, model: impl Into<ModelWrapper>) -> Result<Self> {
        let tokenizer = Self::of_pipeline(pipeline::pipeline(config, model.into())?)?;
        Ok(Self { config: Some(config.clone()), ..tokenizer })
    }

    /// The same, with the pairs that training merged.
    fn with_parts(self, parts: Parts) -> Self {
        Self { parts: OnceCell::from(parts), ..self }
    }

    /// Ids of one unit, which is normalized already.
    fn encode_unit(&self, unit: &str, ids: &mut Vec<u32>) {
        let model = self.pipeline.get_model();
        let mut tokenize = |text: &str| match model.tokenize(text) {
            Ok(tokens) => ids.extend(tokens.iter().map(|token| token.id)),
            // A model without an unknown token leaves out what it cannot cut, as the crate's loudest way would fail.
            Err(error) => log::debug!("{unit:.40?} is left out: {error}"),
        };
        match (self.method(), self.pipeline.get_pre_tokenizer()) {
            (Some(TokenizerMethod::Bpe), _) => tokenize(&byte_level::spell(unit)),
            (Some(TokenizerMethod::BpeCharacters | TokenizerMethod::Unigram), _) => tokenize(unit),
            (Some(_), Some(pre_tokenizer)) => {
                let mut words = PreTokenizedString::from(unit);
                pre_tokenizer.pre_tokenize(&mut words).expect("patterns of ours fit every unit");
                words
                    .get_splits(OffsetReferential::Normalized, OffsetType::None)
                    .into_iter()
                    .for_each(|(word, ..)| tokenize(word));
            }
            _ => match self.pipeline.encode_fast(unit, false) {
                Ok(encoding) => ids.extend(encoding.get_ids()),
                Err(error) => log::debug!("{unit:.40?} is left out: {error}"),
            },
        }
    }
}

fn shown(piece: &[u8]) -> Shown {
    let mut shown = Shown { text: String::new(), partial: false };
    for chunk in piece.utf8_chunks() {
        shown.text.push_str(chunk.valid());
        shown.partial |= !chunk.invalid().is_empty();
        shown.text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    shown
}

fn pieces(pipeline: &tokenizers::Tokenizer, is_byte_level: bool) -> Vec<Box<[u8]>> {
    let vocabulary = pipeline.get_vocab(true);
    let mut pieces = vec![Box::default(); vocabulary.values().max().map_or(0, |last| *last as usize + 1)];
    let added = pipeline.get_added_vocabulary();
    for (token, id) in vocabulary {
        let spelled = is_byte_level && !added.get_vocab().contains_key(&token);
        let bytes = if spelled { byte_level::read(&token) } else { None };
        pieces[id as usize] = bytes.unwrap_or_else(|| token.into_bytes().into());
    }
    pieces
}

fn by_character(pieces: &[Box<[u8]>], pipeline: &tokenizers::Tokenizer) -> Vec<u32> {
    let mut table = Vec::new();
    let model = pipeline.get_model().get_vocab_size();
    for (id, piece) in pieces.iter().enumerate().take(model).skip(1) {
        let character = std::str::from_utf8(piece).ok().and_then(|text| text.chars().next());
        let code = character.expect("a token of this method is a character") as usize;
        table.resize(table.len().max(code + 1), 0);
        table[code] = id as u32;
    }
    table
}

fn special(pipeline: &tokenizers::Tokenizer) -> Special {
    let added = pipeline.get_added_tokens_decoder().into_iter().filter(|(_, token)| token.special);
    Special::new(added.map(|(id, token)| (token.content, id)).collect())
}

fn refused(error: tokenizers::Error) -> Error {
    Error::Tokenizer { detail: error.to_string() }
}
