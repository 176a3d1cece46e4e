//! The pictures of part Sample: the documents as dots, the shares of classes, the estimates of many samples.

pub mod words;

use std::rc::Rc;

use crate::config::sampling::{SamplingConfig, SamplingMethod};
use crate::protocol::sample::{Drawing, Population, Redraws, Spread};
use crate::ui::charts::sampling::dots::{self, Laid, Shown};
use crate::ui::charts::sampling::spreads::{self, Estimates};
use crate::ui::charts::sampling::{files, shares};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::{Chart, Table};
use crate::ui::kit::scene::Scene;
use crate::ui::state::sample::Sampled;
use words::{amount, class_names, method_name};

/// Documents that the table shows.
pub const ROWS: usize = 50;

#[derive(Clone, PartialEq)]
pub struct Dots {
    pub population: Rc<Population>,
    /// The sample, where one could be drawn.
    pub sample: Option<Rc<Sampled>>,
    pub t: I18n,
}

impl Dots {
    /// Where each dot lies in the picture of this width.
    pub fn laid(&self, width: f64) -> Laid {
        self.with(|shown| dots::lay(shown, width))
    }

    fn drawing(&self) -> Option<&Drawing> {
        self.sample.as_ref().map(|sample| &*sample.drawing)
    }

    fn with<R>(&self, see: impl Fn(&Shown) -> R) -> R {
        let t = &self.t;
        let names = dots::Names {
            classes: class_names(&self.population, t),
            drawn: t.say("sample.legend.drawn"),
            not_drawn: t.say("sample.legend.not"),
            parent: t.say("sample.legend.parent"),
            child: t.say("sample.legend.child"),
            other: t.say("sample.legend.other"),
            no_part: t.say("sample.part.none"),
        };
        let none = SamplingConfig::default();
        let sampling = self.sample.as_ref().map_or(&none, |sample| &sample.sampling);
        see(&Shown { population: &self.population, drawing: self.drawing(), sampling, names: &names })
    }

    /// The drawn dots first: what the picture is about.
    fn rows(&self) -> Vec<Vec<String>> {
        let (population, drawn) = (&self.population, self.drawing().map(|drawing| &drawing.dots));
        let classes = class_names(population, &self.t);
        let times = |dot: usize| drawn.map_or(0, |drawn| drawn[dot].times);
        let mut order: Vec<usize> = (0..population.dots.len()).collect();
        order.sort_by_key(|dot| std::cmp::Reverse(times(*dot)));
        let row = |dot: usize| {
            let shown = &population.dots[dot];
            vec![
                (shown.document + 1).to_string(),
                classes[usize::from(shown.class)].clone(),
                shown.characters.to_string(),
                times(dot).to_string(),
                drawn.map_or_else(String::new, |drawn| format::figures(f64::from(drawn[dot].weight))),
                shown.words.clone(),
            ]
        };
        order.into_iter().take(ROWS).map(row).collect()
    }
}

impl Chart for Dots {
    fn scene(&self, width: f64) -> Scene {
        self.with(|shown| dots::draw(shown, width))
    }

    fn table(&self) -> Table {
        let columns = ["document", "class", "characters", "times", "weight", "words"];
        Table::new(columns.map(|key| self.t.say(&format!("sample.table.{key}"))), self.rows())
    }

    fn csv(&self) -> String {
        files::dots(&self.population, self.drawing(), &class_names(&self.population, &self.t))
    }
}

/// The classes before and after.
#[derive(Clone, PartialEq)]
pub struct Shares {
    pub population: Rc<Population>,
    pub drawing: Rc<Drawing>,
    pub t: I18n,
}

impl Chart for Shares {
    fn scene(&self, width: f64) -> Scene {
        let names = shares::Names {
            classes: class_names(&self.population, &self.t),
            before: self.t.say("sample.shares.before"),
            after: self.t.say("sample.shares.after"),
            weighted: self.t.say("sample.shares.weighted"),
        };
        shares::scene(&self.drawing, &names, width)
    }

    fn table(&self) -> Table {
        let columns = ["sample.table.class", "sample.shares.before", "sample.shares.after", "sample.shares.weighted"];
        let classes = class_names(&self.population, &self.t).into_iter().zip(&self.drawing.shares);
        let rows = classes.map(|(class, share)| {
            let shares = [share.population, share.sample, share.weighted].map(format::percent);
            [class].into_iter().chain(shares).collect()
        });
        Table::new(columns.map(|key| self.t.say(key)), rows.collect())
    }

    fn csv(&self) -> String {
        files::shares(&self.drawing, &class_names(&self.population, &self.t))
    }
}

/// What many samples say, beside the truth.
#[derive(Clone, PartialEq)]
pub struct Spreads {
    pub redraws: Rc<Redraws>,
    pub method: SamplingMethod,
    /// What the sample that is shown says.
    pub this: Option<f64>,
    pub t: I18n,
}

impl Spreads {
    fn amount(&self, value: f64) -> String {
        amount(&self.redraws.statistic, value, &self.t)
    }
}

impl Chart for Spreads {
    fn scene(&self, width: f64) -> Scene {
        let Spreads { redraws, method, this, t } = self;
        let row = |name: String, spread: &Spread| {
            t.fill("sample.spread.row", &[("name", &name), ("error", &self.amount(spread.error))])
        };
        let simple = redraws.simple.as_ref().map(|spread| row(t.say("sample.spread.simple"), spread));
        let names = spreads::Names {
            method: row(method_name(*method, t), &redraws.weighted),
            plain: row(t.say("sample.spread.plain"), &redraws.plain),
            simple: simple.unwrap_or_default(),
            truth: t.fill("sample.spread.truth", &[("value", &self.amount(redraws.truth))]),
            this: t.say("sample.spread.this"),
        };
        spreads::scene(&Estimates { redraws, method: *method, this: *this, names: &names }, width)
    }

    fn table(&self) -> Table {
        let Spreads { redraws, method, t, .. } = self;
        let row = |name: String, spread: &Spread| vec![name, self.amount(spread.mean), self.amount(spread.error)];
        let mut rows = vec![
            vec![t.say("sample.table.truth"), self.amount(redraws.truth), String::new()],
            row(method_name(*method, t), &redraws.weighted),
            row(t.say("sample.spread.plain"), &redraws.plain),
        ];
        let simple = method_name(SamplingMethod::SimpleRandom, t);
        rows.extend(redraws.simple.iter().map(|spread| row(simple.clone(), spread)));
        Table::new(["method", "mean", "error"].map(|key| t.say(&format!("sample.table.{key}"))), rows)
    }

    fn csv(&self) -> String {
        files::redraws(&self.redraws)
    }
}

#[cfg(test)]
pub mod tests;
