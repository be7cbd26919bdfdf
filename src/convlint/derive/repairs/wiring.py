"""Which layer was probably meant where a layer reads the wrong one.

A contradiction shows a wrong `from` at once where a layer with numbers of its own reads the wrong map: there an unread
layer that would fit tells it.  A layer that passes on what it reads (an activation, a normalisation, a pool, dropout)
says nothing of it, and the contradiction comes out somewhere behind it: then every `from` on the way is tried, and the
whole network derived anew (``trial.py``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, cast

from convlint.derive.doubts import declared_size
from convlint.derive.provenance import Fork, channel_maker, passes_channels, trace
from convlint.derive.repairs.joins import size_repairs
from convlint.derive.repairs.trial import Mark, Outcome, Trials, mark, trials
from convlint.derive.state import Derivation, Derived, InnerIrregularity, Irregularity, Map
from convlint.model.network import Layer, Shape
from convlint.model.operations import Concat, Group, Merge, Split

if TYPE_CHECKING:
    from convlint.derive.irregularities import Join

#: Joins of more inputs are not looked at.
MAX_INPUTS = 64
#: Layers before a contradiction whose `from` is tried, their inputs, and unread layers tried for each.
MAX_WAY, MAX_TRIED_INPUTS, MAX_UNREAD = 40, 8, 3
#: Unread layers before a layer that are looked at.
MAX_LOOKED_AT = 30
_JOINS = ("concat-size", "add-shape", "odd-skip", "crop-needed", "missing-projection")
_SUSPECTS = frozenset((
    *_JOINS, "channel-mismatch", "norm-features", "prelu-parameters", "group-norm-divides", "groups-divide-input",
    "dense-features", "layer-norm-shape", "rank-mismatch", "split-divides", "reshape-size", "shuffle-factor",
    "kernel-too-large", "unknown-reference",
))  # fmt: skip


class Misread(NamedTuple):
    """Which input of a layer is the wrong one, and the layer that would fit in its place.

    ``unread`` says that nothing reads what was meant; else it is the layer before, which is read without a `from`.
    ``left`` are the marks of what is contradicted then, None if that was not tried.
    """

    at: Derived
    place: int
    meant: Derived
    unread: bool = True
    left: frozenset[Mark] | None = None


def misread(irregularity: Irregularity, derivation: Derivation) -> Misread | None:
    """What was probably meant to be read where a contradiction comes from; None if nothing tells."""
    return _misreadings(derivation)[0].get(id(irregularity))


def follows(irregularity: Irregularity, derivation: Derivation) -> bool:
    """Whether a contradiction is gone with the wrong `from` of another one."""
    return id(irregularity) in _misreadings(derivation)[1]


def explained(derivation: Derivation) -> frozenset[int]:
    """The identities of the unread layers that a finding elsewhere already proposes to read."""
    return frozenset(id(found.meant.layer) for found in _misreadings(derivation)[0].values())


@lru_cache(maxsize=1)
def _misreadings(derivation: Derivation) -> tuple[dict[int, Misread], set[int]]:
    """By the identity of the irregularity; every unread layer explains one at most.  And what follows from these."""
    suspects = [
        irregularity
        for irregularity in derivation.irregularities
        if irregularity.kind in _SUSPECTS and not isinstance(irregularity, InnerIrregularity)
    ]
    if not suspects:
        return {}, set()
    unread = [
        derived
        for derived in derivation.layers
        if not isinstance(derived.layer.operation, Split) and not derivation.readers(derived.layer.number)
    ]
    search = _Search(derivation)
    found: dict[int, Misread] = {}
    follow: set[int] = set()
    for irregularity in suspects:
        if id(irregularity) in follow:
            continue
        wrong = (
            search.next_one(irregularity, unread)
            or _at_once(irregularity, unread, derivation)
            or search.wrong(irregularity, [one for one in unread if not search.is_passed_over(one)])
        )
        if wrong is not None:
            found[id(irregularity)] = wrong
            if wrong.unread:
                unread.remove(wrong.meant)
            if wrong.left is not None:
                follow.update(
                    id(other) for other in derivation.irregularities
                    if other.fatal and other is not irregularity and id(other) not in found
                    and not isinstance(other, InnerIrregularity) and mark(other) not in wrong.left
                )  # fmt: skip
    return found, follow


def _at_once(irregularity: Irregularity, unread: list[Derived], derivation: Derivation) -> Misread | None:
    """The wrong input of the layer that is contradicted, where an unread layer would fit."""
    for derived in reversed(unread):
        if derived.layer.name is None:
            continue
        index = _place_for(derived, irregularity, derivation)
        if index is not None:
            return Misread(irregularity.at, index, derived)
    return None


def _place_for(unread: Derived, irregularity: Irregularity, derivation: Derivation) -> int | None:
    """The input of a layer in whose place an unread layer would fit; None if there is none."""
    at, numbers = irregularity.at, irregularity.numbers
    shape = unread.output.shape
    if unread.layer.number >= at.layer.number or shape is None or at.layer.place.value_span("from") is None:
        return None
    if irregularity.kind == "channel-mismatch":
        arrived = at.inputs[0].shape
        fits = arrived is not None and len(arrived) == len(shape) and shape[0] == numbers.get("declared")
        return 0 if fits and _read_elsewhere(at.layer, 0, derivation) else None
    if irregularity.kind not in _JOINS:
        return None
    join = cast("Join", numbers)
    shapes: Sequence[Shape | None] = join["shapes"] if "shapes" in join else join.get("arrived", ())
    if not shapes or join["problem"] not in ("size", "rank") or len(shapes) > MAX_INPUTS:
        return None
    free = join["dim"] - 1 if join["merge"] == "concat" else None
    for index in range(len(shapes)):
        others = [other for number, other in enumerate(shapes) if number != index]
        if all(_equal(shape, other, free) for other in others) and _read_elsewhere(at.layer, index, derivation):
            return index
    return None


def _read_elsewhere(layer: Layer, index: int, derivation: Derivation) -> bool:
    """Whether what a layer reads has other readers, so that it would not be unread in turn."""
    number, _ = layer.inputs[index]
    return derivation.readers(number) > 1 or number in {given.number for given in derivation.network.inputs}


def rather_resized(irregularity: Irregularity[Join], derivation: Derivation) -> bool:
    """Whether a branch has the wrong size rather than that the wrong map is read.

    Other maps would not meet if the one that fits were read, and all would if a layer of a branch had another argument.
    Channels say nothing: a format may have worked out those of later layers from what is read now.
    """
    fitting = irregularity.numbers["fitting"]
    made_by = None if fitting is None else fitting[1].made_by
    repairs = size_repairs(irregularity, derivation)
    if fitting is None or made_by is None or not repairs:
        return False
    place, value = fitting
    index = next((at for at, one in enumerate(made_by.outputs) if one is value), 0)
    tried = trials(derivation)

    def breaks(outcome: Outcome | None) -> bool | None:
        return None if outcome is None else any(kind in _JOINS for kind, _, _ in outcome.left - tried.before)

    read = breaks(tried.rewired(irregularity, irregularity.at.layer, place, (made_by.layer.number, index)))
    first = repairs[0]
    return (
        read is True and breaks(tried.changed(irregularity, first.step.at, **{first.argument: first.values})) is False
    )


def _equal(one: Shape, other: Shape | None, free: int | None) -> bool:
    """Whether all sizes are known and equal, but for those along one axis."""
    return (
        other is not None
        and len(one) == len(other)
        and all(axis == free or (a is not None and a == b) for axis, (a, b) in enumerate(zip(one, other, strict=True)))
    )


class _Search:
    """Looks for the wrong `from` on the way to a contradiction."""

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self.places = {id(derived): index for index, derived in enumerate(derivation.layers)}
        self._trials: Trials | None = None

    @property
    def trials(self) -> Trials:
        if self._trials is None:
            self._trials = trials(self.derivation)
        return self._trials

    def next_one(self, irregularity: Irregularity, unread: list[Derived]) -> Misread | None:
        """A `from` on the way in whose stead the layer before would be read, which nothing reads.

        A layer is mostly read by the next one: that it is not may be the mistake itself.
        """
        return self.first(irregularity, unread, lambda at, meant: self.places[id(at)] == self.places[id(meant)] + 1, 1)

    def first(
        self, irregularity: Irregularity, unread: list[Derived], which: Callable[[Derived, Derived], bool], back: int
    ) -> Misread | None:
        """The first `from` on the way that should read one of so many unread layers before it, of some pairs."""
        if not unread:
            return None
        for at in self.way(irregularity):
            end = bisect_left(unread, self.places[id(at)], key=lambda one: self.places[id(one)])
            near = unread[max(0, end - back) : end]
            for meant in islice((one for one in reversed(near) if which(at, one)), MAX_UNREAD):
                for index in range(min(len(at.layer.inputs), MAX_TRIED_INPUTS)):
                    if _read_elsewhere(at.layer, index, self.derivation):
                        left = self.left(irregularity, at, index, meant)
                        if left is not None:
                            return Misread(at, index, meant, True, left)
        return None

    def way(self, irregularity: Irregularity) -> list[Derived]:
        """The layers on the way to a contradiction whose `from` is written."""
        return [
            at for at in islice(_way(irregularity), MAX_WAY)
            if id(at) in self.places and at.layer.place.value_span("from") is not None
            and (at is not irregularity.at or irregularity.kind != "unknown-reference")
        ]  # fmt: skip

    def is_passed_over(self, unread: Derived) -> bool:
        """Whether the next layer reads what an unread one reads, and was built for that.

        No trial tells then whether it should read the unread one: a closed group (a module of a YOLO file) is built for
        the channels that it reads, and the mistake is as likely there as anywhere behind it.
        """
        place = self.places[id(unread)] + 1
        after = self.derivation.layers[place].layer if place < len(self.derivation.layers) else None
        return (
            after is not None
            and isinstance(after.operation, Group)
            and after.operation.numbers is not None
            and after.inputs[:1] == unread.layer.inputs[:1]
        )

    def wrong(self, irregularity: Irregularity, unread: list[Derived]) -> Misread | None:
        """The first `from` on the way, and what it should read: an unread layer rather than the one before."""
        found = self.first(irregularity, unread, self.readable, MAX_LOOKED_AT)
        if found is not None:
            return found
        way = self.way(irregularity)
        for at in way if irregularity.kind not in _JOINS else ():
            place = self.places[id(at)]
            # Only layers that pass channels on: others may as well have a wrong number, which nothing tells apart.
            own = at is irregularity.at and declared_size(at.layer.operation) is not None
            if not place or own or not passes_channels(at) or not _read_elsewhere(at.layer, 0, self.derivation):
                continue
            before = self.derivation.layers[place - 1]
            left = None if isinstance(before.layer.operation, Split) else self.left(irregularity, at, 0, before)
            if left is not None:
                return Misread(at, 0, before, False, left)
        return None

    def readable(self, at: Derived, meant: Derived) -> bool:
        """Whether a layer can read another one: it comes before, and has a name."""
        return meant.layer.name is not None and self.places[id(meant)] < self.places[id(at)]

    def left(self, irregularity: Irregularity, at: Derived, index: int, meant: Derived) -> frozenset[Mark] | None:
        """What is contradicted if a layer reads another one; None unless that is one thing less, and nothing new."""
        if meant.output.shape is None or meant.layer.number == at.layer.inputs[index][0]:
            return None
        outcome = self.trials.rewired(irregularity, at.layer, index, (meant.layer.number, 0))
        return outcome.left if outcome is not None and outcome.runs else None


def _way(irregularity: Irregularity) -> Iterator[Derived]:
    """The layers from which a contradiction may come, the contradicted one first; each once."""
    at, numbers = irregularity.at, irregularity.numbers
    yield at
    seen = {id(at)}
    for maps in _ways(at, numbers, irregularity.kind):
        for value in maps:
            if value.made_by is not None and id(value.made_by) not in seen:
                seen.add(id(value.made_by))
                yield value.made_by


def _ways(at: Derived, numbers: Mapping[str, object], kind: str) -> Iterator[Iterable[Map]]:
    """The maps on the way to a layer: both branches of a join; else back to who made what is contradicted."""
    fork = numbers.get("fork")
    if isinstance(fork, Fork):
        yield from fork.ways
        for value in (fork.origin, *(way[0] for way in fork.ways if way)):
            yield from _to_makers(value)
        return
    split = numbers.get("made_by")
    if kind == "unknown-reference" and isinstance(split, Derived) and split.inputs:
        yield from _to_makers(split.inputs[0])
    for value in at.inputs[: MAX_TRIED_INPUTS if kind in _JOINS else 1]:
        if kind in _JOINS or kind in ("dense-features", "kernel-too-large", "reshape-size", "rank-mismatch"):
            yield islice(trace(value), MAX_WAY)
        else:
            yield from _to_makers(value)


def _to_makers(value: Map) -> Iterator[Iterable[Map]]:
    """The maps back to the layer that decided how many channels a map has; of a join, back on all its inputs."""
    yield _to_maker(value)
    made_by = channel_maker(value).made_by
    if made_by is not None and isinstance(made_by.layer.operation, Concat | Merge):
        yield from map(_to_maker, made_by.inputs[:MAX_TRIED_INPUTS])


def _to_maker(value: Map) -> Iterator[Map]:
    maker = channel_maker(value)
    for step in trace(value):
        yield step
        if step is maker or step.made_by is maker.made_by:
            return
