"""Writes the signatures of torch.nn's layer types into tests/golden: ``python -m tests.oracle.record_signatures``."""

from __future__ import annotations

import inspect
import json
import typing
from typing import Any

import torch

from convlint.model.torch_nn.table import TYPES
from tests.conftest import ROOT

FILE = ROOT / "tests" / "golden" / "torch-signatures.json"


def signatures() -> dict[str, list[list[Any]]]:
    """For each layer type its arguments: name, kind of parameter, default (nothing where there is none)."""
    found = {}
    for name in TYPES:
        init = getattr(torch.nn, name).__init__
        # Recurrent layers take anything, and say in an overload what they take.
        overloads = typing.get_overloads(init)
        parameters = list(inspect.signature(overloads[0] if overloads else init).parameters.values())[1:]
        found[name] = [
            [one.name, one.kind.name, *([] if one.default is one.empty else [_written(one.default)])]
            for one in parameters
        ]
    return found


def _written(default: Any) -> Any:
    """A default as a description writes it: functions have the name that torch takes for them."""
    return default.__name__ if inspect.isfunction(default) else default


if __name__ == "__main__":
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in signatures().items())
    FILE.write_text(f'{{"torch": "{torch.__version__}",\n "signatures": {{\n{rows}\n}}}}\n', encoding="utf-8")
