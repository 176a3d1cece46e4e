//! Text and tokens, which need no device.

use gptling::config::TokenizerMethod::{Bpe, Characters};
use gptling::error::Error;
use gptling::protocol::{Command, DeviceKind, Event, Work};

use super::{drive, events_but_progress, load, load_own, no_adapter, silent, train_tokenizer};

fn encode(request: u32, text: &str) -> Command {
    Command::Encode { request, text: text.into() }
}

#[test]
fn text_and_tokens_work_without_a_device() {
    let decode = Command::Decode { request: 4, ids: vec![0, 1, 2] };
    let commands = vec![load(1, 20_000), train_tokenizer(2, Characters, 0), encode(3, "a fox?"), decode];
    let events = events_but_progress(drive(commands, silent));
    let [
        Event::Ready { adapter },
        Event::TextLoaded { request: 1, text },
        Event::TokenizerTrained { request: 2, tokenizer },
        Event::Encoded { request: 3, tokens },
        Event::Decoded { request: 4, text: decoded },
    ] = events.as_slice()
    else {
        panic!("{} events", events.len())
    };
    assert_eq!((adapter.device, adapter.gpu.clone()), (DeviceKind::Cpu, Err(no_adapter())));
    assert_eq!((text.characters, text.bytes), (20_000, 20_000));
    assert!((1_900..2_200).contains(&text.validation_characters), "{}", text.validation_characters);
    assert!(text.head.len() > 500 && !text.validation_head.is_empty() && text.frequent[0].0 == ' ');
    assert_eq!(tokenizer.vocab_size, text.distinct_characters + 1);
    assert_eq!(tokenizer.train_tokens + tokenizer.validation_tokens, 20_000);
    assert_eq!(tokenizer.bytes_per_token, 1.0);
    assert!((2.0..3.5).contains(&tokenizer.unigram_entropy), "{}", tokenizer.unigram_entropy);
    assert_eq!(tokenizer.vocabulary.iter().map(|(_, count)| count).sum::<u64>(), 20_000);
    assert_eq!(tokens.iter().map(|token| token.text.as_str()).collect::<String>(), "a fox?");
    assert!(decoded.starts_with("<unk>\n "), "{decoded}");
}

#[test]
fn questions_that_come_too_early_say_what_is_missing() {
    let missing = |request, what: &str| (request, Error::Missing { missing: what.into() });
    assert_eq!(refusals(vec![train_tokenizer(1, Bpe, 300)]), [missing(1, "text")]);
    let commands = vec![encode(2, "a"), load(3, 10_000), encode(4, "a")];
    assert_eq!(refusals(commands), [missing(2, "text"), missing(4, "tokenizer")]);
}

#[test]
fn a_failure_replaces_nothing() {
    let commands =
        vec![load(1, 10_000), train_tokenizer(2, Bpe, 400), train_tokenizer(3, Bpe, 16_000), encode(4, "the")];
    // One after the other: a newer tokenizer would overtake the older one.
    let mut rest = commands.into_iter();
    let first = vec![rest.next().expect("four orders")];
    let events = drive(first, |event| match event {
        Event::Progress { .. } | Event::Ready { .. } => Vec::new(),
        _ => rest.next().into_iter().collect(),
    });
    let refused = events.iter().any(|event| {
        matches!(event, Event::Refused { request: 3, error: Error::VocabularyTooLarge { requested: 16_000, .. } })
    });
    assert!(refused && matches!(events.last(), Some(Event::Encoded { request: 4, .. })), "{events:?}");

    let events = drive(vec![load(1, 10_000), train_tokenizer(2, Bpe, 300)], |event| match event {
        Event::TokenizerTrained { request: 2, .. } => vec![load_own(3, b"GIF\0"), encode(4, "the")],
        _ => Vec::new(),
    });
    assert!(matches!(events.last(), Some(Event::Encoded { request: 4, .. })), "{:?}", events.last());
}

#[test]
fn a_newer_order_overtakes_an_older_one() {
    let commands =
        vec![load(1, 10_000), train_tokenizer(2, Bpe, 300), load(3, 12_000), train_tokenizer(4, Characters, 0)];
    let events = events_but_progress(drive(commands, silent));
    let answers = [
        matches!(events[1], Event::TextLoaded { request: 3, .. }),
        matches!(events[2], Event::TokenizerTrained { request: 4, .. }),
    ];
    assert!(events.len() == 3 && answers == [true; 2], "{events:?}");

    let mut sent = false;
    let events =
        events_but_progress(drive(vec![load(1, 2_000_000), train_tokenizer(2, Bpe, 500)], |event| match event {
            Event::Progress { work: Work::TrainingTokenizer, done } if *done > 0.0 && !sent => {
                sent = true;
                vec![train_tokenizer(3, Characters, 0)]
            }
            _ => Vec::new(),
        }));
    assert!(sent && events.len() == 3 && matches!(events[2], Event::TokenizerTrained { request: 3, .. }));
}

#[test]
fn progress_rises_to_one() {
    for work in [Work::TrainingTokenizer, Work::EncodingText] {
        let events = drive(vec![load(1, 1_500_000), train_tokenizer(2, Bpe, 300)], silent);
        let shares: Vec<f32> = events
            .iter()
            .filter_map(|event| match event {
                Event::Progress { work: other, done } if *other == work => Some(*done),
                _ => None,
            })
            .collect();
        assert!(shares.len() > 3 && shares.is_sorted() && shares.last() == Some(&1.0), "{work:?}: {shares:?}");
    }
}

fn refusals(commands: Vec<Command>) -> Vec<(u32, Error)> {
    let refused = |event| match event {
        Event::Refused { request, error } => Some((request, error)),
        _ => None,
    };
    drive(commands, silent).into_iter().filter_map(refused).collect()
}
