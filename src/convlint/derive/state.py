"""The records that deriving fills."""

from __future__ import annotations

from typing import Any, TypeAlias

from convlint.model.network import Layer, Network, Shape
from convlint.model.window import Window

#: One entry per spatial axis; None where it means nothing (after an upsampling, behind a dense layer).
Axes: TypeAlias = tuple[int, ...] | None


class Map:
    """A value that flows through the network: feature maps, or a vector.

    ``shape`` has no batch axis and is None if even the rank is unknown.  ``field`` and ``jump`` are receptive field
    and total stride per spatial axis, in cells of the network's input.  ``tail`` counts the zeros that a padding layer
    put at the far end of each spatial axis.
    """

    __slots__ = ("field", "jump", "made_by", "shape", "tail")

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


class Derived:
    """What follows for one layer; for a group, what follows for all its copies together.

    ``kernels_2d`` counts connected pairs of an input and an output map, ``kernels_3d`` output maps; ``weight`` is the
    shape of the weight tensor in PyTorch's layout, None where there is none or no single one.  ``params`` counts
    trainable numbers, ``macs`` multiply-adds for one example; both are None if unknown.  ``times`` says that this
    layer stands for so many equal copies in a row.
    """

    __slots__ = (
        "children", "inputs", "kernels_2d", "kernels_3d", "layer", "macs", "name", "outputs", "params", "times", "weight",
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
        self.children: list[Derived] = []

    @property
    def output(self) -> Map:
        """The first output."""
        return self.outputs[0]


class Irregularity:
    """Something that cannot be, or that is worth knowing. ``kind`` is the name of the rule that words it."""

    __slots__ = ("at", "kind", "numbers")

    def __init__(self, kind: str, at: Derived, numbers: dict[str, Any]) -> None:
        self.kind = kind
        self.at = at
        self.numbers = numbers

    @property
    def windows(self) -> list[tuple[int, Window]]:
        """The axes concerned (0 = first spatial axis) with their windows."""
        found: list[tuple[int, Window]] = self.numbers["windows"]
        return found


class Derivation:
    """What follows from a network. ``params`` and ``macs`` are None if one layer's are unknown."""

    __slots__ = ("inputs", "irregularities", "layers", "macs", "network", "outputs", "params")

    def __init__(self, network: Network) -> None:
        self.network = network
        self.inputs: list[Map] = []
        self.layers: list[Derived] = []
        self.irregularities: list[Irregularity] = []
        self.outputs: list[Map] = []
        self.params: int | None = 0
        self.macs: int | None = 0

    def flat(self) -> list[Derived]:
        """All layers in order, with the contents of a group behind it."""
        found: list[Derived] = []

        def visit(layers: list[Derived]) -> None:
            for derived in layers:
                found.append(derived)
                if derived.children:
                    visit(derived.children)

        visit(self.layers)
        return found
