//! What the presets are for: they learn.

use gptling::config::{TokenizerMethod::Characters, presets::Preset};
use gptling::gpu::device::Checks;
use gptling::protocol::{Command, Event};

use crate::machine;

use super::{drive_on, load, load_own, silent, train_tokenizer};

const SHAKESPEARE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/tinyshakespeare.txt");

/// Tiny Shakespeare where it lies beside the project, otherwise the built-in stories.
fn text() -> Command {
    match std::fs::read(SHAKESPEARE) {
        Ok(bytes) => load_own(1, &bytes),
        Err(_) => load(1, 300_000),
    }
}

#[test]
fn the_seedling_is_better_than_counting_after_a_hundred_steps() {
    let mut config = Preset::Seedling.config();
    (config.train.steps, config.train.eval_every, config.train.sample_every) = (100, 100, 100);
    let start = Command::Start { run: 1, config: Box::new(config) };
    let gpu = machine::open(Checks::Trusted);
    let events = drive_on(&gpu, vec![text(), train_tokenizer(2, Characters, 0), start], silent);
    let entropy = events.iter().find_map(|event| match event {
        Event::TokenizerTrained { tokenizer, .. } => Some(tokenizer.unigram_entropy),
        _ => None,
    });
    let evaluation = events.iter().rev().find_map(|event| match event {
        Event::Evaluated { evaluation, .. } => Some(*evaluation),
        _ => None,
    });
    let (entropy, evaluation) = (entropy.expect("a tokenizer"), evaluation.expect("an evaluation"));
    println!(
        "seedling after {} steps: validation loss {:.3}, unigram entropy {entropy:.3}",
        evaluation.step, evaluation.loss
    );
    assert_eq!(evaluation.step, 100);
    assert!(evaluation.loss < entropy, "{} is not below {entropy}", evaluation.loss);
}
