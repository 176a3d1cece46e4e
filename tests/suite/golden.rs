//! Numbers that PyTorch and transformers made in float64 (`tests/golden/make_gpt2_golden.py` and `make_llama_golden.py`): the
//! same weights must give the same logits, loss, gradients, ten steps of AdamW and greedy continuation. `GOLDEN_DIR` adds another folder.

mod llama;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use gptling::config::{Config, ModelConfig, TrainConfig};
use gptling::gpu::device::Checks;
use gptling::graph::{Memory, state};
use gptling::nn::gpt::Mode;
use gptling::optim::append_updates;
use gptling::train::checkpoint::read_weights;
use gptling::train::model::Weights;
use gptling::train::{Device, Generator, Model, Storage};
use pollster::block_on;
use safetensors::SafeTensors;

use crate::compare::{GOLDEN, GOLDEN_LOSSES, check};
use crate::machine::{name, open};

struct Golden {
    folder: PathBuf,
    config: ModelConfig,
    vocab_size: usize,
    weights: Weights,
    numbers: HashMap<String, Vec<f64>>,
    ids: HashMap<String, Vec<u32>>,
}

impl Golden {
    fn load(folder: &Path) -> Self {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let json: serde_json::Value = serde_json::from_slice(&read("config.json")).expect("config.json is JSON");
        let size = |key: &str| json[key].as_u64().unwrap_or_else(|| panic!("config.json has no {key}")) as usize;
        let llama = llama::config(&json);
        let config = llama.clone().unwrap_or_else(|| ModelConfig {
            n_layer: size("n_layer"),
            n_head: size("n_head"),
            n_embd: size("n_embd"),
            block_size: size("n_positions"),
            ..ModelConfig::GPT2
        });
        let bytes = read("golden.safetensors");
        let (mut numbers, mut ids) = (HashMap::new(), HashMap::new());
        for (name, view) in SafeTensors::deserialize(&bytes).expect("golden.safetensors is one").tensors() {
            if view.dtype() == safetensors::Dtype::I32 {
                ids.insert(name, bytemuck::pod_collect_to_vec::<u8, u32>(view.data()));
            } else {
                let words: Vec<f32> = bytemuck::pod_collect_to_vec(view.data());
                numbers.insert(name, words.into_iter().map(f64::from).collect());
            }
        }
        let mut weights = read_weights(&read("model.safetensors")).expect("model.safetensors is a weight file");
        if llama.is_some() {
            weights = llama::renamed(&weights, &config);
            numbers = llama::renamed(&numbers, &config);
        }
        Self { folder: folder.into(), vocab_size: size("vocab_size"), config, weights, numbers, ids }
    }

    fn model(&self, device: &Device) -> Rc<Model> {
        let model = block_on(Model::new(device, &self.config, self.vocab_size, 0)).expect("the model fits");
        model.set_weights(&self.weights).expect("every weight is there, under its name");
        Rc::new(model)
    }

    fn time(&self) -> usize {
        self.config.block_size
    }

    /// What the script trains with.
    fn training(&self) -> TrainConfig {
        TrainConfig {
            steps: 1000,
            learning_rate: 1e-2,
            warmup: 0,
            final_share: 1.0,
            weight_decay: 0.1,
            beta1: 0.9,
            beta2: 0.95,
            clip: 1.0,
            ..Config::default().train
        }
    }

    /// The comparison with one entry of the file. Returns how far off it is.
    fn check(&self, device: &Device, entry: &str, got: &[f32], tolerance: f64) -> f64 {
        let want = self.numbers.get(entry).unwrap_or_else(|| panic!("golden.safetensors has no {entry}"));
        let got: Vec<f64> = got.iter().copied().map(f64::from).collect();
        check(&format!("{} {entry} on {}", self.name(), name(device)), &got, want, 0.0, tolerance)
    }

    /// Softmax does not see the bias of the keys, so its gradient is 0, in `f32` rounding noise, which AdamW brings to
    /// full size: it may be anywhere within ten steps, and is not compared further.
    fn replace_key_bias(&self, entry: &str, got: &mut [f32]) {
        let want = &self.numbers[entry];
        let width = self.config.n_embd;
        for at in width..2 * width {
            let off = (f64::from(got[at]) - want[at]).abs();
            assert!(off < 10.0 * f64::from(self.training().learning_rate), "{entry} {at} is off by {off}");
            got[at] = want[at] as f32;
        }
    }

    fn name(&self) -> std::path::Display<'_> {
        Path::new(self.folder.file_name().unwrap_or(self.folder.as_os_str())).display()
    }

    /// The names of the weights behind a prefix: `grad.`, `after.`.
    fn entries<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let entries = self.numbers.keys().filter_map(move |entry| Some((entry.as_str(), entry.strip_prefix(prefix)?)));
        entries.filter(|(_, weight)| !weight.is_empty())
    }
}

fn check_training(golden: &Golden, device: &Device) {
    let model = golden.model(device);
    let graph = model.graph();
    let batch = golden.ids["inputs"].len() / golden.time();
    let inputs = graph.tokens(batch, golden.time(), 1);
    let targets = graph.tokens(batch, golden.time(), 1);
    let logits = model.gpt.forward(inputs, Mode::Evaluate).keep();
    let losses = logits.cross_entropy(targets);
    graph.differentiate(losses, None);
    append_updates(losses, &golden.training());
    let plan = block_on(model.plan(&graph)).expect("the plan fits");
    plan.write_ids(inputs.id, 0, &golden.ids["inputs"]);
    plan.write_ids(targets.id, 0, &golden.ids["targets"]);
    let read = |memory, range| block_on(plan.read(memory, range)).expect("the device is well");
    let record = |step: usize| read(Memory::State, state::RECORDS + state::RECORD * step..state::WORDS);

    plan.run(1);
    let logits = block_on(plan.read_tensor(logits.id)).expect("the device is well");
    let off = golden.check(device, "logits", &logits, GOLDEN);
    golden.check(device, "loss", &record(0)[..1], GOLDEN);
    golden.check(device, "grad_norm", &record(0)[2..3], GOLDEN);
    let gradients = read(Memory::Gradient, 0..model.layout.words);
    let mut worst = ("", 0.0);
    for (entry, weight) in golden.entries("grad.") {
        let index =
            model.parameters.list.iter().position(|parameter| parameter.name == weight).expect("a weight of ours");
        let shape = model.layout.shapes[index];
        let gradient = shape.unpad(&gradients[model.layout.offsets[index]..][..shape.words()]);
        let off = golden.check(device, entry, &gradient, GOLDEN);
        worst = if off > worst.1 { (entry, off) } else { worst };
    }
    println!("{} on {}: logits {off:.1e}, worst gradient {:.1e} ({})", golden.name(), name(device), worst.1, worst.0);

    plan.run(9);
    check_weights(golden, device, &model);
    plan.run(1);
    let losses: Vec<f32> = (0..11).map(|step| record(step)[0]).collect();
    let tolerance = if matches!(device, Device::Oracle) { GOLDEN } else { GOLDEN_LOSSES };
    let off = golden.check(device, "losses", &losses, tolerance);
    println!("{} on {}: losses {off:.1e}", golden.name(), name(device));
}

fn check_weights(golden: &Golden, device: &Device, model: &Model) {
    let weights = block_on(model.weights()).expect("the device is well");
    assert_eq!(golden.entries("after.").count(), weights.len(), "as many weights as PyTorch has");
    let mut worst = ("", 0.0);
    for (entry, weight) in golden.entries("after.") {
        let mut got = weights[weight].clone();
        if weight.ends_with("attn.c_attn.bias") && !matches!(device, Device::Oracle) {
            golden.replace_key_bias(entry, &mut got);
        }
        let off = golden.check(device, entry, &got, GOLDEN);
        worst = if off > worst.1 { (entry, off) } else { worst };
    }
    println!("{} on {}: worst weight {:.1e} ({})", golden.name(), name(device), worst.1, worst.0);
}

fn check_greedy(golden: &Golden, device: &Device) {
    let (want, given) = (&golden.ids["greedy"], 4);
    let mut generator = block_on(Generator::new(&golden.model(device), Storage::F32)).expect("the plan fits");
    let mut sample = Config::default().sample;
    sample.temperature = 0.0;
    generator.start(&want[..given], &sample);
    let mut got = want[..given].to_vec();
    while got.len() < want.len() {
        let count = (want.len() - got.len()).min(5);
        got.extend(block_on(generator.draw(count)).expect("the device is well").iter().map(|written| written.id));
    }
    assert_eq!(&got, want, "greedy continuation of {} on {}", golden.name(), name(device));
}

fn check_all(device: &Device) {
    let own = ["gpt2-tiny", "gpt2-odd", "llama-tiny", "llama-odd"]
        .map(|name| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name));
    let given = std::env::var_os("GOLDEN_DIR").map(PathBuf::from);
    for folder in own.into_iter().chain(given) {
        let golden = Golden::load(&folder);
        check_training(&golden, device);
        check_greedy(&golden, device);
    }
}

#[test]
fn gpu_agrees_with_pytorch() {
    check_all(&Device::Gpu(open(Checks::Trusted)));
}

#[test]
fn oracle_agrees_with_pytorch() {
    check_all(&Device::Oracle);
}

#[test]
fn cpu_agrees_with_pytorch() {
    check_all(&Device::Cpu);
}
