//! Sums with their results: a text whose every line is right or wrong, so that one sees whether a model has understood.

use crate::rng::Rng;

const NAMES: [&str; 8] = ["Mia", "Tom", "Lily", "Ben", "Nora", "Sam", "Ella", "Leo"];
const THINGS: [&str; 8] = ["pears", "plums", "marbles", "books", "shells", "stamps", "nuts", "stones"];
const SUMS_PER_DOCUMENT: usize = 8;

/// One document: a column of sums or, one time in four, a small story with numbers.
pub fn grow(rng: &mut Rng) -> String {
    match rng.below(4) {
        0 => problem(rng),
        _ => (0..SUMS_PER_DOCUMENT).map(|_| sum(rng)).collect::<Vec<_>>().join("\n"),
    }
}

fn sum(rng: &mut Rng) -> String {
    match rng.below(4) {
        0 | 1 => addition(rng),
        2 => {
            let (a, b) = (number(rng, 99), number(rng, 99));
            format!("{} - {} = {}", a.max(b), a.min(b), a.abs_diff(b))
        }
        _ => product(rng),
    }
}

fn addition(rng: &mut Rng) -> String {
    let (a, b) = (number(rng, 99), number(rng, 99));
    match rng.below(4) {
        0 => {
            let c = number(rng, 20);
            format!("{a} + {b} + {c} = {}", a + b + c)
        }
        _ => format!("{a} + {b} = {}", a + b),
    }
}

fn product(rng: &mut Rng) -> String {
    let (a, b) = (1 + number(rng, 11), 1 + number(rng, 11));
    match rng.below(2) {
        0 => format!("{a} * {b} = {}", a * b),
        _ => format!("{} / {a} = {b}", a * b),
    }
}

fn problem(rng: &mut Rng) -> String {
    let first = rng.below(NAMES.len());
    let name = NAMES[first];
    let other = NAMES[(first + 1 + rng.below(NAMES.len() - 1)) % NAMES.len()];
    let thing = THINGS[rng.below(THINGS.len())];
    let (have, change) = (2 + number(rng, 30), 2 + number(rng, 20));
    match rng.below(3) {
        0 => format!(
            "{name} has {have} {thing}. {other} gives {name} {change} more {thing}. \
             {have} + {change} = {sum}. Now {name} has {sum} {thing}.",
            sum = have + change
        ),
        1 => format!(
            "{name} has {sum} {thing}. {name} gives {change} {thing} to {other}. \
             {sum} - {change} = {have}. Now {name} has {have} {thing}.",
            sum = have + change
        ),
        _ => {
            let boxes = 2 + number(rng, 8);
            format!(
                "{name} has {boxes} boxes. There are {change} {thing} in each box. \
                 {boxes} * {change} = {product}. So {name} has {product} {thing}.",
                product = boxes * change
            )
        }
    }
}

/// Uniform in 0..=largest.
fn number(rng: &mut Rng, largest: usize) -> usize {
    rng.below(largest + 1)
}
