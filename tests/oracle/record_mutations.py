"""Records PyTorch's verdicts on random networks and mistakes in them: ``python -m tests.oracle.record_mutations``.

Needs torch. What is written lets ``tests/derive/test_torch_networks.py`` run where torch is not installed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from tests.oracle.descriptions import KINDS, Written, network
from tests.oracle.judging import Verdict, changed_lines
from tests.oracle.mutations import mutate
from tests.oracle.torch_builder import TooLargeError, verdict

FILE = Path(__file__).parents[1] / "golden" / "mutations.json"
#: Mistakes in each network.
MISTAKES = 16


def main() -> None:
    networks = []
    seed = 0
    for kind in KINDS:
        for rank in (1, 2, 2, 3):
            seed += 1
            base = network(seed, kind, rank)
            written = Written(base)
            judged = verdict(written, base)
            assert judged.refused is None, (kind, rank, judged.message)
            mistakes = []
            for number in range(MISTAKES):
                mutation = mutate(base, 1000 * seed + number)
                if mutation is None:
                    continue
                changed = Written(mutation.description)
                try:
                    found = verdict(changed, mutation.description)
                except TooLargeError:
                    continue
                first, last, new = _patch(written.lines, changed.lines)
                mistakes.append(
                    {
                        "what": mutation.what,
                        "replace": [first, last],
                        "by": new,
                        "changed": list(changed_lines(mutation, changed)),
                        **_fields(found),
                    }
                )
            networks.append({"kind": kind, "text": written.text, **_fields(judged), "mistakes": mistakes})
    lines = [f'{{"torch": {json.dumps(torch.__version__)},\n"networks": [']
    lines.append(",\n".join(_shown(found) for found in networks))
    lines.append("]}")
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    count = sum(len(found["mistakes"]) for found in networks)
    print(f"{len(networks)} networks, {count} mistakes, {FILE.stat().st_size:,} bytes")


def _fields(judged: Verdict) -> dict[str, Any]:
    if judged.refused is not None:
        return {"refused": list(judged.refused), "message": judged.message}
    return {"layers": [list(layer) for layer in judged.layers]}


def _patch(old: list[str], new: list[str]) -> tuple[int, int, list[str]]:
    """Which lines of the old text (from 0, end exclusive) to replace by what."""
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    return first, len(old) - last, new[first : len(new) - last]


def _shown(found: dict[str, Any]) -> str:
    mistakes = found["mistakes"]
    head = json.dumps({name: value for name, value in found.items() if name != "mistakes"})[:-1]
    rows = ",\n  ".join(json.dumps(mistake) for mistake in mistakes)
    return f'{head}, "mistakes": [\n  {rows}]}}'


if __name__ == "__main__":
    main()
