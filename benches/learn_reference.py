"""nanoGPT's small recipe once more, in JAX: what the loss of `make bench-learn` is compared with.

    python benches/learn_reference.py ../shared/data/tinyshakespeare.txt [SEED]

Needs `pip install jax`. Prints the loss over the whole held-out tenth, and what nanoGPT's own estimate makes of the same
weights: the mean over twenty batches drawn at random, five times.
"""

import math
import sys

import jax
import jax.numpy as jnp
import numpy as np

LAYERS, HEADS, WIDTH, TIME, BATCH = 4, 4, 128, 64, 12
STEPS, WARMUP, RATE, LAST_RATE, DECAY, CLIP = 2000, 100, 1e-3, 1e-4, 0.1, 1.0
BETA1, BETA2, EPSILON = 0.9, 0.99, 1e-8


def first_weights(rng, vocabulary):
    def normal(*shape, deviation=0.02):
        return jnp.array(rng.normal(0, deviation, shape), jnp.float32)

    onto_residual = 0.02 / math.sqrt(2 * LAYERS)
    layer = lambda: {
        "norm_1": jnp.ones(WIDTH),
        "attention": normal(WIDTH, 3 * WIDTH),
        "projection": normal(WIDTH, WIDTH, deviation=onto_residual),
        "norm_2": jnp.ones(WIDTH),
        "hidden": normal(WIDTH, 4 * WIDTH),
        "back": normal(4 * WIDTH, WIDTH, deviation=onto_residual),
    }
    weights = {"tokens": normal(vocabulary, WIDTH), "positions": normal(TIME, WIDTH), "norm": jnp.ones(WIDTH)}
    return weights | {"layers": [layer() for _ in range(LAYERS)]}


def norm(x, scale):
    centred = x - x.mean(-1, keepdims=True)
    return centred / jnp.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * scale


def attention(x, layer):
    batch, time, _ = x.shape
    heads = lambda part: part.reshape(batch, time, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)
    queries, keys, values = map(heads, jnp.split(norm(x, layer["norm_1"]) @ layer["attention"], 3, -1))
    scores = queries @ keys.transpose(0, 1, 3, 2) / math.sqrt(WIDTH // HEADS)
    scores = jnp.where(jnp.tril(jnp.ones((time, time), bool)), scores, -1e30)
    found = (jax.nn.softmax(scores, -1) @ values).transpose(0, 2, 1, 3).reshape(batch, time, WIDTH)
    return found @ layer["projection"]


def loss(weights, inputs, targets):
    x = weights["tokens"][inputs] + weights["positions"]
    for layer in weights["layers"]:
        x = x + attention(x, layer)
        x = x + jax.nn.gelu(norm(x, layer["norm_2"]) @ layer["hidden"], approximate=False) @ layer["back"]
    logits = norm(x, weights["norm"]) @ weights["tokens"].T
    return -jnp.take_along_axis(jax.nn.log_softmax(logits), targets[..., None], -1).mean()


def rate(step):
    cosine = 0.5 * (1 + jnp.cos(jnp.pi * (step - WARMUP) / (STEPS - WARMUP)))
    return jnp.where(step < WARMUP, RATE * (step + 1) / (WARMUP + 1), LAST_RATE + cosine * (RATE - LAST_RATE))


@jax.jit
def train(weights, first, second, step, inputs, targets):
    gradients = jax.grad(loss)(weights, inputs, targets)
    length = jnp.sqrt(sum((part**2).sum() for part in jax.tree.leaves(gradients)))
    gradients = jax.tree.map(lambda part: part * jnp.minimum(1.0, CLIP / (length + 1e-6)), gradients)
    first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, gradients)
    second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, gradients)

    def moved(weight, m, v):
        kept = 1 - rate(step) * (DECAY if weight.ndim >= 2 else 0.0)
        m, v = m / (1 - BETA1 ** (step + 1)), v / (1 - BETA2 ** (step + 1))
        return kept * weight - rate(step) * m / (jnp.sqrt(v) + EPSILON)

    return jax.tree.map(moved, weights, first, second), first, second


def windows(ids, starts):
    cut = lambda shift: np.stack([ids[start + shift : start + shift + TIME] for start in starts])
    return cut(0), cut(1)


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    characters = sorted(set(text))
    ids = np.array([characters.index(character) for character in text], np.int32)
    training, held_out = np.split(ids, [len(ids) * 9 // 10])
    rng = np.random.default_rng(seed)
    draw = lambda part: windows(part, rng.integers(0, len(part) - TIME, BATCH))
    weights = first_weights(rng, len(characters))
    first = second = jax.tree.map(jnp.zeros_like, weights)
    for step in range(STEPS):
        weights, first, second = train(weights, first, second, float(step), *draw(training))
    measure = jax.jit(loss)
    starts = np.arange(0, (len(held_out) - 1) // (BATCH * TIME) * BATCH * TIME, TIME).reshape(-1, BATCH)
    whole = np.mean([measure(weights, *windows(held_out, row)) for row in starts])
    print(f"seed {seed}: {whole:.4f} over the whole held-out tenth")
    estimates = [np.mean([measure(weights, *draw(held_out)) for _ in range(20)]) for _ in range(5)]
    print("over twenty random batches:", " ".join(f"{estimate:.4f}" for estimate in estimates))


main()
