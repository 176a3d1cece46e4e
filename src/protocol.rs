//! The whole boundary between the page and the engine: commands in, events out, plain data.
//!
//! The page sends [`Command`]s, the session answers with [`Event`]s. Answers carry the id of their question, events
//! of a run its [`RunId`], so that a late answer is told from a new one. Nothing here names a browser or a tensor.
//!
//! What is asked about one area of the project has an enum of its own: [`corpus`], [`sample`], [`tokens`], [`examples`],
//! [`live`], [`evaluate`], [`storage`]. What is known of a run is a [`runs::RunRecord`].

pub mod corpus;
mod device;
pub mod evaluate;
pub mod examples;
pub mod live;
mod run;
pub mod runs;
pub mod sample;
pub mod storage;
mod text;
pub mod tokenizer;
pub mod tokens;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::config::{Config, DataConfig, SampleConfig, TokenizerConfig, TrainConfig};
use crate::error::Error;
use corpus::{CorpusCommand, CorpusEvent};
pub use device::{Adapter, DeviceChoice, DeviceKind, GpuSummary, Kernels, Speeds};
use evaluate::{EvaluateCommand, EvaluateEvent};
use examples::{ExamplesCommand, ExamplesEvent};
use live::{LiveCommand, LiveEvent};
pub use run::{
    Estimate, Evaluation, Pace, PlanReport, Recovery, RunState, StepPoint, TimelineSample, WriteEnd, WrittenToken,
};
use sample::{SampleCommand, SampleEvent};
use storage::{StorageCommand, StorageEvent};
pub use text::{FileId, TextContent, TextSource, TextSummary};
use tokenizer::{TokenizerCommand, TokenizerEvent};
pub use tokens::{Token, TokenizerSummary};
use tokens::{TokensCommand, TokensEvent};

/// A message as it travels: without names, for both ends are always of the same build.
pub fn pack(message: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(message).expect("commands and events are plain data")
}

/// The message that [`pack`] wrote, or why these bytes are none.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> std::result::Result<T, String> {
    postcard::from_bytes(bytes).map_err(|error| error.to_string())
}

/// One training run, counted up by the page.
pub type RunId = u32;
/// One question of the page, counted up by the page.
pub type RequestId = u32;

/// A command of the page.
///
/// A newer text or tokenizer overtakes one that is still in the making, which then gets no answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Make these documents the project's, and the text of them.
    LoadText {
        request: RequestId,
        sources: Vec<TextSource>,
        data: Box<DataConfig>,
    },
    /// Make the text anew of the documents that are there.
    PrepareText {
        request: RequestId,
        data: Box<DataConfig>,
    },
    Corpus(CorpusCommand),
    Sample(SampleCommand),
    Tokenizer(TokenizerCommand),
    Tokens(TokensCommand),
    Examples(ExamplesCommand),
    Live(LiveCommand),
    Evaluate(EvaluateCommand),
    Storage(StorageCommand),
    /// Train a tokenizer on the project's text and cut the text with it.
    TrainTokenizer {
        request: RequestId,
        tokenizer: TokenizerConfig,
    },
    /// Cut this text with the project's tokenizer.
    Encode {
        request: RequestId,
        text: String,
    },
    /// Put these ids together again.
    Decode {
        request: RequestId,
        ids: Vec<u32>,
    },
    /// What would this model cost? Answered without building it.
    Estimate {
        request: RequestId,
        config: Box<Config>,
    },
    /// Build the model and train it. Any earlier run ends.
    Start {
        run: RunId,
        config: Box<Config>,
    },
    Pause,
    Resume,
    /// Train one step and pause again.
    Step,
    /// Go on from the last good state with the learning rate, warm-up and clipping of these settings.
    Amend {
        train: Box<TrainConfig>,
    },
    /// End the training; the model stays and can write.
    Stop,
    /// Forget the model.
    Reset,
    /// Continue `prompt` with the model of the run. Training waits meanwhile.
    Write {
        request: RequestId,
        prompt: String,
        sample: SampleConfig,
    },
    StopWriting,
    /// What was measured on this graphics card on earlier visits.
    RememberKernels {
        kernels: Kernels,
    },
    /// Take the kernels of this name wherever they are offered; with nothing, the fastest.
    UseKernels {
        name: Option<String>,
    },
    /// Compute on this from now on. A run goes on there from where it is.
    UseDevice {
        choice: DeviceChoice,
    },
}

/// An event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Event {
    /// The engine is up, or computes on something else from now on.
    Ready {
        adapter: Adapter,
    },
    /// How far a long piece of work has come.
    Progress {
        work: Work,
        done: f32,
    },
    TextLoaded {
        request: RequestId,
        text: TextSummary,
    },
    Corpus(CorpusEvent),
    Sample(SampleEvent),
    Tokenizer(TokenizerEvent),
    Tokens(TokensEvent),
    Examples(ExamplesEvent),
    Live(LiveEvent),
    Evaluate(EvaluateEvent),
    Storage(StorageEvent),
    TokenizerTrained {
        request: RequestId,
        tokenizer: TokenizerSummary,
    },
    Encoded {
        request: RequestId,
        tokens: Vec<Token>,
    },
    Decoded {
        request: RequestId,
        text: String,
    },
    Estimated {
        request: RequestId,
        estimate: Estimate,
    },
    /// The plan of a run is built.
    Started {
        run: RunId,
        report: PlanReport,
    },
    StateChanged {
        run: RunId,
        state: RunState,
    },
    /// Something went wrong with a run, and it goes on or waits where it can.
    Recovered {
        run: RunId,
        recovery: Recovery,
    },
    /// A run goes on with these settings.
    Amended {
        run: RunId,
        train: Box<TrainConfig>,
    },
    /// What the steps since the last such event gave, in order.
    Stepped {
        run: RunId,
        points: Vec<StepPoint>,
        pace: Pace,
    },
    Evaluated {
        run: RunId,
        evaluation: Evaluation,
    },
    /// A line of the timeline: what the model writes after `step` steps.
    Sampled {
        run: RunId,
        sample: TimelineSample,
    },
    /// The next tokens of an answer to [`Command::Write`].
    Wrote {
        request: RequestId,
        tokens: Vec<WrittenToken>,
    },
    WriteEnded {
        request: RequestId,
        end: WriteEnd,
    },
    /// A question that could not be answered.
    Refused {
        request: RequestId,
        error: Error,
    },
    /// A run that ended by a failure also reports [`RunState::Failed`]; this is for everything else.
    Failed {
        error: Error,
    },
    /// Kernels were compared on the graphics card: everything that is known of it by now.
    KernelsMeasured {
        kernels: Kernels,
    },
}

impl Event {
    /// The run that this is about.
    pub fn run(&self) -> Option<RunId> {
        match self {
            Event::Started { run, .. }
            | Event::StateChanged { run, .. }
            | Event::Recovered { run, .. }
            | Event::Amended { run, .. }
            | Event::Stepped { run, .. }
            | Event::Evaluated { run, .. }
            | Event::Sampled { run, .. }
            | Event::Evaluate(EvaluateEvent::Counted { run, .. }) => Some(*run),
            _ => None,
        }
    }
}

/// What takes longer than a second and shows a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    LoadingText,
    CleaningText,
    TrainingTokenizer,
    EncodingText,
    BuildingModel,
    CheckingLeaks,
    /// Training by merges that is looked at.
    Tracing,
    /// Training tokenizers side by side.
    Comparing,
    /// Laying documents out as dots.
    Surveying,
    /// Drawing samples of them.
    Sampling,
    /// Measuring models.
    Evaluating,
    /// Writing with two models.
    WritingBeside,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_arrive_as_they_were_sent() {
        let content = TextContent::Bytes(vec![0, 128, 255]);
        let text = TextSource::Brought { name: "故事.txt".into(), content, read: Default::default() };
        let commands = [
            Command::LoadText { request: 7, sources: vec![text], data: Box::new(Config::default().data) },
            Command::Start { run: 1, config: Box::default() },
            Command::Pause,
        ];
        for command in commands {
            let back: Command = unpack(&pack(&command)).expect("what was packed");
            assert_eq!(format!("{back:?}"), format!("{command:?}"));
        }
        let error = Error::TextTooLarge { name: "moby.txt".into(), bytes: u64::MAX, limit: 1 << 26 };
        let pace = Pace { tokens_per_second: f32::INFINITY, elapsed_seconds: 0.5, ..Pace::default() };
        let events = [
            Event::Failed { error: error.clone() },
            Event::StateChanged { run: 1, state: RunState::Failed { step: 3, error } },
            Event::Stepped { run: 1, points: vec![], pace },
        ];
        for event in events {
            let back: Event = unpack(&pack(&event)).expect("what was packed");
            assert_eq!(format!("{back:?}"), format!("{event:?}"));
        }
    }

    #[test]
    fn other_bytes_are_refused() {
        assert!(unpack::<Event>(&[255, 1, 2]).is_err());
        assert!(unpack::<Command>(&[]).is_err());
    }
}
