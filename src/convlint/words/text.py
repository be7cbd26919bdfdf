"""How counts, shapes and lists are written in prose, and what axes and cells are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

AXIS_NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
#: What is lost along an axis: its cells in groups, and which end comes last.
CELL_NAMES = {"length": "cell", "height": "row", "width": "column", "depth": "slice"}


def axes(rank: int) -> Sequence[str]:
    """What the spatial axes of a map with ``rank`` of them are called."""
    return [axis_name(axis, rank) for axis in range(rank)]


def axis_name(axis: int, rank: int) -> str:
    """What a spatial axis (0 = first) of a map with ``rank`` of them is called."""
    return AXIS_NAMES[rank][axis] if rank in AXIS_NAMES else f"axis {axis + 1}"


def number(count: int | None) -> str:
    """A count; large ones with commas."""
    if count is None:
        return "?"
    return f"{count:,}" if abs(count) >= 100_000 else str(count)


def many(count: int, one: str, several: str | None = None) -> str:
    """A count with its noun, digit by digit as a file has it: 1 row, 150528 features."""
    return f"{count} {one if count == 1 else several or one + 's'}"


def number_of(count: int, one: str, several: str | None = None) -> str:
    """A count with its noun, large ones with commas: 1 row, 150,528 features."""
    return f"{number(count)} {one if count == 1 else several or one + 's'}"


def product(numbers: Iterable[int | None]) -> str:
    """Factors as 9 x 9."""
    return " x ".join(map(number, numbers))


def sizes(shape: Iterable[int | None]) -> str:
    """A shape as 64x75x75, unknown sizes as ``?``."""
    return "x".join("?" if n is None else str(n) for n in shape)


def joined(words: Sequence[Any], last: str = "and") -> str:
    """Words as a list in prose: a, b and c."""
    texts = [str(word) for word in words]
    return "".join(texts) if len(texts) < 2 else ", ".join(texts[:-1]) + f" {last} {texts[-1]}"
