//! The project as a file: made, and opened.

use super::saved::{self, SavedRun, SavedTokenizer};
use super::{finite, now, project};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::protocol::runs::{RunKey, RunRecord};
use crate::protocol::storage::{LockState, Opened, SavedText, StorageCommand, StorageEvent};
use crate::protocol::{Command, Event, RequestId, TextContent, TextSource};
use crate::session::project_file::{ProjectFile, Trained};
use crate::session::{Host, Session};
use crate::train::Checkpoint;

/// A run that came in a file, for as long as the engine lives: also where nothing can be kept.
pub struct ImportedRun {
    pub run: SavedRun,
    pub weights: Vec<u8>,
    /// Its tokenizer, if that had been imported.
    pub tokenizer: Option<(SavedTokenizer, Vec<u8>)>,
}

impl<H: Host> Session<H> {
    /// A project comes and goes as a file.
    pub async fn handle_storage_part(&mut self, command: Command) {
        match command {
            Command::Storage(StorageCommand::SaveProject { request, config, key }) => {
                self.save_project(request, *config, key).await;
            }
            Command::Storage(StorageCommand::OpenProject { request, name, bytes }) => {
                self.open_project(request, &name, bytes).await;
            }
            _ => {}
        }
    }

    async fn save_project(&mut self, request: RequestId, config: Config, key: Option<String>) {
        let made = self.project_file(config, key).await;
        let name = match &made {
            Ok(ProjectFile { trained: Some(trained), runs, .. }) => {
                let run = runs.iter().find(|record| record.key == trained.run);
                format!("gptling-run-{}.zip", run.map_or(1, |record| record.number))
            }
            _ => "gptling-project.zip".into(),
        };
        let bytes = made.and_then(|file| file.to_bytes());
        self.answer(request, bytes.map(|bytes| Event::Storage(StorageEvent::ProjectSaved { request, name, bytes })));
    }

    /// With the weights of this run, or of the one that is going on: then everything is as that run has it.
    async fn project_file(&mut self, config: Config, key: Option<String>) -> Result<ProjectFile> {
        let key = key.or_else(|| self.host.key());
        let runs = self.every_record().await;
        let Some((run, checkpoint, tokenizer)) = self.trained(key).await? else {
            let texts = self.bytes_of(self.storage.texts.clone()).await?;
            let tokenizer = self.project.cut().ok().map(|cut| {
                let json = cut.tokenizer.to_json();
                (SavedTokenizer { id: saved::id_of(json.as_bytes()), imported: cut.imported.clone() }, json)
            });
            return Ok(ProjectFile { config, texts, tokenizer, runs, trained: None });
        };
        let SavedRun { record, texts, tokenizer: named, card, kernels, .. } = run;
        let texts = self.bytes_of(texts).await?;
        let mut runs = runs;
        let config = record.config.clone();
        let trained = Some(Trained { run: record.key.clone(), card, kernels, checkpoint });
        match runs.iter_mut().find(|other| other.key == record.key) {
            Some(other) => *other = record,
            None => runs.push(record),
        }
        Ok(ProjectFile { config, texts, tokenizer: Some((named, tokenizer)), runs, trained })
    }

    /// The run of this key, its weights and its tokenizer.
    async fn trained(&mut self, key: Option<String>) -> Result<Option<(SavedRun, Checkpoint, String)>> {
        let Some(key) = key else { return Ok(None) };
        if self.host.key().as_ref() == Some(&key)
            && let (Some(run), Some(current)) = (&mut self.run, &self.storage.current)
        {
            run.save(&self.host).await;
            let Some(checkpoint) = run.checkpoint().filter(Checkpoint::is_sound) else {
                return Ok(None);
            };
            let record = self.host.with_record(|record| RunRecord { kept: Some(checkpoint.step), ..finite(record) });
            let Some(record) = record else { return Ok(None) };
            return Ok(Some((current.kept(record), checkpoint, run.tokenizer().to_json())));
        }
        let run = self.saved_run(&key).await?;
        let missing = || Error::RunNotKept { run: run.record.number.to_string() };
        let checkpoint = Checkpoint::from_bytes(&self.weights_of(&key).await?.ok_or_else(missing)?)?;
        let json = saved::read_bytes(self.host.store(), &saved::tokenizer_file(&run.tokenizer.id)).await?;
        let json = json.and_then(|json| String::from_utf8(json).ok()).ok_or_else(missing)?;
        Ok(Some((run, checkpoint, json)))
    }

    /// The keys that are taken, by runs that were put away too: these can still be brought back.
    async fn every_key(&self) -> Vec<RunKey> {
        let kept = saved::runs(self.host.store()).await.unwrap_or_default();
        kept.into_iter().map(|run| run.record.key).chain(self.host.key()).collect()
    }

    /// Every run that is known; where nothing is kept, the one that is going on.
    async fn every_record(&mut self) -> Vec<RunRecord> {
        let kept = saved::runs(self.host.store()).await.unwrap_or_default();
        let mut records: Vec<RunRecord> =
            kept.into_iter().filter(|run| !run.deleted).map(|run| finite(&run.record)).collect();
        if let Some(record) = self.host.with_record(|record| finite(record)) {
            records.retain(|other| other.key != record.key);
            records.push(record);
        }
        records
    }

    async fn bytes_of(&mut self, texts: Vec<SavedText>) -> Result<Vec<(SavedText, Vec<u8>)>> {
        let mut all = Vec::new();
        for text in texts {
            let bytes = self.bytes_of_one(&text).await?;
            all.push((text, bytes));
        }
        Ok(all)
    }

    /// The bytes of a text, of the documents that are there or of an earlier visit.
    async fn bytes_of_one(&mut self, text: &SavedText) -> Result<Vec<u8>> {
        for source in self.project.sources.clone() {
            if let TextSource::Brought { name, content, .. } = source
                && name == text.name
                && let Ok(bytes) = self.project.fetched.content(&self.host, &name, &content).await
                && saved::id_of(&bytes) == text.id
            {
                return Ok(bytes.into_owned());
            }
        }
        let content = TextContent::Kept(text.id.clone());
        Ok(self.project.fetched.content(&self.host, &text.name, &content).await?.into_owned())
    }

    async fn open_project(&mut self, request: RequestId, name: &str, bytes: Vec<u8>) {
        let opened = match ProjectFile::from_bytes(name, &bytes) {
            Ok(file) => self.take_in(file).await,
            Err(error) => Err(error),
        };
        let told = |opened| Event::Storage(StorageEvent::Opened { request, opened: Box::new(opened) });
        self.answer(request, opened.map(told));
    }

    /// Everything in the file has been looked at by now: nothing of it can be refused any more.
    async fn take_in(&mut self, file: ProjectFile) -> Result<Opened> {
        let ProjectFile { config, texts, tokenizer, runs, trained } = file;
        let named: Vec<SavedText> = texts.iter().map(|(text, _)| text.clone()).collect();
        let kept = self.keep_parts(&texts, tokenizer.as_ref()).await;
        self.note_error(kept);
        for (text, bytes) in texts {
            self.project.fetched.hold(&text.id, bytes);
        }
        let mut opened = None;
        let mut others = self.every_key().await;
        for mut record in runs {
            let of_weights = trained.as_ref().filter(|trained| trained.run == record.key);
            record.key = free_key(record.key, &others);
            others.push(record.key.clone());
            self.storage.numbers += 1;
            record.number = self.storage.numbers;
            record.kept = of_weights.map(|trained| trained.checkpoint.step);
            let Some((named_tokenizer, _)) = &tokenizer else { continue };
            let run = SavedRun {
                record: super::at_rest(record),
                texts: named.clone(),
                tokenizer: named_tokenizer.clone(),
                card: of_weights.and_then(|trained| trained.card.clone()),
                kernels: of_weights.map(|trained| trained.kernels.clone()).unwrap_or_default(),
                touched: now(),
                deleted: false,
            };
            let weights = of_weights.map(|trained| trained.checkpoint.to_bytes());
            if weights.is_some() {
                opened = Some(run.record.clone());
            }
            self.take_in_run(&run, weights.as_deref()).await;
            if let Some(weights) = weights {
                let tokenizer = tokenizer.clone().map(|(tokenizer, json)| (tokenizer, json.into_bytes()));
                self.storage.imported_run = Some(ImportedRun { run, weights, tokenizer });
            }
        }
        let tokenizer = tokenizer.map(|(tokenizer, json)| (tokenizer, json.into_bytes()));
        Ok(Opened { project: project(config, named, tokenizer), record: opened })
    }

    async fn keep_parts(
        &self,
        texts: &[(SavedText, Vec<u8>)],
        tokenizer: Option<&(SavedTokenizer, String)>,
    ) -> Result<()> {
        if self.storage.hold != LockState::Ours {
            return Ok(());
        }
        let store = self.host.store();
        for (text, bytes) in texts {
            saved::save_bytes(store, &saved::text_file(&text.id), bytes).await?;
        }
        if let Some((tokenizer, json)) = tokenizer {
            saved::save_bytes(store, &saved::tokenizer_file(&tokenizer.id), json.as_bytes()).await?;
        }
        Ok(())
    }

    async fn take_in_run(&mut self, run: &SavedRun, weights: Option<&[u8]>) {
        if self.storage.hold == LockState::Ours {
            let kept = saved::save_run(self.host.store(), run, weights).await;
            self.note_error(kept);
        }
        self.emit_storage(StorageEvent::Changed { record: Box::new(run.record.clone()) });
    }

    /// What is kept of a run beside its weights.
    pub(super) async fn saved_run(&self, key: &str) -> Result<SavedRun> {
        if let Some(imported_run) = self.imported_run(key) {
            return Ok(imported_run.run.clone());
        }
        let kept = saved::open_record(self.host.store(), key).await?.1;
        kept.ok_or_else(|| Error::RunNotKept { run: key.into() })
    }

    pub(super) async fn weights_of(&self, key: &str) -> Result<Option<Vec<u8>>> {
        if let Some(imported_run) = self.imported_run(key) {
            return Ok(Some(imported_run.weights.clone()));
        }
        Ok(saved::open_weights(self.host.store(), key).await?.1)
    }

    /// The run that came in a file, as long as nothing newer is kept of it.
    pub(super) fn imported_run(&self, key: &str) -> Option<&ImportedRun> {
        self.storage.imported_run.as_ref().filter(|imported_run| imported_run.run.record.key == key)
    }
}

/// The key that a run has here: its own, unless that is taken.
fn free_key(own: RunKey, taken: &[RunKey]) -> RunKey {
    let mut keys = std::iter::once(own).chain((now()..).map(|moment| moment.to_string()));
    keys.find(|key| !taken.contains(key)).expect("there are more moments than runs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_taken_is_not_given_again() {
        let (own, mut taken) = ("k".repeat(64), Vec::new());
        for _ in 0..20 {
            let key = free_key(own.clone(), &taken);
            assert_eq!(key == own, taken.is_empty());
            assert!(!taken.contains(&key) && key.len() <= 64, "{key}");
            taken.push(key);
        }
    }
}
