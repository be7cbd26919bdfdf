"""Explanations of layers: the exact text for every operation, and never a crash."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from convlint.catalogue import selection
from convlint.derive import Derivation, Derived, derive
from convlint.derive.walk import DERIVE
from convlint.document import Source
from convlint.explain import explain, find
from convlint.explain.layers import LESSONS
from convlint.explain.windows import leftover
from convlint.lint import lint
from convlint.model.operations import Group
from convlint.model.window import Window
from convlint.reports import explanation
from convlint.reports.style import Style
from tests.conftest import examples
from tests.derive.networks import descriptions, network_of
from tests.rules.test_cases import FILES, cases_of

PAGE = Path(__file__).parent / "explanations.md"
UPDATING = os.environ.get("CONVLINT_UPDATE", "") not in ("", "0")
NETWORK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TEXT = re.compile(r"^### (\w+)\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def told(source: Source, derivation: Derivation, at: Derived) -> str:
    """The explanation of a layer as text."""
    return explanation.text(source, explain(derivation, source, at), [], "", derivation.network, Style()) + "\n"


def test_every_operation() -> None:
    """Each layer of the network in explanations.md has its exact text there."""
    page = PAGE.read_text(encoding="utf-8")
    network = NETWORK.search(page)
    assert network is not None
    source = Source("net.yaml", network[1])
    (derivation,) = lint(source, selection()).derivations

    def text(name: str) -> str:
        return told(source, derivation, find(derivation, source, name).layers[0])

    if UPDATING:
        page = TEXT.sub(lambda match: f"### {match[1]}\n\n```text\n{text(match[1])}```", page)
        PAGE.write_text(page, encoding="utf-8")
    texts = dict(TEXT.findall(page))
    assert list(texts) == [layer.name for layer in derivation.layers]
    for name, expected in texts.items():
        assert text(name) == expected


def test_no_operation_is_without_a_lesson() -> None:
    assert set(LESSONS) == {*DERIVE, Group}


def everything(layers: list[Derived]) -> Iterator[Derived]:
    for derived in layers:
        yield derived
        yield from everything(derived.children)


def check_all(source: Source, derivation: Derivation) -> None:
    """Every layer can be explained; no unknown value shows as None, nothing is empty."""
    for derived in everything(derivation.layers):
        text = told(source, derivation, derived)
        assert "  ->  " in text and "What comes in\n" in text
        assert not re.search(r"\bNone\b(?![.:,])|\[\]|\(\)|  \?\?", text), text
        prose = (line for line in text.splitlines() if not line.startswith("    "))
        assert all(len(line) <= 120 or len(max(line.split(), key=len)) > 80 for line in prose), text
        json.dumps(explanation.as_json(source, explain(derivation, source, derived), [], "", None))


@pytest.mark.no_cover  # long, and what it reaches other tests reach
@pytest.mark.usefixtures("few_copies")
def test_the_rules_cases_can_be_explained() -> None:
    """They hold every mistake that there is."""
    for file in FILES:
        for case in cases_of(file):
            source = Source(f"net.{case.syntax}", case.yaml)
            for derivation in lint(source, selection()).derivations:
                check_all(source, derivation)


@settings(max_examples=examples(60))
@given(descriptions())
def test_random_networks_can_be_explained(description: dict[str, Any]) -> None:
    source = Source("net.yaml", json.dumps({"convlint": 1, **description}))
    check_all(source, derive(network_of(description)))


@settings(max_examples=examples(400))
@given(
    size=st.integers(1, 60), kernel=st.integers(1, 8), stride=st.integers(1, 9), dilation=st.integers(1, 5),
    before=st.integers(0, 4), after=st.integers(0, 4), ceil=st.booleans(), trailing=st.integers(0, 3),
)  # fmt: skip
def test_what_is_left_unread_is_what_no_tap_reads(
    size: int, kernel: int, stride: int, dilation: int, before: int, after: int, ceil: bool, trailing: int
) -> None:
    trailing = min(trailing, size - 1)
    window = Window(size, kernel, stride, before, after, dilation, ceil, trailing)
    if window.output < 1:
        return
    text = " ".join(leftover(window, ["height"], "kernel"))
    first = [step * stride - before for step in range(window.output)]
    read = {start + tap * dilation for start in first for tap in range(kernel)} & set(range(size))
    unread = set(range(size)) - read
    told = set()
    count = re.search(r"(\d+) of the \d+ rows (is|are) never read", text)
    if count:
        assert int(count[1]) == len(unread)
        told = unread
    end = re.search(r"ends at row (\d+) of \d+: the last (\d+)? ?rows? (is|are) never read", text)
    if end:
        assert int(end[1]) == size - int(end[2] or 1) == max(0, first[-1] + dilation * (kernel - 1) + 1)
        told = told or set(range(int(end[1]), size))
    # What is padding need not be told.
    assert told <= unread and unread - told <= set(range(size - trailing, size))
    if "no input is lost" in text:
        assert unread <= set(range(size - trailing, size))
    taps = re.search(r"of every \d+ neighbours (\d+) (is|are) read", text)
    if taps:
        assert int(taps[1]) == len({tap * dilation % stride for tap in range(kernel)})


#: A join of sizes that differ: what it makes is in doubt, and so are the maps that it reads.
MISTAKE = [
    {"type": "Conv2d", "name": "wide", "out_channels": 4, "kernel_size": 1, "padding": 1},
    {"type": "Add", "from": ["wide", "input"]},
]
KNOWN = [
    {"type": "AdaptiveAvgPool2d", "name": "known", "output_size": 4},
    {"type": "Concat", "from": ["known", "copies"]},
]


def copies(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"name": "copies", "repeat": 3, "layers": list(layers)}


def refused(derivation: Derivation) -> set[tuple[str, int, str]]:
    """What a framework refuses, where, and by how many batches."""
    return {
        (found.kind, found.at.layer.number, str(found.numbers.get("counts")))
        for found in derivation.irregularities
        if found.fatal
    }


@settings(max_examples=examples(60))
@given(descriptions())
# Found: what is unknown because of a mistake stays so behind copies, even where it meets a known size.
@example({"input": [4, 8, 8], "layers": [*MISTAKE, copies({"type": "ReLU"}), *KNOWN]})
# So does the number of batches...
@example(
    {
        "input": [4, 8, 8],
        "layers": [
            {"type": "Concat", "dim": 0, "from": ["input", "input"]},
            copies({"type": "ReLU"}),
            {"type": "Add", "from": ["copies", "input"]},
        ],
    }
)
# ... which a copy can double without another shape.
@example(
    {
        "input": [4, 8, 8],
        "layers": [
            copies({"type": "Concat", "dim": 0, "from": ["input", "input"]}),
            {"type": "Add", "from": ["copies", "input"]},
        ],
    }
)
def test_copies_written_out_come_to_the_same(description: dict[str, Any]) -> None:
    network = network_of(description)
    folded, unfolded = derive(network), derive(network, unfold=True)
    assert (folded.params, folded.macs) == (unfolded.params, unfolded.macs)
    for one, other in zip(folded.layers, unfolded.layers, strict=True):
        assert [value.shape for value in one.outputs] == [value.shape for value in other.outputs]
        for value, same in zip(one.outputs, other.outputs, strict=True):
            # With a stride in every copy the field of the last is not told, unless all are written out.
            assert value.field in (None, same.field)
        assert all(child.times == 1 for child in everything(other.children))
    # What is wrong is wrong in both; what is only unusual may repeat itself from copy to copy.
    assert refused(folded) == refused(unfolded)


@pytest.mark.parametrize(
    ("type", "shape", "said"),
    [
        ("PixelShuffle", [18, 5, 7], ["Every 9 maps are put together to one", "block of 3x3 cells", "18 / (3*3) = 2", "5 * 3 = 15"]),
        ("PixelUnshuffle", [2, 15, 6], ["Every block of 3x3 cells is spread over 9 maps", "2 * 3*3 = 18", "15 / 3 = 5"]),
    ],
)  # fmt: skip
def test_shuffles_of_three(type: str, shape: list[int], said: list[str]) -> None:
    """3 * 3 is not 3 + 3."""
    name = "upscale_factor" if type == "PixelShuffle" else "downscale_factor"
    source = Source("net.yaml", f"convlint: 1\ninput: {shape}\nlayers:\n  - {{type: {type}, {name}: 3}}\n")
    (derivation,) = lint(source, selection()).derivations
    text = " ".join(told(source, derivation, derivation.layers[0]).split())
    assert [words for words in said if words not in text] == []
