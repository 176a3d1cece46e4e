//! How it learns.

use super::super::{Optimizer, Schedule};
use super::{Field, Kind, LAST_SEED, Scale, Section, Value, choice, integer, name_of, named, number, real};

const OPTIMIZERS: [(&str, Optimizer); 5] = [
    ("sgd", Optimizer::Sgd),
    ("adam", Optimizer::Adam),
    ("adamw", Optimizer::AdamW),
    ("lion", Optimizer::Lion),
    ("muon", Optimizer::Muon),
];

const SCHEDULES: [(&str, Schedule); 5] = [
    ("constant", Schedule::Constant),
    ("linear", Schedule::Linear),
    ("cosine", Schedule::Cosine),
    ("inverse-square-root", Schedule::InverseSquareRoot),
    ("warmup-stable-decay", Schedule::WarmupStableDecay),
];

pub const ROWS: &[Field] = &[
    integer!("steps", Train, train.steps, 1, 100_000, 50),
    integer!("batch_size", Train, train.batch_size, 1, 128, 1),
    integer!("accumulation", Train, train.accumulation, 1, 64, 1),
    choice!("optimizer", Train, train.optimizer, OPTIMIZERS),
    number!("learning_rate", Train, train.learning_rate, 1e-6, 1.0, Logarithmic),
    choice!("schedule", Train, train.schedule, SCHEDULES),
    integer!("warmup", Train, train.warmup, 0, 10_000, 10),
    number!("decay_share", Train, train.decay_share, 0.01, 1.0, Linear),
    number!("final_share", Train, train.final_share, 0.0, 1.0, Linear),
    number!("momentum", Train, train.momentum, 0.0, 0.999, Linear),
    number!("weight_decay", Train, train.weight_decay, 0.0, 1.0, Linear),
    number!("beta1", Train, train.beta1, 0.0, 0.999, Linear),
    number!("beta2", Train, train.beta2, 0.0, 0.9999, Linear),
    number!("clip", Train, train.clip, 0.0, 10.0, Linear),
    number!("label_smoothing", Train, train.label_smoothing, 0.0, 0.5, Linear),
    number!("z_loss", Train, train.z_loss, 0.0, 0.01, Linear),
    integer!("seed", Train, train.seed, 0, LAST_SEED, 1),
    integer!("eval_every", Train, train.eval_every, 1, 10_000, 10),
    integer!("sample_every", Train, train.sample_every, 1, 10_000, 5),
    Field {
        key: "sample_prompt",
        section: Section::Train,
        kind: Kind::Text { max: 200 },
        read: |config| Value::Text(config.train.sample_prompt.clone()),
        write: |config, value| config.train.sample_prompt = value.text().to_string(),
    },
];
