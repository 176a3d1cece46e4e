//! The built-in corpora, grown by seeded grammars: nothing to download, nothing to ask permission for.

mod arithmetic;
pub mod grammar;

use super::corpus::{Corpus, Document};
use crate::config::Source;
use crate::error::{Error, Result};
use crate::rng::{Rng, Stream};
use grammar::{Grammar, Grown};

pub const STORIES: &str = include_str!("corpora/stories.grammar");
pub const STORIES_ZH: &str = include_str!("corpora/stories_zh.grammar");

/// The corpora whose documents have labels.
const LABELLED: [(Source, &str); 14] = [
    (Source::Names, include_str!("corpora/names.grammar")),
    (Source::NamesZh, include_str!("corpora/names_zh.grammar")),
    (Source::Couplets, include_str!("corpora/couplets.grammar")),
    (Source::CoupletsZh, include_str!("corpora/couplets_zh.grammar")),
    (Source::Dialogues, include_str!("corpora/dialogues.grammar")),
    (Source::DialoguesZh, include_str!("corpora/dialogues_zh.grammar")),
    (Source::Instructions, include_str!("corpora/instructions.grammar")),
    (Source::InstructionsZh, include_str!("corpora/instructions_zh.grammar")),
    (Source::Messages, include_str!("corpora/messages.grammar")),
    (Source::MessagesZh, include_str!("corpora/messages_zh.grammar")),
    (Source::Reviews, include_str!("corpora/reviews.grammar")),
    (Source::ReviewsZh, include_str!("corpora/reviews_zh.grammar")),
    (Source::Headlines, include_str!("corpora/headlines.grammar")),
    (Source::HeadlinesZh, include_str!("corpora/headlines_zh.grammar")),
];

/// The grammar of a corpus with labels.
pub fn labelled(source: Source) -> Option<Grammar> {
    LABELLED.iter().find(|(labelled, _)| *labelled == source).map(|(_, text)| Grammar::parse(text))
}

/// Grows a corpus to exactly `characters` characters: whole documents with an empty line between them, or on lines of
/// their own where each is a line; the last one cut.
///
/// Document n depends on the seed and n alone, so a longer corpus begins with the shorter one.
pub fn grow(source: Source, characters: usize, seed: u32) -> Result<String> {
    let document = documents(source)?;
    let mut text = String::new();
    let mut missing = characters;
    for number in 0.. {
        let next = document(&mut rng(seed, number)).text + between(source);
        match next.char_indices().nth(missing) {
            Some((end, _)) => {
                text.push_str(&next[..end]);
                break;
            }
            None => {
                missing -= next.chars().count();
                text.push_str(&next);
            }
        }
    }
    Ok(text)
}

/// The same documents one by one, with their labels and groups: `count` of them.
pub fn corpus(source: Source, count: usize, seed: u32) -> Result<Corpus> {
    let document = documents(source)?;
    let mut corpus = Corpus::default();
    for number in 0..count {
        let Grown { text, label, group } = document(&mut rng(seed, number as u32));
        corpus.push(Document { text: &text, label, group, weight: 1.0 })?;
    }
    Ok(corpus)
}

fn rng(seed: u32, document: u32) -> Rng {
    Rng::at_step(seed, Stream::Corpus, document)
}

/// What stands between two documents of a text.
fn between(source: Source) -> &'static str {
    match source {
        Source::Names | Source::NamesZh | Source::Messages | Source::MessagesZh => "\n",
        Source::Reviews | Source::ReviewsZh | Source::Headlines | Source::HeadlinesZh => "\n",
        _ => "\n\n",
    }
}

type Documents = Box<dyn Fn(&mut Rng) -> Grown>;

fn documents(source: Source) -> Result<Documents> {
    let unlabelled = |text: String| Grown { text, label: None, group: None };
    let stories = |source: &'static str| -> Documents {
        let grammar = Grammar::parse(source);
        Box::new(move |rng| unlabelled(grammar.grow("story", rng)))
    };
    match (source, labelled(source)) {
        (_, Some(grammar)) => Ok(Box::new(move |rng| grammar.grow_labelled(rng))),
        (Source::Stories, _) => Ok(stories(STORIES)),
        (Source::StoriesZh, _) => Ok(stories(STORIES_ZH)),
        (Source::Arithmetic, _) => Ok(Box::new(move |rng| unlabelled(arithmetic::grow(rng)))),
        _ => Err(Error::Missing { missing: "text".into() }),
    }
}
