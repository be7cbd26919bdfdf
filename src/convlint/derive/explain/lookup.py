"""Finds the layer that somebody names: by name, by nested name, by line."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.derive.state import Derivation, Derived
from convlint.document import Source
from convlint.model.operations import Group
from convlint.spelling import nearest


class Found:
    """What a word names: several layers if it names copies; ``near`` is a name like it if it names none.

    ``stands_for`` is the name that was meant if the layer found is an equal copy of it.
    """

    __slots__ = ("layers", "near", "stands_for")

    def __init__(self, layers: list[Derived], near: str | None = None, stands_for: str | None = None) -> None:
        self.layers = layers
        self.near = near
        self.stands_for = stands_for


def find(derivation: Derivation, source: Source, word: str) -> Found:
    """The layer with a name (``conv1``, ``stage1.0.conv``), or the one written in a line (``12``)."""
    everything = list(_flat(derivation.layers))
    named = [derived for derived in everything if derived.name == word]
    if named:
        return Found(named)
    copy = _copy(derivation.layers, word)
    if copy is not None:
        return Found([copy], stands_for=word)
    inner = [derived for derived in everything if derived.name is not None and derived.name.endswith(f".{word}")]
    if inner:
        return Found(inner)
    if word.isascii() and word.isdigit():
        return Found(_in_line(everything, source, int(word[:9])))
    names = dict.fromkeys(derived.name for derived in everything if derived.name is not None)
    inner_names = {name.rpartition(".")[2]: name for name in names}
    near = nearest(word, names) or nearest(word, inner_names)
    return Found([], inner_names.get(near, near) if near is not None else None)


def _flat(layers: list[Derived]) -> Iterator[Derived]:
    """All layers, those of closed groups too, in order."""
    for derived in layers:
        yield derived
        yield from _flat(derived.children)


def _copy(layers: list[Derived], word: str) -> Derived | None:
    """A layer of a copy that is not written out, because it equals the last one that is."""
    for derived in layers:
        operation = derived.layer.operation
        if derived.name is None or not isinstance(operation, Group) or not word.startswith(f"{derived.name}."):
            continue
        rest = word[len(derived.name) + 1 :]
        number, _, name = rest.partition(".")
        if operation.repeat > 1 and number.isascii() and number.isdigit() and int(number[:9]) < operation.repeat:
            written = len(derived.children) // max(1, len(operation.layers))
            if int(number[:9]) >= written > 0:
                last = f"{derived.name}.{written - 1}.{name}"
                for child in _flat(derived.children):
                    if child.name == last:
                        return child
        found = _copy(derived.children, word)
        if found is not None:
            return found
    return None


def _in_line(layers: list[Derived], source: Source, line: int) -> list[Derived]:
    """The layers that begin last at or before a line: all copies of the one that is written there."""
    best: list[Derived] = []
    place = (0, 0)
    for derived in layers:
        start = source.position(derived.layer.place.span[0])
        if start[0] > line or start < place:
            continue
        if start > place:
            best = []
            place = start
        # The layers of a closed group stand where the layer stands that uses it: that one comes first.
        if not best or best[0].layer.place is not derived.layer.place or derived.layer is best[0].layer:
            best.append(derived)
    return best if 0 < line <= len(source.line_starts) else []
