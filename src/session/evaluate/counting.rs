//! N-gram models of the text that a run learns from: what it has to beat.

use crate::protocol::evaluate::{Baselines, EvaluateEvent};
use crate::protocol::{Event, RunId};
use crate::session::Host;
use crate::text::loader::DataLoader;
use crate::text::ngram::NgramBaselines;

#[derive(Default)]
pub struct Counting {
    on_its_way: Option<BaselineJob>,
    /// What came out last, and of which text.
    last: Option<(DataLoader, Baselines)>,
}

struct BaselineJob {
    run: RunId,
    loader: DataLoader,
    ngram_baselines: NgramBaselines,
}

impl Counting {
    /// Counts for this run; a text that was counted last is not counted again.
    pub fn begin(&mut self, run: RunId, loader: DataLoader) {
        let ngram_baselines = NgramBaselines::new(loader.dataset().vocab_size);
        self.on_its_way = Some(BaselineJob { run, loader, ngram_baselines });
    }

    pub fn has_work(&self) -> bool {
        self.on_its_way.is_some()
    }

    /// Does a piece; false where there is nothing to do.
    pub fn go_on(&mut self, host: &impl Host) -> bool {
        let Some(tally) = &mut self.on_its_way else { return false };
        let known = self.last.as_ref().filter(|(loader, _)| loader.counts_like(&tally.loader));
        let baselines = match known {
            Some((_, baselines)) => baselines.clone(),
            None if tally.advance() < 1.0 => return true,
            None => tally.baselines(),
        };
        if let Some(BaselineJob { run, loader, .. }) = self.on_its_way.take() {
            self.last = Some((loader, baselines.clone()));
            host.emit(Event::Evaluate(EvaluateEvent::Counted { run, baselines }));
        }
        true
    }
}

impl BaselineJob {
    fn advance(&mut self) -> f32 {
        let [train, held_out] = self.loader.streams();
        self.ngram_baselines.advance(train, held_out)
    }

    fn baselines(&self) -> Baselines {
        let ([train, held_out], (counted, measured)) = (self.loader.streams(), self.ngram_baselines.tokens());
        Baselines {
            uniform: (self.loader.dataset().vocab_size as f32).ln(),
            orders: self.ngram_baselines.losses().map(|loss| loss as f32).to_vec(),
            counted: counted as u64,
            training: train.ids.len() as u64,
            measured: measured as u64,
            held_out: held_out.ids.len() as u64,
        }
    }
}
