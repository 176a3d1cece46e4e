//! Choosing the next token: the GPU against the oracle, the oracle against the definition, and both against chance.

use gptling::gpu::device::Checks;
use gptling::graph::{Graph, Layout, Memory, ParameterLayout, Shape, state};
use gptling::ops::sample::{RECORD, SHOWN};
use gptling::rng::{Rng, Stream};
use gptling::train::Device;

use crate::compare::{FORWARD, check};
use crate::machine::{Machine, name, open};

#[derive(Clone, Copy, Debug)]
struct Settings {
    temperature: f32,
    top_k: usize,
    top_p: f32,
    seed: u32,
}

const PLAIN: Settings = Settings { temperature: 1.0, top_k: 0, top_p: 1.0, seed: 1 };

/// What a sampler did: its records, its window and its state.
struct Sampled {
    records: Vec<Vec<f64>>,
    window: Vec<f64>,
    state: Vec<f64>,
}

impl Sampled {
    fn ids(&self) -> Vec<usize> {
        self.records.iter().map(|record| record[0] as usize).collect()
    }
}

/// Draws `count` tokens with the same logits into a window of `time` that holds `held`.
fn sample(device: &Device, logits: &[f32], settings: Settings, count: usize, time: usize, held: &[u32]) -> Sampled {
    let graph = Graph::new(ParameterLayout::default());
    let input = graph.input(Shape::of(&[1, logits.len()]));
    let window = graph.tokens(1, time, 1);
    let records = input.sample_into(window, count);
    let layout = Layout::new(&graph);
    let mut machine = Machine::new(device, &graph, &layout);
    machine.write(Memory::Activation, layout.places[input.id].offset, &input.shape().pad(logits));
    machine.write_ids(layout.places[window.id].offset, held);
    for (word, value) in [
        (state::TEMPERATURE, settings.temperature),
        (state::TOP_K, settings.top_k as f32),
        (state::TOP_P, settings.top_p),
        (state::SEED_LOW, (settings.seed & 0xffff) as f32),
        (state::SEED_HIGH, (settings.seed >> 16) as f32),
        (state::POSITION, held.len() as f32),
    ] {
        machine.set(word, value);
    }
    machine.run(count);
    let place = layout.places[records.id];
    let words = records.shape().unpad(&machine.read(Memory::Activation, place.offset..place.offset + place.words));
    let place = layout.places[window.id];
    Sampled {
        records: words.chunks_exact(RECORD).map(<[f64]>::to_vec).collect(),
        window: machine.read(Memory::Tokens, place.offset..place.offset + time),
        state: machine.read(Memory::State, 0..state::RECORDS),
    }
}

fn logits(vocabulary: usize, seed: u32) -> Vec<f32> {
    let mut draw = Rng::new(seed, Stream::Initialization);
    (0..vocabulary).map(|_| 2.0 * draw.normal()).collect()
}

/// The distribution by its definition: softmax, the k likeliest, the fewest that reach p, normalized again.
fn distribution(logits: &[f32], settings: Settings) -> Vec<f64> {
    let scaled: Vec<f64> = logits.iter().map(|&logit| f64::from(logit) / f64::from(settings.temperature)).collect();
    let most = scaled.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut weights: Vec<(usize, f64)> = scaled.iter().map(|logit| (logit - most).exp()).enumerate().collect();
    weights.sort_by(|a, b| b.1.total_cmp(&a.1));
    weights.truncate(if settings.top_k == 0 { logits.len() } else { settings.top_k });
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let (mut sum, mut kept) = (0.0, weights.len());
    if settings.top_p < 1.0 {
        for (rank, (_, weight)) in weights.iter().enumerate() {
            sum += weight / total;
            if sum >= f64::from(settings.top_p) {
                kept = rank + 1;
                break;
            }
        }
    }
    weights.truncate(kept);
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let mut probabilities = vec![0.0; logits.len()];
    weights.iter().for_each(|(id, weight)| probabilities[*id] = weight / total);
    probabilities
}

fn devices() -> Vec<Device> {
    vec![Device::Gpu(open(Checks::Trusted)), Device::Gpu(open(Checks::Checked)), Device::Cpu]
}

fn settings() -> impl Iterator<Item = Settings> {
    let temperatures = [0.0, 0.3, 1.0, 1.7];
    let cuts = [(0, 1.0), (1, 1.0), (5, 1.0), (64, 0.5), (0, 0.9), (3, 0.7), (1000, 0.01)];
    let pairs = temperatures.into_iter().flat_map(move |temperature| cuts.map(|cut| (temperature, cut)));
    pairs.enumerate().map(|(number, (temperature, (top_k, top_p)))| Settings {
        temperature,
        top_k,
        top_p,
        seed: (number as u32).wrapping_mul(0x9e37_79b9),
    })
}

#[test]
fn draws_what_the_oracle_draws() {
    let mut worst = 0.0;
    for device in devices() {
        for (number, settings) in settings().enumerate() {
            let vocabulary = [1, 2, 5, 63, 64, 65, 200, 999][number % 8];
            let (logits, time) = (logits(vocabulary, number as u32), 1 + number % 9 * 8);
            let draw = |device| sample(device, &logits, settings, 40, time, &[0]);
            let (got, want) = (draw(&device), draw(&Device::Oracle));
            let label = format!("{settings:?} of {vocabulary} on {}", name(&device));
            assert_eq!(got.ids(), want.ids(), "{label}");
            assert_eq!(got.window, want.window, "window, {label}");
            assert_eq!(got.state, want.state, "state, {label}");
            for (got, want) in got.records.iter().zip(&want.records) {
                worst = f64::max(worst, check(&label, got, want, 0.0, FORWARD));
                let ids = |record: &[f64]| record[2..2 + 2 * SHOWN].iter().step_by(2).copied().collect::<Vec<_>>();
                let shown = SHOWN.min(vocabulary);
                assert_eq!(ids(got)[..shown], ids(want)[..shown], "the likeliest, {label}");
            }
        }
    }
    println!("records of the sampler {worst:.1e}");
}

#[test]
fn frequencies_are_those_of_the_distribution() {
    let logits = logits(20, 3);
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Oracle] {
        for settings in [
            PLAIN,
            Settings { temperature: 0.6, seed: 0xdead_beef, ..PLAIN },
            Settings { temperature: 2.0, top_k: 7, seed: 5, ..PLAIN },
            Settings { top_p: 0.8, seed: 6, ..PLAIN },
            Settings { temperature: 1.5, top_k: 10, top_p: 0.9, seed: 7 },
        ] {
            let draws = 2048;
            let mut counts = vec![0.0; logits.len()];
            sample(&device, &logits, settings, draws, 4, &[0]).ids().iter().for_each(|&id| counts[id] += 1.0);
            let label = format!("{settings:?} on {}", name(&device));
            check_frequencies(&label, &counts, &distribution(&logits, settings));
        }
    }
}

/// Pearson's chi-square; with n degrees of freedom it is below n + 5 sqrt(2 n) + 12 but for one sample in a million.
fn check_frequencies(label: &str, counts: &[f64], probabilities: &[f64]) {
    assert!(chi_square(counts, probabilities).is_ok_and(|(excess, _)| excess < 0.0), "{label}: {counts:?}");
    let mut moved = counts.to_vec();
    let most = (0..counts.len()).max_by(|&a, &b| counts[a].total_cmp(&counts[b])).expect("something was drawn");
    let other = (0..counts.len()).find(|&id| id != most && probabilities[id] > 0.0);
    moved[other.unwrap_or((most + 1) % counts.len())] += 0.3 * counts[most];
    moved[most] *= 0.7;
    let refused = chi_square(&moved, probabilities).map_or(true, |(excess, _)| excess > 0.0);
    assert!(refused, "{label}: three in ten of the likeliest token counted for another pass");
}

/// How far the statistic is above its limit, and the limit; nothing where a token came up that cannot.
fn chi_square(counts: &[f64], probabilities: &[f64]) -> Result<(f64, f64), usize> {
    let total: f64 = counts.iter().sum();
    let (mut sum, mut cells) = (0.0, 0.0);
    for (id, (&count, &probability)) in counts.iter().zip(probabilities).enumerate() {
        if probability == 0.0 && count > 0.0 {
            return Err(id);
        }
        if probability > 0.0 {
            let expected = total * probability;
            sum += (count - expected) * (count - expected) / expected.max(1.0);
            cells += 1.0;
        }
    }
    let freedom: f64 = cells - 1.0;
    let limit = freedom + 5.0 * (2.0 * freedom).sqrt() + 12.0;
    Ok((sum - limit, limit))
}

/// Just below and just above each edge of the distribution; tokens that tie with the last one kept are kept.
#[test]
fn what_is_kept_is_what_was_asked_for() {
    let probabilities: [f32; 7] = [0.05, 0.4, 0.1, 0.02, 0.3, 0.05, 0.08];
    let logits = probabilities.map(|probability| probability.ln() + 3.0);
    let rows: [(usize, f32, &[usize]); 11] = [
        (0, 1.0, &[0, 1, 2, 3, 4, 5, 6]),
        (0, 0.01, &[1]),
        (0, 0.399, &[1]),
        (0, 0.401, &[1, 4]),
        (0, 0.699, &[1, 4]),
        (0, 0.701, &[1, 2, 4]),
        (0, 0.799, &[1, 2, 4]),
        (1, 1.0, &[1]),
        (2, 1.0, &[1, 4]),
        (5, 1.0, &[0, 1, 2, 4, 5, 6]),
        // Of 0.7 that top-k leaves, 0.4 are less than 0.58 parts and more than 0.56.
        (2, 0.58, &[1, 4]),
    ];
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu, Device::Oracle] {
        for (top_k, top_p, want) in rows.into_iter().chain([(2, 0.56, &[1][..])]) {
            let settings = Settings { top_k, top_p, ..PLAIN };
            let mut drawn = sample(&device, &logits, settings, 400, 4, &[0]).ids();
            drawn.sort_unstable();
            drawn.dedup();
            assert_eq!(drawn, want, "{settings:?} on {}", name(&device));
        }
    }
}

#[test]
fn records_tell_probabilities() {
    let (logits, settings) = (logits(50, 9), Settings { temperature: 0.7, top_k: 4, top_p: 0.95, seed: 2 });
    let whole = distribution(&logits, Settings { top_k: 0, top_p: 1.0, ..settings });
    let mut likeliest: Vec<usize> = (0..whole.len()).collect();
    likeliest.sort_by(|&a, &b| whole[b].total_cmp(&whole[a]));
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Oracle] {
        for record in sample(&device, &logits, settings, 16, 4, &[0]).records {
            let ids: Vec<usize> = record[2..2 + 2 * SHOWN].iter().step_by(2).map(|&id| id as usize).collect();
            assert_eq!(ids, likeliest[..SHOWN], "on {}", name(&device));
            let got: Vec<f64> = record[1..2 + 2 * SHOWN].iter().step_by(2).copied().collect();
            let ids = [record[0] as usize].into_iter().chain(ids);
            let want: Vec<f64> = ids.map(|id| whole[id]).collect();
            check(&format!("probabilities on {}", name(&device)), &got, &want, 0.0, FORWARD);
        }
    }
}

#[test]
fn greedy_takes_the_likeliest() {
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Oracle] {
        for seed in 0..20 {
            let logits = logits(1 + 13 * seed as usize, seed);
            let want = (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).expect("a token");
            let greedy = Settings { temperature: 0.0, seed, ..PLAIN };
            assert_eq!(sample(&device, &logits, greedy, 3, 4, &[0]).ids(), [want; 3], "on {}", name(&device));
        }
    }
}

#[test]
fn a_full_window_loses_its_older_half() {
    let logits = logits(30, 4);
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu, Device::Oracle] {
        for (time, held) in
            [(1, &[7][..]), (4, &[7]), (4, &[7, 8, 9, 10]), (7, &[3]), (70, &[1, 2, 3]), (130, &[5; 130])]
        {
            let got = sample(&device, &logits, PLAIN, 75, time, held);
            let label = format!("window of {time} on {}", name(&device));
            let mut window: Vec<f64> = held.iter().map(|&id| f64::from(id)).collect();
            let mut evicted = 0;
            for (number, record) in got.records.iter().enumerate() {
                if window.len() == time {
                    // Half of four are two, half of seven are three and a half: four leave.
                    evicted += time.div_ceil(2);
                    window.drain(..time.div_ceil(2));
                }
                window.push(record[0]);
                assert_eq!(record[RECORD - 2..], [evicted as f64, number as f64], "record {number}, {label}");
            }
            assert_eq!(got.window[..window.len()], window, "{label}");
            assert_eq!(got.state[state::POSITION], window.len() as f64, "{label}");
            assert_eq!(got.state[state::EVICTED], evicted as f64, "{label}");
        }
    }
}
