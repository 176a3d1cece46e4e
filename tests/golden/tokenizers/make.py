"""Writes characters.json and bpe.json: tokenizers made by the Python package `tokenizers`, with the ids it gives.

    pip install tokenizers
    python make.py

`text.txt` beside this file is some of the built-in corpora. The tests train on the same text and must find the same
tokens, load the same file and must give the same ids.
"""

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

HERE = Path(__file__).parent
TEXT = (HERE / "text.txt").read_text(encoding="utf-8")
STRINGS = [
    "",
    "a",
    " ",
    "   ",
    "\n\n\n",
    "Once upon a time there was a little fox named Rusty.",
    "  two spaces,   three spaces, \t a tab\n\n and lines \n",
    "don't we'll they've I'm it's you'd you're 'twas 'S DON'T",
    "12 + 7 = 19; 1234567 * 2.50 = 3086419",
    "小明住在海边。从前，小红丢了风筝！",
    "日本語 한국어 العربية עברית ไทย हिन्दी",
    "naïve café e\u0301 Straße ﬁ",
    "🌱🌳 👩\u200d👩\u200d👧 🇩🇪",
    "x\u00a0y\u2003z\u3000w\u200bv",
    "² ³ ½ Ⅷ ٣ ๓",
    "snake_case --flag=value http://a.b/c?d=e#f <unk> <|endoftext|>",
    "trailing space ",
    "line\n",
    "\n line",
    " \n\t \n x",
    TEXT[:1000],
    TEXT[-1000:],
]


def characters() -> Tokenizer:
    vocabulary = {token: id for id, token in enumerate(["<unk>", *sorted(set(TEXT))])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    tokenizer.decoder = decoders.Fuse()
    return tokenizer


def bpe() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        min_frequency=2,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([TEXT], trainer)
    return tokenizer


def write(name: str, tokenizer: Tokenizer) -> None:
    cases = [{"text": text, "ids": tokenizer.encode(text).ids} for text in STRINGS]
    golden = {"tokenizer": json.loads(tokenizer.to_str()), "cases": cases}
    (HERE / f"{name}.json").write_text(json.dumps(golden, ensure_ascii=False) + "\n", encoding="utf-8")


write("characters", characters())
write("bpe", bpe())
