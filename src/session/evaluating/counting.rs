//! N-gram models of the text that a run learns from: what it has to beat.

use crate::protocol::evaluate::{Baselines, EvaluateEvent};
use crate::protocol::{Event, RunId};
use crate::session::Host;
use crate::text::loader::DataLoader;
use crate::text::ngram::Rivals;

#[derive(Default)]
pub struct Counting {
    on_its_way: Option<Tally>,
    /// What came out last, and of which text.
    last: Option<(DataLoader, Baselines)>,
}

struct Tally {
    run: RunId,
    loader: DataLoader,
    rivals: Rivals,
}

impl Counting {
    /// Counts for this run; a text that was counted last is not counted again.
    pub fn begin(&mut self, run: RunId, loader: DataLoader) {
        let rivals = Rivals::new(loader.dataset().vocab_size);
        self.on_its_way = Some(Tally { run, loader, rivals });
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
        if let Some(Tally { run, loader, .. }) = self.on_its_way.take() {
            self.last = Some((loader, baselines.clone()));
            host.tell(Event::Evaluate(EvaluateEvent::Counted { run, baselines }));
        }
        true
    }
}

impl Tally {
    fn advance(&mut self) -> f32 {
        let [train, held_out] = self.loader.streams();
        self.rivals.advance(train, held_out)
    }

    fn baselines(&self) -> Baselines {
        let ([train, held_out], (counted, measured)) = (self.loader.streams(), self.rivals.tokens());
        Baselines {
            uniform: (self.loader.dataset().vocab_size as f32).ln(),
            orders: self.rivals.losses().map(|loss| loss as f32).to_vec(),
            counted: counted as u64,
            training: train.ids.len() as u64,
            measured: measured as u64,
            held_out: held_out.ids.len() as u64,
        }
    }
}
