"""What becomes a box: the inputs of a network, and its layers, groups closed or opened."""

from __future__ import annotations

from collections.abc import Iterable
from math import log2
from typing import NamedTuple, TypeAlias

from convlint.derive.state import Derivation, Derived, Map
from convlint.model.network import Input, Ref
from convlint.model.operations import Group

#: More layers than this are not drawn one by one: groups stay closed.
MOST = 20_000
#: The lane of what has no sizes, or a single cell: below all others.
FLAT = 1_000
#: An output of a box: the number of its node, and which one.
Port: TypeAlias = "tuple[int, int]"


class Node(NamedTuple):
    """An input of the network (``given``) or a layer (``derived``), and the outputs of other nodes that it reads.

    ``lane`` is the binary logarithm of its total stride: 3 for an eighth of the input's height and width, -1 for twice
    as much, FLAT for what has no height and width.
    """

    derived: Derived | None
    given: Input | None
    reads: tuple[Port, ...]
    outputs: tuple[Map, ...]
    lane: int


def nodes(derivation: Derivation, opened: bool = False) -> list[Node]:
    """The boxes of a network in order, sources before readers; ``opened``: the layers inside of groups instead."""
    return _Nodes(derivation, opened).found


class _Nodes:
    def __init__(self, derivation: Derivation, opened: bool) -> None:
        self.found: list[Node] = []
        #: Which outputs of nodes the values of the network are.
        self.values: dict[int, list[Port]] = {}
        self.opened = opened
        for given, value in zip(derivation.network.inputs, derivation.inputs, strict=True):
            self.values[given.number] = self.add(None, given, (), (value,))
        self.layers(derivation.layers)

    def add(
        self, derived: Derived | None, given: Input | None, reads: tuple[Port, ...], outputs: tuple[Map, ...]
    ) -> list[Port]:
        number = len(self.found)
        self.found.append(Node(derived, given, reads, outputs, self.lane(reads, outputs)))
        return [(number, part) for part in range(max(1, len(outputs)))]

    def read(self, refs: Iterable[Ref]) -> list[Port]:
        found = []
        for number, part in refs:
            ports = self.values.get(number, [])
            if part < len(ports):
                found.append(ports[part])
        return found

    def layers(self, layers: list[Derived]) -> None:
        for derived in layers:
            operation, reads = derived.layer.operation, self.read(derived.layer.inputs)
            if self.opened and isinstance(operation, Group) and operation.layers and len(self.found) < MOST:
                self.values[derived.layer.number] = self.group(operation, derived, reads)
            else:
                self.values[derived.layer.number] = self.add(derived, None, tuple(reads), derived.outputs)

    def group(self, group: Group, derived: Derived, reads: list[Port]) -> list[Port]:
        """What leaves a group, after the layers of each of its copies; the layers of a closed one count anew."""
        outside = self.values
        if group.numbers is not None:
            self.values = {}
        for start in range(0, len(derived.children), len(group.layers)):
            self.values |= {number: [port] for number, port in zip(group.inputs, reads, strict=False)}
            self.layers(derived.children[start : start + len(group.layers)])
            reads = self.read(group.outputs)
        self.values = outside
        return reads

    def lane(self, reads: tuple[Port, ...], outputs: tuple[Map, ...]) -> int:
        """By the total stride; where that means nothing, by how much larger or smaller the map became."""
        before = self.found[reads[0][0]] if reads else None
        shape = outputs[0].shape if outputs else None
        if shape is None or not shape:
            return before.lane if before else 0
        size = shape[-1]
        if len(shape) == 1 or all(axis == 1 for axis in shape[1:]):
            return FLAT
        if before is None:
            return 0
        jump = outputs[0].jump
        if jump and before.lane != FLAT:
            return round(log2(jump[-1]))
        read = before.outputs[reads[0][1]].shape if reads[0][1] < len(before.outputs) else None
        if before.lane == FLAT:
            first = self.found[0].outputs[0].shape
            whole = first[-1] if first is not None and len(first) == len(shape) else 1
            return round(log2(whole / size)) if whole and size else 0
        if not (size and read and len(read) == len(shape) and read[-1]):
            return before.lane
        return before.lane + round(log2(read[-1] / size))
