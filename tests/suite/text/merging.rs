//! Merging against the trainer of the `tokenizers` crate, and against counting everything anew at every step.

use std::collections::BTreeMap;

use ahash::AHashMap;
use gptling::config::Source;
use gptling::rng::{Rng, Stream};
use gptling::text::Text;
use gptling::text::tokenizer::merging::{Lesson, Merges, Merging, Rule};
use tokenizers::models::bpe::{BPE, BpeTrainer};

type Words = Vec<(String, u64)>;

fn learn(rule: Rule, words: &Words, vocab_size: usize, least: u64) -> Merges {
    let mut merging = Merging::new(Lesson {
        rule,
        vocab_size,
        least,
        reserved: Vec::new(),
        alphabet: vec!['z'],
        words: words.clone(),
    });
    while merging.advance() < 1.0 {}
    merging.finish()
}

/// The words of a text as the eye sees them, each with the space before it.
fn words(text: &str) -> Words {
    let mut counts = BTreeMap::<&str, u64>::new();
    for word in text.split_inclusive([' ', '\n', '。', '，']) {
        *counts.entry(word).or_default() += 1;
    }
    counts.into_iter().map(|(word, count)| (word.to_string(), count)).collect()
}

/// Words over a small alphabet: pairs overlap, and many counts are equal.
fn tangled(seed: u32) -> Words {
    let mut rng = Rng::new(seed, Stream::Corpus);
    let mut word = |_| {
        let length = 2 + rng.below(14);
        let letters: String = (0..length).map(|_| ['a', 'b'][rng.below(2)]).collect();
        (letters, 1 + rng.below(4) as u64)
    };
    (0..40).map(&mut word).collect::<BTreeMap<_, _>>().into_iter().collect()
}

/// The vocabulary of the crate by ids, and its merges by rank.
fn merges_of_the_crate(words: &Words, vocab_size: usize, least: u64) -> (Vec<String>, Vec<(String, String)>) {
    let words: AHashMap<_, _> = words.iter().map(|(word, count)| (word.as_str().into(), *count)).collect();
    let trainer = BpeTrainer::builder()
        .vocab_size(vocab_size)
        .min_frequency(least)
        .initial_alphabet(['z'].into())
        .show_progress(false)
        .build();
    let mut model = BPE::builder().cache_capacity(0).build().expect("an empty model");
    trainer.do_train(&words, &mut model).expect("a trained model");
    let json = serde_json::to_value(&model).expect("a model as JSON");
    let mut vocabulary: Vec<(u64, String)> = json["vocab"]
        .as_object()
        .expect("a vocabulary")
        .iter()
        .map(|(token, id)| (id.as_u64().expect("an id"), token.clone()))
        .collect();
    vocabulary.sort();
    let merges = serde_json::from_value(json["merges"].clone()).expect("pairs");
    (vocabulary.into_iter().map(|(_, token)| token).collect(), merges)
}

/// The same of ours.
fn learned(merges: &Merges) -> (Vec<String>, Vec<(String, String)>) {
    let name = |id: u32| merges.tokens[id as usize].to_string();
    let steps = merges.steps.iter().map(|step| (name(step.pair.0), name(step.pair.1)));
    ((0..merges.tokens.len() as u32).map(name).collect(), steps.collect())
}

#[test]
fn frequency_learns_what_the_crate_learns() {
    let built_in = |source, characters| Text::built_in(source, characters, 1, 0.1).expect("a built-in corpus");
    let texts = [built_in(Source::Stories, 60_000), built_in(Source::StoriesZh, 20_000)];
    let cases = texts.iter().map(|text| (words(text.content()), 700, 2)).chain([
        (words("low lower lowest"), 60, 1),
        (words("aaaa aaaaa aaaaaaa aaaaaaaaaaa"), 60, 1),
        (words("ababab bababa abba"), 60, 2),
        (Words::new(), 60, 2),
    ]);
    for (words, vocab_size, least) in cases {
        let ours = learn(Rule::Frequency, &words, vocab_size, least);
        assert_eq!(learned(&ours), merges_of_the_crate(&words, vocab_size, least));
    }
}

#[test]
fn the_crate_is_followed_to_the_last_tie() {
    let mut ties = 0;
    for seed in 0..200 {
        let words = tangled(seed);
        let ours = learn(Rule::Frequency, &words, 1_000, 1);
        assert_eq!(learned(&ours), merges_of_the_crate(&words, 1_000, 1), "seed {seed}");
        ties += ours.steps.iter().filter(|step| step.runners_up.iter().any(|next| next.counts == step.counts)).count();
    }
    assert!(ties > 1000, "{ties} ties");
}

/// What a step of WordPiece must be, by counting everything anew.
fn best_by_score(words: &[(Vec<String>, u64)], least: u64, rank: impl Fn(&str) -> usize) -> Option<(String, String)> {
    let (mut uses, mut pairs) = (BTreeMap::<&str, u64>::new(), BTreeMap::<(&str, &str), u64>::new());
    for (word, count) in words {
        word.iter().for_each(|symbol| *uses.entry(symbol).or_default() += count);
        word.windows(2).for_each(|pair| *pairs.entry((&pair[0], &pair[1])).or_default() += count);
    }
    let frequent = pairs.into_iter().filter(|(_, count)| *count >= least);
    let key = |((left, right), count): &((&str, &str), u64)| (*count, uses[left] * uses[right]);
    let best = frequent.max_by(|a, b| {
        let ((count_a, parts_a), (count_b, parts_b)) = (key(a), key(b));
        let ids = |((left, right), _): &((&str, &str), u64)| (rank(left), rank(right));
        (count_a * parts_b).cmp(&(count_b * parts_a)).then(count_a.cmp(&count_b)).then(ids(b).cmp(&ids(a)))
    });
    best.map(|((left, right), _)| (left.to_string(), right.to_string()))
}

fn joined(word: &[String], (left, right): &(String, String)) -> Vec<String> {
    let (mut out, mut at) = (Vec::new(), 0);
    while at < word.len() {
        if word[at] == *left && word.get(at + 1) == Some(right) {
            out.push(format!("{left}{}", right.trim_start_matches("##")));
            at += 2;
        } else {
            out.push(word[at].clone());
            at += 1;
        }
    }
    out
}

#[test]
fn score_learns_what_counting_anew_learns() {
    let stories = Text::built_in(Source::Stories, 6_000, 1, 0.1).expect("a built-in corpus");
    let cases = [(words(stories.content()), 260, 2), (words("low lower lowest newest widest"), 60, 1)];
    for (words, vocab_size, least) in cases.into_iter().chain((0..20).map(|seed| (tangled(seed), 100, 2))) {
        let learned = learn(Rule::Score, &words, vocab_size, least);
        let continued = |(at, letter)| if at == 0 { format!("{letter}") } else { format!("##{letter}") };
        let mut cut: Vec<(Vec<String>, u64)> =
            words.iter().map(|(word, count)| (word.chars().enumerate().map(continued).collect(), *count)).collect();
        let name = |id: u32| learned.tokens[id as usize].to_string();
        let rank = |token: &str| learned.tokens.iter().position(|other| **other == *token).expect("a token");
        for step in &learned.steps {
            let pair = (name(step.pair.0), name(step.pair.1));
            assert_eq!(Some(&pair), best_by_score(&cut, least, rank).as_ref());
            cut.iter_mut().for_each(|(word, _)| *word = joined(word, &pair));
            assert_eq!(step.tokens, cut.iter().map(|(word, count)| word.len() as u64 * count).sum::<u64>());
        }
        assert!(learned.tokens.len() >= vocab_size || best_by_score(&cut, least, rank).is_none());
        assert!(learned.steps.len() > 5);
    }
}

#[test]
fn reserved_tokens_come_first_and_change_nothing() {
    let words = words("low lower lowest newest widest");
    for rule in [Rule::Frequency, Rule::Score] {
        let plain = learn(rule, &words, 60, 1);
        let lesson = Lesson {
            rule,
            vocab_size: 62,
            least: 1,
            reserved: vec!["<unk>", "<|end|>"],
            alphabet: vec!['z'],
            words: words.clone(),
        };
        let mut merging = Merging::new(lesson);
        while merging.advance() < 1.0 {}
        let reserved = merging.finish();
        assert_eq!((&*reserved.tokens[0], &*reserved.tokens[1]), ("<unk>", "<|end|>"));
        assert_eq!(reserved.tokens[2..], plain.tokens);
        let pairs: Vec<_> = plain.steps.iter().map(|step| (step.pair.0 + 2, step.pair.1 + 2)).collect();
        assert_eq!(reserved.steps.iter().map(|step| step.pair).collect::<Vec<_>>(), pairs);
    }
}

#[test]
fn a_step_says_what_came_next() {
    let learned = learn(Rule::Frequency, &words("low lower lowest"), 60, 1);
    let name = |id: u32| &*learned.tokens[id as usize];
    let first = &learned.steps[0];
    assert_eq!((name(first.pair.0), name(first.pair.1), first.counts.pair), ("l", "o", 3));
    assert_eq!((first.counts.left, first.counts.right), (3, 3));
    assert_eq!((learned.first, first.tokens), (16, 13));
    let next: Vec<_> = first.runners_up.iter().map(|next| (name(next.pair.0), name(next.pair.1))).collect();
    assert_eq!(next, [("o", "w"), ("w", "e"), ("e", "r")]);
    for step in &learned.steps {
        assert!(step.runners_up.iter().all(|next| next.counts.pair <= step.counts.pair && next.pair != step.pair));
    }
}

#[test]
fn hostile_words_end() {
    let million = |part: &str| vec![(part.repeat(1_000_000 / part.len()), 1)];
    let long: String = stories_without_spaces(1_000_000);
    for rule in [Rule::Frequency, Rule::Score] {
        for words in
            [million("^"), million("ab"), million("#"), million("e\u{301}"), million("\0"), vec![(long.clone(), 1)]]
        {
            let learned = learn(rule, &words, 600, 2);
            let last = learned.steps.last().expect("a merge");
            assert!(last.tokens < learned.first && last.tokens > 0, "{rule:?} of {:.20?}", words[0].0);
        }
    }
}

fn stories_without_spaces(characters: usize) -> String {
    let text = Text::built_in(Source::Stories, characters, 1, 0.1).expect("a built-in corpus");
    text.content().chars().filter(|character| !character.is_whitespace()).collect()
}

#[test]
fn the_work_comes_in_pieces() {
    let words = words(&stories_without_spaces(2_000_000).replace('.', ". "));
    let lesson =
        Lesson { rule: Rule::Frequency, vocab_size: 300, least: 2, reserved: Vec::new(), alphabet: Vec::new(), words };
    let mut merging = Merging::new(lesson);
    let mut shares = vec![merging.advance()];
    while shares[shares.len() - 1] < 1.0 {
        shares.push(merging.advance());
    }
    assert!(shares.len() > 5 && shares.is_sorted() && shares[0] < 0.2, "{shares:?}");
}
