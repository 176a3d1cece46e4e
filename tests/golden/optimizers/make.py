"""Mints some steps of every optimizer with PyTorch in float64.

Run: python make.py > golden.json        Needs: torch 2.9 or later, lion-pytorch (PyTorch itself has no Lion).

The weights are those of a model in miniature: an embedding, matrices of blocks both wide and tall, a head, vectors. Matrices
decay and vectors do not; gradients are clipped at 1. `gradients` are those of each step, `after` are the weights after the
last. PyTorch's Muon rounds to bfloat16 before it makes orthogonal; here it is told not to, for the formula is compared and
not the rounding.
"""
import json
import sys

import torch
from lion_pytorch import Lion

torch.manual_seed(6)
torch.set_default_dtype(torch.float64)
STEPS = 6
SHAPES = {
    "wte.weight": [7, 5],
    "h.0.wide.weight": [5, 13],
    "h.0.tall.weight": [11, 6],
    "h.1.wide.weight": [5, 13],
    "h.1.tall.weight": [11, 6],
    "head.weight": [5, 7],
    "h.0.wide.bias": [13],
    "ln_f.bias": [1],
}


def decaying(weights, decay):
    """Groups of parameters: those that decay, and those that do not."""
    matrices = [weight for weight in weights if weight.ndim == 2]
    vectors = [weight for weight in weights if weight.ndim == 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]


def muon(weights, rate, momentum, decay, betas):
    hidden = [weight for name, weight in weights.items() if name.startswith("h.") and weight.ndim == 2]
    others = [weight for name, weight in weights.items() if not (name.startswith("h.") and weight.ndim == 2)]
    torch.bfloat16 = torch.float64
    return [
        torch.optim.Muon(hidden, lr=rate, momentum=momentum, weight_decay=decay, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(decaying(others, decay), lr=rate, betas=betas),
    ]


def optimizers(name, weights, rate, momentum, decay, betas):
    groups = decaying(list(weights.values()), decay)
    if name == "sgd":
        return [torch.optim.SGD(groups, lr=rate, momentum=momentum)]
    if name == "adam":
        return [torch.optim.Adam(groups, lr=rate, betas=betas)]
    if name == "adamw":
        return [torch.optim.AdamW(groups, lr=rate, betas=betas)]
    if name == "lion":
        return [Lion(groups, lr=rate, betas=betas)]
    return muon(weights, rate, momentum, decay, betas)


def numbers(tensors):
    """Nine digits are all that a 32-bit number has."""
    return {key: [float(f"{x:.9g}") for x in tensor.detach().flatten().tolist()] for key, tensor in tensors.items()}


def case(name, rate, momentum=0.9, decay=0.1, betas=(0.9, 0.95)):
    weights = {key: torch.randn(shape).float().double().requires_grad_() for key, shape in SHAPES.items()}
    before = numbers(weights)
    chosen = optimizers(name, weights, rate, momentum, decay, betas)
    gradients = []
    for step in range(STEPS):
        size = 0.02 if step == 2 else 0.5
        drawn = {key: (size * torch.randn(shape)).float().double() for key, shape in SHAPES.items()}
        gradients.append(numbers(drawn))
        for key, weight in weights.items():
            weight.grad = drawn[key].clone()
        torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        for optimizer in chosen:
            optimizer.step()
    return {
        "optimizer": name,
        "learning_rate": rate,
        "momentum": momentum,
        "weight_decay": decay,
        "beta1": betas[0],
        "beta2": betas[1],
        "before": before,
        "gradients": gradients,
        "after": {key: weight.detach().flatten().tolist() for key, weight in weights.items()},
    }


cases = [
    case("sgd", 0.1),
    case("adam", 0.01),
    case("adamw", 0.01),
    case("lion", 0.003, betas=(0.9, 0.99)),
    case("muon", 0.02, momentum=0.95),
]
json.dump({"shapes": list(SHAPES.items()), "cases": cases}, sys.stdout, indent=0)
