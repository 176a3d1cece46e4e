//! A vocabulary to look through: found, put in order, and each token with what it is made of.

use ahash::AHashMap;
use serde_json::Value;

use super::{Shown, Tokenizer, shown};
use crate::error::Result;

/// By what tokens are put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Id,
    Frequency,
    Length,
    Text,
}

/// What a token is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A part of a character.
    Bytes,
    Unknown,
    Special,
    /// An id that the vocabulary leaves out.
    Unused,
}

/// The pair that each token was merged from.
pub type Parts = AHashMap<u32, (u32, u32)>;

impl Tokenizer {
    /// The ids whose tokens hold `search`, white space in it written as itself or as ␣ ⏎ ⇥; the number of an id finds it
    /// too. `counts` say how often the text has each. Among equals the lower id is first.
    pub fn find(&self, search: &str, order: Order, counts: &[u64]) -> Vec<u32> {
        let (wanted, number) = (spelled(search), search.trim().parse::<u32>().ok());
        let is_found = |id: &u32| {
            let text = shown(&self.pieces[*id as usize]).text;
            wanted.is_empty() || number == Some(*id) || text.to_lowercase().contains(&wanted)
        };
        let mut found: Vec<u32> = (0..self.vocab_size() as u32).filter(is_found).collect();
        match order {
            Order::Id => {}
            Order::Frequency => found.sort_by_key(|id| counts.get(*id as usize).copied().unwrap_or(0)),
            Order::Length => found.sort_by_key(|id| self.pieces[*id as usize].len()),
            Order::Text => found.sort_by_cached_key(|id| self.pieces[*id as usize].clone()),
        }
        found
    }

    /// # Errors
    /// No such id.
    pub fn kind(&self, id: u32) -> Result<Kind> {
        let piece = self.piece(id)?;
        Ok(match shown(piece) {
            _ if self.is_special(id) => Kind::Special,
            _ if self.unknown() == Some(id) => Kind::Unknown,
            Shown { partial: true, .. } => Kind::Bytes,
            Shown { text, .. } if text.is_empty() && self.pipeline.id_to_token(id).is_none() => Kind::Unused,
            _ => Kind::Text,
        })
    }

    /// The merges of a BPE model, read from the model itself; of other models what training told, or nothing.
    pub fn parts(&self) -> &Parts {
        self.parts.get_or_init(|| self.merged_parts().unwrap_or_default())
    }

    fn merged_parts(&self) -> Option<Parts> {
        let model = self.pipeline.get_model();
        if !matches!(model, tokenizers::ModelWrapper::BPE(_)) {
            return None;
        }
        let model = serde_json::to_value(model).ok()?;
        let vocabulary = model.get("vocab")?.as_object()?;
        let id = |token: &str| vocabulary.get(token)?.as_u64().map(|id| id as u32);
        let prefix = model.get("continuing_subword_prefix").and_then(Value::as_str).unwrap_or_default();
        let mut parts = Parts::new();
        for merge in model.get("merges")?.as_array()? {
            let (first, second) = (merge.get(0)?.as_str()?, merge.get(1)?.as_str()?);
            let made = format!("{first}{}", second.strip_prefix(prefix).unwrap_or(second));
            parts.entry(id(&made)?).or_insert((id(first)?, id(second)?));
        }
        Some(parts)
    }

    /// The tokens that no merge has made, of which this one consists in the end.
    pub fn leaves(&self, id: u32) -> Vec<u32> {
        let (mut waiting, mut leaves) = (vec![id], Vec::new());
        while let Some(id) = waiting.pop() {
            match self.parts().get(&id) {
                Some((first, second)) => waiting.extend([*second, *first]),
                None => leaves.push(id),
            }
        }
        leaves
    }
}

/// What is typed for white space, as white space.
fn spelled(search: &str) -> String {
    let plain = |character: char| match character {
        '␣' => ' ',
        '⏎' => '\n',
        '⇥' => '\t',
        other => other,
    };
    search.chars().map(plain).collect::<String>().to_lowercase()
}
