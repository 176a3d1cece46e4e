//! Runs that something went wrong with, as the page hears of it.

use super::*;
use crate::protocol::{Evaluation, Recovery};

/// A run of which 20 steps were told, the first evaluated.
fn training() -> Bench {
    let mut bench = Bench::with_text();
    bench.act(Action::Start);
    bench.answer_tokenizer();
    bench.trains(RunState::Running { step: 0 });
    bench.on_event(Event::Evaluated { run: 1, evaluation: Evaluation { step: 0, loss: 3.0, bits_per_byte: 1.0 } });
    let point = |step| StepPoint { step, loss: 2.0, learning_rate: 0.1, grad_norm: 1.0 };
    bench.on_event(Event::Stepped { run: 1, points: (1..=20).map(point).collect(), pace: Pace::default() });
    bench
}

fn recovered(cause: Error) -> Event {
    let recovery = Recovery { step: 19, resumed: 12, cause, device: DeviceKind::Gpu, seconds: 0.5 };
    Event::Recovered { run: 1, recovery }
}

fn run(bench: &Bench) -> &Run {
    bench.state.training.run.as_ref().expect("a run")
}

#[test]
fn a_run_that_went_astray_waits_with_its_past_and_goes_on_without_it() {
    let mut bench = training();
    bench.on_event(recovered(Error::NotFinite { step: 19 }));
    bench.trains(RunState::Paused { step: 12 });
    assert_eq!((run(&bench).step(), run(&bench).points.len()), (12, 20), "what happened is there to be seen");
    assert!(run(&bench).trouble().is_some());

    let field = Field::find("learning_rate").expect("a setting");
    bench.act(Action::Amend(field, Value::Number(1e-4)));
    let Command::Amend { train } = bench.last() else { panic!("{:?}", bench.last()) };
    assert!((train.learning_rate - 1e-4).abs() < 1e-9 && *train != Box::new(run(&bench).config.train.clone()));
    assert_eq!(bench.state.config.train.learning_rate, train.learning_rate, "the next run has it too");

    let train = train.clone();
    bench.on_event(Event::Amended { run: 1, train: train.clone() });
    bench.trains(RunState::Running { step: 12 });
    assert_eq!(run(&bench).config.train, *train);
    assert_eq!((run(&bench).step(), run(&bench).points.len(), run(&bench).evaluations.len()), (12, 12, 1));
    assert!(run(&bench).trouble().is_none());
    bench.trains(RunState::Paused { step: 12 });
    assert!(run(&bench).trouble().is_none(), "a pause that was asked for is no trouble");
}

#[test]
fn a_run_that_lost_its_device_goes_on_and_keeps_its_past() {
    let mut bench = training();
    bench.trains(RunState::Preparing);
    bench.trains(RunState::Running { step: 12 });
    bench.on_event(recovered(Error::DeviceLost { detail: "gone".into() }));
    assert!(run(&bench).trouble().is_none());
    assert_eq!((run(&bench).step(), run(&bench).points.len(), run(&bench).recoveries.len()), (20, 20, 1));
}

#[test]
fn an_engine_that_is_late_may_still_come() {
    let mut bench = Bench::new();
    bench.act(Action::EngineWaited(20));
    assert_eq!(bench.state.engine, Engine::Late { seconds: 20 });
    bench.on_event(gpu());
    assert!(matches!(bench.state.engine, Engine::Ready(_)));
    bench.act(Action::EngineWaited(20));
    assert!(matches!(bench.state.engine, Engine::Ready(_)), "one that is there is not late");
}
