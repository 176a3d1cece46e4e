//! What a text loses when it is cut into tokens and put together again.

/// A stretch of a text, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    Same(String),
    Changed { before: String, after: String },
}

/// Characters that are compared one by one at most; what is longer is told as one change.
const MOST: usize = 4_000;

/// The shortest way from one text to the other, by characters.
pub fn compare(before: &str, after: &str) -> Vec<Kept> {
    let before: Vec<char> = before.chars().collect();
    let after: Vec<char> = after.chars().collect();
    let begin = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let rest = before.len().min(after.len()) - begin;
    let end = before.iter().rev().zip(after.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let mut kept = Collected::default();
    kept.same(&before[..begin]);
    between(&before[begin..before.len() - end], &after[begin..after.len() - end], &mut kept);
    kept.same(&before[before.len() - end..]);
    kept.finish()
}

/// The longest common subsequence, from its table of lengths.
fn between(before: &[char], after: &[char], kept: &mut Collected) {
    if before.len().max(after.len()) > MOST || before.is_empty() || after.is_empty() {
        kept.lost(before);
        kept.gained(after);
        return;
    }
    let width = after.len() + 1;
    let mut common = vec![0u16; (before.len() + 1) * width];
    for (at, a) in before.iter().enumerate().rev() {
        for (other, b) in after.iter().enumerate().rev() {
            common[at * width + other] = match a == b {
                true => common[(at + 1) * width + other + 1] + 1,
                false => common[(at + 1) * width + other].max(common[at * width + other + 1]),
            };
        }
    }
    let (mut at, mut other) = (0, 0);
    while at < before.len() && other < after.len() {
        if before[at] == after[other] {
            kept.same(&before[at..=at]);
            (at, other) = (at + 1, other + 1);
        } else if common[(at + 1) * width + other] >= common[at * width + other + 1] {
            kept.lost(&before[at..=at]);
            at += 1;
        } else {
            kept.gained(&after[other..=other]);
            other += 1;
        }
    }
    kept.lost(&before[at..]);
    kept.gained(&after[other..]);
}

#[derive(Default)]
struct Collected {
    done: Vec<Kept>,
    same: String,
    lost: String,
    gained: String,
}

impl Collected {
    fn same(&mut self, characters: &[char]) {
        if !characters.is_empty() {
            self.end_change();
            self.same.extend(characters);
        }
    }

    fn lost(&mut self, characters: &[char]) {
        self.lost.extend(characters);
    }

    fn gained(&mut self, characters: &[char]) {
        self.gained.extend(characters);
    }

    fn end_change(&mut self) {
        if self.lost.is_empty() && self.gained.is_empty() {
            return;
        }
        self.end_same();
        let (before, after) = (std::mem::take(&mut self.lost), std::mem::take(&mut self.gained));
        self.done.push(Kept::Changed { before, after });
    }

    fn end_same(&mut self) {
        if !self.same.is_empty() {
            self.done.push(Kept::Same(std::mem::take(&mut self.same)));
        }
    }

    /// A change is told behind the same text that stands before it.
    fn finish(mut self) -> Vec<Kept> {
        self.end_change();
        self.end_same();
        self.done
    }
}
