//! One's own texts and the cleaning of documents, as the page keeps them.

use super::*;
use crate::config::corpus::{Encoding, ReadConfig};
use crate::protocol::TextSource;
use crate::protocol::corpus::{CorpusCommand, CorpusEvent};

fn act(action: CorpusAction) -> Action {
    Action::Corpus(action)
}

fn load_request(bench: &Bench) -> RequestId {
    bench.request(|command| match command {
        Command::LoadText { request, .. } => Some(*request),
        _ => None,
    })
}

/// The names of the texts in the last order to load.
fn loads(bench: &Bench) -> Vec<String> {
    let sources = bench.commands.iter().rev().find_map(|command| match command {
        Command::LoadText { sources, .. } => Some(sources),
        _ => None,
    });
    let name = |source: &TextSource| match source {
        TextSource::Brought { name, .. } => name.clone(),
        TextSource::BuiltIn { corpus, .. } => corpus.name().into(),
    };
    sources.into_iter().flatten().map(name).collect()
}

fn count_loads(bench: &Bench) -> usize {
    bench.count(|command| matches!(command, Command::LoadText { .. }))
}

fn leave_out(bench: &mut Bench, place: u32, error: &Error) {
    let request = load_request(bench);
    bench.on_event(Event::Corpus(CorpusEvent::LeftOut { request, place, error: error.clone() }));
}

fn id(bench: &Bench, name: &str) -> u32 {
    bench.state.project.own.iter().find(|text| text.name == name).expect("a text").id
}

fn read_as(encoding: Encoding) -> ReadConfig {
    ReadConfig { encoding: Some(encoding), ..Default::default() }
}

#[test]
fn texts_come_together_and_one_takes_the_place_of_its_name() {
    let mut bench = Bench::with_text();
    bench.act(bring(&["a.txt", "b.txt"]));
    assert_eq!(loads(&bench), ["a.txt", "b.txt"]);
    bench.answer_text("a.txt");
    let first = id(&bench, "a.txt");
    bench.act(bring(&["a.txt", "c.txt"]));
    assert_eq!(loads(&bench), ["a.txt", "b.txt", "c.txt"]);
    assert_ne!(id(&bench, "a.txt"), first, "another content has another number");
    bench.answer_text("a.txt");
    bench.act(act(CorpusAction::Remove(id(&bench, "b.txt"))));
    assert_eq!(loads(&bench), ["a.txt", "c.txt"]);
    bench.answer_text("a.txt");
    for name in ["a.txt", "c.txt"] {
        bench.act(act(CorpusAction::Remove(id(&bench, name))));
    }
    bench.answer_text("c.txt");
    assert_eq!((loads(&bench), bench.state.config.data.source), (vec!["stories".into()], Source::Stories));
}

#[test]
fn a_text_that_cannot_be_read_waits_and_the_others_are_used() {
    let mut bench = Bench::with_text();
    bench.act(bring(&["bad.txt", "good.txt"]));
    let error = Error::TextNotEncoded { name: "bad.txt".into(), encoding: "UTF-8".into(), offset: 3 };
    leave_out(&mut bench, 0, &error);
    bench.answer_text("good.txt");
    let bad = id(&bench, "bad.txt");
    assert_eq!(bench.state.project.faults.get(&bad), Some(&error));
    assert_eq!((count_loads(&bench), bench.state.config.data.source), (2, Source::Own), "it is not tried again");
    // Held out otherwise: the engine has the documents.
    let validation = Field::find("validation").expect("a setting");
    bench.act(Action::Set(validation, Value::Number(0.25)));
    assert!(matches!(bench.last(), Command::PrepareText { .. }));
    let request = bench.request(|command| match command {
        Command::PrepareText { request, .. } => Some(*request),
        _ => None,
    });
    bench.on_event(Event::TextLoaded { request, text: text("good.txt") });
    bench.act(act(CorpusAction::Read(bad, read_as(Encoding::Latin1))));
    assert_eq!(loads(&bench), ["bad.txt", "good.txt"]);
    assert!(bench.state.project.faults.is_empty());
}

#[test]
fn a_text_read_wrongly_is_read_as_before() {
    let mut bench = Bench::with_text();
    bench.act(bring(&["mine.txt"]));
    bench.answer_text("mine.txt");
    let mine = id(&bench, "mine.txt");
    bench.act(act(CorpusAction::Read(mine, read_as(Encoding::Utf16Be))));
    let error = Error::TextNotEncoded { name: "mine.txt".into(), encoding: "UTF-16 BE".into(), offset: 0 };
    leave_out(&mut bench, 0, &error);
    bench.on_event(Event::Refused { request: load_request(&bench), error: error.clone() });
    assert_eq!(bench.state.project.text.error, Some(error));
    assert_eq!(bench.state.project.own[0].read, ReadConfig::default());
    assert_eq!((count_loads(&bench), bench.state.project.faults.len()), (3, 0), "the text is there as it was");
}

#[test]
fn texts_that_are_all_refused_stay_listed_beside_the_built_in_one() {
    let mut bench = Bench::with_text();
    bench.act(bring(&["a.png", "b.png"]));
    for place in 0..2 {
        leave_out(&mut bench, place, &Error::TextBinary { name: String::new(), offset: u64::from(place) });
    }
    bench.on_event(Event::Refused {
        request: load_request(&bench),
        error: Error::TextBinary { name: String::new(), offset: 0 },
    });
    assert_eq!((bench.state.project.own.len(), bench.state.project.faults.len()), (2, 2));
    assert_eq!((bench.state.config.data.source, count_loads(&bench)), (Source::Stories, 2));
    // A refusal that belongs to no text sets the new ones aside too: they would be tried for ever.
    bench.act(bring(&["c.txt"]));
    let error = Error::ClassTooSmall { class: "a".into(), documents: 1 };
    bench.on_event(Event::Refused { request: load_request(&bench), error });
    assert_eq!((bench.state.project.faults.len(), count_loads(&bench)), (3, 3));
}

#[test]
fn texts_have_a_limit_together() {
    let mut bench = Bench::with_text();
    let file = |name: &str, bytes| (name.to_string(), Content::File(Handle(Rc::new(())), bytes));
    bench.act(act(CorpusAction::Bring(vec![file("one", 40 << 20), file("two", 40 << 20), file("three", 10 << 20)])));
    assert_eq!(loads(&bench), ["one", "three"]);
    let Some(Error::TextsTooLarge { name, bytes, .. }) = &bench.state.project.unread else { panic!() };
    assert_eq!((name.as_str(), *bytes), ("two", 80 << 20));
    bench.act(act(CorpusAction::Bring(vec![file("four", 65 << 20)])));
    assert!(matches!(bench.state.project.unread, Some(Error::TextsTooLarge { .. })));
}

#[test]
fn a_new_engine_is_given_every_text_again() {
    let mut bench = Bench::with_text();
    let file = ("large.txt".to_string(), Content::File(Handle(Rc::new(())), 3 << 20));
    bench.act(act(CorpusAction::Bring(vec![file])));
    bench.act(bring(&["small.txt"]));
    bench.act(Action::RestartEngine);
    bench.on_event(gpu());
    assert_eq!(loads(&bench), ["large.txt", "small.txt"]);
}

#[test]
fn a_cleaning_that_leaves_nothing_is_a_plan_again() {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    let shortest = Field::find("clean_shortest").expect("a setting");
    bench.act(act(CorpusAction::Plan(shortest, Value::Number(5000.0))));
    bench.act(act(CorpusAction::Apply));
    let request = bench.request(|command| match command {
        Command::PrepareText { request, .. } => Some(*request),
        _ => None,
    });
    bench.on_event(Event::Refused { request, error: Error::NothingLeft { name: "stories".into() } });
    assert_eq!(bench.state.config.data.cleaning, Default::default());
    assert_eq!(bench.state.planned_cleaning().shortest, 5000);
    assert!(!bench.state.project.cleaning.can_undo() && bench.state.project.faults.is_empty());
}

#[test]
fn each_text_is_looked_into_once() {
    let mut bench = Bench::with_text();
    bench.act(bring(&["a.txt", "b.txt"]));
    bench.answer_text("a.txt");
    let inspections = |command: &Command| matches!(command, Command::Corpus(CorpusCommand::Inspect { .. }));
    for asked in 1..=2 {
        assert_eq!(bench.count(inspections), asked, "one at a time");
        let request = bench.request(|command| match command {
            Command::Corpus(CorpusCommand::Inspect { request, .. }) => Some(*request),
            _ => None,
        });
        bench.on_event(Event::Refused { request, error: Error::TextEmpty { name: String::new() } });
    }
    assert_eq!(bench.count(inspections), 2);
}

#[test]
fn a_cleaning_is_planned_applied_and_undone_step_by_step() {
    let mut bench = Bench::with_text();
    bench.answer_tokenizer();
    bench.act(Action::Open(Part::Clean));
    let set = |key: &str, value: &str| {
        let field = Field::find(key).expect(key);
        act(CorpusAction::Plan(field, field.parse(value).expect("a value")))
    };
    let previews = |command: &Command| matches!(command, Command::Corpus(CorpusCommand::PreviewCleaning { .. }));
    let prepared = |command: &Command| matches!(command, Command::PrepareText { .. });
    bench.act(set("clean_lower", "on"));
    assert_eq!((bench.count(previews), bench.count(prepared), bench.state.plans_cleaning()), (1, 0, true));
    bench.act(set("clean_lower", "off"));
    assert!(!bench.state.plans_cleaning(), "a plan that changes nothing is none");
    let mut applied = Vec::new();
    for key in ["clean_lower", "clean_html"] {
        bench.act(set(key, "on"));
        bench.act(act(CorpusAction::Apply));
        applied.push(bench.state.config.data.cleaning.clone());
    }
    assert!(applied[1].strip_html && applied[1].lower_case && bench.count(prepared) >= 1);
    bench.act(act(CorpusAction::Undo));
    assert_eq!(bench.state.config.data.cleaning, applied[0]);
    bench.act(act(CorpusAction::Undo));
    assert_eq!(bench.state.config.data.cleaning, Default::default());
    assert!(!bench.state.project.cleaning.can_undo());
}
