"""Loads every tokenizer.json that the native tests have exported with the Python package, and compares ids and texts.

    python check.py FOLDER

A folder holds, for each tokenizer, NAME.json and NAME.jsonl: lines of a text with the ids and the text that we get.
"""

import json
import sys
from pathlib import Path

from tokenizers import Tokenizer

STRINGS = 10_000
TOKENIZERS = 12


def differences(path: Path) -> list[str]:
    tokenizer = Tokenizer.from_file(str(path))
    lines = path.with_suffix(".jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    cases = [json.loads(line) for line in lines]
    found = [] if len(cases) == STRINGS else [f"{len(cases)} strings instead of {STRINGS}"]
    for case, encoding in zip(cases, tokenizer.encode_batch([case["text"] for case in cases], add_special_tokens=False)):
        if encoding.ids != case["ids"]:
            found.append(f"{case['text']!r}: ids {encoding.ids} in Python, {case['ids']} here")
        elif tokenizer.decode(encoding.ids, skip_special_tokens=False) != case["decoded"]:
            back = tokenizer.decode(encoding.ids, skip_special_tokens=False)
            found.append(f"{case['text']!r}: {back!r} comes back in Python, {case['decoded']!r} here")
    return found


def main(folder: Path) -> int:
    agree = differ = 0
    for path in sorted(folder.glob("*.json")):
        found = differences(path)
        for difference in found[:5]:
            print(f"{path.stem}: {difference}")
        agree, differ = (agree, differ + 1) if found else (agree + 1, differ)
    print(f"{agree} tokenizers agree with Python on {STRINGS} strings each")
    print(f"{differ} tokenizers differ")
    return 0 if differ == 0 and agree == TOKENIZERS else 1


sys.exit(main(Path(sys.argv[1])))
