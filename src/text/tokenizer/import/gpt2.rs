//! GPT-2's two files: `vocab.json` with the ids, `merges.txt` with one merge a line.

use ahash::AHashMap;
use serde_json::Value;
use tokenizers::AddedToken;
use tokenizers::models::bpe::BPE;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;

use super::model::{MAX_MERGES, MAX_TOKENS, check_ids, check_merge};
use super::{File, MAX_BYTES};
use crate::config::tokenizer::END_OF_DOCUMENT;
use crate::error::{Error, Result};
use crate::text::tokenizer::Tokenizer;

/// A file by its name.
pub type Named<'a> = (&'a str, &'a [u8]);

/// Reads GPT-2's two files as what they are: byte-level byte-pair encoding.
///
/// # Errors
/// What cannot be read, is too large, or contradicts itself, with the entry or the line.
pub fn gpt2(vocab: Named, merges: Named) -> Result<Tokenizer> {
    let file = File { name: vocab.0 };
    let json = file.json(vocab.1)?;
    let Some(entries) = json.as_object() else { return Err(file.wrong("", &json)) };
    file.count("vocab.json", entries.len(), MAX_TOKENS)?;
    let ids = check_ids(file, "vocab.json", entries.iter().map(|(token, id): (_, &Value)| (token.as_str(), id)))?;
    let pairs = pairs(File { name: merges.0 }, merges.1, &ids)?;
    let vocabulary: AHashMap<String, u32> = ids.iter().map(|(token, id)| (token.to_string(), *id as u32)).collect();
    let has_end = ids.contains_key(END_OF_DOCUMENT);
    if vocabulary.is_empty() {
        return Err(file.missing("vocab.json"));
    }
    let model = BPE::builder().vocab_and_merges(vocabulary, pairs).cache_capacity(0).build();
    let mut pipeline = tokenizers::Tokenizer::new(model.map_err(|error| file.refused(&error.to_string()))?);
    let byte_level = ByteLevel::new(false, true, true);
    pipeline.with_pre_tokenizer(Some(byte_level)).with_decoder(Some(byte_level));
    let special = has_end.then(|| AddedToken::from(END_OF_DOCUMENT, true));
    pipeline.add_special_tokens(special).map_err(|error| file.refused(&error.to_string()))?;
    Tokenizer::of_pipeline(pipeline)
}

fn pairs(file: File, bytes: &[u8], ids: &AHashMap<&str, u64>) -> Result<Vec<(String, String)>> {
    file.count("bytes", bytes.len(), MAX_BYTES)?;
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let read = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
        let column = read.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        broken(file, read.matches('\n').count() + 1, column, "UTF-8")
    })?;
    let mut pairs = Vec::new();
    for (number, line) in (1usize..).zip(text.lines()) {
        if line.is_empty() || number == 1 && line.starts_with("#version") {
            continue;
        }
        let pair = line.split_once(' ').filter(|(_, second)| !second.is_empty() && !second.contains(' '));
        let Some(pair) = pair else { return Err(broken(file, number, 1, &super::shortened(line))) };
        check_merge(file, &|| format!("{}:{number}", file.name), pair, "", |token| ids.contains_key(token))?;
        pairs.push((pair.0.to_string(), pair.1.to_string()));
        file.count("merges.txt", pairs.len(), MAX_MERGES)?;
    }
    Ok(pairs)
}

fn broken(file: File, line: usize, column: usize, detail: &str) -> Error {
    let (line, column) = (line as u64, column as u64);
    Error::TokenizerBroken { name: file.name.into(), line, column, detail: detail.into() }
}
