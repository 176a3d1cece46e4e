"""What NLTK's interpolated Kneser-Ney gives for short streams of tokens.

    pip install nltk
    python tests/golden/ngrams/make.py > tests/golden/ngrams/golden.json

NLTK has one discount for all orders and nothing below single tokens; here every order has its own, n1 / (n1 + 2 n2), and
single tokens are mixed with the uniform distribution, as Chen & Goodman (1998) do. The beginning of every stream comes
again at its end, so that every row has a token before it: where one has none, NLTK's probabilities do not sum to one.
"""

import json
import math
import random
from collections import Counter

from nltk.lm import KneserNeyInterpolated
from nltk.util import everygrams, ngrams

ORDERS = 5


class Discounted(KneserNeyInterpolated):
    """Interpolated Kneser-Ney with a discount of its own for each order, over a uniform distribution."""

    def __init__(self, order, vocab_size, stream):
        super().__init__(order)
        self.vocab_size = vocab_size
        self.fit([list(everygrams(stream, max_len=order))], vocabulary_text=map(str, range(vocab_size)))
        self.discounts = discounts(stream, order)

    def alpha_gamma(self, word, context):
        self.estimator.discount = self.discounts[len(context) + 1]
        return self.estimator.alpha_gamma(word, context)

    def unmasked_score(self, word, context=None):
        if context:
            alpha, gamma = self.alpha_gamma(word, context) if self.counts[context] else (0, 1)
            return alpha + gamma * self.unmasked_score(word, context[1:])
        count, total, kinds = self.singles(word)
        discount = self.discounts[1]
        return max(count - discount, 0) / total + discount * kinds / total / self.vocab_size

    def singles(self, word):
        if self.order == 1:
            counts = self.counts.unigrams
            return counts[word], counts.N(), len(counts)
        count, total = self.estimator._continuation_counts(word)
        lefts = Counter(pair for context in self.counts[2].values() for pair in context)
        return count, total, len(lefts)


def discounts(stream, order):
    """By order: of the counts of the longest rows, and of how many different tokens come before shorter ones."""
    found = {}
    for n in range(1, order + 1):
        if n == order:
            counts = Counter(ngrams(stream, n))
        else:
            counts = Counter(row[1:] for row in set(ngrams(stream, n + 1)))
        ones, twos = (sum(1 for count in counts.values() if count == times) for times in (1, 2))
        found[n] = 0.5 if ones + twos == 0 else min(max(ones / (ones + 2 * twos), 0.05), 0.95)
    return found


def stream(rng, vocab_size, length):
    """Tokens that depend on the two before them, so that longer rows tell something."""
    ids = [0, 1]
    while len(ids) < length:
        fork = (3 * ids[-1] + 5 * ids[-2]) % (vocab_size - 1)
        ids.append(fork if rng.random() < 0.7 else rng.randrange(vocab_size - 1))
    return ids + ids[:ORDERS]


def case(seed, vocab_size, length):
    rng = random.Random(seed)
    train, held_out = stream(rng, vocab_size, length), stream(rng, vocab_size, 40)
    # A token that training never saw.
    held_out[20] = vocab_size - 1
    probabilities = []
    for order in range(1, ORDERS + 1):
        # NLTK wants words.
        model, words = Discounted(order, vocab_size, [*map(str, train)]), [*map(str, held_out)]
        context = lambda at: tuple(words[max(0, at - order + 1) : at])
        probabilities.append([model.unmasked_score(word, context(at)) for at, word in enumerate(words)])
    losses = [-sum(map(math.log, row)) / len(row) for row in probabilities]
    return {
        "vocab_size": vocab_size,
        "train": train,
        "held_out": held_out,
        "probabilities": probabilities,
        "losses": losses,
    }


print(json.dumps([case(1, 6, 60), case(2, 12, 400), case(3, 30, 900)], separators=(",", ":")))
