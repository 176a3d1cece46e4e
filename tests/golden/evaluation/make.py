"""What scikit-learn and NumPy make of the logits of a model that is neither bad nor well calibrated.

    pip install scikit-learn
    python tests/golden/evaluation/make.py > tests/golden/evaluation/golden.json
"""

import json

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, log_loss, top_k_accuracy_score

ROWS, VOCABULARY, BINS = 400, 17, 10

rng = np.random.default_rng(5)
logits = np.round(rng.normal(0, 1.6, (ROWS, VOCABULARY)), 3)
# Targets are drawn from a flatter distribution than the model's, so that it is surer than right.
flat = np.exp(0.7 * logits)
targets = np.array([rng.choice(VOCABULARY, p=row / row.sum()) for row in flat])

probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
probabilities /= probabilities.sum(axis=1, keepdims=True)
confidence, likeliest = probabilities.max(axis=1), probabilities.argmax(axis=1)
right = likeliest == targets

# Only the bins that hold something.
accuracies, confidences = calibration_curve(right, confidence, n_bins=BINS, strategy="uniform")
edges = np.linspace(0, 1, BINS + 1)
counts = [int(((confidence > low) & (confidence <= high)).sum()) for low, high in zip(edges, edges[1:])]
held = [count for count in counts if count]
error = float(np.sum(np.array(held) / ROWS * np.abs(accuracies - confidences)))

labels = np.arange(VOCABULARY)
golden = {
    "rows": ROWS,
    "vocabulary": VOCABULARY,
    "logits": logits.ravel().tolist(),
    "targets": targets.tolist(),
    "loss": log_loss(targets, probabilities, labels=labels),
    "accuracy": accuracy_score(targets, likeliest),
    "top_five": top_k_accuracy_score(targets, probabilities, k=5, labels=labels),
    "counts": counts,
    "confidences": confidences.tolist(),
    "accuracies": accuracies.tolist(),
    "calibration_error": error,
    "overconfidence": float(confidence.mean() - right.mean()),
}
print(json.dumps(golden, separators=(",", ":")))
