"""No false alarm: every layer of 18 torchvision networks is silent, but for the two stems that truly drop input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from convlint.catalogue import selection
from convlint.document import Source
from convlint.findings import Severity
from convlint.lint import lint

#: 7x7 and 3x3 with stride 2 and no padding on 224: the last row and column are never read.
TRUE_FINDINGS = {("squeezenet1_0", "features.0"): ["CL103"], ("squeezenet1_1", "features.0"): ["CL103"]}


def written(layer: dict[str, Any]) -> str | None:
    """The layer in its network's place, as a native file; None for what ``torch.nn`` has not."""
    kind, shape = layer["type"], layer["inp"]
    before = ""
    arguments: dict[str, Any] = {}
    if kind == "Conv2d":
        weight = layer["weight"]
        arguments = {
            "in_channels": shape[0], "out_channels": weight[0], "kernel_size": layer["k"], "stride": layer["s"],
            "padding": layer["p"], "dilation": layer["d"], "groups": layer["groups"], "bias": layer["bias"],
        }  # fmt: skip
    elif kind in ("MaxPool2d", "AvgPool2d"):
        arguments = {
            "kernel_size": layer["k"], "stride": layer["s"], "padding": layer["p"], "ceil_mode": layer["ceil"],
        }  # fmt: skip
    elif kind == "BatchNorm2d":
        arguments = {"num_features": shape[0]}
    elif kind == "AdaptiveAvgPool2d":
        arguments = {"output_size": layer["out"][1:]}
    elif kind in ("Linear", "LayerNorm"):
        last = layer["weight"] if kind == "Linear" else None
        arguments = {"in_features": last[1], "out_features": last[0]} if last else {"normalized_shape": [shape[-1]]}
        if len(shape) == 3:  # ConvNeXt moves the channels to the end first
            before = "  - {type: Permute, dims: [0, 2, 3, 1]}\n"
            shape = [shape[2], shape[0], shape[1]]
    elif kind == "Permute":
        channels_last = layer["out"] == [shape[1], shape[2], shape[0]]
        arguments = {"dims": [0, 2, 3, 1] if channels_last else [0, 3, 1, 2]}
    elif kind in ("StochasticDepth", "LayerNorm2d"):
        return None
    fields = "".join(f", {name}: {json.dumps(value)}" for name, value in arguments.items())
    return f"convlint: 1\ninput: {shape}\nlayers:\n{before}  - {{type: {kind}{fields}}}\n"


def test_torchvision_s_layers_are_silent(shared: Path) -> None:
    found = {}
    networks = [path for path in (shared / "golden" / "networks").glob("*.json") if path.stem != "totals"]
    assert len(networks) == 18
    for path in networks:
        data = json.loads(path.read_text(encoding="utf-8"))
        for layer in data["layers"]:
            text = written(layer)
            if text is None:
                continue
            result = lint(Source("net.yaml", text), selection())
            codes = [finding.code for finding in result.findings if finding.severity != Severity.INFO]
            if codes:
                found[path.stem, layer["name"]] = codes
            derived = result.derivations[0].layers[-1]
            assert (list(derived.output.shape or ()), derived.params) == (layer["out"], layer["params"]), text
    assert found == TRUE_FINDINGS
