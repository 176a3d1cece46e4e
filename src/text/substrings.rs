//! Every run of bytes of a text, found in another text while that streams by.

/// The suffix automaton of a text (Blumer et al., 1985): from its beginning the runs of bytes that are in the text, and no
/// others, lead somewhere. It is as large as the text, however long the other one is.
pub struct Substrings {
    /// Which column of `next` a byte has.
    columns: Box<[u8; 256]>,
    width: usize,
    next: Vec<u32>,
    /// The longest run that ends here, and where the longest shorter ending of it leads that occurs elsewhere too.
    length: Vec<u32>,
    link: Vec<u32>,
    /// Where each beginning of the text leads.
    prefixes: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;
/// The column of bytes that the text does not have.
const FOREIGN: u8 = u8::MAX;

impl Substrings {
    /// # Panics
    /// If the text has every byte there is: then none is left for those that it does not have.
    pub fn of(text: &[u8]) -> Self {
        let mut columns = Box::new([FOREIGN; 256]);
        let mut width = 0;
        for byte in text {
            let column = &mut columns[*byte as usize];
            if *column == FOREIGN {
                *column = width as u8;
                width += 1;
            }
        }
        assert!(width < 256, "a text has bytes that it lacks");
        let (length, link) = (vec![0], vec![NOWHERE]);
        let mut automaton = Self { columns, width, next: vec![NOWHERE; width], length, link, prefixes: Vec::new() };
        let mut last = 0;
        for byte in text {
            last = automaton.extend(last, automaton.columns[*byte as usize] as usize);
            automaton.prefixes.push(last);
        }
        automaton
    }

    fn extend(&mut self, last: u32, column: usize) -> u32 {
        let state = self.add(self.length[last as usize] + 1);
        let mut at = last;
        while at != NOWHERE && self.step(at, column) == NOWHERE {
            self.next[at as usize * self.width + column] = state;
            at = self.link[at as usize];
        }
        self.link[state as usize] = match at {
            NOWHERE => 0,
            at => self.divided(at, column),
        };
        state
    }

    /// The state behind `at`, with nothing in it that is longer than one step from there.
    fn divided(&mut self, at: u32, column: usize) -> u32 {
        let behind = self.step(at, column);
        if self.length[behind as usize] == self.length[at as usize] + 1 {
            return behind;
        }
        let clone = self.add(self.length[at as usize] + 1);
        let (from, to) = (behind as usize * self.width, clone as usize * self.width);
        self.next.copy_within(from..from + self.width, to);
        self.link[clone as usize] = self.link[behind as usize];
        self.link[behind as usize] = clone;
        let mut at = at;
        while at != NOWHERE && self.step(at, column) == behind {
            self.next[at as usize * self.width + column] = clone;
            at = self.link[at as usize];
        }
        clone
    }

    fn add(&mut self, length: u32) -> u32 {
        self.length.push(length);
        self.link.push(NOWHERE);
        self.next.resize(self.next.len() + self.width, NOWHERE);
        self.length.len() as u32 - 1
    }

    fn step(&self, state: u32, column: usize) -> u32 {
        self.next[state as usize * self.width + column]
    }
}

/// The longest run of the text that ends where another text is just now.
#[derive(Clone, Copy, Debug, Default)]
pub struct Match {
    state: u32,
    pub length: u32,
}

impl Match {
    /// The other text goes on by a byte.
    pub fn follow(&mut self, substrings: &Substrings, byte: u8) {
        let column = substrings.columns[byte as usize];
        if column == FOREIGN {
            *self = Self::default();
            return;
        }
        loop {
            let next = substrings.step(self.state, column as usize);
            if next != NOWHERE {
                *self = Self { state: next, length: self.length + 1 };
                return;
            }
            if self.state == 0 {
                return;
            }
            self.state = substrings.link[self.state as usize];
            self.length = substrings.length[self.state as usize];
        }
    }
}

/// A run that was found: how long it is, and a mark of where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub length: u32,
    pub mark: u32,
}

/// For every run of the text whether it was met, and where first.
pub struct Findings {
    by_state: Vec<Found>,
}

impl Findings {
    pub fn new(substrings: &Substrings) -> Self {
        Self { by_state: vec![Found::default(); substrings.length.len()] }
    }

    /// Keeps what is matched just now; `mark` says where.
    pub fn note(&mut self, here: Match, mark: u32) {
        let found = &mut self.by_state[here.state as usize];
        if here.length > found.length {
            *found = Found { length: here.length, mark };
        }
    }

    /// By every byte of the text, the longest run ending with it that was met.
    pub fn longest(mut self, substrings: &Substrings) -> Vec<Found> {
        let mut order: Vec<u32> = (1..substrings.length.len() as u32).collect();
        order.sort_unstable_by_key(|state| std::cmp::Reverse(substrings.length[*state as usize]));
        // Whoever met a run has met all of its endings.
        for state in order {
            let (found, link) = (self.by_state[state as usize], substrings.link[state as usize] as usize);
            let length = found.length.min(substrings.length[link]);
            if length > self.by_state[link].length {
                self.by_state[link] = Found { length, ..found };
            }
        }
        let longest = |prefix: &u32| {
            let mut state = *prefix;
            while state != 0 && self.by_state[state as usize].length == 0 {
                state = substrings.link[state as usize];
            }
            self.by_state[state as usize]
        };
        substrings.prefixes.iter().map(longest).collect()
    }
}
