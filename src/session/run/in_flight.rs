//! Steps on their way: a submit is made before the one ahead of it is done, so that the device never waits for us. What
//! the steps gave comes with the news that they are done: training is watched without being asked.

use std::ops::Range;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use web_time::Instant;

use crate::error::Result;

pub struct InFlight {
    /// The newest submit, if it has not been waited for.
    ahead: Option<Submit>,
    /// When the device began with what is ahead.
    since: Instant,
}

struct Submit {
    steps: Range<u64>,
    state: LocalBoxFuture<'static, Result<Vec<f32>>>,
}

/// Steps that are done, counted from 0, how long the device was at them, and the words of state memory after them.
pub struct Completed {
    pub steps: Range<u64>,
    pub time: Duration,
    pub state: Vec<f32>,
}

impl InFlight {
    pub fn new() -> Self {
        Self { ahead: None, since: Instant::now() }
    }

    /// To be called before a submit is prepared.
    pub fn prepare(&mut self) {
        if self.ahead.is_none() {
            self.since = Instant::now();
        }
    }

    /// Watches the submit of `steps` that was just made, and waits for the one ahead of it.
    pub async fn follow(
        &mut self,
        steps: Range<u64>,
        state: LocalBoxFuture<'static, Result<Vec<f32>>>,
    ) -> Result<Option<Completed>> {
        match self.ahead.replace(Submit { steps, state }) {
            Some(flight) => self.wait_for(flight).await.map(Some),
            None => Ok(None),
        }
    }

    /// Waits for everything.
    pub async fn land(&mut self) -> Result<Option<Completed>> {
        match self.ahead.take() {
            Some(flight) => self.wait_for(flight).await.map(Some),
            None => Ok(None),
        }
    }

    /// What is on its way is not waited for.
    pub fn forget(&mut self) {
        self.ahead = None;
    }

    async fn wait_for(&mut self, flight: Submit) -> Result<Completed> {
        let state = flight.state.await?;
        let time = self.since.elapsed();
        self.since = Instant::now();
        Ok(Completed { steps: flight.steps, time, state })
    }
}
