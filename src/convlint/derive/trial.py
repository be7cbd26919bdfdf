"""What one layer would do with other arguments, or on another map: whether a proposed change works."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

from convlint.derive.disputes import is_error
from convlint.derive.state import Derived, Irregularity, Map
from convlint.derive.walk import DERIVE
from convlint.model.network import Shape
from convlint.model.operations import Convolution, TransposedConvolution


def works(at: Derived, kind: str, shape: Shape | None = None, **arguments: Sequence[int]) -> bool:
    """Whether the layer would run, and without an irregularity of some kind, if it had other arguments.

    The arguments have one number for each axis, the padding the same for both ends; ``shape`` is that of another first
    input.
    """
    operation = copy(at.layer.operation)
    changes: dict[str, Any] = {name: tuple(values) for name, values in arguments.items()}
    if "padding" in changes and isinstance(operation, Convolution | TransposedConvolution):
        changes["padding"] = tuple((cells, cells) for cells in changes["padding"])
        changes["padding_word"] = None
    operation.__dict__.update(changes)
    inputs = at.inputs if shape is None else [Map(shape), *at.inputs[1:]]
    made = Derived(at.layer, at.name, inputs)
    found = []

    def note(rule: str, /, **numbers: Any) -> None:
        found.append(Irregularity(rule, made, numbers))

    DERIVE[type(operation)](operation, inputs, made, note)
    return not any(irregularity.kind == kind or is_error(irregularity) for irregularity in found)
