"""Parameters that meet maps: every pair of a few shapes in every operation, and what PyTorch makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product

from tests.conftest import ROOT
from tests.oracle.descriptions import Fields

FILE = ROOT / "tests" / "golden" / "parameters.json"
#: No size of a shape: a parameter with as many entries as there are examples would run by chance.
BATCH = 11
KINDS = ("Add", "Mul", "Sub", "Div", "Maximum", "Minimum")
MAPS = ([8, 6, 5], [1, 6, 5], [6, 8], [8], [8, 1, 1])
SHAPES = (
    [], [1], [8], [5], [7], [6, 5], [6, 1], [8, 1, 1], [1, 1, 5], [8, 6, 5], [7, 1, 1], [1, 8], [2, 8], [1, 6, 8],
    [1, 8, 1, 1], [2, 8, 1, 1], [1, 1, 8, 1, 1], [-1], [8, -2, 1],
)  # fmt: skip
#: Matrices, and stacks of them.
MATRICES = ([5, 3], [8, 3], [3, 6], [7, 7], [1, 5, 3], [8, 5, 3], [7, 5, 3], [1, 8, 5, 3], [1, 1], [4, 1])


def networks() -> Iterator[tuple[str, Fields]]:
    """Name and description of each: products of matrices; a parameter and a map in either order, the parameter alone, and changed before."""
    yield from products()
    for shape, map_ in product(SHAPES, MAPS):
        parameter: Fields = {"name": "own", "type": "Parameter", "shape": shape}
        for kind, sources in product(KINDS, (["input", "own"], ["own", "input"])):
            join: Fields = {"type": kind, "from": sources}
            yield f"{kind} {sources} {map_} {shape}", {"convlint": 1, "input": map_, "layers": [parameter, join]}
        twice: list[Fields] = [
            {"name": "gate", "type": "Sigmoid"},
            {"name": "both", "type": "Mul", "from": ["own", "gate"]},
            {"type": "Add", "from": ["both", "input"]},
        ]
        yield f"twice {map_} {shape}", {"convlint": 1, "input": map_, "layers": [parameter, *twice]}


def products() -> Iterator[tuple[str, Fields]]:
    """Products of matrices, one of them a parameter."""
    for shape, map_ in product(MATRICES, MAPS):
        for sources in (["input", "own"], ["own", "input"]):
            parameter: Fields = {"name": "own", "type": "Parameter", "shape": shape}
            layers = [parameter, {"type": "MatMul", "from": sources}]
            yield f"MatMul {sources} {map_} {shape}", {"convlint": 1, "input": map_, "layers": layers}


def recorded() -> dict[str, str]:
    """By name what PyTorch says: the shape without the batch, or ``!``."""
    found: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))["verdicts"]
    return found
