"""The records that deriving fills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from typing import TYPE_CHECKING, Generic, TypeAlias

from convlint.model.network import MAX_SIZE, Layer, Network, Shape, walk
from convlint.model.operations import Group
from convlint.model.window import Window

#: One entry per spatial axis; None where it means nothing (after an upsampling, behind a dense layer).
Axes: TypeAlias = tuple[int, ...] | None


def countable(field: Sequence[int], jump: Sequence[int]) -> tuple[Axes, Axes]:
    """Receptive field and total stride; None for what no computer could count.

    Thousands of strides one behind the other would make numbers of thousands of digits.
    """
    if max((*field, *jump), default=0) > MAX_SIZE:
        return None, None
    return tuple(field), tuple(jump)


class Map:
    """A value that flows through the network: feature maps, or a vector.

    ``shape`` has no batch axis and is None if even the rank is unknown.  ``field`` and ``jump`` are receptive field
    and total stride per spatial axis, in cells of the network's input.  ``tail`` counts the zeros or copies that a
    padding layer put at the far end of each spatial axis.  ``assumed`` means that the shape rests on a layer nobody
    knows.
    """

    __slots__ = ("assumed", "field", "jump", "made_by", "shape", "tail")

    def __init__(
        self,
        shape: Shape | None,
        made_by: Derived | None = None,
        field: Axes = None,
        jump: Axes = None,
        tail: Axes = None,
    ) -> None:
        self.shape = shape
        self.made_by = made_by
        self.field = field
        self.jump = jump
        self.tail = tail
        self.assumed = False


class Derived:
    """What follows for one layer; for a group, what follows for all its copies together.

    ``kernels_2d`` counts connected pairs of an input and an output map, ``kernels_3d`` output maps; ``weight`` is the
    shape of the weight tensor in PyTorch's layout, None where there is none or no single one.  ``params`` counts
    trainable numbers, ``macs`` multiply-adds for one example; both are None if unknown.  ``times`` says that this
    layer stands for so many equal copies in a row.  The ``children`` of a closed group are derived when somebody asks.
    """

    __slots__ = (
        "_children", "_write_out", "inputs", "kernels_2d", "kernels_3d", "layer", "macs", "name", "outputs", "params",
        "times", "weight",
    )  # fmt: skip

    def __init__(self, layer: Layer, name: str | None, inputs: list[Map]) -> None:
        self.layer = layer
        self.name = name
        self.inputs = inputs
        self.outputs: tuple[Map, ...] = ()
        self.kernels_2d: int | None = None
        self.kernels_3d: int | None = None
        self.weight: tuple[int, ...] | None = None
        self.params: int | None = 0
        self.macs: int | None = 0
        self.times = 1
        self._children: list[Derived] = []
        self._write_out: Callable[[Derived], list[Derived]] | None = None

    @property
    def children(self) -> list[Derived]:
        """The layers inside, in order."""
        if self._write_out is not None:
            write_out, self._write_out = self._write_out, None
            self._children = write_out(self)
        return self._children

    @property
    def written_out(self) -> bool:
        """Whether the children are there without deriving them first."""
        return self._write_out is None

    def write_out_later(self, write_out: Callable[[Derived], list[Derived]]) -> None:
        """Leave the children to be derived by a function when they are asked for."""
        self._write_out = write_out

    @property
    def output(self) -> Map:
        """The first output."""
        return self.outputs[0]


if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import TypeVar

    from convlint.derive.irregularities import Windowed

    #: The numbers of an irregularity; without saying of which kind it is, nothing is known of them.
    Numbers = TypeVar("Numbers", bound=Mapping[str, object], default=Mapping[str, object], covariant=True)
else:
    from typing import TypeVar

    Numbers = TypeVar("Numbers")

#: Kinds with which a framework refuses a network; where it swallows some of them, what is recorded says so.
REFUSED = frozenset((
    "add-shape", "adaptive-size", "axis-range", "block-width", "channel-mismatch", "concat-size", "connection-table",
    "crop-needed", "crop-too-large", "dense-features", "depthwise-multiplier", "fan-in-mismatch", "fold-blocks",
    "group-norm-divides", "groups-divide-input", "groups-divide-output", "heads-divide", "invalid-channels",
    "invalid-scale", "invalid-window", "kernel-too-large", "layer-norm-shape", "limit-exceeded", "missing-projection",
    "negative-output-padding", "norm-features", "odd-skip", "output-padding", "output-size-range", "pool-padding",
    "prelu-parameters", "rank-mismatch", "reflect-padding", "reshape-size", "same-with-stride", "shuffle-factor",
    "size-and-scale", "split-divides", "transposed-padding-mode", "unknown-reference", "upsample-empty",
    "upsample-mode-rank", "wrong-arity", "wrong-input-count",
))  # fmt: skip


def rank_of(at: Derived) -> int:
    """Spatial axes of what a layer reads; two if nobody knows."""
    rank: int | None = getattr(at.layer.operation, "rank", None)
    if rank is not None:
        return rank
    shape = at.inputs[0].shape
    return len(shape) - 1 if shape is not None else 2


class Irregularity(Generic[Numbers]):
    """Something that cannot be, or that is worth knowing. ``kind`` is the name of the rule that words it.

    ``fatal`` says that the framework refuses the network because of it; None leaves that to the kind.  ``harmless``
    says that it is swallowed, and that what is computed is what was meant.
    """

    __slots__ = ("at", "fatal", "harmless", "kind", "numbers")

    def __init__(
        self, kind: str, at: Derived, numbers: Numbers, fatal: bool | None = None, harmless: bool = False
    ) -> None:
        self.kind = kind
        self.at = at
        self.numbers = numbers
        self.fatal = not harmless and kind in REFUSED if fatal is None else fatal
        self.harmless = harmless

    @property
    def windows(self: Irregularity[Windowed]) -> list[tuple[int, Window]]:
        """The axes concerned (0 = first spatial axis) with their windows."""
        return self.numbers["windows"]


class InnerIrregularity(Irregularity):
    """An irregularity inside a closed group: until somebody asks for more, only its kind and effect are known."""

    __slots__ = ("_index", "_inside", "_told")

    def __init__(
        self, kind: str, fatal: bool, harmless: bool, inside: Callable[[], list[Irregularity]], index: int
    ) -> None:
        self.kind = kind
        self.fatal = fatal
        self.harmless = harmless
        self._inside = inside
        self._index = index
        self._told: Irregularity | None = None

    def _tell(self) -> Irregularity:
        if self._told is None:
            self._told = self._inside()[self._index]
        return self._told

    @property
    def at(self) -> Derived:  # type: ignore[override]
        """The inner layer."""
        return self._tell().at

    @property
    def numbers(self) -> Mapping[str, object]:  # type: ignore[override]
        """What the rule needs to word it."""
        return self._tell().numbers


class Derivation:
    """What follows from a network. ``params`` and ``macs`` are None if one layer's are unknown."""

    __slots__ = ("_flat", "_readers", "inputs", "irregularities", "layers", "macs", "network", "outputs", "params")

    def __init__(self, network: Network) -> None:
        self.network = network
        self.inputs: list[Map] = []
        self.layers: list[Derived] = []
        self.irregularities: list[Irregularity] = []
        self.outputs: list[Map] = []
        self.params: int | None = 0
        self.macs: int | None = 0
        self._readers: dict[int, int] | None = None
        self._flat: list[Derived] | None = None

    def with_irregularities(self, irregularities: list[Irregularity]) -> Derivation:
        """The same derivation with other irregularities, those that are to be worded."""
        changed = copy(self)
        changed.irregularities = irregularities
        return changed

    def readers(self, number: int) -> int:
        """How many layers and outputs read a value; counted when first asked."""
        if self._readers is None:
            refs = list(self.network.outputs)
            for layer in walk(self.network.layers):
                refs += layer.inputs
                if isinstance(layer.operation, Group):
                    refs += layer.operation.outputs
            self._readers = {}
            for read, _ in refs:
                self._readers[read] = self._readers.get(read, 0) + 1
        return self._readers.get(number, 0)

    def flat(self) -> list[Derived]:
        """All layers in order, with the contents of a group behind it; of closed groups only what is written out."""
        if self._flat is not None:
            return self._flat
        found: list[Derived] = []
        complete = True
        waiting = self.layers[::-1]
        while waiting:
            derived = waiting.pop()
            found.append(derived)
            if not derived.written_out:
                complete = False
            else:
                waiting += reversed(derived.children)
        if complete:  # nothing can be written out any more
            self._flat = found
        return found

    def let_go(self) -> None:
        """Undo what refers to each other in a circle, so that all is freed when nobody asks about it any more.

        For who derives again and again; nothing may be asked about maps after it.
        """
        waiting = list(self.layers)
        while waiting:
            derived = waiting.pop()
            for value in derived.outputs:
                value.made_by = None
            if derived.written_out:
                waiting += derived.children
