//! Steps on their way: a submit is made before the one ahead of it is done, so that the device never waits for us.

use std::time::Duration;

use futures::FutureExt;
use futures::future::{LocalBoxFuture, ready};
use web_time::Instant;

use crate::error::Result;
use crate::train::Device;

pub struct Flights {
    device: Device,
    /// The newest submit, if it has not been waited for.
    ahead: Option<Flight>,
    /// When the device began with what is ahead.
    since: Instant,
}

struct Flight {
    steps: usize,
    done: LocalBoxFuture<'static, Result<()>>,
}

/// Steps that are done, and how long the device was at them.
pub struct Landed {
    pub steps: usize,
    pub time: Duration,
}

impl Flights {
    pub fn new(device: &Device) -> Self {
        Self { device: device.clone(), ahead: None, since: Instant::now() }
    }

    /// To be called before a submit is prepared.
    pub fn prepare(&mut self) {
        if self.ahead.is_none() {
            self.since = Instant::now();
        }
    }

    /// Watches the submit of `steps` that was just made, and waits for the one ahead of it.
    pub async fn follow(&mut self, steps: usize) -> Result<Option<Landed>> {
        let newest = Flight { steps, done: watch(self.device.clone()) };
        match self.ahead.replace(newest) {
            Some(flight) => self.wait_for(flight).await.map(Some),
            None => Ok(None),
        }
    }

    /// Waits for everything.
    pub async fn land(&mut self) -> Result<Option<Landed>> {
        match self.ahead.take() {
            Some(flight) => self.wait_for(flight).await.map(Some),
            None => Ok(None),
        }
    }

    async fn wait_for(&mut self, flight: Flight) -> Result<Landed> {
        flight.done.await?;
        let time = self.since.elapsed();
        self.since = Instant::now();
        Ok(Landed { steps: flight.steps, time })
    }
}

/// Waits for what has been submitted until now, from now on: what is submitted later does not matter.
fn watch(device: Device) -> LocalBoxFuture<'static, Result<()>> {
    let mut done = async move {
        match device {
            Device::Gpu(gpu) => gpu.done().await,
            Device::Cpu | Device::Oracle => Ok(()),
        }
    }
    .boxed_local();
    match (&mut done).now_or_never() {
        Some(result) => ready(result).boxed_local(),
        None => done,
    }
}
