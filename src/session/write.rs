//! An answer to a prompt, token by token.

use std::ops::ControlFlow;

use web_time::Instant;

use super::run::Run;
use super::submit_size::SubmitSize;
use super::{Host, missing};
use crate::config::SampleConfig;
use crate::error::Result;
use crate::protocol::{Event, RequestId, WriteEnd};
use crate::train::generate::{BURST, MIN_WINDOW};

pub struct Writing {
    request: RequestId,
    /// Tokens still to write.
    left: usize,
    /// Tokens that have left the window.
    left_window: usize,
    /// Tokens written after the first had left it.
    evicted: u64,
    submit_size: SubmitSize,
}

impl Writing {
    pub async fn begin(run: Option<&mut Run>, request: RequestId, prompt: &str, sample: SampleConfig) -> Result<Self> {
        let run = run.ok_or_else(|| missing("model"))?;
        let left_window = run.start_writing(prompt, &sample).await?;
        Ok(Self {
            request,
            left: sample.length,
            left_window,
            evicted: 0,
            submit_size: SubmitSize::between(MIN_WINDOW, BURST),
        })
    }

    /// Writes as much as one submit takes; breaks off when nothing is left to write.
    pub async fn go_on(&mut self, host: &impl Host, run: &mut Run) -> ControlFlow<()> {
        match self.write_some(host, run).await {
            Ok(()) if self.left > 0 => return ControlFlow::Continue(()),
            Ok(()) => self.end(host, WriteEnd::Finished { evicted: self.evicted }),
            Err(error) => self.end(host, WriteEnd::Failed { error }),
        }
        ControlFlow::Break(())
    }

    pub fn stop(self, host: &impl Host) {
        self.end(host, WriteEnd::Stopped);
    }

    async fn write_some(&mut self, host: &impl Host, run: &mut Run) -> Result<()> {
        let count = self.submit_size.count().min(self.left);
        let began = Instant::now();
        let written = run.write(count).await?;
        self.submit_size.took(count, began.elapsed());
        self.left -= count;
        for token in &written {
            self.evicted += u64::from(self.left_window > 0);
            self.left_window = self.left_window.max(token.evicted as usize);
        }
        let tokens = written.iter().map(|written| run.written(written)).collect::<Result<_>>()?;
        host.emit(Event::Wrote { request: self.request, tokens });
        Ok(())
    }

    fn end(&self, host: &impl Host, end: WriteEnd) {
        host.emit(Event::WriteEnded { request: self.request, end });
    }
}
