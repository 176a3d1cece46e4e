//! The reducer, driven by events that a real engine would send.

#[path = "tests/faults.rs"]
mod faults;
#[path = "tests/live.rs"]
mod live;
#[path = "tests/runs.rs"]
mod runs;
#[path = "tests/sample.rs"]
mod sample;
#[path = "tests/storage.rs"]
mod storage;

use super::*;
use crate::protocol::examples::{DrawnBatch, ExamplesCommand, ExamplesEvent, LeakReport};
use crate::protocol::{
    Adapter, DeviceKind, Evaluation, GpuSummary, Kernels, Pace, PlanReport, RunState, StepPoint, TextSummary,
    TokenizerSummary, Work, WriteEnd,
};

fn gpu() -> Event {
    ready(DeviceKind::Gpu)
}

fn ready(device: DeviceKind) -> Event {
    let gpu = Ok(GpuSummary { name: "test".into(), software: false, kernels: Vec::new() });
    Event::Ready { adapter: Adapter { device, choice: DeviceChoice::Automatic, gpu, speeds: None } }
}

fn text(name: &str) -> TextSummary {
    TextSummary {
        name: name.into(),
        bytes: 1000,
        characters: 1000,
        lines: 10,
        documents: 1,
        validation_documents: 1,
        distinct_characters: 30,
        head: "Once".into(),
        validation_characters: 100,
        validation_head: "end".into(),
        frequent: vec![('e', 100)],
    }
}

/// Texts of these names.
fn bring(names: &[&str]) -> Action {
    let text = |name: &&str| (name.to_string(), Content::Bytes(b"mine"[..].into()));
    Action::Corpus(CorpusAction::Bring(names.iter().map(text).collect()))
}

fn tokenizer() -> TokenizerSummary {
    TokenizerSummary {
        config: Config::default().tokenizer,
        imported: None,
        unknown_tokens: 0,
        longest_used: 1,
        han_percent: 0.0,
        vocab_size: 30,
        train_tokens: 900,
        validation_tokens: 100,
        bytes_per_token: 1.0,
        unigram_entropy: 2.5,
        vocabulary: vec![],
        head: vec![],
    }
}

/// A page and the commands that its engine has been given.
struct Bench {
    state: State,
    commands: Vec<Command>,
}

impl Bench {
    fn new() -> Self {
        Bench { state: State::open("", Lang::En, Vec::new()), commands: Vec::new() }
    }

    /// An engine that is up and has read the text.
    fn with_text() -> Self {
        let mut bench = Bench::new();
        bench.on_event(gpu());
        bench.answer_text("stories");
        bench
    }

    fn act(&mut self, action: Action) {
        let state = std::mem::take(&mut self.state).after(action);
        let last = state.outbox.last();
        self.commands.extend(state.outbox.after(0).cloned());
        self.state = state.after(Action::Sent(last));
    }

    fn on_event(&mut self, event: Event) {
        self.act(Action::Events(vec![event]));
    }

    fn last(&self) -> &Command {
        self.commands.last().expect("an order")
    }

    fn answer_text(&mut self, name: &str) {
        let request = self.request(|command| match command {
            Command::LoadText { request, .. } => Some(*request),
            _ => None,
        });
        self.on_event(Event::TextLoaded { request, text: text(name) });
    }

    fn answer_tokenizer(&mut self) {
        let request = self.request(|command| match command {
            Command::TrainTokenizer { request, .. } => Some(*request),
            _ => None,
        });
        self.on_event(Event::TokenizerTrained { request, tokenizer: tokenizer() });
    }

    fn request(&self, of: impl Fn(&Command) -> Option<RequestId>) -> RequestId {
        self.commands.iter().rev().find_map(of).expect("the order was given")
    }

    fn count(&self, of: impl Fn(&Command) -> bool) -> usize {
        self.commands.iter().filter(|command| of(command)).count()
    }

    fn trains(&mut self, state: RunState) {
        let run = self.state.training.run.as_ref().expect("a run").id;
        self.on_event(Event::StateChanged { run, state });
    }
}

#[test]
fn nothing_is_asked_before_the_engine_is_up_and_then_the_text_at_once() {
    let mut bench = Bench::new();
    bench.act(Action::Go(Station::Tokens));
    assert!(bench.commands.is_empty());
    bench.on_event(gpu());
    assert!(matches!(bench.last(), Command::LoadText { .. }));
    bench.answer_text("stories");
    assert!(matches!(bench.last(), Command::TrainTokenizer { .. }));
    bench.answer_tokenizer();
    assert_eq!(bench.state.status(Station::Tokens), StationStatus::Done);
}

#[test]
fn the_latest_question_wins_and_none_is_asked_twice() {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    bench.act(Action::Go(Station::Tokens));
    for text in ["a", "ab", "abc"] {
        bench.act(Action::TryText(text.into()));
    }
    let encodes = |command: &Command| matches!(command, Command::Encode { .. });
    assert_eq!(bench.count(encodes), 1, "one question at a time");
    let request = bench.request(|command| match command {
        Command::Encode { request, .. } => Some(*request),
        _ => None,
    });
    bench.on_event(Event::Encoded { request, tokens: vec![] });
    assert!(matches!(bench.last(), Command::Encode { text, .. } if text == "abc"));
    assert_eq!(bench.count(encodes), 2);
    bench.on_event(Event::Encoded { request, tokens: vec![] });
    assert_eq!(bench.count(encodes), 2, "a late answer asks nothing");
}

/// The engine never answers for a tokenizer whose text is on its way out.
#[test]
fn a_newer_text_withdraws_the_question_for_the_tokenizer() {
    let mut bench = Bench::with_text();
    assert!(matches!(bench.last(), Command::TrainTokenizer { .. }));
    bench.act(Action::UseBuiltIn(Source::Arithmetic));
    bench.answer_text("arithmetic");
    assert!(matches!(bench.last(), Command::TrainTokenizer { .. }));
    bench.answer_tokenizer();
    assert_eq!(bench.state.status(Station::Tokens), StationStatus::Done);
}

#[test]
fn a_slow_tokenizer_gives_way_to_a_newer_choice() {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    let method = Field::find("method").expect("a setting");
    bench.act(Action::Set(method, Value::Text("bpe".into())));
    bench.act(Action::TrainTokenizer);
    let trained = |command: &Command| matches!(command, Command::TrainTokenizer { .. });
    assert_eq!(bench.count(trained), 2);
    bench.act(Action::Set(method, Value::Text("characters".into())));
    assert_eq!(bench.count(trained), 3, "it does not wait for the answer");
    bench.answer_tokenizer();
    assert_eq!(bench.state.status(Station::Tokens), StationStatus::Done);
}

#[test]
fn the_try_it_box_follows_the_text_until_somebody_types() {
    let mut bench = Bench::with_text();
    assert_eq!(bench.state.project.try_text, "Once");
    bench.act(Action::TryText("mine".into()));
    bench.act(Action::UseBuiltIn(Source::Arithmetic));
    bench.answer_text("arithmetic");
    assert_eq!(bench.state.project.try_text, "mine");
}

#[test]
fn a_refused_text_leaves_the_one_before() {
    let mut bench = Bench::with_text();
    let loads = |command: &Command| matches!(command, Command::LoadText { .. });
    bench.act(bring(&["picture.png"]));
    let request = bench.request(|command| match command {
        Command::LoadText { request, .. } => Some(*request),
        _ => None,
    });
    let error = Error::TextBinary { name: "picture.png".into(), offset: 0 };
    bench.on_event(Event::Refused { request, error: error.clone() });
    assert_eq!(bench.state.project.text.error, Some(error));
    assert_eq!(bench.state.project.text.answer.as_ref().map(|text| text.name.as_str()), Some("stories"));
    assert_eq!(bench.state.config.data.source, Source::Stories);
    assert_eq!(bench.count(loads), 2, "it is not asked for again");
}

#[test]
fn an_unreadable_file_stays_told_while_the_text_before_arrives() {
    let mut bench = Bench::new();
    bench.on_event(gpu());
    let error = Error::TextTooLarge { name: "huge.txt".into(), bytes: 65 << 20, limit: 64 << 20 };
    bench.act(Action::TextRefused(error.clone()));
    bench.answer_text("stories");
    assert_eq!(bench.state.project.unread, Some(error));
    assert_eq!(bench.state.status(Station::Text), StationStatus::Done);
    bench.act(Action::UseBuiltIn(Source::Arithmetic));
    assert_eq!(bench.state.project.unread, None);
}

#[test]
fn a_first_text_that_is_refused_is_not_asked_for_again() {
    let mut bench = Bench::new();
    bench.on_event(gpu());
    let Command::LoadText { request, .. } = *bench.last() else { panic!("{:?}", bench.last()) };
    bench.on_event(Event::Refused { request, error: Error::TextEmpty { name: "x".into() } });
    bench.act(Action::Go(Station::Model));
    assert_eq!(bench.commands.len(), 1);
    assert_eq!(bench.state.status(Station::Text), StationStatus::Failed);
}

#[test]
fn bpe_is_trained_again_only_when_asked() {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    bench.act(Action::Go(Station::Tokens));
    let trained = |command: &Command| matches!(command, Command::TrainTokenizer { .. });
    let method = Field::find("method").expect("a setting");
    bench.act(Action::Set(method, Value::Text("bpe".into())));
    assert_eq!(bench.count(trained), 1);
    assert_eq!(bench.state.status(Station::Tokens), StationStatus::Ready);
    bench.act(Action::TrainTokenizer);
    assert_eq!(bench.count(trained), 2);
}

#[test]
fn a_start_waits_for_the_tokenizer() {
    let mut bench = Bench::with_text();
    bench.act(Action::Start);
    let starts = |command: &Command| matches!(command, Command::Start { .. });
    assert_eq!(bench.count(starts), 0);
    bench.answer_tokenizer();
    assert_eq!(bench.count(starts), 1);
    assert_eq!(bench.state.training.run.as_ref().map(|run| run.unigram_entropy), Some(2.5));
}

#[test]
fn late_news_of_an_earlier_run_are_dropped() {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    bench.act(Action::Start);
    bench.act(Action::Start);
    let point = StepPoint { step: 1, loss: 3.0, learning_rate: 0.1, grad_norm: 1.0 };
    bench.on_event(Event::Stepped { run: 1, points: vec![point], pace: Pace::default() });
    assert!(bench.state.training.run.as_ref().expect("a run").points.is_empty());
    bench.on_event(Event::Stepped { run: 2, points: vec![point], pace: Pace::default() });
    assert_eq!(bench.state.training.run.as_ref().expect("a run").points.len(), 1);
}

#[test]
fn steps_that_are_taken_again_replace_those_before() {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    bench.act(Action::Start);
    let point = |step| StepPoint { step, loss: 3.0, learning_rate: 0.1, grad_norm: 1.0 };
    for steps in [1..=40, 31..=35] {
        bench.on_event(Event::Stepped { run: 1, points: steps.map(point).collect(), pace: Pace::default() });
    }
    bench.on_event(Event::Stepped { run: 1, points: vec![], pace: Pace::default() });
    let points = bench.state.training.run.expect("a run").points;
    assert!(points.iter().map(|point| point.step).eq(1..=35));
}

#[test]
fn a_new_engine_is_asked_everything_anew() {
    let mut bench = Bench::with_text();
    bench.act(bring(&["mine.txt"]));
    bench.answer_text("mine.txt");
    bench.answer_tokenizer();
    bench.act(Action::Start);
    bench.act(Action::EngineDied(Error::WorkerFailed { detail: "gone".into() }));
    assert!(matches!(bench.state.training.run.as_ref().expect("a run").state, RunState::Failed { .. }));
    let before = bench.commands.len();
    bench.act(Action::RestartEngine);
    assert_eq!(bench.commands.len(), before);
    bench.on_event(gpu());
    let Command::LoadText { sources, .. } = bench.last() else { panic!("{:?}", bench.last()) };
    let [crate::protocol::TextSource::Brought { name, .. }] = sources.as_slice() else { panic!("{:?}", bench.last()) };
    assert_eq!(name, "mine.txt");
    bench.answer_text("mine.txt");
    assert!(matches!(bench.last(), Command::TrainTokenizer { .. }));
}

#[test]
fn the_first_visit_goes_through_every_station_and_ends_in_written_text() {
    let mut bench = Bench::new();
    bench.act(Action::Grow);
    assert_eq!(bench.state.tour.station(), Some(Station::Text));
    bench.act(Action::TourAdvanced(Station::Text));
    assert_eq!(bench.state.view.station, Station::Text, "it waits for the text");
    bench.on_event(gpu());
    bench.answer_text("stories");
    assert_eq!(bench.state.view.station, Station::Tokens);
    bench.answer_tokenizer();
    bench.act(Action::TourAdvanced(Station::Text));
    assert_eq!(bench.state.view.station, Station::Tokens, "the clock of another station counts for nothing");
    bench.act(Action::TourAdvanced(Station::Tokens));
    assert_eq!(bench.state.view.station, Station::Model);
    let Command::Estimate { request, .. } = *bench.last() else { panic!("{:?}", bench.last()) };
    let estimate = crate::protocol::Estimate { report: PlanReport::default(), vocab_size: 30, refusal: None };
    bench.on_event(Event::Estimated { request, estimate });
    bench.act(Action::TourAdvanced(Station::Model));
    assert_eq!(bench.state.view.station, Station::Train);
    assert!(bench.state.training.run.is_some());
    bench.on_event(Event::Started { run: 1, report: PlanReport::default() });
    bench.trains(RunState::Running { step: 0 });
    bench.act(Action::TourAdvanced(Station::Train));
    assert_eq!(bench.state.view.station, Station::Train);
    bench.trains(RunState::Finished { step: 300 });
    assert_eq!(bench.state.view.station, Station::Write);
    let Command::Write { request, .. } = *bench.last() else { panic!("{:?}", bench.last()) };
    bench.act(Action::TourAdvanced(Station::Write));
    bench.on_event(Event::WriteEnded { request, end: WriteEnd::Finished { evicted: 0 } });
    assert_eq!(bench.state.tour, Tour::Over);
}

#[test]
fn going_anywhere_by_hand_ends_the_tour_and_nothing_else() {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    bench.act(Action::Grow);
    bench.act(Action::Go(Station::Write));
    assert_eq!((bench.state.tour, bench.state.view.station), (Tour::Off, Station::Write));
    bench.act(Action::TourAdvanced(Station::Text));
    assert_eq!(bench.state.view.station, Station::Write);
}

#[test]
fn the_tour_steps_aside_where_something_fails() {
    let mut bench = Bench::with_text();
    bench.act(Action::Grow);
    bench.act(Action::EngineDied(Error::Internal { detail: "oops".into() }));
    assert_eq!(bench.state.tour, Tour::Off);
}

#[test]
fn width_and_heads_always_fit() {
    let mut state = State::default();
    for (key, value) in [("n_head", 7.0), ("n_embd", 64.0), ("n_head", 16.0), ("n_embd", 1024.0), ("n_head", 11.0)] {
        state = state.after(Action::Set(Field::find(key).expect(key), Value::Number(value)));
        state.config.clone().validated().unwrap_or_else(|error| panic!("after {key} = {value}: {error}"));
    }
}

#[test]
fn a_choice_is_told_to_every_engine_and_a_new_device_is_asked_again_what_fits() {
    let told = |command: &Command| matches!(command, Command::UseDevice { choice: DeviceChoice::Cpu });
    let mut bench =
        Bench { state: State::open("", Lang::En, Vec::new()).computing_on(DeviceChoice::Cpu), commands: Vec::new() };
    bench.on_event(gpu());
    assert_eq!(bench.count(told), 1);
    bench.act(Action::RestartEngine);
    bench.on_event(gpu());
    assert_eq!(bench.count(told), 2);
    let mut bench = Bench::with_text();
    let automatic = |command: &Command| matches!(command, Command::UseDevice { .. });
    assert_eq!(bench.count(automatic), 0);
    bench.act(Action::ComputeOn(DeviceChoice::Cpu));
    assert_eq!((bench.count(told), bench.state.compute_on), (1, DeviceChoice::Cpu));
    bench.answer_tokenizer();
    bench.act(Action::Go(Station::Model));
    let asked = |command: &Command| matches!(command, Command::Estimate { .. });
    let request = bench.request(|command| match command {
        Command::Estimate { request, .. } => Some(*request),
        _ => None,
    });
    let estimate = crate::protocol::Estimate { report: PlanReport::default(), vocab_size: 30, refusal: None };
    bench.on_event(Event::Estimated { request, estimate });
    bench.on_event(gpu());
    assert_eq!(bench.count(asked), 1);
    bench.on_event(ready(DeviceKind::Cpu));
    assert_eq!((bench.count(asked), bench.state.is_on_cpu()), (2, true));
}

#[test]
fn a_link_to_a_text_of_ones_own_says_that_the_text_is_missing() {
    let state = State::open("#source=own&n_layer=3", Lang::En, Vec::new());
    assert_eq!(state.notices, [Notice::TextNotInLink]);
    assert_eq!(state.config.model.n_layer, 3);
    let own = UserText {
        id: 0,
        name: "mine.txt".into(),
        content: Content::Bytes(b"mine"[..].into()),
        read: Default::default(),
    };
    let state = State::open("#source=own", Lang::En, vec![own]);
    assert_eq!((state.notices.len(), state.config.data.source), (0, Source::Own), "unless the tab still has it");
    assert_eq!(State::open("", Lang::Zh, Vec::new()).config.data.source, Source::StoriesZh);
}

#[test]
fn what_was_measured_of_a_card_is_told_to_the_next_engine_but_not_to_another_card() {
    let kernels: Kernels = [("linear NN 8 x 8 x 8".to_string(), "16x16".to_string())].into();
    let mut bench = Bench::new();
    bench.on_event(gpu());
    assert!(!bench.commands.iter().any(|order| matches!(order, Command::RememberKernels { .. })));
    bench.on_event(Event::KernelsMeasured { kernels: kernels.clone() });
    let kept = KnownKernels::from_text(&bench.state.kernels.to_text());
    assert_eq!(kept, bench.state.kernels);

    let told = |card: &str| {
        let mut later = Bench::new();
        later.state = later.state.knowing_kernels(KnownKernels { card: card.into(), ..kept.clone() });
        later.on_event(gpu());
        later.commands.into_iter().find_map(|order| match order {
            Command::RememberKernels { kernels } => Some(kernels),
            _ => None,
        })
    };
    assert_eq!(told("test"), Some(kernels));
    assert_eq!(told("another card"), None);
}

#[test]
fn kernels_asked_for_by_hand_are_asked_of_a_new_engine_too() {
    let mut bench = Bench::new();
    bench.on_event(gpu());
    bench.act(Action::UseKernels(Some("8x8".into())));
    let asked = |bench: &Bench| {
        let is = |order: &Command| matches!(order, Command::UseKernels { name: Some(name) } if name == "8x8");
        bench.commands.iter().any(is)
    };
    assert!(asked(&bench));
    bench.act(Action::RestartEngine);
    bench.commands.clear();
    bench.on_event(gpu());
    assert!(asked(&bench));
}

fn drawn(step: u64) -> DrawnBatch {
    DrawnBatch { step, ..DrawnBatch::default() }
}

fn draws(bench: &Bench) -> Vec<(RequestId, u64)> {
    let draw = |command: &Command| match command {
        Command::Examples(ExamplesCommand::DrawBatch { request, step, .. }) => Some((*request, *step)),
        _ => None,
    };
    bench.commands.iter().filter_map(draw).collect()
}

/// A batch is asked for where it is looked at, once for everything that it depends on.
#[test]
fn a_batch_follows_what_it_depends_on() {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    assert!(draws(&bench).is_empty(), "nobody looks at it");
    bench.act(Action::Open(Part::Examples));
    let (request, step) = draws(&bench)[0];
    assert_eq!(step, 0);
    bench.act(Action::Set(Field::find("learning_rate").expect("a setting"), Value::Number(0.001)));
    assert_eq!(draws(&bench).len(), 1, "what a batch does not depend on is not asked");
    bench.act(Action::Examples(ExamplesAction::Draw(4)));
    assert_eq!(draws(&bench).len(), 1, "one question at a time");
    bench.on_event(Event::Examples(ExamplesEvent::Drawn { request, batch: Box::new(drawn(0)) }));
    let (request, step) = draws(&bench)[1];
    assert!(step == 4 && !bench.state.batch_is_current());
    bench.on_event(Event::Examples(ExamplesEvent::Drawn { request, batch: Box::new(drawn(4)) }));
    assert!(bench.state.batch_is_current());
    for (key, value) in [("order", Value::Text("in-order".into())), ("seed", Value::Number(5.0))] {
        bench.act(Action::Set(Field::find(key).expect("a setting"), value));
        let (request, _) = *draws(&bench).last().expect("asked");
        bench.on_event(Event::Examples(ExamplesEvent::Drawn { request, batch: Box::new(drawn(4)) }));
    }
    assert_eq!(draws(&bench).len(), 4);
    let error = Error::Missing { missing: "text".into() };
    bench.act(Action::Examples(ExamplesAction::Draw(9)));
    let (request, _) = draws(&bench)[4];
    bench.on_event(Event::Refused { request, error: error.clone() });
    assert_eq!(bench.state.examples.drawn.error, Some(error));
    assert!(bench.state.notices.is_empty(), "it is told where it was asked");
}

#[test]
fn leaks_are_searched_for_unasked_in_small_texts_alone() {
    let checks =
        |bench: &Bench| bench.count(|command| matches!(command, Command::Examples(ExamplesCommand::CheckLeaks { .. })));
    let mut bench = Bench::with_text();
    assert_eq!(checks(&bench), 0, "tokens go first");
    bench.answer_tokenizer();
    assert_eq!(checks(&bench), 1);
    let request = bench.request(|command| match command {
        Command::Examples(ExamplesCommand::CheckLeaks { request }) => Some(*request),
        _ => None,
    });
    bench.on_event(Event::Progress { work: Work::CheckingLeaks, done: 0.5 });
    let report = LeakReport { held_out: 7, ..LeakReport::default() };
    bench.on_event(Event::Examples(ExamplesEvent::LeaksChecked { request, report }));
    assert!(bench.state.leaks_are_current() && bench.state.progress.of(Work::CheckingLeaks).is_none());

    // Another text, a large one: its search waits to be asked for, and the report before is not of it.
    bench.act(Action::UseBuiltIn(Source::Arithmetic));
    let request = bench.request(|command| match command {
        Command::LoadText { request, .. } => Some(*request),
        _ => None,
    });
    bench.on_event(Event::TextLoaded { request, text: TextSummary { bytes: 60_000_000, ..text("large") } });
    bench.answer_tokenizer();
    assert!(checks(&bench) == 1 && !bench.state.leaks_are_current());
    bench.act(Action::Examples(ExamplesAction::CheckLeaks));
    assert_eq!(checks(&bench), 2);
    bench.act(Action::Examples(ExamplesAction::StopChecking));
    assert!(matches!(bench.last(), Command::Examples(ExamplesCommand::StopChecking)));
    assert!(checks(&bench) == 2 && !bench.state.examples.leaks.is_waiting());
}

#[path = "tests/model.rs"]
mod model;

#[path = "tests/evaluate.rs"]
mod evaluate;

#[path = "tests/tokens.rs"]
mod tokens;

#[path = "tests/corpus.rs"]
mod corpus;
