//! Text to token ids and back, on the `tokenizers` crate, so that our `tokenizer.json` works everywhere.
//!
//! Both methods are the same kind of model: characters are byte-pair encoding without a single merge. The crate trains,
//! saves and loads; encoding a whole corpus takes a short way of our own, which the tests hold equal to the crate's.

mod byte_level;
mod encoder;
pub mod merging;
mod training;
mod words;

use tokenizers::decoders::fuse::Fuse;
use tokenizers::models::ModelWrapper;
use tokenizers::models::bpe::BPE;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{DecoderWrapper, Model};

use crate::config::TokenizerMethod;
use crate::error::{Error, Result};
pub use encoder::Encoder;
pub use training::Training;

/// What stands for a character that the text does not have. Its id is 0; training never meets it.
pub const UNKNOWN: &str = "<unk>";

/// A trained tokenizer. Ids count from 0 to `vocab_size` - 1 without a gap.
pub struct Tokenizer {
    method: TokenizerMethod,
    /// The whole pipeline: what is saved, and what the short way must agree with.
    pipeline: tokenizers::Tokenizer,
    /// The bytes of every token.
    pieces: Vec<Box<[u8]>>,
    /// Ids by code point, for characters alone; 0 where there is none.
    by_character: Vec<u32>,
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
    pub fn method(&self) -> TokenizerMethod {
        self.method
    }

    /// V.
    pub fn vocab_size(&self) -> usize {
        self.pieces.len()
    }

    /// Ids of a short text; for a corpus see [`Encoder`].
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut encoder = Encoder::new(self, text);
        while encoder.advance() < 1.0 {}
        encoder.finish()
    }

    /// The text of these ids; bytes that do not make a character become U+FFFD.
    pub fn decode(&self, ids: &[u32]) -> Result<String> {
        let mut bytes = Vec::new();
        for id in ids {
            bytes.extend_from_slice(self.piece(*id)?);
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    pub fn show(&self, id: u32) -> Result<Shown> {
        let mut shown = Shown { text: String::new(), partial: false };
        for chunk in self.piece(id)?.utf8_chunks() {
            shown.text.push_str(chunk.valid());
            shown.partial |= !chunk.invalid().is_empty();
            shown.text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
        }
        Ok(shown)
    }

    /// The bytes of a token.
    pub fn piece(&self, id: u32) -> Result<&[u8]> {
        let unknown = Error::UnknownId { id: u64::from(id), vocab_size: self.vocab_size() as u64 };
        self.pieces.get(id as usize).map(|piece| &**piece).ok_or(unknown)
    }

    /// The pipeline as a `tokenizer.json`.
    pub fn to_json(&self) -> String {
        self.pipeline.to_string(true).expect("a tokenizer of ours can be written as JSON")
    }

    /// Reads what [`Tokenizer::to_json`] wrote.
    pub fn from_json(json: &str) -> Result<Self> {
        let pipeline: tokenizers::Tokenizer = json.parse().map_err(refused)?;
        let ModelWrapper::BPE(model) = pipeline.get_model() else {
            return Err(Error::Tokenizer { detail: "the model is not BPE".into() });
        };
        let method = match (pipeline.get_pre_tokenizer(), pipeline.get_decoder()) {
            (Some(PreTokenizerWrapper::ByteLevel(_)), Some(DecoderWrapper::ByteLevel(_))) => TokenizerMethod::Bpe,
            (None, Some(DecoderWrapper::Fuse(_))) => TokenizerMethod::Characters,
            _ => return Err(Error::Tokenizer { detail: "neither characters nor byte-level BPE".into() }),
        };
        let model = model.clone();
        Self::new(method, model)
    }

    fn new(method: TokenizerMethod, model: BPE) -> Result<Self> {
        let pieces = pieces(method, &model)?;
        let by_character = match method {
            TokenizerMethod::Characters => by_character(&pieces),
            TokenizerMethod::Bpe => Vec::new(),
        };
        Ok(Self { method, pipeline: pipeline(method, model), pieces, by_character })
    }

    /// Ids of one word of byte-level BPE.
    fn encode_word(&self, word: &str, ids: &mut Vec<u32>) {
        let tokens = self.pipeline.get_model().tokenize(&byte_level::spell(word));
        ids.extend(tokens.expect("every byte is in the vocabulary").iter().map(|token| token.id));
    }
}

fn pipeline(method: TokenizerMethod, model: BPE) -> tokenizers::Tokenizer {
    let mut pipeline = tokenizers::Tokenizer::new(model);
    match method {
        TokenizerMethod::Characters => pipeline.with_decoder(Some(Fuse::new())),
        TokenizerMethod::Bpe => {
            let byte_level = ByteLevel::new(false, true, true);
            pipeline.with_pre_tokenizer(Some(byte_level)).with_decoder(Some(byte_level))
        }
    };
    pipeline
}

fn pieces(method: TokenizerMethod, model: &BPE) -> Result<Vec<Box<[u8]>>> {
    let piece = |id: u32| {
        let token = model.id_to_token(id)?;
        match method {
            TokenizerMethod::Characters => Some(token.into_bytes().into_boxed_slice()),
            TokenizerMethod::Bpe => byte_level::read(&token),
        }
    };
    (0..model.get_vocab_size() as u32)
        .map(|id| piece(id).ok_or_else(|| Error::Tokenizer { detail: format!("no token with the id {id}") }))
        .collect()
}

fn by_character(pieces: &[Box<[u8]>]) -> Vec<u32> {
    let mut table = Vec::new();
    for (id, piece) in pieces.iter().enumerate().skip(1) {
        let character = std::str::from_utf8(piece).ok().and_then(|text| text.chars().next());
        let code = character.expect("a token of this method is a character") as usize;
        table.resize(table.len().max(code + 1), 0);
        table[code] = id as u32;
    }
    table
}

fn refused(error: tokenizers::Error) -> Error {
    Error::Tokenizer { detail: error.to_string() }
}
