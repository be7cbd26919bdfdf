"""What a layer would do with other arguments, or on another map: whether a proposed change works."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

from convlint.derive.state import Derivation, Derived, InnerIrregularity, Irregularity, Map
from convlint.derive.walk import DERIVE, derive
from convlint.model.network import Layer, Network, Ref, Shape
from convlint.model.operations import Convolution, Group, Operation, Pool, TransposedConvolution
from convlint.work import DERIVED, Budget, affords

if TYPE_CHECKING:
    from convlint.derive.irregularities import Windowed

#: Layers between a changed one and the join that are derived anew.
MAX_LAYERS = 1000
#: Layers that are derived anew for all trials of whole networks together; of a larger one, so many times its own.
MAX_ANEW, LEAST_TIMES = 20_000, 2


def works(at: Derived, kind: str, shape: Shape | None = None, but: str = "", /, **arguments: Any) -> bool:
    """Whether the layer would run without an irregularity of some kind, and get no new one, if it had other arguments.

    Of a layer that cannot run now, only that it would run is asked.  The arguments have one number for each axis, the
    padding the same for both ends; ``shape`` is that of another first input, ``but`` a kind that it may get.
    """
    inputs = at.inputs if shape is None else [Map(shape), *at.inputs[1:]]
    found = _run(at, _changed(at, arguments), inputs)[1]
    if any(irregularity.kind == kind or irregularity.fatal for irregularity in found):
        return False
    now = _run(at, at.layer.operation, at.inputs)[1]
    if _refused(now):
        return True
    return _marks(found) <= _marks(now) | {but}


def _refused(found: list[Irregularity]) -> bool:
    return any(irregularity.fatal for irregularity in found)


def _marks(found: list[Irregularity]) -> set[str]:
    """What is irregular, with the axes where the rows between the windows make a difference."""
    marks = {irregularity.kind for irregularity in found}
    for irregularity in found:
        if irregularity.kind == "stride-dilation-gap":
            windows = cast("Windowed", irregularity.numbers)["windows"]
            marks.update(f"gap {axis}" for axis, window in windows if window.loses_between)
    return marks


def runs(at: Derived, **arguments: list[int]) -> bool:
    """Whether the layer would run if it had other arguments."""
    return not _refused(_run(at, _changed(at, arguments), at.inputs)[1])


def arriving(wanted: Map, at: Derived, **arguments: Any) -> Shape | None:
    """The shape that a map behind a layer would have, if the layer had other arguments; None if nobody can tell.

    Everything between the two is derived anew; a layer that would not run there ends it.  A closed group is taken to
    keep the size that it keeps now.
    """
    #: What each layer makes then.
    made = {id(at): _run(at, _changed(at, arguments), at.inputs)[0]}

    def then(value: Map) -> Map:
        maker = value.made_by
        if maker is None or made[id(maker)] is maker.outputs:
            return value
        # What comes out of repeated copies, or is in doubt, is another record of the first output.
        index = next((index for index, output in enumerate(maker.outputs) if output is value), 0)
        return made[id(maker)][index]

    work = [wanted.made_by]
    while work:
        maker = work[-1]
        if maker is None or id(maker) in made:
            work.pop()
            continue
        missing = [source.made_by for source in maker.inputs if source.made_by and id(source.made_by) not in made]
        if missing:
            work += missing
            if len(made) + len(work) > MAX_LAYERS:
                return None
            continue
        outputs = _again(maker, [then(source) for source in maker.inputs])
        if outputs is None:
            return None
        made[id(maker)] = outputs
    return then(wanted).shape


def _again(at: Derived, inputs: list[Map]) -> tuple[Map, ...] | None:
    """What a layer makes of other inputs; None if it does not run."""
    if all(new is old for new, old in zip(inputs, at.inputs, strict=True)):
        return at.outputs
    operation = at.layer.operation
    if isinstance(operation, Group):
        source, output = inputs[0].shape, at.output.shape
        before = at.inputs[0].shape
        if source is None or output is None or before is None or output[1:] != before[1:]:
            return None
        return (Map((output[0], *source[1:]), at),) * len(at.outputs)
    outputs, found = _run(at, operation, inputs)
    return None if _refused(found) else outputs


def _changed(at: Derived, arguments: dict[str, Any]) -> Operation:
    """The operation of a layer with other arguments."""
    operation = copy(at.layer.operation)
    changes = {name: tuple(value) if isinstance(value, list) else value for name, value in arguments.items()}
    if "padding" in changes and isinstance(operation, Convolution | TransposedConvolution | Pool):
        changes["padding"] = tuple((cells, cells) for cells in changes["padding"])
        if not isinstance(operation, Pool):
            changes["padding_word"] = None
    if (
        isinstance(operation, Pool)
        and "kernel_size" in changes
        and "stride" not in changes
        and at.layer.place.value_span("stride") is None
    ):
        changes["stride"] = changes["kernel_size"]
    operation.__dict__.update(changes)
    return operation


def _run(at: Derived, operation: Operation, inputs: list[Map]) -> tuple[tuple[Map, ...], list[Irregularity]]:
    """What a layer makes of some inputs with an operation instead of its own, and what is irregular about it."""
    made = Derived(at.layer, at.name, inputs)
    found: list[Irregularity] = []

    def note(kind: str, /, fatal: bool | None = None, harmless: bool = False, **numbers: Any) -> None:
        found.append(Irregularity(kind, made, numbers, fatal, harmless))

    return DERIVE[type(operation)](operation, inputs, made, note), found


# A whole network with one change --------------------------------------------------------------------------------------


#: What tells an irregularity apart from others: its kind, and number and name of its layer.
Mark: TypeAlias = tuple[str, int, str | None]


class Outcome(NamedTuple):
    """What is refused of a changed network.

    ``cured`` says that the contradiction in question is gone.  ``new`` counts those who contradict now and did not
    before: layers that are refused, and later ones that declare the same as these.  ``left`` are the marks of all
    contradictions that there are.
    """

    cured: bool
    new: int
    left: frozenset[Mark] = frozenset()

    @property
    def runs(self) -> bool:
        """Whether the contradiction is gone and none has come."""
        return self.cured and not self.new


class Trials:
    """Derives a network with one layer changed, as often as its share of the budget allows."""

    def __init__(self, derivation: Derivation) -> None:
        self.network = derivation.network
        self.before = set(map(mark, _fatal(derivation.irregularities)))
        layers = max(1, len(derivation.flat()))
        self.cost = layers * DERIVED
        self.budget = Budget.share(max(MAX_ANEW, LEAST_TIMES * layers) * DERIVED)

    def pays(self, layers: int) -> bool:
        """Whether so many layers may be derived anew by whoever tries a part of the network only."""
        return self.budget.pays(layers * DERIVED)

    def changed(self, irregularity: Irregularity, at: Derived, **arguments: Any) -> Outcome | None:
        """What comes of other arguments of a layer, each with a number for each axis; None if nobody can tell."""
        operation = at.layer.operation
        if isinstance(operation, Group) or not all(hasattr(operation, name) for name in arguments):
            return None
        return self._after(irregularity, at.layer, _changed(at, arguments), at.layer.inputs)

    def rewired(self, irregularity: Irregularity, layer: Layer, index: int, ref: Ref) -> Outcome | None:
        """What comes of reading another value as one of the inputs of a layer; None if nobody can tell."""
        inputs = (*layer.inputs[:index], ref, *layer.inputs[index + 1 :])
        return self._after(irregularity, layer, layer.operation, inputs)

    def _after(
        self, irregularity: Irregularity, layer: Layer, operation: Operation, inputs: tuple[Ref, ...]
    ) -> Outcome | None:
        if isinstance(irregularity, InnerIrregularity) or self.budget.left < self.cost:
            return None
        changed = Layer(layer.number, layer.name, layer.type, operation, inputs, layer.place, layer.claims)
        layers = _replaced(self.network.layers, layer, changed)
        if layers is None:
            return None
        network: Network = copy(self.network)
        network.layers = layers
        with self.budget:
            derivation = derive(network) if affords(self.cost) else None
        if derivation is None or self.budget.left < 0:
            return None
        found = list(_fatal(derivation.irregularities))
        marks = frozenset(map(mark, found))
        new = sum(1 + _agreeing(other) for other in found if mark(other) not in self.before)
        return Outcome(mark(irregularity) not in marks, new, marks)


@lru_cache(maxsize=1)
def trials(derivation: Derivation) -> Trials:
    """The trials of a network, which all who try share."""
    return Trials(derivation)


def _fatal(irregularities: Iterable[Irregularity]) -> Iterable[Irregularity]:
    return (irregularity for irregularity in irregularities if irregularity.fatal)


def mark(irregularity: Irregularity) -> Mark:
    """What tells an irregularity apart from others of the same network, and of the same one with a change."""
    if isinstance(irregularity, InnerIrregularity):
        return irregularity.kind, -1, None
    return irregularity.kind, irregularity.at.layer.number, irregularity.at.name


def _agreeing(irregularity: Irregularity) -> int:
    """How many later layers declare the same as the one that is contradicted."""
    if isinstance(irregularity, InnerIrregularity):
        return 0
    agree = irregularity.numbers.get("agree")
    return len(agree) if isinstance(agree, list) else 0


def _replaced(layers: list[Layer], layer: Layer, changed: Layer) -> list[Layer] | None:
    """Layers with one of them, or of those inside groups, replaced; None if it is not among them."""
    for index, candidate in enumerate(layers):
        if candidate is layer:
            return [*layers[:index], changed, *layers[index + 1 :]]
        operation = candidate.operation
        if isinstance(operation, Group) and operation.numbers is None:
            inside = _replaced(operation.layers, layer, changed)
            if inside is not None:
                group = copy(operation)
                group.layers = inside
                copied = copy(candidate)
                copied.operation = group
                return [*layers[:index], copied, *layers[index + 1 :]]
    return None
