//! Figures of a model's scores: how often it was right, whether it knew how sure to be, and where it was surprised.

use super::scorer::Score;

/// Steps of confidence from 0 to 1.
pub const BINS: usize = 10;
/// Surprises that are remembered, and how many of one token.
const WORST: usize = 16;
const OF_A_TOKEN: usize = 2;
/// Tokens of which is told what they cost.
const COSTLY: usize = 12;

/// The sums of what was scored so far.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    count: u64,
    loss: f64,
    right: u64,
    among_five: u64,
    bins: [Sums; BINS],
    /// By the place in the window, from 0.
    places: Vec<Sums>,
    /// By token.
    tokens: Vec<Sums>,
    worst: Vec<Surprise>,
}

/// A number of targets, a sum over them, and how many were foretold.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: u64,
    sum: f64,
    right: u64,
}

impl Sums {
    fn add(&mut self, value: f32, is_right: bool) {
        self.count += 1;
        self.sum += f64::from(value);
        self.right += u64::from(is_right);
    }

    fn mean(&self) -> f64 {
        self.sum / self.count.max(1) as f64
    }
}

/// A target that was foretold badly, by its window and its place in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surprise {
    pub window: usize,
    pub place: usize,
    pub token: u32,
    pub score: Score,
}

/// Targets of similar confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    pub count: u64,
    /// Mean probability of the likeliest token, and the share in which it came.
    pub confidence: f64,
    pub accuracy: f64,
}

/// Targets with between `from` and `to` tokens to go by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PositionBucket {
    pub from: usize,
    pub to: usize,
    pub count: u64,
    pub loss: f64,
}

/// A token, how often it was a target, its mean loss, and its share of the whole loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Costly {
    pub token: u32,
    pub count: u64,
    pub loss: f64,
    pub share: f64,
}

impl Metrics {
    /// For windows of `time` tokens over a vocabulary.
    pub fn new(time: usize, vocab_size: usize) -> Self {
        Self { places: vec![Sums::default(); time], tokens: vec![Sums::default(); vocab_size], ..Self::default() }
    }

    /// Takes the score of the target at this place of a window.
    pub fn add(&mut self, window: usize, place: usize, target: u32, score: Score) {
        let is_right = score.rank == 0;
        self.count += 1;
        self.loss += f64::from(score.loss);
        self.right += u64::from(is_right);
        self.among_five += u64::from(score.rank < 5);
        self.bins[bin(score.confidence)].add(score.confidence, is_right);
        self.places[place].add(score.loss, is_right);
        self.tokens[target as usize].add(score.loss, is_right);
        self.note_surprise(Surprise { window, place, token: target, score });
    }

    fn note_surprise(&mut self, surprise: Surprise) {
        let loss = surprise.score.loss;
        if self.worst.len() == WORST && self.worst[WORST - 1].score.loss >= loss {
            return;
        }
        let at = self.worst.partition_point(|other| other.score.loss >= loss);
        self.worst.insert(at, surprise);
        // One token that the model has not learned at all would hide all others.
        let mut places = (0..self.worst.len()).filter(|at| self.worst[*at].token == surprise.token);
        if let Some(least) = places.nth(OF_A_TOKEN) {
            self.worst.remove(least);
        }
        self.worst.truncate(WORST);
    }

    /// Targets so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Mean loss in nats.
    pub fn loss(&self) -> f64 {
        self.loss / self.count.max(1) as f64
    }

    /// The share of targets that were the likeliest token.
    pub fn accuracy(&self) -> f64 {
        self.share(self.right)
    }

    /// The share of targets that were among the five likeliest.
    pub fn top_five(&self) -> f64 {
        self.share(self.among_five)
    }

    fn share(&self, part: u64) -> f64 {
        part as f64 / self.count.max(1) as f64
    }

    /// The reliability diagram: by confidence, in [`BINS`] equal steps.
    pub fn bins(&self) -> [Bin; BINS] {
        self.bins.map(|sums| Bin {
            count: sums.count,
            confidence: sums.mean(),
            accuracy: sums.right as f64 / sums.count.max(1) as f64,
        })
    }

    /// Expected calibration error: the gaps between confidence and accuracy, each bin for as much as it holds (Naeini,
    /// Cooper & Hauskrecht, 2015; Guo et al., 2017).
    pub fn calibration_error(&self) -> f64 {
        let gaps = self.bins().into_iter().map(|bin| self.share(bin.count) * (bin.confidence - bin.accuracy).abs());
        gaps.sum()
    }

    /// Mean confidence less accuracy: above 0 the model is surer than right.
    pub fn overconfidence(&self) -> f64 {
        self.bins.iter().map(|bin| bin.sum).sum::<f64>() / self.count.max(1) as f64 - self.accuracy()
    }

    /// Losses by how many tokens there were to go by: one by one at first, then in stretches that grow by a third.
    pub fn stretches(&self) -> Vec<PositionBucket> {
        let (mut from, mut found) = (0, Vec::new());
        while from < self.places.len() {
            let to = self.places.len().min(from + (from / 3).max(1));
            let (count, sum) = self.places[from..to].iter().fold((0, 0.0), |(n, sum), it| (n + it.count, sum + it.sum));
            if count > 0 {
                found.push(PositionBucket { from: from + 1, to, count, loss: sum / count as f64 });
            }
            from = to;
        }
        found
    }

    /// Worst first.
    pub fn worst(&self) -> &[Surprise] {
        &self.worst
    }

    /// Costliest first.
    pub fn costly(&self) -> Vec<Costly> {
        let costs = (0..).zip(&self.tokens).filter(|(_, sums)| sums.count > 0).map(|(token, sums)| Costly {
            token,
            count: sums.count,
            loss: sums.mean(),
            share: sums.sum / self.loss.max(f64::MIN_POSITIVE),
        });
        let mut costs: Vec<Costly> = costs.collect();
        costs.sort_by(|a, b| b.share.total_cmp(&a.share));
        costs.truncate(COSTLY);
        costs
    }
}

/// Bins hold what is above their beginning up to their end.
fn bin(confidence: f32) -> usize {
    ((f64::from(confidence) * BINS as f64).ceil() as usize).clamp(1, BINS) - 1
}
