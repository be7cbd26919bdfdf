"""A comparison in words, as every output format that is read by people has it. Nothing here is escaped."""

from __future__ import annotations

from typing import NamedTuple

from convlint.compare import Change, Comparison, Item, Kind, Setting, items
from convlint.compare.changes import Totals
from convlint.derive import Derivation
from convlint.document import Source
from convlint.model.network import Shape
from convlint.session.comparing import Compared
from convlint.words.text import many, sizes

#: How a line begins, by what became of the layer.
SIGNS = {
    Kind.SAME: " ", Kind.AFFECTED: " ", Kind.INSERTED: "+", Kind.REMOVED: "-", Kind.MOVED: ">", Kind.CHANGED: "~",
    Kind.REWIRED: "!",
}  # fmt: skip

#: What became of a layer, in words.
SAID = {
    Kind.INSERTED: "inserted", Kind.REMOVED: "removed", Kind.MOVED: "moved", Kind.CHANGED: "changed",
    Kind.REWIRED: "reading another layer", Kind.AFFECTED: "following",
}  # fmt: skip


class Line(NamedTuple):
    """One layer: the sign, where it stands, its type, what was done, and what follows."""

    sign: str
    place: str
    type: str
    done: str
    follows: str


class Count(NamedTuple):
    """A total: its name, before, after, and the difference."""

    name: str
    before: str
    after: str
    change: str


class Words:
    """Puts one comparison into words."""

    def __init__(self, compared: Compared, comparison: Comparison) -> None:
        self.comparison = comparison
        self.before = _Names(comparison.before, compared.before.source)
        self.after = _Names(comparison.after, compared.after.source)

    def line(self, change: Change) -> Line:
        """What became of a layer."""
        place = self.place(change)
        return Line(SIGNS[change.kind], place, change.item.type, self.done(change), self.follows(change))

    def place(self, change: Change) -> str:
        """Where it stands; where it stood, too, if that is another place than the order tells."""
        if change.after is None:
            return self.before.place(change.item)
        place = self.after.place(change.after)
        if change.kind is Kind.MOVED and change.before is not None:
            return f"{self.before.place(change.before)} -> {place}"
        return place

    def done(self, change: Change) -> str:
        """What somebody did with it; of a layer that nobody touched, what it reads now."""
        if change.before is None or change.after is None:
            return written(change.item)
        done = [told(setting) for setting in change.arguments]
        if change.reading is not None:
            before = self.before.read(change.reading.before)
            after = self.after.read(change.reading.after)
            done.append(f"reads {after}, before: {before}")
        return ", ".join(done)

    def follows(self, change: Change) -> str:
        """The sizes and counts of it that are other than before; of a new or lost layer, its own."""
        a, b = change.before, change.after
        if a is None or b is None:
            item = change.item
            said = [shapes(item)]
            if item.derived.params != 0:
                said.append(f"{number(item.derived.params)} parameters")
            if item.derived.macs != 0:
                said.append(f"{number(item.derived.macs)} MACs")
            return ", ".join(said)
        found = []
        for name, before, after in (
            ("", shapes(a), shapes(b)),
            ("parameters ", number(a.derived.params), number(b.derived.params)),
            ("MACs ", number(a.derived.macs), number(b.derived.macs)),
            ("field ", field(a), field(b)),
        ):
            if before != after:
                found.append(f"{name}{before} -> {after}")
        return ", ".join(found)

    def counts(self) -> list[Count]:
        """The totals."""
        return counts(*self.comparison.totals)


class _Names:
    """How the layers of one side are called."""

    def __init__(self, derivation: Derivation, source: Source) -> None:
        self.rows = derivation.network.rows is not None
        self.inputs = [given.name for given in derivation.network.inputs]
        self.source = source
        self.types: dict[int, tuple[str, str]] = {}
        for item in items(derivation):
            self.types[item.index] = (self.place(item), item.type)

    def place(self, item: Item) -> str:
        """``row 4``, the name of a layer, or the line in which it is written."""
        if self.rows:
            return f"row {item.index}"
        return item.derived.name or f"line {self.source.position(item.derived.layer.place.span[0])[0]}"

    def read(self, numbers: tuple[int | None, ...]) -> str:
        """Layers and inputs that are read."""
        return " and ".join(map(self._one, numbers)) or "nothing"

    def _one(self, number: int | None) -> str:
        if number is None:
            return "nothing that is known"
        if number < 0:
            return self.inputs[-1 - number]
        place, type = self.types[number]
        return f"{place} ({type})"


def told(setting: Setting) -> str:
    """``stride: 1 -> 2``."""
    if setting.before is None:
        return f"{setting.name}: {setting.after} (new)"
    if setting.after is None:
        return f"{setting.name}: {setting.before} (gone)"
    return f"{setting.name}: {setting.before} -> {setting.after}"


def written(item: Item) -> str:
    """What is written of a layer, in one line."""
    told = [one for one in item.fields if one.name != "name" and (one.name, one.text) != ("repeats", "1")]
    return ", ".join(f"{one.word or one.name}: {one.text}" for one in told)


def shapes(item: Item) -> str:
    """Shapes of what a layer makes, each once."""
    return ", ".join(dict.fromkeys(map(_shape, item.shapes))) or "nothing"


def _shape(shape: Shape | None) -> str:
    return "?" if shape is None else sizes(shape) or "1"


def field(item: Item) -> str:
    """Receptive field of a layer."""
    return "?" if item.field is None else sizes(item.field)


def number(count: int | None) -> str:
    """A count with commas."""
    return "?" if count is None else f"{count:,}"


def counts(before: Totals, after: Totals) -> list[Count]:
    """Totals before and after, those that are the same too."""
    names = ("layers", "parameters", "MACs", "activations alive at once")
    return [Count(name, number(a), number(b), _change(a, b)) for name, a, b in zip(names, before, after, strict=True)]


def _change(before: int | None, after: int | None) -> str:
    if before is None or after is None:
        return "?"
    if before == after:
        return "="
    change = f"{after - before:+,}"
    return f"{change} ({100 * (after - before) / before:+.1f} %)" if before else change


def summary(comparison: Comparison) -> str:
    """How many layers were edited, and how many follow, in one line."""
    said = [f"{len(found)} {word}" for kind, word in SAID.items() if (found := comparison.of(kind))]
    if comparison.settings:
        said.append(many(len(comparison.settings), "setting") + " changed")
    return ", ".join(said) or "no difference"
