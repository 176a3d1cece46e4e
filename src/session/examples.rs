//! Batches to look at, by the loader that training uses, and the search for what is in both parts of the text.

use super::project::{Parts, Project};
use super::{Host, Session, shown};
use crate::config::Config;
use crate::error::Result;
use crate::protocol::examples::{
    DrawnBatch, DrawnRow, EpochSummary, ExamplesCommand, ExamplesEvent, LeakExample, LeakReport, Slide,
};
use crate::protocol::{Event, RequestId, Token, Work};
use crate::text::Text;
use crate::text::leaks::{LeakCheck, Leaks};
use crate::text::loader::{Batch, DataLoader};
use crate::text::statistics::head;
use crate::text::tokenizer::Tokenizer;
use crate::text::windows::Window;

/// Places of the rows that are told.
const PLACES: usize = 6 * 1024;
/// Rows that are told at most.
const ROWS: usize = 12;
/// Windows that are told of how the window slides, and tokens.
const WINDOWS: usize = 5;
const TOKENS: usize = 1_200;
/// Examples of leaks, and characters of each.
const EXAMPLES: usize = 8;
const CHARACTERS: usize = 160;
/// Names of groups.
const NAMES: usize = 8;

/// A search on its way.
pub struct Search {
    request: RequestId,
    check: LeakCheck,
}

impl<H: Host> Session<H> {
    pub(super) fn handle_examples(&mut self, command: ExamplesCommand) {
        match command {
            ExamplesCommand::DrawBatch { request, config, step } => {
                let drawn = drawn(&self.project, *config, step);
                let event = |batch| Event::Examples(ExamplesEvent::Drawn { request, batch: Box::new(batch) });
                self.answer(request, drawn.map(event));
            }
            ExamplesCommand::CheckLeaks { request } => match self.project.begin_search(request) {
                Ok(()) => {}
                Err(error) => self.host.emit(Event::Refused { request, error }),
            },
            ExamplesCommand::StopChecking => self.project.search = None,
        }
    }

    /// Does a piece of the search and tells how far it is.
    pub(super) async fn go_on_searching(&mut self) {
        let Some((request, progress)) = self.project.search() else { return };
        self.host.emit(Event::Progress { work: Work::CheckingLeaks, done: progress });
        if progress >= 1.0
            && let Some(report) = self.project.end_search()
        {
            self.host.emit(Event::Examples(ExamplesEvent::LeaksChecked { request, report }));
        }
        self.host.yield_now().await;
    }
}

impl Project {
    fn begin_search(&mut self, request: RequestId) -> Result<()> {
        let check = LeakCheck::new(self.text()?);
        self.search = Some(Search { request, check });
        Ok(())
    }

    fn search(&mut self) -> Option<(RequestId, f32)> {
        let (search, text) = (self.search.as_mut()?, self.text.as_ref()?);
        Some((search.request, search.check.advance(text)))
    }

    fn end_search(&mut self) -> Option<LeakReport> {
        let text = self.text.as_ref()?;
        let leaks = self.search.take()?.check.finish(text);
        Some(report(text, &leaks))
    }
}

fn report(text: &Text, leaks: &Leaks) -> LeakReport {
    let exact = leaks.leaks.iter().filter(|leak| leak.is_exact).count();
    let beginning = |at: usize| head(text.passage(at).text.trim(), CHARACTERS).to_string();
    let example = |leak: &crate::text::leaks::Leak| LeakExample {
        held_out: beginning(leak.held_out),
        train: beginning(leak.train),
        agreement: leak.agreement as f32,
    };
    // Of each kind, so that one does not hide the other.
    let (same, similar) = leaks.leaks.split_at(exact);
    let examples = same.iter().take(EXAMPLES / 2).chain(similar.iter().take(EXAMPLES / 2));
    LeakReport {
        held_out: leaks.held_out as u64,
        exact: exact as u64,
        similar: (leaks.leaks.len() - exact) as u64,
        examples: examples.map(example).collect(),
        groups: leaks.groups.len() as u64,
        group_names: leaks.groups.iter().take(NAMES).map(|group| text.groups()[*group].clone()).collect(),
        cuts_a_document: text.cuts_a_document(),
    }
}

fn drawn(project: &Project, config: Config, step: u64) -> Result<DrawnBatch> {
    let config = config.validated()?;
    let Parts { tokenizer, loader } = project.parts(&config)?;
    let (time, batch_size) = (config.model.block_size, config.train.batch_size);
    let mut batch = Batch::of(batch_size * time);
    loader.draw(step, &mut batch);
    let windows = loader.windows(step, batch_size);
    let shown = ROWS.min(PLACES.div_ceil(time)).min(batch_size);
    let rows: Vec<DrawnRow> = (0..shown).map(|row| drawn_row(&loader, &batch, row, windows[row], time)).collect();
    let slide = slide(&loader, &config);
    let dataset = loader.dataset();
    let epoch = loader.epoch();
    Ok(DrawnBatch {
        step,
        time: time as u64,
        batch_size: batch_size as u64,
        tokens: tokens(&tokenizer, &rows, &slide)?,
        rows,
        windows: windows.into_iter().map(pair).collect(),
        epoch: EpochSummary {
            tokens: dataset.train.len() as u64,
            documents: dataset.train_documents.begins.len() as u64,
            windows: epoch.windows,
            targets: epoch.targets,
            places: epoch.places,
        },
        has_weights: loader.weighs_documents(),
        could_have_weights: dataset.train_documents.differ_in_weight(),
        slide,
    })
}

fn drawn_row(loader: &DataLoader, batch: &Batch, row: usize, window: Window, time: usize) -> DrawnRow {
    let documents = &loader.dataset().train_documents;
    let range = row * time..(row + 1) * time;
    let first = documents.at(window.begin);
    let begins = documents.begins[first..].iter().map(|begin| *begin as usize);
    let inside = begins.skip_while(|begin| *begin <= window.begin).take_while(|it| *it <= window.begin + window.length);
    DrawnRow {
        begin: window.begin as u64,
        document: first as u64,
        length: window.length as u64,
        inputs: batch.inputs[range.clone()].to_vec(),
        targets: batch.targets[range.clone()].to_vec(),
        weights: batch.weights.get(range).map(<[f32]>::to_vec).unwrap_or_default(),
        starts: inside.map(|begin| (begin - window.begin - 1) as u64).collect(),
    }
}

fn slide(loader: &DataLoader, config: &Config) -> Slide {
    let windows = loader.first_windows(WINDOWS);
    let end = windows.last().map_or(0, |window| window.begin + window.length + 1);
    let dataset = loader.dataset();
    let count = end.max(windows.len()).min(TOKENS).min(dataset.train.len());
    let begins = dataset.train_documents.begins.iter().map(|begin| u64::from(*begin));
    Slide {
        stride: loader.stride() as u64,
        ids: dataset.train[..count].to_vec(),
        documents: begins.take_while(|begin| *begin < end as u64).collect(),
        windows: windows
            .into_iter()
            .map(pair)
            .filter(|(begin, _)| *begin < config.model.block_size as u64 * 16)
            .collect(),
    }
}

fn pair(window: Window) -> (u64, u64) {
    (window.begin as u64, window.length as u64)
}

/// Every token that these ids name, once.
fn tokens(tokenizer: &Tokenizer, rows: &[DrawnRow], slide: &Slide) -> Result<Vec<Token>> {
    let rows = rows.iter().flat_map(|row| row.inputs.iter().chain(&row.targets));
    let mut ids: Vec<u32> = rows.chain(&slide.ids).copied().collect();
    ids.sort_unstable();
    ids.dedup();
    shown::tokens(tokenizer, &ids)
}
