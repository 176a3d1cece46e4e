//! What is watched of a run, and learning rates that are tried on a copy.

use gptling::protocol::live::{Histogram, LiveCommand, LiveEvent, Numbers, RateTest};
use gptling::protocol::{Command, Event, RunState};

use super::run::{RUN, points, prepared, start, states};
use super::{drive, silent, tiny};

fn tests(events: &[Event]) -> Vec<&RateTest> {
    let test = |event: &'_ Event| matches!(event, Event::Live(LiveEvent::RateTested { request: 9, .. }));
    let of = |event| match event {
        &Event::Live(LiveEvent::RateTested { ref test, .. }) => test,
        _ => unreachable!("filtered"),
    };
    events.iter().filter(|event| test(event)).map(of).collect()
}

fn find() -> Command {
    Command::Live(LiveCommand::FindRate { request: 9, config: Box::new(tiny()) })
}

#[test]
fn a_range_test_rises_over_all_rates_and_suggests_one_that_learns() {
    let events = drive(prepared(find()), silent);
    let tests = tests(&events);
    let last = tests.last().expect("a test");
    assert!(last.is_over && tests[..tests.len() - 1].iter().all(|test| !test.is_over));
    assert!(tests.len() > 5, "it is shown while it goes on: {}", tests.len());
    let rates: Vec<f32> = last.points.iter().map(|point| point.rate).collect();
    assert!(rates.is_sorted() && rates[0] < 2e-6, "{rates:?}");
    let suggestion = last.suggestion.expect("the loss falls at some rate");
    println!("suggested {suggestion} after {} of {} rates", last.points.len(), last.steps);
    assert!((1e-4..0.3).contains(&suggestion), "{suggestion}");
}

/// The run that waits meanwhile is, bit for bit, the run without the test.
#[test]
fn a_range_test_changes_nothing_of_a_run() {
    let whole = drive(prepared(start(tiny())), silent);
    let tested = drive(prepared(start(tiny())), |event| match event {
        Event::StateChanged { state: RunState::Running { step: 0 }, .. } => vec![find()],
        _ => Vec::new(),
    });
    assert!(tests(&tested).last().expect("a test").is_over);
    assert_eq!(states(&whole).last(), states(&tested).last());
    assert!(points(&whole) == points(&tested), "the points of the run differ");
}

#[test]
fn a_config_that_is_wrong_is_refused() {
    let mut config = tiny();
    config.train.learning_rate = 7.0;
    let find = Command::Live(LiveCommand::FindRate { request: 9, config: Box::new(config) });
    let events = drive(prepared(find), silent);
    assert!(events.iter().any(|event| matches!(event, Event::Refused { request: 9, .. })), "{events:?}");
}

#[test]
fn layers_and_numbers_of_a_run_are_told() {
    let look = |of, tensor: &str| Command::Live(LiveCommand::Histogram { request: 11, tensor: tensor.into(), of });
    let events = drive(prepared(start(tiny())), |event| match event {
        Event::StateChanged { state: RunState::Finished { .. }, .. } => vec![
            Command::Live(LiveCommand::ListTensors { request: 10 }),
            look(Numbers::Weights, "wte.weight"),
            look(Numbers::Gradients, "h.0.mlp.c_fc.weight"),
            look(Numbers::Weights, "nothing.of.that.name"),
        ],
        _ => Vec::new(),
    });
    let moved = events.iter().find_map(|event| match event {
        Event::Live(LiveEvent::Moved { run: RUN, layers, .. }) => Some(layers),
        _ => None,
    });
    let moved = moved.expect("moves");
    assert!(moved.iter().any(|layer| layer.name == "h.0"), "{moved:?}");
    assert!(moved.iter().all(|layer| layer.ratio() > 0.0 && layer.ratio() < 1.0), "{moved:?}");
    let names = events.iter().find_map(|event| match event {
        Event::Live(LiveEvent::Tensors { request: 10, names }) => Some(names),
        _ => None,
    });
    assert!(names.expect("names").iter().any(|name| name == "wte.weight"));
    let histograms: Vec<&Histogram> = events
        .iter()
        .filter_map(|event| match event {
            Event::Live(LiveEvent::Histogram { request: 11, histogram }) => Some(histogram),
            _ => None,
        })
        .collect();
    assert_eq!(histograms.iter().map(|it| it.of).collect::<Vec<_>>(), [Numbers::Weights, Numbers::Gradients]);
    assert!(histograms.iter().all(|it| it.bins.iter().sum::<u32>() > 100 && it.deviation > 0.0), "{histograms:?}");
    assert!(events.iter().any(|event| matches!(event, Event::Refused { request: 11, .. })));
}
