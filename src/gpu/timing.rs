//! How long each dispatch of a plan takes.

use web_time::Instant;

use super::Plan;
use crate::error::Result;

/// One dispatch of a plan.
#[derive(Clone, Debug)]
pub struct Timing {
    /// `linear.forward`
    pub kernel: String,
    pub workgroups: [u32; 3],
    /// Seconds of one launch: the mean of many in one submit.
    pub seconds: f64,
}

impl Plan {
    /// Times every dispatch by itself, `repeats` launches in one submit. What stands in the memories is garbage after.
    ///
    /// # Errors
    /// What went wrong on the device.
    pub async fn profile(&self, repeats: usize) -> Result<Vec<Timing>> {
        let mut timings = Vec::new();
        for index in 0..self.dispatches() {
            self.run_range(index..index + 1, 1);
            self.gpu().done().await?;
            let begun = Instant::now();
            self.run_range(index..index + 1, repeats);
            self.gpu().done().await?;
            let seconds = begun.elapsed().as_secs_f64() / repeats as f64;
            let (kernel, workgroups) = self.launch_name(index);
            timings.push(Timing { kernel, workgroups, seconds });
        }
        Ok(timings)
    }
}
