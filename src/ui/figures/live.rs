//! What is watched of a run: its learning rate, its gradient, its layers, one tensor; and the test of learning rates.

use std::rc::Rc;

use super::{evenly, loss_or_dash};
use crate::config::TrainConfig;
use crate::config::fields::Field;
use crate::protocol::StepPoint;
use crate::protocol::live::{Histogram, RateTest};
use crate::ui::charts::{live, schedule};
use crate::ui::format::figures;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::{Chart, Table};
use crate::ui::kit::scene::Scene;
use crate::ui::state::UpdateRatios;

const HEIGHT: f64 = 110.0;
/// Rows of what has many steps, evenly over all.
const ROWS: usize = 20;

/// How the learning rate rises and falls over a run, and where it is now.
#[derive(Clone, PartialEq)]
pub struct Schedule {
    pub train: TrainConfig,
    pub now: Option<u64>,
    pub t: I18n,
}

impl Chart for Schedule {
    fn scene(&self, width: f64) -> Scene {
        schedule::scene(&self.train, self.now, width, HEIGHT)
    }

    fn table(&self) -> Table {
        let rate = self.train.rate();
        let row = |step: usize| vec![(step + 1).to_string(), figures(rate.at(step as f64))];
        let rows = evenly(self.train.steps, ROWS).into_iter().map(row).collect();
        Table::new([self.t.say("chart.step.axis"), learning_rate(&self.t)], rows)
    }

    fn csv(&self) -> String {
        schedule::csv(&self.train)
    }
}

fn learning_rate(t: &I18n) -> String {
    Field::find("learning_rate").map_or_else(String::new, |field| t.field(field).0)
}

/// The norm of every step's gradient.
#[derive(Clone)]
pub struct Norms {
    pub points: Rc<Vec<StepPoint>>,
    pub clip: f32,
    /// Of the whole run.
    pub steps: u64,
    pub t: I18n,
}

/// A run's points are replaced when there are more.
impl PartialEq for Norms {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.points, &other.points)
            && (self.clip, self.steps) == (other.clip, other.steps)
            && self.t == other.t
    }
}

impl Chart for Norms {
    fn scene(&self, width: f64) -> Scene {
        live::norms(&self.points, self.clip, self.steps, (width, HEIGHT))
    }

    fn table(&self) -> Table {
        let row = |at: usize| {
            let StepPoint { step, grad_norm, .. } = self.points[at];
            vec![step.to_string(), figures(f64::from(grad_norm))]
        };
        let rows = evenly(self.points.len(), ROWS).into_iter().map(row).collect();
        Table::new([self.t.say("chart.step.axis"), self.t.say("train.norm.column")], rows)
    }

    fn csv(&self) -> String {
        live::norms_csv(&self.points)
    }
}

/// How far every layer moves.
#[derive(Clone, PartialEq)]
pub struct LayerMoves {
    pub moves: Rc<UpdateRatios>,
    pub t: I18n,
}

impl LayerMoves {
    /// How many layers move at a healthy pace, in a sentence.
    pub fn told(&self) -> String {
        let near = |ratio: f64| (live::HEALTHY / 10.0..=live::HEALTHY * 10.0).contains(&ratio);
        let healthy = self.moves.layers.iter().filter(|layer| near(f64::from(layer.ratio()))).count();
        self.t.fill("train.moves.told", &[("healthy", &healthy), ("count", &self.moves.layers.len())])
    }
}

impl Chart for LayerMoves {
    fn scene(&self, width: f64) -> Scene {
        live::moves(&self.moves.layers, |name| self.t.layer(name), width)
    }

    fn table(&self) -> Table {
        let columns = ["layer", "update", "weights", "ratio"].map(|key| self.t.say(&format!("train.moves.{key}")));
        let rows = self.moves.layers.iter().map(|layer| {
            let numbers = [layer.update, layer.weights, layer.ratio()].map(|value| figures(f64::from(value)));
            [self.t.layer(&layer.name)].into_iter().chain(numbers).collect()
        });
        Table::new(columns, rows.collect())
    }

    fn csv(&self) -> String {
        live::moves_csv(&self.moves.layers)
    }
}

/// The loss at rising learning rates.
#[derive(Clone, PartialEq)]
pub struct Rates {
    pub test: Rc<RateTest>,
    pub t: I18n,
}

impl Chart for Rates {
    fn scene(&self, width: f64) -> Scene {
        live::rates(&self.test, (width, 1.4 * HEIGHT))
    }

    fn table(&self) -> Table {
        let row = |at: usize| {
            let point = self.test.points[at];
            let losses = [point.loss, point.smooth].map(|loss| Some(f64::from(loss)).filter(|loss| loss.is_finite()));
            [figures(f64::from(point.rate))].into_iter().chain(losses.map(loss_or_dash)).collect()
        };
        let rows = evenly(self.test.points.len(), ROWS).into_iter().map(row).collect();
        Table::new([learning_rate(&self.t), self.t.say("chart.train_raw"), self.t.say("chart.train")], rows)
    }

    fn csv(&self) -> String {
        live::rates_csv(&self.test)
    }
}

/// How the numbers of a tensor are distributed.
#[derive(Clone, PartialEq)]
pub struct Distribution {
    pub histogram: Rc<Histogram>,
    pub t: I18n,
}

impl Chart for Distribution {
    fn scene(&self, width: f64) -> Scene {
        live::histogram(&self.histogram, (width, HEIGHT))
    }

    fn table(&self) -> Table {
        let columns = ["from", "to", "count"].map(|key| self.t.say(&format!("train.numbers.{key}")));
        let held = live::edges(&self.histogram).filter(|(_, _, count)| *count > 0);
        let row =
            |(from, to, count): (f32, f32, u32)| vec![figures(from.into()), figures(to.into()), count.to_string()];
        Table::new(columns, held.map(row).collect())
    }

    fn csv(&self) -> String {
        live::histogram_csv(&self.histogram)
    }
}
