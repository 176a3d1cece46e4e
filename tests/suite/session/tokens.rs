//! Tokenizers looked at while they learn, and side by side.

use gptling::protocol::tokenizer::{TokenizerCommand, TokenizerEvent, TokenizerFile, TokenizerFiles};
use gptling::protocol::tokens::{CompareSide, Comparison, ProbeKind, Side, TokensCommand, TokensEvent, Trace};
use gptling::protocol::{Token, TokenizerSummary, Work};
use gptling::ui::merges::Replay;

use super::*;

fn trace(request: u32, vocab_size: usize, typed: Option<&str>) -> Command {
    trace_by(TokenizerMethod::Bpe, request, vocab_size, typed)
}

fn trace_by(method: TokenizerMethod, request: u32, vocab_size: usize, typed: Option<&str>) -> Command {
    let tokenizer = TokenizerConfig::new(method, vocab_size);
    Command::Tokens(TokensCommand::Trace { request, tokenizer, typed: typed.map(String::from) })
}

fn traced(events: &[Event]) -> Vec<(u32, &Trace)> {
    let of = |event| match event {
        &Event::Tokens(TokensEvent::Traced { request, ref trace }) => Some((request, &**trace)),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

/// The tokens of the excerpt after all merges, as they are written.
fn cut(replay: &Replay) -> Vec<String> {
    replay.excerpt.at(replay.last()).iter().flatten().map(|cell| replay.name(cell.token).text.clone()).collect()
}

fn texts(tokens: &[Token]) -> Vec<String> {
    tokens.iter().map(|token| token.text.clone()).collect()
}

#[test]
fn the_end_of_a_trace_is_the_tokenizer_that_is_trained() {
    for source in [Source::Stories, Source::StoriesZh] {
        for method in [TokenizerMethod::Bpe, TokenizerMethod::BpeCharacters] {
            let text = load_from(1, TextSource::BuiltIn { corpus: source, characters: 30_000, seed: 1 });
            let orders = vec![text, train_tokenizer(2, method, 700), trace_by(method, 3, 700, None)];
            let events = drive(orders, silent);
            let tokenizer = trained(&events);
            let replay = Replay::new(traced(&events)[0].1.clone());
            assert_eq!(replay.vocabulary(replay.last()) as u64, tokenizer.vocab_size);
            assert_eq!(replay.tokens(replay.last()), tokenizer.train_tokens);
            let cut = cut(&replay);
            assert!(cut.len() > 60);
            // The last word of the excerpt may be a part of one.
            assert_eq!(cut[..cut.len() - 1], texts(&tokenizer.head)[..cut.len() - 1], "{method:?}");
        }
    }
}

#[test]
fn a_trace_of_wordpiece_ends_with_its_vocabulary() {
    let method = TokenizerMethod::WordPiece;
    let orders = vec![load(1, 30_000), train_tokenizer(2, method, 500), trace_by(method, 3, 500, None)];
    let events = drive(orders, silent);
    let tokenizer = trained(&events);
    let replay = Replay::new(traced(&events)[0].1.clone());
    assert_eq!(replay.vocabulary(replay.last()) as u64, tokenizer.vocab_size);
    let alphabet = replay.trace.alphabet.len() as u32;
    let names = (0..alphabet + replay.last() as u32).map(|token| replay.name(token).text.clone()).collect::<Vec<_>>();
    let vocabulary: Vec<String> = tokenizer.vocabulary.iter().map(|(token, _)| token.text.clone()).collect();
    let shown = names.len().min(vocabulary.len() - 1);
    assert_eq!(names[..shown], vocabulary[1..=shown], "behind <unk>");
    for moment in 1..=replay.last() {
        let pairs = replay.candidates(moment);
        assert!(pairs.is_sorted_by(|a, b| a.score() >= b.score()), "{pairs:?}");
    }
}

fn trained(events: &[Event]) -> &TokenizerSummary {
    let trained = events.iter().find_map(|event| match event {
        Event::TokenizerTrained { tokenizer, .. } => Some(tokenizer),
        _ => None,
    });
    trained.unwrap_or_else(|| panic!("no tokenizer: {events:?}"))
}

#[test]
fn typed_words_are_learned_from_without_a_project() {
    let events = drive(vec![trace(1, 300, Some("low lower lowest"))], silent);
    let [(1, learned)] = traced(&events)[..] else { panic!("a trace") };
    let replay = Replay::new(learned.clone());
    let first = replay.merge(1).expect("a merge");
    assert_eq!((first.pair.count, &*replay.name(first.token).text), (3, "lo"));
    assert_eq!(cut(&replay), ["low", " lowe", "r", " lowe", "s", "t"]);
    let events = drive(vec![trace(2, 300, Some(""))], silent);
    let [(2, nothing)] = traced(&events)[..] else { panic!("a trace") };
    assert!(nothing.merges.is_empty() && nothing.excerpt.is_empty());
}

#[test]
fn a_trace_tells_how_far_it_is() {
    let shares = |event: &Event| match event {
        Event::Progress { work: Work::Tracing, done } => Some(*done),
        _ => None,
    };
    let events = drive(vec![load(1, 1_200_000), trace(2, 2000, None)], silent);
    let shares: Vec<f32> = events.iter().filter_map(shares).collect();
    assert!(shares.len() > 5 && shares.is_sorted() && shares.last() == Some(&1.0), "{shares:?}");
}

#[test]
fn a_newer_order_ends_a_trace_without_an_answer() {
    for newer in [trace(3, 400, Some("ab ab")), Command::Tokens(TokensCommand::Stop), load(3, 5_000)] {
        let mut newer = Some(newer);
        let react = |event: &Event| match event {
            Event::Progress { work: Work::Tracing, done } if *done > 0.0 => newer.take().into_iter().collect(),
            _ => Vec::new(),
        };
        let events = drive(vec![load(1, 1_200_000), trace(2, 2000, None)], react);
        assert!(traced(&events).iter().all(|(request, _)| *request != 2), "{:?}", events_but_progress(events));
    }
}

#[test]
fn a_trace_of_a_text_that_is_not_there_is_refused() {
    let events = drive(vec![trace(1, 300, None)], silent);
    assert!(matches!(events.last(), Some(Event::Refused { request: 1, error: Error::Missing { .. } })), "{events:?}");
}

fn compare(request: u32, sides: Vec<CompareSide>) -> Command {
    Command::Tokens(TokensCommand::Compare { request, sides })
}

fn side(method: TokenizerMethod, vocab_size: usize) -> CompareSide {
    CompareSide::Trained(TokenizerConfig::new(method, vocab_size))
}

fn compared(events: &[Event]) -> Vec<&Comparison> {
    let of = |event| match event {
        &Event::Tokens(TokensEvent::Compared { ref comparison, .. }) => Some(&**comparison),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

#[test]
fn sides_are_counted_on_the_whole_text() {
    let methods =
        [TokenizerMethod::Bytes, TokenizerMethod::Bpe, TokenizerMethod::Whitespace, TokenizerMethod::WordPiece];
    let sides = methods.map(|method| side(method, 600)).to_vec();
    let events = drive(vec![load(1, 40_000), compare(2, sides)], silent);
    let comparison = compared(&events)[0];
    let sides: Vec<&Side> = comparison.sides.iter().map(|side| side.as_ref().expect("a tokenizer")).collect();
    assert_eq!(sides[0].tokens, comparison.bytes, "a byte is a token");
    assert_eq!(sides[1].vocab_size, 600);
    assert!(sides[1].tokens < sides[0].tokens && sides[1].unknown == 0);
    assert!(sides[2].unknown > 0, "rare words are not in so small a vocabulary");
    for side in sides {
        assert!(side.used <= side.vocab_size && side.used > 0);
        assert_eq!(side.probes.len(), comparison.probes.len());
        assert!(side.zipf.is_sorted_by(|a, b| a.0 < b.0 && a.1 >= b.1), "{:?}", side.zipf);
        assert_eq!(side.zipf.last().map(|(rank, _)| u64::from(*rank)), Some(side.used));
    }
}

#[test]
fn probes_come_from_the_text_itself_in_both_languages() {
    for source in [Source::Stories, Source::StoriesZh] {
        let text = load_from(1, TextSource::BuiltIn { corpus: source, characters: 20_000, seed: 1 });
        let events = drive(vec![text, compare(2, vec![side(TokenizerMethod::Bytes, 300)])], silent);
        let probes = &compared(&events)[0].probes;
        let of = |kind| probes.iter().filter(move |probe| probe.kind == kind).map(|probe| &*probe.text);
        assert_eq!(of(ProbeKind::RareWord).count(), 3, "{probes:?}");
        assert_eq!(of(ProbeKind::TypingError).count(), 1, "{probes:?}");
        let is_han = |text: &str| text.chars().all(|character| character >= '\u{4E00}');
        assert_eq!(of(ProbeKind::RareWord).all(is_han), source == Source::StoriesZh, "{probes:?}");
    }
}

#[test]
fn the_counts_of_a_side_are_those_of_the_project() {
    let orders = vec![
        load(1, 40_000),
        train_tokenizer(2, TokenizerMethod::Bpe, 600),
        compare(3, vec![CompareSide::Project, side(TokenizerMethod::Bpe, 600)]),
    ];
    let events = drive(orders, silent);
    let tokenizer = trained(&events);
    let comparison = compared(&events)[0];
    for side in &comparison.sides {
        let side = side.as_ref().expect("a tokenizer");
        assert_eq!(side.tokens, tokenizer.train_tokens + tokenizer.validation_tokens);
    }
}

#[test]
fn a_side_that_the_text_does_not_give_says_why_and_the_others_are_there() {
    let sides = vec![side(TokenizerMethod::Bpe, 16_000), CompareSide::Project, side(TokenizerMethod::Bytes, 300)];
    let events = drive(vec![load(1, 5_000), compare(2, sides)], silent);
    let [Err(large), Err(missing), Ok(bytes)] = &compared(&events)[0].sides[..] else { panic!("{events:?}") };
    assert!(matches!(large, Error::VocabularyTooLarge { .. }) && matches!(missing, Error::Missing { .. }));
    assert_eq!(bytes.vocab_size, 256);
}

#[test]
fn a_comparison_tells_how_far_it_is_and_is_ended_by_a_newer_order() {
    let sides = || vec![side(TokenizerMethod::Characters, 300), side(TokenizerMethod::Unigram, 600)];
    let events = drive(vec![load(1, 600_000), compare(2, sides())], silent);
    let shares = |event: &Event| match event {
        Event::Progress { work: Work::Comparing, done } => Some(*done),
        _ => None,
    };
    let shares: Vec<f32> = events.iter().filter_map(shares).collect();
    assert!(shares.len() > 6 && shares.is_sorted() && shares.last() == Some(&1.0), "{shares:?}");
    for newer in [Command::Tokens(TokensCommand::Stop), load(3, 5_000)] {
        let mut newer = Some(newer);
        let react = |event: &Event| match event {
            Event::Progress { work: Work::Comparing, done } if *done > 0.0 => newer.take().into_iter().collect(),
            _ => Vec::new(),
        };
        let events = drive(vec![load(1, 600_000), compare(2, sides())], react);
        assert!(compared(&events).is_empty());
    }
}

#[test]
fn hostile_texts_are_compared_too() {
    let methods = TokenizerMethod::ALL.map(|method| side(method, 400));
    for text in ["^".repeat(200_000), "e\u{301}\u{200f}אב😀👩‍🚀".repeat(2_000), "x".repeat(300_000) + " y"] {
        for sides in methods.chunks(4) {
            let events = drive(vec![load_own(1, text.as_bytes()), compare(2, sides.to_vec())], silent);
            assert_eq!(compared(&events)[0].sides.len(), 4);
        }
    }
}

#[test]
fn an_imported_tokenizer_stands_beside_the_others() {
    let export = Command::Tokenizer(TokenizerCommand::Export { request: 3 });
    let events = drive(vec![load(1, 40_000), train_tokenizer(2, TokenizerMethod::Bpe, 600), export], silent);
    let json = events.into_iter().find_map(|event| match event {
        Event::Tokenizer(TokenizerEvent::Exported { json, .. }) => Some(json),
        _ => None,
    });
    let imported = |json: &str| {
        let (name, bytes) = ("mine.json".to_string(), json.as_bytes().to_vec());
        CompareSide::Imported(TokenizerFiles::TokenizerJson(TokenizerFile { name, bytes }))
    };
    let sides = vec![imported(&json.expect("a file")), side(TokenizerMethod::Bpe, 600), imported("{}")];
    let events = drive(vec![load(1, 40_000), compare(2, sides)], silent);
    let [Ok(brought), Ok(trained), Err(_)] = &compared(&events)[0].sides[..] else { panic!("{events:?}") };
    assert_eq!((brought.tokens, &brought.zipf), (trained.tokens, &trained.zipf));
}
