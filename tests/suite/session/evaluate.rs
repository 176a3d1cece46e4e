//! Models that are measured beside their training, kept, compared and looked up; and what counting comes to.

use gptling::config::TokenizerMethod::{Bpe, Characters};
use gptling::error::Error;
use gptling::gpu::device::Checks;
use gptling::protocol::evaluate::{Baselines, Copied, EvaluateCommand, EvaluateEvent, On, Report, SavedModel, Which};
use gptling::protocol::{Command, Event, RunState, WrittenToken};
use gptling::text::eval_windows::MAX_BYTES;

use super::run::{points, prepared, start, states};
use super::storage::{found, ours};
use super::{Memory, drive, drive_on, drive_with_store, load, load_own, no_adapter, silent, tiny, train_tokenizer};
use crate::machine;

fn measure(request: u32, models: &[Which], on: On) -> Command {
    Command::Evaluate(EvaluateCommand::Measure { request, models: models.to_vec(), on })
}

fn write_beside(request: u32, models: [Which; 2]) -> Command {
    let (prompt, sample) = ("Once".to_string(), tiny().sample);
    Command::Evaluate(EvaluateCommand::WriteBeside { request, models, prompt, sample })
}

fn reports(events: &[Event], wanted: u32) -> Vec<Report> {
    let found = events.iter().find_map(|event| match event {
        Event::Evaluate(EvaluateEvent::Measured { request, reports }) if *request == wanted => Some(reports.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{wanted} is measured"))
}

fn baselines(events: &[Event]) -> Vec<Baselines> {
    let counted = |event: &Event| match event {
        Event::Evaluate(EvaluateEvent::Counted { baselines, .. }) => Some(baselines.clone()),
        _ => None,
    };
    events.iter().filter_map(counted).collect()
}

fn kept(events: &[Event]) -> Vec<SavedModel> {
    let kept = |event: &Event| match event {
        Event::Evaluate(EvaluateEvent::Kept { models }) => Some(models.clone()),
        _ => None,
    };
    events.iter().filter_map(kept).next_back().unwrap_or_default()
}

fn refusal(events: &[Event], wanted: u32) -> Error {
    let found = events.iter().find_map(|event| match event {
        Event::Refused { request, error } if *request == wanted => Some(error.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{wanted} is refused"))
}

fn is_finished(event: &Event) -> bool {
    matches!(event, Event::StateChanged { state: RunState::Finished { .. }, .. })
}

#[test]
fn counting_is_told_once_for_a_run_and_longer_rows_know_more() {
    let events = drive(prepared(start(tiny())), silent);
    let [counted] = &baselines(&events)[..] else { panic!("{:?}", baselines(&events)) };
    let vocab_size = counted.uniform.exp().round();
    assert!((20.0..80.0).contains(&vocab_size), "{counted:?}");
    assert_eq!(counted.orders.len(), 5);
    assert!(counted.orders[0] < counted.uniform && counted.orders[1] < counted.orders[0], "{counted:?}");
    assert!(counted.orders[2] < counted.orders[1] && counted.orders[3] < counted.orders[2], "{counted:?}");
    assert_eq!((counted.counted, counted.measured), (counted.training, counted.held_out));
}

#[test]
fn a_second_run_on_the_same_text_has_the_same_baselines() {
    let mut again = vec![start(tiny())];
    let events =
        drive(prepared(start(tiny())), |event| if is_finished(event) { std::mem::take(&mut again) } else { vec![] });
    let [first, second] = &baselines(&events)[..] else { panic!("{:?}", baselines(&events)) };
    assert_eq!(first, second);
}

#[test]
fn a_report_of_what_was_held_out_is_what_the_evaluation_says() {
    check_a_report(|commands, react| drive(commands, react));
    let gpu = machine::open(Checks::Checked);
    check_a_report(|commands, react| drive_on(&gpu, commands, react));
}

fn check_a_report(drive: impl Fn(Vec<Command>, &mut dyn FnMut(&Event) -> Vec<Command>) -> Vec<Event>) {
    let events = drive(prepared(start(tiny())), &mut |event| match is_finished(event) {
        true => vec![measure(9, &[Which::Now], On::HeldOut)],
        false => Vec::new(),
    });
    let [report] = &reports(&events, 9)[..] else { panic!("one report for one model") };
    let mut evaluation = events.iter().filter_map(|event| match event {
        Event::Evaluated { evaluation, .. } => Some(evaluation),
        _ => None,
    });
    let evaluation = evaluation.next_back().expect("a run is evaluated at its end");
    // The evaluation takes some of the windows, the report all.
    assert!((report.loss / evaluation.loss - 1.0).abs() < 0.03, "{} and {}", report.loss, evaluation.loss);
    assert_eq!((report.step, report.targets), (25, report.available));
    assert!((report.bits_per_byte / report.loss - evaluation.bits_per_byte / evaluation.loss).abs() < 0.01);
    assert!((report.perplexity().ln() - f64::from(report.loss)).abs() < 1e-6);
    assert!(report.accuracy > 0.05 && report.top_five > report.accuracy && report.top_five < 1.0, "{report:?}");
    assert_eq!(report.bins.iter().map(|bin| bin.targets).sum::<u64>(), report.targets);
    assert_eq!(report.positions.iter().map(|it| it.targets).sum::<u64>(), report.targets);
    assert_eq!(report.positions.last().map(|it| it.to), Some(16));
    assert!(report.worst.windows(2).all(|pair| pair[0].loss >= pair[1].loss) && report.worst[0].loss > report.loss);
    assert!(report.worst.iter().all(|miss| !miss.before.is_empty() && miss.rank > 0), "{:?}", report.worst);
    assert!(report.costly.iter().map(|it| it.share).sum::<f32>() <= 1.0001);
}

#[test]
fn two_models_are_measured_on_a_pasted_text_and_the_later_one_knows_more() {
    let text = "Once there was a little fox. The fox ran to the river and sat under the moon.".to_string();
    let mut events = Vec::new();
    for on in [On::Text(text), On::HeldOut] {
        let mut asked = false;
        events = drive(prepared(start(tiny())), |event| match event {
            event if is_finished(event) && !asked => {
                asked = true;
                vec![measure(9, &[Which::Kept(1), Which::Now], on.clone())]
            }
            _ => Vec::new(),
        });
        let [before, now] = &reports(&events, 9)[..] else { panic!("a report for each") };
        assert_eq!((before.step, now.step), (0, 25));
        assert!(now.loss < before.loss - 0.1, "{} after {}", now.loss, before.loss);
        assert_eq!(before.targets, now.targets);
    }
    let steps: Vec<u64> = kept(&events).iter().map(|model| model.step).collect();
    assert_eq!(steps, [0, 10, 20, 25]);
}

/// Whatever is asked between two submits, training takes the same steps.
#[test]
fn measuring_changes_nothing_of_the_training() {
    let whole = points(&drive(prepared(start(tiny())), silent));
    let mut asked = vec![
        vec![write_beside(30, [Which::Now, Which::Kept(1)])],
        vec![measure(20, &[Which::Now], On::HeldOut), measure(21, &[Which::Now, Which::Now], On::HeldOut)],
    ];
    let events = drive(prepared(start(tiny())), |event| match event {
        Event::Stepped { .. } => asked.pop().unwrap_or_default(),
        _ => Vec::new(),
    });
    assert_eq!(points(&events), whole);
    assert_eq!(states(&events).last(), Some(&RunState::Finished { step: 25 }));
    let [first, second] = &reports(&events, 21)[..] else { panic!("two reports") };
    assert_eq!(first, second, "the same model twice");
    let overtaken = |event: &Event| matches!(event, Event::Evaluate(EvaluateEvent::Measured { request: 20, .. }));
    assert!(!events.iter().any(overtaken), "a newer order overtakes");
}

fn beside(events: &[Event], wanted: u32) -> [Vec<WrittenToken>; 2] {
    let found = events.iter().find_map(|event| match event {
        Event::Evaluate(EvaluateEvent::WroteBeside { request, texts }) if *request == wanted => Some(texts.clone()),
        _ => None,
    });
    found.expect("both models write")
}

#[test]
fn two_models_write_with_one_seed_as_each_would_alone() {
    let sample = tiny().sample;
    let mut commands = vec![
        write_beside(10, [Which::Kept(1), Which::Now]),
        write_beside(11, [Which::Now, Which::Now]),
        Command::Write { request: 12, prompt: "Once".into(), sample },
        write_beside(13, [Which::Now, Which::Kept(77)]),
    ];
    commands.reverse();
    let events = drive(prepared(start(tiny())), |event| match event {
        event if is_finished(event) => commands.pop().into_iter().collect(),
        Event::Evaluate(EvaluateEvent::WroteBeside { .. }) | Event::WriteEnded { .. } => {
            commands.pop().into_iter().collect()
        }
        _ => Vec::new(),
    });
    let [early, late] = beside(&events, 10);
    assert_eq!((early.len(), late.len()), (24, 24));
    assert_ne!(early, late, "what was learned is seen");
    let [same, again] = beside(&events, 11);
    assert_eq!(same, again);
    assert_eq!(same, late);
    let alone = events.iter().filter_map(|event| match event {
        Event::Wrote { request: 12, tokens } => Some(tokens.clone()),
        _ => None,
    });
    let alone: Vec<WrittenToken> = alone.flatten().collect();
    let ids = |tokens: &[WrittenToken]| tokens.iter().map(|written| written.token.id).collect::<Vec<_>>();
    assert_eq!(ids(&alone), ids(&late), "the model of now writes as it does at station Write");
    assert_eq!(refusal(&events, 13), Error::ModelForgotten { key: 77 });
}

#[test]
fn a_long_run_keeps_few_models_and_the_runs_before_it_stay() {
    let mut long = tiny();
    long.train.steps = 200;
    let mut again = vec![Command::Start { run: 8, config: Box::new(tiny()) }];
    let events =
        drive(prepared(start(long)), |event| if is_finished(event) { std::mem::take(&mut again) } else { vec![] });
    let steps: Vec<u64> = kept(&events).iter().map(|model| model.step).collect();
    let second = steps.iter().rposition(|step| *step == 0).expect("the second run begins");
    assert!((4..=6).contains(&second), "{steps:?}");
    assert_eq!((steps[0], steps[second - 1]), (0, 200));
    assert_eq!(steps[second..], [0, 10, 20, 25]);
}

#[test]
fn a_text_of_training_is_recognised_and_its_place_told() {
    let lines: String =
        (0..300).map(|line| format!("Line {line} says {} and {}.\n", line * 7919 % 997, line * 31 % 89)).collect();
    let stolen = "Line 40 says 711 and 83.\nLine 41 says 654 and 25.\n";
    assert!(lines.contains(stolen));
    for method in [Characters, Bpe] {
        let commands = vec![load_own(1, lines.as_bytes()), train_tokenizer(2, method, 300), start(tiny())];
        let mut ids = Vec::new();
        let events = drive(commands, |event| match event {
            event if is_finished(event) => vec![Command::Encode { request: 5, text: stolen.into() }],
            Event::Encoded { request: 5, tokens } => {
                ids = tokens.iter().map(|token| token.id).collect();
                vec![Command::Evaluate(EvaluateCommand::LookUp { request: 6, ids: ids.clone() })]
            }
            _ => Vec::new(),
        });
        let found = events.iter().find_map(|event| match event {
            Event::Evaluate(EvaluateEvent::LookedUp { request: 6, copied }) => Some(Copied::clone(copied)),
            _ => None,
        });
        let copied = found.expect("it is looked up");
        assert_eq!((copied.longest, copied.characters), (50, 50), "{copied:?}");
        assert!(copied.by_chance() < 30 && !copied.chance.is_empty(), "{copied:?}");
        let stretch = &copied.stretches[0];
        assert_eq!((stretch.from, stretch.to), (0, ids.len() as u64));
        assert!(stretch.text.contains(stolen.trim()) && stretch.before.ends_with('\n'), "{stretch:?}");
        assert!(stretch.after.starts_with("Line 42"), "{stretch:?}");
        let near: String = copied.nearest[0].parts.iter().map(|(text, _)| text.as_str()).collect();
        assert!(near.contains("711 and 83") || near.contains("654 and 25"), "{near}");
    }
}

#[test]
fn what_cannot_be_measured_says_why() {
    let text = |text: &str| On::Text(text.into());
    let early = drive(vec![measure(1, &[Which::Now], On::HeldOut)], silent);
    assert_eq!(refusal(&early, 1), Error::Missing { missing: "model".into() });
    let long = "a ".repeat(MAX_BYTES / 2 + 1);
    let mut asked = vec![
        measure(2, &[Which::Now], text("a")),
        measure(3, &[Which::Now], text(&long)),
        measure(4, &[Which::Kept(99)], On::HeldOut),
        measure(5, &[Which::Now], text("Once there was 猫")),
    ];
    asked.reverse();
    let events = drive(vec![load(1, 20_000), train_tokenizer(2, Characters, 0), start(tiny())], |event| match event {
        event if is_finished(event) => asked.pop().into_iter().collect(),
        Event::Refused { .. } => asked.pop().into_iter().collect(),
        _ => Vec::new(),
    });
    assert_eq!(refusal(&events, 2), Error::PastedTextTooShort { tokens: 1 });
    let (bytes, limit) = (long.len() as u64, MAX_BYTES as u64);
    assert_eq!(refusal(&events, 3), Error::PastedTextTooLong { bytes, limit });
    assert_eq!(refusal(&events, 4), Error::ModelForgotten { key: 99 });
    assert_eq!(reports(&events, 5)[0].unknown, 1, "a letter that the vocabulary lacks is told");
}

#[test]
fn measuring_is_given_up_when_told() {
    let mut asked = vec![measure(9, &[Which::Now], On::HeldOut)];
    let events = drive(prepared(start(tiny())), |event| match event {
        event if is_finished(event) => std::mem::take(&mut asked),
        Event::Progress { work: gptling::protocol::Work::Evaluating, .. } => {
            vec![Command::Evaluate(EvaluateCommand::StopMeasuring)]
        }
        _ => Vec::new(),
    });
    let begun = |event: &Event| matches!(event, Event::Progress { work: gptling::protocol::Work::Evaluating, .. });
    let answered = |event: &Event| matches!(event, Event::Evaluate(EvaluateEvent::Measured { .. }));
    assert!(events.iter().any(begun), "it was measured at all");
    assert!(!events.iter().any(answered));
}

/// What a run was when it was kept is measured on a later visit as it was then.
#[test]
fn a_run_of_an_earlier_visit_is_fetched_and_measured() {
    let store = Memory::default();
    let visit = |begin: Command, react: &mut dyn FnMut(&Event) -> Vec<Command>| {
        let commands = [vec![ours()], prepared(begin)].concat();
        drive_with_store(&store, vec![Err(no_adapter())], commands, react)
    };
    let first = visit(start(tiny()), &mut |event| match is_finished(event) {
        true => vec![measure(9, &[Which::Now], On::HeldOut)],
        false => Vec::new(),
    });
    let key = found(&first).0.first().map(|record| record.key.clone());
    let key = key.unwrap_or_else(|| found(&visit(Command::StopWriting, &mut silent)).0[0].key.clone());
    let fetch = |run: &str| Command::Evaluate(EvaluateCommand::Fetch { request: 8, run: run.into() });
    let second = visit(fetch(&key), &mut |event| match event {
        Event::Evaluate(EvaluateEvent::Kept { models }) => vec![measure(9, &[Which::Kept(models[0].key)], On::HeldOut)],
        _ => Vec::new(),
    });
    assert_eq!(reports(&second, 9), reports(&first, 9));
    let third = visit(fetch("no such run"), &mut silent);
    assert_eq!(refusal(&third, 8), Error::RunNotKept { run: "no such run".into() });
    let other = vec![ours(), load(1, 12_000), train_tokenizer(2, Characters, 0), fetch(&key)];
    let fourth = drive_with_store(&store, vec![Err(no_adapter())], other, silent);
    assert!(matches!(refusal(&fourth, 8), Error::RunDiffers { what, .. } if what == "text"));
}
