//! Writing with a cache against writing that computes the whole window again for every token.

use std::rc::Rc;

use gptling::config::{Config, ModelConfig, SampleConfig};
use gptling::gpu::Counts;
use gptling::gpu::device::Checks;
use gptling::graph::{Graph, Layout, Memory, ParameterLayout, Segment, Shape, Tensor, TensorId, state};
use gptling::nn::gpt::Mode;
use gptling::nn::{Init, Scope};
use gptling::ops::attention::Pattern;
use gptling::ops::layer_norm::Normalizer;
use gptling::rng::{Rng, Stream};
use gptling::train::generate::{BURST, first_state};
use gptling::train::{Device, Generator, Model, Plan, Storage};
use pollster::block_on;

use crate::cast_f16::rounded;
use crate::compare::{FORWARD, GOLDEN, check, check_refused};
use crate::machine::{Machine, name, open};
use crate::models::{ODD, TINY, random_ids};

fn devices() -> Vec<Device> {
    vec![Device::Gpu(open(Checks::Trusted)), Device::Gpu(open(Checks::Checked)), Device::Cpu]
}

/// One layer, three layers, heads of 1, 3, 4, 5 and 128 numbers, windows of 1 and of an odd number.
const MODELS: [(ModelConfig, usize); 7] = [
    (TINY, 11),
    (ODD, 17),
    (config(1, 1, 4, 1), 5),
    (config(3, 4, 16, 9), 65),
    (config(1, 2, 10, 16), 30),
    (config(2, 5, 5, 3), 7),
    (config(1, 2, 256, 8), 33),
];

const fn config(n_layer: usize, n_head: usize, n_embd: usize, block_size: usize) -> ModelConfig {
    ModelConfig { n_layer, n_head, n_embd, block_size, ..ModelConfig::GPT2 }
}

/// A model whose weights are large enough for every token to matter.
pub fn model(device: &Device, config: &ModelConfig, vocab_size: usize, seed: u32) -> Rc<Model> {
    let model = crate::models::model(device, config, vocab_size, seed);
    let mut weights = block_on(model.weights()).expect("weights");
    for (name, numbers) in &mut weights {
        let factor = if name.contains("ln_") { 1.0 } else { 12.0 };
        numbers.iter_mut().for_each(|number| *number *= factor);
    }
    model.set_weights(&weights).expect("they fit");
    model
}

/// Greedy, plain, and what cuts the distribution.
fn settings(seed: u32) -> [SampleConfig; 5] {
    [(0.0, 0, 1.0), (1.0, 0, 1.0), (0.8, 0, 0.95), (1.3, 5, 1.0), (0.6, 8, 0.7)]
        .map(|(temperature, top_k, top_p)| SampleConfig { temperature, top_k, top_p, length: 0, seed })
}

/// One token, half a window, a full one, and more than fits.
fn prompts(block_size: usize, vocab_size: usize, seed: u32) -> [Vec<u32>; 4] {
    let lengths = [1, block_size.div_ceil(2), block_size, 2 * block_size + 1];
    lengths.map(|length| random_ids(seed, length as u64, length, vocab_size))
}

/// What leaves a full window of `time` tokens: the generator's rule, written down again.
fn older_half(time: usize) -> usize {
    time.div_ceil(2)
}

/// Writes by computing the logits of the whole window for every token, the window kept here.
struct Recomputing {
    forward: Plan,
    window: TensorId,
    logits: TensorId,
    sampler: Plan,
    /// Where the sampler finds its logits, and how they lie there.
    sampled: (usize, Shape),
    records: TensorId,
    config: ModelConfig,
}

impl Recomputing {
    fn new(model: &Rc<Model>) -> Self {
        let graph = model.graph();
        let window = graph.tokens(1, model.config.block_size, 1);
        let logits = model.gpt.forward(window, Mode::Evaluate).keep();
        let forward = block_on(model.plan(&graph)).expect("the plan fits");

        let sampling = model.graph();
        let input = sampling.input(Shape::of(&[1, model.vocab_size]));
        let records = input.sample_into(sampling.tokens(1, 1, 1), 1).id;
        let sampled = (Layout::new(&sampling).places[input.id].offset, input.shape());
        let sampler = block_on(model.plan(&sampling)).expect("the plan fits");
        let config = model.config.clone();
        Self { forward, window: window.id, logits: logits.id, sampler, sampled, records, config }
    }

    /// The logits after the last token of a window.
    fn logits(&self, window: &[u32]) -> Vec<f32> {
        let mut ids = window.to_vec();
        ids.resize(self.config.block_size, 0);
        self.forward.write_ids(self.window, 0, &ids);
        self.forward.run(1);
        let logits = block_on(self.forward.read_tensor(self.logits)).expect("the device is well");
        let columns = self.sampled.1.columns();
        logits[(window.len() - 1) * columns..][..columns].to_vec()
    }

    /// Draws number `step`.
    fn draw(&self, logits: &[f32], step: usize, sample: &SampleConfig) -> u32 {
        let mut words = first_state(1, sample);
        words[state::STEP] = step as f32;
        self.sampler.write(Memory::State, 0, &words[..state::RECORDS]);
        self.sampler.write(Memory::Activation, self.sampled.0, &self.sampled.1.pad(logits));
        self.sampler.run(1);
        block_on(self.sampler.read_tensor(self.records)).expect("the device is well")[0] as u32
    }

    /// The ids drawn, and how many tokens had left the window by each. `leaving` says how many leave a full window.
    fn write(&self, prompt: &[u32], sample: &SampleConfig, count: usize, leaving: Leaving) -> Vec<(u32, u32)> {
        let time = self.config.block_size;
        let mut window = prompt[prompt.len().saturating_sub(time)..].to_vec();
        let mut evicted = 0;
        let draw = |step| {
            let id = self.draw(&self.logits(&window), step, sample);
            if window.len() == time {
                window.drain(..leaving(time));
                evicted += leaving(time) as u32;
            }
            window.push(id);
            (id, evicted)
        };
        (0..count).map(draw).collect()
    }
}

type Leaving = fn(usize) -> usize;

/// Writes with the cache, so many tokens at a time.
fn cached(generator: &mut Generator, prompt: &[u32], sample: &SampleConfig, bursts: &[usize]) -> Vec<(u32, u32)> {
    generator.start(prompt, sample);
    let draw = |&count: &usize| block_on(generator.draw(count)).expect("the device is well");
    bursts.iter().flat_map(draw).map(|written| (written.id, written.evicted)).collect()
}

/// Parts of at most a burst, none of them like the last.
fn bursts(count: usize, seed: u32) -> Vec<usize> {
    let mut draw = Rng::new(seed, Stream::Split);
    let mut parts = Vec::new();
    while parts.iter().sum::<usize>() < count {
        parts.push((1 + draw.below(BURST)).min(count - parts.iter().sum::<usize>()));
    }
    parts
}

/// Every setting of every seed, after every prompt, until the window has evicted at least twice.
pub fn check_model(device: &Device, config: &ModelConfig, vocab_size: usize, seeds: u32, storage: Storage) -> usize {
    let model = model(device, config, vocab_size, 1);
    if storage == Storage::F16 {
        round(&model);
    }
    let mut generator = block_on(Generator::new(&model, storage)).expect("the plan fits");
    let recomputing = Recomputing::new(&model);
    let mut tokens = 0;
    for seed in 0..seeds {
        for (sample, prompt) in settings(seed.wrapping_mul(0x9e37_79b9))
            .iter()
            .flat_map(|sample| prompts(config.block_size, vocab_size, seed).map(|prompt| (sample, prompt)))
        {
            let count = 2 * config.block_size + 5;
            let want = recomputing.write(&prompt, sample, count, older_half);
            let got = cached(&mut generator, &prompt, sample, &bursts(count, seed));
            let label = format!("{config:?} after {} tokens, {sample:?} on {}", prompt.len(), name(device));
            assert_eq!(got, want, "{label}");
            assert!(want[count - 1].1 as usize >= 2 * older_half(config.block_size), "{label}: {want:?}");
            tokens += count;
        }
    }
    tokens
}

/// Weights that 16 bits can hold: copies of them are the same numbers.
fn round(model: &Model) {
    let mut weights = block_on(model.weights()).expect("weights");
    weights.values_mut().flatten().for_each(|number| *number = rounded(*number));
    model.set_weights(&weights).expect("they fit");
}

#[test]
fn the_cache_writes_what_recomputing_writes() {
    for device in devices().into_iter().chain([Device::Oracle]) {
        let seeds = if matches!(device, Device::Gpu(_)) { 1 } else { 4 };
        let check = |(config, vocab): &(ModelConfig, usize)| -> usize {
            let storages = [Storage::F32, Storage::F16].into_iter();
            storages.map(|storage| check_model(&device, config, *vocab, seeds, storage)).sum()
        };
        let tokens: usize = MODELS.iter().map(check).sum();
        println!("{tokens} tokens on {}", name(&device));
    }
}

/// What this file compares is no constant: another rule for a full window writes something else.
#[test]
fn another_rule_writes_something_else() {
    let model = model(&Device::Cpu, &TINY, 11, 1);
    let recomputing = Recomputing::new(&model);
    let sample = &settings(3)[1];
    let ids = |leaving: Leaving| recomputing.write(&[1, 2, 3], sample, 40, leaving).into_iter().map(|(id, _)| id);
    let rules: [Leaving; 3] = [|_| 1, |time| time, |time| time / 2 + 1];
    for rule in rules {
        assert!(!ids(rule).eq(ids(older_half)));
    }
    assert!(ids(older_half).eq(ids(|time| time / 2)), "of twelve tokens six are the half");
}

/// Reads a prompt and goes on with `ids`, whatever the model would draw. The logits after each, with the cache.
fn cached_logits(device: &Device, config: &ModelConfig, vocab_size: usize, prompt: &[u32], ids: &[u32]) -> Vec<f64> {
    let model = model(device, config, vocab_size, 1);
    let graph = model.graph();
    let window = graph.tokens(1, config.block_size, 1);
    let kv_cache = model.gpt.prefill(window);
    let read = 0..graph.node_count();
    let logits = model.gpt.decode(window, &kv_cache).keep();
    let next = read.end..graph.node_count();
    let plan = block_on(model.plan(&graph)).expect("the plan fits");
    let mut text = prompt.to_vec();
    text.resize(config.block_size, 0);
    plan.write_ids(window.id, 0, &text);
    plan.run_segments(&[Segment { nodes: read, times: 1 }]);
    let mut all = Vec::new();
    for length in prompt.len()..=prompt.len() + ids.len() {
        text[prompt.len()..length].copy_from_slice(&ids[..length - prompt.len()]);
        plan.write_ids(window.id, 0, &text);
        plan.write(Memory::State, state::POSITION, &[length as f32]);
        plan.run_segments(&[Segment { nodes: next.clone(), times: 1 }]);
        all.extend(block_on(plan.read_tensor(logits.id)).expect("the device is well").into_iter().map(f64::from));
    }
    all
}

#[test]
fn logits_with_the_cache_are_those_of_the_oracle() {
    let devices: Vec<Device> = devices().into_iter().chain([Device::Oracle]).collect();
    for (config, vocab_size) in MODELS {
        check_cached_logits(&devices.iter().collect::<Vec<_>>(), &config, vocab_size);
    }
}

/// Requires devices to come with the cache to the logits that the oracle computes without.
pub fn check_cached_logits(devices: &[&Device], config: &ModelConfig, vocab_size: usize) {
    let time = config.block_size;
    let oracle = Recomputing::new(&model(&Device::Oracle, config, vocab_size, 1));
    for given in [1, time.div_ceil(2), time] {
        let text = random_ids(9, given as u64, time, vocab_size);
        let rows = given..=time;
        let want: Vec<f64> = rows.flat_map(|length| oracle.logits(&text[..length])).map(f64::from).collect();
        for device in devices {
            let got = cached_logits(device, config, vocab_size, &text[..given], &text[given..]);
            let label = format!("{config:?} after {given} tokens on {}", name(device));
            let off = check(&label, &got, &want, 0.0, GOLDEN);
            println!("{label}: {off:.1e}");
        }
    }
}

/// Numbers of any size, the same each time.
fn normal(count: usize, seed: u32) -> Vec<f32> {
    let mut draw = Rng::new(seed, Stream::Initialization);
    (0..count).map(|_| draw.normal()).collect()
}

/// All rows of causal attention, by the oracle, whose gradient is what differences say.
fn attention(qkv: &[f32], time: usize, pattern: Pattern) -> Vec<f64> {
    let graph = Graph::new(ParameterLayout::default());
    let input = graph.input(Shape::of(&[1, time, qkv.len() / time]));
    let y = input.causal_attention(pattern, None).keep();
    let layout = Layout::new(&graph);
    let mut machine = Machine::new(&Device::Oracle, &graph, &layout);
    machine.write(Memory::Activation, layout.places[input.id].offset, &input.shape().pad(qkv));
    machine.run(1);
    let place = layout.places[y.id];
    y.shape().unpad(&machine.read(Memory::Activation, place.offset..place.offset + place.words))
}

/// Row after row through the cache; what nobody wrote is no number.
fn cached_attention(device: &Device, qkv: &[f32], time: usize, pattern: Pattern) -> Vec<f64> {
    let graph = Graph::new(ParameterLayout::default());
    let columns = qkv.len() / time;
    let input = graph.input(Shape::of(&[1, 1, columns]));
    let cache = graph.input(Shape::of(&[1, time, columns]));
    let y = input.cached_attention(cache, pattern).keep();
    let width = y.shape().columns();
    let layout = Layout::new(&graph);
    let mut machine = Machine::new(device, &graph, &layout);
    machine.write(Memory::Activation, 0, &vec![f32::NAN; layout.words(Memory::Activation)]);
    let mut all = Vec::new();
    for (row, qkv) in qkv.chunks_exact(columns).enumerate() {
        machine.write(Memory::Activation, layout.places[input.id].offset, &input.shape().pad(qkv)[..columns]);
        machine.set(state::POSITION, (row + 1) as f32);
        machine.run(1);
        let place = layout.places[y.id];
        let words = machine.read(Memory::Activation, place.offset..place.offset + y.shape().stride());
        assert!(words[width..].iter().all(|&word| word == 0.0), "padding {words:?} on {}", name(device));
        all.extend(&words[..width]);
    }
    all
}

/// T, heads with keys, D, and who attends to whom: everything, then windows, heads that share keys, and distance.
fn patterns() -> impl Iterator<Item = (usize, usize, usize, Pattern)> {
    let sizes = [
        (1, 1, 1),
        (2, 3, 3),
        (5, 2, 4),
        (7, 1, 5),
        (9, 4, 16),
        (65, 2, 2),
        (70, 3, 7),
        (130, 2, 32),
        (40, 1, 63),
        (33, 1, 65),
        (20, 2, 127),
        (70, 2, 128),
        (6, 1, 260),
        (300, 1, 12),
    ];
    let full = sizes.into_iter().map(|(time, heads, size)| (time, heads, size, Pattern::full(heads)));
    let others = [(1, 1, true), (1, 3, false), (1, 66, true), (2, usize::MAX, false), (3, 5, true), (4, 64, false)];
    let other = move |(number, (group, window, alibi)): (usize, (usize, usize, bool))| {
        let (time, heads, size) = sizes[(3 + 5 * number) % sizes.len()];
        (time, heads, size, Pattern { heads: group * heads, group, window, alibi })
    };
    full.chain((0..12).zip(others.into_iter().cycle()).map(other))
}

#[test]
fn the_cache_sees_what_attention_sees() {
    let mut worst = 0.0;
    for device in devices().into_iter().chain([Device::Oracle]) {
        for (time, heads, head_size, pattern) in patterns() {
            let qkv = normal(time * (pattern.heads + 2 * heads) * head_size, (time + head_size) as u32);
            let want = attention(&qkv, time, pattern);
            let got = cached_attention(&device, &qkv, time, pattern);
            let label = format!("T {time} D {head_size} {pattern:?} on {}", name(&device));
            worst = f64::max(worst, check(&label, &got, &want, 0.0, FORWARD));
            assert_eq!(got, cached_attention(&device, &qkv, time, pattern), "{label}: other bits the second time");
            let mut wrong = qkv.clone();
            wrong.iter_mut().take(qkv.len() / time).for_each(|number| *number += 0.1);
            let got = cached_attention(&device, &wrong, time, pattern);
            check_refused(&label, &got, &want, 0.0, FORWARD);
        }
    }
    println!("cached attention {worst:.1e}");
}

#[test]
fn the_last_token_is_embedded_as_in_the_window() {
    for device in devices().into_iter().chain([Device::Oracle]) {
        for (time, columns, vocab_size) in [(1, 1, 1), (5, 3, 7), (7, 4, 2), (9, 33, 100), (70, 260, 11)] {
            let mut scope = Scope::default();
            let tokens = scope.parameter("tokens", &[vocab_size, columns], Init::Normal(1.0));
            let positions = scope.parameter("positions", &[time, columns], Init::Normal(1.0));
            let [scale, shift] = scope.norm(columns);
            let parameters = scope.finish();
            let graph = Graph::new(parameters.layout());
            let ids = graph.tokens(1, time, 1);
            let [tokens, positions, scale, shift] = [tokens, positions, scale, shift].map(|weight| weight.of(&graph));
            let norm = Normalizer::layer_norm(scale, Some(shift), 1e-5);
            let whole = ids.embedding_normed(tokens, Some(positions), norm).map(Tensor::keep);
            let last = ids.last_embedding_normed(tokens, Some(positions), norm).map(Tensor::keep);
            let alone = ids.last_embedding(tokens, Some(positions)).keep();
            let layout = Layout::new(&graph);
            let mut machine = Machine::new(&device, &graph, &layout);
            machine.write(Memory::Parameter, 0, &parameters.initial(1));
            machine.write_ids(layout.places[ids.id].offset, &random_ids(1, 1, time, vocab_size));
            let stride = alone.shape().stride();
            for length in 1..=time {
                machine.set(state::POSITION, length as f32);
                machine.run(1);
                let row = |tensor: Tensor<'_>, row: usize| {
                    let start = layout.places[tensor.id].offset + row * stride;
                    machine.read(Memory::Activation, start..start + stride)
                };
                let want = whole.map(|tensor| row(tensor, length - 1));
                let label = format!("{length} of {time} on {}", name(&device));
                assert_eq!(last.map(|tensor| row(tensor, 0)), want, "with its norm, {label}");
                assert_eq!(row(alone, 0), want[0], "{label}");
            }
        }
    }
}

#[test]
fn a_burst_is_one_submit_and_one_readback() {
    let gpu = open(Checks::Trusted);
    for (config, vocab_size) in MODELS {
        let model = model(&Device::Gpu(Rc::clone(&gpu)), &config, vocab_size, 1);
        let mut generator = block_on(Generator::new(&model, Storage::F16)).expect("the plan fits");
        generator.start(&[1, 2, 3], &Config::default().sample);
        let mut draw = |count: usize| {
            let before = gpu.counts();
            block_on(generator.draw(count)).expect("the device is well");
            gpu.counts() - before
        };
        draw(1);
        let layers = config.n_layer as u64;
        let (token, reading) = (7 * layers + 3, 7 * (layers - 1) + 2);
        let mut window = Window { length: 3.min(config.block_size), time: config.block_size, is_read: true };
        window.draw(1);
        for count in [1, 2, 8, 32, 32] {
            let dispatches = token * count as u64 + reading * window.draw(count);
            let want = Counts { submits: 1, readbacks: 1, dispatches, ..Counts::default() };
            assert_eq!(draw(count), want, "{count} tokens of {config:?}");
        }
    }
}

/// How long a window is, and whether all of it but its last token has been read.
struct Window {
    length: usize,
    time: usize,
    is_read: bool,
}

impl Window {
    /// How often it is read while so many tokens are drawn.
    fn draw(&mut self, count: usize) -> u64 {
        let mut readings = 0;
        for _ in 0..count {
            readings += u64::from(!self.is_read);
            self.is_read = true;
            if self.length == self.time {
                self.length -= older_half(self.time);
                self.is_read = self.length == 0;
            }
            self.length += 1;
        }
        readings
    }
}
