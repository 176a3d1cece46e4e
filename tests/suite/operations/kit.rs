//! The operations that GPT-2 does not need: rows of the same table.

use gptling::graph::{Shape, Tensor};
use gptling::ops::attention::Pattern;
use gptling::ops::dropout::Dropout;
use gptling::ops::layer_norm::Normalizer;
use gptling::ops::linear::Activation::{self, Gelu, Relu, ReluSquared, Silu};
use gptling::ops::linear::Orientation::{InOut, OutIn};
use gptling::ops::rotary::angles;
use gptling::rng::{Rng, Stream};

use super::{Row, Sizes};
use crate::case::{Case, Tape};

pub const ROWS: &[Row] = &[
    ("linear relu, then linear", |name, seed, n| mlp(name, seed, n, Relu).bent()),
    ("linear relu squared, then linear", |name, seed, n| mlp(name, seed, n, ReluSquared).bent()),
    ("linear silu, then linear", |name, seed, n| mlp(name, seed, n, Silu)),
    ("linear, each activation at the end", |name, seed, n| {
        let (t, i, o, activation) = (n.at(0), n.at(1), n.at(2), Activation::ALL[n.number % 4]);
        let case = Case::new(name, seed, &[&[i, o], &[o]], move |tape| {
            tape.input(&[t, i]).linear_activated(tape.weight(0), Some(tape.weight(1)), InOut, activation)
        });
        if matches!(activation, Relu | ReluSquared) { case.bent() } else { case }
    }),
    ("gated by silu", |name, seed, n| gated(name, seed, n, Silu)),
    ("gated by gelu", |name, seed, n| gated(name, seed, n, Gelu)),
    ("gated, behind a layer", |name, seed, n| {
        let (t, i, h) = (n.at(0), n.at(1), 4 * n.at(2));
        Case::new(name, seed, &[&[i, 2 * h], &[h, i]], move |tape| {
            tape.input(&[t, i]).linear(tape.weight(0), None, InOut).gated(Silu).linear(tape.weight(1), None, InOut)
        })
    }),
    ("layer_norm without a shift", |name, seed, n| {
        let (b, t, c) = (1 + n.number % 3, n.at(0), n.at(1));
        Case::new(name, seed, &[&[c]], move |tape| tape.input(&[b, t, c]).layer_norm(tape.weight(0), None, 1e-5))
    }),
    ("layer_norm without the mean", |name, seed, n| {
        let (b, t, c) = (1 + n.number % 3, n.at(0), n.at(1).max(2));
        Case::new(name, seed, &[&[c]], move |tape| tape.input(&[b, t, c]).rms_norm(tape.weight(0), 1e-5))
    }),
    ("layer_norm without the mean beside a residual", |name, seed, n| {
        let (t, c) = (n.at(0), n.at(1).max(2));
        Case::new(name, seed, &[&[c], &[c, c]], move |tape| {
            let x = tape.input(&[t, c]);
            x.rms_norm(tape.weight(0), 1e-5).linear_onto(x, tape.weight(1), None, InOut)
        })
    }),
    ("layer_norm without the mean, three in a row and one apart", |name, seed, n| {
        let (t, c) = (n.at(0), n.at(1).max(3));
        Case::new(name, seed, &[&[c], &[c, c], &[c], &[c], &[c]], move |tape| {
            let x = tape.input(&[t, c]).linear(tape.weight(1), Some(tape.weight(2)), InOut);
            [0, 3, 4].into_iter().fold(x, |x, index| x.rms_norm(tape.weight(index), 1e-2))
        })
    }),
    ("layer_norm of every kind, one behind the other", |name, seed, n| {
        let (t, c) = (n.at(0), n.at(1).max(3));
        Case::new(name, seed, &[&[c], &[c], &[c], &[c], &[c, c]], move |tape| {
            let x = tape.input(&[t, c]).linear(tape.weight(4), None, InOut);
            let x = x.rms_norm(tape.weight(0), 1e-2).layer_norm(tape.weight(1), Some(tape.weight(2)), 1e-2);
            x.layer_norm(tape.weight(3), None, 1e-2)
        })
    }),
    ("embedding without positions", |name, seed, n| {
        let (b, t, c, v) = (1 + n.number % 3, n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[v, c]], move |tape| tape.ids(b, t, 2, v).embedding(tape.weight(0), None))
    }),
    ("embedding with positions of a table, then layer_norm without the mean", |name, seed, n| {
        let (b, t, c, v) = (1 + n.number % 3, n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[v, c], &[c], &[c, c]], move |tape| {
            let mut draw = Rng::new(seed, Stream::Documents);
            let dense: Vec<f32> = (0..t * c).map(|_| draw.normal()).collect();
            let positions = tape.graph.table(Shape::of(&[t, c]), &dense);
            let norm = Normalizer::rms_norm(tape.weight(1), 1e-5);
            let [x, normal] = tape.ids(b, t, 1, v).embedding_normed(tape.weight(0), Some(positions), norm);
            normal.linear_onto(x, tape.weight(2), None, InOut)
        })
    }),
    ("embedding without positions, then layer_norm without a shift", |name, seed, n| {
        let (b, t, c, v) = (1 + n.number % 3, n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[v, c], &[c], &[c, c]], move |tape| {
            let norm = Normalizer::layer_norm(tape.weight(1), None, 1e-5);
            let [x, normal] = tape.ids(b, t, 1, v).embedding_normed(tape.weight(0), None, norm);
            normal.linear_onto(x, tape.weight(2), None, InOut)
        })
    }),
    ("attention of groups", |name, seed, n| {
        attention(name, seed, n, |n| pattern([2, 2, 3][n.number % 3], 2, 0, false))
    }),
    ("attention of one key for all", |name, seed, n| {
        attention(name, seed, n, |n| pattern(1, 2 + n.number % 3, 0, false))
    }),
    ("attention in a window", |name, seed, n| {
        attention(name, seed, n, |n| pattern(2, 1, WINDOWS[n.number % 8], false))
    }),
    ("attention that counts distance", |name, seed, n| {
        attention(name, seed, n, |n| pattern(1 + n.number % 4, 1, 0, true))
    }),
    ("attention with all of these, and dropout", |name, seed, n| {
        let pattern = pattern(2, 1 + n.number % 3, WINDOWS[n.number % 8], true);
        let dropout = Dropout { probability: 0.3, seed, place: 2 };
        attend(name, seed, n, pattern, Some(dropout))
    }),
    ("rotary", |name, seed, n| {
        heads(name, seed, n, |qkv, pattern, [time, head_size]| qkv.rotary(angles(qkv.graph, time, head_size), pattern))
    }),
    ("qk_norm", |name, seed, n| heads(name, seed, n, |qkv, pattern, _| qkv.qk_norm(pattern))),
    ("rotary, qk_norm, then attention", |name, seed, n| {
        heads(name, seed, n, |qkv, pattern, [time, head_size]| {
            let turned = qkv.rotary(angles(qkv.graph, time, head_size), pattern);
            turned.qk_norm(pattern).causal_attention(pattern, None)
        })
    }),
    ("softcap", |name, seed, n| {
        let (b, t, i, v) = (1 + n.number % 3, n.at(0), n.at(1), n.at(2));
        let limit = [0.7, 2.0, 30.0][n.number % 3];
        Case::new(name, seed, &[&[v, i]], move |tape| {
            tape.input(&[b, t, i]).linear(tape.weight(0), None, OutIn).softcap(limit)
        })
    }),
    ("softcap, then cross_entropy", |name, seed, n| {
        let (b, t, i, v) = (1 + n.number % 3, n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[v, i]], move |tape| {
            let logits = tape.input(&[b, t, i]).linear(tape.weight(0), None, OutIn).softcap(3.0);
            logits.cross_entropy(tape.ids(b, t, 2, v))
        })
    }),
    ("convolution", |name, seed, n| {
        let (b, t, c, k) = (1 + n.number % 3, n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[k, c]], move |tape| tape.input(&[b, t, c]).convolution(tape.weight(0)))
    }),
    ("convolution beside a residual, one weight twice", |name, seed, n| {
        let (t, c, k) = (n.at(0), n.at(1), n.at(2));
        Case::new(name, seed, &[&[k, c], &[c, c]], move |tape| {
            let x = tape.input(&[1, t, c]);
            let twice = x.convolution(tape.weight(0)).convolution(tape.weight(0));
            twice.linear_onto(x, tape.weight(1), None, InOut)
        })
    }),
];

/// Of one position, of a few, and of more than there are.
const WINDOWS: [usize; 8] = [1, 2, 3, 5, 16, 30, 64, 1000];

fn mlp(name: String, seed: u32, n: Sizes, activation: Activation) -> Case {
    let (t, i, h, o) = (n.at(0), n.at(1), n.at(2), n.at(3));
    Case::new(name, seed, &[&[i, h], &[h], &[h, o]], move |tape| {
        let hidden = tape.input(&[t, i]).linear_activated(tape.weight(0), Some(tape.weight(1)), InOut, activation);
        hidden.linear(tape.weight(2), None, InOut)
    })
}

fn gated(name: String, seed: u32, n: Sizes, activation: Activation) -> Case {
    let (b, t, h) = (1 + n.number % 3, n.at(0), 4 * n.at(1));
    Case::new(name, seed, &[], move |tape: &Tape| tape.input(&[b, t, 2 * h]).gated(activation))
}

/// So many heads with keys, and `group` times as many with queries. A window of 0 is none.
fn pattern(kv_heads: usize, group: usize, window: usize, alibi: bool) -> Pattern {
    let window = if window == 0 { usize::MAX } else { window };
    Pattern { heads: kv_heads * group, group, window, alibi }
}

fn attention(name: String, seed: u32, n: Sizes, pattern: fn(&Sizes) -> Pattern) -> Case {
    let pattern = pattern(&n);
    attend(name, seed, n, pattern, None)
}

fn attend(name: String, seed: u32, n: Sizes, pattern: Pattern, dropout: Option<Dropout>) -> Case {
    let (b, t, d) = (1 + n.number % 2, n.at(0), [1, 3, 4, 5, 16, 64, 2, 128][n.number % 8]);
    let columns = (pattern.heads + 2 * pattern.kv_heads()) * d;
    let name = format!("{name} B {b} T {t} D {d} {pattern:?}");
    Case::new(name, seed, &[], move |tape| tape.input(&[b, t, columns]).causal_attention(pattern, dropout))
}

/// Queries, keys and values that a layer makes, and what becomes of them: pattern, and (T, D).
fn heads(name: String, seed: u32, n: Sizes, then: for<'g> fn(Tensor<'g>, Pattern, [usize; 2]) -> Tensor<'g>) -> Case {
    // What few numbers make all heads of goes through zero together, and turns about there: no difference follows that.
    let (b, t, i) = (1 + n.number % 2, n.at(0), n.at(1).max(4));
    let d = [4, 6, 2, 3, 8, 5, 16, 7][n.number % 8];
    let pattern = pattern(1 + n.number % 2, 1 + n.number / 2 % 3, 0, false);
    let columns = (pattern.heads + 2 * pattern.kv_heads()) * d;
    let name = format!("{name} B {b} T {t} D {d} {pattern:?}");
    Case::new(name, seed, &[&[i, columns]], move |tape| {
        then(tape.input(&[b, t, i]).linear(tape.weight(0), None, InOut), pattern, [t, d])
    })
}
