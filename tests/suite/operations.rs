//! Every operation with a gradient, as rows of data.

mod kit;

use std::rc::Rc;

use gptling::gpu::device::Checks;
use gptling::graph::Need;
use gptling::ops;
use gptling::ops::attention::Pattern;
use gptling::ops::cross_entropy::Objective;
use gptling::ops::dropout::Dropout;
use gptling::ops::layer_norm::Normalizer;
use gptling::ops::linear::Activation::Gelu;
use gptling::ops::linear::Orientation::{self, InOut, OutIn};
use gptling::rng::{Rng, Stream};
use gptling::train::Device;

use crate::case::{Case, Differences, Worst, check_device, check_differences, check_notices};
use crate::machine::{name, open};

/// One, and around the tiles of 4 and of 32, and odd.
const SIZES: [usize; 12] = [1, 3, 4, 5, 31, 32, 33, 2, 7, 13, 17, 64];
/// Small ones, where every number is moved one by one.
const SMALL: [usize; 6] = [1, 3, 4, 5, 2, 7];

/// More than the lanes of a row (64 numbers), of a workgroup (256), and never a multiple of four but once.
const LARGE: [usize; 4] = [65, 129, 258, 300];

/// Sizes at which the large tiles are offered, and split sums.
const ROUND: [usize; 4] = [64, 128, 256, 320];

/// Sizes of the case with this number: each of the list comes up in each place, in ever other company; then random ones.
struct Sizes<'a> {
    list: &'a [usize],
    number: usize,
}

impl Sizes<'_> {
    fn at(&self, place: usize) -> usize {
        let (count, round) = (self.list.len(), self.number / self.list.len());
        if round < 4 {
            return self.list[(self.number * [1, 5, 7, 11][place] + round * place + place) % count];
        }
        let most = 2 * self.list[count - 2];
        1 + Rng::at_step(self.number as u32, Stream::Split, place as u32).below(most)
    }
}

/// A row of the table: a name and how the case with some sizes is made.
type Row = (&'static str, fn(String, u32, Sizes) -> Case);

const ROWS: &[Row] = &[
    ("linear", |name, seed, n| linear(name, seed, n, InOut, false)),
    ("linear with bias", |name, seed, n| linear(name, seed, n, InOut, true)),
    ("linear, weight (O, I)", |name, seed, n| linear(name, seed, n, OutIn, false)),
    ("linear gelu", |name, seed, n| {
        let (b, t, i, o) = (1 + n.number % 2, n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[i, o], &[o]], move |tape| {
            tape.input(&[b, t, i]).linear_activated(tape.weight(0), Some(tape.weight(1)), InOut, Gelu)
        })
    }),
    ("linear gelu, weight (O, I)", |name, seed, n| {
        let (t, i, o) = (n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[o, i]], move |tape| {
            tape.input(&[t, i]).linear_activated(tape.weight(0), None, OutIn, Gelu)
        })
    }),
    ("linear onto a residual", |name, seed, n| {
        let (t, i, o) = (n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[i, o], &[o]], move |tape| {
            let (x, residual) = (tape.input(&[t, i]), tape.input(&[t, o]));
            x.linear_onto(residual, tape.weight(0), Some(tape.weight(1)), InOut)
        })
    }),
    ("linear onto a residual, weight (O, I)", |name, seed, n| {
        let (t, i, o) = (n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[o, i]], move |tape| {
            let (x, residual) = (tape.input(&[t, i]), tape.input(&[t, o]));
            x.linear_onto(residual, tape.weight(0), None, OutIn)
        })
    }),
    ("linear gelu, then linear", |name, seed, n| mlp(name, seed, n, InOut)),
    ("linear gelu, then linear, weight (O, I)", |name, seed, n| mlp(name, seed, n, OutIn)),
    ("linear gelu, read twice", |name, seed, n| {
        let (t, i, h) = (n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[i, h], &[h, i], &[h, i]], move |tape| {
            let hidden = tape.input(&[t, i]).linear_activated(tape.weight(0), None, InOut, Gelu);
            let first = hidden.linear(tape.weight(1), None, InOut);
            hidden.linear_onto(first, tape.weight(2), None, InOut)
        })
    }),
    ("linear gelu, read by another operation too", |name, seed, n| {
        let (t, i, h) = (n.at(0), n.at(1), n.at(2).max(3));
        Case::new(name, seed, &[&[i, h], &[h], &[h], &[h, h]], move |tape| {
            let hidden = tape.input(&[t, i]).linear_activated(tape.weight(0), None, InOut, Gelu);
            let normal = hidden.layer_norm(tape.weight(1), Some(tape.weight(2)), 1e-2);
            hidden.linear_onto(normal, tape.weight(3), None, InOut)
        })
    }),
    ("linear, one weight twice", |name, seed, n| {
        let (t, c) = (n.at(0), n.at(1));
        Case::new(name, seed, &[&[c, c], &[c]], move |tape| {
            let (weight, bias) = (tape.weight(0), Some(tape.weight(1)));
            tape.input(&[t, c]).linear(weight, bias, InOut).linear(weight, bias, InOut)
        })
    }),
    ("linear, one weight in both orientations", |name, seed, n| {
        let (t, i, o) = (n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[i, o]], move |tape| {
            tape.input(&[t, i]).linear(tape.weight(0), None, InOut).linear(tape.weight(0), None, OutIn)
        })
    }),
    ("layer_norm", |name, seed, n| {
        let (b, t, c) = (1 + n.number % 3, n.at(0), n.at(1));
        Case::new(name, seed, &[&[c], &[c]], move |tape| {
            tape.input(&[b, t, c]).layer_norm(tape.weight(0), Some(tape.weight(1)), 1e-5)
        })
    }),
    ("layer_norm beside a residual", |name, seed, n| {
        let (t, c) = (n.at(0), n.at(1));
        Case::new(name, seed, &[&[c], &[c], &[c, c]], move |tape| {
            let x = tape.input(&[t, c]);
            let normal = x.layer_norm(tape.weight(0), Some(tape.weight(1)), 1e-5);
            normal.linear_onto(x, tape.weight(2), None, InOut)
        })
    }),
    ("layer_norm, one weight twice, behind gelu", |name, seed, n| {
        let (t, c) = (n.at(0), n.at(1).max(3));
        Case::new(name, seed, &[&[c, c], &[c], &[c]], move |tape| {
            let x = tape.input(&[t, c]).linear_activated(tape.weight(0), None, InOut, Gelu);
            x.layer_norm(tape.weight(1), Some(tape.weight(2)), 1e-3).layer_norm(
                tape.weight(1),
                Some(tape.weight(2)),
                1e-3,
            )
        })
    }),
    ("attention", |name, seed, n| attention(name, seed, n, None)),
    ("attention with dropout", |name, seed, n| {
        let probability = [0.1, 0.5, 0.9][n.number % 3];
        attention(name, seed, n, Some(Dropout { probability, seed, place: seed % 5 }))
    }),
    ("embedding", |name, seed, n| embedding(name, seed, n, 1)),
    ("embedding, several slots", |name, seed, n| embedding(name, seed, n, 2 + seed as usize % 4)),
    ("embedding, then layer_norm", |name, seed, n| {
        let (b, t, c, v) = (1 + n.number % 3, n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[v, c], &[t, c], &[c], &[c], &[c, c]], move |tape| {
            let norm = Normalizer::layer_norm(tape.weight(2), Some(tape.weight(3)), 1e-5);
            let ids = tape.ids(b, t, 1 + n.number % 2, v);
            let [x, normal] = ids.embedding_normed(tape.weight(0), Some(tape.weight(1)), norm);
            normal.linear_onto(x, tape.weight(4), None, InOut)
        })
    }),
    ("embedding, normalized alone", |name, seed, n| {
        let (b, t, c, v) = (1 + n.number % 3, n.at(0), n.at(1).max(2), n.at(2));
        Case::new(name, seed, &[&[v, c], &[t, c], &[c], &[c]], move |tape| {
            let norm = Normalizer::layer_norm(tape.weight(2), Some(tape.weight(3)), 1e-5);
            let [_, normal] = tape.ids(b, t, 1, v).embedding_normed(tape.weight(0), Some(tape.weight(1)), norm);
            normal
        })
    }),
    ("layer_norm, three in a row and one apart", |name, seed, n| {
        let (t, c) = (n.at(0), n.at(1).max(3));
        Case::new(name, seed, &[&[c], &[c], &[c, c], &[c], &[c], &[c], &[c], &[c], &[c], &[c]], move |tape| {
            let pair = |index: usize| (tape.weight(index), tape.weight(index + 1));
            let x = tape.input(&[t, c]).linear(tape.weight(2), Some(tape.weight(5)), InOut);
            [0, 6, 8, 3].into_iter().fold(x, |x, index| x.layer_norm(pair(index).0, Some(pair(index).1), 1e-2))
        })
    }),
    ("embedding, tied head", |name, seed, n| {
        let (b, t, c, v) = (1 + n.number % 3, n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[v, c], &[t + n.number % 2, c]], move |tape| {
            let x = tape.ids(b, t, 3, v).embedding(tape.weight(0), Some(tape.weight(1)));
            let twice = tape.ids(b, t, 2, v).embedding(tape.weight(0), Some(tape.weight(1)));
            let square = x.linear(tape.weight(0), None, OutIn).linear(tape.weight(0), None, InOut);
            square
                .dropout_onto(twice, Dropout { probability: 0.0, seed: 0, place: 0 })
                .dropout_onto(tape.input(&[b, t, c]), Dropout { probability: 0.2, seed, place: 1 })
        })
    }),
    ("cross_entropy", |name, seed, n| {
        let (b, t, v, slots) = (1 + n.number % 3, n.at(0), n.at(1), 1 + n.number % 4);
        Case::new(name, seed, &[], move |tape| tape.input(&[b, t, v]).cross_entropy(tape.ids(b, t, slots, v)))
    }),
    ("cross_entropy with weights", |name, seed, n| {
        let (b, t, v, slots) = (1 + n.number % 3, n.at(0), n.at(1), 1 + n.number % 4);
        Case::new(name, seed, &[], move |tape| {
            let (targets, weights) = (tape.ids(b, t, slots, v), tape.target_weights(b, t, slots));
            tape.input(&[b, t, v]).weighted_cross_entropy(targets, weights)
        })
    }),
    // One token alone has a loss of nothing but the small part of its normalizer: no relative error says anything of that.
    ("cross_entropy with label smoothing and z-loss", |name, seed, n| {
        let (b, t, v, slots) = (1 + n.number % 3, n.at(0), n.at(1).max(2), 1 + n.number % 4);
        let objectives = [(0.1, 0.0), (0.0, 0.01), (0.3, 0.002)];
        let (label_smoothing, z_loss) = objectives[n.number % objectives.len()];
        Case::new(name, seed, &[], move |tape| {
            let targets = tape.ids(b, t, slots, v);
            let weights = n.number.is_multiple_of(2).then(|| tape.target_weights(b, t, slots));
            let objective = Objective { label_smoothing, z_loss };
            tape.input(&[b, t, v]).learned_cross_entropy(targets, weights, objective).objective
        })
    }),
    ("dropout", |name, seed, n| {
        let (b, t, c) = (1 + n.number % 3, n.at(0), n.at(1));
        let probability = [0.1, 0.5, 0.9][n.number % 3];
        Case::new(name, seed, &[], move |tape| {
            tape.input(&[b, t, c]).dropout(Dropout { probability, seed, place: seed % 5 })
        })
    }),
    ("dropout onto a residual", |name, seed, n| {
        let (b, t, c) = (1 + n.number % 3, n.at(0), n.at(1));
        let probability = [0.1, 0.5, 0.9][n.number % 3];
        Case::new(name, seed, &[], move |tape| {
            let (x, residual) = (tape.input(&[b, t, c]), tape.input(&[b, t, c]));
            x.dropout_onto(residual, Dropout { probability, seed, place: seed % 5 })
        })
    }),
];

fn linear(name: String, seed: u32, n: Sizes, orientation: Orientation, bias: bool) -> Case {
    let (b, t, i, o) = (1 + n.number % 2, n.at(0), n.at(1), n.at(2));
    let weight = if orientation == InOut { [i, o] } else { [o, i] };
    let weights: &[&[usize]] = if bias { &[&weight, &[o]] } else { &[&weight] };
    Case::new(name, seed, weights, move |tape| {
        tape.input(&[b, t, i]).linear(tape.weight(0), bias.then(|| tape.weight(1)), orientation)
    })
}

fn mlp(name: String, seed: u32, n: Sizes, orientation: Orientation) -> Case {
    let (t, i, h, o) = (n.at(0), n.at(1), n.at(2), n.at(3));
    let second = if orientation == InOut { [h, o] } else { [o, h] };
    Case::new(name, seed, &[&[i, h], &[h], &second], move |tape| {
        let hidden = tape.input(&[t, i]).linear_activated(tape.weight(0), Some(tape.weight(1)), InOut, Gelu);
        hidden.linear(tape.weight(2), None, orientation)
    })
}

fn attention(name: String, seed: u32, n: Sizes, dropout: Option<Dropout>) -> Case {
    let (b, h) = (1 + n.number % 2, 1 + n.number / 2 % 3);
    let (t, d) = (n.at(0), [1, 3, 4, 5, 16, 64, 2, 128][n.number % 8]);
    let name = format!("{name} B {b} T {t} H {h} D {d}");
    Case::new(name, seed, &[], move |tape| tape.input(&[b, t, 3 * h * d]).causal_attention(Pattern::full(h), dropout))
}

fn embedding(name: String, seed: u32, n: Sizes, slots: usize) -> Case {
    let (b, t, c, v) = (1 + n.number % 3, n.at(0), n.at(1), n.at(2));
    Case::new(name, seed, &[&[v, c], &[t, c]], move |tape| {
        tape.ids(b, t, slots, v).embedding(tape.weight(0), Some(tape.weight(1)))
    })
}

/// The first `count` cases of a row.
fn cases<'a>(row: &'a Row, list: &'a [usize], count: usize) -> impl Iterator<Item = Case> + 'a {
    let (name, make) = row;
    (0..count).map(move |number| make(format!("{name} {number}"), number as u32 + 1, Sizes { list, number }))
}

/// The operations of GPT-2, then those of the other parts that a model can have.
fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().chain(kit::ROWS)
}

/// The first `count` cases of every row.
pub fn all(count: usize) -> impl Iterator<Item = Case> {
    rows().flat_map(move |row| cases(row, &SIZES, count))
}

#[test]
fn gradients_are_what_central_differences_say() {
    for row in rows() {
        let mut all = Differences::default();
        cases(row, &SMALL, 50).for_each(|case| check_differences(&case, &mut all));
        println!("{:45} differences {:.1e}, {} of {} at a bend", row.0, all.worst, all.bends, all.moved);
        assert!(20 * all.bends < all.moved, "{}: {} of {} numbers are at a bend", row.0, all.bends, all.moved);
    }
}

fn check_rows(device: &Device, list: &[usize], count: usize) {
    check(device, rows(), list, count);
}

fn check<'a>(device: &Device, rows: impl Iterator<Item = &'a Row>, list: &[usize], count: usize) {
    for row in rows {
        let mut worst = Worst::default();
        cases(row, list, count).for_each(|case| check_device(device, &case, &mut worst));
        println!("{:45} {} forward {:.1e} gradient {:.1e}", row.0, name(device), worst.forward, worst.gradient);
    }
}

#[test]
fn gpu_computes_what_the_oracle_computes() {
    let device = Device::Gpu(open(Checks::Trusted));
    check_rows(&device, &SIZES, 52);
    check_rows(&device, &LARGE, 4);
}

/// Every variant of making a matrix product, of reducing rows and of attention, at every size for which it is offered.
#[test]
fn every_variant_computes_what_the_oracle_computes() {
    let gpu = open(Checks::Trusted);
    for variant in ops::linear::VARIANTS {
        gpu.kernel_choices().force(Some(variant));
        println!("{variant}");
        let products = || rows().filter(|row| row.0.starts_with("linear"));
        check(&Device::Gpu(Rc::clone(&gpu)), products(), &SIZES, 6);
        check(&Device::Gpu(Rc::clone(&gpu)), products(), &ROUND, 3);
    }
    println!("subgroups on this adapter: {}", gpu.kernel_choices().has(Need::Subgroups));
    for variant in ops::rows::VARIANTS {
        gpu.kernel_choices().force(Some(variant));
        let reducing = ["layer_norm", "cross_entropy", "embedding"];
        let reduced = || rows().filter(|row| reducing.iter().any(|name| row.0.starts_with(name)));
        check(&Device::Gpu(Rc::clone(&gpu)), reduced(), &SIZES, 26);
        check(&Device::Gpu(Rc::clone(&gpu)), reduced(), &LARGE, 8);
    }
    gpu.kernel_choices().allow(Need::BrowserProcessor);
    for variant in ops::attention::VARIANTS {
        gpu.kernel_choices().force(Some(variant));
        let attention = || rows().filter(|row| row.0.starts_with("attention"));
        // Heads of 64 by fours keep the native software adapter's compiler busy for minutes.
        let heads = if variant == "fours" { 5 } else { 26 };
        check(&Device::Gpu(Rc::clone(&gpu)), attention(), &SIZES, heads);
        check(&Device::Gpu(Rc::clone(&gpu)), attention(), &LARGE, heads.min(8));
    }
}

#[test]
fn gpu_with_checked_shaders_computes_what_the_oracle_computes() {
    check_rows(&Device::Gpu(open(Checks::Checked)), &SIZES, 8);
}

#[test]
fn cpu_computes_what_the_oracle_computes() {
    check_rows(&Device::Cpu, &SIZES, 52);
}

/// Grids of more than one row of workgroups, and texts of more than the 2048 ids that one pass of `d_token` marks.
#[test]
fn grids_are_large_enough() {
    let device = Device::Gpu(open(Checks::Trusted));
    let mut worst = Worst::default();
    for (b, t, c, v, slots) in [(2, 5, 3, 65_539, 2), (3, 701, 5, 9, 2), (4, 1025, 1, 1, 1)] {
        let case = Case::new(format!("embedding {b} {t} {c} {v}"), 1, &[&[v, c], &[t, c]], move |tape| {
            tape.ids(b, t, slots, v).embedding(tape.weight(0), Some(tape.weight(1)))
        });
        check_device(&device, &case, &mut worst);
    }
    // Four rows a workgroup, 262 140 in a row of workgroups.
    let rows = 262_150;
    let case = Case::new("layer_norm of many rows", 1, &[&[5], &[5]], move |tape| {
        tape.input(&[rows, 5]).layer_norm(tape.weight(0), Some(tape.weight(1)), 1e-5)
    });
    check_device(&device, &case, &mut worst);
    let case = Case::new("cross_entropy of many rows", 1, &[], move |tape| {
        tape.input(&[1, rows, 3]).cross_entropy(tape.ids(1, rows, 1, 3))
    });
    check_device(&device, &case, &mut worst);
    println!("large grids forward {:.1e} gradient {:.1e}", worst.forward, worst.gradient);
}

#[test]
fn a_wrong_number_is_noticed() {
    let device = Device::Gpu(open(Checks::Trusted));
    for row in rows() {
        let case = cases(row, &SIZES, 6).last().expect("a row has cases");
        check_notices(&device, &case);
    }
}

#[test]
fn sizes_are_what_they_are_said_to_be() {
    for place in 0..4 {
        let drawn: Vec<usize> = (0..52).map(|number| Sizes { list: &SIZES, number }.at(place)).collect();
        assert!(SIZES.iter().all(|size| drawn.contains(size)), "{place}: {drawn:?}");
    }
}
