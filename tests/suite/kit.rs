//! The model as a kit: every switch by itself and in company trains, is the same on every device, writes with its cache what
//! it computes without, and has as many weights as it says.

use gptling::config::model::{Activation, Architecture, Heads, Mixer, Norm, NormPlace, Positions};
use gptling::config::presets::Preset;
use gptling::config::{Config, ModelConfig, TrainConfig};
use gptling::gpu::device::Checks;
use gptling::nn::gpt::Mode;
use gptling::train::trainer::estimate;
use gptling::train::{Device, Storage, Targets, Trainer};
use pollster::block_on;

use crate::compare::{GRADIENT, check};
use crate::machine::{name, open};
use crate::models::{ODD, Run, model, random_ids};
use crate::writing::{check_cached_logits, check_model};

/// Four heads of four numbers.
const EVEN: ModelConfig = ModelConfig { n_layer: 2, n_head: 4, n_embd: 16, block_size: 12, ..ModelConfig::GPT2 };

/// Every switch of a model, thrown alone, then some together.
pub fn switched(base: &ModelConfig) -> Vec<(String, ModelConfig)> {
    let base = || base.clone();
    let alone = [
        ("no positions", ModelConfig { positions: Positions::None, ..base() }),
        ("sinusoidal positions", ModelConfig { positions: Positions::Sinusoidal, ..base() }),
        ("RoPE", ModelConfig { positions: Positions::Rope, ..base() }),
        ("ALiBi", ModelConfig { positions: Positions::Alibi, ..base() }),
        ("RMSNorm", ModelConfig { norm: Norm::RmsNorm, ..base() }),
        ("norm after", ModelConfig { norm_place: NormPlace::After, ..base() }),
        ("ReLU", ModelConfig { activation: Activation::Relu, ..base() }),
        ("ReLU squared", ModelConfig { activation: Activation::ReluSquared, ..base() }),
        ("SiLU", ModelConfig { activation: Activation::Silu, ..base() }),
        ("SwiGLU", ModelConfig { activation: Activation::SwiGlu, ..base() }),
        ("GeGLU", ModelConfig { activation: Activation::GeGlu, ..base() }),
        ("grouped-query", ModelConfig { heads: Heads::GroupedQuery, group_size: 3, ..base() }),
        ("multi-query", ModelConfig { heads: Heads::MultiQuery, ..base() }),
        ("QK-norm", ModelConfig { qk_norm: true, ..base() }),
        ("sliding window", ModelConfig { window: 3, ..base() }),
        ("free head", ModelConfig { tied: false, ..base() }),
        ("no biases", ModelConfig { bias: false, ..base() }),
        ("soft-cap", ModelConfig { softcap: 2.0, ..base() }),
        ("dropout", ModelConfig { dropout: 0.1, ..base() }),
        ("convolution", ModelConfig { mixer: Mixer::Convolution, window: 4, ..base() }),
    ];
    let named = |architecture: Architecture| (architecture.name(), architecture.apply(&base()));
    alone.into_iter().chain(Architecture::ALL.map(named)).chain(together(&base())).map(own).collect()
}

fn own((name, config): (&str, ModelConfig)) -> (String, ModelConfig) {
    (name.to_string(), config)
}

/// Switches that meet in one place of the network.
fn together(base: &ModelConfig) -> [(&'static str, ModelConfig); 4] {
    let all = ModelConfig {
        positions: Positions::Rope,
        norm: Norm::RmsNorm,
        norm_place: NormPlace::After,
        heads: Heads::GroupedQuery,
        group_size: 2,
        qk_norm: true,
        window: 5,
        activation: Activation::ReluSquared,
        bias: false,
        tied: false,
        softcap: 5.0,
        dropout: 0.1,
        ..base.clone()
    };
    let distance = ModelConfig {
        positions: Positions::Alibi,
        heads: Heads::MultiQuery,
        window: 4,
        activation: Activation::GeGlu,
        norm_place: NormPlace::Before,
        ..all.clone()
    };
    let waves = ModelConfig {
        positions: Positions::Sinusoidal,
        mixer: Mixer::Convolution,
        window: 0,
        activation: Activation::SwiGlu,
        bias: true,
        ..all.clone()
    };
    let scales = ModelConfig { positions: Positions::None, norm: Norm::LayerNorm, window: 1, ..all.clone() };
    [("all at once", all), ("distance", distance), ("waves", waves), ("scales without shifts", scales)]
}

/// The same at even sizes and where nothing is a multiple of four.
fn all() -> impl Iterator<Item = (String, ModelConfig)> {
    switched(&EVEN).into_iter().chain(switched(&ODD).into_iter().map(|(name, config)| (format!("{name}, odd"), config)))
}

const VOCABULARY: usize = 13;

#[test]
fn every_switch_learns_in_twenty_steps() {
    for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu] {
        for (label, config) in switched(&EVEN) {
            let model = model(&device, &config, VOCABULARY, 3);
            let train =
                TrainConfig { steps: 20, batch_size: 4, learning_rate: 1e-2, warmup: 0, ..Config::default().train };
            let mut trainer = block_on(Trainer::new(&model, &train, Targets::Alike)).expect("the plan fits");
            for _ in 0..2 {
                trainer.queue(10, |_, inputs, targets| {
                    inputs.copy_from_slice(&random_ids(1, 0, inputs.len(), VOCABULARY));
                    targets.copy_from_slice(&random_ids(2, 0, targets.len(), VOCABULARY));
                });
            }
            let points = block_on(trainer.read_points()).expect("every number is one");
            let (first, last) = (points[0].loss, points[19].loss);
            println!("{label} on {}: loss {first:.3} to {last:.3}", name(&device));
            assert!(points.len() == 20 && last < 0.95 * first, "{label} on {}: {first} to {last}", name(&device));
        }
    }
}

#[test]
fn devices_train_every_switch_along_the_same_losses() {
    let gpu = Device::Gpu(open(Checks::Trusted));
    for (label, config) in all() {
        let losses = |device: &Device| {
            let mut run = Run::new(device, &config, VOCABULARY, 3);
            run.queue(&[3, 1]);
            let points = run.points();
            points.iter().flat_map(|point| [f64::from(point.loss), f64::from(point.grad_norm)]).collect::<Vec<_>>()
        };
        let want = losses(&Device::Oracle);
        for device in [&gpu, &Device::Cpu] {
            let label = format!("{label} on {}", name(device));
            let off = check(&label, &losses(device), &want, 0.0, GRADIENT);
            println!("{label}: {off:.1e}");
        }
    }
}

#[test]
fn every_switch_writes_with_its_cache_what_it_computes_without() {
    let gpu = Device::Gpu(open(Checks::Trusted));
    for (label, config) in all() {
        let config = ModelConfig { dropout: 0.0, ..config };
        check_cached_logits(&[&gpu, &Device::Cpu, &Device::Oracle], &config, VOCABULARY);
        let tokens = check_model(&Device::Cpu, &config, VOCABULARY, 1, Storage::F32);
        println!("{label}: {tokens} tokens");
    }
    for architecture in Architecture::ALL {
        let config = architecture.apply(&ModelConfig { block_size: 7, ..EVEN });
        for storage in [Storage::F32, Storage::F16] {
            check_model(&gpu, &config, VOCABULARY, 1, storage);
        }
    }
}

/// Through two layers a token reaches as far as two windows.
#[test]
fn a_window_hides_what_lies_before_it() {
    let near = |mixer, positions| ModelConfig { mixer, positions, window: 3, block_size: 12, ..EVEN };
    for config in [near(Mixer::Attention, Positions::Rope), near(Mixer::Convolution, Positions::None)] {
        for device in [Device::Gpu(open(Checks::Trusted)), Device::Cpu] {
            let (model, time) = (model(&device, &config, VOCABULARY, 1), config.block_size);
            let graph = model.graph();
            let inputs = graph.tokens(1, time, 1);
            let logits = model.gpt.forward(inputs, Mode::Evaluate).keep();
            let plan = block_on(model.plan(&graph)).expect("the plan fits");
            let run = |ids: &[u32]| {
                plan.write_ids(inputs.id, 0, ids);
                plan.run(1);
                block_on(plan.read_tensor(logits.id)).expect("the device is well")
            };
            let ids = random_ids(1, 0, time, VOCABULARY);
            let before = run(&ids);
            for changed in 0..time {
                let mut ids = ids.clone();
                ids[changed] = (ids[changed] + 1) % VOCABULARY as u32;
                let after = run(&ids);
                let rows = before.chunks_exact(VOCABULARY).zip(after.chunks_exact(VOCABULARY));
                for (row, (before, after)) in rows.enumerate() {
                    let sees = (changed..=changed + 2 * (config.window - 1)).contains(&row);
                    assert_eq!(
                        before != after,
                        sees,
                        "row {row}, token {changed} changed, {config:?} on {}",
                        name(&device)
                    );
                }
            }
        }
    }
}

#[test]
fn every_switch_is_counted() {
    for (label, model) in all() {
        let config = Config { model, ..Preset::Seedling.config() };
        let (told, _) = estimate(&config, VOCABULARY, Targets::Alike, None);
        assert_eq!(told.parameters, config.model.parameter_count(VOCABULARY) as u64, "{label}");
        let (flops, least) = (told.flops as f64, least_flops(&config));
        println!("{label}: {} weights, {:.2} of the operations of its products", told.parameters, flops / least);
        assert!((1.0..2.2).contains(&(flops / least)), "{label}: {flops} operations where products need {least}");
    }
    let dispatches = |config: &Config| estimate(config, 1024, Targets::Alike, None).0.dispatches;
    assert_eq!([Preset::Sprout, Preset::Shrub].map(|preset| dispatches(&preset.config())), [88, 126]);
}

/// Six operations a weight of a product and token, and what tokens do with each other.
fn least_flops(config: &Config) -> f64 {
    let model = &config.model;
    let (c, d, h) = (model.n_embd as f64, model.head_size() as f64, model.n_head as f64);
    let seen: usize = (0..model.block_size).map(|place| model.reach().min(place + 1)).sum();
    let halves = if model.activation.is_gated() { 2.0 } else { 1.0 };
    let linear = c * model.mixed() as f64 + c * c + (halves + 1.0) * c * model.hidden() as f64;
    let mixing = match model.mixer {
        Mixer::Attention => 14.0 * d * h,
        Mixer::Convolution => 6.0 * c,
    };
    let (sequences, tokens) = (config.train.batch_size as f64, (config.train.batch_size * model.block_size) as f64);
    let layers = model.n_layer as f64 * (6.0 * tokens * linear + sequences * seen as f64 * mixing);
    layers + 6.0 * tokens * c * VOCABULARY as f64
}
