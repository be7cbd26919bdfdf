"""Where the size of a map comes from, and what other network inputs would give.

Only findings ask.  The searches derive the same network again with other sizes, within a budget of layers, so that a
large network gets no answer rather than a slow one.  All sizes are those of the spatial axes, without batch and
channels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, cast

from convlint.derive.state import Derivation, Derived, Irregularity, Map
from convlint.derive.walk import derive
from convlint.model.network import Input, Network, Shape, walk
from convlint.model.operations import AdaptivePool, Fold, Pool, Reshape, TransposedConvolution, Unflatten, Upsample
from convlint.work import DERIVED, Budget, affords

if TYPE_CHECKING:
    from convlint.derive.irregularities import Join, Windowed

#: Larger networks are not derived again.
MAX_LAYERS = 2000
#: Layers that one search may derive in all.
MAX_DERIVED = 60_000
#: No network input that is searched for is larger than this on an axis.
MAX_SIZE = 1 << 20

#: Layers of one network for which other inputs are searched.
MAX_SEARCHES = 3
#: How far from the given size of an axis one that fits is looked for.
MAX_DISTANCE = 160

#: What becomes of a layer whose input is too small.
TOO_SMALL = frozenset(("kernel-too-large", "reflect-padding", "crop-too-large", "upsample-empty", "invalid-scale"))
#: What becomes of joins and blocks whose inputs have odd sizes.
_MISFITS = frozenset(("odd-skip", "crop-needed", "concat-size", "add-shape", "missing-projection", "fold-blocks"))
_DROPS = frozenset(("dropped-input", "pool-drops-input"))


class Change(NamedTuple):
    """A layer that changed spatial sizes."""

    at: Derived
    before: Shape
    after: Shape


def way(value: Map) -> Iterator[Map]:
    """A map and those that it came through, latest first, along the first input of every layer."""
    yield value
    while value.made_by is not None and value.made_by.inputs:
        value = value.made_by.inputs[0]
        yield value


def _changes(value: Map) -> Iterator[Change]:
    for step in way(value):
        if step.made_by is not None and step.made_by.inputs and step.shape is not None:
            before = step.made_by.inputs[0].shape
            if before is not None and before[1:] != step.shape[1:]:
                yield Change(step.made_by, before[1:], step.shape[1:])


def size_changes(value: Map) -> list[Change]:
    """The layers on the way to a map that changed its spatial sizes, in order."""
    return list(_changes(value))[::-1]


def last_size_change(value: Map) -> Change | None:
    """The layer that gave a map its spatial sizes; None if they are the network input's."""
    return next(_changes(value), None)


def fixed_by(value: Map) -> Derived | None:
    """The latest layer on the way to a map that makes its own size, whatever it gets; None if there is none."""
    for step in way(value):
        if step.made_by is None:
            break
        operation = step.made_by.layer.operation
        if isinstance(operation, Fold | Reshape | Unflatten):
            return step.made_by
        if isinstance(operation, AdaptivePool) and None not in operation.output_size:
            return step.made_by
        if isinstance(operation, TransposedConvolution) and operation.output_size is not None:
            return step.made_by
        if isinstance(operation, Upsample) and operation.size is not None:
            return step.made_by
    return None


def one_cell_by(value: Map) -> Derived | None:
    """The layer that made a map of one cell from a larger one at a stroke: a global pool; None if it shrank to it."""
    for step in way(value):
        made_by = step.made_by
        if made_by is None or not made_by.inputs:
            return None
        before = made_by.inputs[0].shape
        if before is None or step.shape is None or before[1:] == step.shape[1:]:
            continue
        operation = made_by.layer.operation
        if isinstance(operation, AdaptivePool):
            return made_by
        # A 2x2 pool on a 2x2 map is the last of many halvings; a 7x7 pool on a 7x7 map is meant to cover it.
        covers = isinstance(operation, Pool) and operation.kind == "average" and operation.kernel_size == before[1:]
        return made_by if covers and isinstance(operation, Pool) and max(operation.kernel_size) > 3 else None
    return None


def origin(value: Map, derivation: Derivation) -> int | None:
    """Which network input a map came from (0 = first); None if its way begins elsewhere."""
    *_, first = way(value)
    return next((index for index, given in enumerate(derivation.inputs) if given is first), None)


class _Search:
    """Derives a network with other sizes of one input, as often as its share of the budget allows."""

    def __init__(self, network: Network, index: int, layers: int) -> None:
        self.network = network
        self.index = index
        self.cost = DERIVED * max(1, layers)
        self.budget = Budget.share(MAX_DERIVED * DERIVED if layers <= MAX_LAYERS else 0)

    def derive(self, sizes: Shape) -> list[Irregularity] | None:
        """The irregularities with an input of these sizes; None once the budget is spent."""
        network = self.network
        inputs = list(network.inputs)
        old = inputs[self.index]
        assert old.shape is not None
        inputs[self.index] = Input(old.number, old.name, (*old.shape[:1], *sizes), old.span)
        other = Network(network.name, inputs, network.layers, [], network.numbers, network.place)
        with self.budget:
            found = derive(other).irregularities if affords(self.cost) else None
        return found if self.budget.left >= 0 else None

    def fits(self, sizes: Shape) -> bool | None:
        """Whether every layer has an output."""
        found = self.derive(sizes)
        return None if found is None else not any(too_small(irregularity) for irregularity in found)


def too_small(irregularity: Irregularity) -> bool:
    """Whether an irregularity says that a layer gets too small an input to make anything of it."""
    if irregularity.kind == "fold-blocks":
        return bool(irregularity.numbers["problem"] == "empty")
    return irregularity.kind in TOO_SMALL


@lru_cache(maxsize=4)
def smallest_input(derivation: Derivation, index: int) -> Shape | None:
    """The smallest sizes of a network input, not below those it has, with which every layer has an output.

    Each axis by doubling, then bisection, the other inputs as they are.  If joins of the network do not fit at these
    sizes but do a few cells above, those are returned.  None if there are none, or if finding them took too long.
    """
    shape = derivation.network.inputs[index].shape
    if shape is None or not all(shape):
        return None
    given: list[int] = [size for size in shape[1:] if size is not None]
    search = _Search(derivation.network, index, len(derivation.flat()))
    sizes = list(given)
    while not (fits := search.fits(tuple(sizes))):
        if fits is None or max(sizes) > MAX_SIZE:
            return None
        sizes = [2 * size for size in sizes]
    for axis, least in enumerate(given):
        low, high = least, sizes[axis]
        while low < high:
            middle = (low + high) // 2
            sizes[axis] = middle
            fits = search.fits(tuple(sizes))
            if fits is None:
                return None
            low, high = (low, middle) if fits else (middle + 1, high)
        sizes[axis] = high
    return _joining(search, sizes, given)


def _joining(search: _Search, sizes: list[int], given: list[int]) -> Shape:
    """The first of the next sizes at which all joins fit too; else the sizes themselves."""
    for more in range(64):
        larger = tuple(size + more if size > least else size for size, least in zip(sizes, given, strict=True))
        found = search.derive(larger)
        if found is None:
            break
        if not any(irregularity.kind in _MISFITS or too_small(irregularity) for irregularity in found):
            return larger
    return tuple(sizes)


class Joining(NamedTuple):
    """The nearest sizes of a network input with which all maps fit together, None where there are none near.

    ``period`` is given if sizes fit again and again at this distance, along every axis where the given size does not.
    """

    smaller: Shape | None
    larger: Shape | None
    period: int | None


def joining_inputs(derivation: Derivation, index: int) -> Joining | None:
    """The nearest sizes of a network input with which all joins fit.

    Axis by axis, with the others unknown, so that each is judged by itself.  None if finding them took too long.
    """
    shape = derivation.network.inputs[index].shape
    if shape is None:
        return None
    search = _Search(derivation.network, index, len(derivation.flat()))
    unknown: Shape = (None,) * len(shape[1:])

    def misfits(sizes: Shape) -> set[object] | None:
        found = search.derive(sizes)
        if found is None:
            return None
        # Not their number: where sizes do not meet, nothing is said of the channels behind.
        return {
            (id(irregularity.at.layer.place), tuple(cast("Join", irregularity.numbers).get("axes", ())))
            for irregularity in found
            if irregularity.kind in _MISFITS or too_small(irregularity)
        }

    always = misfits(unknown)
    smaller: list[int | None] = []
    larger: list[int | None] = []
    periods = set()
    for axis, size in enumerate(shape[1:]):

        def fits(value: int, axis: int = axis) -> bool | None:
            there = misfits((*unknown[:axis], value, *unknown[axis + 1 :]))
            return None if there is None or always is None else there <= always

        if size is None or fits(size):
            smaller.append(size)
            larger.append(size)
            continue
        below = _nearest(fits, range(size - 1, max(0, size - MAX_DISTANCE), -1))
        above = _nearest(fits, range(size + 1, size + MAX_DISTANCE))
        smaller.append(below)
        larger.append(above)
        regular = below is not None and above is not None and fits(2 * above - below)
        periods.add(above - below if regular and below is not None and above is not None else None)
    if search.budget.left < 0:
        return None
    period = periods.pop() if len(periods) == 1 else None
    return Joining(_whole(smaller, shape), _whole(larger, shape), period)


def _nearest(fits: Callable[[int], bool | None], sizes: range) -> int | None:
    """The first size that fits; None if there is none, or it took too long."""
    for size in sizes:
        found = fits(size)
        if found is None:
            return None
        if found:
            return size
    return None


def _whole(sizes: list[int | None], given: Shape) -> Shape | None:
    """The sizes unless one is missing that was given."""
    if any(new is None and old is not None for new, old in zip(sizes, given[1:], strict=True)):
        return None
    return tuple(sizes)


def nearest_inputs(derivation: Derivation, irregularity: Irregularity[Windowed]) -> list[Shape]:
    """The nearest smaller and larger network input for which a layer loses no input, and no other layer more.

    All axes on which it loses some are changed alike.  Empty if there are none near, and for all but the first few
    layers of a network that lose input, for each takes a search.
    """
    losing = (other for other in derivation.irregularities if other.kind == irregularity.kind)
    if irregularity not in islice(losing, MAX_SEARCHES):
        return []
    at = irregularity.at
    index = origin(at.inputs[0], derivation)
    if index is None or fixed_by(at.inputs[0]) is not None:
        return []
    shape = derivation.network.inputs[index].shape
    assert shape is not None
    lost = [axis for axis, window in irregularity.windows if window.dropped_input]
    if any(axis + 1 >= len(shape) or shape[axis + 1] is None for axis in lost):
        return []
    search = _Search(_up_to(derivation.network, at), index, len(derivation.flat()))
    found: list[Shape] = []
    now = search.derive(shape[1:])
    if now is None:
        return found
    worst = sum(other.kind in _DROPS for other in now)
    for direction in (-1, 1):
        for step in range(1, 65):
            sizes = tuple(
                size + direction * step if size is not None and axis in lost else size
                for axis, size in enumerate(shape[1:])
            )
            if any(size is not None and size < 1 for size in sizes):
                break
            others = search.derive(sizes)
            if others is None:
                return found
            drops = sum(other.kind in _DROPS for other in others)
            if drops < worst and not any(_same(other, at) or too_small(other) for other in others):
                found.append(sizes)
                break
    return found


def _same(irregularity: Irregularity, at: Derived) -> bool:
    return irregularity.kind in _DROPS and irregularity.at.layer is at.layer and irregularity.at.name == at.name


def _up_to(network: Network, at: Derived) -> Network:
    """The network up to the layer of the top level that is, or holds, a layer: what comes later does not matter."""
    for number, layer in enumerate(network.layers):
        if layer is at.layer or at.layer in walk([layer]):
            layers = network.layers[: number + 1]
            return Network(network.name, network.inputs, layers, [], network.numbers, network.place)
    return network
