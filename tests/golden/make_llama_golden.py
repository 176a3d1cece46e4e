"""Mints the reference numbers for a tiny Llama with PyTorch and Hugging Face transformers, as make_gpt2_golden.py does for GPT-2.

Run: python make_llama_golden.py OUT_DIR [--seed N] [--layers N] [--heads N] [--kv-heads N] [--width N] [--hidden N]
     [--context N] [--vocab N]
Needs: torch, transformers, safetensors. Everything is computed in float64 and stored as float32.

Writes into OUT_DIR
  model.safetensors   the initial weights under the names of a Llama checkpoint on the Hugging Face hub
  config.json         the matching config
  golden.safetensors  the entries that make_gpt2_golden.py writes, computed in the same way, under those names
"""
import argparse, json, pathlib
import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

p = argparse.ArgumentParser()
p.add_argument("out")
p.add_argument("--seed", type=int, default=1)
p.add_argument("--layers", type=int, default=2)
p.add_argument("--heads", type=int, default=4)
p.add_argument("--kv-heads", type=int, default=2)
p.add_argument("--width", type=int, default=32)
p.add_argument("--hidden", type=int, default=88)
p.add_argument("--context", type=int, default=16)
p.add_argument("--vocab", type=int, default=61)
p.add_argument("--batch", type=int, default=3)
a = p.parse_args()
out = pathlib.Path(a.out)
out.mkdir(parents=True, exist_ok=True)

torch.manual_seed(a.seed)
cfg = LlamaConfig(
    vocab_size=a.vocab, max_position_embeddings=a.context, hidden_size=a.width, num_hidden_layers=a.layers,
    num_attention_heads=a.heads, num_key_value_heads=a.kv_heads, intermediate_size=a.hidden, rms_norm_eps=1e-5,
    tie_word_embeddings=False, bos_token_id=None, eos_token_id=None, pad_token_id=None, attn_implementation="eager",
)
model = LlamaForCausalLM(cfg).double().eval()
rotary = model.model.rotary_emb  # its frequencies are made in float32: make them as exact as the rest
size = a.width // a.heads
rotary.inv_freq = 1.0 / 10000.0 ** (torch.arange(0, size, 2, dtype=torch.float64) / size)


def exact(x, position_ids):
    """The angles in float64: transformers computes them in float32 whatever the model has."""
    angles = position_ids[..., None].double() * rotary.inv_freq
    angles = torch.cat([angles, angles], -1)
    return angles.cos(), angles.sin()


rounded = rotary.forward
rotary.forward = exact
with torch.no_grad():  # larger than the usual initialisation, so that every gradient is far from zero
    for w in model.parameters():
        w.add_(torch.randn_like(w) * 0.15)
weights = {n: w.detach().float().clone() for n, w in model.named_parameters()}
with torch.no_grad():  # what is stored is what is used
    for n, w in model.named_parameters():
        w.copy_(weights[n].double())
save_file(weights, out / "model.safetensors", metadata={"format": "pt"})
cfg.architectures = ["LlamaForCausalLM"]
(out / "config.json").write_text(json.dumps(cfg.to_diff_dict(), indent=2, sort_keys=True))

ids = torch.randint(0, a.vocab, (a.batch, a.context + 1))
inputs, targets = ids[:, :-1].contiguous(), ids[:, 1:].contiguous()


def loss_of():
    logits = model(inputs, use_cache=False).logits
    return logits, torch.nn.functional.cross_entropy(logits.view(-1, a.vocab), targets.view(-1))


g = {}
logits, loss = loss_of()
loss.backward()
g["logits"], g["loss"] = logits.detach(), loss.detach().view(1)
for n, w in model.named_parameters():
    g["grad." + n] = w.grad.detach().clone()
g["grad_norm"] = torch.sqrt(sum((w.grad**2).sum() for w in model.parameters())).view(1)

with torch.no_grad():
    rotary.forward = rounded  # untouched, the model must say the same
    far = (model(inputs, use_cache=False).logits - logits).abs().max().item()
    rotary.forward = exact
    assert far < 1e-4, far
    seq = inputs[:1, :4]
    while seq.shape[1] < a.context:
        seq = torch.cat([seq, model(seq, use_cache=False).logits[:, -1:].argmax(-1)], 1)

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
    g["after." + n] = w.detach().clone()
g = {k: v.float().contiguous() for k, v in g.items()}
g["inputs"], g["targets"], g["greedy"] = inputs.int(), targets.int(), seq.int()
save_file(g, out / "golden.safetensors")
print({"params": sum(w.numel() for w in model.parameters()), "losses": [round(x, 6) for x in losses],
       "grad_norm": g["grad_norm"].item(), "angles": far})
