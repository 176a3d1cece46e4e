//! Copied runs: against a search that compares every place with every other, and in texts that were copied on purpose.

use gptling::config::{TokenizerConfig, TokenizerMethod};
use gptling::rng::{Rng, Stream};
use gptling::text::Text;
use gptling::text::copied::{Copies, Search, shared};
use gptling::text::substrings::{Findings, Match, Substrings};
use gptling::text::tokenizer::{Tokenizer, Training};

/// By every byte of `text`, the longest run ending with it that is in `other`: by looking everywhere.
fn everywhere(text: &[u8], other: &[u8]) -> Vec<usize> {
    let is_in = |run: &[u8]| other.windows(run.len()).any(|there| there == run);
    let longest = |end: usize| (1..=end).take_while(|length| is_in(&text[end - length..end])).last().unwrap_or(0);
    (1..=text.len()).map(longest).collect()
}

#[test]
fn runs_are_those_that_a_search_everywhere_finds() {
    for (seed, letters) in (0..60).zip([2, 3, 5, 20].into_iter().cycle()) {
        let mut draw = Rng::new(seed, Stream::Corpus);
        let mut text = |length: usize| (0..length).map(|_| b'a' + draw.below(letters) as u8).collect::<Vec<u8>>();
        let (text, other) = (text(1 + seed as usize), text(90));
        let substrings = Substrings::of(&text);
        let (mut findings, mut here) = (Findings::new(&substrings), Match::default());
        for (at, byte) in other.iter().enumerate() {
            here.follow(&substrings, *byte);
            findings.note(here, at as u32);
        }
        let found = findings.longest(&substrings);
        let lengths: Vec<usize> = found.iter().map(|it| it.length as usize).collect();
        assert_eq!(lengths, everywhere(&text, &other), "seed {seed}");
        for (end, it) in found.iter().enumerate().filter(|(_, it)| it.length > 0) {
            let (length, there) = (it.length as usize, it.mark as usize + 1);
            assert_eq!(text[end + 1 - length..=end], other[there - length..there], "seed {seed}: where it says");
        }
    }
}

fn tokenizer(text: &Text, method: TokenizerMethod) -> Tokenizer {
    let mut training = Training::new(text, &TokenizerConfig::new(method, 300));
    while training.advance() < 1.0 {}
    training.finish().expect("a tokenizer")
}

fn look(tokenizer: &Tokenizer, written: &str, train: &str, held_out: &str) -> Copies {
    let ids = |text: &str| tokenizer.encode(text);
    let mut search = Search::new(tokenizer, &ids(written), &ids(held_out));
    let train = ids(train);
    while search.advance(tokenizer, &train) < 1.0 {}
    search.finish()
}

/// Sentences of words drawn at random: long runs are not repeated by chance.
fn sentences(seed: u32, count: usize) -> String {
    let words =
        ["fox", "hen", "runs", "sees", "the", "old", "river", "under", "moon", "小狐狸", "河边", "slowly", "and"];
    let mut draw = Rng::new(seed, Stream::Corpus);
    let mut sentence = |_| {
        let words: Vec<&str> = (0..5 + draw.below(6)).map(|_| words[draw.below(words.len())]).collect();
        words.join(" ") + ".\n"
    };
    (0..count).map(&mut sentence).collect()
}

#[test]
fn a_copied_stretch_is_found_where_it_stands_whatever_the_tokens() {
    let (train, held_out, own) = (sentences(1, 400), sentences(2, 80), sentences(3, 4));
    let copied: String = train.chars().skip(4_000).take(150).collect();
    let written = format!("{own}{copied}{own}");
    for method in [TokenizerMethod::Characters, TokenizerMethod::Bytes, TokenizerMethod::Bpe] {
        let text = Text::own("text".into(), (train.clone() + &held_out).as_bytes(), 0.1).expect("a text");
        let tokenizer = tokenizer(&text, method);
        let copies = look(&tokenizer, &written, &train, &held_out);
        assert_eq!(copies.characters, written.chars().count());
        assert!((150..200).contains(&copies.longest), "{method:?}: {copies:?}");
        assert!(copies.by_chance() < 60, "{method:?}: held-out texts share less: {:?}", copies.chance);
        let run = &copies.runs[0];
        assert_eq!(run.characters, copies.longest);
        let run_text = std::str::from_utf8(&written.as_bytes()[run.bytes.clone()]).expect("whole characters");
        assert!(run_text.contains(&copied) && train.contains(run_text), "{method:?}: {run_text}");
        let ids = tokenizer.encode(&train);
        let until = tokenizer.decode(&ids[..=run.end]).expect("known ids");
        assert!(until.contains(run_text), "{method:?}: the run has ended by token {}", run.end);
        let (nearest, share) = &copies.nearest[0];
        assert!(*share > 0.3 && nearest.contains(&run.end) || *share >= copies.nearest[1].1, "{copies:?}");
        let flags = shared(&tokenizer, &tokenizer.encode(&written), &ids[nearest.clone()]);
        assert!(flags.iter().any(|it| *it), "something of the nearest passage is shared");
    }
}

#[test]
fn what_nobody_copied_is_no_longer_than_chance() {
    let (train, held_out) = (sentences(1, 400), sentences(2, 200));
    let text = Text::own("text".into(), (train.clone() + &held_out).as_bytes(), 0.1).expect("a text");
    let tokenizer = tokenizer(&text, TokenizerMethod::Characters);
    let longest = (10..18).map(|seed| {
        let copies = look(&tokenizer, &sentences(seed, 6), &train, &held_out);
        (copies.longest as f64 / copies.by_chance() as f64, copies.chance.len())
    });
    for (ratio, controls) in longest {
        assert!((0.4..2.5).contains(&ratio), "{ratio} times chance");
        assert_eq!(controls, 9);
    }
}

#[test]
fn odd_texts_are_looked_for_too() {
    let train = sentences(1, 40);
    let text = Text::own("text".into(), train.as_bytes(), 0.2).expect("a text");
    let tokenizer = tokenizer(&text, TokenizerMethod::Bytes);
    assert_eq!(look(&tokenizer, "", &train, "fox").longest, 0);
    assert_eq!(look(&tokenizer, "Q", &train, "").longest, 0);
    // Half a character at each end counts for none.
    let bytes = [0xAD, b'f', b'o', b'x', 0xE6].map(u32::from);
    let mut search = Search::new(&tokenizer, &bytes, &[]);
    let ids: Vec<u32> = "中fox 河".bytes().map(u32::from).collect();
    while search.advance(&tokenizer, &ids) < 1.0 {}
    assert_eq!(search.finish().longest, 3);
}
