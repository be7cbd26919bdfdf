"""Writes the signatures of torch.nn's layer types into tests/golden: ``python -m tests.oracle.record_signatures``."""

from __future__ import annotations

import inspect
import json
from typing import Any

import torch

from convlint.model.torch_nn.table import TYPES
from tests.conftest import ROOT

FILE = ROOT / "tests" / "golden" / "torch-signatures.json"


def signatures() -> dict[str, list[list[Any]]]:
    """For each layer type its arguments: name, kind of parameter, default (nothing where there is none)."""
    found = {}
    for name in TYPES:
        parameters = list(inspect.signature(getattr(torch.nn, name).__init__).parameters.values())[1:]
        found[name] = [
            [one.name, one.kind.name, *([] if one.default is one.empty else [one.default])] for one in parameters
        ]
    return found


if __name__ == "__main__":
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in signatures().items())
    FILE.write_text(f'{{"torch": "{torch.__version__}",\n "signatures": {{\n{rows}\n}}}}\n', encoding="utf-8")
