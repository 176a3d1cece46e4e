//! Tokenizers side by side: each is trained on the project's text and cuts all of it.

use std::rc::Rc;

use super::Host;
use super::pieces::Pieces;
use super::project::Project;
use super::shown;
use crate::error::{Error, Result};
use crate::protocol::tokens::{CompareSide, Comparison, Probe, ProbeKind, Side};
use crate::text::Text;
use crate::text::statistics::head;
use crate::text::tokenizer::comparison::{self, Figures};
use crate::text::tokenizer::{Encoder, Tokenizer, Training};
use crate::text::words::words;

/// Characters of the excerpt that is shown side by side.
const EXCERPT: usize = 420;
/// Tokenizers that are compared at most.
const MOST: usize = 4;

/// Nothing if a newer command made it pointless.
pub async fn compare(
    pieces: &mut Pieces<'_, impl Host>,
    project: &Project,
    sides: Vec<CompareSide>,
) -> Result<Option<Comparison>> {
    let text = project.text()?;
    let probes = probes(text);
    let count = sides.len().min(MOST) as f32;
    let mut compared = Vec::new();
    for (at, side) in sides.into_iter().take(MOST).enumerate() {
        let (begin, end) = (at as f32 / count, (at + 1) as f32 / count);
        let learned = begin + 0.6 * (end - begin);
        let Some(tokenizer) = tokenizer(pieces, project, side, begin..learned).await? else { return Ok(None) };
        compared.push(match tokenizer {
            Err(error) => Err(error),
            Ok(tokenizer) => match cut(pieces, text, &tokenizer, learned..end).await {
                Some(figures) => Ok(told(text, &tokenizer, figures, &probes)?),
                None => return Ok(None),
            },
        });
    }
    let count =
        text.train_passages().chain(text.validation_passages()).map(|passage| words(passage.text).count() as u64);
    let (bytes, words) = (text.content().len() as u64, count.sum());
    Ok(Some(Comparison { bytes, words, probes, sides: compared }))
}

type Part = std::ops::Range<f32>;

/// The tokenizer of a side, or why the text does not give it.
async fn tokenizer(
    pieces: &mut Pieces<'_, impl Host>,
    project: &Project,
    side: CompareSide,
    part: Part,
) -> Result<Option<std::result::Result<Rc<Tokenizer>, Error>>> {
    let config = match side {
        CompareSide::Project => return Ok(Some(project.tokenizer())),
        CompareSide::Imported(files) => return Ok(Some(super::tokenizer::read(&files).map(Rc::new))),
        CompareSide::Trained(config) => config,
    };
    let mut training = Training::new(project.text()?, &config);
    let finished = pieces.finish_part(part, || training.advance()).await;
    Ok(finished.then(|| training.finish().map(Rc::new)))
}

/// Cuts the whole text, document by document.
async fn cut(pieces: &mut Pieces<'_, impl Host>, text: &Text, tokenizer: &Tokenizer, part: Part) -> Option<Figures> {
    let passages = text.train_passages().chain(text.validation_passages());
    let mut passages = passages.map(|passage| passage.text);
    let mut encoder = Encoder::new(tokenizer, passages.next().unwrap_or_default());
    let (mut done, all) = (0, text.content().len().max(1));
    let mut current = text.train_passages().next().map_or(0, |passage| passage.text.len());
    let mut advance = || {
        let mut left = comparison::PASSAGES;
        while left > 0 {
            left -= 1;
            let share = encoder.advance();
            if share < 1.0 {
                return (done as f32 + share * current as f32) / all as f32;
            }
            done += current;
            let Some(next) = passages.next() else { return 1.0 };
            current = next.len();
            encoder.go_on(next);
        }
        (done as f32 / all as f32).min(0.999)
    };
    if !pieces.finish_part(part, &mut advance).await {
        return None;
    }
    Some(Figures::of(tokenizer, &encoder.finish()))
}

fn told(text: &Text, tokenizer: &Tokenizer, figures: Figures, probes: &[Probe]) -> Result<Side> {
    let cut = |text: &str| shown::tokens(tokenizer, &tokenizer.encode(text));
    Ok(Side {
        config: tokenizer.config().cloned(),
        vocab_size: tokenizer.vocab_size() as u64,
        used: figures.used,
        tokens: figures.tokens,
        unknown: figures.unknown,
        excerpt: cut(head(text.content(), EXCERPT))?,
        probes: probes.iter().map(|probe| cut(&probe.text)).collect::<Result<_>>()?,
        zipf: figures.zipf,
    })
}

/// Words of the text itself, and what every text is tried on.
fn probes(text: &Text) -> Vec<Probe> {
    let sample = comparison::sample(text.train());
    let own = comparison::rare_words(sample).into_iter().map(|word| (ProbeKind::RareWord, word));
    let swapped = comparison::typing_error(sample).map(|word| (ProbeKind::TypingError, word));
    let fixed = [
        (ProbeKind::UnknownWord, "antidisestablishmentarianism"),
        (ProbeKind::Numbers, "In 1969: 3.14159 + 1,234,567"),
        (ProbeKind::Emoji, "😀👩‍🚀🇨🇳"),
        (ProbeKind::Chinese, "小猫在树上睡觉。"),
    ];
    let fixed = fixed.map(|(kind, text)| (kind, text.to_string()));
    own.chain(swapped).chain(fixed).map(|(kind, text)| Probe { kind, text }).collect()
}
