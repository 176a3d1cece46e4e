//! Pictures of an evaluation: whether the model knows how sure to be, and what more context brings.

use std::rc::Rc;

use crate::protocol::evaluate::Report;
use crate::ui::charts::{positions, reliability};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::axes::Titles;
use crate::ui::kit::chart::{Chart, Column, Table};
use crate::ui::kit::looks::SERIES;
use crate::ui::kit::scene::Scene;

const HEIGHT: f64 = 320.0;

/// What of a report is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plotted {
    Reliability,
    Positions,
}

impl Plotted {
    /// Begins its keys in locales.
    pub fn key(self) -> &'static str {
        match self {
            Plotted::Reliability => "evaluate.calibration",
            Plotted::Positions => "evaluate.positions",
        }
    }
}

#[derive(Clone, PartialEq)]
pub struct ReportPlot {
    pub plotted: Plotted,
    /// One or two.
    pub reports: Rc<Vec<Report>>,
    /// Of their models.
    pub names: Vec<String>,
    pub t: I18n,
}

impl ReportPlot {
    fn own(&self, ending: &str) -> String {
        self.t.say(&format!("{}.{ending}", self.plotted.key()))
    }

    /// What the picture says of the first model, in a sentence.
    pub fn told(&self) -> String {
        let (report, t) = (&self.reports[0], &self.t);
        match self.plotted {
            Plotted::Reliability => {
                let points = format!("{:.0}", 100.0 * report.overconfidence.abs());
                let key = match report.overconfidence {
                    over if over >= 0.02 => "evaluate.calibration.over",
                    over if over <= -0.02 => "evaluate.calibration.under",
                    _ => "evaluate.calibration.fair",
                };
                t.fill(key, &[("points", &points)])
            }
            Plotted::Positions => {
                let (Some(first), Some(last)) = (report.positions.first(), report.positions.last()) else {
                    return String::new();
                };
                let shown = [first.loss, last.loss].map(|loss| format!("{loss:.2}"));
                t.fill("evaluate.positions.told", &[("first", &shown[0]), ("last", &shown[1]), ("from", &last.from)])
            }
        }
    }

    fn bin_row(&self, at: usize) -> Vec<String> {
        let count = self.reports[0].bins.len();
        let head = format!("{}–{}%", 100 * at / count, 100 * (at + 1) / count);
        let bins = self.reports.iter().filter_map(|report| report.bins.get(at));
        let cells = bins.map(|bin| match bin.targets {
            0 => "–".to_string(),
            targets => {
                let (right, n) = (format::percent(bin.accuracy.into()), format::count(targets));
                self.t.fill("evaluate.calibration.cell", &[("right", &right), ("n", &n)])
            }
        });
        [head].into_iter().chain(cells).collect()
    }

    fn position_row(&self, at: usize) -> Vec<String> {
        let first = &self.reports[0].positions[at];
        let head =
            if first.from == first.to { first.from.to_string() } else { format!("{}–{}", first.from, first.to) };
        let loss = |report: &Report| {
            let here = report.positions.iter().find(|it| it.from == first.from);
            here.map_or_else(|| "–".to_string(), |it| format!("{:.2}", it.loss))
        };
        [head].into_iter().chain(self.reports.iter().map(loss)).collect()
    }
}

impl Chart for ReportPlot {
    fn scene(&self, width: f64) -> Scene {
        match self.plotted {
            Plotted::Reliability => {
                let titles = Titles { across: self.own("sure"), up: self.own("right") };
                let names = reliability::Names { titles, too_sure: self.own("too_sure"), too_shy: self.own("too_shy") };
                reliability::scene(&self.reports, &names, width)
            }
            Plotted::Positions => {
                let titles = Titles { across: self.own("seen"), up: self.own("loss") };
                positions::scene(&self.reports, &titles, width, HEIGHT)
            }
        }
    }

    fn table(&self) -> Table {
        let models = self.names.iter().zip(&SERIES).take(self.reports.len());
        let models = models.map(|(name, line)| Column { name: name.clone(), line: Some(line) });
        let rows = match self.plotted {
            Plotted::Reliability => (0..self.reports[0].bins.len()).map(|at| self.bin_row(at)).collect(),
            Plotted::Positions => (0..self.reports[0].positions.len()).map(|at| self.position_row(at)).collect(),
        };
        Table { columns: [self.own("row").into()].into_iter().chain(models).collect(), rows, sums: None }
    }

    fn csv(&self) -> String {
        match self.plotted {
            Plotted::Reliability => reliability::csv(&self.reports),
            Plotted::Positions => positions::csv(&self.reports),
        }
    }
}
