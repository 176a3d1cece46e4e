"""Mints the reference numbers for a tiny Llama with PyTorch and Hugging Face transformers: see minting.py.

Run: python make_llama_golden.py OUT_DIR [--seed N] [--layers N] [--heads N] [--kv-heads N] [--width N] [--hidden N]
     [--context N] [--vocab N]
Needs: torch, transformers, safetensors. The weights have the names of a Llama checkpoint on the Hugging Face hub.
"""
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from minting import arguments, begin, mint

a = arguments(layers=2, heads=4, kv_heads=2, width=32, hidden=88)
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


inputs, targets = begin(model, cfg, a)
with torch.no_grad():  # untouched, the model must say the same
    rounded = model(inputs, use_cache=False).logits
    rotary.forward = exact
    far = (model(inputs, use_cache=False).logits - rounded).abs().max().item()
    assert far < 1e-4, far
print({**mint(model, inputs, targets, a), "angles": far})
