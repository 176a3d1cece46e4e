//! The model of a run that is kept: to be gone on with, or measured beside others.

use super::continuing::called;
use super::saved::{self, SavedRun};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::session::project::Parts;
use crate::session::{Host, Session};
use crate::train::Checkpoint;

impl<H: Host> Session<H> {
    /// What a run was when it was kept last, and what it needs of the project.
    ///
    /// # Errors
    /// Nothing is kept under this key, or the text or the tokenizer is another one than the run has learned with.
    pub(in crate::session) async fn load_run(&self, key: &str) -> Result<(SavedRun, Config, Parts, Checkpoint)> {
        let run = self.saved_run(key).await?;
        let weights = self.weights_of(key).await?.ok_or_else(|| Error::RunNotKept { run: called(&run.record) })?;
        let checkpoint = Checkpoint::from_bytes(&weights)?;
        let config = run.record.config.clone().validated()?;
        let parts = self.project.parts(&config)?;
        let differs = |what: &str| Error::RunDiffers { run: called(&run.record), what: what.into() };
        if self.project.mark()? != run.record.text {
            return Err(differs("text"));
        }
        if saved::id_of(parts.tokenizer.to_json().as_bytes()) != run.tokenizer.id {
            return Err(differs("tokenizer"));
        }
        Ok((run, config, parts, checkpoint))
    }
}
