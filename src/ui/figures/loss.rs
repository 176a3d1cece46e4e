//! The losses of a run.

use std::rc::Rc;

use super::{guesser, loss_or_dash};
use crate::protocol::{Evaluation, StepPoint};
use crate::ui::charts::baselines::Baselines;
use crate::ui::charts::loss::{Curves, Names, Reading, csv, rows};
use crate::ui::i18n::I18n;
use crate::ui::kit::axes::{Frame, Titles};
use crate::ui::kit::chart::{Chart, Table};
use crate::ui::kit::scene::Scene;

/// Narrower than this, the chart is a little lower.
const WIDE: f64 = 560.0;
const ROWS: usize = 20;

#[derive(Clone, PartialEq)]
pub struct Loss {
    pub curves: Rc<Curves>,
    points: Rc<Vec<StepPoint>>,
    evaluations: Rc<Vec<Evaluation>>,
    t: I18n,
}

impl Loss {
    /// A run of so many steps in all.
    pub fn new(
        points: &Rc<Vec<StepPoint>>,
        evaluations: &Rc<Vec<Evaluation>>,
        steps: u64,
        baselines: Option<&Baselines>,
        t: &I18n,
    ) -> Self {
        let lines = baselines.map(|baselines| baselines.lines(|it| guesser(it, t))).unwrap_or_default();
        Loss {
            curves: Rc::new(Curves::new(points, evaluations, steps).with_baselines(lines)),
            points: points.clone(),
            evaluations: evaluations.clone(),
            t: t.clone(),
        }
    }

    pub fn frame(&self, width: f64) -> Frame {
        self.curves.frame(width, height(width))
    }

    /// What is read at a step, in a sentence.
    pub fn told(&self, reading: Option<&Reading>) -> String {
        let Some(reading) = reading else { return self.t.say("chart.empty") };
        self.t.fill(
            "chart.reading",
            &[
                ("step", &reading.step),
                ("raw", &loss_or_dash(reading.raw)),
                ("smooth", &loss_or_dash(reading.smooth)),
                ("validation", &loss_or_dash(reading.validation)),
            ],
        )
    }
}

fn height(width: f64) -> f64 {
    if width < WIDE { 260.0 } else { 340.0 }
}

impl Chart for Loss {
    fn scene(&self, width: f64) -> Scene {
        let t = &self.t;
        let names = Names {
            titles: Titles { across: t.say("chart.step.axis"), up: t.say("chart.loss.axis") },
            train: t.say("chart.train"),
            validation: t.say("chart.validation"),
        };
        self.curves.scene(&names, width, height(width))
    }

    fn table(&self) -> Table {
        let columns = ["chart.step.axis", "chart.train_raw", "chart.train", "chart.validation"];
        let row = |step: f64| {
            let reading = self.curves.reading(step).unwrap_or_default();
            let losses = [reading.raw, reading.smooth, reading.validation].map(loss_or_dash);
            [step.to_string()].into_iter().chain(losses).collect()
        };
        Table::new(columns.map(|key| self.t.say(key)), rows(&self.curves, ROWS).into_iter().map(row).collect())
    }

    fn csv(&self) -> String {
        csv(&self.points, &self.evaluations)
    }
}
