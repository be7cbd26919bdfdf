"""Arguments of layers on two branches that make the branches meet in size and channels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from convlint.derive import Derivation, Irregularity, Map
from convlint.derive.provenance import Step, channel_maker, step_of
from convlint.derive.repairs.trial import arriving
from convlint.model.network import Layer, Network, Shape
from convlint.model.operations import Convolution, Group, Linear, Pool, TransposedConvolution, Upsample
from convlint.model.window import Window
from convlint.rules import advice
from convlint.rules.wording import layer_name, size

if TYPE_CHECKING:
    from convlint.derive.irregularities import Join

Number = TypeVar("Number", int, float)


class Repair(NamedTuple):
    """One argument of a layer that makes two branches meet: ``written`` as in a file, what it makes of which sizes."""

    step: Step
    written: str
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
                written = advice.spelt(made_by.layer.place, **{name: given if given is True else advice.on_axes(given)})
                return Repair(steps[0], written, goals, tuple(step.before for step in steps))
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
    return wanted // step.before if step.before and wanted % step.before == 0 else None


def repair_help(irregularity: Irregularity[Join], derivation: Derivation) -> str | None:
    """The repairs of one argument as a sentence, None if there is none."""
    words = []
    for repair in size_repairs(irregularity, derivation):
        alike = len({*zip(repair.wanted, repair.before, strict=True)}) == 1
        wanted, before = (size(sizes[:1] if alike else sizes) for sizes in (repair.wanted, repair.before))
        made = f"keeps {wanted}" if repair.wanted == repair.before else f"makes {wanted} of {before}"
        words.append(f"{repair.written} in {layer_name(repair.step.at)} {made}")
    return "; or ".join(words) or None


def channel_help(irregularity: Irregularity[Join], derivation: Derivation) -> str | None:
    """Which layers would have to make other channels, as far as what is between them and the join runs then."""
    numbers = irregularity.numbers
    words = []
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
            words.append(f"{advice.spelt(maker.layer.place, **{name: wanted})} in {layer_name(maker)}")
    return "write " + ", or ".join(words) if words else None


def channels_too(irregularity: Irregularity[Join], derivation: Derivation) -> list[str]:
    """That the channels of two maps of different sizes differ too, if they do."""
    numbers = irregularity.numbers
    if 0 not in numbers["axes"]:
        return []
    first, second = (numbers["shapes"][index][0] for index in numbers["pair"])
    way = channel_help(irregularity, derivation)
    return [f"the channels differ too, {first} and {second}" + (f": {way}" if way else "")]
