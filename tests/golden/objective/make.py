"""Mints cross-entropy with label smoothing and z-loss, and its gradient, with PyTorch in float64.

Run: python make.py > golden.json        Needs: torch.

Each case is a batch: `logits` (rows, vocabulary), `targets`, `weights` (1 on average), and what comes of them: `objective`,
the mean of w * (smoothed loss + z * log(Z)^2), `plain`, the mean of w * loss, and `d_logits`, the gradient of the objective.
"""
import json
import sys

import torch

torch.manual_seed(8)
cross_entropy = torch.nn.functional.cross_entropy


def batch(rows, vocabulary, label_smoothing, z_loss, weighted):
    logits = (3 * torch.randn(rows, vocabulary)).float().double().requires_grad_()
    targets = torch.randint(vocabulary, (rows,))
    weights = torch.rand(rows) if weighted else torch.ones(rows)
    weights = (weights / weights.mean()).float().double()
    each = cross_entropy(logits, targets, reduction="none", label_smoothing=label_smoothing)
    penalty = z_loss * torch.logsumexp(logits, 1) ** 2
    objective = (weights * (each + penalty)).mean()
    objective.backward()
    return {
        "rows": rows,
        "vocabulary": vocabulary,
        "label_smoothing": label_smoothing,
        "z_loss": z_loss,
        "logits": logits.detach().flatten().tolist(),
        "targets": targets.tolist(),
        "weights": weights.tolist(),
        "objective": objective.item(),
        "plain": (weights * cross_entropy(logits, targets, reduction="none")).mean().item(),
        "d_logits": logits.grad.flatten().tolist(),
    }


cases = [batch(9, 7, 0.1, 0.0, False), batch(6, 13, 0.0, 0.01, False), batch(11, 5, 0.2, 0.003, True)]
json.dump(cases, sys.stdout, indent=0)
