//! Station Model: which box of the network is open, and what the last change of the model did.

use std::rc::Rc;

use crate::config::fields::{Field, Section, Value};
use crate::config::model::Architecture;
use crate::config::presets::Preset;
use crate::config::{Config, TokenizerConfig, TokenizerMethod};
use crate::protocol::Estimate;
use crate::ui::charts::layers::{DiagramNode, ModelDiagram};

use super::project::WantedEstimate;
use super::{Question, State};

#[derive(Clone, Debug, Default)]
pub struct Shaping {
    /// The box whose settings are shown; without one those of the whole network.
    pub open: Option<DiagramNode>,
    last: Option<Rc<Change>>,
    /// What the model cost before it, where it was changed before that was counted.
    pub(super) before: Question<WantedEstimate, Estimate>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ModelAction {
    /// Open a box, or put away the one that is open.
    Press(DiagramNode),
    PutAway,
    /// Take the parts of a known model; sizes stay.
    UseArchitecture(Architecture),
}

/// What was changed last, and how the model was before.
#[derive(Clone, Debug)]
struct Change {
    what: What,
    before: ModelNow,
}

/// A model and what is known of its cost.
#[derive(Clone, Debug)]
pub(super) struct ModelNow {
    config: Config,
    vocab_size: usize,
    estimate: Option<Rc<Estimate>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum What {
    /// The setting with this key.
    Setting(&'static str),
    Architecture,
    Size,
}

/// The last change as it can be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub changed: Changed,
    pub parameters: Figure,
    /// Operations of a training step.
    pub flops: Figure,
    /// Bytes on the device.
    pub memory: Figure,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Changed {
    /// Keys of settings with their values before and after: the one that was moved, then what followed it.
    Settings(Vec<(&'static str, Value, Value)>),
    /// Known models before and after; none where the parts are of one's own choice.
    Architecture(Option<Architecture>, Option<Architecture>),
    Size(Option<Preset>, Option<Preset>),
}

/// A figure before and after; nothing while the engine has not counted it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    pub before: Option<u64>,
    pub after: Option<u64>,
}

impl Figure {
    /// By which share it grew, if both are known.
    pub fn growth(self) -> Option<f64> {
        match (self.before, self.after) {
            (Some(before), Some(after)) if before > 0 => Some(after as f64 / before as f64 - 1.0),
            _ => None,
        }
    }
}

impl State {
    pub(super) fn act_on_model(&mut self, action: ModelAction) {
        match action {
            ModelAction::Press(spot) => self.shaping.open = (self.shaping.open != Some(spot)).then_some(spot),
            ModelAction::PutAway => self.shaping.open = None,
            ModelAction::UseArchitecture(architecture) => {
                let before = self.model_now();
                self.config.model = architecture.apply(&self.config.model);
                self.note_change(What::Architecture, before);
            }
        }
    }

    pub(super) fn model_now(&self) -> ModelNow {
        ModelNow { config: self.config.clone(), vocab_size: self.vocab_size(), estimate: self.estimate_now() }
    }

    /// A slider passes many values: what was before it was touched stays the measure until something else is changed.
    pub(super) fn note_change(&mut self, what: What, before: ModelNow) {
        let moved_on = self.shaping.last.as_ref().is_some_and(|last| last.what == what);
        if !(moved_on && matches!(what, What::Setting(_))) {
            self.shaping.last = Some(Rc::new(Change { what, before }));
            self.shaping.before.clear();
        }
    }

    /// The settings before the last change, if the engine could still count what they cost and has not been asked: a text
    /// that is cut in another way by now is not there any more.
    pub(super) fn uncounted_before(&self) -> Option<&Config> {
        let before = &self.shaping.last.as_ref()?.before;
        let same_text = before.config.tokenizer == self.config.tokenizer;
        (before.estimate.is_none() && same_text).then_some(&before.config)
    }

    /// What the last change did; nothing where nothing is changed any more.
    pub fn last_change(&self) -> Option<Difference> {
        let Change { what, before } = &**self.shaping.last.as_ref()?;
        let changed = match what {
            What::Setting(moved) => Changed::Settings(differences(moved, &before.config, &self.config)),
            What::Architecture => {
                Changed::Architecture(Architecture::of(&before.config.model), Architecture::of(&self.config.model))
            }
            What::Size => Changed::Size(Preset::of(&before.config), Preset::of(&self.config)),
        };
        if before.config.model == self.config.model {
            return None;
        }
        let counted = self.shaping.before.answer.clone().filter(|_| self.uncounted_before().is_some());
        let before = ModelNow { estimate: before.estimate.clone().or(counted), ..before.clone() };
        let after = self.model_now();
        let figure = |of: fn(&ModelNow) -> Option<u64>| Figure { before: of(&before), after: of(&after) };
        Some(Difference {
            changed,
            parameters: figure(|it| Some(it.config.model.parameter_count(it.vocab_size) as u64)),
            flops: figure(|it| it.estimate.as_ref().map(|estimate| estimate.report.flops)),
            memory: figure(|it| it.estimate.as_ref().map(|estimate| estimate.report.peak_bytes())),
        })
    }

    /// The network as it was before the last change, if it is another one now.
    pub fn diagram_before(&self) -> Option<ModelDiagram> {
        let before = &self.shaping.last.as_ref()?.before;
        (before.config.model != self.config.model).then(|| ModelDiagram::new(&before.config, before.vocab_size))
    }

    /// V of the tokenizer that is there; before there is one, what it will be.
    pub fn vocab_size(&self) -> usize {
        let wanted = &self.config.tokenizer;
        match &self.project.tokenizer.answer {
            Some(tokenizer) if tokenizer.config.method == wanted.method => tokenizer.vocab_size as usize,
            _ => self.expected_vocab_size(wanted),
        }
    }

    /// V that such a tokenizer would have on this text.
    pub fn expected_vocab_size(&self, wanted: &TokenizerConfig) -> usize {
        match (wanted.method, &self.project.text.answer) {
            (TokenizerMethod::Characters, Some(text)) => text.distinct_characters as usize,
            (TokenizerMethod::Characters, None) => 64,
            (TokenizerMethod::Bytes, _) => 256,
            _ => wanted.vocab_size,
        }
    }
}

/// Every setting of the model that has another value, the moved one first.
fn differences(moved: &str, before: &Config, after: &Config) -> Vec<(&'static str, Value, Value)> {
    let mut fields: Vec<_> = Field::of(Section::Model)
        .map(|field| (field.key, field.get(before), field.get(after)))
        .filter(|(_, before, after)| before != after)
        .collect();
    fields.sort_by_key(|(key, ..)| *key != moved);
    fields
}
