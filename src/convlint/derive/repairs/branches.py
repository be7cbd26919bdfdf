"""Which layer between a fork and a join changed the size of its branch otherwise than the sister branch does.

A mistake of size inside a branch (a padding, kernel, stride or dilation) comes out where the branches meet.  What both
branches do alike cancels; what is left is where the mistake can be, and one of it is the likely cause if a change of
one argument there makes the branches meet, and looks more like what people write than any change elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from convlint.derive.provenance import Step, step_of
from convlint.derive.repairs.joins import copied_layers
from convlint.derive.repairs.trial import Mark, arriving, mark, trials
from convlint.derive.state import Derivation, Derived, InnerIrregularity, Irregularity, Map
from convlint.model.network import Shape
from convlint.model.operations import AdaptivePool, Convolution, Pool

if TYPE_CHECKING:
    from convlint.derive.irregularities import Join

#: Layers of a branch that are looked at, and changes that are tried on the whole network.
MAX_WAY, MAX_TRIED = 60, 12
#: Arguments of a layer that are tried, as a rule.
ARGUMENTS = 4
#: How a change looks: a layer that changed its size without a stride keeps it; an odd step becomes the usual one of its
#: stride; anything else that makes the branches meet.
KEEPS, EVENS, MEETS = 0, 1, 2


class Cause(NamedTuple):
    """One argument of a layer, with values on all axes, that makes two branches meet; ``rank`` is how it looks."""

    rank: int
    at: Derived
    argument: str
    values: list[int]
    #: The sizes before the layer and behind it, now and then, along the axis that differs first.
    before: int
    now: int
    then: int
    #: What is still contradicted then, None if that was not tried.
    left: frozenset[Mark] | None = None


def differing(irregularity: Irregularity[Join]) -> list[Step]:
    """The steps of either branch along the axes that differ which the other branch has not, in order; each layer once.

    Two layers do the same if they have the same stride and add or lose the same number of cells beside it.
    """
    common = irregularity.numbers.get("fork")
    axes = [axis - 1 for axis in irregularity.numbers.get("axes", ()) if axis > 0]
    if common is None or not axes:
        return []
    left = [[step for step in steps if step.axis == axes[0]] for steps in common.steps]
    kept: list[Step] = []
    for this, other in (left, left[::-1]):
        sisters = [_kind(step) for step in other]
        for step in this:
            if _kind(step) in sisters:
                sisters.remove(_kind(step))
            else:
                kept.append(step)
    return kept


def _kind(step: Step) -> tuple[int, ...]:
    """What two steps of sister branches have in common if they do the same."""
    if step.after > step.before or isinstance(step.at.layer.operation, AdaptivePool):
        return (0, step.before, step.after)
    return (step.stride, step.after * step.stride - step.before)


@lru_cache(maxsize=16)
def causes(irregularity: Irregularity[Join], derivation: Derivation) -> list[Cause]:
    """The changes of one argument that make the branches meet, those that look likeliest only; the first is the best.

    Where the whole network can be tried, only those after which it has no contradiction that it had not before.
    """
    common = irregularity.numbers.get("fork")
    if common is None or isinstance(irregularity, InnerIrregularity) or not any(irregularity.numbers["axes"]):
        return []
    found: list[Cause] = []
    tried = trials(derivation)
    for this in (0, 1):
        # Where the odd one of several is what the others came from, most of them may share its mistake.
        if irregularity.numbers.get("odd") == irregularity.numbers["pair"][1 - this] and common.ways[1 - this][1:]:
            continue
        for behind, value in enumerate(common.ways[this][:MAX_WAY]):
            # Each argument of a layer is tried on all that is behind it.
            if not tried.pays((behind + 1) * ARGUMENTS):
                break
            found += _of_layer(irregularity, value, this, derivation)
    found.sort(key=lambda cause: cause.rank)
    kept: list[Cause] = []
    for cause in found[:MAX_TRIED]:
        if kept and cause.rank > kept[0].rank:
            break
        outcome = tried.changed(irregularity, cause.at, **{cause.argument: cause.values})
        if outcome is None or outcome.runs:
            kept.append(cause._replace(left=outcome.left if outcome is not None else None))
    return kept


@lru_cache(maxsize=1)
def consequences(derivation: Derivation) -> frozenset[int]:
    """The failed joins (by identity) that are gone with the likely cause of an earlier one."""
    joins = [
        found for found in derivation.irregularities
        if found.fatal and not isinstance(found, InnerIrregularity) and found.kind in ("add-shape", "concat-size")
    ]  # fmt: skip
    gone: set[int] = set()
    for index, earlier in enumerate(joins[:MAX_TRIED]):
        if id(earlier) in gone or index + 1 == len(joins) or earlier.numbers.get("problem") != "size":
            continue
        left = next((cause.left for cause in causes(earlier, derivation)), None)
        if left is not None:
            gone.update(id(later) for later in joins[index + 1 :] if mark(later) not in left)
    return frozenset(gone)


def _of_layer(irregularity: Irregularity[Join], value: Map, this: int, derivation: Derivation) -> Iterator[Cause]:
    """The changes of the layer that made a map of one branch after which it meets the other."""
    numbers, at = irregularity.numbers, value.made_by
    if at is None or not at.inputs or id(at.layer) in copied_layers(derivation.network):
        return
    source, made = at.inputs[0].shape, value.shape
    axis = next(axis for axis in numbers["axes"] if axis > 0)
    if source is None or made is None or len(source) != len(made) or len(made) <= axis:
        return
    before, now = source[axis], made[axis]
    if before is None or now is None:
        return
    arrives = irregularity.at.inputs[numbers["pair"][this]]
    wanted = numbers["shapes"][numbers["pair"][1 - this]]
    step = step_of(at, axis - 1, before, now, len(made) - 1)
    # The pool of a gate makes one cell, any other the size of the other branch.
    for argument, count in _arguments(at, step, 1 if numbers["merge"] == "multiply" else wanted[axis]):
        axes = len(made) - 1
        then = arriving(arrives, at, **{argument: [count] * axes})
        if then is None or not _meet(then, wanted, numbers["merge"]):
            continue
        after = arriving(value, at, **{argument: [count] * axes})
        if after is None or after[axis] is None:
            continue
        yield Cause(_rank(step, after[axis] or 0), at, argument, [count] * axes, before, now, after[axis] or 0)


def _arguments(at: Derived, step: Step, wanted: int | None) -> Iterator[tuple[str, int]]:
    """Single arguments of a layer with a number that people write there, other than the present one."""
    operation = at.layer.operation
    if isinstance(operation, AdaptivePool):
        if wanted is not None:
            yield "output_size", wanted
        return
    if not isinstance(operation, Convolution | Pool):
        return
    axis = step.axis
    kernel, stride, dilation = operation.kernel_size[axis], operation.stride[axis], operation.dilation[axis]
    padding = operation.padding[axis][0]
    same, odd = divmod(dilation * (kernel - 1), 2)
    numbers = {
        "padding": (same, same + odd, 0),
        "kernel_size": tuple(count for count in (2 * padding // max(1, dilation) + 1, 1, 3) if count % 2),
        "dilation": (1, 2 * padding // (kernel - 1) if kernel > 1 else 1),
        "stride": (1, 2),
    }
    now = {"padding": padding, "kernel_size": kernel, "dilation": dilation, "stride": stride}
    for argument, counts in numbers.items():
        written = at.layer.place.value_span(argument) is not None
        if isinstance(operation, Pool) and argument == "dilation" and not written:
            continue
        for count in dict.fromkeys(counts):
            if count != now[argument] and count >= (argument != "padding"):
                yield argument, count


def _meet(shape: Shape, wanted: Shape, merge: str) -> bool:
    """Whether two maps fit in their sizes; a gate may have one cell."""
    sizes, others = shape[1:], wanted[1:]
    return sizes == others or (merge == "multiply" and set(sizes) == {1})


def _rank(step: Step, then: int) -> int:
    usual = step.after in (step.before // step.stride, -(-step.before // step.stride))
    if isinstance(step.at.layer.operation, AdaptivePool):
        return EVENS
    if step.stride == 1 and step.after != step.before:
        return KEEPS if then == step.before else EVENS
    if not usual or step.stride > 2:
        return EVENS
    return MEETS
