"""What is in doubt after a mistake, so that one mistake is one finding.

When a layer and what arrives there contradict each other, either may be wrong.  From then on the size in question is
unknown to every later reader of the same value, and stays so where it meets a known one.  Sizes that contradict each
other behind a layer found wrong are not found once more: it may be the reason.  A later layer that declares the same
number as the one that was contradicted is remembered: then it is the maker of the value that is wrong.

Concatenation along the batch axis is kept here too, for it is as rare: no shape shows it, but what was joined so can
no longer meet what was not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, cast

from convlint.derive.provenance import makes_size, passed_on, passed_through, related, rests_on, trace
from convlint.derive.state import Derived, Irregularity, Map
from convlint.model import operations as op
from convlint.model.network import Layer, Shape

if TYPE_CHECKING:
    from convlint.derive.irregularities import (
        DenseFeatures,
        Join,
        JoinKind,
        LayerNormShape,
        Note,
        ShuffleFactor,
        SplitDivides,
        Windowed,
    )  # fmt: skip

#: How many maps one contradiction may put in doubt.
MAX_DOUBTED = 200
#: What more batches in one value than this count as: copies that double them would need numbers of any length.
MAX_BATCHES = 2**63 - 1

#: Rules that find a contradiction about the channels of the first input.
_ABOUT_CHANNELS = ("channel-mismatch", "norm-features", "prelu-parameters", "group-norm-divides")
_JOINS = ("concat-size", "odd-skip", "crop-needed", "add-shape", "missing-projection")
#: Rules that find a contradiction about what a layer reads: what it makes of its own accord is not in question then.
_ABOUT_INPUT = frozenset((*_ABOUT_CHANNELS, "groups-divide-input", "dense-features"))
#: Rules whose finding about sizes would only repeat an earlier one on the way there.
_FOLLOW = frozenset(
    (*_JOINS, "dense-features", "layer-norm-shape", "reshape-size", "fold-blocks", "norm-one-value")
)  # fmt: skip


class Doubts:
    """The values in doubt, how many batches a value holds, and the layers found wrong; ``open`` once there are any.

    All by identity; what is looked up so is kept alive here.
    """

    def __init__(self) -> None:
        self.open = False
        #: The map as it was made, and what later layers read instead.
        self.doubted: dict[int, tuple[Map, Map, Irregularity | None]] = {}
        #: Maps whose unknown sizes are so because of a mistake.
        self.tainted: dict[int, Map] = {}
        self.batches: dict[int, tuple[Map, int]] = {}
        self.wrong: dict[int, Derived] = {}
        #: Of these the ones whose own numbers may be wrong, not only what they read.
        self.wrong_makers: set[int] = set()
        #: The same layers as they are written: each copy of a group derives them anew.
        self.written: dict[int, Layer] = {}
        self.too_small: Map | None = None
        #: By irregularity the later layers that declare the same number as the one that was contradicted.
        self.agree: dict[int, tuple[Irregularity, list[Derived]]] = {}
        #: Maps with another number of axes than a reader wanted.
        self.misread: dict[int, Map] = {}

    def seen_by(self, inputs: list[Map], derived: Derived, operation: op.Operation) -> None:
        """Replace what is in doubt among the inputs of a layer; remember who else contradicts it."""
        for index, value in enumerate(inputs):
            entry = self.doubted.get(id(value))
            if entry is None:
                continue
            _, inputs[index], irregularity = entry
            self.wrong[id(derived)] = derived
            declared = declared_size(operation)
            if irregularity is not None and declared is not None and declared == irregularity.numbers.get("declared"):
                self.agree.setdefault(id(irregularity), (irregularity, []))[1].append(derived)

    def told(self, irregularities: list[Irregularity]) -> list[Irregularity]:
        """What is irregular, with the later layers that declare the same, once all layers were seen."""
        if not self.agree:
            return irregularities
        return [self._told(irregularity) for irregularity in irregularities]

    def _told(self, found: Irregularity) -> Irregularity:
        if id(found) not in self.agree:
            return found
        _, agree = self.agree[id(found)]
        return Irregularity(found.kind, found.at, {**found.numbers, "agree": agree}, found.fatal, found.harmless)

    def settle(self, pending: list[Irregularity], derived: Derived, operation: op.Operation, note: Note) -> None:
        """Draw the consequences of what was just found about a layer, and of what it read."""
        self.open = True
        if self.batches or any(found.numbers.get("problem") == "batch" for found in pending):
            self._count_batches(derived, operation, note)
        tainted = [value for value in derived.inputs if id(value) in self.tainted]
        if tainted and isinstance(operation, op.Merge | op.Concat):
            derived.outputs = tuple(_masked(made, tainted) for made in derived.outputs)
        for irregularity in pending:
            if irregularity.fatal:
                self.wrong[id(derived)] = derived
                self.written[id(derived.layer)] = derived.layer
                if irregularity.kind not in _ABOUT_INPUT:
                    self.wrong_makers.add(id(derived))
                if irregularity.kind == "rank-mismatch":
                    self.misread[id(derived.inputs[0])] = derived.inputs[0]
                    # The layer or the map may be the wrong one, so nobody knows how many axes go on.
                    derived.outputs = tuple(Map(None, derived) for _ in derived.outputs)
                tainted.append(derived.output)
                self._doubt(irregularity)
        pending.clear()
        if tainted:
            self.tainted.update((id(made), made) for made in derived.outputs)

    def lose_parts(self, parts: Sequence[Map]) -> None:
        """A part of a split is read that does not exist: then the others are not what was meant either."""
        self.open = True
        for part in parts[:MAX_DOUBTED]:
            if part.shape is not None:
                self._replace(part, part, Map((None,) * len(part.shape), part.made_by), None)

    def same_batches(self, one: Map, other: Map) -> bool:
        """Whether two values hold as many batches, which their shapes do not show."""
        return self._batches_of(one) == self._batches_of(other)

    def pass_on(self, value: Map, last: Map) -> None:
        """What is in doubt about what the first of several equal copies makes is so about what the last one makes."""
        if id(value) in self.doubted:
            _, unsure, irregularity = self.doubted[id(value)]
            self._replace(last, last, Map(unsure.shape, last.made_by, last.field, last.jump, last.tail), irregularity)
        if id(value) in self.tainted:
            self.tainted[id(last)] = last
        if id(value) in self.misread:
            self.misread[id(last)] = last
        if id(value) in self.batches:
            self.batches[id(last)] = (last, self._batches_of(value))

    def follows(self, irregularity: Irregularity) -> bool:
        """Whether a contradiction of sizes lies behind a layer that was found wrong, so that it may be the reason.

        A layer that reads the wrong map, or whose predecessor was lost, makes wrong sizes too.  What two joined
        branches have in common is no reason, unless a size is fixed on one of them.  Of layers whose input is too
        small only the first is found, and of layers that read a map with another number of axes.
        """
        kind, numbers, inputs = irregularity.kind, irregularity.numbers, irregularity.at.inputs
        if id(irregularity.at.layer) in self.written:
            # Another copy of a layer that was found wrong in the first.
            return irregularity.fatal
        if kind in ("rank-mismatch", "upsample-mode-rank"):
            if any(id(value.made_by) in self.wrong for value in passed_through(inputs[0])):
                return True
            rank = _rank(inputs[0].shape)
            alike = takewhile(lambda value: _rank(value.shape) == rank, trace(inputs[0]))
            return any(id(value) in self.misread for value in alike)
        if kind == "kernel-too-large" or (kind == "crop-needed" and "pair" not in numbers):
            if self.too_small is not None and related(self.too_small, inputs[0]):
                return True
            return kind == "crop-needed" and self._behind_wrong(trace(inputs[0]))
        if kind not in _FOLLOW or not self.wrong:
            return False
        join = cast("Join", numbers)
        if kind in ("dense-features", "layer-norm-shape"):
            return self._features_rest_on_wrong(irregularity)
        if "pair" not in join:
            return self._behind_wrong(trace(inputs[0]))
        if join["axes"] == [0]:
            return any(self._rests_on_wrong(inputs[index], 0) for index in join["pair"])
        common = join.get("fork")
        if common is not None:
            ways = (*common.ways[0], *common.ways[1])
            makers = [value.made_by for value in ways if value.made_by is not None]
            fixed = any(makes_size(maker.layer.operation) for maker in makers)
            return self._behind_wrong(ways) or (fixed and self._behind_wrong(trace(common.origin)))
        return any(self._behind_wrong(trace(inputs[index])) for index in join["pair"])

    def _features_rest_on_wrong(self, irregularity: Irregularity) -> bool:
        """Whether the features that arrive would be others if a layer found wrong before made another size.

        Behind a Flatten that may be so of the cells, but not of the maps: a number that no count of cells gives is
        wrong by itself.
        """
        value = irregularity.at.inputs[0]
        wrong = [axis for _, axis in _subjects(irregularity, [value]) if self._rests_on_wrong(value, axis)]
        if not wrong:
            return False
        flattened = next((step for step in passed_through(value) if _flattens(step)), None)
        if irregularity.kind != "dense-features" or flattened is None or flattened.made_by is None:
            return True
        before = flattened.made_by.inputs[0]
        maps = before.shape[0] if before.shape else None
        declared = cast("DenseFeatures", irregularity.numbers)["declared"]
        return not maps or declared % maps == 0 or self._rests_on_wrong(before, 0)

    def _rests_on_wrong(self, value: Map, axis: int) -> bool:
        """Whether the size along an axis (0 = channels) comes from a layer found wrong."""
        work, budget = [(value, axis)], MAX_DOUBTED
        seen: set[tuple[int, int]] = set()
        while work:
            value, axis = work.pop()
            maker = value.made_by
            if maker is None or (id(value), axis) in seen:
                continue
            seen.add((id(value), axis))
            budget -= 1
            if id(maker) in self.wrong_makers or budget < 0:
                return True
            rests = rests_on(value, axis)
            if rests is None:
                return self._behind_wrong(trace(value))
            if rests and id(maker) in self.wrong:
                return True
            work += rests
        return False

    def _behind_wrong(self, way: Iterable[Map]) -> bool:
        return any(id(value.made_by) in self.wrong for value in way)

    def _doubt(self, irregularity: Irregularity) -> None:
        """Put in doubt what a contradiction is about, and the maps that it was passed on from."""
        inputs = irregularity.at.inputs
        if irregularity.kind in ("kernel-too-large", "crop-needed") and self.too_small is None and inputs:
            self.too_small = inputs[0]
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
            self._replace(original, value, unsure, irregularity)
            work += [(source, axis) for source in passed_on(value, axis)]

    def _replace(self, original: Map, value: Map, unsure: Map, irregularity: Irregularity | None) -> None:
        # The same value may be known by several records on its way; each is looked up by its own identity.
        self.doubted[id(original)] = self.doubted[id(value)] = (original, unsure, irregularity)
        self.tainted[id(unsure)] = unsure

    def _count_batches(self, derived: Derived, operation: op.Operation, note: Note) -> None:
        """How many batches a layer makes: as many as it reads, all together for a concatenation along the batch."""
        counts = [self._batches_of(value) for value in derived.inputs]
        if not counts:
            return
        made = max(counts)
        if isinstance(operation, op.Concat) and operation.dim in (0, -1 - _rank(derived.inputs[0].shape)):
            made = min(sum(counts), MAX_BATCHES)
        elif isinstance(operation, op.Concat | op.Merge) and min(counts) != made:
            kind: JoinKind = "concat-size" if isinstance(operation, op.Concat) else "add-shape"
            if not any(self._behind_wrong(trace(value)) for value in derived.inputs):
                note(kind, problem="batches", counts=counts)
        if made > 1:
            for value in derived.outputs:
                self.batches[id(value)] = (value, made)

    def _batches_of(self, value: Map) -> int:
        return self.batches[id(value)][1] if id(value) in self.batches else 1


def declared_size(operation: op.Operation) -> int | None:
    """The channels or features that a layer says it reads."""
    for name in ("in_channels", "num_features", "num_channels", "in_features"):
        found = getattr(operation, name, None)
        if found is not None:
            return int(found)
    return None


def _masked(made: Map, tainted: list[Map]) -> Map:
    """A join without the sizes that are in doubt in one of its inputs."""
    shape = made.shape
    if shape is None or any(value.shape is None for value in tainted):
        return Map(None, made.made_by)
    doubtful = [value.shape for value in tainted if value.shape is not None and len(value.shape) == len(shape)]
    sizes = tuple(None if any(other[axis] is None for other in doubtful) else size for axis, size in enumerate(shape))
    return Map(sizes, made.made_by, made.field, made.jump, made.tail)


def _rank(shape: Shape | None) -> int:
    return -1 if shape is None else len(shape)


def _flattens(value: Map) -> bool:
    """Whether a map is a vector that a Flatten made of a map."""
    made_by = value.made_by
    return made_by is not None and isinstance(made_by.layer.operation, op.Flatten) and _rank(value.shape) == 1


def _subjects(irregularity: Irregularity, inputs: list[Map]) -> list[tuple[int, int]]:
    """The inputs, and the axes of their shapes, that a contradiction is about."""
    kind, numbers = irregularity.kind, irregularity.numbers
    shape: Shape = (inputs[0].shape if inputs else None) or ()
    if kind in _JOINS:
        join = cast("Join", numbers)
        axes = join.get("axes", [])
        if any(axis > 0 for axis in axes):
            # One wrong size is a wrong map: its other sizes would contradict something later.
            axes = [*axes, *range(1, len(join["shapes"][join["pair"][0]]))]
        return [(index, axis) for index in join.get("pair", ()) for axis in axes]
    if kind in _ABOUT_CHANNELS:
        return [(0, 0)]
    if kind == "groups-divide-input":
        return [(0, 0)] if declared_size(irregularity.at.layer.operation) is None else []
    if kind == "dense-features":
        return [(0, len(shape) - 1)]
    if kind == "layer-norm-shape":
        declared = cast("LayerNormShape", numbers)["declared"]
        return [(0, axis) for axis in range(max(0, len(shape) - len(declared)), len(shape))]
    if kind == "kernel-too-large":
        windows = cast("Windowed", numbers)["windows"]
        return [(0, axis + 1) for axis, window in windows if window.output < 1]
    if kind == "split-divides":
        split = cast("SplitDivides", numbers)
        return [] if "invalid" in split else [(0, split["dim"] - 1)]
    if kind == "shuffle-factor":
        shuffle = cast("ShuffleFactor", numbers)
        if shuffle["problem"] == "factor":
            return []
        return [(0, shuffle["axis"] + 1 if shuffle["problem"] == "size" else 0)]
    return []
