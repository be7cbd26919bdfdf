"""What changed between two networks: layers, settings, what follows for all others, and the totals."""

from __future__ import annotations

from bisect import bisect
from enum import StrEnum
from typing import NamedTuple

from convlint.compare.items import Item, items, read_by, sources
from convlint.compare.matching import match
from convlint.derive.activations import peak
from convlint.derive.state import Derivation
from convlint.model.network import Field, Ref


class Kind(StrEnum):
    """What became of a layer.

    ``REWIRED`` is as it was written, but reads another layer than before, because numbers did not move along.
    ``AFFECTED`` is as it was and reads what it read, but what it makes or holds is another size.
    """

    SAME = "same"
    INSERTED = "inserted"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"
    REWIRED = "rewired"
    AFFECTED = "affected"


#: What somebody did, in contrast to what follows from it.
EDITS = (Kind.INSERTED, Kind.REMOVED, Kind.MOVED, Kind.CHANGED)


class Setting(NamedTuple):
    """Something written with other words before and after; None where it is not written."""

    name: str
    before: str | None
    after: str | None


class Reading(NamedTuple):
    """What a layer read and reads, as items (of before and of after; negative: inputs of the network)."""

    before: tuple[int | None, ...]
    after: tuple[int | None, ...]


class Change(NamedTuple):
    """What became of one layer. ``arguments`` holds what is written otherwise, its type and name too."""

    kind: Kind
    before: Item | None
    after: Item | None
    arguments: list[Setting]
    reading: Reading | None = None

    @property
    def item(self) -> Item:
        """The layer as it is, or as it was."""
        item = self.after or self.before
        assert item is not None
        return item


class Totals(NamedTuple):
    """Counts of a whole network: ``memory`` in numbers (elements) alive at once; None where one is unknown."""

    layers: int
    params: int | None
    macs: int | None
    memory: int | None


class Comparison(NamedTuple):
    """Two networks side by side.

    ``changes`` has every layer, in the order of the network after, ``settings`` what else is written otherwise.
    ``totals`` are those of before and of after.
    """

    before: Derivation
    after: Derivation
    changes: list[Change]
    settings: list[Setting]
    totals: tuple[Totals, Totals]

    @property
    def edited(self) -> list[Change]:
        """The layers that somebody edited."""
        return [change for change in self.changes if change.kind in EDITS]

    def of(self, kind: Kind) -> list[Change]:
        """The layers of one kind."""
        return [change for change in self.changes if change.kind is kind]

    @property
    def differs(self) -> bool:
        """Whether anything is another than before."""
        return bool(self.settings) or any(change.kind is not Kind.SAME for change in self.changes)


def compare(before: Derivation, after: Derivation) -> Comparison:
    """Compare two networks."""
    old, new = items(before), items(after)
    pairs, moved = match(old, new)
    back = {j: i for i, j in pairs.items()}
    wiring = _Wiring(old, new, before, after, pairs, moved)
    changes = []
    for item in new:
        i = back.get(item.index)
        if i is None:
            changes.append(Change(Kind.INSERTED, None, item, []))
        else:
            changes.append(_change(old[i], item, i in moved, wiring))
    changes = _with_removed(changes, [item for item in old if item.index not in pairs])
    settings = _differences(before.network.place.fields(), after.network.place.fields())
    return Comparison(before, after, changes, settings, (_totals(before, old), _totals(after, new)))


def _with_removed(changes: list[Change], removed: list[Item]) -> list[Change]:
    """Put what was removed behind the last layer before it that stayed in its place."""
    staying = sorted(one.before.index for one in changes if one.before is not None and one.kind is not Kind.MOVED)
    behind: dict[int, list[Change]] = {}
    for item in removed:
        place = bisect(staying, item.index)
        behind.setdefault(staying[place - 1] if place else -1, []).append(Change(Kind.REMOVED, item, None, []))
    found = behind.get(-1, [])
    for change in changes:
        found.append(change)
        if change.before is not None and change.kind is not Kind.MOVED:
            found += behind.get(change.before.index, [])
    return found


def _change(before: Item, after: Item, moved: bool, wiring: _Wiring) -> Change:
    arguments = _differences(_own(before), _own(after))
    if before.type != after.type:
        arguments.insert(0, Setting("type", before.type, after.type))
    reading = wiring.changed(before, after)
    rewritten = before.reads != after.reads
    kind = Kind.SAME
    if moved:
        kind = Kind.MOVED
        reading = reading if rewritten else None
    elif arguments or (reading is not None and rewritten):
        kind = Kind.CHANGED
    elif reading is not None:
        kind = Kind.REWIRED
    elif _numbers(before) != _numbers(after):
        kind = Kind.AFFECTED
    return Change(kind, before, after, arguments, reading)


def _numbers(item: Item) -> tuple[object, ...]:
    return item.shapes, item.derived.params, item.derived.macs, item.field


class _Wiring:
    """Compares what layers read, whatever they are numbered."""

    def __init__(
        self,
        old: list[Item],
        new: list[Item],
        before: Derivation,
        after: Derivation,
        pairs: dict[int, int],
        moved: set[int],
    ) -> None:
        self.old, self.new, self.pairs = old, new, pairs
        #: The layers that stand where they stood.
        self.staying_before = {i for i in pairs if i not in moved}
        self.staying_after = {pairs[i] for i in self.staying_before}
        self.made_before, self.made_after = sources(old, before), sources(new, after)

    def changed(self, before: Item, after: Item) -> Reading | None:
        """What a layer read and reads, if that is not the same; what is put between or taken out is no change."""
        was, now = read_by(before, self.made_before), read_by(after, self.made_after)
        if tuple(self.kept(ref) for ref in was) == now:
            return None
        if before.reads == after.reads and len(was) == len(now):
            pairs = zip(was, now, strict=True)
            if all(self.kept(a) == b or self.spliced(a, b, before, after) for a, b in pairs):
                return None
        return Reading(tuple(ref and ref[0] for ref in was), tuple(ref and ref[0] for ref in now))

    def kept(self, ref: Ref | None) -> Ref | None:
        """What a layer read, as it is numbered now; None if it is gone."""
        if ref is None or ref[0] < 0:
            return ref
        return (self.pairs[ref[0]], ref[1]) if ref[0] in self.pairs else None

    def spliced(self, was: Ref | None, now: Ref | None, before: Item, after: Item) -> bool:
        """Whether a layer reads what it read but for layers that came, went or moved right before it."""
        if was is None or now is None or was[0] not in (before.sibling, -1) or now[0] not in (after.sibling, -1):
            return False
        while now[0] >= 0 and now[0] not in self.staying_after:
            first = read_by(self.new[now[0]], self.made_after)
            if not first or first[0] is None:
                return False
            now = first[0]
        while was[0] >= 0 and was[0] not in self.staying_before:
            first = read_by(self.old[was[0]], self.made_before)
            if not first or first[0] is None:
                return False
            was = first[0]
        return self.kept(was) == now


def _own(item: Item) -> list[Field]:
    return [field for field in item.fields if not field.reads]


def _differences(before: list[Field], after: list[Field]) -> list[Setting]:
    """What is written otherwise, by name."""
    was, now = ({field.name: field for field in fields} for fields in (before, after))
    found = []
    for name in dict.fromkeys((*was, *now)):
        old, new = was.get(name), now.get(name)
        if old is None or new is None or old.meant != new.meant:
            word = (new and new.word) or (old and old.word) or name
            found.append(Setting(word, old and old.text, new and new.text))
    return found


def _totals(derivation: Derivation, found: list[Item]) -> Totals:
    largest = peak(derivation)
    return Totals(len(found), derivation.params, derivation.macs, None if largest is None else largest.elements)
