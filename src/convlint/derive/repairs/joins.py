"""Changes that make the branches of a join meet in size and channels; each was tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar, cast

from convlint.derive.provenance import Step, channel_maker, step_of
from convlint.derive.repairs.trial import arriving
from convlint.derive.state import Derivation, Derived, Irregularity, Map
from convlint.model.network import Layer, Network, Shape
from convlint.model.operations import Convolution, Group, Linear, Pool, TransposedConvolution, Upsample
from convlint.model.window import Window

if TYPE_CHECKING:
    from convlint.derive.irregularities import Join

Number = TypeVar("Number", int, float)

#: Nobody upsamples by more at once.
MOST_UPSAMPLED = 8

# Arguments ------------------------------------------------------------------------------------------------------------


class Repair(NamedTuple):
    """One argument of a layer that makes two branches meet; ``values`` on all axes or True, made of which sizes."""

    step: Step
    argument: str
    values: list[int] | Literal[True]
    wanted: tuple[int, ...]
    before: tuple[int, ...]


@lru_cache(maxsize=1)
def copied_layers(network: Network) -> frozenset[int]:
    """The layers (by identity) of which there are several copies.

    Who changes one changes all, and nobody knows how far the others are right.
    """
    found: set[int] = set()

    def visit(layers: list[Layer], copied: bool) -> None:
        for layer in layers:
            if copied:
                found.add(id(layer))
            if isinstance(layer.operation, Group) and layer.operation.numbers is None:
                visit(layer.operation.layers, copied or layer.operation.repeat > 1)

    visit(network.layers, False)
    return frozenset(found)


def size_repairs(irregularity: Irregularity[Join], derivation: Derivation) -> list[Repair]:
    """Changes of one argument on either branch that make the sizes equal along all axes that differ.

    What cut cells off for want of padding comes alone.
    """
    numbers = irregularity.numbers
    common = numbers.get("fork")
    axes = [axis for axis in numbers["axes"] if axis > 0]
    if common is None or not axes:
        return []
    found = []
    for this in (0, 1):
        index, other = numbers["pair"][this], numbers["pair"][1 - this]
        if numbers.get("odd") == other:
            continue
        shapes = numbers["shapes"][index], numbers["shapes"][other]
        repair = _last_repair(common.ways[this], axes, *shapes, copied_layers(derivation.network))
        if repair is not None:
            found.append((len(common.ways[this]), repair))
    trimming = [item for item in found if item[1].step.trims]
    # The shorter branch is the shortcut: rather that one is wrong.
    return [repair for _, repair in trimming or sorted(found, key=lambda item: item[0])]


def _last_repair(way: list[Map], axes: list[int], shape: Shape, wanted: Shape, copied: frozenset[int]) -> Repair | None:
    """The latest layer of a branch that could make the wanted sizes by itself: what follows it keeps the size."""
    for value in way:
        made_by = value.made_by
        if made_by is None or value.shape is None or len(value.shape) != len(shape) or not made_by.inputs:
            return None
        source = made_by.inputs[0].shape
        if source is None or len(source) != len(shape):
            return None
        now = [(source[axis], value.shape[axis], wanted[axis]) for axis in axes]
        if any(None in sizes for sizes in now) or any(value.shape[axis] != shape[axis] for axis in axes):
            return None
        steps = [
            step_of(made_by, axis - 1, before or 0, after or 0, len(shape) - 1)
            for axis, (before, after, _) in zip(axes, now, strict=True)
        ]
        goals = tuple(goal or 0 for _, _, goal in now)
        for arguments in _changes(steps, goals) if id(made_by.layer) not in copied else ():
            made = arriving(way[0], made_by, **arguments)
            goal = [wanted[axis] if axis in axes else size for axis, size in enumerate(shape)]
            if made is not None and list(made[1:]) == goal[1:]:
                ((name, given),) = arguments.items()
                return Repair(steps[0], name, given, goals, tuple(step.before for step in steps))
    return None


def _changes(steps: list[Step], wanted: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    """Single arguments of one layer that make the axes of some steps as large as wanted, the likeliest first."""
    operation = steps[0].at.layer.operation
    goals = {step.axis: (step, goal) for step, goal in zip(steps, wanted, strict=True)}

    def values(current: Sequence[int], changed: Callable[[Step, int], int | None]) -> list[int] | None:
        found = [changed(*goals[axis]) if axis in goals else now for axis, now in enumerate(current)]
        known = [value for value in found if value is not None]
        return known if len(known) == len(found) else None

    def tried(name: str, found: list[int] | None) -> list[dict[str, Any]]:
        return [] if found is None else [{name: found}]

    if isinstance(operation, Convolution | Pool):
        before = [pair[0] for pair in operation.padding]
        yield from tried("padding", values(before, _padding))
        for stride in (1, 2, 4):
            yield from tried("stride", values(operation.stride, partial(_stride, stride=stride)))
        if isinstance(operation, Pool) and not operation.ceil_mode:
            yield {"ceil_mode": True}
    elif isinstance(operation, TransposedConvolution) and operation.output_size is None:
        yield from tried("output_padding", values(operation.output_padding, _output_padding))
        yield from tried("kernel_size", values(operation.kernel_size, _kernel))
    elif isinstance(operation, Upsample):
        source = steps[0].at.inputs[0].shape
        rank = 0 if source is None else len(source) - 1
        if operation.size is not None:
            yield from tried("size", values(_everywhere(operation.size, rank), lambda _, goal: goal))
        elif operation.scale_factor is not None:
            factors = [int(factor) for factor in _everywhere(operation.scale_factor, rank)]
            if factors == list(_everywhere(operation.scale_factor, rank)):
                yield from tried("scale_factor", values(factors, _factor))


def _everywhere(given: tuple[Number, ...], rank: int) -> tuple[Number, ...]:
    return given * rank if len(given) == 1 else given


def _window(step: Step) -> Window:
    operation, axis = step.at.layer.operation, step.axis
    assert isinstance(operation, Convolution | Pool)
    before, after = operation.padding[axis]
    ceil = isinstance(operation, Pool) and operation.ceil_mode
    return Window(
        step.before, operation.kernel_size[axis], operation.stride[axis], before, after, operation.dilation[axis], ceil
    )


def _padding(step: Step, wanted: int) -> int | None:
    window = _window(step)
    padding = None if window.ceil else window.padding_for(wanted)
    most = window.kernel // 2 if isinstance(step.at.layer.operation, Pool) else window.effective_kernel - 1
    return padding if padding is not None and padding <= most and padding != window.before else None


def _stride(step: Step, wanted: int, stride: int) -> int | None:
    window = _window(step)
    return stride if stride != window.stride and window._replace(stride=stride).output == wanted else None


def _output_padding(step: Step, wanted: int) -> int | None:
    operation, axis = step.at.layer.operation, step.axis
    assert isinstance(operation, TransposedConvolution)
    extra = operation.output_padding[axis] + wanted - step.after
    return extra if 0 <= extra < max(operation.stride[axis], operation.dilation[axis]) else None


def _kernel(step: Step, wanted: int) -> int | None:
    operation, axis = step.at.layer.operation, step.axis
    assert isinstance(operation, TransposedConvolution)
    cells, odd = divmod(wanted - step.after, operation.dilation[axis])
    kernel = operation.kernel_size[axis] + cells
    return kernel if not odd and kernel >= operation.stride[axis] and abs(cells) <= 2 else None


def _factor(step: Step, wanted: int) -> int | None:
    # Nobody upsamples by 1.
    return wanted // step.before if step.before and wanted > step.before and wanted % step.before == 0 else None


def channel_repairs(irregularity: Irregularity[Join], derivation: Derivation) -> list[tuple[Derived, str, int]]:
    """The layers that would have to make other channels, by which argument and how many.

    Only as far as what is between them and the join runs then.
    """
    numbers = irregularity.numbers
    found = []
    for this, other in (numbers["pair"], numbers["pair"][::-1]):
        maker = channel_maker(irregularity.at.inputs[this]).made_by
        if maker is None or numbers.get("odd") == other or id(maker.layer) in copied_layers(derivation.network):
            continue
        wanted = numbers["shapes"][other][0]
        operation = maker.layer.operation
        name = "out_features" if isinstance(operation, Linear) else "out_channels"
        if wanted is None or not isinstance(operation, Convolution | TransposedConvolution | Linear):
            continue
        # The other branch may come through the same layer.
        made = [arriving(irregularity.at.inputs[index], maker, **{name: wanted}) for index in (this, other)]
        if all(shape is not None and shape[0] == wanted for shape in made):
            found.append((maker, name, wanted))
    return found


class Padding(NamedTuple):
    """The padding that a layer would need to keep its size, and the shape that arrives at the join then."""

    at: Derived
    padding: list[int]
    arrives: Shape | None


def forgotten_padding(trims: list[Step], value: Map, derivation: Derivation) -> Padding | None:
    """The padding that the only layer without enough of it would need, on the way to a value."""
    at = trims[0].at
    operation = at.layer.operation
    if len({id(step.at) for step in trims}) > 1 or not isinstance(operation, Convolution):
        return None
    padding = [before for before, _ in operation.padding]
    for axis in (step.axis for step in trims):
        padding[axis], odd = divmod(operation.dilation[axis] * (operation.kernel_size[axis] - 1), 2)
        if odd:
            return None
    if id(at.layer) in copied_layers(derivation.network):
        return None
    return Padding(at, padding, arriving(value, at, padding=padding))


# Layers to insert -----------------------------------------------------------------------------------------------------


class Upsampled(NamedTuple):
    """An input to upsample, by a factor on every axis."""

    which: int
    factors: list[int]


class Resized(NamedTuple):
    """An input to bring to larger sizes."""

    which: int
    sizes: list[int]


class Cropped(NamedTuple):
    """An input to crop; None keeps an axis."""

    which: int
    sizes: list[int | None]


class Exchanged(NamedTuple):
    """Height and width of one of them are to be exchanged: the order of axes (0 = batch) that does it."""

    order: list[int]


#: "all": all inputs are to be brought to one size first.
Resampling: TypeAlias = Upsampled | Resized | Cropped | Exchanged | Literal["all"]


def resampling(irregularity: Irregularity[Join]) -> Resampling | None:
    """What brings a map to the size of the other or others, None if there is nothing."""
    numbers = irregularity.numbers
    first, second = numbers["pair"]
    shapes, axes, odd = numbers["shapes"], numbers["axes"], numbers["odd"]
    rank = len(shapes[first])
    if 0 in axes or rank < 2:
        return None
    if len(shapes) > 2 and odd is None:
        return "all"
    # Along the axes that differ both sizes are known.
    sizes = cast("list[tuple[int, ...]]", shapes)
    small, large = (first, second) if sizes[first][axes[0]] < sizes[second][axes[0]] else (second, first)
    if any(not 0 < sizes[small][axis] < sizes[large][axis] for axis in axes):
        order = list(range(rank + 1))
        order[-2:] = order[:-3:-1]
        return Exchanged(order) if rank == 3 and shapes[small][1:] == shapes[large][:0:-1] else None
    pairs = [(sizes[small][axis], sizes[large if axis in axes else small][axis]) for axis in range(rank)]
    factors = [1 if less == more else more // less if more % less == 0 else 0 for less, more in pairs[1:]]
    if odd != large and min(factors) > 0 and max(factors) <= MOST_UPSAMPLED:
        return Upsampled(small, factors)
    if odd == small:
        # All the others are as large as each other: rather this one is to grow.
        wanted = [more for _, more in pairs[1:]]
        return Resized(small, wanted) if None not in wanted else None
    return Cropped(large, [shapes[small][axis] if axis in axes else None for axis in range(1, rank)])
