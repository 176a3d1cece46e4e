//! A GPT with its weights on a device.

use std::collections::HashMap;

use super::machine::{Device, Plan, Store};
use crate::config::ModelConfig;
use crate::error::{Error, Result};
use crate::graph::{Graph, Memory, ParameterLayout};
use crate::nn::gpt::Gpt;
use crate::nn::{Parameter, Parameters};

/// Weights by name, dense, as a weight file has them.
pub type Weights = HashMap<String, Vec<f32>>;

pub struct Model {
    pub config: ModelConfig,
    pub vocab_size: usize,
    pub gpt: Gpt,
    pub parameters: Parameters,
    pub layout: ParameterLayout,
    device: Device,
    store: Store,
    /// A plan without nodes, through which weights are read and written.
    access: Plan,
}

impl Model {
    /// A model with seeded weights.
    ///
    /// # Errors
    /// [`Error::ModelTooLarge`] before anything is allocated, or what the device says.
    pub async fn new(device: &Device, config: &ModelConfig, vocab_size: usize, seed: u32) -> Result<Self> {
        let (gpt, parameters) = Gpt::new(config, vocab_size);
        let layout = parameters.layout();
        check_store(device, &layout)?;
        let store = Store::new(device, layout.words).await?;
        let access = Plan::new(device, &Graph::new(layout.clone()), &store).await?;
        access.write(Memory::Parameter, 0, &parameters.initial(seed));
        let device = device.clone();
        Ok(Self { config: config.clone(), vocab_size, gpt, parameters, layout, device, store, access })
    }

    /// An empty graph over these weights.
    pub fn graph(&self) -> Graph {
        Graph::new(self.layout.clone())
    }

    /// # Errors
    /// [`Error::ModelTooLarge`] before anything is allocated, or what the device says.
    pub async fn plan(&self, graph: &Graph) -> Result<Plan> {
        Plan::new(&self.device, graph, &self.store).await
    }

    /// Replaces every weight.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] with the name of a weight that is missing or of another size; then nothing is changed.
    pub fn set_weights(&self, weights: &Weights) -> Result<()> {
        self.check(weights, &self.parameters.list)?;
        let mut words = vec![0.0; self.layout.words];
        for parameter in &self.parameters.list {
            let padded = parameter.shape.pad(&weights[&parameter.name]);
            words[self.layout.offsets[parameter.index()]..][..padded.len()].copy_from_slice(&padded);
        }
        self.access.write(Memory::Parameter, 0, &words);
        Ok(())
    }

    /// Whether what is kept by the names of these weights is there, and of its size.
    pub(super) fn check<'a>(
        &self,
        weights: &Weights,
        parameters: impl IntoIterator<Item = &'a Parameter>,
    ) -> Result<()> {
        for parameter in parameters {
            let wrong = |detail: String| Error::Checkpoint { entry: parameter.name.clone(), detail };
            let dense = weights.get(&parameter.name).ok_or_else(|| wrong("missing".into()))?;
            let wanted = parameter.shape.elements();
            if dense.len() != wanted {
                return Err(wrong(format!("{} numbers, not {wanted}", dense.len())));
            }
        }
        Ok(())
    }

    /// Every weight by name.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn weights(&self) -> Result<Weights> {
        Ok(self.named(&self.access.read(Memory::Parameter, 0..self.layout.words).await?))
    }

    /// Words of parameter memory, each weight's own by its name.
    pub(super) fn named(&self, words: &[f32]) -> Weights {
        let list = self.parameters.list.iter();
        let dense = list.map(|parameter| {
            let start = self.layout.offsets[parameter.index()];
            (parameter.name.clone(), parameter.shape.unpad(&words[start..][..parameter.shape.words()]))
        });
        dense.collect()
    }
}

/// Refuses weights that no buffer of the device can hold, before they are allocated.
fn check_store(device: &Device, layout: &ParameterLayout) -> Result<()> {
    let Device::Gpu(gpu) = device else { return Ok(()) };
    let (memory, limit) = (Memory::Parameter, gpu.limits().max_buffer_bytes);
    let bytes = memory.bytes(layout.words);
    if bytes > limit {
        return Err(Error::ModelTooLarge { buffer: memory.name().into(), bytes, limit });
    }
    Ok(())
}
