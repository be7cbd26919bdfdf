"""What is in doubt after a mistake, so that one mistake is one finding.

When a layer and what arrives there contradict each other, either may be wrong.  From then on the size in question is
unknown to every later reader of the same value: nothing that follows from the same mistake is found once more.  A
later layer that declares the same number as the one that was contradicted is remembered: then it is the maker of the
value that is wrong.

Concatenation along the batch axis is kept here too, for it is as rare: no shape shows it, but what was joined so can
no longer meet what was not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.derive.provenance import passed_on
from convlint.derive.state import Derived, Irregularity, Map
from convlint.model.network import Shape
from convlint.model.operations import Concat, Merge, Operation

#: How many maps one contradiction may put in doubt.
MAX_DOUBTED = 200

#: Rules that find a contradiction about the channels of the first input.
_ABOUT_CHANNELS = ("channel-mismatch", "norm-features", "prelu-parameters", "group-norm-divides")
_JOINS = ("concat-size", "odd-skip", "crop-needed", "add-shape", "missing-projection")
#: Rules that find a contradiction at all.
KINDS = frozenset(
    (*_ABOUT_CHANNELS, *_JOINS, "groups-divide-input", "shuffle-factor", "split-divides", "dense-features",
     "layer-norm-shape", "kernel-too-large")
)  # fmt: skip


class Disputes:
    """The values in doubt and how many batches a value holds, by identity; ``open`` once there are any."""

    def __init__(self) -> None:
        self.open = False
        self.doubted: dict[int, tuple[Map, Map, Irregularity]] = {}
        self.batches: dict[int, tuple[Map, int]] = {}

    def seen_by(self, inputs: list[Map], derived: Derived, operation: Operation) -> None:
        """Replace what is in doubt among the inputs of a layer; remember who else contradicts it."""
        for index, value in enumerate(inputs):
            entry = self.doubted.get(id(value))
            if entry is None:
                continue
            _, inputs[index], irregularity = entry
            declared = declared_size(operation)
            if declared is not None and declared == irregularity.numbers.get("declared"):
                irregularity.numbers.setdefault("agree", []).append(derived)

    def settle(
        self, pending: list[Irregularity], derived: Derived, operation: Operation, note: Callable[..., None]
    ) -> None:
        """Draw the consequences of what was just found about a layer."""
        self.open = True
        if self.batches or any(found.numbers.get("problem") == "batch" for found in pending):
            self._count_batches(derived, operation, note)
        while pending:
            self._doubt(pending.pop())

    def _doubt(self, irregularity: Irregularity) -> None:
        """Put in doubt what a contradiction is about, and the maps that it was passed on from."""
        inputs = irregularity.at.inputs
        work = [(inputs[index], axis) for index, axis in _subjects(irregularity, inputs)]
        budget = MAX_DOUBTED
        while work and budget:
            value, axis = work.pop()
            budget -= 1
            # Several axes of one value may be in doubt: what is known so far is what the next axis is taken from.
            original, known, _ = self.doubted.get(id(value), (value, value, irregularity))
            shape = known.shape
            if shape is None or not 0 <= axis < len(shape) or shape[axis] is None:
                continue
            unsure = Map((*shape[:axis], None, *shape[axis + 1 :]), value.made_by, value.field, value.jump, value.tail)
            self.doubted[id(original)] = (original, unsure, irregularity)
            self.doubted[id(value)] = (original, unsure, irregularity)
            # The same value may be known by several records on its way; each is looked up by its own identity.
            work += [(source, axis) for source in passed_on(value, axis)]

    def _count_batches(self, derived: Derived, operation: Operation, note: Callable[..., None]) -> None:
        """How many batches a layer makes: as many as it reads, all together for a concatenation along the batch."""
        counts = [self.batches[id(value)][1] if id(value) in self.batches else 1 for value in derived.inputs]
        if not counts:
            return
        made = max(counts)
        if isinstance(operation, Concat) and operation.dim in (0, -1 - _rank(derived.inputs[0].shape)):
            made = sum(counts)
        elif isinstance(operation, Concat | Merge) and min(counts) != made:
            kind = "concat-size" if isinstance(operation, Concat) else "add-shape"
            note(kind, problem="batches", counts=counts, shapes=[value.shape for value in derived.inputs])
            return
        if made > 1:
            for value in derived.outputs:
                self.batches[id(value)] = (value, made)


def declared_size(operation: Operation) -> int | None:
    """The channels or features that a layer says it reads."""
    for name in ("in_channels", "num_features", "num_channels", "in_features"):
        found = getattr(operation, name, None)
        if found is not None:
            return int(found)
    return None


def _rank(shape: Shape | None) -> int:
    return -1 if shape is None else len(shape)


def _subjects(irregularity: Irregularity, inputs: list[Map]) -> list[tuple[int, int]]:
    """The inputs, and the axes of their shapes, that a contradiction is about."""
    kind, numbers = irregularity.kind, irregularity.numbers
    shape: Shape = (inputs[0].shape if inputs else None) or ()
    if kind in _JOINS:
        return [(index, axis) for index in numbers.get("pair", ()) for axis in numbers["axes"]]
    if kind in _ABOUT_CHANNELS:
        return [] if numbers.get("unused") else [(0, 0)]
    if kind == "groups-divide-input":
        return [(0, 0)] if declared_size(irregularity.at.layer.operation) is None else []
    if kind == "dense-features":
        return [(0, len(shape) - 1)]
    if kind == "layer-norm-shape":
        declared = numbers["declared"]
        return [(0, axis) for axis in range(max(0, len(shape) - len(declared)), len(shape))]
    if kind == "kernel-too-large":
        return [(0, axis + 1) for axis, window in irregularity.windows if window.output < 1]
    return _divided(numbers)


def _divided(numbers: dict[str, Any]) -> list[tuple[int, int]]:
    """The axis that a split or a pixel shuffle does not divide."""
    if numbers.get("uneven") or numbers.get("invalid") or numbers.get("problem") == "factor":
        return []
    if numbers.get("problem") == "size":
        return [(0, numbers["axis"] + 1)]
    return [(0, numbers["dim"] - 1 if "dim" in numbers else 0)]
