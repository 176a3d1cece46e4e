//! Looks at a model while it trains, and tries learning rates on a copy.

use super::{Host, Session, missing};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::protocol::live::{LayerMove, LiveCommand, LiveEvent, Numbers};
use crate::protocol::{Event, RequestId, RunId};
use crate::text::loader::DataLoader;
use crate::train::histogram::histogram;
use crate::train::rate_finder::RateFinder;
use crate::train::trainer::{UpdateRatios, estimate, layers};
use crate::train::{Model, Targets};

/// A test of learning rates that goes on.
pub(super) struct Finding {
    request: RequestId,
    finder: RateFinder,
    loader: DataLoader,
}

impl<H: Host> Session<H> {
    pub(super) async fn handle_live(&mut self, command: LiveCommand) {
        match command {
            LiveCommand::FindRate { request, config } => {
                self.finding = None;
                match self.begin_finding(request, *config).await {
                    Ok(finding) => self.finding = Some(finding),
                    Err(error) => self.host.emit(Event::Refused { request, error }),
                }
            }
            LiveCommand::StopFinding => self.finding = None,
            LiveCommand::ListTensors { request } => {
                let names = self.tensors();
                self.answer(request, names.map(|names| Event::Live(LiveEvent::Tensors { request, names })));
            }
            LiveCommand::Histogram { request, tensor, of } => {
                let histogram = self.histogram(request, &tensor, of).await;
                self.answer(request, histogram);
            }
        }
    }

    /// Nothing of a run is touched: the copy has weights, moments and plans of its own.
    async fn begin_finding(&mut self, request: RequestId, config: Config) -> Result<Finding> {
        let config = config.validated()?;
        let parts = self.project.parts(&config)?;
        self.get_ready().await;
        let (vocab_size, targets) = (parts.tokenizer.vocab_size(), Targets::weighted(parts.loader.is_weighted()));
        if let Some(refusal) = estimate(&config, vocab_size, targets, Some(self.devices.limits())).1 {
            return Err(refusal);
        }
        let finder = RateFinder::new(&self.devices.device(), &config, vocab_size, targets).await?;
        Ok(Finding { request, finder, loader: parts.loader })
    }

    /// A few steps of the test.
    pub(super) async fn find_a_piece(&mut self) {
        let Some(mut finding) = self.finding.take() else { return };
        let (request, loader) = (finding.request, &finding.loader);
        let test = match finding.finder.go_on(|step, batch| loader.batch(step, batch)).await {
            Ok(test) => test.clone(),
            Err(error) => return self.host.emit(Event::Refused { request, error }),
        };
        if !test.is_over {
            self.finding = Some(finding);
        }
        self.host.emit(Event::Live(LiveEvent::RateTested { request, test }));
        self.host.yield_now().await;
    }

    fn tensors(&self) -> Result<Vec<String>> {
        let run = self.run.as_ref().ok_or_else(|| missing("model"))?;
        Ok(run.trainer().model().parameters.list.iter().map(|parameter| parameter.name.clone()).collect())
    }

    async fn histogram(&self, request: RequestId, tensor: &str, of: Numbers) -> Result<Event> {
        let trainer = self.run.as_ref().ok_or_else(|| missing("model"))?.trainer();
        let Some(numbers) = trainer.numbers(tensor, of).await? else {
            return Err(Error::Checkpoint { entry: tensor.into(), detail: "missing".into() });
        };
        let histogram = histogram(tensor, of, trainer.step(), &numbers);
        Ok(Event::Live(LiveEvent::Histogram { request, histogram }))
    }
}

/// What was measured of the layers of a model.
pub(super) fn moved(run: RunId, model: &Model, moves: &UpdateRatios) -> Event {
    let named = layers(&model.parameters, &model.layout).into_iter().zip(&moves.lengths);
    let layers = named.map(|((name, _), &[update, weights])| LayerMove { name, update, weights }).collect();
    Event::Live(LiveEvent::Moved { run, step: moves.step, layers })
}
