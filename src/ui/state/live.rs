//! What is watched while a model trains: station Train, part Live.

use std::rc::Rc;

use super::{Question, State};
use crate::config::fields::{Field, Value};
use crate::error::Error;
use crate::protocol::live::{Histogram, LayerMove, LiveCommand, LiveEvent, Numbers, RateTest};
use crate::protocol::{Command, RequestId, RunId};

/// Power that a computer may take while it trains, in watts: small laptop, large laptop, desktop, gaming card.
pub const WATTS: [u32; 4] = [15, 45, 150, 350];

#[derive(Clone, Debug)]
pub struct Live {
    /// How far the layers of the run moved last.
    pub moves: Option<Rc<UpdateRatios>>,
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
pub struct UpdateRatios {
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
pub enum LiveAction {
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

impl Default for Live {
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

impl Live {
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
    pub(super) fn act_on_live(&mut self, action: LiveAction) {
        match action {
            LiveAction::FindRate => {
                let (request, config) = (self.next_request(), Box::new(self.config.clone()));
                self.live.find_error = None;
                self.live.finding = Some(Finding { request, test: Rc::default() });
                self.send(Command::Live(LiveCommand::FindRate { request, config }));
            }
            LiveAction::StopFinding => {
                self.live.finding = None;
                self.send(Command::Live(LiveCommand::StopFinding));
            }
            LiveAction::TakeRate(rate) => {
                let field = Field::find("learning_rate").expect("a setting");
                let rounded = format!("{rate:.1e}").parse().unwrap_or(f64::from(rate));
                self.set(field, &field.clamp(&Value::Number(rounded)));
            }
            LiveAction::Watts(watts) => self.live.watts = watts,
            LiveAction::Look { tensor, of } => {
                let times = self.live.look.as_ref().map_or(0, |look| look.times + 1);
                self.live.look = Some(Look { tensor, of, times });
            }
        }
    }

    pub(super) fn on_live_event(&mut self, event: LiveEvent) {
        let live = &mut self.live;
        match event {
            LiveEvent::Moved { run, step, layers } => live.moves = Some(Rc::new(UpdateRatios { run, step, layers })),
            LiveEvent::RateTested { request, test } => {
                if let Some(finding) = live.finding.as_mut().filter(|finding| finding.request == request) {
                    finding.test = Rc::new(test);
                }
            }
            LiveEvent::Tensors { request, names } => _ = live.names.accept(request, names),
            LiveEvent::Histogram { request, histogram } => _ = live.histogram.accept(request, histogram),
        }
    }

    pub(super) fn live_refused(&mut self, request: RequestId, error: &Error) -> bool {
        let live = &mut self.live;
        if live.finding.as_ref().is_some_and(|finding| finding.request == request) {
            live.finding = None;
            live.find_error = Some(error.clone());
            return true;
        }
        live.names.refuse(request, error) || live.histogram.refuse(request, error)
    }

    /// Names and numbers of weights are asked for when somebody looks.
    pub(super) fn sync_live(&mut self) {
        let run = self.training.run.as_ref().filter(|run| run.report.is_some()).map(|run| run.id);
        let (Some(run), Some(mut look)) = (run, self.live.look.clone()) else { return };
        if self.live.names.is_due(&run) {
            let request = self.next_request();
            self.live.names.ask(request, run);
            self.send(Command::Live(LiveCommand::ListTensors { request }));
        }
        let Some(names) = self.live.names.answer.clone().filter(|_| self.live.names.answers(&run)) else {
            return;
        };
        if !names.contains(&look.tensor) {
            let Some(first) = names.first() else { return };
            look.tensor.clone_from(first);
            self.live.look = Some(look.clone());
        }
        let question = (run, look);
        if self.live.histogram.is_due(&question) {
            let request = self.next_request();
            let (tensor, of) = (question.1.tensor.clone(), question.1.of);
            self.live.histogram.ask(request, question);
            self.send(Command::Live(LiveCommand::Histogram { request, tensor, of }));
        }
    }
}
