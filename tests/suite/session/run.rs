//! Runs: the order of their states, their steps, their marks, and writing beside them.

use gptling::config::{Config, TokenizerMethod::Characters};
use gptling::error::Error;
use gptling::gpu::device::Checks;
use gptling::protocol::{Command, Event, RunState, StepPoint, WriteEnd, WrittenToken};

use crate::machine;

use super::{drive, drive_on, events_but_progress, load, load_own, silent, tiny, train_tokenizer};

pub const RUN: u32 = 7;

pub fn start(config: Config) -> Command {
    Command::Start { run: RUN, config: Box::new(config) }
}

pub fn prepared(then: Command) -> Vec<Command> {
    vec![load(1, 20_000), train_tokenizer(2, Characters, 0), then]
}

pub fn write(request: u32, prompt: &str) -> Command {
    Command::Write { request, prompt: prompt.into(), sample: tiny().sample }
}

pub fn states(events: &[Event]) -> Vec<RunState> {
    let state = |event: &Event| match event {
        Event::StateChanged { run: RUN, state } => Some(state.clone()),
        _ => None,
    };
    events.iter().filter_map(state).collect()
}

pub fn points(events: &[Event]) -> Vec<StepPoint> {
    let points = |event: &Event| match event {
        Event::Stepped { run: RUN, points, .. } => points.clone(),
        _ => Vec::new(),
    };
    events.iter().flat_map(points).collect()
}

#[test]
fn a_run_tells_every_step_once_and_measures_at_its_marks() {
    let events = drive(prepared(start(tiny())), silent);
    use RunState::{Finished, Preparing, Running};
    assert_eq!(states(&events), [Preparing, Running { step: 0 }, Finished { step: 25 }]);
    let points = points(&events);
    assert!(points.iter().map(|point| point.step).eq(1..=25), "{points:?}");
    assert!(points[24].loss < points[0].loss, "{points:?}");
    let evaluated: Vec<u64> = events
        .iter()
        .filter_map(|event| match event {
            Event::Evaluated { run: RUN, evaluation } => Some(evaluation.step),
            _ => None,
        })
        .collect();
    assert_eq!(evaluated, [0, 10, 20, 25]);
    let sampled: Vec<u64> = events
        .iter()
        .filter_map(|event| match event {
            Event::Sampled { run: RUN, sample } => {
                assert!(sample.text.chars().count() >= 24, "{sample:?}");
                Some(sample.step)
            }
            _ => None,
        })
        .collect();
    assert_eq!(sampled, [0, 20, 25]);
    assert!(
        events.iter().any(|event| matches!(event, Event::Started { run: RUN, report } if report.parameters > 3000))
    );
}

#[test]
fn a_run_that_was_interrupted_takes_the_same_steps() {
    check_interruptions(|commands, react| drive(commands, react));
    let gpu = machine::open(Checks::Checked);
    check_interruptions(|commands, react| drive_on(&gpu, commands, react));
}

fn check_interruptions(drive: impl Fn(Vec<Command>, &mut dyn FnMut(&Event) -> Vec<Command>) -> Vec<Event>) {
    let whole = points(&drive(prepared(start(tiny())), &mut silent));
    let mut interruptions = vec![
        vec![Command::Pause, write(9, "Once"), Command::Step, Command::Step, load(20, 10_000), Command::Resume],
        vec![Command::Step, Command::Resume],
    ];
    let events = drive(prepared(start(tiny())), &mut |event| match event {
        Event::Stepped { .. } => interruptions.pop().unwrap_or_default(),
        _ => Vec::new(),
    });
    assert_eq!(points(&events), whole);
    let states = states(&events);
    assert!(states.iter().filter(|state| matches!(state, RunState::Paused { .. })).count() >= 3, "{states:?}");
    assert_eq!(states.last(), Some(&RunState::Finished { step: 25 }));
    assert_eq!(tokens(&events, 9).count(), 24);
}

fn tokens(events: &[Event], request: u32) -> impl Iterator<Item = &WrittenToken> {
    let tokens = events.iter().filter_map(move |event| match event {
        Event::Wrote { request: other, tokens } if *other == request => Some(tokens),
        _ => None,
    });
    tokens.flatten()
}

fn written(events: &[Event], request: u32) -> String {
    tokens(events, request).map(|written| written.token.text.as_str()).collect()
}

#[test]
fn a_model_writes_the_same_for_the_same_seed_and_stops_when_told() {
    let events = drive(prepared(start(tiny())), |event| match event {
        Event::StateChanged { state: RunState::Finished { .. }, .. } => vec![write(1, "The"), write(2, "")],
        Event::WriteEnded { request: 2, .. } => vec![write(3, "The")],
        Event::WriteEnded { request: 3, .. } => vec![write(4, "")],
        Event::Wrote { request: 4, .. } => vec![Command::StopWriting],
        _ => Vec::new(),
    });
    let ends: Vec<(u32, WriteEnd)> = events
        .iter()
        .filter_map(|event| match event {
            Event::WriteEnded { request, end } => Some((*request, end.clone())),
            _ => None,
        })
        .collect();
    let evicted = |written: u64| WriteEnd::Finished { evicted: written };
    assert_eq!(ends, [(1, WriteEnd::Stopped), (2, evicted(8)), (3, evicted(10)), (4, WriteEnd::Stopped)]);
    assert!(written(&events, 3).starts_with(&written(&events, 1)));
    assert!(written(&events, 2).starts_with(&written(&events, 4)));
    for event in &events {
        if let Event::Wrote { tokens, .. } = event {
            assert!(tokens.iter().all(|it| it.runners_up.len() == 5 && (0.0..=1.0).contains(&it.probability)));
        }
    }
}

#[test]
fn a_model_that_was_stopped_writes_and_one_that_was_forgotten_does_not() {
    let events = drive(prepared(start(tiny())), |event| match event {
        Event::Stepped { .. } => vec![Command::Stop, Command::Resume, Command::Step, write(1, "a")],
        Event::WriteEnded { request: 1, .. } => vec![Command::Reset, write(2, "a")],
        _ => Vec::new(),
    });
    assert!(matches!(states(&events).last(), Some(RunState::Stopped { .. })));
    assert_eq!(tokens(&events, 1).count(), 24);
    let missing = Error::Missing { missing: "model".into() };
    assert!(matches!(events.last(), Some(Event::Refused { request: 2, error }) if *error == missing));
}

#[test]
fn what_speaks_against_a_run_is_told_and_the_one_before_stays() {
    let mut heads = tiny();
    heads.model.n_head = 3;
    let mut long = tiny();
    long.model.block_size = 1024;
    let failures = |config: Config, text: Command| {
        let commands = vec![text, train_tokenizer(2, Characters, 0), start(tiny())];
        let events = events_but_progress(drive(commands, |event| match event {
            Event::StateChanged { state: RunState::Finished { .. }, .. } => vec![start(config.clone()), write(1, "a")],
            _ => Vec::new(),
        }));
        assert_eq!(tokens(&events, 1).count(), 24);
        states(&events).pop()
    };
    let failed = |error| Some(RunState::Failed { step: 0, error });
    assert_eq!(failures(heads, load(1, 20_000)), failed(Error::HeadsDoNotDivide { n_embd: 16, n_head: 3 }));
    let text = load_own(1, "A line of a text.\n".repeat(40).as_bytes());
    let short = Error::TextTooShort { split: "train".into(), tokens: 648, needed: 1025 };
    assert_eq!(failures(long, text), failed(short));
}

#[test]
fn a_run_without_a_text_says_what_is_missing() {
    let error = Error::Missing { missing: "text".into() };
    let events = drive(vec![start(tiny())], silent);
    assert_eq!(states(&events).pop(), Some(RunState::Failed { step: 0, error }));
}

#[test]
fn an_estimate_is_what_the_run_then_says() {
    let estimate = Command::Estimate { request: 3, config: Box::new(tiny()) };
    let events = events_but_progress(drive(prepared(estimate), |event| match event {
        Event::Estimated { .. } => vec![start(tiny())],
        _ => Vec::new(),
    }));
    let estimated = events.iter().find_map(|event| match event {
        Event::Estimated { request: 3, estimate } => Some(estimate.clone()),
        _ => None,
    });
    let started = events.iter().find_map(|event| match event {
        Event::Started { report, .. } => Some(report.clone()),
        _ => None,
    });
    let estimated = estimated.expect("an estimate");
    assert_eq!(Some(&estimated.report), started.as_ref());
    assert_eq!(estimated.refusal, None);
    assert_eq!(estimated.report.parameters, tiny().model.parameter_count(estimated.vocab_size as usize) as u64);
}
