"""Finds the layer that somebody names: by name, by nested name, by line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator

from convlint.derive.state import Derivation, Derived
from convlint.document import Source
from convlint.model.operations import Group
from convlint.words.spelling import nearest


class Found:
    """What a word names.

    ``layers`` are several if it names copies or layers of several groups.  ``near`` is a name like the word if it names
    none.  ``stands_for`` is the name that was meant if the layer found is an equal copy of it.  ``beside`` are the
    other layers that begin in the line that was named.  ``otherwise`` is the layer that a number could name too: as a
    name if it was taken as a line, in a line if it was taken as a name.
    """

    __slots__ = ("beside", "layers", "near", "otherwise", "stands_for")

    def __init__(
        self,
        layers: list[Derived],
        near: str | None = None,
        stands_for: str | None = None,
        beside: list[Derived] | None = None,
        otherwise: Derived | None = None,
    ) -> None:
        self.layers = layers
        self.near = near
        self.stands_for = stands_for
        self.beside = beside or []
        self.otherwise = otherwise


def find(derivation: Derivation, source: Source, word: str) -> Found:
    """The layer with a name (``conv1``, ``stage1.0.conv``), or the one written in a line (``12``)."""
    everything = list(_flat(derivation.layers))
    named = [derived for derived in everything if derived.name == word]
    is_number = word.isascii() and word.isdigit()
    line, beside = _in_line(derivation.layers, source, int(word[:9])) if is_number else ([], [])
    if named:
        otherwise = line[0] if line and line[0].layer is not named[0].layer else None
        return Found(named, otherwise=otherwise)
    copy = _copy(derivation.layers, word)
    if copy is not None:
        return Found([copy], stands_for=word)
    inner = [derived for derived in everything if derived.name is not None and derived.name.endswith(f".{word}")]
    if is_number:
        # A row of a YOLO file is called by its number: `model.12`.
        row = inner[0] if inner and (not line or inner[0].layer is not line[0].layer) else None
        return Found(line, beside=beside, otherwise=row)
    if inner:
        return Found(inner)
    names = dict.fromkeys(derived.name for derived in everything if derived.name is not None)
    inner_names = {name.rpartition(".")[2]: name for name in names}
    near = nearest(word, names) or nearest(word, inner_names)
    return Found([], inner_names.get(near, near) if near is not None else None)


def belonging(derivation: Derivation, at: Derived) -> Callable[[int], bool]:
    """Whether an offset in the text belongs to what is written of a layer, and not to a layer inside it."""
    written = list(_flat(derivation.layers, closed=False))
    begin, end = at.layer.place.extent
    if not any(derived is at for derived in written):
        # It is a layer of a module, of which nothing is written.
        return lambda offset: False
    extents = {derived.layer.place.extent for derived in written} - {(begin, end)}
    starts: list[int] = []
    ends: list[int] = []
    for start, stop in sorted(extents):
        if begin <= start and stop <= end and (not ends or start >= ends[-1]):
            starts.append(start)
            ends.append(stop)

    def belongs(offset: int) -> bool:
        inside = bisect_right(starts, offset) - 1
        # A value that is missing may stand at the very end.
        return begin <= offset <= end and (inside < 0 or offset > ends[inside])

    return belongs


def _flat(layers: list[Derived], closed: bool = True) -> Iterator[Derived]:
    """All layers in order, those of closed groups only if they are wanted."""
    for derived in layers:
        yield derived
        operation = derived.layer.operation
        if closed or not isinstance(operation, Group) or operation.numbers is None:
            yield from _flat(derived.children, closed)


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
                # It may stand for a copy of a copy.
                return _copy(derived.children, last)
        found = _copy(derived.children, word)
        if found is not None:
            return found
    return None


def _in_line(layers: list[Derived], source: Source, line: int) -> tuple[list[Derived], list[Derived]]:
    """The copies of the first layer that begins in a line, and the other layers that do; else the innermost around it.

    What is empty or a comment belongs to no layer.
    """
    if not 0 < line <= len(source.line_starts):
        return [], []
    begin = source.line_starts[line - 1]
    end = source.line_starts[line] if line < len(source.line_starts) else len(source.text)
    written = source.text[begin:end].strip()
    if not written or written.startswith("#"):
        return [], []
    begins: list[Derived] = []
    around: list[Derived] = []
    for derived in _flat(layers, closed=False):
        start, stop = derived.layer.place.extent
        if begin <= start < end:
            begins.append(derived)
        elif start < begin < stop:
            if around and start > around[0].layer.place.extent[0]:
                around = []
            around.append(derived)
    found = begins or around
    # Of an alias too, what it stands for is written here.
    first = [derived for derived in found if derived.layer.place is found[0].layer.place]
    beside = {
        id(derived.layer.place): derived
        for derived in reversed(begins)
        if derived.layer.place is not begins[0].layer.place
    }
    return first, list(beside.values())[::-1]


def written(derivation: Derivation) -> Iterator[Derived]:
    """The layers that are written in the file, in order, those of a group behind it; each copy of a group too."""
    return _flat(derivation.layers, closed=False)


def around(derivation: Derivation, offset: int) -> Derived | None:
    """The innermost layer around an offset in the text, the first of several copies; None outside of all."""
    found: Derived | None = None
    for derived in written(derivation):
        start, end = derived.layer.place.extent
        if start <= offset <= end and (found is None or start > found.layer.place.extent[0]):
            found = derived
    return found
