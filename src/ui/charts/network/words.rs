//! What the boxes are called and what is written in them: the same words in the picture, beside it and in the table.

use super::super::layers::{Blueprint, Layer, Spot};
use crate::config::Config;
use crate::config::fields::Field;
use crate::config::model::Norm;
use crate::ui::format;
use crate::ui::i18n::I18n;

#[derive(Clone, Copy)]
pub struct Words<'a> {
    pub blueprint: &'a Blueprint,
    pub t: &'a I18n,
}

impl Words<'_> {
    pub fn title(&self, spot: Spot) -> String {
        self.t.fill(&format!("model.layer.{}", self.kind(spot)), &[("norm", &self.norm())])
    }

    /// What it does, in very few words.
    pub fn hint(&self, spot: Spot) -> String {
        let cap = format::figures(f64::from(self.blueprint.model.softcap));
        self.t.fill(&format!("model.layer.{}.hint", self.kind(spot)), &[("cap", &cap)])
    }

    /// What it does, in a sentence or two.
    pub fn about(&self, spot: Spot) -> String {
        self.t.say(&format!("model.layer.{}.about", self.kind(spot)))
    }

    /// The name of a box in locales: `model.layer.<kind>`.
    fn kind(&self, spot: Spot) -> &'static str {
        let model = &self.blueprint.model;
        match spot {
            Spot::Norm1 | Spot::Norm2 if model.norm == Norm::LayerNorm => "layer_norm",
            Spot::Norm1 | Spot::Norm2 => "rms_norm",
            Spot::Mixer if self.blueprint.attends() => "attention",
            Spot::Mixer => "convolution",
            Spot::Mlp if model.activation.is_gated() => "gated_mlp",
            Spot::Head if !model.tied => "free_head",
            spot => spot.name(),
        }
    }

    pub(super) fn blocks(&self) -> String {
        match self.blueprint.model.n_layer {
            1 => self.t.say("model.blocks.one"),
            blocks => self.t.fill("model.blocks", &[("blocks", &blocks)]),
        }
    }

    pub(super) fn heads(&self) -> String {
        let model = &self.blueprint.model;
        let key = if model.n_head == 1 { "model.heads.one" } else { "model.heads" };
        self.t.fill(key, &[("heads", &model.n_head), ("width", &model.head_size())])
    }

    pub(super) fn keys_and_values(&self) -> String {
        self.t.fill("model.keys_and_values", &[("count", &self.blueprint.model.n_kv_head())])
    }

    pub(super) fn taps(&self) -> String {
        self.t.fill("model.taps", &[("count", &self.blueprint.model.reach())])
    }

    /// Numbers of a token on their way through the mlp.
    pub(super) fn widths(&self) -> String {
        let model = &self.blueprint.model;
        let lanes = if model.activation.is_gated() { "2 × " } else { "" };
        format!("{0} → {lanes}{1} → {0}", model.n_embd, model.hidden())
    }

    pub(super) fn window(&self) -> String {
        self.t.fill("model.window", &[("count", &self.blueprint.model.reach())])
    }

    pub(super) fn dropout(&self, share: &str) -> String {
        self.t.fill("model.dropout", &[("share", &share)])
    }

    pub(super) fn activation(&self) -> String {
        self.choice("activation")
    }

    fn norm(&self) -> String {
        self.choice("norm")
    }

    /// The name of the choice that the model has made.
    fn choice(&self, key: &str) -> String {
        let field = Field::find(key).unwrap_or_else(|| panic!("there is no setting {key}"));
        let config = Config { model: self.blueprint.model.clone(), ..Config::default() };
        self.t.choice(field, &field.get(&config).to_string())
    }
}

/// `"16 × 64 × 48"`.
pub fn numbers(layer: &Layer) -> String {
    layer.shape.iter().map(u64::to_string).collect::<Vec<_>>().join(" × ")
}
