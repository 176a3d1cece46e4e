//! Documents: where they come from, what is told of them, what a cleaning would change.

use gptling::config::corpus::{CleaningConfig, Columns, Encoding, Format, Labelled, ReadConfig};
use gptling::config::{Config, Source};
use gptling::error::Error;
use gptling::protocol::corpus::{CorpusCommand, CorpusEvent, FileSummary, Side, Stage};
use gptling::protocol::{Command, Event, TextContent, TextSource};

use super::{drive, events_but_progress, load, silent};

fn brought(name: &str, content: TextContent) -> TextSource {
    TextSource::Brought { name: name.into(), content, read: ReadConfig::default() }
}

fn bytes(text: &str) -> TextContent {
    TextContent::Bytes(text.as_bytes().to_vec())
}

fn load_all(request: u32, sources: Vec<TextSource>) -> Command {
    Command::LoadText { request, sources, data: Box::new(Config::default().data) }
}

/// What is said after the engine has introduced itself.
fn answers(commands: Vec<Command>) -> Vec<Event> {
    let mut events = events_but_progress(drive(commands, silent));
    assert!(matches!(events.remove(0), Event::Ready { .. }));
    events
}

#[test]
fn texts_from_everywhere_are_one_corpus() {
    let sources = vec![
        brought("pasted", bytes("one\n\ntwo")),
        brought("dropped.txt", TextContent::File(7)),
        brought("found.txt", TextContent::Address("https://example.org/found.txt".into())),
    ];
    let events = answers(vec![load_all(1, sources)]);
    let [Event::TextLoaded { request: 1, text }] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((text.documents, text.name.as_str()), (7, "pasted"), "two of each, and one that the cut goes through");
    for part in ["one\n\ntwo", "file 7\n\nof the host", "found at https://example.org/found.txt"] {
        assert!(text.head.contains(part), "{:?}", text.head);
    }
}

#[test]
fn a_text_that_cannot_be_read_is_left_out_and_told() {
    let sources = vec![
        brought("picture.png", bytes("\0\0")),
        brought("fine.txt", bytes("fine")),
        brought("closed.txt", TextContent::Address("https://forbidden.example/".into())),
    ];
    let events = answers(vec![load_all(1, sources)]);
    let told: Vec<(u32, &str)> = events.iter().filter_map(left_out).collect();
    assert_eq!(told, [(0, "text_binary"), (2, "address_forbidden")]);
    assert!(matches!(events.last(), Some(Event::TextLoaded { text, .. }) if text.name == "fine.txt"), "{events:?}");

    let events = answers(vec![load_all(1, vec![brought("a", bytes(" ")), brought("b", bytes("\u{1}"))])]);
    assert_eq!(events.iter().filter_map(left_out).count(), 2);
    let refused = matches!(&events[2], Event::Refused { request: 1, error: Error::TextEmpty { name } } if name == "a");
    assert!(refused && events.len() == 3, "{events:?}");
}

fn left_out(event: &Event) -> Option<(u32, &str)> {
    match event {
        Event::Corpus(CorpusEvent::LeftOut { place, error, .. }) => Some((*place, error.code())),
        _ => None,
    }
}

#[test]
fn all_texts_together_have_a_limit() {
    let half = || TextContent::Bytes(vec![b'a'; 40 << 20]);
    let events = answers(vec![load_all(1, vec![brought("one", half()), brought("two", half())])]);
    let told = Error::TextsTooLarge { name: "two".into(), bytes: 80 << 20, limit: 64 << 20 };
    let Event::Corpus(CorpusEvent::LeftOut { place: 1, error, .. }) = &events[0] else { panic!("{events:?}") };
    assert_eq!(*error, told);
    assert!(matches!(&events[1], Event::TextLoaded { text, .. } if text.bytes == 40 << 20));
}

#[test]
fn labelled_texts_come_from_files_of_the_site() {
    let corpus = Source::Labelled(Labelled::Messages);
    let source = TextSource::BuiltIn { corpus, characters: 20_000, seed: 3 };
    let describe = |request, stage| Command::Corpus(CorpusCommand::Describe { request, stage });
    let events = answers(vec![load_all(1, vec![source]), describe(2, Stage::Brought), describe(3, Stage::Cleaned)]);
    let Event::TextLoaded { text, .. } = &events[0] else { panic!("{events:?}") };
    assert!((19_800..=20_000).contains(&text.characters), "{}", text.characters);
    let cards: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Corpus(CorpusEvent::Described { description, .. }) => Some(description),
            _ => None,
        })
        .collect();
    assert!(cards.len() == 2 && cards[0] == cards[1], "nothing is cleaned");
    let spam = cards[0].classes.iter().find(|(label, _)| label == "spam").expect("a class");
    assert_eq!((cards[0].classes.len(), cards[0].unlabelled), (2, 0));
    assert!((0.2..0.4).contains(&(spam.1 as f64 / cards[0].documents as f64)), "{spam:?}");
    assert_eq!(cards[0].lengths.counts.iter().sum::<u64>(), cards[0].documents);
    assert_eq!(cards[0].scripts[0].0, "latin");
}

fn inspect(name: &str, content: TextContent, read: ReadConfig) -> Result<FileSummary, Error> {
    let order = CorpusCommand::Inspect { request: 1, name: name.into(), content, read };
    match answers(vec![Command::Corpus(order)]).pop() {
        Some(Event::Corpus(CorpusEvent::Inspected { request: 1, file })) => Ok(file),
        Some(Event::Refused { request: 1, error }) => Err(error),
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_are_looked_into_without_becoming_the_text() {
    let endless = "x".repeat(100_000);
    let table = format!("id,review,mood\n1,\"{endless}\",good\n2,fine,\n");
    let file = inspect("r.csv", bytes(&table), ReadConfig::default()).expect("a table");
    assert_eq!(
        (file.format, file.bytes, file.columns.as_slice()),
        (Format::Csv, table.len() as u64, &["id".to_string(), "review".into(), "mood".into()][..])
    );
    assert_eq!(file.chosen.map(|columns| columns.text), Some("review".into()));
    assert!(file.rows[0][1].len() < 200 && file.rows[1] == ["2", "fine", ""], "a cell is cut");

    let chinese = TextContent::Bytes(b"\xb4\xd3\xc7\xb0\xd3\xd0\xd2\xbb\xd6\xbb\xd0\xa1\xba\xfc\xc0\xea".to_vec());
    let file = inspect("gb.txt", chinese.clone(), ReadConfig::default()).expect("a text");
    assert_eq!((file.encoding, file.head.as_str(), file.chosen), (Encoding::Gb18030, "从前有一只小狐狸", None));
    let wrong = ReadConfig { encoding: Some(Encoding::Utf8), ..Default::default() };
    let refused = inspect("gb.txt", chinese, wrong);
    assert!(matches!(refused, Err(Error::TextNotEncoded { offset: 0, .. })), "{refused:?}");

    let columns = Columns { text: "mood".into(), ..Default::default() };
    let told = ReadConfig { columns: Some(columns.clone()), ..Default::default() };
    assert_eq!(inspect("r.csv", bytes(&table), told).expect("a table").chosen, Some(columns));
}

fn preview(request: u32, cleaning: CleaningConfig) -> Command {
    Command::Corpus(CorpusCommand::PreviewCleaning { request, cleaning })
}

#[test]
fn a_cleaning_is_shown_before_anything_changes() {
    let dirty = "<b>Once</b> upon\n\nshort\n\n<b>Once</b> upon";
    let cleaning = CleaningConfig { strip_html: true, drop_duplicates: true, ..Default::default() };
    let describe = Command::Corpus(CorpusCommand::Describe { request: 3, stage: Stage::Brought });
    let events =
        answers(vec![load_all(1, vec![brought("dirty", bytes(dirty))]), preview(2, cleaning.clone()), describe]);
    let Event::Corpus(CorpusEvent::CleaningPreviewed { request: 2, preview: shown }) = &events[1] else {
        panic!("{events:?}")
    };
    assert_eq!((shown.documents, shown.characters), ((3, 2), (37, 14)));
    let count = |step: &str| shown.steps.iter().find(|(name, _)| name == step).map(|(_, count)| *count);
    assert_eq!((count("html"), count("duplicates"), count("lower")), (Some(2), Some(1), Some(0)));
    let before: String =
        shown.changes[0].pieces.iter().filter(|(side, _)| *side != Side::After).map(|piece| piece.1.as_str()).collect();
    let after: String = shown.changes[0]
        .pieces
        .iter()
        .filter(|(side, _)| *side != Side::Before)
        .map(|piece| piece.1.as_str())
        .collect();
    assert_eq!((before.as_str(), after.as_str()), ("<b>Once</b> upon", "Once upon"));
    assert_eq!((shown.changes[1].document, shown.changes[1].removed_by.as_deref()), (3, Some("duplicates")));
    let unchanged =
        matches!(&events[2], Event::Corpus(CorpusEvent::Described { description, .. }) if description.documents == 3);
    assert!(unchanged, "{events:?}");

    let cleaned = |request, cleaning| {
        let data = gptling::config::DataConfig { cleaning, ..Config::default().data };
        Command::PrepareText { request, data: Box::new(data) }
    };
    let after = Command::Corpus(CorpusCommand::Describe { request: 4, stage: Stage::Cleaned });
    let nothing = CleaningConfig { shortest: 1000, ..Default::default() };
    let load = load_all(1, vec![brought("dirty", bytes(dirty))]);
    let mut rest = vec![cleaned(2, cleaning), cleaned(3, nothing), after].into_iter();
    let events = events_but_progress(drive(vec![load], |event| match event {
        Event::TextLoaded { .. } | Event::Refused { .. } => rest.next().into_iter().collect(),
        _ => Vec::new(),
    }));
    assert!(matches!(&events[2], Event::TextLoaded { text, .. } if text.head.starts_with("Once upon\n\nshort")));
    assert!(matches!(&events[3], Event::Refused { request: 3, error: Error::NothingLeft { name } } if name == "dirty"));
    let card =
        matches!(&events[4], Event::Corpus(CorpusEvent::Described { description, .. }) if description.documents == 2);
    assert!(card, "the cleaning before stands: {events:?}");
}

#[test]
fn a_newer_plan_overtakes_an_older_one() {
    let cleaning = |lower_case| CleaningConfig { lower_case, drop_similar: 0.8, ..Default::default() };
    let events = answers(vec![load(1, 100_000), preview(2, cleaning(false)), preview(3, cleaning(true))]);
    let [Event::TextLoaded { .. }, Event::Corpus(CorpusEvent::CleaningPreviewed { request: 3, preview })] =
        events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert!(preview.steps.iter().any(|(step, count)| step == "lower" && *count > 0));
}

#[test]
fn questions_about_documents_need_documents() {
    let describe = Command::Corpus(CorpusCommand::Describe { request: 1, stage: Stage::Brought });
    for event in answers(vec![describe, preview(2, CleaningConfig::default())]) {
        assert!(matches!(event, Event::Refused { error: Error::Missing { .. }, .. }), "{event:?}");
    }
}
