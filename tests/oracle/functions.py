"""Small networks of what torch has as functions: arithmetic of two maps, reductions."""

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
    yield "arithmetic with numbers", _network([8, 6, 6], [
        {"name": "half", "type": "Mul", "other": 0.5},
        {"name": "less", "type": "Sub", "other": 1},
        {"name": "square", "type": "Pow", "exponent": 2},
        {"type": "Add", "other": 0.001},
        {"name": "log", "type": "Log"},
        {"name": "back", "type": "Exp"},
        {"name": "size", "type": "Abs", "from": "less"},
        {"name": "part", "type": "Div", "other": 8, "from": "size"},
        {"type": "Add", "from": ["back", "part"]},
    ])  # fmt: skip
    yield "a window of attention moved and turned", _network([6, 8, 7], [
        {"type": "Roll", "shifts": [-2, -2], "dims": [2, 3]},
        {"type": "Roll", "shifts": 1, "dims": 1},
        {"type": "Flip", "dims": [2, -1]},
        {"type": "Conv2d", "out_channels": 4, "kernel_size": 3},
    ])  # fmt: skip
    yield "attention written out", _network([12, 3, 4], [
        {"name": "cells", "type": "Flatten", "start_dim": 2},
        {"name": "tokens", "type": "Permute", "dims": [0, 2, 1]},
        {"type": "Linear", "out_features": 36},
        {"type": "Unflatten", "dim": 2, "unflattened_size": [3, 2, 6]},
        {"name": "heads", "type": "Permute", "dims": [0, 3, 4, 1, 2]},
        {"name": "q", "type": "Narrow", "dim": 4, "start": 0, "length": 1, "from": "heads"},
        {"name": "query", "type": "Flatten", "start_dim": 3, "from": "q"},
        {"name": "k", "type": "Narrow", "dim": 4, "start": 1, "length": 1, "from": "heads"},
        {"name": "key", "type": "Flatten", "start_dim": 3, "from": "k"},
        {"name": "turned", "type": "Permute", "dims": [0, 1, 3, 2]},
        {"name": "scores", "type": "MatMul", "from": ["turned", "query"]},
        {"name": "weights", "type": "Softmax", "dim": -1},
        {"name": "mixed", "type": "MatMul", "from": ["query", "weights"]},
        {"type": "Sigmoid"},
    ])  # fmt: skip
    yield "every other cell", _network([6, 8, 9], [
        {"name": "odd", "type": "Slice", "dim": 2, "start": 1, "step": 2},
        {"name": "even", "type": "Slice", "from": "input", "dim": 2, "start": -8, "end": 7, "step": 2},
        {"name": "both", "type": "Stack", "from": ["odd", "even"], "dim": 2},
        {"type": "Flatten", "start_dim": 1, "end_dim": 2},
        {"type": "Conv2d", "out_channels": 4, "kernel_size": 3},
    ])  # fmt: skip
    yield "some channels", _network([6, 8, 9], [
        {"type": "Narrow", "dim": 1, "start": -4, "length": 3},
        {"type": "Conv2d", "out_channels": 4, "kernel_size": 3},
    ])  # fmt: skip
    yield "fixed kernels", _network([8, 6, 5], [
        {"type": "Conv2d", "out_channels": 8, "kernel_size": 3, "stride": 2, "padding": 1, "groups": 8, "bias": False,
         "requires_grad": False},
        {"type": "ConvTranspose2d", "out_channels": 4, "kernel_size": 5, "stride": 2, "requires_grad": False},
    ])  # fmt: skip
    for kind in _OF_AXES:
        yield f"{kind} of the cells", _network([8, 6, 5], [
            {"type": kind, "dim": [2, 3]},
            {"type": "Linear", "out_features": 3},
        ])  # fmt: skip
        yield f"{kind} of the channels", _network([8, 6, 5], [
            {"name": "one", "type": kind, "dim": 1, "keepdim": True},
            {"type": "Conv2d", "out_channels": 1, "kernel_size": 3, "padding": 1},
            {"name": "gate", "type": "Sigmoid"},
            {"type": "Mul", "from": ["gate", "input"]},
        ])  # fmt: skip
        yield f"{kind} of a sequence", _network([9, 4], [{"type": kind, "dim": -2}, {"type": "Sigmoid"}])


_OF_AXES = ("Mean", "Sum", "Amax", "Amin", "Std", "Var")


def _network(shape: list[int], layers: list[Fields]) -> Fields:
    return {"convlint": 1, "input": shape, "layers": layers}
