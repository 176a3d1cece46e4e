//! How the model knows where a token stands: vectors that are added to those of the tokens, or angles for queries and keys.

use super::{INIT_STD, Init, Parameter, Scope};
use crate::config::ModelConfig;
use crate::config::model::{Mixer, Positions as Kind};
use crate::graph::{Graph, Shape, Tensor};
use crate::ops::rotary;

#[derive(Debug)]
pub struct Positions {
    /// Learned vectors.
    wpe: Option<Parameter>,
    /// (T, C) of waves.
    sinusoids: Option<[usize; 2]>,
    /// (T, D) of angles.
    angles: Option<[usize; 2]>,
}

/// The longest wave has this many places to a radian.
const MAX_WAVELENGTH: f64 = 10_000.0;

impl Positions {
    pub fn new(scope: &mut Scope, config: &ModelConfig) -> Self {
        let (kind, time, width) = (config.positions, config.block_size, config.n_embd);
        let learned = |scope: &mut Scope| scope.parameter("weight", &[time, width], Init::Normal(INIT_STD));
        let turns = kind == Kind::Rope && config.mixer == Mixer::Attention && config.head_size() > 1;
        Self {
            wpe: (kind == Kind::Learned).then(|| scope.within("wpe", learned)),
            sinusoids: (kind == Kind::Sinusoidal).then_some([time, width]),
            angles: turns.then(|| [time, config.head_size()]),
        }
    }

    /// (T, C): what is added to the vectors of the tokens.
    pub fn vectors<'g>(&self, graph: &'g Graph) -> Option<Tensor<'g>> {
        let learned = self.wpe.as_ref().map(|wpe| wpe.of(graph));
        learned.or_else(|| self.sinusoids.map(|size| sinusoids(graph, size)))
    }

    /// (T, D): what queries and keys are turned by.
    pub fn angles<'g>(&self, graph: &'g Graph) -> Option<Tensor<'g>> {
        self.angles.map(|[time, head_size]| rotary::angles(graph, time, head_size))
    }
}

/// Sine and cosine of ever longer waves in turn (Vaswani et al., 2017), as large as learned vectors are when they begin:
/// larger ones would drown the tokens.
fn sinusoids(graph: &Graph, [time, width]: [usize; 2]) -> Tensor<'_> {
    let sinusoid = |place: usize, column: usize| {
        let angle = place as f64 * MAX_WAVELENGTH.powf(-((column / 2 * 2) as f64) / width as f64);
        let height = if column.is_multiple_of(2) { angle.sin() } else { angle.cos() };
        (f64::from(INIT_STD) * std::f64::consts::SQRT_2 * height) as f32
    };
    let dense: Vec<f32> = (0..time).flat_map(|place| (0..width).map(move |column| sinusoid(place, column))).collect();
    graph.table(Shape::of(&[time, width]), &dense)
}
