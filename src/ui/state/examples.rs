//! What the model is shown, and whether any of it was held out.

use crate::config::examples::ExamplesConfig;
use crate::protocol::examples::{DrawnBatch, ExamplesCommand, ExamplesEvent, LeakReport};
use crate::protocol::{Command, RequestId, Work};

use super::{Part, Question, State};

/// Above this many bytes leaks are searched for only when that is asked for.
const CHECK_UNASKED_BYTES: u64 = 2_000_000;

#[derive(Clone, Debug, Default)]
pub struct Examples {
    /// The step whose batch is shown, counted from 0.
    pub step: u64,
    pub drawn: Question<WantedBatch, DrawnBatch>,
    /// By the count of the text.
    pub leaks: Question<u32, LeakReport>,
    leaks_wanted: bool,
}

#[derive(Clone, Debug)]
pub enum ExamplesAction {
    /// Show the batch of this step.
    Draw(u64),
    CheckLeaks,
    StopChecking,
}

/// The batch of a step with the tokenizer of this count: everything that it depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct WantedBatch {
    tokenizer: u32,
    examples: ExamplesConfig,
    block_size: usize,
    batch_size: usize,
    seed: u32,
    step: u64,
}

impl Examples {
    pub(super) fn expire(&mut self) {
        self.drawn.expire();
        self.leaks.expire();
    }
}

impl State {
    pub(super) fn act_on_examples(&mut self, action: ExamplesAction) {
        match action {
            ExamplesAction::Draw(step) => self.examples.step = step,
            ExamplesAction::CheckLeaks => self.examples.leaks_wanted = true,
            ExamplesAction::StopChecking => {
                self.send(Command::Examples(ExamplesCommand::StopChecking));
                self.leaks_end();
            }
        }
    }

    pub(super) fn on_examples_event(&mut self, event: ExamplesEvent) {
        match event {
            ExamplesEvent::Drawn { request, batch } => _ = self.examples.drawn.accept(request, *batch),
            ExamplesEvent::LeaksChecked { request, report } => {
                self.progress.end(&[Work::CheckingLeaks]);
                self.examples.leaks.accept(request, report);
            }
        }
    }

    pub(super) fn examples_refused(&mut self, request: RequestId, error: &crate::error::Error) -> bool {
        self.examples.drawn.refuse(request, error) || self.examples.leaks.refuse(request, error)
    }

    /// The engine does not search on in a text that is no more.
    pub(super) fn leaks_end(&mut self) {
        self.progress.end(&[Work::CheckingLeaks]);
        self.examples.leaks.withdraw();
        self.examples.leaks_wanted = false;
    }

    /// Whether the report that is shown is of the text that is there.
    pub fn leaks_are_current(&self) -> bool {
        self.examples.leaks.answers(&self.project.texts)
    }

    pub fn batch_is_current(&self) -> bool {
        self.tokenizer_is_current() && self.examples.drawn.answers(&self.wanted_batch())
    }

    pub(super) fn sync_examples(&mut self) {
        if self.project.text.is_waiting() || self.project.text.answer.is_none() {
            return;
        }
        self.sync_leaks();
        let wanted = self.wanted_batch();
        let looked_at = self.view.part() == Some(Part::Examples);
        if looked_at && self.tokenizer_is_current() && self.examples.drawn.is_due(&wanted) {
            let (request, config, step) = (self.next_request(), Box::new(self.config.clone()), wanted.step);
            self.send(Command::Examples(ExamplesCommand::DrawBatch { request, config, step }));
            self.examples.drawn.ask(request, wanted);
        }
    }

    fn sync_leaks(&mut self) {
        let small = self.project.text.answer.as_ref().is_some_and(|text| text.bytes <= CHECK_UNASKED_BYTES);
        // Tokens are what most visitors wait for first.
        let at_leisure = !self.project.tokenizer.is_waiting();
        let looked_at = matches!(self.view.part(), Some(Part::Bring | Part::Examples));
        let wanted = self.project.texts;
        let due = self.examples.leaks.is_due(&wanted);
        if due && (self.examples.leaks_wanted || small && looked_at && at_leisure) {
            let request = self.next_request();
            self.send(Command::Examples(ExamplesCommand::CheckLeaks { request }));
            self.examples.leaks.ask(request, wanted);
            self.examples.leaks_wanted = false;
        }
    }

    fn wanted_batch(&self) -> WantedBatch {
        let config = &self.config;
        WantedBatch {
            tokenizer: self.project.tokenizers,
            examples: config.examples.clone(),
            block_size: config.model.block_size,
            batch_size: config.train.batch_size,
            seed: config.train.seed,
            step: self.examples.step,
        }
    }
}
