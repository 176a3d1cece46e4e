//! The built-in corpora, grown by seeded grammars: nothing to ask permission for. Those with labels have their grammars in
//! files of the site, which are fetched when one is chosen.

mod arithmetic;
pub mod grammar;
pub mod labelled;

use super::corpus::Corpus;
use crate::config::Source;
use crate::error::{Error, Result};
use crate::rng::{Rng, Stream};
use grammar::Grammar;

pub const STORIES: &str = include_str!("corpora/stories.grammar");
pub const STORIES_ZH: &str = include_str!("corpora/stories_zh.grammar");

/// Grows a corpus to exactly `characters` characters: whole documents with an empty line between them, the last one cut.
///
/// Document n depends on the seed and n alone, so a longer corpus begins with the shorter one.
pub fn corpus(source: Source, characters: usize, seed: u32) -> Result<Corpus> {
    let document = documents(source)?;
    let (mut text, mut parts) = (String::new(), Vec::new());
    let mut missing = characters;
    for number in 0.. {
        let next = document(&mut rng(seed, number));
        let begin = text.len();
        parts.push(begin..begin + next.len());
        let next = next + "\n\n";
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
    parts.retain(|part| part.start < text.len());
    if let Some(last) = parts.last_mut() {
        last.end = last.end.min(text.len());
    }
    Corpus::over(text, source.name(), &parts)
}

/// The text of such a corpus.
pub fn grow(source: Source, characters: usize, seed: u32) -> Result<String> {
    corpus(source, characters, seed).map(Corpus::into_content)
}

fn rng(seed: u32, document: u32) -> Rng {
    Rng::at_step(seed, Stream::Corpus, document)
}

type Documents = Box<dyn Fn(&mut Rng) -> String>;

fn documents(source: Source) -> Result<Documents> {
    let stories = |source: &'static str| -> Documents {
        let grammar = Grammar::parse(source).unwrap_or_else(|line| panic!("a grammar of ours: {line}"));
        Box::new(move |rng| grammar.grow("story", rng))
    };
    match source {
        Source::Stories => Ok(stories(STORIES)),
        Source::StoriesZh => Ok(stories(STORIES_ZH)),
        Source::Arithmetic => Ok(Box::new(arithmetic::grow)),
        Source::Own | Source::Labelled(_) => Err(Error::Missing { missing: "text".into() }),
    }
}
