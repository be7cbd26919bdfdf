"""Asks PyTorch about all single-argument changes: ``python -m tests.oracle.record_changes [FILE...]``.

Needs torch, and for all files an hour.  ``tests/derive/test_changes.py`` holds convlint against what is recorded.
"""

from __future__ import annotations

import sys
from collections import Counter

import torch

from tests.oracle import recorded
from tests.oracle.changes import Change, changes
from tests.oracle.descriptions import Fields
from tests.oracle.judging import digest
from tests.oracle.torch_builder import RefusedError, TooLargeError, layers_of, run
from tests.oracle.torch_shapes import Shapes


def verdict(description: Fields, change: Change, numbers: str, engine: Shapes) -> str:
    """The word that is recorded for a change; see ``recorded``."""
    try:
        made = digest(layers_of(run(change.made(description), engine)))
    except TooLargeError:
        return "?"
    except RefusedError as error:
        return "!" if error.path == change.path else f"!{recorded.position(error.path)}"
    return "=" if made == numbers else made


def main(files: list[str]) -> None:
    torch.set_num_threads(1)
    for file in files:
        engine = Shapes()
        record = []
        for name, description in recorded.descriptions(file).items():
            numbers = digest(layers_of(run(description, engine)))
            verdicts = [(change, verdict(description, change, numbers, engine)) for change in changes(description)]
            record.append(recorded.Recorded(name, description, numbers, verdicts))
        recorded.write(file, torch.__version__, record)
        counts = Counter(word[0] if word[0] in "!?" else "=" for found in record for _, word in found.verdicts)
        print(f"{file}: {counts['!']} refused, {counts['=']} accepted, {counts['?']} too large", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or recorded.all_files())
