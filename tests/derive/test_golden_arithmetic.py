"""PyTorch's own verdict on single layers: 6,772 of them, if the reference data is there.

A file says what flows without its batch axis.  So a case whose input lacks the batch axis is read as the file's
shape where PyTorch takes unbatched input, and some cases cannot be said at all; ``NOT_SAYABLE`` counts them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from convlint.catalogue import selection
from convlint.document import Source
from convlint.findings import Severity
from convlint.lint import lint

FAMILIES = (
    "adaptive_pool", "conv", "conv_transpose", "dense", "norm", "pad", "pixel_shuffle", "pool", "unfold", "upsample",
)  # fmt: skip
#: Layers that take input without a batch axis, and how many spatial axes they have.
UNBATCHED = {"PixelShuffle": 2, "PixelUnshuffle": 2, "Unfold": 2, "Fold": 1}
#: Refused because of the batch (one value per channel in training, or in GroupNorm at batch 1), or with no axis left.
NOT_SAYABLE = {"conv": {"no axis": 4}, "norm": {"batch": 23}, "dense": {"no axis": 33}}
SELECTED = selection()


def _file_shape(case: dict[str, Any]) -> tuple[list[int], bool]:
    """The shape to write into a file, and whether it is the whole input."""
    layer, shape = case["layer"], case["input"]
    match = re.search(r"([123])d$", layer)
    rank = int(match[1]) if match else UNBATCHED.get(layer)
    whole = rank is not None and len(shape) == rank + 1 and not layer.startswith("BatchNorm")
    return (shape, True) if whole else (shape[1:], False)


def judge(case: dict[str, Any]) -> tuple[str | None, str | None]:
    """(why the case cannot be said, what differs); both None if all is well."""
    shape, whole = _file_shape(case)
    if not shape:
        return "no axis", None
    arguments = {**case["args"], **case.get("call", {})}
    written = ", ".join(f"{name}: {json.dumps(value)}" for name, value in arguments.items())
    text = f"convlint: 1\ninput: {json.dumps(shape)}\nlayers:\n  - {{type: {case['layer']}, {written}}}\n"
    result = lint(Source("case.yaml", text), SELECTED)
    errors = [finding for finding in result.findings if finding.severity is Severity.ERROR]
    if not errors and case["input"][0] == 1 and "Expected more than 1 value per channel" in case.get("error", ""):
        return "batch", None
    if bool(errors) == case["ok"]:
        return None, f"{[error.message for error in errors]} but {case.get('error', 'accepted')}: {text}"
    if case["ok"]:
        derived = result.derivations[0].layers[0]
        expected = tuple(case["output"] if whole else case["output"][1:])
        if derived.output.shape != expected or derived.params != case["params"]:
            return None, f"{derived.output.shape}, {derived.params} but {expected}, {case['params']}: {text}"
        empty = 0 in expected and 0 not in shape
        if empty and not any(finding.severity is Severity.WARNING for finding in result.findings):
            return None, f"an output of size 0 without a warning: {text}"
    return None, None


@pytest.mark.parametrize("family", FAMILIES)
def test_verdict_shape_and_parameters_are_pytorch_s(family: str, shared: Path) -> None:
    data = json.loads((shared / "golden" / "arithmetic" / f"{family}.json").read_text(encoding="utf-8"))
    left_out: Counter[str] = Counter()
    wrong = []
    for case in data["cases"]:
        reason, difference = judge(case)
        if reason is not None:
            left_out[reason] += 1
        elif difference is not None:
            wrong.append(difference)
    assert not wrong, f"{len(wrong)} of {len(data['cases'])}:\n" + "\n".join(wrong[:5])
    assert left_out == NOT_SAYABLE.get(family, {})
