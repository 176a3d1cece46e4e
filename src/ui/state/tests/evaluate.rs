//! What is measured, kept and looked up, as the page asks for it.

use super::*;
use crate::protocol::Token;
use crate::protocol::WrittenToken;
use crate::protocol::evaluate::{
    Baselines, Copied, EvaluateCommand, EvaluateEvent, On, Origin, Report, SavedModel, Which,
};

/// A run that has ended, of which two models are kept.
fn measured() -> Bench {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    bench.act(Action::Start);
    let run = bench.state.training.run.as_ref().expect("a run").id;
    bench.on_event(Event::Started { run, report: PlanReport::default() });
    let model = |key, step| SavedModel { key, origin: Origin::Run(run), step };
    bench.on_event(Event::Evaluate(EvaluateEvent::Kept { models: vec![model(1, 0), model(2, 50)] }));
    bench.trains(RunState::Finished { step: 60 });
    bench
}

fn commands(bench: &Bench) -> Vec<&EvaluateCommand> {
    let of = |command: &'_ Command| matches!(command, Command::Evaluate(_));
    let commands = bench.commands.iter().filter(|command| of(command));
    commands.map(|command| if let Command::Evaluate(order) = command { order } else { unreachable!() }).collect()
}

fn evaluate(action: EvaluateAction) -> Action {
    Action::Evaluate(action)
}

#[test]
fn the_models_that_are_chosen_are_measured_on_what_is_chosen() {
    let mut bench = measured();
    bench.act(evaluate(EvaluateAction::ChooseBeside(Some(Which::Kept(1)))));
    bench.act(evaluate(EvaluateAction::On(Ground::Own)));
    bench.act(evaluate(EvaluateAction::Paste("fox".into())));
    assert!(commands(&bench).is_empty(), "nothing is measured unasked");
    bench.act(evaluate(EvaluateAction::Measure));
    let [EvaluateCommand::Measure { request, models, on }] = &commands(&bench)[..] else {
        panic!("{:?}", bench.commands)
    };
    assert_eq!((&models[..], on), (&[Which::Now, Which::Kept(1)][..], &On::Text("fox".into())));
    let request = *request;
    bench.on_event(Event::Progress { work: Work::Evaluating, done: 0.5 });
    bench.on_event(Event::Evaluate(EvaluateEvent::Measured { request, reports: vec![Report::default(); 2] }));
    assert_eq!(bench.state.evaluate.measured.answer.as_ref().map(|reports| reports.len()), Some(2));
    assert_eq!(bench.state.progress.of(Work::Evaluating), None);
}

#[test]
fn a_refusal_stays_beside_the_last_answer_and_a_late_answer_is_dropped() {
    let mut bench = measured();
    bench.act(evaluate(EvaluateAction::Measure));
    let request = bench.state.last_request;
    bench.act(evaluate(EvaluateAction::Measure));
    let newer = bench.state.last_request;
    bench.on_event(Event::Evaluate(EvaluateEvent::Measured { request, reports: vec![] }));
    assert!(bench.state.evaluate.measured.answer.is_none(), "it was overtaken");
    let error = Error::ModelForgotten { key: 9 };
    bench.on_event(Event::Refused { request: newer, error: error.clone() });
    assert_eq!(bench.state.evaluate.measured.error, Some(error));
    assert!(bench.state.notices.is_empty(), "it is told where it was asked");
    bench.act(evaluate(EvaluateAction::Measure));
    bench.act(evaluate(EvaluateAction::StopMeasuring));
    assert!(matches!(commands(&bench).last(), Some(EvaluateCommand::StopMeasuring)));
    assert!(!bench.state.evaluate.measured.is_waiting());
}

#[test]
fn a_model_that_is_kept_no_more_is_chosen_no_more() {
    let mut bench = measured();
    bench.act(evaluate(EvaluateAction::Choose(Which::Kept(1))));
    bench.act(evaluate(EvaluateAction::ChooseBeside(Some(Which::Kept(2)))));
    let run = bench.state.training.run.as_ref().expect("a run").id;
    bench.on_event(Event::Evaluate(EvaluateEvent::Kept {
        models: vec![SavedModel { key: 2, origin: Origin::Run(run), step: 50 }],
    }));
    assert_eq!((bench.state.evaluate.model, bench.state.evaluate.beside), (Which::Now, Some(Which::Kept(2))));
    bench.act(Action::EngineDied(Error::WorkerFailed { detail: "gone".into() }));
    assert_eq!(bench.state.evaluate.beside, None, "a new engine keeps nothing");
}

#[test]
fn two_models_write_with_the_prompt_of_station_write() {
    let mut bench = measured();
    bench.act(Action::Prompt("Once".into()));
    bench.act(evaluate(EvaluateAction::ChooseBeside(Some(Which::Kept(2)))));
    bench.act(evaluate(EvaluateAction::WriteBeside));
    let Some(EvaluateCommand::WriteBeside { request, models, prompt, .. }) = commands(&bench).pop() else {
        panic!("{:?}", bench.commands)
    };
    assert_eq!((*models, prompt.as_str()), ([Which::Now, Which::Kept(2)], "Once"));
    let request = *request;
    bench.on_event(Event::Evaluate(EvaluateEvent::WroteBeside { request, texts: [vec![], vec![]] }));
    assert!(bench.state.evaluate.texts.answer.is_some());
}

/// Every text that was written to its end is looked up once, and what is found belongs to that text alone.
#[test]
fn what_was_written_is_looked_up_once() {
    let mut bench = measured();
    bench.act(Action::Write);
    let Command::Write { request, .. } = *bench.last() else { panic!("{:?}", bench.last()) };
    let token = Token { id: 7, text: "fox".into(), partial: false };
    let written = WrittenToken { token, probability: 0.5, runners_up: vec![] };
    bench.on_event(Event::Wrote { request, tokens: vec![written] });
    assert!(commands(&bench).is_empty(), "it is still being written");
    bench.on_event(Event::WriteEnded { request, end: WriteEnd::Stopped });
    let [EvaluateCommand::LookUp { request, ids }] = &commands(&bench)[..] else { panic!("{:?}", bench.commands) };
    assert_eq!(ids, &[7]);
    let request = *request;
    bench.act(Action::Go(Station::Train));
    assert_eq!(commands(&bench).len(), 1);
    bench.on_event(Event::Evaluate(EvaluateEvent::LookedUp {
        request,
        copied: Box::new(Copied { longest: 3, ..Copied::default() }),
    }));
    assert_eq!(bench.state.copied().map(|copied| copied.longest), Some(3));
    bench.act(Action::Write);
    assert!(bench.state.copied().is_none(), "another text");
}

#[test]
fn what_counting_comes_to_belongs_to_its_run() {
    let mut bench = measured();
    let run = bench.state.training.run.as_ref().expect("a run").id;
    let counted = |run, loss| {
        let baselines = Baselines { orders: vec![3.0, loss], ..Baselines::default() };
        Event::Evaluate(EvaluateEvent::Counted { run, baselines })
    };
    bench.on_event(counted(run, 2.0));
    bench.on_event(counted(run + 1, 1.0));
    let baselines = bench.state.training.run.as_ref().and_then(|run| run.baselines.clone()).expect("counted");
    assert_eq!(baselines.ngrams().collect::<Vec<_>>(), [(2, 2.0)]);
}

/// A run of an earlier visit is fetched when it is chosen, and measured once it is there.
#[test]
fn a_run_of_an_earlier_visit_is_fetched_and_then_chosen() {
    let mut bench = measured();
    bench.act(evaluate(EvaluateAction::Fetch(Side::Second, "123".into())));
    assert!(matches!(commands(&bench)[..], [EvaluateCommand::Fetch { run, .. }] if run == "123"));
    assert_eq!(bench.state.evaluate.beside, None);
    let model = SavedModel { key: 9, origin: Origin::Record("123".into()), step: 70 };
    bench.on_event(Event::Evaluate(EvaluateEvent::Kept { models: vec![model] }));
    assert_eq!(bench.state.evaluate.beside, Some(Which::Kept(9)));
    assert!(!bench.state.evaluate.fetching.is_waiting());

    bench.act(evaluate(EvaluateAction::Fetch(Side::First, "124".into())));
    let (request, error) = (bench.state.last_request, Error::RunDiffers { run: "Run 1".into(), what: "text".into() });
    bench.on_event(Event::Refused { request, error: error.clone() });
    assert_eq!((&bench.state.evaluate.fetching.error, bench.state.evaluate.model), (&Some(error), Which::Now));
}
