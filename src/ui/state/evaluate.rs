//! How good the model is: station Train, part Evaluate; and what it has copied: station Write.

use std::rc::Rc;

use crate::error::Error;
use crate::protocol::evaluate::{Copied, EvaluateCommand, EvaluateEvent, On, Origin, Report, SavedModel, Which};
use crate::protocol::runs::RunKey;
use crate::protocol::{Command, RequestId, RunId, Work, WriteEnd, WrittenToken};

use super::{Question, State};

#[derive(Clone, Debug, Default)]
pub struct Evaluating {
    /// What the worker keeps beside the model of now.
    pub models: Rc<Vec<SavedModel>>,
    /// The model that is measured, and the one beside it.
    pub model: Which,
    pub beside: Option<Which>,
    /// A run of an earlier visit whose model comes to be chosen.
    pub fetching: Question<Fetching, ()>,
    pub ground: Ground,
    /// What was pasted.
    pub own: String,
    pub measured: Question<Wanted, Vec<Report>>,
    pub texts: Question<WantedTexts, [Vec<WrittenToken>; 2]>,
    /// Of the text that was written last, by the number of its order.
    pub copied: Question<RequestId, Copied>,
}

/// A model of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    First,
    Second,
}

/// A run whose model shall be on this side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetching {
    run: RunKey,
    side: Side,
}

/// On what models are measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    #[default]
    HeldOut,
    Own,
}

/// A measurement that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    run: Option<RunId>,
    pub models: Vec<Which>,
    pub on: On,
}

/// Texts side by side that were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct WantedTexts {
    run: Option<RunId>,
    pub models: [Which; 2],
    pub prompt: String,
}

#[derive(Clone, Debug)]
pub enum EvaluateAction {
    Choose(Which),
    ChooseBeside(Option<Which>),
    /// The model of a run of an earlier visit.
    Fetch(Side, RunKey),
    On(Ground),
    Paste(String),
    Measure,
    StopMeasuring,
    WriteBeside,
    StopWriting,
}

impl Evaluating {
    /// The models that are chosen, one or two.
    pub fn chosen(&self) -> Vec<Which> {
        [self.model].into_iter().chain(self.beside).collect()
    }

    pub fn on(&self) -> On {
        match self.ground {
            Ground::HeldOut => On::HeldOut,
            Ground::Own => On::Text(self.own.clone()),
        }
    }

    /// A model by its key.
    pub fn kept(&self, key: u32) -> Option<SavedModel> {
        self.models.iter().find(|model| model.key == key).cloned()
    }

    /// Those that are kept no more cannot be chosen.
    fn drop_forgotten(&mut self) {
        let is_there = |which: &Which| match which {
            Which::Now => true,
            Which::Kept(key) => self.kept(*key).is_some(),
        };
        let (model, beside) = (is_there(&self.model), self.beside.as_ref().is_none_or(is_there));
        self.model = if model { self.model } else { Which::Now };
        self.beside = self.beside.filter(|_| beside);
    }

    /// Chooses the model that was fetched, once it is there.
    fn take_fetched(&mut self) {
        let Some(Fetching { run, side }) = self.fetching.waiting() else { return };
        let is_it = |model: &&SavedModel| matches!(&model.origin, Origin::Record(key) if key == run);
        let Some(which) = self.models.iter().find(is_it).map(|model| Which::Kept(model.key)) else { return };
        match side {
            Side::First => self.model = which,
            Side::Second => self.beside = Some(which),
        }
        self.fetching.clear();
    }

    /// A new engine keeps nothing and is asked nothing by itself.
    pub(super) fn expire(&mut self) {
        self.models = Rc::default();
        self.drop_forgotten();
        self.fetching.withdraw();
        self.measured.withdraw();
        self.texts.withdraw();
        self.copied.withdraw();
    }
}

impl State {
    pub(super) fn act_on_evaluate(&mut self, action: EvaluateAction) {
        match action {
            EvaluateAction::Choose(model) => self.evaluate.model = model,
            EvaluateAction::ChooseBeside(model) => self.evaluate.beside = model,
            EvaluateAction::Fetch(side, run) => {
                let request = self.next_request();
                self.send(Command::Evaluate(EvaluateCommand::Fetch { request, run: run.clone() }));
                self.evaluate.fetching.ask(request, Fetching { run, side });
            }
            EvaluateAction::On(ground) => self.evaluate.ground = ground,
            EvaluateAction::Paste(text) => self.evaluate.own = text,
            EvaluateAction::Measure => self.measure_models(),
            EvaluateAction::StopMeasuring => {
                self.evaluate.measured.give_up();
                self.progress.end(&[Work::Evaluating]);
                self.send(Command::Evaluate(EvaluateCommand::StopMeasuring));
            }
            EvaluateAction::WriteBeside => self.write_beside(),
            EvaluateAction::StopWriting => {
                self.evaluate.texts.give_up();
                self.progress.end(&[Work::WritingBeside]);
                self.send(Command::Evaluate(EvaluateCommand::StopWriting));
            }
        }
    }

    fn measure_models(&mut self) {
        let (models, on) = (self.evaluate.chosen(), self.evaluate.on());
        let (request, run) = (self.next_request(), self.training.run.as_ref().map(|run| run.id));
        self.send(Command::Evaluate(EvaluateCommand::Measure { request, models: models.clone(), on: on.clone() }));
        self.evaluate.measured.ask(request, Wanted { run, models, on });
    }

    fn write_beside(&mut self) {
        let models = [self.evaluate.model, self.evaluate.beside.unwrap_or_default()];
        let (prompt, sample) = (self.writing.prompt.clone(), self.config.sample.clone());
        let (request, run) = (self.next_request(), self.training.run.as_ref().map(|run| run.id));
        let order = EvaluateCommand::WriteBeside { request, models, prompt: prompt.clone(), sample };
        self.send(Command::Evaluate(order));
        self.evaluate.texts.ask(request, WantedTexts { run, models, prompt });
    }

    pub(super) fn on_evaluate_event(&mut self, event: EvaluateEvent) {
        match event {
            EvaluateEvent::Counted { run, baselines } => {
                self.training.update(run, |it| it.baselines = Some(Rc::new(baselines)));
            }
            EvaluateEvent::Kept { models } => {
                self.evaluate.models = Rc::new(models);
                self.evaluate.drop_forgotten();
                self.evaluate.take_fetched();
            }
            EvaluateEvent::Measured { request, reports } => {
                if self.evaluate.measured.accept(request, reports) {
                    self.progress.end(&[Work::Evaluating]);
                }
            }
            EvaluateEvent::WroteBeside { request, texts } => {
                if self.evaluate.texts.accept(request, texts) {
                    self.progress.end(&[Work::WritingBeside]);
                }
            }
            EvaluateEvent::LookedUp { request, copied } => _ = self.evaluate.copied.accept(request, *copied),
        }
    }

    pub(super) fn evaluate_refused(&mut self, request: RequestId, error: &Error) -> bool {
        let Self { evaluate, progress, .. } = self;
        if evaluate.measured.refuse(request, error) {
            progress.end(&[Work::Evaluating]);
            return true;
        }
        if evaluate.texts.refuse(request, error) {
            progress.end(&[Work::WritingBeside]);
            return true;
        }
        evaluate.copied.refuse(request, error) || evaluate.fetching.refuse(request, error)
    }

    /// Every text that was written is looked for in what its model has learned from.
    pub(super) fn sync_evaluate(&mut self) {
        let Some(draft) = &self.writing.draft else { return };
        let has_ended = matches!(draft.end, Some(WriteEnd::Finished { .. } | WriteEnd::Stopped));
        let wanted = draft.id();
        if has_ended && !draft.tokens.is_empty() && self.evaluate.copied.is_overdue(&wanted) {
            let ids = draft.tokens.iter().map(|written| written.token.id).collect();
            let request = self.next_request();
            self.send(Command::Evaluate(EvaluateCommand::LookUp { request, ids }));
            self.evaluate.copied.ask(request, wanted);
        }
    }

    /// What the text that is shown has in common with the training text, once it is known.
    pub fn copied(&self) -> Option<Rc<Copied>> {
        let draft = self.writing.draft.as_ref()?;
        let copied = &self.evaluate.copied;
        copied.answer.clone().filter(|_| copied.answers(&draft.id()))
    }
}
