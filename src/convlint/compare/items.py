"""The layers of a network as they are written, one after the other, with what is written of each."""

from __future__ import annotations

from typing import TypeAlias

from convlint.derive.activations import elements
from convlint.derive.state import Derivation, Derived
from convlint.model.network import Field, Ref, Shape
from convlint.model.operations import Group

#: What is written of a layer, but for its name and what it reads.
Content: TypeAlias = "tuple[str, tuple[tuple[str, str], ...]]"


class Item:
    """A layer that is written, and what follows for it; of copies of a group the first stands for all.

    ``index`` counts the layers of a network as they are written, those in groups behind their group. ``depth`` says in
    how many groups it stands, ``sibling`` which layer stands right before it (of a group's first, before the group).
    """

    __slots__ = ("content", "depth", "derived", "fields", "index", "sibling")

    def __init__(self, index: int, depth: int, derived: Derived, sibling: int) -> None:
        self.index = index
        self.depth = depth
        self.derived = derived
        self.sibling = sibling
        self.fields: list[Field] = derived.layer.place.fields()
        written = tuple(
            [(field.name, field.meant) for field in self.fields if not field.reads and field.name != "name"]
        )
        self.content: Content = (derived.layer.type, written)

    @property
    def type(self) -> str:
        """The type of the layer, or the module of the row."""
        return self.derived.layer.type

    @property
    def name(self) -> str | None:
        """What its author calls it; None for a layer that has a number only, or nothing."""
        return next((field.text for field in self.fields if field.name == "name"), None)

    @property
    def reads(self) -> tuple[str, ...]:
        """What is written of what it reads, as it is meant."""
        return tuple([field.meant for field in self.fields if field.reads])

    @property
    def is_group(self) -> bool:
        """Whether other written layers stand in it."""
        return _is_open(self.derived)

    @property
    def shapes(self) -> tuple[Shape | None, ...]:
        """Shapes of what it makes."""
        return tuple([value.shape for value in self.derived.outputs])

    @property
    def field(self) -> tuple[int, ...] | None:
        """Receptive field of its first output."""
        return self.derived.outputs[0].field if self.derived.outputs else None

    @property
    def elements(self) -> int | None:
        """How many numbers it makes for one example."""
        counts = [elements(value) for value in self.derived.outputs]
        return None if None in counts else sum(counts)  # type: ignore[arg-type]


def _is_open(derived: Derived) -> bool:
    operation = derived.layer.operation
    return isinstance(operation, Group) and operation.numbers is None


def items(derivation: Derivation) -> list[Item]:
    """The layers of a network in order."""
    found: list[Item] = []
    #: At every depth, the layer that stands before the next one.
    last = [-1]
    waiting = [(derived, 0) for derived in reversed(derivation.layers)]
    while waiting:
        derived, depth = waiting.pop()
        del last[depth + 1 :]
        item = Item(len(found), depth, derived, last[depth])
        found.append(item)
        operation = derived.layer.operation
        if item.is_group and isinstance(operation, Group):
            last.append(last[depth])
            first = derived.children[: len(operation.layers)]
            waiting += [(child, depth + 1) for child in reversed(first)]
        last[depth] = item.index
    return found


def sources(found: list[Item], derivation: Derivation) -> dict[int, int]:
    """Which value number is made by which item; the inputs of the network are counted down from -1."""
    made = {given.number: -1 - index for index, given in enumerate(derivation.network.inputs)}
    for item in found:
        made[item.derived.layer.number] = item.index
        operation = item.derived.layer.operation
        if item.is_group and isinstance(operation, Group):
            # What a group's layers read of what comes in is what the group reads.
            for number, (read, _) in zip(operation.inputs, item.derived.layer.inputs, strict=False):
                if read in made:
                    made.setdefault(number, made[read])
    return made


def read_by(item: Item, made: dict[int, int]) -> tuple[Ref | None, ...]:
    """What a layer reads, as items and which of their outputs; None for what nobody knows."""
    return tuple([(made[number], part) if number in made else None for number, part in item.derived.layer.inputs])
