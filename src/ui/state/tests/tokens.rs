//! What is asked about merges and comparisons, and what is kept of runs.

use super::*;
use crate::config::TokenizerMethod;
use crate::protocol::tokens::{Comparison, TokensCommand, TokensEvent, Trace};
use crate::ui::state::merges::TracedText;

fn traces(bench: &Bench) -> Vec<(RequestId, TokenizerMethod, Option<String>)> {
    let of = |command: &Command| match command {
        Command::Tokens(TokensCommand::Trace { request, tokenizer, typed }) => {
            Some((*request, tokenizer.method, typed.clone()))
        }
        _ => None,
    };
    bench.commands.iter().filter_map(of).collect()
}

fn comparisons(bench: &Bench) -> Vec<(RequestId, usize)> {
    let of = |command: &Command| match command {
        Command::Tokens(TokensCommand::Compare { request, sides }) => Some((*request, sides.len())),
        _ => None,
    };
    bench.commands.iter().filter_map(of).collect()
}

fn looking_at_merges() -> Bench {
    let mut bench = Bench::with_text();
    bench.act(Action::Merges(MergesAction::Method(TokenizerMethod::Bpe)));
    assert!(traces(&bench).is_empty(), "nobody looks");
    bench.act(Action::Open(Part::Merges));
    bench
}

#[test]
fn a_trace_is_asked_for_once_somebody_looks() {
    let mut bench = looking_at_merges();
    let [(request, TokenizerMethod::Bpe, None)] = traces(&bench)[..] else { panic!("{:?}", bench.commands) };
    assert!(!bench.state.trace_is_current());
    bench.on_event(Event::Tokens(TokensEvent::Traced { request, trace: Box::default() }));
    assert!(bench.state.trace_is_current());
    bench.act(Action::Go(Station::Model));
    bench.act(Action::Open(Part::Merges));
    assert_eq!(traces(&bench).len(), 1, "it is still there");
}

#[test]
fn the_latest_trace_wins() {
    let mut bench = looking_at_merges();
    bench.act(Action::Merges(MergesAction::Method(TokenizerMethod::WordPiece)));
    let [(first, ..), (second, TokenizerMethod::WordPiece, _)] = traces(&bench)[..] else { panic!("two commands") };
    let trace = |request| Event::Tokens(TokensEvent::Traced { request, trace: Box::<Trace>::default() });
    bench.on_event(trace(first));
    assert!(bench.state.merging.trace.answer.is_none());
    bench.on_event(trace(second));
    assert!(bench.state.trace_is_current());
}

#[test]
fn a_trace_that_was_stopped_is_asked_for_again_when_it_is_wanted() {
    let mut bench = looking_at_merges();
    bench.act(Action::Merges(MergesAction::Stop));
    assert!(matches!(bench.last(), Command::Tokens(TokensCommand::Stop)));
    bench.act(Action::Dismiss(Notice::TextNotInLink));
    assert_eq!(traces(&bench).len(), 1, "not by itself");
    bench.act(Action::Merges(MergesAction::Again));
    assert_eq!(traces(&bench).len(), 2);
}

#[test]
fn typed_words_stand_in_for_the_text() {
    let mut bench = looking_at_merges();
    bench.act(Action::Merges(MergesAction::Text(TracedText::Typed)));
    assert!(matches!(&traces(&bench)[1], (_, _, Some(typed)) if typed.starts_with("low lower")));
    bench.act(Action::Merges(MergesAction::Type("ab ab".into())));
    assert!(matches!(&traces(&bench)[2], (_, _, Some(typed)) if typed == "ab ab"));
}

#[test]
fn a_method_that_does_not_merge_is_not_traced() {
    let mut bench = Bench::with_text();
    bench.state.config.tokenizer.method = TokenizerMethod::Characters;
    bench.act(Action::Open(Part::Merges));
    assert!(bench.state.traced_method().is_none() && traces(&bench).is_empty());
}

#[test]
fn a_small_text_is_compared_unasked_once() {
    let mut bench = Bench::with_text();
    bench.act(Action::Open(Part::Compare));
    let [(request, 4)] = comparisons(&bench)[..] else { panic!("{:?}", bench.commands) };
    bench.on_event(Event::Tokens(TokensEvent::Compared { request, comparison: Box::<Comparison>::default() }));
    assert!(bench.state.comparison_is_current());
    bench.act(Action::Compare(CompareAction::Remove(0)));
    assert!(!bench.state.comparison_is_current() && comparisons(&bench).len() == 1, "then when it is asked for");
    bench.act(Action::Compare(CompareAction::Compare));
    assert_eq!(comparisons(&bench)[1].1, 3);
    for _ in 0..5 {
        bench.act(Action::Compare(CompareAction::Add));
    }
    assert_eq!(bench.state.comparing.sides.len(), 4);
    for _ in 0..9 {
        bench.act(Action::Compare(CompareAction::Remove(0)));
    }
    assert_eq!(bench.state.comparing.sides.len(), 1);
}
