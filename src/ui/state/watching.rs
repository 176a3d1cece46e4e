//! What is watched while a model trains: station Train, part Live.

use std::rc::Rc;

use super::{Question, State};
use crate::config::fields::{Field, Value};
use crate::error::Error;
use crate::protocol::watch::{Histogram, LayerMove, Numbers, RateTest, WatchCommand, WatchEvent};
use crate::protocol::{Command, RequestId, RunId};

/// Power that a computer may take while it trains, in watts: small laptop, large laptop, desktop, gaming card.
pub const WATTS: [u32; 4] = [15, 45, 150, 350];

#[derive(Clone, Debug)]
pub struct Watching {
    /// How far the layers of the run moved last.
    pub moves: Option<Rc<Moves>>,
    /// The test of learning rates, as far as it is.
    pub finding: Option<Finding>,
    pub find_error: Option<Error>,
    pub watts: u32,
    /// The weight whose numbers are looked at, and how often that was asked for.
    pub look: Option<Look>,
    pub names: Question<RunId, Vec<String>>,
    pub histogram: Question<(RunId, Look), Histogram>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Moves {
    pub run: RunId,
    pub step: u64,
    pub layers: Vec<LayerMove>,
}

#[derive(Clone, Debug)]
pub struct Finding {
    request: RequestId,
    pub test: Rc<RateTest>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Empty: the first there is.
    pub tensor: String,
    pub of: Numbers,
    pub times: u32,
}

#[derive(Clone, Debug)]
pub enum WatchAction {
    FindRate,
    StopFinding,
    /// Make the suggestion the learning rate.
    TakeRate(f32),
    Watts(u32),
    /// Look at the numbers of a weight, once more if they are looked at.
    Look {
        tensor: String,
        of: Numbers,
    },
}

impl Default for Watching {
    fn default() -> Self {
        Self {
            moves: None,
            finding: None,
            find_error: None,
            watts: WATTS[0],
            look: None,
            names: Question::default(),
            histogram: Question::default(),
        }
    }
}

impl Watching {
    /// A test goes on.
    pub fn is_finding(&self) -> bool {
        self.finding.as_ref().is_some_and(|finding| !finding.test.is_over)
    }

    /// What a run that took so long may have taken, in watt-hours.
    pub fn energy(&self, seconds: f32) -> f64 {
        f64::from(self.watts) * f64::from(seconds) / 3600.0
    }

    pub(super) fn expire(&mut self) {
        self.finding = None;
        self.names.expire();
        self.histogram.expire();
    }
}

impl State {
    pub(super) fn watch(&mut self, action: WatchAction) {
        match action {
            WatchAction::FindRate => {
                let (request, config) = (self.next_request(), Box::new(self.config.clone()));
                self.watching.find_error = None;
                self.watching.finding = Some(Finding { request, test: Rc::default() });
                self.send(Command::Watch(WatchCommand::FindRate { request, config }));
            }
            WatchAction::StopFinding => {
                self.watching.finding = None;
                self.send(Command::Watch(WatchCommand::StopFinding));
            }
            WatchAction::TakeRate(rate) => {
                let field = Field::find("learning_rate").expect("a setting");
                let rounded = format!("{rate:.1e}").parse().unwrap_or(f64::from(rate));
                self.set(field, &field.clamp(&Value::Number(rounded)));
            }
            WatchAction::Watts(watts) => self.watching.watts = watts,
            WatchAction::Look { tensor, of } => {
                let times = self.watching.look.as_ref().map_or(0, |look| look.times + 1);
                self.watching.look = Some(Look { tensor, of, times });
            }
        }
    }

    pub(super) fn hear_of_watching(&mut self, event: WatchEvent) {
        let watching = &mut self.watching;
        match event {
            WatchEvent::Moved { run, step, layers } => watching.moves = Some(Rc::new(Moves { run, step, layers })),
            WatchEvent::RateTested { request, test } => {
                if let Some(finding) = watching.finding.as_mut().filter(|finding| finding.request == request) {
                    finding.test = Rc::new(test);
                }
            }
            WatchEvent::Tensors { request, names } => _ = watching.names.accept(request, names),
            WatchEvent::Histogram { request, histogram } => _ = watching.histogram.accept(request, histogram),
        }
    }

    pub(super) fn watching_refused(&mut self, request: RequestId, error: &Error) -> bool {
        let watching = &mut self.watching;
        if watching.finding.as_ref().is_some_and(|finding| finding.request == request) {
            watching.finding = None;
            watching.find_error = Some(error.clone());
            return true;
        }
        watching.names.refuse(request, error) || watching.histogram.refuse(request, error)
    }

    /// Names and numbers of weights are asked for when somebody looks.
    pub(super) fn settle_watching(&mut self) {
        let run = self.training.run.as_ref().filter(|run| run.report.is_some()).map(|run| run.id);
        let (Some(run), Some(mut look)) = (run, self.watching.look.clone()) else { return };
        if self.watching.names.is_due(&run) {
            let request = self.next_request();
            self.watching.names.ask(request, run);
            self.send(Command::Watch(WatchCommand::ListTensors { request }));
        }
        let Some(names) = self.watching.names.answer.clone().filter(|_| self.watching.names.answers(&run)) else {
            return;
        };
        if !names.contains(&look.tensor) {
            let Some(first) = names.first() else { return };
            look.tensor.clone_from(first);
            self.watching.look = Some(look.clone());
        }
        let question = (run, look);
        if self.watching.histogram.is_due(&question) {
            let request = self.next_request();
            let (tensor, of) = (question.1.tensor.clone(), question.1.of);
            self.watching.histogram.ask(request, question);
            self.send(Command::Watch(WatchCommand::Histogram { request, tensor, of }));
        }
    }
}
