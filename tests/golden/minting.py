"""What the scripts share that mint reference numbers for a whole model. Everything is computed in float64 and stored as float32.

model.safetensors   the initial weights
config.json         the matching config
golden.safetensors  inputs (B,T) i32, targets (B,T) i32, logits (B,T,V), loss, grad.<name> for every weight,
                    grad_norm, losses (11,): the loss before each of ten AdamW steps and after the last,
                    after.<name>: every weight after the ten steps, greedy (1,T) i32: greedy continuation
                    of the first 4 ids of inputs[0] up to the context length
The ten steps all use the same batch, AdamW(lr=1e-2, betas=(0.9, 0.95), eps=1e-8), decay 0.1 on weights of
two or more dimensions and none on the rest, global gradient norm clipped to 1.0 before each step.
"""
import argparse, json, pathlib
import torch
from safetensors.torch import save_file


def arguments(**sizes):
    """What the command line says: the folder `out`, the seed, and these sizes or others. Seeds PyTorch."""
    p = argparse.ArgumentParser()
    p.add_argument("out", type=pathlib.Path)
    for name, size in {"seed": 1, **sizes, "context": 16, "vocab": 61, "batch": 3}.items():
        p.add_argument("--" + name.replace("_", "-"), type=int, default=size)
    a = p.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(a.seed)
    return a


def begin(model, cfg, a, name=lambda name: name):
    """Draws the initial weights, stores them and the config, and draws a batch: inputs and targets."""
    with torch.no_grad():  # larger than the usual initialisation, so that every gradient is far from zero
        for w in model.parameters():
            w.add_(torch.randn_like(w) * 0.15)
    weights = {n: w.detach().float().clone() for n, w in model.named_parameters()}
    with torch.no_grad():  # what is stored is what is used
        for n, w in model.named_parameters():
            w.copy_(weights[n].double())
    save_file({name(n): w for n, w in weights.items()}, a.out / "model.safetensors", metadata={"format": "pt"})
    cfg.architectures = [type(model).__name__]
    (a.out / "config.json").write_text(json.dumps(cfg.to_diff_dict(), indent=2, sort_keys=True))
    ids = torch.randint(0, a.vocab, (a.batch, a.context + 1))
    return ids[:, :-1].contiguous(), ids[:, 1:].contiguous()


def mint(model, inputs, targets, a, name=lambda name: name):
    """Stores what golden.safetensors holds, and says what came out."""
    logits_of = lambda ids: model(ids, use_cache=False).logits

    def loss_of():
        logits = logits_of(inputs)
        return logits, torch.nn.functional.cross_entropy(logits.view(-1, a.vocab), targets.view(-1))

    g = {}
    logits, loss = loss_of()
    loss.backward()
    g["logits"], g["loss"] = logits.detach(), loss.detach().view(1)
    for n, w in model.named_parameters():
        g["grad." + name(n)] = w.grad.detach().clone()
    g["grad_norm"] = torch.sqrt(sum((w.grad**2).sum() for w in model.parameters())).view(1)

    with torch.no_grad():
        seq = inputs[:1, :4]
        while seq.shape[1] < a.context:
            seq = torch.cat([seq, logits_of(seq)[:, -1:].argmax(-1)], 1)

    decay = [w for w in model.parameters() if w.dim() >= 2]
    plain = [w for w in model.parameters() if w.dim() < 2]
    opt = torch.optim.AdamW([{"params": decay, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0.0}],
                            lr=1e-2, betas=(0.9, 0.95), eps=1e-8)
    losses = []
    for _ in range(10):
        opt.zero_grad()
        _, loss = loss_of()
        losses.append(loss.item())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
    losses.append(loss_of()[1].item())
    g["losses"] = torch.tensor(losses, dtype=torch.float64)
    for n, w in model.named_parameters():
        g["after." + name(n)] = w.detach().clone()
    g = {k: v.float().contiguous() for k, v in g.items()}
    g["inputs"], g["targets"], g["greedy"] = inputs.int(), targets.int(), seq.int()
    save_file(g, a.out / "golden.safetensors")
    return {"params": sum(w.numel() for w in model.parameters()), "losses": [round(x, 6) for x in losses],
            "grad_norm": g["grad_norm"].item()}
