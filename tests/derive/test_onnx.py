"""ONNX's strict shape inference as a second oracle that knows nothing of PyTorch or of convlint.

Random layers and small networks are written twice, as a native file and as an ONNX model.  Where ONNX infers sizes and
is right (``reference/arithmetic.md``, sections 8 and 15), every shape and every parameter count must be equal and no
error may be found; where ONNX refuses, gives a size below 1, or is known to swallow what PyTorch refuses, convlint must
report an error.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.catalogue import selection
from convlint.derive import Derived
from convlint.document import Source
from convlint.findings import Diagnostic, Severity
from convlint.lint import Result, lint
from tests.conftest import examples
from tests.oracle.onnx_cases import NotSayable, said
from tests.oracle.onnx_model import Layer, Model, Refused, Shape, native_text
from tests.oracle.onnx_networks import folds, networks, single_layers, swallowed

SELECTED = selection()
MODEST = settings(max_examples=examples(60))


def errors(result: Result) -> list[Diagnostic]:
    return [finding for finding in result.findings if finding.severity is Severity.ERROR]


def outputs(layers: list[Derived]) -> dict[str, Shape | None]:
    """The derived shape of everything that can be read by a name."""
    found: dict[str, Any] = {}
    for layer in layers:
        assert layer.name is not None
        if layer.layer.type in ("Split", "Chunk"):
            found |= {f"{layer.name}.{part}": value.shape for part, value in enumerate(layer.outputs)}
        else:
            found[layer.name] = layer.output.shape
    return found


def compare(shape: Shape, layers: list[Layer], block: bool = False) -> None:
    """Hold convlint's verdict, shapes and parameters against ONNX's."""
    text = native_text(shape, layers, block)
    model = Model(shape)
    refused = None
    for layer in layers:
        try:
            model.add(layer)
        except Refused as error:
            refused = f"ONNX refuses: {error}"
        else:
            if layer.type != "group":
                refused = swallowed(layer, [model.shapes[name] for name in layer.sources])
        if refused is not None:
            break
    result = lint(Source("network.yaml", text), SELECTED)
    found = errors(result)
    if refused is not None:
        assert found, f"{refused}\n{text}"
        # The first mistake ends a drawn network: whatever is wrong is wrong with the last layer.
        assert all((finding.layer or layers[-1].name).split(".")[0] == layers[-1].name for finding in found), text
        return
    assert found == [], text
    derivation = result.derivations[0]
    derived = outputs(derivation.layers)
    inferred = model.infer()
    assert derived == {name: inferred[name] for name in derived}, text
    params = {layer.name: layer.params for layer in derivation.layers if layer.layer.type != "group"}
    trainable = model.trainable()
    assert params == {name: trainable[name] for name in params}, text
    assert derivation.params == sum(trainable.values()), text


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_single_layers(rank: int) -> None:
    @settings(MODEST, max_examples=examples(150))
    @given(single_layers(rank), st.booleans())
    def hold(drawn: tuple[Shape, list[Layer]], block: bool) -> None:
        compare(*drawn, block)

    hold()


@MODEST
@given(folds())
def test_folds(drawn: tuple[Shape, list[Layer]]) -> None:
    shape, layers = drawn
    arguments = layers[0].arguments
    given_axes = [
        value if isinstance(value, list) else [value] * 2
        for value in (
            arguments["output_size"],
            arguments["kernel_size"],
            arguments.get("stride", 1),
            arguments.get("padding", 0),
            arguments.get("dilation", 1),
        )
    ]
    # Col2Im never asks whether the columns are as many as the blocks; here they are, but for maps without any block.
    if any(n + 2 * p < d * (k - 1) + 1 for n, k, _, p, d in zip(*given_axes, strict=True)):
        assert errors(lint(Source("fold.yaml", native_text(shape, layers)), SELECTED))
    else:
        compare(shape, layers)


@settings(MODEST, max_examples=examples(250))
@given(networks(), st.booleans())
def test_networks(drawn: tuple[Shape, list[Layer]], block: bool) -> None:
    compare(*drawn, block)


#: Cases of ONNX's own node tests that a native file cannot express, by reason.
NOT_SAYABLE = {
    "Fold is for two axes": 1,
    "SAME on a transposed convolution": 1,
    "a product of two maps": 4,
    "batch or channels are cropped": 6,
    "empty tensors": 2,
    "inputs without a batch axis": 2,
    "no aspect ratio is kept in torch.nn": 4,
    "no axis beside the batch": 22,
    "no such layer": 42,
    "only max-pools have a dilation in torch.nn": 7,
    "slopes for other axes than the channels": 2,
    "the batch axis changes": 20,
    "the batch is normalised": 6,
}


def test_onnx_s_own_node_cases(shared: Path) -> None:
    data = json.loads((shared / "golden" / "onnx_node_cases.json").read_text(encoding="utf-8"))
    left_out: Counter[str] = Counter()
    wrong = []
    for case in data["cases"]:
        try:
            shape, layers, expected = said(case)
        except NotSayable as reason:
            left_out[str(reason)] += 1
            continue
        text = native_text(shape, layers)
        result = lint(Source("case.yaml", text), SELECTED)
        derived = outputs(result.derivations[0].layers)
        if errors(result) or {name: derived[name] for name in expected} != expected:
            wrong.append(f"{case['name']}: {derived}, {[found.message for found in errors(result)]}\n{text}")
    assert not wrong, "\n".join(wrong)
    assert dict(left_out) == NOT_SAYABLE  # 119 of 303; the other 184 are equal
