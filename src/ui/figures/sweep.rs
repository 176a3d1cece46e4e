//! What a sweep came to.

use std::rc::Rc;

use crate::config::fields::Value;
use crate::ui::charts::sweep::{Cell, SweepRun, best, scene};
use crate::ui::differences::value;
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::{Chart, Table};
use crate::ui::kit::scene::Scene;
use crate::ui::listing::sweep_csv;
use crate::ui::state::sweep::{Outcome, SweepField, Trial};

#[derive(Clone)]
pub struct Sweep {
    pub fields: Rc<Vec<SweepField>>,
    pub trials: Rc<Vec<Trial>>,
    pub t: I18n,
}

/// The lists are replaced when they change.
impl PartialEq for Sweep {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.fields, &other.fields) && Rc::ptr_eq(&self.trials, &other.trials) && self.t == other.t
    }
}

impl Sweep {
    /// Which values did best, in a sentence.
    pub fn told(&self) -> String {
        let Sweep { fields, trials, t } = self;
        let Some(trial) = best(&self.cells()).map(|at| &trials[at]) else { return t.say("sweep.no_best") };
        let values =
            trial.values(fields).map(|(field, found)| format!("{} {}", t.field(field).0, value(field, &found, t)));
        let loss = trial.loss().map_or_else(String::new, |loss| format::loss(loss.into()));
        t.fill("sweep.best", &[("values", &values.collect::<Vec<_>>().join(", ")), ("loss", &loss)])
    }

    fn axes(&self) -> Vec<SweepRun> {
        let axis = |swept: &SweepField| {
            let values = swept.values().unwrap_or_default();
            let number = |value: &Value| if let Value::Number(number) = value { Some(*number) } else { None };
            SweepRun {
                name: self.t.field(swept.field).0,
                labels: values.iter().map(|found| value(swept.field, found, &self.t)).collect(),
                numbers: values.iter().map(number).collect(),
            }
        };
        self.fields.iter().map(axis).collect()
    }

    fn cells(&self) -> Vec<Cell> {
        let cell = |trial: &Trial| Cell {
            places: trial.places.clone(),
            loss: trial.loss().map(f64::from),
            instead: match trial.outcome {
                Outcome::Waiting | Outcome::Finished { .. } => "–".into(),
                Outcome::Running => "…".into(),
                Outcome::CutShort { .. } => self.t.say("sweep.cell.cut"),
                Outcome::Failed(_) => self.t.say("sweep.cell.failed"),
                Outcome::Impossible(_) => self.t.say("sweep.cell.impossible"),
            },
        };
        self.trials.iter().map(cell).collect()
    }

    fn row(&self, trial: &Trial) -> Vec<String> {
        let (loss, bits) = match trial.outcome {
            Outcome::Finished { loss, bits_per_byte } => (format::loss(loss.into()), format!("{bits_per_byte:.3}")),
            _ => ("–".into(), "–".into()),
        };
        let values = trial.values(&self.fields).map(|(field, found)| value(field, &found, &self.t));
        values.chain([outcome(trial, &self.t), loss, bits]).collect()
    }
}

fn outcome(trial: &Trial, t: &I18n) -> String {
    match &trial.outcome {
        Outcome::CutShort { step } => t.fill("sweep.outcome.cut_short", &[("step", step)]),
        Outcome::Failed(error) | Outcome::Impossible(error) => t.error(error),
        outcome => t.say(&format!("sweep.outcome.{}", outcome.name())),
    }
}

impl Chart for Sweep {
    /// Empty for a number of settings that no picture shows.
    fn scene(&self, width: f64) -> Scene {
        scene(&self.axes(), &self.cells(), &self.t.say("runs.axis.validation"), width).unwrap_or_default()
    }

    fn table(&self) -> Table {
        let names = self.fields.iter().map(|swept| self.t.field(swept.field).0);
        let measured = ["sweep.column.outcome", "runs.column.validation", "runs.column.bits"];
        let columns = names.chain(measured.map(|key| self.t.say(key)));
        Table::new(columns, self.trials.iter().map(|trial| self.row(trial)).collect())
    }

    fn csv(&self) -> String {
        sweep_csv(&self.fields, &self.trials)
    }
}
