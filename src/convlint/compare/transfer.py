"""Which tensors of a checkpoint load into another network, and where new layers would cost the fewest.

Frameworks load by name and shape (``intersect_dicts``), and names hold the number of the row; Darknet reads number
after number, so that everything behind the first difference is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from convlint.compare.changes import Kind, compare
from convlint.compare.items import Item, items
from convlint.derive.state import Derivation
from convlint.derive.stored import numbers
from convlint.derive.tensors import tensors
from convlint.model.network import Loading

#: Tensors by name.
Tensors: TypeAlias = Mapping[str, tuple[int, ...]]
#: Of networks with more rows placements are not tried.
MOST_ROWS = 2_000
_ROW = re.compile(r"model\.(\d+)\.")


class Why(StrEnum):
    """Why a tensor is not loaded."""

    MISSING = "no tensor of this name"
    SHAPE = "another shape"
    EXCLUDED = "never loaded"
    ORDER = "other numbers in its place"


class Row(NamedTuple):
    """One row: how many tensors it has (None: not known), how many load, and for the others why, one of them each.

    ``was`` is the number of the row in the base that it is, where that is another one.
    """

    item: Item
    tensors: int | None
    loaded: int
    others: dict[Why, tuple[int, str]]
    was: int | None = None


class Placement(NamedTuple):
    """Where a block that was put in could stand: behind a row (by its number), or inside that row's module."""

    behind: int
    inside: bool
    loaded: int


class Transfer(NamedTuple):
    """What loads. ``unknown`` counts rows whose tensors are not known, ``more`` what loads though its shape differs.

    ``block`` are the rows that were put in, if they are one block; ``placements`` other places for it, the best first.
    """

    loading: Loading
    rows: list[Row]
    loaded: int
    total: int
    base: int
    unknown: int
    more: int
    block: list[int]
    placements: list[Placement]


def transfer(mine: Derivation, base: Tensors | Derivation) -> Transfer:
    """Load a checkpoint, or what one of another network would hold, into a network with a rule for it."""
    loading = mine.network.loading
    assert loading is not None
    found = [item for item in items(mine) if item.depth == 0]
    if loading.in_order:
        assert isinstance(base, Derivation)
        return _in_order(loading, found, base)
    own = [_tensors(item) for item in found]
    theirs: Tensors = named(base) if isinstance(base, Derivation) else base
    rows = [_row(item, one, theirs, loading) for item, one in zip(found, own, strict=True)]
    loaded = sum(row.loaded for row in rows)
    total = sum(row.tensors or 0 for row in rows)
    every = {name: shape for one in own for name, shape in (one or {}).items()}
    more = _more(loading, every, theirs)
    block: list[int] = []
    placements: list[Placement] = []
    if isinstance(base, Derivation):
        comparison = compare(base, mine)
        was = {one.after.index: one.before.index for one in comparison.changes if one.before and one.after}
        rows = [row._replace(was=_other(was, row.item.index)) for row in rows]
        inserted = [one.item.index for one in comparison.of(Kind.INSERTED)]
        if inserted and inserted[-1] - inserted[0] == len(inserted) - 1 and len(found) <= MOST_ROWS:
            block, placements = inserted, _placements(inserted, own, theirs, loading)
        placements = [one for one in placements if one.loaded > loaded]
    unknown = sum(row.tensors is None for row in rows)
    return Transfer(loading, rows, loaded, total, len(theirs), unknown, more, block, placements)


def named(derivation: Derivation) -> dict[str, tuple[int, ...]]:
    """The tensors of a network by name, those of rows that are not known left out."""
    return {
        name: shape for item in items(derivation) if item.depth == 0 for name, shape in (_tensors(item) or {}).items()
    }


def _tensors(item: Item) -> dict[str, tuple[int, ...]] | None:
    found = tensors(item.derived)
    return None if found is None else {one.name: one.shape for one in found if one.name is not None}


def _row(item: Item, own: Tensors | None, theirs: Tensors, loading: Loading) -> Row:
    if own is None:
        return Row(item, None, 0, {})
    loaded = 0
    others: dict[Why, tuple[int, str]] = {}
    for name, shape in own.items():
        why = _why(name, shape, theirs, loading)
        if why is None:
            loaded += 1
        else:
            count, first = others.get(why, (0, name))
            others[why] = count + 1, first
    return Row(item, len(own), loaded, others)


def _why(name: str, shape: tuple[int, ...], theirs: Tensors, loading: Loading) -> Why | None:
    if loading.excluded and loading.excluded in name:
        return Why.EXCLUDED
    if name not in theirs:
        return Why.MISSING
    return None if theirs[name] == shape else Why.SHAPE


def _more(loading: Loading, own: Tensors, theirs: Tensors) -> int:
    """What is loaded though its shape differs: the first convolution in part, class branches that are built anew."""
    more = 0
    first = own.get(loading.first), theirs.get(loading.first)
    if first[0] is not None and first[1] is not None and first[0] != first[1] and first[0][2:] == first[1][2:]:
        more += 1
    heads = [max((int(found[1]) for name in one if (found := _ROW.match(name))), default=-1) for one in (own, theirs)]
    if not loading.rebuilt or heads[0] != heads[1]:
        return more
    head = f"model.{heads[0]}."
    boxes = [f"{head}cv2.{level}.0.conv.weight" for level in range(sum(1 for name in own if _box(head, name)))]
    if not boxes or any(name not in theirs or own[name][1] != theirs[name][1] for name in boxes):
        return more
    for branch in loading.rebuilt:
        last = f"{head}{branch}.0.2.weight"
        if last not in own or last not in theirs or own[last][1] == theirs[last][1]:
            continue
        same = own[last][0] == theirs[last][0]
        for name, shape in own.items():
            if name.startswith(f"{head}{branch}.") and name in theirs and shape != theirs[name]:
                more += same or not re.match(r"\d+\.2\.", name[len(head) + len(branch) + 1 :])
    return more


def _box(head: str, name: str) -> bool:
    return name.startswith(f"{head}cv2.") and name.endswith(".0.conv.weight")


def _other(was: dict[int, int], index: int) -> int | None:
    return None if was.get(index) == index else was.get(index)


def _placements(
    inserted: list[int], own: list[dict[str, tuple[int, ...]] | None], theirs: Tensors, loading: Loading
) -> list[Placement]:
    """What would load with the rows that were put in elsewhere, the most first."""
    others = [index for index in range(len(own)) if index not in inserted]
    # Row `at` of the others, and all behind it, move on by as many rows as are put in before it.
    stay = [_loads(own[old], old, new, theirs, loading) for new, old in enumerate(others)]
    move = [_loads(own[old], old, new + len(inserted), theirs, loading) for new, old in enumerate(others)]
    found = [Placement(at - 1, False, sum(stay[:at]) + sum(move[at:])) for at in range(1, len(others))]
    if inserted[0] > 0:
        found.append(Placement(inserted[0] - 1, True, sum(stay)))
    return sorted(found, key=lambda one: (-one.loaded, not one.inside, -one.behind))


def _loads(own: Tensors | None, old: int, new: int, theirs: Tensors, loading: Loading) -> int:
    """How many tensors of a row load if it has another number."""
    was, now = f"model.{old}.", f"model.{new}."
    return sum(
        _why(now + name.removeprefix(was), shape, theirs, loading) is None for name, shape in (own or {}).items()
    )


def _in_order(loading: Loading, found: list[Item], base: Derivation) -> Transfer:
    """Number after number: a layer gets its own numbers if one as large is at the same place in the file."""
    there: dict[tuple[int, object], int] = {}
    start: int | None = 0
    count = 0
    for item in items(base):
        size = numbers(item.derived)
        if start is None or size is None:
            start = None
            break
        if size:
            there[start, _kind(item)] = size
            count += 1
            start += size
    rows = []
    place: int | None = 0
    unknown = 0
    for item in found:
        size = numbers(item.derived)
        if size is None:
            unknown += 1
            rows.append(Row(item, None, 0, {}))
            place = None
        elif not size:
            rows.append(Row(item, 0, 0, {}))
        else:
            right = place is not None and there.get((place, _kind(item))) == size
            why = {} if right else {Why.ORDER: (1, item.derived.name or item.type)}
            rows.append(Row(item, 1, int(right), why))
            place = None if place is None else place + size
    loaded, total = sum(row.loaded for row in rows), sum(row.tensors or 0 for row in rows)
    return Transfer(loading, rows, loaded, total, count, unknown, 0, [], [])


def _kind(item: Item) -> object:
    """What makes numbers mean the same: the type of the layer, and the shapes of its tensors."""
    found = tensors(item.derived)
    return item.type, None if found is None else tuple([one.shape for one in found])
