//! What goes wrong with a run, and how it goes on: each test prints its figure.

use std::cell::RefCell;
use std::rc::Rc;

use gptling::config::{Config, ModelConfig, TrainConfig};
use gptling::error::Error;
use gptling::gpu::device::Checks;
use gptling::gpu::{Gpu, Held};
use gptling::protocol::{Command, DeviceChoice, DeviceKind, Event, Recovery, RunState};

use super::device::{adapters, use_device};
use super::run::{points, prepared, start, states};
use super::{drive, drive_on, drive_with, no_adapter, silent, tiny};
use crate::machine;

/// A tiny run that is looked at every five steps.
fn watched(steps: usize) -> Config {
    let mut config = tiny();
    config.train.steps = steps;
    config.train.eval_every = 5;
    config.train.sample_every = 10_000;
    config
}

fn on_gpu(config: Config) -> Vec<Command> {
    [vec![use_device(DeviceChoice::Gpu)], prepared(start(config))].concat()
}

fn recoveries(events: &[Event]) -> Vec<Recovery> {
    let recovery = |event: &Event| match event {
        Event::Recovered { recovery, .. } => Some(recovery.clone()),
        _ => None,
    };
    events.iter().filter_map(recovery).collect()
}

#[test]
fn twenty_lost_devices_cost_some_steps_and_no_run() {
    const LOSSES: usize = 20;
    let cards: Vec<Rc<Gpu>> = (0..=LOSSES).map(|_| machine::open(Checks::Checked)).collect();
    let steps = 5 * (LOSSES + 2);
    let mut lost = 0;
    let events = drive_with(cards.iter().cloned().map(Ok).collect(), on_gpu(watched(steps)), |event| {
        // Each time at a step that was never reached before.
        if matches!(event, Event::Evaluated { evaluation, .. } if evaluation.step == 5 * (lost as u64 + 1))
            && lost < LOSSES
        {
            cards[lost].pretend_lost();
            lost += 1;
        }
        Vec::new()
    });
    let got = recoveries(&events);
    let worst = got.iter().map(|it| it.step - it.resumed).max();
    println!("{} of {LOSSES} lost devices got over, {worst:?} steps taken again at most", got.len());
    assert_eq!(got.len(), LOSSES);
    assert!(got.iter().all(|it| it.resumed <= it.step && it.device == DeviceKind::Gpu), "{got:?}");
    assert_eq!(states(&events).pop(), Some(RunState::Finished { step: steps as u64 }));
    let (got, want) = (points(&events), points(&drive(prepared(start(watched(steps))), silent)));
    assert!(got.iter().map(|point| point.step).eq(1..=steps as u64), "{got:?}");
    for (got, want) in got.iter().zip(&want) {
        assert!((got.loss / want.loss - 1.0).abs() < 1e-3, "{got:?} and {want:?}");
    }
}

#[test]
fn a_run_leaves_for_the_cpu_and_returns_when_the_card_is_back() {
    const TIMES: usize = 5;
    let cards: Vec<Rc<Gpu>> = (0..=TIMES).map(|_| machine::open(Checks::Checked)).collect();
    let opened = cards.iter().cloned().flat_map(|card| [Ok(card), Err(no_adapter())]).collect();
    let (mut round, mut device, mut left) = (0, DeviceKind::Gpu, Vec::new());
    let events = drive_with(opened, on_gpu(watched(100_000)), |event| match event {
        Event::Ready { adapter } => {
            if (device, adapter.device) == (DeviceKind::Cpu, DeviceKind::Gpu) {
                round = left.len();
            }
            device = adapter.device;
            Vec::new()
        }
        Event::Evaluated { .. } if device == DeviceKind::Gpu && round == TIMES => vec![Command::Stop],
        Event::Evaluated { evaluation, .. } if device == DeviceKind::Gpu && left.len() == round => {
            left.push(evaluation.step);
            cards[round].pretend_lost();
            Vec::new()
        }
        _ => Vec::new(),
    });
    let got = recoveries(&events);
    println!("{} of {TIMES} times on the CPU and back, left at {left:?}", got.len());
    assert_eq!((got.len(), round), (TIMES, TIMES));
    assert!(
        got.iter().all(|it| it.device == DeviceKind::Cpu && matches!(it.cause, Error::DeviceLost { .. })),
        "{got:?}"
    );
    assert_eq!(adapters(&events).pop().map(|adapter| adapter.device), Some(DeviceKind::Gpu));
    assert!(matches!(states(&events).pop(), Some(RunState::Stopped { .. })));
    let steps: Vec<u64> = points(&events).iter().map(|point| point.step).collect();
    assert!(steps.iter().copied().eq(1..=steps.len() as u64), "every step is told once");
}

/// Corrections so big that the loss leaves every measure.
fn wild() -> Config {
    let mut config = watched(60);
    config.train.warmup = 20;
    config.train.learning_rate = 1.0;
    config.train.clip = 0.0;
    config.model.n_embd = 128;
    config
}

#[test]
fn an_explosion_is_noticed_within_ten_steps_and_the_run_waits_where_all_was_well() {
    for gpu in [None, Some(machine::open(Checks::Checked))] {
        let calm = Box::new(TrainConfig { learning_rate: 1e-3, ..wild().train });
        let react = |event: &Event| match event {
            Event::StateChanged { state: RunState::Paused { .. }, .. } => vec![Command::Amend { train: calm.clone() }],
            _ => Vec::new(),
        };
        let events = match &gpu {
            None => drive(prepared(start(wild())), react),
            Some(gpu) => drive_on(gpu, prepared(start(wild())), react),
        };
        let [recovery] = &recoveries(&events)[..] else { panic!("{:?}", points(&events)) };
        let points = points(&events);
        // Where it goes back the numbers of its steps do.
        let told = 1 + points.windows(2).position(|pair| pair[1].step <= pair[0].step).expect("it goes back");
        let (noticed, after) = (points[told - 1].step, &points[told..]);
        println!("{recovery:?}, noticed at {noticed}");
        assert!(recovery.cause.blames_training() && recovery.resumed < recovery.step, "{recovery:?}");
        assert!(noticed >= recovery.step && noticed < recovery.step + 10, "{recovery:?} noticed at {noticed}");
        assert!(states(&events).contains(&RunState::Paused { step: recovery.resumed }));
        assert_eq!(states(&events).pop(), Some(RunState::Finished { step: 60 }));
        assert_eq!(after.first().map(|point| point.step), Some(recovery.resumed + 1));
        assert!(after.iter().all(|point| point.loss.is_finite() && point.loss < 6.0), "{after:?}");
    }
}

#[test]
fn a_card_whose_memory_is_full_leaves_the_run_to_the_cpu() {
    let gpu = machine::open(Checks::Checked);
    let events = drive_on(&gpu, prepared(start(watched(30))), |event| {
        if matches!(event, Event::Evaluated { evaluation, .. } if evaluation.step == 10) {
            gpu.pretend(Error::OutOfMemory { bytes: 0 });
        }
        Vec::new()
    });
    let [recovery] = &recoveries(&events)[..] else { panic!("{:?}", recoveries(&events)) };
    assert_eq!((recovery.device, &recovery.cause), (DeviceKind::Cpu, &Error::OutOfMemory { bytes: 0 }));
    assert_eq!(states(&events).pop(), Some(RunState::Finished { step: 30 }));
}

#[test]
fn twenty_runs_leave_no_memory_behind() {
    const RUNS: usize = 20;
    let gpu = machine::open(Checks::Checked);
    let before = gpu.held();
    let (held, most) = (RefCell::new(Vec::new()), RefCell::new(Held::default()));
    let look = |request| Command::Encode { request, text: "a".into() };
    drive_on(&gpu, prepared(start(watched(10))), |event| match event {
        Event::StateChanged { state: RunState::Finished { .. }, .. } => {
            *most.borrow_mut() = gpu.held();
            vec![Command::Reset, look(7)]
        }
        Event::Encoded { request: 7, .. } => {
            held.borrow_mut().push(gpu.held());
            if held.borrow().len() < RUNS { vec![start(watched(10))] } else { Vec::new() }
        }
        _ => Vec::new(),
    });
    println!("{:?} while it trains, {:?} after each of {RUNS} runs", most.borrow(), held.borrow()[0]);
    assert!(most.borrow().buffers > 10, "{most:?}");
    assert_eq!(*held.borrow(), vec![before; RUNS]);
}

#[test]
fn two_thousand_steps_hold_what_the_first_held() {
    let gpu = machine::open(Checks::Checked);
    let mut config = watched(2000);
    config.train.eval_every = 100;
    config.model = ModelConfig { block_size: 8, ..config.model };
    let (mut held, mut share) = (Vec::new(), 0.0);
    drive_on(&gpu, prepared(start(config)), |event| {
        match event {
            Event::Evaluated { evaluation, .. } if evaluation.step >= 100 => held.push(gpu.held()),
            Event::Stepped { pace, .. } => share = pace.safe_share,
            _ => {}
        }
        Vec::new()
    });
    println!(
        "{:?} after 100 and {:?} after 2000 steps; snapshots took {:.2} % of the time",
        held[0],
        held[held.len() - 1],
        100.0 * share
    );
    assert_eq!(held.len(), 20);
    assert!(held.iter().all(|it| *it == held[0]), "{held:?}");
}

#[test]
fn a_model_for_which_the_page_has_no_room_is_refused_before_anything_is_built() {
    let mut config = tiny();
    config.model = ModelConfig { n_layer: 8, n_embd: 1024, n_head: 16, ..config.model };
    let events = drive(prepared(start(config)), silent);
    let Some(RunState::Failed { step: 0, error: Error::NoRoom { bytes, limit } }) = states(&events).pop() else {
        panic!("{:?}", states(&events))
    };
    println!("{bytes} bytes where {limit} are there");
    assert!(bytes > limit);
    assert!(!events.iter().any(|event| matches!(event, Event::Started { .. })));
}
