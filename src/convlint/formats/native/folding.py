"""Equal copies of a block, one behind the other, become one group with ``repeat``.

Copies are the calls of modules that stand in a row in the tree of modules (``layer1.1``, ``layer1.2``, ...).  What may
be folded is what a group of the format can be: one value goes in, one comes out, nothing inside is read from outside.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from convlint.formats.native.writing import Block, Call, Item, Read, Step

_NUMBERED = re.compile(r"(.*?)([0-9]+)")
#: The name of a group whose copies are some of a row: `layer1.1-3` are `layer1.1`, `layer1.2` and `layer1.3`.
RANGE = re.compile(r"(.*?)([0-9]+)-([0-9]+)")
#: Lines of a group beside its layers.
_HEAD = 3


def folded(steps: Sequence[Step], outputs: Sequence[Read]) -> list[Item]:
    """The steps of a network with repeated blocks written once."""
    readers = Counter(number for step in steps for number, _ in step.reads)
    readers.update(number for number, _ in outputs)
    return _Folder(readers, {call.path for step in steps for call in step.calls}).items(steps, 0)


class _Copy(NamedTuple):
    """All that one call of a module runs: ``entry`` is the only value that it reads, ``exit`` the one it leaves."""

    call: Call
    items: list[Item]
    entry: Read
    exit: int
    shape: Any


class _Folder:
    def __init__(self, readers: Counter[int], paths: set[str]) -> None:
        #: How many layers and outputs read a value.
        self.readers = readers
        #: The paths of all modules that are called.
        self.paths = paths

    def items(self, steps: Sequence[Step], depth: int) -> list[Item]:
        """The steps that run inside of a call (or of none), folded; ``depth`` is how many calls are around them."""
        found: list[Item] = []
        copies: list[_Copy] = []
        for call, run in _by_call(steps, depth):
            inner = list[Item](run) if call is None else self.items(run, depth + 1)
            copy = None if call is None else self.copy(call, inner)
            if copies and (copy is None or not self.follows(copies[-1], copy)):
                found += self.joined(copies)
                copies = []
            if copy is None:
                found += inner
            else:
                copies.append(copy)
        return found + self.joined(copies)

    def copy(self, call: Call, items: list[Item]) -> _Copy | None:
        """A call as something to be repeated; None if it reads or leaves more than one value."""
        inside = {item.number: index for index, item in enumerate(items)}
        entries = {read for item in items for read in _reads(item) if read[0] not in inside}
        last = items[-1]
        if len(entries) != 1 or (isinstance(last, Step) and last.parts is not None):
            return None
        within = Counter(number for item in items for number, _ in _reads(item))
        if any(within[number] != self.readers[number] for number in inside if number != last.number):
            return None
        if within[last.number]:
            return None
        (entry,) = entries
        return _Copy(call, items, entry, last.number, _shape(items, inside, call.path + "."))

    def follows(self, first: _Copy, second: _Copy) -> bool:
        """Whether one copy stands right behind an equal one, and nothing else reads what that leaves."""
        names = _NUMBERED.fullmatch(first.call.path), _NUMBERED.fullmatch(second.call.path)
        if names[0] is None or names[1] is None:
            return False
        in_a_row = names[0][1] == names[1][1] and int(names[0][2]) + 1 == int(names[1][2])
        reads = sum(number == first.exit for item in second.items for number, _ in _reads(item))
        alone = second.entry == (first.exit, 0) and self.readers[first.exit] == reads
        return in_a_row and alone and first.shape == second.shape

    def joined(self, copies: list[_Copy]) -> list[Item]:
        """Several copies as one block, if that makes the file shorter."""
        if not copies:
            return []
        first, last = copies[0], copies[-1]
        size = _lines(first.items)
        if len(copies) * size <= size + _HEAD:
            return [item for copy in copies for item in copy.items]
        stem, start = _NUMBERED.fullmatch(first.call.path).groups()  # type: ignore[union-attr]
        path = f"{stem}{start}-{int(start) + len(copies) - 1}"
        if start == "0" and stem.endswith(".") and stem != "." and f"{stem}{len(copies)}" not in self.paths:
            # All that there are: `blocks` repeated has the copies `blocks.0`, `blocks.1`, as in the code.
            path = stem[:-1]
        entered = sum(number == first.entry[0] for item in first.items for number, _ in _reads(item))
        self.readers[first.entry[0]] -= entered - 1
        return [Block(last.exit, path, len(copies), first.call.path + ".", first.entry, tuple(first.items))]


def _by_call(steps: Sequence[Step], depth: int) -> list[tuple[Call | None, list[Step]]]:
    """The steps in runs of the same call at a depth; None for those that belong to no deeper call."""
    found: list[tuple[Call | None, list[Step]]] = []
    for step in steps:
        call = step.calls[depth] if len(step.calls) > depth else None
        if not found or call is None or found[-1][0] != call:
            found.append((call, []))
        found[-1][1].append(step)
    return found


def _reads(item: Item) -> tuple[Read, ...]:
    return item.reads if isinstance(item, Step) else (item.entry,)


def _lines(items: Sequence[Item]) -> int:
    return sum(1 if isinstance(item, Step) else _HEAD + _lines(item.body) for item in items)


def _shape(items: Sequence[Item], inside: dict[int, int], prefix: str) -> Any:
    """What two copies have in common if they are written with the same words."""
    found: list[Any] = []
    for item in items:
        reads = tuple([(inside.get(number, -1), part) for number, part in _reads(item)])
        name = item.path.removeprefix(prefix)
        if isinstance(item, Step):
            found.append((item.type, _frozen(item.arguments), name, reads, item.parts, _frozen(item.expect)))
        else:
            numbers = {one.number: index for index, one in enumerate(item.body)}
            found.append((item.repeat, name, reads, _shape(item.body, numbers, item.prefix)))
    return tuple(found)


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple([(key, _frozen(item)) for key, item in value.items()])
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value
