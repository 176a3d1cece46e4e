//! What the page does with what is kept: offers, goes on, takes back, says what it must, once.

use super::*;
use crate::protocol::runs::{RunRecord, TextMark};
use crate::protocol::storage::{LockState, Offer, Opened, SavedProject, SavedText, StorageCommand, StorageEvent};

fn record(key: &str) -> RunRecord {
    let mut config = Config::default();
    config.model.n_layer = 3;
    RunRecord {
        key: key.into(),
        number: 4,
        name: String::new(),
        begun: 1,
        config,
        text: TextMark::default(),
        vocab_size: 30,
        state: RunState::Paused { step: 2 },
        report: None,
        unigram_entropy: 2.5,
        points: (1..=3).map(point).collect(),
        evaluations: Vec::new(),
        samples: Vec::new(),
        seconds: 1.0,
        clock: Vec::new(),
        device: DeviceKind::Cpu,
        kept: Some(2),
        baselines: None,
    }
}

fn point(step: u64) -> StepPoint {
    StepPoint { step, loss: 1.0, learning_rate: 0.1, grad_norm: 1.0 }
}

fn keeping(bench: &mut Bench, event: StorageEvent) {
    bench.on_event(Event::Storage(event));
}

fn found(records: Vec<RunRecord>, project: Option<SavedProject>) -> StorageEvent {
    let offer = records.last().map(|record| Offer { key: record.key.clone(), step: 2 });
    StorageEvent::Found { records, offer, project: project.map(Box::new) }
}

fn commands(bench: &Bench) -> Vec<&StorageCommand> {
    fn of(command: &Command) -> Option<&StorageCommand> {
        if let Command::Storage(command) = command { Some(command) } else { None }
    }
    bench.commands.iter().filter_map(of).collect()
}

/// A page that has been told what is kept.
fn holding(records: Vec<RunRecord>) -> Bench {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    keeping(&mut bench, StorageEvent::Holds { hold: LockState::Ours });
    keeping(&mut bench, found(records, None));
    bench
}

fn text(name: &str) -> SavedText {
    SavedText { name: name.into(), id: "ab".into(), bytes: 3_000_000, read: Default::default() }
}

#[test]
fn a_run_is_offered_opened_and_goes_on_when_its_tokenizer_is_there() {
    let mut bench = holding(vec![record("7")]);
    assert_eq!(bench.state.storage.offer, Some(Offer { key: "7".into(), step: 2 }));
    bench.act(Action::Storage(StorageAction::Continue("7".into())));
    let Some(StorageCommand::Open { request, key }) = commands(&bench).pop() else { panic!("{:?}", commands(&bench)) };
    let request = *request;
    assert_eq!(key, "7");
    let project = SavedProject { config: record("7").config, texts: Vec::new(), tokenizer: None };
    let opened = Box::new(Opened { project, record: Some(record("7")) });
    keeping(&mut bench, StorageEvent::Opened { request, opened });
    assert_eq!((bench.state.config.model.n_layer, bench.state.view.station), (3, Station::Train));
    let Some(StorageCommand::Continue { run, key }) = commands(&bench).pop() else { panic!("{:?}", commands(&bench)) };
    let shown = bench.state.training.run.as_ref().expect("the run is shown");
    assert_eq!((shown.id, key.as_str(), shown.points.len()), (*run, "7", 2), "step 3 is done again");
    assert_eq!(bench.state.storage.offer, None);
}

#[test]
fn the_record_of_a_run_follows_what_is_told_of_it() {
    let mut bench = holding(Vec::new());
    bench.act(Action::Start);
    let run = bench.state.training.run.as_ref().expect("a run").id;
    let begun = RunRecord { points: Vec::new(), kept: None, ..record("9") };
    keeping(&mut bench, StorageEvent::Began { run, record: Box::new(begun) });
    let pace = Pace { tokens_per_second: 1.0, elapsed_seconds: 3.0, remaining_seconds: 1.0, ..Pace::default() };
    bench.on_event(Event::Stepped { run, points: vec![point(1), point(2)], pace });
    bench.on_event(Event::Stepped { run: run + 1, points: vec![point(3)], pace });
    keeping(&mut bench, StorageEvent::Saved { key: "9".into(), step: 2 });
    let record = bench.state.storage.current().expect("it is known").clone();
    assert_eq!((record.points.len(), record.seconds, record.kept), (2, 3.0, Some(2)));
}

#[test]
fn a_reload_takes_texts_back_that_the_tab_had_not_kept() {
    let mut config = Config { ..Config::default() };
    config.data.source = Source::Own;
    let project = SavedProject { config: config.clone(), texts: vec![text("large.txt")], tokenizer: None };
    let reload = |hash: &str| {
        let mut bench = Bench::new();
        bench.state = State::open(hash, Lang::En, Vec::new());
        bench.on_event(gpu());
        keeping(&mut bench, StorageEvent::Holds { hold: LockState::Ours });
        keeping(&mut bench, found(Vec::new(), Some(project.clone())));
        bench.state
    };
    let same = reload("#source=own");
    assert_eq!((same.config, same.notices.len(), same.project.own.len()), (config, 0, 1));
    let other = reload("#source=own&n_layer=3");
    assert_eq!((other.config.data.source, &other.notices[..]), (Source::Stories, &[Notice::TextNotInLink][..]));
    assert_eq!(other.project.own.len(), 1, "the text is there, though the link means another");
}

#[test]
fn settings_are_remembered_once_it_is_known_what_there_is() {
    let mut bench = Bench::with_text();
    bench.act(Action::UseBuiltIn(Source::Arithmetic));
    assert!(commands(&bench).is_empty());
    keeping(&mut bench, StorageEvent::Holds { hold: LockState::Ours });
    keeping(&mut bench, found(Vec::new(), None));
    assert!(commands(&bench).is_empty(), "they are those that are kept");
    bench.act(Action::UseBuiltIn(Source::Stories));
    bench.act(Action::Go(Station::Train));
    let [StorageCommand::Remember { config, .. }] = commands(&bench)[..] else { panic!("{:?}", commands(&bench)) };
    assert_eq!(config.data.source, Source::Stories);
    keeping(&mut bench, StorageEvent::Holds { hold: LockState::Elsewhere });
    bench.act(Action::UseBuiltIn(Source::Arithmetic));
    assert_eq!(commands(&bench).len(), 1, "another tab keeps");
}

#[test]
fn what_is_not_kept_is_said_until_it_is_read_and_until_it_is_kept_again() {
    let mut bench = holding(Vec::new());
    let error = Error::StorageFull { bytes: 7 };
    keeping(&mut bench, StorageEvent::Stopped { error: error.clone() });
    assert_eq!(bench.state.storage.trouble, Some(error));
    bench.act(Action::Storage(StorageAction::Read));
    assert_eq!((&bench.state.storage.trouble, bench.state.storage.is_stopped), (&None, true));
    keeping(&mut bench, StorageEvent::Resumed);
    assert!(!bench.state.storage.is_stopped);
}

#[test]
fn a_project_that_is_refused_changes_nothing() {
    let mut bench = holding(Vec::new());
    let before = bench.state.config.clone();
    bench.act(Action::Storage(StorageAction::Open("a.zip".into(), b"PK"[..].into())));
    let Some(StorageCommand::OpenProject { request, .. }) = commands(&bench).pop() else { panic!("an order") };
    let error = Error::ProjectNotZip { name: "a.zip".into(), detail: "short".into() };
    bench.on_event(Event::Refused { request: *request, error: error.clone() });
    assert_eq!((&bench.state.storage.refused, bench.state.config.clone()), (&Some(error), before));
    assert!(!bench.state.storage.is_opening() && bench.state.notices.is_empty());
}

#[test]
fn a_project_that_is_opened_brings_its_texts_and_offers_its_run() {
    let mut bench = holding(Vec::new());
    bench.act(Action::Storage(StorageAction::Open("a.zip".into(), b"PK"[..].into())));
    let Some(&StorageCommand::OpenProject { request, .. }) = commands(&bench).pop() else { panic!("an order") };
    let mut config = record("7").config;
    config.data.source = Source::Own;
    let project = SavedProject { config, texts: vec![text("mine.txt")], tokenizer: None };
    keeping(&mut bench, StorageEvent::Changed { record: Box::new(record("7")) });
    let opened = Box::new(Opened { project, record: Some(record("7")) });
    keeping(&mut bench, StorageEvent::Opened { request, opened });
    let state = &bench.state;
    assert_eq!((state.config.data.source, state.project.own[0].name.as_str()), (Source::Own, "mine.txt"));
    assert_eq!(state.storage.offer, Some(Offer { key: "7".into(), step: 2 }));
    assert!(state.training.run.is_none());
    assert_eq!(bench.count(|command| matches!(command, Command::LoadText { .. })), 2);
}
