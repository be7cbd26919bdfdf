"""Whole networks and single mistakes in them, judged by PyTorch.

convlint reports an error exactly where PyTorch refuses to build or to run a layer; otherwise the shape and the
parameters of every layer are PyTorch's.  One mistake is one error, at what was changed or at the layer where PyTorch
fails.  Recorded verdicts are checked everywhere, fresh ones where torch is installed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.descriptions import KINDS, Fields, Written, network
from tests.oracle.judging import Verdict, changed_lines, difference
from tests.oracle.mutations import mutate

RECORDED = json.loads((Path(__file__).parents[1] / "golden" / "mutations.json").read_text(encoding="utf-8"))["networks"]
#: Networks of every kind, and mistakes in each of them, that PyTorch judges anew.
NETWORKS, MISTAKES = 10, 8


def _recorded(fields: dict[str, Any]) -> Verdict:
    refused = tuple(fields["refused"]) if "refused" in fields else None
    return Verdict(refused, fields.get("message", ""), [tuple(layer) for layer in fields.get("layers", [])])


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: recorded["kind"])
def test_recorded_verdicts(recorded: dict[str, Any]) -> None:
    text = recorded["text"]
    assert difference(text, _recorded(recorded)) is None, text
    lines = text.split("\n")
    for mistake in recorded["mistakes"]:
        first, last = mistake["replace"]
        broken = "\n".join([*lines[:first], *mistake["by"], *lines[last:]])
        found = difference(broken, _recorded(mistake), tuple(mistake["changed"]))
        assert found is None, f"{mistake['what']}: {found}\n{broken}"


def test_recorded_verdicts_are_of_both_sorts() -> None:
    mistakes = [mistake for recorded in RECORDED for mistake in recorded["mistakes"]]
    refused = sum("refused" in mistake for mistake in mistakes)
    assert len(mistakes) >= 400 and refused >= 150 and len(mistakes) - refused >= 100


@pytest.mark.parametrize("kind", KINDS)
def test_fresh_verdicts(kind: str) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: only recorded verdicts are checked")
    torch.set_num_threads(1)
    wrong = []
    for seed in range(NETWORKS):
        base = network(seed, kind)
        found = _judged(base, None)
        if found is not None:
            wrong.append(found)
        for number in range(MISTAKES):
            mutation = mutate(base, 1000 * seed + number)
            if mutation is None:
                continue
            written = Written(mutation.description)
            found = _judged(mutation.description, changed_lines(mutation, written))
            if found is not None:
                wrong.append(f"{mutation.what}: {found}\n{written.text}")
    assert not wrong, "\n\n".join(wrong)


def _judged(description: Fields, changed: tuple[int, int] | None) -> str | None:
    from tests.oracle.torch_builder import TooLargeError, verdict

    written = Written(description)
    try:
        return difference(written.text, verdict(written, description), changed)
    except TooLargeError:
        return None
