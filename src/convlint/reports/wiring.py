"""What layers read, where that is not the layer before."""

from __future__ import annotations

from convlint.derive.state import Derivation, Derived
from convlint.document import Source
from convlint.model.operations import Group
from convlint.reports.escape import escape

_UNKNOWN = "?"


class Wiring:
    """What layers read, in words; ``plain`` if each reads the one before and nothing else."""

    def __init__(self, source: Source, derivation: Derivation) -> None:
        self._source = source
        self._names = {given.number: given.name for given in derivation.network.inputs}
        self._parts: set[int] = set()
        self._words: dict[int, str] = {}
        before = derivation.network.inputs[0].number if len(derivation.network.inputs) == 1 else None
        self._read(derivation.layers, before)
        self.plain = not any(self._words.values())

    def of(self, derived: Derived) -> str:
        """What a layer reads; nothing if that is the layer before alone."""
        return self._words.get(id(derived), "")

    def _read(self, layers: list[Derived], before: int | None) -> None:
        for derived in layers:
            layer, operation = derived.layer, derived.layer.operation
            if [number for number, _ in layer.inputs] != [before] or layer.inputs[0][1]:
                words = (self._name(number, part) for number, part in layer.inputs)
                self._words[id(derived)] = ", ".join(words)
            line = self._source.position(layer.place.span[0])[0]
            self._names[layer.number] = derived.name or f"line {line}"
            if len(derived.outputs) > 1:
                self._parts.add(layer.number)
            if isinstance(operation, Group) and operation.numbers is None:
                self._names |= dict.fromkeys(operation.inputs, "input")
                self._read(derived.children, operation.inputs[0] if len(operation.inputs) == 1 else None)
            before = layer.number

    def _name(self, number: int, part: int) -> str:
        name = escape(self._names.get(number, _UNKNOWN))
        return f"{name}.{part}" if number in self._parts else name
