"""Where the maps that do not fit together came from: which of the known mistakes a failed join is.

Both maps are traced back, along the first input of every layer, to the latest map that both came through; what
changed their sizes since then is the reason.  Every failed join is one of five kinds:

* ``odd-skip``: one branch went down and up again, and a size on its way down did not divide by the stride;
* ``crop-needed``: it went down and up, and convolutions without padding took something off the edges;
* ``missing-projection``: the other map *is* where the branch began, and the branch changed stride or channels;
* ``concat-size`` and ``add-shape``: everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING, NamedTuple, cast

from convlint.derive.reductions import keeps_channels
from convlint.derive.state import Derived, Map
from convlint.model import operations as op

if TYPE_CHECKING:
    from convlint.derive.irregularities import Compared, Explained, JoinKind

#: How far back either branch of a failed join is traced. Without an end, many failed joins would take quadratic time.
MAX_STEPS = 500
#: Parts of a split beyond which the others are not looked at.
MAX_PARTS = 16


#: Operations that are there to make a map larger; of a closed group nobody looks inside.
_UPSAMPLING = (op.TransposedConvolution, op.Upsample, op.PixelShuffle, op.ResizeLike, op.Fold, op.Group)
#: Operations that lose cells at the edges if they have no padding; of a closed group nobody looks inside.
_TRIMMING = (op.Convolution, op.TransposedConvolution, op.Pool, op.Subsampling, op.Group)
#: Operations that make a size of their own, whatever arrives.
_MAKES_SIZE = (op.CenterCrop, op.AdaptivePool, op.Reshape, op.Unflatten, op.Fold, op.ResizeLike)


class Step(NamedTuple):
    """A layer that changed the size of one spatial axis (0 = first) from ``before`` to ``after``."""

    at: Derived
    axis: int
    before: int
    after: int
    stride: int

    @property
    def upsamples(self) -> bool:
        """Whether the map came up: became larger by an operation that is there for it, and not by its padding."""
        return self.after > self.before and isinstance(self.at.layer.operation, _UPSAMPLING)

    @property
    def uneven(self) -> bool:
        """Whether a stride did not divide the size, and no more than that was lost."""
        return self.before % self.stride > 0 and self.after in (
            self.before // self.stride,
            -(-self.before // self.stride),
        )

    @property
    def trims(self) -> bool:
        """Whether cells at the edges were lost for want of padding: fewer than n/s came out.

        What a padding layer before has added is no size to keep.  An adaptive pool makes the size that it is told to,
        a crop was asked for.
        """
        if not isinstance(self.at.layer.operation, _TRIMMING):
            return False
        source = self.at.inputs[0] if self.at.inputs else None
        whole = self.before
        if source is not None and source.made_by is not None and isinstance(source.made_by.layer.operation, op.Pad):
            shape = source.made_by.inputs[0].shape
            whole = (shape[self.axis + 1] if shape is not None else None) or whole
        return self.after < min(whole, self.before) // self.stride


class Fork(NamedTuple):
    """Two maps traced back to the map that both came from.

    ``ways`` are the maps since then on either side, latest first; a side is empty if that map is the origin itself.
    ``steps`` are the changes of size on them, earliest first.
    """

    origin: Map
    ways: tuple[list[Map], list[Map]]
    steps: tuple[list[Step], list[Step]]


def before(value: Map) -> Map | None:
    """What the layer that made a map read first; None at an input of the network.

    Of a gate and what it gates the latter, whichever is read first.
    """
    made_by = value.made_by
    if made_by is None or not made_by.inputs:
        return None
    first = made_by.inputs[0]
    if first.shape != value.shape and isinstance(made_by.layer.operation, op.Merge):
        return next((source for source in made_by.inputs if source.shape == value.shape), first)
    return first


def trace(value: Map) -> Iterator[Map]:
    """A map and those that it came through, latest first, along the first input of every layer."""
    step: Map | None = value
    for _ in range(MAX_STEPS):
        if step is None:
            return
        yield step
        step = before(step)


def _same(value: Map) -> int:
    """What two records of one value have in common."""
    return id(value) if value.made_by is None else id(value.made_by)


def fork(first: Map, second: Map) -> Fork | None:
    """The latest map that both came through; None if there is none, or none near."""
    ways = ([first], [second])
    seen = ({_same(first): 0}, {_same(second): 0})
    if _same(first) in seen[1]:
        return None
    ends: list[Map | None] = [first, second]
    for _ in range(MAX_STEPS):
        for side in (0, 1):
            end = ends[side]
            end = None if end is None else before(end)
            ends[side] = end
            if end is None:
                continue
            met = seen[1 - side].get(_same(end))
            if met is not None:
                del ways[1 - side][met:]
                return Fork(end, ways, (_steps(ways[0]), _steps(ways[1])))
            seen[side][_same(end)] = len(ways[side])
            ways[side].append(end)
        if ends[0] is None and ends[1] is None:
            return None
    return None


def related(first: Map, second: Map) -> bool:
    """Whether two maps are one, or both came through one."""
    return _same(first) == _same(second) or fork(first, second) is not None


def _steps(way: list[Map]) -> list[Step]:
    """The changes of size that led to the maps of a way, earliest first."""
    found = []
    for value in reversed(way):
        source = before(value)
        if source is None or source.shape is None or value.shape is None or len(source.shape) != len(value.shape):
            continue
        assert value.made_by is not None
        for axis, (old, new) in enumerate(zip(source.shape[1:], value.shape[1:], strict=True)):
            if old is not None and new is not None and old != new:
                found.append(step_of(value.made_by, axis, old, new, len(value.shape) - 1))
    return found


def step_of(at: Derived, axis: int, old: int, new: int, rank: int) -> Step:
    """What a layer does to the size of one of ``rank`` spatial axes."""
    operation = at.layer.operation
    if isinstance(operation, op.Group):
        # A closed group, whose inside is not looked at: what comes nearest to a stride.
        return Step(at, axis, old, new, max(1, round(old / new)) if new else 1)
    return Step(at, axis, old, new, _strides(operation, rank)[axis])


def _strides(operation: op.Operation, rank: int) -> tuple[int, ...]:
    """By how much a layer divides each spatial axis."""
    if isinstance(operation, op.Convolution | op.Pool) and len(operation.stride) == rank:
        return operation.stride
    if isinstance(operation, op.Subsampling):
        return operation.stride * rank if len(operation.stride) == 1 else operation.stride
    if isinstance(operation, op.PixelShuffle) and operation.down:
        return (1,) * (rank - 2) + (operation.factor,) * min(2, rank)
    return (1,) * rank


#: Operations that leave the channels as they are.
_KEEP_CHANNELS = (
    op.Elementwise, op.AlongAxis, op.ChannelNorm, op.GroupNorm, op.LocalNorm, op.PReLU, op.Pool, op.AdaptivePool,
    op.Subsampling, op.Upsample, op.Pad, op.CenterCrop, op.ChannelShuffle, op.Flip, op.Roll,
)  # fmt: skip
#: Operations that leave the whole shape as it is.
_KEEP_SHAPE = (
    op.Elementwise, op.AlongAxis, op.ChannelNorm, op.GroupNorm, op.LayerNorm, op.LocalNorm, op.PReLU, op.ChannelShuffle,
    op.Flip, op.Roll,
)  # fmt: skip


def channel_maker(value: Map) -> Map:
    """The map whose layer decided how many channels a map has: back through layers that only pass them on."""
    for step in trace(value):
        if step.made_by is None or not passes_channels(step.made_by):
            return step
    return value


def passes_channels(made_by: Derived) -> bool:
    """Whether a layer leaves the channels of what it reads as they are."""
    return isinstance(made_by.layer.operation, _KEEP_CHANNELS) or keeps_channels(made_by)


def passed_through(value: Map) -> Iterator[Map]:
    """A map and those before it, as long as layers keep its shape."""
    for step in trace(value):
        yield step
        if step.made_by is None or not isinstance(step.made_by.layer.operation, _KEEP_SHAPE):
            return


def passed_on(value: Map, axis: int) -> list[Map]:
    """The maps that a map has its size along an axis from (0 = channels): nothing behind a layer that makes its own."""
    if value.made_by is None:
        return []
    operation = value.made_by.layer.operation
    if isinstance(operation, op.Merge) or (isinstance(operation, op.Concat) and value.shape is not None):
        return value.made_by.inputs
    if passes_channels(value.made_by) if axis == 0 else isinstance(operation, _KEEP_SHAPE):
        return value.made_by.inputs[:1]
    if isinstance(operation, op.Split):
        # If one part is wrong, the split is, and with it the others.
        return [part for part in value.made_by.outputs[:MAX_PARTS] if part is not value]
    return []


def rests_on(value: Map, axis: int) -> list[tuple[Map, int]] | None:
    """The maps and axes (0 = channels) that the size of a map along an axis comes from; None if nobody can tell.

    Nothing at an input of the network, and where a layer makes the size that it is told, whatever arrives.
    """
    made_by = value.made_by
    if made_by is None or not made_by.inputs:
        return []
    operation, source = made_by.layer.operation, made_by.inputs[0]
    if isinstance(operation, op.Merge | op.Concat):
        same = all(_rank(read) == _rank(value) for read in made_by.inputs)
        return [(read, axis) for read in made_by.inputs] if same else None
    if isinstance(operation, op.Flatten) and _rank(value) == 1:
        return [(source, index) for index in range(max(0, _rank(source)))]
    if _rank(source) != _rank(value):
        return None
    if isinstance(operation, op.Linear):
        return [] if axis == _rank(value) - 1 else [(source, axis)]
    if isinstance(operation, op.Convolution | op.TransposedConvolution) and axis == 0:
        return []
    if axis > 0 and makes_size(operation) and not isinstance(operation, op.Reshape | op.Unflatten | op.ResizeLike):
        return []
    if isinstance(operation, _KEEP_SHAPE + _KEEP_CHANNELS + (op.Convolution, op.TransposedConvolution)):
        return [(source, axis)]
    return None


def _rank(value: Map) -> int:
    return -1 if value.shape is None else len(value.shape)


# What a failed join is ------------------------------------------------------------------------------------------------


def compare(shapes: list[tuple[int | None, ...]], axes: list[int]) -> Compared:
    """Which two inputs to compare where some sizes along ``axes`` (0 = channels) are known and different.

    ``pair`` are the two; ``odd`` is the one of more than two that differs from several equal ones, else None; ``axes``
    are those along which the two differ.
    """
    counts: dict[int, int] = {}
    for shape in shapes:
        size = shape[axes[0]]
        if size is not None:
            counts[size] = counts.get(size, 0) + 1
    usual = max(counts, key=lambda size: counts[size])
    odd = next(index for index, shape in enumerate(shapes) if shape[axes[0]] not in (None, usual))
    like_most = [index for index, shape in enumerate(shapes) if shape[axes[0]] == usual]
    partner = min(like_most, key=lambda index: abs(index - odd))
    pair = min(odd, partner), max(odd, partner)
    one, two = shapes[odd], shapes[partner]
    differ = [axis for axis in axes if None not in (one[axis], two[axis]) and one[axis] != two[axis]]
    lonely = len(shapes) > 2 and counts[usual] > 1
    return {"shapes": shapes, "pair": pair, "odd": odd if lonely else None, "axes": differ}


def explain(
    inputs: list[Map], shapes: list[tuple[int | None, ...]], axes: list[int], plain: JoinKind
) -> tuple[JoinKind, Explained]:
    """The kind and the numbers of a join whose inputs differ along ``axes`` (0 = channels).

    ``plain`` is the kind if no better explanation is found.  Beside what ``compare`` gives: ``fork``, None if unknown;
    ``fitting``, an input and the earlier map that would fit in its place, or None.
    """
    numbers = cast("Explained", {**compare(shapes, axes), "fork": None, "fitting": None})
    pair, axes = numbers["pair"], numbers["axes"]
    common = fork(inputs[pair[0]], inputs[pair[1]])
    if common is None:
        return plain, numbers
    numbers["fork"] = common
    grown = [sum(step.upsamples for step in steps) for steps in common.steps]
    spatial = [axis - 1 for axis in axes if axis > 0]
    if grown[0] != grown[1]:
        if not spatial:
            return plain, numbers
        kind, found = _down_and_up(common, int(grown[1] > grown[0]), shapes, pair, spatial)
        return kind or plain, {**numbers, **found}
    for this, other in ((0, 1), (1, 0)):
        if plain == "add-shape":
            strides = _projection(common, this, shapes[pair[this]], shapes[pair[other]])
            if strides is not None:
                numbers |= {"main": pair[this], "shortcut": pair[other], "strides": strides}
                return "missing-projection", numbers
        elif spatial and not common.ways[other] and any(step.stride > 1 for step in common.steps[this]):
            first = _first_of_size(common.ways[this])
            if first is not inputs[pair[this]]:
                numbers["fitting"] = pair[other], first
    return plain, numbers


def _down_and_up(
    common: Fork, this: int, shapes: list[tuple[int | None, ...]], pair: tuple[int, int], axes: list[int]
) -> tuple[JoinKind | None, Explained]:
    """Why the size of a branch that went down and up again differs from that of one that did so less."""
    upsampled, skip = pair[this], pair[1 - this]
    numbers: Explained = {"upsampled": upsampled, "skip": skip}
    steps = [step for step in _since_made(common.steps[this]) if step.axis in axes]
    trims = [step for step in steps if step.trims]
    uneven = [step for step in steps if step.uneven]
    larger = near = True
    for axis in axes:
        up, across = shapes[upsampled][axis + 1], shapes[skip][axis + 1]
        assert up is not None and across is not None
        total = prod(step.stride for step in steps if step.axis == axis)
        larger = larger and across > up
        near = near and abs(across - up) < total
    if trims and larger:
        return "crop-needed", {**numbers, "trims": trims}
    if uneven and near:
        return "odd-skip", {**numbers, "level": uneven[0]}
    level = _level_of(common, this, shapes[upsampled])
    return None, {**numbers, "fitting": None if level is None else (skip, level)}


def _since_made(steps: list[Step]) -> list[Step]:
    """The steps (earliest first) behind the last one that makes a size of its own: what came before it has no say."""
    last = max((index for index, step in enumerate(steps) if makes_size(step.at.layer.operation)), default=-1)
    return steps[last + 1 :]


def makes_size(operation: op.Operation) -> bool:
    """Whether an operation makes a size of its own, whatever arrives."""
    return isinstance(operation, _MAKES_SIZE) or (isinstance(operation, op.Upsample) and operation.size is not None)


def _level_of(common: Fork, this: int, up: tuple[int | None, ...]) -> Map | None:
    """On the way of a branch that came up: the latest earlier map of the same size, by preference one with a name."""
    found = None
    below = False
    for value in (*common.ways[this], *trace(common.origin)):
        if value.shape is None or len(value.shape) != len(up) or value.made_by is None:
            break
        same = value.shape[1:] == up[1:]
        if below and same:
            found = found or value
            if value.made_by.layer.name is not None:
                return value
        elif found is not None:
            break
        below = below or not same
    return found


def _first_of_size(way: list[Map]) -> Map:
    """The earliest map of a way (latest first) since when the size has not changed."""
    first = way[0]
    for value in way:
        if value.shape is None or first.shape is None or value.shape[1:] != first.shape[1:]:
            break
        first = value
    return first


def _projection(
    common: Fork, this: int, main: tuple[int | None, ...], shortcut: tuple[int | None, ...]
) -> tuple[int, ...] | None:
    """The strides of a 1x1 convolution that makes an identity shortcut fit; None if this is no such case."""
    if any(step.after > step.before for step in common.steps[this]):
        return None
    for value in common.ways[1 - this]:
        if value.made_by is None or not isinstance(value.made_by.layer.operation, _KEEP_SHAPE):
            return None
    made = [value.made_by.layer.operation for value in common.ways[this] if value.made_by is not None]
    if not any(isinstance(operation, op.Convolution | op.Pool) for operation in made):
        return None
    strides = [1] * (len(main) - 1)
    for step in common.steps[this]:
        strides[step.axis] *= step.stride
    for size, wanted, stride in zip(shortcut[1:], main[1:], strides, strict=True):
        if size is not None and wanted is not None and (size < 1 or (size - 1) // stride + 1 != wanted):
            return None
    return tuple(strides)
