"""Which layer became which: an alignment of two lists by content, and what moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from convlint.compare.items import Item

#: Two lists with more pairs are gone through in step: within so many layers of a difference so many must be equal
#: again, and so many places are tried in all.
MOST_PAIRS, MOST_TRIED = 250_000, 5_000_000
_FAR, _IN_STEP = 64, 6
#: How well two layers fit: equal content counts more than any two that are alike, and a name of its own much.
_EQUAL, _NAMED, _TYPE, _WRITTEN = 8, 4, 3, 2


def match(before: Sequence[Item], after: Sequence[Item]) -> tuple[dict[int, int], set[int]]:
    """The layers before that are matched with layers after, by index; and those before that stand elsewhere now."""
    pairs: dict[int, int] = {}
    start = 0
    end_before, end_after = len(before), len(after)
    while start < min(end_before, end_after) and _same(before[start], after[start]):
        pairs[start] = start
        start += 1
    while end_before > start and end_after > start and _same(before[end_before - 1], after[end_after - 1]):
        end_before -= 1
        end_after -= 1
        pairs[end_before] = end_after
    old, new = before[start:end_before], after[start:end_after]
    if len(old) * len(new) <= MOST_PAIRS:
        aligned = _aligned(old, new)
    else:
        aligned = _in_step(old, new)
    pairs.update((old[i].index, new[j].index) for i, j in aligned)
    moved = _moved(before, after, pairs)
    return pairs, moved


def _same(a: Item, b: Item) -> bool:
    return a.content == b.content and a.depth == b.depth and a.name == b.name


def _fit(a: Item, b: Item) -> int:
    """How well two layers fit; 0 if one cannot have become the other."""
    if a.depth != b.depth or a.is_group != b.is_group:
        return 0
    named = a.name is not None and a.name == b.name
    points = _NAMED if named else 0
    if a.content == b.content:
        return points + _EQUAL
    written_a, written_b = dict(a.content[1]), dict(b.content[1])
    alike = sum(written_b.get(name) == value for name, value in written_a.items())
    most = max(len(written_a), len(written_b))
    share = _WRITTEN * alike // most if most else 0
    if a.type == b.type:
        return points + _TYPE + share
    # A layer of another type in the same place: only what is read or written tells that one replaced the other.
    return points + 1 + share


def _aligned(old: Sequence[Item], new: Sequence[Item]) -> list[tuple[int, int]]:
    """The pairs in order that fit best together (Needleman and Wunsch, 1970; a gap costs nothing)."""
    width = len(new)
    best = [[0] * (width + 1)]
    fits = []
    for a in old:
        row = [_fit(a, b) for b in new]
        fits.append(row)
        above, line, left = best[-1], [0], 0
        for j, fit in enumerate(row):
            value = above[j + 1] if above[j + 1] > left else left
            paired = above[j] + fit
            if fit and paired > value:
                value = paired
            line.append(value)
            left = value
        best.append(line)
    found = []
    i, j = len(old), width
    while i and j:
        fit = fits[i - 1][j - 1]
        # Of equal layers the earlier ones are matched: a copy stands behind what it copies.
        if best[i][j] == best[i][j - 1]:
            j -= 1
        elif best[i][j] == best[i - 1][j]:
            i -= 1
        else:
            assert fit
            i, j = i - 1, j - 1
            found.append((i, j))
    return found[::-1]


def _in_step(old: Sequence[Item], new: Sequence[Item]) -> list[tuple[int, int]]:
    """Pairs of long lists: both are gone through in step, and where they differ, until they are in step again."""
    found = []
    i = j = tried = 0
    while i < len(old) and j < len(new):
        if _same(old[i], new[j]):
            found.append((i, j))
            i, j = i + 1, j + 1
            continue
        for far in range(1, 2 * _FAR + 1):
            steps = range(max(0, far - _FAR), min(far, _FAR) + 1)
            tried += len(steps)
            step = next((one for one in steps if _again(old, i + one, new, j + far - one)), None)
            if step is not None:
                break
        else:
            return found
        gap = _aligned(old[i : i + step], new[j : j + far - step])
        found += [(i + a, j + b) for a, b in gap]
        i, j = i + step, j + far - step
        if tried > MOST_TRIED:
            return found
    return found


def _again(old: Sequence[Item], i: int, new: Sequence[Item], j: int) -> bool:
    """Whether some layers from there on are equal, or both lists end."""
    length = min(_IN_STEP, len(old) - i, len(new) - j)
    if length < _IN_STEP and len(old) - i != len(new) - j:
        return False
    return all(_same(old[i + at], new[j + at]) for at in range(length))


def _moved(before: Sequence[Item], after: Sequence[Item], pairs: dict[int, int]) -> set[int]:
    """Match what is left over on both sides and equal: it stands elsewhere now."""
    taken = set(pairs.values())
    left: defaultdict[object, list[int]] = defaultdict(list)
    for item in after:
        if item.index not in taken:
            left[item.content, item.name].append(item.index)
    moved = set()
    for item in before:
        there = left.get((item.content, item.name))
        if item.index not in pairs and there:
            pairs[item.index] = there.pop(0)
            moved.add(item.index)
    return moved
