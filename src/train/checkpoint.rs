//! Everything a run needs to go on, as safetensors: weights under GPT-2's names, moments beside them, the rest as JSON
//! in the metadata.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use super::model::{Model, Weights};
use crate::config::{ModelConfig, TrainConfig};
use crate::error::{Error, Result};
use crate::graph::{Shape, state};
use crate::nn::Parameter;
use crate::nn::gpt::Gpt;
use crate::optim::{moment_names, moments};

#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    pub config: ModelConfig,
    pub vocab_size: usize,
    pub train: TrainConfig,
    /// Steps done.
    pub step: u64,
    pub weights: Weights,
    /// What the optimizer remembers of weights, as [`crate::optim::moment_names`] calls it.
    pub moments: Vec<Weights>,
    /// The words of state memory.
    pub state: Vec<f32>,
}

/// What is no tensor.
#[derive(Serialize, Deserialize)]
struct Header {
    config: ModelConfig,
    vocab_size: usize,
    train: TrainConfig,
    step: u64,
}

const HEADER: &str = "gptling";
/// What is named where the file as a whole is wrong.
const FILE: &str = "safetensors";
/// What is taken of other people's files at most.
const MAX_HEADER_BYTES: u64 = 1_000_000;
const MAX_TENSORS: usize = 2_000;
const STATE: &str = "state";
const NO_NUMBER: &str = "holds something that is no number";
/// Tokens that are taken of other people's files at most: more than any tokenizer has.
const MAX_TOKENS: usize = 1 << 20;

/// Weights by name from a safetensors file: those of GPT-2 with or without the prefix `transformer.`.
///
/// # Errors
/// [`Error::Checkpoint`] with the entry that is not f32, or what is wrong with the file.
pub fn read_weights(bytes: &[u8]) -> Result<Weights> {
    opened(bytes)?
        .tensors()
        .into_iter()
        .map(|(name, view)| Ok((name.trim_start_matches("transformer.").into(), numbers(&name, &view)?)))
        .collect()
}

/// A file whose header is small enough to be read, and whose tensors lie in it, whole and one after the other.
fn opened(bytes: &[u8]) -> Result<SafeTensors<'_>> {
    let wrong = |detail: &str| broken(FILE, detail);
    let length = bytes.first_chunk().map_or(0, |length| u64::from_le_bytes(*length));
    if length > MAX_HEADER_BYTES {
        return Err(wrong(&format!("a header of {length} bytes, where at most {MAX_HEADER_BYTES} are taken")));
    }
    let file = SafeTensors::deserialize(bytes).map_err(|error| wrong(&error.to_string()))?;
    match file.len() {
        ..=MAX_TENSORS => Ok(file),
        tensors => Err(wrong(&format!("{tensors} tensors, where at most {MAX_TENSORS} are taken"))),
    }
}

/// Whether a file of tensors is whole, small enough to be read, and holds 32-bit numbers only.
///
/// # Errors
/// [`Error::Checkpoint`] with the entry that is not so.
pub fn check_file(bytes: &[u8]) -> Result<()> {
    for (name, view) in opened(bytes)?.tensors() {
        if view.dtype() != Dtype::F32 {
            return Err(broken(&name, &format!("{:?} instead of F32", view.dtype())));
        }
        let number = |bytes: &[u8; 4]| f32::from_le_bytes(*bytes);
        if !view.data().as_chunks().0.iter().map(number).all(f32::is_finite) {
            return Err(broken(&name, NO_NUMBER));
        }
    }
    Ok(())
}

/// What a checkpoint says of itself beside its tensors.
fn header(bytes: &[u8]) -> Result<Header> {
    opened(bytes)?;
    let read = SafeTensors::read_metadata(bytes).map_err(|error| broken(FILE, &error.to_string()))?;
    let json = read.1.metadata().as_ref().and_then(|metadata| metadata.get(HEADER));
    let json = json.ok_or_else(|| broken(HEADER, "missing"))?;
    serde_json::from_str(json).map_err(|error| broken(HEADER, &error.to_string()))
}

fn numbers(name: &str, view: &TensorView) -> Result<Vec<f32>> {
    if view.dtype() != Dtype::F32 {
        return Err(broken(name, &format!("{:?} instead of F32", view.dtype())));
    }
    Ok(bytemuck::pod_collect_to_vec(view.data()))
}

fn broken(entry: &str, detail: &str) -> Error {
    Error::Checkpoint { entry: entry.into(), detail: detail.into() }
}

impl Checkpoint {
    /// As a safetensors file.
    pub fn to_bytes(&self) -> Vec<u8> {
        serialized(self.views(), HEADER, &self.header())
    }

    /// As two safetensors files: the weights by themselves, as other programs read them, and everything else.
    pub fn to_files(&self) -> [Vec<u8>; 2] {
        let (weights, rest) = self.views().into_iter().partition(|(name, _)| self.weights.contains_key(name));
        [serialized(weights, "format", "pt"), serialized(rest, HEADER, &self.header())]
    }

    /// Every tensor, sorted by name.
    fn views(&self) -> Vec<(String, TensorView<'_>)> {
        let shapes = self.shapes();
        let names = moment_names(self.train.optimizer);
        let moments = names.iter().zip(&self.moments).map(|(moment, weights)| (format!("{moment}."), weights));
        let groups = [(String::new(), &self.weights)].into_iter().chain(moments);
        let named = groups.flat_map(|(prefix, weights)| {
            weights.iter().map(move |(name, numbers)| (format!("{prefix}{name}"), name.clone(), numbers))
        });
        let mut views: Vec<(String, TensorView)> = named
            .map(|(entry, name, numbers)| (entry, view(shapes[&name].dims().to_vec(), numbers)))
            .chain([(STATE.to_string(), view(vec![self.state.len()], &self.state))])
            .collect();
        views.sort_by(|a, b| a.0.cmp(&b.0));
        views
    }

    fn header(&self) -> String {
        let Self { config, vocab_size, train, step, .. } = self;
        let header = Header { config: config.clone(), vocab_size: *vocab_size, train: train.clone(), step: *step };
        serde_json::to_string(&header).expect("plain data")
    }

    /// # Errors
    /// [`Error::Checkpoint`] with the entry that is missing or broken.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::from_files(&[bytes])
    }

    /// What [`Checkpoint::to_files`] gives, or [`Checkpoint::to_bytes`] alone: the last file says what it is.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] with the entry that is missing or broken.
    pub fn from_files(files: &[&[u8]]) -> Result<Self> {
        let header = header(files.last().expect("a checkpoint has a file"))?;
        let names = moment_names(header.train.optimizer);
        let (mut weights, mut moments, mut state) = (Weights::new(), vec![Weights::new(); names.len()], None);
        let moment = |name: &str| {
            let own =
                |(at, moment): (usize, &&str)| Some((at, name.strip_prefix(*moment)?.strip_prefix('.')?.to_string()));
            names.iter().enumerate().find_map(own)
        };
        for file in files {
            for (name, view) in opened(file)?.tensors() {
                let numbers = numbers(&name, &view)?;
                if numbers.iter().any(|number| !number.is_finite()) {
                    return Err(broken(&name, NO_NUMBER));
                }
                if name == STATE {
                    state = Some(numbers);
                } else if let Some((at, name)) = moment(&name) {
                    moments[at].insert(name, numbers);
                } else {
                    weights.insert(name, numbers);
                }
            }
        }
        let state = state.filter(|state| state.len() == state::WORDS).ok_or_else(|| broken(STATE, "missing"))?;
        let Header { config, vocab_size, train, step } = header;
        Ok(Self { config, vocab_size, train, step, weights, moments, state })
    }

    /// Whether every weight of the model that the header describes is there, and of its size.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] with what differs.
    pub fn check_sizes(&self) -> Result<()> {
        if self.vocab_size > MAX_TOKENS {
            return Err(broken(HEADER, &format!("{} tokens, where at most {MAX_TOKENS} are taken", self.vocab_size)));
        }
        for (name, shape) in self.shapes() {
            let numbers = self.weights.get(&name).ok_or_else(|| broken(&name, "missing"))?;
            if numbers.len() != shape.elements() {
                return Err(broken(&name, &format!("{} numbers, not {}", numbers.len(), shape.elements())));
            }
        }
        Ok(())
    }

    /// The step at which a file was taken, without reading the rest of it.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] with what is wrong.
    pub fn step_of(bytes: &[u8]) -> Result<u64> {
        header(bytes).map(|header| header.step)
    }

    /// Whether it may be kept: no step has failed before it, and it holds numbers only.
    pub fn is_sound(&self) -> bool {
        let mut numbers = [&self.weights].into_iter().chain(&self.moments).flat_map(Weights::values).flatten();
        self.state[state::NOT_FINITE] == 0.0 && numbers.all(|number| number.is_finite())
    }

    /// Whether this checkpoint is of a model like that one, whole, and holds numbers only.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] with what differs.
    pub fn check(&self, model: &Model) -> Result<()> {
        if self.config != model.config || self.vocab_size != model.vocab_size {
            return Err(broken(HEADER, "the model has other sizes"));
        }
        model.check(&self.weights, &model.parameters.list)?;
        let wanted = moments(self.train.optimizer, &model.layout);
        if wanted.len() != self.moments.len() {
            return Err(broken(HEADER, "another optimizer's moments"));
        }
        for (moment, numbers) in wanted.iter().zip(&self.moments) {
            let remembered = |parameter: &&Parameter| moment.offsets[parameter.index()].is_some();
            model.check(numbers, model.parameters.list.iter().filter(remembered))?;
        }
        let numbers = [&self.weights].into_iter().chain(&self.moments).flatten();
        match { numbers }.find(|(_, numbers)| numbers.iter().any(|number| !number.is_finite())) {
            Some((name, _)) => Err(broken(name, NO_NUMBER)),
            None => Ok(()),
        }
    }

    fn shapes(&self) -> HashMap<String, Shape> {
        let (_, parameters) = Gpt::new(&self.config, self.vocab_size);
        parameters.list.into_iter().map(|parameter| (parameter.name, parameter.shape)).collect()
    }
}

/// A file of tensors with one entry of metadata alone: the order of several is another one every time, and equal
/// checkpoints are equal files.
fn serialized(views: Vec<(String, TensorView)>, key: &str, metadata: &str) -> Vec<u8> {
    let metadata = HashMap::from([(key.to_string(), metadata.to_string())]);
    safetensors::serialize(views, Some(metadata)).expect("every view has the size of its shape")
}

fn view(shape: Vec<usize>, numbers: &[f32]) -> TensorView<'_> {
    TensorView::new(Dtype::F32, shape, bytemuck::cast_slice(numbers)).expect("as many numbers as the shape says")
}
