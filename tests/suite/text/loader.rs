//! Batches are windows of the right split, the same for the same seed and step.

use std::collections::HashSet;
use std::sync::Arc;

use gptling::text::loader::DataLoader;

use super::dataset::by_characters;

const T: usize = 8;
const B: usize = 4;

/// A text in which no character comes twice in a split, so that an id says where it is.
fn loader(characters: u32, seed: u32) -> DataLoader {
    let text: String = (0x4E00..0x4E00 + characters).filter_map(char::from_u32).collect();
    let dataset = by_characters(&format!("{text}{text}"));
    DataLoader::new(Arc::new(dataset), T, seed).expect("long enough")
}

fn draw(fill: impl FnOnce(&mut [u32], &mut [u32])) -> (Vec<u32>, Vec<u32>) {
    let (mut inputs, mut targets) = (vec![0; B * T], vec![0; B * T]);
    fill(&mut inputs, &mut targets);
    (inputs, targets)
}

#[test]
fn a_batch_depends_on_seed_and_step_alone() {
    let batch = |seed, step| {
        let loader = loader(400, seed);
        draw(|inputs, targets| loader.batch(step, inputs, targets))
    };
    assert_eq!(batch(1, 5), batch(1, 5));
    assert_ne!(batch(1, 5), batch(1, 6));
    assert_ne!(batch(1, 5), batch(2, 5));
}

#[test]
fn targets_are_the_inputs_one_token_later_and_every_window_occurs() {
    let loader = loader(30, 1);
    let mut begins = HashSet::new();
    for step in 0..200 {
        let (inputs, targets) = draw(|inputs, targets| loader.batch(step, inputs, targets));
        assert!(targets.iter().zip(&inputs).all(|(target, input)| *target == input + 1));
        begins.extend(inputs.chunks(T).map(|input| input[0]));
    }
    assert_eq!(begins.len(), 30 - T);
}

#[test]
fn validation_windows_are_spread_and_do_not_overlap() {
    for (characters, most, batches) in [(400, 3, 3), (400, 100, 12), (400, 1, 1), (20, 5, 1)] {
        let loader = loader(characters, 1);
        let windows = loader.validation(most, B);
        assert_eq!(windows.batches(), batches, "{characters} characters, at most {most} batches");
        let mut begins = Vec::new();
        for index in 0..batches {
            let (inputs, targets) = draw(|inputs, targets| windows.batch(index, inputs, targets));
            assert!(targets.iter().zip(&inputs).all(|(target, input)| *target == input + 1));
            begins.extend(inputs.chunks(T).map(|input| input[0]));
        }
        let apart = begins.windows(2).all(|pair| pair[1] >= pair[0] + T as u32);
        assert!(apart || characters == 20, "{begins:?}");
        assert!(characters == 20 || begins[begins.len() - 1] > characters * 2 / 3, "{begins:?} must reach the end");
    }
}
