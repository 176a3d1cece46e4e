//! The whole boundary between the page and the engine: orders in, facts out, plain data.
//!
//! The page sends [`Command`]s, the session answers with [`Event`]s. Answers carry the id of their question, facts
//! about a run its [`RunId`], so that a late answer is told from a new one. Nothing here names a browser or a tensor.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::config::{Config, SampleConfig, TokenizerConfig};
use crate::error::Error;

/// A message as it travels: without names, for both ends are always of the same build.
pub fn pack(message: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(message).expect("orders and facts are plain data")
}

/// The message that [`pack`] wrote, or why these bytes are none.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> std::result::Result<T, String> {
    postcard::from_bytes(bytes).map_err(|error| error.to_string())
}

/// One training run, counted up by the page.
pub type RunId = u32;
/// One question of the page, counted up by the page.
pub type RequestId = u32;

/// An order of the page.
///
/// A newer text or tokenizer overtakes one that is still in the making, which then gets no answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Make this the text of the project.
    LoadText {
        request: RequestId,
        text: TextSource,
        validation: f32,
    },
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

/// The fastest kernel of each operation and size on a graphics card: `linear NN 512 x 128 x 384` -> `16x16`.
pub type Kernels = BTreeMap<String, String>;

/// What the student wants to compute on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceChoice {
    /// What was measured to be faster.
    #[default]
    Automatic,
    Gpu,
    Cpu,
}

impl DeviceChoice {
    pub const ALL: [DeviceChoice; 3] = [DeviceChoice::Automatic, DeviceChoice::Gpu, DeviceChoice::Cpu];

    pub fn name(self) -> &'static str {
        match self {
            DeviceChoice::Automatic => "automatic",
            DeviceChoice::Gpu => "gpu",
            DeviceChoice::Cpu => "cpu",
        }
    }

    /// The choice of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum TextSource {
    /// Grow it with the built-in grammar that `config.data` names.
    BuiltIn { corpus: crate::config::Source, characters: usize, seed: u32 },
    /// Bytes that the student brought: pasted, dropped or chosen.
    Own {
        name: String,
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
}

/// A fact.
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

/// What takes longer than a second and shows a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    LoadingText,
    TrainingTokenizer,
    EncodingText,
    BuildingModel,
}

/// What the engine computes on, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adapter {
    pub device: DeviceKind,
    /// What the student asked for.
    pub choice: DeviceChoice,
    /// The graphics card, or why there is none.
    pub gpu: std::result::Result<GpuSummary, Error>,
    /// How fast both are, once that was measured.
    pub speeds: Option<Speeds>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceKind {
    Gpu,
    Cpu,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GpuSummary {
    pub name: String,
    /// It computes on the processor.
    pub software: bool,
    /// Names of the kernels among which matrix products choose.
    pub kernels: Vec<String>,
}

/// Billions of floating-point operations a second; 0 for a graphics card that was not done in time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Speeds {
    pub gpu: f32,
    pub cpu: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextSummary {
    pub name: String,
    pub bytes: u64,
    pub characters: u64,
    pub lines: u64,
    pub distinct_characters: u64,
    /// The first lines, at most about 1,200 characters.
    pub head: String,
    /// Characters held out for validation, all from the end of the text.
    pub validation_characters: u64,
    /// The first lines of the part held out.
    pub validation_head: String,
    /// The most frequent characters with their counts, at most 20, most frequent first.
    pub frequent: Vec<(char, u64)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TokenizerSummary {
    pub config: TokenizerConfig,
    /// V, as it came out.
    pub vocab_size: u64,
    pub train_tokens: u64,
    pub validation_tokens: u64,
    /// Bytes of text per token, over the whole text.
    pub bytes_per_token: f32,
    /// Entropy of single tokens in the training split, in nats: the loss of a model that knows only frequencies.
    pub unigram_entropy: f32,
    /// Up to 400 tokens of the vocabulary, in the order of their ids, with how often the text uses them.
    pub vocabulary: Vec<(Token, u64)>,
    /// The first tokens of the text.
    pub head: Vec<Token>,
}

/// A token as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub id: u32,
    /// Its text. Where its bytes are no whole characters, `\xE4\xBD`: see `partial`.
    pub text: String,
    /// The bytes are only a part of a character.
    pub partial: bool,
}

/// What a plan costs, known before anything is allocated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanReport {
    pub parameters: u64,
    /// Dispatches of one training step.
    pub dispatches: u64,
    /// Floating-point operations that one training step needs.
    pub flops: u64,
    /// Those that its kernels execute, on padding and for what they compute twice too.
    pub executed_flops: u64,
    /// Bytes of the numbers that its operations read and write, each once an operation.
    pub ideal_bytes: u64,
    /// Bytes of the memory that its dispatches read and write, each once a dispatch.
    pub traffic_bytes: u64,
    /// GPU memory by kind: `("parameters", bytes)`, ...
    pub memory: Vec<(String, u64)>,
}

impl PlanReport {
    /// Operations executed for each that is needed.
    pub fn flops_over_ideal(&self) -> f64 {
        self.executed_flops as f64 / self.flops.max(1) as f64
    }

    /// Bytes moved for each that must be.
    pub fn bytes_over_ideal(&self) -> f64 {
        self.traffic_bytes as f64 / self.ideal_bytes.max(1) as f64
    }

    /// Bytes of all memory together.
    pub fn peak_bytes(&self) -> u64 {
        self.memory.iter().map(|(_, bytes)| bytes).sum()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub report: PlanReport,
    /// V of the tokenizer that the estimate is for.
    pub vocab_size: u64,
    /// Why this adapter would refuse it.
    pub refusal: Option<Error>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RunState {
    Preparing,
    Running {
        step: u64,
    },
    Paused {
        step: u64,
    },
    /// All steps are done.
    Finished {
        step: u64,
    },
    /// Ended by the student.
    Stopped {
        step: u64,
    },
    Failed {
        step: u64,
        error: Error,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepPoint {
    /// Steps done when this was measured, from 1.
    pub step: u64,
    /// Mean cross-entropy of the batch, before the update, in nats per token.
    pub loss: f32,
    pub learning_rate: f32,
    /// Global gradient norm before clipping.
    pub grad_norm: f32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    pub tokens_per_second: f32,
    pub elapsed_seconds: f32,
    pub remaining_seconds: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub step: u64,
    /// Mean cross-entropy on the validation split, in nats per token.
    pub loss: f32,
    /// The same in bits per byte of text.
    pub bits_per_byte: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineSample {
    pub step: u64,
    pub prompt: String,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WrittenToken {
    pub token: Token,
    /// Under the temperature, before top-k and top-p cut the rest off.
    pub probability: f32,
    /// The five likeliest others, likeliest first.
    pub runners_up: Vec<(Token, f32)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WriteEnd {
    /// As many tokens as were asked for. `slid` of them were written after the oldest tokens had left the window
    /// (of a full one the older half leaves).
    Finished {
        slid: u64,
    },
    Stopped,
    Failed {
        error: Error,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_arrive_as_they_were_sent() {
        let text = TextSource::Own { name: "故事.txt".into(), bytes: vec![0, 128, 255] };
        let commands = [
            Command::LoadText { request: 7, text, validation: 0.1 },
            Command::Start { run: 1, config: Box::default() },
            Command::Pause,
        ];
        for command in commands {
            let back: Command = unpack(&pack(&command)).expect("what was packed");
            assert_eq!(format!("{back:?}"), format!("{command:?}"));
        }
        let error = Error::TextTooLarge { name: "moby.txt".into(), bytes: u64::MAX, limit: 1 << 26 };
        let pace = Pace { tokens_per_second: f32::INFINITY, elapsed_seconds: 0.5, remaining_seconds: 0.0 };
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
