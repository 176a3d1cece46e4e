//! Counting as a rival: n-gram models of orders 1 to 5 by interpolated Kneser-Ney smoothing (Kneser & Ney, 1995; in the
//! form of Chen & Goodman, 1998, with one discount for each order).
//!
//! Of n tokens in a row the model of order n counts how often they came. Shorter rows, on which it falls back, count by how
//! many different tokens they followed: "Francisco" is frequent, but after one word alone. Below all of them every token
//! is equally likely, so that none is impossible.

use ahash::AHashMap;

/// The longest row of tokens that is counted.
pub const ORDERS: usize = 5;
/// Different rows that are remembered at most: some 80 MB.
pub const MAX_ROWS: usize = 1_500_000;
/// Held-out tokens that are foretold at most.
pub const MAX_MEASURED: usize = 200_000;
/// Tokens that one [`NgramBaselines::advance`] takes: some tens of milliseconds.
const PIECE: usize = 16_000;
/// What is taken off every count where the text is too small or too even to tell.
const DISCOUNT: f64 = 0.5;
/// Other discounts stay within this, so that something is left for what did not come.
const DISCOUNTS: (f64, f64) = (0.05, 0.95);

/// Two ways to count a row: how often it came, and how many different tokens came before it.
const TIMES: usize = 0;
const LEFTS: usize = 1;

/// Every row of up to [`ORDERS`] tokens that came, as a tree: the children of a row are the rows with one token more.
#[derive(Debug)]
pub struct Ngrams {
    vocab_size: usize,
    children: AHashMap<(u32, u32), u32>,
    /// The first is the empty row.
    rows: Vec<Row>,
    /// By order, how many rows of it have the count 1, and the count 2.
    rare: [[[u32; 2]; 2]; ORDERS + 1],
}

/// What is known of a row, in both ways of counting.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    count: [u32; 2],
    /// Of its children: the sum of their counts, and how many have one.
    total: [u32; 2],
    kinds: [u32; 2],
}

/// The rows that end at the token before the next one, by their length; those that never came are none.
#[derive(Clone, Copy, Debug)]
pub struct Context([Option<u32>; ORDERS]);

impl Context {
    /// Nothing comes before.
    pub fn empty() -> Self {
        let mut rows = [None; ORDERS];
        rows[0] = Some(0);
        Self(rows)
    }
}

impl Ngrams {
    pub fn new(vocab_size: usize) -> Self {
        Self { vocab_size, children: AHashMap::new(), rows: vec![Row::default()], rare: Default::default() }
    }

    /// No more rows are remembered.
    pub fn is_full(&self) -> bool {
        self.rows.len() > MAX_ROWS
    }

    /// Counts a token behind its context, and moves on.
    pub fn count(&mut self, context: &mut Context, token: u32) {
        let mut next = Context::empty().0;
        let mut shorter = None;
        for order in 1..=ORDERS {
            let Some(parent) = context.0[order - 1] else { break };
            let fresh = self.rows.len() as u32;
            let row = *self.children.entry((parent, token)).or_insert(fresh);
            if row == fresh {
                self.rows.push(Row::default());
                if let Some((parent, row)) = shorter {
                    self.add(parent, row, LEFTS, order - 1);
                }
            }
            self.add(parent, row, TIMES, order);
            shorter = Some((parent, row));
            if let Some(end) = next.get_mut(order) {
                *end = Some(row);
            }
        }
        context.0 = next;
    }

    fn add(&mut self, parent: u32, row: u32, way: usize, order: usize) {
        let count = &mut self.rows[row as usize].count[way];
        *count += 1;
        let [ones, twos] = &mut self.rare[order][way];
        match *count {
            1 => *ones += 1,
            2 => (*ones, *twos) = (*ones - 1, *twos + 1),
            3 => *twos -= 1,
            _ => {}
        }
        let is_new = *count == 1;
        let parent = &mut self.rows[parent as usize];
        parent.total[way] += 1;
        parent.kinds[way] += u32::from(is_new);
    }

    /// What the model of each order gives a token behind its context; moves on.
    pub fn probabilities(&self, context: &mut Context, token: u32) -> [f64; ORDERS] {
        let mut next = Context::empty().0;
        let mut lower = 1.0 / self.vocab_size as f64;
        let mut probabilities = [0.0; ORDERS];
        for order in 1..=ORDERS {
            let parent = context.0[order - 1];
            let row = parent.and_then(|parent| self.children.get(&(parent, token)).copied());
            probabilities[order - 1] = self.interpolated(parent, row, TIMES, order, lower);
            lower = self.interpolated(parent, row, LEFTS, order, lower);
            if let Some(end) = next.get_mut(order) {
                *end = row;
            }
        }
        context.0 = next;
        probabilities
    }

    /// The counts, each less a discount, and of what was taken off as much as shorter rows say.
    fn interpolated(&self, parent: Option<u32>, row: Option<u32>, way: usize, order: usize, lower: f64) -> f64 {
        let Some(parent) = parent.map(|parent| &self.rows[parent as usize]).filter(|parent| parent.total[way] > 0)
        else {
            return lower;
        };
        let count = row.map_or(0.0, |row| f64::from(self.rows[row as usize].count[way]));
        let discount = self.discount(way, order);
        let taken = discount * f64::from(parent.kinds[way]);
        ((count - discount).max(0.0) + taken * lower) / f64::from(parent.total[way])
    }

    /// n1 / (n1 + 2 n2) of the rows that came once and twice (Ney, Essen & Kneser, 1994).
    fn discount(&self, way: usize, order: usize) -> f64 {
        let [ones, twos] = self.rare[order][way].map(f64::from);
        if ones + twos == 0.0 {
            return DISCOUNT;
        }
        (ones / (ones + 2.0 * twos)).clamp(DISCOUNTS.0, DISCOUNTS.1)
    }
}

/// N-gram models on their way: they count the training tokens, then predict those held out. [`NgramBaselines::advance`] until it
/// gives 1.
pub struct NgramBaselines {
    ngrams: Ngrams,
    context: Context,
    counted: usize,
    measured: usize,
    losses: [f64; ORDERS],
}

/// Tokens, and where among them nothing that came before is looked at.
#[derive(Clone, Copy)]
pub struct Stream<'a> {
    pub ids: &'a [u32],
    pub begins: &'a [u32],
}

impl NgramBaselines {
    pub fn new(vocab_size: usize) -> Self {
        let (ngrams, context) = (Ngrams::new(vocab_size), Context::empty());
        Self { ngrams, context, counted: 0, measured: 0, losses: [0.0; ORDERS] }
    }

    /// Does one piece and says which share of all is done.
    pub fn advance(&mut self, train: Stream, held_out: Stream) -> f32 {
        let wanted = held_out.ids.len().min(MAX_MEASURED);
        if self.counted < train.ids.len() && !self.ngrams.is_full() {
            self.count_a_piece(train);
        } else {
            self.predict_some(held_out, wanted);
        }
        let counted = if self.ngrams.is_full() { train.ids.len() } else { self.counted };
        (counted + self.measured) as f32 / (train.ids.len() + wanted).max(1) as f32
    }

    fn count_a_piece(&mut self, train: Stream) {
        let end = train.ids.len().min(self.counted + PIECE);
        let ngrams = &mut self.ngrams;
        let count = |context: &mut Context, token| ngrams.count(context, token);
        self.context = walk(train, self.counted..end, self.context, count);
        self.counted = end;
        if end == train.ids.len() || self.ngrams.is_full() {
            self.context = Context::empty();
        }
    }

    fn predict_some(&mut self, held_out: Stream, wanted: usize) {
        let end = wanted.min(self.measured + PIECE);
        let (ngrams, losses) = (&self.ngrams, &mut self.losses);
        let predict = |context: &mut Context, token| {
            for (loss, probability) in losses.iter_mut().zip(ngrams.probabilities(context, token)) {
                *loss -= probability.ln();
            }
        };
        self.context = walk(held_out, self.measured..end, self.context, predict);
        self.measured = end;
    }

    /// Mean losses by order from 1, in nats per token.
    pub fn losses(&self) -> [f64; ORDERS] {
        self.losses.map(|loss| loss / self.measured.max(1) as f64)
    }

    /// Training tokens that were counted, and held-out ones that were foretold.
    pub fn tokens(&self) -> (usize, usize) {
        (self.counted, self.measured)
    }
}

/// Visits tokens one after the other; the context is empty where a part of the stream begins.
fn walk(
    stream: Stream,
    range: std::ops::Range<usize>,
    mut context: Context,
    mut visit: impl FnMut(&mut Context, u32),
) -> Context {
    let mut next = stream.begins.partition_point(|begin| (*begin as usize) < range.start);
    for at in range {
        if stream.begins.get(next).is_some_and(|begin| *begin as usize == at) {
            context = Context::empty();
            next += 1;
        }
        visit(&mut context, stream.ids[at]);
    }
    context
}
