"""Mints weighted cross-entropy and its gradient with PyTorch in float64.

Run: python make.py > golden.json        Needs: torch.

`cases` are batches: `logits` (rows, vocabulary), `targets`, `weights`, and what comes of them: `loss`, the sum of w * loss
over the sum of w, and `d_logits`, its gradient. In `ignored` the weights are 1 or 0, and PyTorch is told by
`ignore_index` instead of by weights.
"""
import json
import sys

import torch

torch.manual_seed(4)


def batch(rows, vocabulary, weights, ignored):
    logits = (3 * torch.randn(rows, vocabulary)).float().double().requires_grad_()
    targets = torch.randint(vocabulary, (rows,))
    if ignored:
        told = torch.where(weights > 0, targets, torch.tensor(-100))
        loss = torch.nn.functional.cross_entropy(logits, told, ignore_index=-100)
    else:
        each = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
        loss = (each * weights.double()).sum() / weights.double().sum()
    loss.backward()
    return {
        "rows": rows,
        "vocabulary": vocabulary,
        "logits": logits.detach().flatten().tolist(),
        "targets": targets.tolist(),
        "weights": weights.tolist(),
        "loss": loss.item(),
        "d_logits": logits.grad.flatten().tolist(),
    }


importance = torch.rand(12) * torch.tensor([0.0, 1.0, 4.0]).repeat(4)
padded = (torch.arange(10) % 5 < 3).float()
cases = {
    "importance": batch(12, 7, importance, False),
    "ignored": batch(10, 5, padded, True),
    "alike": batch(6, 9, torch.full((6,), 0.25), False),
}
json.dump({"cases": cases}, sys.stdout, indent=0)
