//! Layers: named weights, and how they are put together. Construction names the weights, `forward` records a graph.

mod block;
pub mod gpt;
pub mod layers;
mod mixer;
mod positions;

use crate::graph::{ALIGNMENT, Graph, ParameterLayout, Shape, Tensor};
use crate::rng::{Rng, Stream};

/// Deviation of the first weights of GPT-2.
const INIT_STD: f32 = 0.02;

/// How a weight begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    Zeros,
    Ones,
    /// Normal with mean 0 and this deviation.
    Normal(f32),
}

/// A named weight.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// GPT-2's name on the Hugging Face hub: `h.0.attn.c_attn.weight`.
    pub name: String,
    pub shape: Shape,
    pub init: Init,
    index: usize,
    /// Where it lies if it is no matrix.
    vectors: Group,
}

impl Parameter {
    pub fn index(&self) -> usize {
        self.index
    }

    /// The weight as a tensor of this graph.
    pub fn of<'g>(&self, graph: &'g Graph) -> Tensor<'g> {
        graph.parameter(self.index)
    }

    /// The weight as products read it: with numbers of 16 bits, if the graph has a copy that has.
    pub fn for_products<'g>(&self, graph: &'g Graph) -> Tensor<'g> {
        graph.as_f16(self.index).unwrap_or_else(|| self.of(graph))
    }

    /// Which of the stretches of memory it lies in.
    fn group(&self) -> Group {
        if self.shape.dims().len() >= 2 { Group::Matrices } else { self.vectors }
    }
}

/// Weights that lie side by side. Weight decay is for matrices; biases and norms have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Matrices,
    /// Scale and shift of every norm: one kernel writes the gradients of all.
    Norms,
    Biases,
}

/// Collects the weights of a model under their names.
#[derive(Debug, Default)]
pub struct Scope {
    parameters: Vec<Parameter>,
    prefix: String,
}

impl Scope {
    /// Runs `build` with every name below `name`: `h.0`, `attn`.
    pub fn within<T>(&mut self, name: &str, build: impl FnOnce(&mut Scope) -> T) -> T {
        let length = self.prefix.len();
        self.prefix.push_str(name);
        self.prefix.push('.');
        let built = build(self);
        self.prefix.truncate(length);
        built
    }

    /// A new weight.
    pub fn parameter(&mut self, name: &str, dims: &[usize], init: Init) -> Parameter {
        self.add(name, dims, init, Group::Biases)
    }

    /// Scale and shift of a norm, side by side: `weight` and `bias`.
    pub fn norm(&mut self, width: usize) -> [Parameter; 2] {
        [("weight", Init::Ones), ("bias", Init::Zeros)].map(|(name, init)| self.add(name, &[width], init, Group::Norms))
    }

    /// The scale of a norm without a shift.
    pub fn norm_scale(&mut self, width: usize) -> Parameter {
        self.add("weight", &[width], Init::Ones, Group::Norms)
    }

    fn add(&mut self, name: &str, dims: &[usize], init: Init, vectors: Group) -> Parameter {
        let name = format!("{}{name}", self.prefix);
        assert!(self.parameters.iter().all(|other| other.name != name), "{name}: there are two of that name");
        let parameter = Parameter { name, shape: Shape::of(dims), init, index: self.parameters.len(), vectors };
        self.parameters.push(parameter.clone());
        parameter
    }

    pub fn finish(self) -> Parameters {
        Parameters { list: self.parameters }
    }
}

/// Every weight of a model.
#[derive(Clone, Debug)]
pub struct Parameters {
    pub list: Vec<Parameter>,
}

impl Parameters {
    /// Where each weight lies: group after group, those that decay first.
    pub fn layout(&self) -> ParameterLayout {
        let mut layout = ParameterLayout { offsets: vec![0; self.list.len()], ..ParameterLayout::default() };
        for group in [Group::Matrices, Group::Norms, Group::Biases] {
            for parameter in self.list.iter().filter(|parameter| parameter.group() == group) {
                layout.offsets[parameter.index] = layout.words;
                layout.words += parameter.shape.words().next_multiple_of(ALIGNMENT);
            }
            if group == Group::Matrices {
                layout.decayed = layout.words;
            }
        }
        let hidden = |parameter: &&Parameter| parameter.group() == Group::Matrices && parameter.name.starts_with("h.");
        layout.hidden = self.list.iter().filter(hidden).map(Parameter::index).collect();
        layout.shapes = self.list.iter().map(|parameter| parameter.shape).collect();
        layout
    }

    /// Numbers in all weights.
    pub fn count(&self) -> usize {
        self.list.iter().map(|parameter| parameter.shape.elements()).sum()
    }

    /// Seeded first values as they lie in memory, padding included. Each weight has a sequence of its own.
    pub fn initial(&self, seed: u32) -> Vec<f32> {
        let layout = self.layout();
        let mut words = vec![0.0; layout.words];
        for parameter in &self.list {
            let mut rng = Rng::at_step(seed, Stream::Initialization, parameter.index as u32);
            let draw = |_| match parameter.init {
                Init::Zeros => 0.0,
                Init::Ones => 1.0,
                Init::Normal(deviation) => deviation * rng.normal(),
            };
            let dense: Vec<f32> = (0..parameter.shape.elements()).map(draw).collect();
            let padded = parameter.shape.pad(&dense);
            words[layout.offsets[parameter.index]..][..padded.len()].copy_from_slice(&padded);
        }
        words
    }
}
