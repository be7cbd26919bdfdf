"""The record of PyTorch's verdicts on all single-argument changes of some networks, in ``tests/golden/changes``.

A file holds one network, or the networks of all layer types.  The changes are enumerated, not written down; of each
layer and argument there is one line with a verdict for each value, in order:

- ``!`` refused at the changed layer, ``!4.0`` at another one (its position in ``layers``, and so on inward);
- ``=`` accepted, with the shapes and parameters of the unchanged network, ``1f2e3d4c`` with others (their digest);
- ``?`` too large to ask.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import yaml

from tests.conftest import ROOT
from tests.oracle import functions, layer_types
from tests.oracle.changes import Change, changes, without_claims
from tests.oracle.descriptions import Fields, Written
from tests.oracle.judging import Lines

FOLDER = Path(__file__).parents[1] / "golden" / "changes"
#: The right examples; and one of which only a claim is wrong.
EXAMPLES = ("3d-u-net", "alexnet-227", "c3d", "dcgan-generator", "keyword-spotting-1d", "lecun-ranzato", "lenet-5",
            "mobilenet-v2", "resnet-18", "resnet-50", "resnext-50", "u-net", "vgg-16")  # fmt: skip
LAYER_TYPES = "layer-types"
#: What torch has as functions, recorded later than its layer types.
FUNCTIONS = "functions"


class Recorded(NamedTuple):
    """A network without its claims, the digest of its numbers, and what became of each change."""

    name: str
    description: Fields
    numbers: str
    verdicts: list[tuple[Change, str]]


def descriptions(file: str) -> dict[str, Fields]:
    """The networks of a file by name."""
    if file == LAYER_TYPES:
        return dict(layer_types.networks())
    if file == FUNCTIONS:
        return dict(functions.networks())
    example = ROOT / "examples" / f"{file}.yaml"
    return {file: without_claims(yaml.safe_load(example.read_text(encoding="utf-8")))}


def key(description: Fields) -> str:
    """Changes when the network does, or the list of its changes."""
    return f"{crc32(json.dumps([description, [list(change) for change in changes(description)]]).encode()):08x}"


def read(file: str) -> Iterator[Recorded]:
    """What is recorded in a file; raises ValueError if it was recorded for other networks or changes."""
    record = json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))["networks"]
    described = descriptions(file)
    if list(record) != list(described) or any(record[name]["key"] != key(described[name]) for name in described):
        raise ValueError(f"{file} is no longer what was recorded: python -m tests.oracle.record_changes {file}")
    for name, description in described.items():
        listed = list(changes(description))
        words = [word for line in record[name]["verdicts"].values() for word in line.split()]
        yield Recorded(name, description, record[name]["numbers"], list(zip(listed, words, strict=True)))


def write(file: str, torch: str, record: list[Recorded]) -> None:
    """Record what PyTorch said."""
    lines = []
    for found in record:
        rows: dict[str, list[str]] = {}
        for change, verdict in found.verdicts:
            rows.setdefault(f"{position(change.path)} {change.field}".strip(), []).append(verdict)
        head = f'"key": "{key(found.description)}", "numbers": "{found.numbers}"'
        body = ",\n".join(f"  {json.dumps(row)}: {json.dumps(' '.join(words))}" for row, words in rows.items())
        lines.append(f'{json.dumps(found.name)}: {{{head}, "verdicts": {{\n{body}\n}}}}')
    text = f'{{"torch": {json.dumps(torch)}, "networks": {{\n' + ",\n".join(lines) + "\n}}\n"
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{file}.json").write_text(text, encoding="utf-8", newline="\n")


def position(path: tuple[int, ...]) -> str:
    """A path as it is written: 4.0 for the first layer of the fifth, a group."""
    return ".".join(map(str, path))


def lines_of(word: str, change: Change, written: Written) -> Lines:
    """The lines of the layer that a verdict says is refused."""
    path = tuple(map(int, word[1:].split("."))) if len(word) > 1 else change.path
    return written.layers.get(path, (1, 3))


def changed_lines(change: Change, written: Written) -> Lines:
    """The line of the changed argument; of the layer, if it is gone."""
    line = written.fields.get((change.path, change.field))
    return (line, line) if line is not None else written.layers[change.path]


def all_files() -> list[Any]:
    """The names of the files, the longest first."""
    return [LAYER_TYPES, FUNCTIONS, *sorted(EXAMPLES, key=lambda name: -(FOLDER / f"{name}.json").stat().st_size)]
