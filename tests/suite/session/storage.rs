//! Runs that are kept: told, found by the next session, and gone on with bit for bit.

use std::rc::Rc;

use gptling::error::{Error, Result};
use gptling::gpu::Gpu;
use gptling::gpu::device::Checks;
use gptling::protocol::runs::RunRecord;
use gptling::protocol::storage::{LockState, Offer, StorageCommand, StorageEvent};
use gptling::protocol::{Command, DeviceChoice, Evaluation, Event, RunState, StepPoint, TimelineSample};
use gptling::store::seal;

use super::run::{RUN, points, prepared, start, states};
use super::{drive_with_store, no_adapter, tiny};
use crate::machine;
use crate::store::{Memory, Tear};

fn keep(command: StorageCommand) -> Command {
    Command::Storage(command)
}

pub fn ours() -> Command {
    keep(StorageCommand::Held(LockState::Ours))
}

/// A run of [`tiny`] that has what makes steps depend on each other and on their number.
fn config() -> gptling::config::Config {
    let mut config = tiny();
    config.model.dropout = 0.1;
    config
}

/// What is told of keeping.
fn told(events: &[Event]) -> Vec<&StorageEvent> {
    fn storage(event: &Event) -> Option<&StorageEvent> {
        if let Event::Storage(event) = event { Some(event) } else { None }
    }
    events.iter().filter_map(storage).collect()
}

pub fn found(events: &[Event]) -> (Vec<RunRecord>, Option<Offer>) {
    let found = told(events).into_iter().find_map(|event| match event {
        StorageEvent::Found { records, offer, .. } => Some((records.clone(), offer.clone())),
        _ => None,
    });
    found.expect("the engine says what there is")
}

fn saved(events: &[Event]) -> Vec<u64> {
    let step = |event: &StorageEvent| if let StorageEvent::Saved { step, .. } = event { Some(*step) } else { None };
    told(events).into_iter().filter_map(step).collect()
}

fn evaluations(events: &[Event]) -> Vec<Evaluation> {
    let of = |event: &Event| if let Event::Evaluated { evaluation, .. } = event { Some(*evaluation) } else { None };
    events.iter().filter_map(of).collect()
}

fn samples(events: &[Event]) -> Vec<TimelineSample> {
    let of = |event: &Event| if let Event::Sampled { sample, .. } = event { Some(sample.clone()) } else { None };
    events.iter().filter_map(of).collect()
}

/// The newest weights that are kept, without their seal.
fn weights(store: &Memory) -> Vec<u8> {
    let files = store.files.borrow();
    let slots = files.iter().filter(|(name, _)| name.contains(".weights."));
    let whole = slots.filter_map(|(_, file)| seal::open(file));
    whole.max_by_key(|(generation, _)| *generation).expect("weights are kept").1.to_vec()
}

/// A place to compute on, opened anew for every session as after a reload.
type Card = fn() -> Result<Rc<Gpu>>;

fn processor() -> Result<Rc<Gpu>> {
    Err(no_adapter())
}

fn graphics_card() -> Result<Rc<Gpu>> {
    Ok(machine::open(Checks::Checked))
}

/// A session that trains until it pauses after `pause` steps, or to the end.
fn visit(card: Card, store: &Memory, begin: Command, pause: Option<u64>) -> Vec<Event> {
    let device = if card().is_ok() { DeviceChoice::Gpu } else { DeviceChoice::Cpu };
    let commands = [vec![Command::UseDevice { choice: device }, ours()], prepared(begin)].concat();
    drive_with_store(store, vec![card()], commands, |event| match event {
        Event::Stepped { points, .. } if pause.is_some_and(|pause| points.iter().any(|point| point.step == pause)) => {
            vec![Command::Pause]
        }
        _ => Vec::new(),
    })
}

fn go_on(store: &Memory) -> Command {
    let events = drive_with_store(store, vec![processor()], vec![ours()], |_| Vec::new());
    let (_, offer) = found(&events);
    keep(StorageCommand::Continue { run: RUN, key: offer.expect("the run is offered").key })
}

#[test]
fn a_run_that_goes_on_after_a_reload_is_the_run_that_was_never_interrupted() {
    for card in [processor as Card, graphics_card] {
        let never = Memory::default();
        let whole = visit(card, &never, start(config()), None);
        assert_eq!(states(&whole).pop(), Some(RunState::Finished { step: 25 }));
        for pause in [10, 20] {
            let store = Memory::default();
            let first = visit(card, &store, start(config()), Some(pause));
            let Some(RunState::Paused { step }) = states(&first).pop() else { panic!("{:?}", states(&first)) };
            assert_eq!(saved(&first).last(), Some(&step));
            let second = visit(card, &store, go_on(&store), None);
            assert_eq!(
                states(&second),
                [RunState::Preparing, RunState::Running { step }, RunState::Finished { step: 25 }]
            );
            let joined = |of: fn(&[Event]) -> Vec<StepPoint>| [of(&first), of(&second)].concat();
            assert_eq!(joined(points), points(&whole));
            assert_eq!([evaluations(&first), evaluations(&second)].concat(), evaluations(&whole));
            assert_eq!([samples(&first), samples(&second)].concat(), samples(&whole));
            assert!(weights(&store) == weights(&never), "the weights differ");
            let record = found(&drive_with_store(&store, vec![processor()], vec![ours()], |_| Vec::new())).0.remove(0);
            assert_eq!((record.step(), record.kept), (25, Some(25)));
            assert_eq!(record.points, points(&whole));
        }
    }
}

#[test]
fn a_run_is_found_as_it_was() {
    let store = Memory::default();
    let events = visit(processor, &store, start(config()), Some(10));
    let began = told(&events).into_iter().find_map(|event| match event {
        StorageEvent::Began { run: RUN, record } => Some(record.clone()),
        _ => None,
    });
    let began = began.expect("a run that begins is told of");
    let (records, offer) = found(&drive_with_store(&store, vec![processor()], vec![ours()], |_| Vec::new()));
    let [record] = &records[..] else { panic!("{} records", records.len()) };
    assert_eq!((&record.key, record.number, &record.config), (&began.key, 1, &config()));
    assert_eq!(record.points, points(&events));
    assert_eq!(offer, Some(Offer { key: began.key.clone(), step: record.step() }));
    assert_eq!(record.text.bytes, 20_000);
}

/// A tab that dies at any moment of the second save leaves the first or the second.
#[test]
fn a_tab_that_dies_while_it_saves_leaves_a_run_to_go_on_with() {
    let first = Memory::default();
    visit(processor, &first, start(config()), Some(10));
    let begin = go_on(&first);
    let bytes = first.bytes();
    let copy = || {
        let store = Memory::default();
        store.files.borrow_mut().extend(first.files.borrow().clone());
        store
    };
    let whole = visit(processor, &copy(), begin.clone(), None);
    let mut steps = Vec::new();
    for moment in 0..40 {
        let store = copy();
        let tear = [Tear::Mixed, Tear::Short, Tear::Zeros][moment % 3];
        store.life.set(Some((moment * bytes / 20, tear)));
        visit(processor, &store, begin.clone(), Some(20));
        store.life.set(None);
        let (records, offer) = found(&drive_with_store(&store, vec![processor()], vec![ours()], |_| Vec::new()));
        assert_eq!(records.len(), 1, "moment {moment}");
        let step = offer.expect("the run is offered").step;
        steps.push(step);
        if moment % 8 == 0 {
            let last = visit(processor, &store, begin.clone(), None);
            assert_eq!(states(&last).pop(), Some(RunState::Finished { step: 25 }));
            let after =
                |events: &[Event]| points(events).into_iter().filter(|point| point.step > step).collect::<Vec<_>>();
            assert_eq!(after(&last), after(&whole));
        }
    }
    steps.sort_unstable();
    steps.dedup();
    println!("40 moments of death, 40 runs offered, at steps {steps:?}");
    assert!(steps.len() >= 2, "{steps:?}");
}

#[test]
fn where_there_is_no_room_training_goes_on_and_that_is_told_once() {
    for quota in [0, 1, 1000, 30_000] {
        let store = Memory::default();
        store.quota.set(Some(quota));
        let commands = [vec![ours()], prepared(start(config()))].concat();
        let events = drive_with_store(&store, vec![processor()], commands, |_| Vec::new());
        assert_eq!(states(&events).pop(), Some(RunState::Finished { step: 25 }));
        let told = told(&events);
        let stopped = told.iter().filter(|event| matches!(event, StorageEvent::Stopped { .. })).count();
        assert_eq!(stopped, 1, "{quota} bytes: {told:?}");
    }
}

#[test]
fn a_tab_that_does_not_hold_keeps_nothing_until_it_takes_over() {
    let store = Memory::default();
    let elsewhere = keep(StorageCommand::Held(LockState::Elsewhere));
    let commands = [vec![elsewhere], prepared(start(config()))].concat();
    let events = drive_with_store(&store, vec![processor()], commands, |event| match event {
        Event::StateChanged { state: RunState::Finished { .. }, .. } => {
            assert!(store.files.borrow().is_empty());
            vec![keep(StorageCommand::TakeOver)]
        }
        _ => Vec::new(),
    });
    assert_eq!(saved(&events), [25]);
    assert_eq!(found(&drive_with_store(&store, vec![processor()], vec![ours()], |_| Vec::new())).0.len(), 1);
}

#[test]
fn a_browser_that_refuses_lets_train() {
    let error = Error::StorageRefused { detail: "private".into() };
    let refused = keep(StorageCommand::Held(LockState::Refused { error: error.clone() }));
    let commands = [vec![refused], prepared(start(config()))].concat();
    let store = Memory::default();
    let events = drive_with_store(&store, vec![processor()], commands, |_| Vec::new());
    assert_eq!(states(&events).pop(), Some(RunState::Finished { step: 25 }));
    assert!(store.files.borrow().is_empty());
    assert!(
        matches!(told(&events)[0], StorageEvent::Holds { hold: LockState::Refused { error: told } } if *told == error)
    );
}

#[test]
fn another_text_is_not_what_a_run_goes_on_with() {
    let store = Memory::default();
    visit(processor, &store, start(config()), Some(10));
    let begin = go_on(&store);
    let commands = vec![
        ours(),
        super::load(1, 21_000),
        super::train_tokenizer(2, gptling::config::TokenizerMethod::Characters, 0),
        begin,
    ];
    let events = drive_with_store(&store, vec![processor()], commands, |_| Vec::new());
    let error = Error::RunDiffers { run: "1".into(), what: "text".into() };
    assert_eq!(states(&events).pop(), Some(RunState::Failed { step: 0, error }));
}

#[test]
fn a_run_is_renamed_put_away_brought_back_and_doubled() {
    let store = Memory::default();
    visit(processor, &store, start(config()), Some(10));
    let key = found(&drive_with_store(&store, vec![processor()], vec![ours()], |_| Vec::new())).0.remove(0).key;
    let order = |order: fn(String) -> StorageCommand| {
        drive_with_store(&store, vec![processor()], vec![ours(), keep(order(key.clone()))], |_| Vec::new())
    };
    let names = || {
        let (records, _) = found(&drive_with_store(&store, vec![processor()], vec![ours()], |_| Vec::new()));
        records.into_iter().map(|record| record.name).collect::<Vec<_>>()
    };
    order(|key| StorageCommand::Rename { key, name: "with dropout".into() });
    assert_eq!(names(), ["with dropout"]);
    order(|key| StorageCommand::Duplicate { key, name: "the same".into() });
    assert_eq!(names(), ["with dropout", "the same"]);
    let events = drive_with_store(
        &store,
        vec![processor()],
        vec![
            ours(),
            keep(StorageCommand::Delete { key: key.clone() }),
            keep(StorageCommand::Restore { key: key.clone() }),
        ],
        |_| Vec::new(),
    );
    assert!(told(&events).iter().any(|event| matches!(event, StorageEvent::Deleted { key: gone } if *gone == key)));
    assert_eq!(names(), ["with dropout", "the same"]);
    order(|key| StorageCommand::Delete { key });
    assert_eq!(names(), ["the same"]);
    assert!(store.files.borrow().keys().all(|name| !name.starts_with(&key)), "what was put away is gone");
    let copy = go_on(&store);
    let last = visit(processor, &store, copy, None);
    assert_eq!(states(&last).pop(), Some(RunState::Finished { step: 25 }));
}

/// A run that came in a file is what its own later saves say, and not what the file said.
#[test]
fn a_run_from_a_file_goes_on_where_it_was_kept_last() {
    let store = Memory::default();
    visit(processor, &store, start(config()), Some(10));
    let key = found(&drive_with_store(&store, vec![processor()], vec![ours()], |_| Vec::new())).0.remove(0).key;
    let save = keep(StorageCommand::SaveProject { request: 9, config: Box::new(config()), key: Some(key.clone()) });
    let events = drive_with_store(&store, vec![processor()], vec![ours(), save], |_| Vec::new());
    let bytes = told(&events).into_iter().find_map(|event| match event {
        StorageEvent::ProjectSaved { bytes, .. } => Some(bytes.clone()),
        _ => None,
    });
    let bytes = bytes.expect("a project is a file");

    let again = |run| keep(StorageCommand::Continue { run, key: key.clone() });
    let (other, last) = (RUN + 1, RUN + 2);
    let open = keep(StorageCommand::OpenProject { request: 10, name: "run.zip".into(), bytes });
    let commands = [vec![ours(), open], prepared(again(RUN))].concat();
    let events = drive_with_store(&Memory::default(), vec![processor()], commands, |event| match event {
        Event::StateChanged { run, state: RunState::Finished { .. } } if *run == RUN => {
            vec![Command::Start { run: other, config: Box::new(config()) }]
        }
        Event::StateChanged { run, state: RunState::Finished { .. } } if *run == other => vec![again(last)],
        _ => Vec::new(),
    });
    let of_the_last = events.iter().filter_map(|event| match event {
        Event::StateChanged { run, state } if *run == last => Some(state.clone()),
        _ => None,
    });
    assert_eq!(of_the_last.collect::<Vec<_>>(), [RunState::Preparing, RunState::Finished { step: 25 }]);
}

/// A newer page may have written it.
#[test]
fn what_cannot_be_read_is_not_thrown_away() {
    let store = Memory::default();
    visit(processor, &store, start(config()), Some(10));
    let whole = |content: &[u8]| [&seal::header(1, &[content])[..], content].concat();
    let kept =
        [("77.record.a", whole(b"{\"of\": \"tomorrow\"}")), ("77.weights.a", whole(b"?")), ("text.77", whole(b"?"))];
    for (name, file) in &kept {
        store.files.borrow_mut().insert((*name).into(), file.clone());
    }
    store.files.borrow_mut().insert("78.weights.a".into(), whole(b"of no run"));
    let (records, offer) = found(&drive_with_store(&store, vec![processor()], vec![ours()], |_| Vec::new()));
    assert_eq!((records.len(), offer.is_some()), (1, true));
    let files = store.files.borrow();
    assert!(kept.iter().all(|(name, file)| files.get(*name) == Some(file)), "{:?}", files.keys());
    assert!(!files.contains_key("78.weights.a"), "weights of no run are of no use");
}
