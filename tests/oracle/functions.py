"""Small networks of what torch has as functions: arithmetic of two maps."""

from __future__ import annotations

from collections.abc import Iterator

from tests.oracle.descriptions import Fields


def networks() -> Iterator[tuple[str, Fields]]:
    """Name and description of each; all of them are right."""
    for kind in ("Sub", "Div", "Maximum", "Minimum"):
        yield f"{kind} of a map and its pooled twin", _network([8, 6, 6], [
            {"name": "pool", "type": "AvgPool2d", "kernel_size": 3, "stride": 1, "padding": 1},
            {"name": "both", "type": kind, "from": ["pool", "input"]},
            {"type": "Sigmoid"},
        ])  # fmt: skip
        yield f"{kind} of a map and one cell", _network([8, 6, 5], [
            {"name": "cell", "type": "Conv2d", "out_channels": 8, "kernel_size": [6, 5]},
            {"name": "both", "type": kind, "from": ["input", "cell"]},
            {"type": "Flatten"},
        ])  # fmt: skip


def _network(shape: list[int], layers: list[Fields]) -> Fields:
    return {"convlint": 1, "input": shape, "layers": layers}
