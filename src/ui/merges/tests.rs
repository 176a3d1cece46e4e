use super::player::Motion;
use super::*;
use crate::protocol::tokens::Piece;

/// Learned from `words` by joining these pairs, one after the other.
fn replay(words: &[&str], pairs: &[(&str, &str)]) -> Replay {
    let mut names: Vec<String> =
        words.concat().chars().collect::<std::collections::BTreeSet<_>>().into_iter().map(String::from).collect();
    let alphabet = names.iter().map(|name| Piece { bytes: name.as_bytes().into(), continues: false }).collect();
    let id = |names: &[String], name: &str| names.iter().position(|other| other == name).expect("a token") as u32;
    let excerpt = words.iter().map(|word| word.chars().map(|c| id(&names, &c.to_string())).collect()).collect();
    let merges = pairs.iter().map(|(left, right)| {
        let pair =
            TracedPair { left: id(&names, left), right: id(&names, right), count: 2, left_count: 4, right_count: 2 };
        names.push(format!("{left}{right}"));
        TracedMerge { pair, token: names.len() as u32 - 1, tokens: 0, runners_up: Vec::new() }
    });
    let merges = merges.collect();
    Replay::new(Trace { alphabet, merges, excerpt, ..Trace::default() })
}

fn cut(replay: &Replay, moment: usize) -> Vec<String> {
    let text = |word: &Vec<Cell>| word.iter().map(|cell| &*replay.name(cell.token).text).collect::<Vec<_>>().join("|");
    replay.excerpt.at(moment).iter().map(text).collect()
}

#[test]
fn every_moment_is_read_off() {
    let replay = replay(&["lower", "slow"], &[("l", "o"), ("e", "r"), ("lo", "w"), ("low", "er")]);
    let moments = [
        ["l|o|w|e|r", "s|l|o|w"],
        ["lo|w|e|r", "s|lo|w"],
        ["lo|w|er", "s|lo|w"],
        ["low|er", "s|low"],
        ["lower", "s|low"],
    ];
    for (moment, words) in moments.into_iter().enumerate() {
        assert_eq!(cut(&replay, moment), words, "after {moment} merges");
    }
    assert_eq!(cut(&replay, 99), moments[4], "after more merges than there are");
    let last = &replay.excerpt.at(4)[0][0];
    assert_eq!((last.place, last.born), (0, 4));
    assert_eq!(
        replay.excerpt.at(3)[1].iter().map(|cell| (cell.place, cell.born)).collect::<Vec<_>>(),
        [(5, 0), (6, 3)]
    );
}

#[test]
fn runs_are_joined_from_the_left() {
    let replay = replay(&["aaaaa", "aaa"], &[("a", "a"), ("aa", "a")]);
    assert_eq!(cut(&replay, 1), ["aa|aa|a", "aa|a"]);
    assert_eq!(cut(&replay, 2), ["aa|aaa", "aaa"]);
}

#[test]
fn the_next_change_is_the_next_one_that_is_seen() {
    let replay = replay(&["lowx", "yz"], &[("l", "o"), ("x", "y"), ("lo", "w"), ("y", "z")]);
    let changes: Vec<_> = (0..5).map(|moment| replay.excerpt.next_change(moment)).collect();
    assert_eq!(changes, [Some(1), Some(3), Some(3), Some(4), None]);
}

#[test]
fn bytes_become_characters() {
    let bytes = "小".bytes().map(|byte| Piece { bytes: vec![byte], continues: false }).collect();
    let pair = |left, right| TracedPair { left, right, count: 1, left_count: 1, right_count: 1 };
    let merge = |left, right, token| TracedMerge { pair: pair(left, right), token, tokens: 0, runners_up: Vec::new() };
    let trace = Trace {
        alphabet: bytes,
        merges: vec![merge(0, 1, 3), merge(3, 2, 4)],
        excerpt: vec![vec![0, 1, 2]],
        ..Trace::default()
    };
    let replay = Replay::new(trace);
    assert_eq!(cut(&replay, 0), ["\\xE5|\\xB0|\\x8F"]);
    assert_eq!(cut(&replay, 1), ["\\xE5\\xB0|\\x8F"]);
    assert_eq!(cut(&replay, 2), ["小"]);
    assert!(replay.has_partial_tokens() && !replay.name(4).partial);
}

#[test]
fn figures_follow_the_moment() {
    let mut replay = replay(&["lower"], &[("l", "o"), ("e", "r")]);
    replay.trace.tokens = 50;
    replay.trace.merges[0].tokens = 40;
    replay.trace.reserved = 1;
    assert_eq!([0, 1].map(|moment| replay.tokens(moment)), [50, 40]);
    assert_eq!([0, 2].map(|moment| replay.vocabulary(moment)), [6, 8]);
    assert_eq!(replay.learned(2).map(|(number, _)| number).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(replay.merge(1).expect("a merge").pair.score(), 0.25);
    assert!(replay.merge(0).is_none() && replay.merge(3).is_none());
}

#[test]
fn the_player_stays_inside_and_stops_at_the_end() {
    let new = Player::new(10, Motion::Still);
    assert_eq!(new.after(Move::Back).at, 0);
    assert_eq!(new.after(Move::To(99)).at, 10);
    assert_eq!(new.after(Move::Tick), new, "time goes by for one that plays alone");
    let playing = new.after(Move::Play);
    assert_eq!((playing.motion, playing.after(Move::Tick).at), (Motion::Playing, 1));
    assert_eq!(playing.after(Move::Forward).motion, Motion::Still, "a hand on it stops it");
    let racing = playing.after(Move::SkipAhead(Speed::Racing)).after(Move::Tick).after(Move::Tick);
    assert_eq!((racing.at, racing.motion), (10, Motion::Still));
    assert_eq!(racing.after(Move::Play).at, 0, "from the beginning again");
    for speed in Speed::ALL {
        assert_eq!(Speed::named(speed.name()), Some(speed));
    }
}
