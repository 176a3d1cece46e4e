//! The batch that is shown is the batch that is learned; leaks are searched for without being in the way.

use std::rc::Rc;

use gptling::config::Config;
use gptling::config::TokenizerMethod::{Bpe, Characters};
use gptling::config::corpus::{Division, ReadConfig};
use gptling::config::examples::{Boundaries, ExamplesConfig, Order};
use gptling::config::sampling::{SamplingConfig, SamplingMethod, Size, WeightsBy};
use gptling::error::Error;
use gptling::protocol::examples::{DrawnBatch, ExamplesCommand, ExamplesEvent, LeakReport};
use gptling::protocol::{Command, Event, TextContent, TextSource, Work};
use gptling::text::loader::Batch;
use gptling::train::{Device, Model, Targets, Trainer};
use pollster::block_on;

use super::run::{points, start};
use super::{drive, events_but_progress, load, silent, tiny, train_tokenizer};

fn draw(request: u32, config: &Config, step: u64) -> Command {
    Command::Examples(ExamplesCommand::DrawBatch { request, config: Box::new(config.clone()), step })
}

fn check_leaks(request: u32) -> Command {
    Command::Examples(ExamplesCommand::CheckLeaks { request })
}

/// Short documents, one a line, of which some come twice.
fn lines(config: &Config) -> Command {
    let line = |at: usize| format!("{} {}", "word ".repeat(at % 9 + 1), (at * 7919) % 1000);
    let text: String = (0..400).map(|at| line(at) + "\n").collect();
    let content = TextContent::Bytes(text.into_bytes());
    let read = ReadConfig { division: Division::Lines, ..ReadConfig::default() };
    let sources = vec![TextSource::Brought { name: "lines.txt".into(), content, read }];
    Command::LoadText { request: 1, sources, data: Box::new(config.data.clone()) }
}

fn batches(events: &[Event]) -> Vec<DrawnBatch> {
    let drawn = |event: &Event| match event {
        Event::Examples(ExamplesEvent::Drawn { batch, .. }) => Some(DrawnBatch::clone(batch)),
        _ => None,
    };
    events.iter().filter_map(drawn).collect()
}

fn reports(events: &[Event]) -> Vec<LeakReport> {
    let report = |event: &Event| match event {
        Event::Examples(ExamplesEvent::LeaksChecked { report, .. }) => Some(report.clone()),
        _ => None,
    };
    events.iter().filter_map(report).collect()
}

const STEPS: u64 = 12;

/// A model of the same seed that learns what was shown has, bit for bit, the losses that the run has told: so what was
/// shown is what was learned.
#[test]
fn what_is_shown_is_what_is_learned() {
    let importance = SamplingConfig {
        method: SamplingMethod::Importance,
        size: Size::Count(300),
        weights: WeightsBy::Length(1.0),
        ..SamplingConfig::default()
    };
    for (order, boundaries, sampling) in [
        (Order::Random, Boundaries::Cross, None),
        (Order::InOrder, Boundaries::Cross, None),
        (Order::Random, Boundaries::Keep, None),
        (Order::ByDocument, Boundaries::Cross, None),
        (Order::Random, Boundaries::Cross, Some(importance.clone())),
        (Order::ByDocument, Boundaries::Cross, Some(importance.clone())),
    ] {
        let mut config = tiny();
        config.examples = ExamplesConfig { order, boundaries, stride: 11, ..ExamplesConfig::default() };
        config.data.sampling = sampling;
        config.train.steps = STEPS as usize;
        let draws = (0..STEPS).map(|step| draw(10 + step as u32, &config, step));
        let commands = vec![lines(&config), train_tokenizer(2, Characters, 0)];
        let commands = commands.into_iter().chain(draws).chain([start(config.clone())]).collect();
        let events = drive(commands, silent);
        let (told, shown) = (points(&events), batches(&events));
        assert_eq!((told.len(), shown.len()), (STEPS as usize, STEPS as usize), "{order:?}");
        let losses: Vec<f32> = told.iter().map(|point| point.loss).collect();
        let vocab_size = vocab_size(&events);
        assert_eq!(losses_of(&config, vocab_size, &shown), losses, "{order:?} {boundaries:?}");
        let mut wrong = shown.clone();
        let target = &mut wrong[3].rows[0].targets[0];
        *target = (*target + 1) % vocab_size as u32;
        assert_ne!(losses_of(&config, vocab_size, &wrong), losses, "one token is seen");
    }
}

fn vocab_size(events: &[Event]) -> usize {
    let size = events.iter().find_map(|event| match event {
        Event::TokenizerTrained { tokenizer, .. } => Some(tokenizer.vocab_size as usize),
        _ => None,
    });
    size.expect("a tokenizer")
}

fn losses_of(config: &Config, vocab_size: usize, shown: &[DrawnBatch]) -> Vec<f32> {
    let model = block_on(Model::new(&Device::Cpu, &config.model, vocab_size, config.train.seed)).expect("it fits");
    let weighted = shown.iter().any(|batch| !batch.rows[0].weights.is_empty());
    let (model, targets) = (Rc::new(model), Targets::weighted(weighted));
    let mut trainer = block_on(Trainer::new(&model, &config.train, targets)).expect("the plan fits");
    for shown in shown {
        trainer.queue_batches(1, |_, batch| *batch = learned(shown));
    }
    block_on(trainer.read_points()).expect("every number is one").iter().map(|point| point.loss).collect()
}

/// The rows as the trainer takes them: weights 1 on average.
fn learned(shown: &DrawnBatch) -> Batch {
    assert_eq!(shown.rows.len() as u64, shown.batch_size, "a batch this small is shown whole");
    let all = |of: fn(&gptling::protocol::examples::DrawnRow) -> &Vec<u32>| shown.rows.iter().flat_map(of).copied();
    let weights: Vec<f32> = shown.rows.iter().flat_map(|row| row.weights.clone()).collect();
    let sum: f64 = weights.iter().copied().map(f64::from).sum();
    let factor = weights.len() as f64 / sum;
    Batch {
        inputs: all(|row| &row.inputs).collect(),
        targets: all(|row| &row.targets).collect(),
        weights: weights.into_iter().map(|weight| (f64::from(weight) * factor) as f32).collect(),
    }
}

#[test]
fn a_batch_tells_where_it_comes_from() {
    let mut config = tiny();
    config.examples.order = Order::ByDocument;
    let commands = vec![lines(&config), train_tokenizer(2, Bpe, 300), draw(3, &config, 5)];
    let batch = batches(&drive(commands, silent)).pop().expect("a batch");
    assert_eq!((batch.step, batch.time, batch.batch_size), (5, 16, 4));
    assert!(batch.epoch.padding() > 0.1 && batch.epoch.windows >= 350, "{:?}", batch.epoch);
    for row in &batch.rows {
        let length = row.length as usize;
        assert!(row.weights[..length].iter().all(|weight| *weight == 1.0) && row.starts.is_empty());
        assert!(row.weights[length..].iter().all(|weight| *weight == 0.0));
        let text: String = row.inputs[..length].iter().map(|id| token(&batch, *id)).collect();
        assert!(text.starts_with("word "), "{text:?} begins with its document");
    }
    assert!(batch.slide.documents.starts_with(&[0]) && batch.slide.windows[0].0 == 0);
    let crossing = batches(&drive(vec![lines(&tiny()), train_tokenizer(2, Bpe, 300), draw(3, &tiny(), 0)], silent));
    assert!(crossing[0].rows.iter().any(|row| !row.starts.is_empty()), "documents this short begin within rows");
    assert!(!crossing[0].has_weights && crossing[0].rows[0].weights.is_empty());
}

fn token(batch: &DrawnBatch, id: u32) -> &str {
    let at = batch.tokens.binary_search_by_key(&id, |token| token.id).expect("every id is told");
    &batch.tokens[at].text
}

#[test]
fn a_batch_needs_a_text_and_tokens() {
    let missing = |what: &str| Error::Missing { missing: what.into() };
    let mut long = tiny();
    long.model.block_size = 1024;
    let commands = vec![
        draw(1, &tiny(), 0),
        check_leaks(2),
        load(3, 10_000),
        draw(4, &tiny(), 0),
        train_tokenizer(5, Characters, 0),
        draw(6, &Config { model: gptling::config::ModelConfig { n_head: 3, ..tiny().model }, ..tiny() }, 0),
    ];
    let refused: Vec<(u32, Error)> = drive(commands, silent)
        .into_iter()
        .filter_map(|event| match event {
            Event::Refused { request, error } => Some((request, error)),
            _ => None,
        })
        .collect();
    let heads = Error::HeadsDoNotDivide { n_embd: 16, n_head: 3 };
    assert_eq!(refused, [(1, missing("text")), (2, missing("text")), (4, missing("tokenizer")), (6, heads)]);
}

#[test]
fn leaks_are_told_with_examples() {
    let commands = vec![lines(&tiny()), check_leaks(2)];
    let events = events_but_progress(drive(commands, silent));
    let report = reports(&events).pop().expect("a report");
    // Every line's number comes once in a thousand, so none of the 400 is the same as another.
    assert_eq!((report.exact, report.groups), (0, 0), "{report:?}");
    let text = "The very same line.\n".repeat(300);
    let content = TextContent::Bytes(text.into_bytes());
    let read = ReadConfig { division: Division::Lines, ..ReadConfig::default() };
    let sources = vec![TextSource::Brought { name: "same.txt".into(), content, read }];
    let load = Command::LoadText { request: 1, sources, data: Box::new(tiny().data) };
    let report = reports(&drive(vec![load, check_leaks(2)], silent)).pop().expect("a report");
    assert_eq!((report.exact, report.similar), (report.held_out, 0));
    assert_eq!(report.examples[0].held_out, "The very same line.");
    assert_eq!(report.examples[0].train, "The very same line.");
}

/// Orders are taken between two pieces of the search, a new text ends it, and so does a command to stop.
#[test]
fn a_search_is_not_in_the_way() {
    let commands = vec![load(1, 1_000_000), check_leaks(2)];
    let searching = |event: &Event| matches!(event, Event::Progress { work: Work::CheckingLeaks, .. });
    let mut asked = false;
    let events = drive(commands.clone(), |event| match searching(event) && !std::mem::replace(&mut asked, true) {
        true => vec![train_tokenizer(3, Characters, 0), Command::Encode { request: 4, text: "a".into() }],
        false => Vec::new(),
    });
    let place = |of: fn(&Event) -> bool| events.iter().position(of).expect("an answer");
    let encoded = place(|event| matches!(event, Event::Encoded { request: 4, .. }));
    let checked = place(|event| matches!(event, Event::Examples(ExamplesEvent::LeaksChecked { request: 2, .. })));
    assert!(encoded < checked, "an order that came later is answered first");

    for end in [load(5, 20_000), Command::Examples(ExamplesCommand::StopChecking)] {
        let mut end = Some(end);
        let events = drive(commands.clone(), |event| match searching(event) {
            true => end.take().into_iter().collect(),
            false => Vec::new(),
        });
        assert!(end.is_none() && reports(&events).is_empty(), "what is not wanted any more is not told");
    }
}
