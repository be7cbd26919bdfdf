"""Asks PyTorch what parameters and maps make of each other: ``python -m tests.oracle.record_parameters``."""

from __future__ import annotations

import json
from typing import Any

import torch
from torch import nn

from tests.oracle import parameters
from tests.oracle.descriptions import Fields

_FUNCTIONS = {
    "Add": torch.add, "Mul": torch.mul, "Sub": torch.sub, "Div": torch.div, "Maximum": torch.maximum,
    "Minimum": torch.minimum, "MatMul": torch.matmul,
}  # fmt: skip


def verdict(description: Fields) -> str:
    """The shape of what comes out, without the batch, and the trainable numbers; or that it is refused."""
    values: dict[str, Any] = {"input": torch.ones(parameters.BATCH, *description["input"])}
    params, last = 0, values["input"]
    try:
        for fields in description["layers"]:
            if fields["type"] == "Parameter":
                last = nn.Parameter(torch.ones(fields["shape"]))
                params += last.numel()
            elif fields["type"] == "Sigmoid":
                last = torch.sigmoid(last)
            else:
                last = _FUNCTIONS[fields["type"]](*(values[name] for name in fields["from"]))
            values[fields.get("name", "")] = last
    except RuntimeError:
        return "!"
    if last.shape[0] != parameters.BATCH or last.dim() <= len(description["input"]):
        return "!"
    if last.dim() > len(description["input"]) + 1:
        return "!"  # the batch is no longer in front
    return f"{'x'.join(map(str, last.shape[1:]))} {params}"


if __name__ == "__main__":
    rows = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(verdict(description))}" for name, description in parameters.networks()
    )
    text = f'{{"torch": "{torch.__version__}",\n "verdicts": {{\n{rows}\n}}}}\n'
    parameters.FILE.write_text(text, encoding="utf-8", newline="\n")
