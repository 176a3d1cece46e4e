//! Runs that are listed, and sweeps, driven by events that a real engine would send.

use super::*;
use crate::protocol::Recovery;
use crate::protocol::runs::{RunRecord, TextMark};
use crate::protocol::storage::{StorageCommand, StorageEvent};
use crate::ui::state::runs::{Chart, Curve, RunsAction};
use crate::ui::state::sweep::{End, Fault, Outcome, Planned, Stage, Sweep, SweepAction, SweepField, spread_out};

fn record(key: &str, begun: u64) -> RunRecord {
    RunRecord {
        key: key.into(),
        number: begun as u32,
        name: String::new(),
        begun,
        config: Config::default(),
        text: Default::default(),
        vocab_size: 30,
        state: RunState::Finished { step: 20 },
        report: None,
        unigram_entropy: 2.5,
        baselines: None,
        points: vec![],
        evaluations: vec![],
        samples: vec![],
        seconds: 1.0,
        clock: vec![],
        device: DeviceKind::Cpu,
        kept: None,
    }
}

fn keys(bench: &Bench) -> Vec<&str> {
    bench.state.records().iter().map(|record| record.key.as_str()).collect()
}

fn act(bench: &mut Bench, action: RunsAction) {
    bench.act(Action::Runs(action));
}

impl Bench {
    /// A bench that is ready to train.
    fn cut() -> Self {
        let mut bench = Bench::with_text();
        bench.answer_tokenizer();
        bench
    }

    /// The engine has taken up the start that was ordered last: the run gets a key.
    fn begins(&mut self) -> (u32, Config) {
        let started = |command: &Command| match command {
            Command::Start { run, config } => Some((*run, Config::clone(config))),
            _ => None,
        };
        let (run, config) = self.commands.iter().rev().find_map(started).expect("a start");
        let state = RunState::Running { step: 0 };
        let record = RunRecord { config: config.clone(), state, ..record(&format!("key {run}"), u64::from(run)) };
        self.on_event(Event::Storage(StorageEvent::Began { run, record: Box::new(record) }));
        (run, config)
    }

    fn finishes(&mut self, run: u32, loss: f32) {
        let evaluation = Evaluation { step: 20, loss, bits_per_byte: loss };
        self.on_event(Event::Evaluated { run, evaluation });
        self.on_event(Event::StateChanged { run, state: RunState::Finished { step: 20 } });
    }

    /// Every run that the sweep starts is given a loss; gives the settings that it was started with.
    fn sweeps(&mut self, loss: impl Fn(&Config) -> f32) -> Vec<Config> {
        let mut tried = Vec::new();
        while self.state.runs.sweep.is_running() {
            let (run, config) = self.begins();
            self.finishes(run, loss(&config));
            tried.push(config);
        }
        tried
    }

    fn starts(&self) -> usize {
        self.count(|command| matches!(command, Command::Start { .. }))
    }
}

fn sweep_over(bench: &mut Bench, fields: &[(&str, &str)]) {
    for (at, (key, typed)) in fields.iter().enumerate() {
        let field = Field::find(key).expect(key);
        act(bench, RunsAction::Sweep(SweepAction::Choose(at, field)));
        act(bench, RunsAction::Sweep(SweepAction::Type(at, typed.to_string())));
    }
    act(bench, RunsAction::Sweep(SweepAction::Start));
}

#[test]
fn a_record_grows_with_what_the_engine_tells_of_its_run_and_of_no_other() {
    let mut bench = Bench::cut();
    bench.act(Action::Start);
    let (run, _) = bench.begins();
    let points = vec![StepPoint { step: 1, loss: 3.0, learning_rate: 0.1, grad_norm: 1.0 }];
    let pace = Pace { elapsed_seconds: 2.5, ..Pace::default() };
    bench.on_event(Event::Stepped { run, points: points.clone(), pace });
    bench.on_event(Event::Stepped { run: run + 1, points, pace });
    bench.finishes(run, 2.0);
    let [record] = bench.state.records() else { panic!("{:?}", keys(&bench)) };
    assert_eq!((record.points.len(), record.evaluations.len(), record.seconds), (1, 1, 2.5));
    assert_eq!(record.state, RunState::Finished { step: 20 });
    assert_eq!(bench.state.runs.look(&record.key), Some(0), "a run of this visit is on the chart");
}

#[test]
fn runs_of_earlier_visits_stand_before_those_of_this_one() {
    let mut bench = Bench::cut();
    bench.act(Action::Start);
    bench.begins();
    let known = RunRecord { name: "of the disk".into(), ..record("key 1", 1) };
    let found = vec![record("old", 0), known];
    bench.on_event(Event::Storage(StorageEvent::Found { records: found, offer: None, project: None }));
    assert_eq!(keys(&bench), ["old", "key 1"]);
    assert_eq!(
        bench.state.storage.record("key 1").map(|run| run.name.as_str()),
        Some(""),
        "what is known here is newer"
    );
}

#[test]
fn runs_on_the_last_text_are_compared_when_they_have_ended() {
    let mut bench = Bench::cut();
    let measured = |key: &str, begun, hash, state| RunRecord {
        text: TextMark { hash, ..TextMark::default() },
        evaluations: vec![Evaluation { step: 20, loss: 2.0, bits_per_byte: 3.0 }],
        state,
        ..record(key, begun)
    };
    let finished = || RunState::Finished { step: 20 };
    let other = measured("other text", 1, 7, finished());
    let found = vec![other, measured("a", 2, 8, finished()), record("unmeasured", 3), measured("b", 4, 8, finished())];
    bench.on_event(Event::Storage(StorageEvent::Found { records: found, offer: None, project: None }));
    let paused = measured("paused", 5, 9, RunState::Paused { step: 20 });
    bench.on_event(Event::Storage(StorageEvent::Changed { record: Box::new(paused) }));
    let compared: Vec<String> = bench.state.comparable().iter().map(|run| run.key.clone()).collect();
    assert_eq!(compared, ["a", "b"]);
}

#[test]
fn a_run_that_was_put_away_comes_back_where_it_was() {
    let mut bench = Bench::cut();
    let found = vec![record("a", 1), record("b", 2), record("c", 3)];
    bench.on_event(Event::Storage(StorageEvent::Found { records: found, offer: None, project: None }));
    act(&mut bench, RunsAction::Show("b".into()));
    act(&mut bench, RunsAction::Delete("b".into()));
    act(&mut bench, RunsAction::Delete("a".into()));
    assert!(matches!(bench.last(), Command::Storage(StorageCommand::Delete { key }) if key == "a"));
    assert_eq!((keys(&bench), bench.state.runs.look("b")), (vec!["c"], None));
    act(&mut bench, RunsAction::Undo);
    assert!(matches!(bench.last(), Command::Storage(StorageCommand::Restore { key }) if key == "a"));
    act(&mut bench, RunsAction::Undo);
    act(&mut bench, RunsAction::Undo);
    assert_eq!(keys(&bench), ["a", "b", "c"]);
}

#[test]
fn the_run_that_is_training_is_not_put_away() {
    let mut bench = Bench::cut();
    bench.act(Action::Start);
    let (run, _) = bench.begins();
    act(&mut bench, RunsAction::Delete("key 1".into()));
    assert_eq!(keys(&bench), ["key 1"]);
    bench.finishes(run, 2.0);
    act(&mut bench, RunsAction::Delete("key 1".into()));
    assert!(keys(&bench).is_empty());
}

#[test]
fn a_name_is_kept_and_told() {
    let mut bench = Bench::cut();
    bench.on_event(Event::Storage(StorageEvent::Found { records: vec![record("a", 1)], offer: None, project: None }));
    act(&mut bench, RunsAction::Rename("a".into(), "  wide one ".into()));
    assert_eq!(bench.state.records()[0].name, "wide one");
    assert!(matches!(bench.last(), Command::Storage(StorageCommand::Rename { name, .. }) if name == "wide one"));
}

#[test]
fn the_settings_of_a_run_are_taken_over_to_be_changed() {
    let mut bench = Bench::cut();
    let mut config = Config::default();
    config.model.n_layer = 5;
    let kept = RunRecord { config: config.clone(), ..record("a", 1) };
    bench.on_event(Event::Storage(StorageEvent::Found { records: vec![kept], offer: None, project: None }));
    act(&mut bench, RunsAction::Duplicate("a".into()));
    assert_eq!(bench.state.config, config);
    assert_eq!((bench.state.view.station, bench.state.view.part()), (Station::Train, Some(Part::Live)));
    assert_eq!(bench.starts(), 0, "not by itself");
}

#[test]
fn a_run_keeps_its_colour_while_others_come_and_go() {
    let mut bench = Bench::cut();
    let found = ["a", "b", "c"].iter().zip(1..).map(|(key, begun)| record(key, begun)).collect();
    bench.on_event(Event::Storage(StorageEvent::Found { records: found, offer: None, project: None }));
    for key in ["c", "a", "b", "a"] {
        act(&mut bench, RunsAction::Show(key.into()));
    }
    let looks = ["a", "b", "c"].map(|key| bench.state.runs.look(key));
    assert_eq!(looks, [None, Some(2), Some(0)]);
    act(&mut bench, RunsAction::Show("a".into()));
    assert_eq!(bench.state.runs.look("a"), Some(1), "the free one");
    assert_eq!(bench.state.reference().map(|run| run.key.as_str()), Some("c"));
    act(&mut bench, RunsAction::Refer("b".into()));
    assert_eq!(bench.state.reference().map(|run| run.key.as_str()), Some("b"));
    act(&mut bench, RunsAction::Show("b".into()));
    assert_eq!(bench.state.reference().map(|run| run.key.as_str()), Some("c"));
    act(&mut bench, RunsAction::Draw(Chart { curve: Curve::Training, ..Chart::default() }));
    assert_eq!(bench.state.runs.chart.curve, Curve::Training);
}

#[test]
fn a_sweep_tries_every_combination_and_leaves_the_settings_alone() {
    let mut bench = Bench::cut();
    let before = bench.state.config.clone();
    sweep_over(&mut bench, &[("learning_rate", "0.001, 0.01"), ("n_layer", "1 2 3"), ("optimizer", "adamw, lion")]);
    let tried = bench.sweeps(|config| config.train.learning_rate + config.model.n_layer as f32);
    assert_eq!(tried.len(), 12);
    let different = tried.iter().filter(|config| tried.iter().filter(|other| other == config).count() == 1).count();
    assert_eq!(different, 12, "none of them twice");
    assert_eq!(bench.state.config, before);
    let swept = bench.state.runs.sweep.done.as_ref().expect("a sweep");
    assert_eq!(swept.stage, Stage::Ended(End::Complete));
    for trial in swept.trials.iter() {
        let expected = trial.config.train.learning_rate + trial.config.model.n_layer as f32;
        assert!(matches!(trial.outcome, Outcome::Finished { loss, .. } if loss == expected), "{trial:?}");
        let run = bench.state.storage.record(trial.run.as_ref().expect("a run")).expect("it is in the table");
        assert_eq!(run.config, *trial.config);
        assert!(run.name.contains(&format!("Layers {}", run.config.model.n_layer)), "{}", run.name);
    }
    assert!(bench.state.runs.shown.is_empty(), "a sweep does not fill the chart");
}

#[test]
fn what_a_sweep_comes_to_is_known_before_it_begins() {
    let mut bench = Bench::cut();
    bench.state.config.train.steps = 100;
    let per_step = (bench.state.config.train.batch_size * bench.state.config.model.block_size) as f64;
    let planned = |values: &[(&str, &str)], bench: &Bench| {
        let swept = |(key, typed): &(&str, &str)| SweepField {
            field: Field::find(key).expect("a setting"),
            typed: typed.to_string(),
        };
        let sweep = Sweep { fields: values.iter().map(swept).collect(), ..Sweep::default() };
        let Planned { runs, tokens } = sweep.planned(&bench.state.config);
        (runs, tokens / per_step)
    };
    assert_eq!(planned(&[("learning_rate", "0.001, 0.01")], &bench), (2, 200.0));
    assert_eq!(planned(&[("steps", "10, 50")], &bench), (2, 60.0), "each as long as it is");
    assert_eq!(planned(&[("n_head", "4, 5")], &bench), (1, 100.0), "what does not fit is not trained");
}

#[test]
fn what_fits_no_model_is_left_out_with_its_reason_and_a_failure_ends_nothing() {
    let mut bench = Bench::cut();
    sweep_over(&mut bench, &[("n_head", "3, 5"), ("learning_rate", "0.1 0.2")]);
    let (run, _) = bench.begins();
    let error = Error::NotFinite { step: 3 };
    bench.on_event(Event::StateChanged { run, state: RunState::Failed { step: 3, error: error.clone() } });
    assert_eq!(bench.sweeps(|_| 2.0).len(), 1);
    let outcomes: Vec<&Outcome> =
        bench.state.runs.sweep.done.as_ref().expect("a sweep").trials.iter().map(|trial| &trial.outcome).collect();
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Outcome::Impossible(Error::HeadsDoNotDivide { .. })))
            .count(),
        2
    );
    assert!(outcomes.contains(&&Outcome::Failed(error)));
    assert!(outcomes.iter().any(|outcome| matches!(outcome, Outcome::Finished { .. })));
}

/// A run whose loss is no number waits for somebody to change its settings; in a sweep nobody does.
#[test]
fn a_run_that_goes_astray_does_not_hold_up_a_sweep() {
    let mut bench = Bench::cut();
    sweep_over(&mut bench, &[("learning_rate", "0.9, 0.001")]);
    let (run, _) = bench.begins();
    let cause = Error::NotFinite { step: 3 };
    let recovery = Recovery { step: 3, resumed: 2, cause: cause.clone(), device: DeviceKind::Cpu, seconds: 0.0 };
    bench.on_event(Event::Recovered { run, recovery });
    bench.on_event(Event::StateChanged { run, state: RunState::Paused { step: 2 } });
    assert_eq!(bench.starts(), 2);
    assert_eq!(bench.sweeps(|_| 2.0).len(), 1);
    let swept = bench.state.runs.sweep.done.as_ref().expect("a sweep");
    assert_eq!(swept.stage, Stage::Ended(End::Complete));
    assert!(swept.trials.iter().any(|trial| trial.outcome == Outcome::Failed(cause.clone())));
}

#[test]
fn a_sweep_out_of_time_stops_its_run_and_says_what_was_left_out() {
    let mut bench = Bench::cut();
    act(&mut bench, RunsAction::Sweep(SweepAction::Minutes(1.0)));
    sweep_over(&mut bench, &[("n_layer", "1, 2, 3, 4")]);
    let (run, _) = bench.begins();
    act(&mut bench, RunsAction::Sweep(SweepAction::Tick(10.0)));
    bench.finishes(run, 2.0);
    let (run, _) = bench.begins();
    act(&mut bench, RunsAction::Sweep(SweepAction::Tick(49.0)));
    assert!(!matches!(bench.last(), Command::Stop));
    act(&mut bench, RunsAction::Sweep(SweepAction::Tick(1.0)));
    assert!(matches!(bench.last(), Command::Stop));
    assert!(bench.state.runs.sweep.is_running(), "until the engine has stopped");
    bench.on_event(Event::StateChanged { run, state: RunState::Stopped { step: 7 } });
    let swept = bench.state.runs.sweep.done.as_ref().expect("a sweep");
    assert_eq!((swept.stage, swept.left_out()), (Stage::Ended(End::OutOfTime), 2));
    assert!(swept.trials.iter().any(|trial| trial.outcome == Outcome::CutShort { step: 7 }));
    assert_eq!(bench.starts(), 2);
}

#[test]
fn a_run_that_would_not_end_in_time_is_not_begun() {
    let mut bench = Bench::cut();
    act(&mut bench, RunsAction::Sweep(SweepAction::Minutes(1.0)));
    sweep_over(&mut bench, &[("seed", "1 2 3")]);
    let (run, _) = bench.begins();
    act(&mut bench, RunsAction::Sweep(SweepAction::Tick(40.0)));
    bench.finishes(run, 2.0);
    let swept = bench.state.runs.sweep.done.as_ref().expect("a sweep");
    assert_eq!((swept.stage, swept.left_out(), bench.starts()), (Stage::Ended(End::OutOfTime), 2, 1));
}

#[test]
fn time_stands_still_while_a_run_is_paused() {
    let mut bench = Bench::cut();
    sweep_over(&mut bench, &[("seed", "1 2")]);
    let (run, _) = bench.begins();
    bench.on_event(Event::StateChanged { run, state: RunState::Paused { step: 3 } });
    act(&mut bench, RunsAction::Sweep(SweepAction::Tick(1e6)));
    assert_eq!(bench.state.runs.sweep.done.as_ref().map(|swept| swept.spent), Some(0.0));
    assert!(bench.state.runs.sweep.is_running());
}

#[test]
fn a_sweep_ends_when_it_or_its_run_is_stopped_or_forgotten_or_its_engine_dies() {
    let stops: [fn(&mut Bench, u32); 4] = [
        |bench, run| {
            act(bench, RunsAction::Sweep(SweepAction::Stop));
            bench.on_event(Event::StateChanged { run, state: RunState::Stopped { step: 1 } });
        },
        |bench, run| bench.on_event(Event::StateChanged { run, state: RunState::Stopped { step: 1 } }),
        |bench, _| bench.act(Action::Reset),
        |bench, _| bench.act(Action::EngineDied(Error::WorkerFailed { detail: "gone".into() })),
    ];
    for stop in stops {
        let mut bench = Bench::cut();
        sweep_over(&mut bench, &[("seed", "1 2 3")]);
        let (run, _) = bench.begins();
        stop(&mut bench, run);
        let swept = bench.state.runs.sweep.done.as_ref().expect("a sweep");
        assert_eq!((swept.stage, bench.starts()), (Stage::Ended(End::Stopped), 1));
        assert!(swept.left_out() >= 2);
    }
}

#[test]
fn values_are_read_as_people_write_them() {
    let rate = Field::find("learning_rate").expect("a setting");
    let typed = |typed: &str| SweepField { field: rate, typed: typed.into() }.values();
    assert_eq!(typed("0.001，0.01、1e-4; 0.001").map(|values| values.len()), Ok(3));
    assert_eq!(typed(" , "), Err(Fault::None));
    assert_eq!(typed("1 0.9 0.8 0.7 0.6 0.5 0.4 0.3 0.2"), Err(Fault::TooMany));
    assert!(matches!(typed("0.1 fast"), Err(Fault::Value(Error::SettingOutOfRange { value, .. })) if value == "fast"));
    assert!(matches!(typed("0.1 7"), Err(Fault::Value(Error::SettingOutOfRange { value, .. })) if value == "7"));
}

#[test]
fn what_is_suggested_can_be_tried_for_every_setting() {
    for field in super::super::sweep::offered() {
        let values = SweepField::suggested(field, &Config::default()).values();
        assert!(values.as_ref().is_ok_and(|values| values.len() >= 2), "{}: {values:?}", field.key);
    }
}

#[test]
fn choices_are_switched_in_their_order() {
    let optimizer = SweepField::suggested(Field::find("optimizer").expect("a setting"), &Config::default());
    let without = SweepField { typed: optimizer.toggled("adam"), ..optimizer.clone() };
    assert!(!without.typed.split(", ").any(|name| name == "adam"));
    assert_eq!(without.toggled("adam"), optimizer.typed);
}

#[test]
fn a_sweep_that_ends_early_has_been_everywhere() {
    for count in 1..60 {
        let mut order = spread_out(count);
        let half = order[..count.div_ceil(2)].to_vec();
        let widest =
            half.iter().map(|at| half.iter().filter(|other| *other > at).map(|other| other - at).min().unwrap_or(0));
        assert!(widest.max().unwrap_or(0) <= count / 3 + 2, "{count}: {half:?}");
        order.sort_unstable();
        assert_eq!(order, (0..count).collect::<Vec<_>>(), "each once");
    }
}
