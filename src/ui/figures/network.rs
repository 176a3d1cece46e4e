//! The network of a model, with what its boxes are called and what is written in them: the same words in the picture,
//! beside it and in the table.

use crate::config::Config;
use crate::config::fields::Field;
use crate::config::model::Norm;
use crate::ui::charts::layers::{DiagramNode, Layer, ModelDiagram};
use crate::ui::charts::network::{BoxName, Drawing, Names, Subject, draw, numbers};
use crate::ui::format;
use crate::ui::i18n::I18n;
use crate::ui::kit::chart::{Chart, Sums, Table};
use crate::ui::kit::csv::Csv;
use crate::ui::kit::scene::Scene;

/// The picture needs no more than this.
const WIDEST: f64 = 680.0;

#[derive(Clone, PartialEq)]
pub struct Network {
    pub subject: Subject,
    pub t: I18n,
}

impl Network {
    /// The picture, and the places of what can be pressed in it.
    pub fn draw(&self, width: f64) -> Drawing {
        draw(&self.subject, &self.words().names(), width.min(WIDEST))
    }

    fn words(&self) -> Words<'_> {
        Words { diagram: &self.subject.now, t: &self.t }
    }
}

impl Chart for Network {
    fn scene(&self, width: f64) -> Scene {
        self.draw(width).scene
    }

    fn table(&self) -> Table {
        let layers = self.subject.now.layers();
        let columns = ["layer", "shape", "weights", "work"].map(|key| self.t.say(&format!("model.table.{key}")).into());
        let weights: u64 = layers.iter().map(Layer::parameters).sum();
        let work: f64 = layers.iter().map(Layer::flops).sum();
        Table {
            columns: columns.into(),
            rows: layers.iter().map(|layer| row(layer, &self.words())).collect(),
            sums: Some(Sums {
                name: self.t.say("model.table.sum"),
                values: vec![("weights", format::count(weights)), ("work", format::short(work))],
            }),
        }
    }

    fn csv(&self) -> String {
        let mut csv = Csv::new(&["layer", "copies", "symbols", "shape", "weights", "operations_of_a_step"]);
        for layer in self.subject.now.layers() {
            let title = self.words().title(layer.spot);
            let (weights, work) = (layer.parameters(), layer.flops());
            csv.row(&[&title, &layer.copies, &layer.symbols, &numbers(&layer), &weights, &work]);
        }
        csv.text()
    }
}

fn row(layer: &Layer, words: &Words) -> Vec<String> {
    let each = |all: String, one: String| if layer.copies == 1 { all } else { format!("{} × {one}", layer.copies) };
    let weights = match layer.parameters() {
        0 => "–".to_string(),
        weights => each(format::count(weights), format::count(weights / layer.copies)),
    };
    let work = match layer.flops() {
        0.0 => "–".to_string(),
        flops => each(format::short(flops), format::short(flops / layer.copies as f64)),
    };
    vec![words.title(layer.spot), format!("({}) = {}", layer.symbols, numbers(layer)), weights, work]
}

#[derive(Clone, Copy)]
pub struct Words<'a> {
    pub diagram: &'a ModelDiagram,
    pub t: &'a I18n,
}

impl Words<'_> {
    fn names(&self) -> Names {
        let share = format::percent(f64::from(self.diagram.model.dropout));
        Names {
            boxes: DiagramNode::ALL.map(|spot| BoxName { title: self.title(spot), hint: self.hint(spot) }),
            blocks: self.blocks(),
            heads: self.heads(),
            keys_and_values: self.keys_and_values(),
            taps: self.taps(),
            window: self.window(),
            dropout: self.dropout(&share),
            activation: self.activation(),
        }
    }

    pub fn title(&self, spot: DiagramNode) -> String {
        self.t.fill(&format!("model.layer.{}", self.kind(spot)), &[("norm", &self.norm())])
    }

    /// What it does, in very few words.
    pub fn hint(&self, spot: DiagramNode) -> String {
        let cap = format::figures(f64::from(self.diagram.model.softcap));
        self.t.fill(&format!("model.layer.{}.hint", self.kind(spot)), &[("cap", &cap)])
    }

    /// What it does, in a sentence or two.
    pub fn about(&self, spot: DiagramNode) -> String {
        self.t.say(&format!("model.layer.{}.about", self.kind(spot)))
    }

    /// The name of a box in locales: `model.layer.<kind>`.
    fn kind(&self, spot: DiagramNode) -> &'static str {
        let model = &self.diagram.model;
        match spot {
            DiagramNode::Norm1 | DiagramNode::Norm2 if model.norm == Norm::LayerNorm => "layer_norm",
            DiagramNode::Norm1 | DiagramNode::Norm2 => "rms_norm",
            DiagramNode::Mixer if self.diagram.attends() => "attention",
            DiagramNode::Mixer => "convolution",
            DiagramNode::Mlp if model.activation.is_gated() => "gated_mlp",
            DiagramNode::Head if !model.tied => "free_head",
            spot => spot.name(),
        }
    }

    fn blocks(&self) -> String {
        match self.diagram.model.n_layer {
            1 => self.t.say("model.blocks.one"),
            blocks => self.t.fill("model.blocks", &[("blocks", &blocks)]),
        }
    }

    fn heads(&self) -> String {
        let model = &self.diagram.model;
        let key = if model.n_head == 1 { "model.heads.one" } else { "model.heads" };
        self.t.fill(key, &[("heads", &model.n_head), ("width", &model.head_size())])
    }

    fn keys_and_values(&self) -> String {
        self.t.fill("model.keys_and_values", &[("count", &self.diagram.model.n_kv_head())])
    }

    fn taps(&self) -> String {
        self.t.fill("model.taps", &[("count", &self.diagram.model.reach())])
    }

    fn window(&self) -> String {
        self.t.fill("model.window", &[("count", &self.diagram.model.reach())])
    }

    fn dropout(&self, share: &str) -> String {
        self.t.fill("model.dropout", &[("share", &share)])
    }

    fn activation(&self) -> String {
        self.choice("activation")
    }

    fn norm(&self) -> String {
        self.choice("norm")
    }

    /// The name of the choice that the model has made.
    fn choice(&self, key: &str) -> String {
        let field = Field::find(key).unwrap_or_else(|| panic!("there is no setting {key}"));
        let config = Config { model: self.diagram.model.clone(), ..Config::default() };
        self.t.choice(field, &field.get(&config).to_string())
    }
}

#[cfg(test)]
mod tests;
