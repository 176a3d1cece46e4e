//! The built-in corpora whose documents have labels and groups, for sampling and for classifiers.

use super::grammar::{Grammar, Grown};
use super::rng;
use crate::config::corpus::Labelled;
use crate::error::Result;
use crate::text::corpus::{Corpus, Document};

const GRAMMARS: [(Labelled, &str); 14] = [
    (Labelled::Names, include_str!("names.grammar")),
    (Labelled::NamesZh, include_str!("names_zh.grammar")),
    (Labelled::Couplets, include_str!("couplets.grammar")),
    (Labelled::CoupletsZh, include_str!("couplets_zh.grammar")),
    (Labelled::Dialogues, include_str!("dialogues.grammar")),
    (Labelled::DialoguesZh, include_str!("dialogues_zh.grammar")),
    (Labelled::Instructions, include_str!("instructions.grammar")),
    (Labelled::InstructionsZh, include_str!("instructions_zh.grammar")),
    (Labelled::Messages, include_str!("messages.grammar")),
    (Labelled::MessagesZh, include_str!("messages_zh.grammar")),
    (Labelled::Reviews, include_str!("reviews.grammar")),
    (Labelled::ReviewsZh, include_str!("reviews_zh.grammar")),
    (Labelled::Headlines, include_str!("headlines.grammar")),
    (Labelled::HeadlinesZh, include_str!("headlines_zh.grammar")),
];

/// The grammar of a corpus.
pub fn grammar(kind: Labelled) -> Grammar {
    let (_, text) = GRAMMARS.iter().find(|(other, _)| *other == kind).expect("every kind has a grammar");
    Grammar::parse(text)
}

/// `count` documents. Document n depends on the seed and n alone.
///
/// # Errors
/// More documents or characters than a corpus holds.
pub fn corpus(kind: Labelled, count: usize, seed: u32) -> Result<Corpus> {
    let grammar = grammar(kind);
    let mut corpus = Corpus::default();
    for number in 0..count {
        let Grown { text, label, group } = grammar.grow_labelled(&mut rng(seed, number as u32));
        corpus.push(Document { text: &text, label, group, weight: 1.0 })?;
    }
    Ok(corpus)
}
