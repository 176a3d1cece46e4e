//! A written text that is looked for in what its writer has learned from.

use std::ops::Range;

use super::Answer;
use crate::error::Result;
use crate::protocol::RequestId;
use crate::protocol::evaluate::{Copied, EvaluateEvent, Near, Stretch};
use crate::session::project::Parts;
use crate::text::copied::{Run, Search, shared, spelled};
use crate::text::tokenizer::Tokenizer;

/// Tokens that are shown before and behind a run.
const AROUND: usize = 24;

pub struct Looking {
    pub request: RequestId,
    parts: Parts,
    ids: Vec<u32>,
    search: Option<Search>,
}

impl Looking {
    /// For the tokens of a text that a run with these parts has written.
    pub fn new(request: RequestId, parts: Parts, ids: Vec<u32>) -> Self {
        let search = Search::new(&parts.tokenizer, &ids, &parts.loader.dataset().validation);
        Self { request, parts, ids, search: Some(search) }
    }

    /// Looks through a piece of the training tokens.
    pub fn go_on(&mut self) -> Answer {
        let Parts { tokenizer, loader } = &self.parts;
        let train = &loader.dataset().train;
        let done = self.search.as_mut().is_none_or(|search| search.advance(tokenizer, train) >= 1.0);
        match self.search.take_if(|_| done) {
            Some(search) => {
                let copied = Box::new(self.copied(search)?);
                Ok(Some(EvaluateEvent::LookedUp { request: self.request, copied }))
            }
            None => Ok(None),
        }
    }

    fn copied(&self, search: Search) -> Result<Copied> {
        let found = search.finish();
        let ends = ends(&self.parts.tokenizer, &self.ids);
        Ok(Copied {
            characters: found.characters as u64,
            longest: found.longest as u64,
            chance: found.chance.iter().map(|longest| *longest as u64).collect(),
            stretches: found.runs.iter().map(|run| self.stretch(run, &ends)).collect::<Result<_>>()?,
            nearest: found.nearest.iter().map(|(range, share)| self.near(range, *share)).collect::<Result<_>>()?,
            documents: self.parts.loader.dataset().train_documents.begins.len() as u64,
        })
    }

    fn stretch(&self, run: &Run, ends: &[usize]) -> Result<Stretch> {
        let Parts { tokenizer, loader } = &self.parts;
        let dataset = loader.dataset();
        let (from, to) = within(&run.bytes, ends);
        let begin = begin_of(tokenizer, &dataset.train, run.end, run.bytes.len());
        let after = dataset.train.len().min(run.end + 1 + AROUND);
        Ok(Stretch {
            from: from as u64,
            to: to as u64,
            characters: run.characters as u64,
            document: dataset.train_documents.at(begin) as u64,
            before: tokenizer.decode(&dataset.train[begin.saturating_sub(AROUND)..begin])?,
            text: tokenizer.decode(&dataset.train[begin..=run.end])?,
            after: tokenizer.decode(&dataset.train[run.end + 1..after])?,
        })
    }

    fn near(&self, range: &Range<usize>, share: f64) -> Result<Near> {
        let Parts { tokenizer, loader } = &self.parts;
        let dataset = loader.dataset();
        let passage = &dataset.train[range.clone()];
        let flags = shared(tokenizer, &self.ids, passage);
        let mut parts = Vec::new();
        let mut from = 0;
        for group in flags.chunk_by(|a, b| a == b) {
            parts.push((tokenizer.decode(&passage[from..from + group.len()])?, group[0]));
            from += group.len();
        }
        Ok(Near { document: dataset.train_documents.at(range.start) as u64, share: share as f32, parts })
    }
}

/// Where each written token ends among the bytes of all.
fn ends(tokenizer: &Tokenizer, ids: &[u32]) -> Vec<usize> {
    let ends = ids.iter().scan(0, |sum, id| {
        *sum += spelled(tokenizer, &[*id]).len();
        Some(*sum)
    });
    ends.collect()
}

/// The tokens that lie wholly within these bytes.
fn within(bytes: &Range<usize>, ends: &[usize]) -> (usize, usize) {
    let begin = |at: usize| at.checked_sub(1).map_or(0, |before| ends[before]);
    let from = (0..ends.len()).find(|at| begin(*at) >= bytes.start).unwrap_or(ends.len());
    let to = ends.partition_point(|end| *end <= bytes.end);
    (from, to.max(from))
}

/// The training token in which a run of so many bytes begins that ends with the token `end`.
fn begin_of(tokenizer: &Tokenizer, train: &[u32], end: usize, bytes: usize) -> usize {
    let mut left = bytes;
    for at in (0..=end).rev() {
        let piece = tokenizer.piece(train[at]).map_or(0, <[u8]>::len);
        if piece >= left {
            return at;
        }
        left -= piece;
    }
    0
}
