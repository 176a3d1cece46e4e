//! Learning rates are tried and taken, and numbers are asked for when somebody looks.

use super::*;
use crate::protocol::live::{Histogram, LiveCommand, LiveEvent, Numbers, RatePoint, RateTest};

fn find(bench: &Bench) -> RequestId {
    match bench.last() {
        Command::Live(LiveCommand::FindRate { request, .. }) => *request,
        other => panic!("{other:?}"),
    }
}

fn tested(request: RequestId, suggestion: Option<f32>) -> Event {
    let points = vec![RatePoint { rate: 1e-3, loss: 2.0, smooth: 2.0 }];
    let test = RateTest { points, steps: 96, suggestion, is_over: suggestion.is_some() };
    Event::Live(LiveEvent::RateTested { request, test })
}

#[test]
fn a_suggested_rate_is_taken_when_the_student_says_so() {
    let mut bench = Bench::with_text();
    bench.act(Action::Live(LiveAction::FindRate));
    let request = find(&bench);
    let before = bench.state.config.clone();
    bench.on_event(tested(request, None));
    assert!(bench.state.live.is_finding());
    bench.on_event(tested(request, Some(2.345e-3)));
    assert!(!bench.state.live.is_finding() && bench.state.config == before, "a suggestion changes nothing");
    bench.act(Action::Live(LiveAction::TakeRate(2.345e-3)));
    assert_eq!(bench.state.config.train.learning_rate, 2.3e-3);
}

#[test]
fn an_older_test_and_one_that_was_refused_are_not_shown() {
    let mut bench = Bench::with_text();
    bench.act(Action::Live(LiveAction::FindRate));
    let first = find(&bench);
    bench.act(Action::Live(LiveAction::FindRate));
    let second = find(&bench);
    bench.on_event(tested(first, Some(0.1)));
    let shown = bench.state.live.finding.clone().expect("the second test");
    assert!(shown.test.points.is_empty());
    let error = Error::ModelTooLarge { buffer: "moments".into(), bytes: 9, limit: 1 };
    bench.on_event(Event::Refused { request: second, error: error.clone() });
    assert!(bench.state.live.finding.is_none());
    assert_eq!(bench.state.live.find_error, Some(error));
}

#[test]
fn numbers_are_asked_for_when_somebody_looks() {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    bench.act(Action::Start);
    bench.on_event(Event::Started { run: 1, report: PlanReport::default() });
    let asks = |command: &Command| matches!(command, Command::Live(_));
    assert_eq!(bench.count(asks), 0);
    bench.act(Action::Live(LiveAction::Look { tensor: String::new(), of: Numbers::Weights }));
    let Command::Live(LiveCommand::ListTensors { request }) = *bench.last() else { panic!("{:?}", bench.last()) };
    bench.on_event(Event::Live(LiveEvent::Tensors { request, names: vec!["wte.weight".into(), "b".into()] }));
    let Command::Live(LiveCommand::Histogram { request, tensor, of }) = bench.last().clone() else {
        panic!("{:?}", bench.last())
    };
    assert_eq!((tensor.as_str(), of), ("wte.weight", Numbers::Weights));
    let numbers = Histogram { tensor, of, step: 3, low: -1.0, high: 1.0, bins: vec![1, 2], mean: 0.0, deviation: 1.0 };
    bench.on_event(Event::Live(LiveEvent::Histogram { request, histogram: numbers }));
    assert_eq!(bench.count(asks), 2, "what was answered is not asked again");
    bench.act(Action::Live(LiveAction::Look { tensor: "b".into(), of: Numbers::Gradients }));
    assert!(matches!(bench.last(), Command::Live(LiveCommand::Histogram { tensor, .. }) if tensor == "b"));
}

#[test]
fn energy_is_power_times_time() {
    let mut bench = Bench::new();
    assert!((bench.state.live.energy(3600.0) - 15.0).abs() < 1e-9);
    bench.act(Action::Live(LiveAction::Watts(150)));
    assert!((bench.state.live.energy(36.0) - 1.5).abs() < 1e-9);
}
