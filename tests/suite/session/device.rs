//! What is computed on: chosen, measured, changed on the way, lost.

use std::rc::Rc;

use gptling::error::Error;
use gptling::gpu::device::Checks;
use gptling::protocol::{Adapter, Command, DeviceChoice, DeviceKind, Event, RunState, StepPoint};

use super::run::{points, prepared, start, states, write};
use super::{drive, drive_on, drive_with, no_adapter, silent, tiny};
use crate::machine;

pub fn adapters(events: &[Event]) -> Vec<Adapter> {
    let adapter = |event: &Event| match event {
        Event::Ready { adapter } => Some(adapter.clone()),
        _ => None,
    };
    events.iter().filter_map(adapter).collect()
}

fn last_device(events: &[Event]) -> DeviceKind {
    adapters(events).pop().expect("the engine says what it computes on").device
}

pub fn use_device(choice: DeviceChoice) -> Command {
    Command::UseDevice { choice }
}

/// All steps once, in order, with the losses of an uninterrupted run on the CPU up to what devices differ by.
fn check_losses(got: &[StepPoint]) {
    let want = points(&drive(prepared(start(tiny())), silent));
    assert!(got.iter().map(|point| point.step).eq(1..=25), "{got:?}");
    for (got, want) in got.iter().zip(&want) {
        assert!((got.loss / want.loss - 1.0).abs() < 1e-3, "{got:?} and {want:?}");
    }
}

#[test]
fn without_a_graphics_card_the_cpu_trains_and_writes() {
    let events = drive(prepared(start(tiny())), |event| match event {
        Event::StateChanged { state: RunState::Finished { .. }, .. } => vec![write(1, "The")],
        _ => Vec::new(),
    });
    assert_eq!(adapters(&events).len(), 1);
    assert_eq!(last_device(&events), DeviceKind::Cpu);
    assert_eq!(states(&events).pop(), Some(RunState::Finished { step: 25 }));
    assert!(events.iter().any(|event| matches!(event, Event::WriteEnded { request: 1, .. })));
}

#[test]
fn the_faster_of_two_is_measured_before_a_run_begins() {
    let gpu = machine::open(Checks::Checked);
    let began = std::time::Instant::now();
    let events = drive_with(vec![Ok(gpu)], prepared(start(tiny())), silent);
    println!("measured, trained and written in {:?}", began.elapsed());
    let [first, measured] = &adapters(&events)[..] else { panic!("{:?}", adapters(&events)) };
    assert_eq!(first.speeds, None);
    let speeds = measured.speeds.expect("it was measured");
    println!("{speeds:?}");
    assert!(speeds.cpu > 0.1 && speeds.gpu > 0.01, "{speeds:?}");
    let faster = if speeds.gpu > speeds.cpu { DeviceKind::Gpu } else { DeviceKind::Cpu };
    assert_eq!((measured.device, measured.choice), (faster, DeviceChoice::Automatic));
    let position = |wanted: fn(&Event) -> bool| events.iter().position(wanted).expect("it happened");
    let measured = position(|event| matches!(event, Event::Ready { adapter } if adapter.speeds.is_some()));
    assert!(measured < position(|event| matches!(event, Event::Started { .. })));
    assert!(measured > position(|event| matches!(event, Event::TokenizerTrained { .. })));
}

#[test]
fn what_the_student_chooses_is_taken_and_not_measured() {
    let gpu = machine::open(Checks::Checked);
    for (choice, device) in [(DeviceChoice::Gpu, DeviceKind::Gpu), (DeviceChoice::Cpu, DeviceKind::Cpu)] {
        let commands = [vec![use_device(choice)], prepared(start(tiny()))].concat();
        let events = drive_with(vec![Ok(Rc::clone(&gpu))], commands, silent);
        let adapter = adapters(&events).pop().expect("the engine says what it computes on");
        assert_eq!((adapter.choice, adapter.device, adapter.speeds), (choice, device, None));
        check_losses(&points(&events));
    }
}

#[test]
fn a_run_that_changes_its_device_and_back_is_the_run_that_stayed() {
    let gpu = machine::open(Checks::Checked);
    let whole = points(&drive_on(&gpu, prepared(start(tiny())), silent));
    let mut once = Some(vec![use_device(DeviceChoice::Cpu), use_device(DeviceChoice::Gpu)]);
    let events = drive_on(&gpu, prepared(start(tiny())), |event| match event {
        Event::Stepped { points, .. } if points.last().is_some_and(|point| point.step >= 10) => {
            once.take().unwrap_or_default()
        }
        _ => Vec::new(),
    });
    let devices: Vec<DeviceKind> = adapters(&events).iter().map(|adapter| adapter.device).collect();
    assert!(devices.ends_with(&[DeviceKind::Gpu, DeviceKind::Cpu, DeviceKind::Gpu]), "{devices:?}");
    assert_eq!(points(&events), whole);
}

#[test]
fn a_run_goes_on_where_it_is_on_another_device() {
    let gpu = machine::open(Checks::Checked);
    for paused in [false, true] {
        let mut once = Some(match paused {
            true => vec![Command::Pause, use_device(DeviceChoice::Cpu), write(3, "a"), Command::Resume],
            false => vec![use_device(DeviceChoice::Cpu)],
        });
        let events = drive_on(&gpu, prepared(start(tiny())), |event| match event {
            Event::Evaluated { evaluation, .. } if evaluation.step == 10 => once.take().unwrap_or_default(),
            _ => Vec::new(),
        });
        assert_eq!(last_device(&events), DeviceKind::Cpu);
        assert_eq!(states(&events).pop(), Some(RunState::Finished { step: 25 }));
        check_losses(&points(&events));
    }
}

#[test]
fn a_finished_model_keeps_what_it_learned() {
    let gpu = machine::open(Checks::Checked);
    let mut greedy = tiny().sample;
    greedy.temperature = 0.0;
    let ask = |request| Command::Write { request, prompt: "The ".into(), sample: greedy.clone() };
    let events = drive_on(&gpu, prepared(start(tiny())), |event| match event {
        Event::StateChanged { state: RunState::Finished { .. }, .. } => Vec::new(),
        Event::Sampled { sample, .. } if sample.step == 25 => vec![ask(1)],
        Event::WriteEnded { request: 1, .. } => vec![use_device(DeviceChoice::Cpu), ask(2)],
        _ => Vec::new(),
    });
    let written = |wanted: u32| {
        let tokens = events.iter().filter_map(|event| match event {
            Event::Wrote { request, tokens } if *request == wanted => Some(tokens),
            _ => None,
        });
        tokens.flatten().map(|written| written.token.text.as_str()).collect::<String>()
    };
    assert_eq!(written(1), written(2));
    assert_eq!(states(&events).pop(), Some(RunState::Finished { step: 25 }));
    assert_eq!(last_device(&events), DeviceKind::Cpu);
}

#[test]
fn a_graphics_card_that_is_gone_for_good_leaves_the_run_to_the_cpu() {
    let gpu = machine::open(Checks::Checked);
    let cards = vec![Ok(Rc::clone(&gpu)), Err(no_adapter())];
    let commands = [vec![use_device(DeviceChoice::Gpu)], prepared(start(tiny()))].concat();
    let events = drive_with(cards, commands, |event| {
        if matches!(event, Event::Evaluated { evaluation, .. } if evaluation.step == 10) {
            gpu.pretend_lost();
        }
        Vec::new()
    });
    assert_eq!(last_device(&events), DeviceKind::Cpu);
    // It may come back, so it counts as lost, not as missing.
    let gpu = adapters(&events).pop().map(|adapter| adapter.gpu);
    assert!(matches!(gpu, Some(Err(Error::DeviceLost { .. }))), "{gpu:?}");
    assert_eq!(states(&events).pop(), Some(RunState::Finished { step: 25 }));
    check_losses(&points(&events));
}

#[test]
fn a_graphics_card_that_is_lost_again_and_again_is_given_up() {
    let cards: Vec<_> = (0..6).map(|_| machine::open(Checks::Checked)).collect();
    let commands = [vec![use_device(DeviceChoice::Gpu)], prepared(start(tiny()))].concat();
    let mut lost = 0;
    let events = drive_with(cards.iter().cloned().map(Ok).collect(), commands, |event| {
        // Once when it begins, then each time it goes on.
        if matches!(event, Event::StateChanged { state: RunState::Running { .. }, .. }) && lost < cards.len() {
            cards[lost].pretend_lost();
            lost += 1;
        }
        Vec::new()
    });
    assert_eq!(last_device(&events), DeviceKind::Cpu);
    let gpu = adapters(&events).pop().map(|adapter| adapter.gpu);
    assert!(matches!(gpu, Some(Err(Error::Gpu { .. }))), "{gpu:?}");
    assert_eq!(states(&events).pop(), Some(RunState::Finished { step: 25 }));
    check_losses(&points(&events));
}

/// What a first run measures, a second one on a card that remembers it need not; kernels asked for by hand are taken by
/// a run that is on its way, and give the same losses.
#[test]
fn kernels_are_measured_once_and_changed_by_hand() {
    let measured = |events: &[Event]| {
        let kernels = |event: &Event| match event {
            Event::KernelsMeasured { kernels } => Some(kernels.clone()),
            _ => None,
        };
        events.iter().filter_map(kernels).collect::<Vec<_>>()
    };
    let first = drive_on(&machine::open(Checks::Checked), prepared(start(tiny())), silent);
    let known = measured(&first).pop().expect("kernels were compared");
    println!("{known:?}");
    assert!(known.keys().any(|key| key.starts_with("linear")), "{known:?}");
    check_losses(&points(&first));

    let remember = Command::RememberKernels { kernels: known.clone() };
    let commands = [vec![remember], prepared(start(tiny()))].concat();
    let second = drive_on(&machine::open(Checks::Checked), commands, silent);
    // What there was no time for in the first run may be measured in the second; nothing is measured again.
    let news = measured(&second).pop().unwrap_or_else(|| known.clone());
    assert!(known.iter().all(|(key, way)| news.get(key) == Some(way)), "{known:?} and then {news:?}");

    let by_hand = drive_on(&machine::open(Checks::Checked), prepared(start(tiny())), |event| match event {
        Event::Stepped { points, .. } if points.iter().any(|point| point.step < 10) => {
            vec![Command::UseKernels { name: Some("4x4".into()) }]
        }
        _ => Vec::new(),
    });
    check_losses(&points(&by_hand));
}
